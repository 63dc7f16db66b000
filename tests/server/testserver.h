/*
 * The scripted HTTP server of the tests.
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

#ifndef DOSVC_TESTSERVER_H
#define DOSVC_TESTSERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Listens on the loopback address only, on ports that the system chooses. What it answers is told by the URL itself,
 * see script.h.
 */
struct testserver;

/* What the server wants as a proxy before it gives a tunnel, see script.h. */
#define TESTSERVER_TUNNEL_USER "guest"
#define TESTSERVER_TUNNEL_PASSWORD "tunne1-w0rd"

/* Listening sockets; all but the plain ones speak TLS. */
enum testserver_port
{
    TESTSERVER_HTTP,                    /* plain */
    TESTSERVER_HTTP_ELSEWHERE,          /* plain; the same port, at 127.0.0.2 */
    /* A certificate of the throw-away CA, for localhost, 127.0.0.1, ::1 and *.tunnel.test. */
    TESTSERVER_HTTPS,
    TESTSERVER_UNTRUSTED,               /* of another CA */
    TESTSERVER_EXPIRED,
    TESTSERVER_WRONG_NAME,
    TESTSERVER_NOT_YET_VALID,
    TESTSERVER_WRONG_USAGE,             /* for clients */
    TESTSERVER_REVOKED,                 /* on the list that stands behind the CA's certificate in its file */
    TESTSERVER_ALL_WRONG,               /* of another CA, expired, for another name, and for clients */
    TESTSERVER_CLIENT_CERTIFICATE,      /* as HTTPS; demands a certificate of the client, and takes any */
    TESTSERVER_ALERT,                   /* ends every handshake with an alert */
    TESTSERVER_PORT_COUNT
};

/* Makes a CA, whose certificate is written to ca_path (NULL: to a temporary file), and starts. NULL: see errno. */
struct testserver *testserver_start(const char *ca_path);

/* Ends all connections and waits for all threads. */
void testserver_stop(struct testserver *server);

unsigned int testserver_port(const struct testserver *server, enum testserver_port port);

/* PEM file with the certificate of the CA. */
const char *testserver_ca_path(const struct testserver *server);

/* The same of the CA behind TESTSERVER_UNTRUSTED, in the same directory. */
const char *testserver_stranger_path(const struct testserver *server);

/* What was asked for under a key: requests that came, and bytes of content that were sent. */
unsigned int testserver_requests(struct testserver *server, const char *key);
uint64_t testserver_bytes_sent(struct testserver *server, const char *key);
/* How many requests were answered at a time, at most. */
unsigned int testserver_concurrent_maximum(struct testserver *server, const char *key);

/* Whether the header lines of the last request contain a text. */
bool testserver_last_request_has(struct testserver *server, const char *key, const char *text);

/* The same of all requests, of the first 64 KiB of them. */
bool testserver_any_request_has(struct testserver *server, const char *key, const char *text);

/* Waits until so many requests have come; 0, or -1 after the time. */
int testserver_wait(struct testserver *server, const char *key, unsigned int requests, unsigned int timeout_ms);

/* Lets go what is held under a key, also what comes later. */
void testserver_release(struct testserver *server, const char *key);

/* The piece hash file of the generated content, to be freed, and its HashOfHashes; NULL: no memory. */
char *testserver_pieces(uint64_t seed, uint64_t size, uint32_t piece_size, char hash_of_hashes[45]);

/* The bytes of the generated content. */
void testserver_content(uint64_t seed, uint64_t offset, void *buffer, size_t size);

#endif /* DOSVC_TESTSERVER_H */
