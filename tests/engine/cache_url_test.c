/*
 * Tests of the list of cache hosts, and of what URLs become for them.
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
#include <stdlib.h>
#include <string.h>

#include "cache_url.h"
#include "suites.h"

/* The list as it was understood, with blanks between the entries. */
static void format_hosts(const char *list, char *text, size_t size, unsigned int *ignored)
{
    struct cache_hosts hosts;
    char label[CACHE_LABEL_MAX];
    size_t used = 0;
    unsigned int i;

    cache_hosts_parse(&hosts, list, ignored);
    for (*text = 0, i = 0; i < hosts.count; i++)
    {
        cache_host_label(&hosts.hosts[i], label, sizeof(label));
        used += (size_t)snprintf(text + used, size - used, "%s%s", i ? " " : "", label);
        CU_ASSERT_FATAL(used < size);
    }
}

static void test_lists(void)
{
    static const struct
    {
        const char *list, *hosts;
    } rows[] =
    {
        {"", ""},
        {",", ""},
        {" , ,\t", ""},
        {"cache.lan", "cache.lan"},
        {"Cache.LAN", "cache.lan"},
        {"cache.lan.", "cache.lan."},
        {"  cache.lan\r\n", "cache.lan"},
        {"a,b,c", "a b c"},
        {",a,, b ,", "a b"},
        {"a,b,A", "a b"},
        {"a,a:80", "a a:80"},
        {"a,https://a", "a https://a"},
        {"10.0.0.1", "10.0.0.1"},
        {"10.0.0.1:8080", "10.0.0.1:8080"},
        {"cache.lan:1", "cache.lan:1"},
        {"cache.lan:65535", "cache.lan:65535"},
        {"under_score.lan", "under_score.lan"},
        {"[::1]", "[::1]"},
        {"[2001:DB8::1]:8080", "[2001:db8::1]:8080"},
        {"2001:db8::1", "[2001:db8::1]"},
        {"::ffff:10.0.0.1", "[::ffff:10.0.0.1]"},
        {"http://cache.lan", "cache.lan"},
        {"HTTP://cache.lan:8080/", "cache.lan:8080"},
        {"https://cache.lan", "https://cache.lan"},
        {"https://[::1]:8443/", "https://[::1]:8443"},
        {"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"},
    };
    unsigned int i, ignored;
    char text[256];

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        format_hosts(rows[i].list, text, sizeof(text), &ignored);
        CHECK(!strcmp(text, rows[i].hosts) && !ignored, "%s: %s, %u ignored", rows[i].list, text, ignored);
    }
}

static void test_malformed_entries(void)
{
    static const char *const entries[] =
    {
        "a b", "a/b", "a/", "http://a/b", "http://", "https:///", "ftp://a", "http:a", "//a", "user@a", "user:1@a",
        "a:", "a:0", "a:65536", "a:123456", "a:8x", "a:-1", "a: 1", ":80", "a..b", ".a", "-a", "a-", "a?b", "a#b",
        "a%20", "[::1", "::1]", "[]", "[a]", "[10.0.0.1]", "[::1]80", "[::1]:", "[::1]:0", "[fe80::1%25eth0]",
        "fe80::1%eth0", "1:2:3", "\xc3\xbc.lan", "a;b", "a\\b", "a\tb", "*", "\"a\"",
    };
    unsigned int i, ignored;
    char list[64], text[64];

    for (i = 0; i < COUNT_OF(entries); i++)
    {
        snprintf(list, sizeof(list), "one,%s,two", entries[i]);
        format_hosts(list, text, sizeof(text), &ignored);
        CHECK(!strcmp(text, "one two") && ignored == 1, "%s: %s, %u ignored", entries[i], text, ignored);
    }
}

static void test_limits(void)
{
    char list[4096] = "", text[4096], name[CACHE_NAME_MAX + 2];
    unsigned int i, ignored;
    size_t used = 0;

    for (i = 0; i < CACHE_MAX_HOSTS + 3; i++)
        used += (size_t)snprintf(list + used, sizeof(list) - used, "host%u,", i);
    format_hosts(list, text, sizeof(text), &ignored);
    CU_ASSERT_EQUAL(ignored, 3);
    CU_ASSERT(strstr(text, "host15") && !strstr(text, "host16"));

    memset(name, 'a', sizeof(name));
    name[CACHE_NAME_MAX - 3] = 0;
    format_hosts(name, text, sizeof(text), &ignored);
    CU_ASSERT_STRING_EQUAL(text, name);
    name[CACHE_NAME_MAX - 3] = 'a';
    name[CACHE_NAME_MAX - 2] = 0;
    format_hosts(name, text, sizeof(text), &ignored);
    CU_ASSERT_STRING_EQUAL(text, "");
    CU_ASSERT_EQUAL(ignored, 1);
}

static char *rewrite(const char *url, const char *entry)
{
    struct cache_hosts hosts;
    unsigned int ignored;

    cache_hosts_parse(&hosts, entry, &ignored);
    CU_ASSERT_EQUAL_FATAL(hosts.count, 1);
    return cache_url_rewrite(url, &hosts.hosts[0]);
}

