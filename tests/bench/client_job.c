/*
 * Ways of the benchmark's client that go through a service: jobs, of dosvc and of BITS, and downloads.
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

#define COBJMACROS
#include "client.h"
#include "deliveryoptimization.h"

#define POLL_MS 2                       /* at first; later one part in POLL_PART of what has passed */
#define POLL_MAX_MS 50
#define POLL_PART 50
#define OTHERS_LIMIT_MS 30000

/* Asking often costs the service time, and asking seldom makes it look slow. */
static void pause_before_asking(double start)
{
    double ms = (now_us() - start) / 1000 / POLL_PART;

    Sleep(ms < POLL_MS ? POLL_MS : ms > POLL_MAX_MS ? POLL_MAX_MS : (DWORD)ms);
}

/* Jobs. */

/* All files with one call, as a program does that knows them. */
static HRESULT job_add_files(IBackgroundCopyJob *job, const struct task *task)
{
    unsigned int i, count = task->count ? task->count : 1;
    WCHAR (*names)[2][MAX_PATH_CHARS];
    BG_FILE_INFO *files;
    HRESULT hr;

    names = calloc(count, sizeof(*names));
    files = calloc(count, sizeof(*files));
    if (!names || !files)
        abort();
    for (i = 0; i < count; ++i)
    {
        task_url(task, i, names[i][0]);
        task_path(task, i, names[i][1]);
        files[i].RemoteName = names[i][0];
        files[i].LocalName = names[i][1];
    }
    hr = IBackgroundCopyJob_AddFileSet(job, count, files);
    free(files);
    free(names);
    return hr;
}

/* Waits by asking, as only that works with all services. */
static HRESULT job_wait(IBackgroundCopyJob *job, struct task *task, double start)
{
    BG_JOB_PROGRESS progress;
    BG_JOB_STATE state;
    HRESULT hr;

    while (SUCCEEDED(hr = IBackgroundCopyJob_GetState(job, &state)))
    {
        if (state == BG_JOB_STATE_TRANSFERRED || task_is_late(task, start))
            break;
        if (state == BG_JOB_STATE_ERROR)
            return E_FAIL;
        pause_before_asking(start);
    }
    if (SUCCEEDED(hr) && SUCCEEDED(hr = IBackgroundCopyJob_GetProgress(job, &progress)))
        task->bytes = progress.BytesTransferred;
    return hr;
}

HRESULT fetch_with_job(struct task *task, REFCLSID class_id, BOOL foreground)
{
    IBackgroundCopyManager *manager;
    IBackgroundCopyJob *job;
    double start;
    HRESULT hr;
    GUID id;

    if (FAILED(hr = CoCreateInstance(class_id, NULL, CLSCTX_LOCAL_SERVER, &IID_IBackgroundCopyManager,
            (void **)&manager)))
        return hr;
    start = now_us();
    if (SUCCEEDED(hr = IBackgroundCopyManager_CreateJob(manager, L"benchmark", BG_JOB_TYPE_DOWNLOAD, &id, &job)))
    {
        if (FAILED(hr = IBackgroundCopyJob_SetPriority(job, foreground ? BG_JOB_PRIORITY_FOREGROUND
                : BG_JOB_PRIORITY_NORMAL)) && hr != E_NOTIMPL)
            fprintf(stderr, "SetPriority: %#lx\n", hr);
        if (SUCCEEDED(hr = job_add_files(job, task)) && SUCCEEDED(hr = IBackgroundCopyJob_Resume(job)))
            hr = job_wait(job, task, start);
        if (SUCCEEDED(hr) && !task->is_cut)
            hr = IBackgroundCopyJob_Complete(job);
        task->us = now_us() - start;
        if (FAILED(hr) || task->is_cut)
            IBackgroundCopyJob_Cancel(job);
        IBackgroundCopyJob_Release(job);
    }
    IBackgroundCopyManager_Release(manager);
    return hr;
}

/* Downloads. */

static HRESULT set_text(IDODownload *download, DODownloadProperty property, const WCHAR *text)
{
    VARIANT value;
    HRESULT hr;

    VariantInit(&value);
    value.vt = VT_BSTR;
    if (!(value.bstrVal = SysAllocString(text)))
        return E_OUTOFMEMORY;
    hr = IDODownload_SetProperty(download, property, &value);
    VariantClear(&value);
    return hr;
}

