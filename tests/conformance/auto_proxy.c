/*
 * A script that Windows' Internet settings name chooses the proxy.
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

#include <stdio.h>

#include "remote.h"

#define FILE_SIZE 4000
#define SETTINGS_KEY L"Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings\\Connections"
#define SETTINGS_VALUE L"DefaultConnectionSettings"
#define SETTINGS_MAGIC 0x46             /* as Wine has it */
#define SETTINGS_SCRIPT 0x04            /* PROXY_TYPE_AUTO_PROXY_URL */

/* What the registry has of a connection: strings with their lengths before them. */
struct settings
{
    DWORD magic, unknown, flags;
    DWORD proxy_length, bypass_length;  /* both empty */
    DWORD script_length;
    char script[1024];
};

static LSTATUS set_script(const char *url)
{
    struct settings settings = { .magic = SETTINGS_MAGIC, .flags = SETTINGS_SCRIPT };
    LSTATUS status;
    HKEY key;

    if ((status = RegCreateKeyExW(HKEY_CURRENT_USER, SETTINGS_KEY, 0, NULL, 0, KEY_SET_VALUE, NULL, &key, NULL)))
        return status;
    if (url)
    {
        settings.script_length = strlen(url);
        memcpy(settings.script, url, settings.script_length);
        status = RegSetValueExW(key, SETTINGS_VALUE, 0, REG_BINARY, (BYTE *)&settings,
                FIELD_OFFSET(struct settings, script) + settings.script_length);
    }
    else
    {
        status = RegDeleteValueW(key, SETTINGS_VALUE);
    }
    RegCloseKey(key);
    return status;
}

/* The host and port of the test server in a URL of it. */
static void get_server(const struct remote *remote, char *server, size_t size)
{
    const WCHAR *begin = wcsstr(remote->url, L"://") + 3, *end = wcschr(begin, '/');

    snprintf(server, size, "%.*ls", (int)(end - begin), begin);
}

/* A URL with the rest of the other one, of a host that does not exist: only a proxy can answer. */
static void make_elsewhere(const struct remote *remote, WCHAR *url, size_t size)
{
    const WCHAR *rest = wcschr(wcsstr(remote->url, L"://") + 3, '/');

    swprintf(url, size, L"http://elsewhere.invalid%ls", rest);
}

static void fetch_elsewhere(struct fixture *fixture)
{
    IBackgroundCopyJob *job;
    struct remote remote;
    WCHAR url[1024];
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    make_elsewhere(&remote, url, ARRAYSIZE(url));
    if (!(job = create_file_job(fixture, url, L"elsewhere")))
        return;
    hr = IBackgroundCopyJob_Resume(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (wait_for_state(job, BG_JOB_STATE_TRANSFERRED))
    {
        hr = IBackgroundCopyJob_Complete(job);
        ok(hr == S_OK, "Got hr %#lx.\n", hr);
        check_whole_content(fixture_path(fixture, L"elsewhere"), REMOTE_SEED, FILE_SIZE);
        DeleteFileW(fixture_path(fixture, L"elsewhere"));
        ok(remote_requests(&remote) == 1, "Got %u requests.\n", remote_requests(&remote));
    }
    end_job(job);
}

/* Without the script nobody knows the host. */
static void fail_elsewhere(struct fixture *fixture)
{
    IBackgroundCopyJob *job;
    struct remote remote;
    WCHAR url[1024];
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u", FILE_SIZE);
    make_elsewhere(&remote, url, ARRAYSIZE(url));
    if (!(job = create_file_job(fixture, url, L"elsewhere")))
        return;
    hr = IBackgroundCopyJob_Resume(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    wait_for_state(job, BG_JOB_STATE_TRANSIENT_ERROR);
    ok(!remote_requests(&remote), "The server got a request.\n");
    end_job(job);
}

START_TEST(auto_proxy)
{
    char server[64], script[1024];
    struct fixture fixture;
    struct remote remote;
    LSTATUS status;

    if (!remote_available(REMOTE_HTTP) || !fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    remote_init(&remote, REMOTE_HTTP, "size=1");
    get_server(&remote, server, sizeof(server));
    snprintf(script, sizeof(script), "http://%s/control/text?text=function%%20FindProxyForURL(url,host){"
            "return%%20host==%%22elsewhere.invalid%%22?%%22PROXY%%20%s%%22:%%22DIRECT%%22;}", server, server);
    fail_elsewhere(&fixture);
    status = set_script(script);
    ok(!status, "Got error %ld.\n", status);
    fetch_elsewhere(&fixture);
    fetch_elsewhere(&fixture);
    status = set_script(NULL);
    ok(!status, "Got error %ld.\n", status);
    fail_elsewhere(&fixture);
    fixture_cleanup(&fixture);
}
