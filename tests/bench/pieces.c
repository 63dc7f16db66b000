/*
 * Measures how long it takes to check the pieces of a file that is here, as after a crash.
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
 * pieces [MIB [TIMES [DIRECTORY]]]: a line of JSON for each time. All but the last 20,000 bytes come; then the engine
 * is started anew, and the time counts from its request for the rest, when the piece hashes are known.
 */

#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "engine.h"
#include "result.h"
#include "testserver.h"

#define MIB (1024 * 1024)
#define REST 20000
#define WAIT_MS 600000

struct moment
{
    double wall, cpu;                   /* ms */
};

static struct testserver *server;
static struct engine *engine;
static char directory[128], state[160];

static struct moment moment_now(void)
{
    struct timespec wall, cpu;

    clock_gettime(CLOCK_MONOTONIC, &wall);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
    return (struct moment){wall.tv_sec * 1e3 + wall.tv_nsec / 1e6, cpu.tv_sec * 1e3 + cpu.tv_nsec / 1e6};
}

static void require(int32_t hr, const char *what)
{
    if (SUCCEEDED(hr))
        return;
    fprintf(stderr, "%s: error %#x\n", what, (unsigned int)hr);
    exit(EXIT_FAILURE);
}

static void start_engine(void)
{
    /* Under a limit there is one connection, and so the bytes come in order. */
    const struct engine_policy limit = {.id = POLICY_MAX_BACKGROUND, .number = 4000000};
    struct engine_config config = {.state_dir = state, .policies = &limit, .policy_count = 1, .retry_delay_ms = 10};

    require(engine_create(&config, &engine), "engine");
}

static struct job_id create_job(uint64_t size, const char *key, const char *path)
{
    unsigned int port = testserver_port(server, TESTSERVER_HTTP);
    char url[256], info[256];
    struct file_request request = {.url = url, .local_name = "file", .path = path, .size = ENGINE_SIZE_UNKNOWN};
    struct job_id job;

    snprintf(url, sizeof(url), "http://127.0.0.1:%u/data/f?size=%" PRIu64 "&key=%s&truncate=%" PRIu64
             "&times=1&hold=%s&hold_after=1", port, size, key, size - REST, key);
    snprintf(info, sizeof(info), "{\"PiecesHashFileUrl\":\"http://127.0.0.1:%u/data/h?size=%" PRIu64 "&pieces=%u\"}",
             port, size, MIB);
    require(engine_job_create(engine, JOB_KIND_JOB, "benchmark", "S-1-5-21-0", &job), "create");
    require(engine_job_add_files(engine, &job, &request, 1), "add_files");
    require(engine_file_set_text(engine, &job, 0, FILE_TEXT_INTEGRITY_INFO, info), "hashes");
    require(engine_file_set_number(engine, &job, 0, FILE_NUMBER_INTEGRITY_MANDATORY, 1), "mandatory");
    return job;
}

static void wait_for_requests(const char *key, unsigned int count)
{
    if (!testserver_wait(server, key, count, WAIT_MS))
        return;
    fprintf(stderr, "pieces: there is no request\n");
    exit(EXIT_FAILURE);
}

static void run(uint64_t size, const char *key)
{
    struct moment start, end;
    struct engine_event event = {.kinds = 0};
    struct job_id job;
    char path[160];

    snprintf(path, sizeof(path), "%s/file", directory);
    start_engine();
    job = create_job(size, key, path);
    require(engine_job_act(engine, &job, JOB_ACTION_RESUME), "resume");
    wait_for_requests(key, 2);
    require(engine_job_act(engine, &job, JOB_ACTION_SUSPEND), "suspend");
    engine_free(engine);
    start_engine();
    require(engine_job_act(engine, &job, JOB_ACTION_RESUME), "resume");
    wait_for_requests(key, 3);
    start = moment_now();
    testserver_release(server, key);
    while (!(event.kinds & (EVENT_JOB_TRANSFERRED | EVENT_JOB_ERROR)))
        require(engine_wait_event(engine, &event), "event");
    end = moment_now();
    printf("{\"bytes\": %" PRIu64 ", \"check_ms\": %.0f, \"check_cpu_ms\": %.0f}\n", size, end.wall - start.wall,
           end.cpu - start.cpu);
    require(engine_job_act(engine, &job, JOB_ACTION_COMPLETE), "complete");
    engine_free(engine);
    (void)unlink(path);
}

int main(int argc, char **argv)
{
    uint64_t size = (argc > 1 ? strtoull(argv[1], NULL, 10) : 1024) * MIB;
    unsigned int times = argc > 2 ? (unsigned int)strtoul(argv[2], NULL, 10) : 1, i;
    char key[32];

    snprintf(directory, sizeof(directory), "%s/dosvc-bench-XXXXXX", argc > 3 ? argv[3] : "/dev/shm");
    if (size < MIB || !mkdtemp(directory) || !(server = testserver_start(NULL)))
    {
        perror("pieces");
        return EXIT_FAILURE;
    }
    snprintf(state, sizeof(state), "%s/state", directory);
    for (i = 0; i < times; i++)
    {
        snprintf(key, sizeof(key), "run%u", i);
        run(size, key);
    }
    testserver_stop(server);
    snprintf(state, sizeof(state), "%s/state/jobs.db", directory);
    unlink(state);
    snprintf(state, sizeof(state), "%s/state", directory);
    rmdir(state);
    rmdir(directory);
    return EXIT_SUCCESS;
}
