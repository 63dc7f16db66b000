/*
 * Registration of the interfaces, and of the former owner of those that are shared with BITS.
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

/*
 * An interface has one registered proxy DLL. Those of BITS belong to Wine's qmgrprxy.dll until this
 * DLL is registered; what was registered before is remembered beside it and put back when this
 * DLL is unregistered. An update of a prefix by Wine registers qmgrprxy.dll again. Registering
 * writes only what is not as it should be, so that the service can simply call DllRegisterServer
 * whenever it starts.
 */

#include <stdio.h>

#include "dosvcprxy_private.h"
#include "winreg.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

#define GUID_LENGTH 39
#define MAX_VALUE_LENGTH 260

/* Beside the class in ProxyStubClsid32: the class that was there before. Empty if the interface was
 * registered without one; not there at all if the interface was not registered. */
#define PREVIOUS_VALUE L"DosvcPreviousClsid"

#define INTERFACE_ROOT L"Software\\Classes\\Interface\\"
#define CLASS_ROOT L"Software\\Classes\\CLSID\\"
#define PROXY_SUBKEY L"ProxyStubClsid32"

struct interface_info
{
    const IID *iid;
    const char *name;
    unsigned int method_count;
};

/* Interface number i of the generated table. */
static BOOL interface_get(unsigned int i, struct interface_info *info)
{
    const ProxyFileInfo *file = aProxyFileList[0];

    if (i >= file->TableSize)
        return FALSE;
    info->iid = file->pStubVtblList[i]->header.piid;
    info->name = file->pNamesArray[i];
    info->method_count = file->pStubVtblList[i]->header.DispatchTableCount;
    return TRUE;
}

static void format_path(WCHAR *path, const WCHAR *root, const GUID *guid)
{
    lstrcpyW(path, root);
    StringFromGUID2(guid, path + lstrlenW(path), GUID_LENGTH);
}

static LSTATUS create_key(HKEY parent, const WCHAR *path, HKEY *key, BOOL *created)
{
    DWORD disposition;
    LSTATUS status;

    status = RegCreateKeyExW(parent, path, 0, NULL, 0, KEY_READ | KEY_WRITE, NULL, key,
                             &disposition);
    *created = !status && disposition == REG_CREATED_NEW_KEY;
    return status;
}

/* The text of a value; FALSE if there is none that this DLL or Wine could have written. */
static BOOL get_value(HKEY key, const WCHAR *name, WCHAR *value)
{
    DWORD type, size = (MAX_VALUE_LENGTH - 1) * sizeof(*value);

    if (RegQueryValueExW(key, name, NULL, &type, (BYTE *)value, &size) || type != REG_SZ)
        return FALSE;
    value[size / sizeof(*value)] = 0;
    return TRUE;
}

/* Leaves the registry alone if the value is right. */
static LSTATUS set_value(HKEY key, const WCHAR *name, const WCHAR *value)
{
    WCHAR current[MAX_VALUE_LENGTH];

    if (get_value(key, name, current) && !lstrcmpW(current, value))
        return ERROR_SUCCESS;
    return RegSetValueExW(key, name, 0, REG_SZ, (const BYTE *)value,
                          (lstrlenW(value) + 1) * sizeof(*value));
}

static LSTATUS set_subkey_value(HKEY parent, const WCHAR *subkey, const WCHAR *name,
                                const WCHAR *value)
{
    LSTATUS status;
    BOOL created;
    HKEY key;

    if ((status = create_key(parent, subkey, &key, &created)))
        return status;
    status = set_value(key, name, value);
    RegCloseKey(key);
    return status;
}

/* Name and number of methods, for an interface that nobody had registered. */
static LSTATUS describe_interface(HKEY key, const struct interface_info *info)
{
    WCHAR text[MAX_VALUE_LENGTH];
    LSTATUS status;

    if (!MultiByteToWideChar(CP_ACP, 0, info->name, -1, text, ARRAY_SIZE(text)))
        return GetLastError();
    if ((status = set_value(key, NULL, text)))
        return status;
    swprintf(text, ARRAY_SIZE(text), L"%u", info->method_count);
    return set_subkey_value(key, L"NumMethods", NULL, text);
}

/* Makes our class the one of an interface, key being its ProxyStubClsid32. */
static LSTATUS replace_class(HKEY key, const WCHAR *clsid, BOOL interface_is_new)
{
    WCHAR previous[MAX_VALUE_LENGTH];
    LSTATUS status;

    if (get_value(key, NULL, previous))
    {
        if (!lstrcmpiW(previous, clsid))
            return ERROR_SUCCESS;
    }
    else
        previous[0] = 0;

    if (!interface_is_new && (status = set_value(key, PREVIOUS_VALUE, previous)))
        return status;
    return set_value(key, NULL, clsid);
}

static LSTATUS register_interface(const struct interface_info *info, const WCHAR *clsid)
{
    WCHAR path[ARRAY_SIZE(INTERFACE_ROOT) + GUID_LENGTH];
    BOOL is_new, created;
    HKEY key, subkey;
    LSTATUS status;

    format_path(path, INTERFACE_ROOT, info->iid);
    if ((status = create_key(HKEY_LOCAL_MACHINE, path, &key, &is_new)))
        return status;
    if (is_new)
        status = describe_interface(key, info);
    if (!status && !(status = create_key(key, PROXY_SUBKEY, &subkey, &created)))
    {
        status = replace_class(subkey, clsid, is_new);
        RegCloseKey(subkey);
    }
    RegCloseKey(key);
    return status;
}

