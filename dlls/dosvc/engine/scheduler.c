/*
 * Decides which file is transferred when, and what follows when a transfer ends.
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

#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>
#include <utlist.h>

#include "engine_private.h"
#include "fetch.h"
#include "retry.h"
#include "transfer.h"
#include "url.h"

#define TIMER_PAUSE_MS 10               /* between two looks at all active jobs */

/* The first file of the job that can be started now. */
static struct file *job_next_file(struct job *job, uint64_t now)
{
    uint32_t i;

    while (job->first_pending < job->file_count && job->files[job->first_pending]->transferred)
        job->first_pending++;
    for (i = job->first_pending; i < job->file_count; i++)
    {
        struct file *file = job->files[i];

        if (!file->transferred && file->retry_at <= now && (!file->fetch || fetch_wants_transfer(file->fetch))
            && SUCCEEDED(file_check_ready(file)) && file_has_room(file) && integrity_may_start(file))
            return file;
    }
    return NULL;
}

void scheduler_touch(struct engine *engine, struct job *job)
{
    if (!job->active || job->touched)
        return;
    job->touched = true;
    DL_APPEND2(engine->touched, job, touched_prev, touched_next);
}

static void scheduler_untouch(struct engine *engine, struct job *job)
{
    if (job->touched)
        DL_DELETE2(engine->touched, job, touched_prev, touched_next);
    job->touched = false;
}

static void job_leave_queue(struct job *job)
{
    if (job->ready)
        DL_DELETE2(*job->ready, job, ready_prev, ready_next);
    job->ready = NULL;
}

void scheduler_forget(struct engine *engine, struct job *job)
{
    scheduler_untouch(engine, job);
    job_leave_queue(job);
}

/* Puts the job into the queue in which it belongs now; one in which it stands already it does not leave. */
static void scheduler_place(struct engine *engine, struct job *job, uint64_t now)
{
    uint64_t priority = job->numbers[JOB_NUMBER_PRIORITY];
    struct job **queue = NULL;

    if (priority >= JOB_PRIORITY_COUNT)
        priority = JOB_PRIORITY_LOW;
    if (!job->completing && job->state != JOB_BLOCKED && job->transfer_count < job_max_transfers(job)
        && job_next_file(job, now))
        queue = &engine->ready[priority][job->transfer_count];
    if (job->ready == queue)
        return;
    job_leave_queue(job);
    if ((job->ready = queue))
        DL_APPEND2(*queue, job, ready_prev, ready_next);
}

/* A job in the foreground does not wait for the others to make room: they will yield to it. */
static bool scheduler_has_room(const struct engine *engine, enum job_priority priority)
{
    unsigned int limit = ENGINE_MAX_TRANSFERS + (priority == JOB_PRIORITY_FOREGROUND ? ENGINE_MAX_FOREGROUND : 0);

    return engine->transfer_count < limit;
}

bool scheduler_has_others(const struct engine *engine, const struct job *job)
{
    unsigned int priority, transfers, own = (unsigned int)job->numbers[JOB_NUMBER_PRIORITY];

    if (scheduler_has_room(engine, own))
        return false;
    for (priority = 0; priority <= own && priority < JOB_PRIORITY_COUNT; priority++)
    {
        for (transfers = 0; transfers + 1 < job->transfer_count; transfers++)
        {
            if (engine->ready[priority][transfers])
                return true;
        }
    }
    return false;
}

/* Of equal priority those with the fewest transfers come first, then those that have waited longest. */
static struct job *scheduler_pick(const struct engine *engine)
{
    unsigned int priority, transfers;

    for (priority = 0; priority < JOB_PRIORITY_COUNT && scheduler_has_room(engine, priority); priority++)
    {
        for (transfers = 0; transfers < JOB_MAX_TRANSFERS; transfers++)
        {
            if (engine->ready[priority][transfers])
                return engine->ready[priority][transfers];
        }
    }
    return NULL;
}

void scheduler_fail(struct engine *engine, struct file *file, const struct verdict *verdict)
{
    struct job *job = file->job;

    job->error.code = verdict->code;
    job->error.context = verdict->context;
    job->error.file_index = file->index;
    job->error.http_status = file->http_status;
    job->error.cause = S_OK;
    job->error_count++;
    if (verdict->code == DO_E_DOWNLOAD_NO_PROGRESS)
        job->error.cause = (int32_t)job->numbers[JOB_NUMBER_LAST_FAILURE];
    else
        job->numbers[JOB_NUMBER_LAST_FAILURE] = (uint32_t)verdict->code;
    if (verdict->fatal)
        (void)job_handle_event(engine, job, JOB_EVENT_FATAL_ERROR);
    else if (!job->flowing_count)
        (void)job_handle_event(engine, job, JOB_EVENT_ATTEMPT_FAILED);
    job_modified(engine, job, 0);
}

