/*
 * The manager: creates and finds jobs.
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
#include "sddl.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

static HRESULT WINAPI manager_QueryInterface(IBackgroundCopyManager *iface, REFIID iid, void **out)
{
    TRACE("iface %p, iid %s, out %p.\n", iface, debugstr_guid(iid), out);

    if (!out)
        return E_POINTER;
    if (IsEqualGUID(iid, &IID_IUnknown) || IsEqualGUID(iid, &IID_IBackgroundCopyManager))
    {
        IBackgroundCopyManager_AddRef(iface);
        *out = iface;
        return S_OK;
    }
    if (IsEqualGUID(iid, &IID_IDeliveryOptimizationMgrInternal))
    {
        IDeliveryOptimizationMgrInternal_AddRef(mgr_internal);
        *out = mgr_internal;
        return S_OK;
    }
    if (IsEqualGUID(iid, &IID_IDOManager))
    {
        IDOManager_AddRef(do_manager);
        *out = do_manager;
        return S_OK;
    }

    WARN("%s not implemented, returning E_NOINTERFACE.\n", debugstr_guid(iid));
    *out = NULL;
    return E_NOINTERFACE;
}

/* The object is static. */
static ULONG WINAPI manager_AddRef(IBackgroundCopyManager *iface)
{
    return 2;
}

static ULONG WINAPI manager_Release(IBackgroundCopyManager *iface)
{
    return 1;
}

/*
 * The owner of a new job. Every process of a prefix runs as the same user, so that the client's token would tell no
 * more than our own. *sid is freed with LocalFree().
 */
HRESULT manager_get_owner(WCHAR **sid)
{
    union
    {
        TOKEN_USER user;
        BYTE buffer[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    } info;
    HRESULT hr = S_OK;
    HANDLE token;
    DWORD size;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return HRESULT_FROM_WIN32(GetLastError());
    if (!GetTokenInformation(token, TokenUser, &info, sizeof(info), &size)
        || !ConvertSidToStringSidW(info.user.User.Sid, sid))
        hr = HRESULT_FROM_WIN32(GetLastError());
    CloseHandle(token);
    return hr;
}

static HRESULT check_type(BG_JOB_TYPE type)
{
    switch (type)
    {
        case BG_JOB_TYPE_DOWNLOAD:
            return S_OK;
        case BG_JOB_TYPE_UPLOAD:
        case BG_JOB_TYPE_UPLOAD_REPLY:
            return E_NOTIMPL;
        default:
            return E_INVALIDARG;
    }
}

static HRESULT WINAPI manager_CreateJob(IBackgroundCopyManager *iface, const WCHAR *display_name, BG_JOB_TYPE type,
                                        GUID *id, IBackgroundCopyJob **job)
{
    IBackgroundCopyJob *object;
    GUID new_id;
    WCHAR *owner;
    HRESULT hr;

    TRACE("iface %p, display_name %s, type %d, id %p, job %p.\n", iface, debugstr_w(display_name), type, id, job);

    if (!display_name || !id || !job || wcslen(display_name) > MAX_DISPLAY_NAME)
        return E_INVALIDARG;
    if (FAILED(hr = check_type(type)))
        return hr;

    if (FAILED(hr = manager_get_owner(&owner)))
        return hr;
    hr = engine_job_create(JOB_KIND_JOB, display_name, owner, &new_id);
    LocalFree(owner);
    if (FAILED(hr))
        return hr;
    if (FAILED(hr = engine_job_open(&new_id)))
        goto failed;
    if (FAILED(hr = job_create_opened(&new_id, &object)))
        goto failed;

    engine_job_close(&new_id);
    *id = new_id;
    *job = object;
    return S_OK;

failed:
    (void)engine_job_act(&new_id, JOB_ACTION_CANCEL); /* the first failure is the one to report */
    engine_job_close(&new_id);
    return hr;
}

static HRESULT WINAPI manager_GetJob(IBackgroundCopyManager *iface, REFGUID id, IBackgroundCopyJob **job)
{
    UINT64 kind;
    HRESULT hr;

    TRACE("iface %p, id %s, job %p.\n", iface, debugstr_guid(id), job);

    if (!id || !job)
        return E_INVALIDARG;
    if (FAILED(hr = engine_job_get_number(id, JOB_NUMBER_KIND, &kind)))
        return hr;
    return kind == JOB_KIND_JOB ? job_create(id, job) : DO_E_JOB_NOT_FOUND;
}

/* All jobs belong to the one user of the prefix, so BG_JOB_ENUM_ALL_USERS changes nothing. */
static HRESULT WINAPI manager_EnumJobs(IBackgroundCopyManager *iface, DWORD flags,
                                       IEnumBackgroundCopyJobs **enumerator)
{
    TRACE("iface %p, flags %#lx, enumerator %p.\n", iface, flags, enumerator);

    if (!enumerator || (flags & ~BG_JOB_ENUM_ALL_USERS))
        return E_INVALIDARG;
    return enum_jobs_create(enumerator);
}

static HRESULT WINAPI manager_GetErrorDescription(IBackgroundCopyManager *iface, HRESULT code, DWORD language,
                                                  WCHAR **description)
{
    TRACE("iface %p, code %#lx, language %#lx, description %p.\n", iface, code, language, description);

    if (!description)
        return E_INVALIDARG;
    return describe_error(code, language, description);
}

static const IBackgroundCopyManagerVtbl manager_vtbl =
{
    manager_QueryInterface,
    manager_AddRef,
    manager_Release,
    manager_CreateJob,
    manager_GetJob,
    manager_EnumJobs,
    manager_GetErrorDescription,
};

static IBackgroundCopyManager static_manager = { &manager_vtbl };
IBackgroundCopyManager *manager = &static_manager;
