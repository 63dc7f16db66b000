/*
 * Tests of what the service keeps in the registry about itself.
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

#define FILE_SIZE 200000
#define USAGE_KEY L"Software\\Microsoft\\Windows\\CurrentVersion\\DeliveryOptimization\\Usage"

static HKEY open_key(void)
{
    LONG error;
    HKEY key;

    error = RegCreateKeyExW(HKEY_CURRENT_USER, USAGE_KEY, 0, NULL, 0, KEY_READ, NULL, &key, NULL);
    ok(!error, "The key could not be opened, error %ld.\n", error);
    return error ? NULL : key;
}

static UINT64 get_number(HKEY key, const WCHAR *name)
{
    DWORD size = sizeof(UINT64);
    UINT64 value = 0;

    if (RegGetValueW(key, NULL, name, RRF_RT_REG_DWORD | RRF_RT_REG_QWORD, NULL, &value, &size))
        return 0;
    return value;
}

/* Waits until the month has so many bytes. */
static BOOL wait_for_bytes_of_month(HKEY key, UINT64 bytes)
{
    ULONGLONG end = GetTickCount64() + WAIT_LIMIT_MS, now;
    HANDLE event = CreateEventW(NULL, FALSE, FALSE, NULL);
    BOOL reached;

    while (!(reached = get_number(key, L"DownloadMonthlyCdnBytes") >= bytes) && (now = GetTickCount64()) < end)
    {
        if (RegNotifyChangeKeyValue(key, FALSE, REG_NOTIFY_CHANGE_LAST_SET, event, TRUE))
            break;
        if (get_number(key, L"DownloadMonthlyCdnBytes") < bytes)
            WaitForSingleObject(event, (DWORD)(end - now));
    }
    CloseHandle(event);
    return reached;
}

START_TEST(usage)
{
    IBackgroundCopyJob *job;
    struct fixture fixture;
    struct remote remote;
    UINT64 before;
    HRESULT hr;
    HKEY key;

    if (!test_is_wine())
    {
        skip("On Windows the key belongs to another user.\n");
        return;
    }
    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    if ((key = open_key()))
    {
        before = get_number(key, L"DownloadMonthlyCdnBytes");
        remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
        if ((job = create_file_job(&fixture, remote.url, L"file")))
        {
            hr = IBackgroundCopyJob_Resume(job);
            ok(hr == S_OK, "Got hr %#lx.\n", hr);
            wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
            ok(wait_for_bytes_of_month(key, before + FILE_SIZE), "Got %llu bytes, before %llu.\n",
                    get_number(key, L"DownloadMonthlyCdnBytes"), before);
            ok(get_number(key, L"MonthID") > 202600, "Got month %llu.\n", get_number(key, L"MonthID"));
            ok(get_number(key, L"MemoryUsageKB") > 1000, "Got %llu KB.\n", get_number(key, L"MemoryUsageKB"));
            ok(get_number(key, L"SwarmCount") >= 1, "Got %llu files.\n", get_number(key, L"SwarmCount"));
            ok(!get_number(key, L"CacheSizeBytes"), "Got %llu bytes.\n", get_number(key, L"CacheSizeBytes"));
            end_job(job);
        }
        RegCloseKey(key);
    }
    fixture_cleanup(&fixture);
}
