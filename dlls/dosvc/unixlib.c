/*
 * The Unix side of dosvc: hands each call to the engine's function of the same name.
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

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unixlib.h"
#include "engine/engine.h"

/*
 * Nothing of Wine is used here: the engine's threads have no TEB, so that neither its functions nor its debug macros
 * could be called there. The engine's log goes to standard error.
 */

typedef int32_t NTSTATUS;

#define STATUS_SUCCESS ((NTSTATUS)0)
#define STATUS_PENDING ((NTSTATUS)0x103)

#define DO_E_NO_SERVICE ((int32_t)0x80d01001u)

#define C_ASSERT(condition) _Static_assert(condition, #condition)

/* Arrays of these are handed on as they are. */
C_ASSERT(sizeof(struct job_id) == sizeof(struct dosvc_id));
C_ASSERT(sizeof(struct file_range) == sizeof(struct dosvc_range));
C_ASSERT(offsetof(struct file_range, offset) == offsetof(struct dosvc_range, offset));
C_ASSERT(offsetof(struct file_range, length) == offsetof(struct dosvc_range, length));

/*
 * NULL before the start. A stopped engine stays, and refuses every call itself: a process runs the service once, and
 * its threads may be inside the engine until it ends.
 */
static _Atomic(struct engine *) the_engine;

static void *pointer(uint64_t address)
{
    return (void *)(uintptr_t)address;
}

/* Same layout: bytes. */
static const struct job_id *engine_id(const struct dosvc_id *id)
{
    return (const struct job_id *)id;
}

/* NULL, with the result that tells of it, when there is none. */
static struct engine *get_engine(int32_t *result)
{
    struct engine *engine = atomic_load(&the_engine);

    if (!engine)
        *result = DO_E_NO_SERVICE;
    return engine;
}

/* From the environment variable DOSVC_LOG: 0 nothing, 1 errors (the default), 2 also warnings, 3 also a trace. */
static enum engine_log_level log_limit(void)
{
    const char *value = getenv("DOSVC_LOG");

    if (!value || value[0] < '0' || value[0] > '0' + ENGINE_LOG_TRACE || value[1])
        return ENGINE_LOG_ERROR;
    return (enum engine_log_level)(value[0] - '0');
}

static void log_message(void *context, enum engine_log_level level, const char *message)
{
    const enum engine_log_level *limit = context;

    if (level <= *limit)
        fprintf(stderr, "dosvc: %s\n", message);
}

/* Gives the number of values. */
static uint32_t copy_policies(uint64_t address, uint32_t count, struct engine_policy *copies)
{
    const struct dosvc_policy *policies = pointer(address);
    uint32_t i;

    if (count > DOSVC_MAX_POLICY_VALUES)
        count = DOSVC_MAX_POLICY_VALUES;
    for (i = 0; i < count; i++)
    {
        copies[i].id = policies[i].id;
        copies[i].provider = policies[i].provider;
        copies[i].number = policies[i].number;
        copies[i].text = pointer(policies[i].text);
    }
    return count;
}

static NTSTATUS call_engine_start(void *args)
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    static enum engine_log_level limit;
    struct engine_start_params *params = args;
    const char *ignore = getenv("DOSVC_NETWORK");
    struct engine_policy policies[DOSVC_MAX_POLICY_VALUES];
    struct engine_config config =
    {
        .state_dir = pointer(params->state_dir),
        .network_cost = params->network_cost,
        .watch_host_network = !ignore || strcmp(ignore, "ignore"),
        .roots = pointer(params->roots),
        .roots_size = params->roots_size,
        .policies = policies,
        .policy_count = copy_policies(params->policies, params->policy_count, policies),
        .log = log_message,
        .log_context = &limit,
    };
    struct engine *engine;

    pthread_mutex_lock(&mutex);
    limit = log_limit();
    if (atomic_load(&the_engine))
        params->result = DO_E_NO_SERVICE;
    else if ((params->result = engine_create(&config, &engine)) >= 0)
        atomic_store(&the_engine, engine);
    pthread_mutex_unlock(&mutex);
    return STATUS_SUCCESS;
}

static NTSTATUS call_engine_stop(void *args)
{
    struct engine_stop_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
    {
        engine_shutdown(engine);
        params->result = 0;
    }
    return STATUS_SUCCESS;
}

static NTSTATUS call_wait_event(void *args)
{
    struct wait_event_params *params = args;
    struct engine *engine = atomic_load(&the_engine);
    struct engine_event event;

    if (!engine || engine_wait_event(engine, &event) < 0)
        return STATUS_SUCCESS;
    memcpy(&params->job, &event.job, sizeof(params->job));
    params->kinds = event.kinds;
    params->value = event.value;
    return STATUS_PENDING;
}

