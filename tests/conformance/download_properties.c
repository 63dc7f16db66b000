/*
 * Tests of all properties of IDODownload: types, access, and when they may be set.
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

#include "remote.h"
#include "status_callback.h"

#include <wincrypt.h>

enum access
{
    READ = 1,
    WRITE = 2,
    BOTH = READ | WRITE
};

/* Bits of DODownloadState. */
#define WHILE(state) (1u << DODownloadState_##state)
#define BEFORE WHILE(Created)
#define RESTING (WHILE(Created) | WHILE(Paused))
#define ALWAYS (WHILE(Created) | WHILE(Transferring) | WHILE(Paused) | WHILE(Transferred))

/* What a property is before anybody has set it. */
enum initial
{
    UNSET,      /* E_NOT_SET */
    NUMBER,     /* the value in the table */
    SOMETHING
};

static const struct
{
    DODownloadProperty property;
    const char *name;
    VARTYPE type;
    enum access access;
    unsigned int states;
    enum initial initial;
    LONG value;
    const WCHAR *text;  /* to be set, and read again */
    LONG number;        /* the same */
} properties[] =
{
    { DODownloadProperty_Id, "Id", VT_BSTR, READ, 0, SOMETHING, 0, NULL, 0 },
    { DODownloadProperty_Uri, "Uri", VT_BSTR, BOTH, RESTING, UNSET, 0, UNUSED_URL, 0 },
    { DODownloadProperty_ContentId, "ContentId", VT_BSTR, BOTH, BEFORE, UNSET, 0, L"content", 0 },
    { DODownloadProperty_DisplayName, "DisplayName", VT_BSTR, BOTH, ALWAYS, UNSET, 0, L"a name", 0 },
    { DODownloadProperty_LocalPath, "LocalPath", VT_BSTR, BOTH, BEFORE, UNSET, 0, L"", 0 },
    { DODownloadProperty_HttpCustomHeaders, "HttpCustomHeaders", VT_BSTR, BOTH, ALWAYS, UNSET, 0, L"A: b\r\n", 0 },
    { DODownloadProperty_CostPolicy, "CostPolicy", VT_UI4, BOTH, ALWAYS, NUMBER, DODownloadCostPolicy_Standard, NULL,
        DODownloadCostPolicy_NoSurcharge },
    { DODownloadProperty_SecurityFlags, "SecurityFlags", VT_UI4, WRITE, ALWAYS, UNSET, 0, NULL, 0x3300 },
    { DODownloadProperty_CallbackFreqPercent, "CallbackFreqPercent", VT_UI4, BOTH, ALWAYS, NUMBER, 0, NULL, 7 },
    { DODownloadProperty_CallbackFreqSeconds, "CallbackFreqSeconds", VT_UI4, BOTH, ALWAYS, NUMBER, 1, NULL, 3 },
    { DODownloadProperty_NoProgressTimeoutSeconds, "NoProgressTimeoutSeconds", VT_UI4, BOTH, ALWAYS, NUMBER, 86400,
        NULL, 60 },
    { DODownloadProperty_ForegroundPriority, "ForegroundPriority", VT_BOOL, BOTH, ALWAYS, NUMBER, 0, NULL, -1 },
    { DODownloadProperty_BlockingMode, "BlockingMode", VT_BOOL, BOTH, ALWAYS, NUMBER, 0, NULL, 0 },
    { DODownloadProperty_CallbackInterface, "CallbackInterface", VT_UNKNOWN, BOTH, ALWAYS, UNSET, 0, NULL, 0 },
    { DODownloadProperty_StreamInterface, "StreamInterface", VT_UNKNOWN, BOTH, BEFORE, UNSET, 0, NULL, 0 },
    { DODownloadProperty_SecurityContext, "SecurityContext", VT_ARRAY | VT_UI1, WRITE, ALWAYS, UNSET, 0, NULL, 0 },
    { DODownloadProperty_NetworkToken, "NetworkToken", VT_BOOL, WRITE, ALWAYS, UNSET, 0, NULL, -1 },
    { DODownloadProperty_CorrelationVector, "CorrelationVector", VT_BSTR, BOTH, ALWAYS, UNSET, 0, L"abc.1", 0 },
    { DODownloadProperty_DecryptionInfo, "DecryptionInfo", VT_BSTR, WRITE, BEFORE, UNSET, 0, NULL, 0 },
    { DODownloadProperty_IntegrityCheckInfo, "IntegrityCheckInfo", VT_BSTR, WRITE, BEFORE, UNSET, 0, NULL, 0 },
    { DODownloadProperty_IntegrityCheckMandatory, "IntegrityCheckMandatory", VT_BOOL, BOTH, BEFORE, NUMBER, 0, NULL,
        0 },
    { DODownloadProperty_TotalSizeBytes, "TotalSizeBytes", VT_UI8, BOTH, BEFORE, UNSET, 0, NULL, 4000 },
    { DODownloadProperty_DisallowOnCellular, "DisallowOnCellular", VT_BOOL, BOTH, ALWAYS, NUMBER, 0, NULL, -1 },
    { DODownloadProperty_HttpCustomAuthHeaders, "HttpCustomAuthHeaders", VT_BSTR, BOTH, ALWAYS, UNSET, 0, L"B: c", 0 },
    { DODownloadProperty_HttpAllowSecureToNonSecureRedirect, "HttpAllowSecureToNonSecureRedirect", VT_BOOL, BOTH,
        ALWAYS, NUMBER, 0, NULL, -1 },
    { DODownloadProperty_NonVolatile, "NonVolatile", VT_BOOL, BOTH, ALWAYS, NUMBER, 0, NULL, -1 },
    { DODownloadProperty_HttpRedirectionTarget, "HttpRedirectionTarget", VT_BSTR, READ, 0, UNSET, 0, NULL, 0 },
    { DODownloadProperty_HttpResponseHeaders, "HttpResponseHeaders", VT_BSTR, READ, 0, UNSET, 0, NULL, 0 },
    { DODownloadProperty_HttpServerIPAddress, "HttpServerIPAddress", VT_BSTR, READ, 0, UNSET, 0, NULL, 0 },
    { DODownloadProperty_HttpStatusCode, "HttpStatusCode", VT_UI4, READ, 0, UNSET, 0, NULL, 0 },
};

