/*
 * What every test starts from: an apartment, the manager, a directory of its own, jobs and files in it.
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

#ifndef DOSVC_TEST_FIXTURE_H
#define DOSVC_TEST_FIXTURE_H

#define COBJMACROS
#include <inttypes.h>
#include <windows.h>
#include <ole2.h>

#include "deliveryoptimization.h"
#include "deliveryoptimizationerrors.h"
#include "dosvc_test.h"

#define WAIT_LIMIT_MS 30000         /* for whatever has to come */
#define MAX_FIXTURE_JOBS 64

/* A URL that nobody asks for anything: that of jobs which are never started. */
#define UNUSED_URL L"http://127.0.0.1:9/file"

#define E_NULL_REF_POINTER HRESULT_FROM_WIN32(RPC_X_NULL_REF_POINTER)

struct fixture
{
    IBackgroundCopyManager *manager;
    WCHAR directory[MAX_PATH];      /* empty at first; without a backslash at the end */
    GUID jobs[MAX_FIXTURE_JOBS];    /* every job that was created: what is left of them is cancelled in the end */
    unsigned int job_count;
};

/* FALSE, with a failed check, if there is no service. apartment: COINIT_*. */
#define fixture_init(fixture, apartment) fixture_init_(__FILE__, __LINE__, fixture, apartment)
BOOL fixture_init_(const char *file, int line, struct fixture *fixture, DWORD apartment);
/* Cancels what is left, checks that no temporary file is, and removes the directory with all in it. */
#define fixture_cleanup(fixture) fixture_cleanup_(__FILE__, __LINE__, fixture)
void fixture_cleanup_(const char *file, int line, struct fixture *fixture);

/* Ends the service as its manager does, and starts it with a new manager object; FALSE: there is none. */
#define restart_service(fixture) restart_service_(__FILE__, __LINE__, fixture)
BOOL restart_service_(const char *file, int line, struct fixture *fixture);

/* A name in the directory; good for the next 16 calls of any thread. */
const WCHAR *fixture_path(const struct fixture *fixture, const WCHAR *name);
/* How many files of the directory match, such as "DO*.tmp". */
unsigned int fixture_count_files(const struct fixture *fixture, const WCHAR *pattern);
BOOL file_exists(const WCHAR *path);
void create_file(const WCHAR *path, const char *content);

/* An empty job, NULL with a failed check. */
#define create_job(fixture) create_job_(__FILE__, __LINE__, fixture)
IBackgroundCopyJob *create_job_(const char *file, int line, struct fixture *fixture);
/* A job with one file. */
#define create_file_job(fixture, url, name) create_file_job_(__FILE__, __LINE__, fixture, url, name)
IBackgroundCopyJob *create_file_job_(const char *file, int line, struct fixture *fixture, const WCHAR *url,
        const WCHAR *name);
/* Cancels the job unless that is too late, and releases it. */
#define end_job(job) end_job_(__FILE__, __LINE__, job)
void end_job_(const char *file, int line, IBackgroundCopyJob *job);

/* The file with this number, counted from 0. */
#define get_file(job, index) get_file_(__FILE__, __LINE__, job, index)
IBackgroundCopyFile *get_file_(const char *file, int line, IBackgroundCopyJob *job, ULONG index);

const char *debug_state(BG_JOB_STATE state);
#define check_state(job, expected) check_state_(__FILE__, __LINE__, job, expected)
void check_state_(const char *file, int line, IBackgroundCopyJob *job, BG_JOB_STATE expected);
/* Waits for the state, with a limit; gives up at once when the job has come to rest in another one. */
#define wait_for_state(job, expected) wait_for_state_(__FILE__, __LINE__, job, expected)
BOOL wait_for_state_(const char *file, int line, IBackgroundCopyJob *job, BG_JOB_STATE expected);
/* Waits until the job has so many bytes, and so many whole files. */
#define wait_for_bytes(job, bytes) wait_for_progress_(__FILE__, __LINE__, job, bytes, 0)
#define wait_for_progress(job, bytes, files) wait_for_progress_(__FILE__, __LINE__, job, bytes, files)
BOOL wait_for_progress_(const char *file, int line, IBackgroundCopyJob *job, UINT64 bytes, ULONG files);
/* Waits for an event and dispatches this thread's messages meanwhile, as a single-threaded apartment has to. */
BOOL wait_event(HANDLE event, DWORD limit_ms);

/* That GetError has nothing to tell. */
#define check_no_error(job) check_no_error_(__FILE__, __LINE__, job)
void check_no_error_(const char *file, int line, IBackgroundCopyJob *job);
/* That the job has an error object with these; url is that of the file, NULL if the error has none. */
#define check_error(job, code, context, url) check_error_(__FILE__, __LINE__, job, code, context, url)
void check_error_(const char *file, int line, IBackgroundCopyJob *job, HRESULT code, BG_ERROR_CONTEXT context,
        const WCHAR *url);
#define check_error_object(error, code, context, url) \
    check_error_object_(__FILE__, __LINE__, error, code, context, url)
void check_error_object_(const char *file, int line, IBackgroundCopyError *error, HRESULT code,
        BG_ERROR_CONTEXT context, const WCHAR *url);

/* That a call with a NULL pointer was refused, by the proxy or by the object. */
#define check_null_refused(hr) check_null_refused_(__FILE__, __LINE__, hr)
void check_null_refused_(const char *file, int line, HRESULT hr);

#define check_progress(job, bytes_total, bytes, files_total, files) \
    check_progress_(__FILE__, __LINE__, job, bytes_total, bytes, files_total, files)
void check_progress_(const char *file, int line, IBackgroundCopyJob *job, UINT64 bytes_total, UINT64 bytes,
        ULONG files_total, ULONG files);

/* Fills a new string with a character; freed with free(). */
WCHAR *create_long_string(size_t length);

#endif /* DOSVC_TEST_FIXTURE_H */
