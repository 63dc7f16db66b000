/*
 * Tests of clients that are killed inside OnStatusChange: their downloads go on, and so do other clients.
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

#include "dying.h"
#include "child.h"
#include "remote.h"
#include "status_callback.h"

#define CHILD_STATUS 43
#define FILE_SIZE 100000
#define DEAD_NAME L"dead client"

/* Inside which call the client dies, and what becomes of its download. */
static const struct
{
    const char *query;
    DODownloadState dies, ends;
}
deaths[] =
{
    { "size=100000&hold=@&hold_at=1000", DODownloadState_Transferring, DODownloadState_Transferred },
    { "size=100000", DODownloadState_Transferred, DODownloadState_Transferred },
    { "status=404", DODownloadState_Paused, DODownloadState_Paused },
};

static HRESULT die_inside(struct status_callback *callback, IDODownload *download, const DO_DOWNLOAD_STATUS *status)
{
    if (status->State == *(DODownloadState *)callback->context)
        TerminateProcess(GetCurrentProcess(), CHILD_STATUS);
    return S_OK;
}

/* Has as many objects of the service as it can get when it dies. */
static HRESULT start_dying(IDOManager *manager, const WCHAR *url, const WCHAR *path, struct status_callback *callback)
{
    DO_DOWNLOAD_ENUM_CATEGORY category = { DODownloadProperty_DisplayName, DEAD_NAME };
    IEnumUnknown *enumerator, *clone;
    IDODownload *download;
    IUnknown *object;
    HRESULT hr;

    if (FAILED(hr = IDOManager_CreateDownload(manager, &download))
            || FAILED(hr = set_text(download, DODownloadProperty_Uri, url))
            || FAILED(hr = set_text(download, DODownloadProperty_LocalPath, path))
            || FAILED(hr = set_text(download, DODownloadProperty_DisplayName, DEAD_NAME))
            || FAILED(hr = set_object(download, DODownloadProperty_CallbackInterface,
                    (IUnknown *)&callback->IDODownloadStatusCallback_iface))
            || FAILED(hr = IDOManager_EnumDownloads(manager, &category, &enumerator))
            || FAILED(hr = IEnumUnknown_Clone(enumerator, &clone))
            || FAILED(hr = IEnumUnknown_Next(enumerator, 1, &object, NULL)))
        return hr;
    return IDODownload_Start(download, NULL);
}

static int run_client(DODownloadState dies, const char *url_text, const char *path_text)
{
    WCHAR url[1024], path[MAX_PATH];
    struct status_callback callback;
    IDOManager *manager;

    if (!MultiByteToWideChar(CP_ACP, 0, url_text, -1, url, ARRAYSIZE(url))
            || !MultiByteToWideChar(CP_ACP, 0, path_text, -1, path, ARRAYSIZE(path)))
        return 1;
    status_callback_init(&callback);
    callback.action = die_inside;
    callback.context = &dies;
    if (FAILED(CoInitializeEx(NULL, COINIT_MULTITHREADED))
            || FAILED(CoCreateInstance(&CLSID_DeliveryOptimization, NULL, CLSCTX_LOCAL_SERVER, &IID_IDOManager,
                    (void **)&manager)))
        return 2;
    if (FAILED(start_dying(manager, url, path, &callback)))
        return 3;
    WaitForSingleObject(GetCurrentProcess(), WAIT_LIMIT_MS);
    return 4;
}

/* The only download of that name; NULL with a failed check. */
static IDODownload *find_orphan(int line, struct fixture *fixture)
{
    DO_DOWNLOAD_ENUM_CATEGORY category = { DODownloadProperty_DisplayName, DEAD_NAME };
    IDODownload *download = NULL;
    IEnumUnknown *enumerator;
    IDOManager *manager;
    IUnknown *object;
    HRESULT hr;

    if (!(manager = get_do_manager_(__FILE__, line, fixture)))
        return NULL;
    hr = IDOManager_EnumDownloads(manager, &category, &enumerator);
    ok_(__FILE__, line, hr == S_OK, "EnumDownloads gave hr %#lx.\n", hr);
    IDOManager_Release(manager);
    if (FAILED(hr))
        return NULL;
    hr = IEnumUnknown_Next(enumerator, 1, &object, NULL);
    ok_(__FILE__, line, hr == S_OK, "Next gave hr %#lx.\n", hr);
    if (hr == S_OK)
    {
        hr = IUnknown_QueryInterface(object, &IID_IDODownload, (void **)&download);
        ok_(__FILE__, line, hr == S_OK, "QueryInterface gave hr %#lx.\n", hr);
        IUnknown_Release(object);
        hr = IEnumUnknown_Next(enumerator, 1, &object, NULL);
        ok_(__FILE__, line, hr == S_FALSE, "There is another one, hr %#lx.\n", hr);
    }
    IEnumUnknown_Release(enumerator);
    return download;
}

