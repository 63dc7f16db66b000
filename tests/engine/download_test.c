/*
 * Tests of downloads: portions, destinations, finding and waiting.
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

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "result.h"
#include "suites.h"
#include "transition.h"

int download_setup(void)
{
    return fixture_start_server();
}

int download_teardown(void)
{
    return fixture_stop_server();
}

static struct job_id create_download(const char *url, const char *name)
{
    struct file_request request = {.url = url, .size = ENGINE_SIZE_UNKNOWN};
    struct job_id id;

    if (name)
    {
        request.local_name = name;
        request.path = fixture_path(name);
    }
    CU_ASSERT_EQUAL_FATAL(engine_job_create(fixture_engine, JOB_KIND_DOWNLOAD, "", "S-1-5-21-1", &id), S_OK);
    CU_ASSERT_EQUAL_FATAL(engine_job_add_files(fixture_engine, &id, &request, 1), S_OK);
    return id;
}

static void start_download(const struct job_id *id, const struct file_range *ranges, uint32_t count)
{
    int32_t hr = engine_download_start(fixture_engine, id, ranges, count);

    CHECK(hr == S_OK, "got %#x", (unsigned int)hr);
}

static struct file_info file_info(const struct job_id *id)
{
    struct file_info info;

    CU_ASSERT_EQUAL_FATAL(engine_file_get_info(fixture_engine, id, 0, &info), S_OK);
    return info;
}

static void check_bytes(const struct job_id *id, uint64_t total, uint64_t transferred)
{
    struct file_info info = file_info(id);

    CHECK(info.bytes_total == total && info.bytes_transferred == transferred, "got %llu of %llu",
          (unsigned long long)info.bytes_transferred, (unsigned long long)info.bytes_total);
}

static void test_start_whole(void)
{
    struct job_id id;

    fixture_begin();
    id = create_download(fixture_url("/data/a?size=100000"), "whole");
    start_download(&id, NULL, 0);
    fixture_wait_state(&id, JOB_TRANSFERRED);
    check_bytes(&id, 100000, 100000);
    CU_ASSERT_FALSE(fixture_exists("whole"));
    fixture_act(&id, JOB_ACTION_COMPLETE);
    CU_ASSERT_TRUE(fixture_file_is("whole", 0, 100000));
    fixture_end();
}

/* Each portion is stored behind the one before, and counted by itself. */
static void test_portions(void)
{
    static const struct file_range first[] = {{5000, 1000}, {9000, ENGINE_SIZE_UNKNOWN}};
    static const struct file_range second[] = {{100, 300}};
    static const struct file_range overlapping[] = {{5000, 10}};
    static const struct file_range beyond[] = {{10001, 1}};
    struct job_id id;

    fixture_begin();
    id = create_download(fixture_url("/data/a?size=10000"), "portions");
    start_download(&id, first, 2);
    fixture_wait_state(&id, JOB_TRANSFERRED);
    check_bytes(&id, 2000, 2000);

    start_download(&id, NULL, 0);
    CU_ASSERT_EQUAL(fixture_info(&id).state, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(engine_download_start(fixture_engine, &id, beyond, 1), DO_E_INVALID_RANGE);

    start_download(&id, second, 1);
    fixture_wait_state(&id, JOB_TRANSFERRED);
    check_bytes(&id, 300, 300);
    start_download(&id, overlapping, 1);
    fixture_wait_state(&id, JOB_TRANSFERRED);
    check_bytes(&id, 10, 10);

    fixture_act(&id, JOB_ACTION_COMPLETE);
    CU_ASSERT_TRUE(fixture_part_is("portions", 0, 5000, 1000));
    CU_ASSERT_TRUE(fixture_part_is("portions", 1000, 9000, 1000));
    CU_ASSERT_TRUE(fixture_part_is("portions", 2000, 100, 300));
    CU_ASSERT_TRUE(fixture_part_is("portions", 2300, 5000, 10));
    fixture_end();
}

/* A further portion of a whole file, which is kept across a restart in the middle of it. */
static void test_portion_restart(void)
{
    static const struct file_range portion[] = {{20000, 50000}};
    struct job_id id;

    fixture_begin();
    id = create_download(fixture_url("/data/a?size=80000&key=portion&hold=portion&hold_after=1"), "kept");
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &id, JOB_NUMBER_NON_VOLATILE, 1), S_OK);
    start_download(&id, NULL, 0);
    fixture_wait_state(&id, JOB_TRANSFERRED);
    check_bytes(&id, 80000, 80000);
    start_download(&id, portion, 1);
    fixture_wait_requests("portion", 2);
    CU_ASSERT_EQUAL(file_info(&id).bytes_total, 50000);
    fixture_restart();
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &id), S_OK);
    fixture_release("portion");
    fixture_wait_state(&id, JOB_TRANSFERRED);
    check_bytes(&id, 50000, 50000);
    fixture_act(&id, JOB_ACTION_COMPLETE);
    CU_ASSERT_TRUE(fixture_part_is("kept", 0, 0, 80000));
    CU_ASSERT_TRUE(fixture_part_is("kept", 80000, 20000, 50000));
    fixture_end();
}

