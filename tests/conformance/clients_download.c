/*
 * What known programs do with the download API, step by step.
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

#define FILE_SIZE 3000000

static DO_DOWNLOAD_STATUS last_status(const struct status_callback *callback)
{
    LONG count = min(callback->count, MAX_STATUSES);
    DO_DOWNLOAD_STATUS none = {0};

    return count ? callback->statuses[count - 1] : none;
}

/* That bytes never went back, and that nothing was told after a final state. */
static void check_order(int line, const struct status_callback *callback)
{
    LONG i, count = min(callback->count, MAX_STATUSES);

    for (i = 1; i < count; ++i)
    {
        const DO_DOWNLOAD_STATUS *former = &callback->statuses[i - 1], *status = &callback->statuses[i];

        ok_(__FILE__, line, status->BytesTransferred >= former->BytesTransferred, "Call %ld: %llu bytes after %llu.\n",
                i, status->BytesTransferred, former->BytesTransferred);
        ok_(__FILE__, line, former->State != DODownloadState_Finalized && former->State != DODownloadState_Aborted,
                "Call %ld: state %d after %d.\n", i, status->State, former->State);
    }
}

static void set_callback(int line, IDODownload *download, struct status_callback *callback)
{
    check_set_(__FILE__, line, set_object(download, DODownloadProperty_CallbackInterface,
            (IUnknown *)&callback->IDODownloadStatusCallback_iface));
}

static void set_blanket(int line, IDODownload *download, DWORD authorization)
{
    HRESULT hr;

    hr = CoSetProxyBlanket((IUnknown *)download, RPC_C_AUTHN_DEFAULT, authorization, COLE_DEFAULT_PRINCIPAL,
            RPC_C_AUTHN_LEVEL_DEFAULT, RPC_C_IMP_LEVEL_IMPERSONATE, NULL, EOAC_DEFAULT);
    ok_(__FILE__, line, hr == S_OK, "CoSetProxyBlanket gave hr %#lx.\n", hr);
}

/* winget takes any failure, in any state, and any cancellation for the end. */
static BOOL winget_is_over(const DO_DOWNLOAD_STATUS *status)
{
    return FAILED(status->Error) || status->State == DODownloadState_Transferred
           || status->State == DODownloadState_Finalized || status->State == DODownloadState_Aborted;
}

static DO_DOWNLOAD_STATUS winget_wait(int line, struct status_callback *callback)
{
    ULONGLONG end = GetTickCount64() + WAIT_LIMIT_MS, now;
    DO_DOWNLOAD_STATUS status = last_status(callback);

    while (!winget_is_over(&status) && (now = GetTickCount64()) < end)
    {
        wait_event(callback->called, (DWORD)(end - now));
        status = last_status(callback);
    }
    ok_(__FILE__, line, winget_is_over(&status), "Got state %d after %ld calls.\n", status.State, callback->count);
    return status;
}

static IDODownload *winget_start(int line, struct fixture *fixture, const WCHAR *url, const WCHAR *path,
        struct status_callback *callback)
{
    DO_DOWNLOAD_RANGES_INFO ranges = {0};
    IDODownload *download;
    HRESULT hr;

    status_callback_init(callback);
    if (!(download = create_download_(__FILE__, line, fixture)))
        return NULL;
    set_blanket(line, download, RPC_C_AUTHZ_DEFAULT);
    DeleteFileW(path);
    check_set_(__FILE__, line, set_text(download, DODownloadProperty_Uri, url));
    check_set_(__FILE__, line, set_boolean(download, DODownloadProperty_ForegroundPriority, TRUE));
    check_set_(__FILE__, line, set_text(download, DODownloadProperty_LocalPath, path));
    set_callback(line, download, callback);
    check_set_(__FILE__, line, set_text(download, DODownloadProperty_DisplayName, L"Package installer"));
    check_set_(__FILE__, line, set_text(download, DODownloadProperty_HttpCustomHeaders,
            L"X-Package: one\r\nX-Version: 1.0\r\n"));
    hr = IDODownload_Start(download, &ranges);
    ok_(__FILE__, line, hr == S_OK, "Start gave hr %#lx.\n", hr);
    return download;
}

