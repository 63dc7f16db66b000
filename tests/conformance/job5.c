/*
 * Conformance tests of IBackgroundCopyJob5.
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
#include <windows.h>

#include "fixture.h"
#include "remote.h"

#define MEDIA_COST_KEY L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\NetworkList\\DefaultMediaCost"

/* A new job, NULL with a failed check; both pointers are released by end_test_job(). */
static IBackgroundCopyJob5 *create_test_job(struct fixture *fixture, IBackgroundCopyJob **job)
{
    IBackgroundCopyJob5 *object = NULL;
    HRESULT hr;

    if (!(*job = create_job(fixture)))
        return NULL;
    hr = IBackgroundCopyJob_QueryInterface(*job, &IID_IBackgroundCopyJob5, (void **)&object);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    return object;
}

static void end_test_job(IBackgroundCopyJob5 *object, IBackgroundCopyJob *job)
{
    IBackgroundCopyJob5_Release(object);
    end_job(job);
}

static void check_cost_flags(int line, IBackgroundCopyJob5 *object, DWORD expected)
{
    BITS_JOB_PROPERTY_VALUE value = { 0xdeadbeef };
    HRESULT hr;

    hr = IBackgroundCopyJob5_GetProperty(object, BITS_JOB_PROPERTY_ID_COST_FLAGS, &value);
    ok_(__FILE__, line, hr == S_OK, "Got hr %#lx.\n", hr);
    ok_(__FILE__, line, value.Dword == expected, "Got flags %#lx.\n", value.Dword);
}

