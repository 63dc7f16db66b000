/*
 * The downloads that lose their power: what they fetch, and what must come of it.
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

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plan.h"
#include "testserver.h"

static const struct file_range three_ranges[] = {{1000, 200000}, {300000, 1}, {500000, 250000}};

/*
 * The one with two sizes changes on the server: what was fetched before does not count any more, and the new content is
 * shorter. A rate makes transfers of several jobs overlap; the last file is large enough for several connections.
 */
const struct plan_job plan_jobs[PLAN_JOBS] =
{
    {JOB_KIND_JOB, false, 1, {{"size=300000&seed=1", 1, 300000, NULL, 0}}},
    {JOB_KIND_JOB, false, 2, {{"size=900000&seed=2&rate=6000000", 2, 900000, NULL, 0},
                              {"size=1&seed=3", 3, 1, NULL, 0}}},
    {JOB_KIND_JOB, false, 1, {{"size=0&seed=4", 4, 0, NULL, 0}}},
    {JOB_KIND_JOB, false, 1, {{"size=1000000&seed=5&rate=5000000", 5, 450001, three_ranges, 3}}},
    {JOB_KIND_JOB, false, 1, {{"size=900000&seed=6&after=1&size2=400000&seed2=7&truncate=600000&times=1", 7, 400000,
                               NULL, 0}}},
    {JOB_KIND_JOB, true, 1, {{"size=1500000&seed=8&rate=3000000", 8, 1500000, NULL, 0}}},
    {JOB_KIND_DOWNLOAD, false, 1, {{"size=350000&seed=9", 9, 350000, NULL, 0}}},
    {JOB_KIND_JOB, false, 1, {{"size=10000000&seed=10&rate=12000000", 10, 10000000, NULL, 0}}},
};

const char *plan_path(char *buffer, size_t size, const char *directory, unsigned int job, unsigned int file)
{
    snprintf(buffer, size, "%s/" PLAN_FILES "/%u-%u", directory, job, file);
    return buffer;
}

static bool part_is(int fd, uint64_t here, uint64_t seed, uint64_t there, uint64_t length)
{
    char expected[65536], found[65536];
    size_t step;

    for (; length; length -= step, here += step, there += step)
    {
        step = length < sizeof(found) ? (size_t)length : sizeof(found);
        testserver_content(seed, there, expected, step);
        if (pread(fd, found, step, (off_t)here) != (ssize_t)step || memcmp(expected, found, step))
            return false;
    }
    return true;
}

static bool content_is(int fd, const struct plan_file *file)
{
    uint64_t here = 0;
    struct stat info;
    uint32_t i;

    if (fstat(fd, &info) || (uint64_t)info.st_size != file->size)
        return false;
    if (!file->range_count)
        return part_is(fd, 0, file->seed, 0, file->size);
    for (i = 0; i < file->range_count; i++)
    {
        if (!part_is(fd, here, file->seed, file->ranges[i].offset, file->ranges[i].length))
            return false;
        here += file->ranges[i].length;
    }
    return true;
}

static bool file_is_right(const char *directory, unsigned int job, unsigned int file)
{
    char path[PATH_MAX];
    bool right;
    int fd;

    if ((fd = open(plan_path(path, sizeof(path), directory, job, file), O_RDONLY)) == -1)
        return false;
    right = content_is(fd, &plan_jobs[job].files[file]);
    close(fd);
    return right;
}

bool plan_is_done(const char *directory, unsigned int job)
{
    unsigned int i;

    for (i = 0; i < plan_jobs[job].file_count; i++)
    {
        if (!file_is_right(directory, job, i))
            return false;
    }
    return true;
}

static bool file_is_old(const char *path, bool exists)
{
    char buffer[sizeof(PLAN_OLD_CONTENT)];
    int fd = open(path, O_RDONLY);
    ssize_t length;

    if (fd == -1)
        return !exists;
    length = read(fd, buffer, sizeof(buffer));
    close(fd);
    return exists && length == (ssize_t)strlen(PLAN_OLD_CONTENT) && !memcmp(buffer, PLAN_OLD_CONTENT, (size_t)length);
}

bool plan_is_whole_or_old(const char *directory, unsigned int job, unsigned int file)
{
    char path[PATH_MAX];

    return file_is_right(directory, job, file)
           || file_is_old(plan_path(path, sizeof(path), directory, job, file), !job && !file);
}
