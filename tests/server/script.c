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

struct parameter
{
    const char *name;
    size_t offset;
    bool text;
};

#define NUMBER(name) {#name, offsetof(struct script, name), false}
#define TEXT(name) {#name, offsetof(struct script, name), true}

static const struct parameter parameters[] =
{
    NUMBER(after), NUMBER(badrange), NUMBER(chunked), NUMBER(close), NUMBER(code), NUMBER(delay_ms), TEXT(etag),
    TEXT(etag2), NUMBER(extra), NUMBER(fail), NUMBER(fail_status), NUMBER(gzip), TEXT(header), TEXT(hold),
    NUMBER(hold_at), NUMBER(hops), TEXT(key), TEXT(last_modified), TEXT(last_modified2), NUMBER(loop),
    NUMBER(nolength), NUMBER(norange), NUMBER(nototal), NUMBER(rate), TEXT(redirect), NUMBER(requests),
    NUMBER(reset), NUMBER(retry_after), NUMBER(seed), NUMBER(seed2), NUMBER(size), NUMBER(size2), NUMBER(stall),
    NUMBER(stall_ms), NUMBER(status), NUMBER(status2), NUMBER(timeout_ms), NUMBER(times), NUMBER(truncate),
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

static bool parse_number(const char *text, size_t length, uint64_t *number)
{
    uint64_t value = 0;
    size_t i;

    if (!length)
        return false;
    for (i = 0; i < length; i++)
    {
        if (text[i] < '0' || text[i] > '9' || value > (UINT64_MAX - 9) / 10)
            return false;
        value = value * 10 + (uint64_t)(text[i] - '0');
    }
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
        if (parameters[i].text)
            return decode(field, SCRIPT_TEXT_MAX, value, value_length);
        return parse_number(value, value_length, (uint64_t *)(void *)field);
    }
    return true;
}

static void script_init(struct script *script)
{
    memset(script, 0, sizeof(*script));
    script->seed = 7;
    script->fail_status = 500;
    script->code = 302;
    script->timeout_ms = 20000;
    script->truncate = script->reset = script->stall = script->hold_at = UINT64_MAX;
    script->size2 = script->seed2 = script->after = script->times = UINT64_MAX;
}

static bool script_parse_query(struct script *script, const char *query)
{
    const char *end, *equals;

    for (; *query; query = *end ? end + 1 : end)
    {
        end = strchrnul(query, '&');
        equals = memchr(query, '=', (size_t)(end - query));
        if (equals && !script_set(script, query, (size_t)(equals - query), equals + 1, (size_t)(end - equals - 1)))
            return false;
    }
    return true;
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
    if (!script_parse_query(script, query))
        return false;
    if (!*script->key)
        memcpy(script->key, script->path, sizeof(script->key));
    return true;
}
