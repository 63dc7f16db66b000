/*
 * Registration of the service and its class, and repair of that of the proxies.
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
#include <string.h>

#include "dosvc_private.h"
#include "winreg.h"
#include "winsvc.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

#define CLASS_KEY L"Software\\Classes\\CLSID\\{5B99FA76-721C-423C-ADAC-56D03C8A8007}"
#define APPID L"{379001DE-7108-4A45-8A74-6CD0A9FBEF2C}"
#define APPID_KEY L"Software\\Classes\\AppID\\" APPID
#define SVCHOST_KEY L"Software\\Microsoft\\Windows NT\\CurrentVersion\\SvcHost"
#define PARAMETERS_KEY L"System\\CurrentControlSet\\Services\\" SERVICE_NAME L"\\Parameters"

/*
 * The group that the service has on Windows. Wine itself leaves it alone, unlike netsvcs, which each update of a prefix
 * writes anew.
 */
#define SVCHOST_GROUP L"NetworkService"

#define IMAGE_PATH L"%SystemRoot%\\system32\\svchost.exe -k " SVCHOST_GROUP
#define SERVICE_DLL L"%SystemRoot%\\system32\\dosvc.dll"
#define SERVICE_ACCOUNT L"NT AUTHORITY\\NetworkService"

#define STOP_TIMEOUT_MS 10000

/* Only this package has an interface of that kind: its proxy class tells which one ours is. */
#define OWN_PROXY_KEY L"Software\\Classes\\Interface\\{EE2584CF-A69C-4848-B633-2649962B3EF7}\\ProxyStubClsid32"
#define JOB_PROXY_KEY L"Software\\Classes\\Interface\\{37668D37-507E-4160-9316-26306D150B12}\\ProxyStubClsid32"

static DWORD set_string(const WCHAR *path, REGSAM view, const WCHAR *name, DWORD type, const WCHAR *value)
{
    DWORD ret;
    HKEY key;

    if ((ret = RegCreateKeyExW(HKEY_LOCAL_MACHINE, path, 0, NULL, 0, KEY_SET_VALUE | view, NULL, &key, NULL)))
        return ret;
    ret = RegSetValueExW(key, name, 0, type, (const BYTE *)value, (wcslen(value) + 1) * sizeof(*value));
    RegCloseKey(key);
    return ret;
}

/* The key and all below it; that it is not there is no failure. */
static DWORD delete_key(const WCHAR *path, REGSAM view)
{
    const WCHAR *name = wcsrchr(path, '\\') + 1;
    WCHAR parent[MAX_PATH];
    DWORD ret;
    HKEY key;

    lstrcpynW(parent, path, name - path);
    if (!(ret = RegOpenKeyExW(HKEY_LOCAL_MACHINE, parent, 0, KEY_ALL_ACCESS | view, &key)))
    {
        ret = RegDeleteTreeW(key, name);
        RegCloseKey(key);
    }
    return ret == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : ret;
}

/* The class is in both views of the registry, the application identifier is shared by them. */
static DWORD register_class(void)
{
    static const REGSAM views[] = { KEY_WOW64_64KEY, KEY_WOW64_32KEY };
    unsigned int i;
    DWORD ret;

    for (i = 0; i < ARRAY_SIZE(views); ++i)
    {
        if ((ret = set_string(CLASS_KEY, views[i], NULL, REG_SZ, L"DeliveryOptimization")))
            return ret;
        if ((ret = set_string(CLASS_KEY, views[i], L"AppID", REG_SZ, APPID)))
            return ret;
    }
    if ((ret = set_string(APPID_KEY, KEY_WOW64_64KEY, NULL, REG_SZ, L"Delivery Optimization")))
        return ret;
    return set_string(APPID_KEY, KEY_WOW64_64KEY, L"LocalService", REG_SZ, SERVICE_NAME);
}

static DWORD unregister_class(void)
{
    DWORD ret;

    if ((ret = delete_key(CLASS_KEY, KEY_WOW64_64KEY)) || (ret = delete_key(CLASS_KEY, KEY_WOW64_32KEY)))
        return ret;
    return delete_key(APPID_KEY, KEY_WOW64_64KEY);
}

/*
 * Reads the services of the group into a buffer with room for one more; *size is in bytes, with the empty string that
 * ends the list.
 */
