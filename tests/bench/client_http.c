/*
 * Ways of the benchmark's client that need no service: a plain loop over WinHTTP, and urlmon.
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

#include <wchar.h>

#include "client.h"
#include <wininet.h>
#include <urlmon.h>

#define BUFFER_SIZE 65536

/* WinHTTP: what mingw-w64's winhttp.h declares does not go together with wininet.h. */

typedef void *http_handle;
#define WINHTTP_FLAG_SECURE 0x00800000
#define WINHTTP_ACCESS_TYPE_NO_PROXY 1
WINBASEAPI http_handle WINAPI WinHttpOpen(const WCHAR *agent, DWORD access, const WCHAR *proxy, const WCHAR *bypass,
        DWORD flags);
WINBASEAPI http_handle WINAPI WinHttpConnect(http_handle session, const WCHAR *host, WORD port, DWORD reserved);
WINBASEAPI http_handle WINAPI WinHttpOpenRequest(http_handle connection, const WCHAR *verb, const WCHAR *object,
        const WCHAR *version, const WCHAR *referrer, const WCHAR **types, DWORD flags);
WINBASEAPI BOOL WINAPI WinHttpSendRequest(http_handle request, const WCHAR *headers, DWORD headers_length, void *body,
        DWORD body_length, DWORD total, DWORD_PTR context);
WINBASEAPI BOOL WINAPI WinHttpReceiveResponse(http_handle request, void *reserved);
WINBASEAPI BOOL WINAPI WinHttpReadData(http_handle request, void *buffer, DWORD size, DWORD *read);
WINBASEAPI BOOL WINAPI WinHttpCloseHandle(http_handle handle);

struct server
{
    WCHAR host[256];
    unsigned int port;
    BOOL is_secure;
};

/* Takes a URL apart, which always names a port. */
static BOOL server_parse(struct server *server, const WCHAR *url, const WCHAR **object)
{
    server->is_secure = !wcsncmp(url, L"https:", 6);
    return swscanf(url, L"%*[a-z]://%255l[^:/]:%u", server->host, &server->port) == 2
            && (*object = wcschr(wcsstr(url, L"://") + 3, L'/'));
}

static HRESULT last_error(void)
{
    DWORD error = GetLastError();

    return error ? HRESULT_FROM_WIN32(error) : E_FAIL;
}

static HRESULT read_to_file(http_handle request, HANDLE file, struct task *task, double start)
{
    static BYTE buffer[BUFFER_SIZE];
    DWORD read, written;

    while (!task_is_late(task, start))
    {
        if (!WinHttpReadData(request, buffer, sizeof(buffer), &read))
            return last_error();
        if (!read)
            break;
        if (!WriteFile(file, buffer, read, &written, NULL))
            return last_error();
        task->bytes += read;
    }
    return S_OK;
}

static HRESULT fetch_object(http_handle connection, const struct server *server, const WCHAR *object,
        const WCHAR *path, struct task *task, double start)
{
    http_handle request;
    HRESULT hr;
    HANDLE file;

    file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return last_error();
    if (!(request = WinHttpOpenRequest(connection, L"GET", object, NULL, NULL, NULL,
            server->is_secure ? WINHTTP_FLAG_SECURE : 0))
            || !WinHttpSendRequest(request, NULL, 0, NULL, 0, 0, 0) || !WinHttpReceiveResponse(request, NULL))
        hr = last_error();
    else
        hr = read_to_file(request, file, task, start);
    if (request)
        WinHttpCloseHandle(request);
    CloseHandle(file);
    return hr;
}

HRESULT fetch_with_winhttp(struct task *task)
{
    unsigned int i, count = task->count ? task->count : 1;
    WCHAR url[MAX_PATH_CHARS], path[MAX_PATH_CHARS];
    http_handle session, connection = NULL;
    double start = now_us();
    struct server server;
    const WCHAR *object;
    HRESULT hr = S_OK;

    task_url(task, 0, url);
    if (!server_parse(&server, url, &object))
        return E_INVALIDARG;
    if (!(session = WinHttpOpen(L"bench", WINHTTP_ACCESS_TYPE_NO_PROXY, NULL, NULL, 0))
            || !(connection = WinHttpConnect(session, server.host, server.port, 0)))
        hr = last_error();
    for (i = 0; i < count && SUCCEEDED(hr) && !task_is_late(task, start); ++i)
    {
        task_url(task, i, url);
        task_path(task, i, path);
        if (!server_parse(&server, url, &object))
            hr = E_INVALIDARG;
        else
            hr = fetch_object(connection, &server, object, path, task, start);
    }
    if (connection)
        WinHttpCloseHandle(connection);
    if (session)
        WinHttpCloseHandle(session);
    task->us = now_us() - start;
    return hr;
}

