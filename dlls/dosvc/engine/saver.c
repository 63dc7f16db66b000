/*
 * Keeps the job store up to date: one thread that commits what has changed, many changes at a time.
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

/* This thread is unknown to Wine: no Wine call here. */

#include "config.h"

#include "engine_private.h"

#define SAVER_PAUSE_MS 10               /* between two commits that nobody waits for: many files share one */
#define SAVER_RETRY_MS 2000             /* pause after a commit that failed */

/* What the rows of the job and its files are to have was given to the store, or is of no interest to it. */
static void job_set_clean(struct job *job)
{
    struct file *file;

    job->row_dirty = false;
    while ((file = job->dirty_files))
    {
        job->dirty_files = file->dirty_next;
        file->dirty = false;
    }
}

/* What a volatile job has to tell waits for no commit. */
static void saver_skip(struct engine *engine, struct job *job)
{
    job->saved_version = job->version;
    job_set_clean(job);
    job->told_version = job->version;
    event_queue(engine, job, job->events_unsaved);
    job->events_unsaved = 0;
}

static void saver_mark(struct engine *engine, struct job *job)
{
    job->version++;
    scheduler_touch(engine, job);
    if (job->dirty)
        return;
    if (job_is_volatile(job) && !job->store_pending)
    {
        saver_skip(engine, job);
        return;
    }
    job->dirty = true;
    job_addref(job);
    job->dirty_next = NULL;
    *engine->dirty_tail = job;
    engine->dirty_tail = &job->dirty_next;
    pthread_cond_signal(&engine->dirty_cond);
}

void saver_mark_job(struct engine *engine, struct job *job)
{
    job->row_dirty = true;
    saver_mark(engine, job);
}

void saver_mark_file(struct engine *engine, struct file *file)
{
    file_set_dirty(file);
    saver_mark(engine, file->job);
}

int32_t saver_wait(struct engine *engine, struct job *job)
{
    uint64_t version = job->version;
    int32_t hr = S_OK;

    job_addref(job);
    engine->saver_waiters++;
    pthread_cond_signal(&engine->dirty_cond);
    while (job->saved_version < version && !engine->saver_stop && SUCCEEDED(hr))
    {
        pthread_cond_wait(&engine->saved_cond, &engine->lock);
        if (job->saved_version < version)
            hr = engine->save_result;
    }
    engine->saver_waiters--;
    if (SUCCEEDED(hr) && job->saved_version < version)
        hr = DO_E_NO_SERVICE;
    job_release(engine, job);
    return hr;
}

static int32_t saver_save_files(struct engine *engine, struct job *job)
{
    const struct file *file;
    int32_t hr = S_OK;

    for (file = job->dirty_files; file && SUCCEEDED(hr); file = file->dirty_next)
        hr = store_save_file(engine->store, file);
    return hr;
}

static int32_t saver_save_leftovers(struct engine *engine, struct job *job)
{
    int32_t hr;
    uint32_t i;

    hr = store_delete_job(engine->store, &job->id);
    for (i = 0; i < job->file_count && SUCCEEDED(hr); i++)
    {
        if (!job->files[i]->temp_path || job->files[i]->completed)
            continue;
        job->has_leftovers = true;
        hr = store_save_leftover(engine->store, &job->id, job->files[i]->temp_path);
    }
    return hr;
}

static int32_t saver_save_job(struct engine *engine, struct job *job)
{
    int32_t hr = S_OK;

    if (job->cleaned)
        return store_delete_job(engine->store, &job->id);
    if (job_is_volatile(job))
        return saver_save_leftovers(engine, job);
    if (job->has_leftovers && FAILED(hr = store_delete_leftovers(engine->store, &job->id)))
        return hr;
    if (job->row_dirty)
        hr = store_save_job(engine->store, job);
    if (SUCCEEDED(hr))
        hr = saver_save_files(engine, job);
    return hr;
}

/* The rows of a batch went into the transaction: from here on changes are new ones. */
static void saver_clean(struct job *job)
{
    job->saving_version = job->version;
    job->events_saving = job->events_unsaved;
    job->events_unsaved = 0;
    job->dirty = job->store_pending = false;
    job_set_clean(job);
}

/*
 * After the commit what was saved is told. When it failed, on a full disk for example, it is to be saved again; but
 * what happened is told all the same: a client that waits for it may be the one who can make room.
 */