static void test_start_refused(void)
{
    static const struct file_range doubled[] = {{0, 10}, {5, 10}};
    struct job_id id;

    fixture_begin();
    id = create_download(NULL, "nothing");
    CU_ASSERT_EQUAL(engine_download_start(fixture_engine, &id, NULL, 0), DO_E_DOWNLOAD_NO_URI);
    CU_ASSERT_EQUAL(engine_file_set_url(fixture_engine, &id, 0, fixture_url("/data/a?size=10")), S_OK);
    CU_ASSERT_EQUAL(engine_download_start(fixture_engine, &id, doubled, 2), DO_E_OVERLAPPING_RANGES);
    fixture_act(&id, JOB_ACTION_CANCEL);
    CU_ASSERT_EQUAL(engine_download_start(fixture_engine, &id, NULL, 0), DO_E_INVALID_STATE);

    id = create_download(fixture_url("/data/a?size=10"), NULL);
    CU_ASSERT_EQUAL(engine_download_start(fixture_engine, &id, NULL, 0), DO_E_FILE_DOWNLOADSINK_UNSPECIFIED);
    fixture_act(&id, JOB_ACTION_CANCEL);
    id = fixture_create_job();
    CU_ASSERT_EQUAL(engine_download_start(fixture_engine, &id, NULL, 0), E_INVALIDARG);
    fixture_act(&id, JOB_ACTION_CANCEL);
    fixture_end();
}

static void test_same_destination(void)
{
    struct job_id first, second, unused;

    fixture_begin();
    unused = create_download(fixture_url("/data/a?size=10"), "same");
    first = create_download(fixture_url("/data/a?size=50000&key=same&hold=same&hold_at=100"), "same");
    start_download(&first, NULL, 0);
    fixture_wait_requests("same", 1);
    second = create_download(fixture_url("/data/a?size=60000"), "same");
    start_download(&second, NULL, 0);
    CU_ASSERT_EQUAL(fixture_info(&first).state, JOB_CANCELLED);
    CU_ASSERT_EQUAL(fixture_info(&unused).state, JOB_CREATED);
    fixture_wait_state(&second, JOB_TRANSFERRED);
    fixture_act(&second, JOB_ACTION_COMPLETE);
    CU_ASSERT_TRUE(fixture_file_is("same", 0, 60000));
    fixture_act(&unused, JOB_ACTION_CANCEL);
    fixture_release("same");
    fixture_end();
}

static uint32_t count_found(enum download_property property, const char *value, const struct job_id *id)
{
    struct job_id ids[4];
    uint32_t count = 0;

    CU_ASSERT_EQUAL(engine_download_find(fixture_engine, property, value, ids, 4, &count), S_OK);
    if (count == 1)
        CU_ASSERT_TRUE(!memcmp(&ids[0], id, sizeof(*id)));
    return count;
}

