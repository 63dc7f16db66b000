/*
 * The manager's newer face: creates and finds downloads.
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

#include "dosvc_private.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

#define BARE_GUID_LENGTH 36     /* without braces */

static HRESULT WINAPI do_manager_QueryInterface(IDOManager *iface, REFIID iid, void **out)
{
    return IBackgroundCopyManager_QueryInterface(manager, iid, out);
}

/* The object is static. */
static ULONG WINAPI do_manager_AddRef(IDOManager *iface)
{
    return 2;
}

static ULONG WINAPI do_manager_Release(IDOManager *iface)
{
    return 1;
}

static HRESULT WINAPI do_manager_CreateDownload(IDOManager *iface, IDODownload **download)
{
    const struct dosvc_file file = { .size = ENGINE_SIZE_UNKNOWN };
    IDODownload *object;
    WCHAR *owner;
    HRESULT hr;
    GUID id;

    TRACE("iface %p, download %p.\n", iface, download);

    if (!download)
        return E_INVALIDARG;
    if (FAILED(hr = manager_get_owner(&owner)))
        return hr;
    hr = engine_job_create(JOB_KIND_DOWNLOAD, L"", owner, &id);
    LocalFree(owner);
    if (FAILED(hr))
        return hr;

    if (SUCCEEDED(hr = engine_job_add_files(&id, &file, 1)))
        hr = download_create(&id, &object);
    if (FAILED(hr))
        (void)engine_job_act(&id, JOB_ACTION_CANCEL); /* the first failure is the one to report */
    engine_job_close(&id);
    if (SUCCEEDED(hr))
        *download = object;
    return hr;
}

/* With or without braces; FALSE for what is no identifier. */
static BOOL parse_id(const WCHAR *text, GUID *id)
{
    WCHAR braced[BARE_GUID_LENGTH + 3];

    if (wcslen(text) == BARE_GUID_LENGTH)
    {
        braced[0] = '{';
        wcscpy(braced + 1, text);
        wcscat(braced, L"}");
        text = braced;
    }
    return *text == '{' && SUCCEEDED(CLSIDFromString(text, id));
}

/* Leaves only the download with that identifier, if it is there. */
static void filter_id(GUID *ids, unsigned int *count, const WCHAR *text)
{
    unsigned int i, found = 0;
    GUID id;

    if (parse_id(text, &id))
    {
        for (i = 0; i < *count && !found; ++i)
        {
            if (!IsEqualGUID(&ids[i], &id))
                continue;
            ids[0] = id;
            found = 1;
        }
    }
    *count = found;
}

static HRESULT find_downloads(const DO_DOWNLOAD_ENUM_CATEGORY *category, GUID **ids, unsigned int *count)
{
    enum download_property property;
    HRESULT hr;

    if (!category)
        return engine_download_find(DOWNLOAD_ANY, NULL, ids, count);
    if (!category->Value)
        return E_INVALIDARG;
    switch (category->Property)
    {
        case DODownloadProperty_Id:
            if (SUCCEEDED(hr = engine_download_find(DOWNLOAD_ANY, NULL, ids, count)))
                filter_id(*ids, count, category->Value);
            return hr;
        case DODownloadProperty_Uri:
            property = DOWNLOAD_URI;
            break;
        case DODownloadProperty_ContentId:
            property = DOWNLOAD_CONTENT_ID;
            break;
        case DODownloadProperty_DisplayName:
            property = DOWNLOAD_DISPLAY_NAME;
            break;
        case DODownloadProperty_LocalPath:
            property = DOWNLOAD_LOCAL_PATH;
            break;
        default:
            return E_INVALIDARG;
    }
    return engine_download_find(property, category->Value, ids, count);
}

/* A download that ended since the list was made is left out. */
static HRESULT fill_snapshot(struct snapshot *snapshot, const GUID *ids, unsigned int count)
{
    IDODownload *download;
    unsigned int i;
    HRESULT hr;

    for (i = 0; i < count; ++i)
    {
        if (SUCCEEDED(hr = download_create(&ids[i], &download)))
            snapshot->objects[snapshot->count++] = (IUnknown *)download;
        else if (hr != DO_E_JOB_NOT_FOUND)
            return hr;
    }
    return snapshot->count ? S_OK : DO_E_NO_DOWNLOADS;
}

/* Every process of a prefix runs as the same user, who owns all downloads. */
static HRESULT WINAPI do_manager_EnumDownloads(IDOManager *iface, const DO_DOWNLOAD_ENUM_CATEGORY *category,
                                               IEnumUnknown **enumerator)
{
    struct snapshot *snapshot;
    unsigned int count;
    HRESULT hr;
    GUID *ids;

    TRACE("iface %p, category %p, property %d, enumerator %p.\n", iface, category,
          category ? (int)category->Property : -1, enumerator);

    if (!enumerator)
        return E_INVALIDARG;
    if (FAILED(hr = find_downloads(category, &ids, &count)))
        return hr;
    if (!(snapshot = snapshot_alloc(count)))
    {
        free(ids);
        return E_OUTOFMEMORY;
    }
    snapshot->count = 0;
    if (SUCCEEDED(hr = fill_snapshot(snapshot, ids, count)))
        hr = enum_downloads_create(snapshot, enumerator);
    snapshot_release(snapshot);
    free(ids);
    return hr;
}

static const IDOManagerVtbl do_manager_vtbl =
{
    do_manager_QueryInterface,
    do_manager_AddRef,
    do_manager_Release,
    do_manager_CreateDownload,
    do_manager_EnumDownloads,
};

static IDOManager static_manager = { &do_manager_vtbl };
IDOManager *do_manager = &static_manager;
