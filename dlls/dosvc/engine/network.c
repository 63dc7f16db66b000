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

#include <stdlib.h>
#include <utlist.h>

#include "engine_private.h"
#include "host_network.h"
#include "retry.h"
#include "url.h"

#define MAX_HOST 256
/* Over how many ms the retries are spread that are made when there is a network again. */
#define HURRY_SPREAD_MS 3000
#define HTTP_FIRST_FAILURE 400

/* A proxy or a cache host on this host may have ways of its own. */
static bool job_has_local_helper(const struct engine *engine, const struct job *job)
{
    static const char *const variables[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
    unsigned int i;

    if (host_list_has_loopback(job->texts[JOB_TEXT_PROXY_LIST]) || host_list_has_loopback(engine->proxy_list)
        || host_list_has_loopback(policy_text(&engine->policies, POLICY_CACHE_HOST)))
        return true;
    for (i = 0; i < sizeof(variables) / sizeof(*variables); i++)
    {
        if (host_list_has_loopback(getenv(variables[i])))
            return true;
    }
    return false;
}

/* Whether nothing of what the job still wants is on this host. */
static bool job_needs_network(const struct engine *engine, const struct job *job)
{
    char host[MAX_HOST];
    uint32_t i;

    for (i = job->first_pending; i < job->file_count; i++)
    {
        const struct file *file = job->files[i];

        if (!file->transferred && file->url && url_get_host(file->url, host, sizeof(host)) && host_is_loopback(host))
            return false;
    }
    return !job_has_local_helper(engine, job);
}

static bool job_refuses_cellular(const struct job *job)
{
    return job->numbers[JOB_NUMBER_DISALLOW_CELLULAR]
           || job->numbers[JOB_NUMBER_COST_POLICY] == COST_POLICY_NO_CELLULAR;
}

/* Why the job may not use the network, or S_OK. */
static int32_t job_check_network(const struct engine *engine, const struct job *job)
{
    if ((engine->host_network & ENGINE_NETWORK_NONE) && job_needs_network(engine, job))
        return DO_E_BLOCKED_BY_NO_NETWORK;
    if ((engine->host_network & ENGINE_NETWORK_CELLULAR) && job_refuses_cellular(job))
        return DO_E_BLOCKED_BY_CELLULAR_POLICY;
    if (!cost_is_allowed(engine->network_cost, job_cost_flags(job)))
        return DO_E_BLOCKED_BY_COST_TRANSFER_POLICY;
    return S_OK;
}

static void job_block(struct engine *engine, struct job *job, int32_t code)
{
    bool another = job->state == JOB_BLOCKED;

    if (another && job->error.code == code)
        return;
    job->error = (struct job_error){.code = code, .file_index = ENGINE_NO_FILE};
    (void)job_handle_event(engine, job, JOB_EVENT_NETWORK_LOST);
    if (another)
        job_modified(engine, job, 0);
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
        int32_t hr = job_check_network(engine, job);

        if (job->completing)
            left_out = true;
        else if (FAILED(hr))
            job_block(engine, job, hr);
        else if (job->state == JOB_BLOCKED)
            (void)job_handle_event(engine, job, JOB_EVENT_NETWORK_FOUND);
    }
    engine->network_changed = left_out;
}

bool network_is_limited(const struct engine *engine)
{
    return engine->network_cost || engine->host_network;
}

/* Only what failed for want of an answer is tried at once; what a server or a client asked to wait for is not. */
static void job_hurry(struct engine *engine, struct job *job, uint64_t now)
{
    uint32_t i;

    for (i = job->first_pending; i < job->file_count; i++)
    {
        struct file *file = job->files[i];
        uint64_t soon = now + retry_chance() % HURRY_SPREAD_MS;

        if (file->transferred || file->fetch || file->http_status >= HTTP_FIRST_FAILURE)
            continue;
        if (file->retry_at > soon)
            file->retry_at = soon;
    }
    scheduler_touch(engine, job);
}

void network_hurry(struct engine *engine)
{
    uint64_t now = clock_now_ms();
    struct job *job;

    DL_FOREACH2(engine->active, job, active_next)
    {
        if (!job->numbers[JOB_NUMBER_MINIMUM_RETRY_DELAY])
            job_hurry(engine, job, now);
    }
}

int32_t engine_set_host_network(struct engine *engine, uint32_t flags)
{
    int32_t hr = S_OK;

    pthread_mutex_lock(&engine->lock);
    if (engine->stopping)
    {
        hr = DO_E_NO_SERVICE;
    }
    else if (flags != engine->host_network)
    {
        bool found = (engine->host_network & ~flags & ENGINE_NETWORK_NONE) != 0;

        engine_log(engine, ENGINE_LOG_TRACE, "The network of the host is %#x.", (unsigned int)flags);
        engine->host_network = flags;
        engine->network_changed = true;
        if (found)
            network_hurry(engine);
        scheduler_run(engine);
    }
    pthread_mutex_unlock(&engine->lock);
    return hr;
}

void engine_read_host_network(struct engine *engine)
{
    const char *root = engine->config.system_root ? engine->config.system_root : "";

    (void)engine_set_host_network(engine, host_network_read(root)); /* fails only when the engine is stopping */
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
    if (SUCCEEDED(hr) && engine->config.watch_host_network)
        engine_read_host_network(engine);
    return hr;
}
