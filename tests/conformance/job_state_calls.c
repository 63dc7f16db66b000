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

HRESULT take_text(HRESULT hr, WCHAR *text)
{
    if (FAILED(hr))
        return hr;
    ok(text != NULL, "Got no text.\n");
    CoTaskMemFree(text);
    return hr;
}

HRESULT take_object(HRESULT hr, void *object)
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
            (IUnknown *)&subject->callback.IBackgroundCopyCallback2_iface);
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

static HRESULT job_set_notify_cmd_line(struct subject *subject, void *target)
{
    return IBackgroundCopyJob5_SetNotifyCmdLine((IBackgroundCopyJob5 *)target, NULL, NULL);
}

static HRESULT job_get_notify_cmd_line(struct subject *subject, void *target)
{
    WCHAR *program = NULL, *parameters = NULL;
    HRESULT hr;

    hr = IBackgroundCopyJob5_GetNotifyCmdLine((IBackgroundCopyJob5 *)target, &program, &parameters);
    CoTaskMemFree(program);
    CoTaskMemFree(parameters);
    return hr;
}

static HRESULT job_get_reply_progress(struct subject *subject, void *target)
{
    BG_JOB_REPLY_PROGRESS progress;

    return IBackgroundCopyJob5_GetReplyProgress((IBackgroundCopyJob5 *)target, &progress);
}

static HRESULT job_get_reply_data(struct subject *subject, void *target)
{
    UINT64 length = 0;
    BYTE *data = NULL;
    HRESULT hr;

    hr = IBackgroundCopyJob5_GetReplyData((IBackgroundCopyJob5 *)target, &data, &length);
    CoTaskMemFree(data);
    return hr;
}

static HRESULT job_set_reply_file_name(struct subject *subject, void *target)
{
    return IBackgroundCopyJob5_SetReplyFileName((IBackgroundCopyJob5 *)target, subject_path(subject));
}

static HRESULT job_get_reply_file_name(struct subject *subject, void *target)
{
    WCHAR *text = NULL;
    HRESULT hr;

    hr = IBackgroundCopyJob5_GetReplyFileName((IBackgroundCopyJob5 *)target, &text);
    return take_text(hr, text);
}

static HRESULT job_set_credentials(struct subject *subject, void *target)
{
    WCHAR user[] = L"user", password[] = L"password";
    BG_AUTH_CREDENTIALS credentials = { .Target = BG_AUTH_TARGET_SERVER, .Scheme = BG_AUTH_SCHEME_BASIC };

    credentials.Credentials.Basic.UserName = user;
    credentials.Credentials.Basic.Password = password;
    return IBackgroundCopyJob5_SetCredentials((IBackgroundCopyJob5 *)target, &credentials);
}

static HRESULT job_remove_credentials(struct subject *subject, void *target)
{
    return IBackgroundCopyJob5_RemoveCredentials((IBackgroundCopyJob5 *)target, BG_AUTH_TARGET_SERVER,
            BG_AUTH_SCHEME_BASIC);
}

static HRESULT job_replace_remote_prefix(struct subject *subject, void *target)
{
    return IBackgroundCopyJob5_ReplaceRemotePrefix((IBackgroundCopyJob5 *)target, subject->remote.url,
            subject->other.url);
}

static HRESULT job_add_file_with_ranges(struct subject *subject, void *target)
{
    BG_FILE_RANGE range = { 100, 50 };

    return IBackgroundCopyJob5_AddFileWithRanges((IBackgroundCopyJob5 *)target, subject->other.url,
            subject_path(subject), 1, &range);
}

static HRESULT job_set_file_acl_flags(struct subject *subject, void *target)
{
    return IBackgroundCopyJob5_SetFileACLFlags((IBackgroundCopyJob5 *)target, BG_COPY_FILE_OWNER);
}

static HRESULT job_get_file_acl_flags(struct subject *subject, void *target)
{
    DWORD flags;

    return IBackgroundCopyJob5_GetFileACLFlags((IBackgroundCopyJob5 *)target, &flags);
}

static HRESULT job_set_peer_caching_flags(struct subject *subject, void *target)
{
    return IBackgroundCopyJob5_SetPeerCachingFlags((IBackgroundCopyJob5 *)target, 0);
}

