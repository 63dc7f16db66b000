/*
 * Tests of integrity_info.c.
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

#include "integrity_info.h"
#include "result.h"
#include "suites.h"

/* SHA-256, SHA-1, SHA-384 and SHA-512 of nothing, and other texts of 32 bytes. */
#define URL "\"PiecesHashFileUrl\":\"http://host/file.phf\""
#define HASH "bLR+YkW147Gf10YSrQ6lgW3AC9E1aDesK3TaSr0DHJA="
#define SHA256_64 "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
#define SHA256_16 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define SHA1_64 "2jmj7l5rSw0yVb/vlWAYkK/YBwk="
#define SHA1_16 "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709"
#define SHA384_64 "OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb"
#define SHA512_64 "z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="
#define DIGEST(text) "\"PiecesHashFileDigest\":\"" text "\""
#define ALGORITHM(text) "\"PiecesHashFileDigestAlgorithm\":\"" text "\""

struct integrity_case
{
    const char *json;
    int32_t hr;
    bool has_hash;
    enum integrity_digest algorithm;
    size_t digest_size;
};

static const struct integrity_case integrity_cases[] =
{
    {"{" URL ",\"HashOfHashes\":\"" HASH "\"}", S_OK, true, INTEGRITY_DIGEST_NONE, 0},
    {"{" URL "}", S_OK, false, INTEGRITY_DIGEST_NONE, 0},
    {"{\"PiecesHashFileUrl\":\"HTTPS://host:8443/a?b=c\"}", S_OK, false, INTEGRITY_DIGEST_NONE, 0},
    {" {\n" URL " , \"Other\" : [1, {}] } \r\n", S_OK, false, INTEGRITY_DIGEST_NONE, 0},
    {"{" URL "," DIGEST(SHA256_64) "}", S_OK, false, INTEGRITY_DIGEST_SHA256, 32},
    {"{" URL "," DIGEST(SHA256_16) "}", S_OK, false, INTEGRITY_DIGEST_SHA256, 32},
    {"{" URL "," DIGEST(SHA256_64) "," ALGORITHM("SHA256") "}", S_OK, false, INTEGRITY_DIGEST_SHA256, 32},
    {"{" URL "," DIGEST(SHA256_64) "," ALGORITHM("sha-256") "}", S_OK, false, INTEGRITY_DIGEST_SHA256, 32},
    {"{" URL "," DIGEST(SHA1_64) "," ALGORITHM("SHA1") "}", S_OK, false, INTEGRITY_DIGEST_SHA1, 20},
    {"{" URL "," DIGEST(SHA1_16) "," ALGORITHM("Sha-1") "}", S_OK, false, INTEGRITY_DIGEST_SHA1, 20},
    {"{" URL "," DIGEST(SHA384_64) "," ALGORITHM("SHA384") "}", S_OK, false, INTEGRITY_DIGEST_SHA384, 48},
    {"{" URL "," DIGEST(SHA512_64) "," ALGORITHM("SHA512") "}", S_OK, false, INTEGRITY_DIGEST_SHA512, 64},
    {"{" URL "," DIGEST("anything") "," ALGORITHM("MD5") "}", S_OK, false, INTEGRITY_DIGEST_UNKNOWN, 0},
    {"{" URL "," DIGEST(SHA256_64) "," ALGORITHM("") "}", S_OK, false, INTEGRITY_DIGEST_UNKNOWN, 0},
    {"{" URL "," ALGORITHM("MD5") "}", S_OK, false, INTEGRITY_DIGEST_NONE, 0},
    {"{" URL ",\"HashOfHashes\":null,\"PiecesHashFileDigest\":null,\"PiecesHashFileDigestAlgorithm\":null}", S_OK,
     false, INTEGRITY_DIGEST_NONE, 0},
    {"{" URL ",\"hashofhashes\":7}", S_OK, false, INTEGRITY_DIGEST_NONE, 0},
    {NULL, E_INVALIDARG, false, 0, 0},
    {"", E_INVALIDARG, false, 0, 0},
    {"no JSON", E_INVALIDARG, false, 0, 0},
    {"{", E_INVALIDARG, false, 0, 0},
    {"[]", E_INVALIDARG, false, 0, 0},
    {"\"text\"", E_INVALIDARG, false, 0, 0},
    {"null", E_INVALIDARG, false, 0, 0},
    {"{}", E_INVALIDARG, false, 0, 0},
    {"{" URL "}x", E_INVALIDARG, false, 0, 0},
    {"{" URL "," URL "}", E_INVALIDARG, false, 0, 0},
    {"{\"piecesHashFileUrl\":\"http://host/file.phf\"}", E_INVALIDARG, false, 0, 0},
    {"{\"HashOfHashes\":\"" HASH "\"}", E_INVALIDARG, false, 0, 0},
    {"{\"PiecesHashFileUrl\":null}", E_INVALIDARG, false, 0, 0},
    {"{\"PiecesHashFileUrl\":7}", E_INVALIDARG, false, 0, 0},
    {"{\"PiecesHashFileUrl\":\"\"}", E_INVALIDARG, false, 0, 0},
    {"{\"PiecesHashFileUrl\":\"ftp://host/file\"}", E_INVALIDARG, false, 0, 0},
    {"{\"PiecesHashFileUrl\":\"file.phf\"}", E_INVALIDARG, false, 0, 0},
    {"{\"PiecesHashFileUrl\":\"http://user:password@host/\"}", E_INVALIDARG, false, 0, 0},
    {"{\"PiecesHashFileUrl\":\"http://host/\\u0000\"}", E_INVALIDARG, false, 0, 0},
    {"{" URL ",\"HashOfHashes\":7}", E_INVALIDARG, false, 0, 0},
    {"{" URL ",\"HashOfHashes\":\"\"}", E_INVALIDARG, false, 0, 0},
    {"{" URL ",\"HashOfHashes\":\"AAAA\"}", E_INVALIDARG, false, 0, 0},
    {"{" URL ",\"HashOfHashes\":\"" SHA256_16 "\"}", E_INVALIDARG, false, 0, 0},
    {"{" URL ",\"HashOfHashes\":\"!" HASH "\"}", E_INVALIDARG, false, 0, 0},
    {"{" URL "," DIGEST("") "}", E_INVALIDARG, false, 0, 0},
    {"{" URL ",\"PiecesHashFileDigest\":{}}", E_INVALIDARG, false, 0, 0},
    {"{" URL "," DIGEST(SHA1_64) "}", E_INVALIDARG, false, 0, 0},
    {"{" URL "," DIGEST(SHA256_64) "," ALGORITHM("SHA512") "}", E_INVALIDARG, false, 0, 0},
    {"{" URL "," DIGEST(SHA256_64) ",\"PiecesHashFileDigestAlgorithm\":1}", E_INVALIDARG, false, 0, 0},
    {"{" URL "," DIGEST("x") "}", E_INVALIDARG, false, 0, 0},
    {"{" URL ",\"x\":\"\xff\"}", E_INVALIDARG, false, 0, 0},
};

