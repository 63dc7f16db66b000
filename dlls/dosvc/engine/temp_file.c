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

/* Runs on threads of the engine, which are unknown to Wine: no Wine call here. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "engine.h"
#include "temp_file.h"

/* O_NONBLOCK: a pipe in its place blocks nobody. */
#define TEMP_FILE_FLAGS (O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

/* The access rights that a program's own new file would have; the umask can only be read by setting it. */
static mode_t file_mode;
static pthread_once_t file_mode_once = PTHREAD_ONCE_INIT;

static void file_mode_init(void)
{
    mode_t mask = umask(077);

    umask(mask);
    file_mode = 0666 & ~mask;
}

void temp_file_init(void)
{
    pthread_once(&file_mode_once, file_mode_init);
}

static const char *path_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* Gives a descriptor, or -1. A directory that cannot be listed cannot be synced either, but used. */
static int directory_open(const char *path)
{
    size_t length = (size_t)(path_name(path) - path);
    int flags = O_DIRECTORY | O_CLOEXEC, fd;
    char *directory;

    if (!(directory = length ? strndup(path, length) : strdup(".")))
    {
        errno = ENOMEM;
        return -1;
    }
    if ((fd = open(directory, O_RDONLY | flags)) == -1 && errno == EACCES)
        fd = open(directory, O_PATH | flags);
    free(directory);
    return fd;
}

/* Not every file system can sync a directory, and a descriptor made with O_PATH cannot. */
static int directory_sync(int directory)
{
    return fsync(directory) && (errno == EIO || errno == ENOSPC || errno == EDQUOT) ? errno : 0;
}

int temp_file_sync_directory(const char *path)
{
    int directory, error;

    if ((directory = directory_open(path)) == -1)
        return errno;
    error = directory_sync(directory);
    close(directory);
    return error;
}

/*
 * Whether the open file is the one that was made. What was made by an engine before this one is known by its owner;
 * where the file system has owners of its own, it is that of the directory.
 */
static bool is_ours(const struct temp_file *temp, int directory, const struct stat *info)
{
    uint64_t inode = atomic_load(&temp->inode), device = atomic_load(&temp->device);
    struct stat parent;

    if (!S_ISREG(info->st_mode) || info->st_nlink != 1)
        return false;
    if (inode || device)
        return info->st_ino == inode && info->st_dev == device;
    return info->st_uid == geteuid() || (!fstat(directory, &parent) && info->st_uid == parent.st_uid);
}

/* Opens the file that is there; gives a descriptor, or -1. */
static int open_existing(const struct temp_file *temp, int directory, const char *name, struct stat *info)
{
    int fd = openat(directory, name, TEMP_FILE_FLAGS);

    if (fd == -1)
    {
        if (errno == ELOOP || errno == EISDIR || errno == ENXIO || errno == EACCES)
            errno = ESTALE;             /* a link, a directory, a socket, another's file: not what was made */
        return -1;
    }
    if (!fstat(fd, info) && is_ours(temp, directory, info))
        return fd;
    close(fd);
    errno = ESTALE;
    return -1;
}

static int open_fresh(int directory, const char *name)
{
    if (unlinkat(directory, name, 0) && errno != ENOENT)
        return -1;
    return openat(directory, name, TEMP_FILE_FLAGS | O_CREAT | O_EXCL, 0600);
}

static int open_in(struct temp_file *temp, int directory, const char *name, bool fresh, uint64_t least, int *result)
{
    struct stat info;
    int fd = fresh ? open_fresh(directory, name) : open_existing(temp, directory, name, &info);

    if (fd == -1)
        return errno;
    if (fstat(fd, &info) || (uint64_t)info.st_size < least)
    {
        close(fd);
        return ESTALE;
    }
    atomic_store(&temp->device, info.st_dev);
    atomic_store(&temp->inode, info.st_ino);
    atomic_store(&temp->sync_error, 0);
    if (fresh)
        atomic_store(&temp->listed, false);
    *result = fd;
    return 0;
}

int temp_file_open(struct temp_file *temp, const char *path, bool fresh, uint64_t least, int *fd)
{
    int directory, error;

    if ((directory = directory_open(path)) == -1)
        return errno;
    error = open_in(temp, directory, path_name(path), fresh, least, fd);
    close(directory);
    return error;
}

int temp_file_sync(struct temp_file *temp, int fd, const char *path)
{
    int error = atomic_load(&temp->sync_error);

    if (!error && fdatasync(fd))
        error = errno;
    if (!error && !atomic_load(&temp->listed) && !(error = temp_file_sync_directory(path)))
        atomic_store(&temp->listed, true);
    atomic_store(&temp->sync_error, error);
    return error;
}

