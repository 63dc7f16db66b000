/*
 * What is known of a job's error, as a text for people and programs.
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

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine_private.h"
#include "url.h"

static bool set_string(json_t *object, const char *name, const char *value)
{
    return !json_object_set_new(object, name, json_string(value));
}

static bool set_number(json_t *object, const char *name, uint32_t value)
{
    return !json_object_set_new(object, name, json_integer(value));
}

/* Of the file in which the error happened: nothing of its URL that may be secret. */
static bool describe_file(json_t *object, const struct file *file)
{
    char url[3 * ENGINE_MAX_URL + 1];

    if (file->url)
    {
        url_redact(file->url, url, sizeof(url));
        if (!set_string(object, "Url", url))
            return false;
    }
    return !file->response || !*file->response->address || set_string(object, "ServerAddress", file->response->address);
}

static bool describe_error(json_t *object, const struct job *job)
{
    const struct job_error *error = &job->error;
    char code[16];

    snprintf(code, sizeof(code), "0x%08" PRIX32, (uint32_t)error->code);
    if (!set_string(object, "ErrorCode", code) || !set_number(object, "ErrorContext", error->context)
        || !set_number(object, "HttpStatus", error->http_status)
        || !set_number(object, "FailedAttempts", job->error_count))
        return false;
    snprintf(code, sizeof(code), "0x%08" PRIX32, (uint32_t)error->cause);
    if (error->cause && !set_string(object, "Cause", code))
        return false;
    return error->file_index >= job->file_count || describe_file(object, job->files[error->file_index]);
}

int32_t job_get_extended_error(const struct job *job, char **text)
{
    json_t *object;

    if (!job_state_has_error(job->state))
        return DO_E_ERROR_INFORMATION_UNAVAILABLE;
    *text = NULL;
    if ((object = json_object()) && describe_error(object, job))
        *text = json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER);
    json_decref(object);
    return *text ? S_OK : E_OUTOFMEMORY;
}
