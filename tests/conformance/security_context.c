/*
 * Tests of downloads that show a certificate of Wine's store to the server.
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

#include <wincrypt.h>

#define FILE_SIZE 4000
#define CONTEXT_MAX 16384
#define CERTIFICATE_NEEDED HRESULT_FROM_WIN32(12044)

/* A certificate in the user's store, and its key, which is in a container of Wine's own. */
struct identity
{
    const CERT_CONTEXT *certificate;
    WCHAR container[64];
    char subject[64];                   /* as the server tells it */
    BYTE context[CONTEXT_MAX];          /* what a client hands over */
    DWORD size;
};

static BOOL make_key(struct identity *identity, DWORD flags)
{
    HCRYPTPROV provider;
    HCRYPTKEY key = 0;
    BOOL ret;

    ret = CryptAcquireContextW(&provider, identity->container, NULL, PROV_RSA_AES, CRYPT_NEWKEYSET);
    if (!ok(ret, "No key container, error %lu.\n", GetLastError()))
        return FALSE;
    ret = CryptGenKey(provider, AT_KEYEXCHANGE, 2048 << 16 | flags, &key);
    ok(ret, "No key, error %lu.\n", GetLastError());
    if (key)
        CryptDestroyKey(key);
    CryptReleaseContext(provider, 0);
    return ret;
}

static const CERT_CONTEXT *make_certificate(struct identity *identity)
{
    CRYPT_KEY_PROV_INFO info = { .pwszContainerName = identity->container, .dwProvType = PROV_RSA_AES,
            .dwKeySpec = AT_KEYEXCHANGE };
    CRYPT_ALGORITHM_IDENTIFIER algorithm = { .pszObjId = (char *)szOID_RSA_SHA256RSA };
    CERT_NAME_BLOB name = { 0 };
    const CERT_CONTEXT *made;
    BYTE encoded[256];
    char text[80];

    snprintf(text, sizeof(text), "CN=%s", identity->subject);
    name.pbData = encoded;
    name.cbData = sizeof(encoded);
    if (!ok(CertStrToNameA(X509_ASN_ENCODING, text, CERT_X500_NAME_STR, NULL, encoded, &name.cbData, NULL),
            "No name, error %lu.\n", GetLastError()))
        return NULL;
    made = CertCreateSelfSignCertificate(0, &name, 0, &info, &algorithm, NULL, NULL, NULL);
    ok(made != NULL, "No certificate, error %lu.\n", GetLastError());
    return made;
}

/* It goes through the store, as that of a client does. */
static void identity_init(struct identity *identity, DWORD flags)
{
    static LONG counter;
    const CERT_CONTEXT *made;
    HCERTSTORE store;
    BOOL ret;

    memset(identity, 0, sizeof(*identity));
    sprintf(identity->subject, "dosvc-test-%lx-%lx", GetCurrentProcessId(), InterlockedIncrement(&counter));
    swprintf(identity->container, ARRAYSIZE(identity->container), L"%hs", identity->subject);
    if (!make_key(identity, flags) || !(made = make_certificate(identity)))
        return;
    store = CertOpenSystemStoreW(0, L"MY");
    ok(store != NULL, "No store, error %lu.\n", GetLastError());
    ret = CertAddCertificateContextToStore(store, made, CERT_STORE_ADD_ALWAYS, NULL);
    ok(ret, "Got error %lu.\n", GetLastError());
    CertFreeCertificateContext(made);
    CertCloseStore(store, 0);

    store = CertOpenSystemStoreW(0, L"MY");
    identity->certificate = CertFindCertificateInStore(store, X509_ASN_ENCODING, 0, CERT_FIND_SUBJECT_STR_W,
            identity->container, NULL);
    CertCloseStore(store, 0);
    if (!ok(identity->certificate != NULL, "The certificate is not in the store, error %lu.\n", GetLastError()))
        return;
    identity->size = sizeof(identity->context);
    ret = CertSerializeCertificateStoreElement(identity->certificate, 0, identity->context, &identity->size);
    if (!ok(ret, "Got error %lu.\n", GetLastError()))
        identity->size = 0;
}

static void identity_cleanup(struct identity *identity)
{
    HCRYPTPROV provider;
    BOOL ret;

    if (identity->certificate)
    {
        ret = CertDeleteCertificateFromStore(identity->certificate);
        ok(ret, "Got error %lu.\n", GetLastError());
    }
    ret = CryptAcquireContextW(&provider, identity->container, NULL, PROV_RSA_AES, CRYPT_DELETEKEYSET);
    ok(ret, "Got error %lu.\n", GetLastError());
}

