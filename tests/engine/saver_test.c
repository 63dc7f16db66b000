/*
 * Tests of saver.c: what of volatile jobs is saved, and what is left of them.
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

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"
#include "result.h"
#include "suites.h"

#define MIB (1024 * 1024)

int saver_setup(void)
{
    return fixture_start_server();
}

int saver_teardown(void)
{
    return fixture_stop_server();
}

static struct job_id create_download(const char *url, const char *name)
{
    struct job_id job;

    CU_ASSERT_EQUAL_FATAL(engine_job_create(fixture_engine, JOB_KIND_DOWNLOAD, "download", "S-1-5-21-0", &job), S_OK);
    fixture_add_file(&job, url, name);
    return job;
}

static int count_rows(sqlite3 *store, const char *table)
{
    sqlite3_stmt *statement;
    char sql[64];
    int count;

    snprintf(sql, sizeof(sql), "SELECT COUNT(*) FROM %s", table);
    CU_ASSERT_EQUAL_FATAL(sqlite3_prepare_v2(store, sql, -1, &statement, NULL), SQLITE_OK);
    CU_ASSERT_EQUAL_FATAL(sqlite3_step(statement), SQLITE_ROW);
    count = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return count;
}

static uint32_t count_jobs(enum job_kind kind)
{
    uint32_t count = 99;

    CU_ASSERT_EQUAL(engine_job_list(fixture_engine, kind, NULL, 0, &count), S_OK);
    return count;
}

static void test_kinds(void)
{
    struct job_id job, download, ids[3];
    uint64_t value = 99;
    uint32_t count;

    fixture_begin();
    job = fixture_create_job();
    download = create_download("http://localhost/", "file");
    CU_ASSERT_EQUAL(engine_job_list(fixture_engine, JOB_KIND_JOB, ids, 3, &count), S_OK);
    CU_ASSERT_EQUAL(count, 1);
    CU_ASSERT(!memcmp(&ids[0], &job, sizeof(job)));
    CU_ASSERT_EQUAL(engine_job_list(fixture_engine, JOB_KIND_DOWNLOAD, ids, 3, &count), S_OK);
    CU_ASSERT_EQUAL(count, 1);
    CU_ASSERT(!memcmp(&ids[0], &download, sizeof(download)));
    CU_ASSERT_EQUAL(engine_job_get_number(fixture_engine, &download, JOB_NUMBER_KIND, &value), S_OK);
    CU_ASSERT_EQUAL(value, JOB_KIND_DOWNLOAD);
    CU_ASSERT_EQUAL(engine_job_get_number(fixture_engine, &download, JOB_NUMBER_NON_VOLATILE, &value), S_OK);
    CU_ASSERT_EQUAL(value, 0);
    CU_ASSERT_EQUAL(engine_job_get_number(fixture_engine, &job, JOB_NUMBER_NON_VOLATILE, &value), S_OK);
    CU_ASSERT_EQUAL(value, 1);
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_KIND, JOB_KIND_DOWNLOAD), E_INVALIDARG);
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_act(&download, JOB_ACTION_CANCEL);
    CU_ASSERT_EQUAL(count_jobs(JOB_KIND_JOB), 0);
    CU_ASSERT_EQUAL(count_jobs(JOB_KIND_DOWNLOAD), 0);
    fixture_end();
}

static void test_no_sink(void)
{
    struct file_request request = {.url = "http://localhost/", .size = ENGINE_SIZE_UNKNOWN};
    struct job_id job;

    fixture_begin();
    CU_ASSERT_EQUAL_FATAL(engine_job_create(fixture_engine, JOB_KIND_DOWNLOAD, "d", "S-1-5-21-0", &job), S_OK);
    CU_ASSERT_EQUAL(engine_job_add_files(fixture_engine, &job, &request, 1), S_OK);
    CU_ASSERT_EQUAL(engine_job_act(fixture_engine, &job, JOB_ACTION_RESUME), DO_E_FILE_DOWNLOADSINK_UNSPECIFIED);
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

static void test_events_of_a_volatile_job(void)
{
    struct job_id job;

    fixture_begin();
    job = create_download(fixture_url("/data/v?size=%u&seed=%u", MIB, FIXTURE_SEED), "v");
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_events(&job, EVENT_JOB_TRANSFERRED | EVENT_JOB_MODIFIED);
    CU_ASSERT_EQUAL(fixture_info(&job).state, JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("v", 0, MIB));
    fixture_wait_events(&job, EVENT_JOB_GONE);
    fixture_end();
}

static void check_no_job(sqlite3 *store)
{
    CU_ASSERT_EQUAL(count_rows(store, "jobs"), 0);
    CU_ASSERT_EQUAL(count_rows(store, "files"), 0);
    CU_ASSERT_EQUAL(count_rows(store, "leftovers"), 1);
    CU_ASSERT_EQUAL(fixture_count_temporary_files(), 0);
}

static void test_volatile_job_goes_with_the_engine(void)
{
    struct job_id job;

    fixture_begin();
    job = create_download(fixture_url("/data/v?size=%u&hold_at=70000&hold=v", MIB), "v");
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_bytes(&job, 70000);
    CU_ASSERT_EQUAL(fixture_count_temporary_files(), 1);
    fixture_restart_after(check_no_job);
    CU_ASSERT_EQUAL(engine_job_open(fixture_engine, &job), DO_E_JOB_NOT_FOUND);
    fixture_release("v");
    fixture_end();
}

static char crash_path[256];

/* As if the engine had been killed: its temporary file is still there. */
static void leave_temporary_file(sqlite3 *store)
{
    int fd;

    CU_ASSERT_EQUAL(count_rows(store, "leftovers"), 1);
    CU_ASSERT_NOT_EQUAL_FATAL(fd = open(crash_path, O_CREAT | O_WRONLY, 0600), -1);
    close(fd);
    CU_ASSERT_EQUAL(fixture_count_temporary_files(), 1);
}

