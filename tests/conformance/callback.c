/*
 * Tests of the calls to IBackgroundCopyCallback: which, when, how often, and what a client may do inside them.
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

#include "callback.h"
#include "child.h"
#include "remote.h"

#define FILE_SIZE 200000
#define HTTP_FORBIDDEN ((HRESULT)0x80190193)
#define HTTP_NOT_FOUND ((HRESULT)0x80190194)
#define CHILD_STATUS 42
#define ALL_FLAGS (BG_NOTIFY_JOB_TRANSFERRED | BG_NOTIFY_JOB_ERROR | BG_NOTIFY_JOB_MODIFICATION)

static void start_job(int line, IBackgroundCopyJob *job)
{
    HRESULT hr;

    hr = IBackgroundCopyJob_Resume(job);
    ok_(__FILE__, line, hr == S_OK, "Resume gave hr %#lx.\n", hr);
}

static void test_notify_interface(struct fixture *fixture)
{
    struct callback first, second;
    IUnknown *unknown;
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (!(job = create_file_job(fixture, UNUSED_URL, L"file")))
        return;
    callback_init(&first);
    callback_init(&second);
    unknown = (IUnknown *)0xdeadbeef;
    hr = IBackgroundCopyJob_GetNotifyInterface(job, &unknown);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(!unknown, "Got interface %p.\n", (void *)unknown);

    callback_attach(&first, job, 0);
    unknown = NULL;
    hr = IBackgroundCopyJob_GetNotifyInterface(job, &unknown);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(unknown == (IUnknown *)&first.IBackgroundCopyCallback2_iface, "Got interface %p.\n", (void *)unknown);
    if (unknown)
        IUnknown_Release(unknown);

    /* Another one takes its place, and a bad one does not. */
    callback_attach(&second, job, 0);
    hr = IBackgroundCopyJob_SetNotifyInterface(job, (IUnknown *)fixture->manager);
    ok(hr == E_NOINTERFACE, "Got hr %#lx.\n", hr);
    unknown = NULL;
    hr = IBackgroundCopyJob_GetNotifyInterface(job, &unknown);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(unknown == (IUnknown *)&second.IBackgroundCopyCallback2_iface, "Got interface %p.\n", (void *)unknown);
    if (unknown)
        IUnknown_Release(unknown);
    callback_cleanup(&first);

    /* The service lets go of it when the job is over. */
    end_job(job);
    callback_cleanup(&second);
}

/* Only what the flags ask for; one thing that is asked for tells that the other is not coming. */
static void test_flags(struct fixture *fixture)
{
    static const struct
    {
        const char *query;
        BG_JOB_STATE state;
        ULONG flags;
        LONG transferred, error, modification;  /* modification: at least */
    }
    tests[] =
    {
        { "size=1000", BG_JOB_STATE_TRANSFERRED, BG_NOTIFY_JOB_TRANSFERRED, 1, 0, 0 },
        { "size=1000", BG_JOB_STATE_TRANSFERRED, BG_NOTIFY_JOB_MODIFICATION, 0, 0, 1 },
        { "size=1000", BG_JOB_STATE_TRANSFERRED, ALL_FLAGS, 1, 0, 1 },
        { "status=404", BG_JOB_STATE_ERROR, BG_NOTIFY_JOB_ERROR, 0, 1, 0 },
        { "status=404", BG_JOB_STATE_ERROR, BG_NOTIFY_JOB_MODIFICATION | BG_NOTIFY_JOB_TRANSFERRED, 0, 0, 1 },
        { "status=404", BG_JOB_STATE_ERROR, ALL_FLAGS, 0, 1, 1 },
    };
    struct callback callback;
    IBackgroundCopyJob *job;
    struct remote remote;
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(tests); ++i)
    {
        push_context("%s with flags %#lx", tests[i].query, tests[i].flags);
        remote_init(&remote, REMOTE_HTTP, "%s", tests[i].query);
        if (!(job = create_file_job(fixture, remote.url, L"flags")))
            return;
        callback_init(&callback);
        callback_attach(&callback, job, tests[i].flags);
        start_job(__LINE__, job);
        wait_for_state(job, tests[i].state);
        callback_wait(&callback, CALL_TRANSFERRED, tests[i].transferred);
        callback_wait(&callback, CALL_ERROR, tests[i].error);
        callback_wait(&callback, CALL_MODIFICATION, tests[i].modification);
        callback_detach(job);
        callback_check_count(&callback, CALL_TRANSFERRED, tests[i].transferred);
        callback_check_count(&callback, CALL_ERROR, tests[i].error);
        if (!tests[i].modification)
            callback_check_count(&callback, CALL_MODIFICATION, 0);
        end_job(job);
        callback_cleanup(&callback);
        pop_context();
    }
}

