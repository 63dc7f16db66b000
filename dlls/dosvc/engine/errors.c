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

#include "config.h"

#include <errno.h>
#include <openssl/x509_vfy.h>
#include <string.h>

#include "errors.h"
#include "result.h"

/* WinHTTP's and Windows' error numbers, as HRESULTs. */
#define FILE_NOT_FOUND HRESULT_FROM_WIN32(2u)
#define PATH_NOT_FOUND HRESULT_FROM_WIN32(3u)
#define TOO_MANY_OPEN_FILES HRESULT_FROM_WIN32(4u)
#define ACCESS_DENIED HRESULT_FROM_WIN32(5u)
#define NOT_SAME_DEVICE HRESULT_FROM_WIN32(17u)
#define WRITE_PROTECT HRESULT_FROM_WIN32(19u)
#define WRITE_FAULT HRESULT_FROM_WIN32(29u)
#define SHARING_VIOLATION HRESULT_FROM_WIN32(32u)
#define FILE_EXISTS HRESULT_FROM_WIN32(80u)
#define DISK_FULL HRESULT_FROM_WIN32(112u)
#define DIRECTORY_NOT_EMPTY HRESULT_FROM_WIN32(145u)
#define FILENAME_EXCED_RANGE HRESULT_FROM_WIN32(206u)
#define FILE_TOO_LARGE HRESULT_FROM_WIN32(223u)
#define FILE_INVALID HRESULT_FROM_WIN32(1006u)
#define IO_DEVICE HRESULT_FROM_WIN32(1117u)
#define CANT_RESOLVE_FILENAME HRESULT_FROM_WIN32(1921u)
#define HTTP_TIMEOUT HRESULT_FROM_WIN32(12002u)
#define HTTP_NAME_NOT_RESOLVED HRESULT_FROM_WIN32(12007u)
#define HTTP_CANNOT_CONNECT HRESULT_FROM_WIN32(12029u)
#define HTTP_CONNECTION_ERROR HRESULT_FROM_WIN32(12030u)
#define HTTP_CERT_DATE_INVALID HRESULT_FROM_WIN32(12037u)
#define HTTP_CERT_CN_INVALID HRESULT_FROM_WIN32(12038u)
#define HTTP_HTTPS_TO_HTTP_ON_REDIRECT HRESULT_FROM_WIN32(12040u)
#define HTTP_CLIENT_AUTH_CERT_NEEDED HRESULT_FROM_WIN32(12044u)
#define HTTP_INVALID_CA HRESULT_FROM_WIN32(12045u)
#define HTTP_CERT_REV_FAILED HRESULT_FROM_WIN32(12057u)
#define HTTP_INVALID_SERVER_RESPONSE HRESULT_FROM_WIN32(12152u)
#define HTTP_REDIRECT_FAILED HRESULT_FROM_WIN32(12156u)
#define HTTP_SECURE_CHANNEL_ERROR HRESULT_FROM_WIN32(12157u)
#define HTTP_INVALID_CERT HRESULT_FROM_WIN32(12169u)
#define HTTP_CERT_REVOKED HRESULT_FROM_WIN32(12170u)
#define HTTP_SECURE_FAILURE HRESULT_FROM_WIN32(12175u)
#define HTTP_CERT_WRONG_USAGE HRESULT_FROM_WIN32(12179u)

/* A local failure: a disk's error number and its HRESULT. */
struct errno_entry
{
    int error;
    int32_t code;
};

static const struct errno_entry errno_table[] =
{
    {EACCES, ACCESS_DENIED},
    {EBUSY, SHARING_VIOLATION},
    {EDQUOT, DISK_FULL},
    {EEXIST, FILE_EXISTS},
    {EFBIG, FILE_TOO_LARGE},
    {EIO, IO_DEVICE},
    {EISDIR, ACCESS_DENIED},
    {ELOOP, CANT_RESOLVE_FILENAME},
    {EMFILE, TOO_MANY_OPEN_FILES},
    {ENAMETOOLONG, FILENAME_EXCED_RANGE},
    {ENFILE, TOO_MANY_OPEN_FILES},
    {ENOENT, FILE_NOT_FOUND},
    {ENOMEM, E_OUTOFMEMORY},
    {ENOSPC, DISK_FULL},
    {ENOTDIR, PATH_NOT_FOUND},
    {ENOTEMPTY, DIRECTORY_NOT_EMPTY},
    {EPERM, ACCESS_DENIED},
    {EROFS, WRITE_PROTECT},
    {ESTALE, FILE_INVALID},
    {ETXTBSY, SHARING_VIOLATION},
    {EXDEV, NOT_SAME_DEVICE},
};

/* What libcurl said. What is not in the table is a transient HTTP_INVALID_SERVER_RESPONSE. */
struct curl_entry
{
    CURLcode error;
    int32_t code;
    bool fatal;
};

