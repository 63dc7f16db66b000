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
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

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

/* Also keeps the header lines, in headers, if it is not NULL. */
static CURL *open_easy(const struct testserver *from, enum testserver_port port, const char *path, struct body *body,
                       struct body *headers)
{
    CURL *easy = curl_easy_init();
    char url[512];

    CU_ASSERT_PTR_NOT_NULL_FATAL(easy);
    snprintf(url, sizeof(url), "%s://localhost:%u%s", port == TESTSERVER_HTTP ? "http" : "https",
             testserver_port(from, port), path);
    body->size = 0;
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, keep_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, body);
    if (headers)
    {
        memset(headers, 0, sizeof(*headers));
        curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, keep_body);
        curl_easy_setopt(easy, CURLOPT_HEADERDATA, headers);
    }
    curl_easy_setopt(easy, CURLOPT_CAINFO, testserver_ca_path(from));
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, 20L);
    return easy;
}

/* Ends the handle; gives the status, 0 for a failure. */
static long perform(CURL *easy)
{
    long status = 0;

    if (!curl_easy_perform(easy))
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(easy);
    return status;
}

static CURLcode fetch(enum testserver_port port, const char *path, const char *range, struct body *body, long *status)
{
    CURL *easy = open_easy(server, port, path, body, NULL);
    CURLcode ret;

    if (range)
        curl_easy_setopt(easy, CURLOPT_RANGE, range);
    ret = curl_easy_perform(easy);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, status);
    curl_easy_cleanup(easy);
    return ret;
}

/* Gives the status of a request with one header line more, of which the line end is left out. */
static long fetch_with(const char *path, const char *line, struct body *body, struct body *headers)
{
    CURL *easy = open_easy(server, TESTSERVER_HTTP, path, body, headers);
    struct curl_slist *lines = curl_slist_append(NULL, line);
    long status;

    CU_ASSERT_PTR_NOT_NULL_FATAL(lines);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, lines);
    status = perform(easy);
    curl_slist_free_all(lines);
    return status;
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

static void test_odd_ranges(void)
{
    static const struct
    {
        const char *line;
        long status;
        size_t size;
    } cases[] =
    {
        {"Range: bytes=5-3", 200, 10}, {"Range: bytes=+1-2", 200, 10}, {"Range: bytes=--5", 200, 10},
        {"Range: bytes=1-2,4-5", 200, 10}, {"Range: bytes=1-2x", 200, 10}, {"Range: bytes=-", 200, 10},
        {"Range: lines=1-2", 200, 10}, {"Range: bytes=3-18446744073709551616", 206, 7},
        {"Range: bytes=-18446744073709551616", 206, 10}, {"range: bytes=9-", 206, 1},
    };
    struct body body;
    unsigned int i;
    long status;

    for (i = 0; i < COUNT_OF(cases); i++)
    {
        status = fetch_with("/data/o?size=10", cases[i].line, &body, NULL);
        CHECK(status == cases[i].status && body.size == cases[i].size, "%s: status %ld, %zu bytes", cases[i].line,
              status, body.size);
    }
    CU_ASSERT_EQUAL(fetch_with("/data/o?size=10", "Range: bytes=18446744073709551616-", &body, NULL), 416);
    CU_ASSERT_EQUAL(fetch_with("/data/o?size=10", "Range: bytes=-0", &body, NULL), 416);
    CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, "/data/o?size=4611686018427387904&seed=3", "4611686018427387894-", &body,
                          &status), CURLE_OK);
    CU_ASSERT_EQUAL(status, 206);
    check_content(&body, 3, UINT64_C(4611686018427387894), 10);
}

