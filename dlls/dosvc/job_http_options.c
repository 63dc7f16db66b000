/*
 * A job: the options of its HTTP requests.
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

#include "job.h"
#include "bitsmsg.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

#define MAX_CUSTOM_HEADERS 16384    /* characters with the terminating zero, as BITS documents */

static HRESULT WINAPI job_http_options_QueryInterface(IBackgroundCopyJobHttpOptions *iface, REFIID iid, void **out)
{
    struct job *job = impl_from_IBackgroundCopyJobHttpOptions(iface);

    return IBackgroundCopyJob5_QueryInterface(&job->IBackgroundCopyJob5_iface, iid, out);
}

static ULONG WINAPI job_http_options_AddRef(IBackgroundCopyJobHttpOptions *iface)
{
    struct job *job = impl_from_IBackgroundCopyJobHttpOptions(iface);

    return IBackgroundCopyJob5_AddRef(&job->IBackgroundCopyJob5_iface);
}

static ULONG WINAPI job_http_options_Release(IBackgroundCopyJobHttpOptions *iface)
{
    struct job *job = impl_from_IBackgroundCopyJobHttpOptions(iface);

    return IBackgroundCopyJob5_Release(&job->IBackgroundCopyJob5_iface);
}

/* Certificates of clients live in Windows' stores, which the engine cannot use: refused, all four methods alike. */
static HRESULT WINAPI job_http_options_SetClientCertificateByID(IBackgroundCopyJobHttpOptions *iface,
                                                                BG_CERT_STORE_LOCATION location, const WCHAR *store,
                                                                BYTE *hash)
{
    FIXME("iface %p, location %d, store %s, hash %p, stub!\n", iface, location, debugstr_w(store), hash);

    return E_NOTIMPL;
}

static HRESULT WINAPI job_http_options_SetClientCertificateByName(IBackgroundCopyJobHttpOptions *iface,
                                                                  BG_CERT_STORE_LOCATION location, const WCHAR *store,
                                                                  const WCHAR *subject)
{
    FIXME("iface %p, location %d, store %s, subject %s, stub!\n", iface, location, debugstr_w(store),
          debugstr_w(subject));

    return E_NOTIMPL;
}

static HRESULT WINAPI job_http_options_RemoveClientCertificate(IBackgroundCopyJobHttpOptions *iface)
{
    FIXME("iface %p, stub!\n", iface);

    return E_NOTIMPL;
}

static HRESULT WINAPI job_http_options_GetClientCertificate(IBackgroundCopyJobHttpOptions *iface,
                                                            BG_CERT_STORE_LOCATION *location, WCHAR **store,
                                                            BYTE **hash, WCHAR **subject)
{
    FIXME("iface %p, location %p, store %p, hash %p, subject %p, stub!\n", iface, location, store, hash, subject);

    return E_NOTIMPL;
}

/* Headers may hold secrets: they are not traced. */
static HRESULT WINAPI job_http_options_SetCustomHeaders(IBackgroundCopyJobHttpOptions *iface,
                                                        const WCHAR *headers)
{
    struct job *job = impl_from_IBackgroundCopyJobHttpOptions(iface);

    TRACE("iface %p, headers %p.\n", iface, headers);

    if (headers && wcslen(headers) >= MAX_CUSTOM_HEADERS)
        return BG_E_STRING_TOO_LONG;
    return engine_job_set_text(&job->id, JOB_TEXT_CUSTOM_HEADERS, headers ? headers : L"");
}

static HRESULT WINAPI job_http_options_GetCustomHeaders(IBackgroundCopyJobHttpOptions *iface, WCHAR **headers)
{
    struct job *job = impl_from_IBackgroundCopyJobHttpOptions(iface);
    WCHAR *text;
    HRESULT hr;

    TRACE("iface %p, headers %p.\n", iface, headers);

    if (!headers)
        return E_INVALIDARG;
    if (FAILED(hr = job_get_optional_text(job, JOB_TEXT_CUSTOM_HEADERS, &text)))
        return hr;
    *headers = text;
    return text ? S_OK : S_FALSE;
}

/* The engine has BITS' bits, and checks only what it cannot be asked for: both policies for redirects at once. */
static HRESULT WINAPI job_http_options_SetSecurityFlags(IBackgroundCopyJobHttpOptions *iface, ULONG flags)
{
    struct job *job = impl_from_IBackgroundCopyJobHttpOptions(iface);

    TRACE("iface %p, flags %#lx.\n", iface, flags);

    if (flags & ~SECURITY_ALL)
        return E_NOTIMPL;
    return engine_job_set_number(&job->id, JOB_NUMBER_SECURITY_FLAGS, flags);
}

static HRESULT WINAPI job_http_options_GetSecurityFlags(IBackgroundCopyJobHttpOptions *iface, ULONG *flags)
{
    struct job *job = impl_from_IBackgroundCopyJobHttpOptions(iface);

    TRACE("iface %p, flags %p.\n", iface, flags);

    return job_get_ulong(job, JOB_NUMBER_SECURITY_FLAGS, flags);
}

const IBackgroundCopyJobHttpOptionsVtbl job_http_options_vtbl =
{
    job_http_options_QueryInterface,
    job_http_options_AddRef,
    job_http_options_Release,
    job_http_options_SetClientCertificateByID,
    job_http_options_SetClientCertificateByName,
    job_http_options_RemoveClientCertificate,
    job_http_options_GetClientCertificate,
    job_http_options_SetCustomHeaders,
    job_http_options_GetCustomHeaders,
    job_http_options_SetSecurityFlags,
    job_http_options_GetSecurityFlags,
};
