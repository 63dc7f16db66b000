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

/*
 * A chain of redirects, one letter for each URL: h and s are the test server over HTTP and HTTPS, n and t the same with
 * another name of the host, r is a path alone. The first one is the file's own.
 */
#define SECRET "c0ffee-secret"

struct chain
{
    const char *letters;
    uint64_t security;
    unsigned int error;                 /* of WinHTTP; 0: all is well */
    unsigned int answered;              /* URLs that are asked for */
};

static const struct chain chains[] =
{
    {"h", 0, 0, 1},
    {"hh", 0, 0, 2},
    {"hr", 0, 0, 2},
    {"hn", 0, 0, 2},
    {"hs", 0, 0, 2},
    {"ss", 0, 0, 2},
    {"sr", 0, 0, 2},
    {"st", 0, 0, 2},
    {"sh", 0, 12040, 1},
    {"sn", 0, 12040, 1},
    {"sh", SECURITY_ALLOW_HTTPS_TO_HTTP, 0, 2},
    {"sn", SECURITY_ALLOW_HTTPS_TO_HTTP, 0, 2},
    {"hsh", 0, 12040, 2},
    {"hsh", SECURITY_ALLOW_HTTPS_TO_HTTP, 0, 3},
    {"hstn", 0, 12040, 3},
    {"hstn", SECURITY_ALLOW_HTTPS_TO_HTTP, 0, 4},
    {"hnh", 0, 0, 3},
    {"hrnrh", 0, 0, 5},
    {"srtrs", 0, 0, 5},
};

/* What comes behind "redirect=": the server decodes it once. */
static void escape(const char *url, char *escaped, size_t room)
{
    size_t used = 0;

    for (; *url; url++)
    {
        CU_ASSERT_FATAL(used + 4 < room);
        used += (size_t)snprintf(escaped + used, room - used, *url == '&' || *url == '%' ? "%%%02X" : "%c",
                                 (unsigned int)(unsigned char)*url);
    }
    escaped[used] = 0;
}

static void chain_key(unsigned int chain, unsigned int step, char *key, size_t room)
{
    snprintf(key, room, "chain%u.%u", chain, step);
}

/* The URL of one step, with the one of the next step, empty for the last one. */
static void chain_url(char letter, const char *key, const char *next, char *url, size_t room)
{
    char escaped[1024], query[1200];
    const char *whole;

    escape(next, escaped, sizeof(escaped));
    snprintf(query, sizeof(query), *next ? "/data/f?key=%s&redirect=%s" : "/data/f?key=%s&size=1000%s", key, escaped);
    whole = letter == 's' || letter == 't' ? fixture_https_url("%s", query) : fixture_url("%s", query);
    if (letter == 'r')
        snprintf(url, room, "%s", query);
    else if (letter == 'n' || letter == 't')
        snprintf(url, room, "%.*s127.0.0.1%s", (int)(strstr(whole, "localhost") - whole), whole,
                 strstr(whole, "localhost") + strlen("localhost"));
    else
        snprintf(url, room, "%s", whole);
}

static void chain_build(unsigned int chain, char *url, size_t room)
{
    const char *letters = chains[chain].letters;
    unsigned int i = (unsigned int)strlen(letters);
    char next[1200], key[32];

    for (*url = 0; i--;)
    {
        snprintf(next, sizeof(next), "%s", url);
        chain_key(chain, i, key, sizeof(key));
        chain_url(letters[i], key, next, url, room);
    }
}

/* Which steps were asked for, and who was told the secrets: the origin of the file's URL, and nobody else. */
static void chain_check(unsigned int chain)
{
    const struct chain *expected = &chains[chain];
    char key[32], origin = expected->letters[0], place = origin;
    unsigned int i;

    for (i = 0; i < strlen(expected->letters); i++)
    {
        bool asked = i < expected->answered, told;

        if (expected->letters[i] != 'r')
            place = expected->letters[i];
        told = asked && place == origin;
        chain_key(chain, i, key, sizeof(key));
        CHECK(fixture_requests(key) == asked, "%s, step %u: %u", expected->letters, i, fixture_requests(key));
        CHECK(fixture_any_request_has(key, SECRET) == told, "%s, step %u", expected->letters, i);
        CHECK(fixture_any_request_has(key, "Authorization") == told, "%s, step %u", expected->letters, i);
        CHECK(fixture_any_request_has(key, "Cookie") == told, "%s, step %u", expected->letters, i);
    }
}

