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

/* The result of an operation whose call came to `status`. */
static HRESULT call_result(const char *name, LONG status, int32_t result)
{
    if (status)
    {
        WARN("%s could not be called, status %#lx.\n", name, status);
        return DO_E_NO_SERVICE;
    }
    TRACE("%s: %#lx.\n", name, (long)result);
    return result;
}

HRESULT engine_start(const char *state_dir, UINT32 network_cost, const struct dosvc_policy *policies,
                     unsigned int policy_count, const struct roots *roots)
{
    struct engine_start_params params = { .state_dir = address(state_dir), .network_cost = network_cost,
                                          .policies = address(policies), .policy_count = policy_count,
                                          .roots = address(roots->bytes), .roots_size = roots->size };
    LONG status;

    TRACE("state_dir %s, network_cost %#x, policies %p, policy_count %u, roots %p.\n", debugstr_a(state_dir),
          network_cost, policies, policy_count, roots);
    status = unix_call(unix_engine_start, &params);
    return call_result("engine_start", status, params.result);
}

HRESULT engine_stop(void)
{
    struct engine_stop_params params = {0};
    LONG status;

    status = unix_call(unix_engine_stop, &params);
    return call_result("engine_stop", status, params.result);
}

HRESULT engine_wait_event(struct wait_event_params *event)
{
    LONG status;

    memset(event, 0, sizeof(*event));
    status = unix_call(unix_wait_event, event);
    if (status != STATUS_PENDING)
        return call_result("engine_wait_event", status, DO_E_NO_SERVICE);
    TRACE("Event %#x of job %s, value %u.\n", event->kinds, debugstr_guid((GUID *)&event->job), event->value);
    return S_OK;
}

HRESULT engine_set_system_proxy(const WCHAR *list, const WCHAR *bypass)
{
    struct set_system_proxy_params params = {0};
    char *list_utf8 = NULL, *bypass_utf8 = NULL;
    LONG status;
    HRESULT hr;

    if (FAILED(hr = utf8_from_wide(list, &list_utf8)))
        goto done;
    if (FAILED(hr = utf8_from_wide(bypass, &bypass_utf8)))
        goto done;
    params.list = address(list_utf8);
    params.bypass = address(bypass_utf8);
    status = unix_call(unix_set_system_proxy, &params);
    hr = call_result("engine_set_system_proxy", status, params.result);

done:
    free(bypass_utf8);
    free(list_utf8);
    return hr;
}

HRESULT engine_set_auto_proxy(BOOL enabled)
{
    struct set_auto_proxy_params params = { .enabled = enabled };
    LONG status;

    TRACE("enabled %d.\n", enabled);
    status = unix_call(unix_set_auto_proxy, &params);
    return call_result("engine_set_auto_proxy", status, params.result);
}

HRESULT engine_take_proxy_question(WCHAR **url)
{
    struct proxy_question_params params = {0};
    char buffer[MAX_PROXY_QUESTION];
    LONG status;
    HRESULT hr;

    params.url = address(buffer);
    params.size = sizeof(buffer);
    status = unix_call(unix_take_proxy_question, &params);
    hr = call_result("engine_take_proxy_question", status, params.result);
    return hr == S_OK ? wide_from_utf8(buffer, url) : hr;
}

HRESULT engine_answer_proxy_question(const WCHAR *url, const WCHAR *list)
{
    struct proxy_question_params params = {0};
    char *url_utf8 = NULL, *list_utf8 = NULL;
    LONG status;
    HRESULT hr;

    if (SUCCEEDED(hr = utf8_from_wide(url, &url_utf8)) && SUCCEEDED(hr = utf8_from_wide(list, &list_utf8)))
    {
        params.url = address(url_utf8);
        params.list = address(list_utf8);
        status = unix_call(unix_answer_proxy_question, &params);
        hr = call_result("engine_answer_proxy_question", status, params.result);
    }
    free(url_utf8);
    free(list_utf8);
    return hr;
}

HRESULT engine_set_roots(const struct roots *roots)
{
    struct set_roots_params params = { .roots = address(roots->bytes), .size = roots->size };
    LONG status;

    TRACE("roots %p.\n", roots);
    status = unix_call(unix_set_roots, &params);
    return call_result("engine_set_roots", status, params.result);
}

HRESULT engine_set_network(UINT32 cost)
{
    struct set_network_params params = { .cost = cost };
    LONG status;

    TRACE("cost %#x.\n", cost);
    status = unix_call(unix_set_network, &params);
    return call_result("engine_set_network", status, params.result);
}

