/*
 * The piece hash files of generated contents.
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

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "testserver.h"

#define BLOCK (64 * 1024)
#define HASH_SIZE 32
#define TEXT_SIZE 44                    /* of a hash in base64 */

/* Written on its own, not with the engine's functions, which it tests. */
static bool hash_piece(uint64_t seed, uint64_t start, uint64_t end, uint8_t hash[HASH_SIZE])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL);
    uint8_t *block = malloc(BLOCK);
    size_t step;

    for (good = good && block; good && start < end; start += step)
    {
        step = end - start < BLOCK ? (size_t)(end - start) : BLOCK;
        testserver_content(seed, start, block, step);
        good = EVP_DigestUpdate(context, block, step);
    }
    good = good && EVP_DigestFinal_ex(context, hash, NULL);
    EVP_MD_CTX_free(context);
    free(block);
    return good;
}

static void encode(const uint8_t hash[HASH_SIZE], char *text)
{
    EVP_EncodeBlock((unsigned char *)text, hash, HASH_SIZE);
}

/* Puts the number into the prefix of what the hash over all hashes is made of. */
static void put(uint8_t *bytes, uint64_t value, unsigned int size)
{
    unsigned int i;

    for (i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
}

char *testserver_pieces(uint64_t seed, uint64_t size, uint32_t piece_size, char hash_of_hashes[TEXT_SIZE + 1])
{
    uint64_t count = (size + piece_size - 1) / piece_size, i, end;
    size_t room = (size_t)count * (TEXT_SIZE + 3) + 256, used;
    uint8_t *hashes = malloc(16 + (size_t)count * HASH_SIZE), root[HASH_SIZE];
    char *text = malloc(room), piece[TEXT_SIZE + 1];
    bool good = hashes && text;

    for (i = 0; good && i < count; i++)
    {
        end = (i + 1) * piece_size < size ? (i + 1) * piece_size : size;
        good = hash_piece(seed, i * piece_size, end, hashes + 16 + i * HASH_SIZE);
    }
    if (good)
    {
        put(hashes, 1, 4);
        put(hashes + 4, size, 8);
        put(hashes + 12, piece_size, 4);
        good = EVP_Digest(hashes, 16 + (size_t)count * HASH_SIZE, root, NULL, EVP_sha256(), NULL) == 1;
    }
    if (!good)
    {
        free(hashes);
        free(text);
        return NULL;
    }
    encode(root, hash_of_hashes);
    used = (size_t)snprintf(text, room, "{\"MajorVersion\":1,\"MinorVersion\":0,\"HashOfHashes\":\"%s\","
                            "\"ContentLength\":%" PRIu64 ",\"PieceSize\":%" PRIu32 ",\"Pieces\":[", hash_of_hashes,
                            size, piece_size);
    for (i = 0; i < count; i++)
    {
        encode(hashes + 16 + i * HASH_SIZE, piece);
        used += (size_t)snprintf(text + used, room - used, "%s\"%s\"", i ? "," : "", piece);
    }
    snprintf(text + used, room - used, "]}");
    free(hashes);
    return text;
}
