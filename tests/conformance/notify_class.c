/*
 * Tests of notifications for which no client waits: the class of a job, and its command line.
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

#define FILE_SIZE 1000
#define RETRY_DELAY 5   /* seconds; the shortest */
#define JOB_FLAGS (BG_NOTIFY_JOB_TRANSFERRED | BG_NOTIFY_JOB_ERROR)

/* A class object that gives one callback object to everybody. */
struct class_object
{
    IClassFactory IClassFactory_iface;
    struct callback callback;
    CLSID clsid;
    LONG instances;                     /* that were asked for */
    DWORD registration;
};

static struct class_object *impl_from_IClassFactory(IClassFactory *iface)
{
    return CONTAINING_RECORD(iface, struct class_object, IClassFactory_iface);
}

static HRESULT WINAPI class_object_QueryInterface(IClassFactory *iface, REFIID iid, void **out)
{
    if (IsEqualGUID(iid, &IID_IUnknown) || IsEqualGUID(iid, &IID_IClassFactory))
    {
        *out = iface;
        return S_OK;
    }
    *out = NULL;
    return E_NOINTERFACE;
}

static ULONG WINAPI class_object_AddRef(IClassFactory *iface)
{
    return 2;
}

static ULONG WINAPI class_object_Release(IClassFactory *iface)
{
    return 1;
}

static HRESULT WINAPI class_object_CreateInstance(IClassFactory *iface, IUnknown *outer, REFIID iid, void **out)
{
    struct class_object *object = impl_from_IClassFactory(iface);

    InterlockedIncrement(&object->instances);
    return IBackgroundCopyCallback2_QueryInterface(&object->callback.IBackgroundCopyCallback2_iface, iid, out);
}

static HRESULT WINAPI class_object_LockServer(IClassFactory *iface, BOOL lock)
{
    return S_OK;
}

static IClassFactoryVtbl class_object_vtbl =
{
    class_object_QueryInterface,
    class_object_AddRef,
    class_object_Release,
    class_object_CreateInstance,
    class_object_LockServer,
};

static void class_object_init(struct class_object *object)
{
    HRESULT hr;

    memset(object, 0, sizeof(*object));
    object->IClassFactory_iface.lpVtbl = &class_object_vtbl;
    callback_init(&object->callback);
    hr = CoCreateGuid(&object->clsid);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
}

static void class_object_register(struct class_object *object)
{
    HRESULT hr;

    hr = CoRegisterClassObject(&object->clsid, (IUnknown *)&object->IClassFactory_iface, CLSCTX_LOCAL_SERVER,
            REGCLS_MULTIPLEUSE, &object->registration);
    ok(hr == S_OK, "CoRegisterClassObject gave hr %#lx.\n", hr);
}

static void class_object_cleanup(struct class_object *object)
{
    HRESULT hr;

    hr = CoRevokeClassObject(object->registration);
    ok(hr == S_OK, "CoRevokeClassObject gave hr %#lx.\n", hr);
    callback_cleanup(&object->callback);
}

static void set_class(IBackgroundCopyJob *job, const CLSID *clsid, ULONG flags)
{
    BITS_JOB_PROPERTY_VALUE value = { .ClsID = *clsid };
    IBackgroundCopyJob5 *job5;
    HRESULT hr;

    hr = IBackgroundCopyJob_QueryInterface(job, &IID_IBackgroundCopyJob5, (void **)&job5);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return;
    hr = IBackgroundCopyJob5_SetProperty(job5, BITS_JOB_PROPERTY_NOTIFICATION_CLSID, value);
    ok(hr == S_OK, "SetProperty gave hr %#lx.\n", hr);
    hr = IBackgroundCopyJob5_SetNotifyFlags(job5, flags);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    IBackgroundCopyJob5_Release(job5);
}

static IBackgroundCopyJob *create_remote_job(struct fixture *fixture, const char *query)
{
    struct remote remote;

    remote_init(&remote, REMOTE_HTTP, "%s", query);
    return create_file_job(fixture, remote.url, L"class");
}

