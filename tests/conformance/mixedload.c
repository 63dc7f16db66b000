/*
 * Keeps jobs and downloads going from servers that misbehave, through a service that is killed now and then.
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
 * mixedload SECONDS SEED HOST:PORT DIRECTORY. Every file that was fetched is compared with what it must be. The
 * last line is "N passed, M failed", where each file, and each job without one, is one that passes or fails. For
 * tools/mixed-load.
 */

#define COBJMACROS
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <wchar.h>
#include <windows.h>
#include <ole2.h>
/* The GUIDs of the interfaces are defined here. */
#include <initguid.h>
#include "deliveryoptimization.h"
#include "deliveryoptimizationerrors.h"

#define ITEMS 12
#define FILES_MAX 4
#define PERIOD_MS 100
#define STUCK_MS 600000                 /* jobs in the background have to wait for others, too */
#define REPORT_MS 60000

enum kind
{
    KIND_JOB,
    KIND_DOWNLOAD
};

enum step
{
    STEP_NONE,
    STEP_RUNNING,
    STEP_ENDING,                        /* Complete or Finalize may have been seen by the service */
    STEP_CANCELLING
};

struct file
{
    UINT64 seed, size;
    char behaviour[128];                /* of its server */
    WCHAR path[MAX_PATH];
};

/* A job or a download. */
struct item
{
    enum kind kind;
    enum step step;
    GUID id;
    WCHAR text_id[64];                  /* of a download */
    IBackgroundCopyJob *job;            /* NULL: to be asked for again; so is the download */
    IDODownload *download;
    struct file files[FILES_MAX];
    unsigned int file_count;
    ULONGLONG started, cancel_at;       /* 0: it is not to be cancelled */
};

struct load
{
    const char *server;
    WCHAR directory[MAX_PATH];
    UINT64 random;
    IBackgroundCopyManager *manager;    /* NULL: to be asked for again */
    IDOManager *downloads;
    struct item items[ITEMS];
    unsigned int next_file, passed, failed, cancelled, restarts;
    UINT64 bytes;
};

/* xorshift64* */
static unsigned int random_below(struct load *load, unsigned int limit)
{
    load->random ^= load->random >> 12;
    load->random ^= load->random << 25;
    load->random ^= load->random >> 27;
    return (unsigned int)(((load->random * 0x2545f4914f6cdd1dull) >> 33) % limit);
}

static void report_failure(struct load *load, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void report_failure(struct load *load, const char *format, ...)
{
    va_list args;

    ++load->failed;
    printf("failed: ");
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
    fflush(stdout);
}

/*
 * Calls that fail because the service was killed under them. E_NOINTERFACE: the new one has the process number of an
 * old one, whose association Wine has kept in this process. The next one has another number.
 */
static BOOL service_is_gone(HRESULT hr)
{
    return hr == E_NOINTERFACE || HRESULT_FACILITY(hr) == FACILITY_RPC || hr == CO_E_OBJNOTCONNECTED
            || hr == DO_E_NO_SERVICE || hr == CO_E_SERVER_EXEC_FAILURE || hr == REGDB_E_CLASSNOTREG
            || (HRESULT_FACILITY(hr) == FACILITY_WIN32 && HRESULT_CODE(hr) >= RPC_S_INVALID_STRING_BINDING
                && HRESULT_CODE(hr) <= RPC_S_CALL_FAILED_DNE + 200);
}

static void item_forget(struct item *item)
{
    if (item->job)
        IBackgroundCopyJob_Release(item->job);
    if (item->download)
        IDODownload_Release(item->download);
    item->job = NULL;
    item->download = NULL;
}

/* Nothing that was got from a service that is gone is of any use. */
static void load_forget(struct load *load)
{
    unsigned int i;

    for (i = 0; i < ITEMS; ++i)
        item_forget(&load->items[i]);
    if (load->manager)
        IBackgroundCopyManager_Release(load->manager);
    if (load->downloads)
        IDOManager_Release(load->downloads);
    load->manager = NULL;
    load->downloads = NULL;
}

/* As a service manager does that starts again what has died. */
static void service_start(void)
{
    SC_HANDLE control, service;

    if (!(control = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT)))
        return;
    if ((service = OpenServiceW(control, L"DoSvc", SERVICE_START)))
    {
        StartServiceW(service, 0, NULL); /* what comes of it is seen by the next activation */
        CloseServiceHandle(service);
    }
    CloseServiceHandle(control);
}

