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
#include <stdint.h>

struct recorder;

struct recorder *recorder_create(void);
void recorder_free(struct recorder *recorder);
/* Lets every waiter go, now and later. */
void recorder_stop(struct recorder *recorder);

/* A request came; gives its number under the key, from 1 on. Range and headers may be NULL. */
unsigned int recorder_begin(struct recorder *recorder, const char *key, const char *range, const char *request);
/* It is answered. */
void recorder_end(struct recorder *recorder, const char *key);
void recorder_add_bytes(struct recorder *recorder, const char *key, uint64_t bytes);

unsigned int recorder_requests(struct recorder *recorder, const char *key);
uint64_t recorder_bytes(struct recorder *recorder, const char *key);
/* Whether the header lines of the last request contain a text. */
bool recorder_last_request_has(struct recorder *recorder, const char *key, const char *text);
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
