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

#include "config.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cache_url.h"
#include "url.h"

#define ORIGIN_PARAMETER "cacheHostOrigin"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Without zones: a cache host of a whole site is no link-local one. */
static bool is_ipv6(const char *text, size_t length)
{
    char copy[INET6_ADDRSTRLEN];
    struct in6_addr address;

    if (length >= sizeof(copy))
        return false;
    memcpy(copy, text, length);
    copy[length] = 0;
    return inet_pton(AF_INET6, copy, &address) == 1;
}

/* The characters of host names, with the underscore that some have, begin and end with a letter or a digit. */
static bool is_name(const char *text, size_t length)
{
    size_t i;

    if (!length || !is_alphanumeric(text[0]) || !(is_alphanumeric(text[length - 1]) || text[length - 1] == '.'))
        return false;
    for (i = 0; i < length; i++)
    {
        if (!is_alphanumeric(text[i]) && text[i] != '-' && text[i] != '_' && text[i] != '.')
            return false;
        if (i && text[i] == '.' && text[i - 1] == '.')
            return false;
    }
    return true;
}

static bool parse_port(const char *text, size_t length, uint16_t *port)
{
    unsigned int value = 0;
    size_t i;

    if (!length || length > 5)
        return false;
    for (i = 0; i < length; i++)
    {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (unsigned int)(text[i] - '0');
    }
    if (!value || value > UINT16_MAX)
        return false;
    *port = (uint16_t)value;
    return true;
}

static bool set_name(struct cache_host *host, const char *text, size_t length, bool brackets)
{
    size_t i, used = 0;

    if (length + 3 > sizeof(host->name))
        return false;
    if (brackets)
        host->name[used++] = '[';
    for (i = 0; i < length; i++)
        host->name[used++] = lower(text[i]);
    if (brackets)
        host->name[used++] = ']';
    host->name[used] = 0;
    return true;
}

/* [address], or [address]:port */
static bool parse_brackets(struct cache_host *host, const char *text, size_t length)
{
    const char *end = memchr(text, ']', length), *rest;

    if (!end || !is_ipv6(text + 1, (size_t)(end - text - 1)))
        return false;
    rest = end + 1;
    length -= (size_t)(rest - text);
    if (length && (*rest != ':' || !parse_port(rest + 1, length - 1, &host->port)))
        return false;
    return set_name(host, text + 1, (size_t)(end - text - 1), true);
}

static bool parse_authority(struct cache_host *host, const char *text, size_t length)
{
    const char *colon;

    if (length && *text == '[')
        return parse_brackets(host, text, length);
    if (is_ipv6(text, length))
        return set_name(host, text, length, true);
    if ((colon = memchr(text, ':', length)))
    {
        if (!parse_port(colon + 1, length - (size_t)(colon - text) - 1, &host->port))
            return false;
        length = (size_t)(colon - text);
    }
    return is_name(text, length) && set_name(host, text, length, false);
}

static bool strip_prefix(const char **text, size_t *length, const char *prefix)
{
    size_t size = strlen(prefix);

    if (*length < size || strncasecmp(*text, prefix, size))
        return false;
    *text += size;
    *length -= size;
    return true;
}

static bool parse_entry(struct cache_host *host, const char *text, size_t length)
{
    memset(host, 0, sizeof(*host));
    host->https = strip_prefix(&text, &length, "https://");
    if ((host->https || strip_prefix(&text, &length, "http://")) && length && text[length - 1] == '/')
        length--;
    return parse_authority(host, text, length);
}

bool cache_host_equal(const struct cache_host *a, const struct cache_host *b)
{
    return a->port == b->port && a->https == b->https && !strcmp(a->name, b->name);
}

static bool hosts_contain(const struct cache_hosts *hosts, const struct cache_host *host)
{
    unsigned int i;

    for (i = 0; i < hosts->count; i++)
    {
        if (cache_host_equal(&hosts->hosts[i], host))
            return true;
    }
    return false;
}

void cache_hosts_parse(struct cache_hosts *hosts, const char *list, unsigned int *ignored)
{
    const char *end;

    hosts->count = *ignored = 0;
    for (; *list; list = *end ? end + 1 : end)
    {
        struct cache_host *host = &hosts->hosts[hosts->count];
        const char *last = end = strchrnul(list, ',');

        while (list < end && is_space(*list))
            list++;
        while (last > list && is_space(last[-1]))
            last--;
        if (last == list)
            continue;
        if (hosts->count == CACHE_MAX_HOSTS || !parse_entry(host, list, (size_t)(last - list)))
            (*ignored)++;
        else if (!hosts_contain(hosts, host))
            hosts->count++;
    }
}

void cache_host_label(const struct cache_host *host, char *buffer, size_t size)
{
    if (host->port)
        snprintf(buffer, size, "%s%s:%u", host->https ? "https://" : "", host->name, host->port);
    else
        snprintf(buffer, size, "%s%s", host->https ? "https://" : "", host->name);
}

bool cache_host_serves(const struct cache_host *host, const char *url)
{
    return url_is_https(url) == host->https;
}

/* Where the port of an authority begins, with its colon; at its end if there is none. */
static const char *find_port(const char *authority, const char *end)
{
    const char *colon = memrchr(authority, ':', (size_t)(end - authority));

    if (!colon || memchr(colon, ']', (size_t)(end - colon)))
        return end;
    return colon;
}

/* Which of two origins a node would take is not for us to guess. */
static bool query_names_origin(const char *query, const char *end)
{
    const size_t length = strlen(ORIGIN_PARAMETER);

    while (query < end)
    {
        const char *next;

        query++;
        if ((size_t)(end - query) >= length && !strncasecmp(query, ORIGIN_PARAMETER, length)
            && (query + length == end || query[length] == '=' || query[length] == '&'))
            return true;
        next = memchr(query, '&', (size_t)(end - query));
        query = next ? next : end;
    }
    return false;
}

/* As a value of a query; a host name stays as it is. */
static void encode(const char *text, char *out)
{
    static const char digits[] = "0123456789ABCDEF";

    for (; *text; text++)
    {
        unsigned char c = (unsigned char)*text;

        if (is_alphanumeric(*text) || c == '-' || c == '.' || c == '_' || c == '~')
        {
            *out++ = *text;
            continue;
        }
        *out++ = '%';
        *out++ = digits[c >> 4];
        *out++ = digits[c & 15];
    }
    *out = 0;
}

char *cache_url_rewrite(const char *url, const struct cache_host *host)
{
    const char *authority = strstr(url, "://"), *path, *query, *end, *port, *separator = "?";
    char origin[CACHE_NAME_MAX], encoded[sizeof(origin) * 3], own_port[8], *rewritten;
    int port_length;

    if (!cache_host_serves(host, url) || !authority || !url_get_host(url, origin, sizeof(origin)))
        return NULL;
    authority += 3;
    path = authority + strcspn(authority, "/?#");
    query = path + strcspn(path, "?#");
    end = query + strcspn(query, "#");
    if (query_names_origin(query, end))
        return NULL;
    if (query < end)
        separator = query + 1 < end ? "&" : "";
    port = find_port(authority, path);
    port_length = (int)(path - port);
    if (host->port)
    {
        port_length = snprintf(own_port, sizeof(own_port), ":%u", host->port);
        port = own_port;
    }
    encode(origin, encoded);
    if (asprintf(&rewritten, "%.*s%s%.*s%s%.*s%s" ORIGIN_PARAMETER "=%s", (int)(authority - url), url, host->name,
                 port_length, port, *path == '/' ? "" : "/", (int)(end - path), path, separator, encoded) < 0)
        return NULL;
    return rewritten;
}
