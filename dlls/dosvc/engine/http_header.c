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

#include "config.h"

#include <curl/curl.h>
#include <string.h>
#include <strings.h>

#include "http_header.h"
#include "model.h"

#define NUMBER_MAX (ENGINE_SIZE_UNKNOWN - 1)
#define DATE_SIZE_MAX 64    /* the longest form of an HTTP date has 33 characters */

/* What is left to parse. */
struct text
{
    const char *begin;
    const char *end;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static struct text text_trim(const char *value, size_t length)
{
    struct text text = {value, value + length};

    while (text.begin < text.end && is_blank(*text.begin))
        text.begin++;
    while (text.end > text.begin && is_blank(text.end[-1]))
        text.end--;
    return text;
}

static bool text_skip(struct text *text, char c)
{
    if (text->begin == text->end || *text->begin != c)
        return false;
    text->begin++;
    return true;
}

/* At least one digit. A number that is too large gives NUMBER_MAX and sets *overflow. */
static bool text_take_digits(struct text *text, uint64_t *number, bool *overflow)
{
    uint64_t value = 0;
    unsigned int digit;

    if (text->begin == text->end || !is_digit(*text->begin))
        return false;
    *overflow = false;
    for (; text->begin < text->end && is_digit(*text->begin); text->begin++)
    {
        digit = (unsigned int)(*text->begin - '0');
        if (value > (NUMBER_MAX - digit) / 10)
            *overflow = true;
        if (!*overflow)
            value = value * 10 + digit;
    }
    *number = *overflow ? NUMBER_MAX : value;
    return true;
}

static bool text_take_number(struct text *text, uint64_t *number)
{
    bool overflow;

    return text_take_digits(text, number, &overflow) && !overflow;
}

/* A number or a star, which gives ENGINE_SIZE_UNKNOWN. */
static bool text_take_size(struct text *text, uint64_t *size)
{
    if (!text_skip(text, '*'))
        return text_take_number(text, size);
    *size = ENGINE_SIZE_UNKNOWN;
    return true;
}

static bool text_skip_unit(struct text *text)
{
    if (text->end - text->begin < 6 || strncasecmp(text->begin, "bytes", 5) || !is_blank(text->begin[5]))
        return false;
    text->begin += 5;
    while (text->begin < text->end && is_blank(*text->begin))
        text->begin++;
    return true;
}

bool content_range_parse(const char *value, size_t length, struct content_range *range)
{
    struct text text = text_trim(value, length);
    struct content_range found;

    if (!text_skip_unit(&text))
        return false;
    if (!text_take_size(&text, &found.first))
        return false;
    found.last = found.first;
    if (found.first != ENGINE_SIZE_UNKNOWN && (!text_skip(&text, '-') || !text_take_number(&text, &found.last)))
        return false;
    if (!text_skip(&text, '/') || !text_take_size(&text, &found.total) || text.begin != text.end)
        return false;
    if (found.first == ENGINE_SIZE_UNKNOWN ? found.total == ENGINE_SIZE_UNKNOWN
        : found.last < found.first || found.last >= found.total)
        return false;
    *range = found;
    return true;
}

bool http_number_parse(const char *value, size_t length, uint64_t *number)
{
    struct text text = text_trim(value, length);
    uint64_t found;

    if (!text_take_number(&text, &found) || text.begin != text.end)
        return false;
    *number = found;
    return true;
}

/* The seconds from `now` to an HTTP date, 0 if that has passed. */
static bool date_parse(const struct text *text, int64_t now, uint64_t *delay)
{
    size_t length = (size_t)(text->end - text->begin);
    char date[DATE_SIZE_MAX];
    int64_t when;

    if (!length || length >= sizeof(date) || memchr(text->begin, 0, length))
        return false;
    memcpy(date, text->begin, length);
    date[length] = 0;
    if ((when = curl_getdate(date, NULL)) == -1)
        return false;
    *delay = when > now ? (uint64_t)when - (uint64_t)now : 0;
    return true;
}

bool retry_after_parse(const char *value, size_t length, int64_t now, uint32_t limit, uint32_t *seconds)
{
    struct text text = text_trim(value, length), rest = text;
    uint64_t delay;
    bool overflow;

    /* A number too large to be represented still says clearly what is meant. */
    if ((!text_take_digits(&rest, &delay, &overflow) || rest.begin != rest.end)
        && !date_parse(&text, now, &delay))
        return false;
    *seconds = delay < limit ? (uint32_t)delay : limit;
    return true;
}

bool http_header_match(const char *line, size_t length, const char *name, const char **value, size_t *value_length)
{
    size_t name_length = strlen(name);
    struct text text;

    if (length <= name_length || strncasecmp(line, name, name_length) || line[name_length] != ':')
        return false;
    text = text_trim(line + name_length + 1, length - name_length - 1);
    *value = text.begin;
    *value_length = (size_t)(text.end - text.begin);
    return true;
}

bool etag_strong_match(const char *a, const char *b)
{
    if (!a || !b || !*a || !strncmp(a, "W/", 2))
        return false;
    return !strcmp(a, b);
}
