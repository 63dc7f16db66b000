/*
 * Interface proxies: what is known of each, its copies, and the detour to IClientSecurity.
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
 * Why: the proxy manager of combase answers IClientSecurity itself, with methods that return
 * E_NOTIMPL, and applications that set a blanket on their pointers give up. An application's
 * QueryInterface reaches the vtable of the interface proxy first, and that one comes from here, so
 * that IClientSecurity is answered before the proxy manager is asked.
 *
 * Once Wine's own methods work, dosvcprxy_QueryInterface can go, and with it everything but the
 * generated proxies; a program that calls CoSetProxyBlanket on an IUnknown pointer tells.
 *
 * The settings of a proxy must end with the proxy. A proxy of rpcrt4 has no room for more, but its
 * owner, the proxy manager, holds it through the IRpcProxyBuffer that our factory returned: an
 * object of ours that wraps the one of rpcrt4. It enters itself in a table by the address of
 * the interface pointer, and leaves it before it releases what it wraps, so that no address can be
 * in the table that is not a living proxy.
 */

#include "dosvcprxy_private.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

#define BUCKET_COUNT 256

/* Protects the table and what struct proxy says. Nothing that could come back to this DLL is called
 * while it is held. */
static SRWLOCK lock = SRWLOCK_INIT;
static struct proxy *buckets[BUCKET_COUNT];
static LONG all_count;
static LONG copy_count;

LONG proxy_count(void)
{
    return InterlockedCompareExchange(&all_count, 0, 0);
}

static struct proxy **bucket_of(const void *iface)
{
    return &buckets[((ULONG_PTR)iface >> 4) % BUCKET_COUNT];
}

/* The caller's reference on the interface pointer keeps what is returned. */
struct proxy *proxy_find(const void *iface)
{
    struct proxy *proxy;

    AcquireSRWLockShared(&lock);
    for (proxy = *bucket_of(iface); proxy; proxy = proxy->next)
    {
        if (proxy->iface == iface)
            break;
    }
    ReleaseSRWLockShared(&lock);
    return proxy;
}

static void insert_locked(struct proxy *proxy)
{
    struct proxy **bucket = bucket_of(proxy->iface);

    proxy->next = *bucket;
    *bucket = proxy;
    if (proxy->origin)
        InterlockedIncrement(&copy_count);
}

static void remove_from_table(struct proxy *proxy)
{
    struct proxy **link;

    AcquireSRWLockExclusive(&lock);
    for (link = bucket_of(proxy->iface); *link; link = &(*link)->next)
    {
        if (*link == proxy)
        {
            *link = proxy->next;
            if (proxy->origin)
                InterlockedDecrement(&copy_count);
            break;
        }
    }
    ReleaseSRWLockExclusive(&lock);
}

/* A copy of one of the two settings of a proxy. */
HRESULT proxy_get_blanket(const struct blanket *which, struct blanket *blanket)
{
    HRESULT hr;

    AcquireSRWLockShared(&lock);
    hr = blanket_init_copy(blanket, which);
    ReleaseSRWLockShared(&lock);
    return hr;
}

/* Puts the settings in place and hands back the former ones for clean-up. */
void proxy_exchange_blanket(struct blanket *which, struct blanket *blanket)
{
    struct blanket former;

    AcquireSRWLockExclusive(&lock);
    former = *which;
    *which = *blanket;
    ReleaseSRWLockExclusive(&lock);
    *blanket = former;
}

/* Takes the channel out, so that only one thread gets to disconnect. */
static IRpcChannelBuffer *take_channel(struct proxy *proxy)
{
    IRpcChannelBuffer *channel;

    AcquireSRWLockExclusive(&lock);
    channel = proxy->channel;
    proxy->channel = NULL;
    ReleaseSRWLockExclusive(&lock);
    return channel;
}

static void proxy_disconnect(struct proxy *proxy)
{
    IRpcChannelBuffer *channel;

    if (!(channel = take_channel(proxy)))
        return;
    IRpcProxyBuffer_Disconnect(proxy->buffer);
    IRpcChannelBuffer_Release(channel);
}

static void proxy_free(struct proxy *proxy)
{
    blanket_cleanup(&proxy->blanket);
    blanket_cleanup(&proxy->unknown_blanket);
    CoTaskMemFree(proxy);
    InterlockedDecrement(&all_count);
}

/* Takes the proxy out of the table and ends it, and with it the interface proxy. */
static void proxy_destroy(struct proxy *proxy)
{
    TRACE("proxy %p, iface %p.\n", proxy, proxy->iface);

    remove_from_table(proxy);
    proxy_disconnect(proxy);
    IRpcProxyBuffer_Release(proxy->buffer);
    proxy_free(proxy);
}