static DWORD read_group(HKEY key, WCHAR **list, DWORD *size)
{
    DWORD type, length = 0, ret;
    WCHAR *buffer;

    ret = RegQueryValueExW(key, SVCHOST_GROUP, NULL, &type, NULL, &length);
    if (ret && ret != ERROR_FILE_NOT_FOUND)
        return ret;
    if (!(buffer = calloc(1, length + sizeof(SERVICE_NAME) + 2 * sizeof(WCHAR))))
        return ERROR_NOT_ENOUGH_MEMORY;
    if (!ret && (ret = RegQueryValueExW(key, SVCHOST_GROUP, NULL, &type, (BYTE *)buffer, &length)))
    {
        free(buffer);
        return ret;
    }
    *list = buffer;
    for (*size = sizeof(WCHAR); *buffer; buffer += wcslen(buffer) + 1)
        *size += (wcslen(buffer) + 1) * sizeof(WCHAR);
    return ERROR_SUCCESS;
}

static WCHAR *find_member(WCHAR *list)
{
    for (; *list; list += wcslen(list) + 1)
    {
        if (!wcsicmp(list, SERVICE_NAME))
            return list;
    }
    return NULL;
}

/* Adds the service to the group, or takes it out; the others stay. */
static DWORD change_group(BOOL member)
{
    DWORD size, ret;
    WCHAR *list, *found;
    HKEY key;

    if ((ret = RegCreateKeyExW(HKEY_LOCAL_MACHINE, SVCHOST_KEY, 0, NULL, 0,
                               KEY_QUERY_VALUE | KEY_SET_VALUE | KEY_WOW64_64KEY, NULL, &key, NULL)))
        return ret;
    if ((ret = read_group(key, &list, &size)))
    {
        RegCloseKey(key);
        return ret;
    }

    found = find_member(list);
    if (member && !found)
    {
        memcpy(list + size / sizeof(WCHAR) - 1, SERVICE_NAME, sizeof(SERVICE_NAME));
        size += sizeof(SERVICE_NAME);
    }
    else if (!member && found)
    {
        const WCHAR *rest = found + wcslen(found) + 1;

        size -= (rest - found) * sizeof(WCHAR);
        memmove(found, rest, size - (found - list) * sizeof(WCHAR));
    }

    if (*list)
        ret = RegSetValueExW(key, SVCHOST_GROUP, 0, REG_MULTI_SZ, (const BYTE *)list, size);
    else if ((ret = RegDeleteValueW(key, SVCHOST_GROUP)) == ERROR_FILE_NOT_FOUND)
        ret = ERROR_SUCCESS;
    free(list);
    RegCloseKey(key);
    return ret;
}

static DWORD describe_service(SC_HANDLE service)
{
    WCHAR text[256];
    SERVICE_DESCRIPTIONW description = { .lpDescription = text };

    if (!LoadStringW(dosvc_instance, IDS_DESCRIPTION, text, ARRAY_SIZE(text)))
        return GetLastError();
    if (!ChangeServiceConfig2W(service, SERVICE_CONFIG_DESCRIPTION, &description))
        return GetLastError();
    return ERROR_SUCCESS;
}

/* A service that exists keeps its start type: it may have unfinished jobs. */
static DWORD register_service(void)
{
    DWORD ret = ERROR_SUCCESS;
    SC_HANDLE manager_handle, service;
    WCHAR name[64];

    /* Wine's service manager shows display names as they stand, so the resource is resolved here. */
    if (!LoadStringW(dosvc_instance, IDS_DISPLAY_NAME, name, ARRAY_SIZE(name)))
        return GetLastError();
    if (!(manager_handle = OpenSCManagerW(NULL, NULL, SC_MANAGER_CREATE_SERVICE)))
        return GetLastError();

    service = CreateServiceW(manager_handle, SERVICE_NAME, name, SERVICE_CHANGE_CONFIG, SERVICE_WIN32_SHARE_PROCESS,
                             SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL, IMAGE_PATH, NULL, NULL, NULL,
                             SERVICE_ACCOUNT, NULL);
    if (!service && GetLastError() == ERROR_SERVICE_EXISTS)
    {
        service = OpenServiceW(manager_handle, SERVICE_NAME, SERVICE_CHANGE_CONFIG);
        if (service && !ChangeServiceConfigW(service, SERVICE_WIN32_SHARE_PROCESS, SERVICE_NO_CHANGE,
                                             SERVICE_ERROR_NORMAL, IMAGE_PATH, NULL, NULL, NULL, SERVICE_ACCOUNT,
                                             NULL, name))
            ret = GetLastError();
    }
    if (!service)
        ret = GetLastError();
    if (!ret)
        ret = describe_service(service);
    if (!ret)
        ret = set_string(PARAMETERS_KEY, KEY_WOW64_64KEY, L"ServiceDll", REG_EXPAND_SZ, SERVICE_DLL);

    if (service)
        CloseServiceHandle(service);
    CloseServiceHandle(manager_handle);
    return ret;
}

