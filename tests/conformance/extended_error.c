/*
 * Tests of the property ExtendedErrorInfo.
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

#include <windows.h>

#include "fixture.h"
#include "remote.h"

static void check_unavailable(int line, IDeliveryOptimizationJob2 *object)
{
    VARIANT value;
    HRESULT hr;

    VariantInit(&value);
    hr = IDeliveryOptimizationJob2_GetProperty(object, DOJobPropertyId_ExtendedErrorInfo, &value);
    ok_(__FILE__, line, hr == DO_E_ERROR_INFORMATION_UNAVAILABLE, "Got hr %#lx.\n", hr);
    VariantClear(&value);
}

static void check_text(int line, IDeliveryOptimizationJob2 *object, const WCHAR *url)
{
    const WCHAR *text;
    VARIANT value;
    HRESULT hr;

    VariantInit(&value);
    hr = IDeliveryOptimizationJob2_GetProperty(object, DOJobPropertyId_ExtendedErrorInfo, &value);
    ok_(__FILE__, line, hr == S_OK, "Got hr %#lx.\n", hr);
    ok_(__FILE__, line, V_VT(&value) == VT_BSTR, "Got type %u.\n", V_VT(&value));
    if (V_VT(&value) != VT_BSTR)
        return;
    text = V_BSTR(&value);
    ok_(__FILE__, line, text[0] == '{' && text[SysStringLen(V_BSTR(&value)) - 1] == '}', "Got %s.\n",
            debug_string(text));
    ok_(__FILE__, line, wcsstr(text, L"\"ErrorCode\":\"0x80190194\"") != NULL, "Got %s.\n", debug_string(text));
    ok_(__FILE__, line, wcsstr(text, L"\"HttpStatus\":404") != NULL, "Got %s.\n", debug_string(text));
    ok_(__FILE__, line, wcsstr(text, L"\"ServerAddress\":\"127.0.0.1\"") != NULL, "Got %s.\n", debug_string(text));
    ok_(__FILE__, line, wcsstr(text, L"status=404") == NULL, "Got the query of %s: %s.\n", debug_string(url),
            debug_string(text));
    VariantClear(&value);
}

static void test_get(struct fixture *fixture)
{
    IDeliveryOptimizationJob2 *object = NULL;
    IBackgroundCopyJob *job;
    struct remote remote;
    HRESULT hr;

    if (!remote_available(REMOTE_HTTP))
        return;
    remote_init(&remote, REMOTE_HTTP, "size=10&status=404");
    if (!(job = create_file_job(fixture, remote.url, L"file")))
        return;
    hr = IBackgroundCopyJob_QueryInterface(job, &IID_IDeliveryOptimizationJob2, (void **)&object);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (object)
    {
        check_unavailable(__LINE__, object);
        hr = IBackgroundCopyJob_Resume(job);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        if (wait_for_state(job, BG_JOB_STATE_ERROR))
            check_text(__LINE__, object, remote.url);
        hr = IBackgroundCopyJob_Cancel(job);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        check_unavailable(__LINE__, object);
        IDeliveryOptimizationJob2_Release(object);
    }
    end_job(job);
}

static void test_identifiers(struct fixture *fixture)
{
    IDeliveryOptimizationJob2 *object = NULL;
    IBackgroundCopyJob *job;
    VARIANT value;
    HRESULT hr;

    if (!(job = create_job(fixture)))
        return;
    hr = IBackgroundCopyJob_QueryInterface(job, &IID_IDeliveryOptimizationJob2, (void **)&object);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (object)
    {
        VariantInit(&value);
        hr = IDeliveryOptimizationJob2_GetProperty(object, 1, &value);
        ok(hr == DO_E_UNKNOWN_PROPERTY_ID, "Got hr %#lx.\n", hr);
        V_VT(&value) = VT_EMPTY;
        hr = IDeliveryOptimizationJob2_SetProperty(object, DOJobPropertyId_ExtendedErrorInfo, &value);
        ok(hr == DO_E_READ_ONLY_PROPERTY, "Got hr %#lx.\n", hr);
        hr = IDeliveryOptimizationJob2_SetProperty(object, 1, &value);
        ok(hr == DO_E_UNKNOWN_PROPERTY_ID, "Got hr %#lx.\n", hr);
        check_null_refused(IDeliveryOptimizationJob2_GetProperty(object, DOJobPropertyId_ExtendedErrorInfo, NULL));
        IDeliveryOptimizationJob2_Release(object);
    }
    end_job(job);
}

START_TEST(extended_error)
{
    struct fixture fixture;

    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_get(&fixture);
    test_identifiers(&fixture);
    fixture_cleanup(&fixture);
}
