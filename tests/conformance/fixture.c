/*
 * What every test starts from: an apartment, the manager, a directory of its own, jobs and files in it.
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
#include <windows.h>
#include <winsvc.h>

#include "fixture.h"

#define POLL_PERIOD_MS 10           /* the state and the bytes of a job can only be asked for */
#define STATUS_PERIOD_MS 10         /* and so the state of a service */
#define PATH_COUNT 16

static BOOL create_directory(struct fixture *fixture)
{
    static LONG counter;
    WCHAR temp[MAX_PATH - 64];
    DWORD length;

    length = GetTempPathW(ARRAYSIZE(temp), temp);
    if (!length || length >= ARRAYSIZE(temp))
        return FALSE;
    swprintf(fixture->directory, MAX_PATH, L"%lsdosvc-test-%lx-%lx-%lx", temp, GetCurrentProcessId(),
            GetTickCount(), InterlockedIncrement(&counter));
    return CreateDirectoryW(fixture->directory, NULL);
}

BOOL fixture_init_(const char *file, int line, struct fixture *fixture, DWORD apartment)
{
    HRESULT hr;

    memset(fixture, 0, sizeof(*fixture));
    hr = CoInitializeEx(NULL, apartment);
    if (!ok_(file, line, SUCCEEDED(hr), "CoInitializeEx gave hr %#lx.\n", hr))
        return FALSE;
    if (!ok_(file, line, create_directory(fixture), "No directory %s, error %lu.\n",
            debug_string(fixture->directory), GetLastError()))
        goto failed;
    hr = CoCreateInstance(&CLSID_DeliveryOptimization, NULL, CLSCTX_LOCAL_SERVER, &IID_IBackgroundCopyManager,
            (void **)&fixture->manager);
    if (ok_(file, line, hr == S_OK, "CoCreateInstance gave hr %#lx.\n", hr))
        return TRUE;
    RemoveDirectoryW(fixture->directory);

failed:
    CoUninitialize();
    return FALSE;
}

static void cancel_jobs(struct fixture *fixture)
{
    IBackgroundCopyJob *job;
    unsigned int i;

    for (i = 0; i < fixture->job_count; ++i)
    {
        if (FAILED(IBackgroundCopyManager_GetJob(fixture->manager, &fixture->jobs[i], &job)))
            continue;
        IBackgroundCopyJob_Cancel(job);
        IBackgroundCopyJob_Release(job);
    }
}

static void remove_directory(const struct fixture *fixture)
{
    WIN32_FIND_DATAW data;
    HANDLE find;

    if ((find = FindFirstFileW(fixture_path(fixture, L"*"), &data)) != INVALID_HANDLE_VALUE)
    {
        do
        {
            const WCHAR *path = fixture_path(fixture, data.cFileName);

            if (!(data.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY))
                DeleteFileW(path);
            else if (wcscmp(data.cFileName, L".") && wcscmp(data.cFileName, L".."))
                RemoveDirectoryW(path);
        } while (FindNextFileW(find, &data));
        FindClose(find);
    }
    RemoveDirectoryW(fixture->directory);
}

void fixture_cleanup_(const char *file, int line, struct fixture *fixture)
{
    unsigned int count;

    cancel_jobs(fixture);
    count = fixture_count_files(fixture, L"DO*.tmp");
    ok_(file, line, !count, "Got %u temporary files left.\n", count);
    IBackgroundCopyManager_Release(fixture->manager);
    remove_directory(fixture);
    ok_(file, line, !file_exists(fixture->directory), "The directory could not be removed.\n");
    CoUninitialize();
}

const WCHAR *fixture_path(const struct fixture *fixture, const WCHAR *name)
{
    static WCHAR paths[PATH_COUNT][MAX_PATH];
    static LONG next;
    WCHAR *path = paths[(unsigned long)InterlockedIncrement(&next) % PATH_COUNT];

    swprintf(path, MAX_PATH, L"%ls\\%ls", fixture->directory, name);
    return path;
}

