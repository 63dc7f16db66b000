/*
 * A job: Delivery Optimization's own second interface: files without a destination, properties.
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

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

static HRESULT WINAPI do_job2_QueryInterface(IDeliveryOptimizationJob2 *iface, REFIID iid, void **out)
{
    struct job *job = impl_from_IDeliveryOptimizationJob2(iface);

    return IBackgroundCopyJob5_QueryInterface(&job->IBackgroundCopyJob5_iface, iid, out);
}

static ULONG WINAPI do_job2_AddRef(IDeliveryOptimizationJob2 *iface)
{
    struct job *job = impl_from_IDeliveryOptimizationJob2(iface);

    return IBackgroundCopyJob5_AddRef(&job->IBackgroundCopyJob5_iface);
}

static ULONG WINAPI do_job2_Release(IDeliveryOptimizationJob2 *iface)
{
    struct job *job = impl_from_IDeliveryOptimizationJob2(iface);

    return IBackgroundCopyJob5_Release(&job->IBackgroundCopyJob5_iface);
}

/* A file is only added if its object can be handed out. */
static HRESULT add_file(struct job *job, const struct dosvc_file *request, REFIID iid, void **object)
{
    IBackgroundCopyFile *file;
    unsigned int index;
    HRESULT hr;

    if (!file_has_interface(iid))
        return E_NOINTERFACE;
    if (FAILED(hr = url_result(engine_job_add_file(&job->id, request, &index)))
        || FAILED(hr = file_create(&job->id, index, &file)))
        return hr;
    hr = IBackgroundCopyFile_QueryInterface(file, iid, object);
    IBackgroundCopyFile_Release(file);
    return hr;
}

/* URLs may carry secrets in their query: they are not traced. */
static HRESULT WINAPI do_job2_AddFile(IDeliveryOptimizationJob2 *iface, const WCHAR *file_id, const WCHAR *url,
                                      DWORD range_count, BG_FILE_RANGE *ranges, REFIID iid, void **object)
{
    struct job *job = impl_from_IDeliveryOptimizationJob2(iface);
    struct dosvc_file request = { .size = ENGINE_SIZE_UNKNOWN };
    char *url_utf8 = NULL, *id_utf8 = NULL;
    HRESULT hr;

    TRACE("iface %p, file_id %s, url %p, range_count %lu, ranges %p, iid %s, object %p.\n", iface,
          debugstr_w(file_id), url, range_count, ranges, debugstr_guid(iid), object);

    if (!object || !file_id || !*file_id || !url || !*url || (range_count && !ranges))
        return E_INVALIDARG;
    if (SUCCEEDED(hr = utf8_from_wide(url, &url_utf8)) && SUCCEEDED(hr = utf8_from_wide(file_id, &id_utf8)))
    {
        request.url = (ULONG_PTR)url_utf8;
        request.file_id = (ULONG_PTR)id_utf8;
        request.ranges = (ULONG_PTR)ranges;
        request.range_count = range_count;
        hr = add_file(job, &request, iid, object);
    }
    free(id_utf8);
    free(url_utf8);
    return hr;
}

static HRESULT WINAPI do_job2_GetProperty(IDeliveryOptimizationJob2 *iface, DOJobPropertyId id, VARIANT *value)
{
    struct job *job = impl_from_IDeliveryOptimizationJob2(iface);
    WCHAR *text;
    HRESULT hr;
    BSTR copy;

    TRACE("iface %p, id %d, value %p.\n", iface, id, value);

    if (!value)
        return E_INVALIDARG;
    if (id != DOJobPropertyId_ExtendedErrorInfo)
        return DO_E_UNKNOWN_PROPERTY_ID;
    if (FAILED(hr = engine_job_get_text(&job->id, JOB_TEXT_EXTENDED_ERROR, &text)))
        return hr;
    copy = SysAllocString(text);
    CoTaskMemFree(text);
    if (!copy)
        return E_OUTOFMEMORY;
    V_VT(value) = VT_BSTR;
    V_BSTR(value) = copy;
    return S_OK;
}

static HRESULT WINAPI do_job2_SetProperty(IDeliveryOptimizationJob2 *iface, DOJobPropertyId id, const VARIANT *value)
{
    TRACE("iface %p, id %d, value %p.\n", iface, id, value);

    return id == DOJobPropertyId_ExtendedErrorInfo ? DO_E_READ_ONLY_PROPERTY : DO_E_UNKNOWN_PROPERTY_ID;
}

const IDeliveryOptimizationJob2Vtbl do_job2_vtbl =
{
    do_job2_QueryInterface,
    do_job2_AddRef,
    do_job2_Release,
    do_job2_AddFile,
    do_job2_GetProperty,
    do_job2_SetProperty,
};
