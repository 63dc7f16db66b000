/*
 * Calls of the clients' IBackgroundCopyCallback.
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
#include "rpc.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

#define CALLBACK_EVENTS (EVENT_JOB_TRANSFERRED | EVENT_JOB_ERROR | EVENT_JOB_MODIFIED)
#define REPEATED_EVENTS (EVENT_JOB_TRANSFERRED | EVENT_JOB_ERROR)

/* The pauses before a callback that failed is called again. */
#define FIRST_PAUSE_MS 1000
#define LONGEST_PAUSE_MS 60000

/*
 * How long a client that takes its callback back waits for a call under way. Only one that waits inside the callback
 * for another of its threads, which takes the callback back, gets to that limit.
 */
#define CALL_END_TIMEOUT_MS 5000

/*
 * A job for which a client has set a callback, until the job is over. Each job has at most one call under way, and at
 * most one event of each kind waiting; calls are made on the thread pool, never under the lock. The list, a queued work
 * item and a running timer hold a reference each.
 */
struct notification
{
    struct notification *next;          /* in the list */
    GUID job_id;                        /* constant; open in the engine as long as this exists */
    unsigned int refcount;

    /* All that follows, next and refcount are protected by the lock. */
    IBackgroundCopyCallback *callback;  /* reference; NULL when nobody wants to know */
    unsigned int serial;                /* of the callback: how often it was set */
    uint32_t pending;                   /* EVENT_* to be delivered */
    uint32_t repeat;                    /* EVENT_* that failed and wait for the timer */
    unsigned int pause;                 /* before the next repetition, in ms */
    BOOL scheduled;                     /* a work item is queued or running */
    BOOL calling;                       /* a call is under way */
    GUID logical_thread;                /* of that call; nested calls of the client have the same */
    BOOL gone;                          /* the job is over: this is to leave the list */
};

static SRWLOCK lock = SRWLOCK_INIT;
static CONDITION_VARIABLE call_ended = CONDITION_VARIABLE_INIT;
static struct notification *notifications;
static BOOL stopped;

static struct notification *find_notification(const GUID *job_id)
{
    struct notification *notification;

    for (notification = notifications; notification; notification = notification->next)
    {
        if (IsEqualGUID(&notification->job_id, job_id))
            return notification;
    }
    return NULL;
}

static void unlink_notification(struct notification *notification)
{
    struct notification **link;

    for (link = &notifications; *link; link = &(*link)->next)
    {
        if (*link == notification)
        {
            *link = notification->next;
            notification->next = NULL;
            --notification->refcount; /* the caller has another one */
            return;
        }
    }
}

/* Not to be called under the lock: the last reference closes the job and lets go of the client. */
static void notification_release(struct notification *notification)
{
    unsigned int refcount;

    AcquireSRWLockExclusive(&lock);
    refcount = --notification->refcount;
    ReleaseSRWLockExclusive(&lock);
    if (refcount)
        return;

    if (notification->callback)
        IBackgroundCopyCallback_Release(notification->callback);
    engine_job_close(&notification->job_id);
    free(notification);
}

static HRESULT notification_create(const GUID *job_id, struct notification **out)
{
    struct notification *notification;
    HRESULT hr;

    if (!(notification = calloc(1, sizeof(*notification))))
        return E_OUTOFMEMORY;
    if (FAILED(hr = engine_job_open(job_id)))
    {
        free(notification);
        return hr;
    }
    notification->job_id = *job_id;
    notification->refcount = 1;
    *out = notification;
    return S_OK;
}

