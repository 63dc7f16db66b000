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

#ifndef DOSVC_RATE_LIMIT_H
#define DOSVC_RATE_LIMIT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy.h"

/*
 * A transfer asks for a run of bytes and gets a time from which on it may take them: when all that was granted before
 * will have been taken at the rate of the class. So whoever asks first is served first, everybody gets runs of the same
 * size, and one atomic number is all that the threads share. Time is in ns of the monotonic clock and comes from the
 * caller, as the bytes do.
 */

#define RATE_RUN_MS 20                      /* a run is what the class may take in this time, ... */
#define RATE_RUN_MIN 256                    /* ... but at least so many bytes ... */
#define RATE_RUN_MAX (1024 * 1024)          /* ... and at most so many */
#define RATE_CREDIT_MS 200                  /* what was not taken for so long is made up for */
#define RATE_SAMPLE_MS 1000                 /* throughput is measured over so long */
#define RATE_SAMPLE_MAX_MS 3000             /* over longer it is none: nobody was there to take anything */
#define RATE_HOURS 24                       /* for which the best measurement counts */
#define RATE_MIN 1024                       /* bytes per second: a percentage never means less */

enum rate_class
{
    RATE_BACKGROUND = 0,
    RATE_FOREGROUND = 1,
    RATE_CLASS_COUNT
};

struct rate_bucket
{
    _Atomic uint64_t rate;                  /* bytes per second, 0: no limit */
    _Atomic uint64_t free_at;               /* ns: all that was granted is paid for then */
    _Atomic uint32_t epoch;                 /* counts changes of the rate: older grants are void */
};

/* Of one transfer, and of its thread. */
struct rate_grant
{
    uint64_t bytes;                         /* that may be taken ... */
    uint64_t at;                            /* ... from then on, ns */
    uint32_t epoch;
    const struct rate_bucket *bucket;
};

/* The best throughput of the last hours; the caller sees to it that one thread at a time uses it. */
struct throughput
{
    uint64_t best[RATE_HOURS];              /* bytes per second, a ring */
    uint64_t hour;                          /* of the latest of them, since the clock's beginning */
    uint64_t sampled_at;                    /* ms */
    uint64_t sampled_bytes;
};

/* May be called at any time by any thread; `now` is in ns. */
void rate_bucket_set(struct rate_bucket *bucket, uint64_t rate, uint64_t now);

/* How many of the bytes the holder of the grant may take now, 0: not before grant->at. */
size_t rate_bucket_take(struct rate_bucket *bucket, struct rate_grant *grant, uint64_t now, size_t wanted);
/* Gives back what was not taken after all. */
void rate_grant_return(struct rate_grant *grant, size_t bytes);
/* When to try again if that gave less than was wanted; a time that is over: at once. */
uint64_t rate_grant_time(const struct rate_grant *grant, const struct rate_bucket *bucket);

/*
 * Takes note of the bytes that came since the clock's beginning; true: the estimate may have changed. While a limit
 * holds something back the network may be better than what is measured: then only more than the estimate counts.
 */
bool throughput_sample(struct throughput *throughput, uint64_t now_ms, uint64_t bytes, bool limited);
/* Bytes per second, 0: not known. */
uint64_t throughput_estimate(const struct throughput *throughput);

/* What the policies allow a class in an hour of the day: bytes per second, 0: no limit. */
uint64_t rate_limit_choose(const struct policies *policies, enum rate_class class, unsigned int hour,
                           uint64_t estimate);

#endif /* DOSVC_RATE_LIMIT_H */
