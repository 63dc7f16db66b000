/*
 * Tests of the piece hash file.
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

#include "alloc_failure.h"
#include "base64.h"
#include "model.h"
#include "piece_hashes.h"
#include "result.h"
#include "suites.h"

#define UNKNOWN ENGINE_SIZE_UNKNOWN

#define FORMAT "\"MajorVersion\":1,\"MinorVersion\":0"
#define HASH(text) "\"HashOfHashes\":\"" text "\""
#define LENGTH(number) "\"ContentLength\":" number
#define SIZE(number) "\"PieceSize\":" number
#define PIECES(list) "\"Pieces\":[" list "]"

/* Two published files. */
#define HASH_A "bLR+YkW147Gf10YSrQ6lgW3AC9E1aDesK3TaSr0DHJA="
#define PIECE_A "\"J/rmYNjGCeAgcDu0Y7ZgHmKBHcddsZl1vLfWjZWbUn0=\""
#define TEXT_A "{" FORMAT "," HASH(HASH_A) "," LENGTH("244530") "," SIZE("1048576") "," PIECES(PIECE_A) "}"
#define HASH_B "aGZA/I8Lc2F+ZsPzrXhTrcZaVte+PexJ5cOai52WjpQ="
#define PIECES_B "\"WXdd9JFACfSvd8pL4CzlApi6zSFcMZvaEco9C+Zcjgc=\",\"7ZyMYuVE3K+gFOLr9YJstAno6vzOeLxh5fLQ8mHKt4g=\"," \
    "\"kEyeX2FsHicx3AN64BNqAbaPMG4N/4HoME4mYX4ahCk=\",\"r1xSeMQBrq4Lp/VMMEtdGRCLr9DzJrjW+T/yj/IBMt4=\"," \
    "\"8rPNGdVaZxgYMQ9SkBnjIWZ9TbIHb9zfGnM7Ub8xtb0=\""
#define TEXT_B "{" FORMAT "," HASH(HASH_B) "," LENGTH("4642818") "," SIZE("1048576") "," PIECES(PIECES_B) "}"

/* Of an empty file, and of 40000 bytes, 7 * i + 3, in pieces of 16384; computed by another program. */
#define HASH_EMPTY "6UPKkvt/ctOKnSEXdKmYO8Fjukvt56j5y7rylSVNdfg="
#define TEXT_EMPTY "{" FORMAT "," HASH(HASH_EMPTY) "," LENGTH("0") "," SIZE("1048576") "," PIECES("") "}"
#define HASH_SMALL "sXJF4jYy4v3P+wZMurnFROfu6R+5nhED75ywEi9orps="
#define PIECES_SMALL "\"q1cdEkZvda5IG9u7/scKDFO/eOKEmGKt36mgSdj2+8A=\"," \
    "\"q1cdEkZvda5IG9u7/scKDFO/eOKEmGKt36mgSdj2+8A=\",\"s7aqNFcu9n6quds+oCnK3PAvsKi+fOJ8LXkuRu7AR3o=\""
#define TEXT_SMALL "{" FORMAT "," HASH(HASH_SMALL) "," LENGTH("40000") "," SIZE("16384") "," PIECES(PIECES_SMALL) "}"

/* TEXT_A with one member replaced. */
#define WITH_VERSION(text) "{" text "," HASH(HASH_A) "," LENGTH("244530") "," SIZE("1048576") "," PIECES(PIECE_A) "}"
#define WITH_HASH(text) "{" FORMAT "," text "," LENGTH("244530") "," SIZE("1048576") "," PIECES(PIECE_A) "}"
#define WITH_LENGTH(text) "{" FORMAT "," HASH(HASH_A) "," text "," SIZE("1048576") "," PIECES(PIECE_A) "}"
#define WITH_SIZE(text) "{" FORMAT "," HASH(HASH_A) "," LENGTH("244530") "," text "," PIECES(PIECE_A) "}"
#define WITH_PIECES(text) "{" FORMAT "," HASH(HASH_A) "," LENGTH("244530") "," SIZE("1048576") "," text "}"

struct file_case
{
    const char *text;
    int32_t hr;
    uint64_t content_length;            /* as the caller knows it; 0: unknown */
    const char *hash_of_hashes;         /* the same, or NULL */
};

