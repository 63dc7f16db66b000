/*
 * IClientSecurity of an interface proxy.
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

#include "dosvcprxy_private.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

static struct proxy *impl_from_IClientSecurity(IClientSecurity *iface)
{
    return CONTAINING_RECORD(iface, struct proxy, IClientSecurity_iface);
}

/* The proxy that an application means by one of its interface pointers: any of the same object. A
 * pointer that is not one of our proxies, but belongs to the object, is its IUnknown or one that
 * another DLL marshals; what is set for those is kept in one place, the second blanket. */
static HRESULT find_target(struct proxy *proxy, IUnknown *target, struct blanket **blanket)
{
    struct proxy *found;
    IUnknown *identity;

    if (!target)
        return E_INVALIDARG;

    if ((found = proxy_find(target)))
    {
        if (found->outer != proxy->outer)
            return E_INVALIDARG;
        *blanket = &found->blanket;
        return S_OK;
    }

    if (FAILED(IUnknown_QueryInterface(target, &IID_IUnknown, (void **)&identity)))
        return E_INVALIDARG;
    IUnknown_Release(identity);
    if (identity != proxy->outer)
        return E_INVALIDARG;
    *blanket = &proxy->unknown_blanket;
    return S_OK;
}

static HRESULT WINAPI client_security_QueryInterface(IClientSecurity *iface, REFIID iid, void **out)
{
    struct proxy *proxy = impl_from_IClientSecurity(iface);

    return IUnknown_QueryInterface(proxy->iface, iid, out);
}

static ULONG WINAPI client_security_AddRef(IClientSecurity *iface)
{
    struct proxy *proxy = impl_from_IClientSecurity(iface);

    return IUnknown_AddRef(proxy->iface);
}

static ULONG WINAPI client_security_Release(IClientSecurity *iface)
{
    struct proxy *proxy = impl_from_IClientSecurity(iface);

    return IUnknown_Release(proxy->iface);
}

/* Any of the out pointers can be NULL. */
static HRESULT WINAPI client_security_QueryBlanket(IClientSecurity *iface, IUnknown *target,
                                                   DWORD *authn_service, DWORD *authz_service,
                                                   OLECHAR **principal, DWORD *authn_level,
                                                   DWORD *imp_level, void **auth_info,
                                                   DWORD *capabilities)
{
    struct proxy *proxy = impl_from_IClientSecurity(iface);
    struct blanket *which, blanket;
    HRESULT hr;

    TRACE("iface %p, target %p, authn_service %p, authz_service %p, principal %p, authn_level %p, "
          "imp_level %p, auth_info %p, capabilities %p.\n", iface, target, authn_service,
          authz_service, principal, authn_level, imp_level, auth_info, capabilities);

    if (FAILED(hr = find_target(proxy, target, &which)))
        return hr;
    if (FAILED(hr = proxy_get_blanket(which, &blanket)))
        return hr;

    if (authn_service)
        *authn_service = blanket.authn_service;
    if (authz_service)
        *authz_service = blanket.authz_service;
    if (authn_level)
        *authn_level = blanket.authn_level;
    if (imp_level)
        *imp_level = blanket.imp_level;
    if (auth_info)
        *auth_info = blanket.auth_info;
    if (capabilities)
        *capabilities = blanket.capabilities;
    if (principal)
    {
        *principal = blanket.principal;
        blanket.principal = NULL;
    }
    blanket_cleanup(&blanket);
    return S_OK;
}

static HRESULT WINAPI client_security_SetBlanket(IClientSecurity *iface, IUnknown *target,
                                                 DWORD authn_service, DWORD authz_service,
                                                 OLECHAR *principal, DWORD authn_level,
                                                 DWORD imp_level, void *auth_info,
                                                 DWORD capabilities)
{
    struct proxy *proxy = impl_from_IClientSecurity(iface);
    struct blanket *which, blanket;
    HRESULT hr;

    TRACE("iface %p, target %p, authn_service %ld, authz_service %ld, principal %s, "
          "authn_level %lu, imp_level %lu, auth_info %p, capabilities %#lx.\n", iface, target,
          authn_service, authz_service,
          principal == COLE_DEFAULT_PRINCIPAL ? "default" : debugstr_w(principal), authn_level,
          imp_level, auth_info, capabilities);

    if (FAILED(hr = find_target(proxy, target, &which)))
        return hr;
    if (FAILED(hr = blanket_init_values(&blanket, authn_service, authz_service, principal,
                                        authn_level, imp_level, auth_info, capabilities)))
        return hr;

    proxy_exchange_blanket(which, &blanket);
    blanket_cleanup(&blanket);
    return S_OK;
}

/* IUnknown and IClientSecurity are local to a client and cannot be copied, as on Windows. */
static HRESULT WINAPI client_security_CopyProxy(IClientSecurity *iface, IUnknown *target,
                                                IUnknown **copy)
{
    struct proxy *proxy = impl_from_IClientSecurity(iface), *source;

    TRACE("iface %p, target %p, copy %p.\n", iface, target, copy);

    if (!copy)
        return E_INVALIDARG;
    *copy = NULL;
    if (!target || !(source = proxy_find(target)) || source->outer != proxy->outer)
        return E_INVALIDARG;
    return proxy_copy(source, copy);
}

const IClientSecurityVtbl client_security_vtbl =
{
    client_security_QueryInterface,
    client_security_AddRef,
    client_security_Release,
    client_security_QueryBlanket,
    client_security_SetBlanket,
    client_security_CopyProxy,
};
