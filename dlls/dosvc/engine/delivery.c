/*
 * Brings bytes that are good to where the client wants them: decrypted, and without those around its ranges.
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
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "decryption.h"
#include "integrity.h"

/* Bytes that are handed out together. */
struct part
{
    uint64_t content_offset;            /* where they are in the remote file */
    uint64_t storage_offset;            /* and on disk */
    size_t size;
    bool last;                          /* the remote file ends with them */
};

static bool parse_key(const struct file *file, struct decryption_info *info)
{
    return SUCCEEDED(decryption_info_parse(file->texts[FILE_TEXT_DECRYPTION_INFO], info));
}

/* The most bytes that go together. */
static size_t part_size(const struct file *file)
{
    struct decryption_info info;
    size_t size = INTEGRITY_CHUNK;

    if (integrity_is_encrypted(file) && parse_key(file, &info))
    {
        size = info.buffer_size;
        decryption_info_cleanup(&info);
    }
    return size;
}

/* The next bytes of the portion; false: there are no more. */
static bool find_part(const struct file *file, size_t size, struct part *part)
{
    const struct integrity *integrity = file->integrity;
    uint64_t step, length, written = integrity->base + integrity->done;
    const struct file_range *ranges;
    uint32_t count, slot;

    ranges = integrity_wanted(file, &count);
    if (file->size == ENGINE_SIZE_UNKNOWN || integrity->done >= integrity_wanted_total(file)
        || !range_list_map(ranges, count, file->size, integrity->done, &part->content_offset, &length))
        return false;
    step = size - part->content_offset % size;
    part->size = length < step ? (size_t)length : (size_t)step;
    part->last = part->content_offset + part->size == file->size;
    part->storage_offset = written;
    return !integrity->wanted
           || piece_layout_find(&integrity->layout, part->content_offset, written, &part->storage_offset, &slot);
}

/* Whether the bytes are here, and good. */
static bool part_is_good(const struct file *file, const struct part *part)
{
    const struct integrity *integrity = file->integrity;
    uint32_t slot, last;

    if (integrity->state != INTEGRITY_KNOWN)
        return extent_list_contains(&file->extents, part->storage_offset, part->storage_offset + part->size);
    slot = piece_layout_slot_at(&integrity->layout, part->storage_offset);
    last = piece_layout_slot_at(&integrity->layout, part->storage_offset + part->size - 1);
    while (slot <= last && integrity->slots[slot] & SLOT_GOOD)
        slot++;
    return slot > last;
}

bool integrity_can_deliver(const struct file *file)
{
    const struct integrity *integrity = file->integrity;
    struct part part;

    if (integrity->pending)
        return !stream_is_blocked(file->stream);
    if (integrity->drop || integrity->state == INTEGRITY_WANTED || integrity->state == INTEGRITY_READING)
        return false;
    if (!find_part(file, part_size(file), &part))
        return file_is_whole(file);     /* that is to be noted */
    return part_is_good(file, &part);
}

bool integrity_run_open(struct integrity_run *run)
{
    struct engine *engine = run->engine;
    struct file *file = run->file;
    struct stat info;
    char *path;
    int error;

    if (run->fd != -1 || integrity_spools(file))
        return true;
    if (!(path = strdup(file->temp_path)))
    {
        integrity_fail(engine, file, E_OUTOFMEMORY);
        return false;
    }
    pthread_mutex_unlock(&engine->lock);
    run->fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    error = run->fd == -1 ? errno : 0;
    if (!error && (fstat(run->fd, &info) || !S_ISREG(info.st_mode) || info.st_nlink != 1))
        error = ESTALE;
    free(path);
    pthread_mutex_lock(&engine->lock);
    if (!error)
        return true;
    integrity_run_close(run);
    file_reset(file);                   /* the temporary file is lost: a new start begins from nothing */
    saver_mark_file(engine, file);
    integrity_fail(engine, file, hresult_from_errno(error));
    return false;
}

void integrity_run_close(struct integrity_run *run)
{
    if (run->fd != -1)
        close(run->fd);
    run->fd = -1;
}

