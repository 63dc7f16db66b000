/*
 * Tests of transfers: what servers do, and what becomes of it.
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
#include <unistd.h>

#include "fixture.h"
#include "result.h"
#include "suites.h"

#define MIB (1024 * 1024)
#define SEED FIXTURE_SEED

int transfer_setup_suite(void)
{
    return fixture_start_server();
}

int transfer_teardown_suite(void)
{
    return fixture_stop_server();
}

static void complete(const struct job_id *job)
{
    fixture_wait_state(job, JOB_TRANSFERRED);
    fixture_act(job, JOB_ACTION_COMPLETE);
}

static void test_sizes(void)
{
    static const unsigned int sizes[] = {0, 1, 16384, 65537, 5 * MIB + 3};
    struct job_id job;
    unsigned int i;
    char name[16];

    fixture_begin();
    job = fixture_create_job();
    for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
    {
        snprintf(name, sizeof(name), "size%u", i);
        fixture_add_file(&job, fixture_url("/data/%s?size=%u&seed=%u", name, sizes[i], SEED), name);
    }
    fixture_act(&job, JOB_ACTION_RESUME);
    complete(&job);
    for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
    {
        snprintf(name, sizeof(name), "size%u", i);
        CU_ASSERT(fixture_file_is(name, 0, sizes[i]));
    }
    CU_ASSERT_EQUAL(fixture_info(&job).bytes_transferred, fixture_info(&job).bytes_total);
    fixture_end();
}

static void test_existing_destination_is_replaced(void)
{
    struct job_id job;
    FILE *file;

    fixture_begin();
    CU_ASSERT_PTR_NOT_NULL_FATAL(file = fopen(fixture_path("old"), "w"));
    fputs("old", file);
    fclose(file);
    job = fixture_start_download(fixture_url("/data/old?size=4711&seed=%u", SEED), "old");
    complete(&job);
    CU_ASSERT(fixture_file_is("old", 0, 4711));
    fixture_end();
}

static void add_ranges(const struct job_id *job, const char *url, const char *name, const struct file_range *ranges,
                       uint32_t count)
{
    struct file_request request = {url, name, fixture_path(name), NULL, ranges, count, ENGINE_SIZE_UNKNOWN};

    CU_ASSERT_EQUAL(engine_job_add_files(fixture_engine, job, &request, 1), S_OK);
}

static void test_ranges_back_to_back(void)
{
    static const struct file_range ranges[] = {{5, 100}, {200, 1000}, {90000, ENGINE_SIZE_UNKNOWN}};
    struct job_id job;

    fixture_begin();
    job = fixture_create_job();
    add_ranges(&job, fixture_url("/data/r?size=100000&seed=%u", SEED), "r", ranges, 3);
    fixture_act(&job, JOB_ACTION_RESUME);
    complete(&job);
    CU_ASSERT_EQUAL(fixture_info(&job).bytes_total, 100 + 1000 + 10000);
    CU_ASSERT(fixture_part_is("r", 0, 5, 100));
    CU_ASSERT(fixture_part_is("r", 100, 200, 1000));
    CU_ASSERT(fixture_part_is("r", 1100, 90000, 10000));
    fixture_end();
}

/* What is final: the state, the code, the context and the file, and that resuming tries again. */
static void check_fatal(const char *url, int32_t code, uint32_t context, uint32_t status)
{
    struct job_error error = {0};
    struct job_id job;

    fixture_begin();
    job = fixture_start_download(url, "f");
    fixture_wait_state(&job, JOB_ERROR);
    fixture_wait_events(&job, EVENT_JOB_ERROR);
    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, &job, &error), S_OK);
    CU_ASSERT_EQUAL(error.code, code);
    if (error.code != code)
        fprintf(stderr, "%s: got error %#x, expected %#x\n", url, (unsigned int)error.code, (unsigned int)code);
    CU_ASSERT_EQUAL(error.context, context);
    CU_ASSERT_EQUAL(error.file_index, 0);
    CU_ASSERT_EQUAL(error.http_status, status);
    CU_ASSERT_EQUAL(fixture_info(&job).error_count, 1);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_ERROR);
    CU_ASSERT_EQUAL(fixture_info(&job).error_count, 2);
    fixture_act(&job, JOB_ACTION_CANCEL);
    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, &job, &error), DO_E_ERROR_INFORMATION_UNAVAILABLE);
    fixture_end();
}

