/*
 * Tests of rows of the store that make no sense.
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
#include "store_file.h"
#include "suites.h"

#define SIZE 70000u

int store_check_setup(void)
{
    return fixture_start_server();
}

int store_check_teardown(void)
{
    return fixture_stop_server();
}

/* What becomes of a job that was transferred when its row, or that of its file, is changed. */
enum outcome_of_change
{
    KEPT,                               /* it is still transferred, or will be again, and its file is right */
    DROPPED,
    GONE,                               /* it is taken for over, and removed */
    FAILS                               /* it is there, with an error */
};

static const struct row
{
    const char *table, *change;
    enum outcome_of_change outcome;
} rows[] =
{
    {"jobs", "id = x'00'", DROPPED},
    {"jobs", "id = zeroblob(17)", DROPPED},
    {"jobs", "id = ''", DROPPED},
    {"jobs", "settings = ''", DROPPED},
    {"jobs", "settings = x'00ff'", DROPPED},
    {"jobs", "settings = '[]'", DROPPED},
    {"jobs", "settings = '{'", DROPPED},
    {"jobs", "settings = '{\"priority\":\"high\"}'", DROPPED},
    {"jobs", "settings = '{\"display_name\":7}'", DROPPED},
    {"jobs", "settings = '{\"kind\":2}'", DROPPED},
    {"jobs", "settings = '{\"kind\":-1}'", DROPPED},
    {"jobs", "settings = '{}'", KEPT},
    {"jobs", "settings = '{\"priority\":4}'", KEPT},
    {"jobs", "settings = '{\"priority\":-1}'", KEPT},
    {"jobs", "settings = '{\"notify_flags\":-1}'", KEPT},
    {"jobs", "settings = '{\"minimum_retry_delay\":-1,\"no_progress_timeout\":-1}'", KEPT},
    {"jobs", "settings = '{\"maximum_download_time\":-1,\"transfer_time\":-1}'", KEPT},
    {"jobs", "settings = '{\"non_volatile\":0}'", KEPT},
    {"jobs", "settings = '{\"security_flags\":-1}'", KEPT},
    {"jobs", "settings = '{\"security_flags\":1024}'", KEPT},
    {"jobs", "settings = '{\"cost_flags\":-1,\"cost_policy\":-1,\"disallow_cellular\":-1}'", KEPT},
    {"jobs", "settings = '{\"callback_seconds\":-1,\"callback_percent\":-1,\"blocking\":-1}'", KEPT},
    {"jobs", "state = 10", DROPPED},
    {"jobs", "state = -1", DROPPED},
    {"jobs", "state = 4294967296", DROPPED},
    {"jobs", "state = 'x'", KEPT},      /* 0: never started, but everything is here */
    {"jobs", "state = 1", KEPT},
    {"jobs", "state = 2", KEPT},
    {"jobs", "state = 3", KEPT},
    {"jobs", "state = 4", KEPT},
    {"jobs", "state = 5", KEPT},
    {"jobs", "state = 6", KEPT},
    {"jobs", "state = 8", GONE},
    {"jobs", "state = 9", GONE},
    {"jobs", "proxy_usage = 4", KEPT},
    {"jobs", "proxy_usage = -1", KEPT},
    {"jobs", "proxy_usage = 2", KEPT},
    {"jobs", "error_count = -1", KEPT},
    {"jobs", "error_code = 0, state = 6", KEPT},
    {"jobs", "error_code = 1e300", KEPT},
    {"jobs", "error_context = 77, error_file = 99, error_status = -5, state = 6", KEPT},
    {"jobs", "created = 0", KEPT},
    {"jobs", "created = -1", KEPT},
    {"jobs", "created = 9223372036854775807", KEPT},
    {"jobs", "modified = -1", KEPT},
    {"jobs", "transferred = -1", KEPT},
    {"jobs", "completing = 7, state = 2", GONE}, /* cut short in the middle of Complete, which is finished */
    {"files", "job = x'00'", FAILS},    /* a job without files */
    {"files", "position = 1", DROPPED},
    {"files", "position = -1", DROPPED},
    {"files", "position = 4294967296", DROPPED},
    {"files", "url = ''", DROPPED},
    {"files", "url = 'http://local' || char(10) || 'host/'", DROPPED},
    {"files", "url = zeroblob(100)", DROPPED},
    {"files", "url = hex(zeroblob(100000))", DROPPED},
    {"files", "url = 'nothing'", DROPPED},
    {"files", "url = 'ftp://localhost/file'", DROPPED},
    {"files", "local_name = NULL", DROPPED},
    {"files", "path = NULL", DROPPED},
    {"files", "path = 'relative'", DROPPED},
    {"files", "path = '/elsewhere/file'", DROPPED},
    {"files", "path = ''", DROPPED},
    {"files", "temp_path = NULL", DROPPED},
    {"files", "temp_path = '/etc/passwd'", DROPPED},
    {"files", "temp_path = path", DROPPED},
    {"files", "temp_path = ''", DROPPED},
    {"files", "file_id = zeroblob(1000)", KEPT},
    {"files", "ranges = x'00'", DROPPED},
    {"files", "ranges = zeroblob(16)", DROPPED},
    {"files", "ranges = zeroblob(16000)", DROPPED},
    {"files", "ranges = x'ffffffffffffffffffffffffffffffff'", DROPPED},
    {"files", "settings = ''", DROPPED},
    {"files", "settings = '{\"total_size\":1.5}'", DROPPED},
    {"files", "settings = '{\"portion_base\":-1}'", DROPPED},
    {"files", "settings = '{\"portion_base\":70001}'", DROPPED},
    {"files", "settings = '{\"total_size\":0,\"valid\":-1,\"bytes_from_http\":-1,\"duration\":-1}'", KEPT},
    {"files", "size = -1", KEPT},
    {"files", "size = 0", KEPT},
    {"files", "size = 69999", KEPT},
    {"files", "size = 70001, transferred = 0", KEPT},
    {"files", "size = -9223372036854775807", KEPT},
    {"files", "size = 9223372036854775807", KEPT},
    {"files", "etag = hex(zeroblob(200))", KEPT},
    {"files", "etag = char(13, 10)", KEPT},
    {"files", "etag = zeroblob(7)", KEPT},
    {"files", "last_modified = hex(zeroblob(200))", KEPT},
    {"files", "last_modified = char(7)", KEPT},
    {"files", "extents = x'00'", DROPPED},
    {"files", "extents = zeroblob(16)", DROPPED},
    {"files", "extents = NULL", KEPT},
    {"files", "extents = x'0100000000000000ffffffffffffffff'", KEPT},
    {"files", "extents = x'00000000000000001011000000000000'", KEPT},
    {"files", "extents = x'00000000000000001011000000000000', transferred = 0", KEPT},
    {"files", "transferred = 0", KEPT},
    {"files", "transferred = 77", KEPT},
    {"files", "completed = 1, transferred = 0", KEPT},
    {"files", "restarts = -1, transferred = 0", KEPT},
    {"files", "http_status = -1", KEPT},
};

