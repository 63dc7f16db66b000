/*
 * Stands in for the system calls that change files, and writes down what they do.
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

/*
 * The functions have the names of libc's and come before these, for the program and for the libraries it uses. One call
 * is under way at a time, so that the order in the log is the order on the disk. Nothing is really synced: what would
 * be there after a power cut is found out from the log.
 */

#undef _FORTIFY_SOURCE

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "record.h"

#define EXPORT __attribute__((visibility("default")))
#define MAX_FILES 4096

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int log_fd = -1;
static char root[PATH_MAX];
static size_t root_length;
static struct
{
    ino_t inode;
    uint32_t number;
} files[MAX_FILES];
static uint32_t file_count, next_number;

static void record_init(void)
{
    const char *log = getenv(RECORD_LOG), *directory = getenv(RECORD_ROOT);

    if (!log || !directory)
        return;
    root_length = (size_t)snprintf(root, sizeof(root), "%s/", directory);
    log_fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

static bool record_begin(void)
{
    pthread_once(&once, record_init);
    if (log_fd == -1)
        return false;
    pthread_mutex_lock(&mutex);
    return true;
}

static void record_end(void)
{
    int error = errno;

    pthread_mutex_unlock(&mutex);
    errno = error;
}

static void record_write(enum record_kind kind, uint32_t file, uint64_t offset, const void *first, size_t first_length,
                         const char *second)
{
    struct record record = {kind, file, offset, (uint32_t)first_length, second ? (uint32_t)strlen(second) : 0};
    struct iovec parts[3] = {{&record, sizeof(record)}, {(void *)first, first_length},
                             {(void *)second, record.second_length}};

    if (syscall(SYS_writev, log_fd, parts, 3) != (long)(sizeof(record) + first_length + record.second_length))
        abort();                        /* a log with gaps would prove nothing */
}

/* The part of a path below the root, or NULL. */
static const char *below_root(const char *path)
{
    return root_length && !strncmp(path, root, root_length) ? path + root_length : NULL;
}

static const char *path_of_fd(int fd, char *buffer)
{
    char link[64];
    ssize_t length;

    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    if ((length = readlink(link, buffer, PATH_MAX - 1)) < 0)
        return NULL;
    buffer[length] = 0;
    return below_root(buffer);
}

/* The path that a call means, below the root; or NULL. */
static const char *resolve(int directory, const char *path, char *buffer)
{
    const char *base;
    char parent[PATH_MAX];

    if (*path == '/')
        return below_root(path);
    if (directory == AT_FDCWD || !(base = path_of_fd(directory, parent)))
        return NULL;
    if (snprintf(buffer, PATH_MAX, "%s/%s", base, path) >= PATH_MAX)
        return NULL;
    return buffer;
}

static uint32_t add_file(ino_t inode)
{
    uint32_t i;

    for (i = 0; i < file_count && files[i].inode != inode; i++)
        ;
    if (i == MAX_FILES)
        abort();
    if (i == file_count)
        file_count++;
    files[i].inode = inode;
    return files[i].number = next_number++;
}

/* Its number may have been that of another file, which is gone. */
static void forget_file(ino_t inode)
{
    uint32_t i;

    for (i = 0; i < file_count; i++)
    {
        if (files[i].inode == inode)
            files[i--] = files[--file_count];
    }
}

/* False: nothing below the root, or a file that never had a name, which no power cut leaves behind. */
static bool number_of_fd(int fd, uint32_t *number)
{
    char buffer[PATH_MAX];
    const char *path;
    struct stat info;
    uint32_t i;

    if (!(path = path_of_fd(fd, buffer)) || fstat(fd, &info) || !S_ISREG(info.st_mode))
        return false;
    for (i = 0; i < file_count; i++)
    {
        if (files[i].inode != info.st_ino)
            continue;
        *number = files[i].number;
        return true;
    }
    if (!info.st_nlink)
        return false;
    *number = add_file(info.st_ino);
    record_write(RECORD_EXISTING, *number, 0, path, strlen(path), NULL);
    return true;
}

static int do_open(int directory, const char *path, int flags, mode_t mode)
{
    char buffer[PATH_MAX];
    const char *name = NULL;
    struct stat info;
    bool existed;
    uint32_t number;
    bool nameless = (flags & O_TMPFILE) == O_TMPFILE;
    int fd;

    if ((!nameless && !(flags & (O_CREAT | O_TRUNC))) || !record_begin())
        return (int)syscall(SYS_openat, directory, path, flags, mode);
    name = resolve(directory, path, buffer);
    existed = !fstatat(directory, path, &info, AT_SYMLINK_NOFOLLOW);
    fd = (int)syscall(SYS_openat, directory, path, flags, mode);
    if (fd != -1 && nameless && !fstat(fd, &info))
        forget_file(info.st_ino);
    else if (fd != -1 && name && !existed && !fstat(fd, &info))
        record_write(RECORD_CREATE, add_file(info.st_ino), 0, name, strlen(name), NULL);
    else if (fd != -1 && name && (flags & O_TRUNC) && number_of_fd(fd, &number))
        record_write(RECORD_TRUNCATE, number, 0, NULL, 0, NULL);
    record_end();
    return fd;
}

#define GET_MODE(mode, flags) \
    do \
    { \
        va_list args; \
        va_start(args, flags); \
        mode = (flags) & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0; \
        va_end(args); \
    } while (0)

EXPORT int open(const char *path, int flags, ...)
{
    mode_t mode;

    GET_MODE(mode, flags);
    return do_open(AT_FDCWD, path, flags, mode);
}

EXPORT int open64(const char *path, int flags, ...)
{
    mode_t mode;

    GET_MODE(mode, flags);
    return do_open(AT_FDCWD, path, flags, mode);
}

EXPORT int openat(int directory, const char *path, int flags, ...)
{
    mode_t mode;

    GET_MODE(mode, flags);
    return do_open(directory, path, flags, mode);
}

EXPORT int openat64(int directory, const char *path, int flags, ...)
{
    mode_t mode;

    GET_MODE(mode, flags);
    return do_open(directory, path, flags, mode);
}

static ssize_t do_pwrite(int fd, const void *data, size_t size, off_t offset)
{
    uint32_t number;
    ssize_t ret;

    if (!record_begin())
        return syscall(SYS_pwrite64, fd, data, size, offset);
    ret = syscall(SYS_pwrite64, fd, data, size, offset);
    if (ret > 0 && number_of_fd(fd, &number))
        record_write(RECORD_WRITE, number, (uint64_t)offset, data, (size_t)ret, NULL);
    record_end();
    return ret;
}

EXPORT ssize_t pwrite(int fd, const void *data, size_t size, off_t offset)
{
    return do_pwrite(fd, data, size, offset);
}

EXPORT ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset)
{
    return do_pwrite(fd, data, size, offset);
}

