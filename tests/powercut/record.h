/*
 * What a program does to the files below a directory, as it is written to a log.
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

#ifndef DOSVC_POWERCUT_RECORD_H
#define DOSVC_POWERCUT_RECORD_H

#include <stdint.h>

/* Files are numbered as they are made or first seen; paths are relative to the directory. */
enum record_kind
{
    RECORD_CREATE,                      /* first: path */
    RECORD_EXISTING,                    /* first: path; the file was there, and gets its number */
    RECORD_WRITE,                       /* first: data */
    RECORD_TRUNCATE,                    /* offset: the new size */
    RECORD_SYNC,
    RECORD_SYNC_DIRECTORY,              /* first: path */
    RECORD_RENAME,                      /* first, second: paths */
    RECORD_UNLINK,                      /* first: path */
    RECORD_MARK                         /* file: what the program said; offset: of which job */
};

/* Followed by both texts, without a zero at the end. */
struct record
{
    uint32_t kind;
    uint32_t file;
    uint64_t offset;
    uint32_t first_length;
    uint32_t second_length;
};

#define RECORD_LOG "DOSVC_POWERCUT_LOG" /* environment: where the log goes; not set: nothing is recorded */
#define RECORD_ROOT "DOSVC_POWERCUT_ROOT" /* environment: the directory, an absolute path without links */

/* Writes a RECORD_MARK: that something is true for the program's user from now on. */
void record_mark(uint32_t mark, uint64_t job);

#endif /* DOSVC_POWERCUT_RECORD_H */
