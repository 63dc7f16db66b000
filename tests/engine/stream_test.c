/*
 * Tests of stream.c and stream_api.c: the bytes of files that go to clients' streams.
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
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "result.h"
#include "stream.h"
#include "suites.h"
#include "testserver.h"

#define MIB (1024 * 1024)
#define BIG (64 * MIB)
#define SEED FIXTURE_SEED

/* A client that takes the bytes of a file and compares them with what they should be. */
struct reader
{
    struct job_id job;
    uint32_t index;
    uint64_t taken;
    uint64_t offset;                    /* of the first byte in the content */
    uint64_t seed;
};

static uint8_t chunk[MIB], expected[MIB];

int stream_setup(void)
{
    return fixture_start_server();
}

int stream_teardown(void)
{
    return fixture_stop_server();
}

static void add_stream_file(const struct job_id *job, const char *url, const struct file_range *ranges, uint32_t count)
{
    struct file_request request =
    {
        .url = url, .ranges = ranges, .range_count = count, .size = ENGINE_SIZE_UNKNOWN,
    };
    uint32_t index = fixture_info(job).files_total;

    CU_ASSERT_EQUAL_FATAL(engine_job_add_files(fixture_engine, job, &request, 1), S_OK);
    CU_ASSERT_EQUAL_FATAL(engine_file_set_stream(fixture_engine, job, index), S_OK);
}

static struct reader start_stream(const char *url)
{
    struct reader reader = {.job = fixture_create_job(), .seed = SEED};

    add_stream_file(&reader.job, url, NULL, 0);
    fixture_act(&reader.job, JOB_ACTION_RESUME);
    return reader;
}

/* How many bytes wait, at most `size`; they are compared, and stay there. */
static uint32_t look(struct reader *reader, uint32_t size)
{
    uint32_t count = 0;

    CU_ASSERT_EQUAL_FATAL(engine_stream_read(fixture_engine, &reader->job, reader->index, chunk, size, &count), S_OK);
    CU_ASSERT_FATAL(count <= size);
    testserver_content(reader->seed, reader->offset + reader->taken, expected, count);
    CU_ASSERT_FATAL(!memcmp(chunk, expected, count));
    return count;
}

/* Takes what waits, at most `size` bytes; false when there is nothing. */
static bool take(struct reader *reader, uint32_t size)
{
    uint32_t count = look(reader, size);

    if (!count)
        return false;
    CU_ASSERT_EQUAL_FATAL(engine_stream_taken(fixture_engine, &reader->job, reader->index, count, S_OK), S_OK);
    reader->taken += count;
    return true;
}

static void take_until(struct reader *reader, uint64_t end)
{
    while (reader->taken < end)
    {
        uint64_t rest = end - reader->taken;

        if (!take(reader, rest < sizeof(chunk) ? (uint32_t)rest : sizeof(chunk)))
            fixture_wait_events(&reader->job, EVENT_STREAM_DATA);
    }
}

static struct file_stats get_stats(const struct job_id *job, uint32_t index)
{
    struct file_stats stats;

    CU_ASSERT_EQUAL_FATAL(engine_file_get_stats(fixture_engine, job, index, &stats), S_OK);
    return stats;
}

static bool is_full(const void *context)
{
    const struct reader *reader = context;

    return get_stats(&reader->job, reader->index).bytes_from_http + MIB / 2 >= STREAM_RING_SIZE;
}

static bool is_replaced(const void *context)
{
    const struct reader *reader = context;

    return engine_file_set_stream(fixture_engine, &reader->job, reader->index) == S_OK;
}

static void check_error(const struct job_id *job, int32_t code)
{
    struct job_error error = {0};

    fixture_wait_state(job, JOB_ERROR);
    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, job, &error), S_OK);
    CU_ASSERT_EQUAL(error.code, code);
    CU_ASSERT_EQUAL(error.context, 0);
}

