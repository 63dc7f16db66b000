/*
 * Programs that are known to use the job API: what they call, step by step.
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

#include "callback.h"
#include "child.h"
#include "remote.h"

#define FILE_SIZE 1000000
#define HALF (FILE_SIZE / 2)
#define POLL_PERIOD_MS 10
#define ALL_FLAGS (BG_NOTIFY_JOB_TRANSFERRED | BG_NOTIFY_JOB_ERROR | BG_NOTIFY_JOB_MODIFICATION)
#define CHILD_SUCCESS 7             /* the exit status of a child that got to its end */

/* What such programs do with every pointer before they use it, and take a failure of as fatal. */
static void set_blanket(int line, void *iface)
{
    HRESULT hr;

    hr = CoSetProxyBlanket((IUnknown *)iface, RPC_C_AUTHN_DEFAULT, RPC_C_AUTHZ_NONE, COLE_DEFAULT_PRINCIPAL,
            RPC_C_AUTHN_LEVEL_DEFAULT, RPC_C_IMP_LEVEL_IMPERSONATE, NULL, EOAC_STATIC_CLOAKING);
    ok_(__FILE__, line, hr == S_OK, "CoSetProxyBlanket gave hr %#lx.\n", hr);
}

static void act(int line, HRESULT hr)
{
    ok_(__FILE__, line, hr == S_OK, "Got hr %#lx.\n", hr);
}

static IBackgroundCopyManager *create_manager(int line)
{
    IBackgroundCopyManager *manager = NULL;
    HRESULT hr;

    hr = CoCreateInstance(&CLSID_DeliveryOptimization, NULL, CLSCTX_LOCAL_SERVER, &IID_IBackgroundCopyManager,
            (void **)&manager);
    ok_(__FILE__, line, hr == S_OK, "CoCreateInstance gave hr %#lx.\n", hr);
    return manager;
}

