/*
 * The client certificate of a download, from a serialized certificate context.
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

#include "download.h"
#include "wincrypt.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

static HRESULT parse_context(const BYTE *data, DWORD size, const CERT_CONTEXT **certificate)
{
    const void *context = NULL;
    DWORD type = 0;

    if (!CertAddSerializedElementToStore(NULL, data, size, CERT_STORE_ADD_ALWAYS, 0,
                                         CERT_STORE_CERTIFICATE_CONTEXT_FLAG, &type, &context) || !context)
    {
        WARN("This is no certificate context, error %lu.\n", GetLastError());
        return CRYPT_E_FILE_ERROR;
    }
    *certificate = context;
    return S_OK;
}

/* *key is NULL if there is none that may be exported; otherwise wiped and freed by the caller. */
static void export_key(const CERT_CONTEXT *certificate, BYTE **key, DWORD *size)
{
    HCRYPTPROV provider;
    HCRYPTKEY handle;
    BOOL owned = FALSE;
    DWORD spec;

    *key = NULL;
    *size = 0;
    if (!CryptAcquireCertificatePrivateKey(certificate, CRYPT_ACQUIRE_SILENT_FLAG, NULL, &provider, &spec, &owned))
    {
        WARN("The certificate has no key here, error %lu.\n", GetLastError());
        return;
    }
    if (CryptGetUserKey(provider, spec, &handle))
    {
        if (CryptExportKey(handle, 0, PRIVATEKEYBLOB, 0, NULL, size) && (*key = malloc(*size))
            && !CryptExportKey(handle, 0, PRIVATEKEYBLOB, 0, *key, size))
        {
            free(*key);
            *key = NULL;
        }
        CryptDestroyKey(handle);
    }
    if (!*key)
    {
        WARN("The key cannot be exported, error %lu.\n", GetLastError());
        *size = 0;
    }
    if (owned)
        CryptReleaseContext(provider, 0);
}

static HRESULT set_context(const GUID *id, const BYTE *data, DWORD size)
{
    const CERT_CONTEXT *certificate;
    DWORD key_size;
    HRESULT hr;
    BYTE *key;

    if (FAILED(hr = parse_context(data, size, &certificate)))
        return hr;
    export_key(certificate, &key, &key_size);
    hr = engine_job_set_certificate(id, certificate->pbCertEncoded, certificate->cbCertEncoded, key, key_size);
    if (key)
        SecureZeroMemory(key, key_size);
    free(key);
    CertFreeCertificateContext(certificate);
    return hr;
}

HRESULT download_write_certificate(const GUID *id, const VARIANT *value)
{
    SAFEARRAY *array = V_ARRAY(value);
    LONG lower, upper;
    BYTE *data;
    HRESULT hr;

    if (!array || SafeArrayGetDim(array) != 1 || FAILED(SafeArrayGetLBound(array, 1, &lower))
        || FAILED(SafeArrayGetUBound(array, 1, &upper)) || FAILED(SafeArrayAccessData(array, (void **)&data)))
        return E_INVALIDARG;
    hr = upper < lower ? CRYPT_E_FILE_ERROR : set_context(id, data, upper - lower + 1);
    SafeArrayUnaccessData(array);
    return hr;
}