static void finish(struct reader *reader, uint64_t size)
{
    take_until(reader, size);
    fixture_wait_state(&reader->job, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(fixture_info(&reader->job).bytes_transferred, fixture_info(&reader->job).bytes_total);
    CU_ASSERT_EQUAL(look(reader, sizeof(chunk)), 0);
    CU_ASSERT_EQUAL(fixture_count_temporary_files(), 0);
    fixture_act(&reader->job, JOB_ACTION_COMPLETE);
}

/* All lengths of pieces, so that both ends of the ring lie everywhere. */
static void test_ring(void)
{
    struct stream *stream = stream_create();
    uint64_t appended = 0, taken = 0;
    uint32_t random = 1;
    unsigned int i;
    bool tell, wake;

    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    CU_ASSERT_FALSE(stream_append(stream, chunk, 1, &tell));
    CU_ASSERT(stream_make_ring(stream));
    for (i = 0; i < 400; i++)
    {
        size_t length, count;

        random = random * 1664525 + 1013904223;
        length = random >> 8 & (MIB / 2 - 1);
        testserver_content(SEED, appended, chunk, length);
        if (stream_append(stream, chunk, length, &tell))
            appended += length;
        else
            CU_ASSERT(STREAM_RING_SIZE - (appended - taken) < length);
        random = random * 1664525 + 1013904223;
        count = stream_peek(stream, chunk, random >> 8 & (MIB / 2 - 1));
        testserver_content(SEED, taken, expected, count);
        CU_ASSERT_FATAL(!memcmp(chunk, expected, count));
        CU_ASSERT(stream_take(stream, count, &wake));
        taken += count;
        CU_ASSERT_EQUAL(stream_count(stream), appended - taken);
    }
    CU_ASSERT(taken > 10 * STREAM_RING_SIZE);
    CU_ASSERT_FALSE(stream_take(stream, stream_count(stream) + 1, &wake));
    stream_free(stream);
}

/* The reader is told once, and again after it found nothing; the writer is woken when there is much room. */
static void test_ring_tells(void)
{
    struct stream *stream = stream_create();
    bool tell, wake;
    unsigned int i;

    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    CU_ASSERT_FATAL(stream_make_ring(stream));
    CU_ASSERT_FALSE(stream_tell(stream));
    CU_ASSERT(stream_append(stream, chunk, 10, &tell) && tell);
    CU_ASSERT(stream_append(stream, chunk, 10, &tell) && !tell);
    CU_ASSERT_EQUAL(stream_peek(stream, expected, 15), 15);
    CU_ASSERT(stream_take(stream, 15, &wake) && !wake);
    CU_ASSERT(stream_append(stream, chunk, 10, &tell) && !tell);
    CU_ASSERT_EQUAL(stream_peek(stream, expected, 100), 15);
    CU_ASSERT(stream_take(stream, 15, &wake) && !wake);
    CU_ASSERT_EQUAL(stream_peek(stream, expected, 100), 0);
    CU_ASSERT(stream_append(stream, chunk, 10, &tell) && tell);
    stream_untell(stream);
    CU_ASSERT(stream_tell(stream));
    CU_ASSERT_FALSE(stream_tell(stream));
    CU_ASSERT_FALSE(stream_reset(stream, false));
    CU_ASSERT(stream_reset(stream, true));
    CU_ASSERT_EQUAL(stream_count(stream), 0);
    CU_ASSERT_EQUAL(atomic_load(&stream->taken), 0);

    for (i = 0; i < 4; i++)
        CU_ASSERT(stream_append(stream, chunk, MIB, &tell));
    CU_ASSERT_FALSE(stream_append(stream, chunk, 1, &tell));
    CU_ASSERT(stream_is_blocked(stream));
    CU_ASSERT(stream_take(stream, MIB, &wake) && !wake);
    CU_ASSERT(stream_take(stream, MIB, &wake) && wake);
    CU_ASSERT_FALSE(stream_is_blocked(stream));
    CU_ASSERT(stream_reset(stream, false));
    stream_free(stream);
}

static void test_sizes(void)
{
    static const unsigned int sizes[] = {0, 1, 65537, 5 * MIB + 3};
    struct reader reader;
    unsigned int i;

    for (i = 0; i < COUNT_OF(sizes); i++)
    {
        fixture_begin();
        reader = start_stream(fixture_url("/data/s%u?size=%u&seed=%u", i, sizes[i], SEED));
        finish(&reader, sizes[i]);
        fixture_wait_events(&reader.job, EVENT_JOB_TRANSFERRED);
        fixture_end();
    }
}

static void test_second_sink(void)
{
    struct job_id job;

    fixture_begin();
    job = fixture_create_job();
    fixture_add_file(&job, "http://localhost/", "file");
    CU_ASSERT_EQUAL(engine_file_set_stream(fixture_engine, &job, 0), DO_E_FILE_DOWNLOADSINK_ALREADY_SET);
    add_stream_file(&job, "http://localhost/", NULL, 0);
    CU_ASSERT_EQUAL(engine_file_set_stream(fixture_engine, &job, 1), S_OK);
    CU_ASSERT_EQUAL(engine_file_set_path(fixture_engine, &job, 1, "x", fixture_path("x")),
                    DO_E_FILE_DOWNLOADSINK_ALREADY_SET);
    CU_ASSERT_EQUAL(engine_file_set_stream(fixture_engine, &job, 2), E_INVALIDARG);
    fixture_act(&job, JOB_ACTION_CANCEL);
    CU_ASSERT_EQUAL(engine_file_set_stream(fixture_engine, &job, 1), DO_E_INVALID_STATE);
    fixture_end();
}

static void test_sink_is_taken_away(void)
{
    struct file_request request = {.size = ENGINE_SIZE_UNKNOWN};
    struct job_id job;
    uint32_t read = 7;

    fixture_begin();
    CU_ASSERT_EQUAL_FATAL(engine_job_create(fixture_engine, JOB_KIND_DOWNLOAD, "", "S-1-5-21-1", &job), S_OK);
    request.url = fixture_url("/data/t?size=1000&seed=%u", SEED);
    CU_ASSERT_EQUAL_FATAL(engine_job_add_files(fixture_engine, &job, &request, 1), S_OK);
    CU_ASSERT_EQUAL(engine_file_clear_stream(fixture_engine, &job, 0), S_OK);
    CU_ASSERT_EQUAL(engine_file_clear_stream(fixture_engine, &job, 1), E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_file_set_stream(fixture_engine, &job, 0), S_OK);
    CU_ASSERT_EQUAL(engine_file_clear_stream(fixture_engine, &job, 0), S_OK);
    CU_ASSERT_EQUAL(engine_stream_read(fixture_engine, &job, 0, chunk, 10, &read), E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_download_start(fixture_engine, &job, NULL, 0), DO_E_FILE_DOWNLOADSINK_UNSPECIFIED);
    CU_ASSERT_EQUAL(engine_file_set_stream(fixture_engine, &job, 0), S_OK);
    CU_ASSERT_EQUAL(engine_file_clear_stream(fixture_engine, &job, 0), S_OK);
    CU_ASSERT_EQUAL(engine_file_set_path(fixture_engine, &job, 0, "x", fixture_path("x")), S_OK);
    CU_ASSERT_EQUAL(engine_file_clear_stream(fixture_engine, &job, 0), S_OK);
    CU_ASSERT_EQUAL(engine_download_start(fixture_engine, &job, NULL, 0), S_OK);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(engine_file_clear_stream(fixture_engine, &job, 0), DO_E_INVALID_STATE);
    fixture_end();
}

static void test_wrong_calls(void)
{
    struct reader reader;
    uint32_t read = 7;

    fixture_begin();
    reader = start_stream(fixture_url("/data/w?size=100&seed=%u", SEED));
    fixture_wait_events(&reader.job, EVENT_STREAM_DATA);
    CU_ASSERT_EQUAL(engine_file_set_stream(fixture_engine, &reader.job, 0), DO_E_INVALID_STATE);
    CU_ASSERT_EQUAL(engine_file_clear_stream(fixture_engine, &reader.job, 0), DO_E_INVALID_STATE);
    CU_ASSERT_EQUAL(engine_stream_taken(fixture_engine, &reader.job, 0, 101, S_OK), E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_stream_read(fixture_engine, &reader.job, 1, chunk, 10, &read), E_INVALIDARG);
    fixture_add_file(&reader.job, fixture_url("/data/x?size=1"), "x");
    CU_ASSERT_EQUAL(engine_stream_read(fixture_engine, &reader.job, 1, chunk, 10, &read), E_INVALIDARG);
    CU_ASSERT_EQUAL(engine_stream_taken(fixture_engine, &reader.job, 1, 0, S_OK), E_INVALIDARG);
    take_until(&reader, 100);
    fixture_act(&reader.job, JOB_ACTION_CANCEL);
    fixture_end();
}

/* The transfer pauses when the client does not take the bytes; it goes on when there is room. */
static void test_slow_client(void)
{
    struct file_stats stats;
    struct reader reader;
    unsigned int i;

    fixture_begin();
    reader = start_stream(fixture_url("/data/slow?size=%u&seed=%u&key=slow", BIG, SEED));
    CU_ASSERT_FATAL(fixture_wait_until(is_full, &reader));
    CU_ASSERT_EQUAL(fixture_info(&reader.job).state, JOB_TRANSFERRING);
    CU_ASSERT_EQUAL(fixture_info(&reader.job).bytes_transferred, 0);
    for (i = 0; i < 8; i++)
    {
        take_until(&reader, (i + 1) * 700000);
        stats = get_stats(&reader.job, 0);
        CU_ASSERT(stats.bytes_from_http - stats.bytes_transferred <= STREAM_RING_SIZE);
        CU_ASSERT_EQUAL(stats.bytes_transferred, reader.taken);
    }
    CU_ASSERT_EQUAL(stats.http_connections, 1);
    CU_ASSERT_EQUAL(stats.status, FILE_STATUS_DOWNLOADING);
    finish(&reader, BIG);
    CU_ASSERT_EQUAL(fixture_requests("slow"), 1);
    fixture_end();
}

/* Connections that break, and suspensions of a job whose ring is full, empty or between. */
static void test_no_gap_and_no_repetition(void)
{
    struct reader reader;
    uint64_t mark = 0;
    unsigned int i;

    fixture_begin();
    reader = start_stream(fixture_url("/data/drop?size=%u&seed=%u&key=drop&reset=5000000&times=12", BIG, SEED));
    for (i = 0; i < 8; i++)
    {
        mark += 3000000 + i * 654321;
        take_until(&reader, mark);
        if (fixture_info(&reader.job).state == JOB_TRANSFERRED)
            break;
        fixture_act(&reader.job, JOB_ACTION_SUSPEND);
        CU_ASSERT_EQUAL(look(&reader, sizeof(chunk)), 0);
        CU_ASSERT_EQUAL(fixture_info(&reader.job).bytes_transferred, reader.taken);
        fixture_act(&reader.job, JOB_ACTION_RESUME);
    }
    finish(&reader, BIG);
    CU_ASSERT(fixture_requests("drop") >= 9);
    CU_ASSERT(get_stats(&reader.job, 0).bytes_from_http >= BIG);
    fixture_end();
}

static void test_nothing_while_suspended(void)
{
    struct reader reader;

    fixture_begin();
    reader = start_stream(fixture_url("/data/p?size=%u&seed=%u&key=p", MIB, SEED));
    fixture_wait_events(&reader.job, EVENT_STREAM_DATA);
    CU_ASSERT(look(&reader, 1) == 1);
    fixture_act(&reader.job, JOB_ACTION_SUSPEND);
    CU_ASSERT_EQUAL(look(&reader, sizeof(chunk)), 0);
    fixture_act(&reader.job, JOB_ACTION_RESUME);
    fixture_wait_events(&reader.job, EVENT_STREAM_DATA);
    finish(&reader, MIB);
    fixture_end();
}

static void test_ranges(void)
{
    static const struct file_range ranges[] = {{0, 100}, {200, 1000}, {5000, ENGINE_SIZE_UNKNOWN}};
    struct reader reader = {.seed = SEED};

    fixture_begin();
    reader.job = fixture_create_job();
    add_stream_file(&reader.job, fixture_url("/data/r?size=%u&seed=%u", MIB, SEED), ranges, 3);
    fixture_act(&reader.job, JOB_ACTION_RESUME);
    take_until(&reader, 100);
    reader.offset = 100;
    take_until(&reader, 1100);
    reader.offset = 5000 - 1100;
    finish(&reader, 1100 + MIB - 5000);
    fixture_end();
}

/* Bytes of a 200 that the client has already are skipped when a validator says that they are the same. */
static void test_whole_answer_is_skipped(void)
{
    struct reader reader;

    fixture_begin();
    reader = start_stream(fixture_url("/data/n?size=%u&seed=%u&key=n&norange=1&reset=600000&times=1", MIB, SEED));
    finish(&reader, MIB);
    CU_ASSERT_EQUAL(fixture_requests("n"), 2);
    CU_ASSERT(get_stats(&reader.job, 0).bytes_from_http > MIB);
    fixture_end();
}

static void test_whole_answer_without_validator(void)
{
    struct reader reader;

    fixture_begin();
    reader = start_stream(fixture_url("/data/n?size=%u&seed=%u&norange=1&reset=600000&times=1&etag=none"
                                      "&last_modified=none&hold_at=500000&hold=nv", MIB, SEED));
    take_until(&reader, 100000);
    fixture_release("nv");
    check_error(&reader.job, DO_E_INSUFFICIENT_RANGE_SUPPORT);
    fixture_act(&reader.job, JOB_ACTION_CANCEL);
    fixture_end();
}

static void test_changed_content(void)
{
    struct reader reader;

    fixture_begin();
    reader = start_stream(fixture_url("/data/c?size=%u&seed=%u&reset=600000&times=1&after=1&seed2=9&etag2=%%22new%%22"
                                      "&hold_at=500000&hold=cc", MIB, SEED));
    take_until(&reader, 100000);
    fixture_release("cc");
    check_error(&reader.job, HRESULT_FROM_WIN32(12152));
    fixture_act(&reader.job, JOB_ACTION_CANCEL);
    fixture_end();
}

/* As long as the client has seen nothing, the new version is what it gets. */
static void test_changed_content_unseen(void)
{
    struct reader reader;

    fixture_begin();
    reader = start_stream(fixture_url("/data/u?size=%u&seed=%u&reset=600000&times=1&after=1&seed2=9&etag2=%%22new%%22"
                                      "&key=u", MIB, SEED));
    fixture_wait_requests("u", 3);
    reader.seed = 9;
    finish(&reader, MIB);
    fixture_end();
}

/* The bytes that the client could not take come again. */
static void test_client_fails(void)
{
    struct reader reader;

    fixture_begin();
    reader = start_stream(fixture_url("/data/f?size=%u&seed=%u", MIB, SEED));
    take_until(&reader, 300000);
    while (!look(&reader, 1000))
        fixture_wait_events(&reader.job, EVENT_STREAM_DATA);
    CU_ASSERT_EQUAL(engine_stream_taken(fixture_engine, &reader.job, 0, 0, E_ACCESSDENIED), S_OK);
    check_error(&reader.job, E_ACCESSDENIED);
    fixture_wait_events(&reader.job, EVENT_JOB_ERROR);
    CU_ASSERT_EQUAL(look(&reader, 1000), 0);
    CU_ASSERT_EQUAL(fixture_info(&reader.job).bytes_transferred, 300000);
    fixture_act(&reader.job, JOB_ACTION_RESUME);
    finish(&reader, MIB);
    fixture_end();
}

static void test_client_is_replaced(void)
{
    struct reader reader;

    fixture_begin();
    reader = start_stream(fixture_url("/data/g?size=%u&seed=%u", MIB, SEED));
    take_until(&reader, 300000);
    CU_ASSERT_EQUAL(engine_file_set_stream(fixture_engine, &reader.job, 0), DO_E_INVALID_STATE);
    CU_ASSERT_EQUAL(engine_stream_taken(fixture_engine, &reader.job, 0, 0, E_FAIL), S_OK);
    check_error(&reader.job, E_FAIL);
    CU_ASSERT_FATAL(fixture_wait_until(is_replaced, &reader)); /* the transfer may just be ending */
    CU_ASSERT_EQUAL(fixture_info(&reader.job).bytes_transferred, 0);
    fixture_act(&reader.job, JOB_ACTION_RESUME);
    reader.taken = 0;
    finish(&reader, MIB);
    fixture_end();
}

static void test_restart(void)
{
    struct reader reader;

    fixture_begin();
    reader = start_stream(fixture_url("/data/e?size=%u&seed=%u", 8 * MIB, SEED));
    take_until(&reader, 300000);
    fixture_restart();
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &reader.job), S_OK);
    check_error(&reader.job, DO_E_FILE_DOWNLOADSINK_UNSPECIFIED);
    CU_ASSERT_EQUAL(fixture_info(&reader.job).bytes_transferred, 0);
    CU_ASSERT_EQUAL(engine_job_act(fixture_engine, &reader.job, JOB_ACTION_RESUME), DO_E_LOCALPATH_NOT_SET);
    CU_ASSERT_EQUAL(engine_file_set_stream(fixture_engine, &reader.job, 0), S_OK);
    fixture_act(&reader.job, JOB_ACTION_RESUME);
    reader.taken = 0;
    take_until(&reader, 8 * MIB);
    fixture_wait_state(&reader.job, JOB_TRANSFERRED);
    fixture_restart();                  /* what the client has taken is done with */
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &reader.job), S_OK);
    CU_ASSERT_EQUAL(fixture_info(&reader.job).state, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(fixture_info(&reader.job).bytes_transferred, 8 * MIB);
    fixture_act(&reader.job, JOB_ACTION_COMPLETE);
    fixture_end();
}

