/*
 * Tests of the choice of a proxy.
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

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proxy.h"
#include "suites.h"

#define HTTP_URL "http://example.com/file"
#define HTTPS_URL "https://example.com/file"

static void test_unset(void)
{
    char buffer[64] = "untouched";

    CU_ASSERT_EQUAL(proxy_for_url(NULL, NULL, HTTP_URL, buffer, sizeof(buffer)), PROXY_CHOICE_UNSET);
    CU_ASSERT_EQUAL(proxy_for_url("", NULL, HTTP_URL, buffer, sizeof(buffer)), PROXY_CHOICE_UNSET);
    CU_ASSERT_EQUAL(proxy_for_url(" ;\t; ", "*", HTTP_URL, buffer, sizeof(buffer)), PROXY_CHOICE_UNSET);
    CU_ASSERT_STRING_EQUAL(buffer, "untouched");
}

static void test_list(void)
{
    static const struct
    {
        const char *list;
        const char *url;
        const char *proxy;  /* NULL: none */
    }
    rows[] =
    {
        {"proxy:8080", HTTP_URL, "http://proxy:8080"},
        {"proxy:8080", HTTPS_URL, "http://proxy:8080"},
        {"proxy", HTTP_URL, "http://proxy:80"},
        {"proxy", HTTPS_URL, "http://proxy:80"},
        {"http://proxy:8080", HTTPS_URL, "http://proxy:8080"},
        {"http://proxy:8080/", HTTPS_URL, "http://proxy:8080"},
        {"HTTP://Proxy:8080", HTTP_URL, "http://Proxy:8080"},
        {"https://proxy", HTTP_URL, "https://proxy:443"},
        {"10.0.0.1:3128", HTTP_URL, "http://10.0.0.1:3128"},
        {"[::1]:3128", HTTP_URL, "http://[::1]:3128"},
        {"[::1]", HTTP_URL, "http://[::1]:80"},
        {"::1", HTTP_URL, "http://[::1]:80"},
        {"http=a:1;https=b:2", HTTP_URL, "http://a:1"},
        {"http=a:1;https=b:2", HTTPS_URL, "http://b:2"},
        {"http=a:1 https=b:2", HTTPS_URL, "http://b:2"},
        {"  http=a:1\t;\r\n https=b:2 ;", HTTPS_URL, "http://b:2"},
        {"HTTP=a:1;HttpS=b:2", HTTPS_URL, "http://b:2"},
        {"http=http://a:1;https=https://b:2", HTTP_URL, "http://a:1"},
        {"http=http://a:1;https=https://b:2", HTTPS_URL, "https://b:2"},
        {"https=b:2", HTTP_URL, NULL},
        {"ftp=c:3", HTTP_URL, NULL},
        {"http=a:1;http=b:2", HTTP_URL, "http://a:1"},
        {"a:1;b:2", HTTP_URL, "http://a:1"},
        /* An entry of its own comes before the one for all, and that before SOCKS. */
        {"a:1;https=b:2", HTTPS_URL, "http://b:2"},
        {"a:1;https=b:2", HTTP_URL, "http://a:1"},
        {"socks=s:3;a:1", HTTP_URL, "http://a:1"},
        {"socks=s:3;http=a:1", HTTP_URL, "http://a:1"},
        {"socks=s:3;http=a:1", HTTPS_URL, "socks4://s:3"},
        {"socks=s", HTTP_URL, "socks4://s:1080"},
        {"socks=socks5://s", HTTP_URL, "socks5://s:1080"},
        {"socks=SOCKS5H://s:1", HTTP_URL, "socks5h://s:1"},
        {"socks4a://s:1", HTTP_URL, "socks4a://s:1"},
        {"socks://s:1", HTTP_URL, "socks4://s:1"},
        {"xn--mnchen-3ya.example:1", HTTP_URL, "http://xn--mnchen-3ya.example:1"},
    };
    enum proxy_choice choice;
    char buffer[64];
    unsigned int i;

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        strcpy(buffer, "untouched");
        choice = proxy_for_url(rows[i].list, NULL, rows[i].url, buffer, sizeof(buffer));
        CHECK(choice == (rows[i].proxy ? PROXY_CHOICE_USE : PROXY_CHOICE_DIRECT), "%s", rows[i].list);
        CHECK(!strcmp(buffer, rows[i].proxy ? rows[i].proxy : "untouched"), "%s: %s", rows[i].list, buffer);
    }
}