static HRESULT job_get_peer_caching_flags(struct subject *subject, void *target)
{
    DWORD flags = 0xdeadbeef;
    HRESULT hr;

    hr = IBackgroundCopyJob5_GetPeerCachingFlags((IBackgroundCopyJob5 *)target, &flags);
    ok(!flags, "Got flags %#lx.\n", flags);
    return hr;
}

static HRESULT job_get_owner_integrity_level(struct subject *subject, void *target)
{
    ULONG level;

    return IBackgroundCopyJob5_GetOwnerIntegrityLevel((IBackgroundCopyJob5 *)target, &level);
}

static HRESULT job_get_owner_elevation_state(struct subject *subject, void *target)
{
    BOOL is_elevated;

    return IBackgroundCopyJob5_GetOwnerElevationState((IBackgroundCopyJob5 *)target, &is_elevated);
}

static HRESULT job_set_maximum_download_time(struct subject *subject, void *target)
{
    return IBackgroundCopyJob5_SetMaximumDownloadTime((IBackgroundCopyJob5 *)target, 3600);
}

static HRESULT job_get_maximum_download_time(struct subject *subject, void *target)
{
    ULONG seconds;

    return IBackgroundCopyJob5_GetMaximumDownloadTime((IBackgroundCopyJob5 *)target, &seconds);
}

static HRESULT job_set_cost_flags(struct subject *subject, void *target)
{
    BITS_JOB_PROPERTY_VALUE value = { .Dword = BITS_JOB_TRANSFER_POLICY_STANDARD };

    return IBackgroundCopyJob5_SetProperty((IBackgroundCopyJob5 *)target, BITS_JOB_PROPERTY_ID_COST_FLAGS, value);
}

static HRESULT job_get_cost_flags(struct subject *subject, void *target)
{
    BITS_JOB_PROPERTY_VALUE value;

    return IBackgroundCopyJob5_GetProperty((IBackgroundCopyJob5 *)target, BITS_JOB_PROPERTY_ID_COST_FLAGS, &value);
}

static HRESULT job_set_notification_clsid(struct subject *subject, void *target)
{
    BITS_JOB_PROPERTY_VALUE value = { .ClsID = GUID_NULL };

    return IBackgroundCopyJob5_SetProperty((IBackgroundCopyJob5 *)target, BITS_JOB_PROPERTY_NOTIFICATION_CLSID, value);
}

static HRESULT job_get_notification_clsid(struct subject *subject, void *target)
{
    BITS_JOB_PROPERTY_VALUE value;

    return IBackgroundCopyJob5_GetProperty((IBackgroundCopyJob5 *)target, BITS_JOB_PROPERTY_NOTIFICATION_CLSID,
            &value);
}

static HRESULT job_set_other_property(struct subject *subject, void *target)
{
    BITS_JOB_PROPERTY_VALUE value = { .Enable = TRUE };

    return IBackgroundCopyJob5_SetProperty((IBackgroundCopyJob5 *)target, BITS_JOB_PROPERTY_DYNAMIC_CONTENT, value);
}

static HRESULT job_get_other_property(struct subject *subject, void *target)
{
    BITS_JOB_PROPERTY_VALUE value;

    return IBackgroundCopyJob5_GetProperty((IBackgroundCopyJob5 *)target, BITS_JOB_PROPERTY_DYNAMIC_CONTENT, &value);
}

static HRESULT do_job_add_file_with_ranges(struct subject *subject, void *target)
{
    BG_FILE_RANGE range = { 100, 50 };

    return IDeliveryOptimizationJob_AddFileWithRanges((IDeliveryOptimizationJob *)target, L"id", subject->other.url,
            subject_path(subject), 1, &range, DO_UNKNOWN_FILE_SIZE);
}

static HRESULT http_set_certificate_by_id(struct subject *subject, void *target)
{
    WCHAR store[] = L"MY";
    BYTE hash[20] = {0};

    return IBackgroundCopyJobHttpOptions_SetClientCertificateByID((IBackgroundCopyJobHttpOptions *)target,
            BG_CERT_STORE_LOCATION_CURRENT_USER, store, hash);
}

static HRESULT http_set_certificate_by_name(struct subject *subject, void *target)
{
    WCHAR store[] = L"MY", name[] = L"name";

    return IBackgroundCopyJobHttpOptions_SetClientCertificateByName((IBackgroundCopyJobHttpOptions *)target,
            BG_CERT_STORE_LOCATION_CURRENT_USER, store, name);
}

