/*
 * The enumerator of all jobs.
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

struct enum_jobs
{
    IEnumBackgroundCopyJobs IEnumBackgroundCopyJobs_iface;
    LONG refcount;
    struct client_object client;
    struct snapshot *snapshot;  /* shared with the clones */
    LONG position;              /* of the next job; changed with interlocked operations */
};

static HRESULT enum_jobs_create_at(struct snapshot *snapshot, LONG position, IEnumBackgroundCopyJobs **out);

static struct enum_jobs *impl_from_IEnumBackgroundCopyJobs(IEnumBackgroundCopyJobs *iface)
{
    return CONTAINING_RECORD(iface, struct enum_jobs, IEnumBackgroundCopyJobs_iface);
}

static HRESULT WINAPI enum_jobs_QueryInterface(IEnumBackgroundCopyJobs *iface, REFIID iid, void **out)
{
    TRACE("iface %p, iid %s, out %p.\n", iface, debugstr_guid(iid), out);

    if (!out)
        return E_POINTER;
    if (IsEqualGUID(iid, &IID_IUnknown) || IsEqualGUID(iid, &IID_IEnumBackgroundCopyJobs))
    {
        IEnumBackgroundCopyJobs_AddRef(iface);
        *out = iface;
        return S_OK;
    }

    WARN("%s not implemented, returning E_NOINTERFACE.\n", debugstr_guid(iid));
    *out = NULL;
    return E_NOINTERFACE;
}

static ULONG WINAPI enum_jobs_AddRef(IEnumBackgroundCopyJobs *iface)
{
    struct enum_jobs *enumerator = impl_from_IEnumBackgroundCopyJobs(iface);
    ULONG refcount = InterlockedIncrement(&enumerator->refcount);

    TRACE("iface %p, refcount %lu.\n", iface, refcount);
    return refcount;
}

static ULONG WINAPI enum_jobs_Release(IEnumBackgroundCopyJobs *iface)
{
    struct enum_jobs *enumerator = impl_from_IEnumBackgroundCopyJobs(iface);
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

static HRESULT WINAPI enum_jobs_Next(IEnumBackgroundCopyJobs *iface, ULONG count,
                                     IBackgroundCopyJob **objects, ULONG *fetched)
{
    struct enum_jobs *enumerator = impl_from_IEnumBackgroundCopyJobs(iface);

    TRACE("iface %p, count %lu, objects %p, fetched %p.\n", iface, count, objects, fetched);

    return snapshot_next(enumerator->snapshot, &enumerator->position, count, (IUnknown **)objects, fetched);
}

static HRESULT WINAPI enum_jobs_Skip(IEnumBackgroundCopyJobs *iface, ULONG count)
{
    struct enum_jobs *enumerator = impl_from_IEnumBackgroundCopyJobs(iface);

    TRACE("iface %p, count %lu.\n", iface, count);

    return snapshot_skip(enumerator->snapshot, &enumerator->position, count);
}

static HRESULT WINAPI enum_jobs_Reset(IEnumBackgroundCopyJobs *iface)
{
    struct enum_jobs *enumerator = impl_from_IEnumBackgroundCopyJobs(iface);

    TRACE("iface %p.\n", iface);

    InterlockedExchange(&enumerator->position, 0);
    return S_OK;
}

static HRESULT WINAPI enum_jobs_Clone(IEnumBackgroundCopyJobs *iface, IEnumBackgroundCopyJobs **out)
{
    struct enum_jobs *enumerator = impl_from_IEnumBackgroundCopyJobs(iface);

    TRACE("iface %p, out %p.\n", iface, out);

    if (!out)
        return E_INVALIDARG;
    return enum_jobs_create_at(enumerator->snapshot, enumerator->position, out);
}

static HRESULT WINAPI enum_jobs_GetCount(IEnumBackgroundCopyJobs *iface, ULONG *count)
{
    struct enum_jobs *enumerator = impl_from_IEnumBackgroundCopyJobs(iface);

    TRACE("iface %p, count %p.\n", iface, count);

    if (!count)
        return E_INVALIDARG;
    *count = enumerator->snapshot->count;
    return S_OK;
}

static const IEnumBackgroundCopyJobsVtbl enum_jobs_vtbl =
{
    enum_jobs_QueryInterface,
    enum_jobs_AddRef,
    enum_jobs_Release,
    enum_jobs_Next,
    enum_jobs_Skip,
    enum_jobs_Reset,
    enum_jobs_Clone,
    enum_jobs_GetCount,
};

static HRESULT enum_jobs_create_at(struct snapshot *snapshot, LONG position, IEnumBackgroundCopyJobs **out)
{
    struct enum_jobs *enumerator;

    if (!(enumerator = calloc(1, sizeof(*enumerator))))
        return E_OUTOFMEMORY;
    enumerator->IEnumBackgroundCopyJobs_iface.lpVtbl = &enum_jobs_vtbl;
    enumerator->refcount = 1;
    enumerator->position = position;
    enumerator->snapshot = snapshot;
    snapshot_addref(snapshot);
    client_object_init(&enumerator->client, (IUnknown *)&enumerator->IEnumBackgroundCopyJobs_iface,
                       &enumerator->refcount);

    TRACE("Created enumerator %p of %u jobs.\n", enumerator, snapshot->count);
    *out = &enumerator->IEnumBackgroundCopyJobs_iface;
    return S_OK;
}

HRESULT enum_jobs_create(IEnumBackgroundCopyJobs **out)
{
    struct snapshot *snapshot;
    unsigned int count, i;
    IBackgroundCopyJob *job;
    GUID *ids;
    HRESULT hr;

    if (FAILED(hr = engine_job_list(JOB_KIND_JOB, &ids, &count)))
        return hr;
    if (!(snapshot = snapshot_alloc(count)))
    {
        free(ids);
        return E_OUTOFMEMORY;
    }

    /* A job that ended since the list was made is left out. */
    snapshot->count = 0;
    for (i = 0; i < count; ++i)
    {
        if (SUCCEEDED(hr = job_create(&ids[i], &job)))
            snapshot->objects[snapshot->count++] = (IUnknown *)job;
        else if (hr != DO_E_JOB_NOT_FOUND)
            goto done;
    }
    hr = enum_jobs_create_at(snapshot, 0, out);

done:
    snapshot_release(snapshot);
    free(ids);
    return hr;
}
