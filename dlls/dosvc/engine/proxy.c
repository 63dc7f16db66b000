/*
 * Which proxy a request goes through.
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
#include <curl/curl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "proxy.h"
#include "url.h"

#define HOST_SIZE 256       /* a name in the DNS has at most 253 characters */
#define PORT_LENGTH_MAX 5
#define SEPARATORS "; \t\r\n"

/* A part of a list; never terminated. */
struct span
{
    const char *text;
    size_t length;
};

/* [scheme://]host[:port]; what is absent is empty. An IPv6 address has no brackets here. */
struct endpoint
{
    struct span scheme;
    struct span host;
    struct span port;
};

/* What of a URL matters here. */
struct target
{
    char host[HOST_SIZE];   /* in lower case, no brackets */
    const char *scheme;
    unsigned int port;
};

static bool span_is(const struct span *span, const char *text)
{
    return span->length == strlen(text) && !strncasecmp(span->text, text, span->length);
}

/* Takes the next entry of a list; false at its end. */
static bool list_next(const char **list, struct span *entry)
{
    *list += strspn(*list, SEPARATORS);
    entry->text = *list;
    entry->length = strcspn(*list, SEPARATORS);
    *list += entry->length;
    return entry->length != 0;
}

/* Splits at the first occurrence: `before` gets what stands there, `rest` what follows. Unchanged if there is none. */
static bool span_split(struct span *rest, const char *separator, struct span *before)
{
    size_t length = strlen(separator), i;

    for (i = 0; i + length <= rest->length; i++)
    {
        if (memcmp(rest->text + i, separator, length))
            continue;
        before->text = rest->text;
        before->length = i;
        rest->text += i + length;
        rest->length -= i + length;
        return true;
    }
    return false;
}

static bool port_parse(const struct span *span, unsigned int *port)
{
    unsigned int number = 0;
    size_t i;

    if (!span->length || span->length > PORT_LENGTH_MAX)
        return false;
    for (i = 0; i < span->length; i++)
    {
        if (span->text[i] < '0' || span->text[i] > '9')
            return false;
        number = number * 10 + (unsigned int)(span->text[i] - '0');
    }
    *port = number;
    return number && number <= 65535;
}

/* Takes host and port apart: `[address]:port`, `host:port`, or an IPv6 address without brackets, thus without port. */
static bool endpoint_split_port(struct endpoint *endpoint)
{
    struct span *host = &endpoint->host;
    const char *end = host->text + host->length, *colon;

    if (host->length && host->text[0] == '[')
    {
        if (!(colon = memchr(host->text, ']', host->length)))
            return false;
        endpoint->host.text++;
        endpoint->host.length = (size_t)(colon - endpoint->host.text);
        if (++colon == end)
            return endpoint->host.length != 0;
        if (*colon != ':')
            return false;
    }
    else
    {
        if (!(colon = memchr(host->text, ':', host->length)) || memchr(colon + 1, ':', (size_t)(end - colon - 1)))
            return host->length != 0;
        endpoint->host.length = (size_t)(colon - host->text);
    }
    endpoint->port.text = colon + 1;
    endpoint->port.length = (size_t)(end - colon - 1);
    return endpoint->host.length && endpoint->port.length;
}

static bool endpoint_parse(struct span text, struct endpoint *endpoint)
{
    unsigned int port;

    memset(endpoint, 0, sizeof(*endpoint));
    if (span_split(&text, "://", &endpoint->scheme) && !endpoint->scheme.length)
        return false;
    if (text.length && text.text[text.length - 1] == '/')
        text.length--;
    endpoint->host = text;
    if (!endpoint_split_port(endpoint))
        return false;
    return !endpoint->port.length || port_parse(&endpoint->port, &port);
}