/* A client that does not exist any more cannot be told anything. */
static BOOL is_client_dead(HRESULT hr)
{
    switch (hr)
    {
        case CO_E_OBJNOTCONNECTED:
        case RPC_E_CONNECTION_TERMINATED:
        case RPC_E_DISCONNECTED:
        case RPC_E_INVALID_IPID:
        case RPC_E_INVALID_OBJECT:
        case RPC_E_SERVER_DIED:
        case RPC_E_SERVER_DIED_DNE:
        case __HRESULT_FROM_WIN32(OR_INVALID_OXID):
        case __HRESULT_FROM_WIN32(RPC_S_CALL_FAILED):
        case __HRESULT_FROM_WIN32(RPC_S_CALL_FAILED_DNE):
        case __HRESULT_FROM_WIN32(RPC_S_COMM_FAILURE):
        case __HRESULT_FROM_WIN32(RPC_S_NO_ENDPOINT_FOUND):
        case __HRESULT_FROM_WIN32(RPC_S_SERVER_UNAVAILABLE):
            return TRUE;
        default:
            return FALSE;
    }
}

/* Whether a job in this state, with these flags, still has this to tell. */
static BOOL is_due(uint32_t event, const struct job_get_info_params *info)
{
    switch (event)
    {
        case EVENT_JOB_TRANSFERRED:
            return (info->notify_flags & JOB_NOTIFY_TRANSFERRED) && info->state == JOB_TRANSFERRED;
        case EVENT_JOB_ERROR:
            return (info->notify_flags & JOB_NOTIFY_ERROR) && info->state == JOB_ERROR;
        case EVENT_JOB_MODIFIED:
            return (info->notify_flags & JOB_NOTIFY_MODIFICATION) != 0;
        default:
            return FALSE;
    }
}

static HRESULT call_job_error(const GUID *job_id, IBackgroundCopyCallback *callback, IBackgroundCopyJob *job)
{
    IBackgroundCopyError *error;
    HRESULT hr;

    if (FAILED(hr = error_create(job_id, &error)))
        return hr == DO_E_ERROR_INFORMATION_UNAVAILABLE ? S_OK : hr; /* it was resumed in the meantime */
    hr = IBackgroundCopyCallback_JobError(callback, job, error);
    IBackgroundCopyError_Release(error);
    return hr;
}

/* S_OK when the client was told, or need not be told any more. */
static HRESULT deliver(const GUID *job_id, IBackgroundCopyCallback *callback, uint32_t event)
{
    struct job_get_info_params info;
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (FAILED(engine_job_get_info(job_id, &info)) || !is_due(event, &info))
        return S_OK;
    if (FAILED(hr = job_create(job_id, &job)))
        return hr;
    switch (event)
    {
        case EVENT_JOB_TRANSFERRED:
            hr = IBackgroundCopyCallback_JobTransferred(callback, job);
            break;
        case EVENT_JOB_ERROR:
            hr = call_job_error(job_id, callback, job);
            break;
        default:
            hr = IBackgroundCopyCallback_JobModification(callback, job, 0);
            break;
    }
    IBackgroundCopyJob_Release(job);
    TRACE("Event %#x of job %s: hr %#lx.\n", event, debugstr_guid(job_id), hr);
    return hr;
}

static void CALLBACK deliver_events(TP_CALLBACK_INSTANCE *instance, void *context);

/* Under the lock. */
static void schedule(struct notification *notification)
{
    if (notification->scheduled || stopped || (!notification->pending && !notification->gone))
        return;
    if (!TrySubmitThreadpoolCallback(deliver_events, notification, NULL))
    {
        ERR("No callback can be called, error %lu.\n", GetLastError());
        return;
    }
    notification->scheduled = TRUE;
    ++notification->refcount;
}

static void CALLBACK repeat_events(TP_CALLBACK_INSTANCE *instance, void *context, TP_TIMER *timer)
{
    struct notification *notification = context;

    AcquireSRWLockExclusive(&lock);
    notification->pending |= notification->repeat;
    notification->repeat = 0;
    schedule(notification);
    ReleaseSRWLockExclusive(&lock);

    CloseThreadpoolTimer(timer);
    notification_release(notification);
}

