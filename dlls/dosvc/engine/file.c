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

#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine_private.h"
#include "transfer.h"

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

struct file *file_alloc(const struct file_request *request)
{
    size_t ranges_size = request->range_count * sizeof(*request->ranges);
    struct file *file;

    if (!(file = calloc(1, sizeof(*file))))
        return NULL;
    file->url = strdup(request->url);
    file->local_name = strdup(request->local_name);
    file->path = strdup(request->path);
    file->temp_path = file_make_temp_path(request->path);
    file->client_size = request->size;
    file->size = ENGINE_SIZE_UNKNOWN;
    file->dirty = true;
    if (request->file_id)
        file->file_id = strdup(request->file_id);
    if (ranges_size && (file->ranges = malloc(ranges_size)))
    {
        memcpy(file->ranges, request->ranges, ranges_size);
        file->range_count = request->range_count;
    }
    if (file->url && file->local_name && file->path && file->temp_path && !request->file_id == !file->file_id
        && !ranges_size == !file->ranges)
        return file;
    file_free(file);
    return NULL;
}

void file_free(struct file *file)
{
    if (!file)
        return;
    extent_list_cleanup(&file->extents);
    free(file->url);
    free(file->local_name);
    free(file->path);
    free(file->temp_path);
    free(file->file_id);
    free(file->ranges);
    free(file->etag);
    free(file->last_modified);
    free(file);
}

uint64_t file_bytes_total(const struct file *file)
{
    uint64_t size = file->size == ENGINE_SIZE_UNKNOWN ? file->client_size : file->size;

    return range_list_total(file->ranges, file->range_count, size);
}

uint64_t file_bytes_transferred(const struct file *file)
{
    uint64_t total = extent_list_total(&file->extents);

    return file->transfer ? total + transfer_unsynced_bytes(file->transfer) : total;
}

bool file_is_whole(const struct file *file)
{
    struct extent gap;

    if (file->size == ENGINE_SIZE_UNKNOWN)
        return false;
    return !extent_list_find_gap(&file->extents, 0, file_bytes_total(file), &gap);
}

void file_reset(struct file *file)
{
    extent_list_truncate(&file->extents, 0);
    free(file->etag);
    free(file->last_modified);
    file->etag = file->last_modified = NULL;
    file->size = ENGINE_SIZE_UNKNOWN;
    file->transferred = false;
}
