/*
 * Tests of proxies that scripts choose, and of how the network is asked for one.
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

#include "auto_proxy.h"
#include "fixture.h"
#include "result.h"
#include "suites.h"

/* The host does not exist: only a proxy can have answered. */
#define ELSEWHERE "http://Elsewhere.invalid/data/p?size=1000&secret=1"

/* Its name is known, and only its name leads away from this host. */
#define FAR_HOST "far.test"
#define RETRY_NEVER_MS 3600000

static enum proxy_question kind;
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
    return engine_take_proxy_question(fixture_engine, &kind, question, sizeof(question)) == S_OK;
}

static void expect_question(enum proxy_question expected_kind, const char *expected)
{
    struct job_id nobody = {{0}};

    CU_ASSERT_FATAL(fixture_wait_until(is_asked, NULL));
    CU_ASSERT_EQUAL(kind, expected_kind);
    CU_ASSERT_STRING_EQUAL(question, expected);
    fixture_wait_events(&nobody, EVENT_PROXY_WANTED);
}

static void expect_no_question(void)
{
    CU_ASSERT_EQUAL(engine_take_proxy_question(fixture_engine, &kind, question, sizeof(question)), S_FALSE);
}

static void answer(const char *list)
{
    CU_ASSERT_EQUAL(engine_answer_proxy_question(fixture_engine, kind, question, list), S_OK);
}

static void answer_too_late(const char *list)
{
    CU_ASSERT_EQUAL(engine_answer_proxy_question(fixture_engine, kind, question, list), S_FALSE);
}

static void set_means(uint32_t means)
{
    CU_ASSERT_EQUAL(engine_set_auto_proxy(fixture_engine, means), S_OK);
}

static const char *proxy_list(void)
{
    return fixture_url("%s", "") + strlen("http://");
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
    const char *proxy = proxy_list();
    unsigned int before = fixture_requests("proxy");
    struct job_id job;

    fixture_begin();
    set_means(AUTO_PROXY_SCRIPT);
    expect_no_question();
    job = fixture_start_download(ELSEWHERE, "p");
    expect_question(PROXY_QUESTION_SCRIPT, "http://elsewhere.invalid:80/");
    CU_ASSERT_EQUAL(fixture_requests("proxy"), before);
    answer(proxy);
    answer_too_late(proxy);
    finish(&job);
    CU_ASSERT_EQUAL(fixture_requests("proxy"), before + 1);
    job = fixture_start_download(ELSEWHERE, "p");
    finish(&job);
    CU_ASSERT_EQUAL(fixture_requests("proxy"), before + 2);
    expect_no_question();
    fixture_end();
}

/* "No proxy" is an answer, also if the settings name one; no answer leaves it to them. */
static void test_direct_and_unknown(void)
{
    const char *proxy = proxy_list();
    unsigned int before = fixture_requests("proxy");
    struct job_id job;

    fixture_begin();
    CU_ASSERT_EQUAL(engine_set_system_proxy(fixture_engine, proxy, NULL), S_OK);
    set_means(AUTO_PROXY_SCRIPT);
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
    set_means(AUTO_PROXY_SCRIPT);
    job = fixture_start_download(fixture_url("/data/p?size=1000"), "p");
    CU_ASSERT_FATAL(fixture_wait_until(is_asked, NULL));
    set_means(0);
    answer_too_late("");
    finish(&job);
    fixture_end();
}

