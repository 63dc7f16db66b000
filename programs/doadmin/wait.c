/*
 * The command wait.
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

#include <stdlib.h>

#include "doadmin.h"

/* Another program's callback interface must stay set: the service is asked again and again. */
#define POLL_INTERVAL 500       /* milliseconds */

#define TIMEOUT_MAX 1000000000  /* seconds; the rest of a longer one does not matter */

struct wait
{
    struct context *context;
    HANDLE interrupted;
    UINT64 end;                 /* GetTickCount64(), 0: no limit */
    enum exit_status status;    /* the worst so far */
    struct job_list watched;    /* without operands: every job that was ever seen under way */
    GUID *ids;                  /* theirs */
    unsigned int busy;          /* index of the job that was found under way last, to ask that first */
};

static BOOL state_is_under_way(BG_JOB_STATE state)
{
    return state == BG_JOB_STATE_QUEUED || state == BG_JOB_STATE_CONNECTING || state == BG_JOB_STATE_TRANSFERRING
            || state == BG_JOB_STATE_TRANSIENT_ERROR;
}

/* A failure counts for more than that somebody cancelled a job. */
static void wait_set_status(struct wait *wait, enum exit_status status)
{
    if (wait->status == STATUS_OK || status == STATUS_FAILED)
        wait->status = status;
}

/* Says what became of a job that is not under way any more. */
static void wait_report(struct wait *wait, IBackgroundCopyJob *job)
{
    struct context *context = wait->context;
    struct job_info info;
    HRESULT hr;

    if (FAILED(hr = job_get_info(job, &info)))
    {
        error_report(context, NULL, hr, NULL);
        wait_set_status(wait, STATUS_FAILED);
        return;
    }
    if (info.state == BG_JOB_STATE_ERROR)
    {
        error_report(context, info.id, info.error.code, info.error.description);
        wait_set_status(wait, STATUS_FAILED);
    }
    else
    {
        stream_print(&context->out, L"%ls: %ls\n", info.id, job_state_name(info.state));
        if (info.state == BG_JOB_STATE_SUSPENDED)
            wait_set_status(wait, STATUS_FAILED);
        else if (info.state == BG_JOB_STATE_CANCELLED)
            wait_set_status(wait, STATUS_CANCELLED);
    }
    job_info_cleanup(&info);
}

/* Pauses. FALSE: the user, or the time limit, ends it all. */
static BOOL wait_pause(struct wait *wait)
{
    UINT64 now = GetTickCount64(), pause = POLL_INTERVAL;

    if (wait->end && now >= wait->end)
    {
        error_report(wait->context, NULL, HRESULT_FROM_WIN32(WAIT_TIMEOUT), L"the time is up, and not all is done");
        wait_set_status(wait, STATUS_FAILED);
        return FALSE;
    }
    if (wait->end && wait->end - now < pause)
        pause = wait->end - now;
    if (WaitForSingleObject(wait->interrupted, pause) != WAIT_OBJECT_0)
        return TRUE;
    wait_set_status(wait, STATUS_CANCELLED);
    return FALSE;
}

/* Those of the command line, one after another: the last one decides when it ends. */
static void wait_for_list(struct wait *wait, const struct job_list *list)
{
    BG_JOB_STATE state;
    unsigned int i;
    HRESULT hr;

    for (i = 0; i < list->count; ++i)
    {
        while (SUCCEEDED(hr = IBackgroundCopyJob_GetState(list->jobs[i], &state)) && state_is_under_way(state))
        {
            if (!wait_pause(wait))
                return;
        }
        if (SUCCEEDED(hr))
        {
            wait_report(wait, list->jobs[i]);
            continue;
        }
        error_report(wait->context, wait->context->options.operands[i], hr, NULL);
        wait_set_status(wait, STATUS_FAILED);
    }
}

static BOOL wait_knows(const struct wait *wait, const GUID *id)
{
    unsigned int i;

    for (i = 0; i < wait->watched.count; ++i)
    {
        if (IsEqualGUID(&wait->ids[i], id))
            return TRUE;
    }
    return FALSE;
}

