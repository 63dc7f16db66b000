/*
 * Notifications: one call of an IBackgroundCopyCallback.
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

#include "notify.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

BOOL notify_is_client_dead(HRESULT hr)
{
    switch (hr)
    {
        case CO_E_OBJNOTCONNECTED:
        case RPC_E_CONNECTION_TERMINATED:
        case RPC_E_DISCONNECTED:
        case RPC_E_INVALID_IPID:
        case RPC_E_INVALID_OBJECT:
        case RPC_E_SERVER_DIED:
        case RPC_E_SERVER_DIED_DNE:
        case __HRESULT_FROM_WIN32(OR_INVALID_OXID):
        case __HRESULT_FROM_WIN32(RPC_S_CALL_FAILED):
        case __HRESULT_FROM_WIN32(RPC_S_CALL_FAILED_DNE):
        case __HRESULT_FROM_WIN32(RPC_S_COMM_FAILURE):
        case __HRESULT_FROM_WIN32(RPC_S_NO_ENDPOINT_FOUND):
        case __HRESULT_FROM_WIN32(RPC_S_SERVER_UNAVAILABLE):
            return TRUE;
        default:
            return FALSE;
    }
}

BOOL notify_is_due(const GUID *job_id, uint32_t event)
{
    struct job_get_info_params info;

    if (FAILED(engine_job_get_info(job_id, &info)))
        return FALSE;
    switch (event)
    {
        case EVENT_JOB_TRANSFERRED:
            return (info.notify_flags & JOB_NOTIFY_TRANSFERRED) && info.state == JOB_TRANSFERRED;
        case EVENT_JOB_ERROR:
            return (info.notify_flags & JOB_NOTIFY_ERROR) && info.state == JOB_ERROR;
        case EVENT_JOB_MODIFIED:
            return (info.notify_flags & JOB_NOTIFY_MODIFICATION) != 0;
        case EVENT_FILE_TRANSFERRED:
            return (info.notify_flags & JOB_NOTIFY_FILE_TRANSFERRED) && info.state != JOB_CANCELLED;
        default:
            return FALSE;
    }
}

static HRESULT call_job_error(const GUID *job_id, IBackgroundCopyCallback *callback, IBackgroundCopyJob *job)
{
    IBackgroundCopyError *error;
    HRESULT hr;

    if (FAILED(hr = error_create(job_id, &error)))
        return hr == DO_E_ERROR_INFORMATION_UNAVAILABLE ? S_OK : hr; /* it was resumed in the meantime */
    hr = IBackgroundCopyCallback_JobError(callback, job, error);
    IBackgroundCopyError_Release(error);
    return hr;
}

/* A client that implements the older interface alone does not want to know. */
static HRESULT call_file_transferred(const GUID *job_id, IBackgroundCopyCallback *callback, IBackgroundCopyJob *job,
                                     unsigned int file_index)
{
    IBackgroundCopyCallback2 *callback2;
    IBackgroundCopyFile *file;
    HRESULT hr;

    hr = IBackgroundCopyCallback_QueryInterface(callback, &IID_IBackgroundCopyCallback2, (void **)&callback2);
    if (FAILED(hr))
        return hr == E_NOINTERFACE ? S_OK : hr;
    if (SUCCEEDED(hr = file_create(job_id, file_index, &file)))
    {
        hr = IBackgroundCopyCallback2_FileTransferred(callback2, job, file);
        IBackgroundCopyFile_Release(file);
    }
    IBackgroundCopyCallback2_Release(callback2);
    return hr;
}