/* Jobs with a proxy of their own, or none, have nothing to ask. */
static void test_jobs_that_know(void)
{
    struct job_id job;

    fixture_begin();
    set_means(AUTO_PROXY_SCRIPT);
    job = fixture_create_job();
    fixture_add_file(&job, fixture_url("/data/p?size=1000"), "p");
    CU_ASSERT_EQUAL(engine_job_set_proxy(fixture_engine, &job, PROXY_NONE, NULL, NULL), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    finish(&job);
    expect_no_question();
    fixture_end();
}

/* The port of the test server, of a host that is not this one as far as the engine knows. */
static void begin_far(char *resolve, size_t size)
{
    snprintf(resolve, size, FAR_HOST ":%s:127.0.0.1", strrchr(fixture_url("%s", ""), ':') + 1);
    fixture_config.resolve = resolve;
    fixture_begin();
}

static void make_far_url(char *url, size_t size)
{
    snprintf(url, size, "http://" FAR_HOST "%s", strrchr(fixture_url("/data/p?size=1000&key=far"), ':'));
}

static struct job_id start_with_usage(const char *url, enum proxy_usage usage)
{
    struct job_id job = fixture_create_job();

    fixture_add_file(&job, url, "p");
    CU_ASSERT_EQUAL(engine_job_set_proxy(fixture_engine, &job, usage, NULL, NULL), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    return job;
}

/* Nor for one that does not answer, nor for a network that does not: both limits run at once here. */
static void test_silence(void)
{
    char resolve[64], url[128];
    struct job_id job, other;

    begin_far(resolve, sizeof(resolve));
    make_far_url(url, sizeof(url));
    set_means(AUTO_PROXY_SCRIPT);
    job = fixture_start_download(fixture_url("/data/q?size=1000"), "q");
    CU_ASSERT_FATAL(fixture_wait_until(is_asked, NULL));
    other = start_with_usage(url, PROXY_AUTODETECT);
    expect_question(PROXY_QUESTION_DETECT, "");
    CU_ASSERT_FATAL(fixture_wait_until(is_asked, NULL));
    CU_ASSERT_EQUAL(kind, PROXY_QUESTION_SCRIPT);
    CU_ASSERT(!strncmp(question, "http://" FAR_HOST ":", strlen("http://" FAR_HOST ":")));
    answer("");
    finish(&other);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    fixture_end();
}

/* The network is asked, once in a while, but nothing waits for that; for this very host it is not even asked. */
static void test_detection_holds_up_nobody(void)
{
    char resolve[64], url[128];
    struct job_id job;

    begin_far(resolve, sizeof(resolve));
    make_far_url(url, sizeof(url));
    set_means(AUTO_PROXY_DETECT);
    expect_no_question();
    job = fixture_start_download(fixture_url("/data/p?size=1000"), "p");
    finish(&job);
    expect_no_question();
    job = fixture_start_download(url, "p");
    finish(&job);
    expect_question(PROXY_QUESTION_DETECT, "");
    job = fixture_start_download(url, "p");
    finish(&job);
    expect_no_question();
    answer(NULL);
    answer_too_late(NULL);
    job = fixture_start_download(url, "p");
    finish(&job);
    expect_no_question();
    fixture_end();
}

/* Another network is asked anew; what the one before said is not taken for its answer, but serves until then. */
static void test_another_network(void)
{
    unsigned int before = fixture_requests("proxy");
    char resolve[64], url[128];
    struct job_id job;

    begin_far(resolve, sizeof(resolve));
    make_far_url(url, sizeof(url));
    set_means(AUTO_PROXY_DETECT);
    job = fixture_start_download(url, "p");
    finish(&job);
    expect_question(PROXY_QUESTION_DETECT, "");
    auto_proxy_network_changed(fixture_engine);
    answer_too_late(NULL);
    job = fixture_start_download(url, "p");
    finish(&job);
    expect_question(PROXY_QUESTION_DETECT, "");
    answer("found");
    auto_proxy_network_changed(fixture_engine);
    job = fixture_start_download(url, "p");
    expect_question(PROXY_QUESTION_DETECT, "");
    CU_ASSERT_FATAL(fixture_wait_until(is_asked, NULL));
    CU_ASSERT_EQUAL(kind, PROXY_QUESTION_NETWORK);
    answer(proxy_list());
    finish(&job);
    CU_ASSERT_EQUAL(fixture_requests("proxy"), before + 1);
    kind = PROXY_QUESTION_DETECT;
    answer(NULL);
    job = fixture_start_download(url, "p");
    finish(&job);
    CU_ASSERT_EQUAL(fixture_requests("proxy"), before + 1);
    expect_no_question();
    fixture_end();
}

/* What failed without the proxy that the network names goes on with it at once. */
static void test_detection_helps(void)
{
    unsigned int before = fixture_requests("proxy");
    struct job_id job;

    fixture_config.retry_delay_ms = RETRY_NEVER_MS;
    fixture_begin();
    set_means(AUTO_PROXY_DETECT);
    job = fixture_start_download(ELSEWHERE, "p");
    fixture_wait_state(&job, JOB_TRANSIENT_ERROR);
    expect_question(PROXY_QUESTION_DETECT, "");
    answer("found");
    expect_question(PROXY_QUESTION_NETWORK, "http://elsewhere.invalid:80/");
    answer(proxy_list());
    fixture_wait_state(&job, JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("p", 0, 1000));
    CU_ASSERT_EQUAL(fixture_requests("proxy"), before + 1);
    fixture_end();
}

/* A job may say that a script is to be looked for, whatever the settings are: it waits, but not for ever. */
static void test_detection_for_a_job(void)
{
    char resolve[64], url[128];
    unsigned int before;
    struct job_id job;

    begin_far(resolve, sizeof(resolve));
    make_far_url(url, sizeof(url));
    before = fixture_requests("far");
    set_means(0);
    job = fixture_start_download(url, "p");
    finish(&job);
    expect_no_question();
    job = start_with_usage(url, PROXY_AUTODETECT);
    expect_question(PROXY_QUESTION_DETECT, "");
    CU_ASSERT_EQUAL(fixture_requests("far"), before + 1);
    answer(NULL);
    finish(&job);
    CU_ASSERT_EQUAL(fixture_requests("far"), before + 2);
    job = start_with_usage(url, PROXY_NONE);
    finish(&job);
    fixture_end();
}

/* The script of the network, that of the settings, the proxy that they name: the first one that has an answer. */
static void test_order(void)
{
    unsigned int before = fixture_requests("proxy");
    struct job_id job;

    fixture_begin();
    CU_ASSERT_EQUAL(engine_set_system_proxy(fixture_engine, "127.0.0.1:1", NULL), S_OK);
    set_means(AUTO_PROXY_DETECT | AUTO_PROXY_SCRIPT);
    job = start_with_usage(ELSEWHERE, PROXY_AUTODETECT);
    expect_question(PROXY_QUESTION_DETECT, "");
    expect_no_question();
    answer("found");
    expect_question(PROXY_QUESTION_NETWORK, "http://elsewhere.invalid:80/");
    expect_no_question();
    answer(NULL);
    expect_question(PROXY_QUESTION_SCRIPT, "http://elsewhere.invalid:80/");
    answer(proxy_list());
    finish(&job);
    CU_ASSERT_EQUAL(fixture_requests("proxy"), before + 1);
    set_means(AUTO_PROXY_DETECT);       /* what the network says of itself is still known */
    CU_ASSERT_EQUAL(engine_set_system_proxy(fixture_engine, proxy_list(), NULL), S_OK);
    job = fixture_start_download(ELSEWHERE, "p");
    expect_question(PROXY_QUESTION_NETWORK, "http://elsewhere.invalid:80/");
    answer(NULL);
    finish(&job);
    CU_ASSERT_EQUAL(fixture_requests("proxy"), before + 2);
    fixture_end();
}

CU_TestInfo auto_proxy_tests[] =
{
    {"a proxy", test_proxy},
    {"no proxy, and no answer", test_direct_and_unknown},
    {"the script goes", test_script_goes},
    {"silence", test_silence},
    {"jobs that know", test_jobs_that_know},
    {"the network is asked, and nobody waits", test_detection_holds_up_nobody},
    {"another network", test_another_network},
    {"a script of the network helps", test_detection_helps},
    {"a job that wants to be looked for one", test_detection_for_a_job},
    {"the order", test_order},
    CU_TEST_INFO_NULL
};
