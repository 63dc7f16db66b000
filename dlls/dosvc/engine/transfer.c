/*
 * One HTTP request for a run of bytes of a file.
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


/* Runs on threads of the engine, which are unknown to Wine: no Wine call here. */

#include "config.h"

#include <errno.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "custom_headers.h"
#include "engine_private.h"
#include "proxy.h"
#include "tls.h"
#include "transfer.h"
#include "url.h"

static void transfer_work(struct work *work, bool final);

/* NULL also when libcurl shall look at the environment itself; *failed tells want of memory. */
static char *transfer_choose_proxy(struct engine *engine, const struct job *job, const char *url, bool *failed)
{
    const char *list = engine->proxy_list, *bypass = engine->proxy_bypass, *choice = "";
    char buffer[512], *proxy;

    if (job->proxy_usage == PROXY_OVERRIDE)
    {
        list = job->texts[JOB_TEXT_PROXY_LIST];
        bypass = job->texts[JOB_TEXT_PROXY_BYPASS];
    }
    if (job->proxy_usage != PROXY_NONE)
    {
        switch (proxy_for_url(list, bypass, url, buffer, sizeof(buffer)))
        {
        case PROXY_CHOICE_UNSET:
            return NULL;
        case PROXY_CHOICE_USE:
            choice = buffer;
            break;
        case PROXY_CHOICE_DIRECT:
            break;
        }
    }
    proxy = strdup(choice);
    *failed = !proxy;
    return proxy;
}

/* The run of missing bytes that begins at the storage offset, as far as one request can fetch it. */
static void transfer_plan(struct transfer *transfer, const struct file *file, uint64_t storage_offset)
{
    struct extent gap;

    transfer->storage_offset = storage_offset;
    transfer->length = ENGINE_SIZE_UNKNOWN;
    (void)range_list_map(file->ranges, file->range_count, file->size, storage_offset, &transfer->content_offset,
                         &transfer->length);
    if (extent_list_find_gap(&file->extents, storage_offset, UINT64_MAX, &gap)
        && gap.end - gap.start < transfer->length)
    {
        transfer->length = gap.end - gap.start;
        transfer->partial = gap.end != UINT64_MAX;
    }
    transfer->ranged = file->range_count != 0;
    transfer->fresh = !file->extents.count;
}

struct transfer *transfer_create(struct engine *engine, struct file *file, uint64_t storage_offset)
{
    struct transfer *transfer;
    bool failed = false;

    if (!(transfer = calloc(1, sizeof(*transfer))))
        return NULL;
    work_init(&transfer->work, transfer_work);
    transfer->engine = engine;
    transfer->file = file;
    transfer->stream = integrity_spools(file) ? NULL : file->stream;
    transfer->fd = -1;
    atomic_init(&transfer->expected, 0);
    atomic_init(&transfer->written, 0);
    atomic_init(&transfer->skipped, 0);
    atomic_init(&transfer->cancelled, false);
    atomic_init(&transfer->background, !job_is_foreground(file->job));
    transfer_plan(transfer, file, storage_offset);
    transfer->avoid = file->avoid;
    transfer->url = source_choose(engine, file, &transfer->cache);
    if (file->temp_path)
        transfer->temp_path = strdup(file->temp_path);
    transfer->proxy = transfer_choose_proxy(engine, file->job, transfer->url ? transfer->url : file->url, &failed);
    transfer->outcome.https = url_is_https(file->url);
    failed = !http_options_init(&transfer->options, file->job) || failed;
    if (transfer->cache)
        http_options_strip(&transfer->options);
    if (!transfer->url || !file->temp_path != !transfer->temp_path || failed)
    {
        transfer_free(transfer);
        return NULL;
    }
    transfer->thread = transfer_pool_choose(engine->transfers);
    file->transfer = transfer;
    file->job->transfer_count++;
    engine->transfer_count++;
    job_addref(file->job);
    return transfer;
}

void transfer_free(struct transfer *transfer)
{
    if (transfer->fd != -1)
        close(transfer->fd);
    if (transfer->thread)
        transfer_thread_drop(transfer->thread);
    free(transfer->url);
    free(transfer->cache);
    free(transfer->temp_path);
    free(transfer->proxy);
    free(transfer->redirect_target);
    free(transfer->header_text);
    custom_headers_free(transfer->headers);
    http_options_cleanup(&transfer->options);
    free(transfer);
}

