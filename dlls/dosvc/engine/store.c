/*
 * The job store: jobs and files as rows of an SQLite database.
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
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine_private.h"
#include "store_file.h"

#define STORE_FILE "jobs.db"

enum store_statement
{
    STATEMENT_SAVE_JOB,
    STATEMENT_SAVE_FILE,
    STATEMENT_DELETE_JOB,
    STATEMENT_DELETE_FILES,
    STATEMENT_SAVE_LEFTOVER,
    STATEMENT_DELETE_LEFTOVERS,
    STATEMENT_LOAD_JOBS,
    STATEMENT_LOAD_FILES,
    STATEMENT_COUNT
};

struct store
{
    char path[PATH_MAX];
    sqlite3 *db;                        /* NULL after an attempt to renew it that failed */
    bool read_only;
    sqlite3_stmt *statements[STATEMENT_COUNT];
};

static const char *const store_sql[STATEMENT_COUNT] =
{
    [STATEMENT_SAVE_JOB] =
        "INSERT INTO jobs (id, settings, state, proxy_usage, error_count, error_code, error_context, error_file,"
        " error_status, created, modified, transferred, completing)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
        " ON CONFLICT (id) DO UPDATE SET settings = ?2, state = ?3, proxy_usage = ?4, error_count = ?5,"
        " error_code = ?6, error_context = ?7, error_file = ?8, error_status = ?9, created = ?10, modified = ?11,"
        " transferred = ?12, completing = ?13",
    [STATEMENT_SAVE_FILE] =
        "INSERT OR REPLACE INTO files (job, position, url, local_name, path, temp_path, file_id, ranges, settings,"
        " size, etag, last_modified, extents, transferred, completed, restarts, http_status)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
    [STATEMENT_DELETE_JOB] = "DELETE FROM jobs WHERE id = ?1",
    [STATEMENT_DELETE_FILES] = "DELETE FROM files WHERE job = ?1",
    [STATEMENT_SAVE_LEFTOVER] = "INSERT OR REPLACE INTO leftovers (job, path) VALUES (?1, ?2)",
    [STATEMENT_DELETE_LEFTOVERS] = "DELETE FROM leftovers WHERE job = ?1",
    [STATEMENT_LOAD_JOBS] =
        "SELECT id, settings, state, proxy_usage, error_count, error_code, error_context, error_file, error_status,"
        " created, modified, transferred, completing FROM jobs ORDER BY seq",
    [STATEMENT_LOAD_FILES] =
        "SELECT position, url, local_name, path, temp_path, file_id, ranges, settings, size, etag, last_modified,"
        " extents, transferred, completed, restarts, http_status FROM files WHERE job = ?1 ORDER BY position",
};

static int32_t store_execute(struct store *store, const char *sql)
{
    return store_file_execute(store->db, sql);
}

/* Makes sure that a new directory is there after a power cut, too. */
static int32_t store_make_one_directory(const char *path, mode_t mode)
{
    int error = mkdir(path, mode) ? errno : temp_file_sync_directory(path);

    return error && error != EEXIST ? hresult_from_errno(error) : S_OK;
}

/* Makes the directory and its missing parents. */
static int32_t store_make_directory(const char *path)
{
    char copy[PATH_MAX];
    char *slash;
    int32_t hr;

    if (strlen(path) >= sizeof(copy))
        return hresult_from_errno(ENAMETOOLONG);
    memcpy(copy, path, strlen(path) + 1);
    for (slash = copy; (slash = strchr(slash + 1, '/'));)
    {
        *slash = 0;
        if (FAILED(hr = store_make_one_directory(copy, 0777)))
            return hr;
        *slash = '/';
    }
    return store_make_one_directory(copy, 0700);
}

static int32_t store_prepare(struct store *store)
{
    unsigned int i;
    int ret;

    for (i = 0; i < STATEMENT_COUNT; i++)
    {
        if ((ret = sqlite3_prepare_v3(store->db, store_sql[i], -1, SQLITE_PREPARE_PERSISTENT, &store->statements[i],
                                      NULL)) != SQLITE_OK)
            return hresult_from_sqlite(ret);
    }
    return S_OK;
}

static void store_close_file(struct store *store)
{
    unsigned int i;

    for (i = 0; i < STATEMENT_COUNT; i++)
    {
        sqlite3_finalize(store->statements[i]);
        store->statements[i] = NULL;
    }
    sqlite3_close(store->db);
    store->db = NULL;
}

