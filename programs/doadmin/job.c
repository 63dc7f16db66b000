/*
 * What doadmin reads from a job.
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

static const WCHAR *const state_names[] =
{
    [BG_JOB_STATE_QUEUED] = L"queued",
    [BG_JOB_STATE_CONNECTING] = L"connecting",
    [BG_JOB_STATE_TRANSFERRING] = L"transferring",
    [BG_JOB_STATE_SUSPENDED] = L"suspended",
    [BG_JOB_STATE_ERROR] = L"error",
    [BG_JOB_STATE_TRANSIENT_ERROR] = L"transient error",
    [BG_JOB_STATE_TRANSFERRED] = L"transferred",
    [BG_JOB_STATE_ACKNOWLEDGED] = L"acknowledged",
    [BG_JOB_STATE_CANCELLED] = L"cancelled",
};

static const WCHAR *const priority_names[] =
{
    [BG_JOB_PRIORITY_FOREGROUND] = L"foreground",
    [BG_JOB_PRIORITY_HIGH] = L"high",
    [BG_JOB_PRIORITY_NORMAL] = L"normal",
    [BG_JOB_PRIORITY_LOW] = L"low",
};

static const WCHAR *const context_names[] =
{
    [BG_ERROR_CONTEXT_NONE] = L"none",
    [BG_ERROR_CONTEXT_UNKNOWN] = L"unknown",
    [BG_ERROR_CONTEXT_GENERAL_QUEUE_MANAGER] = L"queue manager",
    [BG_ERROR_CONTEXT_QUEUE_MANAGER_NOTIFICATION] = L"notification",
    [BG_ERROR_CONTEXT_LOCAL_FILE] = L"local file",
    [BG_ERROR_CONTEXT_REMOTE_FILE] = L"remote file",
    [BG_ERROR_CONTEXT_GENERAL_TRANSPORT] = L"transport",
    [BG_ERROR_CONTEXT_REMOTE_APPLICATION] = L"remote application",
};

static const WCHAR *name_of(const WCHAR *const *names, unsigned int count, unsigned int value)
{
    return value < count && names[value] ? names[value] : L"unknown";
}

const WCHAR *job_state_name(BG_JOB_STATE state)
{
    return name_of(state_names, ARRAY_SIZE(state_names), state);
}

const WCHAR *job_priority_name(BG_JOB_PRIORITY priority)
{
    return name_of(priority_names, ARRAY_SIZE(priority_names), priority);
}

/* Fills *error, with the code S_OK if the job has no error. What the error does not tell stays empty. */
HRESULT job_get_error(IBackgroundCopyJob *job, struct job_error *error)
{
    IBackgroundCopyError *object;
    IBackgroundCopyFile *file;
    HRESULT hr;

    memset(error, 0, sizeof(*error));
    hr = IBackgroundCopyJob_GetError(job, &object);
    if (hr == DO_E_ERROR_INFORMATION_UNAVAILABLE || hr == (HRESULT)BG_E_ERROR_INFORMATION_UNAVAILABLE)
        return S_OK;
    if (FAILED(hr))
        return hr;
    if (SUCCEEDED(hr = IBackgroundCopyError_GetError(object, &error->context, &error->code)))
    {
        if (FAILED(IBackgroundCopyError_GetErrorDescription(object, service_language(), &error->description)))
            error->description = NULL;
        if (SUCCEEDED(IBackgroundCopyError_GetFile(object, &file)) && file)
        {
            if (FAILED(IBackgroundCopyFile_GetRemoteName(file, &error->url)))
                error->url = NULL;
            IBackgroundCopyFile_Release(file);
        }
    }
    IBackgroundCopyError_Release(object);
    return hr;
}

void job_error_cleanup(struct job_error *error)
{
    CoTaskMemFree(error->description);
    CoTaskMemFree(error->url);
    memset(error, 0, sizeof(*error));
}

/* On failure *info is empty. */
HRESULT job_get_info(IBackgroundCopyJob *job, struct job_info *info)
{
    HRESULT hr;
    GUID id;

    memset(info, 0, sizeof(*info));
    if (FAILED(hr = IBackgroundCopyJob_GetId(job, &id))
            || FAILED(hr = IBackgroundCopyJob_GetDisplayName(job, &info->name))
            || FAILED(hr = IBackgroundCopyJob_GetState(job, &info->state))
            || FAILED(hr = IBackgroundCopyJob_GetProgress(job, &info->progress))
            || FAILED(hr = IBackgroundCopyJob_GetPriority(job, &info->priority))
            || FAILED(hr = IBackgroundCopyJob_GetTimes(job, &info->times)))
    {
        job_info_cleanup(info);
        return hr;
    }
    StringFromGUID2(&id, info->id, ARRAY_SIZE(info->id));
    if (info->state != BG_JOB_STATE_ERROR && info->state != BG_JOB_STATE_TRANSIENT_ERROR)
        return S_OK;
    if (FAILED(hr = job_get_error(job, &info->error)))
        job_info_cleanup(info);
    return hr;
}

void job_info_cleanup(struct job_info *info)
{
    CoTaskMemFree(info->name);
    job_error_cleanup(&info->error);
    memset(info, 0, sizeof(*info));
}

static void write_time(struct json *json, const WCHAR *key, const FILETIME *time)
{
    WCHAR buffer[32];
    SYSTEMTIME utc;

    if ((!time->dwLowDateTime && !time->dwHighDateTime) || !FileTimeToSystemTime(time, &utc))
    {
        json_null(json, key);
        return;
    }
    format_buffer(buffer, ARRAY_SIZE(buffer), L"%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", utc.wYear, utc.wMonth,
            utc.wDay, utc.wHour, utc.wMinute, utc.wSecond, utc.wMilliseconds);
    json_string(json, key, buffer);
}

static void write_error(struct json *json, const struct job_error *error)
{
    WCHAR code[16], name[ERROR_NAME_MAX];

    if (SUCCEEDED(error->code))
    {
        json_null(json, L"error");
        return;
    }
    format_buffer(code, ARRAY_SIZE(code), L"0x%08x", (unsigned int)error->code);
    error_get_name(error->code, name, ARRAY_SIZE(name));
    json_begin(json, L"error", '{');
    json_string(json, L"code", code);
    json_string(json, L"name", name);
    json_string(json, L"context", name_of(context_names, ARRAY_SIZE(context_names), error->context));
    json_string(json, L"description", error->description);
    json_string(json, L"url", error->url);
    json_end(json, '}');
}

/* Writes the members of an object that the caller has begun. */
void job_info_write_json(const struct job_info *info, struct json *json)
{
    json_string(json, L"id", info->id);
    json_string(json, L"name", info->name);
    json_string(json, L"state", job_state_name(info->state));
    json_string(json, L"priority", job_priority_name(info->priority));
    json_size(json, L"bytes_total", info->progress.BytesTotal);
    json_number(json, L"bytes_transferred", info->progress.BytesTransferred);
    json_number(json, L"files_total", info->progress.FilesTotal);
    json_number(json, L"files_transferred", info->progress.FilesTransferred);
    write_time(json, L"created", &info->times.CreationTime);
    write_time(json, L"modified", &info->times.ModificationTime);
    write_time(json, L"transferred", &info->times.TransferCompletionTime);
    write_error(json, &info->error);
}

/* Reports that the job which the command line names could not be found or did not do as told. */
void job_report(struct context *context, HRESULT code)
{
    const WCHAR *description = NULL;

    if (code == JOB_E_AMBIGUOUS)
        description = L"the identifiers of several jobs begin with this";
    error_report(context, context->options.operand, code, description);
}
