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

#include "config.h"

#include "range.h"
#include "result.h"

/* The largest end of a range: the largest size that a file can have. */
#define END_MAX (ENGINE_SIZE_UNKNOWN - 1)

static bool range_is_valid(const struct file_range *range)
{
    if (range->offset == ENGINE_SIZE_UNKNOWN || !range->length)
        return false;
    return range->length == ENGINE_SIZE_UNKNOWN || range->length <= END_MAX - range->offset;
}

int32_t range_list_check(const struct file_range *ranges, uint32_t count)
{
    uint32_t i;

    if (count > ENGINE_MAX_RANGES || (count && !ranges))
        return E_INVALIDARG;
    for (i = 0; i < count; i++)
    {
        if (!range_is_valid(&ranges[i]))
            return DO_E_INVALID_RANGE;
    }
    for (i = 1; i < count; i++)
    {
        if (ranges[i - 1].length == ENGINE_SIZE_UNKNOWN
            || ranges[i].offset < ranges[i - 1].offset + ranges[i - 1].length)
            return DO_E_OVERLAPPING_RANGES;
    }
    return S_OK;
}

/* How long a range is in a file of that size; ENGINE_SIZE_UNKNOWN as long as that depends on the size. */
static uint64_t range_length(const struct file_range *range, uint64_t file_size)
{
    if (range->length != ENGINE_SIZE_UNKNOWN)
        return range->length;
    if (file_size == ENGINE_SIZE_UNKNOWN)
        return ENGINE_SIZE_UNKNOWN;
    return file_size > range->offset ? file_size - range->offset : 0;
}

uint64_t range_list_total(const struct file_range *ranges, uint32_t count, uint64_t file_size)
{
    uint64_t total = 0, length;
    uint32_t i;

    if (!count)
        return file_size;
    for (i = 0; i < count; i++)
    {
        if ((length = range_length(&ranges[i], file_size)) == ENGINE_SIZE_UNKNOWN)
            return ENGINE_SIZE_UNKNOWN;
        total += length;
    }
    return total;
}

int32_t range_list_check_size(const struct file_range *ranges, uint32_t count, uint64_t file_size)
{
    uint32_t i;

    if (file_size == ENGINE_SIZE_UNKNOWN)
        return S_OK;
    for (i = 0; i < count; i++)
    {
        /* "Everything" of an empty file is no mistake: some clients always give such a range. */
        if (!file_size && !ranges[i].offset && ranges[i].length == ENGINE_SIZE_UNKNOWN)
            continue;
        if (ranges[i].offset >= file_size)
            return DO_E_INVALID_RANGE;
        if (ranges[i].length != ENGINE_SIZE_UNKNOWN && ranges[i].length > file_size - ranges[i].offset)
            return DO_E_INVALID_RANGE;
    }
    return S_OK;
}

/* How many bytes follow the begin of a range without a break: ranges that touch are one in both files. */
static uint64_t run_length(const struct file_range *ranges, uint32_t count, uint64_t file_size)
{
    uint64_t run = 0, length;
    uint32_t i;

    for (i = 0; i < count && ranges[i].offset == ranges[0].offset + run; i++)
    {
        if ((length = range_length(&ranges[i], file_size)) == ENGINE_SIZE_UNKNOWN)
            return ENGINE_SIZE_UNKNOWN;
        run += length;
    }
    return run;
}

bool range_list_map(const struct file_range *ranges, uint32_t count, uint64_t file_size, uint64_t storage_offset,
                    uint64_t *content_offset, uint64_t *length)
{
    static const struct file_range whole_file = {0, ENGINE_SIZE_UNKNOWN};
    uint64_t skip = storage_offset, run;
    uint32_t i;

    if (!count)
    {
        ranges = &whole_file;
        count = 1;
    }
    for (i = 0; i < count && skip >= range_length(&ranges[i], file_size); i++)
        skip -= range_length(&ranges[i], file_size);
    if (i == count || skip > END_MAX - ranges[i].offset)
        return false;
    run = run_length(ranges + i, count - i, file_size);
    *content_offset = ranges[i].offset + skip;
    *length = run == ENGINE_SIZE_UNKNOWN ? ENGINE_SIZE_UNKNOWN : run - skip;
    return true;
}
