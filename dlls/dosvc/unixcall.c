/*
 * Calls of the Unix side: each function fills in the parameters, calls, and traces.
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

#include <stdlib.h>
#include <string.h>

#include "ntstatus.h"
#define WIN32_NO_STATUS
#include "dosvc_private.h"
#include "winternl.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

/* Room for a string at the first attempt; longer ones need a second call. */
#define FIRST_TEXT_SIZE 512
#define FIRST_LIST_COUNT 16
#define MAX_POLICY_TEXT 8193 /* bytes: no policy has a longer text */

static uint64_t address(const void *pointer)
{
    return (ULONG_PTR)pointer;
}

/* The result of an operation, which the call writes to *result. */
static HRESULT call(enum dosvc_unix_call code, const char *name, void *params, const int32_t *result)
{
    LONG status = unix_call(code, params);

    if (status)
    {
        WARN("%s could not be called, status %#lx.\n", name, status);
        return DO_E_NO_SERVICE;
    }
    TRACE("%s: %#lx.\n", name, (long)*result);
    return *result;
}

#define CALL(name, params) call(unix_##name, #name, params, &(params)->result)

/* Converts a text for a call, which text_free() frees also after a failure; NULL stays NULL. */
static HRESULT text_set(uint64_t *param, const WCHAR *text)
{
    char *utf8 = NULL;
    HRESULT hr;

    hr = utf8_from_wide(text, &utf8);
    *param = address(utf8);
    return hr;
}

/* What may be a secret is not left behind in the heap. */
static void text_free(uint64_t param)
{
    char *text = (char *)(ULONG_PTR)param;

    if (text)
        SecureZeroMemory(text, strlen(text));
    free(text);
}

HRESULT engine_start(const char *state_dir, UINT32 network_cost, const struct dosvc_policy *policies,
                     unsigned int policy_count, const struct roots *roots)
{
    struct engine_start_params params = { .state_dir = address(state_dir), .network_cost = network_cost,
                                          .policies = address(policies), .policy_count = policy_count,
                                          .roots = address(roots->bytes), .roots_size = roots->size };

    TRACE("state_dir %s, network_cost %#x, policies %p, policy_count %u, roots %p.\n", debugstr_a(state_dir),
          network_cost, policies, policy_count, roots);
    return CALL(engine_start, &params);
}

HRESULT engine_stop(void)
{
    struct engine_stop_params params = {0};

    return CALL(engine_stop, &params);
}

HRESULT engine_wait_event(struct wait_event_params *event)
{
    LONG status;

    memset(event, 0, sizeof(*event));
    status = unix_call(unix_wait_event, event);
    if (status != STATUS_PENDING)
    {
        TRACE("No event comes any more, status %#lx.\n", status);
        return DO_E_NO_SERVICE;
    }
    TRACE("Event %#x of job %s, value %u.\n", event->kinds, debugstr_guid((GUID *)&event->job), event->value);
    return S_OK;
}

HRESULT engine_set_system_proxy(const WCHAR *list, const WCHAR *bypass)
{
    struct set_system_proxy_params params = {0};
    HRESULT hr;

    if (SUCCEEDED(hr = text_set(&params.list, list)) && SUCCEEDED(hr = text_set(&params.bypass, bypass)))
        hr = CALL(set_system_proxy, &params);
    text_free(params.bypass);
    text_free(params.list);
    return hr;
}

HRESULT engine_set_auto_proxy(UINT32 means)
{
    struct set_auto_proxy_params params = { .means = means };

    TRACE("means %#x.\n", means);
    return CALL(set_auto_proxy, &params);
}

HRESULT engine_take_proxy_question(enum proxy_question *kind, WCHAR **url)
{
    char buffer[MAX_PROXY_QUESTION];
    struct proxy_question_params params = { .url = address(buffer), .size = sizeof(buffer) };
    HRESULT hr;

    hr = CALL(take_proxy_question, &params);
    if (hr == S_OK)
        *kind = params.kind;
    return hr == S_OK ? wide_from_utf8(buffer, url) : hr;
}

