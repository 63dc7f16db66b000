/*
 * Tests of redirects.
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
#include <string.h>

#include "fixture.h"
#include "result.h"
#include "suites.h"

int follow_setup(void)
{
    return fixture_start_server();
}

int follow_teardown(void)
{
    return fixture_stop_server();
}

static void check_text(const struct job_id *job, enum file_text which, const char *expected)
{
    char text[512] = "?";
    uint32_t size = sizeof(text);

    CU_ASSERT_EQUAL(engine_file_get_text(fixture_engine, job, 0, which, text, &size), S_OK);
    CHECK(!strcmp(text, expected), "text %u: got %s, expected %s", which, text, expected);
}

static struct job_id start(const char *url, uint64_t security)
{
    struct job_id job = fixture_create_job();

    fixture_add_file(&job, url, "f");
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_SECURITY_FLAGS, security), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    return job;
}

static void check_good(const char *url, uint64_t security, const char *target, const char *reported)
{
    struct job_id job = start(url, security);

    fixture_wait_state(&job, JOB_TRANSFERRED);
    check_text(&job, FILE_TEXT_REDIRECT_TARGET, target);
    check_text(&job, FILE_TEXT_REMOTE_NAME, reported);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("f", 0, 1000));
}

static void check_bad(const char *url, uint64_t security, int32_t code, uint32_t status, const char *reported)
{
    struct job_id job = start(url, security);
    struct job_error error = {0};

    fixture_wait_state(&job, JOB_ERROR);
    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, &job, &error), S_OK);
    CHECK(error.code == code, "%s: got %#x, expected %#x", url, (unsigned int)error.code, (unsigned int)code);
    CHECK(error.http_status == status, "%s: got %u", url, error.http_status);
    check_text(&job, FILE_TEXT_REMOTE_NAME, reported);
    fixture_act(&job, JOB_ACTION_CANCEL);
}

static void test_statuses(void)
{
    static const unsigned int codes[] = {301, 302, 303, 307, 308};
    const char *target = fixture_url("/data/target?size=1000"), *url;
    unsigned int i;

    fixture_begin();
    for (i = 0; i < COUNT_OF(codes); i++)
    {
        url = fixture_url("/data/f?code=%u&redirect=%s", codes[i], target);
        check_good(url, 0, target, url);
    }
    fixture_end();
}

static void test_relative_targets(void)
{
    const char *target = fixture_url("/data/target?size=1000"), *url;

    fixture_begin();
    url = fixture_url("/data/f?redirect=target?size=1000");
    check_good(url, 0, target, url);
    url = fixture_url("/data/f?redirect=../data/./target?size=1000");
    check_good(url, 0, target, url);
    url = fixture_url("/data/f?redirect=%s", target + strlen("http:"));
    check_good(url, 0, target, url);
    fixture_end();
}

static void test_limit(void)
{
    const char *url = fixture_url("/data/f?hops=10&size=1000&key=ten");

    fixture_begin();
    check_good(url, 0, fixture_url("/data/f?hops=0&size=1000&key=ten"), url);
    CU_ASSERT_EQUAL(fixture_requests("ten"), 11);
    url = fixture_url("/data/f?hops=11&size=1000&key=eleven");
    check_bad(url, 0, HRESULT_FROM_WIN32(12156), 302, url);
    CU_ASSERT_EQUAL(fixture_requests("eleven"), 11);
    fixture_end();
}

static void test_bad_targets(void)
{
    static const char *const targets[] = {"ftp://localhost/", "file:///etc/passwd", "http://user:pw@localhost/",
                                          "http://localhost:0/"};
    const char *url;
    unsigned int i;

    fixture_begin();
    for (i = 0; i < COUNT_OF(targets); i++)
    {
        url = fixture_url("/data/f?redirect=%s", targets[i]);
        check_bad(url, 0, INET_E_INVALID_URL, 302, url);
    }
    fixture_end();
}

/* What is in the body of a redirect does not matter, however much it is; without a target it is no redirect. */
static void test_bodies(void)
{
    const char *target = fixture_url("/data/target?size=1000"), *url;
    struct job_error error = {0};
    struct job_id job;

    fixture_begin();
    url = fixture_url("/data/f?status=302&header=Location:%s", target);
    check_good(url, 0, target, url);
    job = start(fixture_url("/data/f?status=302"), 0);
    fixture_wait_state(&job, JOB_TRANSIENT_ERROR);
    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, &job, &error), S_OK);
    CU_ASSERT_EQUAL(error.code, HTTP_E_STATUS_UNEXPECTED_REDIRECTION);
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

static void test_policy(void)
{
    const char *target = fixture_url("/data/target?size=1000"), *url = fixture_url("/data/f?redirect=%s", target);

    fixture_begin();
    check_good(url, SECURITY_REDIRECT_REPORT, target, target);
    check_bad(url, SECURITY_REDIRECT_DISALLOW, HRESULT_FROM_HTTP(302), 302, target);
    url = fixture_url("/data/f?code=301&redirect=%s", target);
    check_bad(url, SECURITY_REDIRECT_DISALLOW, HRESULT_FROM_HTTP(301), 301, target);
    url = fixture_url("/data/f?size=1000");
    check_good(url, SECURITY_REDIRECT_DISALLOW, "", url);
    fixture_end();
}

static void test_from_https_to_http(void)
{
    const char *target = fixture_url("/data/target?size=1000"), *url = fixture_https_url("/data/f?redirect=%s", target);

    fixture_begin();
    check_bad(url, 0, HRESULT_FROM_WIN32(12040), 302, url);
    check_bad(url, SECURITY_REDIRECT_REPORT, HRESULT_FROM_WIN32(12040), 302, url);
    check_good(url, SECURITY_ALLOW_HTTPS_TO_HTTP, target, url);
    CU_ASSERT(fixture_logged("without TLS"));
    url = fixture_url("/data/f?redirect=%s", fixture_https_url("/data/target?size=1000"));
    check_good(url, 0, fixture_https_url("/data/target?size=1000"), url);
    fixture_end();
}

/* The rest is asked for where the redirect leads now. */
static void test_continued(void)
{
    struct job_id job;

    fixture_begin();
    job = start(fixture_url("/data/f?key=continued"
                            "&redirect=/data/target?size=1000%%26truncate=400%%26times=1%%26key=cut"), 0);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(fixture_requests("continued"), 2);
    CU_ASSERT_EQUAL(fixture_requests("cut"), 2);
    CU_ASSERT_EQUAL(fixture_bytes_sent("cut"), 1000);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("f", 0, 1000));
    fixture_end();
}

CU_TestInfo follow_tests[] =
{
    {"every status of a redirect", test_statuses},
    {"relative targets", test_relative_targets},
    {"the limit", test_limit},
    {"bad targets", test_bad_targets},
    {"bodies of redirects", test_bodies},
    {"the policy of a job", test_policy},
    {"from HTTPS to HTTP", test_from_https_to_http},
    {"a transfer that is continued", test_continued},
    CU_TEST_INFO_NULL
};
