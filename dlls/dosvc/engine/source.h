/*
 * From where a file is fetched: its origin, or a cache host instead of it.
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

#ifndef DOSVC_SOURCE_H
#define DOSVC_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "cache_choice.h"

struct engine;
struct file;
struct job;
struct transfer;
struct verdict;

#define SOURCE_CONNECT_TIMEOUT_MS 3000  /* for a cache host */
#define SOURCE_REFRESH_MS 5000          /* between two looks at the host's network, while transfers end ... */
#define SOURCE_RESUME_MS 1000           /* ... or jobs are started */

/* What is known of cache hosts. Guarded by engine.lock. */
struct sources
{
    struct cache_hosts hosts;           /* those that may be asked now */
    struct cache_bans bans;
    char *dhcp_hosts;                   /* of the DHCP server, or NULL; read only if a policy asks for it */
    bool on_vpn;                        /* likewise */
    unsigned int ignored;               /* entries of the list that are none */
    uint64_t looked_at;                 /* clock_now_ms() of the last look */
};

void sources_cleanup(struct sources *sources);

/* Looks at the host's network, as far as the policies want, then does source_update(). Takes engine.lock. */
void source_refresh(struct engine *engine);
/* The same, unless the last look was less than so many ms ago. */
void source_refresh_after(struct engine *engine, uint64_t pause);

/* For all that follows the caller holds engine.lock. */

/* The policies may have changed. */
void source_update(struct engine *engine);

/*
 * The URL for the next request, to be freed, or NULL without memory. *host becomes the cache host that is asked, to be
 * freed, or NULL for the origin.
 */
char *source_choose(struct engine *engine, struct file *file, struct cache_host **host);

/* The answer to a request is good: bytes will come. */
void source_accepted(const struct transfer *transfer);

/*
 * A transfer that was not cancelled has ended well, or failed. True: another one may follow at once, and nobody
 * needs to hear of the failure. What a cache host does wrong is never fatal.
 */
void source_succeeded(struct engine *engine, const struct transfer *transfer);
bool source_failed(struct engine *engine, const struct transfer *transfer, struct verdict *verdict);

/*
 * A response speaks of another version than the bytes that are here. True: it was a cache host's, which is not
 * believed: the transfer becomes one that failed. False: the origin's; then the cache host that some of the bytes
 * came from is not asked again for a while.
 */
bool source_disagrees(struct engine *engine, struct transfer *transfer);

/* A piece that came from the host was not what it should be. */
void source_sent_bad_piece(struct engine *engine, struct file *file, const struct cache_host *host);

/* Not later than when the origin may be asked. */
uint64_t source_limit_retry(const struct engine *engine, const struct file *file, uint64_t retry_at);

/* Whether the bytes of the transfer come from a cache host itself, not from where it redirects. */
bool source_is_cache(const struct transfer *transfer);

#endif /* DOSVC_SOURCE_H */
