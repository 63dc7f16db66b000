/*
 * The transfers of one file that are under way: who fetches what, and what is on disk of it.
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
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utlist.h>

#include "engine_private.h"
#include "fetch.h"
#include "host.h"
#include "transfer.h"

static void fetch_free(struct fetch *fetch)
{
    if (fetch->fd != -1)
        close(fetch->fd);
    pthread_mutex_destroy(&fetch->sync_mutex);
    extent_list_cleanup(&fetch->received);
    extent_list_cleanup(&fetch->unsynced);
    free(fetch->temp_path);
    free(fetch);
}

/* The last thing that happens to a fetch. */
static void fetch_end(struct fetch *fetch)
{
    struct engine *engine = fetch->engine;

    if (fetch->orphan)
        temp_file_remove(fetch->temp_path); /* made after the job's end had removed what there was; or never made */
    pthread_mutex_lock(&engine->lock);
    job_release(engine, fetch->file->job);
    pthread_mutex_unlock(&engine->lock);
    fetch_free(fetch);
}

static void fetch_work(struct work *work, bool final)
{
    struct fetch *fetch = (struct fetch *)work; /* its first member */

    if (final)
        fetch_end(fetch);
    else
        (void)fetch_sync(fetch);        /* a failure shows again in the last one, which counts */
}

static bool fetch_copy_extents(struct fetch *fetch, const struct extent_list *extents)
{
    size_t i;

    for (i = 0; i < extents->count; i++)
    {
        if (!extent_list_add(&fetch->received, extents->items[i].start, extents->items[i].end))
            return false;
    }
    return true;
}

struct fetch *fetch_create(struct engine *engine, struct file *file)
{
    struct fetch *fetch;

    if (!(fetch = calloc(1, sizeof(*fetch))))
        return NULL;
    work_init(&fetch->work, fetch_work);
    pthread_mutex_init(&fetch->sync_mutex, NULL);
    fetch->engine = engine;
    fetch->file = file;
    fetch->fd = -1;
    fetch->fresh = !file->extents.count;
    fetch->stream = integrity_spools(file) ? NULL : file->stream;
    fetch->measure_at = TIME_NEVER;
    if (!(fetch->host = host_get(engine, file->url))
        || (file->temp_path && !(fetch->temp_path = strdup(file->temp_path)))
        || !fetch_copy_extents(fetch, &file->extents))
    {
        host_release(engine, fetch->host);
        fetch_free(fetch);
        return NULL;
    }
    if (fetch->received.count)
        fetch->least = fetch->received.items[fetch->received.count - 1].end;
    job_addref(file->job);
    file->fetch = fetch;
    fetch_want(fetch, 1);
    return fetch;
}

void fetch_close(struct fetch *fetch)
{
    host_release(fetch->engine, fetch->host);
    fetch->host = NULL;
    fetch->file->fetch = NULL;
    work_submit_final(fetch->engine->work, &fetch->work);
}

/* Takes off the gap what transfers have at its begin and its end; false: nothing is left of it. */
static bool fetch_trim_gap(const struct fetch *fetch, struct extent *gap)
{
    const struct transfer *transfer;
    bool trimmed = true;

    while (trimmed && gap->start < gap->end)
    {
        trimmed = false;
        DL_FOREACH(fetch->transfers, transfer)
        {
            if (transfer->storage_offset <= gap->start && transfer->part_end > gap->start)
            {
                gap->start = transfer->part_end < gap->end ? transfer->part_end : gap->end;
                trimmed = true;
            }
        }
    }
    DL_FOREACH(fetch->transfers, transfer)
    {
        if (transfer->storage_offset > gap->start && transfer->storage_offset < gap->end)
            gap->end = transfer->storage_offset;
    }
    return gap->start < gap->end;
}

/* The first bytes that are neither here nor the part of a transfer. */
static bool fetch_find_gap(const struct fetch *fetch, struct extent *gap)
{
    uint64_t from = 0, total = file_stored_total(fetch->file);

    while (extent_list_find_gap(&fetch->received, from, total, gap))
    {
        from = gap->end;
        if (fetch_trim_gap(fetch, gap))
            return true;
    }
    return false;
}

