/*
 * A Windows client of the benchmark: fetches files in one of several ways, and tells how long that took.
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

/*
 * client WAY LIMIT_SECONDS COUNT URL PATH
 * client trust CERTIFICATE.der
 * The ways are download, background, job, background-job, bits, winhttp, urlmon, and
 * beside=OTHERS,OTHER_URL,OTHER_PATH. COUNT is 0 for one file; otherwise URL and PATH are continued by 0001.bin and
 * so on. It answers with one line, "us N bytes N cut 0|1 client_cpu_us N".
 */

#include <wchar.h>
#include <windows.h>
#include <ole2.h>
#include <wincrypt.h>

#include <initguid.h>
#include "deliveryoptimization.h"

#include "client.h"

DEFINE_GUID(CLSID_bits, 0x4991d34b, 0x80a1, 0x4291, 0x83, 0xb6, 0x33, 0x28, 0x36, 0x6b, 0x90, 0x97);

double now_us(void)
{
    LARGE_INTEGER frequency, count;

    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&count);
    return count.QuadPart * 1e6 / frequency.QuadPart;
}

static void task_name(const struct task *task, const WCHAR *prefix, unsigned int number, WCHAR name[MAX_PATH_CHARS])
{
    if (task->count)
        swprintf(name, MAX_PATH_CHARS, L"%ls%04u.bin", prefix, number + 1);
    else
        swprintf(name, MAX_PATH_CHARS, L"%ls", prefix);
}

void task_url(const struct task *task, unsigned int number, WCHAR url[MAX_PATH_CHARS])
{
    task_name(task, task->url, number, url);
}

void task_path(const struct task *task, unsigned int number, WCHAR path[MAX_PATH_CHARS])
{
    task_name(task, task->path, number, path);
}

BOOL task_is_late(struct task *task, double start)
{
    if (now_us() - start < task->limit_ms * 1000.0)
        return FALSE;
    task->is_cut = TRUE;
    return TRUE;
}

/* Makes the certificate one that all programs of this user trust. */
static int trust_certificate(const WCHAR *name)
{
    BYTE data[16384];
    HCERTSTORE store;
    BOOL done = FALSE;
    DWORD size = 0;
    HANDLE file;

    file = CreateFileW(name, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return 1;
    if (ReadFile(file, data, sizeof(data), &size, NULL) && (store = CertOpenSystemStoreW(0, L"ROOT")))
    {
        done = CertAddEncodedCertificateToStore(store, X509_ASN_ENCODING, data, size,
                CERT_STORE_ADD_REPLACE_EXISTING, NULL);
        CertCloseStore(store, 0);
    }
    CloseHandle(file);
    return !done;
}

/* What this process has used of a processor. */
static UINT64 cpu_us(void)
{
    FILETIME created, ended, kernel, user;

    if (!GetProcessTimes(GetCurrentProcess(), &created, &ended, &kernel, &user))
        return 0;
    return (((UINT64)kernel.dwHighDateTime << 32 | kernel.dwLowDateTime)
            + ((UINT64)user.dwHighDateTime << 32 | user.dwLowDateTime)) / 10;
}

/* "beside=OTHERS,OTHER_URL,OTHER_PATH" */
static HRESULT fetch_beside_others(struct task *task, WCHAR *arguments)
{
    WCHAR *url, *path;

    if (!(url = wcschr(arguments, L',')) || !(path = wcschr(url + 1, L',')))
        return E_INVALIDARG;
    *url++ = 0;
    *path++ = 0;
    return fetch_beside(task, wcstoul(arguments, NULL, 10), url, path);
}

static HRESULT fetch(struct task *task, WCHAR *way)
{
    if (!wcscmp(way, L"download"))
        return fetch_with_download(task, TRUE);
    if (!wcscmp(way, L"background"))
        return fetch_with_download(task, FALSE);
    if (!wcscmp(way, L"job"))
        return fetch_with_job(task, &CLSID_DeliveryOptimization, TRUE);
    if (!wcscmp(way, L"background-job"))
        return fetch_with_job(task, &CLSID_DeliveryOptimization, FALSE);
    if (!wcscmp(way, L"bits"))
        return fetch_with_job(task, &CLSID_bits, TRUE);
    if (!wcscmp(way, L"winhttp"))
        return fetch_with_winhttp(task);
    if (!wcscmp(way, L"urlmon"))
        return fetch_with_urlmon(task);
    if (!wcsncmp(way, L"beside=", 7))
        return fetch_beside_others(task, way + 7);
    return E_INVALIDARG;
}

int wmain(int argc, WCHAR **argv);

int wmain(int argc, WCHAR **argv)
{
    struct task task = {0};
    UINT64 start_cpu;
    HRESULT hr;

    if (argc == 3 && !wcscmp(argv[1], L"trust"))
        return trust_certificate(argv[2]);
    if (argc != 6)
        return 2;
    task.limit_ms = wcstoul(argv[2], NULL, 10) * 1000ull;
    task.count = wcstoul(argv[3], NULL, 10);
    task.url = argv[4];
    task.path = argv[5];
    if (FAILED(CoInitializeEx(NULL, COINIT_MULTITHREADED)))
        return 1;
    start_cpu = cpu_us();
    hr = fetch(&task, argv[1]);
    CoUninitialize();
    if (FAILED(hr))
    {
        fprintf(stderr, "%ls: error %#lx\n", argv[1], hr);
        return 1;
    }
    printf("us %.0f bytes %llu cut %d client_cpu_us %llu\n", task.us, (unsigned long long)task.bytes, task.is_cut,
            (unsigned long long)(cpu_us() - start_cpu));
    return 0;
}
