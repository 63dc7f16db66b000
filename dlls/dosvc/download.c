/*
 * A download: IDODownload.
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

#include "download.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

/* How often a status is read again whose error went while it was read. */
#define STATUS_ATTEMPTS 8

static HRESULT WINAPI download_QueryInterface(IDODownload *iface, REFIID iid, void **out)
{
    TRACE("iface %p, iid %s, out %p.\n", iface, debugstr_guid(iid), out);

    if (!out)
        return E_POINTER;
    if (IsEqualGUID(iid, &IID_IUnknown) || IsEqualGUID(iid, &IID_IDODownload))
    {
        IDODownload_AddRef(iface);
        *out = iface;
        return S_OK;
    }

    WARN("%s not implemented, returning E_NOINTERFACE.\n", debugstr_guid(iid));
    *out = NULL;
    return E_NOINTERFACE;
}

static ULONG WINAPI download_AddRef(IDODownload *iface)
{
    struct download *download = impl_from_IDODownload(iface);
    ULONG refcount = InterlockedIncrement(&download->refcount);

    TRACE("iface %p, refcount %lu.\n", iface, refcount);
    return refcount;
}

static ULONG WINAPI download_Release(IDODownload *iface)
{
    struct download *download = impl_from_IDODownload(iface);
    ULONG refcount = InterlockedDecrement(&download->refcount);

    TRACE("iface %p, refcount %lu.\n", iface, refcount);
    if (!refcount)
    {
        client_object_cleanup(&download->client);
        engine_job_close(&download->id);
        free(download);
    }
    return refcount;
}

static HRESULT read_status(const GUID *id, DO_DOWNLOAD_STATUS *status, unsigned int *job_state)
{
    static const DODownloadState states[JOB_STATE_COUNT] =
    {
        [JOB_CREATED] = DODownloadState_Created,
        [JOB_SUSPENDED] = DODownloadState_Paused,
        [JOB_QUEUED] = DODownloadState_Transferring,
        [JOB_TRANSFERRING] = DODownloadState_Transferring,
        [JOB_TRANSIENT_ERROR] = DODownloadState_Transferring, /* clients take an error for the end */
        [JOB_BLOCKED] = DODownloadState_Paused,
        [JOB_ERROR] = DODownloadState_Paused,
        [JOB_TRANSFERRED] = DODownloadState_Transferred,
        [JOB_ACKNOWLEDGED] = DODownloadState_Finalized,
        [JOB_CANCELLED] = DODownloadState_Aborted,
    };
    struct job_get_info_params info;
    HRESULT hr;

    if (FAILED(hr = engine_job_get_info(id, &info)))
        return hr;
    if (info.state >= ARRAY_SIZE(states))
    {
        ERR("The engine has an unknown state %u.\n", info.state);
        return E_UNEXPECTED;
    }
    memset(status, 0, sizeof(*status));
    if (info.bytes_total != ENGINE_SIZE_UNKNOWN)
        status->BytesTotal = info.bytes_total;
    status->BytesTransferred = info.bytes_transferred;
    status->State = states[info.state];
    *job_state = info.state;
    return S_OK;
}

HRESULT download_get_status(const GUID *id, DO_DOWNLOAD_STATUS *status)
{
    unsigned int attempt, job_state = JOB_CREATED;
    struct job_get_error_params error;
    HRESULT hr;

    for (attempt = 0; attempt < STATUS_ATTEMPTS; ++attempt)
    {
        if (FAILED(hr = read_status(id, status, &job_state)))
            return hr;
        if (job_state != JOB_ERROR && job_state != JOB_BLOCKED)
            return S_OK;
        if (SUCCEEDED(hr = engine_job_get_error(id, &error)))
            break;
        if (hr != DO_E_ERROR_INFORMATION_UNAVAILABLE) /* otherwise it went on in the meantime */
            return hr;
    }
    if (FAILED(hr))
        return hr;
    if (job_state == JOB_ERROR)
    {
        status->Error = error.code;
        status->ExtendedError = error.cause;
    }
    else
    {
        status->ExtendedError = error.code;
    }
    return S_OK;
}

