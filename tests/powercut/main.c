/*
 * Cuts the power in the middle of downloads, at any point, and lets them go on: every file must be right.
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
 * powercut [POINTS [SEED [SET]]]: downloads are run a few times, and everything that they do to the disk is recorded.
 * For each point a record is cut off somewhere; the disk as it may be then is made, and the downloads are run again on
 * it. Some of these runs are recorded and cut off in turn. The sets of the plan take turns, unless one is named.
 * DOSVC_POWERCUT_KEEP=1 keeps the directories.
 */

#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "disk.h"
#include "plan.h"
#include "record.h"
#include "testserver.h"

#define DEFAULT_POINTS 24u
#define POINTS_PER_RECORD 15u
#define CUT_AGAIN 4u                    /* one in so many runs is cut off a second time */
#define MASKS "%" PRIu32 ",%" PRIu32 ",%" PRIu32 ",%" PRIu32 ",%" PRIu32 /* a plan_state, for --run */
#define MASKS_READ "%" SCNu32 ",%" SCNu32 ",%" SCNu32 ",%" SCNu32 ",%" SCNu32

/* A recorded run, on a directory that is kept as it was before. */
struct run
{
    char before[PATH_MAX], log[PATH_MAX];
    char *records;
    size_t size;
    uint32_t count;
    struct plan_state state;            /* before the run */
};

static struct testserver *server;
static char base[PATH_MAX];
static char work[PATH_MAX];             /* where every run takes place: the jobs know where their files are */
static unsigned int next_directory;
static unsigned int passed, failed;

