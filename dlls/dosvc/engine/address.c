/*
 * Addresses that a file is not to be fetched from again at once.
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

/* Runs on transfer threads, which are unknown to Wine: no Wine call here. */

#include "config.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "address.h"
#include "transfer.h"

static void address_map(const struct in_addr *address, struct in6_addr *mapped)
{
    memset(mapped, 0, sizeof(*mapped));
    mapped->s6_addr[10] = mapped->s6_addr[11] = 0xff;
    memcpy(mapped->s6_addr + 12, address, sizeof(*address));
}

static bool address_parse(const char *text, struct in6_addr *address)
{
    struct in_addr old;

    if (inet_pton(AF_INET6, text, address) == 1)
        return true;
    if (inet_pton(AF_INET, text, &old) != 1)
        return false;
    address_map(&old, address);
    return true;
}

static bool address_set_find(const struct address_set *set, const struct in6_addr *address)
{
    unsigned int i;

    for (i = 0; i < set->count; i++)
    {
        if (!memcmp(&set->addresses[i], address, sizeof(*address)))
            return true;
    }
    return false;
}

void address_set_add(struct address_set *set, const char *text)
{
    struct in6_addr address;

    if (!address_parse(text, &address) || address_set_find(set, &address))
        return;
    if (set->count == ADDRESS_SET_MAX)
        memmove(set->addresses, set->addresses + 1, --set->count * sizeof(*set->addresses));
    set->addresses[set->count++] = address;
}

bool address_set_has(const struct address_set *set, const struct sockaddr *address)
{
    struct sockaddr_in6 wide;
    struct sockaddr_in narrow;
    struct in6_addr mapped;

    if (address->sa_family == AF_INET6)
    {
        memcpy(&wide, address, sizeof(wide));
        return address_set_find(set, &wide.sin6_addr);
    }
    if (address->sa_family != AF_INET)
        return false;
    memcpy(&narrow, address, sizeof(narrow));
    address_map(&narrow.sin_addr, &mapped);
    return address_set_find(set, &mapped);
}

/* libcurl goes on with the next address when it gets no socket for one. */
static curl_socket_t address_open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct transfer *transfer = context;

    (void)purpose;
    if (address_set_has(&transfer->avoid, &address->addr))
    {
        transfer->avoided = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

CURLcode address_set_options(struct transfer *transfer, CURL *easy)
{
    CURLcode ret;

    if (!transfer->avoid.count)
        return CURLE_OK;
    transfer->avoided = false;
    if ((ret = curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, address_open_socket))
        || (ret = curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer)))
        return ret;
    /* An idle connection would lead to the same address again. */
    return curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
}

void address_set_fail(struct address_set *set, const struct transfer *transfer)
{
    if (!transfer->avoid.count)
        set->count = 0;                 /* all of them had their turn */
    address_set_add(set, transfer->address);
}

bool address_try_all(struct transfer *transfer, CURLcode result)
{
    if (result != CURLE_COULDNT_CONNECT || !transfer->avoided)
        return false;
    transfer->avoid.count = 0;
    transfer->avoided = false;
    transfer->number_unused = true;
    return true;
}
