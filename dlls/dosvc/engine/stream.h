/*
 * The bytes of a file that go to a client's stream: a bounded ring between the network and the client.
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

#ifndef DOSVC_STREAM_H
#define DOSVC_STREAM_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STREAM_RING_SIZE (4 * 1024 * 1024)
#define STREAM_RESUME_ROOM (STREAM_RING_SIZE / 2)   /* a transfer that found no room goes on when there is so much */
#define JOB_MAX_RINGS 4                             /* 16 MiB of one job in all */

/*
 * Bytes are appended by one transfer at a time, and taken by one reader. It is made under engine.lock and lives as long
 * as its file. The ring comes and goes under engine.lock and the mutex; the mutex is taken after engine.lock.
 */
struct stream
{
    _Atomic uint64_t taken;             /* bytes that the client has taken */

    pthread_mutex_t mutex;              /* guards everything from here on */
    uint8_t *ring;                      /* NULL when nothing is to be held */
    size_t start;                       /* of the first byte in the ring */
    size_t count;                       /* bytes in the ring */
    bool shown;                         /* the client may have seen bytes: they cannot be taken back */
    bool told;                          /* the reader knows that bytes wait */
    bool blocked;                       /* a transfer waits for room */
    bool failed;                        /* the client could not take the bytes */
};

struct stream *stream_create(void);     /* NULL: no memory */
void stream_free(struct stream *stream);

/* Makes the ring; the caller holds engine.lock. False: no memory. */
bool stream_make_ring(struct stream *stream);
/* Frees the ring, and with it what is there; the caller holds engine.lock. */
void stream_drop_ring(struct stream *stream);

/*
 * All or nothing. False: there is no room, and the transfer is to be woken up when stream_is_blocked() gives false.
 * *tell: the reader is to be told.
 */
bool stream_append(struct stream *stream, const void *data, size_t length, bool *tell);
bool stream_is_blocked(struct stream *stream);
size_t stream_count(struct stream *stream);
/* Whether the reader is to be told of bytes of which it does not know. */
bool stream_tell(struct stream *stream);

/* Copies the next bytes and leaves them there; when there are none, the reader is told of the next ones. */
size_t stream_peek(struct stream *stream, void *buffer, size_t size);
/* Nothing is handed out now: the reader forgets what it was told. */
void stream_untell(struct stream *stream);
/* The client has taken so many bytes. False: there are fewer. *wake: a transfer that waited for room can go on. */
bool stream_take(struct stream *stream, size_t count, bool *wake);

/* Begins anew. False, and nothing has changed, when the client may have seen bytes, unless that is forced. */
bool stream_reset(struct stream *stream, bool force);

#endif /* DOSVC_STREAM_H */