int32_t store_open(const char *state_dir, struct store **store, struct store_report *report)
{
    struct store *object;
    int32_t hr;

    memset(report, 0, sizeof(*report));
    if (FAILED(hr = store_make_directory(state_dir)))
        return hr;
    if (!(object = calloc(1, sizeof(*object))))
        return E_OUTOFMEMORY;
    if (snprintf(object->path, sizeof(object->path), "%s/%s", state_dir, STORE_FILE) >= (int)sizeof(object->path))
        hr = hresult_from_errno(ENAMETOOLONG);
    if (SUCCEEDED(hr) && SUCCEEDED(hr = store_file_open(object->path, &object->db, report)))
        hr = store_prepare(object);
    if (FAILED(hr))
    {
        store_close(object);
        return hr;
    }
    object->read_only = report->read_only;
    *store = object;
    return S_OK;
}

bool store_is_unreadable(int32_t hr)
{
    return hr == STORE_UNREADABLE;
}

int32_t store_renew(struct store *store)
{
    int32_t hr;

    store_close_file(store);
    if (FAILED(hr = store_file_renew(store->path, &store->db)))
        return hr;
    return store_prepare(store);
}

/* The disk may have become writable. */
static int32_t store_open_for_writing(struct store *store)
{
    sqlite3 *db;
    int32_t hr;

    if (FAILED(hr = store_file_open_sound(store->path, &db)))
        return hr;
    store_close_file(store);
    store->db = db;
    store->read_only = false;
    return store_prepare(store);
}

void store_close(struct store *store)
{
    if (!store)
        return;
    store_close_file(store);
    free(store);
}

int32_t store_begin(struct store *store)
{
    int32_t hr;

    if ((store->read_only || !store->db) && FAILED(hr = store_open_for_writing(store)))
        return hr;
    return store_execute(store, "BEGIN IMMEDIATE");
}

int32_t store_commit(struct store *store)
{
    return store_execute(store, "COMMIT");
}

void store_rollback(struct store *store)
{
    (void)store_execute(store, "ROLLBACK"); /* SQLite may have rolled back by itself */
}

/* Runs a statement whose parameters are bound, and makes it ready for the next time. */
static int32_t statement_run(sqlite3_stmt *statement)
{
    int ret = sqlite3_step(statement);

    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return hresult_from_sqlite(ret);
}

/* Bindings can only fail for want of memory, or a wrong number: statement_run() then fails on the NOT NULL columns. */
static void bind_text(sqlite3_stmt *statement, int column, const char *text)
{
    if (text)
        sqlite3_bind_text(statement, column, text, -1, SQLITE_STATIC);
}

static void bind_number(sqlite3_stmt *statement, int column, uint64_t number)
{
    sqlite3_bind_int64(statement, column, (sqlite3_int64)number);
}

int32_t store_save_job(struct store *store, const struct job *job)
{
    sqlite3_stmt *statement = store->statements[STATEMENT_SAVE_JOB];
    char *settings;

    if (!(settings = settings_store(&job_settings, job->numbers, job->texts)))
        return E_OUTOFMEMORY;
    sqlite3_bind_blob(statement, 1, job->id.bytes, sizeof(job->id.bytes), SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, settings, -1, free);
    bind_number(statement, 3, job->state);
    bind_number(statement, 4, job->proxy_usage);
    bind_number(statement, 5, job->error_count);
    bind_number(statement, 6, (uint32_t)job->error.code);
    bind_number(statement, 7, job->error.context);
    bind_number(statement, 8, job->error.file_index);
    bind_number(statement, 9, job->error.http_status);
    bind_number(statement, 10, job->creation_time);
    bind_number(statement, 11, job->modification_time);
    bind_number(statement, 12, job->transfer_completion_time);
    bind_number(statement, 13, job->completing);
    return statement_run(statement);
}

