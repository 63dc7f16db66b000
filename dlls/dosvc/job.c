/*
 * A job: identity, life and state.
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

#include "job.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

static HRESULT WINAPI job_QueryInterface(IBackgroundCopyJob5 *iface, REFIID iid, void **out)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p, iid %s, out %p.\n", iface, debugstr_guid(iid), out);

    if (!out)
        return E_POINTER;
    if (IsEqualGUID(iid, &IID_IUnknown)
        || IsEqualGUID(iid, &IID_IBackgroundCopyJob)
        || IsEqualGUID(iid, &IID_IBackgroundCopyJob2)
        || IsEqualGUID(iid, &IID_IBackgroundCopyJob3)
        || IsEqualGUID(iid, &IID_IBackgroundCopyJob4)
        || IsEqualGUID(iid, &IID_IBackgroundCopyJob5))
        *out = &job->IBackgroundCopyJob5_iface;
    else if (IsEqualGUID(iid, &IID_IBackgroundCopyJobHttpOptions))
        *out = &job->IBackgroundCopyJobHttpOptions_iface;
    else if (IsEqualGUID(iid, &IID_IDeliveryOptimizationJob))
        *out = &job->IDeliveryOptimizationJob_iface;
    else if (IsEqualGUID(iid, &IID_IDeliveryOptimizationJob2))
        *out = &job->IDeliveryOptimizationJob2_iface;
    else
    {
        WARN("%s not implemented, returning E_NOINTERFACE.\n", debugstr_guid(iid));
        *out = NULL;
        return E_NOINTERFACE;
    }

    IUnknown_AddRef((IUnknown *)*out);
    return S_OK;
}

static ULONG WINAPI job_AddRef(IBackgroundCopyJob5 *iface)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);
    ULONG refcount = InterlockedIncrement(&job->refcount);

    TRACE("iface %p, refcount %lu.\n", iface, refcount);
    return refcount;
}

static ULONG WINAPI job_Release(IBackgroundCopyJob5 *iface)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);
    ULONG refcount = InterlockedDecrement(&job->refcount);

    TRACE("iface %p, refcount %lu.\n", iface, refcount);
    if (!refcount)
    {
        client_object_cleanup(&job->client);
        engine_job_close(&job->id);
        free(job);
    }
    return refcount;
}

/* When the method returns the client is not given any more bytes. */
static HRESULT act_and_wait(struct job *job, enum job_action action)
{
    HRESULT hr;

    if (SUCCEEDED(hr = engine_job_act(&job->id, action)))
        stream_wait_idle(&job->id);
    return hr;
}

static HRESULT end_job(struct job *job, enum job_action action)
{
    HRESULT hr;

    if (SUCCEEDED(hr = act_and_wait(job, action)))
        notification_wait_end(&job->id);
    return hr;
}

static HRESULT WINAPI job_Suspend(IBackgroundCopyJob5 *iface)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p.\n", iface);

    return act_and_wait(job, JOB_ACTION_SUSPEND);
}

static HRESULT WINAPI job_Resume(IBackgroundCopyJob5 *iface)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p.\n", iface);

    system_proxy_update();
    return engine_job_act(&job->id, JOB_ACTION_RESUME);
}

static HRESULT WINAPI job_Cancel(IBackgroundCopyJob5 *iface)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p.\n", iface);

    return end_job(job, JOB_ACTION_CANCEL);
}

static HRESULT WINAPI job_Complete(IBackgroundCopyJob5 *iface)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p.\n", iface);

    return end_job(job, JOB_ACTION_COMPLETE);
}

static HRESULT WINAPI job_GetId(IBackgroundCopyJob5 *iface, GUID *id)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p, id %p.\n", iface, id);

    if (!id)
        return E_INVALIDARG;
    *id = job->id;
    return S_OK;
}

static HRESULT WINAPI job_GetType(IBackgroundCopyJob5 *iface, BG_JOB_TYPE *type)
{
    TRACE("iface %p, type %p.\n", iface, type);

    if (!type)
        return E_INVALIDARG;
    *type = BG_JOB_TYPE_DOWNLOAD;
    return S_OK;
}

