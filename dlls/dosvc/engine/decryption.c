/*
 * Decrypts what was encrypted in blocks, each of which can be decrypted without the others.
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

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "decryption.h"
#include "result.h"

struct decryption
{
    struct decryption_info info;
    EVP_CIPHER_CTX *vector_context;     /* makes the initialization vectors */
    EVP_CIPHER_CTX *context;
};

struct decryption *decryption_create(const struct decryption_info *info)
{
    struct decryption *decryption;

    if (!(decryption = calloc(1, sizeof(*decryption))))
        return NULL;
    decryption->info = *info;
    decryption->vector_context = EVP_CIPHER_CTX_new();
    decryption->context = EVP_CIPHER_CTX_new();
    if (decryption->vector_context && decryption->context
        && EVP_EncryptInit_ex(decryption->vector_context, EVP_aes_256_ecb(), NULL, info->key, NULL)
        && EVP_CIPHER_CTX_set_padding(decryption->vector_context, 0)
        && EVP_DecryptInit_ex(decryption->context, EVP_aes_256_cbc(), NULL, info->key, NULL)
        && EVP_CIPHER_CTX_set_padding(decryption->context, 0))
        return decryption;
    decryption_free(decryption);
    return NULL;
}

/* The contexts wipe their copies of the key themselves. */
void decryption_free(struct decryption *decryption)
{
    if (!decryption)
        return;
    EVP_CIPHER_CTX_free(decryption->vector_context);
    EVP_CIPHER_CTX_free(decryption->context);
    decryption_info_cleanup(&decryption->info);
    free(decryption);
}

uint32_t decryption_block_size(const struct decryption *decryption)
{
    return decryption->info.buffer_size;
}

/* The vector of a block is its offset, as a little-endian number and zeros, encrypted with the same key. */
static bool make_vector(struct decryption *decryption, uint64_t offset, uint8_t vector[DECRYPTION_BLOCK_SIZE])
{
    uint8_t number[DECRYPTION_BLOCK_SIZE] = {0};
    unsigned int i;
    int length;

    for (i = 0; i < 8; i++)
        number[i] = (uint8_t)(offset >> 8 * i);
    return EVP_EncryptUpdate(decryption->vector_context, vector, &length, number, sizeof(number))
           && length == DECRYPTION_BLOCK_SIZE;
}

/* As many bytes as are to go stand at the end, each with their number. */
static bool find_padding(const uint8_t *data, size_t size, size_t *plain_size)
{
    unsigned int count = data[size - 1], i;

    if (!count || count > DECRYPTION_BLOCK_SIZE)
        return false;
    for (i = 2; i <= count; i++)
    {
        if (data[size - i] != count)
            return false;
    }
    *plain_size = size - count;
    return true;
}

int32_t decryption_decrypt(struct decryption *decryption, uint64_t offset, uint8_t *data, size_t size, bool last,
                           size_t *plain_size)
{
    uint32_t block = decryption->info.buffer_size;
    uint8_t vector[DECRYPTION_BLOCK_SIZE];
    int length;

    if (!size || size > block || size % DECRYPTION_BLOCK_SIZE || (!last && size != block))
        return DO_E_FILE_ENCRYPTION_EXPECTED;
    if (offset % block)
        return E_INVALIDARG;
    if (!make_vector(decryption, offset, vector)
        || !EVP_DecryptInit_ex(decryption->context, NULL, NULL, NULL, vector)
        || !EVP_DecryptUpdate(decryption->context, data, &length, data, (int)size) || (size_t)length != size)
        return DO_E_FATAL_CORE_ERROR;
    *plain_size = size;
    return !last || find_padding(data, size, plain_size) ? S_OK : DO_E_FILE_ENCRYPTION_EXPECTED;
}
