/*
 * What a transfer asks of libcurl: the request, and the connection for it.
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

/* Runs on transfer threads, which are unknown to Wine: no Wine call here. */

#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "custom_headers.h"
#include "engine_private.h"
#include "tls.h"
#include "transfer.h"

#define USER_AGENT "Microsoft-Delivery-Optimization/10.1"

/* A request for the whole file carries no range, so that any server can answer it. */
static CURLcode transfer_set_range(const struct transfer *transfer, CURL *easy)
{
    char range[64];

    if (!transfer->ranged && !transfer->content_offset && !transfer->partial)
        return CURLE_OK;
    if (transfer->length == ENGINE_SIZE_UNKNOWN)
        snprintf(range, sizeof(range), "%" PRIu64 "-", transfer->content_offset);
    else
        snprintf(range, sizeof(range), "%" PRIu64 "-%" PRIu64, transfer->content_offset,
                 transfer->content_offset + transfer->length - 1);
    return curl_easy_setopt(easy, CURLOPT_RANGE, range);
}

/* Redirects are followed by the engine, not by libcurl, which would send most headers everywhere. */
static CURLcode transfer_set_headers(struct transfer *transfer, CURL *easy)
{
    if (!transfer->number_unused)
        transfer->number = atomic_fetch_add(&transfer->file->job->correlation_count, 1) + 1;
    transfer->number_unused = false;
    custom_headers_free(transfer->headers);
    transfer->headers = NULL;
    if (!http_options_build_headers(&transfer->options, transfer_at_origin(transfer), transfer->authorized,
                                    transfer->number, &transfer->headers))
        return CURLE_OUT_OF_MEMORY;
    return curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
}

static CURLcode transfer_set_server_credentials(const struct transfer *transfer, CURL *easy)
{
    const struct credential *credential;
    unsigned long scheme;
    CURLcode ret;

    if (!transfer->server_scheme || !transfer_at_origin(transfer)
        || !(credential = credentials_choose(&transfer->options.credentials, CREDENTIAL_SERVER,
                                             transfer->server_scheme, &scheme)))
        return CURLE_OK;
    if ((ret = curl_easy_setopt(easy, CURLOPT_HTTPAUTH, scheme))
        || (ret = curl_easy_setopt(easy, CURLOPT_USERNAME, credential->user)))
        return ret;
    return curl_easy_setopt(easy, CURLOPT_PASSWORD, credential->password);
}

static CURLcode transfer_set_proxy_credentials(const struct transfer *transfer, CURL *easy)
{
    const struct credential *credential;
    unsigned long scheme;
    CURLcode ret;

    if (!transfer->proxy_scheme
        || !(credential = credentials_choose(&transfer->options.credentials, CREDENTIAL_PROXY,
                                             transfer->proxy_scheme, &scheme)))
        return CURLE_OK;
    if ((ret = curl_easy_setopt(easy, CURLOPT_PROXYAUTH, scheme))
        || (ret = curl_easy_setopt(easy, CURLOPT_PROXYUSERNAME, credential->user)))
        return ret;
    return curl_easy_setopt(easy, CURLOPT_PROXYPASSWORD, credential->password);
}

static CURLcode transfer_set_blob(CURL *easy, CURLoption option, char *text)
{
    struct curl_blob blob = {.data = text, .len = strlen(text), .flags = CURL_BLOB_COPY};

    return curl_easy_setopt(easy, option, &blob);
}

/* A server that redirects learns who the client is; where it redirects to does not. */
static CURLcode transfer_set_certificate(const struct transfer *transfer, CURL *easy)
{
    const struct http_options *options = &transfer->options;
    CURLcode ret;

    if (!options->certificate || !options->key || !transfer_at_origin(transfer))
        return CURLE_OK;
    if ((ret = curl_easy_setopt(easy, CURLOPT_SSLCERTTYPE, "PEM"))
        || (ret = curl_easy_setopt(easy, CURLOPT_SSLKEYTYPE, "PEM"))
        || (ret = transfer_set_blob(easy, CURLOPT_SSLCERT_BLOB, options->certificate)))
        return ret;
    return transfer_set_blob(easy, CURLOPT_SSLKEY_BLOB, options->key);
}

static CURLcode transfer_set_request(struct transfer *transfer, CURL *easy)
{
    CURLcode ret;

    if ((ret = curl_easy_setopt(easy, CURLOPT_URL, transfer_current_url(transfer)))
        || (ret = curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https"))
        || (ret = curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L))
        || (ret = curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L))
        || (ret = transfer_set_headers(transfer, easy))
        || (ret = transfer_set_server_credentials(transfer, easy))
        || (ret = transfer_set_proxy_credentials(transfer, easy))
        || (ret = curl_easy_setopt(easy, CURLOPT_USERAGENT, USER_AGENT))
        || (ret = transfer_set_range(transfer, easy)))
        return ret;
    return CURLE_OK;
}

/* Ms. A cache host is near, or of no use. */
static long transfer_connect_timeout(const struct transfer *transfer)
{
    unsigned int timeout = transfer->engine->config.connect_timeout_ms;

    return source_is_cache(transfer) && timeout > SOURCE_CONNECT_TIMEOUT_MS ? SOURCE_CONNECT_TIMEOUT_MS : (long)timeout;
}

static CURLcode transfer_set_connection(struct transfer *transfer, CURL *easy)
{
    const struct engine_config *config = &transfer->engine->config;
    struct curl_slist *resolve = transfer->engine->resolve;
    CURLcode ret;

    if ((ret = curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L))
        || (ret = curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, transfer_connect_timeout(transfer)))
        || (ret = curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)config->slow_bytes))
        || (ret = curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)config->slow_seconds))
        || (ret = curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, transfer_buffer_size(transfer)))
        || (ret = curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L))
        || (ret = curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L))
        || (resolve && (ret = curl_easy_setopt(easy, CURLOPT_RESOLVE, resolve)))
        || (ret = address_set_options(transfer, easy))
        || (ret = tls_set_options(transfer, easy))
        || (ret = transfer_set_certificate(transfer, easy))
        || (transfer->proxy && (ret = curl_easy_setopt(easy, CURLOPT_PROXY, transfer->proxy))))
        return ret;
    return CURLE_OK;
}

CURLcode transfer_set_options(struct transfer *transfer, CURL *easy)
{
    CURLcode ret;

    if ((ret = transfer_set_request(transfer, easy)))
        return ret;
    return transfer_set_connection(transfer, easy);
}
