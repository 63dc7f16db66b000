/*
 * The streams that clients gave as sinks of files, and who writes to them.
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

/* Bytes of one call: enough that the call's own cost does not count. */
#define CHUNK_SIZE (512 * 1024)

/* How long a client that suspends or ends its job waits for a call under way, as with callbacks. */
#define CALL_END_TIMEOUT_MS 5000

/*
 * The stream of a file, until its job is over, or it is taken away before that was started. At most one work item of a
 * file is queued or running: that keeps the bytes in order. Calls are never made under the lock. The list and a
 * work item hold a reference each.
 */
struct sink
{
    struct sink *next;      /* in the list */
    GUID job_id;            /* constant; open in the engine as long as this exists */
    unsigned int index;     /* constant: of the file */

    /* All that follows, and next, is protected by the lock. */
    unsigned int refcount;
    IStream *stream;        /* reference */
    BOOL scheduled;         /* a work item is queued or running */
    BOOL again;             /* bytes came since it began to look */
    BOOL calling;           /* a call is under way, or about to be made */
    GUID logical_thread;    /* of that call; nested calls of the client have the same */
    BOOL gone;              /* the job is over, or the stream was taken away: this is to leave the list */
};

static SRWLOCK lock = SRWLOCK_INIT;
static SRWLOCK set_lock = SRWLOCK_INIT; /* one client at a time sets or clears a stream; taken before `lock` */
static CONDITION_VARIABLE call_ended = CONDITION_VARIABLE_INIT;
static struct sink *sinks;
static BOOL stopped;

static struct sink *find_sink(const GUID *job_id, unsigned int index)
{
    struct sink *sink;

    for (sink = sinks; sink; sink = sink->next)
    {
        if (sink->index == index && IsEqualGUID(&sink->job_id, job_id))
            return sink;
    }
    return NULL;
}

static void unlink_sink(struct sink *sink)
{
    struct sink **link;

    for (link = &sinks; *link; link = &(*link)->next)
    {
        if (*link == sink)
        {
            *link = sink->next;
            --sink->refcount;   /* the caller has another one */
            return;
        }
    }
}

/* Not to be called under the lock: the last reference closes the job and lets go of the client. */
static void sink_release(struct sink *sink)
{
    unsigned int refcount;

    AcquireSRWLockExclusive(&lock);
    refcount = --sink->refcount;
    ReleaseSRWLockExclusive(&lock);
    if (refcount)
        return;
    IStream_Release(sink->stream);
    engine_job_close(&sink->job_id);
    free(sink);
}

static HRESULT sink_create(const GUID *job_id, unsigned int index, IStream *stream, struct sink **out)
{
    struct sink *sink;
    HRESULT hr;

    if (!(sink = calloc(1, sizeof(*sink))))
        return E_OUTOFMEMORY;
    if (FAILED(hr = engine_job_open(job_id)))
    {
        free(sink);
        return hr;
    }
    sink->job_id = *job_id;
    sink->index = index;
    sink->refcount = 1;
    sink->stream = stream;
    IStream_AddRef(stream);
    *out = sink;
    return S_OK;
}

/*
 * Hands the next bytes to the client. Its result alone says whether it took them: some clients never set the count that
 * they are asked for. FALSE: there is nothing to hand out now.
 */
static BOOL deliver_chunk(struct sink *sink, IStream *stream, void *buffer)
{
    unsigned int count = 0;
    ULONG written = 0;
    HRESULT hr;

    if (FAILED(engine_stream_read(&sink->job_id, sink->index, buffer, CHUNK_SIZE, &count)) || !count)
        return FALSE;
    hr = IStream_Write(stream, buffer, count, &written);
    TRACE("File %u of job %s: %u bytes, hr %#lx.\n", sink->index, debugstr_guid(&sink->job_id), count, hr);
    if (FAILED(hr))
        WARN("The stream of file %u of job %s failed, hr %#lx.\n", sink->index, debugstr_guid(&sink->job_id), hr);
    (void)engine_stream_taken(&sink->job_id, sink->index, FAILED(hr) ? 0 : count, hr); /* fails when the job is over */
    return TRUE;
}

/* Makes one call. The lock is held before and after, but not during it. */
static BOOL make_call(struct sink *sink, void *buffer)
{
    IStream *stream = sink->stream;
    BOOL delivered;

    IStream_AddRef(stream);
    sink->calling = TRUE;
    (void)CoGetCurrentLogicalThreadId(&sink->logical_thread); /* this thread is in an apartment: cannot fail */
    ReleaseSRWLockExclusive(&lock);

    delivered = deliver_chunk(sink, stream, buffer);
    IStream_Release(stream);

    AcquireSRWLockExclusive(&lock);
    sink->calling = FALSE;
    WakeAllConditionVariable(&call_ended);
    return delivered;
}

static void CALLBACK deliver_bytes(TP_CALLBACK_INSTANCE *instance, void *context)
{
    struct sink *sink = context;
    void *buffer;
    HRESULT hr;

    if (FAILED(hr = CoInitializeEx(NULL, COINIT_MULTITHREADED)))
        ERR("The thread could not enter an apartment, hr %#lx.\n", hr);
    if (!(buffer = malloc(CHUNK_SIZE)))
        (void)engine_stream_taken(&sink->job_id, sink->index, 0, E_OUTOFMEMORY); /* fails when the job is over */

    AcquireSRWLockExclusive(&lock);
    do
    {
        sink->again = FALSE;
        while (!stopped && !sink->gone && buffer && SUCCEEDED(hr) && make_call(sink, buffer))
            ;
    } while (sink->again && !stopped && !sink->gone);
    sink->scheduled = FALSE;
    if (sink->gone)
        unlink_sink(sink);
    ReleaseSRWLockExclusive(&lock);

    free(buffer);
    sink_release(sink);
    if (SUCCEEDED(hr))
        CoUninitialize();
}

