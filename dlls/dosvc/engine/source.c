/*
 * From where a file is fetched: its origin, or a cache host instead of it.
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

/* Runs on threads of the engine, which are unknown to Wine: no Wine call here. */

#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dhcp.h"
#include "engine_private.h"
#include "fetch.h"
#include "transfer.h"
#include "url.h"
#include "vpn.h"

#define DOWNLOAD_MODE_BYPASS 100

enum cache_host_source
{
    CACHE_HOST_SOURCE_DHCP = 1,
    CACHE_HOST_SOURCE_DHCP_FORCED = 2
};

void sources_cleanup(struct sources *sources)
{
    cache_bans_cleanup(&sources->bans);
    free(sources->dhcp_hosts);
    memset(sources, 0, sizeof(*sources));
}

static const char *system_root(const struct engine *engine)
{
    return engine->config.system_root ? engine->config.system_root : "";
}

static bool wants_dhcp(const struct engine *engine)
{
    return policy_number(&engine->policies, POLICY_CACHE_HOST_SOURCE) != 0;
}

static bool wants_vpn(const struct engine *engine)
{
    return policy_number(&engine->policies, POLICY_DISALLOW_CACHE_ON_VPN) != 0;
}

/*
 * The list in force, or NULL. A list that is set, if only to nothing, keeps those that come after it from being asked.
 * Names that hosts announce by multicast, which come last on Windows, are not looked for.
 */
static const char *choose_list(const struct engine *engine)
{
    uint64_t source = policy_number(&engine->policies, POLICY_CACHE_HOST_SOURCE);
    const char *dhcp = engine->sources.dhcp_hosts, *list = policy_text(&engine->policies, POLICY_CACHE_HOST);

    if (policy_number(&engine->policies, POLICY_DOWNLOAD_MODE) == DOWNLOAD_MODE_BYPASS
        || (wants_vpn(engine) && engine->sources.on_vpn))
        return NULL;
    if (source == CACHE_HOST_SOURCE_DHCP_FORCED && dhcp)
        return dhcp;
    if (list)
        return list;
    return source == CACHE_HOST_SOURCE_DHCP ? dhcp : NULL;
}

void source_update(struct engine *engine)
{
    const char *list = choose_list(engine);
    unsigned int ignored;

    cache_hosts_parse(&engine->sources.hosts, list ? list : "", &ignored);
    if (ignored && ignored != engine->sources.ignored)
        engine_log(engine, ENGINE_LOG_WARNING, "%u entries of the list of cache hosts are none.", ignored);
    engine->sources.ignored = ignored;
}

/* Nothing is read from files while engine.lock is held. */
void source_refresh(struct engine *engine)
{
    bool look_for_dhcp, look_for_vpn, on_vpn = false;
    char *dhcp_hosts = NULL, *keywords = NULL, list[DHCP_LIST_MAX];

    pthread_mutex_lock(&engine->lock);
    look_for_dhcp = wants_dhcp(engine);
    if ((look_for_vpn = wants_vpn(engine)))
        keywords = strdup(policy_text(&engine->policies, POLICY_VPN_KEYWORDS));
    engine->sources.looked_at = clock_now_ms();
    pthread_mutex_unlock(&engine->lock);

    if (look_for_dhcp && dhcp_find_cache_hosts(system_root(engine), time(NULL), list, sizeof(list)))
        dhcp_hosts = strdup(list);
    if (look_for_vpn)
        on_vpn = !keywords || vpn_is_up(system_root(engine), keywords);
    free(keywords);

    pthread_mutex_lock(&engine->lock);
    free(engine->sources.dhcp_hosts);
    engine->sources.dhcp_hosts = dhcp_hosts;
    engine->sources.on_vpn = on_vpn;
    source_update(engine);
    pthread_mutex_unlock(&engine->lock);
}

void source_refresh_after(struct engine *engine, uint64_t pause)
{
    bool due;

    pthread_mutex_lock(&engine->lock);
    due = (wants_dhcp(engine) || wants_vpn(engine)) && clock_now_ms() >= engine->sources.looked_at + pause;
    pthread_mutex_unlock(&engine->lock);
    if (due)
        source_refresh(engine);
}

/* What a client wants its server to know, and nobody else, cannot be asked for through somebody else. */
static bool job_may_use_cache(const struct job *job)
{
    const struct credential *credentials = job->credentials.of[CREDENTIAL_SERVER];
    unsigned int i;

    if (job->texts[JOB_TEXT_CUSTOM_HEADERS] || job->texts[JOB_TEXT_AUTH_HEADERS]
        || job->texts[JOB_TEXT_CLIENT_CERTIFICATE])
        return false;
    for (i = 0; i < CREDENTIAL_SCHEME_COUNT; i++)
    {
        if (credentials[i].user)
            return false;
    }
    return true;
}

/* How long the origin is not asked after a failure of a cache host, in ms. */
static uint64_t fallback_delay(const struct engine *engine, const struct job *job)
{
    return policy_number(&engine->policies, job_is_foreground(job) ? POLICY_CACHE_DELAY_FOREGROUND
                                                                   : POLICY_CACHE_DELAY_BACKGROUND) * 1000;
}

static void view_init(struct cache_view *view, const struct engine *engine, const struct file *file)
{
    view->hosts = &engine->sources.hosts;
    view->bans = &engine->sources.bans;
    view->url = file->url;
    view->delay = fallback_delay(engine, file->job);
    view->now = clock_now_ms();
}

