/*
 * What the test server remembers of each key, and who waits for what.
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

#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uthash.h>

#include "record.h"

#define RANGES_MAX 1000                 /* kept of one key */
#define HOLD_MAX_MS 60000
#define REQUESTS_MAX 65536              /* bytes kept of the header lines of one key */

struct record
{
    UT_hash_handle hh;
    char *key;
    uint64_t id;                        /* no other record has, or had, it */
    unsigned int requests, concurrent, concurrent_maximum;
    uint64_t bytes;
    json_t *ranges;
    char *last_request;                 /* its header lines */
    char *all_requests;                 /* theirs, one after another */
    bool released;
};

struct recorder
{
    pthread_mutex_t mutex;              /* guards everything */
    pthread_cond_t cond;                /* anything changed */
    struct record *records;
    uint64_t next_id;
    bool stop;
};

struct recorder *recorder_create(void)
{
    struct recorder *recorder;
    pthread_condattr_t attributes;

    if (!(recorder = calloc(1, sizeof(*recorder))))
        return NULL;
    pthread_mutex_init(&recorder->mutex, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&recorder->cond, &attributes);
    pthread_condattr_destroy(&attributes);
    return recorder;
}

static void record_free(struct recorder *recorder, struct record *record)
{
    HASH_DELETE(hh, recorder->records, record);
    json_decref(record->ranges);
    free(record->last_request);
    free(record->all_requests);
    free(record->key);
    free(record);
}

void recorder_free(struct recorder *recorder)
{
    struct record *record, *next;

    if (!recorder)
        return;
    HASH_ITER(hh, recorder->records, record, next)
        record_free(recorder, record);
    pthread_cond_destroy(&recorder->cond);
    pthread_mutex_destroy(&recorder->mutex);
    free(recorder);
}

void recorder_stop(struct recorder *recorder)
{
    pthread_mutex_lock(&recorder->mutex);
    recorder->stop = true;
    pthread_cond_broadcast(&recorder->cond);
    pthread_mutex_unlock(&recorder->mutex);
}

/* Finds or makes; a test program without memory may as well end. */
static struct record *record_get(struct recorder *recorder, const char *key)
{
    struct record *record;

    HASH_FIND_STR(recorder->records, key, record);
    if (record)
        return record;
    if (!(record = calloc(1, sizeof(*record))) || !(record->key = strdup(key)) || !(record->ranges = json_array()))
        abort();
    record->id = ++recorder->next_id;
    HASH_ADD_KEYPTR(hh, recorder->records, record->key, strlen(record->key), record);
    return record;
}

/* NULL: the key was reset since the request came. */
static struct record *record_find(struct recorder *recorder, const struct visit *visit)
{
    struct record *record;

    HASH_FIND_STR(recorder->records, visit->key, record);
    return record && record->id == visit->record ? record : NULL;
}

/* Text of a client may have bytes that JSON can not have. */
static json_t *make_text(const char *text)
{
    char *copy, *ch;
    json_t *value;

    if ((value = json_string(text)))
        return value;
    if (!(copy = strdup(text)))
        abort();
    for (ch = copy; *ch; ch++)
    {
        if ((unsigned char)*ch >= 0x80)
            *ch = '?';
    }
    value = json_string(copy);
    free(copy);
    return value;
}

static void keep_request(struct record *record, const char *request)
{
    size_t used = record->all_requests ? strlen(record->all_requests) : 0;
    char *all;

    free(record->last_request);
    if (!(record->last_request = strdup(request)))
        abort();
    if (used + strlen(request) >= REQUESTS_MAX)
        return;
    if (!(all = realloc(record->all_requests, used + strlen(request) + 1)))
        abort();
    memcpy(all + used, request, strlen(request) + 1);
    record->all_requests = all;
}

void recorder_begin(struct recorder *recorder, struct visit *visit, const char *key, const char *range,
                    const char *request)
{
    struct record *record;

    pthread_mutex_lock(&recorder->mutex);
    record = record_get(recorder, key);
    visit->key = key;
    visit->number = ++record->requests;
    visit->record = record->id;
    if (++record->concurrent > record->concurrent_maximum)
        record->concurrent_maximum = record->concurrent;
    if (json_array_size(record->ranges) < RANGES_MAX && json_array_append_new(record->ranges, make_text(range)))
        abort();
    keep_request(record, request);
    pthread_cond_broadcast(&recorder->cond);
    pthread_mutex_unlock(&recorder->mutex);
}

void recorder_end(struct recorder *recorder, const struct visit *visit)
{
    struct record *record;

    pthread_mutex_lock(&recorder->mutex);
    if ((record = record_find(recorder, visit)))
        record->concurrent--;
    pthread_mutex_unlock(&recorder->mutex);
}

void recorder_add_bytes(struct recorder *recorder, const struct visit *visit, size_t bytes)
{
    struct record *record;

    pthread_mutex_lock(&recorder->mutex);
    if ((record = record_find(recorder, visit)))
        record->bytes += bytes;
    pthread_mutex_unlock(&recorder->mutex);
}

