/*
 * Tests of IBackgroundCopyError and IBackgroundCopyJob::GetError: when there is an error object, and what it tells.
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

#define HTTP_FORBIDDEN ((HRESULT)0x80190193)
#define HTTP_NOT_FOUND ((HRESULT)0x80190194)
#define HTTP_UNAVAILABLE ((HRESULT)0x801901f7)

#define FILE_SIZE 200000

/* The identifiers that programs are compiled with. */
static void test_identifiers(void)
{
    static const GUID error = { 0x19c613a0, 0xfcb8, 0x4f28, { 0x81, 0xae, 0x89, 0x7c, 0x3d, 0x07, 0x8f, 0x81 } };
    static const GUID job = { 0x37668d37, 0x507e, 0x4160, { 0x93, 0x16, 0x26, 0x30, 0x6d, 0x15, 0x0b, 0x12 } };
    static const GUID callback = { 0x97ea99c7, 0x0186, 0x4ad4, { 0x8d, 0xf9, 0xc5, 0xb4, 0xe0, 0xed, 0x6b, 0x22 } };

    ok(IsEqualGUID(&IID_IBackgroundCopyError, &error), "Got %s.\n", debug_guid(&IID_IBackgroundCopyError));
    ok(IsEqualGUID(&IID_IBackgroundCopyJob, &job), "Got %s.\n", debug_guid(&IID_IBackgroundCopyJob));
    ok(IsEqualGUID(&IID_IBackgroundCopyCallback, &callback), "Got %s.\n", debug_guid(&IID_IBackgroundCopyCallback));
}

