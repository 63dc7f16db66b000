/*
 * A job: what a client sets and reads.
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

#include "job.h"
#include "bitsmsg.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

#define MIN_RETRY_DELAY 5   /* seconds; less is raised to it, as BITS documents */

#define SUPPORTED_NOTIFY_FLAGS (BG_NOTIFY_JOB_TRANSFERRED | BG_NOTIFY_JOB_ERROR | BG_NOTIFY_JOB_MODIFICATION \
                                | BG_NOTIFY_FILE_TRANSFERRED)

HRESULT WINAPI job_SetDisplayName(IBackgroundCopyJob5 *iface, const WCHAR *name)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p, name %s.\n", iface, debugstr_w(name));

    if (!name || !*name || wcslen(name) > MAX_DISPLAY_NAME)
        return E_INVALIDARG;
    return engine_job_set_text(&job->id, JOB_TEXT_DISPLAY_NAME, name);
}

HRESULT WINAPI job_GetDisplayName(IBackgroundCopyJob5 *iface, WCHAR **name)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p, name %p.\n", iface, name);

    if (!name)
        return E_INVALIDARG;
    return engine_job_get_text(&job->id, JOB_TEXT_DISPLAY_NAME, name);
}

HRESULT WINAPI job_SetDescription(IBackgroundCopyJob5 *iface, const WCHAR *description)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p, description %s.\n", iface, debugstr_w(description));

    if (!description || wcslen(description) > MAX_DESCRIPTION)
        return E_INVALIDARG;
    return engine_job_set_text(&job->id, JOB_TEXT_DESCRIPTION, description);
}

HRESULT WINAPI job_GetDescription(IBackgroundCopyJob5 *iface, WCHAR **description)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p, description %p.\n", iface, description);

    if (!description)
        return E_INVALIDARG;
    return engine_job_get_text(&job->id, JOB_TEXT_DESCRIPTION, description);
}

HRESULT job_get_ulong(const struct job *job, enum job_number which, ULONG *value)
{
    UINT64 number;
    HRESULT hr;

    if (!value)
        return E_INVALIDARG;
    if (SUCCEEDED(hr = engine_job_get_number(&job->id, which, &number)))
        *value = number;
    return hr;
}

HRESULT WINAPI job_SetPriority(IBackgroundCopyJob5 *iface, BG_JOB_PRIORITY priority)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p, priority %d.\n", iface, priority);

    if ((unsigned int)priority > BG_JOB_PRIORITY_LOW)
        return E_INVALIDARG;
    return engine_job_set_number(&job->id, JOB_NUMBER_PRIORITY, priority);
}

HRESULT WINAPI job_GetPriority(IBackgroundCopyJob5 *iface, BG_JOB_PRIORITY *priority)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);
    ULONG value;
    HRESULT hr;

    TRACE("iface %p, priority %p.\n", iface, priority);

    if (!priority)
        return E_INVALIDARG;
    if (SUCCEEDED(hr = job_get_ulong(job, JOB_NUMBER_PRIORITY, &value)))
        *priority = value;
    return hr;
}

HRESULT WINAPI job_SetNotifyFlags(IBackgroundCopyJob5 *iface, ULONG flags)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);
    HRESULT hr;

    TRACE("iface %p, flags %#lx.\n", iface, flags);

    if (flags & ~SUPPORTED_NOTIFY_FLAGS)
        return E_NOTIMPL;
    if (SUCCEEDED(hr = engine_job_set_number(&job->id, JOB_NUMBER_NOTIFY_FLAGS, flags)))
        notification_flags_set(&job->id);
    return hr;
}

HRESULT WINAPI job_GetNotifyFlags(IBackgroundCopyJob5 *iface, ULONG *flags)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p, flags %p.\n", iface, flags);

    return job_get_ulong(job, JOB_NUMBER_NOTIFY_FLAGS, flags);
}

HRESULT WINAPI job_SetNotifyInterface(IBackgroundCopyJob5 *iface, IUnknown *unknown)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);
    IBackgroundCopyCallback *callback = NULL;
    HRESULT hr;

    TRACE("iface %p, unknown %p.\n", iface, unknown);

    if (unknown && FAILED(hr = IUnknown_QueryInterface(unknown, &IID_IBackgroundCopyCallback, (void **)&callback)))
        return hr;
    hr = notification_set_callback(&job->id, callback);
    if (callback)
        IBackgroundCopyCallback_Release(callback);
    return hr;
}

