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

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "decryption_info.h"
#include "engine_private.h"
#include "integrity_info.h"
#include "fetch.h"
#include "url.h"

struct file *file_lock(struct engine *engine, const struct job_id *id, uint32_t index, int32_t *hr)
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
    (void)file_client_ranges(file, &info->range_count);
    info->transferred = file->transferred;
    info->completed = file->completed;
    info->http_status = file->http_status;
    job_unlock(engine, file->job);
    return hr;
}

/* Requests go to the file's own URL, wherever it leads: its secrets are meant for that one. */
static const char *file_reported_url(const struct file *file)
{
    uint64_t policy = file->job->numbers[JOB_NUMBER_SECURITY_FLAGS] & SECURITY_REDIRECT_MASK;

    return policy && file->response && file->response->redirect_target ? file->response->redirect_target : file->url;
}

int32_t engine_file_get_text(struct engine *engine, const struct job_id *id, uint32_t index, enum file_text which,
                             char *buffer, uint32_t *size)
{
    const struct file *file;
    const char *text;
    int32_t hr;

    if (which >= FILE_TEXT_COUNT)
        return E_INVALIDARG;
    if (!(file = file_lock(engine, id, index, &hr)))
        return hr;
    switch (which)
    {
    case FILE_TEXT_REMOTE_NAME:
        text = file_reported_url(file);
        break;
    case FILE_TEXT_LOCAL_NAME:
        text = file->local_name;
        break;
    case FILE_TEXT_FILE_ID:
        text = file->file_id;
        break;
    case FILE_TEXT_TEMPORARY_NAME:
        text = file->temp_path;
        break;
    case FILE_TEXT_RESPONSE_HEADERS:
        text = file->response ? file->response->headers : NULL;
        break;
    case FILE_TEXT_SERVER_ADDRESS:
        text = file->response ? file->response->address : NULL;
        break;
    case FILE_TEXT_REDIRECT_TARGET:
        text = file->response ? file->response->redirect_target : NULL;
        break;
    default:
        text = file->texts[which];
        break;
    }
    hr = text_copy(text, buffer, size);
    job_unlock(engine, file->job);
    return hr;
}

static enum file_status file_status(const struct file *file)
{
    if (file->transferred)
        return FILE_STATUS_COMPLETE;
    return job_state_is_active(file->job->state) ? FILE_STATUS_DOWNLOADING : FILE_STATUS_PAUSED;
}

int32_t engine_file_get_stats(struct engine *engine, const struct job_id *id, uint32_t index, struct file_stats *stats)
{
    const struct file *file;
    uint64_t duration;
    int32_t hr;

    if (!(file = file_lock(engine, id, index, &hr)))
        return hr;
    duration = file_duration(file);
    stats->size = file_known_size(file);
    stats->bytes_transferred = file_bytes_transferred(file);
    stats->bytes_from_http = file->numbers[FILE_NUMBER_BYTES_FROM_HTTP]
                             + (file->fetch ? fetch_uncounted_bytes(file->fetch, false) : 0);
    /* A client may have taken bytes before the transfer's thread has counted them. */
    if (stats->bytes_from_http < stats->bytes_transferred)
        stats->bytes_from_http = stats->bytes_transferred;
    stats->bytes_from_cache = file->numbers[FILE_NUMBER_BYTES_FROM_CACHE]
                              + (file->fetch ? fetch_uncounted_bytes(file->fetch, true) : 0);
    stats->cache_connections = file->cache_flowing;
    stats->http_connections = file->flowing_count - file->cache_flowing;
    stats->duration = duration < UINT32_MAX ? (uint32_t)duration : UINT32_MAX;
    stats->background = file->job->numbers[JOB_NUMBER_PRIORITY] != JOB_PRIORITY_FOREGROUND;
    stats->status = file_status(file);
    job_unlock(engine, file->job);
    return hr;
}

int32_t engine_file_get_number(struct engine *engine, const struct job_id *id, uint32_t index, enum file_number which,
                               uint64_t *value)
{
    struct file *file;
    int32_t hr;

    if (which >= FILE_NUMBER_COUNT)
        return E_INVALIDARG;
    if (!(file = file_lock(engine, id, index, &hr)))
        return hr;
    *value = which == FILE_NUMBER_TOTAL_SIZE ? file_known_size(file) : file->numbers[which];
    job_unlock(engine, file->job);
    return hr;
}

/* Whether a client may set what the transfer of the file depends on. */
static int32_t file_check_settable(const struct file *file)
{
    int32_t hr;

    if (SUCCEEDED(hr = job_check_event(file->job, JOB_EVENT_MODIFY)) && file_has_begun(file))
        hr = DO_E_INVALID_STATE;
    return hr;
}

