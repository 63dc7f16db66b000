/*
 * A client that takes a stream at a limited rate: a short test, and the program of tools/stream-test.
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

#include <stdlib.h>

#include "remote.h"
#include "status_callback.h"
#include "stream_object.h"

#include <wincrypt.h>

#define RATE (20 * 1048576)             /* bytes per second */
#define SHORT_SIZE (8 * 1048576 + 77)
#define HASH_SIZE 32
#define LONG_LIMIT_MS 600000

struct client
{
    HCRYPTPROV provider;
    HCRYPTHASH hash;
    HANDLE timer;
    UINT64 rate;
    UINT64 received;
    ULONGLONG start;                    /* of the first call */
    BOOL good;                          /* every byte is in the hash */
};

/* Keeps to the rate by the clock: the call lasts until its bytes are due. */
static void keep_rate(struct client *client)
{
    ULONGLONG due = client->start + client->received * 1000 / client->rate, now = GetTickCount64();
    LARGE_INTEGER wait;

    if (due <= now)
        return;
    wait.QuadPart = -10000LL * (LONGLONG)(due - now);
    SetWaitableTimer(client->timer, &wait, 0, NULL, NULL, FALSE);
    WaitForSingleObject(client->timer, WAIT_LIMIT_MS);
}

static void take(struct stream_object *stream, const void *buffer, ULONG count)
{
    struct client *client = stream->context;

    if (!client->received)
        client->start = GetTickCount64();
    client->good = CryptHashData(client->hash, buffer, count, 0) && client->good;
    client->received += count;
    keep_rate(client);
}

static BOOL client_init(struct client *client, UINT64 rate)
{
    memset(client, 0, sizeof(*client));
    client->rate = rate;
    client->good = TRUE;
    client->timer = CreateWaitableTimerW(NULL, FALSE, NULL);
    return CryptAcquireContextW(&client->provider, NULL, NULL, PROV_RSA_AES, CRYPT_VERIFYCONTEXT)
            && CryptCreateHash(client->provider, CALG_SHA_256, 0, 0, &client->hash);
}

/* The hash of what came, in hexadecimal. */
static void client_cleanup(struct client *client, char *text)
{
    BYTE hash[HASH_SIZE];
    DWORD size = sizeof(hash), i;

    *text = 0;
    if (client->good && CryptGetHashParam(client->hash, HP_HASHVAL, hash, &size, 0))
    {
        for (i = 0; i < size; ++i)
            sprintf(text + 2 * i, "%02x", hash[i]);
    }
    CryptDestroyHash(client->hash);
    CryptReleaseContext(client->provider, 0);
    CloseHandle(client->timer);
}

/* FALSE: it did not come to its end. */
static BOOL run(struct fixture *fixture, struct client *client, UINT64 size, DWORD limit_ms)
{
    struct status_callback callback;
    struct stream_object stream;
    DO_DOWNLOAD_STATUS status = { 0 };
    IDODownload *download;
    struct remote remote;
    ULONGLONG end;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%llu", size);
    stream_object_init(&stream, REMOTE_SEED);
    stream.context = client;
    stream.take = take;
    status_callback_init(&callback);
    if (!(download = create_download(fixture)))
        return FALSE;
    check_set(set_text(download, DODownloadProperty_Uri, remote.url));
    check_set(set_object(download, DODownloadProperty_StreamInterface, (IUnknown *)&stream.IStream_iface));
    check_set(set_object(download, DODownloadProperty_CallbackInterface,
            (IUnknown *)&callback.IDODownloadStatusCallback_iface));
    start_download(download);
    end = GetTickCount64() + limit_ms;
    do
    {
        WaitForSingleObject(callback.called, 1000);
        get_download_status(download, &status);
    }
    while (status.State == DODownloadState_Transferring && GetTickCount64() < end);
    ok(status.State == DODownloadState_Transferred, "Got state %d, error %#lx.\n", status.State, status.Error);
    ok(client->received == size && status.BytesTransferred == size, "Got %llu, %llu bytes.\n", client->received,
            status.BytesTransferred);
    ok(remote_bytes_sent(&remote) == size, "The server sent %llu bytes.\n", remote_bytes_sent(&remote));
    hr = IDODownload_Finalize(download);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    IDODownload_Release(download);
    status_callback_cleanup(&callback);
    stream_object_cleanup(&stream);
    return client->received == size;
}

/* Of what the server is to send. */
static BOOL get_expected_hash(UINT64 size, char *text)
{
    static BYTE buffer[65536];
    struct client client;
    UINT64 done = 0;
    ULONG count, i;

    if (!client_init(&client, RATE))
        return FALSE;
    while (done < size)
    {
        count = (ULONG)min(size - done, sizeof(buffer));
        for (i = 0; i < count; ++i)
            buffer[i] = remote_byte(REMOTE_SEED, done + i);
        CryptHashData(client.hash, buffer, count, 0);
        done += count;
    }
    client_cleanup(&client, text);
    return *text != 0;
}

/* What the client took in, and how long it was at it. */
static void test_short(struct fixture *fixture)
{
    char expected[2 * HASH_SIZE + 1], got[2 * HASH_SIZE + 1];
    ULONGLONG duration;
    struct client client;

    ok(get_expected_hash(SHORT_SIZE, expected), "There is no hash.\n");
    if (!ok(client_init(&client, RATE), "There are no hashes, error %lu.\n", GetLastError()))
        return;
    run(fixture, &client, SHORT_SIZE, WAIT_LIMIT_MS);
    duration = GetTickCount64() - client.start;
    client_cleanup(&client, got);
    ok(!strcmp(got, expected), "Got hash %s, expected %s.\n", got, expected);
    ok(duration >= SHORT_SIZE * 1000ull / RATE, "It took %llu ms only.\n", duration);
}

START_TEST(stream_client)
{
    struct fixture fixture;

    if (!remote_available(REMOTE_HTTP) || !fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_short(&fixture);
    fixture_cleanup(&fixture);
}

/* Arguments: size and bytes per second. Prints the duration in ms and the hash. */
TEST_CHILD(stream_client)
{
    char hash[2 * HASH_SIZE + 1];
    struct fixture fixture;
    struct client client;
    BOOL ret;

    if (argc != 2 || !fixture_init(&fixture, COINIT_MULTITHREADED)
            || !client_init(&client, strtoull(argv[1], NULL, 10)))
        return 1;
    ret = run(&fixture, &client, strtoull(argv[0], NULL, 10), LONG_LIMIT_MS);
    printf("duration %llu\n", (unsigned long long)(GetTickCount64() - client.start));
    client_cleanup(&client, hash);
    fixture_cleanup(&fixture);
    printf("sha256 %s\n", hash);
    return !ret;
}
