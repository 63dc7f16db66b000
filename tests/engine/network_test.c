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
#include <stdio.h>
#include <string.h>

#include "cost.h"
#include "fixture.h"
#include "result.h"
#include "suites.h"
#include "tree.h"

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

static void set_host(uint32_t flags)
{
    CU_ASSERT_EQUAL(engine_set_host_network(fixture_engine, flags), S_OK);
}

static void check_blocked_by(const struct job_id *job, int32_t code)
{
    struct job_error error = {0};

    CU_ASSERT_EQUAL(fixture_info(job).state, JOB_BLOCKED);
    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, job, &error), S_OK);
    CU_ASSERT_EQUAL(error.code, code);
    CU_ASSERT_EQUAL(error.context, 0);
    CU_ASSERT_EQUAL(error.file_index, ENGINE_NO_FILE);
    CU_ASSERT_EQUAL(fixture_info(job).error_count, 0);
}

static void check_blocked(const struct job_id *job)
{
    check_blocked_by(job, DO_E_BLOCKED_BY_COST_TRANSFER_POLICY);
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

static void test_cellular(void)
{
    struct job_id refusing, policy, other;

    fixture_begin();
    refusing = create_download("refusing", 0);
    policy = create_download("policy", 0);
    other = create_download("other", 0);
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &refusing, JOB_NUMBER_DISALLOW_CELLULAR, 1), S_OK);
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &policy, JOB_NUMBER_COST_POLICY, COST_POLICY_NO_CELLULAR),
                    S_OK);
    set_host(ENGINE_NETWORK_CELLULAR);
    fixture_act(&refusing, JOB_ACTION_RESUME);
    fixture_act(&policy, JOB_ACTION_RESUME);
    fixture_act(&other, JOB_ACTION_RESUME);
    check_blocked_by(&refusing, DO_E_BLOCKED_BY_CELLULAR_POLICY);
    check_blocked_by(&policy, DO_E_BLOCKED_BY_CELLULAR_POLICY);
    finish(&other, "other");
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &policy, JOB_NUMBER_COST_POLICY, 0), S_OK);
    finish(&policy, "policy");
    check_blocked_by(&refusing, DO_E_BLOCKED_BY_CELLULAR_POLICY);
    CU_ASSERT_EQUAL(fixture_requests("/data/refusing"), 0);
    set_host(0);
    finish(&refusing, "refusing");
    fixture_end();
}

/* It is the same for a download in the middle; what is here is kept. */
static void test_becomes_cellular(void)
{
    struct job_id job;

    fixture_begin();
    job = fixture_create_job();
    fixture_add_file(&job, fixture_url("/data/mobile?size=%u&seed=%u&hold_at=100000&hold=mobile", SIZE, FIXTURE_SEED),
                     "mobile");
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_bytes(&job, 100000);
    set_host(ENGINE_NETWORK_CELLULAR);
    CU_ASSERT_EQUAL(fixture_info(&job).state, JOB_TRANSFERRING);
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_DISALLOW_CELLULAR, 1), S_OK);
    check_blocked_by(&job, DO_E_BLOCKED_BY_CELLULAR_POLICY);
    fixture_release("mobile");
    set_host(0);
    finish(&job, "mobile");
    CU_ASSERT(fixture_last_request_has("/data/mobile", "Range: bytes=100000-"));
    fixture_end();
}

static const char *server_port(void)
{
    return strrchr(fixture_url("%s", ""), ':') + 1;
}

/* Of a name that is not this host's, but leads to it. */
static const char *far_url(const char *path)
{
    static char url[256];

    snprintf(url, sizeof(url), "http://far.test:%s%s", server_port(), path);
    return url;
}

static void begin_far(char *resolve, size_t size)
{
    snprintf(resolve, size, "far.test:%s:127.0.0.1", server_port());
    fixture_config.resolve = resolve;
    fixture_begin();
}

