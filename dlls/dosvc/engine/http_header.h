/*
 * Parsing of the HTTP response headers that the engine reads.
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

#ifndef DOSVC_HTTP_HEADER_H
#define DOSVC_HTTP_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `Content-Range: bytes first-last/total`, or `bytes *`/`total` of a 416. */
struct content_range
{
    uint64_t first;     /* ENGINE_SIZE_UNKNOWN in the form with the star */
    uint64_t last;      /* inclusive */
    uint64_t total;     /* ENGINE_SIZE_UNKNOWN if written as a star */
};

/* False: malformed, other units, numbers that overflow, last before first, or not before total. */
bool content_range_parse(const char *value, size_t length, struct content_range *range);

/* A decimal number and nothing else but white space around it. False: anything else, or more than UINT64_MAX - 1. */
bool http_number_parse(const char *value, size_t length, uint64_t *number);

/* Retry-After in seconds from `now` (seconds since 1970): a number or an HTTP date (curl_getdate); at most `limit`. */
bool retry_after_parse(const char *value, size_t length, int64_t now, uint32_t limit, uint32_t *seconds);

/*
 * Whether a header line (without its line end) has that name (any case); value and value_length then say where its
 * value lies, without white space around it.
 */
bool http_header_match(const char *line, size_t length, const char *name, const char **value, size_t *value_length);

/* Whether two entity tags are strong and the same. Weak or empty ones never match. */
bool etag_strong_match(const char *a, const char *b);

#endif /* DOSVC_HTTP_HEADER_H */
