/*
 * What the host's network is: none at all, or a mobile one.
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

#ifndef DOSVC_HOST_NETWORK_H
#define DOSVC_HOST_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * ENGINE_NETWORK_* of the host, from /proc/net/route, /proc/net/ipv6_route and /sys/class/net below `root`, which
 * is empty but for tests. There is no network if no interface but the loopback one is up and has a route; it is a
 * mobile one if every default route of the best metric leads over one. What cannot be read is taken for a network
 * like any other.
 */
uint32_t host_network_read(const char *root);

/* Whether a host of a URL, as url_get_host() gives it, is this one: localhost and names below it, 127/8, ::1. */
bool host_is_loopback(const char *host);

/* Whether a list of hosts or proxies, which may be NULL, may name this host. */
bool host_list_has_loopback(const char *list);

struct engine;
struct network_watch;

/* Starts a thread that waits for changes of the host's network. NULL: that is not to be had here. */
struct network_watch *network_watch_start(struct engine *engine);
/* NULL is fine. Not under engine.lock. */
void network_watch_stop(struct network_watch *watch);

#endif /* DOSVC_HOST_NETWORK_H */
