/*
 * The queue of what is to be told to clients.
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

#include <string.h>

#include "engine_private.h"

void event_queue(struct engine *engine, struct job *job, uint32_t kinds)
{
    bool waiting = job->events != 0;

    if (!kinds)
        return;
    job->events |= kinds;
    if (waiting)
        return;
    job_addref(job);
    job->event_next = NULL;
    *engine->event_tail = job;
    engine->event_tail = &job->event_next;
    pthread_cond_signal(&engine->event_cond);
}

void event_check_unfinished(struct engine *engine)
{
    bool unfinished = engine->unfinished_count != 0;

    if (engine->unfinished_known && unfinished == engine->unfinished)
        return;
    engine->unfinished_known = true;
    engine->unfinished = unfinished;
    engine->unfinished_told = false;
    pthread_cond_signal(&engine->event_cond);
}

static struct job *event_pop(struct engine *engine)
{
    struct job *job = engine->event_head;

    if (!(engine->event_head = job->event_next))
        engine->event_tail = &engine->event_head;
    return job;
}

void event_discard(struct engine *engine)
{
    while (engine->event_head)
    {
        struct job *job = event_pop(engine);

        job->events = 0;
        job_release(engine, job);
    }
}

static uint32_t event_value(const struct job *job)
{
    return (job->texts[JOB_TEXT_NOTIFY_CLASS] ? EVENT_VALUE_CLASS : 0)
           | (job->texts[JOB_TEXT_NOTIFY_PROGRAM] ? EVENT_VALUE_PROGRAM : 0);
}

static void event_take(struct engine *engine, struct engine_event *event)
{
    struct job *job;

    memset(event, 0, sizeof(*event));
    if (!engine->unfinished_told)
    {
        event->kinds = EVENT_UNFINISHED_JOBS;
        event->value = engine->unfinished;
        engine->unfinished_told = true;
        return;
    }
    if (!engine->auto_proxy.told)
    {
        event->kinds = EVENT_PROXY_WANTED;
        engine->auto_proxy.told = true;
        return;
    }
    job = event_pop(engine);
    event->job = job->id;
    event->kinds = job->events;
    event->value = event_value(job);
    job->events = 0;
    job_release(engine, job);
}

int32_t engine_wait_event(struct engine *engine, struct engine_event *event)
{
    int32_t hr = DO_E_NO_SERVICE;

    pthread_mutex_lock(&engine->lock);
    engine->waiters++;
    while (!engine->stopping && !engine->event_head && engine->unfinished_told
           && engine->auto_proxy.told)
        pthread_cond_wait(&engine->event_cond, &engine->lock);
    if (!engine->stopping)
    {
        event_take(engine, event);
        hr = S_OK;
    }
    if (!--engine->waiters)
        pthread_cond_signal(&engine->waiters_cond);
    pthread_mutex_unlock(&engine->lock);
    return hr;
}

void event_add_file(struct file *file)
{
    struct job *job = file->job;

    if (file->untold || !job_notifies(job, JOB_NOTIFY_FILE_TRANSFERRED))
        return;
    file->untold = true;
    file->untold_version = job->version;
    file->untold_next = NULL;
    if (job->untold_head)
        job->untold_tail->untold_next = file;
    else
        job->untold_head = file;
    job->untold_tail = file;
}

static struct file *event_pop_file(struct job *job)
{
    struct file *file = job->untold_head;

    job->untold_head = file->untold_next;
    file->untold = false;
    return file;
}

void event_forget_files(struct job *job)
{
    while (job->untold_head)
        (void)event_pop_file(job);
}

/* What is not saved yet is not told. */
int32_t engine_job_take_transferred_file(struct engine *engine, const struct job_id *id, uint32_t *index)
{
    struct file *file;
    struct job *job;
    int32_t hr;

    if (!(job = job_lock(engine, id, &hr)))
        return hr;
    hr = S_FALSE;
    while (hr == S_FALSE && job->untold_head && job->untold_head->untold_version <= job->told_version)
    {
        file = event_pop_file(job);
        if (!file->transferred)         /* its bytes were lost in the meantime */
            continue;
        *index = file->index;
        hr = S_OK;
    }
    job_unlock(engine, job);
    return hr;
}
