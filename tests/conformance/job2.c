/*
 * Conformance tests of IBackgroundCopyJob2.
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

/* A new job, NULL with a failed check; both pointers are released by end_test_job(). */
static IBackgroundCopyJob2 *create_test_job(struct fixture *fixture, IBackgroundCopyJob **job)
{
    IBackgroundCopyJob2 *object = NULL;
    HRESULT hr;

    if (!(*job = create_job(fixture)))
        return NULL;
    hr = IBackgroundCopyJob_QueryInterface(*job, &IID_IBackgroundCopyJob2, (void **)&object);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    return object;
}

static void end_test_job(IBackgroundCopyJob2 *object, IBackgroundCopyJob *job)
{
    IBackgroundCopyJob2_Release(object);
    end_job(job);
}

static void check_command_line(int line, IBackgroundCopyJob2 *object, const WCHAR *program, const WCHAR *parameters)
{
    WCHAR *got_program = (WCHAR *)0xdeadbeef, *got_parameters = (WCHAR *)0xdeadbeef;
    HRESULT hr;

    hr = IBackgroundCopyJob2_GetNotifyCmdLine(object, &got_program, &got_parameters);
    ok_(__FILE__, line, hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return;
    ok_(__FILE__, line, program ? got_program && !wcscmp(got_program, program) : !got_program, "Got program %s.\n",
            debug_string(got_program));
    ok_(__FILE__, line, parameters ? got_parameters && !wcscmp(got_parameters, parameters) : !got_parameters,
            "Got parameters %s.\n", debug_string(got_parameters));
    CoTaskMemFree(got_program);
    CoTaskMemFree(got_parameters);
}

static void test_command_line(struct fixture *fixture)
{
    static const WCHAR program[] = L"C:\\windows\\system32\\notepad.exe", parameters[] = L"notepad.exe \x3b1";
    IBackgroundCopyJob2 *object;
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (!(object = create_test_job(fixture, &job)))
        return;
    check_command_line(__LINE__, object, NULL, NULL);
    hr = IBackgroundCopyJob2_SetNotifyCmdLine(object, program, parameters);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_command_line(__LINE__, object, program, parameters);
    hr = IBackgroundCopyJob2_SetNotifyCmdLine(object, NULL, parameters);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    check_command_line(__LINE__, object, program, parameters);
    hr = IBackgroundCopyJob2_SetNotifyCmdLine(object, program, NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_command_line(__LINE__, object, program, NULL);
    hr = IBackgroundCopyJob2_SetNotifyCmdLine(object, NULL, NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_command_line(__LINE__, object, NULL, NULL);
    end_test_job(object, job);
}

static void test_command_line_length(struct fixture *fixture)
{
    WCHAR *program = create_long_string(MAX_PATH), *parameters = create_long_string(4000);
    WCHAR *long_program = create_long_string(MAX_PATH + 1), *long_parameters = create_long_string(4001);
    IBackgroundCopyJob2 *object;
    IBackgroundCopyJob *job;
    HRESULT hr;

    if ((object = create_test_job(fixture, &job)))
    {
        hr = IBackgroundCopyJob2_SetNotifyCmdLine(object, program, parameters);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob2_SetNotifyCmdLine(object, long_program, NULL);
        ok(hr == (HRESULT)BG_E_STRING_TOO_LONG, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob2_SetNotifyCmdLine(object, L"C:\\x.exe", long_parameters);
        ok(hr == (HRESULT)BG_E_STRING_TOO_LONG, "Got hr %#lx.\n", hr);
        check_command_line(__LINE__, object, program, parameters);
        end_test_job(object, job);
    }
    free(program);
    free(long_program);
    free(parameters);
    free(long_parameters);
}

static void test_final_job(struct fixture *fixture)
{
    IBackgroundCopyJob2 *object;
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (!(object = create_test_job(fixture, &job)))
        return;
    hr = IBackgroundCopyJob2_SetNotifyCmdLine(object, L"C:\\x.exe", L"x");
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_Cancel(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob2_SetNotifyCmdLine(object, L"C:\\y.exe", NULL);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    check_command_line(__LINE__, object, L"C:\\x.exe", L"x");
    end_test_job(object, job);
}

/* Downloads have no reply. */
static void test_replies(struct fixture *fixture)
{
    BG_JOB_REPLY_PROGRESS progress = { 1, 2 };
    UINT64 length = 3;
    IBackgroundCopyJob2 *object;
    IBackgroundCopyJob *job;
    byte *buffer = NULL;
    WCHAR *name = NULL;
    HRESULT hr;

    if (!(object = create_test_job(fixture, &job)))
        return;
    hr = IBackgroundCopyJob2_GetReplyProgress(object, &progress);
    ok(hr == E_NOTIMPL, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob2_GetReplyData(object, &buffer, &length);
    ok(hr == E_NOTIMPL, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob2_SetReplyFileName(object, fixture_path(fixture, L"reply"));
    ok(hr == E_NOTIMPL, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob2_GetReplyFileName(object, &name);
    ok(hr == E_NOTIMPL, "Got hr %#lx.\n", hr);
    end_test_job(object, job);
}

START_TEST(job2)
{
    struct fixture fixture;

    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_command_line(&fixture);
    test_command_line_length(&fixture);
    test_final_job(&fixture);
    test_replies(&fixture);
    fixture_cleanup(&fixture);
}
