/*
 * Tests of what a job store survives.
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
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine_private.h"
#include "fixture.h"
#include "store_file.h"
#include "suites.h"

#define JOBS 120u
#define PAGE 4096

static char state_dir[64], store_path[96];

int store_file_setup(void)
{
    return fixture_start_server();
}

int store_file_teardown(void)
{
    return fixture_stop_server();
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *walk)
{
    (void)info;
    (void)type;
    (void)walk;
    return remove(path);
}

static void begin(void)
{
    strcpy(state_dir, "/tmp/dosvc-store-file-XXXXXX");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(state_dir));
    snprintf(store_path, sizeof(store_path), "%s/jobs.db", state_dir);
}

static void end(void)
{
    CU_ASSERT_EQUAL(nftw(state_dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static bool in_state_dir(const char *name)
{
    char path[160];

    snprintf(path, sizeof(path), "%s/%s", state_dir, name);
    return !access(path, F_OK);
}

/* A job whose content follows from its number, with as many files as its last digit says, modulo 3. */
static struct job *make_job(unsigned int number)
{
    struct job_id id = {{(uint8_t)number, (uint8_t)(number >> 8), 1}};
    char text[64], url[64], path[64];
    struct file_request request = {url, text, path, NULL, NULL, 0, ENGINE_SIZE_UNKNOWN};
    struct job *job = job_alloc(&id);
    unsigned int i;

    CU_ASSERT_PTR_NOT_NULL_FATAL(job);
    snprintf(text, sizeof(text), "job %u", number);
    free(job->texts[JOB_TEXT_DISPLAY_NAME]);
    job->texts[JOB_TEXT_DISPLAY_NAME] = strdup(text);
    job->state = JOB_SUSPENDED;
    for (i = 0; i < number % 3; i++)
    {
        struct file *file;

        snprintf(url, sizeof(url), "http://localhost/%u/%u", number, i);
        snprintf(path, sizeof(path), "/tmp/%u-%u", number, i);
        CU_ASSERT_PTR_NOT_NULL_FATAL(file = file_alloc(&request));
        CU_ASSERT_EQUAL_FATAL(job_append_file(job, file), S_OK);
    }
    return job;
}

/* Whether it is the job that make_job() made of its number. */
static bool is_as_made(const struct job *job)
{
    unsigned int number = job->id.bytes[0] + 256u * job->id.bytes[1], i;
    char text[64];

    snprintf(text, sizeof(text), "job %u", number);
    if (!job->texts[JOB_TEXT_DISPLAY_NAME] || strcmp(job->texts[JOB_TEXT_DISPLAY_NAME], text)
        || job->file_count != number % 3)
        return false;
    for (i = 0; i < job->file_count; i++)
    {
        snprintf(text, sizeof(text), "http://localhost/%u/%u", number, i);
        if (strcmp(job->files[i]->url, text))
            return false;
    }
    return true;
}

static void save(struct store *store, const struct job *job)
{
    uint32_t i;

    CU_ASSERT_EQUAL(store_save_job(store, job), S_OK);
    for (i = 0; i < job->file_count; i++)
        CU_ASSERT_EQUAL(store_save_file(store, job->files[i]), S_OK);
}

static void fill(struct store *store, unsigned int first, unsigned int count)
{
    unsigned int i;

    CU_ASSERT_EQUAL(store_begin(store), S_OK);
    for (i = first; i < first + count; i++)
    {
        struct job *job = make_job(i);

        save(store, job);
        job_free(job);
    }
    CU_ASSERT_EQUAL(store_commit(store), S_OK);
}

struct count
{
    unsigned int right, wrong;
};

static void count_job(void *context, struct job *job)
{
    struct count *count = context;

    if (is_as_made(job))
        count->right++;
    else
        count->wrong++;
    job_free(job);
}

