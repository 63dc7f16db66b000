/*
 * Tests of what URLs the engine takes and shows.
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

#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "result.h"
#include "suites.h"
#include "url.h"

static void test_good_urls(void)
{
    static const char *const urls[] =
    {
        "http://example.com",
        "http://example.com/",
        "HTTP://Example.COM/File.bin",
        "https://example.com:8443/a/b?c=d&e=%20#part",
        "http://127.0.0.1:1/",
        "http://127.0.0.1:65535/",
        "http://[::1]/",
        "http://[2001:db8::1]:8080/x",
        "http://localhost?query",
        "http://localhost#fragment",
        "http://a.b/c@d",
        "http://a.b/?user:password@host",
        "http://a.b/c:d//e/../f",
        "http://a.b/\xc3\xbc",
        "http://under_score.example/",
        "https://xn--mnchen-3ya.example/",
    };
    unsigned int i;

    for (i = 0; i < COUNT_OF(urls); i++)
        CHECK(url_check(urls[i]) == S_OK, "%s: %#x", urls[i], (unsigned int)url_check(urls[i]));
}

static void test_bad_urls(void)
{
    static const char *const urls[] =
    {
        "",
        "x",
        "example.com/file",
        "//example.com/file",
        "/file",
        "C:\\file",
        "file:///etc/passwd",
        "file://server/share",
        "ftp://example.com/file",
        "gopher://example.com/",
        "mailto:someone@example.com",
        "javascript:alert(1)",
        "unknown://example.com/",
        "http:",
        "http:/",
        "http://",
        "http:///",
        "http:///file",
        "http:/example.com/",
        "http:example.com",
        "http:\\\\example.com\\file",
        "http//example.com",
        "http ://example.com",
        "http://?query",
        "http://#fragment",
        "http://:80/",
        "http://user@example.com/",
        "http://user:password@example.com/",
        "http://@example.com/",
        "http://:@example.com/",
        "http://example.com:/",
        "http://example.com:0/",
        "http://example.com:00/",
        "http://example.com:65536/",
        "http://example.com:99999999999999999999/",
        "http://example.com:80a/",
        "http://example.com:-1/",
        "http://example.com:8 0/",
        " http://example.com/",
        "http://example.com/ ",
        "http://exam ple.com/",
        "http://example.com/a b",
        "http://example.com/a\tb",
        "http://example.com/a\r\nX-Header: 1",
        "http://example.com/a\x01",
        "http://example.com/a\x7f",
        "http://[::1/",
        "http://::1/",
        "http://[example]/",
        "http://[]/",
        "http://exa<mple.com/",
        "http://example.com\\@other.example/",
        "\xef\xbb\xbfhttp://example.com/",
    };
    unsigned int i;

    for (i = 0; i < COUNT_OF(urls); i++)
        CHECK(url_check(urls[i]) == INET_E_INVALID_URL, "%s: %#x", urls[i], (unsigned int)url_check(urls[i]));
    CU_ASSERT_EQUAL(url_check(NULL), E_INVALIDARG);
}

/* A URL of so many repetitions of a character, behind 20 others. */
static char *make_long_url(unsigned int count, const char *character)
{
    static const char start[] = "http://example.com//";
    char *url = malloc(sizeof(start) + count * strlen(character));
    unsigned int i;

    CU_ASSERT_PTR_NOT_NULL_FATAL(url);
    memcpy(url, start, sizeof(start));
    for (i = 0; i < count; i++)
        memcpy(url + sizeof(start) - 1 + i * strlen(character), character, strlen(character) + 1);
    return url;
}

static void test_length(void)
{
    static const struct
    {
        unsigned int count;
        const char *character;
        int32_t expected;
    }
    rows[] =
    {
        {ENGINE_MAX_URL - 20, "a", S_OK},
        {ENGINE_MAX_URL - 19, "a", E_INVALIDARG},
        {100000, "a", E_INVALIDARG},
        {100000, " ", E_INVALIDARG},
        {ENGINE_MAX_URL - 20, "\xc3\xbc", S_OK},
        {ENGINE_MAX_URL - 19, "\xc3\xbc", E_INVALIDARG},
        {ENGINE_MAX_URL - 20, "\xe2\x82\xac", S_OK},
        /* Windows needs two characters for one such. */
        {(ENGINE_MAX_URL - 20) / 2, "\xf0\x9f\x98\x80", S_OK},
        {(ENGINE_MAX_URL - 20) / 2 + 1, "\xf0\x9f\x98\x80", E_INVALIDARG},
    };
    unsigned int i;
    char *url;

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        url = make_long_url(rows[i].count, rows[i].character);
        CHECK(url_check(url) == rows[i].expected, "row %u: %#x", i, (unsigned int)url_check(url));
        free(url);
    }
}

static void test_https(void)
{
    CU_ASSERT(url_is_https("https://example.com/"));
    CU_ASSERT(url_is_https("HttpS://example.com/"));
    CU_ASSERT(!url_is_https("http://example.com/"));
    CU_ASSERT(!url_is_https("http://https://"));
    CU_ASSERT(!url_is_https("httpsx://example.com/"));
    CU_ASSERT(!url_is_https(""));
}

static void test_host(void)
{
    static const struct
    {
        const char *url;
        const char *host;   /* NULL: there is none */
    }
    rows[] =
    {
        {"http://example.com/", "example.com"},
        {"HTTPS://Example.COM:8443/Path?x", "example.com"},
        {"http://user:password@Host.example/", "host.example"},
        {"http://127.0.0.1:80/", "127.0.0.1"},
        {"http://[::1]:80/", "::1"},
        {"http://[2001:DB8::A]/", "2001:db8::a"},
        {"http://localhost", "localhost"},
        {"http://", NULL},
        {"nonsense", NULL},
        {"", NULL},
    };
    char host[32];
    unsigned int i;
    bool found;

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        strcpy(host, "untouched");
        found = url_get_host(rows[i].url, host, sizeof(host));
        CHECK(found == (rows[i].host != NULL), "%s", rows[i].url);
        CHECK(!strcmp(host, rows[i].host ? rows[i].host : "untouched"), "%s: %s", rows[i].url, host);
    }
}