/* Whoever finds it can finish it: its file is whole. */
static void take_over(int line, struct fixture *fixture, DODownloadState state, const WCHAR *path)
{
    IDODownload *orphan;
    HRESULT hr;

    if (!(orphan = find_orphan(line, fixture)))
        return;
    wait_for_download_(__FILE__, line, orphan, state);
    if (state == DODownloadState_Transferred)
    {
        hr = IDODownload_Finalize(orphan);
        ok_(__FILE__, line, hr == S_OK, "Finalize gave hr %#lx.\n", hr);
        check_whole_content_(__FILE__, line, path, REMOTE_SEED, FILE_SIZE);
    }
    end_download_(__FILE__, line, orphan);
}

static void kill_client(struct fixture *fixture, unsigned int i)
{
    const WCHAR *path = fixture_path(fixture, L"orphan");
    char arguments[2048], output[1024];
    struct remote remote;
    DWORD status = 0;

    remote_init(&remote, REMOTE_HTTP, "%s", deaths[i].query);
    snprintf(arguments, sizeof(arguments), "--child dying_download client %u \"%ls\" \"%ls\"", deaths[i].dies,
            remote.url, path);
    if (run_child_process(arguments, output, sizeof(output), &status))
        ok(status == CHILD_STATUS, "Got exit status %lu, output %s.\n", status, output);
    remote_release(&remote);
    take_over(__LINE__, fixture, deaths[i].ends, path);
}

void kill_download_clients(struct fixture *fixture, unsigned int rounds)
{
    unsigned int i, death;

    for (i = 0; i < rounds; ++i)
    {
        for (death = 0; death < ARRAYSIZE(deaths); ++death)
        {
            push_context("round %u, death %u", i, death);
            kill_client(fixture, death);
            pop_context();
        }
    }
}

/* A client of its own is told everything while others die. */
static void test_other_client(struct fixture *fixture)
{
    static const DODownloadState states[] = { DODownloadState_Transferring, DODownloadState_Transferred,
            DODownloadState_Finalized };
    const WCHAR *path = fixture_path(fixture, L"survivor");
    struct status_callback callback;
    IDODownload *download;
    struct remote remote;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@&hold_at=1000", FILE_SIZE);
    if (!(download = create_file_download(fixture, remote.url, L"survivor")))
        return;
    status_callback_init(&callback);
    check_set(set_object(download, DODownloadProperty_CallbackInterface,
            (IUnknown *)&callback.IDODownloadStatusCallback_iface));
    start_download(download);
    status_callback_wait(&callback, DODownloadState_Transferring);
    kill_download_clients(fixture, 1);
    remote_release(&remote);
    status_callback_wait(&callback, DODownloadState_Transferred);
    hr = IDODownload_Finalize(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    status_callback_wait(&callback, DODownloadState_Finalized);
    status_callback_check(&callback, states, ARRAYSIZE(states));
    check_whole_content(path, REMOTE_SEED, FILE_SIZE);
    end_download(download);
    status_callback_cleanup(&callback);
}

/* A volatile download that nobody takes over goes with the service, and leaves nothing on disk. */
static void test_nobody_takes_over(struct fixture *fixture)
{
    char arguments[2048], output[1024];
    IDODownload *download;
    struct remote remote;
    DWORD status = 0;

    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    snprintf(arguments, sizeof(arguments), "--child dying_download client %u \"%ls\" \"%ls\"",
            DODownloadState_Transferred, remote.url, fixture_path(fixture, L"nobody"));
    if (run_child_process(arguments, output, sizeof(output), &status))
        ok(status == CHILD_STATUS, "Got exit status %lu, output %s.\n", status, output);
    ok(fixture_count_files(fixture, L"DO*.tmp") == 1, "The temporary file is gone.\n");
    if (!restart_service(fixture))
        return;
    ok(!fixture_count_files(fixture, L"DO*.tmp"), "The temporary file is still there.\n");
    ok(!fixture_count_files(fixture, L"nobody"), "There is a file that nobody finalized.\n");
    if ((download = create_download(fixture)))
        end_download(download);
}

START_TEST(dying_download)
{
    struct fixture fixture;

    if (!remote_available(REMOTE_HTTP) || !fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_other_client(&fixture);
    kill_download_clients(&fixture, 1);
    test_nobody_takes_over(&fixture);
    fixture_cleanup(&fixture);
}

TEST_CHILD(dying_download)
{
    if (argc == 4 && !strcmp(argv[0], "client"))
        return run_client(atoi(argv[1]), argv[2], argv[3]);
    return 1;
}
