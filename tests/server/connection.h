/*
 * A connection of the test server, plain or with TLS.
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

#ifndef DOSVC_TEST_CONNECTION_H
#define DOSVC_TEST_CONNECTION_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "auth.h"

#define CONNECTION_BUFFER 16384

struct connection
{
    int fd;
    SSL *ssl;                           /* NULL: plain */
    char buffer[CONNECTION_BUFFER];     /* what was read and not yet used, terminated */
    size_t used;
    SSL_CTX *tunnel;                    /* of what is at the end of a tunnel, if it is a proxy's; or NULL */
    enum auth_step server_step, proxy_step;
};

/* Takes the socket over. False: no memory, or no TLS handshake. */
bool connection_open(struct connection *connection, int fd, SSL_CTX *context);
void connection_close(struct connection *connection);
/* A plain one becomes the end of its tunnel. False: no memory, or no TLS handshake. */
bool connection_enter_tunnel(struct connection *connection);
/* The subject of the client's certificate, in one line; false: there is none. */
bool connection_client_subject(const struct connection *connection, char *subject, size_t room);
/* Ends the connection with a reset. */
void connection_reset(struct connection *connection);
/* Gives how many bytes were written; fewer than size: the connection is over. */
size_t connection_write_some(struct connection *connection, const void *data, size_t size);
bool connection_write(struct connection *connection, const void *data, size_t size);
/* Reads up to the empty line of a request, which is taken out of the buffer. False: end, or too long. */
bool connection_read_request(struct connection *connection, char *request, size_t room);

#endif /* DOSVC_TEST_CONNECTION_H */
