/*
 * A damaged database of jobs.
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

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine_private.h"
#include "fuzz.h"

static char directory[64];
static bool made;

static void empty_directory(void)
{
    DIR *handle = opendir(directory);
    struct dirent *entry;

    while (handle && (entry = readdir(handle)))
        (void)unlinkat(dirfd(handle), entry->d_name, 0); /* . and .. stay */
    if (handle)
        closedir(handle);
}

static void remove_directory(void)
{
    empty_directory();
    (void)rmdir(directory);
}

static bool write_database(const uint8_t *data, size_t size)
{
    char path[128];
    bool good;
    FILE *file;

    snprintf(path, sizeof(path), "%s/jobs.db", directory);
    if (!(file = fopen(path, "wb")))
        return false;
    good = fwrite(data, 1, size, file) == size;
    return !fclose(file) && good;
}

static void take_job(void *context, struct job *job)
{
    unsigned int *count = context;

    FUZZ_CHECK(job->state < JOB_STATE_COUNT);
    (*count)++;
    job_free(job);
}

/* Whatever stands there: either there is a store then, and its jobs can be read, or an error. */
int FUZZ_TARGET(store)(const uint8_t *data, size_t size)
{
    unsigned int count = 0, skipped;
    struct store_report report;
    struct store *store;

    if (!made)
    {
        snprintf(directory, sizeof(directory), "%s/dosvc-fuzz-XXXXXX", access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
        if (!mkdtemp(directory))
            return 0;
        made = true;
        atexit(remove_directory);
    }
    if (write_database(data, size) && SUCCEEDED(store_open(directory, &store, &report)))
    {
        (void)store_load(store, take_job, &count, &skipped);
        store_close(store);
    }
    empty_directory();
    return 0;
}