static void test_chains(void)
{
    struct job_error error;
    struct job_id job;
    unsigned int i;
    char url[1200];

    for (i = 0; i < COUNT_OF(chains); i++)
    {
        fixture_begin();
        chain_build(i, url, sizeof(url));
        job = fixture_create_job();
        fixture_add_file(&job, url, "f");
        CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_SECURITY_FLAGS, chains[i].security),
                        S_OK);
        CU_ASSERT_EQUAL(engine_job_set_text(fixture_engine, &job, JOB_TEXT_CUSTOM_HEADERS,
                                            "Authorization: Bearer " SECRET "\r\nCookie: id=" SECRET "\r\n"), S_OK);
        fixture_act(&job, JOB_ACTION_RESUME);
        memset(&error, 0, sizeof(error));
        if (fixture_wait_end(&job) == JOB_ERROR)
            CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, &job, &error), S_OK);
        CHECK(error.code == (chains[i].error ? HRESULT_FROM_WIN32(chains[i].error) : S_OK), "%s: got %#x",
              chains[i].letters, (unsigned int)error.code);
        fixture_act(&job, error.code ? JOB_ACTION_CANCEL : JOB_ACTION_COMPLETE);
        if (!error.code)
            CU_ASSERT(fixture_file_is("f", 0, 1000));
        chain_check(i);
        fixture_end();
    }
}

enum secret
{
    SECRET_BASIC,
    SECRET_DIGEST,
    SECRET_AUTH_HEADERS,
    SECRET_COUNT
};

static void give_secret(const struct job_id *job, enum secret secret)
{
    enum credential_scheme scheme = secret == SECRET_BASIC ? CREDENTIAL_BASIC : CREDENTIAL_DIGEST;
    int32_t hr;

    if (secret == SECRET_AUTH_HEADERS)
        hr = engine_job_set_text(fixture_engine, job, JOB_TEXT_AUTH_HEADERS,
                                 "Authorization: Basic dTpjMGZmZWUtc2VjcmV0\r\nX-Api-Key: " SECRET);
    else
        hr = engine_job_set_credentials(fixture_engine, job, CREDENTIAL_SERVER, scheme, "u", SECRET);
    CU_ASSERT_EQUAL(hr, S_OK);
}

/* The origin asks for what the client has, and sends it on to somebody who asks for the same. */
static void test_challenges_elsewhere(void)
{
    static const char places[] = "nst";
    struct job_error error;
    unsigned int secret, i;
    struct job_id job;
    char url[1200], target[512];
    const char *scheme;

    fixture_begin();
    for (secret = 0; secret < SECRET_COUNT; secret++)
    {
        scheme = secret == SECRET_DIGEST ? "digest" : "basic";
        for (i = 0; i < strlen(places); i++)
        {
            char here[32], there[32], query[128];

            snprintf(here, sizeof(here), "here%u.%u", secret, i);
            snprintf(there, sizeof(there), "there%u.%u", secret, i);
            chain_url(places[i], there, "", url, sizeof(url));
            snprintf(query, sizeof(query), "&auth=%s:u:" SECRET, scheme);
            strncat(url, query, sizeof(url) - strlen(url) - 1);
            escape(url, target, sizeof(target));
            job = fixture_create_job();
            fixture_add_file(&job, fixture_url("/data/f?key=%s%s&redirect=%s", here, query, target), "f");
            give_secret(&job, secret);
            fixture_act(&job, JOB_ACTION_RESUME);
            CU_ASSERT_EQUAL(fixture_wait_end(&job), JOB_ERROR);
            CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, &job, &error), S_OK);
            CU_ASSERT_EQUAL(error.code, HRESULT_FROM_HTTP(401));
            CU_ASSERT(fixture_any_request_has(here, "Authorization"));
            CU_ASSERT_EQUAL(fixture_requests(there), 1);
            CU_ASSERT_FALSE(fixture_any_request_has(there, "Authorization"));
            CU_ASSERT_FALSE(fixture_any_request_has(there, SECRET));
            fixture_act(&job, JOB_ACTION_CANCEL);
        }
    }
    fixture_end();
}

static void test_loops(void)
{
    const char *url;

    fixture_begin();
    url = fixture_url("/data/f?hops=20&size=1000&key=twenty");
    check_bad(url, 0, HRESULT_FROM_WIN32(12156), 302, url);
    CU_ASSERT_EQUAL(fixture_requests("twenty"), 11);
    url = fixture_url("/data/f?loop=1&key=loop");
    check_bad(url, 0, HRESULT_FROM_WIN32(12156), 302, url);
    CU_ASSERT_EQUAL(fixture_requests("loop"), 11);
    /* one that others lead to */
    url = fixture_url("/data/f?key=ping&redirect=%s",
                      fixture_https_url("/data/f?key=pong%%26redirect=%s", fixture_https_url("/data/f?loop=1")));
    check_bad(url, 0, HRESULT_FROM_WIN32(12156), 302, url);
    CU_ASSERT_EQUAL(fixture_requests("ping"), 1);
    CU_ASSERT_EQUAL(fixture_requests("pong"), 1);
    fixture_end();
}

CU_TestInfo follow_tests[] =
{
    {"every status of a redirect", test_statuses},
    {"relative targets", test_relative_targets},
    {"the limit", test_limit},
    {"loops", test_loops},
    {"chains", test_chains},
    {"challenges elsewhere", test_challenges_elsewhere},
    {"bad targets", test_bad_targets},
    {"bodies of redirects", test_bodies},
    {"the policy of a job", test_policy},
    {"from HTTPS to HTTP", test_from_https_to_http},
    {"a transfer that is continued", test_continued},
    CU_TEST_INFO_NULL
};
