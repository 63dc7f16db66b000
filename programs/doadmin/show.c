/*
 * doadmin show: all about one job.
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

struct file_info
{
    WCHAR *url;                 /* CoTaskMemFree, as all of these */
    WCHAR *path;
    BG_FILE_PROGRESS progress;
    DWORD range_count;          /* 0: the whole file */
    BG_FILE_RANGE *ranges;
};

static void file_info_cleanup(struct file_info *info)
{
    CoTaskMemFree(info->url);
    CoTaskMemFree(info->path);
    CoTaskMemFree(info->ranges);
    memset(info, 0, sizeof(*info));
}

static void file_get_ranges(IBackgroundCopyFile *file, struct file_info *info)
{
    IBackgroundCopyFile2 *file2;

    if (FAILED(IBackgroundCopyFile_QueryInterface(file, &IID_IBackgroundCopyFile2, (void **)&file2)))
        return;
    if (IBackgroundCopyFile2_GetFileRanges(file2, &info->range_count, &info->ranges) != S_OK)
    {
        info->range_count = 0;
        info->ranges = NULL;
    }
    IBackgroundCopyFile2_Release(file2);
}

static HRESULT file_get_info(IBackgroundCopyFile *file, struct file_info *info)
{
    HRESULT hr;

    memset(info, 0, sizeof(*info));
    if (FAILED(hr = IBackgroundCopyFile_GetRemoteName(file, &info->url))
            || FAILED(hr = IBackgroundCopyFile_GetLocalName(file, &info->path))
            || FAILED(hr = IBackgroundCopyFile_GetProgress(file, &info->progress)))
    {
        file_info_cleanup(info);
        return hr;
    }
    file_get_ranges(file, info);
    return S_OK;
}

static void file_write_json(const struct file_info *info, struct json *json)
{
    unsigned int i;

    json_begin(json, NULL, '{');
    json_string(json, L"url", info->url);
    json_string(json, L"path", info->path);
    json_size(json, L"bytes_total", info->progress.BytesTotal);
    json_number(json, L"bytes_transferred", info->progress.BytesTransferred);
    json_bool(json, L"completed", info->progress.Completed);
    json_begin(json, L"ranges", '[');
    for (i = 0; i < info->range_count; ++i)
    {
        json_begin(json, NULL, '{');
        json_number(json, L"offset", info->ranges[i].InitialOffset);
        json_size(json, L"length", info->ranges[i].Length);
        json_end(json, '}');
    }
    json_end(json, ']');
    json_end(json, '}');
}

static void append_field(struct text *text, const WCHAR *name, const WCHAR *value)
{
    text_append_format(text, L"%-12ls ", name);
    text_append_plain(text, value);
    text_append(text, L"\n", 1);
}

static void append_bytes(struct text *text, const WCHAR *name, UINT64 transferred, UINT64 total)
{
    text_append_format(text, L"%-12ls %I64u of ", name, transferred);
    if (total == BG_SIZE_UNKNOWN)
        text_append_format(text, L"unknown\n");
    else
        text_append_format(text, L"%I64u\n", total);
}

static void append_time(struct text *text, const WCHAR *name, const FILETIME *time)
{
    FILETIME local_time;
    SYSTEMTIME local;

    if ((!time->dwLowDateTime && !time->dwHighDateTime) || !FileTimeToLocalFileTime(time, &local_time)
            || !FileTimeToSystemTime(&local_time, &local))
        return;
    text_append_format(text, L"%-12ls %04u-%02u-%02u %02u:%02u:%02u\n", name, local.wYear, local.wMonth,
            local.wDay, local.wHour, local.wMinute, local.wSecond);
}

static void file_append_text(const struct file_info *info, struct text *text)
{
    unsigned int i;

    text_append(text, L"\n", 1);
    append_field(text, L"URL", info->url);
    append_field(text, L"File", info->path);
    append_bytes(text, L"Bytes", info->progress.BytesTransferred, info->progress.BytesTotal);
    for (i = 0; i < info->range_count; ++i)
    {
        if (info->ranges[i].Length == BG_LENGTH_TO_EOF)
            text_append_format(text, L"%-12ls %I64u to the end\n", L"Range", info->ranges[i].InitialOffset);
        else
            text_append_format(text, L"%-12ls %I64u bytes from %I64u on\n", L"Range", info->ranges[i].Length,
                    info->ranges[i].InitialOffset);
    }
}

static void show_append_job(struct context *context, const struct job_info *info, struct text *text)
{
    append_field(text, L"ID", info->id);
    append_field(text, L"Name", info->name);
    append_field(text, L"State", job_state_name(info->state));
    append_field(text, L"Priority", job_priority_name(info->priority));
    append_bytes(text, L"Bytes", info->progress.BytesTransferred, info->progress.BytesTotal);
    text_append_format(text, L"%-12ls %lu of %lu\n", L"Files", info->progress.FilesTransferred,
            info->progress.FilesTotal);
    append_time(text, L"Created", &info->times.CreationTime);
    append_time(text, L"Modified", &info->times.ModificationTime);
    append_time(text, L"Transferred", &info->times.TransferCompletionTime);
    if (FAILED(info->error.code))
    {
        text_append_format(text, L"%-12ls ", L"Error");
        error_describe(context, text, info->error.code, info->error.description);
        text_append(text, L"\n", 1);
    }
}

static HRESULT show_append_files(IBackgroundCopyJob *job, struct json *json, struct text *text)
{
    IEnumBackgroundCopyFiles *enumerator;
    IBackgroundCopyFile *file;
    struct file_info info;
    ULONG count;
    HRESULT hr;

    if (FAILED(hr = IBackgroundCopyJob_EnumFiles(job, &enumerator)))
        return hr;
    while ((hr = IEnumBackgroundCopyFiles_Next(enumerator, 1, &file, &count)) == S_OK)
    {
        hr = file_get_info(file, &info);
        IBackgroundCopyFile_Release(file);
        if (FAILED(hr))
            break;
        if (json)
            file_write_json(&info, json);
        else
            file_append_text(&info, text);
        file_info_cleanup(&info);
    }
    IEnumBackgroundCopyFiles_Release(enumerator);
    return FAILED(hr) ? hr : S_OK;
}

static HRESULT show_append(struct context *context, IBackgroundCopyJob *job, struct text *text)
{
    BOOL as_json = !!(context->options.given & OPTION_JSON);
    struct job_info info;
    struct json json;
    HRESULT hr;

    if (FAILED(hr = job_get_info(job, &info)))
        return hr;
    json_init(&json, text);
    if (as_json)
    {
        json_begin(&json, NULL, '{');
        job_info_write_json(&info, &json);
        json_begin(&json, L"files", '[');
    }
    else
    {
        show_append_job(context, &info, text);
    }
    hr = show_append_files(job, as_json ? &json : NULL, text);
    if (as_json)
    {
        json_end(&json, ']');
        json_end(&json, '}');
    }
    job_info_cleanup(&info);
    return SUCCEEDED(hr) && text->failed ? E_OUTOFMEMORY : hr;
}

enum exit_status show_run(struct context *context)
{
    struct text text = {0};
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (SUCCEEDED(hr = service_find_job(context, context->options.operand, &job)))
    {
        hr = show_append(context, job, &text);
        IBackgroundCopyJob_Release(job);
    }
    if (SUCCEEDED(hr))
        stream_write(&context->out, text.chars, text.length);
    else
        job_report(context, hr);
    text_cleanup(&text);
    return SUCCEEDED(hr) ? stream_check(context) : STATUS_FAILED;
}
