/*
 * Decides what is to be done with a file that is to be checked or decrypted.
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
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "decryption.h"
#include "fetch.h"
#include "integrity.h"
#include "integrity_info.h"
#include "transfer.h"
#include "url.h"

bool integrity_is_encrypted(const struct file *file)
{
    return file->numbers[FILE_NUMBER_ENCRYPTED] != 0;
}

bool integrity_is_needed(const struct file *file)
{
    return !file->hashes_of && (file->texts[FILE_TEXT_INTEGRITY_INFO] || integrity_is_encrypted(file));
}

const struct file_range *integrity_wanted(const struct file *file, uint32_t *count)
{
    const struct integrity *integrity = file->integrity;

    if (integrity->wanted)
    {
        *count = integrity->wanted_count - integrity->base_ranges;
        return integrity->wanted + integrity->base_ranges;
    }
    *count = file->range_count - integrity->base_ranges;
    return file->ranges + integrity->base_ranges;
}

uint64_t integrity_wanted_total(const struct file *file)
{
    uint32_t count;
    const struct file_range *ranges = integrity_wanted(file, &count);

    return range_list_total(ranges, count, file_known_size(file));
}

const struct file_range *file_client_ranges(const struct file *file, uint32_t *count)
{
    const struct integrity *integrity = file->integrity;

    *count = integrity && integrity->wanted ? integrity->wanted_count : file->range_count;
    return integrity && integrity->wanted ? integrity->wanted : file->ranges;
}

bool integrity_rewrites(const struct file *file)
{
    return !file->stream && (file->integrity->wanted || integrity_is_encrypted(file));
}

bool integrity_spools(const struct file *file)
{
    return file->stream && file->integrity
           && (file->integrity->state == INTEGRITY_KNOWN || integrity_is_encrypted(file));
}

bool integrity_holds_ring(const struct file *file)
{
    return integrity_spools(file) && !file->integrity->finished;
}

uint64_t integrity_stream_total(const struct file *file)
{
    return integrity_spools(file) ? file->integrity->delivered : file_stored_total(file);
}

int32_t integrity_check_ranges(const struct file *file, const struct file_range *ranges, uint32_t count)
{
    struct decryption_info info;
    uint32_t i, size;

    if (!file->texts[FILE_TEXT_DECRYPTION_INFO]
        || FAILED(decryption_info_parse(file->texts[FILE_TEXT_DECRYPTION_INFO], &info)))
        return S_OK;
    size = info.buffer_size;
    decryption_info_cleanup(&info);
    for (i = 0; i < count; i++)
    {
        if (ranges[i].offset % size || (ranges[i].length != ENGINE_SIZE_UNKNOWN && ranges[i].length % size))
            return DO_E_DOWNLOAD_RANGES_UNEXPECTED;
    }
    return S_OK;
}

bool integrity_all_good(const struct file *file)
{
    const struct integrity *integrity = file->integrity;

    switch (integrity->state)
    {
    case INTEGRITY_KNOWN:
        return integrity->good_count == integrity->layout.slot_count;
    case INTEGRITY_UNCHECKED:
        return true;
    case INTEGRITY_WANTED:
    case INTEGRITY_READING:
        break;
    }
    return false;
}

bool integrity_is_done(const struct file *file)
{
    const struct integrity *integrity = file->integrity;

    if (!integrity_is_needed(file))
        return true;
    if (!integrity || integrity->workers) /* the last thread that leaves the file looks at it again */
        return false;
    return integrity->finished
           || (integrity_all_good(file) && !integrity_rewrites(file) && !integrity_spools(file));
}

bool integrity_distrusts(const struct file *file, uint64_t *base)
{
    const struct integrity *integrity = file->integrity;

    if (!integrity || file->transferred || (!integrity->rewriting && !integrity->wanted))
        return false;
    *base = integrity->base;
    return true;
}

bool integrity_has_bad(const struct file *file)
{
    return file->integrity && file->integrity->has_bad;
}

struct file *integrity_source(const struct file *file)
{
    return file->integrity ? file->integrity->source : NULL;
}

bool integrity_is_busy(const struct file *file)
{
    const struct integrity *integrity = file->integrity;

    return integrity && !file->transferred
           && (integrity->workers || integrity->state == INTEGRITY_READING
               || (integrity->source && integrity->source->fetch));
}

