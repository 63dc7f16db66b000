/*
 * Files on the test server: their URLs, their content, and what the server does while it sends them.
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

#include <stdarg.h>
#include <stdlib.h>
#include <winsock2.h>

#include "remote.h"

#define HOST_SIZE 256
#define QUERY_SIZE 768
#define ANSWER_SIZE 8192
#define BUFFER_SIZE 16384           /* on the stack: several threads compare files */

static const char *const variables[] =
{
    "DOSVC_TEST_HTTP",
    "DOSVC_TEST_HTTPS",
    "DOSVC_TEST_HTTPS_UNTRUSTED",
    "DOSVC_TEST_HTTPS_EXPIRED",
    "DOSVC_TEST_HTTPS_NOT_YET_VALID",
    "DOSVC_TEST_HTTPS_WRONG_NAME",
    "DOSVC_TEST_HTTPS_WRONG_USAGE",
    "DOSVC_TEST_HTTPS_REVOKED",
    "DOSVC_TEST_HTTPS_CLIENT_CERTIFICATE",
};

/* host:port, with or without a scheme and a slash at the end. */
static BOOL get_server(enum remote_kind kind, char *host, size_t size)
{
    char value[HOST_SIZE], *start = value;
    DWORD length;

    length = GetEnvironmentVariableA(variables[kind], value, sizeof(value));
    if (!length || length >= sizeof(value))
        return FALSE;
    if (strstr(value, "://"))
        start = strstr(value, "://") + 3;
    start[strcspn(start, "/")] = 0;
    if (!strchr(start, ':') || strlen(start) >= size)
        return FALSE;
    strcpy(host, start);
    return TRUE;
}

BOOL remote_available_(const char *file, int line, enum remote_kind kind)
{
    char host[HOST_SIZE];

    if (get_server(kind, host, sizeof(host)))
        return TRUE;
    test_skip(file, line, "%s names no test server.\n", variables[kind]);
    return FALSE;
}

void remote_init(struct remote *remote, enum remote_kind kind, const char *query, ...)
{
    char host[HOST_SIZE], text[QUERY_SIZE], url[ARRAYSIZE(remote->url)];
    static LONG counter;
    const char *ch;
    size_t length;
    va_list args;

    memset(remote, 0, sizeof(*remote));
    if (!get_server(kind, host, sizeof(host)))
        strcpy(host, "127.0.0.1:9");
    sprintf(remote->key, "%lx-%lx-%lx", GetCurrentProcessId(), GetTickCount(), InterlockedIncrement(&counter));
    va_start(args, query);
    vsnprintf(text, sizeof(text), query, args);
    va_end(args);
    text[sizeof(text) - 1] = 0;

    length = snprintf(url, sizeof(url), "%s://%s/data/%s?key=%s&", kind == REMOTE_HTTP ? "http" : "https", host,
            remote->key, remote->key);
    for (ch = text; *ch && length < sizeof(url) - sizeof(remote->key); ++ch)
    {
        if (*ch == '@')
            length += sprintf(url + length, "%s", remote->key);
        else
            url[length++] = *ch;
    }
    url[length] = 0;
    MultiByteToWideChar(CP_ACP, 0, url, -1, remote->url, ARRAYSIZE(remote->url));
}

static SOCKET connect_server(const char *host)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    DWORD timeout = WAIT_LIMIT_MS;
    char name[HOST_SIZE], *port;
    SOCKET s;

    strcpy(name, host);
    port = strchr(name, ':');
    *port++ = 0;
    address.sin_addr.s_addr = inet_addr(name);
    address.sin_port = htons((u_short)strtoul(port, NULL, 10));
    if ((s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)) == INVALID_SOCKET)
        return s;
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, (const char *)&timeout, sizeof(timeout));
    setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, (const char *)&timeout, sizeof(timeout));
    if (!connect(s, (struct sockaddr *)&address, sizeof(address)))
        return s;
    closesocket(s);
    return INVALID_SOCKET;
}

/* Whether an answer has all of its body: as much as its header promises. */
static BOOL is_whole(const char *answer, size_t length)
{
    const char *body = strstr(answer, "\r\n\r\n"), *field;

    if (!body)
        return FALSE;
    if (!(field = strstr(answer, "\r\nContent-Length: ")) || field > body)
        return FALSE;
    return length - (body + 4 - answer) >= strtoul(field + 18, NULL, 10);
}

/* Sends the request and reads the answer; gives the status, 0 for none. */
static unsigned int exchange(SOCKET s, const char *request, char *answer, size_t size)
{
    size_t length = 0;
    int count;

    if (send(s, request, (int)strlen(request), 0) != (int)strlen(request))
        return 0;
    while (length < size - 1 && (count = recv(s, answer + length, (int)(size - 1 - length), 0)) > 0)
    {
        length += count;
        answer[length] = 0;
        if (is_whole(answer, length))
            break;
    }
    answer[length] = 0;
    if (strncmp(answer, "HTTP/1.", 7) || !strchr(answer, ' '))
        return 0;
    return strtoul(strchr(answer, ' '), NULL, 10);
}

