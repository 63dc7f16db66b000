/*
 * IBackgroundCopyFile3, 4 and 5: the methods of a file that they add to IBackgroundCopyFile2.
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

#include "file.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

/* The temporary file lies beside the destination: the directory as the client wrote it, and the name alone. */
static HRESULT join_temporary_name(const WCHAR *local_name, const WCHAR *temporary_path, WCHAR **name)
{
    const WCHAR *end = local_name + wcslen(local_name), *base;
    size_t length;
    WCHAR *buffer;

    while (end > local_name && !wcschr(L"\\/:", end[-1]))
        --end;
    base = (base = wcsrchr(temporary_path, '/')) ? base + 1 : temporary_path;
    length = end - local_name;
    if (!(buffer = CoTaskMemAlloc((length + wcslen(base) + 1) * sizeof(WCHAR))))
        return E_OUTOFMEMORY;
    memcpy(buffer, local_name, length * sizeof(WCHAR));
    wcscpy(buffer + length, base);
    *name = buffer;
    return S_OK;
}

HRESULT WINAPI file_GetTemporaryName(IBackgroundCopyFile5 *iface, WCHAR **name)
{
    struct file *file = impl_from_IBackgroundCopyFile5(iface);
    WCHAR *local_name = NULL, *temporary_path = NULL;
    struct file_get_info_params info;
    HRESULT hr;

    TRACE("iface %p, name %p.\n", iface, name);

    if (!name)
        return E_INVALIDARG;
    if (SUCCEEDED(hr = engine_file_get_info(&file->job_id, file->index, &info)) && info.completed)
        hr = DO_E_INVALID_STATE;
    if (SUCCEEDED(hr))
        hr = engine_file_get_text(&file->job_id, file->index, FILE_TEXT_LOCAL_NAME, &local_name);
    if (SUCCEEDED(hr))
        hr = engine_file_get_text(&file->job_id, file->index, FILE_TEXT_TEMPORARY_NAME, &temporary_path);
    if (SUCCEEDED(hr))
        hr = *local_name ? join_temporary_name(local_name, temporary_path, name) : E_NOT_SET;
    CoTaskMemFree(temporary_path);
    CoTaskMemFree(local_name);
    return hr;
}

HRESULT WINAPI file_SetValidationState(IBackgroundCopyFile5 *iface, BOOL valid)
{
    struct file *file = impl_from_IBackgroundCopyFile5(iface);

    TRACE("iface %p, valid %d.\n", iface, valid);

    return engine_file_set_valid(&file->job_id, file->index, valid);
}

HRESULT WINAPI file_GetValidationState(IBackgroundCopyFile5 *iface, BOOL *valid)
{
    struct file *file = impl_from_IBackgroundCopyFile5(iface);
    UINT64 value;
    HRESULT hr;

    TRACE("iface %p, valid %p.\n", iface, valid);

    if (!valid)
        return E_INVALIDARG;
    if (SUCCEEDED(hr = engine_file_get_number(&file->job_id, file->index, FILE_NUMBER_VALID, &value)))
        *valid = value != 0;
    return hr;
}

HRESULT WINAPI file_IsDownloadedFromPeer(IBackgroundCopyFile5 *iface, BOOL *from_peer)
{
    TRACE("iface %p, from_peer %p.\n", iface, from_peer);

    if (!from_peer)
        return E_INVALIDARG;
    *from_peer = FALSE;
    return S_OK;
}

HRESULT WINAPI file_GetPeerDownloadStats(IBackgroundCopyFile5 *iface, UINT64 *from_origin, UINT64 *from_peers)
{
    struct file *file = impl_from_IBackgroundCopyFile5(iface);
    struct file_get_stats_params stats;
    HRESULT hr;

    TRACE("iface %p, from_origin %p, from_peers %p.\n", iface, from_origin, from_peers);

    if (!from_origin || !from_peers)
        return E_INVALIDARG;
    if (FAILED(hr = engine_file_get_stats(&file->job_id, file->index, &stats)))
        return hr;
    *from_origin = stats.bytes_from_http;
    *from_peers = 0;
    return S_OK;
}

HRESULT WINAPI file_SetProperty(IBackgroundCopyFile5 *iface, BITS_FILE_PROPERTY_ID id, BITS_FILE_PROPERTY_VALUE value)
{
    TRACE("iface %p, id %d.\n", iface, id);

    return id == BITS_FILE_PROPERTY_ID_HTTP_RESPONSE_HEADERS ? DO_E_READ_ONLY_PROPERTY : DO_E_UNKNOWN_PROPERTY_ID;
}

HRESULT WINAPI file_GetProperty(IBackgroundCopyFile5 *iface, BITS_FILE_PROPERTY_ID id, BITS_FILE_PROPERTY_VALUE *value)
{
    struct file *file = impl_from_IBackgroundCopyFile5(iface);
    WCHAR *text;
    HRESULT hr;

    TRACE("iface %p, id %d, value %p.\n", iface, id, value);

    if (!value)
        return E_INVALIDARG;
    if (id != BITS_FILE_PROPERTY_ID_HTTP_RESPONSE_HEADERS)
        return DO_E_UNKNOWN_PROPERTY_ID;
    if (FAILED(hr = engine_file_get_text(&file->job_id, file->index, FILE_TEXT_RESPONSE_HEADERS, &text)))
        return hr;
    if (!*text)
    {
        CoTaskMemFree(text);
        return E_NOT_SET;
    }
    value->String = text;
    return S_OK;
}
