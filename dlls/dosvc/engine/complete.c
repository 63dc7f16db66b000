/*
 * The end of a job: its files take their places, and temporary files go.
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
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine_private.h"

/* The access rights that a program's own new file would have; the umask can only be read by setting it. */
static mode_t file_mode;
static pthread_once_t file_mode_once = PTHREAD_ONCE_INIT;

static void file_mode_init(void)
{
    mode_t mask = umask(077);

    umask(mask);
    file_mode = 0666 & ~mask;
}

/* Makes a rename last: best effort, since not every file system can. */
static void sync_directory_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *directory;
    int fd;

    if (!slash || !(directory = strndup(path, slash == path ? 1 : (size_t)(slash - path))))
        return;
    if ((fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) != -1)
    {
        (void)fsync(fd);
        close(fd);
    }
    free(directory);
}

/* As Windows has it, a file without any right to write is not to be replaced; rename() would. */
static bool is_read_only(const char *path)
{
    struct stat info;

    return !lstat(path, &info) && S_ISREG(info.st_mode) && !(info.st_mode & 0222);
}

/* After a crash in the middle the temporary file is gone and the destination stands: that is success. */
static int32_t file_rename(const struct file *file, bool again)
{
    struct stat info;

    if (is_read_only(file->path))
        return E_ACCESSDENIED;
    pthread_once(&file_mode_once, file_mode_init);
    (void)chmod(file->temp_path, file_mode); /* a file system without access rights may refuse */
    if (!rename(file->temp_path, file->path))
    {
        sync_directory_of(file->path);
        return S_OK;
    }
    if (errno == ENOENT && again && !stat(file->path, &info))
        return S_OK;
    return hresult_from_errno(errno);
}

/* Renames what can be renamed; the first failure is the result. */
static int32_t job_rename_files(struct job *job, bool again)
{
    int32_t hr = S_OK, result = S_OK;
    uint32_t i;

    for (i = 0; i < job->file_count; i++)
    {
        struct file *file = job->files[i];

        if (!file->transferred || file->completed)
            continue;
        if (!file->path)
        {
            file->completed = true;     /* its client has it */
            continue;
        }
        if (SUCCEEDED(hr = file_rename(file, again)))
            file->completed = true;
        else if (SUCCEEDED(result))
            result = hr;
    }
    return result;
}

void job_clean_up(struct engine *engine, struct job *job)
{
    uint32_t i;

    for (i = 0; i < job->file_count; i++)
        file_drop_ring(job->files[i]);
    pthread_mutex_unlock(&engine->lock);
    for (i = 0; i < job->file_count; i++)
    {
        if (!job->files[i]->completed && job->files[i]->temp_path)
            (void)unlink(job->files[i]->temp_path); /* often there is none */
    }
    pthread_mutex_lock(&engine->lock);
    job->cleaned = true;
    job->store_pending |= job->has_leftovers;
    saver_mark_job(engine, job);
}

/*
 * The intention is saved before the first rename: a crash in between is finished at the next start. While `completing`
 * is set nobody else changes the job or its files, so that the lock need not be held for the renames.
 */
int32_t job_complete(struct engine *engine, struct job *job)
{
    bool again = job->completing;
    int32_t hr, renamed;
    uint32_t i;

    job->completing = true;
    saver_mark_job(engine, job);
    job_cancel_transfers(job);
    if (SUCCEEDED(hr = saver_wait(engine, job)))
    {
        pthread_mutex_unlock(&engine->lock);
        renamed = job_rename_files(job, again);
        pthread_mutex_lock(&engine->lock);
        for (i = 0; i < job->file_count; i++)
            file_set_dirty(job->files[i]);
        job->completing = false;
        saver_mark_job(engine, job);
        if (SUCCEEDED(hr = renamed))
            hr = job_handle_event(engine, job, JOB_EVENT_COMPLETE);
    }
    job->completing = false;
    if (FAILED(hr))
    {
        scheduler_touch(engine, job);
        scheduler_run(engine);          /* what was stopped goes on */
        return hr;
    }
    hr = saver_wait(engine, job);
    job_clean_up(engine, job);
    return hr;
}
