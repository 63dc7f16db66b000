/*
 * Tests of what is told of a job's error.
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
#include <jansson.h>
#include <string.h>

#include "fixture.h"
#include "result.h"
#include "suites.h"

int extended_error_setup(void)
{
    return fixture_start_server();
}

int extended_error_teardown(void)
{
    return fixture_stop_server();
}

/* The text as JSON, to be released. */
static json_t *get(const struct job_id *job)
{
    uint32_t size = 4096;
    char text[4096];
    json_t *object;

    CU_ASSERT_EQUAL_FATAL(engine_job_get_text(fixture_engine, job, JOB_TEXT_EXTENDED_ERROR, text, &size), S_OK);
    CU_ASSERT_EQUAL(size, strlen(text) + 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(object = json_loads(text, JSON_REJECT_DUPLICATES, NULL));
    return object;
}

static void check_string(const json_t *object, const char *name, const char *expected)
{
    const char *value = json_string_value(json_object_get(object, name));

    CHECK(value && !strcmp(value, expected), "%s: got %s, expected %s", name, value ? value : "nothing", expected);
}

static void check_number(const json_t *object, const char *name, json_int_t expected)
{
    CHECK(json_integer_value(json_object_get(object, name)) == expected, "%s: got %lld", name,
          (long long)json_integer_value(json_object_get(object, name)));
}

static int32_t get_code(const struct job_id *job)
{
    uint32_t size = 4096;
    char text[4096];

    return engine_job_get_text(fixture_engine, job, JOB_TEXT_EXTENDED_ERROR, text, &size);
}

static void test_refusal(void)
{
    struct job_id job;
    json_t *object;

    fixture_begin();
    job = fixture_start_download(fixture_url("/data/e?status=403&token=secret"), "e");
    fixture_wait_state(&job, JOB_ERROR);
    object = get(&job);
    check_string(object, "ErrorCode", "0x80190193");
    check_number(object, "ErrorContext", 5);
    check_number(object, "HttpStatus", 403);
    check_number(object, "FailedAttempts", 1);
    check_string(object, "Url", fixture_url("/data/e"));
    check_string(object, "ServerAddress", "127.0.0.1");
    json_decref(object);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_ERROR);
    object = get(&job);
    check_number(object, "FailedAttempts", 2);
    json_decref(object);
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

/* Where nobody answers there is neither a status nor an address. */
static void test_no_answer(void)
{
    struct job_id job;
    json_t *object;

    fixture_begin();
    job = fixture_start_download("http://nobody.invalid/x?secret#part", "e");
    fixture_wait_state(&job, JOB_TRANSIENT_ERROR);
    object = get(&job);
    check_string(object, "ErrorCode", "0x80072EE7");
    check_number(object, "ErrorContext", 0);
    check_number(object, "HttpStatus", 0);
    check_string(object, "Url", "http://nobody.invalid/x");
    CU_ASSERT_PTR_NULL(json_object_get(object, "ServerAddress"));
    json_decref(object);
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

static void test_moments(void)
{
    struct job_id job;

    fixture_begin();
    job = fixture_create_job();
    CU_ASSERT_EQUAL(get_code(&job), DO_E_ERROR_INFORMATION_UNAVAILABLE);
    fixture_add_file(&job, fixture_url("/data/e?size=10&fail=1&key=moments&after=1&hold=moments&hold_after=1"), "e");
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSIENT_ERROR);
    CU_ASSERT_EQUAL(get_code(&job), S_OK);
    CU_ASSERT_EQUAL(engine_job_set_text(fixture_engine, &job, JOB_TEXT_EXTENDED_ERROR, "x"), E_INVALIDARG);
    fixture_release("moments");
    fixture_wait_state(&job, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(get_code(&job), DO_E_ERROR_INFORMATION_UNAVAILABLE);
    fixture_act(&job, JOB_ACTION_CANCEL);
    CU_ASSERT_EQUAL(get_code(&job), DO_E_ERROR_INFORMATION_UNAVAILABLE);
    fixture_end();
}

CU_TestInfo extended_error_tests[] =
{
    {"a refusal", test_refusal},
    {"no answer", test_no_answer},
    {"when there is one", test_moments},
    CU_TEST_INFO_NULL
};
