/*
 * Every method of a job in every state: the calls of its files and of the enumerators, and what they give.
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

#include <stddef.h>

#include "job_states.h"

static HRESULT file_get_remote_name(struct subject *subject, void *target)
{
    WCHAR *text = NULL;
    HRESULT hr;

    hr = IBackgroundCopyFile2_GetRemoteName((IBackgroundCopyFile2 *)target, &text);
    return take_text(hr, text);
}

static HRESULT file_get_local_name(struct subject *subject, void *target)
{
    WCHAR *text = NULL;
    HRESULT hr;

    hr = IBackgroundCopyFile2_GetLocalName((IBackgroundCopyFile2 *)target, &text);
    return take_text(hr, text);
}

static HRESULT file_get_progress(struct subject *subject, void *target)
{
    BG_FILE_PROGRESS progress = { .Completed = 0xdead };
    HRESULT hr;

    hr = IBackgroundCopyFile2_GetProgress((IBackgroundCopyFile2 *)target, &progress);
    ok(progress.Completed == (subject->stage == STAGE_ACKNOWLEDGED), "Got completed %d.\n", progress.Completed);
    return hr;
}

static HRESULT file_get_ranges(struct subject *subject, void *target)
{
    BG_FILE_RANGE *ranges = NULL;
    DWORD count;
    HRESULT hr;

    hr = IBackgroundCopyFile2_GetFileRanges((IBackgroundCopyFile2 *)target, &count, &ranges);
    CoTaskMemFree(ranges);
    return hr;
}

static HRESULT file_set_remote_name(struct subject *subject, void *target)
{
    return IBackgroundCopyFile2_SetRemoteName((IBackgroundCopyFile2 *)target, subject->other.url);
}

static HRESULT enum_files_next(struct subject *subject, void *target)
{
    IBackgroundCopyFile *file = NULL;
    ULONG count = 0xdeadbeef;
    HRESULT hr;

    hr = IEnumBackgroundCopyFiles_Next((IEnumBackgroundCopyFiles *)target, 1, &file, &count);
    ok(count == 1, "Got %lu files.\n", count);
    return take_object(hr, file);
}

static HRESULT enum_files_skip(struct subject *subject, void *target)
{
    return IEnumBackgroundCopyFiles_Skip((IEnumBackgroundCopyFiles *)target, 1);
}

static HRESULT enum_files_reset(struct subject *subject, void *target)
{
    return IEnumBackgroundCopyFiles_Reset((IEnumBackgroundCopyFiles *)target);
}

static HRESULT enum_files_clone(struct subject *subject, void *target)
{
    IEnumBackgroundCopyFiles *clone = NULL;
    HRESULT hr;

    hr = IEnumBackgroundCopyFiles_Clone((IEnumBackgroundCopyFiles *)target, &clone);
    return take_object(hr, clone);
}

static HRESULT enum_files_get_count(struct subject *subject, void *target)
{
    ULONG count = 0xdeadbeef;
    HRESULT hr;

    hr = IEnumBackgroundCopyFiles_GetCount((IEnumBackgroundCopyFiles *)target, &count);
    ok(count == 1, "Got %lu files.\n", count);
    return hr;
}

/* An enumerator that was made while the job was under way has it, whatever became of it. */
static HRESULT enum_jobs_next(struct subject *subject, void *target)
{
    IBackgroundCopyJob *job = NULL;
    HRESULT hr;

    hr = IEnumBackgroundCopyJobs_Next((IEnumBackgroundCopyJobs *)target, 1, &job, NULL);
    return take_object(hr, job);
}

static HRESULT enum_jobs_skip(struct subject *subject, void *target)
{
    return IEnumBackgroundCopyJobs_Skip((IEnumBackgroundCopyJobs *)target, 0);
}

static HRESULT enum_jobs_reset(struct subject *subject, void *target)
{
    return IEnumBackgroundCopyJobs_Reset((IEnumBackgroundCopyJobs *)target);
}

static HRESULT enum_jobs_clone(struct subject *subject, void *target)
{
    IEnumBackgroundCopyJobs *clone = NULL;
    HRESULT hr;

    hr = IEnumBackgroundCopyJobs_Clone((IEnumBackgroundCopyJobs *)target, &clone);
    return take_object(hr, clone);
}

static HRESULT enum_jobs_get_count(struct subject *subject, void *target)
{
    ULONG count = 0;
    HRESULT hr;

    hr = IEnumBackgroundCopyJobs_GetCount((IEnumBackgroundCopyJobs *)target, &count);
    ok(count >= 1, "Got %lu jobs.\n", count);
    return hr;
}

static HRESULT file5_get_temporary_name(struct subject *subject, void *target)
{
    WCHAR *text = NULL;
    HRESULT hr;

    hr = IBackgroundCopyFile5_GetTemporaryName((IBackgroundCopyFile5 *)target, &text);
    return take_text(hr, text);
}

