/*
 * Tests of IDeliveryOptimizationJob: files with an identifier and ranges.
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

#define MAX_RANGES 500

static IDeliveryOptimizationJob *get_do_job(IBackgroundCopyJob *job)
{
    IDeliveryOptimizationJob *do_job = NULL;
    HRESULT hr;

    hr = IBackgroundCopyJob_QueryInterface(job, &IID_IDeliveryOptimizationJob, (void **)&do_job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    return do_job;
}

static void test_interfaces(struct fixture *fixture)
{
    IUnknown *unknown = NULL, *job_unknown = NULL;
    IDeliveryOptimizationJob *do_job;
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (!(job = create_job(fixture)) || !(do_job = get_do_job(job)))
        return;
    check_interface(do_job, &IID_IUnknown, TRUE);
    check_interface(do_job, &IID_IBackgroundCopyJob, TRUE);
    check_interface(do_job, &IID_IDeliveryOptimizationJob, TRUE);
    check_interface(do_job, &IID_IBackgroundCopyFile, FALSE);

    /* One object. */
    hr = IDeliveryOptimizationJob_QueryInterface(do_job, &IID_IUnknown, (void **)&unknown);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_QueryInterface(job, &IID_IUnknown, (void **)&job_unknown);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(unknown == job_unknown, "Got %p and %p.\n", (void *)unknown, (void *)job_unknown);
    IUnknown_Release(unknown);
    IUnknown_Release(job_unknown);

    IDeliveryOptimizationJob_Release(do_job);
    end_job(job);
}

static void test_add_file(struct fixture *fixture)
{
    BG_FILE_RANGE range = { 100, 50 };
    IDeliveryOptimizationJob *do_job;
    IBackgroundCopyFile *file;
    IBackgroundCopyJob *job;
    WCHAR *text;
    HRESULT hr;

    if (!(job = create_job(fixture)) || !(do_job = get_do_job(job)))
        return;
    hr = IDeliveryOptimizationJob_AddFileWithRanges(do_job, L"id", UNUSED_URL, fixture_path(fixture, L"whole"), 0,
            NULL, DO_UNKNOWN_FILE_SIZE);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_progress(job, BG_SIZE_UNKNOWN, 0, 1, 0);
    hr = IDeliveryOptimizationJob_AddFileWithRanges(do_job, L"id", UNUSED_URL, fixture_path(fixture, L"part"), 1,
            &range, DO_UNKNOWN_FILE_SIZE);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_progress(job, BG_SIZE_UNKNOWN, 0, 2, 0);

    if ((file = get_file(job, 1)))
    {
        hr = IBackgroundCopyFile_GetRemoteName(file, &text);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        if (SUCCEEDED(hr))
        {
            ok(!wcscmp(text, UNUSED_URL), "Got URL %s.\n", debug_string(text));
            CoTaskMemFree(text);
        }
        hr = IBackgroundCopyFile_GetLocalName(file, &text);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        if (SUCCEEDED(hr))
        {
            ok(!wcscmp(text, fixture_path(fixture, L"part")), "Got name %s.\n", debug_string(text));
            CoTaskMemFree(text);
        }
        IBackgroundCopyFile_Release(file);
    }
    IDeliveryOptimizationJob_Release(do_job);
    end_job(job);
}

/* With the size, or with ranges, the total is known beforehand. */
static void test_known_size(struct fixture *fixture)
{
    BG_FILE_RANGE ranges[] = { { 0, 100 }, { 200, 1000 }, { 1200, BG_LENGTH_TO_EOF } };
    IDeliveryOptimizationJob *do_job;
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (!(job = create_job(fixture)) || !(do_job = get_do_job(job)))
        return;
    hr = IDeliveryOptimizationJob_AddFileWithRanges(do_job, L"a", UNUSED_URL, fixture_path(fixture, L"a"), 2, ranges,
            DO_UNKNOWN_FILE_SIZE);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_progress(job, 1100, 0, 1, 0);
    hr = IDeliveryOptimizationJob_AddFileWithRanges(do_job, L"b", UNUSED_URL, fixture_path(fixture, L"b"), 0, NULL,
            5000);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_progress(job, 6100, 0, 2, 0);
    hr = IDeliveryOptimizationJob_AddFileWithRanges(do_job, L"c", UNUSED_URL, fixture_path(fixture, L"c"), 3, ranges,
            2000);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_progress(job, 6100 + 100 + 1000 + 800, 0, 3, 0);
    IDeliveryOptimizationJob_Release(do_job);
    end_job(job);
}

