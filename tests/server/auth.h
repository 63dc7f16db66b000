/*
 * How the test server asks who is there.
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

#ifndef DOSVC_TEST_AUTH_H
#define DOSVC_TEST_AUTH_H

#include <stdbool.h>

#define AUTH_TEXT_MAX 1024              /* of a header with an answer */

/* How far a connection is with NTLM, which makes the connection known rather than the request. */
enum auth_step
{
    AUTH_UNKNOWN,
    AUTH_CHALLENGED,                    /* its first message is answered */
    AUTH_KNOWN
};

/*
 * Credentials are those of a script: `basic:USER:PASSWORD`, `digest:USER:PASSWORD`, `ntlm:USER:PASSWORD` (the password
 * is not looked at), or empty: then it is basic.
 */
const char *auth_challenge(const char *credentials, enum auth_step step);

/*
 * Whether the value of an Authorization or Proxy-Authorization header, empty without one, gives the credentials for a
 * request with that method; or the connection is known.
 */
bool auth_matches(const char *value, const char *method, const char *credentials, enum auth_step *step);

#endif /* DOSVC_TEST_AUTH_H */