static HRESULT set_context(IDODownload *download, const struct identity *identity)
{
    SAFEARRAY *array = SafeArrayCreateVector(VT_UI1, 0, identity->size);
    VARIANT value;
    HRESULT hr;
    void *data;

    SafeArrayAccessData(array, &data);
    memcpy(data, identity->context, identity->size);
    SafeArrayUnaccessData(array);
    V_VT(&value) = VT_ARRAY | VT_UI1;
    V_ARRAY(&value) = array;
    hr = IDODownload_SetProperty(download, DODownloadProperty_SecurityContext, &value);
    VariantClear(&value);
    return hr;
}

/* The code that the download ends with; identity NULL: none is given. */
static HRESULT fetch(struct fixture *fixture, const WCHAR *url, const struct identity *identity)
{
    DO_DOWNLOAD_STATUS status = { 0 };
    IDODownload *download;
    HRESULT hr;

    if (!(download = create_file_download(fixture, url, L"context")))
        return E_FAIL;
    if (identity)
        check_set(set_context(download, identity));
    check_set(set_boolean(download, DODownloadProperty_BlockingMode, TRUE));
    hr = IDODownload_Start(download, NULL);
    get_download_status(download, &status);
    ok(hr == status.Error, "Got hr %#lx, but error %#lx.\n", hr, status.Error);
    if (FAILED(hr))
    {
        end_download(download);
        return hr;
    }
    hr = IDODownload_Finalize(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_whole_content(fixture_path(fixture, L"context"), REMOTE_SEED, FILE_SIZE);
    DeleteFileW(fixture_path(fixture, L"context"));
    IDODownload_Release(download);
    return S_OK;
}

static void test_shown(struct fixture *fixture, const struct identity *identity)
{
    struct remote remote;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTPS_CLIENT_CERTIFICATE, "size=%u", FILE_SIZE);
    hr = fetch(fixture, remote.url, identity);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(remote_requests(&remote) == 1, "Got %u requests.\n", remote_requests(&remote));
    ok(remote_has(&remote, identity->subject), "The server did not see the certificate.\n");
}

static void test_missing(struct fixture *fixture)
{
    struct remote remote;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTPS_CLIENT_CERTIFICATE, "size=%u", FILE_SIZE);
    hr = fetch(fixture, remote.url, NULL);
    ok(hr == CERTIFICATE_NEEDED, "Got hr %#lx.\n", hr);
    ok(!remote_requests(&remote), "Got %u requests.\n", remote_requests(&remote));
}

/* Whoever does not ask does not get to see it, nor does another origin that asks. */
static void test_elsewhere(struct fixture *fixture, const struct identity *identity)
{
    struct remote here, there;
    char target[512];
    HRESULT hr;

    remote_init(&here, REMOTE_HTTPS, "size=%u", FILE_SIZE);
    hr = fetch(fixture, here.url, identity);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(!remote_has(&here, identity->subject), "The server saw the certificate.\n");

    remote_init(&there, REMOTE_HTTPS_CLIENT_CERTIFICATE, "size=%u", FILE_SIZE);
    sprintf(target, "%ls", there.url);
    *strstr(target, "&") = 0;           /* a key is all that this one needs */
    remote_init(&here, REMOTE_HTTPS, "redirect=%s", target);
    hr = fetch(fixture, here.url, identity);
    ok(hr == CERTIFICATE_NEEDED, "Got hr %#lx.\n", hr);
    ok(remote_requests(&here) == 1, "Got %u requests.\n", remote_requests(&here));
    ok(!remote_requests(&there), "Got %u requests.\n", remote_requests(&there));
}

/* A key that must not leave Wine is of no use to the service. */
static void test_hidden_key(struct fixture *fixture)
{
    struct identity identity;
    struct remote remote;
    HRESULT hr;

    identity_init(&identity, 0);
    if (identity.size)
    {
        remote_init(&remote, REMOTE_HTTPS_CLIENT_CERTIFICATE, "size=%u", FILE_SIZE);
        hr = fetch(fixture, remote.url, &identity);
        ok(hr == CERTIFICATE_NEEDED, "Got hr %#lx.\n", hr);
        ok(!remote_requests(&remote), "Got %u requests.\n", remote_requests(&remote));
    }
    identity_cleanup(&identity);
}

START_TEST(security_context)
{
    struct identity identity;
    struct fixture fixture;

    if (!remote_available(REMOTE_HTTPS_CLIENT_CERTIFICATE) || !fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_missing(&fixture);
    identity_init(&identity, CRYPT_EXPORTABLE);
    if (identity.size)
    {
        test_shown(&fixture, &identity);
        test_missing(&fixture);
        test_elsewhere(&fixture, &identity);
    }
    identity_cleanup(&identity);
    test_hidden_key(&fixture);
    fixture_cleanup(&fixture);
}
