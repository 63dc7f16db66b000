/*
 * Limits of the rate: how exact and how fair they are, with a clock of our own.
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
#include <pthread.h>
#include <string.h>

#include "rate_limit.h"
#include "suites.h"

#define MS 1000000ull                   /* ns */
#define SECOND 1000000000ull
#define START (1000 * SECOND)           /* of the clock */
#define CHUNK 16384                     /* what libcurl hands over at once */
#define MAX_TAKERS 32
#define KIB 1024ull

struct taker
{
    struct rate_grant grant;
    uint64_t taken;
    uint64_t wakes_at;
};

/* Transfers whose servers always have more; each comes late by `late` ns, in turn a little more and less. */
struct crowd
{
    struct rate_bucket bucket;
    struct taker takers[MAX_TAKERS];
    unsigned int count;
    uint64_t late;
    uint64_t now;
    uint64_t steps;
};

static void crowd_begin(struct crowd *crowd, unsigned int count, uint64_t rate, uint64_t late)
{
    unsigned int i;

    memset(crowd, 0, sizeof(*crowd));
    crowd->count = count;
    crowd->late = late;
    crowd->now = START;
    rate_bucket_set(&crowd->bucket, rate, START);
    for (i = 0; i < count; i++)
        crowd->takers[i].wakes_at = START;
}

static struct taker *crowd_next(struct crowd *crowd)
{
    struct taker *next = &crowd->takers[0];
    unsigned int i;

    for (i = 1; i < crowd->count; i++)
    {
        if (crowd->takers[i].wakes_at < next->wakes_at)
            next = &crowd->takers[i];
    }
    return next;
}

/* A taker that gets all it wants is slowed down by its server: 1 GiB a second. */
static void crowd_step(struct crowd *crowd, struct taker *taker)
{
    size_t taken = rate_bucket_take(&crowd->bucket, &taker->grant, crowd->now, CHUNK);

    taker->taken += taken;
    if (taken == CHUNK)
        taker->wakes_at = crowd->now + CHUNK;
    else
        taker->wakes_at = rate_grant_time(&taker->grant, &crowd->bucket) + crowd->late * (1 + crowd->steps % 3) / 2;
    if (taker->wakes_at < crowd->now)
        taker->wakes_at = crowd->now;
    crowd->steps++;
}

/* Gives the bytes that all of them took. */
static uint64_t crowd_run(struct crowd *crowd, uint64_t duration)
{
    uint64_t end = crowd->now + duration, sum = 0;
    struct taker *taker;
    unsigned int i;

    while ((taker = crowd_next(crowd))->wakes_at < end)
    {
        crowd->now = taker->wakes_at;
        crowd_step(crowd, taker);
    }
    crowd->now = end;
    for (i = 0; i < crowd->count; i++)
    {
        sum += crowd->takers[i].taken;
        crowd->takers[i].taken = 0;
    }
    return sum;
}

/* A change of the rate wakes everybody. */
static void crowd_set_rate(struct crowd *crowd, uint64_t rate)
{
    unsigned int i;

    rate_bucket_set(&crowd->bucket, rate, crowd->now);
    for (i = 0; i < crowd->count; i++)
        crowd->takers[i].wakes_at = crowd->now;
}

/* Within so many thousandths. */
static void check_rate(uint64_t bytes, uint64_t expected, unsigned int tolerance, unsigned int line)
{
    uint64_t difference = bytes > expected ? bytes - expected : expected - bytes;

    CHECK(difference <= expected * tolerance / 1000, "line %u: got %llu bytes of %llu", line, (unsigned long long)bytes,
          (unsigned long long)expected);
}

static void test_no_limit(void)
{
    struct rate_bucket bucket = {0};
    struct rate_grant grant = {0};

    CU_ASSERT_EQUAL(rate_bucket_take(&bucket, &grant, START, 1234567), 1234567);
    CU_ASSERT_EQUAL(rate_grant_time(&grant, &bucket), 0);
}

/* 5 % over 10 s is what is promised, whatever the rate, the number of transfers and the load of the machine. */
static void test_exact(void)
{
    static const uint64_t rates[] = {KIB, 16 * KIB, 100 * KIB, KIB * KIB, 12345678, 100 * KIB * KIB};
    static const unsigned int counts[] = {1, 2, 16, MAX_TAKERS};
    static const uint64_t delays[] = {0, 2 * MS, 15 * MS, 60 * MS};
    unsigned int rate, count, late;
    struct crowd crowd;

    for (rate = 0; rate < COUNT_OF(rates); rate++)
    {
        for (count = 0; count < COUNT_OF(counts); count++)
        {
            for (late = 0; late < COUNT_OF(delays); late++)
            {
                crowd_begin(&crowd, counts[count], rates[rate], delays[late]);
                check_rate(crowd_run(&crowd, 10 * SECOND), rates[rate] * 10, 35, __LINE__);
                check_rate(crowd_run(&crowd, 10 * SECOND), rates[rate] * 10, 30, __LINE__);
            }
        }
    }
}

