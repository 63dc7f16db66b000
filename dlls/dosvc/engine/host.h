/*
 * The servers that files are fetched from, and how many connections each of them has.
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

#ifndef DOSVC_HOST_H
#define DOSVC_HOST_H

#include <stdbool.h>
#include <stdint.h>

struct engine;

#define HOST_MAX_FOREGROUND 32          /* transfers under way that another connection for a file is added to */
#define HOST_MAX_BACKGROUND 8

/* As the URLs name it; with another port it is another host. Guarded by engine.lock. */
struct host;

/* The host of a URL, which is to be released; NULL: no memory. */
struct host *host_get(struct engine *engine, const char *url);
void host_release(struct engine *engine, struct host *host);
/* One transfer more, or fewer, is under way. */
void host_count(struct host *host, int change);
/* Whether a file may have one more connection besides those that it has. */
bool host_has_room(const struct host *host, bool foreground);

#endif /* DOSVC_HOST_H */
