/*
 * Tests of temporary files, and of what others do to them.
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
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"
#include "result.h"
#include "suites.h"
#include "temp_file.h"

#define FILE_INVALID HRESULT_FROM_WIN32(1006)
#define MIB (1024 * 1024)

static char temp_path[256], destination[256], victim[256];
static struct temp_file temp;

int temp_file_setup(void)
{
    return fixture_start_server();
}

int temp_file_teardown(void)
{
    return fixture_stop_server();
}

static void make_file(const char *path, const char *content, mode_t mode)
{
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);

    CU_ASSERT_NOT_EQUAL_FATAL(fd, -1);
    CU_ASSERT_EQUAL(write(fd, content, strlen(content)), (ssize_t)strlen(content));
    CU_ASSERT_EQUAL(fchmod(fd, mode), 0);
    close(fd);
}

static bool file_has(const char *path, const char *content)
{
    char buffer[64] = "";
    ssize_t length;
    int fd;

    if ((fd = open(path, O_RDONLY)) == -1)
        return false;
    length = read(fd, buffer, sizeof(buffer) - 1);
    close(fd);
    return length == (ssize_t)strlen(content) && !strcmp(buffer, content);
}

static bool is_type(const char *path, mode_t type)
{
    struct stat info;

    return !lstat(path, &info) && (info.st_mode & S_IFMT) == type;
}

/* A directory with a file that nobody is to touch, and a temporary file with some bytes. */
static void begin(void)
{
    int fd;

    fixture_begin();
    snprintf(temp_path, sizeof(temp_path), "%s", fixture_path("DO0011223344556677.tmp"));
    snprintf(destination, sizeof(destination), "%s", fixture_path("file"));
    snprintf(victim, sizeof(victim), "%s", fixture_path("victim"));
    make_file(victim, "victim", 0644);
    memset(&temp, 0, sizeof(temp));
    CU_ASSERT_EQUAL_FATAL(temp_file_open(&temp, temp_path, true, 0, &fd), 0);
    CU_ASSERT_EQUAL(write(fd, "content", 7), 7);
    CU_ASSERT_EQUAL(temp_file_sync(&temp, fd, temp_path), 0);
    close(fd);
}

static void end(void)
{
    CU_ASSERT(file_has(victim, "victim"));
    (void)remove(temp_path);
    fixture_end();
}

static int open_again(uint64_t least)
{
    int fd = -1, error = temp_file_open(&temp, temp_path, false, least, &fd);

    if (fd != -1)
        close(fd);
    return error;
}

static void test_open(void)
{
    struct stat info;
    int fd;

    begin();
    CU_ASSERT_EQUAL(stat(temp_path, &info), 0);
    CU_ASSERT_EQUAL(info.st_mode & 07777, 0600);
    CU_ASSERT_EQUAL(open_again(7), 0);
    CU_ASSERT_EQUAL(open_again(8), ESTALE); /* somebody cut it off */
    memset(&temp, 0, sizeof(temp));
    CU_ASSERT_EQUAL(open_again(7), 0);  /* of an engine before this one */
    CU_ASSERT_EQUAL(unlink(temp_path), 0);
    CU_ASSERT_EQUAL(open_again(0), ENOENT);
    make_file(temp_path, "left by a crash", 0644);
    CU_ASSERT_EQUAL_FATAL(temp_file_open(&temp, temp_path, true, 0, &fd), 0);
    close(fd);
    CU_ASSERT(file_has(temp_path, ""));
    CU_ASSERT_EQUAL(temp_file_open(&temp, fixture_path("missing/DO1.tmp"), true, 0, &fd), ENOENT);
    end();
}

/* What somebody may put in the place of the temporary file. */
static void put_link(void)
{
    CU_ASSERT_EQUAL(symlink(victim, temp_path), 0);
}

static void put_dangling_link(void)
{
    CU_ASSERT_EQUAL(symlink(destination, temp_path), 0);
}

static void put_hard_link(void)
{
    CU_ASSERT_EQUAL(link(victim, temp_path), 0);
}

static void put_file(void)
{
    make_file(temp_path, "content", 0600);
}

static void put_pipe(void)
{
    CU_ASSERT_EQUAL(mkfifo(temp_path, 0666), 0);
}

static void put_directory(void)
{
    CU_ASSERT_EQUAL(mkdir(temp_path, 0777), 0);
}