static void test_host_needs_room(void)
{
    char *buffer;

    CU_ASSERT_PTR_NOT_NULL_FATAL(buffer = malloc(4));
    strcpy(buffer, "old");
    CU_ASSERT(!url_get_host("http://host/", buffer, 4));
    CU_ASSERT(!url_get_host("http://host/", buffer, 0));
    CU_ASSERT(!url_get_host("http://[::12]/", buffer, 4));
    CU_ASSERT_STRING_EQUAL(buffer, "old");
    CU_ASSERT(url_get_host("http://hos/", buffer, 4));
    CU_ASSERT_STRING_EQUAL(buffer, "hos");
    CU_ASSERT(url_get_host("http://[::1]/", buffer, 4));
    CU_ASSERT_STRING_EQUAL(buffer, "::1");
    free(buffer);
}

static void test_redact(void)
{
    static const struct
    {
        const char *url;
        const char *shown;
    }
    rows[] =
    {
        {"http://example.com/file", "http://example.com/file"},
        {"https://example.com:8443/a/b?sig=secret", "https://example.com:8443/a/b"},
        {"https://example.com/a#secret", "https://example.com/a"},
        {"https://example.com/a?secret#secret", "https://example.com/a"},
        {"https://example.com?secret", "https://example.com/"},
        {"http://user@example.com/", "http://example.com/"},
        {"http://user:secret@example.com/a", "http://example.com/a"},
        {"http://secret:@example.com/a", "http://example.com/a"},
        {"http://user:secret@[::1]:80/a?b", "http://[::1]:80/a"},
        {"http://user:sec ret@example.com/", "?"},
        {"http://example.com/a b?secret", "?"},
        {"no url secret", "?"},
        {"unknown://user:secret@host/", "?"},
        {"", "?"},
    };
    unsigned int i;
    char shown[64];

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        url_redact(rows[i].url, shown, sizeof(shown));
        CHECK(!strcmp(shown, rows[i].shown), "%s: %s", rows[i].url, shown);
        CHECK(!strstr(shown, "secret"), "%s", rows[i].url);
    }
}

static void test_redact_is_terminated(void)
{
    static const char whole[] = "http://example.com/a";
    char *buffer;
    size_t size;

    for (size = 1; size <= sizeof(whole); size++)
    {
        CU_ASSERT_PTR_NOT_NULL_FATAL(buffer = malloc(size));
        url_redact("http://user:secret@example.com/a?secret", buffer, size);
        CHECK(strlen(buffer) == size - 1 && !strncmp(buffer, whole, size - 1), "size %zu", size);
        url_redact("none", buffer, size);
        CHECK(!strcmp(buffer, size == 1 ? "" : "?"), "size %zu", size);
        free(buffer);
    }
    url_redact("http://example.com/", NULL, 0);
}

static void test_resolve(void)
{
    static const struct
    {
        const char *base, *location, *expected;
    }
    tests[] =
    {
        {"http://a/b/c?d", "http://x/y", "http://x/y"},
        {"http://a/b/c?d", "/y?z", "http://a/y?z"},
        {"http://a/b/c?d", "y", "http://a/b/y"},
        {"http://a/b/c?d", "../y", "http://a/y"},
        {"http://a/b/c?d", "?y", "http://a/b/c?y"},
        {"https://a:1/b", "//x:2/y", "https://x:2/y"},
        {"http://a/b", "/two words", "http://a/two%20words"},
        {"http://a/b", "ftp://x/", "ftp://x/"},
        {"nonsense:", "/x", NULL},
    };
    unsigned int i;
    char *url;

    for (i = 0; i < COUNT_OF(tests); i++)
    {
        url = url_resolve(tests[i].base, tests[i].location);
        CHECK(tests[i].expected ? url && !strcmp(url, tests[i].expected) : !url, "%u: got %s", i, url ? url : "NULL");
        free(url);
    }
}

static void test_same_origin(void)
{
    static const struct
    {
        const char *a, *b;
        bool same;
    }
    tests[] =
    {
        {"http://a/b", "http://a/c?d", true},
        {"http://a/", "HTTP://A:80/", true},
        {"https://a:443/", "https://a/", true},
        {"http://a/", "https://a/", false},
        {"http://a:1/", "http://a:2/", false},
        {"http://a/", "http://b/", false},
        {"http://a/", "http://a.b/", false},
        {"http://localhost/", "http://127.0.0.1/", false},
        {"http://a/", "nonsense:", false},
    };
    unsigned int i;

    for (i = 0; i < COUNT_OF(tests); i++)
    {
        CHECK(url_same_origin(tests[i].a, tests[i].b) == tests[i].same, "%u", i);
        CHECK(url_same_origin(tests[i].b, tests[i].a) == tests[i].same, "%u, turned round", i);
    }
}

CU_TestInfo url_tests[] =
{
    {"good URLs are taken", test_good_urls},
    {"bad URLs are refused", test_bad_urls},
    {"length is limited", test_length},
    {"https", test_https},
    {"the host", test_host},
    {"the host needs room", test_host_needs_room},
    {"secrets are not shown", test_redact},
    {"what is shown is terminated", test_redact_is_terminated},
    {"targets of redirects", test_resolve},
    {"the same origin", test_same_origin},
    CU_TEST_INFO_NULL
};
