/*
 * Which jobs may use the network as it is now.
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

static void job_block(struct engine *engine, struct job *job)
{
    job->error = (struct job_error){.code = DO_E_BLOCKED_BY_COST_TRANSFER_POLICY, .file_index = ENGINE_NO_FILE};
    (void)job_handle_event(engine, job, JOB_EVENT_NETWORK_LOST);
    job_cancel_transfers(job);
}

void network_check(struct engine *engine)
{
    bool left_out = false;
    struct job *job;

    if (!engine->network_changed)
        return;
    DL_FOREACH2(engine->active, job, active_next)
    {
        bool allowed = cost_is_allowed(engine->network_cost, job_cost_flags(job));

        if (job->completing)
            left_out = true;
        else if (!allowed && job->state != JOB_BLOCKED)
            job_block(engine, job);
        else if (allowed && job->state == JOB_BLOCKED)
            (void)job_handle_event(engine, job, JOB_EVENT_NETWORK_FOUND);
    }
    engine->network_changed = left_out;
}

int32_t engine_set_network(struct engine *engine, uint32_t cost)
{
    int32_t hr = S_OK;

    pthread_mutex_lock(&engine->lock);
    if (engine->stopping)
    {
        hr = DO_E_NO_SERVICE;
    }
    else if (cost != engine->network_cost)
    {
        engine->network_cost = cost;
        engine->network_changed = true;
        scheduler_run(engine);
    }
    pthread_mutex_unlock(&engine->lock);
    return hr;
}