void transfer_count_bytes(struct transfer *transfer)
{
    uint64_t bytes = transfer_uncounted_bytes(transfer);

    transfer->file->numbers[FILE_NUMBER_BYTES_FROM_HTTP] += bytes;
    transfer->engine->bytes_received += bytes;
    if (bytes && source_is_cache(transfer))
    {
        transfer->file->numbers[FILE_NUMBER_BYTES_FROM_CACHE] += bytes;
        transfer->engine->bytes_received_cache += bytes;
    }
    if (transfer->file->job->numbers[JOB_NUMBER_PRIORITY] == JOB_PRIORITY_FOREGROUND)
        transfer->engine->bytes_received_foreground += bytes;
    transfer->counted += bytes;
}

void transfer_set_flowing(struct transfer *transfer, bool flowing)
{
    struct engine *engine = transfer->engine;
    struct job *job = transfer->file->job;

    if (flowing == transfer->flowing)
        return;
    transfer->flowing = flowing;
    transfer->flowing_since = clock_now_ms();
    job->flowing_count += flowing ? 1 : -1u;
    if (source_is_cache(transfer))
    {
        transfer->file->cache_flowing += flowing ? 1 : -1u;
        engine->cache_flowing += flowing ? 1 : -1u;
    }
    if (job_is_foreground(job))
        engine_count_foreground(engine, flowing ? 1 : -1);
}

bool transfer_must_yield(const struct transfer *transfer, uint64_t now)
{
    return atomic_load_explicit(&transfer->engine->yield, memory_order_relaxed)
           && atomic_load_explicit(&transfer->background, memory_order_relaxed) && now < transfer->trickle_at;
}

void transfer_start(struct transfer *transfer)
{
    work_submit(transfer->engine->work, &transfer->work);
}

void transfer_cancel(struct transfer *transfer)
{
    if (!atomic_exchange(&transfer->cancelled, true))
        transfer_thread_check(transfer->thread);
}

uint64_t transfer_uncounted_bytes(const struct transfer *transfer)
{
    return atomic_load(&transfer->written) + atomic_load(&transfer->skipped) - transfer->counted;
}

uint64_t transfer_duration(const struct transfer *transfer)
{
    return transfer->flowing ? clock_now_ms() - transfer->flowing_since : 0;
}

uint64_t transfer_unsynced_bytes(const struct transfer *transfer)
{
    return atomic_load(&transfer->written) - transfer->synced;
}

static void transfer_begin(struct transfer *transfer)
{
    int error = 0;

    transfer->opened = true;
    if (!transfer->stream && !transfer->temp_path)
        error = integrity_open_sink(transfer->engine, transfer->file, &transfer->fd);
    else if (!transfer->stream)
        error = temp_file_open(&transfer->file->temp, transfer->temp_path, transfer->fresh,
                               transfer->fresh ? 0 : transfer->storage_offset, &transfer->fd);
    if (!error)
    {
        transfer_thread_add(transfer->thread, transfer);
        return;
    }
    transfer->outcome.disk_failed = true;
    transfer->outcome.os_error = error;
    work_submit_final(transfer->engine->work, &transfer->work);
}

/* Makes sure of the bytes that are written, then counts them as being here. Gives 0 or an errno. */
static int transfer_sync(struct transfer *transfer)
{
    struct engine *engine = transfer->engine;
    struct file *file = transfer->file;
    uint64_t written = atomic_load(&transfer->written), start = transfer->storage_offset + transfer->synced;
    int error = 0;

    if (written == transfer->synced)    /* changed by this thread only */
        return 0;
    if (transfer->temp_path && (error = temp_file_sync(&file->temp, transfer->fd, transfer->temp_path)))
        return error;
    pthread_mutex_lock(&engine->lock);
    if (extent_list_add(&file->extents, start, transfer->storage_offset + written))
    {
        transfer->synced = written;
        file->job->modification_time = clock_filetime();
        transfer_count_bytes(transfer);
        if (!transfer->stream)
            saver_mark_file(engine, file);
        progress_check_step(engine, file->job);
        integrity_extent_added(engine, file, start, transfer->storage_offset + written, transfer->cache);
    }
    else
    {
        error = ENOMEM;
    }
    pthread_mutex_unlock(&engine->lock);
    return error;
}

