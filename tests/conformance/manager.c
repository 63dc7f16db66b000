/*
 * Tests of IBackgroundCopyManager.
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

#include "fixture.h"

#define MAX_NAME 256

static void test_interfaces(struct fixture *fixture)
{
    IBackgroundCopyManager *manager;
    HRESULT hr;

    check_interface(fixture->manager, &IID_IUnknown, TRUE);
    check_interface(fixture->manager, &IID_IBackgroundCopyManager, TRUE);
    check_interface(fixture->manager, &IID_IBackgroundCopyJob, FALSE);
    check_interface(fixture->manager, &IID_IBackgroundCopyError, FALSE);
    check_interface(fixture->manager, &IID_IEnumBackgroundCopyJobs, FALSE);

    hr = CoCreateInstance(&CLSID_DeliveryOptimization, NULL, CLSCTX_LOCAL_SERVER, &IID_IBackgroundCopyManager,
            (void **)&manager);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
        IBackgroundCopyManager_Release(manager);
}

static void test_create_job(struct fixture *fixture)
{
    IBackgroundCopyJob *job, *other;
    GUID id, other_id, got_id;
    BG_JOB_TYPE type = 0xdead;
    WCHAR *name = NULL;
    HRESULT hr;

    hr = IBackgroundCopyManager_CreateJob(fixture->manager, L"manager test", BG_JOB_TYPE_DOWNLOAD, &id, &job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return;
    fixture->jobs[fixture->job_count++] = id;
    ok(!IsEqualGUID(&id, &GUID_NULL), "Got a null identifier.\n");

    check_interface(job, &IID_IUnknown, TRUE);
    check_interface(job, &IID_IBackgroundCopyJob, TRUE);
    check_interface(job, &IID_IDeliveryOptimizationJob, TRUE);
    check_interface(job, &IID_IBackgroundCopyManager, FALSE);
    check_interface(job, &IID_IBackgroundCopyFile, FALSE);

    check_state(job, BG_JOB_STATE_SUSPENDED);
    check_progress(job, 0, 0, 0, 0);
    check_no_error(job);
    hr = IBackgroundCopyJob_GetId(job, &got_id);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(IsEqualGUID(&got_id, &id), "Got identifier %s, expected %s.\n", debug_guid(&got_id), debug_guid(&id));
    hr = IBackgroundCopyJob_GetType(job, &type);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(type == BG_JOB_TYPE_DOWNLOAD, "Got type %u.\n", type);
    hr = IBackgroundCopyJob_GetDisplayName(job, &name);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
    {
        ok(!wcscmp(name, L"manager test"), "Got name %s.\n", debug_string(name));
        CoTaskMemFree(name);
    }

    /* Names need not be unique. */
    hr = IBackgroundCopyManager_CreateJob(fixture->manager, L"manager test", BG_JOB_TYPE_DOWNLOAD, &other_id, &other);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
    {
        fixture->jobs[fixture->job_count++] = other_id;
        ok(!IsEqualGUID(&other_id, &id), "Got the same identifier twice.\n");
        end_job(other);
    }
    end_job(job);
}

static void check_name_length(struct fixture *fixture, size_t length, HRESULT expected)
{
    WCHAR *name = create_long_string(length);
    IBackgroundCopyJob *job;
    HRESULT hr;
    GUID id;

    hr = IBackgroundCopyManager_CreateJob(fixture->manager, name, BG_JOB_TYPE_DOWNLOAD, &id, &job);
    ok(hr == expected, "Got hr %#lx for a name of %u characters.\n", hr, (unsigned int)length);
    if (SUCCEEDED(hr))
        end_job(job);
    free(name);
}

static void test_create_job_arguments(struct fixture *fixture)
{
    static const struct
    {
        BG_JOB_TYPE type;
        HRESULT hr;
    }
    types[] =
    {
        { BG_JOB_TYPE_UPLOAD, E_NOTIMPL },
        { BG_JOB_TYPE_UPLOAD_REPLY, E_NOTIMPL },
        { 3, E_INVALIDARG },
        { 100, E_INVALIDARG },
        { 0x7fff, E_INVALIDARG },
    };
    IBackgroundCopyJob *job;
    unsigned int i;
    HRESULT hr;
    GUID id;

    hr = IBackgroundCopyManager_CreateJob(fixture->manager, NULL, BG_JOB_TYPE_DOWNLOAD, &id, &job);
    check_null_refused(hr);
    hr = IBackgroundCopyManager_CreateJob(fixture->manager, L"test", BG_JOB_TYPE_DOWNLOAD, NULL, &job);
    check_null_refused(hr);
    hr = IBackgroundCopyManager_CreateJob(fixture->manager, L"test", BG_JOB_TYPE_DOWNLOAD, &id, NULL);
    check_null_refused(hr);

    check_name_length(fixture, 1, S_OK);
    check_name_length(fixture, MAX_NAME, S_OK);
    check_name_length(fixture, MAX_NAME + 1, E_INVALIDARG);
    check_name_length(fixture, 10 * MAX_NAME, E_INVALIDARG);

    for (i = 0; i < ARRAYSIZE(types); ++i)
    {
        push_context("type %u", types[i].type);
        job = (IBackgroundCopyJob *)0xdeadbeef;
        hr = IBackgroundCopyManager_CreateJob(fixture->manager, L"test", types[i].type, &id, &job);
        ok(hr == types[i].hr, "Got hr %#lx, expected %#lx.\n", hr, types[i].hr);
        if (SUCCEEDED(hr))
            end_job(job);
        pop_context();
    }

    /* No enumeration has such a value on the wire. */
    job = (IBackgroundCopyJob *)0xdeadbeef;
    hr = IBackgroundCopyManager_CreateJob(fixture->manager, L"test", 0x10000, &id, &job);
    ok(FAILED(hr), "Got hr %#lx.\n", hr);
}

