/*
 * From the name of a file as a client writes it to the one that the engine uses.
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

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dosvc_private.h"
#include "winternl.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

#define PROBE_NAME_SIZE 16  /* "DO%08lx.tmp" */
#define PROBE_ATTEMPTS 16

static BOOL is_separator(WCHAR ch)
{
    return ch == '\\' || ch == '/';
}

static BOOL is_drive(const WCHAR *name)
{
    return ((name[0] >= 'a' && name[0] <= 'z') || (name[0] >= 'A' && name[0] <= 'Z')) && name[1] == ':'
           && is_separator(name[2]);
}

/*
 * Gives what follows the drive or the server prefix. The service's current directory is none of the client's business,
 * so that only absolute names mean anything.
 */
static HRESULT skip_root(const WCHAR *name, const WCHAR **rest)
{
    if (!wcsncmp(name, L"\\\\?\\", 4))
        name += 4;
    else if (is_separator(name[0]) && is_separator(name[1]))
    {
        if (name[2] == '.' || name[2] == '?')
            return HRESULT_FROM_WIN32(ERROR_INVALID_NAME);
        *rest = name + 2;
        return S_OK;
    }
    else if (!is_drive(name))
        return E_INVALIDARG;

    *rest = is_drive(name) ? name + 3 : name;
    return S_OK;
}

static HRESULT check_name(const WCHAR *name)
{
    const WCHAR *rest, *ch;
    HRESULT hr;

    if (!name || !*name)
        return E_INVALIDARG;
    if (FAILED(hr = skip_root(name, &rest)))
        return hr;
    if (!*rest || RtlIsDosDeviceName_U(name))
        return HRESULT_FROM_WIN32(ERROR_INVALID_NAME);
    for (ch = rest; *ch; ++ch)
    {
        if (*ch < ' ' || wcschr(L"<>:\"|?*", *ch))
            return HRESULT_FROM_WIN32(ERROR_INVALID_NAME);
    }
    return is_separator(ch[-1]) ? HRESULT_FROM_WIN32(ERROR_INVALID_NAME) : S_OK;
}

/* What stands at the destination, if anything, has to be a file that may be replaced. S_FALSE: nothing does. */
static HRESULT check_destination(const WCHAR *name)
{
    DWORD attributes, error;

    if ((attributes = GetFileAttributesW(name)) == INVALID_FILE_ATTRIBUTES)
    {
        if ((error = GetLastError()) == ERROR_FILE_NOT_FOUND)
            return S_FALSE;
        if (error == ERROR_BAD_DEV_TYPE)
            error = ERROR_BAD_NETPATH; /* no drive leads to that server */
        return HRESULT_FROM_WIN32(error);
    }
    return attributes & (FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_READONLY) ? E_ACCESSDENIED : S_OK;
}

/* Of the directory with the separator behind it. */
static unsigned int directory_length(const WCHAR *name)
{
    unsigned int length;

    for (length = wcslen(name); length && !is_separator(name[length - 1]); --length)
        ;
    return length;
}

static BOOL is_same_directory(const WCHAR *name, const WCHAR *other)
{
    unsigned int length = directory_length(name);

    return directory_length(other) == length && !wcsncmp(name, other, length);
}

/*
 * Whether files can be made beside the destination, where the temporary file is going to be. Only the attempt tells:
 * neither attributes nor permissions know of read-only file systems.
 */
static HRESULT check_directory(const WCHAR *name)
{
    static LONG counter;
    HANDLE file = INVALID_HANDLE_VALUE;
    unsigned int i, length = directory_length(name);
    DWORD error = ERROR_FILE_EXISTS;
    WCHAR *probe;

    if (!(probe = malloc((length + PROBE_NAME_SIZE) * sizeof(*probe))))
        return E_OUTOFMEMORY;
    memcpy(probe, name, length * sizeof(*probe));

    for (i = 0; i < PROBE_ATTEMPTS && file == INVALID_HANDLE_VALUE && error == ERROR_FILE_EXISTS; ++i)
    {
        _snwprintf(probe + length, PROBE_NAME_SIZE, L"DO%08lx.tmp",
                   (unsigned long)(GetTickCount() * 0x10000 + GetCurrentProcessId() + InterlockedIncrement(&counter)));
        if ((file = CreateFileW(probe, DELETE, 0, NULL, CREATE_NEW,
                                FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, NULL)) == INVALID_HANDLE_VALUE)
            error = GetLastError();
    }
    free(probe);
    if (file == INVALID_HANDLE_VALUE) /* what is not found can only be the drive or the directory */
        return HRESULT_FROM_WIN32(error == ERROR_FILE_NOT_FOUND ? ERROR_PATH_NOT_FOUND : error);
    CloseHandle(file);
    return S_OK;
}

