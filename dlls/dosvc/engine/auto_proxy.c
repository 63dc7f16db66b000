/*
 * Proxies that scripts choose: somebody outside finds and runs them, and is asked once for each server.
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
#include "host_network.h"
#include "url.h"

#define MAX_HOST 256

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

/* The table is small, and its oldest entry stands first. */
static void entry_free(struct auto_proxy *proxies, enum proxy_question kind, struct auto_proxy_entry *entry)
{
    HASH_DEL(proxies->entries[kind], entry);
    free(entry->origin);
    free(entry->list);
    free(entry);
}

static void entries_free(struct auto_proxy *proxies, enum proxy_question kind)
{
    while (proxies->entries[kind])
        entry_free(proxies, kind, proxies->entries[kind]);
}

void auto_proxy_cleanup(struct auto_proxy *proxies)
{
    entries_free(proxies, PROXY_QUESTION_NETWORK);
    entries_free(proxies, PROXY_QUESTION_SCRIPT);
}

/* NULL: no memory. */
static struct auto_proxy_entry *entry_add(struct auto_proxy *proxies, enum proxy_question kind, const char *origin)
{
    struct auto_proxy_entry *entry;

    if (HASH_COUNT(proxies->entries[kind]) >= AUTO_PROXY_MAX)
        entry_free(proxies, kind, proxies->entries[kind]);
    if (!(entry = calloc(1, sizeof(*entry))) || !(entry->origin = strdup(origin)))
    {
        free(entry);
        return NULL;
    }
    entry->at = clock_now_ms();
    HASH_ADD_KEYPTR(hh, proxies->entries[kind], entry->origin, strlen(entry->origin), entry);
    return entry;
}

static struct auto_proxy_entry *entry_find(const struct auto_proxy *proxies, enum proxy_question kind, const char *url)
{
    char origin[AUTO_PROXY_ORIGIN_MAX];
    struct auto_proxy_entry *entry = NULL;

    if (proxies->entries[kind] && origin_from_url(url, origin, sizeof(origin)))
        HASH_FIND_STR(proxies->entries[kind], origin, entry);
    return entry;
}

static void tell_question(struct engine *engine)
{
    engine->auto_proxy.told = false;
    pthread_cond_signal(&engine->event_cond);
}

static bool url_leads_out(const char *url)
{
    char host[MAX_HOST];

    return url_get_host(url, host, sizeof(host)) && !host_is_loopback(host);
}

/* Whether a script of the network is for requests of the job to the URL. */
static bool job_detects(const struct auto_proxy *proxies, const struct job *job, const char *url)
{
    if (job->proxy_usage != PROXY_AUTODETECT && !(proxies->means & AUTO_PROXY_DETECT))
        return false;
    return url_leads_out(url);
}

static bool script_applies(const struct auto_proxy *proxies, enum proxy_question kind, const struct job *job,
                           const char *url)
{
    if (job->proxy_usage == PROXY_NONE || job->proxy_usage == PROXY_OVERRIDE)
        return false;
    if (kind == PROXY_QUESTION_SCRIPT)
        return proxies->means & AUTO_PROXY_SCRIPT;
    return proxies->detection.found && job_detects(proxies, job, url);
}

static bool file_wait(struct file *file, uint64_t until)
{
    file->retry_at = until;
    file->waits_for_proxy = true;
    if (file->retry_at > file->job->retry_until)
        file->job->retry_until = file->retry_at;
    return false;
}

/*
 * Sees to it that the network is asked for a script. Few networks have one, and some are slow to say so: only a job
 * that says itself that it is to be looked for waits, others get on without until it is found.
 */
static bool detection_ready(struct engine *engine, struct file *file, uint64_t now)
{
    struct proxy_detection *detection = &engine->auto_proxy.detection;

    if (detection->fresh && now < detection->at + AUTO_PROXY_LIFETIME_MS)
        return true;
    if (!job_detects(&engine->auto_proxy, file->job, file->url))
        return true;
    if (!detection->open || now >= detection->asked_at + AUTO_PROXY_LIFETIME_MS)
    {
        detection->open = true;
        detection->taken = false;
        detection->asked_at = now;
        tell_question(engine);
    }
    if (file->job->proxy_usage != PROXY_AUTODETECT || now >= detection->asked_at + AUTO_PROXY_LIMIT_MS)
        return true;
    return file_wait(file, detection->asked_at + AUTO_PROXY_LIMIT_MS);
}

/* *entry: what is known of the server, or NULL. */
static bool script_ready(struct engine *engine, enum proxy_question kind, struct file *file, uint64_t now,
                         struct auto_proxy_entry **entry)
{
    struct auto_proxy *proxies = &engine->auto_proxy;
    char origin[AUTO_PROXY_ORIGIN_MAX];

