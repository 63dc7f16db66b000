/*
 * A proxy for TCP that makes a short way long: what one side sends reaches the other after a while.
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

/*
 * delay_proxy PORT ROUND_TRIP_MS [WINDOW_KIB]
 * Listens on a free port of the loopback interface, prints it, and passes connections on to PORT there. It ends
 * when its standard input does.
 *
 * Bytes are delivered half a round trip after they came. So that a connection is as slow as one over such a way, and
 * several are faster than one: the first bytes wait for the handshake, one round trip; and at most a window's worth is
 * under way in each direction, which begins with ten segments and grows by what is acknowledged, as in slow start,
 * up to WINDOW_KIB. With a round trip of 0 nothing of this is done.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define MAX_EVENTS 64
#define CHUNK_SIZE 131072
#define SOCKET_BUFFER (1 << 20)
#define KEPT_MEMORY (1 << 30)
#define FIRST_WINDOW (10 * 1448)        /* RFC 6928 */

/* Bytes that are on their way, or whose acknowledgement is. */
struct chunk
{
    struct chunk *next;
    uint64_t due;                       /* us; when they arrive, or, once they have, when their sender knows */
    size_t size;                        /* 0: the end of the stream */
    size_t sent;
    char data[];
};

struct chunk_list
{
    struct chunk *first;
    struct chunk **end;
};

/* One direction of a connection. */
struct way
{
    int from, to;
    struct chunk_list under_way;
    struct chunk_list acknowledged;     /* arrived; without data that matter */
    size_t in_flight, window;
    uint64_t open_at;                   /* us; nothing sets out before */
    bool is_ended;                      /* `from` has no more */
    bool is_done;                       /* `to` was told so */
    bool is_blocked;                    /* `to` takes no more for now */
};

struct connection
{
    struct connection *next, **link;
    struct way ways[2];
    int sockets[2];
    bool is_broken;
};

struct proxy
{
    int epoll, listener, timer;
    unsigned int port;
    uint64_t delay;                     /* us, one way */
    size_t window;
    struct connection *connections;
    bool is_over;
};

static uint64_t now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void list_init(struct chunk_list *list)
{
    list->first = NULL;
    list->end = &list->first;
}

static void list_append(struct chunk_list *list, struct chunk *chunk)
{
    chunk->next = NULL;
    *list->end = chunk;
    list->end = &chunk->next;
}

static struct chunk *list_take(struct chunk_list *list)
{
    struct chunk *chunk = list->first;

    if (!(list->first = chunk->next))
        list->end = &list->first;
    return chunk;
}

static void list_free(struct chunk_list *list)
{
    while (list->first)
        free(list_take(list));
}

static void way_init(struct way *way, int from, int to, const struct proxy *proxy)
{
    memset(way, 0, sizeof(*way));
    way->from = from;
    way->to = to;
    way->window = proxy->delay && proxy->window > FIRST_WINDOW ? FIRST_WINDOW : proxy->window;
    list_init(&way->under_way);
    list_init(&way->acknowledged);
}

/* Lets the sender know of what has arrived, a round trip after it set out: the window opens. */
static void way_acknowledge(struct way *way, size_t max_window, uint64_t now)
{
    struct chunk *chunk;

    while (way->acknowledged.first && way->acknowledged.first->due <= now)
    {
        chunk = list_take(&way->acknowledged);
        way->in_flight -= chunk->size;
        way->window += chunk->size;
        if (way->window > max_window)
            way->window = max_window;
        free(chunk);
    }
}

/* Delivers what has arrived. False: the connection is broken. */
static bool way_deliver(struct way *way, uint64_t delay, uint64_t now)
{
    struct chunk *chunk;
    ssize_t sent;

    way->is_blocked = false;
    while ((chunk = way->under_way.first) && chunk->due <= now)
    {
        if (chunk->size)
        {
            sent = send(way->to, chunk->data + chunk->sent, chunk->size - chunk->sent, MSG_NOSIGNAL);
            if (sent < 0)
            {
                way->is_blocked = true;
                return errno == EAGAIN;
            }
            if ((chunk->sent += (size_t)sent) < chunk->size)
                continue;
        }
        else
        {
            shutdown(way->to, SHUT_WR);
            way->is_done = true;
        }
        list_take(&way->under_way);
        chunk->due = now + delay;
        list_append(&way->acknowledged, chunk);
    }
    return true;
}

