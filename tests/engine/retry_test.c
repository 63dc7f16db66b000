/*
 * Tests of the pauses between attempts.
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
#include <inttypes.h>

#include "retry.h"
#include "suites.h"

static void test_pauses(void)
{
    static const struct
    {
        unsigned int failures;
        uint32_t minimum, retry_after;
        uint64_t delay;
    }
    tests[] =
    {
        {0, 0, 0, 2000}, {1, 0, 0, 2000}, {2, 0, 0, 4000}, {3, 0, 0, 8000}, {4, 0, 0, 16000}, {5, 0, 0, 30000},
        {6, 0, 0, 30000}, {1000000, 0, 0, 30000},
        {1, 60, 0, 60000}, {5, 5, 0, 30000}, {1, 0, 7, 7000}, {5, 0, 7, 30000}, {1, 60, 3600, 3600000},
        {1, UINT32_MAX, 0, UINT64_C(1000) * UINT32_MAX},
    };
    unsigned int i;

    for (i = 0; i < COUNT_OF(tests); i++)
    {
        struct retry retry = {2000, 30000, tests[i].failures, tests[i].minimum, tests[i].retry_after};
        uint64_t delay = retry_delay(&retry, RETRY_NO_JITTER);

        CHECK(delay == tests[i].delay, "%u: %" PRIu64, i, delay);
    }
}

/* Chance only ever adds, and at most a quarter of the back-off. */
static void test_chance(void)
{
    struct retry retry = {2000, 30000, 3, 0, 0};

    CU_ASSERT_EQUAL(retry_delay(&retry, 0), 8000);
    CU_ASSERT_EQUAL(retry_delay(&retry, UINT32_MAX / 2 + 1), 9000);
    CU_ASSERT_EQUAL(retry_delay(&retry, UINT32_MAX), 10000);
    retry.retry_after = 100;
    CU_ASSERT_EQUAL(retry_delay(&retry, UINT32_MAX), 102000);
}

static void test_numbers_differ(void)
{
    uint32_t first = retry_chance();
    unsigned int i;
    bool differ = false;

    for (i = 0; i < 8; i++)
        differ = differ || retry_chance() != first;
    CU_ASSERT(differ);
}

CU_TestInfo retry_tests[] =
{
    {"pauses", test_pauses},
    {"chance", test_chance},
    {"numbers differ", test_numbers_differ},
    CU_TEST_INFO_NULL
};
