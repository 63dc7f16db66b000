/*
 * Which jobs a command is about.
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

void job_list_cleanup(struct job_list *list)
{
    unsigned int i;

    for (i = 0; i < list->count; ++i)
        IBackgroundCopyJob_Release(list->jobs[i]);
    free(list->jobs);
    memset(list, 0, sizeof(*list));
}

/* Takes the reference over, also when it fails. */
HRESULT job_list_add(struct job_list *list, IBackgroundCopyJob *job)
{
    IBackgroundCopyJob **jobs;

    if (!(jobs = realloc(list->jobs, (list->count + 1) * sizeof(*jobs))))
    {
        IBackgroundCopyJob_Release(job);
        return E_OUTOFMEMORY;
    }
    jobs[list->count++] = job;
    list->jobs = jobs;
    return S_OK;
}

HRESULT job_list_get_all(struct context *context, struct job_list *list)
{
    IEnumBackgroundCopyJobs *enumerator;
    IBackgroundCopyJob *job;
    ULONG count;
    HRESULT hr;

    memset(list, 0, sizeof(*list));
    if (FAILED(hr = IBackgroundCopyManager_EnumJobs(context->manager, 0, &enumerator)))
        return hr;
    while (SUCCEEDED(hr) && (hr = IEnumBackgroundCopyJobs_Next(enumerator, 1, &job, &count)) == S_OK)
        hr = job_list_add(list, job);
    IEnumBackgroundCopyJobs_Release(enumerator);
    if (FAILED(hr))
        job_list_cleanup(list);
    return FAILED(hr) ? hr : S_OK;
}

/* Reports a job that is not found, in its own name. */
HRESULT job_list_get(struct context *context, struct job_list *list)
{
    struct options *options = &context->options;
    IBackgroundCopyJob *job;
    HRESULT hr = S_OK;
    unsigned int i;

    memset(list, 0, sizeof(*list));
    if (!options->operand_count)
    {
        if (FAILED(hr = job_list_get_all(context, list)))
            error_report(context, NULL, hr, NULL);
        return hr;
    }
    for (i = 0; i < options->operand_count && SUCCEEDED(hr); ++i)
    {
        options->operand = options->operands[i];
        if (SUCCEEDED(hr = service_find_job(context, options->operand, &job)))
            hr = job_list_add(list, job);
    }
    if (FAILED(hr))
    {
        job_report(context, hr);
        job_list_cleanup(list);
    }
    return hr;
}
