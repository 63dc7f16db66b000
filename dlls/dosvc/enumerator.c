/*
 * The enumerators of jobs, files and downloads: one object with three faces, over a list that its clones share.
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

#include <stddef.h>
#include <stdlib.h>

#include "dosvc_private.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

/* The faces of an enumerator, which differ in the type of what Next and Clone give. */
union enum_iface
{
    IUnknown unknown;           /* what all of them begin with */
    IEnumBackgroundCopyFiles files;
    IEnumBackgroundCopyJobs jobs;
    IEnumUnknown downloads;
};

struct enumerator
{
    union enum_iface iface;
    const IID *iid;             /* of the face that it has */
    LONG refcount;
    struct client_object client;
    struct snapshot *snapshot;  /* shared with the clones */
    LONG position;              /* of the next object; changed with interlocked operations */
};

struct snapshot *snapshot_alloc(unsigned int count)
{
    struct snapshot *snapshot;

    if (!(snapshot = calloc(1, offsetof(struct snapshot, objects) + (count ? count : 1) * sizeof(IUnknown *))))
        return NULL;
    snapshot->refcount = 1;
    snapshot->count = count;
    return snapshot;
}

void snapshot_release(struct snapshot *snapshot)
{
    unsigned int i;

    if (InterlockedDecrement(&snapshot->refcount))
        return;
    for (i = 0; i < snapshot->count; ++i)
    {
        if (snapshot->objects[i])
            IUnknown_Release(snapshot->objects[i]);
    }
    free(snapshot);
}

static HRESULT enumerator_create(union enum_iface iface, const IID *iid, struct snapshot *snapshot, LONG position,
                                 struct enumerator **out)
{
    struct enumerator *enumerator;

    if (!(enumerator = calloc(1, sizeof(*enumerator))))
        return E_OUTOFMEMORY;
    enumerator->iface = iface;
    enumerator->iid = iid;
    enumerator->refcount = 1;
    enumerator->position = position;
    enumerator->snapshot = snapshot;
    InterlockedIncrement(&snapshot->refcount);
    client_object_init(&enumerator->client, &enumerator->iface.unknown, &enumerator->refcount);

    TRACE("Created enumerator %p of %u objects.\n", enumerator, snapshot->count);
    *out = enumerator;
    return S_OK;
}

static HRESULT enumerator_query_interface(struct enumerator *enumerator, REFIID iid, void **out)
{
    TRACE("enumerator %p, iid %s, out %p.\n", enumerator, debugstr_guid(iid), out);

    if (!out)
        return E_POINTER;
    if (IsEqualGUID(iid, &IID_IUnknown) || IsEqualGUID(iid, enumerator->iid))
    {
        IUnknown_AddRef(&enumerator->iface.unknown);
        *out = &enumerator->iface;
        return S_OK;
    }

    WARN("%s not implemented, returning E_NOINTERFACE.\n", debugstr_guid(iid));
    *out = NULL;
    return E_NOINTERFACE;
}

static ULONG enumerator_addref(struct enumerator *enumerator)
{
    ULONG refcount = InterlockedIncrement(&enumerator->refcount);

    TRACE("enumerator %p, refcount %lu.\n", enumerator, refcount);
    return refcount;
}

static ULONG enumerator_release(struct enumerator *enumerator)
{
    ULONG refcount = InterlockedDecrement(&enumerator->refcount);

    TRACE("enumerator %p, refcount %lu.\n", enumerator, refcount);
    if (!refcount)
    {
        client_object_cleanup(&enumerator->client);
        snapshot_release(enumerator->snapshot);
        free(enumerator);
    }
    return refcount;
}

/* Takes up to `count` places, and gives the first one; threads may share an enumerator. */
static unsigned int enumerator_advance(struct enumerator *enumerator, ULONG count, unsigned int *taken)
{
    unsigned int first, left;

    do
    {
        first = enumerator->position;
        left = enumerator->snapshot->count - first;
        *taken = count < left ? count : left;
    } while (InterlockedCompareExchange(&enumerator->position, first + *taken, first) != (LONG)first);
    return first;
}

static HRESULT enumerator_next(struct enumerator *enumerator, ULONG count, IUnknown **objects, ULONG *fetched)
{
    unsigned int first, taken, i;

    TRACE("enumerator %p, count %lu, objects %p, fetched %p.\n", enumerator, count, objects, fetched);

    if (!objects || (!fetched && count != 1))
        return E_INVALIDARG;

    first = enumerator_advance(enumerator, count, &taken);
    for (i = 0; i < taken; ++i)
    {
        objects[i] = enumerator->snapshot->objects[first + i];
        IUnknown_AddRef(objects[i]);
    }
    if (fetched)
        *fetched = taken;
    else if (!taken)
        objects[0] = NULL; /* without a count this is what the proxy transmits */
    return taken == count ? S_OK : S_FALSE;
}

