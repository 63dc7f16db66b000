/*
 * The proxy of Windows' Internet settings.
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

static SRWLOCK script_lock = SRWLOCK_INIT;
static WCHAR *script_url;               /* of the script that chooses the proxy, or NULL; guarded by script_lock */

/* FALSE: nothing has changed. */
static BOOL script_set(const WCHAR *url)
{
    WCHAR *copy = NULL;
    BOOL changed;

    if (url && *url && !(copy = wcsdup(url)))
        return FALSE;
    AcquireSRWLockExclusive(&script_lock);
    if ((changed = !copy != !script_url || (copy && wcscmp(copy, script_url))))
    {
        free(script_url);
        script_url = copy;
    }
    ReleaseSRWLockExclusive(&script_lock);
    if (!changed)
        free(copy);
    return changed;
}

static WCHAR *script_get(void)
{
    WCHAR *url;

    AcquireSRWLockShared(&script_lock);
    url = script_url ? wcsdup(script_url) : NULL;
    ReleaseSRWLockShared(&script_lock);
    return url;
}

void system_proxy_update(void)
{
    WINHTTP_CURRENT_USER_IE_PROXY_CONFIG config = {0};
    HRESULT hr;

    /* Fails when nothing was ever set; then the engine looks at its environment, as with an empty list. */
    if (!WinHttpGetIEProxyConfigForCurrentUser(&config))
        TRACE("There are no Internet settings, error %lu.\n", GetLastError());

    if (FAILED(hr = engine_set_system_proxy(config.lpszProxy, config.lpszProxyBypass)))
        WARN("The proxy could not be handed on, hr %#lx.\n", hr);
    if (script_set(config.lpszAutoConfigUrl))
        (void)engine_set_auto_proxy(config.lpszAutoConfigUrl && *config.lpszAutoConfigUrl); /* says itself what is wrong */

    GlobalFree(config.lpszAutoConfigUrl);
    GlobalFree(config.lpszProxy);
    GlobalFree(config.lpszProxyBypass);
}

/* Lets the script choose; without an answer the other settings hold. */
static void script_ask(HINTERNET session, const WCHAR *script, const WCHAR *url)
{
    WINHTTP_AUTOPROXY_OPTIONS options = { .dwFlags = WINHTTP_AUTOPROXY_CONFIG_URL, .lpszAutoConfigUrl = script };
    WINHTTP_PROXY_INFO info = {0};
    const WCHAR *answer = NULL;

    if (!WinHttpGetProxyForUrl(session, url, &options, &info))
        WARN("The script that chooses the proxy gave no answer, error %lu.\n", GetLastError());
    else
        answer = info.dwAccessType == WINHTTP_ACCESS_TYPE_NAMED_PROXY && info.lpszProxy ? info.lpszProxy : L"";
    (void)engine_answer_proxy_question(url, answer); /* fails when the engine has ended, or forgot the question */
    GlobalFree(info.lpszProxy);
    GlobalFree(info.lpszProxyBypass);
}

static void CALLBACK script_work(TP_CALLBACK_INSTANCE *instance, void *context)
{
    WCHAR *script, *url = NULL;
    HINTERNET session;

    TRACE("instance %p, context %p.\n", instance, context);

    if (!(session = WinHttpOpen(L"dosvc", WINHTTP_ACCESS_TYPE_NO_PROXY, NULL, NULL, 0)))
    {
        WARN("There is no session, error %lu.\n", GetLastError());
        return;
    }
    while (engine_take_proxy_question(&url) == S_OK)
    {
        if ((script = script_get()))
            script_ask(session, script, url);
        free(script);
        CoTaskMemFree(url);
    }
    WinHttpCloseHandle(session);
}

void system_proxy_dispatch(void)
{
    if (!TrySubmitThreadpoolCallback(script_work, NULL, NULL))
        WARN("No thread could be had, error %lu.\n", GetLastError()); /* the engine does not wait for ever */
}
