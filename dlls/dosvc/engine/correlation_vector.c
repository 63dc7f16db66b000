/*
 * Correlation vectors: by the header MS-CV services tell which requests belong together.
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

#include <inttypes.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include "correlation_vector.h"

bool correlation_vector_create(char buffer[CORRELATION_VECTOR_BASE + 1])
{
    unsigned char random[16], text[25];

    if (RAND_bytes(random, sizeof(random)) != 1)
        return false;
    EVP_EncodeBlock(text, random, sizeof(random));
    memcpy(buffer, text, CORRELATION_VECTOR_BASE); /* without the padding */
    buffer[CORRELATION_VECTOR_BASE] = 0;
    return true;
}

void correlation_vector_extend(const char *base, uint32_t number, char buffer[CORRELATION_VECTOR_MAX + 1])
{
    size_t length = strlen(base);
    int written;

    if (length && base[length - 1] != '!')
    {
        written = snprintf(buffer, CORRELATION_VECTOR_MAX + 1, "%s.%" PRIu32, base, number);
        if (written > 0 && written <= CORRELATION_VECTOR_MAX)
            return;
    }
    snprintf(buffer, CORRELATION_VECTOR_MAX + 1, "%s", base);
}

bool correlation_vector_is_valid(const char *text)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=._!-";
    size_t length = strlen(text);

    return length <= CORRELATION_VECTOR_MAX && strspn(text, allowed) == length;
}