void scheduler_file_done(struct engine *engine, struct file *file)
{
    struct job *job = file->job;

    if (file->hashes_of)
    {
        integrity_source_arrived(engine, file);
        return;
    }
    file->transferred = true;
    file->failures = file->restarts = file->avoid.count = 0;
    job->small_count += file_stored_total(file) <= FILE_SMALL && job->small_count < JOB_MAX_TRANSFERS;
    saver_mark_file(engine, file);
    job_modified(engine, job, job_notifies(job, JOB_NOTIFY_FILE_TRANSFERRED) ? EVENT_FILE_TRANSFERRED : 0);
    event_add_file(file);
    while (job->first_pending < job->file_count && job->files[job->first_pending]->transferred)
        job->first_pending++;
    if (job->first_pending == job->file_count)
        (void)job_handle_event(engine, job, JOB_EVENT_ALL_TRANSFERRED);
}

/* NULL: the file has failed, or does without another transfer. */
static struct transfer *scheduler_add_transfer(struct engine *engine, struct file *file)
{
    static const struct verdict no_memory = {.code = E_OUTOFMEMORY, .fatal = true};
    int32_t hr = E_OUTOFMEMORY;
    struct transfer *transfer;

    if (file_make_ring(file) && (file->fetch || fetch_create(engine, file))
        && (hr = transfer_create(engine, file, &transfer)) == S_OK)
        return transfer;
    if (file->fetch && file->fetch->count)
    {
        if (FAILED(hr))
            fetch_refused(file->fetch); /* those that there are go on */
        return NULL;
    }
    if (file->fetch)
        fetch_close(file->fetch);
    scheduler_fail(engine, file, &no_memory);
    return NULL;
}

static void scheduler_start_file(struct engine *engine, struct file *file)
{
    static const struct verdict no_headers = {.code = E_NOT_SET, .fatal = true};
    struct transfer *transfer;
    char url[256];

    if (!file->fetch && file_is_done(file))
    {
        scheduler_file_done(engine, file);
        return;
    }
    if (!auto_proxy_ready(engine, file))
        return;
    if (job_lacks_headers(file->job))
    {
        scheduler_fail(engine, file, &no_headers);
        return;
    }
    if (!file->fetch && !integrity_prepare(engine, file))
        return;
    if (!(transfer = scheduler_add_transfer(engine, file)))
        return;
    if (job_is_foreground(file->job) && !transfer->extra)
        atomic_store(&engine->yield_until, clock_now_ms() + ENGINE_YIELD_MS);
    url_redact(file->url, url, sizeof(url));
    engine_log(engine, ENGINE_LOG_TRACE, "Fetching %s from offset %" PRIu64 ".", url, transfer->content_offset);
    transfer_start(transfer);
}

static bool job_waits_for_retry(const struct job *job, uint64_t now)
{
    uint32_t i;

    for (i = job->first_pending; i < job->file_count; i++)
    {
        if (!job->files[i]->transferred && job->files[i]->retry_at > now)
            return true;
    }
    return false;
}

/* Whether some file goes on without a transfer: it is being checked or decrypted. */
static bool job_has_work(const struct job *job)
{
    uint32_t i;

    for (i = job->first_pending; i < job->file_count; i++)
    {
        if (integrity_is_busy(job->files[i]))
            return true;
    }
    return false;
}

/*
 * A job that has files to fetch, but no transfer, waits for its turn, or all of these files wait for their retries;
 * unless a client is still busy with bytes that came.
 */
static void scheduler_mark_waiting(struct engine *engine, struct job *job, uint64_t now)
{
    enum job_event event = JOB_EVENT_WAIT_FOR_ROOM;

    if (job->state != JOB_TRANSFERRING || job->transfer_count || job->completing)
        return;
    if (!job_next_file(job, now))
    {
        if (job_waits_for_retry(job, now))
            event = JOB_EVENT_ATTEMPT_FAILED;
        else if (job->ring_count || job_has_work(job))
            return;
    }
    (void)job_handle_event(engine, job, event);
}

