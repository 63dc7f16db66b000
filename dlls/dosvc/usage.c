/*
 * Keeps in the registry what the service does, for programs that show it.
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
#include "psapi.h"
#include "winreg.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

/* On Windows the service runs as NetworkService, and this is the part of the registry that is that user's own. */
#define USAGE_KEY L"Software\\Microsoft\\Windows\\CurrentVersion\\DeliveryOptimization\\Usage"

#define CHANGE_INTERVAL_MS 1000     /* between a change and its update: there may be more changes */
#define TRANSFER_INTERVAL_MS 5000   /* between updates while something is transferred */

static SRWLOCK lock = SRWLOCK_INIT;

/* All of this is protected by the lock. */
static struct
{
    BOOL opened;
    HKEY key;                       /* NULL: it could not be opened */
    TP_TIMER *timer;
    BOOL scheduled;                 /* the timer runs; it does not when nothing happens */
    BOOL finished;                  /* the service ends */
    ULONGLONG time;                 /* GetTickCount64() of the last update, and what there was then: */
    UINT64 bytes;                   /* received in this run */
    UINT64 foreground_bytes;
    UINT64 cache_bytes;             /* of cache hosts */
    UINT64 cpu_time;                /* 100 ns */
} usage;

static void set_dword(const WCHAR *name, DWORD value)
{
    RegSetValueExW(usage.key, name, 0, REG_DWORD, (const BYTE *)&value, sizeof(value));
}

static void set_qword(const WCHAR *name, UINT64 value)
{
    RegSetValueExW(usage.key, name, 0, REG_QWORD, (const BYTE *)&value, sizeof(value));
}

static UINT64 get_qword(const WCHAR *name)
{
    DWORD size = sizeof(UINT64);
    UINT64 value;

    if (RegGetValueW(usage.key, NULL, name, RRF_RT_REG_QWORD, NULL, &value, &size))
        return 0;
    return value;
}

static DWORD get_dword(const WCHAR *name)
{
    DWORD value, size = sizeof(value);

    if (RegGetValueW(usage.key, NULL, name, RRF_RT_REG_DWORD, NULL, &value, &size))
        return 0;
    return value;
}

static BOOL open_key(void)
{
    DWORD error;

    if (!usage.opened)
    {
        usage.opened = TRUE;
        if ((error = RegCreateKeyExW(HKEY_CURRENT_USER, USAGE_KEY, 0, NULL, 0, KEY_QUERY_VALUE | KEY_SET_VALUE, NULL,
                                     &usage.key, NULL)))
        {
            WARN("The usage cannot be kept, error %lu.\n", error);
            usage.key = NULL;
        }
    }
    return usage.key != NULL;
}

static UINT64 number_from_filetime(const FILETIME *time)
{
    return (UINT64)time->dwHighDateTime << 32 | time->dwLowDateTime;
}

static UINT64 get_cpu_time(void)
{
    FILETIME creation, end, kernel, user;

    if (!GetProcessTimes(GetCurrentProcess(), &creation, &end, &kernel, &user))
        return 0;
    return number_from_filetime(&kernel) + number_from_filetime(&user);
}

/* The sums of a month begin anew with the next one. */
static void update_month(UINT64 origin_bytes, UINT64 cache_bytes)
{
    SYSTEMTIME now;
    DWORD month;

    GetSystemTime(&now);
    month = now.wYear * 100 + now.wMonth;
    set_qword(L"DownloadMonthlyLanBytes", 0);
    set_qword(L"UploadMonthlyInternetBytes", 0);
    if (get_dword(L"MonthID") == month)
    {
        origin_bytes += get_qword(L"DownloadMonthlyCdnBytes");
        cache_bytes += get_qword(L"DownloadMonthlyCacheHostBytes");
    }
    set_dword(L"MonthID", month);
    set_qword(L"DownloadMonthlyCacheHostBytes", cache_bytes);
    set_qword(L"DownloadMonthlyCdnBytes", origin_bytes);
}

