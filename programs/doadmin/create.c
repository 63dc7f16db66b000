/*
 * The commands create and add.
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

#include "doadmin.h"

enum exit_status create_run(struct context *context)
{
    const struct options *options = &context->options;
    WCHAR string[JOB_ID_MAX];
    IBackgroundCopyJob *job;
    HRESULT hr;
    GUID id;

    hr = IBackgroundCopyManager_CreateJob(context->manager, options->operand, BG_JOB_TYPE_DOWNLOAD, &id, &job);
    if (SUCCEEDED(hr))
    {
        if (options->given & OPTION_FOREGROUND
                && FAILED(hr = IBackgroundCopyJob_SetPriority(job, BG_JOB_PRIORITY_FOREGROUND)))
            (void)IBackgroundCopyJob_Cancel(job); /* the first failure is the one to report */
        IBackgroundCopyJob_Release(job);
    }
    if (FAILED(hr))
    {
        error_report(context, options->operand, hr, NULL);
        return STATUS_FAILED;
    }
    StringFromGUID2(&id, string, ARRAY_SIZE(string));
    stream_print(&context->out, L"%ls\n", string);
    return stream_check(context);
}

static HRESULT add_file(const struct options *options, IBackgroundCopyJob *job, const WCHAR *url, const WCHAR *path)
{
    IDeliveryOptimizationJob *object;
    HRESULT hr;

    if (!(options->given & (OPTION_RANGE | OPTION_FILE_ID | OPTION_SIZE)))
        return IBackgroundCopyJob_AddFile(job, url, path);
    if (FAILED(hr = IBackgroundCopyJob_QueryInterface(job, &IID_IDeliveryOptimizationJob, (void **)&object)))
        return hr;
    hr = IDeliveryOptimizationJob_AddFileWithRanges(object, options->file_id ? options->file_id : path, url, path,
            options->range_count, options->ranges, options->size);
    IDeliveryOptimizationJob_Release(object);
    return hr;
}

enum exit_status add_run(struct context *context)
{
    const struct options *options = &context->options;
    const WCHAR *url = options->operands[1], *description = NULL;
    WCHAR *path = NULL, *subject;
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (FAILED(hr = service_find_job(context, options->operand, &job)))
    {
        job_report(context, hr);
        return STATUS_FAILED;
    }
    if (SUCCEEDED(hr = destination_get_path(url, options->output, &path)))
        hr = add_file(options, job, url, path);
    IBackgroundCopyJob_Release(job);
    if (FAILED(hr))
    {
        if (hr == E_INVALIDARG)
            description = L"the service does not accept this URL or file name";
        subject = url_for_display(url);
        error_report(context, path && error_is_about_file(hr) ? path : subject, hr, description);
        free(subject);
    }
    free(path);
    return SUCCEEDED(hr) ? STATUS_OK : STATUS_FAILED;
}
