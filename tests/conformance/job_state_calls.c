/*
 * Every method of a job in every state: the calls, and the table of what they give.
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

#define SLOTS(iface) (sizeof(iface##Vtbl) / sizeof(void *))

const struct target_info target_infos[TARGET_COUNT] =
{
    [TARGET_JOB] = { "IBackgroundCopyJob", &IID_IBackgroundCopyJob, TARGET_JOB, SLOTS(IBackgroundCopyJob) },
    [TARGET_DO_JOB] = { "IDeliveryOptimizationJob", &IID_IDeliveryOptimizationJob, TARGET_JOB,
            SLOTS(IDeliveryOptimizationJob) },
    [TARGET_FILE] = { "IBackgroundCopyFile2", &IID_IBackgroundCopyFile2, TARGET_FILE, SLOTS(IBackgroundCopyFile2) },
    [TARGET_ENUM_FILES] = { "IEnumBackgroundCopyFiles", &IID_IEnumBackgroundCopyFiles, TARGET_ENUM_FILES,
            SLOTS(IEnumBackgroundCopyFiles) },
    [TARGET_ENUM_JOBS] = { "IEnumBackgroundCopyJobs", &IID_IEnumBackgroundCopyJobs, TARGET_ENUM_JOBS,
            SLOTS(IEnumBackgroundCopyJobs) },
};

/* Frees what a getter gave; that it gave something is part of success. */
static HRESULT take_text(HRESULT hr, WCHAR *text)
{
    if (FAILED(hr))
        return hr;
    ok(text != NULL, "Got no text.\n");
    CoTaskMemFree(text);
    return hr;
}

static HRESULT take_object(HRESULT hr, void *object)
{
    if (FAILED(hr))
        return hr;
    ok(object != NULL, "Got no object.\n");
    if (object)
        IUnknown_Release((IUnknown *)object);
    return hr;
}

static HRESULT job_add_file_set(struct subject *subject, void *target)
{
    BG_FILE_INFO info = { .RemoteName = subject->other.url, .LocalName = (WCHAR *)subject_path(subject) };

    return IBackgroundCopyJob_AddFileSet((IBackgroundCopyJob *)target, 1, &info);
}

static HRESULT job_add_file(struct subject *subject, void *target)
{
    return IBackgroundCopyJob_AddFile((IBackgroundCopyJob *)target, subject->other.url, subject_path(subject));
}

static HRESULT job_enum_files(struct subject *subject, void *target)
{
    IEnumBackgroundCopyFiles *enumerator = NULL;
    HRESULT hr;

    hr = IBackgroundCopyJob_EnumFiles((IBackgroundCopyJob *)target, &enumerator);
    return take_object(hr, enumerator);
}

static HRESULT job_suspend(struct subject *subject, void *target)
{
    return IBackgroundCopyJob_Suspend((IBackgroundCopyJob *)target);
}

static HRESULT job_resume(struct subject *subject, void *target)
{
    return IBackgroundCopyJob_Resume((IBackgroundCopyJob *)target);
}

static HRESULT job_cancel(struct subject *subject, void *target)
{
    return IBackgroundCopyJob_Cancel((IBackgroundCopyJob *)target);
}

static HRESULT job_complete(struct subject *subject, void *target)
{
    return IBackgroundCopyJob_Complete((IBackgroundCopyJob *)target);
}

static HRESULT job_get_id(struct subject *subject, void *target)
{
    GUID id = GUID_NULL;
    HRESULT hr;

    hr = IBackgroundCopyJob_GetId((IBackgroundCopyJob *)target, &id);
    ok(IsEqualGUID(&id, &subject->callback.job_id), "Got %s.\n", debug_guid(&id));
    return hr;
}

static HRESULT job_get_type(struct subject *subject, void *target)
{
    BG_JOB_TYPE type = 0xdead;
    HRESULT hr;

    hr = IBackgroundCopyJob_GetType((IBackgroundCopyJob *)target, &type);
    ok(type == BG_JOB_TYPE_DOWNLOAD, "Got type %u.\n", type);
    return hr;
}

static HRESULT job_get_progress(struct subject *subject, void *target)
{
    BG_JOB_PROGRESS progress = {0};
    HRESULT hr;

    hr = IBackgroundCopyJob_GetProgress((IBackgroundCopyJob *)target, &progress);
    ok(progress.FilesTotal == 1, "Got %lu files.\n", progress.FilesTotal);
    return hr;
}

