/*
 * Conformance tests of IBackgroundCopyJob4.
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

#include "fixture.h"
#include "remote.h"

/* mingw-w64's bitsmsg.h lacks it. */
#define BG_E_MAXDOWNLOAD_TIMEOUT ((HRESULT)0x80200054)

/* A new job, NULL with a failed check; both pointers are released by end_test_job(). */
static IBackgroundCopyJob4 *create_test_job(struct fixture *fixture, IBackgroundCopyJob **job)
{
    IBackgroundCopyJob4 *object = NULL;
    HRESULT hr;

    if (!(*job = create_job(fixture)))
        return NULL;
    hr = IBackgroundCopyJob_QueryInterface(*job, &IID_IBackgroundCopyJob4, (void **)&object);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    return object;
}

static void end_test_job(IBackgroundCopyJob4 *object, IBackgroundCopyJob *job)
{
    IBackgroundCopyJob4_Release(object);
    end_job(job);
}

static void test_peer_caching(struct fixture *fixture)
{
    IBackgroundCopyJob4 *object;
    IBackgroundCopyJob *job;
    DWORD flags = 0xdeadbeef;
    HRESULT hr;

    if (!(object = create_test_job(fixture, &job)))
        return;
    hr = IBackgroundCopyJob4_SetPeerCachingFlags(object, BG_JOB_ENABLE_PEERCACHING_CLIENT);
    ok(hr == E_NOTIMPL, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob4_GetPeerCachingFlags(object, &flags);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(!flags, "Got flags %#lx.\n", flags);
    end_test_job(object, job);
}

static void test_owner(struct fixture *fixture)
{
    union
    {
        TOKEN_MANDATORY_LABEL label;
        char buffer[sizeof(TOKEN_MANDATORY_LABEL) + SECURITY_MAX_SID_SIZE];
    } own_label = { { { 0 } } };
    TOKEN_ELEVATION own_elevation = { 0 };
    IBackgroundCopyJob4 *object;
    ULONG level = 0xdeadbeef;
    IBackgroundCopyJob *job;
    BOOL elevated = 0xdead;
    HANDLE token = NULL;
    DWORD size;
    HRESULT hr;
    BOOL ret;

    ret = OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token);
    ok(ret, "Got error %lu.\n", GetLastError());
    ret = GetTokenInformation(token, TokenIntegrityLevel, &own_label, sizeof(own_label), &size);
    ok(ret, "Got error %lu.\n", GetLastError());
    ret = GetTokenInformation(token, TokenElevation, &own_elevation, sizeof(own_elevation), &size);
    ok(ret, "Got error %lu.\n", GetLastError());
    CloseHandle(token);
    if (!(object = create_test_job(fixture, &job)))
        return;
    hr = IBackgroundCopyJob4_GetOwnerIntegrityLevel(object, &level);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(level == *GetSidSubAuthority(own_label.label.Label.Sid, 0), "Got level %#lx.\n", level);
    hr = IBackgroundCopyJob4_GetOwnerElevationState(object, &elevated);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(elevated == (own_elevation.TokenIsElevated != 0), "Got %d.\n", elevated);
    hr = IBackgroundCopyJob4_GetOwnerIntegrityLevel(object, NULL);
    check_null_refused(hr);
    hr = IBackgroundCopyJob4_GetOwnerElevationState(object, NULL);
    check_null_refused(hr);
    end_test_job(object, job);
}

static void test_maximum_download_time(struct fixture *fixture)
{
    IBackgroundCopyJob4 *object;
    IBackgroundCopyJob *job;
    ULONG seconds = 0xdeadbeef;
    HRESULT hr;

    if (!(object = create_test_job(fixture, &job)))
        return;
    hr = IBackgroundCopyJob4_GetMaximumDownloadTime(object, &seconds);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(seconds == 7776000, "Got %lu s.\n", seconds);
    hr = IBackgroundCopyJob4_SetMaximumDownloadTime(object, 60);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob4_GetMaximumDownloadTime(object, &seconds);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(seconds == 60, "Got %lu s.\n", seconds);
    hr = IBackgroundCopyJob4_GetMaximumDownloadTime(object, NULL);
    check_null_refused(hr);
    hr = IBackgroundCopyJob_Cancel(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob4_SetMaximumDownloadTime(object, 61);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    end_test_job(object, job);
}

/* A job that has been transferring for too long fails with the code of BITS. */
static void test_too_long(struct fixture *fixture)
{
    IBackgroundCopyJob4 *object;
    IBackgroundCopyJob *job;
    struct remote remote;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=100000&hold=@&hold_at=1000");
    if (!(object = create_test_job(fixture, &job)))
        return;
    hr = IBackgroundCopyJob4_AddFile(object, remote.url, fixture_path(fixture, L"long"));
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob4_SetMaximumDownloadTime(object, 1);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob4_Resume(object);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    wait_for_state(job, BG_JOB_STATE_ERROR);
    check_error(job, BG_E_MAXDOWNLOAD_TIMEOUT, BG_ERROR_CONTEXT_NONE, NULL);
    remote_release(&remote);
    end_test_job(object, job);
}

START_TEST(job4)
{
    struct fixture fixture;

    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_peer_caching(&fixture);
    test_owner(&fixture);
    test_maximum_download_time(&fixture);
    test_too_long(&fixture);
    fixture_cleanup(&fixture);
}
