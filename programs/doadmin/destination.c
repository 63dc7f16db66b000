/*
 * Which file a download goes to, and how its URL is shown.
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

#include "doadmin.h"

#define NAME_MAX_BYTES 240      /* of a name in UTF-8; Unix file systems allow 255 */
#define DEFAULT_NAME L"download"

/* The part of a URL between the host and the query; *end is behind it. Empty if there is none. */
static const WCHAR *url_find_path(const WCHAR *url, const WCHAR **end)
{
    const WCHAR *host = wcsstr(url, L"://");
    const WCHAR *path = host ? host + 3 : url;

    *end = path + wcscspn(path, L"?#");
    if (host)
        path += wcscspn(path, L"/?#");
    return path;
}

static int hex_value(WCHAR c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
        return (c | 0x20) - 'a' + 10;
    return -1;
}

/* Writes length characters to bytes in UTF-8, with %XX decoded; bytes holds three for each character. */
static size_t unescape(const WCHAR *string, size_t length, char *bytes)
{
    size_t i, units, count = 0;

    for (i = 0; i < length; i += units)
    {
        if (string[i] == '%' && i + 2 < length && hex_value(string[i + 1]) >= 0 && hex_value(string[i + 2]) >= 0)
        {
            bytes[count++] = hex_value(string[i + 1]) << 4 | hex_value(string[i + 2]);
            units = 3;
        }
        else
        {
            units = IS_HIGH_SURROGATE(string[i]) && i + 1 < length ? 2 : 1;
            count += WideCharToMultiByte(CP_UTF8, 0, &string[i], units, bytes + count, units * 3, NULL, NULL);
        }
    }
    return count;
}

/* Copies a component of a URL, cut to size and with %XX decoded unless that would not be UTF-8. Returns
 * the number of characters. */
static size_t copy_decoded(const WCHAR *component, size_t length, WCHAR *name, size_t size)
{
    char *bytes = calloc(length + 1, 3);
    WCHAR *decoded = calloc(length + 1, sizeof(*decoded));
    int count = 0;

    if (length && bytes && decoded)
    {
        count = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, bytes,
                unescape(component, length, bytes), decoded, length);
    }
    if (count > 0)
    {
        component = decoded;
        length = count;
    }
    if (length > size - 1)
        length = size - 1;
    memcpy(name, component, length * sizeof(*name));
    name[length] = 0;
    free(decoded);
    free(bytes);
    return length;
}

/* Whether Windows takes the name, with or without an extension, for a device. */
static BOOL is_device_name(const WCHAR *name)
{
    static const WCHAR *const devices[] = {L"con", L"prn", L"aux", L"nul"};
    size_t length = wcscspn(name, L". ");
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(devices); ++i)
    {
        if (length == 3 && !_wcsnicmp(name, devices[i], 3))
            return TRUE;
    }
    return length == 4 && (!_wcsnicmp(name, L"com", 3) || !_wcsnicmp(name, L"lpt", 3))
            && name[3] >= '0' && name[3] <= '9';
}

/* The length that a name is cut to, so that a Unix file system takes it and no surrogate stands alone. */
static size_t cut_name(const WCHAR *name, size_t length)
{
    while (length && (IS_HIGH_SURROGATE(name[length - 1])
            || WideCharToMultiByte(CP_UTF8, 0, name, length, NULL, 0, NULL, NULL) > NAME_MAX_BYTES))
        --length;
    return length;
}

/* Makes a name that Windows takes as one component from a server's idea of a name. */
static void sanitize_name(WCHAR *name, size_t length)
{
    size_t i;

    for (i = 0; i < length; ++i)
    {
        if (name[i] < 0x20 || (name[i] >= 0x7f && name[i] < 0xa0) || wcschr(L"<>:\"/\\|?*", name[i]))
            name[i] = '_';
    }
    while (length && (name[length - 1] == '.' || name[length - 1] == ' '))
        --length;
    name[length] = 0;
    if (is_device_name(name))
    {
        memmove(name + 1, name, (length + 1) * sizeof(*name));
        name[0] = '_';
    }
}

/* The last component of the URL's path as the name of a file; name holds DESTINATION_NAME_MAX characters. */
void destination_name_from_url(const WCHAR *url, WCHAR *name)
{
    const WCHAR *path, *end, *p;
    size_t length;

    path = url_find_path(url, &end);
    for (p = end; p > path && p[-1] != '/'; --p)
        ;
    /* sanitize_name() may add a character. */
    length = copy_decoded(p, end - p, name, DESTINATION_NAME_MAX - 1);
    sanitize_name(name, cut_name(name, length));
    if (!*name)
        wcscpy_s(name, DESTINATION_NAME_MAX, DEFAULT_NAME);
}

static BOOL is_directory(const WCHAR *path)
{
    DWORD attributes = GetFileAttributesW(path);

    return attributes != INVALID_FILE_ATTRIBUTES && attributes & FILE_ATTRIBUTE_DIRECTORY;
}

static HRESULT get_full_path(const WCHAR *name, WCHAR **path)
{
    DWORD size, length;
    WCHAR *buffer;

    if (!(size = GetFullPathNameW(name, 0, NULL, NULL)))
        return HRESULT_FROM_WIN32(GetLastError());
    if (!(buffer = malloc(size * sizeof(*buffer))))
        return E_OUTOFMEMORY;
    length = GetFullPathNameW(name, size, buffer, NULL);
    if (!length || length >= size)
    {
        free(buffer);
        return length ? E_UNEXPECTED : HRESULT_FROM_WIN32(GetLastError());
    }
    *path = buffer;
    return S_OK;
}

/* The full path of the file that URL goes to; output is what the user said or NULL. The caller frees it. */
HRESULT destination_get_path(const WCHAR *url, const WCHAR *output, WCHAR **path)
{
    WCHAR name[DESTINATION_NAME_MAX];
    struct text text = {0};
    HRESULT hr;

    destination_name_from_url(url, name);
    if (!output)
        return get_full_path(name, path);
    if (!is_directory(output) && !wcschr(L"/\\", output[wcslen(output) - 1]))
        return get_full_path(output, path);
    text_append_format(&text, L"%ls\\%ls", output, name);
    hr = text.failed ? E_OUTOFMEMORY : get_full_path(text.chars, path);
    text_cleanup(&text);
    return hr;
}

/* The URL as messages show it: without user name, password, query and fragment, which can be secret.
 * The caller frees it; NULL if there is no memory. */
WCHAR *url_for_display(const WCHAR *url)
{
    const WCHAR *host = wcsstr(url, L"://"), *path, *end, *p, *user_end = NULL;
    struct text text = {0};

    path = url_find_path(url, &end);
    host = host && host < path ? host + 3 : url;
    for (p = host; p < path; ++p)
    {
        if (*p == '@')
            user_end = p + 1;
    }
    text_append(&text, url, host - url);
    text_append(&text, user_end ? user_end : host, end - (user_end ? user_end : host));
    if (text.failed)
        text_cleanup(&text);
    return text.chars;
}
