/*
 * Piece hash files of servers.
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

#include "fuzz.h"
#include "model.h"
#include "piece_hashes.h"
#include "piece_layout.h"
#include "result.h"

int FUZZ_TARGET(piece_hashes)(const uint8_t *data, size_t size)
{
    struct integrity_info info = {.url = NULL};
    struct piece_layout layout;
    struct piece_hashes hashes;
    struct extent storage;
    uint32_t piece;

    if (FAILED(piece_hashes_parse((const char *)data, size, &info, ENGINE_SIZE_UNKNOWN, &hashes)))
        return 0;
    FUZZ_CHECK(hashes.count == piece_hashes_count(hashes.content_length, hashes.piece_size));
    FUZZ_CHECK(!hashes.count == !hashes.content_length);
    if (SUCCEEDED(piece_layout_init(&layout, NULL, 0, 0, &hashes)))
    {
        FUZZ_CHECK(layout.slot_count == hashes.count && layout.total == hashes.content_length);
        if (layout.slot_count)
        {
            piece_layout_get(&layout, layout.slot_count - 1, &piece, &storage);
            FUZZ_CHECK(piece == hashes.count - 1 && storage.end == hashes.content_length);
        }
        piece_layout_cleanup(&layout);
    }
    piece_hashes_cleanup(&hashes);
    return 0;
}
