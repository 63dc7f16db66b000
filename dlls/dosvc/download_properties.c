/*
 * The properties of a download.
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
#include <string.h>

#include "download.h"
#include "winhttp.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

#define MIN_NO_PROGRESS_TIMEOUT 60      /* seconds */
#define MAX_CORRELATION_VECTOR 127      /* characters, as its specification has it */
#define MAX_HEADERS 16384               /* characters */

/* WINHTTP_ENABLE_SSL_REVOCATION, which is an option elsewhere, and a flag in this property only. */
#define WINHTTP_REVOCATION 0x00000001

/* Bits of DODownloadState in which a property may be written. */
#define WHILE(state) (1u << DODownloadState_##state)
#define BEFORE_START WHILE(Created)
#define NOT_UNDER_WAY (WHILE(Created) | WHILE(Paused))
#define UNTIL_END (WHILE(Created) | WHILE(Transferring) | WHILE(Paused) | WHILE(Transferred))

enum access
{
    READ = 1,
    WRITE = 2,
    READ_WRITE = READ | WRITE
};

struct property
{
    VARTYPE type;
    enum access access;
    unsigned int states;    /* WHILE(...): when it may be written */
    /* The value is of the type; read: VT_EMPTY at first, and to be cleared on success only. */
    HRESULT (*read)(const GUID *id, unsigned int which, VARIANT *value);
    HRESULT (*write)(const GUID *id, unsigned int which, const VARIANT *value);
    unsigned int which;     /* for both */
};

static HRESULT set_bstr(VARIANT *value, const WCHAR *text)
{
    if (!(V_BSTR(value) = SysAllocString(text)))
        return E_OUTOFMEMORY;
    V_VT(value) = VT_BSTR;
    return S_OK;
}

/* Takes a text of the engine over; an empty one was never set. */
static HRESULT take_text(HRESULT hr, WCHAR *text, VARIANT *value)
{
    if (FAILED(hr))
        return hr;
    hr = *text ? set_bstr(value, text) : E_NOT_SET;
    CoTaskMemFree(text);
    return hr;
}

static HRESULT read_job_text(const GUID *id, unsigned int which, VARIANT *value)
{
    WCHAR *text = NULL;
    HRESULT hr = engine_job_get_text(id, which, &text);

    return take_text(hr, text, value);
}

static HRESULT write_job_text(const GUID *id, unsigned int which, const VARIANT *value)
{
    return engine_job_set_text(id, which, V_BSTR(value));
}

static HRESULT read_file_text(const GUID *id, unsigned int which, VARIANT *value)
{
    WCHAR *text = NULL;
    HRESULT hr = engine_file_get_text(id, 0, which, &text);

    return take_text(hr, text, value);
}

static HRESULT write_file_text(const GUID *id, unsigned int which, const VARIANT *value)
{
    return engine_file_set_text(id, 0, which, V_BSTR(value));
}

static HRESULT read_job_number(const GUID *id, unsigned int which, VARIANT *value)
{
    UINT64 number;
    HRESULT hr;

    if (FAILED(hr = engine_job_get_number(id, which, &number)))
        return hr;
    V_VT(value) = VT_UI4;
    V_UI4(value) = number;
    return S_OK;
}

static HRESULT write_job_number(const GUID *id, unsigned int which, const VARIANT *value)
{
    return engine_job_set_number(id, which, V_UI4(value));
}

static void set_bool(VARIANT *value, BOOL state)
{
    V_VT(value) = VT_BOOL;
    V_BOOL(value) = state ? VARIANT_TRUE : VARIANT_FALSE;
}

static HRESULT read_job_bool(const GUID *id, unsigned int which, VARIANT *value)
{
    UINT64 number;
    HRESULT hr;

    if (SUCCEEDED(hr = engine_job_get_number(id, which, &number)))
        set_bool(value, number != 0);
    return hr;
}

static HRESULT write_job_bool(const GUID *id, unsigned int which, const VARIANT *value)
{
    return engine_job_set_number(id, which, V_BOOL(value) != VARIANT_FALSE);
}

static HRESULT read_file_bool(const GUID *id, unsigned int which, VARIANT *value)
{
    UINT64 number;
    HRESULT hr;

    if (SUCCEEDED(hr = engine_file_get_number(id, 0, which, &number)))
        set_bool(value, number != 0);
    return hr;
}

