/*
 * IDeliveryOptimizationFile: the statistics of a file.
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

#include "file.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

static HRESULT WINAPI do_file_QueryInterface(IDeliveryOptimizationFile *iface, REFIID iid, void **out)
{
    struct file *file = impl_from_IDeliveryOptimizationFile(iface);

    return IBackgroundCopyFile5_QueryInterface(&file->IBackgroundCopyFile5_iface, iid, out);
}

static ULONG WINAPI do_file_AddRef(IDeliveryOptimizationFile *iface)
{
    struct file *file = impl_from_IDeliveryOptimizationFile(iface);

    return IBackgroundCopyFile5_AddRef(&file->IBackgroundCopyFile5_iface);
}

static ULONG WINAPI do_file_Release(IDeliveryOptimizationFile *iface)
{
    struct file *file = impl_from_IDeliveryOptimizationFile(iface);

    return IBackgroundCopyFile5_Release(&file->IBackgroundCopyFile5_iface);
}

/* There are no peers: what was downloaded came over HTTP, from the origin or from a cache host. */
static void fill_numbers(DOSwarmStats *out, const struct file_get_stats_params *stats)
{
    out->fileSize = stats->size == ENGINE_SIZE_UNKNOWN ? DO_UNKNOWN_FILE_SIZE : stats->size;
    out->totalBytesDownloaded = stats->bytes_from_http;
    out->bytesFromHttp = stats->bytes_from_http;
    out->bytesFromDoinc = stats->bytes_from_cache;
    out->httpConnectionCount = stats->http_connections;
    out->doincConnectionCount = stats->cache_connections;
    out->downloadDuration = stats->duration;
    out->downloadMode = DownloadMode_Simple;
    out->status = (SwarmStatus)stats->status;
    out->isBackground = stats->background != 0;
}

static HRESULT WINAPI do_file_GetStats(IDeliveryOptimizationFile *iface, DOSwarmStats *out)
{
    struct file *file = impl_from_IDeliveryOptimizationFile(iface);
    struct file_get_stats_params stats;
    DOSwarmStats result = {0};
    HRESULT hr;

    TRACE("iface %p, out %p.\n", iface, out);

    if (!out)
        return E_INVALIDARG;
    if (FAILED(hr = engine_file_get_stats(&file->job_id, file->index, &stats))
        || FAILED(hr = engine_file_get_text(&file->job_id, file->index, FILE_TEXT_FILE_ID, &result.fileId)))
        return hr;
    if (FAILED(hr = engine_file_get_text(&file->job_id, file->index, FILE_TEXT_REMOTE_NAME, &result.sourceURL)))
    {
        CoTaskMemFree(result.fileId);
        return hr;
    }
    fill_numbers(&result, &stats);
    *out = result;
    return S_OK;
}

const IDeliveryOptimizationFileVtbl do_file_vtbl =
{
    do_file_QueryInterface,
    do_file_AddRef,
    do_file_Release,
    do_file_GetStats,
    do_file_GetStats,
};
