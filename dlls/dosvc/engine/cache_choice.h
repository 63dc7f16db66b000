/*
 * Connected Cache: from which source a file is fetched next, and which cache hosts are banned.
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

#ifndef DOSVC_CACHE_CHOICE_H
#define DOSVC_CACHE_CHOICE_H

#include <stdbool.h>
#include <stdint.h>

#include "cache_url.h"

/* Pure functions: the clock is an argument, in ms, and counts from anywhere. */

#define CACHE_BAN_MS (15 * 60 * 1000)
#define CACHE_MAX_BANS 256              /* then the one that ends first is forgotten */
#define CACHE_ORIGIN UINT32_MAX         /* not a cache host, but the origin itself */

/* Cache hosts that are not to be asked for a while, at all or for one origin. Filled with zeros it is empty. */
struct cache_bans
{
    struct cache_ban *list;
    unsigned int count;
};

/* origin NULL: for all of them. Without memory there is no ban. */
void cache_bans_add(struct cache_bans *bans, const struct cache_host *host, const char *origin, uint64_t now);
/* Whether there is a ban for just this, not one for all origins if one is given. */
bool cache_bans_has(const struct cache_bans *bans, const struct cache_host *host, const char *origin, uint64_t now);
void cache_bans_cleanup(struct cache_bans *bans);

/* What a file remembers of its sources. Filled with zeros it is new. */
struct cache_choice
{
    bool started;                       /* ... and when: */
    uint64_t started_at;
    bool at_origin;                     /* the origin's turn; otherwise that of the cache hosts */
    bool origin_tried;
    bool delay_over;                    /* it stays with the origin */
    unsigned int next;                  /* the cache host to begin with */
    unsigned int failures;              /* in a row, of requests to the kind whose turn it is */
};

/* What the choice depends on besides. */
struct cache_view
{
    const struct cache_hosts *hosts;
    const struct cache_bans *bans;
    const char *url;                    /* of the file */
    uint64_t delay;                     /* ms before the origin may be asked, from the first request on; 0: none */
    uint64_t now;
};

/* Whom a failure of a cache host speaks against. */
enum cache_blame
{
    CACHE_BLAME_NOBODY,                 /* it may be better the next time */
    CACHE_BLAME_PAIR,                   /* the host does not serve this origin */
    CACHE_BLAME_HOST                    /* the host is not there */
};

/* The index of a cache host, or CACHE_ORIGIN. */
uint32_t cache_choose(struct cache_choice *choice, const struct cache_view *view);

/*
 * A request to a cache host failed; CACHE_MAX_HOSTS if it is no longer in the list. Bans are the caller's, and
 * already in the view. True: the next attempt may follow at once.
 */
bool cache_host_failed(struct cache_choice *choice, const struct cache_view *view, uint32_t source, bool brought_bytes);

/* A request to the origin failed. */
void cache_origin_failed(struct cache_choice *choice, const struct cache_view *view, bool brought_bytes);

/* A request succeeded. */
void cache_succeeded(struct cache_choice *choice);

/* Its job is resumed, or its URL is another one: the choice begins anew, but not the delay. */
void cache_choice_reset(struct cache_choice *choice);

/* When an attempt is to be made that would come only at `retry_at`: when the delay is over, if that is earlier. */
uint64_t cache_limit_retry(const struct cache_choice *choice, const struct cache_view *view, uint64_t retry_at);

#endif /* DOSVC_CACHE_CHOICE_H */
