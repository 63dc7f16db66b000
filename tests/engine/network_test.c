/*
 * Tests of jobs on networks that cost money.
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

#include "cost.h"
#include "fixture.h"
#include "result.h"
#include "suites.h"

#define METERED 2           /* NLM_CONNECTION_COST_FIXED */
#define ROAMING 0x40000
#define ONLY_UNRESTRICTED 0x80000021
#define SIZE 500000

int network_setup(void)
{
    return fixture_start_server();
}

int network_teardown(void)
{
    return fixture_stop_server();
}

static void set_flags(const struct job_id *job, uint32_t flags)
{
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, job, JOB_NUMBER_COST_FLAGS, flags), S_OK);
}

static void set_network(uint32_t cost)
{
    CU_ASSERT_EQUAL(engine_set_network(fixture_engine, cost), S_OK);
}

static void check_blocked(const struct job_id *job)
{
    struct job_error error = {0};

    CU_ASSERT_EQUAL(fixture_info(job).state, JOB_BLOCKED);
    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, job, &error), S_OK);
    CU_ASSERT_EQUAL(error.code, DO_E_BLOCKED_BY_COST_TRANSFER_POLICY);
    CU_ASSERT_EQUAL(error.context, 0);
    CU_ASSERT_EQUAL(error.file_index, ENGINE_NO_FILE);
    CU_ASSERT_EQUAL(fixture_info(job).error_count, 0);
}

static void finish(const struct job_id *job, const char *name)
{
    fixture_wait_state(job, JOB_TRANSFERRED);
    fixture_act(job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is(name, 0, SIZE));
}

static struct job_id create_download(const char *name, uint32_t flags)
{
    struct job_id job = fixture_create_job();

    fixture_add_file(&job, fixture_url("/data/%s?size=%u&seed=%u", name, SIZE, FIXTURE_SEED), name);
    if (flags)
        set_flags(&job, flags);
    return job;
}

static void test_start_on_a_forbidden_network(void)
{
    struct job_id job, other;

    fixture_config.network_cost = METERED;
    fixture_begin();
    job = create_download("forbidden", ONLY_UNRESTRICTED);
    other = create_download("allowed", 0);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_act(&other, JOB_ACTION_RESUME);
    check_blocked(&job);
    finish(&other, "allowed");
    fixture_act(&job, JOB_ACTION_RESUME);
    check_blocked(&job);
    CU_ASSERT_EQUAL(fixture_requests("/data/forbidden"), 0);
    set_network(1);
    finish(&job, "forbidden");
    fixture_end();
}

/* What is here is kept, and nothing more comes. */
static void test_network_becomes_dear(void)
{
    struct job_id job;

    fixture_begin();
    job = fixture_create_job();
    fixture_add_file(&job, fixture_url("/data/dear?size=%u&seed=%u&hold_at=100000&hold=dear", SIZE, FIXTURE_SEED),
                     "dear");
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_bytes(&job, 100000);
    set_network(METERED);
    CU_ASSERT_EQUAL(fixture_info(&job).state, JOB_TRANSFERRING);
    set_network(ROAMING);
    check_blocked(&job);
    fixture_release("dear");
    CU_ASSERT_EQUAL(fixture_requests("/data/dear"), 1);
    set_network(METERED);
    finish(&job, "dear");
    CU_ASSERT(fixture_last_request_has("/data/dear", "Range: bytes=100000-"));
    fixture_end();
}

static void test_flags_take_effect_at_once(void)
{
    struct job_id job;

    fixture_begin();
    set_network(METERED);
    job = fixture_create_job();
    fixture_add_file(&job, fixture_url("/data/flags?size=%u&seed=%u&hold_at=1000&hold=flags", SIZE, FIXTURE_SEED),
                     "flags");
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSFERRING);
    set_flags(&job, ONLY_UNRESTRICTED);
    check_blocked(&job);
    fixture_release("flags");
    set_flags(&job, COST_FLAGS_ALWAYS);
    finish(&job, "flags");
    fixture_end();
}

/* Until flags are set the priority has them. */
static void test_priority_has_flags(void)
{
    struct job_id job;
    uint64_t flags = 0;

    fixture_begin();
    set_network(ROAMING);
    job = create_download("priority", 0);
    CU_ASSERT_EQUAL(engine_job_get_number(fixture_engine, &job, JOB_NUMBER_COST_FLAGS, &flags), S_OK);
    CU_ASSERT_EQUAL(flags, COST_FLAGS_STANDARD);
    fixture_act(&job, JOB_ACTION_RESUME);
    check_blocked(&job);
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_PRIORITY, JOB_PRIORITY_FOREGROUND), S_OK);
    CU_ASSERT_EQUAL(engine_job_get_number(fixture_engine, &job, JOB_NUMBER_COST_FLAGS, &flags), S_OK);
    CU_ASSERT_EQUAL(flags, COST_FLAGS_ALWAYS);
    finish(&job, "priority");
    fixture_end();
}

/* The cost is known before the first job of the store is looked at. */
static void test_blocked_across_a_restart(void)
{
    struct job_id job;

    fixture_begin();
    job = create_download("restart", ONLY_UNRESTRICTED);
    set_network(METERED);
    fixture_act(&job, JOB_ACTION_RESUME);
    check_blocked(&job);
    fixture_config.network_cost = METERED;
    fixture_restart();
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    check_blocked(&job);
    CU_ASSERT_EQUAL(fixture_requests("/data/restart"), 0);
    fixture_act(&job, JOB_ACTION_SUSPEND);
    set_network(1);
    CU_ASSERT_EQUAL(fixture_info(&job).state, JOB_SUSPENDED);
    fixture_act(&job, JOB_ACTION_RESUME);
    finish(&job, "restart");
    fixture_end();
}

/* Without a network that it may use a job does not fail for want of progress. */
static void test_blocked_time_does_not_count(void)
{
    struct job_id job, other;

    fixture_begin();
    set_network(METERED);
    job = create_download("patient", ONLY_UNRESTRICTED);
    other = fixture_create_job();
    fixture_add_file(&other, fixture_url("/data/other?size=%u&hold_at=1000&hold=other", SIZE), "other");
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_NO_PROGRESS_TIMEOUT, 1), S_OK);
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &other, JOB_NUMBER_NO_PROGRESS_TIMEOUT, 1), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_act(&other, JOB_ACTION_RESUME);
    fixture_wait_state(&other, JOB_ERROR);
    check_blocked(&job);
    set_network(1);
    finish(&job, "patient");
    fixture_act(&other, JOB_ACTION_CANCEL);
    fixture_release("other");
    fixture_end();
}

CU_TestInfo network_tests[] =
{
    {"a start on a network that is too dear", test_start_on_a_forbidden_network},
    {"a network that becomes too dear", test_network_becomes_dear},
    {"flags take effect at once", test_flags_take_effect_at_once},
    {"flags of a priority", test_priority_has_flags},
    {"blocked across a restart", test_blocked_across_a_restart},
    {"time without a network does not count", test_blocked_time_does_not_count},
    CU_TEST_INFO_NULL
};
