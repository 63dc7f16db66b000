/*
 * Tests of the job store.
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
#include <sys/stat.h>
#include <unistd.h>

#include "engine_private.h"
#include "store.h"
#include "suites.h"

static char state_dir[] = "/tmp/dosvc-store-XXXXXX";
static char nested_dir[64];

int store_setup(void)
{
    strcpy(strrchr(state_dir, '-') + 1, "XXXXXX");
    if (!mkdtemp(state_dir))
        return 1;
    snprintf(nested_dir, sizeof(nested_dir), "%s/a/b", state_dir);
    return 0;
}

int store_teardown(void)
{
    static const char *const names[] = {"a/b/jobs.db", "a/b/jobs.db-wal", "a/b/jobs.db-shm",
                                        "a/b/jobs.db.unreadable-1", "a/b", "a", ""};
    char path[128];
    unsigned int i;

    for (i = 0; i < sizeof(names) / sizeof(*names); i++)
    {
        snprintf(path, sizeof(path), "%s/%s", state_dir, names[i]);
        (void)remove(path);
    }
    return access(state_dir, F_OK) ? 0 : 1;
}

static struct job *make_job(uint8_t number)
{
    static const struct file_range ranges[] = {{0, 100}, {200, ENGINE_SIZE_UNKNOWN}};
    struct file_request requests[] =
    {
        {"http://localhost/one", "C:\\one", "/tmp/one", NULL, NULL, 0, ENGINE_SIZE_UNKNOWN},
        {"https://localhost/two?sig=\xc3\xbc", "C:\\zw\xc3\xb6lf", "/tmp/zw\xc3\xb6lf", "id-2", ranges, 2, 12345},
    };
    struct job_id id = {{number}};
    struct job *job;
    unsigned int i;

    job = job_alloc(&id);
    CU_ASSERT_PTR_NOT_NULL_FATAL(job);
    for (i = 0; i < 2; i++)
    {
        struct file *file = file_alloc(&requests[i]);

        CU_ASSERT_PTR_NOT_NULL_FATAL(file);
        CU_ASSERT_EQUAL_FATAL(job_append_file(job, file), S_OK);
    }
    free(job->texts[JOB_TEXT_DISPLAY_NAME]);
    job->texts[JOB_TEXT_DISPLAY_NAME] = strdup("na\xc3\xafve");
    job->state = JOB_ERROR;
    job->numbers[JOB_NUMBER_PRIORITY] = JOB_PRIORITY_FOREGROUND;
    job->numbers[JOB_NUMBER_NOTIFY_FLAGS] = JOB_NOTIFY_ERROR;
    job->numbers[JOB_NUMBER_MINIMUM_RETRY_DELAY] = 7;
    job->numbers[JOB_NUMBER_NO_PROGRESS_TIMEOUT] = 0;
    job->error_count = 3;
    job->error = (struct job_error){.code = RESULT(0x80190193u), .context = 5, .file_index = 1, .http_status = 403};
    job->files[0]->size = 0x123456789abcdefull;
    job->files[0]->numbers[FILE_NUMBER_INTEGRITY_MANDATORY] = 1;
    job->files[0]->texts[FILE_TEXT_INTEGRITY_INFO] = strdup("{\"a\":1}");
    job->files[0]->texts[FILE_TEXT_DECRYPTION_INFO] = strdup("secret");
    job->files[0]->etag = strdup("\"v1\"");
    CU_ASSERT_FATAL(extent_list_add(&job->files[0]->extents, 0, 4096));
    CU_ASSERT_FATAL(extent_list_add(&job->files[0]->extents, 8192, 0x100000000ull));
    return job;
}

static void save(struct store *store, const struct job *job)
{
    uint32_t i;

    CU_ASSERT_EQUAL(store_begin(store), S_OK);
    CU_ASSERT_EQUAL(store_save_job(store, job), S_OK);
    for (i = 0; i < job->file_count; i++)
        CU_ASSERT_EQUAL(store_save_file(store, job->files[i]), S_OK);
    CU_ASSERT_EQUAL(store_commit(store), S_OK);
}

struct loaded
{
    struct job *jobs[4];
    unsigned int count;
};

static void load_one(void *context, struct job *job)
{
    struct loaded *loaded = context;

    CU_ASSERT_FATAL(loaded->count < 4);
    loaded->jobs[loaded->count++] = job;
}

static void loaded_free(struct loaded *loaded)
{
    while (loaded->count)
        job_free(loaded->jobs[--loaded->count]);
}

static struct store *reopen(bool expect_set_aside)
{
    struct store *store = NULL;
    struct store_report report;

    CU_ASSERT_EQUAL_FATAL(store_open(nested_dir, &store, &report), S_OK);
    CU_ASSERT_EQUAL(report.set_aside, expect_set_aside);
    return store;
}

static void check_same(const struct job *a, const struct job *b)
{
    unsigned int i;

    CU_ASSERT(!memcmp(&a->id, &b->id, sizeof(a->id)));
    for (i = 0; i < JOB_TEXT_COUNT; i++)
    {
        CU_ASSERT_EQUAL_FATAL(!a->texts[i], !b->texts[i]);
        CU_ASSERT(!a->texts[i] || !strcmp(a->texts[i], b->texts[i]));
    }
    CU_ASSERT_EQUAL(a->state, b->state);
    for (i = 0; i < JOB_NUMBER_COUNT; i++)
        CU_ASSERT_EQUAL(a->numbers[i], b->numbers[i]);
    CU_ASSERT_EQUAL(a->error_count, b->error_count);
    CU_ASSERT(!memcmp(&a->error, &b->error, sizeof(a->error)));
    CU_ASSERT_EQUAL(a->creation_time, b->creation_time);
    CU_ASSERT_EQUAL_FATAL(a->file_count, b->file_count);
    for (i = 0; i < a->file_count; i++)
    {
        const struct file *one = a->files[i], *two = b->files[i];

        CU_ASSERT_STRING_EQUAL(one->url, two->url);
        CU_ASSERT_STRING_EQUAL(one->local_name, two->local_name);
        CU_ASSERT_STRING_EQUAL(one->path, two->path);
        CU_ASSERT_STRING_EQUAL(one->temp_path, two->temp_path);
        CU_ASSERT_EQUAL(!one->file_id, !two->file_id);
        CU_ASSERT(!memcmp(one->numbers, two->numbers, sizeof(one->numbers)));
        CU_ASSERT_EQUAL(!one->texts[FILE_TEXT_INTEGRITY_INFO], !two->texts[FILE_TEXT_INTEGRITY_INFO]);
        CU_ASSERT_PTR_NULL(one->texts[FILE_TEXT_DECRYPTION_INFO]); /* as loaded */
        CU_ASSERT_EQUAL(one->size, two->size);
        CU_ASSERT_EQUAL(!one->etag, !two->etag);
        CU_ASSERT_EQUAL_FATAL(one->range_count, two->range_count);
        CU_ASSERT(!one->range_count || !memcmp(one->ranges, two->ranges, one->range_count * sizeof(*one->ranges)));
        CU_ASSERT_EQUAL_FATAL(one->extents.count, two->extents.count);
        CU_ASSERT(!one->extents.count
                  || !memcmp(one->extents.items, two->extents.items, one->extents.count * sizeof(*one->extents.items)));
    }
}