static const struct replacement
{
    const char *name;
    void (*put)(void);
} replacements[] =
{
    {"a link", put_link}, {"a link to nothing", put_dangling_link}, {"a hard link", put_hard_link},
    {"another file", put_file}, {"a pipe", put_pipe}, {"a directory", put_directory},
};

/* The file that was opened keeps a name, so that no other one can get its number. */
static void replace(const struct replacement *replacement)
{
    CU_ASSERT_EQUAL(rename(temp_path, fixture_path("kept")), 0);
    replacement->put();
}

static void test_replaced(void)
{
    unsigned int i;
    int fd;

    for (i = 0; i < COUNT_OF(replacements); i++)
    {
        begin();
        replace(&replacements[i]);
        CHECK(open_again(0) == ESTALE, "%s", replacements[i].name);
        CHECK(temp_file_place(&temp, temp_path, destination, 7, false) == ESTALE, "%s", replacements[i].name);
        CHECK(!fixture_exists("file"), "%s", replacements[i].name);
        if (replacements[i].put == put_directory)
        {
            CU_ASSERT_EQUAL(temp_file_open(&temp, temp_path, true, 0, &fd), EISDIR);
        }
        else
        {
            CHECK(!temp_file_open(&temp, temp_path, true, 0, &fd), "%s", replacements[i].name);
            close(fd);
            CHECK(is_type(temp_path, S_IFREG) && file_has(temp_path, ""), "%s", replacements[i].name);
        }
        end();
    }
}

/* A second name, in a directory of somebody else's perhaps. */
static void test_hard_linked(void)
{
    begin();
    CU_ASSERT_EQUAL(link(temp_path, fixture_path("second")), 0);
    CU_ASSERT_EQUAL(open_again(0), ESTALE);
    CU_ASSERT_EQUAL(temp_file_place(&temp, temp_path, destination, 7, false), ESTALE);
    CU_ASSERT_EQUAL(unlink(fixture_path("second")), 0);
    CU_ASSERT_EQUAL(temp_file_place(&temp, temp_path, destination, 7, false), 0);
    end();
}

static void test_sync(void)
{
    int ends[2], fd;

    begin();
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    CU_ASSERT_EQUAL_FATAL(temp_file_open(&temp, temp_path, false, 7, &fd), 0);
    CU_ASSERT_EQUAL(temp_file_sync(&temp, ends[0], temp_path), EINVAL);
    CU_ASSERT_EQUAL(temp_file_sync(&temp, fd, temp_path), EINVAL); /* what was lost does not come back by itself */
    close(fd);
    CU_ASSERT_EQUAL_FATAL(temp_file_open(&temp, temp_path, false, 7, &fd), 0);
    CU_ASSERT_EQUAL(temp_file_sync(&temp, fd, temp_path), 0);
    close(fd);
    close(ends[0]);
    close(ends[1]);
    end();
}

static void test_reserve(void)
{
    struct stat before, after;
    int fd;

    begin();
    CU_ASSERT_EQUAL_FATAL(temp_file_open(&temp, temp_path, false, 7, &fd), 0);
    CU_ASSERT_EQUAL(fstat(fd, &before), 0);
    CU_ASSERT_EQUAL(temp_file_reserve(fd, (uint64_t)1 << 60), ENOSPC);
    CU_ASSERT_EQUAL(fstat(fd, &after), 0);
    CU_ASSERT_EQUAL(after.st_blocks, before.st_blocks);
    CU_ASSERT_EQUAL(temp_file_reserve(fd, 0), 0);
    CU_ASSERT_EQUAL(temp_file_reserve(fd, MIB), 0);
    CU_ASSERT_EQUAL(fstat(fd, &after), 0);
    CU_ASSERT_EQUAL(after.st_size, 7);  /* what is reserved is no content */
    close(fd);
    CU_ASSERT(file_has(temp_path, "content"));
    end();
}

/* In memory, where it would take long, nothing is reserved; but it is known whether there is room. */
static void test_reserve_memory(void)
{
    int fd = memfd_create("room", MFD_CLOEXEC);
    struct stat info;

    CU_ASSERT_NOT_EQUAL_FATAL(fd, -1);
    CU_ASSERT_EQUAL(temp_file_reserve(fd, MIB), 0);
    CU_ASSERT_EQUAL(fstat(fd, &info), 0);
    CU_ASSERT(!info.st_blocks && !info.st_size);
    close(fd);
}

