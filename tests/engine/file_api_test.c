/*
 * Tests of file_api.c: sinks, settings and statistics of files.
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

#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "result.h"
#include "suites.h"

#define MIB (1024 * 1024)
#define KEY "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

int file_api_setup(void)
{
    return fixture_start_server();
}

int file_api_teardown(void)
{
    return fixture_stop_server();
}

/* A file without a destination. */
static void add_bare_file(const struct job_id *job, const char *url)
{
    struct file_request request = {.url = url, .size = ENGINE_SIZE_UNKNOWN};

    CU_ASSERT_EQUAL_FATAL(engine_job_add_files(fixture_engine, job, &request, 1), S_OK);
}

static int32_t set_path(const struct job_id *job, uint32_t index, const char *name)
{
    return engine_file_set_path(fixture_engine, job, index, name, fixture_path(name));
}

static const char *get_text(const struct job_id *job, uint32_t index, enum file_text which)
{
    static char buffers[2][512];
    static unsigned int next;
    char *buffer = buffers[next++ % 2];
    uint32_t size = sizeof(buffers[0]);

    CU_ASSERT_EQUAL_FATAL(engine_file_get_text(fixture_engine, job, index, which, buffer, &size), S_OK);
    return buffer;
}

static struct file_stats get_stats(const struct job_id *job)
{
    struct file_stats stats;

    CU_ASSERT_EQUAL_FATAL(engine_file_get_stats(fixture_engine, job, 0, &stats), S_OK);
    return stats;
}

static void test_sink_is_set_later(void)
{
    struct job_id job;

    fixture_begin();
    job = fixture_create_job();
    add_bare_file(&job, fixture_url("/data/a?size=1000&seed=%u", FIXTURE_SEED));
    CU_ASSERT_STRING_EQUAL(get_text(&job, 0, FILE_TEXT_LOCAL_NAME), "");
    CU_ASSERT_STRING_EQUAL(get_text(&job, 0, FILE_TEXT_TEMPORARY_NAME), "");
    CU_ASSERT_EQUAL(engine_job_act(fixture_engine, &job, JOB_ACTION_RESUME), DO_E_LOCALPATH_NOT_SET);
    CU_ASSERT_EQUAL(fixture_info(&job).state, JOB_CREATED);
    CU_ASSERT_EQUAL(engine_file_set_path(fixture_engine, &job, 0, "a", "relative"), E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_file_set_path(fixture_engine, &job, 0, NULL, "/tmp/a"), E_INVALIDARG);
    CU_ASSERT_EQUAL(set_path(&job, 1, "a"), E_INVALIDARG);
    CU_ASSERT_EQUAL(set_path(&job, 0, "wrong"), S_OK);
    CU_ASSERT_EQUAL(set_path(&job, 0, "a"), S_OK);
    CU_ASSERT_STRING_EQUAL(get_text(&job, 0, FILE_TEXT_LOCAL_NAME), "a");
    fixture_restart();
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(set_path(&job, 0, "b"), DO_E_INVALID_STATE);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT_EQUAL(set_path(&job, 0, "b"), DO_E_INVALID_STATE);
    CU_ASSERT(fixture_file_is("a", 0, 1000));
    CU_ASSERT_FALSE(fixture_exists("wrong"));
    fixture_end();
}

static void test_url_is_set_later(void)
{
    struct job_id job;

    fixture_begin();
    job = fixture_create_job();
    add_bare_file(&job, NULL);
    CU_ASSERT_STRING_EQUAL(get_text(&job, 0, FILE_TEXT_REMOTE_NAME), "");
    CU_ASSERT_EQUAL(engine_job_act(fixture_engine, &job, JOB_ACTION_RESUME), DO_E_DOWNLOAD_NO_URI);
    CU_ASSERT_EQUAL(set_path(&job, 0, "a"), S_OK);
    CU_ASSERT_EQUAL(engine_job_act(fixture_engine, &job, JOB_ACTION_RESUME), DO_E_DOWNLOAD_NO_URI);
    fixture_restart();
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    CU_ASSERT_EQUAL(engine_job_act(fixture_engine, &job, JOB_ACTION_RESUME), DO_E_DOWNLOAD_NO_URI);
    CU_ASSERT_EQUAL(engine_file_set_url(fixture_engine, &job, 0, fixture_url("/data/u?size=10&seed=%u", FIXTURE_SEED)),
                    S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("a", 0, 10));
    fixture_end();
}

