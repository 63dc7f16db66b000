/*
 * A client of the engine alone: what transfers cost without Wine.
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

/*
 * engine_get [-b] [-n SIZE] [-c CA_FILE] STATE_DIRECTORY LIMIT_SECONDS COUNT URL PATH
 * COUNT is 0 for one file; otherwise URL and PATH are continued by 0001.bin and so on. -b: in the background; -n:
 * into a sink that takes bytes and keeps none of them, a sparse file of that size. It answers with one line of
 * "name value" pairs: us, bytes, cut (1: the limit passed), cpu_us, peak_kib, and of the processor time the parts
 * of the engine's threads: transfer_cpu_us, work_cpu_us, saver_cpu_us and timer_cpu_us.
 */

#include "config.h"

#include <dirent.h>
#include <getopt.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "engine.h"
#include "result.h"

#define NAME_MAX_CHARS 64

struct request
{
    const char *state, *url, *path;
    const char *ca_file;
    unsigned int limit;                 /* seconds */
    unsigned int count;
    bool background;
};

/* One that waits for the limit, and ends the engine then. */
struct alarm
{
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    struct engine *engine;
    struct job_id job;
    struct timespec end;
    bool is_over;
    bool is_cut;
};

static off_t sparse_size;               /* 0: files are what they always are */
static atomic_bool is_sized;

/* With these the linker replaces the calls of the engine. */
ssize_t __real_pwrite(int fd, const void *data, size_t size, off_t offset);
ssize_t __wrap_pwrite(int fd, const void *data, size_t size, off_t offset);
ssize_t __real_pwritev(int fd, const struct iovec *parts, int count, off_t offset);
ssize_t __wrap_pwritev(int fd, const struct iovec *parts, int count, off_t offset);
int __real_fallocate(int fd, int mode, off_t offset, off_t size);
int __wrap_fallocate(int fd, int mode, off_t offset, off_t size);
int __real_fstatvfs(int fd, struct statvfs *space);
int __wrap_fstatvfs(int fd, struct statvfs *space);

/* Takes the place of writing: the file only gets its size, which Complete looks at. */
static ssize_t drop(int fd, size_t size)
{
    if (!atomic_exchange(&is_sized, true) && ftruncate(fd, sparse_size))
        return -1;
    return (ssize_t)size;
}

ssize_t __wrap_pwrite(int fd, const void *data, size_t size, off_t offset)
{
    return sparse_size ? drop(fd, size) : __real_pwrite(fd, data, size, offset);
}

ssize_t __wrap_pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
    size_t size = 0;
    int i;

    if (!sparse_size)
        return __real_pwritev(fd, parts, count, offset);
    for (i = 0; i < count; i++)
        size += parts[i].iov_len;
    return drop(fd, size);
}

int __wrap_fallocate(int fd, int mode, off_t offset, off_t size)
{
    return sparse_size ? 0 : __real_fallocate(fd, mode, offset, size);
}

/* What keeps nothing has room for all. */
int __wrap_fstatvfs(int fd, struct statvfs *space)
{
    int ret = __real_fstatvfs(fd, space);

    if (sparse_size && !ret)
        space->f_bavail = space->f_bfree = UINT32_MAX;
    return ret;
}

static void require(int32_t hr, const char *what)
{
    if (SUCCEEDED(hr))
        return;
    fprintf(stderr, "%s: error %#x\n", what, (unsigned int)hr);
    exit(EXIT_FAILURE);
}

static double now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static double cpu_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

/* The first word of a file in /proc/self. */
static bool read_word(const char *directory, const char *thread, const char *name, char *word, size_t size)
{
    char path[PATH_MAX];
    bool done = false;
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s/%s", directory, thread, name);
    if (!(file = fopen(path, "r")))
        return false;
    if (fgets(word, (int)size, file))
    {
        word[strcspn(word, " \n")] = 0;
        done = true;
    }
    fclose(file);
    return done;
}

/* What the threads with a name have used of a processor. */
static double thread_cpu_us(const char *name)
{
    static const char directory[] = "/proc/self/task";
    char word[NAME_MAX_CHARS];
    struct dirent *entry;
    double us = 0;
    DIR *tasks;

    if (!(tasks = opendir(directory)))
        return 0;
    while ((entry = readdir(tasks)))
    {
        if (read_word(directory, entry->d_name, "comm", word, sizeof(word)) && !strcmp(word, name)
                && read_word(directory, entry->d_name, "schedstat", word, sizeof(word)))
            us += strtod(word, NULL) / 1e3;
    }
    closedir(tasks);
    return us;
}

static void *alarm_run(void *context)
{
    struct alarm *alarm = context;

    pthread_mutex_lock(&alarm->mutex);
    while (!alarm->is_over && !alarm->is_cut)
    {
        if (pthread_cond_timedwait(&alarm->cond, &alarm->mutex, &alarm->end))
            alarm->is_cut = true;
    }
    pthread_mutex_unlock(&alarm->mutex);
    if (alarm->is_cut)
        (void)engine_job_act(alarm->engine, &alarm->job, JOB_ACTION_SUSPEND); /* when it has just ended, all is well */
    return NULL;
}

