/*
 * What only downloads do: starting with ranges, finding, and waiting for the end.
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
#include <strings.h>

#include "engine_private.h"

static bool is_download(const struct job *job)
{
    return job->numbers[JOB_NUMBER_KIND] == JOB_KIND_DOWNLOAD && job->file_count == 1;
}

static int32_t download_set_ranges(struct file *file, const struct file_range *ranges, uint32_t count)
{
    struct file_range *copy = NULL;

    if (count && !(copy = malloc(count * sizeof(*copy))))
        return E_OUTOFMEMORY;
    if (count)
        memcpy(copy, ranges, count * sizeof(*copy));
    free(file->ranges);
    file->ranges = copy;
    file->range_count = count;
    return S_OK;
}

/* A range that reaches to the end has to say where that is, when others are to follow it. */
static uint32_t download_copy_ranges(struct file_range *to, const struct file_range *from, uint32_t count,
                                     uint64_t size)
{
    uint32_t i;

    for (i = 0; i < count; i++)
    {
        to[i] = from[i];
        if (to[i].length == ENGINE_SIZE_UNKNOWN)
            to[i].length = size - to[i].offset;
    }
    return count;
}

/* The new ranges are stored behind what is here. */
static int32_t download_add_portion(struct file *file, const struct file_range *ranges, uint32_t count)
{
    const struct file_range whole = {.offset = 0, .length = file->size};
    const struct file_range *former = file->range_count ? file->ranges : &whole;
    uint32_t former_count = file->range_count ? file->range_count : 1, used;
    uint64_t base = extent_list_total(&file->extents);
    struct file_range *list;
    int32_t hr;

    if (file->numbers[FILE_NUMBER_ENCRYPTED])
        return DO_E_DOWNLOAD_RANGES_UNEXPECTED; /* what is here is shorter than what was sent */
    if (FAILED(hr = range_list_check_size(ranges, count, file->size)))
        return hr;
    if (!integrity_discard(file))
        return DO_E_INVALID_STATE;
    if (former_count + count > ENGINE_MAX_RANGES)
        return E_INVALIDARG;
    if (!base)                          /* nothing of an empty file is here */
        former_count = 0;
    if (!(list = malloc((former_count + count) * sizeof(*list))))
        return E_OUTOFMEMORY;
    used = download_copy_ranges(list, former, former_count, file->size);
    used += download_copy_ranges(list + used, ranges, count, file->size);
    free(file->ranges);
    file->ranges = list;
    file->range_count = used;
    file->numbers[FILE_NUMBER_PORTION_BASE] = base;
    file->transferred = false;
    file->failures = file->restarts = 0;
    file->retry_at = 0;
    file->job->first_pending = 0;
    return S_OK;
}

/*
 * A second download to a destination ends the first, whose file would be replaced: the clients of Windows' service see
 * that it is aborted. One that was never started does not count.
 */
static struct job *download_find_rival(struct engine *engine, const struct job *job)
{
    struct job *other, *next;

    if (!job->files[0]->path)
        return NULL;
    HASH_ITER(hh, engine->jobs, other, next)
    {
        if (other != job && is_download(other) && other->state != JOB_CREATED && !job_state_is_final(other->state)
            && !other->completing && other->files[0]->path && !strcmp(other->files[0]->path, job->files[0]->path))
            return other;
    }
    return NULL;
}

static void download_end_rivals(struct engine *engine, struct job *job)
{
    struct job *rival;

    while ((rival = download_find_rival(engine, job)))
    {
        job_addref(rival);
        (void)job_cancel(engine, rival); /* cancelled it is, even if that could not be saved */
        job_release(engine, rival);
    }
}

static int32_t download_first_start(struct engine *engine, struct job *job, const struct file_range *ranges,
                                    uint32_t count)
{
    int32_t hr;

    if (FAILED(hr = file_check_ready(job->files[0]))
        || FAILED(hr = integrity_check_ranges(job->files[0], ranges, count)))
        return hr;
    download_end_rivals(engine, job);
    if (job->state != JOB_CREATED)      /* the lock was left */
        return S_OK;
    if (FAILED(hr = download_set_ranges(job->files[0], ranges, count)))
        return hr;
    saver_mark_file(engine, job->files[0]);
    return job_resume(engine, job);
}

