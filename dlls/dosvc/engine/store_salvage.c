/*
 * Takes the jobs that can still be read out of a damaged job store.
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
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine.h"
#include "errors.h"
#include "store_file.h"

#define SALVAGE_PAGE 4096u              /* bytes of a page of our files */
#define SALVAGE_MAX_ROWS 1000000        /* a number of rows that is larger is itself damage */

/* One attempt to copy rows. Statements of the damaged file may fail at any row. */
struct salvage
{
    sqlite3 *source, *target;
    sqlite3_stmt *read_up, *read_down, *read_one, *read_files, *write_job, *write_file;
    unsigned int kept, lost;
};

#define JOB_COLUMNS "seq, id, settings, state, proxy_usage, error_count, error_code, error_context, error_file," \
    " error_status, created, modified, transferred, completing"
#define FILE_COLUMNS "job, position, url, local_name, path, temp_path, file_id, ranges, settings, size, etag," \
    " last_modified, extents, transferred, completed, restarts, http_status"

static int32_t copy_file(const char *from, const char *to)
{
    int source = open(from, O_RDONLY | O_CLOEXEC), target = -1;
    char buffer[65536];
    ssize_t length = 0;
    int32_t hr = S_OK;

    if (source == -1)
        return errno == ENOENT ? S_OK : hresult_from_errno(errno);
    if ((target = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) == -1)
        hr = hresult_from_errno(errno);
    while (SUCCEEDED(hr) && (length = read(source, buffer, sizeof(buffer))) > 0)
    {
        if (write(target, buffer, (size_t)length) != length)
            hr = hresult_from_errno(ENOSPC);
    }
    if (SUCCEEDED(hr) && length < 0)
        hr = hresult_from_errno(errno);
    if (target != -1)
        close(target);
    close(source);
    return hr;
}

/* A store without jobs, for as long as it is being filled without a version and without a log. */
static int32_t make_empty(const char *path, sqlite3 **db)
{
    sqlite3 *object = NULL;
    int32_t hr = hresult_from_sqlite(sqlite3_open(path, &object));

    if (SUCCEEDED(hr))
        hr = store_file_execute(object, "PRAGMA page_size = 4096; PRAGMA synchronous = FULL;");
    if (SUCCEEDED(hr))
        hr = store_file_execute(object, store_schema);
    if (SUCCEEDED(hr))
    {
        *db = object;
        return S_OK;
    }
    sqlite3_close(object);
    return hr;
}

/* Puts a number of four bytes, the most significant first, as SQLite has them. */
static void put_number(uint8_t *buffer, uint32_t number)
{
    buffer[0] = (uint8_t)(number >> 24);
    buffer[1] = (uint8_t)(number >> 16);
    buffer[2] = (uint8_t)(number >> 8);
    buffer[3] = (uint8_t)number;
}

/*
 * Gives a file whose begin is lost another one: every store of ours begins with the same page, which tells where the
 * tables are, but for some numbers. `empty` is the path of a store without jobs.
 */
static bool replace_first_page(const char *path, const char *empty)
{
    int source = open(empty, O_RDONLY | O_CLOEXEC), target = open(path, O_RDWR | O_CLOEXEC);
    uint8_t page[SALVAGE_PAGE];
    bool done = false;
    struct stat info;

    if (source != -1 && target != -1 && pread(source, page, sizeof(page), 0) == (ssize_t)sizeof(page)
        && !fstat(target, &info) && info.st_size > (off_t)sizeof(page))
    {
        put_number(page + 28, (uint32_t)(info.st_size / (off_t)sizeof(page))); /* pages of the file */
        memset(page + 32, 0, 8);        /* none of them unused */
        done = pwrite(target, page, sizeof(page), 0) == (ssize_t)sizeof(page);
    }
    if (source != -1)
        close(source);
    if (target != -1)
        close(target);
    return done;
}

static bool prepare_statement(sqlite3 *db, const char *sql, sqlite3_stmt **statement)
{
    return sqlite3_prepare_v2(db, sql, -1, statement, NULL) == SQLITE_OK;
}

