/*
 * Tests of what else notifications do: files, order, slow clients, command lines.
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
#include "notify.h"
#include "remote.h"

#define FILE_COUNT 5
#define FILE_SIZE 100000
#define CHANGE_COUNT 100
#define JOB_FLAGS (BG_NOTIFY_JOB_TRANSFERRED | BG_NOTIFY_JOB_ERROR)

void resume_job_(const char *file, int line, IBackgroundCopyJob *job)
{
    HRESULT hr;

    hr = IBackgroundCopyJob_Resume(job);
    ok_(file, line, hr == S_OK, "Resume gave hr %#lx.\n", hr);
}

/* Which calls came, one letter each. */
struct sequence
{
    char calls[64];
    unsigned int count;
    unsigned int failures;              /* so many calls of FileTransferred are refused */
    WCHAR names[FILE_COUNT + 1][MAX_PATH];
    unsigned int name_count;
};

static void note_call(struct sequence *sequence, char call)
{
    if (sequence->count < ARRAYSIZE(sequence->calls) - 1)
        sequence->calls[sequence->count++] = call;
}

static HRESULT note_file(struct callback *callback, IBackgroundCopyJob *job, IBackgroundCopyError *error)
{
    struct sequence *sequence = callback->context;
    BG_FILE_PROGRESS progress;
    WCHAR *name;
    HRESULT hr;

    note_call(sequence, 'F');
    hr = IBackgroundCopyFile_GetProgress(callback->file, &progress);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(progress.BytesTransferred == FILE_SIZE, "Got %llu bytes.\n", progress.BytesTransferred);
    hr = IBackgroundCopyFile_GetLocalName(callback->file, &name);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr) && sequence->name_count < ARRAYSIZE(sequence->names))
        lstrcpynW(sequence->names[sequence->name_count++], name, MAX_PATH);
    if (SUCCEEDED(hr))
        CoTaskMemFree(name);
    if (!sequence->failures)
        return S_OK;
    --sequence->failures;
    return E_FAIL;
}

static HRESULT note_transferred(struct callback *callback, IBackgroundCopyJob *job, IBackgroundCopyError *error)
{
    note_call(callback->context, 'T');
    return S_OK;
}

static HRESULT note_error(struct callback *callback, IBackgroundCopyJob *job, IBackgroundCopyError *error)
{
    note_call(callback->context, 'E');
    return S_OK;
}

static IBackgroundCopyJob *create_many_file_job(struct fixture *fixture, unsigned int count)
{
    IBackgroundCopyJob *job;
    struct remote remote;
    unsigned int i;
    WCHAR name[16];
    HRESULT hr;

    if (!(job = create_job(fixture)))
        return NULL;
    for (i = 0; i < count; ++i)
    {
        remote_init(&remote, REMOTE_HTTP, "size=%u&seed=%u", FILE_SIZE, i);
        swprintf(name, ARRAYSIZE(name), L"file%u", i);
        hr = IBackgroundCopyJob_AddFile(job, remote.url, fixture_path(fixture, name));
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
    }
    return job;
}

static void note_calls(struct callback *callback, struct sequence *sequence)
{
    callback_init(callback);
    callback->actions[CALL_FILE] = note_file;
    callback->actions[CALL_TRANSFERRED] = note_transferred;
    callback->actions[CALL_ERROR] = note_error;
    callback->context = sequence;
}

static void check_names_differ(const struct sequence *sequence)
{
    unsigned int i, j;

    for (i = 0; i < sequence->name_count; ++i)
    {
        for (j = 0; j < i; ++j)
            ok(wcscmp(sequence->names[i], sequence->names[j]), "Got %s twice.\n", debug_string(sequence->names[i]));
    }
}

/* Every file is told once, and before the end of the job. */
static void test_files(struct fixture *fixture)
{
    struct sequence sequence = {0};
    struct callback callback;
    IBackgroundCopyJob *job;

    if (!(job = create_many_file_job(fixture, FILE_COUNT)))
        return;
    note_calls(&callback, &sequence);
    callback_attach(&callback, job, JOB_FLAGS | BG_NOTIFY_FILE_TRANSFERRED);
    resume_job(job);
    callback_wait(&callback, CALL_TRANSFERRED, 1);
    callback_detach(job);
    ok(!strcmp(sequence.calls, "FFFFFT"), "Got calls %s.\n", sequence.calls);
    check_names_differ(&sequence);
    end_job(job);
    callback_cleanup(&callback);
}

