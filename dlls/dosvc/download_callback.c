/*
 * Calls of the clients' IDODownloadStatusCallback.
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
#include <string.h>

#include "dosvc_private.h"
#include "notify.h"
#include "rpc.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

#define STATUS_EVENTS (EVENT_JOB_TRANSFERRED | EVENT_JOB_ERROR | EVENT_JOB_MODIFIED | EVENT_JOB_GONE)

/* How long a client that takes its callback back waits for a call under way. */
#define CALL_END_TIMEOUT_MS 5000

/* How long Finalize and Abort wait until the client was told; one that cannot answer meanwhile gets to that limit. */
#define END_TIMEOUT_MS 1000

/*
 * A download for which a client has set a callback, until the download is over. It has at most one call under way;
 * calls are made on the thread pool, never under the lock. What happened meanwhile is told with the next call. The
 * list and a queued work item hold a reference each.
 */
struct watch
{
    struct watch *next;                 /* in the list */
    GUID id;                            /* constant; open in the engine as long as this exists */
    unsigned int refcount;

    /* All that follows, next and refcount are protected by the lock. */
    IDODownloadStatusCallback *callback;/* reference; NULL when nobody wants to know */
    unsigned int serial;                /* of the callback: how often it was set */
    DWORD process_id;                   /* of the callback; 0 if it is not known */
    DO_DOWNLOAD_STATUS told;            /* what the client knows */
    BOOL pending;                       /* something happened since */
    BOOL scheduled;                     /* a work item is queued or running */
    BOOL calling;                       /* a call is under way */
    GUID logical_thread;                /* of that call; nested calls of the client have the same */
    BOOL gone;                          /* the download is over: this is to leave the list */
    BOOL ending;                        /* the last callback is being let go */
};

static SRWLOCK lock = SRWLOCK_INIT;
static CONDITION_VARIABLE call_ended = CONDITION_VARIABLE_INIT;
static struct watch *watches;
static BOOL stopped;

static struct watch *find_watch(const GUID *id)
{
    struct watch *watch;

    for (watch = watches; watch; watch = watch->next)
    {
        if (IsEqualGUID(&watch->id, id))
            return watch;
    }
    return NULL;
}

/* The caller has a reference of its own. */
static void unlink_watch(struct watch *watch)
{
    struct watch **link;

    for (link = &watches; *link; link = &(*link)->next)
    {
        if (*link == watch)
        {
            *link = watch->next;
            watch->next = NULL;
            --watch->refcount;
            return;
        }
    }
}

/* Not to be called under the lock: the last reference closes the download and lets go of the client. */
static void watch_release(struct watch *watch)
{
    unsigned int refcount;

    AcquireSRWLockExclusive(&lock);
    refcount = --watch->refcount;
    ReleaseSRWLockExclusive(&lock);
    if (refcount)
        return;

    if (watch->callback)
        IDODownloadStatusCallback_Release(watch->callback);
    engine_job_close(&watch->id);
    free(watch);
}

/*
 * What to tell a client next who knows one status, when another one is the case. A download that was quick still goes
 * through every state for those who follow it.
 */
static DO_DOWNLOAD_STATUS next_status(const DO_DOWNLOAD_STATUS *told, const DO_DOWNLOAD_STATUS *now)
{
    BOOL resting = told->State == DODownloadState_Created || told->State == DODownloadState_Paused;
    DO_DOWNLOAD_STATUS next = *now;

    if (resting && (now->State == DODownloadState_Transferred || now->State == DODownloadState_Finalized))
        next.State = DODownloadState_Transferring;
    else if (told->State == DODownloadState_Created && now->State == DODownloadState_Paused)
        next.State = DODownloadState_Transferring;
    else if (told->State == DODownloadState_Transferring && now->State == DODownloadState_Finalized)
        next.State = DODownloadState_Transferred;
    if (next.State != now->State)
        next.Error = next.ExtendedError = S_OK;
    return next;
}

static BOOL status_equals(const DO_DOWNLOAD_STATUS *first, const DO_DOWNLOAD_STATUS *second)
{
    return first->State == second->State && first->Error == second->Error
           && first->ExtendedError == second->ExtendedError && first->BytesTotal == second->BytesTotal
           && first->BytesTransferred == second->BytesTransferred;
}

/* What the client makes of it is its own business. */
static HRESULT call_client(const GUID *id, IDODownloadStatusCallback *callback, const DO_DOWNLOAD_STATUS *status)
{
    IDODownload *download;
    HRESULT hr;

    if (FAILED(hr = download_create(id, &download)))
        return S_OK;
    hr = IDODownloadStatusCallback_OnStatusChange(callback, download, status);
    IDODownload_Release(download);
    TRACE("State %d of download %s: hr %#lx.\n", status->State, debugstr_guid(id), hr);
    return hr;
}

/*
 * Tells the client the next thing that it does not know, if there is one. The lock is held before and after, but not
 * during the call. Gives the callback if it is to be released.
 */
