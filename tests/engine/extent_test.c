/*
 * Tests of the list of extents.
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

#include "alloc_failure.h"
#include "extent.h"
#include "suites.h"

#define SPACE 300           /* bytes in the random tests' world */
#define ROUNDS 40
#define STEPS 400

/* The simplest possible list: one flag per byte. */
struct bitmap
{
    bool bytes[SPACE];
};

static uint32_t random_next(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static void bitmap_set(struct bitmap *bitmap, uint64_t start, uint64_t end, bool value)
{
    for (; start < end; start++)
        bitmap->bytes[start] = value;
}

static bool bitmap_find_gap(const struct bitmap *bitmap, uint64_t from, uint64_t limit, struct extent *gap)
{
    while (from < limit && bitmap->bytes[from])
        from++;
    if (from >= limit)
        return false;
    gap->start = from;
    while (from < limit && !bitmap->bytes[from])
        from++;
    gap->end = from;
    return true;
}

/* Sorted, not empty, not touching. */
static bool list_is_valid(const struct extent_list *list)
{
    size_t i;

    if (list->count > list->capacity || list->count > EXTENT_LIST_MAX)
        return false;
    for (i = 0; i < list->count; i++)
    {
        if (list->items[i].start >= list->items[i].end)
            return false;
        if (i && list->items[i].start <= list->items[i - 1].end)
            return false;
    }
    return true;
}

static bool list_equals(const struct extent_list *list, const struct bitmap *bitmap)
{
    uint64_t total = 0, i;
    size_t next = 0;
    bool here;

    for (i = 0; i < SPACE; i++)
    {
        while (next < list->count && list->items[next].end <= i)
            next++;
        here = next < list->count && list->items[next].start <= i;
        if (here != bitmap->bytes[i])
            return false;
        total += here;
    }
    return total == extent_list_total(list);
}

static bool list_is(const struct extent_list *list, const struct extent *extents, size_t count)
{
    size_t i;

    if (!list_is_valid(list) || list->count != count)
        return false;
    for (i = 0; i < count; i++)
    {
        if (list->items[i].start != extents[i].start || list->items[i].end != extents[i].end)
            return false;
    }
    return true;
}

static void test_add(void)
{
    static const struct
    {
        struct extent added;
        struct extent expected[6];
        size_t count;
    }
    rows[] =
    {
        /* Each is added to 10-20, 30-40, 50-60. */
        {{0, 5}, {{0, 5}, {10, 20}, {30, 40}, {50, 60}}, 4},
        {{0, 10}, {{0, 20}, {30, 40}, {50, 60}}, 3},
        {{0, 15}, {{0, 20}, {30, 40}, {50, 60}}, 3},
        {{0, 25}, {{0, 25}, {30, 40}, {50, 60}}, 3},
        {{12, 18}, {{10, 20}, {30, 40}, {50, 60}}, 3},
        {{10, 20}, {{10, 20}, {30, 40}, {50, 60}}, 3},
        {{20, 25}, {{10, 25}, {30, 40}, {50, 60}}, 3},
        {{21, 29}, {{10, 20}, {21, 29}, {30, 40}, {50, 60}}, 4},
        {{20, 30}, {{10, 40}, {50, 60}}, 2},
        {{15, 35}, {{10, 40}, {50, 60}}, 2},
        {{21, 30}, {{10, 20}, {21, 40}, {50, 60}}, 3},
        {{5, 70}, {{5, 70}}, 1},
        {{20, 50}, {{10, 60}}, 1},
        {{60, 61}, {{10, 20}, {30, 40}, {50, 61}}, 3},
        {{61, UINT64_MAX}, {{10, 20}, {30, 40}, {50, 60}, {61, UINT64_MAX}}, 4},
        {{0, UINT64_MAX}, {{0, UINT64_MAX}}, 1},
        {{25, 25}, {{10, 20}, {30, 40}, {50, 60}}, 3},
        {{26, 25}, {{10, 20}, {30, 40}, {50, 60}}, 3},
    };
    struct extent_list list;
    unsigned int i;

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        memset(&list, 0, sizeof(list));
        CU_ASSERT(extent_list_add(&list, 30, 40));
        CU_ASSERT(extent_list_add(&list, 50, 60));
        CU_ASSERT(extent_list_add(&list, 10, 20));
        CU_ASSERT(extent_list_add(&list, rows[i].added.start, rows[i].added.end));
        CHECK(list_is(&list, rows[i].expected, rows[i].count), "row %u", i);
        extent_list_cleanup(&list);
        CU_ASSERT_PTR_NULL(list.items);
        CU_ASSERT_EQUAL(list.count, 0);
    }
}