static HRESULT write_file_bool(const GUID *id, unsigned int which, const VARIANT *value)
{
    return engine_file_set_number(id, 0, which, V_BOOL(value) != VARIANT_FALSE);
}

static HRESULT read_id(const GUID *id, unsigned int which, VARIANT *value)
{
    WCHAR text[40];

    StringFromGUID2(id, text, ARRAY_SIZE(text));
    return set_bstr(value, text);
}

static HRESULT write_uri(const GUID *id, unsigned int which, const VARIANT *value)
{
    if (!*V_BSTR(value))
        return E_INVALIDARG;
    return engine_file_set_url(id, 0, V_BSTR(value));
}

static HRESULT write_display_name(const GUID *id, unsigned int which, const VARIANT *value)
{
    if (wcslen(V_BSTR(value)) > MAX_DISPLAY_NAME)
        return E_INVALIDARG;
    return write_job_text(id, which, value);
}

static HRESULT write_local_path(const GUID *id, unsigned int which, const VARIANT *value)
{
    char *path;
    HRESULT hr;

    if (!*V_BSTR(value))
        return E_INVALIDARG;
    if (FAILED(hr = path_resolve_creating(V_BSTR(value), &path)))
        return hr;
    hr = engine_file_set_path(id, 0, V_BSTR(value), path);
    free(path);
    return hr;
}

/* Where it is not set, what the priority has. */
static HRESULT read_cost_policy(const GUID *id, unsigned int which, VARIANT *value)
{
    UINT64 policy, priority;
    HRESULT hr;

    if (FAILED(hr = engine_job_get_number(id, which, &policy))
        || FAILED(hr = engine_job_get_number(id, JOB_NUMBER_PRIORITY, &priority)))
        return hr;
    if (policy == COST_POLICY_UNSET)
        policy = priority == JOB_PRIORITY_FOREGROUND ? DODownloadCostPolicy_Always : DODownloadCostPolicy_Standard;
    V_VT(value) = VT_UI4;
    V_UI4(value) = policy;
    return S_OK;
}

static HRESULT write_cost_policy(const GUID *id, unsigned int which, const VARIANT *value)
{
    /* Each is a set of networks of BITS' own policy. */
    static const UINT flags[] =
    {
        [DODownloadCostPolicy_Always] = BITS_JOB_TRANSFER_POLICY_ALWAYS,
        [DODownloadCostPolicy_Unrestricted] = BITS_JOB_TRANSFER_POLICY_UNRESTRICTED,
        [DODownloadCostPolicy_Standard] = BITS_JOB_TRANSFER_POLICY_STANDARD,
        [DODownloadCostPolicy_NoRoaming] = BITS_JOB_TRANSFER_POLICY_NOT_ROAMING,
        [DODownloadCostPolicy_NoSurcharge] = BITS_JOB_TRANSFER_POLICY_NO_SURCHARGE,
        [DODownloadCostPolicy_NoCellular] = BITS_JOB_TRANSFER_POLICY_ALWAYS,
    };
    HRESULT hr;

    if (V_UI4(value) >= ARRAY_SIZE(flags))
        return E_INVALIDARG;
    if (FAILED(hr = engine_job_set_number(id, JOB_NUMBER_COST_FLAGS, flags[V_UI4(value)])))
        return hr;
    return write_job_number(id, which, value);
}

static HRESULT write_percent(const GUID *id, unsigned int which, const VARIANT *value)
{
    return V_UI4(value) > 100 ? E_INVALIDARG : write_job_number(id, which, value);
}

static HRESULT write_timeout(const GUID *id, unsigned int which, const VARIANT *value)
{
    return V_UI4(value) < MIN_NO_PROGRESS_TIMEOUT ? E_INVALIDARG : write_job_number(id, which, value);
}

static HRESULT read_foreground(const GUID *id, unsigned int which, VARIANT *value)
{
    UINT64 priority;
    HRESULT hr;

    if (SUCCEEDED(hr = engine_job_get_number(id, which, &priority)))
        set_bool(value, priority == JOB_PRIORITY_FOREGROUND);
    return hr;
}

