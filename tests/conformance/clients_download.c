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


#include "download_callback.h"
#include "remote.h"

#define FILE_SIZE 3000000

static IDOManager *get_manager(int line)
{
    IDOManager *manager = NULL;
    HRESULT hr;

    hr = CoCreateInstance(&CLSID_DeliveryOptimization, NULL, CLSCTX_LOCAL_SERVER, &IID_IDOManager, (void **)&manager);
    ok_(__FILE__, line, hr == S_OK, "CoCreateInstance gave hr %#lx.\n", hr);
    return SUCCEEDED(hr) ? manager : NULL;
}

static IDODownload *create_download(int line, IDOManager *manager)
{
    IDODownload *download = NULL;
    HRESULT hr;

    hr = IDOManager_CreateDownload(manager, &download);
    ok_(__FILE__, line, hr == S_OK, "CreateDownload gave hr %#lx.\n", hr);
    return SUCCEEDED(hr) ? download : NULL;
}

static void set_value(int line, IDODownload *download, DODownloadProperty id, VARIANT *value)
{
    HRESULT hr;

    hr = IDODownload_SetProperty(download, id, value);
    ok_(__FILE__, line, hr == S_OK, "SetProperty %d gave hr %#lx.\n", id, hr);
    VariantClear(value);
}

static void set_text(int line, IDODownload *download, DODownloadProperty id, const WCHAR *text)
{
    VARIANT value = { .vt = VT_BSTR };

    value.bstrVal = SysAllocString(text);
    set_value(line, download, id, &value);
}

static void set_foreground(int line, IDODownload *download)
{
    VARIANT value = { .vt = VT_BOOL };

    value.boolVal = VARIANT_TRUE;
    set_value(line, download, DODownloadProperty_ForegroundPriority, &value);
}

