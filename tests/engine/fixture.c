/*
 * What the tests of the whole engine share: an engine with a directory of its own, and a server.
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

#include <CUnit/CUnit.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"
#include "result.h"
#include "testserver.h"

#define EVENT_LOG_MAX 65536
#define CHECK_INTERVAL_MS 20            /* what has no event of its own is looked at so often */

struct engine *fixture_engine;
struct engine_config fixture_config;
char fixture_dir[64];

static struct testserver *server;
static char state_dir[80];

/* The events that the engine told, and who reads them. */
static pthread_t event_thread;
static pthread_mutex_t event_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t event_cond;
static struct engine_event event_log[EVENT_LOG_MAX]; /* kinds are cleared as they are waited for */
static unsigned int event_count;
static char log_text[256 * 1024];       /* what the engine has logged since fixture_begin(), under event_mutex */
static size_t log_length;

int fixture_start_server(void)
{
    pthread_condattr_t attributes;

    if (pthread_condattr_init(&attributes) || pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        || pthread_cond_init(&event_cond, &attributes))
        return 1;
    pthread_condattr_destroy(&attributes);
    return (server = testserver_start(NULL)) ? 0 : 1;
}

int fixture_stop_server(void)
{
    testserver_stop(server);
    pthread_cond_destroy(&event_cond);
    return 0;
}

static void *read_events(void *context)
{
    struct engine *engine = context;
    struct engine_event event;

    while (SUCCEEDED(engine_wait_event(engine, &event)))
    {
        pthread_mutex_lock(&event_mutex);
        if (event_count < EVENT_LOG_MAX)
            event_log[event_count++] = event;
        pthread_cond_broadcast(&event_cond);
        pthread_mutex_unlock(&event_mutex);
    }
    return NULL;
}

static void log_message(void *context, enum engine_log_level level, const char *message)
{
    size_t length = strlen(message);

    (void)context;
    pthread_mutex_lock(&event_mutex);
    if (log_length + length + 2 < sizeof(log_text))
    {
        memcpy(log_text + log_length, message, length);
        memcpy(log_text + log_length + length, "\n", 2);
        log_length += length + 1;
    }
    pthread_mutex_unlock(&event_mutex);
    if (getenv("DOSVC_TEST_LOG"))
        fprintf(stderr, "engine %d: %s\n", (int)level, message);
}

static void start_engine(void)
{
    struct engine_config config = fixture_config;

    config.state_dir = state_dir;
    if (!config.retry_delay_ms)
        config.retry_delay_ms = 50;
    config.log = log_message;
    if (!config.ca_file)
        config.ca_file = testserver_ca_path(server);
    CU_ASSERT_EQUAL_FATAL(engine_create(&config, &fixture_engine), S_OK);
    CU_ASSERT_EQUAL_FATAL(pthread_create(&event_thread, NULL, read_events, fixture_engine), 0);
}

static void stop_engine(void)
{
    engine_shutdown(fixture_engine);
    pthread_join(event_thread, NULL);
    engine_free(fixture_engine);
    fixture_engine = NULL;
}

void fixture_begin(void)
{
    strcpy(fixture_dir, "/tmp/dosvc-test-XXXXXX");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(fixture_dir));
    snprintf(state_dir, sizeof(state_dir), "%s.state", fixture_dir);
    event_count = 0;
    log_length = 0;
    *log_text = 0;
    start_engine();
}

void fixture_restart(void)
{
    fixture_restart_after(NULL);
}

void fixture_restart_after(void (*change)(sqlite3 *store))
{
    char path[128];
    sqlite3 *store;

    stop_engine();
    if (change)
    {
        snprintf(path, sizeof(path), "%s/jobs.db", state_dir);
        CU_ASSERT_EQUAL_FATAL(sqlite3_open(path, &store), SQLITE_OK);
        change(store);
        CU_ASSERT_EQUAL(sqlite3_close(store), SQLITE_OK);
    }
    start_engine();
}

