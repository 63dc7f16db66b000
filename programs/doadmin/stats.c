/*
 * The command stats.
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

static const WCHAR *status_name(SwarmStatus status)
{
    static const WCHAR *const names[] = {L"Downloading", L"Complete", L"Caching", L"Paused"};

    return (unsigned int)status < ARRAY_SIZE(names) ? names[status] : L"Unknown";
}

static const WCHAR *mode_name(DownloadMode mode)
{
    switch (mode)
    {
        case DownloadMode_CdnOnly:
            return L"CdnOnly";
        case DownloadMode_Lan:
            return L"Lan";
        case DownloadMode_Group:
            return L"Group";
        case DownloadMode_Internet:
            return L"Internet";
        case DownloadMode_Simple:
            return L"Simple";
        case DownloadMode_Bypass:
            return L"Bypass";
        default:
            return L"Unknown";
    }
}

static void append_bytes(struct fields *fields, const DOSwarmStats *stats)
{
    UINT64 peers = stats->bytesFromLanPeers + stats->bytesFromGroupPeers + stats->bytesFromInternetPeers;

    fields_number(fields, L"TotalBytesDownloaded", stats->totalBytesDownloaded);
    fields_number(fields, L"PercentPeerCaching",
            stats->totalBytesDownloaded ? peers * 100 / stats->totalBytesDownloaded : 0);
    fields_number(fields, L"BytesFromPeers", peers);
    fields_number(fields, L"BytesFromHttp", stats->bytesFromHttp);
    fields_number(fields, L"BytesFromCacheServer", stats->bytesFromDoinc);
    fields_number(fields, L"BytesFromLanPeers", stats->bytesFromLanPeers);
    fields_number(fields, L"BytesFromGroupPeers", stats->bytesFromGroupPeers);
    fields_number(fields, L"BytesFromInternetPeers", stats->bytesFromInternetPeers);
    fields_number(fields, L"BytesToLanPeers", stats->bytesToLanPeers);
    fields_number(fields, L"BytesToGroupPeers", stats->bytesToGroupPeers);
    fields_number(fields, L"BytesToInternetPeers", stats->bytesToInternetPeers);
}

static void append_stats(struct fields *fields, const DOSwarmStats *stats)
{
    WCHAR duration[SIZE_TEXT_MAX];

    format_buffer(duration, ARRAY_SIZE(duration), L"%02u:%02u:%02u.%03u", stats->downloadDuration / 3600000,
            stats->downloadDuration / 60000 % 60, stats->downloadDuration / 1000 % 60, stats->downloadDuration % 1000);
    fields_text(fields, L"FileId", stats->fileId);
    fields_number(fields, L"FileSize", stats->fileSize == DO_UNKNOWN_FILE_SIZE ? 0 : stats->fileSize);
    fields_number(fields, L"FileSizeInCache", stats->totalBytesDownloaded);
    append_bytes(fields, stats);
    fields_text(fields, L"Status", status_name(stats->status));
    fields_text(fields, L"Priority", stats->isBackground ? L"Background" : L"Foreground");
    fields_text(fields, L"DownloadMode", mode_name(stats->downloadMode));
    fields_text(fields, L"DownloadDuration", duration);
    fields_number(fields, L"HttpConnectionCount", stats->httpConnectionCount);
    fields_number(fields, L"CacheServerConnectionCount", stats->doincConnectionCount);
    fields_number(fields, L"LanConnectionCount", stats->lanConnectionCount);
    fields_number(fields, L"GroupConnectionCount", stats->groupConnectionCount);
    fields_number(fields, L"InternetConnectionCount", stats->internetConnectionCount);
    fields_text(fields, L"SourceURL", stats->sourceURL);
    fields_text(fields, L"CacheHost", NULL);
    fields_number(fields, L"NumPeers", 0);
    fields_bool(fields, L"IsPinned", FALSE);
}

static HRESULT append_file(struct fields *fields, IBackgroundCopyFile *file)
{
    IDeliveryOptimizationFile *object;
    DOSwarmStats stats;
    HRESULT hr;

    if (FAILED(hr = IBackgroundCopyFile_QueryInterface(file, &IID_IDeliveryOptimizationFile, (void **)&object)))
        return hr;
    memset(&stats, 0, sizeof(stats));
    hr = IDeliveryOptimizationFile_GetStats(object, &stats);
    IDeliveryOptimizationFile_Release(object);
    if (FAILED(hr))
        return hr;
    if (fields->json)
        json_begin(fields->json, NULL, '{');
    else if (fields->text->length)
        text_append(fields->text, L"\n", 1);
    append_stats(fields, &stats);
    if (fields->json)
        json_end(fields->json, '}');
    CoTaskMemFree(stats.fileId);
    CoTaskMemFree(stats.sourceURL);
    return S_OK;
}

static HRESULT append_job(struct fields *fields, IBackgroundCopyJob *job)
{
    IEnumBackgroundCopyFiles *enumerator;
    IBackgroundCopyFile *file;
    ULONG count;
    HRESULT hr;

    if (FAILED(hr = IBackgroundCopyJob_EnumFiles(job, &enumerator)))
        return hr;
    while (SUCCEEDED(hr) && (hr = IEnumBackgroundCopyFiles_Next(enumerator, 1, &file, &count)) == S_OK)
    {
        hr = append_file(fields, file);
        IBackgroundCopyFile_Release(file);
    }
    IEnumBackgroundCopyFiles_Release(enumerator);
    return FAILED(hr) ? hr : S_OK;
}

enum exit_status stats_run(struct context *context)
{
    BOOL as_json = !!(context->options.given & OPTION_JSON);
    struct text text = {0};
    struct job_list list;
    struct fields fields;
    struct json json;
    HRESULT hr = S_OK;
    unsigned int i;

    if (FAILED(job_list_get(context, &list)))
        return STATUS_FAILED;
    json_init(&json, &text);
    fields.text = &text;
    fields.json = as_json ? &json : NULL;
    if (as_json)
        json_begin(&json, NULL, '[');
    for (i = 0; i < list.count && SUCCEEDED(hr); ++i)
    {
        hr = append_job(&fields, list.jobs[i]);
        /* A job that ended since the list was made is no failure of the list. */
        if (hr == DO_E_JOB_NOT_FOUND)
            hr = S_OK;
    }
    if (as_json)
        json_end(&json, ']');
    job_list_cleanup(&list);
    return text_print(context, &text, hr);
}