static HRESULT set_true(IDODownload *download, DODownloadProperty property)
{
    VARIANT value;

    VariantInit(&value);
    value.vt = VT_BOOL;
    value.boolVal = VARIANT_TRUE;
    return IDODownload_SetProperty(download, property, &value);
}

static HRESULT download_create(IDOManager *manager, const WCHAR *url, const WCHAR *path, BOOL foreground,
        IDODownload **download)
{
    HRESULT hr;

    if (FAILED(hr = IDOManager_CreateDownload(manager, download)))
        return hr;
    if (FAILED(hr = set_text(*download, DODownloadProperty_Uri, url))
            || FAILED(hr = set_text(*download, DODownloadProperty_LocalPath, path))
            || (foreground && FAILED(hr = set_true(*download, DODownloadProperty_ForegroundPriority))))
    {
        IDODownload_Release(*download);
        *download = NULL;
    }
    return hr;
}

static HRESULT download_start(IDODownload *download)
{
    DO_DOWNLOAD_RANGES_INFO ranges = {0};

    return IDODownload_Start(download, &ranges);
}

static HRESULT download_wait(IDODownload *download, struct task *task, double start)
{
    DO_DOWNLOAD_STATUS status;
    HRESULT hr;

    while (SUCCEEDED(hr = IDODownload_GetStatus(download, &status)))
    {
        task->bytes = status.BytesTransferred;
        if (status.State == DODownloadState_Transferred || task_is_late(task, start))
            break;
        if (status.State == DODownloadState_Paused && FAILED(status.Error))
            return status.Error;
        pause_before_asking(start);
    }
    return hr;
}

static HRESULT fetch_one(IDOManager *manager, struct task *task, BOOL foreground)
{
    double start = now_us();
    IDODownload *download;
    HRESULT hr;

    if (FAILED(hr = download_create(manager, task->url, task->path, foreground, &download)))
        return hr;
    if (SUCCEEDED(hr = download_start(download)))
        hr = download_wait(download, task, start);
    if (SUCCEEDED(hr) && !task->is_cut)
        hr = IDODownload_Finalize(download);
    task->us = now_us() - start;
    if (FAILED(hr) || task->is_cut)
        IDODownload_Abort(download);
    IDODownload_Release(download);
    return hr;
}

static HRESULT manager_create(IDOManager **manager)
{
    return CoCreateInstance(&CLSID_DeliveryOptimization, NULL, CLSCTX_LOCAL_SERVER, &IID_IDOManager,
            (void **)manager);
}

HRESULT fetch_with_download(struct task *task, BOOL foreground)
{
    IDOManager *manager;
    HRESULT hr;

    if (task->count)
        return E_INVALIDARG;
    if (FAILED(hr = manager_create(&manager)))
        return hr;
    hr = fetch_one(manager, task, foreground);
    IDOManager_Release(manager);
    return hr;
}

/* Waits until bytes of the first of the others have come. */
static HRESULT others_wait(IDODownload *first)
{
    double start = now_us();
    DO_DOWNLOAD_STATUS status;
    HRESULT hr;

    while (SUCCEEDED(hr = IDODownload_GetStatus(first, &status)) && !status.BytesTransferred)
    {
        if (now_us() - start > OTHERS_LIMIT_MS * 1000.0)
            return E_FAIL;
        Sleep(POLL_MS);
    }
    return hr;
}

/* Fetches one file in the foreground, while so many others are fetched in the background. */
HRESULT fetch_beside(struct task *task, unsigned int others, const WCHAR *other_url, const WCHAR *other_path)
{
    WCHAR path[MAX_PATH_CHARS];
    IDODownload **downloads;
    unsigned int count = 0;
    IDOManager *manager;
    HRESULT hr;

    if (!(downloads = calloc(others + 1, sizeof(*downloads))))
        return E_OUTOFMEMORY;
    if (SUCCEEDED(hr = manager_create(&manager)))
    {
        while (count < others && SUCCEEDED(hr))
        {
            swprintf(path, MAX_PATH_CHARS, L"%ls%u.bin", other_path, count + 1);
            if (SUCCEEDED(hr = download_create(manager, other_url, path, FALSE, &downloads[count])))
                hr = download_start(downloads[count++]);
        }
        if (SUCCEEDED(hr) && (!others || SUCCEEDED(hr = others_wait(downloads[0]))))
            hr = fetch_one(manager, task, TRUE);
        while (count--)
        {
            IDODownload_Abort(downloads[count]);
            IDODownload_Release(downloads[count]);
        }
        IDOManager_Release(manager);
    }
    free(downloads);
    return hr;
}
