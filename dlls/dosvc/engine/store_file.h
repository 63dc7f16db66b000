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

#ifndef DOSVC_STORE_FILE_H
#define DOSVC_STORE_FILE_H

#include <sqlite3.h>
#include <stdint.h>

#include "result.h"
#include "store.h"

#define STORE_VERSION 3
#define STORE_UNREADABLE DO_E_FATAL_CORE_ERROR
#define STORE_READ_ONLY HRESULT_FROM_WIN32(19)
#define STORE_TOO_NEW HRESULT_FROM_WIN32(1306) /* ERROR_REVISION_MISMATCH */

extern const char store_schema[];

/* All errors are those of store.h. */
int32_t hresult_from_sqlite(int code);
int32_t store_file_execute(sqlite3 *db, const char *sql);

/*
 * Opens or makes the file, with our tables. What is damaged is set aside under another name, and the jobs in it
 * that can be read are taken over; a file that cannot be written to is opened for reading.
 */
int32_t store_file_open(const char *path, sqlite3 **db, struct store_report *report);
/* The same, but only a sound file that can be written to will do. */
int32_t store_file_open_sound(const char *path, sqlite3 **db);
/* Sets the file aside, and makes an empty one. */
int32_t store_file_renew(const char *path, sqlite3 **db);

/*
 * store_salvage.c: makes a store in the file `target` from the jobs of a damaged one that can be read with all their
 * files. The damaged one is not changed.
 */
int32_t store_salvage(const char *path, const char *target, struct store_report *report);

#endif /* DOSVC_STORE_FILE_H */