/* Under the lock. */
static void schedule(struct sink *sink)
{
    sink->again = TRUE;
    if (sink->scheduled || stopped)
        return;
    if (!TrySubmitThreadpoolCallback(deliver_bytes, sink, NULL))
    {
        ERR("No bytes can be delivered, error %lu.\n", GetLastError());
        return;
    }
    sink->scheduled = TRUE;
    ++sink->refcount;
}

/* Puts the stream into the list; gives the former one, to be released. */
static IStream *insert_stream(struct sink *created)
{
    struct sink *sink;
    IStream *former = NULL;

    AcquireSRWLockExclusive(&lock);
    if ((sink = find_sink(&created->job_id, created->index)))
    {
        former = sink->stream;
        sink->stream = created->stream;
        IStream_AddRef(sink->stream);
    }
    else
    {
        sink = created;
        ++sink->refcount;
        sink->next = sinks;
        sinks = sink;
    }
    schedule(sink);     /* bytes may have come before it was in the list */
    ReleaseSRWLockExclusive(&lock);
    return former;
}

/* A job that was over before its stream came into the list sends no event that takes it out again. */
static void remove_if_final(const GUID *job_id)
{
    struct wait_event_params event = { .job = id_from_guid(job_id), .kinds = EVENT_JOB_GONE };
    struct job_get_info_params info;

    if (FAILED(engine_job_get_info(job_id, &info)) || job_state_is_final(info.state))
        stream_dispatch(&event);
}

HRESULT stream_set(const GUID *job_id, unsigned int index, IUnknown *unknown)
{
    IStream *stream, *former = NULL;
    struct sink *created;
    HRESULT hr;

    if (FAILED(hr = IUnknown_QueryInterface(unknown, &IID_IStream, (void **)&stream)))
        return hr;
    hr = sink_create(job_id, index, stream, &created);
    IStream_Release(stream);
    if (FAILED(hr))
        return hr;

    AcquireSRWLockExclusive(&set_lock);
    if (SUCCEEDED(hr = engine_file_set_stream(job_id, index)))
        former = insert_stream(created);
    ReleaseSRWLockExclusive(&set_lock);

    if (SUCCEEDED(hr))
        remove_if_final(job_id);
    if (former)
        IStream_Release(former);
    sink_release(created);
    return hr;
}

/* Nothing was written yet: a call that is about to be made finds no bytes, and is over soon. */
static struct sink *remove_sink(const GUID *job_id, unsigned int index)
{
    struct sink *sink;

    AcquireSRWLockExclusive(&lock);
    if ((sink = find_sink(job_id, index)))
    {
        sink->gone = TRUE;
        ++sink->refcount;
        unlink_sink(sink);
        while (sink->calling)
            SleepConditionVariableSRW(&call_ended, &lock, INFINITE, 0);
    }
    ReleaseSRWLockExclusive(&lock);
    return sink;
}

HRESULT stream_clear(const GUID *job_id, unsigned int index)
{
    struct sink *sink = NULL;
    HRESULT hr;

    AcquireSRWLockExclusive(&set_lock);
    if (SUCCEEDED(hr = engine_file_clear_stream(job_id, index)))
        sink = remove_sink(job_id, index);
    ReleaseSRWLockExclusive(&set_lock);
    if (sink)
        sink_release(sink);
    return hr;
}

IStream *stream_get(const GUID *job_id, unsigned int index)
{
    IStream *stream = NULL;
    struct sink *sink;

    AcquireSRWLockExclusive(&lock);
    if ((sink = find_sink(job_id, index)))
    {
        stream = sink->stream;
        IStream_AddRef(stream);
    }
    ReleaseSRWLockExclusive(&lock);
    return stream;
}

void stream_dispatch(const struct wait_event_params *event)
{
    const GUID job_id = guid_from_id(&event->job);
    struct sink *sink;

    if (!(event->kinds & (EVENT_STREAM_DATA | EVENT_JOB_GONE)))
        return;
    AcquireSRWLockExclusive(&lock);
    for (sink = sinks; sink; sink = sink->next)
    {
        if (!IsEqualGUID(&sink->job_id, &job_id))
            continue;
        if (event->kinds & EVENT_JOB_GONE)
            sink->gone = TRUE;
        schedule(sink);
    }
    ReleaseSRWLockExclusive(&lock);
}

static BOOL is_calling(const GUID *job_id, const GUID *logical_thread)
{
    struct sink *sink;

    for (sink = sinks; sink; sink = sink->next)
    {
        if (sink->calling && IsEqualGUID(&sink->job_id, job_id) && !IsEqualGUID(&sink->logical_thread, logical_thread))
            return TRUE;
    }
    return FALSE;
}

void stream_wait_idle(const GUID *job_id)
{
    DWORD start = GetTickCount(), elapsed;
    GUID logical_thread;

    if (FAILED(CoGetCurrentLogicalThreadId(&logical_thread)))
        return;
    AcquireSRWLockExclusive(&lock);
    while (is_calling(job_id, &logical_thread) && (elapsed = GetTickCount() - start) < CALL_END_TIMEOUT_MS)
        SleepConditionVariableSRW(&call_ended, &lock, CALL_END_TIMEOUT_MS - elapsed, 0);
    ReleaseSRWLockExclusive(&lock);
}

void stream_shutdown(void)
{
    AcquireSRWLockExclusive(&lock);
    stopped = TRUE;
    ReleaseSRWLockExclusive(&lock);
}
