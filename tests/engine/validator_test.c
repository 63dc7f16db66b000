/*
 * Tests of entity tags and time stamps, and of files that change under way.
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
#include "validator.h"

#define MIB (1024 * 1024)
#define DATE "Mon, 05 Oct 2020 10:00:00 GMT"
#define LATER "Mon, 05 Oct 2020 10:00:01 GMT"

int validator_setup(void)
{
    return fixture_start_server();
}

int validator_teardown(void)
{
    return fixture_stop_server();
}

static void test_differ(void)
{
    static const struct
    {
        const char *etag, *date, *new_etag, *new_date;
        bool differ;
    } rows[] =
    {
        {"\"a\"", DATE, "\"a\"", DATE, false},
        {"\"a\"", DATE, "\"b\"", DATE, true},
        {"\"a\"", DATE, "\"a\"", LATER, false}, /* one of several servers that copied the file at another time */
        {"\"a\"", NULL, "\"a\"", NULL, false},
        {"\"a\"", NULL, "\"b\"", NULL, true},
        {"\"a\"", NULL, "\"A\"", NULL, true},
        {"\"a\"", NULL, "\"a-gzip\"", NULL, true},
        {"\"a\"", DATE, "", DATE, false},
        {"\"a\"", DATE, "", LATER, true},
        {"\"a\"", DATE, "", "", false},
        {"\"a\"", NULL, "", LATER, false},
        {NULL, NULL, "\"b\"", LATER, false},
        {NULL, DATE, "\"b\"", DATE, false},
        {NULL, DATE, "\"b\"", LATER, true},
        {NULL, DATE, "", DATE, false},
        {NULL, DATE, "", LATER, true},
        {NULL, DATE, NULL, NULL, false},
        {"W/\"a\"", NULL, "W/\"b\"", NULL, false},
        {"W/\"a\"", DATE, "W/\"a\"", LATER, true},
        {"W/\"a\"", DATE, "W/\"b\"", DATE, false},
        {"\"a\"", DATE, "W/\"a\"", DATE, false},
        {"\"a\"", DATE, "W/\"a\"", LATER, true},
        {"\"a\"", DATE, "W/\"b\"", DATE, false},
        {"W/\"a\"", DATE, "\"a\"", LATER, true},
        {NULL, NULL, NULL, NULL, false},
    };
    unsigned int i;

    for (i = 0; i < COUNT_OF(rows); i++)
        CHECK(validators_differ(rows[i].etag, rows[i].date, rows[i].new_etag, rows[i].new_date) == rows[i].differ,
              "row %u", i);
}

/* What the first response said stays, so that the fifth is still compared with it. */
static void test_better(void)
{
    CU_ASSERT(etag_is_better(NULL, "\"a\""));
    CU_ASSERT(etag_is_better("", "W/\"a\""));
    CU_ASSERT(etag_is_better("W/\"a\"", "\"a\""));
    CU_ASSERT(!etag_is_better("W/\"a\"", "W/\"b\""));
    CU_ASSERT(!etag_is_better("\"a\"", "\"b\""));
    CU_ASSERT(!etag_is_better("\"a\"", "W/\"a\""));
    CU_ASSERT(!etag_is_better("\"a\"", ""));
    CU_ASSERT(!etag_is_better(NULL, NULL));
    CU_ASSERT(last_modified_is_better(NULL, DATE));
    CU_ASSERT(!last_modified_is_better(DATE, LATER));
    CU_ASSERT(!last_modified_is_better(DATE, ""));
    CU_ASSERT(!last_modified_is_better(NULL, ""));
}

/*
 * A response that breaks off in the middle, and then another one: its content goes on, or, if it is of another version,
 * is fetched from its begin. The second content is that of FIXTURE_SEED in either case.
 */
static void check_second_response(const char *name, const char *first, const char *second, bool restarts)
{
    uint64_t sent;
    struct job_id job;

    fixture_begin();
    job = fixture_start_download(fixture_url("/data/%s?size=%u&seed=%u&seed2=%u&truncate=600000&times=1&after=1"
                                             "&key=%s&%s&%s", name, MIB, restarts ? 99 : FIXTURE_SEED, FIXTURE_SEED,
                                             name, first, second), name);
    CHECK(fixture_wait_end(&job) == JOB_TRANSFERRED, "%s", name);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CHECK(fixture_file_is(name, 0, MIB), "%s", name);
    sent = fixture_bytes_sent(name);
    if (restarts)
        CHECK(sent >= MIB + 600000, "%s: %u bytes", name, (unsigned int)sent);
    else
        CHECK(sent == MIB, "%s: %u bytes", name, (unsigned int)sent);
    fixture_end();
}

static void test_second_response(void)
{
    static const char no_date[] = "last_modified=none&last_modified2=none";

    check_second_response("strong", "etag=%22a%22&etag2=%22b%22", no_date, true);
    check_second_response("same", "etag=%22a%22&etag2=%22a%22", "last_modified=1&last_modified2=2", false);
    check_second_response("weak", "etag=W/%22a%22&etag2=W/%22b%22", "last_modified=1&last_modified2=1", false);
    check_second_response("weakdate", "etag=W/%22a%22&etag2=W/%22a%22", "last_modified=1&last_modified2=2", true);
    check_second_response("appears", "etag=none&etag2=%22b%22", no_date, false);
    check_second_response("vanishes", "etag=%22a%22&etag2=none", no_date, false);
    check_second_response("date", "etag=none&etag2=none", "last_modified=1&last_modified2=2", true);
    check_second_response("samedate", "etag=none&etag2=none", "last_modified=1&last_modified2=1", false);
    check_second_response("weaker", "etag=%22a%22&etag2=W/%22a%22", "last_modified=1&last_modified2=2", true);
}

/* Only its length tells that the file has changed. */
static void test_length(void)
{
    struct job_id job;

    fixture_begin();
    job = fixture_start_download(fixture_url("/data/l?size=%u&seed=99&size2=700000&seed2=%u&truncate=600000&times=1"
                                             "&after=1&etag=none&etag2=none&last_modified=none&last_modified2=none",
                                             MIB, FIXTURE_SEED), "l");
    CU_ASSERT_EQUAL(fixture_wait_end(&job), JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("l", 0, 700000));
    fixture_end();
}

CU_TestInfo validator_tests[] =
{
    {"which responses differ", test_differ},
    {"what is kept of them", test_better},
    {"a second response", test_second_response},
    {"another length", test_length},
    CU_TEST_INFO_NULL
};