static const struct row *current;

static void change(sqlite3 *store)
{
    char sql[256];

    snprintf(sql, sizeof(sql), "UPDATE %s SET %s", current->table, current->change);
    CHECK(sqlite3_exec(store, sql, NULL, NULL, NULL) == SQLITE_OK, "%s: %s", current->change, sqlite3_errmsg(store));
    CHECK(sqlite3_changes(store) == 1, "%s", current->change);
}

static bool is_over(const void *context)
{
    enum job_state state = fixture_info(context).state;

    return state == JOB_TRANSFERRED || state == JOB_ERROR;
}

static void check_kept(const struct job_id *job)
{
    struct job_error error = {0};

    if (!CHECK(SUCCEEDED(engine_job_act(fixture_engine, job, JOB_ACTION_RESUME)), "%s", current->change))
        return;
    CHECK(fixture_wait_until(is_over, job), "%s", current->change);
    if (FAILED(engine_job_get_error(fixture_engine, job, &error)))
        error.code = 0;
    CHECK(fixture_info(job).state == JOB_TRANSFERRED, "%s: %#x", current->change, (unsigned int)error.code);
    CHECK(SUCCEEDED(engine_job_act(fixture_engine, job, JOB_ACTION_COMPLETE)), "%s", current->change);
    CHECK(fixture_file_is("c", 0, SIZE), "%s", current->change);
}

static void check_failure(const struct job_id *job)
{
    if (SUCCEEDED(engine_job_act(fixture_engine, job, JOB_ACTION_RESUME)))
    {
        CHECK(fixture_wait_until(is_over, job), "%s", current->change);
        CHECK(fixture_info(job).state == JOB_ERROR, "%s", current->change);
    }
    CHECK(SUCCEEDED(engine_job_act(fixture_engine, job, JOB_ACTION_CANCEL)), "%s", current->change);
}

static void check_row(const struct row *row)
{
    char path[256] = "";
    uint32_t size = sizeof(path);
    struct job_id job;
    int32_t hr;

    current = row;
    fixture_begin();
    job = fixture_start_download(fixture_url("/data/c?size=%u&seed=%u", SIZE, FIXTURE_SEED), "c");
    fixture_wait_state(&job, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(engine_file_get_text(fixture_engine, &job, 0, FILE_TEXT_TEMPORARY_NAME, path, &size), S_OK);
    fixture_restart_after(change);
    hr = engine_job_open(fixture_engine, &job);
    CHECK(fixture_logged("were unreadable.") == (row->outcome == DROPPED), "%s", row->change);
    if (row->outcome == DROPPED || row->outcome == GONE)
        CHECK(hr == DO_E_JOB_NOT_FOUND, "%s: %#x", row->change, (unsigned int)hr);
    else if (CHECK(hr == S_OK, "%s: %#x", row->change, (unsigned int)hr) && row->outcome == KEPT)
        check_kept(&job);
    else if (hr == S_OK)
        check_failure(&job);
    (void)remove(path);                 /* of a job that nobody knows any more */
    fixture_end();
}

static void test_rows(void)
{
    unsigned int i;

    for (i = 0; i < COUNT_OF(rows); i++)
        check_row(&rows[i]);
}

CU_TestInfo store_check_tests[] =
{
    {"rows that make no sense", test_rows},
    CU_TEST_INFO_NULL
};
