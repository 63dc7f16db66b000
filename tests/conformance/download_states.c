/*
 * Tests of every method of IDODownload in every state.
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

enum method
{
    START,
    START_EMPTY,
    START_RANGES,
    PAUSE,
    FINALIZE,
    ABORT,
    METHOD_COUNT
};

static const char *const method_names[METHOD_COUNT] =
{
    "Start(NULL)", "Start without ranges", "Start with ranges", "Pause", "Finalize", "Abort"
};

/* What a download is brought to; the two errors look alike to clients of the state alone. */
enum situation
{
    CREATED,
    TRANSFERRING,
    RETRYING,
    PAUSED,
    FAILED_,
    TRANSFERRED,
    FINALIZED,
    ABORTED,
    SITUATION_COUNT
};

static const char *const situation_names[SITUATION_COUNT] =
{
    "Created", "Transferring", "Transferring again", "Paused", "Paused by an error", "Transferred", "Finalized",
    "Aborted"
};

static const DODownloadState situation_states[SITUATION_COUNT] =
{
    DODownloadState_Created, DODownloadState_Transferring, DODownloadState_Transferring, DODownloadState_Paused,
    DODownloadState_Paused, DODownloadState_Transferred, DODownloadState_Finalized, DODownloadState_Aborted,
};

#define STAYS ((DODownloadState)-1)
#define REFUSED { DO_E_INVALID_STATE, STAYS }
#define NOTHING { S_OK, STAYS }
#define BECOMES(state) { S_OK, DODownloadState_##state }

static const struct
{
    HRESULT hr;
    DODownloadState state;  /* right after the call */
} table[SITUATION_COUNT][METHOD_COUNT] =
{
    [CREATED] = { BECOMES(Transferring), BECOMES(Transferring), BECOMES(Transferring), NOTHING, REFUSED,
                  BECOMES(Aborted) },
    [TRANSFERRING] = { NOTHING, NOTHING, NOTHING, BECOMES(Paused), REFUSED, BECOMES(Aborted) },
    [RETRYING] = { NOTHING, NOTHING, NOTHING, BECOMES(Paused), REFUSED, BECOMES(Aborted) },
    [PAUSED] = { BECOMES(Transferring), BECOMES(Transferring), BECOMES(Transferring), NOTHING, REFUSED,
                 BECOMES(Aborted) },
    [FAILED_] = { BECOMES(Transferring), BECOMES(Transferring), BECOMES(Transferring), NOTHING, REFUSED,
                  BECOMES(Aborted) },
    [TRANSFERRED] = { NOTHING, NOTHING, BECOMES(Transferring), NOTHING, BECOMES(Finalized), BECOMES(Aborted) },
    [FINALIZED] = { REFUSED, REFUSED, REFUSED, REFUSED, NOTHING, REFUSED },
    [ABORTED] = { REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, NOTHING },
};

/* Requests are held where the test looks at what is under way. */
static const char *const queries[SITUATION_COUNT] =
{
    [CREATED] = "size=4000&hold=@",
    [TRANSFERRING] = "size=4000&hold=@",
    [RETRYING] = "size=4000&status=500",
    [PAUSED] = "size=4000&hold=@",
    [FAILED_] = "size=4000&hold=@&hold_after=1&status=404",
    [TRANSFERRED] = "size=4000&hold=@&hold_after=1",
    [FINALIZED] = "size=4000",
    [ABORTED] = "size=4000",
};

static HRESULT call(IDODownload *download, enum method method)
{
    DO_DOWNLOAD_RANGES_INFO none = { 0 }, one = { 1, { { 1000, 500 } } };

    switch (method)
    {
        case START:
            return IDODownload_Start(download, NULL);
        case START_EMPTY:
            return IDODownload_Start(download, &none);
        case START_RANGES:
            return IDODownload_Start(download, &one);
        case PAUSE:
            return IDODownload_Pause(download);
        case FINALIZE:
            return IDODownload_Finalize(download);
        default:
            return IDODownload_Abort(download);
    }
}

static void prepare(IDODownload *download, enum situation situation, const struct remote *remote)
{
    HRESULT hr = S_OK;

    if (situation != CREATED && situation != ABORTED)
        start_download(download);
    switch (situation)
    {
        case TRANSFERRING:
            remote_wait(remote, 1);
            break;
        case RETRYING:
            remote_wait(remote, 1);
            break;
        case PAUSED:
            hr = IDODownload_Pause(download);
            break;
        case FAILED_:
            wait_for_download(download, DODownloadState_Paused);
            break;
        case TRANSFERRED:
            wait_for_download(download, DODownloadState_Transferred);
            break;
        case FINALIZED:
            if (wait_for_download(download, DODownloadState_Transferred))
                hr = IDODownload_Finalize(download);
            break;
        case ABORTED:
            hr = IDODownload_Abort(download);
            break;
        default:
            break;
    }
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_download_state(download, situation_states[situation]);
}

static void test_method(struct fixture *fixture, enum situation situation, enum method method)
{
    DODownloadState expected = table[situation][method].state;
    DO_DOWNLOAD_STATUS status;
    IDODownload *download;
    struct remote remote;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "%s", queries[situation]);
    if (!(download = create_file_download(fixture, remote.url, L"state")))
        return;
    prepare(download, situation, &remote);
    hr = call(download, method);
    ok(hr == table[situation][method].hr, "Got hr %#lx.\n", hr);
    if (expected == STAYS)
        expected = situation_states[situation];
    get_download_status(download, &status);
    ok(status.State == expected, "Got state %d, not %d.\n", status.State, expected);
    if (situation == FAILED_ && expected == DODownloadState_Paused)
        ok(status.Error == HTTP_NOT_FOUND, "Got error %#lx.\n", status.Error);
    else
        ok(!status.Error, "Got error %#lx.\n", status.Error);
    ok(!status.ExtendedError, "Got extended error %#lx.\n", status.ExtendedError);
    remote_release(&remote);
    end_download(download);
    DeleteFileW(fixture_path(fixture, L"state"));
}

START_TEST(download_states)
{
    enum situation situation;
    struct fixture fixture;
    enum method method;

    if (!remote_available(REMOTE_HTTP) || !fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    for (situation = 0; situation < SITUATION_COUNT; ++situation)
    {
        for (method = 0; method < METHOD_COUNT; ++method)
        {
            push_context("%s in %s", method_names[method], situation_names[situation]);
            test_method(&fixture, situation, method);
            pop_context();
        }
    }
    fixture_cleanup(&fixture);
}
