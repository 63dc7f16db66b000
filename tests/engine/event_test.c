/*
 * Tests of what is told to clients.
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

#define SIZE 1000

int event_setup(void)
{
    return fixture_start_server();
}

int event_teardown(void)
{
    return fixture_stop_server();
}

static void set_flags(const struct job_id *job, uint64_t flags)
{
    CU_ASSERT_EQUAL_FATAL(engine_job_set_number(fixture_engine, job, JOB_NUMBER_NOTIFY_FLAGS, flags), S_OK);
}

/* The next file that is told, or ENGINE_NO_FILE. */
static uint32_t take_file(const struct job_id *job)
{
    uint32_t index = ENGINE_NO_FILE;
    int32_t hr;

    hr = engine_job_take_transferred_file(fixture_engine, job, &index);
    CU_ASSERT(hr == (index == ENGINE_NO_FILE ? S_FALSE : S_OK));
    return index;
}

/* In the order in which they came, before the job's end is told. */
static void test_files_in_order(void)
{
    struct job_id job;

    fixture_begin();
    job = fixture_create_job();
    set_flags(&job, JOB_NOTIFY_FILE_TRANSFERRED);
    fixture_add_file(&job, fixture_url("/data/a?size=%u&hold=order", SIZE), "a");
    fixture_add_file(&job, fixture_url("/data/b?size=%u", SIZE), "b");
    CU_ASSERT_EQUAL(take_file(&job), ENGINE_NO_FILE);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_events(&job, EVENT_FILE_TRANSFERRED);
    CU_ASSERT_EQUAL(take_file(&job), 1);
    CU_ASSERT_EQUAL(take_file(&job), ENGINE_NO_FILE);
    fixture_release("order");
    fixture_wait_events(&job, EVENT_FILE_TRANSFERRED | EVENT_JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(take_file(&job), 0);
    CU_ASSERT_EQUAL(take_file(&job), ENGINE_NO_FILE);
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

/* They wait, each one once, until they are asked for. */
static void test_files_wait(void)
{
    struct job_id job;
    bool told[8] = {false};
    char name[8];
    unsigned int i;
    uint32_t index;

    fixture_begin();
    job = fixture_create_job();
    set_flags(&job, JOB_NOTIFY_FILE_TRANSFERRED);
    for (i = 0; i < COUNT_OF(told); i++)
    {
        snprintf(name, sizeof(name), "%u", i);
        fixture_add_file(&job, fixture_url("/data/%u?size=%u", i, SIZE), name);
    }
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_events(&job, EVENT_JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    for (i = 0; i < COUNT_OF(told); i++)
    {
        index = take_file(&job);
        CU_ASSERT_FATAL(index < COUNT_OF(told));
        CU_ASSERT(!told[index]);
        told[index] = true;
    }
    CU_ASSERT_EQUAL(take_file(&job), ENGINE_NO_FILE);
    engine_job_close(fixture_engine, &job);
    CU_ASSERT_EQUAL(engine_job_take_transferred_file(fixture_engine, &job, &index), DO_E_JOB_NOT_FOUND);
    fixture_end();
}

/* Nothing is kept for those who do not want it, or not any more. */
static void test_files_unwanted(void)
{
    static const struct
    {
        uint64_t before, after;
    }
    tests[] =
    {
        { JOB_NOTIFY_TRANSFERRED, JOB_NOTIFY_TRANSFERRED | JOB_NOTIFY_FILE_TRANSFERRED },
        { JOB_NOTIFY_FILE_TRANSFERRED, JOB_NOTIFY_TRANSFERRED },
    };
    struct job_id job;
    unsigned int i;

    fixture_begin();
    for (i = 0; i < COUNT_OF(tests); i++)
    {
        job = fixture_create_job();
        set_flags(&job, tests[i].before);
        fixture_add_file(&job, fixture_url("/data/a?size=%u", SIZE), "a");
        fixture_act(&job, JOB_ACTION_RESUME);
        fixture_wait_state(&job, JOB_TRANSFERRED);
        set_flags(&job, tests[i].after);
        CHECK(take_file(&job) == ENGINE_NO_FILE, "row %u", i);
        set_flags(&job, JOB_NOTIFY_FILE_TRANSFERRED);
        CHECK(take_file(&job) == ENGINE_NO_FILE, "row %u", i);
        fixture_act(&job, JOB_ACTION_CANCEL);
    }
    fixture_end();
}

CU_TestInfo event_tests[] =
{
    { "files in the order in which they came", test_files_in_order },
    { "files wait until they are asked for", test_files_wait },
    { "files that nobody wants to know of", test_files_unwanted },
    CU_TEST_INFO_NULL,
};
