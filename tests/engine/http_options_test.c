/*
 * Tests of what a job wants of its requests.
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

#define SECRET "c0ffee-secret"
#define HEADERS "Authorization: Bearer " SECRET "\r\nCookie: id=" SECRET "\r\nX-Api-Key: " SECRET "\r\n"

int http_options_setup(void)
{
    return fixture_start_server();
}

int http_options_teardown(void)
{
    return fixture_stop_server();
}

static struct job_id create_with_headers(const char *url, const char *headers)
{
    struct job_id job = fixture_create_job();

    fixture_add_file(&job, url, "h");
    CU_ASSERT_EQUAL(engine_job_set_text(fixture_engine, &job, JOB_TEXT_CUSTOM_HEADERS, headers), S_OK);
    return job;
}

static void run_with_headers(const char *url, const char *headers)
{
    struct job_id job = create_with_headers(url, headers);

    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("h", 0, 1000));
}

static void check_text(const struct job_id *job, enum job_text which, const char *expected)
{
    char text[256] = "?";
    uint32_t size = sizeof(text);

    CU_ASSERT_EQUAL(engine_job_get_text(fixture_engine, job, which, text, &size), S_OK);
    CU_ASSERT_STRING_EQUAL(text, expected);
}

static void test_headers_are_sent(void)
{
    fixture_begin();
    run_with_headers(fixture_url("/data/h?size=1000&key=sent"), "X-One: 1\r\nUser-Agent: me\r\nRange: bytes=5-\r\n");
    CU_ASSERT(fixture_last_request_has("sent", "\r\nX-One: 1\r\n"));
    CU_ASSERT(fixture_last_request_has("sent", "User-Agent: me\r\n"));
    CU_ASSERT_FALSE(fixture_last_request_has("sent", "Range:"));
    CU_ASSERT_FALSE(fixture_last_request_has("sent", "Microsoft"));
    fixture_end();
}

static void test_headers_cannot_add_a_request(void)
{
    fixture_begin();
    run_with_headers(fixture_url("/data/h?size=1000&key=first"),
                     "A: b\r\n\r\nGET /data/h?key=second HTTP/1.1\r\nHost: x\r\n\r\n");
    CU_ASSERT_EQUAL(fixture_requests("first"), 1);
    CU_ASSERT_EQUAL(fixture_requests("second"), 0);
    fixture_end();
}

/* The name of the host is part of the origin, and so is the port. */
static void test_headers_go_to_the_origin_only(void)
{
    char target[256];

    fixture_begin();
    snprintf(target, sizeof(target), "http://127.0.0.1%s", strrchr(fixture_url("/data/h?size=1000%%26key=other_host"),
                                                                  ':'));
    run_with_headers(fixture_url("/data/h?key=origin1&redirect=%s", target), HEADERS);
    CU_ASSERT(fixture_last_request_has("origin1", SECRET));
    CU_ASSERT_EQUAL(fixture_requests("other_host"), 1);
    CU_ASSERT_FALSE(fixture_last_request_has("other_host", SECRET));

    run_with_headers(fixture_url("/data/h?key=origin2&redirect=%s",
                                 fixture_https_url("/data/h?size=1000%%26key=other_port")), HEADERS);
    CU_ASSERT(fixture_last_request_has("origin2", SECRET));
    CU_ASSERT_EQUAL(fixture_requests("other_port"), 1);
    CU_ASSERT_FALSE(fixture_last_request_has("other_port", SECRET));
    CU_ASSERT_FALSE(fixture_last_request_has("other_port", "Cookie"));

    run_with_headers(fixture_url("/data/h?key=origin3&redirect=/data/h?size=1000%%26key=same"), HEADERS);
    CU_ASSERT(fixture_last_request_has("same", SECRET));
    fixture_end();
}

static void test_headers_can_be_read_and_removed(void)
{
    struct job_id job;
    char *large;

    fixture_begin();
    job = create_with_headers(fixture_url("/data/h?size=1000&key=removed"), HEADERS);
    check_text(&job, JOB_TEXT_CUSTOM_HEADERS, HEADERS);
    CU_ASSERT_PTR_NOT_NULL_FATAL(large = calloc(1, 100000));
    memset(large, 'a', 99999);
    CU_ASSERT_EQUAL(engine_job_set_text(fixture_engine, &job, JOB_TEXT_CUSTOM_HEADERS, large), E_INVALIDARG);
    free(large);
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_HAS_CUSTOM_HEADERS, 0), E_INVALIDARG);
    check_text(&job, JOB_TEXT_CUSTOM_HEADERS, HEADERS);
    CU_ASSERT_EQUAL(engine_job_set_text(fixture_engine, &job, JOB_TEXT_CUSTOM_HEADERS, NULL), S_OK);
    check_text(&job, JOB_TEXT_CUSTOM_HEADERS, "");
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    CU_ASSERT_FALSE(fixture_last_request_has("removed", SECRET));
    fixture_act(&job, JOB_ACTION_CANCEL);
    CU_ASSERT_EQUAL(engine_job_set_text(fixture_engine, &job, JOB_TEXT_CUSTOM_HEADERS, HEADERS), DO_E_INVALID_STATE);
    fixture_end();
}

/* Not a single request goes out without them. */
static void test_headers_are_lost_with_the_engine(void)
{
    struct job_error error = {0};
    struct job_id job;

    fixture_begin();
    job = create_with_headers(fixture_url("/data/h?size=1000&key=lost&hold=lost"), HEADERS);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_requests("lost", 1);
    CU_ASSERT_FALSE(fixture_state_contains(SECRET));
    fixture_restart();
    fixture_release("lost");
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    fixture_wait_state(&job, JOB_ERROR);
    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, &job, &error), S_OK);
    CU_ASSERT_EQUAL(error.code, E_NOT_SET);
    CU_ASSERT_EQUAL(fixture_requests("lost"), 1);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_ERROR);
    CU_ASSERT_EQUAL(engine_job_set_text(fixture_engine, &job, JOB_TEXT_CUSTOM_HEADERS, HEADERS), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    CU_ASSERT(fixture_last_request_has("lost", SECRET));
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

CU_TestInfo http_options_tests[] =
{
    {"headers are sent", test_headers_are_sent},
    {"headers cannot add a request", test_headers_cannot_add_a_request},
    {"headers go to the origin only", test_headers_go_to_the_origin_only},
    {"headers can be read and removed", test_headers_can_be_read_and_removed},
    {"headers are lost with the engine", test_headers_are_lost_with_the_engine},
    CU_TEST_INFO_NULL
};
