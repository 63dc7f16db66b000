/*
 * A client's stream for the tests: it compares the bytes that it is given with what they should be.
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

#ifndef DOSVC_TEST_STREAM_OBJECT_H
#define DOSVC_TEST_STREAM_OBJECT_H

#include "remote.h"

struct stream_object
{
    IStream IStream_iface;
    LONG refcount;                  /* starts at 1; the memory is the test's own */
    HANDLE written;                 /* signalled after each call */
    HANDLE gate;                    /* if it is set: each call waits for it, for WAIT_LIMIT_MS at most */
    const BG_FILE_RANGE *ranges;    /* of the content, that the bytes must be; NULL: all of it */
    UINT64 seed;
    UINT64 received;                /* bytes that were taken */
    UINT64 fail_at;                 /* the call with this byte of the stream gives fail_with, once */
    HRESULT fail_with;
    HRESULT result;                 /* of the other calls */
    LONG calls;                     /* that were made */
    LONG running, running_maximum;  /* calls at the same time */
    LONG wrong;                     /* bytes that are not what they should be */
    LONG others;                    /* calls of anything but Write */
    void (*action)(struct stream_object *stream); /* inside each call, or NULL */
    void (*take)(struct stream_object *stream, const void *buffer, ULONG count); /* or NULL: bytes are compared */
    void *context;                  /* of the action */
};

void stream_object_init(struct stream_object *stream, UINT64 seed);
/* After the job has let go of it; checks that all bytes were right, and that only Write was called. */
#define stream_object_cleanup(stream) stream_object_cleanup_(__FILE__, __LINE__, stream)
void stream_object_cleanup_(const char *file, int line, struct stream_object *stream);
/* Waits until so many bytes were taken. */
#define stream_object_wait(stream, bytes) stream_object_wait_(__FILE__, __LINE__, stream, bytes)
BOOL stream_object_wait_(const char *file, int line, struct stream_object *stream, UINT64 bytes);

/* A file of the job that goes to the stream. */
#define add_stream_file(job, url, ranges, count, stream) \
    add_stream_file_(__FILE__, __LINE__, job, url, ranges, count, stream)
IDeliveryOptimizationFile2 *add_stream_file_(const char *file, int line, IBackgroundCopyJob *job, const WCHAR *url,
        BG_FILE_RANGE *ranges, DWORD count, IStream *stream);

#endif /* DOSVC_TEST_STREAM_OBJECT_H */
