/*
 * Whether the host uses a virtual private network.
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

#include <dirent.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vpn.h"

#define NETWORK_DIR "/sys/class/net"
#define TUN_FLAG 0x0001                 /* IFF_TUN and IFF_TAP of linux/if_tun.h */
#define TAP_FLAG 0x0002

/* Reads a file of an interface; an empty text if that does not work. Without the newline at the end. */
static void read_file(const char *directory, const char *name, char *text, size_t size)
{
    size_t length = 0;
    FILE *file;
    char *path;

    *text = 0;
    if (asprintf(&path, "%s/%s", directory, name) < 0)
        return;
    if ((file = fopen(path, "re")))
    {
        length = fread(text, 1, size - 1, file);
        fclose(file);
    }
    free(path);
    while (length && text[length - 1] == '\n')
        length--;
    text[length] = 0;
}

static unsigned long read_number(const char *directory, const char *name)
{
    char text[32];

    read_file(directory, name, text, sizeof(text));
    return strtoul(text, NULL, 0);
}

static bool has_file(const char *directory, const char *name)
{
    bool there;
    char *path;

    if (asprintf(&path, "%s/%s", directory, name) < 0)
        return false;
    there = !access(path, F_OK);
    free(path);
    return there;
}

/* Tunnels often say that their state is not known. */
static bool is_up(const char *directory)
{
    char state[32];

    read_file(directory, "operstate", state, sizeof(state));
    return (read_number(directory, "flags") & IFF_UP) && strcmp(state, "down");
}

static bool is_tunnel(const char *directory)
{
    unsigned long flags = read_number(directory, "tun_flags");
    char event[512];

    if ((flags & TUN_FLAG) || ((flags & TAP_FLAG) && !has_file(directory, "brport")))
        return true;
    read_file(directory, "uevent", event, sizeof(event));
    return strstr(event, "DEVTYPE=wireguard") || read_number(directory, "type") == ARPHRD_PPP;
}

static bool contains(const char *text, const char *word, size_t length)
{
    for (; *text; text++)
    {
        if (!strncasecmp(text, word, length))
            return true;
    }
    return false;
}

static bool matches_keyword(const char *name, const char *alias, const char *keywords)
{
    const char *end;

    for (; *keywords; keywords = *end ? end + 1 : end)
    {
        const char *last = end = strchrnul(keywords, ',');

        while (keywords < end && *keywords == ' ')
            keywords++;
        while (last > keywords && last[-1] == ' ')
            last--;
        if (last > keywords && (contains(name, keywords, (size_t)(last - keywords))
                                || contains(alias, keywords, (size_t)(last - keywords))))
            return true;
    }
    return false;
}

static bool is_vpn(const char *directory, const char *name, const char *keywords)
{
    char alias[256];

    if (!is_up(directory))
        return false;
    read_file(directory, "ifalias", alias, sizeof(alias));
    return is_tunnel(directory) || matches_keyword(name, alias, keywords);
}

bool vpn_is_up(const char *root, const char *keywords)
{
    struct dirent *entry;
    char *path, *directory;
    bool found = false;
    DIR *stream;

    if (asprintf(&path, "%s" NETWORK_DIR, root) < 0)
        return false;
    stream = opendir(path);
    while (stream && !found && (entry = readdir(stream)))
    {
        if (entry->d_name[0] == '.' || asprintf(&directory, "%s/%s", path, entry->d_name) < 0)
            continue;
        found = is_vpn(directory, entry->d_name, keywords);
        free(directory);
    }
    if (stream)
        closedir(stream);
    free(path);
    return found;
}
