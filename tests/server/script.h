/*
 * What a URL tells the test server to do.
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

#ifndef DOSVC_TEST_SCRIPT_H
#define DOSVC_TEST_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * http://127.0.0.1:PORT/data/NAME?size=N&seed=S&...
 *
 * Numbers are decimal, values are percent-decoded, unknown names are ignored. A number that is none or too large (a
 * size: 2^62) is answered with 400. "The first K" and the like count the requests of one key.
 *
 *  size=N            bytes of the content                      default 0
 *  seed=N            which content                             default 7
 *  key=X             under which requests are counted          default: the path
 *  status=N          this status, with a small body
 *  fail=K            the first K requests get fail_status      fail_status=500
 *  fail_every=K      the same of request K, 2K and so on
 *  retry_after=N     a Retry-After with each failure            retry_date=1: as a date
 *  etag=X            default: made from seed and size; "none": no such header
 *  last_modified=X   default: a fixed date; "none": no such header
 *  after=K           from request K+1 on: etag2, seed2, size2, last_modified2, status2 count
 *  norange=1         Range is ignored
 *  silent=1          no Accept-Ranges
 *  nolength=1        no Content-Length: the end of the connection is the end of the body
 *  chunked=1         the same in chunks
 *  truncate=N        the body ends after N bytes               times=K: only of the first K requests
 *  reset=N           the connection is reset after N bytes     times=K: only of the first K requests
 *  stall=N           nothing comes after N bytes for stall_ms  times=K: only of the first K requests
 *  drip=N            one byte a second after N bytes           times=K: only of the first K requests
 *  drop=K            the first K requests end with a reset, and no answer
 *  extra=N           N bytes more than promised                times=K: only of the first K requests
 *  rate=N            bytes per second and connection, or, with rate_after=N, of what comes after N bytes of a response
 *  delay_ms=N        pause before the answer
 *  badrange=1        206 that names another range than it has   times=K: only of the first K requests
 *  otherrange=1      206 with the bytes beside those asked for times=K: only of the first K requests
 *  nototal=1         206 with a star for the total
 *  gzip=1            Content-Encoding: gzip, although nobody asked and nothing is encoded
 *  flip=N            a bit of byte N of the content is wrong   times=K: only of the first K requests
 *  flip_every=N      the same of byte 0, N, 2N and so on
 *  pieces=N          the piece hash file of the content instead, with pieces of N bytes
 *  redirect=URL      code=302
 *  hops=N            N redirects to this URL, then the content
 *  loop=1            redirects to itself for ever
 *  hold=X            waits for /control/release?key=X: before the answer, or after hold_at=N bytes of the body
 *  hold_after=K      the first K requests are not held before the answer, all others are
 *  auth=basic:U:P    401 without this user and password; digest:U:P and ntlm:U:P likewise
 *  proxy_auth=basic:U:P  407 without this user and password; the others likewise
 *  header=Name:value one more header                          header_repeat=N: so many times
 *  close=1           the connection ends after the answer, as it does when the client asks for that
 *
 *  cache_NAME=X      NAME=X, but only if the query has a cacheHostOrigin: how the server plays a cache host
 *
 * Other URLs:
 *  /control/stats?key=X                         JSON: requests, bytes_sent, concurrent_maximum, ranges, last_request
 *  /control/wait?key=X&requests=N&timeout_ms=N  200 when so many requests have come, or 408
 *  /control/has?key=X&text=Y                    200 when any request's header lines contain the text, or 404
 *  /control/release?key=X                       lets go what is, or will be, held under the key
 *  /control/text?text=X                          200, and the text: such as a script that chooses proxies
 *  /control/reset?key=X                         forgets the key; requests on their way count no more
 *
 * The subject of a client's certificate is seen, and counted, as a header line "Client-Certificate: /CN=...".
 *
 * A request with an absolute URL, as for a proxy, is served like one without, and counted under the key "proxy" too.
 * A tunnel (CONNECT) to a host SCHEME.tunnel.test leads to this server's port for TLS, and costs TESTSERVER_TUNNEL_USER
 * and TESTSERVER_TUNNEL_PASSWORD with that scheme, nothing with `open`; it is counted under the host's name. Other
 * tunnels, and methods but GET and HEAD, get 405. A range whose If-Range is not the ETag or the date of the content is
 * ignored.
 */

#define SCRIPT_TEXT_MAX 512

struct script
{
    char path[SCRIPT_TEXT_MAX];
    char query[2048];                   /* as it came */
    /* Offsets that are not given are UINT64_MAX, and so are size2, seed2, after and times. */
    uint64_t size, seed, size2, seed2;
    uint64_t status, status2, fail, fail_every, fail_status, retry_after, after, times, code, hops;
    uint64_t truncate, reset, stall, stall_ms, extra, rate, rate_after, delay_ms, hold_at, hold_after;
    uint64_t flip, flip_every, pieces;
    uint64_t header_repeat, norange, nolength, chunked, badrange, otherrange, nototal, gzip, loop, close;
    uint64_t drip, drop, retry_date, silent;
    uint64_t requests, timeout_ms;      /* of /control/wait */
    char key[SCRIPT_TEXT_MAX], etag[SCRIPT_TEXT_MAX], etag2[SCRIPT_TEXT_MAX];
    char last_modified[SCRIPT_TEXT_MAX], last_modified2[SCRIPT_TEXT_MAX];
    char redirect[SCRIPT_TEXT_MAX], hold[SCRIPT_TEXT_MAX], header[SCRIPT_TEXT_MAX];
    char auth[SCRIPT_TEXT_MAX], proxy_auth[SCRIPT_TEXT_MAX];
    char text[SCRIPT_TEXT_MAX];         /* of /control/has */
};

/* Reads a request target. False: it is too long, or a number is none or too large. */
bool script_parse(struct script *script, const char *target);

#endif /* DOSVC_TEST_SCRIPT_H */