static void test_find(void)
{
    struct job_id first, second, job;

    fixture_begin();
    job = fixture_create_job();
    first = create_download("http://127.0.0.1:9/first", "First.bin");
    second = create_download(NULL, NULL);
    CU_ASSERT_EQUAL(engine_job_set_text(fixture_engine, &second, JOB_TEXT_DISPLAY_NAME, "The second"), S_OK);
    CU_ASSERT_EQUAL(count_found(DOWNLOAD_ANY, NULL, &first), 2);
    CU_ASSERT_EQUAL(count_found(DOWNLOAD_URI, "http://127.0.0.1:9/first", &first), 1);
    CU_ASSERT_EQUAL(count_found(DOWNLOAD_URI, "http://127.0.0.1:9/First", &first), 0);
    CU_ASSERT_EQUAL(count_found(DOWNLOAD_LOCAL_PATH, "first.BIN", &first), 1);
    CU_ASSERT_EQUAL(count_found(DOWNLOAD_DISPLAY_NAME, "The second", &second), 1);
    CU_ASSERT_EQUAL(count_found(DOWNLOAD_CONTENT_ID, "none", &first), 0);
    fixture_act(&first, JOB_ACTION_CANCEL);
    CU_ASSERT_EQUAL(count_found(DOWNLOAD_ANY, NULL, &second), 1);
    fixture_act(&second, JOB_ACTION_CANCEL);
    CU_ASSERT_EQUAL(count_found(DOWNLOAD_ANY, NULL, &second), 0);
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

struct waiter
{
    pthread_t thread;
    struct job_id id;
    int32_t hr;
};

static void *wait_in_thread(void *context)
{
    struct waiter *waiter = context;

    waiter->hr = engine_job_wait(fixture_engine, &waiter->id);
    return NULL;
}

/* The wait ends with the transfer, and when another thread pauses or aborts it. */
static void test_wait(void)
{
    static const enum job_action actions[] = {JOB_ACTION_SUSPEND, JOB_ACTION_CANCEL};
    struct waiter waiter;
    struct job_id id;
    unsigned int i;

    fixture_begin();
    id = create_download(fixture_url("/data/a?size=200000"), "waited");
    CU_ASSERT_EQUAL(engine_job_wait(fixture_engine, &id), S_OK); /* not started */
    start_download(&id, NULL, 0);
    CU_ASSERT_EQUAL(engine_job_wait(fixture_engine, &id), S_OK);
    CU_ASSERT_EQUAL(fixture_info(&id).state, JOB_TRANSFERRED);
    fixture_act(&id, JOB_ACTION_COMPLETE);

    waiter.id = create_download(fixture_url("/data/a?size=200000&key=wait&hold=wait&hold_at=100"), "held");
    for (i = 0; i < sizeof(actions) / sizeof(*actions); i++)
    {
        start_download(&waiter.id, NULL, 0);
        fixture_wait_requests("wait", i + 1);
        waiter.hr = E_FAIL;
        CU_ASSERT_EQUAL_FATAL(pthread_create(&waiter.thread, NULL, wait_in_thread, &waiter), 0);
        fixture_act(&waiter.id, actions[i]);
        pthread_join(waiter.thread, NULL);
        CU_ASSERT_EQUAL(waiter.hr, S_OK);
    }
    fixture_release("wait");
    fixture_end();
}

static void test_wait_shutdown(void)
{
    struct waiter waiter;

    fixture_begin();
    waiter.id = create_download(fixture_url("/data/a?size=200000&key=stop&hold=stop&hold_at=100"), "stopped");
    start_download(&waiter.id, NULL, 0);
    fixture_wait_requests("stop", 1);
    CU_ASSERT_EQUAL_FATAL(pthread_create(&waiter.thread, NULL, wait_in_thread, &waiter), 0);
    engine_shutdown(fixture_engine);
    pthread_join(waiter.thread, NULL);
    CU_ASSERT_EQUAL(waiter.hr, DO_E_NO_SERVICE);
    fixture_release("stop");
    fixture_end();
}

static void test_actions(void)
{
    static const struct
    {
        enum job_state state;
        int32_t resume, suspend, complete, cancel;
    } tests[] =
    {
        {JOB_CREATED, S_OK, S_FALSE, DO_E_INVALID_STATE, S_OK},
        {JOB_SUSPENDED, S_OK, S_FALSE, DO_E_INVALID_STATE, S_OK},
        {JOB_QUEUED, S_FALSE, S_OK, DO_E_INVALID_STATE, S_OK},
        {JOB_TRANSFERRING, S_FALSE, S_OK, DO_E_INVALID_STATE, S_OK},
        {JOB_TRANSIENT_ERROR, S_FALSE, S_OK, DO_E_INVALID_STATE, S_OK},
        {JOB_BLOCKED, S_OK, S_OK, DO_E_INVALID_STATE, S_OK},
        {JOB_ERROR, S_OK, S_FALSE, DO_E_INVALID_STATE, S_OK},
        {JOB_TRANSFERRED, S_FALSE, S_FALSE, S_OK, S_OK},
        {JOB_ACKNOWLEDGED, DO_E_INVALID_STATE, DO_E_INVALID_STATE, S_FALSE, DO_E_INVALID_STATE},
        {JOB_CANCELLED, DO_E_INVALID_STATE, DO_E_INVALID_STATE, DO_E_INVALID_STATE, S_FALSE},
    };
    unsigned int i;

    for (i = 0; i < sizeof(tests) / sizeof(*tests); i++)
    {
        CHECK(download_check_action(tests[i].state, JOB_ACTION_RESUME) == tests[i].resume, "state %u", tests[i].state);
        CHECK(download_check_action(tests[i].state, JOB_ACTION_SUSPEND) == tests[i].suspend, "state %u",
              tests[i].state);
        CHECK(download_check_action(tests[i].state, JOB_ACTION_COMPLETE) == tests[i].complete, "state %u",
              tests[i].state);
        CHECK(download_check_action(tests[i].state, JOB_ACTION_CANCEL) == tests[i].cancel, "state %u", tests[i].state);
    }
    CU_ASSERT_EQUAL(download_check_action(JOB_STATE_COUNT, JOB_ACTION_RESUME), DO_E_INVALID_STATE);
}

/* Each request has its own number; a vector of the client's own headers is the only one. */
static void test_correlation_vector(void)
{
    struct job_id id;

    fixture_begin();
    id = create_download(fixture_url("/data/a?size=1000&key=cv&fail=1"), "vector");
    CU_ASSERT_EQUAL(engine_job_set_text(fixture_engine, &id, JOB_TEXT_CORRELATION_VECTOR, "a b"), E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_job_set_text(fixture_engine, &id, JOB_TEXT_CORRELATION_VECTOR, "tul4NUsfs9Cl7mOf.1"), S_OK);
    start_download(&id, NULL, 0);
    fixture_wait_requests("cv", 1);
    fixture_wait_state(&id, JOB_TRANSFERRED);
    CU_ASSERT_TRUE(fixture_last_request_has("cv", "MS-CV: tul4NUsfs9Cl7mOf.1.2"));
    fixture_act(&id, JOB_ACTION_CANCEL);

    id = create_download(fixture_url("/data/a?size=1000&key=cv_own"), "vector");
    CU_ASSERT_EQUAL(engine_job_set_text(fixture_engine, &id, JOB_TEXT_CUSTOM_HEADERS, "ms-cv: own.5\r\n"), S_OK);
    start_download(&id, NULL, 0);
    fixture_wait_state(&id, JOB_TRANSFERRED);
    CU_ASSERT_TRUE(fixture_last_request_has("cv_own", "ms-cv: own.5"));
    CU_ASSERT_FALSE(fixture_last_request_has("cv_own", "MS-CV"));
    fixture_act(&id, JOB_ACTION_CANCEL);
    fixture_end();
}

/* They are for the server that asked, and for no other one. */
static void test_auth_headers(void)
{
    static const char headers[] = "Authorization: Basic dXNlcjpzZWNyZXQ=\r\nX-More: 1";
    char target[256];
    struct job_id id;

    fixture_begin();
    id = create_download(fixture_url("/data/a?size=1000&key=auth&auth=basic:user:secret"), "auth");
    CU_ASSERT_EQUAL(engine_job_set_text(fixture_engine, &id, JOB_TEXT_AUTH_HEADERS, headers), S_OK);
    start_download(&id, NULL, 0);
    fixture_wait_state(&id, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(fixture_requests("auth"), 2);
    CU_ASSERT_TRUE(fixture_last_request_has("auth", "X-More: 1"));
    fixture_act(&id, JOB_ACTION_CANCEL);

    id = create_download(fixture_url("/data/a?size=1000&key=auth_not_asked"), "auth");
    CU_ASSERT_EQUAL(engine_job_set_text(fixture_engine, &id, JOB_TEXT_AUTH_HEADERS, headers), S_OK);
    start_download(&id, NULL, 0);
    fixture_wait_state(&id, JOB_TRANSFERRED);
    CU_ASSERT_FALSE(fixture_last_request_has("auth_not_asked", "Authorization"));
    fixture_act(&id, JOB_ACTION_CANCEL);

    /* The other port is another origin. */
    snprintf(target, sizeof(target), "%s",
             fixture_https_url("/data/a%%3fsize=1000%%26key=auth_other%%26auth=basic:user:secret"));
    id = create_download(fixture_url("/data/a?redirect=%s", target), "auth");
    CU_ASSERT_EQUAL(engine_job_set_text(fixture_engine, &id, JOB_TEXT_AUTH_HEADERS, headers), S_OK);
    start_download(&id, NULL, 0);
    fixture_wait_state(&id, JOB_ERROR);
    CU_ASSERT_EQUAL(fixture_requests("auth_other"), 1);
    CU_ASSERT_FALSE(fixture_last_request_has("auth_other", "Authorization"));
    fixture_act(&id, JOB_ACTION_CANCEL);
    fixture_end();
}

static void test_certificate_refused(void)
{
    struct job_id id;

    fixture_begin();
    id = create_download(NULL, NULL);
    CU_ASSERT_EQUAL(engine_job_set_certificate(fixture_engine, &id, "none", 4, NULL, 0), CRYPT_E_FILE_ERROR);
    fixture_act(&id, JOB_ACTION_CANCEL);
    fixture_end();
}

CU_TestInfo download_tests[] =
{
    {"actions of every state", test_actions},
    {"whole file", test_start_whole},
    {"portions", test_portions},
    {"portion across a restart", test_portion_restart},
    {"start that is refused", test_start_refused},
    {"same destination", test_same_destination},
    {"find", test_find},
    {"correlation vector", test_correlation_vector},
    {"headers for a challenge", test_auth_headers},
    {"certificate that is none", test_certificate_refused},
    {"wait", test_wait},
    {"wait for an engine that stops", test_wait_shutdown},
    CU_TEST_INFO_NULL
};
