/*
 * Tests of what downloads forgive a server's certificate.
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

#define FILE_SIZE 4000
#define REVOCATION 0x0001               /* WINHTTP_ENABLE_SSL_REVOCATION and SECURITY_FLAG_*, of winhttp.h */
#define UNKNOWN_CA 0x0100
#define WRONG_USAGE 0x0200
#define WRONG_NAME 0x1000
#define WRONG_DATE 0x2000
#define EVERYTHING (UNKNOWN_CA | WRONG_USAGE | WRONG_NAME | WRONG_DATE)

static HRESULT winhttp(unsigned int error)
{
    return error ? HRESULT_FROM_WIN32(error) : S_OK;
}

/* The code that the download ends with. */
static HRESULT fetch(struct fixture *fixture, enum remote_kind kind, UINT flags)
{
    DO_DOWNLOAD_STATUS status = { 0 };
    IDODownload *download;
    struct remote remote;
    HRESULT hr;

    remote_init(&remote, kind, "size=%u", FILE_SIZE);
    if (!(download = create_file_download(fixture, remote.url, L"tls")))
        return E_FAIL;
    if (flags)
        check_set(set_number(download, DODownloadProperty_SecurityFlags, flags));
    check_set(set_boolean(download, DODownloadProperty_BlockingMode, TRUE));
    hr = IDODownload_Start(download, NULL);
    get_download_status(download, &status);
    ok(hr == status.Error, "Got hr %#lx, but error %#lx.\n", hr, status.Error);
    if (status.State == DODownloadState_Transferred)
    {
        hr = IDODownload_Finalize(download);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        check_whole_content(fixture_path(fixture, L"tls"), REMOTE_SEED, FILE_SIZE);
        DeleteFileW(fixture_path(fixture, L"tls"));
        IDODownload_Release(download);
        return S_OK;
    }
    ok(status.State == DODownloadState_Paused, "Got state %d.\n", status.State);
    ok(!remote_requests(&remote), "The server got a request.\n");
    end_download(download);
    return status.Error;
}

/* Every combination of the flags: each forgives its own fault, and no other one. */
static void test_flags(struct fixture *fixture)
{
    static const UINT flags[] = { UNKNOWN_CA, WRONG_USAGE, WRONG_NAME, WRONG_DATE };
    static const struct
    {
        enum remote_kind kind;
        UINT needed;
        unsigned int error;
    }
    servers[] =
    {
        { REMOTE_HTTPS, 0, 0 },
        { REMOTE_HTTPS_UNTRUSTED, UNKNOWN_CA, 12045 },
        { REMOTE_HTTPS_EXPIRED, WRONG_DATE, 12037 },
        { REMOTE_HTTPS_NOT_YET_VALID, WRONG_DATE, 12037 },
        { REMOTE_HTTPS_WRONG_NAME, WRONG_NAME, 12038 },
        { REMOTE_HTTPS_WRONG_USAGE, WRONG_USAGE, 12179 },
        { REMOTE_HTTPS_REVOKED, 0, 0 },
    };
    unsigned int i, j, bits;
    HRESULT hr, expected;
    UINT set;

    for (i = 0; i < ARRAYSIZE(servers); ++i)
    {
        for (bits = 0; bits < 1u << ARRAYSIZE(flags); ++bits)
        {
            for (set = 0, j = 0; j < ARRAYSIZE(flags); ++j)
                set |= bits & (1u << j) ? flags[j] : 0;
            push_context("server %u, flags %#x", i, set);
            expected = winhttp((set & servers[i].needed) == servers[i].needed ? 0 : servers[i].error);
            hr = fetch(fixture, servers[i].kind, set);
            ok(hr == expected, "Got hr %#lx, expected %#lx.\n", hr, expected);
            pop_context();
        }
    }
}

/* With it the other flags do not count, nor do those that were set before. */
static void test_revocation(struct fixture *fixture)
{
    static const struct
    {
        enum remote_kind kind;
        unsigned int error;
    }
    servers[] =
    {
        { REMOTE_HTTPS, 0 },
        { REMOTE_HTTPS_REVOKED, 12170 },
        { REMOTE_HTTPS_EXPIRED, 12037 },
        { REMOTE_HTTPS_NOT_YET_VALID, 12037 },
        { REMOTE_HTTPS_WRONG_NAME, 12038 },
        { REMOTE_HTTPS_WRONG_USAGE, 12179 },
        { REMOTE_HTTPS_UNTRUSTED, 12045 },
    };
    unsigned int i;
    HRESULT hr;

    for (i = 0; i < ARRAYSIZE(servers); ++i)
    {
        push_context("server %u", i);
        hr = fetch(fixture, servers[i].kind, REVOCATION);
        ok(hr == winhttp(servers[i].error), "Got hr %#lx, expected %#lx.\n", hr, winhttp(servers[i].error));
        hr = fetch(fixture, servers[i].kind, REVOCATION | EVERYTHING);
        ok(hr == winhttp(servers[i].error), "Got hr %#lx, expected %#lx.\n", hr, winhttp(servers[i].error));
        pop_context();
    }
}

/* A client that was told of the fault may forgive it, and start again. */
static void test_forgiven_later(struct fixture *fixture)
{
    DO_DOWNLOAD_STATUS status = { 0 };
    IDODownload *download;
    struct remote remote;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTPS_EXPIRED, "size=%u", FILE_SIZE);
    if (!(download = create_file_download(fixture, remote.url, L"tls")))
        return;
    start_download(download);
    wait_for_download(download, DODownloadState_Paused);
    get_download_status(download, &status);
    ok(status.Error == winhttp(12037), "Got error %#lx.\n", status.Error);
    check_set(set_number(download, DODownloadProperty_SecurityFlags, WRONG_DATE));
    start_download(download);
    wait_for_download(download, DODownloadState_Transferred);
    hr = IDODownload_Finalize(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_whole_content(fixture_path(fixture, L"tls"), REMOTE_SEED, FILE_SIZE);
    IDODownload_Release(download);
}

START_TEST(download_tls)
{
    struct fixture fixture;

    if (!remote_available(REMOTE_HTTPS) || !remote_available(REMOTE_HTTPS_REVOKED)
            || !fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_flags(&fixture);
    test_revocation(&fixture);
    test_forgiven_later(&fixture);
    fixture_cleanup(&fixture);
}