static void test_arguments(struct fixture *fixture)
{
    BG_FILE_RANGE range = { 0, 10 };
    IDeliveryOptimizationJob *do_job;
    IBackgroundCopyJob *job;
    const WCHAR *path;
    HRESULT hr;

    if (!(job = create_job(fixture)) || !(do_job = get_do_job(job)))
        return;
    path = fixture_path(fixture, L"file");
    hr = IDeliveryOptimizationJob_AddFileWithRanges(do_job, NULL, UNUSED_URL, path, 0, NULL, DO_UNKNOWN_FILE_SIZE);
    check_null_refused(hr);
    hr = IDeliveryOptimizationJob_AddFileWithRanges(do_job, L"id", NULL, path, 0, NULL, DO_UNKNOWN_FILE_SIZE);
    check_null_refused(hr);
    hr = IDeliveryOptimizationJob_AddFileWithRanges(do_job, L"id", UNUSED_URL, NULL, 0, NULL, DO_UNKNOWN_FILE_SIZE);
    check_null_refused(hr);
    hr = IDeliveryOptimizationJob_AddFileWithRanges(do_job, L"id", UNUSED_URL, path, 1, NULL, DO_UNKNOWN_FILE_SIZE);
    check_null_refused(hr);
    hr = IDeliveryOptimizationJob_AddFileWithRanges(do_job, L"id", L"ftp://127.0.0.1/file", path, 1, &range,
            DO_UNKNOWN_FILE_SIZE);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationJob_AddFileWithRanges(do_job, L"id", L"file:///C:/file", path, 0, NULL,
            DO_UNKNOWN_FILE_SIZE);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationJob_AddFileWithRanges(do_job, L"id", UNUSED_URL, L"file", 0, NULL,
            DO_UNKNOWN_FILE_SIZE);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationJob_AddFileWithRanges(do_job, L"id", UNUSED_URL,
            fixture_path(fixture, L"missing\\file"), 0, NULL, DO_UNKNOWN_FILE_SIZE);
    ok(hr == HRESULT_FROM_WIN32(ERROR_PATH_NOT_FOUND), "Got hr %#lx.\n", hr);
    check_progress(job, 0, 0, 0, 0);

    /* A count of none makes the pointer meaningless. */
    hr = IDeliveryOptimizationJob_AddFileWithRanges(do_job, L"id", UNUSED_URL, path, 0, &range, DO_UNKNOWN_FILE_SIZE);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);

    hr = IBackgroundCopyJob_Cancel(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationJob_AddFileWithRanges(do_job, L"id", UNUSED_URL, path, 0, NULL, DO_UNKNOWN_FILE_SIZE);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    IDeliveryOptimizationJob_Release(do_job);
    end_job(job);
}

struct range_test
{
    const char *name;
    DWORD count;
    BG_FILE_RANGE ranges[3];
    HRESULT hr;
};

