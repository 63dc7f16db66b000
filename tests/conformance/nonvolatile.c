/*
 * Tests of what becomes of downloads when the service ends.
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
#include "status_callback.h"

#define FILE_SIZE 1000000
#define HALF (FILE_SIZE / 2)

static void get_id(IDODownload *download, WCHAR *id, unsigned int size)
{
    VARIANT value;
    HRESULT hr;

    *id = 0;
    hr = IDODownload_GetProperty(download, DODownloadProperty_Id, &value);
    if (!ok(hr == S_OK, "Got hr %#lx.\n", hr))
        return;
    lstrcpynW(id, V_BSTR(&value), size);
    VariantClear(&value);
}

/* The download with this Id; *download NULL without one. */
static HRESULT find_download(struct fixture *fixture, const WCHAR *id, IDODownload **download)
{
    DO_DOWNLOAD_ENUM_CATEGORY category = { DODownloadProperty_Id, id };
    IEnumUnknown *enumerator = NULL;
    IDOManager *manager;
    IUnknown *unknown;
    HRESULT hr;

    *download = NULL;
    if (!(manager = get_do_manager(fixture)))
        return E_FAIL;
    hr = IDOManager_EnumDownloads(manager, &category, &enumerator);
    IDOManager_Release(manager);
    if (FAILED(hr))
        return hr;
    if ((hr = IEnumUnknown_Next(enumerator, 1, &unknown, NULL)) == S_OK)
    {
        hr = IUnknown_QueryInterface(unknown, &IID_IDODownload, (void **)download);
        IUnknown_Release(unknown);
    }
    IEnumUnknown_Release(enumerator);
    return hr;
}

/* Brings the download into the state, with half of the file unless it has all of it or nothing. */
static void bring_into(IDODownload *download, DODownloadState state, const struct remote *remote)
{
    DO_DOWNLOAD_STATUS status = { 0 };
    ULONGLONG end = GetTickCount64() + WAIT_LIMIT_MS;
    HRESULT hr;

    if (state == DODownloadState_Created)
        return;
    start_download(download);
    if (state == DODownloadState_Transferred)
    {
        remote_release(remote);
        wait_for_download(download, state);
        return;
    }
    while (IDODownload_GetStatus(download, &status) == S_OK && status.BytesTransferred < HALF
            && GetTickCount64() < end)
        wait_event(NULL, 10); /* nothing tells of bytes */
    ok(status.BytesTransferred == HALF, "Got %llu bytes.\n", status.BytesTransferred);
    if (state == DODownloadState_Paused)
    {
        hr = IDODownload_Pause(download);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
    }
    check_download_state(download, state);
}

