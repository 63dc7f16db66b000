/*
 * Tests of the registration: service, application identifier, class and class object.
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
#include <wchar.h>

#include "fixture.h"

#define SERVICE_NAME L"DoSvc"
#define SERVICE_KEY L"System\\CurrentControlSet\\Services\\DoSvc"
#define SVCHOST_KEY L"Software\\Microsoft\\Windows NT\\CurrentVersion\\SvcHost"
#define CLASS_KEY L"CLSID\\{5B99FA76-721C-423C-ADAC-56D03C8A8007}"
#define APPID L"{379001DE-7108-4A45-8A74-6CD0A9FBEF2C}"

#define START_TYPE_LIMIT_MS 10000

/* A string, or the first one of a list; empty if there is none. */
static void get_string(HKEY root, const WCHAR *path, const WCHAR *name, WCHAR *value, DWORD count)
{
    DWORD size = (count - 1) * sizeof(*value), ret;

    memset(value, 0, count * sizeof(*value));
    ret = RegGetValueW(root, path, name, RRF_RT_REG_SZ | RRF_RT_REG_EXPAND_SZ | RRF_RT_REG_MULTI_SZ | RRF_NOEXPAND,
            NULL, value, &size);
    if (ret)
        *value = 0;
}

static BOOL ends_with(const WCHAR *text, const WCHAR *end)
{
    size_t length = wcslen(text), end_length = wcslen(end);

    return length >= end_length && !_wcsicmp(text + length - end_length, end);
}

static void test_class(void)
{
    WCHAR value[256];

    get_string(HKEY_CLASSES_ROOT, CLASS_KEY, L"AppID", value, ARRAYSIZE(value));
    ok(!_wcsicmp(value, APPID), "Got AppID %s.\n", debug_string(value));
    get_string(HKEY_CLASSES_ROOT, L"AppID\\" APPID, L"LocalService", value, ARRAYSIZE(value));
    ok(!_wcsicmp(value, SERVICE_NAME), "Got service %s.\n", debug_string(value));
}

static void test_service(void)
{
    SC_HANDLE manager, service;
    QUERY_SERVICE_CONFIGW *config;
    WCHAR value[512];
    DWORD size = 0;

    manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    ok(manager != NULL, "Got error %lu.\n", GetLastError());
    service = OpenServiceW(manager, SERVICE_NAME, SERVICE_QUERY_CONFIG);
    ok(service != NULL, "Got error %lu.\n", GetLastError());
    if (!service)
        return;
    QueryServiceConfigW(service, NULL, 0, &size);
    if ((config = malloc(size)) && ok(QueryServiceConfigW(service, config, size, &size), "Got error %lu.\n",
            GetLastError()))
    {
        ok(config->dwServiceType == SERVICE_WIN32_SHARE_PROCESS, "Got type %#lx.\n", config->dwServiceType);
        ok(config->dwStartType == SERVICE_AUTO_START || config->dwStartType == SERVICE_DEMAND_START,
                "Got start type %lu.\n", config->dwStartType);
        ok(wcsstr(config->lpBinaryPathName, L"svchost.exe -k NetworkService") != NULL, "Got path %s.\n",
                debug_string(config->lpBinaryPathName));
        ok(!_wcsicmp(config->lpServiceStartName, L"NT AUTHORITY\\NetworkService"), "Got account %s.\n",
                debug_string(config->lpServiceStartName));
        ok(wcslen(config->lpDisplayName) > 5, "Got display name %s.\n", debug_string(config->lpDisplayName));
    }
    free(config);
    CloseServiceHandle(service);
    CloseServiceHandle(manager);

    get_string(HKEY_LOCAL_MACHINE, SERVICE_KEY L"\\Parameters", L"ServiceDll", value, ARRAYSIZE(value));
    if (broken(!*value)) /* Windows 11: the key itself */
        get_string(HKEY_LOCAL_MACHINE, SERVICE_KEY, L"ServiceDll", value, ARRAYSIZE(value));
    ok(ends_with(value, L"\\system32\\dosvc.dll"), "Got DLL %s.\n", debug_string(value));
}

static void test_group(void)
{
    WCHAR value[512], *name;
    BOOL found = FALSE;

    get_string(HKEY_LOCAL_MACHINE, SVCHOST_KEY, L"NetworkService", value, ARRAYSIZE(value));
    for (name = value; *name; name += wcslen(name) + 1)
        found = found || !_wcsicmp(name, SERVICE_NAME);
    ok(found, "The group has no DoSvc, but %s.\n", debug_string(value));
}

static DWORD get_start_type(void)
{
    DWORD type = 0xdead, size = sizeof(type);

    RegGetValueW(HKEY_LOCAL_MACHINE, SERVICE_KEY, L"Start", RRF_RT_REG_DWORD, NULL, &type, &size);
    return type;
}