static void check_download_state(int line, IDODownload *download, DODownloadState state)
{
    DO_DOWNLOAD_STATUS status;
    HRESULT hr;

    memset(&status, 0xcc, sizeof(status));
    hr = IDODownload_GetStatus(download, &status);
    ok_(__FILE__, line, hr == S_OK, "GetStatus gave hr %#lx.\n", hr);
    ok_(__FILE__, line, status.State == state, "Got state %d, error %#lx, %#lx.\n", status.State, status.Error,
            status.ExtendedError);
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

static DO_DOWNLOAD_STATUS winget_wait(int line, struct download_callback *callback)
{
    ULONGLONG end = GetTickCount64() + WAIT_LIMIT_MS, now;
    DO_DOWNLOAD_STATUS status = download_callback_last(callback);

    while (!winget_is_over(&status) && (now = GetTickCount64()) < end)
    {
        wait_event(callback->called, (DWORD)(end - now));
        status = download_callback_last(callback);
    }
    ok_(__FILE__, line, winget_is_over(&status), "Got state %d after %ld calls.\n", status.State, callback->count);
    return status;
}

static IDODownload *winget_start(int line, IDOManager *manager, const WCHAR *url, const WCHAR *path,
        struct download_callback *callback)
{
    DO_DOWNLOAD_RANGES_INFO ranges = {0};
    IDODownload *download;
    HRESULT hr;

    download_callback_init(callback);
    if (!(download = create_download(line, manager)))
        return NULL;
    set_blanket(line, download, RPC_C_AUTHZ_DEFAULT);
    DeleteFileW(path);
    set_text(line, download, DODownloadProperty_Uri, url);
    set_foreground(line, download);
    set_text(line, download, DODownloadProperty_LocalPath, path);
    download_callback_attach_(__FILE__, line, callback, download);
    set_text(line, download, DODownloadProperty_DisplayName, L"Package installer");
    set_text(line, download, DODownloadProperty_HttpCustomHeaders, L"X-Package: one\r\nX-Version: 1.0\r\n");
    hr = IDODownload_Start(download, &ranges);
    ok_(__FILE__, line, hr == S_OK, "Start gave hr %#lx.\n", hr);
    return download;
}

static void test_winget(struct fixture *fixture, IDOManager *manager)
{
    const WCHAR *path = fixture_path(fixture, L"winget");
    struct download_callback callback;
    DO_DOWNLOAD_STATUS status;
    IDODownload *download;
    struct remote remote;
    VARIANT value;
    HRESULT hr;

    create_file(path, "an older version");
    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    if (!(download = winget_start(__LINE__, manager, remote.url, path, &callback)))
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
    download_callback_check_order(&callback);
    IDODownload_Release(download);
    download_callback_cleanup(&callback);
}

static void test_winget_failure(struct fixture *fixture, IDOManager *manager)
{
    const WCHAR *path = fixture_path(fixture, L"winget-failure");
    struct download_callback callback;
    DO_DOWNLOAD_STATUS status;
    IDODownload *download;
    struct remote remote;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u&status=403", FILE_SIZE);
    if (!(download = winget_start(__LINE__, manager, remote.url, path, &callback)))
        return;
    status = winget_wait(__LINE__, &callback);
    ok(status.Error == HTTP_E_STATUS_FORBIDDEN, "Got state %d, error %#lx.\n", status.State, status.Error);
    hr = IDODownload_Abort(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(!file_exists(path), "The file is there.\n");
    IDODownload_Release(download);
    download_callback_cleanup(&callback);
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
static void test_winget_cancel(struct fixture *fixture, IDOManager *manager)
{
    const WCHAR *path = fixture_path(fixture, L"winget-cancel");
    struct download_callback callback;
    DO_DOWNLOAD_STATUS status;
    IDODownload *download;
    struct remote remote;
    HANDLE thread;
    IStream *stream;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@&hold_at=%u", FILE_SIZE, FILE_SIZE / 2);
    if (!(download = winget_start(__LINE__, manager, remote.url, path, &callback)))
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
    download_callback_cleanup(&callback);
}

/* System Informer: the class object by hand, IClientSecurity by hand, and no ranges at all. */
static void test_system_informer(struct fixture *fixture)
{
    const WCHAR *path = fixture_path(fixture, L"informer");
    struct download_callback callback;
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
    download_callback_init(&callback);
    remote_init(&remote, REMOTE_HTTPS, "size=%u", FILE_SIZE);
    if ((download = create_download(__LINE__, manager)))
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
        set_text(__LINE__, download, DODownloadProperty_Uri, remote.url);
        set_text(__LINE__, download, DODownloadProperty_LocalPath, path);
        set_text(__LINE__, download, DODownloadProperty_DisplayName, L"Update");
        set_foreground(__LINE__, download);
        download_callback_attach(&callback, download);
        hr = IDODownload_Start(download, NULL);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        if (download_callback_wait(&callback, DODownloadState_Transferred))
        {
            hr = IDODownload_Finalize(download);
            ok(hr == S_OK, "Got hr %#lx.\n", hr);
            check_whole_content(path, REMOTE_SEED, FILE_SIZE);
        }
        IDODownload_Release(download);
    }
    IDOManager_Release(manager);
    download_callback_cleanup(&callback);
}

/* DODownloader for .NET: strict types, a total size, and a status of its own asking when nothing is told. */
static void test_dotnet(struct fixture *fixture, IDOManager *manager)
{
    const WCHAR *path = fixture_path(fixture, L"dotnet");
    DO_DOWNLOAD_RANGES_INFO ranges = {0};
    struct download_callback callback;
    IDODownload *download;
    IEnumUnknown *found;
    struct remote remote;
    VARIANT value;
    HRESULT hr;

    if (!(download = create_download(__LINE__, manager)))
        return;
    download_callback_init(&callback);
    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    set_blanket(__LINE__, download, RPC_C_AUTHZ_DEFAULT);
    set_text(__LINE__, download, DODownloadProperty_DisplayName, L"Sample");
    set_text(__LINE__, download, DODownloadProperty_ContentId, L"sample-content");
    set_text(__LINE__, download, DODownloadProperty_Uri, remote.url);
    VariantInit(&value);
    value.vt = VT_UI8;
    value.ullVal = FILE_SIZE;
    set_value(__LINE__, download, DODownloadProperty_TotalSizeBytes, &value);
    set_text(__LINE__, download, DODownloadProperty_LocalPath, path);
    hr = IDODownload_GetProperty(download, DODownloadProperty_Id, &value);
    ok(hr == S_OK && value.vt == VT_BSTR, "Got hr %#lx, type %u.\n", hr, value.vt);
    VariantClear(&value);
    download_callback_attach(&callback, download);
    set_foreground(__LINE__, download);
    hr = IDODownload_GetProperty(download, DODownloadProperty_ForegroundPriority, &value);
    ok(hr == S_OK && value.vt == VT_BOOL && value.boolVal == VARIANT_TRUE, "Got hr %#lx, type %u.\n", hr, value.vt);
    hr = IDODownload_GetProperty(download, DODownloadProperty_CallbackFreqSeconds, &value);
    ok(hr == S_OK && value.vt == VT_UI4, "Got hr %#lx, type %u.\n", hr, value.vt);

    hr = IDODownload_Start(download, &ranges);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    download_callback_wait(&callback, DODownloadState_Transferred);
    check_download_state(__LINE__, download, DODownloadState_Transferred);
    VariantInit(&value); /* what .NET sends for null */
    set_value(__LINE__, download, DODownloadProperty_CallbackInterface, &value);
    hr = IDODownload_Finalize(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_whole_content(path, REMOTE_SEED, FILE_SIZE);
    IDODownload_Release(download);
    hr = IDOManager_EnumDownloads(manager, NULL, &found);
    ok(hr == DO_E_NO_DOWNLOADS, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
        IEnumUnknown_Release(found);
    download_callback_cleanup(&callback);
}

/* GetStoreApp finalizes from inside the callback. */
static HRESULT finalize_in_callback(struct download_callback *callback, IDODownload *download,
        const DO_DOWNLOAD_STATUS *status)
{
    HRESULT hr;

    if (status->State != DODownloadState_Transferred)
        return S_OK;
    hr = IDODownload_Finalize(download);
    ok(hr == S_OK, "Finalize gave hr %#lx.\n", hr);
    return S_OK;
}

static void test_get_store_app(struct fixture *fixture, IDOManager *manager)
{
    const WCHAR *path = fixture_path(fixture, L"store");
    struct download_callback callback;
    IDODownload *download;
    struct remote remote;
    VARIANT value;
    HRESULT hr;

    if (!(download = create_download(__LINE__, manager)))
        return;
    download_callback_init(&callback);
    callback.action = finalize_in_callback;
    remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@&hold_at=%u", FILE_SIZE, FILE_SIZE / 2);
    VariantInit(&value);
    hr = IDODownload_GetProperty(download, DODownloadProperty_Id, &value);
    ok(hr == S_OK && value.vt == VT_BSTR, "Got hr %#lx, type %u.\n", hr, value.vt);
    VariantClear(&value);
    set_text(__LINE__, download, DODownloadProperty_Uri, remote.url);
    set_text(__LINE__, download, DODownloadProperty_LocalPath, path);
    download_callback_attach(&callback, download);
    set_foreground(__LINE__, download);

    hr = IDODownload_Start(download, NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    remote_wait(&remote, 1);
    hr = IDODownload_Pause(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    download_callback_wait(&callback, DODownloadState_Paused);
    remote_release(&remote);
    hr = IDODownload_Start(download, NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    download_callback_wait(&callback, DODownloadState_Finalized);
    check_whole_content(path, REMOTE_SEED, FILE_SIZE);
    IDODownload_Release(download);
    download_callback_cleanup(&callback);
}

/* Deleting is Abort, also of what is transferred already. */
static void test_get_store_app_delete(struct fixture *fixture, IDOManager *manager)
{
    const WCHAR *path = fixture_path(fixture, L"store-delete");
    struct download_callback callback;
    IDODownload *download;
    struct remote remote;
    HRESULT hr;

    if (!(download = create_download(__LINE__, manager)))
        return;
    download_callback_init(&callback);
    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    set_text(__LINE__, download, DODownloadProperty_Uri, remote.url);
    set_text(__LINE__, download, DODownloadProperty_LocalPath, path);
    download_callback_attach(&callback, download);
    hr = IDODownload_Start(download, NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    download_callback_wait(&callback, DODownloadState_Transferred);
    hr = IDODownload_Abort(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    download_callback_wait(&callback, DODownloadState_Aborted);
    ok(!file_exists(path), "The file is there.\n");
    ok(!fixture_count_files(fixture, L"DO*.tmp"), "Temporary files are left.\n");
    IDODownload_Release(download);
    download_callback_cleanup(&callback);
}

START_TEST(clients_download)
{
    struct fixture fixture;
    IDOManager *manager;

    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    if ((manager = get_manager(__LINE__)))
    {
        test_winget(&fixture, manager);
        test_winget_failure(&fixture, manager);
        test_winget_cancel(&fixture, manager);
        if (remote_available(REMOTE_HTTPS))
            test_system_informer(&fixture);
        test_dotnet(&fixture, manager);
        test_get_store_app(&fixture, manager);
        test_get_store_app_delete(&fixture, manager);
        IDOManager_Release(manager);
    }
    fixture_cleanup(&fixture);
}
