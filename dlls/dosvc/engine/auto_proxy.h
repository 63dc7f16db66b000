/*
 * Proxies that a script chooses: somebody outside runs it, and is asked once for each server.
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


#ifndef DOSVC_AUTO_PROXY_H
#define DOSVC_AUTO_PROXY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct auto_proxy_entry;
struct engine;
struct file;

#define AUTO_PROXY_MAX 256              /* servers that are kept */
#define AUTO_PROXY_ORIGIN_MAX 300       /* scheme, host and port of a server, with a zero */
#define AUTO_PROXY_LIFETIME_MS 600000   /* then a server is asked for again */
#define AUTO_PROXY_LIMIT_MS 10000       /* that an answer is waited for; without one there is no such proxy */

/* Guarded by engine.lock. */
struct auto_proxy
{
    bool enabled;
    bool told;                          /* of a question, by EVENT_PROXY_WANTED; or there is none */
    struct auto_proxy_entry *entries;   /* uthash by origin */
};

/* The caller holds engine.lock. */
void auto_proxy_cleanup(struct auto_proxy *proxies);
/* Whether it is known for the file, or need not be; else the file waits a while, and somebody is asked. */
bool auto_proxy_ready(struct engine *engine, struct file *file);
/* What the script says: a list, or empty for none; NULL: it does not say. */
const char *auto_proxy_find(const struct engine *engine, const char *url);

#endif /* DOSVC_AUTO_PROXY_H */
