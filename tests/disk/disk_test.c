/*
 * Tests of disks that are full or read-only, in a mount name space of their own.
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

#include <CUnit/Basic.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"
#include "result.h"

#define MIB (1024u * 1024)
#define DISK_FULL HRESULT_FROM_WIN32(112)
#define WRITE_PROTECT HRESULT_FROM_WIN32(19)
#define EXIT_SKIPPED 77                 /* as automake has it */

static int setup(void)
{
    return fixture_start_server();
}

static int teardown(void)
{
    return fixture_stop_server();
}

static const char *state_dir(void)
{
    static char path[128];

    snprintf(path, sizeof(path), "%s.state", fixture_dir);
    return path;
}

static void mount_disk(const char *path, const char *options)
{
    CU_ASSERT_EQUAL_FATAL(mount("tmpfs", path, "tmpfs", 0, options), 0);
}

static void resize_disk(const char *path, const char *options)
{
    CU_ASSERT_EQUAL_FATAL(mount("tmpfs", path, "tmpfs", MS_REMOUNT, options), 0);
}

static void unmount(const char *path)
{
    CU_ASSERT_EQUAL(umount2(path, MNT_DETACH), 0);
}

/* Lets nobody write below a path who looks it up from now on. */
static void make_read_only(const char *path)
{
    CU_ASSERT_EQUAL_FATAL(mount(path, path, NULL, MS_BIND, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(mount(NULL, path, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL), 0);
}

/* Takes all the room of a disk. */
static void fill_disk(const char *directory)
{
    static const char block[4096];
    char path[160];
    int fd;

    snprintf(path, sizeof(path), "%s/ballast", directory);
    CU_ASSERT_NOT_EQUAL_FATAL(fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600), -1);
    while (write(fd, block, sizeof(block)) > 0)
        ;
    CU_ASSERT_EQUAL(errno, ENOSPC);
    close(fd);
}

static void free_disk(const char *directory)
{
    char path[160];

    snprintf(path, sizeof(path), "%s/ballast", directory);
    CU_ASSERT_EQUAL(unlink(path), 0);
}

static void check_error(const struct job_id *job, int32_t code)
{
    struct job_error error = {0};

    fixture_wait_state(job, JOB_ERROR);
    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, job, &error), S_OK);
    CU_ASSERT_EQUAL(error.code, code);
}

static void complete(const struct job_id *job, const char *name, uint64_t size)
{
    fixture_wait_state(job, JOB_TRANSFERRED);
    fixture_act(job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is(name, 0, size));
}

static void get_temporary_name(const struct job_id *job, char *path, uint32_t size)
{
    CU_ASSERT_EQUAL_FATAL(engine_file_get_text(fixture_engine, job, 0, FILE_TEXT_TEMPORARY_NAME, path, &size), S_OK);
}

/* It is told before the bytes come, and Resume goes on once there is room. */
static void test_no_room(void)
{
    struct job_id job;

    fixture_begin();
    mount_disk(fixture_dir, "size=2m");
    job = fixture_start_download(fixture_url("/data/f?size=%u&seed=%u&key=full", 3 * MIB, FIXTURE_SEED), "f");
    check_error(&job, DISK_FULL);
    CU_ASSERT_EQUAL(fixture_requests("full"), 1);
    fixture_act(&job, JOB_ACTION_RESUME);
    check_error(&job, DISK_FULL);
    resize_disk(fixture_dir, "size=8m");
    fixture_act(&job, JOB_ACTION_RESUME);
    complete(&job, "f", 3 * MIB);
    unmount(fixture_dir);
    fixture_end();
}

/* Somebody else takes the room meanwhile: in memory, where these disks are, nothing is reserved. */
static void test_room_goes(void)
{
    struct job_id job;

    fixture_begin();
    mount_disk(fixture_dir, "size=2m");
    job = fixture_start_download(fixture_url("/data/k?size=%u&seed=%u&hold_at=300000&hold=room", MIB, FIXTURE_SEED),
                                 "k");
    fixture_wait_bytes(&job, 300000);
    fill_disk(fixture_dir);
    fixture_release("room");
    check_error(&job, DISK_FULL);
    CU_ASSERT(fixture_info(&job).bytes_transferred >= 300000);
    free_disk(fixture_dir);
    fixture_act(&job, JOB_ACTION_RESUME);
    complete(&job, "k", MIB);
    unmount(fixture_dir);
    fixture_end();
}