HRESULT notify_call(const GUID *job_id, IBackgroundCopyCallback *callback, uint32_t event, unsigned int file_index)
{
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (FAILED(hr = job_create(job_id, &job)))
        return hr;
    switch (event)
    {
        case EVENT_JOB_TRANSFERRED:
            hr = IBackgroundCopyCallback_JobTransferred(callback, job);
            break;
        case EVENT_JOB_ERROR:
            hr = call_job_error(job_id, callback, job);
            break;
        case EVENT_FILE_TRANSFERRED:
            hr = call_file_transferred(job_id, callback, job, file_index);
            break;
        default:
            hr = IBackgroundCopyCallback_JobModification(callback, job, 0);
            break;
    }
    IBackgroundCopyJob_Release(job);
    TRACE("Event %#x of job %s: hr %#lx.\n", event, debugstr_guid(job_id), hr);
    return hr;
}

/* Of an object reference in a stream, as COM's specification has it. */
#include "pshpack4.h"
struct object_reference
{
    DWORD signature;
    DWORD kind;
    IID iid;
    DWORD flags;
    DWORD references;
    UINT64 apartment;
};
#include "poppack.h"

#define REFERENCE_SIGNATURE 0x574f454d
#define REFERENCE_STANDARD 1

/* Wine makes the identifier of an apartment from that of its process. */
static DWORD find_process(IBackgroundCopyCallback *callback)
{
    struct object_reference reference = {0};
    const LARGE_INTEGER start = {{0}};
    IBackgroundCopyCallback *copy;
    IStream *stream;

    if (FAILED(CreateStreamOnHGlobal(NULL, TRUE, &stream)))
        return 0;
    if (SUCCEEDED(CoMarshalInterface(stream, &IID_IBackgroundCopyCallback, (IUnknown *)callback, MSHCTX_LOCAL, NULL,
                                     MSHLFLAGS_NORMAL)))
    {
        IStream_Seek(stream, start, STREAM_SEEK_SET, NULL);
        if (FAILED(IStream_Read(stream, &reference, sizeof(reference), NULL))
            || reference.signature != REFERENCE_SIGNATURE || reference.kind != REFERENCE_STANDARD)
            reference.apartment = 0;
        IStream_Seek(stream, start, STREAM_SEEK_SET, NULL);
        /* Gives its references back to the proxy; Wine's CoReleaseMarshalData does nothing for other processes. */
        if (SUCCEEDED(CoUnmarshalInterface(stream, &IID_IBackgroundCopyCallback, (void **)&copy)))
            IBackgroundCopyCallback_Release(copy);
    }
    IStream_Release(stream);
    return reference.apartment >> 32;
}

/*
 * The class object is let go last. Its process forgets the interface then, and Wine waits there for ever if it does
 * that in the moment in which CreateInstance ends.
 */
static HRESULT create_callback(const CLSID *clsid, IBackgroundCopyCallback **callback, DWORD *process_id)
{
    IClassFactory *factory;
    HRESULT hr;

    hr = CoGetClassObject(clsid, CLSCTX_LOCAL_SERVER, NULL, &IID_IClassFactory, (void **)&factory);
    if (FAILED(hr))
        return hr;
    hr = IClassFactory_CreateInstance(factory, NULL, &IID_IBackgroundCopyCallback, (void **)callback);
    if (SUCCEEDED(hr))
        *process_id = find_process(*callback);
    IClassFactory_Release(factory);
    return hr;
}

/* In a process of its own, as BITS documents it: nothing of a client is loaded into the service. */
HRESULT notify_activate(const GUID *job_id, IBackgroundCopyCallback **callback, DWORD *process_id)
{
    WCHAR *text;
    HRESULT hr;
    CLSID clsid;

    if (FAILED(hr = engine_job_get_text(job_id, JOB_TEXT_NOTIFY_CLASS, &text)))
        return hr;
    hr = *text ? CLSIDFromString(text, &clsid) : S_FALSE;
    CoTaskMemFree(text);
    if (hr != S_OK)
        return hr;
    if (FAILED(hr = create_callback(&clsid, callback, process_id)))
        WARN("Class %s of job %s cannot be activated, hr %#lx.\n", debugstr_guid(&clsid), debugstr_guid(job_id), hr);
    return FAILED(hr) ? hr : S_OK;
}
