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

#ifndef DOSVC_EXTENT_H
#define DOSVC_EXTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The bytes start <= offset < end; never empty. */
struct extent
{
    uint64_t start;
    uint64_t end;
};

/* Sorted, disjoint and not touching. A zeroed list is an empty one. */
struct extent_list
{
    struct extent *items;
    size_t count;
    size_t capacity;
};

/* A list grows only when pieces arrive out of order; more extents than this are refused. */
#define EXTENT_LIST_MAX 65536

void extent_list_cleanup(struct extent_list *list);

/* Adds the bytes from start to end, merging with what touches or overlaps. False: no memory, or too many extents. */
bool extent_list_add(struct extent_list *list, uint64_t start, uint64_t end);

/* Removes all bytes at or after `end`. */
void extent_list_truncate(struct extent_list *list, uint64_t end);

/* Removes the bytes from start to end. For want of memory, or with too many extents, all from start on may go. */
void extent_list_remove(struct extent_list *list, uint64_t start, uint64_t end);

/* Whether all bytes from start to end are in the list. */
bool extent_list_contains(const struct extent_list *list, uint64_t start, uint64_t end);

/* How many bytes are in the list. */
uint64_t extent_list_total(const struct extent_list *list);

/* How many of the bytes from `start` to `end` are not in the list. */
uint64_t extent_list_missing(const struct extent_list *list, uint64_t start, uint64_t end);

/* The first gap at or after `from` and before `limit`; false when there is none. */
bool extent_list_find_gap(const struct extent_list *list, uint64_t from, uint64_t limit, struct extent *gap);

/* Bytes that extent_list_store() writes. */
size_t extent_list_stored_size(const struct extent_list *list);

/* Writes the list as pairs of little-endian 64-bit numbers, for the job store. */
void extent_list_store(const struct extent_list *list, uint8_t *buffer);

/* Replaces the list by a stored one. False, and an unchanged list, if that is malformed or memory is short. */
bool extent_list_load(struct extent_list *list, const uint8_t *buffer, size_t size);

#endif /* DOSVC_EXTENT_H */
