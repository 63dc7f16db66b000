/*
 * Whether the host uses a virtual private network.
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

#ifndef DOSVC_VPN_H
#define DOSVC_VPN_H

#include <stdbool.h>

/*
 * An interface that is up counts as one if it is a tunnel of OpenVPN's kind (tun, and tap unless it is a port of a
 * bridge, as virtual machines have it), WireGuard, or PPP; or if its name or alias contains one of the keywords, which
 * are separated by commas, in either case of letters. `root` is in front of every path: empty, but for tests.
 */
bool vpn_is_up(const char *root, const char *keywords);

#endif /* DOSVC_VPN_H */