/* Takes what the sender has, as far as the window allows. */
static bool way_receive(struct way *way, uint64_t delay, uint64_t now)
{
    struct chunk *chunk;
    ssize_t received;
    size_t room;

    while (!way->is_ended && way->in_flight < way->window)
    {
        room = way->window - way->in_flight;
        if (room > CHUNK_SIZE)
            room = CHUNK_SIZE;
        if (!(chunk = malloc(sizeof(*chunk) + room)))
            return false;
        if ((received = recv(way->from, chunk->data, room, 0)) < 0)
        {
            free(chunk);
            return errno == EAGAIN;
        }
        way->is_ended = !received;
        chunk->size = (size_t)received;
        chunk->sent = 0;
        chunk->due = (now > way->open_at ? now : way->open_at) + delay;
        way->in_flight += chunk->size;
        list_append(&way->under_way, chunk);
    }
    return true;
}

/* The moment when something happens here by itself. */
static uint64_t way_next(const struct way *way)
{
    uint64_t next = UINT64_MAX;

    if (way->under_way.first && !way->is_blocked)
        next = way->under_way.first->due;
    if (way->acknowledged.first && way->acknowledged.first->due < next)
        next = way->acknowledged.first->due;
    return next;
}

static bool connection_is_over(const struct connection *connection)
{
    return connection->is_broken || (connection->ways[0].is_done && connection->ways[1].is_done);
}

/* Does all that is due, and returns when there is more to do. */
static uint64_t connection_run(struct connection *connection, const struct proxy *proxy)
{
    uint64_t next = UINT64_MAX, way_due, now = now_us();
    unsigned int i;

    for (i = 0; i < 2 && !connection->is_broken; i++)
    {
        struct way *way = &connection->ways[i];

        do
        {
            way_acknowledge(way, proxy->window, now);
            if (!way_deliver(way, proxy->delay, now) || !way_receive(way, proxy->delay, now))
                connection->is_broken = true;
            way_due = way_next(way);
        } while (!connection->is_broken && way_due <= now);
        if (way_due < next)
            next = way_due;
    }
    return next;
}

static void connection_free(struct connection *connection)
{
    unsigned int i;

    for (i = 0; i < 2; i++)
    {
        list_free(&connection->ways[i].under_way);
        list_free(&connection->ways[i].acknowledged);
        close(connection->sockets[i]);
    }
    if ((*connection->link = connection->next))
        connection->next->link = connection->link;
    free(connection);
}

static void socket_prepare(int fd)
{
    int one = 1, size = SOCKET_BUFFER;

    /* Failures of these cost speed at most. */
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

static int connect_to(unsigned int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd >= 0 && (connect(fd, (struct sockaddr *)&address, sizeof(address)) || fcntl(fd, F_SETFL, O_NONBLOCK)))
    {
        close(fd);
        fd = -1;
    }
    return fd;
}

static void proxy_watch(const struct proxy *proxy, int fd, uint32_t events, void *context)
{
    struct epoll_event event = {.events = events, .data.ptr = context};

    if (epoll_ctl(proxy->epoll, EPOLL_CTL_ADD, fd, &event))
        abort();
}

