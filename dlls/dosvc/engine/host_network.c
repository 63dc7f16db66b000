/*
 * What the host's network is, from the files in which Linux shows its routes and interfaces.
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

/* These functions run on threads that are unknown to Wine: no Wine call here. */

#include "config.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine.h"
#include "host_network.h"

#define LINE_SIZE 512
#define NAME_SIZE 64
#define FLAG_UP 0x1u                    /* RTF_UP of linux/route.h */
#define FLAG_REJECT 0x200u              /* RTF_REJECT */

/* What was found out so far. */
struct findings
{
    const char *root;
    bool unknown;                       /* something could not be read or understood */
    bool network;                       /* an interface that is up has a route */
    uint32_t metric;                    /* of the best default routes, UINT32_MAX without one */
    bool cellular;                      /* all of these lead over mobile networks */
};

struct route
{
    char interface[NAME_SIZE];
    uint32_t metric;
    bool is_default;
};

static FILE *open_below(const char *root, const char *path)
{
    FILE *file;
    char *name;

    if (asprintf(&name, "%s%s", root, path) < 0)
        return NULL;
    file = fopen(name, "re");
    free(name);
    return file;
}

/* A file of an interface; an empty text if that cannot be read. */
static void read_interface(const char *root, const char *interface, const char *name, char *text, size_t size)
{
    char path[NAME_SIZE + 64];
    size_t length = 0;
    FILE *file;

    snprintf(path, sizeof(path), "/sys/class/net/%s/%s", interface, name);
    if ((file = open_below(root, path)))
    {
        length = fread(text, 1, size - 1, file);
        fclose(file);
    }
    text[length] = 0;
}

/* An interface of which nothing is known counts as running. */
static bool is_running(const char *root, const char *interface)
{
    char text[64];

    read_interface(root, interface, "flags", text, sizeof(text));
    if (*text && !(strtoul(text, NULL, 0) & IFF_UP))
        return false;
    read_interface(root, interface, "operstate", text, sizeof(text));
    return strncmp(text, "down", 4) && strncmp(text, "lowerlayerdown", 14) && strncmp(text, "notpresent", 10);
}

static bool is_cellular(const char *root, const char *interface)
{
    char text[LINE_SIZE];

    read_interface(root, interface, "uevent", text, sizeof(text));
    return strstr(text, "DEVTYPE=wwan\n") != NULL;
}

static void add_route(struct findings *findings, const struct route *route)
{
    bool cellular;

    if (!strcmp(route->interface, "lo") || !is_running(findings->root, route->interface))
        return;
    findings->network = true;
    if (!route->is_default || route->metric > findings->metric)
        return;
    cellular = is_cellular(findings->root, route->interface);
    if (route->metric == findings->metric)
        cellular = cellular && findings->cellular;
    findings->metric = route->metric;
    findings->cellular = cellular;
}

/* Interface, destination, gateway, flags, two counts, metric and mask. */
static bool parse_ipv4(const char *line, struct route *route, unsigned int *flags)
{
    unsigned int destination, mask;

    if (sscanf(line, "%63s %x %*x %x %*s %*s %u %x", route->interface, &destination, flags, &route->metric, &mask) != 5)
        return false;
    route->is_default = !destination && !mask;
    return true;
}

/* Destination and source with the lengths of their prefixes, gateway, metric, two counts, flags and interface. */
static bool parse_ipv6(const char *line, struct route *route, unsigned int *flags)
{
    unsigned int length;

    if (sscanf(line, "%*32s %x %*32s %*x %*32s %x %*x %*x %x %63s", &length, &route->metric, flags,
               route->interface) != 4)
        return false;
    route->is_default = !length;
    return true;
}

static void read_routes(struct findings *findings, FILE *file,
                        bool (*parse)(const char *line, struct route *route, unsigned int *flags))
{
    char line[LINE_SIZE];
    unsigned int flags;
    struct route route;

    while (fgets(line, sizeof(line), file))
    {
        if (!parse(line, &route, &flags))
            findings->unknown = true;
        else if ((flags & FLAG_UP) && !(flags & FLAG_REJECT))
            add_route(findings, &route);
    }
    findings->unknown |= ferror(file) != 0;
    fclose(file);
}

uint32_t host_network_read(const char *root)
{
    struct findings findings = {.root = root, .metric = UINT32_MAX};
    char heading[LINE_SIZE];
    FILE *file;

    if (!(file = open_below(root, "/proc/net/route")))
        return 0;
    if (fgets(heading, sizeof(heading), file))
        read_routes(&findings, file, parse_ipv4);
    else
        fclose(file);                   /* a host without IPv4 may have an empty file */
    if ((file = open_below(root, "/proc/net/ipv6_route")))
        read_routes(&findings, file, parse_ipv6); /* without the file there is no IPv6 */
    if (!findings.network)
        return findings.unknown ? 0 : ENGINE_NETWORK_NONE;
    return findings.cellular ? ENGINE_NETWORK_CELLULAR : 0;
}

bool host_is_loopback(const char *host)
{
    static const char local_domain[] = ".localhost";
    size_t length = strlen(host);
    struct in6_addr ipv6;
    struct in_addr ipv4;

    if (!strcasecmp(host, local_domain + 1)
        || (length >= sizeof(local_domain) && !strcasecmp(host + length - (sizeof(local_domain) - 1), local_domain)))
        return true;
    if (inet_pton(AF_INET, host, &ipv4) == 1)
        return ntohl(ipv4.s_addr) >> 24 == IN_LOOPBACKNET;
    return inet_pton(AF_INET6, host, &ipv6) == 1 && IN6_IS_ADDR_LOOPBACK(&ipv6);
}

bool host_list_has_loopback(const char *list)
{
    return list && (strstr(list, "127.") || strcasestr(list, "localhost") || strstr(list, "::1"));
}
