/*
 * Tests of decryption_info.c.
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

#include "decryption_info.h"
#include "result.h"
#include "suites.h"

/* The bytes 0, 1, 2 and so on: 16, 24, 31, 32 and 48 of them. */
#define KEY_16 "AAECAwQFBgcICQoLDA0ODw=="
#define KEY_24 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
#define KEY_31 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg=="
#define KEY_32 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define KEY_48 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v"
#define KEY(text) "\"KeyData\":\"" text "\""
#define SIZE(number) "\"EncryptionBufferSize\":" number

struct decryption_case
{
    const char *json;
    uint32_t buffer_size;               /* 0: refused */
};

static const struct decryption_case decryption_cases[] =
{
    {"{" KEY(KEY_32) "}", 65536},
    {"{" KEY(KEY_48) "}", 65536},
    {"{" KEY(KEY_32) ",\"AlgorithmName\":\"AES\",\"ChainingMode\":\"ChainingModeCBC\"," SIZE("65536") "}", 65536},
    {"{" KEY(KEY_32) ",\"AlgorithmName\":\"aes\",\"ChainingMode\":\"cbc\"}", 65536},
    {"{" KEY(KEY_32) ",\"AlgorithmName\":null,\"ChainingMode\":null,\"EncryptionBufferSize\":null}", 65536},
    {"{" KEY(KEY_32) "," SIZE("16") "}", 16},
    {"{" KEY(KEY_32) "," SIZE("67108864") "}", 67108864},
    {"{" KEY(KEY_32) "," SIZE("4096") ",\"Other\":{\"a\":[]}}", 4096},
    {" {\r\n\t" KEY(KEY_32) " } ", 65536},
    {NULL, 0},
    {"", 0},
    {"key", 0},
    {"{}", 0},
    {"[]", 0},
    {"[{" KEY(KEY_32) "}]", 0},
    {"\"" KEY_32 "\"", 0},
    {"{" KEY(KEY_32) "", 0},
    {"{" KEY(KEY_32) "}}", 0},
    {"{" KEY(KEY_32) "," KEY(KEY_32) "}", 0},
    {"{\"keydata\":\"" KEY_32 "\"}", 0},
    {"{\"KeyData\":null}", 0},
    {"{\"KeyData\":32}", 0},
    {"{" KEY("") "}", 0},
    {"{" KEY(KEY_16) "}", 0},
    {"{" KEY(KEY_24) "}", 0},
    {"{" KEY(KEY_31) "}", 0},
    {"{" KEY("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f?") "}", 0},
    {"{" KEY(" " KEY_32) "}", 0},
    {"{" KEY(KEY_32) "," SIZE("0") "}", 0},
    {"{" KEY(KEY_32) "," SIZE("-16") "}", 0},
    {"{" KEY(KEY_32) "," SIZE("15") "}", 0},
    {"{" KEY(KEY_32) "," SIZE("65537") "}", 0},
    {"{" KEY(KEY_32) "," SIZE("67108880") "}", 0},
    {"{" KEY(KEY_32) "," SIZE("4294967312") "}", 0},
    {"{" KEY(KEY_32) "," SIZE("99999999999999999999") "}", 0},
    {"{" KEY(KEY_32) "," SIZE("65536.0") "}", 0},
    {"{" KEY(KEY_32) "," SIZE("\"65536\"") "}", 0},
    {"{" KEY(KEY_32) "," SIZE("true") "}", 0},
    {"{" KEY(KEY_32) ",\"AlgorithmName\":\"DES\"}", 0},
    {"{" KEY(KEY_32) ",\"AlgorithmName\":\"\"}", 0},
    {"{" KEY(KEY_32) ",\"AlgorithmName\":1}", 0},
    {"{" KEY(KEY_32) ",\"ChainingMode\":\"ChainingModeECB\"}", 0},
    {"{" KEY(KEY_32) ",\"ChainingMode\":\"GCM\"}", 0},
    {"{" KEY(KEY_32) ",\"ChainingMode\":[]}", 0},
};

static void test_cases(void)
{
    static const struct decryption_info empty;
    struct decryption_info info;
    unsigned int i, n;

    for (i = 0; i < COUNT_OF(decryption_cases); i++)
    {
        const struct decryption_case *row = &decryption_cases[i];
        int32_t hr;

        memset(&info, 0x55, sizeof(info));
        hr = decryption_info_parse(row->json, &info);
        CHECK(hr == (row->buffer_size ? S_OK : E_INVALIDARG), "got %#x for row %u", (unsigned int)hr, i);
        CHECK(info.buffer_size == row->buffer_size, "row %u", i);
        if (FAILED(hr))
        {
            CHECK(!memcmp(&info, &empty, sizeof(info)), "row %u", i);
            continue;
        }
        for (n = 0; n < DECRYPTION_KEY_SIZE && info.key[n] == n; n++)
            ;
        CHECK(n == DECRYPTION_KEY_SIZE, "row %u", i);
        decryption_info_cleanup(&info);
        CHECK(!memcmp(&info, &empty, sizeof(info)), "row %u", i);
    }
}

static void test_limits(void)
{
    struct decryption_info info;
    char *text;

    CU_ASSERT_PTR_NOT_NULL_FATAL(text = malloc(DECRYPTION_INFO_MAX + 2));
    memset(text, ' ', DECRYPTION_INFO_MAX + 1);
    text[DECRYPTION_INFO_MAX + 1] = 0;
    memcpy(text, "{" KEY(KEY_32) "}", strlen("{" KEY(KEY_32) "}"));
    CU_ASSERT_EQUAL(decryption_info_parse(text, &info), E_INVALIDARG);
    text[DECRYPTION_INFO_MAX] = 0;
    CU_ASSERT_EQUAL(decryption_info_parse(text, &info), S_OK);
    free(text);
}

CU_TestInfo decryption_info_tests[] =
{
    {"texts, and what they give", test_cases},
    {"what is too long is refused", test_limits},
    CU_TEST_INFO_NULL
};
