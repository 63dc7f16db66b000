/*
 * Tests of transfers: what arrives, when it can be seen, and what suspending, completing and cancelling leave.
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

#include "remote.h"

#define FILE_SIZE 1000000

static void start_job(int line, IBackgroundCopyJob *job)
{
    HRESULT hr;

    hr = IBackgroundCopyJob_Resume(job);
    ok_(__FILE__, line, hr == S_OK, "Resume gave hr %#lx.\n", hr);
}

static void complete_job(int line, IBackgroundCopyJob *job)
{
    HRESULT hr;

    hr = IBackgroundCopyJob_Complete(job);
    ok_(__FILE__, line, hr == S_OK, "Complete gave hr %#lx.\n", hr);
    check_state_(__FILE__, line, job, BG_JOB_STATE_ACKNOWLEDGED);
}

static void check_file_progress(int line, IBackgroundCopyJob *job, ULONG index, UINT64 total, UINT64 bytes,
        BOOL completed)
{
    BG_FILE_PROGRESS progress;
    IBackgroundCopyFile *file;
    HRESULT hr;

    if (!(file = get_file(job, index)))
        return;
    memset(&progress, 0xcc, sizeof(progress));
    hr = IBackgroundCopyFile_GetProgress(file, &progress);
    ok_(__FILE__, line, hr == S_OK, "Got hr %#lx.\n", hr);
    ok_(__FILE__, line, progress.BytesTotal == total, "Got %llu bytes in all.\n", progress.BytesTotal);
    ok_(__FILE__, line, progress.BytesTransferred == bytes, "Got %llu bytes.\n", progress.BytesTransferred);
    ok_(__FILE__, line, progress.Completed == completed, "Got completed %d.\n", progress.Completed);
    IBackgroundCopyFile_Release(file);
}

/* The destination appears whole, and only with Complete. */
static void test_one_file(struct fixture *fixture)
{
    IBackgroundCopyJob *job;
    struct remote remote;
    BG_JOB_TIMES times;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@&hold_at=%u", FILE_SIZE, FILE_SIZE / 2);
    if (!(job = create_file_job(fixture, remote.url, L"file")))
        return;
    start_job(__LINE__, job);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRING);
    wait_for_bytes(job, FILE_SIZE / 2);
    check_progress(job, FILE_SIZE, FILE_SIZE / 2, 1, 0);
    check_file_progress(__LINE__, job, 0, FILE_SIZE, FILE_SIZE / 2, FALSE);
    ok(!file_exists(fixture_path(fixture, L"file")), "The file exists.\n");
    ok(fixture_count_files(fixture, L"DO*.tmp") == 1, "Got %u temporary files.\n",
            fixture_count_files(fixture, L"DO*.tmp"));

    remote_release(&remote);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
    check_progress(job, FILE_SIZE, FILE_SIZE, 1, 1);
    check_file_progress(__LINE__, job, 0, FILE_SIZE, FILE_SIZE, FALSE);
    ok(!file_exists(fixture_path(fixture, L"file")), "The file exists.\n");
    hr = IBackgroundCopyJob_GetTimes(job, &times);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(CompareFileTime(&times.TransferCompletionTime, &times.CreationTime) >= 0, "Got a completion before creation.\n");

    complete_job(__LINE__, job);
    check_file_progress(__LINE__, job, 0, FILE_SIZE, FILE_SIZE, TRUE);
    check_whole_content(fixture_path(fixture, L"file"), REMOTE_SEED, FILE_SIZE);
    ok(!fixture_count_files(fixture, L"DO*.tmp"), "A temporary file is left.\n");
    end_job(job);
}

static void test_sizes(struct fixture *fixture)
{
    static const unsigned int sizes[] = { 0, 1, 1048575, 1048576, 1048577, 5000000 };
    IBackgroundCopyJob *job;
    struct remote remote;
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(sizes); ++i)
    {
        push_context("size %u", sizes[i]);
        remote_init(&remote, REMOTE_HTTP, "size=%u&seed=%u", sizes[i], i + 1);
        if ((job = create_file_job(fixture, remote.url, L"sized")))
        {
            start_job(__LINE__, job);
            wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
            check_progress(job, sizes[i], sizes[i], 1, 1);
            complete_job(__LINE__, job);
            check_whole_content(fixture_path(fixture, L"sized"), i + 1, sizes[i]);
            end_job(job);
        }
        pop_context();
    }
}