static HRESULT http_remove_certificate(struct subject *subject, void *target)
{
    return IBackgroundCopyJobHttpOptions_RemoveClientCertificate((IBackgroundCopyJobHttpOptions *)target);
}

static HRESULT http_get_certificate(struct subject *subject, void *target)
{
    WCHAR *store = NULL, *name = NULL;
    BG_CERT_STORE_LOCATION location;
    BYTE *hash = NULL;
    HRESULT hr;

    hr = IBackgroundCopyJobHttpOptions_GetClientCertificate((IBackgroundCopyJobHttpOptions *)target, &location, &store,
            &hash, &name);
    CoTaskMemFree(store);
    CoTaskMemFree(hash);
    CoTaskMemFree(name);
    return hr == E_NULL_REF_POINTER ? E_NOTIMPL : hr; /* the stub of Wine 8 wants to send a hash, and there is none */
}

static HRESULT http_set_custom_headers(struct subject *subject, void *target)
{
    return IBackgroundCopyJobHttpOptions_SetCustomHeaders((IBackgroundCopyJobHttpOptions *)target, L"X-Test: 1\r\n");
}

static HRESULT http_get_custom_headers(struct subject *subject, void *target)
{
    WCHAR *text = NULL;
    HRESULT hr;

    hr = IBackgroundCopyJobHttpOptions_GetCustomHeaders((IBackgroundCopyJobHttpOptions *)target, &text);
    CoTaskMemFree(text);
    return hr;
}

static HRESULT http_set_security_flags(struct subject *subject, void *target)
{
    return IBackgroundCopyJobHttpOptions_SetSecurityFlags((IBackgroundCopyJobHttpOptions *)target, 0);
}

static HRESULT http_get_security_flags(struct subject *subject, void *target)
{
    ULONG flags;

    return IBackgroundCopyJobHttpOptions_GetSecurityFlags((IBackgroundCopyJobHttpOptions *)target, &flags);
}

static HRESULT do_job2_add_file(struct subject *subject, void *target)
{
    IUnknown *file = NULL;
    HRESULT hr;

    hr = IDeliveryOptimizationJob2_AddFile((IDeliveryOptimizationJob2 *)target, L"id", subject->other.url, 0, NULL,
            &IID_IDeliveryOptimizationFile, (void **)&file);
    return take_object(hr, file);
}

static HRESULT do_job2_get_property(struct subject *subject, void *target)
{
    VARIANT value;
    HRESULT hr;

    VariantInit(&value);
    hr = IDeliveryOptimizationJob2_GetProperty((IDeliveryOptimizationJob2 *)target,
            DOJobPropertyId_ExtendedErrorInfo, &value);
    VariantClear(&value);
    return hr;
}

static HRESULT do_job2_set_property(struct subject *subject, void *target)
{
    VARIANT value;

    VariantInit(&value);
    return IDeliveryOptimizationJob2_SetProperty((IDeliveryOptimizationJob2 *)target,
            DOJobPropertyId_ExtendedErrorInfo, &value);
}

#define JOB(method, call, ...) ROW(TARGET_JOB, IBackgroundCopyJob5, method, call, __VA_ARGS__)
#define HTTP(method, call, ...) ROW(TARGET_HTTP_OPTIONS, IBackgroundCopyJobHttpOptions, method, call, __VA_ARGS__)
#define DO_JOB(method, call, ...) ROW(TARGET_DO_JOB, IDeliveryOptimizationJob, method, call, __VA_ARGS__)
#define DO_JOB2(method, call, ...) ROW(TARGET_DO_JOB2, IDeliveryOptimizationJob2, method, call, __VA_ARGS__)

