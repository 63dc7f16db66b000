/*
 * Keeps every interface that a process offers known to the RPC runtime, as long as the apartment exists.
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

#include "dosvcprxy_private.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

/*
 * With the last stub of an interface Wine withdraws that interface from the RPC runtime, and waits for the calls of it
 * that are still under way. A call that ends just when they are counted forgets to say so, and whoever released the
 * object waits for ever: a service that lets go of a callback, or a program that lets go of a file. So the first
 * stub of an interface brings a second one, of an object that nobody calls and that goes with the apartment.
 */
struct pin
{
    IUnknown IUnknown_iface;
    LONG refcount;
    IID iid;                /* constant */
    struct pin *next;       /* in the list, protected by the lock; the list holds no reference */
};

static SRWLOCK lock = SRWLOCK_INIT;
static struct pin *pins;

static struct pin *impl_from_IUnknown(IUnknown *iface)
{
    return CONTAINING_RECORD(iface, struct pin, IUnknown_iface);
}

static HRESULT WINAPI pin_QueryInterface(IUnknown *iface, REFIID iid, void **out)
{
    struct pin *pin = impl_from_IUnknown(iface);

    TRACE("iface %p, iid %s, out %p.\n", iface, debugstr_guid(iid), out);

    if (IsEqualGUID(iid, &IID_IUnknown) || IsEqualGUID(iid, &pin->iid))
    {
        IUnknown_AddRef(iface);
        *out = iface;
        return S_OK;
    }

    *out = NULL; /* combase asks for all kinds of interfaces */
    return E_NOINTERFACE;
}

static ULONG WINAPI pin_AddRef(IUnknown *iface)
{
    struct pin *pin = impl_from_IUnknown(iface);
    ULONG refcount = InterlockedIncrement(&pin->refcount);

    TRACE("iface %p, refcount %lu.\n", iface, refcount);
    return refcount;
}

static ULONG WINAPI pin_Release(IUnknown *iface)
{
    struct pin *pin = impl_from_IUnknown(iface), **link;
    ULONG refcount = InterlockedDecrement(&pin->refcount);

    TRACE("iface %p, refcount %lu.\n", iface, refcount);
    if (!refcount)
    {
        AcquireSRWLockExclusive(&lock);
        for (link = &pins; *link != pin; link = &(*link)->next)
            ;
        *link = pin->next;
        ReleaseSRWLockExclusive(&lock);
        free(pin);
    }
    return refcount;
}

/* The methods of the interface itself are never called: nobody has a proxy. */
static const IUnknownVtbl pin_vtbl =
{
    pin_QueryInterface,
    pin_AddRef,
    pin_Release,
};

/* NULL if the interface has a pin already, or there is no memory. */
static struct pin *pin_create(REFIID iid)
{
    struct pin *pin, *other;

    if (!(pin = calloc(1, sizeof(*pin))))
        return NULL;
    pin->IUnknown_iface.lpVtbl = &pin_vtbl;
    pin->refcount = 1;
    pin->iid = *iid;

    AcquireSRWLockExclusive(&lock);
    for (other = pins; other && !IsEqualGUID(&other->iid, iid); other = other->next)
        ;
    if (!other)
    {
        pin->next = pins;
        pins = pin;
    }
    ReleaseSRWLockExclusive(&lock);
    if (!other)
        return pin;
    free(pin);
    return NULL;
}

/* The strong reference of the table is never taken back. */
void pin_interface(REFIID iid)
{
    struct pin *pin;
    IStream *stream;
    HRESULT hr;

    if (!(pin = pin_create(iid)))
        return;
    if (SUCCEEDED(hr = CreateStreamOnHGlobal(NULL, TRUE, &stream)))
    {
        hr = CoMarshalInterface(stream, iid, &pin->IUnknown_iface, MSHCTX_LOCAL, NULL, MSHLFLAGS_TABLESTRONG);
        IStream_Release(stream);
    }
    if (FAILED(hr))
        WARN("Interface %s could not be pinned, hr %#lx.\n", debugstr_guid(iid), hr);
    IUnknown_Release(&pin->IUnknown_iface);
}
