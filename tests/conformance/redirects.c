/*
 * Tests of what downloads do with redirects, and of who is told what.
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
#include "status_callback.h"

#define FILE_SIZE 20000
#define SECRET "c0ffee-secret"
#define STEPS_MAX 5
#define NEEDS_CREDENTIALS ((HRESULT)0x80190191)
#define TOO_MANY_REDIRECTS HRESULT_FROM_WIN32(12156)
#define NOT_SECURE_ANY_MORE HRESULT_FROM_WIN32(12040)

/* As in tests/engine/follow_test.c: h and s are the server over HTTP and HTTPS, n and t the same with another name. */
static const struct
{
    const char *letters;
    BOOL allow;                         /* HttpAllowSecureToNonSecureRedirect */
    HRESULT hr;
    unsigned int answered;              /* URLs that are asked for */
}
chains[] =
{
    { "hh", FALSE, S_OK, 2 },
    { "hn", FALSE, S_OK, 2 },
    { "hs", FALSE, S_OK, 2 },
    { "ss", FALSE, S_OK, 2 },
    { "st", FALSE, S_OK, 2 },
    { "sh", FALSE, NOT_SECURE_ANY_MORE, 1 },
    { "sh", TRUE, S_OK, 2 },
    { "hsn", FALSE, NOT_SECURE_ANY_MORE, 2 },
    { "hsn", TRUE, S_OK, 3 },
    { "hnh", FALSE, S_OK, 3 },
    { "hstn", TRUE, S_OK, 4 },
};

/* What comes behind "redirect=": the server decodes it once. */
static void escape(const WCHAR *url, char *escaped, size_t size)
{
    size_t used = 0;

    for (; *url && used + 4 < size; ++url)
        used += sprintf(escaped + used, *url == '&' || *url == '%' ? "%%%02X" : "%c", (char)*url);
    escaped[used] = 0;
}

/* The server has one address; its names are two hosts to those who ask. */
static void rename_host(struct remote *remote)
{
    WCHAR url[ARRAYSIZE(remote->url)], *host;

    if (!(host = wcsstr(remote->url, L"127.0.0.1")))
        return;
    *host = 0;
    swprintf(url, ARRAYSIZE(url), L"%lslocalhost%ls", remote->url, host + wcslen(L"127.0.0.1"));
    wcscpy(remote->url, url);
}

/* A place that sends on to the next one, or has the file if that is NULL; both with more of a query. */
static void place_init(struct remote *remote, char letter, const struct remote *next, const char *query)
{
    enum remote_kind kind = letter == 's' || letter == 't' ? REMOTE_HTTPS : REMOTE_HTTP;
    char target[700];

    if (next)
    {
        escape(next->url, target, sizeof(target));
        remote_init(remote, kind, "%s&redirect=%s", query, target);
    }
    else
    {
        remote_init(remote, kind, "%s&size=%u", query, FILE_SIZE);
    }
    if (letter == 'n' || letter == 't')
        rename_host(remote);
}

