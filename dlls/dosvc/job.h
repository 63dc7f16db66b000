/*
 * The job object, for the files that implement its methods.
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

#ifndef DOSVC_JOB_H
#define DOSVC_JOB_H

#include "dosvc_private.h"

/* A view of a job of the engine; several objects may show the same job. */
struct job
{
    IBackgroundCopyJob5 IBackgroundCopyJob5_iface;
    IBackgroundCopyJobHttpOptions IBackgroundCopyJobHttpOptions_iface;
    IDeliveryOptimizationJob IDeliveryOptimizationJob_iface;
    IDeliveryOptimizationJob2 IDeliveryOptimizationJob2_iface;
    LONG refcount;
    struct client_object client;
    GUID id;        /* constant; open in the engine as long as this exists */
};

static inline struct job *impl_from_IBackgroundCopyJob5(IBackgroundCopyJob5 *iface)
{
    return CONTAINING_RECORD(iface, struct job, IBackgroundCopyJob5_iface);
}

static inline struct job *impl_from_IBackgroundCopyJobHttpOptions(IBackgroundCopyJobHttpOptions *iface)
{
    return CONTAINING_RECORD(iface, struct job, IBackgroundCopyJobHttpOptions_iface);
}

static inline struct job *impl_from_IDeliveryOptimizationJob(IDeliveryOptimizationJob *iface)
{
    return CONTAINING_RECORD(iface, struct job, IDeliveryOptimizationJob_iface);
}

static inline struct job *impl_from_IDeliveryOptimizationJob2(IDeliveryOptimizationJob2 *iface)
{
    return CONTAINING_RECORD(iface, struct job, IDeliveryOptimizationJob2_iface);
}

/* job_files.c */
HRESULT WINAPI job_AddFileSet(IBackgroundCopyJob5 *iface, ULONG count, BG_FILE_INFO *files);
HRESULT WINAPI job_AddFile(IBackgroundCopyJob5 *iface, const WCHAR *url, const WCHAR *local_name);
HRESULT WINAPI job_EnumFiles(IBackgroundCopyJob5 *iface, IEnumBackgroundCopyFiles **enumerator);
HRESULT WINAPI do_job_AddFileWithRanges(IDeliveryOptimizationJob *iface, const WCHAR *file_id, const WCHAR *url,
                                        const WCHAR *local_name, DWORD range_count, BG_FILE_RANGE *ranges,
                                        UINT64 size);
/* file_id may be NULL. */
HRESULT job_add_file_with_ranges(struct job *job, const WCHAR *file_id, const WCHAR *url, const WCHAR *local_name,
                                 DWORD range_count, BG_FILE_RANGE *ranges, UINT64 size);

/* job_properties.c */
HRESULT WINAPI job_SetDisplayName(IBackgroundCopyJob5 *iface, const WCHAR *name);
HRESULT WINAPI job_GetDisplayName(IBackgroundCopyJob5 *iface, WCHAR **name);
HRESULT WINAPI job_SetDescription(IBackgroundCopyJob5 *iface, const WCHAR *description);
HRESULT WINAPI job_GetDescription(IBackgroundCopyJob5 *iface, WCHAR **description);
HRESULT WINAPI job_SetPriority(IBackgroundCopyJob5 *iface, BG_JOB_PRIORITY priority);
HRESULT WINAPI job_GetPriority(IBackgroundCopyJob5 *iface, BG_JOB_PRIORITY *priority);
HRESULT WINAPI job_SetNotifyFlags(IBackgroundCopyJob5 *iface, ULONG flags);
HRESULT WINAPI job_GetNotifyFlags(IBackgroundCopyJob5 *iface, ULONG *flags);
HRESULT WINAPI job_SetNotifyInterface(IBackgroundCopyJob5 *iface, IUnknown *unknown);
HRESULT WINAPI job_GetNotifyInterface(IBackgroundCopyJob5 *iface, IUnknown **unknown);
HRESULT WINAPI job_SetMinimumRetryDelay(IBackgroundCopyJob5 *iface, ULONG seconds);
HRESULT WINAPI job_GetMinimumRetryDelay(IBackgroundCopyJob5 *iface, ULONG *seconds);
HRESULT WINAPI job_SetNoProgressTimeout(IBackgroundCopyJob5 *iface, ULONG seconds);
HRESULT WINAPI job_GetNoProgressTimeout(IBackgroundCopyJob5 *iface, ULONG *seconds);
HRESULT WINAPI job_SetProxySettings(IBackgroundCopyJob5 *iface, BG_JOB_PROXY_USAGE usage, const WCHAR *list,
                                    const WCHAR *bypass_list);