/* The piece hash file is a file of the job that stands in no list. */
static struct file *source_create(struct file *file)
{
    struct file_request request = {.size = ENGINE_SIZE_UNKNOWN};
    struct integrity_info info;
    struct file *source;

    if (FAILED(integrity_info_parse(file->texts[FILE_TEXT_INTEGRITY_INFO], &info)))
        return NULL;
    request.url = info.url;
    if ((source = file_alloc(&request)))
    {
        source->job = file->job;
        source->index = file->index;
        source->hashes_of = file;
    }
    integrity_info_cleanup(&info);
    return source;
}

/* Former portions are in their places, unless everything was forgotten. */
static void find_base(struct integrity *integrity, const struct file *file)
{
    uint64_t base = file->numbers[FILE_NUMBER_PORTION_BASE], sum = 0;
    uint32_t i;

    if (!base || !extent_list_contains(&file->extents, 0, base))
        return;
    for (i = 0; i < file->range_count && sum < base; i++)
        sum += file->ranges[i].length;
    if (sum != base)
        return;
    integrity->base = base;
    integrity->base_ranges = i;
}

static bool integrity_create(struct file *file)
{
    struct integrity *integrity;

    if (!(integrity = calloc(1, sizeof(*integrity))))
        return false;
    integrity->source_fd = integrity->spool = -1;
    integrity->state = INTEGRITY_UNCHECKED;
    find_base(integrity, file);
    file->numbers[FILE_NUMBER_FINAL_SIZE] = ENGINE_SIZE_UNKNOWN; /* that of a former portion is of no use */
    if (file->stream)
        integrity->delivered = atomic_load(&file->stream->taken);
    if (file->texts[FILE_TEXT_INTEGRITY_INFO])
    {
        integrity->state = INTEGRITY_WANTED;
        if (!(integrity->source = source_create(file)))
        {
            free(integrity);
            return false;
        }
    }
    file->integrity = integrity;
    return true;
}

void integrity_drop_hashes(struct integrity *integrity)
{
    piece_hashes_cleanup(&integrity->hashes);
    piece_layout_cleanup(&integrity->layout);
    extent_list_cleanup(&integrity->unchecked);
    extent_list_cleanup(&integrity->cached);
    free(integrity->slots);
    integrity->slots = NULL;
    integrity->good_count = 0;
    integrity->drop = false;
}

void integrity_restore_ranges(struct file *file)
{
    struct integrity *integrity = file->integrity;

    if (!integrity->wanted)
        return;
    free(file->ranges);
    file->ranges = integrity->wanted;
    file->range_count = integrity->wanted_count;
    integrity->wanted = NULL;
    integrity->wanted_count = 0;
}

static void forget_pending(struct integrity *integrity)
{
    free(integrity->pending);
    integrity->pending = NULL;
    integrity->pending_size = integrity->pending_start = 0;
}

void integrity_free(struct file *file)
{
    struct integrity *integrity = file->integrity;

    if (!integrity)
        return;
    integrity_drop_hashes(integrity);
    forget_pending(integrity);
    file_free(integrity->source);
    free(integrity->wanted);
    if (integrity->source_fd != -1)
        close(integrity->source_fd);
    if (integrity->spool != -1)
        close(integrity->spool);
    free(integrity);
    file->integrity = NULL;
}

/* The hashes may be of the version of the file that is forgotten as well. */
static void want_hashes_again(struct integrity *integrity)
{
    if (!integrity->source)
        return;
    integrity->state = INTEGRITY_WANTED;
    integrity->attempts = 0;
    file_reset(integrity->source);
    if (integrity->source_fd != -1)
        close(integrity->source_fd);
    integrity->source_fd = -1;
}

void integrity_forget_content(struct file *file)
{
    struct integrity *integrity = file->integrity;

    if (!integrity)
        return;
    integrity->version++;
    integrity->rewriting = integrity->finished = false;
    integrity->base = integrity->done = integrity->delivered = 0;
    integrity->base_ranges = 0;
    integrity_restore_ranges(file);
    forget_pending(integrity);
    file->numbers[FILE_NUMBER_FINAL_SIZE] = ENGINE_SIZE_UNKNOWN;
    if (integrity->state == INTEGRITY_KNOWN || integrity->state == INTEGRITY_READING)
        want_hashes_again(integrity);
    if (integrity->workers)
        integrity->drop = true;
    else
        integrity_drop_hashes(integrity);
}