/* A file is told until the client takes it; the next one, and the end of the job, wait for that. */
static void test_file_repetition(struct fixture *fixture)
{
    struct sequence sequence = { .failures = 1 };
    struct callback callback;
    IBackgroundCopyJob *job;

    if (!(job = create_many_file_job(fixture, 2)))
        return;
    note_calls(&callback, &sequence);
    callback_attach(&callback, job, JOB_FLAGS | BG_NOTIFY_FILE_TRANSFERRED);
    resume_job(job);
    callback_wait(&callback, CALL_TRANSFERRED, 1);
    callback_detach(job);
    ok(!strcmp(sequence.calls, "FFFT"), "Got calls %s.\n", sequence.calls);
    ok(!wcscmp(sequence.names[0], sequence.names[1]), "Got %s after %s.\n", debug_string(sequence.names[1]),
            debug_string(sequence.names[0]));
    ok(wcscmp(sequence.names[1], sequence.names[2]), "Got %s again.\n", debug_string(sequence.names[2]));
    end_job(job);
    callback_cleanup(&callback);
}

/* When files are not wanted any more the end of the job does not wait for one that was refused. */
static void test_file_flag_removed(struct fixture *fixture)
{
    struct sequence sequence = { .failures = 100 };
    struct callback callback;
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (!(job = create_many_file_job(fixture, 1)))
        return;
    note_calls(&callback, &sequence);
    callback_attach(&callback, job, JOB_FLAGS | BG_NOTIFY_FILE_TRANSFERRED);
    resume_job(job);
    callback_wait(&callback, CALL_FILE, 1);
    hr = IBackgroundCopyJob_SetNotifyFlags(job, JOB_FLAGS);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    callback_wait(&callback, CALL_TRANSFERRED, 1);
    callback_detach(job);
    end_job(job);
    callback_cleanup(&callback);
}

/* Files come before an error, too; and what came before the interface is not told. */
static void test_files_and_error(struct fixture *fixture)
{
    struct sequence sequence = {0};
    struct callback callback;
    IBackgroundCopyJob *job;
    struct remote bad;
    HRESULT hr;

    if (!(job = create_many_file_job(fixture, 1)))
        return;
    remote_init(&bad, REMOTE_HTTP, "status=404&hold=@");
    hr = IBackgroundCopyJob_AddFile(job, bad.url, fixture_path(fixture, L"bad"));
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    note_calls(&callback, &sequence);
    callback_attach(&callback, job, JOB_FLAGS | BG_NOTIFY_FILE_TRANSFERRED);
    resume_job(job);
    callback_wait(&callback, CALL_FILE, 1);
    remote_release(&bad);
    callback_wait(&callback, CALL_ERROR, 1);
    callback_detach(job);
    ok(!strcmp(sequence.calls, "FE"), "Got calls %s.\n", sequence.calls);
    end_job(job);
    callback_cleanup(&callback);
}

static void test_late_interface(struct fixture *fixture)
{
    struct sequence sequence = {0};
    struct callback callback;
    IBackgroundCopyJob *job;
    struct remote remote;
    HRESULT hr;

    if (!(job = create_many_file_job(fixture, 1)))
        return;
    remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@", FILE_SIZE);
    hr = IBackgroundCopyJob_AddFile(job, remote.url, fixture_path(fixture, L"held"));
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_SetNotifyFlags(job, JOB_FLAGS | BG_NOTIFY_FILE_TRANSFERRED);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    resume_job(job);
    wait_for_progress(job, FILE_SIZE, 1);
    note_calls(&callback, &sequence);
    callback_attach(&callback, job, JOB_FLAGS | BG_NOTIFY_FILE_TRANSFERRED);
    remote_release(&remote);
    callback_wait(&callback, CALL_TRANSFERRED, 1);
    callback_detach(job);
    ok(!strcmp(sequence.calls, "FT"), "Got calls %s.\n", sequence.calls);
    ok(!wcscmp(sequence.names[0], fixture_path(fixture, L"held")), "Got %s.\n", debug_string(sequence.names[0]));
    end_job(job);
    callback_cleanup(&callback);
}

/* An object that implements the older interface alone hears of all but files. */
static void test_older_interface(struct fixture *fixture)
{
    struct callback callback;
    IBackgroundCopyJob *job;

    if (!(job = create_many_file_job(fixture, 2)))
        return;
    callback_init(&callback);
    callback.older = TRUE;
    callback_attach(&callback, job, JOB_FLAGS | BG_NOTIFY_FILE_TRANSFERRED);
    resume_job(job);
    callback_wait(&callback, CALL_TRANSFERRED, 1);
    callback_detach(job);
    callback_check_count(&callback, CALL_FILE, 0);
    end_job(job);
    callback_cleanup(&callback);
}

/* Blocks in its first call. */
struct blocked
{
    HANDLE entered, leave;
};

