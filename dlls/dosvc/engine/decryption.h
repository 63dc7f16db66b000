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

#ifndef DOSVC_DECRYPTION_H
#define DOSVC_DECRYPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decryption_info.h"

/* Holds a key, which decryption_free() wipes. For one thread at a time. */
struct decryption;

struct decryption *decryption_create(const struct decryption_info *info); /* NULL: no memory */
void decryption_free(struct decryption *decryption);

/* Bytes of a block; the last one of a file may be shorter. */
uint32_t decryption_block_size(const struct decryption *decryption);

/*
 * Decrypts a block in place. `offset` is where it begins in the encrypted file, a multiple of the block size. With
 * `last` set, the padding is looked at, and *plain_size is the number of bytes without it; otherwise it is `size`.
 * DO_E_FILE_ENCRYPTION_EXPECTED: the size is none that encryption leaves, or the padding is wrong, as with a wrong key.
 */
int32_t decryption_decrypt(struct decryption *decryption, uint64_t offset, uint8_t *data, size_t size, bool last,
                           size_t *plain_size);

#endif /* DOSVC_DECRYPTION_H */