/* What the end of a download that its client waits for is to that client. */
static HRESULT blocking_result(const GUID *id)
{
    DO_DOWNLOAD_STATUS status;
    HRESULT hr;

    if (FAILED(hr = engine_job_wait(id)) || FAILED(hr = download_get_status(id, &status)))
        return hr;
    if (status.State == DODownloadState_Aborted)
        return E_ABORT;
    return FAILED(status.Error) ? status.Error : status.ExtendedError;
}

static HRESULT WINAPI download_Start(IDODownload *iface, const DO_DOWNLOAD_RANGES_INFO *ranges)
{
    struct download *download = impl_from_IDODownload(iface);
    UINT64 blocking;
    HRESULT hr;

    TRACE("iface %p, ranges %p, count %u.\n", iface, ranges, ranges ? ranges->RangeCount : 0);

    system_proxy_update();
    hr = engine_download_start(&download->id, ranges ? ranges->Ranges : NULL, ranges ? ranges->RangeCount : 0);
    if (FAILED(hr) || FAILED(hr = engine_job_get_number(&download->id, JOB_NUMBER_BLOCKING, &blocking)))
        return hr;
    return blocking ? blocking_result(&download->id) : S_OK;
}

static HRESULT WINAPI download_Pause(IDODownload *iface)
{
    struct download *download = impl_from_IDODownload(iface);

    TRACE("iface %p.\n", iface);

    return engine_job_act(&download->id, JOB_ACTION_SUSPEND);
}

static HRESULT end_download(struct download *download, enum job_action action)
{
    HRESULT hr;

    if (SUCCEEDED(hr = engine_job_act(&download->id, action)))
        download_callback_wait_end(&download->id);
    return hr;
}

static HRESULT WINAPI download_Abort(IDODownload *iface)
{
    struct download *download = impl_from_IDODownload(iface);

    TRACE("iface %p.\n", iface);

    return end_download(download, JOB_ACTION_CANCEL);
}

static HRESULT WINAPI download_Finalize(IDODownload *iface)
{
    struct download *download = impl_from_IDODownload(iface);

    TRACE("iface %p.\n", iface);

    return end_download(download, JOB_ACTION_COMPLETE);
}

static HRESULT WINAPI download_GetStatus(IDODownload *iface, DO_DOWNLOAD_STATUS *status)
{
    struct download *download = impl_from_IDODownload(iface);
    DO_DOWNLOAD_STATUS current;
    HRESULT hr;

    TRACE("iface %p, status %p.\n", iface, status);

    if (!status)
        return E_INVALIDARG;
    if (SUCCEEDED(hr = download_get_status(&download->id, &current)))
        *status = current;
    return hr;
}

static const IDODownloadVtbl download_vtbl =
{
    download_QueryInterface,
    download_AddRef,
    download_Release,
    download_Start,
    download_Pause,
    download_Abort,
    download_Finalize,
    download_GetStatus,
    download_GetProperty,
    download_SetProperty,
};

HRESULT download_create(const GUID *id, IDODownload **out)
{
    struct download *download;
    HRESULT hr;

    if (FAILED(hr = engine_job_open(id)))
        return hr;
    if (!(download = calloc(1, sizeof(*download))))
    {
        engine_job_close(id);
        return E_OUTOFMEMORY;
    }
    download->IDODownload_iface.lpVtbl = &download_vtbl;
    download->refcount = 1;
    download->id = *id;
    client_object_init(&download->client, (IUnknown *)&download->IDODownload_iface, &download->refcount);

    TRACE("Created download object %p for %s.\n", download, debugstr_guid(id));
    *out = &download->IDODownload_iface;
    return S_OK;
}
