/*
 * Reaching the service and finding a job in it.
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

#define COBJMACROS
#include <windows.h>
#include <ole2.h>
/* The GUIDs of the interfaces are defined here, in no other file. */
#include <initguid.h>

#include "doadmin.h"

#define SERVICE_NAME L"DoSvc"
#define ENUM_STEP 32            /* jobs asked for in one call */

/* The callbacks of a service that runs as another user need an identity that it may use. */
static HRESULT initialize_security(void)
{
    HRESULT hr;

    hr = CoInitializeSecurity(NULL, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_CONNECT,
            RPC_C_IMP_LEVEL_IMPERSONATE, NULL, EOAC_NONE, NULL);
    return hr == RPC_E_TOO_LATE ? S_OK : hr;
}

/* After a service died instead of ending, COM can go on sending clients to the process that is gone, and
 * does not start a new one; so it has to be done here. Failures are ignored: what comes of it is seen when
 * the class is activated again. */
static void start_service(void)
{
    SC_HANDLE manager, service;

    if (!(manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT)))
        return;
    if ((service = OpenServiceW(manager, SERVICE_NAME, SERVICE_START)))
    {
        (void)StartServiceW(service, 0, NULL);
        CloseServiceHandle(service);
    }
    CloseServiceHandle(manager);
}

/* Starts the service if it does not run. Called again after the service ended. */
HRESULT service_connect(struct context *context)
{
    IBackgroundCopyManager *manager;
    HRESULT hr;

    if (FAILED(hr = initialize_security()))
        return hr;
    hr = CoCreateInstance(&CLSID_DeliveryOptimization, NULL, CLSCTX_LOCAL_SERVER,
            &IID_IBackgroundCopyManager, (void **)&manager);
    if (FAILED(hr) && error_is_connection_lost(hr))
    {
        start_service();
        hr = CoCreateInstance(&CLSID_DeliveryOptimization, NULL, CLSCTX_LOCAL_SERVER,
                &IID_IBackgroundCopyManager, (void **)&manager);
    }
    if (FAILED(hr))
        return hr;
    service_disconnect(context);
    context->manager = manager;
    return S_OK;
}

void service_disconnect(struct context *context)
{
    if (context->manager)
        IBackgroundCopyManager_Release(context->manager);
    context->manager = NULL;
}

DWORD service_language(void)
{
    return LANGIDFROMLCID(GetThreadLocale());
}

static const WCHAR *skip_brace(const WCHAR *id)
{
    return *id == '{' ? id + 1 : id;
}

/* Whether id is a GUID or the beginning of one, with or without braces. */
BOOL job_id_is_valid(const WCHAR *id)
{
    static const WCHAR shape[] = L"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    const WCHAR *p = skip_brace(id);
    unsigned int i;

    for (i = 0; shape[i] && p[i]; ++i)
    {
        if (shape[i] == '-' ? p[i] != '-' : !wcschr(L"0123456789abcdefABCDEF", p[i]))
            return FALSE;
    }
    if (!i)
        return FALSE;
    return !p[i] || (!shape[i] && *id == '{' && p[i] == '}' && !p[i + 1]);
}

static BOOL job_id_has_prefix(const GUID *id, const WCHAR *prefix)
{
    WCHAR string[JOB_ID_MAX];
    size_t length;

    prefix = skip_brace(prefix);
    length = wcscspn(prefix, L"}");
    StringFromGUID2(id, string, ARRAY_SIZE(string));
    return !_wcsnicmp(string + 1, prefix, length);
}

/* Takes jobs[0..count) and keeps in *found the one that id names; *matches counts them. */
static HRESULT select_jobs(IBackgroundCopyJob **jobs, unsigned int count, const WCHAR *id,
        IBackgroundCopyJob **found, unsigned int *matches)
{
    HRESULT hr, ret = S_OK;
    unsigned int i;
    GUID guid;

    for (i = 0; i < count; ++i)
    {
        if (FAILED(hr = IBackgroundCopyJob_GetId(jobs[i], &guid)))
        {
            ret = hr;
        }
        else if (job_id_has_prefix(&guid, id) && !(*matches)++)
        {
            *found = jobs[i];
            continue;
        }
        IBackgroundCopyJob_Release(jobs[i]);
    }
    return ret;
}

/* Whether id is a whole GUID and not only the beginning of one. */
static BOOL job_id_parse(const WCHAR *id, GUID *guid)
{
    WCHAR string[JOB_ID_MAX];

    id = skip_brace(id);
    if (wcscspn(id, L"}") != JOB_ID_MAX - 3)
        return FALSE;
    format_buffer(string, ARRAY_SIZE(string), L"{%.*ls}", JOB_ID_MAX - 3, id);
    return SUCCEEDED(CLSIDFromString(string, guid));
}

/* On success the caller owns *job. An id that several jobs begin with gives JOB_E_AMBIGUOUS. */
HRESULT service_find_job(struct context *context, const WCHAR *id, IBackgroundCopyJob **job)
{
    IBackgroundCopyJob *jobs[ENUM_STEP], *found = NULL;
    IEnumBackgroundCopyJobs *enumerator;
    unsigned int matches = 0;
    ULONG count;
    HRESULT hr;
    GUID guid;

    if (job_id_parse(id, &guid))
        return IBackgroundCopyManager_GetJob(context->manager, &guid, job);
    if (FAILED(hr = IBackgroundCopyManager_EnumJobs(context->manager, 0, &enumerator)))
        return hr;
    do
    {
        count = 0;
        if (FAILED(hr = IEnumBackgroundCopyJobs_Next(enumerator, ARRAY_SIZE(jobs), jobs, &count)))
            break;
        if (FAILED(hr = select_jobs(jobs, count, id, &found, &matches)))
            break;
    } while (count == ARRAY_SIZE(jobs));
    IEnumBackgroundCopyJobs_Release(enumerator);

    if (SUCCEEDED(hr) && matches == 1)
    {
        *job = found;
        return S_OK;
    }
    if (found)
        IBackgroundCopyJob_Release(found);
    if (FAILED(hr))
        return hr;
    return matches ? JOB_E_AMBIGUOUS : DO_E_JOB_NOT_FOUND;
}
