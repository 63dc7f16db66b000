/*
 * Header lines of servers.
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

#include "fuzz.h"
#include "http_header.h"
#include "model.h"

#define NOW 1780000000
#define LIMIT 3600

int FUZZ_TARGET(http_header)(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"Content-Range", "Content-Length", "Retry-After", "ETag"};
    struct content_range range;
    uint64_t number;
    uint32_t seconds;
    size_t i, length;
    const char *value;
    char *line;

    /* A copy of just this size, so that a byte too much shows. */
    if (!(line = malloc(size + 1)))
        return 0;
    memcpy(line, data, size);
    line[size] = 0;
    for (i = 0; i < sizeof(names) / sizeof(*names); i++)
    {
        if (http_header_match(line, size, names[i], &value, &length))
            FUZZ_CHECK(value >= line && value + length <= line + size);
    }
    if (content_range_parse(line, size, &range) && range.first != ENGINE_SIZE_UNKNOWN)
        FUZZ_CHECK(range.first <= range.last && range.last < range.total);
    if (http_number_parse(line, size, &number))
        FUZZ_CHECK(number != ENGINE_SIZE_UNKNOWN);
    if (retry_after_parse(line, size, NOW, LIMIT, &seconds))
        FUZZ_CHECK(seconds <= LIMIT);
    (void)etag_strong_match(line, line);
    free(line);
    return 0;
}
