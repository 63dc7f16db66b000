/*
 * What clients ask of jobs.
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
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "custom_headers.h"
#include "engine_private.h"
#include "http_options.h"
#include "proxy.h"
#include "url.h"

struct job *job_lock(struct engine *engine, const struct job_id *id, int32_t *hr)
{
    struct job *job = NULL;

    pthread_mutex_lock(&engine->lock);
    if (engine->stopping)
        *hr = DO_E_NO_SERVICE;
    else if (!(job = job_find(engine, id)) || (job_state_is_final(job->state) && !job->handles))
        *hr = DO_E_JOB_NOT_FOUND;
    else
    {
        *hr = S_OK;
        job_addref(job);
        return job;
    }
    pthread_mutex_unlock(&engine->lock);
    return NULL;
}

void job_unlock(struct engine *engine, struct job *job)
{
    job_release(engine, job);
    pthread_mutex_unlock(&engine->lock);
}

int32_t job_check_event(const struct job *job, enum job_event event)
{
    enum job_state next;

    return job->completing ? DO_E_INVALID_STATE : job_transition(job->state, event, &next);
}

int32_t job_save_change(struct engine *engine, struct job *job)
{
    job_modified(engine, job, 0);
    return saver_wait(engine, job);
}

static int32_t job_id_create(struct job_id *id)
{
    if (RAND_bytes(id->bytes, sizeof(id->bytes)) != 1)
        return E_FAIL;
    id->bytes[7] = (id->bytes[7] & 0x0f) | 0x40;    /* version 4, as a GUID lies in memory */
    id->bytes[8] = (id->bytes[8] & 0x3f) | 0x80;
    return S_OK;
}

int32_t text_replace(char **string, const char *value)
{
    char *copy = NULL;

    if (value && *value && !(copy = strdup(value)))
        return E_OUTOFMEMORY;
    if (*string)
        OPENSSL_cleanse(*string, strlen(*string));
    free(*string);
    *string = copy;
    return S_OK;
}

int32_t engine_job_create(struct engine *engine, enum job_kind kind, const char *display_name, const char *owner,
                          struct job_id *id)
{
    struct job_id new_id;
    struct job *job;
    int32_t hr;

    if (FAILED(hr = job_id_create(&new_id)))
        return hr;
    if (!(job = job_alloc(&new_id)))
        return E_OUTOFMEMORY;
    job->numbers[JOB_NUMBER_KIND] = kind;
    job->numbers[JOB_NUMBER_NON_VOLATILE] = kind != JOB_KIND_DOWNLOAD;
    if (FAILED(hr = text_replace(&job->texts[JOB_TEXT_DISPLAY_NAME], display_name))
        || FAILED(hr = text_replace(&job->texts[JOB_TEXT_OWNER], owner)))
    {
        job_free(job);
        return hr;
    }
    pthread_mutex_lock(&engine->lock);
    if (engine->stopping)
    {
        pthread_mutex_unlock(&engine->lock);
        job_free(job);
        return DO_E_NO_SERVICE;
    }
    job_insert(engine, job);
    job_addref(job);
    saver_mark_job(engine, job);
    if (engine->expiry_at == TIME_NEVER)
    {
        lifetime_schedule(engine);
        scheduler_run(engine);
    }
    if (SUCCEEDED(hr = saver_wait(engine, job)))
        job->handles++;
    else
        job->cleaned = SUCCEEDED(job_handle_event(engine, job, JOB_EVENT_CANCEL)); /* nobody knows of it */
    job_unlock(engine, job);
    if (SUCCEEDED(hr))
        *id = new_id;
    return hr;
}

int32_t engine_job_open(struct engine *engine, const struct job_id *id)
{
    struct job *job;
    int32_t hr;

    if (!(job = job_lock(engine, id, &hr)))
        return hr;
    job->handles++;
    job_unlock(engine, job);
    return hr;
}

void engine_job_close(struct engine *engine, const struct job_id *id)
{
    struct job *job;
    int32_t hr;

    if (!(job = job_lock(engine, id, &hr)))
        return;
    if (job->handles)
        job->handles--;
    job_unlock(engine, job);
}

