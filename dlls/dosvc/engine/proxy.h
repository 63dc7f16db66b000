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

#ifndef DOSVC_PROXY_H
#define DOSVC_PROXY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Windows' notation: the list is `host:port` for every protocol, or entries `http=host:port`, `https=host:port`
 * separated by semicolons or white space, an entry may carry a scheme (`http://host:port`); `socks=host:port` is used
 * for what has no entry of its own. The bypass list holds names separated by semicolons or white space; a star stands
 * for any characters, `<local>` for every host name without a dot; entries may carry a scheme or a port, which must
 * then match.
 */

enum proxy_choice
{
    PROXY_CHOICE_DIRECT,    /* no proxy for this URL */
    PROXY_CHOICE_USE,       /* the one written to the buffer, as CURLOPT_PROXY takes it */
    PROXY_CHOICE_UNSET      /* the list is empty: the caller decides */
};

/* Bypass may be NULL. An entry that does not fit the buffer or is malformed is passed over. */
enum proxy_choice proxy_for_url(const char *list, const char *bypass, const char *url, char *buffer, size_t size);

/* Whether an entry has a user name or a password, which must not be stored. The list may be NULL. */
bool proxy_list_has_credentials(const char *list);

#endif /* DOSVC_PROXY_H */
