/*
 * Why a job failed: what was so when the object was made, it never changes.
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

struct error
{
    IBackgroundCopyError IBackgroundCopyError_iface;
    LONG refcount;
    struct client_object client;
    /* All constant. */
    HRESULT code;
    BG_ERROR_CONTEXT context;
    IBackgroundCopyFile *file;  /* reference; NULL unless the context speaks of a file */
    const WCHAR *protocol;      /* of the file in transfer; NULL if there was none */
};

static struct error *impl_from_IBackgroundCopyError(IBackgroundCopyError *iface)
{
    return CONTAINING_RECORD(iface, struct error, IBackgroundCopyError_iface);
}

static HRESULT WINAPI error_QueryInterface(IBackgroundCopyError *iface, REFIID iid, void **out)
{
    TRACE("iface %p, iid %s, out %p.\n", iface, debugstr_guid(iid), out);

    if (!out)
        return E_POINTER;
    if (IsEqualGUID(iid, &IID_IUnknown) || IsEqualGUID(iid, &IID_IBackgroundCopyError))
    {
        IBackgroundCopyError_AddRef(iface);
        *out = iface;
        return S_OK;
    }

    WARN("%s not implemented, returning E_NOINTERFACE.\n", debugstr_guid(iid));
    *out = NULL;
    return E_NOINTERFACE;
}

static ULONG WINAPI error_AddRef(IBackgroundCopyError *iface)
{
    struct error *error = impl_from_IBackgroundCopyError(iface);
    ULONG refcount = InterlockedIncrement(&error->refcount);

    TRACE("iface %p, refcount %lu.\n", iface, refcount);
    return refcount;
}

static ULONG WINAPI error_Release(IBackgroundCopyError *iface)
{
    struct error *error = impl_from_IBackgroundCopyError(iface);
    ULONG refcount = InterlockedDecrement(&error->refcount);

    TRACE("iface %p, refcount %lu.\n", iface, refcount);
    if (!refcount)
    {
        client_object_cleanup(&error->client);
        if (error->file)
            IBackgroundCopyFile_Release(error->file);
        free(error);
    }
    return refcount;
}

static HRESULT WINAPI error_GetError(IBackgroundCopyError *iface, BG_ERROR_CONTEXT *context, HRESULT *code)
{
    struct error *error = impl_from_IBackgroundCopyError(iface);

    TRACE("iface %p, context %p, code %p.\n", iface, context, code);

    if (!context || !code)
        return E_INVALIDARG;
    *context = error->context;
    *code = error->code;
    return S_OK;
}

static HRESULT WINAPI error_GetFile(IBackgroundCopyError *iface, IBackgroundCopyFile **file)
{
    struct error *error = impl_from_IBackgroundCopyError(iface);

    TRACE("iface %p, file %p.\n", iface, file);

    if (!file)
        return E_INVALIDARG;
    if (!(*file = error->file))
        return DO_E_FILE_NOT_AVAILABLE;
    IBackgroundCopyFile_AddRef(*file);
    return S_OK;
}

static HRESULT WINAPI error_GetErrorDescription(IBackgroundCopyError *iface, DWORD language, WCHAR **description)
{
    struct error *error = impl_from_IBackgroundCopyError(iface);

    TRACE("iface %p, language %#lx, description %p.\n", iface, language, description);

    if (!description)
        return E_INVALIDARG;
    return describe_error(error->code, language, description);
}

static HRESULT WINAPI error_GetErrorContextDescription(IBackgroundCopyError *iface, DWORD language,
                                                       WCHAR **description)
{
    struct error *error = impl_from_IBackgroundCopyError(iface);

    TRACE("iface %p, language %#lx, description %p.\n", iface, language, description);

    if (!description)
        return E_INVALIDARG;
    return describe_error_context(error->context, description);
}

static HRESULT WINAPI error_GetProtocol(IBackgroundCopyError *iface, WCHAR **protocol)
{
    struct error *error = impl_from_IBackgroundCopyError(iface);

    TRACE("iface %p, protocol %p.\n", iface, protocol);

    if (!protocol)
        return E_INVALIDARG;
    if (!error->protocol)
        return DO_E_FILE_NOT_AVAILABLE;
    return wide_duplicate(error->protocol, protocol);
}

static const IBackgroundCopyErrorVtbl error_vtbl =
{
    error_QueryInterface,
    error_AddRef,
    error_Release,
    error_GetError,
    error_GetFile,
    error_GetErrorDescription,
    error_GetErrorContextDescription,
    error_GetProtocol,
};

static HRESULT get_protocol(const GUID *job_id, unsigned int index, const WCHAR **protocol)
{
    WCHAR *url;
    HRESULT hr;

    if (FAILED(hr = engine_file_get_text(job_id, index, FILE_TEXT_REMOTE_NAME, &url)))
        return hr;
    *protocol = wcsnicmp(url, L"https:", 6) ? L"http" : L"https";
    CoTaskMemFree(url);
    return S_OK;
}

/* DO_E_ERROR_INFORMATION_UNAVAILABLE when the job has no error at this time. */
HRESULT error_create(const GUID *job_id, IBackgroundCopyError **out)
{
    struct job_get_error_params info;
    struct error *error;
    HRESULT hr;

    if (FAILED(hr = engine_job_get_error(job_id, &info)))
        return hr;
    if (!(error = calloc(1, sizeof(*error))))
        return E_OUTOFMEMORY;
    error->IBackgroundCopyError_iface.lpVtbl = &error_vtbl;
    error->refcount = 1;
    client_object_init(&error->client, (IUnknown *)&error->IBackgroundCopyError_iface, &error->refcount);
    error->code = info.code;
    error->context = info.context;
    if (info.file_index != ENGINE_NO_FILE)
    {
        if (FAILED(hr = get_protocol(job_id, info.file_index, &error->protocol)))
            goto failed;
        if (info.context == BG_ERROR_CONTEXT_REMOTE_FILE
            && FAILED(hr = file_create(job_id, info.file_index, &error->file)))
            goto failed;
    }

    TRACE("Created error %p of job %s: code %#lx, context %d.\n", error, debugstr_guid(job_id), error->code,
          error->context);
    *out = &error->IBackgroundCopyError_iface;
    return S_OK;

failed:
    IBackgroundCopyError_Release(&error->IBackgroundCopyError_iface);
    return hr;
}
