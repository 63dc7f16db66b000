/*
 * doadmin get: one download from its job's creation to its completion.
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

#define POLL_INTERVAL 1000      /* milliseconds; also without any notification */
#define REDRAW_INTERVAL 100     /* milliseconds between two looks at a job that changes all the time */
#define CONNECT_ATTEMPTS 8      /* in a row, after the service ended, without any progress between */
#define CONNECT_DELAY 250       /* milliseconds before the second attempt, twice that before the third... */

struct get
{
    struct context *context;
    WCHAR *subject;             /* the URL as messages show it */
    WCHAR *path;                /* of the destination */
    GUID id;
    IBackgroundCopyJob *job;    /* NULL: none, or it is over */
    struct callback *callback;
    HANDLE interrupted;
    struct progress progress;
    BG_JOB_PROGRESS state;      /* as it was read last */
    unsigned int attempts;      /* to reach the service again, since the last progress */
};

/* Ends the job. Errors are ignored: there is a reason to report already, and a job that cannot be
 * cancelled is over or out of reach. */
static void get_drop_job(struct get *get)
{
    if (!get->job)
        return;
    (void)IBackgroundCopyJob_Cancel(get->job);
    IBackgroundCopyJob_Release(get->job);
    get->job = NULL;
}

static enum exit_status get_fail(struct get *get, HRESULT code, const WCHAR *description)
{
    const WCHAR *subject = get->path && error_is_about_file(code) ? get->path : get->subject;

    progress_end(&get->progress);
    error_report(get->context, subject, code, description);
    get_drop_job(get);
    return STATUS_FAILED;
}

static enum exit_status get_cancelled(struct get *get)
{
    progress_end(&get->progress);
    get_drop_job(get);
    error_report(get->context, get->subject, HRESULT_FROM_WIN32(ERROR_CANCELLED), L"cancelled");
    return STATUS_CANCELLED;
}

static HRESULT get_add_file(struct get *get)
{
    const struct options *options = &get->context->options;
    IDeliveryOptimizationJob *job;
    HRESULT hr;

    if (!options->range_count)
        return IBackgroundCopyJob_AddFile(get->job, options->operand, get->path);
    if (FAILED(hr = IBackgroundCopyJob_QueryInterface(get->job, &IID_IDeliveryOptimizationJob, (void **)&job)))
        return hr;
    hr = IDeliveryOptimizationJob_AddFileWithRanges(job, get->path, options->operand, get->path,
            options->range_count, options->ranges, DO_UNKNOWN_FILE_SIZE);
    IDeliveryOptimizationJob_Release(job);
    return hr;
}

static HRESULT set_file_integrity(IBackgroundCopyFile *file, BSTR text, BOOL mandatory)
{
    IDeliveryOptimizationFile2 *object;
    VARIANT value;
    HRESULT hr;

    if (FAILED(hr = IBackgroundCopyFile_QueryInterface(file, &IID_IDeliveryOptimizationFile2, (void **)&object)))
        return hr;
    V_VT(&value) = VT_BSTR;
    V_BSTR(&value) = text;
    hr = IDeliveryOptimizationFile2_SetProperty(object, DOFilePropertyId_IntegrityCheckInfo, &value);
    V_VT(&value) = VT_BOOL;
    V_BOOL(&value) = VARIANT_TRUE;
    if (SUCCEEDED(hr) && mandatory)
        hr = IDeliveryOptimizationFile2_SetProperty(object, DOFilePropertyId_IntegrityCheckMandatory, &value);
    IDeliveryOptimizationFile2_Release(object);
    return hr;
}

/* The only file of the job is to be checked, if the options say so. */
static HRESULT get_set_integrity(struct get *get)
{
    const struct options *options = &get->context->options;
    IEnumBackgroundCopyFiles *files;
    IBackgroundCopyFile *file;
    BSTR text;
    HRESULT hr;

    if ((hr = integrity_get_text(options, &text)) != S_OK)
        return hr;
    if (SUCCEEDED(hr = IBackgroundCopyJob_EnumFiles(get->job, &files)))
    {
        if ((hr = IEnumBackgroundCopyFiles_Next(files, 1, &file, NULL)) == S_OK)
        {
            hr = set_file_integrity(file, text, options->phf != NULL);
            IBackgroundCopyFile_Release(file);
        }
        IEnumBackgroundCopyFiles_Release(files);
    }
    SysFreeString(text);
    return hr;
}

