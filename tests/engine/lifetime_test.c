/*
 * Tests of how long a job may take, and how long it is kept.
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
#include <sqlite3.h>

#include "fixture.h"
#include "result.h"
#include "suites.h"

int lifetime_setup(void)
{
    return fixture_start_server();
}

int lifetime_teardown(void)
{
    return fixture_stop_server();
}

static uint64_t get_number(const struct job_id *job, enum job_number which)
{
    uint64_t value = 0;

    CU_ASSERT_EQUAL(engine_job_get_number(fixture_engine, job, which, &value), S_OK);
    return value;
}

static void set_number(const struct job_id *job, enum job_number which, uint64_t value)
{
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, job, which, value), S_OK);
}

static struct job_error get_error(const struct job_id *job)
{
    struct job_error error = {0};

    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, job, &error), S_OK);
    return error;
}

/* A download that stops in the middle until its key is released. */
static struct job_id start_held_download(const char *key)
{
    struct job_id job = fixture_start_download(fixture_url("/data/%s?size=100000&seed=%u&hold_at=1000&hold=%s", key,
                                                           FIXTURE_SEED, key), key);

    fixture_wait_state(&job, JOB_TRANSFERRING);
    return job;
}

static void test_maximum_download_time(void)
{
    struct job_id job;

    fixture_begin();
    job = start_held_download("long");
    CU_ASSERT_EQUAL(get_number(&job, JOB_NUMBER_MAXIMUM_DOWNLOAD_TIME), 7776000);
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_TRANSFER_TIME, 0), E_INVALIDARG);
    set_number(&job, JOB_NUMBER_MAXIMUM_DOWNLOAD_TIME, 1);
    fixture_wait_state(&job, JOB_ERROR);
    CU_ASSERT_EQUAL(get_error(&job).code, BG_E_MAXDOWNLOAD_TIMEOUT);
    CU_ASSERT_EQUAL(get_error(&job).file_index, 0);
    CU_ASSERT(get_number(&job, JOB_NUMBER_TRANSFER_TIME) >= 1000);

    /* The time of a new try begins anew; without a limit there is an end only when all is here. */
    set_number(&job, JOB_NUMBER_MAXIMUM_DOWNLOAD_TIME, 0);
    fixture_release("long");
    fixture_act(&job, JOB_ACTION_RESUME);
    CU_ASSERT(get_number(&job, JOB_NUMBER_TRANSFER_TIME) < 1000);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("long", 0, 100000));
    fixture_end();
}

/* What was used of the time stays used when the service is stopped. */
static void test_transfer_time_is_kept(void)
{
    struct job_id job;

    fixture_begin();
    job = fixture_start_download(fixture_url("/data/kept?size=1000000&seed=%u&rate=100000", FIXTURE_SEED), "kept");
    set_number(&job, JOB_NUMBER_MAXIMUM_DOWNLOAD_TIME, 1);
    fixture_wait_bytes(&job, 20000);    /* which takes time at this rate */
    fixture_restart();
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    CU_ASSERT(get_number(&job, JOB_NUMBER_TRANSFER_TIME) >= 20);
    fixture_wait_state(&job, JOB_ERROR);
    CU_ASSERT_EQUAL(get_error(&job).code, BG_E_MAXDOWNLOAD_TIMEOUT);
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

/* A job that waits uses none of its time. */
static void test_only_transferring_counts(void)
{
    struct job_id job;
    uint64_t before;

    fixture_begin();
    job = start_held_download("waits");
    fixture_act(&job, JOB_ACTION_SUSPEND);
    before = get_number(&job, JOB_NUMBER_TRANSFER_TIME);
    fixture_restart();
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    CU_ASSERT_EQUAL(get_number(&job, JOB_NUMBER_TRANSFER_TIME), before);
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_release("waits");
    fixture_end();
}

static void check_cause(const struct job_id *job, int32_t cause)
{
    struct job_error error = get_error(job);

    CHECK(error.code == DO_E_DOWNLOAD_NO_PROGRESS && error.cause == cause, "got %#x, %#x", (unsigned int)error.code,
          (unsigned int)error.cause);
}

/* What failed last is told also after a restart, but not of another start. */
static void test_cause_of_no_progress(void)
{
    const char *url;
    struct job_id job;

    fixture_begin();
    job = fixture_create_job();
    fixture_add_file(&job, fixture_url("/data/fails?size=1000&fail=1000000&fail_status=503"), "fails");
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_LAST_FAILURE, 0), E_INVALIDARG);
    set_number(&job, JOB_NUMBER_NO_PROGRESS_TIMEOUT, 1);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSIENT_ERROR);
    CU_ASSERT_EQUAL(get_error(&job).cause, S_OK);
    fixture_wait_state(&job, JOB_ERROR);
    check_cause(&job, HRESULT_FROM_HTTP(503u));
    fixture_restart();
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    check_cause(&job, HRESULT_FROM_HTTP(503u));
    url = fixture_url("/data/silent?size=1000&hold=silent&hold_at=0");
    CU_ASSERT_EQUAL(engine_file_set_url(fixture_engine, &job, 0, url), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_ERROR);
    check_cause(&job, S_OK);
    fixture_release("silent");
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