/* How long the transfer needs for the rest of its part, in ms, or longer. */
static uint64_t transfer_rest_ms(const struct transfer *transfer, uint64_t rest, uint64_t now)
{
    uint64_t written = atomic_load(&transfer->written), elapsed = now - transfer->part_since;

    if (elapsed >= FETCH_SPLIT_MS && written)
        return rest / (written / elapsed + 1);
    return rest < FETCH_PARALLEL_MIN ? elapsed : UINT64_MAX; /* nothing is known yet */
}

static uint64_t transfer_position(const struct transfer *transfer)
{
    return transfer->storage_offset + atomic_load(&transfer->written);
}

/*
 * Into how many parts such a rest is to be split in the end, if all transfers that are wanted come: what the next one
 * asks for is then not asked for once more by the one after it.
 */
static uint64_t fetch_share_count(const struct fetch *fetch, uint64_t rest)
{
    unsigned int owners = 0, missing = fetch->wanted > fetch->count ? fetch->wanted - fetch->count : 1;
    const struct transfer *transfer;
    uint64_t count;

    DL_FOREACH(fetch->transfers, transfer)
        owners += transfer->accepted;
    count = 1 + (missing + owners - 1) / owners;
    return count < rest / FETCH_PART_ALIGNMENT ? count : rest / FETCH_PART_ALIGNMENT;
}

/* Where the rest of a transfer's part would be split, as a storage offset; false: it is not worth it. */
static bool fetch_split_point(const struct fetch *fetch, const struct transfer *transfer, uint64_t now, uint64_t *where)
{
    uint64_t position = transfer_position(transfer), end = transfer->part_end, shift, needed;
    uint64_t pause = (uint64_t)FETCH_SPLIT_ANSWERS * fetch->answer_ms;

    if (!transfer->accepted || position >= end)
        return false;
    needed = transfer_rest_ms(transfer, end - position, now);
    if (end - position < FETCH_SPLIT_MIN)
    {
        *where = position;
        return needed != UINT64_MAX && needed > FETCH_STALL_MS + pause; /* known to be slow */
    }
    if (needed < FETCH_SPLIT_MS + pause)
        return false;
    shift = transfer->content_offset - transfer->storage_offset;
    *where = end - (end - position) / fetch_share_count(fetch, end - position) + FETCH_PART_ALIGNMENT / 2;
    *where = (*where + shift) / FETCH_PART_ALIGNMENT * FETCH_PART_ALIGNMENT - shift;
    return *where > position && *where < end;
}

/*
 * The transfer with the largest rest that is worth being split, or NULL. Bytes around the place may be written twice, so
 * that what was checked for a stream would be something else when it is handed out: there nothing is split.
 */
static struct transfer *fetch_find_largest(const struct fetch *fetch, const struct transfer *asking, uint64_t *where)
{
    uint64_t now = clock_now_ms(), rest, largest_rest = 0, point;
    struct transfer *transfer, *largest = NULL;

    if (integrity_spools(fetch->file))
        return NULL;
    DL_FOREACH(fetch->transfers, transfer)
    {
        if (transfer == asking || !fetch_split_point(fetch, transfer, now, &point))
            continue;
        rest = transfer->part_end - transfer_position(transfer);
        if (rest <= largest_rest)
            continue;
        largest = transfer;
        largest_rest = rest;
        *where = point;
    }
    return largest;
}

static void transfer_set_part(struct transfer *transfer, const struct extent *part)
{
    const struct file *file = transfer->file;

    transfer->storage_offset = part->start;
    transfer->length = ENGINE_SIZE_UNKNOWN;
    (void)range_list_map(file->ranges, file->range_count, file->size, part->start, &transfer->content_offset,
                         &transfer->length);
    if (part->end - part->start < transfer->length)
        transfer->length = part->end - part->start;
    transfer->part_end = transfer->length == ENGINE_SIZE_UNKNOWN ? UINT64_MAX : part->start + transfer->length;
    transfer->part_since = clock_now_ms();
    transfer->partial = part->end < file_stored_total(file);
    transfer->counted = transfer->noted = 0;
    atomic_store(&transfer->written, 0);
    atomic_store(&transfer->skipped, 0);
    atomic_store(&transfer->limit, transfer->length);
}