static void test_get_job(struct fixture *fixture)
{
    static const GUID unknown = { 0x11111111, 0x2222, 0x3333, { 0x44, 0x44, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55 } };
    IBackgroundCopyJob *job, *found;
    HRESULT hr;
    GUID id;

    if (!(job = create_job(fixture)))
        return;
    IBackgroundCopyJob_GetId(job, &id);
    found = NULL;
    hr = IBackgroundCopyManager_GetJob(fixture->manager, &id, &found);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
    {
        GUID found_id;

        hr = IBackgroundCopyJob_GetId(found, &found_id);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        ok(IsEqualGUID(&found_id, &id), "Got identifier %s.\n", debug_guid(&found_id));
        IBackgroundCopyJob_Release(found);
    }

    hr = IBackgroundCopyManager_GetJob(fixture->manager, &unknown, &found);
    ok(hr == DO_E_JOB_NOT_FOUND, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyManager_GetJob(fixture->manager, &GUID_NULL, &found);
    ok(hr == DO_E_JOB_NOT_FOUND, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyManager_GetJob(fixture->manager, &id, NULL);
    check_null_refused(hr);
    hr = IBackgroundCopyManager_GetJob(fixture->manager, NULL, &found);
    check_null_refused(hr);

    /* Nobody finds a job that is over and that nobody holds. */
    end_job(job);
    hr = IBackgroundCopyManager_GetJob(fixture->manager, &id, &found);
    ok(hr == DO_E_JOB_NOT_FOUND, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
        IBackgroundCopyJob_Release(found);
}

static void test_enum_jobs_arguments(struct fixture *fixture)
{
    IEnumBackgroundCopyJobs *enumerator;
    HRESULT hr;

    hr = IBackgroundCopyManager_EnumJobs(fixture->manager, 0, NULL);
    check_null_refused(hr);
    hr = IBackgroundCopyManager_EnumJobs(fixture->manager, 0x80, &enumerator);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyManager_EnumJobs(fixture->manager, BG_JOB_ENUM_ALL_USERS, &enumerator);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
        IEnumBackgroundCopyJobs_Release(enumerator);
}

/* A code, and whether a text must be there that is more than the number. */
static void test_error_description(struct fixture *fixture)
{
    static const HRESULT codes[] =
    {
        E_INVALIDARG,
        E_ACCESSDENIED,
        DO_E_JOB_NOT_FOUND,
        DO_E_ERROR_INFORMATION_UNAVAILABLE,
        DO_E_INVALID_STATE,
        DO_E_INSUFFICIENT_RANGE_SUPPORT,
        DO_E_BLOCKED_BY_NO_NETWORK,
        0x80190193,
        0x80190194,
        0x801901f4,
        0x80072ee7,
        0x80072efd,
        0x80072f0d,
        HRESULT_FROM_WIN32(ERROR_DISK_FULL),
        HRESULT_FROM_WIN32(ERROR_PATH_NOT_FOUND),
    };
    DWORD language = LANGIDFROMLCID(GetThreadLocale());
    unsigned int i;
    WCHAR *text;
    HRESULT hr;

    for (i = 0; i < ARRAYSIZE(codes); ++i)
    {
        push_context("code %#lx", codes[i]);
        text = NULL;
        hr = IBackgroundCopyManager_GetErrorDescription(fixture->manager, codes[i], language, &text);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        if (SUCCEEDED(hr))
        {
            ok(text && wcslen(text) > 5 && wcschr(text, ' '), "Got text %s.\n", debug_string(text));
            CoTaskMemFree(text);
        }
        pop_context();
    }

    hr = IBackgroundCopyManager_GetErrorDescription(fixture->manager, E_FAIL, language, NULL);
    check_null_refused(hr);
}

START_TEST(manager)
{
    struct fixture fixture;

    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_interfaces(&fixture);
    test_create_job(&fixture);
    test_create_job_arguments(&fixture);
    test_get_job(&fixture);
    test_enum_jobs_arguments(&fixture);
    test_error_description(&fixture);
    fixture_cleanup(&fixture);
}