static void test_no_progress(void)
{
    struct job_info info;
    struct job_id job;

    fixture_begin();
    job = start_held_download("stuck");
    fixture_wait_bytes(&job, 1000);
    CU_ASSERT_EQUAL(get_number(&job, JOB_NUMBER_NO_PROGRESS_TIMEOUT), 86400);
    set_number(&job, JOB_NUMBER_PRIORITY, JOB_PRIORITY_FOREGROUND);
    CU_ASSERT_EQUAL(get_number(&job, JOB_NUMBER_NO_PROGRESS_TIMEOUT), 3600);
    set_number(&job, JOB_NUMBER_NO_PROGRESS_TIMEOUT, 1);
    fixture_wait_state(&job, JOB_ERROR);
    CU_ASSERT_EQUAL(get_error(&job).code, DO_E_DOWNLOAD_NO_PROGRESS);
    CU_ASSERT_EQUAL(get_error(&job).cause, S_OK);
    info = fixture_info(&job);
    CU_ASSERT_EQUAL(info.bytes_transferred, 1000);
    CU_ASSERT_EQUAL(info.error_count, 1);
    fixture_release("stuck");
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("stuck", 0, 100000));
    fixture_end();
}

/* Suspended or not: the job is cancelled, and nothing of it is left, not even what is whole. */
static void test_old_jobs_are_cancelled(void)
{
    struct job_id suspended, whole;

    fixture_config.job_lifetime_ms = 1500;
    fixture_begin();
    whole = fixture_start_download(fixture_url("/data/aged?size=1000&seed=%u", FIXTURE_SEED), "whole");
    suspended = start_held_download("suspended");
    fixture_wait_bytes(&suspended, 1000);
    fixture_act(&suspended, JOB_ACTION_SUSPEND);
    fixture_wait_state(&whole, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(fixture_count_temporary_files(), 2);
    fixture_wait_events(&whole, EVENT_JOB_GONE);
    fixture_wait_events(&suspended, EVENT_JOB_GONE);
    CU_ASSERT_EQUAL(fixture_info(&whole).state, JOB_CANCELLED);
    CU_ASSERT_EQUAL(fixture_info(&suspended).state, JOB_CANCELLED);
    CU_ASSERT_EQUAL(engine_job_act(fixture_engine, &suspended, JOB_ACTION_RESUME), DO_E_INVALID_STATE);
    CU_ASSERT_FALSE(fixture_exists("whole"));
    fixture_release("suspended");
    fixture_end();                      /* checks that no temporary file is left */
}

static void make_older(sqlite3 *store)
{
    /* 31 days for the first job, 29 for the second one, in units of 100 ns */
    CU_ASSERT_EQUAL(sqlite3_exec(store, "UPDATE jobs SET created = created - 86400 * 10000000 * "
                                 "CASE seq WHEN (SELECT min(seq) FROM jobs) THEN 31 ELSE 29 END",
                                 NULL, NULL, NULL), SQLITE_OK);
}

/* A job that became too old while there was no engine is not even started. */
static void test_too_old_after_a_restart(void)
{
    struct job_id old, young;

    fixture_begin();
    old = start_held_download("old");
    young = start_held_download("young");
    fixture_wait_bytes(&old, 1000);
    fixture_restart_after(make_older);
    CU_ASSERT_EQUAL(engine_job_open(fixture_engine, &old), DO_E_JOB_NOT_FOUND);
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &young), S_OK);
    CU_ASSERT_EQUAL(fixture_requests("/data/old"), 1);
    CU_ASSERT(fixture_count_temporary_files() <= 1);
    fixture_release("old");
    fixture_release("young");
    fixture_wait_state(&young, JOB_TRANSFERRED);
    fixture_act(&young, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("young", 0, 100000));
    fixture_end();
}

CU_TestInfo lifetime_tests[] =
{
    {"old jobs are cancelled", test_old_jobs_are_cancelled},
    {"too old after a restart", test_too_old_after_a_restart},
    {"a transfer that takes too long", test_maximum_download_time},
    {"time that was used stays used", test_transfer_time_is_kept},
    {"only transferring takes time", test_only_transferring_counts},
    {"no progress", test_no_progress},
    {"the cause of no progress", test_cause_of_no_progress},
    CU_TEST_INFO_NULL
};
