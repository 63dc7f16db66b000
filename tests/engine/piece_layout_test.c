/*
 * Tests of where pieces are stored.
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

#include "alloc_failure.h"
#include "model.h"
#include "piece_layout.h"
#include "result.h"
#include "suites.h"

#define PIECE 16384u
#define TO_END ENGINE_SIZE_UNKNOWN

struct layout_case
{
    uint64_t content_length;
    uint32_t count;
    struct file_range wanted[4];
    uint32_t range_count;
    struct file_range ranges[4];        /* in pieces, but for the end of the content */
    uint32_t slot_count;
};

static const struct layout_case layout_cases[] =
{
    {0, 0, {{0, 0}}, 0, {{0, 0}}, 0},
    {0, 1, {{0, TO_END}}, 0, {{0, 0}}, 0},
    {1, 0, {{0, 0}}, 1, {{0, 1}}, 1},
    {PIECE, 0, {{0, 0}}, 1, {{0, PIECE}}, 1},
    {PIECE + 1, 0, {{0, 0}}, 1, {{0, PIECE + 1}}, 2},
    {10 * PIECE, 1, {{5, 1}}, 1, {{0, PIECE}}, 1},
    {10 * PIECE, 1, {{PIECE, PIECE}}, 1, {{PIECE, PIECE}}, 1},
    {10 * PIECE, 1, {{PIECE - 1, 2}}, 1, {{0, 2 * PIECE}}, 2},
    {10 * PIECE - 7, 1, {{9 * PIECE + 3, TO_END}}, 1, {{9 * PIECE, PIECE - 7}}, 1},
    {10 * PIECE - 7, 1, {{0, TO_END}}, 1, {{0, 10 * PIECE - 7}}, 10},
    {10 * PIECE, 2, {{0, 1}, {2, 1}}, 1, {{0, PIECE}}, 1},              /* in one piece */
    {10 * PIECE, 2, {{0, 1}, {PIECE, 1}}, 1, {{0, 2 * PIECE}}, 2},      /* in two that touch */
    {10 * PIECE, 2, {{0, 1}, {3 * PIECE, 1}}, 2, {{0, PIECE}, {3 * PIECE, PIECE}}, 2},
    {10 * PIECE, 2, {{3 * PIECE, 1}, {0, 1}}, 2, {{3 * PIECE, PIECE}, {0, PIECE}}, 2},  /* in no order */
    {10 * PIECE, 3, {{4 * PIECE, 1}, {0, PIECE}, {4, PIECE}}, 2, {{4 * PIECE, PIECE}, {0, 2 * PIECE}}, 3},
    {10 * PIECE, 3, {{1, 1}, {5 * PIECE, PIECE}, {1, 1}}, 3, {{0, PIECE}, {5 * PIECE, PIECE}, {0, PIECE}}, 3},
};

/* Every slot follows the one before, and begins where its piece does. */
static void check_slots(const struct piece_layout *layout, uint64_t base, unsigned int row)
{
    uint64_t next = base;
    struct extent storage;
    uint32_t slot, piece;

    for (slot = 0; slot < layout->slot_count; slot++)
    {
        uint64_t offset, length;

        piece_layout_get(layout, slot, &piece, &storage);
        CHECK(storage.start == next, "row %u, slot %u", row, slot);
        CHECK(piece_layout_slot_at(layout, storage.start) == slot, "row %u, slot %u", row, slot);
        CHECK(piece_layout_slot_at(layout, storage.end - 1) == slot, "row %u, slot %u", row, slot);
        offset = (uint64_t)piece * PIECE;
        length = layout->content_length - offset < PIECE ? layout->content_length - offset : PIECE;
        CHECK(storage.end - storage.start == length, "row %u, slot %u", row, slot);
        next = storage.end;
    }
    CHECK(next == base + layout->total, "row %u", row);
}

/* Every wanted byte is stored, and in a slot that is of its piece. */
static void check_wanted(const struct piece_layout *layout, const struct layout_case *row, unsigned int number)
{
    struct extent storage;
    uint32_t i, slot, piece;

    for (i = 0; i < row->count && row->content_length; i++)
    {
        uint64_t offset = row->wanted[i].offset, where;

        CHECK(piece_layout_find(layout, offset, 0, &where, &slot), "row %u, range %u", number, i);
        piece_layout_get(layout, slot, &piece, &storage);
        CHECK(piece == offset / PIECE && where == storage.start + offset % PIECE, "row %u, range %u", number, i);
    }
}

