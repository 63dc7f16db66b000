/*
 * The enumerator of downloads.
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

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

struct enum_unknown
{
    IEnumUnknown IEnumUnknown_iface;
    LONG refcount;
    struct client_object client;
    struct snapshot *snapshot;  /* shared with the clones */
    LONG position;              /* of the next object; changed with interlocked operations */
};

static HRESULT enum_unknown_create_at(struct snapshot *snapshot, LONG position, IEnumUnknown **out);

static struct enum_unknown *impl_from_IEnumUnknown(IEnumUnknown *iface)
{
    return CONTAINING_RECORD(iface, struct enum_unknown, IEnumUnknown_iface);
}

static HRESULT WINAPI enum_unknown_QueryInterface(IEnumUnknown *iface, REFIID iid, void **out)
{
    TRACE("iface %p, iid %s, out %p.\n", iface, debugstr_guid(iid), out);

    if (!out)
        return E_POINTER;
    if (IsEqualGUID(iid, &IID_IUnknown) || IsEqualGUID(iid, &IID_IEnumUnknown))
    {
        IEnumUnknown_AddRef(iface);
        *out = iface;
        return S_OK;
    }

    WARN("%s not implemented, returning E_NOINTERFACE.\n", debugstr_guid(iid));
    *out = NULL;
    return E_NOINTERFACE;
}

static ULONG WINAPI enum_unknown_AddRef(IEnumUnknown *iface)
{
    struct enum_unknown *enumerator = impl_from_IEnumUnknown(iface);
    ULONG refcount = InterlockedIncrement(&enumerator->refcount);

    TRACE("iface %p, refcount %lu.\n", iface, refcount);
    return refcount;
}

static ULONG WINAPI enum_unknown_Release(IEnumUnknown *iface)
{
    struct enum_unknown *enumerator = impl_from_IEnumUnknown(iface);
    ULONG refcount = InterlockedDecrement(&enumerator->refcount);

    TRACE("iface %p, refcount %lu.\n", iface, refcount);
    if (!refcount)
    {
        client_object_cleanup(&enumerator->client);
        snapshot_release(enumerator->snapshot);
        free(enumerator);
    }
    return refcount;
}

static HRESULT WINAPI enum_unknown_Next(IEnumUnknown *iface, ULONG count, IUnknown **objects, ULONG *fetched)
{
    struct enum_unknown *enumerator = impl_from_IEnumUnknown(iface);

    TRACE("iface %p, count %lu, objects %p, fetched %p.\n", iface, count, objects, fetched);

    return snapshot_next(enumerator->snapshot, &enumerator->position, count, objects, fetched);
}

static HRESULT WINAPI enum_unknown_Skip(IEnumUnknown *iface, ULONG count)
{
    struct enum_unknown *enumerator = impl_from_IEnumUnknown(iface);

    TRACE("iface %p, count %lu.\n", iface, count);

    return snapshot_skip(enumerator->snapshot, &enumerator->position, count);
}

static HRESULT WINAPI enum_unknown_Reset(IEnumUnknown *iface)
{
    struct enum_unknown *enumerator = impl_from_IEnumUnknown(iface);

    TRACE("iface %p.\n", iface);

    InterlockedExchange(&enumerator->position, 0);
    return S_OK;
}

static HRESULT WINAPI enum_unknown_Clone(IEnumUnknown *iface, IEnumUnknown **out)
{
    struct enum_unknown *enumerator = impl_from_IEnumUnknown(iface);

    TRACE("iface %p, out %p.\n", iface, out);

    if (!out)
        return E_INVALIDARG;
    return enum_unknown_create_at(enumerator->snapshot, enumerator->position, out);
}

static const IEnumUnknownVtbl enum_unknown_vtbl =
{
    enum_unknown_QueryInterface,
    enum_unknown_AddRef,
    enum_unknown_Release,
    enum_unknown_Next,
    enum_unknown_Skip,
    enum_unknown_Reset,
    enum_unknown_Clone,
};

static HRESULT enum_unknown_create_at(struct snapshot *snapshot, LONG position, IEnumUnknown **out)
{
    struct enum_unknown *enumerator;

    if (!(enumerator = calloc(1, sizeof(*enumerator))))
        return E_OUTOFMEMORY;
    enumerator->IEnumUnknown_iface.lpVtbl = &enum_unknown_vtbl;
    enumerator->refcount = 1;
    enumerator->position = position;
    enumerator->snapshot = snapshot;
    snapshot_addref(snapshot);
    client_object_init(&enumerator->client, (IUnknown *)&enumerator->IEnumUnknown_iface, &enumerator->refcount);

    TRACE("Created enumerator %p of %u objects.\n", enumerator, snapshot->count);
    *out = &enumerator->IEnumUnknown_iface;
    return S_OK;
}

HRESULT enum_unknown_create(struct snapshot *snapshot, IEnumUnknown **enumerator)
{
    return enum_unknown_create_at(snapshot, 0, enumerator);
}
