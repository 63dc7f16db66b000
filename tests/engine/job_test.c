/*
 * Tests of jobs: states, properties, completing and cancelling, and what survives a restart.
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
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"
#include "result.h"
#include "suites.h"

#define MIB (1024 * 1024)

int job_setup(void)
{
    return fixture_start_server();
}

int job_teardown(void)
{
    return fixture_stop_server();
}

static void test_new_job(void)
{
    struct job_info info;
    struct job_error error;
    struct job_id job, ids[2];
    char text[64];
    uint32_t count = 0, size = sizeof(text);

    fixture_begin();
    job = fixture_create_job();
    info = fixture_info(&job);
    CU_ASSERT_EQUAL(info.state, JOB_CREATED);
    CU_ASSERT_EQUAL(info.priority, JOB_PRIORITY_NORMAL);
    CU_ASSERT_EQUAL(info.notify_flags, JOB_NOTIFY_TRANSFERRED | JOB_NOTIFY_ERROR);
    CU_ASSERT_EQUAL(info.minimum_retry_delay, 600);
    CU_ASSERT_EQUAL(info.no_progress_timeout, 86400);
    CU_ASSERT_EQUAL(info.files_total, 0);
    CU_ASSERT_EQUAL(info.bytes_total, 0);
    CU_ASSERT_EQUAL(info.transfer_completion_time, 0);
    CU_ASSERT(info.creation_time > 132000000000000000ull); /* after 2019 */
    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, &job, &error), DO_E_ERROR_INFORMATION_UNAVAILABLE);
    CU_ASSERT_EQUAL(engine_job_act(fixture_engine, &job, JOB_ACTION_RESUME), DO_E_JOB_EMPTY);
    CU_ASSERT_EQUAL(engine_job_get_text(fixture_engine, &job, JOB_TEXT_DISPLAY_NAME, text, &size), S_OK);
    CU_ASSERT_STRING_EQUAL(text, "test job");
    CU_ASSERT_EQUAL(size, sizeof("test job"));
    size = 3;
    CU_ASSERT_EQUAL(engine_job_get_text(fixture_engine, &job, JOB_TEXT_DISPLAY_NAME, text, &size),
                    HRESULT_FROM_WIN32(ERROR_INSUFFICIENT_BUFFER));
    CU_ASSERT_EQUAL(size, sizeof("test job"));
    CU_ASSERT_EQUAL(engine_job_list(fixture_engine, JOB_KIND_JOB, ids, 2, &count), S_OK);
    CU_ASSERT_EQUAL(count, 1);
    CU_ASSERT(!memcmp(&ids[0], &job, sizeof(job)));
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

static void test_unknown_job(void)
{
    struct job_id nobody = {{1, 2, 3}};
    struct job_info info;

    fixture_begin();
    CU_ASSERT_EQUAL(engine_job_open(fixture_engine, &nobody), DO_E_JOB_NOT_FOUND);
    CU_ASSERT_EQUAL(engine_job_get_info(fixture_engine, &nobody, &info), DO_E_JOB_NOT_FOUND);
    CU_ASSERT_EQUAL(engine_job_act(fixture_engine, &nobody, JOB_ACTION_CANCEL), DO_E_JOB_NOT_FOUND);
    fixture_end();
}