static LSTATUS register_class(HINSTANCE module, const WCHAR *path)
{
    WCHAR filename[MAX_PATH];
    LSTATUS status;
    BOOL created;
    DWORD length;
    HKEY key;

    length = GetModuleFileNameW(module, filename, ARRAY_SIZE(filename));
    if (!length || length >= ARRAY_SIZE(filename))
        return ERROR_FILENAME_EXCED_RANGE;
    if ((status = create_key(HKEY_LOCAL_MACHINE, path, &key, &created)))
        return status;
    if (!(status = set_value(key, NULL, L"PSFactoryBuffer"))
        && !(status = set_subkey_value(key, L"InProcServer32", NULL, filename)))
        status = set_subkey_value(key, L"InProcServer32", L"ThreadingModel", L"Both");
    RegCloseKey(key);
    return status;
}

/* The class comes first: an interface must never point to one that does not exist. */
HRESULT registration_write(HINSTANCE module)
{
    WCHAR path[ARRAY_SIZE(CLASS_ROOT) + GUID_LENGTH];
    struct interface_info info;
    LSTATUS status;
    unsigned int i;

    format_path(path, CLASS_ROOT, &CLSID_PSFactoryBuffer);
    status = register_class(module, path);
    for (i = 0; !status && interface_get(i, &info); i++)
    {
        if ((status = register_interface(&info, path + ARRAY_SIZE(CLASS_ROOT) - 1)))
            ERR("Failed to register %s, error %ld.\n", info.name, status);
    }
    return HRESULT_FROM_WIN32(status);
}

static LSTATUS delete_value(HKEY key, const WCHAR *name)
{
    LSTATUS status = RegDeleteValueW(key, name);

    return status == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : status;
}

static LSTATUS delete_tree(HKEY parent, const WCHAR *path)
{
    LSTATUS status = RegDeleteTreeW(parent, path);

    return status == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : status;
}

enum leftover
{
    LEFTOVER_NONE,          /* all is as it was before */
    LEFTOVER_SUBKEY,        /* ProxyStubClsid32 was not there before */
    LEFTOVER_INTERFACE      /* the interface was not registered before */
};

/* Puts the former class back, and says what has to be deleted besides. */
static LSTATUS restore_class(HKEY key, const WCHAR *clsid, enum leftover *leftover)
{
    WCHAR current[MAX_VALUE_LENGTH], previous[MAX_VALUE_LENGTH];
    LSTATUS status;

    *leftover = LEFTOVER_NONE;
    if (!get_value(key, NULL, current) || lstrcmpiW(current, clsid))
        return delete_value(key, PREVIOUS_VALUE);

    if (!get_value(key, PREVIOUS_VALUE, previous))
    {
        *leftover = LEFTOVER_INTERFACE;
        return ERROR_SUCCESS;
    }
    if (!previous[0])
    {
        *leftover = LEFTOVER_SUBKEY;
        return ERROR_SUCCESS;
    }
    if ((status = set_value(key, NULL, previous)))
        return status;
    return delete_value(key, PREVIOUS_VALUE);
}

static LSTATUS unregister_interface(const struct interface_info *info, const WCHAR *clsid)
{
    WCHAR path[ARRAY_SIZE(INTERFACE_ROOT) + GUID_LENGTH + ARRAY_SIZE(PROXY_SUBKEY)];
    unsigned int interface_length;
    enum leftover leftover;
    LSTATUS status;
    HKEY key;

    format_path(path, INTERFACE_ROOT, info->iid);
    interface_length = lstrlenW(path);
    lstrcatW(path, L"\\" PROXY_SUBKEY);
    status = RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0, KEY_READ | KEY_WRITE, &key);
    if (status)
        return status == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : status;
    status = restore_class(key, clsid, &leftover);
    RegCloseKey(key);

    if (status || leftover == LEFTOVER_NONE)
        return status;
    if (leftover == LEFTOVER_INTERFACE)
        path[interface_length] = 0;
    return delete_tree(HKEY_LOCAL_MACHINE, path);
}

/* Goes on after an error, so that as little as possible stays behind, and returns the first. */
HRESULT registration_remove(void)
{
    WCHAR path[ARRAY_SIZE(CLASS_ROOT) + GUID_LENGTH];
    LSTATUS status, first = ERROR_SUCCESS;
    struct interface_info info;
    unsigned int i;

    format_path(path, CLASS_ROOT, &CLSID_PSFactoryBuffer);
    for (i = 0; interface_get(i, &info); i++)
    {
        if (!(status = unregister_interface(&info, path + ARRAY_SIZE(CLASS_ROOT) - 1)))
            continue;
        ERR("Failed to unregister %s, error %ld.\n", info.name, status);
        if (!first)
            first = status;
    }
    if ((status = delete_tree(HKEY_LOCAL_MACHINE, path)) && !first)
        first = status;
    return HRESULT_FROM_WIN32(first);
}