int32_t engine_job_list(struct engine *engine, enum job_kind kind, struct job_id *ids, uint32_t capacity,
                        uint32_t *count)
{
    struct job *job, *next;
    uint32_t found = 0;

    pthread_mutex_lock(&engine->lock);
    if (engine->stopping)
    {
        pthread_mutex_unlock(&engine->lock);
        return DO_E_NO_SERVICE;
    }
    HASH_ITER(hh, engine->jobs, job, next)
    {
        if (job_state_is_final(job->state) || job->numbers[JOB_NUMBER_KIND] != (uint64_t)kind)
            continue;
        if (found < capacity)
            ids[found] = job->id;
        found++;
    }
    pthread_mutex_unlock(&engine->lock);
    *count = found;
    return S_OK;
}

/* A client that asks for another try does not wait for the pause between tries. */
static void job_retry_now(struct job *job)
{
    uint32_t i;

    for (i = job->first_pending; i < job->file_count; i++)
    {
        job->files[i]->retry_at = 0;
        job->files[i]->failures = job->files[i]->restarts = 0;
        integrity_retry(job->files[i]);
        cache_choice_reset(&job->files[i]->source);
    }
}

int32_t job_resume(struct engine *engine, struct job *job)
{
    uint32_t i;
    int32_t hr;

    if (SUCCEEDED(hr = job_check_event(job, JOB_EVENT_RESUME)) && !job->file_count)
        hr = DO_E_JOB_EMPTY;
    for (i = job->first_pending; i < job->file_count && SUCCEEDED(hr); i++)
    {
        if (!job->files[i]->transferred)
            hr = file_check_ready(job->files[i]);
    }
    if (FAILED(hr))
        return hr;
    job_retry_now(job);
    scheduler_touch(engine, job);
    job_reset_clock(job);
    job->numbers[JOB_NUMBER_LAST_FAILURE] = 0;
    (void)job_handle_event(engine, job, JOB_EVENT_RESUME);
    scheduler_run(engine);
    return saver_wait(engine, job);
}

static int32_t job_suspend(struct engine *engine, struct job *job)
{
    int32_t hr;

    if (FAILED(hr = job_check_event(job, JOB_EVENT_SUSPEND)))
        return hr;
    (void)job_handle_event(engine, job, JOB_EVENT_SUSPEND);
    scheduler_run(engine);
    return saver_wait(engine, job);
}

int32_t job_cancel(struct engine *engine, struct job *job)
{
    int32_t hr;

    if (FAILED(hr = job_check_event(job, JOB_EVENT_CANCEL)))
        return hr;
    (void)job_handle_event(engine, job, JOB_EVENT_CANCEL);
    scheduler_run(engine);
    hr = saver_wait(engine, job);
    job_clean_up(engine, job);
    if (FAILED(hr))                     /* now there may be room on the disk */
        hr = saver_wait(engine, job);
    return hr;
}

int32_t engine_job_act(struct engine *engine, const struct job_id *id, enum job_action action)
{
    struct job *job;
    int32_t hr;

    if (action == JOB_ACTION_RESUME)
        source_refresh_after(engine, SOURCE_RESUME_MS);
    if (!(job = job_lock(engine, id, &hr)))
        return hr;
    if (job->numbers[JOB_NUMBER_KIND] == JOB_KIND_DOWNLOAD
        && (hr = download_check_action(job->state, action)) != S_OK)
    {
        job_unlock(engine, job);
        return hr == S_FALSE ? S_OK : hr;
    }
    switch (action)
    {
    case JOB_ACTION_RESUME:
        hr = job_resume(engine, job);
        break;
    case JOB_ACTION_SUSPEND:
        hr = job_suspend(engine, job);
        break;
    case JOB_ACTION_CANCEL:
        hr = job_cancel(engine, job);
        break;
    case JOB_ACTION_COMPLETE:
        if (SUCCEEDED(hr = job_check_event(job, JOB_EVENT_COMPLETE)))
            hr = job_complete(engine, job);
        break;
    default:
        hr = E_INVALIDARG;
        break;
    }
    job_unlock(engine, job);
    return hr;
}

