/*
 * Tests of the certificates that clients show to servers.
 *
 * Copyright 2026 the dosvc authors
 *
 * This library is free software; you can redistribute it and/or
 * modify it under the terms of the GNU Lesser General Public
 * License as published by the Free Software Foundation; either
 * version 2.1 of the License, or (at your option) any later version.
 *
 * This library is distributed in the hope that it will be useful,
 * but WITHOUT ANY WARRANTY; without even the implied warranty of
 * MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the GNU
 * Lesser General Public License for more details.
 *
 * You should have received a copy of the GNU Lesser General Public
 * License along with this library; if not, write to the Free Software
 * Foundation, Inc., 51 Franklin St, Fifth Floor, Boston, MA 02110-1301, USA
 */

#include "config.h"

#include <CUnit/CUnit.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "result.h"
#include "suites.h"
#include "testserver.h"

#define NAME "somebody-7e1"
#define HEADER_LINE "Client-Certificate: /CN=" NAME "\r\n"
#define CERTIFICATE_NEEDED HRESULT_FROM_WIN32(12044)

/* As the PE side hands them over. */
static unsigned char *certificate, *key;
static int certificate_size, key_size;

static bool fill_certificate(X509 *made, EVP_PKEY *pair)
{
    X509_NAME *name = X509_get_subject_name(made);

    return X509_set_version(made, 2) == 1 && ASN1_INTEGER_set(X509_get_serialNumber(made), 77) == 1
           && X509_gmtime_adj(X509_getm_notBefore(made), -3600) && X509_gmtime_adj(X509_getm_notAfter(made), 3600)
           && X509_set_pubkey(made, pair) == 1
           && X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)NAME, -1, -1, 0) == 1
           && X509_set_issuer_name(made, name) == 1 && X509_sign(made, pair, EVP_sha256());
}

static bool make_certificate(void)
{
    EVP_PKEY *pair = EVP_RSA_gen(2048);
    BIO *bio = BIO_new(BIO_s_mem());
    X509 *made = X509_new();
    char *data;

    if (pair && bio && made && fill_certificate(made, pair))
    {
        certificate_size = i2d_X509(made, &certificate);
        key_size = i2b_PrivateKey_bio(bio, pair) > 0 ? (int)BIO_get_mem_data(bio, &data) : 0;
        if (key_size > 0 && (key = malloc((size_t)key_size)))
            memcpy(key, data, (size_t)key_size);
    }
    BIO_free(bio);
    X509_free(made);
    EVP_PKEY_free(pair);
    return certificate_size > 0 && key;
}

/* A certificate that is its own authority: the server takes any. */
int client_certificate_setup(void)
{
    return make_certificate() ? fixture_start_server() : 1;
}

int client_certificate_teardown(void)
{
    OPENSSL_free(certificate);
    free(key);
    certificate = key = NULL;
    return fixture_stop_server();
}

static void set_certificate(const struct job_id *job)
{
    CU_ASSERT_EQUAL(engine_job_set_certificate(fixture_engine, job, certificate, (uint32_t)certificate_size, key,
                                               (uint32_t)key_size), S_OK);
}

static struct job_id create_job(const char *url, bool with_certificate)
{
    struct job_id job = fixture_create_job();

    fixture_add_file(&job, url, "c");
    if (with_certificate)
        set_certificate(&job);
    return job;
}

static void check_good(struct job_id job)
{
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("c", 0, 1000));
}

static void check_refused(struct job_id job)
{
    struct job_error error = {0};

    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_ERROR);
    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, &job, &error), S_OK);
    CHECK(error.code == CERTIFICATE_NEEDED, "got %#x", (unsigned int)error.code);
    fixture_act(&job, JOB_ACTION_CANCEL);
}

static void test_shown(void)
{
    fixture_begin();
    check_good(create_job(fixture_port_url(TESTSERVER_CLIENT_CERTIFICATE, "/data/c?size=1000&key=shown"), true));
    CU_ASSERT(fixture_last_request_has("shown", HEADER_LINE));
    fixture_end();
}

