/*
 * Tests of what downloads do.
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
#include "status_callback.h"
#include "stream_object.h"

#define FILE_SIZE 300000
#define SHORTEST_TIMEOUT 60             /* seconds */
#define HTTP_UNAVAILABLE ((HRESULT)0x801901f7)
#define REQUEST_TIMED_OUT ((HRESULT)0x80072ee2)  /* that of a server that is silent for 20 seconds */

static IUnknown *callback_unknown(struct status_callback *callback)
{
    return (IUnknown *)&callback->IDODownloadStatusCallback_iface;
}

/* The file appears with Finalize, and the callback is told of every state. */
static void test_life(struct fixture *fixture)
{
    static const DODownloadState states[] =
    {
        DODownloadState_Transferring, DODownloadState_Transferred, DODownloadState_Finalized
    };
    struct status_callback callback;
    DO_DOWNLOAD_STATUS status;
    IDODownload *download;
    struct remote remote;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    if (!(download = create_file_download(fixture, remote.url, L"life")))
        return;
    status_callback_init(&callback);
    check_set(set_object(download, DODownloadProperty_CallbackInterface, callback_unknown(&callback)));
    get_download_status(download, &status);
    ok(!status.BytesTotal && !status.BytesTransferred, "Got %llu, %llu.\n", status.BytesTotal,
            status.BytesTransferred);
    start_download(download);
    status_callback_wait(&callback, DODownloadState_Transferred);
    get_download_status(download, &status);
    ok(status.BytesTotal == FILE_SIZE && status.BytesTransferred == FILE_SIZE, "Got %llu, %llu.\n",
            status.BytesTotal, status.BytesTransferred);
    ok(!file_exists(fixture_path(fixture, L"life")), "The file is there.\n");
    hr = IDODownload_Finalize(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_whole_content(fixture_path(fixture, L"life"), REMOTE_SEED, FILE_SIZE);
    status_callback_wait(&callback, DODownloadState_Finalized);
    status_callback_check(&callback, states, ARRAYSIZE(states));
    IDODownload_Release(download);
    status_callback_cleanup(&callback);
}

/* Several ranges, and a further portion, are stored one after another. */
static void test_ranges(struct fixture *fixture)
{
    static const BG_FILE_RANGE stored[] = { { 0, 100 }, { 200, 1000 }, { 50, 10 } };
    char buffer[sizeof(DO_DOWNLOAD_RANGES_INFO) + sizeof(DO_DOWNLOAD_RANGE)];
    DO_DOWNLOAD_RANGES_INFO *ranges = (DO_DOWNLOAD_RANGES_INFO *)buffer;
    DO_DOWNLOAD_STATUS status;
    IDODownload *download;
    struct remote remote;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=2000");
    if (!(download = create_file_download(fixture, remote.url, L"ranges")))
        return;
    memset(buffer, 0, sizeof(buffer));
    ranges->RangeCount = 2;
    ranges->Ranges[0].Length = 100;
    ranges->Ranges[1].Offset = 50;
    ranges->Ranges[1].Length = 1000;
    hr = IDODownload_Start(download, ranges);
    ok(hr == DO_E_OVERLAPPING_RANGES, "Got hr %#lx.\n", hr);
    ranges->Ranges[1].Offset = DO_LENGTH_TO_EOF;
    hr = IDODownload_Start(download, ranges);
    ok(hr == DO_E_INVALID_RANGE, "Got hr %#lx.\n", hr);
    ranges->Ranges[1].Offset = 200;
    hr = IDODownload_Start(download, ranges);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    wait_for_download(download, DODownloadState_Transferred);
    get_download_status(download, &status);
    ok(status.BytesTotal == 1100 && status.BytesTransferred == 1100, "Got %llu, %llu.\n", status.BytesTotal,
            status.BytesTransferred);

    ranges->RangeCount = 1;
    ranges->Ranges[0].Offset = 50;
    ranges->Ranges[0].Length = 10;
    hr = IDODownload_Start(download, ranges);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    wait_for_download(download, DODownloadState_Transferred);
    get_download_status(download, &status);
    ok(status.BytesTotal == 10 && status.BytesTransferred == 10, "Got %llu, %llu.\n", status.BytesTotal,
            status.BytesTransferred);
    hr = IDODownload_Finalize(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_content(fixture_path(fixture, L"ranges"), REMOTE_SEED, stored, ARRAYSIZE(stored));
    IDODownload_Release(download);
}

static void test_incomplete(struct fixture *fixture)
{
    IDODownload *download;
    HRESULT hr;

    if (!(download = create_download(fixture)))
        return;
    hr = IDODownload_Start(download, NULL);
    ok(hr == DO_E_DOWNLOAD_NO_URI, "Got hr %#lx.\n", hr);
    check_set(set_text(download, DODownloadProperty_Uri, UNUSED_URL));
    hr = IDODownload_Start(download, NULL);
    ok(hr == DO_E_FILE_DOWNLOADSINK_UNSPECIFIED, "Got hr %#lx.\n", hr);
    check_null_refused(IDODownload_GetStatus(download, NULL));
    check_download_state(download, DODownloadState_Created);
    end_download(download);
}

/* An error that is final is shown as a pause; it is told, and a start tries again. */
static void test_error(struct fixture *fixture)
{
    static const DODownloadState states[] = { DODownloadState_Transferring, DODownloadState_Paused };
    struct status_callback callback;
    DO_DOWNLOAD_STATUS status;
    struct remote bad, good;
    IDODownload *download;

    remote_init(&bad, REMOTE_HTTP, "status=404");
    remote_init(&good, REMOTE_HTTP, "size=%u", FILE_SIZE);
    if (!(download = create_file_download(fixture, bad.url, L"error")))
        return;
    status_callback_init(&callback);
    check_set(set_object(download, DODownloadProperty_CallbackInterface, callback_unknown(&callback)));
    start_download(download);
    status_callback_wait(&callback, DODownloadState_Paused);
    status_callback_check(&callback, states, ARRAYSIZE(states));
    get_download_status(download, &status);
    ok(status.Error == HTTP_NOT_FOUND && !status.ExtendedError, "Got %#lx, %#lx.\n", status.Error,
            status.ExtendedError);
    status = callback.statuses[callback.count - 1];
    ok(status.Error == HTTP_NOT_FOUND, "Got %#lx.\n", status.Error);

    check_set(set_text(download, DODownloadProperty_Uri, good.url));
    start_download(download);
    status_callback_wait(&callback, DODownloadState_Transferred);
    end_download(download);
    status_callback_wait(&callback, DODownloadState_Aborted);
    status_callback_cleanup(&callback);
}

/* What clients take for the end is not shown while a retry is due. */
static void test_retry(struct fixture *fixture)
{
    struct status_callback callback;
    IDODownload *download;
    struct remote remote;
    LONG i;

    remote_init(&remote, REMOTE_HTTP, "size=%u&fail=1&fail_status=503", FILE_SIZE);
    if (!(download = create_file_download(fixture, remote.url, L"retry")))
        return;
    status_callback_init(&callback);
    check_set(set_object(download, DODownloadProperty_CallbackInterface, callback_unknown(&callback)));
    start_download(download);
    status_callback_wait(&callback, DODownloadState_Transferred);
    for (i = 0; i < callback.count && i < MAX_STATUSES; ++i)
        ok(!callback.statuses[i].Error && !callback.statuses[i].ExtendedError
                && callback.statuses[i].State != DODownloadState_Paused, "Got state %d, %#lx, %#lx.\n",
                callback.statuses[i].State, callback.statuses[i].Error, callback.statuses[i].ExtendedError);
    ok(remote_requests(&remote) == 2, "Got %u requests.\n", remote_requests(&remote));
    end_download(download);
    status_callback_cleanup(&callback);
}

static void test_same_path(struct fixture *fixture)
{
    IDODownload *first, *second;
    struct remote held, remote;
    HRESULT hr;

    remote_init(&held, REMOTE_HTTP, "size=%u&hold=@&hold_at=100", FILE_SIZE);
    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE / 2);
    first = create_file_download(fixture, held.url, L"same");
    second = create_file_download(fixture, remote.url, L"SAME");
    check_set(set_text(second, DODownloadProperty_LocalPath, fixture_path(fixture, L"same")));
    start_download(first);
    remote_wait(&held, 1);
    start_download(second);
    check_download_state(first, DODownloadState_Aborted);
    wait_for_download(second, DODownloadState_Transferred);
    hr = IDODownload_Finalize(second);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_whole_content(fixture_path(fixture, L"same"), REMOTE_SEED, FILE_SIZE / 2);
    remote_release(&held);
    IDODownload_Release(first);
    IDODownload_Release(second);
}

static DWORD WINAPI act_thread(void *context)
{
    void **args = context;
    IDODownload *download;
    IStream *stream = args[0];
    HRESULT hr;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    hr = CoGetInterfaceAndReleaseStream(stream, &IID_IDODownload, (void **)&download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    remote_wait((struct remote *)args[1], 1);
    hr = args[2] ? IDODownload_Abort(download) : IDODownload_Pause(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    IDODownload_Release(download);
    CoUninitialize();
    return 0;
}

/* Start returns at the end; another thread can make that come. */
static void test_blocking(struct fixture *fixture)
{
    struct remote remote, missing, held[2];
    IDODownload *download;
    HANDLE thread;
    HRESULT hr;
    int i;

    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    remote_init(&missing, REMOTE_HTTP, "status=404");
    if (!(download = create_file_download(fixture, remote.url, L"blocking")))
        return;
    check_set(set_boolean(download, DODownloadProperty_BlockingMode, TRUE));
    start_download(download);
    check_download_state(download, DODownloadState_Transferred);
    end_download(download);

    download = create_file_download(fixture, missing.url, L"blocking");
    check_set(set_boolean(download, DODownloadProperty_BlockingMode, TRUE));
    hr = IDODownload_Start(download, NULL);
    ok(hr == HTTP_NOT_FOUND, "Got hr %#lx.\n", hr);
    end_download(download);

    for (i = 0; i < 2; ++i)
    {
        void *args[3];
        IStream *stream;

        remote_init(&held[i], REMOTE_HTTP, "size=%u&hold=@&hold_at=100", FILE_SIZE);
        download = create_file_download(fixture, held[i].url, L"blocking");
        check_set(set_boolean(download, DODownloadProperty_BlockingMode, TRUE));
        hr = CoMarshalInterThreadInterfaceInStream(&IID_IDODownload, (IUnknown *)download, &stream);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        args[0] = stream;
        args[1] = &held[i];
        args[2] = i ? download : NULL;
        thread = CreateThread(NULL, 0, act_thread, args, 0, NULL);
        hr = IDODownload_Start(download, NULL);
        ok(hr == (i ? E_ABORT : S_OK), "Got hr %#lx.\n", hr);
        check_download_state(download, i ? DODownloadState_Aborted : DODownloadState_Paused);
        WaitForSingleObject(thread, WAIT_LIMIT_MS);
        CloseHandle(thread);
        remote_release(&held[i]);
        end_download(download);
    }
}

static HRESULT finalize_inside(struct status_callback *callback, IDODownload *download,
        const DO_DOWNLOAD_STATUS *status)
{
    DO_DOWNLOAD_STATUS current;
    VARIANT value;
    HRESULT hr;

    get_download_status(download, &current);
    hr = IDODownload_GetProperty(download, DODownloadProperty_Id, &value);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    VariantClear(&value);
    if (status->State == DODownloadState_Transferred)
    {
        hr = IDODownload_Finalize(download);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
    }
    return E_FAIL; /* which is ignored */
}

static HRESULT abort_inside(struct status_callback *callback, IDODownload *download,
        const DO_DOWNLOAD_STATUS *status)
{
    HRESULT hr;

    if (status->State != DODownloadState_Transferring)
        return S_OK;
    hr = IDODownload_Abort(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    return S_OK;
}

static HRESULT clear_inside(struct status_callback *callback, IDODownload *download,
        const DO_DOWNLOAD_STATUS *status)
{
    check_set(set_object(download, DODownloadProperty_CallbackInterface, NULL));
    return S_OK;
}

static void test_inside(struct fixture *fixture, DWORD apartment)
{
    struct status_callback callback;
    IDODownload *download;
    struct remote remote;

    (void)apartment;
    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    download = create_file_download(fixture, remote.url, L"inside");
    status_callback_init(&callback);
    callback.action = finalize_inside;
    check_set(set_object(download, DODownloadProperty_CallbackInterface, callback_unknown(&callback)));
    start_download(download);
    if (status_callback_wait(&callback, DODownloadState_Finalized))
        check_whole_content(fixture_path(fixture, L"inside"), REMOTE_SEED, FILE_SIZE);
    IDODownload_Release(download);
    status_callback_cleanup(&callback);

    download = create_file_download(fixture, remote.url, L"inside");
    status_callback_init(&callback);
    callback.action = abort_inside;
    check_set(set_object(download, DODownloadProperty_CallbackInterface, callback_unknown(&callback)));
    start_download(download);
    status_callback_wait(&callback, DODownloadState_Aborted);
    IDODownload_Release(download);
    status_callback_cleanup(&callback);
}

/* When Finalize or Abort returns the client has heard of it and its object is its own: it may leave at once. */
static void test_end(struct fixture *fixture, BOOL finalize)
{
    struct status_callback callback;
    IDODownload *download;
    struct remote remote;
    HRESULT hr;

    push_context("%s", finalize ? "Finalize" : "Abort");
    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    download = create_file_download(fixture, remote.url, L"end");
    status_callback_init(&callback);
    check_set(set_object(download, DODownloadProperty_CallbackInterface, callback_unknown(&callback)));
    start_download(download);
    status_callback_wait(&callback, DODownloadState_Transferred);
    hr = finalize ? IDODownload_Finalize(download) : IDODownload_Abort(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(callback.statuses[callback.count - 1].State == (finalize ? DODownloadState_Finalized : DODownloadState_Aborted),
            "Was told of state %d.\n", callback.statuses[callback.count - 1].State);
    ok(callback.refcount == 1, "Got refcount %ld.\n", callback.refcount);
    IDODownload_Release(download);
    status_callback_cleanup(&callback);
    pop_context();
}

/* Whoever took the callback back, from inside or outside, is not called any more. */
static void test_clear(struct fixture *fixture)
{
    struct status_callback callback, second;
    IDODownload *download;
    struct remote remote;
    LONG count;

    remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@&hold_at=1000", FILE_SIZE);
    download = create_file_download(fixture, remote.url, L"clear");
    status_callback_init(&callback);
    status_callback_init(&second);
    callback.action = clear_inside;
    check_set(set_object(download, DODownloadProperty_CallbackInterface, callback_unknown(&callback)));
    start_download(download);
    status_callback_wait(&callback, DODownloadState_Transferring);

    check_set(set_object(download, DODownloadProperty_CallbackInterface, callback_unknown(&second)));
    remote_release(&remote);
    status_callback_wait(&second, DODownloadState_Transferred);
    ok(callback.count == 1, "Got %ld calls.\n", callback.count);
    check_set(set_object(download, DODownloadProperty_CallbackInterface, NULL));
    count = second.count;
    end_download(download);
    ok(second.count == count, "Got %ld calls, %ld before.\n", second.count, count);
    status_callback_cleanup(&second);
    status_callback_cleanup(&callback);
}

/* By percent, without the rhythm of time. */
static void test_rhythm(struct fixture *fixture)
{
    struct status_callback callback;
    IDODownload *download;
    struct remote remote;
    LONG i, between = 0;

    remote_init(&remote, REMOTE_HTTP, "size=8000000&hold=@&hold_at=4500000");
    download = create_file_download(fixture, remote.url, L"rhythm");
    status_callback_init(&callback);
    check_set(set_number(download, DODownloadProperty_CallbackFreqSeconds, 0));
    check_set(set_number(download, DODownloadProperty_CallbackFreqPercent, 50));
    check_set(set_object(download, DODownloadProperty_CallbackInterface, callback_unknown(&callback)));
    start_download(download);
    remote_wait(&remote, 1);
    while (!between && wait_event(callback.called, WAIT_LIMIT_MS))
    {
        for (i = 0; i < callback.count && i < MAX_STATUSES; ++i)
            between += callback.statuses[i].BytesTransferred >= 4000000
                    && callback.statuses[i].BytesTransferred < 8000000;
    }
    ok(between, "There was no call at 50 percent.\n");
    remote_release(&remote);
    status_callback_wait(&callback, DODownloadState_Transferred);
    end_download(download);
    status_callback_cleanup(&callback);
}

/* Missing directories of the destination are made. */
static void test_directories(struct fixture *fixture)
{
    IDODownload *download;
    struct remote remote;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    download = create_file_download(fixture, remote.url, L"new\\file");
    start_download(download);
    wait_for_download(download, DODownloadState_Transferred);
    hr = IDODownload_Finalize(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_whole_content(fixture_path(fixture, L"new\\file"), REMOTE_SEED, FILE_SIZE);
    DeleteFileW(fixture_path(fixture, L"new\\file"));
    RemoveDirectoryW(fixture_path(fixture, L"new"));
    IDODownload_Release(download);
}

/* Bytes in order, with a pause in between; a further portion is appended. */
static void test_stream(struct fixture *fixture)
{
    static const BG_FILE_RANGE expected[] = { { 0, FILE_SIZE }, { 1000, 500 } };
    DO_DOWNLOAD_RANGES_INFO portion = { 1, { { 1000, 500 } } };
    struct stream_object stream;
    DO_DOWNLOAD_STATUS status;
    IDODownload *download;
    struct remote remote;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@&hold_at=100000", FILE_SIZE);
    stream_object_init(&stream, REMOTE_SEED);
    stream.ranges = expected;
    download = create_download(fixture);
    check_set(set_text(download, DODownloadProperty_Uri, remote.url));
    check_set(set_object(download, DODownloadProperty_StreamInterface, (IUnknown *)&stream.IStream_iface));
    hr = set_text(download, DODownloadProperty_LocalPath, fixture_path(fixture, L"stream"));
    ok(hr == DO_E_FILE_DOWNLOADSINK_ALREADY_SET, "Got hr %#lx.\n", hr);
    hr = set_object(download, DODownloadProperty_StreamInterface, (IUnknown *)fixture->manager);
    ok(hr == E_NOINTERFACE, "Got hr %#lx.\n", hr);
    start_download(download);
    stream_object_wait(&stream, 1);
    hr = IDODownload_Pause(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    remote_release(&remote);
    start_download(download);
    wait_for_download(download, DODownloadState_Transferred);
    ok(stream.received == FILE_SIZE, "Got %llu bytes.\n", stream.received);
    hr = IDODownload_Start(download, &portion);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    wait_for_download(download, DODownloadState_Transferred);
    ok(stream.received == FILE_SIZE + 500, "Got %llu bytes.\n", stream.received);
    get_download_status(download, &status);
    ok(status.BytesTotal == 500 && status.BytesTransferred == 500, "Got %llu, %llu.\n", status.BytesTotal,
            status.BytesTransferred);
    hr = IDODownload_Finalize(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    IDODownload_Release(download);
    stream_object_cleanup(&stream);
}

static HRESULT clear_stream(IDODownload *download, VARTYPE type)
{
    VARIANT value;

    memset(&value, 0, sizeof(value));
    V_VT(&value) = type;
    return IDODownload_SetProperty(download, DODownloadProperty_StreamInterface, &value);
}

/* A stream that is cleared, in the way that the type stands for, is let go of, and not needed. */
static IDODownload *create_cleared_download(struct fixture *fixture, const WCHAR *url, VARTYPE type)
{
    IDODownload *download = create_download(fixture);
    struct stream_object stream;
    VARIANT value;
    HRESULT hr;

    stream_object_init(&stream, REMOTE_SEED);
    check_set(set_text(download, DODownloadProperty_Uri, url));
    check_set(clear_stream(download, type));
    check_set(set_object(download, DODownloadProperty_StreamInterface, (IUnknown *)&stream.IStream_iface));
    check_set(clear_stream(download, type));
    stream_object_cleanup(&stream);
    ok(!stream.calls, "Got %ld calls.\n", stream.calls);
    V_VT(&value) = VT_EMPTY;
    hr = IDODownload_GetProperty(download, DODownloadProperty_StreamInterface, &value);
    ok(hr == E_NOT_SET, "Got hr %#lx.\n", hr);
    hr = IDODownload_Start(download, NULL);
    ok(hr == DO_E_FILE_DOWNLOADSINK_UNSPECIFIED, "Got hr %#lx.\n", hr);
    check_download_state(download, DODownloadState_Created);
    return download;
}

static void run_cleared_download(IDODownload *download, VARTYPE type)
{
    HRESULT hr;

    start_download(download);
    hr = clear_stream(download, type);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    wait_for_download(download, DODownloadState_Transferred);
    hr = clear_stream(download, type);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    hr = IDODownload_Finalize(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    IDODownload_Release(download);
}

/* Another stream, or the path, takes the place of one that was cleared. */
static void test_stream_cleared(struct fixture *fixture)
{
    static const VARTYPE types[] = { VT_UNKNOWN, VT_EMPTY };
    struct stream_object stream;
    IDODownload *download;
    struct remote remote;
    unsigned int i;

    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    for (i = 0; i < ARRAYSIZE(types); ++i)
    {
        push_context("type %u", types[i]);
        download = create_cleared_download(fixture, remote.url, types[i]);
        stream_object_init(&stream, REMOTE_SEED);
        check_set(set_object(download, DODownloadProperty_StreamInterface, (IUnknown *)&stream.IStream_iface));
        run_cleared_download(download, types[i]);
        ok(stream.received == FILE_SIZE, "Got %llu bytes.\n", stream.received);
        stream_object_cleanup(&stream);

        download = create_cleared_download(fixture, remote.url, types[i]);
        check_set(set_text(download, DODownloadProperty_LocalPath, fixture_path(fixture, L"cleared")));
        check_set(clear_stream(download, types[i]));
        run_cleared_download(download, types[i]);
        check_whole_content(fixture_path(fixture, L"cleared"), REMOTE_SEED, FILE_SIZE);
        DeleteFileW(fixture_path(fixture, L"cleared"));
        pop_context();
    }
}

static void test_pause(struct fixture *fixture)
{
    IDODownload *download;
    struct remote remote;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@&hold_at=100000", FILE_SIZE);
    download = create_file_download(fixture, remote.url, L"pause");
    start_download(download);
    remote_wait(&remote, 1);
    hr = IDODownload_Pause(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_download_state(download, DODownloadState_Paused);
    remote_release(&remote);
    start_download(download);
    wait_for_download(download, DODownloadState_Transferred);
    hr = IDODownload_Finalize(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_whole_content(fixture_path(fixture, L"pause"), REMOTE_SEED, FILE_SIZE);
    IDODownload_Release(download);
}

START_TEST(download)
{
    static const DWORD apartments[] = { COINIT_MULTITHREADED, COINIT_APARTMENTTHREADED };
    struct fixture fixture;
    unsigned int i;

    if (!remote_available(REMOTE_HTTP))
        return;
    for (i = 0; i < ARRAYSIZE(apartments); ++i)
    {
        if (!fixture_init(&fixture, apartments[i]))
            return;
        push_context("apartment %#lx", apartments[i]);
        test_life(&fixture);
        test_inside(&fixture, apartments[i]);
        test_end(&fixture, TRUE);
        test_end(&fixture, FALSE);
        test_clear(&fixture);
        pop_context();
        fixture_cleanup(&fixture);
    }
    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_ranges(&fixture);
    test_incomplete(&fixture);
    test_error(&fixture);
    test_retry(&fixture);
    test_same_path(&fixture);
    test_blocking(&fixture);
    test_rhythm(&fixture);
    test_directories(&fixture);
    test_pause(&fixture);
    test_stream(&fixture);
    test_stream_cleared(&fixture);
    fixture_cleanup(&fixture);
}

/* Paused for good after a minute; what failed is told, if anything did. */
static void check_timeout(IDODownload *download, const struct status_callback *callback, HRESULT extended)
{
    ULONGLONG end = GetTickCount64() + 1000 * SHORTEST_TIMEOUT + WAIT_LIMIT_MS;
    DO_DOWNLOAD_STATUS status;

    get_download_status(download, &status);
    while (status.State == DODownloadState_Transferring && GetTickCount64() < end)
    {
        WaitForSingleObject(callback->called, 1000 * SHORTEST_TIMEOUT);
        get_download_status(download, &status);
    }
    ok(status.State == DODownloadState_Paused && status.Error == DO_E_DOWNLOAD_NO_PROGRESS
            && status.ExtendedError == extended, "Got state %d, %#lx, %#lx.\n", status.State, status.Error,
            status.ExtendedError);
}

/* Two at once, since no time-out may be shorter than a minute. */
static void test_timeout(struct fixture *fixture)
{
    struct status_callback callbacks[2];
    IDODownload *downloads[2];
    struct remote remotes[2];
    unsigned int i;

    remote_init(&remotes[0], REMOTE_HTTP, "size=%u&fail=1000000&fail_status=503", FILE_SIZE);
    remote_init(&remotes[1], REMOTE_HTTP, "size=%u&hold=@&hold_at=0", FILE_SIZE);
    for (i = 0; i < ARRAYSIZE(downloads); ++i)
    {
        status_callback_init(&callbacks[i]);
        downloads[i] = create_file_download(fixture, remotes[i].url, i ? L"silent" : L"failing");
        check_set(set_number(downloads[i], DODownloadProperty_NoProgressTimeoutSeconds, SHORTEST_TIMEOUT));
        check_set(set_object(downloads[i], DODownloadProperty_CallbackInterface, callback_unknown(&callbacks[i])));
        start_download(downloads[i]);
        status_callback_wait(&callbacks[i], DODownloadState_Transferring);
    }
    check_timeout(downloads[0], &callbacks[0], HTTP_UNAVAILABLE);
    check_timeout(downloads[1], &callbacks[1], REQUEST_TIMED_OUT);
    remote_release(&remotes[1]);
    for (i = 0; i < ARRAYSIZE(downloads); ++i)
    {
        end_download(downloads[i]);
        status_callback_cleanup(&callbacks[i]);
    }
}

START_TEST(download_timeout)
{
    struct fixture fixture;

    if (!remote_available(REMOTE_HTTP) || !fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_timeout(&fixture);
    fixture_cleanup(&fixture);
}
