/*
 * Every method of a job in every state: the jobs in their states, and the test that plays the table.
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

#include "job_states.h"

#define FILE_SIZE 20000
#define UNKNOWN_SLOTS 3             /* those of IUnknown come first */
#define MAX_SLOTS 64
#define SLOW_PUMP_MS 20

static const char *const stage_names[STAGE_COUNT] = { "created", "suspended", "queued", "transferring",
        "transient error", "error", "transferred", "acknowledged", "cancelled" };

static const BG_JOB_STATE stage_states[STAGE_COUNT] = { BG_JOB_STATE_SUSPENDED, BG_JOB_STATE_SUSPENDED,
        BG_JOB_STATE_QUEUED, BG_JOB_STATE_TRANSFERRING, BG_JOB_STATE_TRANSIENT_ERROR, BG_JOB_STATE_ERROR,
        BG_JOB_STATE_TRANSFERRED, BG_JOB_STATE_ACKNOWLEDGED, BG_JOB_STATE_CANCELLED };

#define TARGET(iface, from, first) { #iface, &IID_##iface, from, first, SLOTS(iface) }

const struct target_info target_infos[TARGET_COUNT] =
{
    [TARGET_JOB] = TARGET(IBackgroundCopyJob5, TARGET_JOB, UNKNOWN_SLOTS),
    [TARGET_HTTP_OPTIONS] = TARGET(IBackgroundCopyJobHttpOptions, TARGET_JOB, UNKNOWN_SLOTS),
    [TARGET_DO_JOB] = TARGET(IDeliveryOptimizationJob, TARGET_JOB, UNKNOWN_SLOTS),
    [TARGET_DO_JOB2] = TARGET(IDeliveryOptimizationJob2, TARGET_JOB, UNKNOWN_SLOTS),
    [TARGET_FILE] = TARGET(IBackgroundCopyFile2, TARGET_FILE, UNKNOWN_SLOTS),
    [TARGET_FILE5] = TARGET(IBackgroundCopyFile5, TARGET_FILE, SLOTS(IBackgroundCopyFile2)),
    [TARGET_DO_FILE] = TARGET(IDeliveryOptimizationFile, TARGET_FILE, UNKNOWN_SLOTS),
    [TARGET_DO_FILE2] = TARGET(IDeliveryOptimizationFile2, TARGET_FILE, UNKNOWN_SLOTS),
    [TARGET_ENUM_FILES] = TARGET(IEnumBackgroundCopyFiles, TARGET_ENUM_FILES, UNKNOWN_SLOTS),
    [TARGET_ENUM_JOBS] = TARGET(IEnumBackgroundCopyJobs, TARGET_ENUM_JOBS, UNKNOWN_SLOTS),
};

static const struct
{
    const struct row *rows;
    const unsigned int *count;
}
tables[] =
{
    { job_rows, &job_row_count },
    { file_rows, &file_row_count },
};

/* What the server does with the first request of a job. */
static const char *const stage_queries[STAGE_COUNT] =
{
    [STAGE_CREATED] = "size=%u&hold=@",
    [STAGE_SUSPENDED] = "size=%u&hold=@&hold_at=10000&hold_after=1",
    [STAGE_QUEUED] = "size=%u&hold=@",
    [STAGE_TRANSFERRING] = "size=%u&hold=@&hold_at=10000&hold_after=1",
    [STAGE_TRANSIENT_ERROR] = "size=%u&hold=@&hold_after=1&fail=1&fail_status=503&retry_after=3600",
    [STAGE_ERROR] = "size=%u&hold=@&hold_after=1&fail=1&fail_status=403",
    [STAGE_TRANSFERRED] = "size=%u&hold=@&hold_after=1",
    [STAGE_ACKNOWLEDGED] = "size=%u&hold=@&hold_after=1",
    [STAGE_CANCELLED] = "size=%u&hold=@",
};

const WCHAR *subject_path(struct subject *subject)
{
    static LONG counter;
    WCHAR name[32];

    swprintf(name, ARRAYSIZE(name), L"state%ld", InterlockedIncrement(&counter));
    return fixture_path(subject->fixture, name);
}

static void act(int line, IBackgroundCopyJob *job, HRESULT (*method)(IBackgroundCopyJob *job))
{
    HRESULT hr;

    hr = method(job);
    ok_(__FILE__, line, hr == S_OK, "Got hr %#lx.\n", hr);
}

static HRESULT call_suspend(IBackgroundCopyJob *job)
{
    return IBackgroundCopyJob_Suspend(job);
}

