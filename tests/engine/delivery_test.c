/*
 * Tests of encrypted files: what of them reaches the client.
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

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "decryption.h"
#include "fixture.h"
#include "result.h"
#include "suites.h"
#include "testserver.h"

/*
 * The generated content of the server stands for what was encrypted: of some seeds the last block has a padding
 * under the key, and so any plain text will do. What it is, is computed by decryption.c, whose own tests have texts
 * of other makers.
 */
#define KEY "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="   /* the bytes 0 to 31 */
#define OTHER_KEY "/wECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define BLOCK 4096u
#define INFO(key) "{\"KeyData\":\"" key "\",\"EncryptionBufferSize\":4096}"
#define SIZE (300 * BLOCK + 1600)       /* 16 * 100 bytes in the last block */

static uint8_t plain[SIZE];
static size_t plain_size;
static uint64_t seed;

int delivery_setup(void)
{
    return fixture_start_server();
}

int delivery_teardown(void)
{
    return fixture_stop_server();
}

static struct decryption *make_decryption(void)
{
    struct decryption_info info;
    struct decryption *decryption;

    CU_ASSERT_EQUAL_FATAL(decryption_info_parse(INFO(KEY), &info), S_OK);
    CU_ASSERT_PTR_NOT_NULL_FATAL(decryption = decryption_create(&info));
    decryption_info_cleanup(&info);
    return decryption;
}

/* Finds a content that is well encrypted, and its plain text. */
static void find_content(void)
{
    struct decryption *decryption = make_decryption();
    const uint64_t last = SIZE / BLOCK * BLOCK;
    size_t size = 0, offset;

    for (seed = 1; ; seed++)
    {
        testserver_content(seed, last, plain + last, SIZE - last);
        if (decryption_decrypt(decryption, last, plain + last, SIZE - last, true, &size) == S_OK)
            break;
        CU_ASSERT_FATAL(seed < 100000);
    }
    plain_size = last + size;
    for (offset = 0; offset < last; offset += BLOCK)
    {
        testserver_content(seed, offset, plain + offset, BLOCK);
        CU_ASSERT_EQUAL_FATAL(decryption_decrypt(decryption, offset, plain + offset, BLOCK, false, &size), S_OK);
    }
    decryption_free(decryption);
}

static void begin(void)
{
    if (!plain_size)
        find_content();
    fixture_config.retry_delay_ms = 10;
    fixture_begin();
}

static const char *content_url(const char *more)
{
    return fixture_url("/data/f?size=%u&seed=%llu%s", SIZE, (unsigned long long)seed, more);
}

static void set_key(const struct job_id *job, const char *info)
{
    CU_ASSERT_EQUAL_FATAL(engine_file_set_text(fixture_engine, job, 0, FILE_TEXT_DECRYPTION_INFO, info), S_OK);
}

/* The pieces are of what is sent. */
static void set_hashes(const struct job_id *job)
{
    char text[512];

    snprintf(text, sizeof(text), "{\"PiecesHashFileUrl\":\"%s\"}",
             fixture_url("/data/h?size=%u&seed=%llu&pieces=65536", SIZE, (unsigned long long)seed));
    CU_ASSERT_EQUAL_FATAL(engine_file_set_text(fixture_engine, job, 0, FILE_TEXT_INTEGRITY_INFO, text), S_OK);
    CU_ASSERT_EQUAL_FATAL(engine_file_set_number(fixture_engine, job, 0, FILE_NUMBER_INTEGRITY_MANDATORY, 1), S_OK);
}

static struct job_id make_job(const char *url, const struct file_range *range, bool hashes)
{
    struct file_request request =
    {
        .url = url, .local_name = "C:\\file", .path = fixture_path("file"), .ranges = range,
        .range_count = range != NULL, .size = ENGINE_SIZE_UNKNOWN,
    };
    struct job_id job = fixture_create_job();

    CU_ASSERT_EQUAL_FATAL(engine_job_add_files(fixture_engine, &job, &request, 1), S_OK);
    set_key(&job, INFO(KEY));
    if (hashes)
        set_hashes(&job);
    return job;
}