static HRESULT get_unix_name(const WCHAR *name, char **unix_path)
{
    char *(CDECL *get_unix_file_name)(const WCHAR *name);
    char *path, *copy;
    DWORD error;

    get_unix_file_name = (void *)GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "wine_get_unix_file_name");
    if (!get_unix_file_name)
    {
        ERR("This kernel32 knows no Unix names.\n");
        return E_NOTIMPL;
    }
    if (!(path = get_unix_file_name(name)))
    {
        error = GetLastError();
        return error ? HRESULT_FROM_WIN32(error) : E_FAIL;
    }
    copy = strdup(path);
    HeapFree(GetProcessHeap(), 0, path);
    if (!copy)
        return E_OUTOFMEMORY;
    *unix_path = copy;
    return S_OK;
}

HRESULT path_resolve(const WCHAR *name, char **unix_path)
{
    HRESULT hr;

    if (FAILED(hr = check_name(name)) || FAILED(hr = check_destination(name)) || FAILED(hr = check_directory(name))
        || FAILED(hr = get_unix_name(name, unix_path)))
        WARN("%s is not accepted as a destination, hr %#lx.\n", debugstr_w(name), hr);
    return hr;
}

/* Whether a new file gets the name as it is written, whatever the locale. */
static BOOL is_plain(const WCHAR *file_name)
{
    const WCHAR *ch;

    for (ch = file_name; *ch > ' ' && *ch < 0x7f; ++ch)
        ;
    return !*ch && ch > file_name && ch[-1] != '.';
}

/* The Unix path of a new file in the directory of another one. */
static HRESULT get_unix_name_beside(const WCHAR *file_name, const char *other_path, char **unix_path)
{
    size_t directory = strrchr(other_path, '/') + 1 - other_path, length = wcslen(file_name), i;
    char *path;

    if (!(path = malloc(directory + length + 1)))
        return E_OUTOFMEMORY;
    memcpy(path, other_path, directory);
    for (i = 0; i <= length; ++i)
        path[directory + i] = (char)file_name[i];
    *unix_path = path;
    return S_OK;
}

HRESULT path_resolve_beside(const WCHAR *name, const WCHAR *other, const char *other_path, char **unix_path)
{
    const WCHAR *file_name = name + directory_length(name);
    HRESULT hr;

    if (!is_same_directory(name, other))
        return path_resolve(name, unix_path);
    if (SUCCEEDED(hr = check_name(name)) && SUCCEEDED(hr = check_destination(name)))
    {
        if (hr == S_FALSE && is_plain(file_name))
            hr = get_unix_name_beside(file_name, other_path, unix_path);
        else
            hr = get_unix_name(name, unix_path);
    }
    if (FAILED(hr))
        WARN("%s is not accepted as a destination, hr %#lx.\n", debugstr_w(name), hr);
    return hr;
}

/* What cannot be made here is found missing by path_resolve(), which knows what to say. */
static void create_directories(const WCHAR *name)
{
    WCHAR *copy, *ch;
    const WCHAR *rest;

    if (FAILED(skip_root(name, &rest)) || !(copy = wcsdup(name)))
        return;
    for (ch = copy + (rest - name); *ch; ++ch)
    {
        WCHAR separator = *ch;

        if (!is_separator(separator))
            continue;
        *ch = 0;
        if (GetFileAttributesW(copy) == INVALID_FILE_ATTRIBUTES)
            (void)CreateDirectoryW(copy, NULL);
        *ch = separator;
    }
    free(copy);
}

HRESULT path_resolve_creating(const WCHAR *name, char **unix_path)
{
    HRESULT hr;

    if (FAILED(hr = check_name(name)))
    {
        WARN("%s is not accepted as a destination, hr %#lx.\n", debugstr_w(name), hr);
        return hr;
    }
    create_directories(name);
    return path_resolve(name, unix_path);
}

HRESULT path_create_directory(const WCHAR *name, char **unix_path)
{
    HRESULT hr = S_OK;
    WCHAR *copy, *ch;

    if (!(copy = wcsdup(name)))
        return E_OUTOFMEMORY;
    for (ch = copy + 3; ch && SUCCEEDED(hr); )
    {
        if ((ch = wcschr(ch, '\\')))
            *ch = 0;
        if (!CreateDirectoryW(copy, NULL) && GetLastError() != ERROR_ALREADY_EXISTS)
            hr = HRESULT_FROM_WIN32(GetLastError());
        if (ch)
            *ch++ = '\\';
    }
    free(copy);
    if (FAILED(hr))
        return hr;
    return get_unix_name(name, unix_path);
}