static HRESULT call_resume(IBackgroundCopyJob *job)
{
    return IBackgroundCopyJob_Resume(job);
}

static HRESULT call_cancel(IBackgroundCopyJob *job)
{
    return IBackgroundCopyJob_Cancel(job);
}

static HRESULT call_complete(IBackgroundCopyJob *job)
{
    return IBackgroundCopyJob_Complete(job);
}

/* Brings the new job to its stage. */
static void reach_stage(struct subject *subject)
{
    IBackgroundCopyJob *job = subject->job;

    if (subject->stage == STAGE_CANCELLED)
        act(__LINE__, job, call_cancel);
    else if (subject->stage != STAGE_CREATED)
        act(__LINE__, job, call_resume);
    switch (subject->stage)
    {
        case STAGE_SUSPENDED:
            wait_for_bytes(job, FILE_SIZE / 2);
            act(__LINE__, job, call_suspend);
            break;
        case STAGE_QUEUED:
            remote_wait(&subject->remote, 1);
            break;
        case STAGE_TRANSFERRING:
            wait_for_bytes(job, FILE_SIZE / 2);
            break;
        case STAGE_ACKNOWLEDGED:
            wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
            act(__LINE__, job, call_complete);
            break;
        default:
            wait_for_state(job, stage_states[subject->stage]);
            break;
    }
    check_state(job, stage_states[subject->stage]);
}

/* The enumerators are made as long as the job is sure to be there. */
static void get_targets(struct subject *subject)
{
    IBackgroundCopyFile *file;
    unsigned int i;
    HRESULT hr;

    hr = IBackgroundCopyJob_QueryInterface(subject->job, target_infos[TARGET_JOB].iid,
            (void **)&subject->targets[TARGET_JOB]);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_EnumFiles(subject->job, (IEnumBackgroundCopyFiles **)&subject->targets[TARGET_ENUM_FILES]);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyManager_EnumJobs(subject->fixture->manager, 0,
            (IEnumBackgroundCopyJobs **)&subject->targets[TARGET_ENUM_JOBS]);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if ((file = get_file(subject->job, 0)))
    {
        hr = IBackgroundCopyFile_QueryInterface(file, target_infos[TARGET_FILE].iid,
                (void **)&subject->targets[TARGET_FILE]);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        IBackgroundCopyFile_Release(file);
    }
    for (i = 0; i < TARGET_COUNT; ++i)
    {
        if (target_infos[i].from == (enum target)i || !subject->targets[target_infos[i].from])
            continue;
        hr = IUnknown_QueryInterface(subject->targets[target_infos[i].from], target_infos[i].iid,
                (void **)&subject->targets[i]);
        ok(hr == S_OK, "Got hr %#lx for %s.\n", hr, target_infos[i].name);
    }
}

static BOOL subject_init(struct subject *subject, struct fixture *fixture, enum job_stage stage)
{
    HRESULT hr;

    memset(subject, 0, sizeof(*subject));
    subject->fixture = fixture;
    subject->stage = stage;
    remote_init(&subject->remote, REMOTE_HTTP, stage_queries[stage], FILE_SIZE);
    remote_init(&subject->other, REMOTE_HTTP, "size=%u&hold=@", FILE_SIZE);
    if (!(subject->job = create_job(fixture)))
        return FALSE;
    hr = IBackgroundCopyJob_AddFile(subject->job, subject->remote.url, subject_path(subject));
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    callback_init(&subject->callback);
    callback_attach(&subject->callback, subject->job,
            BG_NOTIFY_JOB_TRANSFERRED | BG_NOTIFY_JOB_ERROR | BG_NOTIFY_JOB_MODIFICATION);
    get_targets(subject);
    reach_stage(subject);
    return TRUE;
}

static void subject_cleanup(struct subject *subject)
{
    unsigned int i;

    for (i = 0; i < TARGET_COUNT; ++i)
    {
        if (subject->targets[i])
            IUnknown_Release(subject->targets[i]);
    }
    callback_detach(subject->job);
    end_job(subject->job);
    remote_release(&subject->remote);
    remote_release(&subject->other);
    callback_cleanup(&subject->callback);
}

/* A client that is in no hurry: one message at a time, and a pause after each. */
static void pump_slowly(void)
{
    MSG msg;

    if (!PeekMessageW(&msg, NULL, 0, 0, PM_REMOVE))
        return;
    DispatchMessageW(&msg);
    Sleep(SLOW_PUMP_MS);
}

