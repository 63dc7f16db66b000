/*
 * Starts and stops the engine.
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

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utlist.h>

#include "engine_private.h"
#include "host_network.h"
#include "transfer.h"

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;
static CURLcode curl_result;

static void curl_init(void)
{
    curl_result = curl_global_init(CURL_GLOBAL_DEFAULT);
}

static unsigned int transfer_thread_count(const struct engine_config *config)
{
    long count = config->transfer_threads ? (long)config->transfer_threads : sysconf(_SC_NPROCESSORS_ONLN);

    if (count < 1)
        return 1;
    return count > ENGINE_MAX_TRANSFER_THREADS ? ENGINE_MAX_TRANSFER_THREADS : (unsigned int)count;
}

/* What the configuration says of the world outside; it need not outlive this. */
static bool engine_alloc_parts(struct engine *engine, const struct engine_config *config)
{
    const char *ca_file = config->ca_file ? config->ca_file : getenv("SSL_CERT_FILE");

    policies_init(&engine->policies);
    if (!trust_init(&engine->trust, ca_file && *ca_file ? ca_file : NULL))
        return false;
    if (SUCCEEDED(trust_set_roots(&engine->trust, config->roots, config->roots_size))
        && (!config->resolve || (engine->resolve = curl_slist_append(NULL, config->resolve)))
        && SUCCEEDED(engine_load_policies(engine, config->policies, config->policy_count)))
    {
        engine->config.policies = NULL;
        engine->config.roots = NULL;
        return true;
    }
    policies_cleanup(&engine->policies);
    curl_slist_free_all(engine->resolve);
    trust_cleanup(&engine->trust);
    return false;
}

static struct engine *engine_alloc(const struct engine_config *config)
{
    struct engine *engine;

    if (!(engine = calloc(1, sizeof(*engine))))
        return NULL;
    engine->config = *config;
    engine->config.state_dir = engine->config.resolve = NULL; /* only needed here */
    if (!engine->config.connect_timeout_ms)
        engine->config.connect_timeout_ms = ENGINE_CONNECT_TIMEOUT_MS;
    if (!engine->config.slow_bytes)
        engine->config.slow_bytes = ENGINE_SLOW_BYTES;
    if (!engine->config.slow_seconds)
        engine->config.slow_seconds = ENGINE_SLOW_SECONDS;
    if (!engine->config.retry_delay_ms)
        engine->config.retry_delay_ms = ENGINE_RETRY_DELAY_MS;
    engine->dirty_tail = &engine->dirty;
    engine->event_tail = &engine->event_head;
    engine->unfinished_told = engine->auto_proxy.told = true;
    engine->timer_at = engine->expiry_at = TIME_NEVER;
    engine->network_cost = config->network_cost;
    if (config->watch_host_network)
        engine->host_network = host_network_read(config->system_root ? config->system_root : "");
    if (!engine_alloc_parts(engine, config))
    {
        free(engine);
        return NULL;
    }
    pthread_mutex_init(&engine->lock, NULL);
    clock_cond_init(&engine->dirty_cond);
    clock_cond_init(&engine->saved_cond);
    clock_cond_init(&engine->event_cond);
    clock_cond_init(&engine->waiters_cond);
    clock_cond_init(&engine->state_cond);
    clock_cond_init(&engine->timer_cond);
    return engine;
}

static void engine_dealloc(struct engine *engine)
{
    struct job *job, *next;

    event_discard(engine);
    HASH_ITER(hh, engine->jobs, job, next)
    {
        HASH_DELETE(hh, engine->jobs, job);
        job_free(job);
    }
    store_close(engine->store);
    pthread_cond_destroy(&engine->dirty_cond);
    pthread_cond_destroy(&engine->saved_cond);
    pthread_cond_destroy(&engine->event_cond);
    pthread_cond_destroy(&engine->waiters_cond);
    pthread_cond_destroy(&engine->state_cond);
    pthread_cond_destroy(&engine->timer_cond);
    pthread_mutex_destroy(&engine->lock);
    policies_cleanup(&engine->policies);
    sources_cleanup(&engine->sources);
    free(engine->spool_dir);
    free(engine->proxy_list);
    free(engine->proxy_bypass);
    auto_proxy_cleanup(&engine->auto_proxy);
    trust_cleanup(&engine->trust);
    curl_slist_free_all(engine->resolve);
    free(engine);
}

/* A file whose sink did not outlive the former engine cannot go on until its client gives it another one. */
static void engine_fail_without_sink(struct engine *engine, struct job *job)
{
    uint32_t i;

    for (i = 0; i < job->file_count; i++)
    {
        const struct file *file = job->files[i];

        if (file->transferred || file_has_sink(file))
            continue;
        job->error = (struct job_error){.code = DO_E_FILE_DOWNLOADSINK_UNSPECIFIED, .file_index = i};
        job->error_count++;
        (void)job_handle_event(engine, job, JOB_EVENT_FATAL_ERROR);
        return;
    }
}

/*
 * A job that was under way is to be transferred again; no retry of the last time is waited for. Servers without ranges
 * begin anew after each end of the engine, which is not to be held against them.
 */
static void engine_load_job(void *context, struct job *job)
{
    struct engine *engine = context;
    uint32_t i;

    for (i = 0; i < job->file_count; i++)
        job->files[i]->restarts = 0;

    job->version = job->saved_version = 1;
    job_insert(engine, job);
    if (job_state_is_active(job->state))
    {
        job->state = JOB_SUSPENDED;
        (void)job_handle_event(engine, job, JOB_EVENT_RESUME);
        engine_fail_without_sink(engine, job);
    }
}