bool fetch_assign(struct fetch *fetch, struct transfer *transfer)
{
    struct transfer *largest;
    struct extent part;

    if (!fetch_find_gap(fetch, &part))
    {
        if (!(largest = fetch_find_largest(fetch, transfer, &part.start)))
            return false;
        part.end = largest->part_end;
        largest->part_end = part.start;
    }
    transfer_set_part(transfer, &part);
    return true;
}

/* What nobody asks for any more belongs again to the connection on which it is on its way. */
static void fetch_plan_again(struct fetch *fetch)
{
    struct transfer *transfer, *other;

    DL_FOREACH(fetch->transfers, transfer)
    {
        uint64_t limit = atomic_load(&transfer->limit);

        transfer->part_end = limit == ENGINE_SIZE_UNKNOWN ? UINT64_MAX : transfer->storage_offset + limit;
        DL_FOREACH(fetch->transfers, other)
        {
            if (other->storage_offset > transfer->storage_offset && other->storage_offset < transfer->part_end)
                transfer->part_end = other->storage_offset;
        }
    }
}

/* Until now the bytes were on their way on the connection that has the part before: no need to lose them earlier. */
void fetch_take_over(struct fetch *fetch, const struct transfer *transfer)
{
    struct transfer *other;

    DL_FOREACH(fetch->transfers, other)
    {
        uint64_t limit = atomic_load(&other->limit);

        if (other != transfer && other->storage_offset < transfer->storage_offset
            && (limit == ENGINE_SIZE_UNKNOWN || other->storage_offset + limit > transfer->storage_offset))
            atomic_store(&other->limit, transfer->storage_offset - other->storage_offset);
    }
    fetch_plan_again(fetch);
}

bool fetch_add(struct fetch *fetch, struct transfer *transfer)
{
    if (!fetch_assign(fetch, transfer))
        return false;
    DL_APPEND(fetch->transfers, transfer);
    fetch->count++;
    host_count(fetch->host, 1);
    return true;
}

/* What cannot be noted, for want of memory, is fetched again. */
void fetch_note_written(struct fetch *fetch, struct transfer *transfer)
{
    uint64_t written = atomic_load(&transfer->written);
    uint64_t start = transfer->storage_offset + transfer->noted, end = transfer->storage_offset + written;

    if (start == end)
        return;
    transfer->noted = written;
    if (extent_list_add(&fetch->unsynced, start, end))
        (void)extent_list_add(&fetch->received, start, end);
    integrity_note_source(fetch->file, start, end, transfer->cache);
}

bool fetch_remove(struct fetch *fetch, struct transfer *transfer)
{
    fetch_note_written(fetch, transfer);
    DL_DELETE(fetch->transfers, transfer);
    host_count(fetch->host, -1);
    fetch_plan_again(fetch);
    return !--fetch->count;
}

bool fetch_wants_transfer(const struct fetch *fetch)
{
    struct extent gap;
    uint64_t where;

    if (!fetch->parallel || fetch->draining || fetch->count >= fetch->wanted
        || fetch->count >= fetch_limit(fetch) || !host_has_room(fetch->host, job_is_foreground(fetch->file->job)))
        return false;
    return fetch_find_gap(fetch, &gap) || fetch_find_largest(fetch, NULL, &where);
}

/* A transfer whose part ends here and now hands the rest back; one that waits for an answer needs none any more. */
void fetch_retire(struct fetch *fetch)
{
    struct transfer *transfer;
    unsigned int kept = 0;

    DL_FOREACH(fetch->transfers, transfer)
    {
        if (kept++ < fetch->wanted)
            continue;
        if (transfer->accepted)
            atomic_store(&transfer->limit, atomic_load(&transfer->written));
        else
            transfer_cancel(transfer);
    }
    fetch_plan_again(fetch);
}

void fetch_check_whole(struct fetch *fetch)
{
    if (fetch->file->size == ENGINE_SIZE_UNKNOWN || fetch_bytes(fetch) < file_stored_total(fetch->file))
        return;
    fetch->whole = true;
    fetch_drain(fetch);
}

void fetch_drop_cache(struct fetch *fetch)
{
    struct transfer *transfer;

    DL_FOREACH(fetch->transfers, transfer)
    {
        if (transfer->cache)
            transfer_cancel(transfer);
    }
}

void fetch_drain(struct fetch *fetch)
{
    struct transfer *transfer;

    fetch->draining = true;
    DL_FOREACH(fetch->transfers, transfer)
        transfer_cancel(transfer);
}