static void test_place(void)
{
    mode_t mask = umask(0);
    struct stat info;

    umask(mask);
    begin();
    CU_ASSERT_EQUAL(temp_file_place(&temp, temp_path, destination, 8, false), ESTALE); /* something is missing */
    CU_ASSERT_EQUAL(temp_file_place(&temp, temp_path, destination, 4, false), 0);
    CU_ASSERT(file_has(destination, "cont"));
    CU_ASSERT_EQUAL(stat(destination, &info), 0);
    CU_ASSERT_EQUAL(info.st_mode & 07777, 0666 & ~mask);
    CU_ASSERT_EQUAL(temp_file_place(&temp, temp_path, destination, 4, false), ENOENT);
    CU_ASSERT_EQUAL(temp_file_place(&temp, temp_path, destination, 4, true), 0);
    CU_ASSERT_EQUAL(temp_file_place(&temp, temp_path, destination, 5, true), ENOENT); /* that is another file */
    CU_ASSERT_EQUAL(unlink(destination), 0);
    CU_ASSERT_EQUAL(temp_file_place(&temp, temp_path, destination, 4, true), ENOENT);
    CU_ASSERT_EQUAL(temp_file_place(&temp, temp_path, destination, 0, false), 0);
    CU_ASSERT(file_has(destination, ""));
    end();
}

/* Links are replaced themselves; nothing is opened that could block. */
static void test_odd_destinations(void)
{
    begin();
    CU_ASSERT_EQUAL(symlink(victim, destination), 0);
    CU_ASSERT_EQUAL(temp_file_place(&temp, temp_path, destination, 7, false), 0);
    CU_ASSERT(is_type(destination, S_IFREG) && file_has(destination, "content"));
    end();

    begin();
    CU_ASSERT_EQUAL(mkfifo(destination, 0666), 0);
    CU_ASSERT_EQUAL(temp_file_place(&temp, temp_path, destination, 7, false), 0);
    CU_ASSERT(is_type(destination, S_IFREG) && file_has(destination, "content"));
    end();

    begin();
    CU_ASSERT_EQUAL(mkdir(destination, 0777), 0);
    CU_ASSERT_EQUAL(temp_file_place(&temp, temp_path, destination, 7, false), EISDIR);
    CU_ASSERT(file_has(temp_path, "content"));
    end();

    begin();
    make_file(destination, "read-only", 0444);
    CU_ASSERT_EQUAL(temp_file_place(&temp, temp_path, destination, 7, false), EACCES);
    CU_ASSERT(file_has(destination, "read-only"));
    CU_ASSERT(file_has(temp_path, "content"));
    end();

    begin();
    CU_ASSERT_EQUAL(link(victim, destination), 0);
    CU_ASSERT_EQUAL(temp_file_place(&temp, temp_path, destination, 7, false), 0);
    CU_ASSERT(file_has(destination, "content"));
    end();
}

/* Somebody who swaps the temporary file for a link to the victim and back, as fast as possible. */
static void *swap(void *context)
{
    atomic_bool *stop = context;
    char link_path[sizeof(victim) + 8], kept_path[sizeof(victim) + 8];

    snprintf(link_path, sizeof(link_path), "%s.link", victim);
    snprintf(kept_path, sizeof(kept_path), "%s.kept", victim);
    while (!atomic_load(stop))
    {
        (void)symlink(victim, link_path);
        (void)rename(temp_path, kept_path);
        (void)rename(link_path, temp_path);
        (void)unlink(temp_path);
        (void)rename(kept_path, temp_path);
    }
    return NULL;
}

static void test_race(void)
{
    unsigned int i, opened = 0;
    atomic_bool stop;
    pthread_t thread;
    struct stat info;
    int fd, error;

    begin();
    CU_ASSERT_EQUAL(stat(victim, &info), 0);
    atomic_init(&stop, false);
    CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, swap, &stop), 0);
    for (i = 0; i < 3000; i++)
    {
        error = temp_file_open(&temp, temp_path, i % 2, 0, &fd);
        if (!error)
        {
            CU_ASSERT_EQUAL(write(fd, "hello", 5), 5);
            close(fd);
            opened++;
        }
        (void)temp_file_place(&temp, temp_path, destination, 5, false);
    }
    atomic_store(&stop, true);
    pthread_join(thread, NULL);
    CU_ASSERT(opened > 0);
    CU_ASSERT_EQUAL(stat(victim, &info), 0);
    CU_ASSERT_EQUAL(info.st_mode & 07777, 0644);
    end();
}