static bool check(bool good, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool check(bool good, const char *format, ...)
{
    va_list args;

    if (good)
    {
        passed++;
        return true;
    }
    failed++;
    va_start(args, format);
    fprintf(stderr, "powercut: ");
    vfprintf(stderr, format, args);
    fprintf(stderr, "\n");
    va_end(args);
    return false;
}

static void die(const char *what)
{
    perror(what);
    exit(2);
}

static const char *join(char *buffer, const char *directory, const char *name)
{
    if (snprintf(buffer, PATH_MAX, "%s/%s", directory, name) >= PATH_MAX)
        die("a path is too long");
    return buffer;
}

/* A directory with those that a run needs. */
static void make_named_directory(const char *directory)
{
    char path[PATH_MAX];

    if (mkdir(directory, 0700) || mkdir(join(path, directory, PLAN_STATE), 0700)
        || mkdir(join(path, directory, PLAN_FILES), 0700))
        die("a directory cannot be made");
}

static void make_directory(char *directory)
{
    char name[16];

    snprintf(name, sizeof(name), "%u", next_directory++);
    make_named_directory(join(directory, base, name));
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *walk)
{
    (void)info;
    (void)type;
    (void)walk;
    return remove(path);
}

static void remove_directory(const char *directory)
{
    if (!getenv("DOSVC_POWERCUT_KEEP"))
        (void)nftw(directory, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

/* Runs the downloads in a process of its own; gives its exit code. log NULL: without a record. */
static int run_driver(const char *log, const char *key, const struct plan_state *state)
{
    char url[64], masks[128];
    int status;
    pid_t pid;

    snprintf(url, sizeof(url), "http://localhost:%u", testserver_port(server, TESTSERVER_HTTP));
    snprintf(masks, sizeof(masks), MASKS, state->jobs, state->created, state->ending, state->ended, state->taken);
    if ((pid = fork()) == -1)
        die("there is no process");
    if (!pid)
    {
        if (log && (setenv(RECORD_LOG, log, 1) || setenv(RECORD_ROOT, work, 1)))
            _exit(2);
        execl("/proc/self/exe", "powercut", "--run", work, url, key, masks, (char *)NULL);
        _exit(2);
    }
    if (waitpid(pid, &status, 0) != pid)
        die("a process is lost");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static const struct record *next_record(const struct run *run, size_t *offset, struct record *record,
                                        const char **first, const char **second)
{
    if (*offset + sizeof(*record) > run->size)
        return NULL;
    memcpy(record, run->records + *offset, sizeof(*record));
    *first = run->records + *offset + sizeof(*record);
    *second = *first + record->first_length;
    *offset += sizeof(*record) + record->first_length + record->second_length;
    return record;
}

static void load_record(struct run *run)
{
    const char *first, *second;
    struct record record;
    struct stat info;
    size_t offset = 0;
    int fd;

    if ((fd = open(run->log, O_RDONLY)) == -1 || fstat(fd, &info)
        || (run->records = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0)) == MAP_FAILED)
        die("there is no record");
    close(fd);
    run->size = (size_t)info.st_size;
    for (run->count = 0; next_record(run, &offset, &record, &first, &second); run->count++)
        ;
}

/* Makes the directory of runs a copy of another one. */
static void prepare_work(const char *directory)
{
    struct disk *disk = disk_create(directory);

    (void)nftw(work, remove_entry, 8, FTW_DEPTH | FTW_PHYS); /* there is none the first time */
    make_named_directory(work);
    if (!disk_write(disk, work))
        die("a directory cannot be copied");
    disk_free(disk);
}

/* Runs the downloads on a copy of the directory, which becomes the run's. */
static bool run_begin(struct run *run, const char *directory, const char *key)
{
    int code;

    snprintf(run->before, sizeof(run->before), "%s", directory);
    if (snprintf(run->log, sizeof(run->log), "%s.log", directory) >= (int)sizeof(run->log))
        die("a path is too long");
    prepare_work(directory);
    code = run_driver(run->log, key, &run->state);
    load_record(run);
    return check(!code, "a recorded run ends with %d", code);
}

static void run_end(struct run *run)
{
    munmap(run->records, run->size);
    (void)unlink(run->log);
    remove_directory(run->before);
}

static void note_mark(struct plan_state *state, const struct record *record)
{
    const struct plan_job *job = &plan_jobs[record->offset];
    uint32_t bit = 1u << record->offset;

    if (job->kind != JOB_KIND_JOB && !job->kept && record->file != PLAN_ENDED)
        return;                         /* goes with the engine, until its file is there */
    switch (record->file)
    {
    case PLAN_CREATED:
        state->created |= bit;
        break;
    case PLAN_ENDING:
        state->ending |= bit;
        break;
    case PLAN_ENDED:
        state->ended |= bit;
        break;
    case PLAN_TAKEN:
        state->taken |= bit;
        break;
    }
}

/* Makes the disk as it may be when the power goes after so many records; `state` gets what was promised by then. */
static void cut(const struct run *run, uint32_t records, enum disk_keep data, enum disk_keep entries, uint64_t *random,
                const char *directory, struct plan_state *state)
{
    struct disk *disk = disk_create(run->before);
    const char *first, *second;
    struct record record;
    size_t offset = 0;
    uint32_t i;

    *state = run->state;
    for (i = 0; i < records && next_record(run, &offset, &record, &first, &second); i++)
    {
        if (record.kind == RECORD_MARK)
            note_mark(state, &record);
        else
            disk_apply(disk, &record, first, second);
    }
    disk_cut(disk, data, entries, random);
    if (!disk_write(disk, directory))
        die("a disk cannot be written");
    disk_free(disk);
}

/* What a client may see at once. */
static bool check_cut(const char *directory, const struct plan_state *state, const char *where)
{
    unsigned int i, file;
    bool good = true;

    for (i = 0; i < PLAN_JOBS; i++)
    {
        if ((state->ended & (1u << i)) && !plan_jobs[i].cancelled)
            good &= check(plan_is_done(directory, i), "%s: job %u was completed, and its files are not there", where,
                          i);
        for (file = 0; file < plan_jobs[i].file_count; file++)
            good &= check(plan_is_whole_or_old(directory, i, file), "%s: file %u-%u is neither whole nor as it was",
                          where, i, file);
    }
    return good;
}

/* Counts the entries of a directory whose names contain a text. */
static unsigned int count_entries(const char *directory, const char *name, const char *text)
{
    unsigned int count = 0;
    struct dirent *entry;
    char path[PATH_MAX];
    DIR *stream;

    if (!(stream = opendir(join(path, directory, name))))
        die("a directory is not there");
    while ((entry = readdir(stream)))
        count += strstr(entry->d_name, text) != NULL;
    closedir(stream);
    return count;
}

static bool file_contains(const char *path, const char *text)
{
    bool found = false;
    struct stat info;
    void *data;
    int fd;

    if ((fd = open(path, O_RDONLY)) == -1 || fstat(fd, &info))
        die("a file cannot be read");
    if (info.st_size && (data = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0)) != MAP_FAILED)
    {
        found = memmem(data, (size_t)info.st_size, text, strlen(text)) != NULL;
        munmap(data, (size_t)info.st_size);
    }
    close(fd);
    return found;
}

/* Whether a secret is in some file of the engine's state. */
static bool state_contains(const char *directory, const char *text)
{
    char state[PATH_MAX], path[PATH_MAX];
    struct dirent *entry;
    bool found = false;
    DIR *stream;

    if (!(stream = opendir(join(state, directory, PLAN_STATE))))
        die("a directory is not there");
    while ((entry = readdir(stream)) && !found)
        found = *entry->d_name != '.' && file_contains(join(path, state, entry->d_name), text);
    closedir(stream);
    return found;
}

static bool check_end(const char *directory, uint32_t jobs, const char *where)
{
    bool good = true;
    unsigned int i;

    for (i = 0; i < PLAN_JOBS; i++)
    {
        if (!plan_jobs[i].cancelled && (jobs & (1u << i)))
            good &= check(plan_is_done(directory, i), "%s: job %u has wrong files in the end", where, i);
    }
    good &= check(!count_entries(directory, PLAN_FILES, ".tmp"), "%s: a temporary file is left", where);
    good &= check(!count_entries(directory, PLAN_STATE, "unreadable"), "%s: the store was damaged", where);
    good &= check(!state_contains(directory, PLAN_KEY), "%s: a key was stored", where);
    return good;
}

/* Cuts off a run at random, and lets it go on; depth: how often that may be cut off again. */
static bool test_point(const struct run *run, const char *key, uint64_t *random, unsigned int depth, const char *where)
{
    uint32_t records = random_below(random, run->count + 1);
    enum disk_keep data = random_below(random, DISK_KEEP_COUNT), entries = random_below(random, DISK_KEEP_COUNT);
    char directory[PATH_MAX], here[256];
    struct run again = {0};
    bool good;
    int code;

    make_directory(directory);
    cut(run, records, data, entries, random, directory, &again.state);
    snprintf(here, sizeof(here), "%s, cut after %u of %u (data %u, entries %u, in %s)", where, records, run->count,
             data, entries, strrchr(directory, '/') + 1);
    good = check_cut(directory, &again.state, here);
    if (good && depth && !random_below(random, CUT_AGAIN))
    {
        good = run_begin(&again, directory, key) && test_point(&again, key, random, depth - 1, here);
        run_end(&again);
        return good;
    }
    prepare_work(directory);
    code = run_driver(NULL, key, &again.state);
    good &= check(!code, "%s: ends with %d", here, code);
    good = check_end(work, run->state.jobs, here) && good;
    if (good)
        remove_directory(directory);
    return good;
}

static void make_first_directory(char *directory)
{
    char path[PATH_MAX];
    FILE *file;

    make_directory(directory);
    if (!(file = fopen(plan_path(path, sizeof(path), directory, 0, 0), "w"))
        || fputs(PLAN_OLD_CONTENT, file) == EOF || fclose(file))
        die("a file cannot be made");
}

/* set PLAN_SETS: all of them in turn. */
static void test_points(unsigned int points, uint64_t seed, unsigned int set)
{
    uint64_t random = seed * 0x9e3779b97f4a7c15ull + 1;
    char directory[PATH_MAX], key[32], where[64];
    unsigned int point = 0, last, turn;
    struct run run;

    for (turn = 0; point < points; turn++)
    {
        snprintf(key, sizeof(key), "run%u", point);
        make_first_directory(directory);
        run = (struct run){.state.jobs = plan_set(set < PLAN_SETS ? set : turn % PLAN_SETS)};
        (void)run_begin(&run, directory, key);
        for (last = point + POINTS_PER_RECORD; point < points && point < last; point++)
        {
            snprintf(where, sizeof(where), "point %u of seed %" PRIu64, point, seed);
            (void)test_point(&run, key, &random, 2, where);
        }
        run_end(&run);
    }
}

int main(int argc, char **argv)
{
    unsigned int points = argc > 1 ? (unsigned int)strtoul(argv[1], NULL, 10) : DEFAULT_POINTS;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    unsigned int set = argc > 3 ? (unsigned int)strtoul(argv[3], NULL, 10) : PLAN_SETS;
    struct plan_state state;

    plan_init();
    if (argc == 6 && !strcmp(argv[1], "--run")
        && sscanf(argv[5], MASKS_READ, &state.jobs, &state.created, &state.ending, &state.ended, &state.taken) == 5)
        return driver_run(argv[2], argv[3], argv[4], &state);
    snprintf(base, sizeof(base), "/tmp/dosvc-powercut-XXXXXX");
    if (!mkdtemp(base))
        die("there is no directory");
    join(work, base, "run");
    if (!(server = testserver_start(NULL)))
        die("there is no server");
    test_points(points, seed, set);
    testserver_stop(server);
    if (!failed)
        remove_directory(base);
    printf("powercut: %u points, seed %" PRIu64 "\n%u passed, %u failed\n", points, seed, passed, failed);
    return failed ? 1 : 0;
}