static void test_several_files(struct fixture *fixture)
{
    enum { COUNT = 6 };
    IBackgroundCopyJob *job;
    struct remote remote;
    UINT64 total = 0;
    unsigned int i;
    WCHAR name[16];
    HRESULT hr;

    if (!(job = create_job(fixture)))
        return;
    for (i = 0; i < COUNT; ++i)
    {
        remote_init(&remote, REMOTE_HTTP, "size=%u&seed=%u", 100000 * i + 1, i + 20);
        swprintf(name, ARRAYSIZE(name), L"several%u", i);
        hr = IBackgroundCopyJob_AddFile(job, remote.url, fixture_path(fixture, name));
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        total += 100000 * i + 1;
    }
    start_job(__LINE__, job);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
    check_progress(job, total, total, COUNT, COUNT);
    complete_job(__LINE__, job);
    for (i = 0; i < COUNT; ++i)
    {
        swprintf(name, ARRAYSIZE(name), L"several%u", i);
        check_whole_content(fixture_path(fixture, name), i + 20, 100000 * i + 1);
    }
    end_job(job);
}

/* With one call: names are what they are alone, be they there in another case, of other alphabets, or cut off. */
static void test_file_set(struct fixture *fixture)
{
    static const WCHAR *const names[] = { L"first", L"THERE", L"\x00e9t\x00e9", L"dot.", L"sub\\deep", L"last file" };
    WCHAR paths[ARRAYSIZE(names)][MAX_PATH];
    BG_FILE_INFO files[ARRAYSIZE(names)];
    IBackgroundCopyJob *job;
    struct remote remote;
    unsigned int i;
    HRESULT hr;

    create_file(fixture_path(fixture, L"there"), "old");
    ok(CreateDirectoryW(fixture_path(fixture, L"sub"), NULL), "Got error %lu.\n", GetLastError());
    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    for (i = 0; i < ARRAYSIZE(names); ++i)
    {
        wcscpy(paths[i], fixture_path(fixture, names[i]));
        files[i].RemoteName = remote.url;
        files[i].LocalName = paths[i];
    }
    if (!(job = create_job(fixture)))
        return;
    hr = IBackgroundCopyJob_AddFileSet(job, ARRAYSIZE(files), files);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    start_job(__LINE__, job);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
    complete_job(__LINE__, job);
    for (i = 0; i < ARRAYSIZE(names); ++i)
    {
        push_context("file %u", i);
        check_whole_content(paths[i], REMOTE_SEED, FILE_SIZE);
        pop_context();
    }
    ok(fixture_count_files(fixture, L"there") == 1, "Got %u files.\n", fixture_count_files(fixture, L"there"));
    ok(fixture_count_files(fixture, L"dot") == 1, "Got %u files.\n", fixture_count_files(fixture, L"dot"));
    end_job(job);
    for (i = 0; i < ARRAYSIZE(names); ++i)
        ok(DeleteFileW(paths[i]), "Got error %lu.\n", GetLastError());
    ok(RemoveDirectoryW(fixture_path(fixture, L"sub")), "Got error %lu.\n", GetLastError());
}

/* One URL for two files, and two jobs at a time. */
static void test_same_url(struct fixture *fixture)
{
    IBackgroundCopyJob *first, *second;
    struct remote remote;

    remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@&hold_at=1000", FILE_SIZE);
    first = create_file_job(fixture, remote.url, L"same1");
    second = create_file_job(fixture, remote.url, L"same2");
    if (!first || !second)
        return;
    start_job(__LINE__, first);
    start_job(__LINE__, second);
    wait_for_state(first, BG_JOB_STATE_TRANSFERRING);
    wait_for_state(second, BG_JOB_STATE_TRANSFERRING);
    check_state(first, BG_JOB_STATE_TRANSFERRING);
    remote_release(&remote);
    wait_for_state(first, BG_JOB_STATE_TRANSFERRED);
    wait_for_state(second, BG_JOB_STATE_TRANSFERRED);
    complete_job(__LINE__, first);
    complete_job(__LINE__, second);
    check_whole_content(fixture_path(fixture, L"same1"), REMOTE_SEED, FILE_SIZE);
    check_whole_content(fixture_path(fixture, L"same2"), REMOTE_SEED, FILE_SIZE);
    end_job(first);
    end_job(second);
}

