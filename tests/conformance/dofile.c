/*
 * Tests of IDeliveryOptimizationFile: the statistics of a file.
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

#define FILE_SIZE 1000000

static void get_stats(int line, IBackgroundCopyJob *job, BOOL alias, DOSwarmStats *stats)
{
    IDeliveryOptimizationFile *do_file = NULL;
    IBackgroundCopyFile *file;
    HRESULT hr;

    memset(stats, 0, sizeof(*stats));
    if (!(file = get_file(job, 0)))
        return;
    hr = IBackgroundCopyFile_QueryInterface(file, &IID_IDeliveryOptimizationFile, (void **)&do_file);
    ok_(__FILE__, line, hr == S_OK, "Got hr %#lx.\n", hr);
    memset(stats, 0xcc, sizeof(*stats));
    hr = alias ? IDeliveryOptimizationFile_GetStatsAlias(do_file, stats)
            : IDeliveryOptimizationFile_GetStats(do_file, stats);
    ok_(__FILE__, line, hr == S_OK, "Got hr %#lx.\n", hr);
    IDeliveryOptimizationFile_Release(do_file);
    IBackgroundCopyFile_Release(file);
}

/* The strings are the caller's. */
static void check_stats(int line, IBackgroundCopyJob *job, const struct remote *remote, UINT64 size, UINT64 bytes,
        UINT connections, SwarmStatus status, BOOL background)
{
    DOSwarmStats stats;
    int alias;

    for (alias = 0; alias < 2; ++alias)
    {
        get_stats(line, job, alias, &stats);
        ok_(__FILE__, line, !wcscmp(stats.fileId, L"my id"), "Got id %s.\n", debug_string(stats.fileId));
        ok_(__FILE__, line, !wcscmp(stats.sourceURL, remote->url), "Got %s.\n", debug_string(stats.sourceURL));
        ok_(__FILE__, line, stats.fileSize == size, "Got size %llu.\n", stats.fileSize);
        ok_(__FILE__, line, stats.totalBytesDownloaded == bytes, "Got %llu bytes.\n", stats.totalBytesDownloaded);
        ok_(__FILE__, line, stats.bytesFromHttp == bytes, "Got %llu bytes.\n", stats.bytesFromHttp);
        ok_(__FILE__, line, !stats.bytesFromLanPeers && !stats.bytesFromGroupPeers && !stats.bytesFromInternetPeers
                && !stats.bytesFromDoinc && !stats.bytesToLanPeers && !stats.bytesToGroupPeers
                && !stats.bytesToInternetPeers, "Got bytes of peers.\n");
        ok_(__FILE__, line, stats.httpConnectionCount == connections, "Got %u.\n", stats.httpConnectionCount);
        ok_(__FILE__, line, !stats.doincConnectionCount && !stats.lanConnectionCount && !stats.groupConnectionCount
                && !stats.internetConnectionCount, "Got connections of peers.\n");
        ok_(__FILE__, line, stats.downloadDuration < 60000, "Got %u ms.\n", stats.downloadDuration);
        ok_(__FILE__, line, stats.downloadMode == DownloadMode_Simple, "Got mode %d.\n", stats.downloadMode);
        ok_(__FILE__, line, stats.status == status, "Got status %d.\n", stats.status);
        ok_(__FILE__, line, stats.isBackground == background, "Got background %d.\n", stats.isBackground);
        CoTaskMemFree(stats.fileId);
        CoTaskMemFree(stats.sourceURL);
    }
}

static void test_stats(struct fixture *fixture)
{
    IDeliveryOptimizationJob *do_job;
    IBackgroundCopyJob *job;
    struct remote remote;
    HRESULT hr;

    remote_init(&remote, REMOTE_HTTP, "size=%u&hold=@&hold_at=%u", FILE_SIZE, FILE_SIZE / 2);
    if (!(job = create_job(fixture)))
        return;
    hr = IBackgroundCopyJob_QueryInterface(job, &IID_IDeliveryOptimizationJob, (void **)&do_job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    hr = IDeliveryOptimizationJob_AddFileWithRanges(do_job, L"my id", remote.url, fixture_path(fixture, L"stats"), 0,
            NULL, DO_UNKNOWN_FILE_SIZE);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    IDeliveryOptimizationJob_Release(do_job);
    check_stats(__LINE__, job, &remote, DO_UNKNOWN_FILE_SIZE, 0, 0, SwarmStatus_Paused, TRUE);

    hr = IBackgroundCopyJob_Resume(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    wait_for_bytes(job, FILE_SIZE / 2);
    check_stats(__LINE__, job, &remote, FILE_SIZE, FILE_SIZE / 2, 1, SwarmStatus_Downloading, TRUE);
    hr = IBackgroundCopyJob_SetPriority(job, BG_JOB_PRIORITY_FOREGROUND);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    check_stats(__LINE__, job, &remote, FILE_SIZE, FILE_SIZE / 2, 1, SwarmStatus_Downloading, FALSE);
    remote_release(&remote);
    wait_for_state(job, BG_JOB_STATE_TRANSFERRED);
    check_stats(__LINE__, job, &remote, FILE_SIZE, FILE_SIZE, 0, SwarmStatus_Complete, FALSE);
    hr = IBackgroundCopyJob_Complete(job);
    ok(hr == S_OK, "Got hr %#lx.\n", hr);
    end_job(job);
}

START_TEST(dofile)
{
    struct fixture fixture;

    if (!remote_available(REMOTE_HTTP) || !fixture_init(&fixture, COINIT_MULTITHREADED))
        return;
    test_stats(&fixture);
    fixture_cleanup(&fixture);
}
