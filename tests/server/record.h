/*
 * What the test server remembers of each key, and who waits for what.
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

#ifndef DOSVC_TEST_RECORD_H
#define DOSVC_TEST_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct recorder;

struct recorder *recorder_create(void);
void recorder_free(struct recorder *recorder);
/* Lets every waiter go, now and later. */
void recorder_stop(struct recorder *recorder);

/* A request on its way. */
struct visit
{
    const char *key;                    /* belongs to the caller, and is kept */
    unsigned int number;                /* of the request under the key, from 1 on */
    uint64_t record;                    /* what it is counted in: not what a reset has put in its place */
};

/* A request came. */
void recorder_begin(struct recorder *recorder, struct visit *visit, const char *key, const char *range,
                    const char *request);
/* It is answered. */
void recorder_end(struct recorder *recorder, const struct visit *visit);
void recorder_add_bytes(struct recorder *recorder, const struct visit *visit, size_t bytes);
/* Bytes that were added were not sent after all. */
void recorder_take_bytes(struct recorder *recorder, const struct visit *visit, size_t bytes);

unsigned int recorder_requests(struct recorder *recorder, const char *key);
unsigned int recorder_concurrent_maximum(struct recorder *recorder, const char *key);
uint64_t recorder_bytes(struct recorder *recorder, const char *key);
/* Whether the header lines of the last request contain a text. */
bool recorder_last_request_has(struct recorder *recorder, const char *key, const char *text);
bool recorder_any_request_has(struct recorder *recorder, const char *key, const char *text);
/* JSON; the caller frees it. */
char *recorder_describe(struct recorder *recorder, const char *key);
void recorder_reset(struct recorder *recorder, const char *key);

/* False: the time is over, or the server stops. */
bool recorder_wait(struct recorder *recorder, const char *key, unsigned int requests, unsigned int timeout_ms);
bool recorder_hold(struct recorder *recorder, const char *key);
void recorder_release(struct recorder *recorder, const char *key);
/* A pause that a stop cuts short; false then. */
bool recorder_pause(struct recorder *recorder, uint64_t milliseconds);

#endif /* DOSVC_TEST_RECORD_H */
