/*
 * Tests of downloads into a client's stream.
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

#include "stream_object.h"

#define FILE_SIZE (20 * 1048576 + 12345)
#define RING_SIZE (4 * 1048576)     /* how far the service reads ahead */

struct stream_test
{
    struct stream_object stream;
    struct remote remote;
    IBackgroundCopyJob *job;
    IDeliveryOptimizationFile2 *file;
};

static BOOL begin(struct stream_test *test, struct fixture *fixture, const char *query)
{
    memset(test, 0, sizeof(*test));
    stream_object_init(&test->stream, REMOTE_SEED);
    remote_init(&test->remote, REMOTE_HTTP, "size=%u&%s", FILE_SIZE, query);
    if (!(test->job = create_job(fixture)))
        return FALSE;
    test->file = add_stream_file(test->job, test->remote.url, NULL, 0, &test->stream.IStream_iface);
    return test->file != NULL;
}

static void resume(int line, IBackgroundCopyJob *job)
{
    HRESULT hr = IBackgroundCopyJob_Resume(job);

    ok_(__FILE__, line, hr == S_OK, "Got hr %#lx.\n", hr);
}

static void suspend(int line, IBackgroundCopyJob *job)
{
    HRESULT hr = IBackgroundCopyJob_Suspend(job);

    ok_(__FILE__, line, hr == S_OK, "Got hr %#lx.\n", hr);
}

static void end(struct stream_test *test)
{
    IDeliveryOptimizationFile2_Release(test->file);
    end_job(test->job);
    stream_object_cleanup(&test->stream);
}