static const struct curl_entry curl_table[] =
{
    {CURLE_FAILED_INIT, DO_E_FATAL_CORE_ERROR, true},
    {CURLE_URL_MALFORMAT, INET_E_INVALID_URL, true},
    {CURLE_NOT_BUILT_IN, DO_E_FATAL_CORE_ERROR, true},
    {CURLE_COULDNT_RESOLVE_PROXY, HTTP_NAME_NOT_RESOLVED, false},
    {CURLE_COULDNT_RESOLVE_HOST, HTTP_NAME_NOT_RESOLVED, false},
    {CURLE_COULDNT_CONNECT, HTTP_CANNOT_CONNECT, false},
    {CURLE_WEIRD_SERVER_REPLY, HTTP_INVALID_SERVER_RESPONSE, false},
    {CURLE_HTTP2, HTTP_CONNECTION_ERROR, false},
    {CURLE_PARTIAL_FILE, HTTP_CONNECTION_ERROR, false},
    {CURLE_WRITE_ERROR, WRITE_FAULT, true},
    {CURLE_OUT_OF_MEMORY, E_OUTOFMEMORY, true},
    {CURLE_OPERATION_TIMEDOUT, HTTP_TIMEOUT, false},
    {CURLE_RANGE_ERROR, DO_E_INSUFFICIENT_RANGE_SUPPORT, true},
    {CURLE_SSL_CONNECT_ERROR, HTTP_SECURE_CHANNEL_ERROR, false},
    {CURLE_BAD_DOWNLOAD_RESUME, DO_E_INSUFFICIENT_RANGE_SUPPORT, true},
    {CURLE_BAD_FUNCTION_ARGUMENT, DO_E_FATAL_CORE_ERROR, true},
    {CURLE_INTERFACE_FAILED, HTTP_CANNOT_CONNECT, false},
    {CURLE_TOO_MANY_REDIRECTS, HTTP_REDIRECT_FAILED, true},
    {CURLE_UNKNOWN_OPTION, DO_E_FATAL_CORE_ERROR, true},
    {CURLE_SETOPT_OPTION_SYNTAX, DO_E_FATAL_CORE_ERROR, true},
    {CURLE_GOT_NOTHING, HTTP_CONNECTION_ERROR, false},
    {CURLE_SSL_ENGINE_NOTFOUND, HTTP_SECURE_CHANNEL_ERROR, false},
    {CURLE_SSL_ENGINE_SETFAILED, HTTP_SECURE_CHANNEL_ERROR, false},
    {CURLE_SEND_ERROR, HTTP_CONNECTION_ERROR, false},
    {CURLE_RECV_ERROR, HTTP_CONNECTION_ERROR, false},
    {CURLE_SSL_CERTPROBLEM, HTTP_CLIENT_AUTH_CERT_NEEDED, true},
    {CURLE_SSL_CIPHER, HTTP_SECURE_CHANNEL_ERROR, false},
    {CURLE_BAD_CONTENT_ENCODING, HTTP_INVALID_SERVER_RESPONSE, false},
    {CURLE_FILESIZE_EXCEEDED, FILE_TOO_LARGE, true},
    {CURLE_USE_SSL_FAILED, HTTP_SECURE_CHANNEL_ERROR, false},
    {CURLE_SEND_FAIL_REWIND, HTTP_CONNECTION_ERROR, false},
    {CURLE_SSL_ENGINE_INITFAILED, HTTP_SECURE_CHANNEL_ERROR, false},
    {CURLE_SSL_CACERT_BADFILE, HTTP_SECURE_FAILURE, true},
    {CURLE_SSL_SHUTDOWN_FAILED, HTTP_SECURE_CHANNEL_ERROR, false},
    {CURLE_AGAIN, HTTP_CONNECTION_ERROR, false},
    {CURLE_SSL_CRL_BADFILE, HTTP_CERT_REV_FAILED, true},
    {CURLE_SSL_ISSUER_ERROR, HTTP_INVALID_CA, true},
    {CURLE_NO_CONNECTION_AVAILABLE, HTTP_CANNOT_CONNECT, false},
    {CURLE_SSL_PINNEDPUBKEYNOTMATCH, HTTP_SECURE_FAILURE, true},
    {CURLE_SSL_INVALIDCERTSTATUS, HTTP_CERT_REV_FAILED, true},
    {CURLE_HTTP2_STREAM, HTTP_CONNECTION_ERROR, false},
    {CURLE_RECURSIVE_API_CALL, DO_E_FATAL_CORE_ERROR, true},
    {CURLE_HTTP3, HTTP_CONNECTION_ERROR, false},
    {CURLE_QUIC_CONNECT_ERROR, HTTP_CANNOT_CONNECT, false},
    {CURLE_PROXY, HTTP_CANNOT_CONNECT, false},
    {CURLE_SSL_CLIENTCERT, HTTP_CLIENT_AUTH_CERT_NEEDED, true},
};