int32_t store_save_file(struct store *store, const struct file *file)
{
    sqlite3_stmt *statement = store->statements[STATEMENT_SAVE_FILE];
    struct extent base = {0, 0};
    struct extent_list trusted = file->extents;
    const struct file_range *ranges;
    uint32_t range_count;
    size_t size;
    char *settings = settings_store(&file_settings, file->numbers, file->texts);
    uint8_t *extents;

    if (integrity_distrusts(file, &base.end))
        trusted = (struct extent_list){.items = &base, .count = base.end != 0};
    size = file->stream ? 0 : extent_list_stored_size(&trusted); /* a stream is lost with the engine */
    extents = malloc(size ? size : 1);
    ranges = file_client_ranges(file, &range_count);
    if (!settings || !extents)
    {
        free(settings);
        free(extents);
        return E_OUTOFMEMORY;
    }
    if (size)
        extent_list_store(&trusted, extents);
    sqlite3_bind_blob(statement, 1, file->job->id.bytes, sizeof(file->job->id.bytes), SQLITE_STATIC);
    bind_number(statement, 2, file->index);
    bind_text(statement, 3, file->url);
    bind_text(statement, 4, file->local_name);
    bind_text(statement, 5, file->path);
    bind_text(statement, 6, file->temp_path);
    bind_text(statement, 7, file->file_id);
    sqlite3_bind_blob(statement, 8, ranges, (int)(range_count * sizeof(*ranges)), SQLITE_STATIC);
    sqlite3_bind_text(statement, 9, settings, -1, free);
    bind_number(statement, 10, file->size);
    bind_text(statement, 11, file->etag);
    bind_text(statement, 12, file->last_modified);
    sqlite3_bind_blob(statement, 13, extents, (int)size, free);
    bind_number(statement, 14, file->transferred);
    bind_number(statement, 15, file->completed);
    bind_number(statement, 16, file->restarts);
    bind_number(statement, 17, file->http_status);
    return statement_run(statement);
}

int32_t store_save_leftover(struct store *store, const struct job_id *id, const char *path)
{
    sqlite3_stmt *statement = store->statements[STATEMENT_SAVE_LEFTOVER];

    sqlite3_bind_blob(statement, 1, id->bytes, sizeof(id->bytes), SQLITE_STATIC);
    bind_text(statement, 2, path);
    return statement_run(statement);
}

int32_t store_delete_leftovers(struct store *store, const struct job_id *id)
{
    sqlite3_stmt *statement = store->statements[STATEMENT_DELETE_LEFTOVERS];

    sqlite3_bind_blob(statement, 1, id->bytes, sizeof(id->bytes), SQLITE_STATIC);
    return statement_run(statement);
}

static int store_remove_leftover(void *context, int count, char **values, char **names)
{
    (void)context;
    (void)names;
    if (count == 1 && values[0] && temp_file_is_path(values[0], NULL))
        temp_file_remove(values[0]);
    return 0;
}

int32_t store_remove_leftovers(struct store *store)
{
    int ret = sqlite3_exec(store->db, "SELECT path FROM leftovers", store_remove_leftover, NULL, NULL);

    return ret ? hresult_from_sqlite(ret) : store_execute(store, "DELETE FROM leftovers");
}

int32_t store_delete_job(struct store *store, const struct job_id *id)
{
    static const enum store_statement order[] = {STATEMENT_DELETE_LEFTOVERS, STATEMENT_DELETE_FILES,
                                                 STATEMENT_DELETE_JOB};
    unsigned int i;
    int32_t hr;

    for (i = 0; i < sizeof(order) / sizeof(*order); i++)
    {
        sqlite3_bind_blob(store->statements[order[i]], 1, id->bytes, sizeof(id->bytes), SQLITE_STATIC);
        if (FAILED(hr = statement_run(store->statements[order[i]])))
            return hr;
    }
    return S_OK;
}

/* NULL also for want of memory: a column that must not be NULL then makes the row unreadable. */
static char *column_text(sqlite3_stmt *statement, int column)
{
    const unsigned char *text = sqlite3_column_text(statement, column);

    return text ? strdup((const char *)text) : NULL;
}

/* What is out of range is made the largest number, which none may be. */
static uint32_t column_number(sqlite3_stmt *statement, int column)
{
    sqlite3_int64 number = sqlite3_column_int64(statement, column);

    return number < 0 || number > UINT32_MAX ? UINT32_MAX : (uint32_t)number;
}

static uint64_t column_size(sqlite3_stmt *statement, int column)
{
    return (uint64_t)sqlite3_column_int64(statement, column);
}

static bool column_ranges(sqlite3_stmt *statement, int column, struct file *file)
{
    size_t size = (size_t)sqlite3_column_bytes(statement, column);
    const void *ranges = sqlite3_column_blob(statement, column);

    if (!size)
        return true;
    if (size % sizeof(*file->ranges) || size / sizeof(*file->ranges) > ENGINE_MAX_RANGES)
        return false;
    if (!(file->ranges = malloc(size)))
        return false;
    memcpy(file->ranges, ranges, size);
    file->range_count = (uint32_t)(size / sizeof(*file->ranges));
    return true;
}

/* Portions that were asked for one after another need not be in order. */
static bool file_ranges_are_good(const struct file *file)
{
    return file->numbers[FILE_NUMBER_PORTION_BASE] || SUCCEEDED(range_list_check(file->ranges, file->range_count));
}

