/*
 * Tests of priorities: what is started first, and who has the network.
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

#include "fixture.h"
#include "result.h"
#include "suites.h"

#define SLOTS 16                        /* ENGINE_MAX_TRANSFERS */
#define SLOTS_OF_A_JOB 4                /* JOB_MAX_TRANSFERS */

int priority_setup(void)
{
    return fixture_start_server();
}

int priority_teardown(void)
{
    return fixture_stop_server();
}

static void set_priority(const struct job_id *job, enum job_priority priority)
{
    CU_ASSERT_EQUAL_FATAL(engine_job_set_number(fixture_engine, job, JOB_NUMBER_PRIORITY, priority), S_OK);
}

static struct job_id start_download(enum job_priority priority, const char *url, const char *name)
{
    struct job_id job = fixture_create_job();

    fixture_add_file(&job, url, name);
    set_priority(&job, priority);
    fixture_act(&job, JOB_ACTION_RESUME);
    return job;
}

/* Jobs whose files all wait for fixture_release("<test>-<job>-<file>"), in every slot there is. */
static void fill_slots(struct job_id *jobs, const char *test)
{
    unsigned int job, file;
    char name[32], key[32];

    for (job = 0; job < SLOTS / SLOTS_OF_A_JOB; job++)
    {
        jobs[job] = fixture_create_job();
        for (file = 0; file < SLOTS_OF_A_JOB; file++)
        {
            snprintf(name, sizeof(name), "%s-%u-%u.bin", test, job, file);
            snprintf(key, sizeof(key), "%s-%u-%u", test, job, file);
            fixture_add_file(&jobs[job], fixture_url("/data/f?size=100&hold=%s&key=%s", key, key), name);
        }
        fixture_act(&jobs[job], JOB_ACTION_RESUME);
        for (file = 0; file < SLOTS_OF_A_JOB; file++)
        {
            snprintf(key, sizeof(key), "%s-%u-%u", test, job, file);
            fixture_wait_requests(key, 1);
        }
    }
}

static void empty_slots(const struct job_id *jobs)
{
    unsigned int i;

    for (i = 0; i < SLOTS / SLOTS_OF_A_JOB; i++)
        fixture_act(&jobs[i], JOB_ACTION_CANCEL);
}