HRESULT engine_set_policies(const struct dosvc_policy *policies, unsigned int count)
{
    struct set_policies_params params = { .policies = address(policies), .count = count };
    LONG status;

    TRACE("policies %p, count %u.\n", policies, count);
    status = unix_call(unix_set_policies, &params);
    return call_result("engine_set_policies", status, params.result);
}

HRESULT engine_get_policy(enum policy_id id, UINT64 *number, WCHAR **text, enum policy_provider *provider)
{
    struct get_policy_params params = { .id = id, .size = MAX_POLICY_TEXT };
    char *buffer;
    LONG status;
    HRESULT hr;

    if (!(buffer = malloc(MAX_POLICY_TEXT)))
        return E_OUTOFMEMORY;
    params.buffer = address(buffer);
    status = unix_call(unix_get_policy, &params);
    *text = NULL;
    if (SUCCEEDED(hr = call_result("engine_get_policy", status, params.result)) && params.has_text)
        hr = wide_from_utf8(buffer, text);
    *number = params.number;
    *provider = params.provider;
    free(buffer);
    return hr;
}

HRESULT engine_get_statistics(struct get_statistics_params *statistics)
{
    LONG status;

    memset(statistics, 0, sizeof(*statistics));
    status = unix_call(unix_get_statistics, statistics);
    return call_result("engine_get_statistics", status, statistics->result);
}

HRESULT engine_job_create(enum job_kind kind, const WCHAR *display_name, const WCHAR *owner, GUID *id)
{
    struct job_create_params params = { .kind = kind };
    char *name_utf8 = NULL, *owner_utf8 = NULL;
    LONG status;
    HRESULT hr;

    if (FAILED(hr = utf8_from_wide(display_name, &name_utf8)))
        goto done;
    if (FAILED(hr = utf8_from_wide(owner, &owner_utf8)))
        goto done;
    params.display_name = address(name_utf8);
    params.owner = address(owner_utf8);
    status = unix_call(unix_job_create, &params);
    if (SUCCEEDED(hr = call_result("engine_job_create", status, params.result)))
        *id = guid_from_id(&params.id);

done:
    free(owner_utf8);
    free(name_utf8);
    return hr;
}

HRESULT engine_job_open(const GUID *id)
{
    struct job_open_params params = { .id = id_from_guid(id) };
    LONG status;

    status = unix_call(unix_job_open, &params);
    return call_result("engine_job_open", status, params.result);
}

void engine_job_close(const GUID *id)
{
    struct job_open_params params = { .id = id_from_guid(id) };
    LONG status;

    status = unix_call(unix_job_close, &params);
    (void)call_result("engine_job_close", status, params.result); /* after a stop there is nothing left to close */
}

HRESULT engine_job_list(enum job_kind kind, GUID **ids, unsigned int *count)
{
    struct job_list_params params = { .capacity = FIRST_LIST_COUNT, .kind = kind };
    GUID *buffer, *larger;
    LONG status;
    HRESULT hr;

    if (!(buffer = malloc(params.capacity * sizeof(*buffer))))
        return E_OUTOFMEMORY;
    for (;;)
    {
        params.ids = address(buffer);
        status = unix_call(unix_job_list, &params);
        hr = call_result("engine_job_list", status, params.result);
        if (FAILED(hr) || params.count <= params.capacity)
            break;
        params.capacity = params.count;
        if (!(larger = realloc(buffer, params.capacity * sizeof(*buffer))))
        {
            hr = E_OUTOFMEMORY;
            break;
        }
        buffer = larger;
    }
    if (FAILED(hr))
    {
        free(buffer);
        return hr;
    }
    *ids = buffer;
    *count = params.count;
    return S_OK;
}

HRESULT engine_job_act(const GUID *id, enum job_action action)
{
    struct job_act_params params = { .id = id_from_guid(id), .action = action };
    LONG status;

    TRACE("id %s, action %u.\n", debugstr_guid(id), action);
    status = unix_call(unix_job_act, &params);
    return call_result("engine_job_act", status, params.result);
}

HRESULT engine_job_get_info(const GUID *id, struct job_get_info_params *info)
{
    LONG status;

    memset(info, 0, sizeof(*info));
    info->id = id_from_guid(id);
    status = unix_call(unix_job_get_info, info);
    return call_result("engine_job_get_info", status, info->result);
}

/* What may be a secret is not left behind in the heap. */
static void wipe(char *text)
{
    if (text)
        SecureZeroMemory(text, strlen(text));
    free(text);
}

