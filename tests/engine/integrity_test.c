/*
 * Tests of checks while files come: pieces that are wrong, and piece hash files that are of no use.
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

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"
#include "piece_hashes.h"
#include "policy_list.h"
#include "result.h"
#include "suites.h"
#include "testserver.h"

#define MIB (1024 * 1024)
#define PIECE 65536u
#define PIECES 64u
#define SIZE (PIECES * PIECE - 1000)    /* the last piece is short */

int integrity_setup(void)
{
    return fixture_start_server();
}

int integrity_teardown(void)
{
    return fixture_stop_server();
}

/* The server's counts go on from test to test: each has keys of its own. */
static unsigned int test_number;

static const char *key(const char *name)
{
    static char keys[4][32];
    static unsigned int turn;
    char *buffer = keys[turn++ % COUNT_OF(keys)];

    snprintf(buffer, sizeof(keys[0]), "%s%u", name, test_number);
    return buffer;
}

static void begin(void)
{
    test_number++;
    fixture_config.retry_delay_ms = 10;
    fixture_begin();
}

static const char *hash_of(uint64_t seed, uint64_t size, uint32_t piece_size)
{
    static char hash[45];
    char *text;

    CU_ASSERT_PTR_NOT_NULL_FATAL(text = testserver_pieces(seed, size, piece_size, hash));
    free(text);
    return hash;
}

/* The client says where the hashes are, and what the hash over them is, unless that is NULL. */
static void set_info(const struct job_id *job, const char *url, const char *hash, bool mandatory)
{
    char text[1024];

    if (hash)
        snprintf(text, sizeof(text), "{\"PiecesHashFileUrl\":\"%s\",\"HashOfHashes\":\"%s\"}", url, hash);
    else
        snprintf(text, sizeof(text), "{\"PiecesHashFileUrl\":\"%s\"}", url);
    CU_ASSERT_EQUAL_FATAL(engine_file_set_text(fixture_engine, job, 0, FILE_TEXT_INTEGRITY_INFO, text), S_OK);
    CU_ASSERT_EQUAL_FATAL(engine_file_set_number(fixture_engine, job, 0, FILE_NUMBER_INTEGRITY_MANDATORY, mandatory),
                          S_OK);
}

static const char *hashes_url(void)
{
    return fixture_url("/data/h?key=%s&size=%u&pieces=%u", key("hashes"), SIZE, PIECE);
}

static const char *content_url(const char *more)
{
    return fixture_url("/data/f?key=%s&size=%u%s", key("content"), SIZE, more);
}

static struct job_id make_job(const char *url, const char *info_url, bool mandatory)
{
    struct job_id job = fixture_create_job();

    fixture_add_file(&job, url, "file");
    set_info(&job, info_url, NULL, mandatory);
    return job;
}

static struct job_id start_job(const char *url, const char *info_url, bool mandatory)
{
    struct job_id job = make_job(url, info_url, mandatory);

    fixture_act(&job, JOB_ACTION_RESUME);
    return job;
}

static struct job_error get_error(const struct job_id *job)
{
    struct job_error error = {0};

    CU_ASSERT_EQUAL_FATAL(engine_job_get_error(fixture_engine, job, &error), S_OK);
    return error;
}

