/*
 * Offering the class object to clients, also after the service was killed.
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
#include "rpc.h"
#include "rpcss.h"
#include "winreg.h"

#include "wine/debug.h"
#include "wine/exception.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

/*
 * rpcss lists the class objects of all processes by cookies that it counts up. It never learns that a process died, and
 * clients get the oldest object of a class: after a service was killed they would be sent to the dead one until Wine
 * ends. So each service notes its cookie, where it lasts as long as rpcss, for the next one to take off the list. The
 * cookie is not told, but lies between those of two registrations made for that purpose.
 */
#define RUNTIME_KEY L"System\\CurrentControlSet\\Services\\" SERVICE_NAME L"\\Runtime"
#define COOKIE_VALUE L"ClassCookie"

#define MAX_ATTEMPTS 8  /* others may register their classes at the same time */

void __RPC_FAR *__RPC_USER MIDL_user_allocate(SIZE_T size)
{
    return malloc(size);
}

void __RPC_USER MIDL_user_free(void __RPC_FAR *memory)
{
    free(memory);
}

static RPC_BINDING_HANDLE bind_rpcss(void)
{
    static WCHAR protocol[] = L"ncalrpc", endpoint[] = L"irpcss";
    RPC_BINDING_HANDLE binding = NULL;
    WCHAR *text;

    if (RpcStringBindingComposeW(NULL, protocol, NULL, endpoint, NULL, &text))
        return NULL;
    if (RpcBindingFromStringBindingW(text, &binding))
        binding = NULL;
    RpcStringFreeW(&text);
    return binding;
}

/* The cookie that rpcss counts just now, 0 if it does not tell. */
static unsigned int current_cookie(RPC_BINDING_HANDLE binding)
{
    class_object object = {0};
    unsigned int cookie = 0;
    GUID clsid;
    HRESULT hr;

    if (FAILED(CoCreateGuid(&clsid)))
        return 0;
    __TRY
    {
        if (FAILED(hr = rpcss_register(binding, &clsid, REGCLS_MULTIPLEUSE, &object, &cookie))
            || FAILED(hr = rpcss_revoke(binding, cookie)))
            cookie = 0;
    }
    __EXCEPT_ALL
    {
        hr = HRESULT_FROM_WIN32(GetExceptionCode());
        cookie = 0;
    }
    __ENDTRY
    TRACE("cookie %u, hr %#lx.\n", cookie, hr);
    return cookie;
}

/* rpcss may be another one than that which gave the cookie; then nothing of ours is on its list. */
static void revoke_cookie(RPC_BINDING_HANDLE binding, unsigned int cookie)
{
    class_object *object = NULL;
    HRESULT hr;

    __TRY
    {
        if (SUCCEEDED(hr = rpcss_find(binding, &CLSID_DeliveryOptimization, &object)))
            hr = rpcss_revoke(binding, cookie);
    }
    __EXCEPT_ALL
    {
        hr = HRESULT_FROM_WIN32(GetExceptionCode());
    }
    __ENDTRY
    free(object);
    WARN("The former service was not stopped; cookie %u, hr %#lx.\n", cookie, hr);
}

static HKEY open_runtime_key(void)
{
    HKEY key;

    if (RegCreateKeyExW(HKEY_LOCAL_MACHINE, RUNTIME_KEY, 0, NULL, REG_OPTION_VOLATILE,
                        KEY_QUERY_VALUE | KEY_SET_VALUE, NULL, &key, NULL))
        return NULL;
    return key;
}

static void revoke_former(RPC_BINDING_HANDLE binding, HKEY key)
{
    DWORD cookie, size = sizeof(cookie);

    if (RegGetValueW(key, NULL, COOKIE_VALUE, RRF_RT_REG_DWORD, NULL, &cookie, &size))
        return;
    revoke_cookie(binding, cookie);
    RegDeleteValueW(key, COOKIE_VALUE);
}

static HRESULT register_once(DWORD *registration)
{
    return CoRegisterClassObject(&CLSID_DeliveryOptimization, (IUnknown *)class_factory, CLSCTX_LOCAL_SERVER,
                                 REGCLS_MULTIPLEUSE, registration);
}

/* Registers until the cookie is certain, at last without it. */
static HRESULT register_noted(RPC_BINDING_HANDLE binding, HKEY key, DWORD *registration)
{
    DWORD before, after, cookie;
    unsigned int i;
    HRESULT hr;

    for (i = 0; i < MAX_ATTEMPTS; ++i)
    {
        before = current_cookie(binding);
        if (FAILED(hr = register_once(registration)))
            return hr;
        after = current_cookie(binding);
        if (before && after == before + 2)
        {
            cookie = before + 1;
            RegSetValueExW(key, COOKIE_VALUE, 0, REG_DWORD, (const BYTE *)&cookie, sizeof(cookie));
            return S_OK;
        }
        CoRevokeClassObject(*registration);
    }
    WARN("The cookie of the class object could not be found out.\n");
    return register_once(registration);
}

HRESULT class_object_register(DWORD *registration)
{
    RPC_BINDING_HANDLE binding = bind_rpcss();
    HKEY key = open_runtime_key();
    HRESULT hr;

    if (binding && key)
    {
        revoke_former(binding, key);
        hr = register_noted(binding, key, registration);
    }
    else
        hr = register_once(registration);

    if (key)
        RegCloseKey(key);
    if (binding)
        RpcBindingFree(&binding);
    return hr;
}

void class_object_revoke(DWORD registration)
{
    HKEY key;

    CoRevokeClassObject(registration);
    if ((key = open_runtime_key()))
    {
        RegDeleteValueW(key, COOKIE_VALUE);
        RegCloseKey(key);
    }
}
