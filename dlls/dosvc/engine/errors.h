/*
 * How failures become HRESULTs: the one table.
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

#ifndef DOSVC_ERRORS_H
#define DOSVC_ERRORS_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

/* What is known of an attempt that ended; fields that do not apply are 0. */
struct outcome
{
    CURLcode curl;
    long http_status;           /* of the last response */
    long verify_result;         /* X509_V_ERR_* when the certificate was refused */
    int os_error;               /* errno of the disk, or of the connection */
    bool disk_failed;           /* os_error comes from the local file */
    bool https;                 /* the URL asked for was https */
    bool certificate_missing;   /* the server ended it, since it wants a certificate of the client */
    bool redirected;            /* the response came after a redirect */
    int32_t protocol_error;     /* what the engine itself found wrong with the response, an HRESULT */
    uint32_t retry_after;       /* seconds the server asked to wait, 0 if it did not */
};

#define ERROR_CONTEXT_NONE 0u           /* BG_ERROR_CONTEXT_NONE */
#define ERROR_CONTEXT_REMOTE_FILE 5u    /* BG_ERROR_CONTEXT_REMOTE_FILE */

struct verdict
{
    int32_t code;               /* HRESULT; S_OK: the attempt succeeded */
    uint32_t context;           /* ERROR_CONTEXT_* */
    bool fatal;                 /* no retry; otherwise transient */
};

/* Classifies: what happened, in which order of precedence: disk, engine's finding, HTTP status, transport. */
void outcome_judge(const struct outcome *outcome, struct verdict *verdict);

/* The HRESULT of a failed system call on a local file; never S_OK. */
int32_t hresult_from_errno(int error);

#endif /* DOSVC_ERRORS_H */
