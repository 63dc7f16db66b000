/*
 * Headers of its own that a client wants in the requests of a job.
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

#ifndef DOSVC_CUSTOM_HEADERS_H
#define DOSVC_CUSTOM_HEADERS_H

#include <curl/curl.h>
#include <stdbool.h>

#define CUSTOM_HEADERS_MAX (3 * 16384)  /* bytes of the text: BITS' limit, with three bytes for each character */

/*
 * Lines `Name: value`, which end with CR LF; `Name=value` and a bare LF do as well. Passed over is: what is no header,
 * whatever has control characters in its value, and what belongs to the engine or to one connection: Host, Range, the
 * conditional requests, Accept-Encoding, lengths and codings, Connection and its kin, and everything for proxies.
 *
 * Gives the list that CURLOPT_HTTPHEADER takes; NULL when nothing is left, or *failed: no memory.
 */
struct curl_slist *custom_headers_build(const char *text, bool *failed);

/* Wipes the list, which may hold secrets. */
void custom_headers_free(struct curl_slist *list);

#endif /* DOSVC_CUSTOM_HEADERS_H */