static void check_no_leftovers(sqlite3 *store)
{
    CU_ASSERT_EQUAL(count_rows(store, "leftovers"), 0);
}

static void test_volatile_job_after_a_crash(void)
{
    uint32_t size = sizeof(crash_path);
    struct job_id job;

    fixture_begin();
    job = create_download(fixture_url("/data/v?size=1000"), "v");
    CU_ASSERT_EQUAL(engine_file_get_text(fixture_engine, &job, 0, FILE_TEXT_TEMPORARY_NAME, crash_path, &size), S_OK);
    fixture_restart_after(leave_temporary_file);
    CU_ASSERT_EQUAL(fixture_count_temporary_files(), 0);
    fixture_restart_after(check_no_leftovers);
    fixture_end();
}

static void test_volatile_job_that_ended(void)
{
    struct job_id job;

    fixture_begin();
    job = create_download(fixture_url("/data/v?size=1000&seed=%u", FIXTURE_SEED), "v");
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    fixture_restart_after(check_no_leftovers);
    CU_ASSERT(fixture_file_is("v", 0, 1000));
    fixture_end();
}

static void check_stored(sqlite3 *store)
{
    CU_ASSERT_EQUAL(count_rows(store, "jobs"), 1);
    CU_ASSERT_EQUAL(count_rows(store, "files"), 1);
    CU_ASSERT_EQUAL(count_rows(store, "leftovers"), 0);
}

static void test_change_of_mind(void)
{
    struct job_id none = {{0}};
    struct job_id job;

    fixture_begin();
    fixture_wait_events(&none, EVENT_UNFINISHED_JOBS);
    job = create_download(fixture_url("/data/v?size=%u&seed=%u&hold_at=70000&hold=v", MIB, FIXTURE_SEED), "v");
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_bytes(&job, 70000);
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_NON_VOLATILE, 1), S_OK);
    fixture_wait_events(&none, EVENT_UNFINISHED_JOBS);
    fixture_release("v");
    fixture_restart_after(check_stored);
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(count_jobs(JOB_KIND_DOWNLOAD), 1);
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_NON_VOLATILE, 0), S_OK);
    fixture_restart_after(check_no_job);
    CU_ASSERT_EQUAL(engine_job_open(fixture_engine, &job), DO_E_JOB_NOT_FOUND);
    fixture_end();
}

CU_TestInfo saver_tests[] =
{
    {"jobs and downloads are listed apart", test_kinds},
    {"a download without sink", test_no_sink},
    {"events of a volatile job are told", test_events_of_a_volatile_job},
    {"a volatile job goes with the engine", test_volatile_job_goes_with_the_engine},
    {"a volatile job leaves nothing after a crash", test_volatile_job_after_a_crash},
    {"a volatile job that is completed leaves its file", test_volatile_job_that_ended},
    {"a job becomes lasting, and volatile again", test_change_of_mind},
    CU_TEST_INFO_NULL
};