static HRESULT WINAPI job_GetProgress(IBackgroundCopyJob5 *iface, BG_JOB_PROGRESS *progress)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);
    struct job_get_info_params info;
    HRESULT hr;

    TRACE("iface %p, progress %p.\n", iface, progress);

    if (!progress)
        return E_INVALIDARG;
    if (FAILED(hr = engine_job_get_info(&job->id, &info)))
        return hr;
    progress->BytesTotal = info.bytes_total;
    progress->BytesTransferred = info.bytes_transferred;
    progress->FilesTotal = info.files_total;
    progress->FilesTransferred = info.files_transferred;
    return S_OK;
}

static FILETIME filetime_from_number(UINT64 number)
{
    FILETIME time = { .dwLowDateTime = number, .dwHighDateTime = number >> 32 };

    return time;
}

static HRESULT WINAPI job_GetTimes(IBackgroundCopyJob5 *iface, BG_JOB_TIMES *times)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);
    struct job_get_info_params info;
    HRESULT hr;

    TRACE("iface %p, times %p.\n", iface, times);

    if (!times)
        return E_INVALIDARG;
    if (FAILED(hr = engine_job_get_info(&job->id, &info)))
        return hr;
    times->CreationTime = filetime_from_number(info.creation_time);
    times->ModificationTime = filetime_from_number(info.modification_time);
    times->TransferCompletionTime = filetime_from_number(info.transfer_completion_time);
    return S_OK;
}

static HRESULT WINAPI job_GetState(IBackgroundCopyJob5 *iface, BG_JOB_STATE *state)
{
    static const BG_JOB_STATE states[JOB_STATE_COUNT] =
    {
        [JOB_CREATED] = BG_JOB_STATE_SUSPENDED,
        [JOB_SUSPENDED] = BG_JOB_STATE_SUSPENDED,
        [JOB_QUEUED] = BG_JOB_STATE_QUEUED,
        [JOB_TRANSFERRING] = BG_JOB_STATE_TRANSFERRING,
        [JOB_TRANSIENT_ERROR] = BG_JOB_STATE_TRANSIENT_ERROR,
        [JOB_BLOCKED] = BG_JOB_STATE_TRANSIENT_ERROR,
        [JOB_ERROR] = BG_JOB_STATE_ERROR,
        [JOB_TRANSFERRED] = BG_JOB_STATE_TRANSFERRED,
        [JOB_ACKNOWLEDGED] = BG_JOB_STATE_ACKNOWLEDGED,
        [JOB_CANCELLED] = BG_JOB_STATE_CANCELLED,
    };
    struct job *job = impl_from_IBackgroundCopyJob5(iface);
    struct job_get_info_params info;
    HRESULT hr;

    TRACE("iface %p, state %p.\n", iface, state);

    if (!state)
        return E_INVALIDARG;
    if (FAILED(hr = engine_job_get_info(&job->id, &info)))
        return hr;
    if (info.state >= ARRAY_SIZE(states))
    {
        ERR("The engine has an unknown state %u.\n", info.state);
        return E_UNEXPECTED;
    }
    *state = states[info.state];
    return S_OK;
}

static HRESULT WINAPI job_GetError(IBackgroundCopyJob5 *iface, IBackgroundCopyError **error)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p, error %p.\n", iface, error);

    if (!error)
        return E_INVALIDARG;
    *error = NULL;
    return error_create(&job->id, error);
}

static HRESULT WINAPI job_GetOwner(IBackgroundCopyJob5 *iface, WCHAR **owner)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p, owner %p.\n", iface, owner);

    if (!owner)
        return E_INVALIDARG;
    return engine_job_get_text(&job->id, JOB_TEXT_OWNER, owner);
}

static HRESULT WINAPI job_GetErrorCount(IBackgroundCopyJob5 *iface, ULONG *count)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);
    struct job_get_info_params info;
    HRESULT hr;

    TRACE("iface %p, count %p.\n", iface, count);

    if (!count)
        return E_INVALIDARG;
    if (FAILED(hr = engine_job_get_info(&job->id, &info)))
        return hr;
    *count = info.error_count;
    return S_OK;
}

/* The one user of the prefix owns every job already. */
static HRESULT WINAPI job_TakeOwnership(IBackgroundCopyJob5 *iface)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);
    struct job_get_info_params info;
    HRESULT hr;

    TRACE("iface %p.\n", iface);

    if (FAILED(hr = engine_job_get_info(&job->id, &info)))
        return hr;
    return job_state_is_final(info.state) ? DO_E_INVALID_STATE : S_OK;
}

