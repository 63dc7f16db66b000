/*
 * Headers of its own that a client wants in the requests of a job.
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

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "custom_headers.h"

/* What a client cannot set: the engine depends on it, or it would be another request. A dash ends a prefix. */
static const char *const owned_names[] =
{
    "Accept-Encoding",
    "Connection",
    "Content-Encoding",
    "Content-Length",
    "Expect",
    "Host",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "If-Unmodified-Since",
    "Keep-Alive",
    "Proxy-",
    "Range",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
};

/* Parts of a line; never terminated. */
struct custom_header
{
    const char *name;
    size_t name_length;
    const char *value;
    size_t value_length;
};

static bool is_token_character(char c)
{
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
        return true;
    return c && strchr("!#$%&'*+-.^_`|~", c);
}

static bool is_value_character(char c)
{
    return (unsigned char)c >= ' ' ? c != 0x7f : c == '\t';
}

static bool is_owned(const struct custom_header *header)
{
    unsigned int i;

    for (i = 0; i < sizeof(owned_names) / sizeof(*owned_names); i++)
    {
        size_t length = strlen(owned_names[i]);

        if (header->name_length < length || strncasecmp(header->name, owned_names[i], length))
            continue;
        if (header->name_length == length || owned_names[i][length - 1] == '-')
            return true;
    }
    return false;
}

/* A name has neither a colon nor an equals sign in it, so that there is no doubt which of them ends it. */
static bool custom_header_parse(const char *line, size_t length, struct custom_header *header)
{
    size_t i = 0;

    while (i < length && is_token_character(line[i]))
        i++;
    if (!i || i == length || (line[i] != ':' && line[i] != '='))
        return false;
    header->name = line;
    header->name_length = i++;
    while (i < length && (line[i] == ' ' || line[i] == '\t'))
        i++;
    while (length > i && (line[length - 1] == ' ' || line[length - 1] == '\t'))
        length--;
    header->value = line + i;
    header->value_length = length - i;
    for (; i < length; i++)
    {
        if (!is_value_character(line[i]))
            return false;
    }
    return true;
}

/* As libcurl wants it: a semicolon stands for an empty value, since a colon alone would remove the header. */
static char *custom_header_format(const struct custom_header *header)
{
    size_t length = header->name_length;
    char *text;

    if (!(text = malloc(length + header->value_length + 3)))
        return NULL;
    memcpy(text, header->name, length);
    if (header->value_length)
    {
        text[length++] = ':';
        text[length++] = ' ';
        memcpy(text + length, header->value, header->value_length);
        length += header->value_length;
    }
    else
    {
        text[length++] = ';';
    }
    text[length] = 0;
    return text;
}

static bool custom_headers_append(struct curl_slist **list, const struct custom_header *header)
{
    struct curl_slist *longer = NULL;
    char *text;

    if ((text = custom_header_format(header)))
    {
        if ((longer = curl_slist_append(*list, text)))
            *list = longer;
        OPENSSL_cleanse(text, strlen(text));
        free(text);
    }
    return longer != NULL;
}

struct curl_slist *custom_headers_build(const char *text, bool *failed)
{
    struct curl_slist *list = NULL;
    struct custom_header header;
    size_t length, rest;

    for (; *text; text += length + rest)
    {
        length = strcspn(text, "\n");
        rest = text[length] == '\n';
        if (rest && length && text[length - 1] == '\r')
        {
            length--;
            rest++;
        }
        if (custom_header_parse(text, length, &header) && !is_owned(&header)
            && !custom_headers_append(&list, &header))
        {
            custom_headers_free(list);
            *failed = true;
            return NULL;
        }
    }
    return list;
}

void custom_headers_free(struct curl_slist *list)
{
    struct curl_slist *entry;

    for (entry = list; entry; entry = entry->next)
        OPENSSL_cleanse(entry->data, strlen(entry->data));
    curl_slist_free_all(list);
}