static const struct file_case file_cases[] =
{
    {TEXT_A, S_OK, 0, NULL},
    {TEXT_A, S_OK, 244530, NULL},
    {TEXT_A, S_OK, 244530, HASH_A},
    {TEXT_B, S_OK, 4642818, HASH_B},
    {TEXT_EMPTY, S_OK, 0, HASH_EMPTY},
    {TEXT_SMALL, S_OK, 40000, HASH_SMALL},
    {" \r\n\t" TEXT_A "\n", S_OK, 0, NULL},
    {"{" PIECES(PIECE_A) "," SIZE("1048576") "," LENGTH("244530") "," HASH(HASH_A) "," FORMAT "}", S_OK, 0, NULL},
    {WITH_VERSION("\"MajorVersion\":1"), S_OK, 0, NULL},
    {WITH_VERSION(FORMAT ",\"Other\":{\"Pieces\":[1,2,{}]},\"Null\":null"), S_OK, 0, NULL},
    /* its size */
    {"", DO_E_METAINFO_FILE_SIZE, 0, NULL},
    /* what is no JSON object */
    {" ", DO_E_METAINFO_CONTENT, 0, NULL},
    {"<html><body>404</body></html>", DO_E_METAINFO_CONTENT, 0, NULL},
    {"null", DO_E_METAINFO_CONTENT, 0, NULL},
    {"[]", DO_E_METAINFO_CONTENT, 0, NULL},
    {"[" TEXT_A "]", DO_E_METAINFO_CONTENT, 0, NULL},
    {"\"text\"", DO_E_METAINFO_CONTENT, 0, NULL},
    {TEXT_A TEXT_A, DO_E_METAINFO_CONTENT, 0, NULL},
    {TEXT_A "}", DO_E_METAINFO_CONTENT, 0, NULL},
    {"{" FORMAT, DO_E_METAINFO_CONTENT, 0, NULL},
    {"\xef\xbb\xbf" TEXT_A, DO_E_METAINFO_CONTENT, 0, NULL},
    {WITH_VERSION(FORMAT "," FORMAT), DO_E_METAINFO_CONTENT, 0, NULL},
    {WITH_VERSION(FORMAT ",\"Bad\":\"\xff\xfe\""), DO_E_METAINFO_CONTENT, 0, NULL},
    {WITH_LENGTH(LENGTH("99999999999999999999")), DO_E_METAINFO_CONTENT, 0, NULL},
    {WITH_LENGTH(LENGTH("0x3bb32")), DO_E_METAINFO_CONTENT, 0, NULL},
    {WITH_LENGTH(LENGTH("0244530")), DO_E_METAINFO_CONTENT, 0, NULL},
    /* the version */
    {"{}", DO_E_METAINFO_VERSION, 0, NULL},
    {WITH_VERSION("\"MinorVersion\":0"), DO_E_METAINFO_VERSION, 0, NULL},
    {WITH_VERSION("\"majorversion\":1"), DO_E_METAINFO_VERSION, 0, NULL},
    {WITH_VERSION("\"MajorVersion\":0,\"MinorVersion\":0"), DO_E_METAINFO_VERSION, 0, NULL},
    {WITH_VERSION("\"MajorVersion\":2,\"MinorVersion\":0"), DO_E_METAINFO_VERSION, 0, NULL},
    {WITH_VERSION("\"MajorVersion\":1,\"MinorVersion\":1"), DO_E_METAINFO_VERSION, 0, NULL},
    {WITH_VERSION("\"MajorVersion\":1,\"MinorVersion\":null"), DO_E_METAINFO_VERSION, 0, NULL},
    {WITH_VERSION("\"MajorVersion\":4294967297,\"MinorVersion\":0"), DO_E_METAINFO_VERSION, 0, NULL},
    {WITH_VERSION("\"MajorVersion\":\"1\",\"MinorVersion\":0"), DO_E_METAINFO_VERSION, 0, NULL},
    {WITH_VERSION("\"MajorVersion\":1.0,\"MinorVersion\":0"), DO_E_METAINFO_VERSION, 0, NULL},
    {WITH_VERSION("\"MajorVersion\":true,\"MinorVersion\":0"), DO_E_METAINFO_VERSION, 0, NULL},
    /* the hash of hashes */
    {WITH_HASH("\"Other\":0"), DO_E_METAINFO_PARSE_HOH, 0, NULL},
    {WITH_HASH("\"HashOfHashes\":null"), DO_E_METAINFO_PARSE_HOH, 0, NULL},
    {WITH_HASH("\"HashOfHashes\":0"), DO_E_METAINFO_PARSE_HOH, 0, NULL},
    {WITH_HASH(HASH("")), DO_E_METAINFO_PARSE_HOH, 0, NULL},
    {WITH_HASH(HASH("bLR+YkW147Gf10YSrQ6lgW3AC9E1aDesK3TaSr0DHA==")), DO_E_METAINFO_PARSE_HOH, 0, NULL},
    {WITH_HASH(HASH("bLR+YkW147Gf10YSrQ6lgW3AC9E1aDesK3TaSr0DHJAA")), DO_E_METAINFO_PARSE_HOH, 0, NULL},
    {WITH_HASH(HASH("bLR-YkW147Gf10YSrQ6lgW3AC9E1aDesK3TaSr0DHJA=")), DO_E_METAINFO_PARSE_HOH, 0, NULL},
    {WITH_HASH(HASH("bLR+YkW147Gf10YSrQ6lgW3AC9E1aDesK3TaSr0DHJA")), DO_E_METAINFO_PARSE_HOH, 0, NULL},
    {WITH_HASH(HASH(" " HASH_A)), DO_E_METAINFO_PARSE_HOH, 0, NULL},
    {TEXT_A, DO_E_METAINFO_HOH_MATCH, 0, HASH_B},
    {WITH_HASH(HASH(HASH_B)), DO_E_METAINFO_HOH_MATCH, 244530, HASH_A},
    /* the length of the content */
    {WITH_LENGTH("\"Other\":0"), DO_E_METAINFO_CONTENT_LENGTH, 0, NULL},
    {WITH_LENGTH(LENGTH("null")), DO_E_METAINFO_CONTENT_LENGTH, 0, NULL},
    {WITH_LENGTH(LENGTH("-1")), DO_E_METAINFO_CONTENT_LENGTH, 0, NULL},
    {WITH_LENGTH(LENGTH("244530.0")), DO_E_METAINFO_CONTENT_LENGTH, 0, NULL},
    {WITH_LENGTH(LENGTH("\"244530\"")), DO_E_METAINFO_CONTENT_LENGTH, 0, NULL},
    {TEXT_A, DO_E_METAINFO_CONTENT_LENGTH, 244531, NULL},
    {TEXT_A, DO_E_METAINFO_CONTENT_LENGTH, 244529, HASH_A},
    /* the size of a piece */
    {WITH_SIZE("\"Other\":0"), DO_E_METAINFO_PIECE_SIZE, 0, NULL},
    {WITH_SIZE(SIZE("0")), DO_E_METAINFO_PIECE_SIZE, 0, NULL},
    {WITH_SIZE(SIZE("-1048576")), DO_E_METAINFO_PIECE_SIZE, 0, NULL},
    {WITH_SIZE(SIZE("16383")), DO_E_METAINFO_PIECE_SIZE, 0, NULL},
    {WITH_SIZE(SIZE("67108865")), DO_E_METAINFO_PIECE_SIZE, 0, NULL},
    {WITH_SIZE(SIZE("4296015872")), DO_E_METAINFO_PIECE_SIZE, 0, NULL},
    {WITH_SIZE(SIZE("\"1048576\"")), DO_E_METAINFO_PIECE_SIZE, 0, NULL},
    {WITH_SIZE(SIZE("1048576.0")), DO_E_METAINFO_PIECE_SIZE, 0, NULL},
    /* the pieces */
    {WITH_PIECES("\"Other\":0"), DO_E_METAINFO_PARSE_PIECEHASHES, 0, NULL},
    {WITH_PIECES("\"Pieces\":{}"), DO_E_METAINFO_PARSE_PIECEHASHES, 0, NULL},
    {WITH_PIECES("\"Pieces\":" PIECE_A), DO_E_METAINFO_PARSE_PIECEHASHES, 0, NULL},
    {WITH_PIECES("\"Pieces\":null"), DO_E_METAINFO_PARSE_PIECEHASHES, 0, NULL},
    {WITH_PIECES(PIECES("")), DO_E_METAINFO_PARSE_PIECEHASHES, 0, NULL},
    {WITH_PIECES(PIECES(PIECE_A "," PIECE_A)), DO_E_METAINFO_PARSE_PIECEHASHES, 0, NULL},
    {WITH_SIZE(SIZE("131072")), DO_E_METAINFO_PARSE_PIECEHASHES, 0, NULL},
    {WITH_LENGTH(LENGTH("9223372036854775807")), DO_E_METAINFO_PARSE_PIECEHASHES, 0, NULL},
    {"{" FORMAT "," HASH(HASH_EMPTY) "," LENGTH("0") "," SIZE("1048576") "," PIECES(PIECE_A) "}",
     DO_E_METAINFO_PARSE_PIECEHASHES, 0, NULL},
    {WITH_PIECES(PIECES("null")), DO_E_METAINFO_PARSE_ONE_PIECEHASH, 0, NULL},
    {WITH_PIECES(PIECES("1")), DO_E_METAINFO_PARSE_ONE_PIECEHASH, 0, NULL},
    {WITH_PIECES(PIECES("[" PIECE_A "]")), DO_E_METAINFO_PARSE_ONE_PIECEHASH, 0, NULL},
    {WITH_PIECES(PIECES("\"\"")), DO_E_METAINFO_PARSE_ONE_PIECEHASH, 0, NULL},
    {WITH_PIECES(PIECES("\"J/rmYNjGCeAgcDu0Y7ZgHmKBHcddsZl1vLfWjZWbUg==\"")),
     DO_E_METAINFO_PARSE_ONE_PIECEHASH, 0, NULL},
    {WITH_PIECES(PIECES("\"27fae660d8c609e020703bb463b6601e62811dc75db19975bcb7d68d959b527d\"")),
     DO_E_METAINFO_PARSE_ONE_PIECEHASH, 0, NULL},
    {WITH_PIECES(PIECES("\"J/rmYNjGCeAgcDu0Y7ZgHmKBHcddsZl1vLfWjZWbUn0=\\u0000\"")), DO_E_METAINFO_CONTENT, 0, NULL},
    /* what is right by itself, but not together */
    {WITH_HASH(HASH(HASH_B)), DO_E_METAINFO_HOH_FINAL_MATCH, 0, NULL},
    {WITH_LENGTH(LENGTH("244531")), DO_E_METAINFO_HOH_FINAL_MATCH, 0, NULL},
    {WITH_SIZE(SIZE("1048577")), DO_E_METAINFO_HOH_FINAL_MATCH, 0, NULL},
    {WITH_PIECES(PIECES("\"WXdd9JFACfSvd8pL4CzlApi6zSFcMZvaEco9C+Zcjgc=\"")), DO_E_METAINFO_HOH_FINAL_MATCH, 0, NULL},
    /* of several faults the first one counts */
    {WITH_VERSION("\"MajorVersion\":2"), DO_E_METAINFO_VERSION, 1, HASH_B},
    {WITH_LENGTH(LENGTH("-1")), DO_E_METAINFO_HOH_MATCH, 244530, HASH_B},
    {WITH_SIZE(SIZE("0")), DO_E_METAINFO_CONTENT_LENGTH, 7, HASH_A},
};

