/*
 * Notifications: the command line of a job.
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

#include "notify.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

/* The parameters begin with the program's name, as those of CreateProcess do, which may change them. */
static HRESULT start(const WCHAR *program, WCHAR *parameters, HANDLE *process)
{
    STARTUPINFOW startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION information;

    if (!CreateProcessW(program, *parameters ? parameters : NULL, NULL, NULL, FALSE, 0, NULL, NULL, &startup,
                        &information))
        return HRESULT_FROM_WIN32(GetLastError());
    CloseHandle(information.hThread);
    *process = information.hProcess;
    return S_OK;
}

/* A command line may hold secrets: it is not traced. */
HRESULT notify_start_program(const GUID *job_id, HANDLE *process)
{
    WCHAR *program, *parameters = NULL;
    HRESULT hr;

    if (FAILED(hr = engine_job_get_text(job_id, JOB_TEXT_NOTIFY_PROGRAM, &program)))
        return hr;
    if (!*program)
        hr = S_FALSE;
    else if (SUCCEEDED(hr = engine_job_get_text(job_id, JOB_TEXT_NOTIFY_PARAMETERS, &parameters))
             && FAILED(hr = start(program, parameters, process)))
        WARN("The command line of job %s cannot be started, hr %#lx.\n", debugstr_guid(job_id), hr);
    CoTaskMemFree(parameters);
    CoTaskMemFree(program);
    return hr;
}
