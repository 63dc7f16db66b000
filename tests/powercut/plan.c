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
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "decryption.h"
#include "plan.h"
#include "result.h"
#include "testserver.h"

#define BLOCK 4096u                     /* bytes that are encrypted together */
#define ENCRYPTED_SIZE (150 * BLOCK + 1600) /* a multiple of 16 */
#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))
#define TO_END ENGINE_SIZE_UNKNOWN

static const struct file_range three_ranges[] = {{1000, 200000}, {300000, 1}, {500000, 250000}};
/* No whole pieces of 16384 or of 65536 bytes: what is wanted of them has to be moved, in many steps. */
static const struct file_range many_ranges[] =
{
    {1, 9000}, {20000, 100}, {40000, 9000}, {60000, 9000}, {80000, 1}, {100000, 9000}, {120000, 9000}, {140000, 9000},
    {160000, 9000}, {180000, 30000}, {220000, 9000}, {240000, 9000}, {260000, 9000}, {280000, 1}, {300000, 9000},
    {320000, 9000}, {340000, 9000}, {360000, 30000}, {400000, 9000}, {420000, 9000}, {440000, 9000}, {690000, TO_END}
};
static const struct file_range blocks[] = {{7 * BLOCK, 100 * BLOCK}, {120 * BLOCK, TO_END}};
static const struct file_range late_range[] = {{30000, 400000}};
/* Of the second portion some are whole pieces, which stay where they are. */
static const struct file_range portions[] = {{5000, 150000}, {200000, 9000}, {400, 150000}, {262144, 65536}};
static const struct file_range stream_ranges[] = {{1000, 200000}, {300000, 200000}};

/*
 * In the first set, the one with two sizes changes on the server: what was fetched before does not count any more, and
 * the new content is shorter. A rate makes transfers of several jobs overlap; the last file is large enough for several
 * connections.
 *
 * The second set is of files that are checked or decrypted, and of streams. Some pieces are bad the first time. Every
 * second request for the piece hashes of the one with the late range fails, so that they come and go between the runs.
 */
const struct plan_job plan_jobs[PLAN_JOBS] =
{
    {0, JOB_KIND_JOB, false, false, 1, {{.query = "", .seed = 1, .size = 300000}}},
    {0, JOB_KIND_JOB, false, false, 2, {{.query = "rate=6000000", .seed = 2, .size = 900000},
                                        {.query = "", .seed = 3, .size = 1}}},
    {0, JOB_KIND_JOB, false, false, 1, {{.query = "", .seed = 4, .size = 0}}},
    {0, JOB_KIND_JOB, false, false, 1, {{.query = "rate=5000000", .seed = 5, .size = 1000000,
                                         .ranges = three_ranges, .range_count = COUNT_OF(three_ranges)}}},
    {0, JOB_KIND_JOB, false, false, 1, {{.query = "size=900000&seed=6&after=1&size2=400000&seed2=7&truncate=600000"
                                                  "&times=1", .seed = 7, .size = 400000}}},
    {0, JOB_KIND_JOB, false, true, 1, {{.query = "rate=3000000", .seed = 8, .size = 1500000}}},
    {0, JOB_KIND_DOWNLOAD, false, false, 1, {{.query = "", .seed = 9, .size = 350000}}},
    {0, JOB_KIND_JOB, false, false, 1, {{.query = "rate=12000000", .seed = 10, .size = 10000000}}},

    {1, JOB_KIND_JOB, false, false, 1, {{.query = "rate=6000000", .seed = 11, .size = 700000,
                                         .ranges = many_ranges, .range_count = COUNT_OF(many_ranges),
                                         .pieces = "pieces=16384", .mandatory = true}}},
    {1, JOB_KIND_JOB, false, false, 2, {{.query = "rate=6000000", .size = ENCRYPTED_SIZE, .encrypted = true},
                                        {.query = "", .seed = 12, .size = 5000}}},
    {1, JOB_KIND_JOB, false, false, 1, {{.query = "rate=6000000&times=1&flip=300000", .size = ENCRYPTED_SIZE,
                                         .ranges = blocks, .range_count = COUNT_OF(blocks), .pieces = "pieces=65536",
                                         .mandatory = true, .encrypted = true}}},
    {1, JOB_KIND_JOB, false, false, 2, {{.query = "rate=4000000", .seed = 13, .size = 600000,
                                         .stream = true},
                                        {.query = "", .seed = 14, .size = 300000, .pieces = "pieces=16384"}}},
    {1, JOB_KIND_JOB, false, false, 1, {{.query = "rate=4000000&times=1&flip=500000", .seed = 15,
                                         .size = 600000, .ranges = stream_ranges,
                                         .range_count = COUNT_OF(stream_ranges), .pieces = "pieces=65536",
                                         .mandatory = true, .stream = true}}},
    {1, JOB_KIND_DOWNLOAD, true, false, 1, {{.query = "rate=6000000", .size = ENCRYPTED_SIZE, .pieces = "pieces=65536",
                                             .mandatory = true, .encrypted = true, .stream = true}}},
    {1, JOB_KIND_DOWNLOAD, true, false, 1, {{.query = "", .seed = 16, .size = 700000, .ranges = portions,
                                             .range_count = COUNT_OF(portions), .first_portion = 2,
                                             .pieces = "pieces=65536", .mandatory = true}}},
    {1, JOB_KIND_JOB, false, false, 1, {{.query = "rate=3000000", .seed = 17, .size = 700000,
                                         .ranges = late_range, .range_count = COUNT_OF(late_range),
                                         .pieces = "pieces=65536&fail_every=2&fail_status=404"}}},
    {1, JOB_KIND_JOB, false, true, 1, {{.query = "rate=2000000", .size = ENCRYPTED_SIZE, .encrypted = true}}},
    {1, JOB_KIND_DOWNLOAD, false, false, 1, {{.query = "", .seed = 18, .size = 200000,
                                              .pieces = "pieces=16384", .mandatory = true}}},
};

