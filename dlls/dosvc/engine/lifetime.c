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

#include "engine_private.h"

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
