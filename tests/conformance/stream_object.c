/*
 * A client's stream for the tests: it compares the bytes that it is given with what they should be.
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

#include "stream_object.h"

static struct stream_object *impl_from_IStream(IStream *iface)
{
    return CONTAINING_RECORD(iface, struct stream_object, IStream_iface);
}

static HRESULT WINAPI stream_QueryInterface(IStream *iface, REFIID iid, void **out)
{
    if (IsEqualGUID(iid, &IID_IUnknown) || IsEqualGUID(iid, &IID_ISequentialStream)
            || IsEqualGUID(iid, &IID_IStream))
    {
        IStream_AddRef(iface);
        *out = iface;
        return S_OK;
    }
    *out = NULL;
    return E_NOINTERFACE;
}

static ULONG WINAPI stream_AddRef(IStream *iface)
{
    struct stream_object *stream = impl_from_IStream(iface);

    return InterlockedIncrement(&stream->refcount);
}

static ULONG WINAPI stream_Release(IStream *iface)
{
    struct stream_object *stream = impl_from_IStream(iface);
    ULONG refcount = InterlockedDecrement(&stream->refcount);

    /* Whoever waits for the service to let go looks again. */
    SetEvent(stream->written);
    return refcount;
}

static HRESULT unexpected(IStream *iface)
{
    struct stream_object *stream = impl_from_IStream(iface);

    InterlockedIncrement(&stream->others);
    return E_NOTIMPL;
}

static HRESULT WINAPI stream_Read(IStream *iface, void *buffer, ULONG size, ULONG *read)
{
    return unexpected(iface);
}

/* Where a byte of the stream lies in the content. */
static UINT64 content_offset(const struct stream_object *stream, UINT64 offset)
{
    const BG_FILE_RANGE *range = stream->ranges;

    if (!range)
        return offset;
    while (offset >= range->Length)
        offset -= (range++)->Length;
    return range->InitialOffset + offset;
}

static HRESULT take(struct stream_object *stream, const BYTE *bytes, ULONG count)
{
    ULONG i;

    if (FAILED(stream->fail_with) && stream->fail_at < stream->received + count)
    {
        HRESULT hr = stream->fail_with;

        stream->fail_with = S_OK;
        return hr;
    }
    if (stream->take)
        stream->take(stream, bytes, count);
    for (i = 0; i < count && !stream->take; ++i)
    {
        if (bytes[i] != remote_byte(stream->seed, content_offset(stream, stream->received + i)))
            InterlockedIncrement(&stream->wrong);
    }
    InterlockedExchange64((LONG64 *)&stream->received, stream->received + count);
    return stream->result;
}

/* The count is never set, as real clients do. */
static HRESULT WINAPI stream_Write(IStream *iface, const void *buffer, ULONG count, ULONG *written)
{
    struct stream_object *stream = impl_from_IStream(iface);
    LONG running = InterlockedIncrement(&stream->running);
    HRESULT hr;

    if (running > stream->running_maximum)
        stream->running_maximum = running;
    InterlockedIncrement(&stream->calls);
    if (stream->gate)
        WaitForSingleObject(stream->gate, WAIT_LIMIT_MS);
    if (stream->action)
        stream->action(stream);
    hr = take(stream, buffer, count);
    InterlockedDecrement(&stream->running);
    SetEvent(stream->written);
    return hr;
}

static HRESULT WINAPI stream_Seek(IStream *iface, LARGE_INTEGER move, DWORD origin, ULARGE_INTEGER *position)
{
    return unexpected(iface);
}

static HRESULT WINAPI stream_SetSize(IStream *iface, ULARGE_INTEGER size)
{
    return unexpected(iface);
}

static HRESULT WINAPI stream_CopyTo(IStream *iface, IStream *target, ULARGE_INTEGER count, ULARGE_INTEGER *read,
        ULARGE_INTEGER *written)
{
    return unexpected(iface);
}

static HRESULT WINAPI stream_Commit(IStream *iface, DWORD flags)
{
    return unexpected(iface);
}

static HRESULT WINAPI stream_Revert(IStream *iface)
{
    return unexpected(iface);
}

static HRESULT WINAPI stream_LockRegion(IStream *iface, ULARGE_INTEGER offset, ULARGE_INTEGER count, DWORD type)
{
    return unexpected(iface);
}