HRESULT WINAPI job_GetNotifyInterface(IBackgroundCopyJob5 *iface, IUnknown **unknown)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p, unknown %p.\n", iface, unknown);

    if (!unknown)
        return E_INVALIDARG;
    *unknown = (IUnknown *)notification_get_callback(&job->id);
    return S_OK;
}

HRESULT WINAPI job_SetMinimumRetryDelay(IBackgroundCopyJob5 *iface, ULONG seconds)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p, seconds %lu.\n", iface, seconds);

    if (seconds < MIN_RETRY_DELAY)
        seconds = MIN_RETRY_DELAY;
    return engine_job_set_number(&job->id, JOB_NUMBER_MINIMUM_RETRY_DELAY, seconds);
}

HRESULT WINAPI job_GetMinimumRetryDelay(IBackgroundCopyJob5 *iface, ULONG *seconds)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p, seconds %p.\n", iface, seconds);

    return job_get_ulong(job, JOB_NUMBER_MINIMUM_RETRY_DELAY, seconds);
}

HRESULT WINAPI job_SetNoProgressTimeout(IBackgroundCopyJob5 *iface, ULONG seconds)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p, seconds %lu.\n", iface, seconds);

    return engine_job_set_number(&job->id, JOB_NUMBER_NO_PROGRESS_TIMEOUT, seconds);
}

HRESULT WINAPI job_GetNoProgressTimeout(IBackgroundCopyJob5 *iface, ULONG *seconds)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p, seconds %p.\n", iface, seconds);

    return job_get_ulong(job, JOB_NUMBER_NO_PROGRESS_TIMEOUT, seconds);
}

/* The lists may hold credentials: they are not traced. */
HRESULT WINAPI job_SetProxySettings(IBackgroundCopyJob5 *iface, BG_JOB_PROXY_USAGE usage, const WCHAR *list,
                                    const WCHAR *bypass_list)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p, usage %d, list %p, bypass_list %p.\n", iface, usage, list, bypass_list);

    if ((unsigned int)usage > BG_JOB_PROXY_USAGE_AUTODETECT)
        return E_NOTIMPL;
    if (usage == BG_JOB_PROXY_USAGE_OVERRIDE ? !list : list || bypass_list)
        return E_INVALIDARG;
    if (list && wcslen(list) > MAX_PROXY_LIST)
        return BG_E_PROXY_LIST_TOO_LARGE;
    if (bypass_list && wcslen(bypass_list) > MAX_PROXY_LIST)
        return BG_E_PROXY_BYPASS_LIST_TOO_LARGE;
    return engine_job_set_proxy(&job->id, (enum proxy_usage)usage, list, bypass_list);
}

HRESULT job_get_optional_text(struct job *job, enum job_text which, WCHAR **text)
{
    HRESULT hr;

    if (SUCCEEDED(hr = engine_job_get_text(&job->id, which, text)) && !**text)
    {
        CoTaskMemFree(*text);
        *text = NULL;
    }
    return hr;
}

HRESULT WINAPI job_GetProxySettings(IBackgroundCopyJob5 *iface, BG_JOB_PROXY_USAGE *usage, WCHAR **list,
                                    WCHAR **bypass_list)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);
    struct job_get_info_params info;
    WCHAR *text, *bypass_text;
    HRESULT hr;

    TRACE("iface %p, usage %p, list %p, bypass_list %p.\n", iface, usage, list, bypass_list);

    if (!usage || !list || !bypass_list)
        return E_INVALIDARG;
    if (FAILED(hr = engine_job_get_info(&job->id, &info)))
        return hr;
    if (FAILED(hr = job_get_optional_text(job, JOB_TEXT_PROXY_LIST, &text)))
        return hr;
    if (FAILED(hr = job_get_optional_text(job, JOB_TEXT_PROXY_BYPASS, &bypass_text)))
    {
        CoTaskMemFree(text);
        return hr;
    }
    *usage = info.proxy_usage;
    *list = text;
    *bypass_list = bypass_text;
    return S_OK;
}