static int32_t download_next_portion(struct engine *engine, struct job *job, const struct file_range *ranges,
                                     uint32_t count)
{
    int32_t hr;

    if (!count)
        return S_OK;
    if (job->completing)
        return DO_E_INVALID_STATE;
    if (FAILED(hr = download_add_portion(job->files[0], ranges, count)))
        return hr;
    saver_mark_file(engine, job->files[0]);
    (void)job_handle_event(engine, job, JOB_EVENT_ADD_FILE);
    scheduler_run(engine);
    return saver_wait(engine, job);
}

int32_t engine_download_start(struct engine *engine, const struct job_id *id, const struct file_range *ranges,
                              uint32_t count)
{
    struct job *job;
    int32_t hr;

    if (FAILED(hr = range_list_check(ranges, count)))
        return hr;
    source_refresh_after(engine, SOURCE_RESUME_MS);
    if (!(job = job_lock(engine, id, &hr)))
        return hr;
    if (!is_download(job))
        hr = E_INVALIDARG;
    else if ((hr = download_check_action(job->state, JOB_ACTION_RESUME)) == S_OK)
        hr = job->state == JOB_CREATED ? download_first_start(engine, job, ranges, count) : job_resume(engine, job);
    else if (job->state == JOB_TRANSFERRED)
        hr = download_next_portion(engine, job, ranges, count);
    job_unlock(engine, job);
    return hr == S_FALSE ? S_OK : hr;
}

static bool download_matches(const struct job *job, enum download_property property, const char *value)
{
    const struct file *file = job->files[0];
    const char *text = NULL;

    switch (property)
    {
    case DOWNLOAD_ANY:
        return true;
    case DOWNLOAD_URI:
        text = file->url;
        break;
    case DOWNLOAD_CONTENT_ID:
        text = file->file_id;
        break;
    case DOWNLOAD_DISPLAY_NAME:
        text = job->texts[JOB_TEXT_DISPLAY_NAME];
        break;
    case DOWNLOAD_LOCAL_PATH:           /* names of files are the same in either case on Windows */
        return file->local_name && !strcasecmp(file->local_name, value);
    }
    return text && !strcmp(text, value);
}

int32_t engine_download_find(struct engine *engine, enum download_property property, const char *value,
                             struct job_id *ids, uint32_t capacity, uint32_t *count)
{
    struct job *job, *next;
    uint32_t found = 0;

    if (property > DOWNLOAD_LOCAL_PATH || (property != DOWNLOAD_ANY && !value))
        return E_INVALIDARG;
    pthread_mutex_lock(&engine->lock);
    if (engine->stopping)
    {
        pthread_mutex_unlock(&engine->lock);
        return DO_E_NO_SERVICE;
    }
    HASH_ITER(hh, engine->jobs, job, next)
    {
        if (!is_download(job) || job_state_is_final(job->state) || !download_matches(job, property, value))
            continue;
        if (found < capacity)
            ids[found] = job->id;
        found++;
    }
    pthread_mutex_unlock(&engine->lock);
    *count = found;
    return S_OK;
}

static bool is_waited_for(enum job_state state)
{
    return state == JOB_QUEUED || state == JOB_TRANSFERRING || state == JOB_TRANSIENT_ERROR;
}

int32_t engine_job_wait(struct engine *engine, const struct job_id *id)
{
    struct job *job;
    int32_t hr;

    if (!(job = job_lock(engine, id, &hr)))
        return hr;
    engine->waiters++;
    while (!engine->stopping && is_waited_for(job->state))
        pthread_cond_wait(&engine->state_cond, &engine->lock);
    if (engine->stopping)
        hr = DO_E_NO_SERVICE;
    if (!--engine->waiters)
        pthread_cond_signal(&engine->waiters_cond);
    job_unlock(engine, job);
    return hr;
}
