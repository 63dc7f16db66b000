/*
 * A disk in memory that loses its power: what of a log's records it still has then.
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

#ifndef DOSVC_POWERCUT_DISK_H
#define DOSVC_POWERCUT_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"

/*
 * What was synced is there for certain. Of the rest, any part may be: of the data of a file each write, or each page of
 * it, of the entries of a directory each change, whatever else happened before and after. A rename is there as a whole
 * or not at all.
 */
struct disk;

/* How much of what was not synced is there. */
enum disk_keep
{
    DISK_KEEP_NOTHING,
    DISK_KEEP_ALL,
    DISK_KEEP_BEGIN,                    /* the first changes, up to some point */
    DISK_KEEP_SOME,                     /* any of them */
    DISK_KEEP_COUNT
};

/* With the files of a directory and of those in it, for certain. Ends the program for want of memory. */
struct disk *disk_create(const char *directory);
void disk_free(struct disk *disk);

/* The texts of the record must stay where they are. */
void disk_apply(struct disk *disk, const struct record *record, const char *first, const char *second);

/* Cuts the power: afterwards everything that is there is certain. */
void disk_cut(struct disk *disk, enum disk_keep data, enum disk_keep entries, uint64_t *random);

/* Writes the files into a directory, which has the same directories. False: see errno. */
bool disk_write(const struct disk *disk, const char *directory);

uint32_t random_below(uint64_t *random, uint32_t limit);

#endif /* DOSVC_POWERCUT_DISK_H */
