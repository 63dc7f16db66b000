/*
 * Notifications: whom to tell what happened to a job, in which order, and how often.
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

#include "notify.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

#define TOLD_EVENTS (END_EVENTS | EVENT_JOB_MODIFIED | EVENT_FILE_TRANSFERRED)

/* The pauses before a callback that failed is called again. */
#define FIRST_PAUSE_MS 1000
#define LONGEST_PAUSE_MS 60000

/*
 * How long a client that takes its callback back waits for a call under way. Only one that waits inside the callback
 * for another of its threads, which takes the callback back, gets to that limit; without it, it would wait for ever.
 */
#define CALL_END_TIMEOUT_MS 5000

/* How long the end of a job waits until its client was told; one that cannot answer meanwhile gets to that limit. */
#define JOB_END_TIMEOUT_MS 1000

#define BUCKET_COUNT 4096   /* a power of two */

/*
 * A job of which somebody is to be told, until the job is over. Each job has at most one call under way, and at most
 * one event of each kind waiting; calls are made on the thread pool, never under the lock. The table, a queued work
 * item, a running program and callers hold a reference each.
 */
struct notification
{
    struct notification *next;          /* in its bucket */
    GUID job_id;                        /* constant; open in the engine as long as this exists */
    unsigned int refcount;

    /* All that follows, next and refcount are protected by the lock. */
    IBackgroundCopyCallback *callback;  /* reference; NULL when nobody wants to know */
    const GUID *caller;                 /* the logical thread of the call under way, as of nested calls; or NULL */
    TP_TIMER *timer;                    /* for repetitions, or NULL; holds no reference */
    ULONGLONG class_retry_at;           /* GetTickCount64() from which the class is tried again for small changes */
    DWORD process_id;                   /* of the callback; 0 if it is not known */
    unsigned int serial;                /* how often the callback was set */
    unsigned int pause;                 /* before the next repetition, in ms */
    unsigned int file_index;            /* of the file to be told, or ENGINE_NO_FILE */
    uint32_t pending;                   /* EVENT_* to be delivered */
    uint32_t repeat;                    /* EVENT_* that failed and wait for the timer */
    uint32_t spent;                     /* EVENT_* that the command line has, or had: no callback is called any more */
    uint32_t means;                     /* EVENT_VALUE_* */
    unsigned int activated : 1;         /* the callback is an object of the job's class */
    unsigned int scheduled : 1;         /* a work item is queued or running */
    unsigned int running : 1;           /* the command line is */
    unsigned int gone : 1;              /* the job is over: this is to leave the table */
    unsigned int ending : 1;            /* the last callback is being let go */
};

enum outcome
{
    OUTCOME_TOLD,                       /* or nobody is to be told any more */
    OUTCOME_NOBODY,                     /* there is no client */
    OUTCOME_FAILED
};

static SRWLOCK lock = SRWLOCK_INIT;
static CONDITION_VARIABLE call_ended = CONDITION_VARIABLE_INIT; /* or a notification left the table */
static struct notification *buckets[BUCKET_COUNT];
static BOOL stopped;

/* Identifiers are random. */
static struct notification **find_bucket(const GUID *job_id)
{
    return &buckets[job_id->Data1 % BUCKET_COUNT];
}

static struct notification *find_notification(const GUID *job_id)
{
    struct notification *notification;

    for (notification = *find_bucket(job_id); notification; notification = notification->next)
    {
        if (IsEqualGUID(&notification->job_id, job_id))
            return notification;
    }
    return NULL;
}

