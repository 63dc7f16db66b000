/*
 * Counts what the engine has done and is doing.
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

#include <string.h>
#include <utlist.h>

#include "engine_private.h"

static void statistics_count_job(const struct job *job, struct engine_statistics *statistics)
{
    bool foreground = job->numbers[JOB_NUMBER_PRIORITY] == JOB_PRIORITY_FOREGROUND;

    if (job_state_is_final(job->state))
        return;
    statistics->files += job->file_count;
    if (!job_state_is_active(job->state))
        return;
    if (foreground)
        *(job->state == JOB_QUEUED ? &statistics->foreground_waiting : &statistics->foreground_jobs) += 1;
    else
        *(job->state == JOB_QUEUED ? &statistics->background_waiting : &statistics->background_jobs) += 1;
}

int32_t engine_get_statistics(struct engine *engine, struct engine_statistics *statistics)
{
    struct job *job, *next;

    pthread_mutex_lock(&engine->lock);
    if (engine->stopping)
    {
        pthread_mutex_unlock(&engine->lock);
        return DO_E_NO_SERVICE;
    }
    memset(statistics, 0, sizeof(*statistics));
    statistics->bytes_received = engine->bytes_received;
    statistics->bytes_received_foreground = engine->bytes_received_foreground;
    statistics->bytes_received_cache = engine->bytes_received_cache;
    statistics->cache_connections = engine->cache_flowing;
    statistics->connections = engine->transfer_count;
    HASH_ITER(hh, engine->jobs, job, next)
        statistics_count_job(job, statistics);
    pthread_mutex_unlock(&engine->lock);
    return S_OK;
}
