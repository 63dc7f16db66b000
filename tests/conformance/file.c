/*
 * Tests of IBackgroundCopyFile and IBackgroundCopyFile2.
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

#define MAX_URL 2200

/* What is given in is given back as it was written, not as some canonical form has it. */
static void test_names(struct fixture *fixture)
{
    static const WCHAR url[] = L"HTTP://127.0.0.1:9/%7edir/../file?query=1#fragment";
    WCHAR local[MAX_PATH], *text;
    IBackgroundCopyFile *file;
    IBackgroundCopyJob *job;
    BG_FILE_PROGRESS progress;
    HRESULT hr;

    if (!(job = create_job(fixture)))
        return;
    swprintf(local, ARRAYSIZE(local), L"%ls/na\xefve file.bin", fixture->directory);
    hr = IBackgroundCopyJob_AddFile(job, url, local);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (!(file = get_file(job, 0)))
        return;
    check_interface(file, &IID_IUnknown, TRUE);
    check_interface(file, &IID_IBackgroundCopyFile, TRUE);
    check_interface(file, &IID_IBackgroundCopyFile2, TRUE);
    check_interface(file, &IID_IBackgroundCopyJob, FALSE);
    check_interface(file, &IID_IBackgroundCopyError, FALSE);

    text = NULL;
    hr = IBackgroundCopyFile_GetRemoteName(file, &text);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
    {
        ok(!wcscmp(text, url), "Got %s.\n", debug_string(text));
        CoTaskMemFree(text);
    }
    text = NULL;
    hr = IBackgroundCopyFile_GetLocalName(file, &text);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
    {
        ok(!wcscmp(text, local), "Got %s, expected %s.\n", debug_string(text), debug_string(local));
        CoTaskMemFree(text);
    }
    memset(&progress, 0xcc, sizeof(progress));
    hr = IBackgroundCopyFile_GetProgress(file, &progress);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(progress.BytesTotal == BG_SIZE_UNKNOWN, "Got %llu bytes in all.\n", progress.BytesTotal);
    ok(!progress.BytesTransferred, "Got %llu bytes.\n", progress.BytesTransferred);
    ok(!progress.Completed, "Got completed %d.\n", progress.Completed);

    hr = IBackgroundCopyFile_GetRemoteName(file, NULL);
    check_null_refused(hr);
    hr = IBackgroundCopyFile_GetLocalName(file, NULL);
    check_null_refused(hr);
    hr = IBackgroundCopyFile_GetProgress(file, NULL);
    check_null_refused(hr);

    /* The file outlives its job's object and its job. */
    end_job(job);
    text = NULL;
    hr = IBackgroundCopyFile_GetRemoteName(file, &text);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
        CoTaskMemFree(text);
    check_refcount(file, 1);
    ok(!IBackgroundCopyFile_Release(file), "The object has references left.\n");
}

static IBackgroundCopyFile2 *get_file2(IBackgroundCopyJob *job, ULONG index)
{
    IBackgroundCopyFile2 *file2 = NULL;
    IBackgroundCopyFile *file;
    HRESULT hr;

    if (!(file = get_file(job, index)))
        return NULL;
    hr = IBackgroundCopyFile_QueryInterface(file, &IID_IBackgroundCopyFile2, (void **)&file2);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    IBackgroundCopyFile_Release(file);
    return file2;
}

