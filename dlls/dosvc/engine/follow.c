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
    return !transfer->redirect_target || url_same_origin(transfer->url, transfer->redirect_target);
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
    return SUCCEEDED(transfer->outcome.protocol_error);
}

bool transfer_follow(struct transfer *transfer, CURLcode *result)
{
    const struct response *response = &transfer->response;
    bool again = false;

    /* What is too long to be read on is cut off by our own write function. */
    if ((*result && *result != CURLE_WRITE_ERROR) || transfer->accepted || transfer->restart
        || transfer->outcome.disk_failed || transfer->outcome.protocol_error || atomic_load(&transfer->cancelled))
        return false;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &transfer->response.status);
    if (response->status / 100 == 3 && response->status != 304 && *response->location)
        again = follow_redirect(transfer, result);
    if (again)
    {
        transfer->body_started = false;
        transfer->drained = 0;
    }
    return again;
}