static NTSTATUS call_set_system_proxy(void *args)
{
    struct set_system_proxy_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_set_system_proxy(engine, pointer(params->list), pointer(params->bypass));
    return STATUS_SUCCESS;
}

static NTSTATUS call_set_auto_proxy(void *args)
{
    struct set_auto_proxy_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_set_auto_proxy(engine, params->means);
    return STATUS_SUCCESS;
}

static NTSTATUS call_take_proxy_question(void *args)
{
    struct proxy_question_params *params = args;
    struct engine *engine = get_engine(&params->result);
    enum proxy_question kind = 0;

    if (engine)
        params->result = engine_take_proxy_question(engine, &kind, pointer(params->url), params->size);
    params->kind = kind;
    return STATUS_SUCCESS;
}

static NTSTATUS call_answer_proxy_question(void *args)
{
    struct proxy_question_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_answer_proxy_question(engine, params->kind, pointer(params->url),
                                                      pointer(params->list));
    return STATUS_SUCCESS;
}

static NTSTATUS call_set_roots(void *args)
{
    struct set_roots_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_set_roots(engine, pointer(params->roots), params->size);
    return STATUS_SUCCESS;
}

static NTSTATUS call_set_network(void *args)
{
    struct set_network_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_set_network(engine, params->cost);
    return STATUS_SUCCESS;
}

static NTSTATUS call_set_policies(void *args)
{
    struct set_policies_params *params = args;
    struct engine_policy policies[DOSVC_MAX_POLICY_VALUES];
    struct engine *engine = get_engine(&params->result);
    uint32_t count = copy_policies(params->policies, params->count, policies);

    if (engine)
        params->result = engine_set_policies(engine, policies, count);
    return STATUS_SUCCESS;
}

static NTSTATUS call_get_policy(void *args)
{
    struct get_policy_params *params = args;
    struct engine *engine = get_engine(&params->result);
    struct engine_policy_info info;

    if (!engine || (params->result = engine_get_policy(engine, (enum policy_id)params->id, &info,
                                                       pointer(params->buffer), &params->size)) < 0)
        return STATUS_SUCCESS;
    params->number = info.number;
    params->provider = info.provider;
    params->has_text = info.has_text;
    return STATUS_SUCCESS;
}

static NTSTATUS call_get_statistics(void *args)
{
    struct get_statistics_params *params = args;
    struct engine *engine = get_engine(&params->result);
    struct engine_statistics statistics;

    if (!engine || (params->result = engine_get_statistics(engine, &statistics)) < 0)
        return STATUS_SUCCESS;
    params->bytes_received = statistics.bytes_received;
    params->bytes_received_foreground = statistics.bytes_received_foreground;
    params->bytes_received_cache = statistics.bytes_received_cache;
    params->connections = statistics.connections;
    params->cache_connections = statistics.cache_connections;
    params->files = statistics.files;
    params->foreground_jobs = statistics.foreground_jobs;
    params->foreground_waiting = statistics.foreground_waiting;
    params->background_jobs = statistics.background_jobs;
    params->background_waiting = statistics.background_waiting;
    return STATUS_SUCCESS;
}

static NTSTATUS call_job_create(void *args)
{
    struct job_create_params *params = args;
    struct engine *engine = get_engine(&params->result);
    struct job_id id;

    if (engine && (params->result = engine_job_create(engine, params->kind, pointer(params->display_name),
                                                      pointer(params->owner), &id)) >= 0)
        memcpy(&params->id, &id, sizeof(params->id));
    return STATUS_SUCCESS;
}

static NTSTATUS call_job_open(void *args)
{
    struct job_open_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_job_open(engine, engine_id(&params->id));
    return STATUS_SUCCESS;
}

static NTSTATUS call_job_close(void *args)
{
    struct job_open_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
    {
        engine_job_close(engine, engine_id(&params->id));
        params->result = 0;
    }
    return STATUS_SUCCESS;
}

static NTSTATUS call_job_list(void *args)
{
    struct job_list_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_job_list(engine, params->which, pointer(params->ids), params->capacity,
                                         &params->count);
    return STATUS_SUCCESS;
}

static NTSTATUS call_job_act(void *args)
{
    struct job_act_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_job_act(engine, engine_id(&params->id), params->action);
    return STATUS_SUCCESS;
}