static void test_fair(void)
{
    struct crowd crowd;
    uint64_t least = UINT64_MAX, most = 0;
    struct taker *taker;
    unsigned int i;

    crowd_begin(&crowd, 16, 1000 * KIB, 3 * MS);
    while ((taker = crowd_next(&crowd))->wakes_at < START + 10 * SECOND)
    {
        crowd.now = taker->wakes_at;
        crowd_step(&crowd, taker);
    }
    for (i = 0; i < crowd.count; i++)
    {
        if (crowd.takers[i].taken < least)
            least = crowd.takers[i].taken;
        if (crowd.takers[i].taken > most)
            most = crowd.takers[i].taken;
    }
    CHECK(least * 100 >= most * 90, "the least is %u, the most %u", (unsigned int)least, (unsigned int)most);
}

/* It takes effect at once, also for those who wait for their time. */
static void test_change(void)
{
    static const uint64_t rates[] = {KIB, 1000 * KIB, 10 * KIB, 50 * KIB * KIB, 100 * KIB};
    struct crowd crowd;
    unsigned int i;

    crowd_begin(&crowd, 8, 200 * KIB, 2 * MS);
    for (i = 0; i < COUNT_OF(rates); i++)
    {
        crowd_run(&crowd, 3 * SECOND);
        crowd_set_rate(&crowd, rates[i]);
        check_rate(crowd_run(&crowd, 10 * SECOND), rates[i] * 10, 30, __LINE__);
    }
    crowd_set_rate(&crowd, 0);
    CU_ASSERT(crowd_run(&crowd, SECOND) > 900 * KIB * KIB);
    crowd_set_rate(&crowd, KIB);
    check_rate(crowd_run(&crowd, 10 * SECOND), 10 * KIB, 30, __LINE__);
}

/* Who slept long is not given all that was missed. */
static void test_credit(void)
{
    struct crowd crowd;

    crowd_begin(&crowd, 1, 1000 * KIB, 0);
    crowd_run(&crowd, SECOND);
    crowd.now += 60 * SECOND;
    crowd.takers[0].wakes_at = crowd.now;
    check_rate(crowd_run(&crowd, SECOND), 1000 * KIB + 1000 * KIB * RATE_CREDIT_MS / 1000, 30, __LINE__);
}

/* A small limit is kept byte by byte. */
static void test_small_pieces(void)
{
    struct rate_bucket bucket = {0};
    struct rate_grant grant = {0};
    size_t taken;

    rate_bucket_set(&bucket, 16 * KIB, START);
    taken = rate_bucket_take(&bucket, &grant, START, CHUNK);
    CU_ASSERT(taken > 0 && taken <= 16 * KIB * (RATE_CREDIT_MS + RATE_RUN_MS) / 1000);
    CU_ASSERT_EQUAL(rate_bucket_take(&bucket, &grant, START, CHUNK), 0);
    CU_ASSERT(rate_grant_time(&grant, &bucket) > START);
    CU_ASSERT(rate_grant_time(&grant, &bucket) <= START + RATE_RUN_MS * MS);
    CU_ASSERT_EQUAL(rate_bucket_take(&bucket, &grant, rate_grant_time(&grant, &bucket), 10), 10);
    rate_grant_return(&grant, 10);
    CU_ASSERT_EQUAL(rate_bucket_take(&bucket, &grant, rate_grant_time(&grant, &bucket), CHUNK), 327);
}

static void test_other_class(void)
{
    struct rate_bucket buckets[2] = {{0}};
    struct rate_grant grant = {0};

    rate_bucket_set(&buckets[0], 100, START);
    rate_bucket_set(&buckets[1], 100 * KIB * KIB, START);
    (void)rate_bucket_take(&buckets[0], &grant, START, CHUNK);
    CU_ASSERT(rate_grant_time(&grant, &buckets[0]) > START);
    CU_ASSERT_EQUAL(rate_grant_time(&grant, &buckets[1]), 0);
    CU_ASSERT_EQUAL(rate_bucket_take(&buckets[1], &grant, START, 1000), 1000);
}