/* What is in force, where nothing was set. */
static uint64_t job_get_number(const struct job *job, enum job_number which)
{
    switch (which)
    {
    case JOB_NUMBER_MINIMUM_RETRY_DELAY:
        return job->numbers[which] ? job->numbers[which] : JOB_RETRY_DELAY_DEFAULT;
    case JOB_NUMBER_NO_PROGRESS_TIMEOUT:
        return job_effective_timeout(job);
    case JOB_NUMBER_TRANSFER_TIME:
        return job_transfer_time(job, clock_now_ms());
    case JOB_NUMBER_COST_FLAGS:
        return job_cost_flags(job);
    default:
        return job->numbers[which];
    }
}

static void job_sum_files(const struct job *job, struct job_info *info)
{
    uint32_t i;

    for (i = 0; i < job->file_count; i++)
    {
        uint64_t total = file_bytes_total(job->files[i]);

        if (total == ENGINE_SIZE_UNKNOWN || info->bytes_total == ENGINE_SIZE_UNKNOWN)
            info->bytes_total = ENGINE_SIZE_UNKNOWN;
        else
            info->bytes_total += total;
        info->bytes_transferred += file_bytes_transferred(job->files[i]);
        info->files_transferred += job->files[i]->transferred;
    }
}

int32_t engine_job_get_info(struct engine *engine, const struct job_id *id, struct job_info *info)
{
    struct job *job;
    int32_t hr;

    if (!(job = job_lock(engine, id, &hr)))
        return hr;
    memset(info, 0, sizeof(*info));
    info->state = job->state;
    info->priority = (uint32_t)job_get_number(job, JOB_NUMBER_PRIORITY);
    info->notify_flags = (uint32_t)job_get_number(job, JOB_NUMBER_NOTIFY_FLAGS);
    info->minimum_retry_delay = (uint32_t)job_get_number(job, JOB_NUMBER_MINIMUM_RETRY_DELAY);
    info->no_progress_timeout = (uint32_t)job_get_number(job, JOB_NUMBER_NO_PROGRESS_TIMEOUT);
    info->error_count = job->error_count;
    info->proxy_usage = job->proxy_usage;
    info->files_total = job->file_count;
    info->creation_time = job->creation_time;
    info->modification_time = job->modification_time;
    info->transfer_completion_time = job->transfer_completion_time;
    job_sum_files(job, info);
    job_unlock(engine, job);
    return hr;
}

int32_t text_copy(const char *text, char *buffer, uint32_t *size)
{
    uint32_t needed = text ? (uint32_t)strlen(text) + 1 : 1, room = *size;

    *size = needed;
    if (needed > room)
        return HRESULT_FROM_WIN32(ERROR_INSUFFICIENT_BUFFER);
    memcpy(buffer, text ? text : "", needed);
    return S_OK;
}

static int32_t job_copy_extended_error(const struct job *job, char *buffer, uint32_t *size)
{
    char *text;
    int32_t hr;

    if (FAILED(hr = job_get_extended_error(job, &text)))
        return hr;
    hr = text_copy(text, buffer, size);
    free(text);
    return hr;
}

int32_t engine_job_get_text(struct engine *engine, const struct job_id *id, enum job_text which, char *buffer,
                            uint32_t *size)
{
    struct job *job;
    int32_t hr;

    if (which >= JOB_TEXT_COUNT)
        return E_INVALIDARG;
    if (!(job = job_lock(engine, id, &hr)))
        return hr;
    hr = which == JOB_TEXT_EXTENDED_ERROR ? job_copy_extended_error(job, buffer, size)
                                          : text_copy(job->texts[which], buffer, size);
    job_unlock(engine, job);
    return hr;
}