static HRESULT write_foreground(const GUID *id, unsigned int which, const VARIANT *value)
{
    return engine_job_set_number(id, which, V_BOOL(value) ? JOB_PRIORITY_FOREGROUND : JOB_PRIORITY_NORMAL);
}

static HRESULT read_callback(const GUID *id, unsigned int which, VARIANT *value)
{
    IDODownloadStatusCallback *callback;

    if (!(callback = download_callback_get(id)))
        return E_NOT_SET;
    V_VT(value) = VT_UNKNOWN;
    V_UNKNOWN(value) = (IUnknown *)callback;
    return S_OK;
}

static HRESULT write_callback(const GUID *id, unsigned int which, const VARIANT *value)
{
    IDODownloadStatusCallback *callback = NULL;
    HRESULT hr;

    if (V_UNKNOWN(value) && FAILED(hr = IUnknown_QueryInterface(V_UNKNOWN(value), &IID_IDODownloadStatusCallback,
                                                                (void **)&callback)))
        return hr;
    hr = download_callback_set(id, callback);
    if (callback)
        IDODownloadStatusCallback_Release(callback);
    return hr;
}

/* Whoever wants revocation checked gets every check, as the documentation has it. */
static HRESULT security_from_winhttp(UINT flags, UINT64 *security)
{
    static const struct
    {
        UINT winhttp, engine;
    } map[] =
    {
        { WINHTTP_REVOCATION, SECURITY_CHECK_REVOCATION },
        { SECURITY_FLAG_IGNORE_UNKNOWN_CA, SECURITY_IGNORE_UNKNOWN_CA },
        { SECURITY_FLAG_IGNORE_CERT_WRONG_USAGE, SECURITY_IGNORE_WRONG_USAGE },
        { SECURITY_FLAG_IGNORE_CERT_CN_INVALID, SECURITY_IGNORE_WRONG_NAME },
        { SECURITY_FLAG_IGNORE_CERT_DATE_INVALID, SECURITY_IGNORE_WRONG_DATE },
    };
    unsigned int i;

    *security = 0;
    for (i = 0; i < ARRAY_SIZE(map); ++i)
    {
        if (flags & map[i].winhttp)
            *security |= map[i].engine;
        flags &= ~map[i].winhttp;
    }
    if (flags)
        return E_INVALIDARG;
    if (*security & SECURITY_CHECK_REVOCATION)
        *security = SECURITY_CHECK_REVOCATION;
    return S_OK;
}

/* Two properties share a number. */
static HRESULT change_security(const GUID *id, UINT64 mask, UINT64 security)
{
    static SRWLOCK lock = SRWLOCK_INIT;
    UINT64 former;
    HRESULT hr;

    AcquireSRWLockExclusive(&lock);
    if (SUCCEEDED(hr = engine_job_get_number(id, JOB_NUMBER_SECURITY_FLAGS, &former)))
        hr = engine_job_set_number(id, JOB_NUMBER_SECURITY_FLAGS, (former & ~mask) | security);
    ReleaseSRWLockExclusive(&lock);
    return hr;
}

static HRESULT write_security_flags(const GUID *id, unsigned int which, const VARIANT *value)
{
    UINT64 security;
    HRESULT hr;

    if (FAILED(hr = security_from_winhttp(V_UI4(value), &security)))
        return hr;
    return change_security(id, ~(UINT64)SECURITY_ALLOW_HTTPS_TO_HTTP, security);
}

static HRESULT read_allow_redirect(const GUID *id, unsigned int which, VARIANT *value)
{
    UINT64 security;
    HRESULT hr;

    if (SUCCEEDED(hr = engine_job_get_number(id, which, &security)))
        set_bool(value, (security & SECURITY_ALLOW_HTTPS_TO_HTTP) != 0);
    return hr;
}

static HRESULT write_allow_redirect(const GUID *id, unsigned int which, const VARIANT *value)
{
    return change_security(id, SECURITY_ALLOW_HTTPS_TO_HTTP, V_BOOL(value) ? SECURITY_ALLOW_HTTPS_TO_HTTP : 0);
}

static HRESULT write_security_context(const GUID *id, unsigned int which, const VARIANT *value)
{
    return download_write_certificate(id, value);
}