/* The value as a number that fits every type but the strings. */
static LONG variant_number(const VARIANT *value)
{
    switch (V_VT(value))
    {
        case VT_BOOL:
            return V_BOOL(value);
        case VT_UI4:
            return V_UI4(value);
        case VT_UI8:
            return V_UI8(value);
        default:
            return 0xdead;
    }
}

static HRESULT get_property(IDODownload *download, DODownloadProperty property, VARIANT *value)
{
    VariantInit(value);
    return IDODownload_GetProperty(download, property, value);
}

/* Reading what nobody has set. */
static void test_initial(IDODownload *download, unsigned int i)
{
    VARIANT value;
    HRESULT hr;

    hr = get_property(download, properties[i].property, &value);
    if (!(properties[i].access & READ))
    {
        ok(hr == DO_E_WRITE_ONLY_PROPERTY, "Got hr %#lx.\n", hr);
        return;
    }
    if (properties[i].initial == UNSET)
    {
        ok(hr == HRESULT_FROM_WIN32(ERROR_NOT_FOUND), "Got hr %#lx.\n", hr);
        return;
    }
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(V_VT(&value) == properties[i].type, "Got type %#x.\n", V_VT(&value));
    if (properties[i].initial == NUMBER)
        ok(variant_number(&value) == properties[i].value, "Got %ld.\n", variant_number(&value));
    VariantClear(&value);
}

