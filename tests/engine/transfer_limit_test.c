/*
 * Limits of the rate, as downloads feel them.
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
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "fixture.h"
#include "result.h"
#include "suites.h"

#define KIB 1024ull
#define HUGE_FILE 2000000000u           /* more than any test here takes */
#define WARM_UP_MS 200                  /* what was granted before a measurement begins is over by then */
#define MEASURE_MS 1000
#define ATTEMPTS 4                      /* a machine that is busy with something else may need them */

int transfer_limit_setup(void)
{
    return fixture_start_server();
}

int transfer_limit_teardown(void)
{
    return fixture_stop_server();
}

static uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void set_policies(const struct engine_policy *values, uint32_t count)
{
    CU_ASSERT_EQUAL_FATAL(engine_set_policies(fixture_engine, values, count), S_OK);
}

static void set_policy(enum policy_id id, uint64_t number)
{
    const struct engine_policy value = {.id = id, .number = number};

    set_policies(&value, 1);
}

static struct job_id start_job(enum job_priority priority, unsigned int files, unsigned int size, const char *name)
{
    struct job_id job = fixture_create_job();
    unsigned int i;
    char local[32];

    for (i = 0; i < files; i++)
    {
        snprintf(local, sizeof(local), "%s%u.bin", name, i);
        fixture_add_file(&job, fixture_url("/data/f?size=%u&seed=%u&key=%s", size, FIXTURE_SEED, local), local);
    }
    CU_ASSERT_EQUAL_FATAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_PRIORITY, priority), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    return job;
}

struct meter
{
    const struct job_id *jobs;
    unsigned int count;
    uint64_t until_ms;                  /* 0: until the bytes are here */
    uint64_t until_bytes;
};

static uint64_t meter_bytes(const struct meter *meter)
{
    uint64_t bytes = 0;
    unsigned int i;

    for (i = 0; i < meter->count; i++)
        bytes += fixture_info(&meter->jobs[i]).bytes_transferred;
    return bytes;
}

static bool meter_is_due(const void *context)
{
    const struct meter *meter = context;

    return meter->until_ms ? now_ms() >= meter->until_ms : meter_bytes(meter) >= meter->until_bytes;
}

/* Bytes per second of the jobs together. */
static uint64_t measure(const struct job_id *jobs, unsigned int count)
{
    struct meter meter = {.jobs = jobs, .count = count, .until_ms = now_ms() + WARM_UP_MS};
    uint64_t bytes, start;

    CU_ASSERT(fixture_wait_until(meter_is_due, &meter));
    bytes = meter_bytes(&meter);
    start = now_ms();
    meter.until_ms = start + MEASURE_MS;
    CU_ASSERT(fixture_wait_until(meter_is_due, &meter));
    bytes = meter_bytes(&meter) - bytes;
    return bytes * 1000 / (now_ms() - start);
}

/* Within 5 %. */
static void check_rate(const struct job_id *jobs, unsigned int count, uint64_t expected, unsigned int line)
{
    unsigned int attempt;
    uint64_t rate = 0;

    for (attempt = 0; attempt < ATTEMPTS; attempt++)
    {
        rate = measure(jobs, count);
        if (rate * 100 >= expected * 95 && rate * 100 <= expected * 105)
            break;
    }
    CHECK(attempt < ATTEMPTS, "line %u: got %llu bytes per second instead of %llu", line, (unsigned long long)rate,
          (unsigned long long)expected);
}

static void cancel(const struct job_id *jobs, unsigned int count)
{
    unsigned int i;

    for (i = 0; i < count; i++)
        fixture_act(&jobs[i], JOB_ACTION_CANCEL);
}

/* All transfers of all jobs together, each with its share. */
static void test_background(void)
{
    static const struct engine_policy value = {.id = POLICY_MAX_BACKGROUND, .number = 1000};
    uint64_t first, second;
    struct job_id jobs[2];

    fixture_config.policies = &value;
    fixture_config.policy_count = 1;
    fixture_begin();
    jobs[0] = start_job(JOB_PRIORITY_NORMAL, 2, HUGE_FILE, "a");
    jobs[1] = start_job(JOB_PRIORITY_LOW, 2, HUGE_FILE, "b");
    fixture_wait_bytes(&jobs[1], 10000);
    check_rate(jobs, COUNT_OF(jobs), 1000 * KIB, __LINE__);
    first = fixture_info(&jobs[0]).bytes_transferred;
    second = fixture_info(&jobs[1]).bytes_transferred;
    CHECK(first * 3 > second && second * 3 > first, "got %u and %u bytes", (unsigned int)first, (unsigned int)second);
    cancel(jobs, COUNT_OF(jobs));
    fixture_end();
}