/* Rates are bytes per second since the last update. */
static void update_rates(const struct get_statistics_params *statistics, ULONGLONG now)
{
    UINT64 elapsed = usage.time ? now - usage.time : 0, foreground, all;
    UINT64 cpu_time = get_cpu_time();

    if (elapsed)
    {
        all = (statistics->bytes_received - usage.bytes) * 1000 / elapsed;
        foreground = (statistics->bytes_received_foreground - usage.foreground_bytes) * 1000 / elapsed;
        set_qword(L"DownlinkUsageBps", all);
        if (foreground)
            set_qword(L"DownloadMonthlyRateFrBps", foreground);
        if (all > foreground)
            set_qword(L"DownloadMonthlyRateBkBps", all - foreground);
        set_dword(L"CPUpct", (DWORD)((cpu_time - usage.cpu_time) / 100 / elapsed));
    }
    usage.cpu_time = cpu_time;
    usage.foreground_bytes = statistics->bytes_received_foreground;
}

static void update_state(const struct get_statistics_params *statistics)
{
    PROCESS_MEMORY_COUNTERS memory;

    if (GetProcessMemoryInfo(GetCurrentProcess(), &memory, sizeof(memory)))
        set_dword(L"MemoryUsageKB", (DWORD)(memory.WorkingSetSize / 1024));
    set_dword(L"CDNConnectionCount", statistics->connections - statistics->cache_connections);
    set_dword(L"CacheServerConnectionCount", statistics->cache_connections);
    set_dword(L"SwarmCount", statistics->files);
    set_qword(L"CacheSizeBytes", 0);
    set_dword(L"PriorityDownloadCount", statistics->foreground_jobs);
    set_dword(L"PriorityDownloadPendingCount", statistics->foreground_waiting);
    set_dword(L"NormalDownloadCount", statistics->background_jobs);
    set_dword(L"NormalDownloadPendingCount", statistics->background_waiting);
}

/* Gives the number of connections. */
static unsigned int update(BOOL finish)
{
    struct get_statistics_params statistics;
    UINT64 bytes, cache_bytes;

    if (FAILED(engine_get_statistics(&statistics)) || !open_key())
        return 0;
    if (finish)
    {
        statistics.connections = statistics.cache_connections = 0;
        statistics.foreground_jobs = statistics.background_jobs = 0;
    }
    update_state(&statistics);
    update_rates(&statistics, GetTickCount64());
    bytes = statistics.bytes_received - usage.bytes;
    cache_bytes = statistics.bytes_received_cache - usage.cache_bytes;
    update_month(bytes - cache_bytes, cache_bytes); /* last: who waits for the sum sees the rest with it */
    usage.bytes = statistics.bytes_received;
    usage.cache_bytes = statistics.bytes_received_cache;
    usage.time = GetTickCount64();
    return statistics.connections;
}

/* Under the lock. */
static void schedule(unsigned int delay_ms)
{
    LARGE_INTEGER due;
    FILETIME due_time;

    due.QuadPart = delay_ms * -(LONGLONG)10000;
    due_time.dwLowDateTime = due.u.LowPart;
    due_time.dwHighDateTime = due.u.HighPart;
    SetThreadpoolTimer(usage.timer, &due_time, 0, 0);
    usage.scheduled = TRUE;
}

static void CALLBACK update_usage(TP_CALLBACK_INSTANCE *instance, void *context, TP_TIMER *timer)
{
    AcquireSRWLockExclusive(&lock);
    usage.scheduled = FALSE;
    if (!usage.finished && update(FALSE))
        schedule(TRANSFER_INTERVAL_MS);
    ReleaseSRWLockExclusive(&lock);
}

void usage_changed(void)
{
    AcquireSRWLockExclusive(&lock);
    if (!usage.timer && !(usage.timer = CreateThreadpoolTimer(update_usage, NULL, NULL)))
        WARN("The usage cannot be kept, error %lu.\n", GetLastError());
    if (usage.timer && !usage.scheduled && !usage.finished)
        schedule(CHANGE_INTERVAL_MS);
    ReleaseSRWLockExclusive(&lock);
}

void usage_finish(void)
{
    AcquireSRWLockExclusive(&lock);
    usage.finished = TRUE;
    update(TRUE);
    ReleaseSRWLockExclusive(&lock);
}
