/*
 * Tests of the test server, with libcurl as the client.
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
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "testserver.h"

static struct testserver *server;

int testserver_setup(void)
{
    return (server = testserver_start(NULL)) ? 0 : 1;
}

int testserver_teardown(void)
{
    testserver_stop(server);
    return 0;
}

struct body
{
    char bytes[65536];
    size_t size;
};

static size_t keep_body(char *data, size_t size, size_t count, void *context)
{
    struct body *body = context;

    if (size * count > sizeof(body->bytes) - body->size)
        return 0;
    memcpy(body->bytes + body->size, data, size * count);
    body->size += size * count;
    return size * count;
}

static CURLcode fetch(enum testserver_port port, const char *path, const char *range, struct body *body, long *status)
{
    CURL *easy = curl_easy_init();
    char url[512];
    CURLcode ret;

    CU_ASSERT_PTR_NOT_NULL_FATAL(easy);
    snprintf(url, sizeof(url), "%s://localhost:%u%s", port == TESTSERVER_HTTP ? "http" : "https",
             testserver_port(server, port), path);
    body->size = 0;
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, keep_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, body);
    curl_easy_setopt(easy, CURLOPT_CAINFO, testserver_ca_path(server));
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, 20L);
    if (range)
        curl_easy_setopt(easy, CURLOPT_RANGE, range);
    ret = curl_easy_perform(easy);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, status);
    curl_easy_cleanup(easy);
    return ret;
}

static void check_content(const struct body *body, uint64_t seed, uint64_t offset, size_t size)
{
    char expected[sizeof(body->bytes)];

    CU_ASSERT_EQUAL_FATAL(body->size, size);
    testserver_content(seed, offset, expected, size);
    CU_ASSERT(!memcmp(body->bytes, expected, size));
}

static void test_content_is_the_same_at_any_offset(void)
{
    unsigned char whole[100], part[100];
    size_t offset, size;
    bool same = true;

    testserver_content(3, 1000, whole, sizeof(whole));
    for (offset = 0; offset < 20; offset++)
    {
        for (size = 0; size <= sizeof(whole) - offset; size++)
        {
            testserver_content(3, 1000 + offset, part, size);
            same &= !memcmp(whole + offset, part, size);
        }
    }
    CU_ASSERT(same);
    testserver_content(4, 1000, part, sizeof(part));
    CU_ASSERT(memcmp(whole, part, sizeof(part)));
}

static void test_ranges(void)
{
    static const struct
    {
        const char *range;
        long status;
        uint64_t first;
        size_t size;
    } cases[] =
    {
        {NULL, 200, 0, 1000}, {"0-0", 206, 0, 1}, {"10-19", 206, 10, 10}, {"990-", 206, 990, 10},
        {"990-5000", 206, 990, 10}, {"-7", 206, 993, 7},
    };
    struct body body;
    unsigned int i;
    long status;

    for (i = 0; i < COUNT_OF(cases); i++)
    {
        CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, "/data/r?size=1000&seed=5", cases[i].range, &body, &status), CURLE_OK);
        CHECK(status == cases[i].status, "range %s: status %ld", cases[i].range, status);
        check_content(&body, 5, cases[i].first, cases[i].size);
    }
    CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, "/data/r?size=1000", "1000-", &body, &status), CURLE_OK);
    CU_ASSERT_EQUAL(status, 416);
}

static void test_fails_first(void)
{
    const char *path = "/data/f?size=10&fail=2&fail_status=503&key=ff";
    static const long expected[] = {503, 503, 200, 200};
    struct body body;
    unsigned int i;
    long status;

    for (i = 0; i < COUNT_OF(expected); i++)
    {
        CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, path, NULL, &body, &status), CURLE_OK);
        CU_ASSERT_EQUAL(status, expected[i]);
    }
    CU_ASSERT_EQUAL(testserver_requests(server, "ff"), 4);
    CU_ASSERT_EQUAL(testserver_bytes_sent(server, "ff"), 20);
}

static void test_broken_bodies(void)
{
    struct body body;
    long status;

    CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, "/data/t?size=1000&truncate=100", NULL, &body, &status), CURLE_PARTIAL_FILE);
    CU_ASSERT_EQUAL(body.size, 100);
    CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, "/data/t?size=1000&reset=100", NULL, &body, &status), CURLE_RECV_ERROR);
    CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, "/data/t?size=1000&seed=2&chunked=1", NULL, &body, &status), CURLE_OK);
    check_content(&body, 2, 0, 1000);
    CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, "/data/t?size=1000&seed=2&nolength=1", NULL, &body, &status), CURLE_OK);
    check_content(&body, 2, 0, 1000);
}

static void test_certificates(void)
{
    struct body body;
    long status;

    CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTPS, "/data/s?size=1000&seed=9", NULL, &body, &status), CURLE_OK);
    check_content(&body, 9, 0, 1000);
    CU_ASSERT_EQUAL(fetch(TESTSERVER_UNTRUSTED, "/data/s", NULL, &body, &status), CURLE_PEER_FAILED_VERIFICATION);
    CU_ASSERT_EQUAL(fetch(TESTSERVER_EXPIRED, "/data/s", NULL, &body, &status), CURLE_PEER_FAILED_VERIFICATION);
    CU_ASSERT_EQUAL(fetch(TESTSERVER_WRONG_NAME, "/data/s", NULL, &body, &status), CURLE_PEER_FAILED_VERIFICATION);
}

static void test_control(void)
{
    struct body body;
    long status;

    CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, "/control/wait?key=c&requests=1&timeout_ms=1", NULL, &body, &status),
                    CURLE_OK);
    CU_ASSERT_EQUAL(status, 408);
    CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, "/control/release?key=c", NULL, &body, &status), CURLE_OK);
    CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, "/data/c?size=10&key=c&hold=c", "2-3", &body, &status), CURLE_OK);
    CU_ASSERT_EQUAL(status, 206);
    CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, "/control/wait?key=c&requests=1", NULL, &body, &status), CURLE_OK);
    CU_ASSERT_EQUAL(status, 200);
    CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, "/control/stats?key=c", NULL, &body, &status), CURLE_OK);
    body.bytes[body.size] = 0;
    CU_ASSERT_PTR_NOT_NULL(strstr(body.bytes, "\"bytes_sent\": 2"));
    CU_ASSERT_PTR_NOT_NULL(strstr(body.bytes, "bytes=2-3"));
    CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, "/control/reset?key=c", NULL, &body, &status), CURLE_OK);
    CU_ASSERT_EQUAL(testserver_requests(server, "c"), 0);
}

CU_TestInfo testserver_tests[] =
{
    {"content is the same at any offset", test_content_is_the_same_at_any_offset},
    {"ranges", test_ranges},
    {"the first requests fail", test_fails_first},
    {"broken and endless bodies", test_broken_bodies},
    {"certificates", test_certificates},
    {"control", test_control},
    CU_TEST_INFO_NULL
};