    *entry = NULL;
    if (!origin_from_url(file->url, origin, sizeof(origin)))
        return true;
    HASH_FIND_STR(proxies->entries[kind], origin, *entry);
    if (*entry && now >= (*entry)->at + AUTO_PROXY_LIFETIME_MS)
    {
        entry_free(proxies, kind, *entry);
        *entry = NULL;
    }
    if (!*entry)
    {
        if (!(*entry = entry_add(proxies, kind, origin)))
            return true;
        tell_question(engine);
    }
    if ((*entry)->known || now >= (*entry)->at + AUTO_PROXY_LIMIT_MS)
        return true;
    return file_wait(file, (*entry)->at + AUTO_PROXY_LIMIT_MS);
}

bool auto_proxy_ready(struct engine *engine, struct file *file)
{
    enum proxy_question kind;
    struct auto_proxy_entry *entry;
    uint64_t now = clock_now_ms();

    if (file->job->proxy_usage == PROXY_NONE || file->job->proxy_usage == PROXY_OVERRIDE)
        return true;
    if (!detection_ready(engine, file, now))
        return false;
    for (kind = PROXY_QUESTION_NETWORK; kind <= PROXY_QUESTION_SCRIPT; kind++)
    {
        if (!script_applies(&engine->auto_proxy, kind, file->job, file->url))
            continue;
        if (!script_ready(engine, kind, file, now, &entry))
            return false;
        if (entry && entry->list)
            return true;
    }
    return true;
}

const char *auto_proxy_find(const struct engine *engine, const struct job *job, const char *url)
{
    const struct auto_proxy_entry *entry;
    enum proxy_question kind;

    for (kind = PROXY_QUESTION_NETWORK; kind <= PROXY_QUESTION_SCRIPT; kind++)
    {
        if (script_applies(&engine->auto_proxy, kind, job, url) && (entry = entry_find(&engine->auto_proxy, kind, url))
            && entry->list)
            return entry->list;
    }
    return NULL;
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

int32_t engine_set_auto_proxy(struct engine *engine, uint32_t means)
{
    pthread_mutex_lock(&engine->lock);
    auto_proxy_cleanup(&engine->auto_proxy);
    engine->auto_proxy.means = means;
    release_files(engine);
    pthread_mutex_unlock(&engine->lock);
    return S_OK;
}

void auto_proxy_network_changed(struct engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    engine->auto_proxy.detection.fresh = false;
    engine->auto_proxy.detection.open = false;      /* an answer that comes is one of the network before */
    pthread_mutex_unlock(&engine->lock);
}

/* False: nothing is asked of that script. */
static bool script_take(struct auto_proxy *proxies, enum proxy_question kind, char *url, size_t room)
{
    struct auto_proxy_entry *entry;

    for (entry = proxies->entries[kind]; entry; entry = entry->hh.next)
    {
        if (entry->asked || entry->known || strlen(entry->origin) >= room)
            continue;
        entry->asked = true;
        strcpy(url, entry->origin);
        return true;
    }
    return false;
}

int32_t engine_take_proxy_question(struct engine *engine, enum proxy_question *kind, char *url, size_t room)
{
    struct auto_proxy *proxies = &engine->auto_proxy;
    enum proxy_question script;
    int32_t hr = S_FALSE;

    if (!room)
        return E_INVALIDARG;
    pthread_mutex_lock(&engine->lock);
    if (proxies->detection.open && !proxies->detection.taken)
    {
        proxies->detection.taken = true;
        *kind = PROXY_QUESTION_DETECT;
        *url = 0;
        hr = S_OK;
    }
    for (script = PROXY_QUESTION_NETWORK; script <= PROXY_QUESTION_SCRIPT && hr == S_FALSE; script++)
    {
        if (!script_take(proxies, script, url, room))
            continue;
        *kind = script;
        hr = S_OK;
    }
    pthread_mutex_unlock(&engine->lock);
    return hr;
}

static int32_t detection_answer(struct engine *engine, bool found)
{
    struct proxy_detection *detection = &engine->auto_proxy.detection;
    bool news = found && !detection->found;

    if (!detection->open || !detection->taken)
        return S_FALSE;
    *detection = (struct proxy_detection){.found = found, .fresh = true, .at = clock_now_ms()};
    entries_free(&engine->auto_proxy, PROXY_QUESTION_NETWORK);      /* it may be another script */
    if (news)
        network_hurry(engine);          /* what failed without a proxy need not wait */
    return S_OK;
}

static int32_t script_answer(struct auto_proxy *proxies, enum proxy_question kind, const char *url, const char *list)
{
    struct auto_proxy_entry *entry = entry_find(proxies, kind, url);

    if (!entry || entry->known || (list && !(entry->list = strdup(list))))
        return S_FALSE;
    entry->known = true;
    entry->at = clock_now_ms();
    return S_OK;
}

int32_t engine_answer_proxy_question(struct engine *engine, enum proxy_question kind, const char *url, const char *list)
{
    int32_t hr;

    if (kind >= PROXY_QUESTION_COUNT)
        return E_INVALIDARG;
    pthread_mutex_lock(&engine->lock);
    if (kind == PROXY_QUESTION_DETECT)
        hr = detection_answer(engine, list != NULL);
    else
        hr = script_answer(&engine->auto_proxy, kind, url, list);
    if (hr == S_OK)
        release_files(engine);
    pthread_mutex_unlock(&engine->lock);
    return hr;
}