HRESULT engine_answer_proxy_question(enum proxy_question kind, const WCHAR *url, const WCHAR *list)
{
    struct proxy_question_params params = { .kind = kind };
    HRESULT hr;

    if (SUCCEEDED(hr = text_set(&params.url, url)) && SUCCEEDED(hr = text_set(&params.list, list)))
        hr = CALL(answer_proxy_question, &params);
    text_free(params.list);
    text_free(params.url);
    return hr;
}

HRESULT engine_set_roots(const struct roots *roots)
{
    struct set_roots_params params = { .roots = address(roots->bytes), .size = roots->size };

    TRACE("roots %p.\n", roots);
    return CALL(set_roots, &params);
}

HRESULT engine_set_network(UINT32 cost)
{
    struct set_network_params params = { .cost = cost };

    TRACE("cost %#x.\n", cost);
    return CALL(set_network, &params);
}

HRESULT engine_set_policies(const struct dosvc_policy *policies, unsigned int count)
{
    struct set_policies_params params = { .policies = address(policies), .count = count };

    TRACE("policies %p, count %u.\n", policies, count);
    return CALL(set_policies, &params);
}

HRESULT engine_get_policy(enum policy_id id, UINT64 *number, WCHAR **text, enum policy_provider *provider)
{
    struct get_policy_params params = { .id = id, .size = MAX_POLICY_TEXT };
    char *buffer;
    HRESULT hr;

    if (!(buffer = malloc(MAX_POLICY_TEXT)))
        return E_OUTOFMEMORY;
    params.buffer = address(buffer);
    *text = NULL;
    if (SUCCEEDED(hr = CALL(get_policy, &params)) && params.has_text)
        hr = wide_from_utf8(buffer, text);
    *number = params.number;
    *provider = params.provider;
    free(buffer);
    return hr;
}

HRESULT engine_get_statistics(struct get_statistics_params *statistics)
{
    memset(statistics, 0, sizeof(*statistics));
    return CALL(get_statistics, statistics);
}

HRESULT engine_job_create(enum job_kind kind, const WCHAR *display_name, const WCHAR *owner, GUID *id)
{
    struct job_create_params params = { .kind = kind };
    HRESULT hr;

    if (SUCCEEDED(hr = text_set(&params.display_name, display_name)) && SUCCEEDED(hr = text_set(&params.owner, owner)))
        hr = CALL(job_create, &params);
    if (SUCCEEDED(hr))
        *id = guid_from_id(&params.id);
    text_free(params.owner);
    text_free(params.display_name);
    return hr;
}

HRESULT engine_job_open(const GUID *id)
{
    struct job_open_params params = { .id = id_from_guid(id) };

    return CALL(job_open, &params);
}

void engine_job_close(const GUID *id)
{
    struct job_open_params params = { .id = id_from_guid(id) };

    (void)CALL(job_close, &params); /* after a stop there is nothing left to close */
}

/* Asks again with more room as long as there are more in the meantime. */
static HRESULT list_jobs(enum dosvc_unix_call code, const char *name, struct job_list_params *params, GUID **ids,
                         unsigned int *count)
{
    GUID *list = NULL, *larger;
    HRESULT hr;

    params->count = FIRST_LIST_COUNT;
    do
    {
        params->capacity = params->count;
        if (!(larger = realloc(list, params->capacity * sizeof(*list))))
        {
            hr = E_OUTOFMEMORY;
            break;
        }
        list = larger;
        params->ids = address(list);
        hr = call(code, name, params, &params->result);
    } while (SUCCEEDED(hr) && params->count > params->capacity);

    if (FAILED(hr))
    {
        free(list);
        return hr;
    }
    *ids = list;
    *count = params->count;
    return S_OK;
}

HRESULT engine_job_list(enum job_kind kind, GUID **ids, unsigned int *count)
{
    struct job_list_params params = { .which = kind };

    return list_jobs(unix_job_list, "job_list", &params, ids, count);
}

