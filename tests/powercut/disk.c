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

#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"

#define MAX_ENTRIES 512
#define MAX_FILES 4096
#define PAGE 4096u

/* A change of a file's content. */
struct change
{
    bool truncate;
    uint64_t offset;                    /* or the new size */
    const char *data;
    size_t length;
};

struct content
{
    char *data;                         /* for certain */
    size_t size, room;
    struct change *changes;             /* that are not */
    size_t change_count, change_room;
};

struct entry
{
    char *path;
    struct content *content;
};

struct directory
{
    struct entry entries[MAX_ENTRIES];
    size_t count;
};

/* A change of entries: `path` gets this content, or none; and so does, at the same time, `other`, if it is not NULL. */
struct entry_change
{
    char *path, *other;
    struct content *content;            /* of path */
};

struct disk
{
    struct content *contents[MAX_FILES];
    size_t content_count;
    struct content *numbered[MAX_FILES]; /* by the numbers of the log */
    struct directory certain, current;
    struct entry_change *changes;
    size_t change_count, change_room;
};

static void *check_memory(void *memory)
{
    if (memory)
        return memory;
    fprintf(stderr, "powercut: there is not enough memory.\n");
    exit(2);
}

uint32_t random_below(uint64_t *random, uint32_t limit)
{
    *random ^= *random >> 12;
    *random ^= *random << 25;
    *random ^= *random >> 27;
    return (uint32_t)((*random * 0x2545f4914f6cdd1dull) >> 33) % limit;
}

static struct content *content_create(struct disk *disk)
{
    struct content *content = check_memory(calloc(1, sizeof(*content)));

    if (disk->content_count == MAX_FILES)
        abort();
    return disk->contents[disk->content_count++] = content;
}

static void content_resize(struct content *content, uint64_t size)
{
    if (size > content->room)
    {
        content->room = size * 2;
        content->data = check_memory(realloc(content->data, content->room));
    }
    if (size > content->size)
        memset(content->data + content->size, 0, size - content->size);
    content->size = size;
}

static void content_write(struct content *content, uint64_t offset, const char *data, size_t length)
{
    if (offset + length > content->size)
        content_resize(content, offset + length);
    memcpy(content->data + offset, data, length);
}

static void content_apply(struct content *content, const struct change *change)
{
    if (change->truncate)
        content_resize(content, change->offset);
    else
        content_write(content, change->offset, change->data, change->length);
}

static void content_add(struct content *content, const struct change *change)
{
    if (content->change_count == content->change_room)
    {
        content->change_room = content->change_room * 2 + 16;
        content->changes = check_memory(realloc(content->changes, content->change_room * sizeof(*content->changes)));
    }
    content->changes[content->change_count++] = *change;
}

static void content_sync(struct content *content)
{
    size_t i;

    for (i = 0; i < content->change_count; i++)
        content_apply(content, &content->changes[i]);
    content->change_count = 0;
}

static struct entry *directory_find(struct directory *directory, const char *path)
{
    size_t i;

    for (i = 0; i < directory->count; i++)
    {
        if (!strcmp(directory->entries[i].path, path))
            return &directory->entries[i];
    }
    return NULL;
}

/* content NULL: removes the entry. */
static void directory_set(struct directory *directory, const char *path, struct content *content)
{
    struct entry *entry = directory_find(directory, path);

    if (entry)
    {
        entry->content = content;
        if (content)
            return;
        free(entry->path);
        *entry = directory->entries[--directory->count];
    }
    else if (content)
    {
        if (directory->count == MAX_ENTRIES)
            abort();
        directory->entries[directory->count++] = (struct entry){check_memory(strdup(path)), content};
    }
}

static void directory_clear(struct directory *directory)
{
    while (directory->count)
        free(directory->entries[--directory->count].path);
}

static void disk_add_file(struct disk *disk, const char *directory, const char *path)
{
    struct content *content = content_create(disk);
    char name[PATH_MAX];
    struct stat info;
    int fd;

    snprintf(name, sizeof(name), "%s/%s", directory, path);
    if ((fd = open(name, O_RDONLY)) == -1 || fstat(fd, &info))
        abort();
    content_resize(content, (uint64_t)info.st_size);
    if (read(fd, content->data, content->size) != (ssize_t)content->size)
        abort();
    close(fd);
    directory_set(&disk->certain, path, content);
    directory_set(&disk->current, path, content);
}

static void disk_add_directory(struct disk *disk, const char *directory, const char *prefix)
{
    struct dirent *entry;
    DIR *stream;
    char *path;

    if (asprintf(&path, "%s/%s", directory, prefix) < 0 || !(stream = opendir(path)))
        abort();
    free(path);
    while ((entry = readdir(stream)))
    {
        if (*entry->d_name == '.')
            continue;
        if (asprintf(&path, "%s%s%s", prefix, *prefix ? "/" : "", entry->d_name) < 0)
            abort();
        if (entry->d_type == DT_DIR)
            disk_add_directory(disk, directory, path);
        else
            disk_add_file(disk, directory, path);
        free(path);
    }
    closedir(stream);
}

struct disk *disk_create(const char *directory)
{
    struct disk *disk = check_memory(calloc(1, sizeof(*disk)));

    disk_add_directory(disk, directory, "");
    return disk;
}

void disk_free(struct disk *disk)
{
    size_t i;

    for (i = 0; i < disk->content_count; i++)
    {
        free(disk->contents[i]->data);
        free(disk->contents[i]->changes);
        free(disk->contents[i]);
    }
    for (i = 0; i < disk->change_count; i++)
    {
        free(disk->changes[i].path);
        free(disk->changes[i].other);
    }
    free(disk->changes);
    directory_clear(&disk->certain);
    directory_clear(&disk->current);
    free(disk);
}