/* Opens the store, counts the jobs that are right, and asserts that none is wrong. */
static unsigned int load(struct store_report *report)
{
    struct count count = {0};
    struct store *store = NULL;
    unsigned int skipped = 0;

    CU_ASSERT_EQUAL_FATAL(store_open(state_dir, &store, report), S_OK);
    CU_ASSERT_EQUAL(store_load(store, count_job, &count, &skipped), S_OK);
    CU_ASSERT_EQUAL(count.wrong, 0);
    store_close(store);
    return count.right;
}

static void make_store(void)
{
    struct store_report report;
    struct store *store = NULL;

    begin();
    CU_ASSERT_EQUAL_FATAL(store_open(state_dir, &store, &report), S_OK);
    fill(store, 0, JOBS);
    store_close(store);
}

static off_t size_of(const char *path)
{
    struct stat info;

    return stat(path, &info) ? 0 : info.st_size;
}

static void overwrite(const char *path, off_t offset, const void *data, size_t size)
{
    int fd = open(path, O_WRONLY);

    CU_ASSERT_NOT_EQUAL_FATAL(fd, -1);
    CU_ASSERT_EQUAL(pwrite(fd, data, size, offset), (ssize_t)size);
    close(fd);
}

static void test_first_page(void)
{
    static const uint8_t zeroes[PAGE];
    struct store_report report;

    make_store();
    overwrite(store_path, 0, zeroes, sizeof(zeroes));
    CU_ASSERT_EQUAL(load(&report), JOBS);
    CU_ASSERT(report.set_aside && !report.read_only);
    CU_ASSERT_EQUAL(report.number, 1);
    CU_ASSERT_EQUAL(report.kept, JOBS);
    CU_ASSERT_EQUAL(report.lost, 0);
    CU_ASSERT(in_state_dir("jobs.db.unreadable-1"));
    CU_ASSERT_EQUAL(load(&report), JOBS); /* now it is sound */
    CU_ASSERT(!report.set_aside);
    CU_ASSERT(!in_state_dir("jobs.db.new") && !in_state_dir("jobs.db.copy"));
    overwrite(store_path, 0, "Something else ", 16);
    CU_ASSERT_EQUAL(load(&report), JOBS);
    CU_ASSERT_EQUAL(report.number, 2);
    end();
}

/* Whichever page is lost, the jobs on all others are kept; with noise in its place, none is wrong. */
static void test_every_page(void)
{
    static const uint8_t zeroes[PAGE];
    struct store_report report;
    unsigned int kind, kept;
    off_t page, pages;
    uint8_t noise[PAGE];
    size_t i;

    srandom(7);
    for (i = 0; i < sizeof(noise); i++)
        noise[i] = (uint8_t)random();
    make_store();
    pages = size_of(store_path) / PAGE;
    end();
    CU_ASSERT(pages > 10);
    for (page = 0; page < pages; page++)
    {
        for (kind = 0; kind < 2; kind++)
        {
            make_store();
            overwrite(store_path, page * PAGE, kind ? noise : zeroes, PAGE);
            kept = load(&report);
            CHECK(report.set_aside, "page %u", (unsigned int)page);
            CHECK(kept == report.kept, "page %u: %u, not %u", (unsigned int)page, kept, report.kept);
            if (page > 4)               /* neither a root, nor the index of jobs */
                CHECK(kept >= JOBS / 2, "page %u: %u kept", (unsigned int)page, kept);
            end();
        }
    }
}

static void test_cut_off(void)
{
    struct store_report report;

    make_store();
    CU_ASSERT_EQUAL(truncate(store_path, size_of(store_path) / 2), 0);
    (void)load(&report);
    CU_ASSERT(report.set_aside);
    end();
    make_store();
    CU_ASSERT_EQUAL(truncate(store_path, 100), 0);
    CU_ASSERT_EQUAL(load(&report), 0);
    CU_ASSERT(report.set_aside);
    end();
}

static void copy(const char *from, const char *to)
{
    char command[256];

    snprintf(command, sizeof(command), "cp %s/%s %s/%s", state_dir, from, state_dir, to);
    CU_ASSERT_EQUAL_FATAL(system(command), 0);
}

