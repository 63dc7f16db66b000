/*
 * Tests of what jobs forgive a server's certificate.
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
#include <stdio.h>

#include "fixture.h"
#include "result.h"
#include "suites.h"
#include "testserver.h"

#define IGNORE_ALL (SECURITY_IGNORE_WRONG_NAME | SECURITY_IGNORE_WRONG_DATE | SECURITY_IGNORE_UNKNOWN_CA \
                    | SECURITY_IGNORE_WRONG_USAGE)

int tls_setup(void)
{
    return fixture_start_server();
}

int tls_teardown(void)
{
    return fixture_stop_server();
}

static int32_t winhttp(unsigned int error)
{
    return error ? HRESULT_FROM_WIN32(error) : S_OK;
}

/* One request with the flags: the code of its error, or S_OK and the file. */
static int32_t fetch(const char *url, uint64_t security)
{
    struct job_id job = fixture_create_job();
    struct job_error error = {0};
    bool transferred;

    fixture_add_file(&job, url, "t");
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_SECURITY_FLAGS, security), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    transferred = fixture_wait_end(&job) == JOB_TRANSFERRED;
    if (!transferred)
        CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, &job, &error), S_OK);
    fixture_act(&job, transferred ? JOB_ACTION_COMPLETE : JOB_ACTION_CANCEL);
    if (transferred)
        CU_ASSERT(fixture_file_is("t", 0, 1000));
    return error.code;
}

/* Every combination of the flags: a fault is forgiven by its own, and by no other. */
static void test_every_flag(void)
{
    static const struct
    {
        enum testserver_port port;
        uint64_t needed;
        unsigned int error;
    }
    tests[] =
    {
        {TESTSERVER_HTTPS, 0, 0},
        {TESTSERVER_UNTRUSTED, SECURITY_IGNORE_UNKNOWN_CA, 12045},
        {TESTSERVER_EXPIRED, SECURITY_IGNORE_WRONG_DATE, 12037},
        {TESTSERVER_NOT_YET_VALID, SECURITY_IGNORE_WRONG_DATE, 12037},
        {TESTSERVER_WRONG_NAME, SECURITY_IGNORE_WRONG_NAME, 12038},
        {TESTSERVER_WRONG_USAGE, SECURITY_IGNORE_WRONG_USAGE, 12179},
    };
    uint64_t security;
    unsigned int i;
    int32_t hr;

    fixture_begin();
    for (i = 0; i < COUNT_OF(tests); i++)
    {
        for (security = 0; security <= IGNORE_ALL; security += SECURITY_IGNORE_WRONG_NAME)
        {
            unsigned int expected = (security & tests[i].needed) == tests[i].needed ? 0 : tests[i].error;

            hr = fetch(fixture_port_url(tests[i].port, "/data/t?size=1000"), security);
            CHECK(hr == winhttp(expected), "port %u, flags %#llx: got %#x, expected error %u", tests[i].port,
                  (unsigned long long)security, (unsigned int)hr, expected);
        }
    }
    fixture_end();
}

/* All of its faults must be forgiven, and the first that is not is told. */
static void test_several_faults(void)
{
    uint64_t security;
    int32_t hr;

    fixture_begin();
    for (security = 0; security <= IGNORE_ALL; security += SECURITY_IGNORE_WRONG_NAME)
    {
        hr = fetch(fixture_port_url(TESTSERVER_ALL_WRONG, "/data/t?size=1000"), security);
        CHECK((hr == S_OK) == (security == IGNORE_ALL), "flags %#llx: got %#x", (unsigned long long)security,
              (unsigned int)hr);
        if (security == (IGNORE_ALL & ~SECURITY_IGNORE_WRONG_DATE))
            CU_ASSERT_EQUAL(hr, winhttp(12037));
        if (security == (IGNORE_ALL & ~SECURITY_IGNORE_WRONG_NAME))
            CU_ASSERT_EQUAL(hr, winhttp(12038));
        if (security == (IGNORE_ALL & ~SECURITY_IGNORE_UNKNOWN_CA))
            CU_ASSERT_EQUAL(hr, winhttp(12045));
        if (security == (IGNORE_ALL & ~SECURITY_IGNORE_WRONG_USAGE))
            CU_ASSERT_EQUAL(hr, winhttp(12179));
    }
    fixture_end();
}