HRESULT engine_job_act(const GUID *id, enum job_action action)
{
    struct job_act_params params = { .id = id_from_guid(id), .action = action };

    TRACE("id %s, action %u.\n", debugstr_guid(id), action);
    return CALL(job_act, &params);
}

HRESULT engine_job_get_info(const GUID *id, struct job_get_info_params *info)
{
    memset(info, 0, sizeof(*info));
    info->id = id_from_guid(id);
    return CALL(job_get_info, info);
}

/* Both kinds of string; asks again with more room as long as the string grows in the meantime. */
static HRESULT get_text(enum dosvc_unix_call code, struct get_text_params *params, WCHAR **text)
{
    char *buffer = NULL, *larger;
    HRESULT hr;

    params->size = FIRST_TEXT_SIZE;
    do
    {
        if (!(larger = realloc(buffer, params->size)))
        {
            hr = E_OUTOFMEMORY;
            break;
        }
        buffer = larger;
        params->buffer = address(buffer);
        hr = call(code, "get_text", params, &params->result);
    } while (hr == HRESULT_FROM_WIN32(ERROR_INSUFFICIENT_BUFFER));

    if (FAILED(hr))
    {
        free(buffer);
        return hr;
    }
    hr = wide_from_utf8(buffer, text);
    text_free(params->buffer);
    return hr;
}

HRESULT engine_job_get_text(const GUID *id, enum job_text which, WCHAR **text)
{
    struct get_text_params params = { .id = id_from_guid(id), .which = which };

    return get_text(unix_job_get_text, &params, text);
}

HRESULT engine_job_set_text(const GUID *id, enum job_text which, const WCHAR *text)
{
    struct job_set_text_params params = { .id = id_from_guid(id), .which = which };
    HRESULT hr;

    if (SUCCEEDED(hr = text_set(&params.text, text)))
        hr = CALL(job_set_text, &params);
    text_free(params.text);
    return hr;
}

HRESULT engine_job_get_number(const GUID *id, enum job_number which, UINT64 *value)
{
    struct job_number_params params = { .id = id_from_guid(id), .which = which };
    HRESULT hr;

    if (SUCCEEDED(hr = CALL(job_get_number, &params)))
        *value = params.value;
    return hr;
}

HRESULT engine_job_set_number(const GUID *id, enum job_number which, UINT64 value)
{
    struct job_number_params params = { .id = id_from_guid(id), .which = which, .value = value };

    return CALL(job_set_number, &params);
}

HRESULT engine_job_set_credentials(const GUID *id, enum credential_target target, enum credential_scheme scheme,
                                   const WCHAR *user, const WCHAR *password)
{
    struct job_credentials_params params = { .id = id_from_guid(id), .target = target, .scheme = scheme };
    HRESULT hr;

    if (SUCCEEDED(hr = text_set(&params.user, user)) && SUCCEEDED(hr = text_set(&params.password, password)))
        hr = CALL(job_set_credentials, &params);
    text_free(params.password);
    text_free(params.user);
    return hr;
}

HRESULT engine_job_remove_credentials(const GUID *id, enum credential_target target, enum credential_scheme scheme)
{
    struct job_credentials_params params = { .id = id_from_guid(id), .target = target, .scheme = scheme };

    return CALL(job_remove_credentials, &params);
}

HRESULT engine_job_set_proxy(const GUID *id, enum proxy_usage usage, const WCHAR *list, const WCHAR *bypass)
{
    struct job_set_proxy_params params = { .id = id_from_guid(id), .usage = usage };
    HRESULT hr;

    if (SUCCEEDED(hr = text_set(&params.list, list)) && SUCCEEDED(hr = text_set(&params.bypass, bypass)))
        hr = CALL(job_set_proxy, &params);
    text_free(params.bypass);
    text_free(params.list);
    return hr;
}