/* Keeps a job, so that what becomes of it is seen even when it is over and in no list any more. */
static HRESULT wait_add(struct wait *wait, IBackgroundCopyJob *job, const GUID *id)
{
    GUID *ids;

    if (!(ids = realloc(wait->ids, (wait->watched.count + 1) * sizeof(*ids))))
        return E_OUTOFMEMORY;
    wait->ids = ids;
    wait->ids[wait->watched.count] = *id;
    IBackgroundCopyJob_AddRef(job);
    return job_list_add(&wait->watched, job);
}

/* Adds the jobs that are not watched yet: those that are not suspended, as who waits for everything does not
 * mean what nobody has started. */
static HRESULT wait_add_new(struct wait *wait)
{
    struct job_list list;
    BG_JOB_STATE state;
    unsigned int i;
    HRESULT hr;
    GUID id;

    if (FAILED(hr = job_list_get_all(wait->context, &list)))
        return hr;
    for (i = 0; i < list.count && SUCCEEDED(hr); ++i)
    {
        /* A job that ended since the list was made was never under way for us. */
        if (SUCCEEDED(IBackgroundCopyJob_GetId(list.jobs[i], &id)) && !wait_knows(wait, &id)
                && SUCCEEDED(IBackgroundCopyJob_GetState(list.jobs[i], &state)) && state != BG_JOB_STATE_SUSPENDED)
            hr = wait_add(wait, list.jobs[i], &id);
    }
    job_list_cleanup(&list);
    return hr;
}

static BOOL wait_is_under_way(struct wait *wait)
{
    unsigned int i, index, count = wait->watched.count;
    BG_JOB_STATE state;

    for (i = 0; i < count; ++i)
    {
        index = (wait->busy + i) % count;
        if (SUCCEEDED(IBackgroundCopyJob_GetState(wait->watched.jobs[index], &state)) && state_is_under_way(state))
        {
            wait->busy = index;
            return TRUE;
        }
    }
    return FALSE;
}

/* Also for those that are created or started in the meantime. */
static void wait_for_all(struct wait *wait)
{
    BG_JOB_STATE state;
    unsigned int i;
    HRESULT hr;

    while (SUCCEEDED(hr = wait_add_new(wait)) && wait_is_under_way(wait))
    {
        do
        {
            if (!wait_pause(wait))
                return;
        } while (wait_is_under_way(wait));
    }
    if (FAILED(hr))
    {
        error_report(wait->context, NULL, hr, NULL);
        wait_set_status(wait, STATUS_FAILED);
        return;
    }
    for (i = 0; i < wait->watched.count; ++i)
    {
        if (FAILED(IBackgroundCopyJob_GetState(wait->watched.jobs[i], &state)) || state != BG_JOB_STATE_SUSPENDED)
            wait_report(wait, wait->watched.jobs[i]);
    }
}

enum exit_status wait_run(struct context *context)
{
    const struct options *options = &context->options;
    struct wait wait = {.context = context, .status = STATUS_OK};
    struct job_list list;

    if (options->given & OPTION_TIMEOUT)
        wait.end = GetTickCount64() + min(options->timeout, TIMEOUT_MAX) * 1000;
    if (!(wait.interrupted = interrupt_start()))
    {
        error_report(context, NULL, HRESULT_FROM_WIN32(GetLastError()), NULL);
        return STATUS_FAILED;
    }
    if (!options->operand_count)
    {
        wait_for_all(&wait);
        job_list_cleanup(&wait.watched);
        free(wait.ids);
    }
    else if (SUCCEEDED(job_list_get(context, &list)))
    {
        wait_for_list(&wait, &list);
        job_list_cleanup(&list);
    }
    else
    {
        wait.status = STATUS_FAILED;
    }
    interrupt_stop();
    return wait.status == STATUS_OK ? stream_check(context) : wait.status;
}
