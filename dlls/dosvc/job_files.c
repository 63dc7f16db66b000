/*
 * A job: adding and listing its files.
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

#include <stdlib.h>

#include "job.h"
#include "urlmon.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

/*
 * The engine tells a malformed URL, or one of another protocol, from other bad arguments; the pages of the job API have
 * E_INVALIDARG for both.
 */
HRESULT url_result(HRESULT hr)
{
    return hr == INET_E_INVALID_URL ? E_INVALIDARG : hr;
}

static void *pointer(uint64_t address)
{
    return (void *)(ULONG_PTR)address;
}

static void request_cleanup(struct dosvc_file *request)
{
    free(pointer(request->file_id));
    free(pointer(request->path));
    free(pointer(request->local_name));
    free(pointer(request->url));
}

/* Converts the arguments of one file; with a failure, what is in the request is still to be cleaned up. */
static HRESULT request_init(struct dosvc_file *request, const WCHAR *file_id, const WCHAR *url,
                            const WCHAR *local_name)
{
    char *text;
    HRESULT hr;

    if (!url || !*url || !local_name || !*local_name)
        return E_INVALIDARG;

    if (FAILED(hr = utf8_from_wide(url, &text)))
        return hr;
    request->url = (ULONG_PTR)text;
    if (FAILED(hr = utf8_from_wide(local_name, &text)))
        return hr;
    request->local_name = (ULONG_PTR)text;
    if (FAILED(hr = utf8_from_wide(file_id, &text)))
        return hr;
    request->file_id = (ULONG_PTR)text;
    request->size = ENGINE_SIZE_UNKNOWN;
    return S_OK;
}

/* The former request is one that has its path, or NULL. */
static HRESULT request_set_path(struct dosvc_file *request, const WCHAR *name, const struct dosvc_file *former,
                                const WCHAR *former_name)
{
    char *path;
    HRESULT hr;

    if (former)
        hr = path_resolve_beside(name, former_name, pointer(former->path), &path);
    else
        hr = path_resolve(name, &path);
    if (SUCCEEDED(hr))
        request->path = (ULONG_PTR)path;
    return hr;
}

static HRESULT requests_init(struct dosvc_file *requests, const BG_FILE_INFO *files, ULONG count)
{
    HRESULT hr = S_OK;
    ULONG i;

    for (i = 0; i < count && SUCCEEDED(hr); ++i)
    {
        if (SUCCEEDED(hr = request_init(&requests[i], NULL, files[i].RemoteName, files[i].LocalName)))
            hr = request_set_path(&requests[i], files[i].LocalName, i ? &requests[i - 1] : NULL,
                                  i ? files[i - 1].LocalName : NULL);
    }
    return hr;
}

/* That a final job takes no files is said before anything is said about the disk. */
static HRESULT check_not_final(struct job *job)
{
    struct job_get_info_params info;
    HRESULT hr;

    if (FAILED(hr = engine_job_get_info(&job->id, &info)))
        return hr;
    return job_state_is_final(info.state) ? DO_E_INVALID_STATE : S_OK;
}

static HRESULT add_file_set(struct job *job, ULONG count, const BG_FILE_INFO *files)
{
    struct dosvc_file *requests;
    HRESULT hr;
    ULONG i;

    if (FAILED(hr = check_not_final(job)))
        return hr;
    if (!(requests = calloc(count, sizeof(*requests))))
        return E_OUTOFMEMORY;
    if (SUCCEEDED(hr = requests_init(requests, files, count)))
        hr = url_result(engine_job_add_files(&job->id, requests, count));
    for (i = 0; i < count; ++i)
        request_cleanup(&requests[i]);
    free(requests);
    return hr;
}

HRESULT WINAPI job_AddFileSet(IBackgroundCopyJob5 *iface, ULONG count, BG_FILE_INFO *files)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p, count %lu, files %p.\n", iface, count, files);

    if (!count || !files)
        return E_INVALIDARG;
    return add_file_set(job, count, files);
}

/* URLs may carry secrets in their query: they are not traced. */
HRESULT WINAPI job_AddFile(IBackgroundCopyJob5 *iface, const WCHAR *url, const WCHAR *local_name)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);
    BG_FILE_INFO file = { .RemoteName = (WCHAR *)url, .LocalName = (WCHAR *)local_name };

    TRACE("iface %p, url %p, local_name %s.\n", iface, url, debugstr_w(local_name));

    return add_file_set(job, 1, &file);
}

HRESULT WINAPI job_EnumFiles(IBackgroundCopyJob5 *iface, IEnumBackgroundCopyFiles **enumerator)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p, enumerator %p.\n", iface, enumerator);

    if (!enumerator)
        return E_INVALIDARG;
    return enum_files_create(&job->id, enumerator);
}

HRESULT job_add_file_with_ranges(struct job *job, const WCHAR *file_id, const WCHAR *url, const WCHAR *local_name,
                                 DWORD range_count, BG_FILE_RANGE *ranges, UINT64 size)
{
    struct dosvc_file request = {0};
    HRESULT hr;

    if (range_count && !ranges)
        return E_INVALIDARG;
    if (FAILED(hr = check_not_final(job)))
        return hr;
    if (SUCCEEDED(hr = request_init(&request, file_id, url, local_name))
        && SUCCEEDED(hr = request_set_path(&request, local_name, NULL, NULL)))
    {
        request.ranges = (ULONG_PTR)ranges;
        request.range_count = range_count;
        request.size = size;
        hr = url_result(engine_job_add_files(&job->id, &request, 1));
    }
    request_cleanup(&request);
    return hr;
}

HRESULT WINAPI do_job_AddFileWithRanges(IDeliveryOptimizationJob *iface, const WCHAR *file_id, const WCHAR *url,
                                        const WCHAR *local_name, DWORD range_count, BG_FILE_RANGE *ranges,
                                        UINT64 size)
{
    struct job *job = impl_from_IDeliveryOptimizationJob(iface);

    TRACE("iface %p, file_id %s, url %p, local_name %s, range_count %lu, ranges %p, size %s.\n", iface,
          debugstr_w(file_id), url, debugstr_w(local_name), range_count, ranges, wine_dbgstr_longlong(size));

    if (!file_id || !*file_id)
        return E_INVALIDARG;
    return job_add_file_with_ranges(job, file_id, url, local_name, range_count, ranges, size);
}