static void set_hash(struct integrity_info *info, const char *text)
{
    size_t size;

    info->has_hash_of_hashes = true;
    CU_ASSERT_TRUE_FATAL(base64_decode(text, info->hash_of_hashes, sizeof(info->hash_of_hashes), &size));
    CU_ASSERT_EQUAL_FATAL(size, sizeof(info->hash_of_hashes));
}

static void test_cases(void)
{
    static const struct piece_hashes empty;
    unsigned int i;

    for (i = 0; i < COUNT_OF(file_cases); i++)
    {
        const struct file_case *row = &file_cases[i];
        struct integrity_info info = {.url = NULL};
        struct piece_hashes hashes;
        int32_t hr;

        if (row->hash_of_hashes)
            set_hash(&info, row->hash_of_hashes);
        memset(&hashes, 0x55, sizeof(hashes));
        hr = piece_hashes_parse(row->text, strlen(row->text), &info,
                                row->content_length ? row->content_length : UNKNOWN, &hashes);
        CHECK(hr == row->hr, "got %#x for row %u", (unsigned int)hr, i);
        if (SUCCEEDED(hr))
            piece_hashes_cleanup(&hashes);
        CHECK(!memcmp(&hashes, &empty, sizeof(hashes)), "row %u", i);
    }
}