static void test_small_limit(void)
{
    struct job_id job;

    fixture_begin();
    set_policy(POLICY_MAX_BACKGROUND, 16);
    job = start_job(JOB_PRIORITY_NORMAL, 1, HUGE_FILE, "small");
    fixture_wait_bytes(&job, 1);
    check_rate(&job, 1, 16 * KIB, __LINE__);
    cancel(&job, 1);
    fixture_end();
}

static void test_foreground(void)
{
    struct job_id foreground, background;

    fixture_begin();
    set_policy(POLICY_MAX_FOREGROUND, 500);
    background = start_job(JOB_PRIORITY_NORMAL, 1, 20000000, "background");
    fixture_wait_state(&background, JOB_TRANSFERRED);   /* it has no limit */
    foreground = start_job(JOB_PRIORITY_FOREGROUND, 3, HUGE_FILE, "foreground");
    fixture_wait_bytes(&foreground, 10000);
    check_rate(&foreground, 1, 500 * KIB, __LINE__);
    cancel(&foreground, 1);
    cancel(&background, 1);
    fixture_end();
}

/* One that is moved to the other class is under the limit of that one, at once. */
static void test_changes(void)
{
    struct engine_policy values[] = {{.id = POLICY_MAX_BACKGROUND, .number = 1},
                                     {.id = POLICY_MAX_FOREGROUND, .number = 300}};
    struct job_id job;

    fixture_begin();
    set_policies(values, COUNT_OF(values));
    job = start_job(JOB_PRIORITY_NORMAL, 4, HUGE_FILE, "change");
    fixture_wait_bytes(&job, 1);
    values[0].number = 2000;
    set_policies(values, COUNT_OF(values));
    check_rate(&job, 1, 2000 * KIB, __LINE__);
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_PRIORITY, JOB_PRIORITY_FOREGROUND), S_OK);
    check_rate(&job, 1, 300 * KIB, __LINE__);
    set_policies(NULL, 0);
    fixture_wait_bytes(&job, 100000000);
    cancel(&job, 1);
    fixture_end();
}

/* No byte is lost or doubled by all the waiting, neither in a file nor in several, with TLS or without. */
static void test_content(void)
{
    struct job_id jobs[2];

    fixture_begin();
    set_policy(POLICY_MAX_BACKGROUND, 1000);
    jobs[0] = start_job(JOB_PRIORITY_NORMAL, 3, 500000, "content");
    jobs[1] = fixture_start_download(fixture_https_url("/data/f?size=400001&seed=%u", FIXTURE_SEED), "tls.bin");
    fixture_wait_state(&jobs[0], JOB_TRANSFERRED);
    fixture_wait_state(&jobs[1], JOB_TRANSFERRED);
    fixture_act(&jobs[0], JOB_ACTION_COMPLETE);
    fixture_act(&jobs[1], JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("content0.bin", 0, 500000));
    CU_ASSERT(fixture_file_is("content1.bin", 0, 500000));
    CU_ASSERT(fixture_file_is("content2.bin", 0, 500000));
    CU_ASSERT(fixture_file_is("tls.bin", 0, 400001));
    CU_ASSERT_EQUAL(fixture_requests("content0.bin"), 1);
    fixture_end();
}

static bool time_is_over(const void *context)
{
    const uint64_t *end = context;

    return now_ms() >= *end;
}

/* That a limit makes a transfer slower than servers may be is not held against its server. */
static void test_slower_than_servers_may_be(void)
{
    struct job_id job;
    uint64_t end;

    fixture_config.slow_seconds = 1;
    fixture_begin();
    set_policy(POLICY_MAX_BACKGROUND, 2);
    job = start_job(JOB_PRIORITY_NORMAL, 2, HUGE_FILE, "slow");
    fixture_wait_bytes(&job, 1);
    end = now_ms() + 3000;
    CU_ASSERT(fixture_wait_until(time_is_over, &end));
    CU_ASSERT_EQUAL(fixture_info(&job).error_count, 0);
    CU_ASSERT_EQUAL(fixture_info(&job).state, JOB_TRANSFERRING);
    CU_ASSERT_EQUAL(fixture_requests("slow0.bin"), 1);
    cancel(&job, 1);
    fixture_end();
}

