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

#ifndef DOSVC_PIECE_HASHES_H
#define DOSVC_PIECE_HASHES_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "integrity_info.h"

#define PIECE_HASHES_FILE_MAX (64u * 1024 * 1024)   /* bytes of a piece hash file */
#define PIECE_SIZE_MIN (16u * 1024)
#define PIECE_SIZE_MAX (64u * 1024 * 1024)
#define PIECE_HASH_SIZE 32                          /* SHA-256 */

struct piece_hashes
{
    uint64_t content_length;            /* bytes of the file that the hashes are of */
    uint32_t piece_size;                /* the last piece may be shorter */
    uint32_t count;
    uint8_t *hashes;                    /* PIECE_HASH_SIZE for each piece, NULL without any */
    uint8_t hash_of_hashes[INTEGRITY_HASH_SIZE];
};

/*
 * Reads a piece hash file, and checks everything that can be checked without the content: its own size, the digest of
 * its bytes and the hash of hashes, as far as the client gave them; the length of the content, unless that is
 * ENGINE_SIZE_UNKNOWN. Gives the DO_E_METAINFO_* of the first check that fails, or E_OUTOFMEMORY; then there is nothing
 * to be cleaned up.
 */
int32_t piece_hashes_parse(const char *data, size_t size, const struct integrity_info *info, uint64_t content_length,
                           struct piece_hashes *hashes);
void piece_hashes_cleanup(struct piece_hashes *hashes);

/* The pieces that a file of that length has; more than UINT32_MAX count as UINT32_MAX. */
uint32_t piece_hashes_count(uint64_t content_length, uint32_t piece_size);

/* The bytes start <= offset < end of a piece. */
void piece_hashes_extent(const struct piece_hashes *hashes, uint32_t index, uint64_t *start, uint64_t *end);

/* The hash over all hashes; false: no memory. */
bool piece_hashes_compute(const struct piece_hashes *hashes, uint8_t hash[INTEGRITY_HASH_SIZE]);

/* A piece is hashed in parts, with one context for any number of pieces, one after another. */
bool piece_hash_begin(EVP_MD_CTX *context);
bool piece_hash_add(EVP_MD_CTX *context, const void *data, size_t size);
/* Whether what was added is that piece. */
bool piece_hash_matches(EVP_MD_CTX *context, const struct piece_hashes *hashes, uint32_t index);

#endif /* DOSVC_PIECE_HASHES_H */
