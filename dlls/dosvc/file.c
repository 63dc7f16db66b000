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

#include "dosvc_private.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

struct file
{
    IBackgroundCopyFile2 IBackgroundCopyFile2_iface;
    LONG refcount;
    GUID job_id;            /* constant; open in the engine as long as this exists */
    unsigned int index;     /* constant */
};

static struct file *impl_from_IBackgroundCopyFile2(IBackgroundCopyFile2 *iface)
{
    return CONTAINING_RECORD(iface, struct file, IBackgroundCopyFile2_iface);
}

static HRESULT WINAPI file_QueryInterface(IBackgroundCopyFile2 *iface, REFIID iid, void **out)
{
    TRACE("iface %p, iid %s, out %p.\n", iface, debugstr_guid(iid), out);

    if (!out)
        return E_POINTER;
    if (IsEqualGUID(iid, &IID_IUnknown)
        || IsEqualGUID(iid, &IID_IBackgroundCopyFile)
        || IsEqualGUID(iid, &IID_IBackgroundCopyFile2))
    {
        IBackgroundCopyFile2_AddRef(iface);
        *out = iface;
        return S_OK;
    }

    WARN("%s not implemented, returning E_NOINTERFACE.\n", debugstr_guid(iid));
    *out = NULL;
    return E_NOINTERFACE;
}

static ULONG WINAPI file_AddRef(IBackgroundCopyFile2 *iface)
{
    struct file *file = impl_from_IBackgroundCopyFile2(iface);
    ULONG refcount = InterlockedIncrement(&file->refcount);

    TRACE("iface %p, refcount %lu.\n", iface, refcount);
    return refcount;
}

static ULONG WINAPI file_Release(IBackgroundCopyFile2 *iface)
{
    struct file *file = impl_from_IBackgroundCopyFile2(iface);
    ULONG refcount = InterlockedDecrement(&file->refcount);

    TRACE("iface %p, refcount %lu.\n", iface, refcount);
    if (!refcount)
    {
        engine_job_close(&file->job_id);
        free(file);
    }
    return refcount;
}

static HRESULT WINAPI file_GetRemoteName(IBackgroundCopyFile2 *iface, WCHAR **name)
{
    struct file *file = impl_from_IBackgroundCopyFile2(iface);

    TRACE("iface %p, name %p.\n", iface, name);

    if (!name)
        return E_INVALIDARG;
    return engine_file_get_text(&file->job_id, file->index, FILE_TEXT_REMOTE_NAME, name);
}

static HRESULT WINAPI file_GetLocalName(IBackgroundCopyFile2 *iface, WCHAR **name)
{
    struct file *file = impl_from_IBackgroundCopyFile2(iface);

    TRACE("iface %p, name %p.\n", iface, name);

    if (!name)
        return E_INVALIDARG;
    return engine_file_get_text(&file->job_id, file->index, FILE_TEXT_LOCAL_NAME, name);
}

static HRESULT WINAPI file_GetProgress(IBackgroundCopyFile2 *iface, BG_FILE_PROGRESS *progress)
{
    struct file *file = impl_from_IBackgroundCopyFile2(iface);
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

static HRESULT WINAPI file_GetFileRanges(IBackgroundCopyFile2 *iface, DWORD *count, BG_FILE_RANGE **ranges)
{
    struct file *file = impl_from_IBackgroundCopyFile2(iface);
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

static HRESULT WINAPI file_SetRemoteName(IBackgroundCopyFile2 *iface, const WCHAR *name)
{
    struct file *file = impl_from_IBackgroundCopyFile2(iface);

    TRACE("iface %p, name %p.\n", iface, name);

    if (!name)
        return E_INVALIDARG;
    return url_result(engine_file_set_url(&file->job_id, file->index, name));
}

static const IBackgroundCopyFile2Vtbl file_vtbl =
{
    file_QueryInterface,
    file_AddRef,
    file_Release,
    file_GetRemoteName,
    file_GetLocalName,
    file_GetProgress,
    file_GetFileRanges,
    file_SetRemoteName,
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
    file->IBackgroundCopyFile2_iface.lpVtbl = &file_vtbl;
    file->refcount = 1;
    file->job_id = *job_id;
    file->index = index;

    TRACE("Created file %p, index %u of job %s.\n", file, index, debugstr_guid(job_id));
    *out = (IBackgroundCopyFile *)&file->IBackgroundCopyFile2_iface;
    return S_OK;
}
