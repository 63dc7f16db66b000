/*
 * The service: start, stop, and when it is started with Wine.
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

#include "dosvc_private.h"
#include "winsvc.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

#define START_HINT_MS 10000
#define STOP_HINT_MS 3000
#define EVENT_THREAD_TIMEOUT_MS 1000

/* Below the Windows directory. */
#define STATE_DIRECTORY \
    L"\\ServiceProfiles\\NetworkService\\AppData\\Local\\Microsoft\\Windows\\DeliveryOptimization\\State"

static HANDLE stop_event;
static SERVICE_STATUS_HANDLE status_handle;

static void report_status(DWORD state, HRESULT hr, DWORD wait_hint)
{
    SERVICE_STATUS status = { .dwServiceType = SERVICE_WIN32_SHARE_PROCESS, .dwCurrentState = state };

    if (state == SERVICE_RUNNING)
        status.dwControlsAccepted = SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN;
    if (FAILED(hr))
    {
        status.dwWin32ExitCode = ERROR_SERVICE_SPECIFIC_ERROR;
        status.dwServiceSpecificExitCode = hr;
    }
    status.dwWaitHint = wait_hint;
    if (!SetServiceStatus(status_handle, &status))
        ERR("State %lu could not be reported, error %lu.\n", state, GetLastError());
}

static DWORD WINAPI service_handler(DWORD control, DWORD event_type, void *event_data, void *context)
{
    TRACE("control %lu, event_type %lu, event_data %p, context %p.\n", control, event_type, event_data, context);

    switch (control)
    {
        case SERVICE_CONTROL_STOP:
        case SERVICE_CONTROL_SHUTDOWN:
            report_status(SERVICE_STOP_PENDING, S_OK, STOP_HINT_MS);
            SetEvent(stop_event);
            return NO_ERROR;
        case SERVICE_CONTROL_INTERROGATE:
            return NO_ERROR;
        default:
            return ERROR_CALL_NOT_IMPLEMENTED;
    }
}

/* With jobs left the service starts with Wine, otherwise only when a client wants it. */
static void set_start_type(BOOL unfinished_jobs)
{
    DWORD start_type = unfinished_jobs ? SERVICE_AUTO_START : SERVICE_DEMAND_START;
    SC_HANDLE manager_handle, service = NULL;

    TRACE("unfinished_jobs %d.\n", unfinished_jobs);

    if (!(manager_handle = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT))
        || !(service = OpenServiceW(manager_handle, SERVICE_NAME, SERVICE_CHANGE_CONFIG))
        || !ChangeServiceConfigW(service, SERVICE_NO_CHANGE, start_type, SERVICE_NO_CHANGE, NULL, NULL, NULL, NULL,
                                 NULL, NULL, NULL))
        WARN("The start type could not be set to %lu, error %lu.\n", start_type, GetLastError());
    if (service)
        CloseServiceHandle(service);
    if (manager_handle)
        CloseServiceHandle(manager_handle);
}

/* Hands the engine's events on until the engine is stopped; never waits for a client. */
static DWORD WINAPI event_thread(void *context)
{
    struct wait_event_params event;

    TRACE("context %p.\n", context);

    while (SUCCEEDED(engine_wait_event(&event)))
    {
        if (event.kinds & EVENT_UNFINISHED_JOBS)
            set_start_type(event.value != 0);
        else if (event.kinds & EVENT_PROXY_WANTED)
            system_proxy_dispatch();
        else
        {
            stream_dispatch(&event);
            notification_dispatch(&event);
            download_callback_dispatch(&event);
        }
        usage_changed();
    }
    return 0;
}

static HRESULT start_engine(void)
{
    struct policy_values policies;
    WCHAR directory[MAX_PATH];
    char *unix_path;
    UINT length;
    HRESULT hr;

    length = GetWindowsDirectoryW(directory, ARRAY_SIZE(directory));
    if (!length || length + ARRAY_SIZE(STATE_DIRECTORY) > ARRAY_SIZE(directory))
        return HRESULT_FROM_WIN32(ERROR_FILENAME_EXCED_RANGE);
    wcscat(directory, STATE_DIRECTORY);
    if (FAILED(hr = path_create_directory(directory, &unix_path)))
    {
        ERR("There is no directory %s, hr %#lx.\n", debugstr_w(directory), hr);
        return hr;
    }
    policy_read(&policies);
    hr = engine_start(unix_path, network_get_cost(), policies.values, policies.count, roots_get());
    policy_free(&policies);
    free(unix_path);
    if (FAILED(hr))
    {
        ERR("The engine could not be started, hr %#lx.\n", hr);
        return hr;
    }
    system_proxy_update();
    policy_publish();
    return S_OK;
}