/* Whether the file system has room for what the file lacks; true also when it does not tell. */
static bool has_room(int fd, const struct stat *info, uint64_t size)
{
    uint64_t used = (uint64_t)info->st_blocks * 512;
    struct statvfs space;

    if (used >= size || fstatvfs(fd, &space) || !space.f_frsize || !space.f_blocks)
        return true;
    return (size - used + space.f_frsize - 1) / space.f_frsize <= space.f_bavail;
}

/* A file system in memory fills what it reserves with zeros: of a large file that takes as long as a good part. */
static bool reserves_slowly(int fd)
{
    struct statfs system;

    return !fstatfs(fd, &system) && (system.f_type == TMPFS_MAGIC || system.f_type == RAMFS_MAGIC);
}

int temp_file_reserve(int fd, uint64_t size)
{
    struct stat info;
    int error;

    if (!size || size > INT64_MAX || fstat(fd, &info))
        return 0;
    if (!has_room(fd, &info, size))
        return ENOSPC;
    if (reserves_slowly(fd))
        return 0;
    if (!fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, (off_t)size) || ((error = errno) != ENOSPC && error != EDQUOT))
        return 0;
    return error;                       /* what was reserved in vain is used when there is room for the rest */
}

/* As Windows has it, a file without any right to write is not to be replaced; rename() would. */
static bool is_read_only(int directory, const char *name)
{
    struct stat info;

    return !fstatat(directory, name, &info, AT_SYMLINK_NOFOLLOW) && S_ISREG(info.st_mode) && !(info.st_mode & 0222);
}

/* After a crash in the middle the temporary file is gone and the destination stands. */
static bool is_placed(int directory, const char *name, uint64_t size)
{
    struct stat info;

    return !fstatat(directory, name, &info, AT_SYMLINK_NOFOLLOW) && S_ISREG(info.st_mode)
           && (size == ENGINE_SIZE_UNKNOWN || (uint64_t)info.st_size == size);
}

/* Cuts off what is left of a longer version, and lets others have the file. */
static int finish(int fd, const struct stat *info, uint64_t size)
{
    if (size != ENGINE_SIZE_UNKNOWN && (uint64_t)info->st_size < size)
        return ESTALE;
    if (size != ENGINE_SIZE_UNKNOWN && (uint64_t)info->st_size > size && (ftruncate(fd, (off_t)size) || fsync(fd)))
        return errno;
    (void)fchmod(fd, file_mode);        /* a file system without access rights may refuse */
    return 0;
}

/* Renames the open file; whether it was that one that was renamed is looked at afterwards. */
static int rename_in(int directory, const char *temp_name, const char *name, const struct stat *info)
{
    struct stat placed;

    if (renameat(directory, temp_name, directory, name))
        return errno;
    if (fstatat(directory, name, &placed, AT_SYMLINK_NOFOLLOW) || placed.st_ino != info->st_ino
        || placed.st_dev != info->st_dev)
        return ESTALE;
    return 0;
}

static int place_in(const struct temp_file *temp, int directory, const char *temp_name, const char *name,
                    uint64_t size, bool again)
{
    struct stat info;
    int fd, error;

    if (is_read_only(directory, name))
        return EACCES;
    fd = open_existing(temp, directory, temp_name, &info);
    if (fd == -1 && errno == ENOENT && again && is_placed(directory, name, size))
        return 0;
    if (fd == -1 && errno == ENOENT && !size) /* nothing was ever synced of an empty file */
    {
        if ((fd = open_fresh(directory, temp_name)) != -1 && fstat(fd, &info))
            info.st_size = 0;
    }
    if (fd == -1)
        return errno;
    if (!(error = finish(fd, &info, size)))
        error = rename_in(directory, temp_name, name, &info);
    close(fd);
    return error;
}

int temp_file_place(const struct temp_file *temp, const char *temp_path, const char *path, uint64_t size, bool again)
{
    int directory, error;

    if ((directory = directory_open(path)) == -1)
        return errno;
    error = place_in(temp, directory, path_name(temp_path), path_name(path), size, again);
    close(directory);
    return error;
}

void temp_file_remove(const char *path)
{
    int directory;

    if ((directory = directory_open(path)) == -1)
        return;
    if (!unlinkat(directory, path_name(path), 0))
        (void)directory_sync(directory);
    close(directory);
}

bool temp_file_same_directory(const char *path, const char *other)
{
    size_t length = (size_t)(path_name(path) - path);

    return (size_t)(path_name(other) - other) == length && !strncmp(path, other, length);
}

bool temp_file_is_path(const char *path, const char *destination)
{
    const char *name = path_name(path);
    size_t length = strlen(name);

    if (*path != '/' || length < 7 || strncmp(name, "DO", 2) || strcmp(name + length - 4, ".tmp"))
        return false;
    return !destination || (temp_file_same_directory(path, destination) && *path_name(destination));
}
