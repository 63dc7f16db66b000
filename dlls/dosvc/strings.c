/*
 * Conversion between Windows' UTF-16 and the engine's UTF-8, and copies that clients free.
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

#include "dosvc_private.h"

HRESULT utf8_from_wide(const WCHAR *text, char **utf8)
{
    char *buffer;
    int size;

    if (!text)
    {
        *utf8 = NULL;
        return S_OK;
    }

    /* A lone surrogate has no UTF-8; replacing it would name another file. */
    size = WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, text, -1, NULL, 0, NULL, NULL);
    if (!size)
        return E_INVALIDARG;
    if (!(buffer = malloc(size)))
        return E_OUTOFMEMORY;
    if (!WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, text, -1, buffer, size, NULL, NULL))
    {
        free(buffer);
        return E_INVALIDARG;
    }
    *utf8 = buffer;
    return S_OK;
}

HRESULT wide_from_utf8(const char *utf8, WCHAR **text)
{
    WCHAR *buffer;
    int count;

    if (!(count = MultiByteToWideChar(CP_UTF8, 0, utf8, -1, NULL, 0)))
        return HRESULT_FROM_WIN32(GetLastError());
    if (!(buffer = CoTaskMemAlloc(count * sizeof(*buffer))))
        return E_OUTOFMEMORY;
    if (!MultiByteToWideChar(CP_UTF8, 0, utf8, -1, buffer, count))
    {
        CoTaskMemFree(buffer);
        return HRESULT_FROM_WIN32(GetLastError());
    }
    *text = buffer;
    return S_OK;
}

HRESULT wide_duplicate(const WCHAR *text, WCHAR **copy)
{
    size_t size = (wcslen(text) + 1) * sizeof(*text);
    WCHAR *buffer;

    if (!(buffer = CoTaskMemAlloc(size)))
        return E_OUTOFMEMORY;
    memcpy(buffer, text, size);
    *copy = buffer;
    return S_OK;
}
