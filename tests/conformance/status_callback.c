/*
 * Downloads of the tests, and an IDODownloadStatusCallback that keeps what it is told.
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

#include "status_callback.h"

static struct status_callback *impl_from_IDODownloadStatusCallback(IDODownloadStatusCallback *iface)
{
    return CONTAINING_RECORD(iface, struct status_callback, IDODownloadStatusCallback_iface);
}

static HRESULT WINAPI status_callback_QueryInterface(IDODownloadStatusCallback *iface, REFIID iid, void **out)
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

static ULONG WINAPI status_callback_AddRef(IDODownloadStatusCallback *iface)
{
    struct status_callback *callback = impl_from_IDODownloadStatusCallback(iface);

    return InterlockedIncrement(&callback->refcount);
}

static ULONG WINAPI status_callback_Release(IDODownloadStatusCallback *iface)
{
    struct status_callback *callback = impl_from_IDODownloadStatusCallback(iface);
    ULONG refcount = InterlockedDecrement(&callback->refcount);

    /* Whoever waits for the service to let go looks again. */
    SetEvent(callback->called);
    return refcount;
}

static HRESULT WINAPI status_callback_OnStatusChange(IDODownloadStatusCallback *iface, IDODownload *download,
        const DO_DOWNLOAD_STATUS *status)
{
    struct status_callback *callback = impl_from_IDODownloadStatusCallback(iface);
    LONG running = InterlockedIncrement(&callback->running);
    HRESULT hr = S_OK;

    if (running > callback->running_maximum)
        callback->running_maximum = running;
    ok(download != NULL, "Got no download.\n");
    if (callback->count < MAX_STATUSES)
        callback->statuses[callback->count] = *status;
    if (callback->action)
        hr = callback->action(callback, download, status);
    InterlockedIncrement(&callback->count);
    InterlockedDecrement(&callback->running);
    SetEvent(callback->called);
    return hr;
}

static IDODownloadStatusCallbackVtbl status_callback_vtbl =
{
    status_callback_QueryInterface,
    status_callback_AddRef,
    status_callback_Release,
    status_callback_OnStatusChange,
};

void status_callback_init(struct status_callback *callback)
{
    memset(callback, 0, sizeof(*callback));
    callback->IDODownloadStatusCallback_iface.lpVtbl = &status_callback_vtbl;
    callback->refcount = 1;
    callback->called = CreateEventW(NULL, FALSE, FALSE, NULL);
}

void status_callback_cleanup_(const char *file, int line, struct status_callback *callback)
{
    ULONGLONG end = GetTickCount64() + WAIT_LIMIT_MS, now;

    while (callback->refcount != 1 && (now = GetTickCount64()) < end)
        wait_event(callback->called, end - now);
    ok_(file, line, callback->refcount == 1, "Got refcount %ld.\n", callback->refcount);
    ok_(file, line, callback->running_maximum <= 1, "Got %ld calls at once.\n", callback->running_maximum);
    CloseHandle(callback->called);
}

static BOOL has_state(const struct status_callback *callback, DODownloadState state)
{
    LONG i;

    for (i = 0; i < callback->count && i < MAX_STATUSES; ++i)
    {
        if (callback->statuses[i].State == state)
            return TRUE;
    }
    return FALSE;
}

BOOL status_callback_wait_(const char *file, int line, struct status_callback *callback, DODownloadState state)
{
    ULONGLONG end = GetTickCount64() + WAIT_LIMIT_MS, now;

    while (!has_state(callback, state) && (now = GetTickCount64()) < end)
        wait_event(callback->called, end - now);
    return ok_(file, line, has_state(callback, state), "No call for state %d came, but %ld others.\n", state,
            callback->count);
}

void status_callback_check_(const char *file, int line, struct status_callback *callback,
        const DODownloadState *states, unsigned int count)
{
    unsigned int found = 0;
    LONG i;

    for (i = 0; i < callback->count && i < MAX_STATUSES; ++i)
    {
        DODownloadState state = callback->statuses[i].State;

        if (i && state == callback->statuses[i - 1].State)
            continue;
        if (ok_(file, line, found < count, "Got another call for state %d.\n", state))
            ok_(file, line, state == states[found], "Got state %d, not %d, as number %u.\n", state, states[found],
                    found);
        ++found;
    }
    ok_(file, line, found == count, "Got %u states.\n", found);
}

IDOManager *get_do_manager_(const char *file, int line, struct fixture *fixture)
{
    IDOManager *manager = NULL;
    HRESULT hr;

    hr = IBackgroundCopyManager_QueryInterface(fixture->manager, &IID_IDOManager, (void **)&manager);
    ok_(file, line, hr == S_OK, "QueryInterface gave hr %#lx.\n", hr);
    return manager;
}

