/*
 * Tests of IDOManager and its enumerator.
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

#include "status_callback.h"

static HRESULT enum_downloads(IDOManager *manager, DODownloadProperty property, const WCHAR *text,
        IEnumUnknown **enumerator)
{
    DO_DOWNLOAD_ENUM_CATEGORY category = { property, text };

    *enumerator = (IEnumUnknown *)0xdeadbeef;
    return IDOManager_EnumDownloads(manager, &category, enumerator);
}

static void get_id(IDODownload *download, WCHAR *id, unsigned int size)
{
    VARIANT value;
    HRESULT hr;

    *id = 0;
    hr = IDODownload_GetProperty(download, DODownloadProperty_Id, &value);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return;
    ok(V_VT(&value) == VT_BSTR, "Got type %u.\n", V_VT(&value));
    lstrcpynW(id, V_BSTR(&value), size);
    VariantClear(&value);
}

/* That exactly this download is found. */
static void check_found(IDOManager *manager, DODownloadProperty property, const WCHAR *text, IDODownload *expected)
{
    WCHAR id[64], expected_id[64];
    IEnumUnknown *enumerator;
    IDODownload *download;
    IUnknown *unknown;
    ULONG fetched;
    HRESULT hr;

    hr = enum_downloads(manager, property, text, &enumerator);
    if (!ok(hr == S_OK, "Got hr %#lx.\n", hr))
        return;
    hr = IEnumUnknown_Next(enumerator, 1, &unknown, &fetched);
    ok(hr == S_OK && fetched == 1, "Got hr %#lx, %lu.\n", hr, fetched);
    hr = IUnknown_QueryInterface(unknown, &IID_IDODownload, (void **)&download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    get_id(download, id, ARRAYSIZE(id));
    get_id(expected, expected_id, ARRAYSIZE(expected_id));
    ok(!wcscmp(id, expected_id), "Got %s, not %s.\n", debug_string(id), debug_string(expected_id));
    IDODownload_Release(download);
    IUnknown_Release(unknown);
    hr = IEnumUnknown_Next(enumerator, 1, &unknown, &fetched);
    ok(hr == S_FALSE && !fetched, "Got hr %#lx, %lu.\n", hr, fetched);
    IEnumUnknown_Release(enumerator);
}

static void test_create(struct fixture *fixture)
{
    IBackgroundCopyManager *manager;
    IDODownload *download;
    IDOManager *do_manager;
    IUnknown *first, *second;
    WCHAR id[64];
    HRESULT hr;
    GUID guid;

    if (!(do_manager = get_do_manager(fixture)))
        return;
    hr = IDOManager_QueryInterface(do_manager, &IID_IBackgroundCopyManager, (void **)&manager);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    IDOManager_QueryInterface(do_manager, &IID_IUnknown, (void **)&first);
    IBackgroundCopyManager_QueryInterface(manager, &IID_IUnknown, (void **)&second);
    ok(first == second, "Got two objects.\n");
    IUnknown_Release(second);
    IUnknown_Release(first);
    IBackgroundCopyManager_Release(manager);
    check_null_refused(IDOManager_CreateDownload(do_manager, NULL));

    download = create_download(fixture);
    get_id(download, id, ARRAYSIZE(id));
    hr = CLSIDFromString(id, &guid);
    ok(hr == S_OK, "Got hr %#lx for %s.\n", hr, debug_string(id));
    check_download_state(download, DODownloadState_Created);
    end_download(download);
    IDOManager_Release(do_manager);
}

static void test_categories(struct fixture *fixture)
{
    static const DODownloadProperty others[] =
    {
        DODownloadProperty_HttpCustomHeaders, DODownloadProperty_CostPolicy, DODownloadProperty_CallbackInterface,
        DODownloadProperty_HttpStatusCode, (DODownloadProperty)99,
    };
    IDODownload *download, *other;
    IEnumUnknown *enumerator;
    IDOManager *manager;
    WCHAR id[64];
    unsigned int i;
    HRESULT hr;

    if (!(manager = get_do_manager(fixture)))
        return;
    hr = IDOManager_EnumDownloads(manager, NULL, &enumerator);
    ok(hr == DO_E_NO_DOWNLOADS, "Got hr %#lx.\n", hr);
    other = create_download(fixture);
    download = create_file_download(fixture, UNUSED_URL, L"Enumerated");
    check_set(set_text(download, DODownloadProperty_ContentId, L"content"));
    check_set(set_text(download, DODownloadProperty_DisplayName, L"displayed"));
    get_id(download, id, ARRAYSIZE(id));

    check_found(manager, DODownloadProperty_Id, id, download);
    id[wcslen(id) - 1] = 0;
    check_found(manager, DODownloadProperty_Id, id + 1, download);
    check_found(manager, DODownloadProperty_Uri, UNUSED_URL, download);
    check_found(manager, DODownloadProperty_ContentId, L"content", download);
    check_found(manager, DODownloadProperty_DisplayName, L"displayed", download);
    check_found(manager, DODownloadProperty_LocalPath, fixture_path(fixture, L"enumerated"), download);
    hr = enum_downloads(manager, DODownloadProperty_Uri, L"http://127.0.0.1:9/other", &enumerator);
    ok(hr == DO_E_NO_DOWNLOADS, "Got hr %#lx.\n", hr);
    hr = enum_downloads(manager, DODownloadProperty_Id, L"no identifier", &enumerator);
    ok(hr == DO_E_NO_DOWNLOADS, "Got hr %#lx.\n", hr);
    hr = enum_downloads(manager, DODownloadProperty_Uri, NULL, &enumerator);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    for (i = 0; i < ARRAYSIZE(others); ++i)
    {
        hr = enum_downloads(manager, others[i], L"text", &enumerator);
        ok(hr == E_INVALIDARG, "Got hr %#lx for property %d.\n", hr, others[i]);
    }

    end_download(download);
    hr = enum_downloads(manager, DODownloadProperty_Uri, UNUSED_URL, &enumerator);
    ok(hr == DO_E_NO_DOWNLOADS, "Got hr %#lx.\n", hr);
    end_download(other);
    hr = IDOManager_EnumDownloads(manager, NULL, &enumerator);
    ok(hr == DO_E_NO_DOWNLOADS, "Got hr %#lx.\n", hr);
    IDOManager_Release(manager);
}

static unsigned int count_left(IEnumUnknown *enumerator)
{
    unsigned int count = 0;
    IUnknown *unknown;

    while (IEnumUnknown_Next(enumerator, 1, &unknown, NULL) == S_OK)
    {
        IUnknown_Release(unknown);
        ++count;
    }
    return count;
}

static void test_enumerator(struct fixture *fixture)
{
    IEnumUnknown *enumerator, *clone;
    IDODownload *downloads[3];
    IUnknown *unknown[4];
    IDOManager *manager;
    unsigned int i;
    ULONG fetched;
    HRESULT hr;

    if (!(manager = get_do_manager(fixture)))
        return;
    for (i = 0; i < ARRAYSIZE(downloads); ++i)
        downloads[i] = create_download(fixture);
    hr = IDOManager_EnumDownloads(manager, NULL, &enumerator);
    if (ok(hr == S_OK, "Got hr %#lx.\n", hr))
    {
        hr = IEnumUnknown_Skip(enumerator, 1);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = IEnumUnknown_Clone(enumerator, &clone);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = IEnumUnknown_Next(enumerator, 4, unknown, &fetched);
        ok(hr == S_FALSE && fetched == 2, "Got hr %#lx, %lu.\n", hr, fetched);
        for (i = 0; i < fetched; ++i)
            IUnknown_Release(unknown[i]);
        hr = IEnumUnknown_Skip(enumerator, 1);
        ok(hr == S_FALSE, "Got hr %#lx.\n", hr);
        hr = IEnumUnknown_Reset(enumerator);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        i = count_left(enumerator);
        ok(i == 3, "Got %u.\n", i);
        i = count_left(clone);
        ok(i == 2, "Got %u.\n", i);
        IEnumUnknown_Release(clone);
        IEnumUnknown_Release(enumerator);
    }
    for (i = 0; i < ARRAYSIZE(downloads); ++i)
        end_download(downloads[i]);
    IDOManager_Release(manager);
}

/* Downloads and jobs are each other's business only in so far as both are transferred. */
static void test_jobs(struct fixture *fixture)
{
    IEnumBackgroundCopyJobs *jobs;
    IBackgroundCopyJob *job;
    IDODownload *download;
    ULONG before, after;
    VARIANT value;
    HRESULT hr;
    GUID id;

    IBackgroundCopyManager_EnumJobs(fixture->manager, 0, &jobs);
    IEnumBackgroundCopyJobs_GetCount(jobs, &before);
    IEnumBackgroundCopyJobs_Release(jobs);
    download = create_download(fixture);
    IBackgroundCopyManager_EnumJobs(fixture->manager, 0, &jobs);
    IEnumBackgroundCopyJobs_GetCount(jobs, &after);
    IEnumBackgroundCopyJobs_Release(jobs);
    ok(after == before, "Got %lu jobs, and %lu before.\n", after, before);
    VariantInit(&value);
    hr = IDODownload_GetProperty(download, DODownloadProperty_Id, &value);
    ok(hr == S_OK && SUCCEEDED(CLSIDFromString(V_BSTR(&value), &id)), "Got hr %#lx.\n", hr);
    VariantClear(&value);
    hr = IBackgroundCopyManager_GetJob(fixture->manager, &id, &job);
    ok(hr == DO_E_JOB_NOT_FOUND, "Got hr %#lx.\n", hr);
    end_download(download);
}

START_TEST(do_manager)
{
    struct fixture fixture;

    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_create(&fixture);
    test_categories(&fixture);
    test_enumerator(&fixture);
    test_jobs(&fixture);
    fixture_cleanup(&fixture);
}
