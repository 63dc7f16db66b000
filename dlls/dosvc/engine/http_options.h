/*
 * What a job wants of its requests, beyond what is asked for.
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

#ifndef DOSVC_HTTP_OPTIONS_H
#define DOSVC_HTTP_OPTIONS_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

#include "credentials.h"

struct job;

/* A copy, which a transfer keeps as long as it lives: what is set later holds for later transfers. */
struct http_options
{
    uint32_t security;                  /* SECURITY_* */
    struct curl_slist *headers;         /* secrets: for the origin of the file's URL only */
    struct credentials credentials;     /* likewise, but for those for proxies */
    struct curl_slist *auth_headers;    /* the same, for when it has answered 401 */
    char *certificate;                  /* PEM, or NULL: for that origin, too */
    char *key;
    char *correlation;                  /* what MS-CV begins with, or NULL for no such header */
};

/* The caller holds engine.lock. False: no memory. */
bool http_options_init(struct http_options *options, struct job *job);
void http_options_cleanup(struct http_options *options);

/*
 * Leaves what a cache host may know: how to get through the proxy, and what the client thinks of redirects.
 * Certificates of cache hosts must be right, whatever the client forgives its own server.
 */
void http_options_strip(struct http_options *options);

/*
 * The headers of one request, to be freed with custom_headers_free(). number: of the correlation vector. False: no
 * memory.
 */
bool http_options_build_headers(const struct http_options *options, bool at_origin, bool authorized, uint32_t number,
                                struct curl_slist **headers);

/* Whether there is no bit too many, and but one policy for redirects. */
bool security_flags_are_known(uint64_t security);

/* The caller holds engine.lock, and saves the job. */
int32_t job_set_custom_headers(struct job *job, const char *headers);
/* Whether the job had headers, which were in the memory of a service that has ended since. */
bool job_lacks_headers(const struct job *job);

#endif /* DOSVC_HTTP_OPTIONS_H */
