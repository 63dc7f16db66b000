/*
 * Conformance tests of downloads on networks that they may not use.
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

#define MEDIA_COST_KEY L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\NetworkList\\DefaultMediaCost"
#define FILE_SIZE 100000

static void set_metered(HKEY key, BOOL metered)
{
    DWORD value = metered ? 2 : 1;
    LSTATUS status;

    status = RegSetValueExW(key, L"Default", 0, REG_DWORD, (BYTE *)&value, sizeof(value));
    ok(!status, "Got error %ld.\n", status);
}

static BOOL is_blocked(const DO_DOWNLOAD_STATUS *status)
{
    return status->State == DODownloadState_Paused;
}

/* What the client was told of being blocked, NULL if nothing. */
static const DO_DOWNLOAD_STATUS *find_blocked(const struct status_callback *callback)
{
    LONG i;

    for (i = 0; i < callback->count && i < MAX_STATUSES; ++i)
    {
        if (is_blocked(&callback->statuses[i]))
            return &callback->statuses[i];
    }
    return NULL;
}

static void check_blocked(int line, const DO_DOWNLOAD_STATUS *status)
{
    ok_(__FILE__, line, is_blocked(status), "Got state %d.\n", status->State);
    ok_(__FILE__, line, status->Error == S_OK, "Got error %#lx.\n", status->Error);
    ok_(__FILE__, line, status->ExtendedError == DO_E_BLOCKED_BY_COST_TRANSFER_POLICY, "Got extended error %#lx.\n",
            status->ExtendedError);
    ok_(__FILE__, line, status->BytesTransferred <= status->BytesTotal, "Got %llu bytes.\n",
            status->BytesTransferred);
}

/* The download is in the middle when the user calls the network metered. */
static void block_and_go_on(IDODownload *download, struct status_callback *callback, const struct remote *remote,
        HKEY key)
{
    DO_DOWNLOAD_STATUS status;

    start_download(download);
    status_callback_wait(callback, DODownloadState_Transferring);
    remote_wait(remote, 1);
    set_metered(key, TRUE);
    if (!status_callback_wait(callback, DODownloadState_Paused))
        return;
    check_blocked(__LINE__, find_blocked(callback));
    get_download_status(download, &status);
    check_blocked(__LINE__, &status);
    remote_release(remote);
    set_metered(key, FALSE);
    status_callback_wait(callback, DODownloadState_Transferred);
}

static void test_cost(struct fixture *fixture, HKEY key)
{
    static const DODownloadState states[] = { DODownloadState_Transferring, DODownloadState_Paused,
            DODownloadState_Transferring, DODownloadState_Transferred, DODownloadState_Finalized };
    struct status_callback callback;
    IDODownload *download;
    struct remote remote;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@&hold_at=1000", FILE_SIZE);
    if (!(download = create_file_download(fixture, remote.url, L"metered")))
        return;
    status_callback_init(&callback);
    check_set(set_number(download, DODownloadProperty_CostPolicy, DODownloadCostPolicy_Unrestricted));
    check_set(set_object(download, DODownloadProperty_CallbackInterface,
            (IUnknown *)&callback.IDODownloadStatusCallback_iface));
    block_and_go_on(download, &callback, &remote, key);
    hr = IDODownload_Finalize(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    status_callback_wait(&callback, DODownloadState_Finalized);
    status_callback_check(&callback, states, ARRAYSIZE(states));
    check_whole_content(fixture_path(fixture, L"metered"), REMOTE_SEED, FILE_SIZE);
    end_download(download);
    status_callback_cleanup(&callback);
}

/* A mobile network is something else: these may use one that is metered. */
static void test_cost_of_no_cellular(struct fixture *fixture, HKEY key)
{
    IDODownload *download;
    struct remote remote;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    if (!(download = create_file_download(fixture, remote.url, L"no_cellular")))
        return;
    set_metered(key, TRUE);
    check_set(set_number(download, DODownloadProperty_CostPolicy, DODownloadCostPolicy_NoCellular));
    check_set(set_boolean(download, DODownloadProperty_DisallowOnCellular, TRUE));
    start_download(download);
    wait_for_download(download, DODownloadState_Transferred);
    hr = IDODownload_Finalize(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_whole_content(fixture_path(fixture, L"no_cellular"), REMOTE_SEED, FILE_SIZE);
    end_download(download);
}

START_TEST(download_network)
{
    struct fixture fixture;
    LSTATUS status;
    HKEY key;

    if (!remote_available(REMOTE_HTTP) || !fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    status = RegCreateKeyExW(HKEY_LOCAL_MACHINE, MEDIA_COST_KEY, 0, NULL, 0, KEY_SET_VALUE, NULL, &key, NULL);
    if (!status)
    {
        test_cost(&fixture, key);
        test_cost_of_no_cellular(&fixture, key);
        status = RegDeleteValueW(key, L"Default");
        ok(!status, "Got error %ld.\n", status);
        RegCloseKey(key);
    }
    else
    {
        win_skip("The cost of the network cannot be set, error %ld.\n", status);
    }
    fixture_cleanup(&fixture);
}
