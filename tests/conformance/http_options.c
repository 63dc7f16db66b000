/*
 * Tests of IBackgroundCopyJobHttpOptions.
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
#include <windows.h>

#include "bitsmsg.h"
#include "fixture.h"
#include "remote.h"

#define FILE_SIZE 5000
#define IGNORE_UNKNOWN_CA 0x0008    /* BG_SSL_* and BG_HTTP_REDIRECT_POLICY_* are not in all headers */
#define IGNORE_WRONG_DATE 0x0004
#define REDIRECT_DISALLOW 0x0200
#define REDIRECT_REPORT 0x0100

/* NULL with a failed check. */
static IBackgroundCopyJobHttpOptions *get_options(IBackgroundCopyJob *job)
{
    IBackgroundCopyJobHttpOptions *options = NULL;
    HRESULT hr;

    hr = IBackgroundCopyJob_QueryInterface(job, &IID_IBackgroundCopyJobHttpOptions, (void **)&options);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    return options;
}

static void check_headers(int line, IBackgroundCopyJobHttpOptions *options, const WCHAR *expected)
{
    WCHAR *headers = (WCHAR *)0xdeadbeef;
    HRESULT hr;

    hr = IBackgroundCopyJobHttpOptions_GetCustomHeaders(options, &headers);
    ok_(__FILE__, line, hr == (expected ? S_OK : S_FALSE), "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return;
    ok_(__FILE__, line, expected ? headers && !wcscmp(headers, expected) : !headers, "Got headers %s.\n",
            debug_string(headers));
    CoTaskMemFree(headers);
}

static void test_headers(struct fixture *fixture)
{
    WCHAR *most = create_long_string(16383), *too_many = create_long_string(16384);
    IBackgroundCopyJobHttpOptions *options;
    IBackgroundCopyJob *job;
    HRESULT hr;

    if ((job = create_job(fixture)) && (options = get_options(job)))
    {
        check_headers(__LINE__, options, NULL);
        hr = IBackgroundCopyJobHttpOptions_SetCustomHeaders(options, L"X-One: 1\r\nX-Two: \x3b1\r\n");
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        check_headers(__LINE__, options, L"X-One: 1\r\nX-Two: \x3b1\r\n");
        hr = IBackgroundCopyJobHttpOptions_SetCustomHeaders(options, too_many);
        ok(hr == (HRESULT)BG_E_STRING_TOO_LONG, "Got hr %#lx.\n", hr);
        check_headers(__LINE__, options, L"X-One: 1\r\nX-Two: \x3b1\r\n");
        hr = IBackgroundCopyJobHttpOptions_SetCustomHeaders(options, most);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        check_headers(__LINE__, options, most);
        hr = IBackgroundCopyJobHttpOptions_SetCustomHeaders(options, NULL);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        check_headers(__LINE__, options, NULL);
        check_null_refused(IBackgroundCopyJobHttpOptions_GetCustomHeaders(options, NULL));
        IBackgroundCopyJobHttpOptions_Release(options);
    }
    if (job)
        end_job(job);
    free(most);
    free(too_many);
}

/* Runs a job with headers and flags. */
static void check_download(int line, struct fixture *fixture, const WCHAR *url, const WCHAR *headers, ULONG flags,
        HRESULT expected)
{
    IBackgroundCopyJobHttpOptions *options;
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (!(job = create_file_job(fixture, url, L"options")))
        return;
    if ((options = get_options(job)))
    {
        hr = IBackgroundCopyJobHttpOptions_SetCustomHeaders(options, headers);
        ok_(__FILE__, line, hr == S_OK, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJobHttpOptions_SetSecurityFlags(options, flags);
        ok_(__FILE__, line, hr == S_OK, "Got hr %#lx.\n", hr);
        IBackgroundCopyJobHttpOptions_Release(options);
    }
    hr = IBackgroundCopyJob_Resume(job);
    ok_(__FILE__, line, hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(expected))
    {
        if (wait_for_state_(__FILE__, line, job, BG_JOB_STATE_ERROR))
            check_error_(__FILE__, line, job, expected, BG_ERROR_CONTEXT_NONE, NULL);
    }
    else if (wait_for_state_(__FILE__, line, job, BG_JOB_STATE_TRANSFERRED))
    {
        hr = IBackgroundCopyJob_Complete(job);
        ok_(__FILE__, line, hr == S_OK, "Got hr %#lx.\n", hr);
        check_whole_content_(__FILE__, line, fixture_path(fixture, L"options"), REMOTE_SEED, FILE_SIZE);
        DeleteFileW(fixture_path(fixture, L"options"));
    }
    end_job(job);
}

/* The server lets nobody in without a header that only the client can have given. */
static void test_headers_are_sent(struct fixture *fixture)
{
    struct remote remote;

    if (!remote_available(REMOTE_HTTP))
        return;
    remote_init(&remote, REMOTE_HTTP, "size=%u&auth=basic:user:pass", FILE_SIZE);
    check_download(__LINE__, fixture, remote.url, L"Authorization: Basic dXNlcjpwYXNz\r\n", 0, S_OK);
    check_download(__LINE__, fixture, remote.url, L"X-Other: 1\r\n", 0, (HRESULT)0x80190191);
}

static void test_flags(struct fixture *fixture)
{
    static const ULONG good[] = { 0x001f, 0x0100, 0x0200, 0x0800, 0x0901, 0x0004, 0 };
    static const struct
    {
        ULONG flags;
        HRESULT hr;
    }
    bad[] = { { 0x0020, E_NOTIMPL }, { 0x0400, E_NOTIMPL }, { 0x80000000, E_NOTIMPL }, { 0x0300, E_INVALIDARG } };
    IBackgroundCopyJobHttpOptions *options;
    IBackgroundCopyJob *job;
    ULONG flags = 0xdeadbeef;
    unsigned int i;
    HRESULT hr;

    if (!(job = create_job(fixture)))
        return;
    if ((options = get_options(job)))
    {
        hr = IBackgroundCopyJobHttpOptions_GetSecurityFlags(options, &flags);
        ok(hr == S_OK && !flags, "Got hr %#lx, flags %#lx.\n", hr, flags);
        for (i = 0; i < ARRAYSIZE(good); i++)
        {
            hr = IBackgroundCopyJobHttpOptions_SetSecurityFlags(options, good[i]);
            ok(hr == S_OK, "%#lx: got hr %#lx.\n", good[i], hr);
            hr = IBackgroundCopyJobHttpOptions_GetSecurityFlags(options, &flags);
            ok(hr == S_OK && flags == good[i], "%#lx: got hr %#lx, flags %#lx.\n", good[i], hr, flags);
        }
        for (i = 0; i < ARRAYSIZE(bad); i++)
        {
            hr = IBackgroundCopyJobHttpOptions_SetSecurityFlags(options, bad[i].flags);
            ok(hr == bad[i].hr, "%#lx: got hr %#lx.\n", bad[i].flags, hr);
        }
        hr = IBackgroundCopyJobHttpOptions_GetSecurityFlags(options, &flags);
        ok(hr == S_OK && !flags, "Got hr %#lx, flags %#lx.\n", hr, flags);
        check_null_refused(IBackgroundCopyJobHttpOptions_GetSecurityFlags(options, NULL));
        IBackgroundCopyJobHttpOptions_Release(options);
    }
    end_job(job);
}

static void test_untrusted_server(struct fixture *fixture)
{
    struct remote remote;

    if (!remote_available(REMOTE_HTTPS_UNTRUSTED))
        return;
    remote_init(&remote, REMOTE_HTTPS_UNTRUSTED, "size=%u", FILE_SIZE);
    check_download(__LINE__, fixture, remote.url, NULL, IGNORE_UNKNOWN_CA, S_OK);
    check_download(__LINE__, fixture, remote.url, NULL, IGNORE_WRONG_DATE, HRESULT_FROM_WIN32(12045));
    check_download(__LINE__, fixture, remote.url, NULL, 0, HRESULT_FROM_WIN32(12045));
}

static void test_redirect_policy(struct fixture *fixture)
{
    struct remote remote;

    if (!remote_available(REMOTE_HTTP))
        return;
    remote_init(&remote, REMOTE_HTTP, "size=%u&hops=1", FILE_SIZE);
    check_download(__LINE__, fixture, remote.url, NULL, REDIRECT_REPORT, S_OK);
    check_download(__LINE__, fixture, remote.url, NULL, REDIRECT_DISALLOW, (HRESULT)0x8019012e);
}

static void test_final_job(struct fixture *fixture)
{
    IBackgroundCopyJobHttpOptions *options;
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (!(job = create_job(fixture)))
        return;
    if ((options = get_options(job)))
    {
        hr = IBackgroundCopyJobHttpOptions_SetCustomHeaders(options, L"A: b\r\n");
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob_Cancel(job);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJobHttpOptions_SetCustomHeaders(options, NULL);
        ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJobHttpOptions_SetSecurityFlags(options, 0);
        ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
        check_headers(__LINE__, options, L"A: b\r\n");
        IBackgroundCopyJobHttpOptions_Release(options);
    }
    end_job(job);
}

static void test_client_certificates(struct fixture *fixture)
{
    static WCHAR store[] = L"MY", subject[] = L"somebody";
    BG_CERT_STORE_LOCATION location = BG_CERT_STORE_LOCATION_CURRENT_USER;
    WCHAR *got_store = NULL, *got_subject = NULL;
    IBackgroundCopyJobHttpOptions *options;
    IBackgroundCopyJob *job;
    BYTE hash[20] = { 1 };
    BYTE *got_hash = NULL;
    HRESULT hr;

    if (!(job = create_job(fixture)))
        return;
    if ((options = get_options(job)))
    {
        hr = IBackgroundCopyJobHttpOptions_SetClientCertificateByID(options, location, store, hash);
        ok(hr == E_NOTIMPL, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJobHttpOptions_SetClientCertificateByName(options, location, store, subject);
        ok(hr == E_NOTIMPL, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJobHttpOptions_GetClientCertificate(options, &location, &got_store, &got_hash,
                &got_subject);
        /* The stub of Wine 8 wants to send a hash, and there is none. */
        ok(hr == E_NOTIMPL || hr == E_NULL_REF_POINTER, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJobHttpOptions_RemoveClientCertificate(options);
        ok(hr == E_NOTIMPL, "Got hr %#lx.\n", hr);
        IBackgroundCopyJobHttpOptions_Release(options);
    }
    end_job(job);
}

START_TEST(http_options)
{
    struct fixture fixture;

    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_headers(&fixture);
    test_headers_are_sent(&fixture);
    test_flags(&fixture);
    test_untrusted_server(&fixture);
    test_redirect_policy(&fixture);
    test_final_job(&fixture);
    test_client_certificates(&fixture);
    fixture_cleanup(&fixture);
}