static void proxy_accept(struct proxy *proxy)
{
    struct connection *connection;
    unsigned int i;
    int fd, other;

    while ((fd = accept4(proxy->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
    {
        if ((other = connect_to(proxy->port)) < 0 || !(connection = calloc(1, sizeof(*connection))))
        {
            if (other >= 0)
                close(other);
            close(fd);
            continue;
        }
        connection->sockets[0] = fd;
        connection->sockets[1] = other;
        way_init(&connection->ways[0], fd, other, proxy);
        way_init(&connection->ways[1], other, fd, proxy);
        connection->ways[0].open_at = now_us() + 2 * proxy->delay;
        if ((connection->next = proxy->connections))
            connection->next->link = &connection->next;
        connection->link = &proxy->connections;
        proxy->connections = connection;
        for (i = 0; i < 2; i++)
        {
            socket_prepare(connection->sockets[i]);
            proxy_watch(proxy, connection->sockets[i], EPOLLIN | EPOLLOUT | EPOLLET, connection);
        }
    }
}

static void proxy_set_timer(const struct proxy *proxy, uint64_t at)
{
    struct itimerspec when = {0};

    if (at != UINT64_MAX)
    {
        when.it_value.tv_sec = (time_t)(at / 1000000);
        when.it_value.tv_nsec = (long)(at % 1000000 * 1000);
    }
    if (timerfd_settime(proxy->timer, TFD_TIMER_ABSTIME, &when, NULL))
        abort();
}

/* Goes through all connections: they are few, and most have something to do. */
static void proxy_run_connections(struct proxy *proxy)
{
    struct connection *connection, *next_connection;
    uint64_t next = UINT64_MAX, due;

    for (connection = proxy->connections; connection; connection = next_connection)
    {
        next_connection = connection->next;
        due = connection_run(connection, proxy);
        if (connection_is_over(connection))
            connection_free(connection);
        else if (due < next)
            next = due;
    }
    proxy_set_timer(proxy, next);
}

static void proxy_run(struct proxy *proxy)
{
    struct epoll_event events[MAX_EVENTS];
    uint64_t ticks;
    char byte;
    int count, i;

    while (!proxy->is_over)
    {
        count = epoll_wait(proxy->epoll, events, MAX_EVENTS, -1);
        for (i = 0; i < count; i++)
        {
            if (events[i].data.ptr == &proxy->listener)
                proxy_accept(proxy);
            else if (events[i].data.ptr == &proxy->timer)
                (void)!read(proxy->timer, &ticks, sizeof(ticks));
            else if (events[i].data.ptr == proxy)
                proxy->is_over = read(STDIN_FILENO, &byte, 1) <= 0;
        }
        proxy_run_connections(proxy);
    }
}

static bool proxy_listen(struct proxy *proxy)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof(address);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if ((proxy->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) < 0
            || bind(proxy->listener, (struct sockaddr *)&address, sizeof(address))
            || listen(proxy->listener, SOMAXCONN)
            || getsockname(proxy->listener, (struct sockaddr *)&address, &size)
            || (proxy->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) < 0
            || (proxy->epoll = epoll_create1(EPOLL_CLOEXEC)) < 0)
        return false;
    proxy_watch(proxy, proxy->listener, EPOLLIN, &proxy->listener);
    proxy_watch(proxy, proxy->timer, EPOLLIN, &proxy->timer);
    proxy_watch(proxy, STDIN_FILENO, EPOLLIN, proxy);
    printf("%u\n", ntohs(address.sin_port));
    return !fflush(stdout);
}

int main(int argc, char **argv)
{
    struct proxy proxy = {0};

    if (argc < 3 || argc > 4)
        return 2;
    /* Memory that was used once is used again, rather than given back and fetched anew for every chunk. */
    mallopt(M_TRIM_THRESHOLD, KEPT_MEMORY);
    mallopt(M_MMAP_THRESHOLD, KEPT_MEMORY);
    proxy.port = (unsigned int)strtoul(argv[1], NULL, 10);
    proxy.delay = strtoul(argv[2], NULL, 10) * 500;
    proxy.window = (argc > 3 ? strtoul(argv[3], NULL, 10) : 3072) * 1024;
    if (!proxy_listen(&proxy))
    {
        perror("delay_proxy");
        return EXIT_FAILURE;
    }
    proxy_run(&proxy);
    return EXIT_SUCCESS;
}