/* The parts are stored one after another. */
static void test_ranges(struct fixture *fixture)
{
    BG_FILE_RANGE ranges[] = { { 0, 100 }, { 200, 1000 }, { 1200, 50000 }, { 500001, 1 },
            { FILE_SIZE - 7777, BG_LENGTH_TO_EOF } };
    IDeliveryOptimizationJob *do_job;
    IBackgroundCopyJob *job;
    struct remote remote;
    UINT64 total = 0;
    unsigned int i;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    if (!(job = create_job(fixture)))
        return;
    hr = IBackgroundCopyJob_QueryInterface(job, &IID_IDeliveryOptimizationJob, (void **)&do_job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationJob_AddFileWithRanges(do_job, L"id", remote.url, fixture_path(fixture, L"ranges"),
            ARRAYSIZE(ranges), ranges, DO_UNKNOWN_FILE_SIZE);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    IDeliveryOptimizationJob_Release(do_job);
    start_job(__LINE__, job);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
    ranges[ARRAYSIZE(ranges) - 1].Length = 7777;
    for (i = 0; i < ARRAYSIZE(ranges); ++i)
        total += ranges[i].Length;
    check_progress(job, total, total, 1, 1);
    complete_job(__LINE__, job);
    check_content(fixture_path(fixture, L"ranges"), REMOTE_SEED, ranges, ARRAYSIZE(ranges));
    end_job(job);
}

static void check_download(int line, struct fixture *fixture, const struct remote *remote, UINT64 seed, UINT64 size)
{
    IBackgroundCopyJob *job;

    if (!(job = create_file_job(fixture, remote->url, L"checked")))
        return;
    start_job(line, job);
    wait_for_state_(__FILE__, line, job, BG_JOB_STATE_TRANSFERRED);
    complete_job(line, job);
    check_whole_content_(__FILE__, line, fixture_path(fixture, L"checked"), seed, size);
    end_job(job);
    DeleteFileW(fixture_path(fixture, L"checked"));
}

static void test_redirects(struct fixture *fixture)
{
    static const unsigned int codes[] = { 301, 302, 303, 307, 308 };
    struct remote remote;
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(codes); ++i)
    {
        push_context("code %u", codes[i]);
        remote_init(&remote, REMOTE_HTTP, "size=%u&hops=1&code=%u", FILE_SIZE, codes[i]);
        check_download(__LINE__, fixture, &remote, REMOTE_SEED, FILE_SIZE);
        pop_context();
    }
    remote_init(&remote, REMOTE_HTTP, "size=%u&hops=5", FILE_SIZE);
    check_download(__LINE__, fixture, &remote, REMOTE_SEED, FILE_SIZE);
}

static void test_https(struct fixture *fixture)
{
    struct remote remote;

    if (!remote_available(REMOTE_HTTPS))
        return;
    remote_init(&remote, REMOTE_HTTPS, "size=%u", FILE_SIZE);
    check_download(__LINE__, fixture, &remote, REMOTE_SEED, FILE_SIZE);
    remote_init(&remote, REMOTE_HTTPS, "size=%u&hops=2", FILE_SIZE);
    check_download(__LINE__, fixture, &remote, REMOTE_SEED, FILE_SIZE);
}

/* A file that changes on the server while it is fetched is fetched anew: no mixture. */
static void test_changed_file(struct fixture *fixture)
{
    struct remote remote;

    remote_init(&remote, REMOTE_HTTP, "size=%u&seed=3&etag=%%22a%%22&truncate=%u&times=1&after=1&seed2=4&size2=%u"
            "&etag2=%%22b%%22", FILE_SIZE, FILE_SIZE / 2, FILE_SIZE + 1000);
    check_download(__LINE__, fixture, &remote, 4, FILE_SIZE + 1000);
    remote_init(&remote, REMOTE_HTTP, "size=%u&seed=3&etag=%%22a%%22&truncate=%u&times=1&after=1&seed2=4&size2=%u"
            "&etag2=%%22b%%22", FILE_SIZE, FILE_SIZE / 2, FILE_SIZE);
    check_download(__LINE__, fixture, &remote, 4, FILE_SIZE);
}