bool integrity_discard(struct file *file)
{
    if (!file->integrity)
        return true;
    if (file->integrity->workers || (file->integrity->source && file->integrity->source->fetch))
        return false;
    integrity_restore_ranges(file);
    integrity_free(file);
    return true;
}

void integrity_retry(struct file *file)
{
    struct integrity *integrity = file->integrity;
    uint32_t i;

    if (!integrity)
        return;
    integrity->attempts = 0;
    integrity->has_bad = false;
    for (i = 0; integrity->slots && i < integrity->layout.slot_count; i++)
        integrity->slots[i] &= (uint8_t)~SLOT_BAD_MASK;
}

void integrity_fail(struct engine *engine, struct file *file, int32_t code)
{
    const struct verdict verdict = {.code = code, .fatal = true};

    if (file->job->active && !file->job->completing)
        scheduler_fail(engine, file, &verdict);
}

void integrity_give_up(struct engine *engine, struct file *file, int32_t code, int32_t cause)
{
    struct integrity *integrity = file->integrity;
    char url[256];

    url_redact(integrity->source->url, url, sizeof(url));
    engine_log(engine, ENGINE_LOG_WARNING, "The piece hashes %s are of no use, error %#x%s.", url, (unsigned int)code,
               file->numbers[FILE_NUMBER_INTEGRITY_MANDATORY] ? "" : "; the file goes on without being checked");
    want_hashes_again(integrity);
    if (!file->numbers[FILE_NUMBER_INTEGRITY_MANDATORY])
    {
        integrity->state = INTEGRITY_UNCHECKED;
        integrity_advance(engine, file);
        scheduler_touch(engine, file->job);
        return;
    }
    integrity_fail(engine, file, code);
    file->job->error.cause = cause;
    file->job->error.http_status = integrity->source->http_status;
}

/* How long until the next attempt, in ms. */
static uint64_t retry_delay(const struct engine *engine, uint32_t retry_after)
{
    uint64_t delay = engine->config.retry_delay_ms ? engine->config.retry_delay_ms : INTEGRITY_RETRY_MS;

    return delay < (uint64_t)retry_after * 1000 ? (uint64_t)retry_after * 1000 : delay;
}

void integrity_source_failed(struct engine *engine, struct file *source, const struct outcome *outcome,
                             struct verdict *verdict)
{
    struct file *file = source->hashes_of;
    struct integrity *integrity = file->integrity;
    bool mandatory = file->numbers[FILE_NUMBER_INTEGRITY_MANDATORY] != 0;

    source->http_status = (uint32_t)outcome->http_status;
    switch (verdict->code)
    {
    case DO_E_METAINFO_FILE_SIZE:
    case DO_E_FILE_SIZE_UNKNOWN_HTTP_200:
    case DO_E_FILE_SIZE_UNKNOWN_HTTP_206:
        integrity_give_up(engine, file, DO_E_METAINFO_FILE_SIZE, verdict->code);
        return;
    }
    /* A server may come to know the file a little later than its content. */
    if (outcome->http_status == 404 && mandatory)
        verdict->fatal = false;
    if (verdict->fatal || ++integrity->attempts >= INTEGRITY_ATTEMPTS)
    {
        integrity_give_up(engine, file, DO_E_INTEGRITYCHECKINFO_UNAVAILABLE, verdict->code);
        return;
    }
    file->retry_at = clock_now_ms() + retry_delay(engine, outcome->retry_after);
    if (file->retry_at > file->job->retry_until)
        file->job->retry_until = file->retry_at;
    scheduler_fail(engine, file, verdict);
    file->job->error.http_status = source->http_status;
}

void integrity_source_arrived(struct engine *engine, struct file *source)
{
    source->hashes_of->integrity->state = INTEGRITY_READING;
    integrity_advance(engine, source->hashes_of);
}

bool integrity_source_is_good(const struct file *source, uint64_t size)
{
    return !source->hashes_of || size <= PIECE_HASHES_FILE_MAX;
}

