/*
 * When a client is told that bytes came.
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

#define JOB_PROGRESS_MS 1000            /* of a job, whose clients choose nothing but whether they want to know */

static bool is_download(const struct job *job)
{
    return job->numbers[JOB_NUMBER_KIND] == JOB_KIND_DOWNLOAD;
}

/* Milliseconds between two reports; TIME_NEVER when time alone brings none. */
static uint64_t progress_interval(const struct job *job)
{
    if (!is_download(job))
        return job->numbers[JOB_NUMBER_NOTIFY_FLAGS] & JOB_NOTIFY_MODIFICATION ? JOB_PROGRESS_MS : TIME_NEVER;
    if (!job->numbers[JOB_NUMBER_CALLBACK_SECONDS])
        return TIME_NEVER;
    return job->numbers[JOB_NUMBER_CALLBACK_SECONDS] * 1000;
}

uint64_t progress_deadline(const struct job *job, uint64_t now)
{
    uint64_t interval = progress_interval(job), deadline;

    if (!(job->transfer_count || job->ring_count) || interval == TIME_NEVER)
        return TIME_NEVER;
    /* Where no byte came the next look is a whole interval away: a server that is silent costs nothing. */
    deadline = job->told_at + interval;
    return deadline > now ? deadline : now + interval;
}

/* Whether so many bytes came since the last report as the client wants to know of. */
static bool progress_is_step(const struct job *job, uint64_t bytes)
{
    uint64_t percent = job->numbers[JOB_NUMBER_CALLBACK_PERCENT], total;

    if (!is_download(job) || !percent || !job->file_count || bytes < job->told_bytes)
        return false;
    total = file_bytes_total(job->files[0]);
    if (!total || total == ENGINE_SIZE_UNKNOWN)
        return false;
    return bytes / (total / 100 + 1) / percent != job->told_bytes / (total / 100 + 1) / percent;
}

static void progress_tell(struct engine *engine, struct job *job, uint64_t now, uint64_t bytes)
{
    job->told_at = now;
    job->told_bytes = bytes;
    event_queue(engine, job, EVENT_JOB_MODIFIED);
}

void progress_check(struct engine *engine, struct job *job, uint64_t now, uint64_t bytes)
{
    uint64_t interval = progress_interval(job);

    if (bytes == job->told_bytes)
        return;
    if (((job->transfer_count || job->ring_count) && interval != TIME_NEVER && now >= job->told_at + interval)
        || progress_is_step(job, bytes))
        progress_tell(engine, job, now, bytes);
}

void progress_check_step(struct engine *engine, struct job *job)
{
    uint64_t bytes;

    if (job->numbers[JOB_NUMBER_CALLBACK_PERCENT] && progress_is_step(job, bytes = job_bytes_transferred(job)))
        progress_tell(engine, job, clock_now_ms(), bytes);
}