HRESULT WINAPI job_GetProxySettings(IBackgroundCopyJob5 *iface, BG_JOB_PROXY_USAGE *usage, WCHAR **list,
                                    WCHAR **bypass_list);

/* For the methods that give one of the job's numbers: E_INVALIDARG if there is no place for it. */
HRESULT job_get_ulong(const struct job *job, enum job_number which, ULONG *value);
/* A text that is not set is NULL; freed with CoTaskMemFree(). */
HRESULT job_get_optional_text(struct job *job, enum job_text which, WCHAR **text);

/* job2.c */
HRESULT WINAPI job_SetNotifyCmdLine(IBackgroundCopyJob5 *iface, const WCHAR *program, const WCHAR *parameters);
HRESULT WINAPI job_GetNotifyCmdLine(IBackgroundCopyJob5 *iface, WCHAR **program, WCHAR **parameters);
HRESULT WINAPI job_GetReplyProgress(IBackgroundCopyJob5 *iface, BG_JOB_REPLY_PROGRESS *progress);
HRESULT WINAPI job_GetReplyData(IBackgroundCopyJob5 *iface, byte **buffer, UINT64 *length);
HRESULT WINAPI job_SetReplyFileName(IBackgroundCopyJob5 *iface, const WCHAR *name);
HRESULT WINAPI job_GetReplyFileName(IBackgroundCopyJob5 *iface, WCHAR **name);
HRESULT WINAPI job_SetCredentials(IBackgroundCopyJob5 *iface, BG_AUTH_CREDENTIALS *credentials);
HRESULT WINAPI job_RemoveCredentials(IBackgroundCopyJob5 *iface, BG_AUTH_TARGET target, BG_AUTH_SCHEME scheme);

/* job3.c */
HRESULT WINAPI job_ReplaceRemotePrefix(IBackgroundCopyJob5 *iface, const WCHAR *old_prefix, const WCHAR *new_prefix);
HRESULT WINAPI job_AddFileWithRanges(IBackgroundCopyJob5 *iface, const WCHAR *url, const WCHAR *local_name,
                                     DWORD range_count, BG_FILE_RANGE *ranges);
HRESULT WINAPI job_SetFileACLFlags(IBackgroundCopyJob5 *iface, DWORD flags);
HRESULT WINAPI job_GetFileACLFlags(IBackgroundCopyJob5 *iface, DWORD *flags);

/* job4.c */
HRESULT WINAPI job_SetPeerCachingFlags(IBackgroundCopyJob5 *iface, DWORD flags);
HRESULT WINAPI job_GetPeerCachingFlags(IBackgroundCopyJob5 *iface, DWORD *flags);
HRESULT WINAPI job_GetOwnerIntegrityLevel(IBackgroundCopyJob5 *iface, ULONG *level);
HRESULT WINAPI job_GetOwnerElevationState(IBackgroundCopyJob5 *iface, BOOL *elevated);
HRESULT WINAPI job_SetMaximumDownloadTime(IBackgroundCopyJob5 *iface, ULONG seconds);
HRESULT WINAPI job_GetMaximumDownloadTime(IBackgroundCopyJob5 *iface, ULONG *seconds);

/* job5.c */
HRESULT WINAPI job_SetProperty(IBackgroundCopyJob5 *iface, BITS_JOB_PROPERTY_ID id, BITS_JOB_PROPERTY_VALUE value);
HRESULT WINAPI job_GetProperty(IBackgroundCopyJob5 *iface, BITS_JOB_PROPERTY_ID id, BITS_JOB_PROPERTY_VALUE *value);

/* job_http_options.c, do_job2.c */
extern const IBackgroundCopyJobHttpOptionsVtbl job_http_options_vtbl;
extern const IDeliveryOptimizationJob2Vtbl do_job2_vtbl;

#endif /* DOSVC_JOB_H */