/* Neither a connection nor a session with a certificate serves a job without it. */
static void test_missing(void)
{
    unsigned int i;

    fixture_begin();
    for (i = 0; i < 3; i++)
    {
        check_refused(create_job(fixture_port_url(TESTSERVER_CLIENT_CERTIFICATE, "/data/c?size=1000&key=missing"),
                                 false));
        check_good(create_job(fixture_port_url(TESTSERVER_CLIENT_CERTIFICATE, "/data/c?size=1000&key=there"), true));
    }
    CU_ASSERT_EQUAL(fixture_requests("missing"), 0);
    CU_ASSERT_EQUAL(fixture_requests("there"), 3);
    fixture_end();
}

/* The certificate alone proves nothing. */
static void test_without_key(void)
{
    struct job_id job;

    fixture_begin();
    job = create_job(fixture_port_url(TESTSERVER_CLIENT_CERTIFICATE, "/data/c?size=1000"), false);
    CU_ASSERT_EQUAL(engine_job_set_certificate(fixture_engine, &job, certificate, (uint32_t)certificate_size, NULL, 0),
                    S_OK);
    check_refused(job);
    fixture_end();
}

/* After the error the job goes on with what it needed. */
static void test_set_after_the_error(void)
{
    struct job_id job;

    fixture_begin();
    job = create_job(fixture_port_url(TESTSERVER_CLIENT_CERTIFICATE, "/data/c?size=1000&key=later"), false);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_ERROR);
    set_certificate(&job);
    check_good(job);
    CU_ASSERT(fixture_last_request_has("later", HEADER_LINE));
    fixture_end();
}

/* Who the client is, is for the origin of the URL to know. */
static void test_redirects(void)
{
    const char *target = fixture_port_url(TESTSERVER_CLIENT_CERTIFICATE, "/data/c?size=1000%%26key=elsewhere");

    fixture_begin();
    check_refused(create_job(fixture_https_url("/data/c?redirect=%s", target), true));
    CU_ASSERT_EQUAL(fixture_requests("elsewhere"), 0);
    check_good(create_job(fixture_port_url(TESTSERVER_CLIENT_CERTIFICATE,
                                           "/data/c?key=origin&redirect=/data/c?size=1000%%26key=same"), true));
    CU_ASSERT(fixture_last_request_has("origin", HEADER_LINE));
    CU_ASSERT(fixture_last_request_has("same", HEADER_LINE));
    fixture_end();
}

/* A cache host, even one with TLS, is never shown a certificate, nor asked for what needs one. */
static void test_no_cache_host(void)
{
    static const struct engine_policy policy = {.id = POLICY_CACHE_HOST, .text = "https://127.0.0.1"};

    fixture_begin();
    CU_ASSERT_EQUAL(engine_set_policies(fixture_engine, &policy, 1), S_OK);
    check_good(create_job(fixture_port_url(TESTSERVER_CLIENT_CERTIFICATE,
                                           "/data/c?size=1000&key=itself&cache_key=cache"), true));
    CU_ASSERT(fixture_last_request_has("itself", HEADER_LINE));
    CU_ASSERT_EQUAL(fixture_requests("cache"), 0);
    check_good(create_job(fixture_https_url("/data/c?size=1000&cache_key=cache"), false));
    CU_ASSERT_EQUAL(fixture_requests("cache"), 1);
    fixture_end();
}

static void test_nothing_is_stored(void)
{
    struct job_id job;

    fixture_begin();
    job = create_job(fixture_port_url(TESTSERVER_CLIENT_CERTIFICATE, "/data/c?size=1000"), true);
    fixture_restart();
    CU_ASSERT_FALSE(fixture_state_contains(NAME));
    CU_ASSERT_FALSE(fixture_state_contains("PRIVATE KEY"));
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    check_refused(job);
    fixture_end();
}

CU_TestInfo client_certificate_tests[] =
{
    {"shown", test_shown},
    {"missing", test_missing},
    {"without its key", test_without_key},
    {"set after the error", test_set_after_the_error},
    {"redirects", test_redirects},
    {"not for cache hosts", test_no_cache_host},
    {"nothing is stored", test_nothing_is_stored},
    CU_TEST_INFO_NULL
};