/* One object serves all calls of a job; it is no interface that a client has set. */
static void check_class_called(struct fixture *fixture, const char *query, enum call_kind kind, ULONG flags)
{
    struct class_object object;
    IBackgroundCopyJob *job;
    IUnknown *unknown;
    HRESULT hr;

    if (!(job = create_remote_job(fixture, query)))
        return;
    class_object_init(&object);
    class_object_register(&object);
    set_class(job, &object.clsid, flags | BG_NOTIFY_JOB_MODIFICATION);
    callback_wait(&object.callback, CALL_MODIFICATION, 1);
    resume_job(job);
    callback_wait(&object.callback, kind, 1);
    ok(object.instances == 1, "Got %ld instances.\n", object.instances);
    unknown = (IUnknown *)0xdeadbeef;
    hr = IBackgroundCopyJob_GetNotifyInterface(job, &unknown);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(!unknown, "Got interface %p.\n", (void *)unknown);
    end_job(job);
    class_object_cleanup(&object);
    callback_check_count(&object.callback, kind, 1);
}

/* An interface that was set comes first; without the class nobody is called. */
static void test_precedence(struct fixture *fixture)
{
    struct class_object object;
    struct callback callback;
    IBackgroundCopyJob *job;

    if (!(job = create_remote_job(fixture, "status=404")))
        return;
    class_object_init(&object);
    class_object_register(&object);
    set_class(job, &object.clsid, BG_NOTIFY_JOB_ERROR);
    callback_init(&callback);
    callback_attach(&callback, job, BG_NOTIFY_JOB_ERROR);
    resume_job(job);
    callback_wait(&callback, CALL_ERROR, 1);
    ok(!object.instances, "Got %ld instances.\n", object.instances);
    callback_detach(job);
    resume_job(job);
    callback_wait(&object.callback, CALL_ERROR, 1);

    /* Set again, it takes the place of the class' object. */
    callback_attach(&callback, job, BG_NOTIFY_JOB_ERROR);
    set_class(job, &GUID_NULL, BG_NOTIFY_JOB_ERROR);
    resume_job(job);
    callback_wait(&callback, CALL_ERROR, 2);
    callback_check_count(&object.callback, CALL_ERROR, 1);
    ok(object.instances == 1, "Got %ld instances.\n", object.instances);
    end_job(job);
    callback_cleanup(&callback);
    class_object_cleanup(&object);
}

/* A class that cannot be had is tried again. */
static void test_late_class(struct fixture *fixture)
{
    struct class_object object;
    IBackgroundCopyJob *job;

    if (!(job = create_remote_job(fixture, "size=1000")))
        return;
    class_object_init(&object);
    set_class(job, &object.clsid, JOB_FLAGS);
    resume_job(job);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
    class_object_register(&object);
    callback_wait(&object.callback, CALL_TRANSFERRED, 1);
    end_job(job);
    class_object_cleanup(&object);
}

static BOOL register_server(const WCHAR *clsid, HKEY *key)
{
    WCHAR path[MAX_PATH], command[2 * MAX_PATH], name[128];
    LSTATUS status;

    GetModuleFileNameW(NULL, path, ARRAYSIZE(path));
    swprintf(command, ARRAYSIZE(command), L"\"%ls\" --child notify server %ls", path, clsid);
    swprintf(name, ARRAYSIZE(name), L"CLSID\\%ls", clsid);
    status = RegCreateKeyExW(HKEY_CLASSES_ROOT, name, 0, NULL, 0, KEY_ALL_ACCESS, NULL, key, NULL);
    if (!ok(!status, "No key, error %lu.\n", status))
        return FALSE;
    status = RegSetKeyValueW(*key, L"LocalServer32", NULL, REG_SZ, command, (wcslen(command) + 1) * sizeof(WCHAR));
    ok(!status, "No value, error %lu.\n", status);
    return TRUE;
}