static HRESULT write_headers(const GUID *id, unsigned int which, const VARIANT *value)
{
    return wcslen(V_BSTR(value)) > MAX_HEADERS ? E_INVALIDARG : write_job_text(id, which, value);
}

static HRESULT read_stream(const GUID *id, unsigned int which, VARIANT *value)
{
    IStream *stream;

    if (!(stream = stream_get(id, 0)))
        return E_NOT_SET;
    V_VT(value) = VT_UNKNOWN;
    V_UNKNOWN(value) = (IUnknown *)stream;
    return S_OK;
}

static HRESULT write_stream(const GUID *id, unsigned int which, const VARIANT *value)
{
    return V_UNKNOWN(value) ? stream_set(id, 0, V_UNKNOWN(value)) : stream_clear(id, 0);
}

/* The service runs as the one user of the prefix already. */
static HRESULT write_network_token(const GUID *id, unsigned int which, const VARIANT *value)
{
    return S_OK;
}

/* What is sent in a header must not be able to end it. */
static HRESULT write_correlation_vector(const GUID *id, unsigned int which, const VARIANT *value)
{
    const WCHAR *ch;

    if (wcslen(V_BSTR(value)) > MAX_CORRELATION_VECTOR)
        return E_INVALIDARG;
    for (ch = V_BSTR(value); *ch; ++ch)
    {
        if (!(*ch >= '0' && *ch <= '9') && !(*ch >= 'A' && *ch <= 'Z') && !(*ch >= 'a' && *ch <= 'z')
            && !wcschr(L"+/=._!-", *ch))
            return E_INVALIDARG;
    }
    return write_job_text(id, which, value);
}

static HRESULT read_total_size(const GUID *id, unsigned int which, VARIANT *value)
{
    UINT64 size;
    HRESULT hr;

    if (FAILED(hr = engine_file_get_number(id, 0, which, &size)))
        return hr;
    if (size == ENGINE_SIZE_UNKNOWN)
        return E_NOT_SET;
    V_VT(value) = VT_UI8;
    V_UI8(value) = size;
    return S_OK;
}

static HRESULT write_total_size(const GUID *id, unsigned int which, const VARIANT *value)
{
    return engine_file_set_number(id, 0, which, V_UI8(value));
}

static HRESULT read_http_status(const GUID *id, unsigned int which, VARIANT *value)
{
    struct file_get_info_params info;
    HRESULT hr;

    if (FAILED(hr = engine_file_get_info(id, 0, &info)))
        return hr;
    if (!info.http_status)
        return E_NOT_SET;
    V_VT(value) = VT_UI4;
    V_UI4(value) = info.http_status;
    return S_OK;
}