static void test_properties_survive_restart(void)
{
    struct job_info before, after;
    struct job_id job;
    char text[64];
    uint32_t size = sizeof(text);

    fixture_begin();
    job = fixture_create_job();
    CU_ASSERT_EQUAL(engine_job_set_text(fixture_engine, &job, JOB_TEXT_DESCRIPTION, "d\xc3\xa9j\xc3\xa0"), S_OK);
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_PRIORITY, JOB_PRIORITY_FOREGROUND), S_OK);
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_NOTIFY_FLAGS, 8), S_OK);
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_MINIMUM_RETRY_DELAY, 5), S_OK);
    CU_ASSERT_EQUAL(engine_job_set_proxy(fixture_engine, &job, PROXY_OVERRIDE, "p:1", "*.lan"), S_OK);
    CU_ASSERT_EQUAL(engine_job_set_text(fixture_engine, &job, JOB_TEXT_OWNER, "me"), E_INVALIDARG);
    before = fixture_info(&job);
    CU_ASSERT_EQUAL(before.no_progress_timeout, 3600);
    fixture_restart();
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    after = fixture_info(&job);
    CU_ASSERT(!memcmp(&before, &after, sizeof(before)));
    CU_ASSERT_EQUAL(engine_job_get_text(fixture_engine, &job, JOB_TEXT_DESCRIPTION, text, &size), S_OK);
    CU_ASSERT_STRING_EQUAL(text, "d\xc3\xa9j\xc3\xa0");
    size = sizeof(text);
    CU_ASSERT_EQUAL(engine_job_get_text(fixture_engine, &job, JOB_TEXT_PROXY_BYPASS, text, &size), S_OK);
    CU_ASSERT_STRING_EQUAL(text, "*.lan");
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

static void test_final_job_stays_for_openers(void)
{
    struct job_info info;
    struct job_id job;

    fixture_begin();
    job = fixture_create_job();
    fixture_act(&job, JOB_ACTION_CANCEL);
    CU_ASSERT_EQUAL(fixture_info(&job).state, JOB_CANCELLED);
    CU_ASSERT_EQUAL(engine_job_act(fixture_engine, &job, JOB_ACTION_RESUME), DO_E_INVALID_STATE);
    CU_ASSERT_EQUAL(engine_job_act(fixture_engine, &job, JOB_ACTION_CANCEL), DO_E_INVALID_STATE);
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_PRIORITY, 0), DO_E_INVALID_STATE);
    engine_job_close(fixture_engine, &job);
    fixture_wait_events(&job, EVENT_JOB_GONE);
    CU_ASSERT_EQUAL(engine_job_get_info(fixture_engine, &job, &info), DO_E_JOB_NOT_FOUND);
    fixture_end();
}

