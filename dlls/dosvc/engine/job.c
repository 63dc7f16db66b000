/*
 * A job: its life in memory and its changes of state.
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

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "engine_private.h"
#include "fetch.h"

/* The names are those of the store: never change one. */
static const struct setting_number job_numbers[JOB_NUMBER_COUNT] =
{
    [JOB_NUMBER_PRIORITY] = {"priority", JOB_PRIORITY_NORMAL},
    [JOB_NUMBER_NOTIFY_FLAGS] = {"notify_flags", JOB_NOTIFY_TRANSFERRED | JOB_NOTIFY_ERROR},
    [JOB_NUMBER_MINIMUM_RETRY_DELAY] = {"minimum_retry_delay", 0},
    [JOB_NUMBER_NO_PROGRESS_TIMEOUT] = {"no_progress_timeout", JOB_TIMEOUT_UNSET},
    [JOB_NUMBER_KIND] = {"kind", JOB_KIND_JOB},
    [JOB_NUMBER_NON_VOLATILE] = {"non_volatile", 1},
    [JOB_NUMBER_SECURITY_FLAGS] = {"security_flags", 0},
    [JOB_NUMBER_HAS_CUSTOM_HEADERS] = {"has_custom_headers", 0},
    [JOB_NUMBER_MAXIMUM_DOWNLOAD_TIME] = {"maximum_download_time", JOB_MAXIMUM_TIME_DEFAULT},
    [JOB_NUMBER_TRANSFER_TIME] = {"transfer_time", 0},
    [JOB_NUMBER_COST_FLAGS] = {"cost_flags", 0},
    [JOB_NUMBER_FILE_ACL_FLAGS] = {"file_acl_flags", 0},
    [JOB_NUMBER_CALLBACK_SECONDS] = {"callback_seconds", 1},
    [JOB_NUMBER_CALLBACK_PERCENT] = {"callback_percent", 0},
    [JOB_NUMBER_BLOCKING] = {"blocking", 0},
    [JOB_NUMBER_COST_POLICY] = {"cost_policy", COST_POLICY_UNSET},
    [JOB_NUMBER_DISALLOW_CELLULAR] = {"disallow_cellular", 0},
    [JOB_NUMBER_LAST_FAILURE] = {"last_failure", 0},
};

static const char *const job_texts[JOB_TEXT_COUNT] =
{
    [JOB_TEXT_DISPLAY_NAME] = "display_name",
    [JOB_TEXT_DESCRIPTION] = "description",
    [JOB_TEXT_OWNER] = "owner",
    [JOB_TEXT_PROXY_LIST] = "proxy_list",
    [JOB_TEXT_PROXY_BYPASS] = "proxy_bypass",
    [JOB_TEXT_CUSTOM_HEADERS] = NULL,   /* secrets */
    [JOB_TEXT_NOTIFY_PROGRAM] = "notify_program",
    [JOB_TEXT_NOTIFY_PARAMETERS] = "notify_parameters",
    [JOB_TEXT_NOTIFY_CLASS] = "notify_class",
    [JOB_TEXT_CORRELATION_VECTOR] = "correlation_vector",
    [JOB_TEXT_AUTH_HEADERS] = NULL,     /* secrets */
    [JOB_TEXT_CLIENT_CERTIFICATE] = NULL,
    [JOB_TEXT_CLIENT_KEY] = NULL,
};

const struct setting_table job_settings =
{
    .numbers = job_numbers,
    .number_count = JOB_NUMBER_COUNT,
    .texts = job_texts,
    .text_count = JOB_TEXT_COUNT,
};

struct job *job_alloc(const struct job_id *id)
{
    struct job *job;

    if (!(job = calloc(1, sizeof(*job))))
        return NULL;
    job->id = *id;
    job->refs = 1;
    settings_init(&job_settings, job->numbers, job->texts);
    job->creation_time = job->modification_time = clock_filetime();
    job->measure_at = TIME_NEVER;
    return job;
}

void job_free(struct job *job)
{
    uint32_t i;

    if (!job)
        return;
    for (i = 0; i < job->file_count; i++)
        file_free(job->files[i]);
    free(job->files);
    settings_cleanup(&job_settings, job->texts);
    credentials_cleanup(&job->credentials);
    free(job);
}