HRESULT engine_job_replace_prefix(const GUID *id, const WCHAR *old_prefix, const WCHAR *new_prefix)
{
    struct job_replace_prefix_params params = { .id = id_from_guid(id) };
    HRESULT hr;

    if (SUCCEEDED(hr = text_set(&params.old_prefix, old_prefix))
        && SUCCEEDED(hr = text_set(&params.new_prefix, new_prefix)))
        hr = CALL(job_replace_prefix, &params);
    text_free(params.new_prefix);
    text_free(params.old_prefix);
    return hr;
}

HRESULT engine_job_add_files(const GUID *id, const struct dosvc_file *files, unsigned int count)
{
    struct job_add_files_params params = { .id = id_from_guid(id), .files = address(files), .count = count };

    return CALL(job_add_files, &params);
}

HRESULT engine_job_add_file(const GUID *id, const struct dosvc_file *file, unsigned int *index)
{
    struct job_add_files_params params = { .id = id_from_guid(id), .files = address(file), .count = 1 };
    HRESULT hr;

    if (SUCCEEDED(hr = CALL(job_add_files, &params)))
        *index = params.index;
    return hr;
}

HRESULT engine_job_get_error(const GUID *id, struct job_get_error_params *error)
{
    memset(error, 0, sizeof(*error));
    error->id = id_from_guid(id);
    return CALL(job_get_error, error);
}

HRESULT engine_job_take_transferred_file(const GUID *id, unsigned int *index)
{
    struct job_take_transferred_file_params params = { .id = id_from_guid(id) };
    HRESULT hr;

    if ((hr = CALL(job_take_transferred_file, &params)) == S_OK)
        *index = params.file_index;
    return hr;
}

HRESULT engine_file_get_info(const GUID *id, unsigned int index, struct file_get_info_params *info)
{
    memset(info, 0, sizeof(*info));
    info->id = id_from_guid(id);
    info->file_index = index;
    return CALL(file_get_info, info);
}

HRESULT engine_file_get_text(const GUID *id, unsigned int index, enum file_text which, WCHAR **text)
{
    struct get_text_params params = { .id = id_from_guid(id), .file_index = index, .which = which };

    return get_text(unix_file_get_text, &params, text);
}

HRESULT engine_file_get_ranges(const GUID *id, unsigned int index, BG_FILE_RANGE **ranges, unsigned int *count)
{
    struct file_get_ranges_params params = { .id = id_from_guid(id), .file_index = index };
    BG_FILE_RANGE *buffer = NULL;
    unsigned int room;
    HRESULT hr;

    /* The ranges of a file never change: the second call finds what the first one counted. */
    if (FAILED(hr = CALL(file_get_ranges, &params)))
        return hr;
    if ((room = params.count))
    {
        if (!(buffer = CoTaskMemAlloc(room * sizeof(*buffer))))
            return E_OUTOFMEMORY;
        params.ranges = address(buffer);
        if (SUCCEEDED(hr = CALL(file_get_ranges, &params)) && params.count != room)
            hr = E_UNEXPECTED;
        if (FAILED(hr))
        {
            CoTaskMemFree(buffer);
            return hr;
        }
    }
    *ranges = buffer;
    *count = room;
    return S_OK;
}

HRESULT engine_file_set_url(const GUID *id, unsigned int index, const WCHAR *url)
{
    struct file_set_url_params params = { .id = id_from_guid(id), .file_index = index };
    HRESULT hr;

    if (SUCCEEDED(hr = text_set(&params.url, url)))
        hr = CALL(file_set_url, &params);
    text_free(params.url);
    return hr;
}

HRESULT engine_file_set_path(const GUID *id, unsigned int index, const WCHAR *local_name, const char *path)
{
    struct file_set_path_params params = { .id = id_from_guid(id), .path = address(path), .file_index = index };
    HRESULT hr;

    if (SUCCEEDED(hr = text_set(&params.local_name, local_name)))
        hr = CALL(file_set_path, &params);
    text_free(params.local_name);
    return hr;
}