/* Under the lock. */
static void repeat_later(struct notification *notification, uint32_t event)
{
    LARGE_INTEGER due;
    FILETIME due_time;
    TP_TIMER *timer;

    if (!notification->pause)
        notification->pause = FIRST_PAUSE_MS;
    if (!(timer = CreateThreadpoolTimer(repeat_events, notification, NULL)))
    {
        ERR("A callback cannot be repeated, error %lu.\n", GetLastError());
        return;
    }
    ++notification->refcount;
    notification->repeat |= event;

    due.QuadPart = notification->pause * -(LONGLONG)10000;
    due_time.dwLowDateTime = due.u.LowPart;
    due_time.dwHighDateTime = due.u.HighPart;
    SetThreadpoolTimer(timer, &due_time, 0, 0);
    notification->pause = min(notification->pause * 2, LONGEST_PAUSE_MS);
}

/*
 * Makes the call for one event. The lock is held before and after, but not during it. Gives the callback if it is to be
 * released.
 */
static IBackgroundCopyCallback *make_call(struct notification *notification, uint32_t event)
{
    IBackgroundCopyCallback *callback = notification->callback;
    unsigned int serial = notification->serial;
    HRESULT hr;

    IBackgroundCopyCallback_AddRef(callback);
    notification->calling = TRUE;
    (void)CoGetCurrentLogicalThreadId(&notification->logical_thread); /* this thread is in an apartment: cannot fail */
    ReleaseSRWLockExclusive(&lock);

    hr = deliver(&notification->job_id, callback, event);
    IBackgroundCopyCallback_Release(callback); /* the notification has another one, or nobody wants it any more */

    AcquireSRWLockExclusive(&lock);
    notification->calling = FALSE;
    WakeAllConditionVariable(&call_ended);
    if (notification->serial != serial)
        return NULL;
    if (is_client_dead(hr))
    {
        WARN("The client of job %s is gone, hr %#lx.\n", debugstr_guid(&notification->job_id), hr);
        notification->callback = NULL;
        ++notification->serial;
        return callback;
    }
    if (event & REPEATED_EVENTS)
    {
        if (hr == S_OK)
            notification->pause = 0;
        else
            repeat_later(notification, event);
    }
    return NULL;
}

/* What became of the job goes before what was modified. */
static uint32_t take_event(struct notification *notification)
{
    static const uint32_t order[] = { EVENT_JOB_TRANSFERRED, EVENT_JOB_ERROR, EVENT_JOB_MODIFIED };
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(order); ++i)
    {
        if (notification->pending & order[i])
        {
            notification->pending &= ~order[i];
            return order[i];
        }
    }
    return 0;
}

static void CALLBACK deliver_events(TP_CALLBACK_INSTANCE *instance, void *context)
{
    struct notification *notification = context;
    IBackgroundCopyCallback *dead;
    uint32_t event;
    HRESULT hr;

    if (FAILED(hr = CoInitializeEx(NULL, COINIT_MULTITHREADED)))
        ERR("The thread could not enter an apartment, hr %#lx.\n", hr);

    AcquireSRWLockExclusive(&lock);
    while (!stopped && (event = take_event(notification)))
    {
        if (!notification->callback || FAILED(hr))
            continue;
        if ((dead = make_call(notification, event)))
        {
            ReleaseSRWLockExclusive(&lock);
            IBackgroundCopyCallback_Release(dead);
            AcquireSRWLockExclusive(&lock);
        }
    }
    notification->scheduled = FALSE;
    if (notification->gone)
        unlink_notification(notification);
    ReleaseSRWLockExclusive(&lock);

    notification_release(notification);
    if (SUCCEEDED(hr))
        CoUninitialize();
}

/*
 * Waits until no call is under way for a client that just took its callback back, unless the client does that from
 * inside this very call.
 */
static void wait_for_call(struct notification *notification)
{
    DWORD start = GetTickCount(), elapsed;
    GUID logical_thread;

    if (FAILED(CoGetCurrentLogicalThreadId(&logical_thread)))
        return;
    while (notification->calling && !IsEqualGUID(&notification->logical_thread, &logical_thread)
           && (elapsed = GetTickCount() - start) < CALL_END_TIMEOUT_MS)
        SleepConditionVariableSRW(&call_ended, &lock, CALL_END_TIMEOUT_MS - elapsed, 0);
}

