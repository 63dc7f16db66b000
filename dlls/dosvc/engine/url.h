/*
 * What URLs the engine takes, and how they may be shown.
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

#ifndef DOSVC_URL_H
#define DOSVC_URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * INET_E_INVALID_URL: malformed (also white space and control characters), not http or https, no host, with a user
 * name or password, or a port that is none. E_INVALIDARG: longer than ENGINE_MAX_URL characters. Uses libcurl's URL
 * parser; needs no network.
 */
int32_t url_check(const char *url);

bool url_is_https(const char *url);

/* The host name in lower case, an IPv6 address without brackets. False: no such part, or the buffer is too small. */
bool url_get_host(const char *url, char *host, size_t size);

/* The URL as it may be logged: without user, password, query and fragment. Always terminated; "?" if unparsable. */
void url_redact(const char *url, char *buffer, size_t size);

/* What a Location header means beside the URL that gave it; to be freed. NULL: nothing, or no memory. */
char *url_resolve(const char *base, const char *location);

/* Whether scheme, host and port are the same; false also when one of them is malformed. */
bool url_same_origin(const char *a, const char *b);

#endif /* DOSVC_URL_H */