static HRESULT file5_set_validation_state(struct subject *subject, void *target)
{
    return IBackgroundCopyFile5_SetValidationState((IBackgroundCopyFile5 *)target, TRUE);
}

static HRESULT file5_get_validation_state(struct subject *subject, void *target)
{
    BOOL is_valid;

    return IBackgroundCopyFile5_GetValidationState((IBackgroundCopyFile5 *)target, &is_valid);
}

static HRESULT file5_is_downloaded_from_peer(struct subject *subject, void *target)
{
    BOOL is_from_peer = 0xdead;
    HRESULT hr;

    hr = IBackgroundCopyFile5_IsDownloadedFromPeer((IBackgroundCopyFile5 *)target, &is_from_peer);
    ok(!is_from_peer, "Got %d.\n", is_from_peer);
    return hr;
}

static HRESULT file5_get_peer_download_stats(struct subject *subject, void *target)
{
    UINT64 from_origin = 0xdead, from_peers = 0xdead;
    HRESULT hr;

    hr = IBackgroundCopyFile5_GetPeerDownloadStats((IBackgroundCopyFile5 *)target, &from_origin, &from_peers);
    ok(!from_peers, "Got %llu bytes.\n", from_peers);
    return hr;
}

static HRESULT file5_get_property(struct subject *subject, void *target)
{
    BITS_FILE_PROPERTY_VALUE value = { .String = NULL };
    HRESULT hr;

    hr = IBackgroundCopyFile5_GetProperty((IBackgroundCopyFile5 *)target, BITS_FILE_PROPERTY_ID_HTTP_RESPONSE_HEADERS,
            &value);
    return take_text(hr, value.String);
}

static HRESULT file5_set_property(struct subject *subject, void *target)
{
    WCHAR text[] = L"X-Test: 1\r\n";
    BITS_FILE_PROPERTY_VALUE value = { .String = text };

    return IBackgroundCopyFile5_SetProperty((IBackgroundCopyFile5 *)target,
            BITS_FILE_PROPERTY_ID_HTTP_RESPONSE_HEADERS, value);
}

static HRESULT take_stats(HRESULT hr, DOSwarmStats *stats)
{
    if (FAILED(hr))
        return hr;
    CoTaskMemFree(stats->fileId);
    CoTaskMemFree(stats->sourceURL);
    return hr;
}

static HRESULT do_file_get_stats(struct subject *subject, void *target)
{
    DOSwarmStats stats = {0};
    HRESULT hr;

    hr = IDeliveryOptimizationFile_GetStats((IDeliveryOptimizationFile *)target, &stats);
    return take_stats(hr, &stats);
}

static HRESULT do_file_get_stats_alias(struct subject *subject, void *target)
{
    DOSwarmStats stats = {0};
    HRESULT hr;

    hr = IDeliveryOptimizationFile_GetStatsAlias((IDeliveryOptimizationFile *)target, &stats);
    return take_stats(hr, &stats);
}

static HRESULT do_file2_get_property(struct subject *subject, void *target)
{
    VARIANT value;
    HRESULT hr;

    VariantInit(&value);
    hr = IDeliveryOptimizationFile2_GetProperty((IDeliveryOptimizationFile2 *)target, DOFilePropertyId_TotalSizeBytes,
            &value);
    VariantClear(&value);
    return hr;
}

static HRESULT do_file2_set_property(struct subject *subject, void *target)
{
    VARIANT value;

    VariantInit(&value);
    V_VT(&value) = VT_UI8;
    V_UI8(&value) = 20000;
    return IDeliveryOptimizationFile2_SetProperty((IDeliveryOptimizationFile2 *)target,
            DOFilePropertyId_TotalSizeBytes, &value);
}

#define COPY_FILE(method, call, ...) ROW(TARGET_FILE, IBackgroundCopyFile2, method, call, __VA_ARGS__)
#define FILE5(method, call, ...) ROW(TARGET_FILE5, IBackgroundCopyFile5, method, call, __VA_ARGS__)
#define DO_FILE(method, call, ...) ROW(TARGET_DO_FILE, IDeliveryOptimizationFile, method, call, __VA_ARGS__)
#define DO_FILE2(method, call, ...) ROW(TARGET_DO_FILE2, IDeliveryOptimizationFile2, method, call, __VA_ARGS__)
#define ENUM_FILES(method, call, ...) ROW(TARGET_ENUM_FILES, IEnumBackgroundCopyFiles, method, call, __VA_ARGS__)
#define ENUM_JOBS(method, call, ...) ROW(TARGET_ENUM_JOBS, IEnumBackgroundCopyJobs, method, call, __VA_ARGS__)