static const struct property properties[] =
{
    [DODownloadProperty_Id] = { VT_BSTR, READ, 0, read_id, NULL, 0 },
    [DODownloadProperty_Uri] =
        { VT_BSTR, READ_WRITE, NOT_UNDER_WAY, read_file_text, write_uri, FILE_TEXT_REMOTE_NAME },
    [DODownloadProperty_ContentId] =
        { VT_BSTR, READ_WRITE, BEFORE_START, read_file_text, write_file_text, FILE_TEXT_FILE_ID },
    [DODownloadProperty_DisplayName] =
        { VT_BSTR, READ_WRITE, UNTIL_END, read_job_text, write_display_name, JOB_TEXT_DISPLAY_NAME },
    [DODownloadProperty_LocalPath] =
        { VT_BSTR, READ_WRITE, BEFORE_START, read_file_text, write_local_path, FILE_TEXT_LOCAL_NAME },
    [DODownloadProperty_HttpCustomHeaders] =
        { VT_BSTR, READ_WRITE, UNTIL_END, read_job_text, write_headers, JOB_TEXT_CUSTOM_HEADERS },
    [DODownloadProperty_CostPolicy] =
        { VT_UI4, READ_WRITE, UNTIL_END, read_cost_policy, write_cost_policy, JOB_NUMBER_COST_POLICY },
    [DODownloadProperty_SecurityFlags] = { VT_UI4, WRITE, UNTIL_END, NULL, write_security_flags, 0 },
    [DODownloadProperty_CallbackFreqPercent] =
        { VT_UI4, READ_WRITE, UNTIL_END, read_job_number, write_percent, JOB_NUMBER_CALLBACK_PERCENT },
    [DODownloadProperty_CallbackFreqSeconds] =
        { VT_UI4, READ_WRITE, UNTIL_END, read_job_number, write_job_number, JOB_NUMBER_CALLBACK_SECONDS },
    [DODownloadProperty_NoProgressTimeoutSeconds] =
        { VT_UI4, READ_WRITE, UNTIL_END, read_job_number, write_timeout, JOB_NUMBER_NO_PROGRESS_TIMEOUT },
    [DODownloadProperty_ForegroundPriority] =
        { VT_BOOL, READ_WRITE, UNTIL_END, read_foreground, write_foreground, JOB_NUMBER_PRIORITY },
    [DODownloadProperty_BlockingMode] =
        { VT_BOOL, READ_WRITE, UNTIL_END, read_job_bool, write_job_bool, JOB_NUMBER_BLOCKING },
    [DODownloadProperty_CallbackInterface] =
        { VT_UNKNOWN, READ_WRITE, UNTIL_END, read_callback, write_callback, 0 },
    [DODownloadProperty_StreamInterface] =
        { VT_UNKNOWN, READ_WRITE, BEFORE_START, read_stream, write_stream, 0 },
    [DODownloadProperty_SecurityContext] =
        { VT_ARRAY | VT_UI1, WRITE, UNTIL_END, NULL, write_security_context, 0 },
    [DODownloadProperty_NetworkToken] = { VT_BOOL, WRITE, UNTIL_END, NULL, write_network_token, 0 },
    [DODownloadProperty_CorrelationVector] =
        { VT_BSTR, READ_WRITE, UNTIL_END, read_job_text, write_correlation_vector, JOB_TEXT_CORRELATION_VECTOR },
    [DODownloadProperty_DecryptionInfo] =
        { VT_BSTR, WRITE, NOT_UNDER_WAY, NULL, write_file_text, FILE_TEXT_DECRYPTION_INFO },
    [DODownloadProperty_IntegrityCheckInfo] =
        { VT_BSTR, WRITE, BEFORE_START, NULL, write_file_text, FILE_TEXT_INTEGRITY_INFO },
    [DODownloadProperty_IntegrityCheckMandatory] =
        { VT_BOOL, READ_WRITE, BEFORE_START, read_file_bool, write_file_bool, FILE_NUMBER_INTEGRITY_MANDATORY },
    [DODownloadProperty_TotalSizeBytes] =
        { VT_UI8, READ_WRITE, BEFORE_START, read_total_size, write_total_size, FILE_NUMBER_TOTAL_SIZE },
    [DODownloadProperty_DisallowOnCellular] =
        { VT_BOOL, READ_WRITE, UNTIL_END, read_job_bool, write_job_bool, JOB_NUMBER_DISALLOW_CELLULAR },
    [DODownloadProperty_HttpCustomAuthHeaders] =
        { VT_BSTR, READ_WRITE, UNTIL_END, read_job_text, write_headers, JOB_TEXT_AUTH_HEADERS },
    [DODownloadProperty_HttpAllowSecureToNonSecureRedirect] =
        { VT_BOOL, READ_WRITE, UNTIL_END, read_allow_redirect, write_allow_redirect, JOB_NUMBER_SECURITY_FLAGS },
    [DODownloadProperty_NonVolatile] =
        { VT_BOOL, READ_WRITE, UNTIL_END, read_job_bool, write_job_bool, JOB_NUMBER_NON_VOLATILE },
    [DODownloadProperty_HttpRedirectionTarget] =
        { VT_BSTR, READ, 0, read_file_text, NULL, FILE_TEXT_REDIRECT_TARGET },
    [DODownloadProperty_HttpResponseHeaders] =
        { VT_BSTR, READ, 0, read_file_text, NULL, FILE_TEXT_RESPONSE_HEADERS },
    [DODownloadProperty_HttpServerIPAddress] =
        { VT_BSTR, READ, 0, read_file_text, NULL, FILE_TEXT_SERVER_ADDRESS },
    [DODownloadProperty_HttpStatusCode] = { VT_UI4, READ, 0, read_http_status, NULL, 0 },
};

static const struct property *find_property(DODownloadProperty property)
{
    if ((unsigned int)property >= ARRAY_SIZE(properties) || !properties[property].access)
        return NULL;
    return &properties[property];
}

