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

static HRESULT WINAPI do_job2_AddFile(IDeliveryOptimizationJob2 *iface, const WCHAR *file_id, const WCHAR *url,
                                      DWORD range_count, BG_FILE_RANGE *ranges, REFIID iid, void **object)
{
    FIXME("iface %p, file_id %s, url %p, range_count %lu, ranges %p, iid %s, object %p, stub!\n", iface,
          debugstr_w(file_id), url, range_count, ranges, debugstr_guid(iid), object);

    return E_NOTIMPL;
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
