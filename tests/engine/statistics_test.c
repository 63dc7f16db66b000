/*
 * Tests of the counts of the engine.
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

#include <string.h>

#include "fixture.h"
#include "result.h"
#include "suites.h"

#define SIZE 1000000

int statistics_setup(void)
{
    return fixture_start_server();
}

int statistics_teardown(void)
{
    return fixture_stop_server();
}

static struct engine_statistics get_statistics(void)
{
    struct engine_statistics statistics;

    memset(&statistics, 0xcc, sizeof(statistics));
    CU_ASSERT_EQUAL(engine_get_statistics(fixture_engine, &statistics), S_OK);
    return statistics;
}

static void test_nothing(void)
{
    static const struct engine_statistics none;
    struct engine_statistics statistics;

    fixture_begin();
    statistics = get_statistics();
    CU_ASSERT(!memcmp(&statistics, &none, sizeof(none)));
    fixture_end();
}

static void test_transfer(void)
{
    struct engine_statistics statistics;
    struct job_id job;

    fixture_begin();
    job = fixture_create_job();
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_PRIORITY, JOB_PRIORITY_FOREGROUND), S_OK);
    fixture_add_file(&job, fixture_url("/data/file?size=%u&hold=statistics&hold_at=%u", SIZE, SIZE / 2), "file");
    statistics = get_statistics();
    CU_ASSERT_EQUAL(statistics.files, 1);
    CU_ASSERT_EQUAL(statistics.foreground_jobs, 0);

    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_bytes(&job, SIZE / 2);
    statistics = get_statistics();
    CU_ASSERT_EQUAL(statistics.connections, 1);
    CU_ASSERT_EQUAL(statistics.foreground_jobs, 1);
    CU_ASSERT_EQUAL(statistics.background_jobs, 0);

    fixture_release("statistics");
    fixture_wait_state(&job, JOB_TRANSFERRED);
    statistics = get_statistics();
    CU_ASSERT_EQUAL(statistics.bytes_received, SIZE);
    CU_ASSERT_EQUAL(statistics.bytes_received_foreground, SIZE);
    CU_ASSERT_EQUAL(statistics.connections, 0);
    CU_ASSERT_EQUAL(statistics.foreground_jobs, 0);
    CU_ASSERT_EQUAL(statistics.files, 1);

    fixture_act(&job, JOB_ACTION_COMPLETE);
    statistics = get_statistics();
    CU_ASSERT_EQUAL(statistics.files, 0);
    fixture_end();
}

static void test_background(void)
{
    struct engine_statistics statistics;
    struct job_id job;

    fixture_begin();
    job = fixture_start_download(fixture_url("/data/file?size=%u", SIZE), "file");
    fixture_wait_state(&job, JOB_TRANSFERRED);
    statistics = get_statistics();
    CU_ASSERT_EQUAL(statistics.bytes_received, SIZE);
    CU_ASSERT_EQUAL(statistics.bytes_received_foreground, 0);
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

CU_TestInfo statistics_tests[] =
{
    {"an engine without jobs counts nothing", test_nothing},
    {"a foreground job is counted while it transfers, and its bytes afterwards", test_transfer},
    {"bytes of background jobs are counted apart", test_background},
    CU_TEST_INFO_NULL,
};