/* It has what it had, its properties too, and goes on. */
static void check_kept(struct fixture *fixture, const WCHAR *id, DODownloadState state, const struct remote *remote)
{
    DO_DOWNLOAD_STATUS status = { 0 };
    IDODownload *download;
    VARIANT value;
    HRESULT hr;

    hr = find_download(fixture, id, &download);
    if (!ok(hr == S_OK && download, "Got hr %#lx.\n", hr))
        return;
    get_download_status(download, &status);
    ok(status.State == state, "Got state %d.\n", status.State);
    if (state == DODownloadState_Paused || state == DODownloadState_Transferring)
        ok(status.BytesTransferred == HALF && status.BytesTotal == FILE_SIZE, "Got %llu of %llu bytes.\n",
                status.BytesTransferred, status.BytesTotal);
    hr = IDODownload_GetProperty(download, DODownloadProperty_NonVolatile, &value);
    ok(hr == S_OK && V_VT(&value) == VT_BOOL && V_BOOL(&value) == VARIANT_TRUE, "Got hr %#lx.\n", hr);
    hr = IDODownload_GetProperty(download, DODownloadProperty_DisplayName, &value);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (hr == S_OK)
    {
        ok(!wcscmp(V_BSTR(&value), L"kept"), "Got %s.\n", debug_string(V_BSTR(&value)));
        VariantClear(&value);
    }
    remote_release(remote);
    if (state == DODownloadState_Created || state == DODownloadState_Paused)
        start_download(download);
    wait_for_download(download, DODownloadState_Transferred);
    hr = IDODownload_Finalize(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_whole_content(fixture_path(fixture, L"kept"), REMOTE_SEED, FILE_SIZE);
    DeleteFileW(fixture_path(fixture, L"kept"));
    IDODownload_Release(download);
}

static void check_gone(struct fixture *fixture, const WCHAR *id)
{
    IDODownload *download;
    HRESULT hr;

    hr = find_download(fixture, id, &download);
    ok(hr == DO_E_NO_DOWNLOADS, "Got hr %#lx.\n", hr);
    if (download)
        end_download(download);
    ok(!file_exists(fixture_path(fixture, L"kept")), "The file exists.\n");
    ok(!fixture_count_files(fixture, L"*.tmp"), "Got %u temporary files.\n", fixture_count_files(fixture, L"*.tmp"));
}

static void test_restart(struct fixture *fixture, BOOL keep, DODownloadState state)
{
    unsigned int files = keep && state != DODownloadState_Created;
    IDODownload *download;
    struct remote remote;
    WCHAR id[64];

    remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@&hold_at=%u&hold_after=1", FILE_SIZE, HALF);
    if (!(download = create_file_download(fixture, remote.url, L"kept")))
        return;
    check_set(set_text(download, DODownloadProperty_DisplayName, L"kept"));
    if (keep)
        check_set(set_boolean(download, DODownloadProperty_NonVolatile, TRUE));
    get_id(download, id, ARRAYSIZE(id));
    bring_into(download, state, &remote);
    IDODownload_Release(download);
    if (!restart_service(fixture))
        return;
    ok(fixture_count_files(fixture, L"DO*.tmp") == files, "Got %u temporary files.\n",
            fixture_count_files(fixture, L"DO*.tmp"));
    if (keep)
        check_kept(fixture, id, state, &remote);
    else
        check_gone(fixture, id);
    remote_release(&remote);
}

/* What the property says last counts. */
static void test_changed_mind(struct fixture *fixture)
{
    IDODownload *download;
    struct remote remote;
    unsigned int keep;
    WCHAR id[64];

    for (keep = 0; keep < 2; ++keep)
    {
        push_context("keep %u", keep);
        remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@&hold_at=%u&hold_after=1", FILE_SIZE, HALF);
        if (!(download = create_file_download(fixture, remote.url, L"kept")))
            return;
        check_set(set_text(download, DODownloadProperty_DisplayName, L"kept"));
        check_set(set_boolean(download, DODownloadProperty_NonVolatile, !keep));
        get_id(download, id, ARRAYSIZE(id));
        bring_into(download, DODownloadState_Paused, &remote);
        check_set(set_boolean(download, DODownloadProperty_NonVolatile, keep));
        IDODownload_Release(download);
        if (!restart_service(fixture))
            return;
        if (keep)
            check_kept(fixture, id, DODownloadState_Paused, &remote);
        else
            check_gone(fixture, id);
        remote_release(&remote);
        pop_context();
    }
}

START_TEST(nonvolatile)
{
    static const DODownloadState states[] =
    {
        DODownloadState_Created, DODownloadState_Transferring, DODownloadState_Paused, DODownloadState_Transferred,
    };
    struct fixture fixture;
    unsigned int i;

    if (!remote_available(REMOTE_HTTP) || !fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    for (i = 0; i < 2 * ARRAYSIZE(states); ++i)
    {
        push_context("NonVolatile %u, state %d", i % 2, states[i / 2]);
        test_restart(&fixture, i % 2, states[i / 2]);
        pop_context();
    }
    test_changed_mind(&fixture);
    fixture_cleanup(&fixture);
}