/* Neither a connection nor a session of a job that forgives serves one that does not. */
static void test_nothing_is_shared(void)
{
    unsigned int i;

    fixture_begin();
    for (i = 0; i < 5; i++)
    {
        CU_ASSERT_EQUAL(fetch(fixture_port_url(TESTSERVER_UNTRUSTED, "/data/t?size=1000"), IGNORE_ALL), S_OK);
        CU_ASSERT_EQUAL(fetch(fixture_port_url(TESTSERVER_UNTRUSTED, "/data/t?size=1000"), 0), winhttp(12045));
        CU_ASSERT_EQUAL(fetch(fixture_port_url(TESTSERVER_REVOKED, "/data/t?size=1000"), 0), S_OK);
        CU_ASSERT_EQUAL(fetch(fixture_port_url(TESTSERVER_REVOKED, "/data/t?size=1000"), SECURITY_CHECK_REVOCATION),
                        winhttp(12170));
    }
    fixture_end();
}

static void test_revocation(void)
{
    fixture_begin();
    CU_ASSERT_EQUAL(fetch(fixture_port_url(TESTSERVER_HTTPS, "/data/t?size=1000"), SECURITY_CHECK_REVOCATION), S_OK);
    CU_ASSERT_EQUAL(fetch(fixture_port_url(TESTSERVER_REVOKED, "/data/t?size=1000"), IGNORE_ALL), S_OK);
    CU_ASSERT_EQUAL(fetch(fixture_port_url(TESTSERVER_REVOKED, "/data/t?size=1000"),
                          SECURITY_CHECK_REVOCATION | IGNORE_ALL), winhttp(12170));
    /* there is no list of that authority */
    CU_ASSERT_EQUAL(fetch(fixture_port_url(TESTSERVER_UNTRUSTED, "/data/t?size=1000"),
                          SECURITY_CHECK_REVOCATION | IGNORE_ALL), winhttp(12057));
    fixture_end();
}

/* Where a redirect leads the flags count as well. */
static void test_redirects(void)
{
    const char *url = fixture_url("/data/t?redirect=%s", fixture_port_url(TESTSERVER_EXPIRED, "/data/t?size=1000"));

    fixture_begin();
    CU_ASSERT_EQUAL(fetch(url, 0), winhttp(12037));
    CU_ASSERT_EQUAL(fetch(url, SECURITY_IGNORE_WRONG_DATE), S_OK);
    fixture_end();
}

static void test_log(void)
{
    fixture_begin();
    CU_ASSERT_EQUAL(fetch(fixture_port_url(TESTSERVER_HTTPS, "/data/t?size=1000"), SECURITY_IGNORE_WRONG_DATE), S_OK);
    CU_ASSERT_FALSE(fixture_logged("The job ignores"));
    CU_ASSERT_EQUAL(fetch(fixture_port_url(TESTSERVER_EXPIRED, "/data/t?size=1000"), SECURITY_IGNORE_WRONG_DATE), S_OK);
    CU_ASSERT(fixture_logged("The job ignores a fault of the certificate of https://localhost"));
    CU_ASSERT(fixture_logged("expired"));
    CU_ASSERT_EQUAL(fetch(fixture_port_url(TESTSERVER_WRONG_NAME, "/data/t?size=1000"), SECURITY_IGNORE_WRONG_NAME),
                    S_OK);
    CU_ASSERT(fixture_logged("The job ignores the name in the certificate"));
    fixture_end();
}

static void test_flags_are_stored(void)
{
    struct job_id job;
    uint64_t value = 0;

    fixture_begin();
    job = fixture_create_job();
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_SECURITY_FLAGS, 0x1000), E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_SECURITY_FLAGS, SECURITY_REDIRECT_MASK),
                    E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_SECURITY_FLAGS, IGNORE_ALL), S_OK);
    fixture_restart();
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    CU_ASSERT_EQUAL(engine_job_get_number(fixture_engine, &job, JOB_NUMBER_SECURITY_FLAGS, &value), S_OK);
    CU_ASSERT_EQUAL(value, IGNORE_ALL);
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

CU_TestInfo tls_tests[] =
{
    {"every flag", test_every_flag},
    {"several faults", test_several_faults},
    {"nothing is shared", test_nothing_is_shared},
    {"revocation", test_revocation},
    {"redirects", test_redirects},
    {"the log", test_log},
    {"the flags are stored", test_flags_are_stored},
    CU_TEST_INFO_NULL
};
