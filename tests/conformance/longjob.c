/*
 * A client that holds on to one job while its service comes and goes: reads commands, a line each, from standard
 * input and answers each with one line. The test that kills the service is built on it.
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

#define COBJMACROS
#include <inttypes.h>
#include <stdio.h>
#include <windows.h>
#include <ole2.h>
/* The GUIDs of the interfaces are defined here. */
#include <initguid.h>
#include "deliveryoptimization.h"

#define LINE_MAX_CHARS 4096
#define PROGRESS_PERIOD_MS 50           /* nothing but the progress tells how many bytes have come */
#define RESTART_LIMIT_MS 60000          /* how long a service that was killed may take to answer again */

struct client
{
    IBackgroundCopyJob *job;            /* NULL: to be asked for again */
    GUID id;
    HANDLE timer;
};

static void client_forget_job(struct client *client)
{
    if (client->job)
        IBackgroundCopyJob_Release(client->job);
    client->job = NULL;
}

static HRESULT manager_create(IBackgroundCopyManager **manager)
{
    return CoCreateInstance(&CLSID_DeliveryOptimization, NULL, CLSCTX_LOCAL_SERVER,
            &IID_IBackgroundCopyManager, (void **)manager);
}

static HRESULT client_start(struct client *client, const WCHAR *url, const WCHAR *path)
{
    IBackgroundCopyManager *manager;
    HRESULT hr;

    if (FAILED(hr = manager_create(&manager)))
        return hr;
    hr = IBackgroundCopyManager_CreateJob(manager, L"long job", BG_JOB_TYPE_DOWNLOAD, &client->id, &client->job);
    IBackgroundCopyManager_Release(manager);
    if (SUCCEEDED(hr))
        hr = IBackgroundCopyJob_AddFile(client->job, url, path);
    if (SUCCEEDED(hr))
        hr = IBackgroundCopyJob_Resume(client->job);
    return hr;
}

/* What a service manager with recovery actions does by itself: Wine has none, and goes on handing out the class of the
 * process that was killed until the service was started again. */
static HRESULT service_start(void)
{
    SC_HANDLE control, service;
    HRESULT hr = S_OK;

    if (!(control = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT)))
        return HRESULT_FROM_WIN32(GetLastError());
    if (!(service = OpenServiceW(control, L"DoSvc", SERVICE_START)))
        hr = HRESULT_FROM_WIN32(GetLastError());
    else if (!StartServiceW(service, 0, NULL) && GetLastError() != ERROR_SERVICE_ALREADY_RUNNING)
        hr = HRESULT_FROM_WIN32(GetLastError());
    if (service)
        CloseServiceHandle(service);
    CloseServiceHandle(control);
    return hr;
}

/* Activates the class, which starts the service, and asks it for the job. */
static HRESULT client_find_job(struct client *client)
{
    IBackgroundCopyManager *manager;
    HRESULT hr;

    if (client->job)
        return S_OK;
    hr = manager_create(&manager);
    if (hr == HRESULT_FROM_WIN32(RPC_S_SERVER_UNAVAILABLE) && SUCCEEDED(hr = service_start()))
        hr = manager_create(&manager);
    if (FAILED(hr))
        return hr;
    hr = IBackgroundCopyManager_GetJob(manager, &client->id, &client->job);
    IBackgroundCopyManager_Release(manager);
    return hr;
}

static HRESULT client_get_progress(struct client *client, BG_JOB_STATE *state, BG_JOB_PROGRESS *progress)
{
    HRESULT hr;

    if (SUCCEEDED(hr = client_find_job(client)))
        hr = IBackgroundCopyJob_GetState(client->job, state);
    if (SUCCEEDED(hr))
        hr = IBackgroundCopyJob_GetProgress(client->job, progress);
    return hr;
}

static BOOL state_is_final(BG_JOB_STATE state)
{
    return state == BG_JOB_STATE_ERROR || state == BG_JOB_STATE_TRANSFERRED
            || state == BG_JOB_STATE_ACKNOWLEDGED || state == BG_JOB_STATE_CANCELLED;
}