static void test_no_network(void)
{
    struct job_id job, near;
    char resolve[64];

    begin_far(resolve, sizeof(resolve));
    set_host(ENGINE_NETWORK_NONE);
    job = fixture_start_download(far_url("/data/far?size=500000&seed=7"), "far");
    near = create_download("near", 0);
    fixture_act(&near, JOB_ACTION_RESUME);
    check_blocked_by(&job, DO_E_BLOCKED_BY_NO_NETWORK);
    finish(&near, "near");
    CU_ASSERT_EQUAL(fixture_requests("/data/far"), 0);
    /* Another reason, and no reason any more. */
    set_flags(&job, ONLY_UNRESTRICTED);
    set_network(METERED);
    check_blocked_by(&job, DO_E_BLOCKED_BY_NO_NETWORK);
    set_host(0);
    check_blocked(&job);
    set_network(1);
    finish(&job, "far");
    fixture_end();
}

/* The client names a server that can be reached. */
static void test_url_changes_without_network(void)
{
    struct job_id job;
    char resolve[64];

    begin_far(resolve, sizeof(resolve));
    set_host(ENGINE_NETWORK_NONE);
    job = fixture_start_download(far_url("/data/moved?size=500000&seed=7"), "moved");
    check_blocked_by(&job, DO_E_BLOCKED_BY_NO_NETWORK);
    CU_ASSERT_EQUAL(engine_file_set_url(fixture_engine, &job, 0,
                                        fixture_url("/data/moved?size=%u&seed=%u", SIZE, FIXTURE_SEED)), S_OK);
    finish(&job, "moved");
    fixture_end();
}

/* A retry that would be due in half a minute is made within seconds, but not one that the server has put off. */
static void test_network_is_back(void)
{
    struct job_id job, patient;
    char resolve[64];

    fixture_config.retry_delay_ms = 30000;
    begin_far(resolve, sizeof(resolve));
    job = fixture_start_download(far_url("/data/back?size=500000&seed=7&reset=1000&times=1"), "back");
    patient = fixture_start_download(far_url("/data/put_off?fail=1&fail_status=503&retry_after=3600"), "patient");
    fixture_wait_state(&job, JOB_TRANSIENT_ERROR);
    fixture_wait_state(&patient, JOB_TRANSIENT_ERROR);
    set_host(ENGINE_NETWORK_NONE);
    CU_ASSERT_EQUAL(fixture_info(&job).state, JOB_BLOCKED);
    CU_ASSERT_EQUAL(fixture_info(&patient).state, JOB_BLOCKED);
    set_host(0);
    finish(&job, "back");
    CU_ASSERT_EQUAL(fixture_requests("/data/put_off"), 1);
    fixture_act(&patient, JOB_ACTION_CANCEL);
    fixture_end();
}

/* What the host's files say counts from the start, and is read again when there is a reason to look. */
static void test_host_is_watched(void)
{
    char resolve[64], root[] = TREE_TEMPLATE;
    struct job_id job;

    tree_make(root);
    tree_write(root, "/proc/net/route", "Iface\n");
    fixture_config.system_root = root;
    fixture_config.watch_host_network = true;
    begin_far(resolve, sizeof(resolve));
    job = fixture_start_download(far_url("/data/watched?size=500000&seed=7"), "watched");
    check_blocked_by(&job, DO_E_BLOCKED_BY_NO_NETWORK);
    tree_write(root, "/proc/net/route", "Iface\neth0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n");
    set_network(1);
    finish(&job, "watched");
    fixture_end();
    tree_remove(root);
}

CU_TestInfo network_tests[] =
{
    {"a start on a network that is too dear", test_start_on_a_forbidden_network},
    {"a network that becomes too dear", test_network_becomes_dear},
    {"flags take effect at once", test_flags_take_effect_at_once},
    {"flags of a priority", test_priority_has_flags},
    {"blocked across a restart", test_blocked_across_a_restart},
    {"time without a network does not count", test_blocked_time_does_not_count},
    {"a mobile network", test_cellular},
    {"a network that becomes a mobile one", test_becomes_cellular},
    {"no network", test_no_network},
    {"another URL without a network", test_url_changes_without_network},
    {"a network that is back", test_network_is_back},
    {"the host is watched", test_host_is_watched},
    CU_TEST_INFO_NULL
};