/* But a server that has stopped is noticed under a limit as well. */
static void test_stall(void)
{
    struct job_id job;

    fixture_config.slow_seconds = 1;
    fixture_begin();
    set_policy(POLICY_MAX_BACKGROUND, 100);
    job = fixture_start_download(fixture_url("/data/f?size=60000&seed=%u&hold_at=30000&hold=stall&key=stall",
                                             FIXTURE_SEED), "stall.bin");
    fixture_wait_requests("stall", 2);
    fixture_release("stall");
    fixture_wait_state(&job, JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("stall.bin", 0, 60000));
    fixture_end();
}

static unsigned int local_hour(void)
{
    time_t now = time(NULL);
    struct tm local;

    return (unsigned int)localtime_r(&now, &local)->tm_hour;
}

/* A share of the best that came in a second, which may have been a little more than the average. */
static void check_share(const struct job_id *job, uint64_t expected, unsigned int line)
{
    uint64_t rate = measure(job, 1);

    CHECK(rate * 100 > expected * 94 && rate * 100 < expected * 130, "line %u: got %u bytes per second instead of %u",
          line, (unsigned int)rate, (unsigned int)expected);
}

/* Of what came at the best of times; that it is less now does not matter. */
static void test_percent_and_hours(void)
{
    unsigned int hour = local_hour();
    struct engine_policy values[] =
    {
        {.id = POLICY_MAX_BACKGROUND, .number = 2000},
        {.id = POLICY_PERCENT_BACKGROUND, .number = 25},
        {.id = POLICY_HOURS_BACKGROUND, .number = 0},
        {.id = POLICY_HOURS_BACKGROUND_FROM, .number = (hour + 4) % 24},
        {.id = POLICY_HOURS_BACKGROUND_TO, .number = (hour + 8) % 24},
        {.id = POLICY_HOURS_BACKGROUND_IN, .number = 10},
        {.id = POLICY_HOURS_BACKGROUND_OUT, .number = 50},
    };
    struct job_id job;

    fixture_begin();
    set_policies(values, 1);
    job = start_job(JOB_PRIORITY_NORMAL, 2, HUGE_FILE, "percent");
    fixture_wait_bytes(&job, 4200000);
    set_policies(values, COUNT_OF(values));
    check_share(&job, 500 * KIB, __LINE__);
    values[1].number = 0;
    values[2].number = 1;
    set_policies(values, COUNT_OF(values));             /* outside of the hours */
    check_share(&job, 1000 * KIB, __LINE__);
    values[3].number = (hour + 22) % 24;
    values[4].number = (hour + 3) % 24;
    set_policies(values, COUNT_OF(values));             /* and inside */
    check_share(&job, 200 * KIB, __LINE__);
    cancel(&job, 1);
    fixture_end();
}

/* There are no peers to wait for. */
static void test_delays_from_http(void)
{
    static const struct engine_policy values[] = {{.id = POLICY_HTTP_DELAY_BACKGROUND, .number = 3600},
                                                  {.id = POLICY_HTTP_DELAY_FOREGROUND, .number = 3600}};
    struct job_id jobs[2];

    fixture_config.policies = values;
    fixture_config.policy_count = COUNT_OF(values);
    fixture_begin();
    jobs[0] = start_job(JOB_PRIORITY_NORMAL, 1, 100000, "background");
    jobs[1] = start_job(JOB_PRIORITY_FOREGROUND, 1, 100000, "foreground");
    fixture_wait_state(&jobs[0], JOB_TRANSFERRED);
    fixture_wait_state(&jobs[1], JOB_TRANSFERRED);
    cancel(jobs, COUNT_OF(jobs));
    fixture_end();
}

CU_TestInfo transfer_limit_tests[] =
{
    {"of the background", test_background},
    {"a small one", test_small_limit},
    {"of the foreground", test_foreground},
    {"changes while running", test_changes},
    {"what comes is right", test_content},
    {"slower than servers may be", test_slower_than_servers_may_be},
    {"a server that stops", test_stall},
    {"percentages and hours", test_percent_and_hours},
    {"delays for peers have no effect", test_delays_from_http},
    CU_TEST_INFO_NULL
};