static void test_truncate(void)
{
    static const struct
    {
        uint64_t end;
        struct extent expected[2];
        size_t count;
    }
    rows[] =
    {
        {0, {{0, 0}}, 0},
        {10, {{0, 0}}, 0},
        {11, {{10, 11}}, 1},
        {20, {{10, 20}}, 1},
        {25, {{10, 20}}, 1},
        {30, {{10, 20}}, 1},
        {31, {{10, 20}, {30, 31}}, 2},
        {40, {{10, 20}, {30, 40}}, 2},
        {UINT64_MAX, {{10, 20}, {30, 40}}, 2},
    };
    struct extent_list list = {0};
    unsigned int i;

    extent_list_truncate(&list, 0);
    CU_ASSERT_EQUAL(extent_list_total(&list), 0);
    for (i = 0; i < COUNT_OF(rows); i++)
    {
        CU_ASSERT(extent_list_add(&list, 10, 20));
        CU_ASSERT(extent_list_add(&list, 30, 40));
        extent_list_truncate(&list, rows[i].end);
        CHECK(list_is(&list, rows[i].expected, rows[i].count), "row %u", i);
        extent_list_cleanup(&list);
    }
}

static void test_find_gap(void)
{
    static const struct
    {
        uint64_t from;
        uint64_t limit;
        bool found;
        struct extent gap;
    }
    rows[] =
    {
        /* In a list of 10-20, 30-40. */
        {0, 50, true, {0, 10}},
        {0, 5, true, {0, 5}},
        {0, 0, false, {0, 0}},
        {5, 50, true, {5, 10}},
        {9, 10, true, {9, 10}},
        {10, 20, false, {0, 0}},
        {10, 21, true, {20, 21}},
        {10, 50, true, {20, 30}},
        {15, 30, true, {20, 30}},
        {20, 30, true, {20, 30}},
        {25, 27, true, {25, 27}},
        {30, 40, false, {0, 0}},
        {35, 45, true, {40, 45}},
        {40, UINT64_MAX, true, {40, UINT64_MAX}},
        {45, 40, false, {0, 0}},
        {UINT64_MAX, UINT64_MAX, false, {0, 0}},
    };
    struct extent_list list = {0};
    struct extent gap;
    unsigned int i;

    CU_ASSERT(extent_list_find_gap(&list, 0, 7, &gap));
    CU_ASSERT(gap.start == 0 && gap.end == 7);
    CU_ASSERT(extent_list_add(&list, 10, 20));
    CU_ASSERT(extent_list_add(&list, 30, 40));
    for (i = 0; i < COUNT_OF(rows); i++)
    {
        gap.start = gap.end = 0xdead;
        CHECK(extent_list_find_gap(&list, rows[i].from, rows[i].limit, &gap) == rows[i].found, "row %u", i);
        if (rows[i].found)
            CHECK(gap.start == rows[i].gap.start && gap.end == rows[i].gap.end, "row %u", i);
        else
            CHECK(gap.start == 0xdead && gap.end == 0xdead, "row %u", i);
    }
    extent_list_cleanup(&list);
}

static void check_gap(const struct extent_list *list, const struct bitmap *bitmap, uint32_t *seed)
{
    uint64_t from = random_next(seed) % SPACE, limit = random_next(seed) % (SPACE + 1);
    struct extent expected = {0, 0}, found = {0, 0};

    CU_ASSERT_EQUAL(extent_list_find_gap(list, from, limit, &found),
                    bitmap_find_gap(bitmap, from, limit, &expected));
    CU_ASSERT_EQUAL(found.start, expected.start);
    CU_ASSERT_EQUAL(found.end, expected.end);
}

static void check_round_trip(const struct extent_list *list, const struct bitmap *bitmap)
{
    size_t size = extent_list_stored_size(list);
    struct extent_list copy = {0};
    uint8_t *buffer;

    CU_ASSERT_PTR_NOT_NULL_FATAL(buffer = malloc(size ? size : 1));
    extent_list_store(list, buffer);
    CU_ASSERT(extent_list_add(&copy, 7, 9));
    CU_ASSERT(extent_list_load(&copy, buffer, size));
    CU_ASSERT(list_is_valid(&copy));
    CU_ASSERT(list_equals(&copy, bitmap));
    extent_list_cleanup(&copy);
    free(buffer);
}

