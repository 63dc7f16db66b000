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

HRESULT WINAPI job_ReplaceRemotePrefix(IBackgroundCopyJob5 *iface, const WCHAR *old_prefix, const WCHAR *new_prefix)
{
    FIXME("iface %p, old_prefix %p, new_prefix %p, stub!\n", iface, old_prefix, new_prefix);

    return E_NOTIMPL;
}

HRESULT WINAPI job_AddFileWithRanges(IBackgroundCopyJob5 *iface, const WCHAR *url, const WCHAR *local_name,
                                     DWORD range_count, BG_FILE_RANGE *ranges)
{
    FIXME("iface %p, url %p, local_name %p, range_count %lu, ranges %p, stub!\n", iface, url, local_name,
          range_count, ranges);

    return E_NOTIMPL;
}

HRESULT WINAPI job_SetFileACLFlags(IBackgroundCopyJob5 *iface, DWORD flags)
{
    FIXME("iface %p, flags %#lx, stub!\n", iface, flags);

    return E_NOTIMPL;
}

HRESULT WINAPI job_GetFileACLFlags(IBackgroundCopyJob5 *iface, DWORD *flags)
{
    FIXME("iface %p, flags %p, stub!\n", iface, flags);

    return E_NOTIMPL;
}