unsigned int fixture_count_files(const struct fixture *fixture, const WCHAR *pattern)
{
    WIN32_FIND_DATAW data;
    unsigned int count = 0;
    HANDLE find;

    if ((find = FindFirstFileW(fixture_path(fixture, pattern), &data)) == INVALID_HANDLE_VALUE)
        return 0;
    do
    {
        ++count;
    } while (FindNextFileW(find, &data));
    FindClose(find);
    return count;
}

BOOL file_exists(const WCHAR *path)
{
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

void create_file(const WCHAR *path, const char *content)
{
    DWORD length = strlen(content), written = 0;
    HANDLE file;

    file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    ok(file != INVALID_HANDLE_VALUE, "No file %s, error %lu.\n", debug_string(path), GetLastError());
    if (file == INVALID_HANDLE_VALUE)
        return;
    ok(WriteFile(file, content, length, &written, NULL) && written == length, "Wrote %lu of %lu bytes, error %lu.\n",
            written, length, GetLastError());
    CloseHandle(file);
}

IBackgroundCopyJob *create_job_(const char *file, int line, struct fixture *fixture)
{
    IBackgroundCopyJob *job = NULL;
    GUID id;
    HRESULT hr;

    hr = IBackgroundCopyManager_CreateJob(fixture->manager, L"dosvc test", BG_JOB_TYPE_DOWNLOAD, &id, &job);
    ok_(file, line, hr == S_OK, "CreateJob gave hr %#lx.\n", hr);
    if (FAILED(hr))
        return NULL;
    if (ok_(file, line, fixture->job_count < MAX_FIXTURE_JOBS, "Too many jobs for the fixture.\n"))
        fixture->jobs[fixture->job_count++] = id;
    return job;
}

IBackgroundCopyJob *create_file_job_(const char *file, int line, struct fixture *fixture, const WCHAR *url,
        const WCHAR *name)
{
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (!(job = create_job_(file, line, fixture)))
        return NULL;
    hr = IBackgroundCopyJob_AddFile(job, url, fixture_path(fixture, name));
    ok_(file, line, hr == S_OK, "AddFile of %s gave hr %#lx.\n", debug_string(url), hr);
    return job;
}

void end_job_(const char *file, int line, IBackgroundCopyJob *job)
{
    BG_JOB_STATE state;
    HRESULT hr;

    hr = IBackgroundCopyJob_GetState(job, &state);
    ok_(file, line, hr == S_OK, "GetState gave hr %#lx.\n", hr);
    if (SUCCEEDED(hr) && state != BG_JOB_STATE_ACKNOWLEDGED && state != BG_JOB_STATE_CANCELLED)
    {
        hr = IBackgroundCopyJob_Cancel(job);
        ok_(file, line, hr == S_OK, "Cancel gave hr %#lx.\n", hr);
    }
    IBackgroundCopyJob_Release(job);
}

IBackgroundCopyFile *get_file_(const char *file, int line, IBackgroundCopyJob *job, ULONG index)
{
    IEnumBackgroundCopyFiles *enumerator;
    IBackgroundCopyFile *found = NULL;
    HRESULT hr;

    hr = IBackgroundCopyJob_EnumFiles(job, &enumerator);
    ok_(file, line, hr == S_OK, "EnumFiles gave hr %#lx.\n", hr);
    if (FAILED(hr))
        return NULL;
    if (index)
    {
        hr = IEnumBackgroundCopyFiles_Skip(enumerator, index);
        ok_(file, line, hr == S_OK, "Skip gave hr %#lx.\n", hr);
    }
    hr = IEnumBackgroundCopyFiles_Next(enumerator, 1, &found, NULL);
    ok_(file, line, hr == S_OK, "Next gave hr %#lx.\n", hr);
    IEnumBackgroundCopyFiles_Release(enumerator);
    return hr == S_OK ? found : NULL;
}

const char *debug_state(BG_JOB_STATE state)
{
    static const char *const names[] = { "QUEUED", "CONNECTING", "TRANSFERRING", "SUSPENDED", "ERROR",
            "TRANSIENT_ERROR", "TRANSFERRED", "ACKNOWLEDGED", "CANCELLED" };

    return (unsigned int)state < ARRAYSIZE(names) ? names[state] : "unknown";
}

void check_state_(const char *file, int line, IBackgroundCopyJob *job, BG_JOB_STATE expected)
{
    BG_JOB_STATE state = 0xdead;
    HRESULT hr;

    hr = IBackgroundCopyJob_GetState(job, &state);
    ok_(file, line, hr == S_OK, "GetState gave hr %#lx.\n", hr);
    ok_(file, line, state == expected, "Got state %s, expected %s.\n", debug_state(state), debug_state(expected));
}

BOOL wait_event(HANDLE event, DWORD limit_ms)
{
    ULONGLONG end = GetTickCount64() + limit_ms, now;
    DWORD count = event ? 1 : 0, ret;
    MSG msg;

    for (;;)
    {
        now = GetTickCount64();
        ret = MsgWaitForMultipleObjects(count, &event, FALSE, now < end ? (DWORD)(end - now) : 0, QS_ALLINPUT);
        if (ret != WAIT_OBJECT_0 + count)
            return ret == WAIT_OBJECT_0;
        while (PeekMessageW(&msg, NULL, 0, 0, PM_REMOVE))
            DispatchMessageW(&msg);
    }
}

static BOOL state_is_restful(BG_JOB_STATE state)
{
    return state == BG_JOB_STATE_SUSPENDED || state == BG_JOB_STATE_ERROR || state == BG_JOB_STATE_TRANSFERRED
            || state == BG_JOB_STATE_ACKNOWLEDGED || state == BG_JOB_STATE_CANCELLED;
}

/* For the message about a job that did not do what it should. */
static HRESULT get_error_code(IBackgroundCopyJob *job)
{
    BG_ERROR_CONTEXT context;
    IBackgroundCopyError *error;
    HRESULT hr, code = S_OK;

    if (FAILED(IBackgroundCopyJob_GetError(job, &error)))
        return S_OK;
    if (FAILED(hr = IBackgroundCopyError_GetError(error, &context, &code)))
        code = hr;
    IBackgroundCopyError_Release(error);
    return code;
}

BOOL wait_for_state_(const char *file, int line, IBackgroundCopyJob *job, BG_JOB_STATE expected)
{
    ULONGLONG end = GetTickCount64() + WAIT_LIMIT_MS;
    BG_JOB_STATE state = 0xdead;
    HRESULT hr;

    for (;;)
    {
        hr = IBackgroundCopyJob_GetState(job, &state);
        if (FAILED(hr) || state == expected || state_is_restful(state) || GetTickCount64() > end)
            break;
        wait_event(NULL, POLL_PERIOD_MS);
    }
    ok_(file, line, hr == S_OK, "GetState gave hr %#lx.\n", hr);
    return ok_(file, line, state == expected, "Got state %s with error %#lx, expected %s.\n", debug_state(state),
            get_error_code(job), debug_state(expected));
}

static BOOL progress_is_enough(const BG_JOB_PROGRESS *progress, UINT64 bytes, ULONG files)
{
    return progress->BytesTransferred >= bytes && progress->FilesTransferred >= files;
}

BOOL wait_for_progress_(const char *file, int line, IBackgroundCopyJob *job, UINT64 bytes, ULONG files)
{
    ULONGLONG end = GetTickCount64() + WAIT_LIMIT_MS;
    BG_JOB_PROGRESS progress = {0};
    BG_JOB_STATE state = 0xdead;
    HRESULT hr;

    for (;;)
    {
        if (FAILED(hr = IBackgroundCopyJob_GetState(job, &state))
                || FAILED(hr = IBackgroundCopyJob_GetProgress(job, &progress)))
            break;
        if (progress_is_enough(&progress, bytes, files) || state_is_restful(state) || GetTickCount64() > end)
            break;
        wait_event(NULL, POLL_PERIOD_MS);
    }
    ok_(file, line, hr == S_OK, "Got hr %#lx.\n", hr);
    return ok_(file, line, progress_is_enough(&progress, bytes, files),
            "Got %llu bytes and %lu files, state %s with error %#lx.\n", progress.BytesTransferred,
            progress.FilesTransferred, debug_state(state), get_error_code(job));
}

void check_no_error_(const char *file, int line, IBackgroundCopyJob *job)
{
    IBackgroundCopyError *error = (IBackgroundCopyError *)0xdeadbeef;
    HRESULT hr;

    hr = IBackgroundCopyJob_GetError(job, &error);
    ok_(file, line, hr == DO_E_ERROR_INFORMATION_UNAVAILABLE, "GetError gave hr %#lx.\n", hr);
    ok_(file, line, !error, "Got error object %p.\n", (void *)error);
    if (SUCCEEDED(hr))
        IBackgroundCopyError_Release(error);
}

void check_error_(const char *file, int line, IBackgroundCopyJob *job, HRESULT code, BG_ERROR_CONTEXT context,
        const WCHAR *url)
{
    IBackgroundCopyError *error = NULL;
    HRESULT hr;

    hr = IBackgroundCopyJob_GetError(job, &error);
    ok_(file, line, hr == S_OK && error, "GetError gave hr %#lx, error %p.\n", hr, (void *)error);
    if (FAILED(hr) || !error)
        return;
    check_error_object_(file, line, error, code, context, url);
    IBackgroundCopyError_Release(error);
}

static void check_error_file(const char *file, int line, IBackgroundCopyError *error, const WCHAR *url)
{
    IBackgroundCopyFile *copy_file = (IBackgroundCopyFile *)0xdeadbeef;
    WCHAR *name;
    HRESULT hr;

    hr = IBackgroundCopyError_GetFile(error, &copy_file);
    ok_(file, line, hr == (url ? S_OK : DO_E_FILE_NOT_AVAILABLE), "GetFile gave hr %#lx.\n", hr);
    if (FAILED(hr))
    {
        ok_(file, line, !copy_file, "Got file %p.\n", (void *)copy_file);
        return;
    }
    hr = IBackgroundCopyFile_GetRemoteName(copy_file, &name);
    ok_(file, line, hr == S_OK, "GetRemoteName gave hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
    {
        ok_(file, line, url && !wcscmp(name, url), "Got URL %s.\n", debug_string(name));
        CoTaskMemFree(name);
    }
    IBackgroundCopyFile_Release(copy_file);
}

/* A readable sentence has letters and is not a number alone. */
static void check_sentence(const char *file, int line, const char *method, HRESULT hr, WCHAR *text)
{
    ok_(file, line, hr == S_OK, "%s gave hr %#lx.\n", method, hr);
    if (FAILED(hr))
        return;
    ok_(file, line, text && wcslen(text) > 5 && wcschr(text, ' '), "%s gave %s.\n", method, debug_string(text));
    CoTaskMemFree(text);
}

void check_error_object_(const char *file, int line, IBackgroundCopyError *error, HRESULT code,
        BG_ERROR_CONTEXT context, const WCHAR *url)
{
    DWORD language = LANGIDFROMLCID(GetThreadLocale());
    BG_ERROR_CONTEXT got_context = 0xdead;
    HRESULT hr, got_code = 0xdeadbeef;
    WCHAR *text = NULL;

    hr = IBackgroundCopyError_GetError(error, &got_context, &got_code);
    ok_(file, line, hr == S_OK, "GetError gave hr %#lx.\n", hr);
    ok_(file, line, got_code == code, "Got code %#lx, expected %#lx.\n", got_code, code);
    ok_(file, line, got_context == context, "Got context %u, expected %u.\n", got_context, context);
    check_error_file(file, line, error, url);

    hr = IBackgroundCopyError_GetErrorDescription(error, language, &text);
    check_sentence(file, line, "GetErrorDescription", hr, text);
    text = NULL;
    hr = IBackgroundCopyError_GetErrorContextDescription(error, language, &text);
    check_sentence(file, line, "GetErrorContextDescription", hr, text);
    text = NULL;
    hr = IBackgroundCopyError_GetProtocol(error, &text);
    ok_(file, line, hr == S_OK, "GetProtocol gave hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
    {
        ok_(file, line, text && (!wcscmp(text, L"http") || !wcscmp(text, L"https")), "Got protocol %s.\n",
                debug_string(text));
        CoTaskMemFree(text);
    }
}

void check_null_refused_(const char *file, int line, HRESULT hr)
{
    ok_(file, line, hr == E_INVALIDARG || hr == E_POINTER || hr == E_NULL_REF_POINTER, "Got hr %#lx.\n", hr);
}

void check_progress_(const char *file, int line, IBackgroundCopyJob *job, UINT64 bytes_total, UINT64 bytes,
        ULONG files_total, ULONG files)
{
    BG_JOB_PROGRESS progress;
    HRESULT hr;

    memset(&progress, 0xcc, sizeof(progress));
    hr = IBackgroundCopyJob_GetProgress(job, &progress);
    ok_(file, line, hr == S_OK, "GetProgress gave hr %#lx.\n", hr);
    ok_(file, line, progress.BytesTotal == bytes_total, "Got %llu bytes in all, expected %llu.\n",
            progress.BytesTotal, bytes_total);
    ok_(file, line, progress.BytesTransferred == bytes, "Got %llu bytes, expected %llu.\n",
            progress.BytesTransferred, bytes);
    ok_(file, line, progress.FilesTotal == files_total, "Got %lu files in all, expected %lu.\n",
            progress.FilesTotal, files_total);
    ok_(file, line, progress.FilesTransferred == files, "Got %lu files, expected %lu.\n",
            progress.FilesTransferred, files);
}

WCHAR *create_long_string(size_t length)
{
    WCHAR *string;
    size_t i;

    if (!(string = malloc((length + 1) * sizeof(*string))))
    {
        ok(FALSE, "Out of memory.\n");
        ExitProcess(1);
    }
    for (i = 0; i < length; ++i)
        string[i] = 'x';
    string[length] = 0;
    return string;
}

static BOOL wait_for_service(const char *file, int line, SC_HANDLE service, DWORD state)
{
    ULONGLONG end = GetTickCount64() + WAIT_LIMIT_MS;
    SERVICE_STATUS status = {0};

    while (QueryServiceStatus(service, &status) && status.dwCurrentState != state && GetTickCount64() < end)
        wait_event(NULL, STATUS_PERIOD_MS);
    return ok_(file, line, status.dwCurrentState == state, "Got service state %lu.\n", status.dwCurrentState);
}

BOOL restart_service_(const char *file, int line, struct fixture *fixture)
{
    SC_HANDLE manager, service;
    SERVICE_STATUS status;
    HRESULT hr;

    IBackgroundCopyManager_Release(fixture->manager);
    fixture->manager = NULL;
    manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    service = OpenServiceW(manager, L"DoSvc", SERVICE_STOP | SERVICE_QUERY_STATUS);
    ok_(file, line, service != NULL, "No service, error %lu.\n", GetLastError());
    ok_(file, line, ControlService(service, SERVICE_CONTROL_STOP, &status), "Got error %lu.\n", GetLastError());
    wait_for_service(file, line, service, SERVICE_STOPPED);
    CloseServiceHandle(service);
    CloseServiceHandle(manager);
    hr = CoCreateInstance(&CLSID_DeliveryOptimization, NULL, CLSCTX_LOCAL_SERVER, &IID_IBackgroundCopyManager,
            (void **)&fixture->manager);
    return ok_(file, line, hr == S_OK, "Got hr %#lx.\n", hr);
}
