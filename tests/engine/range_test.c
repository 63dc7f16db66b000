/*
 * Tests of the lists of ranges.
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
#include <string.h>

#include "range.h"
#include "result.h"
#include "suites.h"

#define UNKNOWN ENGINE_SIZE_UNKNOWN
#define RANGES_MAX 4
#define FILE_SIZE 64

static void test_check(void)
{
    static const struct
    {
        struct file_range ranges[RANGES_MAX];
        uint32_t count;
        int32_t expected;
    }
    rows[] =
    {
        {{{0, 0}}, 0, S_OK},
        {{{0, 1}}, 1, S_OK},
        {{{0, UNKNOWN}}, 1, S_OK},
        {{{0, 10}, {10, 10}, {30, UNKNOWN}}, 3, S_OK},
        {{{0, UNKNOWN - 1}}, 1, S_OK},
        {{{1, UNKNOWN - 2}}, 1, S_OK},
        {{{UNKNOWN - 2, 1}}, 1, S_OK},
        {{{UNKNOWN - 1, UNKNOWN}}, 1, S_OK},
        {{{UNKNOWN, 1}}, 1, DO_E_INVALID_RANGE},
        {{{UNKNOWN, UNKNOWN}}, 1, DO_E_INVALID_RANGE},
        {{{0, 0}}, 1, DO_E_INVALID_RANGE},
        {{{0, 1}, {5, 0}}, 2, DO_E_INVALID_RANGE},
        {{{1, UNKNOWN - 1}}, 1, DO_E_INVALID_RANGE},
        {{{UNKNOWN - 1, 1}}, 1, DO_E_INVALID_RANGE},
        {{{UNKNOWN - 1, 2}}, 1, DO_E_INVALID_RANGE},
        {{{0, 10}, {9, 10}}, 2, DO_E_OVERLAPPING_RANGES},
        {{{0, 10}, {0, 10}}, 2, DO_E_OVERLAPPING_RANGES},
        {{{20, 10}, {0, 10}}, 2, DO_E_OVERLAPPING_RANGES},
        {{{0, 100}, {10, 10}, {200, 1}}, 3, DO_E_OVERLAPPING_RANGES},
        {{{0, UNKNOWN}, {10, 10}}, 2, DO_E_OVERLAPPING_RANGES},
        {{{20, UNKNOWN}, {0, 10}}, 2, DO_E_OVERLAPPING_RANGES},
        {{{0, UNKNOWN}, {0, UNKNOWN}}, 2, DO_E_OVERLAPPING_RANGES},
        /* A bad range is told first, wherever it stands. */
        {{{0, 10}, {5, 10}, {20, 0}}, 3, DO_E_INVALID_RANGE},
    };
    static struct file_range many[ENGINE_MAX_RANGES + 1];
    unsigned int i;

    for (i = 0; i < COUNT_OF(rows); i++)
        CHECK(range_list_check(rows[i].ranges, rows[i].count) == rows[i].expected, "row %u", i);
    for (i = 0; i < COUNT_OF(many); i++)
    {
        many[i].offset = i;
        many[i].length = 1;
    }
    CU_ASSERT_EQUAL(range_list_check(many, ENGINE_MAX_RANGES), S_OK);
    CU_ASSERT_EQUAL(range_list_check(many, ENGINE_MAX_RANGES + 1), E_INVALIDARG);
    many[0].length = 0;
    CU_ASSERT_EQUAL(range_list_check(many, ENGINE_MAX_RANGES + 1), E_INVALIDARG);
    CU_ASSERT_EQUAL(range_list_check(NULL, 0), S_OK);
    CU_ASSERT_EQUAL(range_list_check(NULL, 1), E_INVALIDARG);
}