/* Refuses the first two calls. */
struct repetition
{
    unsigned int count;
    ULONGLONG times[3];
};

static HRESULT refuse_twice(struct callback *callback, IBackgroundCopyJob *job, IBackgroundCopyError *error)
{
    struct repetition *repetition = callback->context;

    check_error_object(error, HTTP_NOT_FOUND, BG_ERROR_CONTEXT_NONE, NULL);
    check_state(job, BG_JOB_STATE_ERROR);
    if (!ok(repetition->count < ARRAYSIZE(repetition->times), "Got call %u.\n", repetition->count + 1))
        return S_OK;
    repetition->times[repetition->count++] = GetTickCount64();
    return repetition->count == 3 ? S_OK : E_FAIL;
}

/* JobError is called until it succeeds, with growing pauses. */
static void test_repetition(struct fixture *fixture)
{
    struct repetition repetition = {0};
    struct callback callback;
    IBackgroundCopyJob *job;
    struct remote remote;
    ULONGLONG first, second;

    remote_init(&remote, REMOTE_HTTP, "status=404");
    if (!(job = create_file_job(fixture, remote.url, L"repeated")))
        return;
    callback_init(&callback);
    callback.actions[CALL_ERROR] = refuse_twice;
    callback.context = &repetition;
    callback_attach(&callback, job, BG_NOTIFY_JOB_ERROR);
    start_job(__LINE__, job);
    if (callback_wait(&callback, CALL_ERROR, 3))
    {
        first = repetition.times[1] - repetition.times[0];
        second = repetition.times[2] - repetition.times[1];
        ok(first >= 100, "Got a first pause of %llu ms.\n", first);
        ok(second > first, "Got pauses of %llu and %llu ms.\n", first, second);
    }
    callback_detach(job);
    callback_check_count(&callback, CALL_ERROR, 3);
    end_job(job);
    callback_cleanup(&callback);
}

/* What JobError is given: the state at the time of the error. The pointers stay usable if they are kept. */
struct kept
{
    IBackgroundCopyJob *job;
    IBackgroundCopyError *error;
    const WCHAR *url;
};

static HRESULT keep_arguments(struct callback *callback, IBackgroundCopyJob *job, IBackgroundCopyError *error)
{
    struct kept *kept = callback->context;

    check_state(job, BG_JOB_STATE_ERROR);
    check_progress(job, BG_SIZE_UNKNOWN, FILE_SIZE, 2, 1);
    check_error_object(error, HTTP_FORBIDDEN, BG_ERROR_CONTEXT_REMOTE_FILE, kept->url);
    check_error(job, HTTP_FORBIDDEN, BG_ERROR_CONTEXT_REMOTE_FILE, kept->url);
    kept->job = job;
    kept->error = error;
    IBackgroundCopyJob_AddRef(job);
    IBackgroundCopyError_AddRef(error);
    return S_OK;
}

/* A job whose first file arrives before the second one is refused. */
static IBackgroundCopyJob *create_half_good_job(struct fixture *fixture, struct remote *bad, const char *status)
{
    IBackgroundCopyJob *job;
    struct remote good;
    HRESULT hr;

    remote_init(&good, REMOTE_HTTP, "size=%u", FILE_SIZE);
    remote_init(bad, REMOTE_HTTP, "status=%s&hold=@", status);
    if (!(job = create_file_job(fixture, good.url, L"good")))
        return NULL;
    hr = IBackgroundCopyJob_AddFile(job, bad->url, fixture_path(fixture, L"bad"));
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    return job;
}

static void start_half_good_job(IBackgroundCopyJob *job, const struct remote *bad)
{
    start_job(__LINE__, job);
    wait_for_progress(job, FILE_SIZE, 1);
    remote_release(bad);
}

