/*
 * Where the pieces of a file are stored: ranges are widened to whole pieces, so that these can be checked.
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

#ifndef DOSVC_PIECE_LAYOUT_H
#define DOSVC_PIECE_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "engine.h"
#include "extent.h"
#include "piece_hashes.h"

#define PIECE_SLOTS_MAX (4 * 1024 * 1024)

/*
 * Ranges of whole pieces, stored one after another. A slot is a place for a piece; pieces that ranges in no order want
 * twice have two.
 */
struct piece_layout
{
    struct file_range *ranges;          /* never "to the end" */
    uint32_t range_count;
    uint32_t slot_count;
    uint32_t piece_size;
    uint64_t content_length;
    uint64_t base;                      /* storage offset of the first byte */
    uint64_t total;                     /* bytes of all ranges */
};

/*
 * For the wanted ranges, of which none reaches beyond the content; no range: the whole content. E_OUTOFMEMORY;
 * E_INVALIDARG: more than PIECE_SLOTS_MAX.
 */
int32_t piece_layout_init(struct piece_layout *layout, const struct file_range *wanted, uint32_t count, uint64_t base,
                          const struct piece_hashes *hashes);
void piece_layout_cleanup(struct piece_layout *layout);

/* What piece belongs into a slot, and where that is. */
void piece_layout_get(const struct piece_layout *layout, uint32_t slot, uint32_t *piece, struct extent *storage);

/* The slot of a storage offset of the layout. */
uint32_t piece_layout_slot_at(const struct piece_layout *layout, uint64_t storage_offset);

/* Where a byte of the content is stored, not before `from`, and in which slot; false: it is not. */
bool piece_layout_find(const struct piece_layout *layout, uint64_t content_offset, uint64_t from,
                       uint64_t *storage_offset, uint32_t *slot);

#endif /* DOSVC_PIECE_LAYOUT_H */
