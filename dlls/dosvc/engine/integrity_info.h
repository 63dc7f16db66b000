/*
 * IntegrityCheckInfo: where the hashes of a file's pieces are, and how they are known to be right.
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

#ifndef DOSVC_INTEGRITY_INFO_H
#define DOSVC_INTEGRITY_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INTEGRITY_INFO_MAX 16384        /* bytes of JSON text; more is refused */
#define INTEGRITY_HASH_SIZE 32          /* bytes of the hash over all hashes, SHA-256 */
#define INTEGRITY_DIGEST_MAX 64         /* bytes of the longest digest */

/* What the digest of the file with the hashes was made with. */
enum integrity_digest
{
    INTEGRITY_DIGEST_NONE,              /* there is no digest */
    INTEGRITY_DIGEST_SHA1,
    INTEGRITY_DIGEST_SHA256,
    INTEGRITY_DIGEST_SHA384,
    INTEGRITY_DIGEST_SHA512,
    INTEGRITY_DIGEST_UNKNOWN            /* there is one, which nobody can check */
};

struct integrity_info
{
    char *url;                          /* of the file with the hashes of the pieces */
    bool has_hash_of_hashes;
    uint8_t hash_of_hashes[INTEGRITY_HASH_SIZE];
    enum integrity_digest digest_algorithm;
    uint8_t digest[INTEGRITY_DIGEST_MAX];
    size_t digest_size;                 /* bytes */
};

/*
 * Reads the JSON text. E_INVALIDARG: it is malformed, or has no good URL; E_OUTOFMEMORY. With a failure the
 * structure is empty, and need not be cleaned up.
 */
int32_t integrity_info_parse(const char *json, struct integrity_info *info);
void integrity_info_cleanup(struct integrity_info *info);

#endif /* DOSVC_INTEGRITY_INFO_H */