void job_addref(struct job *job)
{
    job->refs++;
}

/* A final job stays in the table, for those who have it open, until the last reference but the table's is gone. */
void job_release(struct engine *engine, struct job *job)
{
    job->refs--;
    if (job->listed && job->refs == 1 && !job->handles && job_state_is_final(job->state))
    {
        HASH_DELETE(hh, engine->jobs, job);
        job->listed = false;
        job->refs--;
    }
    if (!job->refs)
        job_free(job);
}

/* Takes the caller's reference over. */
void job_insert(struct engine *engine, struct job *job)
{
    HASH_ADD(hh, engine->jobs, id, sizeof(job->id), job);
    job->listed = true;
    engine->unfinished_count += !job_state_is_final(job->state) && !job_is_volatile(job);
}

struct job *job_find(struct engine *engine, const struct job_id *id)
{
    struct job *job;

    HASH_FIND(hh, engine->jobs, id, sizeof(*id), job);
    return job;
}

int32_t job_append_file(struct job *job, struct file *file)
{
    struct file **files;

    /* The room doubles: it is full whenever the number of files is a power of two. */
    if (!(job->file_count & (job->file_count - 1)))
    {
        if (!(files = realloc(job->files, (job->file_count ? job->file_count * 2 : 1) * sizeof(*files))))
            return E_OUTOFMEMORY;
        job->files = files;
    }
    file->job = job;
    file->index = job->file_count;
    file_hash_path(file);               /* the store sets paths of its own */
    job->files[job->file_count++] = file;
    return S_OK;
}

bool job_is_foreground(const struct job *job)
{
    return job->numbers[JOB_NUMBER_PRIORITY] == JOB_PRIORITY_FOREGROUND;
}

void job_set_priority(struct engine *engine, struct job *job, enum job_priority priority)
{
    bool before = job_is_foreground(job), after = priority == JOB_PRIORITY_FOREGROUND;
    uint32_t i;

    job->numbers[JOB_NUMBER_PRIORITY] = priority;
    if (before == after)
        return;
    for (i = job->first_pending; i < job->file_count; i++)
    {
        struct file *source = integrity_source(job->files[i]);

        if (job->files[i]->fetch)
            fetch_set_background(job->files[i]->fetch, before);
        if (source && source->fetch)
            fetch_set_background(source->fetch, before);
    }
    engine_count_foreground(engine, after ? (int)job->flowing_count : -(int)job->flowing_count);
}

bool job_is_volatile(const struct job *job)
{
    return !job->numbers[JOB_NUMBER_NON_VOLATILE];
}

void job_note_temporary_files(struct job *job)
{
    if (job_is_volatile(job))
        job->store_pending = true;
}

/* Of a job that is to be kept the store gets everything; of one that is not, what is there is removed. */
void job_set_volatile(struct engine *engine, struct job *job, bool is_volatile)
{
    uint32_t i;

    if (is_volatile == job_is_volatile(job))
        return;
    job->numbers[JOB_NUMBER_NON_VOLATILE] = !is_volatile;
    engine->unfinished_count += is_volatile ? -1u : 1u;
    job_note_temporary_files(job);
    for (i = 0; i < job->file_count; i++)
        file_set_dirty(job->files[i]);
    event_check_unfinished(engine);
}

uint64_t job_bytes_transferred(const struct job *job)
{
    uint64_t total = 0;
    uint32_t i;

    for (i = 0; i < job->file_count; i++)
        total += file_bytes_transferred(job->files[i]);
    return total;
}

uint32_t job_effective_timeout(const struct job *job)
{
    uint64_t timeout = job->numbers[JOB_NUMBER_NO_PROGRESS_TIMEOUT];

    if (timeout != JOB_TIMEOUT_UNSET)
        return (uint32_t)timeout;
    return job->numbers[JOB_NUMBER_PRIORITY] == JOB_PRIORITY_FOREGROUND ? JOB_TIMEOUT_FOREGROUND
                                                                        : JOB_TIMEOUT_BACKGROUND;
}

bool job_notifies(const struct job *job, uint32_t flag)
{
    return (job->numbers[JOB_NUMBER_NOTIFY_FLAGS] & flag) != 0;
}

