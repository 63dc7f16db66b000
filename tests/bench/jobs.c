/*
 * A client of the benchmark: makes, finds and ends many jobs over COM, as the lines on its standard input say.
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
 * Commands, each answered with one line, which is "failed HRESULT" or begins with the name of the command:
 *  create COUNT THREADS DIRECTORY   makes so many more jobs, with one file each; gives the ms that it took
 *  enumerate                        gives the ms, and how many jobs there are
 *  find COUNT                       gets so many of the jobs by their identifiers; gives the us that it took
 *  stop                             stops the service
 *  start                            gives the ms until the service found the first job again
 *  cancel THREADS                   ends all jobs; gives the ms that it took
 */

#define COBJMACROS
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>
#include <ole2.h>

#include <initguid.h>
#include "deliveryoptimization.h"

#define MAX_JOBS 100000
#define MAX_THREADS 16
#define BATCH 100
#define LINE_MAX_CHARS 1024
#define STOP_LIMIT_MS 30000
#define STOP_PERIOD_MS 20

struct bench
{
    IBackgroundCopyManager *manager;
    GUID *ids;
    unsigned int count;
    WCHAR directory[LINE_MAX_CHARS];
};

/* What one of several threads does: the jobs from `first` to before `end`. */
struct share
{
    struct bench *bench;
    HRESULT (*work)(struct bench *bench, unsigned int job);
    unsigned int first, end;
    HRESULT result;
};

static double now_us(void)
{
    LARGE_INTEGER frequency, count;

    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&count);
    return count.QuadPart * 1e6 / frequency.QuadPart;
}

static HRESULT bench_connect(struct bench *bench)
{
    if (bench->manager)
        return S_OK;
    return CoCreateInstance(&CLSID_DeliveryOptimization, NULL, CLSCTX_LOCAL_SERVER, &IID_IBackgroundCopyManager,
            (void **)&bench->manager);
}

static void bench_disconnect(struct bench *bench)
{
    if (bench->manager)
        IBackgroundCopyManager_Release(bench->manager);
    bench->manager = NULL;
}

static HRESULT create_one(struct bench *bench, unsigned int number)
{
    WCHAR path[LINE_MAX_CHARS + 32], url[128], name[64];
    IBackgroundCopyJob *job;
    HRESULT hr;

    swprintf(path, ARRAYSIZE(path), L"%ls\\file-%u.bin", bench->directory, number);
    swprintf(url, ARRAYSIZE(url), L"http://127.0.0.1:9/downloads/a/typical/path/file-%u.bin", number);
    swprintf(name, ARRAYSIZE(name), L"Benchmark job %u", number);
    if (FAILED(hr = IBackgroundCopyManager_CreateJob(bench->manager, name, BG_JOB_TYPE_DOWNLOAD, &bench->ids[number],
            &job)))
        return hr;
    hr = IBackgroundCopyJob_AddFile(job, url, path);
    IBackgroundCopyJob_Release(job);
    return hr;
}

static HRESULT find_one(struct bench *bench, unsigned int number)
{
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (SUCCEEDED(hr = IBackgroundCopyManager_GetJob(bench->manager, &bench->ids[number], &job)))
        IBackgroundCopyJob_Release(job);
    return hr;
}

static HRESULT cancel_one(struct bench *bench, unsigned int number)
{
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (FAILED(hr = IBackgroundCopyManager_GetJob(bench->manager, &bench->ids[number], &job)))
        return hr;
    hr = IBackgroundCopyJob_Cancel(job);
    IBackgroundCopyJob_Release(job);
    return hr;
}

static DWORD WINAPI share_run(void *context)
{
    struct share *share = context;
    unsigned int i;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    for (i = share->first; i < share->end && SUCCEEDED(share->result); ++i)
        share->result = share->work(share->bench, i);
    CoUninitialize();
    return 0;
}

/* Does the work for the jobs from `first` to before `end`, in several threads. */
static HRESULT bench_share_work(struct bench *bench, HRESULT (*work)(struct bench *bench, unsigned int job),
        unsigned int first, unsigned int end, unsigned int threads)
{
    struct share shares[MAX_THREADS];
    HANDLE handles[MAX_THREADS];
    HRESULT hr = S_OK;
    unsigned int i;

    if (!threads || threads > MAX_THREADS)
        return E_INVALIDARG;
    for (i = 0; i < threads; ++i)
    {
        shares[i].bench = bench;
        shares[i].work = work;
        shares[i].first = first + (UINT64)(end - first) * i / threads;
        shares[i].end = first + (UINT64)(end - first) * (i + 1) / threads;
        shares[i].result = S_OK;
        if (!(handles[i] = CreateThread(NULL, 0, share_run, &shares[i], 0, NULL)))
            abort();
    }
    for (i = 0; i < threads; ++i)
    {
        WaitForSingleObject(handles[i], INFINITE);
        CloseHandle(handles[i]);
        if (FAILED(shares[i].result))
            hr = shares[i].result;
    }
    return hr;
}