static void test_total(void)
{
    static const struct
    {
        struct file_range ranges[RANGES_MAX];
        uint32_t count;
        uint64_t file_size;
        uint64_t expected;
    }
    rows[] =
    {
        {{{0, 0}}, 0, 0, 0},
        {{{0, 0}}, 0, 1000, 1000},
        {{{0, 0}}, 0, UNKNOWN, UNKNOWN},
        {{{5, 10}}, 1, UNKNOWN, 10},
        {{{0, 100}, {200, 1000}}, 2, UNKNOWN, 1100},
        {{{0, 100}, {200, 1000}}, 2, 5000, 1100},
        {{{0, 100}, {200, UNKNOWN}}, 2, UNKNOWN, UNKNOWN},
        {{{0, 100}, {200, UNKNOWN}}, 2, 250, 150},
        {{{0, 100}, {200, UNKNOWN}}, 2, 200, 100},
        {{{0, 100}, {200, UNKNOWN}}, 2, 150, 100},
        {{{0, UNKNOWN}}, 1, 0, 0},
        {{{0, UNKNOWN}}, 1, UNKNOWN - 1, UNKNOWN - 1},
        {{{0, 1}, {1, UNKNOWN - 2}}, 2, UNKNOWN, UNKNOWN - 1},
    };
    unsigned int i;
    uint64_t total;

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        total = range_list_total(rows[i].ranges, rows[i].count, rows[i].file_size);
        CHECK(total == rows[i].expected, "row %u, %" PRIu64, i, total);
    }
}

static void test_check_size(void)
{
    static const struct
    {
        struct file_range ranges[RANGES_MAX];
        uint32_t count;
        uint64_t file_size;
        int32_t expected;
    }
    rows[] =
    {
        {{{0, 0}}, 0, 0, S_OK},
        {{{0, 0}}, 0, 10, S_OK},
        {{{0, 10}}, 1, UNKNOWN, S_OK},
        {{{0, 10}}, 1, 10, S_OK},
        {{{0, 10}}, 1, 9, DO_E_INVALID_RANGE},
        {{{9, 1}}, 1, 10, S_OK},
        {{{10, 1}}, 1, 10, DO_E_INVALID_RANGE},
        {{{0, 1}, {5, 6}}, 2, 10, DO_E_INVALID_RANGE},
        {{{0, 1}, {5, UNKNOWN}}, 2, 10, S_OK},
        {{{0, 1}, {9, UNKNOWN}}, 2, 10, S_OK},
        {{{0, 1}, {10, UNKNOWN}}, 2, 10, DO_E_INVALID_RANGE},
        {{{0, 1}, {11, UNKNOWN}}, 2, 10, DO_E_INVALID_RANGE},
        {{{0, UNKNOWN}}, 1, 0, S_OK},
        {{{1, UNKNOWN}}, 1, 0, DO_E_INVALID_RANGE},
        {{{0, 1}}, 1, 0, DO_E_INVALID_RANGE},
        {{{5, UNKNOWN - 6}}, 1, 10, DO_E_INVALID_RANGE},
    };
    unsigned int i;

    for (i = 0; i < COUNT_OF(rows); i++)
        CHECK(range_list_check_size(rows[i].ranges, rows[i].count, rows[i].file_size) == rows[i].expected,
              "row %u", i);
}