static void source_start(struct engine *engine, struct file *file)
{
    static const struct verdict no_memory = {.code = E_OUTOFMEMORY, .fatal = true};
    struct file *source = file->integrity->source;
    struct transfer *transfer;
    char url[256];

    if (source->fetch)
        return;
    if (!fetch_create(engine, source) || transfer_create(engine, source, &transfer) != S_OK)
    {
        if (source->fetch)
            fetch_close(source->fetch);
        scheduler_fail(engine, file, &no_memory);
        return;
    }
    url_redact(source->url, url, sizeof(url));
    engine_log(engine, ENGINE_LOG_TRACE, "Fetching the piece hashes %s.", url);
    transfer_start(transfer);
}

bool integrity_prepare(struct engine *engine, struct file *file)
{
    if (!integrity_is_needed(file))
        return true;
    if (integrity_is_encrypted(file) && !file->texts[FILE_TEXT_DECRYPTION_INFO])
    {
        integrity_fail(engine, file, E_NOT_SET); /* a secret that was not kept */
        return false;
    }
    if (!file->integrity && !integrity_create(file))
    {
        integrity_fail(engine, file, E_OUTOFMEMORY);
        return false;
    }
    if (file->integrity->state == INTEGRITY_WANTED)
    {
        source_start(engine, file);
        return false;
    }
    if (!file_is_whole(file))
        return file->integrity->state != INTEGRITY_READING;
    integrity_advance(engine, file);
    return false;
}

bool integrity_may_start(const struct file *file)
{
    const struct integrity *integrity = file->integrity;

    if (!integrity)
        return true;
    switch (integrity->state)
    {
    case INTEGRITY_WANTED:
        return !integrity->source->fetch;
    case INTEGRITY_READING:
        return false;
    case INTEGRITY_KNOWN:
    case INTEGRITY_UNCHECKED:
        break;
    }
    return !file_is_whole(file) || file_is_done(file);
}

int32_t integrity_begin_rewriting(struct engine *engine, struct file *file)
{
    int32_t hr;

    file->integrity->rewriting = true;
    saver_mark_file(engine, file);
    if (FAILED(hr = saver_wait(engine, file->job)))
        file->integrity->rewriting = false;
    return hr;
}

/* What came while there were no hashes is to be overwritten by something else. */
static int32_t forget_extents(struct engine *engine, struct file *file)
{
    struct integrity *integrity = file->integrity;
    unsigned int version = integrity->version;
    int32_t hr;

    if (extent_list_total(&file->extents) <= integrity->base)
        return S_OK;
    if (SUCCEEDED(hr = integrity_begin_rewriting(engine, file)) && integrity->version != version)
        return E_FAIL;
    integrity->rewriting = false;       /* the ranges, once they are widened, are distrusted by themselves */
    return hr;
}

/* Gives the file the ranges of the layout, behind those of former portions. */
static bool widen_ranges(struct file *file, const struct piece_layout *layout)
{
    struct integrity *integrity = file->integrity;
    uint32_t base = integrity->base_ranges, count = base + layout->range_count;
    struct file_range *ranges;

    if (!(ranges = malloc(count * sizeof(*ranges))))
        return false;
    memcpy(ranges, file->ranges, base * sizeof(*ranges));
    memcpy(ranges + base, layout->ranges, layout->range_count * sizeof(*ranges));
    integrity->wanted = file->ranges;
    integrity->wanted_count = file->range_count;
    file->ranges = ranges;
    file->range_count = count;
    extent_list_truncate(&file->extents, integrity->base); /* what is here lies elsewhere */
    return true;
}