static void alarm_start(struct alarm *alarm, unsigned int seconds)
{
    pthread_mutex_init(&alarm->mutex, NULL);
    pthread_cond_init(&alarm->cond, NULL);
    clock_gettime(CLOCK_REALTIME, &alarm->end);
    alarm->end.tv_sec += seconds;
    if (pthread_create(&alarm->thread, NULL, alarm_run, alarm))
        abort();
}

/* Returns whether the limit passed. */
static bool alarm_end(struct alarm *alarm)
{
    pthread_mutex_lock(&alarm->mutex);
    alarm->is_over = true;
    pthread_cond_signal(&alarm->cond);
    pthread_mutex_unlock(&alarm->mutex);
    pthread_join(alarm->thread, NULL);
    pthread_cond_destroy(&alarm->cond);
    pthread_mutex_destroy(&alarm->mutex);
    return alarm->is_cut;
}

static char *numbered(const char *prefix, unsigned int number)
{
    char *name;

    if (asprintf(&name, "%s%04u.bin", prefix, number) == -1)
        abort();
    return name;
}

/* All files with one call. */
static void add_files(struct engine *engine, const struct job_id *job, const struct request *request)
{
    uint32_t count = request->count ? request->count : 1, i;
    struct file_request *files;

    if (!(files = calloc(count, sizeof(*files))))
        abort();
    for (i = 0; i < count; i++)
    {
        files[i].size = ENGINE_SIZE_UNKNOWN;
        files[i].url = request->count ? numbered(request->url, i + 1) : request->url;
        files[i].path = request->count ? numbered(request->path, i + 1) : request->path;
        files[i].local_name = files[i].path;
    }
    require(engine_job_add_files(engine, job, files, count), "add_files");
    for (i = 0; i < request->count; i++)
    {
        free((char *)files[i].url);
        free((char *)files[i].path);
    }
    free(files);
}

/* Waits until the job is transferred, failed, or was suspended by the alarm. */
static void wait_for_job(struct engine *engine, const struct job_id *job)
{
    struct job_info info;

    require(engine_job_wait(engine, job), "wait");
    require(engine_job_get_info(engine, job, &info), "get_info");
    if (info.state == JOB_ERROR)
    {
        fprintf(stderr, "the job failed\n");
        exit(EXIT_FAILURE);
    }
}

static void fetch(struct engine *engine, const struct request *request)
{
    double start = now_us(), cpu = cpu_us();
    struct alarm alarm = {.engine = engine};
    struct job_info info;
    struct rusage usage;
    bool cut;

    require(engine_job_create(engine, JOB_KIND_JOB, "benchmark", "S-1-5-21-0", &alarm.job), "create");
    require(engine_job_set_number(engine, &alarm.job, JOB_NUMBER_PRIORITY,
            request->background ? JOB_PRIORITY_NORMAL : JOB_PRIORITY_FOREGROUND), "priority");
    add_files(engine, &alarm.job, request);
    require(engine_job_act(engine, &alarm.job, JOB_ACTION_RESUME), "resume");
    alarm_start(&alarm, request->limit);
    wait_for_job(engine, &alarm.job);
    cut = alarm_end(&alarm);
    require(engine_job_get_info(engine, &alarm.job, &info), "get_info");
    if (!cut)
        require(engine_job_act(engine, &alarm.job, JOB_ACTION_COMPLETE), "complete");
    getrusage(RUSAGE_SELF, &usage);
    printf("us %.0f bytes %llu cut %d cpu_us %.0f peak_kib %ld", now_us() - start,
           (unsigned long long)info.bytes_transferred, cut, cpu_us() - cpu, usage.ru_maxrss);
    printf(" transfer_cpu_us %.0f work_cpu_us %.0f saver_cpu_us %.0f timer_cpu_us %.0f\n",
           thread_cpu_us("dosvc-transfer"), thread_cpu_us("dosvc-work"), thread_cpu_us("dosvc-saver"),
           thread_cpu_us("dosvc-timer"));
    if (cut)
        require(engine_job_act(engine, &alarm.job, JOB_ACTION_CANCEL), "cancel");
    engine_job_close(engine, &alarm.job);
}

int main(int argc, char **argv)
{
    struct engine_config config = {0};
    struct request request = {0};
    struct engine *engine;
    int option;

    while ((option = getopt(argc, argv, "bn:c:")) != -1)
    {
        if (option == 'b')
            request.background = true;
        else if (option == 'n')
            sparse_size = (off_t)strtoull(optarg, NULL, 10);
        else if (option == 'c')
            request.ca_file = optarg;
        else
            return 2;
    }
    if (argc - optind != 5)
        return 2;
    request.state = argv[optind];
    request.limit = (unsigned int)strtoul(argv[optind + 1], NULL, 10);
    request.count = (unsigned int)strtoul(argv[optind + 2], NULL, 10);
    request.url = argv[optind + 3];
    request.path = argv[optind + 4];
    config.state_dir = request.state;
    config.ca_file = request.ca_file;
    require(engine_create(&config, &engine), "engine");
    fetch(engine, &request);
    engine_free(engine);
    return EXIT_SUCCESS;
}
