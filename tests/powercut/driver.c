/*
 * A program that downloads, and goes on after it was cut off anywhere.
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

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plan.h"
#include "record.h"
#include "result.h"

#define DRIVER_SECONDS 30               /* after which it is taken for hanging */
#define DRIVER_CANCEL_AT 100000         /* bytes */
#define DRIVER_MAX_FOUND 64

enum driver_error
{
    DRIVER_GOOD,
    DRIVER_ENGINE = 10,                 /* the engine does not start, or refuses something */
    DRIVER_LOST,                        /* a job that was saved is not there */
    DRIVER_BACK,                        /* a job that had ended is there again */
    DRIVER_FAILED                       /* a job fails, although the server does not */
};

struct driver
{
    const char *directory, *url, *key;
    struct engine *engine;
    struct job_id ids[PLAN_JOBS];
    bool open[PLAN_JOBS];               /* under way */
    unsigned int left;
};

static int fail(enum driver_error error, unsigned int job, const char *what, int32_t hr)
{
    fprintf(stderr, "powercut: job %u: %s (%#x).\n", job, what, (unsigned int)hr);
    return error;
}

static void log_message(void *context, enum engine_log_level level, const char *message)
{
    (void)context;
    if (level == ENGINE_LOG_ERROR || getenv("DOSVC_POWERCUT_TRACE"))
        fprintf(stderr, "engine: %s\n", message);
}

static int add_files(struct driver *driver, unsigned int number)
{
    const struct plan_job *job = &plan_jobs[number];
    char path[PATH_MAX], url[1024];
    unsigned int i;
    int32_t hr;

    for (i = 0; i < job->file_count; i++)
    {
        const struct plan_file *file = &job->files[i];
        struct file_request request = {.url = url, .local_name = path, .ranges = file->ranges,
                                       .range_count = file->range_count, .size = ENGINE_SIZE_UNKNOWN};

        snprintf(url, sizeof(url), "%s/data/%u-%u?%s&key=%s-%u-%u", driver->url, number, i, file->query, driver->key,
                 number, i);
        request.path = plan_path(path, sizeof(path), driver->directory, number, i);
        if (FAILED(hr = engine_job_add_files(driver->engine, &driver->ids[number], &request, 1)))
            return fail(DRIVER_ENGINE, number, "a file cannot be added", hr);
    }
    return 0;
}

static int create_job(struct driver *driver, unsigned int number)
{
    char name[16];
    int32_t hr;
    int error;

    snprintf(name, sizeof(name), "%u", number);
    if (FAILED(hr = engine_job_create(driver->engine, plan_jobs[number].kind, name, "S-1-5-21-0", &driver->ids[number])))
        return fail(DRIVER_ENGINE, number, "it cannot be created", hr);
    if ((error = add_files(driver, number)))
        return error;
    if (FAILED(hr = engine_job_act(driver->engine, &driver->ids[number], JOB_ACTION_RESUME)))
        return fail(DRIVER_ENGINE, number, "it cannot be resumed", hr);
    driver->open[number] = true;
    driver->left++;
    record_mark(PLAN_CREATED, number);
    return 0;
}

/* One that was being created when the power went is created anew. */
static int adopt_job(struct driver *driver, const struct job_id *id, uint32_t ended)
{
    uint32_t size = 16;
    unsigned int number;
    struct job_info info;
    char name[16];
    int32_t hr;

    if (FAILED(hr = engine_job_open(driver->engine, id))
        || FAILED(hr = engine_job_get_text(driver->engine, id, JOB_TEXT_DISPLAY_NAME, name, &size))
        || FAILED(hr = engine_job_get_info(driver->engine, id, &info)))
        return fail(DRIVER_ENGINE, 0, "a job cannot be asked", hr);
    if ((number = (unsigned int)strtoul(name, NULL, 10)) >= PLAN_JOBS || driver->open[number])
        return fail(DRIVER_BACK, number, "it is there, but nobody made it", 0);
    if (ended & (1u << number))
        return fail(DRIVER_BACK, number, "it had ended, and is there again", 0);
    if (info.state == JOB_CREATED)
        return FAILED(hr = engine_job_act(driver->engine, id, JOB_ACTION_CANCEL))
               ? fail(DRIVER_ENGINE, number, "it cannot be cancelled", hr) : 0;
    driver->ids[number] = *id;
    driver->open[number] = true;
    driver->left++;
    return 0;
}

