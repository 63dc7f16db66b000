/*
 * Temporary files, and the places that they take in the end: every change of a directory of the user's.
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

#ifndef DOSVC_TEMP_FILE_H
#define DOSVC_TEMP_FILE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Others may be able to change the directory of a destination: a temporary file is made exclusively, for its owner
 * only, no link is followed, and what is not the regular file that was made, with this one name, is never written
 * to, nor does it become a destination. Names are looked up in a directory that was opened once.
 *
 * These functions give 0 or an errno: ESTALE when somebody has put something else in the place of the file, has linked
 * it or cut it off. They block; no lock is needed, but there must not be two calls at once for one file.
 */
struct temp_file
{
    _Atomic uint64_t device, inode;     /* of the file as it was last opened; 0, 0: not yet */
    atomic_bool listed;                 /* its entry in the directory is on disk for certain */
    atomic_int sync_error;              /* what was written since it was opened may be lost */
};

/* The access rights of files that are done; to be called before there are threads. */
void temp_file_init(void);

/*
 * Opens the file, which must have so many bytes at least; a fresh one is made, and what a crash has left in its
 * place is removed.
 */
int temp_file_open(struct temp_file *temp, const char *path, bool fresh, uint64_t least, int *fd);

/*
 * Makes sure that the file is there after a power cut, with all that was written before the call. Once that failed it
 * fails until the file is opened again: the system may have dropped what it could not write.
 */
int temp_file_sync(struct temp_file *temp, int fd, const char *path);

/*
 * Reserves room for so many bytes from the begin; ENOSPC, EDQUOT: there is not enough. File systems that cannot
 * reserve, and those in memory, are only asked how much is free. Others may write to the file meanwhile.
 */
int temp_file_reserve(int fd, uint64_t size);

/*
 * Puts the file in place of its destination, with that size and the access rights of a new file; until the directory is
 * synced, a power cut leaves it under its old name or the new one, whole. again: that may have been done already. A
 * link, or whatever else has no entries of its own, is replaced, not followed; EACCES when what stands there is
 * read-only.
 */
int temp_file_place(const struct temp_file *temp, const char *temp_path, const char *path, uint64_t size, bool again);

/* Removes the file, for certain; often there is none. */
void temp_file_remove(const char *path);

/* Whether a path has the form of a temporary file's, in the directory of a destination if that is not NULL. */
bool temp_file_is_path(const char *path, const char *destination);

bool temp_file_same_directory(const char *path, const char *other);

/* Makes the entries of the directory of a path last. */
int temp_file_sync_directory(const char *path);

#endif /* DOSVC_TEMP_FILE_H */
