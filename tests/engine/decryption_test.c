/*
 * Tests of the decryption of blocks.
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

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc_failure.h"
#include "decryption.h"
#include "result.h"
#include "suites.h"

#define MAX_SIZE 256

/*
 * Made with the command `openssl enc`: -aes-256-ecb -nopad of the offset for each vector, -aes-256-cbc -nopad for each
 * block. The key is the bytes 0 to 31; byte i of the plain text is 7 * i + 3.
 */
struct vector
{
    size_t plain_size;
    uint32_t buffer_size;
    const char *encrypted;
};

static const struct vector vectors[] =
{
    {0, 32,
     "53c8742d0ea29b2712f6c7af4048f4b4"},
    {1, 32,
     "e1cbac1299df7bd1942f8f6d05b5c1b8"},
    {15, 32,
     "fcff8769cac0e7de6e69ae760b5c5cea"},
    {16, 32,
     "110ede92e99ac5ae420c81a25f5732e06dd35df29fdd663cd7bc41edbeb9b17d"},
    {17, 32,
     "110ede92e99ac5ae420c81a25f5732e086d14e5914bc1274b307a55c3933cc66"},
    {47, 32,
     "110ede92e99ac5ae420c81a25f5732e0390462edee0e89bf49c18f9a2d5154d96323f4278f6d6134"
     "c1502f77a92b629a"},
    {48, 32,
     "110ede92e99ac5ae420c81a25f5732e0390462edee0e89bf49c18f9a2d5154d968421f04ff93e47f"
     "fbfa6408f323d2d2231b5e482097a1532c507c7dff9ae621"},
    {80, 32,
     "110ede92e99ac5ae420c81a25f5732e0390462edee0e89bf49c18f9a2d5154d968421f04ff93e47f"
     "fbfa6408f323d2d2e3f3fb964348cb2ee332d547da7bdd9024afbd74591e69efd1644b8ec49deb08"
     "e4eda632f7aa23b87ab0400fd2bf6b77"},
    {40, 65536,
     "110ede92e99ac5ae420c81a25f5732e0390462edee0e89bf49c18f9a2d5154d9560c501c0f500da1"
     "978c37060b8443a2"},
};

static struct decryption *make_decryption(uint32_t buffer_size, uint8_t first_byte)
{
    struct decryption_info info = {.buffer_size = buffer_size};
    struct decryption *decryption;
    unsigned int i;

    for (i = 0; i < sizeof(info.key); i++)
        info.key[i] = (uint8_t)i;
    info.key[0] = first_byte;
    CU_ASSERT_PTR_NOT_NULL_FATAL(decryption = decryption_create(&info));
    return decryption;
}

static size_t from_hex(const char *text, uint8_t *bytes)
{
    size_t size = strlen(text) / 2, i;
    unsigned int value;

    CU_ASSERT_FATAL(size <= MAX_SIZE);
    for (i = 0; i < size; i++)
    {
        CU_ASSERT_EQUAL_FATAL(sscanf(text + 2 * i, "%2x", &value), 1);
        bytes[i] = (uint8_t)value;
    }
    return size;
}

static bool is_plain(const uint8_t *data, size_t size)
{
    size_t i;

    for (i = 0; i < size && data[i] == (uint8_t)(7 * i + 3); i++)
        ;
    return i == size;
}

/* Block by block, from the last to the first or the other way. */
static void check_vector(const struct vector *vector, bool backwards)
{
    struct decryption *decryption = make_decryption(vector->buffer_size, 0);
    size_t size, count, i, plain, total = 0;
    uint8_t data[MAX_SIZE];

    CU_ASSERT_EQUAL(decryption_block_size(decryption), vector->buffer_size);
    size = from_hex(vector->encrypted, data);
    count = (size + vector->buffer_size - 1) / vector->buffer_size;
    for (i = 0; i < count; i++)
    {
        size_t block = backwards ? count - 1 - i : i, offset = block * vector->buffer_size;
        size_t length = size - offset < vector->buffer_size ? size - offset : vector->buffer_size;
        int32_t hr = decryption_decrypt(decryption, offset, data + offset, length, block + 1 == count, &plain);

        CHECK(hr == S_OK, "got %#x for block %zu of %zu bytes", (unsigned int)hr, block, vector->plain_size);
        total += plain;
    }
    CHECK(total == vector->plain_size, "got %zu bytes of %zu", total, vector->plain_size);
    CHECK(is_plain(data, vector->plain_size), "%zu bytes", vector->plain_size);
    decryption_free(decryption);
}