static void test_if_range(void)
{
    static const struct
    {
        const char *etag, *line;
        long status;
    } cases[] =
    {
        {"%22a%22", "If-Range: \"a\"", 206}, {"%22a%22", "If-Range: \"b\"", 200},
        {"W/%22a%22", "If-Range: W/\"a\"", 200},
        {"none", "If-Range: Thu, 01 Jan 2026 00:00:00 GMT", 206},
        {"none", "If-Range: Fri, 02 Jan 2026 00:00:00 GMT", 200},
    };
    struct body body;
    unsigned int i;
    CURL *easy;

    for (i = 0; i < COUNT_OF(cases); i++)
    {
        struct curl_slist *lines = curl_slist_append(NULL, cases[i].line);
        char path[128];
        long status;

        snprintf(path, sizeof(path), "/data/i?size=10&etag=%s", cases[i].etag);
        easy = open_easy(server, TESTSERVER_HTTP, path, &body, NULL);
        curl_easy_setopt(easy, CURLOPT_RANGE, "2-");
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, lines);
        status = perform(easy);
        CHECK(status == cases[i].status, "ETag %s, %s: status %ld", cases[i].etag, cases[i].line, status);
        curl_slist_free_all(lines);
    }
}

static void test_bad_requests(void)
{
    static const char *const queries[] =
    {
        "size=x", "size=", "size=-1", "size=4611686018427387905", "status=4294967699", "norange=2",
        "timeout_ms=4294967296", "seed=18446744073709551616", "auth=magic:u:p",
    };
    struct body body;
    unsigned int i;
    char path[128];
    long status;
    CURL *easy;

    for (i = 0; i < COUNT_OF(queries); i++)
    {
        snprintf(path, sizeof(path), "/data/b?%s", queries[i]);
        CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, path, NULL, &body, &status), CURLE_OK);
        CHECK(status == 400, "%s: status %ld", queries[i], status);
    }
    CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, "/data/b?seed=18446744073709551615&size=1", NULL, &body, &status), CURLE_OK);
    CU_ASSERT_EQUAL(status, 200);
    CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, "/elsewhere", NULL, &body, &status), CURLE_OK);
    CU_ASSERT_EQUAL(status, 404);
    easy = open_easy(server, TESTSERVER_HTTP, "/data/b?size=1", &body, NULL);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, "a body");
    CU_ASSERT_EQUAL(perform(easy), 405);
}

static void test_head(void)
{
    struct body body, headers;
    CURL *easy = open_easy(server, TESTSERVER_HTTP, "/data/h?size=4611686018427387904&key=head", &body, &headers);

    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    CU_ASSERT_EQUAL(perform(easy), 200);
    CU_ASSERT_EQUAL(body.size, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(headers.bytes, "\r\nContent-Length: 4611686018427387904\r\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(headers.bytes, "\r\nAccept-Ranges: bytes\r\n"));
    CU_ASSERT_EQUAL(testserver_requests(server, "head"), 1);
    CU_ASSERT_EQUAL(testserver_bytes_sent(server, "head"), 0);
}

static void test_headers(void)
{
    static const struct
    {
        const char *query, *line, *expected;
    } cases[] =
    {
        {"size=10&badrange=1", "Range: bytes=2-3", "\r\nContent-Range: bytes 3-4/11\r\n"},
        {"size=10&nototal=1", "Range: bytes=2-3", "\r\nContent-Range: bytes 2-3/*\r\n"},
        {"size=10", "Range: bytes=10-", "\r\nContent-Range: bytes */10\r\n"},
        {"size=10&gzip=1", "A: b", "\r\nContent-Encoding: gzip\r\n"},
        {"size=10&header=X-Test:%20a%20b", "A: b", "\r\nX-Test: a b\r\n"},
        {"size=10&close=1", "A: b", "\r\nConnection: close\r\n"},
        {"size=10", "Connection: close", "\r\nConnection: close\r\n"},
        {"status=503&retry_after=12", "A: b", "\r\nRetry-After: 12\r\n"},
        {"status=503&retry_after=12&retry_date=1", "A: b", " GMT\r\n"},
        {"size=10&badrange=1&times=0", "Range: bytes=2-3", "\r\nContent-Range: bytes 2-3/10\r\n"},
        {"size=10&otherrange=1", "Range: bytes=2-3", "\r\nContent-Range: bytes 3-4/10\r\n"},
        {"size=10&otherrange=1", "Range: bytes=2-9", "\r\nContent-Range: bytes 1-8/10\r\n"},
        {"size=10&otherrange=1&times=0", "Range: bytes=2-3", "\r\nContent-Range: bytes 2-3/10\r\n"},
        {"status=599", "A: b", "HTTP/1.1 599 "},
        {"size=10&last_modified=Mon", "A: b", "\r\nLast-Modified: Mon\r\n"},
    };
    struct body body, headers;
    unsigned int i;
    char path[128];

    for (i = 0; i < COUNT_OF(cases); i++)
    {
        snprintf(path, sizeof(path), "/data/l?%s", cases[i].query);
        fetch_with(path, cases[i].line, &body, &headers);
        CHECK(strstr(headers.bytes, cases[i].expected), "%s: %s", cases[i].query, headers.bytes);
    }
}

static void test_connections(void)
{
    static const struct
    {
        const char *path;
        long connections;
    } cases[] = {{"/data/k?size=1000", 1}, {"/data/k?size=10", 0}, {"/data/k?size=10&close=1", 0}, {"/data/k", 1}};
    struct body body;
    CURL *easy = open_easy(server, TESTSERVER_HTTPS, "/data/k", &body, NULL);
    long connections;
    unsigned int i;
    char url[128];

    for (i = 0; i < COUNT_OF(cases); i++)
    {
        snprintf(url, sizeof(url), "https://localhost:%u%s", testserver_port(server, TESTSERVER_HTTPS), cases[i].path);
        body.size = 0;
        curl_easy_setopt(easy, CURLOPT_URL, url);
        CU_ASSERT_EQUAL(curl_easy_perform(easy), CURLE_OK);
        CU_ASSERT_EQUAL(curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connections), CURLE_OK);
        CHECK(connections == cases[i].connections, "%s: %ld connections", cases[i].path, connections);
    }
    curl_easy_cleanup(easy);
}

static long follow(const char *path, long *redirects, struct body *body)
{
    CURL *easy = open_easy(server, TESTSERVER_HTTP, path, body, NULL);
    long status = 0;

    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, 5L);
    if (curl_easy_perform(easy) == CURLE_OK)
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy, CURLINFO_REDIRECT_COUNT, redirects);
    curl_easy_cleanup(easy);
    return status;
}