static int32_t file_save_change(struct engine *engine, struct file *file)
{
    saver_mark_file(engine, file);
    return job_save_change(engine, file->job);
}

/* A key is not kept across restarts: a file that waits for it gets it again. */
static int32_t file_check_text_settable(struct file *file, enum file_text which)
{
    int32_t hr;

    if (which == FILE_TEXT_DECRYPTION_INFO && file->numbers[FILE_NUMBER_ENCRYPTED]
        && !file->texts[FILE_TEXT_DECRYPTION_INFO] && !file->transferred && !file->job->active)
        return job_check_event(file->job, JOB_EVENT_MODIFY);
    if (SUCCEEDED(hr = file_check_settable(file)) && which != FILE_TEXT_FILE_ID && !integrity_discard(file))
        hr = DO_E_INVALID_STATE;
    return hr;
}

int32_t engine_file_set_number(struct engine *engine, const struct job_id *id, uint32_t index, enum file_number which,
                               uint64_t value)
{
    struct file *file;
    int32_t hr;

    if (which != FILE_NUMBER_TOTAL_SIZE && which != FILE_NUMBER_INTEGRITY_MANDATORY)
        return E_INVALIDARG;
    if (!(file = file_lock(engine, id, index, &hr)))
        return hr;
    if (SUCCEEDED(hr = file_check_settable(file)))
    {
        file->numbers[which] = value;
        hr = file_save_change(engine, file);
    }
    job_unlock(engine, file->job);
    return hr;
}

/* What is wrong is refused now, not when it is needed. */
static int32_t file_check_text(enum file_text which, const char *text)
{
    struct decryption_info decryption;
    struct integrity_info integrity;
    int32_t hr;

    switch (which)
    {
    case FILE_TEXT_INTEGRITY_INFO:
        if (SUCCEEDED(hr = integrity_info_parse(text, &integrity)))
            integrity_info_cleanup(&integrity);
        return hr;
    case FILE_TEXT_FILE_ID:
        return S_OK;
    case FILE_TEXT_DECRYPTION_INFO:
        if (SUCCEEDED(hr = decryption_info_parse(text, &decryption)))
            decryption_info_cleanup(&decryption);
        return hr;
    default:
        return E_INVALIDARG;
    }
}

int32_t engine_file_set_text(struct engine *engine, const struct job_id *id, uint32_t index, enum file_text which,
                             const char *text)
{
    struct file *file;
    char *copy;
    int32_t hr;

    if (FAILED(hr = file_check_text(which, text)))
        return hr;
    if (!(copy = strdup(text)))
        return E_OUTOFMEMORY;
    if ((file = file_lock(engine, id, index, &hr)))
    {
        if (SUCCEEDED(hr = file_check_text_settable(file, which)))
        {
            char **text_of_file = which == FILE_TEXT_FILE_ID ? &file->file_id : &file->texts[which];
            char *former = *text_of_file;

            *text_of_file = copy;
            copy = former;
            if (which == FILE_TEXT_DECRYPTION_INFO)
                file->numbers[FILE_NUMBER_ENCRYPTED] = 1;
            hr = file_save_change(engine, file);
        }
        job_unlock(engine, file->job);
    }
    if (copy)
        OPENSSL_cleanse(copy, strlen(copy));
    free(copy);
    return hr;
}

/* Whether the destination is that of another file of the job. */
static bool path_is_taken(const struct file *file, const char *path)
{
    struct file probe = {.path = (char *)path};
    const struct file *other;

    file_hash_path(&probe);
    return (other = job_find_path(file->job, &probe)) && other != file;
}

/* An attempt that got no byte may have left the temporary file of a former destination. */
int32_t engine_file_set_path(struct engine *engine, const struct job_id *id, uint32_t index, const char *local_name,
                             const char *path)
{
    char *former = NULL;
    struct file *file;
    int32_t hr;

    if (!local_name || !path || *path != '/')
        return E_INVALIDARG;
    if (!(file = file_lock(engine, id, index, &hr)))
        return hr;
    if (SUCCEEDED(hr = file_check_settable(file)) && file->stream)
        hr = DO_E_FILE_DOWNLOADSINK_ALREADY_SET;
    if (SUCCEEDED(hr) && path_is_taken(file, path))
        hr = E_INVALIDARG;
    if (SUCCEEDED(hr))
    {
        if ((!file->temp_path || (former = strdup(file->temp_path))) && file_set_path(file, local_name, path))
        {
            job_note_temporary_files(file->job);
            hr = file_save_change(engine, file);
        }
        else
        {
            hr = E_OUTOFMEMORY;
        }
        scheduler_run(engine);
    }
    job_unlock(engine, file->job);
    if (SUCCEEDED(hr) && former)
        temp_file_remove(former);
    free(former);
    return hr;
}