/* A job that the fixture cancels if the program does not come to its end. */
static IBackgroundCopyJob *create_named_job(int line, struct fixture *fixture, IBackgroundCopyManager *manager,
        const WCHAR *name)
{
    IBackgroundCopyJob *job = NULL;
    GUID id;
    HRESULT hr;

    hr = IBackgroundCopyManager_CreateJob(manager, name, BG_JOB_TYPE_DOWNLOAD, &id, &job);
    ok_(__FILE__, line, hr == S_OK, "CreateJob gave hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
        fixture->jobs[fixture->job_count++] = id;
    return job;
}

static HRESULT complete_inside(struct callback *callback, IBackgroundCopyJob *job, IBackgroundCopyError *error)
{
    return IBackgroundCopyJob_Complete(job);
}

/*
 * Office Click-to-Run: parts of streams, and callbacks only. It completes the job when it has been told, in the call or
 * afterwards.
 */
static void test_office(struct fixture *fixture, BOOL is_inside)
{
    static BG_FILE_RANGE ranges[2][3] = { { { 0, 4096 }, { 65536, 131072 }, { 900000, 100000 } },
            { { 4096, 61440 }, { 500000, 1 }, { 500001, 100 } } };
    static const WCHAR *const names[2] = { L"stream.x64.x-none.dat", L"stream.x64.en-us.dat" };
    IDeliveryOptimizationJob *do_job = NULL;
    IBackgroundCopyManager *manager;
    struct remote remotes[2];
    struct callback callback;
    IBackgroundCopyJob *job;
    unsigned int i;

    push_context(is_inside ? "inside" : "afterwards");
    if (!(manager = create_manager(__LINE__)) || !(job = create_named_job(__LINE__, fixture, manager, L"Office")))
        return;
    act(__LINE__, IBackgroundCopyJob_QueryInterface(job, &IID_IDeliveryOptimizationJob, (void **)&do_job));
    for (i = 0; i < 2 && do_job; ++i)
    {
        remote_init(&remotes[i], REMOTE_HTTP, "size=%u&seed=%u", FILE_SIZE, i + 1);
        act(__LINE__, IDeliveryOptimizationJob_AddFileWithRanges(do_job, names[i], remotes[i].url,
                fixture_path(fixture, names[i]), ARRAYSIZE(ranges[i]), ranges[i], FILE_SIZE));
    }
    IDeliveryOptimizationJob_Release(do_job);
    callback_init(&callback);
    if (is_inside)
        callback.actions[CALL_TRANSFERRED] = complete_inside;
    act(__LINE__, IBackgroundCopyJob_SetNotifyFlags(job, ALL_FLAGS));
    act(__LINE__, IBackgroundCopyJob_SetNotifyInterface(job, (IUnknown *)&callback.IBackgroundCopyCallback2_iface));
    act(__LINE__, IBackgroundCopyJob_Resume(job));
    callback_wait(&callback, CALL_TRANSFERRED, 1);
    check_progress(job, 235168 + 61541, 235168 + 61541, 2, 2);
    if (!is_inside)
    {
        check_state(job, BG_JOB_STATE_TRANSFERRED);
        act(__LINE__, IBackgroundCopyJob_Complete(job));
    }
    check_state(job, BG_JOB_STATE_ACKNOWLEDGED);
    for (i = 0; i < 2; ++i)
        check_content(fixture_path(fixture, names[i]), i + 1, ranges[i], ARRAYSIZE(ranges[i]));
    callback_check_count(&callback, CALL_TRANSFERRED, 1);
    callback_check_count(&callback, CALL_ERROR, 0);
    end_job(job);
    callback_cleanup(&callback); /* the service has let go of it with the end of the job */
    IBackgroundCopyManager_Release(manager);
    for (i = 0; i < 2; ++i)
        DeleteFileW(fixture_path(fixture, names[i]));
    pop_context();
}

static void check_files(struct fixture *fixture, IBackgroundCopyJob *job, const struct remote *remotes, ULONG expected)
{
    IEnumBackgroundCopyFiles *enumerator = NULL;
    ULONG count = 0xdeadbeef, fetched = 0;
    IBackgroundCopyFile *file;
    WCHAR *text;

    act(__LINE__, IBackgroundCopyJob_EnumFiles(job, &enumerator));
    if (!enumerator)
        return;
    set_blanket(__LINE__, enumerator);
    act(__LINE__, IEnumBackgroundCopyFiles_GetCount(enumerator, &count));
    ok(count == expected, "Got %lu files.\n", count);
    while (IEnumBackgroundCopyFiles_Next(enumerator, 1, &file, NULL) == S_OK)
    {
        BG_FILE_PROGRESS progress = {0};

        set_blanket(__LINE__, file);
        text = NULL;
        act(__LINE__, IBackgroundCopyFile_GetRemoteName(file, &text));
        ok(fetched < expected && text && !wcscmp(text, remotes[fetched].url), "Got %s.\n", debug_string(text));
        CoTaskMemFree(text);
        text = NULL;
        act(__LINE__, IBackgroundCopyFile_GetLocalName(file, &text));
        ok(text && !wcsncmp(text, fixture->directory, wcslen(fixture->directory)), "Got %s.\n", debug_string(text));
        CoTaskMemFree(text);
        act(__LINE__, IBackgroundCopyFile_GetProgress(file, &progress));
        ok(progress.BytesTotal == FILE_SIZE && progress.BytesTransferred == FILE_SIZE, "Got %llu of %llu bytes.\n",
                progress.BytesTransferred, progress.BytesTotal);
        IBackgroundCopyFile_Release(file);
        ++fetched;
    }
    ok(fetched == expected, "Got %lu files.\n", fetched);
    IEnumBackgroundCopyFiles_Release(enumerator);
}

/* Asks again and again, as programs do that want no callback; bytes and files never become fewer. */
static BG_JOB_STATE poll_job(IBackgroundCopyJob *job)
{
    BG_JOB_PROGRESS before = {0}, progress = {0};
    ULONGLONG end = GetTickCount64() + WAIT_LIMIT_MS;
    BG_JOB_STATE state = 0xdead;

    while (GetTickCount64() < end)
    {
        act(__LINE__, IBackgroundCopyJob_GetState(job, &state));
        act(__LINE__, IBackgroundCopyJob_GetProgress(job, &progress));
        ok(progress.BytesTransferred >= before.BytesTransferred && progress.FilesTransferred >= before.FilesTransferred,
                "Got %llu bytes after %llu, %lu files after %lu.\n", progress.BytesTransferred,
                before.BytesTransferred, progress.FilesTransferred, before.FilesTransferred);
        before = progress;
        ok(state != BG_JOB_STATE_CONNECTING && state != BG_JOB_STATE_SUSPENDED, "Got state %s.\n", debug_state(state));
        if (state == BG_JOB_STATE_TRANSFERRED || state == BG_JOB_STATE_ERROR)
            break;
        wait_event(NULL, POLL_PERIOD_MS);
    }
    return state;
}

/* A program for BITS: files one by one, foreground priority, polling, enumeration, Complete. */
static void test_polling(struct fixture *fixture)
{
    IBackgroundCopyManager *manager;
    struct remote remotes[3];
    IBackgroundCopyJob *job;
    BG_JOB_STATE state;
    unsigned int i;
    WCHAR name[16];

    if (!(manager = create_manager(__LINE__)))
        return;
    set_blanket(__LINE__, manager);
    if (!(job = create_named_job(__LINE__, fixture, manager, L"Polling")))
        return;
    set_blanket(__LINE__, job);
    for (i = 0; i < ARRAYSIZE(remotes); ++i)
    {
        remote_init(&remotes[i], REMOTE_HTTP, "size=%u&seed=%u&rate=4000000", FILE_SIZE, i + 1);
        swprintf(name, ARRAYSIZE(name), L"polled%u", i);
        act(__LINE__, IBackgroundCopyJob_AddFile(job, remotes[i].url, fixture_path(fixture, name)));
    }
    act(__LINE__, IBackgroundCopyJob_SetPriority(job, BG_JOB_PRIORITY_FOREGROUND));
    act(__LINE__, IBackgroundCopyJob_SetNotifyFlags(job, 0));
    act(__LINE__, IBackgroundCopyJob_Resume(job));
    state = poll_job(job);
    ok(state == BG_JOB_STATE_TRANSFERRED, "Got state %s.\n", debug_state(state));
    check_files(fixture, job, remotes, ARRAYSIZE(remotes));
    act(__LINE__, IBackgroundCopyJob_Complete(job));
    for (i = 0; i < ARRAYSIZE(remotes); ++i)
    {
        swprintf(name, ARRAYSIZE(name), L"polled%u", i);
        check_whole_content(fixture_path(fixture, name), i + 1, FILE_SIZE);
    }
    end_job(job);
    IBackgroundCopyManager_Release(manager);
}

/* The same when the server does not have the file: what failed is told, and the job is thrown away. */
static void test_polling_a_failure(struct fixture *fixture)
{
    WCHAR *text = NULL, *from_manager = NULL;
    IBackgroundCopyManager *manager;
    IBackgroundCopyError *error = NULL;
    BG_ERROR_CONTEXT context;
    IBackgroundCopyJob *job;
    struct remote remote;
    BG_JOB_STATE state;
    HRESULT code = S_OK;

    remote_init(&remote, REMOTE_HTTP, "size=1000&status=404");
    if (!(manager = create_manager(__LINE__)))
        return;
    set_blanket(__LINE__, manager);
    if (!(job = create_named_job(__LINE__, fixture, manager, L"Polling")))
        return;
    set_blanket(__LINE__, job);
    act(__LINE__, IBackgroundCopyJob_AddFile(job, remote.url, fixture_path(fixture, L"missing")));
    act(__LINE__, IBackgroundCopyJob_SetPriority(job, BG_JOB_PRIORITY_FOREGROUND));
    act(__LINE__, IBackgroundCopyJob_SetNoProgressTimeout(job, 60));
    act(__LINE__, IBackgroundCopyJob_Resume(job));
    state = poll_job(job);
    ok(state == BG_JOB_STATE_ERROR, "Got state %s.\n", debug_state(state));
    act(__LINE__, IBackgroundCopyJob_GetError(job, &error));
    if (error)
    {
        set_blanket(__LINE__, error);
        act(__LINE__, IBackgroundCopyError_GetError(error, &context, &code));
        ok(code == (HRESULT)0x80190194, "Got code %#lx.\n", code);
        act(__LINE__, IBackgroundCopyError_GetErrorDescription(error, LANGIDFROMLCID(GetThreadLocale()), &text));
        act(__LINE__, IBackgroundCopyManager_GetErrorDescription(manager, code, LANGIDFROMLCID(GetThreadLocale()),
                &from_manager));
        ok(text && from_manager && !wcscmp(text, from_manager), "Got %s and %s.\n", debug_string(text),
                debug_string(from_manager));
        CoTaskMemFree(text);
        CoTaskMemFree(from_manager);
        IBackgroundCopyError_Release(error);
    }
    act(__LINE__, IBackgroundCopyJob_Cancel(job));
    check_state(job, BG_JOB_STATE_CANCELLED);
    end_job(job);
    ok(!file_exists(fixture_path(fixture, L"missing")), "The file exists.\n");
    IBackgroundCopyManager_Release(manager);
}

/*
 * An object is released as soon as a call of it has returned, and is the last one with that interface in the service:
 * what the service still does for the call must not get in the way. Whether it would is a matter of luck.
 */
static void test_release_after_call(struct fixture *fixture)
{
    BG_FILE_PROGRESS progress;
    IBackgroundCopyFile *file;
    IBackgroundCopyJob *job;
    unsigned int i;

    if (!(job = create_file_job(fixture, UNUSED_URL, L"released")))
        return;
    for (i = 0; i < 300 && (file = get_file(job, 0)); ++i)
    {
        act(__LINE__, IBackgroundCopyFile_GetProgress(file, &progress));
        ok(!IBackgroundCopyFile_Release(file), "The object has references left.\n");
    }
    end_job(job);
}

/* The second process of the agent: it knows the identifier of the job and nothing else; see below for the first one. */
TEST_CHILD(clients_job)
{
    IBackgroundCopyManager *manager;
    BG_JOB_PROGRESS progress = {0};
    struct callback callback;
    IBackgroundCopyJob *job;
    struct remote remote;
    WCHAR text[64];
    GUID id;

    if (argc != 2 || !MultiByteToWideChar(CP_ACP, 0, argv[0], -1, text, ARRAYSIZE(text))
            || FAILED(CLSIDFromString(text, &id)) || strlen(argv[1]) >= sizeof(remote.key))
        return 1;
    memset(&remote, 0, sizeof(remote));
    strcpy(remote.key, argv[1]);
    if (FAILED(CoInitializeEx(NULL, COINIT_MULTITHREADED)) || !(manager = create_manager(__LINE__)))
        return 2;
    set_blanket(__LINE__, manager);
    if (FAILED(IBackgroundCopyManager_GetJob(manager, &id, &job)))
        return 3;
    set_blanket(__LINE__, job);
    if (FAILED(IBackgroundCopyJob_GetProgress(job, &progress)) || progress.BytesTransferred != HALF
            || progress.BytesTotal != FILE_SIZE)
        return 4;
    callback_init(&callback);
    callback_attach(&callback, job, ALL_FLAGS);
    remote_release(&remote);
    if (!callback_wait(&callback, CALL_TRANSFERRED, 1))
        return 5;
    if (IBackgroundCopyJob_Complete(job) != S_OK)
        return 6;
    end_job(job);
    callback_cleanup(&callback);
    IBackgroundCopyManager_Release(manager);
    CoUninitialize();
    return CHILD_SUCCESS;
}

/* A device agent: one process starts the job and notes its identifier, another one goes on with it. */
static void test_agent(struct fixture *fixture)
{
    IBackgroundCopyJob *job, *again;
    char arguments[256], output[4096];
    WCHAR text[64];
    struct remote remote;
    DWORD status = 0;
    HRESULT hr;
    GUID id;

    remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@&hold_at=%u", FILE_SIZE, HALF);
    if (!(job = create_named_job(__LINE__, fixture, fixture->manager, L"Agent")))
        return;
    act(__LINE__, IBackgroundCopyJob_AddFile(job, remote.url, fixture_path(fixture, L"agent")));
    act(__LINE__, IBackgroundCopyJob_GetId(job, &id));
    act(__LINE__, IBackgroundCopyJob_Resume(job));
    wait_for_bytes(job, HALF);
    IBackgroundCopyJob_Release(job);

    StringFromGUID2(&id, text, ARRAYSIZE(text));
    snprintf(arguments, sizeof(arguments), "--child clients_job %ls %s", text, remote.key);
    if (run_child_process(arguments, output, sizeof(output), &status))
        ok(status == CHILD_SUCCESS, "Got exit status %lu, output %s.\n", status, output);
    check_whole_content(fixture_path(fixture, L"agent"), REMOTE_SEED, FILE_SIZE);
    ok(!fixture_count_files(fixture, L"DO*.tmp"), "A temporary file is left.\n");
    again = (IBackgroundCopyJob *)0xdeadbeef;
    hr = IBackgroundCopyManager_GetJob(fixture->manager, &id, &again);
    ok(hr == DO_E_JOB_NOT_FOUND, "Got hr %#lx.\n", hr);
    ok(!again, "Got job %p.\n", (void *)again);
}

/* Cancels every job whose name begins like that; gives how many. */
static unsigned int cancel_by_name(IBackgroundCopyManager *manager, const WCHAR *prefix)
{
    IEnumBackgroundCopyJobs *enumerator = NULL;
    IBackgroundCopyJob *job;
    unsigned int count = 0;
    ULONG fetched;
    WCHAR *name;

    act(__LINE__, IBackgroundCopyManager_EnumJobs(manager, 0, &enumerator));
    if (!enumerator)
        return 0;
    set_blanket(__LINE__, enumerator);
    while (IEnumBackgroundCopyJobs_Next(enumerator, 1, &job, &fetched) == S_OK)
    {
        ok(fetched == 1, "Got %lu jobs.\n", fetched);
        set_blanket(__LINE__, job);
        name = NULL;
        act(__LINE__, IBackgroundCopyJob_GetDisplayName(job, &name));
        if (name && !wcsncmp(name, prefix, wcslen(prefix)))
        {
            act(__LINE__, IBackgroundCopyJob_Cancel(job));
            ++count;
        }
        CoTaskMemFree(name);
        IBackgroundCopyJob_Release(job);
    }
    IEnumBackgroundCopyJobs_Release(enumerator);
    return count;
}

/* An updater that throws away what it left behind, in whatever state, before it begins anew. */
static void test_leftovers(struct fixture *fixture)
{
    static const WCHAR *const names[] = { L"Updater 1", L"Updater 2", L"Updater 3", L"updater of others" };
    IBackgroundCopyJob *jobs[ARRAYSIZE(names)];
    struct remote remote, missing;
    unsigned int i, count;
    WCHAR name[16];

    remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@&hold_at=%u", FILE_SIZE, HALF);
    remote_init(&missing, REMOTE_HTTP, "size=%u&status=404", FILE_SIZE);
    for (i = 0; i < ARRAYSIZE(names); ++i)
    {
        if (!(jobs[i] = create_named_job(__LINE__, fixture, fixture->manager, names[i])))
            return;
        swprintf(name, ARRAYSIZE(name), L"left%u", i);
        act(__LINE__, IBackgroundCopyJob_AddFile(jobs[i], i == 2 ? missing.url : remote.url,
                fixture_path(fixture, name)));
        if (i)
            act(__LINE__, IBackgroundCopyJob_Resume(jobs[i]));
    }
    wait_for_bytes(jobs[1], HALF);
    wait_for_state(jobs[2], BG_JOB_STATE_ERROR);
    wait_for_bytes(jobs[3], HALF);
    count = cancel_by_name(fixture->manager, L"Updater ");
    ok(count == 3, "Got %u jobs.\n", count);
    ok(fixture_count_files(fixture, L"DO*.tmp") == 1, "Got %u temporary files.\n",
            fixture_count_files(fixture, L"DO*.tmp"));
    for (i = 0; i < 3; ++i)
        check_state(jobs[i], BG_JOB_STATE_CANCELLED);
    check_state(jobs[3], BG_JOB_STATE_TRANSFERRING);
    count = cancel_by_name(fixture->manager, L"Updater ");
    ok(!count, "Got %u jobs.\n", count);
    for (i = 0; i < ARRAYSIZE(names); ++i)
        end_job(jobs[i]);
    remote_release(&remote);
}

START_TEST(clients_job)
{
    struct fixture fixture;

    if (!remote_available(REMOTE_HTTP) || !fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_office(&fixture, FALSE);
    test_office(&fixture, TRUE);
    test_polling(&fixture);
    test_polling_a_failure(&fixture);
    test_release_after_call(&fixture);
    test_agent(&fixture);
    test_leftovers(&fixture);
    fixture_cleanup(&fixture);
}
