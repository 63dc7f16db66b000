/*
 * Writes and reads the file with the hashes of pieces.
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

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doadmin.h"

#include <wincrypt.h>

#define FILE_MAX (64u * 1024 * 1024)
#define PIECE_SIZE_MIN (16u * 1024)
#define PIECE_SIZE_MAX (64u * 1024 * 1024)
#define DEPTH_MAX 32            /* of values that nobody looks at */

/* What is left of a JSON text. */
struct reader
{
    const char *p, *end;
    BOOL failed;
};

static void encode_hash(const BYTE *hash, char *text)
{
    DWORD size = PIECE_TEXT_MAX;

    if (!CryptBinaryToStringA(hash, PIECE_HASH_SIZE, CRYPT_STRING_BASE64 | CRYPT_STRING_NOCRLF, text, &size))
        *text = 0;
}

static BOOL decode_hash(const char *text, BYTE *hash)
{
    DWORD size = PIECE_HASH_SIZE;

    return strlen(text) == PIECE_TEXT_MAX - 1
            && CryptStringToBinaryA(text, 0, CRYPT_STRING_BASE64, hash, &size, NULL, NULL)
            && size == PIECE_HASH_SIZE;
}

void pieces_format_root(const struct pieces *pieces, WCHAR text[PIECE_TEXT_MAX])
{
    char narrow[PIECE_TEXT_MAX];

    encode_hash(pieces->root, narrow);
    format_buffer(text, PIECE_TEXT_MAX, L"%hs", narrow);
}

static char *pieces_format(const struct pieces *pieces, size_t *length)
{
    size_t room = 256 + (size_t)pieces->count * (PIECE_TEXT_MAX + 2), used;
    char *text, hash[PIECE_TEXT_MAX];
    UINT32 i;

    if (!(text = malloc(room)))
        return NULL;
    encode_hash(pieces->root, hash);
    used = snprintf(text, room, "{\"MajorVersion\":1,\"MinorVersion\":0,\"HashOfHashes\":\"%s\",\"ContentLength\":%llu,"
            "\"PieceSize\":%u,\"Pieces\":[", hash, pieces->length, pieces->piece_size);
    for (i = 0; i < pieces->count; ++i)
    {
        encode_hash(pieces->hashes + (size_t)i * PIECE_HASH_SIZE, hash);
        used += snprintf(text + used, room - used, "%s\"%s\"", i ? "," : "", hash);
    }
    used += snprintf(text + used, room - used, "]}");
    *length = used;
    return text;
}

HRESULT pieces_write(const struct pieces *pieces, const WCHAR *path)
{
    HRESULT hr = S_OK;
    size_t length;
    DWORD written;
    HANDLE file;
    char *text;

    if (!(text = pieces_format(pieces, &length)))
        return E_OUTOFMEMORY;
    file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE || !WriteFile(file, text, (DWORD)length, &written, NULL))
        hr = HRESULT_FROM_WIN32(GetLastError());
    else if (written != length)
        hr = HRESULT_FROM_WIN32(ERROR_DISK_FULL);
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
    if (FAILED(hr) && file != INVALID_HANDLE_VALUE)
        DeleteFileW(path);
    free(text);
    return hr;
}

/* The next character that is no white space stays where it is; 0: there is none. */
static char reader_peek(struct reader *reader)
{
    while (reader->p < reader->end && memchr(" \t\r\n", *reader->p, 4))
        ++reader->p;
    return reader->p < reader->end && !reader->failed ? *reader->p : 0;
}

static BOOL reader_take(struct reader *reader, char c)
{
    if (reader_peek(reader) != c)
        return FALSE;
    ++reader->p;
    return TRUE;
}

static void reader_expect(struct reader *reader, char c)
{
    if (!reader_take(reader, c))
        reader->failed = TRUE;
}

/* A text that is too long for the buffer, or has something special in it, becomes an empty one. */
static void reader_string(struct reader *reader, char *buffer, size_t size)
{
    BOOL plain = TRUE;
    size_t used = 0;

    reader_expect(reader, '"');
    while (!reader->failed && reader->p < reader->end && *reader->p != '"')
    {
        if ((unsigned char)*reader->p < 0x20)
            reader->failed = TRUE;
        if (*reader->p == '\\' && reader->p + 1 < reader->end)
            plain = plain && *++reader->p == '/';
        if (used + 1 < size)
            buffer[used++] = *reader->p;
        else
            plain = FALSE;
        ++reader->p;
    }
    buffer[plain ? used : 0] = 0;
    if (reader->p >= reader->end)
        reader->failed = TRUE;
    else
        ++reader->p;
}

static BOOL reader_number(struct reader *reader, UINT64 *value)
{
    const char *start;

    if (reader_peek(reader) < '0' || *reader->p > '9')
        return FALSE;
    for (start = reader->p, *value = 0; reader->p < reader->end && *reader->p >= '0' && *reader->p <= '9'; ++reader->p)
        *value = *value * 10 + (unsigned int)(*reader->p - '0');
    /* Eighteen digits are never too much. */
    return reader->p - start <= 18 && (*start != '0' || reader->p - start == 1)
            && (reader->p == reader->end || !memchr(".eE", *reader->p, 3));
}