HRESULT engine_file_get_number(const GUID *id, unsigned int index, enum file_number which, UINT64 *value)
{
    struct file_number_params params = { .id = id_from_guid(id), .file_index = index, .which = which };
    HRESULT hr;

    if (SUCCEEDED(hr = CALL(file_get_number, &params)))
        *value = params.value;
    return hr;
}

HRESULT engine_file_set_number(const GUID *id, unsigned int index, enum file_number which, UINT64 value)
{
    struct file_number_params params =
    {
        .id = id_from_guid(id), .file_index = index, .which = which, .value = value,
    };

    return CALL(file_set_number, &params);
}

HRESULT engine_file_set_text(const GUID *id, unsigned int index, enum file_text which, const WCHAR *text)
{
    struct file_set_text_params params = { .id = id_from_guid(id), .file_index = index, .which = which };
    HRESULT hr;

    if (SUCCEEDED(hr = text_set(&params.text, text)))
        hr = CALL(file_set_text, &params);
    text_free(params.text);
    return hr;
}

HRESULT engine_file_get_stats(const GUID *id, unsigned int index, struct file_get_stats_params *stats)
{
    memset(stats, 0, sizeof(*stats));
    stats->id = id_from_guid(id);
    stats->file_index = index;
    return CALL(file_get_stats, stats);
}

HRESULT engine_file_set_stream(const GUID *id, unsigned int index)
{
    struct file_set_stream_params params = { .id = id_from_guid(id), .file_index = index };

    return CALL(file_set_stream, &params);
}

HRESULT engine_file_clear_stream(const GUID *id, unsigned int index)
{
    struct file_set_stream_params params = { .id = id_from_guid(id), .file_index = index };

    return CALL(file_clear_stream, &params);
}

HRESULT engine_stream_read(const GUID *id, unsigned int index, void *buffer, unsigned int size, unsigned int *read)
{
    struct stream_read_params params =
    {
        .id = id_from_guid(id), .buffer = address(buffer), .size = size, .file_index = index,
    };
    HRESULT hr;

    if (SUCCEEDED(hr = CALL(stream_read, &params)))
        *read = params.read;
    return hr;
}

HRESULT engine_stream_taken(const GUID *id, unsigned int index, unsigned int count, HRESULT client_result)
{
    struct stream_taken_params params =
    {
        .id = id_from_guid(id), .file_index = index, .count = count, .client_result = client_result,
    };

    return CALL(stream_taken, &params);
}

HRESULT engine_file_set_valid(const GUID *id, unsigned int index, BOOL valid)
{
    struct file_set_valid_params params = { .id = id_from_guid(id), .file_index = index, .valid = valid };

    return CALL(file_set_valid, &params);
}

HRESULT engine_download_start(const GUID *id, const DO_DOWNLOAD_RANGE *ranges, unsigned int count)
{
    struct download_start_params params = { .id = id_from_guid(id), .ranges = address(ranges), .count = count };

    return CALL(download_start, &params);
}

HRESULT engine_download_find(enum download_property property, const WCHAR *value, GUID **ids, unsigned int *count)
{
    struct job_list_params params = { .which = property };
    HRESULT hr;

    if (SUCCEEDED(hr = text_set(&params.value, value)))
        hr = list_jobs(unix_download_find, "download_find", &params, ids, count);
    text_free(params.value);
    return hr;
}

HRESULT engine_job_wait(const GUID *id)
{
    struct job_open_params params = { .id = id_from_guid(id) };

    return CALL(job_wait, &params);
}

HRESULT engine_job_set_certificate(const GUID *id, const BYTE *certificate, unsigned int certificate_size,
                                   const BYTE *key, unsigned int key_size)
{
    struct job_set_certificate_params params =
    {
        .id = id_from_guid(id), .certificate = address(certificate), .key = address(key),
        .certificate_size = certificate_size, .key_size = key_size,
    };

    return CALL(job_set_certificate, &params);
}