EXPORT ssize_t write(int fd, const void *data, size_t size)
{
    uint32_t number;
    ssize_t ret;

    if (!record_begin())
        return syscall(SYS_write, fd, data, size);
    ret = syscall(SYS_write, fd, data, size);
    if (ret > 0 && number_of_fd(fd, &number))
        record_write(RECORD_WRITE, number, (uint64_t)(lseek(fd, 0, SEEK_CUR) - ret), data, (size_t)ret, NULL);
    record_end();
    return ret;
}

static int do_ftruncate(int fd, off_t size)
{
    uint32_t number;
    int ret;

    if (!record_begin())
        return (int)syscall(SYS_ftruncate, fd, size);
    ret = (int)syscall(SYS_ftruncate, fd, size);
    if (!ret && number_of_fd(fd, &number))
        record_write(RECORD_TRUNCATE, number, (uint64_t)size, NULL, 0, NULL);
    record_end();
    return ret;
}

EXPORT int ftruncate(int fd, off_t size)
{
    return do_ftruncate(fd, size);
}

EXPORT int ftruncate64(int fd, off64_t size)
{
    return do_ftruncate(fd, size);
}

static int do_sync(int fd, long call)
{
    char buffer[PATH_MAX];
    uint32_t number;
    const char *path;
    struct stat info;

    if (!record_begin())
        return (int)syscall(call, fd);
    if (number_of_fd(fd, &number))
        record_write(RECORD_SYNC, number, 0, NULL, 0, NULL);
    else if (!fstat(fd, &info) && S_ISDIR(info.st_mode) && (path = path_of_fd(fd, buffer)))
        record_write(RECORD_SYNC_DIRECTORY, 0, 0, path, strlen(path), NULL);
    record_end();
    return 0;
}

EXPORT int fsync(int fd)
{
    return do_sync(fd, SYS_fsync);
}

EXPORT int fdatasync(int fd)
{
    return do_sync(fd, SYS_fdatasync);
}

static int do_rename(int from_directory, const char *from, int to_directory, const char *to)
{
    char from_buffer[PATH_MAX], to_buffer[PATH_MAX];
    const char *from_path, *to_path;
    int ret;

    if (!record_begin())
        return (int)syscall(SYS_renameat2, from_directory, from, to_directory, to, 0);
    from_path = resolve(from_directory, from, from_buffer);
    to_path = resolve(to_directory, to, to_buffer);
    ret = (int)syscall(SYS_renameat2, from_directory, from, to_directory, to, 0);
    if (!ret && from_path && to_path)
        record_write(RECORD_RENAME, 0, 0, from_path, strlen(from_path), to_path);
    record_end();
    return ret;
}

EXPORT int rename(const char *from, const char *to)
{
    return do_rename(AT_FDCWD, from, AT_FDCWD, to);
}

EXPORT int renameat(int from_directory, const char *from, int to_directory, const char *to)
{
    return do_rename(from_directory, from, to_directory, to);
}

static int do_unlink(int directory, const char *path, int flags)
{
    char buffer[PATH_MAX];
    const char *name;
    int ret;

    if (!record_begin())
        return (int)syscall(SYS_unlinkat, directory, path, flags);
    name = resolve(directory, path, buffer);
    ret = (int)syscall(SYS_unlinkat, directory, path, flags);
    if (!ret && name)
        record_write(RECORD_UNLINK, 0, 0, name, strlen(name), NULL);
    record_end();
    return ret;
}

EXPORT int unlink(const char *path)
{
    return do_unlink(AT_FDCWD, path, 0);
}

EXPORT int unlinkat(int directory, const char *path, int flags)
{
    return do_unlink(directory, path, flags);
}

void record_mark(uint32_t mark, uint64_t job)
{
    if (!record_begin())
        return;
    record_write(RECORD_MARK, mark, job, NULL, 0, NULL);
    record_end();
}
