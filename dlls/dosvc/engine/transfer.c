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
#include <utlist.h>

#include "custom_headers.h"
#include "engine_private.h"
#include "fetch.h"
#include "proxy.h"
#include "tls.h"
#include "transfer.h"
#include "url.h"

static void transfer_work(struct work *work, bool final);

/* NULL also when libcurl shall look at the environment itself; *failed tells want of memory. */
static char *transfer_choose_proxy(struct engine *engine, const struct job *job, const char *url, bool *failed)
{
    const char *list = engine->proxy_list, *bypass = engine->proxy_bypass, *choice = "", *script;
    bool direct = job->proxy_usage == PROXY_NONE;
    char buffer[512], *proxy;

    if (job->proxy_usage == PROXY_OVERRIDE)
    {
        list = job->texts[JOB_TEXT_PROXY_LIST];
        bypass = job->texts[JOB_TEXT_PROXY_BYPASS];
    }
    else if (!direct && (script = auto_proxy_find(engine, job, url)))
    {
        list = script;
        bypass = NULL;
        direct = !*script;
    }
    if (!direct)
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

/*
 * The kernel lets one thread at a time write to a file, and those that wait for it burn their processors: without
 * decryption between the two, a second thread brings nothing.
 */
static struct transfer_thread *transfer_thread_beside(const struct transfer *transfer)
{
    return transfer->outcome.https ? NULL : transfer->fetch->transfers->thread;
}

int32_t transfer_create(struct engine *engine, struct file *file, struct transfer **out)
{
    struct transfer *transfer;
    bool failed = false;

    if (!(transfer = calloc(1, sizeof(*transfer))))
        return E_OUTOFMEMORY;
    work_init(&transfer->work, transfer_work);
    transfer->engine = engine;
    transfer->file = file;
    transfer->fetch = file->fetch;
    transfer->stream = file->fetch->stream;
    transfer->extra = file->fetch->parallel;
    transfer->opened = file->fetch->parallel;
    transfer->ranged = file->range_count != 0;
    atomic_init(&transfer->limit, 0);
    atomic_init(&transfer->written, 0);
    atomic_init(&transfer->skipped, 0);
    atomic_init(&transfer->cancelled, false);
    atomic_init(&transfer->background, !job_is_foreground(file->job));
    transfer->avoid = file->avoid;
    transfer->url = source_choose(engine, file, &transfer->cache);
    transfer->proxy = transfer_choose_proxy(engine, file->job, transfer->url ? transfer->url : file->url, &failed);
    transfer->outcome.https = url_is_https(file->url);
    failed = !http_options_init(&transfer->options, file->job) || failed;
    if (transfer->cache)
        http_options_strip(&transfer->options);
    failed = failed || !transfer->url;
    if (failed || !fetch_add(file->fetch, transfer))
    {
        transfer_free(transfer);
        return failed ? E_OUTOFMEMORY : S_FALSE;
    }
    transfer->thread = transfer_pool_choose(engine->transfers, transfer_thread_beside(transfer));
    file->job->transfer_count++;
    engine->transfer_count++;
    job_addref(file->job);
    *out = transfer;
    return S_OK;
}

void transfer_free(struct transfer *transfer)
{
    if (transfer->thread)
        transfer_thread_drop(transfer->thread);
    free(transfer->url);
    free(transfer->cache);
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
    file_count_flowing(transfer->file, flowing);
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
    const struct engine *engine = transfer->engine;

    if (!atomic_load_explicit(&transfer->background, memory_order_relaxed) || now >= transfer->trickle_at)
        return false;
    return atomic_load_explicit(&engine->yield, memory_order_relaxed)
           || now < atomic_load_explicit(&engine->yield_until, memory_order_relaxed);
}

void transfer_start(struct transfer *transfer)
{
    if (transfer->opened)
        transfer_thread_add(transfer->thread, transfer);
    else
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

static void transfer_begin(struct transfer *transfer)
{
    int error = fetch_open(transfer->fetch);

    transfer->opened = true;
    if (!error)
    {
        transfer_thread_add(transfer->thread, transfer);
        return;
    }
    transfer->outcome.disk_failed = true;
    transfer->outcome.os_error = error;
    work_submit_final(transfer->engine->work, &transfer->work);
}

/* Opens what is to be written to; in the end, makes sure of what was written. */
static void transfer_work(struct work *work, bool final)
{
    struct transfer *transfer = (struct transfer *)work; /* its first member */
    int error;

    if (!final)
    {
        transfer_begin(transfer);
        return;
    }
    if ((error = fetch_sync(transfer->fetch)) && !transfer->outcome.disk_failed)
    {
        transfer->outcome.disk_failed = true;
        transfer->outcome.os_error = error;
    }
    scheduler_transfer_ended(transfer->engine, transfer);
}

static uint64_t transfer_sync_step(const struct transfer *transfer)
{
    return atomic_load_explicit(&transfer->fetch->sync_step, memory_order_relaxed);
}

void transfer_sync_if_due(struct transfer *transfer, uint64_t now)
{
    uint64_t written = atomic_load_explicit(&transfer->written, memory_order_relaxed);
    uint64_t fresh = written - transfer->sync_requested;

    if (!fresh || (fresh < transfer_sync_step(transfer) && now < transfer->sync_requested_at + TRANSFER_SYNC_MS))
        return;
    if (now < atomic_load_explicit(&transfer->fetch->sync_not_before, memory_order_relaxed))
        return;
    atomic_store(&transfer->fetch->sync_not_before, now + FETCH_SYNC_PAUSE_MS);
    transfer->sync_requested = written;
    transfer->sync_requested_at = now;
    fetch_sync_soon(transfer->fetch);
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
    int error;

    if (!transfer->accepted || transfer->extra || !transfer->fetch->temp_path)
        return;
    if (!(error = temp_file_reserve(transfer->fetch->fd, transfer->storage_offset + transfer->promised)))
        return;
    transfer->accepted = false;
    transfer->outcome.disk_failed = true;
    transfer->outcome.os_error = error;
}

uint32_t transfer_answer_ms(const struct transfer *transfer)
{
    curl_off_t asked = 0, answered = 0;

    if (curl_easy_getinfo(transfer->easy, CURLINFO_PRETRANSFER_TIME_T, &asked)
        || curl_easy_getinfo(transfer->easy, CURLINFO_STARTTRANSFER_TIME_T, &answered) || answered <= asked)
        return 0;
    return (uint32_t)((answered - asked) / 1000);
}

static void transfer_start_body(struct transfer *transfer)
{
    transfer->body_started = true;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &transfer->response.status);
    transfer_note_address(transfer);
    response_check(transfer);
    transfer_reserve(transfer);
    if (transfer->accepted)
        response_invite(transfer);
    transfer->sync_requested_at = clock_now_ms();
}

/* A short error page is read to its end, so that the connection can serve the next request. */
static size_t transfer_drain(struct transfer *transfer, size_t length)
{
    transfer->drained += length;
    if (transfer->restart || transfer->refused || transfer->outcome.protocol_error || transfer->outcome.disk_failed
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
        ret = pwrite(transfer->fetch->fd, data, length, (off_t)(transfer->storage_offset + written));
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

    if (!atomic_load_explicit(&transfer->engine->yield, memory_order_relaxed)
        && !atomic_load_explicit(&transfer->engine->yield_until, memory_order_relaxed))
        return false;
    now = clock_now_ms();
    if ((transfer->yielding = transfer_must_yield(transfer, now)))
        return true;
    transfer->trickle_at = now + TRANSFER_TRICKLE_MS;
    return false;
}

/* Takes as much of the body as belongs to the part; what is beyond that is an error, or has become another's. */
static size_t transfer_take(struct transfer *transfer, const char *data, size_t length)
{
    uint64_t limit = atomic_load(&transfer->limit), written = atomic_load(&transfer->written);
    uint64_t room = limit > written ? limit - written : 0;
    size_t part = length < room ? length : (size_t)room;

    if (length > room && limit >= transfer->promised)
    {
        transfer->outcome.protocol_error = DO_E_HTTP_BLOCKSIZE_MISMATCH;
        return CURL_WRITEFUNC_ERROR;
    }
    if (!transfer_write(transfer, data, part))
        return CURL_WRITEFUNC_ERROR;
    transfer->cut = part == room && limit < transfer->promised;
    return transfer->cut ? CURL_WRITEFUNC_ERROR : length;
}

/* The same for a client's stream, which has one part only. */
static size_t transfer_pass_on(struct transfer *transfer, const char *data, size_t length)
{
    size_t skip = length < transfer->skip ? length : (size_t)transfer->skip;

    if (length - skip > atomic_load(&transfer->limit) - atomic_load(&transfer->written))
    {
        transfer->outcome.protocol_error = DO_E_HTTP_BLOCKSIZE_MISMATCH;
        return CURL_WRITEFUNC_ERROR;
    }
    if (!transfer_deliver(transfer, data + skip, length - skip))
        return CURL_WRITEFUNC_PAUSE;
    transfer->skip -= skip;
    atomic_fetch_add(&transfer->skipped, skip);
    return length;
}

size_t transfer_body(char *data, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t length = size * count, taken;

    if (!transfer->body_started)
        transfer_start_body(transfer);
    if (!transfer->accepted)
        return transfer_drain(transfer, length);
    if (atomic_load_explicit(&transfer->cancelled, memory_order_relaxed))
        return CURL_WRITEFUNC_ERROR;
    if (transfer_yields(transfer))
        return CURL_WRITEFUNC_PAUSE;
    taken = transfer->stream ? transfer_pass_on(transfer, data, length) : transfer_take(transfer, data, length);
    if (atomic_load_explicit(&transfer->written, memory_order_relaxed) - transfer->sync_requested
        >= transfer_sync_step(transfer))
        transfer_sync_if_due(transfer, clock_now_ms());
    return taken;
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
    if (transfer->cut)
        result = CURLE_OK;
    transfer_collect_outcome(transfer, result);
    if (transfer->easy && !transfer->body_started)
        transfer_note_address(transfer);
    if (result == CURLE_OK && !transfer->body_started)
        transfer_start_body(transfer);
    if (result == CURLE_OK && transfer->accepted
        && atomic_load(&transfer->written) < atomic_load(&transfer->limit))
        transfer->outcome.curl = CURLE_PARTIAL_FILE;
    transfer->easy = NULL;
}

/* Makes ready for another part: what is known of the server stays. */
static void transfer_renew(struct transfer *transfer)
{
    transfer->body_started = transfer->accepted = transfer->cut = false;
    transfer->promised = transfer->drained = 0;
    transfer->sync_requested = 0;
    transfer->outcome = (struct outcome){.https = transfer->outcome.https, .redirected = transfer->outcome.redirected};
}

bool transfer_continue(struct transfer *transfer, CURLcode result)
{
    struct engine *engine = transfer->engine;
    struct fetch *fetch = transfer->fetch;
    bool assigned = false;

    if (transfer->cut)
        result = CURLE_OK;
    if (result || !transfer->accepted || transfer->stream
        || atomic_load(&transfer->written) < atomic_load(&transfer->limit))
        return false;
    pthread_mutex_lock(&engine->lock);
    if (!atomic_load(&transfer->cancelled) && !fetch->draining && fetch->count <= fetch->wanted
        && !scheduler_has_others(engine, fetch->file->job))
    {
        transfer_count_bytes(transfer);
        fetch_note_written(fetch, transfer);
        if ((assigned = fetch_assign(fetch, transfer)))
            transfer_renew(transfer);
    }
    pthread_mutex_unlock(&engine->lock);
    if (assigned)
        fetch_sync_soon(fetch);
    return assigned;
}

void transfer_hand_back(struct transfer *transfer)
{
    work_submit_final(transfer->engine->work, &transfer->work);
}
