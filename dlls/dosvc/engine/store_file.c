/*
 * The file of the job store: opened, checked, repaired and replaced.
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
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine.h"
#include "errors.h"
#include "store_file.h"
#include "temp_file.h"

#define STORE_MAX_SET_ASIDE 99          /* files that are kept; the last one is replaced then */

const char store_schema[] =
    "CREATE TABLE IF NOT EXISTS jobs ("
    " seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, settings TEXT NOT NULL, state INTEGER NOT NULL,"
    " proxy_usage INTEGER NOT NULL, error_count INTEGER NOT NULL, error_code INTEGER NOT NULL,"
    " error_context INTEGER NOT NULL, error_file INTEGER NOT NULL, error_status INTEGER NOT NULL,"
    " created INTEGER NOT NULL, modified INTEGER NOT NULL, transferred INTEGER NOT NULL,"
    " completing INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS files ("
    " job BLOB NOT NULL, position INTEGER NOT NULL, url TEXT, local_name TEXT, path TEXT,"
    " temp_path TEXT, file_id TEXT, ranges BLOB, settings TEXT NOT NULL, size INTEGER NOT NULL,"
    " etag TEXT, last_modified TEXT, extents BLOB, transferred INTEGER NOT NULL, completed INTEGER NOT NULL,"
    " restarts INTEGER NOT NULL, http_status INTEGER NOT NULL, PRIMARY KEY (job, position)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS leftovers ("
    " job BLOB NOT NULL, path TEXT NOT NULL, PRIMARY KEY (job, path)) WITHOUT ROWID;";

int32_t hresult_from_sqlite(int code)
{
    switch (code & 0xff)
    {
    case SQLITE_OK:
    case SQLITE_DONE:
    case SQLITE_ROW:
        return S_OK;
    case SQLITE_NOMEM:
        return E_OUTOFMEMORY;
    case SQLITE_FULL:
        return hresult_from_errno(ENOSPC);
    case SQLITE_READONLY:
        return STORE_READ_ONLY;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return E_ACCESSDENIED;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return hresult_from_errno(EBUSY);
    case SQLITE_IOERR:
        return hresult_from_errno(EIO);
    default:                            /* corrupt, no database, or not with our tables */
        return STORE_UNREADABLE;
    }
}

