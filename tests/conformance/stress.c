/*
 * Several clients that do at random what clients can do with many jobs; in the end every file must be right.
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

#include "remote.h"

#define CLIENTS 8
#define SHORT_JOBS 5                /* of one client, in the few seconds of a usual run */
#define LONG_JOBS 25                /* if DOSVC_STRESS_SECONDS is set */
#define SHORT_SECONDS 5
#define FILES 5                     /* of a new job */
#define MAX_JOBS (CLIENTS * LONG_JOBS)
#define CLIENT_LIMIT_MS 60000       /* a call that takes longer does not return any more */

struct stress
{
    struct fixture *fixture;
    CRITICAL_SECTION section;       /* guards the next two */
    GUID jobs[MAX_JOBS];
    unsigned int more[MAX_JOBS];    /* files that were added later */
    unsigned int job_count;
    LONG next_seed, ended;
    DWORD end;                      /* GetTickCount() */
};

struct client
{
    struct stress *stress;
    UINT64 random;
    unsigned int first, end;        /* the jobs that it makes */
};

/* xorshift64* */
static unsigned int random_below(struct client *client, unsigned int limit)
{
    client->random ^= client->random >> 12;
    client->random ^= client->random << 25;
    client->random ^= client->random >> 27;
    return ((client->random * 0x2545f4914f6cdd1dull) >> 33) % limit;
}

static void check_result(HRESULT hr, const char *call)
{
    ok(SUCCEEDED(hr) || hr == DO_E_INVALID_STATE || hr == DO_E_JOB_NOT_FOUND
            || hr == DO_E_ERROR_INFORMATION_UNAVAILABLE, "%s gave hr %#lx.\n", call, hr);
}

/* One of the ways in which servers behave; all of them give the content in the end. */
static void make_url(struct client *client, WCHAR *url, size_t room, unsigned int seed, unsigned int size)
{
    static const char *const behaviours[] =
    {
        "", "", "", "&rate=60000", "&delay_ms=40", "&fail=1", "&reset=3000&times=1", "&truncate=2000&times=1",
        "&norange=1", "&hops=1", "&close=1"
    };
    struct remote remote;

    remote_init(&remote, REMOTE_HTTP, "seed=%u&size=%u%s", seed, size,
            behaviours[random_below(client, ARRAYSIZE(behaviours))]);
    swprintf(url, room, L"%ls", remote.url);
}

/* The name of a file tells which content it has to have. */
static HRESULT add_file(struct client *client, IBackgroundCopyJob *job)
{
    unsigned int seed = InterlockedIncrement(&client->stress->next_seed), size = 4000 + random_below(client, 36000);
    WCHAR url[1024], path[MAX_PATH];

    make_url(client, url, ARRAYSIZE(url), seed, size);
    swprintf(path, ARRAYSIZE(path), L"%ls\\%u-%u.bin", client->stress->fixture->directory, seed, size);
    return IBackgroundCopyJob_AddFile(job, url, path);
}

static void make_job(struct client *client, unsigned int slot)
{
    struct stress *stress = client->stress;
    IBackgroundCopyJob *job;
    unsigned int i;
    HRESULT hr;
    GUID id;

    hr = IBackgroundCopyManager_CreateJob(stress->fixture->manager, L"stress", BG_JOB_TYPE_DOWNLOAD, &id, &job);
    if (!ok(hr == S_OK, "CreateJob gave hr %#lx.\n", hr))
        return;
    for (i = 0; i < FILES; ++i)
    {
        hr = add_file(client, job);
        ok(hr == S_OK, "AddFile gave hr %#lx.\n", hr);
    }
    IBackgroundCopyJob_Release(job);
    EnterCriticalSection(&stress->section);
    stress->jobs[slot] = id;
    stress->more[slot] = 0;
    LeaveCriticalSection(&stress->section);
}

static IBackgroundCopyJob *find_job(struct client *client, unsigned int slot)
{
    struct stress *stress = client->stress;
    IBackgroundCopyJob *job = NULL;
    HRESULT hr;
    GUID id;

    EnterCriticalSection(&stress->section);
    id = stress->jobs[slot];
    LeaveCriticalSection(&stress->section);
    hr = IBackgroundCopyManager_GetJob(stress->fixture->manager, &id, &job);
    check_result(hr, "GetJob");
    return SUCCEEDED(hr) ? job : NULL;
}

