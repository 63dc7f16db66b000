/*
 * Tests of SetCredentials and RemoveCredentials.
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

static IBackgroundCopyJob2 *get_job2(IBackgroundCopyJob *job)
{
    IBackgroundCopyJob2 *object = NULL;
    HRESULT hr;

    hr = IBackgroundCopyJob_QueryInterface(job, &IID_IBackgroundCopyJob2, (void **)&object);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    return object;
}

static HRESULT set(IBackgroundCopyJob2 *object, BG_AUTH_TARGET target, BG_AUTH_SCHEME scheme, const WCHAR *user,
        const WCHAR *password)
{
    BG_AUTH_CREDENTIALS credentials = { .Target = target, .Scheme = scheme };

    credentials.Credentials.Basic.UserName = (WCHAR *)user;
    credentials.Credentials.Basic.Password = (WCHAR *)password;
    return IBackgroundCopyJob2_SetCredentials(object, &credentials);
}

static void test_arguments(struct fixture *fixture)
{
    static const BG_AUTH_SCHEME schemes_of_windows[] = { BG_AUTH_SCHEME_NTLM, BG_AUTH_SCHEME_NEGOTIATE };
    WCHAR *user = create_long_string(300), *long_user = create_long_string(301);
    WCHAR *password = create_long_string(65536), *long_password = create_long_string(65537);
    IBackgroundCopyJob2 *object;
    IBackgroundCopyJob *job;
    unsigned int i;
    HRESULT hr;

    if ((job = create_job(fixture)) && (object = get_job2(job)))
    {
        hr = set(object, BG_AUTH_TARGET_SERVER, BG_AUTH_SCHEME_BASIC, user, password);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = set(object, BG_AUTH_TARGET_SERVER, BG_AUTH_SCHEME_BASIC, long_user, L"");
        ok(hr == (HRESULT)BG_E_USERNAME_TOO_LARGE, "Got hr %#lx.\n", hr);
        hr = set(object, BG_AUTH_TARGET_SERVER, BG_AUTH_SCHEME_BASIC, L"user", long_password);
        ok(hr == (HRESULT)BG_E_PASSWORD_TOO_LARGE, "Got hr %#lx.\n", hr);
        hr = set(object, BG_AUTH_TARGET_PROXY, BG_AUTH_SCHEME_DIGEST, NULL, L"password");
        ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
        hr = set(object, BG_AUTH_TARGET_PROXY, BG_AUTH_SCHEME_DIGEST, L"user", NULL);
        ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
        hr = set(object, 3, BG_AUTH_SCHEME_BASIC, L"user", L"password");
        ok(hr == (HRESULT)BG_E_INVALID_AUTH_TARGET, "Got hr %#lx.\n", hr);
        for (i = 0; i < ARRAYSIZE(schemes_of_windows); i++)
        {
            hr = set(object, BG_AUTH_TARGET_SERVER, schemes_of_windows[i], L"user", L"password");
            ok(hr == S_OK, "Scheme %d: got hr %#lx.\n", schemes_of_windows[i], hr);
            hr = IBackgroundCopyJob2_RemoveCredentials(object, BG_AUTH_TARGET_SERVER, schemes_of_windows[i]);
            ok(hr == S_OK, "Scheme %d: got hr %#lx.\n", schemes_of_windows[i], hr);
        }
        hr = set(object, BG_AUTH_TARGET_SERVER, BG_AUTH_SCHEME_PASSPORT, L"user", L"password");
        ok(hr == E_NOTIMPL, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob2_RemoveCredentials(object, BG_AUTH_TARGET_SERVER, BG_AUTH_SCHEME_PASSPORT);
        ok(hr == E_NOTIMPL, "Got hr %#lx.\n", hr);
        check_null_refused(IBackgroundCopyJob2_SetCredentials(object, NULL));
        hr = IBackgroundCopyJob2_RemoveCredentials(object, BG_AUTH_TARGET_SERVER, 6);
        ok(hr == (HRESULT)BG_E_INVALID_AUTH_SCHEME, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob2_RemoveCredentials(object, 0, BG_AUTH_SCHEME_BASIC);
        ok(hr == (HRESULT)BG_E_INVALID_AUTH_TARGET, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob2_RemoveCredentials(object, BG_AUTH_TARGET_PROXY, BG_AUTH_SCHEME_BASIC);
        ok(hr == S_FALSE, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob2_RemoveCredentials(object, BG_AUTH_TARGET_SERVER, BG_AUTH_SCHEME_BASIC);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob2_RemoveCredentials(object, BG_AUTH_TARGET_SERVER, BG_AUTH_SCHEME_BASIC);
        ok(hr == S_FALSE, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob_Cancel(job);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = set(object, BG_AUTH_TARGET_SERVER, BG_AUTH_SCHEME_BASIC, L"user", L"password");
        ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
        IBackgroundCopyJob2_Release(object);
    }
    if (job)
        end_job(job);
    free(user);
    free(long_user);
    free(password);
    free(long_password);
}

/* A job that is refused may be given the password then, and goes on. */
static void check_refused_then_given(struct fixture *fixture, IBackgroundCopyJob *job, HRESULT refusal,
        BG_AUTH_TARGET target, BG_AUTH_SCHEME scheme, const WCHAR *user, const WCHAR *password)
{
    IBackgroundCopyJob2 *object;
    HRESULT hr;

    if (!(object = get_job2(job)))
        return;
    hr = IBackgroundCopyJob_Resume(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (wait_for_state(job, BG_JOB_STATE_ERROR))
        check_error(job, refusal, BG_ERROR_CONTEXT_NONE, NULL);
    hr = set(object, target, scheme, user, password);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_Resume(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (wait_for_state(job, BG_JOB_STATE_TRANSFERRED))
    {
        hr = IBackgroundCopyJob_Complete(job);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        check_whole_content(fixture_path(fixture, L"credentials"), REMOTE_SEED, FILE_SIZE);
        DeleteFileW(fixture_path(fixture, L"credentials"));
    }
    IBackgroundCopyJob2_Release(object);
}

static void check_server(struct fixture *fixture, BG_AUTH_SCHEME scheme, const char *name)
{
    IBackgroundCopyJob *job;
    struct remote remote;

    remote_init(&remote, REMOTE_HTTP, "size=%u&auth=%s:user:pass", FILE_SIZE, name);
    if (!(job = create_file_job(fixture, remote.url, L"credentials")))
        return;
    check_refused_then_given(fixture, job, (HRESULT)0x80190191, BG_AUTH_TARGET_SERVER, scheme, L"user", L"pass");
    end_job(job);
}

static void test_server(struct fixture *fixture)
{
    if (!remote_available(REMOTE_HTTP))
        return;
    check_server(fixture, BG_AUTH_SCHEME_BASIC, "basic");
    check_server(fixture, BG_AUTH_SCHEME_DIGEST, "digest");
}

/* The host tells the test server, as a proxy, which scheme a tunnel costs; the name and the password are its own. */
static void check_tunnel(struct fixture *fixture, BG_AUTH_SCHEME scheme, const char *name)
{
    WCHAR proxy[64], url[1024];
    IBackgroundCopyJob *job;
    struct remote remote;
    const WCHAR *rest;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    rest = wcschr(wcsstr(remote.url, L"://") + 3, '/');
    swprintf(proxy, ARRAYSIZE(proxy), L"%.*ls", (int)(rest - remote.url), remote.url);
    swprintf(url, ARRAYSIZE(url), L"https://%hs.tunnel.test%ls", name, rest);
    if (!(job = create_file_job(fixture, url, L"credentials")))
        return;
    hr = IBackgroundCopyJob_SetProxySettings(job, BG_JOB_PROXY_USAGE_OVERRIDE, proxy, NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_refused_then_given(fixture, job, (HRESULT)0x80190197, BG_AUTH_TARGET_PROXY, scheme, L"guest", L"tunne1-w0rd");
    end_job(job);
}

static void test_tunnel(struct fixture *fixture)
{
    if (!remote_available(REMOTE_HTTP))
        return;
    check_tunnel(fixture, BG_AUTH_SCHEME_BASIC, "basic");
    check_tunnel(fixture, BG_AUTH_SCHEME_DIGEST, "digest");
    check_tunnel(fixture, BG_AUTH_SCHEME_NTLM, "ntlm");
    check_tunnel(fixture, BG_AUTH_SCHEME_NEGOTIATE, "ntlm");
}

/* A list of proxies is stored, and must not have passwords. */
static void test_proxy_list(struct fixture *fixture)
{
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (!(job = create_job(fixture)))
        return;
    hr = IBackgroundCopyJob_SetProxySettings(job, BG_JOB_PROXY_USAGE_OVERRIDE, L"http://user:pass@proxy:8080", NULL);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_SetProxySettings(job, BG_JOB_PROXY_USAGE_OVERRIDE, L"http://proxy:8080", NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    end_job(job);
}

START_TEST(credentials)
{
    struct fixture fixture;

    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_arguments(&fixture);
    test_server(&fixture);
    test_tunnel(&fixture);
    test_proxy_list(&fixture);
    fixture_cleanup(&fixture);
}
