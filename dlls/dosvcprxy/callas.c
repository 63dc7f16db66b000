/*
 * Both ends of the methods whose arguments are sent in another form than they are given.
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

#include "dosvcprxy_private.h"
#include "dosvcprxy.h"

/* The String of a value is the only thing that a property of a file can have. */

HRESULT CALLBACK IBackgroundCopyFile5_SetProperty_Proxy(IBackgroundCopyFile5 *iface,
                                                        BITS_FILE_PROPERTY_ID property_id,
                                                        BITS_FILE_PROPERTY_VALUE value)
{
    const WCHAR *string = NULL;

    if (property_id == BITS_FILE_PROPERTY_ID_HTTP_RESPONSE_HEADERS)
        string = value.String;
    return IBackgroundCopyFile5_RemoteSetProperty_Proxy(iface, property_id, string);
}

HRESULT __RPC_STUB IBackgroundCopyFile5_SetProperty_Stub(IBackgroundCopyFile5 *iface,
                                                         BITS_FILE_PROPERTY_ID property_id,
                                                         const WCHAR *string)
{
    BITS_FILE_PROPERTY_VALUE value;

    value.String = (WCHAR *)string;
    return IBackgroundCopyFile5_SetProperty(iface, property_id, value);
}

HRESULT CALLBACK IBackgroundCopyFile5_GetProperty_Proxy(IBackgroundCopyFile5 *iface,
                                                        BITS_FILE_PROPERTY_ID property_id,
                                                        BITS_FILE_PROPERTY_VALUE *value)
{
    WCHAR *string = NULL;
    HRESULT hr;

    if (!value)
        return E_POINTER;
    if (SUCCEEDED(hr = IBackgroundCopyFile5_RemoteGetProperty_Proxy(iface, property_id, &string)))
        value->String = string;
    return hr;
}

HRESULT __RPC_STUB IBackgroundCopyFile5_GetProperty_Stub(IBackgroundCopyFile5 *iface,
                                                         BITS_FILE_PROPERTY_ID property_id,
                                                         WCHAR **string)
{
    BITS_FILE_PROPERTY_VALUE value = {NULL};
    HRESULT hr;

    *string = NULL;
    if (SUCCEEDED(hr = IBackgroundCopyFile5_GetProperty(iface, property_id, &value)))
        *string = value.String;
    return hr;
}