static uint64_t job_deadline(const struct job *job, uint64_t now)
{
    uint64_t deadline = TIME_NEVER, timeout = job_effective_timeout(job);
    uint32_t i;

    if (job->state == JOB_BLOCKED)      /* time without a network does not count */
        return TIME_NEVER;
    if (timeout)
        deadline = job->progress_at + timeout * 1000;
    if (job_transfer_deadline(job) < deadline)
        deadline = job_transfer_deadline(job);
    if (progress_deadline(job, now) < deadline)
        deadline = progress_deadline(job, now);
    if (job->measure_at < deadline)
        deadline = job->measure_at;
    for (i = job->first_pending; i < job->file_count && now < job->retry_until; i++)
    {
        const struct file *file = job->files[i];

        if (!file->transferred && file->retry_at > now && file->retry_at < deadline)
            deadline = file->retry_at;
    }
    return deadline;
}

static void scheduler_wake_at(struct engine *engine, uint64_t when)
{
    if (when >= engine->timer_at)
        return;
    engine->timer_at = when;
    pthread_cond_signal(&engine->timer_cond);
}

void scheduler_watch(struct engine *engine, struct job *job)
{
    job->deadline = job_deadline(job, clock_now_ms());
    scheduler_wake_at(engine, job->deadline);
}

void scheduler_run(struct engine *engine)
{
    uint64_t now = clock_now_ms();
    struct job *job;

    if (engine->stopping)
        return;
    network_check(engine);
    DL_FOREACH2(engine->touched, job, touched_next)
        scheduler_place(engine, job, now);
    while ((job = scheduler_pick(engine)))
    {
        struct file *file = job_next_file(job, now);

        if (file)
            scheduler_start_file(engine, file);
        if (job->active)
            scheduler_place(engine, job, now);
    }
    while ((job = engine->touched))
    {
        scheduler_untouch(engine, job);
        scheduler_mark_waiting(engine, job, now);
        scheduler_watch(engine, job);
    }
    scheduler_wake_at(engine, engine->expiry_at);
}

static void scheduler_measure(struct job *job, uint64_t now)
{
    uint32_t i, left = job->transfer_count;

    job->measure_at = TIME_NEVER;
    for (i = job->first_pending; left && i < job->file_count; i++)
    {
        struct fetch *fetch = job->files[i]->fetch;

        if (!fetch)
            continue;
        left -= fetch->count;
        fetch_measure(fetch, now);
        if (fetch_watch(fetch, now) < job->measure_at)
            job->measure_at = fetch_watch(fetch, now);
    }
}

/* Notices progress, and its absence. */
static void scheduler_check_job(struct engine *engine, struct job *job, uint64_t now)
{
    static const struct verdict no_progress = {.code = DO_E_DOWNLOAD_NO_PROGRESS, .fatal = true};
    static const struct verdict too_long = {.code = BG_E_MAXDOWNLOAD_TIMEOUT, .fatal = true};
    uint64_t bytes = job_bytes_transferred(job), timeout = job_effective_timeout(job);

    if (job->state == JOB_BLOCKED)
        return;
    if (now >= job_transfer_deadline(job) && job->first_pending < job->file_count)
    {
        scheduler_fail(engine, job->files[job->first_pending], &too_long);
        return;
    }
    if (bytes != job->progress_bytes)
    {
        job->progress_bytes = bytes;
        job->progress_at = now;
    }
    else if (timeout && now >= job->progress_at + timeout * 1000 && job->first_pending < job->file_count)
    {
        scheduler_fail(engine, job->files[job->first_pending], &no_progress);
        return;
    }
    progress_check(engine, job, now, bytes);
    if (now >= job->measure_at)
        scheduler_measure(job, now);
}

/* Looks at the jobs whose time has come, and finds out whose comes next. */
static void scheduler_check_jobs(struct engine *engine, uint64_t now)
{
    struct job *job, *next;

    engine->timer_at = engine->expiry_at;
    DL_FOREACH_SAFE2(engine->active, job, next, active_next)
    {
        if (job->deadline > now)
        {
            scheduler_wake_at(engine, job->deadline);
            continue;
        }
        scheduler_check_job(engine, job, now);
        scheduler_touch(engine, job);
    }
}

