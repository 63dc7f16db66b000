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

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "piece_layout.h"
#include "result.h"

/* The pieces of a range: it begins with one, and ends with one, or with the content. */
static uint64_t range_slots(const struct piece_layout *layout, const struct file_range *range)
{
    return (range->length + layout->piece_size - 1) / layout->piece_size;
}

/* The whole pieces in which a range lies. */
static struct file_range widen(const struct piece_layout *layout, const struct file_range *wanted)
{
    uint64_t end = layout->content_length, size = layout->piece_size;
    struct file_range range;

    if (wanted->length < end - wanted->offset)
        end = wanted->offset + wanted->length;
    range.offset = wanted->offset / size * size;
    end = (end + size - 1) / size * size;
    range.length = (end < layout->content_length ? end : layout->content_length) - range.offset;
    return range;
}

/* Behind the last range, or together with it, if they share a piece or touch. */
static void add_range(struct piece_layout *layout, const struct file_range *range)
{
    struct file_range *last = layout->ranges + layout->range_count - 1;
    uint64_t end = range->offset + range->length;

    if (layout->range_count && range->offset >= last->offset && range->offset <= last->offset + last->length)
    {
        if (end > last->offset + last->length)
            last->length = end - last->offset;
    }
    else
    {
        layout->ranges[layout->range_count++] = *range;
    }
}

int32_t piece_layout_init(struct piece_layout *layout, const struct file_range *wanted, uint32_t count, uint64_t base,
                          const struct piece_hashes *hashes)
{
    const struct file_range whole = {.offset = 0, .length = hashes->content_length};
    uint64_t slots = 0;
    uint32_t i;

    memset(layout, 0, sizeof(*layout));
    layout->base = base;
    layout->piece_size = hashes->piece_size;
    layout->content_length = hashes->content_length;
    if (!hashes->content_length)
        return S_OK;
    if (!(layout->ranges = malloc((count ? count : 1) * sizeof(*layout->ranges))))
        return E_OUTOFMEMORY;
    for (i = 0; i < (count ? count : 1); i++)
    {
        struct file_range range = widen(layout, count ? &wanted[i] : &whole);

        add_range(layout, &range);
    }
    for (i = 0; i < layout->range_count; i++)
    {
        slots += range_slots(layout, &layout->ranges[i]);
        layout->total += layout->ranges[i].length;
    }
    if (slots > PIECE_SLOTS_MAX)
    {
        piece_layout_cleanup(layout);
        return E_INVALIDARG;
    }
    layout->slot_count = (uint32_t)slots;
    return S_OK;
}

void piece_layout_cleanup(struct piece_layout *layout)
{
    free(layout->ranges);
    memset(layout, 0, sizeof(*layout));
}

void piece_layout_get(const struct piece_layout *layout, uint32_t slot, uint32_t *piece, struct extent *storage)
{
    const struct file_range *range = layout->ranges;
    uint64_t start = layout->base, offset, length;

    while (slot >= range_slots(layout, range))
    {
        slot -= (uint32_t)range_slots(layout, range);
        start += range->length;
        range++;
    }
    offset = (uint64_t)slot * layout->piece_size;
    length = range->length - offset < layout->piece_size ? range->length - offset : layout->piece_size;
    *piece = (uint32_t)((range->offset + offset) / layout->piece_size);
    storage->start = start + offset;
    storage->end = start + offset + length;
}

uint32_t piece_layout_slot_at(const struct piece_layout *layout, uint64_t storage_offset)
{
    uint64_t offset = storage_offset - layout->base;
    uint32_t i, slots = 0;

    for (i = 0; i + 1 < layout->range_count && offset >= layout->ranges[i].length; i++)
    {
        offset -= layout->ranges[i].length;
        slots += (uint32_t)range_slots(layout, &layout->ranges[i]);
    }
    return slots + (uint32_t)(offset / layout->piece_size);
}

bool piece_layout_find(const struct piece_layout *layout, uint64_t content_offset, uint64_t from,
                       uint64_t *storage_offset, uint32_t *slot)
{
    uint64_t start = layout->base;
    uint32_t i, slots = 0;

    for (i = 0; i < layout->range_count; i++)
    {
        const struct file_range *range = &layout->ranges[i];

        if (content_offset >= range->offset && content_offset - range->offset < range->length
            && start + (content_offset - range->offset) >= from)
        {
            *storage_offset = start + (content_offset - range->offset);
            *slot = slots + (uint32_t)((content_offset - range->offset) / layout->piece_size);
            return true;
        }
        start += range->length;
        slots += (uint32_t)range_slots(layout, range);
    }
    return false;
}
