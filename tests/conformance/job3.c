/*
 * Conformance tests of IBackgroundCopyJob3.
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

/* A new job, NULL with a failed check; both pointers are released by end_test_job(). */
static IBackgroundCopyJob3 *create_test_job(struct fixture *fixture, IBackgroundCopyJob **job)
{
    IBackgroundCopyJob3 *object = NULL;
    HRESULT hr;

    if (!(*job = create_job(fixture)))
        return NULL;
    hr = IBackgroundCopyJob_QueryInterface(*job, &IID_IBackgroundCopyJob3, (void **)&object);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    return object;
}

static void end_test_job(IBackgroundCopyJob3 *object, IBackgroundCopyJob *job)
{
    IBackgroundCopyJob3_Release(object);
    end_job(job);
}

static void check_url(int line, IBackgroundCopyJob *job, ULONG index, const WCHAR *expected)
{
    IBackgroundCopyFile *file;
    WCHAR *url = NULL;
    HRESULT hr;

    if (!(file = get_file(job, index)))
        return;
    hr = IBackgroundCopyFile_GetRemoteName(file, &url);
    ok_(__FILE__, line, hr == S_OK, "Got hr %#lx.\n", hr);
    ok_(__FILE__, line, url && !wcscmp(url, expected), "Got URL %s.\n", debug_string(url));
    CoTaskMemFree(url);
    IBackgroundCopyFile_Release(file);
}

static void test_replace_prefix(struct fixture *fixture)
{
    WCHAR *too_long = create_long_string(2200);
    IBackgroundCopyJob3 *object;
    IBackgroundCopyJob *job;
    HRESULT hr;

    if ((object = create_test_job(fixture, &job)))
    {
        hr = IBackgroundCopyJob3_ReplaceRemotePrefix(object, L"http://a.test", L"http://b.test");
        ok(hr == S_FALSE, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob3_AddFile(object, L"http://a.test/one", fixture_path(fixture, L"one"));
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob3_AddFile(object, L"http://other.test/two", fixture_path(fixture, L"two"));
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob3_ReplaceRemotePrefix(object, L"http://A.test", L"http://b.test");
        ok(hr == S_FALSE, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob3_ReplaceRemotePrefix(object, L"", L"http://b.test");
        ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob3_ReplaceRemotePrefix(object, L"http://a.test", L"");
        ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob3_ReplaceRemotePrefix(object, L"http://a.test", L"b.test");
        ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob3_ReplaceRemotePrefix(object, L"one", too_long);
        ok(hr == S_FALSE, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob3_ReplaceRemotePrefix(object, L"http:", too_long);
        ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob3_ReplaceRemotePrefix(object, NULL, L"http://b.test");
        check_null_refused(hr);
        hr = IBackgroundCopyJob3_ReplaceRemotePrefix(object, L"http://a.test", NULL);
        check_null_refused(hr);
        check_url(__LINE__, job, 0, L"http://a.test/one");
        hr = IBackgroundCopyJob3_ReplaceRemotePrefix(object, L"http://a.test", L"https://b.test/x");
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        check_url(__LINE__, job, 0, L"https://b.test/x/one");
        check_url(__LINE__, job, 1, L"http://other.test/two");
        hr = IBackgroundCopyJob_Cancel(job);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob3_ReplaceRemotePrefix(object, L"http", L"https");
        ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
        end_test_job(object, job);
    }
    free(too_long);
}

static void test_add_file_with_ranges(struct fixture *fixture)
{
    BG_FILE_RANGE ranges[] = { { 0, 100 }, { 200, 50 } }, overlapping[] = { { 0, 100 }, { 50, 50 } }, got = { 0 };
    BG_FILE_RANGE *got_ranges = NULL;
    IBackgroundCopyFile2 *file2;
    IBackgroundCopyJob3 *object;
    IBackgroundCopyFile *file;
    IBackgroundCopyJob *job;
    DWORD count = 0;
    HRESULT hr;

    if (!(object = create_test_job(fixture, &job)))
        return;
    hr = IBackgroundCopyJob3_AddFileWithRanges(object, UNUSED_URL, fixture_path(fixture, L"parts"), 2, ranges);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_progress(job, 150, 0, 1, 0);
    hr = IBackgroundCopyJob3_AddFileWithRanges(object, UNUSED_URL, fixture_path(fixture, L"more"), 2, overlapping);
    ok(hr == DO_E_OVERLAPPING_RANGES, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob3_AddFileWithRanges(object, L"ftp://localhost/x", fixture_path(fixture, L"more"), 2, ranges);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob3_AddFileWithRanges(object, UNUSED_URL, L"relative", 2, ranges);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    check_progress(job, 150, 0, 1, 0);
    if ((file = get_file(job, 0)))
    {
        hr = IBackgroundCopyFile_QueryInterface(file, &IID_IBackgroundCopyFile2, (void **)&file2);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyFile2_GetFileRanges(file2, &count, &got_ranges);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        ok(count == 2, "Got %lu ranges.\n", count);
        if (count == 2)
            got = got_ranges[1];
        ok(got.InitialOffset == 200 && got.Length == 50, "Got another range.\n");
        CoTaskMemFree(got_ranges);
        IBackgroundCopyFile2_Release(file2);
        IBackgroundCopyFile_Release(file);
    }
    end_test_job(object, job);
}

static void test_acl_flags(struct fixture *fixture)
{
    IBackgroundCopyJob3 *object;
    IBackgroundCopyJob *job;
    DWORD flags = 0xdeadbeef;
    HRESULT hr;

    if (!(object = create_test_job(fixture, &job)))
        return;
    hr = IBackgroundCopyJob3_GetFileACLFlags(object, &flags);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(!flags, "Got flags %#lx.\n", flags);
    hr = IBackgroundCopyJob3_SetFileACLFlags(object, BG_COPY_FILE_GROUP | BG_COPY_FILE_DACL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob3_SetFileACLFlags(object, 0x10);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob3_GetFileACLFlags(object, &flags);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(flags == (BG_COPY_FILE_GROUP | BG_COPY_FILE_DACL), "Got flags %#lx.\n", flags);
    hr = IBackgroundCopyJob_Cancel(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob3_SetFileACLFlags(object, 0);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    end_test_job(object, job);
}

START_TEST(job3)
{
    struct fixture fixture;

    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_replace_prefix(&fixture);
    test_add_file_with_ranges(&fixture);
    test_acl_flags(&fixture);
    fixture_cleanup(&fixture);
}