/* The registry tells of its changes: waits for the start type with a limit. */
static DWORD wait_for_start_type(DWORD expected)
{
    ULONGLONG end = GetTickCount64() + START_TYPE_LIMIT_MS, now = 0;
    HANDLE changed = CreateEventW(NULL, FALSE, FALSE, NULL);
    DWORD type = 0xdead, ret;
    HKEY key;

    ret = RegOpenKeyExW(HKEY_LOCAL_MACHINE, SERVICE_KEY, 0, KEY_NOTIFY | KEY_QUERY_VALUE, &key);
    ok(!ret, "Got error %lu.\n", ret);
    while (!ret && now < end)
    {
        ret = RegNotifyChangeKeyValue(key, FALSE, REG_NOTIFY_CHANGE_LAST_SET, changed, TRUE);
        if ((type = get_start_type()) == expected || (now = GetTickCount64()) >= end)
            break;
        wait_event(changed, (DWORD)(end - now));
    }
    RegCloseKey(key);
    CloseHandle(changed);
    return type;
}

static ULONG count_jobs(struct fixture *fixture)
{
    IEnumBackgroundCopyJobs *enumerator;
    ULONG count = 0xdeadbeef;
    HRESULT hr;

    hr = IBackgroundCopyManager_EnumJobs(fixture->manager, 0, &enumerator);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return count;
    hr = IEnumBackgroundCopyJobs_GetCount(enumerator, &count);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    IEnumBackgroundCopyJobs_Release(enumerator);
    return count;
}

/* With unfinished jobs the service starts by itself, without any it does not: Wine prefixes should start quickly. */
static void test_start_type(struct fixture *fixture)
{
    IBackgroundCopyJob *job;
    DWORD type;

    if (!test_is_wine())
    {
        skip("Windows starts the service in any case.\n");
        return;
    }
    if (!(job = create_job(fixture)))
        return;
    type = wait_for_start_type(SERVICE_AUTO_START);
    ok(type == SERVICE_AUTO_START, "Got start type %lu.\n", type);
    end_job(job);
    if (!count_jobs(fixture))
        type = wait_for_start_type(SERVICE_DEMAND_START);
    if (type != SERVICE_DEMAND_START && count_jobs(fixture))
        skip("There are jobs of others.\n");
    else
        ok(type == SERVICE_DEMAND_START, "Got start type %lu.\n", type);
}

static void test_class_object(void)
{
    IBackgroundCopyManager *manager = NULL;
    IClassFactory *factory = NULL;
    IUnknown *unknown;
    HRESULT hr;

    hr = CoGetClassObject(&CLSID_DeliveryOptimization, CLSCTX_LOCAL_SERVER, NULL, &IID_IClassFactory,
            (void **)&factory);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return;
    check_interface(factory, &IID_IUnknown, TRUE);
    check_interface(factory, &IID_IClassFactory, TRUE);
    check_interface(factory, &IID_IBackgroundCopyManager, FALSE);

    hr = IClassFactory_CreateInstance(factory, NULL, &IID_IBackgroundCopyManager, (void **)&manager);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
    {
        check_interface(manager, &IID_IBackgroundCopyManager, TRUE);
        IBackgroundCopyManager_Release(manager);
    }
    unknown = (IUnknown *)0xdeadbeef;
    hr = IClassFactory_CreateInstance(factory, NULL, &IID_IStream, (void **)&unknown);
    ok(hr == E_NOINTERFACE, "Got hr %#lx.\n", hr);
    ok(!unknown, "Got object %p.\n", (void *)unknown);
    /* Wine's own proxy of IClassFactory does not pass the call on. */
    hr = IClassFactory_LockServer(factory, TRUE);
    todo_wine ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IClassFactory_LockServer(factory, FALSE);
    todo_wine ok(hr == S_OK, "Got hr %#lx.\n", hr);
    IClassFactory_Release(factory);
}

static void test_activation(void)
{
    IUnknown *unknown;
    HRESULT hr;

    unknown = (IUnknown *)0xdeadbeef;
    hr = CoCreateInstance(&CLSID_DeliveryOptimization, NULL, CLSCTX_LOCAL_SERVER, &IID_IStream, (void **)&unknown);
    ok(hr == E_NOINTERFACE, "Got hr %#lx.\n", hr);
    ok(!unknown, "Got object %p.\n", (void *)unknown);
    hr = CoCreateInstance(&CLSID_DeliveryOptimization, NULL, CLSCTX_INPROC_SERVER, &IID_IUnknown, (void **)&unknown);
    ok(hr == REGDB_E_CLASSNOTREG, "Got hr %#lx.\n", hr);
    hr = CoCreateInstance(&CLSID_DeliveryOptimization, NULL, CLSCTX_LOCAL_SERVER, &IID_IUnknown, (void **)&unknown);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
    {
        check_interface(unknown, &IID_IBackgroundCopyManager, TRUE);
        IUnknown_Release(unknown);
    }
}

START_TEST(register)
{
    struct fixture fixture;

    test_class();
    test_service();
    test_group();
    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_class_object();
    test_activation();
    test_start_type(&fixture);
    fixture_cleanup(&fixture);
}