/* Returns when the service's process is gone, or with an error. */
static DWORD stop_service(SC_HANDLE service)
{
    SERVICE_STATUS_PROCESS process_status;
    HANDLE process = NULL;
    SERVICE_STATUS status;
    DWORD size, ret;

    if (!QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, (BYTE *)&process_status, sizeof(process_status), &size))
        return GetLastError();
    if (process_status.dwCurrentState == SERVICE_STOPPED)
        return ERROR_SUCCESS;
    if (process_status.dwProcessId)
        process = OpenProcess(SYNCHRONIZE, FALSE, process_status.dwProcessId);

    ret = ControlService(service, SERVICE_CONTROL_STOP, &status) ? ERROR_SUCCESS : GetLastError();
    if (ret == ERROR_SERVICE_NOT_ACTIVE)
        ret = ERROR_SUCCESS;
    if (!ret && process && WaitForSingleObject(process, STOP_TIMEOUT_MS) != WAIT_OBJECT_0)
        ret = ERROR_SERVICE_REQUEST_TIMEOUT;
    if (process)
        CloseHandle(process);
    return ret;
}

static DWORD unregister_service(void)
{
    SC_HANDLE manager_handle, service;
    DWORD ret;

    if (!(manager_handle = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT)))
        return GetLastError();
    if (!(service = OpenServiceW(manager_handle, SERVICE_NAME, SERVICE_STOP | SERVICE_QUERY_STATUS | DELETE)))
    {
        ret = GetLastError();
        CloseServiceHandle(manager_handle);
        return ret == ERROR_SERVICE_DOES_NOT_EXIST ? ERROR_SUCCESS : ret;
    }

    if ((ret = stop_service(service)))
        WARN("The service could not be stopped, error %lu.\n", ret);
    ret = DeleteService(service) ? ERROR_SUCCESS : GetLastError();
    CloseServiceHandle(service);
    CloseServiceHandle(manager_handle);
    return ret == ERROR_SERVICE_MARKED_FOR_DELETE ? ERROR_SUCCESS : ret;
}

HRESULT WINAPI DllRegisterServer(void)
{
    DWORD ret;

    TRACE("\n");

    if ((ret = change_group(TRUE)) || (ret = register_service()) || (ret = register_class()))
        ERR("Registration failed, error %lu.\n", ret);
    return HRESULT_FROM_WIN32(ret);
}

HRESULT WINAPI DllUnregisterServer(void)
{
    DWORD ret;

    TRACE("\n");

    if ((ret = unregister_class()) || (ret = unregister_service()) || (ret = change_group(FALSE)))
        ERR("Unregistration failed, error %lu.\n", ret);
    return HRESULT_FROM_WIN32(ret);
}

static HRESULT register_proxies(void)
{
    HRESULT (WINAPI *register_server)(void);
    HRESULT hr = HRESULT_FROM_WIN32(ERROR_PROC_NOT_FOUND);
    HMODULE module;

    if (!(module = LoadLibraryW(L"dosvcprxy.dll")))
        return HRESULT_FROM_WIN32(GetLastError());
    if ((register_server = (void *)GetProcAddress(module, "DllRegisterServer")))
        hr = register_server();
    FreeLibrary(module);
    return hr;
}

/*
 * Wine's own DLL takes the interfaces shared with BITS back at each update of the prefix, and with its proxies
 * CoSetProxyBlanket fails. Where ours were never registered, nothing is done.
 */
void register_repair_proxies(void)
{
    WCHAR own[64], job[64];
    DWORD own_size = sizeof(own), job_size = sizeof(job);
    HRESULT hr;

    if (RegGetValueW(HKEY_LOCAL_MACHINE, OWN_PROXY_KEY, NULL, RRF_RT_REG_SZ, NULL, own, &own_size))
    {
        WARN("The proxies are not registered.\n");
        return;
    }
    if (!RegGetValueW(HKEY_LOCAL_MACHINE, JOB_PROXY_KEY, NULL, RRF_RT_REG_SZ, NULL, job, &job_size)
        && !wcsicmp(own, job))
        return;

    if (FAILED(hr = register_proxies()))
        ERR("The registration of the proxies could not be repaired, hr %#lx.\n", hr);
    else
        TRACE("The registration of the proxies was repaired.\n");
}