static void test_fatal_statuses(void)
{
    static const unsigned int statuses[] = {400, 401, 403, 404, 405, 407, 410, 414, 418};
    unsigned int i;

    for (i = 0; i < sizeof(statuses) / sizeof(*statuses); i++)
        check_fatal(fixture_url("/data/x?size=10&status=%u", statuses[i]), HRESULT_FROM_HTTP(statuses[i]),
                    statuses[i] == 403 ? 5 : 0, statuses[i]);
}

static void test_fatal_responses(void)
{
    check_fatal(fixture_url("/data/x?size=10&seed=1&nolength=1"), DO_E_FILE_SIZE_UNKNOWN_HTTP_200, 0, 200);
    check_fatal(fixture_url("/data/x?size=10&seed=1&chunked=1"), DO_E_FILE_SIZE_UNKNOWN_HTTP_200, 0, 200);
    check_fatal(fixture_url("/data/x?size=10&loop=1"), HRESULT_FROM_WIN32(12156), 0, 302);
}

static void test_untrusted_certificate(void)
{
    check_fatal(fixture_untrusted_url("/data/x?size=10"), HRESULT_FROM_WIN32(12045), 0, 0);
}

static void test_https(void)
{
    struct job_id job;

    fixture_begin();
    job = fixture_start_download(fixture_https_url("/data/tls?size=%u&seed=%u", MIB, SEED), "tls");
    complete(&job);
    CU_ASSERT(fixture_file_is("tls", 0, MIB));
    fixture_end();
}

static void test_https_does_not_fall_back(void)
{
    char target[256];

    snprintf(target, sizeof(target), "%s", fixture_url("/data/plain"));
    check_fatal(fixture_https_url("/data/x?size=10&redirect=%s", target), HRESULT_FROM_WIN32(12040), 0, 302);
}

static void test_ranges_refused_by_the_server(void)
{
    static const struct file_range ranges[] = {{5, 100}};
    static const struct file_range beyond[] = {{50, 100}};
    struct job_error error;
    struct job_id job;

    fixture_begin();
    job = fixture_create_job();
    add_ranges(&job, fixture_url("/data/r?size=1000&seed=1&norange=1"), "r", ranges, 1);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_ERROR);
    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, &job, &error), S_OK);
    CU_ASSERT_EQUAL(error.code, DO_E_INSUFFICIENT_RANGE_SUPPORT);
    fixture_act(&job, JOB_ACTION_CANCEL);

    job = fixture_create_job();
    add_ranges(&job, fixture_url("/data/r?size=100&seed=1"), "r", beyond, 1);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_ERROR);
    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, &job, &error), S_OK);
    CU_ASSERT_EQUAL(error.code, DO_E_INVALID_RANGE);
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

/* What is transient: an error object while the retry is due, none afterwards, and no event of an error. */
static void check_transient(const char *url, uint64_t size, int32_t code)
{
    struct job_error error = {0};
    struct job_id job;

    fixture_begin();
    job = fixture_start_download(url, "t");
    fixture_wait_state(&job, JOB_TRANSIENT_ERROR);
    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, &job, &error), S_OK);
    CU_ASSERT_EQUAL(error.code, code);
    if (error.code != code)
        fprintf(stderr, "%s: got error %#x, expected %#x\n", url, (unsigned int)error.code, (unsigned int)code);
    CU_ASSERT_EQUAL(error.context, 0);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, &job, &error), DO_E_ERROR_INFORMATION_UNAVAILABLE);
    CU_ASSERT(fixture_info(&job).error_count >= 1);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("t", 0, size));
    fixture_end();
}