/* Waits until so many bytes have come or the job has ended. A service that does not answer is activated again. */
static HRESULT client_wait(struct client *client, UINT64 bytes, DWORD limit_ms, BG_JOB_STATE *state,
        BG_JOB_PROGRESS *progress)
{
    ULONGLONG start = GetTickCount64(), answered = start, now;
    LARGE_INTEGER due;
    HRESULT hr;

    for (;;)
    {
        hr = client_get_progress(client, state, progress);
        now = GetTickCount64();
        if (SUCCEEDED(hr))
        {
            answered = now;
            if (progress->BytesTransferred >= bytes || state_is_final(*state))
                return S_OK;
        }
        else
        {
            client_forget_job(client);
            if (now - answered > RESTART_LIMIT_MS)
                return hr;
        }
        if (now - start > limit_ms)
            return HRESULT_FROM_WIN32(ERROR_TIMEOUT);
        due.QuadPart = PROGRESS_PERIOD_MS * -10000LL;
        if (!SetWaitableTimer(client->timer, &due, 0, NULL, NULL, FALSE))
            return HRESULT_FROM_WIN32(GetLastError());
        WaitForSingleObject(client->timer, INFINITE);
    }
}

static void run_start(struct client *client, char *arguments)
{
    WCHAR wide[LINE_MAX_CHARS], *path;
    HRESULT hr;

    if (client->job || !MultiByteToWideChar(CP_UTF8, 0, arguments, -1, wide, LINE_MAX_CHARS)
            || !(path = wcschr(wide, ' ')))
    {
        printf("failed %#lx\n", E_INVALIDARG);
        return;
    }
    *path++ = 0;
    hr = client_start(client, wide, path);
    if (SUCCEEDED(hr))
        printf("started\n");
    else
        printf("failed %#lx\n", hr);
}

static void run_wait(struct client *client, char *arguments)
{
    BG_JOB_PROGRESS progress;
    BG_JOB_STATE state;
    char *end;
    UINT64 bytes = strtoull(arguments, &end, 10);
    DWORD seconds = strtoul(end, NULL, 10);
    HRESULT hr;

    if (SUCCEEDED(hr = client_wait(client, bytes, seconds * 1000, &state, &progress)))
        printf("reached %"PRIu64" state %u\n", (uint64_t)progress.BytesTransferred, (unsigned int)state);
    else
        printf("failed %#lx\n", hr);
}

static void run_complete(struct client *client)
{
    HRESULT hr;

    if (SUCCEEDED(hr = client_find_job(client)))
        hr = IBackgroundCopyJob_Complete(client->job);
    if (hr == S_OK)
        printf("completed\n");
    else
        printf("failed %#lx\n", hr);
}

static void run_commands(struct client *client)
{
    char line[LINE_MAX_CHARS];

    while (fgets(line, sizeof(line), stdin))
    {
        line[strcspn(line, "\r\n")] = 0;
        if (!strncmp(line, "start ", 6))
            run_start(client, line + 6);
        else if (!strncmp(line, "wait ", 5))
            run_wait(client, line + 5);
        else if (!strcmp(line, "complete"))
            run_complete(client);
        else
            printf("failed %#lx\n", E_INVALIDARG);
        fflush(stdout);
    }
}

int main(void)
{
    struct client client = {0};
    HRESULT hr;

    if (FAILED(hr = CoInitializeEx(NULL, COINIT_MULTITHREADED)))
    {
        fprintf(stderr, "longjob: COM cannot be initialised: %#lx\n", hr);
        return 1;
    }
    if ((client.timer = CreateWaitableTimerW(NULL, FALSE, NULL)))
    {
        run_commands(&client);
        client_forget_job(&client);
        CloseHandle(client.timer);
    }
    else
    {
        fprintf(stderr, "longjob: no timer: error %lu\n", GetLastError());
    }
    CoUninitialize();
    return client.timer ? 0 : 1;
}
