/*
 * Downloads of the tests, and an IDODownloadStatusCallback that keeps what it is told.
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

#ifndef DOSVC_TEST_STATUS_CALLBACK_H
#define DOSVC_TEST_STATUS_CALLBACK_H

#include "fixture.h"

#define MAX_STATUSES 256
#define HTTP_NOT_FOUND ((HRESULT)0x80190194)

struct status_callback;

/* What to do inside a call; its result is that of the call. */
typedef HRESULT (*status_action)(struct status_callback *callback, IDODownload *download,
        const DO_DOWNLOAD_STATUS *status);

struct status_callback
{
    IDODownloadStatusCallback IDODownloadStatusCallback_iface;
    LONG refcount;                          /* starts at 1; the memory is the test's own */
    HANDLE called;                          /* signalled after each call */
    DO_DOWNLOAD_STATUS statuses[MAX_STATUSES]; /* in the order of the calls */
    LONG count;                             /* of calls, raised when they return */
    LONG running, running_maximum;          /* calls at the same time */
    status_action action;                   /* NULL: S_OK */
    void *context;                          /* of the action */
};

void status_callback_init(struct status_callback *callback);
/* After the download has let go of it. */
#define status_callback_cleanup(callback) status_callback_cleanup_(__FILE__, __LINE__, callback)
void status_callback_cleanup_(const char *file, int line, struct status_callback *callback);
/* Waits for a call with that state. */
#define status_callback_wait(callback, state) status_callback_wait_(__FILE__, __LINE__, callback, state)
BOOL status_callback_wait_(const char *file, int line, struct status_callback *callback, DODownloadState state);
/* That the states were these, one after another; calls in between with the same state do not count. */
#define status_callback_check(callback, states, count) \
    status_callback_check_(__FILE__, __LINE__, callback, states, count)
void status_callback_check_(const char *file, int line, struct status_callback *callback,
        const DODownloadState *states, unsigned int count);

/* NULL, with a failed check, if there is no such interface. */
#define get_do_manager(fixture) get_do_manager_(__FILE__, __LINE__, fixture)
IDOManager *get_do_manager_(const char *file, int line, struct fixture *fixture);
/* A download without anything; NULL with a failed check. */
#define create_download(fixture) create_download_(__FILE__, __LINE__, fixture)
IDODownload *create_download_(const char *file, int line, struct fixture *fixture);
/* A download with URL and destination. */
#define create_file_download(fixture, url, name) create_file_download_(__FILE__, __LINE__, fixture, url, name)
IDODownload *create_file_download_(const char *file, int line, struct fixture *fixture, const WCHAR *url,
        const WCHAR *name);
/* Aborts the download unless that is too late, and releases it. */
#define end_download(download) end_download_(__FILE__, __LINE__, download)
void end_download_(const char *file, int line, IDODownload *download);

HRESULT set_text(IDODownload *download, DODownloadProperty property, const WCHAR *text);
HRESULT set_number(IDODownload *download, DODownloadProperty property, UINT number);
HRESULT set_boolean(IDODownload *download, DODownloadProperty property, BOOL state);
HRESULT set_object(IDODownload *download, DODownloadProperty property, IUnknown *object);
#define check_set(hr) check_set_(__FILE__, __LINE__, hr)
void check_set_(const char *file, int line, HRESULT hr);

/* Start without ranges. */
#define start_download(download) start_download_(__FILE__, __LINE__, download)
void start_download_(const char *file, int line, IDODownload *download);
#define get_download_status(download, status) get_download_status_(__FILE__, __LINE__, download, status)
void get_download_status_(const char *file, int line, IDODownload *download, DO_DOWNLOAD_STATUS *status);
#define check_download_state(download, state) check_download_state_(__FILE__, __LINE__, download, state)
void check_download_state_(const char *file, int line, IDODownload *download, DODownloadState state);
/* Waits for the state, with a limit; gives up at once when the download has come to rest in another one. */
#define wait_for_download(download, state) wait_for_download_(__FILE__, __LINE__, download, state)
BOOL wait_for_download_(const char *file, int line, IDODownload *download, DODownloadState state);

#endif /* DOSVC_TEST_STATUS_CALLBACK_H */