static int32_t make_decryption(struct integrity_run *run)
{
    struct decryption_info info;

    if (run->decryption || !integrity_is_encrypted(run->file))
        return S_OK;
    if (!parse_key(run->file, &info))
        return E_NOT_SET;
    run->decryption = decryption_create(&info);
    decryption_info_cleanup(&info);
    return run->decryption ? S_OK : E_OUTOFMEMORY;
}

/* Without engine.lock. *size becomes the number of bytes of plain text. */
static int32_t read_part(struct integrity_run *run, int fd, const struct part *part, uint8_t *buffer, size_t *size)
{
    int error;

    *size = part->size;
    if ((error = integrity_read(fd, part->storage_offset, buffer, part->size)))
        return hresult_from_errno(error == ENODATA ? EIO : error);
    if (!run->decryption)
        return S_OK;
    return decryption_decrypt(run->decryption, part->content_offset, buffer, part->size, part->last, size);
}

/* The pending bytes go into the ring as far as there is room; under engine.lock, so that nobody resets it meanwhile. */
static void deliver_pending(struct engine *engine, struct file *file)
{
    struct integrity *integrity = file->integrity;
    size_t size = integrity->pending_size - integrity->pending_start;
    bool good, tell;

    if (size > INTEGRITY_CHUNK)
        size = INTEGRITY_CHUNK;
    good = !size || stream_append(file->stream, integrity->pending + integrity->pending_start, size, &tell);
    if (!good)
        return;
    if (size && tell)
        event_queue(engine, file->job, EVENT_STREAM_DATA);
    integrity->pending_start += size;
    integrity->delivered += size;
    if (integrity->pending_start == integrity->pending_size)
    {
        free(integrity->pending);
        integrity->pending = NULL;
    }
}

/* What is needed no more makes room on the disk. */
static void punch(int fd, const struct part *part)
{
    (void)fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)part->storage_offset, (off_t)part->size);
}

void integrity_deliver(struct integrity_run *run)
{
    struct engine *engine = run->engine;
    struct file *file = run->file;
    struct integrity *integrity = file->integrity;
    unsigned int version = integrity->version;
    size_t size = part_size(file), plain;
    struct part part;
    uint8_t *buffer;
    int32_t hr;
    int fd = integrity->spool;

    if (integrity->pending)
    {
        deliver_pending(engine, file);
        return;
    }
    if (!find_part(file, size, &part))
    {
        if (integrity_is_encrypted(file) && !integrity->done)
            integrity_fail(engine, file, DO_E_FILE_ENCRYPTION_EXPECTED);
        else
            integrity_finish(file);
        return;
    }
    if (!(buffer = malloc(size)))
    {
        integrity_fail(engine, file, E_OUTOFMEMORY);
        return;
    }
    if (SUCCEEDED(hr = make_decryption(run)))
    {
        pthread_mutex_unlock(&engine->lock);
        hr = read_part(run, fd, &part, buffer, &plain);
        pthread_mutex_lock(&engine->lock);
    }
    if (integrity->version != version || FAILED(hr))
    {
        free(buffer);
        if (integrity->version == version)
            integrity_fail(engine, file, hr);
        return;
    }
    punch(fd, &part);
    integrity->pending = buffer;
    integrity->pending_start = 0;
    integrity->pending_size = plain;
    integrity->done += part.size;
}

static int write_part(int fd, uint64_t offset, const uint8_t *bytes, size_t size)
{
    ssize_t ret;

    while (size)
    {
        ret = pwrite(fd, bytes, size, (off_t)offset);
        if (ret < 0 && errno == EINTR)
            continue;
        if (ret <= 0)
            return ret ? errno : ENOSPC;
        bytes += ret;
        offset += (uint64_t)ret;
        size -= (size_t)ret;
    }
    return 0;
}

