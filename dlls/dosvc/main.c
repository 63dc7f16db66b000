/*
 * The DLL's entry point, and the way to its Unix side.
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

#include <stdarg.h>

#include "ntstatus.h"
#define WIN32_NO_STATUS
#include "windef.h"
#include "winbase.h"
#include "winternl.h"

/* The identifiers of all interfaces are defined here: Wine's libuuid lacks those of BITS. */
#include "initguid.h"
#include "dosvc_private.h"
#include "netlistmgr.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

/* Wine's own information class: the handle of the Unix library that belongs to a module. */
#define MEMORY_WINE_UNIX_FUNCS ((MEMORY_INFORMATION_CLASS)1000)

typedef NTSTATUS (WINAPI *unix_call_function)(UINT64 handle, unsigned int code, void *params);

/* The same things under two names. */
C_ASSERT(sizeof(struct dosvc_id) == sizeof(GUID));
C_ASSERT(sizeof(struct dosvc_range) == sizeof(BG_FILE_RANGE));

HINSTANCE dosvc_instance;

/* Set once, before any other function of the DLL runs; NULL without a Unix side. */
static unix_call_function call_dispatcher;
static UINT64 unix_handle;

/*
 * Newer versions of Wine export the dispatcher as a variable, older ones a function that calls it; none has both, so
 * neither can be imported. Registration has to work without a Unix side: the DLL loads in any case.
 */
static void find_unix_side(HINSTANCE instance)
{
    HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
    unix_call_function *variable;
    unix_call_function function;
    NTSTATUS status;

    if ((status = NtQueryVirtualMemory(GetCurrentProcess(), instance, MEMORY_WINE_UNIX_FUNCS,
                                       &unix_handle, sizeof(unix_handle), NULL)))
    {
        WARN("There is no Unix side, status %#lx.\n", status);
        return;
    }

    variable = (void *)GetProcAddress(ntdll, "__wine_unix_call_dispatcher");
    function = (void *)GetProcAddress(ntdll, "__wine_unix_call");
    call_dispatcher = variable ? *variable : function;
    if (!call_dispatcher)
        ERR("This ntdll has no way to call the Unix side.\n");
}

LONG unix_call(enum dosvc_unix_call code, void *params)
{
    if (!call_dispatcher)
        return STATUS_DLL_NOT_FOUND;
    return call_dispatcher(unix_handle, code, params);
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved)
{
    TRACE("instance %p, reason %lu, reserved %p.\n", instance, reason, reserved);

    if (reason == DLL_PROCESS_ATTACH)
    {
        dosvc_instance = instance;
        DisableThreadLibraryCalls(instance);
        find_unix_side(instance);
    }
    return TRUE;
}
