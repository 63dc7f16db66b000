/*
 * Tests of what can go wrong with a transfer: states, error objects and callbacks for each.
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
#include <winsock2.h>

#include "callback.h"
#include "remote.h"

#define FILE_SIZE 300000
#define MAX_SMALL_DISK (64 * 1024 * 1024)
#define CALLBACK_FLAGS (BG_NOTIFY_JOB_TRANSFERRED | BG_NOTIFY_JOB_ERROR | BG_NOTIFY_JOB_MODIFICATION)

#define HTTP_STATUS_ERROR(status) ((HRESULT)(0x80190000u | (status)))
#define HTTP_UNEXPECTED_STATUS DO_E_UNEXPECTED_HTTP_STATUS_2XX
#define NAME_NOT_RESOLVED HRESULT_FROM_WIN32(12007)
#define CANNOT_CONNECT HRESULT_FROM_WIN32(12029)
#define CONNECTION_ERROR HRESULT_FROM_WIN32(12030)
#define HTTPS_TO_HTTP HRESULT_FROM_WIN32(12040)
#define INVALID_CA HRESULT_FROM_WIN32(12045)
#define REDIRECT_FAILED HRESULT_FROM_WIN32(12156)

/* The job stops in the error state, and JobError is called once. */
static void check_fatal(struct fixture *fixture, const WCHAR *url, IBackgroundCopyJob *job, HRESULT code)
{
    BOOL remote_file = code == HTTP_STATUS_ERROR(403);
    struct callback callback;
    ULONG count = 0;
    HRESULT hr;

    callback_init(&callback);
    callback_attach(&callback, job, CALLBACK_FLAGS);
    hr = IBackgroundCopyJob_Resume(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (wait_for_state(job, BG_JOB_STATE_ERROR))
    {
        check_error(job, code, remote_file ? BG_ERROR_CONTEXT_REMOTE_FILE : BG_ERROR_CONTEXT_NONE,
                remote_file ? url : NULL);
        hr = IBackgroundCopyJob_GetErrorCount(job, &count);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        ok(count == 1, "Got error count %lu.\n", count);
        callback_wait(&callback, CALL_ERROR, 1);
        callback_wait(&callback, CALL_MODIFICATION, 1);
        check_state(job, BG_JOB_STATE_ERROR);
    }
    callback_detach(job);
    callback_check_count(&callback, CALL_ERROR, 1);
    callback_check_count(&callback, CALL_TRANSFERRED, 0);
    end_job(job);
    callback_cleanup(&callback);
    ok(!fixture_count_files(fixture, L"DO*.tmp"), "A temporary file is left.\n");
    ok(!file_exists(fixture_path(fixture, L"file")), "The file exists.\n");
}

struct fatal_test
{
    const char *name;
    enum remote_kind kind;
    const char *query;
    HRESULT code;
};

static void test_fatal(struct fixture *fixture)
{
    static const struct fatal_test tests[] =
    {
        { "400", REMOTE_HTTP, "status=400", HTTP_STATUS_ERROR(400) },
        { "401", REMOTE_HTTP, "status=401", HTTP_STATUS_ERROR(401) },
        { "403", REMOTE_HTTP, "status=403", HTTP_STATUS_ERROR(403) },
        { "403 over TLS", REMOTE_HTTPS, "status=403", HTTP_STATUS_ERROR(403) },
        { "404", REMOTE_HTTP, "status=404", HTTP_STATUS_ERROR(404) },
        { "410", REMOTE_HTTP, "status=410", HTTP_STATUS_ERROR(410) },
        { "403 after a redirect", REMOTE_HTTP, "hops=2&status=403", HTTP_STATUS_ERROR(403) },
        { "endless redirects", REMOTE_HTTP, "loop=1", REDIRECT_FAILED },
        { "untrusted certificate", REMOTE_HTTPS_UNTRUSTED, "size=1000", INVALID_CA },
        { "no length with 200", REMOTE_HTTP, "size=1000&nolength=1&norange=1", DO_E_FILE_SIZE_UNKNOWN_HTTP_200 },
    };
    IBackgroundCopyJob *job;
    struct remote remote;
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(tests); ++i)
    {
        if (!remote_available(tests[i].kind))
            continue;
        push_context("%s", tests[i].name);
        remote_init(&remote, tests[i].kind, "%s", tests[i].query);
        if ((job = create_file_job(fixture, remote.url, L"file")))
            check_fatal(fixture, remote.url, job, tests[i].code);
        pop_context();
    }
}