static HRESULT load_activate(struct load *load)
{
    HRESULT hr;

    if (load->manager && load->downloads)
        return S_OK;
    load_forget(load);
    hr = CoCreateInstance(&CLSID_DeliveryOptimization, NULL, CLSCTX_LOCAL_SERVER, &IID_IBackgroundCopyManager,
            (void **)&load->manager);
    if (SUCCEEDED(hr))
        hr = CoCreateInstance(&CLSID_DeliveryOptimization, NULL, CLSCTX_LOCAL_SERVER, &IID_IDOManager,
                (void **)&load->downloads);
    if (FAILED(hr))
    {
        load_forget(load);
        service_start();
        return hr;
    }
    ++load->restarts;
    return S_OK;
}

/* One of the ways in which servers misbehave; all of them give the content in the end. */
static void make_behaviour(struct load *load, struct file *file)
{
    char *text = file->behaviour;
    size_t room = sizeof(file->behaviour);
    unsigned int place = random_below(load, (unsigned int)file->size);

    switch (random_below(load, 16))
    {
    case 0: snprintf(text, room, "&rate=%u", (unsigned int)file->size / 30 + 50000); break;
    case 1: snprintf(text, room, "&fail=%u", 1 + random_below(load, 3)); break;
    case 2: snprintf(text, room, "&fail=1&fail_status=503&retry_after=2"); break;
    case 3: snprintf(text, room, "&fail=1&fail_status=429&retry_after=1&retry_date=1"); break;
    case 4: snprintf(text, room, "&reset=%u&times=%u", place, 1 + random_below(load, 3)); break;
    case 5: snprintf(text, room, "&truncate=%u&times=%u", place, 1 + random_below(load, 3)); break;
    case 6: snprintf(text, room, "&stall=%u&stall_ms=60000&times=1", place); break;
    case 7: snprintf(text, room, "&drip=%u&times=1", place); break;
    case 8: snprintf(text, room, "&drop=%u", 1 + random_below(load, 2)); break;
    case 9: snprintf(text, room, "&norange=1&truncate=%u&times=1", place); break;
    case 10: snprintf(text, room, "&hops=%u", 1 + random_below(load, 5)); break;
    case 11: snprintf(text, room, "&close=1&delay_ms=%u", random_below(load, 2000)); break;
    case 12: snprintf(text, room, "&extra=1000"); break;
    case 13: snprintf(text, room, "&rate=%u&reset=%u&times=2", 300000 + random_below(load, 900000), place); break;
    default: *text = 0; break;
    }
}

static void make_file(struct load *load, struct file *file, WCHAR *url, size_t room)
{
    char text[512];
    unsigned int number = ++load->next_file;

    file->seed = number;
    file->size = 1 + random_below(load, random_below(load, 4) ? 1 << 20 : 16 << 20);
    make_behaviour(load, file);
    snprintf(text, sizeof(text), "http://%s/data/%u?key=m%u&seed=%"PRIu64"&size=%"PRIu64"%s", load->server, number,
            number, (uint64_t)file->seed, (uint64_t)file->size, file->behaviour);
    MultiByteToWideChar(CP_UTF8, 0, text, -1, url, (int)room);
    swprintf(file->path, ARRAYSIZE(file->path), L"%ls\\%u.bin", load->directory, number);
}

/* See tests/server/content.c. */
static UINT64 content_word(UINT64 seed, UINT64 index)
{
    UINT64 word = (index + 1) * 0x9e3779b97f4a7c15ull + seed * 0xd1342543de82ef95ull;

    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9ull;
    word = (word ^ (word >> 27)) * 0x94d049bb133111ebull;
    return word ^ (word >> 31);
}