/* A program that is not running is started, and completes the job from its callback. */
static void test_local_server(struct fixture *fixture)
{
    ULONGLONG end = GetTickCount64() + WAIT_LIMIT_MS;
    BG_JOB_STATE state = 0xdead;
    IBackgroundCopyJob *job;
    WCHAR text[64];
    CLSID clsid;
    HKEY key;

    CoCreateGuid(&clsid);
    StringFromGUID2(&clsid, text, ARRAYSIZE(text));
    if (!(job = create_remote_job(fixture, "size=1000")) || !register_server(text, &key))
        return;
    set_class(job, &clsid, JOB_FLAGS);
    resume_job(job);
    while (SUCCEEDED(IBackgroundCopyJob_GetState(job, &state)) && state != BG_JOB_STATE_ACKNOWLEDGED
            && GetTickCount64() < end)
        wait_event(NULL, 10);
    ok(state == BG_JOB_STATE_ACKNOWLEDGED, "Got state %s.\n", debug_state(state));
    check_whole_content(fixture_path(fixture, L"class"), REMOTE_SEED, FILE_SIZE);
    end_job(job);
    RegDeleteTreeW(key, NULL);
    RegCloseKey(key);
    swprintf(text, ARRAYSIZE(text), L"CLSID\\");
    StringFromGUID2(&clsid, text + 6, ARRAYSIZE(text) - 6);
    RegDeleteKeyW(HKEY_CLASSES_ROOT, text);
    DeleteFileW(fixture_path(fixture, L"class"));
}

static HRESULT complete_inside(struct callback *callback, IBackgroundCopyJob *job, IBackgroundCopyError *error)
{
    return IBackgroundCopyJob_Complete(job);
}

static int run_server(const char *text)
{
    struct class_object object;
    WCHAR clsid[64];

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    class_object_init(&object);
    object.callback.actions[CALL_TRANSFERRED] = complete_inside;
    MultiByteToWideChar(CP_ACP, 0, text, -1, clsid, ARRAYSIZE(clsid));
    if (FAILED(CLSIDFromString(clsid, &object.clsid)))
        return 1;
    class_object_register(&object);
    callback_wait(&object.callback, CALL_TRANSFERRED, 1);
    class_object_cleanup(&object);
    CoUninitialize();
    return 0;
}

/* Its name tells the program's end; the second argument is its exit status. */
static int run_program(const char *name, const char *status)
{
    HANDLE event;

    if (!(event = OpenEventA(EVENT_MODIFY_STATE, FALSE, name)))
        return 1;
    SetEvent(event);
    CloseHandle(event);
    return atoi(status);
}

TEST_CHILD(notify)
{
    if (argc >= 2 && !strcmp(argv[0], "server"))
        return run_server(argv[1]);
    if (argc == 3 && !strcmp(argv[0], "program"))
        return run_program(argv[1], argv[2]);
    return 1;
}

void test_class(struct fixture *fixture)
{
    check_class_called(fixture, "size=1000", CALL_TRANSFERRED, JOB_FLAGS);
    check_class_called(fixture, "status=404", CALL_ERROR, JOB_FLAGS);
    check_class_called(fixture, "size=1000", CALL_FILE, BG_NOTIFY_FILE_TRANSFERRED);
    test_precedence(fixture);
    test_late_class(fixture);
    test_local_server(fixture);
}

/* A job whose command line signals an event. */
struct command
{
    IBackgroundCopyJob *job;
    HANDLE event;
    WCHAR program[MAX_PATH];
    WCHAR parameters[2 * MAX_PATH];
};

static BOOL command_init(struct command *command, struct fixture *fixture, const char *query, unsigned int status)
{
    static unsigned int counter;
    WCHAR name[64];

    swprintf(name, ARRAYSIZE(name), L"dosvc-test-%lx-%u", GetCurrentProcessId(), counter++);
    command->event = CreateEventW(NULL, FALSE, FALSE, name);
    ok(command->event != NULL, "No event, error %lu.\n", GetLastError());
    GetModuleFileNameW(NULL, command->program, ARRAYSIZE(command->program));
    swprintf(command->parameters, ARRAYSIZE(command->parameters), L"\"%ls\" --child notify program %ls %u",
            command->program, name, status);
    return (command->job = create_remote_job(fixture, query)) != NULL;
}

