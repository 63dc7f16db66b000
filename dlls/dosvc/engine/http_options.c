/*
 * What a job wants of its requests, beyond what is asked for.
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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "custom_headers.h"
#include "engine_private.h"
#include "http_options.h"

/* False: no memory. */
static bool copy_text(const char *text, char **copy)
{
    *copy = NULL;
    return !text || (*copy = strdup(text));
}

/* Of jobs only those that were given one, and of downloads all: that is what the services that they are for expect. */
static bool copy_correlation(struct job *job, char **copy)
{
    if (job->texts[JOB_TEXT_CORRELATION_VECTOR])
        return copy_text(job->texts[JOB_TEXT_CORRELATION_VECTOR], copy);
    *copy = NULL;
    if (job->numbers[JOB_NUMBER_KIND] != JOB_KIND_DOWNLOAD
        || (!*job->correlation_base && !correlation_vector_create(job->correlation_base)))
        return true;
    return copy_text(job->correlation_base, copy);
}

bool http_options_init(struct http_options *options, struct job *job)
{
    const char *headers = job->texts[JOB_TEXT_CUSTOM_HEADERS], *auth_headers = job->texts[JOB_TEXT_AUTH_HEADERS];
    bool failed = false;

    options->security = (uint32_t)job->numbers[JOB_NUMBER_SECURITY_FLAGS];
    options->headers = headers ? custom_headers_build(headers, &failed) : NULL;
    options->auth_headers = auth_headers ? custom_headers_build(auth_headers, &failed) : NULL;
    failed = !copy_text(job->texts[JOB_TEXT_CLIENT_CERTIFICATE], &options->certificate) || failed;
    failed = !copy_text(job->texts[JOB_TEXT_CLIENT_KEY], &options->key) || failed;
    failed = !copy_correlation(job, &options->correlation) || failed;
    return credentials_copy(&options->credentials, &job->credentials) && !failed;
}

static void free_secret(char *text)
{
    if (text)
        OPENSSL_cleanse(text, strlen(text));
    free(text);
}

void http_options_strip(struct http_options *options)
{
    unsigned int i;

    for (i = 0; i < CREDENTIAL_SCHEME_COUNT; i++)
        (void)credentials_remove(&options->credentials, CREDENTIAL_SERVER, i);
    custom_headers_free(options->headers);
    custom_headers_free(options->auth_headers);
    free_secret(options->key);
    free(options->certificate);
    free(options->correlation);
    options->headers = options->auth_headers = NULL;
    options->key = options->certificate = options->correlation = NULL;
    options->security &= SECURITY_REDIRECT_MASK | SECURITY_CHECK_REVOCATION;
}

void http_options_cleanup(struct http_options *options)
{
    custom_headers_free(options->headers);
    credentials_cleanup(&options->credentials);
    custom_headers_free(options->auth_headers);
    free_secret(options->key);
    free(options->certificate);
    free(options->correlation);
    memset(options, 0, sizeof(*options));
}

/* Whether the list has a header with the name that this one begins with. */
static bool has_header(const struct curl_slist *list, const char *header)
{
    size_t length = strcspn(header, ":;");

    for (; list; list = list->next)
    {
        if (strcspn(list->data, ":;") == length && !strncasecmp(list->data, header, length))
            return true;
    }
    return false;
}

static bool append_header(struct curl_slist **list, const char *header)
{
    struct curl_slist *longer = curl_slist_append(*list, header);

    if (longer)
        *list = longer;
    return longer != NULL;
}

/* Appends what the list has not yet. */
static bool append_headers(struct curl_slist **list, const struct curl_slist *headers)
{
    const struct curl_slist *before = *list;

    for (; headers; headers = headers->next)
    {
        if (!has_header(before, headers->data) && !append_header(list, headers->data))
            return false;
    }
    return true;
}

bool http_options_build_headers(const struct http_options *options, bool at_origin, bool authorized, uint32_t number,
                                struct curl_slist **headers)
{
    char vector[CORRELATION_VECTOR_MAX + 1], header[sizeof(vector) + 8];
    struct curl_slist *list = NULL;
    bool good = true;

    if (at_origin && authorized)
        good = append_headers(&list, options->auth_headers);
    if (at_origin)
        good = good && append_headers(&list, options->headers);
    if (good && options->correlation && !has_header(list, "MS-CV"))
    {
        correlation_vector_extend(options->correlation, number, vector);
        snprintf(header, sizeof(header), "MS-CV: %s", vector);
        good = append_header(&list, header);
    }
    if (!good)
    {
        custom_headers_free(list);
        return false;
    }
    *headers = list;
    return true;
}

bool security_flags_are_known(uint64_t security)
{
    return !(security & ~(uint64_t)SECURITY_ALL)
           && (security & SECURITY_REDIRECT_MASK) != (SECURITY_REDIRECT_REPORT | SECURITY_REDIRECT_DISALLOW);
}

bool job_lacks_headers(const struct job *job)
{
    return job->numbers[JOB_NUMBER_HAS_CUSTOM_HEADERS] && !job->texts[JOB_TEXT_CUSTOM_HEADERS];
}

int32_t job_set_custom_headers(struct job *job, const char *headers)
{
    int32_t hr;

    if (headers && strlen(headers) > CUSTOM_HEADERS_MAX)
        return E_INVALIDARG;
    if (SUCCEEDED(hr = text_replace(&job->texts[JOB_TEXT_CUSTOM_HEADERS], headers)))
        job->numbers[JOB_NUMBER_HAS_CUSTOM_HEADERS] = job->texts[JOB_TEXT_CUSTOM_HEADERS] != NULL;
    return hr;
}
