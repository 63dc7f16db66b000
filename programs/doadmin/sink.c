/*
 * An IStream that writes what it gets to a stream of the program.
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

#include "doadmin.h"

struct sink
{
    IStream IStream_iface;
    LONG refcount;
    struct stream *stream;
};

static struct sink *impl_from_IStream(IStream *iface)
{
    return CONTAINING_RECORD(iface, struct sink, IStream_iface);
}

static HRESULT STDMETHODCALLTYPE sink_QueryInterface(IStream *iface, REFIID iid, void **out)
{
    if (IsEqualGUID(iid, &IID_IUnknown) || IsEqualGUID(iid, &IID_ISequentialStream) || IsEqualGUID(iid, &IID_IStream))
    {
        IStream_AddRef(iface);
        *out = iface;
        return S_OK;
    }
    *out = NULL;
    return E_NOINTERFACE;
}

static ULONG STDMETHODCALLTYPE sink_AddRef(IStream *iface)
{
    return InterlockedIncrement(&impl_from_IStream(iface)->refcount);
}

static ULONG STDMETHODCALLTYPE sink_Release(IStream *iface)
{
    struct sink *sink = impl_from_IStream(iface);
    ULONG refcount = InterlockedDecrement(&sink->refcount);

    if (!refcount)
        free(sink);
    return refcount;
}

static HRESULT STDMETHODCALLTYPE sink_Read(IStream *iface, void *data, ULONG size, ULONG *read)
{
    return E_NOTIMPL;
}

static HRESULT STDMETHODCALLTYPE sink_Write(IStream *iface, const void *data, ULONG size, ULONG *written)
{
    struct sink *sink = impl_from_IStream(iface);
    const BYTE *bytes = data;
    ULONG left = size;
    DWORD count;

    while (left)
    {
        if (!WriteFile(sink->stream->handle, bytes, left, &count, NULL) || !count)
        {
            sink->stream->failed = TRUE;
            return STG_E_WRITEFAULT;
        }
        bytes += count;
        left -= count;
    }
    if (written)
        *written = size;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE sink_Seek(IStream *iface, LARGE_INTEGER move, DWORD origin, ULARGE_INTEGER *position)
{
    return E_NOTIMPL;
}

static HRESULT STDMETHODCALLTYPE sink_SetSize(IStream *iface, ULARGE_INTEGER size)
{
    return E_NOTIMPL;
}

static HRESULT STDMETHODCALLTYPE sink_CopyTo(IStream *iface, IStream *stream, ULARGE_INTEGER size,
        ULARGE_INTEGER *read, ULARGE_INTEGER *written)
{
    return E_NOTIMPL;
}

static HRESULT STDMETHODCALLTYPE sink_Commit(IStream *iface, DWORD flags)
{
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE sink_Revert(IStream *iface)
{
    return E_NOTIMPL;
}

static HRESULT STDMETHODCALLTYPE sink_LockRegion(IStream *iface, ULARGE_INTEGER offset, ULARGE_INTEGER size,
        DWORD type)
{
    return E_NOTIMPL;
}

static HRESULT STDMETHODCALLTYPE sink_UnlockRegion(IStream *iface, ULARGE_INTEGER offset, ULARGE_INTEGER size,
        DWORD type)
{
    return E_NOTIMPL;
}

static HRESULT STDMETHODCALLTYPE sink_Stat(IStream *iface, STATSTG *stat, DWORD flag)
{
    return E_NOTIMPL;
}

static HRESULT STDMETHODCALLTYPE sink_Clone(IStream *iface, IStream **stream)
{
    return E_NOTIMPL;
}

static IStreamVtbl sink_vtbl =
{
    sink_QueryInterface,
    sink_AddRef,
    sink_Release,
    sink_Read,
    sink_Write,
    sink_Seek,
    sink_SetSize,
    sink_CopyTo,
    sink_Commit,
    sink_Revert,
    sink_LockRegion,
    sink_UnlockRegion,
    sink_Stat,
    sink_Clone,
};

/* The caller owns one reference; the stream has to outlive it. */
HRESULT sink_create(struct stream *stream, IStream **out)
{
    struct sink *sink;

    if (!(sink = calloc(1, sizeof(*sink))))
        return E_OUTOFMEMORY;
    sink->IStream_iface.lpVtbl = &sink_vtbl;
    sink->refcount = 1;
    sink->stream = stream;
    *out = &sink->IStream_iface;
    return S_OK;
}