/* Why OpenSSL refused the certificate; always fatal. What is not in the table is HTTP_SECURE_FAILURE. */
struct verify_entry
{
    long result;
    int32_t code;
};

static const struct verify_entry verify_table[] =
{
    /*
     * libcurl compares the names itself, after a verification that succeeded, and leaves its own initial value, 1, as
     * the result when they differ.
     */
    {X509_V_OK, HTTP_CERT_CN_INVALID},
    {X509_V_ERR_UNSPECIFIED, HTTP_CERT_CN_INVALID},
    {X509_V_ERR_HOSTNAME_MISMATCH, HTTP_CERT_CN_INVALID},
    {X509_V_ERR_IP_ADDRESS_MISMATCH, HTTP_CERT_CN_INVALID},

    {X509_V_ERR_CERT_NOT_YET_VALID, HTTP_CERT_DATE_INVALID},
    {X509_V_ERR_CERT_HAS_EXPIRED, HTTP_CERT_DATE_INVALID},

    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, HTTP_INVALID_CA},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, HTTP_INVALID_CA},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, HTTP_INVALID_CA},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, HTTP_INVALID_CA},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, HTTP_INVALID_CA},
    {X509_V_ERR_CERT_UNTRUSTED, HTTP_INVALID_CA},

    {X509_V_ERR_CERT_REVOKED, HTTP_CERT_REVOKED},

    {X509_V_ERR_UNABLE_TO_GET_CRL, HTTP_CERT_REV_FAILED},
    {X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER, HTTP_CERT_REV_FAILED},
    {X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE, HTTP_CERT_REV_FAILED},
    {X509_V_ERR_CRL_SIGNATURE_FAILURE, HTTP_CERT_REV_FAILED},
    {X509_V_ERR_CRL_NOT_YET_VALID, HTTP_CERT_REV_FAILED},
    {X509_V_ERR_CRL_HAS_EXPIRED, HTTP_CERT_REV_FAILED},
    {X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD, HTTP_CERT_REV_FAILED},
    {X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD, HTTP_CERT_REV_FAILED},
    {X509_V_ERR_KEYUSAGE_NO_CRL_SIGN, HTTP_CERT_REV_FAILED},
    {X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION, HTTP_CERT_REV_FAILED},
    {X509_V_ERR_DIFFERENT_CRL_SCOPE, HTTP_CERT_REV_FAILED},
    {X509_V_ERR_CRL_PATH_VALIDATION_ERROR, HTTP_CERT_REV_FAILED},
    {X509_V_ERR_OCSP_VERIFY_NEEDED, HTTP_CERT_REV_FAILED},
    {X509_V_ERR_OCSP_VERIFY_FAILED, HTTP_CERT_REV_FAILED},
    {X509_V_ERR_OCSP_CERT_UNKNOWN, HTTP_CERT_REV_FAILED},

    {X509_V_ERR_INVALID_PURPOSE, HTTP_CERT_WRONG_USAGE},
    {X509_V_ERR_CERT_REJECTED, HTTP_CERT_WRONG_USAGE},
    {X509_V_ERR_KEYUSAGE_NO_CERTSIGN, HTTP_CERT_WRONG_USAGE},
    {X509_V_ERR_KEYUSAGE_NO_DIGITAL_SIGNATURE, HTTP_CERT_WRONG_USAGE},

    {X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE, HTTP_INVALID_CERT},
    {X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY, HTTP_INVALID_CERT},
    {X509_V_ERR_CERT_SIGNATURE_FAILURE, HTTP_INVALID_CERT},
    {X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD, HTTP_INVALID_CERT},
    {X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD, HTTP_INVALID_CERT},
    {X509_V_ERR_CERT_CHAIN_TOO_LONG, HTTP_INVALID_CERT},
    {X509_V_ERR_INVALID_CA, HTTP_INVALID_CERT},
    {X509_V_ERR_INVALID_NON_CA, HTTP_INVALID_CERT},
    {X509_V_ERR_PATH_LENGTH_EXCEEDED, HTTP_INVALID_CERT},
    {X509_V_ERR_SUBJECT_ISSUER_MISMATCH, HTTP_INVALID_CERT},
    {X509_V_ERR_AKID_SKID_MISMATCH, HTTP_INVALID_CERT},
    {X509_V_ERR_AKID_ISSUER_SERIAL_MISMATCH, HTTP_INVALID_CERT},
    {X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, HTTP_INVALID_CERT},
    {X509_V_ERR_INVALID_EXTENSION, HTTP_INVALID_CERT},
    {X509_V_ERR_PERMITTED_VIOLATION, HTTP_INVALID_CERT},
    {X509_V_ERR_EXCLUDED_VIOLATION, HTTP_INVALID_CERT},
    {X509_V_ERR_EE_KEY_TOO_SMALL, HTTP_INVALID_CERT},
    {X509_V_ERR_CA_KEY_TOO_SMALL, HTTP_INVALID_CERT},
    {X509_V_ERR_CA_MD_TOO_WEAK, HTTP_INVALID_CERT},

    {X509_V_ERR_OUT_OF_MEM, E_OUTOFMEMORY},
};