static HRESULT job_get_times(struct subject *subject, void *target)
{
    BOOL is_done = subject->stage == STAGE_TRANSFERRED || subject->stage == STAGE_ACKNOWLEDGED;
    BG_JOB_TIMES times = { .CreationTime = {0} };
    HRESULT hr;

    hr = IBackgroundCopyJob_GetTimes((IBackgroundCopyJob *)target, &times);
    ok(CompareFileTime(&times.ModificationTime, &times.CreationTime) >= 0, "Got a modification before creation.\n");
    ok(!times.TransferCompletionTime.dwHighDateTime == !is_done, "Got completion %#lx:%#lx.\n",
            times.TransferCompletionTime.dwHighDateTime, times.TransferCompletionTime.dwLowDateTime);
    return hr;
}

static HRESULT job_get_state(struct subject *subject, void *target)
{
    BG_JOB_STATE state;

    return IBackgroundCopyJob_GetState((IBackgroundCopyJob *)target, &state);
}

static HRESULT job_get_error(struct subject *subject, void *target)
{
    IBackgroundCopyError *error = NULL;
    HRESULT hr;

    hr = IBackgroundCopyJob_GetError((IBackgroundCopyJob *)target, &error);
    return take_object(hr, error);
}

static HRESULT job_get_owner(struct subject *subject, void *target)
{
    WCHAR *text = NULL;
    HRESULT hr;

    hr = IBackgroundCopyJob_GetOwner((IBackgroundCopyJob *)target, &text);
    return take_text(hr, text);
}

static HRESULT job_set_display_name(struct subject *subject, void *target)
{
    return IBackgroundCopyJob_SetDisplayName((IBackgroundCopyJob *)target, L"name");
}

static HRESULT job_get_display_name(struct subject *subject, void *target)
{
    WCHAR *text = NULL;
    HRESULT hr;

    hr = IBackgroundCopyJob_GetDisplayName((IBackgroundCopyJob *)target, &text);
    return take_text(hr, text);
}

static HRESULT job_set_description(struct subject *subject, void *target)
{
    return IBackgroundCopyJob_SetDescription((IBackgroundCopyJob *)target, L"description");
}

static HRESULT job_get_description(struct subject *subject, void *target)
{
    WCHAR *text = NULL;
    HRESULT hr;

    hr = IBackgroundCopyJob_GetDescription((IBackgroundCopyJob *)target, &text);
    return take_text(hr, text);
}

static HRESULT job_set_priority(struct subject *subject, void *target)
{
    return IBackgroundCopyJob_SetPriority((IBackgroundCopyJob *)target, BG_JOB_PRIORITY_HIGH);
}

static HRESULT job_get_priority(struct subject *subject, void *target)
{
    BG_JOB_PRIORITY priority;

    return IBackgroundCopyJob_GetPriority((IBackgroundCopyJob *)target, &priority);
}

static HRESULT job_set_notify_flags(struct subject *subject, void *target)
{
    return IBackgroundCopyJob_SetNotifyFlags((IBackgroundCopyJob *)target,
            BG_NOTIFY_JOB_TRANSFERRED | BG_NOTIFY_JOB_ERROR | BG_NOTIFY_JOB_MODIFICATION);
}

static HRESULT job_get_notify_flags(struct subject *subject, void *target)
{
    ULONG flags;

    return IBackgroundCopyJob_GetNotifyFlags((IBackgroundCopyJob *)target, &flags);
}

static HRESULT job_set_notify_interface(struct subject *subject, void *target)
{
    return IBackgroundCopyJob_SetNotifyInterface((IBackgroundCopyJob *)target,
            (IUnknown *)&subject->callback.IBackgroundCopyCallback_iface);
}

static HRESULT job_clear_notify_interface(struct subject *subject, void *target)
{
    return IBackgroundCopyJob_SetNotifyInterface((IBackgroundCopyJob *)target, NULL);
}

static HRESULT job_get_notify_interface(struct subject *subject, void *target)
{
    IUnknown *unknown = NULL;
    HRESULT hr;

    hr = IBackgroundCopyJob_GetNotifyInterface((IBackgroundCopyJob *)target, &unknown);
    if (unknown)
        IUnknown_Release(unknown);
    return hr;
}

static HRESULT job_set_minimum_retry_delay(struct subject *subject, void *target)
{
    return IBackgroundCopyJob_SetMinimumRetryDelay((IBackgroundCopyJob *)target, 60);
}

static HRESULT job_get_minimum_retry_delay(struct subject *subject, void *target)
{
    ULONG seconds;

    return IBackgroundCopyJob_GetMinimumRetryDelay((IBackgroundCopyJob *)target, &seconds);
}

static HRESULT job_set_no_progress_timeout(struct subject *subject, void *target)
{
    return IBackgroundCopyJob_SetNoProgressTimeout((IBackgroundCopyJob *)target, 3600);
}