static void test_ranges(struct fixture *fixture)
{
    BG_FILE_RANGE ranges[] = { { 0, 100 }, { 200, 300 }, { 1000, BG_LENGTH_TO_EOF } }, *got;
    IDeliveryOptimizationJob *do_job;
    IBackgroundCopyFile2 *file;
    IBackgroundCopyJob *job;
    DWORD count;
    HRESULT hr;

    if (!(job = create_file_job(fixture, UNUSED_URL, L"whole")))
        return;
    hr = IBackgroundCopyJob_QueryInterface(job, &IID_IDeliveryOptimizationJob, (void **)&do_job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationJob_AddFileWithRanges(do_job, L"id", UNUSED_URL, fixture_path(fixture, L"parts"),
            ARRAYSIZE(ranges), ranges, DO_UNKNOWN_FILE_SIZE);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    IDeliveryOptimizationJob_Release(do_job);

    if ((file = get_file2(job, 0)))
    {
        count = 0xdeadbeef;
        got = (BG_FILE_RANGE *)0xdeadbeef;
        hr = IBackgroundCopyFile2_GetFileRanges(file, &count, &got);
        ok(hr == S_FALSE, "Got hr %#lx.\n", hr);
        ok(!count, "Got %lu ranges.\n", count);
        if (SUCCEEDED(hr))
            CoTaskMemFree(got);
        IBackgroundCopyFile2_Release(file);
    }
    if ((file = get_file2(job, 1)))
    {
        count = 0xdeadbeef;
        got = NULL;
        hr = IBackgroundCopyFile2_GetFileRanges(file, &count, &got);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        ok(count == ARRAYSIZE(ranges), "Got %lu ranges.\n", count);
        ok(got && count == ARRAYSIZE(ranges) && !memcmp(got, ranges, sizeof(ranges)), "Got other ranges.\n");
        CoTaskMemFree(got);
        hr = IBackgroundCopyFile2_GetFileRanges(file, &count, NULL);
        check_null_refused(hr);
        IBackgroundCopyFile2_Release(file);
    }
    end_job(job);
}

/* The count is [unique] in the interface's description: NULL gets as far as the service. */
static void test_null_range_count(struct fixture *fixture)
{
    IBackgroundCopyFile2 *file;
    IBackgroundCopyJob *job;
    BG_FILE_RANGE *ranges;
    HRESULT hr;

    if (!(job = create_file_job(fixture, UNUSED_URL, L"file")) || !(file = get_file2(job, 0)))
        return;
    hr = IBackgroundCopyFile2_GetFileRanges(file, NULL, &ranges);
    check_null_refused(hr);
    IBackgroundCopyFile2_Release(file);
    end_job(job);
}

static void check_remote_name(int line, IBackgroundCopyFile2 *file, const WCHAR *expected)
{
    WCHAR *text = NULL;
    HRESULT hr;

    hr = IBackgroundCopyFile2_GetRemoteName(file, &text);
    ok_(__FILE__, line, hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return;
    ok_(__FILE__, line, !wcscmp(text, expected), "Got %s.\n", debug_string(text));
    CoTaskMemFree(text);
}

static void test_set_remote_name(struct fixture *fixture)
{
    static const WCHAR *const refused[] = { L"", L"file", L"http://", L"ftp://127.0.0.1/file",
            L"file:///C:/windows/system.ini", L"http://ho st/file", L"C:\\file" };
    WCHAR *too_long = create_long_string(MAX_URL + 1);
    IBackgroundCopyFile2 *file;
    IBackgroundCopyJob *job;
    unsigned int i;
    HRESULT hr;

    memcpy(too_long, L"http://127.0.0.1/", 17 * sizeof(WCHAR));
    if (!(job = create_file_job(fixture, UNUSED_URL, L"file")) || !(file = get_file2(job, 0)))
    {
        free(too_long);
        return;
    }
    for (i = 0; i < ARRAYSIZE(refused); ++i)
    {
        hr = IBackgroundCopyFile2_SetRemoteName(file, refused[i]);
        ok(hr == E_INVALIDARG, "Got hr %#lx for %s.\n", hr, debug_string(refused[i]));
    }
    hr = IBackgroundCopyFile2_SetRemoteName(file, too_long);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyFile2_SetRemoteName(file, NULL);
    check_null_refused(hr);
    check_remote_name(__LINE__, file, UNUSED_URL);

    hr = IBackgroundCopyFile2_SetRemoteName(file, L"https://127.0.0.1:9/other");
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_remote_name(__LINE__, file, L"https://127.0.0.1:9/other");
    end_job(job);
    hr = IBackgroundCopyFile2_SetRemoteName(file, UNUSED_URL);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    IBackgroundCopyFile2_Release(file);
    free(too_long);
}

START_TEST(file)
{
    struct fixture fixture;

    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_names(&fixture);
    test_ranges(&fixture);
    test_set_remote_name(&fixture);
    test_null_range_count(&fixture);
    fixture_cleanup(&fixture);
}
