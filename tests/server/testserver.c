/*
 * The scripted HTTP server of the tests: its sockets and threads.
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

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "answer.h"
#include "certificate.h"
#include "record.h"
#include "testserver.h"

struct client
{
    struct client *next;
    struct testserver *server;
    int fd;
    enum testserver_port port;
    pthread_t thread;
    bool done;                          /* the thread needs only to be joined; fd is closed */
};

struct testserver
{
    struct recorder *recorder;
    struct authority authority, stranger;
    SSL_CTX *contexts[TESTSERVER_PORT_COUNT];
    int sockets[TESTSERVER_PORT_COUNT];
    unsigned int ports[TESTSERVER_PORT_COUNT];
    int wake[2];                        /* written to when the server stops */
    char ca_path[256], stranger_path[256 + 16];
    bool remove_ca;
    bool started;
    pthread_t thread;

    pthread_mutex_t mutex;              /* guards everything below */
    struct client *clients;             /* entries are added and removed by one thread, the accepting one at first */
};

static void client_leave(struct client *client)
{
    pthread_mutex_lock(&client->server->mutex);
    close(client->fd);
    client->done = true;
    pthread_mutex_unlock(&client->server->mutex);
}

static void *client_thread(void *context)
{
    struct client *client = context;
    struct connection *connection;

    if ((connection = malloc(sizeof(*connection))))
    {
        if (connection_open(connection, client->fd, client->server->contexts[client->port]))
        {
            connection->tunnel = client->server->contexts[TESTSERVER_HTTPS];
            while (answer_request(client->server->recorder, connection))
                ;
        }
        connection_close(connection);
        free(connection);
    }
    client_leave(client);
    return NULL;
}

/* Takes a client whose thread is done out of the list, or any client; NULL: there is none. */
static struct client *take_client(struct testserver *server, bool any)
{
    struct client **link, *client;

    pthread_mutex_lock(&server->mutex);
    for (link = &server->clients; *link && !any && !(*link)->done;)
        link = &(*link)->next;
    if ((client = *link))
        *link = client->next;
    pthread_mutex_unlock(&server->mutex);
    return client;
}

static void join_clients(struct testserver *server, bool any)
{
    struct client *client;

    while ((client = take_client(server, any)))
    {
        pthread_join(client->thread, NULL);
        free(client);
    }
}

static void accept_client(struct testserver *server, enum testserver_port port)
{
    struct client *client;
    int fd, on = 1;

    if ((fd = accept4(server->sockets[port], NULL, NULL, SOCK_CLOEXEC)) == -1)
        return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (!(client = calloc(1, sizeof(*client))))
    {
        close(fd);
        return;
    }
    client->server = server;
    client->fd = fd;
    client->port = port;
    if (pthread_create(&client->thread, NULL, client_thread, client))
    {
        close(fd);
        free(client);
        return;
    }
    pthread_mutex_lock(&server->mutex);
    client->next = server->clients;
    server->clients = client;
    pthread_mutex_unlock(&server->mutex);
}

static void *accept_thread(void *context)
{
    struct pollfd polls[TESTSERVER_PORT_COUNT + 1];
    struct testserver *server = context;
    int i;

    for (i = 0; i < TESTSERVER_PORT_COUNT; i++)
        polls[i] = (struct pollfd){.fd = server->sockets[i], .events = POLLIN};
    polls[i] = (struct pollfd){.fd = server->wake[0], .events = POLLIN};
    while (poll(polls, TESTSERVER_PORT_COUNT + 1, -1) > 0 || errno == EINTR)
    {
        if (polls[TESTSERVER_PORT_COUNT].revents)
            break;
        join_clients(server, false);
        for (i = 0; i < TESTSERVER_PORT_COUNT; i++)
        {
            if (polls[i].revents)
                accept_client(server, i);
        }
    }
    return NULL;
}

static bool open_port(struct testserver *server, enum testserver_port port)
{
    uint32_t host = port == TESTSERVER_HTTP_ELSEWHERE ? INADDR_LOOPBACK + 1 : INADDR_LOOPBACK;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(host)};
    socklen_t length = sizeof(address);
    int fd;

    if ((fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) == -1)
        return false;
    server->sockets[port] = fd;
    if (port == TESTSERVER_HTTP_ELSEWHERE)
        address.sin_port = htons((uint16_t)server->ports[TESTSERVER_HTTP]);
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 512)
        || getsockname(fd, (struct sockaddr *)&address, &length))
        return false;
    server->ports[port] = ntohs(address.sin_port);
    return true;
}

static bool make_certificates(struct testserver *server)
{
    static const struct
    {
        enum testserver_port port;
        bool stranger;
        unsigned int flaws;
    }
    certificates[] =
    {
        {TESTSERVER_HTTPS, false, CERTIFICATE_GOOD},
        {TESTSERVER_UNTRUSTED, true, CERTIFICATE_GOOD},
        {TESTSERVER_EXPIRED, false, CERTIFICATE_EXPIRED},
        {TESTSERVER_WRONG_NAME, false, CERTIFICATE_WRONG_NAME},
        {TESTSERVER_NOT_YET_VALID, false, CERTIFICATE_NOT_YET_VALID},
        {TESTSERVER_WRONG_USAGE, false, CERTIFICATE_WRONG_USAGE},
        {TESTSERVER_REVOKED, false, CERTIFICATE_REVOKED},
        {TESTSERVER_ALL_WRONG, true, CERTIFICATE_EXPIRED | CERTIFICATE_WRONG_NAME | CERTIFICATE_WRONG_USAGE},
        {TESTSERVER_CLIENT_CERTIFICATE, false, CERTIFICATE_GOOD},
        {TESTSERVER_ALERT, false, CERTIFICATE_GOOD},
    };
    unsigned int i;

    if (!authority_create(&server->authority, "Throw-away test CA") || !authority_create(&server->stranger, "Stranger"))
        return false;
    for (i = 0; i < sizeof(certificates) / sizeof(*certificates); i++)
    {
        const struct authority *authority = certificates[i].stranger ? &server->stranger : &server->authority;

        if (!(server->contexts[certificates[i].port] = authority_make_context(authority, certificates[i].flaws)))
            return false;
    }
    refuse_handshakes(server->contexts[TESTSERVER_ALERT]);
    return demand_certificates(server->contexts[TESTSERVER_CLIENT_CERTIFICATE])
           && authority_write(&server->authority, server->ca_path)
           && authority_write(&server->stranger, server->stranger_path);
}

