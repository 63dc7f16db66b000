/*
 * Reads piece hash files, and checks pieces that are whole.
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
#include <inttypes.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "integrity.h"
#include "integrity_info.h"
#include "transfer.h"
#include "url.h"

/* Without engine.lock. */
static int32_t parse_hashes(int fd, uint64_t size, const struct integrity_info *info, uint64_t content_length,
                            struct piece_hashes *hashes)
{
    void *data;
    int32_t hr;

    if (!size || size > PIECE_HASHES_FILE_MAX)
        return DO_E_METAINFO_FILE_SIZE;
    if ((data = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0)) == MAP_FAILED)
        return hresult_from_errno(errno);
    hr = piece_hashes_parse(data, (size_t)size, info, content_length, hashes);
    munmap(data, (size_t)size);
    return hr;
}

/* Nobody changes the URL, nor what belongs to it, while the file is under way. */
void integrity_read_hashes(struct engine *engine, struct file *file)
{
    struct integrity *integrity = file->integrity;
    uint64_t size = integrity->source->size, content_length = file_known_size(file);
    unsigned int version = integrity->version;
    struct piece_hashes hashes = {0};
    struct integrity_info info = {0};
    int32_t hr;
    int fd;

    if ((fd = fcntl(integrity->source_fd, F_DUPFD_CLOEXEC, 0)) == -1)
        hr = hresult_from_errno(errno);
    else if (SUCCEEDED(hr = integrity_info_parse(file->texts[FILE_TEXT_INTEGRITY_INFO], &info)))
    {
        pthread_mutex_unlock(&engine->lock);
        hr = parse_hashes(fd, size, &info, content_length, &hashes);
        pthread_mutex_lock(&engine->lock);
    }
    if (fd != -1)
        close(fd);
    integrity_info_cleanup(&info);
    if (integrity->version == version && integrity->state == INTEGRITY_READING)
    {
        if (SUCCEEDED(hr) && SUCCEEDED(hr = integrity_set_hashes(engine, file, &hashes)))
            hashes = (struct piece_hashes){0};
        if (FAILED(hr) && integrity->version == version)
            integrity_give_up(engine, file, hr, S_OK);
    }
    if (integrity->state == INTEGRITY_KNOWN)
    {
        scheduler_touch(engine, file->job); /* what is missing comes while what is here is checked */
        scheduler_run(engine);
    }
    piece_hashes_cleanup(&hashes);
}

/* The first offset of the list at or after `from`; false: there is none. */
static bool find_offset(const struct extent_list *list, uint64_t from, uint64_t *offset)
{
    size_t i;

    for (i = 0; i < list->count && list->items[i].end <= from; i++)
        ;
    if (i == list->count)
        return false;
    *offset = list->items[i].start > from ? list->items[i].start : from;
    return true;
}

/* Takes slots off the list until one is whole, and was not checked yet; what is being checked stays there. */
bool integrity_find_unchecked(struct file *file, uint32_t *slot)
{
    struct integrity *integrity = file->integrity;
    struct extent storage;
    uint64_t offset = 0;
    uint32_t piece;

    while (integrity->state == INTEGRITY_KNOWN && !integrity->drop
           && find_offset(&integrity->unchecked, offset, &offset))
    {
        *slot = piece_layout_slot_at(&integrity->layout, offset);
        piece_layout_get(&integrity->layout, *slot, &piece, &storage);
        if (integrity->slots[*slot] & SLOT_BUSY)
        {
            offset = storage.end;
            continue;
        }
        if (!(integrity->slots[*slot] & SLOT_GOOD)
            && extent_list_contains(&file->extents, storage.start, storage.end))
            return true;
        extent_list_remove(&integrity->unchecked, storage.start, storage.end);
    }
    return false;
}

int integrity_read(int fd, uint64_t offset, void *buffer, size_t size)
{
    uint8_t *bytes = buffer;
    ssize_t ret;

    while (size)
    {
        ret = pread(fd, bytes, size, (off_t)offset);
        if (ret < 0 && errno == EINTR)
            continue;
        if (ret <= 0)
            return ret ? errno : ENODATA;
        bytes += ret;
        offset += (uint64_t)ret;
        size -= (size_t)ret;
    }
    return 0;
}