static HRESULT set_value(const struct fixture *fixture, IDODownload *download, unsigned int i)
{
    VARIANT value;

    switch (properties[i].type)
    {
        case VT_BSTR:
            if (properties[i].property == DODownloadProperty_LocalPath)
                return set_text(download, properties[i].property, fixture_path(fixture, L"property"));
            if (properties[i].property == DODownloadProperty_DecryptionInfo)
                return set_text(download, properties[i].property,
                        L"{\"KeyData\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\","
                        L"\"EncryptionBufferSize\":65536,\"AlgorithmName\":\"AES\","
                        L"\"ChainingMode\":\"ChainingModeCBC\"}");
            if (properties[i].property == DODownloadProperty_IntegrityCheckInfo)
                return set_text(download, properties[i].property, L"{\"PiecesHashFileUrl\":\"http://127.0.0.1:9/h\","
                        L"\"PiecesHashFileDigest\":\"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\","
                        L"\"PiecesHashFileDigestAlgorithm\":\"SHA256\","
                        L"\"HashOfHashes\":\"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\"}");
            return set_text(download, properties[i].property, properties[i].text);
        case VT_UI4:
            return set_number(download, properties[i].property, properties[i].number);
        case VT_BOOL:
            return set_boolean(download, properties[i].property, properties[i].number);
        case VT_UI8:
            V_VT(&value) = VT_UI8;
            V_UI8(&value) = properties[i].number;
            return IDODownload_SetProperty(download, properties[i].property, &value);
        case VT_UNKNOWN:
            return set_object(download, properties[i].property, NULL);
        default:
            return CRYPT_E_FILE_ERROR; /* see test_certificate() */
    }
}

/* What was set is read again, with exactly the type. */
static void test_set(const struct fixture *fixture, IDODownload *download, unsigned int i)
{
    VARIANT value;
    HRESULT hr;

    if (!(properties[i].access & WRITE))
    {
        hr = set_text(download, properties[i].property, L"text");
        ok(hr == DO_E_READ_ONLY_PROPERTY, "Got hr %#lx.\n", hr);
        return;
    }
    hr = set_value(fixture, download, i);
    if (properties[i].type == (VT_ARRAY | VT_UI1))
        return;
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (!(properties[i].access & READ) || properties[i].type == VT_UNKNOWN)
        return;
    hr = get_property(download, properties[i].property, &value);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(V_VT(&value) == properties[i].type, "Got type %#x.\n", V_VT(&value));
    if (properties[i].type != VT_BSTR)
        ok(variant_number(&value) == properties[i].number, "Got %ld.\n", variant_number(&value));
    else if (properties[i].property != DODownloadProperty_LocalPath)
        ok(!wcscmp(V_BSTR(&value), properties[i].text), "Got %s.\n", debug_string(V_BSTR(&value)));
    VariantClear(&value);
}

/* A scalar of another type is taken for what it means; whatever else is refused. */
static void test_types(IDODownload *download, unsigned int i)
{
    VARIANT value;
    HRESULT hr;

    if (!(properties[i].access & WRITE))
        return;
    V_VT(&value) = VT_DISPATCH;
    V_DISPATCH(&value) = NULL;
    hr = IDODownload_SetProperty(download, properties[i].property, &value);
    ok(hr == E_INVALIDARG, "Got hr %#lx for VT_DISPATCH.\n", hr);
    V_VT(&value) = VT_NULL;
    hr = IDODownload_SetProperty(download, properties[i].property, &value);
    ok(hr == E_INVALIDARG, "Got hr %#lx for VT_NULL.\n", hr);
    V_VT(&value) = VT_EMPTY;
    hr = IDODownload_SetProperty(download, properties[i].property, &value);
    ok(hr == (properties[i].type == VT_UNKNOWN ? S_OK : E_INVALIDARG), "Got hr %#lx for VT_EMPTY.\n", hr);
    V_VT(&value) = VT_I4;
    V_I4(&value) = properties[i].number;
    hr = IDODownload_SetProperty(download, properties[i].property, &value);
    if (properties[i].type == VT_UI4 || properties[i].type == VT_UI8 || properties[i].type == VT_BOOL)
        ok(hr == S_OK, "Got hr %#lx for VT_I4.\n", hr);
    else
        ok(hr == E_INVALIDARG, "Got hr %#lx for VT_I4.\n", hr);
    if (properties[i].type == VT_UI4 || properties[i].type == VT_UI8)
    {
        V_I4(&value) = -1;
        hr = IDODownload_SetProperty(download, properties[i].property, &value);
        ok(hr == E_INVALIDARG, "Got hr %#lx for -1.\n", hr);
    }
    check_null_refused(IDODownload_SetProperty(download, properties[i].property, NULL));
}