static void test_transient_statuses(void)
{
    static const unsigned int statuses[] = {408, 429, 500, 502, 503, 504};
    unsigned int i;

    for (i = 0; i < sizeof(statuses) / sizeof(*statuses); i++)
        check_transient(fixture_url("/data/t?size=1000&seed=%u&fail=1&fail_status=%u&key=t%u", SEED, statuses[i],
                                    statuses[i]), 1000, HRESULT_FROM_HTTP(statuses[i]));
}

static void test_broken_bodies(void)
{
    check_transient(fixture_url("/data/t?size=%u&seed=%u&truncate=300000&times=1&key=truncate", MIB, SEED), MIB,
                    HRESULT_FROM_WIN32(12030));
    CU_ASSERT_EQUAL(fixture_bytes_sent("truncate"), MIB);
    check_transient(fixture_url("/data/t?size=%u&seed=%u&reset=300000&times=1&key=reset", MIB, SEED), MIB,
                    HRESULT_FROM_WIN32(12030));
}

static void test_connection_refused(void)
{
    struct job_error error = {0};
    struct job_id job;

    fixture_begin();
    job = fixture_start_download("http://127.0.0.1:1/nobody", "n");
    fixture_wait_state(&job, JOB_TRANSIENT_ERROR);
    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, &job, &error), S_OK);
    CU_ASSERT_EQUAL(error.code, HRESULT_FROM_WIN32(12029));
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

static void test_unknown_host(void)
{
    struct job_error error = {0};
    struct job_id job;

    fixture_begin();
    job = fixture_start_download("http://nobody.invalid/x", "n");
    fixture_wait_state(&job, JOB_TRANSIENT_ERROR);
    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, &job, &error), S_OK);
    CU_ASSERT_EQUAL(error.code, HRESULT_FROM_WIN32(12007));
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

/* The rest comes with another tag: nothing of the first version stays. */
static void test_changed_file_starts_anew(void)
{
    struct job_id job;

    fixture_begin();
    job = fixture_start_download(
        fixture_url("/data/v?size=%u&seed=1&etag=%%22a%%22&etag2=%%22b%%22&seed2=%u&after=1&key=v"
                    "&truncate=400000&times=1", MIB, SEED), "v");
    complete(&job);
    CU_ASSERT(fixture_file_is("v", 0, MIB));
    CU_ASSERT_EQUAL(fixture_requests("v"), 3);
    fixture_end();
}

/* A server that cannot continue: the file is fetched from its beginning. */
static void test_no_ranges_starts_anew(void)
{
    struct job_id job;

    fixture_begin();
    job = fixture_start_download(fixture_url("/data/w?size=%u&seed=%u&norange=1&key=w&truncate=400000&times=1", MIB,
                                             SEED), "w");
    complete(&job);
    CU_ASSERT(fixture_file_is("w", 0, MIB));
    fixture_end();
}

static void test_several_at_once(void)
{
    struct job_id job;
    unsigned int i;
    char name[16];

    fixture_begin();
    job = fixture_create_job();
    for (i = 0; i < 3; i++)
    {
        snprintf(name, sizeof(name), "p%u", i);
        fixture_add_file(&job, fixture_url("/data/%s?size=1000&seed=%u&hold=together&key=together", name, SEED), name);
    }
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_requests("together", 3);   /* none was answered yet: they are under way together */
    fixture_release("together");
    complete(&job);
    CU_ASSERT(fixture_file_is("p2", 0, 1000));
    fixture_end();
}