/* A method that fails makes no error object. */
static void test_failed_methods(struct fixture *fixture)
{
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (!(job = create_job(fixture)))
        return;
    check_no_error(job);
    hr = IBackgroundCopyJob_Resume(job);
    ok(hr == DO_E_JOB_EMPTY, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_AddFile(job, L"ftp://127.0.0.1/", fixture_path(fixture, L"file"));
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_AddFile(job, UNUSED_URL, fixture_path(fixture, L"missing\\file"));
    ok(FAILED(hr), "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_SetPriority(job, 17);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    check_no_error(job);
    check_state(job, BG_JOB_STATE_SUSPENDED);
    hr = IBackgroundCopyJob_Cancel(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_Cancel(job);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    check_no_error(job);
    end_job(job);
}

/* No other state has one. */
static void test_other_states(struct fixture *fixture)
{
    IBackgroundCopyJob *job;
    struct remote remote;
    HRESULT hr;

    if (!remote_available(REMOTE_HTTP))
        return;
    remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@&hold_at=%u", FILE_SIZE, FILE_SIZE / 2);
    if (!(job = create_file_job(fixture, remote.url, L"file")))
        return;
    check_no_error(job);
    hr = IBackgroundCopyJob_Resume(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_no_error(job);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRING);
    check_no_error(job);
    hr = IBackgroundCopyJob_Suspend(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_state(job, BG_JOB_STATE_SUSPENDED);
    check_no_error(job);
    remote_release(&remote);
    hr = IBackgroundCopyJob_Resume(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
    check_no_error(job);
    hr = IBackgroundCopyJob_Complete(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_state(job, BG_JOB_STATE_ACKNOWLEDGED);
    check_no_error(job);
    end_job(job);
}

static void test_null_arguments(IBackgroundCopyError *error)
{
    BG_ERROR_CONTEXT context;
    HRESULT hr, code;

    hr = IBackgroundCopyError_GetError(error, NULL, &code);
    check_null_refused(hr);
    hr = IBackgroundCopyError_GetError(error, &context, NULL);
    check_null_refused(hr);
    hr = IBackgroundCopyError_GetFile(error, NULL);
    check_null_refused(hr);
    hr = IBackgroundCopyError_GetErrorDescription(error, 0x409, NULL);
    check_null_refused(hr);
    hr = IBackgroundCopyError_GetErrorContextDescription(error, 0x409, NULL);
    check_null_refused(hr);
    hr = IBackgroundCopyError_GetProtocol(error, NULL);
    check_null_refused(hr);
}

/* A text comes in every language, if need be in another one. */
static void test_languages(IBackgroundCopyError *error)
{
    static const DWORD languages[] = { 0, 0x409, 0x407, 0x419, 0x7fff };
    unsigned int i;
    WCHAR *text;
    HRESULT hr;

    for (i = 0; i < ARRAYSIZE(languages); ++i)
    {
        push_context("language %#lx", languages[i]);
        text = NULL;
        hr = IBackgroundCopyError_GetErrorDescription(error, languages[i], &text);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        ok(text && *text, "Got text %s.\n", debug_string(text));
        CoTaskMemFree(text);
        text = NULL;
        hr = IBackgroundCopyError_GetErrorContextDescription(error, languages[i], &text);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        ok(text && *text, "Got text %s.\n", debug_string(text));
        CoTaskMemFree(text);
        pop_context();
    }
}

static void test_file_of_error(struct fixture *fixture, IBackgroundCopyError *error)
{
    IBackgroundCopyFile *file = NULL;
    WCHAR *text;
    HRESULT hr;

    hr = IBackgroundCopyError_GetFile(error, &file);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return;
    check_interface(file, &IID_IBackgroundCopyFile, TRUE);
    check_interface(file, &IID_IBackgroundCopyFile2, TRUE);
    hr = IBackgroundCopyFile_GetLocalName(file, &text);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
    {
        ok(!wcscmp(text, fixture_path(fixture, L"second")), "Got %s.\n", debug_string(text));
        CoTaskMemFree(text);
    }
    IBackgroundCopyFile_Release(file);
}

/* The second of two files is refused: the error is about it. */
static void test_forbidden(struct fixture *fixture)
{
    IBackgroundCopyError *error = NULL, *again = NULL;
    struct remote good, bad;
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (!remote_available(REMOTE_HTTP))
        return;
    remote_init(&good, REMOTE_HTTP, "size=1000");
    remote_init(&bad, REMOTE_HTTP, "size=1000&status=403");
    if (!(job = create_file_job(fixture, good.url, L"first")))
        return;
    hr = IBackgroundCopyJob_AddFile(job, bad.url, fixture_path(fixture, L"second"));
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_Resume(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (!wait_for_state(job, BG_JOB_STATE_ERROR))
        return;

    hr = IBackgroundCopyJob_GetError(job, &error);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return;
    check_interface(error, &IID_IUnknown, TRUE);
    check_interface(error, &IID_IBackgroundCopyError, TRUE);
    check_interface(error, &IID_IBackgroundCopyJob, FALSE);
    check_interface(error, &IID_IBackgroundCopyFile, FALSE);
    check_refcount(error, 1);
    check_error_object(error, HTTP_FORBIDDEN, BG_ERROR_CONTEXT_REMOTE_FILE, bad.url);
    test_null_arguments(error);
    test_languages(error);
    test_file_of_error(fixture, error);

    /* As often as one likes. */
    hr = IBackgroundCopyJob_GetError(job, &again);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
    {
        check_error_object(again, HTTP_FORBIDDEN, BG_ERROR_CONTEXT_REMOTE_FILE, bad.url);
        IBackgroundCopyError_Release(again);
    }

    /* It outlives the error and the job. */
    end_job(job);
    check_error_object(error, HTTP_FORBIDDEN, BG_ERROR_CONTEXT_REMOTE_FILE, bad.url);
    ok(!IBackgroundCopyError_Release(error), "The object has references left.\n");
}

static void test_not_found(struct fixture *fixture)
{
    IBackgroundCopyJob *job;
    struct remote remote;
    ULONG count = 0xdeadbeef;
    HRESULT hr;

    if (!remote_available(REMOTE_HTTP))
        return;
    remote_init(&remote, REMOTE_HTTP, "size=1000&status=404");
    if (!(job = create_file_job(fixture, remote.url, L"file")))
        return;
    hr = IBackgroundCopyJob_GetErrorCount(job, &count);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(!count, "Got count %lu.\n", count);
    hr = IBackgroundCopyJob_Resume(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    wait_for_state(job, BG_JOB_STATE_ERROR);
    check_error(job, HTTP_NOT_FOUND, BG_ERROR_CONTEXT_NONE, NULL);
    hr = IBackgroundCopyJob_GetErrorCount(job, &count);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(count == 1, "Got count %lu.\n", count);
    /* It stays as long as the state does, and a suspended job has none. */
    check_error(job, HTTP_NOT_FOUND, BG_ERROR_CONTEXT_NONE, NULL);
    hr = IBackgroundCopyJob_Suspend(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_state(job, BG_JOB_STATE_SUSPENDED);
    check_no_error(job);
    end_job(job);
}

/* An error ends when data flow again. */
static void test_mended(struct fixture *fixture)
{
    IBackgroundCopyError *error = NULL;
    IBackgroundCopyFile2 *file2;
    IBackgroundCopyFile *file;
    struct remote bad, good;
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (!remote_available(REMOTE_HTTP))
        return;
    remote_init(&bad, REMOTE_HTTP, "size=1000&status=404");
    remote_init(&good, REMOTE_HTTP, "size=%u&hold=@&hold_at=%u", FILE_SIZE, FILE_SIZE / 2);
    if (!(job = create_file_job(fixture, bad.url, L"file")))
        return;
    hr = IBackgroundCopyJob_Resume(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    wait_for_state(job, BG_JOB_STATE_ERROR);
    hr = IBackgroundCopyJob_GetError(job, &error);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);

    if ((file = get_file(job, 0)))
    {
        hr = IBackgroundCopyFile_QueryInterface(file, &IID_IBackgroundCopyFile2, (void **)&file2);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyFile2_SetRemoteName(file2, good.url);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        IBackgroundCopyFile2_Release(file2);
        IBackgroundCopyFile_Release(file);
    }
    check_state(job, BG_JOB_STATE_ERROR);
    check_error(job, HTTP_NOT_FOUND, BG_ERROR_CONTEXT_NONE, NULL);
    hr = IBackgroundCopyJob_Resume(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRING);
    check_no_error(job);
    if (error)
    {
        check_error_object(error, HTTP_NOT_FOUND, BG_ERROR_CONTEXT_NONE, NULL);
        IBackgroundCopyError_Release(error);
    }
    remote_release(&good);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
    hr = IBackgroundCopyJob_Complete(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_whole_content(fixture_path(fixture, L"file"), REMOTE_SEED, FILE_SIZE);
    end_job(job);
}

static void test_transient(struct fixture *fixture)
{
    IBackgroundCopyJob *job;
    struct remote remote;
    ULONG count = 0;
    HRESULT hr;

    if (!remote_available(REMOTE_HTTP))
        return;
    remote_init(&remote, REMOTE_HTTP, "size=%u&fail=1&fail_status=503&hold=@&hold_at=%u", FILE_SIZE, FILE_SIZE / 2);
    if (!(job = create_file_job(fixture, remote.url, L"transient")))
        return;
    hr = IBackgroundCopyJob_Resume(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    wait_for_state(job, BG_JOB_STATE_TRANSIENT_ERROR);
    check_error(job, HTTP_UNAVAILABLE, BG_ERROR_CONTEXT_NONE, NULL);
    hr = IBackgroundCopyJob_GetErrorCount(job, &count);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(count == 1, "Got count %lu.\n", count);

    /* The next attempt is made without anybody's doing. */
    wait_for_state(job, BG_JOB_STATE_TRANSFERRING);
    check_no_error(job);
    remote_release(&remote);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
    check_no_error(job);
    hr = IBackgroundCopyJob_GetErrorCount(job, &count);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(count == 1, "Got count %lu.\n", count);
    end_job(job);
}

START_TEST(error)
{
    struct fixture fixture;

    test_identifiers();
    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_failed_methods(&fixture);
    test_other_states(&fixture);
    test_forbidden(&fixture);
    test_not_found(&fixture);
    test_mended(&fixture);
    test_transient(&fixture);
    fixture_cleanup(&fixture);
}
