/*
 * The rules of a job's life: its sizes and times, other places of its files, its destinations, and what it leaves.
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
#define HALF (FILE_SIZE / 2)

static void resume(int line, IBackgroundCopyJob *job)
{
    HRESULT hr;

    hr = IBackgroundCopyJob_Resume(job);
    ok_(__FILE__, line, hr == S_OK, "Resume gave hr %#lx.\n", hr);
}

static void suspend(int line, IBackgroundCopyJob *job)
{
    HRESULT hr;

    hr = IBackgroundCopyJob_Suspend(job);
    ok_(__FILE__, line, hr == S_OK, "Suspend gave hr %#lx.\n", hr);
    check_state_(__FILE__, line, job, BG_JOB_STATE_SUSPENDED);
}

static void check_complete(int line, IBackgroundCopyJob *job, HRESULT expected, BG_JOB_STATE state)
{
    HRESULT hr;

    hr = IBackgroundCopyJob_Complete(job);
    ok_(__FILE__, line, hr == expected, "Complete gave hr %#lx, expected %#lx.\n", hr, expected);
    check_state_(__FILE__, line, job, state);
}

static void check_nothing_left(int line, const struct fixture *fixture)
{
    unsigned int count = fixture_count_files(fixture, L"DO*.tmp");

    ok_(__FILE__, line, !count, "Got %u temporary files.\n", count);
}

/* What the sizes are before any answer, with the first one, and from then on. */
static void test_totals_of_a_whole_file(struct fixture *fixture)
{
    IBackgroundCopyJob *job;
    struct remote remote;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@&hold_at=%u&hold_after=1", FILE_SIZE, HALF);
    if (!(job = create_job(fixture)))
        return;
    check_progress(job, 0, 0, 0, 0);
    hr = IBackgroundCopyJob_AddFile(job, remote.url, fixture_path(fixture, L"totals"));
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_progress(job, BG_SIZE_UNKNOWN, 0, 1, 0);
    resume(__LINE__, job);
    wait_for_bytes(job, HALF);
    check_progress(job, FILE_SIZE, HALF, 1, 0);
    suspend(__LINE__, job);
    check_progress(job, FILE_SIZE, HALF, 1, 0);
    resume(__LINE__, job);
    remote_wait(&remote, 2);
    check_progress(job, FILE_SIZE, HALF, 1, 0);
    remote_release(&remote);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
    check_progress(job, FILE_SIZE, FILE_SIZE, 1, 1);

    /* Another file makes the sum unknown again. */
    hr = IBackgroundCopyJob_AddFile(job, UNUSED_URL, fixture_path(fixture, L"more"));
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_progress(job, BG_SIZE_UNKNOWN, FILE_SIZE, 2, 1);
    hr = IBackgroundCopyJob_Cancel(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_progress(job, BG_SIZE_UNKNOWN, FILE_SIZE, 2, 1);
    check_nothing_left(__LINE__, fixture);
    end_job(job);
}

static void add_ranges(int line, struct fixture *fixture, IBackgroundCopyJob *job, const WCHAR *url,
        const WCHAR *name, DWORD count, BG_FILE_RANGE *ranges, UINT64 size)
{
    IDeliveryOptimizationJob *do_job;
    HRESULT hr;

    hr = IBackgroundCopyJob_QueryInterface(job, &IID_IDeliveryOptimizationJob, (void **)&do_job);
    ok_(__FILE__, line, hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return;
    hr = IDeliveryOptimizationJob_AddFileWithRanges(do_job, L"id", url, fixture_path(fixture, name), count, ranges,
            size);
    ok_(__FILE__, line, hr == S_OK, "AddFileWithRanges gave hr %#lx.\n", hr);
    IDeliveryOptimizationJob_Release(do_job);
}

/* Of ranges only their bytes count; a range to the end is as long as the size says that was given or answered. */
static void test_totals_of_ranges(struct fixture *fixture)
{
    BG_FILE_RANGE closed[] = { { 0, 100 }, { 1000, 900 } };
    BG_FILE_RANGE open[] = { { 10, 90 }, { FILE_SIZE - 500, BG_LENGTH_TO_EOF } };
    IBackgroundCopyJob *job;
    struct remote remote;

    remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@", FILE_SIZE);
    if (!(job = create_job(fixture)))
        return;
    add_ranges(__LINE__, fixture, job, remote.url, L"closed", ARRAYSIZE(closed), closed, DO_UNKNOWN_FILE_SIZE);
    check_progress(job, 1000, 0, 1, 0);
    add_ranges(__LINE__, fixture, job, remote.url, L"sized", ARRAYSIZE(open), open, FILE_SIZE);
    check_progress(job, 1000 + 590, 0, 2, 0);
    add_ranges(__LINE__, fixture, job, remote.url, L"whole", 0, NULL, FILE_SIZE);
    check_progress(job, 1000 + 590 + FILE_SIZE, 0, 3, 0);
    add_ranges(__LINE__, fixture, job, remote.url, L"open", ARRAYSIZE(open), open, DO_UNKNOWN_FILE_SIZE);
    check_progress(job, BG_SIZE_UNKNOWN, 0, 4, 0);
    resume(__LINE__, job);
    remote_wait(&remote, 1);
    check_progress(job, BG_SIZE_UNKNOWN, 0, 4, 0);
    remote_release(&remote);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
    check_progress(job, 1000 + 590 + FILE_SIZE + 590, 1000 + 590 + FILE_SIZE + 590, 4, 4);
    check_complete(__LINE__, job, S_OK, BG_JOB_STATE_ACKNOWLEDGED);
    check_progress(job, 1000 + 590 + FILE_SIZE + 590, 1000 + 590 + FILE_SIZE + 590, 4, 4);
    open[1].Length = 500;
    check_content(fixture_path(fixture, L"closed"), REMOTE_SEED, closed, ARRAYSIZE(closed));
    check_content(fixture_path(fixture, L"sized"), REMOTE_SEED, open, ARRAYSIZE(open));
    check_content(fixture_path(fixture, L"open"), REMOTE_SEED, open, ARRAYSIZE(open));
    check_whole_content(fixture_path(fixture, L"whole"), REMOTE_SEED, FILE_SIZE);
    check_nothing_left(__LINE__, fixture);
    end_job(job);
}

static BOOL is_zero(const FILETIME *time)
{
    return !time->dwLowDateTime && !time->dwHighDateTime;
}

/* Checks that the job was modified since the last call, or was not, and when it was completed. */
static void check_times(int line, IBackgroundCopyJob *job, BG_JOB_TIMES *times, BOOL is_modified, BOOL is_done)
{
    BG_JOB_TIMES now;
    HRESULT hr;

    memset(&now, 0xcc, sizeof(now));
    hr = IBackgroundCopyJob_GetTimes(job, &now);
    ok_(__FILE__, line, hr == S_OK, "GetTimes gave hr %#lx.\n", hr);
    ok_(__FILE__, line, !CompareFileTime(&now.CreationTime, &times->CreationTime), "The creation has changed.\n");
    ok_(__FILE__, line, CompareFileTime(&now.ModificationTime, &times->ModificationTime) == is_modified,
            "The modification time has %schanged.\n", is_modified ? "not " : "");
    ok_(__FILE__, line, is_zero(&now.TransferCompletionTime) != is_done, "Got completion %#lx:%#lx.\n",
            now.TransferCompletionTime.dwHighDateTime, now.TransferCompletionTime.dwLowDateTime);
    if (is_done)
        ok_(__FILE__, line, CompareFileTime(&now.TransferCompletionTime, &now.CreationTime) > 0,
                "The completion is before the creation.\n");
    *times = now;
}

static void test_times(struct fixture *fixture)
{
    IBackgroundCopyJob *job;
    BG_JOB_TIMES times;
    struct remote remote;
    FILETIME completion;
    BG_JOB_STATE state;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@&hold_at=%u", FILE_SIZE, HALF);
    if (!(job = create_job(fixture)))
        return;
    hr = IBackgroundCopyJob_GetTimes(job, &times);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_AddFile(job, remote.url, fixture_path(fixture, L"timed"));
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_times(__LINE__, job, &times, TRUE, FALSE);
    hr = IBackgroundCopyJob_GetState(job, &state);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_times(__LINE__, job, &times, FALSE, FALSE);
    hr = IBackgroundCopyJob_SetPriority(job, BG_JOB_PRIORITY_HIGH);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_times(__LINE__, job, &times, TRUE, FALSE);
    resume(__LINE__, job);
    check_times(__LINE__, job, &times, TRUE, FALSE);
    wait_for_bytes(job, HALF);
    suspend(__LINE__, job);
    check_times(__LINE__, job, &times, TRUE, FALSE);
    remote_release(&remote);
    resume(__LINE__, job);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
    check_times(__LINE__, job, &times, TRUE, TRUE);

    /* Complete keeps the time at which the last byte came. */
    completion = times.TransferCompletionTime;
    check_complete(__LINE__, job, S_OK, BG_JOB_STATE_ACKNOWLEDGED);
    check_times(__LINE__, job, &times, TRUE, TRUE);
    ok(!CompareFileTime(&times.TransferCompletionTime, &completion), "The completion time has changed.\n");
    end_job(job);
}

static void test_times_of_a_failure(struct fixture *fixture)
{
    IBackgroundCopyJob *job;
    struct remote remote;
    BG_JOB_TIMES times;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=1000&status=404");
    if (!(job = create_file_job(fixture, remote.url, L"failed")))
        return;
    hr = IBackgroundCopyJob_GetTimes(job, &times);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    resume(__LINE__, job);
    wait_for_state(job, BG_JOB_STATE_ERROR);
    check_times(__LINE__, job, &times, TRUE, FALSE);
    hr = IBackgroundCopyJob_Cancel(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_times(__LINE__, job, &times, TRUE, FALSE);
    end_job(job);
}

static void set_remote_name(int line, IBackgroundCopyJob *job, ULONG index, const WCHAR *url)
{
    IBackgroundCopyFile2 *file2 = NULL;
    IBackgroundCopyFile *file;
    HRESULT hr;

    if (!(file = get_file(job, index)))
        return;
    hr = IBackgroundCopyFile_QueryInterface(file, &IID_IBackgroundCopyFile2, (void **)&file2);
    ok_(__FILE__, line, hr == S_OK, "Got hr %#lx.\n", hr);
    IBackgroundCopyFile_Release(file);
    if (!file2)
        return;
    hr = IBackgroundCopyFile2_SetRemoteName(file2, url);
    ok_(__FILE__, line, hr == S_OK, "SetRemoteName gave hr %#lx.\n", hr);
    IBackgroundCopyFile2_Release(file2);
}

/* Whether the bytes that are here count at another place is decided by the size and the time stamp there. */
static void test_other_place(struct fixture *fixture)
{
    static const struct
    {
        const char *query;
        unsigned int seed;
        UINT64 size;
        BOOL is_restart;                /* all of it is fetched from there, otherwise only what is missing */
    }
    places[] =
    {
        { "size=1000000&seed=7&etag=%22other%22", REMOTE_SEED, FILE_SIZE, FALSE },
        { "size=1000000&seed=7&etag=none", REMOTE_SEED, FILE_SIZE, FALSE },
        { "size=1000001&seed=8", 8, FILE_SIZE + 1, TRUE },
        { "size=600000&seed=8", 8, 600000, TRUE },
        { "size=400000&seed=8", 8, 400000, TRUE },
        { "size=1000000&seed=8&last_modified=Sun,%2001%20Jan%202023%2000:00:00%20GMT", 8, FILE_SIZE, TRUE },
        { "size=1000000&seed=7&norange=1", REMOTE_SEED, FILE_SIZE, TRUE },
    };
    struct remote first, second;
    IBackgroundCopyJob *job;
    unsigned int i, suspended;

    for (i = 0; i < 2 * ARRAYSIZE(places); ++i)
    {
        suspended = i % 2;
        push_context("place %u%s", i / 2, suspended ? ", suspended" : "");
        remote_init(&first, REMOTE_HTTP, "size=%u&hold=@&hold_at=%u", FILE_SIZE, HALF);
        remote_init(&second, REMOTE_HTTP, "%s", places[i / 2].query);
        if ((job = create_file_job(fixture, first.url, L"moved")))
        {
            resume(__LINE__, job);
            wait_for_bytes(job, HALF);
            if (suspended)
                suspend(__LINE__, job);
            set_remote_name(__LINE__, job, 0, second.url);
            resume(__LINE__, job);
            wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
            check_progress(job, places[i / 2].size, places[i / 2].size, 1, 1);
            check_complete(__LINE__, job, S_OK, BG_JOB_STATE_ACKNOWLEDGED);
            check_whole_content(fixture_path(fixture, L"moved"), places[i / 2].seed, places[i / 2].size);
            /* A restart is found out with a first answer, some of which may have been sent. */
            ok(remote_requests(&second) == 1 + (unsigned int)places[i / 2].is_restart, "Got %u requests.\n",
                    remote_requests(&second));
            if (places[i / 2].is_restart)
                ok(remote_bytes_sent(&second) >= places[i / 2].size, "Got %llu bytes.\n", remote_bytes_sent(&second));
            else
                ok(remote_bytes_sent(&second) == HALF, "Got %llu bytes.\n", remote_bytes_sent(&second));
            end_job(job);
        }
        remote_release(&first);
        pop_context();
    }
}

/* A file that is whole is not fetched again. */
static void test_other_place_of_a_whole_file(struct fixture *fixture)
{
    struct remote first, second, other;
    IBackgroundCopyJob *job;
    HRESULT hr;

    remote_init(&first, REMOTE_HTTP, "size=%u", FILE_SIZE);
    remote_init(&second, REMOTE_HTTP, "size=2000&hold=@&hold_at=1000");
    remote_init(&other, REMOTE_HTTP, "size=5000&seed=9");
    if (!(job = create_file_job(fixture, first.url, L"whole")))
        return;
    hr = IBackgroundCopyJob_AddFile(job, second.url, fixture_path(fixture, L"part"));
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    resume(__LINE__, job);
    wait_for_progress(job, FILE_SIZE + 1000, 1);
    set_remote_name(__LINE__, job, 0, other.url);
    check_progress(job, FILE_SIZE + 2000, FILE_SIZE + 1000, 2, 1);
    remote_release(&second);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
    set_remote_name(__LINE__, job, 0, other.url);
    resume(__LINE__, job);
    check_state(job, BG_JOB_STATE_TRANSFERRED);
    check_complete(__LINE__, job, S_OK, BG_JOB_STATE_ACKNOWLEDGED);
    ok(!remote_requests(&other), "Got %u requests.\n", remote_requests(&other));
    check_whole_content(fixture_path(fixture, L"whole"), REMOTE_SEED, FILE_SIZE);
    check_whole_content(fixture_path(fixture, L"part"), REMOTE_SEED, 2000);
    end_job(job);
}

/* What happens to the destination while the file is on its way: Complete tells, and can be called again. */
static void test_destination_in_the_way(struct fixture *fixture)
{
    const WCHAR *path = fixture_path(fixture, L"way");
    IBackgroundCopyJob *job;
    struct remote remote;
    unsigned int round;
    WCHAR name[MAX_PATH];
    BOOL ret;

    wcscpy(name, path);
    for (round = 0; round < 4; ++round)
    {
        push_context("round %u", round);
        remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
        if (!(job = create_file_job(fixture, remote.url, L"way")))
            return;
        if (round & 1)
        {
            create_file(name, "in the way");
            ret = SetFileAttributesW(name, FILE_ATTRIBUTE_READONLY);
        }
        else
        {
            ret = CreateDirectoryW(name, NULL);
        }
        ok(ret, "Got error %lu.\n", GetLastError());
        resume(__LINE__, job);
        wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
        check_complete(__LINE__, job, E_ACCESSDENIED, BG_JOB_STATE_TRANSFERRED);
        ok(fixture_count_files(fixture, L"DO*.tmp") == 1, "Got %u temporary files.\n",
                fixture_count_files(fixture, L"DO*.tmp"));
        if (round & 1)
            SetFileAttributesW(name, FILE_ATTRIBUTE_NORMAL);
        else
            ok(RemoveDirectoryW(name), "The directory has changed, error %lu.\n", GetLastError());
        if (round & 2)
        {
            check_complete(__LINE__, job, S_OK, BG_JOB_STATE_ACKNOWLEDGED);
            check_whole_content(name, REMOTE_SEED, FILE_SIZE);
        }
        end_job(job);
        check_nothing_left(__LINE__, fixture);
        DeleteFileW(name);
        pop_context();
    }
}

/* The directory goes, with the temporary file in it. */
static void test_directory_is_removed(struct fixture *fixture)
{
    WCHAR directory[MAX_PATH], pattern[MAX_PATH], temporary[MAX_PATH];
    WIN32_FIND_DATAW data;
    IBackgroundCopyJob *job;
    struct remote remote;
    HANDLE find;

    wcscpy(directory, fixture_path(fixture, L"gone"));
    ok(CreateDirectoryW(directory, NULL), "Got error %lu.\n", GetLastError());
    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    if (!(job = create_file_job(fixture, remote.url, L"gone\\file")))
        return;
    resume(__LINE__, job);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
    swprintf(pattern, ARRAYSIZE(pattern), L"%ls\\DO*.tmp", directory);
    find = FindFirstFileW(pattern, &data);
    ok(find != INVALID_HANDLE_VALUE, "There is no temporary file, error %lu.\n", GetLastError());
    FindClose(find);
    swprintf(temporary, ARRAYSIZE(temporary), L"%ls\\%ls", directory, data.cFileName);
    ok(DeleteFileW(temporary), "Got error %lu.\n", GetLastError());
    ok(RemoveDirectoryW(directory), "Got error %lu.\n", GetLastError());
    check_complete(__LINE__, job, HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND), BG_JOB_STATE_TRANSFERRED);
    end_job(job);
    ok(!file_exists(directory), "The directory is there again.\n");
}

/* Refused: one of the files would be lost. */
static void test_one_destination_twice(struct fixture *fixture)
{
    struct remote first, second;
    IBackgroundCopyJob *job;
    HRESULT hr;

    remote_init(&first, REMOTE_HTTP, "size=%u&seed=1", FILE_SIZE);
    remote_init(&second, REMOTE_HTTP, "size=2000&seed=2");
    if (!(job = create_file_job(fixture, first.url, L"twice")))
        return;
    hr = IBackgroundCopyJob_AddFile(job, second.url, fixture_path(fixture, L"twice"));
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    resume(__LINE__, job);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
    check_progress(job, FILE_SIZE, FILE_SIZE, 1, 1);
    check_complete(__LINE__, job, S_OK, BG_JOB_STATE_ACKNOWLEDGED);
    check_whole_content(fixture_path(fixture, L"twice"), 1, FILE_SIZE);
    check_nothing_left(__LINE__, fixture);
    end_job(job);
}

/* A service that was stopped in the middle goes on with the job, and still knows what to clean up. */
static void test_stopped_service(struct fixture *fixture)
{
    IBackgroundCopyJob *job;
    struct remote remote;
    unsigned int round;
    HRESULT hr;
    GUID id;

    for (round = 0; round < 3; ++round)
    {
        push_context("round %u", round);
        remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@&hold_at=%u&hold_after=1", FILE_SIZE, HALF);
        if (!(job = create_file_job(fixture, remote.url, L"stopped")))
            return;
        hr = IBackgroundCopyJob_GetId(job, &id);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        resume(__LINE__, job);
        wait_for_bytes(job, HALF);
        if (round == 1)
            suspend(__LINE__, job);
        IBackgroundCopyJob_Release(job);
        if (!restart_service(fixture))
            return;
        ok(fixture_count_files(fixture, L"DO*.tmp") == 1, "Got %u temporary files.\n",
                fixture_count_files(fixture, L"DO*.tmp"));
        hr = IBackgroundCopyManager_GetJob(fixture->manager, &id, &job);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        if (FAILED(hr))
            return;
        check_state(job, round == 1 ? BG_JOB_STATE_SUSPENDED : BG_JOB_STATE_QUEUED);
        check_progress(job, FILE_SIZE, HALF, 1, 0);
        if (round == 2)
        {
            remote_release(&remote);
            wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
            check_complete(__LINE__, job, S_OK, BG_JOB_STATE_ACKNOWLEDGED);
            check_whole_content(fixture_path(fixture, L"stopped"), REMOTE_SEED, FILE_SIZE);
            ok(remote_requests(&remote) == 2, "Got %u requests.\n", remote_requests(&remote));
        }
        else
        {
            hr = IBackgroundCopyJob_Cancel(job);
            ok(hr == S_OK, "Got hr %#lx.\n", hr);
            ok(!file_exists(fixture_path(fixture, L"stopped")), "The file exists.\n");
        }
        check_nothing_left(__LINE__, fixture);
        remote_release(&remote);
        end_job(job);
        pop_context();
    }
}

/* An error object lives as long as somebody holds it, whatever becomes of its job. */
static void test_error_outlives_its_job(struct fixture *fixture)
{
    IBackgroundCopyError *first = NULL, *second = NULL;
    IBackgroundCopyJob *job;
    struct remote remote;
    unsigned int round;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=1000&status=403");
    for (round = 0; round < 2; ++round)
    {
        if (!(job = create_file_job(fixture, remote.url, L"error")))
            return;
        resume(__LINE__, job);
        wait_for_state(job, BG_JOB_STATE_ERROR);
        hr = IBackgroundCopyJob_GetError(job, &first);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob_GetError(job, &second);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        if (round)
            check_complete(__LINE__, job, S_OK, BG_JOB_STATE_ACKNOWLEDGED);
        check_error_object(first, 0x80190193, BG_ERROR_CONTEXT_REMOTE_FILE, remote.url);
        end_job(job);
        check_error_object(second, 0x80190193, BG_ERROR_CONTEXT_REMOTE_FILE, remote.url);
        ok(!IBackgroundCopyError_Release(first), "The object has references left.\n");
        check_error_object(second, 0x80190193, BG_ERROR_CONTEXT_REMOTE_FILE, remote.url);
        ok(!IBackgroundCopyError_Release(second), "The object has references left.\n");
    }
}

START_TEST(life)
{
    struct fixture fixture;

    if (!remote_available(REMOTE_HTTP) || !fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_totals_of_a_whole_file(&fixture);
    test_totals_of_ranges(&fixture);
    test_times(&fixture);
    test_times_of_a_failure(&fixture);
    test_other_place(&fixture);
    test_other_place_of_a_whole_file(&fixture);
    test_destination_in_the_way(&fixture);
    test_directory_is_removed(&fixture);
    test_one_destination_twice(&fixture);
    test_stopped_service(&fixture);
    test_error_outlives_its_job(&fixture);
    fixture_cleanup(&fixture);
}