int32_t store_file_execute(sqlite3 *db, const char *sql)
{
    return hresult_from_sqlite(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static bool make_name(char *buffer, const char *path, const char *suffix)
{
    return snprintf(buffer, PATH_MAX, "%s%s", path, suffix) < PATH_MAX;
}

/* The first value of the first row. */
static int32_t query_number(sqlite3 *db, const char *sql, int *number)
{
    sqlite3_stmt *statement;
    int ret;

    if ((ret = sqlite3_prepare_v2(db, sql, -1, &statement, NULL)) != SQLITE_OK)
        return hresult_from_sqlite(ret);
    if ((ret = sqlite3_step(statement)) == SQLITE_ROW)
        *number = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return hresult_from_sqlite(ret);
}

static int check_integrity(void *context, int count, char **values, char **names)
{
    (void)names;
    *(bool *)context = count == 1 && values[0] && !strcmp(values[0], "ok");
    return 0;
}

/* What SQLite would only find out when it comes across the damage. */
static int32_t check_sound(sqlite3 *db)
{
    bool sound = false;
    int ret = sqlite3_exec(db, "PRAGMA integrity_check(1)", check_integrity, &sound, NULL);

    if (ret != SQLITE_OK)
        return hresult_from_sqlite(ret);
    return sound ? S_OK : STORE_UNREADABLE;
}

/* Nothing is written before the version is known to be ours; nothing is written either when there is no need. */
static int32_t prepare(sqlite3 *db)
{
    char sql[64];
    int version = 0;
    int32_t hr;

    if (sqlite3_db_readonly(db, "main") == 1)
        return STORE_READ_ONLY;         /* nor can it be locked */
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    if (FAILED(hr = store_file_execute(db, "PRAGMA locking_mode = EXCLUSIVE;"))
        || FAILED(hr = query_number(db, "PRAGMA user_version", &version)))
        return hr;
    if (version > STORE_VERSION)
        return STORE_TOO_NEW;
    if (FAILED(hr = check_sound(db)))
        return hr;
    if (version && version != STORE_VERSION)
        return STORE_UNREADABLE;
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    if (FAILED(hr = store_file_execute(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")) || version)
        return hr;
    snprintf(sql, sizeof(sql), "PRAGMA user_version = %d; COMMIT", STORE_VERSION);
    if (FAILED(hr = store_file_execute(db, "BEGIN IMMEDIATE")) || FAILED(hr = store_file_execute(db, store_schema)))
        return hr;
    return store_file_execute(db, sql);
}

/*
 * The journal with which the file was made is gone for certain before the first job is saved: were it there again after
 * a power cut, SQLite would take back the file, and everything with it.
 */
int32_t store_file_open_sound(const char *path, sqlite3 **db)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, error;
    sqlite3 *object = NULL;
    int32_t hr;

    hr = hresult_from_sqlite(sqlite3_open_v2(path, &object, flags, NULL));
    if (SUCCEEDED(hr) && SUCCEEDED(hr = prepare(object)) && (error = temp_file_sync_directory(path)))
        hr = hresult_from_errno(error);
    if (FAILED(hr))
    {
        sqlite3_close(object);
        return hr;
    }
    *db = object;
    return S_OK;
}

/* Moves a file, if there is one. */
static int32_t move(const char *from, const char *to)
{
    return rename(from, to) && errno != ENOENT ? hresult_from_errno(errno) : S_OK;
}

/* Moves the file, and what belongs to it, to another name, which says what it is. */
static int32_t set_aside(const char *path, unsigned int *number)
{
    static const char *const suffixes[] = {"", "-wal", "-journal", "-shm"};
    char source[PATH_MAX], target[PATH_MAX], name[PATH_MAX];
    unsigned int i;
    int32_t hr = S_OK;

    for (*number = 1; *number <= STORE_MAX_SET_ASIDE; (*number)++)
    {
        if (snprintf(name, sizeof(name), "%s.unreadable-%u", path, *number) >= PATH_MAX)
            return hresult_from_errno(ENAMETOOLONG);
        if (access(name, F_OK))
            break;
    }
    for (i = 0; i < sizeof(suffixes) / sizeof(*suffixes) && SUCCEEDED(hr); i++)
    {
        if (!make_name(source, path, suffixes[i]) || !make_name(target, name, suffixes[i]))
            return hresult_from_errno(ENAMETOOLONG);
        hr = move(source, target);
    }
    return hr;
}

/* A new file that is complete, but was not yet put in place when the power went. */
static void adopt_new(const char *path, const char *new_path)
{
    unsigned int number;
    sqlite3 *db = NULL;
    int version = 0;

    if (access(path, F_OK) && errno == ENOENT && !access(new_path, F_OK)
        && sqlite3_open_v2(new_path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK
        && SUCCEEDED(query_number(db, "PRAGMA user_version", &version)) && version == STORE_VERSION
        && SUCCEEDED(set_aside(path, &number)))
        (void)rename(new_path, path);
    sqlite3_close(db);
}

/* The old file stands until a new one is complete: a disk that is full costs nothing. */
static int32_t repair(const char *path, const char *new_path, struct store_report *report)
{
    int32_t hr;

    if (FAILED(hr = store_salvage(path, new_path, report)) || FAILED(hr = set_aside(path, &report->number)))
    {
        (void)unlink(new_path);
        return hr;
    }
    report->set_aside = true;
    return move(new_path, path);        /* when this fails, the next start does it */
}

/* As a URI takes it. */
static bool make_uri(const char *path, const char *query, char *uri)
{
    size_t length = (size_t)snprintf(uri, 6, "file:");

    for (; *path; path++)
    {
        bool plain = *path != '?' && *path != '#' && *path != '%';

        if (length + 4 >= PATH_MAX)
            return false;
        length += (size_t)snprintf(uri + length, 4, plain ? "%c" : "%%%02X", (unsigned char)*path);
    }
    return length + (size_t)snprintf(uri + length, PATH_MAX - length, "?%s", query) < PATH_MAX;
}

/*
 * On a read-only disk nobody else changes the file, and no lock can be had. What is in the log beside it is read with a
 * lock that is none; without a log, SQLite would insist on making one.
 */
static int32_t open_read_only(const char *path, sqlite3 **db)
{
    char log[PATH_MAX], uri[PATH_MAX];
    sqlite3 *object = NULL;
    struct stat info;
    int version = 0;
    bool has_log;
    int32_t hr;

    if (!make_name(log, path, "-wal"))
        return hresult_from_errno(ENAMETOOLONG);
    has_log = !stat(log, &info) && info.st_size;
    if (!make_uri(path, has_log ? "mode=ro&vfs=unix-none" : "immutable=1", uri))
        return hresult_from_errno(ENAMETOOLONG);
    hr = hresult_from_sqlite(sqlite3_open_v2(uri, &object, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL));
    if (SUCCEEDED(hr) && SUCCEEDED(hr = store_file_execute(object, "PRAGMA locking_mode = EXCLUSIVE;"))
        && SUCCEEDED(hr = query_number(object, "PRAGMA user_version", &version)) && version > STORE_VERSION)
        hr = STORE_TOO_NEW;
    if (SUCCEEDED(hr))
        hr = store_file_execute(object, "SELECT count(*) FROM jobs;");
    if (FAILED(hr))
    {
        sqlite3_close(object);
        return hr;
    }
    *db = object;
    return S_OK;
}

int32_t store_file_open(const char *path, sqlite3 **db, struct store_report *report)
{
    char new_path[PATH_MAX];
    int32_t hr;

    memset(report, 0, sizeof(*report));
    if (!make_name(new_path, path, ".new"))
        return hresult_from_errno(ENAMETOOLONG);
    adopt_new(path, new_path);
    if ((hr = store_file_open_sound(path, db)) == STORE_UNREADABLE && SUCCEEDED(hr = repair(path, new_path, report)))
        hr = store_file_open_sound(path, db);
    if (hr == STORE_READ_ONLY || hr == E_ACCESSDENIED)
    {
        hr = open_read_only(path, db);
        report->read_only = SUCCEEDED(hr);
    }
    return hr;
}

int32_t store_file_renew(const char *path, sqlite3 **db)
{
    unsigned int number;
    int32_t hr;

    if (FAILED(hr = set_aside(path, &number)))
        return hr;
    return store_file_open_sound(path, db);
}