/* The job ends well, with the right bytes, and the server sent so many for it. */
static void check_good(const struct job_id *job, uint64_t bytes)
{
    CU_ASSERT_EQUAL(fixture_wait_end(job), JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(fixture_info(job).bytes_transferred, SIZE);
    fixture_act(job, JOB_ACTION_COMPLETE);
    CU_ASSERT_TRUE(fixture_file_is("file", 0, SIZE));
    CHECK(fixture_bytes_sent(key("content")) == bytes, "%llu bytes",
          (unsigned long long)fixture_bytes_sent(key("content")));
}

static void check_failed(const struct job_id *job, int32_t code)
{
    CU_ASSERT_EQUAL_FATAL(fixture_wait_end(job), JOB_ERROR);
    CHECK(get_error(job).code == code, "got %#x", (unsigned int)get_error(job).code);
    fixture_act(job, JOB_ACTION_CANCEL);
    CU_ASSERT_FALSE(fixture_exists("file"));
}

static void test_good(void)
{
    struct job_id job;

    begin();
    job = fixture_create_job();
    fixture_add_file(&job, content_url(""), "file");
    set_info(&job, hashes_url(), hash_of(FIXTURE_SEED, SIZE, PIECE), true);
    fixture_act(&job, JOB_ACTION_RESUME);
    check_good(&job, SIZE);
    CU_ASSERT_EQUAL(fixture_requests(key("hashes")), 1);
    fixture_end();
}

static void check_size(uint64_t size, uint32_t piece)
{
    struct job_id job = fixture_create_job();

    fixture_add_file(&job, fixture_url("/data/s?size=%llu", (unsigned long long)size), "size");
    set_info(&job, fixture_url("/data/h?size=%llu&pieces=%u", (unsigned long long)size, piece),
             hash_of(FIXTURE_SEED, size, piece), true);
    fixture_act(&job, JOB_ACTION_RESUME);
    CHECK(fixture_wait_end(&job) == JOB_TRANSFERRED, "%llu bytes", (unsigned long long)size);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CHECK(fixture_file_is("size", 0, size), "%llu bytes", (unsigned long long)size);
    unlink(fixture_path("size"));
}

static void test_sizes(void)
{
    static const uint64_t sizes[] = {0, 1, PIECE - 1, PIECE, PIECE + 1, MIB - 1, MIB, MIB + 1, 5 * MIB + 12345};
    unsigned int i;

    begin();
    for (i = 0; i < COUNT_OF(sizes); i++)
        check_size(sizes[i], PIECE);
    check_size(3 * MIB + 1, MIB);
    check_size(MIB, PIECE_SIZE_MIN);
    fixture_end();
}

/*
 * One bit in one of a thousand pieces, in all of them, once or always: what comes of it, how much is fetched twice, and
 * which piece is blamed. One connection, which a limit brings about, leaves no bytes on their way for nothing.
 */
static void test_thousand_pieces(void)
{
    const uint32_t piece = PIECE_SIZE_MIN, size = 1000 * piece;
    const struct engine_policy limit = {.id = POLICY_MAX_BACKGROUND, .number = 4000000};
    const struct
    {
        const char *more;
        bool good;
        uint64_t sent;
        const char *logged;
    } cases[] =
    {
        {"", true, size, NULL},
        {"&times=1&flip=5000000", true, size + piece, "Piece 305 of "},
        {"&times=1&flip_every=16384", true, 2 * (uint64_t)size, "Piece 999 of "},
        {"&flip=5000000", false, size + 3 * piece, "Piece 305 of "},
    };
    struct job_id job;
    unsigned int i;

    for (i = 0; i < COUNT_OF(cases); i++)
    {
        begin();
        CU_ASSERT_EQUAL_FATAL(engine_set_policies(fixture_engine, &limit, 1), S_OK);
        job = start_job(fixture_url("/data/f?key=%s&size=%u%s", key("content"), size, cases[i].more),
                        fixture_url("/data/h?size=%u&pieces=%u", size, piece), true);
        CHECK(fixture_wait_end(&job) == (cases[i].good ? JOB_TRANSFERRED : JOB_ERROR), "%s", cases[i].more);
        CHECK(fixture_bytes_sent(key("content")) == cases[i].sent, "%s: %llu bytes", cases[i].more,
              (unsigned long long)fixture_bytes_sent(key("content")));
        CHECK(fixture_logged(cases[i].logged ? cases[i].logged : "Piece ") == (cases[i].logged != NULL), "%s",
              cases[i].more);
        if (cases[i].good)
        {
            fixture_act(&job, JOB_ACTION_COMPLETE);
            CU_ASSERT_TRUE(fixture_file_is("file", 0, size));
        }
        else
            fixture_act(&job, JOB_ACTION_CANCEL);
        fixture_end();
    }
}

/* A hundred files of any size, with pieces of any size. */
static void test_many_sizes(void)
{
    uint32_t random = 20260601;
    unsigned int i;

    begin();
    for (i = 0; i < 100; i++)
    {
        uint64_t size;
        uint32_t piece;

        random = random * 1664525 + 1013904223;
        piece = PIECE_SIZE_MIN << (random >> 28) % 5;
        size = (random >> 4) % (i % 10 ? 300000 : 3000000) * (i % 7 != 0);
        check_size(i % 5 ? size : size / piece * piece + i % 3, piece);
    }
    fixture_end();
}

/* One bit of one piece, the first time. */
static void test_bad_once(void)
{
    struct job_id job;

    begin();
    job = start_job(content_url("&times=1&flip=1000000"), hashes_url(), true);
    check_good(&job, SIZE + PIECE);
    CU_ASSERT_TRUE(fixture_logged("Piece 15 of "));
    CU_ASSERT_FALSE(fixture_logged("Piece 16 of "));
    fixture_end();
}

/* The same without the client's insistence; and of the last piece, which is short. */
static void test_bad_once_not_mandatory(void)
{
    char more[64];
    struct job_id job;

    begin();
    snprintf(more, sizeof(more), "&times=1&flip=%u", SIZE - 1);
    job = start_job(content_url(more), hashes_url(), false);
    check_good(&job, SIZE + PIECE - 1000);
    CU_ASSERT_TRUE(fixture_logged("Piece 63 of "));
    fixture_end();
}

/* Of every piece the first time: everything comes twice. */
static void test_all_bad_once(void)
{
    char more[64];
    struct job_id job;

    begin();
    snprintf(more, sizeof(more), "&times=1&flip_every=%u", PIECE);
    job = start_job(content_url(more), hashes_url(), true);
    check_good(&job, 2 * SIZE);
    fixture_end();
}

/* A piece that stays bad is fetched four times in all, in any mode. */
static void check_bad_always(bool mandatory)
{
    struct job_id job;

    begin();
    job = start_job(content_url("&flip=1000000"), hashes_url(), mandatory);
    check_failed(&job, DO_E_BAD_PIECE_HASH);
    CHECK(fixture_bytes_sent(key("content")) == SIZE + 3 * PIECE, "%llu bytes",
          (unsigned long long)fixture_bytes_sent(key("content")));
    fixture_end();
}

static void test_bad_always(void)
{
    check_bad_always(true);
    check_bad_always(false);
}

static void test_all_bad_always(void)
{
    char more[64];
    struct job_id job;

    begin();
    snprintf(more, sizeof(more), "&flip_every=%u", PIECE);
    job = start_job(content_url(more), hashes_url(), true);
    check_failed(&job, DO_E_BAD_PIECE_HASH);
    fixture_end();
}

/* The client may try again: what was good is not fetched again. */
static void test_resume_after_bad(void)
{
    struct job_id job;

    begin();
    job = start_job(content_url("&times=4&flip=1000000"), hashes_url(), true);
    CU_ASSERT_EQUAL_FATAL(fixture_wait_end(&job), JOB_ERROR);
    CU_ASSERT_EQUAL(get_error(&job).code, DO_E_BAD_PIECE_HASH);
    fixture_act(&job, JOB_ACTION_RESUME);
    check_good(&job, SIZE + 4 * PIECE);
    CU_ASSERT_EQUAL(fixture_requests(key("hashes")), 1);
    fixture_end();
}

/* A server that gives no parts gives everything again, and the error is that of the piece. */
static void test_no_ranges(void)
{
    struct job_id job;

    begin();
    job = start_job(content_url("&norange=1&times=1&flip=0"), hashes_url(), true);
    CU_ASSERT_EQUAL(fixture_wait_end(&job), JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT_TRUE(fixture_file_is("file", 0, SIZE));
    unlink(fixture_path("file"));
    job = start_job(fixture_url("/data/g?size=%u&norange=1&flip=1000000", SIZE), hashes_url(), true);
    check_failed(&job, DO_E_BAD_PIECE_HASH);
    fixture_end();
}

/* A server that comes to know the file in the meantime, and one that never does. */
static void test_absent(void)
{
    char text[1024];
    uint32_t size = sizeof(text);
    struct job_error error;
    struct job_id job;

    begin();
    job = start_job(content_url(""),
                    fixture_url("/data/h?key=late&size=%u&pieces=%u&fail=4&fail_status=404", SIZE, PIECE), true);
    check_good(&job, SIZE);
    CU_ASSERT_EQUAL(fixture_requests("late"), 5);
    unlink(fixture_path("file"));

    job = start_job(fixture_url("/data/f?key=never_content&size=%u", SIZE), fixture_url("/data/h?key=never&status=404"),
                    true);
    CU_ASSERT_EQUAL_FATAL(fixture_wait_end(&job), JOB_ERROR);
    error = get_error(&job);
    CU_ASSERT_EQUAL(error.code, DO_E_INTEGRITYCHECKINFO_UNAVAILABLE);
    CU_ASSERT_EQUAL(error.cause, RESULT(0x80190194u));
    CU_ASSERT_EQUAL(error.http_status, 404);
    CU_ASSERT_EQUAL(fixture_requests("never"), 5);
    CU_ASSERT_EQUAL(fixture_requests("never_content"), 0);
    CU_ASSERT_EQUAL_FATAL(engine_job_get_text(fixture_engine, &job, JOB_TEXT_EXTENDED_ERROR, text, &size), S_OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"Cause\":\"0x80190194\""));
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

struct useless_case
{
    const char *url;                    /* after the size and the pieces, or instead of them */
    int32_t code;
    int32_t cause;
    bool whole;                         /* the URL says everything */
};

static const struct useless_case useless_cases[] =
{
    {"/data/h?status=403", DO_E_INTEGRITYCHECKINFO_UNAVAILABLE, RESULT(0x80190193u), true},
    {"/data/h?status=503", DO_E_INTEGRITYCHECKINFO_UNAVAILABLE, RESULT(0x801901f7u), true},
    {"/data/dropped?drop=99", DO_E_INTEGRITYCHECKINFO_UNAVAILABLE, RESULT(0x80072efeu), true},
    {"/data/h?size=1000", DO_E_METAINFO_CONTENT, S_OK, true},
    {"/data/h?size=0", DO_E_METAINFO_FILE_SIZE, S_OK, true},
    {"/data/h?size=67108865", DO_E_METAINFO_FILE_SIZE, DO_E_METAINFO_FILE_SIZE, true},
    {"/data/h?size=1000&nolength=1", DO_E_METAINFO_FILE_SIZE, DO_E_FILE_SIZE_UNKNOWN_HTTP_200, true},
    {"/data/h?size=1000&pieces=512", DO_E_METAINFO_PIECE_SIZE, S_OK, true},
    {"/data/h?size=4000000&pieces=65536", DO_E_METAINFO_CONTENT_LENGTH, S_OK, true},
};

static void check_useless(const struct useless_case *row, unsigned int number)
{
    struct job_id job;

    /* Who insists gets the code ... */
    job = start_job(fixture_url("/data/f?key=useless%u&size=%u", number, SIZE), fixture_url("%s", row->url), true);
    CU_ASSERT_EQUAL_FATAL(fixture_wait_end(&job), JOB_ERROR);
    CHECK(get_error(&job).code == row->code, "got %#x for row %u", (unsigned int)get_error(&job).code, number);
    CHECK(get_error(&job).cause == row->cause, "got %#x for row %u", (unsigned int)get_error(&job).cause, number);
    fixture_act(&job, JOB_ACTION_CANCEL);
    /* ... and who does not, the file. */
    job = start_job(fixture_url("/data/f?size=%u", SIZE), fixture_url("%s", row->url), false);
    CHECK(fixture_wait_end(&job) == JOB_TRANSFERRED, "row %u", number);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CHECK(fixture_file_is("file", 0, SIZE), "row %u", number);
    unlink(fixture_path("file"));
}

static void test_useless(void)
{
    unsigned int i;

    begin();
    for (i = 0; i < COUNT_OF(useless_cases); i++)
        check_useless(&useless_cases[i], i);
    fixture_end();
}

/* Without hashes nothing is known to be bad, and the file is as the server has it. */
static void test_unchecked(void)
{
    struct job_id job;

    begin();
    job = start_job(content_url("&flip=5"), fixture_url("/data/h?key=%s&status=404", key("hashes")), false);
    CU_ASSERT_EQUAL(fixture_wait_end(&job), JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT_TRUE(fixture_part_is("file", 6, 6, SIZE - 6));
    CU_ASSERT_FALSE(fixture_part_is("file", 5, 5, 1));
    CU_ASSERT_EQUAL(fixture_requests(key("hashes")), 1);
    fixture_end();
}

/* The client's own hash decides, whatever the piece hash file says of itself. */
static void test_other_hashes(void)
{
    struct job_id job;

    begin();
    job = fixture_create_job();
    fixture_add_file(&job, content_url(""), "file");
    set_info(&job, fixture_url("/data/h?size=%u&pieces=%u&seed=8", SIZE, PIECE), hash_of(FIXTURE_SEED, SIZE, PIECE),
             true);
    fixture_act(&job, JOB_ACTION_RESUME);
    check_failed(&job, DO_E_METAINFO_HOH_MATCH);
    job = start_job(content_url(""), fixture_url("/data/h?size=%u&pieces=%u&seed=8", SIZE, PIECE), true);
    check_failed(&job, DO_E_BAD_PIECE_HASH);
    fixture_end();
}

/* What the client, or later the server, says of the size. */
static void test_length(void)
{
    struct job_id job;

    begin();
    job = make_job(content_url(""), hashes_url(), true);
    CU_ASSERT_EQUAL(engine_file_set_number(fixture_engine, &job, 0, FILE_NUMBER_TOTAL_SIZE, SIZE - 1), S_OK);
    fixture_act(&job, JOB_ACTION_RESUME);
    check_failed(&job, DO_E_METAINFO_CONTENT_LENGTH);
    CU_ASSERT_EQUAL(fixture_requests(key("content")), 0);
    job = start_job(fixture_url("/data/f?size=%u", SIZE + 1), hashes_url(), true);
    check_failed(&job, DO_E_METAINFO_CONTENT_LENGTH);
    fixture_end();
}

/* Ranges that begin and end anywhere: the whole pieces come, and what is wanted stays. */
static void check_ranges(const struct file_range *ranges, uint32_t count, uint64_t bytes, uint64_t flip,
                         unsigned int requests)
{
    struct file_request request =
    {
        .local_name = "C:\\file", .path = fixture_path("file"), .ranges = ranges, .range_count = count,
        .size = ENGINE_SIZE_UNKNOWN,
    };
    struct job_id job = fixture_create_job();
    uint64_t offset = 0, length, before = fixture_bytes_sent(key("content"));
    struct file_info info;
    char more[64] = "";
    uint32_t i;

    if (flip)
        snprintf(more, sizeof(more), "&times=%u&flip=%llu", fixture_requests(key("content")) + requests,
                 (unsigned long long)flip);
    request.url = content_url(more);
    CU_ASSERT_EQUAL_FATAL(engine_job_add_files(fixture_engine, &job, &request, 1), S_OK);
    set_info(&job, hashes_url(), NULL, true);
    fixture_act(&job, JOB_ACTION_RESUME);
    CU_ASSERT_EQUAL(fixture_wait_end(&job), JOB_TRANSFERRED);
    CU_ASSERT_EQUAL_FATAL(engine_file_get_info(fixture_engine, &job, 0, &info), S_OK);
    CU_ASSERT_EQUAL(info.range_count, count);
    CU_ASSERT_EQUAL(info.bytes_total, info.bytes_transferred);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    for (i = 0; i < count; i++)
    {
        length = ranges[i].length == ENGINE_SIZE_UNKNOWN ? SIZE - ranges[i].offset : ranges[i].length;
        CHECK(fixture_part_is("file", offset, ranges[i].offset, length), "range %u", i);
        offset += length;
    }
    CU_ASSERT_EQUAL(info.bytes_total, offset);
    CU_ASSERT_FALSE(fixture_part_is("file", offset, 0, 1)); /* it ends there */
    CHECK(fixture_bytes_sent(key("content")) - before == bytes, "%llu bytes",
          (unsigned long long)(fixture_bytes_sent(key("content")) - before));
    unlink(fixture_path("file"));
}

static void test_ranges(void)
{
    static const struct file_range whole[] = {{0, ENGINE_SIZE_UNKNOWN}};
    static const struct file_range pieces[] = {{PIECE, PIECE}, {5 * PIECE, 2 * PIECE}};
    static const struct file_range one[] = {{PIECE + 1, 1}};
    static const struct file_range few[] = {{3, 10}, {100, 1}, {3 * PIECE - 1, 2}, {10 * PIECE + 7, 3 * PIECE}};
    static const struct file_range end[] = {{1, PIECE}, {SIZE - 5, ENGINE_SIZE_UNKNOWN}};

    begin();
    check_ranges(whole, 1, SIZE, 0, 0);
    check_ranges(pieces, 2, 3 * PIECE, 0, 0);
    check_ranges(one, 1, PIECE, 0, 0);
    check_ranges(few, 4, 7 * PIECE, 0, 0);
    check_ranges(end, 2, 3 * PIECE - 1000, 0, 0);
    check_ranges(one, 1, 2 * PIECE, PIECE, 1);     /* bad, but not in what is wanted */
    check_ranges(few, 4, 8 * PIECE, 11 * PIECE, 3);
    fixture_end();
}

static void damage(const char *path, uint64_t offset)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    uint8_t byte;

    CU_ASSERT_FATAL(fd != -1);
    CU_ASSERT_EQUAL(pread(fd, &byte, 1, (off_t)offset), 1);
    byte ^= 0x10;
    CU_ASSERT_EQUAL(pwrite(fd, &byte, 1, (off_t)offset), 1);
    close(fd);
}

/* What stands on disk after a restart is not believed: two of its pieces were damaged meanwhile. */
static void test_restart(void)
{
    char path[1024];
    uint32_t size = sizeof(path);
    struct job_id job;

    begin();
    job = start_job(content_url("&hold=later&hold_at=2000000"), hashes_url(), true);
    fixture_wait_bytes(&job, 2000000);
    fixture_act(&job, JOB_ACTION_SUSPEND);
    CU_ASSERT_EQUAL(engine_file_get_text(fixture_engine, &job, 0, FILE_TEXT_TEMPORARY_NAME, path, &size), S_OK);
    fixture_release("later");
    fixture_restart_after(NULL);
    damage(path, 5);
    damage(path, 20 * PIECE);
    fixture_act(&job, JOB_ACTION_RESUME);
    CU_ASSERT_EQUAL(fixture_wait_end(&job), JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT_TRUE(fixture_file_is("file", 0, SIZE));
    CU_ASSERT_TRUE(fixture_logged("Piece 0 of "));
    CU_ASSERT_TRUE(fixture_logged("Piece 20 of "));
    CU_ASSERT_EQUAL(fixture_requests(key("hashes")), 2);
    fixture_end();
}

/*
 * Of what is here, which several threads check while the rest comes, each piece is looked at once: those that were
 * damaged come again, and nothing else.
 */
static void test_restart_damaged(void)
{
    char path[1024], more[64];
    uint32_t size = sizeof(path), damaged = 0;
    struct job_id job;
    unsigned int i;

    begin();
    snprintf(more, sizeof(more), "&truncate=%u&times=1&hold=rest&hold_after=1", SIZE - 2000);
    job = start_job(content_url(more), hashes_url(), true);
    fixture_wait_requests(key("content"), 2);
    fixture_act(&job, JOB_ACTION_SUSPEND);
    CU_ASSERT_EQUAL(engine_file_get_text(fixture_engine, &job, 0, FILE_TEXT_TEMPORARY_NAME, path, &size), S_OK);
    fixture_restart();
    for (i = 0; i < PIECES - 1; i += 1 + i % 7, damaged++)
        damage(path, (uint64_t)i * PIECE + i);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_requests(key("content"), 3);
    fixture_release("rest");
    check_good(&job, SIZE + (uint64_t)damaged * PIECE);
    fixture_end();
}

/* Everything was here, and was not checked yet: nothing comes again. */
static void test_restart_whole(void)
{
    struct job_id job;

    begin();
    job = make_job(content_url(""), hashes_url(), false);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_bytes(&job, SIZE);
    fixture_act(&job, JOB_ACTION_SUSPEND);
    fixture_restart();
    fixture_act(&job, JOB_ACTION_RESUME);
    check_good(&job, SIZE);
    fixture_end();
}

static void count_stored_bytes(sqlite3 *store, void *context)
{
    sqlite3_stmt *statement;

    CU_ASSERT_EQUAL_FATAL(sqlite3_prepare_v2(store, "SELECT length(extents) FROM files", -1, &statement, NULL),
                          SQLITE_OK);
    CU_ASSERT_EQUAL(sqlite3_step(statement), SQLITE_ROW);
    *(int *)context = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
}

/*
 * What came without piece hashes lies where the client wants it; with them, which are to be had after a restart, the
 * pieces lie elsewhere. The store knows that before the first of them comes: after a crash there may be none again.
 */
static void test_hashes_come_late(void)
{
    static const struct file_range range = {PIECE + 5, 10 * PIECE};
    struct file_request request =
    {
        .local_name = "C:\\file", .ranges = &range, .range_count = 1, .size = ENGINE_SIZE_UNKNOWN,
    };
    struct job_id job;
    int stored = -1;

    begin();
    job = fixture_create_job();
    request.path = fixture_path("file");
    request.url = content_url("&truncate=300000&times=1&hold=late&hold_after=1");
    CU_ASSERT_EQUAL_FATAL(engine_job_add_files(fixture_engine, &job, &request, 1), S_OK);
    set_info(&job, fixture_url("/data/h?key=%s&size=%u&pieces=%u&fail=1&fail_status=404", key("hashes"), SIZE, PIECE),
             NULL, false);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_requests(key("content"), 2);
    fixture_act(&job, JOB_ACTION_SUSPEND);
    fixture_restart();
    CU_ASSERT_EQUAL(fixture_info(&job).bytes_transferred, 300000);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_requests(key("content"), 3);
    fixture_look_at_store(count_stored_bytes, &stored);
    CU_ASSERT_EQUAL(stored, 0);
    fixture_release("late");
    CU_ASSERT_EQUAL(fixture_wait_end(&job), JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT_TRUE(fixture_part_is("file", 0, range.offset, range.length));
    fixture_end();
}

/* Portions of which some are whole pieces, and so stay where they are, and others are not. */
static void test_portions(void)
{
    static const struct file_range portions[] = {{PIECE + 5, 10}, {5 * PIECE, 2 * PIECE}, {PIECE - 1, 7}, {0, PIECE}};
    struct file_request request = {.local_name = "C:\\file", .size = ENGINE_SIZE_UNKNOWN};
    struct job_id job;
    uint64_t offset = 0;
    unsigned int i;

    begin();
    request.path = fixture_path("file");
    request.url = content_url("");
    CU_ASSERT_EQUAL_FATAL(engine_job_create(fixture_engine, JOB_KIND_DOWNLOAD, "download", "S-1-5-21-1", &job), S_OK);
    CU_ASSERT_EQUAL_FATAL(engine_job_add_files(fixture_engine, &job, &request, 1), S_OK);
    set_info(&job, hashes_url(), NULL, true);
    for (i = 0; i < COUNT_OF(portions); i++)
    {
        CU_ASSERT_EQUAL_FATAL(engine_download_start(fixture_engine, &job, &portions[i], 1), S_OK);
        CU_ASSERT_EQUAL_FATAL(fixture_wait_end(&job), JOB_TRANSFERRED);
        CU_ASSERT_EQUAL(fixture_info(&job).bytes_transferred, portions[i].length);
    }
    fixture_act(&job, JOB_ACTION_COMPLETE);
    for (i = 0; i < COUNT_OF(portions); i++)
    {
        CHECK(fixture_part_is("file", offset, portions[i].offset, portions[i].length), "portion %u", i);
        offset += portions[i].length;
    }
    CU_ASSERT_FALSE(fixture_part_is("file", offset, 0, 1)); /* it ends there */
    fixture_end();
}

static bool has_bytes_or_error(const void *context)
{
    const struct job_id *job = context;
    uint32_t count = 0;
    uint8_t byte;

    return fixture_info(job).state == JOB_ERROR
           || (engine_stream_read(fixture_engine, job, 0, &byte, 1, &count) == S_OK && count);
}

/* Bytes that a client's stream gets are good, and only those: all of them once, in order. */
static uint64_t read_stream(const struct job_id *job, uint64_t offset, uint64_t end)
{
    static uint8_t bytes[MIB], expected[MIB];
    uint64_t taken = offset;
    uint32_t count;

    while (taken < end && fixture_info(job).state != JOB_ERROR)
    {
        CU_ASSERT_EQUAL_FATAL(engine_stream_read(fixture_engine, job, 0, bytes, sizeof(bytes), &count), S_OK);
        testserver_content(FIXTURE_SEED, taken, expected, count);
        CU_ASSERT_FATAL(!memcmp(bytes, expected, count));
        taken += count;
        if (count)
        {
            CU_ASSERT_EQUAL_FATAL(engine_stream_taken(fixture_engine, job, 0, count, S_OK), S_OK);
        }
        else
        {
            CU_ASSERT_FATAL(fixture_wait_until(has_bytes_or_error, job));
        }
    }
    return taken;
}

static struct job_id start_stream(const char *url, const char *info_url, const struct file_range *range)
{
    struct file_request request =
    {
        .url = url, .ranges = range, .range_count = range != NULL, .size = ENGINE_SIZE_UNKNOWN,
    };
    struct job_id job = fixture_create_job();

    CU_ASSERT_EQUAL_FATAL(engine_job_add_files(fixture_engine, &job, &request, 1), S_OK);
    CU_ASSERT_EQUAL_FATAL(engine_file_set_stream(fixture_engine, &job, 0), S_OK);
    set_info(&job, info_url, NULL, true);
    fixture_act(&job, JOB_ACTION_RESUME);
    return job;
}

static void test_stream(void)
{
    static const struct file_range range = {PIECE + 5, 3 * PIECE};
    const uint64_t size = 20 * MIB;
    struct job_id job;

    begin();
    job = start_stream(fixture_url("/data/f?key=%s&size=%llu&times=1&flip=700000", key("content"),
                                   (unsigned long long)size),
                       fixture_url("/data/h?size=%llu&pieces=%u", (unsigned long long)size, MIB), NULL);
    CU_ASSERT_EQUAL(read_stream(&job, 0, size), size);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(fixture_info(&job).bytes_transferred, size);
    CU_ASSERT_EQUAL(fixture_bytes_sent(key("content")), size + MIB);
    fixture_act(&job, JOB_ACTION_COMPLETE);

    job = start_stream(fixture_url("/data/f?key=%s&size=%u", key("part"), SIZE), hashes_url(), &range);
    CU_ASSERT_EQUAL(read_stream(&job, range.offset, range.offset + range.length), range.offset + range.length);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(fixture_info(&job).bytes_transferred, range.length);
    CU_ASSERT_EQUAL(fixture_bytes_sent(key("part")), 4 * PIECE);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    fixture_end();
}

/* What was checked, and is about to be handed out, is not written again: parts of a stream do not change hands. */
static void test_slow_stream(void)
{
    const uint64_t size = 12 * MIB;
    struct job_id job;

    begin();
    job = start_stream(fixture_url("/data/f?key=%s&size=%llu&rate=12000000", key("content"), (unsigned long long)size),
                       fixture_url("/data/h?size=%llu&pieces=%u", (unsigned long long)size, MIB), NULL);
    CU_ASSERT_EQUAL(read_stream(&job, 0, size), size);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(fixture_concurrent_maximum(key("content")), 1);
    CU_ASSERT_EQUAL(fixture_bytes_sent(key("content")), size);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    fixture_end();
}

static void test_bad_stream(void)
{
    struct job_id job;

    begin();
    job = start_stream(content_url("&flip=1000000"), hashes_url(), NULL);
    CU_ASSERT(read_stream(&job, 0, SIZE) <= 15 * PIECE);
    fixture_wait_state(&job, JOB_ERROR);
    CU_ASSERT_EQUAL(get_error(&job).code, DO_E_BAD_PIECE_HASH);
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

/* A cache host that damages what it passes on is not asked again; the origin gives what it spoiled. */
static void test_cache_host(void)
{
    const struct engine_policy policy = {.id = POLICY_CACHE_HOST, .text = "127.0.0.1"};
    char url[512];
    struct job_id job;

    begin();
    CU_ASSERT_EQUAL_FATAL(engine_set_policies(fixture_engine, &policy, 1), S_OK);
    snprintf(url, sizeof(url), "http://localhost:%s", strrchr(fixture_url("/data/f?size=%u&key=%s&cache_key=%s"
             "&cache_flip=1000000", SIZE, key("content"), key("cached")), ':') + 1);
    job = start_job(url, hashes_url(), true);
    CU_ASSERT_EQUAL(fixture_wait_end(&job), JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT_TRUE(fixture_file_is("file", 0, SIZE));
    CU_ASSERT_TRUE(fixture_logged("from the cache host 127.0.0.1, is not what it should be"));
    CU_ASSERT_TRUE(fixture_logged("The cache host 127.0.0.1"));
    CU_ASSERT(fixture_bytes_sent(key("content")) >= PIECE);
    fixture_end();
}

CU_TestInfo integrity_tests[] =
{
    {"what is right", test_good},
    {"sizes", test_sizes},
    {"a hundred files", test_many_sizes},
    {"a thousand pieces", test_thousand_pieces},
    {"a piece is bad once", test_bad_once},
    {"a piece is bad once, the check is not mandatory", test_bad_once_not_mandatory},
    {"all pieces are bad once", test_all_bad_once},
    {"a piece is always bad", test_bad_always},
    {"all pieces are always bad", test_all_bad_always},
    {"the client tries again", test_resume_after_bad},
    {"a server without ranges", test_no_ranges},
    {"no piece hashes", test_absent},
    {"piece hashes that are of no use", test_useless},
    {"no check, for want of piece hashes", test_unchecked},
    {"the piece hashes of something else", test_other_hashes},
    {"a length that is not that of the piece hashes", test_length},
    {"ranges that are no pieces", test_ranges},
    {"bytes on disk are checked after a restart", test_restart},
    {"a whole file is checked after a restart", test_restart_whole},
    {"many bad pieces after a restart", test_restart_damaged},
    {"piece hashes that come late", test_hashes_come_late},
    {"portions that are no pieces", test_portions},
    {"streams", test_stream},
    {"a slow stream", test_slow_stream},
    {"a stream with a bad piece", test_bad_stream},
    {"a cache host that damages a piece", test_cache_host},
    CU_TEST_INFO_NULL
};