static void test_cases(void)
{
    struct piece_hashes hashes = {.piece_size = PIECE};
    struct piece_layout layout;
    unsigned int i, n;

    for (i = 0; i < COUNT_OF(layout_cases); i++)
    {
        const struct layout_case *row = &layout_cases[i];

        hashes.content_length = row->content_length;
        CU_ASSERT_EQUAL_FATAL(piece_layout_init(&layout, row->wanted, row->count, 1000, &hashes), S_OK);
        CHECK(layout.range_count == row->range_count, "got %u for row %u", layout.range_count, i);
        CHECK(layout.slot_count == row->slot_count, "got %u for row %u", layout.slot_count, i);
        for (n = 0; n < row->range_count && n < layout.range_count; n++)
            CHECK(layout.ranges[n].offset == row->ranges[n].offset && layout.ranges[n].length == row->ranges[n].length,
                  "row %u, range %u", i, n);
        check_slots(&layout, 1000, i);
        check_wanted(&layout, row, i);
        piece_layout_cleanup(&layout);
    }
}

static void test_missing(void)
{
    const struct file_range wanted = {5 * PIECE, 1};
    struct piece_hashes hashes = {.piece_size = PIECE, .content_length = 10 * PIECE};
    struct piece_layout layout;
    uint64_t where;
    uint32_t slot;

    CU_ASSERT_EQUAL_FATAL(piece_layout_init(&layout, &wanted, 1, 0, &hashes), S_OK);
    CU_ASSERT_TRUE(piece_layout_find(&layout, 5 * PIECE, 0, &where, &slot) && !where && !slot);
    CU_ASSERT_TRUE(piece_layout_find(&layout, 6 * PIECE - 1, 0, &where, &slot) && where == PIECE - 1);
    CU_ASSERT_FALSE(piece_layout_find(&layout, 5 * PIECE - 1, 0, &where, &slot));
    CU_ASSERT_FALSE(piece_layout_find(&layout, 6 * PIECE, 0, &where, &slot));
    piece_layout_cleanup(&layout);
    CU_ASSERT_FALSE(piece_layout_find(&layout, 0, 0, &where, &slot));
}

/* What was moved to the front must not be taken for what is still to be moved. */
static void test_twice(void)
{
    const struct file_range wanted[] = {{0, PIECE}, {5 * PIECE, PIECE}, {0, PIECE}};
    struct piece_hashes hashes = {.piece_size = PIECE, .content_length = 10 * PIECE};
    struct piece_layout layout;
    uint64_t where;
    uint32_t slot;

    CU_ASSERT_EQUAL_FATAL(piece_layout_init(&layout, wanted, 3, 100, &hashes), S_OK);
    CU_ASSERT_TRUE(piece_layout_find(&layout, 7, 0, &where, &slot) && where == 107 && slot == 0);
    CU_ASSERT_TRUE(piece_layout_find(&layout, 7, 107, &where, &slot) && where == 107);
    CU_ASSERT_TRUE(piece_layout_find(&layout, 7, 108, &where, &slot) && where == 107 + 2 * PIECE && slot == 2);
    CU_ASSERT_FALSE(piece_layout_find(&layout, 7, 108 + 2 * PIECE, &where, &slot));
    piece_layout_cleanup(&layout);
}

static void test_too_much(void)
{
    struct piece_hashes hashes = {.piece_size = PIECE, .content_length = UINT64_C(1) << 62};
    struct piece_layout layout;

    CU_ASSERT_EQUAL(piece_layout_init(&layout, NULL, 0, 0, &hashes), E_INVALIDARG);
    CU_ASSERT_PTR_NULL(layout.ranges);
    alloc_failure_set(1);
    CU_ASSERT_EQUAL(piece_layout_init(&layout, NULL, 0, 0, &hashes), E_OUTOFMEMORY);
    CU_ASSERT_TRUE(alloc_failure_clear());
}

CU_TestInfo piece_layout_tests[] =
{
    {"ranges become whole pieces", test_cases},
    {"bytes that are not stored", test_missing},
    {"a piece that is stored twice", test_twice},
    {"too many pieces, and no memory", test_too_much},
    CU_TEST_INFO_NULL
};