/* Anything that is done to a list is done to a bitmap as well. */
static void test_random(void)
{
    struct extent_list list;
    struct bitmap bitmap;
    unsigned int round, step, wrong = 0;
    uint32_t seed = 20260501;
    uint64_t start, end;
    struct extent gap;

    for (round = 0; round < ROUNDS; round++)
    {
        memset(&list, 0, sizeof(list));
        memset(&bitmap, 0, sizeof(bitmap));
        for (step = 0; step < STEPS; step++)
        {
            start = random_next(&seed) % SPACE;
            end = start + random_next(&seed) % (1 + (SPACE - start) / (1 + random_next(&seed) % 20));
            switch (random_next(&seed) % 16)
            {
            default:
                CU_ASSERT(extent_list_add(&list, start, end));
                bitmap_set(&bitmap, start, end, true);
                break;
            case 0:
                extent_list_truncate(&list, start);
                bitmap_set(&bitmap, start, SPACE, false);
                break;
            case 1:
            case 2:
            case 3:
                extent_list_remove(&list, start, end);
                bitmap_set(&bitmap, start, end, false);
                break;
            }
            wrong += extent_list_contains(&list, start, end) == bitmap_find_gap(&bitmap, start, end, &gap);
            wrong += !list_is_valid(&list) || !list_equals(&list, &bitmap);
            check_gap(&list, &bitmap, &seed);
        }
        check_round_trip(&list, &bitmap);
        extent_list_cleanup(&list);
    }
    CU_ASSERT_EQUAL(wrong, 0);
}

static void test_stored_form(void)
{
    static const uint8_t stored[] =
    {
        0x01, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x01, 0, 0, 0, 0, 0, 0,
        0x08, 0x07, 0x06, 0x05, 0x04, 0x03, 0x02, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff
    };
    static const struct extent extents[] = {{1, 0x102}, {0x0102030405060708u, UINT64_MAX}};
    struct extent_list list = {0};
    uint8_t buffer[sizeof(stored)];

    CU_ASSERT(extent_list_add(&list, extents[1].start, extents[1].end));
    CU_ASSERT(extent_list_add(&list, extents[0].start, extents[0].end));
    CU_ASSERT_EQUAL_FATAL(extent_list_stored_size(&list), sizeof(stored));
    extent_list_store(&list, buffer);
    CU_ASSERT_EQUAL(memcmp(buffer, stored, sizeof(stored)), 0);
    extent_list_cleanup(&list);

    CU_ASSERT(extent_list_load(&list, stored, sizeof(stored)));
    CU_ASSERT(list_is(&list, extents, 2));
    CU_ASSERT(extent_list_load(&list, NULL, 0));
    CU_ASSERT(list_is(&list, NULL, 0));
    CU_ASSERT_EQUAL(extent_list_stored_size(&list), 0);
    extent_list_cleanup(&list);
}

static void test_malformed_is_refused(void)
{
    static const struct
    {
        uint8_t numbers[4]; /* start, end, start, end */
        size_t size;
    }
    rows[] =
    {
        {{1, 1, 5, 6}, 32},     /* empty */
        {{2, 1, 5, 6}, 32},     /* backwards */
        {{1, 5, 5, 6}, 32},     /* touching */
        {{1, 5, 4, 6}, 32},     /* overlapping */
        {{5, 6, 1, 2}, 32},     /* not sorted */
        {{1, 2, 5, 5}, 32},
        {{1, 2, 5, 6}, 31},
        {{1, 2, 5, 6}, 24},
        {{1, 2, 5, 6}, 1},
    };
    static const struct extent before = {100, 200};
    struct extent_list list = {0};
    uint8_t buffer[32];
    unsigned int i, j;

    CU_ASSERT(extent_list_add(&list, before.start, before.end));
    for (i = 0; i < COUNT_OF(rows); i++)
    {
        memset(buffer, 0, sizeof(buffer));
        for (j = 0; j < 4; j++)
            buffer[j * 8] = rows[i].numbers[j];
        CHECK(!extent_list_load(&list, buffer, rows[i].size), "row %u", i);
        CHECK(list_is(&list, &before, 1), "row %u", i);
    }
    extent_list_cleanup(&list);
}

static void test_too_many_are_refused(void)
{
    uint64_t i, last = 2 * (uint64_t)(EXTENT_LIST_MAX - 1);
    struct extent_list list = {0};
    unsigned int failures = 0;
    uint8_t *buffer;
    size_t size;

    for (i = 0; i < EXTENT_LIST_MAX; i++)
        failures += !extent_list_add(&list, 2 * i, 2 * i + 1);
    CU_ASSERT_EQUAL(failures, 0);
    CU_ASSERT_EQUAL(list.count, EXTENT_LIST_MAX);
    CU_ASSERT(!extent_list_add(&list, last + 2, last + 3));
    CU_ASSERT_EQUAL(extent_list_total(&list), EXTENT_LIST_MAX);
    CU_ASSERT(list_is_valid(&list));

    /* One more than that cannot be loaded either. */
    size = extent_list_stored_size(&list);
    CU_ASSERT_PTR_NOT_NULL_FATAL(buffer = calloc(1, size + 16));
    extent_list_store(&list, buffer);
    buffer[size + 6] = 1;
    buffer[size + 14] = 2;
    CU_ASSERT(!extent_list_load(&list, buffer, size + 16));
    CU_ASSERT(extent_list_load(&list, buffer, size));

    /* What merges is still welcome, and makes room. */
    CU_ASSERT(extent_list_add(&list, 1, 2));
    CU_ASSERT_EQUAL(list.count, EXTENT_LIST_MAX - 1);
    CU_ASSERT(extent_list_add(&list, last + 2, last + 3));
    CU_ASSERT(list_is_valid(&list));
    free(buffer);
    extent_list_cleanup(&list);
}

