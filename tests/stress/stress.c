/*
 * Many jobs, clients that do at random what clients can do, and servers that fail: in the end everything must add up.
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
#include <inttypes.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine.h"
#include "result.h"
#include "testserver.h"

#define DEFAULT_SECONDS 4               /* the first argument; the second one is the seed */
#define JOBS 200                        /* at once */
#define FILES 5                         /* of a new job */
#define MORE_FILES 3                    /* that may be added to it */
#define CLIENTS 8
#define CALL_LIMIT_MS 60000             /* a call that takes longer does not return any more */
#define END_LIMIT_MS 180000             /* in which the jobs that are left have to become transferred */
#define SIZE_MAX_KB 160
#define RESULT_INVALID_SERVER_RESPONSE HRESULT_FROM_WIN32(12152)    /* of files that change too often */
#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

/*
 * A destination is named SEED-SIZE-R: which content it must have, and whether it is two ranges of it, with a gap of
 * GAP bytes in the middle.
 */
#define GAP 1000

/* One place for a job; when the job ends, another one takes it. */
struct slot
{
    pthread_mutex_t mutex;
    struct job_id id;                   /* guarded by the mutex */
    unsigned int more;                  /* files that were added later; guarded by the mutex */
};

struct client
{
    pthread_t thread;
    uint64_t random;
    _Atomic uint64_t call_since;        /* when the call under way began, 0 between calls */
    const char *_Atomic call;           /* its name */
};

static struct engine *engine;
static struct testserver *server;
static char directory[64], state_directory[80];
static struct slot slots[JOBS];
static struct client clients[CLIENTS + 1];      /* the last one is the main thread */
static atomic_bool stop;
static atomic_uint next_seed = 1;
static atomic_uint calls_made, jobs_made, jobs_completed, jobs_cancelled, jobs_gone, files_checked;
static atomic_uint checks_passed, checks_failed;