/* One file is here, the other one waits for its retry: that is no want of room. */
static void test_retry_beside_another_file(void)
{
    struct job_error error = {0};
    struct job_id job;
    unsigned int i;

    fixture_begin();
    job = fixture_create_job();
    fixture_add_file(&job, fixture_url("/data/w1?size=1000&seed=1&hold_at=10&hold=w1"), "w1");
    fixture_add_file(&job, fixture_url("/data/w2?size=1000&seed=1&fail=1&fail_status=503&retry_after=3600&hold=w2"),
                     "w2");
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSFERRING);
    fixture_release("w2");
    for (i = 0; i < FIXTURE_TIMEOUT_MS && !fixture_info(&job).error_count; i++)
        usleep(1000);
    CU_ASSERT_EQUAL(fixture_info(&job).state, JOB_TRANSFERRING);
    fixture_release("w1");
    fixture_wait_state(&job, JOB_TRANSIENT_ERROR);
    CU_ASSERT_EQUAL(fixture_info(&job).files_transferred, 1);
    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, &job, &error), S_OK);
    CU_ASSERT_EQUAL(error.file_index, 1);
    CU_ASSERT_EQUAL(error.http_status, 503);
    fixture_act(&job, JOB_ACTION_RESUME);
    complete(&job);
    fixture_end();
}

static void test_no_progress(void)
{
    struct job_error error = {0};
    struct job_id job;

    fixture_begin();
    job = fixture_create_job();
    fixture_add_file(&job, fixture_url("/data/n?size=1000&seed=1&hold_at=10&hold=n"), "n");
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_NO_PROGRESS_TIMEOUT, 1), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_ERROR);
    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, &job, &error), S_OK);
    CU_ASSERT_EQUAL(error.code, DO_E_DOWNLOAD_NO_PROGRESS);
    fixture_release("n");
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