static BG_JOB_STATE state_from_letter(char letter)
{
    static const char letters[] = STAGE_LETTERS;

    return stage_states[strchr(letters, letter) - letters];
}

static void check_cell(struct subject *subject, const struct row *row)
{
    const char *next = row->next ? row->next : STAGE_LETTERS;
    HRESULT expected = row->results[subject->stage], hr;
    IUnknown *target = subject->targets[row->target];

    if (target)
    {
        hr = row->call(subject, target);
        ok(hr == expected, "Got hr %#lx, expected %#lx.\n", hr, expected);
        check_state(subject->job, state_from_letter(next[subject->stage]));
    }
}

/* Every interface is there in every state. */
static void check_interfaces(struct subject *subject)
{
    unsigned int i;

    for (i = 0; i < TARGET_COUNT; ++i)
    {
        if (!subject->targets[i])
            continue;
        push_context("%s, %s", target_infos[i].name, stage_names[subject->stage]);
        check_interface(subject->targets[i], target_infos[i].iid, TRUE);
        check_interface(subject->targets[i], &IID_IUnknown, TRUE);
        check_interface(subject->targets[i], &IID_IBackgroundCopyManager, FALSE);
        pop_context();
    }
}

static void play_row(struct subject *shared, const struct row *row)
{
    struct subject fresh;

    push_context("%s, %s", row->name, stage_names[shared->stage]);
    if (!(row->flags & ROW_FRESH))
        check_cell(shared, row);
    else if (subject_init(&fresh, shared->fixture, shared->stage))
    {
        check_cell(&fresh, row);
        subject_cleanup(&fresh);
    }
    pop_context();
}

static void play_stage(struct fixture *fixture, enum job_stage stage, BOOL is_slow)
{
    struct subject shared;
    unsigned int i, j;
    LONG calls;

    if (!subject_init(&shared, fixture, stage))
        return;
    check_interfaces(&shared);
    for (i = 0; i < ARRAYSIZE(tables); ++i)
    {
        for (j = 0; j < *tables[i].count; ++j)
        {
            play_row(&shared, &tables[i].rows[j]);
            if (is_slow)
                pump_slowly();
        }
    }
    calls = shared.callback.counts[CALL_MODIFICATION];
    ok(calls || !is_slow || stage >= STAGE_ACKNOWLEDGED, "Got no callback.\n");
    ok(!is_slow || !calls || shared.callback.thread_id == GetCurrentThreadId(), "Got a call in thread %#lx.\n",
            shared.callback.thread_id);
    subject_cleanup(&shared);
}

/* The tables have a row for each entry of each vtable. */
static void check_tables(void)
{
    unsigned int i, j, slot, counts[TARGET_COUNT][MAX_SLOTS] = {{0}};

    for (i = 0; i < ARRAYSIZE(tables); ++i)
    {
        for (j = 0; j < *tables[i].count; ++j)
        {
            const struct row *row = &tables[i].rows[j];
            const struct target_info *info = &target_infos[row->target];

            if (ok(row->slot >= info->first && row->slot < info->end && row->slot < MAX_SLOTS, "%s has slot %u.\n",
                    row->name, row->slot))
                ++counts[row->target][row->slot];
            ok(!row->next || strlen(row->next) == STAGE_COUNT, "%s has states %s.\n", row->name, row->next);
        }
    }
    for (i = 0; i < TARGET_COUNT; ++i)
    {
        ok(target_infos[i].end > target_infos[i].first, "%s has %u slots.\n", target_infos[i].name,
                target_infos[i].end);
        for (slot = target_infos[i].first; slot < target_infos[i].end; ++slot)
            ok(counts[i][slot] >= 1, "%s has no row for slot %u.\n", target_infos[i].name, slot);
    }
}

static void play_table(DWORD apartment)
{
    BOOL is_slow = apartment == COINIT_APARTMENTTHREADED;
    struct fixture fixture;
    unsigned int stage;

    for (stage = 0; stage < STAGE_COUNT; ++stage)
    {
        if (!fixture_init(&fixture, apartment))
            return;
        play_stage(&fixture, (enum job_stage)stage, is_slow);
        fixture_cleanup(&fixture);
    }
}

START_TEST(job_states)
{
    check_tables();
    if (remote_available(REMOTE_HTTP))
        play_table(COINIT_MULTITHREADED);
}

/* The same from an apartment whose thread gets to its messages now and then. */
START_TEST(job_states_slow)
{
    if (remote_available(REMOTE_HTTP))
        play_table(COINIT_APARTMENTTHREADED);
}