static NTSTATUS call_job_get_info(void *args)
{
    struct job_get_info_params *params = args;
    struct engine *engine = get_engine(&params->result);
    struct job_info info;

    if (!engine || (params->result = engine_job_get_info(engine, engine_id(&params->id), &info)) < 0)
        return STATUS_SUCCESS;
    params->bytes_total = info.bytes_total;
    params->bytes_transferred = info.bytes_transferred;
    params->creation_time = info.creation_time;
    params->modification_time = info.modification_time;
    params->transfer_completion_time = info.transfer_completion_time;
    params->state = info.state;
    params->priority = info.priority;
    params->notify_flags = info.notify_flags;
    params->minimum_retry_delay = info.minimum_retry_delay;
    params->no_progress_timeout = info.no_progress_timeout;
    params->error_count = info.error_count;
    params->proxy_usage = info.proxy_usage;
    params->files_total = info.files_total;
    params->files_transferred = info.files_transferred;
    return STATUS_SUCCESS;
}

static NTSTATUS call_job_get_text(void *args)
{
    struct get_text_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_job_get_text(engine, engine_id(&params->id), params->which,
                                             pointer(params->buffer), &params->size);
    return STATUS_SUCCESS;
}

static NTSTATUS call_job_set_text(void *args)
{
    struct job_set_text_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_job_set_text(engine, engine_id(&params->id), params->which,
                                             pointer(params->text));
    return STATUS_SUCCESS;
}

static NTSTATUS call_job_get_number(void *args)
{
    struct job_number_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_job_get_number(engine, engine_id(&params->id), params->which,
                                               &params->value);
    return STATUS_SUCCESS;
}

static NTSTATUS call_job_set_number(void *args)
{
    struct job_number_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_job_set_number(engine, engine_id(&params->id), params->which,
                                               params->value);
    return STATUS_SUCCESS;
}

static NTSTATUS call_job_set_proxy(void *args)
{
    struct job_set_proxy_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_job_set_proxy(engine, engine_id(&params->id), params->usage,
                                              pointer(params->list), pointer(params->bypass));
    return STATUS_SUCCESS;
}

static NTSTATUS call_job_replace_prefix(void *args)
{
    struct job_replace_prefix_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_job_replace_prefix(engine, engine_id(&params->id),
                                                   pointer(params->old_prefix),
                                                   pointer(params->new_prefix));
    return STATUS_SUCCESS;
}

static NTSTATUS call_job_set_credentials(void *args)
{
    struct job_credentials_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_job_set_credentials(engine, engine_id(&params->id), params->target,
                                                    params->scheme, pointer(params->user),
                                                    pointer(params->password));
    return STATUS_SUCCESS;
}

static NTSTATUS call_job_remove_credentials(void *args)
{
    struct job_credentials_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_job_remove_credentials(engine, engine_id(&params->id), params->target,
                                                       params->scheme);
    return STATUS_SUCCESS;
}

static void copy_request(struct file_request *request, const struct dosvc_file *file)
{
    request->url = pointer(file->url);
    request->local_name = pointer(file->local_name);
    request->path = pointer(file->path);
    request->file_id = pointer(file->file_id);
    request->ranges = pointer(file->ranges);
    request->range_count = file->range_count;
    request->size = file->size;
}

static NTSTATUS call_job_add_files(void *args)
{
    struct job_add_files_params *params = args;
    const struct dosvc_file *files = pointer(params->files);
    struct engine *engine = get_engine(&params->result);
    struct file_request *requests;
    uint32_t i;

    if (!engine)
        return STATUS_SUCCESS;
    params->result = (int32_t)0x8007000eu; /* E_OUTOFMEMORY */
    if (!(requests = calloc(params->count, sizeof(*requests))))
        return STATUS_SUCCESS;
    for (i = 0; i < params->count; ++i)
        copy_request(&requests[i], &files[i]);
    if (params->count == 1)
        params->result = engine_job_add_file(engine, engine_id(&params->id), requests, &params->index);
    else
        params->result = engine_job_add_files(engine, engine_id(&params->id), requests, params->count);
    free(requests);
    return STATUS_SUCCESS;
}

static NTSTATUS call_job_get_error(void *args)
{
    struct job_get_error_params *params = args;
    struct engine *engine = get_engine(&params->result);
    struct job_error error;

    if (!engine || (params->result = engine_job_get_error(engine, engine_id(&params->id), &error)) < 0)
        return STATUS_SUCCESS;
    params->code = error.code;
    params->context = error.context;
    params->file_index = error.file_index;
    params->http_status = error.http_status;
    params->cause = error.cause;
    return STATUS_SUCCESS;
}

