/*
 * What of a job's rows can be believed: the rest is made good, or the job is left out.
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

#include <limits.h>
#include <string.h>
#include <strings.h>

#include "engine_private.h"
#include "transfer.h"

#define CHECK_MAX_URL 65536             /* characters; a redirect may have led to a longer URL than a client's */
#define CHECK_DAY (24 * 3600 * 10000000ull) /* of a FILETIME: a clock may have been wrong by so much */
#define CHECK_MAX_MS (100ull * 366 * 24 * 3600 * 1000)

/* A number that is larger than anything that could have been set becomes another one. */
static void limit_number(uint64_t *numbers, unsigned int which, uint64_t maximum, uint64_t otherwise)
{
    if (numbers[which] > maximum)
        numbers[which] = otherwise;
}

static bool check_job_numbers(uint64_t *numbers)
{
    limit_number(numbers, JOB_NUMBER_PRIORITY, JOB_PRIORITY_COUNT - 1, JOB_PRIORITY_NORMAL);
    limit_number(numbers, JOB_NUMBER_MINIMUM_RETRY_DELAY, UINT32_MAX, 0);
    limit_number(numbers, JOB_NUMBER_NO_PROGRESS_TIMEOUT, UINT32_MAX, JOB_TIMEOUT_UNSET);
    limit_number(numbers, JOB_NUMBER_HAS_CUSTOM_HEADERS, 1, 1);
    limit_number(numbers, JOB_NUMBER_MAXIMUM_DOWNLOAD_TIME, UINT32_MAX, JOB_MAXIMUM_TIME_DEFAULT);
    limit_number(numbers, JOB_NUMBER_TRANSFER_TIME, CHECK_MAX_MS, 0);
    limit_number(numbers, JOB_NUMBER_COST_FLAGS, UINT32_MAX, 0);
    limit_number(numbers, JOB_NUMBER_FILE_ACL_FLAGS, UINT32_MAX, 0);
    limit_number(numbers, JOB_NUMBER_CALLBACK_SECONDS, UINT32_MAX, 1);
    limit_number(numbers, JOB_NUMBER_CALLBACK_PERCENT, 100, 0);
    limit_number(numbers, JOB_NUMBER_BLOCKING, 1, 1);
    limit_number(numbers, JOB_NUMBER_COST_POLICY, UINT32_MAX, COST_POLICY_UNSET);
    limit_number(numbers, JOB_NUMBER_DISALLOW_CELLULAR, 1, 1);
    limit_number(numbers, JOB_NUMBER_SECURITY_FLAGS, SECURITY_ALL, 0); /* whoever forgives nothing is safe */
    if (numbers[JOB_NUMBER_SECURITY_FLAGS] & ~(uint64_t)SECURITY_ALL)
        numbers[JOB_NUMBER_SECURITY_FLAGS] = 0;
    numbers[JOB_NUMBER_NOTIFY_FLAGS] &= UINT32_MAX;
    numbers[JOB_NUMBER_NON_VOLATILE] = 1; /* else it would not have been stored */
    return numbers[JOB_NUMBER_KIND] <= JOB_KIND_DOWNLOAD;
}

/* A job from the future would never grow old, and one of the distant past would be cancelled at once. */
static void check_times(struct job *job)
{
    uint64_t now = clock_filetime();

    if (!job->creation_time || job->creation_time > now + CHECK_DAY)
        job->creation_time = now;
    if (job->modification_time < job->creation_time || job->modification_time > now + CHECK_DAY)
        job->modification_time = job->creation_time;
    if (job->transfer_completion_time > now + CHECK_DAY)
        job->transfer_completion_time = 0;
}

static void check_error(struct job *job)
{
    if (job_state_has_error(job->state) && SUCCEEDED(job->error.code))
        job->error.code = DO_E_FATAL_CORE_ERROR;
    if (job->error.context != ERROR_CONTEXT_NONE && job->error.context != ERROR_CONTEXT_REMOTE_FILE)
        job->error.context = ERROR_CONTEXT_NONE;
    if (job->error.file_index >= job->file_count)
        job->error.file_index = job->file_count ? 0 : ENGINE_NO_FILE;
    if (job->error.http_status > 999)
        job->error.http_status = 0;
}