/* The job is transferred when the client has taken the last byte, and lets go of the stream when it is over. */
static void finish(struct stream_test *test)
{
    HRESULT hr;

    wait_for_state(test->job, BG_JOB_STATE_TRANSFERRED);
    ok(test->stream.received == FILE_SIZE, "Got %llu bytes.\n", test->stream.received);
    check_progress(test->job, FILE_SIZE, FILE_SIZE, 1, 1);
    hr = IBackgroundCopyJob_Complete(test->job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    end(test);
}

static void test_download(struct fixture *fixture)
{
    struct stream_test test;

    if (!begin(&test, fixture, ""))
        return;
    resume(__LINE__, test.job);
    finish(&test);
    ok(!fixture_count_files(fixture, L"*.tmp"), "Got files.\n");
}

/* Any success means that all was taken. */
static void test_success_codes(struct fixture *fixture)
{
    struct stream_test test;

    if (!begin(&test, fixture, ""))
        return;
    test.stream.result = S_FALSE;
    resume(__LINE__, test.job);
    finish(&test);
}

static void test_ranges(struct fixture *fixture)
{
    static BG_FILE_RANGE ranges[] = { { 0, 100 }, { 200, 1000 }, { 5000, 3000000 } };
    IDeliveryOptimizationFile2 *file;
    struct stream_object stream;
    IBackgroundCopyJob *job;
    struct remote remote;
    HRESULT hr;

    stream_object_init(&stream, REMOTE_SEED);
    stream.ranges = ranges;
    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    if (!(job = create_job(fixture)))
        return;
    if ((file = add_stream_file(job, remote.url, ranges, ARRAYSIZE(ranges), &stream.IStream_iface)))
        IDeliveryOptimizationFile2_Release(file);
    resume(__LINE__, job);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
    ok(stream.received == 3001100, "Got %llu bytes.\n", stream.received);
    hr = IBackgroundCopyJob_Complete(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    end_job(job);
    stream_object_cleanup(&stream);
}

static UINT64 get_bytes_from_http(IDeliveryOptimizationFile2 *file)
{
    IDeliveryOptimizationFile *stats_file;
    DOSwarmStats stats = { 0 };
    HRESULT hr;

    hr = IDeliveryOptimizationFile2_QueryInterface(file, &IID_IDeliveryOptimizationFile, (void **)&stats_file);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationFile_GetStats(stats_file, &stats);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    CoTaskMemFree(stats.fileId);
    CoTaskMemFree(stats.sourceURL);
    IDeliveryOptimizationFile_Release(stats_file);
    return stats.bytesFromHttp;
}

/* The service reads ahead, but not without bounds, and a client that is called holds nobody up. */
static void test_slow_client(struct fixture *fixture)
{
    struct stream_test test;
    DWORD end = GetTickCount() + WAIT_LIMIT_MS;
    UINT64 bytes = 0;

    if (!begin(&test, fixture, ""))
        return;
    test.stream.gate = CreateEventW(NULL, TRUE, FALSE, NULL);
    resume(__LINE__, test.job);
    while ((bytes = get_bytes_from_http(test.file)) < RING_SIZE - 600000 && (int)(end - GetTickCount()) > 0)
        wait_event(test.stream.written, 50);
    ok(bytes >= RING_SIZE - 600000 && bytes <= RING_SIZE, "Got %llu bytes.\n", bytes);
    check_state(test.job, BG_JOB_STATE_TRANSFERRING);
    check_progress(test.job, FILE_SIZE, 0, 1, 0);
    bytes = get_bytes_from_http(test.file);
    ok(bytes <= RING_SIZE, "Got %llu bytes.\n", bytes);
    SetEvent(test.stream.gate);
    stream_object_wait(&test.stream, FILE_SIZE);
    CloseHandle(test.stream.gate);
    test.stream.gate = NULL;
    finish(&test);
}

/* After Suspend has returned nothing comes, and after Resume what is next. */
static void test_suspend(struct fixture *fixture)
{
    struct stream_test test;
    LONG calls;
    int i;

    if (!begin(&test, fixture, ""))
        return;
    resume(__LINE__, test.job);
    for (i = 1; i <= 6; ++i)
    {
        stream_object_wait(&test.stream, i * 3000000);
        suspend(__LINE__, test.job);
        calls = test.stream.calls;
        ok(!test.stream.running, "A call is under way.\n");
        wait_event(test.stream.written, 0); /* of an earlier call */
        ok(!wait_event(test.stream.written, 100), "Got a call.\n");
        ok(test.stream.calls == calls, "Got %ld more calls.\n", test.stream.calls - calls);
        resume(__LINE__, test.job);
    }
    finish(&test);
}

static void test_broken_connections(struct fixture *fixture)
{
    struct stream_test test;

    if (!begin(&test, fixture, "reset=9000000&times=1"))
        return;
    resume(__LINE__, test.job);
    finish(&test);
    ok(remote_requests(&test.remote) == 2, "Got %u requests.\n", remote_requests(&test.remote));
}

/* The client's own code is the error, and what it refused comes again. */
static void test_failing_client(struct fixture *fixture)
{
    struct stream_test test;

    if (!begin(&test, fixture, ""))
        return;
    test.stream.fail_at = 5000000;
    test.stream.fail_with = STG_E_MEDIUMFULL;
    resume(__LINE__, test.job);
    wait_for_state(test.job, BG_JOB_STATE_ERROR);
    ok(test.stream.received <= 5000000, "Got %llu bytes.\n", test.stream.received);
    check_error(test.job, STG_E_MEDIUMFULL, BG_ERROR_CONTEXT_NONE, NULL);
    check_progress(test.job, FILE_SIZE, test.stream.received, 1, 0);
    resume(__LINE__, test.job);
    finish(&test);
}

static void cancel_inside(struct stream_object *stream)
{
    IBackgroundCopyJob *job = stream->context;
    HRESULT hr;

    hr = IBackgroundCopyJob_Cancel(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    stream->action = NULL;
}

static void test_cancel_inside_a_call(struct fixture *fixture)
{
    struct stream_test test;

    if (!begin(&test, fixture, ""))
        return;
    test.stream.context = test.job;
    test.stream.action = cancel_inside;
    resume(__LINE__, test.job);
    wait_for_state(test.job, BG_JOB_STATE_CANCELLED);
    end(&test);
    ok(test.stream.calls == 1, "Got %ld calls.\n", test.stream.calls);
}

/* After Cancel has returned the client may forget its stream. */
static void test_cancel(struct fixture *fixture)
{
    struct stream_test test;
    LONG calls;
    HRESULT hr;

    if (!begin(&test, fixture, ""))
        return;
    resume(__LINE__, test.job);
    stream_object_wait(&test.stream, 1000000);
    hr = IBackgroundCopyJob_Cancel(test.job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    calls = test.stream.calls;
    ok(!test.stream.running, "A call is under way.\n");
    end(&test);
    ok(test.stream.calls == calls, "Got %ld more calls.\n", test.stream.calls - calls);
}

static void test_two_files(struct fixture *fixture)
{
    struct stream_object second;
    IDeliveryOptimizationFile2 *file;
    struct stream_test test;
    struct remote remote;

    if (!begin(&test, fixture, ""))
        return;
    stream_object_init(&second, 3);
    remote_init(&remote, REMOTE_HTTP, "size=3000000&seed=3");
    if ((file = add_stream_file(test.job, remote.url, NULL, 0, &second.IStream_iface)))
        IDeliveryOptimizationFile2_Release(file);
    resume(__LINE__, test.job);
    wait_for_state(test.job, BG_JOB_STATE_TRANSFERRED);
    ok(test.stream.received == FILE_SIZE, "Got %llu bytes.\n", test.stream.received);
    ok(second.received == 3000000, "Got %llu bytes.\n", second.received);
    end(&test);
    stream_object_cleanup(&second);
}

START_TEST(stream)
{
    struct fixture fixture;

    if (!remote_available(REMOTE_HTTP) || !fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_download(&fixture);
    test_success_codes(&fixture);
    test_ranges(&fixture);
    test_slow_client(&fixture);
    test_suspend(&fixture);
    test_broken_connections(&fixture);
    test_failing_client(&fixture);
    test_cancel_inside_a_call(&fixture);
    test_cancel(&fixture);
    test_two_files(&fixture);
    fixture_cleanup(&fixture);
}