/* urlmon. */

/* A status callback of one task: it counts, and ends the download when it is too late. */
struct watch
{
    IBindStatusCallback IBindStatusCallback_iface;
    struct task *task;
    double start;
    UINT64 bytes;                       /* of the file under way */
};

static struct watch *impl_from_IBindStatusCallback(IBindStatusCallback *iface)
{
    return CONTAINING_RECORD(iface, struct watch, IBindStatusCallback_iface);
}

static HRESULT WINAPI watch_QueryInterface(IBindStatusCallback *iface, REFIID iid, void **out)
{
    if (IsEqualGUID(iid, &IID_IUnknown) || IsEqualGUID(iid, &IID_IBindStatusCallback))
    {
        *out = iface;
        return S_OK;
    }
    *out = NULL;
    return E_NOINTERFACE;
}

/* It lives on the stack. */
static ULONG WINAPI watch_AddRef(IBindStatusCallback *iface)
{
    return 2;
}

static ULONG WINAPI watch_Release(IBindStatusCallback *iface)
{
    return 1;
}

static HRESULT WINAPI watch_OnStartBinding(IBindStatusCallback *iface, DWORD reserved, IBinding *binding)
{
    return E_NOTIMPL;
}

static HRESULT WINAPI watch_GetPriority(IBindStatusCallback *iface, LONG *priority)
{
    return E_NOTIMPL;
}

static HRESULT WINAPI watch_OnLowResource(IBindStatusCallback *iface, DWORD reserved)
{
    return E_NOTIMPL;
}

static HRESULT WINAPI watch_OnProgress(IBindStatusCallback *iface, ULONG progress, ULONG progress_max, ULONG code,
        const WCHAR *text)
{
    struct watch *watch = impl_from_IBindStatusCallback(iface);

    if (code == BINDSTATUS_DOWNLOADINGDATA || code == BINDSTATUS_ENDDOWNLOADDATA)
        watch->bytes = progress;
    return task_is_late(watch->task, watch->start) ? E_ABORT : S_OK;
}

static HRESULT WINAPI watch_OnStopBinding(IBindStatusCallback *iface, HRESULT hr, const WCHAR *error)
{
    return E_NOTIMPL;
}

/* A new copy, although the same URL was fetched before. */
static HRESULT WINAPI watch_GetBindInfo(IBindStatusCallback *iface, DWORD *flags, BINDINFO *info)
{
    *flags = BINDF_GETNEWESTVERSION;
    return S_OK;
}

static HRESULT WINAPI watch_OnDataAvailable(IBindStatusCallback *iface, DWORD flags, DWORD size, FORMATETC *format,
        STGMEDIUM *medium)
{
    return E_NOTIMPL;
}

static HRESULT WINAPI watch_OnObjectAvailable(IBindStatusCallback *iface, REFIID iid, IUnknown *object)
{
    return E_NOTIMPL;
}

static IBindStatusCallbackVtbl watch_vtbl =
{
    watch_QueryInterface,
    watch_AddRef,
    watch_Release,
    watch_OnStartBinding,
    watch_GetPriority,
    watch_OnLowResource,
    watch_OnProgress,
    watch_OnStopBinding,
    watch_GetBindInfo,
    watch_OnDataAvailable,
    watch_OnObjectAvailable
};

HRESULT fetch_with_urlmon(struct task *task)
{
    struct watch watch = {.IBindStatusCallback_iface.lpVtbl = &watch_vtbl, .task = task, .start = now_us()};
    unsigned int i, count = task->count ? task->count : 1;
    WCHAR url[MAX_PATH_CHARS], path[MAX_PATH_CHARS];
    HRESULT hr = S_OK;

    for (i = 0; i < count && SUCCEEDED(hr) && !task_is_late(task, watch.start); ++i)
    {
        task_url(task, i, url);
        task_path(task, i, path);
        watch.bytes = 0;
        hr = URLDownloadToFileW(NULL, url, path, 0, &watch.IBindStatusCallback_iface);
        task->bytes += watch.bytes;
    }
    task->us = now_us() - watch.start;
    /* Wine keeps a copy of all it has fetched, which is not wanted twice in memory. */
    for (i = 0; i < count; ++i)
    {
        task_url(task, i, url);
        DeleteUrlCacheEntryW(url);
    }
    return task->is_cut ? S_OK : hr;
}
