/*
 * Generated content: any part of it can be made at once.
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

#include <string.h>

#include "testserver.h"

/* A well-mixed number for each word of 8 bytes. */
static uint64_t content_word(uint64_t seed, uint64_t index)
{
    uint64_t word = (index + 1) * 0x9e3779b97f4a7c15ull + seed * 0xd1342543de82ef95ull;

    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9ull;
    word = (word ^ (word >> 27)) * 0x94d049bb133111ebull;
    return word ^ (word >> 31);
}

static void content_part(uint64_t seed, uint64_t index, unsigned int skip, uint8_t *buffer, size_t size)
{
    uint64_t word = content_word(seed, index) >> (8 * skip);
    size_t i;

    for (i = 0; i < size; i++, word >>= 8)
        buffer[i] = (uint8_t)word;
}

void testserver_content(uint64_t seed, uint64_t offset, void *buffer, size_t size)
{
    unsigned int skip = offset % 8;
    uint64_t index = offset / 8;
    uint8_t *bytes = buffer;
    size_t step;

    if (skip)
    {
        step = size < 8 - skip ? size : 8 - skip;
        content_part(seed, index++, skip, bytes, step);
        bytes += step;
        size -= step;
    }
    for (; size >= 8; size -= 8, bytes += 8, index++)
    {
        uint64_t word = content_word(seed, index);

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        memcpy(bytes, &word, sizeof(word));
    }
    content_part(seed, index, 0, bytes, size);
}