static void test_published(void)
{
    struct integrity_info info = {.url = NULL};
    struct piece_hashes hashes;
    uint8_t hash[INTEGRITY_HASH_SIZE];
    uint64_t start, end;

    CU_ASSERT_EQUAL_FATAL(piece_hashes_parse(TEXT_A, strlen(TEXT_A), &info, UNKNOWN, &hashes), S_OK);
    CU_ASSERT_EQUAL(hashes.content_length, 244530);
    CU_ASSERT_EQUAL(hashes.count, 1);
    piece_hashes_extent(&hashes, 0, &start, &end);
    CU_ASSERT_TRUE(start == 0 && end == 244530);
    piece_hashes_cleanup(&hashes);

    CU_ASSERT_EQUAL_FATAL(piece_hashes_parse(TEXT_B, strlen(TEXT_B), &info, UNKNOWN, &hashes), S_OK);
    CU_ASSERT_EQUAL(hashes.count, 5);
    CU_ASSERT_TRUE(piece_hashes_compute(&hashes, hash));
    set_hash(&info, HASH_B);
    CU_ASSERT_TRUE(!memcmp(hash, info.hash_of_hashes, sizeof(hash)));
    piece_hashes_extent(&hashes, 3, &start, &end);
    CU_ASSERT_TRUE(start == 3 * 1048576 && end == 4 * 1048576);
    piece_hashes_extent(&hashes, 4, &start, &end);
    CU_ASSERT_TRUE(start == 4 * 1048576 && end == 4642818);
    hashes.hashes[0] ^= 1;
    CU_ASSERT_TRUE(piece_hashes_compute(&hashes, hash));
    CU_ASSERT_FALSE(!memcmp(hash, info.hash_of_hashes, sizeof(hash)));
    piece_hashes_cleanup(&hashes);
}