/* A file of a job that is over is at its destination, and right, or it is not there. */
static void check_file(IBackgroundCopyFile *file, BOOL all)
{
    BG_FILE_PROGRESS progress;
    unsigned int seed, size;
    WCHAR *path;
    HRESULT hr;
    BOOL exists;

    hr = IBackgroundCopyFile_GetLocalName(file, &path);
    if (!ok(hr == S_OK, "GetLocalName gave hr %#lx.\n", hr))
        return;
    hr = IBackgroundCopyFile_GetProgress(file, &progress);
    ok(hr == S_OK, "GetProgress gave hr %#lx.\n", hr);
    exists = file_exists(path);
    ok(exists == progress.Completed, "%s exists: %d, but completed is %d.\n", debug_string(path), exists,
            progress.Completed);
    ok(exists || !all, "%s is missing.\n", debug_string(path));
    if (exists && ok(swscanf(wcsrchr(path, '\\'), L"\\%u-%u", &seed, &size) == 2, "Got %s.\n", debug_string(path)))
    {
        check_whole_content(path, seed, size);
        DeleteFileW(path);
    }
    CoTaskMemFree(path);
}

static void check_files(IBackgroundCopyJob *job, BOOL all)
{
    IEnumBackgroundCopyFiles *files;
    IBackgroundCopyFile *file;
    HRESULT hr;

    hr = IBackgroundCopyJob_EnumFiles(job, &files);
    if (!ok(hr == S_OK, "EnumFiles gave hr %#lx.\n", hr))
        return;
    while (IEnumBackgroundCopyFiles_Next(files, 1, &file, NULL) == S_OK)
    {
        check_file(file, all);
        IBackgroundCopyFile_Release(file);
    }
    IEnumBackgroundCopyFiles_Release(files);
}

/* TRUE if it was this client who ended the job. */
static BOOL end_one(struct client *client, IBackgroundCopyJob *job, BOOL complete, BOOL all)
{
    HRESULT hr = complete ? IBackgroundCopyJob_Complete(job) : IBackgroundCopyJob_Cancel(job);

    check_result(hr, complete ? "Complete" : "Cancel");
    if (FAILED(hr))
        return FALSE;
    InterlockedIncrement(&client->stress->ended);
    check_files(job, all);
    return TRUE;
}

static void set_remote_name(struct client *client, IBackgroundCopyJob *job)
{
    IEnumBackgroundCopyFiles *files;
    IBackgroundCopyFile2 *file2;
    IBackgroundCopyFile *file;
    unsigned int seed, size;
    WCHAR *path, url[1024];

    if (FAILED(IBackgroundCopyJob_EnumFiles(job, &files)))
        return;
    IEnumBackgroundCopyFiles_Skip(files, random_below(client, FILES));
    if (IEnumBackgroundCopyFiles_Next(files, 1, &file, NULL) == S_OK)
    {
        if (SUCCEEDED(IBackgroundCopyFile_GetLocalName(file, &path)))
        {
            if (swscanf(wcsrchr(path, '\\'), L"\\%u-%u", &seed, &size) == 2
                    && SUCCEEDED(IBackgroundCopyFile_QueryInterface(file, &IID_IBackgroundCopyFile2, (void **)&file2)))
            {
                make_url(client, url, ARRAYSIZE(url), seed, size);
                check_result(IBackgroundCopyFile2_SetRemoteName(file2, url), "SetRemoteName");
                IBackgroundCopyFile2_Release(file2);
            }
            CoTaskMemFree(path);
        }
        IBackgroundCopyFile_Release(file);
    }
    IEnumBackgroundCopyFiles_Release(files);
}

static void enumerate(struct client *client)
{
    IBackgroundCopyJob *jobs[16];
    IEnumBackgroundCopyJobs *enumerator;
    ULONG fetched = 0, i;
    HRESULT hr;

    hr = IBackgroundCopyManager_EnumJobs(client->stress->fixture->manager, 0, &enumerator);
    if (!ok(hr == S_OK, "EnumJobs gave hr %#lx.\n", hr))
        return;
    hr = IEnumBackgroundCopyJobs_Next(enumerator, ARRAYSIZE(jobs), jobs, &fetched);
    ok(SUCCEEDED(hr), "Next gave hr %#lx.\n", hr);
    for (i = 0; i < fetched; ++i)
        IBackgroundCopyJob_Release(jobs[i]);
    IEnumBackgroundCopyJobs_Release(enumerator);
}

static void look(IBackgroundCopyJob *job)
{
    IBackgroundCopyError *error;
    BG_JOB_PROGRESS progress;
    BG_JOB_STATE state;
    HRESULT hr;

    check_result(IBackgroundCopyJob_GetState(job, &state), "GetState");
    check_result(IBackgroundCopyJob_GetProgress(job, &progress), "GetProgress");
    check_result(hr = IBackgroundCopyJob_GetError(job, &error), "GetError");
    if (SUCCEEDED(hr))
        IBackgroundCopyError_Release(error);
}

static void add_more(struct client *client, IBackgroundCopyJob *job, unsigned int slot)
{
    struct stress *stress = client->stress;
    BOOL allowed;

    EnterCriticalSection(&stress->section);
    allowed = stress->more[slot]++ < FILES;
    LeaveCriticalSection(&stress->section);
    if (allowed)
        check_result(add_file(client, job), "AddFile");
}

