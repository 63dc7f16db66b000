/*
 * Lets transfers take their bytes at the rate that the policies allow.
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


/* These functions run on threads that are unknown to Wine: no Wine call here. */

#include "config.h"

#include <time.h>

#include "engine_private.h"
#include "transfer.h"

#define NS_PER_MS 1000000ull
#define RECEIVE_BUFFER_SIZE (512 * 1024L)
#define LIMITED_BUFFER_SIZE (16 * 1024L)        /* less is read ahead of what may be taken */

static struct rate_bucket *transfer_bucket(const struct transfer *transfer)
{
    bool background = atomic_load_explicit(&transfer->background, memory_order_relaxed);

    return &transfer->engine->limits.buckets[background ? RATE_BACKGROUND : RATE_FOREGROUND];
}

static bool bucket_is_limited(const struct rate_bucket *bucket)
{
    return atomic_load_explicit(&bucket->rate, memory_order_relaxed) != 0;
}

static size_t transfer_take_all(struct transfer *transfer, char *data, size_t length)
{
    size_t taken = transfer_body(data, 1, length, transfer);

    if (taken == length)
        atomic_fetch_add_explicit(&transfer->engine->limits.bytes, length, memory_order_relaxed);
    return taken;
}

/*
 * What libcurl was told to keep comes again, from its beginning: `ahead` is how much of it was taken. The rest has to
 * wait for its time.
 */
static size_t transfer_take_part(struct transfer *transfer, struct rate_bucket *bucket, char *data, size_t length)
{
    size_t skip = length < transfer->ahead ? length : transfer->ahead, allowed, taken;

    if ((allowed = rate_bucket_take(bucket, &transfer->grant, clock_now_ns(), length - skip)))
    {
        if ((taken = transfer_take_all(transfer, data + skip, allowed)) != allowed)
        {
            rate_grant_return(&transfer->grant, allowed);
            return taken;
        }
    }
    if (skip + allowed == length)
    {
        transfer->ahead -= skip;
        return length;
    }
    transfer->ahead = skip + allowed;
    transfer->held = true;
    atomic_store_explicit(&transfer->engine->limits.held, true, memory_order_relaxed);
    return CURL_WRITEFUNC_PAUSE;
}

size_t transfer_take_body(char *data, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    struct rate_bucket *bucket = transfer_bucket(transfer);

    if (!transfer->ahead && !bucket_is_limited(bucket))
        return transfer_take_all(transfer, data, size * count);
    return transfer_take_part(transfer, bucket, data, size * count);
}

void transfer_reset_limit(struct transfer *transfer)
{
    transfer->ahead = 0;
    transfer->held = transfer->patient = false;
}

/* libcurl's own check for connections that are too slow would hold our limit against the server. */
static void transfer_set_patience(struct transfer *transfer, bool patient)
{
    long limit = patient ? 0 : (long)transfer->engine->config.slow_bytes;

    if (patient != transfer->patient && !curl_easy_setopt(transfer->easy, CURLOPT_LOW_SPEED_LIMIT, limit))
        transfer->patient = patient;
}

bool transfer_must_wait(struct transfer *transfer, uint64_t now)
{
    transfer->held_at = now / NS_PER_MS;
    transfer_set_patience(transfer, true);
    return rate_grant_time(&transfer->grant, transfer_bucket(transfer)) > now;
}

void transfer_check_patience(struct transfer *transfer, uint64_t now_ms)
{
    uint64_t slow_ms = transfer->engine->config.slow_seconds * UINT64_C(1000);

    if (transfer->patient && !transfer->held && now_ms >= transfer->held_at + slow_ms)
        transfer_set_patience(transfer, false);
}

unsigned int transfer_wait_ms(const struct transfer *transfer, uint64_t now, unsigned int longest)
{
    uint64_t at = rate_grant_time(&transfer->grant, transfer_bucket(transfer)), wait;

    if (at <= now)
        return 0;
    wait = (at - now + NS_PER_MS - 1) / NS_PER_MS;
    return wait < longest ? (unsigned int)wait : longest;
}

long transfer_buffer_size(const struct transfer *transfer)
{
    return bucket_is_limited(transfer_bucket(transfer)) ? LIMITED_BUFFER_SIZE : RECEIVE_BUFFER_SIZE;
}

static unsigned int local_hour(void)
{
    time_t now = time(NULL);
    struct tm local;

    return localtime_r(&now, &local) ? (unsigned int)local.tm_hour : 0;
}

void limits_update(struct engine *engine)
{
    uint64_t now = clock_now_ns(), estimate = throughput_estimate(&engine->limits.throughput), rate;
    unsigned int class, hour = local_hour();
    bool changed = false;

    for (class = 0; class < RATE_CLASS_COUNT; class++)
    {
        rate = rate_limit_choose(&engine->policies, class, hour, estimate);
        if (rate == atomic_load(&engine->limits.buckets[class].rate))
            continue;
        rate_bucket_set(&engine->limits.buckets[class], rate, now);
        changed = true;
    }
    engine->limits.hour = hour;
    if (changed && engine->transfers)
        transfer_pool_check(engine->transfers);
}

/* The first thread whose time it is does it for all. */
void limits_check(struct engine *engine, uint64_t now_ms)
{
    struct limits *limits = &engine->limits;
    uint64_t due = atomic_load_explicit(&limits->sample_at, memory_order_relaxed);
    bool held;

    if (now_ms < due || !atomic_compare_exchange_strong(&limits->sample_at, &due, now_ms + RATE_SAMPLE_MS))
        return;
    held = atomic_exchange_explicit(&limits->held, false, memory_order_relaxed);
    pthread_mutex_lock(&engine->lock);
    if (throughput_sample(&limits->throughput, now_ms, atomic_load(&limits->bytes), held)
        || local_hour() != limits->hour)
        limits_update(engine);
    pthread_mutex_unlock(&engine->lock);
}