static HRESULT WINAPI stream_UnlockRegion(IStream *iface, ULARGE_INTEGER offset, ULARGE_INTEGER count, DWORD type)
{
    return unexpected(iface);
}

static HRESULT WINAPI stream_Stat(IStream *iface, STATSTG *stat, DWORD flags)
{
    return unexpected(iface);
}

static HRESULT WINAPI stream_Clone(IStream *iface, IStream **clone)
{
    return unexpected(iface);
}

static const IStreamVtbl stream_vtbl =
{
    stream_QueryInterface,
    stream_AddRef,
    stream_Release,
    stream_Read,
    stream_Write,
    stream_Seek,
    stream_SetSize,
    stream_CopyTo,
    stream_Commit,
    stream_Revert,
    stream_LockRegion,
    stream_UnlockRegion,
    stream_Stat,
    stream_Clone,
};

void stream_object_init(struct stream_object *stream, UINT64 seed)
{
    memset(stream, 0, sizeof(*stream));
    stream->IStream_iface.lpVtbl = (IStreamVtbl *)&stream_vtbl;
    stream->refcount = 1;
    stream->seed = seed;
    stream->written = CreateEventW(NULL, FALSE, FALSE, NULL);
    ok(stream->written != NULL, "Got error %lu.\n", GetLastError());
}

void stream_object_cleanup_(const char *file, int line, struct stream_object *stream)
{
    DWORD end = GetTickCount() + WAIT_LIMIT_MS;

    while (stream->refcount > 1 && (int)(end - GetTickCount()) > 0)
        wait_event(stream->written, 1000);
    ok_(file, line, stream->refcount == 1, "The stream has %ld references left.\n", stream->refcount);
    ok_(file, line, !stream->wrong, "Got %ld wrong bytes.\n", stream->wrong);
    ok_(file, line, !stream->others, "Got %ld calls of other methods.\n", stream->others);
    ok_(file, line, stream->running_maximum <= 1, "Got %ld calls at the same time.\n", stream->running_maximum);
    CloseHandle(stream->written);
}

BOOL stream_object_wait_(const char *file, int line, struct stream_object *stream, UINT64 bytes)
{
    DWORD end = GetTickCount() + WAIT_LIMIT_MS;

    while (stream->received < bytes && (int)(end - GetTickCount()) > 0)
        wait_event(stream->written, 1000);
    ok_(file, line, stream->received >= bytes, "Got %llu bytes of %llu.\n", stream->received, bytes);
    return stream->received >= bytes;
}

static IDeliveryOptimizationFile2 *add_file(const char *file, int line, IBackgroundCopyJob *job, const WCHAR *url,
        BG_FILE_RANGE *ranges, DWORD count)
{
    IDeliveryOptimizationFile2 *file2 = NULL;
    IDeliveryOptimizationJob2 *job2;
    HRESULT hr;

    hr = IBackgroundCopyJob_QueryInterface(job, &IID_IDeliveryOptimizationJob2, (void **)&job2);
    ok_(file, line, hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return NULL;
    hr = IDeliveryOptimizationJob2_AddFile(job2, L"id", url, count, ranges, &IID_IDeliveryOptimizationFile2,
            (void **)&file2);
    ok_(file, line, hr == S_OK, "Got hr %#lx.\n", hr);
    IDeliveryOptimizationJob2_Release(job2);
    return file2;
}

IDeliveryOptimizationFile2 *add_stream_file_(const char *file, int line, IBackgroundCopyJob *job, const WCHAR *url,
        BG_FILE_RANGE *ranges, DWORD count, IStream *stream)
{
    IDeliveryOptimizationFile2 *file2;
    VARIANT value;
    HRESULT hr;

    if (!(file2 = add_file(file, line, job, url, ranges, count)) || !stream)
        return file2;
    V_VT(&value) = VT_UNKNOWN;
    V_UNKNOWN(&value) = (IUnknown *)stream;
    hr = IDeliveryOptimizationFile2_SetProperty(file2, DOFilePropertyId_DownloadSinkInterface, &value);
    ok_(file, line, hr == S_OK, "Got hr %#lx.\n", hr);
    return file2;
}
