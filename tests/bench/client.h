/*
 * What the parts of the benchmark's Windows client share.
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

#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include <stdio.h>
#include <stdlib.h>
#include <windows.h>
#include <ole2.h>

#define MAX_PATH_CHARS 1024

/* What is to be fetched: one file, or `count` files whose names end the URL and the path. */
struct task
{
    const WCHAR *url;
    const WCHAR *path;
    unsigned int count;                 /* 0: one file, and `url` and `path` are whole */
    ULONGLONG limit_ms;
    UINT64 bytes;                       /* that arrived */
    BOOL is_cut;                        /* the limit passed before all was there */
    double us;                          /* that it took */
};

double now_us(void);
void task_url(const struct task *task, unsigned int number, WCHAR url[MAX_PATH_CHARS]);
void task_path(const struct task *task, unsigned int number, WCHAR path[MAX_PATH_CHARS]);
BOOL task_is_late(struct task *task, double start);

/* Each fetches all of a task, and sets what it found out. */
HRESULT fetch_with_job(struct task *task, REFCLSID class_id, BOOL foreground);
HRESULT fetch_with_download(struct task *task, BOOL foreground);
HRESULT fetch_beside(struct task *task, unsigned int others, const WCHAR *other_url, const WCHAR *other_path);
HRESULT fetch_with_winhttp(struct task *task);
HRESULT fetch_with_urlmon(struct task *task);

#endif /* BENCH_CLIENT_H */