static int32_t job_set_text(struct job *job, enum job_text which, const char *text)
{
    switch (which)
    {
    case JOB_TEXT_DISPLAY_NAME:
    case JOB_TEXT_DESCRIPTION:
    case JOB_TEXT_NOTIFY_PROGRAM:
    case JOB_TEXT_NOTIFY_PARAMETERS:
    case JOB_TEXT_NOTIFY_CLASS:
        return text_replace(&job->texts[which], text);
    case JOB_TEXT_CUSTOM_HEADERS:
        return job_set_custom_headers(job, text);
    case JOB_TEXT_CORRELATION_VECTOR:
        return text && !correlation_vector_is_valid(text) ? E_INVALIDARG : text_replace(&job->texts[which], text);
    case JOB_TEXT_AUTH_HEADERS:
        return text && strlen(text) > CUSTOM_HEADERS_MAX ? E_INVALIDARG : text_replace(&job->texts[which], text);
    default:
        return E_INVALIDARG;
    }
}

int32_t engine_job_set_text(struct engine *engine, const struct job_id *id, enum job_text which, const char *text)
{
    struct job *job;
    int32_t hr;

    if (!(job = job_lock(engine, id, &hr)))
        return hr;
    if (SUCCEEDED(hr = job_check_event(job, JOB_EVENT_MODIFY)) && SUCCEEDED(hr = job_set_text(job, which, text)))
        hr = job_save_change(engine, job);
    job_unlock(engine, job);
    return hr;
}

int32_t engine_job_get_number(struct engine *engine, const struct job_id *id, enum job_number which, uint64_t *value)
{
    struct job *job;
    int32_t hr;

    if (which >= JOB_NUMBER_COUNT)
        return E_INVALIDARG;
    if (!(job = job_lock(engine, id, &hr)))
        return hr;
    *value = job_get_number(job, which);
    job_unlock(engine, job);
    return hr;
}

static bool job_number_may_be_set(enum job_number which, uint64_t value)
{
    switch (which)
    {
    case JOB_NUMBER_KIND:
    case JOB_NUMBER_TRANSFER_TIME:
    case JOB_NUMBER_HAS_CUSTOM_HEADERS:
    case JOB_NUMBER_LAST_FAILURE:
        return false;
    case JOB_NUMBER_SECURITY_FLAGS:
        return security_flags_are_known(value);
    default:
        return which < JOB_NUMBER_COUNT;
    }
}

int32_t engine_job_set_number(struct engine *engine, const struct job_id *id, enum job_number which, uint64_t value)
{
    struct job *job;
    int32_t hr;

    if (!job_number_may_be_set(which, value))
        return E_INVALIDARG;
    if (!(job = job_lock(engine, id, &hr)))
        return hr;
    if (SUCCEEDED(hr = job_check_event(job, JOB_EVENT_MODIFY)))
    {
        if (which == JOB_NUMBER_NON_VOLATILE)
            job_set_volatile(engine, job, !value);
        else if (which == JOB_NUMBER_PRIORITY)
            job_set_priority(engine, job, (enum job_priority)value);
        else
            job->numbers[which] = value;
        if (!job_notifies(job, JOB_NOTIFY_FILE_TRANSFERRED))
            event_forget_files(job);
        if (which == JOB_NUMBER_COST_FLAGS || which == JOB_NUMBER_PRIORITY || which == JOB_NUMBER_COST_POLICY
            || which == JOB_NUMBER_DISALLOW_CELLULAR)
            engine->network_changed = true;
        hr = job_save_change(engine, job);
        scheduler_run(engine);
    }
    job_unlock(engine, job);
    return hr;
}

int32_t engine_job_set_proxy(struct engine *engine, const struct job_id *id, enum proxy_usage usage, const char *list,
                             const char *bypass)
{
    struct job *job;
    int32_t hr;

    if (proxy_list_has_credentials(list))
        return E_INVALIDARG;
    if (!(job = job_lock(engine, id, &hr)))
        return hr;
    if (SUCCEEDED(hr = job_check_event(job, JOB_EVENT_MODIFY))
        && SUCCEEDED(hr = text_replace(&job->texts[JOB_TEXT_PROXY_LIST], list))
        && SUCCEEDED(hr = text_replace(&job->texts[JOB_TEXT_PROXY_BYPASS], bypass)))
    {
        job->proxy_usage = usage;
        hr = job_save_change(engine, job);
    }
    job_unlock(engine, job);
    return hr;
}