static HRESULT get_set_notifications(struct get *get)
{
    HRESULT hr;

    if (FAILED(hr = IBackgroundCopyJob_SetNotifyFlags(get->job,
            BG_NOTIFY_JOB_TRANSFERRED | BG_NOTIFY_JOB_ERROR | BG_NOTIFY_JOB_MODIFICATION)))
        return hr;
    return IBackgroundCopyJob_SetNotifyInterface(get->job,
            (IUnknown *)&get->callback->IBackgroundCopyCallback_iface);
}

static HRESULT get_start_job(struct get *get)
{
    const struct options *options = &get->context->options;
    WCHAR name[DESTINATION_NAME_MAX];
    HRESULT hr;

    destination_name_from_url(options->operand, name);
    if (FAILED(hr = IBackgroundCopyManager_CreateJob(get->context->manager, name, BG_JOB_TYPE_DOWNLOAD,
            &get->id, &get->job)))
    {
        get->job = NULL;
        return hr;
    }
    if (FAILED(hr = get_add_file(get)) || FAILED(hr = get_set_integrity(get))
            || FAILED(hr = get_set_notifications(get)))
        return hr;
    if (options->given & OPTION_FOREGROUND
            && FAILED(hr = IBackgroundCopyJob_SetPriority(get->job, BG_JOB_PRIORITY_FOREGROUND)))
        return hr;
    return IBackgroundCopyJob_Resume(get->job);
}

/* Waits until the job is worth another look; FALSE if the user wants to end. */
static BOOL get_wait(struct get *get)
{
    HANDLE handles[] = {get->interrupted, get->callback->finished, get->callback->modified};
    DWORD ret;

    ret = WaitForMultipleObjects(ARRAY_SIZE(handles), handles, FALSE, POLL_INTERVAL);
    if (ret == WAIT_OBJECT_0 + 2)
        ret = WaitForMultipleObjects(2, handles, FALSE, REDRAW_INTERVAL);
    return ret != WAIT_OBJECT_0;
}

/* Starts the service again after it ended, and goes on with the job, which it has kept. */
static HRESULT get_reconnect(struct get *get)
{
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (get->attempts && WaitForSingleObject(get->interrupted, CONNECT_DELAY << (get->attempts - 1)) == WAIT_OBJECT_0)
        return HRESULT_FROM_WIN32(ERROR_CANCELLED);
    ++get->attempts;
    if (FAILED(hr = service_connect(get->context)))
        return hr;
    if (FAILED(hr = IBackgroundCopyManager_GetJob(get->context->manager, &get->id, &job)))
        return hr;
    if (get->job)
        IBackgroundCopyJob_Release(get->job);
    get->job = job;
    return get_set_notifications(get);
}

/* Reads state and progress, and the error where there is one. */
static HRESULT get_read_job(struct get *get, BG_JOB_STATE *state, struct job_error *error)
{
    UINT64 before = get->state.BytesTransferred;
    HRESULT hr;

    memset(error, 0, sizeof(*error));
    if (FAILED(hr = IBackgroundCopyJob_GetState(get->job, state)))
        return hr;
    if (FAILED(hr = IBackgroundCopyJob_GetProgress(get->job, &get->state)))
        return hr;
    if (get->state.BytesTransferred > before)
        get->attempts = 0;
    if (*state == BG_JOB_STATE_ERROR || *state == BG_JOB_STATE_TRANSIENT_ERROR)
        return job_get_error(get->job, error);
    return S_OK;
}

static void get_show_progress(struct get *get, BG_JOB_STATE state, const struct job_error *error)
{
    const WCHAR *status = NULL;
    struct text text = {0};
    WCHAR name[ERROR_NAME_MAX];

    if (state == BG_JOB_STATE_TRANSIENT_ERROR && FAILED(error->code))
    {
        error_get_name(error->code, name, ARRAY_SIZE(name));
        text_append_format(&text, L"will try again: 0x%08x, %ls", (unsigned int)error->code, name);
        status = text.chars;
    }
    else if (state != BG_JOB_STATE_TRANSFERRING && state != BG_JOB_STATE_TRANSFERRED)
    {
        status = job_state_name(state);
    }
    progress_update(&get->progress, GetTickCount64(), &get->state, status, state == BG_JOB_STATE_TRANSFERRED);
    text_cleanup(&text);
}

