/*
 * What the answer of a server means for a transfer.
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


/* Runs on transfer threads, which are unknown to Wine: no Wine call here. */

#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "engine_private.h"
#include "fetch.h"
#include "transfer.h"
#include "validator.h"

static void response_keep(char *buffer, size_t room, const char *value, size_t length)
{
    if (length >= room || memchr(value, 0, length))
        length = 0;
    memcpy(buffer, value, length);
    buffer[length] = 0;
}

/* A new status line: of a redirect's target, or after a 1xx. What the one before said is void. */
static void response_reset(struct transfer *transfer)
{
    memset(&transfer->response, 0, sizeof(transfer->response));
    transfer->response.content_length = ENGINE_SIZE_UNKNOWN;
    transfer->response.parts = FETCH_PARTS_UNKNOWN;
    transfer->header_length = 0;
}

static void header_text_append(struct transfer *transfer, const char *line, size_t length)
{
    char *text = transfer->header_text + transfer->header_length;
    size_t i;

    for (i = 0; i < length; i++)
        text[i] = (line[i] >= ' ' && line[i] < 0x7f) || line[i] == '\t' ? line[i] : '?';
    memcpy(text + length, "\r\n", 3);
    transfer->header_length += length + 2;
}

/* Headers that come when there is no room any more are left out. Room is kept for the empty line and the zero. */
static void response_collect(struct transfer *transfer, const char *line, size_t length)
{
    if (transfer->response.ended)
        return;
    transfer->response.ended = !length;
    if (!transfer->header_text && !(transfer->header_text = malloc(TRANSFER_HEADERS_MAX)))
        return;
    if (transfer->header_length + length + 2 + (length ? 2 : 0) < TRANSFER_HEADERS_MAX)
        header_text_append(transfer, line, length);
}

static enum fetch_parts accept_ranges_parse(const char *value, size_t length)
{
    if (length == 5 && !strncasecmp(value, "bytes", 5))
        return FETCH_PARTS_GIVEN;
    return length == 4 && !strncasecmp(value, "none", 4) ? FETCH_PARTS_NONE : FETCH_PARTS_UNKNOWN;
}

void response_header(struct transfer *transfer, const char *line, size_t length)
{
    struct response *response = &transfer->response;
    struct content_range range;
    const char *value;
    size_t size;

    if (length >= 5 && !memcmp(line, "HTTP/", 5))
    {
        response_reset(transfer);
        return;
    }
    response_collect(transfer, line, length);
    if (http_header_match(line, length, "Content-Length", &value, &size))
        (void)http_number_parse(value, size, &response->content_length); /* unknown if it is malformed */
    else if (http_header_match(line, length, "ETag", &value, &size))
        response_keep(response->etag, sizeof(response->etag), value, size);
    else if (http_header_match(line, length, "Last-Modified", &value, &size))
        response_keep(response->last_modified, sizeof(response->last_modified), value, size);
    else if (http_header_match(line, length, "Location", &value, &size))
        response_keep(response->location, sizeof(response->location), value, size);
    else if (http_header_match(line, length, "Accept-Ranges", &value, &size))
        response->parts = accept_ranges_parse(value, size);
    else if (http_header_match(line, length, "Retry-After", &value, &size))
        (void)retry_after_parse(value, size, time(NULL), TRANSFER_RETRY_AFTER_MAX, &response->retry_after);
    else if (http_header_match(line, length, "Content-Range", &value, &size))
    {
        response->range.present = true;
        response->range.valid = content_range_parse(value, size, &range);
        if (response->range.valid)
        {
            response->range.first = range.first;
            response->range.last = range.last;
            response->range.total = range.total;
        }
    }
}

/* Whether a response speaks of another version of the file than the one of which bytes are here. */
static bool response_changed(const struct response *response, const struct file *file, uint64_t total)
{
    if (!file->extents.count && !file->etag && !file->last_modified)
        return false;
    if (file->size != ENGINE_SIZE_UNKNOWN && total != file->size)
        return true;
    return validators_differ(file->etag, file->last_modified, response->etag, response->last_modified);
}

static int32_t response_keep_validators(const struct response *response, struct file *file)
{
    char *etag = NULL, *last_modified = NULL;

    /* What one source does not tell, another one may have told; what the first has told stays. */
    if ((etag_is_better(file->etag, response->etag) && !(etag = strdup(response->etag)))
        || (last_modified_is_better(file->last_modified, response->last_modified)
            && !(last_modified = strdup(response->last_modified))))
    {
        free(etag);
        return E_OUTOFMEMORY;
    }
    if (etag)
    {
        free(file->etag);
        file->etag = etag;
    }
    if (last_modified)
    {
        free(file->last_modified);
        file->last_modified = last_modified;
    }
    return S_OK;
}

void response_publish(struct transfer *transfer)
{
    char *address, *target = NULL;
    struct file *file = transfer->file;

    if (!transfer->header_text || !transfer->header_length)
        return;
    address = strdup(transfer->address);
    if (transfer->redirect_target)
        target = strdup(transfer->redirect_target);
    file_forget_response(file);
    if (!address || !transfer->redirect_target != !target
        || !(file->response = calloc(1, sizeof(*file->response))))
    {
        free(address);
        free(target);
        return;
    }
    file->response->headers = transfer->header_text;
    file->response->address = address;
    file->response->redirect_target = target;
    transfer->header_text = NULL;
    transfer->header_length = 0;
}