static void do_anything(struct client *client)
{
    unsigned int slot = random_below(client, client->stress->job_count), choice = random_below(client, 100);
    IBackgroundCopyJob *job;
    BOOL ended = FALSE;

    if (!(job = find_job(client, slot)))
        return;
    if (choice < 30)
        check_result(IBackgroundCopyJob_Resume(job), "Resume");
    else if (choice < 40)
        check_result(IBackgroundCopyJob_Suspend(job), "Suspend");
    else if (choice < 50)
        set_remote_name(client, job);
    else if (choice < 60)
        check_result(IBackgroundCopyJob_SetPriority(job, random_below(client, 4)), "SetPriority");
    else if (choice < 65)
        add_more(client, job, slot);
    else if (choice < 70)
        enumerate(client);
    else if (choice < 90)
        look(job);
    else
        ended = end_one(client, job, choice < 95, FALSE);
    IBackgroundCopyJob_Release(job);
    if (ended)
        make_job(client, slot);
}

static DWORD WINAPI client_run(void *context)
{
    struct client *client = context;
    unsigned int i;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    for (i = client->first; i < client->end; ++i)
        make_job(client, i);
    while ((LONG)(client->stress->end - GetTickCount()) > 0)
        do_anything(client);
    CoUninitialize();
    return 0;
}

/* All jobs that are left get to their end; every fourth is cancelled under way. */
static void finish_jobs(struct client *client)
{
    IBackgroundCopyJob *jobs[MAX_JOBS];
    unsigned int i;

    for (i = 0; i < client->stress->job_count; ++i)
    {
        if (!(jobs[i] = find_job(client, i)))
            ok(FALSE, "Job %u is missing.\n", i);
        else if (i % 4)
            check_result(IBackgroundCopyJob_Resume(jobs[i]), "Resume");
    }
    for (i = 0; i < client->stress->job_count; ++i)
    {
        if (!jobs[i])
            continue;
        ok(end_one(client, jobs[i], i % 4 && wait_for_state(jobs[i], BG_JOB_STATE_TRANSFERRED), i % 4 != 0),
                "Job %u cannot be ended.\n", i);
        IBackgroundCopyJob_Release(jobs[i]);
    }
}

static void check_nothing_left(struct stress *stress)
{
    IEnumBackgroundCopyJobs *enumerator;
    ULONG count = 0;
    HRESULT hr;

    hr = IBackgroundCopyManager_EnumJobs(stress->fixture->manager, 0, &enumerator);
    ok(hr == S_OK, "EnumJobs gave hr %#lx.\n", hr);
    IEnumBackgroundCopyJobs_GetCount(enumerator, &count);
    ok(!count, "Got %lu jobs left.\n", count);
    IEnumBackgroundCopyJobs_Release(enumerator);
}

static void run_clients(struct stress *stress, UINT64 seed, unsigned int jobs, DWORD seconds)
{
    struct client clients[CLIENTS];
    HANDLE threads[CLIENTS];
    unsigned int i;
    DWORD ret;

    stress->end = GetTickCount() + seconds * 1000;
    stress->job_count = CLIENTS * jobs;
    for (i = 0; i < CLIENTS; ++i)
    {
        clients[i].stress = stress;
        clients[i].random = (seed + i + 1) * 0x9e3779b97f4a7c15ull;
        clients[i].first = i * jobs;
        clients[i].end = (i + 1) * jobs;
        threads[i] = CreateThread(NULL, 0, client_run, &clients[i], 0, NULL);
    }
    ret = WaitForMultipleObjects(CLIENTS, threads, TRUE, seconds * 1000 + CLIENT_LIMIT_MS);
    if (!ok(ret == WAIT_OBJECT_0, "A client does not end, got %#lx.\n", ret))
        ExitProcess(1);             /* its stack must not go away under it */
    for (i = 0; i < CLIENTS; ++i)
        CloseHandle(threads[i]);
    finish_jobs(&clients[0]);
}

START_TEST(stress)
{
    DWORD seconds = SHORT_SECONDS, jobs = SHORT_JOBS;
    static struct stress stress;
    struct fixture fixture;
    UINT64 seed;
    char text[32];

    if (!remote_available(REMOTE_HTTP) || !fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    if (GetEnvironmentVariableA("DOSVC_STRESS_SECONDS", text, sizeof(text)))
    {
        seconds = strtoul(text, NULL, 10);
        jobs = LONG_JOBS;
    }
    seed = GetTickCount64();
    if (GetEnvironmentVariableA("DOSVC_STRESS_SEED", text, sizeof(text)))
        seed = strtoull(text, NULL, 10);
    trace("%lu seconds, seed %"PRIu64".\n", seconds, seed);
    memset(&stress, 0, sizeof(stress));
    stress.fixture = &fixture;
    InitializeCriticalSection(&stress.section);
    run_clients(&stress, seed, jobs, seconds);
    trace("%lu jobs ended.\n", stress.ended);
    check_nothing_left(&stress);
    DeleteCriticalSection(&stress.section);
    fixture_cleanup(&fixture);
}
