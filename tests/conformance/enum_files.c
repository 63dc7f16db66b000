/*
 * Tests of IEnumBackgroundCopyFiles.
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

#define FILE_COUNT 5

static IBackgroundCopyJob *create_full_job(struct fixture *fixture)
{
    IBackgroundCopyJob *job;
    WCHAR name[16];
    unsigned int i;
    HRESULT hr;

    if (!(job = create_job(fixture)))
        return NULL;
    for (i = 0; i < FILE_COUNT; ++i)
    {
        swprintf(name, ARRAYSIZE(name), L"file%u", i);
        hr = IBackgroundCopyJob_AddFile(job, UNUSED_URL, fixture_path(fixture, name));
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
    }
    return job;
}

/* That it is the file with this number; releases it. */
static void check_file(int line, struct fixture *fixture, IBackgroundCopyFile *file, unsigned int index)
{
    WCHAR name[16], *text;
    HRESULT hr;

    swprintf(name, ARRAYSIZE(name), L"file%u", index);
    hr = IBackgroundCopyFile_GetLocalName(file, &text);
    ok_(__FILE__, line, hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
    {
        ok_(__FILE__, line, !wcscmp(text, fixture_path(fixture, name)), "Got %s, expected number %u.\n",
                debug_string(text), index);
        CoTaskMemFree(text);
    }
    IBackgroundCopyFile_Release(file);
}

static void test_next(struct fixture *fixture, IEnumBackgroundCopyFiles *enumerator)
{
    IBackgroundCopyFile *files[FILE_COUNT];
    ULONG count = 0xdeadbeef;
    unsigned int i;
    HRESULT hr;

    hr = IEnumBackgroundCopyFiles_GetCount(enumerator, &count);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(count == FILE_COUNT, "Got count %lu.\n", count);

    hr = IEnumBackgroundCopyFiles_Next(enumerator, 1, files, NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (hr == S_OK)
        check_file(__LINE__, fixture, files[0], 0);
    count = 0xdeadbeef;
    hr = IEnumBackgroundCopyFiles_Next(enumerator, 2, files, &count);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(count == 2, "Got count %lu.\n", count);
    for (i = 0; hr == S_OK && i < 2; ++i)
        check_file(__LINE__, fixture, files[i], i + 1);

    /* Only two are left. */
    count = 0xdeadbeef;
    hr = IEnumBackgroundCopyFiles_Next(enumerator, FILE_COUNT, files, &count);
    ok(hr == S_FALSE, "Got hr %#lx.\n", hr);
    ok(count == 2, "Got count %lu.\n", count);
    for (i = 0; hr == S_FALSE && i < count && i < FILE_COUNT; ++i)
        check_file(__LINE__, fixture, files[i], i + 3);
    count = 0xdeadbeef;
    hr = IEnumBackgroundCopyFiles_Next(enumerator, 1, files, &count);
    ok(hr == S_FALSE, "Got hr %#lx.\n", hr);
    ok(!count, "Got count %lu.\n", count);
    count = 0xdeadbeef;
    hr = IEnumBackgroundCopyFiles_Next(enumerator, 0, files, &count);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(!count, "Got count %lu.\n", count);

    /* Without a place for the count only one may be asked for. */
    hr = IEnumBackgroundCopyFiles_Reset(enumerator);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IEnumBackgroundCopyFiles_Next(enumerator, 2, files, NULL);
    check_null_refused(hr);
    hr = IEnumBackgroundCopyFiles_Next(enumerator, 1, NULL, &count);
    check_null_refused(hr);
    hr = IEnumBackgroundCopyFiles_GetCount(enumerator, NULL);
    check_null_refused(hr);
    hr = IEnumBackgroundCopyFiles_Next(enumerator, 1, files, &count);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (hr == S_OK)
        check_file(__LINE__, fixture, files[0], 0);
}

static void test_skip_and_reset(struct fixture *fixture, IEnumBackgroundCopyFiles *enumerator)
{
    IBackgroundCopyFile *file;
    HRESULT hr;

    hr = IEnumBackgroundCopyFiles_Reset(enumerator);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IEnumBackgroundCopyFiles_Skip(enumerator, 3);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IEnumBackgroundCopyFiles_Next(enumerator, 1, &file, NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (hr == S_OK)
        check_file(__LINE__, fixture, file, 3);
    hr = IEnumBackgroundCopyFiles_Skip(enumerator, 1);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IEnumBackgroundCopyFiles_Skip(enumerator, 1);
    ok(hr == S_FALSE, "Got hr %#lx.\n", hr);
    hr = IEnumBackgroundCopyFiles_Reset(enumerator);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IEnumBackgroundCopyFiles_Skip(enumerator, 0xffffffff);
    ok(hr == S_FALSE, "Got hr %#lx.\n", hr);
    hr = IEnumBackgroundCopyFiles_Next(enumerator, 1, &file, NULL);
    ok(hr == S_FALSE, "Got hr %#lx.\n", hr);
    hr = IEnumBackgroundCopyFiles_Reset(enumerator);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IEnumBackgroundCopyFiles_Next(enumerator, 1, &file, NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (hr == S_OK)
        check_file(__LINE__, fixture, file, 0);
}

static void test_clone(struct fixture *fixture, IEnumBackgroundCopyFiles *enumerator)
{
    IEnumBackgroundCopyFiles *clone = NULL;
    IBackgroundCopyFile *file;
    HRESULT hr;

    hr = IEnumBackgroundCopyFiles_Clone(enumerator, NULL);
    check_null_refused(hr);
    hr = IEnumBackgroundCopyFiles_Reset(enumerator);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IEnumBackgroundCopyFiles_Skip(enumerator, 2);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IEnumBackgroundCopyFiles_Clone(enumerator, &clone);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return;
    check_interface(clone, &IID_IEnumBackgroundCopyFiles, TRUE);

    /* It starts where the other one is, and each goes its own way. */
    hr = IEnumBackgroundCopyFiles_Next(clone, 1, &file, NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (hr == S_OK)
        check_file(__LINE__, fixture, file, 2);
    hr = IEnumBackgroundCopyFiles_Next(clone, 1, &file, NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (hr == S_OK)
        check_file(__LINE__, fixture, file, 3);
    hr = IEnumBackgroundCopyFiles_Next(enumerator, 1, &file, NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (hr == S_OK)
        check_file(__LINE__, fixture, file, 2);
    ok(!IEnumBackgroundCopyFiles_Release(clone), "The object has references left.\n");
}

/* What was added later is not in it. */
static void test_snapshot(struct fixture *fixture)
{
    IEnumBackgroundCopyFiles *enumerator, *later;
    IBackgroundCopyJob *job;
    IBackgroundCopyFile *file;
    ULONG count = 0xdeadbeef;
    HRESULT hr;

    if (!(job = create_job(fixture)))
        return;
    hr = IBackgroundCopyJob_EnumFiles(job, &enumerator);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IEnumBackgroundCopyFiles_GetCount(enumerator, &count);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(!count, "Got count %lu.\n", count);
    hr = IEnumBackgroundCopyFiles_Next(enumerator, 1, &file, NULL);
    ok(hr == S_FALSE, "Got hr %#lx.\n", hr);

    hr = IBackgroundCopyJob_AddFile(job, UNUSED_URL, fixture_path(fixture, L"file0"));
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IEnumBackgroundCopyFiles_GetCount(enumerator, &count);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(!count, "Got count %lu.\n", count);
    hr = IEnumBackgroundCopyFiles_Reset(enumerator);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IEnumBackgroundCopyFiles_Next(enumerator, 1, &file, NULL);
    ok(hr == S_FALSE, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_EnumFiles(job, &later);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IEnumBackgroundCopyFiles_GetCount(later, &count);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(count == 1, "Got count %lu.\n", count);
    IEnumBackgroundCopyFiles_Release(later);
    IEnumBackgroundCopyFiles_Release(enumerator);
    end_job(job);
}

START_TEST(enum_files)
{
    IEnumBackgroundCopyFiles *enumerator = NULL;
    IBackgroundCopyJob *job;
    struct fixture fixture;
    HRESULT hr;

    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    if ((job = create_full_job(&fixture)))
    {
        hr = IBackgroundCopyJob_EnumFiles(job, &enumerator);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
    }
    if (enumerator)
    {
        check_interface(enumerator, &IID_IUnknown, TRUE);
        check_interface(enumerator, &IID_IEnumBackgroundCopyFiles, TRUE);
        check_interface(enumerator, &IID_IEnumBackgroundCopyJobs, FALSE);
        check_refcount(enumerator, 1);
        test_next(&fixture, enumerator);
        test_skip_and_reset(&fixture, enumerator);
        test_clone(&fixture, enumerator);
        ok(!IEnumBackgroundCopyFiles_Release(enumerator), "The object has references left.\n");
        end_job(job);
    }
    test_snapshot(&fixture);
    fixture_cleanup(&fixture);
}
