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

#ifndef DOSVC_STORE_H
#define DOSVC_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine.h"

struct file;
struct job;
struct store;

/*
 * Not for several threads at once. Errors of SQLite become HRESULTs: 0x80070070 when the disk is full, 0x80070013 when
 * it is read-only, 0x80070020 when another engine has it open, E_OUTOFMEMORY, E_ACCESSDENIED, else
 * DO_E_FATAL_CORE_ERROR.
 */

/* What was found when a store was opened. */
struct store_report
{
    bool read_only;                     /* nothing can be saved, until the disk can be written to */
    bool set_aside;                     /* it was damaged, and stands under another name */
    unsigned int number;                /* that name is jobs.db.unreadable-<number> */
    unsigned int kept, lost;            /* jobs that were taken over from it, and those that cannot be read */
};

/*
 * Opens the store of a directory, which is created with its parents if it is missing, mode 0700. One that is
 * damaged, or no database at all, is set aside, and what can be read of it is taken over. 0x8007051A: it is of a
 * later version, and was not touched.
 */
int32_t store_open(const char *state_dir, struct store **store, struct store_report *report);
void store_close(struct store *store);

/* Whether an error of the store means that it is damaged: it is to be renewed then. */
bool store_is_unreadable(int32_t hr);
/* Sets the store aside, for an empty one; the caller saves everything anew. */
int32_t store_renew(struct store *store);

/*
 * Changes are made between begin and commit; after an error in between, roll back. A store that was opened for reading
 * is tried again by begin.
 */
int32_t store_begin(struct store *store);
int32_t store_commit(struct store *store);
void store_rollback(struct store *store);

/* Inserts or updates. The job's row must stand before those of its files. */
int32_t store_save_job(struct store *store, const struct job *job);
int32_t store_save_file(struct store *store, const struct file *file);
/* The name of a temporary file of a volatile job; all of them go with store_delete_job() or the next function. */
int32_t store_save_leftover(struct store *store, const struct job_id *id, const char *path);
int32_t store_delete_leftovers(struct store *store, const struct job_id *id);
/* Removes the temporary files whose names are there, and the names. */
int32_t store_remove_leftovers(struct store *store);
int32_t store_delete_job(struct store *store, const struct job_id *id);

/* Called for each job, oldest first, with all its files; takes the job over. */
typedef void (*store_load_callback)(void *context, struct job *job);

/*
 * A job with a row that cannot be read, or not be believed, is left out, and counted in *skipped; what can be made good
 * is, at the price of fetching again what may be here.
 */
int32_t store_load(struct store *store, store_load_callback callback, void *context, unsigned int *skipped);

/* store_check.c: whether the rows of a job make sense; what does no harm is made good. */
bool store_check_job(struct job *job);

#endif /* DOSVC_STORE_H */
