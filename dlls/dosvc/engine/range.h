/*
 * The ranges of a file that a client asked for, and where their bytes are stored.
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

#ifndef DOSVC_RANGE_H
#define DOSVC_RANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine.h"

/*
 * Content offsets count in the remote file, storage offsets in the local one. Without ranges they are the same; with
 * ranges the local file holds them back to back, in the order given.
 */

/*
 * Checks a client's list. DO_E_INVALID_RANGE: an offset of ENGINE_SIZE_UNKNOWN, a length of 0, or an end beyond 2^64-2.
 * DO_E_OVERLAPPING_RANGES: not sorted by offset, doubled or overlapping. E_INVALIDARG: more than ENGINE_MAX_RANGES.
 * A range to the end of the file may only stand last.
 */
int32_t range_list_check(const struct file_range *ranges, uint32_t count);

/*
 * Bytes that the list asks for of a file of that size; ENGINE_SIZE_UNKNOWN as long as that depends on a size that is
 * not known. Without ranges: the size.
 */
uint64_t range_list_total(const struct file_range *ranges, uint32_t count, uint64_t file_size);

/* DO_E_INVALID_RANGE when a range begins or ends beyond the end of a file of that size. */
int32_t range_list_check_size(const struct file_range *ranges, uint32_t count, uint64_t file_size);

/*
 * Where the byte at a storage offset comes from: its content offset, and how many bytes follow it without a break,
 * ENGINE_SIZE_UNKNOWN if to an end that is not known yet. False when the offset lies beyond what was asked for.
 */
bool range_list_map(const struct file_range *ranges, uint32_t count, uint64_t file_size, uint64_t storage_offset,
                    uint64_t *content_offset, uint64_t *length);

#endif /* DOSVC_RANGE_H */