static HRESULT enumerator_skip(struct enumerator *enumerator, ULONG count)
{
    unsigned int taken;

    TRACE("enumerator %p, count %lu.\n", enumerator, count);

    enumerator_advance(enumerator, count, &taken);
    return taken == count ? S_OK : S_FALSE;
}

static HRESULT enumerator_reset(struct enumerator *enumerator)
{
    TRACE("enumerator %p.\n", enumerator);

    InterlockedExchange(&enumerator->position, 0);
    return S_OK;
}

static HRESULT enumerator_clone(struct enumerator *enumerator, struct enumerator **clone)
{
    return enumerator_create(enumerator->iface, enumerator->iid, enumerator->snapshot, enumerator->position, clone);
}

static HRESULT enumerator_get_count(struct enumerator *enumerator, ULONG *count)
{
    TRACE("enumerator %p, count %p.\n", enumerator, count);

    if (!count)
        return E_INVALIDARG;
    *count = enumerator->snapshot->count;
    return S_OK;
}

static struct enumerator *impl_from_IEnumBackgroundCopyFiles(IEnumBackgroundCopyFiles *iface)
{
    return CONTAINING_RECORD(iface, struct enumerator, iface.files);
}

static HRESULT WINAPI enum_files_QueryInterface(IEnumBackgroundCopyFiles *iface, REFIID iid, void **out)
{
    return enumerator_query_interface(impl_from_IEnumBackgroundCopyFiles(iface), iid, out);
}

static ULONG WINAPI enum_files_AddRef(IEnumBackgroundCopyFiles *iface)
{
    return enumerator_addref(impl_from_IEnumBackgroundCopyFiles(iface));
}

static ULONG WINAPI enum_files_Release(IEnumBackgroundCopyFiles *iface)
{
    return enumerator_release(impl_from_IEnumBackgroundCopyFiles(iface));
}

static HRESULT WINAPI enum_files_Next(IEnumBackgroundCopyFiles *iface, ULONG count,
                                      IBackgroundCopyFile **objects, ULONG *fetched)
{
    return enumerator_next(impl_from_IEnumBackgroundCopyFiles(iface), count, (IUnknown **)objects, fetched);
}

static HRESULT WINAPI enum_files_Skip(IEnumBackgroundCopyFiles *iface, ULONG count)
{
    return enumerator_skip(impl_from_IEnumBackgroundCopyFiles(iface), count);
}

static HRESULT WINAPI enum_files_Reset(IEnumBackgroundCopyFiles *iface)
{
    return enumerator_reset(impl_from_IEnumBackgroundCopyFiles(iface));
}

static HRESULT WINAPI enum_files_Clone(IEnumBackgroundCopyFiles *iface, IEnumBackgroundCopyFiles **out)
{
    struct enumerator *clone;
    HRESULT hr;

    TRACE("iface %p, out %p.\n", iface, out);

    if (!out)
        return E_INVALIDARG;
    if (SUCCEEDED(hr = enumerator_clone(impl_from_IEnumBackgroundCopyFiles(iface), &clone)))
        *out = &clone->iface.files;
    return hr;
}

