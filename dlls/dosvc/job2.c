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
#include "bitsmsg.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

/* The parameters go first: a program is never run with those of another one. */
static HRESULT set_command_line(struct job *job, const WCHAR *program, const WCHAR *parameters)
{
    HRESULT hr;

    if (FAILED(hr = engine_job_set_text(&job->id, JOB_TEXT_NOTIFY_PROGRAM, L"")))
        return hr;
    if (FAILED(hr = engine_job_set_text(&job->id, JOB_TEXT_NOTIFY_PARAMETERS, parameters ? parameters : L"")))
        return hr;
    return program ? engine_job_set_text(&job->id, JOB_TEXT_NOTIFY_PROGRAM, program) : S_OK;
}

/* A command line may hold secrets: it is not traced. */
HRESULT WINAPI job_SetNotifyCmdLine(IBackgroundCopyJob5 *iface, const WCHAR *program, const WCHAR *parameters)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);
    HRESULT hr;

    TRACE("iface %p, program %p, parameters %p.\n", iface, program, parameters);

    if (program ? !*program : parameters != NULL)
        return E_INVALIDARG;
    if (program && wcslen(program) > MAX_PATH)
        return BG_E_STRING_TOO_LONG;
    if (parameters && wcslen(parameters) > MAX_NOTIFY_PARAMETERS)
        return BG_E_STRING_TOO_LONG;
    if (SUCCEEDED(hr = set_command_line(job, program, parameters)) && program)
        notification_program_set(&job->id);
    return hr;
}

HRESULT WINAPI job_GetNotifyCmdLine(IBackgroundCopyJob5 *iface, WCHAR **program, WCHAR **parameters)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);
    WCHAR *text, *parameters_text;
    HRESULT hr;

    TRACE("iface %p, program %p, parameters %p.\n", iface, program, parameters);

    if (!program || !parameters)
        return E_INVALIDARG;
    if (FAILED(hr = job_get_optional_text(job, JOB_TEXT_NOTIFY_PROGRAM, &text)))
        return hr;
    if (FAILED(hr = job_get_optional_text(job, JOB_TEXT_NOTIFY_PARAMETERS, &parameters_text)))
    {
        CoTaskMemFree(text);
        return hr;
    }
    *program = text;
    *parameters = parameters_text;
    return S_OK;
}

/* Only uploads have a reply: what BITS says of replies of downloads. */
HRESULT WINAPI job_GetReplyProgress(IBackgroundCopyJob5 *iface, BG_JOB_REPLY_PROGRESS *progress)
{
    TRACE("iface %p, progress %p.\n", iface, progress);

    return E_NOTIMPL;
}

HRESULT WINAPI job_GetReplyData(IBackgroundCopyJob5 *iface, byte **buffer, UINT64 *length)
{
    TRACE("iface %p, buffer %p, length %p.\n", iface, buffer, length);

    return E_NOTIMPL;
}

HRESULT WINAPI job_SetReplyFileName(IBackgroundCopyJob5 *iface, const WCHAR *name)
{
    TRACE("iface %p, name %s.\n", iface, debugstr_w(name));

    return E_NOTIMPL;
}

HRESULT WINAPI job_GetReplyFileName(IBackgroundCopyJob5 *iface, WCHAR **name)
{
    TRACE("iface %p, name %p.\n", iface, name);

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