static IDODownloadStatusCallback *tell_client(struct watch *watch)
{
    IDODownloadStatusCallback *callback = watch->callback;
    DO_DOWNLOAD_STATUS told = watch->told, now, next;
    unsigned int serial = watch->serial;
    DWORD process_id = watch->process_id;
    BOOL known = TRUE;
    HRESULT hr = S_OK;

    IDODownloadStatusCallback_AddRef(callback);
    watch->calling = TRUE;
    (void)CoGetCurrentLogicalThreadId(&watch->logical_thread); /* this thread is in an apartment: cannot fail */
    ReleaseSRWLockExclusive(&lock);

    if (SUCCEEDED(download_get_status(&watch->id, &now)) && !status_equals(&told, &now))
    {
        next = next_status(&told, &now);
        known = FALSE;
        client_set_process(process_id);
        hr = call_client(&watch->id, callback, &next);
        client_set_process(0);
    }
    IDODownloadStatusCallback_Release(callback); /* the watch has another one, or nobody wants it any more */

    AcquireSRWLockExclusive(&lock);
    watch->calling = FALSE;
    WakeAllConditionVariable(&call_ended);
    if (watch->serial != serial)
        return NULL;
    if (notify_is_client_dead(hr))
    {
        WARN("The client of download %s is gone, hr %#lx.\n", debugstr_guid(&watch->id), hr);
        watch->callback = NULL;
        ++watch->serial;
        return callback;
    }
    if (!known)
    {
        watch->told = next;
        watch->pending |= next.State != now.State; /* there is more to tell */
    }
    return NULL;
}

/* Lets go of the client of a download that is over. The lock is held before and after, but not meanwhile. */
static void end_watch(struct watch *watch)
{
    IDODownloadStatusCallback *callback = watch->callback;

    watch->callback = NULL;
    watch->ending = TRUE;
    ReleaseSRWLockExclusive(&lock);
    if (callback)
        IDODownloadStatusCallback_Release(callback);
    AcquireSRWLockExclusive(&lock);
    unlink_watch(watch);
    WakeAllConditionVariable(&call_ended);
}

static void CALLBACK deliver(TP_CALLBACK_INSTANCE *instance, void *context)
{
    struct watch *watch = context;
    IDODownloadStatusCallback *dead;
    HRESULT hr;

    if (FAILED(hr = CoInitializeEx(NULL, COINIT_MULTITHREADED)))
        ERR("The thread could not enter an apartment, hr %#lx.\n", hr);

    AcquireSRWLockExclusive(&lock);
    while (!stopped && watch->pending)
    {
        watch->pending = FALSE;
        if (!watch->callback || FAILED(hr))
            continue;
        if ((dead = tell_client(watch)))
        {
            ReleaseSRWLockExclusive(&lock);
            IDODownloadStatusCallback_Release(dead);
            AcquireSRWLockExclusive(&lock);
        }
    }
    if (watch->gone)
        end_watch(watch);
    watch->scheduled = FALSE;
    ReleaseSRWLockExclusive(&lock);

    watch_release(watch);
    if (SUCCEEDED(hr))
        CoUninitialize();
}

/* Under the lock. */
static void schedule(struct watch *watch)
{
    watch->pending = TRUE;
    if (watch->scheduled || stopped)
        return;
    if (!TrySubmitThreadpoolCallback(deliver, watch, NULL))
    {
        ERR("No callback can be called, error %lu.\n", GetLastError());
        return;
    }
    watch->scheduled = TRUE;
    ++watch->refcount;
}

/* Unless the client takes its callback back from inside this very call. */
static void wait_for_call(struct watch *watch)
{
    DWORD start = GetTickCount(), elapsed;
    GUID logical_thread;

    if (FAILED(CoGetCurrentLogicalThreadId(&logical_thread)))
        return;
    while (watch->calling && !IsEqualGUID(&watch->logical_thread, &logical_thread)
           && (elapsed = GetTickCount() - start) < CALL_END_TIMEOUT_MS)
        SleepConditionVariableSRW(&call_ended, &lock, CALL_END_TIMEOUT_MS - elapsed, 0);
}

void download_callback_wait_end(const GUID *id)
{
    DWORD start = GetTickCount(), elapsed;
    GUID logical_thread;
    struct watch *watch;

    if (FAILED(CoGetCurrentLogicalThreadId(&logical_thread)))
        return;
    AcquireSRWLockExclusive(&lock);
    while ((watch = find_watch(id)) && (watch->callback || watch->ending) && !stopped
           && !(watch->calling && IsEqualGUID(&watch->logical_thread, &logical_thread))
           && (elapsed = GetTickCount() - start) < END_TIMEOUT_MS)
        SleepConditionVariableSRW(&call_ended, &lock, END_TIMEOUT_MS - elapsed, 0);
    ReleaseSRWLockExclusive(&lock);
}

