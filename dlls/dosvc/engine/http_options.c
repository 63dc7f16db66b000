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

#include <string.h>

#include "custom_headers.h"
#include "engine_private.h"
#include "http_options.h"

bool http_options_init(struct http_options *options, const struct job *job)
{
    const char *headers = job->texts[JOB_TEXT_CUSTOM_HEADERS];
    bool failed = false;

    options->security = (uint32_t)job->numbers[JOB_NUMBER_SECURITY_FLAGS];
    options->headers = headers ? custom_headers_build(headers, &failed) : NULL;
    return credentials_copy(&options->credentials, &job->credentials) && !failed;
}

void http_options_cleanup(struct http_options *options)
{
    custom_headers_free(options->headers);
    options->headers = NULL;
    credentials_cleanup(&options->credentials);
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
