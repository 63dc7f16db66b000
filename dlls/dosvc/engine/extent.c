/*
 * Which bytes are here: a sorted list of disjoint intervals.
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

#include "extent.h"

#define STORED_EXTENT_SIZE 16
#define FIRST_CAPACITY 16

void extent_list_cleanup(struct extent_list *list)
{
    free(list->items);
    memset(list, 0, sizeof(*list));
}

/* The index of the first extent that ends at or after the offset; the count if there is none. */
static size_t extent_list_search(const struct extent_list *list, uint64_t offset)
{
    size_t low = 0, high = list->count, middle;

    while (low < high)
    {
        middle = low + (high - low) / 2;
        if (list->items[middle].end < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Makes room for one more extent. */
static bool extent_list_reserve(struct extent_list *list)
{
    size_t capacity = list->capacity ? list->capacity * 2 : FIRST_CAPACITY;
    struct extent *items;

    if (list->count < list->capacity)
        return true;
    if (list->count >= EXTENT_LIST_MAX)
        return false;
    if (capacity > EXTENT_LIST_MAX)
        capacity = EXTENT_LIST_MAX;
    if (!(items = realloc(list->items, capacity * sizeof(*items))))
        return false;
    list->items = items;
    list->capacity = capacity;
    return true;
}

bool extent_list_add(struct extent_list *list, uint64_t start, uint64_t end)
{
    size_t first, last;

    if (start >= end)
        return true;
    /* The extents from first up to, but not including, last touch or overlap the new one. */
    first = last = extent_list_search(list, start);
    while (last < list->count && list->items[last].start <= end)
        last++;
    if (first == last)
    {
        if (!extent_list_reserve(list))
            return false;
        memmove(list->items + first + 1, list->items + first, (list->count - first) * sizeof(*list->items));
        list->count++;
    }
    else
    {
        if (list->items[first].start < start)
            start = list->items[first].start;
        if (list->items[last - 1].end > end)
            end = list->items[last - 1].end;
        memmove(list->items + first + 1, list->items + last, (list->count - last) * sizeof(*list->items));
        list->count -= last - first - 1;
    }
    list->items[first].start = start;
    list->items[first].end = end;
    return true;
}

void extent_list_truncate(struct extent_list *list, uint64_t end)
{
    while (list->count && list->items[list->count - 1].start >= end)
        list->count--;
    if (list->count && list->items[list->count - 1].end > end)
        list->items[list->count - 1].end = end;
}

void extent_list_remove(struct extent_list *list, uint64_t start, uint64_t end)
{
    size_t first = extent_list_search(list, start), last;

    if (start >= end)
        return;
    if (first < list->count && list->items[first].start < start && list->items[first].end > end)
    {
        /* The hole splits an extent. */
        if (!extent_list_reserve(list))
        {
            extent_list_truncate(list, start);
            return;
        }
        memmove(list->items + first + 1, list->items + first, (list->count - first) * sizeof(*list->items));
        list->count++;
        list->items[first].end = start;
        list->items[first + 1].start = end;
        return;
    }
    if (first < list->count && list->items[first].start < start)
        list->items[first++].end = start;
    for (last = first; last < list->count && list->items[last].end <= end; last++)
        ;
    if (last > first)
    {
        memmove(list->items + first, list->items + last, (list->count - last) * sizeof(*list->items));
        list->count -= last - first;
    }
    if (first < list->count && list->items[first].start < end)
        list->items[first].start = end;
}

bool extent_list_contains(const struct extent_list *list, uint64_t start, uint64_t end)
{
    size_t index = extent_list_search(list, end);

    if (start >= end)
        return true;
    return index < list->count && list->items[index].start <= start;
}

uint64_t extent_list_total(const struct extent_list *list)
{
    uint64_t total = 0;
    size_t i;

    for (i = 0; i < list->count; i++)
        total += list->items[i].end - list->items[i].start;
    return total;
}

uint64_t extent_list_missing(const struct extent_list *list, uint64_t start, uint64_t end)
{
    struct extent gap = {.end = start};
    uint64_t total = 0;

    while (extent_list_find_gap(list, gap.end, end, &gap))
        total += gap.end - gap.start;
    return total;
}

bool extent_list_find_gap(const struct extent_list *list, uint64_t from, uint64_t limit, struct extent *gap)
{
    size_t next = extent_list_search(list, from);
    uint64_t end = limit;

    if (next < list->count && list->items[next].start <= from)
        from = list->items[next++].end;
    if (from >= limit)
        return false;
    if (next < list->count && list->items[next].start < limit)
        end = list->items[next].start;
    gap->start = from;
    gap->end = end;
    return true;
}

size_t extent_list_stored_size(const struct extent_list *list)
{
    return list->count * STORED_EXTENT_SIZE;
}

static void store_number(uint8_t *buffer, uint64_t number)
{
    unsigned int i;

    for (i = 0; i < 8; i++)
        buffer[i] = (uint8_t)(number >> (8 * i));
}

static uint64_t load_number(const uint8_t *buffer)
{
    uint64_t number = 0;
    unsigned int i;

    for (i = 0; i < 8; i++)
        number |= (uint64_t)buffer[i] << (8 * i);
    return number;
}

void extent_list_store(const struct extent_list *list, uint8_t *buffer)
{
    size_t i;

    for (i = 0; i < list->count; i++)
    {
        store_number(buffer + i * STORED_EXTENT_SIZE, list->items[i].start);
        store_number(buffer + i * STORED_EXTENT_SIZE + 8, list->items[i].end);
    }
}

static bool load_extents(struct extent *items, size_t count, const uint8_t *buffer)
{
    size_t i;

    for (i = 0; i < count; i++)
    {
        items[i].start = load_number(buffer + i * STORED_EXTENT_SIZE);
        items[i].end = load_number(buffer + i * STORED_EXTENT_SIZE + 8);
        if (items[i].start >= items[i].end || (i && items[i].start <= items[i - 1].end))
            return false;
    }
    return true;
}

bool extent_list_load(struct extent_list *list, const uint8_t *buffer, size_t size)
{
    size_t count = size / STORED_EXTENT_SIZE;
    struct extent *items = NULL;

    if (size % STORED_EXTENT_SIZE || count > EXTENT_LIST_MAX)
        return false;
    if (count && !(items = malloc(count * sizeof(*items))))
        return false;
    if (!load_extents(items, count, buffer))
    {
        free(items);
        return false;
    }
    free(list->items);
    list->items = items;
    list->count = list->capacity = count;
    return true;
}
