/*
 * Certificates that a program puts into the store ROOT are trusted by the service, without a restart.
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

#include <stdio.h>

#include "remote.h"
#include "wincrypt.h"

#define FILE_SIZE 4000
#define INVALID_CA HRESULT_FROM_WIN32(12045) /* ERROR_WINHTTP_SECURE_INVALID_CA */
#define CHANGE_LIMIT_MS 20000
#define LOOK_PERIOD_MS 100
#define RETRY_PERIOD_MS 500

/* The root behind the server that nobody trusts; NULL, with a skip, without one. */
static const CERT_CONTEXT *read_root(void)
{
    const CERT_CONTEXT *certificate;
    char path[MAX_PATH], text[8192];
    BYTE der[4096];
    DWORD size = sizeof(der);
    size_t length;
    FILE *file;

    if (!GetEnvironmentVariableA("DOSVC_TEST_STRANGER_CA", path, sizeof(path)) || !(file = fopen(path, "rb")))
    {
        skip("There is no file with the root.\n");
        return NULL;
    }
    length = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[length] = 0;
    if (!ok(CryptStringToBinaryA(text, 0, CRYPT_STRING_BASE64HEADER, der, &size, NULL, NULL), "Got error %lu.\n",
            GetLastError()))
        return NULL;
    certificate = CertCreateCertificateContext(X509_ASN_ENCODING, der, size);
    ok(certificate != NULL, "Got error %lu.\n", GetLastError());
    return certificate;
}

/* What a download from the server comes to: S_OK, or its error. */
static HRESULT fetch(struct fixture *fixture)
{
    ULONGLONG end = GetTickCount64() + WAIT_LIMIT_MS;
    BG_JOB_STATE state = BG_JOB_STATE_QUEUED;
    IBackgroundCopyError *error;
    HRESULT hr, code = E_FAIL;
    BG_ERROR_CONTEXT context;
    IBackgroundCopyJob *job;
    struct remote remote;

    remote_init(&remote, REMOTE_HTTPS_UNTRUSTED, "size=%u&close=1", FILE_SIZE);
    if (!(job = create_file_job(fixture, remote.url, L"trust")))
        return E_FAIL;
    hr = IBackgroundCopyJob_Resume(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    while (state != BG_JOB_STATE_TRANSFERRED && state != BG_JOB_STATE_ERROR && GetTickCount64() < end
            && SUCCEEDED(IBackgroundCopyJob_GetState(job, &state)))
        wait_event(NULL, LOOK_PERIOD_MS);
    if (state == BG_JOB_STATE_TRANSFERRED)
        code = S_OK;
    else if (ok(IBackgroundCopyJob_GetError(job, &error) == S_OK, "There is no error in state %s.\n",
            debug_state(state)))
    {
        IBackgroundCopyError_GetError(error, &context, &code);
        IBackgroundCopyError_Release(error);
    }
    if (SUCCEEDED(code))
    {
        hr = IBackgroundCopyJob_Complete(job);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        check_whole_content(fixture_path(fixture, L"trust"), REMOTE_SEED, FILE_SIZE);
        DeleteFileW(fixture_path(fixture, L"trust"));
    }
    end_job(job);
    return code;
}

/* Nothing tells when the service has noticed a change. */
static void check_becomes(struct fixture *fixture, HRESULT expected)
{
    ULONGLONG end = GetTickCount64() + CHANGE_LIMIT_MS;
    HRESULT code;

    while ((code = fetch(fixture)) != expected && GetTickCount64() < end)
        wait_event(NULL, RETRY_PERIOD_MS);
    ok(code == expected, "Got %#lx.\n", code);
}

/* Wine writes what changed when the store is closed. */
static void add_root(const CERT_CONTEXT *certificate)
{
    HCERTSTORE store = CertOpenSystemStoreW(0, L"ROOT");
    BOOL ret;

    ok(store != NULL, "Got error %lu.\n", GetLastError());
    ret = CertAddCertificateContextToStore(store, certificate, CERT_STORE_ADD_NEW, NULL);
    ok(ret, "Got error %lu.\n", GetLastError());
    CertCloseStore(store, 0);
}

/*
 * As the registry has it: Wine 8 leaves there what CertDeleteCertificateFromStore() takes away. Later ones of Wine may
 * have put the root into both halves of the store.
 */
static void remove_root(const CERT_CONTEXT *certificate)
{
    static const HKEY hives[] = { HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE };
    WCHAR path[200] = L"Software\\Microsoft\\SystemCertificates\\Root\\Certificates\\";
    unsigned int removed = 0;
    DWORD size, i;
    BYTE hash[20];
    BOOL ret;

    size = sizeof(hash);
    ret = CertGetCertificateContextProperty(certificate, CERT_SHA1_HASH_PROP_ID, hash, &size);
    ok(ret, "Got error %lu.\n", GetLastError());
    for (i = 0; i < sizeof(hash); ++i)
        swprintf(path + wcslen(path), 3, L"%02X", hash[i]);
    for (i = 0; i < ARRAYSIZE(hives); ++i)
        removed += !RegDeleteKeyW(hives[i], path);
    ok(removed > 0, "There is no such root in the registry.\n");
}

START_TEST(trust)
{
    const CERT_CONTEXT *certificate;
    struct fixture fixture;
    HRESULT code;

    if (!remote_available(REMOTE_HTTPS_UNTRUSTED) || !(certificate = read_root()))
        return;
    if (fixture_init(&fixture, COINIT_MULTITHREADED))
    {
        code = fetch(&fixture);
        ok(code == INVALID_CA, "Got %#lx.\n", code);
        add_root(certificate);
        check_becomes(&fixture, S_OK);
        if (restart_service(&fixture))
        {
            code = fetch(&fixture);
            ok(code == S_OK, "Got %#lx after a restart.\n", code);
        }
        remove_root(certificate);
        check_becomes(&fixture, INVALID_CA);
        fixture_cleanup(&fixture);
    }
    CertFreeCertificateContext(certificate);
}