/* Takes the paths over. */
static void disk_change_entry(struct disk *disk, char *path, struct content *content, char *other)
{
    if (disk->change_count == disk->change_room)
    {
        disk->change_room = disk->change_room * 2 + 16;
        disk->changes = check_memory(realloc(disk->changes, disk->change_room * sizeof(*disk->changes)));
    }
    disk->changes[disk->change_count++] = (struct entry_change){path, other, content};
    directory_set(&disk->current, path, content);
    if (other)
        directory_set(&disk->current, other, NULL);
}

/* Makes a change certain, and forgets it. */
static void entry_change_end(struct disk *disk, struct entry_change *change, bool keep)
{
    if (keep)
        directory_set(&disk->certain, change->path, change->content);
    if (keep && change->other)
        directory_set(&disk->certain, change->other, NULL);
    free(change->path);
    free(change->other);
}

static bool is_in(const char *path, const char *directory)
{
    size_t length = strlen(directory);

    return !strncmp(path, directory, length) && path[length] == '/' && !strchr(path + length + 1, '/');
}

static void disk_sync_directory(struct disk *disk, const char *directory)
{
    size_t i, left = 0;

    for (i = 0; i < disk->change_count; i++)
    {
        if (is_in(disk->changes[i].path, directory))
            entry_change_end(disk, &disk->changes[i], true);
        else
            disk->changes[left++] = disk->changes[i];
    }
    disk->change_count = left;
}

static struct content *disk_numbered(const struct disk *disk, uint32_t number)
{
    if (number >= MAX_FILES || !disk->numbered[number])
        abort();                        /* the log speaks of a file that it has not introduced */
    return disk->numbered[number];
}

void disk_apply(struct disk *disk, const struct record *record, const char *first, const char *second)
{
    char *path = check_memory(strndup(first, record->first_length));
    struct entry *entry;

    switch (record->kind)
    {
    case RECORD_CREATE:
        disk->numbered[record->file] = content_create(disk);
        disk_change_entry(disk, path, disk->numbered[record->file], NULL);
        return;
    case RECORD_EXISTING:
        if (!(entry = directory_find(&disk->current, path)))
            abort();
        disk->numbered[record->file] = entry->content;
        break;
    case RECORD_WRITE:
        content_add(disk_numbered(disk, record->file),
                    &(struct change){.offset = record->offset, .data = first, .length = record->first_length});
        break;
    case RECORD_TRUNCATE:
        content_add(disk_numbered(disk, record->file), &(struct change){.truncate = true, .offset = record->offset});
        break;
    case RECORD_SYNC:
        content_sync(disk_numbered(disk, record->file));
        break;
    case RECORD_SYNC_DIRECTORY:
        disk_sync_directory(disk, path);
        break;
    case RECORD_RENAME:
        if (!(entry = directory_find(&disk->current, path)))
            abort();
        disk_change_entry(disk, check_memory(strndup(second, record->second_length)), entry->content, path);
        return;
    case RECORD_UNLINK:
        disk_change_entry(disk, path, NULL, NULL);
        return;
    }
    free(path);
}

/* Some of the pages that a write touches; the rest of them is as it was. */
static void content_apply_torn(struct content *content, const struct change *change, uint64_t *random)
{
    uint64_t offset = change->offset, end = offset + change->length, next;

    for (; offset < end; offset = next)
    {
        next = (offset / PAGE + 1) * PAGE < end ? (offset / PAGE + 1) * PAGE : end;
        if (random_below(random, 2))
            content_write(content, offset, change->data + (offset - change->offset), next - offset);
    }
}

static void content_cut(struct content *content, enum disk_keep keep, uint64_t *random)
{
    size_t i, begin = keep == DISK_KEEP_BEGIN && content->change_count
                      ? random_below(random, (uint32_t)content->change_count) : 0;

    for (i = 0; i < content->change_count; i++)
    {
        const struct change *change = &content->changes[i];

        if (keep == DISK_KEEP_ALL || i < begin)
            content_apply(content, change);
        else if (keep == DISK_KEEP_SOME && change->truncate && random_below(random, 2))
            content_apply(content, change);
        else if (keep == DISK_KEEP_SOME && !change->truncate)
            content_apply_torn(content, change, random);
    }
    content->change_count = 0;
}

void disk_cut(struct disk *disk, enum disk_keep data, enum disk_keep entries, uint64_t *random)
{
    size_t i, begin = entries == DISK_KEEP_BEGIN && disk->change_count
                      ? random_below(random, (uint32_t)disk->change_count) : 0;

    for (i = 0; i < disk->content_count; i++)
        content_cut(disk->contents[i], data, random);
    for (i = 0; i < disk->change_count; i++)
        entry_change_end(disk, &disk->changes[i], entries == DISK_KEEP_ALL || i < begin
                         || (entries == DISK_KEEP_SOME && random_below(random, 2)));
    disk->change_count = 0;
}

bool disk_write(const struct disk *disk, const char *directory)
{
    char path[PATH_MAX];
    bool good = true;
    size_t i;
    int fd;

    for (i = 0; i < disk->certain.count && good; i++)
    {
        const struct content *content = disk->certain.entries[i].content;

        snprintf(path, sizeof(path), "%s/%s", directory, disk->certain.entries[i].path);
        if ((fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600)) == -1)
            return false;
        good = write(fd, content->data, content->size) == (ssize_t)content->size;
        close(fd);
    }
    return good;
}
