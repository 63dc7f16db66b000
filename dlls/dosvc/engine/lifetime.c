/*
 * How long a job may take, and how long it is kept.
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

/* These functions run on threads that are unknown to Wine: no Wine call here. */

#include "config.h"

#include <utlist.h>

#include "engine_private.h"

#define FILETIME_PER_MS 10000u
/* The clock of the day may be set, or stand still for the engine while the host sleeps: look again at times. */
#define EXPIRY_CHECK_MS (12ull * 3600 * 1000)

uint64_t job_transfer_time(const struct job *job, uint64_t now)
{
    uint64_t time = job->numbers[JOB_NUMBER_TRANSFER_TIME];

    return job->state == JOB_TRANSFERRING ? time + (now - job->transferring_since) : time;
}

uint64_t job_transfer_deadline(const struct job *job)
{
    uint64_t limit = job->numbers[JOB_NUMBER_MAXIMUM_DOWNLOAD_TIME] * 1000;
    uint64_t before = job->numbers[JOB_NUMBER_TRANSFER_TIME];

    if (!limit || job->state != JOB_TRANSFERRING)
        return TIME_NEVER;
    return before < limit ? job->transferring_since + (limit - before) : job->transferring_since;
}

void job_stop_clock(struct job *job)
{
    uint64_t now = clock_now_ms();

    job->numbers[JOB_NUMBER_TRANSFER_TIME] += now - job->transferring_since;
    job->transferring_since = now;
}

void job_reset_clock(struct job *job)
{
    job->numbers[JOB_NUMBER_TRANSFER_TIME] = 0;
    job->transferring_since = clock_now_ms();
}

/* How long the job may still be kept, in ms. */
static uint64_t job_time_left(const struct engine *engine, const struct job *job)
{
    uint64_t lifetime = engine->config.job_lifetime_ms ? engine->config.job_lifetime_ms : ENGINE_JOB_LIFETIME_MS;
    uint64_t now = clock_filetime(), age = 0;

    if (now > job->creation_time)
        age = (now - job->creation_time) / FILETIME_PER_MS;
    return age < lifetime ? lifetime - age : 0;
}

/* The table is in the order of creation: the first job that is not final is the oldest. */
void lifetime_schedule(struct engine *engine)
{
    struct job *job, *next;
    uint64_t left;

    engine->expiry_at = TIME_NEVER;
    HASH_ITER(hh, engine->jobs, job, next)
    {
        if (job_state_is_final(job->state) || job->completing)
            continue;
        left = job_time_left(engine, job);
        engine->expiry_at = clock_now_ms() + (left < EXPIRY_CHECK_MS ? left : EXPIRY_CHECK_MS);
        return;
    }
}

/* Their ends are saved together, in one commit, before what is left of them on disk is removed. */
void lifetime_expire(struct engine *engine)
{
    struct job *job, *next, *expired = NULL;

    HASH_ITER(hh, engine->jobs, job, next)
    {
        if (job_state_is_final(job->state) || job->completing)
            continue;
        if (job_time_left(engine, job))
            break;
        engine_log(engine, ENGINE_LOG_WARNING, "A job is too old and is cancelled, error %#x.",
                   (unsigned int)DO_E_JOB_TOO_OLD);
        job_addref(job);
        (void)job_handle_event(engine, job, JOB_EVENT_CANCEL);
        LL_PREPEND2(expired, job, expired_next);
    }
    LL_FOREACH_SAFE2(expired, job, next, expired_next)
    {
        (void)saver_wait(engine, job);  /* what cannot be saved now is saved later */
        job_clean_up(engine, job);
        job_release(engine, job);
    }
    lifetime_schedule(engine);
}