struct race
{
    struct rate_bucket bucket;
    _Atomic uint64_t taken;
    uint64_t now;
};

static void *race_run(void *context)
{
    struct race *race = context;
    struct rate_grant grant = {0};
    size_t taken;

    while ((taken = rate_bucket_take(&race->bucket, &grant, race->now, 100)))
        atomic_fetch_add(&race->taken, taken);
    return NULL;
}

/* Threads that ask at the same time get no byte twice. */
static void test_threads(void)
{
    struct race race = {.now = START + SECOND};
    uint64_t rate = 1000 * KIB, run = rate * RATE_RUN_MS / 1000;
    pthread_t threads[4];
    unsigned int i;

    rate_bucket_set(&race.bucket, rate, START);
    for (i = 0; i < COUNT_OF(threads); i++)
        CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, race_run, &race), 0);
    for (i = 0; i < COUNT_OF(threads); i++)
        pthread_join(threads[i], NULL);
    CU_ASSERT(race.taken >= rate * RATE_CREDIT_MS / 1000);
    CU_ASSERT(race.taken <= rate * RATE_CREDIT_MS / 1000 + run);
}

static void test_throughput(void)
{
    struct throughput throughput = {0};
    uint64_t now = 5000000, hour = 3600000, bytes = 700, i;

    CU_ASSERT_EQUAL(throughput_estimate(&throughput), 0);
    CU_ASSERT_FALSE(throughput_sample(&throughput, now, bytes, false)); /* the first one only begins */
    CU_ASSERT_EQUAL(throughput_estimate(&throughput), 0);
    CU_ASSERT_FALSE(throughput_sample(&throughput, now += 999, bytes += 999, false));
    CU_ASSERT(throughput_sample(&throughput, now += 1001, bytes += 19001, false));
    CU_ASSERT_EQUAL(throughput_estimate(&throughput), 10000);
    CU_ASSERT_FALSE(throughput_sample(&throughput, now += 1000, bytes += 500, false));
    CU_ASSERT_EQUAL(throughput_estimate(&throughput), 10000);
    CU_ASSERT(throughput_sample(&throughput, now += 1000, bytes += 20000, true)); /* more came in spite of a limit */
    CU_ASSERT_EQUAL(throughput_estimate(&throughput), 20000);
    CU_ASSERT_FALSE(throughput_sample(&throughput, now += 60000, bytes += 90000000, false)); /* a pause */
    CU_ASSERT_EQUAL(throughput_estimate(&throughput), 20000);

    for (i = 0; i < RATE_HOURS - 1; i++)
    {
        now += hour - 1000;
        CU_ASSERT_FALSE(throughput_sample(&throughput, now, bytes, false));
        CU_ASSERT_FALSE(throughput_sample(&throughput, now += 1000, bytes += i % 2 ? 7000 : 5000, i % 3 == 0));
    }
    CU_ASSERT_EQUAL(throughput_estimate(&throughput), 20000);
    CU_ASSERT(throughput_sample(&throughput, now += hour, bytes, false)); /* what is a day old is forgotten */
    CU_ASSERT_EQUAL(throughput_estimate(&throughput), 7000);
    CU_ASSERT(throughput_sample(&throughput, now += 100 * hour, bytes, false));
    CU_ASSERT_EQUAL(throughput_estimate(&throughput), 0);
}

static uint64_t choose(const struct engine_policy *values, unsigned int count, enum rate_class class,
                       unsigned int hour, uint64_t estimate)
{
    struct policies policies;
    unsigned int ignored;
    uint64_t rate;

    CU_ASSERT_FATAL(policies_choose(&policies, values, count, &ignored));
    CU_ASSERT_EQUAL(ignored, 0);
    rate = rate_limit_choose(&policies, class, hour, estimate);
    policies_cleanup(&policies);
    return rate;
}

