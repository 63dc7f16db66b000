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

/* Runs on threads of the engine, which are unknown to Wine: no Wine call here. */

#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "engine_private.h"
#include "host.h"
#include "url.h"

struct host
{
    UT_hash_handle hh;                  /* engine.hosts */
    unsigned int refs;
    unsigned int transfers;
    char origin[];                      /* scheme, name and port, as they stand in the URL */
};

/* How much of a URL is scheme, credentials, name and port. */
static size_t origin_length(const char *url)
{
    const char *begin = strstr(url, "://");

    begin = begin ? begin + 3 : url;
    return (size_t)(begin - url) + strcspn(begin, "/?#");
}

struct host *host_get(struct engine *engine, const char *url)
{
    size_t length = origin_length(url);
    struct host *host;

    HASH_FIND(hh, engine->hosts, url, length, host);
    if (!host)
    {
        if (!(host = calloc(1, sizeof(*host) + length + 1)))
            return NULL;
        memcpy(host->origin, url, length);
        HASH_ADD_KEYPTR(hh, engine->hosts, host->origin, length, host);
    }
    host->refs++;
    return host;
}

void host_release(struct engine *engine, struct host *host)
{
    if (!host || --host->refs)
        return;
    HASH_DEL(engine->hosts, host);
    free(host);
}

void host_count(struct host *host, int change)
{
    host->transfers += (unsigned int)change;
}

bool host_has_room(const struct host *host, bool foreground)
{
    return host->transfers < (foreground ? HOST_MAX_FOREGROUND : HOST_MAX_BACKGROUND);
}
