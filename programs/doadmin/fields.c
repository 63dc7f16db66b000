/*
 * Prints named values, a line each or as JSON.
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

#define NAME_COLUMNS 30

void fields_text(struct fields *fields, const WCHAR *name, const WCHAR *value)
{
    if (fields->json)
    {
        json_string(fields->json, name, value ? value : L"");
        return;
    }
    text_append_format(fields->text, L"%-*ls : ", NAME_COLUMNS, name);
    text_append_plain(fields->text, value);
    text_append(fields->text, L"\n", 1);
}

void fields_number(struct fields *fields, const WCHAR *name, UINT64 value)
{
    if (fields->json)
        json_number(fields->json, name, value);
    else
        text_append_format(fields->text, L"%-*ls : %I64u\n", NAME_COLUMNS, name, value);
}

void fields_bool(struct fields *fields, const WCHAR *name, BOOL value)
{
    if (fields->json)
        json_bool(fields->json, name, value);
    else
        text_append_format(fields->text, L"%-*ls : %ls\n", NAME_COLUMNS, name, value ? L"True" : L"False");
}