int32_t integrity_set_hashes(struct engine *engine, struct file *file, struct piece_hashes *hashes)
{
    struct integrity *integrity = file->integrity;
    struct piece_layout layout;
    const struct file_range *ranges;
    uint8_t *slots = NULL;
    uint32_t count;
    bool widen;
    int32_t hr;

    ranges = integrity_wanted(file, &count);
    if (FAILED(hr = range_list_check_size(ranges, count, hashes->content_length))
        || FAILED(hr = piece_layout_init(&layout, ranges, count, integrity->base, hashes)))
        return hr;
    widen = layout.total != range_list_total(ranges, count, hashes->content_length);
    if (widen && FAILED(hr = forget_extents(engine, file)))
    {
        piece_layout_cleanup(&layout);
        return hr;
    }
    if (!(slots = calloc(1, layout.slot_count + 1))
        || !extent_list_add(&integrity->unchecked, integrity->base, integrity->base + layout.total)
        || (widen && !widen_ranges(file, &layout)))
    {
        extent_list_cleanup(&integrity->unchecked);
        piece_layout_cleanup(&layout);
        free(slots);
        return E_OUTOFMEMORY;
    }
    integrity->hashes = *hashes;
    integrity->layout = layout;
    integrity->slots = slots;
    integrity->good_count = 0;
    integrity->state = INTEGRITY_KNOWN;
    return S_OK;
}

int32_t integrity_check_size(struct engine *engine, struct file *file, uint64_t size, bool *restart)
{
    struct integrity *integrity = file->integrity;

    if (!integrity || integrity->state != INTEGRITY_KNOWN || integrity->hashes.content_length == size)
        return S_OK;
    if (file->numbers[FILE_NUMBER_INTEGRITY_MANDATORY])
        return DO_E_METAINFO_CONTENT_LENGTH;
    integrity_give_up(engine, file, DO_E_METAINFO_CONTENT_LENGTH, S_OK);
    *restart = true;
    return S_OK;
}

void integrity_finish(struct file *file)
{
    struct integrity *integrity = file->integrity;

    integrity_restore_ranges(file);
    integrity->finished = true;
    forget_pending(integrity);
    extent_list_truncate(&file->extents, 0);
    (void)extent_list_add(&file->extents, 0, file_stored_total(file)); /* there is room for one */
}

static bool has_work(struct file *file)
{
    const struct integrity *integrity = file->integrity;
    uint32_t slot;

    if (integrity->finished)
        return false;
    if (integrity_find_unchecked(file, &slot))
        return true;
    if (integrity->exclusive)
        return false;
    if (integrity->state == INTEGRITY_READING)
        return true;
    if (integrity_spools(file))
        return integrity_can_deliver(file);
    return integrity_rewrites(file) && !file->fetch && file_is_whole(file) && integrity_all_good(file);
}

static bool may_work(const struct engine *engine, const struct file *file)
{
    return !engine->stopping && file->job->active && !file->job->completing && !file->transferred;
}

static void work_step(struct integrity_run *run)
{
    struct file *file = run->file;
    struct integrity *integrity = file->integrity;
    uint32_t slot;

    if (integrity_find_unchecked(file, &slot))
    {
        integrity_check_slot(run, slot);
        return;
    }
    integrity->exclusive = true;
    if (integrity->state == INTEGRITY_READING)
        integrity_read_hashes(run->engine, file);
    else if (integrity_spools(file))
        integrity_deliver(run);
    else
        integrity_rewrite(run);
    integrity->exclusive = false;
}

/* A second thread makes room for what else waits for one. */
static bool may_help(struct engine *engine, const struct integrity *integrity)
{
    return integrity->workers < INTEGRITY_WORKERS && !work_pool_is_waiting(engine->work);
}

static void conclude(struct engine *engine, struct file *file)
{
    if (may_work(engine, file) && !file->fetch && file_is_done(file))
        scheduler_file_done(engine, file);
    file_release_ring(file);
    scheduler_touch(engine, file->job);
    scheduler_run(engine);
}

static void integrity_work(struct work *work, bool final)
{
    struct integrity_run *run = (struct integrity_run *)work; /* its first member */
    struct engine *engine = run->engine;
    struct file *file = run->file;
    struct integrity *integrity = file->integrity;
    unsigned int version;

    (void)final;
    pthread_mutex_lock(&engine->lock);
    for (version = integrity->version;;)
    {
        if (integrity->drop)
            integrity_drop_hashes(integrity);
        if (integrity->version != version)
            integrity_run_close(run);   /* there may be another temporary file by now */
        version = integrity->version;
        if (!may_work(engine, file) || !has_work(file)
            || (integrity->workers > 1 && work_pool_is_waiting(engine->work)))
            break;
        work_step(run);
    }
    integrity->workers--;
    conclude(engine, file);
    job_release(engine, file->job);
    pthread_mutex_unlock(&engine->lock);
    integrity_run_close(run);
    EVP_MD_CTX_free(run->digest);
    decryption_free(run->decryption);
    free(run->buffer);
    free(run);
}

