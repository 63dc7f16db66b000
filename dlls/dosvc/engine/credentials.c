/*
 * Names and passwords of a job, for servers and proxies that ask for them.
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
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "credentials.h"
#include "engine_private.h"

static void secret_free(char *secret)
{
    if (secret)
        OPENSSL_cleanse(secret, strlen(secret));
    free(secret);
}

static void credential_cleanup(struct credential *credential)
{
    secret_free(credential->user);
    secret_free(credential->password);
    credential->user = credential->password = NULL;
}

bool credentials_set(struct credentials *credentials, enum credential_target target, enum credential_scheme scheme,
                     const char *user, const char *password)
{
    struct credential created = {strdup(user), strdup(password)};

    if (!created.user || !created.password)
    {
        credential_cleanup(&created);
        return false;
    }
    credential_cleanup(&credentials->of[target][scheme]);
    credentials->of[target][scheme] = created;
    return true;
}

bool credentials_remove(struct credentials *credentials, enum credential_target target, enum credential_scheme scheme)
{
    if (!credentials->of[target][scheme].user)
        return false;
    credential_cleanup(&credentials->of[target][scheme]);
    return true;
}

bool credentials_copy(struct credentials *copy, const struct credentials *credentials)
{
    unsigned int target, scheme;

    memset(copy, 0, sizeof(*copy));
    for (target = 0; target < CREDENTIAL_TARGET_COUNT; target++)
    {
        for (scheme = 0; scheme < CREDENTIAL_SCHEME_COUNT; scheme++)
        {
            const struct credential *credential = &credentials->of[target][scheme];

            if (!credential->user || credentials_set(copy, target, scheme, credential->user, credential->password))
                continue;
            credentials_cleanup(copy);
            return false;
        }
    }
    return true;
}

void credentials_cleanup(struct credentials *credentials)
{
    unsigned int target, scheme;

    for (target = 0; target < CREDENTIAL_TARGET_COUNT; target++)
    {
        for (scheme = 0; scheme < CREDENTIAL_SCHEME_COUNT; scheme++)
            credential_cleanup(&credentials->of[target][scheme]);
    }
}

const struct credential *credentials_choose(const struct credentials *credentials, enum credential_target target,
                                            unsigned long offered, unsigned long *scheme)
{
    static const struct
    {
        unsigned long offer;
        enum credential_scheme scheme;
    }
    choices[] =
    {
        {CURLAUTH_NTLM, CREDENTIAL_NEGOTIATE},
        {CURLAUTH_NTLM, CREDENTIAL_NTLM},
        {CURLAUTH_DIGEST, CREDENTIAL_DIGEST},
        {CURLAUTH_BASIC, CREDENTIAL_BASIC},
    };
    unsigned int i;

    for (i = 0; i < sizeof(choices) / sizeof(*choices); i++)
    {
        const struct credential *credential = &credentials->of[target][choices[i].scheme];

        if (!(offered & choices[i].offer) || !credential->user)
            continue;
        *scheme = choices[i].offer;
        return credential;
    }
    return NULL;
}

/* Not every libcurl can do everything. */
static bool scheme_is_supported(enum credential_scheme scheme)
{
    if (scheme != CREDENTIAL_NTLM && scheme != CREDENTIAL_NEGOTIATE)
        return true;
    return (curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_NTLM) != 0;
}

int32_t engine_job_set_credentials(struct engine *engine, const struct job_id *id, enum credential_target target,
                                   enum credential_scheme scheme, const char *user, const char *password)
{
    struct job *job;
    int32_t hr;

    if (target >= CREDENTIAL_TARGET_COUNT || scheme >= CREDENTIAL_SCHEME_COUNT || !user || !password
        || strlen(user) > CREDENTIAL_USER_MAX || strlen(password) > CREDENTIAL_PASSWORD_MAX)
        return E_INVALIDARG;
    if (!scheme_is_supported(scheme))
        return E_NOTIMPL;
    if (!(job = job_lock(engine, id, &hr)))
        return hr;
    if (SUCCEEDED(hr = job_check_event(job, JOB_EVENT_MODIFY)))
        hr = credentials_set(&job->credentials, target, scheme, user, password) ? S_OK : E_OUTOFMEMORY;
    job_unlock(engine, job);
    return hr;
}

int32_t engine_job_remove_credentials(struct engine *engine, const struct job_id *id, enum credential_target target,
                                      enum credential_scheme scheme)
{
    struct job *job;
    int32_t hr;

    if (target >= CREDENTIAL_TARGET_COUNT || scheme >= CREDENTIAL_SCHEME_COUNT)
        return E_INVALIDARG;
    if (!(job = job_lock(engine, id, &hr)))
        return hr;
    if (SUCCEEDED(hr = job_check_event(job, JOB_EVENT_MODIFY)))
        hr = credentials_remove(&job->credentials, target, scheme) ? S_OK : S_FALSE;
    job_unlock(engine, job);
    return hr;
}
