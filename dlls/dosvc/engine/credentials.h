/*
 * Names and passwords of a job, for servers and proxies that ask for them.
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

#ifndef DOSVC_CREDENTIALS_H
#define DOSVC_CREDENTIALS_H

#include <stdbool.h>
#include <stdint.h>

#include "model.h"

#define CREDENTIAL_USER_MAX (3 * 300)       /* bytes: BITS' limits, with three bytes for each character */
#define CREDENTIAL_PASSWORD_MAX (3 * 65536)

struct credential
{
    char *user;                         /* NULL: none is set */
    char *password;
};

/* Kept in memory only, and wiped. */
struct credentials
{
    struct credential of[CREDENTIAL_TARGET_COUNT][CREDENTIAL_SCHEME_COUNT];
};

/* Replaces those of that target and scheme. False: no memory, and nothing has changed. */
bool credentials_set(struct credentials *credentials, enum credential_target target, enum credential_scheme scheme,
                     const char *user, const char *password);
/* False: there were none. */
bool credentials_remove(struct credentials *credentials, enum credential_target target, enum credential_scheme scheme);

/* False: no memory, and the copy is empty. */
bool credentials_copy(struct credentials *copy, const struct credentials *credentials);
void credentials_cleanup(struct credentials *credentials);

/*
 * What answers a challenge, whose schemes are CURLAUTH_* as libcurl reports them: in Windows' order, in which those
 * come first that do not show the password. *scheme becomes the one CURLAUTH_*; NULL: there is nothing that fits.
 */
const struct credential *credentials_choose(const struct credentials *credentials, enum credential_target target,
                                            unsigned long offered, unsigned long *scheme);

#endif /* DOSVC_CREDENTIALS_H */
