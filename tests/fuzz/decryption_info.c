/*
 * DecryptionInfo of clients.
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

#include "decryption_info.h"
#include "fuzz.h"
#include "result.h"

int FUZZ_TARGET(decryption_info)(const uint8_t *data, size_t size)
{
    struct decryption_info info;
    char *text = malloc(size + 1);

    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = 0;
    if (SUCCEEDED(decryption_info_parse(text, &info)))
    {
        FUZZ_CHECK(info.buffer_size && info.buffer_size % DECRYPTION_BLOCK_SIZE == 0);
        FUZZ_CHECK(info.buffer_size <= DECRYPTION_BUFFER_MAX);
        decryption_info_cleanup(&info);
    }
    free(text);
    return 0;
}
