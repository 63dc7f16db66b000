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

#ifndef DOSVC_ADDRESS_H
#define DOSVC_ADDRESS_H

#include <curl/curl.h>
#include <netinet/in.h>
#include <stdbool.h>

#define ADDRESS_SET_MAX 4

/* The last few addresses from which an attempt failed; the next one goes to another, if the name has one. */
struct address_set
{
    struct in6_addr addresses[ADDRESS_SET_MAX]; /* IPv4 as a mapped address */
    unsigned int count;
};

struct transfer;

/* An address as text, of either kind; the oldest one makes room. What is none is left out. */
void address_set_add(struct address_set *set, const char *text);
bool address_set_has(const struct address_set *set, const struct sockaddr *address);

/* Has the handle keep off the addresses of transfer->avoid. */
CURLcode address_set_options(struct transfer *transfer, CURL *easy);
/* Notes where a transfer has failed. */
void address_set_fail(struct address_set *set, const struct transfer *transfer);
/* Whether the other addresses, if any, are no good: then none is avoided, and the attempt is to be repeated. */
bool address_try_all(struct transfer *transfer, CURLcode result);

#endif /* DOSVC_ADDRESS_H */