/* False: the tables are not there. */
static bool prepare_source(struct salvage *salvage, const char *path)
{
    return sqlite3_open_v2(path, &salvage->source, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK
           && prepare_statement(salvage->source, "SELECT " JOB_COLUMNS " FROM jobs ORDER BY seq", &salvage->read_up)
           && prepare_statement(salvage->source, "SELECT " JOB_COLUMNS " FROM jobs ORDER BY seq DESC",
                                &salvage->read_down)
           && prepare_statement(salvage->source, "SELECT " JOB_COLUMNS " FROM jobs WHERE seq = ?1", &salvage->read_one)
           && prepare_statement(salvage->source, "SELECT " FILE_COLUMNS " FROM files WHERE job = ?1 ORDER BY position",
                                &salvage->read_files);
}

static bool prepare_target(struct salvage *salvage)
{
    return prepare_statement(salvage->target, "INSERT INTO jobs (" JOB_COLUMNS ") VALUES"
                             " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)", &salvage->write_job)
           && prepare_statement(salvage->target, "INSERT INTO files (" FILE_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6,"
                                " ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)", &salvage->write_file);
}

static void close_source(struct salvage *salvage)
{
    sqlite3_finalize(salvage->read_up);
    sqlite3_finalize(salvage->read_down);
    sqlite3_finalize(salvage->read_one);
    sqlite3_finalize(salvage->read_files);
    sqlite3_close(salvage->source);
    salvage->read_up = salvage->read_down = salvage->read_one = salvage->read_files = NULL;
    salvage->source = NULL;
}

/* Gives what SQLite says: SQLITE_DONE is good. */
static int copy_row(sqlite3_stmt *from, sqlite3_stmt *to)
{
    int i, ret;

    for (i = 0; i < sqlite3_column_count(from); i++)
        sqlite3_bind_value(to, i + 1, sqlite3_column_value(from, i));
    ret = sqlite3_step(to);
    sqlite3_reset(to);
    sqlite3_clear_bindings(to);
    return ret;
}

/* Whether all files of the job could be read; *hr tells of the new store only. */
static bool copy_files(struct salvage *salvage, sqlite3_stmt *job, int32_t *hr)
{
    int ret, written = SQLITE_DONE;

    sqlite3_bind_value(salvage->read_files, 1, sqlite3_column_value(job, 1));
    while ((ret = sqlite3_step(salvage->read_files)) == SQLITE_ROW && written == SQLITE_DONE)
        written = copy_row(salvage->read_files, salvage->write_file);
    sqlite3_reset(salvage->read_files);
    if (written != SQLITE_DONE && (written & 0xff) != SQLITE_CONSTRAINT)
        *hr = hresult_from_sqlite(written);
    return ret == SQLITE_DONE && written == SQLITE_DONE;
}

/* A job without some of its files is none. */
static int32_t copy_job(struct salvage *salvage, sqlite3_stmt *job)
{
    int32_t hr = store_file_execute(salvage->target, "SAVEPOINT job");
    int ret;

    if (FAILED(hr))
        return hr;
    ret = copy_row(job, salvage->write_job);
    if (ret == SQLITE_DONE && copy_files(salvage, job, &hr))
    {
        salvage->kept++;
        return store_file_execute(salvage->target, "RELEASE job");
    }
    if (SUCCEEDED(hr) && ret != SQLITE_DONE && (ret & 0xff) != SQLITE_CONSTRAINT)
        hr = hresult_from_sqlite(ret);
    if (SUCCEEDED(hr))
        hr = store_file_execute(salvage->target, "ROLLBACK TO job; RELEASE job");
    salvage->lost++;
    return hr;
}

/* Reads from one end on, as far as that goes; false: there is damage. *last is the number of the last row read. */
static bool copy_run(struct salvage *salvage, sqlite3_stmt *statement, bool copy, sqlite3_int64 *last, int32_t *hr)
{
    int ret;

    while ((ret = sqlite3_step(statement)) == SQLITE_ROW && SUCCEEDED(*hr))
    {
        *last = sqlite3_column_int64(statement, 0);
        if (copy)
            *hr = copy_job(salvage, statement);
        else
            break;
    }
    sqlite3_reset(statement);
    return ret == SQLITE_DONE;
}

/* Reads forward up to the damage, and then asks for the rows behind it one by one. */
static int32_t copy_jobs(struct salvage *salvage)
{
    sqlite3_int64 last = 0, end = 0, number;
    int32_t hr = S_OK;
    int ret;

    if (copy_run(salvage, salvage->read_up, true, &last, &hr) || FAILED(hr))
        return hr;
    (void)copy_run(salvage, salvage->read_down, false, &end, &hr);
    if (end <= last || end - last > SALVAGE_MAX_ROWS)
        end = last + 1000;              /* the end is lost as well */
    for (number = last + 1; number <= end && SUCCEEDED(hr); number++)
    {
        sqlite3_bind_int64(salvage->read_one, 1, number);
        if ((ret = sqlite3_step(salvage->read_one)) == SQLITE_ROW
            && sqlite3_column_int64(salvage->read_one, 0) == number)
            hr = copy_job(salvage, salvage->read_one);
        else if (ret != SQLITE_DONE)
            salvage->lost++;
        sqlite3_reset(salvage->read_one);
    }
    return hr;
}

/* Names of temporary files of jobs that are gone: as many as can be read. */
static void copy_leftovers(struct salvage *salvage)
{
    sqlite3_stmt *from = NULL, *to = NULL;

    if (prepare_statement(salvage->source, "SELECT job, path FROM leftovers", &from)
        && prepare_statement(salvage->target, "INSERT INTO leftovers (job, path) VALUES (?1, ?2)", &to))
    {
        while (sqlite3_step(from) == SQLITE_ROW)
            (void)copy_row(from, to);
    }
    sqlite3_finalize(from);
    sqlite3_finalize(to);
}

static int32_t fill(struct salvage *salvage, const char *copy, const char *empty)
{
    char sql[64];
    int32_t hr;

    if (!prepare_source(salvage, copy))
    {
        close_source(salvage);
        if (!replace_first_page(copy, empty) || !prepare_source(salvage, copy))
            return S_OK;                /* there is nothing to be had */
    }
    if (!prepare_target(salvage))
        return STORE_UNREADABLE;
    if (FAILED(hr = store_file_execute(salvage->target, "BEGIN IMMEDIATE")) || FAILED(hr = copy_jobs(salvage)))
        return hr;
    copy_leftovers(salvage);
    snprintf(sql, sizeof(sql), "COMMIT; PRAGMA user_version = %d", STORE_VERSION);
    return store_file_execute(salvage->target, sql);
}

/* The log of the damaged file belongs to it; both are copied, since reading a log makes SQLite write. */
static int32_t copy_damaged(const char *path, const char *copy)
{
    char from[PATH_MAX], to[PATH_MAX];
    int32_t hr;

    if (snprintf(from, sizeof(from), "%s-wal", path) >= PATH_MAX
        || snprintf(to, sizeof(to), "%s-wal", copy) >= PATH_MAX)
        return hresult_from_errno(ENAMETOOLONG);
    if (FAILED(hr = copy_file(path, copy)))
        return hr;
    return copy_file(from, to);
}

static void remove_copy(const char *copy)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    char name[PATH_MAX];
    unsigned int i;

    for (i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++)
    {
        if (snprintf(name, sizeof(name), "%s%s", copy, suffixes[i]) < PATH_MAX)
            (void)unlink(name);         /* there may be none */
    }
}

int32_t store_salvage(const char *path, const char *target, struct store_report *report)
{
    struct salvage salvage = {.kept = 0};
    char copy[PATH_MAX];
    int32_t hr;

    if (snprintf(copy, sizeof(copy), "%s.copy", path) >= PATH_MAX)
        return hresult_from_errno(ENAMETOOLONG);
    remove_copy(copy);
    remove_copy(target);                /* of an attempt that was cut short, perhaps with a journal */
    if (SUCCEEDED(hr = copy_damaged(path, copy)) && SUCCEEDED(hr = make_empty(target, &salvage.target)))
        hr = fill(&salvage, copy, target);
    sqlite3_finalize(salvage.write_job);
    sqlite3_finalize(salvage.write_file);
    close_source(&salvage);
    sqlite3_close(salvage.target);
    remove_copy(copy);
    report->kept = salvage.kept;
    report->lost = salvage.lost;
    return hr;
}
