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

#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "cache_choice.h"
#include "url.h"

struct cache_ban
{
    struct cache_ban *next;
    uint64_t until;
    struct cache_host host;
    char origin[CACHE_NAME_MAX];        /* empty: for all */
};

static void bans_remove(struct cache_bans *bans, struct cache_ban *ban)
{
    LL_DELETE(bans->list, ban);
    bans->count--;
    free(ban);
}

static struct cache_ban *bans_find(const struct cache_bans *bans, const struct cache_host *host, const char *origin)
{
    struct cache_ban *ban;

    for (ban = bans->list; ban; ban = ban->next)
    {
        if (!strcmp(ban->origin, origin ? origin : "") && cache_host_equal(&ban->host, host))
            return ban;
    }
    return NULL;
}

/* Those that are over, and if there are still too many the one that would be over first. */
static void bans_make_room(struct cache_bans *bans, uint64_t now)
{
    struct cache_ban *ban, *next, *first = NULL;

    LL_FOREACH_SAFE(bans->list, ban, next)
    {
        if (ban->until <= now)
            bans_remove(bans, ban);
        else if (!first || ban->until < first->until)
            first = ban;
    }
    if (first && bans->count >= CACHE_MAX_BANS)
        bans_remove(bans, first);
}

void cache_bans_add(struct cache_bans *bans, const struct cache_host *host, const char *origin, uint64_t now)
{
    struct cache_ban *ban = bans_find(bans, host, origin);

    if (!ban)
    {
        bans_make_room(bans, now);
        if ((origin && strlen(origin) >= sizeof(ban->origin)) || !(ban = calloc(1, sizeof(*ban))))
            return;
        ban->host = *host;
        if (origin)
            memcpy(ban->origin, origin, strlen(origin));
        LL_PREPEND(bans->list, ban);
        bans->count++;
    }
    ban->until = now + CACHE_BAN_MS;
}

bool cache_bans_has(const struct cache_bans *bans, const struct cache_host *host, const char *origin, uint64_t now)
{
    const struct cache_ban *ban = bans_find(bans, host, origin);

    return ban && ban->until > now;
}

void cache_bans_cleanup(struct cache_bans *bans)
{
    struct cache_ban *ban, *next;

    LL_FOREACH_SAFE(bans->list, ban, next)
        bans_remove(bans, ban);
}

static bool delay_runs(const struct cache_choice *choice, const struct cache_view *view)
{
    return view->delay && !choice->delay_over && choice->started && view->now < choice->started_at + view->delay;
}

/* A host that may serve the URL, also one that is not there at the moment. */
static bool host_is_usable(const struct cache_view *view, const struct cache_host *host)
{
    char origin[CACHE_NAME_MAX];

    return cache_host_serves(host, view->url) && url_get_host(view->url, origin, sizeof(origin))
           && !cache_bans_has(view->bans, host, origin, view->now);
}

static unsigned int count_usable(const struct cache_view *view)
{
    unsigned int i, count = 0;

    for (i = 0; i < view->hosts->count; i++)
        count += host_is_usable(view, &view->hosts->hosts[i]);
    return count;
}

/*
 * The next host in turn. One that was not there comes last, and only while a delay runs: then nobody may ask the origin
 * yet.
 */
static uint32_t choose_host(const struct cache_choice *choice, const struct cache_view *view)
{
    uint32_t absent = CACHE_ORIGIN;
    unsigned int i;

    for (i = 0; i < view->hosts->count; i++)
    {
        uint32_t index = (choice->next + i) % view->hosts->count;
        const struct cache_host *host = &view->hosts->hosts[index];

        if (!host_is_usable(view, host))
            continue;
        if (!cache_bans_has(view->bans, host, NULL, view->now))
            return index;
        if (absent == CACHE_ORIGIN)
            absent = index;
    }
    return delay_runs(choice, view) ? absent : CACHE_ORIGIN;
}

static void turn_to_origin(struct cache_choice *choice)
{
    choice->at_origin = true;
    choice->failures = 0;
}

uint32_t cache_choose(struct cache_choice *choice, const struct cache_view *view)
{
    uint32_t index = CACHE_ORIGIN;

    if (!choice->started)
    {
        choice->started = true;
        choice->started_at = view->now;
    }
    if (!choice->at_origin && !choice->delay_over && (index = choose_host(choice, view)) == CACHE_ORIGIN)
        turn_to_origin(choice);
    if (index == CACHE_ORIGIN)
        choice->origin_tried = true;
    else
        choice->next = index;
    return index;
}

/* Whether the file goes on with the cache hosts, after one of them failed. */
static bool stay_with_hosts(const struct cache_choice *choice, const struct cache_view *view, bool brought_bytes)
{
    if (choose_host(choice, view) == CACHE_ORIGIN)
        return false;
    if (view->delay)
        return true;
    return choice->origin_tried && (choice->failures < 2 || brought_bytes);
}

bool cache_host_failed(struct cache_choice *choice, const struct cache_view *view, uint32_t source, bool brought_bytes)
{
    bool refused = source < view->hosts->count && !host_is_usable(view, &view->hosts->hosts[source]);

    if (choice->at_origin)              /* because of another request, meanwhile */
        return true;
    if (!refused)
        choice->failures = brought_bytes ? 1 : choice->failures + 1;
    choice->next = source < view->hosts->count ? source + 1 : 0;
    if (view->delay && !delay_runs(choice, view))
    {
        choice->delay_over = true;
        turn_to_origin(choice);
        return true;
    }
    if (!stay_with_hosts(choice, view, brought_bytes))
    {
        turn_to_origin(choice);
        return true;
    }
    return refused || (view->delay && choice->failures < count_usable(view));
}

void cache_origin_failed(struct cache_choice *choice, const struct cache_view *view, bool brought_bytes)
{
    if (!choice->at_origin)
        return;
    choice->failures = brought_bytes ? 1 : choice->failures + 1;
    if (choice->failures < 2 || brought_bytes || choice->delay_over || choose_host(choice, view) == CACHE_ORIGIN)
        return;
    choice->at_origin = false;
    choice->failures = 0;
}

void cache_succeeded(struct cache_choice *choice)
{
    choice->failures = 0;
}

void cache_choice_reset(struct cache_choice *choice)
{
    choice->at_origin = choice->origin_tried = false;
    choice->next = choice->failures = 0;
}

uint64_t cache_limit_retry(const struct cache_choice *choice, const struct cache_view *view, uint64_t retry_at)
{
    if (choice->at_origin || !delay_runs(choice, view) || choice->started_at + view->delay >= retry_at)
        return retry_at;
    return choice->started_at + view->delay;
}
