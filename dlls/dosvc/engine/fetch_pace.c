/*
 * How many connections one file is fetched over.
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

#include "engine_private.h"
#include "fetch.h"

unsigned int fetch_limit(const struct fetch *fetch)
{
    return job_is_foreground(fetch->file->job) ? FETCH_MAX_FOREGROUND : FETCH_MAX_BACKGROUND;
}

static void fetch_schedule(struct fetch *fetch, uint64_t now, uint64_t delay)
{
    struct job *job = fetch->file->job;

    fetch->measured_bytes = fetch_bytes(fetch);
    fetch->measured_since = now;
    fetch->measure_at = now + delay + (uint64_t)FETCH_GROW_ANSWERS * fetch->answer_ms;
    if (fetch->measure_at < job->measure_at)
        job->measure_at = fetch->measure_at;
}

static uint64_t fetch_rest(const struct fetch *fetch)
{
    uint64_t total = file_stored_total(fetch->file);

    return total == ENGINE_SIZE_UNKNOWN ? 0 : total - fetch_bytes(fetch);
}

/* More connections bring nothing when a policy limits all of them together. */
static bool fetch_is_limited(const struct fetch *fetch)
{
    enum rate_class class = job_is_foreground(fetch->file->job) ? RATE_FOREGROUND : RATE_BACKGROUND;

    return atomic_load(&fetch->engine->limits.buckets[class].rate) != 0;
}

/* A server nearby may give one connection all that this machine can take, and several cost it more. */
static bool fetch_begins_alone(const struct fetch *fetch)
{
    return job_is_foreground(fetch->file->job) && fetch->answer_ms < FETCH_LONG_WAY_MS;
}

void fetch_want(struct fetch *fetch, unsigned int count)
{
    uint64_t step = file_stored_total(fetch->file) / FETCH_SYNC_PART;

    if (step < FETCH_SYNC_MIN)
        step = FETCH_SYNC_MIN;
    if (step > FETCH_SYNC_MAX)
        step = FETCH_SYNC_MAX;
    fetch->wanted = count;
    atomic_store(&fetch->sync_step, step / count);
}

/*
 * Of a server that has not shown yet what it does, one part is asked for first. For a stream that is checked there never
 * is more: a second connection brings what was bad.
 */
void fetch_accepted(struct fetch *fetch, enum fetch_parts parts, uint32_t answer_ms)
{
    fetch_want(fetch, fetch->wanted);   /* the size is known now */
    if (parts <= fetch->parts || fetch->stream || fetch->file->restarts || fetch_rest(fetch) < FETCH_PARALLEL_MIN
        || fetch_is_limited(fetch))
        return;
    fetch->parts = parts;
    fetch->parallel = true;
    if (fetch->answer_ms < answer_ms)
        fetch->answer_ms = answer_ms;
    fetch_want(fetch, FETCH_TRIAL);
    if (parts == FETCH_PARTS_UNKNOWN || integrity_spools(fetch->file))
        return;
    fetch_want(fetch, fetch_begins_alone(fetch) ? 1 : fetch_limit(fetch));
    fetch_schedule(fetch, clock_now_ms(), FETCH_GROW_MS);
}

/* With fewer connections than wanted, one that becomes slow has to be noticed. */
uint64_t fetch_watch(const struct fetch *fetch, uint64_t now)
{
    uint64_t when = fetch->measure_at;

    if (fetch->parallel && !fetch->draining && fetch->count < fetch->wanted && now + FETCH_WATCH_MS < when)
        when = now + FETCH_WATCH_MS;
    return when;
}

void fetch_refused(struct fetch *fetch)
{
    fetch_want(fetch, fetch->count ? fetch->count : 1);
    fetch->measure_at = TIME_NEVER;
}

/* Whether the connections that were added are no use. */
static bool fetch_grew_in_vain(struct fetch *fetch, uint64_t now, uint64_t rate)
{
    if (!fetch->former || rate / FETCH_GROW_SHARE >= fetch->former_rate / 100)
        return false;
    fetch_want(fetch, fetch->former);
    fetch->former = 0;
    fetch_retire(fetch);
    fetch_schedule(fetch, now, FETCH_GROW_AGAIN_MS);
    return true;
}

static void fetch_grow(struct fetch *fetch, uint64_t now, uint64_t rate)
{
    unsigned int limit = fetch_limit(fetch);

    if (fetch_grew_in_vain(fetch, now, rate))
        return;
    fetch->former = 0;
    if (fetch_rest(fetch) < rate * FETCH_GROW_REST_MS / 1000)
    {
        fetch_schedule(fetch, now, FETCH_GROW_REST_MS); /* many a server begins faster than it goes on */
        return;
    }
    if (fetch->wanted < limit)
    {
        fetch->former = fetch->wanted;
        fetch->former_rate = rate;
        fetch_want(fetch, fetch->wanted * FETCH_GROW_TIMES < limit ? fetch->wanted * FETCH_GROW_TIMES : limit);
        fetch_schedule(fetch, now, FETCH_GROW_MS);
        return;
    }
    fetch->pruning = true;
    fetch_schedule(fetch, now, FETCH_PRUNE_MS);
}

/* Half as many are enough if they bring nearly as much; if not, the ones that went come back. */
static void fetch_prune(struct fetch *fetch, uint64_t now, uint64_t rate)
{
    if (rate < fetch->full_rate / 100 * FETCH_PRUNE_SHARE)
    {
        fetch_want(fetch, fetch->wanted * 2);
        return;
    }
    if (rate > fetch->full_rate)
        fetch->full_rate = rate;
    if (fetch->wanted / 2 < FETCH_PRUNE_LEAST || fetch_rest(fetch) < rate * FETCH_PRUNE_REST_MS / 1000)
        return;
    fetch_want(fetch, fetch->wanted / 2);
    fetch_retire(fetch);
    fetch_schedule(fetch, now, FETCH_PRUNE_MS);
}

/*
 * The number grows as long as that brings more, and enough is left to be worth it. With a large file it is then found
 * out over longer times whether fewer do as well, since new connections are often faster at first than later: a server,
 * or a network, that has no more to give is not bothered by connections that bring nothing.
 */
void fetch_measure(struct fetch *fetch, uint64_t now)
{
    uint64_t elapsed = now - fetch->measured_since, rate;

    if (now < fetch->measure_at)
        return;
    fetch->measure_at = TIME_NEVER;
    rate = (fetch_bytes(fetch) - fetch->measured_bytes) * 1000 / (elapsed ? elapsed : 1);
    if (fetch->pruning)
        fetch_prune(fetch, now, rate);
    else
        fetch_grow(fetch, now, rate);
}
