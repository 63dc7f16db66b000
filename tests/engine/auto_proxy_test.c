/*
 * Tests of proxies that a script chooses.
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
#include <string.h>

#include "fixture.h"
#include "result.h"
#include "suites.h"

/* The host does not exist: only a proxy can have answered. */
#define ELSEWHERE "http://Elsewhere.invalid/data/p?size=1000&secret=1"

static char question[512];

int auto_proxy_setup(void)
{
    return fixture_start_server();
}

int auto_proxy_teardown(void)
{
    return fixture_stop_server();
}

static bool is_asked(const void *context)
{
    (void)context;
    return engine_take_proxy_question(fixture_engine, question, sizeof(question)) == S_OK;
}

static void expect_question(const char *expected)
{
    struct job_id nobody = {{0}};

    CU_ASSERT_FATAL(fixture_wait_until(is_asked, NULL));
    CU_ASSERT_STRING_EQUAL(question, expected);
    fixture_wait_events(&nobody, EVENT_PROXY_WANTED);
}

static void answer(const char *list)
{
    CU_ASSERT_EQUAL(engine_answer_proxy_question(fixture_engine, question, list), S_OK);
}

static void finish(const struct job_id *job)
{
    fixture_wait_state(job, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(fixture_info(job).error_count, 0);
    fixture_act(job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("p", 0, 1000));
}

/* A server is asked for once, without what may be secret, and nothing is fetched before there is an answer. */
static void test_proxy(void)
{
    const char *proxy = fixture_url("%s", "") + strlen("http://");
    unsigned int before = fixture_requests("proxy");
    struct job_id job;

    fixture_begin();
    CU_ASSERT_EQUAL(engine_set_auto_proxy(fixture_engine, true), S_OK);
    CU_ASSERT_EQUAL(engine_take_proxy_question(fixture_engine, question, sizeof(question)), S_FALSE);
    job = fixture_start_download(ELSEWHERE, "p");
    expect_question("http://elsewhere.invalid:80/");
    CU_ASSERT_EQUAL(fixture_requests("proxy"), before);
    answer(proxy);
    CU_ASSERT_EQUAL(engine_answer_proxy_question(fixture_engine, question, proxy), S_FALSE);
    finish(&job);
    CU_ASSERT_EQUAL(fixture_requests("proxy"), before + 1);
    job = fixture_start_download(ELSEWHERE, "p");
    finish(&job);
    CU_ASSERT_EQUAL(fixture_requests("proxy"), before + 2);
    CU_ASSERT_EQUAL(engine_take_proxy_question(fixture_engine, question, sizeof(question)), S_FALSE);
    fixture_end();
}

/* "No proxy" is an answer, also if the settings name one; no answer leaves it to them. */
static void test_direct_and_unknown(void)
{
    const char *proxy = fixture_url("%s", "") + strlen("http://");
    unsigned int before = fixture_requests("proxy");
    struct job_id job;

    fixture_begin();
    CU_ASSERT_EQUAL(engine_set_system_proxy(fixture_engine, proxy, NULL), S_OK);
    CU_ASSERT_EQUAL(engine_set_auto_proxy(fixture_engine, true), S_OK);
    job = fixture_start_download(fixture_url("/data/p?size=1000"), "p");
    CU_ASSERT_FATAL(fixture_wait_until(is_asked, NULL));
    answer("");
    finish(&job);
    CU_ASSERT_EQUAL(fixture_requests("proxy"), before);
    job = fixture_start_download(ELSEWHERE, "p");
    CU_ASSERT_FATAL(fixture_wait_until(is_asked, NULL));
    answer(NULL);
    finish(&job);
    CU_ASSERT_EQUAL(fixture_requests("proxy"), before + 1);
    fixture_end();
}

/* Files that wait do not wait for a script that is no longer there. */
static void test_script_goes(void)
{
    struct job_id job;

    fixture_begin();
    CU_ASSERT_EQUAL(engine_set_auto_proxy(fixture_engine, true), S_OK);
    job = fixture_start_download(fixture_url("/data/p?size=1000"), "p");
    CU_ASSERT_FATAL(fixture_wait_until(is_asked, NULL));
    CU_ASSERT_EQUAL(engine_set_auto_proxy(fixture_engine, false), S_OK);
    CU_ASSERT_EQUAL(engine_answer_proxy_question(fixture_engine, question, ""), S_FALSE);
    finish(&job);
    fixture_end();
}

/* Nor for one that does not answer. */
static void test_silent_script(void)
{
    struct job_id job;

    fixture_begin();
    CU_ASSERT_EQUAL(engine_set_auto_proxy(fixture_engine, true), S_OK);
    job = fixture_start_download(fixture_url("/data/p?size=1000"), "p");
    finish(&job);
    fixture_end();
}

/* Jobs with a proxy of their own, or none, have nothing to ask. */
static void test_jobs_that_know(void)
{
    struct job_id job;

    fixture_begin();
    CU_ASSERT_EQUAL(engine_set_auto_proxy(fixture_engine, true), S_OK);
    job = fixture_create_job();
    fixture_add_file(&job, fixture_url("/data/p?size=1000"), "p");
    CU_ASSERT_EQUAL(engine_job_set_proxy(fixture_engine, &job, PROXY_NONE, NULL, NULL), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    finish(&job);
    CU_ASSERT_EQUAL(engine_take_proxy_question(fixture_engine, question, sizeof(question)), S_FALSE);
    fixture_end();
}

CU_TestInfo auto_proxy_tests[] =
{
    {"a proxy", test_proxy},
    {"no proxy, and no answer", test_direct_and_unknown},
    {"the script goes", test_script_goes},
    {"a silent script", test_silent_script},
    {"jobs that know", test_jobs_that_know},
    CU_TEST_INFO_NULL
};
