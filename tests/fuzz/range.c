/*
 * Ranges of clients, and sizes of servers: pairs of numbers of eight bytes, the first of which are the sizes.
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

#include "extent.h"
#include "fuzz.h"
#include "range.h"
#include "result.h"

#define MAX 64

int FUZZ_TARGET(range)(const uint8_t *data, size_t size)
{
    struct file_range ranges[MAX];
    struct extent_list list = {0};
    uint64_t numbers[2], content, length, total;
    uint32_t count, i;

    if (size < sizeof(numbers))
        return 0;
    memcpy(numbers, data, sizeof(numbers));
    count = (uint32_t)((size - sizeof(numbers)) / sizeof(*ranges));
    if (count > MAX)
        count = MAX;
    if (count)
        memcpy(ranges, data + sizeof(numbers), count * sizeof(*ranges));
    for (i = 0; i < count; i++)
    {
        uint64_t start = ranges[i].offset % 4096, end = start + ranges[i].length % 4096;

        if (i % 2)
            extent_list_remove(&list, start, end);
        else if (extent_list_add(&list, start, end))
            FUZZ_CHECK(extent_list_contains(&list, start, end));
    }
    extent_list_cleanup(&list);
    if (FAILED(range_list_check(ranges, count)) || FAILED(range_list_check_size(ranges, count, numbers[0])))
        return 0;
    total = range_list_total(ranges, count, numbers[0]);
    if (range_list_map(ranges, count, numbers[0], numbers[1], &content, &length) && numbers[0] != ENGINE_SIZE_UNKNOWN)
        FUZZ_CHECK(numbers[1] < total && content < numbers[0] && length && length <= numbers[0] - content);
    return 0;
}