/* Of the content that is encrypted: which one it is, and its plain text. */
static uint64_t encrypted_seed;
static uint8_t plain[ENCRYPTED_SIZE];
static size_t plain_size;

static void die(const char *what)
{
    fprintf(stderr, "powercut: %s.\n", what);
    exit(2);
}

/*
 * The generated content stands for what was encrypted: of some seeds the last block has a padding under the key, and so
 * any plain text will do.
 */
void plan_init(void)
{
    const uint64_t last = ENCRYPTED_SIZE / BLOCK * BLOCK;
    struct decryption *decryption;
    struct decryption_info info;
    size_t size = 0, offset;

    if (FAILED(decryption_info_parse(PLAN_DECRYPTION_INFO, &info)) || !(decryption = decryption_create(&info)))
        die("the key is of no use");
    decryption_info_cleanup(&info);
    do
        testserver_content(++encrypted_seed, last, plain + last, ENCRYPTED_SIZE - last);
    while (FAILED(decryption_decrypt(decryption, last, plain + last, ENCRYPTED_SIZE - last, true, &size)));
    plain_size = last + size;
    for (offset = 0; offset < last; offset += BLOCK)
    {
        testserver_content(encrypted_seed, offset, plain + offset, BLOCK);
        if (FAILED(decryption_decrypt(decryption, offset, plain + offset, BLOCK, false, &size)))
            die("nothing can be decrypted");
    }
    decryption_free(decryption);
}

uint32_t plan_set(unsigned int set)
{
    uint32_t mask = 0;
    unsigned int i;

    for (i = 0; i < PLAN_JOBS; i++)
        mask |= plan_jobs[i].set == set ? 1u << i : 0;
    return mask;
}

uint64_t plan_seed(const struct plan_file *file)
{
    return file->encrypted ? encrypted_seed : file->seed;
}

/* Of what the client gets of the whole content. */
static uint64_t content_size(const struct plan_file *file)
{
    return file->encrypted ? plain_size : file->size;
}

static uint64_t range_length(const struct plan_file *file, uint32_t range)
{
    if (!file->range_count)
        return content_size(file);
    return file->ranges[range].length == TO_END ? content_size(file) - file->ranges[range].offset
                                                : file->ranges[range].length;
}

uint64_t plan_size(const struct plan_file *file)
{
    uint64_t size = range_length(file, 0);
    uint32_t i;

    for (i = 1; i < file->range_count; i++)
        size += range_length(file, i);
    return size;
}

static bool content_is(const struct plan_file *file, uint64_t offset, const uint8_t *bytes, size_t size)
{
    uint8_t expected[4096];
    size_t step;

    if (file->encrypted)
        return !memcmp(bytes, plain + offset, size);
    for (; size; size -= step, bytes += step, offset += step)
    {
        step = size < sizeof(expected) ? size : sizeof(expected);
        testserver_content(file->seed, offset, expected, step);
        if (memcmp(bytes, expected, step))
            return false;
    }
    return true;
}

bool plan_bytes_are(const struct plan_file *file, uint64_t offset, const void *bytes, size_t size)
{
    const uint8_t *next = bytes;
    uint64_t length;
    uint32_t i = 0;
    size_t step;

    if (offset + size > plan_size(file))
        return false;
    for (; size; i++, offset = 0)
    {
        for (length = range_length(file, i); offset >= length; length = range_length(file, ++i))
            offset -= length;
        step = size < length - offset ? size : (size_t)(length - offset);
        if (!content_is(file, (file->range_count ? file->ranges[i].offset : 0) + offset, next, step))
            return false;
        next += step;
        size -= step;
    }
    return true;
}

const char *plan_path(char *buffer, size_t size, const char *directory, unsigned int job, unsigned int file)
{
    snprintf(buffer, size, "%s/" PLAN_FILES "/%u-%u", directory, job, file);
    return buffer;
}

static bool opened_file_is(int fd, const struct plan_file *file)
{
    uint8_t bytes[65536];
    uint64_t offset = 0;
    ssize_t length;

    while ((length = read(fd, bytes, sizeof(bytes))) > 0)
    {
        if (!plan_bytes_are(file, offset, bytes, (size_t)length))
            return false;
        offset += (uint64_t)length;
    }
    return !length && offset == plan_size(file);
}

static bool file_is_right(const char *directory, unsigned int job, unsigned int file)
{
    char path[PATH_MAX];
    bool right;
    int fd;

    if ((fd = open(plan_path(path, sizeof(path), directory, job, file), O_RDONLY)) == -1)
        return false;
    right = opened_file_is(fd, &plan_jobs[job].files[file]);
    close(fd);
    return right;
}

bool plan_is_done(const char *directory, unsigned int job)
{
    unsigned int i;

    for (i = 0; i < plan_jobs[job].file_count; i++)
    {
        if (!plan_jobs[job].files[i].stream && !file_is_right(directory, job, i))
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
