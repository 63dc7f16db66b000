/*
 * Tests of the parsing of HTTP response headers.
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

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "http_header.h"
#include "suites.h"

#define UNKNOWN ENGINE_SIZE_UNKNOWN
#define NOW 1600000000  /* Sun, 13 Sep 2020 12:26:40 GMT */
#define LIMIT 3600

/* A copy without terminating zero, so that reading too far is noticed. */
static char *copy_exactly(const char *text, size_t length)
{
    char *copy = malloc(length ? length : 1);

    CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
    memcpy(copy, text, length);
    return copy;
}

static void test_content_range(void)
{
    static const struct
    {
        const char *value;
        struct content_range range;
    }
    rows[] =
    {
        {"bytes 0-0/1", {0, 0, 1}},
        {"bytes 0-1048575/10485760", {0, 1048575, 10485760}},
        {"bytes 10-19/20", {10, 19, 20}},
        {"bytes 10-19/*", {10, 19, UNKNOWN}},
        {"bytes */0", {UNKNOWN, UNKNOWN, 0}},
        {"bytes */1234", {UNKNOWN, UNKNOWN, 1234}},
        {"  BYTES \t 1-2/3 \t", {1, 2, 3}},
        {"bytes 007-008/0100", {7, 8, 100}},
        {"bytes 0-18446744073709551613/18446744073709551614", {0, UNKNOWN - 2, UNKNOWN - 1}},
        {"bytes 0-18446744073709551614/*", {0, UNKNOWN - 1, UNKNOWN}},
    };
    struct content_range range;
    unsigned int i;
    char *value;

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        memset(&range, 0xee, sizeof(range));
        value = copy_exactly(rows[i].value, strlen(rows[i].value));
        CHECK(content_range_parse(value, strlen(rows[i].value), &range), "%s", rows[i].value);
        CHECK(range.first == rows[i].range.first && range.last == rows[i].range.last
              && range.total == rows[i].range.total, "%s", rows[i].value);
        free(value);
    }
}

static void test_bad_content_range(void)
{
    static const char *const values[] =
    {
        "", " ", "bytes", "bytes ", "bytes 0", "bytes 0-", "bytes 0-1", "bytes 0-1/", "bytes -1/2", "bytes /2",
        "bytes */", "bytes */*", "bytes *", "bytes *-1/2", "bytes 0-*/2", "bytes 5-4/10", "bytes 0-10/10",
        "bytes 0-1/0", "bytes 0-1/2x", "bytes 0-1/2 3", "bytes 0 - 1/2", "bytes 0-1 /2", "bytes 0-1/ 2",
        "bytes=0-1/2", "bytes:0-1/2", "bytes0-1/2", "byte 0-1/2", "items 0-1/2", "0-1/2", "bytes +0-1/2",
        "bytes 0-1/-2", "bytes 0x0-1/2", "bytes 0-1/18446744073709551615", "bytes 0-18446744073709551615/*",
        "bytes 18446744073709551615-18446744073709551615/*", "bytes 0-1/18446744073709551616",
        "bytes 0-99999999999999999999999999999/*", "bytes 0-1/2, bytes 3-4/5", "bytes 0-1,3-4/5", "bytes 0--1/2",
    };
    struct content_range range;
    unsigned int i;
    char *value;

    for (i = 0; i < COUNT_OF(values); i++)
    {
        memset(&range, 0, sizeof(range));
        value = copy_exactly(values[i], strlen(values[i]));
        CHECK(!content_range_parse(value, strlen(values[i]), &range), "%s", values[i]);
        CHECK(!range.first && !range.last && !range.total, "%s", values[i]);
        free(value);
    }
    CU_ASSERT(!content_range_parse("bytes 0-1/2\0", 12, &range));
}

/* Every part of a good value that ends too early is malformed, or else a smaller number. */
static void test_cut_content_range(void)
{
    static const char whole[] = "bytes 10-19/200";
    struct content_range range;
    size_t length;
    char *value;

    for (length = 0; length < sizeof(whole); length++)
    {
        value = copy_exactly(whole, length);
        CHECK(content_range_parse(value, length, &range) == (length >= 14), "length %zu", length);
        free(value);
    }
}

static void test_number(void)
{
    static const struct
    {
        const char *value;
        uint64_t number;    /* UNKNOWN: refused */
    }
    rows[] =
    {
        {"0", 0},
        {"12345", 12345},
        {" \t42\t ", 42},
        {"0000000000000000000000000042", 42},
        {"18446744073709551614", UNKNOWN - 1},
        {"18446744073709551615", UNKNOWN},
        {"18446744073709551616", UNKNOWN},
        {"28446744073709551614", UNKNOWN},
        {"184467440737095516140", UNKNOWN},
        {"", UNKNOWN},
        {"  ", UNKNOWN},
        {"-1", UNKNOWN},
        {"+1", UNKNOWN},
        {"1 2", UNKNOWN},
        {"1,1", UNKNOWN},
        {"1.0", UNKNOWN},
        {"0x10", UNKNOWN},
        {"1e3", UNKNOWN},
        {"a", UNKNOWN},
        {"1\r", UNKNOWN},
    };
    uint64_t number;
    unsigned int i;
    char *value;

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        number = 0xdead;
        value = copy_exactly(rows[i].value, strlen(rows[i].value));
        CHECK(http_number_parse(value, strlen(rows[i].value), &number) == (rows[i].number != UNKNOWN), "%s",
              rows[i].value);
        CHECK(number == (rows[i].number == UNKNOWN ? 0xdead : rows[i].number), "%s: %" PRIu64, rows[i].value, number);
        free(value);
    }
}