/* A sync in between that fails makes the following ones fail; the last one counts. */
static void transfer_work(struct work *work, bool final)
{
    struct transfer *transfer = (struct transfer *)work; /* its first member */
    int error = 0;

    if (!transfer->opened)
    {
        transfer_begin(transfer);
        return;
    }
    if (transfer->fd != -1 || transfer->stream)
        error = transfer_sync(transfer);
    if (!final)
        return;
    if (error)
    {
        transfer->outcome.disk_failed = true;
        transfer->outcome.os_error = error;
    }
    scheduler_transfer_ended(transfer->engine, transfer);
}

void transfer_sync_if_due(struct transfer *transfer, uint64_t now)
{
    uint64_t written = atomic_load_explicit(&transfer->written, memory_order_relaxed);
    uint64_t fresh = written - transfer->sync_requested;

    if (!fresh || (fresh < transfer->sync_step && now < transfer->sync_requested_at + TRANSFER_SYNC_MS))
        return;
    transfer->sync_requested = written;
    transfer->sync_requested_at = now;
    work_submit(transfer->engine->work, &transfer->work);
}

static size_t transfer_header(char *line, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t length = size * count;

    while (length && (line[length - 1] == '\n' || line[length - 1] == '\r'))
        length--;
    response_header(transfer, line, length);
    return size * count;
}

static void transfer_note_address(struct transfer *transfer)
{
    char *address = NULL;

    if (!curl_easy_getinfo(transfer->easy, CURLINFO_PRIMARY_IP, &address) && address)
        snprintf(transfer->address, sizeof(transfer->address), "%s", address);
}

/* A disk that has no room is told before the bytes come, not after most of them have. */
static void transfer_reserve(struct transfer *transfer)
{
    uint64_t expected = atomic_load(&transfer->expected);
    int error;

    if (!transfer->accepted || !transfer->temp_path)
        return;
    if (!(error = temp_file_reserve(transfer->fd, transfer->storage_offset + expected, true)))
        return;
    transfer->accepted = false;
    transfer->outcome.disk_failed = true;
    transfer->outcome.os_error = error;
}

static void transfer_start_body(struct transfer *transfer)
{
    uint64_t step;

    transfer->body_started = true;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &transfer->response.status);
    transfer_note_address(transfer);
    response_check(transfer);
    transfer_reserve(transfer);
    step = atomic_load(&transfer->expected) / TRANSFER_SYNC_PART;
    if (step < TRANSFER_SYNC_MIN)
        step = TRANSFER_SYNC_MIN;
    transfer->sync_step = step > TRANSFER_SYNC_MAX ? TRANSFER_SYNC_MAX : step;
    transfer->sync_requested_at = clock_now_ms();
}

/* A short error page is read to its end, so that the connection can serve the next request. */
static size_t transfer_drain(struct transfer *transfer, size_t length)
{
    transfer->drained += length;
    if (transfer->restart || transfer->outcome.protocol_error || transfer->outcome.disk_failed
        || transfer->drained > TRANSFER_DRAIN_MAX)
        return CURL_WRITEFUNC_ERROR;
    return length;
}

static bool transfer_write(struct transfer *transfer, const char *data, size_t length)
{
    uint64_t written = atomic_load_explicit(&transfer->written, memory_order_relaxed);
    ssize_t ret;

    while (length)
    {
        ret = pwrite(transfer->fd, data, length, (off_t)(transfer->storage_offset + written));
        if (ret < 0 && errno == EINTR)
            continue;
        if (ret <= 0)
        {
            transfer->outcome.disk_failed = true;
            transfer->outcome.os_error = ret ? errno : ENOSPC;
            return false;
        }
        data += ret;
        length -= (size_t)ret;
        written += (uint64_t)ret;
        atomic_store_explicit(&transfer->written, written, memory_order_release);
    }
    return true;
}

/* False: the stream is full, and the same bytes are to come again. */
static bool transfer_deliver(struct transfer *transfer, const char *data, size_t length)
{
    struct engine *engine = transfer->engine;
    bool tell;

    transfer->paused = !stream_append(transfer->stream, data, length, &tell);
    if (!transfer->paused)
        atomic_fetch_add(&transfer->written, length);
    if (tell)
    {
        pthread_mutex_lock(&engine->lock);
        event_queue(engine, transfer->file->job, EVENT_STREAM_DATA);
        pthread_mutex_unlock(&engine->lock);
    }
    return !transfer->paused;
}