static void test_add_files_is_all_or_nothing(void)
{
    static const struct file_range overlapping[] = {{0, 10}, {5, 10}};
    const char *path;
    struct job_id job;

    fixture_begin();
    job = fixture_create_job();
    path = fixture_path("x");
    {
        struct file_request requests[] =
        {
            {"http://localhost/a", "a", path, NULL, NULL, 0, ENGINE_SIZE_UNKNOWN},
            {"ftp://localhost/b", "b", path, NULL, NULL, 0, ENGINE_SIZE_UNKNOWN},
        };

        CU_ASSERT_EQUAL(engine_job_add_files(fixture_engine, &job, requests, 2), INET_E_INVALID_URL);
        requests[1].url = "http://localhost/b";
        requests[1].ranges = overlapping;
        requests[1].range_count = 2;
        CU_ASSERT_EQUAL(engine_job_add_files(fixture_engine, &job, requests, 2), DO_E_OVERLAPPING_RANGES);
        requests[1].path = "relative";
        CU_ASSERT_EQUAL(engine_job_add_files(fixture_engine, &job, requests, 2), E_INVALIDARG);
        CU_ASSERT_EQUAL(fixture_info(&job).files_total, 0);
        CU_ASSERT_EQUAL(engine_job_add_files(fixture_engine, &job, requests, 1), S_OK);
        CU_ASSERT_EQUAL(fixture_info(&job).files_total, 1);
        CU_ASSERT_EQUAL(fixture_info(&job).bytes_total, ENGINE_SIZE_UNKNOWN);
    }
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

static void test_complete_part(void)
{
    struct job_id job;

    fixture_begin();
    job = fixture_create_job();
    fixture_add_file(&job, fixture_url("/data/whole?size=%u&seed=%u", MIB, FIXTURE_SEED), "whole");
    fixture_add_file(&job, fixture_url("/data/part?size=%u&seed=%u&hold_at=1000&hold=part", MIB, FIXTURE_SEED), "part");
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_bytes(&job, MIB + 1000);
    while (fixture_info(&job).files_transferred < 1)
        fixture_wait_events(&job, EVENT_JOB_MODIFIED);
    CU_ASSERT_FALSE(fixture_exists("whole"));
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT_EQUAL(fixture_info(&job).state, JOB_ACKNOWLEDGED);
    CU_ASSERT(fixture_file_is("whole", 0, MIB));
    CU_ASSERT_FALSE(fixture_exists("part"));
    fixture_release("part");
    fixture_end();
}

static void test_complete_fails_and_is_tried_again(void)
{
    struct job_id job;
    char path[256];

    fixture_begin();
    snprintf(path, sizeof(path), "%s", fixture_path("target"));
    job = fixture_start_download(fixture_url("/data/t?size=5000&seed=%u", FIXTURE_SEED), "target");
    fixture_wait_state(&job, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL_FATAL(mkdir(path, 0700), 0);
    CU_ASSERT(FAILED(engine_job_act(fixture_engine, &job, JOB_ACTION_COMPLETE)));
    CU_ASSERT_EQUAL(fixture_info(&job).state, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL_FATAL(rmdir(path), 0);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("target", 0, 5000));
    fixture_end();
}

static void test_read_only_destination_stays(void)
{
    struct job_id job;
    char path[256];
    int fd;

    fixture_begin();
    snprintf(path, sizeof(path), "%s", fixture_path("kept"));
    job = fixture_start_download(fixture_url("/data/k?size=5000&seed=%u", FIXTURE_SEED), "kept");
    fixture_wait_state(&job, JOB_TRANSFERRED);
    CU_ASSERT_FATAL((fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0444)) != -1);
    close(fd);
    CU_ASSERT_EQUAL(engine_job_act(fixture_engine, &job, JOB_ACTION_COMPLETE), E_ACCESSDENIED);
    CU_ASSERT_EQUAL(fixture_info(&job).state, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL_FATAL(chmod(path, 0644), 0);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("kept", 0, 5000));
    fixture_end();
}

static void test_bytes_modify_the_job(void)
{
    uint64_t before;
    struct job_id job;

    fixture_begin();
    job = fixture_start_download(fixture_url("/data/b?size=2000000&seed=1&hold_at=1900000&hold=b&rate=4000000"), "b");
    fixture_wait_state(&job, JOB_TRANSFERRING);
    before = fixture_info(&job).modification_time;
    fixture_wait_bytes(&job, 1900000);  /* the first 256 KiB are synced and counted long before */
    CU_ASSERT_EQUAL(fixture_info(&job).state, JOB_TRANSFERRING);
    CU_ASSERT(fixture_info(&job).modification_time > before);
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_release("b");
    fixture_end();
}

static void test_access_rights_of_the_result(void)
{
    struct stat info;
    struct job_id job;
    mode_t mask = umask(022);

    umask(mask);
    fixture_begin();
    job = fixture_start_download(fixture_url("/data/m?size=10&seed=%u", FIXTURE_SEED), "m");
    fixture_wait_state(&job, JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT_EQUAL_FATAL(stat(fixture_path("m"), &info), 0);
    CU_ASSERT_EQUAL(info.st_mode & 0777, 0666 & ~mask);
    fixture_end();
}

static void test_cancel_leaves_nothing(void)
{
    struct job_id job;

    fixture_begin();
    job = fixture_start_download(fixture_url("/data/c?size=%u&seed=%u&hold_at=70000&hold=c", MIB, FIXTURE_SEED), "c");
    fixture_wait_bytes(&job, 70000);
    CU_ASSERT_EQUAL(fixture_count_temporary_files(), 1);
    fixture_act(&job, JOB_ACTION_CANCEL);
    CU_ASSERT_EQUAL(fixture_count_temporary_files(), 0);
    CU_ASSERT_EQUAL(fixture_info(&job).state, JOB_CANCELLED);
    fixture_release("c");
    fixture_end();
}

/* While temporary files are just being made. */
static void test_cancel_at_once_leaves_nothing(void)
{
    struct job_id job;
    unsigned int i, n;
    char name[16];

    fixture_begin();
    for (i = 0; i < 50; i++)
    {
        job = fixture_create_job();
        for (n = 0; n < 4; n++)
        {
            snprintf(name, sizeof(name), "n%u", n);
            fixture_add_file(&job, fixture_url("/data/%s?size=1000000", name), name);
        }
        fixture_act(&job, JOB_ACTION_RESUME);
        fixture_act(&job, i % 2 ? JOB_ACTION_CANCEL : JOB_ACTION_COMPLETE);
    }
    fixture_end();                      /* looks for temporary files */
}

static void test_suspend_and_resume(void)
{
    struct job_id job;

    fixture_begin();
    job = fixture_start_download(fixture_url("/data/s?size=%u&seed=%u&hold_at=500000&hold=s&key=s", MIB, FIXTURE_SEED),
                                 "s");
    fixture_wait_bytes(&job, 500000);
    CU_ASSERT_EQUAL(fixture_info(&job).state, JOB_TRANSFERRING);
    CU_ASSERT_EQUAL(fixture_info(&job).bytes_total, MIB);
    fixture_act(&job, JOB_ACTION_SUSPEND);
    CU_ASSERT_EQUAL(fixture_info(&job).state, JOB_SUSPENDED);
    CU_ASSERT_EQUAL(fixture_info(&job).bytes_transferred, 500000);
    fixture_release("s");
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("s", 0, MIB));
    CU_ASSERT_EQUAL(fixture_requests("s"), 2);
    CU_ASSERT(fixture_last_request_has("s", "Range: bytes=500000-1048575\r\n"));
    fixture_end();
}

static void test_stop_and_start_in_the_middle(void)
{
    struct job_id job;

    fixture_begin();
    job = fixture_start_download(fixture_url("/data/r?size=%u&seed=%u&hold_at=700000&hold=r&key=r", MIB, FIXTURE_SEED),
                                 "r");
    fixture_wait_bytes(&job, 700000);
    fixture_release("r");
    fixture_restart();
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("r", 0, MIB));
    fixture_end();
}