static bool choose_ca_path(struct testserver *server, const char *ca_path)
{
    const char *dir;
    int fd;

    if (ca_path)
        return snprintf(server->ca_path, sizeof(server->ca_path), "%s", ca_path) < (int)sizeof(server->ca_path);
    if (!(dir = getenv("TMPDIR")) || !*dir)
        dir = "/tmp";
    if (snprintf(server->ca_path, sizeof(server->ca_path), "%s/dosvc-ca-XXXXXX", dir) >= (int)sizeof(server->ca_path)
        || (fd = mkostemp(server->ca_path, O_CLOEXEC)) == -1)
        return false;
    server->remove_ca = true;
    close(fd);
    return true;
}

static bool choose_stranger_path(struct testserver *server)
{
    return snprintf(server->stranger_path, sizeof(server->stranger_path), "%s.stranger", server->ca_path)
           < (int)sizeof(server->stranger_path);
}

struct testserver *testserver_start(const char *ca_path)
{
    struct testserver *server;
    bool good;
    int i;

    signal(SIGPIPE, SIG_IGN);           /* TLS writes with write() */
    if (!(server = calloc(1, sizeof(*server))))
        return NULL;
    pthread_mutex_init(&server->mutex, NULL);
    server->wake[0] = server->wake[1] = -1;
    for (i = 0; i < TESTSERVER_PORT_COUNT; i++)
        server->sockets[i] = -1;
    good = (server->recorder = recorder_create()) && choose_ca_path(server, ca_path) && choose_stranger_path(server)
           && make_certificates(server) && !pipe2(server->wake, O_CLOEXEC);
    for (i = 0; i < TESTSERVER_PORT_COUNT && good; i++)
        good = open_port(server, i);
    if (good && !pthread_create(&server->thread, NULL, accept_thread, server))
    {
        server->started = true;
        return server;
    }
    testserver_stop(server);
    return NULL;
}

/* Every client's thread sees its socket end, and every wait is cut short. */
static void end_clients(struct testserver *server)
{
    struct client *client;

    recorder_stop(server->recorder);
    pthread_mutex_lock(&server->mutex);
    for (client = server->clients; client; client = client->next)
    {
        if (!client->done)
            shutdown(client->fd, SHUT_RDWR);
    }
    pthread_mutex_unlock(&server->mutex);
    join_clients(server, true);
}

void testserver_stop(struct testserver *server)
{
    int i;

    if (!server)
        return;
    if (server->started)
    {
        (void)!write(server->wake[1], "", 1);   /* an empty pipe has room */
        pthread_join(server->thread, NULL);
        end_clients(server);
    }
    for (i = 0; i < TESTSERVER_PORT_COUNT; i++)
    {
        if (server->sockets[i] != -1)
            close(server->sockets[i]);
        SSL_CTX_free(server->contexts[i]);
    }
    if (server->wake[0] != -1)
    {
        close(server->wake[0]);
        close(server->wake[1]);
    }
    if (server->remove_ca)
    {
        unlink(server->ca_path);
        unlink(server->stranger_path);
    }
    authority_cleanup(&server->authority);
    authority_cleanup(&server->stranger);
    recorder_free(server->recorder);
    pthread_mutex_destroy(&server->mutex);
    free(server);
}

unsigned int testserver_port(const struct testserver *server, enum testserver_port port)
{
    return server->ports[port];
}

const char *testserver_ca_path(const struct testserver *server)
{
    return server->ca_path;
}

const char *testserver_stranger_path(const struct testserver *server)
{
    return server->stranger_path;
}

unsigned int testserver_requests(struct testserver *server, const char *key)
{
    return recorder_requests(server->recorder, key);
}

uint64_t testserver_bytes_sent(struct testserver *server, const char *key)
{
    return recorder_bytes(server->recorder, key);
}

unsigned int testserver_concurrent_maximum(struct testserver *server, const char *key)
{
    return recorder_concurrent_maximum(server->recorder, key);
}

bool testserver_last_request_has(struct testserver *server, const char *key, const char *text)
{
    return recorder_last_request_has(server->recorder, key, text);
}

bool testserver_any_request_has(struct testserver *server, const char *key, const char *text)
{
    return recorder_any_request_has(server->recorder, key, text);
}

int testserver_wait(struct testserver *server, const char *key, unsigned int requests, unsigned int timeout_ms)
{
    return recorder_wait(server->recorder, key, requests, timeout_ms) ? 0 : -1;
}

void testserver_release(struct testserver *server, const char *key)
{
    recorder_release(server->recorder, key);
}