static void copy_file(const char *from, const char *to)
{
    int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    char buffer[65536];
    ssize_t length;

    CU_ASSERT_FATAL(in != -1 && out != -1);
    while ((length = read(in, buffer, sizeof(buffer))) > 0)
        CU_ASSERT_EQUAL_FATAL(write(out, buffer, (size_t)length), length);
    CU_ASSERT_EQUAL(length, 0);
    close(in);
    close(out);
}

void fixture_look_at_store(void (*look)(sqlite3 *store, void *context), void *context)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"}; /* the last one is made here, if at all */
    char from[128], to[128];
    unsigned int i;
    sqlite3 *store;

    for (i = 0; i < 2; i++)
    {
        snprintf(from, sizeof(from), "%s/jobs.db%s", state_dir, suffixes[i]);
        snprintf(to, sizeof(to), "%s.seen%s", state_dir, suffixes[i]);
        copy_file(from, to);
    }
    snprintf(to, sizeof(to), "%s.seen", state_dir);
    CU_ASSERT_EQUAL_FATAL(sqlite3_open(to, &store), SQLITE_OK);
    look(store, context);
    CU_ASSERT_EQUAL(sqlite3_close(store), SQLITE_OK);
    for (i = 0; i < 3; i++)
    {
        snprintf(to, sizeof(to), "%s.seen%s", state_dir, suffixes[i]);
        (void)unlink(to);
    }
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *walk)
{
    (void)info;
    (void)type;
    (void)walk;
    return remove(path);
}