static void unlink_notification(struct notification *notification)
{
    struct notification **link;

    for (link = find_bucket(&notification->job_id); *link; link = &(*link)->next)
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

    if (notification->timer)
    {
        SetThreadpoolTimer(notification->timer, NULL, 0, 0);
        WaitForThreadpoolTimerCallbacks(notification->timer, TRUE);
        CloseThreadpoolTimer(notification->timer);
    }
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
    notification->file_index = ENGINE_NO_FILE;
    *out = notification;
    return S_OK;
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

/* Without a reference the notification is about to go, and waits for this to end. */
static void CALLBACK repeat_events(TP_CALLBACK_INSTANCE *instance, void *context, TP_TIMER *timer)
{
    struct notification *notification = context;

    AcquireSRWLockExclusive(&lock);
    if (notification->refcount)
    {
        notification->pending |= notification->repeat;
        notification->repeat = 0;
        schedule(notification);
    }
    ReleaseSRWLockExclusive(&lock);
}

/* Under the lock. */
static void repeat_after(struct notification *notification, uint32_t event, ULONGLONG pause)
{
    ULARGE_INTEGER due;
    FILETIME due_time;

    if (notification->gone)
        return;
    if (!notification->timer && !(notification->timer = CreateThreadpoolTimer(repeat_events, notification, NULL)))
    {
        ERR("A callback cannot be repeated, error %lu.\n", GetLastError());
        return;
    }
    notification->repeat |= event;
    due.QuadPart = -(LONGLONG)(pause * 10000);
    due_time.dwLowDateTime = due.u.LowPart;
    due_time.dwHighDateTime = due.u.HighPart;
    SetThreadpoolTimer(notification->timer, &due_time, 0, 0);
}

static void repeat_later(struct notification *notification, uint32_t event)
{
    if (!notification->pause)
        notification->pause = FIRST_PAUSE_MS;
    repeat_after(notification, event, notification->pause);
    notification->pause = min(notification->pause * 2, LONGEST_PAUSE_MS);
}

/* What BITS documents for command lines. */
static void repeat_program(struct notification *notification, uint32_t event)
{
    struct job_get_info_params info;

    if (SUCCEEDED(engine_job_get_info(&notification->job_id, &info)))
        repeat_after(notification, event, info.minimum_retry_delay * 1000ull);
}

static enum outcome call_outcome(uint32_t event, HRESULT hr)
{
    if (notify_is_client_dead(hr))
        return OUTCOME_NOBODY;
    if (event & END_EVENTS)
        return hr == S_OK ? OUTCOME_TOLD : OUTCOME_FAILED;
    if (event & EVENT_FILE_TRANSFERRED)
        return SUCCEEDED(hr) ? OUTCOME_TOLD : OUTCOME_FAILED;
    return OUTCOME_TOLD;
}

/* Makes the call for one event. The lock is held before and after, but not during it. */
static enum outcome make_call(struct notification *notification, uint32_t event)
{
    IBackgroundCopyCallback *callback = notification->callback;
    unsigned int file_index = notification->file_index;
    unsigned int serial = notification->serial;
    DWORD process_id = notification->process_id;
    enum outcome outcome;
    GUID logical_thread;
    HRESULT hr;

    IBackgroundCopyCallback_AddRef(callback);
    (void)CoGetCurrentLogicalThreadId(&logical_thread); /* this thread is in an apartment: cannot fail */
    notification->caller = &logical_thread;
    ReleaseSRWLockExclusive(&lock);

    client_set_process(process_id);
    hr = notify_call(&notification->job_id, callback, event, file_index);
    client_set_process(0);
    IBackgroundCopyCallback_Release(callback); /* the notification has another one, or nobody wants it any more */

    AcquireSRWLockExclusive(&lock);
    notification->caller = NULL;
    WakeAllConditionVariable(&call_ended);
    if (notification->serial != serial)
        return OUTCOME_TOLD;            /* what failed was told to another client */
    if ((outcome = call_outcome(event, hr)) == OUTCOME_NOBODY && notification->callback == callback)
    {
        WARN("The client of job %s is gone, hr %#lx.\n", debugstr_guid(&notification->job_id), hr);
        notification->callback = NULL;
        ReleaseSRWLockExclusive(&lock);
        IBackgroundCopyCallback_Release(callback);
        AcquireSRWLockExclusive(&lock);
    }
    return outcome;
}

/* Makes an object of the job's class the callback. The lock is held before and after, but not meanwhile. */
static enum outcome activate(struct notification *notification, uint32_t event)
{
    IBackgroundCopyCallback *callback = NULL;
    unsigned int serial = notification->serial;
    DWORD process_id = 0;
    HRESULT hr;

    if (event == EVENT_JOB_MODIFIED && GetTickCount64() < notification->class_retry_at)
        return OUTCOME_TOLD;
    ReleaseSRWLockExclusive(&lock);
    if ((hr = notify_activate(&notification->job_id, &callback, &process_id)) == S_OK && process_id)
        client_watch(process_id);
    AcquireSRWLockExclusive(&lock);
    if (hr == S_FALSE)
        return OUTCOME_NOBODY;
    if (FAILED(hr))
    {
        notification->class_retry_at = GetTickCount64() + LONGEST_PAUSE_MS;
        return event == EVENT_JOB_MODIFIED ? OUTCOME_TOLD : OUTCOME_FAILED;
    }
    if (notification->serial == serial)
    {
        notification->callback = callback;
        notification->process_id = process_id;
        notification->activated = TRUE;
        return OUTCOME_TOLD;
    }
    ReleaseSRWLockExclusive(&lock);
    IBackgroundCopyCallback_Release(callback);
    AcquireSRWLockExclusive(&lock);
    return OUTCOME_TOLD;
}

/* A client that set its interface comes first, then the class. */
static enum outcome tell_client(struct notification *notification, uint32_t event)
{
    enum outcome outcome = OUTCOME_NOBODY;

    if (notification->spent & event)
        return OUTCOME_NOBODY;
    if (notification->callback)
        outcome = make_call(notification, event);
    if (outcome != OUTCOME_NOBODY || notification->callback || !(notification->means & EVENT_VALUE_CLASS))
        return outcome;
    outcome = activate(notification, event);
    if (outcome == OUTCOME_TOLD && notification->activated
        && (outcome = make_call(notification, event)) == OUTCOME_NOBODY && event != EVENT_JOB_MODIFIED)
        outcome = OUTCOME_FAILED;       /* the next object may live longer */
    return outcome;
}

struct program
{
    struct notification *notification;  /* reference */
    HANDLE process;
    uint32_t event;
};

static void CALLBACK program_ended(TP_CALLBACK_INSTANCE *instance, void *context, TP_WAIT *wait,
                                   TP_WAIT_RESULT result)
{
    struct program *program = context;
    struct notification *notification = program->notification;
    DWORD status = 1;

    if (!GetExitCodeProcess(program->process, &status))
        ERR("No exit status, error %lu.\n", GetLastError());
    TRACE("The command line of job %s ended with %lu.\n", debugstr_guid(&notification->job_id), status);

    AcquireSRWLockExclusive(&lock);
    notification->running = FALSE;
    if (status && !(notification->pending & program->event))
        repeat_program(notification, program->event);
    schedule(notification);
    ReleaseSRWLockExclusive(&lock);

    CloseThreadpoolWait(wait);
    CloseHandle(program->process);
    free(program);
    notification_release(notification);
}

/* Under the lock; takes the process over. */
static void wait_for_program(struct notification *notification, uint32_t event, HANDLE process)
{
    struct program *program;
    TP_WAIT *wait = NULL;

    if (!(program = malloc(sizeof(*program))) || !(wait = CreateThreadpoolWait(program_ended, program, NULL)))
    {
        ERR("The end of a command line cannot be waited for, error %lu.\n", GetLastError());
        CloseHandle(process);
        free(program);
        return;
    }
    program->notification = notification;
    program->process = process;
    program->event = event;
    ++notification->refcount;
    notification->running = TRUE;
    SetThreadpoolWait(wait, process, NULL);
}

/* The lock is held before and after, but not while the program is started. */
static enum outcome run_program(struct notification *notification, uint32_t event, enum outcome outcome)
{
    HANDLE process;
    HRESULT hr;

    ReleaseSRWLockExclusive(&lock);
    hr = notify_start_program(&notification->job_id, &process);
    AcquireSRWLockExclusive(&lock);
    if (hr == S_FALSE)
        return outcome;
    if (SUCCEEDED(hr))
    {
        notification->spent |= event;
        wait_for_program(notification, event, process);
    }
    else
        repeat_program(notification, event);
    return OUTCOME_TOLD;
}

/* FALSE: the event is none any more. The lock is held before and after, but not meanwhile. */
static BOOL check_event(struct notification *notification, uint32_t event)
{
    unsigned int file_index = notification->file_index;
    BOOL due;

    ReleaseSRWLockExclusive(&lock);
    if (event == EVENT_FILE_TRANSFERRED && file_index == ENGINE_NO_FILE
        && engine_job_take_transferred_file(&notification->job_id, &file_index) != S_OK)
        file_index = ENGINE_NO_FILE;
    due = notify_is_due(&notification->job_id, event);
    AcquireSRWLockExclusive(&lock);
    if (event != EVENT_FILE_TRANSFERRED)
        return due;
    if (file_index == ENGINE_NO_FILE)
        return FALSE;
    notification->file_index = due ? file_index : ENGINE_NO_FILE;
    notification->pending |= EVENT_FILE_TRANSFERRED; /* there may be more */
    return due;
}

/* Under the lock, which is left in between. */
static void deliver_event(struct notification *notification, uint32_t event)
{
    unsigned int serial = notification->serial;
    enum outcome outcome;

    if (!check_event(notification, event))
        return;
    outcome = tell_client(notification, event);
    if (outcome != OUTCOME_TOLD && (event & END_EVENTS) && (notification->means & EVENT_VALUE_PROGRAM))
        outcome = run_program(notification, event, outcome);
    if (outcome == OUTCOME_FAILED && notification->serial == serial)
    {
        notification->pending &= ~event;
        repeat_later(notification, event);
        return;
    }
    if (event & (END_EVENTS | EVENT_FILE_TRANSFERRED))
        notification->pause = 0;
    if (event == EVENT_FILE_TRANSFERRED)
        notification->file_index = ENGINE_NO_FILE;
}

/*
 * Files go before what became of the job, and that goes before what was modified. While a file waits to be told again,
 * nothing but changes that came before the end of the job is told.
 */
static uint32_t take_event(struct notification *notification)
{
    static const uint32_t order[] =
        { EVENT_FILE_TRANSFERRED, EVENT_JOB_TRANSFERRED, EVENT_JOB_ERROR, EVENT_JOB_MODIFIED };
    uint32_t ready = notification->pending;
    unsigned int i;

    if (notification->repeat & EVENT_FILE_TRANSFERRED)
        ready = ready & END_EVENTS ? 0 : ready & EVENT_JOB_MODIFIED;
    if (notification->running)
        ready &= ~END_EVENTS;
    for (i = 0; i < ARRAY_SIZE(order); ++i)
    {
        if (ready & order[i])
        {
            notification->pending &= ~order[i];
            return order[i];
        }
    }
    return 0;
}

/* Lets go of the client of a job that is over. The lock is held before and after, but not meanwhile. */
static void end_notification(struct notification *notification)
{
    IBackgroundCopyCallback *callback = notification->callback;

    notification->callback = NULL;
    notification->ending = TRUE;
    ReleaseSRWLockExclusive(&lock);
    if (callback)
        IBackgroundCopyCallback_Release(callback);
    AcquireSRWLockExclusive(&lock);
    unlink_notification(notification);
    WakeAllConditionVariable(&call_ended);
}

static void CALLBACK deliver_events(TP_CALLBACK_INSTANCE *instance, void *context)
{
    struct notification *notification = context;
    uint32_t event;
    HRESULT hr;

    if (FAILED(hr = CoInitializeEx(NULL, COINIT_MULTITHREADED)))
        ERR("The thread could not enter an apartment, hr %#lx.\n", hr);

    AcquireSRWLockExclusive(&lock);
    while (!stopped && (event = take_event(notification)))
    {
        if (SUCCEEDED(hr))
            deliver_event(notification, event);
    }
    if (notification->gone)
        end_notification(notification);
    notification->scheduled = FALSE;
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
    while (notification->caller && !IsEqualGUID(notification->caller, &logical_thread)
           && (elapsed = GetTickCount() - start) < CALL_END_TIMEOUT_MS)
        SleepConditionVariableSRW(&call_ended, &lock, CALL_END_TIMEOUT_MS - elapsed, 0);
}

void notification_wait_end(const GUID *job_id)
{
    struct notification *notification;
    DWORD start = GetTickCount(), elapsed;
    GUID logical_thread;

    if (FAILED(CoGetCurrentLogicalThreadId(&logical_thread)))
        return;
    AcquireSRWLockExclusive(&lock);
    while ((notification = find_notification(job_id)) && (notification->callback || notification->ending) && !stopped
           && !(notification->caller && IsEqualGUID(notification->caller, &logical_thread))
           && (elapsed = GetTickCount() - start) < JOB_END_TIMEOUT_MS)
        SleepConditionVariableSRW(&call_ended, &lock, JOB_END_TIMEOUT_MS - elapsed, 0);
    ReleaseSRWLockExclusive(&lock);
}

/* Under the lock; gives the former callback, to be released. */
static IBackgroundCopyCallback *exchange_callback(struct notification *notification, IBackgroundCopyCallback *callback)
{
    IBackgroundCopyCallback *former = notification->callback;

    if (callback)
        IBackgroundCopyCallback_AddRef(callback);
    notification->callback = callback;
    notification->process_id = callback ? client_get_process() : 0;
    notification->activated = FALSE;
    ++notification->serial;
    notification->repeat = 0;
    notification->pause = 0;
    notification->file_index = ENGINE_NO_FILE;
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
        notification->next = *find_bucket(job_id);
        *find_bucket(job_id) = notification;
        created = NULL;
    }
    ++notification->refcount;
    ReleaseSRWLockExclusive(&lock);
    if (created)
        notification_release(created);
    *out = notification;
    return S_OK;
}

