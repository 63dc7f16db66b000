/*
 * Tests of base64.c.
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

#include "base64.h"
#include "suites.h"

struct base64_case
{
    const char *text;
    int size;                           /* -1: refused */
    const char *bytes;
};

static const struct base64_case base64_cases[] =
{
    {"", 0, ""}, {"Zg==", 1, "f"}, {"Zm8=", 2, "fo"}, {"Zm9v", 3, "foo"}, {"Zm9vYg==", 4, "foob"},
    {"Zm9vYmE=", 5, "fooba"}, {"Zm9vYmFy", 6, "foobar"}, {"AAAA", 3, "\0\0\0"}, {"////", 3, "\xff\xff\xff"},
    {"++++", 3, "\xfb\xef\xbe"}, {"MDEyMzQ1", 6, "012345"},
    {"Z", -1, NULL}, {"Zg", -1, NULL}, {"Zg=", -1, NULL}, {"Zg===", -1, NULL}, {"====", -1, NULL}, {"Z===", -1, NULL},
    {"Zm9=v", -1, NULL}, {"Zg==Zg==", -1, NULL}, {" Zm9", -1, NULL}, {"Zm9v\n", -1, NULL}, {"Zm-_", -1, NULL},
    {"Zh==", -1, NULL}, {"Zm9=", -1, NULL}, {"Zm\x80v", -1, NULL}, {"MDEyMzQ1Ng==", -1, NULL},
};

static void test_decode(void)
{
    uint8_t buffer[7];
    unsigned int i;
    size_t size;

    for (i = 0; i < COUNT_OF(base64_cases); i++)
    {
        const struct base64_case *row = &base64_cases[i];
        bool good;

        memset(buffer, 0x55, sizeof(buffer));
        good = base64_decode(row->text, buffer, 6, &size);
        CHECK(good == (row->size >= 0), "%s", row->text);
        if (good && row->size >= 0)
        {
            CHECK(size == (size_t)row->size, "%s", row->text);
            CHECK(!memcmp(buffer, row->bytes, size), "%s", row->text);
        }
        CHECK(buffer[6] == 0x55, "%s", row->text);
    }
}

CU_TestInfo base64_tests[] =
{
    {"texts of all lengths, and what is none", test_decode},
    CU_TEST_INFO_NULL
};
