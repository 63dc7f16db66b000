/*
 * DecryptionInfo: how an encrypted file is to be decrypted.
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
#include <openssl/crypto.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base64.h"
#include "decryption_info.h"
#include "result.h"

/* Whether a member is missing, or null, or one of two names, in any case. */
static bool member_is(const json_t *object, const char *member, const char *name, const char *other)
{
    const json_t *value = json_object_get(object, member);
    const char *text = json_string_value(value);

    if (!value || json_is_null(value))
        return true;
    return text && (!strcasecmp(text, name) || !strcasecmp(text, other));
}

static bool decryption_info_set_key(struct decryption_info *info, const json_t *value)
{
    uint8_t data[DECRYPTION_KEY_DATA_MAX];
    bool good = false;
    size_t size;

    if (json_is_string(value) && base64_decode(json_string_value(value), data, sizeof(data), &size)
        && size >= sizeof(info->key))
    {
        memcpy(info->key, data, sizeof(info->key));
        good = true;
    }
    OPENSSL_cleanse(data, sizeof(data));
    return good;
}

static bool decryption_info_set_buffer_size(struct decryption_info *info, const json_t *value)
{
    json_int_t size = DECRYPTION_BUFFER_DEFAULT;

    if (value && !json_is_null(value))
    {
        if (!json_is_integer(value))
            return false;
        size = json_integer_value(value);
    }
    if (size <= 0 || size > DECRYPTION_BUFFER_MAX || size % DECRYPTION_BLOCK_SIZE)
        return false;
    info->buffer_size = (uint32_t)size;
    return true;
}

static bool decryption_info_read(struct decryption_info *info, const json_t *object)
{
    return json_is_object(object) && member_is(object, "AlgorithmName", "AES", "AES")
           && member_is(object, "ChainingMode", "ChainingModeCBC", "CBC")
           && decryption_info_set_buffer_size(info, json_object_get(object, "EncryptionBufferSize"))
           && decryption_info_set_key(info, json_object_get(object, "KeyData"));
}

/* The parser's copies of the strings hold the key as well. */
static void wipe_strings(json_t *object)
{
    const char *name;
    json_t *value;

    json_object_foreach(object, name, value)
    {
        if (json_is_string(value))
            OPENSSL_cleanse((char *)json_string_value(value), json_string_length(value));
    }
}

int32_t decryption_info_parse(const char *json, struct decryption_info *info)
{
    json_t *object;
    bool good;

    memset(info, 0, sizeof(*info));
    if (!json || strlen(json) > DECRYPTION_INFO_MAX || !(object = json_loads(json, JSON_REJECT_DUPLICATES, NULL)))
        return E_INVALIDARG;
    if (!(good = decryption_info_read(info, object)))
        decryption_info_cleanup(info);
    wipe_strings(object);
    json_decref(object);
    return good ? S_OK : E_INVALIDARG;
}

void decryption_info_cleanup(struct decryption_info *info)
{
    OPENSSL_cleanse(info, sizeof(*info));
}