static void test_malformed_is_passed_over(void)
{
    static const char *const entries[] =
    {
        "http=", "=", "=x:1", ":80", "a:", "a:0", "a:65536", "a:99999999999", "a:8x", "a:-1", "http=:80", "://a:1",
        "ftp://a:1", "user:password@a:1", "user@a:1", "a:1/path", "http=http://", "[::1", "[::1]x", "[]:1", "[::1]:",
        "a:1:2", "[a]b:1", "a%20b:1", "a\\b:1", "a?b", "a#b", "http=a=b:1", "/", "a,b:1", "http=\"a\":1",
        "[::1]:0", "http://http://a:1",
    };
    char list[128], buffer[64];
    unsigned int i;

    for (i = 0; i < COUNT_OF(entries); i++)
    {
        strcpy(buffer, "untouched");
        CHECK(proxy_for_url(entries[i], NULL, HTTP_URL, buffer, sizeof(buffer)) == PROXY_CHOICE_DIRECT, "%s: %s",
              entries[i], buffer);
        CHECK(!strcmp(buffer, "untouched"), "%s: %s", entries[i], buffer);
        snprintf(list, sizeof(list), "%s;http=good:1", entries[i]);
        CHECK(proxy_for_url(list, NULL, HTTP_URL, buffer, sizeof(buffer)) == PROXY_CHOICE_USE, "%s", list);
        CHECK(!strcmp(buffer, "http://good:1"), "%s: %s", list, buffer);
    }
}

static void test_room(void)
{
    char long_list[700], *buffer;
    size_t length;

    CU_ASSERT_PTR_NOT_NULL_FATAL(buffer = malloc(11));
    CU_ASSERT_EQUAL(proxy_for_url("abcd:1", NULL, HTTP_URL, buffer, 11), PROXY_CHOICE_DIRECT);
    CU_ASSERT_EQUAL(proxy_for_url("abcd:1 abc:12 ab:1", NULL, HTTP_URL, buffer, 11), PROXY_CHOICE_DIRECT);
    CU_ASSERT_EQUAL(proxy_for_url("abcd:1 a:1", NULL, HTTP_URL, buffer, 11), PROXY_CHOICE_USE);
    CU_ASSERT_STRING_EQUAL(buffer, "http://a:1");
    CU_ASSERT_EQUAL(proxy_for_url("a:1", NULL, HTTP_URL, buffer, 0), PROXY_CHOICE_DIRECT);
    free(buffer);

    /* No name in the DNS is that long. */
    CU_ASSERT_PTR_NOT_NULL_FATAL(buffer = malloc(2000));
    memset(long_list, 'a', sizeof(long_list));
    for (length = 256; length < sizeof(long_list) - 5; length++)
    {
        strcpy(long_list + length, " b:1");
        CU_ASSERT_EQUAL(proxy_for_url(long_list, NULL, HTTP_URL, buffer, 2000), PROXY_CHOICE_USE);
        CU_ASSERT_STRING_EQUAL(buffer, "http://b:1");
        long_list[length] = long_list[length + 1] = long_list[length + 2] = long_list[length + 3] = 'a';
    }
    free(buffer);
}

