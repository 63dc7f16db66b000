/*
 * The callback object of the download tests.
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


#include "download_callback.h"

static struct download_callback *impl_from_IDODownloadStatusCallback(IDODownloadStatusCallback *iface)
{
    return CONTAINING_RECORD(iface, struct download_callback, IDODownloadStatusCallback_iface);
}

static HRESULT WINAPI callback_QueryInterface(IDODownloadStatusCallback *iface, REFIID iid, void **out)
{
    if (IsEqualGUID(iid, &IID_IUnknown) || IsEqualGUID(iid, &IID_IDODownloadStatusCallback))
    {
        IDODownloadStatusCallback_AddRef(iface);
        *out = iface;
        return S_OK;
    }
    *out = NULL;
    return E_NOINTERFACE;
}

static ULONG WINAPI callback_AddRef(IDODownloadStatusCallback *iface)
{
    return InterlockedIncrement(&impl_from_IDODownloadStatusCallback(iface)->refcount);
}

static ULONG WINAPI callback_Release(IDODownloadStatusCallback *iface)
{
    struct download_callback *callback = impl_from_IDODownloadStatusCallback(iface);
    ULONG refcount = InterlockedDecrement(&callback->refcount);

    /* Whoever waits for the service to let go looks again. */
    SetEvent(callback->called);
    return refcount;
}

static HRESULT WINAPI callback_OnStatusChange(IDODownloadStatusCallback *iface, IDODownload *download,
        const DO_DOWNLOAD_STATUS *status)
{
    struct download_callback *callback = impl_from_IDODownloadStatusCallback(iface);
    LONG running = InterlockedIncrement(&callback->running);
    HRESULT hr = S_OK;

    if (running > callback->running_maximum)
        callback->running_maximum = running;
    ok(download != NULL, "There is no download.\n");
    callback->statuses[callback->count < MAX_STATUSES ? callback->count : MAX_STATUSES - 1] = *status;
    if (callback->action)
        hr = callback->action(callback, download, status);
    InterlockedDecrement(&callback->running);
    InterlockedIncrement(&callback->count);
    SetEvent(callback->called);
    return hr;
}

static const IDODownloadStatusCallbackVtbl callback_vtbl =
{
    callback_QueryInterface,
    callback_AddRef,
    callback_Release,
    callback_OnStatusChange,
};

void download_callback_init(struct download_callback *callback)
{
    memset(callback, 0, sizeof(*callback));
    callback->IDODownloadStatusCallback_iface.lpVtbl = (IDODownloadStatusCallbackVtbl *)&callback_vtbl;
    callback->refcount = 1;
    callback->called = CreateEventW(NULL, FALSE, FALSE, NULL);
    ok(callback->called != NULL, "No event, error %lu.\n", GetLastError());
}

void download_callback_cleanup_(const char *file, int line, struct download_callback *callback)
{
    ULONGLONG end = GetTickCount64() + WAIT_LIMIT_MS, now;

    /* The service lets go of an interface pointer soon, but not before it answers. */
    while (callback->refcount > 1 && (now = GetTickCount64()) < end)
        wait_event(callback->called, (DWORD)(end - now));
    ok_(file, line, callback->refcount == 1, "Got refcount %ld.\n", callback->refcount);
    ok_(file, line, callback->running_maximum <= 1, "Got %ld calls at the same time.\n", callback->running_maximum);
    CloseHandle(callback->called);
}

void download_callback_attach_(const char *file, int line, struct download_callback *callback, IDODownload *download)
{
    VARIANT value;
    HRESULT hr;

    VariantInit(&value);
    value.vt = VT_UNKNOWN;
    value.punkVal = callback ? (IUnknown *)&callback->IDODownloadStatusCallback_iface : NULL;
    hr = IDODownload_SetProperty(download, DODownloadProperty_CallbackInterface, &value);
    ok_(file, line, hr == S_OK, "SetProperty gave hr %#lx.\n", hr);
}

static LONG count_kept(const struct download_callback *callback)
{
    return callback->count < MAX_STATUSES ? callback->count : MAX_STATUSES;
}

DO_DOWNLOAD_STATUS download_callback_last(const struct download_callback *callback)
{
    LONG count = count_kept(callback);
    DO_DOWNLOAD_STATUS none = {0};

    return count ? callback->statuses[count - 1] : none;
}

static BOOL was_told(const struct download_callback *callback, DODownloadState state)
{
    LONG i, count = count_kept(callback);

    for (i = 0; i < count; ++i)
    {
        if (callback->statuses[i].State == state)
            return TRUE;
    }
    return FALSE;
}

BOOL download_callback_wait_(const char *file, int line, struct download_callback *callback, DODownloadState state)
{
    ULONGLONG end = GetTickCount64() + WAIT_LIMIT_MS, now;

    while (!was_told(callback, state) && (now = GetTickCount64()) < end)
        wait_event(callback->called, (DWORD)(end - now));
    return ok_(file, line, was_told(callback, state), "State %d was not told, but %ld others.\n", state,
            callback->count);
}

void download_callback_check_order_(const char *file, int line, const struct download_callback *callback)
{
    LONG i, count = count_kept(callback);

    for (i = 1; i < count; ++i)
    {
        const DO_DOWNLOAD_STATUS *former = &callback->statuses[i - 1], *status = &callback->statuses[i];

        ok_(file, line, status->BytesTransferred >= former->BytesTransferred, "Call %ld: %llu bytes after %llu.\n", i,
                status->BytesTransferred, former->BytesTransferred);
        ok_(file, line, former->State != DODownloadState_Finalized && former->State != DODownloadState_Aborted,
                "Call %ld: state %d after %d.\n", i, status->State, former->State);
    }
}