static void command_set(struct command *command, const WCHAR *program)
{
    IBackgroundCopyJob2 *job2;
    HRESULT hr;

    hr = IBackgroundCopyJob_SetMinimumRetryDelay(command->job, RETRY_DELAY);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_QueryInterface(command->job, &IID_IBackgroundCopyJob2, (void **)&job2);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return;
    hr = IBackgroundCopyJob2_SetNotifyCmdLine(job2, program, command->parameters);
    ok(hr == S_OK, "SetNotifyCmdLine gave hr %#lx.\n", hr);
    IBackgroundCopyJob2_Release(job2);
}

static void command_cleanup(struct command *command)
{
    ok(!wait_event(command->event, 0), "The program was run again.\n");
    end_job(command->job);
    CloseHandle(command->event);
}

static void check_run(int line, struct command *command)
{
    ok_(__FILE__, line, wait_event(command->event, WAIT_LIMIT_MS), "The program was not run.\n");
}

static void test_program(struct fixture *fixture)
{
    static const struct
    {
        const char *query;
        BG_JOB_STATE state;
        BOOL late;                      /* the command line is set after the fact */
    }
    tests[] =
    {
        { "size=1000", BG_JOB_STATE_TRANSFERRED, FALSE },
        { "size=1000", BG_JOB_STATE_TRANSFERRED, TRUE },
        { "status=404", BG_JOB_STATE_ERROR, FALSE },
        { "status=404", BG_JOB_STATE_ERROR, TRUE },
    };
    struct command command;
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(tests); ++i)
    {
        push_context("%s, late %d", tests[i].query, tests[i].late);
        if (!command_init(&command, fixture, tests[i].query, 0))
            return;
        if (!tests[i].late)
            command_set(&command, command.program);
        resume_job(command.job);
        wait_for_state(command.job, tests[i].state);
        if (tests[i].late)
            command_set(&command, command.program);
        check_run(__LINE__, &command);
        check_state(command.job, tests[i].state);
        command_cleanup(&command);
        pop_context();
    }
}

static HRESULT refuse(struct callback *callback, IBackgroundCopyJob *job, IBackgroundCopyError *error)
{
    return E_FAIL;
}

/* Run only if the callback refuses, which is not called again then. */
static void test_program_and_callback(struct fixture *fixture)
{
    struct command taken, refused;
    struct callback taker, refuser;

    if (!command_init(&taken, fixture, "size=1000", 0) || !command_init(&refused, fixture, "size=1000", 1))
        return;
    callback_init(&taker);
    callback_init(&refuser);
    refuser.actions[CALL_TRANSFERRED] = refuse;
    command_set(&taken, taken.program);
    command_set(&refused, refused.program);
    callback_attach(&taker, taken.job, JOB_FLAGS);
    callback_attach(&refuser, refused.job, JOB_FLAGS);
    resume_job(taken.job);
    callback_wait(&taker, CALL_TRANSFERRED, 1);
    resume_job(refused.job);
    check_run(__LINE__, &refused);
    check_run(__LINE__, &refused);      /* it failed: once more, after the minimum retry delay */
    callback_check_count(&refuser, CALL_TRANSFERRED, 1);
    callback_detach(refused.job);
    command_cleanup(&refused);
    command_cleanup(&taken);
    callback_cleanup(&refuser);
    callback_cleanup(&taker);
}

/* A program that cannot be started is tried again, after the minimum retry delay. */
static void test_late_program(struct fixture *fixture)
{
    WCHAR path[MAX_PATH];
    struct command command;

    if (!command_init(&command, fixture, "size=1000", 0))
        return;
    lstrcpynW(path, fixture_path(fixture, L"late.exe"), ARRAYSIZE(path));
    command_set(&command, path);
    resume_job(command.job);
    wait_for_state(command.job, BG_JOB_STATE_TRANSFERRED);
    ok(!wait_event(command.event, 100), "The program was run.\n");
    ok(CopyFileW(command.program, path, TRUE), "No copy, error %lu.\n", GetLastError());
    check_run(__LINE__, &command);
    command_cleanup(&command);
}

void test_command_line(struct fixture *fixture)
{
    test_program(fixture);
    test_program_and_callback(fixture);
    test_late_program(fixture);
}
