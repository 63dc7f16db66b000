/*
 * A job: its owner, its longest time, and peer caching.
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

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

/* There are no peers. */
HRESULT WINAPI job_SetPeerCachingFlags(IBackgroundCopyJob5 *iface, DWORD flags)
{
    TRACE("iface %p, flags %#lx.\n", iface, flags);

    return E_NOTIMPL;
}

HRESULT WINAPI job_GetPeerCachingFlags(IBackgroundCopyJob5 *iface, DWORD *flags)
{
    TRACE("iface %p, flags %p.\n", iface, flags);

    if (!flags)
        return E_INVALIDARG;
    *flags = 0;
    return S_OK;
}

/* The one user of the prefix owns every job: the service's own token is as good as that of the client. */
HRESULT WINAPI job_GetOwnerIntegrityLevel(IBackgroundCopyJob5 *iface, ULONG *level)
{
    union
    {
        TOKEN_MANDATORY_LABEL label;
        char buffer[sizeof(TOKEN_MANDATORY_LABEL) + SECURITY_MAX_SID_SIZE];
    } info;
    DWORD size;

    TRACE("iface %p, level %p.\n", iface, level);

    if (!level)
        return E_INVALIDARG;
    if (!GetTokenInformation(GetCurrentProcessToken(), TokenIntegrityLevel, &info, sizeof(info), &size))
        return HRESULT_FROM_WIN32(GetLastError());
    *level = *GetSidSubAuthority(info.label.Label.Sid, 0);
    return S_OK;
}

HRESULT WINAPI job_GetOwnerElevationState(IBackgroundCopyJob5 *iface, BOOL *elevated)
{
    TOKEN_ELEVATION info;
    DWORD size;

    TRACE("iface %p, elevated %p.\n", iface, elevated);

    if (!elevated)
        return E_INVALIDARG;
    if (!GetTokenInformation(GetCurrentProcessToken(), TokenElevation, &info, sizeof(info), &size))
        return HRESULT_FROM_WIN32(GetLastError());
    *elevated = info.TokenIsElevated != 0;
    return S_OK;
}

HRESULT WINAPI job_SetMaximumDownloadTime(IBackgroundCopyJob5 *iface, ULONG seconds)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p, seconds %lu.\n", iface, seconds);

    return engine_job_set_number(&job->id, JOB_NUMBER_MAXIMUM_DOWNLOAD_TIME, seconds);
}

HRESULT WINAPI job_GetMaximumDownloadTime(IBackgroundCopyJob5 *iface, ULONG *seconds)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p, seconds %p.\n", iface, seconds);

    return job_get_ulong(job, JOB_NUMBER_MAXIMUM_DOWNLOAD_TIME, seconds);
}