static bool file_is(uint64_t offset, size_t size)
{
    static uint8_t bytes[SIZE];
    struct stat info;
    ssize_t got;
    int fd;

    if ((fd = open(fixture_path("file"), O_RDONLY | O_CLOEXEC)) == -1)
        return false;
    got = read(fd, bytes, sizeof(bytes));
    if (fstat(fd, &info))
        got = -1;
    close(fd);
    return got == (ssize_t)size && (size_t)info.st_size == size && !memcmp(bytes, plain + offset, size);
}

static void check_good(const struct job_id *job, uint64_t offset, size_t size)
{
    CU_ASSERT_EQUAL_FATAL(fixture_wait_end(job), JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(fixture_info(job).bytes_transferred, fixture_info(job).bytes_total);
    fixture_act(job, JOB_ACTION_COMPLETE);
    CU_ASSERT_TRUE(file_is(offset, size));
    unlink(fixture_path("file"));
}

static int32_t get_code(const struct job_id *job)
{
    struct job_error error = {0};

    CU_ASSERT_EQUAL_FATAL(fixture_wait_end(job), JOB_ERROR);
    CU_ASSERT_EQUAL_FATAL(engine_job_get_error(fixture_engine, job, &error), S_OK);
    return error.code;
}

static void test_file(void)
{
    struct job_id job;

    begin();
    job = make_job(content_url(""), NULL, false);
    fixture_act(&job, JOB_ACTION_RESUME);
    CU_ASSERT_EQUAL(fixture_wait_end(&job), JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(fixture_info(&job).bytes_total, SIZE);   /* what was sent */
    check_good(&job, 0, plain_size);
    job = make_job(content_url("&key=flipped&times=1&flip=500000"), NULL, true);
    fixture_act(&job, JOB_ACTION_RESUME);
    check_good(&job, 0, plain_size);
    CU_ASSERT_EQUAL(fixture_bytes_sent("flipped"), SIZE + 65536);
    fixture_end();
}

/* What was transferred before a restart is decrypted, and is so afterwards. */
static void test_restart_transferred(void)
{
    struct job_id job;

    begin();
    job = make_job(content_url(""), NULL, true);
    fixture_act(&job, JOB_ACTION_RESUME);
    CU_ASSERT_EQUAL(fixture_wait_end(&job), JOB_TRANSFERRED);
    fixture_restart();
    check_good(&job, 0, plain_size);
    CU_ASSERT_FALSE(fixture_state_contains(KEY));
    fixture_end();
}

/* The key is lost with the engine: the file waits for it, and keeps its bytes. */
static void test_restart_without_key(void)
{
    struct job_id job;

    begin();
    job = make_job(content_url("&key=kept&hold=half&hold_at=600000"), NULL, false);
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_bytes(&job, 600000);
    CU_ASSERT_EQUAL(engine_file_set_text(fixture_engine, &job, 0, FILE_TEXT_DECRYPTION_INFO, INFO(KEY)),
                    DO_E_INVALID_STATE);
    fixture_act(&job, JOB_ACTION_SUSPEND);
    fixture_release("half");
    fixture_restart();
    fixture_act(&job, JOB_ACTION_RESUME);
    CU_ASSERT_EQUAL(get_code(&job), E_NOT_SET);
    CU_ASSERT_FALSE(fixture_state_contains(KEY));
    set_key(&job, INFO(KEY));
    fixture_act(&job, JOB_ACTION_RESUME);
    check_good(&job, 0, plain_size);
    CU_ASSERT(fixture_bytes_sent("kept") < SIZE + SIZE / 2);
    fixture_end();
}

static void test_wrong_key(void)
{
    struct job_id job;

    begin();
    job = make_job(content_url(""), NULL, false);
    set_key(&job, INFO(OTHER_KEY));
    fixture_act(&job, JOB_ACTION_RESUME);
    CU_ASSERT_EQUAL(get_code(&job), DO_E_FILE_ENCRYPTION_EXPECTED);
    fixture_act(&job, JOB_ACTION_CANCEL);
    CU_ASSERT_FALSE(fixture_exists("file"));
    fixture_end();
}

/* Content of sizes that are not encrypted ones. */
static void test_sizes(void)
{
    static const unsigned int sizes[] = {0, 1, 15, 17, BLOCK - 1, BLOCK + 8};
    struct job_id job;
    unsigned int i;

    begin();
    for (i = 0; i < COUNT_OF(sizes); i++)
    {
        job = make_job(fixture_url("/data/f?size=%u", sizes[i]), NULL, false);
        fixture_act(&job, JOB_ACTION_RESUME);
        CHECK(get_code(&job) == DO_E_FILE_ENCRYPTION_EXPECTED, "%u bytes", sizes[i]);
        fixture_act(&job, JOB_ACTION_CANCEL);
    }
    fixture_end();
}

static void test_ranges(void)
{
    static const struct file_range middle = {7 * BLOCK, 20 * BLOCK}, end = {290 * BLOCK, ENGINE_SIZE_UNKNOWN};
    static const struct file_range bad_ranges[] = {{1, BLOCK}, {0, 1}, {BLOCK, BLOCK + 16}, {16, ENGINE_SIZE_UNKNOWN}};
    struct job_id job;
    unsigned int i;

    begin();
    for (i = 0; i < 2; i++)
    {
        job = make_job(content_url(""), &middle, i);
        fixture_act(&job, JOB_ACTION_RESUME);
        check_good(&job, middle.offset, middle.length);
        job = make_job(content_url(""), &end, i);
        fixture_act(&job, JOB_ACTION_RESUME);
        check_good(&job, end.offset, plain_size - end.offset);
    }
    for (i = 0; i < COUNT_OF(bad_ranges); i++)
    {
        job = make_job(content_url(""), &bad_ranges[i], false);
        CU_ASSERT_EQUAL(engine_job_act(fixture_engine, &job, JOB_ACTION_RESUME), DO_E_DOWNLOAD_RANGES_UNEXPECTED);
        fixture_act(&job, JOB_ACTION_CANCEL);
    }
    fixture_end();
}

static bool has_bytes_or_end(const void *context)
{
    const struct job_id *job = context;
    uint32_t count = 0;
    uint8_t byte;

    return fixture_info(job).state == JOB_ERROR || fixture_info(job).state == JOB_TRANSFERRED
           || (engine_stream_read(fixture_engine, job, 0, &byte, 1, &count) == S_OK && count);
}

/* Takes what comes until the job ends; gives how much of the plain text that was. */
static uint64_t read_stream(const struct job_id *job)
{
    static uint8_t bytes[100000];
    uint64_t taken = 0;
    uint32_t count;

    for (;;)
    {
        CU_ASSERT_FATAL(fixture_wait_until(has_bytes_or_end, job));
        CU_ASSERT_EQUAL_FATAL(engine_stream_read(fixture_engine, job, 0, bytes, sizeof(bytes), &count), S_OK);
        if (!count)
            return taken;
        CU_ASSERT_FATAL(taken + count <= plain_size && !memcmp(bytes, plain + taken, count));
        CU_ASSERT_EQUAL_FATAL(engine_stream_taken(fixture_engine, job, 0, count, S_OK), S_OK);
        taken += count;
    }
}

static void check_stream(bool hashes, const char *more)
{
    struct file_request request = {.url = content_url(more), .size = ENGINE_SIZE_UNKNOWN};
    struct job_id job = fixture_create_job();

    CU_ASSERT_EQUAL_FATAL(engine_job_add_files(fixture_engine, &job, &request, 1), S_OK);
    CU_ASSERT_EQUAL_FATAL(engine_file_set_stream(fixture_engine, &job, 0), S_OK);
    set_key(&job, INFO(KEY));
    if (hashes)
        set_hashes(&job);
    fixture_act(&job, JOB_ACTION_RESUME);
    CU_ASSERT_EQUAL(read_stream(&job), plain_size);
    fixture_wait_state(&job, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(fixture_info(&job).bytes_transferred, SIZE);
    fixture_act(&job, JOB_ACTION_COMPLETE);
}

static void test_stream(void)
{
    begin();
    check_stream(false, "");
    check_stream(true, "");
    check_stream(true, "&key=bits&times=1&flip_every=200000");
    fixture_end();
}

CU_TestInfo delivery_tests[] =
{
    {"a file", test_file},
    {"a restart, with a file that is decrypted", test_restart_transferred},
    {"a restart, without the key", test_restart_without_key},
    {"a wrong key", test_wrong_key},
    {"sizes that no encryption leaves", test_sizes},
    {"ranges", test_ranges},
    {"streams", test_stream},
    CU_TEST_INFO_NULL
};
