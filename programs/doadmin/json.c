/*
 * Writing JSON.
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

#include "doadmin.h"

void json_init(struct json *json, struct text *text)
{
    json->text = text;
    json->depth = 0;
    json->empty = TRUE;
}

static void json_append_string(struct json *json, const WCHAR *string)
{
    struct text *text = json->text;
    BOOL pair;
    WCHAR c;

    text_append(text, L"\"", 1);
    for (; (c = *string); ++string)
    {
        pair = IS_HIGH_SURROGATE(c) && IS_LOW_SURROGATE(string[1]);
        if (c == '"' || c == '\\')
            text_append_format(text, L"\\%lc", c);
        else if (c == '\n')
            text_append(text, L"\\n", 2);
        else if (c == '\r')
            text_append(text, L"\\r", 2);
        else if (c == '\t')
            text_append(text, L"\\t", 2);
        else if (pair)
            text_append(text, string++, 2);
        else if (c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0xd800 && c < 0xe000))
            text_append_format(text, L"\\u%04x", c);
        else
            text_append(text, &c, 1);
    }
    text_append(text, L"\"", 1);
}

/* Begins a line in the innermost object or array. */
static void json_begin_value(struct json *json, const WCHAR *key)
{
    if (json->depth)
        text_append_format(json->text, L"%ls\n%*ls", json->empty ? L"" : L",", json->depth * 2, L"");
    if (key)
    {
        json_append_string(json, key);
        text_append(json->text, L": ", 2);
    }
    json->empty = FALSE;
}

void json_begin(struct json *json, const WCHAR *key, WCHAR bracket)
{
    json_begin_value(json, key);
    text_append(json->text, &bracket, 1);
    ++json->depth;
    json->empty = TRUE;
}

void json_end(struct json *json, WCHAR bracket)
{
    --json->depth;
    if (!json->empty)
        text_append_format(json->text, L"\n%*ls", json->depth * 2, L"");
    text_append(json->text, &bracket, 1);
    json->empty = FALSE;
    if (!json->depth)
        text_append(json->text, L"\n", 1);
}

void json_string(struct json *json, const WCHAR *key, const WCHAR *value)
{
    if (!value)
    {
        json_null(json, key);
        return;
    }
    json_begin_value(json, key);
    json_append_string(json, value);
}

void json_number(struct json *json, const WCHAR *key, UINT64 value)
{
    json_begin_value(json, key);
    text_append_format(json->text, L"%I64u", value);
}

/* A size that is not known is null. */
void json_size(struct json *json, const WCHAR *key, UINT64 value)
{
    if (value == BG_SIZE_UNKNOWN)
        json_null(json, key);
    else
        json_number(json, key, value);
}

void json_bool(struct json *json, const WCHAR *key, BOOL value)
{
    json_begin_value(json, key);
    text_append_format(json->text, value ? L"true" : L"false");
}

void json_null(struct json *json, const WCHAR *key)
{
    json_begin_value(json, key);
    text_append(json->text, L"null", 4);
}