static NTSTATUS call_job_take_transferred_file(void *args)
{
    struct job_take_transferred_file_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_job_take_transferred_file(engine, engine_id(&params->id),
                                                          &params->file_index);
    return STATUS_SUCCESS;
}

static NTSTATUS call_file_get_info(void *args)
{
    struct file_get_info_params *params = args;
    struct engine *engine = get_engine(&params->result);
    struct file_info info;

    if (!engine || (params->result = engine_file_get_info(engine, engine_id(&params->id),
                                                          params->file_index, &info)) < 0)
        return STATUS_SUCCESS;
    params->bytes_total = info.bytes_total;
    params->bytes_transferred = info.bytes_transferred;
    params->range_count = info.range_count;
    params->transferred = info.transferred;
    params->completed = info.completed;
    params->http_status = info.http_status;
    return STATUS_SUCCESS;
}

static NTSTATUS call_file_get_text(void *args)
{
    struct get_text_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_file_get_text(engine, engine_id(&params->id), params->file_index,
                                              params->which, pointer(params->buffer), &params->size);
    return STATUS_SUCCESS;
}

static NTSTATUS call_file_get_ranges(void *args)
{
    struct file_get_ranges_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_file_get_ranges(engine, engine_id(&params->id), params->file_index,
                                                pointer(params->ranges), &params->count);
    return STATUS_SUCCESS;
}

static NTSTATUS call_file_set_url(void *args)
{
    struct file_set_url_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_file_set_url(engine, engine_id(&params->id), params->file_index,
                                             pointer(params->url));
    return STATUS_SUCCESS;
}

static NTSTATUS call_file_set_path(void *args)
{
    struct file_set_path_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_file_set_path(engine, engine_id(&params->id), params->file_index,
                                              pointer(params->local_name), pointer(params->path));
    return STATUS_SUCCESS;
}

static NTSTATUS call_file_get_number(void *args)
{
    struct file_number_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_file_get_number(engine, engine_id(&params->id), params->file_index,
                                                params->which, &params->value);
    return STATUS_SUCCESS;
}

static NTSTATUS call_file_set_number(void *args)
{
    struct file_number_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_file_set_number(engine, engine_id(&params->id), params->file_index,
                                                params->which, params->value);
    return STATUS_SUCCESS;
}

static NTSTATUS call_file_set_text(void *args)
{
    struct file_set_text_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_file_set_text(engine, engine_id(&params->id), params->file_index,
                                              params->which, pointer(params->text));
    return STATUS_SUCCESS;
}

static NTSTATUS call_file_get_stats(void *args)
{
    struct file_get_stats_params *params = args;
    struct engine *engine = get_engine(&params->result);
    struct file_stats stats;

    if (!engine || (params->result = engine_file_get_stats(engine, engine_id(&params->id),
                                                           params->file_index, &stats)) < 0)
        return STATUS_SUCCESS;
    params->size = stats.size;
    params->bytes_transferred = stats.bytes_transferred;
    params->bytes_from_http = stats.bytes_from_http;
    params->bytes_from_cache = stats.bytes_from_cache;
    params->http_connections = stats.http_connections;
    params->cache_connections = stats.cache_connections;
    params->duration = stats.duration;
    params->background = stats.background;
    params->status = stats.status;
    return STATUS_SUCCESS;
}

static NTSTATUS call_file_set_stream(void *args)
{
    struct file_set_stream_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_file_set_stream(engine, engine_id(&params->id), params->file_index);
    return STATUS_SUCCESS;
}

static NTSTATUS call_file_clear_stream(void *args)
{
    struct file_set_stream_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_file_clear_stream(engine, engine_id(&params->id), params->file_index);
    return STATUS_SUCCESS;
}

static NTSTATUS call_stream_read(void *args)
{
    struct stream_read_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_stream_read(engine, engine_id(&params->id), params->file_index,
                                            pointer(params->buffer), params->size, &params->read);
    return STATUS_SUCCESS;
}

static NTSTATUS call_stream_taken(void *args)
{
    struct stream_taken_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_stream_taken(engine, engine_id(&params->id), params->file_index,
                                             params->count, params->client_result);
    return STATUS_SUCCESS;
}

static NTSTATUS call_file_set_valid(void *args)
{
    struct file_set_valid_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_file_set_valid(engine, engine_id(&params->id), params->file_index,
                                               params->valid != 0);
    return STATUS_SUCCESS;
}

