/*
 * A job: properties by number.
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

#define GUID_LENGTH 38  /* characters, with the braces */

/* GUID_NULL; the library that has it defines again what main.c defines. */
static const GUID no_class;

/* Each of the lower bits allows one kind of network; without any of them the job could never be transferred. */
static HRESULT set_cost_flags(struct job *job, DWORD flags)
{
    if (flags & ~BITS_JOB_TRANSFER_POLICY_ALWAYS || !(flags & 0xff))
        return E_INVALIDARG;
    return engine_job_set_number(&job->id, JOB_NUMBER_COST_FLAGS, flags);
}

static HRESULT get_cost_flags(struct job *job, BITS_JOB_PROPERTY_VALUE *value)
{
    return job_get_ulong(job, JOB_NUMBER_COST_FLAGS, &value->Dword);
}

static HRESULT set_notification_class(struct job *job, const GUID *clsid)
{
    WCHAR text[GUID_LENGTH + 1] = L"";

    if (!IsEqualGUID(clsid, &no_class))
        StringFromGUID2(clsid, text, ARRAY_SIZE(text));
    return engine_job_set_text(&job->id, JOB_TEXT_NOTIFY_CLASS, text);
}

static HRESULT get_notification_class(struct job *job, BITS_JOB_PROPERTY_VALUE *value)
{
    GUID clsid = no_class;
    WCHAR *text;
    HRESULT hr;

    if (FAILED(hr = job_get_optional_text(job, JOB_TEXT_NOTIFY_CLASS, &text)))
        return hr;
    if (text)
        hr = CLSIDFromString(text, &clsid);
    CoTaskMemFree(text);
    if (SUCCEEDED(hr))
        value->ClsID = clsid;
    return hr;
}

HRESULT WINAPI job_SetProperty(IBackgroundCopyJob5 *iface, BITS_JOB_PROPERTY_ID id, BITS_JOB_PROPERTY_VALUE value)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p, id %d.\n", iface, id);

    switch (id)
    {
        case BITS_JOB_PROPERTY_ID_COST_FLAGS:
            return set_cost_flags(job, value.Dword);
        case BITS_JOB_PROPERTY_NOTIFICATION_CLSID:
            return set_notification_class(job, &value.ClsID);
        default:
            WARN("Property %d is not known.\n", id);
            return DO_E_UNKNOWN_PROPERTY_ID;
    }
}

HRESULT WINAPI job_GetProperty(IBackgroundCopyJob5 *iface, BITS_JOB_PROPERTY_ID id, BITS_JOB_PROPERTY_VALUE *value)
{
    struct job *job = impl_from_IBackgroundCopyJob5(iface);

    TRACE("iface %p, id %d, value %p.\n", iface, id, value);

    if (!value)
        return E_INVALIDARG;
    switch (id)
    {
        case BITS_JOB_PROPERTY_ID_COST_FLAGS:
            return get_cost_flags(job, value);
        case BITS_JOB_PROPERTY_NOTIFICATION_CLSID:
            return get_notification_class(job, value);
        default:
            WARN("Property %d is not known.\n", id);
            memset(value, 0, sizeof(*value)); /* the stub sends it to the client all the same */
            return DO_E_UNKNOWN_PROPERTY_ID;
    }
}