static int adopt_jobs(struct driver *driver, uint32_t ended)
{
    struct job_id ids[DRIVER_MAX_FOUND];
    uint32_t count, i;
    int error = 0;

    if (FAILED(engine_job_list(driver->engine, JOB_KIND_JOB, ids, DRIVER_MAX_FOUND, &count)) || count > DRIVER_MAX_FOUND)
        return fail(DRIVER_ENGINE, 0, "there is no list of jobs", 0);
    for (i = 0; i < count && !error; i++)
        error = adopt_job(driver, &ids[i], ended);
    return error;
}

static int create_jobs(struct driver *driver, uint32_t expected, uint32_t ended)
{
    unsigned int i;
    int error = 0;

    for (i = 0; i < PLAN_JOBS && !error; i++)
    {
        if (driver->open[i] || (ended & (1u << i)))
            continue;
        if (expected & (1u << i))
            error = fail(DRIVER_LOST, i, "it was saved, and is lost", 0);
        else if (!plan_is_done(driver->directory, i))
            error = create_job(driver, i);
    }
    return error;
}

static int end_job(struct driver *driver, unsigned int number)
{
    int32_t hr;

    record_mark(PLAN_ENDING, number);
    hr = engine_job_act(driver->engine, &driver->ids[number],
                        plan_jobs[number].cancelled ? JOB_ACTION_CANCEL : JOB_ACTION_COMPLETE);
    if (FAILED(hr))
        return fail(DRIVER_ENGINE, number, "it cannot be ended", hr);
    record_mark(PLAN_ENDED, number);
    driver->open[number] = false;
    driver->left--;
    return 0;
}

static int check_job(struct driver *driver, unsigned int number)
{
    struct job_error error = {0};
    struct job_info info;

    if (FAILED(engine_job_get_info(driver->engine, &driver->ids[number], &info)))
        return fail(DRIVER_ENGINE, number, "it cannot be asked", 0);
    if (info.state == JOB_ERROR)
    {
        (void)engine_job_get_error(driver->engine, &driver->ids[number], &error);
        return fail(DRIVER_FAILED, number, "it failed", error.code);
    }
    if (info.state == JOB_TRANSFERRED
        || (plan_jobs[number].cancelled && info.bytes_transferred >= DRIVER_CANCEL_AT))
        return end_job(driver, number);
    return 0;
}

static int wait_for_end(struct driver *driver)
{
    struct engine_event event;
    unsigned int i;
    int error = 0;

    while (driver->left && !error)
    {
        for (i = 0; i < PLAN_JOBS && !error; i++)
        {
            if (driver->open[i])
                error = check_job(driver, i);
        }
        if (!error && driver->left && FAILED(engine_wait_event(driver->engine, &event)))
            error = fail(DRIVER_ENGINE, 0, "there are no events", 0);
    }
    return error;
}

int driver_run(const char *directory, const char *url, const char *key, uint32_t expected, uint32_t ended)
{
    struct driver driver = {.directory = directory, .url = url, .key = key};
    struct engine_config config = {.transfer_threads = 2, .retry_delay_ms = 20, .log = log_message};
    char state_dir[PATH_MAX];
    int32_t hr;
    int error;

    alarm(DRIVER_SECONDS);
    snprintf(state_dir, sizeof(state_dir), "%s/" PLAN_STATE, directory);
    config.state_dir = state_dir;
    if (FAILED(hr = engine_create(&config, &driver.engine)))
        return fail(DRIVER_ENGINE, 0, "the engine does not start", hr);
    if (!(error = adopt_jobs(&driver, ended)) && !(error = create_jobs(&driver, expected, ended)))
        error = wait_for_end(&driver);
    engine_free(driver.engine);
    return error;
}