/* A wrong key shows at the end of the file: nothing is changed before that is known to be right. */
static int32_t check_key(struct integrity_run *run, uint8_t *buffer, size_t size)
{
    struct file *file = run->file;
    struct integrity *integrity = file->integrity;
    uint64_t done = integrity->done, total = integrity_wanted_total(file);
    struct part part;
    int32_t hr = S_OK;
    size_t plain;

    if (!run->decryption)
        return S_OK;
    if (!total)
        return DO_E_FILE_ENCRYPTION_EXPECTED;
    integrity->done = (total - 1) / size * size;
    if (find_part(file, size, &part) && part.last)
    {
        pthread_mutex_unlock(&run->engine->lock);
        hr = read_part(run, run->fd, &part, buffer, &plain);
        pthread_mutex_lock(&run->engine->lock);
    }
    integrity->done = done;
    return hr;
}

/* Part by part, to the left or to where it is. S_FALSE: it is left in the middle, since its job or the engine goes. */
static int32_t move_parts(struct integrity_run *run, uint8_t *buffer, size_t size, uint64_t *end)
{
    struct engine *engine = run->engine;
    struct file *file = run->file;
    struct integrity *integrity = file->integrity;
    unsigned int version = integrity->version;
    int32_t hr = S_OK;
    struct part part;
    size_t plain;
    int error;

    *end = integrity->base;
    while (SUCCEEDED(hr) && find_part(file, size, &part))
    {
        if (engine->stopping || job_state_is_final(file->job->state))
            return S_FALSE;
        pthread_mutex_unlock(&engine->lock);
        if (SUCCEEDED(hr = read_part(run, run->fd, &part, buffer, &plain))
            && (run->decryption || part.storage_offset != *end)
            && (error = write_part(run->fd, *end, buffer, plain)))
            hr = hresult_from_errno(error);
        pthread_mutex_lock(&engine->lock);
        if (integrity->version != version)
            return S_FALSE;
        *end += plain;
        integrity->done += part.size;
    }
    return hr;
}

/* Without engine.lock. */
static int32_t end_file(struct file *file, int fd, const char *path, uint64_t size)
{
    int error;

    if (ftruncate(fd, (off_t)size))
        return hresult_from_errno(errno);
    error = temp_file_sync(&file->temp, fd, path);
    return error ? hresult_from_errno(error) : S_OK;
}

static int32_t rewrite_file(struct integrity_run *run, uint8_t *buffer, size_t size, const char *path)
{
    struct engine *engine = run->engine;
    struct file *file = run->file;
    struct integrity *integrity = file->integrity;
    unsigned int version = integrity->version;
    uint64_t end;
    int32_t hr;

    if (FAILED(hr = make_decryption(run)) || FAILED(hr = check_key(run, buffer, size)) || integrity->version != version)
        return hr;
    if (FAILED(hr = integrity_begin_rewriting(engine, file)) || integrity->version != version)
        return hr;
    integrity->done = 0;
    if ((hr = move_parts(run, buffer, size, &end)) == S_OK)
    {
        pthread_mutex_unlock(&engine->lock);
        hr = end_file(file, run->fd, path, end);
        pthread_mutex_lock(&engine->lock);
    }
    if (integrity->version != version)
        return S_OK;
    if (hr == S_OK)
    {
        file->numbers[FILE_NUMBER_FINAL_SIZE] = end;
        integrity_finish(file);
    }
    else
    {
        file_reset(file);               /* nobody knows what is left */
    }
    saver_mark_file(engine, file);
    return hr;
}

void integrity_rewrite(struct integrity_run *run)
{
    struct engine *engine = run->engine;
    struct file *file = run->file;
    unsigned int version = file->integrity->version;
    size_t size = part_size(file);
    uint8_t *buffer = malloc(size);
    char *path = strdup(file->temp_path);
    int32_t hr = E_OUTOFMEMORY;

    if (buffer && path && integrity_run_open(run))
    {
        if (file->integrity->version == version)
            hr = rewrite_file(run, buffer, size, path);
        if (FAILED(hr))
            integrity_fail(engine, file, hr);
    }
    free(buffer);
    free(path);
}
