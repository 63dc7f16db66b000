/*
 * The command enum.
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

#include "doadmin.h"

static const WCHAR *state_name(DODownloadState state)
{
    static const WCHAR *const names[] = {L"created", L"transferring", L"transferred", L"finalized", L"aborted",
            L"paused"};

    return (unsigned int)state < ARRAY_SIZE(names) ? names[state] : L"unknown";
}

/* Empty if nobody has set it. */
static void read_text(IDODownload *download, DODownloadProperty property, VARIANT *value)
{
    VariantInit(value);
    if (FAILED(IDODownload_GetProperty(download, property, value)) || value->vt != VT_BSTR)
    {
        VariantClear(value);
        value->vt = VT_BSTR;
        value->bstrVal = NULL;
    }
}

static void write_json(struct json *json, const DO_DOWNLOAD_STATUS *status, const VARIANT *texts)
{
    WCHAR code[16];

    json_begin(json, NULL, '{');
    json_string(json, L"id", texts[0].bstrVal);
    json_string(json, L"state", state_name(status->State));
    json_number(json, L"bytes_total", status->BytesTotal);
    json_number(json, L"bytes_transferred", status->BytesTransferred);
    format_buffer(code, ARRAY_SIZE(code), L"0x%08x", (unsigned int)status->Error);
    json_string(json, L"error", code);
    format_buffer(code, ARRAY_SIZE(code), L"0x%08x", (unsigned int)status->ExtendedError);
    json_string(json, L"extended_error", code);
    json_string(json, L"url", texts[1].bstrVal);
    json_string(json, L"path", texts[2].bstrVal);
    json_string(json, L"name", texts[3].bstrVal);
    json_end(json, '}');
}

static void append_line(struct text *text, const DO_DOWNLOAD_STATUS *status, const VARIANT *texts)
{
    WCHAR done[SIZE_TEXT_MAX], total[SIZE_TEXT_MAX] = L"?";

    format_size(done, ARRAY_SIZE(done), status->BytesTransferred);
    if (status->BytesTotal)
        format_size(total, ARRAY_SIZE(total), status->BytesTotal);
    text_append_format(text, L"%-38ls  %-12ls  %10ls of %10ls  ", texts[0].bstrVal ? texts[0].bstrVal : L"",
            state_name(status->State), done, total);
    text_append_plain(text, texts[1].bstrVal);
    text_append(text, L"\n", 1);
}

static HRESULT append_download(struct json *json, struct text *text, IUnknown *unknown)
{
    static const DODownloadProperty properties[] = {DODownloadProperty_Id, DODownloadProperty_Uri,
            DODownloadProperty_LocalPath, DODownloadProperty_DisplayName};
    VARIANT texts[ARRAY_SIZE(properties)];
    DO_DOWNLOAD_STATUS status;
    IDODownload *download;
    unsigned int i;
    HRESULT hr;

    if (FAILED(hr = IUnknown_QueryInterface(unknown, &IID_IDODownload, (void **)&download)))
        return hr;
    if (SUCCEEDED(hr = IDODownload_GetStatus(download, &status)))
    {
        for (i = 0; i < ARRAY_SIZE(properties); ++i)
            read_text(download, properties[i], &texts[i]);
        if (json)
            write_json(json, &status, texts);
        else
            append_line(text, &status, texts);
        for (i = 0; i < ARRAY_SIZE(properties); ++i)
            VariantClear(&texts[i]);
    }
    IDODownload_Release(download);
    return hr;
}

/* The category that the options name; NULL for all downloads. */
static const DO_DOWNLOAD_ENUM_CATEGORY *get_category(const struct options *options,
        DO_DOWNLOAD_ENUM_CATEGORY *category)
{
    if (options->uri)
        *category = (DO_DOWNLOAD_ENUM_CATEGORY){DODownloadProperty_Uri, options->uri};
    else if (options->content_id)
        *category = (DO_DOWNLOAD_ENUM_CATEGORY){DODownloadProperty_ContentId, options->content_id};
    else if (options->name)
        *category = (DO_DOWNLOAD_ENUM_CATEGORY){DODownloadProperty_DisplayName, options->name};
    else if (options->path)
        *category = (DO_DOWNLOAD_ENUM_CATEGORY){DODownloadProperty_LocalPath, options->path};
    else
        return NULL;
    return category;
}

static HRESULT append_downloads(struct context *context, struct json *json, struct text *text)
{
    DO_DOWNLOAD_ENUM_CATEGORY category;
    IEnumUnknown *enumerator;
    IDOManager *manager;
    IUnknown *unknown;
    ULONG count;
    HRESULT hr;

    if (FAILED(hr = IBackgroundCopyManager_QueryInterface(context->manager, &IID_IDOManager, (void **)&manager)))
        return hr;
    hr = IDOManager_EnumDownloads(manager, get_category(&context->options, &category), &enumerator);
    IDOManager_Release(manager);
    if (hr == DO_E_NO_DOWNLOADS)
        return S_OK;
    if (FAILED(hr))
        return hr;
    while (SUCCEEDED(hr) && (hr = IEnumUnknown_Next(enumerator, 1, &unknown, &count)) == S_OK)
    {
        hr = append_download(json, text, unknown);
        IUnknown_Release(unknown);
    }
    IEnumUnknown_Release(enumerator);
    return FAILED(hr) ? hr : S_OK;
}

enum exit_status enum_run(struct context *context)
{
    BOOL as_json = !!(context->options.given & OPTION_JSON);
    struct text text = {0};
    struct json json;
    HRESULT hr;

    json_init(&json, &text);
    if (as_json)
        json_begin(&json, NULL, '[');
    else
        text_append_format(&text, L"%-38ls  %-12ls  %24ls  %ls\n", L"ID", L"STATE", L"TRANSFERRED", L"URL");
    hr = append_downloads(context, as_json ? &json : NULL, &text);
    if (as_json)
        json_end(&json, ']');
    return text_print(context, &text, hr);
}
