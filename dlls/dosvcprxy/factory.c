/*
 * Entry points of the DLL, and the factory of proxies and stubs.
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

/* References on our factory; the proxies count themselves. */
static LONG factory_refcount;
static HINSTANCE module_instance;

/* The factory of rpcrt4, which has no state but its count. The caller releases it. */
IPSFactoryBuffer *factory_get_rpcrt4(void)
{
    IPSFactoryBuffer *factory;

    if (FAILED(rpcrt4_DllGetClassObject(&CLSID_PSFactoryBuffer, &IID_IPSFactoryBuffer,
                                        (void **)&factory)))
        return NULL;
    return factory;
}

static HRESULT WINAPI factory_QueryInterface(IPSFactoryBuffer *iface, REFIID iid, void **out)
{
    TRACE("iface %p, iid %s, out %p.\n", iface, debugstr_guid(iid), out);

    if (IsEqualGUID(iid, &IID_IUnknown) || IsEqualGUID(iid, &IID_IPSFactoryBuffer))
    {
        IPSFactoryBuffer_AddRef(iface);
        *out = iface;
        return S_OK;
    }

    WARN("%s not implemented, returning E_NOINTERFACE.\n", debugstr_guid(iid));
    *out = NULL;
    return E_NOINTERFACE;
}

static ULONG WINAPI factory_AddRef(IPSFactoryBuffer *iface)
{
    ULONG refcount = InterlockedIncrement(&factory_refcount);

    TRACE("%p increasing refcount to %lu.\n", iface, refcount);
    return refcount;
}

static ULONG WINAPI factory_Release(IPSFactoryBuffer *iface)
{
    ULONG refcount = InterlockedDecrement(&factory_refcount);

    TRACE("%p decreasing refcount to %lu.\n", iface, refcount);
    return refcount;
}

static HRESULT WINAPI factory_CreateProxy(IPSFactoryBuffer *iface, IUnknown *outer, REFIID iid,
                                          IRpcProxyBuffer **buffer, void **out)
{
    IPSFactoryBuffer *factory;
    HRESULT hr;

    TRACE("iface %p, outer %p, iid %s, buffer %p, out %p.\n", iface, outer, debugstr_guid(iid),
          buffer, out);

    if (!(factory = factory_get_rpcrt4()))
        return E_UNEXPECTED;
    hr = proxy_create(factory, outer, iid, buffer, out);
    IPSFactoryBuffer_Release(factory);
    return hr;
}

static HRESULT WINAPI factory_CreateStub(IPSFactoryBuffer *iface, REFIID iid, IUnknown *server,
                                         IRpcStubBuffer **stub)
{
    IPSFactoryBuffer *factory;
    HRESULT hr;

    TRACE("iface %p, iid %s, server %p, stub %p.\n", iface, debugstr_guid(iid), server, stub);

    if (!(factory = factory_get_rpcrt4()))
        return E_UNEXPECTED;
    pin_interface(iid);     /* which comes here once more, for its own stub */
    hr = IPSFactoryBuffer_CreateStub(factory, iid, server, stub);
    IPSFactoryBuffer_Release(factory);
    return hr;
}

static const IPSFactoryBufferVtbl factory_vtbl =
{
    factory_QueryInterface,
    factory_AddRef,
    factory_Release,
    factory_CreateProxy,
    factory_CreateStub,
};

static IPSFactoryBuffer factory = {(IPSFactoryBufferVtbl *)&factory_vtbl};

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved)
{
    if (reason == DLL_PROCESS_ATTACH)
    {
        DisableThreadLibraryCalls(instance);
        module_instance = instance;
    }
    return TRUE;
}

/* The class is ours, or any interface that has a proxy here: rpcrt4's function knows. */
HRESULT WINAPI DllGetClassObject(REFCLSID clsid, REFIID iid, void **out)
{
    IUnknown *rpcrt4_factory;
    HRESULT hr;

    TRACE("clsid %s, iid %s, out %p.\n", debugstr_guid(clsid), debugstr_guid(iid), out);

    if (!out)
        return E_POINTER;
    *out = NULL;
    if (FAILED(hr = rpcrt4_DllGetClassObject(clsid, &IID_IUnknown, (void **)&rpcrt4_factory)))
        return hr;
    IUnknown_Release(rpcrt4_factory);
    return IPSFactoryBuffer_QueryInterface(&factory, iid, out);
}

/* Stubs and proxies of rpcrt4 hold its factory, and with it this DLL. */
HRESULT WINAPI DllCanUnloadNow(void)
{
    if (InterlockedCompareExchange(&factory_refcount, 0, 0) || proxy_count())
        return S_FALSE;
    return rpcrt4_DllCanUnloadNow();
}

HRESULT WINAPI DllRegisterServer(void)
{
    return registration_write(module_instance);
}

HRESULT WINAPI DllUnregisterServer(void)
{
    return registration_remove();
}