/* Six files of 8 MiB: four rings are all there is. */
static void test_many_streams(void)
{
    struct reader readers[6];
    uint64_t held;
    unsigned int i;

    fixture_begin();
    memset(readers, 0, sizeof(readers));
    readers[0].job = fixture_create_job();
    for (i = 0; i < COUNT_OF(readers); i++)
    {
        add_stream_file(&readers[0].job, fixture_url("/data/m%u?size=%u&seed=%u", i, 8 * MIB, SEED), NULL, 0);
        readers[i] = (struct reader){.job = readers[0].job, .index = i, .seed = SEED};
    }
    fixture_act(&readers[0].job, JOB_ACTION_RESUME);
    for (i = 0; i < JOB_MAX_RINGS; i++)
        CU_ASSERT_FATAL(fixture_wait_until(is_full, &readers[i]));
    for (i = 0, held = 0; i < COUNT_OF(readers); i++)
        held += get_stats(&readers[0].job, i).bytes_from_http;
    CU_ASSERT(held <= JOB_MAX_RINGS * STREAM_RING_SIZE);
    fixture_act(&readers[0].job, JOB_ACTION_SUSPEND);
    fixture_act(&readers[0].job, JOB_ACTION_RESUME);
    for (i = 0; i < COUNT_OF(readers); i++)
        take_until(&readers[i], 8 * MIB);
    fixture_wait_state(&readers[0].job, JOB_TRANSFERRED);
    fixture_act(&readers[0].job, JOB_ACTION_COMPLETE);
    fixture_end();
}