static HRESULT job_get_no_progress_timeout(struct subject *subject, void *target)
{
    ULONG seconds;

    return IBackgroundCopyJob_GetNoProgressTimeout((IBackgroundCopyJob *)target, &seconds);
}

static HRESULT job_get_error_count(struct subject *subject, void *target)
{
    BOOL has_failed = subject->stage == STAGE_TRANSIENT_ERROR || subject->stage == STAGE_ERROR;
    ULONG count = 0xdeadbeef;
    HRESULT hr;

    hr = IBackgroundCopyJob_GetErrorCount((IBackgroundCopyJob *)target, &count);
    ok(count == (ULONG)has_failed, "Got %lu errors.\n", count);
    return hr;
}

static HRESULT job_set_proxy_settings(struct subject *subject, void *target)
{
    return IBackgroundCopyJob_SetProxySettings((IBackgroundCopyJob *)target, BG_JOB_PROXY_USAGE_NO_PROXY, NULL, NULL);
}

static HRESULT job_get_proxy_settings(struct subject *subject, void *target)
{
    WCHAR *list = NULL, *bypass = NULL;
    BG_JOB_PROXY_USAGE usage;
    HRESULT hr;

    hr = IBackgroundCopyJob_GetProxySettings((IBackgroundCopyJob *)target, &usage, &list, &bypass);
    CoTaskMemFree(list);
    CoTaskMemFree(bypass);
    return hr;
}

static HRESULT job_take_ownership(struct subject *subject, void *target)
{
    return IBackgroundCopyJob_TakeOwnership((IBackgroundCopyJob *)target);
}

static HRESULT do_job_add_file_with_ranges(struct subject *subject, void *target)
{
    BG_FILE_RANGE range = { 100, 50 };

    return IDeliveryOptimizationJob_AddFileWithRanges((IDeliveryOptimizationJob *)target, L"id", subject->other.url,
            subject_path(subject), 1, &range, DO_UNKNOWN_FILE_SIZE);
}

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

/* What a method gives in the stages, in their order. */
#define ALWAYS(hr) { hr, hr, hr, hr, hr, hr, hr, hr, hr }
#define UNLESS_FINAL(hr) { hr, hr, hr, hr, hr, hr, hr, DO_E_INVALID_STATE, DO_E_INVALID_STATE }
#define NO_ERROR_INFO DO_E_ERROR_INFORMATION_UNAVAILABLE
#define WITH_ERROR_ONLY { NO_ERROR_INFO, NO_ERROR_INFO, NO_ERROR_INFO, NO_ERROR_INFO, S_OK, S_OK, NO_ERROR_INFO, \
        NO_ERROR_INFO, NO_ERROR_INFO }