static void test_ranges(struct fixture *fixture)
{
    static const struct range_test tests[] =
    {
        { "one byte", 1, { { 0, 1 } }, S_OK },
        { "everything", 1, { { 0, BG_LENGTH_TO_EOF } }, S_OK },
        { "touching", 3, { { 0, 10 }, { 10, 10 }, { 20, 10 } }, S_OK },
        { "to the end, last", 2, { { 0, 10 }, { 10, BG_LENGTH_TO_EOF } }, S_OK },
        { "overlapping", 2, { { 0, 100 }, { 50, 100 } }, DO_E_OVERLAPPING_RANGES },
        { "overlapping by a byte", 2, { { 0, 100 }, { 99, 1 } }, DO_E_OVERLAPPING_RANGES },
        { "twice the same", 2, { { 10, 10 }, { 10, 10 } }, DO_E_OVERLAPPING_RANGES },
        { "one within the other", 2, { { 0, 100 }, { 10, 10 } }, DO_E_OVERLAPPING_RANGES },
        { "overlapping after a good one", 3, { { 0, 10 }, { 20, 10 }, { 25, 10 } }, DO_E_OVERLAPPING_RANGES },
        { "reverse order", 2, { { 100, 10 }, { 0, 10 } }, DO_E_OVERLAPPING_RANGES },
        { "to the end, not last", 2, { { 0, BG_LENGTH_TO_EOF }, { 100, 10 } }, DO_E_OVERLAPPING_RANGES },
        { "empty", 1, { { 0, 0 } }, DO_E_INVALID_RANGE },
        { "offset of the end", 1, { { BG_LENGTH_TO_EOF, 10 } }, DO_E_INVALID_RANGE },
        { "offset and length of the end", 1, { { BG_LENGTH_TO_EOF, BG_LENGTH_TO_EOF } }, DO_E_INVALID_RANGE },
        { "sum too large", 1, { { ~(UINT64)10, 20 } }, DO_E_INVALID_RANGE },
    };
    IDeliveryOptimizationJob *do_job;
    IBackgroundCopyJob *job;
    BG_JOB_PROGRESS progress;
    unsigned int i, good = 0;
    WCHAR name[16];
    HRESULT hr;

    if (!(job = create_job(fixture)) || !(do_job = get_do_job(job)))
        return;
    for (i = 0; i < ARRAYSIZE(tests); ++i)
    {
        push_context("%s", tests[i].name);
        swprintf(name, ARRAYSIZE(name), L"file%u", i);
        hr = IDeliveryOptimizationJob_AddFileWithRanges(do_job, L"id", UNUSED_URL, fixture_path(fixture, name),
                tests[i].count, (BG_FILE_RANGE *)tests[i].ranges, DO_UNKNOWN_FILE_SIZE);
        ok(hr == tests[i].hr, "Got hr %#lx, expected %#lx.\n", hr, tests[i].hr);
        good += tests[i].hr == S_OK;
        hr = IBackgroundCopyJob_GetProgress(job, &progress);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        ok(progress.FilesTotal == good, "Got %lu files, expected %u.\n", progress.FilesTotal, good);
        pop_context();
    }
    IDeliveryOptimizationJob_Release(do_job);
    end_job(job);
}

static void test_many_ranges(struct fixture *fixture)
{
    BG_FILE_RANGE ranges[MAX_RANGES + 1];
    IDeliveryOptimizationJob *do_job;
    IBackgroundCopyJob *job;
    unsigned int i;
    HRESULT hr;

    for (i = 0; i < ARRAYSIZE(ranges); ++i)
    {
        ranges[i].InitialOffset = 100 * i;
        ranges[i].Length = 10;
    }
    if (!(job = create_job(fixture)) || !(do_job = get_do_job(job)))
        return;
    hr = IDeliveryOptimizationJob_AddFileWithRanges(do_job, L"id", UNUSED_URL, fixture_path(fixture, L"more"),
            MAX_RANGES + 1, ranges, DO_UNKNOWN_FILE_SIZE);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationJob_AddFileWithRanges(do_job, L"id", UNUSED_URL, fixture_path(fixture, L"most"),
            MAX_RANGES, ranges, DO_UNKNOWN_FILE_SIZE);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_progress(job, MAX_RANGES * 10, 0, 1, 0);
    IDeliveryOptimizationJob_Release(do_job);
    end_job(job);
}

START_TEST(dojob)
{
    struct fixture fixture;

    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_interfaces(&fixture);
    test_add_file(&fixture);
    test_known_size(&fixture);
    test_arguments(&fixture);
    test_ranges(&fixture);
    test_many_ranges(&fixture);
    fixture_cleanup(&fixture);
}