static void mark_completing(sqlite3 *store)
{
    CU_ASSERT_EQUAL(sqlite3_exec(store, "UPDATE jobs SET completing = 1", NULL, NULL, NULL), SQLITE_OK);
    CU_ASSERT_EQUAL(sqlite3_changes(store), 1);
}

/* A crash after the intention to complete was saved, and after the first of two renames. */
static void test_interrupted_completion_is_finished(void)
{
    struct job_id job;
    char temp_path[256];
    uint32_t size = sizeof(temp_path);

    fixture_begin();
    job = fixture_create_job();
    fixture_add_file(&job, fixture_url("/data/a?size=1000&seed=%u", FIXTURE_SEED), "first");
    fixture_add_file(&job, fixture_url("/data/b?size=2000&seed=%u", FIXTURE_SEED), "second");
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL_FATAL(engine_file_get_text(fixture_engine, &job, 0, FILE_TEXT_TEMPORARY_NAME, temp_path, &size),
                          S_OK);
    CU_ASSERT_EQUAL_FATAL(rename(temp_path, fixture_path("first")), 0);
    fixture_restart_after(mark_completing);
    CU_ASSERT(fixture_file_is("first", 0, 1000));
    CU_ASSERT(fixture_file_is("second", 0, 2000));
    CU_ASSERT_EQUAL(engine_job_open(fixture_engine, &job), DO_E_JOB_NOT_FOUND);
    fixture_end();
}

static void mark_cancelled(sqlite3 *store)
{
    CU_ASSERT_EQUAL(sqlite3_exec(store, "UPDATE jobs SET state = 9", NULL, NULL, NULL), SQLITE_OK);
    CU_ASSERT_EQUAL(sqlite3_changes(store), 1);
}

/* A crash after the cancellation was saved, and before the temporary file was removed. */
static void test_interrupted_cancellation_is_finished(void)
{
    struct job_id job;

    fixture_begin();
    job = fixture_start_download(fixture_url("/data/x?size=1000"), "x");
    fixture_wait_state(&job, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(fixture_count_temporary_files(), 1);
    fixture_restart_after(mark_cancelled);
    CU_ASSERT_EQUAL(fixture_count_temporary_files(), 0);
    CU_ASSERT_EQUAL(engine_job_open(fixture_engine, &job), DO_E_JOB_NOT_FOUND);
    fixture_restart();
    CU_ASSERT_EQUAL(engine_job_open(fixture_engine, &job), DO_E_JOB_NOT_FOUND);
    fixture_end();
}

static void set_file_size_limit(rlim_t limit)
{
    struct rlimit value = {.rlim_cur = limit, .rlim_max = RLIM_INFINITY};

    CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_FSIZE, &value), 0);
}

