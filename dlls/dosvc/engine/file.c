/*
 * A file of a job: how much of it is here.
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

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine_private.h"
#include "fetch.h"

/* The names are those of the store: never change one. */
static const struct setting_number file_numbers[FILE_NUMBER_COUNT] =
{
    [FILE_NUMBER_TOTAL_SIZE] = {"total_size", ENGINE_SIZE_UNKNOWN},
    [FILE_NUMBER_INTEGRITY_MANDATORY] = {"integrity_mandatory", 0},
    [FILE_NUMBER_BYTES_FROM_HTTP] = {"bytes_from_http", 0},
    [FILE_NUMBER_DURATION] = {"duration", 0},
    [FILE_NUMBER_VALID] = {"valid", 0},
    [FILE_NUMBER_BYTES_FROM_CACHE] = {"bytes_from_cache", 0},
    [FILE_NUMBER_PORTION_BASE] = {"portion_base", 0},
    [FILE_NUMBER_ENCRYPTED] = {"encrypted", 0},
    [FILE_NUMBER_FINAL_SIZE] = {"final_size", ENGINE_SIZE_UNKNOWN},
};

static const char *const file_texts[FILE_TEXT_COUNT] =
{
    [FILE_TEXT_INTEGRITY_INFO] = "integrity_info",
    [FILE_TEXT_DECRYPTION_INFO] = NULL, /* a secret */
};

const struct setting_table file_settings =
{
    .numbers = file_numbers,
    .number_count = FILE_NUMBER_COUNT,
    .texts = file_texts,
    .text_count = FILE_TEXT_COUNT,
};

/* `DO<unique>.tmp` in the directory of the destination; NULL: no memory, or no random numbers. */
static char *file_make_temp_path(const char *path)
{
    const char *slash = strrchr(path, '/');
    int directory = slash ? (int)(slash - path) + 1 : 0;
    uint8_t random[8];
    char *temp;

    if (RAND_bytes(random, sizeof(random)) != 1)
        return NULL;
    if (asprintf(&temp, "%.*sDO%02X%02X%02X%02X%02X%02X%02X%02X.tmp", directory, path, random[0], random[1], random[2],
                 random[3], random[4], random[5], random[6], random[7]) < 0)
        return NULL;
    return temp;
}