/*
 * Whether the bytes that came are to come again later. Some are let through now and then, so that neither the server
 * nor we take the connection for dead.
 */
static bool transfer_yields(struct transfer *transfer)
{
    uint64_t now;

    if (!atomic_load_explicit(&transfer->engine->yield, memory_order_relaxed))
        return false;
    now = clock_now_ms();
    if ((transfer->yielding = transfer_must_yield(transfer, now)))
        return true;
    transfer->trickle_at = now + TRANSFER_TRICKLE_MS;
    return false;
}

size_t transfer_body(char *data, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t length = size * count, skip;

    if (!transfer->body_started)
        transfer_start_body(transfer);
    if (!transfer->accepted)
        return transfer_drain(transfer, length);
    if (atomic_load_explicit(&transfer->cancelled, memory_order_relaxed))
        return CURL_WRITEFUNC_ERROR;
    if (transfer_yields(transfer))
        return CURL_WRITEFUNC_PAUSE;
    skip = length < transfer->skip ? length : (size_t)transfer->skip;
    if (length - skip > atomic_load(&transfer->expected) - atomic_load(&transfer->written))
    {
        transfer->outcome.protocol_error = DO_E_HTTP_BLOCKSIZE_MISMATCH;
        return CURL_WRITEFUNC_ERROR;
    }
    if (transfer->stream)
    {
        if (!transfer_deliver(transfer, data + skip, length - skip))
            return CURL_WRITEFUNC_PAUSE;
        transfer->skip -= skip;
        atomic_fetch_add(&transfer->skipped, skip);
    }
    else if (!transfer_write(transfer, data, length))
    {
        return CURL_WRITEFUNC_ERROR;
    }
    if (atomic_load(&transfer->written) - transfer->sync_requested >= transfer->sync_step)
        transfer_sync_if_due(transfer, clock_now_ms());
    return length;
}

int32_t transfer_setup(struct transfer *transfer, CURL *easy)
{
    CURLcode ret;

    if ((ret = transfer_set_options(transfer, easy))
        || (ret = curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error_text))
        || (ret = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, transfer_header))
        || (ret = curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer))
        || (ret = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, transfer_take_body))
        || (ret = curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer))
        || (ret = curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer)))
    {
        transfer->outcome.curl = ret;
        return E_OUTOFMEMORY;
    }
    transfer->easy = easy;
    transfer_reset_limit(transfer);
    return S_OK;
}

static void transfer_collect_outcome(struct transfer *transfer, CURLcode result)
{
    struct outcome *outcome = &transfer->outcome;
    long os_error = 0, tunnel_status = 0;

    outcome->curl = result;
    if (!transfer->easy)
        return;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &outcome->http_status);
    curl_easy_getinfo(transfer->easy, CURLINFO_HTTP_CONNECTCODE, &tunnel_status);
    if (!outcome->http_status && tunnel_status >= 400)  /* a proxy that gives no tunnel says why */
        outcome->http_status = tunnel_status;
    curl_easy_getinfo(transfer->easy, CURLINFO_SSL_VERIFYRESULT, &outcome->verify_result);
    curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &os_error);
    outcome->certificate_missing = tls_wants_certificate(result, transfer->error_text);
    outcome->retry_after = transfer->response.retry_after;
    if (!outcome->disk_failed)
        outcome->os_error = (int)os_error;
}

/* A response without a body has not been looked at yet; one with a body must have given all of it. */
void transfer_conclude(struct transfer *transfer, CURLcode result)
{
    transfer_collect_outcome(transfer, result);
    if (transfer->easy && !transfer->body_started)
        transfer_note_address(transfer);
    if (result == CURLE_OK && !transfer->body_started)
        transfer_start_body(transfer);
    if (result == CURLE_OK && transfer->accepted
        && atomic_load(&transfer->written) != atomic_load(&transfer->expected))
        transfer->outcome.curl = CURLE_PARTIAL_FILE;
    transfer->easy = NULL;
}

void transfer_hand_back(struct transfer *transfer)
{
    work_submit_final(transfer->engine->work, &transfer->work);
}