static enum exit_status get_succeed(struct get *get)
{
    UINT64 elapsed = GetTickCount64() - get->progress.start;
    WCHAR size[SIZE_TEXT_MAX], time[SIZE_TEXT_MAX], rate[SIZE_TEXT_MAX];
    struct text text = {0};

    progress_end(&get->progress);
    format_size(size, ARRAY_SIZE(size), get->state.BytesTransferred);
    format_duration(time, ARRAY_SIZE(time), elapsed / 1000);
    format_size(rate, ARRAY_SIZE(rate), get->state.BytesTransferred * 1000.0 / max(elapsed, 1));
    text_append_plain(&text, get->path);
    text_append_format(&text, L": %ls in %ls (%ls/s)\n", size, time, rate);
    stream_write(&get->context->out, text.chars, text.length);
    text_cleanup(&text);
    return STATUS_OK;
}

static enum exit_status get_complete(struct get *get)
{
    HRESULT hr;

    if (FAILED(hr = IBackgroundCopyJob_Complete(get->job)))
        return get_fail(get, hr, NULL);
    IBackgroundCopyJob_Release(get->job);
    get->job = NULL;
    return get_succeed(get);
}

/* Somebody else completed the job; that is what the user wanted, if it was whole. */
static enum exit_status get_acknowledged(struct get *get)
{
    IBackgroundCopyJob_Release(get->job);
    get->job = NULL;
    if (get->state.FilesTransferred == get->state.FilesTotal)
        return get_succeed(get);
    return get_fail(get, DO_E_INVALID_STATE, L"the job was completed before the file was there");
}

static enum exit_status get_follow_job(struct get *get)
{
    enum exit_status status;
    struct job_error error;
    BG_JOB_STATE state;
    HRESULT hr;

    do
    {
        hr = get_read_job(get, &state, &error);
        while (FAILED(hr) && error_is_connection_lost(hr) && get->attempts < CONNECT_ATTEMPTS)
        {
            if (SUCCEEDED(hr = get_reconnect(get)))
                hr = get_read_job(get, &state, &error);
        }
        if (hr == HRESULT_FROM_WIN32(ERROR_CANCELLED))
            return get_cancelled(get);
        if (FAILED(hr))
            return get_fail(get, hr, NULL);
        if (state == BG_JOB_STATE_CANCELLED)
            return get_cancelled(get);
        if (state == BG_JOB_STATE_ACKNOWLEDGED)
            return get_acknowledged(get);
        if (state == BG_JOB_STATE_ERROR)
        {
            status = get_fail(get, FAILED(error.code) ? error.code : E_FAIL, error.description);
            job_error_cleanup(&error);
            return status;
        }
        get_show_progress(get, state, &error);
        job_error_cleanup(&error);
        if (state == BG_JOB_STATE_TRANSFERRED)
            return get_complete(get);
    } while (get_wait(get));
    return get_cancelled(get);
}

static HRESULT get_init(struct get *get, struct context *context)
{
    const struct options *options = &context->options;
    HRESULT hr;

    memset(get, 0, sizeof(*get));
    get->context = context;
    progress_init(&get->progress, &context->out, GetTickCount64());
    if (!(get->subject = url_for_display(options->operand)))
        return E_OUTOFMEMORY;
    if (FAILED(hr = destination_get_path(options->operand, options->output, &get->path)))
        return hr;
    if (!(get->interrupted = interrupt_start()))
        return HRESULT_FROM_WIN32(GetLastError());
    return callback_create(&get->callback);
}

static void get_cleanup(struct get *get)
{
    if (get->callback)
        IBackgroundCopyCallback_Release(&get->callback->IBackgroundCopyCallback_iface);
    progress_end(&get->progress);
    free(get->path);
    free(get->subject);
    interrupt_stop();
}

enum exit_status get_run(struct context *context)
{
    enum exit_status status;
    struct get get;
    HRESULT hr;

    if (FAILED(hr = get_init(&get, context)) || FAILED(hr = get_start_job(&get)))
        status = get_fail(&get, hr, hr == E_INVALIDARG ? L"the service does not accept this URL or file name" : NULL);
    else
        status = get_follow_job(&get);
    get_cleanup(&get);
    return status;
}
