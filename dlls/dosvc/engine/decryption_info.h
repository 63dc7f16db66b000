/*
 * DecryptionInfo: how an encrypted file is to be decrypted.
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

#ifndef DOSVC_DECRYPTION_INFO_H
#define DOSVC_DECRYPTION_INFO_H

#include <stdint.h>

#define DECRYPTION_INFO_MAX 16384               /* bytes of JSON text; more is refused */
#define DECRYPTION_KEY_SIZE 32                  /* bytes; AES-256 */
#define DECRYPTION_KEY_DATA_MAX 1024            /* bytes of KeyData, of which the first ones are the key */
#define DECRYPTION_BLOCK_SIZE 16                /* of the cipher */
#define DECRYPTION_BUFFER_DEFAULT 65536
#define DECRYPTION_BUFFER_MAX (64 * 1024 * 1024)

/* AES-256 in CBC mode is the only cipher there is. Holds a secret: to be wiped with decryption_info_cleanup(). */
struct decryption_info
{
    uint8_t key[DECRYPTION_KEY_SIZE];
    uint32_t buffer_size;                       /* bytes that were encrypted as one */
};

/* Reads the JSON text. E_INVALIDARG: it is malformed, or not of this cipher; then nothing is left in the structure. */
int32_t decryption_info_parse(const char *json, struct decryption_info *info);
void decryption_info_cleanup(struct decryption_info *info);

#endif /* DOSVC_DECRYPTION_INFO_H */
