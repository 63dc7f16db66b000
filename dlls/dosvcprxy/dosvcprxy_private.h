/*
 * Declarations shared by the files of the proxy and stub DLL.
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

#ifndef __DOSVCPRXY_PRIVATE_H
#define __DOSVCPRXY_PRIVATE_H

#include <stdarg.h>

#define COBJMACROS
#include "windef.h"
#include "winbase.h"
#include "winerror.h"
#include "objbase.h"
#include "olectl.h"
#include "rpcproxy.h"

/* Security settings of one interface pointer, as IClientSecurity speaks of them. */
struct blanket
{
    DWORD authn_service;
    DWORD authz_service;
    WCHAR *principal;       /* owned, can be NULL */
    DWORD authn_level;
    DWORD imp_level;
    void *auth_info;        /* the application's, only remembered */
    DWORD capabilities;
};

void blanket_init(struct blanket *blanket);
HRESULT blanket_init_copy(struct blanket *blanket, const struct blanket *source);
HRESULT blanket_init_values(struct blanket *blanket, DWORD authn_service, DWORD authz_service,
                            const WCHAR *principal, DWORD authn_level, DWORD imp_level,
                            void *auth_info, DWORD capabilities);
void blanket_cleanup(struct blanket *blanket);

/*
 * What is known of one interface proxy of rpcrt4. It exists as long as that: the proxy manager of
 * combase holds it through IRpcProxyBuffer, in the place of the object of rpcrt4 that it wraps.
 * References on the interface proxy and on IClientSecurity are references on the proxy manager
 * (the outer object), which in turn holds this. A copy made by CopyProxy has no proxy manager that
 * knows of it, so it counts the references on itself and ends with the last one.
 */
struct proxy
{
    IRpcProxyBuffer IRpcProxyBuffer_iface;
    IClientSecurity IClientSecurity_iface;
    LONG refcount;                  /* of IRpcProxyBuffer_iface; of a copy: of its interface */
    IRpcProxyBuffer *buffer;        /* rpcrt4's object */
    IUnknown *iface;                /* rpcrt4's interface proxy; no reference, buffer keeps it */
    IUnknown *outer;                /* no reference, it outlives this */
    IID iid;
    const struct proxy *origin;     /* a copy: what it was made from, only ever compared */

    /* protected by the lock in proxy.c */
    struct proxy *next;             /* in its bucket */
    IRpcChannelBuffer *channel;     /* NULL while not connected */
    struct blanket blanket;
    struct blanket unknown_blanket; /* of IUnknown, set through this proxy's IClientSecurity */
};

extern const IClientSecurityVtbl client_security_vtbl;

HRESULT proxy_create(IPSFactoryBuffer *factory, IUnknown *outer, REFIID iid,
                     IRpcProxyBuffer **buffer, void **iface);
struct proxy *proxy_find(const void *iface);
HRESULT proxy_copy(struct proxy *source, IUnknown **copy);
HRESULT proxy_get_blanket(const struct blanket *which, struct blanket *blanket);
void proxy_exchange_blanket(struct blanket *which, struct blanket *blanket);
LONG proxy_count(void);

/* Where the generated vtables say IUnknown_*_Proxy, the compiler's command line puts these. */
HRESULT WINAPI dosvcprxy_QueryInterface(IUnknown *iface, REFIID iid, void **out);
ULONG WINAPI dosvcprxy_AddRef(IUnknown *iface);
ULONG WINAPI dosvcprxy_Release(IUnknown *iface);

IPSFactoryBuffer *factory_get_rpcrt4(void);

/* From dlldata.c: the generated tables, the class that their interfaces are registered to, and the
 * factory of rpcrt4. */
extern const ProxyFileInfo *aProxyFileList[];
extern const CLSID CLSID_PSFactoryBuffer;
HRESULT WINAPI rpcrt4_DllGetClassObject(REFCLSID clsid, REFIID iid, void **out);
HRESULT WINAPI rpcrt4_DllCanUnloadNow(void);

/* pin.c */
void pin_interface(REFIID iid);

/* registration.c */
HRESULT registration_write(HINSTANCE module);
HRESULT registration_remove(void);

#endif /* __DOSVCPRXY_PRIVATE_H */