/* What is here when there is no more room is not fetched again. */
static void test_nothing_is_lost(void)
{
    struct job_id job;
    char path[256];

    fixture_begin();
    mount_disk(fixture_dir, "size=2m");
    job = fixture_start_download(fixture_url("/data/l?size=%u&seed=%u&hold_at=600000&hold=lost&key=lost", MIB,
                                             FIXTURE_SEED), "l");
    fixture_wait_bytes(&job, 600000);
    fixture_act(&job, JOB_ACTION_SUSPEND);
    fixture_restart();
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    CU_ASSERT_EQUAL(fixture_info(&job).bytes_transferred, 600000);
    get_temporary_name(&job, path, sizeof(path));
    CU_ASSERT_EQUAL(truncate(path, 600000), 0); /* gives back what was reserved, if it was */
    fill_disk(fixture_dir);
    fixture_release("lost");
    fixture_act(&job, JOB_ACTION_RESUME);
    check_error(&job, DISK_FULL);
    CU_ASSERT_EQUAL(fixture_info(&job).bytes_transferred, 600000);
    free_disk(fixture_dir);
    fixture_act(&job, JOB_ACTION_RESUME);
    complete(&job, "l", MIB);
    CU_ASSERT(fixture_last_request_has("lost", "Range: bytes=600000-"));
    unmount(fixture_dir);
    fixture_end();
}

static void test_read_only_destination(void)
{
    struct job_id job;

    fixture_begin();
    make_read_only(fixture_dir);
    job = fixture_start_download(fixture_url("/data/r?size=%u&seed=%u", MIB, FIXTURE_SEED), "r");
    check_error(&job, WRITE_PROTECT);
    unmount(fixture_dir);
    fixture_act(&job, JOB_ACTION_RESUME);
    complete(&job, "r", MIB);
    fixture_end();
}

static bool name_is(const struct job_id *job, const char *name)
{
    char text[64] = "";
    uint32_t size = sizeof(text);

    CU_ASSERT_EQUAL(engine_job_get_text(fixture_engine, job, JOB_TEXT_DISPLAY_NAME, text, &size), S_OK);
    return !strcmp(text, name);
}

static int32_t set_name(const struct job_id *job, const char *name)
{
    return engine_job_set_text(fixture_engine, job, JOB_TEXT_DISPLAY_NAME, name);
}

static void mount_small_state(sqlite3 *store)
{
    (void)store;
    mount_disk(state_dir(), "size=400k");
}

static void unmount_state(sqlite3 *store)
{
    (void)store;
    unmount(state_dir());
}

/* Names of more and more characters, so that the store needs more and more room. */
static int32_t grow(const struct job_id *job)
{
    static char text[4096];
    unsigned int i;
    int32_t hr = S_OK;

    for (i = 0; i < 100 && SUCCEEDED(hr); i++)
    {
        memset(text, 'a' + (int)(i % 26), sizeof(text) - 1);
        hr = engine_job_set_text(fixture_engine, job, JOB_TEXT_DESCRIPTION, text);
    }
    return hr;
}

static void test_full_store(void)
{
    struct job_id job, download;

    fixture_begin();
    fixture_restart_after(mount_small_state);
    job = fixture_create_job();
    CU_ASSERT_EQUAL(set_name(&job, "before"), S_OK);
    fill_disk(state_dir());
    CU_ASSERT_EQUAL(grow(&job), DISK_FULL);
    CU_ASSERT_EQUAL(set_name(&job, "full"), DISK_FULL);
    CU_ASSERT(name_is(&job, "full"));
    CU_ASSERT(fixture_logged("Saving the jobs failed"));
    free_disk(state_dir());
    CU_ASSERT_EQUAL(set_name(&job, "after"), S_OK);
    CU_ASSERT(fixture_logged("The jobs are saved again."));
    fill_disk(state_dir());
    fixture_restart();                  /* it starts all the same */
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    CU_ASSERT(name_is(&job, "after"));
    free_disk(state_dir());
    download = fixture_start_download(fixture_url("/data/s?size=%u&seed=%u", MIB, FIXTURE_SEED), "s");
    complete(&download, "s", MIB);
    fixture_restart_after(unmount_state);
    fixture_end();
}

static void protect_state(sqlite3 *store)
{
    (void)store;
    make_read_only(state_dir());
}

/* As after a crash: the last change stands in the log only. */
static void protect_state_with_log(sqlite3 *store)
{
    CU_ASSERT_EQUAL(sqlite3_db_config(store, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL), SQLITE_OK);
    CU_ASSERT_EQUAL(sqlite3_exec(store, "UPDATE jobs SET error_count = 77", NULL, NULL, NULL), SQLITE_OK);
    make_read_only(state_dir());
}

