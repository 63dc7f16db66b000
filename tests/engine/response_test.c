/*
 * Tests of what a file tells of the last response.
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
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "result.h"
#include "suites.h"

int response_setup(void)
{
    return fixture_start_server();
}

int response_teardown(void)
{
    return fixture_stop_server();
}

/* To be freed. */
static char *get_text(const struct job_id *job, enum file_text which)
{
    uint32_t size = 0;
    char *text;

    (void)engine_file_get_text(fixture_engine, job, 0, which, NULL, &size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text = malloc(size));
    CU_ASSERT_EQUAL_FATAL(engine_file_get_text(fixture_engine, job, 0, which, text, &size), S_OK);
    return text;
}

static void check_text(const struct job_id *job, enum file_text which, const char *expected)
{
    char *text = get_text(job, which);

    CHECK(!strcmp(text, expected), "got %s", text);
    free(text);
}

static bool ends_with(const char *text, const char *end)
{
    return strlen(text) >= strlen(end) && !strcmp(text + strlen(text) - strlen(end), end);
}

static void test_headers(void)
{
    struct job_id job;
    char *text;

    fixture_begin();
    job = fixture_create_job();
    fixture_add_file(&job, fixture_url("/data/r?size=1000&etag=%%22e%%22&header=X-Odd:%%20a%%E4b"), "r");
    check_text(&job, FILE_TEXT_RESPONSE_HEADERS, "");
    check_text(&job, FILE_TEXT_SERVER_ADDRESS, "");
    check_text(&job, FILE_TEXT_REDIRECT_TARGET, "");
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    text = get_text(&job, FILE_TEXT_RESPONSE_HEADERS);
    CU_ASSERT(!strncmp(text, "X-Odd: a?b\r\n", 12));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\r\nContent-Length: 1000\r\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\r\nETag: \"e\"\r\n"));
    CU_ASSERT(ends_with(text, "\r\n\r\n"));
    CU_ASSERT_PTR_NULL(strstr(text, "HTTP/"));
    free(text);
    check_text(&job, FILE_TEXT_SERVER_ADDRESS, "127.0.0.1");
    fixture_restart();
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    check_text(&job, FILE_TEXT_RESPONSE_HEADERS, "");
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

/* They are there while the body comes, and those of a refusal as well. */
static void test_moments(void)
{
    struct job_id job;
    char *text;

    fixture_begin();
    job = fixture_start_download(fixture_url("/data/r?size=1000&hold_at=500&hold=moments"), "r");
    fixture_wait_bytes(&job, 500);
    text = get_text(&job, FILE_TEXT_RESPONSE_HEADERS);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "Content-Length: 1000\r\n"));
    free(text);
    fixture_release("moments");
    fixture_wait_state(&job, JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_CANCEL);

    job = fixture_start_download(fixture_url("/data/r?status=404&header=X-Why:%%20gone"), "r");
    fixture_wait_state(&job, JOB_ERROR);
    text = get_text(&job, FILE_TEXT_RESPONSE_HEADERS);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "X-Why: gone\r\n"));
    free(text);
    CU_ASSERT_EQUAL(engine_file_set_url(fixture_engine, &job, 0, fixture_url("/data/other")), S_OK);
    check_text(&job, FILE_TEXT_RESPONSE_HEADERS, "");
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

/* Of a chain of redirects only the last answer counts. */
static void test_last_response(void)
{
    const char *url = fixture_url("/data/r?header=X-First:%%201&redirect=/data/r2?size=10%%26header=X-Second:%%25202");
    struct job_id job;
    char *text;

    fixture_begin();
    job = fixture_start_download(url, "r");
    fixture_wait_state(&job, JOB_TRANSFERRED);
    text = get_text(&job, FILE_TEXT_RESPONSE_HEADERS);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "X-Second"));
    CU_ASSERT_PTR_NULL(strstr(text, "X-First"));
    free(text);
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

static void test_limit(void)
{
    struct job_id job;
    char *text;

    fixture_begin();
    job = fixture_start_download(fixture_url("/data/r?size=10&header_repeat=200&header=X-Long:%%20%0100d", 1), "r");
    fixture_wait_state(&job, JOB_TRANSFERRED);
    text = get_text(&job, FILE_TEXT_RESPONSE_HEADERS);
    CHECK(strlen(text) < 16384 && strlen(text) > 16000, "%zu bytes", strlen(text));
    CU_ASSERT(ends_with(text, "\r\n\r\n"));
    free(text);
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

CU_TestInfo response_tests[] =
{
    {"headers and address", test_headers},
    {"when they can be read", test_moments},
    {"the last response counts", test_last_response},
    {"the limit", test_limit},
    CU_TEST_INFO_NULL
};