static NTSTATUS call_download_start(void *args)
{
    struct download_start_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_download_start(engine, engine_id(&params->id), pointer(params->ranges),
                                               params->count);
    return STATUS_SUCCESS;
}

static NTSTATUS call_download_find(void *args)
{
    struct job_list_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_download_find(engine, params->which, pointer(params->value),
                                              pointer(params->ids), params->capacity, &params->count);
    return STATUS_SUCCESS;
}

static NTSTATUS call_job_wait(void *args)
{
    struct job_open_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_job_wait(engine, engine_id(&params->id));
    return STATUS_SUCCESS;
}

static NTSTATUS call_job_set_certificate(void *args)
{
    struct job_set_certificate_params *params = args;
    struct engine *engine = get_engine(&params->result);

    if (engine)
        params->result = engine_job_set_certificate(engine, engine_id(&params->id),
                                                    pointer(params->certificate), params->certificate_size,
                                                    pointer(params->key), params->key_size);
    return STATUS_SUCCESS;
}

typedef NTSTATUS (*unix_call_entry)(void *args);

#define CALL_TABLE \
{ \
    [unix_engine_start] = call_engine_start, \
    [unix_engine_stop] = call_engine_stop, \
    [unix_wait_event] = call_wait_event, \
    [unix_set_system_proxy] = call_set_system_proxy, \
    [unix_set_auto_proxy] = call_set_auto_proxy, \
    [unix_take_proxy_question] = call_take_proxy_question, \
    [unix_answer_proxy_question] = call_answer_proxy_question, \
    [unix_set_roots] = call_set_roots, \
    [unix_set_network] = call_set_network, \
    [unix_set_policies] = call_set_policies, \
    [unix_get_policy] = call_get_policy, \
    [unix_get_statistics] = call_get_statistics, \
    [unix_job_create] = call_job_create, \
    [unix_job_open] = call_job_open, \
    [unix_job_close] = call_job_close, \
    [unix_job_list] = call_job_list, \
    [unix_job_act] = call_job_act, \
    [unix_job_get_info] = call_job_get_info, \
    [unix_job_get_text] = call_job_get_text, \
    [unix_job_set_text] = call_job_set_text, \
    [unix_job_get_number] = call_job_get_number, \
    [unix_job_set_number] = call_job_set_number, \
    [unix_job_set_proxy] = call_job_set_proxy, \
    [unix_job_set_credentials] = call_job_set_credentials, \
    [unix_job_remove_credentials] = call_job_remove_credentials, \
    [unix_job_replace_prefix] = call_job_replace_prefix, \
    [unix_job_add_files] = call_job_add_files, \
    [unix_job_get_error] = call_job_get_error, \
    [unix_job_take_transferred_file] = call_job_take_transferred_file, \
    [unix_file_get_info] = call_file_get_info, \
    [unix_file_get_text] = call_file_get_text, \
    [unix_file_get_ranges] = call_file_get_ranges, \
    [unix_file_set_url] = call_file_set_url, \
    [unix_file_set_path] = call_file_set_path, \
    [unix_file_get_number] = call_file_get_number, \
    [unix_file_set_number] = call_file_set_number, \
    [unix_file_set_text] = call_file_set_text, \
    [unix_file_get_stats] = call_file_get_stats, \
    [unix_file_set_stream] = call_file_set_stream, \
    [unix_file_clear_stream] = call_file_clear_stream, \
    [unix_stream_read] = call_stream_read, \
    [unix_stream_taken] = call_stream_taken, \
    [unix_file_set_valid] = call_file_set_valid, \
    [unix_download_start] = call_download_start, \
    [unix_download_find] = call_download_find, \
    [unix_job_wait] = call_job_wait, \
    [unix_job_set_certificate] = call_job_set_certificate, \
}

/* Wine finds both by name; the parameters have one layout for 32- and 64-bit callers. */
extern const unix_call_entry __wine_unix_call_funcs[];
extern const unix_call_entry __wine_unix_call_wow64_funcs[];

__attribute__((visibility("default"))) const unix_call_entry __wine_unix_call_funcs[] = CALL_TABLE;
__attribute__((visibility("default"))) const unix_call_entry __wine_unix_call_wow64_funcs[] = CALL_TABLE;

C_ASSERT(sizeof(__wine_unix_call_funcs) / sizeof(__wine_unix_call_funcs[0]) == unix_funcs_count);
C_ASSERT(sizeof(__wine_unix_call_wow64_funcs) / sizeof(__wine_unix_call_wow64_funcs[0]) == unix_funcs_count);