static void test_bypass(void)
{
    static const struct
    {
        const char *bypass;
        const char *url;
        bool direct;
    }
    rows[] =
    {
        {NULL, HTTP_URL, false},
        {"", HTTP_URL, false},
        {" ; ", HTTP_URL, false},
        {"example.com", HTTP_URL, true},
        {"EXAMPLE.com", "http://Example.COM/", true},
        {"example.com", "http://www.example.com/", false},
        {"example.co", HTTP_URL, false},
        {"xample.com", HTTP_URL, false},
        {"other;example.com", HTTP_URL, true},
        {"other example.com", HTTP_URL, true},
        {"*", HTTP_URL, true},
        {"*.example.com", "http://www.example.com/", true},
        {"*.example.com", "http://a.b.example.com/", true},
        {"*.example.com", HTTP_URL, false},
        {"*example.com", HTTP_URL, true},
        {"exa*", HTTP_URL, true},
        {"e*a*l*m", HTTP_URL, true},
        {"e**com", HTTP_URL, true},
        {"e*z*m", HTTP_URL, false},
        {"*.com*", HTTP_URL, true},
        {"*.com.", HTTP_URL, false},
        {"10.*", "http://10.1.2.3/", true},
        {"10.*", "http://110.1.2.3/", false},
        {"<local>", HTTP_URL, false},
        {"<LOCAL>", "http://intranet/", true},
        {"<local>", "http://intranet:8080/", true},
        {"<local>", "http://127.0.0.1/", false},
        {"<local>", "http://[::1]/", false},
        {"<local>;*.com", HTTP_URL, true},
        {"localhost", "http://localhost:81/", true},
        {"localhost:81", "http://localhost:81/", true},
        {"localhost:80", "http://localhost:81/", false},
        {"localhost:80", "http://localhost/", true},
        {"localhost:443", "https://localhost/", true},
        {"localhost:80", "https://localhost/", false},
        {"*:8080", "http://a.b:8080/", true},
        {"*:8080", "http://a.b/", false},
        {"http://example.com", HTTP_URL, true},
        {"http://example.com", HTTPS_URL, false},
        {"HTTPS://example.com", HTTPS_URL, true},
        {"https://*:443", HTTPS_URL, true},
        {"ftp://example.com", HTTP_URL, false},
        {"[::1]", "http://[::1]/", true},
        {"[::1]:80", "http://[::1]/", true},
        {"[::1]:81", "http://[::1]/", false},
        {"::1", "http://[::1]:9/", true},
        {"::2", "http://[::1]:9/", false},
        {"example.com:", HTTP_URL, false},
        {"example.com:x", HTTP_URL, false},
        {":80", HTTP_URL, false},
        {"http://", HTTP_URL, false},
    };
    enum proxy_choice choice;
    char buffer[64];
    unsigned int i;

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        choice = proxy_for_url("proxy:8080", rows[i].bypass, rows[i].url, buffer, sizeof(buffer));
        CHECK(choice == (rows[i].direct ? PROXY_CHOICE_DIRECT : PROXY_CHOICE_USE), "row %u: %s, %s", i,
              rows[i].bypass ? rows[i].bypass : "NULL", rows[i].url);
    }
}

/* A pattern made to keep a simple-minded matcher busy for years. */
static void test_pattern_takes_no_time(void)
{
    char url[256] = "http://", pattern[256] = "", buffer[64];
    unsigned int i;

    for (i = 0; i < 100; i++)
    {
        strcat(url, "a");
        strcat(pattern, "a*");
    }
    strcat(pattern, "b");
    CU_ASSERT_EQUAL(proxy_for_url("proxy:1", pattern, url, buffer, sizeof(buffer)), PROXY_CHOICE_USE);
}

static void test_bad_url(void)
{
    char buffer[64];

    CU_ASSERT_EQUAL(proxy_for_url("proxy:1", NULL, "http://", buffer, sizeof(buffer)), PROXY_CHOICE_DIRECT);
    CU_ASSERT_EQUAL(proxy_for_url("proxy:1", NULL, "nonsense", buffer, sizeof(buffer)), PROXY_CHOICE_DIRECT);
}

CU_TestInfo proxy_tests[] =
{
    {"no list", test_unset},
    {"the entry for a protocol", test_list},
    {"malformed entries are passed over", test_malformed_is_passed_over},
    {"entries that do not fit are passed over", test_room},
    {"the bypass list", test_bypass},
    {"no pattern takes long", test_pattern_takes_no_time},
    {"no host, no proxy", test_bad_url},
    CU_TEST_INFO_NULL
};