/* As on a full disk: neither the download nor the store can be written. */
static void test_store_that_cannot_be_saved(void)
{
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    struct job_id job;

    fixture_begin();
    job = fixture_start_download(fixture_url("/data/z?size=1000000&hold=z&key=z"), "z");
    fixture_wait_requests("z", 1);
    set_file_size_limit(1);
    fixture_release("z");
    fixture_wait_state(&job, JOB_ERROR);
    fixture_wait_events(&job, EVENT_JOB_ERROR);
    CU_ASSERT(FAILED(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_PRIORITY, JOB_PRIORITY_LOW)));
    set_file_size_limit(RLIM_INFINITY);
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_PRIORITY, JOB_PRIORITY_LOW), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("z", 0, 1000000));
    fixture_end();
    signal(SIGXFSZ, handler);
}

static void test_unfinished_jobs_are_told(void)
{
    struct job_id none = {{0}};
    struct job_id job;

    fixture_begin();
    fixture_wait_events(&none, EVENT_UNFINISHED_JOBS);
    job = fixture_create_job();
    fixture_wait_events(&none, EVENT_UNFINISHED_JOBS);
    fixture_act(&job, JOB_ACTION_CANCEL);
    engine_job_close(fixture_engine, &job);
    fixture_wait_events(&none, EVENT_UNFINISHED_JOBS);
    fixture_end();
}

static void test_calls_after_shutdown(void)
{
    struct engine_event event;
    struct job_info info;
    struct job_id job;
    uint32_t count;

    fixture_begin();
    job = fixture_create_job();
    engine_shutdown(fixture_engine);
    CU_ASSERT_EQUAL(engine_job_get_info(fixture_engine, &job, &info), DO_E_NO_SERVICE);
    CU_ASSERT_EQUAL(engine_job_act(fixture_engine, &job, JOB_ACTION_CANCEL), DO_E_NO_SERVICE);
    CU_ASSERT_EQUAL(engine_job_list(fixture_engine, JOB_KIND_JOB, NULL, 0, &count), DO_E_NO_SERVICE);
    CU_ASSERT_EQUAL(engine_job_create(fixture_engine, JOB_KIND_JOB, "n", "o", &job), DO_E_NO_SERVICE);
    CU_ASSERT_EQUAL(engine_wait_event(fixture_engine, &event), DO_E_NO_SERVICE);
    fixture_end();
}

CU_TestInfo job_tests[] =
{
    {"a new job", test_new_job},
    {"an unknown job", test_unknown_job},
    {"properties survive a restart", test_properties_survive_restart},
    {"a final job stays for those who have it open", test_final_job_stays_for_openers},
    {"adding files is all or nothing", test_add_files_is_all_or_nothing},
    {"completing keeps the files that are whole", test_complete_part},
    {"completing that fails can be tried again", test_complete_fails_and_is_tried_again},
    {"a destination that is read-only stays", test_read_only_destination_stays},
    {"bytes modify the job", test_bytes_modify_the_job},
    {"access rights of the result", test_access_rights_of_the_result},
    {"cancelling leaves nothing", test_cancel_leaves_nothing},
    {"cancelling at once leaves nothing", test_cancel_at_once_leaves_nothing},
    {"suspend and resume", test_suspend_and_resume},
    {"stopped and started in the middle", test_stop_and_start_in_the_middle},
    {"an interrupted completion is finished", test_interrupted_completion_is_finished},
    {"an interrupted cancellation is finished", test_interrupted_cancellation_is_finished},
    {"a store that cannot be saved", test_store_that_cannot_be_saved},
    {"unfinished jobs are told", test_unfinished_jobs_are_told},
    {"calls after shutdown", test_calls_after_shutdown},
    CU_TEST_INFO_NULL
};
