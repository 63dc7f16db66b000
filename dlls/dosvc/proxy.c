/*
 * What Windows' Internet settings, the network and the scripts that they name say of proxies.
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

#include "dosvc_private.h"
#include "winhttp.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

#define WPAD_KEY L"Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings\\WinHttp"

static SRWLOCK script_lock = SRWLOCK_INIT;
/* Of the scripts that choose the proxy, or NULL; guarded by script_lock. */
static WCHAR *script_urls[PROXY_QUESTION_COUNT];

/* FALSE: nothing has changed. */
static BOOL script_set(enum proxy_question kind, const WCHAR *url)
{
    WCHAR *copy = NULL, *old;
    BOOL changed;

    if (url && *url && !(copy = wcsdup(url)))
        return FALSE;
    AcquireSRWLockExclusive(&script_lock);
    old = script_urls[kind];
    changed = !copy != !old || (copy && wcscmp(copy, old));
    script_urls[kind] = copy;
    ReleaseSRWLockExclusive(&script_lock);
    free(old);
    return changed;
}

static WCHAR *script_get(enum proxy_question kind)
{
    WCHAR *url;

    AcquireSRWLockShared(&script_lock);
    url = script_urls[kind] ? wcsdup(script_urls[kind]) : NULL;
    ReleaseSRWLockShared(&script_lock);
    return url;
}

void system_proxy_update(void)
{
    static LONG known_means = -1;       /* what the engine was told, -1: nothing */
    WINHTTP_CURRENT_USER_IE_PROXY_CONFIG config = {0};
    LONG means = 0;
    BOOL changed;
    HRESULT hr;

    /* Fails when nothing was ever set; then the engine looks at its environment, as with an empty list. */
    if (!WinHttpGetIEProxyConfigForCurrentUser(&config))
        TRACE("There are no Internet settings, error %lu.\n", GetLastError());

    if (FAILED(hr = engine_set_system_proxy(config.lpszProxy, config.lpszProxyBypass)))
        WARN("The proxy could not be handed on, hr %#lx.\n", hr);
    changed = script_set(PROXY_QUESTION_SCRIPT, config.lpszAutoConfigUrl);
    if (config.lpszAutoConfigUrl && *config.lpszAutoConfigUrl)
        means |= AUTO_PROXY_SCRIPT;
    if (config.fAutoDetect)
        means |= AUTO_PROXY_DETECT;
    if (InterlockedExchange(&known_means, means) != means || changed)
        (void)engine_set_auto_proxy(means); /* says itself what is wrong */

    GlobalFree(config.lpszAutoConfigUrl);
    GlobalFree(config.lpszProxy);
    GlobalFree(config.lpszProxyBypass);
}

/* What an administrator sets who does not trust his networks to name a proxy. */
static BOOL detection_is_disabled(void)
{
    DWORD value = 0, size = sizeof(value);

    return !RegGetValueW(HKEY_LOCAL_MACHINE, WPAD_KEY, L"DisableWpad", RRF_RT_REG_DWORD, NULL, &value, &size) && value;
}

/* Asks DHCP, then the DNS: takes seconds where a server does not answer. */
static void CALLBACK detection_work(TP_CALLBACK_INSTANCE *instance, void *context)
{
    WCHAR *url = NULL;

    TRACE("instance %p, context %p.\n", instance, context);

    if (detection_is_disabled())
        TRACE("Scripts of the network are not looked for.\n");
    else if (!WinHttpDetectAutoProxyConfigUrl(WINHTTP_AUTO_DETECT_TYPE_DHCP | WINHTTP_AUTO_DETECT_TYPE_DNS_A, &url))
        TRACE("The network names no script, error %lu.\n", GetLastError());
    else
        TRACE("The network names a script.\n");
    script_set(PROXY_QUESTION_NETWORK, url);
    /* Fails when the question is no longer asked. */
    (void)engine_answer_proxy_question(PROXY_QUESTION_DETECT, L"", url);
    GlobalFree(url);
}

/* Lets a script choose; without an answer the other settings hold. */
static void script_ask(HINTERNET session, enum proxy_question kind, const WCHAR *script, const WCHAR *url)
{
    WINHTTP_AUTOPROXY_OPTIONS options = { .dwFlags = WINHTTP_AUTOPROXY_CONFIG_URL, .lpszAutoConfigUrl = script };
    WINHTTP_PROXY_INFO info = {0};
    const WCHAR *answer = NULL;

    if (!WinHttpGetProxyForUrl(session, url, &options, &info))
        WARN("The script that chooses the proxy gave no answer, error %lu.\n", GetLastError());
    else
        answer = info.dwAccessType == WINHTTP_ACCESS_TYPE_NAMED_PROXY && info.lpszProxy ? info.lpszProxy : L"";
    (void)engine_answer_proxy_question(kind, url, answer); /* fails when the engine has ended, or forgot the question */
    GlobalFree(info.lpszProxy);
    GlobalFree(info.lpszProxyBypass);
}

static void answer_question(HINTERNET session, enum proxy_question kind, const WCHAR *url)
{
    WCHAR *script;

    if (kind == PROXY_QUESTION_DETECT)
    {
        /* On a thread of its own: it may take long, and other questions have to be answered meanwhile. */
        if (!TrySubmitThreadpoolCallback(detection_work, NULL, NULL))
            (void)engine_answer_proxy_question(kind, url, NULL);
    }
    else if ((script = script_get(kind)))
    {
        script_ask(session, kind, script, url);
        free(script);
    }
}

static void CALLBACK question_work(TP_CALLBACK_INSTANCE *instance, void *context)
{
    enum proxy_question kind;
    HINTERNET session;
    WCHAR *url = NULL;

    TRACE("instance %p, context %p.\n", instance, context);

    if (!(session = WinHttpOpen(L"dosvc", WINHTTP_ACCESS_TYPE_NO_PROXY, NULL, NULL, 0)))
    {
        WARN("There is no session, error %lu.\n", GetLastError());
        return;
    }
    while (engine_take_proxy_question(&kind, &url) == S_OK)
    {
        answer_question(session, kind, url);
        CoTaskMemFree(url);
    }
    WinHttpCloseHandle(session);
}

void system_proxy_dispatch(void)
{
    if (!TrySubmitThreadpoolCallback(question_work, NULL, NULL))
        WARN("No thread could be had, error %lu.\n", GetLastError()); /* the engine does not wait for ever */
}
