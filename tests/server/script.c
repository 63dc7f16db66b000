/*
 * Reads what a URL tells the test server to do.
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

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"

/* What numbers may be at most; sums and products of them do not overflow. */
#define LIMIT_FLAG 1
#define LIMIT_REPEAT 250
#define LIMIT_STATUS 999
#define LIMIT_COUNT UINT32_MAX
#define LIMIT_PIECE (UINT64_C(1) << 30)
#define LIMIT_MS (24 * 60 * 60 * 1000)
#define LIMIT_BYTES (UINT64_C(1) << 62)
#define LIMIT_RATE (UINT64_C(1) << 40)

struct parameter
{
    const char *name;
    size_t offset;
    uint64_t limit;                     /* 0: a text */
};

#define NUMBER(name, limit) {#name, offsetof(struct script, name), limit}
#define TEXT(name) {#name, offsetof(struct script, name), 0}

static const struct parameter parameters[] =
{
    NUMBER(after, LIMIT_COUNT),
    TEXT(auth),
    NUMBER(badrange, LIMIT_FLAG),
    NUMBER(chunked, LIMIT_FLAG),
    NUMBER(close, LIMIT_FLAG),
    NUMBER(code, LIMIT_STATUS),
    NUMBER(delay_ms, LIMIT_MS),
    NUMBER(drip, LIMIT_BYTES),
    NUMBER(drop, LIMIT_COUNT),
    TEXT(etag),
    TEXT(etag2),
    NUMBER(extra, LIMIT_BYTES),
    NUMBER(fail, LIMIT_COUNT),
    NUMBER(fail_every, LIMIT_COUNT),
    NUMBER(fail_status, LIMIT_STATUS),
    NUMBER(flip, LIMIT_BYTES),
    NUMBER(flip_every, LIMIT_BYTES),
    NUMBER(gzip, LIMIT_FLAG),
    TEXT(header),
    NUMBER(header_repeat, LIMIT_REPEAT),
    TEXT(hold),
    NUMBER(hold_after, LIMIT_COUNT),
    NUMBER(hold_at, LIMIT_BYTES),
    NUMBER(hops, LIMIT_COUNT),
    TEXT(key),
    TEXT(last_modified),
    TEXT(last_modified2),
    NUMBER(loop, LIMIT_FLAG),
    NUMBER(nolength, LIMIT_FLAG),
    NUMBER(norange, LIMIT_FLAG),
    NUMBER(nototal, LIMIT_FLAG),
    NUMBER(otherrange, LIMIT_FLAG),
    NUMBER(pieces, LIMIT_PIECE),
    NUMBER(silent, LIMIT_FLAG),
    TEXT(proxy_auth),
    NUMBER(rate, LIMIT_RATE),
    NUMBER(rate_after, LIMIT_BYTES),
    TEXT(redirect),
    NUMBER(requests, LIMIT_COUNT),
    NUMBER(reset, LIMIT_BYTES),
    NUMBER(retry_after, LIMIT_COUNT),
    NUMBER(retry_date, LIMIT_FLAG),
    NUMBER(seed, UINT64_MAX),
    NUMBER(seed2, UINT64_MAX),
    NUMBER(size, LIMIT_BYTES),
    NUMBER(size2, LIMIT_BYTES),
    NUMBER(stall, LIMIT_BYTES),
    NUMBER(stall_ms, LIMIT_MS),
    NUMBER(status, LIMIT_STATUS),
    NUMBER(status2, LIMIT_STATUS),
    TEXT(text),
    NUMBER(timeout_ms, LIMIT_MS),
    NUMBER(times, LIMIT_COUNT),
    NUMBER(truncate, LIMIT_BYTES),
};

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool decode(char *out, size_t room, const char *text, size_t length)
{
    size_t i, used = 0;

    for (i = 0; i < length; i++)
    {
        char c = text[i];

        if (c == '%' && i + 2 < length && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0)
        {
            c = (char)(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        }
        if (used + 1 >= room)
            return false;
        out[used++] = c;
    }
    out[used] = 0;
    return true;
}

static bool parse_number(const char *text, size_t length, uint64_t limit, uint64_t *number)
{
    uint64_t value = 0;
    size_t i;

    if (!length)
        return false;
    for (i = 0; i < length; i++)
    {
        if (text[i] < '0' || text[i] > '9' || __builtin_mul_overflow(value, 10, &value)
            || __builtin_add_overflow(value, (uint64_t)(text[i] - '0'), &value))
            return false;
    }
    if (value > limit)
        return false;
    *number = value;
    return true;
}

static bool script_set(struct script *script, const char *name, size_t name_length, const char *value,
                       size_t value_length)
{
    unsigned int i;

    for (i = 0; i < sizeof(parameters) / sizeof(*parameters); i++)
    {
        char *field = (char *)script + parameters[i].offset;

        if (strlen(parameters[i].name) != name_length || memcmp(parameters[i].name, name, name_length))
            continue;
        if (!parameters[i].limit)
            return decode(field, SCRIPT_TEXT_MAX, value, value_length);
        return parse_number(value, value_length, parameters[i].limit, (uint64_t *)(void *)field);
    }
    return true;
}

static void script_init(struct script *script)
{
    memset(script, 0, sizeof(*script));
    script->seed = 7;
    script->header_repeat = 1;
    script->fail_status = 500;
    script->code = 302;
    script->timeout_ms = 20000;
    script->truncate = script->reset = script->stall = script->drip = UINT64_MAX;
    script->hold_at = script->hold_after = script->flip = UINT64_MAX;
    script->size2 = script->seed2 = script->after = script->times = UINT64_MAX;
}

/* Only names with the prefix, without it. */
static bool script_parse_query(struct script *script, const char *query, const char *prefix)
{
    const char *end, *equals;
    size_t skip = strlen(prefix);

    for (; *query; query = *end ? end + 1 : end)
    {
        end = strchrnul(query, '&');
        equals = memchr(query, '=', (size_t)(end - query));
        if (equals && !strncmp(query, prefix, skip)
            && !script_set(script, query + skip, (size_t)(equals - query) - skip, equals + 1,
                           (size_t)(end - equals - 1)))
            return false;
    }
    return true;
}

static bool is_scheme_known(const char *credentials)
{
    return !*credentials || !strncmp(credentials, "basic:", 6) || !strncmp(credentials, "digest:", 7)
           || !strncmp(credentials, "ntlm:", 5);
}

bool script_parse(struct script *script, const char *target)
{
    const char *query = strchrnul(target, '?');

    script_init(script);
    if (!decode(script->path, sizeof(script->path), target, (size_t)(query - target)))
        return false;
    if (*query)
        query++;
    if (strlen(query) >= sizeof(script->query))
        return false;
    memcpy(script->query, query, strlen(query) + 1);
    if (!script_parse_query(script, query, "")
        || (strstr(query, "cacheHostOrigin=") && !script_parse_query(script, query, "cache_")))
        return false;
    if (!is_scheme_known(script->auth) || !is_scheme_known(script->proxy_auth))
        return false;
    if (!*script->key)
        memcpy(script->key, script->path, sizeof(script->key));
    return true;
}
