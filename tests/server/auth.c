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

#include "config.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "auth.h"

#define REALM "test"
#define NONCE "a1b2c3d4"                /* always the same: answers may be used again */
#define HASH_TEXT_SIZE 33

const char *auth_challenge(const char *credentials)
{
    if (!strncmp(credentials, "digest:", 7))
        return "Digest realm=\"" REALM "\", nonce=\"" NONCE "\"";
    return "Basic realm=\"" REALM "\"";
}

static bool basic_matches(const char *value, const char *credentials)
{
    char expected[AUTH_TEXT_MAX] = "Basic ";

    if (strlen(credentials) > AUTH_TEXT_MAX / 2)
        return false;
    EVP_EncodeBlock((unsigned char *)expected + strlen(expected), (const unsigned char *)credentials,
                    (int)strlen(credentials));
    return !strcmp(value, expected);
}

static void hash(const char *text, char *hex)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0, i;

    *hex = 0;
    if (EVP_Digest(text, strlen(text), digest, &length, EVP_md5(), NULL) != 1)
        return;
    for (i = 0; i < length; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

/* The quoted value of a part of the header; false: it is missing or too long. */
static bool get_part(const char *value, const char *name, char *part, size_t room)
{
    char start[32];
    const char *found;
    size_t length;

    snprintf(start, sizeof(start), "%s=\"", name);
    if (!(found = strstr(value, start)))
        return false;
    found += strlen(start);
    if ((length = strcspn(found, "\"")) >= room)
        return false;
    memcpy(part, found, length);
    part[length] = 0;
    return true;
}

/* As RFC 2069 has it: the challenge offers no quality of protection. */
static bool digest_matches(const char *value, const char *credentials)
{
    char user[256], uri[AUTH_TEXT_MAX], response[64], text[2 * AUTH_TEXT_MAX], ha1[HASH_TEXT_SIZE], ha2[HASH_TEXT_SIZE];
    const char *password = strchr(credentials, ':');

    if (strncmp(value, "Digest ", 7) || !password || !get_part(value, "username", user, sizeof(user))
        || !get_part(value, "uri", uri, sizeof(uri)) || !get_part(value, "response", response, sizeof(response)))
        return false;
    if (strlen(user) != (size_t)(password - credentials) || strncmp(user, credentials, strlen(user)))
        return false;
    snprintf(text, sizeof(text), "%s:" REALM ":%s", user, password + 1);
    hash(text, ha1);
    snprintf(text, sizeof(text), "GET:%s", uri);
    hash(text, ha2);
    snprintf(text, sizeof(text), "%s:" NONCE ":%s", ha1, ha2);
    hash(text, ha1);
    return !strcmp(response, ha1);
}

bool auth_matches(const char *value, const char *credentials)
{
    if (!strncmp(credentials, "digest:", 7))
        return digest_matches(value, credentials + 7);
    return basic_matches(value, credentials + strlen("basic:"));
}