static bool check(bool good, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool check(bool good, const char *format, ...)
{
    char text[512];
    va_list args;

    atomic_fetch_add(good ? &checks_passed : &checks_failed, 1);
    if (good)
        return true;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    fprintf(stderr, "stress: %s\n", text);
    return false;
}

static uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* xorshift64*: the same numbers for the same seed. */
static uint32_t random_below(struct client *client, uint32_t limit)
{
    client->random ^= client->random >> 12;
    client->random ^= client->random << 25;
    client->random ^= client->random >> 27;
    return (uint32_t)((client->random * 0x2545f4914f6cdd1dull) >> 33) % limit;
}

static void call_begin(struct client *client, const char *name)
{
    atomic_store(&client->call, name);
    atomic_store(&client->call_since, now_ms());
    atomic_fetch_add(&calls_made, 1);
}

static void call_end(struct client *client)
{
    atomic_store(&client->call_since, 0);
}

/* What a call may give besides success when other clients do what they like with the job. */
static void check_result(int32_t hr, const char *name)
{
    bool good = SUCCEEDED(hr) || hr == DO_E_INVALID_STATE || hr == DO_E_JOB_NOT_FOUND
                || hr == DO_E_ERROR_INFORMATION_UNAVAILABLE;

    check(good, "%s gave %#x", name, (unsigned int)hr);
}

/* One of the ways in which servers behave; all of them give the content in the end. */
static void make_url(struct client *client, char *url, size_t room, unsigned int seed, unsigned int size)
{
    static const char *const behaviours[] =
    {
        "", "", "", "rate=200000", "rate=150000", "delay_ms=40", "fail=1", "fail=2&fail_status=503",
        "reset=3000&times=1", "truncate=2000&times=2", "norange=1", "after=1&etag2=%22other%22",
        "stall=1000&stall_ms=150&times=1", "hops=2", "close=1"
    };
    const char *behaviour = behaviours[random_below(client, COUNT_OF(behaviours))];

    snprintf(url, room, "http://127.0.0.1:%u/data/f?seed=%u&size=%u&key=%u-%u&%s",
             testserver_port(server, TESTSERVER_HTTP), seed, size, seed, random_below(client, 1000000), behaviour);
}

struct new_file
{
    char url[256], name[64], path[160];
    struct file_range ranges[2];
};

static void make_file(struct client *client, struct new_file *file, struct file_request *request)
{
    unsigned int seed = atomic_fetch_add(&next_seed, 1), size = 4 * GAP + random_below(client, SIZE_MAX_KB * 1024);
    bool ranged = !random_below(client, 5);

    memset(request, 0, sizeof(*request));
    snprintf(file->name, sizeof(file->name), "%u-%u-%u", seed, size, ranged);
    snprintf(file->path, sizeof(file->path), "%s/%s", directory, file->name);
    make_url(client, file->url, sizeof(file->url), seed, size);
    if (ranged && strstr(file->url, "norange"))
        *strstr(file->url, "norange") = 'x';    /* a server without ranges cannot serve ranges */
    file->ranges[0] = (struct file_range){0, size / 2};
    file->ranges[1] = (struct file_range){size / 2 + GAP, ENGINE_SIZE_UNKNOWN};
    request->url = file->url;
    request->local_name = file->name;
    request->path = file->path;
    request->ranges = ranged ? file->ranges : NULL;
    request->range_count = ranged ? 2 : 0;
    request->size = ENGINE_SIZE_UNKNOWN;
}

static void add_files(struct client *client, const struct job_id *id, unsigned int count)
{
    struct new_file files[FILES];
    struct file_request requests[FILES];
    unsigned int i;
    int32_t hr;

    for (i = 0; i < count; i++)
        make_file(client, &files[i], &requests[i]);
    call_begin(client, "add_files");
    hr = engine_job_add_files(engine, id, requests, count);
    call_end(client);
    check_result(hr, "add_files");
}

/* Fills the slot; nobody else knows the job before. */
static void slot_fill(struct client *client, struct slot *slot)
{
    enum job_kind kind = random_below(client, 4) ? JOB_KIND_JOB : JOB_KIND_DOWNLOAD;
    struct job_id id;
    int32_t hr;

    call_begin(client, "job_create");
    hr = engine_job_create(engine, kind, "stress", "S-1-5-21-0", &id);
    call_end(client);
    if (!check(hr == S_OK, "job_create gave %#x", (unsigned int)hr))
        exit(EXIT_FAILURE);
    atomic_fetch_add(&jobs_made, 1);
    add_files(client, &id, FILES);
    (void)engine_job_set_number(engine, &id, JOB_NUMBER_NOTIFY_FLAGS, JOB_NOTIFY_MODIFICATION);
    pthread_mutex_lock(&slot->mutex);
    slot->id = id;
    slot->more = 0;
    pthread_mutex_unlock(&slot->mutex);
}

static struct job_id slot_id(struct slot *slot)
{
    struct job_id id;

    pthread_mutex_lock(&slot->mutex);
    id = slot->id;
    pthread_mutex_unlock(&slot->mutex);
    return id;
}

static bool part_is(int fd, unsigned int seed, uint64_t content, uint64_t place, uint64_t length)
{
    uint8_t expected[16384], found[16384];
    size_t step;

    for (; length; content += step, place += step, length -= step)
    {
        step = length < sizeof(found) ? (size_t)length : sizeof(found);
        testserver_content(seed, content, expected, step);
        if (pread(fd, found, step, (off_t)place) != (ssize_t)step || memcmp(expected, found, step))
            return false;
    }
    return true;
}

static bool file_is_right(const char *path)
{
    unsigned int seed, size, ranged;
    const char *name = strrchr(path, '/') + 1;
    uint64_t length;
    struct stat info;
    bool right;
    int fd;

    if (sscanf(name, "%u-%u-%u", &seed, &size, &ranged) != 3 || (fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
        return false;
    length = size - (ranged ? GAP : 0);
    right = !fstat(fd, &info) && (uint64_t)info.st_size == length
            && part_is(fd, seed, 0, 0, ranged ? size / 2 : size)
            && (!ranged || part_is(fd, seed, size / 2 + GAP, size / 2, size - size / 2 - GAP));
    close(fd);
    return right;
}

/* A file of a job that is over is at its destination, and right, or it is not there. */
static void check_file(const struct job_id *id, uint32_t index, bool all)
{
    char name[64], path[160];
    uint32_t room = sizeof(name);
    struct file_info info;
    bool exists;
    int32_t hr;

    if (FAILED(hr = engine_file_get_text(engine, id, index, FILE_TEXT_LOCAL_NAME, name, &room))
        || FAILED(hr = engine_file_get_info(engine, id, index, &info)))
    {
        check(false, "a file of a job that ended gave %#x", (unsigned int)hr);
        return;
    }
    snprintf(path, sizeof(path), "%s/%s", directory, name);
    exists = !access(path, F_OK);
    check(exists == !!info.completed, "%s %s, although completed is %u", name, exists ? "exists" : "is missing",
          info.completed);
    check(!all || exists, "%s is missing, although its job was transferred", name);
    if (exists)
    {
        check(file_is_right(path), "%s has the wrong bytes", name);
        atomic_fetch_add(&files_checked, 1);
        (void)unlink(path);
    }
}

/* For the client that ended the job, which it has open. */
static void check_ended_job(const struct job_id *id, enum job_action action, bool all)
{
    struct job_info info;
    uint32_t i;
    int32_t hr;

    hr = engine_job_get_info(engine, id, &info);
    if (!check(hr == S_OK, "get_info of a job that ended gave %#x", (unsigned int)hr))
        return;
    atomic_fetch_add(action == JOB_ACTION_CANCEL ? &jobs_cancelled : &jobs_completed, 1);
    check(info.state == (action == JOB_ACTION_CANCEL ? JOB_CANCELLED : JOB_ACKNOWLEDGED),
          "a job that ended has the state %u", info.state);
    for (i = 0; i < info.files_total; i++)
        check_file(id, i, all);
}

static const char *const action_names[] =
{
    [JOB_ACTION_RESUME] = "resume",
    [JOB_ACTION_SUSPEND] = "suspend",
    [JOB_ACTION_COMPLETE] = "complete",
    [JOB_ACTION_CANCEL] = "cancel",
};

static int32_t act(struct client *client, const struct job_id *id, enum job_action action)
{
    int32_t hr;

    call_begin(client, action_names[action]);
    hr = engine_job_act(engine, id, action);
    call_end(client);
    check_result(hr, action_names[action]);
    return hr;
}

/* Of the clients that may end a job only one is to check it: a download may be ended again, with success. */
static bool slot_claim(struct slot *slot, const struct job_id *id)
{
    static const struct job_id none;
    bool first;

    pthread_mutex_lock(&slot->mutex);
    if ((first = !memcmp(&slot->id, id, sizeof(*id))))
        slot->id = none;
    pthread_mutex_unlock(&slot->mutex);
    return first;
}

/* Ends the job of the slot; true if it was this client who did. */
static bool end_job(struct client *client, struct slot *slot, enum job_action action, bool all)
{
    struct job_id id = slot_id(slot);
    bool ended;

    if (FAILED(engine_job_open(engine, &id)))
        return false;
    if ((ended = SUCCEEDED(act(client, &id, action)) && slot_claim(slot, &id)))
        check_ended_job(&id, action, all);
    engine_job_close(engine, &id);
    return ended;
}

/* Another server for the same content, as programs name one when the first is slow. */
static void set_url(struct client *client, const struct job_id *id)
{
    unsigned int seed, size, ranged, index = random_below(client, FILES);
    uint32_t room;
    char url[256], name[64];
    int32_t hr;

    room = sizeof(name);
    if (FAILED(hr = engine_file_get_text(engine, id, index, FILE_TEXT_LOCAL_NAME, name, &room))
        || sscanf(name, "%u-%u-%u", &seed, &size, &ranged) != 3)
    {
        check_result(hr, "get_text");
        return;
    }
    make_url(client, url, sizeof(url), seed, size);
    if (ranged && strstr(url, "norange"))
        return;
    call_begin(client, "set_url");
    hr = engine_file_set_url(engine, id, index, url);
    call_end(client);
    check_result(hr, "set_url");
}

static void get_info(struct client *client, const struct job_id *id)
{
    struct job_error error;
    struct file_stats stats;
    struct job_info info;
    int32_t hr;

    call_begin(client, "get_info");
    hr = engine_job_get_info(engine, id, &info);
    if (SUCCEEDED(hr))
        check(info.bytes_transferred <= info.bytes_total && info.files_transferred <= info.files_total,
              "%" PRIu64 " of %" PRIu64 " bytes, %u of %u files", info.bytes_transferred, info.bytes_total,
              info.files_transferred, info.files_total);
    check_result(hr, "get_info");
    check_result(engine_job_get_error(engine, id, &error), "get_error");
    check_result(engine_file_get_stats(engine, id, random_below(client, FILES), &stats), "get_stats");
    call_end(client);
}

static void add_more(struct client *client, struct slot *slot, const struct job_id *id)
{
    bool allowed;

    pthread_mutex_lock(&slot->mutex);
    if ((allowed = slot->more < MORE_FILES && !memcmp(&slot->id, id, sizeof(*id))))
        slot->more++;
    pthread_mutex_unlock(&slot->mutex);
    if (allowed)
        add_files(client, id, 1);
}

static void do_anything(struct client *client)
{
    struct slot *slot = &slots[random_below(client, JOBS)];
    struct job_id id = slot_id(slot);
    uint32_t choice = random_below(client, 100);

    if (choice < 26)
        (void)act(client, &id, JOB_ACTION_RESUME);
    else if (choice < 36)
        (void)act(client, &id, JOB_ACTION_SUSPEND);
    else if (choice < 50)
        set_url(client, &id);
    else if (choice < 60)
        check_result(engine_job_set_number(engine, &id, JOB_NUMBER_PRIORITY, random_below(client, 4)), "set_number");
    else if (choice < 64)
        add_more(client, slot, &id);
    else if (choice >= 93 && end_job(client, slot, choice < 97 ? JOB_ACTION_COMPLETE : JOB_ACTION_CANCEL, false))
        slot_fill(client, slot);
    else
        get_info(client, &id);
}

static void *client_run(void *context)
{
    struct client *client = context;

    while (!atomic_load(&stop))
        do_anything(client);
    return NULL;
}

/* Every job tells its end exactly once. */
static void *events_run(void *context)
{
    struct engine_event event;

    (void)context;
    while (SUCCEEDED(engine_wait_event(engine, &event)))
    {
        if (event.kinds & EVENT_JOB_GONE)
            atomic_fetch_add(&jobs_gone, 1);
    }
    return NULL;
}

/* Ends the program when a call does not return: with a core file, since that is what tells why. */
static void *watch_run(void *context)
{
    struct timespec pause = {.tv_nsec = 200000000};
    unsigned int i;
    uint64_t since;

    while (!atomic_load((atomic_bool *)context))
    {
        nanosleep(&pause, NULL);
        for (i = 0; i < COUNT_OF(clients); i++)
        {
            since = atomic_load(&clients[i].call_since);
            if (!since || now_ms() < since + CALL_LIMIT_MS)
                continue;
            fprintf(stderr, "stress: %s of client %u does not return\n", atomic_load(&clients[i].call), i);
            abort();
        }
    }
    return NULL;
}

/* Waits until the job is transferred; an error is tried again, as its user would. */
static bool finish_job(struct client *client, const struct job_id *id, uint64_t limit)
{
    struct timespec pause = {.tv_nsec = 5000000};
    struct job_info info = {0};
    struct job_error error;

    (void)act(client, id, JOB_ACTION_RESUME);
    while (SUCCEEDED(engine_job_get_info(engine, id, &info)) && info.state != JOB_TRANSFERRED && now_ms() < limit)
    {
        if (info.state == JOB_ERROR && SUCCEEDED(engine_job_get_error(engine, id, &error)))
            check(error.code == RESULT_INVALID_SERVER_RESPONSE, "a job failed with error %#x, HTTP status %u",
                  (unsigned int)error.code, error.http_status);
        if (info.state == JOB_ERROR || info.state == JOB_SUSPENDED)
            (void)act(client, id, JOB_ACTION_RESUME);
        nanosleep(&pause, NULL);        /* the engine has one thread that waits for events: events_run() */
    }
    return check(info.state == JOB_TRANSFERRED, "a job has the state %u instead of being transferred", info.state);
}

/* All jobs that are left get to their end: most are completed, every fourth is cancelled under way. */
static void finish_jobs(struct client *client)
{
    uint64_t limit = now_ms() + END_LIMIT_MS;
    unsigned int i;

    for (i = 0; i < JOBS; i++)
    {
        if (i % 4)
            (void)act(client, &slots[i].id, JOB_ACTION_RESUME);
    }
    for (i = 0; i < JOBS; i++)
    {
        bool whole = i % 4 && finish_job(client, &slots[i].id, limit);

        check(end_job(client, &slots[i], whole ? JOB_ACTION_COMPLETE : JOB_ACTION_CANCEL, whole),
              "a job cannot be ended");
    }
}

static unsigned int count_rows(sqlite3 *store, const char *sql)
{
    sqlite3_stmt *statement;
    unsigned int count = UINT32_MAX;

    if (sqlite3_prepare_v2(store, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
        count = (unsigned int)sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return count;
}

static void check_store(void)
{
    unsigned int jobs = UINT32_MAX, files = UINT32_MAX;
    char path[128];
    sqlite3 *store;

    snprintf(path, sizeof(path), "%s/jobs.db", state_directory);
    if (sqlite3_open(path, &store) == SQLITE_OK)
    {
        jobs = count_rows(store, "SELECT count(*) FROM jobs");
        files = count_rows(store, "SELECT count(*) FROM files");
    }
    sqlite3_close(store);
    check(!jobs && !files, "%u jobs and %u files are left in the store", jobs, files);
}

/* Removes a directory; the number of files that were still in it. */
static unsigned int remove_directory(const char *path)
{
    unsigned int count = 0;
    struct dirent *entry;
    DIR *stream;

    if (!(stream = opendir(path)))
        return 0;
    while ((entry = readdir(stream)))
    {
        count += *entry->d_name != '.' && !unlinkat(dirfd(stream), entry->d_name, 0);
    }
    closedir(stream);
    rmdir(path);
    return count;
}

static void engine_begin(void)
{
    struct engine_config config = {.state_dir = state_directory, .retry_delay_ms = 20};

    strcpy(directory, "/tmp/dosvc-stress-XXXXXX");
    if (!mkdtemp(directory) || !(server = testserver_start(NULL)))
    {
        perror("stress");
        exit(EXIT_FAILURE);
    }
    snprintf(state_directory, sizeof(state_directory), "%s.state", directory);
    if (!check(engine_create(&config, &engine) == S_OK, "there is no engine"))
        exit(EXIT_FAILURE);
}

static void run(unsigned int seconds)
{
    struct timespec duration = {.tv_sec = seconds};
    struct client *self = &clients[CLIENTS];
    unsigned int i;

    for (i = 0; i < JOBS; i++)
    {
        pthread_mutex_init(&slots[i].mutex, NULL);
        slot_fill(self, &slots[i]);
    }
    for (i = 0; i < CLIENTS; i++)
        pthread_create(&clients[i].thread, NULL, client_run, &clients[i]);
    nanosleep(&duration, NULL);
    atomic_store(&stop, true);
    for (i = 0; i < CLIENTS; i++)
        pthread_join(clients[i].thread, NULL);
    printf("%u calls, %u jobs, %u completed, %u cancelled, %u files compared\n", calls_made, jobs_made,
           jobs_completed, jobs_cancelled, files_checked);
    finish_jobs(self);
    for (i = 0; i < JOBS; i++)
        pthread_mutex_destroy(&slots[i].mutex);
}

static void engine_end(void)
{
    uint32_t count = UINT32_MAX;

    (void)engine_job_list(engine, JOB_KIND_JOB, NULL, 0, &count);
    check(!count, "%u jobs are left", count);
    (void)engine_job_list(engine, JOB_KIND_DOWNLOAD, NULL, 0, &count);
    check(!count, "%u downloads are left", count);
    check(jobs_completed + jobs_cancelled == jobs_made, "%u jobs were made, and %u ended", jobs_made,
          jobs_completed + jobs_cancelled);
    engine_shutdown(engine);
}

int main(int argc, char **argv)
{
    unsigned int seconds = argc > 1 ? (unsigned int)strtoul(argv[1], NULL, 10) : DEFAULT_SECONDS, left, i;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : (uint64_t)time(NULL);
    pthread_t events, watch;
    atomic_bool over = false;

    printf("stress: %u seconds, seed %" PRIu64 "\n", seconds, seed);
    fflush(stdout);
    for (i = 0; i < COUNT_OF(clients); i++)
        clients[i].random = (seed + i + 1) * 0x9e3779b97f4a7c15ull;
    engine_begin();
    pthread_create(&events, NULL, events_run, NULL);
    pthread_create(&watch, NULL, watch_run, &over);
    run(seconds);
    engine_end();
    pthread_join(events, NULL);
    atomic_store(&over, true);
    pthread_join(watch, NULL);
    engine_free(engine);
    testserver_stop(server);
    check_store();
    left = remove_directory(directory);
    check(!left, "%u files are left", left);
    remove_directory(state_directory);
    printf("%u calls, %u jobs, %u completed, %u cancelled, %u files compared, %u ends told\n", calls_made, jobs_made,
           jobs_completed, jobs_cancelled, files_checked, jobs_gone);
    printf("%u passed, %u failed\n", checks_passed, checks_failed);
    return checks_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
