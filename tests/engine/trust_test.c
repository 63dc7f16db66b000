/*
 * Tests of whom the engine trusts.
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
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine_private.h"
#include "fixture.h"
#include "result.h"
#include "suites.h"
#include "testserver.h"
#include "trust.h"

#define JUNK "\x30\x03\x01\x02\x03"     /* in the form of DER, and no certificate */
#define INVALID_CA HRESULT_FROM_WIN32(12045u)

/* Reads a certificate; gives the number of its bytes. */
static size_t read_der(const char *path, uint8_t *der, size_t room)
{
    FILE *file = fopen(path, "r");
    unsigned char *next = der;
    X509 *certificate;
    int length;

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_PTR_NOT_NULL_FATAL(certificate = PEM_read_X509(file, NULL, NULL, NULL));
    fclose(file);
    length = i2d_X509(certificate, NULL);
    CU_ASSERT_FATAL(length > 0 && (size_t)length <= room);
    (void)i2d_X509(certificate, &next);
    X509_free(certificate);
    return (size_t)length;
}

static void check_refused(void)
{
    struct job_error error = {0};
    struct job_id job = fixture_start_download(fixture_untrusted_url("/data/t?size=100"), "refused");

    CU_ASSERT_EQUAL(fixture_wait_end(&job), JOB_ERROR);
    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, &job, &error), S_OK);
    CU_ASSERT_EQUAL(error.code, INVALID_CA);
    fixture_act(&job, JOB_ACTION_CANCEL);
}

static void check_accepted(const char *url)
{
    struct job_id job = fixture_start_download(url, "accepted");

    CU_ASSERT_EQUAL(fixture_wait_end(&job), JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("accepted", 0, 100));
}

static void test_roots_of_windows(void)
{
    uint8_t roots[4096 + sizeof(JUNK)];
    size_t size = sizeof(JUNK) - 1;

    memcpy(roots, JUNK, size);
    size += read_der(fixture_stranger_path(), roots + size, 4096);
    fixture_begin();
    check_refused();
    CU_ASSERT_EQUAL(engine_set_roots(fixture_engine, roots, (uint32_t)size), S_OK);
    check_accepted(fixture_untrusted_url("/data/t?size=100"));
    check_accepted(fixture_https_url("/data/t?size=100"));
    CU_ASSERT_EQUAL(engine_set_roots(fixture_engine, NULL, 0), S_OK);
    check_refused();
    check_accepted(fixture_https_url("/data/t?size=100"));
    fixture_end();
}

static bool changed_long_ago(const void *context)
{
    uint64_t age;

    (void)context;
    return trust_has_changed(&fixture_engine->trust, &age) && age >= 2000;
}

/* Nor is it forgotten later that a connection is older than the opinion of whom to trust. */
static void test_old_connection(void)
{
    uint8_t roots[4096];
    uint32_t size = (uint32_t)read_der(fixture_stranger_path(), roots, sizeof(roots));

    fixture_begin();
    CU_ASSERT_EQUAL(engine_set_roots(fixture_engine, roots, size), S_OK);
    check_accepted(fixture_untrusted_url("/data/t?size=100"));
    CU_ASSERT_EQUAL(engine_set_roots(fixture_engine, NULL, 0), S_OK);
    CU_ASSERT(fixture_wait_until(changed_long_ago, NULL));
    check_refused();
    fixture_end();
}

static void test_roots_at_the_start(void)
{
    uint8_t roots[4096];

    fixture_config.roots_size = (uint32_t)read_der(fixture_stranger_path(), roots, sizeof(roots));
    fixture_config.roots = roots;
    fixture_begin();
    check_accepted(fixture_untrusted_url("/data/t?size=100"));
    fixture_end();
}

/* Bytes that end too early, or are none at all, add nothing and hurt nothing. */
static void test_junk(void)
{
    static const char *const junk[] = {"", "0", "0\x84\xff\xff\xff\xff", JUNK JUNK "\x30", "text, not certificates"};
    X509_STORE *store;
    struct trust trust;
    unsigned int i;

    CU_ASSERT_FATAL(trust_init(&trust, "/nonexistent"));
    for (i = 0; i < COUNT_OF(junk); i++)
    {
        CU_ASSERT_EQUAL(trust_set_roots(&trust, junk[i], strlen(junk[i])), S_OK);
        CU_ASSERT_PTR_NOT_NULL_FATAL(store = trust_get(&trust, false));
        CHECK(!sk_X509_OBJECT_num(X509_STORE_get0_objects(store)), "%u", i);
        X509_STORE_free(store);
    }
    trust_cleanup(&trust);
}

/* The pointer is compared only, and may be that of the next store by chance unless this one is still held. */
static bool is_store(struct trust *trust, X509_STORE *expected)
{
    X509_STORE *store = trust_get(trust, false);
    bool same = store == expected;

    CU_ASSERT_PTR_NOT_NULL(store);
    X509_STORE_free(store);
    return same;
}

/* One store serves until something changes. */
static void test_one_store(void)
{
    char path[] = "/tmp/dosvc-roots-XXXXXX", command[512];
    X509_STORE *store, *fresh, *next;
    struct trust trust;
    int fd = mkstemp(path);

    CU_ASSERT_FATAL(fd != -1);
    CU_ASSERT_FATAL(trust_init(&trust, path));
    CU_ASSERT_PTR_NOT_NULL_FATAL(store = trust_get(&trust, false));
    CU_ASSERT(is_store(&trust, store));
    CU_ASSERT_PTR_NOT_NULL(fresh = trust_get(&trust, true));
    CU_ASSERT(fresh != store);
    CU_ASSERT(is_store(&trust, store));
    snprintf(command, sizeof(command), "cat '%s' >'%s'", fixture_ca_path(), path);
    CU_ASSERT_EQUAL_FATAL(system(command), 0);
    CU_ASSERT_PTR_NOT_NULL_FATAL(next = trust_get(&trust, false));
    CU_ASSERT(next != store);
    CU_ASSERT(sk_X509_OBJECT_num(X509_STORE_get0_objects(next)) > 0);
    CU_ASSERT_EQUAL(trust_set_roots(&trust, NULL, 0), S_OK);
    CU_ASSERT(!is_store(&trust, next));
    X509_STORE_free(store);
    X509_STORE_free(fresh);
    X509_STORE_free(next);
    trust_cleanup(&trust);
    close(fd);
    unlink(path);
}

int trust_setup(void)
{
    return fixture_start_server();
}

int trust_teardown(void)
{
    return fixture_stop_server();
}

CU_TestInfo trust_tests[] =
{
    {"roots of Windows", test_roots_of_windows},
    {"an old connection", test_old_connection},
    {"roots at the start", test_roots_at_the_start},
    {"junk", test_junk},
    {"one store", test_one_store},
    CU_TEST_INFO_NULL
};