int32_t engine_file_get_ranges(struct engine *engine, const struct job_id *id, uint32_t index,
                               struct file_range *ranges, uint32_t *count)
{
    const struct file_range *list;
    struct file *file;
    uint32_t i, length;
    int32_t hr;

    if (!(file = file_lock(engine, id, index, &hr)))
        return hr;
    list = file_client_ranges(file, &length);
    for (i = 0; i < length && i < *count; i++)
        ranges[i] = list[i];
    *count = length;
    job_unlock(engine, file->job);
    return hr;
}

/* The temporary file goes when the store knows that nothing of it counts; no transfer makes it again before that. */
static int32_t file_fetch_again(struct engine *engine, struct file *file)
{
    struct job *job = file->job;
    char *temp_path;
    int32_t hr;

    if (!(temp_path = strdup(file->temp_path)))
        return E_OUTOFMEMORY;
    file_reset(file);
    file->retry_at = TIME_NEVER;
    if (job->first_pending > file->index)
        job->first_pending = file->index;
    (void)job_handle_event(engine, job, JOB_EVENT_ADD_FILE); /* goes on, unless it is suspended */
    hr = file_save_change(engine, file);
    pthread_mutex_unlock(&engine->lock);
    temp_file_remove(temp_path);
    pthread_mutex_lock(&engine->lock);
    free(temp_path);
    file->retry_at = 0;
    scheduler_run(engine);
    return hr;
}

int32_t engine_file_set_valid(struct engine *engine, const struct job_id *id, uint32_t index, bool valid)
{
    struct file *file;
    struct job *job;
    int32_t hr;

    if (!(file = file_lock(engine, id, index, &hr)))
        return hr;
    job = file->job;
    if (SUCCEEDED(hr = job_check_event(job, JOB_EVENT_MODIFY)) && (!file->transferred || !file->path))
        hr = DO_E_INVALID_STATE;
    if (SUCCEEDED(hr))
    {
        file->numbers[FILE_NUMBER_VALID] = valid;
        hr = valid ? file_save_change(engine, file) : file_fetch_again(engine, file);
    }
    job_unlock(engine, job);
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
    file_forget_response(file);
    free(file->etag);
    file->etag = NULL;
    file->retry_at = 0;
    file->failures = file->restarts = 0;
    cache_choice_reset(&file->source);
    if (file->fetch)
        fetch_drain(file->fetch);
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
            engine->network_changed |= network_is_limited(engine);
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

/* The URL with its new beginning, NULL when it begins otherwise. */
static int32_t url_replace_prefix(const char *url, const char *old_prefix, const char *new_prefix, char **replaced)
{
    size_t old_length = strlen(old_prefix), room;

    *replaced = NULL;
    if (!url || strncmp(url, old_prefix, old_length))
        return S_OK;
    room = strlen(url) - old_length + strlen(new_prefix) + 1;
    if (!(*replaced = malloc(room)))
        return E_OUTOFMEMORY;
    snprintf(*replaced, room, "%s%s", new_prefix, url + old_length);
    return url_check(*replaced);
}

/* All URLs are known to be good before the first one is changed. */
static int32_t job_replace_prefix(struct engine *engine, struct job *job, const char *old_prefix,
                                  const char *new_prefix)
{
    int32_t hr = S_OK, result = S_FALSE;
    char **urls;
    uint32_t i;

    if (!(urls = calloc((size_t)job->file_count + 1, sizeof(*urls))))
        return E_OUTOFMEMORY;
    for (i = 0; i < job->file_count && SUCCEEDED(hr); i++)
        hr = url_replace_prefix(job->files[i]->url, old_prefix, new_prefix, &urls[i]);
    for (i = 0; i < job->file_count; i++)
    {
        if (FAILED(hr) || !urls[i])
        {
            free(urls[i]);
            continue;
        }
        file_replace_url(engine, job->files[i], urls[i]);
        result = S_OK;
    }
    free(urls);
    return FAILED(hr) ? hr : result;
}

int32_t engine_job_replace_prefix(struct engine *engine, const struct job_id *id, const char *old_prefix,
                                  const char *new_prefix)
{
    struct job *job;
    int32_t hr, saved;

    if (!*old_prefix || !*new_prefix)
        return E_INVALIDARG;
    if (!(job = job_lock(engine, id, &hr)))
        return hr;
    if (SUCCEEDED(hr = job_check_event(job, JOB_EVENT_MODIFY)))
        hr = job_replace_prefix(engine, job, old_prefix, new_prefix);
    if (hr == S_OK)
    {
        if (FAILED(saved = job_save_change(engine, job)))
            hr = saved;
        scheduler_run(engine);
    }
    job_unlock(engine, job);
    return hr;
}