/* A job that was over before its notification came into the table sends no event that takes it out again. */
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

/* What was transferred before somebody wants to know is not told. */
static void forget_files(const GUID *job_id)
{
    unsigned int index;

    while (engine_job_take_transferred_file(job_id, &index) == S_OK)
        continue;
}

static HRESULT find_or_get(const GUID *job_id, BOOL create, struct notification **notification)
{
    HRESULT hr;

    if (create)
    {
        if (FAILED(hr = get_notification(job_id, notification)))
            return hr;
        if (FAILED(hr = check_not_final(*notification)))
            notification_release(*notification);
        return hr;
    }
    AcquireSRWLockExclusive(&lock);
    if ((*notification = find_notification(job_id)))
        ++(*notification)->refcount;
    ReleaseSRWLockExclusive(&lock);
    return *notification ? S_OK : S_FALSE;
}

HRESULT notification_set_callback(const GUID *job_id, IBackgroundCopyCallback *callback)
{
    struct notification *notification;
    IBackgroundCopyCallback *former;
    HRESULT hr;

    if ((hr = find_or_get(job_id, callback != NULL, &notification)) != S_OK)
        return FAILED(hr) ? hr : S_OK;
    AcquireSRWLockExclusive(&lock);
    if (!notification->callback)
    {
        ReleaseSRWLockExclusive(&lock);
        forget_files(job_id);
        AcquireSRWLockExclusive(&lock);
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
    if ((notification = find_notification(job_id)) && !notification->activated && (callback = notification->callback))
        IBackgroundCopyCallback_AddRef(callback);
    ReleaseSRWLockExclusive(&lock);
    return callback;
}

/* Under the lock, which is left in between; FALSE: there was none. */
static BOOL forget_callback(struct notification *bucket, DWORD process_id)
{
    IBackgroundCopyCallback *callback;

    while (bucket && (!bucket->callback || bucket->process_id != process_id))
        bucket = bucket->next;
    if (!bucket)
        return FALSE;
    callback = bucket->callback;
    bucket->callback = NULL;
    ReleaseSRWLockExclusive(&lock);
    IBackgroundCopyCallback_Release(callback);
    AcquireSRWLockExclusive(&lock);
    return TRUE;
}

void notification_forget_process(DWORD process_id)
{
    unsigned int i;

    AcquireSRWLockExclusive(&lock);
    for (i = 0; i < BUCKET_COUNT; ++i)
    {
        while (forget_callback(buckets[i], process_id))
            continue;
    }
    ReleaseSRWLockExclusive(&lock);
}

void notification_flags_set(const GUID *job_id)
{
    struct notification *notification;

    AcquireSRWLockExclusive(&lock);
    if ((notification = find_notification(job_id)))
    {
        notification->pending |= notification->repeat;
        notification->repeat = 0;
        schedule(notification);
    }
    ReleaseSRWLockExclusive(&lock);
}

void notification_program_set(const GUID *job_id)
{
    struct notification *notification;
    struct job_get_info_params info;
    uint32_t event;

    if (FAILED(engine_job_get_info(job_id, &info)) || (info.state != JOB_TRANSFERRED && info.state != JOB_ERROR))
        return;
    if (FAILED(find_or_get(job_id, TRUE, &notification)))
        return;
    event = info.state == JOB_TRANSFERRED ? EVENT_JOB_TRANSFERRED : EVENT_JOB_ERROR;
    AcquireSRWLockExclusive(&lock);
    if (!notification->callback)
    {
        notification->means |= EVENT_VALUE_PROGRAM;
        notification->pending |= event;
        notification->spent |= event;
        schedule(notification);
    }
    ReleaseSRWLockExclusive(&lock);
    notification_release(notification);
}

/* Under the lock. */
static void note_event(struct notification *notification, const struct wait_event_params *event)
{
    notification->means = event->value;
    notification->pending |= event->kinds & TOLD_EVENTS;
    if (event->kinds & END_EVENTS)
    {
        notification->repeat &= ~event->kinds;
        notification->spent &= ~event->kinds;
        notification->pause = 0;
    }
    if (notification->repeat & EVENT_FILE_TRANSFERRED)
        notification->pending &= ~EVENT_FILE_TRANSFERRED;
    if (event->kinds & EVENT_JOB_GONE)
    {
        notification->pending &= ~END_EVENTS;
        notification->pending |= EVENT_JOB_MODIFIED; /* its state changed */
        notification->repeat = 0;
        notification->gone = TRUE;
    }
    schedule(notification);
}

/* Whether somebody is to be told of an event of a job for which no interface was ever set. */
static BOOL has_other_means(const struct wait_event_params *event)
{
    if (event->kinds & EVENT_JOB_GONE)
        return FALSE;
    if (event->value & EVENT_VALUE_CLASS)
        return TRUE;
    return (event->value & EVENT_VALUE_PROGRAM) && (event->kinds & END_EVENTS);
}

void notification_dispatch(const struct wait_event_params *event)
{
    const GUID job_id = guid_from_id(&event->job);
    struct notification *notification;

    if (find_or_get(&job_id, FALSE, &notification) != S_OK
        && (!has_other_means(event) || find_or_get(&job_id, TRUE, &notification) != S_OK))
        return;
    AcquireSRWLockExclusive(&lock);
    note_event(notification, event);
    ReleaseSRWLockExclusive(&lock);
    notification_release(notification);
}

void notification_shutdown(void)
{
    AcquireSRWLockExclusive(&lock);
    stopped = TRUE;
    WakeAllConditionVariable(&call_ended);
    ReleaseSRWLockExclusive(&lock);
}