static void test_rewrite(void)
{
    static const struct
    {
        const char *url, *entry, *rewritten;
    } rows[] =
    {
        {"http://dl.example.net/files/app.bin?sig=2", "cache.lan",
         "http://cache.lan/files/app.bin?sig=2&cacheHostOrigin=dl.example.net"},
        {"http://dl.example.net/files/app.bin", "cache.lan",
         "http://cache.lan/files/app.bin?cacheHostOrigin=dl.example.net"},
        {"http://dl.example.net", "cache.lan", "http://cache.lan/?cacheHostOrigin=dl.example.net"},
        {"http://dl.example.net?a=b", "cache.lan", "http://cache.lan/?a=b&cacheHostOrigin=dl.example.net"},
        {"http://dl.example.net/?", "cache.lan", "http://cache.lan/?cacheHostOrigin=dl.example.net"},
        {"http://dl.example.net/a#part", "cache.lan", "http://cache.lan/a?cacheHostOrigin=dl.example.net"},
        {"http://dl.example.net#part?no", "cache.lan", "http://cache.lan/?cacheHostOrigin=dl.example.net"},
        {"http://dl.example.net/a?b#c?d#e", "cache.lan", "http://cache.lan/a?b&cacheHostOrigin=dl.example.net"},
        /* Path and query are those of the origin, to the letter. */
        {"http://dl.example.net/a/../b//c/%2e%2E/%41;x=1/@:80?q=http://x/?y&&z=%20+", "cache.lan",
         "http://cache.lan/a/../b//c/%2e%2E/%41;x=1/@:80?q=http://x/?y&&z=%20+&cacheHostOrigin=dl.example.net"},
        /* The host alone is told; the port stays, unless the entry has one. */
        {"http://dl.example.net:8080/a", "cache.lan", "http://cache.lan:8080/a?cacheHostOrigin=dl.example.net"},
        {"http://dl.example.net:8080/a", "cache.lan:3128", "http://cache.lan:3128/a?cacheHostOrigin=dl.example.net"},
        {"http://dl.example.net/a", "cache.lan:3128", "http://cache.lan:3128/a?cacheHostOrigin=dl.example.net"},
        {"http://dl.example.net/a", "10.0.0.1", "http://10.0.0.1/a?cacheHostOrigin=dl.example.net"},
        {"http://dl.example.net/a", "2001:db8::1", "http://[2001:db8::1]/a?cacheHostOrigin=dl.example.net"},
        {"http://dl.example.net:81/a", "[2001:db8::1]", "http://[2001:db8::1]:81/a?cacheHostOrigin=dl.example.net"},
        {"http://dl.example.net:81/a", "[::1]:82", "http://[::1]:82/a?cacheHostOrigin=dl.example.net"},
        {"http://[2001:db8::2]:81/a", "cache.lan", "http://cache.lan:81/a?cacheHostOrigin=2001%3Adb8%3A%3A2"},
        {"http://[2001:db8::2]/a", "cache.lan", "http://cache.lan/a?cacheHostOrigin=2001%3Adb8%3A%3A2"},
        {"http://10.0.0.2/a", "cache.lan", "http://cache.lan/a?cacheHostOrigin=10.0.0.2"},
        {"http://DL.Example.NET/A", "cache.lan", "http://cache.lan/A?cacheHostOrigin=dl.example.net"},
        {"HTTP://dl.example.net/a", "cache.lan", "HTTP://cache.lan/a?cacheHostOrigin=dl.example.net"},
        /* TLS goes to a host for TLS only, and nothing else does. */
        {"https://dl.example.net/a", "https://cache.lan", "https://cache.lan/a?cacheHostOrigin=dl.example.net"},
        {"https://dl.example.net:444/a", "https://cache.lan:8443",
         "https://cache.lan:8443/a?cacheHostOrigin=dl.example.net"},
        {"https://dl.example.net/a", "cache.lan", NULL},
        {"https://dl.example.net/a", "http://cache.lan", NULL},
        {"https://dl.example.net/a", "cache.lan:443", NULL},
        {"http://dl.example.net/a", "https://cache.lan", NULL},
        /* Somebody else chose an origin already. */
        {"http://dl.example.net/a?cacheHostOrigin=x", "cache.lan", NULL},
        {"http://dl.example.net/a?b&CACHEHOSTORIGIN=x", "cache.lan", NULL},
        {"http://dl.example.net/a?b&cacheHostOrigin&c", "cache.lan", NULL},
        {"http://dl.example.net/a?b&cacheHostOrigin", "cache.lan", NULL},
        {"http://dl.example.net/a?cacheHostOrigins=x", "cache.lan",
         "http://cache.lan/a?cacheHostOrigins=x&cacheHostOrigin=dl.example.net"},
        {"http://dl.example.net/a?xcacheHostOrigin=x", "cache.lan",
         "http://cache.lan/a?xcacheHostOrigin=x&cacheHostOrigin=dl.example.net"},
        {"http://dl.example.net/cacheHostOrigin=x#?cacheHostOrigin=x", "cache.lan",
         "http://cache.lan/cacheHostOrigin=x?cacheHostOrigin=dl.example.net"},
    };
    unsigned int i;
    char *url;

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        url = rewrite(rows[i].url, rows[i].entry);
        CHECK(rows[i].rewritten ? url && !strcmp(url, rows[i].rewritten) : !url, "%s for %s: %s", rows[i].url,
              rows[i].entry, url ? url : "nothing");
        free(url);
    }
}

static void test_long_names(void)
{
    char url[600] = "http://", *rewritten;

    memset(url + 7, 'a', 250);
    memcpy(url + 257, "/x", 3);
    rewritten = rewrite(url, "cache.lan");
    CU_ASSERT(rewritten && strlen(rewritten) == strlen("http://cache.lan/x?cacheHostOrigin=") + 250);
    free(rewritten);
    memset(url + 7, 'a', 400);
    memcpy(url + 407, "/x", 3);
    CU_ASSERT_PTR_NULL(rewrite(url, "cache.lan"));
}

CU_TestInfo cache_url_tests[] =
{
    {"entries of a list of cache hosts", test_lists},
    {"malformed entries are passed over", test_malformed_entries},
    {"limits of a list", test_limits},
    {"what URLs become", test_rewrite},
    {"long host names", test_long_names},
    CU_TEST_INFO_NULL
};