static bool target_parse(const char *url, struct target *target)
{
    struct span span;
    char *port = NULL;
    CURLU *handle;
    bool ret;

    if (!url_get_host(url, target->host, sizeof(target->host)) || !(handle = curl_url()))
        return false;
    target->scheme = url_is_https(url) ? "https" : "http";
    ret = !curl_url_set(handle, CURLUPART_URL, url, 0)
          && !curl_url_get(handle, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT);
    if (ret)
    {
        span.text = port;
        span.length = strlen(port);
        ret = port_parse(&span, &target->port);
        curl_free(port);
    }
    curl_url_cleanup(handle);
    return ret;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Whether a name matches a pattern with stars. Only the last star seen is ever tried again, so time stays bounded. */
static bool pattern_match(const struct span *pattern, const char *name)
{
    size_t i = 0, star = SIZE_MAX;
    const char *retry = NULL;

    while (*name)
    {
        if (i < pattern->length && pattern->text[i] == '*')
        {
            star = i++;
            retry = name;
        }
        else if (i < pattern->length && lower(pattern->text[i]) == *name)
        {
            i++;
            name++;
        }
        else if (retry)
        {
            i = star + 1;
            name = ++retry;
        }
        else
        {
            return false;
        }
    }
    while (i < pattern->length && pattern->text[i] == '*')
        i++;
    return i == pattern->length;
}

static bool bypass_entry_match(const struct span *entry, const struct target *target)
{
    struct endpoint endpoint;
    unsigned int port;

    if (span_is(entry, "<local>"))
        return !strpbrk(target->host, ".:");
    if (!endpoint_parse(*entry, &endpoint))
        return false;
    if (endpoint.scheme.length && !span_is(&endpoint.scheme, target->scheme))
        return false;
    if (endpoint.port.length && (!port_parse(&endpoint.port, &port) || port != target->port))
        return false;
    return pattern_match(&endpoint.host, target->host);
}

static bool target_is_bypassed(const struct target *target, const char *bypass)
{
    struct span entry;

    while (bypass && list_next(&bypass, &entry))
    {
        if (bypass_entry_match(&entry, target))
            return true;
    }
    return false;
}

/* The proxy's scheme as libcurl has it. Windows means version 4 when it says SOCKS. NULL: no kind of proxy. */
static const char *proxy_scheme(const struct span *scheme, bool socks, const char **default_port)
{
    static const struct
    {
        const char *name;
        const char *scheme;
        const char *port;
    }
    schemes[] =
    {
        {"http", "http", "80"},
        {"https", "https", "443"},
        {"socks", "socks4", "1080"},
        {"socks4", "socks4", "1080"},
        {"socks4a", "socks4a", "1080"},
        {"socks5", "socks5", "1080"},
        {"socks5h", "socks5h", "1080"},
    };
    unsigned int i;

    for (i = 0; i < sizeof(schemes) / sizeof(*schemes); i++)
    {
        if (scheme->length ? !span_is(scheme, schemes[i].name) : strcmp(schemes[i].name, socks ? "socks" : "http"))
            continue;
        *default_port = schemes[i].port;
        return schemes[i].scheme;
    }
    return NULL;
}

/* Only what can be in a name: anything else would mean something of its own in libcurl's notation. */
static bool name_is_good(const char *name)
{
    char c;

    for (; *name; name++)
    {
        c = lower(*name);
        if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && !strchr("-._", c) && !((unsigned char)c & 0x80))
            return false;
    }
    return true;
}

/* The host as it stands in a URL; false if it is neither a name nor an address. */
static bool host_write(const struct span *span, char *buffer, size_t size)
{
    struct in6_addr address;
    char host[HOST_SIZE];

    if (!span->length || span->length >= sizeof(host))
        return false;
    memcpy(host, span->text, span->length);
    host[span->length] = 0;
    if (inet_pton(AF_INET6, host, &address) == 1)
    {
        snprintf(buffer, size, "[%s]", host);
        return true;
    }
    snprintf(buffer, size, "%s", host);
    return name_is_good(host);
}

/* Turns an entry's value into what libcurl takes. Without a port libcurl would always use 1080. */
static bool proxy_write(const struct span *value, bool socks, char *buffer, size_t size)
{
    char host[HOST_SIZE + 2], text[HOST_SIZE + 32];
    const char *scheme, *port = NULL;
    struct endpoint endpoint;

    if (!endpoint_parse(*value, &endpoint) || !host_write(&endpoint.host, host, sizeof(host))
        || !(scheme = proxy_scheme(&endpoint.scheme, socks, &port)))
        return false;
    if (!endpoint.port.length)
    {
        endpoint.port.text = port;
        endpoint.port.length = strlen(port);
    }
    snprintf(text, sizeof(text), "%s://%s:%.*s", scheme, host, (int)endpoint.port.length, endpoint.port.text);
    if (strlen(text) >= size)
        return false;
    memcpy(buffer, text, strlen(text) + 1);
    return true;
}

/* Uses the first good entry for a protocol; NULL stands for the entries without one. */
static bool proxy_find(const char *list, const char *protocol, char *buffer, size_t size)
{
    struct span entry, name;
    bool named, wanted;

    while (list_next(&list, &entry))
    {
        named = span_split(&entry, "=", &name);
        wanted = protocol ? named && span_is(&name, protocol) : !named;
        if (wanted && proxy_write(&entry, protocol && !strcmp(protocol, "socks"), buffer, size))
            return true;
    }
    return false;
}

enum proxy_choice proxy_for_url(const char *list, const char *bypass, const char *url, char *buffer, size_t size)
{
    struct target target;

    if (!list || !list[strspn(list, SEPARATORS)])
        return PROXY_CHOICE_UNSET;
    if (!target_parse(url, &target) || target_is_bypassed(&target, bypass))
        return PROXY_CHOICE_DIRECT;
    if (proxy_find(list, target.scheme, buffer, size) || proxy_find(list, NULL, buffer, size)
        || proxy_find(list, "socks", buffer, size))
        return PROXY_CHOICE_USE;
    return PROXY_CHOICE_DIRECT;
}

/* No name of a host has this character. */
bool proxy_list_has_credentials(const char *list)
{
    return list && strchr(list, '@');
}