void integrity_advance(struct engine *engine, struct file *file)
{
    struct integrity_run *run;

    if (!file->integrity || !may_work(engine, file) || (file->integrity->workers && !may_help(engine, file->integrity))
        || !has_work(file))
        return;
    if (!(run = calloc(1, sizeof(*run))) || !(run->buffer = malloc(INTEGRITY_CHUNK))
        || !(run->digest = EVP_MD_CTX_new()))
    {
        if (run)
            free(run->buffer);
        free(run);
        if (!file->integrity->workers)
            integrity_fail(engine, file, E_OUTOFMEMORY);
        return;
    }
    work_init(&run->work, integrity_work);
    run->engine = engine;
    run->file = file;
    run->fd = -1;
    file->integrity->workers++;
    job_addref(file->job);
    work_submit_final(engine->work, &run->work);
}

void integrity_note_source(struct file *file, uint64_t start, uint64_t end, const struct cache_host *cache)
{
    struct integrity *integrity = file->integrity;

    if (!integrity)
        return;
    if (cache)
    {
        (void)extent_list_add(&integrity->cached, start, end); /* without it, nobody is blamed */
        integrity->cache = *cache;
    }
    else
    {
        extent_list_remove(&integrity->cached, start, end);
    }
}

/* What came twice has taken the place of what was checked; of a stream's file that may be gone by now. */
static void forget_good_slots(struct file *file, uint64_t start, uint64_t end)
{
    struct integrity *integrity = file->integrity;
    uint32_t slot, last;

    if (integrity_spools(file) || start < integrity->base || end > integrity->base + integrity->layout.total)
        return;
    last = piece_layout_slot_at(&integrity->layout, end - 1);
    for (slot = piece_layout_slot_at(&integrity->layout, start); slot <= last; slot++)
    {
        if (!(integrity->slots[slot] & SLOT_GOOD))
            continue;
        integrity->slots[slot] &= (uint8_t)~SLOT_GOOD;
        integrity->good_count--;
    }
}

void integrity_extent_added(struct engine *engine, struct file *file, uint64_t start, uint64_t end)
{
    struct integrity *integrity = file->integrity;

    if (!integrity)
        return;
    if (integrity->state == INTEGRITY_KNOWN && !integrity->drop)
        forget_good_slots(file, start, end);
    if (integrity->state == INTEGRITY_KNOWN && !extent_list_add(&integrity->unchecked, start, end))
    {
        extent_list_truncate(&integrity->unchecked, 0);
        if (!extent_list_add(&integrity->unchecked, integrity->base, integrity->base + integrity->layout.total))
        {
            integrity_fail(engine, file, E_OUTOFMEMORY);
            return;
        }
    }
    integrity_advance(engine, file);
}

void integrity_wake(struct engine *engine, struct job *job)
{
    uint32_t i;

    for (i = job->first_pending; i < job->file_count; i++)
        integrity_advance(engine, job->files[i]);
}

/* The piece hash file stays in memory; what is to go to a stream, in a file without a name. */
static int open_sink(struct engine *engine, bool spool)
{
    int fd;

    if (!spool)
        return memfd_create("piece hashes", MFD_CLOEXEC);
    fd = open(engine->spool_dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    return fd;
}

int integrity_open_sink(struct engine *engine, struct file *file, int *fd)
{
    struct file *owner = file->hashes_of ? file->hashes_of : file;
    int *kept = file->hashes_of ? &owner->integrity->source_fd : &owner->integrity->spool, opened = -1, error = 0;

    pthread_mutex_lock(&engine->lock);
    if (*kept == -1)
    {
        pthread_mutex_unlock(&engine->lock);
        opened = open_sink(engine, !file->hashes_of);
        error = errno;
        pthread_mutex_lock(&engine->lock);
        *kept = opened;
    }
    *fd = -1;
    if (*kept != -1 && (*fd = fcntl(*kept, F_DUPFD_CLOEXEC, 0)) == -1)
        error = errno;
    pthread_mutex_unlock(&engine->lock);
    return *fd == -1 ? error : 0;
}