/* Digests of TEXT_EMPTY, with every algorithm: base64 and hexadecimal texts are integrity_info.c's. */
static void test_digest(void)
{
    static const struct
    {
        enum integrity_digest algorithm;
        const EVP_MD *(*method)(void);
    }
    rows[] =
    {
        {INTEGRITY_DIGEST_SHA1, EVP_sha1},
        {INTEGRITY_DIGEST_SHA256, EVP_sha256},
        {INTEGRITY_DIGEST_SHA384, EVP_sha384},
        {INTEGRITY_DIGEST_SHA512, EVP_sha512},
    };
    const char *text = TEXT_EMPTY;
    struct integrity_info info;
    struct piece_hashes hashes;
    unsigned int i, size;

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        memset(&info, 0, sizeof(info));
        info.digest_algorithm = rows[i].algorithm;
        CU_ASSERT_EQUAL_FATAL(EVP_Digest(text, strlen(text), info.digest, &size, rows[i].method(), NULL), 1);
        info.digest_size = size;
        CU_ASSERT_EQUAL(piece_hashes_parse(text, strlen(text), &info, UNKNOWN, &hashes), S_OK);
        piece_hashes_cleanup(&hashes);
        info.digest[size - 1] ^= 0x80;
        CU_ASSERT_EQUAL(piece_hashes_parse(text, strlen(text), &info, UNKNOWN, &hashes), DO_E_METAINFO_DIGEST_MATCH);
        CU_ASSERT_EQUAL(piece_hashes_parse("x", 1, &info, UNKNOWN, &hashes), DO_E_METAINFO_DIGEST_MATCH);
    }
    info.digest_algorithm = INTEGRITY_DIGEST_UNKNOWN;
    CU_ASSERT_EQUAL(piece_hashes_parse(text, strlen(text), &info, UNKNOWN, &hashes), DO_E_METAINFO_DIGEST_MATCH);
}

