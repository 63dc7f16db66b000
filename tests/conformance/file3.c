/*
 * Tests of IBackgroundCopyFile3, 4 and 5.
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

#define FILE_SIZE 1000000

static IBackgroundCopyFile5 *get_file5(IBackgroundCopyJob *job)
{
    IBackgroundCopyFile5 *file5 = NULL;
    IBackgroundCopyFile *file;
    HRESULT hr;

    if (!(file = get_file(job, 0)))
        return NULL;
    hr = IBackgroundCopyFile_QueryInterface(file, &IID_IBackgroundCopyFile5, (void **)&file5);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    IBackgroundCopyFile_Release(file);
    return file5;
}

/* Of the same directory, and the file is there as long as the job is. */
static void check_temporary_name(IBackgroundCopyFile5 *file, struct fixture *fixture)
{
    size_t length = wcslen(fixture->directory);
    WCHAR *name = NULL;
    HRESULT hr;

    hr = IBackgroundCopyFile5_GetTemporaryName(file, &name);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return;
    ok(!wcsncmp(name, fixture->directory, length) && !wcsncmp(name + length, L"\\DO", 3), "Got %s.\n",
            debug_string(name));
    ok(file_exists(name), "There is no file %s.\n", debug_string(name));
    CoTaskMemFree(name);
}

static void check_headers(IBackgroundCopyFile5 *file)
{
    BITS_FILE_PROPERTY_VALUE value = { NULL };
    HRESULT hr;

    hr = IBackgroundCopyFile5_GetProperty(file, BITS_FILE_PROPERTY_ID_HTTP_RESPONSE_HEADERS, &value);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return;
    ok(wcsstr(value.String, L"Content-Length:") != NULL, "Got %s.\n", debug_string(value.String));
    CoTaskMemFree(value.String);
}

static void test_properties(IBackgroundCopyFile5 *file)
{
    BITS_FILE_PROPERTY_VALUE value = { NULL };
    HRESULT hr;

    hr = IBackgroundCopyFile5_GetProperty(file, BITS_FILE_PROPERTY_ID_HTTP_RESPONSE_HEADERS, &value);
    ok(hr == E_NOT_SET, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyFile5_GetProperty(file, 2, &value);
    ok(hr == DO_E_UNKNOWN_PROPERTY_ID, "Got hr %#lx.\n", hr);
    ok(!value.String, "Got a string.\n");
    value.String = (WCHAR *)L"Name: value";
    hr = IBackgroundCopyFile5_SetProperty(file, BITS_FILE_PROPERTY_ID_HTTP_RESPONSE_HEADERS, value);
    ok(hr == DO_E_READ_ONLY_PROPERTY, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyFile5_SetProperty(file, 0, value);
    ok(hr == DO_E_UNKNOWN_PROPERTY_ID, "Got hr %#lx.\n", hr);
}

static void check_sources(int line, IBackgroundCopyFile5 *file, UINT64 bytes)
{
    UINT64 origin = 0xdeadbeef, peers = 0xdeadbeef;
    BOOL from_peer = 0xdead;
    HRESULT hr;

    hr = IBackgroundCopyFile5_GetPeerDownloadStats(file, &origin, &peers);
    ok_(__FILE__, line, hr == S_OK, "Got hr %#lx.\n", hr);
    ok_(__FILE__, line, origin == bytes && !peers, "Got %llu and %llu bytes.\n", origin, peers);
    hr = IBackgroundCopyFile5_IsDownloadedFromPeer(file, &from_peer);
    ok_(__FILE__, line, hr == S_OK && !from_peer, "Got hr %#lx, %d.\n", hr, from_peer);
}

static void check_validation(int line, IBackgroundCopyFile5 *file, BOOL expected)
{
    BOOL valid = 0xdead;
    HRESULT hr;

    hr = IBackgroundCopyFile5_GetValidationState(file, &valid);
    ok_(__FILE__, line, hr == S_OK && valid == expected, "Got hr %#lx, %d.\n", hr, valid);
}

/* What the client finds wrong is fetched again. */
static void test_validation(IBackgroundCopyJob *job, IBackgroundCopyFile5 *file, const struct remote *remote)
{
    HRESULT hr;

    check_validation(__LINE__, file, FALSE);
    hr = IBackgroundCopyFile5_SetValidationState(file, TRUE);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_validation(__LINE__, file, TRUE);
    check_state(job, BG_JOB_STATE_TRANSFERRED);
    hr = IBackgroundCopyFile5_SetValidationState(file, FALSE);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_validation(__LINE__, file, FALSE);
    remote_wait(remote, 2);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
}

static void test_file(struct fixture *fixture)
{
    IBackgroundCopyFile5 *file;
    IBackgroundCopyJob *job;
    struct remote remote;
    WCHAR *name = NULL;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    if (!(job = create_file_job(fixture, remote.url, L"file")) || !(file = get_file5(job)))
        return;
    test_properties(file);
    check_sources(__LINE__, file, 0);
    check_validation(__LINE__, file, FALSE);
    hr = IBackgroundCopyFile5_SetValidationState(file, TRUE);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_Resume(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
    check_temporary_name(file, fixture);
    check_headers(file);
    check_sources(__LINE__, file, FILE_SIZE);
    test_validation(job, file, &remote);
    check_sources(__LINE__, file, 2 * FILE_SIZE);
    hr = IBackgroundCopyJob_Complete(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_whole_content(fixture_path(fixture, L"file"), REMOTE_SEED, FILE_SIZE);
    hr = IBackgroundCopyFile5_GetTemporaryName(file, &name);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyFile5_SetValidationState(file, FALSE);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    IBackgroundCopyFile5_Release(file);
    end_job(job);
}

START_TEST(file3)
{
    struct fixture fixture;

    if (!remote_available(REMOTE_HTTP) || !fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_file(&fixture);
    fixture_cleanup(&fixture);
}