static void test_winget(struct fixture *fixture)
{
    const WCHAR *path = fixture_path(fixture, L"winget");
    struct status_callback callback;
    DO_DOWNLOAD_STATUS status;
    IDODownload *download;
    struct remote remote;
    VARIANT value;
    HRESULT hr;

    create_file(path, "an older version");
    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    if (!(download = winget_start(__LINE__, fixture, remote.url, path, &callback)))
        return;
    status = winget_wait(__LINE__, &callback);
    ok(status.State == DODownloadState_Transferred, "Got state %d, error %#lx.\n", status.State, status.Error);
    ok(status.BytesTransferred == FILE_SIZE, "Got %llu bytes.\n", status.BytesTransferred);
    VariantInit(&value);
    hr = IDODownload_GetProperty(download, DODownloadProperty_HttpResponseHeaders, &value);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(value.vt == VT_BSTR, "Got type %u.\n", value.vt);
    ok(value.vt != VT_BSTR || wcsstr(value.bstrVal, L"Content-Length"), "Got headers %s.\n",
            debug_string(value.bstrVal));
    VariantClear(&value);
    hr = IDODownload_Finalize(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_whole_content(path, REMOTE_SEED, FILE_SIZE);
    check_order(__LINE__, &callback);
    IDODownload_Release(download);
    status_callback_cleanup(&callback);
}

static void test_winget_failure(struct fixture *fixture)
{
    const WCHAR *path = fixture_path(fixture, L"winget-failure");
    struct status_callback callback;
    DO_DOWNLOAD_STATUS status;
    IDODownload *download;
    struct remote remote;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u&status=403", FILE_SIZE);
    if (!(download = winget_start(__LINE__, fixture, remote.url, path, &callback)))
        return;
    status = winget_wait(__LINE__, &callback);
    ok(status.Error == HTTP_E_STATUS_FORBIDDEN, "Got state %d, error %#lx.\n", status.State, status.Error);
    hr = IDODownload_Abort(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(!file_exists(path), "The file is there.\n");
    IDODownload_Release(download);
    status_callback_cleanup(&callback);
}

static DWORD WINAPI abort_thread(void *context)
{
    IDODownload *download;
    HRESULT hr;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    hr = CoGetInterfaceAndReleaseStream(context, &IID_IDODownload, (void **)&download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
    {
        hr = IDODownload_Abort(download);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        IDODownload_Release(download);
    }
    CoUninitialize();
    return 0;
}

/* The user cancels: Abort from another thread while the first one waits for callbacks. */
static void test_winget_cancel(struct fixture *fixture)
{
    const WCHAR *path = fixture_path(fixture, L"winget-cancel");
    struct status_callback callback;
    DO_DOWNLOAD_STATUS status;
    IDODownload *download;
    struct remote remote;
    HANDLE thread;
    IStream *stream;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@&hold_at=%u", FILE_SIZE, FILE_SIZE / 2);
    if (!(download = winget_start(__LINE__, fixture, remote.url, path, &callback)))
        return;
    remote_wait(&remote, 1);
    hr = CoMarshalInterThreadInterfaceInStream(&IID_IDODownload, (IUnknown *)download, &stream);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    thread = CreateThread(NULL, 0, abort_thread, stream, 0, NULL);
    status = winget_wait(__LINE__, &callback);
    ok(status.State == DODownloadState_Aborted, "Got state %d, error %#lx.\n", status.State, status.Error);
    ok(wait_event(thread, WAIT_LIMIT_MS), "The thread does not end.\n");
    CloseHandle(thread);
    remote_release(&remote);
    ok(!file_exists(path), "The file is there.\n");
    IDODownload_Release(download);
    status_callback_cleanup(&callback);
}

/* System Informer: the class object by hand, IClientSecurity by hand, and no ranges at all. */
static void test_system_informer(struct fixture *fixture)
{
    const WCHAR *path = fixture_path(fixture, L"informer");
    struct status_callback callback;
    IClientSecurity *security;
    IClassFactory *factory;
    IDODownload *download;
    IDOManager *manager;
    struct remote remote;
    HRESULT hr;

    hr = CoGetClassObject(&CLSID_DeliveryOptimization, CLSCTX_LOCAL_SERVER, NULL, &IID_IClassFactory,
            (void **)&factory);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return;
    hr = IClassFactory_CreateInstance(factory, NULL, &IID_IDOManager, (void **)&manager);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    IClassFactory_Release(factory);
    if (FAILED(hr))
        return;
    status_callback_init(&callback);
    remote_init(&remote, REMOTE_HTTPS, "size=%u", FILE_SIZE);
    hr = IDOManager_CreateDownload(manager, &download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
    {
        hr = IDODownload_QueryInterface(download, &IID_IClientSecurity, (void **)&security);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        if (SUCCEEDED(hr))
        {
            hr = IClientSecurity_SetBlanket(security, (IUnknown *)download, RPC_C_AUTHN_DEFAULT, RPC_C_AUTHZ_NONE, NULL,
                    RPC_C_AUTHN_LEVEL_PKT_PRIVACY, RPC_C_IMP_LEVEL_IMPERSONATE, NULL, EOAC_NONE);
            ok(hr == S_OK, "Got hr %#lx.\n", hr);
            IClientSecurity_Release(security);
        }
        check_set(set_text(download, DODownloadProperty_Uri, remote.url));
        check_set(set_text(download, DODownloadProperty_LocalPath, path));
        check_set(set_text(download, DODownloadProperty_DisplayName, L"Update"));
        check_set(set_boolean(download, DODownloadProperty_ForegroundPriority, TRUE));
        set_callback(__LINE__, download, &callback);
        hr = IDODownload_Start(download, NULL);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        if (status_callback_wait(&callback, DODownloadState_Transferred))
        {
            hr = IDODownload_Finalize(download);
            ok(hr == S_OK, "Got hr %#lx.\n", hr);
            check_whole_content(path, REMOTE_SEED, FILE_SIZE);
        }
        IDODownload_Release(download);
    }
    IDOManager_Release(manager);
    status_callback_cleanup(&callback);
}

/* DODownloader for .NET: strict types, a total size, and a status of its own asking when nothing is told. */
static void test_dotnet(struct fixture *fixture)
{
    const WCHAR *path = fixture_path(fixture, L"dotnet");
    DO_DOWNLOAD_RANGES_INFO ranges = {0};
    struct status_callback callback;
    IDODownload *download;
    IEnumUnknown *found;
    IDOManager *manager;
    struct remote remote;
    VARIANT value;
    HRESULT hr;

    if (!(download = create_download(fixture)))
        return;
    status_callback_init(&callback);
    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    set_blanket(__LINE__, download, RPC_C_AUTHZ_DEFAULT);
    check_set(set_text(download, DODownloadProperty_DisplayName, L"Sample"));
    check_set(set_text(download, DODownloadProperty_ContentId, L"sample-content"));
    check_set(set_text(download, DODownloadProperty_Uri, remote.url));
    VariantInit(&value);
    value.vt = VT_UI8;
    value.ullVal = FILE_SIZE;
    check_set(IDODownload_SetProperty(download, DODownloadProperty_TotalSizeBytes, &value));
    check_set(set_text(download, DODownloadProperty_LocalPath, path));
    hr = IDODownload_GetProperty(download, DODownloadProperty_Id, &value);
    ok(hr == S_OK && value.vt == VT_BSTR, "Got hr %#lx, type %u.\n", hr, value.vt);
    VariantClear(&value);
    set_callback(__LINE__, download, &callback);
    check_set(set_boolean(download, DODownloadProperty_ForegroundPriority, TRUE));
    hr = IDODownload_GetProperty(download, DODownloadProperty_ForegroundPriority, &value);
    ok(hr == S_OK && value.vt == VT_BOOL && value.boolVal == VARIANT_TRUE, "Got hr %#lx, type %u.\n", hr, value.vt);
    hr = IDODownload_GetProperty(download, DODownloadProperty_CallbackFreqSeconds, &value);
    ok(hr == S_OK && value.vt == VT_UI4, "Got hr %#lx, type %u.\n", hr, value.vt);

    hr = IDODownload_Start(download, &ranges);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    status_callback_wait(&callback, DODownloadState_Transferred);
    check_download_state(download, DODownloadState_Transferred);
    VariantInit(&value); /* what .NET sends for null */
    check_set(IDODownload_SetProperty(download, DODownloadProperty_CallbackInterface, &value));
    hr = IDODownload_Finalize(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_whole_content(path, REMOTE_SEED, FILE_SIZE);
    IDODownload_Release(download);
    if ((manager = get_do_manager(fixture)))
    {
        hr = IDOManager_EnumDownloads(manager, NULL, &found);
        ok(hr == DO_E_NO_DOWNLOADS, "Got hr %#lx.\n", hr);
        IDOManager_Release(manager);
    }
    status_callback_cleanup(&callback);
}

/* GetStoreApp finalizes from inside the callback. */
static HRESULT finalize_in_callback(struct status_callback *callback, IDODownload *download,
        const DO_DOWNLOAD_STATUS *status)
{
    HRESULT hr;

    if (status->State != DODownloadState_Transferred)
        return S_OK;
    hr = IDODownload_Finalize(download);
    ok(hr == S_OK, "Finalize gave hr %#lx.\n", hr);
    return S_OK;
}

static void test_get_store_app(struct fixture *fixture)
{
    const WCHAR *path = fixture_path(fixture, L"store");
    struct status_callback callback;
    IDODownload *download;
    struct remote remote;
    VARIANT value;
    HRESULT hr;

    if (!(download = create_download(fixture)))
        return;
    status_callback_init(&callback);
    callback.action = finalize_in_callback;
    remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@&hold_at=%u", FILE_SIZE, FILE_SIZE / 2);
    VariantInit(&value);
    hr = IDODownload_GetProperty(download, DODownloadProperty_Id, &value);
    ok(hr == S_OK && value.vt == VT_BSTR, "Got hr %#lx, type %u.\n", hr, value.vt);
    VariantClear(&value);
    check_set(set_text(download, DODownloadProperty_Uri, remote.url));
    check_set(set_text(download, DODownloadProperty_LocalPath, path));
    set_callback(__LINE__, download, &callback);
    check_set(set_boolean(download, DODownloadProperty_ForegroundPriority, TRUE));

    hr = IDODownload_Start(download, NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    remote_wait(&remote, 1);
    hr = IDODownload_Pause(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    status_callback_wait(&callback, DODownloadState_Paused);
    remote_release(&remote);
    hr = IDODownload_Start(download, NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    status_callback_wait(&callback, DODownloadState_Finalized);
    check_whole_content(path, REMOTE_SEED, FILE_SIZE);
    IDODownload_Release(download);
    status_callback_cleanup(&callback);
}

/* Deleting is Abort, also of what is transferred already. */
static void test_get_store_app_delete(struct fixture *fixture)
{
    const WCHAR *path = fixture_path(fixture, L"store-delete");
    struct status_callback callback;
    IDODownload *download;
    struct remote remote;
    HRESULT hr;

    if (!(download = create_download(fixture)))
        return;
    status_callback_init(&callback);
    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    check_set(set_text(download, DODownloadProperty_Uri, remote.url));
    check_set(set_text(download, DODownloadProperty_LocalPath, path));
    set_callback(__LINE__, download, &callback);
    hr = IDODownload_Start(download, NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    status_callback_wait(&callback, DODownloadState_Transferred);
    hr = IDODownload_Abort(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    status_callback_wait(&callback, DODownloadState_Aborted);
    ok(!file_exists(path), "The file is there.\n");
    ok(!fixture_count_files(fixture, L"DO*.tmp"), "Temporary files are left.\n");
    IDODownload_Release(download);
    status_callback_cleanup(&callback);
}

START_TEST(clients_download)
{
    struct fixture fixture;

    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_winget(&fixture);
    test_winget_failure(&fixture);
    test_winget_cancel(&fixture);
    if (remote_available(REMOTE_HTTPS))
        test_system_informer(&fixture);
    test_dotnet(&fixture);
    test_get_store_app(&fixture);
    test_get_store_app_delete(&fixture);
    fixture_cleanup(&fixture);
}