/* One connected copy of a proxy, its buffer referenced and its channel taken out, or NULL. */
static IRpcProxyBuffer *take_connected_copy(const struct proxy *origin, IRpcChannelBuffer **channel)
{
    IRpcProxyBuffer *buffer = NULL;
    struct proxy *proxy;
    unsigned int i;

    AcquireSRWLockExclusive(&lock);
    for (i = 0; i < BUCKET_COUNT && !buffer; i++)
    {
        for (proxy = buckets[i]; proxy; proxy = proxy->next)
        {
            if (proxy->origin != origin || !proxy->channel)
                continue;
            *channel = proxy->channel;
            proxy->channel = NULL;
            buffer = proxy->buffer;
            IRpcProxyBuffer_AddRef(buffer);
            break;
        }
    }
    ReleaseSRWLockExclusive(&lock);
    return buffer;
}

static struct proxy *impl_from_IRpcProxyBuffer(IRpcProxyBuffer *iface)
{
    return CONTAINING_RECORD(iface, struct proxy, IRpcProxyBuffer_iface);
}

static HRESULT WINAPI proxy_QueryInterface(IRpcProxyBuffer *iface, REFIID iid, void **out)
{
    struct proxy *proxy = impl_from_IRpcProxyBuffer(iface);

    if (IsEqualGUID(iid, &IID_IUnknown) || IsEqualGUID(iid, &IID_IRpcProxyBuffer))
    {
        IRpcProxyBuffer_AddRef(iface);
        *out = iface;
        return S_OK;
    }
    return IRpcProxyBuffer_QueryInterface(proxy->buffer, iid, out);
}

static ULONG WINAPI proxy_AddRef(IRpcProxyBuffer *iface)
{
    struct proxy *proxy = impl_from_IRpcProxyBuffer(iface);
    ULONG refcount = InterlockedIncrement(&proxy->refcount);

    TRACE("%p increasing refcount to %lu.\n", proxy, refcount);
    return refcount;
}

static ULONG WINAPI proxy_Release(IRpcProxyBuffer *iface)
{
    struct proxy *proxy = impl_from_IRpcProxyBuffer(iface);
    ULONG refcount = InterlockedDecrement(&proxy->refcount);

    TRACE("%p decreasing refcount to %lu.\n", proxy, refcount);
    if (!refcount)
        proxy_destroy(proxy);
    return refcount;
}

static HRESULT WINAPI proxy_Connect(IRpcProxyBuffer *iface, IRpcChannelBuffer *channel)
{
    struct proxy *proxy = impl_from_IRpcProxyBuffer(iface);
    IRpcChannelBuffer *former;
    HRESULT hr;

    TRACE("iface %p, channel %p.\n", iface, channel);

    if (FAILED(hr = IRpcProxyBuffer_Connect(proxy->buffer, channel)))
        return hr;
    IRpcChannelBuffer_AddRef(channel);
    AcquireSRWLockExclusive(&lock);
    former = proxy->channel;
    proxy->channel = channel;
    ReleaseSRWLockExclusive(&lock);
    if (former)
        IRpcChannelBuffer_Release(former);
    return hr;
}

/* Copies have no other way of hearing of it. */
static void WINAPI proxy_Disconnect(IRpcProxyBuffer *iface)
{
    struct proxy *proxy = impl_from_IRpcProxyBuffer(iface);
    IRpcChannelBuffer *channel;
    IRpcProxyBuffer *copy;

    TRACE("iface %p.\n", iface);

    proxy_disconnect(proxy);
    if (!InterlockedCompareExchange(&copy_count, 0, 0))
        return;
    while ((copy = take_connected_copy(proxy, &channel)))
    {
        IRpcProxyBuffer_Disconnect(copy);
        IRpcProxyBuffer_Release(copy);
        IRpcChannelBuffer_Release(channel);
    }
}

static const IRpcProxyBufferVtbl proxy_vtbl =
{
    proxy_QueryInterface,
    proxy_AddRef,
    proxy_Release,
    proxy_Connect,
    proxy_Disconnect,
};

static struct proxy *proxy_alloc(IUnknown *outer, REFIID iid)
{
    struct proxy *proxy;

    if (!(proxy = CoTaskMemAlloc(sizeof(*proxy))))
        return NULL;
    memset(proxy, 0, sizeof(*proxy));
    proxy->IRpcProxyBuffer_iface.lpVtbl = (IRpcProxyBufferVtbl *)&proxy_vtbl;
    proxy->IClientSecurity_iface.lpVtbl = (IClientSecurityVtbl *)&client_security_vtbl;
    proxy->refcount = 1;
    proxy->outer = outer;
    proxy->iid = *iid;
    blanket_init(&proxy->blanket);
    blanket_init(&proxy->unknown_blanket);
    InterlockedIncrement(&all_count);
    return proxy;
}

/* A proxy that is not part of an aggregate belongs to no object that a client could know; it is
 * rpcrt4's alone. */
