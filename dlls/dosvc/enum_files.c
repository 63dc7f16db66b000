/*
 * The enumerator of a job's files.
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

struct enum_files
{
    IEnumBackgroundCopyFiles IEnumBackgroundCopyFiles_iface;
    LONG refcount;
    struct client_object client;
    struct snapshot *snapshot;  /* shared with the clones */
    LONG position;              /* of the next file; changed with interlocked operations */
};

static HRESULT enum_files_create_at(struct snapshot *snapshot, LONG position, IEnumBackgroundCopyFiles **out);

static struct enum_files *impl_from_IEnumBackgroundCopyFiles(IEnumBackgroundCopyFiles *iface)
{
    return CONTAINING_RECORD(iface, struct enum_files, IEnumBackgroundCopyFiles_iface);
}

static HRESULT WINAPI enum_files_QueryInterface(IEnumBackgroundCopyFiles *iface, REFIID iid, void **out)
{
    TRACE("iface %p, iid %s, out %p.\n", iface, debugstr_guid(iid), out);

    if (!out)
        return E_POINTER;
    if (IsEqualGUID(iid, &IID_IUnknown) || IsEqualGUID(iid, &IID_IEnumBackgroundCopyFiles))
    {
        IEnumBackgroundCopyFiles_AddRef(iface);
        *out = iface;
        return S_OK;
    }

    WARN("%s not implemented, returning E_NOINTERFACE.\n", debugstr_guid(iid));
    *out = NULL;
    return E_NOINTERFACE;
}

static ULONG WINAPI enum_files_AddRef(IEnumBackgroundCopyFiles *iface)
{
    struct enum_files *enumerator = impl_from_IEnumBackgroundCopyFiles(iface);
    ULONG refcount = InterlockedIncrement(&enumerator->refcount);

    TRACE("iface %p, refcount %lu.\n", iface, refcount);
    return refcount;
}

static ULONG WINAPI enum_files_Release(IEnumBackgroundCopyFiles *iface)
{
    struct enum_files *enumerator = impl_from_IEnumBackgroundCopyFiles(iface);
    ULONG refcount = InterlockedDecrement(&enumerator->refcount);

    TRACE("iface %p, refcount %lu.\n", iface, refcount);
    if (!refcount)
    {
        client_object_cleanup(&enumerator->client);
        snapshot_release(enumerator->snapshot);
        free(enumerator);
    }
    return refcount;
}

static HRESULT WINAPI enum_files_Next(IEnumBackgroundCopyFiles *iface, ULONG count,
                                      IBackgroundCopyFile **objects, ULONG *fetched)
{
    struct enum_files *enumerator = impl_from_IEnumBackgroundCopyFiles(iface);

    TRACE("iface %p, count %lu, objects %p, fetched %p.\n", iface, count, objects, fetched);

    return snapshot_next(enumerator->snapshot, &enumerator->position, count, (IUnknown **)objects, fetched);
}

static HRESULT WINAPI enum_files_Skip(IEnumBackgroundCopyFiles *iface, ULONG count)
{
    struct enum_files *enumerator = impl_from_IEnumBackgroundCopyFiles(iface);

    TRACE("iface %p, count %lu.\n", iface, count);

    return snapshot_skip(enumerator->snapshot, &enumerator->position, count);
}

static HRESULT WINAPI enum_files_Reset(IEnumBackgroundCopyFiles *iface)
{
    struct enum_files *enumerator = impl_from_IEnumBackgroundCopyFiles(iface);

    TRACE("iface %p.\n", iface);

    InterlockedExchange(&enumerator->position, 0);
    return S_OK;
}

static HRESULT WINAPI enum_files_Clone(IEnumBackgroundCopyFiles *iface, IEnumBackgroundCopyFiles **out)
{
    struct enum_files *enumerator = impl_from_IEnumBackgroundCopyFiles(iface);

    TRACE("iface %p, out %p.\n", iface, out);

    if (!out)
        return E_INVALIDARG;
    return enum_files_create_at(enumerator->snapshot, enumerator->position, out);
}

static HRESULT WINAPI enum_files_GetCount(IEnumBackgroundCopyFiles *iface, ULONG *count)
{
    struct enum_files *enumerator = impl_from_IEnumBackgroundCopyFiles(iface);

    TRACE("iface %p, count %p.\n", iface, count);

    if (!count)
        return E_INVALIDARG;
    *count = enumerator->snapshot->count;
    return S_OK;
}

static const IEnumBackgroundCopyFilesVtbl enum_files_vtbl =
{
    enum_files_QueryInterface,
    enum_files_AddRef,
    enum_files_Release,
    enum_files_Next,
    enum_files_Skip,
    enum_files_Reset,
    enum_files_Clone,
    enum_files_GetCount,
};

static HRESULT enum_files_create_at(struct snapshot *snapshot, LONG position, IEnumBackgroundCopyFiles **out)
{
    struct enum_files *enumerator;

    if (!(enumerator = calloc(1, sizeof(*enumerator))))
        return E_OUTOFMEMORY;
    enumerator->IEnumBackgroundCopyFiles_iface.lpVtbl = &enum_files_vtbl;
    enumerator->refcount = 1;
    enumerator->position = position;
    enumerator->snapshot = snapshot;
    snapshot_addref(snapshot);
    client_object_init(&enumerator->client, (IUnknown *)&enumerator->IEnumBackgroundCopyFiles_iface,
                       &enumerator->refcount);

    TRACE("Created enumerator %p of %u files.\n", enumerator, snapshot->count);
    *out = &enumerator->IEnumBackgroundCopyFiles_iface;
    return S_OK;
}

HRESULT enum_files_create(const GUID *job_id, IEnumBackgroundCopyFiles **out)
{
    struct job_get_info_params info;
    struct snapshot *snapshot;
    IBackgroundCopyFile *file;
    unsigned int i;
    HRESULT hr;

    if (FAILED(hr = engine_job_get_info(job_id, &info)))
        return hr;
    if (!(snapshot = snapshot_alloc(info.files_total)))
        return E_OUTOFMEMORY;
    for (i = 0; i < snapshot->count; ++i)
    {
        if (FAILED(hr = file_create(job_id, i, &file)))
            goto done;
        snapshot->objects[i] = (IUnknown *)file;
    }
    hr = enum_files_create_at(snapshot, 0, out);

done:
    snapshot_release(snapshot);
    return hr;
}
