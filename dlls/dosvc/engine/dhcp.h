/*
 * What a DHCP server says about cache hosts.
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

#ifndef DOSVC_DHCP_H
#define DOSVC_DHCP_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#define DHCP_LIST_MAX 1024              /* bytes with the zero: an option has at most 255, unless it is sent in parts */

/*
 * Option 235 of the leases that systemd-networkd or dhclient keep, as text; of several the first one by name. `root` is
 * in front of every path: empty, but for tests. `now` is the time in UTC: leases that are over do not count. False:
 * there is none.
 */
bool dhcp_find_cache_hosts(const char *root, time_t now, char *list, size_t size);

#endif /* DOSVC_DHCP_H */