static void test_cases(void)
{
    static const struct integrity_info empty;
    struct integrity_info info;
    unsigned int i;

    for (i = 0; i < COUNT_OF(integrity_cases); i++)
    {
        const struct integrity_case *row = &integrity_cases[i];
        int32_t hr;

        memset(&info, 0x55, sizeof(info));
        hr = integrity_info_parse(row->json, &info);
        CHECK(hr == row->hr, "got %#x for %s", (unsigned int)hr, row->json ? row->json : "NULL");
        if (FAILED(hr))
        {
            CHECK(!memcmp(&info, &empty, sizeof(info)), "row %u", i);
            continue;
        }
        CHECK(info.url != NULL, "row %u", i);
        CHECK(info.has_hash_of_hashes == row->has_hash, "row %u", i);
        CHECK(info.digest_algorithm == row->algorithm, "row %u", i);
        CHECK(info.digest_size == row->digest_size, "row %u", i);
        integrity_info_cleanup(&info);
    }
}

static void test_values(void)
{
    static const uint8_t hash_begin[] = {0x6c, 0xb4, 0x7e, 0x62}, digest_begin[] = {0xe3, 0xb0, 0xc4, 0x42};
    struct integrity_info base64, hexadecimal;

    CU_ASSERT_EQUAL_FATAL(integrity_info_parse("{" URL ",\"HashOfHashes\":\"" HASH "\"," DIGEST(SHA256_64) "}",
                                               &base64), S_OK);
    CU_ASSERT_EQUAL_FATAL(integrity_info_parse("{" URL "," DIGEST(SHA256_16) "}", &hexadecimal), S_OK);
    CU_ASSERT_STRING_EQUAL(base64.url, "http://host/file.phf");
    CU_ASSERT(!memcmp(base64.hash_of_hashes, hash_begin, sizeof(hash_begin)));
    CU_ASSERT(!memcmp(base64.digest, digest_begin, sizeof(digest_begin)));
    CU_ASSERT(!memcmp(base64.digest, hexadecimal.digest, sizeof(base64.digest)));
    integrity_info_cleanup(&base64);
    integrity_info_cleanup(&hexadecimal);
}

static void test_limits(void)
{
    struct integrity_info info;
    char *text;

    CU_ASSERT_PTR_NOT_NULL_FATAL(text = malloc(INTEGRITY_INFO_MAX + 2));
    memset(text, ' ', INTEGRITY_INFO_MAX + 1);
    text[INTEGRITY_INFO_MAX + 1] = 0;
    memcpy(text, "{" URL "}", strlen("{" URL "}"));
    CU_ASSERT_EQUAL(integrity_info_parse(text, &info), E_INVALIDARG);
    text[INTEGRITY_INFO_MAX] = 0;
    CU_ASSERT_EQUAL(integrity_info_parse(text, &info), S_OK);
    integrity_info_cleanup(&info);
    snprintf(text, INTEGRITY_INFO_MAX, "{\"PiecesHashFileUrl\":\"http://host/%02200d\"}", 7);
    CU_ASSERT_EQUAL(integrity_info_parse(text, &info), E_INVALIDARG);
    free(text);
}

CU_TestInfo integrity_info_tests[] =
{
    {"texts, and what they give", test_cases},
    {"hashes and digests, in both notations", test_values},
    {"what is too long is refused", test_limits},
    CU_TEST_INFO_NULL
};
