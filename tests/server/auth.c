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
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "auth.h"

#define REALM "test"
#define NONCE "a1b2c3d4"                /* always the same: answers may be used again */
#define HASH_TEXT_SIZE 33

/* Of NTLM's messages, as MS-NLMP has them. */
#define NTLM_SIGNATURE "NTLMSSP"        /* with its zero */
#define NTLM_TYPE 8
#define NTLM_USER 36                    /* length, room, offset: of the third message */
#define NTLM_HEADER_MIN 64

/* The second message: Unicode, NTLM, no name, a challenge, and an empty list about the server. */
static const uint8_t ntlm_challenge[] =
{
    'N', 'T', 'L', 'M', 'S', 'S', 'P', 0, 2, 0, 0, 0, 0, 0, 0, 0, 48, 0, 0, 0, 0x01, 0x02, 0x80, 0,
    1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 4, 0, 48, 0, 0, 0, 0, 0, 0, 0
};

const char *auth_challenge(const char *credentials, enum auth_step step)
{
    static _Thread_local char text[sizeof(ntlm_challenge) * 2];

    if (!strncmp(credentials, "digest:", 7))
        return "Digest realm=\"" REALM "\", nonce=\"" NONCE "\"";
    if (strncmp(credentials, "ntlm:", 5))
        return "Basic realm=\"" REALM "\"";
    if (step != AUTH_CHALLENGED)
        return "NTLM";
    snprintf(text, sizeof(text), "NTLM ");
    EVP_EncodeBlock((unsigned char *)text + strlen(text), ntlm_challenge, sizeof(ntlm_challenge));
    return text;
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
static bool digest_matches(const char *value, const char *method, const char *credentials)
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
    snprintf(text, sizeof(text), "%s:%s", method, uri);
    hash(text, ha2);
    snprintf(text, sizeof(text), "%s:" NONCE ":%s", ha1, ha2);
    hash(text, ha1);
    return !strcmp(response, ha1);
}

/* The name of the user in a third message, which is UTF-16. */
static bool ntlm_user_is(const uint8_t *message, size_t size, const char *user, size_t length)
{
    size_t offset, i;

    if (size < NTLM_HEADER_MIN || (size_t)(message[NTLM_USER] | message[NTLM_USER + 1] << 8) != 2 * length)
        return false;
    offset = (size_t)(message[NTLM_USER + 4] | message[NTLM_USER + 5] << 8);
    for (i = 0; i < length; i++)
    {
        if (offset + 2 * i + 1 >= size || message[offset + 2 * i] != (uint8_t)user[i] || message[offset + 2 * i + 1])
            return false;
    }
    return true;
}

static bool ntlm_matches(const char *value, const char *credentials, enum auth_step *step)
{
    enum auth_step before = *step;
    uint8_t message[AUTH_TEXT_MAX];
    int size;

    if (before == AUTH_KNOWN && !*value)
        return true;
    *step = AUTH_UNKNOWN;
    if (strncmp(value, "NTLM ", 5) || strlen(value) >= AUTH_TEXT_MAX
        || (size = EVP_DecodeBlock(message, (const unsigned char *)value + 5, (int)strlen(value + 5))) <= NTLM_TYPE
        || memcmp(message, NTLM_SIGNATURE, sizeof(NTLM_SIGNATURE)))
        return false;
    if (message[NTLM_TYPE] == 1)
        *step = AUTH_CHALLENGED;
    else if (message[NTLM_TYPE] == 3 && before == AUTH_CHALLENGED
             && ntlm_user_is(message, (size_t)size, credentials, strcspn(credentials, ":")))
        *step = AUTH_KNOWN;
    return *step == AUTH_KNOWN;
}

bool auth_matches(const char *value, const char *method, const char *credentials, enum auth_step *step)
{
    if (!strncmp(credentials, "digest:", 7))
        return digest_matches(value, method, credentials + 7);
    if (!strncmp(credentials, "ntlm:", 5))
        return ntlm_matches(value, credentials + 5, step);
    return basic_matches(value, credentials + strlen("basic:"));
}