/* What is wrong with a file; NULL: nothing. */
static const char *file_fault(const struct file *file)
{
    static BYTE block[65536];
    const char *fault = NULL;
    LARGE_INTEGER size;
    UINT64 done = 0;
    HANDLE handle;
    DWORD got, i;

    handle = CreateFileW(file->path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    if (handle == INVALID_HANDLE_VALUE)
        return "it is not there";
    if (!GetFileSizeEx(handle, &size) || (UINT64)size.QuadPart != file->size)
        fault = "it has another size";
    while (!fault && done < file->size)
    {
        if (!ReadFile(handle, block, sizeof(block), &got, NULL) || !got)
            fault = "it cannot be read";
        for (i = 0; i < got && !fault; ++i, ++done)
        {
            if (block[i] != (BYTE)(content_word(file->seed, done / 8) >> (done % 8 * 8)))
                fault = "it has wrong bytes";
        }
    }
    CloseHandle(handle);
    return fault;
}

/* The end of an item whose files must be there. */
static void item_verify(struct load *load, struct item *item)
{
    const char *fault;
    unsigned int i;

    for (i = 0; i < item->file_count; ++i)
    {
        if ((fault = file_fault(&item->files[i])))
            report_failure(load, "file %"PRIu64" of %"PRIu64" bytes: %s", (uint64_t)item->files[i].seed,
                    (uint64_t)item->files[i].size, fault);
        else
            ++load->passed;
        load->bytes += item->files[i].size;
        DeleteFileW(item->files[i].path);
    }
    item_forget(item);
    item->step = STEP_NONE;
}

static void item_abandon(struct load *load, struct item *item)
{
    unsigned int i;

    for (i = 0; i < item->file_count; ++i)
    {
        if (GetFileAttributesW(item->files[i].path) != INVALID_FILE_ATTRIBUTES)
            report_failure(load, "file %"PRIu64" is there, but was cancelled", (uint64_t)item->files[i].seed);
    }
    ++load->cancelled;
    item_forget(item);
    item->step = STEP_NONE;
}

static HRESULT job_create(struct load *load, struct item *item)
{
    unsigned int i, count = 1 + random_below(load, FILES_MAX);
    WCHAR url[512];
    HRESULT hr;

    hr = IBackgroundCopyManager_CreateJob(load->manager, L"mixed load", BG_JOB_TYPE_DOWNLOAD, &item->id, &item->job);
    if (FAILED(hr))
        return hr;
    item->step = STEP_CANCELLING;       /* what is made by halves is not wanted */
    for (i = 0; i < count && SUCCEEDED(hr); ++i)
    {
        make_file(load, &item->files[i], url, ARRAYSIZE(url));
        hr = IBackgroundCopyJob_AddFile(item->job, url, item->files[i].path);
        item->file_count = i + 1;
    }
    if (SUCCEEDED(hr))
        hr = IBackgroundCopyJob_SetPriority(item->job, (BG_JOB_PRIORITY)random_below(load, 4));
    if (SUCCEEDED(hr))
        hr = IBackgroundCopyJob_Resume(item->job);
    return hr;
}

static HRESULT download_set_text(IDODownload *download, DODownloadProperty property, const WCHAR *text)
{
    VARIANT value;
    HRESULT hr;

    V_VT(&value) = VT_BSTR;
    if (!(V_BSTR(&value) = SysAllocString(text)))
        return E_OUTOFMEMORY;
    hr = IDODownload_SetProperty(download, property, &value);
    VariantClear(&value);
    return hr;
}

static HRESULT download_set_flag(IDODownload *download, DODownloadProperty property, BOOL flag)
{
    VARIANT value;

    V_VT(&value) = VT_BOOL;
    V_BOOL(&value) = flag ? VARIANT_TRUE : VARIANT_FALSE;
    return IDODownload_SetProperty(download, property, &value);
}

static HRESULT download_read_id(struct item *item)
{
    VARIANT value;
    HRESULT hr;

    VariantInit(&value);
    if (SUCCEEDED(hr = IDODownload_GetProperty(item->download, DODownloadProperty_Id, &value)))
        lstrcpynW(item->text_id, V_BSTR(&value), ARRAYSIZE(item->text_id));
    VariantClear(&value);
    return hr;
}

static HRESULT download_create(struct load *load, struct item *item)
{
    BOOL foreground = random_below(load, 2);
    WCHAR url[512];
    HRESULT hr;

    if (FAILED(hr = IDOManager_CreateDownload(load->downloads, &item->download)))
        return hr;
    if (FAILED(hr = download_read_id(item)))
        return hr;
    make_file(load, &item->files[0], url, ARRAYSIZE(url));
    item->file_count = 1;
    item->step = STEP_CANCELLING;
    if (FAILED(hr = download_set_text(item->download, DODownloadProperty_Uri, url))
            || FAILED(hr = download_set_text(item->download, DODownloadProperty_LocalPath, item->files[0].path))
            || FAILED(hr = download_set_flag(item->download, DODownloadProperty_NonVolatile, TRUE))
            || FAILED(hr = download_set_flag(item->download, DODownloadProperty_ForegroundPriority, foreground)))
        return hr;
    return IDODownload_Start(item->download, NULL);
}

static void item_create(struct load *load, struct item *item)
{
    HRESULT hr;

    memset(item, 0, sizeof(*item));
    item->kind = random_below(load, 3) ? KIND_JOB : KIND_DOWNLOAD;
    item->started = GetTickCount64();
    if (!random_below(load, 10))
        item->cancel_at = item->started + random_below(load, 15000);
    hr = item->kind == KIND_JOB ? job_create(load, item) : download_create(load, item);
    if (SUCCEEDED(hr))
        item->step = STEP_RUNNING;
    else if (service_is_gone(hr))
        load_forget(load);
    else
        report_failure(load, "%s cannot be made: %#lx", item->kind == KIND_JOB ? "a job" : "a download", hr);
}

static HRESULT download_find(struct load *load, struct item *item)
{
    DO_DOWNLOAD_ENUM_CATEGORY category = { DODownloadProperty_Id, item->text_id };
    IEnumUnknown *found;
    IUnknown *unknown;
    HRESULT hr;

    if (FAILED(hr = IDOManager_EnumDownloads(load->downloads, &category, &found)))
        return hr;
    hr = IEnumUnknown_Next(found, 1, &unknown, NULL);
    IEnumUnknown_Release(found);
    if (hr != S_OK)
        return FAILED(hr) ? hr : DO_E_NO_DOWNLOADS;
    hr = IUnknown_QueryInterface(unknown, &IID_IDODownload, (void **)&item->download);
    IUnknown_Release(unknown);
    return hr;
}

static HRESULT item_find(struct load *load, struct item *item)
{
    if (item->kind == KIND_DOWNLOAD)
        return item->download ? S_OK : download_find(load, item);
    return item->job ? S_OK : IBackgroundCopyManager_GetJob(load->manager, &item->id, &item->job);
}

static BOOL is_not_found(HRESULT hr)
{
    return hr == DO_E_JOB_NOT_FOUND || hr == DO_E_NO_DOWNLOADS;
}

/* Gives S_FALSE while there is something to wait for, and the error of what has failed. */
static HRESULT item_poll(struct item *item)
{
    DO_DOWNLOAD_STATUS status;
    IBackgroundCopyError *error;
    BG_ERROR_CONTEXT context;
    BG_JOB_STATE state;
    HRESULT hr, code;

    if (item->kind == KIND_DOWNLOAD)
    {
        if (FAILED(hr = IDODownload_GetStatus(item->download, &status)))
            return hr;
        if (FAILED(status.Error))
            return status.Error;
        return status.State == DODownloadState_Transferred ? S_OK : S_FALSE;
    }
    if (FAILED(hr = IBackgroundCopyJob_GetState(item->job, &state)) || state == BG_JOB_STATE_TRANSFERRED)
        return hr;
    if (state != BG_JOB_STATE_ERROR)
        return S_FALSE;
    if (FAILED(hr = IBackgroundCopyJob_GetError(item->job, &error)))
        return hr;
    hr = IBackgroundCopyError_GetError(error, &context, &code);
    IBackgroundCopyError_Release(error);
    return FAILED(hr) ? hr : code;
}

static HRESULT item_end(struct item *item)
{
    if (item->kind == KIND_DOWNLOAD)
        return IDODownload_Finalize(item->download);
    return IBackgroundCopyJob_Complete(item->job);
}

static HRESULT item_cancel(struct item *item)
{
    if (item->kind == KIND_DOWNLOAD)
        return IDODownload_Abort(item->download);
    return IBackgroundCopyJob_Cancel(item->job);
}

static void report_item(struct load *load, const struct item *item, HRESULT hr)
{
    unsigned int i;

    report_failure(load, "%s: %s, %#lx", item->kind == KIND_JOB ? "job" : "download",
            FAILED(hr) ? "an error" : "it is stuck", hr);
    for (i = 0; i < item->file_count; ++i)
        printf("  file %"PRIu64" of %"PRIu64" bytes%s\n", (uint64_t)item->files[i].seed,
                (uint64_t)item->files[i].size, item->files[i].behaviour);
}

static void item_watch(struct load *load, struct item *item, ULONGLONG now)
{
    HRESULT hr = item_poll(item);

    if (hr == S_OK)
        item->step = STEP_ENDING;
    else if (FAILED(hr) && service_is_gone(hr))
        load_forget(load);
    else if (FAILED(hr) || now - item->started > STUCK_MS)
    {
        report_item(load, item, hr);
        item->step = STEP_CANCELLING;
    }
    else if (item->cancel_at && now > item->cancel_at)
    {
        item->step = STEP_CANCELLING;
    }
}

/* A call that the service did not answer may have been heard: then the item is over. */
static void item_finish(struct load *load, struct item *item)
{
    BOOL ending = item->step == STEP_ENDING;
    HRESULT hr = ending ? item_end(item) : item_cancel(item);

    if (FAILED(hr) && service_is_gone(hr))
    {
        load_forget(load);
        return;
    }
    if (FAILED(hr) && hr != DO_E_INVALID_STATE)
        report_failure(load, "%s gave %#lx", ending ? "the end" : "the cancellation", hr);
    if (ending)
        item_verify(load, item);
    else
        item_abandon(load, item);
}

static void item_step(struct load *load, struct item *item, BOOL more)
{
    HRESULT hr;

    if (FAILED(load_activate(load)))
        return;
    if (item->step == STEP_NONE)
    {
        if (more)
            item_create(load, item);
        return;
    }
    if (FAILED(hr = item_find(load, item)))
    {
        if (service_is_gone(hr))
            load_forget(load);
        else if (is_not_found(hr) && item->step == STEP_ENDING)
            item_verify(load, item);
        else if (is_not_found(hr) && item->step == STEP_CANCELLING)
            item_abandon(load, item);
        else
        {
            report_failure(load, "file %"PRIu64" ff.: its job is lost, %#lx", (uint64_t)item->files[0].seed, hr);
            item->step = STEP_NONE;
        }
    }
    else if (item->step == STEP_RUNNING)
        item_watch(load, item, GetTickCount64());
    else
        item_finish(load, item);
}

static BOOL load_is_busy(const struct load *load)
{
    unsigned int i;

    for (i = 0; i < ITEMS; ++i)
    {
        if (load->items[i].step != STEP_NONE)
            return TRUE;
    }
    return FALSE;
}

static void pause_a_little(HANDLE timer)
{
    LARGE_INTEGER due = { .QuadPart = PERIOD_MS * -10000LL };

    if (SetWaitableTimer(timer, &due, 0, NULL, NULL, FALSE))
        WaitForSingleObject(timer, INFINITE);
}

static void load_run(struct load *load, HANDLE timer, unsigned int seconds)
{
    ULONGLONG now = GetTickCount64(), end = now + (ULONGLONG)seconds * 1000, report = now + REPORT_MS;
    unsigned int i;

    while ((now = GetTickCount64()) < end || (load_is_busy(load) && now < end + 2 * STUCK_MS))
    {
        for (i = 0; i < ITEMS; ++i)
            item_step(load, &load->items[i], now < end);
        if (now >= report)
        {
            printf("%u files right, %u failures, %u cancelled, %u services, %"PRIu64" MiB\n", load->passed,
                    load->failed, load->cancelled, load->restarts, (uint64_t)load->bytes >> 20);
            fflush(stdout);
            report += REPORT_MS;
        }
        pause_a_little(timer);
    }
    if (load_is_busy(load))
        report_failure(load, "not everything comes to an end");
}

/* What was made for a client who did not hear of it any more is nobody's: it is cancelled, as a user would. */
static void load_cancel_strays(struct load *load)
{
    IEnumBackgroundCopyJobs *jobs;
    IEnumUnknown *downloads;
    IBackgroundCopyJob *job;
    IDODownload *download;
    IUnknown *unknown;

    if (FAILED(load_activate(load)))
    {
        report_failure(load, "there is no service in the end");
        return;
    }
    if (SUCCEEDED(IBackgroundCopyManager_EnumJobs(load->manager, 0, &jobs)))
    {
        while (IEnumBackgroundCopyJobs_Next(jobs, 1, &job, NULL) == S_OK)
        {
            IBackgroundCopyJob_Cancel(job);
            IBackgroundCopyJob_Release(job);
        }
        IEnumBackgroundCopyJobs_Release(jobs);
    }
    if (FAILED(IDOManager_EnumDownloads(load->downloads, NULL, &downloads)))
        return;
    while (IEnumUnknown_Next(downloads, 1, &unknown, NULL) == S_OK)
    {
        if (SUCCEEDED(IUnknown_QueryInterface(unknown, &IID_IDODownload, (void **)&download)))
        {
            IDODownload_Abort(download);
            IDODownload_Release(download);
        }
        IUnknown_Release(unknown);
    }
    IEnumUnknown_Release(downloads);
}

static int run(unsigned int seconds, UINT64 seed, const char *server, const char *directory)
{
    static struct load load;
    HANDLE timer;

    load.server = server;
    load.random = (seed + 1) * 0x9e3779b97f4a7c15ull;
    MultiByteToWideChar(CP_UTF8, 0, directory, -1, load.directory, ARRAYSIZE(load.directory));
    if (!(timer = CreateWaitableTimerW(NULL, FALSE, NULL)))
        return 1;
    load_run(&load, timer, seconds);
    load_cancel_strays(&load);
    load_forget(&load);
    CloseHandle(timer);
    printf("%u files right, %u failures, %u cancelled, %u services, %"PRIu64" MiB\n", load.passed, load.failed,
            load.cancelled, load.restarts, (uint64_t)load.bytes >> 20);
    printf("%u passed, %u failed\n", load.passed, load.failed);
    return load.failed || !load.passed;
}

int main(int argc, char **argv)
{
    HRESULT hr;
    int ret;

    if (argc != 5)
    {
        fprintf(stderr, "usage: mixedload SECONDS SEED HOST:PORT DIRECTORY\n");
        return 2;
    }
    if (FAILED(hr = CoInitializeEx(NULL, COINIT_MULTITHREADED)))
    {
        fprintf(stderr, "mixedload: COM cannot be initialised: %#lx\n", hr);
        return 1;
    }
    ret = run(strtoul(argv[1], NULL, 10), strtoull(argv[2], NULL, 10), argv[3], argv[4]);
    CoUninitialize();
    return ret;
}