static void test_vectors(void)
{
    unsigned int i;

    for (i = 0; i < COUNT_OF(vectors); i++)
    {
        check_vector(&vectors[i], false);
        check_vector(&vectors[i], true);
    }
}

static void test_wrong_key(void)
{
    unsigned int i;

    for (i = 0; i < COUNT_OF(vectors); i++)
    {
        struct decryption *decryption = make_decryption(vectors[i].buffer_size, 0xff);
        size_t size, offset, plain = 77;
        uint8_t data[MAX_SIZE];

        size = from_hex(vectors[i].encrypted, data);
        offset = (size - 1) / vectors[i].buffer_size * vectors[i].buffer_size;
        CU_ASSERT_EQUAL(decryption_decrypt(decryption, offset, data + offset, size - offset, true, &plain),
                        DO_E_FILE_ENCRYPTION_EXPECTED);
        decryption_free(decryption);
    }
}

static void test_sizes(void)
{
    static const struct
    {
        uint64_t offset;
        size_t size;
        bool last;
        int32_t hr;
    }
    rows[] =
    {
        {0, 0, true, DO_E_FILE_ENCRYPTION_EXPECTED},
        {0, 0, false, DO_E_FILE_ENCRYPTION_EXPECTED},
        {0, 1, true, DO_E_FILE_ENCRYPTION_EXPECTED},
        {0, 15, true, DO_E_FILE_ENCRYPTION_EXPECTED},
        {0, 17, true, DO_E_FILE_ENCRYPTION_EXPECTED},
        {0, 31, true, DO_E_FILE_ENCRYPTION_EXPECTED},
        {0, 48, true, DO_E_FILE_ENCRYPTION_EXPECTED},
        {0, 48, false, DO_E_FILE_ENCRYPTION_EXPECTED},
        {0, 16, false, DO_E_FILE_ENCRYPTION_EXPECTED},
        {16, 32, false, E_INVALIDARG},
        {0, 32, false, S_OK},
        {UINT64_C(32) << 40, 32, false, S_OK},
    };
    struct decryption *decryption = make_decryption(32, 0);
    uint8_t data[MAX_SIZE] = {0};
    unsigned int i;
    size_t plain;

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        int32_t hr = decryption_decrypt(decryption, rows[i].offset, data, rows[i].size, rows[i].last, &plain);

        CHECK(hr == rows[i].hr, "got %#x for row %u", (unsigned int)hr, i);
    }
    decryption_free(decryption);
}

/* A wrong byte in the padding, or a number of them that cannot be. */
static void test_padding(void)
{
    struct decryption *decryption = make_decryption(32, 0);
    uint8_t data[MAX_SIZE], original[MAX_SIZE];
    unsigned int good = 0, value;
    size_t size, plain;

    size = from_hex(vectors[4].encrypted, original); /* 17 bytes: one of them in the second half, then 15 times 15 */
    CU_ASSERT_EQUAL_FATAL(size, 32);
    for (value = 0; value < 256; value++)
    {
        memcpy(data, original, size);
        data[15] ^= (uint8_t)value;     /* changes the last byte of the plain text by as much */
        if (decryption_decrypt(decryption, 0, data, size, true, &plain) == S_OK)
        {
            CHECK(plain == (value ? 31 : 17), "got %zu for %u", plain, value);
            good++;
        }
    }
    CU_ASSERT_EQUAL(good, 2);           /* the right one, and a single 1 */
    memcpy(data, original, size);
    data[2] ^= 1;                       /* one in the middle of the padding */
    CU_ASSERT_EQUAL(decryption_decrypt(decryption, 0, data, size, true, &plain), DO_E_FILE_ENCRYPTION_EXPECTED);
    decryption_free(decryption);
}

static void test_memory(void)
{
    struct decryption_info info = {.buffer_size = 32};

    alloc_failure_set(1);
    CU_ASSERT_PTR_NULL(decryption_create(&info));
    CU_ASSERT_TRUE(alloc_failure_clear());
}

CU_TestInfo decryption_tests[] =
{
    {"blocks made by another program, in any order", test_vectors},
    {"a wrong key is noticed by the padding", test_wrong_key},
    {"sizes that encryption does not leave", test_sizes},
    {"every last byte of the padding", test_padding},
    {"no memory", test_memory},
    CU_TEST_INFO_NULL
};