/* Without engine.lock. A file that is cut off has no bytes there, and so they are bad. */
static int hash_extent(struct integrity_run *run, int fd, struct extent extent)
{
    int error;

    if (!piece_hash_begin(run->digest))
        return ENOMEM;
    while (extent.start < extent.end)
    {
        size_t size = extent.end - extent.start < INTEGRITY_CHUNK ? (size_t)(extent.end - extent.start)
                                                                  : INTEGRITY_CHUNK;

        if ((error = integrity_read(fd, extent.start, run->buffer, size)))
            return error == ENODATA ? 0 : error;
        if (!piece_hash_add(run->digest, run->buffer, size))
            return ENOMEM;
        extent.start += size;
    }
    return 0;
}

/* The bytes that are here again are to come from somebody else, if they came from a cache host. */
static void blame_source(struct engine *engine, struct file *file, uint32_t piece, const struct extent *storage)
{
    struct integrity *integrity = file->integrity;
    struct extent gap;
    bool from_cache;
    char url[256];

    from_cache = !extent_list_find_gap(&integrity->cached, storage->start, storage->end, &gap)
                 || gap.start != storage->start || gap.end != storage->end;
    url_redact(file->url, url, sizeof(url));
    engine_log(engine, ENGINE_LOG_WARNING, "Piece %" PRIu32 " of %s, from %s%s, is not what it should be.", piece, url,
               from_cache ? "the cache host " : "its server", from_cache ? integrity->cache.name : "");
    extent_list_remove(&integrity->cached, storage->start, storage->end);
    if (from_cache)
        source_sent_bad_piece(engine, file, &integrity->cache);
}

static void slot_is_bad(struct engine *engine, struct file *file, uint32_t slot, uint32_t piece,
                        const struct extent *storage)
{
    struct integrity *integrity = file->integrity;

    integrity->has_bad = true;
    integrity->slots[slot]++;
    blame_source(engine, file, piece, storage);
    file_forget_extent(file, storage->start, storage->end);
    saver_mark_file(engine, file);
    if ((integrity->slots[slot] & SLOT_BAD_MASK) > INTEGRITY_PIECE_RETRIES)
        integrity_fail(engine, file, DO_E_BAD_PIECE_HASH);
    scheduler_run(engine);
}

static void slot_is_checked(struct integrity_run *run, uint32_t slot, uint32_t piece, const struct extent *storage)
{
    struct integrity *integrity = run->file->integrity;

    if (extent_list_missing(&integrity->unchecked, storage->start, storage->end) < storage->end - storage->start)
        return;                         /* bytes of it came anew meanwhile: once more */
    if (piece_hash_matches(run->digest, &integrity->hashes, piece))
    {
        integrity->slots[slot] |= SLOT_GOOD;
        integrity->good_count++;
    }
    else
    {
        integrity_run_close(run);       /* without any good piece another temporary file is made */
        slot_is_bad(run->engine, run->file, slot, piece, storage);
    }
}

/* The slot is busy before the lock is left: no other thread takes it. */
void integrity_check_slot(struct integrity_run *run, uint32_t slot)
{
    struct engine *engine = run->engine;
    struct file *file = run->file;
    struct integrity *integrity = file->integrity;
    unsigned int version = integrity->version;
    struct extent storage;
    uint32_t piece;
    int error = 0, fd;
    bool opened;

    piece_layout_get(&integrity->layout, slot, &piece, &storage);
    extent_list_remove(&integrity->unchecked, storage.start, storage.end);
    integrity->slots[slot] |= SLOT_BUSY;
    integrity_advance(engine, file);    /* somebody else may check the next one */
    if ((opened = integrity_run_open(run)) && integrity->version == version)
    {
        fd = integrity_spools(file) ? integrity->spool : run->fd;
        pthread_mutex_unlock(&engine->lock);
        error = hash_extent(run, fd, storage);
        pthread_mutex_lock(&engine->lock);
    }
    if (integrity->version != version)
        return;
    integrity->slots[slot] &= (uint8_t)~SLOT_BUSY;
    if (opened && !error)
    {
        slot_is_checked(run, slot, piece, &storage);
        return;
    }
    if (error)
        integrity_fail(engine, file, hresult_from_errno(error));
    (void)extent_list_add(&integrity->unchecked, storage.start, storage.end); /* there is room: it was there */
}