/* Too large for a file, and too many values for its size. */
static void test_limits(void)
{
    struct integrity_info info = {.url = NULL};
    struct piece_hashes hashes;
    char *text;
    size_t i;

    CU_ASSERT_EQUAL(piece_hashes_parse("", (size_t)PIECE_HASHES_FILE_MAX + 1, &info, UNKNOWN, &hashes),
                    DO_E_METAINFO_FILE_SIZE);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text = malloc(200001));
    memset(text, ' ', 200000);
    memcpy(text, TEXT_EMPTY, strlen(TEXT_EMPTY));
    CU_ASSERT_EQUAL(piece_hashes_parse(text, 200000, &info, UNKNOWN, &hashes), S_OK);
    text[0] = '[';
    for (i = 1; i < 200000; i++)
        text[i] = i % 2 ? '1' : ',';
    text[199999] = ']';
    CU_ASSERT_EQUAL(piece_hashes_parse(text, 200000, &info, UNKNOWN, &hashes), DO_E_METAINFO_CONTENT);
    for (i = 0; i < 200000; i++)
        text[i] = '[';
    CU_ASSERT_EQUAL(piece_hashes_parse(text, 200000, &info, UNKNOWN, &hashes), DO_E_METAINFO_CONTENT);
    free(text);
    CU_ASSERT_EQUAL(piece_hashes_count(0, 16384), 0);
    CU_ASSERT_EQUAL(piece_hashes_count(1, 16384), 1);
    CU_ASSERT_EQUAL(piece_hashes_count(16384, 16384), 1);
    CU_ASSERT_EQUAL(piece_hashes_count(16385, 16384), 2);
    CU_ASSERT_EQUAL(piece_hashes_count(UINT64_MAX, 16384), UINT32_MAX);
}

static void add_content(EVP_MD_CTX *context, size_t from, size_t to)
{
    uint8_t byte;
    size_t i;

    for (i = from; i < to; i++)
    {
        byte = (uint8_t)(7 * i + 3);
        CU_ASSERT_TRUE_FATAL(piece_hash_add(context, &byte, 1));
    }
}

static void test_pieces(void)
{
    struct integrity_info info = {.url = NULL};
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    struct piece_hashes hashes;
    uint64_t start, end;
    uint32_t i;

    CU_ASSERT_EQUAL_FATAL(piece_hashes_parse(TEXT_SMALL, strlen(TEXT_SMALL), &info, 40000, &hashes), S_OK);
    for (i = 0; i < hashes.count; i++)
    {
        piece_hashes_extent(&hashes, i, &start, &end);
        CU_ASSERT_TRUE_FATAL(piece_hash_begin(context));
        add_content(context, start, end);
        CU_ASSERT_TRUE(piece_hash_matches(context, &hashes, i));
    }
    CU_ASSERT_TRUE_FATAL(piece_hash_begin(context));
    add_content(context, 0, 16383);
    CU_ASSERT_FALSE(piece_hash_matches(context, &hashes, 0));
    CU_ASSERT_TRUE_FATAL(piece_hash_begin(context));
    add_content(context, 0, 16384);
    CU_ASSERT_FALSE(piece_hash_matches(context, &hashes, hashes.count));
    piece_hashes_cleanup(&hashes);
    EVP_MD_CTX_free(context);
}

/* Of the engine's own allocations there is one. */
static void test_memory(void)
{
    struct integrity_info info = {.url = NULL};
    struct piece_hashes hashes;

    alloc_failure_set(1);
    CU_ASSERT_EQUAL(piece_hashes_parse(TEXT_B, strlen(TEXT_B), &info, UNKNOWN, &hashes), E_OUTOFMEMORY);
    CU_ASSERT_TRUE(alloc_failure_clear());
}

CU_TestInfo piece_hashes_tests[] =
{
    {"files, and what is wrong with them", test_cases},
    {"the two published files", test_published},
    {"digests of the file", test_digest},
    {"what is too much", test_limits},
    {"pieces", test_pieces},
    {"no memory", test_memory},
    CU_TEST_INFO_NULL
};