static void test_retry_after(void)
{
    static const struct
    {
        const char *value;
        int64_t seconds;    /* -1: refused */
    }
    rows[] =
    {
        {"0", 0},
        {"120", 120},
        {" 120 ", 120},
        {"3600", 3600},
        {"3601", LIMIT},
        {"4294967296", LIMIT},
        {"99999999999999999999999999", LIMIT},
        {"Sun, 13 Sep 2020 12:26:40 GMT", 0},
        {"Sun, 13 Sep 2020 12:26:50 GMT", 10},
        {" Sunday, 13-Sep-20 12:27:40 GMT", 60},
        {"Sun Sep 13 12:28:40 2020", 120},
        {"Sun, 13 Sep 2020 12:00:00 GMT", 0},
        {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
        {"Fri, 31 Dec 9999 23:59:59 GMT", LIMIT},
        {"", -1},
        {" ", -1},
        {"-5", -1},
        {"soon", -1},
        {"1.5", -1},
        {"12 monkeys", -1},
        {"Sun, 13 Sep 2020 12:26:50 GMT, or perhaps later, if you would be so kind", -1},
        {"Sun, 13 Sep 2020 12:26:50 GMT, or a little later, if that is bet", -1},  /* 64 characters */
    };
    uint32_t seconds;
    unsigned int i;
    char *value;

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        seconds = 0xdead;
        value = copy_exactly(rows[i].value, strlen(rows[i].value));
        CHECK(retry_after_parse(value, strlen(rows[i].value), NOW, LIMIT, &seconds) == (rows[i].seconds >= 0), "%s",
              rows[i].value);
        CHECK(seconds == (rows[i].seconds < 0 ? 0xdead : (uint32_t)rows[i].seconds), "%s: %u", rows[i].value,
              (unsigned int)seconds);
        free(value);
    }
    CU_ASSERT(!retry_after_parse("Sun, 13 Sep 2020 12:26:50 GMT\0 x", 32, NOW, LIMIT, &seconds));
    CU_ASSERT(retry_after_parse("5000000000", 10, NOW, UINT32_MAX, &seconds));
    CU_ASSERT_EQUAL(seconds, UINT32_MAX);
}

static void test_match(void)
{
    static const struct
    {
        const char *line;
        const char *value;  /* NULL: another header */
    }
    rows[] =
    {
        {"ETag: \"abc\"", "\"abc\""},
        {"etag:\"abc\"", "\"abc\""},
        {"ETAG: \t \"a b\" \t", "\"a b\""},
        {"ETag:", ""},
        {"ETag:   ", ""},
        {"ETag: a: b", "a: b"},
        {"ETag : x", NULL},
        {" ETag: x", NULL},
        {"ETag", NULL},
        {"ETa", NULL},
        {"", NULL},
        {"ETags: x", NULL},
        {"X-ETag: x", NULL},
        {"HTTP/1.1 200 OK", NULL},
    };
    const char *value, *line;
    unsigned int i;
    size_t length;
    char *copy;

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        line = rows[i].line;
        value = NULL;
        length = 0xdead;
        copy = copy_exactly(line, strlen(line));
        CHECK(http_header_match(copy, strlen(line), "ETag", &value, &length) == (rows[i].value != NULL), "%s", line);
        if (rows[i].value)
            CHECK(length == strlen(rows[i].value) && !memcmp(value, rows[i].value, length), "%s", line);
        else
            CHECK(!value && length == 0xdead, "%s", line);
        free(copy);
    }
}

static void test_etag(void)
{
    static const struct
    {
        const char *a;
        const char *b;
        bool match;
    }
    rows[] =
    {
        {"\"abc\"", "\"abc\"", true},
        {"\"abc\"", "\"abd\"", false},
        {"\"abc\"", "\"ABC\"", false},
        {"\"abc\"", "\"abc", false},
        {"\"W/abc\"", "\"W/abc\"", true},
        {"W/\"abc\"", "W/\"abc\"", false},
        {"W/\"abc\"", "\"abc\"", false},
        {"\"abc\"", "W/\"abc\"", false},
        {"", "", false},
        {"", "\"abc\"", false},
        {"\"abc\"", "", false},
        {NULL, NULL, false},
        {NULL, "\"abc\"", false},
        {"\"abc\"", NULL, false},
        /* Some servers forget the quotes. */
        {"abc", "abc", true},
    };
    unsigned int i;

    for (i = 0; i < COUNT_OF(rows); i++)
        CHECK(etag_strong_match(rows[i].a, rows[i].b) == rows[i].match, "row %u", i);
}

CU_TestInfo http_header_tests[] =
{
    {"Content-Range", test_content_range},
    {"a malformed Content-Range", test_bad_content_range},
    {"a Content-Range that was cut off", test_cut_content_range},
    {"numbers", test_number},
    {"Retry-After", test_retry_after},
    {"finding a header", test_match},
    {"entity tags", test_etag},
    CU_TEST_INFO_NULL
};
