/*
 * Connected Cache: the list of cache hosts, and what a URL becomes for one of them.
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

#ifndef DOSVC_CACHE_URL_H
#define DOSVC_CACHE_URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CACHE_MAX_HOSTS 16              /* of a list; those behind them are ignored */
#define CACHE_NAME_MAX 256
#define CACHE_LABEL_MAX (CACHE_NAME_MAX + 16)

struct cache_host
{
    char name[CACHE_NAME_MAX];          /* in lower case, an IPv6 address in brackets */
    uint16_t port;                      /* 0: that of the URL */
    bool https;                         /* for https URLs, otherwise for http ones */
};

struct cache_hosts
{
    unsigned int count;
    struct cache_host hosts[CACHE_MAX_HOSTS]; /* in the order in which they are to be tried */
};

/*
 * Reads a list with commas. An entry is a host name, an IPv4 or an IPv6 address, with or without a port, behind
 * which an IPv6 address stands in brackets; in front there may be http:// or https://. Blank entries and those that
 * are nothing of that are left out, and counted in *ignored unless they are blank; so are those that are there
 * already, uncounted.
 */
void cache_hosts_parse(struct cache_hosts *hosts, const char *list, unsigned int *ignored);

bool cache_host_equal(const struct cache_host *a, const struct cache_host *b);

/* The entry as it would be written, for log and bans. */
void cache_host_label(const struct cache_host *host, char *buffer, size_t size);

/* Whether the host serves URLs of this scheme; one for http never gets what was to be fetched with TLS. */
bool cache_host_serves(const struct cache_host *host, const char *url);

/*
 * What to ask the cache host for instead of a URL that url_check() accepts: the host is replaced, path and query
 * are kept to the letter, cacheHostOrigin is added to the query, the fragment is dropped. To be freed. NULL: the
 * host does not serve it, it names an origin itself, or no memory.
 */
char *cache_url_rewrite(const char *url, const struct cache_host *host);

#endif /* DOSVC_CACHE_URL_H */