static HRESULT watch_create(const GUID *id, struct watch **out)
{
    struct watch *watch;
    HRESULT hr;

    if (!(watch = calloc(1, sizeof(*watch))))
        return E_OUTOFMEMORY;
    if (FAILED(hr = engine_job_open(id)))
    {
        free(watch);
        return hr;
    }
    watch->id = *id;
    watch->refcount = 1;
    *out = watch;
    return S_OK;
}

/* Finds or makes the watch of a download; with a reference. */
static HRESULT get_watch(const GUID *id, struct watch **out)
{
    struct watch *watch, *created;
    HRESULT hr;

    if (FAILED(hr = watch_create(id, &created)))
        return hr;
    AcquireSRWLockExclusive(&lock);
    if (!(watch = find_watch(id)))
    {
        watch = created;
        watch->next = watches;
        watches = watch;
        created = NULL;
    }
    ++watch->refcount;
    ReleaseSRWLockExclusive(&lock);
    if (created)
        watch_release(created);
    *out = watch;
    return S_OK;
}

/* Under the lock; gives the former callback, to be released. */
static IDODownloadStatusCallback *exchange_callback(struct watch *watch, IDODownloadStatusCallback *callback,
                                                    const DO_DOWNLOAD_STATUS *status)
{
    IDODownloadStatusCallback *former = watch->callback;

    if (callback)
        IDODownloadStatusCallback_AddRef(callback);
    watch->callback = callback;
    watch->process_id = callback ? client_get_process() : 0;
    watch->told = *status;
    ++watch->serial;
    return former;
}

/* A client who sets a callback knows what is the case, and is told what changes from then on. */
static HRESULT set_callback(struct watch *watch, IDODownloadStatusCallback *callback)
{
    IDODownloadStatusCallback *former;
    DO_DOWNLOAD_STATUS status;
    HRESULT hr;

    hr = download_get_status(&watch->id, &status);
    if (SUCCEEDED(hr) && (status.State == DODownloadState_Finalized || status.State == DODownloadState_Aborted))
        hr = DO_E_INVALID_STATE;
    AcquireSRWLockExclusive(&lock);
    if (FAILED(hr))
    {
        /* No event that takes it out of the list need come any more. */
        if (!watch->scheduled && !watch->callback)
            unlink_watch(watch);
        ReleaseSRWLockExclusive(&lock);
        return hr;
    }
    former = exchange_callback(watch, callback, &status);
    if (former)
        wait_for_call(watch);
    if (callback)
        schedule(watch); /* it may have gone on since its status was read */
    ReleaseSRWLockExclusive(&lock);
    if (former)
        IDODownloadStatusCallback_Release(former);
    return S_OK;
}

HRESULT download_callback_set(const GUID *id, IDODownloadStatusCallback *callback)
{
    struct watch *watch;
    HRESULT hr;

    if (FAILED(hr = get_watch(id, &watch)))
        return hr;
    hr = set_callback(watch, callback);
    watch_release(watch);
    return hr;
}

IDODownloadStatusCallback *download_callback_get(const GUID *id)
{
    IDODownloadStatusCallback *callback = NULL;
    struct watch *watch;

    AcquireSRWLockExclusive(&lock);
    if ((watch = find_watch(id)) && (callback = watch->callback))
        IDODownloadStatusCallback_AddRef(callback);
    ReleaseSRWLockExclusive(&lock);
    return callback;
}

/* Under the lock; gives a callback of the process, to be released, or NULL. */
static IDODownloadStatusCallback *take_callback(DWORD process_id)
{
    IDODownloadStatusCallback *callback;
    struct watch *watch;

    for (watch = watches; watch; watch = watch->next)
    {
        if (!(callback = watch->callback) || watch->process_id != process_id)
            continue;
        watch->callback = NULL;
        ++watch->serial;
        return callback;
    }
    return NULL;
}

void download_callback_forget_process(DWORD process_id)
{
    IDODownloadStatusCallback *callback;

    AcquireSRWLockExclusive(&lock);
    while ((callback = take_callback(process_id)))
    {
        ReleaseSRWLockExclusive(&lock);
        IDODownloadStatusCallback_Release(callback);
        AcquireSRWLockExclusive(&lock);
    }
    ReleaseSRWLockExclusive(&lock);
}

void download_callback_dispatch(const struct wait_event_params *event)
{
    const GUID id = guid_from_id(&event->job);
    struct watch *watch;

    AcquireSRWLockExclusive(&lock);
    if ((event->kinds & STATUS_EVENTS) && (watch = find_watch(&id)))
    {
        watch->gone |= (event->kinds & EVENT_JOB_GONE) != 0;
        schedule(watch);
    }
    ReleaseSRWLockExclusive(&lock);
}

void download_callback_shutdown(void)
{
    AcquireSRWLockExclusive(&lock);
    stopped = TRUE;
    WakeAllConditionVariable(&call_ended);
    ReleaseSRWLockExclusive(&lock);
}
