/*
 * doadmin suspend, resume, complete and cancel.
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

#include "doadmin.h"

static HRESULT job_suspend(IBackgroundCopyJob *job)
{
    return IBackgroundCopyJob_Suspend(job);
}

static HRESULT job_resume(IBackgroundCopyJob *job)
{
    return IBackgroundCopyJob_Resume(job);
}

static HRESULT job_complete(IBackgroundCopyJob *job)
{
    return IBackgroundCopyJob_Complete(job);
}

static HRESULT job_cancel(IBackgroundCopyJob *job)
{
    return IBackgroundCopyJob_Cancel(job);
}

/* Does action with the job that the command line names, and says so. */
static enum exit_status control_run(struct context *context, HRESULT (*action)(IBackgroundCopyJob *job),
        const WCHAR *done)
{
    WCHAR string[JOB_ID_MAX];
    IBackgroundCopyJob *job;
    HRESULT hr;
    GUID id;

    if (SUCCEEDED(hr = service_find_job(context, context->options.operand, &job)))
    {
        if (SUCCEEDED(hr = IBackgroundCopyJob_GetId(job, &id)))
            hr = action(job);
        IBackgroundCopyJob_Release(job);
    }
    if (FAILED(hr))
    {
        job_report(context, hr);
        return STATUS_FAILED;
    }
    StringFromGUID2(&id, string, ARRAY_SIZE(string));
    stream_print(&context->out, L"%ls: %ls\n", string, hr == BG_S_PARTIAL_COMPLETE
            ? L"completed with only the files that were transferred" : done);
    return STATUS_OK;
}

enum exit_status suspend_run(struct context *context)
{
    return control_run(context, job_suspend, L"suspended");
}

enum exit_status resume_run(struct context *context)
{
    return control_run(context, job_resume, L"resumed");
}

enum exit_status complete_run(struct context *context)
{
    return control_run(context, job_complete, L"completed");
}

enum exit_status cancel_run(struct context *context)
{
    return control_run(context, job_cancel, L"cancelled");
}
