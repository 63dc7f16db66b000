/*
 * The piece hash file: what the pieces of a file must be, and how that is known to be right.
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

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "model.h"
#include "piece_hashes.h"
#include "result.h"

/* A hash takes more bytes than this in the file; a file of many smaller values would only fill the memory. */
#define MIN_BYTES_PER_VALUE 16
#define FEW_VALUES 64

static const EVP_MD *digest_method(enum integrity_digest algorithm)
{
    switch (algorithm)
    {
    case INTEGRITY_DIGEST_SHA1:
        return EVP_sha1();
    case INTEGRITY_DIGEST_SHA256:
        return EVP_sha256();
    case INTEGRITY_DIGEST_SHA384:
        return EVP_sha384();
    case INTEGRITY_DIGEST_SHA512:
        return EVP_sha512();
    case INTEGRITY_DIGEST_NONE:
    case INTEGRITY_DIGEST_UNKNOWN:
        break;
    }
    return NULL;
}

/* A digest that nobody here can compute was not met. */
static int32_t check_digest(const char *data, size_t size, const struct integrity_info *info)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned int digest_size;
    const EVP_MD *method;

    if (info->digest_algorithm == INTEGRITY_DIGEST_NONE)
        return S_OK;
    if (!(method = digest_method(info->digest_algorithm)))
        return DO_E_METAINFO_DIGEST_MATCH;
    if (!EVP_Digest(data, size, digest, &digest_size, method, NULL))
        return E_OUTOFMEMORY;
    return digest_size == info->digest_size && !memcmp(digest, info->digest, digest_size) ? S_OK
                                                                                          : DO_E_METAINFO_DIGEST_MATCH;
}

/* A parsed value takes far more memory than its text, if that is short. */
static bool has_too_many_values(const char *data, size_t size)
{
    size_t commas = 0;
    const char *p = data, *end = data + size;

    while ((p = memchr(p, ',', (size_t)(end - p))))
    {
        commas++;
        p++;
    }
    return commas > FEW_VALUES + size / MIN_BYTES_PER_VALUE;
}

static bool hash_decode(const json_t *value, uint8_t *hash)
{
    const char *text = json_string_value(value);
    size_t size;

    return text && strlen(text) == json_string_length(value) && base64_decode(text, hash, PIECE_HASH_SIZE, &size)
           && size == PIECE_HASH_SIZE;
}

/* The hash over all hashes begins with the version: it is known of this one only. */
static int32_t read_version(const json_t *object)
{
    const json_t *major = json_object_get(object, "MajorVersion"), *minor = json_object_get(object, "MinorVersion");

    if (!json_is_integer(major) || json_integer_value(major) != 1)
        return DO_E_METAINFO_VERSION;
    return !minor || (json_is_integer(minor) && !json_integer_value(minor)) ? S_OK : DO_E_METAINFO_VERSION;
}

static int32_t read_hash_of_hashes(struct piece_hashes *hashes, const json_t *object, const struct integrity_info *info)
{
    if (!hash_decode(json_object_get(object, "HashOfHashes"), hashes->hash_of_hashes))
        return DO_E_METAINFO_PARSE_HOH;
    if (info->has_hash_of_hashes && memcmp(hashes->hash_of_hashes, info->hash_of_hashes, INTEGRITY_HASH_SIZE))
        return DO_E_METAINFO_HOH_MATCH;
    return S_OK;
}

static int32_t read_sizes(struct piece_hashes *hashes, const json_t *object, uint64_t content_length)
{
    const json_t *length = json_object_get(object, "ContentLength"), *size = json_object_get(object, "PieceSize");

    if (!json_is_integer(length) || json_integer_value(length) < 0)
        return DO_E_METAINFO_CONTENT_LENGTH;
    hashes->content_length = (uint64_t)json_integer_value(length);
    if (content_length != ENGINE_SIZE_UNKNOWN && hashes->content_length != content_length)
        return DO_E_METAINFO_CONTENT_LENGTH;
    if (!json_is_integer(size) || json_integer_value(size) < PIECE_SIZE_MIN
        || json_integer_value(size) > PIECE_SIZE_MAX)
        return DO_E_METAINFO_PIECE_SIZE;
    hashes->piece_size = (uint32_t)json_integer_value(size);
    return S_OK;
}

