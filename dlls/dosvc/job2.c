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

#define MAX_USER_NAME 300   /* characters, as BITS documents */
#define MAX_PASSWORD 65536

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

/* What of BITS' values the engine has. */
static HRESULT check_pair(BG_AUTH_TARGET target, BG_AUTH_SCHEME scheme)
{
    if (target != BG_AUTH_TARGET_SERVER && target != BG_AUTH_TARGET_PROXY)
        return BG_E_INVALID_AUTH_TARGET;
    switch (scheme)
    {
    case BG_AUTH_SCHEME_BASIC:
    case BG_AUTH_SCHEME_DIGEST:
    case BG_AUTH_SCHEME_NTLM:
    case BG_AUTH_SCHEME_NEGOTIATE:
        return S_OK;
    case BG_AUTH_SCHEME_PASSPORT:
        return E_NOTIMPL;
    }
    return BG_E_INVALID_AUTH_SCHEME;
}

static enum credential_target engine_target(BG_AUTH_TARGET target)
{
    return target == BG_AUTH_TARGET_PROXY ? CREDENTIAL_PROXY : CREDENTIAL_SERVER;
}

static enum credential_scheme engine_scheme(BG_AUTH_SCHEME scheme)
{
    switch (scheme)
    {
    case BG_AUTH_SCHEME_DIGEST:
        return CREDENTIAL_DIGEST;
    case BG_AUTH_SCHEME_NTLM:
        return CREDENTIAL_NTLM;
    case BG_AUTH_SCHEME_NEGOTIATE:
        return CREDENTIAL_NEGOTIATE;
    default:
        return CREDENTIAL_BASIC;
    }
}

HRESULT WINAPI job_SetCredentials(IBackgroundCopyJob5 *iface, BG_AUTH_CREDENTIALS *credentials)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);
    const BG_BASIC_CREDENTIALS *basic;
    HRESULT hr;

    TRACE("iface %p, credentials %p.\n", iface, credentials);

    if (!credentials)
        return E_INVALIDARG;
    if (FAILED(hr = check_pair(credentials->Target, credentials->Scheme)))
        return hr;
    basic = &credentials->Credentials.Basic;
    if (!basic->UserName || !basic->Password)
        return E_INVALIDARG;
    if (wcslen(basic->UserName) > MAX_USER_NAME)
        return BG_E_USERNAME_TOO_LARGE;
    if (wcslen(basic->Password) > MAX_PASSWORD)
        return BG_E_PASSWORD_TOO_LARGE;
    return engine_job_set_credentials(&job->id, engine_target(credentials->Target), engine_scheme(credentials->Scheme),
                                      basic->UserName, basic->Password);
}

HRESULT WINAPI job_RemoveCredentials(IBackgroundCopyJob5 *iface, BG_AUTH_TARGET target, BG_AUTH_SCHEME scheme)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);
    HRESULT hr;

    TRACE("iface %p, target %d, scheme %d.\n", iface, target, scheme);

    if (FAILED(hr = check_pair(target, scheme)))
        return hr;
    return engine_job_remove_credentials(&job->id, engine_target(target), engine_scheme(scheme));
}
