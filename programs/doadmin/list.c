/*
 * doadmin list: the jobs of the user.
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

/* Writes one job as a line of the table. */
static void list_append_line(struct text *text, const struct job_info *info)
{
    WCHAR total[SIZE_TEXT_MAX], done[SIZE_TEXT_MAX];

    format_size(done, ARRAY_SIZE(done), info->progress.BytesTransferred);
    if (info->progress.BytesTotal == BG_SIZE_UNKNOWN)
        total[0] = '?', total[1] = 0;
    else
        format_size(total, ARRAY_SIZE(total), info->progress.BytesTotal);
    text_append_format(text, L"%ls  %-15ls  %10ls of %10ls  ", info->id, job_state_name(info->state), done, total);
    text_append_plain(text, info->name);
    text_append(text, L"\n", 1);
}

static HRESULT list_append_job(struct json *json, struct text *text, IBackgroundCopyJob *job)
{
    struct job_info info;
    HRESULT hr;

    if (FAILED(hr = job_get_info(job, &info)))
        return hr;
    if (json)
    {
        json_begin(json, NULL, '{');
        job_info_write_json(&info, json);
        json_end(json, '}');
    }
    else
    {
        list_append_line(text, &info);
    }
    job_info_cleanup(&info);
    return S_OK;
}

static HRESULT list_append_jobs(struct context *context, struct json *json, struct text *text)
{
    IEnumBackgroundCopyJobs *enumerator;
    IBackgroundCopyJob *job;
    ULONG count;
    HRESULT hr;

    if (FAILED(hr = IBackgroundCopyManager_EnumJobs(context->manager, 0, &enumerator)))
        return hr;
    while ((hr = IEnumBackgroundCopyJobs_Next(enumerator, 1, &job, &count)) == S_OK)
    {
        hr = list_append_job(json, text, job);
        IBackgroundCopyJob_Release(job);
        /* A job that ended since the list was made is no failure of the list. */
        if (FAILED(hr) && hr != DO_E_JOB_NOT_FOUND)
            break;
    }
    IEnumBackgroundCopyJobs_Release(enumerator);
    return FAILED(hr) ? hr : S_OK;
}

enum exit_status list_run(struct context *context)
{
    BOOL as_json = !!(context->options.given & OPTION_JSON);
    struct text text = {0};
    struct json json;
    HRESULT hr;

    json_init(&json, &text);
    if (as_json)
        json_begin(&json, NULL, '[');
    else
        text_append_format(&text, L"%-38ls  %-15ls  %24ls  %ls\n", L"ID", L"STATE", L"TRANSFERRED", L"NAME");
    hr = list_append_jobs(context, as_json ? &json : NULL, &text);
    if (as_json)
        json_end(&json, ']');
    return text_print(context, &text, hr);
}
