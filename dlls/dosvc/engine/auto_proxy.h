/*
 * Proxies that scripts choose: somebody outside finds and runs them, and is asked once for each server.
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

#include "model.h"

struct auto_proxy_entry;
struct engine;
struct file;
struct job;

#define AUTO_PROXY_MAX 256              /* servers that are kept for each script */
#define AUTO_PROXY_ORIGIN_MAX 300       /* scheme, host and port of a server, with a zero */
#define AUTO_PROXY_LIFETIME_MS 600000   /* then a question is asked again */
#define AUTO_PROXY_LIMIT_MS 10000       /* that an answer is waited for; without one there is no such proxy */

/* Whether the network names a script. What is known of it is used until there is a new answer. */
struct proxy_detection
{
    bool found;
    bool fresh;                         /* `found` was true of this network, at `at` */
    uint64_t at;                        /* clock_now_ms() of the answer */
    bool open;                          /* the question is asked, and not answered */
    bool taken;                         /* somebody has it */
    uint64_t asked_at;
};

/* Guarded by engine.lock. */
struct auto_proxy
{
    uint32_t means;                     /* AUTO_PROXY_* */
    bool told;                          /* of a question, by EVENT_PROXY_WANTED; or there is none */
    struct proxy_detection detection;
    struct auto_proxy_entry *entries[PROXY_QUESTION_COUNT]; /* of each script: uthash by origin */
};

/* The caller holds engine.lock. */
void auto_proxy_cleanup(struct auto_proxy *proxies);
/* Whether it is known for the file, or need not be; else the file waits a while, and somebody is asked. */
bool auto_proxy_ready(struct engine *engine, struct file *file);
/* What the scripts say for a request of the job: a list, or empty for none; NULL: they do not say. */
const char *auto_proxy_find(const struct engine *engine, const struct job *job, const char *url);

/* The host is perhaps in another network now; takes engine.lock. */
void auto_proxy_network_changed(struct engine *engine);

#endif /* DOSVC_AUTO_PROXY_H */