static void test_map(void)
{
    static const struct
    {
        struct file_range ranges[RANGES_MAX];
        uint32_t count;
        uint64_t file_size;
        uint64_t storage_offset;
        bool found;
        uint64_t content_offset;
        uint64_t length;
    }
    rows[] =
    {
        {{{0, 0}}, 0, 100, 0, true, 0, 100},
        {{{0, 0}}, 0, 100, 99, true, 99, 1},
        {{{0, 0}}, 0, 100, 100, false, 0, 0},
        {{{0, 0}}, 0, 0, 0, false, 0, 0},
        {{{0, 0}}, 0, UNKNOWN, 0, true, 0, UNKNOWN},
        {{{0, 0}}, 0, UNKNOWN, 5000, true, 5000, UNKNOWN},
        {{{0, 0}}, 0, UNKNOWN, UNKNOWN, false, 0, 0},
        {{{10, 5}, {20, 5}}, 2, UNKNOWN, 0, true, 10, 5},
        {{{10, 5}, {20, 5}}, 2, UNKNOWN, 4, true, 14, 1},
        {{{10, 5}, {20, 5}}, 2, UNKNOWN, 5, true, 20, 5},
        {{{10, 5}, {20, 5}}, 2, UNKNOWN, 9, true, 24, 1},
        {{{10, 5}, {20, 5}}, 2, UNKNOWN, 10, false, 0, 0},
        {{{10, 5}, {20, 5}}, 2, 25, 10, false, 0, 0},
        {{{10, 5}, {20, UNKNOWN}}, 2, UNKNOWN, 5, true, 20, UNKNOWN},
        {{{10, 5}, {20, UNKNOWN}}, 2, UNKNOWN, 50, true, 65, UNKNOWN},
        {{{10, 5}, {20, UNKNOWN}}, 2, 30, 5, true, 20, 10},
        {{{10, 5}, {20, UNKNOWN}}, 2, 30, 14, true, 29, 1},
        {{{10, 5}, {20, UNKNOWN}}, 2, 30, 15, false, 0, 0},
        {{{10, 5}, {20, UNKNOWN}}, 2, 15, 5, false, 0, 0},
        {{{20, UNKNOWN}}, 1, UNKNOWN, UNKNOWN - 10, false, 0, 0},
        /* Ranges that touch are fetched together. */
        {{{10, 5}, {15, 5}, {21, 5}}, 3, UNKNOWN, 0, true, 10, 10},
        {{{10, 5}, {15, 5}, {21, 5}}, 3, UNKNOWN, 3, true, 13, 7},
        {{{10, 5}, {15, 5}, {21, 5}}, 3, UNKNOWN, 7, true, 17, 3},
        {{{10, 5}, {15, 5}, {21, 5}}, 3, UNKNOWN, 10, true, 21, 5},
        {{{10, 5}, {15, UNKNOWN}}, 2, UNKNOWN, 2, true, 12, UNKNOWN},
        {{{10, 5}, {15, UNKNOWN}}, 2, 40, 2, true, 12, 28},
    };
    uint64_t content_offset, length;
    unsigned int i;
    bool found;

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        content_offset = length = 0xdead;
        found = range_list_map(rows[i].ranges, rows[i].count, rows[i].file_size, rows[i].storage_offset,
                               &content_offset, &length);
        CHECK(found == rows[i].found, "row %u", i);
        if (rows[i].found)
            CHECK(content_offset == rows[i].content_offset && length == rows[i].length,
                  "row %u, %" PRIu64 " and %" PRIu64, i, content_offset, length);
        else
            CHECK(content_offset == 0xdead && length == 0xdead, "row %u", i);
    }
}

static uint32_t random_next(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static uint32_t random_ranges(uint32_t *seed, struct file_range *ranges)
{
    uint64_t offset = 0;
    uint32_t count;

    for (count = 0; count < RANGES_MAX && offset < FILE_SIZE - 1; count++)
    {
        offset += random_next(seed) % 3 ? random_next(seed) % (FILE_SIZE - 1 - offset) : 0;
        ranges[count].offset = offset;
        ranges[count].length = 1 + random_next(seed) % (FILE_SIZE - offset);
        offset += ranges[count].length;
    }
    if (random_next(seed) % 2)
        ranges[count - 1].length = UNKNOWN;
    return count;
}

/* Follows the map byte by byte, and compares with laying the ranges down one after another. */
static void test_map_is_whole(void)
{
    uint64_t bytes[FILE_SIZE], content_offset, length, stored, i, total, run;
    struct file_range ranges[RANGES_MAX];
    unsigned int round, wrong = 0;
    uint32_t seed = 4711, count, range;

    for (round = 0; round < 2000; round++)
    {
        count = random_ranges(&seed, ranges);
        CU_ASSERT_EQUAL(range_list_check(ranges, count), S_OK);
        CU_ASSERT_EQUAL(range_list_check_size(ranges, count, FILE_SIZE), S_OK);
        for (range = 0, total = 0; range < count; range++)
        {
            for (i = ranges[range].offset; i < FILE_SIZE && i - ranges[range].offset < ranges[range].length; i++)
                bytes[total++] = i;
        }
        CU_ASSERT_EQUAL(range_list_total(ranges, count, FILE_SIZE), total);
        for (stored = 0; stored < total; stored++)
        {
            for (run = 1; stored + run < total && bytes[stored + run] == bytes[stored] + run; run++)
                ;
            wrong += !range_list_map(ranges, count, FILE_SIZE, stored, &content_offset, &length)
                     || content_offset != bytes[stored] || length != run;
        }
        wrong += range_list_map(ranges, count, FILE_SIZE, total, &content_offset, &length);
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

CU_TestInfo range_tests[] =
{
    {"a client's list is checked", test_check},
    {"how many bytes a list asks for", test_total},
    {"a list is checked against the size", test_check_size},
    {"where a stored byte comes from", test_map},
    {"every byte of random lists has its place", test_map_is_whole},
    CU_TEST_INFO_NULL
};
