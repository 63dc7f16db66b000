/*
 * What follows an answer that is not the last one: another request of the same transfer.
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

#include <stdlib.h>
#include <string.h>

#include "engine_private.h"
#include "transfer.h"
#include "url.h"

const char *transfer_current_url(const struct transfer *transfer)
{
    return transfer->redirect_target ? transfer->redirect_target : transfer->url;
}

bool transfer_at_origin(const struct transfer *transfer)
{
    return !transfer->cache
           && (!transfer->redirect_target || url_same_origin(transfer->url, transfer->redirect_target));
}

/* Why a redirect is not followed; CURLE_OK: it is. */
static CURLcode redirect_check(const struct transfer *transfer, const char *target)
{
    if (transfer->redirects >= TRANSFER_MAX_REDIRECTS)
        return CURLE_TOO_MANY_REDIRECTS;
    if (FAILED(url_check(target)))
        return CURLE_UNSUPPORTED_PROTOCOL;
    if (url_is_https(transfer_current_url(transfer)) && !url_is_https(target)
        && !(transfer->options.security & SECURITY_ALLOW_HTTPS_TO_HTTP))
        return CURLE_UNSUPPORTED_PROTOCOL;
    return CURLE_OK;
}

static void redirect_log(const struct transfer *transfer, const char *target)
{
    char from[256], to[256];

    url_redact(transfer_current_url(transfer), from, sizeof(from));
    url_redact(target, to, sizeof(to));
    if (url_is_https(from) && !url_is_https(to))
        engine_log(transfer->engine, ENGINE_LOG_WARNING, "The job allows to go on from %s to %s, without TLS.", from,
                   to);
    else
        engine_log(transfer->engine, ENGINE_LOG_TRACE, "%s redirects to %s.", from, to);
}

static bool follow_redirect(struct transfer *transfer, CURLcode *result)
{
    long status = transfer->response.status;
    CURLcode refusal;
    char *target;

    transfer->outcome.redirected = true;
    if (!(target = url_resolve(transfer_current_url(transfer), transfer->response.location)))
    {
        *result = CURLE_UNSUPPORTED_PROTOCOL;
        return false;
    }
    refusal = redirect_check(transfer, target);
    if (refusal)
        *result = refusal;
    else if ((transfer->options.security & SECURITY_REDIRECT_MASK) == SECURITY_REDIRECT_DISALLOW)
        transfer->outcome.protocol_error = HRESULT_FROM_HTTP((uint32_t)status);
    else
        redirect_log(transfer, target);
    /* A loop, or a place that is not for us, is not told as the target. */
    if (refusal)
    {
        free(target);
        return false;
    }
    transfer->outcome.https = url_is_https(target);
    free(transfer->redirect_target);
    transfer->redirect_target = target;
    transfer->redirects++;
    transfer->server_scheme = 0;
    return SUCCEEDED(transfer->outcome.protocol_error);
}

/* A challenge is answered once: one that comes again refuses what was given. */
static bool follow_challenge(struct transfer *transfer, enum credential_target target, CURLINFO offered_info,
                             unsigned long *answered)
{
    long offered = 0;

    if (*answered || curl_easy_getinfo(transfer->easy, offered_info, &offered))
        return false;
    return credentials_choose(&transfer->options.credentials, target, (unsigned long)offered, answered) != NULL;
}

/* A proxy can refuse the tunnel before there is a response of the server. */
static bool is_refused_by_proxy(const struct transfer *transfer)
{
    long status = 0;

    if (transfer->response.status == 407)
        return true;
    return !transfer->response.status && !curl_easy_getinfo(transfer->easy, CURLINFO_HTTP_CONNECTCODE, &status)
           && status == 407;
}

/* The client's headers for a challenge are tried once, and before passwords. */
static bool follow_with_headers(struct transfer *transfer)
{
    if (!transfer->options.auth_headers || transfer->authorized)
        return false;
    transfer->authorized = true;
    return true;
}

static bool follow_answer(struct transfer *transfer, CURLcode *result)
{
    const struct response *response = &transfer->response;

    if (is_refused_by_proxy(transfer))
        return follow_challenge(transfer, CREDENTIAL_PROXY, CURLINFO_PROXYAUTH_AVAIL, &transfer->proxy_scheme);
    /* What is too long to be read on is cut off by our own write function. */
    if (*result && *result != CURLE_WRITE_ERROR)
        return false;
    if (response->status == 401)
        return transfer_at_origin(transfer)
               && (follow_with_headers(transfer)
                   || follow_challenge(transfer, CREDENTIAL_SERVER, CURLINFO_HTTPAUTH_AVAIL, &transfer->server_scheme));
    if (response->status / 100 == 3 && response->status != 304 && *response->location)
        return follow_redirect(transfer, result);
    return false;
}

bool transfer_follow(struct transfer *transfer, CURLcode *result)
{
    if (transfer->accepted || transfer->restart || transfer->outcome.disk_failed || transfer->outcome.protocol_error
        || atomic_load(&transfer->cancelled))
        return false;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &transfer->response.status);
    if (!address_try_all(transfer, *result) && !follow_answer(transfer, result))
        return false;
    transfer->body_started = false;
    transfer->drained = 0;
    return true;
}