static bool is_printable(const char *text, size_t maximum)
{
    size_t length = strlen(text), i;

    for (i = 0; i < length && (unsigned char)text[i] >= ' ' && text[i] != 0x7f; i++)
        ;
    return i == length && length < maximum;
}

static bool check_names(const struct file *file)
{
    if (file->url && ((strncasecmp(file->url, "http://", 7) && strncasecmp(file->url, "https://", 8))
                      || !is_printable(file->url, CHECK_MAX_URL)))
        return false;
    if (!file->path)
        return true;
    return *file->path == '/' && strlen(file->path) < PATH_MAX && temp_file_is_path(file->temp_path, file->path);
}

/* Whether what is said of the bytes that are here makes sense: otherwise they are fetched again. */
static bool content_is_plausible(const struct file *file)
{
    const struct extent_list *extents = &file->extents;

    if ((file->etag && !is_printable(file->etag, TRANSFER_HEADER_MAX))
        || (file->last_modified && !is_printable(file->last_modified, TRANSFER_HEADER_MAX)))
        return false;
    if (file->size == ENGINE_SIZE_UNKNOWN)
        return !extents->count;
    if (file->size > INT64_MAX || FAILED(range_list_check_size(file->ranges, file->range_count, file->size)))
        return false;
    return !extents->count || extents->items[extents->count - 1].end <= file_stored_total(file);
}

static bool check_file(struct file *file)
{
    if (!check_names(file))
        return false;
    limit_number(file->numbers, FILE_NUMBER_INTEGRITY_MANDATORY, 1, 1);
    limit_number(file->numbers, FILE_NUMBER_VALID, 1, 0);
    limit_number(file->numbers, FILE_NUMBER_BYTES_FROM_HTTP, INT64_MAX, 0);
    limit_number(file->numbers, FILE_NUMBER_BYTES_FROM_CACHE, file->numbers[FILE_NUMBER_BYTES_FROM_HTTP], 0);
    limit_number(file->numbers, FILE_NUMBER_DURATION, CHECK_MAX_MS, 0);
    if (!content_is_plausible(file))
        file_reset(file);
    if (file->numbers[FILE_NUMBER_PORTION_BASE] > file_stored_total(file))
        return false;
    if (file->path && file->transferred && !file_is_whole(file))
        file->transferred = false;
    if (!file->transferred)
        file->completed = false;
    if (file->restarts > FILE_MAX_RESTARTS)
        file->restarts = FILE_MAX_RESTARTS;
    if (file->http_status > 999)
        file->http_status = 0;
    return true;
}

/* A job is transferred when all of its files are, and not otherwise. */
static void check_state(struct job *job)
{
    uint32_t i, transferred = 0;

    for (i = 0; i < job->file_count; i++)
        transferred += job->files[i]->transferred;
    if (job_state_is_final(job->state))
        job->completing = false;
    else if (job->state == JOB_TRANSFERRED && transferred < job->file_count)
        job->state = JOB_QUEUED;
    else if (job->file_count && transferred == job->file_count)
        job->state = JOB_TRANSFERRED;
    else if (job->state == JOB_TRANSFERRED)
        job->state = JOB_SUSPENDED;     /* of nothing */
}

bool store_check_job(struct job *job)
{
    uint32_t i;

    if (job->state >= JOB_STATE_COUNT || !check_job_numbers(job->numbers))
        return false;
    for (i = 0; i < job->file_count; i++)
    {
        if (!check_file(job->files[i]))
            return false;
    }
    if (job->proxy_usage > PROXY_AUTODETECT)
        job->proxy_usage = PROXY_PRECONFIG;
    check_times(job);
    check_error(job);
    check_state(job);
    return true;
}