void recorder_take_bytes(struct recorder *recorder, const struct visit *visit, size_t bytes)
{
    struct record *record;

    pthread_mutex_lock(&recorder->mutex);
    if ((record = record_find(recorder, visit)))
        record->bytes -= bytes;
    pthread_mutex_unlock(&recorder->mutex);
}

unsigned int recorder_requests(struct recorder *recorder, const char *key)
{
    unsigned int requests;

    pthread_mutex_lock(&recorder->mutex);
    requests = record_get(recorder, key)->requests;
    pthread_mutex_unlock(&recorder->mutex);
    return requests;
}

unsigned int recorder_concurrent_maximum(struct recorder *recorder, const char *key)
{
    unsigned int maximum;

    pthread_mutex_lock(&recorder->mutex);
    maximum = record_get(recorder, key)->concurrent_maximum;
    pthread_mutex_unlock(&recorder->mutex);
    return maximum;
}

uint64_t recorder_bytes(struct recorder *recorder, const char *key)
{
    uint64_t bytes;

    pthread_mutex_lock(&recorder->mutex);
    bytes = record_get(recorder, key)->bytes;
    pthread_mutex_unlock(&recorder->mutex);
    return bytes;
}

bool recorder_last_request_has(struct recorder *recorder, const char *key, const char *text)
{
    struct record *record;
    bool has;

    pthread_mutex_lock(&recorder->mutex);
    record = record_get(recorder, key);
    has = record->last_request && strstr(record->last_request, text);
    pthread_mutex_unlock(&recorder->mutex);
    return has;
}

bool recorder_any_request_has(struct recorder *recorder, const char *key, const char *text)
{
    struct record *record;
    bool has;

    pthread_mutex_lock(&recorder->mutex);
    record = record_get(recorder, key);
    has = record->all_requests && strstr(record->all_requests, text);
    pthread_mutex_unlock(&recorder->mutex);
    return has;
}

char *recorder_describe(struct recorder *recorder, const char *key)
{
    struct record *record;
    json_t *description;
    char *text;

    pthread_mutex_lock(&recorder->mutex);
    record = record_get(recorder, key);
    description = json_pack("{s:o, s:I, s:I, s:I, s:O, s:o}", "key", make_text(key), "requests",
                            (json_int_t)record->requests, "bytes_sent", (json_int_t)record->bytes,
                            "concurrent_maximum", (json_int_t)record->concurrent_maximum, "ranges", record->ranges,
                            "last_request", make_text(record->last_request ? record->last_request : ""));
    text = description ? json_dumps(description, JSON_INDENT(1)) : NULL;
    json_decref(description);
    pthread_mutex_unlock(&recorder->mutex);
    return text;
}

void recorder_reset(struct recorder *recorder, const char *key)
{
    pthread_mutex_lock(&recorder->mutex);
    record_free(recorder, record_get(recorder, key));
    pthread_mutex_unlock(&recorder->mutex);
}

static struct timespec time_after(uint64_t milliseconds)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    time.tv_sec += (time_t)(milliseconds / 1000);
    time.tv_nsec += (long)(milliseconds % 1000) * 1000000;
    time.tv_sec += time.tv_nsec / 1000000000;
    time.tv_nsec %= 1000000000;
    return time;
}

bool recorder_wait(struct recorder *recorder, const char *key, unsigned int requests, unsigned int timeout_ms)
{
    struct timespec end = time_after(timeout_ms);
    bool come;
    int ret = 0;

    pthread_mutex_lock(&recorder->mutex);
    while (!(come = record_get(recorder, key)->requests >= requests) && !recorder->stop && !ret)
        ret = pthread_cond_timedwait(&recorder->cond, &recorder->mutex, &end);
    pthread_mutex_unlock(&recorder->mutex);
    return come;
}

bool recorder_hold(struct recorder *recorder, const char *key)
{
    struct timespec end = time_after(HOLD_MAX_MS);
    bool released;
    int ret = 0;

    pthread_mutex_lock(&recorder->mutex);
    while (!(released = record_get(recorder, key)->released) && !recorder->stop && !ret)
        ret = pthread_cond_timedwait(&recorder->cond, &recorder->mutex, &end);
    pthread_mutex_unlock(&recorder->mutex);
    return released;
}

void recorder_release(struct recorder *recorder, const char *key)
{
    pthread_mutex_lock(&recorder->mutex);
    record_get(recorder, key)->released = true;
    pthread_cond_broadcast(&recorder->cond);
    pthread_mutex_unlock(&recorder->mutex);
}

bool recorder_pause(struct recorder *recorder, uint64_t milliseconds)
{
    struct timespec end = time_after(milliseconds);
    bool stop;
    int ret = 0;

    pthread_mutex_lock(&recorder->mutex);
    while (!(stop = recorder->stop) && !ret)
        ret = pthread_cond_timedwait(&recorder->cond, &recorder->mutex, &end);
    pthread_mutex_unlock(&recorder->mutex);
    return !stop;
}
