/*
 * The command set.
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

/* A key of the command line, and what it does with its value. */
struct property
{
    const WCHAR *name;
    HRESULT (*set_text)(IBackgroundCopyJob *job, const WCHAR *value);       /* one of the two */
    HRESULT (*set_number)(IBackgroundCopyJob *job, unsigned int value);
};

static HRESULT set_name(IBackgroundCopyJob *job, const WCHAR *value)
{
    return IBackgroundCopyJob_SetDisplayName(job, value);
}

static HRESULT set_description(IBackgroundCopyJob *job, const WCHAR *value)
{
    return IBackgroundCopyJob_SetDescription(job, value);
}

static HRESULT set_priority(IBackgroundCopyJob *job, const WCHAR *value)
{
    BG_JOB_PRIORITY priority;

    for (priority = BG_JOB_PRIORITY_FOREGROUND; priority <= BG_JOB_PRIORITY_LOW; ++priority)
    {
        if (!wcscmp(value, job_priority_name(priority)))
            return IBackgroundCopyJob_SetPriority(job, priority);
    }
    return E_INVALIDARG;
}

static HRESULT set_notify_flags(IBackgroundCopyJob *job, unsigned int value)
{
    return IBackgroundCopyJob_SetNotifyFlags(job, value);
}

static HRESULT set_retry_delay(IBackgroundCopyJob *job, unsigned int value)
{
    return IBackgroundCopyJob_SetMinimumRetryDelay(job, value);
}

static HRESULT set_no_progress_timeout(IBackgroundCopyJob *job, unsigned int value)
{
    return IBackgroundCopyJob_SetNoProgressTimeout(job, value);
}

static HRESULT set_maximum_download_time(IBackgroundCopyJob *job, unsigned int value)
{
    IBackgroundCopyJob4 *job4;
    HRESULT hr;

    if (FAILED(hr = IBackgroundCopyJob_QueryInterface(job, &IID_IBackgroundCopyJob4, (void **)&job4)))
        return hr;
    hr = IBackgroundCopyJob4_SetMaximumDownloadTime(job4, value);
    IBackgroundCopyJob4_Release(job4);
    return hr;
}

static HRESULT set_cost_flags(IBackgroundCopyJob *job, unsigned int value)
{
    BITS_JOB_PROPERTY_VALUE property = { .Dword = value };
    IBackgroundCopyJob5 *job5;
    HRESULT hr;

    if (FAILED(hr = IBackgroundCopyJob_QueryInterface(job, &IID_IBackgroundCopyJob5, (void **)&job5)))
        return hr;
    hr = IBackgroundCopyJob5_SetProperty(job5, BITS_JOB_PROPERTY_ID_COST_FLAGS, property);
    IBackgroundCopyJob5_Release(job5);
    return hr;
}

static HRESULT set_proxy(IBackgroundCopyJob *job, const WCHAR *value)
{
    if (!wcscmp(value, L"none"))
        return IBackgroundCopyJob_SetProxySettings(job, BG_JOB_PROXY_USAGE_NO_PROXY, NULL, NULL);
    if (!wcscmp(value, L"system"))
        return IBackgroundCopyJob_SetProxySettings(job, BG_JOB_PROXY_USAGE_PRECONFIG, NULL, NULL);
    return IBackgroundCopyJob_SetProxySettings(job, BG_JOB_PROXY_USAGE_OVERRIDE, value, NULL);
}

static const struct property properties[] =
{
    {L"name", set_name, NULL},
    {L"description", set_description, NULL},
    {L"priority", set_priority, NULL},
    {L"notify-flags", NULL, set_notify_flags},
    {L"retry-delay", NULL, set_retry_delay},
    {L"no-progress-timeout", NULL, set_no_progress_timeout},
    {L"max-download-time", NULL, set_maximum_download_time},
    {L"cost-flags", NULL, set_cost_flags},
    {L"proxy", set_proxy, NULL},
};

/* The property that an assignment is about, NULL if there is none of that name. */
static const struct property *find_property(const WCHAR *assignment, const WCHAR **value)
{
    size_t length = wcscspn(assignment, L"=");
    unsigned int i;

    if (!assignment[length])
        return NULL;
    *value = assignment + length + 1;
    for (i = 0; i < ARRAY_SIZE(properties); ++i)
    {
        if (wcslen(properties[i].name) == length && !wcsncmp(properties[i].name, assignment, length))
            return &properties[i];
    }
    return NULL;
}

static BOOL read_number(const WCHAR *string, unsigned int *number)
{
    unsigned int base = string[0] == '0' && (string[1] | 0x20) == 'x' ? 16 : 10;
    const WCHAR *digits = base == 16 ? string + 2 : string;
    unsigned long long value;
    WCHAR *end;

    if (!wcschr(L"0123456789abcdefABCDEF", *digits) || !*digits)
        return FALSE;
    value = wcstoull(digits, &end, base);
    if (*end || value > 0xffffffff)
        return FALSE;
    *number = value;
    return TRUE;
}

static HRESULT set_property(IBackgroundCopyJob *job, const struct property *property, const WCHAR *value)
{
    unsigned int number;

    if (property->set_text)
        return property->set_text(job, value);
    return read_number(value, &number) ? property->set_number(job, number) : E_INVALIDARG;
}

/* Nothing is changed if a key is unknown. */
static BOOL check_assignments(struct context *context)
{
    const struct options *options = &context->options;
    const WCHAR *value;
    unsigned int i;

    for (i = 1; i < options->operand_count; ++i)
    {
        if (find_property(options->operands[i], &value))
            continue;
        stream_print(&context->err, L"doadmin: set: '%ls' is not a property; see 'doadmin set --help'\n",
                options->operands[i]);
        return FALSE;
    }
    return TRUE;
}

enum exit_status set_run(struct context *context)
{
    const struct options *options = &context->options;
    const struct property *property;
    IBackgroundCopyJob *job;
    const WCHAR *value;
    unsigned int i;
    HRESULT hr;

    if (!check_assignments(context))
        return STATUS_USAGE;
    if (FAILED(hr = service_find_job(context, options->operand, &job)))
    {
        job_report(context, hr);
        return STATUS_FAILED;
    }
    for (i = 1; i < options->operand_count && SUCCEEDED(hr); ++i)
    {
        property = find_property(options->operands[i], &value);
        /* Without the value: the service refuses a proxy with a password, which is not to be shown. */
        if (FAILED(hr = set_property(job, property, value)))
            error_report(context, property->name, hr, hr == E_INVALIDARG ? L"this value is not accepted" : NULL);
    }
    IBackgroundCopyJob_Release(job);
    return SUCCEEDED(hr) ? STATUS_OK : STATUS_FAILED;
}