static void test_arguments(struct fixture *fixture)
{
    struct callback callback;
    struct remote bad;
    struct kept kept = { .url = bad.url };
    IBackgroundCopyJob *job;

    if (!(job = create_half_good_job(fixture, &bad, "403")))
        return;
    callback_init(&callback);
    callback.actions[CALL_ERROR] = keep_arguments;
    callback.context = &kept;
    callback_attach(&callback, job, BG_NOTIFY_JOB_ERROR);
    start_half_good_job(job, &bad);
    if (callback_wait(&callback, CALL_ERROR, 1) && kept.job)
    {
        check_state(kept.job, BG_JOB_STATE_ERROR);
        check_error_object(kept.error, HTTP_FORBIDDEN, BG_ERROR_CONTEXT_REMOTE_FILE, bad.url);
        IBackgroundCopyError_Release(kept.error);
        IBackgroundCopyJob_Release(kept.job);
    }
    callback_detach(job);
    callback_check_count(&callback, CALL_ERROR, 1);
    end_job(job);
    callback_cleanup(&callback);
}

static HRESULT cancel_inside(struct callback *callback, IBackgroundCopyJob *job, IBackgroundCopyError *error)
{
    HRESULT hr;

    hr = IBackgroundCopyJob_Cancel(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_state(job, BG_JOB_STATE_CANCELLED);
    return S_OK;
}

static HRESULT complete_inside(struct callback *callback, IBackgroundCopyJob *job, IBackgroundCopyError *error)
{
    HRESULT hr;

    hr = IBackgroundCopyJob_Complete(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_state(job, BG_JOB_STATE_ACKNOWLEDGED);
    return S_OK;
}

/* Mends the cause with the file that the error tells, or, where it tells none, the last one of the job. */
static HRESULT resume_inside(struct callback *callback, IBackgroundCopyJob *job, IBackgroundCopyError *error)
{
    IBackgroundCopyFile2 *file2 = NULL;
    IBackgroundCopyFile *file = NULL;
    struct remote *good = callback->context;
    HRESULT hr;

    if (FAILED(hr = IBackgroundCopyError_GetFile(error, &file)))
    {
        ok(hr == DO_E_FILE_NOT_AVAILABLE, "Got hr %#lx.\n", hr);
        file = get_file(job, 1);
    }
    if (!file)
        return S_OK;
    hr = IBackgroundCopyFile_QueryInterface(file, &IID_IBackgroundCopyFile2, (void **)&file2);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyFile2_SetRemoteName(file2, good->url);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_Resume(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    IBackgroundCopyFile2_Release(file2);
    IBackgroundCopyFile_Release(file);
    return S_OK;
}

static void check_inside(struct fixture *fixture, const char *status, call_action action, BG_JOB_STATE state)
{
    struct callback callback;
    struct remote bad, good;
    IBackgroundCopyJob *job;
    HRESULT hr;

    remote_init(&good, REMOTE_HTTP, "size=%u&seed=50", FILE_SIZE);
    if (!(job = create_half_good_job(fixture, &bad, status)))
        return;
    callback_init(&callback);
    callback.actions[CALL_ERROR] = action;
    callback.context = &good;
    callback_attach(&callback, job, BG_NOTIFY_JOB_ERROR | BG_NOTIFY_JOB_TRANSFERRED);
    start_half_good_job(job, &bad);
    callback_wait(&callback, CALL_ERROR, 1);
    callback_wait(&callback, CALL_TRANSFERRED, state == BG_JOB_STATE_TRANSFERRED ? 1 : 0);
    check_state(job, state);
    check_no_error(job);
    if (state == BG_JOB_STATE_TRANSFERRED)
    {
        hr = IBackgroundCopyJob_Complete(job);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        check_whole_content(fixture_path(fixture, L"bad"), 50, FILE_SIZE);
    }
    if (state == BG_JOB_STATE_CANCELLED)
        ok(!file_exists(fixture_path(fixture, L"good")), "The file exists.\n");
    else
        check_whole_content(fixture_path(fixture, L"good"), REMOTE_SEED, FILE_SIZE);
    ok(!fixture_count_files(fixture, L"DO*.tmp"), "A temporary file is left.\n");
    end_job(job);
    callback_cleanup(&callback);
    callback_check_count(&callback, CALL_ERROR, 1);
    DeleteFileW(fixture_path(fixture, L"good"));
    DeleteFileW(fixture_path(fixture, L"bad"));
}

static void test_actions_inside(struct fixture *fixture)
{
    push_context("Cancel");
    check_inside(fixture, "404", cancel_inside, BG_JOB_STATE_CANCELLED);
    pop_context();
    push_context("Complete");
    check_inside(fixture, "404", complete_inside, BG_JOB_STATE_ACKNOWLEDGED);
    pop_context();
    push_context("Resume with the file of the error");
    check_inside(fixture, "403", resume_inside, BG_JOB_STATE_TRANSFERRED);
    pop_context();
    push_context("Resume with a file of the job");
    check_inside(fixture, "404", resume_inside, BG_JOB_STATE_TRANSFERRED);
    pop_context();
}

/* A second error is a second call. */
static HRESULT resume_unmended(struct callback *callback, IBackgroundCopyJob *job, IBackgroundCopyError *error)
{
    HRESULT hr;

    if (callback->counts[CALL_ERROR] < 2)
    {
        hr = IBackgroundCopyJob_Resume(job);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
    }
    return S_OK;
}

static void test_second_error(struct fixture *fixture)
{
    struct callback callback;
    IBackgroundCopyJob *job;
    struct remote remote;

    remote_init(&remote, REMOTE_HTTP, "status=404");
    if (!(job = create_file_job(fixture, remote.url, L"unmended")))
        return;
    callback_init(&callback);
    callback.actions[CALL_ERROR] = resume_unmended;
    callback_attach(&callback, job, BG_NOTIFY_JOB_ERROR);
    start_job(__LINE__, job);
    callback_wait(&callback, CALL_ERROR, 3);
    check_state(job, BG_JOB_STATE_ERROR);
    callback_detach(job);
    callback_check_count(&callback, CALL_ERROR, 3);
    ok(remote_requests(&remote) == 3, "Got %u requests.\n", remote_requests(&remote));
    end_job(job);
    callback_cleanup(&callback);
}

static HRESULT detach_inside(struct callback *callback, IBackgroundCopyJob *job, IBackgroundCopyError *error)
{
    HRESULT hr;

    hr = IBackgroundCopyJob_SetNotifyInterface(job, NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_SetNotifyFlags(job, 0);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    return E_FAIL;
}

/* Taken back inside the call; its failure is not repeated then. */
static void test_detach_inside(struct fixture *fixture)
{
    struct callback callback, other;
    IBackgroundCopyJob *job;
    struct remote remote;

    remote_init(&remote, REMOTE_HTTP, "status=404");
    if (!(job = create_file_job(fixture, remote.url, L"detached")))
        return;
    callback_init(&callback);
    callback.actions[CALL_ERROR] = detach_inside;
    callback_attach(&callback, job, ALL_FLAGS);
    start_job(__LINE__, job);
    callback_wait(&callback, CALL_ERROR, 1);
    callback_cleanup(&callback);

    /* The next one learns of the next error. */
    callback_init(&other);
    callback_attach(&other, job, BG_NOTIFY_JOB_ERROR);
    start_job(__LINE__, job);
    callback_wait(&other, CALL_ERROR, 1);
    callback_check_count(&callback, CALL_ERROR, 1);
    end_job(job);
    callback_cleanup(&other);
}

struct blocked
{
    HANDLE entered, leave;
    IBackgroundCopyJob *job;
};

static HRESULT block(struct callback *callback, IBackgroundCopyJob *job, IBackgroundCopyError *error)
{
    struct blocked *blocked = callback->context;

    SetEvent(blocked->entered);
    ok(WaitForSingleObject(blocked->leave, WAIT_LIMIT_MS) == WAIT_OBJECT_0, "The call was not ended.\n");
    return E_FAIL;
}

static void blocked_init(struct blocked *blocked, IBackgroundCopyJob *job)
{
    blocked->entered = CreateEventW(NULL, FALSE, FALSE, NULL);
    blocked->leave = CreateEventW(NULL, TRUE, FALSE, NULL);
    blocked->job = job;
}

static void blocked_cleanup(struct blocked *blocked)
{
    CloseHandle(blocked->entered);
    CloseHandle(blocked->leave);
}

static DWORD WINAPI detach_in_thread(void *context)
{
    struct blocked *blocked = context;
    HRESULT hr;

    hr = CoInitializeEx(NULL, COINIT_MULTITHREADED);
    ok(SUCCEEDED(hr), "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_SetNotifyInterface(blocked->job, NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    CoUninitialize();
    return 0;
}

/* Another thread takes the callback back while a call runs: neither waits for the other for ever. */
static void test_detach_in_thread(struct fixture *fixture)
{
    struct callback callback;
    struct blocked blocked;
    IBackgroundCopyJob *job;
    struct remote remote;
    HANDLE thread;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "status=404");
    if (!(job = create_file_job(fixture, remote.url, L"blocked")))
        return;
    blocked_init(&blocked, job);
    callback_init(&callback);
    callback.actions[CALL_ERROR] = block;
    callback.context = &blocked;
    callback_attach(&callback, job, BG_NOTIFY_JOB_ERROR);
    start_job(__LINE__, job);
    ok(wait_event(blocked.entered, WAIT_LIMIT_MS), "The call did not come.\n");

    /* The job can be used meanwhile. */
    check_state(job, BG_JOB_STATE_ERROR);
    hr = IBackgroundCopyJob_SetNotifyFlags(job, BG_NOTIFY_JOB_ERROR | BG_NOTIFY_JOB_MODIFICATION);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    thread = CreateThread(NULL, 0, detach_in_thread, &blocked, 0, NULL);
    SetEvent(blocked.leave);
    ok(wait_event(thread, WAIT_LIMIT_MS), "SetNotifyInterface does not return.\n");
    CloseHandle(thread);
    callback_check_count(&callback, CALL_ERROR, 1);
    end_job(job);
    callback_cleanup(&callback);
    blocked_cleanup(&blocked);
}

/* A client that does not return from a call holds up nobody else, nor its own job. */
static void test_slow_client(struct fixture *fixture)
{
    struct callback slow, quick;
    IBackgroundCopyJob *slow_job, *quick_job;
    struct blocked blocked;
    struct remote bad, good;
    HRESULT hr;

    remote_init(&bad, REMOTE_HTTP, "status=404");
    remote_init(&good, REMOTE_HTTP, "size=%u", FILE_SIZE);
    slow_job = create_file_job(fixture, bad.url, L"slow");
    quick_job = create_file_job(fixture, good.url, L"quick");
    if (!slow_job || !quick_job)
        return;
    blocked_init(&blocked, slow_job);
    callback_init(&slow);
    callback_init(&quick);
    slow.actions[CALL_ERROR] = block;
    slow.context = &blocked;
    callback_attach(&slow, slow_job, ALL_FLAGS);
    callback_attach(&quick, quick_job, ALL_FLAGS);
    start_job(__LINE__, slow_job);
    ok(wait_event(blocked.entered, WAIT_LIMIT_MS), "The call did not come.\n");
    start_job(__LINE__, quick_job);
    callback_wait(&quick, CALL_TRANSFERRED, 1);
    ok(!slow.counts[CALL_ERROR], "The slow call has returned.\n");
    hr = IBackgroundCopyJob_Cancel(slow_job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_state(slow_job, BG_JOB_STATE_CANCELLED);
    SetEvent(blocked.leave);
    callback_wait(&slow, CALL_ERROR, 1);
    end_job(slow_job);
    end_job(quick_job);
    callback_cleanup(&slow);
    callback_cleanup(&quick);
    callback_check_count(&slow, CALL_ERROR, 1);
    blocked_cleanup(&blocked);
}

static HRESULT note_state(struct callback *callback, IBackgroundCopyJob *job, IBackgroundCopyError *error)
{
    BG_JOB_STATE *state = callback->context;
    HRESULT hr;

    hr = IBackgroundCopyJob_GetState(job, state);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    return S_OK;
}

/* When Complete or Cancel returns the client has heard of it and its object is its own: it may leave at once. */
static void test_end(struct fixture *fixture, BOOL complete)
{
    BG_JOB_STATE state = BG_JOB_STATE_QUEUED;
    struct callback callback;
    IBackgroundCopyJob *job;
    struct remote remote;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    if (!(job = create_file_job(fixture, remote.url, complete ? L"completed" : L"cancelled")))
        return;
    push_context("%s", complete ? "Complete" : "Cancel");
    callback_init(&callback);
    callback.actions[CALL_MODIFICATION] = note_state;
    callback.context = &state;
    callback_attach(&callback, job, ALL_FLAGS);
    start_job(__LINE__, job);
    callback_wait(&callback, CALL_TRANSFERRED, 1);
    hr = complete ? IBackgroundCopyJob_Complete(job) : IBackgroundCopyJob_Cancel(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(state == (complete ? BG_JOB_STATE_ACKNOWLEDGED : BG_JOB_STATE_CANCELLED), "Was told of state %d.\n", state);
    ok(callback.refcount == 1, "Got refcount %ld.\n", callback.refcount);
    end_job(job);
    callback_cleanup(&callback);
    pop_context();
}

/* Set after the fact: nothing is told that happened before, but what happens then. */
static void test_late_interface(struct fixture *fixture)
{
    struct callback callback;
    IBackgroundCopyJob *job;
    struct remote remote;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@&hold_at=1000", FILE_SIZE);
    if (!(job = create_file_job(fixture, remote.url, L"late")))
        return;
    start_job(__LINE__, job);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRING);
    callback_init(&callback);
    callback_attach(&callback, job, BG_NOTIFY_JOB_TRANSFERRED);
    remote_release(&remote);
    callback_wait(&callback, CALL_TRANSFERRED, 1);
    check_state(job, BG_JOB_STATE_TRANSFERRED);
    hr = IBackgroundCopyJob_Complete(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_SetNotifyInterface(job, (IUnknown *)&callback.IBackgroundCopyCallback2_iface);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    end_job(job);
    callback_cleanup(&callback);
}

static HRESULT complete_transferred(struct callback *callback, IBackgroundCopyJob *job, IBackgroundCopyError *error)
{
    return complete_inside(callback, job, NULL);
}

/* In a single-threaded apartment calls come on its thread, while it dispatches messages; otherwise on others. */
static void test_apartment(DWORD apartment)
{
    DWORD thread_id = GetCurrentThreadId();
    struct callback callback;
    IBackgroundCopyJob *job;
    struct fixture fixture;
    struct remote remote;

    if (!fixture_init(&fixture, apartment))
        return;
    push_context(apartment == COINIT_APARTMENTTHREADED ? "STA" : "MTA");
    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    callback_init(&callback);
    if ((job = create_file_job(&fixture, remote.url, L"file")))
    {
        callback.actions[CALL_TRANSFERRED] = complete_transferred;
        callback_attach(&callback, job, ALL_FLAGS);
        start_job(__LINE__, job);
        callback_wait(&callback, CALL_TRANSFERRED, 1);
        check_state(job, BG_JOB_STATE_ACKNOWLEDGED);
        check_whole_content(fixture_path(&fixture, L"file"), REMOTE_SEED, FILE_SIZE);
        if (apartment == COINIT_APARTMENTTHREADED)
            ok(callback.thread_id == thread_id, "Got thread %lx, expected %lx.\n", callback.thread_id, thread_id);
        else
            ok(callback.thread_id != thread_id, "Got thread %lx.\n", callback.thread_id);
        end_job(job);
    }
    callback_cleanup(&callback);
    fixture_cleanup(&fixture);
    pop_context();
}

/* The child process: ends inside a call of the service, with everything that it holds. */
static HRESULT die_inside(struct callback *callback, IBackgroundCopyJob *job, IBackgroundCopyError *error)
{
    fflush(stdout);
    TerminateProcess(GetCurrentProcess(), CHILD_STATUS);
    return S_OK;
}

TEST_CHILD(callback)
{
    WCHAR url[1024], path[MAX_PATH];
    IBackgroundCopyManager *manager;
    struct callback callback;
    IBackgroundCopyJob *job;
    GUID id;

    if (argc != 2 || !MultiByteToWideChar(CP_ACP, 0, argv[0], -1, url, ARRAYSIZE(url))
            || !MultiByteToWideChar(CP_ACP, 0, argv[1], -1, path, ARRAYSIZE(path)))
        return 1;
    callback_init(&callback);
    callback.actions[CALL_MODIFICATION] = die_inside;
    if (FAILED(CoInitializeEx(NULL, COINIT_MULTITHREADED))
            || FAILED(CoCreateInstance(&CLSID_DeliveryOptimization, NULL, CLSCTX_LOCAL_SERVER,
                    &IID_IBackgroundCopyManager, (void **)&manager))
            || FAILED(IBackgroundCopyManager_CreateJob(manager, L"dosvc test", BG_JOB_TYPE_DOWNLOAD, &id, &job))
            || FAILED(IBackgroundCopyJob_AddFile(job, url, path)))
        return 2;
    printf("%s\n", debug_guid(&id));
    fflush(stdout);
    callback_attach(&callback, job, ALL_FLAGS);
    start_job(__LINE__, job);
    WaitForSingleObject(GetCurrentProcess(), WAIT_LIMIT_MS);
    return 3;
}

static void test_dying_client(struct fixture *fixture)
{
    char arguments[2048], output[1024], *end;
    struct callback callback;
    IBackgroundCopyJob *job, *own_job;
    struct remote remote, own;
    WCHAR text[64];
    DWORD status;
    HRESULT hr;
    GUID id;

    /* Another client, with a job of its own in the middle of its transfer. */
    remote_init(&own, REMOTE_HTTP, "size=%u&hold=@&hold_at=1000", FILE_SIZE);
    if (!(own_job = create_file_job(fixture, own.url, L"own")))
        return;
    callback_init(&callback);
    callback_attach(&callback, own_job, ALL_FLAGS);
    start_job(__LINE__, own_job);
    wait_for_state(own_job, BG_JOB_STATE_TRANSFERRING);

    remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@&hold_at=1000", FILE_SIZE);
    snprintf(arguments, sizeof(arguments), "--child callback \"%ls\" \"%ls\"", remote.url,
            fixture_path(fixture, L"orphan"));
    if (run_child_process(arguments, output, sizeof(output), &status))
        ok(status == CHILD_STATUS, "Got exit status %lu, output %s.\n", status, output);
    if ((end = strchr(output, '}')))
        end[1] = 0;
    MultiByteToWideChar(CP_ACP, 0, output, -1, text, ARRAYSIZE(text));
    hr = CLSIDFromString(text, &id);
    ok(hr == S_OK, "Got hr %#lx for %s.\n", hr, output);

    /* Its job goes on. */
    job = NULL;
    hr = IBackgroundCopyManager_GetJob(fixture->manager, &id, &job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
    {
        fixture->jobs[fixture->job_count++] = id;
        remote_release(&remote);
        wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
        hr = IBackgroundCopyJob_Complete(job);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        check_whole_content(fixture_path(fixture, L"orphan"), REMOTE_SEED, FILE_SIZE);
        end_job(job);
    }

    /* So does the other client's, with its callbacks. */
    check_state(own_job, BG_JOB_STATE_TRANSFERRING);
    remote_release(&own);
    callback_wait(&callback, CALL_TRANSFERRED, 1);
    check_state(own_job, BG_JOB_STATE_TRANSFERRED);
    end_job(own_job);
    callback_cleanup(&callback);
}

START_TEST(callback)
{
    struct fixture fixture;

    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_notify_interface(&fixture);
    if (remote_available(REMOTE_HTTP))
    {
        test_flags(&fixture);
        test_repetition(&fixture);
        test_arguments(&fixture);
        test_actions_inside(&fixture);
        test_second_error(&fixture);
        test_detach_inside(&fixture);
        test_detach_in_thread(&fixture);
        test_slow_client(&fixture);
        test_end(&fixture, TRUE);
        test_end(&fixture, FALSE);
        test_late_interface(&fixture);
        test_dying_client(&fixture);
    }
    fixture_cleanup(&fixture);
    if (remote_available(REMOTE_HTTP))
    {
        test_apartment(COINIT_MULTITHREADED);
        test_apartment(COINIT_APARTMENTTHREADED);
    }
}
