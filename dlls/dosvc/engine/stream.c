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

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "stream.h"

struct stream *stream_create(void)
{
    struct stream *stream;

    if (!(stream = calloc(1, sizeof(*stream))))
        return NULL;
    atomic_init(&stream->taken, 0);
    pthread_mutex_init(&stream->mutex, NULL);
    return stream;
}

void stream_free(struct stream *stream)
{
    if (!stream)
        return;
    pthread_mutex_destroy(&stream->mutex);
    free(stream->ring);
    free(stream);
}

bool stream_make_ring(struct stream *stream)
{
    uint8_t *ring;

    if (stream->ring)
        return true;
    if (!(ring = malloc(STREAM_RING_SIZE)))
        return false;
    pthread_mutex_lock(&stream->mutex);
    stream->ring = ring;
    stream->start = stream->count = 0;
    stream->blocked = false;
    pthread_mutex_unlock(&stream->mutex);
    return true;
}

void stream_drop_ring(struct stream *stream)
{
    pthread_mutex_lock(&stream->mutex);
    free(stream->ring);
    stream->ring = NULL;
    stream->start = stream->count = 0;
    pthread_mutex_unlock(&stream->mutex);
}

/* Copies into the ring, or out of it, around its end. */
static void ring_write(struct stream *stream, size_t position, const uint8_t *data, size_t length)
{
    size_t part = STREAM_RING_SIZE - position < length ? STREAM_RING_SIZE - position : length;

    memcpy(stream->ring + position, data, part);
    memcpy(stream->ring, data + part, length - part);
}

static void ring_read(const struct stream *stream, uint8_t *data, size_t length)
{
    size_t part = STREAM_RING_SIZE - stream->start < length ? STREAM_RING_SIZE - stream->start : length;

    memcpy(data, stream->ring + stream->start, part);
    memcpy(data + part, stream->ring, length - part);
}

static bool stream_tell_locked(struct stream *stream)
{
    if (!stream->count || stream->told)
        return false;
    stream->told = true;
    return true;
}

bool stream_append(struct stream *stream, const void *data, size_t length, bool *tell)
{
    bool room;

    pthread_mutex_lock(&stream->mutex);
    room = stream->ring && STREAM_RING_SIZE - stream->count >= length;
    if (room)
    {
        ring_write(stream, (stream->start + stream->count) % STREAM_RING_SIZE, data, length);
        stream->count += length;
    }
    stream->blocked = !room;
    *tell = stream_tell_locked(stream);
    pthread_mutex_unlock(&stream->mutex);
    return room;
}

bool stream_is_blocked(struct stream *stream)
{
    bool blocked;

    pthread_mutex_lock(&stream->mutex);
    blocked = stream->blocked;
    pthread_mutex_unlock(&stream->mutex);
    return blocked;
}

size_t stream_count(struct stream *stream)
{
    size_t count;

    pthread_mutex_lock(&stream->mutex);
    count = stream->count;
    pthread_mutex_unlock(&stream->mutex);
    return count;
}

bool stream_tell(struct stream *stream)
{
    bool tell;

    pthread_mutex_lock(&stream->mutex);
    tell = stream_tell_locked(stream);
    pthread_mutex_unlock(&stream->mutex);
    return tell;
}

size_t stream_peek(struct stream *stream, void *buffer, size_t size)
{
    size_t length;

    pthread_mutex_lock(&stream->mutex);
    length = stream->count < size ? stream->count : size;
    if (length)
    {
        ring_read(stream, buffer, length);
        stream->shown = true;
    }
    stream->told = length != 0;
    pthread_mutex_unlock(&stream->mutex);
    return length;
}

void stream_untell(struct stream *stream)
{
    pthread_mutex_lock(&stream->mutex);
    stream->told = false;
    pthread_mutex_unlock(&stream->mutex);
}

bool stream_take(struct stream *stream, size_t count, bool *wake)
{
    bool good;

    pthread_mutex_lock(&stream->mutex);
    *wake = false;
    if ((good = count <= stream->count))
    {
        stream->start = (stream->start + count) % STREAM_RING_SIZE;
        stream->count -= count;
        atomic_fetch_add(&stream->taken, count);
        *wake = stream->blocked && STREAM_RING_SIZE - stream->count >= STREAM_RESUME_ROOM;
        if (*wake)
            stream->blocked = false;
    }
    pthread_mutex_unlock(&stream->mutex);
    return good;
}

bool stream_reset(struct stream *stream, bool force)
{
    bool good;

    pthread_mutex_lock(&stream->mutex);
    if ((good = force || !stream->shown))
    {
        atomic_store(&stream->taken, 0);
        stream->start = stream->count = 0;
        stream->shown = stream->failed = false;
    }
    pthread_mutex_unlock(&stream->mutex);
    return good;
}