IDODownload *create_download_(const char *file, int line, struct fixture *fixture)
{
    IDODownload *download = NULL;
    IDOManager *manager;
    HRESULT hr;

    if (!(manager = get_do_manager_(file, line, fixture)))
        return NULL;
    hr = IDOManager_CreateDownload(manager, &download);
    ok_(file, line, hr == S_OK, "CreateDownload gave hr %#lx.\n", hr);
    IDOManager_Release(manager);
    return download;
}

IDODownload *create_file_download_(const char *file, int line, struct fixture *fixture, const WCHAR *url,
        const WCHAR *name)
{
    IDODownload *download;

    if (!(download = create_download_(file, line, fixture)))
        return NULL;
    check_set_(file, line, set_text(download, DODownloadProperty_Uri, url));
    check_set_(file, line, set_text(download, DODownloadProperty_LocalPath, fixture_path(fixture, name)));
    return download;
}

void end_download_(const char *file, int line, IDODownload *download)
{
    DO_DOWNLOAD_STATUS status;
    HRESULT hr;

    get_download_status_(file, line, download, &status);
    if (status.State != DODownloadState_Finalized)
    {
        hr = IDODownload_Abort(download);
        ok_(file, line, hr == S_OK, "Abort gave hr %#lx.\n", hr);
    }
    IDODownload_Release(download);
}

HRESULT set_text(IDODownload *download, DODownloadProperty property, const WCHAR *text)
{
    VARIANT value;
    HRESULT hr;

    V_VT(&value) = VT_BSTR;
    V_BSTR(&value) = SysAllocString(text);
    hr = IDODownload_SetProperty(download, property, &value);
    VariantClear(&value);
    return hr;
}

HRESULT set_number(IDODownload *download, DODownloadProperty property, UINT number)
{
    VARIANT value;

    V_VT(&value) = VT_UI4;
    V_UI4(&value) = number;
    return IDODownload_SetProperty(download, property, &value);
}

HRESULT set_boolean(IDODownload *download, DODownloadProperty property, BOOL state)
{
    VARIANT value;

    V_VT(&value) = VT_BOOL;
    V_BOOL(&value) = state ? VARIANT_TRUE : VARIANT_FALSE;
    return IDODownload_SetProperty(download, property, &value);
}

HRESULT set_object(IDODownload *download, DODownloadProperty property, IUnknown *object)
{
    VARIANT value;

    V_VT(&value) = VT_UNKNOWN;
    V_UNKNOWN(&value) = object;
    return IDODownload_SetProperty(download, property, &value);
}

void check_set_(const char *file, int line, HRESULT hr)
{
    ok_(file, line, hr == S_OK, "SetProperty gave hr %#lx.\n", hr);
}

void start_download_(const char *file, int line, IDODownload *download)
{
    HRESULT hr = IDODownload_Start(download, NULL);

    ok_(file, line, hr == S_OK, "Start gave hr %#lx.\n", hr);
}

void get_download_status_(const char *file, int line, IDODownload *download, DO_DOWNLOAD_STATUS *status)
{
    HRESULT hr;

    memset(status, 0xcc, sizeof(*status));
    hr = IDODownload_GetStatus(download, status);
    ok_(file, line, hr == S_OK, "GetStatus gave hr %#lx.\n", hr);
}

void check_download_state_(const char *file, int line, IDODownload *download, DODownloadState state)
{
    DO_DOWNLOAD_STATUS status;

    get_download_status_(file, line, download, &status);
    ok_(file, line, status.State == state, "Got state %d, error %#lx, %#lx.\n", status.State, status.Error,
            status.ExtendedError);
}

BOOL wait_for_download_(const char *file, int line, IDODownload *download, DODownloadState state)
{
    ULONGLONG end = GetTickCount64() + WAIT_LIMIT_MS;
    HANDLE never = CreateEventW(NULL, TRUE, FALSE, NULL);
    DO_DOWNLOAD_STATUS status;

    for (;;)
    {
        get_download_status_(file, line, download, &status);
        if (status.State == state
                || (status.State != DODownloadState_Transferring && status.State != DODownloadState_Created)
                || GetTickCount64() >= end)
            break;
        wait_event(never, 20);
    }
    CloseHandle(never);
    return ok_(file, line, status.State == state, "Got state %d, error %#lx, %#lx, %llu of %llu bytes.\n",
            status.State, status.Error, status.ExtendedError, status.BytesTransferred, status.BytesTotal);
}
