/*
 * Tests of the headers that clients want in requests.
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
#include <string.h>

#include "alloc_failure.h"
#include "custom_headers.h"
#include "suites.h"

/* Compares with the lines that are expected, each ended by a bar. */
static void check_list(const char *text, const char *expected)
{
    const struct curl_slist *entry;
    struct curl_slist *list;
    bool failed = false;
    char lines[512] = "";

    list = custom_headers_build(text, &failed);
    for (entry = list; entry; entry = entry->next)
    {
        strcat(lines, entry->data);
        strcat(lines, "|");
    }
    CU_ASSERT_FALSE(failed);
    CHECK(!strcmp(lines, expected), "%s: got %s", text, lines);
    custom_headers_free(list);
}

static void test_headers(void)
{
    check_list("", "");
    check_list("A: b\r\n", "A: b|");
    check_list("A: b", "A: b|");
    check_list("A:b\r\nX-Long_name.1:  two words \t\r\n", "A: b|X-Long_name.1: two words|");
    check_list("Authorization: Basic abc==\r\nCookie: a=1; b=2\r\n", "Authorization: Basic abc==|Cookie: a=1; b=2|");
    check_list("A: \xc3\xbc\r\n", "A: \xc3\xbc|");
}

static void test_lax_forms(void)
{
    check_list("A=b\nC=d=e:f\n", "A: b|C: d=e:f|");
    check_list("A: b\nC: d", "A: b|C: d|");
    check_list("A: b\r\n\r\n\nC: d\r\n", "A: b|C: d|");
}

/* A bare colon would make libcurl leave its own header out. */
static void test_empty_value(void)
{
    check_list("A:\r\nUser-Agent: \r\n", "A;|User-Agent;|");
}

static void test_no_headers(void)
{
    check_list("nonsense\r\n: value\r\n=value\r\nA B: c\r\n(A): b\r\n\xc3\xbc: b\r\nGood: 1\r\n", "Good: 1|");
    check_list("GET / HTTP/1.1\r\nGood: 1\r\n", "Good: 1|");
    check_list("A: b\r\n folded: c\r\n\tfolded: d\r\n", "A: b|");
}

static void test_control_characters(void)
{
    check_list("A: b\rHost: evil\r\n", "");
    check_list("A: b\r\r\nB: c\r\n", "B: c|");
    check_list("A: b\x01\r\nB: c\x7f\r\nC: d\te\r\n", "C: d\te|");
    check_list("A: b\r\n\r\nGET /other HTTP/1.1\r\nHost: evil\r\n\r\n", "A: b|");
}

static void test_headers_of_the_engine(void)
{
    check_list("Host: a\r\nRANGE: bytes=0-1\r\ncontent-length: 5\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
               "TE: trailers\r\nTrailer: a\r\nUpgrade: h2c\r\nKeep-Alive: 1\r\nExpect: 100-continue\r\n"
               "If-Range: \"a\"\r\nIf-Match: *\r\nIf-None-Match: *\r\nIf-Modified-Since: x\r\n"
               "If-Unmodified-Since: x\r\nAccept-Encoding: gzip\r\nContent-Encoding: gzip\r\n"
               "Proxy-Authorization: Basic x\r\nProxy-Connection: close\r\nHost=b\n", "");
    check_list("Hosts: a\r\nRanges: b\r\nTEA: c\r\nIf: d\r\nProxy: e\r\n", "Hosts: a|Ranges: b|TEA: c|If: d|Proxy: e|");
}

static void test_no_memory(void)
{
    struct curl_slist *list;
    unsigned int n = 0;
    bool failed, none;

    do
    {
        failed = false;
        alloc_failure_set(++n);
        list = custom_headers_build("A: b\r\nC: d\r\n", &failed);
        none = alloc_failure_clear();
        CHECK(failed == none && !list == none, "allocation %u", n);
        custom_headers_free(list);
    } while (none);
    CU_ASSERT(n > 2);
}

CU_TestInfo custom_headers_tests[] =
{
    {"headers", test_headers},
    {"lax forms", test_lax_forms},
    {"an empty value", test_empty_value},
    {"what is no header", test_no_headers},
    {"control characters", test_control_characters},
    {"headers of the engine", test_headers_of_the_engine},
    {"no memory", test_no_memory},
    CU_TEST_INFO_NULL
};
