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
    DRIVER_FAILED,                      /* a job fails, although the server does not, or does not when it should */
    DRIVER_WRONG                        /* a stream got wrong bytes */
};

struct driven_file
{
    bool lacks_key, lacks_stream;       /* which an engine that is gone had */
    bool done;                          /* transferred before this engine */
    uint64_t taken;                     /* bytes of the stream */
};

struct driven_job
{
    struct job_id id;
    bool open;                          /* under way */
    struct driven_file files[PLAN_MAX_FILES];
};

struct driver
{
    const char *directory, *url, *key;
    const struct plan_state *state;
    struct engine *engine;
    struct driven_job jobs[PLAN_JOBS];
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

/* Where the piece hashes are, and the key. */
static int32_t set_trust(struct driver *driver, unsigned int number, unsigned int index)
{
    const struct plan_file *file = &plan_jobs[number].files[index];
    const struct job_id *id = &driver->jobs[number].id;
    char text[1024];
    int32_t hr = S_OK;

    snprintf(text, sizeof(text), "{\"PiecesHashFileUrl\":\"%s/data/p%u-%u?size=%" PRIu64 "&seed=%" PRIu64
             "&%s&key=%s-p%u-%u\"}", driver->url, number, index, file->size, plan_seed(file), file->pieces,
             driver->key, number, index);
    if (file->pieces && SUCCEEDED(hr = engine_file_set_text(driver->engine, id, index, FILE_TEXT_INTEGRITY_INFO, text)))
        hr = engine_file_set_number(driver->engine, id, index, FILE_NUMBER_INTEGRITY_MANDATORY, file->mandatory);
    if (SUCCEEDED(hr) && file->encrypted)
        hr = engine_file_set_text(driver->engine, id, index, FILE_TEXT_DECRYPTION_INFO, PLAN_DECRYPTION_INFO);
    return hr;
}

static int add_file(struct driver *driver, unsigned int number, unsigned int index)
{
    const struct plan_file *file = &plan_jobs[number].files[index];
    struct driven_job *job = &driver->jobs[number];
    char path[PATH_MAX], url[1024];
    struct file_request request = {.url = url, .size = ENGINE_SIZE_UNKNOWN};
    int32_t hr;

    snprintf(url, sizeof(url), "%s/data/%u-%u?size=%" PRIu64 "&seed=%" PRIu64 "&%s&key=%s-%u-%u", driver->url, number,
             index, file->size, plan_seed(file), file->query, driver->key, number, index);
    if (!file->stream)
        request.path = request.local_name = plan_path(path, sizeof(path), driver->directory, number, index);
    if (plan_jobs[number].kind == JOB_KIND_JOB)
    {
        request.ranges = file->ranges;
        request.range_count = file->range_count;
    }
    if (FAILED(hr = engine_job_add_files(driver->engine, &job->id, &request, 1))
        || (file->stream && FAILED(hr = engine_file_set_stream(driver->engine, &job->id, index)))
        || FAILED(hr = set_trust(driver, number, index)))
        return fail(DRIVER_ENGINE, number, "a file cannot be added", hr);
    return 0;
}

static int32_t start_job(struct driver *driver, unsigned int number)
{
    const struct plan_file *file = &plan_jobs[number].files[0];
    const struct job_id *id = &driver->jobs[number].id;

    if (plan_jobs[number].kind == JOB_KIND_JOB)
        return engine_job_act(driver->engine, id, JOB_ACTION_RESUME);
    return engine_download_start(driver->engine, id, file->ranges,
                                 file->first_portion ? file->first_portion : file->range_count);
}

static int create_job(struct driver *driver, unsigned int number)
{
    struct driven_job *job = &driver->jobs[number];
    char name[16];
    unsigned int i;
    int32_t hr;
    int error;

    snprintf(name, sizeof(name), "%u", number);
    if (FAILED(hr = engine_job_create(driver->engine, plan_jobs[number].kind, name, "S-1-5-21-0", &job->id))
        || (plan_jobs[number].kept
            && FAILED(hr = engine_job_set_number(driver->engine, &job->id, JOB_NUMBER_NON_VOLATILE, 1))))
        return fail(DRIVER_ENGINE, number, "it cannot be created", hr);
    for (i = 0; i < plan_jobs[number].file_count; i++)
    {
        if ((error = add_file(driver, number, i)))
            return error;
    }
    if (FAILED(hr = start_job(driver, number)))
        return fail(DRIVER_ENGINE, number, "it cannot be started", hr);
    job->open = true;
    driver->left++;
    record_mark(PLAN_CREATED, number);
    return 0;
}

/* What is gone with the former engine; a stream that is done with must have got everything. */
static int check_adopted_file(struct driver *driver, unsigned int number, unsigned int index,
                              const struct job_info *info)
{
    const struct plan_file *file = &plan_jobs[number].files[index];
    struct driven_file *driven = &driver->jobs[number].files[index];
    struct job_error error = {0};
    struct file_info found;
    int32_t hr;

    if (FAILED(hr = engine_file_get_info(driver->engine, &driver->jobs[number].id, index, &found)))
        return fail(DRIVER_ENGINE, number, "a file cannot be asked", hr);
    if ((driven->done = found.transferred))
        return file->stream && !(driver->state->taken & (1u << number))
               ? fail(DRIVER_WRONG, number, "its stream did not get everything", 0) : 0;
    driven->lacks_key = file->encrypted;
    driven->lacks_stream = file->stream;
    if (!file->stream)
        return 0;
    (void)engine_job_get_error(driver->engine, &driver->jobs[number].id, &error);
    if (info->state != JOB_ERROR
        || (error.code != DO_E_FILE_DOWNLOADSINK_UNSPECIFIED && (!file->encrypted || error.code != E_NOT_SET)))
        return fail(DRIVER_FAILED, number, "it goes on without its stream", error.code);
    return found.bytes_transferred ? fail(DRIVER_WRONG, number, "bytes of a lost stream count", 0) : 0;
}

/* One that was being created when the power went is created anew. */
static int adopt_job(struct driver *driver, const struct job_id *id)
{
    uint32_t size = 16;
    unsigned int number, i;
    struct job_info info;
    char name[16];
    int32_t hr;
    int error;

    if (FAILED(hr = engine_job_open(driver->engine, id))
        || FAILED(hr = engine_job_get_text(driver->engine, id, JOB_TEXT_DISPLAY_NAME, name, &size))
        || FAILED(hr = engine_job_get_info(driver->engine, id, &info)))
        return fail(DRIVER_ENGINE, 0, "a job cannot be asked", hr);
    if ((number = (unsigned int)strtoul(name, NULL, 10)) >= PLAN_JOBS || driver->jobs[number].open)
        return fail(DRIVER_BACK, number, "it is there, but nobody made it", 0);
    if (driver->state->ended & (1u << number))
        return fail(DRIVER_BACK, number, "it had ended, and is there again", 0);
    if (info.state == JOB_CREATED)
        return FAILED(hr = engine_job_act(driver->engine, id, JOB_ACTION_CANCEL))
               ? fail(DRIVER_ENGINE, number, "it cannot be cancelled", hr) : 0;
    driver->jobs[number].id = *id;
    driver->jobs[number].open = true;
    driver->left++;
    for (i = 0; i < plan_jobs[number].file_count; i++)
    {
        if ((error = check_adopted_file(driver, number, i, &info)))
            return error;
    }
    return 0;
}

static int adopt_jobs(struct driver *driver, enum job_kind kind)
{
    struct job_id ids[DRIVER_MAX_FOUND];
    uint32_t count, i;
    int error = 0;

    if (FAILED(engine_job_list(driver->engine, kind, ids, DRIVER_MAX_FOUND, &count)) || count > DRIVER_MAX_FOUND)
        return fail(DRIVER_ENGINE, 0, "there is no list of jobs", 0);
    for (i = 0; i < count && !error; i++)
        error = adopt_job(driver, &ids[i]);
    return error;
}

static bool has_stream(const struct plan_job *job)
{
    return job->files[0].stream || (job->file_count > 1 && job->files[1].stream);
}

static int create_jobs(struct driver *driver)
{
    const struct plan_state *state = driver->state;
    unsigned int i;
    int error = 0;

    for (i = 0; i < PLAN_JOBS && !error; i++)
    {
        if (!(state->jobs & (1u << i)) || driver->jobs[i].open || (state->ended & (1u << i)))
            continue;
        if (state->created & ~state->ending & (1u << i))
            error = fail(DRIVER_LOST, i, "it was saved, and is lost", 0);
        else if (has_stream(&plan_jobs[i]) || !plan_is_done(driver->directory, i))
            error = create_job(driver, i);
    }
    return error;
}

static int end_job(struct driver *driver, unsigned int number)
{
    struct driven_job *job = &driver->jobs[number];
    unsigned int i;
    int32_t hr;

    for (i = 0; i < plan_jobs[number].file_count && !plan_jobs[number].cancelled; i++)
    {
        if (job->files[i].lacks_key || job->files[i].lacks_stream)
            return fail(DRIVER_FAILED, number, "it went on without its key, or its stream", 0);
    }
    record_mark(PLAN_ENDING, number);
    hr = engine_job_act(driver->engine, &job->id,
                        plan_jobs[number].cancelled ? JOB_ACTION_CANCEL : JOB_ACTION_COMPLETE);
    if (FAILED(hr))
        return fail(DRIVER_ENGINE, number, "it cannot be ended", hr);
    record_mark(PLAN_ENDED, number);
    job->open = false;
    driver->left--;
    return 0;
}

/* The client gives what was lost, each thing once, and only what it is asked for. */
static int repair_job(struct driver *driver, unsigned int number)
{
    struct driven_job *job = &driver->jobs[number];
    struct job_error error = {0};
    bool repaired = false;
    unsigned int i;
    int32_t hr = S_OK;

    (void)engine_job_get_error(driver->engine, &job->id, &error);
    for (i = 0; i < plan_jobs[number].file_count && SUCCEEDED(hr); i++)
    {
        struct driven_file *file = &job->files[i];

        if (file->lacks_stream)         /* without it Resume tells of nothing else */
        {
            hr = engine_file_set_stream(driver->engine, &job->id, i);
            file->lacks_stream = false;
        }
        else if (file->lacks_key && error.code == E_NOT_SET)
        {
            hr = engine_file_set_text(driver->engine, &job->id, i, FILE_TEXT_DECRYPTION_INFO, PLAN_DECRYPTION_INFO);
            file->lacks_key = false;
        }
        else
            continue;
        repaired = true;
    }
    if (!repaired)
        return fail(DRIVER_FAILED, number, "it failed", error.code);
    if (FAILED(hr) || FAILED(hr = engine_job_act(driver->engine, &job->id, JOB_ACTION_RESUME)))
        return fail(DRIVER_ENGINE, number, "it cannot go on with what was lost", hr);
    return 0;
}

/* The client of a stream takes what there is. */
static int take_bytes(struct driver *driver, unsigned int number, unsigned int index)
{
    const struct plan_file *file = &plan_jobs[number].files[index];
    struct driven_job *job = &driver->jobs[number];
    struct driven_file *driven = &job->files[index];
    uint8_t bytes[65536];
    uint32_t count;
    int32_t hr;

    for (;;)
    {
        if (FAILED(hr = engine_stream_read(driver->engine, &job->id, index, bytes, sizeof(bytes), &count)))
            return fail(DRIVER_ENGINE, number, "its stream cannot be read", hr);
        if (!count)
            return 0;
        if (driven->lacks_key || !plan_bytes_are(file, driven->taken, bytes, count))
            return fail(DRIVER_WRONG, number, "its stream got wrong bytes", 0);
        driven->taken += count;
        if (driven->taken == plan_size(file))
            record_mark(PLAN_TAKEN, number);
        if (FAILED(hr = engine_stream_taken(driver->engine, &job->id, index, count, S_OK)))
            return fail(DRIVER_ENGINE, number, "bytes of its stream cannot be taken", hr);
    }
}

/* Whether there is a further portion to be fetched. */
static int start_portion(struct driver *driver, unsigned int number, bool *started)
{
    const struct plan_file *file = &plan_jobs[number].files[0];
    const struct job_id *id = &driver->jobs[number].id;
    uint32_t count = 0;
    int32_t hr = S_OK;

    *started = false;
    if (!file->first_portion || plan_jobs[number].cancelled)
        return 0;
    (void)engine_file_get_ranges(driver->engine, id, 0, NULL, &count);
    if (count == file->range_count)
        return 0;
    *started = true;
    if (count != file->first_portion
        || FAILED(hr = engine_download_start(driver->engine, id, file->ranges + count, file->range_count - count)))
        return fail(DRIVER_ENGINE, number, "a further portion cannot be started", hr);
    return 0;
}

static int check_job(struct driver *driver, unsigned int number)
{
    const struct plan_job *plan = &plan_jobs[number];
    struct job_info info;
    unsigned int i;
    bool started;
    int error;

    for (i = 0; i < plan->file_count; i++)
    {
        const struct driven_file *file = &driver->jobs[number].files[i];

        if (plan->files[i].stream && !file->lacks_stream && !file->done && (error = take_bytes(driver, number, i)))
            return error;
    }
    if (FAILED(engine_job_get_info(driver->engine, &driver->jobs[number].id, &info)))
        return fail(DRIVER_ENGINE, number, "it cannot be asked", 0);
    if (info.state == JOB_ERROR)
        return repair_job(driver, number);
    if (info.state == JOB_TRANSFERRED)
    {
        if ((error = start_portion(driver, number, &started)) || started)
            return error;
        return end_job(driver, number);
    }
    return plan->cancelled && info.bytes_transferred >= DRIVER_CANCEL_AT ? end_job(driver, number) : 0;
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
            if (driver->jobs[i].open)
                error = check_job(driver, i);
        }
        if (!error && driver->left && FAILED(engine_wait_event(driver->engine, &event)))
            error = fail(DRIVER_ENGINE, 0, "there are no events", 0);
    }
    return error;
}

int driver_run(const char *directory, const char *url, const char *key, const struct plan_state *state)
{
    struct driver driver = {.directory = directory, .url = url, .key = key, .state = state};
    struct engine_config config = {.transfer_threads = 2, .retry_delay_ms = 20, .log = log_message};
    char state_dir[PATH_MAX];
    int32_t hr;
    int error;

    alarm(DRIVER_SECONDS);
    snprintf(state_dir, sizeof(state_dir), "%s/" PLAN_STATE, directory);
    config.state_dir = state_dir;
    if (FAILED(hr = engine_create(&config, &driver.engine)))
        return fail(DRIVER_ENGINE, 0, "the engine does not start", hr);
    if (!(error = adopt_jobs(&driver, JOB_KIND_JOB)) && !(error = adopt_jobs(&driver, JOB_KIND_DOWNLOAD))
        && !(error = create_jobs(&driver)))
        error = wait_for_end(&driver);
    engine_free(driver.engine);
    return error;
}