static int32_t engine_load(struct engine *engine, const char *state_dir)
{
    struct store_report report;
    unsigned int skipped = 0;
    int32_t hr;

    if (!(engine->spool_dir = strdup(state_dir)))
        return E_OUTOFMEMORY;
    if (FAILED(hr = store_open(state_dir, &engine->store, &report)))
    {
        engine_log(engine, ENGINE_LOG_ERROR, "The job store cannot be opened, error %#x.", (unsigned int)hr);
        return hr;
    }
    if (report.set_aside)
        engine_log(engine, ENGINE_LOG_ERROR, "The job store was damaged, and set aside as jobs.db.unreadable-%u; "
                   "%u of its jobs were kept, at least %u were unreadable.", report.number, report.kept, report.lost);
    if (report.read_only)
        engine_log(engine, ENGINE_LOG_ERROR,
                   "The job store is read-only: nothing is saved until it can be written to.");
    else
        (void)store_remove_leftovers(engine->store); /* a disk that is full: what is left is for the next time */
    if (FAILED(hr = store_load(engine->store, engine_load_job, engine, &skipped)))
        return hr;
    if (skipped)
        engine_log(engine, ENGINE_LOG_ERROR, "%u jobs of the store were unreadable.", skipped);
    return S_OK;
}

/* What a crash cut short is finished: renames, and the removal of temporary files. */
static void engine_finish_jobs(struct engine *engine)
{
    struct job *job, *next;

    HASH_ITER(hh, engine->jobs, job, next)
    {
        job_addref(job);
        if (job_state_is_final(job->state))
            job_clean_up(engine, job);
        else if (job->completing)
            (void)job_complete(engine, job); /* when it fails the job stays, and the client may complete it again */
        job_release(engine, job);
    }
}

static int32_t engine_start_threads(struct engine *engine)
{
    int32_t hr;

    if (!(engine->work = work_pool_create(ENGINE_WORK_THREADS)))
        return E_OUTOFMEMORY;
    if (!(engine->transfers = transfer_pool_create(engine, transfer_thread_count(&engine->config))))
        return E_OUTOFMEMORY;
    if (FAILED(hr = saver_start(engine)))
        return hr;
    if (FAILED(hr = scheduler_start(engine)))
        saver_stop(engine);
    return hr;
}

int32_t engine_set_roots(struct engine *engine, const void *roots, uint32_t size)
{
    return trust_set_roots(&engine->trust, roots, size);
}

void engine_count_foreground(struct engine *engine, int change)
{
    bool yield;

    engine->foreground_flowing += (unsigned int)change;
    yield = engine->foreground_flowing != 0;
    if (!yield)
        atomic_store(&engine->yield_until, 0);
    if (atomic_exchange(&engine->yield, yield) != yield)
        transfer_pool_check(engine->transfers);
}

int32_t engine_create(const struct engine_config *config, struct engine **engine)
{
    struct engine *object;
    int32_t hr;

    pthread_once(&curl_once, curl_init);
    temp_file_init();
    if (curl_result)
        return E_FAIL;
    if (!(object = engine_alloc(config)))
        return E_OUTOFMEMORY;
    if (FAILED(hr = engine_load(object, config->state_dir)) || FAILED(hr = engine_start_threads(object)))
    {
        transfer_pool_stop(object->transfers);
        work_pool_free(object->work);
        transfer_pool_free(object->transfers);
        engine_dealloc(object);
        return hr;
    }
    source_refresh(object);
    pthread_mutex_lock(&object->lock);
    engine_finish_jobs(object);
    lifetime_expire(object);
    event_check_unfinished(object);
    scheduler_run(object);
    pthread_mutex_unlock(&object->lock);
    if (config->watch_host_network)
        object->network_watch = network_watch_start(object);
    *engine = object;
    return S_OK;
}

/* What is volatile goes with the engine. Every thread that might touch the jobs has ended. */
static void engine_remove_volatile(struct engine *engine)
{
    struct job *job, *next;
    uint32_t i;

    HASH_ITER(hh, engine->jobs, job, next)
    {
        for (i = 0; i < job->file_count && job_is_volatile(job); i++)
        {
            if (job->files[i]->temp_path && !job->files[i]->completed)
                temp_file_remove(job->files[i]->temp_path);
        }
    }
}

/* What jobs have used of their time is not given back by a restart. */
static void engine_stop_clocks(struct engine *engine)
{
    struct job *job;

    pthread_mutex_lock(&engine->lock);
    DL_FOREACH2(engine->active, job, active_next)
    {
        if (job->state != JOB_TRANSFERRING)
            continue;
        job_stop_clock(job);
        saver_mark_job(engine, job);
    }
    pthread_mutex_unlock(&engine->lock);
}

/* The order matters: transfers hand their last bytes to the work pool, which hands them to the saver. */
void engine_shutdown(struct engine *engine)
{
    bool again;

    pthread_mutex_lock(&engine->lock);
    again = engine->stopping;
    engine->stopping = true;
    pthread_cond_broadcast(&engine->event_cond);
    pthread_cond_broadcast(&engine->state_cond);
    pthread_mutex_unlock(&engine->lock);
    if (again)
        return;
    network_watch_stop(engine->network_watch);
    scheduler_stop(engine);
    engine_stop_clocks(engine);
    transfer_pool_stop(engine->transfers);
    work_pool_free(engine->work);
    engine->work = NULL;
    saver_stop(engine);
    engine_remove_volatile(engine);
}

void engine_free(struct engine *engine)
{
    if (!engine)
        return;
    engine_shutdown(engine);
    pthread_mutex_lock(&engine->lock);
    while (engine->waiters)
        pthread_cond_wait(&engine->waiters_cond, &engine->lock);
    pthread_mutex_unlock(&engine->lock);
    transfer_pool_free(engine->transfers);
    engine_dealloc(engine);
}