static void reader_skip(struct reader *reader, unsigned int depth)
{
    char close, text[2];

    switch (reader_peek(reader))
    {
        case '{':
        case '[':
            close = *reader->p++ == '{' ? '}' : ']';
            if (depth >= DEPTH_MAX)
                reader->failed = TRUE;
            if (reader_take(reader, close))
                return;
            do
            {
                if (close == '}')
                {
                    reader_string(reader, text, sizeof(text));
                    reader_expect(reader, ':');
                }
                reader_skip(reader, depth + 1);
            } while (!reader->failed && reader_take(reader, ','));
            reader_expect(reader, close);
            return;
        case '"':
            reader_string(reader, text, sizeof(text));
            return;
        case 0:
            reader->failed = TRUE;
            return;
        default:
            while (reader->p < reader->end && !memchr(",]} \t\r\n", *reader->p, 7))
                ++reader->p;
    }
}

/* What the file says, before it is put together. */
struct found
{
    UINT64 major, minor, length, piece_size;
    unsigned int given;         /* a bit for each number, in this order */
    char root[PIECE_TEXT_MAX];
    const char *pieces;         /* the array, NULL without one */
};

static void read_member(struct reader *reader, struct found *found)
{
    static const char *const names[] = {"MajorVersion", "MinorVersion", "ContentLength", "PieceSize"};
    UINT64 *const numbers[] = {&found->major, &found->minor, &found->length, &found->piece_size};
    char name[32];
    unsigned int i;

    reader_string(reader, name, sizeof(name));
    reader_expect(reader, ':');
    for (i = 0; i < ARRAY_SIZE(names); ++i)
    {
        if (strcmp(name, names[i]))
            continue;
        if (reader_number(reader, numbers[i]))
            found->given |= 1u << i;
        else
            reader_skip(reader, 0);
        return;
    }
    if (!strcmp(name, "HashOfHashes") && reader_peek(reader) == '"')
    {
        reader_string(reader, found->root, sizeof(found->root));
        return;
    }
    if (!strcmp(name, "Pieces") && reader_peek(reader) == '[')
        found->pieces = reader->p;
    reader_skip(reader, 0);
}

static HRESULT read_pieces(struct pieces *pieces, const char *text, const char *end)
{
    struct reader reader = {text + 1, end, FALSE};
    char hash[PIECE_TEXT_MAX];
    UINT32 i;

    for (i = 0; i < pieces->count; ++i)
    {
        if (i && !reader_take(&reader, ','))
            return DO_E_METAINFO_PARSE_PIECEHASHES;
        if (reader_peek(&reader) == ']')
            return DO_E_METAINFO_PARSE_PIECEHASHES;
        if (reader_peek(&reader) != '"')
            return DO_E_METAINFO_PARSE_ONE_PIECEHASH;
        reader_string(&reader, hash, sizeof(hash));
        if (!decode_hash(hash, pieces->hashes + (size_t)i * PIECE_HASH_SIZE))
            return DO_E_METAINFO_PARSE_ONE_PIECEHASH;
    }
    return reader_peek(&reader) == ']' ? S_OK : DO_E_METAINFO_PARSE_PIECEHASHES;
}

/* As the service does it, check by check. */
static HRESULT pieces_parse(struct pieces *pieces, const char *text, size_t length)
{
    struct reader reader = {text, text + length, FALSE};
    BYTE stated[PIECE_HASH_SIZE];
    struct found found = {0};
    HRESULT hr;

    reader_expect(&reader, '{');
    if (!reader_take(&reader, '}'))
    {
        do
            read_member(&reader, &found);
        while (!reader.failed && reader_take(&reader, ','));
        reader_expect(&reader, '}');
    }
    if (reader.failed || reader_peek(&reader))
        return DO_E_METAINFO_CONTENT;
    if (!(found.given & 1) || found.major != 1 || found.minor)
        return DO_E_METAINFO_VERSION;
    if (!decode_hash(found.root, stated))
        return DO_E_METAINFO_PARSE_HOH;
    if (!(found.given & 4))
        return DO_E_METAINFO_CONTENT_LENGTH;
    if (!(found.given & 8) || found.piece_size < PIECE_SIZE_MIN || found.piece_size > PIECE_SIZE_MAX)
        return DO_E_METAINFO_PIECE_SIZE;
    if (!found.pieces)
        return DO_E_METAINFO_PARSE_PIECEHASHES;
    if (FAILED(hr = pieces_init(pieces, found.length, (UINT32)found.piece_size))
            || FAILED(hr = read_pieces(pieces, found.pieces, text + length))
            || FAILED(hr = pieces_compute_root(pieces, pieces->root)))
        return hr;
    return memcmp(pieces->root, stated, sizeof(stated)) ? DO_E_METAINFO_HOH_FINAL_MATCH : S_OK;
}

HRESULT pieces_read(struct pieces *pieces, const WCHAR *path)
{
    LARGE_INTEGER size;
    char *text = NULL;
    HRESULT hr = S_OK;
    HANDLE file;
    DWORD read;

    memset(pieces, 0, sizeof(*pieces));
    file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return HRESULT_FROM_WIN32(GetLastError());
    if (!GetFileSizeEx(file, &size))
        hr = HRESULT_FROM_WIN32(GetLastError());
    else if (!size.QuadPart || size.QuadPart > FILE_MAX)
        hr = DO_E_METAINFO_FILE_SIZE;
    else if (!(text = malloc((size_t)size.QuadPart)))
        hr = E_OUTOFMEMORY;
    else if (!ReadFile(file, text, (DWORD)size.QuadPart, &read, NULL))
        hr = HRESULT_FROM_WIN32(GetLastError());
    else
        hr = pieces_parse(pieces, text, read);
    CloseHandle(file);
    free(text);
    if (FAILED(hr))
        pieces_cleanup(pieces);
    return hr;
}