/* No answer, no headers. */
#define WITH_ANSWER(hr) { E_NOT_SET, hr, E_NOT_SET, hr, hr, hr, hr, hr, E_NOT_SET }
#define WITH_SIZE(hr) { E_NOT_SET, hr, E_NOT_SET, hr, E_NOT_SET, E_NOT_SET, hr, hr, E_NOT_SET }
/* Before the first byte, and in some of these stages again. */
#define WITHOUT_DATA(hr) { hr, DO_E_INVALID_STATE, DO_E_INVALID_STATE, DO_E_INVALID_STATE, DO_E_INVALID_STATE, hr, \
        DO_E_INVALID_STATE, DO_E_INVALID_STATE, DO_E_INVALID_STATE }
#define UNLESS_COMPLETED(hr) { hr, hr, hr, hr, hr, hr, hr, DO_E_INVALID_STATE, hr }
#define WHEN_TRANSFERRED(hr) { DO_E_INVALID_STATE, DO_E_INVALID_STATE, DO_E_INVALID_STATE, DO_E_INVALID_STATE, \
        DO_E_INVALID_STATE, DO_E_INVALID_STATE, hr, DO_E_INVALID_STATE, DO_E_INVALID_STATE }

const struct row file_rows[] =
{
    COPY_FILE(GetRemoteName, file_get_remote_name, ROW_SHARED, ALWAYS(S_OK), NULL),
    COPY_FILE(GetLocalName, file_get_local_name, ROW_SHARED, ALWAYS(S_OK), NULL),
    COPY_FILE(GetProgress, file_get_progress, ROW_SHARED, ALWAYS(S_OK), NULL),
    COPY_FILE(GetFileRanges, file_get_ranges, ROW_SHARED, ALWAYS(S_FALSE), NULL),
    COPY_FILE(SetRemoteName, file_set_remote_name, ROW_FRESH, UNLESS_FINAL(S_OK), NULL),
    ENUM_FILES(GetCount, enum_files_get_count, ROW_SHARED, ALWAYS(S_OK), NULL),
    ENUM_FILES(Clone, enum_files_clone, ROW_SHARED, ALWAYS(S_OK), NULL),
    ENUM_FILES(Next, enum_files_next, ROW_SHARED, ALWAYS(S_OK), NULL),
    ENUM_FILES(Skip, enum_files_skip, ROW_SHARED, ALWAYS(S_FALSE), NULL),
    ENUM_FILES(Reset, enum_files_reset, ROW_SHARED, ALWAYS(S_OK), NULL),
    ENUM_JOBS(GetCount, enum_jobs_get_count, ROW_SHARED, ALWAYS(S_OK), NULL),
    ENUM_JOBS(Clone, enum_jobs_clone, ROW_SHARED, ALWAYS(S_OK), NULL),
    ENUM_JOBS(Next, enum_jobs_next, ROW_SHARED, ALWAYS(S_OK), NULL),
    ENUM_JOBS(Skip, enum_jobs_skip, ROW_SHARED, ALWAYS(S_OK), NULL),
    ENUM_JOBS(Reset, enum_jobs_reset, ROW_SHARED, ALWAYS(S_OK), NULL),

    FILE5(GetTemporaryName, file5_get_temporary_name, ROW_SHARED, UNLESS_COMPLETED(S_OK), NULL),
    FILE5(SetValidationState, file5_set_validation_state, ROW_SHARED, WHEN_TRANSFERRED(S_OK), NULL),
    FILE5(GetValidationState, file5_get_validation_state, ROW_SHARED, ALWAYS(S_OK), NULL),
    FILE5(IsDownloadedFromPeer, file5_is_downloaded_from_peer, ROW_SHARED, ALWAYS(S_OK), NULL),
    FILE5(GetPeerDownloadStats, file5_get_peer_download_stats, ROW_SHARED, ALWAYS(S_OK), NULL),
    FILE5(GetProperty, file5_get_property, ROW_SHARED, WITH_ANSWER(S_OK), NULL),
    FILE5(SetProperty, file5_set_property, ROW_SHARED, ALWAYS(DO_E_READ_ONLY_PROPERTY), NULL),

    DO_FILE(GetStats, do_file_get_stats, ROW_SHARED, ALWAYS(S_OK), NULL),
    DO_FILE(GetStatsAlias, do_file_get_stats_alias, ROW_SHARED, ALWAYS(S_OK), NULL),
    DO_FILE2(GetProperty, do_file2_get_property, ROW_SHARED, WITH_SIZE(S_OK), NULL),
    DO_FILE2(SetProperty, do_file2_set_property, ROW_FRESH, WITHOUT_DATA(S_OK), NULL),
};

const unsigned int file_row_count = ARRAYSIZE(file_rows);
