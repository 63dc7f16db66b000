/*
 * The callback object that a job notifies.
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

#include "doadmin.h"

static struct callback *impl_from_IBackgroundCopyCallback(IBackgroundCopyCallback *iface)
{
    return CONTAINING_RECORD(iface, struct callback, IBackgroundCopyCallback_iface);
}

static HRESULT STDMETHODCALLTYPE callback_QueryInterface(IBackgroundCopyCallback *iface, REFIID iid, void **out)
{
    if (IsEqualGUID(iid, &IID_IUnknown) || IsEqualGUID(iid, &IID_IBackgroundCopyCallback))
    {
        IBackgroundCopyCallback_AddRef(iface);
        *out = iface;
        return S_OK;
    }
    *out = NULL;
    return E_NOINTERFACE;
}

static ULONG STDMETHODCALLTYPE callback_AddRef(IBackgroundCopyCallback *iface)
{
    struct callback *callback = impl_from_IBackgroundCopyCallback(iface);

    return InterlockedIncrement(&callback->refcount);
}

static ULONG STDMETHODCALLTYPE callback_Release(IBackgroundCopyCallback *iface)
{
    struct callback *callback = impl_from_IBackgroundCopyCallback(iface);
    ULONG refcount = InterlockedDecrement(&callback->refcount);

    if (!refcount)
    {
        CloseHandle(callback->finished);
        CloseHandle(callback->modified);
        free(callback);
    }
    return refcount;
}

static HRESULT STDMETHODCALLTYPE callback_JobTransferred(IBackgroundCopyCallback *iface, IBackgroundCopyJob *job)
{
    struct callback *callback = impl_from_IBackgroundCopyCallback(iface);

    (void)job;
    SetEvent(callback->finished);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE callback_JobError(IBackgroundCopyCallback *iface, IBackgroundCopyJob *job,
        IBackgroundCopyError *error)
{
    struct callback *callback = impl_from_IBackgroundCopyCallback(iface);

    (void)job;
    (void)error;
    SetEvent(callback->finished);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE callback_JobModification(IBackgroundCopyCallback *iface,
        IBackgroundCopyJob *job, DWORD reserved)
{
    struct callback *callback = impl_from_IBackgroundCopyCallback(iface);

    (void)job;
    (void)reserved;
    SetEvent(callback->modified);
    return S_OK;
}

static IBackgroundCopyCallbackVtbl callback_vtbl =
{
    callback_QueryInterface,
    callback_AddRef,
    callback_Release,
    callback_JobTransferred,
    callback_JobError,
    callback_JobModification,
};

/* The caller owns one reference. */
HRESULT callback_create(struct callback **out)
{
    struct callback *callback;
    HRESULT hr;

    if (!(callback = calloc(1, sizeof(*callback))))
        return E_OUTOFMEMORY;
    callback->IBackgroundCopyCallback_iface.lpVtbl = &callback_vtbl;
    callback->refcount = 1;
    callback->finished = CreateEventW(NULL, FALSE, FALSE, NULL);
    callback->modified = callback->finished ? CreateEventW(NULL, FALSE, FALSE, NULL) : NULL;
    if (!callback->modified)
    {
        hr = HRESULT_FROM_WIN32(GetLastError());
        if (callback->finished)
            CloseHandle(callback->finished);
        free(callback);
        return hr;
    }
    *out = callback;
    return S_OK;
}