static HRESULT run_create(struct bench *bench, const char *arguments)
{
    unsigned int count, threads;
    char directory[LINE_MAX_CHARS];
    double start = now_us();
    HRESULT hr;

    if (sscanf(arguments, "%u %u %1023[^\n]", &count, &threads, directory) != 3 || count > MAX_JOBS - bench->count
            || !MultiByteToWideChar(CP_UTF8, 0, directory, -1, bench->directory, LINE_MAX_CHARS))
        return E_INVALIDARG;
    if (FAILED(hr = bench_share_work(bench, create_one, bench->count, bench->count + count, threads)))
        return hr;
    bench->count += count;
    printf("create %.0f\n", (now_us() - start) / 1000);
    return S_OK;
}

static HRESULT run_enumerate(struct bench *bench)
{
    IBackgroundCopyJob *jobs[BATCH];
    IEnumBackgroundCopyJobs *enumerator;
    ULONG fetched = 0, total = 0, i;
    double start = now_us();
    HRESULT hr;

    if (FAILED(hr = IBackgroundCopyManager_EnumJobs(bench->manager, 0, &enumerator)))
        return hr;
    do
    {
        if (FAILED(hr = IEnumBackgroundCopyJobs_Next(enumerator, BATCH, jobs, &fetched)))
            break;
        for (i = 0; i < fetched; ++i)
            IBackgroundCopyJob_Release(jobs[i]);
        total += fetched;
    } while (hr == S_OK);
    IEnumBackgroundCopyJobs_Release(enumerator);
    if (SUCCEEDED(hr))
        printf("enumerate %.0f %lu\n", (now_us() - start) / 1000, total);
    return hr;
}

/* Jobs from all over the list. */
static HRESULT run_find(struct bench *bench, const char *arguments)
{
    unsigned int count = strtoul(arguments, NULL, 10), i;
    double start = now_us();
    HRESULT hr = S_OK;

    for (i = 0; i < count && SUCCEEDED(hr); ++i)
        hr = find_one(bench, (UINT64)i * 7919 % bench->count);
    if (SUCCEEDED(hr))
        printf("find %.0f\n", now_us() - start);
    return hr;
}

/* Waits until the service manager shows the state. */
static BOOL wait_for_service(SC_HANDLE service, DWORD state)
{
    DWORD start = GetTickCount();
    SERVICE_STATUS status;

    while (QueryServiceStatus(service, &status) && GetTickCount() - start < STOP_LIMIT_MS)
    {
        if (status.dwCurrentState == state)
            return TRUE;
        Sleep(STOP_PERIOD_MS);          /* of a service only the state can be asked for */
    }
    return FALSE;
}

static HRESULT run_stop(struct bench *bench)
{
    SC_HANDLE control, service = NULL;
    SERVICE_STATUS status;
    HRESULT hr = S_OK;

    bench_disconnect(bench);
    if (!(control = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT))
            || !(service = OpenServiceW(control, L"DoSvc", SERVICE_STOP | SERVICE_QUERY_STATUS))
            || !ControlService(service, SERVICE_CONTROL_STOP, &status) || !wait_for_service(service, SERVICE_STOPPED))
        hr = HRESULT_FROM_WIN32(GetLastError());
    if (service)
        CloseServiceHandle(service);
    if (control)
        CloseServiceHandle(control);
    if (SUCCEEDED(hr))
        printf("stop\n");
    return hr;
}

static HRESULT run_start(struct bench *bench)
{
    double start = now_us();
    HRESULT hr;

    if (FAILED(hr = bench_connect(bench)) || (bench->count && FAILED(hr = find_one(bench, 0))))
        return hr;
    printf("start %.0f\n", (now_us() - start) / 1000);
    return S_OK;
}

static HRESULT run_cancel(struct bench *bench, const char *arguments)
{
    double start = now_us();
    HRESULT hr;

    if (FAILED(hr = bench_share_work(bench, cancel_one, 0, bench->count, strtoul(arguments, NULL, 10))))
        return hr;
    bench->count = 0;
    printf("cancel %.0f\n", (now_us() - start) / 1000);
    return S_OK;
}

static HRESULT run_command(struct bench *bench, const char *line)
{
    HRESULT hr;

    if (!strcmp(line, "stop"))
        return run_stop(bench);
    if (!strcmp(line, "start"))
        return run_start(bench);
    if (FAILED(hr = bench_connect(bench)))
        return hr;
    if (!strncmp(line, "create ", 7))
        return run_create(bench, line + 7);
    if (!strcmp(line, "enumerate"))
        return run_enumerate(bench);
    if (!strncmp(line, "find ", 5) && bench->count)
        return run_find(bench, line + 5);
    if (!strncmp(line, "cancel ", 7))
        return run_cancel(bench, line + 7);
    return E_INVALIDARG;
}

int main(void)
{
    struct bench bench = {0};
    char line[LINE_MAX_CHARS];
    HRESULT hr;

    if (!(bench.ids = calloc(MAX_JOBS, sizeof(*bench.ids))) || FAILED(CoInitializeEx(NULL, COINIT_MULTITHREADED)))
        return 1;
    while (fgets(line, sizeof(line), stdin))
    {
        line[strcspn(line, "\r\n")] = 0;
        if (FAILED(hr = run_command(&bench, line)))
            printf("failed %#lx\n", hr);
        fflush(stdout);
    }
    bench_disconnect(&bench);
    CoUninitialize();
    free(bench.ids);
    return 0;
}
