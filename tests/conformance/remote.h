/*
 * Files on the test server: their URLs, their content, and what the server does while it sends them.
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

#ifndef DOSVC_TEST_REMOTE_H
#define DOSVC_TEST_REMOTE_H

#include "fixture.h"

/*
 * The server is tests/server; where it listens is in the environment, as host:port or as a URL:
 *  DOSVC_TEST_HTTP, DOSVC_TEST_HTTPS (trusted by the service), and DOSVC_TEST_HTTPS_* for the other ones.
 */
enum remote_kind
{
    REMOTE_HTTP,
    REMOTE_HTTPS,
    REMOTE_HTTPS_UNTRUSTED,
    REMOTE_HTTPS_EXPIRED,
    REMOTE_HTTPS_NOT_YET_VALID,
    REMOTE_HTTPS_WRONG_NAME,
    REMOTE_HTTPS_WRONG_USAGE,
    REMOTE_HTTPS_REVOKED,
    REMOTE_HTTPS_CLIENT_CERTIFICATE /* demands one, and takes any */
};

#define REMOTE_SEED 7               /* the server's default */

struct remote
{
    WCHAR url[1024];
    char key[64];                   /* unique; under which the server counts requests */
};

/* FALSE, with a skip, if there is no such server. */
#define remote_available(kind) remote_available_(__FILE__, __LINE__, kind)
BOOL remote_available_(const char *file, int line, enum remote_kind kind);

/* The query is as in tests/server/script.h; a '@' in it becomes the key, as in "hold=@". */
void remote_init(struct remote *remote, enum remote_kind kind, const char *query, ...) TEST_PRINTF(3, 4);

/* Lets go what the server holds under the key, now and in future. */
#define remote_release(remote) remote_release_(__FILE__, __LINE__, remote)
void remote_release_(const char *file, int line, const struct remote *remote);
/* Waits until so many requests have come. */
#define remote_wait(remote, requests) remote_wait_(__FILE__, __LINE__, remote, requests)
BOOL remote_wait_(const char *file, int line, const struct remote *remote, unsigned int requests);
/* How many requests have come. */
unsigned int remote_requests(const struct remote *remote);
/* Whether any request had a text, without spaces, in its header lines. */
BOOL remote_has(const struct remote *remote, const char *text);
/* How many bytes of bodies have been sent. */
UINT64 remote_bytes_sent(const struct remote *remote);

/* A byte of the content. */
BYTE remote_byte(UINT64 seed, UINT64 offset);
/* That the file is made of these parts of the content, one after another. */
#define check_content(path, seed, ranges, range_count) \
    check_content_(__FILE__, __LINE__, path, seed, ranges, range_count)
void check_content_(const char *file, int line, const WCHAR *path, UINT64 seed, const BG_FILE_RANGE *ranges,
        unsigned int range_count);
/* That the file is the whole content of that size. */
#define check_whole_content(path, seed, size) check_whole_content_(__FILE__, __LINE__, path, seed, size)
void check_whole_content_(const char *file, int line, const WCHAR *path, UINT64 seed, UINT64 size);

#endif /* DOSVC_TEST_REMOTE_H */