static void test_redirects(void)
{
    struct body body;
    long redirects;

    CU_ASSERT_EQUAL(follow("/data/j?hops=3&size=10&seed=4", &redirects, &body), 200);
    CU_ASSERT_EQUAL(redirects, 3);
    check_content(&body, 4, 0, 10);
    CU_ASSERT_EQUAL(follow("/data/j?redirect=other%3Fsize%3D5%26seed%3D6&code=307", &redirects, &body), 200);
    CU_ASSERT_EQUAL(redirects, 1);
    check_content(&body, 6, 0, 5);
    CU_ASSERT_EQUAL(follow("/data/j?loop=1", &redirects, &body), 0);
    CU_ASSERT_EQUAL(redirects, 5);
}

static void test_content_changes(void)
{
    const char *path = "/data/v?size=10&seed=1&etag=%22a%22&etag2=%22b%22&seed2=2&size2=20&after=1&key=changes";
    struct body body, headers;

    CU_ASSERT_EQUAL(fetch_with(path, "A: b", &body, &headers), 200);
    CU_ASSERT_PTR_NOT_NULL(strstr(headers.bytes, "\r\nETag: \"a\"\r\n"));
    check_content(&body, 1, 0, 10);
    CU_ASSERT_EQUAL(fetch_with(path, "A: b", &body, &headers), 200);
    CU_ASSERT_PTR_NOT_NULL(strstr(headers.bytes, "\r\nETag: \"b\"\r\n"));
    check_content(&body, 2, 0, 20);
}

