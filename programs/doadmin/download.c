/*
 * The command download.
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

#define POLL_INTERVAL 100       /* milliseconds */

/* WinHTTP's names for faults of a certificate that a client puts up with. */
#define FLAG_IGNORE_UNKNOWN_CA 0x100
#define FLAG_IGNORE_CERT_WRONG_USAGE 0x200
#define FLAG_IGNORE_CERT_CN_INVALID 0x1000
#define FLAG_IGNORE_CERT_DATE_INVALID 0x2000

struct download
{
    struct context *context;
    IDODownload *object;
    HANDLE interrupted;
    WCHAR *subject;             /* the URL as messages show it */
    WCHAR *path;                /* of the destination; NULL with --stream */
    struct progress progress;
    DO_DOWNLOAD_STATUS status;  /* as it was read last */
};

static HRESULT set_text(IDODownload *object, DODownloadProperty property, const WCHAR *text)
{
    VARIANT value;
    HRESULT hr;

    if (!text)
        return S_OK;
    VariantInit(&value);
    value.vt = VT_BSTR;
    if (!(value.bstrVal = SysAllocString(text)))
        return E_OUTOFMEMORY;
    hr = IDODownload_SetProperty(object, property, &value);
    VariantClear(&value);
    return hr;
}

static HRESULT set_true(IDODownload *object, DODownloadProperty property)
{
    VARIANT value;

    VariantInit(&value);
    value.vt = VT_BOOL;
    value.boolVal = VARIANT_TRUE;
    return IDODownload_SetProperty(object, property, &value);
}

static HRESULT set_number(IDODownload *object, DODownloadProperty property, UINT64 number, VARTYPE type)
{
    VARIANT value;

    VariantInit(&value);
    value.vt = type;
    value.ullVal = number;
    return IDODownload_SetProperty(object, property, &value);
}

/* Finds a word of the command line in a table; -1 if it is not there. */
static int find_word(const WCHAR *word, size_t length, const WCHAR *const *words, unsigned int count)
{
    unsigned int i;

    for (i = 0; i < count; ++i)
    {
        if (wcslen(words[i]) == length && !wcsncmp(words[i], word, length))
            return i;
    }
    return -1;
}

/* Who names a piece hash file on its own wants it to be used; others say in JSON what they want. */
static HRESULT set_integrity(IDODownload *object, const struct options *options)
{
    BSTR text;
    HRESULT hr;

    if ((hr = integrity_get_text(options, &text)) != S_OK)
        return hr;
    hr = set_text(object, DODownloadProperty_IntegrityCheckInfo, text);
    SysFreeString(text);
    if (SUCCEEDED(hr) && options->phf)
        hr = set_true(object, DODownloadProperty_IntegrityCheckMandatory);
    return hr;
}

static HRESULT set_cost_policy(IDODownload *object, const WCHAR *name)
{
    static const WCHAR *const names[] = {L"always", L"unrestricted", L"standard", L"no-roaming", L"no-surcharge",
            L"no-cellular"};    /* in the order of DODownloadCostPolicy */
    int policy;

    if (!name)
        return S_OK;
    if ((policy = find_word(name, wcslen(name), names, ARRAY_SIZE(names))) < 0)
        return E_INVALIDARG;
    return set_number(object, DODownloadProperty_CostPolicy, policy, VT_UI4);
}

static HRESULT set_security_flags(IDODownload *object, const WCHAR *faults)
{
    static const WCHAR *const names[] = {L"unknown-ca", L"wrong-usage", L"wrong-name", L"wrong-date"};
    static const UINT values[] = {FLAG_IGNORE_UNKNOWN_CA, FLAG_IGNORE_CERT_WRONG_USAGE, FLAG_IGNORE_CERT_CN_INVALID,
            FLAG_IGNORE_CERT_DATE_INVALID};
    UINT flags = 0;
    size_t length;
    int fault;

    for (; faults; faults = faults[length] ? faults + length + 1 : NULL)
    {
        length = wcscspn(faults, L",");
        if ((fault = find_word(faults, length, names, ARRAY_SIZE(names))) < 0)
            return E_INVALIDARG;
        flags |= values[fault];
    }
    return flags ? set_number(object, DODownloadProperty_SecurityFlags, flags, VT_UI4) : S_OK;
}

static HRESULT download_set_sink(struct download *download)
{
    IStream *stream;
    VARIANT value;
    HRESULT hr;

    if (download->path)
        return set_text(download->object, DODownloadProperty_LocalPath, download->path);
    if (FAILED(hr = sink_create(&download->context->out, &stream)))
        return hr;
    VariantInit(&value);
    value.vt = VT_UNKNOWN;
    value.punkVal = (IUnknown *)stream;
    hr = IDODownload_SetProperty(download->object, DODownloadProperty_StreamInterface, &value);
    IStream_Release(stream);
    return hr;
}