static void saver_finish(struct engine *engine, struct job *job, int32_t hr)
{
    uint32_t i;

    job->told_version = job->saving_version;
    event_queue(engine, job, job->events_saving);
    if (SUCCEEDED(hr))
    {
        if (job->saved_version < job->saving_version)
            job->saved_version = job->saving_version;
    }
    else
    {
        for (i = 0; i < job->file_count; i++)
            file_set_dirty(job->files[i]);
        job->store_pending = job_is_volatile(job);
        saver_mark_job(engine, job);
    }
    job_release(engine, job);
}

/* Takes the list of dirty jobs into one transaction. Called and returns with the lock held; commits without it. */
static int32_t saver_save_batch(struct engine *engine)
{
    struct job *batch = engine->dirty, *job, *next;
    int32_t hr = S_OK;

    engine->dirty = NULL;
    engine->dirty_tail = &engine->dirty;
    hr = store_begin(engine->store);
    for (job = batch; job; job = job->saving_next)
    {
        if (SUCCEEDED(hr))
            hr = saver_save_job(engine, job);
        job->saving_next = job->dirty_next;
        saver_clean(job);
    }
    pthread_mutex_unlock(&engine->lock);
    if (SUCCEEDED(hr))
        hr = store_commit(engine->store);
    if (FAILED(hr))
        store_rollback(engine->store);
    pthread_mutex_lock(&engine->lock);
    for (job = batch; job; job = next)
    {
        next = job->saving_next;
        saver_finish(engine, job, hr);
    }
    engine->save_result = hr;
    pthread_cond_broadcast(&engine->saved_cond);
    event_check_unfinished(engine);
    return hr;
}

/* Everything is in memory: a store that turns out to be damaged is given up for a new one. */
static void saver_renew(struct engine *engine)
{
    struct job *job, *next;
    int32_t hr = store_renew(engine->store);
    uint32_t i;

    engine_log(engine, ENGINE_LOG_ERROR, "The job store was damaged; it was set aside, and a new one made: error %#x.",
               (unsigned int)hr);
    HASH_ITER(hh, engine->jobs, job, next)
    {
        for (i = 0; i < job->file_count; i++)
            file_set_dirty(job->files[i]);
        job->store_pending = job_is_volatile(job);
        saver_mark_job(engine, job);
    }
}

/* An error that lasts is logged once. */
static void saver_log_result(struct engine *engine, int32_t former)
{
    if (engine->save_result == former)
        return;
    if (FAILED(engine->save_result))
        engine_log(engine, ENGINE_LOG_ERROR, "Saving the jobs failed, error %#x; it is tried again.",
                   (unsigned int)engine->save_result);
    else
        engine_log(engine, ENGINE_LOG_ERROR, "The jobs are saved again.");
}

/* Waits until there is something to save, and it is time for it. */
static void saver_wait_until_due(struct engine *engine)
{
    while (!engine->saver_stop)
    {
        if (!engine->dirty)
            pthread_cond_wait(&engine->dirty_cond, &engine->lock);
        else if (!engine->saver_waiters && clock_now_ms() < engine->saver_not_before)
            clock_cond_wait_until(&engine->dirty_cond, &engine->lock, engine->saver_not_before);
        else
            break;
    }
}

static void *saver_thread(void *context)
{
    struct engine *engine = context;
    int32_t former;

    (void)pthread_setname_np(pthread_self(), "dosvc-saver");
    pthread_mutex_lock(&engine->lock);
    for (;;)
    {
        saver_wait_until_due(engine);
        if (!engine->dirty)
            break;
        former = engine->save_result;
        (void)saver_save_batch(engine);
        engine->saver_not_before = clock_now_ms() + SAVER_PAUSE_MS;
        saver_log_result(engine, former);
        if (SUCCEEDED(engine->save_result))
            continue;
        if (store_is_unreadable(engine->save_result))
            saver_renew(engine);
        if (engine->saver_stop)
            break;
        clock_cond_wait_until(&engine->dirty_cond, &engine->lock, clock_now_ms() + SAVER_RETRY_MS);
    }
    pthread_mutex_unlock(&engine->lock);
    return NULL;
}

int32_t saver_start(struct engine *engine)
{
    int ret = pthread_create(&engine->saver_thread, NULL, saver_thread, engine);

    return ret ? hresult_from_errno(ret) : S_OK;
}

void saver_stop(struct engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    engine->saver_stop = true;
    pthread_cond_broadcast(&engine->dirty_cond);
    pthread_mutex_unlock(&engine->lock);
    pthread_join(engine->saver_thread, NULL);
    pthread_cond_broadcast(&engine->saved_cond);
}
