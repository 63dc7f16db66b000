/*
 * An IBackgroundCopyCallback2 that records its calls.
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

#ifndef DOSVC_TEST_CALLBACK_H
#define DOSVC_TEST_CALLBACK_H

#include "fixture.h"

enum call_kind
{
    CALL_TRANSFERRED,
    CALL_ERROR,
    CALL_MODIFICATION,
    CALL_FILE,
    CALL_KIND_COUNT
};

struct callback;

/* What to do inside a call; error is NULL in all but JobError. Its result is that of the call. */
typedef HRESULT (*call_action)(struct callback *callback, IBackgroundCopyJob *job, IBackgroundCopyError *error);

struct callback
{
    IBackgroundCopyCallback2 IBackgroundCopyCallback2_iface;
    LONG refcount;                          /* starts at 1; the memory is the test's own */
    HANDLE called;                          /* signalled after each call */
    LONG counts[CALL_KIND_COUNT];           /* calls that were made, raised when they return */
    LONG running, running_maximum;          /* calls at the same time */
    DWORD thread_id;                        /* of the last call */
    call_action actions[CALL_KIND_COUNT];   /* NULL: S_OK */
    GUID job_id;                            /* that every call must be about, if it is not zero */
    void *context;                          /* of the actions */
    BOOL older;                             /* it is an IBackgroundCopyCallback only */
    IBackgroundCopyFile *file;              /* inside FileTransferred */
};

void callback_init(struct callback *callback);
/* After the job has let go of it. */
#define callback_cleanup(callback) callback_cleanup_(__FILE__, __LINE__, callback)
void callback_cleanup_(const char *file, int line, struct callback *callback);

/* SetNotifyFlags and SetNotifyInterface. */
#define callback_attach(callback, job, flags) callback_attach_(__FILE__, __LINE__, callback, job, flags)
void callback_attach_(const char *file, int line, struct callback *callback, IBackgroundCopyJob *job, ULONG flags);
/* SetNotifyInterface(NULL), after which no call comes any more. */
#define callback_detach(job) callback_detach_(__FILE__, __LINE__, job)
void callback_detach_(const char *file, int line, IBackgroundCopyJob *job);

/* Waits until so many calls of that kind have returned. */
#define callback_wait(callback, kind, count) callback_wait_(__FILE__, __LINE__, callback, kind, count)
BOOL callback_wait_(const char *file, int line, struct callback *callback, enum call_kind kind, LONG count);
#define callback_check_count(callback, kind, count) callback_check_count_(__FILE__, __LINE__, callback, kind, count)
void callback_check_count_(const char *file, int line, struct callback *callback, enum call_kind kind, LONG count);

#endif /* DOSVC_TEST_CALLBACK_H */
