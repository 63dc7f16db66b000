/*
 * The callback object of the download tests: it keeps every status that it is told.
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


#ifndef DOSVC_TEST_DOWNLOAD_CALLBACK_H
#define DOSVC_TEST_DOWNLOAD_CALLBACK_H

#include "fixture.h"

#define MAX_STATUSES 512

struct download_callback;

/* What to do inside a call; its result is that of the call. */
typedef HRESULT (*status_action)(struct download_callback *callback, IDODownload *download,
        const DO_DOWNLOAD_STATUS *status);

struct download_callback
{
    IDODownloadStatusCallback IDODownloadStatusCallback_iface;
    LONG refcount;                          /* starts at 1; the memory is the test's own */
    HANDLE called;                          /* signalled after each call */
    LONG count;                             /* calls that were made, raised when they return */
    LONG running, running_maximum;          /* calls at the same time */
    DO_DOWNLOAD_STATUS statuses[MAX_STATUSES]; /* the first `count` of them; later ones overwrite the last */
    status_action action;                   /* NULL: S_OK */
    void *context;                          /* of the action */
};

void download_callback_init(struct download_callback *callback);
/* After the download has let go of it. */
#define download_callback_cleanup(callback) download_callback_cleanup_(__FILE__, __LINE__, callback)
void download_callback_cleanup_(const char *file, int line, struct download_callback *callback);

/* Sets the property CallbackInterface; callback NULL clears it. */
#define download_callback_attach(callback, download) download_callback_attach_(__FILE__, __LINE__, callback, download)
void download_callback_attach_(const char *file, int line, struct download_callback *callback, IDODownload *download);

/* The last status told; all zero before the first one. */
DO_DOWNLOAD_STATUS download_callback_last(const struct download_callback *callback);
/* Waits until a call has told that state; gives up, with a failed check, after WAIT_LIMIT_MS. */
#define download_callback_wait(callback, state) download_callback_wait_(__FILE__, __LINE__, callback, state)
BOOL download_callback_wait_(const char *file, int line, struct download_callback *callback, DODownloadState state);
/* That bytes never went back, and that nothing was told after a final state. */
#define download_callback_check_order(callback) download_callback_check_order_(__FILE__, __LINE__, callback)
void download_callback_check_order_(const char *file, int line, const struct download_callback *callback);

#endif /* DOSVC_TEST_DOWNLOAD_CALLBACK_H */
