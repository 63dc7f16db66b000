/*
 * A job: the command line of notifications, credentials, and the replies of uploads.
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

HRESULT WINAPI job_SetNotifyCmdLine(IBackgroundCopyJob5 *iface, const WCHAR *program, const WCHAR *parameters)
{
    FIXME("iface %p, program %p, parameters %p, stub!\n", iface, program, parameters);

    return E_NOTIMPL;
}

HRESULT WINAPI job_GetNotifyCmdLine(IBackgroundCopyJob5 *iface, WCHAR **program, WCHAR **parameters)
{
    FIXME("iface %p, program %p, parameters %p, stub!\n", iface, program, parameters);

    return E_NOTIMPL;
}

HRESULT WINAPI job_GetReplyProgress(IBackgroundCopyJob5 *iface, BG_JOB_REPLY_PROGRESS *progress)
{
    FIXME("iface %p, progress %p, stub!\n", iface, progress);

    return E_NOTIMPL;
}

HRESULT WINAPI job_GetReplyData(IBackgroundCopyJob5 *iface, byte **buffer, UINT64 *length)
{
    FIXME("iface %p, buffer %p, length %p, stub!\n", iface, buffer, length);

    return E_NOTIMPL;
}

HRESULT WINAPI job_SetReplyFileName(IBackgroundCopyJob5 *iface, const WCHAR *name)
{
    FIXME("iface %p, name %p, stub!\n", iface, name);

    return E_NOTIMPL;
}

HRESULT WINAPI job_GetReplyFileName(IBackgroundCopyJob5 *iface, WCHAR **name)
{
    FIXME("iface %p, name %p, stub!\n", iface, name);

    return E_NOTIMPL;
}

HRESULT WINAPI job_SetCredentials(IBackgroundCopyJob5 *iface, BG_AUTH_CREDENTIALS *credentials)
{
    FIXME("iface %p, credentials %p, stub!\n", iface, credentials);

    return E_NOTIMPL;
}

HRESULT WINAPI job_RemoveCredentials(IBackgroundCopyJob5 *iface, BG_AUTH_TARGET target, BG_AUTH_SCHEME scheme)
{
    FIXME("iface %p, target %d, scheme %d, stub!\n", iface, target, scheme);

    return E_NOTIMPL;
}