void fetch_set_background(struct fetch *fetch, bool background)
{
    struct transfer *transfer;

    DL_FOREACH(fetch->transfers, transfer)
        atomic_store(&transfer->background, background);
}

/* Two transfers may have the same bytes for a moment, when a part changes hands: those count once. */
static uint64_t fetch_new_bytes(const struct fetch *fetch, const struct transfer *transfer)
{
    uint64_t end = transfer_position(transfer);
    const struct transfer *other;

    DL_FOREACH(fetch->transfers, other)
    {
        if (other->storage_offset > transfer->storage_offset && other->storage_offset < end)
            end = other->storage_offset;
    }
    return extent_list_missing(&fetch->received, transfer->storage_offset + transfer->noted, end);
}

uint64_t fetch_bytes(const struct fetch *fetch)
{
    uint64_t total = extent_list_total(&fetch->received);
    const struct transfer *transfer;

    DL_FOREACH(fetch->transfers, transfer)
        total += fetch_new_bytes(fetch, transfer);
    return total;
}

uint64_t fetch_uncounted_bytes(const struct fetch *fetch, bool of_cache)
{
    const struct transfer *transfer;
    uint64_t total = 0;

    DL_FOREACH(fetch->transfers, transfer)
        total += !of_cache || source_is_cache(transfer) ? transfer_uncounted_bytes(transfer) : 0;
    return total;
}

int fetch_open(struct fetch *fetch)
{
    if (fetch->stream)
        return 0;
    if (!fetch->temp_path)
        return integrity_open_sink(fetch->engine, fetch->file, &fetch->fd);
    return temp_file_open(&fetch->file->temp, fetch->temp_path, fetch->fresh, fetch->least, &fetch->fd);
}

/* Takes what is written at this moment, and is not synced yet, off the fetch. */
static void fetch_take_unsynced(struct fetch *fetch, struct extent_list *list)
{
    struct transfer *transfer;

    DL_FOREACH(fetch->transfers, transfer)
        fetch_note_written(fetch, transfer);
    *list = fetch->unsynced;
    memset(&fetch->unsynced, 0, sizeof(fetch->unsynced));
}

static void fetch_commit(struct fetch *fetch, const struct extent_list *list)
{
    struct engine *engine = fetch->engine;
    struct file *file = fetch->file;
    struct transfer *transfer;
    size_t i;

    DL_FOREACH(fetch->transfers, transfer)
        transfer_count_bytes(transfer);
    file->job->modification_time = clock_filetime();
    if (!fetch->stream)
        saver_mark_file(engine, file);
    progress_check_step(engine, file->job);
    for (i = 0; i < list->count; i++)
    {
        const struct extent *extent = &list->items[i];

        if (extent_list_add(&file->extents, extent->start, extent->end))
            integrity_extent_added(engine, file, extent->start, extent->end);
        else
            extent_list_remove(&fetch->received, extent->start, extent->end);
    }
}

/* What is not on disk for certain is not here. */
static void fetch_give_up(struct fetch *fetch, const struct extent_list *list)
{
    size_t i;

    for (i = 0; i < list->count; i++)
        extent_list_remove(&fetch->received, list->items[i].start, list->items[i].end);
}

int fetch_sync(struct fetch *fetch)
{
    struct engine *engine = fetch->engine;
    struct extent_list list;
    int error = 0;

    pthread_mutex_lock(&fetch->sync_mutex);
    pthread_mutex_lock(&engine->lock);
    fetch_take_unsynced(fetch, &list);
    if (list.count)
    {
        pthread_mutex_unlock(&engine->lock);
        if (fetch->temp_path)
            error = temp_file_sync(&fetch->file->temp, fetch->fd, fetch->temp_path);
        pthread_mutex_lock(&engine->lock);
        if (error)
            fetch_give_up(fetch, &list);
        else if (!fetch->restart)       /* else nothing of it counts any more */
            fetch_commit(fetch, &list);
    }
    pthread_mutex_unlock(&engine->lock);
    pthread_mutex_unlock(&fetch->sync_mutex);
    extent_list_cleanup(&list);
    return error;
}

void fetch_sync_soon(struct fetch *fetch)
{
    work_submit(fetch->engine->work, &fetch->work);
}
