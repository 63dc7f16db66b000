/*
 * A client as Microsoft's SDK for C++ has it: smart pointers, a proxy blanket on each download, and polling.
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

#include <windows.h>
#include <ole2.h>

#include "deliveryoptimization.h"
#include "deliveryoptimizationerrors.h"

extern "C"
{
#include "remote.h"
}

#define FILE_SIZE 3000000
#define DOWNLOAD_LIMIT_MS 30000

namespace
{

/* Owns a reference to an interface. */
template <typename T> class com_ptr
{
public:
    com_ptr() = default;
    com_ptr(const com_ptr &) = delete;
    com_ptr &operator=(const com_ptr &) = delete;
    ~com_ptr() { reset(); }

    T *get() const { return object; }
    T *operator->() const { return object; }
    explicit operator bool() const { return object != nullptr; }

    /* For an out parameter. */
    T **put()
    {
        reset();
        return &object;
    }

    void reset()
    {
        if (object)
            object->Release();
        object = nullptr;
    }

    template <typename U> HRESULT as(REFIID iid, com_ptr<U> &out) const
    {
        return object->QueryInterface(iid, reinterpret_cast<void **>(out.put()));
    }

private:
    T *object = nullptr;
};

/* Owns the contents of a VARIANT. */
class variant
{
public:
    variant() { VariantInit(&value); }
    explicit variant(const WCHAR *text) : variant()
    {
        value.vt = VT_BSTR;
        value.bstrVal = SysAllocString(text);
    }
    explicit variant(bool boolean) : variant()
    {
        value.vt = VT_BOOL;
        value.boolVal = boolean ? VARIANT_TRUE : VARIANT_FALSE;
    }
    explicit variant(UINT number) : variant()
    {
        value.vt = VT_UI4;
        value.ulVal = number;
    }
    variant(const variant &) = delete;
    variant &operator=(const variant &) = delete;
    ~variant() { VariantClear(&value); }

    VARIANT *put()
    {
        VariantClear(&value);
        return &value;
    }
    const VARIANT *get() const { return &value; }
    const VARIANT *operator->() const { return &value; }

private:
    VARIANT value;
};

/* One download: aborted when it goes out of scope before it was finalized. */
class download
{
public:
    ~download()
    {
        if (object && !finalized)
            object->Abort();
    }

    HRESULT create(IDOManager *manager)
    {
        HRESULT hr;

        if (FAILED(hr = manager->CreateDownload(object.put())))
            return hr;
        return CoSetProxyBlanket(object.get(), RPC_C_AUTHN_DEFAULT, RPC_C_AUTHZ_NONE, COLE_DEFAULT_PRINCIPAL,
                                 RPC_C_AUTHN_LEVEL_DEFAULT, RPC_C_IMP_LEVEL_IMPERSONATE, nullptr,
                                 EOAC_STATIC_CLOAKING);
    }

    template <typename T> HRESULT set(DODownloadProperty id, T value)
    {
        return object->SetProperty(id, variant(value).get());
    }

    HRESULT start()
    {
        DO_DOWNLOAD_RANGES_INFO ranges = {};

        return object->Start(&ranges);
    }

    DO_DOWNLOAD_STATUS status() const
    {
        DO_DOWNLOAD_STATUS status;
        HRESULT hr;

        memset(&status, 0xcc, sizeof(status));
        hr = object->GetStatus(&status);
        ok(hr == S_OK, "GetStatus gave hr %#lx.\n", hr);
        return status;
    }

    /* The SDK asks again and again, with growing pauses, as long as the service may get on by itself. */
    DO_DOWNLOAD_STATUS wait() const
    {
        const DWORD start = GetTickCount();
        DO_DOWNLOAD_STATUS now = status();
        DWORD pause = 10;

        while (may_go_on(now) && GetTickCount() - start < DOWNLOAD_LIMIT_MS)
        {
            Sleep(pause);
            pause = pause < 250 ? pause * 2 : 500;
            now = status();
        }
        return now;
    }

    HRESULT finalize()
    {
        HRESULT hr = object->Finalize();

        finalized = SUCCEEDED(hr);
        return hr;
    }

    IDODownload *operator->() const { return object.get(); }
    const com_ptr<IDODownload> &pointer() const { return object; }

private:
    static bool may_go_on(const DO_DOWNLOAD_STATUS &now)
    {
        if (now.State == DODownloadState_Paused)
            return now.Error == S_OK && now.ExtendedError != S_OK;
        return now.State == DODownloadState_Created || now.State == DODownloadState_Transferring;
    }

    com_ptr<IDODownload> object;
    bool finalized = false;
};

HRESULT get_manager(com_ptr<IDOManager> &manager)
{
    return CoCreateInstance(CLSID_DeliveryOptimization, nullptr, CLSCTX_LOCAL_SERVER, IID_IDOManager,
                            reinterpret_cast<void **>(manager.put()));
}

