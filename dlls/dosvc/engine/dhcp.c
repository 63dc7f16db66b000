/*
 * What a DHCP server says about cache hosts.
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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp.h"

#define LEASES_MAX (64 * 1024)          /* bytes read of a file, from its end */

#define NETWORKD_DIR "/run/systemd/netif/leases"
#define NETWORKD_OPTION "OPTION_235="
#define DHCLIENT_OPTION "option unknown-235 "

typedef bool (*lease_reader)(const char *text, time_t now, char *list, size_t size);

/* The end of the file, as text; NULL: it cannot be read. */
static char *read_end(const char *path)
{
    FILE *file = fopen(path, "re");
    size_t length = 0;
    char *text;

    if (!file)
        return NULL;
    if ((text = malloc(LEASES_MAX + 1)))
    {
        if (fseek(file, -(long)LEASES_MAX, SEEK_END))
            rewind(file);               /* it is shorter */
        length = fread(text, 1, LEASES_MAX, file);
        text[length] = 0;
    }
    fclose(file);
    return text;
}

/* A terminating zero that some servers send is no part of the text; anything else that is no text makes it none. */
static bool take_text(const char *text, size_t length, char *list, size_t size)
{
    size_t i;

    while (length && !text[length - 1])
        length--;
    if (!length || length >= size)
        return false;
    for (i = 0; i < length; i++)
    {
        if (text[i] < ' ' || text[i] > '~')
            return false;
    }
    memcpy(list, text, length);
    list[length] = 0;
    return true;
}

/* Pairs of hexadecimal digits, with or without something between them. */
static bool take_hex(const char *digits, size_t length, const char *between, char *list, size_t size)
{
    char bytes[DHCP_LIST_MAX], pair[3] = "", *end;
    size_t used = 0, step = 2 + strlen(between), i;

    for (i = 0; i < length; i += step)
    {
        /* dhclient writes one digit for bytes below 16, none of which belongs to a host name. */
        if (length - i < 2 || used == sizeof(bytes))
            return false;
        memcpy(pair, digits + i, 2);
        bytes[used++] = (char)strtoul(pair, &end, 16);
        if (*end || (length - i > 2 && strncmp(digits + i + 2, between, strlen(between))))
            return false;
    }
    return take_text(bytes, used, list, size);
}

/* Lines NAME=value; networkd removes the file when the lease is over. */
static bool read_networkd(const char *text, time_t now, char *list, size_t size)
{
    const char *line, *value;

    (void)now;
    for (line = text; line; line = strchr(line, '\n'))
    {
        line += *line == '\n';
        if (strncmp(line, NETWORKD_OPTION, strlen(NETWORKD_OPTION)))
            continue;
        value = line + strlen(NETWORKD_OPTION);
        return take_hex(value, strcspn(value, "\r\n"), "", list, size);
    }
    return false;
}

/* expire W YYYY/MM/DD HH:MM:SS; in UTC, or expire epoch N; or expire never; */
static bool is_expired(const char *lease, time_t now)
{
    const char *expire = strstr(lease, "\n  expire ");
    struct tm date = {0};
    long long epoch;

    if (!expire)
        return false;
    expire += strlen("\n  expire ");
    if (sscanf(expire, "epoch %lld", &epoch) == 1)
        return epoch <= now;
    if (sscanf(expire, "%*d %d/%d/%d %d:%d:%d", &date.tm_year, &date.tm_mon, &date.tm_mday, &date.tm_hour,
               &date.tm_min, &date.tm_sec) != 6)
        return false;
    date.tm_year -= 1900;
    date.tm_mon--;
    return timegm(&date) <= now;
}

/* Blocks, of which the last one is in force: the text of an option in quotes, or its bytes with colons. */
static bool read_dhclient(const char *text, time_t now, char *list, size_t size)
{
    const char *lease = NULL, *next, *value;

    for (next = text; (next = strstr(next, "lease {")); next++)
        lease = next;
    if (!lease || is_expired(lease, now) || !(value = strstr(lease, DHCLIENT_OPTION)))
        return false;
    value += strlen(DHCLIENT_OPTION);
    if (*value == '"')
        return take_text(value + 1, strcspn(value + 1, "\"\n"), list, size);
    return take_hex(value, strcspn(value, ";\n"), ":", list, size);
}

static int is_networkd_lease(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int is_dhclient_lease(const struct dirent *entry)
{
    const char *suffix = strrchr(entry->d_name, '.');

    return !strncmp(entry->d_name, "dhclient", 8) && suffix
           && (!strcmp(suffix, ".leases") || !strcmp(suffix, ".lease"));
}

static bool search(const char *root, const char *directory, int (*filter)(const struct dirent *), lease_reader reader,
                   time_t now, char *list, size_t size)
{
    struct dirent **entries;
    bool found = false;
    char *path, *text;
    int count, i;

    if (asprintf(&path, "%s%s", root, directory) < 0)
        return false;
    count = scandir(path, &entries, filter, alphasort);
    free(path);
    for (i = 0; i < count; i++)
    {
        if (!found && asprintf(&path, "%s%s/%s", root, directory, entries[i]->d_name) >= 0)
        {
            if ((text = read_end(path)))
                found = reader(text, now, list, size);
            free(text);
            free(path);
        }
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return found;
}

bool dhcp_find_cache_hosts(const char *root, time_t now, char *list, size_t size)
{
    return search(root, NETWORKD_DIR, is_networkd_lease, read_networkd, now, list, size)
           || search(root, "/var/lib/dhcp", is_dhclient_lease, read_dhclient, now, list, size)
           || search(root, "/var/lib/dhclient", is_dhclient_lease, read_dhclient, now, list, size);
}
