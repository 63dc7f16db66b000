/*
 * What clients ask of files that go to streams.
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
#include "fetch.h"
#include "transfer.h"

/* A stream whose client failed may be replaced, when the error has been seen; the new one gets the whole file. */
static int32_t file_check_stream(struct file *file)
{
    int32_t hr;

    if (FAILED(hr = job_check_event(file->job, JOB_EVENT_MODIFY)))
        return hr;
    if (file->stream && file->stream->failed && file->job->state == JOB_ERROR && !file->fetch)
    {
        file_reset(file);
        return S_OK;
    }
    if (file_has_begun(file))
        return DO_E_INVALID_STATE;
    return file->path ? DO_E_FILE_DOWNLOADSINK_ALREADY_SET : S_OK;
}

int32_t engine_file_set_stream(struct engine *engine, const struct job_id *id, uint32_t index)
{
    struct file *file;
    int32_t hr;

    if (!(file = file_lock(engine, id, index, &hr)))
        return hr;
    if (SUCCEEDED(hr = file_check_stream(file)))
    {
        if (file->stream || (file->stream = stream_create()))
            hr = job_save_change(engine, file->job);
        else
            hr = E_OUTOFMEMORY;
        scheduler_run(engine);
    }
    job_unlock(engine, file->job);
    return hr;
}

int32_t engine_file_clear_stream(struct engine *engine, const struct job_id *id, uint32_t index)
{
    struct file *file;
    int32_t hr;

    if (!(file = file_lock(engine, id, index, &hr)))
        return hr;
    if (SUCCEEDED(hr = job_check_event(file->job, JOB_EVENT_MODIFY)) && file->job->state != JOB_CREATED)
        hr = DO_E_INVALID_STATE;        /* somebody may be reading without engine.lock */
    if (SUCCEEDED(hr) && file->stream)
    {
        stream_free(file->stream);
        file->stream = NULL;
        hr = job_save_change(engine, file->job);
    }
    job_unlock(engine, file->job);
    return hr;
}

/* Bytes are copied without engine.lock: the reference to the job, which was started, keeps the stream. */
int32_t engine_stream_read(struct engine *engine, const struct job_id *id, uint32_t index, void *buffer, uint32_t size,
                           uint32_t *read)
{
    struct file *file;
    struct job *job;
    int32_t hr;

    if (!(file = file_lock(engine, id, index, &hr)))
        return hr;
    job = file->job;
    *read = 0;
    if (!file->stream)
    {
        hr = E_INVALIDARG;
    }
    else if (!job->active || job->completing)
    {
        stream_untell(file->stream);
    }
    else
    {
        pthread_mutex_unlock(&engine->lock);
        *read = (uint32_t)stream_peek(file->stream, buffer, size);
        pthread_mutex_lock(&engine->lock);
    }
    job_unlock(engine, job);
    return hr;
}

static void file_stream_failed(struct engine *engine, struct file *file, int32_t result)
{
    const struct verdict verdict = {.code = result, .fatal = true};

    stream_untell(file->stream);
    if (!file->job->active || file->job->completing)
        return;                         /* it will be tried again, if there is an again */
    file->stream->failed = true;
    scheduler_fail(engine, file, &verdict);
    scheduler_run(engine);
}

static int32_t file_stream_taken(struct engine *engine, struct file *file, uint32_t count)
{
    bool wake;

    if (!stream_take(file->stream, count, &wake))
        return E_INVALIDARG;
    if (wake && file->fetch && file->fetch->transfers)
        transfer_thread_check(file->fetch->transfers->thread);
    integrity_advance(engine, file);
    if (file->job->active && !file->job->completing && !file->fetch && file_is_done(file))
        scheduler_file_done(engine, file);
    file_release_ring(file);
    scheduler_touch(engine, file->job);
    if (!file->fetch)
        scheduler_run(engine);
    return S_OK;
}

int32_t engine_stream_taken(struct engine *engine, const struct job_id *id, uint32_t index, uint32_t count,
                            int32_t result)
{
    struct file *file;
    int32_t hr;

    if (!(file = file_lock(engine, id, index, &hr)))
        return hr;
    if (!file->stream)
        hr = E_INVALIDARG;
    else if (FAILED(result))
        file_stream_failed(engine, file, result);
    else
        hr = file_stream_taken(engine, file, count);
    job_unlock(engine, file->job);
    return hr;
}