static int32_t read_pieces(struct piece_hashes *hashes, const json_t *object)
{
    const json_t *pieces = json_object_get(object, "Pieces");
    uint32_t i;

    hashes->count = piece_hashes_count(hashes->content_length, hashes->piece_size);
    if (!json_is_array(pieces) || json_array_size(pieces) != hashes->count)
        return DO_E_METAINFO_PARSE_PIECEHASHES;
    if (hashes->count && !(hashes->hashes = malloc((size_t)hashes->count * PIECE_HASH_SIZE)))
        return E_OUTOFMEMORY;
    for (i = 0; i < hashes->count; i++)
    {
        if (!hash_decode(json_array_get(pieces, i), hashes->hashes + (size_t)i * PIECE_HASH_SIZE))
            return DO_E_METAINFO_PARSE_ONE_PIECEHASH;
    }
    return S_OK;
}

static int32_t read_object(struct piece_hashes *hashes, const json_t *object, const struct integrity_info *info,
                           uint64_t content_length)
{
    uint8_t hash[INTEGRITY_HASH_SIZE];
    int32_t hr;

    if (!json_is_object(object))
        return DO_E_METAINFO_CONTENT;
    if (FAILED(hr = read_version(object)) || FAILED(hr = read_hash_of_hashes(hashes, object, info))
        || FAILED(hr = read_sizes(hashes, object, content_length)) || FAILED(hr = read_pieces(hashes, object)))
        return hr;
    if (!piece_hashes_compute(hashes, hash))
        return E_OUTOFMEMORY;
    return memcmp(hash, hashes->hash_of_hashes, sizeof(hash)) ? DO_E_METAINFO_HOH_FINAL_MATCH : S_OK;
}

int32_t piece_hashes_parse(const char *data, size_t size, const struct integrity_info *info, uint64_t content_length,
                           struct piece_hashes *hashes)
{
    json_t *object;
    int32_t hr;

    memset(hashes, 0, sizeof(*hashes));
    if (!size || size > PIECE_HASHES_FILE_MAX)
        return DO_E_METAINFO_FILE_SIZE;
    if (FAILED(hr = check_digest(data, size, info)))
        return hr;
    if (has_too_many_values(data, size) || !(object = json_loadb(data, size, JSON_REJECT_DUPLICATES, NULL)))
        return DO_E_METAINFO_CONTENT;
    if (FAILED(hr = read_object(hashes, object, info, content_length)))
        piece_hashes_cleanup(hashes);
    json_decref(object);
    return hr;
}

void piece_hashes_cleanup(struct piece_hashes *hashes)
{
    free(hashes->hashes);
    memset(hashes, 0, sizeof(*hashes));
}

uint32_t piece_hashes_count(uint64_t content_length, uint32_t piece_size)
{
    uint64_t count = content_length / piece_size + (content_length % piece_size != 0);

    return count > UINT32_MAX ? UINT32_MAX : (uint32_t)count;
}

void piece_hashes_extent(const struct piece_hashes *hashes, uint32_t index, uint64_t *start, uint64_t *end)
{
    *start = (uint64_t)index * hashes->piece_size;
    *end = hashes->content_length - *start > hashes->piece_size ? *start + hashes->piece_size : hashes->content_length;
}

static void put_number(uint8_t *bytes, uint64_t value, size_t size)
{
    size_t i;

    for (i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
}

bool piece_hashes_compute(const struct piece_hashes *hashes, uint8_t hash[INTEGRITY_HASH_SIZE])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    uint8_t prefix[16];
    bool good;

    put_number(prefix, 1, 4);           /* the version */
    put_number(prefix + 4, hashes->content_length, 8);
    put_number(prefix + 12, hashes->piece_size, 4);
    good = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL)
           && EVP_DigestUpdate(context, prefix, sizeof(prefix))
           && (!hashes->count || EVP_DigestUpdate(context, hashes->hashes, (size_t)hashes->count * PIECE_HASH_SIZE))
           && EVP_DigestFinal_ex(context, hash, NULL);
    EVP_MD_CTX_free(context);
    return good;
}

bool piece_hash_begin(EVP_MD_CTX *context)
{
    return EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
}

bool piece_hash_add(EVP_MD_CTX *context, const void *data, size_t size)
{
    return EVP_DigestUpdate(context, data, size) == 1;
}

bool piece_hash_matches(EVP_MD_CTX *context, const struct piece_hashes *hashes, uint32_t index)
{
    uint8_t hash[EVP_MAX_MD_SIZE];

    return EVP_DigestFinal_ex(context, hash, NULL) == 1 && index < hashes->count
           && !memcmp(hash, hashes->hashes + (size_t)index * PIECE_HASH_SIZE, PIECE_HASH_SIZE);
}
