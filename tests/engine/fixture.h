/*
 * What the tests of the whole engine share: an engine with a directory of its own, and a server.
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

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine.h"

/* Not for several threads at once; one fixture at a time. */

#define FIXTURE_SEED 7
#define FIXTURE_TIMEOUT_MS 20000        /* no test waits longer for anything */

extern struct engine *fixture_engine;
/* What the next engines of a test get beyond the usual; empty again after fixture_end(). */
extern struct engine_config fixture_config;
extern char fixture_dir[];              /* downloads go here; removed with everything in it at the end */

/* Setup and teardown of a suite: the server. */
int fixture_start_server(void);
int fixture_stop_server(void);

/* An engine on an empty state directory; ends with an assertion that no temporary file is left. */
void fixture_begin(void);
void fixture_end(void);
/* Stops the engine and starts it again, with its store. */
void fixture_restart(void);
/* The same, with a change of the store in between. */
void fixture_restart_after(void (*change)(sqlite3 *store));
/* Shows the store as it is on disk, while the engine runs: what would be there after a crash. */
void fixture_look_at_store(void (*look)(sqlite3 *store, void *context), void *context);

/* A URL of the test server: the path with its query; the buffer is static and used in turn with seven others. */
const char *fixture_url(const char *format, ...) __attribute__((format(printf, 1, 2)));
const char *fixture_https_url(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Of a port of the test server: enum testserver_port. */
const char *fixture_port_url(unsigned int port, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *fixture_untrusted_url(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* PEM file with the CA of TESTSERVER_UNTRUSTED. */
const char *fixture_stranger_path(void);
/* The one of all others. */
const char *fixture_ca_path(void);
/* A path in fixture_dir. */
const char *fixture_path(const char *name);

/* All assert that the calls they make succeed. */
struct job_id fixture_create_job(void);
void fixture_add_file(const struct job_id *job, const char *url, const char *name);
struct job_id fixture_start_download(const char *url, const char *name);
void fixture_act(const struct job_id *job, enum job_action action);
struct job_info fixture_info(const struct job_id *job);
/* Waits for a state, for at most FIXTURE_TIMEOUT_MS; asserts that it came. */
void fixture_wait_state(const struct job_id *job, enum job_state state);
/* Waits until it is JOB_TRANSFERRED or JOB_ERROR, and gives which. */
enum job_state fixture_wait_end(const struct job_id *job);
/* Waits until that many bytes of the job are here. */
void fixture_wait_bytes(const struct job_id *job, uint64_t bytes);
/* Waits for what has no event of its own; false after FIXTURE_TIMEOUT_MS. */
bool fixture_wait_until(bool (*condition)(const void *context), const void *context);
/* Waits for kinds of events of the job since the last call for it; asserts that they came. */
void fixture_wait_events(const struct job_id *job, uint32_t kinds);

/* Whether a file in fixture_dir has that size and the bytes of FIXTURE_SEED from an offset on. */
bool fixture_file_is(const char *name, uint64_t content_offset, uint64_t size);
bool fixture_part_is(const char *name, uint64_t file_offset, uint64_t content_offset, uint64_t size);
bool fixture_exists(const char *name);
unsigned int fixture_count_temporary_files(void);

/* The server's count of requests, and of body bytes, for a key. */
unsigned int fixture_requests(const char *key);
uint64_t fixture_bytes_sent(const char *key);
unsigned int fixture_concurrent_maximum(const char *key);
/* Whether the headers of the last request contain a text. */
bool fixture_last_request_has(const char *key, const char *text);
/* The same of any request. */
bool fixture_any_request_has(const char *key, const char *text);
/* Waits until the server has seen so many requests for the key. */
void fixture_wait_requests(const char *key, unsigned int count);
void fixture_release(const char *key);

/* Whether the engine has logged a text since fixture_begin(), at any level. */
bool fixture_logged(const char *text);
/* Whether a text stands anywhere in the files of the store. */
bool fixture_state_contains(const char *text);

#endif /* DOSVC_TEST_FIXTURE_H */