/* It may be woken earlier than needed, since deadlines also move away; with many jobs not for each of them. */
static void *scheduler_thread(void *context)
{
    struct engine *engine = context;
    uint64_t now, earliest = 0;

    (void)pthread_setname_np(pthread_self(), "dosvc-timer");
    pthread_mutex_lock(&engine->lock);
    while (!engine->timer_stop)
    {
        uint64_t due = engine->timer_at > earliest ? engine->timer_at : earliest;

        if ((now = clock_now_ms()) < due)
        {
            clock_cond_wait_until(&engine->timer_cond, &engine->lock, due);
            continue;
        }
        earliest = now + TIMER_PAUSE_MS;
        if (now >= engine->expiry_at)
            lifetime_expire(engine);
        scheduler_check_jobs(engine, now);
        scheduler_run(engine);
    }
    pthread_mutex_unlock(&engine->lock);
    return NULL;
}

int32_t scheduler_start(struct engine *engine)
{
    int ret = pthread_create(&engine->timer_thread, NULL, scheduler_thread, engine);

    return ret ? hresult_from_errno(ret) : S_OK;
}

void scheduler_stop(struct engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    engine->timer_stop = true;
    pthread_cond_signal(&engine->timer_cond);
    pthread_mutex_unlock(&engine->lock);
    pthread_join(engine->timer_thread, NULL);
}

/* How long to wait before the next attempt, in ms. */
static uint64_t file_retry_delay(const struct engine *engine, const struct file *file, uint32_t retry_after)
{
    struct retry retry = {.first_ms = engine->config.retry_delay_ms, .limit_ms = ENGINE_RETRY_DELAY_MAX_MS};

    retry.failures = file->failures;
    retry.minimum = (uint32_t)file->job->numbers[JOB_NUMBER_MINIMUM_RETRY_DELAY];
    retry.retry_after = retry_after;
    return retry_delay(&retry, retry_chance());
}

static void scheduler_log_failure(const struct engine *engine, const struct transfer *transfer, int32_t code)
{
    char url[256];

    url_redact(transfer->file->url, url, sizeof(url));
    engine_log(engine, ENGINE_LOG_WARNING, "Fetching %s failed, error %#x, HTTP status %ld%s%s.", url,
               (unsigned int)code, transfer->outcome.http_status, *transfer->error_text ? ": " : "",
               transfer->error_text);
}

static void scheduler_set_retry(const struct engine *engine, const struct transfer *transfer)
{
    struct file *file = transfer->file;

    file->failures = atomic_load(&transfer->written) ? 1 : file->failures + 1;
    file->retry_at = clock_now_ms() + file_retry_delay(engine, file, transfer->outcome.retry_after);
    file->retry_at = source_limit_retry(engine, file, file->retry_at);
    if (file->retry_at > file->job->retry_until)
        file->job->retry_until = file->retry_at;
}

static void scheduler_attempt_failed(struct engine *engine, const struct transfer *transfer, struct verdict *verdict)
{
    struct file *file = transfer->file;

    scheduler_log_failure(engine, transfer, verdict->code);
    if (!job_effective_timeout(file->job))
        verdict->fatal = true;
    if (transfer->outcome.disk_failed && (transfer->outcome.os_error == ENOENT || transfer->outcome.os_error == ESTALE))
        file_reset(file);               /* the temporary file is lost: a new start begins from nothing */
    address_set_fail(&file->avoid, transfer);
    if (file->hashes_of)
    {
        integrity_source_failed(engine, file, &transfer->outcome, verdict);
        return;
    }
    file->http_status = (uint32_t)transfer->outcome.http_status;
    scheduler_set_retry(engine, transfer);
    saver_mark_file(engine, file);
    scheduler_fail(engine, file, verdict);
}

/*
 * The file changed on the server: the bytes that are here are forgotten in the store first, then cut off, so that no
 * crash can leave bytes of two versions that count as one.
 */
static void scheduler_restart_file(struct engine *engine, struct transfer *transfer)
{
    struct fetch *fetch = transfer->fetch;
    struct file *file = transfer->file;

    if (file->stream && !stream_reset(file->stream, false))
    {
        fetch->restart = false;         /* what the client has seen cannot be taken back */
        transfer->outcome.protocol_error = transfer->response.status == 200 ? DO_E_INSUFFICIENT_RANGE_SUPPORT
                                                                             : RESULT_INVALID_SERVER_RESPONSE;
        return;
    }
    file->restarts++;
    file_reset(file);
    saver_mark_file(engine, file);
    (void)saver_wait(engine, file->job);    /* a store that fails is tried again before anything else is saved */
    pthread_mutex_unlock(&engine->lock);
    if (fetch->fd != -1)
        (void)ftruncate(fetch->fd, 0);  /* what stays beyond the new end is cut off when the file is whole */
    pthread_mutex_lock(&engine->lock);
}