char *source_choose(struct engine *engine, struct file *file, struct cache_host **host)
{
    struct cache_view view;
    uint32_t index;
    char *url;

    *host = NULL;
    if (!engine->sources.hosts.count || !job_may_use_cache(file->job))
        return strdup(file->url);
    view_init(&view, engine, file);
    if ((index = cache_choose(&file->source, &view)) == CACHE_ORIGIN
        || !(url = cache_url_rewrite(file->url, &view.hosts->hosts[index])))
        return strdup(file->url);
    if (!(*host = malloc(sizeof(**host))))
    {
        free(url);
        return NULL;
    }
    **host = view.hosts->hosts[index];
    return url;
}

/* An answer of the host that is not the file, or a connection that failed: whom it speaks against. */
static enum cache_blame blame(const struct outcome *outcome)
{
    if (FAILED(outcome->protocol_error) || (outcome->http_status >= 300 && outcome->http_status <= 499))
        return CACHE_BLAME_PAIR;
    switch (outcome->curl)
    {
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_INTERFACE_FAILED:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
        return CACHE_BLAME_HOST;
    default:
        return CACHE_BLAME_NOBODY;
    }
}

static void ban(struct engine *engine, const struct cache_host *host, const char *url, enum cache_blame whom)
{
    char origin[CACHE_NAME_MAX], label[CACHE_LABEL_MAX];

    cache_host_label(host, label, sizeof(label));
    if (whom == CACHE_BLAME_HOST)
    {
        engine_log(engine, ENGINE_LOG_WARNING, "The cache host %s is not asked for a quarter of an hour.", label);
        cache_bans_add(&engine->sources.bans, host, NULL, clock_now_ms());
    }
    else if (whom == CACHE_BLAME_PAIR && url_get_host(url, origin, sizeof(origin)))
    {
        engine_log(engine, ENGINE_LOG_WARNING,
                   "The cache host %s is not asked for files of %s for a quarter of an hour.", label, origin);
        cache_bans_add(&engine->sources.bans, host, origin, clock_now_ms());
    }
}

static uint32_t host_index(const struct cache_hosts *hosts, const struct cache_host *host)
{
    uint32_t i;

    for (i = 0; i < hosts->count; i++)
    {
        if (cache_host_equal(&hosts->hosts[i], host))
            return i;
    }
    return CACHE_MAX_HOSTS;
}

/* From now on some of the file's bytes may be the host's. */
static void note_host(struct file *file, const struct cache_host *host)
{
    if (!file->cached_by && !(file->cached_by = malloc(sizeof(*file->cached_by))))
        return;
    *file->cached_by = *host;
}

void source_accepted(const struct transfer *transfer)
{
    if (transfer->cache)
        note_host(transfer->file, transfer->cache);
}

void source_succeeded(struct engine *engine, const struct transfer *transfer)
{
    (void)engine;
    cache_succeeded(&transfer->file->source);
}

static bool cache_failed(struct engine *engine, const struct transfer *transfer, struct verdict *verdict)
{
    bool brought_bytes = atomic_load(&transfer->written) != 0;
    struct file *file = transfer->file;
    struct cache_view view;
    char label[CACHE_LABEL_MAX], url[256];

    if (brought_bytes)
        note_host(file, transfer->cache);
    if (transfer->outcome.disk_failed)
        return false;
    cache_host_label(transfer->cache, label, sizeof(label));
    url_redact(file->url, url, sizeof(url));
    engine_log(engine, ENGINE_LOG_WARNING, "The cache host %s failed for %s, error %#x, HTTP status %ld%s%s.", label,
               url, (unsigned int)verdict->code, transfer->outcome.http_status, *transfer->error_text ? ": " : "",
               transfer->error_text);
    verdict->fatal = false;
    ban(engine, transfer->cache, file->url, blame(&transfer->outcome));
    view_init(&view, engine, file);
    return cache_host_failed(&file->source, &view, host_index(view.hosts, transfer->cache), brought_bytes);
}

bool source_failed(struct engine *engine, const struct transfer *transfer, struct verdict *verdict)
{
    struct cache_view view;

    if (transfer->cache)
        return cache_failed(engine, transfer, verdict);
    if (!verdict->fatal)
    {
        view_init(&view, engine, transfer->file);
        cache_origin_failed(&transfer->file->source, &view, atomic_load(&transfer->written) != 0);
    }
    return false;
}

bool source_disagrees(struct engine *engine, struct transfer *transfer)
{
    struct file *file = transfer->file;

    if (transfer->cache)
    {
        transfer->restart = false;
        transfer->outcome.protocol_error = RESULT_INVALID_SERVER_RESPONSE;
        return true;
    }
    if (file->cached_by)
        ban(engine, file->cached_by, file->url, CACHE_BLAME_PAIR);
    return false;
}

uint64_t source_limit_retry(const struct engine *engine, const struct file *file, uint64_t retry_at)
{
    struct cache_view view;

    view_init(&view, engine, file);
    return cache_limit_retry(&file->source, &view, retry_at);
}

bool source_is_cache(const struct transfer *transfer)
{
    return transfer->cache && !transfer->redirect_target;
}

void source_sent_bad_piece(struct engine *engine, struct file *file, const struct cache_host *host)
{
    ban(engine, host, file->url, CACHE_BLAME_PAIR);
    if (file->fetch)
        fetch_drop_cache(file->fetch);  /* the next ones ask somebody else */
}