const struct row job_rows[] =
{
    JOB(AddFileSet, job_add_file_set, ROW_FRESH, UNLESS_FINAL(S_OK), "ssqtxeqak"),
    JOB(AddFile, job_add_file, ROW_FRESH, UNLESS_FINAL(S_OK), "ssqtxeqak"),
    JOB(EnumFiles, job_enum_files, ROW_SHARED, ALWAYS(S_OK), NULL),
    JOB(Suspend, job_suspend, ROW_FRESH, UNLESS_FINAL(S_OK), "ssssssfak"),
    JOB(Resume, job_resume, ROW_FRESH, UNLESS_FINAL(S_OK), "qqqtqqfak"),
    JOB(Cancel, job_cancel, ROW_FRESH, UNLESS_FINAL(S_OK), "kkkkkkkak"),
    JOB(Complete, job_complete, ROW_FRESH, UNLESS_FINAL(S_OK), "aaaaaaaak"),
    JOB(GetId, job_get_id, ROW_SHARED, ALWAYS(S_OK), NULL),
    JOB(GetType, job_get_type, ROW_SHARED, ALWAYS(S_OK), NULL),
    JOB(GetProgress, job_get_progress, ROW_SHARED, ALWAYS(S_OK), NULL),
    JOB(GetTimes, job_get_times, ROW_SHARED, ALWAYS(S_OK), NULL),
    JOB(GetState, job_get_state, ROW_SHARED, ALWAYS(S_OK), NULL),
    JOB(GetError, job_get_error, ROW_SHARED, WITH_ERROR(S_OK, DO_E_ERROR_INFORMATION_UNAVAILABLE), NULL),
    JOB(GetOwner, job_get_owner, ROW_SHARED, ALWAYS(S_OK), NULL),
    JOB(SetDisplayName, job_set_display_name, ROW_SHARED, UNLESS_FINAL(S_OK), NULL),
    JOB(GetDisplayName, job_get_display_name, ROW_SHARED, ALWAYS(S_OK), NULL),
    JOB(SetDescription, job_set_description, ROW_SHARED, UNLESS_FINAL(S_OK), NULL),
    JOB(GetDescription, job_get_description, ROW_SHARED, ALWAYS(S_OK), NULL),
    JOB(SetPriority, job_set_priority, ROW_SHARED, UNLESS_FINAL(S_OK), NULL),
    JOB(GetPriority, job_get_priority, ROW_SHARED, ALWAYS(S_OK), NULL),
    JOB(SetNotifyFlags, job_set_notify_flags, ROW_SHARED, UNLESS_FINAL(S_OK), NULL),
    JOB(GetNotifyFlags, job_get_notify_flags, ROW_SHARED, ALWAYS(S_OK), NULL),
    JOB(SetNotifyInterface, job_clear_notify_interface, ROW_SHARED, ALWAYS(S_OK), NULL),
    JOB(SetNotifyInterface, job_set_notify_interface, ROW_SHARED, UNLESS_FINAL(S_OK), NULL),
    JOB(GetNotifyInterface, job_get_notify_interface, ROW_SHARED, ALWAYS(S_OK), NULL),
    JOB(SetMinimumRetryDelay, job_set_minimum_retry_delay, ROW_SHARED, UNLESS_FINAL(S_OK), NULL),
    JOB(GetMinimumRetryDelay, job_get_minimum_retry_delay, ROW_SHARED, ALWAYS(S_OK), NULL),
    JOB(SetNoProgressTimeout, job_set_no_progress_timeout, ROW_SHARED, UNLESS_FINAL(S_OK), NULL),
    JOB(GetNoProgressTimeout, job_get_no_progress_timeout, ROW_SHARED, ALWAYS(S_OK), NULL),
    JOB(GetErrorCount, job_get_error_count, ROW_SHARED, ALWAYS(S_OK), NULL),
    JOB(SetProxySettings, job_set_proxy_settings, ROW_SHARED, UNLESS_FINAL(S_OK), NULL),
    JOB(GetProxySettings, job_get_proxy_settings, ROW_SHARED, ALWAYS(S_OK), NULL),
    JOB(TakeOwnership, job_take_ownership, ROW_SHARED, UNLESS_FINAL(S_OK), NULL),
    JOB(SetNotifyCmdLine, job_set_notify_cmd_line, ROW_SHARED, UNLESS_FINAL(S_OK), NULL),
    JOB(GetNotifyCmdLine, job_get_notify_cmd_line, ROW_SHARED, ALWAYS(S_OK), NULL),
    JOB(GetReplyProgress, job_get_reply_progress, ROW_SHARED, ALWAYS(E_NOTIMPL), NULL),
    JOB(GetReplyData, job_get_reply_data, ROW_SHARED, ALWAYS(E_NOTIMPL), NULL),
    JOB(SetReplyFileName, job_set_reply_file_name, ROW_SHARED, ALWAYS(E_NOTIMPL), NULL),
    JOB(GetReplyFileName, job_get_reply_file_name, ROW_SHARED, ALWAYS(E_NOTIMPL), NULL),
    JOB(SetCredentials, job_set_credentials, ROW_SHARED, UNLESS_FINAL(S_OK), NULL),
    JOB(RemoveCredentials, job_remove_credentials, ROW_SHARED, UNLESS_FINAL(S_OK), NULL),
    JOB(ReplaceRemotePrefix, job_replace_remote_prefix, ROW_FRESH, UNLESS_FINAL(S_OK), NULL),
    JOB(AddFileWithRanges, job_add_file_with_ranges, ROW_FRESH, UNLESS_FINAL(S_OK), "ssqtxeqak"),
    JOB(SetFileACLFlags, job_set_file_acl_flags, ROW_SHARED, UNLESS_DONE(S_OK), NULL),
    JOB(GetFileACLFlags, job_get_file_acl_flags, ROW_SHARED, ALWAYS(S_OK), NULL),
    JOB(SetPeerCachingFlags, job_set_peer_caching_flags, ROW_SHARED, ALWAYS(E_NOTIMPL), NULL),
    JOB(GetPeerCachingFlags, job_get_peer_caching_flags, ROW_SHARED, ALWAYS(S_OK), NULL),
    JOB(GetOwnerIntegrityLevel, job_get_owner_integrity_level, ROW_SHARED, ALWAYS(S_OK), NULL),
    JOB(GetOwnerElevationState, job_get_owner_elevation_state, ROW_SHARED, ALWAYS(S_OK), NULL),
    JOB(SetMaximumDownloadTime, job_set_maximum_download_time, ROW_SHARED, UNLESS_FINAL(S_OK), NULL),
    JOB(GetMaximumDownloadTime, job_get_maximum_download_time, ROW_SHARED, ALWAYS(S_OK), NULL),
    JOB(SetProperty, job_set_cost_flags, ROW_SHARED, UNLESS_FINAL(S_OK), NULL),
    JOB(SetProperty, job_set_notification_clsid, ROW_SHARED, UNLESS_FINAL(S_OK), NULL),
    JOB(SetProperty, job_set_other_property, ROW_SHARED, ALWAYS(DO_E_UNKNOWN_PROPERTY_ID), NULL),
    JOB(GetProperty, job_get_cost_flags, ROW_SHARED, ALWAYS(S_OK), NULL),
    JOB(GetProperty, job_get_notification_clsid, ROW_SHARED, ALWAYS(S_OK), NULL),
    JOB(GetProperty, job_get_other_property, ROW_SHARED, ALWAYS(DO_E_UNKNOWN_PROPERTY_ID), NULL),
    DO_JOB(AddFileWithRanges, do_job_add_file_with_ranges, ROW_FRESH, UNLESS_FINAL(S_OK), "ssqtxeqak"),

    HTTP(SetClientCertificateByID, http_set_certificate_by_id, ROW_SHARED, ALWAYS(E_NOTIMPL), NULL),
    HTTP(SetClientCertificateByName, http_set_certificate_by_name, ROW_SHARED, ALWAYS(E_NOTIMPL), NULL),
    HTTP(RemoveClientCertificate, http_remove_certificate, ROW_SHARED, ALWAYS(E_NOTIMPL), NULL),
    /* A hash that is not there cannot come through the proxy. */
    HTTP(GetClientCertificate, http_get_certificate, ROW_SHARED, ALWAYS(E_NOTIMPL), NULL),
    HTTP(SetCustomHeaders, http_set_custom_headers, ROW_SHARED, UNLESS_FINAL(S_OK), NULL),
    /* A final job took none. */
    HTTP(GetCustomHeaders, http_get_custom_headers, ROW_SHARED, { S_OK, S_OK, S_OK, S_OK, S_OK, S_OK, S_OK, S_FALSE,
            S_FALSE }, NULL),
    HTTP(SetSecurityFlags, http_set_security_flags, ROW_SHARED, UNLESS_FINAL(S_OK), NULL),
    HTTP(GetSecurityFlags, http_get_security_flags, ROW_SHARED, ALWAYS(S_OK), NULL),

    DO_JOB2(AddFile, do_job2_add_file, ROW_FRESH, UNLESS_FINAL(S_OK), "ssqtxeqak"),
    DO_JOB2(GetProperty, do_job2_get_property, ROW_SHARED, WITH_ERROR(S_OK, DO_E_ERROR_INFORMATION_UNAVAILABLE),
            NULL),
    DO_JOB2(SetProperty, do_job2_set_property, ROW_SHARED, ALWAYS(DO_E_READ_ONLY_PROPERTY), NULL),
};

const unsigned int job_row_count = ARRAYSIZE(job_rows);
