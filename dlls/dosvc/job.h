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
    IBackgroundCopyJob IBackgroundCopyJob_iface;
    IDeliveryOptimizationJob IDeliveryOptimizationJob_iface;
    LONG refcount;
    GUID id;        /* constant; open in the engine as long as this exists */
};

static inline struct job *impl_from_IBackgroundCopyJob(IBackgroundCopyJob *iface)
{
    return CONTAINING_RECORD(iface, struct job, IBackgroundCopyJob_iface);
}

static inline struct job *impl_from_IDeliveryOptimizationJob(IDeliveryOptimizationJob *iface)
{
    return CONTAINING_RECORD(iface, struct job, IDeliveryOptimizationJob_iface);
}

/* job_files.c */
HRESULT WINAPI job_AddFileSet(IBackgroundCopyJob *iface, ULONG count, BG_FILE_INFO *files);
HRESULT WINAPI job_AddFile(IBackgroundCopyJob *iface, const WCHAR *url, const WCHAR *local_name);
HRESULT WINAPI job_EnumFiles(IBackgroundCopyJob *iface, IEnumBackgroundCopyFiles **enumerator);
HRESULT WINAPI do_job_AddFileWithRanges(IDeliveryOptimizationJob *iface, const WCHAR *file_id, const WCHAR *url,
                                        const WCHAR *local_name, DWORD range_count, BG_FILE_RANGE *ranges,
                                        UINT64 size);

/* job_properties.c */
HRESULT WINAPI job_SetDisplayName(IBackgroundCopyJob *iface, const WCHAR *name);
HRESULT WINAPI job_GetDisplayName(IBackgroundCopyJob *iface, WCHAR **name);
HRESULT WINAPI job_SetDescription(IBackgroundCopyJob *iface, const WCHAR *description);
HRESULT WINAPI job_GetDescription(IBackgroundCopyJob *iface, WCHAR **description);
HRESULT WINAPI job_SetPriority(IBackgroundCopyJob *iface, BG_JOB_PRIORITY priority);
HRESULT WINAPI job_GetPriority(IBackgroundCopyJob *iface, BG_JOB_PRIORITY *priority);
HRESULT WINAPI job_SetNotifyFlags(IBackgroundCopyJob *iface, ULONG flags);
HRESULT WINAPI job_GetNotifyFlags(IBackgroundCopyJob *iface, ULONG *flags);
HRESULT WINAPI job_SetNotifyInterface(IBackgroundCopyJob *iface, IUnknown *unknown);
HRESULT WINAPI job_GetNotifyInterface(IBackgroundCopyJob *iface, IUnknown **unknown);
HRESULT WINAPI job_SetMinimumRetryDelay(IBackgroundCopyJob *iface, ULONG seconds);
HRESULT WINAPI job_GetMinimumRetryDelay(IBackgroundCopyJob *iface, ULONG *seconds);
HRESULT WINAPI job_SetNoProgressTimeout(IBackgroundCopyJob *iface, ULONG seconds);
HRESULT WINAPI job_GetNoProgressTimeout(IBackgroundCopyJob *iface, ULONG *seconds);
HRESULT WINAPI job_SetProxySettings(IBackgroundCopyJob *iface, BG_JOB_PROXY_USAGE usage, const WCHAR *list,
                                    const WCHAR *bypass_list);
HRESULT WINAPI job_GetProxySettings(IBackgroundCopyJob *iface, BG_JOB_PROXY_USAGE *usage, WCHAR **list,
                                    WCHAR **bypass_list);

#endif /* DOSVC_JOB_H */
