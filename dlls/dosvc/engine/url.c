/*
 * What URLs the engine takes, and how they may be shown.
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

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "model.h"
#include "result.h"
#include "url.h"

#define MALFORMED_TEXT "?"

static int32_t url_parse(const char *url, CURLU **handle)
{
    CURLUcode ret;
    CURLU *parsed;

    if (!(parsed = curl_url()))
        return E_OUTOFMEMORY;
    if ((ret = curl_url_set(parsed, CURLUPART_URL, url, CURLU_PATH_AS_IS)))
    {
        curl_url_cleanup(parsed);
        return ret == CURLUE_OUT_OF_MEMORY ? E_OUTOFMEMORY : INET_E_INVALID_URL;
    }
    *handle = parsed;
    return S_OK;
}

/* Windows counts characters in UTF-16: two for what takes four bytes in UTF-8. */
static size_t url_count_characters(const char *url)
{
    size_t count = 0;

    for (; *url; url++)
    {
        if (((unsigned char)*url & 0xc0) == 0x80)
            continue;
        count += (unsigned char)*url >= 0xf0 ? 2 : 1;
    }
    return count;
}

static bool url_has_junk(const char *url)
{
    for (; *url; url++)
    {
        if ((unsigned char)*url <= ' ' || *url == 0x7f)
            return true;
    }
    return false;
}

/* The part between "://" and the path, with user and port. NULL: not http or https, or not written so. */
static const char *url_find_authority(const char *url, size_t *length)
{
    const char *authority;

    if (!strncasecmp(url, "http://", 7))
        authority = url + 7;
    else if (!strncasecmp(url, "https://", 8))
        authority = url + 8;
    else
        return NULL;
    *length = strcspn(authority, "/?#");
    return authority;
}

/* libcurl is more generous than we are: it takes http:/host and http:///host, an empty port, and port 0. */
static bool url_has_good_authority(const char *url, CURLU *handle)
{
    const char *authority;
    char *port = NULL;
    size_t length;
    bool good;

    if (!(authority = url_find_authority(url, &length)) || !length)
        return false;
    if (memchr(authority, '@', length) || authority[length - 1] == ':')
        return false;
    if (curl_url_get(handle, CURLUPART_PORT, &port, 0))
        return true;
    good = strspn(port, "0") != strlen(port);
    curl_free(port);
    return good;
}

int32_t url_check(const char *url)
{
    CURLU *handle;
    int32_t hr;

    if (!url || url_count_characters(url) > ENGINE_MAX_URL)
        return E_INVALIDARG;
    if (url_has_junk(url))
        return INET_E_INVALID_URL;
    if (FAILED(hr = url_parse(url, &handle)))
        return hr;
    if (!url_has_good_authority(url, handle))
        hr = INET_E_INVALID_URL;
    curl_url_cleanup(handle);
    return hr;
}

bool url_is_https(const char *url)
{
    return !strncasecmp(url, "https:", 6);
}

/* Without the brackets of an IPv6 address. */
static bool copy_host(const char *host, char *buffer, size_t size)
{
    size_t length = strlen(host), i;

    if (length >= 2 && host[0] == '[' && host[length - 1] == ']')
    {
        host++;
        length -= 2;
    }
    if (!length || length >= size)
        return false;
    for (i = 0; i < length; i++)
        buffer[i] = host[i] >= 'A' && host[i] <= 'Z' ? (char)(host[i] - 'A' + 'a') : host[i];
    buffer[length] = 0;
    return true;
}

bool url_get_host(const char *url, char *host, size_t size)
{
    char *part = NULL;
    CURLU *handle;
    bool ret = false;

    if (FAILED(url_parse(url, &handle)))
        return false;
    if (!curl_url_get(handle, CURLUPART_HOST, &part, 0))
    {
        ret = copy_host(part, host, size);
        curl_free(part);
    }
    curl_url_cleanup(handle);
    return ret;
}

void url_redact(const char *url, char *buffer, size_t size)
{
    static const CURLUPart secrets[] = {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_QUERY,
                                        CURLUPART_FRAGMENT};
    CURLUcode ret = CURLUE_OK;
    char *text = NULL;
    CURLU *handle;
    unsigned int i;

    if (!size)
        return;
    snprintf(buffer, size, MALFORMED_TEXT);
    if (FAILED(url_parse(url, &handle)))
        return;
    for (i = 0; i < sizeof(secrets) / sizeof(*secrets) && !ret; i++)
        ret = curl_url_set(handle, secrets[i], NULL, 0);
    if (!ret && !curl_url_get(handle, CURLUPART_URL, &text, 0))
    {
        snprintf(buffer, size, "%s", text);
        curl_free(text);
    }
    curl_url_cleanup(handle);
}

char *url_resolve(const char *base, const char *location)
{
    char *text = NULL, *copy = NULL;
    CURLU *handle;

    if (FAILED(url_parse(base, &handle)))
        return NULL;
    if (!curl_url_set(handle, CURLUPART_URL, location, CURLU_URLENCODE | CURLU_ALLOW_SPACE)
        && !curl_url_get(handle, CURLUPART_URL, &text, 0))
    {
        copy = strdup(text);
        curl_free(text);
    }
    curl_url_cleanup(handle);
    return copy;
}

/* Both parts are there, and the same, in any case. */
static bool part_is_same(CURLU *a, CURLU *b, CURLUPart part)
{
    char *part_a = NULL, *part_b = NULL;
    bool same;

    same = !curl_url_get(a, part, &part_a, CURLU_DEFAULT_PORT) && !curl_url_get(b, part, &part_b, CURLU_DEFAULT_PORT)
           && !strcasecmp(part_a, part_b);
    curl_free(part_a);
    curl_free(part_b);
    return same;
}

bool url_same_origin(const char *a, const char *b)
{
    CURLU *handle_a, *handle_b;
    bool same = false;

    if (FAILED(url_parse(a, &handle_a)))
        return false;
    if (SUCCEEDED(url_parse(b, &handle_b)))
    {
        same = part_is_same(handle_a, handle_b, CURLUPART_SCHEME) && part_is_same(handle_a, handle_b, CURLUPART_HOST)
               && part_is_same(handle_a, handle_b, CURLUPART_PORT);
        curl_url_cleanup(handle_b);
    }
    curl_url_cleanup(handle_a);
    return same;
}