void fixture_end(void)
{
    stop_engine();
    CU_ASSERT_EQUAL(fixture_count_temporary_files(), 0);
    CU_ASSERT_EQUAL(nftw(fixture_dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
    CU_ASSERT_EQUAL(nftw(state_dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
    memset(&fixture_config, 0, sizeof(fixture_config));
}

static const char *make_url(const char *scheme, unsigned int port, const char *format, va_list args)
{
    static char buffers[8][512];
    static unsigned int next;
    char *buffer = buffers[next++ % 8];
    int length;

    length = snprintf(buffer, sizeof(buffers[0]), "%s://localhost:%u", scheme, port);
    vsnprintf(buffer + length, sizeof(buffers[0]) - (size_t)length, format, args);
    return buffer;
}

const char *fixture_url(const char *format, ...)
{
    const char *url;
    va_list args;

    va_start(args, format);
    url = make_url("http", testserver_port(server, TESTSERVER_HTTP), format, args);
    va_end(args);
    return url;
}

const char *fixture_https_url(const char *format, ...)
{
    const char *url;
    va_list args;

    va_start(args, format);
    url = make_url("https", testserver_port(server, TESTSERVER_HTTPS), format, args);
    va_end(args);
    return url;
}

const char *fixture_untrusted_url(const char *format, ...)
{
    const char *url;
    va_list args;

    va_start(args, format);
    url = make_url("https", testserver_port(server, TESTSERVER_UNTRUSTED), format, args);
    va_end(args);
    return url;
}

const char *fixture_port_url(unsigned int port, const char *format, ...)
{
    const char *url;
    va_list args;

    va_start(args, format);
    url = make_url("https", testserver_port(server, port), format, args);
    va_end(args);
    return url;
}

const char *fixture_ca_path(void)
{
    return testserver_ca_path(server);
}

const char *fixture_stranger_path(void)
{
    return testserver_stranger_path(server);
}

const char *fixture_path(const char *name)
{
    static char buffers[4][256];
    static unsigned int next;
    char *buffer = buffers[next++ % 4];

    snprintf(buffer, sizeof(buffers[0]), "%s/%s", fixture_dir, name);
    return buffer;
}

struct job_id fixture_create_job(void)
{
    struct job_id job;

    CU_ASSERT_EQUAL_FATAL(engine_job_create(fixture_engine, JOB_KIND_JOB, "test job", "S-1-5-21-0", &job), S_OK);
    return job;
}

void fixture_add_file(const struct job_id *job, const char *url, const char *name)
{
    struct file_request request = {url, name, fixture_path(name), NULL, NULL, 0, ENGINE_SIZE_UNKNOWN};

    CU_ASSERT_EQUAL_FATAL(engine_job_add_files(fixture_engine, job, &request, 1), S_OK);
}

void fixture_act(const struct job_id *job, enum job_action action)
{
    CU_ASSERT_EQUAL_FATAL(engine_job_act(fixture_engine, job, action), S_OK);
}

struct job_id fixture_start_download(const char *url, const char *name)
{
    struct job_id job = fixture_create_job();

    fixture_add_file(&job, url, name);
    fixture_act(&job, JOB_ACTION_RESUME);
    return job;
}

struct job_info fixture_info(const struct job_id *job)
{
    struct job_info info = {0};

    CU_ASSERT_EQUAL_FATAL(engine_job_get_info(fixture_engine, job, &info), S_OK);
    return info;
}

static struct timespec time_after(unsigned int milliseconds)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    time.tv_nsec += (long)milliseconds * 1000000;
    time.tv_sec += time.tv_nsec / 1000000000;
    time.tv_nsec %= 1000000000;
    return time;
}

/* Waits until the condition holds; it is looked at whenever an event comes, and now and then. */
bool fixture_wait_until(bool (*condition)(const void *context), const void *context)
{
    struct timespec end = time_after(FIXTURE_TIMEOUT_MS), next, now;
    bool result;

    while (!(result = condition(context)))
    {
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec > end.tv_sec || (now.tv_sec == end.tv_sec && now.tv_nsec > end.tv_nsec))
            break;
        next = time_after(CHECK_INTERVAL_MS);
        pthread_mutex_lock(&event_mutex);
        pthread_cond_timedwait(&event_cond, &event_mutex, &next);
        pthread_mutex_unlock(&event_mutex);
    }
    return result;
}

struct wanted
{
    const struct job_id *job;
    uint64_t value;
};

static bool has_state(const void *context)
{
    const struct wanted *wanted = context;

    return fixture_info(wanted->job).state == wanted->value;
}

void fixture_wait_state(const struct job_id *job, enum job_state state)
{
    struct wanted wanted = {job, state};

    if (!fixture_wait_until(has_state, &wanted))
        fprintf(stderr, "The state is %u, and did not become %u.\n", fixture_info(job).state, state);
    CU_ASSERT_EQUAL_FATAL(fixture_info(job).state, state);
}

static bool has_ended(const void *context)
{
    uint32_t state = fixture_info(context).state;

    return state == JOB_TRANSFERRED || state == JOB_ERROR;
}

enum job_state fixture_wait_end(const struct job_id *job)
{
    CU_ASSERT_FATAL(fixture_wait_until(has_ended, job));
    return fixture_info(job).state;
}

static bool has_bytes(const void *context)
{
    const struct wanted *wanted = context;

    return fixture_info(wanted->job).bytes_transferred >= wanted->value;
}

void fixture_wait_bytes(const struct job_id *job, uint64_t bytes)
{
    struct wanted wanted = {job, bytes};

    CU_ASSERT_FATAL(fixture_wait_until(has_bytes, &wanted));
}

static bool take_events(const void *context)
{
    const struct wanted *wanted = context;
    uint32_t missing = (uint32_t)wanted->value;
    unsigned int i;

    pthread_mutex_lock(&event_mutex);
    for (i = 0; i < event_count && missing; i++)
    {
        if (memcmp(&event_log[i].job, wanted->job, sizeof(*wanted->job)) || !(event_log[i].kinds & missing))
            continue;
        missing &= ~event_log[i].kinds;
        event_log[i].kinds &= ~(uint32_t)wanted->value;
    }
    pthread_mutex_unlock(&event_mutex);
    return !missing;
}

void fixture_wait_events(const struct job_id *job, uint32_t kinds)
{
    struct wanted wanted = {job, kinds};

    CU_ASSERT_FATAL(fixture_wait_until(take_events, &wanted));
}

bool fixture_part_is(const char *name, uint64_t file_offset, uint64_t content_offset, uint64_t size)
{
    uint8_t expected[65536], actual[65536];
    uint64_t done = 0;
    bool same = true;
    size_t step;
    int fd;

    if ((fd = open(fixture_path(name), O_RDONLY)) == -1)
        return false;
    while (done < size && same)
    {
        step = size - done < sizeof(actual) ? (size_t)(size - done) : sizeof(actual);
        testserver_content(FIXTURE_SEED, content_offset + done, expected, step);
        same = pread(fd, actual, step, (off_t)(file_offset + done)) == (ssize_t)step && !memcmp(expected, actual, step);
        done += step;
    }
    close(fd);
    return same;
}

bool fixture_file_is(const char *name, uint64_t content_offset, uint64_t size)
{
    struct stat info;

    if (stat(fixture_path(name), &info) || (uint64_t)info.st_size != size)
        return false;
    return fixture_part_is(name, 0, content_offset, size);
}

bool fixture_exists(const char *name)
{
    return !access(fixture_path(name), F_OK);
}

unsigned int fixture_count_temporary_files(void)
{
    unsigned int count = 0;
    struct dirent *entry;
    DIR *directory;

    if (!(directory = opendir(fixture_dir)))
        return 0;
    while ((entry = readdir(directory)))
        count += !strncmp(entry->d_name, "DO", 2) && strstr(entry->d_name, ".tmp");
    closedir(directory);
    return count;
}

unsigned int fixture_requests(const char *key)
{
    return testserver_requests(server, key);
}

bool fixture_last_request_has(const char *key, const char *text)
{
    return testserver_last_request_has(server, key, text);
}

bool fixture_any_request_has(const char *key, const char *text)
{
    return testserver_any_request_has(server, key, text);
}

uint64_t fixture_bytes_sent(const char *key)
{
    return testserver_bytes_sent(server, key);
}

unsigned int fixture_concurrent_maximum(const char *key)
{
    return testserver_concurrent_maximum(server, key);
}

void fixture_wait_requests(const char *key, unsigned int count)
{
    CU_ASSERT_EQUAL_FATAL(testserver_wait(server, key, count, FIXTURE_TIMEOUT_MS), 0);
}

void fixture_release(const char *key)
{
    testserver_release(server, key);
}

bool fixture_logged(const char *text)
{
    bool found;

    pthread_mutex_lock(&event_mutex);
    found = strstr(log_text, text) != NULL;
    pthread_mutex_unlock(&event_mutex);
    return found;
}

static bool file_contains(const char *path, const char *text)
{
    bool found = false;
    struct stat info;
    char *content;
    int fd;

    if ((fd = open(path, O_RDONLY)) == -1)
        return false;
    if (!fstat(fd, &info) && (content = malloc((size_t)info.st_size + 1)))
    {
        if (read(fd, content, (size_t)info.st_size) == info.st_size)
            found = memmem(content, (size_t)info.st_size, text, strlen(text)) != NULL;
        free(content);
    }
    close(fd);
    return found;
}

bool fixture_state_contains(const char *text)
{
    struct dirent *entry;
    bool found = false;
    char path[512];
    DIR *directory;

    CU_ASSERT_PTR_NOT_NULL_FATAL(directory = opendir(state_dir));
    while ((entry = readdir(directory)) && !found)
    {
        snprintf(path, sizeof(path), "%s/%s", state_dir, entry->d_name);
        found = file_contains(path, text);
    }
    closedir(directory);
    return found;
}
