/*
 * Proxies that a script chooses: somebody outside runs it, and is asked once for each server.
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
#include <utlist.h>

#include "auto_proxy.h"
#include "engine_private.h"

struct auto_proxy_entry
{
    UT_hash_handle hh;
    char *origin;                       /* "scheme://host:port/" */
    char *list;                         /* NULL: not known, or the script does not say */
    bool asked;                         /* somebody has taken the question */
    bool known;
    uint64_t at;                        /* clock_now_ms() of the question, or the answer */
};

/* The script is not told more of a URL than where it leads: the rest may be secret. */
static bool origin_from_url(const char *url, char *origin, size_t room)
{
    char *scheme = NULL, *host = NULL, *port = NULL, *c;
    CURLU *handle = curl_url();
    bool good = false;

    if (handle && !curl_url_set(handle, CURLUPART_URL, url, 0) && !curl_url_get(handle, CURLUPART_SCHEME, &scheme, 0)
        && !curl_url_get(handle, CURLUPART_HOST, &host, 0)
        && !curl_url_get(handle, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT))
        good = snprintf(origin, room, "%s://%s:%s/", scheme, host, port) < (int)room;
    for (c = origin; good && *c; c++)
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    curl_url_cleanup(handle);
    return good;
}

static void entry_free(struct auto_proxy *proxies, struct auto_proxy_entry *entry)
{
    HASH_DEL(proxies->entries, entry);
    free(entry->origin);
    free(entry->list);
    free(entry);
}

void auto_proxy_cleanup(struct auto_proxy *proxies)
{
    struct auto_proxy_entry *entry, *next;

    HASH_ITER(hh, proxies->entries, entry, next)
        entry_free(proxies, entry);
}

/* The table is small, and its oldest entry stands first. NULL: no memory. */
static struct auto_proxy_entry *entry_add(struct auto_proxy *proxies, const char *origin)
{
    struct auto_proxy_entry *entry;

    if (HASH_COUNT(proxies->entries) >= AUTO_PROXY_MAX)
        entry_free(proxies, proxies->entries);
    if (!(entry = calloc(1, sizeof(*entry))) || !(entry->origin = strdup(origin)))
    {
        free(entry);
        return NULL;
    }
    entry->at = clock_now_ms();
    HASH_ADD_KEYPTR(hh, proxies->entries, entry->origin, strlen(entry->origin), entry);
    return entry;
}

static struct auto_proxy_entry *entry_find(const struct auto_proxy *proxies, const char *url)
{
    char origin[AUTO_PROXY_ORIGIN_MAX];
    struct auto_proxy_entry *entry = NULL;

    if (origin_from_url(url, origin, sizeof(origin)))
        HASH_FIND_STR(proxies->entries, origin, entry);
    return entry;
}

static bool entry_waits(const struct auto_proxy_entry *entry, uint64_t now)
{
    return !entry->known && now < entry->at + AUTO_PROXY_LIMIT_MS;
}

bool auto_proxy_ready(struct engine *engine, struct file *file)
{
    struct auto_proxy *proxies = &engine->auto_proxy;
    char origin[AUTO_PROXY_ORIGIN_MAX];
    struct auto_proxy_entry *entry;
    uint64_t now = clock_now_ms();

    if (!proxies->enabled || file->job->proxy_usage == PROXY_NONE || file->job->proxy_usage == PROXY_OVERRIDE
        || !origin_from_url(file->url, origin, sizeof(origin)))
        return true;
    if ((entry = entry_find(proxies, file->url)) && now >= entry->at + AUTO_PROXY_LIFETIME_MS)
    {
        entry_free(proxies, entry);
        entry = NULL;
    }
    if (!entry)
    {
        if (!(entry = entry_add(proxies, origin)))
            return true;
        proxies->told = false;
        pthread_cond_signal(&engine->event_cond);
    }
    if (!entry_waits(entry, now))
        return true;
    file->retry_at = entry->at + AUTO_PROXY_LIMIT_MS;
    file->waits_for_proxy = true;
    if (file->retry_at > file->job->retry_until)
        file->job->retry_until = file->retry_at;
    return false;
}

const char *auto_proxy_find(const struct engine *engine, const char *url)
{
    const struct auto_proxy_entry *entry = engine->auto_proxy.enabled ? entry_find(&engine->auto_proxy, url) : NULL;

    return entry && entry->known ? entry->list : NULL;
}

/* Files that wait are looked at again, whatever they wait for: they find out themselves. */
static void release_files(struct engine *engine)
{
    struct job *job;
    uint32_t i;

    DL_FOREACH2(engine->active, job, active_next)
    {
        for (i = job->first_pending; i < job->file_count; i++)
        {
            if (job->files[i]->waits_for_proxy)
                job->files[i]->retry_at = 0;
            job->files[i]->waits_for_proxy = false;
        }
        scheduler_touch(engine, job);
    }
    scheduler_run(engine);
}

int32_t engine_set_auto_proxy(struct engine *engine, bool enabled)
{
    struct auto_proxy *proxies = &engine->auto_proxy;

    pthread_mutex_lock(&engine->lock);
    auto_proxy_cleanup(proxies);
    proxies->entries = NULL;
    proxies->enabled = enabled;
    release_files(engine);
    pthread_mutex_unlock(&engine->lock);
    return S_OK;
}

int32_t engine_take_proxy_question(struct engine *engine, char *url, size_t room)
{
    struct auto_proxy_entry *entry;
    int32_t hr = S_FALSE;

    pthread_mutex_lock(&engine->lock);
    for (entry = engine->auto_proxy.entries; entry && hr == S_FALSE; entry = entry->hh.next)
    {
        if (entry->asked || entry->known || strlen(entry->origin) >= room)
            continue;
        entry->asked = true;
        strcpy(url, entry->origin);
        hr = S_OK;
    }
    pthread_mutex_unlock(&engine->lock);
    return hr;
}

int32_t engine_answer_proxy_question(struct engine *engine, const char *url, const char *list)
{
    struct auto_proxy_entry *entry;
    int32_t hr = S_FALSE;

    pthread_mutex_lock(&engine->lock);
    if ((entry = entry_find(&engine->auto_proxy, url)) && !entry->known
        && (!list || (entry->list = strdup(list))))
    {
        hr = S_OK;
        entry->known = true;
        entry->at = clock_now_ms();
        release_files(engine);
    }
    pthread_mutex_unlock(&engine->lock);
    return hr;
}
