/*
 * The end of a job: its files take their places, and temporary files go.
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

#include "engine_private.h"

static int32_t file_place(const struct file *file, bool again)
{
    int error = temp_file_place(&file->temp, file->temp_path, file->path, file_final_size(file), again);

    return error ? hresult_from_errno(error) : S_OK;
}

/*
 * Makes the new names last. What stands in a directory that cannot be synced is whole, whichever it is after a
 * power cut; so that is no failure.
 */
static void job_sync_directories(const struct job *job)
{
    const char *path, *synced = NULL;
    uint32_t i;

    for (i = 0; i < job->file_count; i++)
    {
        path = job->files[i]->path;
        if (!path || !job->files[i]->completed || (synced && temp_file_same_directory(path, synced)))
            continue;
        (void)temp_file_sync_directory(path);
        synced = path;
    }
}

/* Renames what can be renamed; the first failure is the result. */
static int32_t job_rename_files(struct job *job, bool again)
{
    int32_t hr = S_OK, result = S_OK;
    uint32_t i;

    for (i = 0; i < job->file_count; i++)
    {
        struct file *file = job->files[i];

        if (!file->transferred || file->completed)
            continue;
        if (!file->path)
        {
            file->completed = true;     /* its client has it */
            continue;
        }
        if (SUCCEEDED(hr = file_place(file, again)))
            file->completed = true;
        else if (SUCCEEDED(result))
            result = hr;
    }
    job_sync_directories(job);
    return result;
}

void job_clean_up(struct engine *engine, struct job *job)
{
    uint32_t i;

    for (i = 0; i < job->file_count; i++)
        file_drop_ring(job->files[i]);
    pthread_mutex_unlock(&engine->lock);
    for (i = 0; i < job->file_count; i++)
    {
        if (!job->files[i]->completed && job->files[i]->temp_path)
            temp_file_remove(job->files[i]->temp_path);
    }
    pthread_mutex_lock(&engine->lock);
    job->cleaned = true;
    job->store_pending |= job->has_leftovers;
    saver_mark_job(engine, job);
}

/*
 * The intention is saved before the first rename: a crash in between is finished at the next start. While `completing`
 * is set nobody else changes the job or its files, so that the lock need not be held for the renames.
 */
int32_t job_complete(struct engine *engine, struct job *job)
{
    bool again = job->completing;
    int32_t hr, renamed;
    uint32_t i;

    job->completing = true;
    saver_mark_job(engine, job);
    job_cancel_transfers(job);
    if (SUCCEEDED(hr = saver_wait(engine, job)))
    {
        pthread_mutex_unlock(&engine->lock);
        renamed = job_rename_files(job, again);
        pthread_mutex_lock(&engine->lock);
        for (i = 0; i < job->file_count; i++)
            file_set_dirty(job->files[i]);
        job->completing = false;
        saver_mark_job(engine, job);
        if (SUCCEEDED(hr = renamed))
            hr = job_handle_event(engine, job, JOB_EVENT_COMPLETE);
    }
    job->completing = false;
    if (FAILED(hr))
    {
        scheduler_touch(engine, job);
        scheduler_run(engine);          /* what was stopped goes on */
        return hr;
    }
    hr = saver_wait(engine, job);
    job_clean_up(engine, job);
    return hr;
}