static void test_state(const struct fixture *fixture, IDODownload *download, DODownloadState state)
{
    unsigned int i;
    HRESULT hr;

    check_download_state(download, state);
    for (i = 0; i < ARRAYSIZE(properties); ++i)
    {
        if (!(properties[i].access & WRITE) || properties[i].type == (VT_ARRAY | VT_UI1)
                || (properties[i].states & (1u << state)
                    && properties[i].property == DODownloadProperty_StreamInterface))
            continue;
        push_context("%s in state %d", properties[i].name, state);
        hr = set_value(fixture, download, i);
        if (properties[i].states & (1u << state))
            ok(hr == S_OK, "Got hr %#lx.\n", hr);
        else
            ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
        pop_context();
    }
}

static void test_states(struct fixture *fixture)
{
    IDODownload *download;
    struct remote remote;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=4000&hold=@&hold_at=100");
    download = create_file_download(fixture, remote.url, L"states");
    start_download(download);
    remote_wait(&remote, 1);
    test_state(fixture, download, DODownloadState_Transferring);
    hr = IDODownload_Pause(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    test_state(fixture, download, DODownloadState_Paused);
    remote_release(&remote);
    check_set(set_text(download, DODownloadProperty_Uri, remote.url));
    start_download(download);
    wait_for_download(download, DODownloadState_Transferred);
    test_state(fixture, download, DODownloadState_Transferred);
    hr = IDODownload_Finalize(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    test_state(fixture, download, DODownloadState_Finalized);
    end_download(download);

    download = create_download(fixture);
    hr = IDODownload_Abort(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    test_state(fixture, download, DODownloadState_Aborted);
    end_download(download);
}

static void test_limits(struct fixture *fixture)
{
    WCHAR *text = create_long_string(257);
    IDODownload *download;
    VARIANT value;
    HRESULT hr;

    download = create_download(fixture);
    hr = set_number(download, DODownloadProperty_NoProgressTimeoutSeconds, 59);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = set_number(download, DODownloadProperty_CostPolicy, 6);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = set_number(download, DODownloadProperty_CallbackFreqPercent, 101);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = set_number(download, DODownloadProperty_SecurityFlags, 0x80000000);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = set_text(download, DODownloadProperty_DisplayName, text);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = set_text(download, DODownloadProperty_Uri, L"");
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = set_text(download, DODownloadProperty_Uri, L"ftp://127.0.0.1/file");
    ok(hr == (HRESULT)0x800c0002, "Got hr %#lx.\n", hr);
    hr = set_text(download, DODownloadProperty_LocalPath, L"");
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = set_text(download, DODownloadProperty_LocalPath, fixture_path(fixture, L"a|b\\c"));
    ok(hr == HRESULT_FROM_WIN32(ERROR_INVALID_NAME) || hr == E_ACCESSDENIED, "Got hr %#lx.\n", hr);
    hr = set_text(download, DODownloadProperty_CorrelationVector, L"a\r\nb");
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = set_text(download, DODownloadProperty_DecryptionInfo, L"no JSON");
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = set_text(download, (DODownloadProperty)30, L"text");
    ok(hr == DO_E_UNKNOWN_PROPERTY_ID, "Got hr %#lx.\n", hr);
    hr = get_property(download, (DODownloadProperty)30, &value);
    ok(hr == DO_E_UNKNOWN_PROPERTY_ID, "Got hr %#lx.\n", hr);
    check_set(set_boolean(download, DODownloadProperty_ForegroundPriority, TRUE));
    hr = get_property(download, DODownloadProperty_CostPolicy, &value);
    ok(hr == S_OK && V_UI4(&value) == DODownloadCostPolicy_Always, "Got hr %#lx, %lu.\n", hr, V_UI4(&value));
    hr = get_property(download, DODownloadProperty_NoProgressTimeoutSeconds, &value);
    ok(hr == S_OK && V_UI4(&value) == 3600, "Got hr %#lx, %lu.\n", hr, V_UI4(&value));
    end_download(download);
    free(text);
}

static void test_http(struct fixture *fixture)
{
    static const DODownloadProperty texts[] =
    {
        DODownloadProperty_HttpRedirectionTarget, DODownloadProperty_HttpResponseHeaders,
        DODownloadProperty_HttpServerIPAddress,
    };
    const WCHAR *parts[] = { L"/data/", L"X-Test:value\r\n", L"127.0.0.1" };
    IDODownload *download;
    struct remote remote;
    VARIANT value;
    unsigned int i;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=4000&hops=1&header=X-Test:value");
    download = create_file_download(fixture, remote.url, L"http");
    start_download(download);
    wait_for_download(download, DODownloadState_Transferred);
    for (i = 0; i < ARRAYSIZE(texts); ++i)
    {
        hr = get_property(download, texts[i], &value);
        if (!ok(hr == S_OK && V_VT(&value) == VT_BSTR, "Got hr %#lx, type %#x.\n", hr, V_VT(&value)))
            continue;
        ok(wcsstr(V_BSTR(&value), parts[i]) != NULL, "Got %s.\n", debug_string(V_BSTR(&value)));
        VariantClear(&value);
    }
    hr = get_property(download, DODownloadProperty_HttpStatusCode, &value);
    ok(hr == S_OK && V_VT(&value) == VT_UI4 && V_UI4(&value) == 200, "Got hr %#lx, type %#x, %lu.\n", hr,
            V_VT(&value), V_UI4(&value));
    hr = get_property(download, DODownloadProperty_TotalSizeBytes, &value);
    ok(hr == S_OK && V_VT(&value) == VT_UI8 && V_UI8(&value) == 4000, "Got hr %#lx, type %#x.\n", hr, V_VT(&value));
    end_download(download);
}

static HRESULT set_bytes(IDODownload *download, const void *bytes, ULONG size)
{
    SAFEARRAY *array = SafeArrayCreateVector(VT_UI1, 0, size);
    VARIANT value;
    HRESULT hr;
    void *data;

    SafeArrayAccessData(array, &data);
    memcpy(data, bytes, size);
    SafeArrayUnaccessData(array);
    V_VT(&value) = VT_ARRAY | VT_UI1;
    V_ARRAY(&value) = array;
    hr = IDODownload_SetProperty(download, DODownloadProperty_SecurityContext, &value);
    VariantClear(&value);
    return hr;
}

static void test_certificate(struct fixture *fixture)
{
    IDODownload *download = create_download(fixture);
    HRESULT hr;

    hr = set_bytes(download, "no certificate", 14);
    ok(hr == CRYPT_E_FILE_ERROR, "Got hr %#lx.\n", hr);
    hr = set_bytes(download, "", 0);
    ok(hr == CRYPT_E_FILE_ERROR, "Got hr %#lx.\n", hr);
    end_download(download);
}

static void test_callback(struct fixture *fixture)
{
    struct status_callback callback;
    IDODownload *download;
    VARIANT value;
    HRESULT hr;

    status_callback_init(&callback);
    download = create_download(fixture);
    check_set(set_object(download, DODownloadProperty_CallbackInterface,
            (IUnknown *)&callback.IDODownloadStatusCallback_iface));
    hr = get_property(download, DODownloadProperty_CallbackInterface, &value);
    ok(hr == S_OK && V_VT(&value) == VT_UNKNOWN && V_UNKNOWN(&value) != NULL, "Got hr %#lx, type %#x.\n", hr,
            V_VT(&value));
    VariantClear(&value);
    V_VT(&value) = VT_EMPTY;
    hr = IDODownload_SetProperty(download, DODownloadProperty_CallbackInterface, &value);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = get_property(download, DODownloadProperty_CallbackInterface, &value);
    ok(hr == HRESULT_FROM_WIN32(ERROR_NOT_FOUND), "Got hr %#lx.\n", hr);
    hr = set_object(download, DODownloadProperty_CallbackInterface, (IUnknown *)fixture->manager);
    ok(hr == E_NOINTERFACE, "Got hr %#lx.\n", hr);
    end_download(download);
    status_callback_cleanup(&callback);
}

START_TEST(download_properties)
{
    struct fixture fixture;
    IDODownload *download;
    unsigned int i;

    if (!remote_available(REMOTE_HTTP) || !fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    for (i = 0; i < ARRAYSIZE(properties); ++i)
    {
        push_context("%s", properties[i].name);
        ok(properties[i].property == (DODownloadProperty)i, "Got number %d.\n", properties[i].property);
        if ((download = create_download(&fixture)))
        {
            test_initial(download, i);
            test_types(download, i);
            test_set(&fixture, download, i);
            end_download(download);
        }
        pop_context();
    }
    test_states(&fixture);
    test_limits(&fixture);
    test_http(&fixture);
    test_certificate(&fixture);
    test_callback(&fixture);
    fixture_cleanup(&fixture);
}
