/*
 * What many jobs under way cost: each has one small file, on a server that answers at once.
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

/* scheduler [JOBS [DIRECTORY]]: a line of JSON. The directory had better be in memory: commits are not measured. */

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "engine.h"
#include "result.h"
#include "testserver.h"

struct moment
{
    double wall, cpu;                   /* ms */
};

static struct moment moment_now(void)
{
    struct timespec wall, cpu;

    clock_gettime(CLOCK_MONOTONIC, &wall);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
    return (struct moment){wall.tv_sec * 1e3 + wall.tv_nsec / 1e6, cpu.tv_sec * 1e3 + cpu.tv_nsec / 1e6};
}

/* Prints what passed since a moment, in us for each job. */
static void report(const char *name, const struct moment *since, unsigned int jobs)
{
    struct moment now = moment_now();

    printf("\"%s_us\": %.1f, \"%s_cpu_us\": %.1f", name, (now.wall - since->wall) * 1000 / jobs, name,
           (now.cpu - since->cpu) * 1000 / jobs);
}

static void require(int32_t hr, const char *what)
{
    if (SUCCEEDED(hr))
        return;
    fprintf(stderr, "%s: error %#x\n", what, (unsigned int)hr);
    exit(EXIT_FAILURE);
}

static struct job_id create_job(struct engine *engine, const char *directory, unsigned int port, unsigned int number)
{
    struct file_request request = {.size = ENGINE_SIZE_UNKNOWN};
    char url[128], name[32], path[256];
    struct job_id job;

    snprintf(url, sizeof(url), "http://127.0.0.1:%u/data/f?size=100&key=go&hold=go", port);
    snprintf(name, sizeof(name), "%u.bin", number);
    snprintf(path, sizeof(path), "%s/%s", directory, name);
    request.url = url;
    request.local_name = name;
    request.path = path;
    require(engine_job_create(engine, JOB_KIND_JOB, "benchmark", "S-1-5-21-0", &job), "create");
    require(engine_job_add_files(engine, &job, &request, 1), "add_files");
    return job;
}

static void wait_for_jobs(struct engine *engine, unsigned int count)
{
    struct engine_event event;

    while (count && SUCCEEDED(engine_wait_event(engine, &event)))
        count -= (event.kinds & EVENT_JOB_TRANSFERRED) != 0;
}

static void run(struct engine *engine, const char *directory, struct testserver *server,
                unsigned int count)
{
    unsigned int port = testserver_port(server, TESTSERVER_HTTP);
    struct job_id *jobs;
    struct moment start;
    unsigned int i;

    if (!(jobs = calloc(count, sizeof(*jobs))))
        abort();
    for (i = 0; i < count; i++)
        jobs[i] = create_job(engine, directory, port, i);
    printf("{\"jobs\": %u, ", count);
    start = moment_now();
    for (i = 0; i < count; i++)
        require(engine_job_act(engine, &jobs[i], JOB_ACTION_RESUME), "resume");
    report("resume", &start, count);
    printf(", ");
    start = moment_now();
    testserver_release(server, "go");   /* until now no transfer could end: all jobs are under way */
    wait_for_jobs(engine, count);
    report("transfer", &start, count);
    start = moment_now();
    for (i = 0; i < count; i++)
        require(engine_job_act(engine, &jobs[i], JOB_ACTION_CANCEL), "cancel");
    printf(", ");
    report("cancel", &start, count);
    printf("}\n");
    free(jobs);
}

int main(int argc, char **argv)
{
    unsigned int count = argc > 1 ? (unsigned int)strtoul(argv[1], NULL, 10) : 5000;
    struct engine_config config = {0};
    char directory[128], state[160];
    struct testserver *server;
    struct engine *engine;

    snprintf(directory, sizeof(directory), "%s/dosvc-bench-XXXXXX", argc > 2 ? argv[2] : "/dev/shm");
    if (!count || !mkdtemp(directory) || !(server = testserver_start(NULL)))
    {
        perror("scheduler");
        return EXIT_FAILURE;
    }
    snprintf(state, sizeof(state), "%s/state", directory);
    config.state_dir = state;
    require(engine_create(&config, &engine), "engine");
    run(engine, directory, server, count);
    engine_free(engine);
    testserver_stop(server);
    snprintf(state, sizeof(state), "%s/state/jobs.db", directory);
    unlink(state);
    snprintf(state, sizeof(state), "%s/state", directory);
    rmdir(state);
    rmdir(directory);
    return EXIT_SUCCESS;
}
