/*
 * An IBackgroundCopyCallback2 that records its calls.
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

#include "callback.h"

static const char *const kind_names[CALL_KIND_COUNT] = { "JobTransferred", "JobError", "JobModification",
        "FileTransferred" };

static struct callback *impl_from_IBackgroundCopyCallback2(IBackgroundCopyCallback2 *iface)
{
    return CONTAINING_RECORD(iface, struct callback, IBackgroundCopyCallback2_iface);
}

static HRESULT WINAPI callback_QueryInterface(IBackgroundCopyCallback2 *iface, REFIID iid, void **out)
{
    struct callback *callback = impl_from_IBackgroundCopyCallback2(iface);

    if (IsEqualGUID(iid, &IID_IUnknown) || IsEqualGUID(iid, &IID_IBackgroundCopyCallback)
            || (!callback->older && IsEqualGUID(iid, &IID_IBackgroundCopyCallback2)))
    {
        IBackgroundCopyCallback2_AddRef(iface);
        *out = iface;
        return S_OK;
    }
    *out = NULL;
    return E_NOINTERFACE;
}

static ULONG WINAPI callback_AddRef(IBackgroundCopyCallback2 *iface)
{
    struct callback *callback = impl_from_IBackgroundCopyCallback2(iface);

    return InterlockedIncrement(&callback->refcount);
}

static ULONG WINAPI callback_Release(IBackgroundCopyCallback2 *iface)
{
    struct callback *callback = impl_from_IBackgroundCopyCallback2(iface);
    ULONG refcount = InterlockedDecrement(&callback->refcount);

    /* Whoever waits for the service to let go looks again. */
    SetEvent(callback->called);
    return refcount;
}

static void check_job(struct callback *callback, IBackgroundCopyJob *job)
{
    HRESULT hr;
    GUID id;

    hr = IBackgroundCopyJob_GetId(job, &id);
    ok(hr == S_OK, "GetId gave hr %#lx.\n", hr);
    if (!IsEqualGUID(&callback->job_id, &GUID_NULL))
        ok(IsEqualGUID(&id, &callback->job_id), "Got a call for job %s.\n", debug_guid(&id));
}

static HRESULT record_call(struct callback *callback, enum call_kind kind, IBackgroundCopyJob *job,
        IBackgroundCopyError *error)
{
    LONG running = InterlockedIncrement(&callback->running);
    HRESULT hr = S_OK;

    if (running > callback->running_maximum)
        callback->running_maximum = running;
    callback->thread_id = GetCurrentThreadId();
    if (kind != CALL_MODIFICATION)
        check_job(callback, job);
    if (callback->actions[kind])
        hr = callback->actions[kind](callback, job, error);
    InterlockedDecrement(&callback->running);
    InterlockedIncrement(&callback->counts[kind]);
    SetEvent(callback->called);
    return hr;
}

static HRESULT WINAPI callback_JobTransferred(IBackgroundCopyCallback2 *iface, IBackgroundCopyJob *job)
{
    return record_call(impl_from_IBackgroundCopyCallback2(iface), CALL_TRANSFERRED, job, NULL);
}

static HRESULT WINAPI callback_JobError(IBackgroundCopyCallback2 *iface, IBackgroundCopyJob *job,
        IBackgroundCopyError *error)
{
    return record_call(impl_from_IBackgroundCopyCallback2(iface), CALL_ERROR, job, error);
}

static HRESULT WINAPI callback_JobModification(IBackgroundCopyCallback2 *iface, IBackgroundCopyJob *job,
        DWORD reserved)
{
    ok(!reserved, "Got reserved %#lx.\n", reserved);
    return record_call(impl_from_IBackgroundCopyCallback2(iface), CALL_MODIFICATION, job, NULL);
}

/* Calls of a callback come one after another. */
static HRESULT WINAPI callback_FileTransferred(IBackgroundCopyCallback2 *iface, IBackgroundCopyJob *job,
        IBackgroundCopyFile *file)
{
    struct callback *callback = impl_from_IBackgroundCopyCallback2(iface);
    HRESULT hr;

    callback->file = file;
    hr = record_call(callback, CALL_FILE, job, NULL);
    callback->file = NULL;
    return hr;
}

static const IBackgroundCopyCallback2Vtbl callback_vtbl =
{
    callback_QueryInterface,
    callback_AddRef,
    callback_Release,
    callback_JobTransferred,
    callback_JobError,
    callback_JobModification,
    callback_FileTransferred,
};

void callback_init(struct callback *callback)
{
    memset(callback, 0, sizeof(*callback));
    callback->IBackgroundCopyCallback2_iface.lpVtbl = (IBackgroundCopyCallback2Vtbl *)&callback_vtbl;
    callback->refcount = 1;
    callback->called = CreateEventW(NULL, FALSE, FALSE, NULL);
    ok(callback->called != NULL, "No event, error %lu.\n", GetLastError());
}

void callback_cleanup_(const char *file, int line, struct callback *callback)
{
    ULONGLONG end = GetTickCount64() + WAIT_LIMIT_MS, now;

    /* The service lets go of an interface pointer soon, but not before it answers. */
    while (callback->refcount > 1 && (now = GetTickCount64()) < end)
        wait_event(callback->called, (DWORD)(end - now));
    ok_(file, line, callback->refcount == 1, "Got refcount %ld.\n", callback->refcount);
    ok_(file, line, callback->running_maximum <= 1, "Got %ld calls at the same time.\n", callback->running_maximum);
    CloseHandle(callback->called);
}

void callback_attach_(const char *file, int line, struct callback *callback, IBackgroundCopyJob *job, ULONG flags)
{
    HRESULT hr;

    hr = IBackgroundCopyJob_GetId(job, &callback->job_id);
    ok_(file, line, hr == S_OK, "GetId gave hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_SetNotifyFlags(job, flags);
    ok_(file, line, hr == S_OK, "SetNotifyFlags gave hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_SetNotifyInterface(job, (IUnknown *)&callback->IBackgroundCopyCallback2_iface);
    ok_(file, line, hr == S_OK, "SetNotifyInterface gave hr %#lx.\n", hr);
}

void callback_detach_(const char *file, int line, IBackgroundCopyJob *job)
{
    HRESULT hr;

    hr = IBackgroundCopyJob_SetNotifyInterface(job, NULL);
    ok_(file, line, hr == S_OK, "SetNotifyInterface gave hr %#lx.\n", hr);
}

BOOL callback_wait_(const char *file, int line, struct callback *callback, enum call_kind kind, LONG count)
{
    ULONGLONG end = GetTickCount64() + WAIT_LIMIT_MS, now;

    while (callback->counts[kind] < count && (now = GetTickCount64()) < end)
        wait_event(callback->called, (DWORD)(end - now));
    return ok_(file, line, callback->counts[kind] >= count, "Got %ld calls of %s, waited for %ld.\n",
            callback->counts[kind], kind_names[kind], count);
}

void callback_check_count_(const char *file, int line, struct callback *callback, enum call_kind kind, LONG count)
{
    ok_(file, line, callback->counts[kind] == count, "Got %ld calls of %s, expected %ld.\n", callback->counts[kind],
            kind_names[kind], count);
}
