/*
 * Tests of IBackgroundCopyJob: properties, arguments, and what is legal in which state.
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

#define COBJMACROS
#include <stdlib.h>
#include <windows.h>
#include <sddl.h>

#include "bitsmsg.h"
#include "fixture.h"

#define MAX_NAME 256
#define MAX_DESCRIPTION 1024
#define MAX_URL 2200

#define NOTIFY_FLAGS (BG_NOTIFY_JOB_TRANSFERRED | BG_NOTIFY_JOB_ERROR)

static void check_string(int line, HRESULT hr, WCHAR *text, const WCHAR *expected)
{
    ok_(__FILE__, line, hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return;
    ok_(__FILE__, line, !wcscmp(text, expected), "Got %s, expected %s.\n", debug_string(text), debug_string(expected));
    CoTaskMemFree(text);
}

/* All interfaces belong to one object. */
static void test_interfaces(struct fixture *fixture)
{
    static const IID *const iids[] = { &IID_IBackgroundCopyJob, &IID_IBackgroundCopyJob2, &IID_IBackgroundCopyJob3,
            &IID_IBackgroundCopyJob4, &IID_IBackgroundCopyJob5, &IID_IBackgroundCopyJobHttpOptions,
            &IID_IDeliveryOptimizationJob, &IID_IDeliveryOptimizationJob2 };
    IUnknown *unknown, *identity, *object;
    IBackgroundCopyJob *job;
    unsigned int i, j;
    HRESULT hr;

    if (!(job = create_job(fixture)))
        return;
    hr = IBackgroundCopyJob_QueryInterface(job, &IID_IUnknown, (void **)&identity);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    for (i = 0; i < ARRAYSIZE(iids); ++i)
    {
        push_context("interface %u", i);
        hr = IBackgroundCopyJob_QueryInterface(job, iids[i], (void **)&object);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        if (SUCCEEDED(hr))
        {
            for (j = 0; j < ARRAYSIZE(iids); ++j)
                check_interface(object, iids[j], TRUE);
            check_interface(object, &IID_IBackgroundCopyManager, FALSE);
            check_interface(object, &IID_IBackgroundCopyFile, FALSE);
            hr = IUnknown_QueryInterface(object, &IID_IUnknown, (void **)&unknown);
            ok(hr == S_OK, "Got hr %#lx.\n", hr);
            ok(unknown == identity, "Got %p, expected %p.\n", (void *)unknown, (void *)identity);
            IUnknown_Release(unknown);
            IUnknown_Release(object);
        }
        pop_context();
    }
    IUnknown_Release(identity);
    end_job(job);
}

static void test_display_name(struct fixture *fixture)
{
    WCHAR *longest = create_long_string(MAX_NAME), *too_long = create_long_string(MAX_NAME + 1), *text = NULL;
    IBackgroundCopyJob *job;
    HRESULT hr;

    if ((job = create_job(fixture)))
    {
        hr = IBackgroundCopyJob_SetDisplayName(job, L"\x3b1 name \x4e2d \xd83d\xde00");
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob_GetDisplayName(job, &text);
        check_string(__LINE__, hr, text, L"\x3b1 name \x4e2d \xd83d\xde00");

        hr = IBackgroundCopyJob_SetDisplayName(job, too_long);
        ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob_SetDisplayName(job, NULL);
        check_null_refused(hr);
        hr = IBackgroundCopyJob_GetDisplayName(job, NULL);
        check_null_refused(hr);
        hr = IBackgroundCopyJob_GetDisplayName(job, &text);
        check_string(__LINE__, hr, text, L"\x3b1 name \x4e2d \xd83d\xde00");

        hr = IBackgroundCopyJob_SetDisplayName(job, longest);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob_GetDisplayName(job, &text);
        check_string(__LINE__, hr, text, longest);
        end_job(job);
    }
    free(longest);
    free(too_long);
}