int32_t hresult_from_errno(int error)
{
    unsigned int i;

    for (i = 0; i < sizeof(errno_table) / sizeof(*errno_table); i++)
    {
        if (errno_table[i].error == error)
            return errno_table[i].code;
    }
    return WRITE_FAULT;
}

static void verdict_set(struct verdict *verdict, int32_t code, bool fatal)
{
    verdict->code = code;
    verdict->fatal = fatal;
}

static void judge_protocol_error(int32_t error, struct verdict *verdict)
{
    /* A proxy may have cut the answer, and may be better the next time. */
    verdict_set(verdict, error,
                error != DO_E_HTTP_BLOCKSIZE_MISMATCH && error != DO_E_UNEXPECTED_HTTP_STATUS_2XX);
}

static bool status_is_worth_a_retry(long status)
{
    return status == 408 || status == 425 || status == 429;
}

static void judge_status(long status, struct verdict *verdict)
{
    if (status >= 400 && status <= 599)
        verdict_set(verdict, HRESULT_FROM_HTTP((uint32_t)status),
                    status <= 499 && !status_is_worth_a_retry(status));
    else if (status >= 300 && status <= 399)
        verdict_set(verdict, HTTP_E_STATUS_UNEXPECTED_REDIRECTION, false);
    else if (status >= 200 && status <= 299)
        verdict_set(verdict, DO_E_UNEXPECTED_HTTP_STATUS_2XX, false);
    else
        verdict_set(verdict, HTTP_E_STATUS_UNEXPECTED, false);
    if (status == 403)
        verdict->context = ERROR_CONTEXT_REMOTE_FILE;
}

static void judge_certificate(long result, struct verdict *verdict)
{
    unsigned int i;

    verdict_set(verdict, HTTP_SECURE_FAILURE, true);
    for (i = 0; i < sizeof(verify_table) / sizeof(*verify_table); i++)
    {
        if (verify_table[i].result == result)
            verdict->code = verify_table[i].code;
    }
}

static void judge_transport(const struct outcome *outcome, struct verdict *verdict)
{
    unsigned int i;

    if (outcome->curl == CURLE_PEER_FAILED_VERIFICATION)
    {
        judge_certificate(outcome->verify_result, verdict);
        return;
    }
    if (outcome->certificate_missing)
    {
        verdict_set(verdict, HTTP_CLIENT_AUTH_CERT_NEEDED, true);
        return;
    }
    if (outcome->curl == CURLE_UNSUPPORTED_PROTOCOL && outcome->redirected && outcome->http_status / 100 == 3)
    {
        verdict_set(verdict, outcome->https ? HTTP_HTTPS_TO_HTTP_ON_REDIRECT : INET_E_INVALID_URL, true);
        return;
    }
    verdict_set(verdict, HTTP_INVALID_SERVER_RESPONSE, false);
    for (i = 0; i < sizeof(curl_table) / sizeof(*curl_table); i++)
    {
        if (curl_table[i].error == outcome->curl)
            verdict_set(verdict, curl_table[i].code, curl_table[i].fatal);
    }
}

/*
 * Whether the status tells why the attempt failed. That of a redirect, or an interim one, does not when the transport
 * failed after it; that of a refusal does, even if the rest of it was lost. CURLE_WRITE_ERROR is our own doing: nobody
 * wants the body of such a response.
 */
static bool status_is_decisive(const struct outcome *outcome)
{
    long status = outcome->http_status;

    if (status == 200 || status == 206)
        return false;
    if (!outcome->curl || outcome->curl == CURLE_WRITE_ERROR)
        return true;
    return (status >= 200 && status <= 299) || status >= 400;
}

void outcome_judge(const struct outcome *outcome, struct verdict *verdict)
{
    memset(verdict, 0, sizeof(*verdict));
    if (outcome->disk_failed)
        verdict_set(verdict, hresult_from_errno(outcome->os_error), true);
    else if (FAILED(outcome->protocol_error))
        judge_protocol_error(outcome->protocol_error, verdict);
    else if (status_is_decisive(outcome))
        judge_status(outcome->http_status, verdict);
    else if (outcome->curl)
        judge_transport(outcome, verdict);
}
