/*
 * Policies in the registry: which value holds, when it takes effect, and when that ends.
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

#define DOSVC_KEY L"Software\\Microsoft\\Windows\\CurrentVersion\\DeliveryOptimization"
#define UNSET 0xdeadbeef
#define KIB 1024

enum place
{
    GROUP_POLICY,
    MDM,
    SETTINGS,
    OWN_SETTINGS,
    PLACE_COUNT
};

/* What the service calls the places, and the default. */
#define BY_GROUP_POLICY 0
#define BY_MDM 1
#define BY_SETTINGS 2
#define BY_DEFAULT 3

static const struct
{
    HKEY root;
    const WCHAR *key;
}
places[PLACE_COUNT] =
{
    { HKEY_LOCAL_MACHINE, L"SOFTWARE\\Policies\\Microsoft\\Windows\\DeliveryOptimization" },
    { HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\PolicyManager\\current\\device\\DeliveryOptimization" },
    { HKEY_USERS, L"S-1-5-20\\" DOSVC_KEY L"\\Settings" },
    { HKEY_CURRENT_USER, DOSVC_KEY L"\\Settings" },
};

static HKEY config_key;

static void set_value(enum place place, const WCHAR *name, DWORD type, const void *data, DWORD size)
{
    LSTATUS status;
    HKEY key;

    status = RegCreateKeyExW(places[place].root, places[place].key, 0, NULL, 0, KEY_SET_VALUE, NULL, &key, NULL);
    ok(!status, "Got error %ld.\n", status);
    if (status)
        return;
    status = RegSetValueExW(key, name, 0, type, data, size);
    ok(!status, "Got error %ld.\n", status);
    RegCloseKey(key);
}

static void set_number(enum place place, const WCHAR *name, DWORD value)
{
    set_value(place, name, REG_DWORD, &value, sizeof(value));
}

static void set_text(enum place place, const WCHAR *name, const WCHAR *text)
{
    set_value(place, name, REG_SZ, text, (DWORD)((wcslen(text) + 1) * sizeof(*text)));
}

static void delete_value(enum place place, const WCHAR *name)
{
    LSTATUS status = RegDeleteKeyValueW(places[place].root, places[place].key, name);

    ok(!status, "Got error %ld.\n", status);
}

static void delete_all(enum place place)
{
    LSTATUS status = RegDeleteTreeW(places[place].root, places[place].key);

    ok(!status || status == ERROR_FILE_NOT_FOUND, "Got error %ld.\n", status);
}

static DWORD get_config(const WCHAR *name)
{
    DWORD value, size = sizeof(value);

    if (RegGetValueW(config_key, NULL, name, RRF_RT_REG_DWORD, NULL, &value, &size))
        return UNSET;
    return value;
}

struct expected
{
    const WCHAR *name;
    const WCHAR *text;          /* NULL: a number, or no text at all */
    DWORD number;               /* UNSET for a text, and if there shall be none */
    DWORD provider;
};

static BOOL config_is(const struct expected *expected)
{
    WCHAR name[128], text[128];
    DWORD size = sizeof(text);
    BOOL has_text;

    swprintf(name, ARRAYSIZE(name), L"%lsProvider", expected->name);
    if (get_config(name) != expected->provider || get_config(expected->name) != expected->number)
        return FALSE;
    has_text = !RegGetValueW(config_key, NULL, expected->name, RRF_RT_REG_SZ, NULL, text, &size);
    return has_text == !!expected->text && (!has_text || !wcscmp(text, expected->text));
}

/* Waits until the service goes by that. */
#define wait_number(name, number, provider) wait_config(__LINE__, name, NULL, number, provider)
#define wait_text(name, text, provider) wait_config(__LINE__, name, text, UNSET, provider)
static void wait_config(int line, const WCHAR *name, const WCHAR *text, DWORD number, DWORD provider)
{
    const struct expected expected = { name, text, number, provider };
    ULONGLONG end = GetTickCount64() + WAIT_LIMIT_MS, now;
    HANDLE event = CreateEventW(NULL, FALSE, FALSE, NULL);
    BOOL reached;

    while (!(reached = config_is(&expected)) && (now = GetTickCount64()) < end)
    {
        if (RegNotifyChangeKeyValue(config_key, FALSE, REG_NOTIFY_CHANGE_LAST_SET, event, TRUE))
            break;
        if (!config_is(&expected))
            WaitForSingleObject(event, (DWORD)(end - now));
    }
    CloseHandle(event);
    ok_(__FILE__, line, reached, "%ls is %lu.\n", name, get_config(name));
}

/* Each key comes and goes with all that is in it. */
static void test_precedence(void)
{
    static const WCHAR name[] = L"DOPercentageMaxBackgroundBandwidth";

    wait_number(name, 0, BY_DEFAULT);
    set_number(OWN_SETTINGS, L"DownloadRateBackgroundPct", 90);
    wait_number(name, 90, BY_SETTINGS);
    set_number(SETTINGS, L"DownloadRateBackgroundPct", 80);
    wait_number(name, 80, BY_SETTINGS);
    set_number(MDM, name, 70);
    wait_number(name, 70, BY_MDM);
    set_number(GROUP_POLICY, name, 60);
    wait_number(name, 60, BY_GROUP_POLICY);
    set_number(GROUP_POLICY, name, 61);
    wait_number(name, 61, BY_GROUP_POLICY);
    delete_value(GROUP_POLICY, name);
    wait_number(name, 70, BY_MDM);
    set_number(GROUP_POLICY, name, 60);
    wait_number(name, 60, BY_GROUP_POLICY);
    delete_all(GROUP_POLICY);
    wait_number(name, 70, BY_MDM);
    delete_all(MDM);
    wait_number(name, 80, BY_SETTINGS);
    delete_all(SETTINGS);
    wait_number(name, 90, BY_SETTINGS);
    delete_all(OWN_SETTINGS);
    wait_number(name, 0, BY_DEFAULT);
}

/* Also when it goes with keys above it. */
static void test_keys_above(void)
{
    static const WCHAR name[] = L"DOCacheHostSource";
    LSTATUS status;

    set_number(MDM, name, 2);
    wait_number(name, 2, BY_MDM);
    status = RegDeleteTreeW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\PolicyManager");
    ok(!status, "Got error %ld.\n", status);
    wait_number(name, 0, BY_DEFAULT);
    set_number(MDM, name, 1);
    wait_number(name, 1, BY_MDM);
    delete_all(MDM);
    wait_number(name, 0, BY_DEFAULT);
}

/* A value that cannot be is as good as none; the one behind each of them tells when it was read. */
static void test_bad_values(void)
{
    static const ULONGLONG big = 5;
    static const BYTE bytes[4] = { 5 };

    set_number(MDM, L"DODownloadMode", 99);
    wait_number(L"DODownloadMode", 99, BY_MDM);
    set_text(GROUP_POLICY, L"DODownloadMode", L"100");
    set_number(GROUP_POLICY, L"DOMaxForegroundDownloadBandwidth", 1000001);
    wait_number(L"DOMaxForegroundDownloadBandwidth", 1000001, BY_GROUP_POLICY);
    wait_number(L"DODownloadMode", 99, BY_MDM);
    set_number(GROUP_POLICY, L"DODownloadMode", 50);
    set_number(GROUP_POLICY, L"DOMaxForegroundDownloadBandwidth", 1000002);
    wait_number(L"DOMaxForegroundDownloadBandwidth", 1000002, BY_GROUP_POLICY);
    wait_number(L"DODownloadMode", 99, BY_MDM);
    set_value(GROUP_POLICY, L"DODownloadMode", REG_QWORD, &big, sizeof(big));
    set_value(GROUP_POLICY, L"DOCacheHost", REG_BINARY, bytes, sizeof(bytes));
    set_number(GROUP_POLICY, L"DOMaxForegroundDownloadBandwidth", 1000003);
    wait_number(L"DOMaxForegroundDownloadBandwidth", 1000003, BY_GROUP_POLICY);
    wait_number(L"DODownloadMode", 99, BY_MDM);
    wait_number(L"DOCacheHost", UNSET, BY_DEFAULT);
    set_number(GROUP_POLICY, L"DODownloadMode", 100);
    wait_number(L"DODownloadMode", 100, BY_GROUP_POLICY);
    delete_all(GROUP_POLICY);
    delete_all(MDM);
    wait_number(L"DODownloadMode", 1, BY_DEFAULT);
}

static void test_texts(void)
{
    wait_number(L"DOCacheHost", UNSET, BY_DEFAULT);
    wait_text(L"DOVpnKeywords", L"VPN,Secure,Virtual Private Network", BY_DEFAULT);
    set_text(MDM, L"DOVpnKeywords", L"B\x00fcro");
    wait_text(L"DOVpnKeywords", L"B\x00fcro", BY_MDM);
    set_text(GROUP_POLICY, L"DOCacheHost", L"");
    wait_text(L"DOCacheHost", L"", BY_GROUP_POLICY);
    delete_all(MDM);
    delete_all(GROUP_POLICY);
    wait_number(L"DOCacheHost", UNSET, BY_DEFAULT);
    wait_text(L"DOVpnKeywords", L"VPN,Secure,Virtual Private Network", BY_DEFAULT);
}

/* As the administrative template writes it: numbers alone say that there is a limit. */
static void test_hours_of_a_template(void)
{
    static const WCHAR limit[] = L"SetHoursToLimitBackgroundDownloadBandwidth";

    wait_number(limit, 0, BY_DEFAULT);
    set_number(GROUP_POLICY, L"DOSetHoursToLimitBackgroundDownloadBandwidth_From", 8);
    set_number(GROUP_POLICY, L"DOSetHoursToLimitBackgroundDownloadBandwidth_To", 17);
    set_number(GROUP_POLICY, L"DOSetHoursToLimitBackgroundDownloadBandwidth_In", 25);
    set_number(GROUP_POLICY, L"DOSetHoursToLimitBackgroundDownloadBandwidth_Out", 75);
    wait_number(L"SetHoursToLimitBackgroundDownloadBandwidthOut", 75, BY_GROUP_POLICY);
    wait_number(limit, 1, BY_GROUP_POLICY);
    wait_number(L"SetHoursToLimitBackgroundDownloadBandwidthFrom", 8, BY_GROUP_POLICY);
    wait_number(L"SetHoursToLimitBackgroundDownloadBandwidthTo", 17, BY_GROUP_POLICY);
    wait_number(L"SetHoursToLimitBackgroundDownloadBandwidthIn", 25, BY_GROUP_POLICY);
    wait_number(L"SetHoursToLimitForegroundDownloadBandwidth", 0, BY_DEFAULT);
    set_number(GROUP_POLICY, limit, 0);
    wait_number(limit, 0, BY_GROUP_POLICY);
    delete_all(GROUP_POLICY);
    wait_number(limit, 0, BY_DEFAULT);
}

/* As MDM writes it: one text, in which the order of the numbers does not matter. */
static void test_hours_of_mdm(void)
{
    static const WCHAR name[] = L"DOSetHoursToLimitForegroundDownloadBandwidth";
    static const WCHAR limit[] = L"SetHoursToLimitForegroundDownloadBandwidth";

    set_text(MDM, name, L"<enabled/>"
            L"<data id=\"SetHoursToLimitForegroundDownloadBandwidthOut\" value=\"90\"/>\r\n"
            L"<data id=\"SetHoursToLimitForegroundDownloadBandwidthIn\" value=\"x\"/>"
            L"<data id=\"SetHoursToLimitForegroundDownloadBandwidthTo\"/>"
            L"<data id=\"SetHoursToLimitForegroundDownloadBandwidthFrom\" value=\"22\"/>");
    wait_number(limit, 1, BY_MDM);
    wait_number(L"SetHoursToLimitForegroundDownloadBandwidthFrom", 22, BY_MDM);
    wait_number(L"SetHoursToLimitForegroundDownloadBandwidthOut", 90, BY_MDM);
    wait_number(L"SetHoursToLimitForegroundDownloadBandwidthIn", 0, BY_DEFAULT);
    wait_number(L"SetHoursToLimitForegroundDownloadBandwidthTo", 0, BY_DEFAULT);
    set_text(MDM, name, L"<disabled/>");
    wait_number(limit, 0, BY_DEFAULT);
    wait_number(L"SetHoursToLimitForegroundDownloadBandwidthFrom", 0, BY_DEFAULT);
    delete_all(MDM);
}

static void test_settings_names(void)
{
    set_number(SETTINGS, L"DownloadMode", 0);
    wait_number(L"DODownloadMode", 0, BY_SETTINGS);
    set_number(SETTINGS, L"DODownloadMode", 3);
    set_number(SETTINGS, L"DownloadRateBackgroundBps", 125000);
    wait_number(L"DOMaxBackgroundDownloadBandwidth", 123, BY_SETTINGS);
    wait_number(L"DODownloadMode", 0, BY_SETTINGS);
    set_number(SETTINGS, L"DownloadRateForegroundBps", 1);
    wait_number(L"DOMaxForegroundDownloadBandwidth", 1, BY_SETTINGS);
    delete_all(SETTINGS);
    wait_number(L"DOMaxForegroundDownloadBandwidth", 0, BY_DEFAULT);
}

/* How long it takes until so many more bytes are here, in ms. */
static ULONGLONG time_bytes(IBackgroundCopyJob *job, UINT64 bytes)
{
    BG_JOB_PROGRESS progress;
    ULONGLONG start;
    HRESULT hr;

    hr = IBackgroundCopyJob_GetProgress(job, &progress);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    start = GetTickCount64();
    wait_for_bytes(job, progress.BytesTransferred + bytes);
    return GetTickCount64() - start;
}

/* The bytes of two seconds come in two seconds, and all the rest at once when the limit is gone. */
static void test_limit(struct fixture *fixture, const WCHAR *policy, BG_JOB_PRIORITY priority)
{
    IBackgroundCopyJob *job;
    struct remote remote;
    ULONGLONG elapsed;
    HRESULT hr;

    set_number(GROUP_POLICY, policy, 200);
    wait_number(policy, 200, BY_GROUP_POLICY);
    remote_init(&remote, REMOTE_HTTP, "size=%u", 20000000);
    if ((job = create_file_job(fixture, remote.url, L"limited")))
    {
        hr = IBackgroundCopyJob_SetPriority(job, priority);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob_Resume(job);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        wait_for_bytes(job, 50 * KIB);
        elapsed = time_bytes(job, 400 * KIB);
        ok(elapsed > 1700, "The bytes of two seconds came in %llu ms.\n", elapsed);
        check_state(job, BG_JOB_STATE_TRANSFERRING);
        delete_value(GROUP_POLICY, policy);
        wait_for_state(job, BG_JOB_STATE_TRANSFERRED); /* otherwise in 95 seconds */
        end_job(job);
    }
    delete_all(GROUP_POLICY);
    wait_number(policy, 0, BY_DEFAULT);
}

/* What stands in the registry holds before the first byte comes. */
static void test_restart(struct fixture *fixture)
{
    static const WCHAR policy[] = L"DOMaxBackgroundDownloadBandwidth";
    BG_JOB_PROGRESS progress;
    IBackgroundCopyJob *job;
    struct remote remote;
    HRESULT hr;
    GUID id;

    set_number(GROUP_POLICY, policy, 20);
    wait_number(policy, 20, BY_GROUP_POLICY);
    remote_init(&remote, REMOTE_HTTP, "size=%u", 20000000);
    if ((job = create_file_job(fixture, remote.url, L"restarted")))
    {
        hr = IBackgroundCopyJob_GetId(job, &id);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        hr = IBackgroundCopyJob_Resume(job);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        wait_for_state(job, BG_JOB_STATE_TRANSFERRING);
        IBackgroundCopyJob_Release(job);
        if (restart_service(fixture))
        {
            ok(get_config(policy) == 20, "Got %lu.\n", get_config(policy));
            hr = IBackgroundCopyManager_GetJob(fixture->manager, &id, &job);
            ok(hr == S_OK, "Got hr %#lx.\n", hr);
            wait_for_state(job, BG_JOB_STATE_TRANSFERRING);
            hr = IBackgroundCopyJob_GetProgress(job, &progress);
            ok(hr == S_OK, "Got hr %#lx.\n", hr);
            ok(progress.BytesTransferred < 2000000, "Got %llu bytes.\n", progress.BytesTransferred);
            end_job(job);
        }
    }
    delete_all(GROUP_POLICY);
    wait_number(policy, 0, BY_DEFAULT);
}

START_TEST(policy)
{
    struct fixture fixture;
    LSTATUS status;
    unsigned int i;

    if (!test_is_wine())
    {
        skip("The policies of a computer in use are left alone.\n");
        return;
    }
    for (i = 0; i < PLACE_COUNT; ++i)
        delete_all(i);
    if (!fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    status = RegOpenKeyExW(HKEY_CURRENT_USER, DOSVC_KEY L"\\Config", 0, KEY_READ, &config_key);
    ok(!status, "Got error %ld.\n", status);
    if (!status)
    {
        test_precedence();
        test_keys_above();
        test_bad_values();
        test_texts();
        test_hours_of_a_template();
    test_hours_of_mdm();
    test_settings_names();
        if (remote_available(REMOTE_HTTP))
        {
            test_limit(&fixture, L"DOMaxBackgroundDownloadBandwidth", BG_JOB_PRIORITY_NORMAL);
            test_limit(&fixture, L"DOMaxForegroundDownloadBandwidth", BG_JOB_PRIORITY_FOREGROUND);
            test_restart(&fixture);
        }
        RegCloseKey(config_key);
    }
    fixture_cleanup(&fixture);
}
