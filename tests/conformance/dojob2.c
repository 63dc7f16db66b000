/*
 * Tests of IDeliveryOptimizationJob2::AddFile.
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

#include "fixture.h"

static IDeliveryOptimizationJob2 *get_job2(IBackgroundCopyJob *job)
{
    IDeliveryOptimizationJob2 *job2 = NULL;
    HRESULT hr;

    hr = IBackgroundCopyJob_QueryInterface(job, &IID_IDeliveryOptimizationJob2, (void **)&job2);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    return job2;
}

static void test_interfaces_of_a_file(struct fixture *fixture)
{
    static const GUID *const iids[] =
    {
        &IID_IUnknown, &IID_IBackgroundCopyFile, &IID_IBackgroundCopyFile2, &IID_IBackgroundCopyFile3,
        &IID_IBackgroundCopyFile4, &IID_IBackgroundCopyFile5, &IID_IDeliveryOptimizationFile,
        &IID_IDeliveryOptimizationFile2,
    };
    IDeliveryOptimizationJob2 *job2;
    IBackgroundCopyJob *job;
    IUnknown *object;
    unsigned int i;
    HRESULT hr;

    if (!(job = create_job(fixture)) || !(job2 = get_job2(job)))
        return;
    check_interface(job2, &IID_IBackgroundCopyJob, TRUE);
    for (i = 0; i < ARRAYSIZE(iids); ++i)
    {
        push_context("interface %u", i);
        object = NULL;
        hr = IDeliveryOptimizationJob2_AddFile(job2, L"id", UNUSED_URL, 0, NULL, iids[i], (void **)&object);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        check_progress(job, BG_SIZE_UNKNOWN, 0, i + 1, 0);
        if (object)
        {
            check_interface(object, &IID_IBackgroundCopyFile5, TRUE);
            check_interface(object, &IID_IDeliveryOptimizationFile, TRUE);
            check_interface(object, &IID_IDeliveryOptimizationFile2, TRUE);
            check_interface(object, &IID_IBackgroundCopyJob, FALSE);
            IUnknown_Release(object);
        }
        pop_context();
    }
    object = NULL;
    hr = IDeliveryOptimizationJob2_AddFile(job2, L"id", UNUSED_URL, 0, NULL, &IID_IBackgroundCopyJob,
            (void **)&object);
    ok(hr == E_NOINTERFACE, "Got hr %#lx.\n", hr);
    ok(!object, "Got object %p.\n", (void *)object);
    check_progress(job, BG_SIZE_UNKNOWN, 0, ARRAYSIZE(iids), 0);
    IDeliveryOptimizationJob2_Release(job2);
    end_job(job);
}

static void test_arguments(struct fixture *fixture)
{
    BG_FILE_RANGE empty = { 0, 0 }, overlapping[] = { { 0, 10 }, { 5, 10 } };
    IDeliveryOptimizationFile2 *file = NULL;
    IDeliveryOptimizationJob2 *job2;
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (!(job = create_job(fixture)) || !(job2 = get_job2(job)))
        return;
    hr = IDeliveryOptimizationJob2_AddFile(job2, NULL, UNUSED_URL, 0, NULL, &IID_IDeliveryOptimizationFile2,
            (void **)&file);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationJob2_AddFile(job2, L"", UNUSED_URL, 0, NULL, &IID_IDeliveryOptimizationFile2,
            (void **)&file);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationJob2_AddFile(job2, L"id", NULL, 0, NULL, &IID_IDeliveryOptimizationFile2,
            (void **)&file);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationJob2_AddFile(job2, L"id", L"ftp://127.0.0.1/", 0, NULL,
            &IID_IDeliveryOptimizationFile2, (void **)&file);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationJob2_AddFile(job2, L"id", UNUSED_URL, 1, &empty, &IID_IDeliveryOptimizationFile2,
            (void **)&file);
    ok(hr == DO_E_INVALID_RANGE, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationJob2_AddFile(job2, L"id", UNUSED_URL, 2, overlapping, &IID_IDeliveryOptimizationFile2,
            (void **)&file);
    ok(hr == DO_E_OVERLAPPING_RANGES, "Got hr %#lx.\n", hr);
    ok(!file, "Got file %p.\n", (void *)file);
    check_progress(job, 0, 0, 0, 0);
    hr = IBackgroundCopyJob_Cancel(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationJob2_AddFile(job2, L"id", UNUSED_URL, 0, NULL, &IID_IDeliveryOptimizationFile2,
            (void **)&file);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    IDeliveryOptimizationJob2_Release(job2);
    end_job(job);
}

START_TEST(dojob2)
{
    struct fixture fixture;

    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_interfaces_of_a_file(&fixture);
    test_arguments(&fixture);
    fixture_cleanup(&fixture);
}
