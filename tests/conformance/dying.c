/*
 * Tests of clients that are killed inside a callback: the service goes on, and keeps nothing of them.
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
#include <winternl.h>

#include "callback.h"
#include "child.h"
#include "dying.h"
#include "remote.h"

#define CHILD_STATUS 42

/* What each kind of call is about. */
static const struct
{
    const char *query;
    ULONG flags;
    BG_JOB_STATE state;                 /* of the job in the end */
}
kinds[CALL_KIND_COUNT] =
{
    [CALL_TRANSFERRED] = { "size=1000", BG_NOTIFY_JOB_TRANSFERRED, BG_JOB_STATE_TRANSFERRED },
    [CALL_ERROR] = { "status=404", BG_NOTIFY_JOB_ERROR, BG_JOB_STATE_ERROR },
    [CALL_MODIFICATION] = { "size=1000", BG_NOTIFY_JOB_MODIFICATION, BG_JOB_STATE_TRANSFERRED },
    [CALL_FILE] = { "size=1000", BG_NOTIFY_FILE_TRANSFERRED, BG_JOB_STATE_TRANSFERRED },
};

static HRESULT die_inside(struct callback *callback, IBackgroundCopyJob *job, IBackgroundCopyError *error)
{
    TerminateProcess(GetCurrentProcess(), CHILD_STATUS);
    return S_OK;
}

/* Has as many objects of the service as it can get when it dies. */
static int run_client(enum call_kind kind, const char *url_text, const char *path_text)
{
    WCHAR url[1024], path[MAX_PATH];
    IEnumBackgroundCopyFiles *files;
    IEnumBackgroundCopyJobs *jobs;
    IBackgroundCopyManager *manager;
    struct callback callback;
    IBackgroundCopyFile *file;
    IBackgroundCopyJob *job;
    GUID id;

    if (!MultiByteToWideChar(CP_ACP, 0, url_text, -1, url, ARRAYSIZE(url))
            || !MultiByteToWideChar(CP_ACP, 0, path_text, -1, path, ARRAYSIZE(path)))
        return 1;
    callback_init(&callback);
    callback.actions[kind] = die_inside;
    if (FAILED(CoInitializeEx(NULL, COINIT_MULTITHREADED))
            || FAILED(CoCreateInstance(&CLSID_DeliveryOptimization, NULL, CLSCTX_LOCAL_SERVER,
                    &IID_IBackgroundCopyManager, (void **)&manager))
            || FAILED(IBackgroundCopyManager_CreateJob(manager, L"dying", BG_JOB_TYPE_DOWNLOAD, &id, &job))
            || FAILED(IBackgroundCopyJob_AddFile(job, url, path))
            || FAILED(IBackgroundCopyJob_EnumFiles(job, &files))
            || FAILED(IEnumBackgroundCopyFiles_Next(files, 1, &file, NULL))
            || FAILED(IBackgroundCopyManager_EnumJobs(manager, 0, &jobs)))
        return 2;
    callback_attach(&callback, job, kinds[kind].flags);
    if (FAILED(IBackgroundCopyJob_Resume(job)))
        return 3;
    WaitForSingleObject(GetCurrentProcess(), WAIT_LIMIT_MS);
    return 4;
}

/* The only job of that name. */
static IBackgroundCopyJob *find_orphan(struct fixture *fixture)
{
    IBackgroundCopyJob *job = NULL, *found = NULL;
    IEnumBackgroundCopyJobs *jobs;
    WCHAR *name;
    HRESULT hr;

    hr = IBackgroundCopyManager_EnumJobs(fixture->manager, 0, &jobs);
    ok(hr == S_OK, "EnumJobs gave hr %#lx.\n", hr);
    if (FAILED(hr))
        return NULL;
    while (!found && IEnumBackgroundCopyJobs_Next(jobs, 1, &job, NULL) == S_OK)
    {
        if (SUCCEEDED(IBackgroundCopyJob_GetDisplayName(job, &name)))
        {
            if (!wcscmp(name, L"dying"))
                found = job;
            CoTaskMemFree(name);
        }
        if (!found)
            IBackgroundCopyJob_Release(job);
    }
    IEnumBackgroundCopyJobs_Release(jobs);
    return found;
}

static void kill_client(struct fixture *fixture, enum call_kind kind)
{
    char arguments[2048], output[1024];
    IBackgroundCopyJob *job;
    struct remote remote;
    DWORD status = 0;

    remote_init(&remote, REMOTE_HTTP, "%s", kinds[kind].query);
    snprintf(arguments, sizeof(arguments), "--child dying client %u \"%ls\" \"%ls\"", kind, remote.url,
            fixture_path(fixture, L"orphan"));
    if (run_child_process(arguments, output, sizeof(output), &status))
        ok(status == CHILD_STATUS, "Got exit status %lu, output %s.\n", status, output);
    if (!ok((job = find_orphan(fixture)) != NULL, "The job is gone.\n"))
        return;
    wait_for_state(job, kinds[kind].state);
    end_job(job);
}

static void kill_clients(struct fixture *fixture, unsigned int rounds)
{
    unsigned int i, kind;

    for (i = 0; i < rounds; ++i)
    {
        for (kind = 0; kind < CALL_KIND_COUNT; ++kind)
        {
            push_context("round %u, kind %u", i, kind);
            kill_client(fixture, kind);
            pop_context();
        }
    }
}

START_TEST(dying)
{
    struct fixture fixture;

    if (!remote_available(REMOTE_HTTP) || !fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    kill_clients(&fixture, 2);
    fixture_cleanup(&fixture);
}

static DWORD service_process(void)
{
    SERVICE_STATUS_PROCESS status = {0};
    SC_HANDLE manager, service;
    DWORD size;

    manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    service = OpenServiceW(manager, L"DoSvc", SERVICE_QUERY_STATUS);
    QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, (BYTE *)&status, sizeof(status), &size);
    CloseServiceHandle(service);
    CloseServiceHandle(manager);
    return status.dwProcessId;
}

/* As NtQuerySystemInformation gives them. */
struct handle_list
{
    ULONG count;
    struct
    {
        ULONG process_id;
        BYTE type;
        BYTE flags;
        USHORT value;
        void *object;
        ACCESS_MASK access;
    }
    handles[1];
};

#define HANDLE_INFORMATION ((SYSTEM_INFORMATION_CLASS)16)

static unsigned int count_handles(DWORD process_id)
{
    ULONG size = 1 << 22, i, count = 0;
    struct handle_list *list;

    if (!(list = malloc(size)))
        return 0;
    if (!NtQuerySystemInformation(HANDLE_INFORMATION, list, size, &size))
    {
        for (i = 0; i < list->count; ++i)
            count += list->handles[i].process_id == process_id;
    }
    free(list);
    return count;
}

/* For tools/leak-test: kills clients, and prints what it found out about the service. */
static int run_rounds(unsigned int rounds)
{
    struct fixture fixture;

    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return 1;
    kill_clients(&fixture, rounds);
    kill_download_clients(&fixture, rounds);
    fixture_cleanup(&fixture);
    printf("handles %u\n", count_handles(service_process()));
    return 0;
}

TEST_CHILD(dying)
{
    if (argc == 4 && !strcmp(argv[0], "client") && atoi(argv[1]) < CALL_KIND_COUNT)
        return run_client(atoi(argv[1]), argv[2], argv[3]);
    if (argc == 2 && !strcmp(argv[0], "rounds"))
        return run_rounds(atoi(argv[1]));
    return 1;
}