static HRESULT init_com(void)
{
    HRESULT hr;

    if (FAILED(hr = CoInitializeEx(NULL, COINIT_MULTITHREADED)))
        return hr;
    if (FAILED(hr = CoInitializeSecurity(NULL, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_NONE, RPC_C_IMP_LEVEL_IMPERSONATE,
                                         NULL, EOAC_NONE, NULL)))
        CoUninitialize();
    return hr;
}

static void follow_network(HANDLE event)
{
    network_watch(event);
    (void)engine_set_network(network_get_cost()); /* fails only when the engine is stopping */
}

static void follow_policies(HANDLE event)
{
    policy_watch(event);
    policy_update();
}

static void follow_roots(HANDLE event)
{
    roots_watch(event);
    roots_update();
}

/* What may change while the service runs, and what is to be done then. */
static void (*const followers[])(HANDLE event) = { follow_network, follow_policies, follow_roots };

/* Until the service is to stop. Watches are set before anything is read: no change goes unnoticed. */
static void wait_for_stop(const HANDLE *changes)
{
    HANDLE events[1 + ARRAY_SIZE(followers)];
    unsigned int i;
    DWORD ret;

    events[0] = stop_event;
    for (i = 0; i < ARRAY_SIZE(followers); ++i)
    {
        events[1 + i] = changes[i];
        followers[i](changes[i]);
    }
    while ((ret = WaitForMultipleObjects(ARRAY_SIZE(events), events, FALSE, INFINITE)) > WAIT_OBJECT_0
           && ret < WAIT_OBJECT_0 + ARRAY_SIZE(events))
        followers[ret - WAIT_OBJECT_0 - 1](events[ret - WAIT_OBJECT_0]);
}

/* Offers the class until the stop event. */
static HRESULT offer_class(const HANDLE *changes)
{
    DWORD registration;
    HRESULT hr;

    register_repair_proxies();
    if (FAILED(hr = class_object_register(&registration)))
    {
        ERR("The class could not be offered, hr %#lx.\n", hr);
        return hr;
    }
    report_status(SERVICE_RUNNING, S_OK, 0);
    wait_for_stop(changes);
    class_object_revoke(registration);
    return hr;
}

static HRESULT serve_with_events(const HANDLE *changes)
{
    HANDLE thread;
    HRESULT hr;

    if (FAILED(hr = start_engine()))
        return hr;
    if (!(thread = CreateThread(NULL, 0, event_thread, NULL, 0, NULL)))
    {
        hr = HRESULT_FROM_WIN32(GetLastError());
        (void)engine_stop(); /* the failure to report is the first one */
        return hr;
    }
    hr = offer_class(changes);

    /* A callback that a client keeps waiting is left behind: it holds nothing that is to be saved. */
    notification_shutdown();
    stream_shutdown();
    download_callback_shutdown();
    usage_finish();
    (void)engine_stop(); /* says itself what it could not save */
    WaitForSingleObject(thread, EVENT_THREAD_TIMEOUT_MS);
    CloseHandle(thread);
    network_cleanup();
    policy_cleanup();
    roots_cleanup();
    return hr;
}

/* Serves until the stop event. */
static HRESULT serve(void)
{
    HANDLE changes[ARRAY_SIZE(followers)];
    unsigned int count = 0;
    HRESULT hr;

    while (count < ARRAY_SIZE(changes) && (changes[count] = CreateEventW(NULL, FALSE, FALSE, NULL)))
        ++count;
    if (count == ARRAY_SIZE(changes))
        hr = serve_with_events(changes);
    else
        hr = HRESULT_FROM_WIN32(GetLastError());
    while (count)
        CloseHandle(changes[--count]);
    return hr;
}

void WINAPI ServiceMain(DWORD argc, WCHAR **argv)
{
    HRESULT hr;

    TRACE("argc %lu, argv %p.\n", argc, argv);

    if (!(stop_event = CreateEventW(NULL, TRUE, FALSE, NULL)))
    {
        ERR("No event could be created, error %lu.\n", GetLastError());
        return;
    }
    if (!(status_handle = RegisterServiceCtrlHandlerExW(SERVICE_NAME, service_handler, NULL)))
    {
        ERR("The control handler could not be registered, error %lu.\n", GetLastError());
        CloseHandle(stop_event);
        return;
    }

    report_status(SERVICE_START_PENDING, S_OK, START_HINT_MS);
    if (SUCCEEDED(hr = init_com()))
    {
        hr = serve();
        CoUninitialize();
    }
    report_status(SERVICE_STOPPED, hr, 0);
}