static HRESULT block_first(struct callback *callback, IBackgroundCopyJob *job, IBackgroundCopyError *error)
{
    struct blocked *blocked = callback->context;

    SetEvent(blocked->entered);
    ok(WaitForSingleObject(blocked->leave, WAIT_LIMIT_MS) == WAIT_OBJECT_0, "The call was not ended.\n");
    return S_OK;
}

static void change_job(IBackgroundCopyJob *job, unsigned int number)
{
    WCHAR text[32];
    HRESULT hr;

    swprintf(text, ARRAYSIZE(text), L"change %u", number);
    hr = IBackgroundCopyJob_SetDescription(job, text);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
}

/* Waits until the service has seen what happened up to now: events are handed on in their order. */
static void wait_for_events(struct fixture *fixture)
{
    struct callback callback;
    IBackgroundCopyJob *job;

    if (!(job = create_job(fixture)))
        return;
    callback_init(&callback);
    callback_attach(&callback, job, BG_NOTIFY_JOB_MODIFICATION);
    change_job(job, 0);
    callback_wait(&callback, CALL_MODIFICATION, 1);
    end_job(job);
    callback_cleanup(&callback);
}

/* However often the job changes meanwhile, a slow client gets one further call. */
static void test_coalescing(struct fixture *fixture)
{
    struct callback callback;
    struct blocked blocked;
    IBackgroundCopyJob *job;
    unsigned int i;

    if (!(job = create_job(fixture)))
        return;
    blocked.entered = CreateEventW(NULL, FALSE, FALSE, NULL);
    blocked.leave = CreateEventW(NULL, TRUE, FALSE, NULL);
    callback_init(&callback);
    callback.actions[CALL_MODIFICATION] = block_first;
    callback.context = &blocked;
    callback_attach(&callback, job, BG_NOTIFY_JOB_MODIFICATION);
    change_job(job, 0);
    ok(wait_event(blocked.entered, WAIT_LIMIT_MS), "The call did not come.\n");
    wait_for_events(fixture);
    for (i = 1; i <= CHANGE_COUNT; ++i)
        change_job(job, i);
    wait_for_events(fixture);
    callback_check_count(&callback, CALL_MODIFICATION, 0);
    SetEvent(blocked.leave);
    callback_wait(&callback, CALL_MODIFICATION, 2);
    wait_for_events(fixture);
    callback_detach(job);
    callback_check_count(&callback, CALL_MODIFICATION, 2);
    end_job(job);
    callback_cleanup(&callback);
    CloseHandle(blocked.entered);
    CloseHandle(blocked.leave);
}

/* Another interface, and no flags, while a call runs: both hold from the next call on. */
static void test_changes_during_call(struct fixture *fixture)
{
    struct callback first, second;
    struct blocked blocked;
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (!(job = create_job(fixture)))
        return;
    blocked.entered = CreateEventW(NULL, FALSE, FALSE, NULL);
    blocked.leave = CreateEventW(NULL, TRUE, FALSE, NULL);
    callback_init(&first);
    first.actions[CALL_MODIFICATION] = block_first;
    first.context = &blocked;
    callback_attach(&first, job, BG_NOTIFY_JOB_MODIFICATION);
    change_job(job, 0);
    ok(wait_event(blocked.entered, WAIT_LIMIT_MS), "The call did not come.\n");
    change_job(job, 1);
    hr = IBackgroundCopyJob_SetNotifyFlags(job, 0);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    wait_for_events(fixture);
    SetEvent(blocked.leave);
    callback_wait(&first, CALL_MODIFICATION, 1);
    change_job(job, 2);
    wait_for_events(fixture);
    callback_init(&second);
    hr = IBackgroundCopyJob_SetNotifyInterface(job, (IUnknown *)&second.IBackgroundCopyCallback2_iface);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    callback_check_count(&first, CALL_MODIFICATION, 1);
    hr = IBackgroundCopyJob_SetNotifyFlags(job, BG_NOTIFY_JOB_MODIFICATION);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    callback_wait(&second, CALL_MODIFICATION, 1);
    callback_check_count(&first, CALL_MODIFICATION, 1);
    callback_cleanup(&first);
    end_job(job);
    callback_cleanup(&second);
    CloseHandle(blocked.entered);
    CloseHandle(blocked.leave);
}

START_TEST(notify)
{
    struct fixture fixture;

    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_coalescing(&fixture);
    test_changes_during_call(&fixture);
    if (remote_available(REMOTE_HTTP))
    {
        test_files(&fixture);
        test_file_repetition(&fixture);
        test_file_flag_removed(&fixture);
        test_files_and_error(&fixture);
        test_late_interface(&fixture);
        test_older_interface(&fixture);
        test_class(&fixture);
        test_command_line(&fixture);
    }
    fixture_cleanup(&fixture);
}