/* Both servers could give as much; the job in the background has to go without, and loses nothing by it. */
static void test_foreground_first(void)
{
    uint64_t before, during, size = 3000000;
    struct job_id background, foreground;

    fixture_begin();
    background = start_download(JOB_PRIORITY_HIGH, fixture_url("/data/f?size=%u&rate=2000000&key=b1", (unsigned)size),
                                "background.bin");
    fixture_wait_bytes(&background, 100000);
    foreground = start_download(JOB_PRIORITY_FOREGROUND,
                                fixture_url("/data/f?size=%u&rate=2000000&key=f1", (unsigned)size), "foreground.bin");
    fixture_wait_bytes(&foreground, 200000);
    before = fixture_info(&background).bytes_transferred;
    fixture_wait_bytes(&foreground, 2600000);
    during = fixture_info(&background).bytes_transferred - before;
    suite_check(during * 4 <= 2400000, __FILE__, __LINE__, "share of the background",
                "%u bytes came beside 2400000 of the foreground", (unsigned)during);
    CU_ASSERT_EQUAL(fixture_info(&background).state, JOB_TRANSFERRING);

    fixture_wait_state(&foreground, JOB_TRANSFERRED);
    fixture_wait_state(&background, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(fixture_requests("b1"), 1);
    CU_ASSERT_EQUAL(fixture_bytes_sent("b1"), size);
    fixture_act(&foreground, JOB_ACTION_COMPLETE);
    fixture_act(&background, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("background.bin", 0, size));
    CU_ASSERT(fixture_file_is("foreground.bin", 0, size));
    fixture_end();
}

/* A job that yields is moved to the foreground by a user who has lost patience, and one that flows is moved away. */
static void test_change_under_way(void)
{
    struct job_id first, second;

    fixture_begin();
    first = start_download(JOB_PRIORITY_FOREGROUND, fixture_url("/data/f?size=1000000&hold=h2&hold_at=500000"),
                           "1.bin");
    fixture_wait_bytes(&first, 400000);
    second = start_download(JOB_PRIORITY_NORMAL, fixture_url("/data/f?size=4000000&key=n2"), "2.bin");
    fixture_wait_state(&second, JOB_TRANSFERRING);
    CU_ASSERT(fixture_info(&second).bytes_transferred < 1000000);
    set_priority(&second, JOB_PRIORITY_FOREGROUND);
    fixture_wait_state(&second, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(fixture_info(&first).state, JOB_TRANSFERRING);

    set_priority(&first, JOB_PRIORITY_LOW);
    fixture_act(&second, JOB_ACTION_CANCEL);
    second = start_download(JOB_PRIORITY_NORMAL, fixture_url("/data/f?size=4000000"), "3.bin");
    fixture_wait_state(&second, JOB_TRANSFERRED);   /* there is no foreground any more */
    fixture_release("h2");
    fixture_wait_state(&first, JOB_TRANSFERRED);
    fixture_act(&first, JOB_ACTION_CANCEL);
    fixture_act(&second, JOB_ACTION_CANCEL);
    fixture_end();
}

static void test_foreground_has_room(void)
{
    struct job_id slots[SLOTS / SLOTS_OF_A_JOB], job;

    fixture_begin();
    fill_slots(slots, "room");
    job = start_download(JOB_PRIORITY_HIGH, fixture_url("/data/f?size=1000&key=high3"), "high.bin");
    CU_ASSERT_EQUAL(fixture_info(&job).state, JOB_QUEUED);
    set_priority(&job, JOB_PRIORITY_FOREGROUND);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_CANCEL);
    empty_slots(slots);
    fixture_end();
}

static void test_order(void)
{
    static const enum job_priority priorities[] = {JOB_PRIORITY_LOW, JOB_PRIORITY_NORMAL, JOB_PRIORITY_HIGH};
    struct job_id slots[SLOTS / SLOTS_OF_A_JOB], jobs[COUNT_OF(priorities)];
    char key[16], name[16];
    unsigned int i;

    fixture_begin();
    fill_slots(slots, "order");
    for (i = 0; i < COUNT_OF(jobs); i++)
    {
        snprintf(key, sizeof(key), "turn-%u", i);
        snprintf(name, sizeof(name), "%u.bin", i);
        jobs[i] = start_download(priorities[i], fixture_url("/data/f?size=100&hold=%s&key=%s", key, key), name);
    }
    fixture_release("order-0-0");
    fixture_wait_requests("turn-2", 1);
    CU_ASSERT_EQUAL(fixture_requests("turn-1") + fixture_requests("turn-0"), 0);
    fixture_release("turn-2");
    fixture_wait_requests("turn-1", 1);
    CU_ASSERT_EQUAL(fixture_requests("turn-0"), 0);
    fixture_release("turn-1");
    fixture_wait_requests("turn-0", 1);
    for (i = 0; i < COUNT_OF(jobs); i++)
        fixture_act(&jobs[i], JOB_ACTION_CANCEL);
    empty_slots(slots);
    fixture_end();
}

/* A job with many files does not keep its slots for ever while others of its priority have none. */
static void test_equals(void)
{
    struct job_id slots[SLOTS / SLOTS_OF_A_JOB], other;

    fixture_begin();
    fill_slots(slots, "equals");
    fixture_add_file(&slots[0], fixture_url("/data/f?size=100&hold=more&key=more"), "more.bin");
    other = start_download(JOB_PRIORITY_NORMAL, fixture_url("/data/f?size=100&hold=other&key=other"), "other.bin");
    fixture_release("equals-0-0");
    fixture_wait_requests("other", 1);
    CU_ASSERT_EQUAL(fixture_requests("more"), 0);
    fixture_release("equals-0-1");
    fixture_wait_requests("more", 1);
    fixture_act(&other, JOB_ACTION_CANCEL);
    empty_slots(slots);
    fixture_end();
}

CU_TestInfo priority_tests[] =
{
    {"foreground first", test_foreground_first},
    {"change under way", test_change_under_way},
    {"foreground has room", test_foreground_has_room},
    {"order", test_order},
    {"equals", test_equals},
    CU_TEST_INFO_NULL
};
