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

#include "config.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "connection.h"

/*
 * Reads to the end what a client sends that was refused: closed with unread bytes, the connection would be reset, and
 * the client might not get to see why.
 */
static void connection_refuse(struct connection *connection)
{
    ssize_t ret;

    (void)shutdown(connection->fd, SHUT_WR);    /* may be gone */
    while ((ret = recv(connection->fd, connection->buffer, sizeof(connection->buffer), 0)) > 0)
        ;
}

static bool connection_secure(struct connection *connection, SSL_CTX *context)
{
    if (!(connection->ssl = SSL_new(context)) || !SSL_set_fd(connection->ssl, connection->fd))
        return false;
    if (SSL_accept(connection->ssl) == 1)
        return true;
    connection_refuse(connection);
    return false;
}

bool connection_open(struct connection *connection, int fd, SSL_CTX *context)
{
    memset(connection, 0, sizeof(*connection));
    connection->fd = fd;
    return !context || connection_secure(connection, context);
}

bool connection_enter_tunnel(struct connection *connection)
{
    return connection->tunnel && !connection->ssl && connection_secure(connection, connection->tunnel);
}

void connection_close(struct connection *connection)
{
    if (connection->ssl)
    {
        (void)SSL_shutdown(connection->ssl); /* the peer may be gone */
        SSL_free(connection->ssl);
        connection->ssl = NULL;
    }
}

bool connection_client_subject(const struct connection *connection, char *subject, size_t room)
{
    X509 *certificate = connection->ssl ? SSL_get0_peer_certificate(connection->ssl) : NULL;

    return certificate && X509_NAME_oneline(X509_get_subject_name(certificate), subject, (int)room);
}

void connection_reset(struct connection *connection)
{
    struct linger linger = {.l_onoff = 1};

    setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
    if (connection->ssl)
        SSL_set_quiet_shutdown(connection->ssl, 1);
}

size_t connection_write_some(struct connection *connection, const void *data, size_t size)
{
    const char *bytes = data;
    size_t done = 0, step;
    ssize_t ret;

    while (done < size)
    {
        if (connection->ssl)
        {
            /* one TLS record at a time: of several it would not be known which were written */
            step = size - done < SSL3_RT_MAX_PLAIN_LENGTH ? size - done : SSL3_RT_MAX_PLAIN_LENGTH;
            if (SSL_write_ex(connection->ssl, bytes + done, step, &step) != 1)
                break;
        }
        else
        {
            if ((ret = send(connection->fd, bytes + done, size - done, MSG_NOSIGNAL)) <= 0)
                break;
            step = (size_t)ret;
        }
        done += step;
    }
    return done;
}

bool connection_write(struct connection *connection, const void *data, size_t size)
{
    return connection_write_some(connection, data, size) == size;
}

static bool connection_read_more(struct connection *connection)
{
    size_t room = sizeof(connection->buffer) - connection->used - 1, got = 0;
    ssize_t ret;

    if (!room)
        return false;
    if (connection->ssl)
    {
        if (SSL_read_ex(connection->ssl, connection->buffer + connection->used, room, &got) != 1)
            return false;
    }
    else
    {
        if ((ret = recv(connection->fd, connection->buffer + connection->used, room, 0)) <= 0)
            return false;
        got = (size_t)ret;
    }
    connection->used += got;
    connection->buffer[connection->used] = 0;
    return true;
}

bool connection_read_request(struct connection *connection, char *request, size_t room)
{
    size_t length;
    char *end;

    connection->buffer[connection->used] = 0;
    while (!(end = strstr(connection->buffer, "\r\n\r\n")))
    {
        if (!connection_read_more(connection))
            return false;
    }
    length = (size_t)(end - connection->buffer) + 2;    /* with the line end of the last header */
    if (length >= room)
        return false;
    memcpy(request, connection->buffer, length);
    request[length] = 0;
    connection->used -= length + 2;
    memmove(connection->buffer, connection->buffer + length + 2, connection->used);
    return true;
}
