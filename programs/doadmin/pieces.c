/*
 * The hashes of the pieces of a file.
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

#include <stdlib.h>
#include <string.h>

#include "doadmin.h"

#include <bcrypt.h>

#define PREFIX_SIZE 16          /* of what the hash over all hashes is made of */

static HRESULT hash_open(BCRYPT_ALG_HANDLE *algorithm)
{
    NTSTATUS status = BCryptOpenAlgorithmProvider(algorithm, BCRYPT_SHA256_ALGORITHM, NULL, 0);

    return status ? HRESULT_FROM_NT(status) : S_OK;
}

static HRESULT hash_bytes(BCRYPT_ALG_HANDLE algorithm, BYTE *bytes, ULONG size, BYTE *hash)
{
    BCRYPT_HASH_HANDLE handle;
    NTSTATUS status;

    if ((status = BCryptCreateHash(algorithm, &handle, NULL, 0, NULL, 0, 0)))
        return HRESULT_FROM_NT(status);
    if (!(status = BCryptHashData(handle, bytes, size, 0)))
        status = BCryptFinishHash(handle, hash, PIECE_HASH_SIZE, 0);
    BCryptDestroyHash(handle);
    return status ? HRESULT_FROM_NT(status) : S_OK;
}

/* Reads until the buffer is full or the file ends. */
static HRESULT read_whole(HANDLE file, BYTE *buffer, ULONG size, ULONG *read)
{
    ULONG part;

    for (*read = 0; *read < size; *read += part)
    {
        if (!ReadFile(file, buffer + *read, size - *read, &part, NULL))
            return HRESULT_FROM_WIN32(GetLastError());
        if (!part)
            break;
    }
    return S_OK;
}

static HRESULT pieces_hash(struct pieces *pieces, HANDLE file)
{
    BCRYPT_ALG_HANDLE algorithm = NULL;
    UINT32 i;
    ULONG read, wanted;
    BYTE *buffer;
    HRESULT hr;

    if (!(buffer = malloc(pieces->piece_size)))
        return E_OUTOFMEMORY;
    hr = hash_open(&algorithm);
    for (i = 0; i < pieces->count && SUCCEEDED(hr); ++i)
    {
        UINT64 left = pieces->length - (UINT64)i * pieces->piece_size;

        wanted = (ULONG)min(left, pieces->piece_size);
        if (SUCCEEDED(hr = read_whole(file, buffer, wanted, &read)) && read != wanted)
            hr = HRESULT_FROM_WIN32(ERROR_HANDLE_EOF);
        if (SUCCEEDED(hr))
            hr = hash_bytes(algorithm, buffer, read, pieces->hashes + (size_t)i * PIECE_HASH_SIZE);
    }
    if (algorithm)
        BCryptCloseAlgorithmProvider(algorithm, 0);
    free(buffer);
    return hr;
}

HRESULT pieces_hash_file(struct pieces *pieces, const WCHAR *path, UINT32 piece_size)
{
    LARGE_INTEGER size;
    HANDLE file;
    HRESULT hr;

    memset(pieces, 0, sizeof(*pieces));
    file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return HRESULT_FROM_WIN32(GetLastError());
    if (!GetFileSizeEx(file, &size))
    {
        hr = HRESULT_FROM_WIN32(GetLastError());
    }
    else if (SUCCEEDED(hr = pieces_init(pieces, size.QuadPart, piece_size))
            && SUCCEEDED(hr = pieces_hash(pieces, file)))
    {
        hr = pieces_compute_root(pieces, pieces->root);
    }
    CloseHandle(file);
    return hr;
}

/* The count is known from the length: there is room for every hash then. */
HRESULT pieces_init(struct pieces *pieces, UINT64 length, UINT32 piece_size)
{
    UINT64 count = length / piece_size + (length % piece_size != 0);

    memset(pieces, 0, sizeof(*pieces));
    if (count > PIECES_MAX)
        return DO_E_METAINFO_FILE_SIZE;
    if (!(pieces->hashes = malloc(PREFIX_SIZE + (size_t)count * PIECE_HASH_SIZE)))
        return E_OUTOFMEMORY;
    pieces->length = length;
    pieces->piece_size = piece_size;
    pieces->count = (UINT32)count;
    return S_OK;
}

static void put_number(BYTE *bytes, UINT64 value, unsigned int size)
{
    unsigned int i;

    for (i = 0; i < size; ++i)
        bytes[i] = (BYTE)(value >> 8 * i);
}

HRESULT pieces_compute_root(const struct pieces *pieces, BYTE root[PIECE_HASH_SIZE])
{
    ULONG size = PREFIX_SIZE + pieces->count * PIECE_HASH_SIZE;
    BCRYPT_ALG_HANDLE algorithm;
    BYTE *bytes;
    HRESULT hr;

    if (!(bytes = malloc(size)))
        return E_OUTOFMEMORY;
    put_number(bytes, 1, 4);
    put_number(bytes + 4, pieces->length, 8);
    put_number(bytes + 12, pieces->piece_size, 4);
    memcpy(bytes + PREFIX_SIZE, pieces->hashes, size - PREFIX_SIZE);
    if (SUCCEEDED(hr = hash_open(&algorithm)))
    {
        hr = hash_bytes(algorithm, bytes, size, root);
        BCryptCloseAlgorithmProvider(algorithm, 0);
    }
    free(bytes);
    return hr;
}

void pieces_cleanup(struct pieces *pieces)
{
    free(pieces->hashes);
    memset(pieces, 0, sizeof(*pieces));
}