/* What the options say; those that are not given leave the defaults. */
static HRESULT download_set_properties(struct download *download)
{
    const struct options *options = &download->context->options;
    IDODownload *object = download->object;
    HRESULT hr;

    if (FAILED(hr = set_text(object, DODownloadProperty_Uri, options->operand))
            || FAILED(hr = download_set_sink(download))
            || FAILED(hr = set_text(object, DODownloadProperty_DisplayName, options->name))
            || FAILED(hr = set_text(object, DODownloadProperty_ContentId, options->content_id))
            || FAILED(hr = set_text(object, DODownloadProperty_HttpCustomHeaders, options->headers.chars))
            || FAILED(hr = set_integrity(object, options))
            || FAILED(hr = set_cost_policy(object, options->cost_policy))
            || FAILED(hr = set_security_flags(object, options->ignore)))
        return hr;
    if (options->given & OPTION_FOREGROUND
            && FAILED(hr = set_true(object, DODownloadProperty_ForegroundPriority)))
        return hr;
    if (options->given & OPTION_NON_VOLATILE && FAILED(hr = set_true(object, DODownloadProperty_NonVolatile)))
        return hr;
    if (options->given & OPTION_INSECURE_REDIRECT
            && FAILED(hr = set_true(object, DODownloadProperty_HttpAllowSecureToNonSecureRedirect)))
        return hr;
    if (options->given & OPTION_NO_PROGRESS
            && FAILED(hr = set_number(object, DODownloadProperty_NoProgressTimeoutSeconds,
            min(options->no_progress, 0xffffffff), VT_UI4)))
        return hr;
    if (options->given & OPTION_SIZE)
        hr = set_number(object, DODownloadProperty_TotalSizeBytes, options->size, VT_UI8);
    return hr;
}

static HRESULT download_create(struct download *download)
{
    IDOManager *manager;
    HRESULT hr;

    if (FAILED(hr = IBackgroundCopyManager_QueryInterface(download->context->manager, &IID_IDOManager,
            (void **)&manager)))
        return hr;
    if (FAILED(hr = IDOManager_CreateDownload(manager, &download->object)))
        download->object = NULL;
    IDOManager_Release(manager);
    return hr;
}

static HRESULT download_start(struct download *download)
{
    const struct options *options = &download->context->options;
    DO_DOWNLOAD_RANGES_INFO *ranges;
    unsigned int i;
    HRESULT hr;

    if (!(ranges = calloc(1, sizeof(*ranges) + options->range_count * sizeof(*ranges->Ranges))))
        return E_OUTOFMEMORY;
    ranges->RangeCount = options->range_count;
    for (i = 0; i < options->range_count; ++i)
    {
        ranges->Ranges[i].Offset = options->ranges[i].InitialOffset;
        ranges->Ranges[i].Length = options->ranges[i].Length;
    }
    hr = IDODownload_Start(download->object, ranges);
    free(ranges);
    return hr;
}

static enum exit_status download_fail(struct download *download, HRESULT code)
{
    const WCHAR *subject = download->path && error_is_about_file(code) ? download->path : download->subject;

    progress_end(&download->progress);
    error_report(download->context, subject, code,
            code == E_INVALIDARG ? L"the service does not accept this URL, file name or option" : NULL);
    return STATUS_FAILED;
}

static void download_show_progress(struct download *download, const WCHAR *what, BOOL last)
{
    const DO_DOWNLOAD_STATUS *status = &download->status;
    BG_JOB_PROGRESS state = {.BytesTotal = status->BytesTotal ? status->BytesTotal : BG_SIZE_UNKNOWN,
            .BytesTransferred = status->BytesTransferred, .FilesTotal = 1};

    progress_update(&download->progress, GetTickCount64(), &state, what, last);
}

static enum exit_status download_finish(struct download *download)
{
    HRESULT hr;

    download_show_progress(download, NULL, TRUE);
    progress_end(&download->progress);
    if (FAILED(hr = IDODownload_Finalize(download->object)))
        return download_fail(download, hr);
    IDODownload_Release(download->object);
    download->object = NULL;
    return stream_check(download->context);
}

static enum exit_status download_follow(struct download *download)
{
    const DO_DOWNLOAD_STATUS *status = &download->status;
    HRESULT hr;

    do
    {
        if (FAILED(hr = IDODownload_GetStatus(download->object, &download->status)))
            return download_fail(download, hr);
        if (status->State == DODownloadState_Transferred)
            return download_finish(download);
        if (FAILED(status->Error))
            return download_fail(download, status->Error);
        if (status->State == DODownloadState_Aborted)
            return download_fail(download, DO_E_INVALID_STATE);
        download_show_progress(download, status->State == DODownloadState_Paused ? L"waiting for a network" : NULL,
                FALSE);
    } while (WaitForSingleObject(download->interrupted, POLL_INTERVAL) != WAIT_OBJECT_0);
    progress_end(&download->progress);
    error_report(download->context, download->subject, HRESULT_FROM_WIN32(ERROR_CANCELLED), L"cancelled");
    return STATUS_CANCELLED;
}

static HRESULT download_init(struct download *download, struct context *context)
{
    const struct options *options = &context->options;
    BOOL stream = !!(options->given & OPTION_STREAM);

    memset(download, 0, sizeof(*download));
    download->context = context;
    progress_init(&download->progress, stream ? &context->err : &context->out, GetTickCount64());
    if (!(download->subject = url_for_display(options->operand)))
        return E_OUTOFMEMORY;
    if (!(download->interrupted = interrupt_start()))
        return HRESULT_FROM_WIN32(GetLastError());
    return stream ? S_OK : destination_get_path(options->operand, options->output, &download->path);
}

/* What is not finalized is aborted: nothing of it is left. */
static void download_cleanup(struct download *download)
{
    if (download->object)
    {
        (void)IDODownload_Abort(download->object);
        IDODownload_Release(download->object);
    }
    progress_end(&download->progress);
    free(download->path);
    free(download->subject);
    interrupt_stop();
}

enum exit_status download_run(struct context *context)
{
    struct download download;
    enum exit_status status;
    HRESULT hr;

    if (FAILED(hr = download_init(&download, context)) || FAILED(hr = download_create(&download))
            || FAILED(hr = download_set_properties(&download)) || FAILED(hr = download_start(&download)))
        status = download_fail(&download, hr);
    else
        status = download_follow(&download);
    download_cleanup(&download);
    return status;
}