#define ROW(target, iface, method, call, ...) \
    { #iface "::" #method " (" #call ")", target, offsetof(iface##Vtbl, method) / sizeof(void *), call, __VA_ARGS__ }
#define JOB(method, call, ...) ROW(TARGET_JOB, IBackgroundCopyJob, method, call, __VA_ARGS__)
#define DO_JOB(method, call, ...) ROW(TARGET_DO_JOB, IDeliveryOptimizationJob, method, call, __VA_ARGS__)
#define COPY_FILE(method, call, ...) ROW(TARGET_FILE, IBackgroundCopyFile2, method, call, __VA_ARGS__)
#define ENUM_FILES(method, call, ...) ROW(TARGET_ENUM_FILES, IEnumBackgroundCopyFiles, method, call, __VA_ARGS__)
#define ENUM_JOBS(method, call, ...) ROW(TARGET_ENUM_JOBS, IEnumBackgroundCopyJobs, method, call, __VA_ARGS__)

/* In the order in which they are called; a fresh job for those with TRUE. */
const struct row job_rows[] =
{
    JOB(AddFileSet, job_add_file_set, TRUE, UNLESS_FINAL(S_OK), "ssqtxeqak"),
    JOB(AddFile, job_add_file, TRUE, UNLESS_FINAL(S_OK), "ssqtxeqak"),
    JOB(EnumFiles, job_enum_files, FALSE, ALWAYS(S_OK), NULL),
    JOB(Suspend, job_suspend, TRUE, UNLESS_FINAL(S_OK), "ssssssfak"),
    JOB(Resume, job_resume, TRUE, UNLESS_FINAL(S_OK), "qqqtqqfak"),
    JOB(Cancel, job_cancel, TRUE, UNLESS_FINAL(S_OK), "kkkkkkkak"),
    JOB(Complete, job_complete, TRUE, UNLESS_FINAL(S_OK), "aaaaaaaak"),
    JOB(GetId, job_get_id, FALSE, ALWAYS(S_OK), NULL),
    JOB(GetType, job_get_type, FALSE, ALWAYS(S_OK), NULL),
    JOB(GetProgress, job_get_progress, FALSE, ALWAYS(S_OK), NULL),
    JOB(GetTimes, job_get_times, FALSE, ALWAYS(S_OK), NULL),
    JOB(GetState, job_get_state, FALSE, ALWAYS(S_OK), NULL),
    JOB(GetError, job_get_error, FALSE, WITH_ERROR_ONLY, NULL),
    JOB(GetOwner, job_get_owner, FALSE, ALWAYS(S_OK), NULL),
    JOB(SetDisplayName, job_set_display_name, FALSE, UNLESS_FINAL(S_OK), NULL),
    JOB(GetDisplayName, job_get_display_name, FALSE, ALWAYS(S_OK), NULL),
    JOB(SetDescription, job_set_description, FALSE, UNLESS_FINAL(S_OK), NULL),
    JOB(GetDescription, job_get_description, FALSE, ALWAYS(S_OK), NULL),
    JOB(SetPriority, job_set_priority, FALSE, UNLESS_FINAL(S_OK), NULL),
    JOB(GetPriority, job_get_priority, FALSE, ALWAYS(S_OK), NULL),
    JOB(SetNotifyFlags, job_set_notify_flags, FALSE, UNLESS_FINAL(S_OK), NULL),
    JOB(GetNotifyFlags, job_get_notify_flags, FALSE, ALWAYS(S_OK), NULL),
    JOB(SetNotifyInterface, job_clear_notify_interface, FALSE, ALWAYS(S_OK), NULL),
    JOB(SetNotifyInterface, job_set_notify_interface, FALSE, UNLESS_FINAL(S_OK), NULL),
    JOB(GetNotifyInterface, job_get_notify_interface, FALSE, ALWAYS(S_OK), NULL),
    JOB(SetMinimumRetryDelay, job_set_minimum_retry_delay, FALSE, UNLESS_FINAL(S_OK), NULL),
    JOB(GetMinimumRetryDelay, job_get_minimum_retry_delay, FALSE, ALWAYS(S_OK), NULL),
    JOB(SetNoProgressTimeout, job_set_no_progress_timeout, FALSE, UNLESS_FINAL(S_OK), NULL),
    JOB(GetNoProgressTimeout, job_get_no_progress_timeout, FALSE, ALWAYS(S_OK), NULL),
    JOB(GetErrorCount, job_get_error_count, FALSE, ALWAYS(S_OK), NULL),
    JOB(SetProxySettings, job_set_proxy_settings, FALSE, UNLESS_FINAL(S_OK), NULL),
    JOB(GetProxySettings, job_get_proxy_settings, FALSE, ALWAYS(S_OK), NULL),
    JOB(TakeOwnership, job_take_ownership, FALSE, UNLESS_FINAL(S_OK), NULL),

    DO_JOB(AddFileWithRanges, do_job_add_file_with_ranges, TRUE, UNLESS_FINAL(S_OK), "ssqtxeqak"),

    COPY_FILE(GetRemoteName, file_get_remote_name, FALSE, ALWAYS(S_OK), NULL),
    COPY_FILE(GetLocalName, file_get_local_name, FALSE, ALWAYS(S_OK), NULL),
    COPY_FILE(GetProgress, file_get_progress, FALSE, ALWAYS(S_OK), NULL),
    COPY_FILE(GetFileRanges, file_get_ranges, FALSE, ALWAYS(S_FALSE), NULL),
    COPY_FILE(SetRemoteName, file_set_remote_name, TRUE, UNLESS_FINAL(S_OK), NULL),

    ENUM_FILES(GetCount, enum_files_get_count, FALSE, ALWAYS(S_OK), NULL),
    ENUM_FILES(Clone, enum_files_clone, FALSE, ALWAYS(S_OK), NULL),
    ENUM_FILES(Next, enum_files_next, FALSE, ALWAYS(S_OK), NULL),
    ENUM_FILES(Skip, enum_files_skip, FALSE, ALWAYS(S_FALSE), NULL),
    ENUM_FILES(Reset, enum_files_reset, FALSE, ALWAYS(S_OK), NULL),
    ENUM_JOBS(GetCount, enum_jobs_get_count, FALSE, ALWAYS(S_OK), NULL),
    ENUM_JOBS(Clone, enum_jobs_clone, FALSE, ALWAYS(S_OK), NULL),
    ENUM_JOBS(Next, enum_jobs_next, FALSE, ALWAYS(S_OK), NULL),
    ENUM_JOBS(Skip, enum_jobs_skip, FALSE, ALWAYS(S_OK), NULL),
    ENUM_JOBS(Reset, enum_jobs_reset, FALSE, ALWAYS(S_OK), NULL),
};

const unsigned int job_row_count = ARRAYSIZE(job_rows);