static void test_description(struct fixture *fixture)
{
    WCHAR *longest = create_long_string(MAX_DESCRIPTION), *too_long = create_long_string(MAX_DESCRIPTION + 1);
    WCHAR *text = NULL;
    IBackgroundCopyJob *job;
    HRESULT hr;

    if ((job = create_job(fixture)))
    {
        hr = IBackgroundCopyJob_GetDescription(job, &text);
        check_string(__LINE__, hr, text, L"");
        hr = IBackgroundCopyJob_SetDescription(job, longest);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob_SetDescription(job, too_long);
        ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob_SetDescription(job, NULL);
        check_null_refused(hr);
        hr = IBackgroundCopyJob_GetDescription(job, NULL);
        check_null_refused(hr);
        hr = IBackgroundCopyJob_GetDescription(job, &text);
        check_string(__LINE__, hr, text, longest);
        hr = IBackgroundCopyJob_SetDescription(job, L"");
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob_GetDescription(job, &text);
        check_string(__LINE__, hr, text, L"");
        end_job(job);
    }
    free(longest);
    free(too_long);
}

static void test_priority(struct fixture *fixture)
{
    static const BG_JOB_PRIORITY priorities[] = { BG_JOB_PRIORITY_FOREGROUND, BG_JOB_PRIORITY_HIGH,
            BG_JOB_PRIORITY_LOW, BG_JOB_PRIORITY_NORMAL };
    BG_JOB_PRIORITY priority = 0xdead;
    IBackgroundCopyJob *job;
    unsigned int i;
    HRESULT hr;

    if (!(job = create_job(fixture)))
        return;
    hr = IBackgroundCopyJob_GetPriority(job, &priority);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(priority == BG_JOB_PRIORITY_NORMAL, "Got priority %u.\n", priority);
    for (i = 0; i < ARRAYSIZE(priorities); ++i)
    {
        push_context("priority %u", priorities[i]);
        hr = IBackgroundCopyJob_SetPriority(job, priorities[i]);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob_GetPriority(job, &priority);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        ok(priority == priorities[i], "Got priority %u.\n", priority);
        pop_context();
    }
    hr = IBackgroundCopyJob_SetPriority(job, BG_JOB_PRIORITY_LOW + 1);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_GetPriority(job, NULL);
    check_null_refused(hr);
    hr = IBackgroundCopyJob_GetPriority(job, &priority);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(priority == BG_JOB_PRIORITY_NORMAL, "Got priority %u.\n", priority);
    end_job(job);
}

static void test_notify_flags(struct fixture *fixture)
{
    static const ULONG refused[] = { BG_NOTIFY_DISABLE, BG_NOTIFY_FILE_RANGES_TRANSFERRED, 0x40, 0x80000000,
            BG_NOTIFY_DISABLE | BG_NOTIFY_JOB_ERROR };
    IBackgroundCopyJob *job;
    ULONG flags = 0xdeadbeef;
    unsigned int i;
    HRESULT hr;

    if (!(job = create_job(fixture)))
        return;
    hr = IBackgroundCopyJob_GetNotifyFlags(job, &flags);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(flags == NOTIFY_FLAGS, "Got flags %#lx.\n", flags);
    hr = IBackgroundCopyJob_SetNotifyFlags(job, BG_NOTIFY_JOB_MODIFICATION | BG_NOTIFY_FILE_TRANSFERRED);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    for (i = 0; i < ARRAYSIZE(refused); ++i)
    {
        hr = IBackgroundCopyJob_SetNotifyFlags(job, refused[i]);
        ok(hr == E_NOTIMPL || hr == E_INVALIDARG, "Got hr %#lx for flags %#lx.\n", hr, refused[i]);
    }
    hr = IBackgroundCopyJob_GetNotifyFlags(job, &flags);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(flags == (BG_NOTIFY_JOB_MODIFICATION | BG_NOTIFY_FILE_TRANSFERRED), "Got flags %#lx.\n", flags);
    hr = IBackgroundCopyJob_SetNotifyFlags(job, 0);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_GetNotifyFlags(job, &flags);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(!flags, "Got flags %#lx.\n", flags);
    hr = IBackgroundCopyJob_GetNotifyFlags(job, NULL);
    check_null_refused(hr);
    end_job(job);
}

static void test_retry_delay(struct fixture *fixture)
{
    IBackgroundCopyJob *job;
    ULONG seconds = 0xdeadbeef;
    HRESULT hr;

    if (!(job = create_job(fixture)))
        return;
    hr = IBackgroundCopyJob_GetMinimumRetryDelay(job, &seconds);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(seconds == 600, "Got %lu s.\n", seconds);
    hr = IBackgroundCopyJob_SetMinimumRetryDelay(job, 60);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_GetMinimumRetryDelay(job, &seconds);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(seconds == 60, "Got %lu s.\n", seconds);
    hr = IBackgroundCopyJob_SetMinimumRetryDelay(job, 4);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_GetMinimumRetryDelay(job, &seconds);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(seconds == 5, "Got %lu s.\n", seconds);
    hr = IBackgroundCopyJob_GetMinimumRetryDelay(job, NULL);
    check_null_refused(hr);
    end_job(job);
}