void test_download(struct fixture *fixture, IDOManager *manager)
{
    const WCHAR *path = fixture_path(fixture, L"sdk");
    DO_DOWNLOAD_STATUS status;
    struct remote remote;
    variant value;
    download file;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    hr = file.create(manager);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return;
    hr = file.set(DODownloadProperty_Uri, static_cast<const WCHAR *>(remote.url));
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = file.set(DODownloadProperty_LocalPath, path);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = file.set(DODownloadProperty_ForegroundPriority, true);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = file.set(DODownloadProperty_NoProgressTimeoutSeconds, 120u);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);

    hr = file.start();
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    status = file.wait();
    ok(status.State == DODownloadState_Transferred, "Got state %d, error %#lx, %#lx.\n", status.State, status.Error,
       status.ExtendedError);
    ok(status.BytesTotal == FILE_SIZE, "Got %llu bytes.\n", status.BytesTotal);
    ok(status.BytesTransferred == FILE_SIZE, "Got %llu bytes.\n", status.BytesTransferred);
    ok(status.Error == S_OK, "Got error %#lx.\n", status.Error);
    ok(!file_exists(path), "The file is there before its time.\n");

    hr = file->GetProperty(DODownloadProperty_Id, value.put());
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(value->vt == VT_BSTR, "Got type %u.\n", value->vt);
    hr = file->GetProperty(DODownloadProperty_ForegroundPriority, value.put());
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(value->vt == VT_BOOL && value->boolVal == VARIANT_TRUE, "Got type %u, value %d.\n", value->vt, value->boolVal);

    hr = file.finalize();
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_whole_content(path, REMOTE_SEED, FILE_SIZE);
    status = file.status();
    ok(status.State == DODownloadState_Finalized, "Got state %d.\n", status.State);
    hr = file->Abort();
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    hr = file.start();
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
}

/* Any end but success is an Abort, which leaves nothing. */
void test_failure(struct fixture *fixture, IDOManager *manager)
{
    const WCHAR *path = fixture_path(fixture, L"sdk-failure");
    struct remote remote;

    remote_init(&remote, REMOTE_HTTP, "size=100&status=404");
    {
        DO_DOWNLOAD_STATUS status;
        download file;
        HRESULT hr;

        hr = file.create(manager);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        if (FAILED(hr))
            return;
        file.set(DODownloadProperty_Uri, static_cast<const WCHAR *>(remote.url));
        file.set(DODownloadProperty_LocalPath, path);
        hr = file.start();
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        status = file.wait();
        ok(status.State == DODownloadState_Paused, "Got state %d.\n", status.State);
        ok(status.Error == HTTP_E_STATUS_NOT_FOUND, "Got error %#lx.\n", status.Error);
        hr = file.finalize();
        ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    }
    ok(!file_exists(path), "The file is there.\n");
    ok(!fixture_count_files(fixture, L"DO*.tmp"), "Temporary files are left.\n");
}

/* An application looks for its download again, by URL, and finds nothing once it is over. */
void test_find(struct fixture *fixture, IDOManager *manager)
{
    com_ptr<IDODownload> found_download;
    com_ptr<IEnumUnknown> downloads;
    DO_DOWNLOAD_ENUM_CATEGORY category = {};
    com_ptr<IUnknown> found;
    struct remote remote;
    ULONG fetched = 0;
    variant id, found_id;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=100");
    category.Property = DODownloadProperty_Uri;
    category.Value = remote.url;
    {
        download file;

        hr = file.create(manager);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        if (FAILED(hr))
            return;
        file.set(DODownloadProperty_Uri, static_cast<const WCHAR *>(remote.url));
        file.set(DODownloadProperty_LocalPath, fixture_path(fixture, L"sdk-find"));
        file->GetProperty(DODownloadProperty_Id, id.put());

        hr = manager->EnumDownloads(&category, downloads.put());
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        if (FAILED(hr))
            return;
        hr = downloads->Next(1, found.put(), &fetched);
        ok(hr == S_OK && fetched == 1, "Got hr %#lx, %lu objects.\n", hr, fetched);
        hr = found.as(IID_IDODownload, found_download);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        if (found_download)
            found_download->GetProperty(DODownloadProperty_Id, found_id.put());
        ok(id->vt == VT_BSTR && found_id->vt == VT_BSTR && !wcscmp(id->bstrVal, found_id->bstrVal),
           "It is another download.\n");
        hr = downloads->Next(1, found.put(), &fetched);
        ok(hr == S_FALSE && !fetched, "Got hr %#lx, %lu objects.\n", hr, fetched);
    }
    hr = manager->EnumDownloads(&category, downloads.put());
    ok(hr == DO_E_NO_DOWNLOADS, "Got hr %#lx.\n", hr);
}

}

extern "C" START_TEST(sdk_client)
{
    struct fixture fixture;

    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    {
        com_ptr<IDOManager> manager;
        HRESULT hr;

        hr = get_manager(manager);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        if (SUCCEEDED(hr))
        {
            test_download(&fixture, manager.get());
            test_failure(&fixture, manager.get());
            test_find(&fixture, manager.get());
        }
    }
    fixture_cleanup(&fixture);
}
