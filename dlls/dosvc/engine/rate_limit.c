/*
 * How fast the transfers of a class may take their bytes, all of them together.
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

#include "rate_limit.h"

#define NS_PER_MS 1000000ull
#define NS_PER_SECOND 1000000000ull
#define MS_PER_HOUR 3600000ull

void rate_bucket_set(struct rate_bucket *bucket, uint64_t rate, uint64_t now)
{
    if (atomic_load(&bucket->rate) == rate)
        return;
    atomic_store(&bucket->free_at, now);
    atomic_store(&bucket->rate, rate);
    atomic_fetch_add(&bucket->epoch, 1);
}

static uint64_t run_length(uint64_t rate)
{
    uint64_t length = rate * RATE_RUN_MS / 1000;

    if (length < RATE_RUN_MIN)
        return RATE_RUN_MIN;
    return length > RATE_RUN_MAX ? RATE_RUN_MAX : length;
}

/* Takes the next place in the queue. */
static void rate_bucket_reserve(struct rate_bucket *bucket, struct rate_grant *grant, uint64_t rate, uint64_t now)
{
    uint64_t length = run_length(rate), credit = RATE_CREDIT_MS * NS_PER_MS;
    uint64_t earliest = now > credit ? now - credit : 0;
    uint64_t free_at = atomic_load_explicit(&bucket->free_at, memory_order_relaxed), start;

    do
        start = free_at > earliest ? free_at : earliest;
    while (!atomic_compare_exchange_weak(&bucket->free_at, &free_at, start + length * NS_PER_SECOND / rate));
    grant->bytes = length;
    grant->at = start;
}

static bool rate_grant_is_void(const struct rate_grant *grant, const struct rate_bucket *bucket)
{
    return grant->bucket != bucket || grant->epoch != atomic_load_explicit(&bucket->epoch, memory_order_relaxed);
}

size_t rate_bucket_take(struct rate_bucket *bucket, struct rate_grant *grant, uint64_t now, size_t wanted)
{
    uint32_t epoch = atomic_load(&bucket->epoch);
    uint64_t rate = atomic_load(&bucket->rate);
    size_t taken = 0, part;

    if (rate_grant_is_void(grant, bucket))
        *grant = (struct rate_grant){.bucket = bucket, .epoch = epoch};
    if (!rate)
        return wanted;
    while (taken < wanted)
    {
        if (!grant->bytes)
            rate_bucket_reserve(bucket, grant, rate, now);
        if (grant->at > now)
            break;
        part = grant->bytes < wanted - taken ? (size_t)grant->bytes : wanted - taken;
        grant->bytes -= part;
        taken += part;
    }
    return taken;
}

void rate_grant_return(struct rate_grant *grant, size_t bytes)
{
    grant->bytes += bytes;
}

uint64_t rate_grant_time(const struct rate_grant *grant, const struct rate_bucket *bucket)
{
    if (!atomic_load_explicit(&bucket->rate, memory_order_relaxed) || rate_grant_is_void(grant, bucket))
        return 0;
    return grant->at;
}

/* Forgets what is too old. */
static void throughput_advance(struct throughput *throughput, uint64_t hour)
{
    unsigned int i;

    for (i = 0; i < RATE_HOURS && throughput->hour < hour; i++)
        throughput->best[++throughput->hour % RATE_HOURS] = 0;
    throughput->hour = hour;
}

bool throughput_sample(struct throughput *throughput, uint64_t now_ms, uint64_t bytes, bool limited)
{
    uint64_t elapsed = now_ms - throughput->sampled_at, rate, before = throughput_estimate(throughput), *best;

    if (elapsed < RATE_SAMPLE_MS)
        return false;
    rate = (bytes - throughput->sampled_bytes) * 1000 / elapsed;
    throughput->sampled_at = now_ms;
    throughput->sampled_bytes = bytes;
    throughput_advance(throughput, now_ms / MS_PER_HOUR);
    best = &throughput->best[throughput->hour % RATE_HOURS];
    if (elapsed <= RATE_SAMPLE_MAX_MS && rate > *best && (!limited || rate > before))
        *best = rate;
    return throughput_estimate(throughput) != before;
}

uint64_t throughput_estimate(const struct throughput *throughput)
{
    uint64_t best = 0;
    unsigned int i;

    for (i = 0; i < RATE_HOURS; i++)
    {
        if (throughput->best[i] > best)
            best = throughput->best[i];
    }
    return best;
}

/* 0 stands for no limit, as in every policy here. */
static uint64_t smaller_limit(uint64_t a, uint64_t b)
{
    if (!a || !b)
        return a ? a : b;
    return a < b ? a : b;
}

/* From the one to the other, which is no part of it; over midnight if need be, and the whole day if they are equal. */
static bool is_within(unsigned int hour, uint64_t from, uint64_t to)
{
    if (from < to)
        return hour >= from && hour < to;
    return hour >= from || hour < to;
}

/* The policies of a class, in the order of enum rate_class. */
static const struct
{
    enum policy_id absolute, percent, hours, from, to, in, out;
}
class_policies[RATE_CLASS_COUNT] =
{
    {POLICY_MAX_BACKGROUND, POLICY_PERCENT_BACKGROUND, POLICY_HOURS_BACKGROUND, POLICY_HOURS_BACKGROUND_FROM,
     POLICY_HOURS_BACKGROUND_TO, POLICY_HOURS_BACKGROUND_IN, POLICY_HOURS_BACKGROUND_OUT},
    {POLICY_MAX_FOREGROUND, POLICY_PERCENT_FOREGROUND, POLICY_HOURS_FOREGROUND, POLICY_HOURS_FOREGROUND_FROM,
     POLICY_HOURS_FOREGROUND_TO, POLICY_HOURS_FOREGROUND_IN, POLICY_HOURS_FOREGROUND_OUT},
};

static uint64_t choose_percent(const struct policies *policies, enum rate_class class, unsigned int hour)
{
    uint64_t percent = policy_number(policies, class_policies[class].percent);
    bool within;

    if (!policy_number(policies, class_policies[class].hours))
        return percent;
    within = is_within(hour, policy_number(policies, class_policies[class].from),
                       policy_number(policies, class_policies[class].to));
    return smaller_limit(percent, policy_number(policies, within ? class_policies[class].in
                                                                 : class_policies[class].out));
}

/* The whole of what is known to come through is no limit: more may come one day. */
uint64_t rate_limit_choose(const struct policies *policies, enum rate_class class, unsigned int hour,
                           uint64_t estimate)
{
    uint64_t absolute = policy_number(policies, class_policies[class].absolute) * 1024;
    uint64_t percent = choose_percent(policies, class, hour), share;

    if (!percent || percent == 100 || !estimate)
        return absolute;
    share = estimate / 100 * percent + estimate % 100 * percent / 100;
    return smaller_limit(absolute, share < RATE_MIN ? RATE_MIN : share);
}