static void test_names(void)
{
    static const struct
    {
        const char *path, *destination;
        bool good;
    } rows[] =
    {
        {"/a/DO0011223344556677.tmp", "/a/file", true},
        {"/a/DO0011223344556677.tmp", NULL, true},
        {"/DO1.tmp", "/file", true},
        {"/a/DO1.tmp", "/b/file", false},
        {"/a/DO1.tmp", "/a/b/file", false},
        {"/a/DO1.tmp", "/a/", false},
        {"/a/DO1.tmp", "file", false},
        {"/a/passwd", NULL, false},
        {"/a/DO.tmp", NULL, false},
        {"/a/DO1.tmp/", NULL, false},
        {"a/DO1.tmp", NULL, false},
        {"DO1.tmp", NULL, false},
        {"", NULL, false},
    };
    unsigned int i;

    for (i = 0; i < COUNT_OF(rows); i++)
        CHECK(temp_file_is_path(rows[i].path, rows[i].destination) == rows[i].good, "%s", rows[i].path);
}

/* The same through the engine: the job fails, nothing else is written to, and it can begin anew. */
static void test_replaced_while_suspended(void)
{
    struct job_error error = {0};
    uint32_t size = sizeof(temp_path);
    struct job_id job;

    fixture_begin();
    snprintf(victim, sizeof(victim), "%s", fixture_path("victim"));
    make_file(victim, "victim", 0644);
    job = fixture_start_download(fixture_url("/data/r?size=%u&seed=%u&hold_at=300000&hold=replaced", MIB, FIXTURE_SEED),
                                 "r");
    fixture_wait_bytes(&job, 300000);
    fixture_act(&job, JOB_ACTION_SUSPEND);
    fixture_release("replaced");
    CU_ASSERT_EQUAL_FATAL(engine_file_get_text(fixture_engine, &job, 0, FILE_TEXT_TEMPORARY_NAME, temp_path, &size),
                          S_OK);
    CU_ASSERT_EQUAL(rename(temp_path, fixture_path("kept")), 0);
    put_link();
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_ERROR);
    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, &job, &error), S_OK);
    CU_ASSERT_EQUAL(error.code, FILE_INVALID);
    CU_ASSERT(file_has(victim, "victim"));
    fixture_act(&job, JOB_ACTION_RESUME);
    fixture_wait_state(&job, JOB_TRANSFERRED);

    /* and before the end */
    CU_ASSERT_EQUAL(link(temp_path, fixture_path("second")), 0);
    CU_ASSERT_EQUAL(engine_job_act(fixture_engine, &job, JOB_ACTION_COMPLETE), FILE_INVALID);
    CU_ASSERT_EQUAL(fixture_info(&job).state, JOB_TRANSFERRED);
    CU_ASSERT_EQUAL(unlink(fixture_path("second")), 0);
    fixture_act(&job, JOB_ACTION_COMPLETE);
    CU_ASSERT(fixture_file_is("r", 0, MIB));
    CU_ASSERT(file_has(victim, "victim"));
    fixture_end();
}

static void test_no_room(void)
{
    struct job_error error = {0};
    struct job_id job;

    fixture_begin();
    job = fixture_start_download(fixture_url("/data/n?size=%llu&key=no-room", 1ull << 60), "n");
    fixture_wait_state(&job, JOB_ERROR);
    CU_ASSERT_EQUAL(engine_job_get_error(fixture_engine, &job, &error), S_OK);
    CU_ASSERT_EQUAL(error.code, HRESULT_FROM_WIN32(112));
    CU_ASSERT_EQUAL(fixture_requests("no-room"), 1); /* room does not come by itself: no retry */
    CU_ASSERT_EQUAL(fixture_info(&job).bytes_transferred, 0);
    fixture_act(&job, JOB_ACTION_CANCEL);
    fixture_end();
}

CU_TestInfo temp_file_tests[] =
{
    {"made, found again, and gone", test_open},
    {"something else in its place", test_replaced},
    {"a second name", test_hard_linked},
    {"what could not be synced is lost", test_sync},
    {"room is reserved", test_reserve},
    {"room in memory is not reserved", test_reserve_memory},
    {"it takes its place", test_place},
    {"odd destinations", test_odd_destinations},
    {"somebody else is fast", test_race},
    {"names of temporary files", test_names},
    {"replaced while a job waits", test_replaced_while_suspended},
    {"a disk without room", test_no_room},
    CU_TEST_INFO_NULL
};
