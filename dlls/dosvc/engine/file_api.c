/*
 * What clients ask of the files of a job.
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

#include "engine_private.h"
#include "transfer.h"
#include "url.h"

/* Like job_lock(), for a file of the job. */
static struct file *file_lock(struct engine *engine, const struct job_id *id, uint32_t index, int32_t *hr)
{
    struct job *job;

    if (!(job = job_lock(engine, id, hr)))
        return NULL;
    if (index < job->file_count)
        return job->files[index];
    job_unlock(engine, job);
    *hr = E_INVALIDARG;
    return NULL;
}

int32_t engine_file_get_info(struct engine *engine, const struct job_id *id, uint32_t index, struct file_info *info)
{
    struct file *file;
    int32_t hr;

    if (!(file = file_lock(engine, id, index, &hr)))
        return hr;
    info->bytes_total = file_bytes_total(file);
    info->bytes_transferred = file_bytes_transferred(file);
    info->range_count = file->range_count;
    info->transferred = file->transferred;
    info->completed = file->completed;
    info->http_status = file->http_status;
    job_unlock(engine, file->job);
    return hr;
}

int32_t engine_file_get_text(struct engine *engine, const struct job_id *id, uint32_t index, enum file_text which,
                             char *buffer, uint32_t *size)
{
    const char *texts[FILE_TEXT_COUNT];
    struct file *file;
    int32_t hr;

    if (which >= FILE_TEXT_COUNT)
        return E_INVALIDARG;
    if (!(file = file_lock(engine, id, index, &hr)))
        return hr;
    texts[FILE_TEXT_REMOTE_NAME] = file->url;
    texts[FILE_TEXT_LOCAL_NAME] = file->local_name;
    texts[FILE_TEXT_FILE_ID] = file->file_id ? file->file_id : "";
    texts[FILE_TEXT_TEMPORARY_NAME] = file->temp_path;
    hr = text_copy(texts[which], buffer, size);
    job_unlock(engine, file->job);
    return hr;
}

int32_t engine_file_get_ranges(struct engine *engine, const struct job_id *id, uint32_t index,
                               struct file_range *ranges, uint32_t *count)
{
    struct file *file;
    uint32_t i;
    int32_t hr;

    if (!(file = file_lock(engine, id, index, &hr)))
        return hr;
    for (i = 0; i < file->range_count && i < *count; i++)
        ranges[i] = file->ranges[i];
    *count = file->range_count;
    job_unlock(engine, file->job);
    return hr;
}

/*
 * Size and time stamp decide whether what is here is kept; an entity tag of another server means nothing. A transfer
 * that is under way ends, and its end starts the next one, from the new URL.
 */
static void file_replace_url(struct engine *engine, struct file *file, char *url)
{
    free(file->url);
    file->url = url;
    free(file->etag);
    file->etag = NULL;
    file->retry_at = 0;
    file->failures = file->restarts = 0;
    if (file->transfer)
        transfer_cancel(file->transfer);
    saver_mark_file(engine, file);
}

int32_t engine_file_set_url(struct engine *engine, const struct job_id *id, uint32_t index, const char *url)
{
    struct file *file;
    struct job *job;
    int32_t hr;
    char *copy;

    if (FAILED(hr = url_check(url)))
        return hr;
    if (!(file = file_lock(engine, id, index, &hr)))
        return hr;
    job = file->job;
    if (SUCCEEDED(hr = job_check_event(job, JOB_EVENT_MODIFY)))
    {
        if ((copy = strdup(url)))
        {
            file_replace_url(engine, file, copy);
            hr = job_save_change(engine, job);
            scheduler_run(engine);
        }
        else
        {
            hr = E_OUTOFMEMORY;
        }
    }
    job_unlock(engine, job);
    return hr;
}