/* False: there is a text, but no memory for it. */
static bool column_optional_text(sqlite3_stmt *statement, int column, char **text)
{
    *text = column_text(statement, column);
    return *text || sqlite3_column_type(statement, column) == SQLITE_NULL;
}

static struct file *store_read_file(sqlite3_stmt *statement)
{
    struct file *file;
    bool good;

    if (!(file = calloc(1, sizeof(*file))))
        return NULL;
    settings_init(&file_settings, file->numbers, file->texts);
    file->index = column_number(statement, 0);
    file->file_id = column_text(statement, 5);
    file->size = column_size(statement, 8);
    file->etag = column_text(statement, 9);
    file->last_modified = column_text(statement, 10);
    file->transferred = sqlite3_column_int(statement, 12) != 0;
    file->completed = sqlite3_column_int(statement, 13) != 0;
    file->restarts = column_number(statement, 14);
    file->http_status = column_number(statement, 15);
    good = column_optional_text(statement, 1, &file->url) && column_optional_text(statement, 2, &file->local_name)
           && column_optional_text(statement, 3, &file->path) && column_optional_text(statement, 4, &file->temp_path)
           && !file->path == !file->local_name && !file->path == !file->temp_path
           && column_ranges(statement, 6, file)
           && settings_load(&file_settings, (const char *)sqlite3_column_text(statement, 7), file->numbers, file->texts)
           && file_ranges_are_good(file)
           && extent_list_load(&file->extents, sqlite3_column_blob(statement, 11),
                               (size_t)sqlite3_column_bytes(statement, 11));
    if (good)
        return file;
    file_free(file);
    return NULL;
}

static int32_t store_load_files(struct store *store, struct job *job)
{
    sqlite3_stmt *statement = store->statements[STATEMENT_LOAD_FILES];
    int32_t hr = S_OK;
    int ret = SQLITE_DONE;

    sqlite3_bind_blob(statement, 1, job->id.bytes, sizeof(job->id.bytes), SQLITE_STATIC);
    while (SUCCEEDED(hr) && (ret = sqlite3_step(statement)) == SQLITE_ROW)
    {
        struct file *file = store_read_file(statement);

        if (!file || file->index != job->file_count)
        {
            file_free(file);
            hr = STORE_UNREADABLE;
        }
        else if (FAILED(hr = job_append_file(job, file)))
        {
            file_free(file);
        }
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return FAILED(hr) ? hr : hresult_from_sqlite(ret);
}

static struct job *store_read_job(sqlite3_stmt *statement)
{
    struct job_id id;
    struct job *job;

    if (sqlite3_column_bytes(statement, 0) != sizeof(id.bytes))
        return NULL;
    memcpy(id.bytes, sqlite3_column_blob(statement, 0), sizeof(id.bytes));
    if (!(job = job_alloc(&id)))
        return NULL;
    if (!settings_load(&job_settings, (const char *)sqlite3_column_text(statement, 1), job->numbers, job->texts))
    {
        job_free(job);
        return NULL;
    }
    job->state = column_number(statement, 2);
    job->proxy_usage = column_number(statement, 3);
    job->error_count = column_number(statement, 4);
    job->error.code = (int32_t)column_number(statement, 5);
    job->error.context = column_number(statement, 6);
    job->error.file_index = column_number(statement, 7);
    job->error.http_status = column_number(statement, 8);
    if (job->error.code == DO_E_DOWNLOAD_NO_PROGRESS)
        job->error.cause = (int32_t)job->numbers[JOB_NUMBER_LAST_FAILURE];
    job->creation_time = column_size(statement, 9);
    job->modification_time = column_size(statement, 10);
    job->transfer_completion_time = column_size(statement, 11);
    job->completing = sqlite3_column_int(statement, 12) != 0;
    return job;
}

int32_t store_load(struct store *store, store_load_callback callback, void *context, unsigned int *skipped)
{
    sqlite3_stmt *statement = store->statements[STATEMENT_LOAD_JOBS];
    struct job *job;
    int ret;

    *skipped = 0;
    while ((ret = sqlite3_step(statement)) == SQLITE_ROW)
    {
        job = store_read_job(statement);
        if (job && SUCCEEDED(store_load_files(store, job)) && store_check_job(job))
        {
            callback(context, job);
            continue;
        }
        job_free(job);
        (*skipped)++;
    }
    sqlite3_reset(statement);
    return hresult_from_sqlite(ret);
}
