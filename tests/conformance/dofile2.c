/*
 * Tests of IDeliveryOptimizationFile2.
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

#include "stream_object.h"

#define INTEGRITY_INFO L"{\"PiecesHashFileUrl\":\"http://127.0.0.1:9/phf\"}"
#define DECRYPTION_INFO L"{\"KeyData\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"}"

static HRESULT set_text(IDeliveryOptimizationFile2 *file, DOFilePropertyId id, const WCHAR *text)
{
    VARIANT value;
    HRESULT hr;

    V_VT(&value) = VT_BSTR;
    V_BSTR(&value) = SysAllocString(text);
    hr = IDeliveryOptimizationFile2_SetProperty(file, id, &value);
    VariantClear(&value);
    return hr;
}

static HRESULT set_number(IDeliveryOptimizationFile2 *file, DOFilePropertyId id, VARTYPE type, UINT64 number)
{
    VARIANT value;

    VariantInit(&value);
    V_VT(&value) = type;
    V_UI8(&value) = number;
    return IDeliveryOptimizationFile2_SetProperty(file, id, &value);
}

static HRESULT set_stream(IDeliveryOptimizationFile2 *file, VARTYPE type, void *stream)
{
    VARIANT value;

    V_VT(&value) = type;
    V_UNKNOWN(&value) = stream;
    return IDeliveryOptimizationFile2_SetProperty(file, DOFilePropertyId_DownloadSinkInterface, &value);
}

static HRESULT get_property(IDeliveryOptimizationFile2 *file, DOFilePropertyId id, VARIANT *value)
{
    VariantInit(value);
    return IDeliveryOptimizationFile2_GetProperty(file, id, value);
}

static void test_initial_values(struct fixture *fixture)
{
    static const struct
    {
        DOFilePropertyId id;
        HRESULT hr;
    }
    tests[] =
    {
        { DOFilePropertyId_DecryptionInfo, DO_E_WRITE_ONLY_PROPERTY },
        { DOFilePropertyId_IntegrityCheckInfo, DO_E_WRITE_ONLY_PROPERTY },
        { DOFilePropertyId_IntegrityCheckMandatory, S_OK },
        { DOFilePropertyId_DownloadSinkInterface, E_NOT_SET },
        { DOFilePropertyId_DownloadSinkFilePath, E_NOT_SET },
        { DOFilePropertyId_DownloadSinkMemoryStream, DO_E_MEMORYSTREAM_DOWNLOAD_NOT_SUPPORTED },
        { DOFilePropertyId_TotalSizeBytes, E_NOT_SET },
        { 7, DO_E_UNKNOWN_PROPERTY_ID },
        { -1, DO_E_UNKNOWN_PROPERTY_ID },
    };
    IDeliveryOptimizationFile2 *file;
    IBackgroundCopyJob *job;
    unsigned int i;
    VARIANT value;
    HRESULT hr;

    if (!(job = create_job(fixture)) || !(file = add_stream_file(job, UNUSED_URL, NULL, 0, NULL)))
        return;
    for (i = 0; i < ARRAYSIZE(tests); ++i)
    {
        hr = get_property(file, tests[i].id, &value);
        ok(hr == tests[i].hr, "Got hr %#lx for property %d.\n", hr, tests[i].id);
        if (hr == S_OK)
            ok(V_VT(&value) == VT_BOOL && V_BOOL(&value) == VARIANT_FALSE, "Got type %u.\n", V_VT(&value));
        VariantClear(&value);
    }
    hr = IBackgroundCopyJob_Resume(job);
    ok(hr == DO_E_LOCALPATH_NOT_SET, "Got hr %#lx.\n", hr);
    IDeliveryOptimizationFile2_Release(file);
    end_job(job);
}

static void test_types(struct fixture *fixture)
{
    static const VARTYPE types[] = { VT_EMPTY, VT_NULL, VT_I4, VT_UI4, VT_I8, VT_R8, VT_BOOL, VT_UI8 };
    static const VARTYPE expected[] = { VT_BSTR, VT_BSTR, VT_BOOL, VT_UNKNOWN, VT_BSTR, VT_EMPTY, VT_UI8 };
    IDeliveryOptimizationFile2 *file;
    IBackgroundCopyJob *job;
    unsigned int id, i;
    HRESULT hr, wanted;

    if (!(job = create_job(fixture)) || !(file = add_stream_file(job, UNUSED_URL, NULL, 0, NULL)))
        return;
    for (id = 0; id < ARRAYSIZE(expected); ++id)
    {
        for (i = 0; i < ARRAYSIZE(types); ++i)
        {
            wanted = expected[id] == VT_EMPTY ? DO_E_MEMORYSTREAM_DOWNLOAD_NOT_SUPPORTED : E_INVALIDARG;
            if (types[i] == expected[id] && types[i] != VT_EMPTY)
                wanted = S_OK;
            hr = set_number(file, id, types[i], 5);
            ok(hr == wanted, "Got hr %#lx for property %u, type %u.\n", hr, id, types[i]);
        }
    }
    hr = set_number(file, 7, VT_UI8, 5);
    ok(hr == DO_E_UNKNOWN_PROPERTY_ID, "Got hr %#lx.\n", hr);
    hr = set_text(file, DOFilePropertyId_TotalSizeBytes, L"5");
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = set_text(file, DOFilePropertyId_DownloadSinkInterface, L"5");
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationFile2_SetProperty(file, DOFilePropertyId_TotalSizeBytes, NULL);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationFile2_GetProperty(file, DOFilePropertyId_TotalSizeBytes, NULL);
    check_null_refused(hr);
    IDeliveryOptimizationFile2_Release(file);
    end_job(job);
}

static void test_values(struct fixture *fixture)
{
    IDeliveryOptimizationFile2 *file;
    IBackgroundCopyJob *job;
    VARIANT value;
    HRESULT hr;

    if (!(job = create_job(fixture)) || !(file = add_stream_file(job, UNUSED_URL, NULL, 0, NULL)))
        return;
    hr = set_number(file, DOFilePropertyId_TotalSizeBytes, VT_UI8, 5000000000ull);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = get_property(file, DOFilePropertyId_TotalSizeBytes, &value);
    ok(hr == S_OK && V_VT(&value) == VT_UI8 && V_UI8(&value) == 5000000000ull, "Got hr %#lx.\n", hr);
    check_progress(job, 5000000000ull, 0, 1, 0);

    hr = set_number(file, DOFilePropertyId_IntegrityCheckMandatory, VT_BOOL, (USHORT)VARIANT_TRUE);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = get_property(file, DOFilePropertyId_IntegrityCheckMandatory, &value);
    ok(hr == S_OK && V_VT(&value) == VT_BOOL && V_BOOL(&value) == VARIANT_TRUE, "Got hr %#lx.\n", hr);

    hr = set_text(file, DOFilePropertyId_IntegrityCheckInfo, INTEGRITY_INFO);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = set_text(file, DOFilePropertyId_IntegrityCheckInfo, L"no JSON");
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = set_text(file, DOFilePropertyId_IntegrityCheckInfo, L"");
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = set_text(file, DOFilePropertyId_DecryptionInfo, DECRYPTION_INFO);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = set_text(file, DOFilePropertyId_DecryptionInfo, L"{\"KeyData\":\"AAAA\"}");
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = get_property(file, DOFilePropertyId_DecryptionInfo, &value);
    ok(hr == DO_E_WRITE_ONLY_PROPERTY, "Got hr %#lx.\n", hr);
    IDeliveryOptimizationFile2_Release(file);
    end_job(job);
}

static void test_path(struct fixture *fixture)
{
    IDeliveryOptimizationFile2 *file;
    struct stream_object stream;
    IBackgroundCopyJob *job;
    struct remote remote;
    const WCHAR *path;
    VARIANT value;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=5000");
    if (!(job = create_job(fixture)) || !(file = add_stream_file(job, remote.url, NULL, 0, NULL)))
        return;
    stream_object_init(&stream, REMOTE_SEED);
    hr = set_text(file, DOFilePropertyId_DownloadSinkFilePath, L"relative");
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = set_text(file, DOFilePropertyId_DownloadSinkFilePath, fixture_path(fixture, L"missing\\file"));
    ok(hr == HRESULT_FROM_WIN32(ERROR_PATH_NOT_FOUND), "Got hr %#lx.\n", hr);
    hr = set_text(file, DOFilePropertyId_DownloadSinkFilePath, fixture_path(fixture, L"wrong"));
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    path = fixture_path(fixture, L"sink");
    hr = set_text(file, DOFilePropertyId_DownloadSinkFilePath, path);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = get_property(file, DOFilePropertyId_DownloadSinkFilePath, &value);
    ok(hr == S_OK && V_VT(&value) == VT_BSTR && !wcscmp(V_BSTR(&value), path), "Got hr %#lx.\n", hr);
    VariantClear(&value);
    hr = set_stream(file, VT_UNKNOWN, &stream.IStream_iface);
    ok(hr == DO_E_FILE_DOWNLOADSINK_ALREADY_SET, "Got hr %#lx.\n", hr);

    hr = IBackgroundCopyJob_Resume(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
    hr = set_text(file, DOFilePropertyId_DownloadSinkFilePath, path);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    hr = set_number(file, DOFilePropertyId_TotalSizeBytes, VT_UI8, 1);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    hr = set_text(file, DOFilePropertyId_IntegrityCheckInfo, INTEGRITY_INFO);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    hr = get_property(file, DOFilePropertyId_TotalSizeBytes, &value);
    ok(hr == S_OK && V_VT(&value) == VT_UI8 && V_UI8(&value) == 5000, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_Complete(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_whole_content(path, REMOTE_SEED, 5000);
    IDeliveryOptimizationFile2_Release(file);
    end_job(job);
    stream_object_cleanup(&stream);
}

static void test_stream(struct fixture *fixture)
{
    IDeliveryOptimizationFile2 *file;
    struct stream_object stream;
    IBackgroundCopyJob *job;
    VARIANT value;
    HRESULT hr;

    if (!(job = create_job(fixture)) || !(file = add_stream_file(job, UNUSED_URL, NULL, 0, NULL)))
        return;
    stream_object_init(&stream, REMOTE_SEED);
    hr = set_stream(file, VT_UNKNOWN, NULL);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = set_stream(file, VT_DISPATCH, NULL);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = set_stream(file, VT_UNKNOWN, file);
    ok(hr == E_NOINTERFACE, "Got hr %#lx.\n", hr);
    hr = set_stream(file, VT_UNKNOWN, &stream.IStream_iface);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = set_stream(file, VT_UNKNOWN, &stream.IStream_iface);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = get_property(file, DOFilePropertyId_DownloadSinkInterface, &value);
    ok(hr == S_OK && V_VT(&value) == VT_UNKNOWN && V_UNKNOWN(&value), "Got hr %#lx.\n", hr);
    VariantClear(&value);
    hr = set_text(file, DOFilePropertyId_DownloadSinkFilePath, fixture_path(fixture, L"sink"));
    ok(hr == DO_E_FILE_DOWNLOADSINK_ALREADY_SET, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_Cancel(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = set_stream(file, VT_UNKNOWN, &stream.IStream_iface);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    IDeliveryOptimizationFile2_Release(file);
    end_job(job);
    stream_object_cleanup(&stream);
}

START_TEST(dofile2)
{
    struct fixture fixture;

    if (!remote_available(REMOTE_HTTP) || !fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_initial_values(&fixture);
    test_types(&fixture);
    test_values(&fixture);
    test_path(&fixture);
    test_stream(&fixture);
    fixture_cleanup(&fixture);
}