/* As Windows has it, case does not make a difference; of ASCII letters it is known. */
static unsigned char fold(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

void file_hash_path(struct file *file)
{
    const char *p;

    file->path_hash = file->path ? 2166136261u : 0;
    for (p = file->path; p && *p; p++)
        file->path_hash = (file->path_hash ^ fold(*p)) * 16777619u;
}

static bool path_equals(const char *a, const char *b)
{
    while (*a && fold(*a) == fold(*b))
    {
        a++;
        b++;
    }
    return fold(*a) == fold(*b);
}

const struct file *job_find_path(const struct job *job, const struct file *file)
{
    uint32_t i;

    for (i = 0; file->path && i < job->file_count; i++)
    {
        const struct file *other = job->files[i];

        if (other != file && other->path_hash == file->path_hash && other->path && path_equals(other->path, file->path))
            return other;
    }
    return NULL;
}

void file_set_dirty(struct file *file)
{
    if (file->dirty || file->hashes_of)
        return;
    file->dirty = true;
    file->dirty_next = file->job->dirty_files;
    file->job->dirty_files = file;
}

bool file_set_path(struct file *file, const char *local_name, const char *path)
{
    char *name_copy = strdup(local_name), *path_copy = strdup(path), *temp_path = file_make_temp_path(path);

    if (!name_copy || !path_copy || !temp_path)
    {
        free(name_copy);
        free(path_copy);
        free(temp_path);
        return false;
    }
    free(file->local_name);
    free(file->path);
    free(file->temp_path);
    file->local_name = name_copy;
    file->path = path_copy;
    file->temp_path = temp_path;
    file_hash_path(file);
    return true;
}

struct file *file_alloc(const struct file_request *request)
{
    size_t ranges_size = request->range_count * sizeof(*request->ranges);
    struct file *file;

    if (!(file = calloc(1, sizeof(*file))))
        return NULL;
    settings_init(&file_settings, file->numbers, file->texts);
    file->numbers[FILE_NUMBER_TOTAL_SIZE] = request->size;
    file->size = ENGINE_SIZE_UNKNOWN;
    if (request->url)
        file->url = strdup(request->url);
    if (request->file_id)
        file->file_id = strdup(request->file_id);
    if (ranges_size && (file->ranges = malloc(ranges_size)))
    {
        memcpy(file->ranges, request->ranges, ranges_size);
        file->range_count = request->range_count;
    }
    if (!request->url == !file->url && !request->file_id == !file->file_id && !ranges_size == !file->ranges
        && (!request->path || file_set_path(file, request->local_name, request->path)))
        return file;
    file_free(file);
    return NULL;
}

void file_forget_response(struct file *file)
{
    if (!file->response)
        return;
    free(file->response->headers);
    free(file->response->address);
    free(file->response->redirect_target);
    free(file->response);
    file->response = NULL;
}

void file_free(struct file *file)
{
    if (!file)
        return;
    integrity_free(file);
    settings_cleanup(&file_settings, file->texts);
    file_forget_response(file);
    stream_free(file->stream);
    extent_list_cleanup(&file->extents);
    free(file->url);
    free(file->local_name);
    free(file->path);
    free(file->temp_path);
    free(file->file_id);
    free(file->ranges);
    free(file->etag);
    free(file->last_modified);
    free(file->cached_by);
    free(file);
}

bool file_has_sink(const struct file *file)
{
    return file->path || file->stream;
}

bool file_has_begun(const struct file *file)
{
    return file->fetch || file->transferred || file->extents.count
           || (job_state_is_active(file->job->state) && file_has_sink(file));
}

int32_t file_check_ready(const struct file *file)
{
    const struct file_range *ranges;
    uint32_t count;

    if (!file->url)
        return DO_E_DOWNLOAD_NO_URI;
    if (file_has_sink(file))
    {
        if (file->numbers[FILE_NUMBER_INTEGRITY_MANDATORY] && !file->texts[FILE_TEXT_INTEGRITY_INFO])
            return DO_E_INTEGRITYCHECKINFO_UNSPECIFIED;
        ranges = file_client_ranges(file, &count);
        return integrity_check_ranges(file, ranges, count);
    }
    return file->job->numbers[JOB_NUMBER_KIND] == JOB_KIND_DOWNLOAD ? DO_E_FILE_DOWNLOADSINK_UNSPECIFIED
                                                                    : DO_E_LOCALPATH_NOT_SET;
}

uint64_t file_known_size(const struct file *file)
{
    return file->size == ENGINE_SIZE_UNKNOWN ? file->numbers[FILE_NUMBER_TOTAL_SIZE] : file->size;
}

uint64_t file_stored_total(const struct file *file)
{
    return range_list_total(file->ranges, file->range_count, file_known_size(file));
}

uint64_t file_bytes_total(const struct file *file)
{
    uint32_t count;
    const struct file_range *ranges = file_client_ranges(file, &count);
    uint64_t total = range_list_total(ranges, count, file_known_size(file));

    return total == ENGINE_SIZE_UNKNOWN ? total : total - file->numbers[FILE_NUMBER_PORTION_BASE];
}

/* What a client took is not counted across restarts, but in the end it was everything. */
uint64_t file_bytes_transferred(const struct file *file)
{
    uint64_t base = file->numbers[FILE_NUMBER_PORTION_BASE], total;

    if (file->transferred && !file->path)
        return file_bytes_total(file);
    if (file->stream)
        total = atomic_load(&file->stream->taken);
    else if (file->fetch)
        total = fetch_bytes(file->fetch);
    else
        total = extent_list_total(&file->extents);
    total = total > base ? total - base : 0;
    return total < file_bytes_total(file) ? total : file_bytes_total(file); /* more may be needed for checks */
}

bool file_is_whole(const struct file *file)
{
    struct extent gap;

    if (file->size == ENGINE_SIZE_UNKNOWN)
        return false;
    return !extent_list_find_gap(&file->extents, 0, file_stored_total(file), &gap);
}

void file_forget_extent(struct file *file, uint64_t start, uint64_t end)
{
    extent_list_remove(&file->extents, start, end);
    if (file->fetch)
        extent_list_remove(&file->fetch->received, start, end);
}

uint64_t file_final_size(const struct file *file)
{
    uint64_t size = file->numbers[FILE_NUMBER_FINAL_SIZE];

    return size == ENGINE_SIZE_UNKNOWN ? file_stored_total(file) : size;
}

bool file_is_done(const struct file *file)
{
    return file_is_whole(file) && integrity_is_done(file)
           && (!file->stream || atomic_load(&file->stream->taken) == integrity_stream_total(file));
}

bool file_has_room(const struct file *file)
{
    if (!file->stream)
        return true;
    if (file_is_whole(file))
        return file_is_done(file);
    return file->stream->ring || file->job->ring_count < JOB_MAX_RINGS;
}

bool file_make_ring(struct file *file)
{
    if (!file->stream || file->stream->ring)
        return true;
    if (!stream_make_ring(file->stream))
        return false;
    file->job->ring_count++;
    return true;
}

void file_drop_ring(struct file *file)
{
    if (!file->stream || !file->stream->ring)
        return;
    stream_drop_ring(file->stream);
    file->job->ring_count--;
}

void file_release_ring(struct file *file)
{
    if (file->stream && !file->fetch && !stream_count(file->stream) && !integrity_holds_ring(file))
        file_drop_ring(file);
}

void file_count_flowing(struct file *file, bool flowing)
{
    if (flowing && !file->flowing_count++)
        file->flowing_since = clock_now_ms();
    if (!flowing && !--file->flowing_count)
        file->numbers[FILE_NUMBER_DURATION] += clock_now_ms() - file->flowing_since;
}

uint64_t file_duration(const struct file *file)
{
    return file->numbers[FILE_NUMBER_DURATION] + (file->flowing_count ? clock_now_ms() - file->flowing_since : 0);
}

void file_reset(struct file *file)
{
    if (file->stream)
        (void)stream_reset(file->stream, true);
    extent_list_truncate(&file->extents, 0);
    free(file->etag);
    free(file->last_modified);
    file->etag = file->last_modified = NULL;
    free(file->cached_by);
    file->cached_by = NULL;
    file->size = ENGINE_SIZE_UNKNOWN;
    file->transferred = false;
    integrity_forget_content(file);
}
