/*
 * A job: prefixes of URLs, files with ranges, access control lists.
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

#include "job.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

/* URLs may carry secrets: they are not traced. */
HRESULT WINAPI job_ReplaceRemotePrefix(IBackgroundCopyJob5 *iface, const WCHAR *old_prefix, const WCHAR *new_prefix)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p, old_prefix %p, new_prefix %p.\n", iface, old_prefix, new_prefix);

    if (!old_prefix || !new_prefix)
        return E_INVALIDARG;
    return url_result(engine_job_replace_prefix(&job->id, old_prefix, new_prefix));
}

HRESULT WINAPI job_AddFileWithRanges(IBackgroundCopyJob5 *iface, const WCHAR *url, const WCHAR *local_name,
                                     DWORD range_count, BG_FILE_RANGE *ranges)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p, url %p, local_name %s, range_count %lu, ranges %p.\n", iface, url, debugstr_w(local_name),
          range_count, ranges);

    return job_add_file_with_ranges(job, NULL, url, local_name, range_count, ranges, ENGINE_SIZE_UNKNOWN);
}

/* They are for files of SMB servers; BITS too does nothing with them for others. */
HRESULT WINAPI job_SetFileACLFlags(IBackgroundCopyJob5 *iface, DWORD flags)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);
    struct job_get_info_params info;
    HRESULT hr;

    TRACE("iface %p, flags %#lx.\n", iface, flags);

    if (flags & ~BG_COPY_FILE_ALL)
        return E_INVALIDARG;
    if (FAILED(hr = engine_job_get_info(&job->id, &info)))
        return hr;
    if (info.state == JOB_TRANSFERRED)
        return DO_E_INVALID_STATE;
    return engine_job_set_number(&job->id, JOB_NUMBER_FILE_ACL_FLAGS, flags);
}

HRESULT WINAPI job_GetFileACLFlags(IBackgroundCopyJob5 *iface, DWORD *flags)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p, flags %p.\n", iface, flags);

    return job_get_ulong(job, JOB_NUMBER_FILE_ACL_FLAGS, flags);
}