/* Asks the server to do something, or for something; answer has ANSWER_SIZE bytes. */
static unsigned int control(const struct remote *remote, const char *action, const char *parameters, char *answer)
{
    char host[HOST_SIZE], request[1024];
    unsigned int status = 0;
    WSADATA data;
    SOCKET s;

    *answer = 0;
    if (!get_server(REMOTE_HTTP, host, sizeof(host)))
        return 0;
    snprintf(request, sizeof(request), "GET /control/%s?key=%s%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n",
            action, remote->key, parameters, host);
    if (WSAStartup(MAKEWORD(2, 2), &data))
        return 0;
    if ((s = connect_server(host)) != INVALID_SOCKET)
    {
        status = exchange(s, request, answer, ANSWER_SIZE);
        closesocket(s);
    }
    WSACleanup();
    return status;
}

void remote_release_(const char *file, int line, const struct remote *remote)
{
    char answer[ANSWER_SIZE];
    unsigned int status;

    status = control(remote, "release", "", answer);
    ok_(file, line, status == 200, "The server answered %u to a release.\n", status);
}

BOOL remote_wait_(const char *file, int line, const struct remote *remote, unsigned int requests)
{
    char answer[ANSWER_SIZE], parameters[64];
    unsigned int status;

    sprintf(parameters, "&requests=%u&timeout_ms=%u", requests, WAIT_LIMIT_MS - 5000);
    status = control(remote, "wait", parameters, answer);
    return ok_(file, line, status == 200, "The server answered %u to a wait for %u requests.\n", status, requests);
}

static UINT64 get_number(const struct remote *remote, const char *name)
{
    char answer[ANSWER_SIZE], member[32], *number;
    unsigned int status;

    snprintf(member, sizeof(member), "\"%s\":", name);
    status = control(remote, "stats", "", answer);
    number = strstr(answer, member);
    ok(status == 200 && number, "The server answered %u to a question for statistics.\n", status);
    return number ? strtoull(number + strlen(member), NULL, 10) : 0;
}

unsigned int remote_requests(const struct remote *remote)
{
    return (unsigned int)get_number(remote, "requests");
}

BOOL remote_has(const struct remote *remote, const char *text)
{
    char answer[ANSWER_SIZE], parameters[256];
    unsigned int status;

    snprintf(parameters, sizeof(parameters), "&text=%s", text);
    status = control(remote, "has", parameters, answer);
    ok(status == 200 || status == 404, "The server answered %u to a question for a text.\n", status);
    return status == 200;
}

UINT64 remote_bytes_sent(const struct remote *remote)
{
    return get_number(remote, "bytes_sent");
}

/* The server makes its content of numbered words of 8 bytes, lowest byte first: see tests/server/content.c. */
static UINT64 content_word(UINT64 seed, UINT64 index)
{
    UINT64 word = (index + 1) * 0x9e3779b97f4a7c15ull + seed * 0xd1342543de82ef95ull;

    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9ull;
    word = (word ^ (word >> 27)) * 0x94d049bb133111ebull;
    return word ^ (word >> 31);
}

BYTE remote_byte(UINT64 seed, UINT64 offset)
{
    return (BYTE)(content_word(seed, offset / 8) >> (offset % 8 * 8));
}

/* Reads a range back to back with the one before; the place of the first wrong byte is told. */
static BOOL check_range(const char *file, int line, HANDLE handle, UINT64 seed, const BG_FILE_RANGE *range)
{
    BYTE buffer[BUFFER_SIZE];
    UINT64 done = 0;
    DWORD count, i;

    while (done < range->Length)
    {
        count = (DWORD)min(range->Length - done, sizeof(buffer));
        if (!ReadFile(handle, buffer, count, &count, NULL) || !count)
            return ok_(file, line, FALSE, "The file ends after %llu bytes of a range of %llu.\n", done,
                    range->Length);
        for (i = 0; i < count; ++i)
        {
            if (buffer[i] != remote_byte(seed, range->InitialOffset + done + i))
                return ok_(file, line, FALSE, "Byte %llu of the content is wrong.\n",
                        range->InitialOffset + done + i);
        }
        done += count;
    }
    return TRUE;
}

void check_content_(const char *file, int line, const WCHAR *path, UINT64 seed, const BG_FILE_RANGE *ranges,
        unsigned int range_count)
{
    LARGE_INTEGER size = {{0}};
    UINT64 total = 0;
    unsigned int i;
    BOOL good = TRUE;
    HANDLE handle;

    handle = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
            OPEN_EXISTING, 0, NULL);
    if (!ok_(file, line, handle != INVALID_HANDLE_VALUE, "No file %s, error %lu.\n", debug_string(path),
            GetLastError()))
        return;
    for (i = 0; i < range_count && good; ++i)
    {
        good = check_range(file, line, handle, seed, &ranges[i]);
        total += ranges[i].Length;
    }
    GetFileSizeEx(handle, &size);
    ok_(file, line, (UINT64)size.QuadPart == total, "Got %llu bytes, expected %llu.\n", (UINT64)size.QuadPart,
            total);
    CloseHandle(handle);
}

void check_whole_content_(const char *file, int line, const WCHAR *path, UINT64 seed, UINT64 size)
{
    BG_FILE_RANGE range = { 0, size };

    check_content_(file, line, path, seed, &range, 1);
}
