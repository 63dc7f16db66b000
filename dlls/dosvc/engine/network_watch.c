/*
 * Waits for changes of the host's network, which the kernel announces.
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

/* These functions run on threads that are unknown to Wine: no Wine call here. */

#include "config.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine_private.h"
#include "host_network.h"

/* Changes come in bursts: how long to wait, in ms, until what they came to is read. */
#define SETTLE_MS 200

struct network_watch
{
    struct engine *engine;
    int socket;                         /* netlink */
    int stop;                           /* eventfd, readable when the thread is to end */
    pthread_t thread;
};

/* What the messages say does not matter: everything is read anew, as after a message was lost. */
static bool drain(int socket)
{
    char buffer[8192];
    ssize_t length;

    while ((length = recv(socket, buffer, sizeof(buffer), MSG_DONTWAIT)) > 0 || (length < 0 && errno == ENOBUFS))
        continue;
    return length < 0 && (errno == EAGAIN || errno == EINTR);
}

/* False: the thread is to end, or there is nothing more to wait for. */
static bool wait_for_change(const struct network_watch *watch)
{
    struct pollfd fds[] = {{.fd = watch->stop, .events = POLLIN}, {.fd = watch->socket, .events = POLLIN}};

    while (poll(fds, 2, -1) < 0)
    {
        if (errno != EINTR)
            return false;
    }
    if (fds[0].revents)
        return false;
    return !poll(fds, 1, SETTLE_MS) && drain(watch->socket);
}

static void *watch_thread(void *context)
{
    struct network_watch *watch = context;

    (void)pthread_setname_np(pthread_self(), "dosvc-network");
    engine_read_host_network(watch->engine);
    while (wait_for_change(watch))
    {
        auto_proxy_network_changed(watch->engine);
        engine_read_host_network(watch->engine);
    }
    return NULL;
}

static int open_socket(void)
{
    struct sockaddr_nl address =
    {
        .nl_family = AF_NETLINK,
        .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE
    };
    int fd;

    if ((fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)) < 0)
        return -1;
    if (!bind(fd, (struct sockaddr *)&address, sizeof(address)))
        return fd;
    close(fd);
    return -1;
}

static void watch_free(struct network_watch *watch)
{
    if (watch->socket >= 0)
        close(watch->socket);
    if (watch->stop >= 0)
        close(watch->stop);
    free(watch);
}

struct network_watch *network_watch_start(struct engine *engine)
{
    struct network_watch *watch;

    if (!(watch = calloc(1, sizeof(*watch))))
        return NULL;
    watch->engine = engine;
    watch->socket = open_socket();
    watch->stop = eventfd(0, EFD_CLOEXEC);
    if (watch->socket >= 0 && watch->stop >= 0 && !pthread_create(&watch->thread, NULL, watch_thread, watch))
        return watch;
    engine_log(engine, ENGINE_LOG_WARNING, "Changes of the host's network cannot be watched.");
    watch_free(watch);
    return NULL;
}

void network_watch_stop(struct network_watch *watch)
{
    if (!watch)
        return;
    (void)eventfd_write(watch->stop, 1); /* of a new counter: cannot fail */
    pthread_join(watch->thread, NULL);
    watch_free(watch);
}
