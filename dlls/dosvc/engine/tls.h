/*
 * What of a server's certificate a job does not insist on, and what it wants checked beyond the usual.
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

#ifndef DOSVC_TLS_H
#define DOSVC_TLS_H

#include <curl/curl.h>
#include <stdbool.h>

struct transfer;

/*
 * Sets whom the engine trusts, see trust.h, and what the job's SECURITY_* ask for. Each flag forgives one kind of
 * fault of the server's certificate, and what is forgiven is logged. A proxy that is talked to over TLS is forgiven
 * nothing: then the flags do not count at all.
 */
CURLcode tls_set_options(struct transfer *transfer, CURL *easy);

/*
 * Whether a server that speaks TLS 1.3 ended the connection because the client showed no certificate; text is what
 * libcurl says of the error. With older versions of TLS a server only tells that the handshake failed.
 */
bool tls_wants_certificate(CURLcode result, const char *text);

#endif /* DOSVC_TLS_H */