static void test_credentials(void)
{
    struct body body;
    CURL *easy;
    char proxy[64];

    CU_ASSERT_EQUAL(fetch_with("/data/a?size=10&auth=basic:user:pass", "A: b", &body, NULL), 401);
    easy = open_easy(server, TESTSERVER_HTTP, "/data/a?size=10&auth=basic:user:pass", &body, NULL);
    curl_easy_setopt(easy, CURLOPT_USERPWD, "user:other");
    CU_ASSERT_EQUAL(perform(easy), 401);
    easy = open_easy(server, TESTSERVER_HTTP, "/data/a?size=10&auth=basic:user:pass", &body, NULL);
    curl_easy_setopt(easy, CURLOPT_USERPWD, "user:pass");
    CU_ASSERT_EQUAL(perform(easy), 200);

    snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%u", testserver_port(server, TESTSERVER_HTTP));
    easy = open_easy(server, TESTSERVER_HTTP, "/data/a?size=10&proxy_auth=basic:user:pass", &body, NULL);
    curl_easy_setopt(easy, CURLOPT_PROXY, proxy);
    CU_ASSERT_EQUAL(perform(easy), 407);
    easy = open_easy(server, TESTSERVER_HTTP, "/data/a?size=10&proxy_auth=basic:user:pass", &body, NULL);
    curl_easy_setopt(easy, CURLOPT_PROXY, proxy);
    curl_easy_setopt(easy, CURLOPT_PROXYUSERPWD, "user:pass");
    CU_ASSERT_EQUAL(perform(easy), 200);
    CU_ASSERT_EQUAL(testserver_requests(server, "proxy"), 2);
    CU_ASSERT_EQUAL(testserver_requests(server, "/data/a"), 5);
}

static long fetch_tunnelled(const char *host, const char *user)
{
    struct body body;
    char proxy[64], url[128];
    CURL *easy;

    snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%u", testserver_port(server, TESTSERVER_HTTP));
    snprintf(url, sizeof(url), "https://%s/data/t?size=10", host);
    easy = open_easy(server, TESTSERVER_HTTPS, "", &body, NULL);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROXY, proxy);
    curl_easy_setopt(easy, CURLOPT_PROXYUSERPWD, user);
    return perform(easy);
}

static void test_tunnels(void)
{
    CU_ASSERT_EQUAL(fetch_tunnelled("open.tunnel.test", NULL), 200);
    CU_ASSERT_EQUAL(fetch_tunnelled("basic.tunnel.test", NULL), 0);
    CU_ASSERT_EQUAL(fetch_tunnelled("basic.tunnel.test", TESTSERVER_TUNNEL_USER ":" TESTSERVER_TUNNEL_PASSWORD), 200);
    CU_ASSERT_EQUAL(fetch_tunnelled("elsewhere.invalid", NULL), 0);
    CU_ASSERT_EQUAL(testserver_requests(server, "basic.tunnel.test"), 2);
    CU_ASSERT_EQUAL(testserver_requests(server, "/data/t"), 2);
}

static void test_limited_mischief(void)
{
    struct body body;
    long status;

    CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTPS, "/data/m?size=1000&truncate=0&times=1&key=m1", NULL, &body, &status),
                    CURLE_PARTIAL_FILE);
    CU_ASSERT_EQUAL(body.size, 0);
    CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTPS, "/data/m?size=1000&truncate=0&times=1&key=m1", NULL, &body, &status),
                    CURLE_OK);
    check_content(&body, 7, 0, 1000);
    CU_ASSERT_EQUAL(testserver_bytes_sent(server, "m1"), 1000);
    CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, "/data/m?size=1000&extra=10&close=1&key=m2", NULL, &body, &status),
                    CURLE_OK);
    check_content(&body, 7, 0, 1000);
    CU_ASSERT_EQUAL(testserver_bytes_sent(server, "m2"), 1010);
    CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, "/data/m?size=1000&extra=10&times=0&key=m3", NULL, &body, &status),
                    CURLE_OK);
    CU_ASSERT_EQUAL(testserver_bytes_sent(server, "m3"), 1000);
    CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, "/data/m?size=10&drop=1&key=m4", NULL, &body, &status), CURLE_RECV_ERROR);
    CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, "/data/m?size=10&drop=1&key=m4", NULL, &body, &status), CURLE_OK);
    CU_ASSERT_EQUAL(body.size, 10);
}

static void test_alert(void)
{
    struct body body;
    long status;

    CU_ASSERT_EQUAL(fetch(TESTSERVER_ALERT, "/data/a?size=10", NULL, &body, &status), CURLE_SSL_CONNECT_ERROR);
}

static uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* The bytes behind a place only are slow: the whole body would take longer than this client waits. */
static void test_drip(void)
{
    uint64_t before;
    struct body body;
    long status;

    before = now_ms();
    CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, "/data/d?size=1000&drip=998&key=d2", NULL, &body, &status), CURLE_OK);
    CU_ASSERT(now_ms() - before >= 990);
    check_content(&body, 7, 0, 1000);
    CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, "/data/d?size=1000&drip=0&times=0&key=d3", NULL, &body, &status), CURLE_OK);
}

static void test_pauses(void)
{
    static const char *const paths[] =
    {
        "/data/p?size=5000&delay_ms=100", "/data/p?size=5000&stall=10&stall_ms=100", "/data/p?size=5000&rate=25000",
    };
    struct body body;
    unsigned int i;
    double seconds;
    CURL *easy;

    for (i = 0; i < COUNT_OF(paths); i++)
    {
        easy = open_easy(server, TESTSERVER_HTTP, paths[i], &body, NULL);
        CU_ASSERT_EQUAL(curl_easy_perform(easy), CURLE_OK);
        CU_ASSERT_EQUAL(curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME, &seconds), CURLE_OK);
        CHECK(seconds >= 0.09, "%s: %f s", paths[i], seconds);
        check_content(&body, 7, 0, 5000);
        curl_easy_cleanup(easy);
    }
}

/* A transfer in a thread of its own. */
struct transfer
{
    CURL *easy;
    CURLcode ret;
};

static void *transfer_run(void *context)
{
    struct transfer *transfer = context;

    transfer->ret = curl_easy_perform(transfer->easy);
    return NULL;
}

static void test_hold_before_answer(void)
{
    struct transfer transfer;
    struct body body;
    pthread_t thread;

    transfer.easy = open_easy(server, TESTSERVER_HTTP, "/data/w?size=10&key=w&hold=w", &body, NULL);
    CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, transfer_run, &transfer), 0);
    CU_ASSERT_EQUAL(testserver_wait(server, "w", 1, 20000), 0);
    CU_ASSERT_EQUAL(testserver_bytes_sent(server, "w"), 0);
    CU_ASSERT_EQUAL(testserver_wait(server, "w", 2, 50), -1);
    CU_ASSERT_EQUAL(testserver_bytes_sent(server, "w"), 0);
    testserver_release(server, "w");
    pthread_join(thread, NULL);
    CU_ASSERT_EQUAL(transfer.ret, CURLE_OK);
    check_content(&body, 7, 0, 10);
    CU_ASSERT_EQUAL(testserver_bytes_sent(server, "w"), 10);
    curl_easy_cleanup(transfer.easy);
}

/* Releases what is held once it has come; more can not come before. */
static size_t release_at_5(char *data, size_t size, size_t count, void *context)
{
    struct body *body = context, other;
    long status;

    if (keep_body(data, size, count, body) != size * count)
        return 0;
    if (body->size == 5)
    {
        CU_ASSERT_EQUAL(testserver_bytes_sent(server, "at"), 5);
        CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, "/control/reset?key=at", NULL, &other, &status), CURLE_OK);
        testserver_release(server, "held");
    }
    return size * count;
}

static void test_hold_in_body_and_reset(void)
{
    struct body body;
    CURL *easy = open_easy(server, TESTSERVER_HTTP, "/data/w?size=5000&key=at&hold=held&hold_at=5", &body, NULL);

    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, release_at_5);
    CU_ASSERT_EQUAL(perform(easy), 200);
    check_content(&body, 7, 0, 5000);
    CU_ASSERT_EQUAL(testserver_requests(server, "at"), 0);
    CU_ASSERT_EQUAL(testserver_bytes_sent(server, "at"), 0);
}

/* The first request fails, the second one waits. */
static void test_hold_later_requests(void)
{
    static const char path[] = "/data/l?size=10&key=l&fail=1&hold=l&hold_after=1";
    struct transfer transfer;
    struct body body;
    pthread_t thread;
    long status;

    CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, path, NULL, &body, &status), CURLE_OK);
    CU_ASSERT_EQUAL(status, 500);
    transfer.easy = open_easy(server, TESTSERVER_HTTP, path, &body, NULL);
    CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, transfer_run, &transfer), 0);
    CU_ASSERT_EQUAL(testserver_wait(server, "l", 2, 20000), 0);
    CU_ASSERT_EQUAL(testserver_bytes_sent(server, "l"), 0);
    testserver_release(server, "l");
    pthread_join(thread, NULL);
    CU_ASSERT_EQUAL(transfer.ret, CURLE_OK);
    check_content(&body, 7, 0, 10);
    curl_easy_cleanup(transfer.easy);
}