/* With a transfer that waits for room. */
static void test_end_in_the_middle(void)
{
    struct reader reader;
    unsigned int i;

    for (i = 0; i < 3; i++)
    {
        fixture_begin();
        reader = start_stream(fixture_url("/data/z?size=%u&seed=%u", 8 * MIB, SEED));
        CU_ASSERT_FATAL(fixture_wait_until(is_full, &reader));
        if (i < 2)
            fixture_act(&reader.job, i ? JOB_ACTION_CANCEL : JOB_ACTION_COMPLETE);
        else
            fixture_restart();
        if (i == 2)
            CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &reader.job), S_OK);
        if (i == 2)
            fixture_act(&reader.job, JOB_ACTION_CANCEL);
        fixture_end();
    }
}

CU_TestInfo stream_tests[] =
{
    {"the ring keeps the order", test_ring},
    {"the ring tells both sides", test_ring_tells},
    {"streams of all sizes", test_sizes},
    {"a second sink of another kind", test_second_sink},
    {"a sink that is taken away", test_sink_is_taken_away},
    {"wrong calls", test_wrong_calls},
    {"a slow client", test_slow_client},
    {"no gap and no repetition", test_no_gap_and_no_repetition},
    {"nothing while suspended", test_nothing_while_suspended},
    {"ranges one after another", test_ranges},
    {"a whole answer to the rest is skipped", test_whole_answer_is_skipped},
    {"a whole answer without a validator", test_whole_answer_without_validator},
    {"content that changed", test_changed_content},
    {"content that changed before it was seen", test_changed_content_unseen},
    {"a client that fails", test_client_fails},
    {"a client that is replaced", test_client_is_replaced},
    {"a restart", test_restart},
    {"many streams in one job", test_many_streams},
    {"the end in the middle", test_end_in_the_middle},
    CU_TEST_INFO_NULL
};