static HRESULT fetch(struct fixture *fixture, IDODownload *download, const struct remote *last)
{
    DO_DOWNLOAD_STATUS status = { 0 };
    WCHAR *path = wcsstr(last->url, L"/data/");
    VARIANT value;
    HRESULT hr;

    check_set(set_boolean(download, DODownloadProperty_BlockingMode, TRUE));
    IDODownload_Start(download, NULL); /* its result is told by the status as well */
    get_download_status(download, &status);
    if (status.State != DODownloadState_Transferred)
    {
        ok(status.State == DODownloadState_Paused && FAILED(status.Error), "Got state %d, error %#lx.\n",
                status.State, status.Error);
        end_download(download);
        ok(!file_exists(fixture_path(fixture, L"redirected")), "The file exists.\n");
        return status.Error;
    }
    hr = IDODownload_GetProperty(download, DODownloadProperty_HttpRedirectionTarget, &value);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    if (hr == S_OK)
    {
        ok(wcsstr(V_BSTR(&value), path) != NULL, "Got target %s.\n", debug_string(V_BSTR(&value)));
        VariantClear(&value);
    }
    hr = IDODownload_Finalize(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_whole_content(fixture_path(fixture, L"redirected"), REMOTE_SEED, FILE_SIZE);
    DeleteFileW(fixture_path(fixture, L"redirected"));
    IDODownload_Release(download);
    return S_OK;
}

/* The headers are for the origin of Uri only, also when a redirect leads back to it. */
static void test_chain(struct fixture *fixture, unsigned int chain)
{
    const char *letters = chains[chain].letters;
    unsigned int count = (unsigned int)strlen(letters), i;
    struct remote places[STEPS_MAX];
    IDODownload *download;
    HRESULT hr;

    for (i = count; i--;)
        place_init(&places[i], letters[i], i + 1 < count ? &places[i + 1] : NULL, "");
    if (!(download = create_file_download(fixture, places[0].url, L"redirected")))
        return;
    check_set(set_text(download, DODownloadProperty_HttpCustomHeaders,
            L"Authorization: Bearer c0ffee-secret\r\nCookie: id=c0ffee-secret\r\n"));
    check_set(set_text(download, DODownloadProperty_HttpCustomAuthHeaders, L"X-Api-Key: c0ffee-secret"));
    check_set(set_boolean(download, DODownloadProperty_HttpAllowSecureToNonSecureRedirect, chains[chain].allow));
    hr = fetch(fixture, download, &places[count - 1]);
    ok(hr == chains[chain].hr, "Got hr %#lx.\n", hr);
    for (i = 0; i < count; ++i)
    {
        unsigned int requests = i < chains[chain].answered;
        BOOL told = requests && letters[i] == letters[0];

        ok(remote_requests(&places[i]) == requests, "Step %u: got %u requests.\n", i, remote_requests(&places[i]));
        ok(remote_has(&places[i], SECRET) == told, "Step %u was %stold.\n", i, told ? "not " : "");
        ok(remote_has(&places[i], "Authorization") == told, "Step %u: wrong headers.\n", i);
        ok(remote_has(&places[i], "Cookie") == told, "Step %u: wrong headers.\n", i);
        ok(!remote_has(&places[i], "X-Api-Key"), "Step %u did not ask.\n", i);
    }
}

/* The origin asks, gets an answer, and sends on to somebody who asks for the same. */
static void test_challenge_elsewhere(struct fixture *fixture)
{
    static const char letters[] = "nst";
    static const char *const auth = "auth=basic:u:" SECRET;
    struct remote here, there;
    IDODownload *download;
    unsigned int i;
    HRESULT hr;

    for (i = 0; i < strlen(letters); ++i)
    {
        push_context("to %c", letters[i]);
        place_init(&there, letters[i], NULL, auth);
        place_init(&here, 'h', &there, auth);
        if ((download = create_file_download(fixture, here.url, L"redirected")))
        {
            check_set(set_text(download, DODownloadProperty_HttpCustomAuthHeaders,
                    L"Authorization: Basic dTpjMGZmZWUtc2VjcmV0\r\nX-Api-Key: c0ffee-secret"));
            hr = fetch(fixture, download, &there);
            ok(hr == NEEDS_CREDENTIALS, "Got hr %#lx.\n", hr);
            ok(remote_requests(&here) == 2, "Got %u requests.\n", remote_requests(&here));
            ok(remote_has(&here, SECRET), "The origin got no header.\n");
            ok(remote_requests(&there) == 1, "Got %u requests.\n", remote_requests(&there));
            ok(!remote_has(&there, "Authorization"), "The header went elsewhere.\n");
            ok(!remote_has(&there, SECRET), "The header went elsewhere.\n");
        }
        pop_context();
    }
}

static void test_long_chains(struct fixture *fixture)
{
    static const struct
    {
        const char *query;
        HRESULT hr;
        unsigned int requests;
    }
    rows[] =
    {
        { "hops=1", S_OK, 2 },
        { "hops=10", S_OK, 11 },
        { "hops=11", TOO_MANY_REDIRECTS, 11 },
        { "hops=20", TOO_MANY_REDIRECTS, 11 },
        { "loop=1", TOO_MANY_REDIRECTS, 11 },
        { "redirect=ftp://127.0.0.1/file", (HRESULT)0x800c0002, 1 },
        { "redirect=http://user:password@127.0.0.1/file", (HRESULT)0x800c0002, 1 },
    };
    struct remote remote, place;
    IDODownload *download;
    unsigned int i;
    HRESULT hr;

    for (i = 0; i < ARRAYSIZE(rows); ++i)
    {
        push_context("%s", rows[i].query);
        remote_init(&remote, REMOTE_HTTP, "%s&size=%u", rows[i].query, FILE_SIZE);
        place = remote;
        wcscpy(place.url, L"/data/");
        if ((download = create_file_download(fixture, remote.url, L"redirected")))
        {
            hr = fetch(fixture, download, &place);
            ok(hr == rows[i].hr, "Got hr %#lx.\n", hr);
            ok(remote_requests(&remote) == rows[i].requests, "Got %u requests.\n", remote_requests(&remote));
        }
        pop_context();
    }
}

/* A path alone, and one with dots. */
static void test_relative(struct fixture *fixture)
{
    static const char *const forms[] = { "/data/%s", "%s", "../data/./%s" };
    struct remote here, there;
    IDODownload *download;
    char name[64], query[256];
    unsigned int i;
    HRESULT hr;

    for (i = 0; i < ARRAYSIZE(forms); ++i)
    {
        push_context("%s", forms[i]);
        remote_init(&there, REMOTE_HTTP, "size=%u", FILE_SIZE);
        snprintf(name, sizeof(name), forms[i], there.key);
        snprintf(query, sizeof(query), "redirect=%s?key=%s%%26size=%u", name, there.key, FILE_SIZE);
        remote_init(&here, REMOTE_HTTP, "%s", query);
        if ((download = create_file_download(fixture, here.url, L"redirected")))
        {
            hr = fetch(fixture, download, &there);
            ok(hr == S_OK, "Got hr %#lx.\n", hr);
            ok(remote_requests(&there) == 1, "Got %u requests.\n", remote_requests(&there));
        }
        pop_context();
    }
}

START_TEST(redirects)
{
    struct fixture fixture;
    unsigned int i;

    if (!remote_available(REMOTE_HTTP) || !remote_available(REMOTE_HTTPS)
            || !fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    for (i = 0; i < ARRAYSIZE(chains); ++i)
    {
        push_context("chain %s, %s", chains[i].letters, chains[i].allow ? "allowed" : "not allowed");
        test_chain(&fixture, i);
        pop_context();
    }
    test_challenge_elsewhere(&fixture);
    test_long_chains(&fixture);
    test_relative(&fixture);
    fixture_cleanup(&fixture);
}