static void test_stop_ends_what_is_held(void)
{
    static const char *const paths[] = {"/data/s?key=s&size=10&hold=s", "/data/s?key=s&size=10&hold=s&hold_at=2"};
    struct testserver *other = testserver_start(NULL);
    struct transfer transfers[8];
    pthread_t threads[COUNT_OF(transfers)];
    struct body bodies[COUNT_OF(transfers)];
    char ca_path[256];
    unsigned int i;

    CU_ASSERT_PTR_NOT_NULL_FATAL(other);
    snprintf(ca_path, sizeof(ca_path), "%s", testserver_ca_path(other));
    CU_ASSERT_EQUAL(access(ca_path, R_OK), 0);
    for (i = 0; i < COUNT_OF(transfers); i++)
    {
        transfers[i].easy = open_easy(other, i % 2 ? TESTSERVER_HTTPS : TESTSERVER_HTTP, paths[i / 2 % 2], &bodies[i],
                                      NULL);
        CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, transfer_run, &transfers[i]), 0);
    }
    CU_ASSERT_EQUAL(testserver_wait(other, "s", COUNT_OF(transfers), 20000), 0);
    testserver_stop(other);
    for (i = 0; i < COUNT_OF(transfers); i++)
    {
        pthread_join(threads[i], NULL);
        CHECK(transfers[i].ret != CURLE_OK && transfers[i].ret != CURLE_OPERATION_TIMEDOUT, "transfer %u: %d", i,
              transfers[i].ret);
        curl_easy_cleanup(transfers[i].easy);
    }
    CU_ASSERT_EQUAL(access(ca_path, F_OK), -1);
}

static void test_statistics_are_json(void)
{
    struct body body;
    json_t *stats;
    long status;

    CU_ASSERT_EQUAL(fetch_with("/data/q?key=%ff%22", "Range: bytes=\xfe", &body, NULL), 200);
    CU_ASSERT_EQUAL(fetch(TESTSERVER_HTTP, "/control/stats?key=%ff%22", NULL, &body, &status), CURLE_OK);
    stats = json_loadb(body.bytes, body.size, 0, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(stats);
    CU_ASSERT_EQUAL(json_integer_value(json_object_get(stats, "requests")), 1);
    CU_ASSERT_EQUAL(json_integer_value(json_object_get(stats, "concurrent_maximum")), 1);
    CU_ASSERT_EQUAL(json_array_size(json_object_get(stats, "ranges")), 1);
    json_decref(stats);
}

CU_TestInfo testserver_tests[] =
{
    {"content is the same at any offset", test_content_is_the_same_at_any_offset},
    {"ranges", test_ranges},
    {"odd and enormous ranges", test_odd_ranges},
    {"If-Range", test_if_range},
    {"bad requests", test_bad_requests},
    {"HEAD", test_head},
    {"headers", test_headers},
    {"connections are kept and ended", test_connections},
    {"redirects", test_redirects},
    {"the content changes", test_content_changes},
    {"credentials and the proxy", test_credentials},
    {"tunnels", test_tunnels},
    {"the first requests fail", test_fails_first},
    {"broken and endless bodies", test_broken_bodies},
    {"mischief for the first requests, and too much", test_limited_mischief},
    {"an alert", test_alert},
    {"a drip", test_drip},
    {"pauses", test_pauses},
    {"certificates", test_certificates},
    {"control", test_control},
    {"statistics are JSON", test_statistics_are_json},
    {"held before the answer", test_hold_before_answer},
    {"held from a certain request on", test_hold_later_requests},
    {"held in the body; a reset forgets it", test_hold_in_body_and_reset},
    {"stopping ends what is held", test_stop_ends_what_is_held},
    CU_TEST_INFO_NULL
};