static void test_suspend(struct fixture *fixture)
{
    BG_JOB_PROGRESS progress;
    IBackgroundCopyJob *job;
    struct remote remote;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@&hold_at=%u", FILE_SIZE, FILE_SIZE / 2);
    if (!(job = create_file_job(fixture, remote.url, L"suspended")))
        return;
    start_job(__LINE__, job);
    wait_for_bytes(job, FILE_SIZE / 2);
    hr = IBackgroundCopyJob_Suspend(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_state(job, BG_JOB_STATE_SUSPENDED);
    hr = IBackgroundCopyJob_Suspend(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_GetProgress(job, &progress);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(progress.BytesTotal == FILE_SIZE && progress.BytesTransferred == FILE_SIZE / 2, "Got %llu of %llu bytes.\n",
            progress.BytesTransferred, progress.BytesTotal);
    ok(!file_exists(fixture_path(fixture, L"suspended")), "The file exists.\n");
    ok(fixture_count_files(fixture, L"DO*.tmp") == 1, "Got %u temporary files.\n",
            fixture_count_files(fixture, L"DO*.tmp"));

    remote_release(&remote);
    check_state(job, BG_JOB_STATE_SUSPENDED);
    ok(remote_requests(&remote) == 1, "Got %u requests.\n", remote_requests(&remote));
    start_job(__LINE__, job);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
    ok(remote_requests(&remote) == 2, "Got %u requests.\n", remote_requests(&remote));
    complete_job(__LINE__, job);
    check_whole_content(fixture_path(fixture, L"suspended"), REMOTE_SEED, FILE_SIZE);
    end_job(job);
}

/* Actions that change nothing. */
static void test_idle_actions(struct fixture *fixture)
{
    IBackgroundCopyJob *job;
    struct remote remote;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@&hold_at=1000", FILE_SIZE);
    if (!(job = create_file_job(fixture, remote.url, L"idle")))
        return;
    start_job(__LINE__, job);
    start_job(__LINE__, job);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRING);
    start_job(__LINE__, job);
    check_state(job, BG_JOB_STATE_TRANSFERRING);
    remote_release(&remote);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
    start_job(__LINE__, job);
    check_state(job, BG_JOB_STATE_TRANSFERRED);
    hr = IBackgroundCopyJob_Suspend(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_state(job, BG_JOB_STATE_TRANSFERRED);
    ok(remote_requests(&remote) == 1, "Got %u requests.\n", remote_requests(&remote));
    complete_job(__LINE__, job);
    check_whole_content(fixture_path(fixture, L"idle"), REMOTE_SEED, FILE_SIZE);
    end_job(job);
}

/* Complete before the end keeps what is whole. */
static void test_early_complete(struct fixture *fixture)
{
    struct remote good, held;
    IBackgroundCopyJob *job;
    HRESULT hr;

    remote_init(&good, REMOTE_HTTP, "size=%u", FILE_SIZE);
    remote_init(&held, REMOTE_HTTP, "size=%u&hold=@&hold_at=%u", FILE_SIZE, FILE_SIZE / 2);
    if (!(job = create_file_job(fixture, good.url, L"whole")))
        return;
    hr = IBackgroundCopyJob_AddFile(job, held.url, fixture_path(fixture, L"half"));
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    start_job(__LINE__, job);
    wait_for_progress(job, FILE_SIZE + FILE_SIZE / 2, 1);
    check_progress(job, 2 * FILE_SIZE, FILE_SIZE + FILE_SIZE / 2, 2, 1);

    complete_job(__LINE__, job);
    remote_release(&held);
    check_whole_content(fixture_path(fixture, L"whole"), REMOTE_SEED, FILE_SIZE);
    ok(!file_exists(fixture_path(fixture, L"half")), "The other file exists.\n");
    ok(!fixture_count_files(fixture, L"DO*.tmp"), "A temporary file is left.\n");
    check_file_progress(__LINE__, job, 0, FILE_SIZE, FILE_SIZE, TRUE);
    end_job(job);
}

/* What stood at the destination stays until Complete puts the new file there. */
static void test_existing_destination(struct fixture *fixture)
{
    static const WCHAR name[] = L"existing";
    IBackgroundCopyJob *job;
    struct remote remote;
    unsigned int round;
    HANDLE file;
    HRESULT hr;

    for (round = 0; round < 2; ++round)
    {
        create_file(fixture_path(fixture, name), "what was there before");
        remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
        if (!(job = create_file_job(fixture, remote.url, name)))
            return;
        start_job(__LINE__, job);
        wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
        file = CreateFileW(fixture_path(fixture, name), GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
        ok(file != INVALID_HANDLE_VALUE, "The file is gone, error %lu.\n", GetLastError());
        ok(GetFileSize(file, NULL) == 21, "Got %lu bytes.\n", GetFileSize(file, NULL));
        CloseHandle(file);
        if (round)
        {
            complete_job(__LINE__, job);
            check_whole_content(fixture_path(fixture, name), REMOTE_SEED, FILE_SIZE);
        }
        else
        {
            hr = IBackgroundCopyJob_Cancel(job);
            ok(hr == S_OK, "Got hr %#lx.\n", hr);
            check_state(job, BG_JOB_STATE_CANCELLED);
            ok(file_exists(fixture_path(fixture, name)), "The file is gone.\n");
        }
        ok(!fixture_count_files(fixture, L"DO*.tmp"), "A temporary file is left.\n");
        end_job(job);
    }
}

/* In whatever state, Cancel leaves nothing. */
static void test_cancel(struct fixture *fixture)
{
    static const BG_JOB_STATE states[] = { BG_JOB_STATE_TRANSFERRING, BG_JOB_STATE_SUSPENDED,
            BG_JOB_STATE_TRANSFERRED };
    IBackgroundCopyJob *job;
    struct remote remote;
    unsigned int i;
    HRESULT hr;

    for (i = 0; i < ARRAYSIZE(states); ++i)
    {
        push_context("state %s", debug_state(states[i]));
        remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@&hold_at=%u", FILE_SIZE, FILE_SIZE / 2);
        if (!(job = create_file_job(fixture, remote.url, L"cancelled")))
            return;
        if (states[i] == BG_JOB_STATE_TRANSFERRED)
            remote_release(&remote);
        start_job(__LINE__, job);
        wait_for_bytes(job, FILE_SIZE / 2);
        if (states[i] == BG_JOB_STATE_SUSPENDED)
        {
            hr = IBackgroundCopyJob_Suspend(job);
            ok(hr == S_OK, "Got hr %#lx.\n", hr);
        }
        wait_for_state(job, states[i]);
        hr = IBackgroundCopyJob_Cancel(job);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        check_state(job, BG_JOB_STATE_CANCELLED);
        ok(!fixture_count_files(fixture, L"*cancelled*"), "The file exists.\n");
        ok(!fixture_count_files(fixture, L"DO*.tmp"), "A temporary file is left.\n");
        remote_release(&remote);
        end_job(job);
        pop_context();
    }
}

/* A job that has all its files goes on when it gets another one. */
static void test_late_file(struct fixture *fixture)
{
    struct remote first, second;
    IBackgroundCopyJob *job;
    HRESULT hr;

    remote_init(&first, REMOTE_HTTP, "size=1000&seed=30");
    remote_init(&second, REMOTE_HTTP, "size=2000&seed=31");
    if (!(job = create_file_job(fixture, first.url, L"early")))
        return;
    start_job(__LINE__, job);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
    hr = IBackgroundCopyJob_AddFile(job, second.url, fixture_path(fixture, L"late"));
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    start_job(__LINE__, job);
    remote_wait(&second, 1);
    wait_for_bytes(job, 3000);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
    check_progress(job, 3000, 3000, 2, 2);
    complete_job(__LINE__, job);
    check_whole_content(fixture_path(fixture, L"early"), 30, 1000);
    check_whole_content(fixture_path(fixture, L"late"), 31, 2000);
    end_job(job);
}

/* Another place of the same file in the middle. */
static void test_other_place(struct fixture *fixture)
{
    struct remote first, second;
    IBackgroundCopyFile2 *file2;
    IBackgroundCopyFile *file;
    IBackgroundCopyJob *job;
    HRESULT hr;

    remote_init(&first, REMOTE_HTTP, "size=%u&hold=@&hold_at=%u", FILE_SIZE, FILE_SIZE / 2);
    remote_init(&second, REMOTE_HTTP, "size=%u", FILE_SIZE);
    if (!(job = create_file_job(fixture, first.url, L"moved")) || !(file = get_file(job, 0)))
        return;
    hr = IBackgroundCopyFile_QueryInterface(file, &IID_IBackgroundCopyFile2, (void **)&file2);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    start_job(__LINE__, job);
    wait_for_bytes(job, FILE_SIZE / 2);
    hr = IBackgroundCopyFile2_SetRemoteName(file2, second.url);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
    ok(remote_requests(&second) >= 1, "Got %u requests.\n", remote_requests(&second));
    complete_job(__LINE__, job);
    check_whole_content(fixture_path(fixture, L"moved"), REMOTE_SEED, FILE_SIZE);
    remote_release(&first);
    IBackgroundCopyFile2_Release(file2);
    IBackgroundCopyFile_Release(file);
    end_job(job);
}

START_TEST(transfer)
{
    struct fixture fixture;

    if (!remote_available(REMOTE_HTTP) || !fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_one_file(&fixture);
    test_sizes(&fixture);
    test_several_files(&fixture);
    test_file_set(&fixture);
    test_same_url(&fixture);
    test_ranges(&fixture);
    test_redirects(&fixture);
    test_https(&fixture);
    test_changed_file(&fixture);
    test_suspend(&fixture);
    test_idle_actions(&fixture);
    test_early_complete(&fixture);
    test_existing_destination(&fixture);
    test_cancel(&fixture);
    test_late_file(&fixture);
    test_other_place(&fixture);
    fixture_cleanup(&fixture);
}