HRESULT proxy_create(IPSFactoryBuffer *factory, IUnknown *outer, REFIID iid,
                     IRpcProxyBuffer **buffer, void **iface)
{
    struct proxy *proxy;
    HRESULT hr;

    if (!outer)
        return IPSFactoryBuffer_CreateProxy(factory, NULL, iid, buffer, iface);

    if (!(proxy = proxy_alloc(outer, iid)))
        return E_OUTOFMEMORY;
    if (FAILED(hr = IPSFactoryBuffer_CreateProxy(factory, outer, iid, &proxy->buffer,
                                                 (void **)&proxy->iface)))
    {
        proxy_free(proxy);
        return hr;
    }

    AcquireSRWLockExclusive(&lock);
    insert_locked(proxy);
    ReleaseSRWLockExclusive(&lock);
    *buffer = &proxy->IRpcProxyBuffer_iface;
    *iface = proxy->iface;
    return S_OK;
}

/* Makes the rpcrt4 side of a copy. A copy speaks through the channel of its source. */
static HRESULT connect_copy(struct proxy *copy, IRpcChannelBuffer *channel)
{
    IPSFactoryBuffer *factory;
    HRESULT hr;

    if (!(factory = factory_get_rpcrt4()))
        return E_UNEXPECTED;
    hr = IPSFactoryBuffer_CreateProxy(factory, copy->outer, &copy->iid, &copy->buffer,
                                      (void **)&copy->iface);
    IPSFactoryBuffer_Release(factory);
    if (FAILED(hr))
        return hr;

    if (FAILED(hr = IRpcProxyBuffer_Connect(copy->buffer, channel)))
    {
        IUnknown_Release(copy->outer);
        IRpcProxyBuffer_Release(copy->buffer);
    }
    return hr;
}

/* Enters a copy in the table unless its source was disconnected meanwhile. */
static BOOL insert_copy(struct proxy *copy, const struct proxy *source, IRpcChannelBuffer *channel)
{
    BOOL connected;

    AcquireSRWLockExclusive(&lock);
    if ((connected = source->channel == channel))
    {
        copy->channel = channel;
        insert_locked(copy);
    }
    ReleaseSRWLockExclusive(&lock);
    return connected;
}

/* Another interface pointer to the same object with settings of its own, initially the same. */
HRESULT proxy_copy(struct proxy *source, IUnknown **out)
{
    IRpcChannelBuffer *channel;
    struct proxy *copy;
    HRESULT hr;

    if (!(copy = proxy_alloc(source->outer, &source->iid)))
        return E_OUTOFMEMORY;
    copy->origin = source->origin ? source->origin : source;

    AcquireSRWLockShared(&lock);
    if ((channel = source->channel))
        IRpcChannelBuffer_AddRef(channel);
    hr = blanket_init_copy(&copy->blanket, &source->blanket);
    ReleaseSRWLockShared(&lock);

    if (!channel)
        hr = RPC_E_DISCONNECTED;
    if (SUCCEEDED(hr) && SUCCEEDED(hr = connect_copy(copy, channel))
        && !insert_copy(copy, source, channel))
    {
        IUnknown_Release(copy->outer);
        IRpcProxyBuffer_Release(copy->buffer);
        hr = RPC_E_DISCONNECTED;
    }
    if (FAILED(hr))
    {
        if (channel)
            IRpcChannelBuffer_Release(channel);
        proxy_free(copy);
        return hr;
    }

    TRACE("source %p, copy %p, iface %p.\n", source, copy, copy->iface);
    *out = copy->iface;
    return S_OK;
}

/* The holder of a copy knows that there is one, so others need not look. */
static struct proxy *find_copy(IUnknown *iface)
{
    struct proxy *proxy;

    if (!InterlockedCompareExchange(&copy_count, 0, 0))
        return NULL;
    return (proxy = proxy_find(iface)) && proxy->origin ? proxy : NULL;
}

HRESULT WINAPI dosvcprxy_QueryInterface(IUnknown *iface, REFIID iid, void **out)
{
    struct proxy *proxy;

    if (out && IsEqualGUID(iid, &IID_IClientSecurity) && (proxy = proxy_find(iface)))
    {
        IUnknown_AddRef(iface);
        *out = &proxy->IClientSecurity_iface;
        return S_OK;
    }
    return IUnknown_QueryInterface_Proxy(iface, iid, out);
}

ULONG WINAPI dosvcprxy_AddRef(IUnknown *iface)
{
    struct proxy *copy;

    if ((copy = find_copy(iface)))
        InterlockedIncrement(&copy->refcount);
    return IUnknown_AddRef_Proxy(iface);
}

/* Every reference on a copy is one on the object, too. */
ULONG WINAPI dosvcprxy_Release(IUnknown *iface)
{
    struct proxy *copy;
    IUnknown *outer;

    if (!(copy = find_copy(iface)))
        return IUnknown_Release_Proxy(iface);

    outer = copy->outer;
    if (!InterlockedDecrement(&copy->refcount))
        proxy_destroy(copy);
    return IUnknown_Release(outer);
}