/* After a crash most of the jobs may be in the log only, with the first page. */
static void test_log(void)
{
    static const uint8_t zeroes[100];
    struct store_report report;
    struct store *store = NULL;

    make_store();
    CU_ASSERT_EQUAL_FATAL(store_open(state_dir, &store, &report), S_OK);
    fill(store, JOBS, JOBS);
    copy("jobs.db", "saved");
    copy("jobs.db-wal", "saved-wal");
    store_close(store);
    copy("saved", "jobs.db");
    copy("saved-wal", "jobs.db-wal");
    overwrite(store_path, 0, zeroes, sizeof(zeroes));
    CU_ASSERT_EQUAL(load(&report), 2 * JOBS);
    end();
}

/* The power went when the old file had gone, and the new one had not come yet. */
static void test_cut_short(void)
{
    struct store_report report;
    char path[128];

    make_store();
    snprintf(path, sizeof(path), "%s.new", store_path);
    CU_ASSERT_EQUAL(rename(store_path, path), 0);
    CU_ASSERT_EQUAL(load(&report), JOBS);
    CU_ASSERT(!in_state_dir("jobs.db.new"));
    end();
}

static void set_version(int version)
{
    char sql[64];
    sqlite3 *db;

    CU_ASSERT_EQUAL_FATAL(sqlite3_open(store_path, &db), SQLITE_OK);
    snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", version);
    CU_ASSERT_EQUAL(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void test_later_version(void)
{
    struct store_report report;
    struct store *store = NULL;
    char command[256];

    make_store();
    set_version(STORE_VERSION + 1);
    copy("jobs.db", "saved");
    CU_ASSERT_EQUAL(store_open(state_dir, &store, &report), HRESULT_FROM_WIN32(1306));
    CU_ASSERT_PTR_NULL(store);
    CU_ASSERT(!report.set_aside);
    CU_ASSERT(!in_state_dir("jobs.db.unreadable-1"));
    snprintf(command, sizeof(command), "cmp -s %s/jobs.db %s/saved", state_dir, state_dir);
    CU_ASSERT_EQUAL(system(command), 0);
    set_version(STORE_VERSION);
    CU_ASSERT_EQUAL(load(&report), JOBS);
    end();
}

static void test_renew(void)
{
    struct store_report report;
    struct store *store = NULL;

    make_store();
    CU_ASSERT_EQUAL_FATAL(store_open(state_dir, &store, &report), S_OK);
    CU_ASSERT_EQUAL(store_renew(store), S_OK);
    fill(store, 7, 3);
    store_close(store);
    CU_ASSERT_EQUAL(load(&report), 3);
    CU_ASSERT(in_state_dir("jobs.db.unreadable-1"));
    end();
}

/* Makes a damaged store of an engine that has stopped. */
static void damage(sqlite3 *store)
{
    static const uint8_t zeroes[100];
    char path[128];

    snprintf(path, sizeof(path), "%s", sqlite3_db_filename(store, "main"));
    overwrite(path, 0, zeroes, sizeof(zeroes));
}

static void test_engine_goes_on(void)
{
    struct job_id job;

    fixture_begin();
    job = fixture_start_download(fixture_url("/data/d?size=700000&seed=%u&hold_at=400000&hold=damage", FIXTURE_SEED),
                                 "d");
    fixture_wait_bytes(&job, 400000);
    fixture_restart_after(damage);
    CU_ASSERT(fixture_logged("set aside as jobs.db.unreadable-1; 1 of its jobs were kept, at least 0"));
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    fixture_release("damage");
    fixture_wait_state(&job, JOB_TRANSFERRED);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("d", 0, 700000));
    fixture_end();
}

CU_TestInfo store_file_tests[] =
{
    {"the begin is lost", test_first_page},
    {"any page is lost", test_every_page},
    {"the end is lost", test_cut_off},
    {"the begin is lost, and there is a log", test_log},
    {"a repair that was cut short", test_cut_short},
    {"a later version is not touched", test_later_version},
    {"a store that is given up", test_renew},
    {"an engine goes on", test_engine_goes_on},
    CU_TEST_INFO_NULL
};