static HRESULT WINAPI enum_files_GetCount(IEnumBackgroundCopyFiles *iface, ULONG *count)
{
    return enumerator_get_count(impl_from_IEnumBackgroundCopyFiles(iface), count);
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

static HRESULT enum_files_create_from(struct snapshot *snapshot, IEnumBackgroundCopyFiles **out)
{
    union enum_iface iface = { .files.lpVtbl = &enum_files_vtbl };
    struct enumerator *enumerator;
    HRESULT hr;

    if (SUCCEEDED(hr = enumerator_create(iface, &IID_IEnumBackgroundCopyFiles, snapshot, 0, &enumerator)))
        *out = &enumerator->iface.files;
    return hr;
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
    hr = enum_files_create_from(snapshot, out);

done:
    snapshot_release(snapshot);
    return hr;
}

static struct enumerator *impl_from_IEnumBackgroundCopyJobs(IEnumBackgroundCopyJobs *iface)
{
    return CONTAINING_RECORD(iface, struct enumerator, iface.jobs);
}

static HRESULT WINAPI enum_jobs_QueryInterface(IEnumBackgroundCopyJobs *iface, REFIID iid, void **out)
{
    return enumerator_query_interface(impl_from_IEnumBackgroundCopyJobs(iface), iid, out);
}

static ULONG WINAPI enum_jobs_AddRef(IEnumBackgroundCopyJobs *iface)
{
    return enumerator_addref(impl_from_IEnumBackgroundCopyJobs(iface));
}

static ULONG WINAPI enum_jobs_Release(IEnumBackgroundCopyJobs *iface)
{
    return enumerator_release(impl_from_IEnumBackgroundCopyJobs(iface));
}

static HRESULT WINAPI enum_jobs_Next(IEnumBackgroundCopyJobs *iface, ULONG count,
                                     IBackgroundCopyJob **objects, ULONG *fetched)
{
    return enumerator_next(impl_from_IEnumBackgroundCopyJobs(iface), count, (IUnknown **)objects, fetched);
}

static HRESULT WINAPI enum_jobs_Skip(IEnumBackgroundCopyJobs *iface, ULONG count)
{
    return enumerator_skip(impl_from_IEnumBackgroundCopyJobs(iface), count);
}

static HRESULT WINAPI enum_jobs_Reset(IEnumBackgroundCopyJobs *iface)
{
    return enumerator_reset(impl_from_IEnumBackgroundCopyJobs(iface));
}

static HRESULT WINAPI enum_jobs_Clone(IEnumBackgroundCopyJobs *iface, IEnumBackgroundCopyJobs **out)
{
    struct enumerator *clone;
    HRESULT hr;

    TRACE("iface %p, out %p.\n", iface, out);

    if (!out)
        return E_INVALIDARG;
    if (SUCCEEDED(hr = enumerator_clone(impl_from_IEnumBackgroundCopyJobs(iface), &clone)))
        *out = &clone->iface.jobs;
    return hr;
}

static HRESULT WINAPI enum_jobs_GetCount(IEnumBackgroundCopyJobs *iface, ULONG *count)
{
    return enumerator_get_count(impl_from_IEnumBackgroundCopyJobs(iface), count);
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

static HRESULT enum_jobs_create_from(struct snapshot *snapshot, IEnumBackgroundCopyJobs **out)
{
    union enum_iface iface = { .jobs.lpVtbl = &enum_jobs_vtbl };
    struct enumerator *enumerator;
    HRESULT hr;

    if (SUCCEEDED(hr = enumerator_create(iface, &IID_IEnumBackgroundCopyJobs, snapshot, 0, &enumerator)))
        *out = &enumerator->iface.jobs;
    return hr;
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
    hr = enum_jobs_create_from(snapshot, out);

done:
    snapshot_release(snapshot);
    free(ids);
    return hr;
}

static struct enumerator *impl_from_IEnumUnknown(IEnumUnknown *iface)
{
    return CONTAINING_RECORD(iface, struct enumerator, iface.downloads);
}

static HRESULT WINAPI enum_downloads_QueryInterface(IEnumUnknown *iface, REFIID iid, void **out)
{
    return enumerator_query_interface(impl_from_IEnumUnknown(iface), iid, out);
}

static ULONG WINAPI enum_downloads_AddRef(IEnumUnknown *iface)
{
    return enumerator_addref(impl_from_IEnumUnknown(iface));
}

static ULONG WINAPI enum_downloads_Release(IEnumUnknown *iface)
{
    return enumerator_release(impl_from_IEnumUnknown(iface));
}

static HRESULT WINAPI enum_downloads_Next(IEnumUnknown *iface, ULONG count,
                                          IUnknown **objects, ULONG *fetched)
{
    return enumerator_next(impl_from_IEnumUnknown(iface), count, objects, fetched);
}

static HRESULT WINAPI enum_downloads_Skip(IEnumUnknown *iface, ULONG count)
{
    return enumerator_skip(impl_from_IEnumUnknown(iface), count);
}

static HRESULT WINAPI enum_downloads_Reset(IEnumUnknown *iface)
{
    return enumerator_reset(impl_from_IEnumUnknown(iface));
}

static HRESULT WINAPI enum_downloads_Clone(IEnumUnknown *iface, IEnumUnknown **out)
{
    struct enumerator *clone;
    HRESULT hr;

    TRACE("iface %p, out %p.\n", iface, out);

    if (!out)
        return E_INVALIDARG;
    if (SUCCEEDED(hr = enumerator_clone(impl_from_IEnumUnknown(iface), &clone)))
        *out = &clone->iface.downloads;
    return hr;
}

static const IEnumUnknownVtbl enum_downloads_vtbl =
{
    enum_downloads_QueryInterface,
    enum_downloads_AddRef,
    enum_downloads_Release,
    enum_downloads_Next,
    enum_downloads_Skip,
    enum_downloads_Reset,
    enum_downloads_Clone,
};

HRESULT enum_downloads_create(struct snapshot *snapshot, IEnumUnknown **out)
{
    union enum_iface iface = { .downloads.lpVtbl = &enum_downloads_vtbl };
    struct enumerator *enumerator;
    HRESULT hr;

    if (SUCCEEDED(hr = enumerator_create(iface, &IID_IEnumUnknown, snapshot, 0, &enumerator)))
        *out = &enumerator->iface.downloads;
    return hr;
}
