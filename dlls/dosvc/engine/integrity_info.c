/*
 * IntegrityCheckInfo: where the hashes of a file's pieces are, and how they are known to be right.
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

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base64.h"
#include "integrity_info.h"
#include "result.h"
#include "url.h"

struct digest_name
{
    const char *name;
    enum integrity_digest algorithm;
    size_t size;
};

static const struct digest_name digest_names[] =
{
    {"SHA256", INTEGRITY_DIGEST_SHA256, 32},
    {"SHA-256", INTEGRITY_DIGEST_SHA256, 32},
    {"SHA1", INTEGRITY_DIGEST_SHA1, 20},
    {"SHA-1", INTEGRITY_DIGEST_SHA1, 20},
    {"SHA384", INTEGRITY_DIGEST_SHA384, 48},
    {"SHA-384", INTEGRITY_DIGEST_SHA384, 48},
    {"SHA512", INTEGRITY_DIGEST_SHA512, 64},
    {"SHA-512", INTEGRITY_DIGEST_SHA512, 64},
};

/* False: there is something else than a string. What is missing, or null, gives NULL. */
static bool member_text(const json_t *object, const char *name, const char **text)
{
    const json_t *value = json_object_get(object, name);

    *text = json_string_value(value);
    return !value || json_is_null(value) || *text;
}

static const struct digest_name *digest_find(const char *name)
{
    unsigned int i;

    if (!name)
        return &digest_names[0];
    for (i = 0; i < sizeof(digest_names) / sizeof(*digest_names); i++)
    {
        if (!strcasecmp(digest_names[i].name, name))
            return &digest_names[i];
    }
    return NULL;
}

static int hex_value(char character)
{
    if (character >= '0' && character <= '9')
        return character - '0';
    if (character >= 'a' && character <= 'f')
        return character - 'a' + 10;
    return character >= 'A' && character <= 'F' ? character - 'A' + 10 : -1;
}

static bool hex_decode(const char *text, uint8_t *bytes, size_t size)
{
    size_t i;

    if (strlen(text) != 2 * size)
        return false;
    for (i = 0; i < size; i++)
    {
        int high = hex_value(text[2 * i]), low = hex_value(text[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* Base64 or hexadecimal: a text of either kind has a length that the other one has not. */
static bool integrity_info_set_digest(struct integrity_info *info, const char *name, const char *text)
{
    const struct digest_name *digest;
    size_t size;

    if (!text)
        return true;
    if (!*text)
        return false;
    if (!(digest = digest_find(name)))
    {
        info->digest_algorithm = INTEGRITY_DIGEST_UNKNOWN;
        return true;
    }
    info->digest_algorithm = digest->algorithm;
    info->digest_size = digest->size;
    if (hex_decode(text, info->digest, digest->size))
        return true;
    return base64_decode(text, info->digest, sizeof(info->digest), &size) && size == digest->size;
}

static bool integrity_info_set_hash(struct integrity_info *info, const char *text)
{
    size_t size;

    if (!text)
        return true;
    info->has_hash_of_hashes = true;
    return base64_decode(text, info->hash_of_hashes, sizeof(info->hash_of_hashes), &size)
           && size == sizeof(info->hash_of_hashes);
}

static int32_t integrity_info_read(struct integrity_info *info, const json_t *object)
{
    const char *url, *hash, *digest, *algorithm;

    if (!json_is_object(object) || !member_text(object, "PiecesHashFileUrl", &url) || !url
        || !member_text(object, "HashOfHashes", &hash) || !member_text(object, "PiecesHashFileDigest", &digest)
        || !member_text(object, "PiecesHashFileDigestAlgorithm", &algorithm)
        || FAILED(url_check(url))
        || !integrity_info_set_hash(info, hash) || !integrity_info_set_digest(info, algorithm, digest))
        return E_INVALIDARG;
    return (info->url = strdup(url)) ? S_OK : E_OUTOFMEMORY;
}

int32_t integrity_info_parse(const char *json, struct integrity_info *info)
{
    json_t *object;
    int32_t hr;

    memset(info, 0, sizeof(*info));
    if (!json || strlen(json) > INTEGRITY_INFO_MAX || !(object = json_loads(json, JSON_REJECT_DUPLICATES, NULL)))
        return E_INVALIDARG;
    if (FAILED(hr = integrity_info_read(info, object)))
        memset(info, 0, sizeof(*info));
    json_decref(object);
    return hr;
}

void integrity_info_cleanup(struct integrity_info *info)
{
    free(info->url);
    memset(info, 0, sizeof(*info));
}