/* Both kinds of string; asks again with more room as long as the string grows in the meantime. */
static HRESULT get_text(enum dosvc_unix_call code, struct get_text_params *params, WCHAR **text)
{
    char *buffer = NULL, *larger;
    LONG status;
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
        status = unix_call(code, params);
        hr = call_result("engine_get_text", status, params->result);
    } while (hr == HRESULT_FROM_WIN32(ERROR_INSUFFICIENT_BUFFER));

    if (FAILED(hr))
    {
        free(buffer);
        return hr;
    }
    hr = wide_from_utf8(buffer, text);
    wipe(buffer);
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
    LONG status;
    char *utf8;
    HRESULT hr;

    if (FAILED(hr = utf8_from_wide(text, &utf8)))
        return hr;
    params.text = address(utf8);
    status = unix_call(unix_job_set_text, &params);
    wipe(utf8);
    return call_result("engine_job_set_text", status, params.result);
}

HRESULT engine_job_get_number(const GUID *id, enum job_number which, UINT64 *value)
{
    struct job_number_params params = { .id = id_from_guid(id), .which = which };
    LONG status;
    HRESULT hr;

    status = unix_call(unix_job_get_number, &params);
    if (SUCCEEDED(hr = call_result("engine_job_get_number", status, params.result)))
        *value = params.value;
    return hr;
}

HRESULT engine_job_set_number(const GUID *id, enum job_number which, UINT64 value)
{
    struct job_number_params params = { .id = id_from_guid(id), .which = which, .value = value };
    LONG status;

    status = unix_call(unix_job_set_number, &params);
    return call_result("engine_job_set_number", status, params.result);
}

HRESULT engine_job_set_credentials(const GUID *id, enum credential_target target, enum credential_scheme scheme,
                                   const WCHAR *user, const WCHAR *password)
{
    struct job_credentials_params params = { .id = id_from_guid(id), .target = target, .scheme = scheme };
    char *user_utf8 = NULL, *password_utf8 = NULL;
    LONG status;
    HRESULT hr;

    if (FAILED(hr = utf8_from_wide(user, &user_utf8)))
        goto done;
    if (FAILED(hr = utf8_from_wide(password, &password_utf8)))
        goto done;
    params.user = address(user_utf8);
    params.password = address(password_utf8);
    status = unix_call(unix_job_set_credentials, &params);
    hr = call_result("engine_job_set_credentials", status, params.result);

done:
    wipe(password_utf8);
    wipe(user_utf8);
    return hr;
}

HRESULT engine_job_remove_credentials(const GUID *id, enum credential_target target, enum credential_scheme scheme)
{
    struct job_credentials_params params = { .id = id_from_guid(id), .target = target, .scheme = scheme };
    LONG status;

    status = unix_call(unix_job_remove_credentials, &params);
    return call_result("engine_job_remove_credentials", status, params.result);
}

HRESULT engine_job_set_proxy(const GUID *id, enum proxy_usage usage, const WCHAR *list, const WCHAR *bypass)
{
    struct job_set_proxy_params params = { .id = id_from_guid(id), .usage = usage };
    char *list_utf8 = NULL, *bypass_utf8 = NULL;
    LONG status;
    HRESULT hr;

    if (FAILED(hr = utf8_from_wide(list, &list_utf8)))
        goto done;
    if (FAILED(hr = utf8_from_wide(bypass, &bypass_utf8)))
        goto done;
    params.list = address(list_utf8);
    params.bypass = address(bypass_utf8);
    status = unix_call(unix_job_set_proxy, &params);
    hr = call_result("engine_job_set_proxy", status, params.result);

done:
    free(bypass_utf8);
    free(list_utf8);
    return hr;
}

HRESULT engine_job_replace_prefix(const GUID *id, const WCHAR *old_prefix, const WCHAR *new_prefix)
{
    struct job_replace_prefix_params params = { .id = id_from_guid(id) };
    char *old_utf8 = NULL, *new_utf8 = NULL;
    LONG status;
    HRESULT hr;

    if (FAILED(hr = utf8_from_wide(old_prefix, &old_utf8)))
        goto done;
    if (FAILED(hr = utf8_from_wide(new_prefix, &new_utf8)))
        goto done;
    params.old_prefix = address(old_utf8);
    params.new_prefix = address(new_utf8);
    status = unix_call(unix_job_replace_prefix, &params);
    hr = call_result("engine_job_replace_prefix", status, params.result);

done:
    free(new_utf8);
    free(old_utf8);
    return hr;
}

HRESULT engine_job_add_files(const GUID *id, const struct dosvc_file *files, unsigned int count)
{
    struct job_add_files_params params = { .id = id_from_guid(id), .files = address(files), .count = count };
    LONG status;

    status = unix_call(unix_job_add_files, &params);
    return call_result("engine_job_add_files", status, params.result);
}