static void test_cost_flags(struct fixture *fixture)
{
    static const DWORD policies[] = { BITS_JOB_TRANSFER_POLICY_ALWAYS, BITS_JOB_TRANSFER_POLICY_NOT_ROAMING,
            BITS_JOB_TRANSFER_POLICY_NO_SURCHARGE, BITS_JOB_TRANSFER_POLICY_STANDARD,
            BITS_JOB_TRANSFER_POLICY_UNRESTRICTED };
    static const DWORD refused[] = { 0, 0x80000000, 0x100, 0xc0000001 };
    BITS_JOB_PROPERTY_VALUE value = { 0 };
    IBackgroundCopyJob5 *object;
    IBackgroundCopyJob *job;
    unsigned int i;
    HRESULT hr;

    if (!(object = create_test_job(fixture, &job)))
        return;
    check_cost_flags(__LINE__, object, BITS_JOB_TRANSFER_POLICY_STANDARD);
    hr = IBackgroundCopyJob_SetPriority(job, BG_JOB_PRIORITY_FOREGROUND);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_cost_flags(__LINE__, object, BITS_JOB_TRANSFER_POLICY_ALWAYS);
    for (i = 0; i < ARRAYSIZE(policies); ++i)
    {
        value.Dword = policies[i];
        hr = IBackgroundCopyJob5_SetProperty(object, BITS_JOB_PROPERTY_ID_COST_FLAGS, value);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        check_cost_flags(__LINE__, object, policies[i]);
    }
    for (i = 0; i < ARRAYSIZE(refused); ++i)
    {
        value.Dword = refused[i];
        hr = IBackgroundCopyJob5_SetProperty(object, BITS_JOB_PROPERTY_ID_COST_FLAGS, value);
        ok(hr == E_INVALIDARG, "Got hr %#lx for %#lx.\n", hr, refused[i]);
        check_cost_flags(__LINE__, object, BITS_JOB_TRANSFER_POLICY_UNRESTRICTED);
    }
    hr = IBackgroundCopyJob_Cancel(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    value.Dword = BITS_JOB_TRANSFER_POLICY_ALWAYS;
    hr = IBackgroundCopyJob5_SetProperty(object, BITS_JOB_PROPERTY_ID_COST_FLAGS, value);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    end_test_job(object, job);
}

static void check_class(int line, IBackgroundCopyJob5 *object, const GUID *expected)
{
    BITS_JOB_PROPERTY_VALUE value = { 0xdeadbeef };
    HRESULT hr;

    hr = IBackgroundCopyJob5_GetProperty(object, BITS_JOB_PROPERTY_NOTIFICATION_CLSID, &value);
    ok_(__FILE__, line, hr == S_OK, "Got hr %#lx.\n", hr);
    ok_(__FILE__, line, IsEqualGUID(&value.ClsID, expected), "Got %s.\n", debug_guid(&value.ClsID));
}

static void test_notification_class(struct fixture *fixture)
{
    static const GUID clsid = { 0x12345678, 0xabcd, 0x4def, { 0x80, 1, 2, 3, 4, 5, 6, 7 } };
    BITS_JOB_PROPERTY_VALUE value = { 0 };
    IBackgroundCopyJob5 *object;
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (!(object = create_test_job(fixture, &job)))
        return;
    check_class(__LINE__, object, &GUID_NULL);
    value.ClsID = clsid;
    hr = IBackgroundCopyJob5_SetProperty(object, BITS_JOB_PROPERTY_NOTIFICATION_CLSID, value);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_class(__LINE__, object, &clsid);
    value.ClsID = GUID_NULL;
    hr = IBackgroundCopyJob5_SetProperty(object, BITS_JOB_PROPERTY_NOTIFICATION_CLSID, value);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_class(__LINE__, object, &GUID_NULL);
    end_test_job(object, job);
}

/* Delivery Optimization has two of the properties of BITS. */
static void test_other_properties(struct fixture *fixture)
{
    static const int ids[] = { 0, BITS_JOB_PROPERTY_DYNAMIC_CONTENT, BITS_JOB_PROPERTY_HIGH_PERFORMANCE,
            BITS_JOB_PROPERTY_MAX_DOWNLOAD_SIZE, 6, BITS_JOB_PROPERTY_USE_STORED_CREDENTIALS, 8,
            BITS_JOB_PROPERTY_MINIMUM_NOTIFICATION_INTERVAL_MS, BITS_JOB_PROPERTY_ON_DEMAND_MODE, 11, 1000 };
    BITS_JOB_PROPERTY_VALUE value = { 1 };
    IBackgroundCopyJob5 *object;
    IBackgroundCopyJob *job;
    unsigned int i;
    HRESULT hr;

    if (!(object = create_test_job(fixture, &job)))
        return;
    for (i = 0; i < ARRAYSIZE(ids); ++i)
    {
        push_context("property %d", ids[i]);
        hr = IBackgroundCopyJob5_SetProperty(object, ids[i], value);
        ok(hr == DO_E_UNKNOWN_PROPERTY_ID, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob5_GetProperty(object, ids[i], &value);
        ok(hr == DO_E_UNKNOWN_PROPERTY_ID, "Got hr %#lx.\n", hr);
        pop_context();
    }
    hr = IBackgroundCopyJob5_GetProperty(object, BITS_JOB_PROPERTY_ID_COST_FLAGS, NULL);
    check_null_refused(hr);
    end_test_job(object, job);
}

static void set_metered(HKEY key, BOOL metered)
{
    DWORD value = metered ? 2 : 1;
    LSTATUS status;

    status = RegSetValueExW(key, L"Default", 0, REG_DWORD, (BYTE *)&value, sizeof(value));
    ok(!status, "Got error %ld.\n", status);
}

static void check_blocked(int line, IBackgroundCopyJob *job)
{
    BG_ERROR_CONTEXT context = 0xdead;
    IBackgroundCopyError *error;
    HRESULT hr, code = S_OK;

    hr = IBackgroundCopyJob_GetError(job, &error);
    ok_(__FILE__, line, hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return;
    hr = IBackgroundCopyError_GetError(error, &context, &code);
    ok_(__FILE__, line, hr == S_OK, "Got hr %#lx.\n", hr);
    ok_(__FILE__, line, code == DO_E_BLOCKED_BY_COST_TRANSFER_POLICY, "Got code %#lx.\n", code);
    ok_(__FILE__, line, context == BG_ERROR_CONTEXT_NONE, "Got context %u.\n", context);
    IBackgroundCopyError_Release(error);
}

/* A job waits while the user calls the network metered, and goes on by itself. */
static void test_metered_network(struct fixture *fixture)
{
    BITS_JOB_PROPERTY_VALUE value = { BITS_JOB_TRANSFER_POLICY_UNRESTRICTED };
    IBackgroundCopyJob5 *object;
    IBackgroundCopyJob *job;
    struct remote remote;
    LSTATUS status;
    HRESULT hr;
    HKEY key;

    status = RegCreateKeyExW(HKEY_LOCAL_MACHINE, MEDIA_COST_KEY, 0, NULL, 0, KEY_SET_VALUE, NULL, &key, NULL);
    if (status)
    {
        win_skip("The cost of the network cannot be set, error %ld.\n", status);
        return;
    }
    remote_init(&remote, REMOTE_HTTP, "size=100000&hold=@&hold_at=1000");
    if ((object = create_test_job(fixture, &job)))
    {
        hr = IBackgroundCopyJob5_AddFile(object, remote.url, fixture_path(fixture, L"metered"));
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob5_SetProperty(object, BITS_JOB_PROPERTY_ID_COST_FLAGS, value);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob5_Resume(object);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        wait_for_state(job, BG_JOB_STATE_TRANSFERRING);
        set_metered(key, TRUE);
        wait_for_state(job, BG_JOB_STATE_TRANSIENT_ERROR);
        check_blocked(__LINE__, job);
        remote_release(&remote);
        set_metered(key, FALSE);
        wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
        end_test_job(object, job);
    }
    status = RegDeleteValueW(key, L"Default");
    ok(!status, "Got error %ld.\n", status);
    RegCloseKey(key);
}

START_TEST(job5)
{
    struct fixture fixture;

    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_cost_flags(&fixture);
    test_notification_class(&fixture);
    test_other_properties(&fixture);
    test_metered_network(&fixture);
    fixture_cleanup(&fixture);
}