/* A loaded list has just the room that it needs, so that doubling it would go beyond the limit. */
static void test_too_many_after_load(void)
{
    const size_t loaded = EXTENT_LIST_MAX / 2 + 5;
    struct extent_list list = {0};
    unsigned int added = 0;
    uint8_t *buffer;
    size_t i;

    CU_ASSERT_PTR_NOT_NULL_FATAL(buffer = calloc(loaded, 16));
    for (i = 0; i < loaded; i++)
    {
        memcpy(buffer + i * 16, (uint8_t[]){(uint8_t)(2 * i), (uint8_t)(2 * i >> 8), (uint8_t)(2 * i >> 16)}, 3);
        memcpy(buffer + i * 16 + 8, buffer + i * 16, 3);
        buffer[i * 16 + 8]++;
    }
    CU_ASSERT(extent_list_load(&list, buffer, loaded * 16));
    while (added <= EXTENT_LIST_MAX && extent_list_add(&list, 2 * (loaded + added), 2 * (loaded + added) + 1))
        added++;
    CU_ASSERT_EQUAL(loaded + added, EXTENT_LIST_MAX);
    CU_ASSERT(list_is_valid(&list));
    free(buffer);
    extent_list_cleanup(&list);
}

static void test_no_memory(void)
{
    static const uint8_t stored[16] = {0, 0, 0, 0, 0, 0, 0, 0, 1};
    struct extent_list list = {0};
    unsigned int added, refused = 0;
    bool failed;

    for (added = 0; added < 100; added++)
    {
        alloc_failure_set(1);
        if (!extent_list_add(&list, 2 * added, 2 * added + 1))
        {
            refused++;
            failed = alloc_failure_clear();
            CU_ASSERT(failed);
            CU_ASSERT_EQUAL(extent_list_total(&list), added);
            CU_ASSERT(extent_list_add(&list, 2 * added, 2 * added + 1));
        }
        failed = alloc_failure_clear();
        CU_ASSERT(list_is_valid(&list));
        CU_ASSERT_EQUAL(extent_list_total(&list), added + 1);
    }
    CU_ASSERT(refused > 1 && refused < 10);

    alloc_failure_set(1);
    CU_ASSERT(!extent_list_load(&list, stored, sizeof(stored)));
    CU_ASSERT(alloc_failure_clear());
    CU_ASSERT_EQUAL(extent_list_total(&list), 100);
    CU_ASSERT(extent_list_load(&list, stored, sizeof(stored)));
    CU_ASSERT_EQUAL(extent_list_total(&list), 1);
    extent_list_cleanup(&list);
}

/* A hole needs room for one extent more; without that, what is behind it goes as well. */
static void test_remove_without_memory(void)
{
    struct extent_list list = {0};
    unsigned int i;

    for (i = 0; i < 16; i++)
        CU_ASSERT_FATAL(extent_list_add(&list, i * 100, i * 100 + 50));
    CU_ASSERT_EQUAL_FATAL(list.count, list.capacity);
    alloc_failure_set(1);
    extent_list_remove(&list, 110, 120);
    CU_ASSERT(alloc_failure_clear());
    CU_ASSERT_EQUAL(extent_list_total(&list), 60);
    CU_ASSERT_FALSE(extent_list_contains(&list, 109, 111));
    CU_ASSERT_TRUE(extent_list_contains(&list, 100, 110));
    extent_list_cleanup(&list);
}

CU_TestInfo extent_tests[] =
{
    {"what touches or overlaps is merged", test_add},
    {"truncate", test_truncate},
    {"gaps", test_find_gap},
    {"a list does as a bitmap does", test_random},
    {"the stored form", test_stored_form},
    {"a malformed stored list is refused", test_malformed_is_refused},
    {"too many extents are refused", test_too_many_are_refused},
    {"too many are refused after loading, too", test_too_many_after_load},
    {"without memory nothing changes", test_no_memory},
    {"without memory too much is removed", test_remove_without_memory},
    CU_TEST_INFO_NULL
};