/* One table for the interfaces from IBackgroundCopyJob on, since each begins with the one before. */
static const IBackgroundCopyJob5Vtbl job_vtbl =
{
    job_QueryInterface,
    job_AddRef,
    job_Release,
    job_AddFileSet,
    job_AddFile,
    job_EnumFiles,
    job_Suspend,
    job_Resume,
    job_Cancel,
    job_Complete,
    job_GetId,
    job_GetType,
    job_GetProgress,
    job_GetTimes,
    job_GetState,
    job_GetError,
    job_GetOwner,
    job_SetDisplayName,
    job_GetDisplayName,
    job_SetDescription,
    job_GetDescription,
    job_SetPriority,
    job_GetPriority,
    job_SetNotifyFlags,
    job_GetNotifyFlags,
    job_SetNotifyInterface,
    job_GetNotifyInterface,
    job_SetMinimumRetryDelay,
    job_GetMinimumRetryDelay,
    job_SetNoProgressTimeout,
    job_GetNoProgressTimeout,
    job_GetErrorCount,
    job_SetProxySettings,
    job_GetProxySettings,
    job_TakeOwnership,
    job_SetNotifyCmdLine,
    job_GetNotifyCmdLine,
    job_GetReplyProgress,
    job_GetReplyData,
    job_SetReplyFileName,
    job_GetReplyFileName,
    job_SetCredentials,
    job_RemoveCredentials,
    job_ReplaceRemotePrefix,
    job_AddFileWithRanges,
    job_SetFileACLFlags,
    job_GetFileACLFlags,
    job_SetPeerCachingFlags,
    job_GetPeerCachingFlags,
    job_GetOwnerIntegrityLevel,
    job_GetOwnerElevationState,
    job_SetMaximumDownloadTime,
    job_GetMaximumDownloadTime,
    job_SetProperty,
    job_GetProperty,
};

static HRESULT WINAPI do_job_QueryInterface(IDeliveryOptimizationJob *iface, REFIID iid, void **out)
{
    struct job *job = impl_from_IDeliveryOptimizationJob(iface);

    return IBackgroundCopyJob5_QueryInterface(&job->IBackgroundCopyJob5_iface, iid, out);
}

static ULONG WINAPI do_job_AddRef(IDeliveryOptimizationJob *iface)
{
    struct job *job = impl_from_IDeliveryOptimizationJob(iface);

    return IBackgroundCopyJob5_AddRef(&job->IBackgroundCopyJob5_iface);
}

static ULONG WINAPI do_job_Release(IDeliveryOptimizationJob *iface)
{
    struct job *job = impl_from_IDeliveryOptimizationJob(iface);

    return IBackgroundCopyJob5_Release(&job->IBackgroundCopyJob5_iface);
}

static const IDeliveryOptimizationJobVtbl do_job_vtbl =
{
    do_job_QueryInterface,
    do_job_AddRef,
    do_job_Release,
    do_job_AddFileWithRanges,
};

HRESULT job_create_opened(const GUID *id, IBackgroundCopyJob **out)
{
    struct job *job;

    if (!(job = calloc(1, sizeof(*job))))
    {
        engine_job_close(id);
        return E_OUTOFMEMORY;
    }
    job->IBackgroundCopyJob5_iface.lpVtbl = &job_vtbl;
    job->IBackgroundCopyJobHttpOptions_iface.lpVtbl = &job_http_options_vtbl;
    job->IDeliveryOptimizationJob_iface.lpVtbl = &do_job_vtbl;
    job->IDeliveryOptimizationJob2_iface.lpVtbl = &do_job2_vtbl;
    job->refcount = 1;
    job->id = *id;
    client_object_init(&job->client, (IUnknown *)&job->IBackgroundCopyJob5_iface, &job->refcount);

    TRACE("Created job object %p for %s.\n", job, debugstr_guid(id));
    *out = (IBackgroundCopyJob *)&job->IBackgroundCopyJob5_iface;
    return S_OK;
}

HRESULT job_create(const GUID *id, IBackgroundCopyJob **job)
{
    HRESULT hr;

    if (FAILED(hr = engine_job_open(id)))
        return hr;
    return job_create_opened(id, job);
}
