/*
 * Whom the engine believes that a server is what it says: the roots of the host, and those of Windows.
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

#include <curl/curl.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "engine_private.h"
#include "trust.h"

/* Gives false without memory only; where libcurl knows of nothing there is nothing. */
static bool host_place(CURL *easy, CURLINFO info, char **place)
{
    char *name = NULL;

    *place = NULL;
    if (curl_easy_getinfo(easy, info, &name) || !name)
        return true;
    return (*place = strdup(name)) != NULL;
}

bool trust_init(struct trust *trust, const char *file)
{
    CURL *easy = curl_easy_init();
    bool good;

    memset(trust, 0, sizeof(*trust));
    if (!easy)
        return false;
    good = host_place(easy, CURLINFO_CAPATH, &trust->directory);
    if (file)
        good = (trust->file = strdup(file)) && good;
    else
        good = host_place(easy, CURLINFO_CAINFO, &trust->file) && good;
    curl_easy_cleanup(easy);
    if (good && !pthread_mutex_init(&trust->mutex, NULL))
        return true;
    free(trust->file);
    free(trust->directory);
    return false;
}

void trust_cleanup(struct trust *trust)
{
    X509_STORE_free(trust->store);
    pthread_mutex_destroy(&trust->mutex);
    free(trust->roots);
    free(trust->file);
    free(trust->directory);
}

/* Drops the store; connections that use it keep it. The caller holds the mutex. */
static void trust_forget_store(struct trust *trust)
{
    if (trust->store)
        trust->changed_at = clock_now_ms();
    X509_STORE_free(trust->store);
    trust->store = NULL;
}

int32_t trust_set_roots(struct trust *trust, const void *roots, size_t size)
{
    uint8_t *copy;

    if (!(copy = malloc(size ? size : 1)))
        return E_OUTOFMEMORY;
    memcpy(copy, roots ? roots : "", size);
    pthread_mutex_lock(&trust->mutex);
    free(trust->roots);
    trust->roots = copy;
    trust->roots_size = size;
    trust_forget_store(trust);
    pthread_mutex_unlock(&trust->mutex);
    return S_OK;
}

/* Certificates that the store has already do no harm. */
static void add_roots(X509_STORE *store, const uint8_t *roots, size_t size)
{
    const unsigned char *next = roots, *end = roots + size, *body;
    X509 *certificate;
    int tag, class;
    long length;

    while (next < end)
    {
        body = next;
        if (ASN1_get_object(&body, &length, &tag, &class, (long)(end - next)) != V_ASN1_CONSTRUCTED
            || length > end - body)
            break;
        if ((certificate = d2i_X509(NULL, &next, (long)(body - next) + length)))
            (void)X509_STORE_add_cert(store, certificate); /* without memory one is missing; none is trusted more */
        X509_free(certificate);
        next = body + length;
    }
    ERR_clear_error();
}

/* A root need not have signed itself: libcurl has it so too. */
static X509_STORE *trust_build(const struct trust *trust)
{
    X509_STORE *store;

    if (!(store = X509_STORE_new()))
        return NULL;
    if (X509_STORE_set_flags(store, X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN) != 1)
    {
        X509_STORE_free(store);
        return NULL;
    }
    if (trust->file)
        (void)X509_STORE_load_file(store, trust->file);
    if (trust->directory)
        (void)X509_STORE_load_path(store, trust->directory);
    ERR_clear_error();
    if (trust->roots)
        add_roots(store, trust->roots, trust->roots_size);
    return store;
}

/* Whether the host's roots were updated. The caller holds the mutex. */
static bool file_changed(struct trust *trust, const struct stat *info)
{
    return info->st_ino != trust->file_info.st_ino || info->st_size != trust->file_info.st_size
           || info->st_mtim.tv_sec != trust->file_info.st_mtim.tv_sec
           || info->st_mtim.tv_nsec != trust->file_info.st_mtim.tv_nsec;
}

/* The caller holds the mutex. */
static void trust_look_at_file(struct trust *trust)
{
    struct stat info;

    if (!trust->file || stat(trust->file, &info))
        memset(&info, 0, sizeof(info));
    if (trust->store && file_changed(trust, &info))
        trust_forget_store(trust);
    trust->file_info = info;
}

X509_STORE *trust_get(struct trust *trust, bool fresh)
{
    X509_STORE *store;

    pthread_mutex_lock(&trust->mutex);
    trust_look_at_file(trust);
    if (!fresh && !trust->store)
        trust->store = trust_build(trust);
    store = fresh ? trust_build(trust) : trust->store;
    if (store && !fresh && X509_STORE_up_ref(store) != 1)
        store = NULL;
    pthread_mutex_unlock(&trust->mutex);
    return store;
}

bool trust_has_changed(struct trust *trust, uint64_t *age)
{
    uint64_t changed_at;

    pthread_mutex_lock(&trust->mutex);
    trust_look_at_file(trust);
    changed_at = trust->changed_at;
    pthread_mutex_unlock(&trust->mutex);
    *age = clock_now_ms() - changed_at;
    return changed_at != 0;
}