static void test_another_url(void)
{
    struct job_id job;

    fixture_begin();
    job = fixture_start_download(fixture_url("/data/gone?size=10&status=404"), "u");
    fixture_wait_state(&job, JOB_ERROR);
    CU_ASSERT_EQUAL(engine_file_set_url(fixture_engine, &job, 0, "nonsense"), INET_E_INVALID_URL);
    CU_ASSERT_EQUAL(engine_file_set_url(fixture_engine, &job, 1, fixture_url("/data/u")), E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_file_set_url(fixture_engine, &job, 0, fixture_url("/data/u?size=99&seed=%u", SEED)), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    complete(&job);
    CU_ASSERT(fixture_file_is("u", 0, 99));
    fixture_end();
}

/* The host does not exist: only a proxy can have answered. */
#define ELSEWHERE "http://elsewhere.invalid/data/p?size=1000&seed=7"

static void check_through_proxy(enum proxy_usage usage, const char *list, const char *bypass)
{
    unsigned int before = fixture_requests("proxy");
    struct job_id job = fixture_create_job();

    fixture_add_file(&job, ELSEWHERE, "p");
    CU_ASSERT_EQUAL(engine_job_set_proxy(fixture_engine, &job, usage, list, bypass), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    complete(&job);
    CU_ASSERT(fixture_file_is("p", 0, 1000));
    CU_ASSERT_EQUAL(fixture_requests("proxy"), before + 1);
    CU_ASSERT_EQUAL(unlink(fixture_path("p")), 0);
}

static void check_without_proxy(enum proxy_usage usage, const char *list, const char *bypass)
{
    unsigned int before = fixture_requests("proxy");
    struct job_id job = fixture_create_job();

    fixture_add_file(&job, ELSEWHERE, "p");
    CU_ASSERT_EQUAL(engine_job_set_proxy(fixture_engine, &job, usage, list, bypass), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSIENT_ERROR);
    CU_ASSERT_EQUAL(fixture_requests("proxy"), before);
    fixture_act(&job, JOB_ACTION_CANCEL);
}

static void test_proxy_of_the_job(void)
{
    const char *proxy = fixture_url("%s", "") + strlen("http://");

    fixture_begin();
    check_through_proxy(PROXY_OVERRIDE, proxy, "");
    check_without_proxy(PROXY_OVERRIDE, proxy, "*.invalid");
    fixture_end();
}

static void test_proxy_of_windows_settings(void)
{
    const char *proxy = fixture_url("%s", "") + strlen("http://");
    char list[64];

    fixture_begin();
    snprintf(list, sizeof(list), "http=%s;https=localhost:1", proxy);
    CU_ASSERT_EQUAL(engine_set_system_proxy(fixture_engine, list, "<local>"), S_OK);
    check_through_proxy(PROXY_PRECONFIG, "", "");
    check_through_proxy(PROXY_AUTODETECT, "", "");
    check_without_proxy(PROXY_NONE, "", "");
    CU_ASSERT_EQUAL(engine_set_system_proxy(fixture_engine, list, "elsewhere.*"), S_OK);
    check_without_proxy(PROXY_PRECONFIG, "", "");
    fixture_end();
}

/* Set before the engine has threads, taken away after they are gone. */
static void test_proxy_of_the_environment(void)
{
    CU_ASSERT_EQUAL_FATAL(setenv("http_proxy", fixture_url("%s", ""), 1), 0);
    fixture_begin();
    check_through_proxy(PROXY_PRECONFIG, "", "");
    check_without_proxy(PROXY_NONE, "", "");
    fixture_end();
    unsetenv("http_proxy");
}

static void test_lost_temporary_file(void)
{
    struct job_error error = {0};
    struct job_id job;
    char path[256];
    uint32_t size = sizeof(path);

    fixture_begin();
    job = fixture_start_download(fixture_url("/data/l?size=%u&seed=%u&hold_at=100000&hold=l", MIB, SEED), "l");
    fixture_wait_bytes(&job, 100000);
    fixture_act(&job, JOB_ACTION_SUSPEND);
    fixture_release("l");
    CU_ASSERT_EQUAL_FATAL(engine_file_get_text(fixture_engine, &job, 0, FILE_TEXT_TEMPORARY_NAME, path, &size), S_OK);
    fixture_restart();
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    CU_ASSERT_EQUAL_FATAL(unlink(path), 0);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_ERROR);
    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, &job, &error), S_OK);
    CU_ASSERT_EQUAL(error.code, HRESULT_FROM_WIN32(2));
    fixture_act(&job, JOB_ACTION_RESUME);
    complete(&job);
    CU_ASSERT(fixture_file_is("l", 0, MIB));
    fixture_end();
}

CU_TestInfo transfer_tests[] =
{
    {"files of all sizes", test_sizes},
    {"an existing destination is replaced", test_existing_destination_is_replaced},
    {"ranges are stored back to back", test_ranges_back_to_back},
    {"statuses that are final", test_fatal_statuses},
    {"responses that are final", test_fatal_responses},
    {"an untrusted certificate", test_untrusted_certificate},
    {"HTTPS", test_https},
    {"HTTPS does not fall back to HTTP", test_https_does_not_fall_back},
    {"ranges that the server does not give", test_ranges_refused_by_the_server},
    {"statuses that are transient", test_transient_statuses},
    {"bodies that break off", test_broken_bodies},
    {"connection refused", test_connection_refused},
    {"unknown host", test_unknown_host},
    {"a file that changed starts anew", test_changed_file_starts_anew},
    {"a server without ranges starts anew", test_no_ranges_starts_anew},
    {"several files at once", test_several_at_once},
    {"a retry beside another file", test_retry_beside_another_file},
    {"no progress", test_no_progress},
    {"another URL", test_another_url},
    {"the proxy of a job", test_proxy_of_the_job},
    {"the proxy of Windows' settings", test_proxy_of_windows_settings},
    {"the proxy of the environment", test_proxy_of_the_environment},
    {"a lost temporary file", test_lost_temporary_file},
    CU_TEST_INFO_NULL
};
