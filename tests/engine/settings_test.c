/*
 * Tests of how values are stored.
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

#include "fixture.h"
#include "settings.h"
#include "suites.h"

static const struct setting_number numbers_of_table[] = {{"size", UINT64_MAX}, {"flags", 3}, {NULL, 0}};
static const char *const texts_of_table[] = {"name", NULL, "remark"};
static const struct setting_table table =
{
    .numbers = numbers_of_table,
    .texts = texts_of_table,
    .number_count = 3,
    .text_count = 3,
};

static void test_defaults(void)
{
    uint64_t numbers[3];
    char *texts[3], *json;

    settings_init(&table, numbers, texts);
    CU_ASSERT_EQUAL(numbers[0], UINT64_MAX);
    CU_ASSERT_EQUAL(numbers[1], 3);
    CU_ASSERT_PTR_NULL(texts[0]);
    json = settings_store(&table, numbers, texts);
    CU_ASSERT_PTR_NOT_NULL_FATAL(json);
    CU_ASSERT_STRING_EQUAL(json, "{}");
    free(json);
}

static void test_round_trip(void)
{
    uint64_t numbers[3], again[3];
    char *texts[3], *texts_again[3], *json;

    settings_init(&table, numbers, texts);
    settings_init(&table, again, texts_again);
    numbers[0] = 0x8000000000000001ull;
    numbers[1] = 0;
    numbers[2] = 7;
    texts[0] = strdup("na\xc3\xafve \"quoted\"");
    texts[1] = strdup("secret");
    json = settings_store(&table, numbers, texts);
    CU_ASSERT_PTR_NOT_NULL_FATAL(json);
    CU_ASSERT_PTR_NULL(strstr(json, "secret"));
    CU_ASSERT(settings_load(&table, json, again, texts_again));
    CU_ASSERT_EQUAL(again[0], numbers[0]);
    CU_ASSERT_EQUAL(again[1], 0);
    CU_ASSERT_EQUAL(again[2], 0);
    CU_ASSERT_PTR_NOT_NULL_FATAL(texts_again[0]);
    CU_ASSERT_STRING_EQUAL(texts_again[0], texts[0]);
    CU_ASSERT_PTR_NULL(texts_again[1]);
    CU_ASSERT_PTR_NULL(texts_again[2]);
    free(json);
    settings_cleanup(&table, texts);
    settings_cleanup(&table, texts_again);
}

static void test_malformed(void)
{
    static const char *const malformed[] =
    {
        NULL, "", "{", "[]", "null", "{\"size\":\"1\"}", "{\"size\":1.5}", "{\"name\":1}", "{\"name\":null}",
    };
    uint64_t numbers[3];
    char *texts[3];
    unsigned int i;

    settings_init(&table, numbers, texts);
    for (i = 0; i < sizeof(malformed) / sizeof(*malformed); i++)
        CU_ASSERT(!settings_load(&table, malformed[i], numbers, texts));
    CU_ASSERT(settings_load(&table, "{\"unknown\":[1],\"flags\":5}", numbers, texts));
    CU_ASSERT_EQUAL(numbers[1], 5);
    settings_cleanup(&table, texts);
}

CU_TestInfo settings_tests[] =
{
    {"values that have their default are not stored", test_defaults},
    {"what is stored is read again, but for secrets", test_round_trip},
    {"malformed text is refused, unknown names are ignored", test_malformed},
    CU_TEST_INFO_NULL,
};