HRESULT engine_job_add_file(const GUID *id, const struct dosvc_file *file, unsigned int *index)
{
    struct job_add_files_params params = { .id = id_from_guid(id), .files = address(file), .count = 1 };
    LONG status;
    HRESULT hr;

    status = unix_call(unix_job_add_files, &params);
    if (SUCCEEDED(hr = call_result("engine_job_add_file", status, params.result)))
        *index = params.index;
    return hr;
}

HRESULT engine_job_get_error(const GUID *id, struct job_get_error_params *error)
{
    LONG status;

    memset(error, 0, sizeof(*error));
    error->id = id_from_guid(id);
    status = unix_call(unix_job_get_error, error);
    return call_result("engine_job_get_error", status, error->result);
}

HRESULT engine_job_take_transferred_file(const GUID *id, unsigned int *index)
{
    struct job_take_transferred_file_params params = { .id = id_from_guid(id) };
    LONG status;
    HRESULT hr;

    status = unix_call(unix_job_take_transferred_file, &params);
    hr = call_result("engine_job_take_transferred_file", status, params.result);
    if (hr == S_OK)
        *index = params.file_index;
    return hr;
}

HRESULT engine_file_get_info(const GUID *id, unsigned int index, struct file_get_info_params *info)
{
    LONG status;

    memset(info, 0, sizeof(*info));
    info->id = id_from_guid(id);
    info->file_index = index;
    status = unix_call(unix_file_get_info, info);
    return call_result("engine_file_get_info", status, info->result);
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
    LONG status;
    HRESULT hr;

    /* The ranges of a file never change: the second call finds what the first one counted. */
    status = unix_call(unix_file_get_ranges, &params);
    if (FAILED(hr = call_result("engine_file_get_ranges", status, params.result)))
        return hr;
    if ((room = params.count))
    {
        if (!(buffer = CoTaskMemAlloc(room * sizeof(*buffer))))
            return E_OUTOFMEMORY;
        params.ranges = address(buffer);
        status = unix_call(unix_file_get_ranges, &params);
        if (SUCCEEDED(hr = call_result("engine_file_get_ranges", status, params.result)) && params.count != room)
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
    LONG status;
    char *utf8;
    HRESULT hr;

    if (FAILED(hr = utf8_from_wide(url, &utf8)))
        return hr;
    params.url = address(utf8);
    status = unix_call(unix_file_set_url, &params);
    free(utf8);
    return call_result("engine_file_set_url", status, params.result);
}

HRESULT engine_file_set_path(const GUID *id, unsigned int index, const WCHAR *local_name, const char *path)
{
    struct file_set_path_params params = { .id = id_from_guid(id), .path = address(path), .file_index = index };
    LONG status;
    char *utf8;
    HRESULT hr;

    if (FAILED(hr = utf8_from_wide(local_name, &utf8)))
        return hr;
    params.local_name = address(utf8);
    status = unix_call(unix_file_set_path, &params);
    free(utf8);
    return call_result("engine_file_set_path", status, params.result);
}

HRESULT engine_file_get_number(const GUID *id, unsigned int index, enum file_number which, UINT64 *value)
{
    struct file_number_params params = { .id = id_from_guid(id), .file_index = index, .which = which };
    LONG status;
    HRESULT hr;

    status = unix_call(unix_file_get_number, &params);
    if (SUCCEEDED(hr = call_result("engine_file_get_number", status, params.result)))
        *value = params.value;
    return hr;
}

HRESULT engine_file_set_number(const GUID *id, unsigned int index, enum file_number which, UINT64 value)
{
    struct file_number_params params =
    {
        .id = id_from_guid(id), .file_index = index, .which = which, .value = value,
    };
    LONG status;

    status = unix_call(unix_file_set_number, &params);
    return call_result("engine_file_set_number", status, params.result);
}

HRESULT engine_file_set_text(const GUID *id, unsigned int index, enum file_text which, const WCHAR *text)
{
    struct file_set_text_params params = { .id = id_from_guid(id), .file_index = index, .which = which };
    LONG status;
    char *utf8;
    HRESULT hr;

    if (FAILED(hr = utf8_from_wide(text, &utf8)))
        return hr;
    params.text = address(utf8);
    status = unix_call(unix_file_set_text, &params);
    if (utf8)
        SecureZeroMemory(utf8, strlen(utf8)); /* it may hold a key */
    free(utf8);
    return call_result("engine_file_set_text", status, params.result);
}

HRESULT engine_file_get_stats(const GUID *id, unsigned int index, struct file_get_stats_params *stats)
{
    LONG status;

    memset(stats, 0, sizeof(*stats));
    stats->id = id_from_guid(id);
    stats->file_index = index;
    status = unix_call(unix_file_get_stats, stats);
    return call_result("engine_file_get_stats", status, stats->result);
}

HRESULT engine_file_set_stream(const GUID *id, unsigned int index)
{
    struct file_set_stream_params params = { .id = id_from_guid(id), .file_index = index };
    LONG status;

    status = unix_call(unix_file_set_stream, &params);
    return call_result("engine_file_set_stream", status, params.result);
}

HRESULT engine_file_clear_stream(const GUID *id, unsigned int index)
{
    struct file_set_stream_params params = { .id = id_from_guid(id), .file_index = index };
    LONG status;

    status = unix_call(unix_file_clear_stream, &params);
    return call_result("engine_file_clear_stream", status, params.result);
}

HRESULT engine_stream_read(const GUID *id, unsigned int index, void *buffer, unsigned int size, unsigned int *read)
{
    struct stream_read_params params =
    {
        .id = id_from_guid(id), .buffer = address(buffer), .size = size, .file_index = index,
    };
    LONG status;
    HRESULT hr;

    status = unix_call(unix_stream_read, &params);
    if (SUCCEEDED(hr = call_result("engine_stream_read", status, params.result)))
        *read = params.read;
    return hr;
}

HRESULT engine_stream_taken(const GUID *id, unsigned int index, unsigned int count, HRESULT client_result)
{
    struct stream_taken_params params =
    {
        .id = id_from_guid(id), .file_index = index, .count = count, .client_result = client_result,
    };
    LONG status;

    status = unix_call(unix_stream_taken, &params);
    return call_result("engine_stream_taken", status, params.result);
}

HRESULT engine_file_set_valid(const GUID *id, unsigned int index, BOOL valid)
{
    struct file_set_valid_params params = { .id = id_from_guid(id), .file_index = index, .valid = valid };
    LONG status;

    status = unix_call(unix_file_set_valid, &params);
    return call_result("engine_file_set_valid", status, params.result);
}

HRESULT engine_download_start(const GUID *id, const DO_DOWNLOAD_RANGE *ranges, unsigned int count)
{
    struct download_start_params params = { .id = id_from_guid(id), .ranges = address(ranges), .count = count };
    LONG status;

    status = unix_call(unix_download_start, &params);
    return call_result("engine_download_start", status, params.result);
}

/* Asks again with more room as long as there are more downloads in the meantime. */
static HRESULT find_downloads(struct download_find_params *params, GUID **ids)
{
    GUID *buffer = NULL, *larger;
    LONG status;
    HRESULT hr;

    params->count = FIRST_LIST_COUNT;
    do
    {
        params->capacity = params->count;
        if (!(larger = realloc(buffer, params->capacity * sizeof(*buffer))))
        {
            free(buffer);
            return E_OUTOFMEMORY;
        }
        buffer = larger;
        params->ids = address(buffer);
        status = unix_call(unix_download_find, params);
        hr = call_result("engine_download_find", status, params->result);
    } while (SUCCEEDED(hr) && params->count > params->capacity);

    if (FAILED(hr))
        free(buffer);
    else
        *ids = buffer;
    return hr;
}

HRESULT engine_download_find(enum download_property property, const WCHAR *value, GUID **ids, unsigned int *count)
{
    struct download_find_params params = { .property = property };
    char *value_utf8;
    HRESULT hr;

    if (FAILED(hr = utf8_from_wide(value, &value_utf8)))
        return hr;
    params.value = address(value_utf8);
    if (SUCCEEDED(hr = find_downloads(&params, ids)))
        *count = params.count;
    free(value_utf8);
    return hr;
}

HRESULT engine_job_wait(const GUID *id)
{
    struct job_open_params params = { .id = id_from_guid(id) };
    LONG status;

    status = unix_call(unix_job_wait, &params);
    return call_result("engine_job_wait", status, params.result);
}

HRESULT engine_job_set_certificate(const GUID *id, const BYTE *certificate, unsigned int certificate_size,
                                   const BYTE *key, unsigned int key_size)
{
    struct job_set_certificate_params params =
    {
        .id = id_from_guid(id), .certificate = address(certificate), .key = address(key),
        .certificate_size = certificate_size, .key_size = key_size,
    };
    LONG status;

    status = unix_call(unix_job_set_certificate, &params);
    return call_result("engine_job_set_certificate", status, params.result);
}