/* Under the lock; gives the former callback, to be released. */
static IBackgroundCopyCallback *exchange_callback(struct notification *notification, IBackgroundCopyCallback *callback)
{
    IBackgroundCopyCallback *former = notification->callback;

    if (callback)
        IBackgroundCopyCallback_AddRef(callback);
    notification->callback = callback;
    ++notification->serial;
    notification->repeat = 0;
    notification->pause = 0;
    if (!callback)
        notification->pending = 0;
    return former;
}

/* Finds or makes the notification of a job that is not over; with a reference. */
static HRESULT get_notification(const GUID *job_id, struct notification **out)
{
    struct notification *notification, *created;
    HRESULT hr;

    if (FAILED(hr = notification_create(job_id, &created)))
        return hr;
    AcquireSRWLockExclusive(&lock);
    if (!(notification = find_notification(job_id)))
    {
        notification = created;
        notification->next = notifications;
        notifications = notification;
        created = NULL;
    }
    ++notification->refcount;
    ReleaseSRWLockExclusive(&lock);
    if (created)
        notification_release(created);
    *out = notification;
    return S_OK;
}

/* A job that was over before its notification came into the list sends no event that takes it out again. */
static HRESULT check_not_final(struct notification *notification)
{
    struct job_get_info_params info;
    HRESULT hr;

    if (SUCCEEDED(hr = engine_job_get_info(&notification->job_id, &info)) && job_state_is_final(info.state))
        hr = DO_E_INVALID_STATE;
    if (FAILED(hr))
    {
        AcquireSRWLockExclusive(&lock);
        unlink_notification(notification);
        ReleaseSRWLockExclusive(&lock);
    }
    return hr;
}

HRESULT notification_set_callback(const GUID *job_id, IBackgroundCopyCallback *callback)
{
    struct notification *notification;
    IBackgroundCopyCallback *former;
    HRESULT hr;

    if (callback)
    {
        if (FAILED(hr = get_notification(job_id, &notification)))
            return hr;
        if (FAILED(hr = check_not_final(notification)))
        {
            notification_release(notification);
            return hr;
        }
    }

    AcquireSRWLockExclusive(&lock);
    if (!callback)
    {
        if (!(notification = find_notification(job_id)))
        {
            ReleaseSRWLockExclusive(&lock);
            return S_OK;
        }
        ++notification->refcount;
    }
    former = exchange_callback(notification, callback);
    if (former)
        wait_for_call(notification);
    ReleaseSRWLockExclusive(&lock);

    if (former)
        IBackgroundCopyCallback_Release(former);
    notification_release(notification);
    return S_OK;
}

IBackgroundCopyCallback *notification_get_callback(const GUID *job_id)
{
    IBackgroundCopyCallback *callback = NULL;
    struct notification *notification;

    AcquireSRWLockExclusive(&lock);
    if ((notification = find_notification(job_id)) && (callback = notification->callback))
        IBackgroundCopyCallback_AddRef(callback);
    ReleaseSRWLockExclusive(&lock);
    return callback;
}

void notification_dispatch(const struct wait_event_params *event)
{
    const GUID job_id = guid_from_id(&event->job);
    struct notification *notification;

    AcquireSRWLockExclusive(&lock);
    if ((notification = find_notification(&job_id)))
    {
        notification->pending |= event->kinds & CALLBACK_EVENTS;
        if (event->kinds & REPEATED_EVENTS)
        {
            notification->repeat &= ~event->kinds;
            notification->pause = 0;
        }
        if (event->kinds & EVENT_JOB_GONE)
        {
            notification->pending |= EVENT_JOB_MODIFIED; /* its state changed */
            notification->gone = TRUE;
        }
        schedule(notification);
    }
    ReleaseSRWLockExclusive(&lock);
}

void notification_shutdown(void)
{
    AcquireSRWLockExclusive(&lock);
    stopped = TRUE;
    ReleaseSRWLockExclusive(&lock);
}