static void check_read_only_store(void (*protect)(sqlite3 *store), uint32_t error_count)
{
    struct job_id job;

    fixture_begin();
    job = fixture_create_job();
    CU_ASSERT_EQUAL(set_name(&job, "kept"), S_OK);
    fixture_restart_after(protect);
    CU_ASSERT(fixture_logged("The job store is read-only"));
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    CU_ASSERT(name_is(&job, "kept"));
    CU_ASSERT_EQUAL(fixture_info(&job).error_count, error_count);
    CU_ASSERT_EQUAL(set_name(&job, "changed"), WRITE_PROTECT);
    unmount(state_dir());
    CU_ASSERT_EQUAL(set_name(&job, "saved"), S_OK);
    fixture_restart();
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    CU_ASSERT(name_is(&job, "saved"));
    CU_ASSERT_EQUAL(fixture_info(&job).error_count, error_count);
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

static void test_read_only_store(void)
{
    check_read_only_store(protect_state, 0);
    check_read_only_store(protect_state_with_log, 77);
}

/* Without room for a second store the service does not start, and the damaged one stays where it is. */
static void damage_and_start(sqlite3 *store)
{
    struct engine_config config = {.state_dir = state_dir()};
    struct engine *engine = NULL;
    char path[160];
    int fd;

    (void)store;
    snprintf(path, sizeof(path), "%s/jobs.db", state_dir());
    CU_ASSERT_NOT_EQUAL_FATAL(fd = open(path, O_WRONLY), -1);
    CU_ASSERT_EQUAL(pwrite(fd, "damaged", 7, 0), 7);
    close(fd);
    fill_disk(state_dir());
    CU_ASSERT_EQUAL(engine_create(&config, &engine), DISK_FULL);
    free_disk(state_dir());
}

static void test_damaged_store_without_room(void)
{
    struct job_id job;

    fixture_begin();
    fixture_restart_after(mount_small_state);
    job = fixture_create_job();
    CU_ASSERT_EQUAL(set_name(&job, "kept"), S_OK);
    fixture_restart_after(damage_and_start);
    CU_ASSERT(fixture_logged("set aside as jobs.db.unreadable-1; 1 of its jobs were kept"));
    CU_ASSERT_EQUAL_FATAL(engine_job_open(fixture_engine, &job), S_OK);
    CU_ASSERT(name_is(&job, "kept"));
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_restart_after(unmount_state);
    fixture_end();
}

static CU_TestInfo tests[] =
{
    {"no room for a download", test_no_room},
    {"the room goes under way", test_room_goes},
    {"what is here when there is no more room", test_nothing_is_lost},
    {"a read-only destination", test_read_only_destination},
    {"no room for the store", test_full_store},
    {"a read-only store", test_read_only_store},
    {"no room to repair the store", test_damaged_store_without_room},
    CU_TEST_INFO_NULL
};

static bool write_text(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY);
    bool good = fd != -1 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

    if (fd != -1)
        close(fd);
    return good;
}

/* What is mounted here nobody else sees; users that are not root become it in a name space of users. */
static bool enter_name_space(void)
{
    uid_t user = getuid();
    gid_t group = getgid();
    char text[64];

    if (unshare(CLONE_NEWNS))
    {
        if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
            return false;
        snprintf(text, sizeof(text), "0 %u 1", (unsigned int)user);
        if (!write_text("/proc/self/setgroups", "deny") || !write_text("/proc/self/uid_map", text))
            return false;
        snprintf(text, sizeof(text), "0 %u 1", (unsigned int)group);
        if (!write_text("/proc/self/gid_map", text))
            return false;
    }
    return !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) && !mount("tmpfs", "/tmp", "tmpfs", 0, "size=64m");
}

int main(void)
{
    CU_SuiteInfo suites[] = {{.pName = "disk", .pInitFunc = setup, .pCleanupFunc = teardown, .pTests = tests},
                             CU_SUITE_INFO_NULL};
    unsigned int failed;

    if (!enter_name_space())
    {
        fprintf(stderr, "disk_test: nothing can be mounted here: %s\n", strerror(errno));
        printf("0 passed, 0 failed, 1 skipped\n");
        return EXIT_SKIPPED;
    }
    if (CU_initialize_registry() || CU_register_suites(suites))
        return 1;
    CU_basic_set_mode(CU_BRM_VERBOSE);
    CU_basic_run_tests();
    failed = CU_get_number_of_tests_failed();
    printf("%u passed, %u failed\n", CU_get_number_of_tests_run() - failed, failed);
    CU_cleanup_registry();
    return failed ? 1 : 0;
}
