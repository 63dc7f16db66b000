/*
 * A file of a job.
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

BOOL file_has_interface(REFIID iid)
{
    static const GUID *const interfaces[] =
    {
        &IID_IUnknown, &IID_IBackgroundCopyFile, &IID_IBackgroundCopyFile2, &IID_IBackgroundCopyFile3,
        &IID_IBackgroundCopyFile4, &IID_IBackgroundCopyFile5, &IID_IDeliveryOptimizationFile,
        &IID_IDeliveryOptimizationFile2,
    };
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(interfaces); ++i)
    {
        if (IsEqualGUID(interfaces[i], iid))
            return TRUE;
    }
    return FALSE;
}

static HRESULT WINAPI file_QueryInterface(IBackgroundCopyFile5 *iface, REFIID iid, void **out)
{
    struct file *file = impl_from_IBackgroundCopyFile5(iface);

    TRACE("iface %p, iid %s, out %p.\n", iface, debugstr_guid(iid), out);

    if (!out)
        return E_POINTER;
    if (!file_has_interface(iid))
    {
        WARN("%s not implemented, returning E_NOINTERFACE.\n", debugstr_guid(iid));
        *out = NULL;
        return E_NOINTERFACE;
    }

    if (IsEqualGUID(iid, &IID_IDeliveryOptimizationFile))
        *out = &file->IDeliveryOptimizationFile_iface;
    else if (IsEqualGUID(iid, &IID_IDeliveryOptimizationFile2))
        *out = &file->IDeliveryOptimizationFile2_iface;
    else
        *out = &file->IBackgroundCopyFile5_iface;
    IUnknown_AddRef((IUnknown *)*out);
    return S_OK;
}

static ULONG WINAPI file_AddRef(IBackgroundCopyFile5 *iface)
{
    struct file *file = impl_from_IBackgroundCopyFile5(iface);
    ULONG refcount = InterlockedIncrement(&file->refcount);

    TRACE("iface %p, refcount %lu.\n", iface, refcount);
    return refcount;
}

static ULONG WINAPI file_Release(IBackgroundCopyFile5 *iface)
{
    struct file *file = impl_from_IBackgroundCopyFile5(iface);
    ULONG refcount = InterlockedDecrement(&file->refcount);

    TRACE("iface %p, refcount %lu.\n", iface, refcount);
    if (!refcount)
    {
        client_object_cleanup(&file->client);
        engine_job_close(&file->job_id);
        free(file);
    }
    return refcount;
}

static HRESULT WINAPI file_GetRemoteName(IBackgroundCopyFile5 *iface, WCHAR **name)
{
    struct file *file = impl_from_IBackgroundCopyFile5(iface);

    TRACE("iface %p, name %p.\n", iface, name);

    if (!name)
        return E_INVALIDARG;
    return engine_file_get_text(&file->job_id, file->index, FILE_TEXT_REMOTE_NAME, name);
}

static HRESULT WINAPI file_GetLocalName(IBackgroundCopyFile5 *iface, WCHAR **name)
{
    struct file *file = impl_from_IBackgroundCopyFile5(iface);

    TRACE("iface %p, name %p.\n", iface, name);

    if (!name)
        return E_INVALIDARG;
    return engine_file_get_text(&file->job_id, file->index, FILE_TEXT_LOCAL_NAME, name);
}

static HRESULT WINAPI file_GetProgress(IBackgroundCopyFile5 *iface, BG_FILE_PROGRESS *progress)
{
    struct file *file = impl_from_IBackgroundCopyFile5(iface);
    struct file_get_info_params info;
    HRESULT hr;

    TRACE("iface %p, progress %p.\n", iface, progress);

    if (!progress)
        return E_INVALIDARG;
    if (FAILED(hr = engine_file_get_info(&file->job_id, file->index, &info)))
        return hr;
    progress->BytesTotal = info.bytes_total;
    progress->BytesTransferred = info.bytes_transferred;
    progress->Completed = info.completed != 0;
    return S_OK;
}

static HRESULT WINAPI file_GetFileRanges(IBackgroundCopyFile5 *iface, DWORD *count, BG_FILE_RANGE **ranges)
{
    struct file *file = impl_from_IBackgroundCopyFile5(iface);
    BG_FILE_RANGE *array;
    unsigned int n;
    HRESULT hr;

    TRACE("iface %p, count %p, ranges %p.\n", iface, count, ranges);

    if (!count || !ranges)
        return E_INVALIDARG;
    if (FAILED(hr = engine_file_get_ranges(&file->job_id, file->index, &array, &n)))
        return hr;
    *count = n;
    *ranges = array;
    return n ? S_OK : S_FALSE;
}

static HRESULT WINAPI file_SetRemoteName(IBackgroundCopyFile5 *iface, const WCHAR *name)
{
    struct file *file = impl_from_IBackgroundCopyFile5(iface);

    TRACE("iface %p, name %p.\n", iface, name);

    if (!name)
        return E_INVALIDARG;
    return url_result(engine_file_set_url(&file->job_id, file->index, name));
}

static const IBackgroundCopyFile5Vtbl file_vtbl =
{
    file_QueryInterface,
    file_AddRef,
    file_Release,
    file_GetRemoteName,
    file_GetLocalName,
    file_GetProgress,
    file_GetFileRanges,
    file_SetRemoteName,
    file_GetTemporaryName,
    file_SetValidationState,
    file_GetValidationState,
    file_IsDownloadedFromPeer,
    file_GetPeerDownloadStats,
    file_SetProperty,
    file_GetProperty,
};

HRESULT file_create(const GUID *job_id, unsigned int index, IBackgroundCopyFile **out)
{
    struct file *file;
    HRESULT hr;

    if (!(file = calloc(1, sizeof(*file))))
        return E_OUTOFMEMORY;
    if (FAILED(hr = engine_job_open(job_id)))
    {
        free(file);
        return hr;
    }
    file->IBackgroundCopyFile5_iface.lpVtbl = &file_vtbl;
    file->IDeliveryOptimizationFile_iface.lpVtbl = &do_file_vtbl;
    file->IDeliveryOptimizationFile2_iface.lpVtbl = &do_file2_vtbl;
    file->refcount = 1;
    file->job_id = *job_id;
    file->index = index;
    client_object_init(&file->client, (IUnknown *)&file->IBackgroundCopyFile5_iface, &file->refcount);

    TRACE("Created file %p, index %u of job %s.\n", file, index, debugstr_guid(job_id));
    *out = (IBackgroundCopyFile *)&file->IBackgroundCopyFile5_iface;
    return S_OK;
}