/* Who waits for a job in the foreground has it at any price. */
uint32_t job_cost_flags(const struct job *job)
{
    uint32_t flags = (uint32_t)job->numbers[JOB_NUMBER_COST_FLAGS];

    if (flags)
        return flags;
    return job->numbers[JOB_NUMBER_PRIORITY] == JOB_PRIORITY_FOREGROUND ? COST_FLAGS_ALWAYS : COST_FLAGS_STANDARD;
}

void job_modified(struct engine *engine, struct job *job, uint32_t events)
{
    job->modification_time = clock_filetime();
    job->events_unsaved |= EVENT_JOB_MODIFIED | events;
    saver_mark_job(engine, job);
}

void job_cancel_transfers(struct job *job)
{
    uint32_t i, left = job->transfer_count;

    for (i = job->first_pending; left && i < job->file_count; i++)
    {
        struct file *source = integrity_source(job->files[i]), *file = job->files[i];

        if (source && source->fetch)
            file = source;              /* the content waits for it */
        if (!file->fetch)
            continue;
        left -= file->fetch->count;
        fetch_drain(file->fetch);
    }
}

unsigned int job_max_transfers(const struct job *job)
{
    unsigned int count = JOB_FIRST_FOREGROUND + job->small_count;

    if (!job_is_foreground(job))
        return JOB_MAX_BACKGROUND;
    return count < JOB_MAX_TRANSFERS ? count : JOB_MAX_TRANSFERS;
}

static void job_activate(struct engine *engine, struct job *job, bool active)
{
    if (job->active == active)
        return;
    job->active = active;
    if (active)
    {
        DL_APPEND2(engine->active, job, active_prev, active_next);
        scheduler_touch(engine, job);
    }
    else
    {
        DL_DELETE2(engine->active, job, active_prev, active_next);
        scheduler_forget(engine, job);
    }
}

/* The reader forgets of bytes that it found when nothing was to be handed out. */
static void job_tell_streams(struct engine *engine, struct job *job)
{
    uint32_t i;

    for (i = 0; i < job->file_count && job->ring_count; i++)
    {
        if (job->files[i]->stream && stream_tell(job->files[i]->stream))
            event_queue(engine, job, EVENT_STREAM_DATA);
    }
}

/* What belongs to leaving one state for another. */
static void job_state_changed(struct engine *engine, struct job *job, enum job_state before)
{
    uint32_t events = 0;

    if (before == JOB_TRANSFERRING)
        job_stop_clock(job);
    if (job->state == JOB_TRANSFERRING)
    {
        job->transferring_since = clock_now_ms();
        scheduler_watch(engine, job);
    }
    if (job->state == JOB_QUEUED && network_is_limited(engine))
        engine->network_changed = true;
    if (before == JOB_BLOCKED)
        job->progress_at = clock_now_ms();
    if (job_state_is_active(job->state) && !job_state_is_active(before))
    {
        job->transfer_completion_time = 0;
        job->progress_at = clock_now_ms();
        job->progress_bytes = job_bytes_transferred(job);
    }
    job_activate(engine, job, job_state_is_active(job->state));
    if (job->active)
        job_tell_streams(engine, job);
    if (job->active && !job_state_is_active(before))
        integrity_wake(engine, job);
    if (!job->active)
        job_cancel_transfers(job);
    if (job->state == JOB_TRANSFERRED)
    {
        job->transfer_completion_time = clock_filetime();
        events = EVENT_JOB_TRANSFERRED;
    }
    else if (job->state == JOB_ERROR)
    {
        events = EVENT_JOB_ERROR;
    }
    else if (job_state_is_final(job->state))
    {
        engine->unfinished_count -= !job_is_volatile(job);
        events = EVENT_JOB_GONE;
    }
    job_modified(engine, job, events);
}

int32_t job_handle_event(struct engine *engine, struct job *job, enum job_event event)
{
    enum job_state before = job->state, next;
    int32_t hr;

    if (FAILED(hr = job_transition(before, event, &next)))
        return hr;
    if (next == before)
        return S_OK;
    job->state = next;
    pthread_cond_broadcast(&engine->state_cond);
    job_state_changed(engine, job, before);
    return S_OK;
}
