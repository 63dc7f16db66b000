/*
 * The list that an enumerator goes through, as it was when the enumerator was made.
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

#include <stddef.h>
#include <stdlib.h>

#include "dosvc_private.h"

struct snapshot *snapshot_alloc(unsigned int count)
{
    struct snapshot *snapshot;

    if (!(snapshot = calloc(1, offsetof(struct snapshot, objects) + (count ? count : 1) * sizeof(IUnknown *))))
        return NULL;
    snapshot->refcount = 1;
    snapshot->count = count;
    return snapshot;
}

void snapshot_addref(struct snapshot *snapshot)
{
    InterlockedIncrement(&snapshot->refcount);
}

void snapshot_release(struct snapshot *snapshot)
{
    unsigned int i;

    if (InterlockedDecrement(&snapshot->refcount))
        return;
    for (i = 0; i < snapshot->count; ++i)
    {
        if (snapshot->objects[i])
            IUnknown_Release(snapshot->objects[i]);
    }
    free(snapshot);
}

/* Takes up to `count` places from the position on, and gives the first one; threads may share an enumerator. */
static unsigned int advance(struct snapshot *snapshot, LONG *position, ULONG count, unsigned int *taken)
{
    unsigned int first, left;

    do
    {
        first = *position;
        left = snapshot->count - first;
        *taken = count < left ? count : left;
    } while (InterlockedCompareExchange(position, first + *taken, first) != (LONG)first);
    return first;
}

HRESULT snapshot_next(struct snapshot *snapshot, LONG *position, ULONG count, IUnknown **objects, ULONG *fetched)
{
    unsigned int first, taken, i;

    if (!objects || (!fetched && count != 1))
        return E_INVALIDARG;

    first = advance(snapshot, position, count, &taken);
    for (i = 0; i < taken; ++i)
    {
        objects[i] = snapshot->objects[first + i];
        IUnknown_AddRef(objects[i]);
    }
    if (fetched)
        *fetched = taken;
    else if (!taken)
        objects[0] = NULL; /* without a count this is what the proxy transmits */
    return taken == count ? S_OK : S_FALSE;
}

HRESULT snapshot_skip(struct snapshot *snapshot, LONG *position, ULONG count)
{
    unsigned int taken;

    advance(snapshot, position, count, &taken);
    return taken == count ? S_OK : S_FALSE;
}