static void test_no_progress_timeout(struct fixture *fixture)
{
    IBackgroundCopyJob *job;
    ULONG seconds = 0xdeadbeef;
    HRESULT hr;

    if (!(job = create_job(fixture)))
        return;
    hr = IBackgroundCopyJob_GetNoProgressTimeout(job, &seconds);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(seconds == 86400, "Got %lu s.\n", seconds);
    hr = IBackgroundCopyJob_SetPriority(job, BG_JOB_PRIORITY_FOREGROUND);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_GetNoProgressTimeout(job, &seconds);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(seconds == 3600, "Got %lu s.\n", seconds);
    hr = IBackgroundCopyJob_SetNoProgressTimeout(job, 120);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_GetNoProgressTimeout(job, &seconds);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(seconds == 120, "Got %lu s.\n", seconds);
    hr = IBackgroundCopyJob_GetNoProgressTimeout(job, NULL);
    check_null_refused(hr);
    end_job(job);
}

static void check_proxy_settings(int line, IBackgroundCopyJob *job, BG_JOB_PROXY_USAGE expected_usage,
        const WCHAR *expected_list, const WCHAR *expected_bypass)
{
    WCHAR *list = (WCHAR *)0xdeadbeef, *bypass = (WCHAR *)0xdeadbeef;
    BG_JOB_PROXY_USAGE usage = 0xdead;
    HRESULT hr;

    hr = IBackgroundCopyJob_GetProxySettings(job, &usage, &list, &bypass);
    ok_(__FILE__, line, hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return;
    ok_(__FILE__, line, usage == expected_usage, "Got usage %u.\n", usage);
    ok_(__FILE__, line, expected_list ? list && !wcscmp(list, expected_list) : !list, "Got list %s.\n",
            debug_string(list));
    ok_(__FILE__, line, expected_bypass ? bypass && !wcscmp(bypass, expected_bypass) : !bypass,
            "Got bypass list %s.\n", debug_string(bypass));
    CoTaskMemFree(list);
    CoTaskMemFree(bypass);
}

static void test_proxy_settings(struct fixture *fixture)
{
    BG_JOB_PROXY_USAGE usage;
    IBackgroundCopyJob *job;
    WCHAR *list;
    HRESULT hr;

    if (!(job = create_job(fixture)))
        return;
    check_proxy_settings(__LINE__, job, BG_JOB_PROXY_USAGE_PRECONFIG, NULL, NULL);

    hr = IBackgroundCopyJob_SetProxySettings(job, BG_JOB_PROXY_USAGE_OVERRIDE, L"http://proxy.test:8080", L"*.local");
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_proxy_settings(__LINE__, job, BG_JOB_PROXY_USAGE_OVERRIDE, L"http://proxy.test:8080", L"*.local");
    hr = IBackgroundCopyJob_SetProxySettings(job, BG_JOB_PROXY_USAGE_OVERRIDE, NULL, NULL);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_SetProxySettings(job, BG_JOB_PROXY_USAGE_NO_PROXY, L"http://proxy.test:8080", NULL);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_SetProxySettings(job, BG_JOB_PROXY_USAGE_PRECONFIG, NULL, L"*.local");
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    check_proxy_settings(__LINE__, job, BG_JOB_PROXY_USAGE_OVERRIDE, L"http://proxy.test:8080", L"*.local");

    hr = IBackgroundCopyJob_SetProxySettings(job, BG_JOB_PROXY_USAGE_NO_PROXY, NULL, NULL);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_proxy_settings(__LINE__, job, BG_JOB_PROXY_USAGE_NO_PROXY, NULL, NULL);
    hr = IBackgroundCopyJob_GetProxySettings(job, &usage, &list, NULL);
    check_null_refused(hr);
    hr = IBackgroundCopyJob_GetProxySettings(job, NULL, &list, &list);
    check_null_refused(hr);
    end_job(job);
}

static void test_times(struct fixture *fixture)
{
    ULARGE_INTEGER before, after, creation, modification, previous;
    BG_JOB_TIMES times;
    IBackgroundCopyJob *job;
    FILETIME now;
    HRESULT hr;

    GetSystemTimeAsFileTime(&now);
    before.u.LowPart = now.dwLowDateTime;
    before.u.HighPart = now.dwHighDateTime;
    if (!(job = create_job(fixture)))
        return;
    GetSystemTimeAsFileTime(&now);
    after.u.LowPart = now.dwLowDateTime;
    after.u.HighPart = now.dwHighDateTime;

    memset(&times, 0xcc, sizeof(times));
    hr = IBackgroundCopyJob_GetTimes(job, &times);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    creation.u.LowPart = times.CreationTime.dwLowDateTime;
    creation.u.HighPart = times.CreationTime.dwHighDateTime;
    /* Two processes may see the clock with another resolution. */
    ok(creation.QuadPart + 1000000 > before.QuadPart && creation.QuadPart < after.QuadPart + 1000000,
            "Got creation %llu, expected %llu to %llu.\n", creation.QuadPart, before.QuadPart, after.QuadPart);
    modification.u.LowPart = times.ModificationTime.dwLowDateTime;
    modification.u.HighPart = times.ModificationTime.dwHighDateTime;
    ok(modification.QuadPart >= creation.QuadPart, "Got modification %llu, creation %llu.\n",
            modification.QuadPart, creation.QuadPart);
    ok(!times.TransferCompletionTime.dwLowDateTime && !times.TransferCompletionTime.dwHighDateTime,
            "Got completion %#lx:%#lx.\n", times.TransferCompletionTime.dwHighDateTime,
            times.TransferCompletionTime.dwLowDateTime);

    previous = modification;
    hr = IBackgroundCopyJob_SetDescription(job, L"changed");
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_GetTimes(job, &times);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    modification.u.LowPart = times.ModificationTime.dwLowDateTime;
    modification.u.HighPart = times.ModificationTime.dwHighDateTime;
    ok(modification.QuadPart > previous.QuadPart, "Got modification %llu, before %llu.\n", modification.QuadPart,
            previous.QuadPart);
    hr = IBackgroundCopyJob_GetTimes(job, NULL);
    check_null_refused(hr);
    end_job(job);
}

static void test_owner(struct fixture *fixture)
{
    union
    {
        TOKEN_USER user;
        BYTE buffer[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    } info;
    WCHAR *owner = NULL, *expected = NULL;
    IBackgroundCopyJob *job;
    HANDLE token;
    HRESULT hr;
    DWORD size;

    if (!(job = create_job(fixture)))
        return;
    ok(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token), "No token, error %lu.\n", GetLastError());
    ok(GetTokenInformation(token, TokenUser, &info, sizeof(info), &size), "No user, error %lu.\n", GetLastError());
    ok(ConvertSidToStringSidW(info.user.User.Sid, &expected), "No text, error %lu.\n", GetLastError());
    CloseHandle(token);
    hr = IBackgroundCopyJob_GetOwner(job, &owner);
    if (expected)
        check_string(__LINE__, hr, owner, expected);
    LocalFree(expected);
    hr = IBackgroundCopyJob_GetOwner(job, NULL);
    check_null_refused(hr);
    hr = IBackgroundCopyJob_TakeOwnership(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    end_job(job);
}

static void test_null_arguments(struct fixture *fixture)
{
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (!(job = create_job(fixture)))
        return;
    hr = IBackgroundCopyJob_GetId(job, NULL);
    check_null_refused(hr);
    hr = IBackgroundCopyJob_GetType(job, NULL);
    check_null_refused(hr);
    hr = IBackgroundCopyJob_GetProgress(job, NULL);
    check_null_refused(hr);
    hr = IBackgroundCopyJob_GetState(job, NULL);
    check_null_refused(hr);
    hr = IBackgroundCopyJob_GetError(job, NULL);
    check_null_refused(hr);
    hr = IBackgroundCopyJob_GetErrorCount(job, NULL);
    check_null_refused(hr);
    hr = IBackgroundCopyJob_GetNotifyInterface(job, NULL);
    check_null_refused(hr);
    hr = IBackgroundCopyJob_EnumFiles(job, NULL);
    check_null_refused(hr);
    hr = IBackgroundCopyJob_AddFile(job, NULL, fixture_path(fixture, L"file"));
    check_null_refused(hr);
    hr = IBackgroundCopyJob_AddFile(job, UNUSED_URL, NULL);
    check_null_refused(hr);
    hr = IBackgroundCopyJob_AddFileSet(job, 1, NULL);
    check_null_refused(hr);
    hr = IBackgroundCopyJob_AddFileSet(job, 0, NULL);
    check_null_refused(hr);
    check_progress(job, 0, 0, 0, 0);
    end_job(job);
}

static void test_urls(struct fixture *fixture)
{
    static const WCHAR *const refused[] =
    {
        L"",
        L"file.bin",
        L"/data/file.bin",
        L"http",
        L"http:",
        L"http:/host/file",
        L"http://",
        L"http:///file",
        L"http:host/file",
        L"://host/file",
        L"http://127.0.0.1:99999/file",
        L"http://127.0.0.1:port/file",
        L"http://ho st/file",
        L"http://[::1/file",
        L"http://127.0.0.1/a b",
        L"http://127.0.0.1/a\tb",
        L"http://127.0.0.1/a\r\nX-Header: b",
        L"file:///C:/windows/system.ini",
        L"file://server/share/file",
        L"ftp://127.0.0.1/file",
        L"ftps://127.0.0.1/file",
        L"gopher://127.0.0.1/file",
        L"javascript:alert(1)",
        L"C:\\windows\\system.ini",
        L"\\\\server\\share\\file",
        L"httpx://127.0.0.1/file",
    };
    static const WCHAR *const taken[] =
    {
        L"http://127.0.0.1/file",
        L"HTTP://127.0.0.1/file",
        L"https://127.0.0.1:9/file",
        L"http://127.0.0.1:9",
        L"http://127.0.0.1:9/?a=b&c=%20d",
        L"http://[::1]:9/file",
        L"http://host.invalid/file",
    };
    IBackgroundCopyJob *job;
    unsigned int i;
    HRESULT hr;

    if (!(job = create_job(fixture)))
        return;
    for (i = 0; i < ARRAYSIZE(refused); ++i)
    {
        hr = IBackgroundCopyJob_AddFile(job, refused[i], fixture_path(fixture, L"file"));
        ok(hr == E_INVALIDARG, "Got hr %#lx for %s.\n", hr, debug_string(refused[i]));
    }
    check_progress(job, 0, 0, 0, 0);
    for (i = 0; i < ARRAYSIZE(taken); ++i)
    {
        WCHAR name[16];

        swprintf(name, ARRAYSIZE(name), L"file%u", i);
        hr = IBackgroundCopyJob_AddFile(job, taken[i], fixture_path(fixture, name));
        ok(hr == S_OK, "Got hr %#lx for %s.\n", hr, debug_string(taken[i]));
    }
    check_progress(job, BG_SIZE_UNKNOWN, 0, ARRAYSIZE(taken), 0);
    end_job(job);
}

static void test_url_length(struct fixture *fixture)
{
    static const size_t lengths[] = { MAX_URL, MAX_URL + 1, 65536 };
    static const WCHAR start[] = L"http://127.0.0.1:9/";
    IBackgroundCopyJob *job;
    unsigned int i;
    HRESULT hr;
    WCHAR *url;

    if (!(job = create_job(fixture)))
        return;
    for (i = 0; i < ARRAYSIZE(lengths); ++i)
    {
        url = create_long_string(lengths[i]);
        memcpy(url, start, sizeof(start) - sizeof(WCHAR));
        hr = IBackgroundCopyJob_AddFile(job, url, fixture_path(fixture, L"file"));
        ok(hr == (lengths[i] <= MAX_URL ? S_OK : E_INVALIDARG), "Got hr %#lx for %u characters.\n", hr,
                (unsigned int)lengths[i]);
        free(url);
    }
    check_progress(job, BG_SIZE_UNKNOWN, 0, 1, 0);
    end_job(job);
}

static void test_local_names(struct fixture *fixture)
{
    static const struct
    {
        const WCHAR *name;      /* NULL: the directory itself */
        BOOL absolute;          /* or in the directory */
        HRESULT hr;
    }
    tests[] =
    {
        { L"", TRUE, E_INVALIDARG },
        { L"file", TRUE, E_INVALIDARG },
        { L"directory\\file", TRUE, E_INVALIDARG },
        { L".\\file", TRUE, E_INVALIDARG },
        { L"..\\file", TRUE, E_INVALIDARG },
        { L"\\file", TRUE, E_INVALIDARG },
        { L"C:file", TRUE, E_INVALIDARG },
        { L"missing\\file", FALSE, HRESULT_FROM_WIN32(ERROR_PATH_NOT_FOUND) },
        { L"missing\\deeper\\file", FALSE, HRESULT_FROM_WIN32(ERROR_PATH_NOT_FOUND) },
        { L"fi?le", FALSE, HRESULT_FROM_WIN32(ERROR_INVALID_NAME) },
        { L"fi*le", FALSE, HRESULT_FROM_WIN32(ERROR_INVALID_NAME) },
        { L"fi<le", FALSE, HRESULT_FROM_WIN32(ERROR_INVALID_NAME) },
        { L"fi|le", FALSE, HRESULT_FROM_WIN32(ERROR_INVALID_NAME) },
        { NULL, FALSE, E_ACCESSDENIED },
    };
    IBackgroundCopyJob *job;
    const WCHAR *name;
    unsigned int i;
    HRESULT hr;

    if (!(job = create_job(fixture)))
        return;
    for (i = 0; i < ARRAYSIZE(tests); ++i)
    {
        name = tests[i].absolute ? tests[i].name : fixture->directory;
        if (!tests[i].absolute && tests[i].name)
            name = fixture_path(fixture, tests[i].name);
        hr = IBackgroundCopyJob_AddFile(job, UNUSED_URL, name);
        ok(hr == tests[i].hr, "Got hr %#lx for %s, expected %#lx.\n", hr, debug_string(name), tests[i].hr);
    }
    check_progress(job, 0, 0, 0, 0);

    /* Nothing is made before data come, and nothing that is there is touched. */
    create_file(fixture_path(fixture, L"present"), "content");
    hr = IBackgroundCopyJob_AddFile(job, UNUSED_URL, fixture_path(fixture, L"present"));
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_AddFile(job, UNUSED_URL, fixture_path(fixture, L"absent"));
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    ok(!file_exists(fixture_path(fixture, L"absent")), "The file exists.\n");
    ok(fixture_count_files(fixture, L"DO*.tmp") == 0, "Got temporary files.\n");
    end_job(job);
    ok(file_exists(fixture_path(fixture, L"present")), "The file is gone.\n");
}

static void test_add_file_set(struct fixture *fixture)
{
    WCHAR first[MAX_PATH], second[MAX_PATH], missing[MAX_PATH], url[] = UNUSED_URL, bad_url[] = L"ftp://127.0.0.1/";
    BG_FILE_INFO files[2] = { { url, first }, { url, second } };
    IBackgroundCopyJob *job;
    HRESULT hr;

    wcscpy(first, fixture_path(fixture, L"first"));
    wcscpy(second, fixture_path(fixture, L"second"));
    wcscpy(missing, fixture_path(fixture, L"missing\\second"));
    if (!(job = create_job(fixture)))
        return;

    /* All, or none. */
    files[1].RemoteName = bad_url;
    hr = IBackgroundCopyJob_AddFileSet(job, 2, files);
    ok(hr == E_INVALIDARG, "Got hr %#lx.\n", hr);
    check_progress(job, 0, 0, 0, 0);
    files[1].RemoteName = NULL;
    hr = IBackgroundCopyJob_AddFileSet(job, 2, files);
    check_null_refused(hr);
    files[1].RemoteName = url;
    files[1].LocalName = NULL;
    hr = IBackgroundCopyJob_AddFileSet(job, 2, files);
    check_null_refused(hr);
    files[1].LocalName = missing;
    hr = IBackgroundCopyJob_AddFileSet(job, 2, files);
    ok(hr == HRESULT_FROM_WIN32(ERROR_PATH_NOT_FOUND), "Got hr %#lx.\n", hr);
    check_progress(job, 0, 0, 0, 0);

    files[1].LocalName = second;
    hr = IBackgroundCopyJob_AddFileSet(job, 2, files);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_progress(job, BG_SIZE_UNKNOWN, 0, 2, 0);
    end_job(job);
}

static void test_empty_job(struct fixture *fixture)
{
    IBackgroundCopyJob *job;
    HRESULT hr;

    if (!(job = create_job(fixture)))
        return;
    hr = IBackgroundCopyJob_Resume(job);
    ok(hr == DO_E_JOB_EMPTY, "Got hr %#lx.\n", hr);
    check_state(job, BG_JOB_STATE_SUSPENDED);
    /* A method that fails makes no error object. */
    check_no_error(job);
    hr = IBackgroundCopyJob_Suspend(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_state(job, BG_JOB_STATE_SUSPENDED);
    end_job(job);
}

/* What every method gives when the job is over; reading goes on. */
static void check_final_job(int line, struct fixture *fixture, IBackgroundCopyJob *job, BG_JOB_STATE state)
{
    IEnumBackgroundCopyFiles *enumerator;
    WCHAR *text;
    ULONG count;
    HRESULT hr;

    push_context("line %d", line);
    check_state(job, state);
    check_no_error(job);
    hr = IBackgroundCopyJob_Resume(job);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_Suspend(job);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_Complete(job);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_Cancel(job);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_AddFile(job, UNUSED_URL, fixture_path(fixture, L"late"));
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_SetDisplayName(job, L"late");
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_SetDescription(job, L"late");
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_SetPriority(job, BG_JOB_PRIORITY_LOW);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_SetNotifyFlags(job, 0);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_SetMinimumRetryDelay(job, 60);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_SetNoProgressTimeout(job, 60);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_SetProxySettings(job, BG_JOB_PROXY_USAGE_NO_PROXY, NULL, NULL);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);
    hr = IBackgroundCopyJob_TakeOwnership(job);
    ok(hr == DO_E_INVALID_STATE, "Got hr %#lx.\n", hr);

    hr = IBackgroundCopyJob_GetDisplayName(job, &text);
    check_string(line, hr, text, L"dosvc test");
    hr = IBackgroundCopyJob_EnumFiles(job, &enumerator);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (SUCCEEDED(hr))
    {
        hr = IEnumBackgroundCopyFiles_GetCount(enumerator, &count);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        ok(count == 1, "Got %lu files.\n", count);
        IEnumBackgroundCopyFiles_Release(enumerator);
    }
    pop_context();
}

static void test_final_states(struct fixture *fixture)
{
    IBackgroundCopyJob *job;
    HRESULT hr;

    if ((job = create_file_job(fixture, UNUSED_URL, L"cancelled")))
    {
        hr = IBackgroundCopyJob_Cancel(job);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        check_final_job(__LINE__, fixture, job, BG_JOB_STATE_CANCELLED);
        end_job(job);
    }

    /* Complete keeps the files that are finished: none. */
    if ((job = create_file_job(fixture, UNUSED_URL, L"acknowledged")))
    {
        hr = IBackgroundCopyJob_Complete(job);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        check_final_job(__LINE__, fixture, job, BG_JOB_STATE_ACKNOWLEDGED);
        end_job(job);
    }
    ok(fixture_count_files(fixture, L"*ed") == 0, "Got a file.\n");
}

static void test_references(struct fixture *fixture)
{
    IBackgroundCopyJob *job, *found;
    ULONG refcount;
    HRESULT hr;
    GUID id;

    if (!(job = create_file_job(fixture, UNUSED_URL, L"file")))
        return;
    IBackgroundCopyJob_GetId(job, &id);
    check_refcount(job, 1);
    refcount = IBackgroundCopyJob_Release(job);
    ok(!refcount, "Got refcount %lu.\n", refcount);

    /* The job lives without its objects. */
    hr = IBackgroundCopyManager_GetJob(fixture->manager, &id, &found);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (FAILED(hr))
        return;
    check_state(found, BG_JOB_STATE_SUSPENDED);
    check_progress(found, BG_SIZE_UNKNOWN, 0, 1, 0);
    end_job(found);
}

START_TEST(job)
{
    struct fixture fixture;

    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_interfaces(&fixture);
    test_display_name(&fixture);
    test_description(&fixture);
    test_priority(&fixture);
    test_notify_flags(&fixture);
    test_retry_delay(&fixture);
    test_no_progress_timeout(&fixture);
    test_proxy_settings(&fixture);
    test_times(&fixture);
    test_owner(&fixture);
    test_null_arguments(&fixture);
    test_urls(&fixture);
    test_url_length(&fixture);
    test_local_names(&fixture);
    test_add_file_set(&fixture);
    test_empty_job(&fixture);
    test_final_states(&fixture);
    test_references(&fixture);
    fixture_cleanup(&fixture);
}