int32_t engine_set_system_proxy(struct engine *engine, const char *list, const char *bypass)
{
    int32_t hr;

    pthread_mutex_lock(&engine->lock);
    if (engine->stopping)
        hr = DO_E_NO_SERVICE;
    else if (SUCCEEDED(hr = text_replace(&engine->proxy_list, list)))
        hr = text_replace(&engine->proxy_bypass, bypass);
    pthread_mutex_unlock(&engine->lock);
    return hr;
}

static int32_t file_request_check(const struct file_request *request)
{
    int32_t hr;

    if (!request->local_name != !request->path || (request->path && *request->path != '/'))
        return E_INVALIDARG;
    if (request->url && FAILED(hr = url_check(request->url)))
        return hr;
    return range_list_check(request->ranges, request->range_count);
}

/* Takes the files over, all or none. */
static int32_t job_append_files(struct job *job, struct file **files, uint32_t count)
{
    uint32_t before = job->file_count, i;
    int32_t hr = S_OK;

    for (i = 0; i < count && SUCCEEDED(hr); i++)
        hr = job_find_path(job, files[i]) ? E_INVALIDARG : job_append_file(job, files[i]);
    if (FAILED(hr))
        job->file_count = before;
    for (i = before; i < job->file_count; i++)
        file_set_dirty(job->files[i]);
    return hr;
}

/* Room for one more than asked for: malloc(0) may give NULL. */
static struct file **file_requests_build(const struct file_request *requests, uint32_t count, int32_t *hr)
{
    struct file **files;
    uint32_t i;

    if (!(files = calloc((size_t)count + 1, sizeof(*files))))
    {
        *hr = E_OUTOFMEMORY;
        return NULL;
    }
    *hr = S_OK;
    for (i = 0; i < count && SUCCEEDED(*hr); i++)
    {
        *hr = file_request_check(&requests[i]);
        if (SUCCEEDED(*hr) && !(files[i] = file_alloc(&requests[i])))
            *hr = E_OUTOFMEMORY;
    }
    return files;
}

static int32_t job_add_files(struct engine *engine, const struct job_id *id, const struct file_request *requests,
                             uint32_t count, uint32_t *first)
{
    bool taken = false;
    struct file **files;
    struct job *job;
    uint32_t i;
    int32_t hr;

    if (!(files = file_requests_build(requests, count, &hr)))
        return hr;
    if (SUCCEEDED(hr) && (job = job_lock(engine, id, &hr)))
    {
        if (SUCCEEDED(hr = job_check_event(job, JOB_EVENT_ADD_FILE))
            && SUCCEEDED(hr = job_append_files(job, files, count)))
        {
            taken = true;
            *first = job->file_count - count;
            job_note_temporary_files(job);
            (void)job_handle_event(engine, job, JOB_EVENT_ADD_FILE);
            hr = job_save_change(engine, job);
            scheduler_run(engine);
        }
        job_unlock(engine, job);
    }
    for (i = 0; i < count && !taken; i++)
        file_free(files[i]);
    free(files);
    return hr;
}

int32_t engine_job_add_files(struct engine *engine, const struct job_id *id, const struct file_request *requests,
                             uint32_t count)
{
    uint32_t first;

    return job_add_files(engine, id, requests, count, &first);
}

int32_t engine_job_add_file(struct engine *engine, const struct job_id *id, const struct file_request *request,
                            uint32_t *index)
{
    return job_add_files(engine, id, request, 1, index);
}

int32_t engine_job_get_error(struct engine *engine, const struct job_id *id, struct job_error *error)
{
    struct job *job;
    int32_t hr;

    if (!(job = job_lock(engine, id, &hr)))
        return hr;
    if (job_state_has_error(job->state))
        *error = job->error;
    else
        hr = DO_E_ERROR_INFORMATION_UNAVAILABLE;
    job_unlock(engine, job);
    return hr;
}
