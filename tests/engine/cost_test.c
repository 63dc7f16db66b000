/*
 * Tests of the cost of networks.
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

#include "cost.h"
#include "suites.h"

/* The policies from the one that allows least to the one that allows most. */
static const uint32_t policies[] =
{
    0x80000021, /* unrestricted */
    0x80000067, /* standard */
    0x8000006f, /* no surcharge */
    0x8000007f, /* not roaming */
    0x800000ff, /* always */
};

static void test_every_policy(void)
{
    static const struct
    {
        uint32_t network;
        unsigned int first; /* of the policies that allow it */
    }
    tests[] =
    {
        {0, 0},                 /* not known */
        {0x1, 0},               /* unrestricted */
        {0x2, 1},               /* with an allowance */
        {0x4, 1},               /* paid by use */
        {0x80002, 2},           /* the allowance is nearly used up */
        {0x10002, 3},           /* it is used up, and more is to be paid */
        {0x30002, 0},           /* it is used up, and what comes is slow */
        {0x40000, 4},
        {0x40001, 4},
        {0x40002, 4},
        {0x50002, 4},
    };
    unsigned int i, policy;

    for (i = 0; i < COUNT_OF(tests); i++)
    {
        for (policy = 0; policy < COUNT_OF(policies); policy++)
            CHECK(cost_is_allowed(tests[i].network, policies[policy]) == (policy >= tests[i].first),
                  "network %#x, policy %#x", tests[i].network, policies[policy]);
    }
}

CU_TestInfo cost_tests[] =
{
    {"every policy on every network", test_every_policy},
    CU_TEST_INFO_NULL
};
