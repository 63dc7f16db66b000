/*
 * Tests of files that are fetched over several connections.
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

#include "engine_private.h"
#include "fetch.h"
#include "fixture.h"
#include "host.h"
#include "suites.h"
#include "transfer.h"

#define MIB (1024u * 1024)
#define SIZE (24 * MIB)
#define RATE 4000000u                   /* bytes per second of one connection */

int fetch_setup(void)
{
    return fixture_start_server();
}

int fetch_teardown(void)
{
    return fixture_stop_server();
}

static struct job_id start(enum job_priority priority, const char *url, const char *name)
{
    struct job_id job = fixture_create_job();

    fixture_add_file(&job, url, name);
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_PRIORITY, priority), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    return job;
}

static void finish(const struct job_id *job, const char *name, uint64_t size)
{
    fixture_wait_state(job, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(fixture_info(job).bytes_transferred, size);
    fixture_act(job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is(name, 0, size));
}

/* That no more was sent than that, and what a socket holds of a part that another connection took over. */
static void check_waste(const char *key, uint64_t size, unsigned int cuts)
{
    uint64_t sent = fixture_bytes_sent(key);

    CHECK(sent >= size && sent <= size + cuts * (uint64_t)MIB, "%s: %llu bytes were sent for %llu", key,
          (unsigned long long)sent, (unsigned long long)size);
}

/* One connection would take more than twelve seconds. */
static void test_parallel(void)
{
    uint64_t begin = clock_now_ms(), elapsed;
    struct job_id job;

    fixture_begin();
    job = start(JOB_PRIORITY_FOREGROUND, fixture_url("/data/p?size=%u&rate=%u&key=p", 2 * SIZE, RATE), "p.bin");
    finish(&job, "p.bin", 2 * SIZE);
    elapsed = clock_now_ms() - begin;
    CHECK(elapsed < 4000, "it took %u ms", (unsigned int)elapsed);
    CHECK(fixture_concurrent_maximum("p") > FETCH_GROW_TIMES
          && fixture_concurrent_maximum("p") <= FETCH_MAX_FOREGROUND,
          "%u connections at a time", fixture_concurrent_maximum("p"));
    check_waste("p", 2 * SIZE, fixture_requests("p"));
    fixture_end();
}

/* What one connection brings at once is left to it; and if it becomes slow after that, it does not stay alone. */
static void test_nearby(void)
{
    uint64_t begin;
    struct job_id job;

    fixture_begin();
    job = start(JOB_PRIORITY_FOREGROUND, fixture_url("/data/c?size=%u&rate=40000000&key=c", SIZE), "c.bin");
    finish(&job, "c.bin", SIZE);
    CU_ASSERT_EQUAL(fixture_requests("c"), 1);
    begin = clock_now_ms();
    job = start(JOB_PRIORITY_FOREGROUND,
                fixture_url("/data/t?size=%u&rate_after=%u&rate=%u&key=t", 2 * SIZE, SIZE, RATE), "t.bin");
    finish(&job, "t.bin", 2 * SIZE);
    CHECK(clock_now_ms() - begin < 5000, "it took %u ms", (unsigned int)(clock_now_ms() - begin));
    CHECK(fixture_requests("t") > 1, "%u requests", fixture_requests("t"));
    fixture_end();
}

static bool has_one_connection(const void *id)
{
    unsigned int count = 0;
    struct job *job;

    pthread_mutex_lock(&fixture_engine->lock);
    if ((job = job_find(fixture_engine, id)) && job->files[0]->fetch)
        count = job->files[0]->fetch->count;
    pthread_mutex_unlock(&fixture_engine->lock);
    return count == 1;
}

/* Connections that are tried, and bring nothing because they get no answer, end without one. */
static void test_unanswered(void)
{
    struct job_id job;

    fixture_begin();
    job = start(JOB_PRIORITY_FOREGROUND,
                fixture_url("/data/u?size=%u&rate=%u&hold=u&hold_after=1&key=u", 2 * SIZE, RATE), "u.bin");
    fixture_wait_requests("u", 1 + FETCH_GROW_TIMES - 1);
    CU_ASSERT(fixture_wait_until(has_one_connection, &job));
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_release("u");
    fixture_end();
}

/* A server that is far away is asked for all parts at once, so that none of them is asked for again by the next. */
static void test_far_away(void)
{
    struct job_id job;

    fixture_begin();
    job = start(JOB_PRIORITY_FOREGROUND,
                fixture_url("/data/w?size=%u&rate=%u&delay_ms=100&key=w", 64 * MIB, 2 * RATE), "w.bin");
    finish(&job, "w.bin", 64 * MIB);
    CU_ASSERT_EQUAL(fixture_concurrent_maximum("w"), FETCH_MAX_FOREGROUND);
    CHECK(fixture_requests("w") <= FETCH_MAX_FOREGROUND + 4, "%u requests", fixture_requests("w"));
    check_waste("w", 64 * MIB, 4);
    fixture_end();
}

static void test_background(void)
{
    struct job_id job;

    fixture_begin();
    job = start(JOB_PRIORITY_NORMAL, fixture_url("/data/b?size=%u&rate=%u&key=b", SIZE, RATE), "b.bin");
    finish(&job, "b.bin", SIZE);
    CU_ASSERT_EQUAL(fixture_concurrent_maximum("b"), FETCH_MAX_BACKGROUND);
    fixture_end();
}

/* What fits into a moment is not worth a second connection. */
static void test_small(void)
{
    struct job_id job;

    fixture_begin();
    job = start(JOB_PRIORITY_FOREGROUND,
                fixture_url("/data/s?size=%u&rate=20000000&key=s", FETCH_PARALLEL_MIN - 1), "s.bin");
    finish(&job, "s.bin", FETCH_PARALLEL_MIN - 1);
    CU_ASSERT_EQUAL(fixture_requests("s"), 1);
    CU_ASSERT_EQUAL(fixture_bytes_sent("s"), FETCH_PARALLEL_MIN - 1);
    fixture_end();
}

/* A server without parts is left alone when it says so, and asked once when it does not. */
static void test_no_parts(void)
{
    struct job_id job;
    unsigned int i;
    char key[16];

    for (i = 1; i <= 2; i++)
    {
        fixture_begin();
        snprintf(key, sizeof(key), "n%u", i);
        job = start(JOB_PRIORITY_FOREGROUND,
                    fixture_url("/data/n?size=%u&rate=40000000&norange=1&silent=%u&key=%s", SIZE, i - 1, key), "n.bin");
        finish(&job, "n.bin", SIZE);
        CHECK(fixture_requests(key) == i, "%u requests instead of %u", fixture_requests(key), i);
        check_waste(key, SIZE, 4);      /* of the answer to the second one, what was on its way */
        CU_ASSERT_EQUAL(fixture_info(&job).error_count, 0);
        fixture_end();
    }
}

/* A server that wants one connection of a client only: nobody hears of it, and nothing is lost. */
static void test_refused(void)
{
    struct job_id job;

    fixture_begin();
    job = start(JOB_PRIORITY_FOREGROUND,
                fixture_url("/data/r?size=%u&rate=20000000&after=1&status2=503&key=r", SIZE), "r.bin");
    finish(&job, "r.bin", SIZE);
    CU_ASSERT_EQUAL(fixture_info(&job).error_count, 0);
    CHECK(fixture_requests("r") <= FETCH_GROW_TIMES, "%u requests", fixture_requests("r"));
    CU_ASSERT_EQUAL(fixture_bytes_sent("r"), SIZE);
    fixture_end();
}

/* The parts are of another version than the begin: all of it is the new version, over one connection. */
static void test_changed(void)
{
    struct job_id job;

    fixture_begin();
    job = start(JOB_PRIORITY_FOREGROUND,
                fixture_url("/data/c?size=%u&rate=20000000&seed=9&after=1&seed2=%u&etag2=%%22new%%22&key=c", SIZE,
                            FIXTURE_SEED), "c.bin");
    finish(&job, "c.bin", SIZE);
    fixture_end();
}

/* Connections that break are replaced, and their bytes stay. */
static void test_broken(void)
{
    struct job_id job;

    fixture_begin();
    job = start(JOB_PRIORITY_FOREGROUND,
                fixture_url("/data/x?size=%u&rate=%u&reset=1500000&times=5&key=x", SIZE, RATE), "x.bin");
    finish(&job, "x.bin", SIZE);
    check_waste("x", SIZE, fixture_requests("x"));
    fixture_end();
}

/* The part of a connection that brings nothing any more is taken over by others. */
static void test_stalled(void)
{
    uint64_t begin = clock_now_ms(), elapsed;
    struct job_id job;

    fixture_begin();
    job = start(JOB_PRIORITY_FOREGROUND,
                fixture_url("/data/t?size=%u&rate=%u&stall=1500000&stall_ms=60000&times=1&key=t", SIZE, RATE), "t.bin");
    finish(&job, "t.bin", SIZE);
    elapsed = clock_now_ms() - begin;
    CHECK(elapsed < 15000, "it took %u ms", (unsigned int)elapsed);
    fixture_end();
}

/* Suspended and resumed, and the same with a new engine: every part that is here stays. */
static void test_resumed(void)
{
    struct job_id job;

    fixture_begin();
    job = start(JOB_PRIORITY_FOREGROUND, fixture_url("/data/u?size=%u&rate=%u&key=u", SIZE, RATE), "u.bin");
    fixture_wait_bytes(&job, 6 * MIB);
    fixture_act(&job, JOB_ACTION_SUSPEND);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_bytes(&job, 15 * MIB);
    fixture_restart();
    CHECK(fixture_info(&job).bytes_transferred >= 14 * MIB, "%u bytes are left",
          (unsigned int)fixture_info(&job).bytes_transferred);
    finish(&job, "u.bin", SIZE);
    check_waste("u", SIZE, fixture_requests("u"));
    fixture_end();
}

/* Ranges of a client, each of them large enough for several connections. */
static void test_ranges(void)
{
    const struct file_range ranges[] = {{MIB / 2, 10 * MIB}, {12 * MIB + 1, 10 * MIB}};
    struct file_request request = {.size = ENGINE_SIZE_UNKNOWN, .ranges = ranges, .range_count = COUNT_OF(ranges)};
    struct job_id job;
    uint32_t index;

    fixture_begin();
    job = fixture_create_job();
    request.url = fixture_url("/data/g?size=%u&rate=%u&key=g", SIZE, RATE);
    request.path = request.local_name = fixture_path("g.bin");
    CU_ASSERT_EQUAL(engine_job_add_file(fixture_engine, &job, &request, &index), S_OK);
    CU_ASSERT_EQUAL(engine_job_set_number(fixture_engine, &job, JOB_NUMBER_PRIORITY, JOB_PRIORITY_FOREGROUND), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_part_is("g.bin", 0, MIB / 2, 10 * MIB));
    CU_ASSERT(fixture_part_is("g.bin", 10 * MIB, 12 * MIB + 1, 10 * MIB));
    CHECK(fixture_concurrent_maximum("g") > 2, "%u connections at a time", fixture_concurrent_maximum("g"));
    fixture_end();
}

/* The scheduler may find another connection worth it a moment before the others have made it needless. */
static void test_needless(void)
{
    struct transfer *transfer = NULL;
    struct job_id id;
    struct job *job;

    fixture_begin();
    id = start(JOB_PRIORITY_NORMAL, fixture_url("/data/n?size=%u&hold=n&hold_at=%u&key=n", MIB, MIB / 2), "n.bin");
    fixture_wait_bytes(&id, MIB / 2);
    pthread_mutex_lock(&fixture_engine->lock);
    CU_ASSERT_PTR_NOT_NULL_FATAL(job = job_find(fixture_engine, &id));
    CU_ASSERT_EQUAL(transfer_create(fixture_engine, job->files[0], &transfer), S_FALSE);
    CU_ASSERT_PTR_NULL(transfer);
    CU_ASSERT_EQUAL(job->files[0]->fetch->count, 1);
    pthread_mutex_unlock(&fixture_engine->lock);
    fixture_release("n");
    finish(&id, "n.bin", MIB);
    fixture_end();
}

/* Four large files of one server in the background share what it has to bear. */
static void test_host(void)
{
    struct job_id jobs[4];
    char name[16];
    unsigned int i;

    fixture_begin();
    for (i = 0; i < COUNT_OF(jobs); i++)
    {
        snprintf(name, sizeof(name), "h%u.bin", i);
        jobs[i] = start(JOB_PRIORITY_NORMAL, fixture_url("/data/h?size=%u&rate=%u&key=h", SIZE, RATE), name);
    }
    for (i = 0; i < COUNT_OF(jobs); i++)
    {
        snprintf(name, sizeof(name), "h%u.bin", i);
        finish(&jobs[i], name, SIZE);
    }
    /* The server may hear of the end of one after the begin of the next. */
    CHECK(fixture_concurrent_maximum("h") <= HOST_MAX_BACKGROUND + 3, "%u connections",
          fixture_concurrent_maximum("h"));
    fixture_end();
}

/* A fetch of a file of 64 GiB in the foreground, without a network: what has been received is told by the test. */
struct measured
{
    struct engine engine;               /* nothing of it is used but its limits, of which there are none */
    struct job *job;
    struct file *file;
    struct fetch fetch;
    uint64_t now;
    uint64_t received;
};

static void measured_init(struct measured *measured)
{
    static const struct job_id id;
    static const struct file_request request = {.url = "http://localhost/", .size = 65536ull * MIB};

    memset(measured, 0, sizeof(*measured));
    CU_ASSERT_PTR_NOT_NULL_FATAL(measured->job = job_alloc(&id));
    CU_ASSERT_PTR_NOT_NULL_FATAL(measured->file = file_alloc(&request));
    CU_ASSERT_EQUAL_FATAL(job_append_file(measured->job, measured->file), S_OK);
    measured->job->numbers[JOB_NUMBER_PRIORITY] = JOB_PRIORITY_FOREGROUND;
    measured->file->size = request.size;
    measured->fetch.engine = &measured->engine;
    measured->fetch.file = measured->file;
    fetch_want(&measured->fetch, 1);
    fetch_accepted(&measured->fetch, FETCH_PARTS_GIVEN, 0);
    measured->now = clock_now_ms();
}

static void measured_cleanup(struct measured *measured)
{
    extent_list_cleanup(&measured->fetch.received);
    job_free(measured->job);
}

/* The number stays for ever, or for long. */
static bool measured_is_settled(const struct measured *measured)
{
    return measured->fetch.measure_at == TIME_NEVER
           || measured->fetch.measure_at - measured->fetch.measured_since >= FETCH_GROW_AGAIN_MS;
}

/* Lets each connection bring so many bytes a second, but all of them no more than that, until nothing changes. */
static void measured_run(struct measured *measured, uint64_t rate_of_one, uint64_t rate_of_all)
{
    unsigned int i;

    for (i = 0; i < 100 && !measured_is_settled(measured); i++)
    {
        uint64_t rate = rate_of_one * measured->fetch.wanted, elapsed;

        if (rate > rate_of_all)
            rate = rate_of_all;
        elapsed = measured->fetch.measure_at - measured->fetch.measured_since;
        measured->received += rate * elapsed / 1000;
        CU_ASSERT(extent_list_add(&measured->fetch.received, 0, measured->received));
        measured->now = measured->fetch.measure_at;
        fetch_measure(&measured->fetch, measured->now);
    }
    CU_ASSERT(measured_is_settled(measured));
}

/* As many connections as help, and no more. */
static void test_number(void)
{
    static const struct
    {
        uint64_t rate_of_one, rate_of_all;
        unsigned int wanted;
    }
    rows[] =
    {
        {4 * MIB, 1000 * MIB, FETCH_MAX_FOREGROUND},
        {4 * MIB, 64 * MIB, FETCH_MAX_FOREGROUND},
        {4 * MIB, 32 * MIB, 8},
        {4 * MIB, 16 * MIB, 4},
        {4 * MIB, 4 * MIB, 1},
        {100 * MIB, 100 * MIB, 1},
    };
    struct measured measured;
    unsigned int i;

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        measured_init(&measured);
        measured_run(&measured, rows[i].rate_of_one, rows[i].rate_of_all);
        CHECK(measured.fetch.wanted == rows[i].wanted, "row %u: %u connections", i, measured.fetch.wanted);
        CHECK(measured.fetch.sync_step * measured.fetch.wanted == FETCH_SYNC_MAX, "row %u: %llu bytes not synced", i,
              (unsigned long long)(measured.fetch.sync_step * measured.fetch.wanted));
        measured_cleanup(&measured);
    }
}

CU_TestInfo fetch_tests[] =
{
    {"parallel", test_parallel},
    {"nearby", test_nearby},
    {"unanswered", test_unanswered},
    {"needless", test_needless},
    {"far away", test_far_away},
    {"background", test_background},
    {"small", test_small},
    {"no parts", test_no_parts},
    {"refused", test_refused},
    {"changed", test_changed},
    {"broken", test_broken},
    {"stalled", test_stalled},
    {"resumed", test_resumed},
    {"ranges", test_ranges},
    {"one host", test_host},
    {"number of connections", test_number},
    CU_TEST_INFO_NULL
};