HRESULT WINAPI download_GetProperty(IDODownload *iface, DODownloadProperty property, VARIANT *value)
{
    struct download *download = impl_from_IDODownload(iface);
    const struct property *description;
    VARIANT result;
    HRESULT hr;

    TRACE("iface %p, property %d, value %p.\n", iface, property, value);

    if (!value)
        return E_INVALIDARG;
    if (!(description = find_property(property)))
        return DO_E_UNKNOWN_PROPERTY_ID;
    if (!(description->access & READ))
        return DO_E_WRITE_ONLY_PROPERTY;
    VariantInit(&result);
    if (SUCCEEDED(hr = description->read(&download->id, description->which, &result)))
        *value = result;
    return hr;
}

static BOOL is_scalar(VARTYPE type)
{
    switch (type & ~VT_BYREF)
    {
        case VT_I1:
        case VT_I2:
        case VT_I4:
        case VT_I8:
        case VT_INT:
        case VT_UI1:
        case VT_UI2:
        case VT_UI4:
        case VT_UI8:
        case VT_UINT:
        case VT_R4:
        case VT_R8:
        case VT_BOOL:
        case VT_BSTR:
            return TRUE;
        default:
            return FALSE;
    }
}

/* The conversion takes the bits of a negative number for a large one. */
static BOOL is_negative(const VARIANT *value)
{
    VARIANT number;

    VariantInit(&number);
    return FAILED(VariantChangeType(&number, value, 0, VT_R8)) || V_R8(&number) < 0;
}

/* Only scripts give another type than the one that is documented: they have no unsigned numbers. */
static HRESULT coerce(const VARIANT *value, VARTYPE type, VARIANT *result)
{
    VARTYPE given = V_VT(value) & ~VT_BYREF;

    switch (type)
    {
        case VT_UNKNOWN:
            if (V_VT(value) != VT_EMPTY && V_VT(value) != VT_UNKNOWN)
                return E_INVALIDARG;
            V_VT(result) = VT_UNKNOWN;
            V_UNKNOWN(result) = V_VT(value) == VT_UNKNOWN ? V_UNKNOWN(value) : NULL;
            if (V_UNKNOWN(result))
                IUnknown_AddRef(V_UNKNOWN(result));
            return S_OK;
        case VT_BSTR:
            if (given != VT_BSTR)
                return E_INVALIDARG;
            break;
        case VT_ARRAY | VT_UI1:
            if (given != type)
                return E_INVALIDARG;
            return VariantCopyInd(result, value);
        default:
            if (!is_scalar(V_VT(value)) || (type != VT_BOOL && (given == VT_BOOL || is_negative(value))))
                return E_INVALIDARG;
            break;
    }
    if (FAILED(VariantChangeType(result, value, 0, type)))
        return E_INVALIDARG;
    if (type != VT_BSTR || V_BSTR(result))
        return S_OK;
    return set_bstr(result, L""); /* a NULL string is an empty one */
}

static HRESULT check_state(const GUID *id, unsigned int states)
{
    DO_DOWNLOAD_STATUS status;
    HRESULT hr;

    if (FAILED(hr = download_get_status(id, &status)))
        return hr;
    return states & (1u << status.State) ? S_OK : DO_E_INVALID_STATE;
}

/* Values may be secrets: they are not traced. */
HRESULT WINAPI download_SetProperty(IDODownload *iface, DODownloadProperty property, const VARIANT *value)
{
    struct download *download = impl_from_IDODownload(iface);
    const struct property *description;
    VARIANT coerced;
    HRESULT hr;

    TRACE("iface %p, property %d, value %p.\n", iface, property, value);

    if (!(description = find_property(property)))
        return DO_E_UNKNOWN_PROPERTY_ID;
    if (!(description->access & WRITE))
        return DO_E_READ_ONLY_PROPERTY;
    if (FAILED(hr = check_state(&download->id, description->states)))
        return hr;
    if (!value)
        return E_INVALIDARG;
    VariantInit(&coerced);
    if (SUCCEEDED(hr = coerce(value, description->type, &coerced)))
        hr = description->write(&download->id, description->which, &coerced);
    VariantClear(&coerced);
    return hr;
}