/* Of several transfers of a file, one ended: as long as others bring bytes, there is no error to be told. */
static void scheduler_apply_one(struct engine *engine, struct transfer *transfer)
{
    uint64_t watch_at = fetch_watch(transfer->fetch, clock_now_ms());
    struct verdict verdict;

    if (watch_at < transfer->file->job->measure_at)
        transfer->file->job->measure_at = watch_at;
    fetch_check_whole(transfer->fetch);
    outcome_judge(&transfer->outcome, &verdict);
    if (transfer->refused || FAILED(verdict.code))
    {
        if (transfer->outcome.disk_failed)
        {
            scheduler_attempt_failed(engine, transfer, &verdict);
            return;
        }
        if (transfer->cache && source_failed(engine, transfer, &verdict))
            return;
        scheduler_log_failure(engine, transfer, verdict.code);
        if (transfer->extra && !transfer->useful)
            fetch_refused(transfer->fetch);
        else
            scheduler_set_retry(engine, transfer);
    }
    else
    {
        source_succeeded(engine, transfer);
    }
}

/* An extra transfer that the server did not want says nothing about the file: it will be asked for once more. */
static void scheduler_apply(struct engine *engine, struct transfer *transfer)
{
    struct file *file = transfer->file;
    struct verdict verdict = {.code = RESULT_INVALID_SERVER_RESPONSE, .fatal = true};

    if (transfer->fetch->restart)
    {
        /* The server gives nothing but the whole file, with a bad piece in it. */
        if (integrity_has_bad(file))
            verdict.code = DO_E_BAD_PIECE_HASH;
        if (file->restarts > FILE_MAX_RESTARTS)
            scheduler_attempt_failed(engine, transfer, &verdict);
        return;
    }
    outcome_judge(&transfer->outcome, &verdict);
    if (SUCCEEDED(verdict.code))
    {
        source_succeeded(engine, transfer);
        file->failures = 0;
    }
    if (SUCCEEDED(verdict.code) || transfer->fetch->whole)
    {
        if (file_is_done(file))
            scheduler_file_done(engine, file);
        else
            integrity_advance(engine, file);
        return;
    }
    if ((!transfer->extra || transfer->useful || transfer->outcome.disk_failed)
        && !source_failed(engine, transfer, &verdict))
        scheduler_attempt_failed(engine, transfer, &verdict);
}

/* The last transfer of the file is over. */
static void scheduler_fetch_ended(struct engine *engine, struct transfer *transfer, bool cancelled)
{
    struct fetch *fetch = transfer->fetch;
    struct file *file = transfer->file;
    struct job *job = file->job;

    if (fetch->restart)
        scheduler_restart_file(engine, transfer);
    fetch->orphan = job_state_is_final(job->state) && !file->completed && fetch->temp_path;
    fetch_close(fetch);                 /* which goes when engine.lock is left */
    scheduler_touch(engine, job);
    file_release_ring(file);
    if (job->active && !job->completing && (fetch->restart || fetch->whole || !cancelled) && !engine->stopping)
        scheduler_apply(engine, transfer);
}

void scheduler_transfer_ended(struct engine *engine, struct transfer *transfer)
{
    struct file *file = transfer->file;
    struct job *job = file->job;
    bool cancelled;

    source_refresh_after(engine, SOURCE_REFRESH_MS);
    pthread_mutex_lock(&engine->lock);
    cancelled = atomic_load(&transfer->cancelled);
    if (!transfer->extra)
        response_publish(transfer);
    if (transfer->restart && !source_disagrees(engine, transfer))
    {
        transfer->fetch->restart = true;
        fetch_drain(transfer->fetch);
    }
    transfer_count_bytes(transfer);
    transfer_set_flowing(transfer, false);
    saver_mark_file(engine, file);
    job->transfer_count--;
    engine->transfer_count--;
    if (fetch_remove(transfer->fetch, transfer))
        scheduler_fetch_ended(engine, transfer, cancelled);
    else if (job->active && !job->completing && !cancelled && !engine->stopping)
        scheduler_apply_one(engine, transfer);
    scheduler_run(engine);
    job_release(engine, job);
    pthread_mutex_unlock(&engine->lock);
    transfer_free(transfer);
}
