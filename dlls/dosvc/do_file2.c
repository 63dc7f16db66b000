/*
 * IDeliveryOptimizationFile2: the properties of a file.
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

#include "file.h"
#include "oleauto.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

static HRESULT WINAPI do_file2_QueryInterface(IDeliveryOptimizationFile2 *iface, REFIID iid, void **out)
{
    struct file *file = impl_from_IDeliveryOptimizationFile2(iface);

    return IBackgroundCopyFile5_QueryInterface(&file->IBackgroundCopyFile5_iface, iid, out);
}

static ULONG WINAPI do_file2_AddRef(IDeliveryOptimizationFile2 *iface)
{
    struct file *file = impl_from_IDeliveryOptimizationFile2(iface);

    return IBackgroundCopyFile5_AddRef(&file->IBackgroundCopyFile5_iface);
}

static ULONG WINAPI do_file2_Release(IDeliveryOptimizationFile2 *iface)
{
    struct file *file = impl_from_IDeliveryOptimizationFile2(iface);

    return IBackgroundCopyFile5_Release(&file->IBackgroundCopyFile5_iface);
}

static HRESULT get_path(struct file *file, VARIANT *value)
{
    WCHAR *text;
    BSTR string;
    HRESULT hr;

    if (FAILED(hr = engine_file_get_text(&file->job_id, file->index, FILE_TEXT_LOCAL_NAME, &text)))
        return hr;
    string = SysAllocString(text);
    hr = !*text ? E_NOT_SET : string ? S_OK : E_OUTOFMEMORY;
    CoTaskMemFree(text);
    if (FAILED(hr))
    {
        SysFreeString(string);
        return hr;
    }
    V_VT(value) = VT_BSTR;
    V_BSTR(value) = string;
    return S_OK;
}

static HRESULT get_mandatory(struct file *file, VARIANT *value)
{
    UINT64 number;
    HRESULT hr;

    if (FAILED(hr = engine_file_get_number(&file->job_id, file->index, FILE_NUMBER_INTEGRITY_MANDATORY, &number)))
        return hr;
    V_VT(value) = VT_BOOL;
    V_BOOL(value) = number ? VARIANT_TRUE : VARIANT_FALSE;
    return S_OK;
}

static HRESULT get_total_size(struct file *file, VARIANT *value)
{
    UINT64 number;
    HRESULT hr;

    if (FAILED(hr = engine_file_get_number(&file->job_id, file->index, FILE_NUMBER_TOTAL_SIZE, &number)))
        return hr;
    if (number == ENGINE_SIZE_UNKNOWN)
        return E_NOT_SET;
    V_VT(value) = VT_UI8;
    V_UI8(value) = number;
    return S_OK;
}

static HRESULT get_stream(struct file *file, VARIANT *value)
{
    IStream *stream;

    if (!(stream = stream_get(&file->job_id, file->index)))
        return E_NOT_SET;
    V_VT(value) = VT_UNKNOWN;
    V_UNKNOWN(value) = (IUnknown *)stream;
    return S_OK;
}

static HRESULT WINAPI do_file2_GetProperty(IDeliveryOptimizationFile2 *iface, DOFilePropertyId id, VARIANT *value)
{
    struct file *file = impl_from_IDeliveryOptimizationFile2(iface);

    TRACE("iface %p, id %d, value %p.\n", iface, id, value);

    if (!value)
        return E_INVALIDARG;
    switch (id)
    {
        case DOFilePropertyId_DecryptionInfo:
        case DOFilePropertyId_IntegrityCheckInfo:
            return DO_E_WRITE_ONLY_PROPERTY;
        case DOFilePropertyId_IntegrityCheckMandatory:
            return get_mandatory(file, value);
        case DOFilePropertyId_DownloadSinkInterface:
            return get_stream(file, value);
        case DOFilePropertyId_DownloadSinkFilePath:
            return get_path(file, value);
        case DOFilePropertyId_DownloadSinkMemoryStream:
            return DO_E_MEMORYSTREAM_DOWNLOAD_NOT_SUPPORTED;
        case DOFilePropertyId_TotalSizeBytes:
            return get_total_size(file, value);
        default:
            return DO_E_UNKNOWN_PROPERTY_ID;
    }
}

static HRESULT set_path(struct file *file, const WCHAR *name)
{
    char *path;
    HRESULT hr;

    if (FAILED(hr = path_resolve(name, &path)))
        return hr;
    hr = engine_file_set_path(&file->job_id, file->index, name, path);
    free(path);
    return hr;
}

/* The only type of each property; VT_EMPTY where none can be set. */
static VARTYPE property_type(DOFilePropertyId id)
{
    switch (id)
    {
        case DOFilePropertyId_DecryptionInfo:
        case DOFilePropertyId_IntegrityCheckInfo:
        case DOFilePropertyId_DownloadSinkFilePath:
            return VT_BSTR;
        case DOFilePropertyId_IntegrityCheckMandatory:
            return VT_BOOL;
        case DOFilePropertyId_DownloadSinkInterface:
            return VT_UNKNOWN;
        case DOFilePropertyId_TotalSizeBytes:
            return VT_UI8;
        default:
            return VT_EMPTY;
    }
}

/* Texts may hold a key: they are not traced. */
static HRESULT WINAPI do_file2_SetProperty(IDeliveryOptimizationFile2 *iface, DOFilePropertyId id,
                                           const VARIANT *value)
{
    struct file *file = impl_from_IDeliveryOptimizationFile2(iface);
    VARTYPE type = property_type(id);

    TRACE("iface %p, id %d, value %p.\n", iface, id, value);

    if (id == DOFilePropertyId_DownloadSinkMemoryStream)
        return DO_E_MEMORYSTREAM_DOWNLOAD_NOT_SUPPORTED;
    if (type == VT_EMPTY)
        return DO_E_UNKNOWN_PROPERTY_ID;
    if (!value || V_VT(value) != type
        || (type == VT_BSTR && !SysStringLen(V_BSTR(value))) || (type == VT_UNKNOWN && !V_UNKNOWN(value)))
        return E_INVALIDARG;
    switch (id)
    {
        case DOFilePropertyId_DecryptionInfo:
            return engine_file_set_text(&file->job_id, file->index, FILE_TEXT_DECRYPTION_INFO, V_BSTR(value));
        case DOFilePropertyId_IntegrityCheckInfo:
            return engine_file_set_text(&file->job_id, file->index, FILE_TEXT_INTEGRITY_INFO, V_BSTR(value));
        case DOFilePropertyId_IntegrityCheckMandatory:
            return engine_file_set_number(&file->job_id, file->index, FILE_NUMBER_INTEGRITY_MANDATORY,
                                          V_BOOL(value) != VARIANT_FALSE);
        case DOFilePropertyId_DownloadSinkInterface:
            return stream_set(&file->job_id, file->index, V_UNKNOWN(value));
        case DOFilePropertyId_DownloadSinkFilePath:
            return set_path(file, V_BSTR(value));
        default:
            return engine_file_set_number(&file->job_id, file->index, FILE_NUMBER_TOTAL_SIZE, V_UI8(value));
    }
}

const IDeliveryOptimizationFile2Vtbl do_file2_vtbl =
{
    do_file2_QueryInterface,
    do_file2_AddRef,
    do_file2_Release,
    do_file2_GetProperty,
    do_file2_SetProperty,
};
