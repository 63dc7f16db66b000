/*
 * The command perfsnap.
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

/* What the service tells about itself; on Windows it is the key of the user NetworkService. */
#define USAGE_KEY L"Software\\Microsoft\\Windows\\CurrentVersion\\DeliveryOptimization\\Usage"

struct snapshot
{
    UINT64 files;
    UINT64 files_transferred;
    UINT64 bytes;
    UINT64 bytes_of_transferred;    /* those of the files that are whole */
};

/* 0 for a value that is not there. */
static UINT64 usage_get(const WCHAR *name)
{
    DWORD size = sizeof(UINT64);
    UINT64 value = 0;

    if (RegGetValueW(HKEY_CURRENT_USER, USAGE_KEY, name, RRF_RT_REG_DWORD | RRF_RT_REG_QWORD, NULL, &value, &size))
        return 0;
    return value;
}

static UINT64 count_whole_files(IBackgroundCopyJob *job)
{
    IEnumBackgroundCopyFiles *enumerator;
    BG_FILE_PROGRESS progress;
    IBackgroundCopyFile *file;
    UINT64 bytes = 0;
    ULONG count;

    if (FAILED(IBackgroundCopyJob_EnumFiles(job, &enumerator)))
        return 0;
    while (IEnumBackgroundCopyFiles_Next(enumerator, 1, &file, &count) == S_OK)
    {
        if (SUCCEEDED(IBackgroundCopyFile_GetProgress(file, &progress))
                && progress.BytesTransferred == progress.BytesTotal)
            bytes += progress.BytesTotal;
        IBackgroundCopyFile_Release(file);
    }
    IEnumBackgroundCopyFiles_Release(enumerator);
    return bytes;
}

static void count_jobs(const struct job_list *list, struct snapshot *snapshot)
{
    BG_JOB_PROGRESS progress;
    unsigned int i;

    memset(snapshot, 0, sizeof(*snapshot));
    for (i = 0; i < list->count; ++i)
    {
        /* A job that ended since the list was made does not count. */
        if (FAILED(IBackgroundCopyJob_GetProgress(list->jobs[i], &progress)))
            continue;
        snapshot->files += progress.FilesTotal;
        snapshot->files_transferred += progress.FilesTransferred;
        snapshot->bytes += progress.BytesTransferred;
        if (progress.FilesTransferred == progress.FilesTotal)
            snapshot->bytes_of_transferred += progress.BytesTransferred;
        else if (progress.FilesTransferred)
            snapshot->bytes_of_transferred += count_whole_files(list->jobs[i]);
    }
}

static void append_disk(struct fields *fields)
{
    ULARGE_INTEGER available = {0}, total = {0};
    WCHAR directory[MAX_PATH];

    if (GetWindowsDirectoryW(directory, ARRAY_SIZE(directory)))
        GetDiskFreeSpaceExW(directory, &available, &total, NULL);
    fields_number(fields, L"TotalDiskBytes", total.QuadPart);
    fields_number(fields, L"AvailableDiskBytes", available.QuadPart);
}

static void append_snapshot(struct fields *fields, const struct snapshot *snapshot)
{
    fields_number(fields, L"FilesDownloaded", snapshot->files_transferred);
    fields_number(fields, L"FilesUploaded", 0);
    fields_number(fields, L"Files", snapshot->files);
    fields_number(fields, L"TotalBytesDownloaded", snapshot->bytes);
    fields_number(fields, L"TotalBytesUploaded", 0);
    fields_number(fields, L"AverageDownloadSize",
            snapshot->files_transferred ? snapshot->bytes_of_transferred / snapshot->files_transferred : 0);
    fields_number(fields, L"AverageUploadSize", 0);
    fields_text(fields, L"DownloadMode", L"Simple");
    fields_number(fields, L"CacheSizeBytes", usage_get(L"CacheSizeBytes"));
    append_disk(fields);
    fields_number(fields, L"CpuUsagePct", usage_get(L"CPUpct"));
    fields_number(fields, L"MemUsageKB", usage_get(L"MemoryUsageKB"));
    fields_number(fields, L"NumberOfPeers", 0);
    fields_number(fields, L"CacheHostConnections", usage_get(L"CacheServerConnectionCount"));
    fields_number(fields, L"CdnConnections", usage_get(L"CDNConnectionCount"));
    fields_number(fields, L"LanConnections", 0);
    fields_number(fields, L"LinkLocalConnections", 0);
    fields_number(fields, L"GroupConnections", 0);
    fields_number(fields, L"InternetConnections", 0);
    fields_number(fields, L"DownlinkBps", usage_get(L"DownlinkBps"));
    fields_number(fields, L"DownlinkUsageBps", usage_get(L"DownlinkUsageBps"));
    fields_number(fields, L"UplinkBps", 0);
    fields_number(fields, L"UplinkUsageBps", 0);
    fields_number(fields, L"UploadCount", 0);
    fields_number(fields, L"ForegroundDownloadCount", usage_get(L"PriorityDownloadCount"));
    fields_number(fields, L"ForegroundDownloadsPending", usage_get(L"PriorityDownloadPendingCount"));
    fields_number(fields, L"BackgroundDownloadCount", usage_get(L"NormalDownloadCount"));
    fields_number(fields, L"BackgroundDownloadsPending", usage_get(L"NormalDownloadPendingCount"));
}

enum exit_status perfsnap_run(struct context *context)
{
    BOOL as_json = !!(context->options.given & OPTION_JSON);
    struct snapshot snapshot;
    struct text text = {0};
    struct job_list list;
    struct fields fields;
    struct json json;
    HRESULT hr;

    if (SUCCEEDED(hr = job_list_get_all(context, &list)))
    {
        count_jobs(&list, &snapshot);
        job_list_cleanup(&list);
        json_init(&json, &text);
        fields.text = &text;
        fields.json = as_json ? &json : NULL;
        if (as_json)
            json_begin(&json, NULL, '{');
        append_snapshot(&fields, &snapshot);
        if (as_json)
            json_end(&json, '}');
    }
    return text_print(context, &text, hr);
}