/* A redirect from https to http would give away what the client wanted to keep secret. */
static void test_insecure_redirect(struct fixture *fixture)
{
    char target[ARRAYSIZE(((struct remote *)NULL)->url)];
    struct remote secure, insecure;
    IBackgroundCopyJob *job;

    if (!remote_available(REMOTE_HTTPS) || !remote_available(REMOTE_HTTP))
        return;
    remote_init(&insecure, REMOTE_HTTP, "size=0");
    WideCharToMultiByte(CP_ACP, 0, insecure.url, -1, target, sizeof(target), NULL, NULL);
    /* Its own parameters would be those of the first URL. */
    target[strcspn(target, "?")] = 0;
    remote_init(&secure, REMOTE_HTTPS, "redirect=%s", target);
    if ((job = create_file_job(fixture, secure.url, L"file")))
        check_fatal(fixture, secure.url, job, HTTPS_TO_HTTP);
}

static IBackgroundCopyJob *create_range_job(struct fixture *fixture, const WCHAR *url, BG_FILE_RANGE *range)
{
    IDeliveryOptimizationJob *do_job;
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (!(job = create_job(fixture)))
        return NULL;
    hr = IBackgroundCopyJob_QueryInterface(job, &IID_IDeliveryOptimizationJob, (void **)&do_job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationJob_AddFileWithRanges(do_job, L"id", url, fixture_path(fixture, L"file"), 1, range,
            DO_UNKNOWN_FILE_SIZE);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    IDeliveryOptimizationJob_Release(do_job);
    return job;
}

static void test_range_faults(struct fixture *fixture)
{
    BG_FILE_RANGE inside = { 1000, 100 }, outside = { FILE_SIZE, 100 }, across = { FILE_SIZE - 50, 100 };
    IBackgroundCopyJob *job;
    struct remote remote;

    if (!remote_available(REMOTE_HTTP))
        return;
    push_context("no ranges");
    remote_init(&remote, REMOTE_HTTP, "size=%u&norange=1", FILE_SIZE);
    if ((job = create_range_job(fixture, remote.url, &inside)))
        check_fatal(fixture, remote.url, job, DO_E_INSUFFICIENT_RANGE_SUPPORT);
    pop_context();
    push_context("behind the end");
    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    if ((job = create_range_job(fixture, remote.url, &outside)))
        check_fatal(fixture, remote.url, job, HTTP_STATUS_ERROR(416));
    pop_context();
    push_context("across the end");
    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    if ((job = create_range_job(fixture, remote.url, &across)))
        check_fatal(fixture, remote.url, job, DO_E_INVALID_RANGE);
    pop_context();
}

struct transient_test
{
    const char *name;
    const char *query;      /* of a file of FILE_SIZE bytes */
    HRESULT code;
    BOOL wait;              /* for the service's own retry, rather than resuming */
};

static void check_transient(struct fixture *fixture, const struct transient_test *test)
{
    struct callback callback;
    IBackgroundCopyJob *job;
    struct remote remote;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u&%s", FILE_SIZE, test->query);
    if (!(job = create_file_job(fixture, remote.url, L"file")))
        return;
    callback_init(&callback);
    callback_attach(&callback, job, CALLBACK_FLAGS);
    hr = IBackgroundCopyJob_Resume(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (wait_for_state(job, BG_JOB_STATE_TRANSIENT_ERROR))
        check_error(job, test->code, BG_ERROR_CONTEXT_NONE, NULL);
    if (!test->wait)
    {
        hr = IBackgroundCopyJob_Resume(job);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
    }
    if (wait_for_state(job, BG_JOB_STATE_TRANSFERRED))
    {
        check_no_error(job);
        callback_wait(&callback, CALL_TRANSFERRED, 1);
        check_progress(job, FILE_SIZE, FILE_SIZE, 1, 1);
        hr = IBackgroundCopyJob_Complete(job);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        check_whole_content(fixture_path(fixture, L"file"), REMOTE_SEED, FILE_SIZE);
    }
    callback_detach(job);
    callback_check_count(&callback, CALL_ERROR, 0);
    callback_check_count(&callback, CALL_TRANSFERRED, 1);
    end_job(job);
    callback_cleanup(&callback);
    DeleteFileW(fixture_path(fixture, L"file"));
}

static void test_transient(struct fixture *fixture)
{
    static const struct transient_test tests[] =
    {
        { "500", "fail=1&fail_status=500", HTTP_STATUS_ERROR(500), TRUE },
        { "503", "fail=1&fail_status=503", HTTP_STATUS_ERROR(503), FALSE },
        { "504", "fail=1&fail_status=504", HTTP_STATUS_ERROR(504), FALSE },
        { "408", "fail=1&fail_status=408", HTTP_STATUS_ERROR(408), FALSE },
        { "429", "fail=1&fail_status=429", HTTP_STATUS_ERROR(429), FALSE },
        { "204", "fail=1&fail_status=204", HTTP_UNEXPECTED_STATUS, FALSE },
        { "short body", "truncate=100000&times=1", CONNECTION_ERROR, TRUE },
        { "short body at once", "truncate=0&times=1", CONNECTION_ERROR, FALSE },
        { "reset connection", "reset=100000&times=1", CONNECTION_ERROR, FALSE },
    };
    unsigned int i;

    if (!remote_available(REMOTE_HTTP))
        return;
    for (i = 0; i < ARRAYSIZE(tests); ++i)
    {
        push_context("%s", tests[i].name);
        check_transient(fixture, &tests[i]);
        pop_context();
    }
}

/* What never gets better stays transient for a long time; the job is cancelled. */
static void check_unreachable(struct fixture *fixture, const WCHAR *url, HRESULT code)
{
    struct callback callback;
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (!(job = create_file_job(fixture, url, L"file")))
        return;
    callback_init(&callback);
    callback_attach(&callback, job, CALLBACK_FLAGS);
    hr = IBackgroundCopyJob_SetProxySettings(job, BG_JOB_PROXY_USAGE_NO_PROXY, NULL, NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_Resume(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (wait_for_state(job, BG_JOB_STATE_TRANSIENT_ERROR))
    {
        check_error(job, code, BG_ERROR_CONTEXT_NONE, NULL);
        callback_wait(&callback, CALL_MODIFICATION, 1);
        check_progress(job, BG_SIZE_UNKNOWN, 0, 1, 0);
    }
    callback_detach(job);
    callback_check_count(&callback, CALL_ERROR, 0);
    callback_check_count(&callback, CALL_TRANSFERRED, 0);
    end_job(job);
    callback_cleanup(&callback);
}

/* A socket that is bound keeps its port from others, and refuses connections as long as it does not listen. */
static void test_connection_refused(struct fixture *fixture)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    int length = sizeof(address);
    WCHAR url[64];
    WSADATA data;
    SOCKET s;

    ok(!WSAStartup(MAKEWORD(2, 2), &data), "No sockets.\n");
    s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ok(!bind(s, (struct sockaddr *)&address, sizeof(address)), "Got error %d.\n", WSAGetLastError());
    ok(!getsockname(s, (struct sockaddr *)&address, &length), "Got error %d.\n", WSAGetLastError());
    swprintf(url, ARRAYSIZE(url), L"http://127.0.0.1:%u/file", ntohs(address.sin_port));
    push_context("connection refused");
    check_unreachable(fixture, url, CANNOT_CONNECT);
    pop_context();
    closesocket(s);
    WSACleanup();
}

/* The top-level domain is reserved for names that do not exist. */
static void test_unknown_host(struct fixture *fixture)
{
    push_context("unknown host");
    check_unreachable(fixture, L"http://dosvc-test.invalid/file", NAME_NOT_RESOLVED);
    pop_context();
}

static void fill_disk(struct fixture *fixture, const WCHAR *directory, UINT64 available)
{
    WCHAR path[MAX_PATH], pattern[MAX_PATH];
    WIN32_FIND_DATAW data;
    struct callback callback;
    IBackgroundCopyJob *job;
    struct remote remote;
    HANDLE find;
    HRESULT hr;

    swprintf(path, ARRAYSIZE(path), L"%ls\\file-%lx", directory, GetCurrentProcessId());
    swprintf(pattern, ARRAYSIZE(pattern), L"%ls\\DO*.tmp", directory);
    remote_init(&remote, REMOTE_HTTP, "size=%llu", available + 1024 * 1024);
    if (!(job = create_job(fixture)))
        return;
    callback_init(&callback);
    hr = IBackgroundCopyJob_AddFile(job, remote.url, path);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    callback_attach(&callback, job, CALLBACK_FLAGS);
    hr = IBackgroundCopyJob_Resume(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (wait_for_state(job, BG_JOB_STATE_ERROR))
    {
        check_error(job, HRESULT_FROM_WIN32(ERROR_DISK_FULL), BG_ERROR_CONTEXT_NONE, NULL);
        callback_wait(&callback, CALL_ERROR, 1);
    }
    callback_detach(job);
    callback_check_count(&callback, CALL_ERROR, 1);
    callback_check_count(&callback, CALL_TRANSFERRED, 0);
    end_job(job);
    callback_cleanup(&callback);
    ok(!file_exists(path), "The file exists.\n");
    find = FindFirstFileW(pattern, &data);
    ok(find == INVALID_HANDLE_VALUE, "Found %s.\n", debug_string(data.cFileName));
    if (find != INVALID_HANDLE_VALUE)
        FindClose(find);
}

static void test_full_disk(struct fixture *fixture)
{
    WCHAR directory[MAX_PATH];
    ULARGE_INTEGER available;
    HANDLE mutex;
    DWORD length;
    BOOL ret;

    length = GetEnvironmentVariableW(L"DOSVC_TEST_FULL_DISK", directory, ARRAYSIZE(directory) - 32);
    if (!length || length >= ARRAYSIZE(directory) - 32)
    {
        skip("DOSVC_TEST_FULL_DISK names no small disk.\n");
        return;
    }
    if (!remote_available(REMOTE_HTTP))
        return;

    /* The disk is shared with other runs. */
    push_context("full disk");
    mutex = CreateMutexW(NULL, FALSE, L"dosvc-test-full-disk");
    ok(wait_event(mutex, 2 * WAIT_LIMIT_MS), "The disk is in use.\n");
    ret = GetDiskFreeSpaceExW(directory, &available, NULL, NULL);
    ok(ret, "Got error %lu.\n", GetLastError());
    if (ok(ret && available.QuadPart < MAX_SMALL_DISK, "Got %llu bytes.\n", available.QuadPart))
        fill_disk(fixture, directory, available.QuadPart);
    ReleaseMutex(mutex);
    CloseHandle(mutex);
    pop_context();
}

START_TEST(faults)
{
    struct fixture fixture;

    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_fatal(&fixture);
    test_insecure_redirect(&fixture);
    test_range_faults(&fixture);
    test_transient(&fixture);
    test_connection_refused(&fixture);
    test_unknown_host(&fixture);
    test_full_disk(&fixture);
    fixture_cleanup(&fixture);
}
