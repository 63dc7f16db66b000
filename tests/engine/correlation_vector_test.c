/*
 * Tests of correlation vectors.
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

#include <string.h>

#include "correlation_vector.h"
#include "suites.h"

static void test_create(void)
{
    char first[CORRELATION_VECTOR_BASE + 1], second[CORRELATION_VECTOR_BASE + 1];

    CU_ASSERT_TRUE(correlation_vector_create(first));
    CU_ASSERT_TRUE(correlation_vector_create(second));
    CU_ASSERT_EQUAL(strlen(first), CORRELATION_VECTOR_BASE);
    CU_ASSERT_TRUE(correlation_vector_is_valid(first));
    CU_ASSERT_STRING_NOT_EQUAL(first, second);
}

static void test_extend(void)
{
    char buffer[CORRELATION_VECTOR_MAX + 1], base[CORRELATION_VECTOR_MAX + 1];

    correlation_vector_extend("abc.1", 7, buffer);
    CU_ASSERT_STRING_EQUAL(buffer, "abc.1.7");
    correlation_vector_extend("abc.1!", 7, buffer);
    CU_ASSERT_STRING_EQUAL(buffer, "abc.1!");
    memset(base, 'a', sizeof(base));
    base[CORRELATION_VECTOR_MAX - 3] = 0;
    correlation_vector_extend(base, 99, buffer);
    CU_ASSERT_EQUAL(strlen(buffer), CORRELATION_VECTOR_MAX);
    correlation_vector_extend(base, 100, buffer);
    CU_ASSERT_STRING_EQUAL(buffer, base);
}

static void test_valid(void)
{
    char text[CORRELATION_VECTOR_MAX + 2];

    CU_ASSERT_TRUE(correlation_vector_is_valid("tul4NUsfs9Cl7mOf.1"));
    CU_ASSERT_TRUE(correlation_vector_is_valid(""));
    CU_ASSERT_FALSE(correlation_vector_is_valid("a b"));
    CU_ASSERT_FALSE(correlation_vector_is_valid("a\r\nHost: b"));
    memset(text, 'a', sizeof(text));
    text[CORRELATION_VECTOR_MAX + 1] = 0;
    CU_ASSERT_FALSE(correlation_vector_is_valid(text));
    text[CORRELATION_VECTOR_MAX] = 0;
    CU_ASSERT_TRUE(correlation_vector_is_valid(text));
}

CU_TestInfo correlation_vector_tests[] =
{
    {"create", test_create},
    {"extend", test_extend},
    {"valid", test_valid},
    CU_TEST_INFO_NULL
};