static void test_round_trip(void)
{
    struct job *first = make_job(1), *second = make_job(2);
    struct store *store = reopen(0);
    struct loaded loaded = {.count = 0};
    unsigned int skipped = 99;

    save(store, second);
    save(store, first);
    save(store, second);                /* an update does not change the order */
    store_close(store);
    store = reopen(0);
    CU_ASSERT_EQUAL(store_load(store, load_one, &loaded, &skipped), S_OK);
    CU_ASSERT_EQUAL(skipped, 0);
    CU_ASSERT_EQUAL_FATAL(loaded.count, 2);
    check_same(loaded.jobs[0], second);
    check_same(loaded.jobs[1], first);
    loaded_free(&loaded);
    CU_ASSERT_EQUAL(store_delete_job(store, &first->id), S_OK);
    CU_ASSERT_EQUAL(store_delete_job(store, &second->id), S_OK);
    CU_ASSERT_EQUAL(store_load(store, load_one, &loaded, &skipped), S_OK);
    CU_ASSERT_EQUAL(loaded.count, 0);
    store_close(store);
    job_free(first);
    job_free(second);
}

static void test_rollback(void)
{
    struct job *job = make_job(3);
    struct store *store = reopen(0);
    struct loaded loaded = {.count = 0};
    unsigned int skipped;

    CU_ASSERT_EQUAL(store_begin(store), S_OK);
    CU_ASSERT_EQUAL(store_save_job(store, job), S_OK);
    store_rollback(store);
    CU_ASSERT_EQUAL(store_load(store, load_one, &loaded, &skipped), S_OK);
    CU_ASSERT_EQUAL(loaded.count, 0);
    loaded_free(&loaded);
    store_close(store);
    job_free(job);
}

/* A row that makes no sense costs its own job only. */
static void test_bad_rows_are_skipped(void)
{
    struct job *good = make_job(4), *bad = make_job(5);
    struct store *store = reopen(0);
    struct loaded loaded = {.count = 0};
    unsigned int skipped = 0;

    bad->state = JOB_STATE_COUNT;
    save(store, bad);
    save(store, good);
    CU_ASSERT_EQUAL(store_load(store, load_one, &loaded, &skipped), S_OK);
    CU_ASSERT_EQUAL(skipped, 1);
    CU_ASSERT_EQUAL_FATAL(loaded.count, 1);
    check_same(loaded.jobs[0], good);
    loaded_free(&loaded);
    CU_ASSERT_EQUAL(store_delete_job(store, &good->id), S_OK);
    CU_ASSERT_EQUAL(store_delete_job(store, &bad->id), S_OK);
    store_close(store);
    job_free(good);
    job_free(bad);
}

static void test_one_engine_at_a_time(void)
{
    struct store *store = reopen(0), *second = NULL;
    struct store_report report;

    CU_ASSERT(FAILED(store_open(nested_dir, &second, &report)));
    CU_ASSERT_EQUAL(report.set_aside, false);
    CU_ASSERT_PTR_NULL(second);
    store_close(store);
}

static void test_unreadable_store_is_set_aside(void)
{
    char path[128];
    struct stat info;
    FILE *file;

    snprintf(path, sizeof(path), "%s/jobs.db", nested_dir);
    CU_ASSERT_PTR_NOT_NULL_FATAL(file = fopen(path, "w"));
    fprintf(file, "%01000d this is no database\n", 7);
    fclose(file);
    store_close(reopen(1));
    snprintf(path, sizeof(path), "%s/jobs.db.unreadable-1", nested_dir);
    CU_ASSERT_EQUAL(stat(path, &info), 0);
    CU_ASSERT(info.st_size > 1000);
}

CU_TestInfo store_tests[] =
{
    {"jobs and files come back as they were", test_round_trip},
    {"what is rolled back is not there", test_rollback},
    {"an unreadable row costs one job", test_bad_rows_are_skipped},
    {"one engine at a time", test_one_engine_at_a_time},
    {"an unreadable store is set aside", test_unreadable_store_is_set_aside},
    CU_TEST_INFO_NULL
};