/* The job goes on with the files that have a sink; the last one begins as soon as it gets one. */
static void test_file_added_to_a_job_under_way(void)
{
    struct job_id job;

    fixture_begin();
    job = fixture_start_download(fixture_url("/data/f?size=1000&seed=%u", FIXTURE_SEED), "first");
    add_bare_file(&job, fixture_url("/data/s?size=2000&seed=%u", FIXTURE_SEED));
    while (fixture_info(&job).files_transferred < 1)
        fixture_wait_events(&job, EVENT_JOB_MODIFIED);
    fixture_wait_state(&job, JOB_QUEUED);   /* nothing has failed */
    CU_ASSERT_EQUAL(engine_file_set_number(fixture_engine, &job, 1, FILE_NUMBER_TOTAL_SIZE, 2000), S_OK);
    CU_ASSERT_EQUAL(set_path(&job, 1, "second"), S_OK);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("second", 0, 2000));
    fixture_end();
}

static void test_mandatory_check(void)
{
    static const char info[] = "{\"PiecesHashFileUrl\":\"http://127.0.0.1:9/a.phf\"}";
    struct job_id job;

    fixture_begin();
    job = fixture_create_job();
    fixture_add_file(&job, fixture_url("/data/f?size=1000&hold=mandatory"), "file");
    CU_ASSERT_EQUAL(engine_file_set_number(fixture_engine, &job, 0, FILE_NUMBER_INTEGRITY_MANDATORY, 1), S_OK);
    CU_ASSERT_EQUAL(engine_job_act(fixture_engine, &job, JOB_ACTION_RESUME), DO_E_INTEGRITYCHECKINFO_UNSPECIFIED);
    CU_ASSERT_EQUAL(fixture_info(&job).state, JOB_CREATED);
    CU_ASSERT_EQUAL(engine_file_set_text(fixture_engine, &job, 0, FILE_TEXT_INTEGRITY_INFO, info), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_release("mandatory");
    fixture_end();
}

static void test_restart_without_sink(void)
{
    struct job_error error = {0};
    struct job_id job;

    fixture_begin();
    job = fixture_start_download(fixture_url("/data/f?size=1000&seed=%u", FIXTURE_SEED), "first");
    add_bare_file(&job, fixture_url("/data/s?size=2000&seed=%u", FIXTURE_SEED));
    fixture_restart();
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    CU_ASSERT_EQUAL(fixture_info(&job).state, JOB_ERROR);
    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, &job, &error), S_OK);
    CU_ASSERT_EQUAL(error.code, DO_E_FILE_DOWNLOADSINK_UNSPECIFIED);
    CU_ASSERT_EQUAL(error.file_index, 1);
    fixture_wait_events(&job, EVENT_JOB_ERROR);
    CU_ASSERT_EQUAL(engine_job_act(fixture_engine, &job, JOB_ACTION_RESUME), DO_E_LOCALPATH_NOT_SET);
    CU_ASSERT_EQUAL(set_path(&job, 1, "second"), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

static void test_changed_path_leaves_nothing(void)
{
    struct job_id job;

    fixture_begin();
    job = fixture_start_download(fixture_url("/data/e?status=404"), "one");
    fixture_wait_state(&job, JOB_ERROR);
    CU_ASSERT_EQUAL(fixture_count_temporary_files(), 1);
    CU_ASSERT_EQUAL(set_path(&job, 0, "two"), S_OK);
    CU_ASSERT_EQUAL(fixture_count_temporary_files(), 0);
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

static void test_settings(void)
{
    char integrity[256];
    struct job_id job;
    uint64_t value = 7;

    fixture_begin();
    snprintf(integrity, sizeof(integrity), "{\"PiecesHashFileUrl\":\"%s\"}", fixture_url("/none"));
    job = fixture_create_job();
    add_bare_file(&job, fixture_url("/data/a?size=1000&seed=%u&hold=a", FIXTURE_SEED));
    CU_ASSERT_EQUAL(engine_file_get_number(fixture_engine, &job, 0, FILE_NUMBER_TOTAL_SIZE, &value), S_OK);
    CU_ASSERT_EQUAL(value, ENGINE_SIZE_UNKNOWN);
    CU_ASSERT_EQUAL(engine_file_set_number(fixture_engine, &job, 0, FILE_NUMBER_TOTAL_SIZE, 999), S_OK);
    CU_ASSERT_EQUAL(fixture_info(&job).bytes_total, 999);
    CU_ASSERT_EQUAL(engine_file_set_number(fixture_engine, &job, 0, FILE_NUMBER_INTEGRITY_MANDATORY, 1), S_OK);
    CU_ASSERT_EQUAL(engine_file_set_number(fixture_engine, &job, 0, FILE_NUMBER_DURATION, 1), E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_file_set_number(fixture_engine, &job, 0, FILE_NUMBER_BYTES_FROM_HTTP, 1), E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_file_get_number(fixture_engine, &job, 0, FILE_NUMBER_COUNT, &value), E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_file_get_number(fixture_engine, &job, 1, FILE_NUMBER_DURATION, &value), E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_file_set_text(fixture_engine, &job, 0, FILE_TEXT_INTEGRITY_INFO, "{}"), E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_file_set_text(fixture_engine, &job, 0, FILE_TEXT_INTEGRITY_INFO, NULL), E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_file_set_text(fixture_engine, &job, 0, FILE_TEXT_DECRYPTION_INFO, "{}"), E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_file_set_text(fixture_engine, &job, 0, FILE_TEXT_REMOTE_NAME, "x"), E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_file_set_text(fixture_engine, &job, 0, FILE_TEXT_INTEGRITY_INFO, integrity), S_OK);
    CU_ASSERT_EQUAL(set_path(&job, 0, "a"), S_OK);

    fixture_restart();
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    CU_ASSERT_STRING_EQUAL(get_text(&job, 0, FILE_TEXT_INTEGRITY_INFO), integrity);
    CU_ASSERT_STRING_EQUAL(get_text(&job, 0, FILE_TEXT_DECRYPTION_INFO), "");
    CU_ASSERT_EQUAL(engine_file_get_number(fixture_engine, &job, 0, FILE_NUMBER_INTEGRITY_MANDATORY, &value), S_OK);
    CU_ASSERT_EQUAL(value, 1);
    CU_ASSERT_EQUAL(engine_file_set_number(fixture_engine, &job, 0, FILE_NUMBER_INTEGRITY_MANDATORY, 0), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    CU_ASSERT_EQUAL(engine_file_set_number(fixture_engine, &job, 0, FILE_NUMBER_TOTAL_SIZE, 1), DO_E_INVALID_STATE);
    CU_ASSERT_EQUAL(engine_file_set_text(fixture_engine, &job, 0, FILE_TEXT_INTEGRITY_INFO, integrity),
                    DO_E_INVALID_STATE);
    CU_ASSERT_EQUAL(set_path(&job, 0, "b"), DO_E_INVALID_STATE);
    fixture_release("a");
    fixture_wait_state(&job, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(engine_file_get_number(fixture_engine, &job, 0, FILE_NUMBER_TOTAL_SIZE, &value), S_OK);
    CU_ASSERT_EQUAL(value, 1000);       /* what the server says */
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

static bool store_has_key(sqlite3 *store)
{
    sqlite3_stmt *statement;
    bool found = false;

    CU_ASSERT_EQUAL_FATAL(sqlite3_prepare_v2(store, "SELECT settings FROM files", -1, &statement, NULL), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW)
        found |= strstr((const char *)sqlite3_column_text(statement, 0), KEY) != NULL;
    sqlite3_finalize(statement);
    return found;
}

static void check_store(sqlite3 *store)
{
    CU_ASSERT_FALSE(store_has_key(store));
}

static void test_key_is_not_stored(void)
{
    struct job_id job;

    fixture_begin();
    job = fixture_create_job();
    add_bare_file(&job, "http://localhost/");
    CU_ASSERT_EQUAL(engine_file_set_text(fixture_engine, &job, 0, FILE_TEXT_DECRYPTION_INFO,
                                         "{\"KeyData\":\"" KEY "\"}"), S_OK);
    fixture_restart_after(check_store);
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

static void test_statistics(void)
{
    struct file_stats stats;
    struct job_id job;

    fixture_begin();
    job = fixture_create_job();
    fixture_add_file(&job, fixture_url("/data/s?size=%u&seed=%u&hold_at=500000&hold=s", MIB, FIXTURE_SEED), "s");
    stats = get_stats(&job);
    CU_ASSERT_EQUAL(stats.size, ENGINE_SIZE_UNKNOWN);
    CU_ASSERT_EQUAL(stats.bytes_transferred, 0);
    CU_ASSERT_EQUAL(stats.bytes_from_http, 0);
    CU_ASSERT_EQUAL(stats.http_connections, 0);
    CU_ASSERT_EQUAL(stats.duration, 0);
    CU_ASSERT_EQUAL(stats.background, 1);
    CU_ASSERT_EQUAL(stats.status, FILE_STATUS_PAUSED);

    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_bytes(&job, 500000);
    stats = get_stats(&job);
    CU_ASSERT_EQUAL(stats.size, MIB);
    CU_ASSERT_EQUAL(stats.bytes_transferred, 500000);
    CU_ASSERT_EQUAL(stats.bytes_from_http, 500000);
    CU_ASSERT_EQUAL(stats.http_connections, 1);
    CU_ASSERT_EQUAL(stats.status, FILE_STATUS_DOWNLOADING);

    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_PRIORITY, JOB_PRIORITY_FOREGROUND), S_OK);
    CU_ASSERT_EQUAL(get_stats(&job).background, 0);
    fixture_release("s");
    fixture_wait_state(&job, JOB_TRANSFERRED);
    stats = get_stats(&job);
    CU_ASSERT_EQUAL(stats.bytes_transferred, MIB);
    CU_ASSERT_EQUAL(stats.bytes_from_http, MIB);
    CU_ASSERT_EQUAL(stats.http_connections, 0);
    CU_ASSERT_EQUAL(stats.status, FILE_STATUS_COMPLETE);
    CU_ASSERT_EQUAL(get_stats(&job).duration, stats.duration);
    fixture_restart();
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    CU_ASSERT_EQUAL(get_stats(&job).duration, stats.duration);
    CU_ASSERT_EQUAL(get_stats(&job).bytes_from_http, MIB);
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

static void test_replace_prefix(void)
{
    char long_prefix[2300] = "http://localhost/";
    struct job_id job;

    fixture_begin();
    job = fixture_create_job();
    fixture_add_file(&job, "http://one.test/a/x", "a");
    fixture_add_file(&job, "http://two.test/a/x", "b");
    fixture_add_file(&job, "http://one.test/b", "c");
    add_bare_file(&job, NULL);
    CU_ASSERT_EQUAL(engine_job_replace_prefix(fixture_engine, &job, "http://ONE", "http://x"), S_FALSE);
    CU_ASSERT_EQUAL(engine_job_replace_prefix(fixture_engine, &job, "one.test", "x.test"), S_FALSE);
    CU_ASSERT_EQUAL(engine_job_replace_prefix(fixture_engine, &job, "", "http://x"), E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_job_replace_prefix(fixture_engine, &job, "http://one", ""), E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_job_replace_prefix(fixture_engine, &job, "http://one", "ftp://one"), INET_E_INVALID_URL);
    memset(long_prefix + 17, 'x', sizeof(long_prefix) - 18);
    CU_ASSERT_EQUAL(engine_job_replace_prefix(fixture_engine, &job, "http://one", long_prefix), E_INVALIDARG);
    CU_ASSERT_STRING_EQUAL(get_text(&job, 0, FILE_TEXT_REMOTE_NAME), "http://one.test/a/x");
    CU_ASSERT_EQUAL(engine_job_replace_prefix(fixture_engine, &job, "http://one.test/", "https://three.test/x/"), S_OK);
    CU_ASSERT_STRING_EQUAL(get_text(&job, 0, FILE_TEXT_REMOTE_NAME), "https://three.test/x/a/x");
    CU_ASSERT_STRING_EQUAL(get_text(&job, 1, FILE_TEXT_REMOTE_NAME), "http://two.test/a/x");
    CU_ASSERT_STRING_EQUAL(get_text(&job, 2, FILE_TEXT_REMOTE_NAME), "https://three.test/x/b");
    fixture_restart();
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    CU_ASSERT_STRING_EQUAL(get_text(&job, 2, FILE_TEXT_REMOTE_NAME), "https://three.test/x/b");
    fixture_act(&job, JOB_ACTION_CANCEL);
    CU_ASSERT_EQUAL(engine_job_replace_prefix(fixture_engine, &job, "https", "http"), DO_E_INVALID_STATE);
    fixture_end();
}

/* What is here of a file with the same size and time stamp is kept, and a file that is whole is not fetched again. */
static void test_replace_prefix_under_way(void)
{
    const char *url = fixture_url("/data/old?size=%u&seed=%u&hold_at=300000&hold=old", MIB, FIXTURE_SEED);
    struct job_id job;

    fixture_begin();
    job = fixture_create_job();
    fixture_add_file(&job, fixture_url("/data/old2?size=5000&seed=%u", FIXTURE_SEED), "whole");
    fixture_add_file(&job, url, "part");
    fixture_act(&job, JOB_ACTION_RESUME);
    while (fixture_info(&job).files_transferred < 1)
        fixture_wait_events(&job, EVENT_JOB_MODIFIED);
    fixture_wait_bytes(&job, 305000);
    CU_ASSERT_EQUAL(engine_job_replace_prefix(fixture_engine, &job, fixture_url("/data/old"), fixture_url("/data/new")),
                    S_OK);
    fixture_wait_requests("/data/new", 1);
    fixture_release("old");
    fixture_wait_state(&job, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(fixture_requests("/data/new2"), 0);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("whole", 0, 5000));
    CU_ASSERT(fixture_file_is("part", 0, MIB));
    fixture_end();
}

static int32_t add_file(const struct job_id *job, const char *name)
{
    struct file_request request = {.url = "http://localhost/", .local_name = name, .path = fixture_path(name),
                                   .size = ENGINE_SIZE_UNKNOWN};

    return engine_job_add_files(fixture_engine, job, &request, 1);
}

/* One job has one file for a destination. */
static void test_destination_is_taken(void)
{
    struct job_id job, other;

    fixture_begin();
    job = fixture_create_job();
    other = fixture_create_job();
    CU_ASSERT_EQUAL(add_file(&job, "same"), S_OK);
    CU_ASSERT_EQUAL(add_file(&job, "same"), E_INVALIDARG);
    CU_ASSERT_EQUAL(add_file(&job, "SAME"), E_INVALIDARG);
    CU_ASSERT_EQUAL(add_file(&job, "same2"), S_OK);
    CU_ASSERT_EQUAL(set_path(&job, 1, "Same"), E_INVALIDARG);
    CU_ASSERT_EQUAL(set_path(&job, 1, "SAME2"), S_OK);
    CU_ASSERT_EQUAL(add_file(&other, "same"), S_OK);
    fixture_restart();
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    CU_ASSERT_EQUAL(add_file(&job, "same"), E_INVALIDARG);
    CU_ASSERT_EQUAL(fixture_info(&job).files_total, 2);
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &other), S_OK);
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_act(&other, JOB_ACTION_CANCEL);
    fixture_end();
}

/* Of two jobs the one that is completed last has the destination. */
static void test_destination_of_two_jobs(void)
{
    struct job_id first, second;

    fixture_begin();
    first = fixture_start_download(fixture_url("/data/first?size=2000&seed=%u", FIXTURE_SEED), "shared");
    second = fixture_start_download(fixture_url("/data/second?size=1000&seed=%u", FIXTURE_SEED), "shared");
    fixture_wait_state(&first, JOB_TRANSFERRED);
    fixture_wait_state(&second, JOB_TRANSFERRED);
    fixture_act(&second, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("shared", 0, 1000));
    fixture_act(&first, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("shared", 0, 2000));
    fixture_end();
}

/* A file that its client finds wrong is fetched again, and is not there before. */
static void test_validation(void)
{
    struct file_request request = {.url = "http://localhost/", .size = ENGINE_SIZE_UNKNOWN};
    struct job_id job;
    uint32_t index = 99;
    uint64_t value = 99;

    fixture_begin();
    job = fixture_create_job();
    fixture_add_file(&job, fixture_url("/data/w?size=1000&seed=9&after=1&seed2=%u&key=w", FIXTURE_SEED), "w");
    CU_ASSERT_EQUAL(engine_file_set_valid(fixture_engine, &job, 0, true), DO_E_INVALID_STATE);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(engine_file_set_valid(fixture_engine, &job, 0, true), S_OK);
    CU_ASSERT_EQUAL(engine_file_get_number(fixture_engine, &job, 0, FILE_NUMBER_VALID, &value), S_OK);
    CU_ASSERT_EQUAL(value, 1);
    CU_ASSERT_EQUAL(fixture_info(&job).state, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(engine_file_set_valid(fixture_engine, &job, 0, false), S_OK);
    CU_ASSERT_EQUAL(engine_file_get_number(fixture_engine, &job, 0, FILE_NUMBER_VALID, &value), S_OK);
    CU_ASSERT_EQUAL(value, 0);
    fixture_wait_requests("w", 2);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(engine_job_add_file(fixture_engine, &job, &request, &index), S_OK);
    CU_ASSERT_EQUAL(index, 1);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("w", 0, 1000));
    fixture_end();
}

CU_TestInfo file_api_tests[] =
{
    {"a destination that is taken", test_destination_is_taken},
    {"one destination for two jobs", test_destination_of_two_jobs},
    {"replacing the beginning of URLs", test_replace_prefix},
    {"the same while they are transferred", test_replace_prefix_under_way},
    {"a destination that is set later", test_sink_is_set_later},
    {"a URL that is set later", test_url_is_set_later},
    {"a file without sink in a job under way", test_file_added_to_a_job_under_way},
    {"a file without sink after a restart", test_restart_without_sink},
    {"a changed destination leaves nothing", test_changed_path_leaves_nothing},
    {"a check that is mandatory needs to know what of", test_mandatory_check},
    {"settings of a file", test_settings},
    {"a key is not stored", test_key_is_not_stored},
    {"statistics of a file", test_statistics},
    {"a client's verdict on a file", test_validation},
    CU_TEST_INFO_NULL
};