static void test_absolute_and_percent(void)
{
    static const struct
    {
        uint64_t absolute, percent, estimate, expected;
    }
    tests[] =
    {
        {0, 0, 1000000, 0},
        {100, 0, 0, 102400},
        {100, 0, 50000, 102400},
        {4294967295, 0, 0, 4294967295 * 1024},
        {0, 50, 1000000, 500000},
        {0, 50, 0, 0},                  /* nobody knows of what */
        {0, 100, 1000000, 0},           /* all there is */
        {0, 99, 1000000, 990000},
        {0, 1, 5000, RATE_MIN},
        {0, 33, UINT64_MAX / 100, UINT64_MAX / 100 / 100 * 33 + UINT64_MAX / 100 % 100 * 33 / 100},
        {100, 50, 1000000, 102400},     /* the smaller of both */
        {1000, 50, 1000000, 500000},
        {1000, 50, 0, 1024000},
        {1000, 100, 500000, 1024000},
    };
    unsigned int i, class;

    for (i = 0; i < COUNT_OF(tests); i++)
    {
        for (class = 0; class < RATE_CLASS_COUNT; class++)
        {
            const struct engine_policy values[] =
            {
                {.id = class ? POLICY_MAX_FOREGROUND : POLICY_MAX_BACKGROUND, .number = tests[i].absolute},
                {.id = class ? POLICY_PERCENT_FOREGROUND : POLICY_PERCENT_BACKGROUND, .number = tests[i].percent},
            };

            CHECK(choose(values, 2, class, 0, tests[i].estimate) == tests[i].expected, "row %u, class %u", i, class);
            CHECK(choose(values, 2, !class, 0, tests[i].estimate) == 0, "row %u, the other class than %u", i, class);
        }
    }
}

/* Percentages of 100000 bytes per second. */
static void test_hours(void)
{
    static const struct
    {
        unsigned int enabled, from, to, in, out, percent, hour;
        uint64_t expected;
    }
    tests[] =
    {
        {0, 8, 17, 10, 20, 0, 9, 0},            /* not enabled */
        {0, 8, 17, 10, 20, 30, 9, 30000},
        {1, 8, 17, 10, 20, 0, 7, 20000},
        {1, 8, 17, 10, 20, 0, 8, 10000},        /* from its begin */
        {1, 8, 17, 10, 20, 0, 16, 10000},
        {1, 8, 17, 10, 20, 0, 17, 20000},       /* and not beyond its end */
        {1, 8, 17, 10, 20, 0, 0, 20000},
        {1, 22, 6, 10, 20, 0, 21, 20000},       /* over midnight */
        {1, 22, 6, 10, 20, 0, 22, 10000},
        {1, 22, 6, 10, 20, 0, 23, 10000},
        {1, 22, 6, 10, 20, 0, 0, 10000},
        {1, 22, 6, 10, 20, 0, 5, 10000},
        {1, 22, 6, 10, 20, 0, 6, 20000},
        {1, 5, 5, 10, 20, 0, 5, 10000},         /* the whole day */
        {1, 5, 5, 10, 20, 0, 4, 10000},
        {1, 0, 23, 10, 20, 0, 23, 20000},
        {1, 8, 17, 0, 20, 0, 9, 0},             /* 0: no limit */
        {1, 8, 17, 10, 0, 0, 7, 0},
        {1, 8, 17, 100, 20, 0, 9, 0},
        {1, 8, 17, 40, 60, 50, 9, 40000},       /* the smaller of both */
        {1, 8, 17, 40, 60, 50, 7, 50000},
        {1, 8, 17, 0, 60, 50, 9, 50000},
    };
    unsigned int i, class;

    for (i = 0; i < COUNT_OF(tests); i++)
    {
        for (class = 0; class < RATE_CLASS_COUNT; class++)
        {
            enum policy_id first = class ? POLICY_HOURS_FOREGROUND : POLICY_HOURS_BACKGROUND;
            const struct engine_policy values[] =
            {
                {.id = first, .number = tests[i].enabled}, {.id = first + 1, .number = tests[i].from},
                {.id = first + 2, .number = tests[i].to}, {.id = first + 3, .number = tests[i].in},
                {.id = first + 4, .number = tests[i].out},
                {.id = class ? POLICY_PERCENT_FOREGROUND : POLICY_PERCENT_BACKGROUND, .number = tests[i].percent},
            };

            CHECK(choose(values, COUNT_OF(values), class, tests[i].hour, 100000) == tests[i].expected,
                  "row %u, class %u", i, class);
        }
    }
}

CU_TestInfo rate_limit_tests[] =
{
    {"no limit", test_no_limit},
    {"within 5 % over 10 s", test_exact},
    {"fair", test_fair},
    {"changes", test_change},
    {"what was missed", test_credit},
    {"small pieces", test_small_pieces},
    {"another class", test_other_class},
    {"several threads", test_threads},
    {"the best throughput", test_throughput},
    {"absolute limits and percentages", test_absolute_and_percent},
    {"hours", test_hours},
    CU_TEST_INFO_NULL
};