/* The response is good: the job transfers. Gives the number of bytes that are to come. */
static int32_t response_accept(struct transfer *transfer, uint64_t total)
{
    const struct response *response = &transfer->response;
    struct engine *engine = transfer->engine;
    struct file *file = transfer->file;
    struct job *job = file->job;
    uint64_t length = transfer->length, available = total - transfer->content_offset;
    int32_t hr = S_OK;

    pthread_mutex_lock(&engine->lock);
    if (atomic_load(&transfer->cancelled))
        hr = DO_E_INVALID_STATE;
    else if (response_changed(response, file, total))
        transfer->restart = true;
    else if (!integrity_source_is_good(file, total))
        hr = DO_E_METAINFO_FILE_SIZE;
    else if (SUCCEEDED(hr = integrity_check_size(engine, file, total, &transfer->restart)) && !transfer->restart
             && SUCCEEDED(hr = range_list_check_size(file->ranges, file->range_count, total))
             && SUCCEEDED(hr = response_keep_validators(response, file)))
    {
        transfer->promised = length < available ? length : available;
        atomic_store(&transfer->limit, transfer->promised);
        fetch_take_over(transfer->fetch, transfer);
        file->size = total;
        if (!transfer->extra)
            file->http_status = (uint32_t)response->status;
        transfer_set_flowing(transfer, true);
        (void)job_handle_event(engine, job, JOB_EVENT_DATA_FLOW);
        job->events_unsaved |= EVENT_JOB_MODIFIED;
        saver_mark_file(engine, file);
        transfer->accepted = transfer->useful = true;
        source_accepted(transfer);
        if (!transfer->extra)
            response_publish(transfer);
    }
    pthread_mutex_unlock(&engine->lock);
    return hr;
}

void response_invite(struct transfer *transfer)
{
    enum fetch_parts parts = transfer->response.status == 206 ? FETCH_PARTS_GIVEN : transfer->response.parts;

    pthread_mutex_lock(&transfer->engine->lock);
    fetch_accepted(transfer->fetch, parts, transfer_answer_ms(transfer));
    scheduler_run(transfer->engine);
    pthread_mutex_unlock(&transfer->engine->lock);
}

/* Whether the response is certainly of the version of which bytes are here: nothing else may be glued to them. */
static bool response_is_same(const struct response *response, const struct file *file)
{
    if (file->etag && etag_strong_match(file->etag, response->etag))
        return true;
    return file->last_modified && !strcmp(file->last_modified, response->last_modified);
}

/* What a client has is not to be delivered again: the rest is, if this is the same version. */
static int32_t response_continue_stream(struct transfer *transfer)
{
    bool same;

    pthread_mutex_lock(&transfer->engine->lock);
    same = response_is_same(&transfer->response, transfer->file);
    pthread_mutex_unlock(&transfer->engine->lock);
    if (!same || transfer->response.content_length == ENGINE_SIZE_UNKNOWN
        || transfer->response.content_length < transfer->content_offset)
    {
        transfer->restart = true;
        return S_OK;
    }
    transfer->skip = transfer->content_offset;
    return response_accept(transfer, transfer->response.content_length);
}

/* The server ignored the range of the request, or there was none. */
static int32_t response_check_200(struct transfer *transfer)
{
    if (transfer->ranged)
        return DO_E_INSUFFICIENT_RANGE_SUPPORT;
    if (transfer->extra)
    {
        transfer->refused = true;
        return S_OK;
    }
    if (transfer->content_offset && transfer->stream)
        return response_continue_stream(transfer);
    if (transfer->content_offset || transfer->partial)
    {
        transfer->restart = true;
        return S_OK;
    }
    if (transfer->response.content_length == ENGINE_SIZE_UNKNOWN)
        return DO_E_FILE_SIZE_UNKNOWN_HTTP_200;
    return response_accept(transfer, transfer->response.content_length);
}

static int32_t response_check_206(struct transfer *transfer)
{
    const struct content_range_field *range = &transfer->response.range;
    uint64_t last;

    if (!range->valid || range->first == ENGINE_SIZE_UNKNOWN)
        return range->present ? DO_E_HTTP_BLOCKSIZE_MISMATCH : DO_E_FILE_SIZE_UNKNOWN_HTTP_206;
    if (range->total == ENGINE_SIZE_UNKNOWN)
        return DO_E_FILE_SIZE_UNKNOWN_HTTP_206;
    if (range->first != transfer->content_offset)
        return DO_E_HTTP_BLOCKSIZE_MISMATCH;
    last = range->total - 1;
    if (transfer->length != ENGINE_SIZE_UNKNOWN && transfer->length <= last - range->first)
        last = range->first + transfer->length - 1;
    if (range->last != last)
        return DO_E_HTTP_BLOCKSIZE_MISMATCH;
    return response_accept(transfer, range->total);
}

/* The rest that was asked for does not exist: the file has become shorter, unless the client wanted it so. */
static void response_check_416(struct transfer *transfer)
{
    if (!transfer->ranged && transfer->content_offset)
        transfer->restart = true;
}

void response_check(struct transfer *transfer)
{
    int32_t hr = S_OK;

    switch (transfer->response.status)
    {
    case 200:
        hr = response_check_200(transfer);
        break;
    case 206:
        hr = response_check_206(transfer);
        break;
    case 416:
        response_check_416(transfer);
        break;
    }
    if (FAILED(hr))
        transfer->outcome.protocol_error = hr;
}
