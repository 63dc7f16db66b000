/*
 * The cache of the service, for tools that clean up: there is none, since nothing is shared with other machines.
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

#include "dosvc_private.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

static HRESULT WINAPI internal_QueryInterface(IDeliveryOptimizationMgrInternal *iface, REFIID iid, void **out)
{
    return IBackgroundCopyManager_QueryInterface(manager, iid, out);
}

static ULONG WINAPI internal_AddRef(IDeliveryOptimizationMgrInternal *iface)
{
    return IBackgroundCopyManager_AddRef(manager);
}

static ULONG WINAPI internal_Release(IDeliveryOptimizationMgrInternal *iface)
{
    return IBackgroundCopyManager_Release(manager);
}

/* Every process of a prefix runs as the same user. */
static HRESULT WINAPI internal_SetUserToken(IDeliveryOptimizationMgrInternal *iface)
{
    TRACE("iface %p.\n", iface);

    return S_OK;
}

/* What is transferred but not completed yet belongs to a job, and is not in a cache. */
static HRESULT WINAPI internal_GetCacheSize(IDeliveryOptimizationMgrInternal *iface, UINT64 *size)
{
    TRACE("iface %p, size %p.\n", iface, size);

    if (!size)
        return E_INVALIDARG;
    *size = 0;
    return S_OK;
}

static HRESULT WINAPI internal_DeleteCache(IDeliveryOptimizationMgrInternal *iface)
{
    TRACE("iface %p.\n", iface);

    return S_OK;
}

static HRESULT WINAPI internal_SetSwarmPinned(IDeliveryOptimizationMgrInternal *iface, const WCHAR *swarm,
                                              BOOL pinned)
{
    TRACE("iface %p, swarm %s, pinned %d.\n", iface, debugstr_w(swarm), pinned);

    if (!swarm || !*swarm)
        return E_INVALIDARG;
    return pinned ? DO_E_PIN_FAIL_NO_PEERING : S_OK;
}

static HRESULT WINAPI internal_SetExpiration(IDeliveryOptimizationMgrInternal *iface, UINT64 expiration,
                                             const WCHAR *swarm)
{
    TRACE("iface %p, expiration %s, swarm %s.\n", iface, wine_dbgstr_longlong(expiration), debugstr_w(swarm));

    return S_OK;
}

static HRESULT WINAPI internal_DeleteSwarms(IDeliveryOptimizationMgrInternal *iface, const WCHAR *swarm, BOOL forced)
{
    TRACE("iface %p, swarm %s, forced %d.\n", iface, debugstr_w(swarm), forced);

    return swarm && *swarm ? S_OK : E_INVALIDARG;
}

static const IDeliveryOptimizationMgrInternalVtbl internal_vtbl =
{
    internal_QueryInterface,
    internal_AddRef,
    internal_Release,
    internal_SetUserToken,
    internal_GetCacheSize,
    internal_DeleteCache,
    internal_SetSwarmPinned,
    internal_SetExpiration,
    internal_DeleteSwarms,
};

static IDeliveryOptimizationMgrInternal static_internal = { &internal_vtbl };
IDeliveryOptimizationMgrInternal *mgr_internal = &static_internal;
