/*
 * Names and sentences of error codes, and the line on standard error that shows them.
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

#include "doadmin.h"

#include <winhttp.h>

struct error_info
{
    HRESULT code;
    const WCHAR *name;
    const WCHAR *sentence;      /* NULL: the service or the system has the better one */
    BOOL is_about_file;         /* of this machine, not of the server */
};

#define CODE(name, sentence) {name, L###name, sentence, FALSE}
#define WIN32_CODE(name, sentence) {__HRESULT_FROM_WIN32(name), L###name, sentence, FALSE}
#define FILE_CODE(name, sentence) {__HRESULT_FROM_WIN32(name), L###name, sentence, TRUE}

#define REGISTER_HINT L"register it with 'regsvr32 dosvc.dll' (under Wine 'wine regsvr32 dosvc.dll')"

static const struct error_info error_infos[] =
{
    /* Delivery Optimization and HTTP: every constant of deliveryoptimizationerrors.h. */
    CODE(DO_E_NO_SERVICE, L"the service cannot take the request; it is stopping or disabled"),
    CODE(DO_E_DOWNLOAD_NO_PROGRESS, L"no data arrived for too long"),
    CODE(DO_E_JOB_NOT_FOUND, L"there is no such job"),
    CODE(DO_E_JOB_EMPTY, L"the job has no files"),
    CODE(DO_E_NO_DOWNLOADS, L"there are no downloads"),
    CODE(DO_E_MEMORYSTREAM_DOWNLOAD_NOT_SUPPORTED,
            L"downloads to a memory stream are not supported"),
    CODE(DO_E_JOB_TOO_OLD, L"the job was not ended before its maximum age"),
    CODE(DO_E_LOCALPATH_NOT_SET, L"a file of the job has no destination"),
    CODE(DO_E_FILE_NOT_AVAILABLE, L"the error is not about a file"),
    CODE(DO_E_UNKNOWN_PROPERTY_ID, L"there is no such property"),
    CODE(DO_E_READ_ONLY_PROPERTY, L"the property can only be read"),
    CODE(DO_E_INVALID_STATE, L"this cannot be done in the present state of the job"),
    CODE(DO_E_ERROR_INFORMATION_UNAVAILABLE, L"the job has no error"),
    CODE(DO_E_WRITE_ONLY_PROPERTY, L"the property can only be written"),
    CODE(DO_E_INTEGRITYCHECKINFO_UNSPECIFIED,
            L"an integrity check is demanded, but not what to check against"),
    CODE(DO_E_INTEGRITYCHECKINFO_UNAVAILABLE,
            L"the hashes for the integrity check could not be fetched"),
    CODE(DO_E_FILE_DOWNLOADSINK_UNSPECIFIED, L"the download has no destination"),
    CODE(DO_E_FILE_DOWNLOADSINK_ALREADY_SET, L"the download has another destination already"),
    CODE(DO_E_FILE_SIZE_UNKNOWN_HTTP_200,
            L"the server did not tell the size of the file (status 200)"),
    CODE(DO_E_FILE_ENCRYPTION_EXPECTED, L"the file is not encrypted, but a key was given"),
    CODE(DO_E_FILE_SIZE_UNKNOWN_HTTP_206,
            L"the server did not tell the size of the file (status 206)"),
    CODE(DO_E_FILE_SIZE_UNKNOWN_HTTP_2XX, L"the server did not tell the size of the file"),
    CODE(DO_E_NETWORK_ACCESS_CONSENT_NEEDED, L"the user's consent to use the network is pending"),
    CODE(DO_E_DOWNLOAD_NO_URI, L"the download has no URL"),
    CODE(DO_E_DOWNLOAD_NO_CONTENT_ID, L"the download has no content identifier"),
    CODE(DO_E_INVALID_CONTENT_ID, L"the content identifier is not valid"),
    CODE(DO_E_DOWNLOAD_RANGES_UNEXPECTED, L"ranges cannot be used here"),
    CODE(DO_E_DOWNLOAD_RANGES_EXPECTED, L"ranges are needed here"),
    CODE(DO_E_NO_DOWNLOAD_PARTICIPATION, L"the service does not take part in this download"),
    CODE(DO_E_NO_DOWNLOAD_EXTSETTINGS,
            L"a setting of the user or the administrator forbids the download"),
    CODE(DO_E_BLOCKED_BY_COST_TRANSFER_POLICY, L"paused, because the network costs money"),
    CODE(DO_E_DOWNLOADMODE_SET_BY_CP, L"the download mode is set by a content policy"),
    CODE(DO_E_BLOCKED_BY_CELLULAR_POLICY, L"paused, because the network is cellular"),
    CODE(DO_E_BLOCKED_BY_POWER_STATE, L"paused, because the machine runs on battery"),
    CODE(DO_E_BLOCKED_BY_NO_NETWORK, L"paused, because there is no network"),
    CODE(DO_E_DOWNLOADMODE_SET_BY_POLICY, L"the download mode is set by a policy"),
    CODE(DO_E_BLOCKED_BY_VPN_POLICY, L"paused, because a VPN is in use"),
    CODE(DO_E_BLOCKED_BY_CRITICAL_MEMORY_USAGE, L"paused, because memory is short"),
    CODE(DO_E_DOWNLOADMODE_SET_BY_CACHE_ABSENCE,
            L"the download mode is set, because there is no cache directory"),
    CODE(DO_E_CLOUD_SERVICES_UNREACHABLE, L"a cloud service could not be reached"),
    CODE(DO_E_DOWNLOADMODE_SET_FOR_UNREG_CALLER,
            L"the download mode is set, because the caller is not registered"),
    CODE(DO_E_DOWNLOADMODE_SET_FOR_SIMPLE_RANGES,
            L"the download mode is set, because ranges are used"),
    CODE(DO_E_UNEXPECTED_HTTP_STATUS_2XX,
            L"the server answered with a success that is of no use here"),
    CODE(DO_E_HTTP_BLOCKSIZE_MISMATCH, L"the server sent more or less than was asked for"),
    CODE(DO_E_HTTP_CERT_VALIDATION, L"the server's certificate could not be validated"),
    CODE(DO_E_INVALID_RANGE, L"a range begins or ends beyond the file"),
    CODE(DO_E_INSUFFICIENT_RANGE_SUPPORT, L"the server does not support ranges"),
    CODE(DO_E_OVERLAPPING_RANGES, L"ranges overlap"),
    CODE(DO_E_UPLOADING_BAD_PIECES, NULL),
    CODE(DO_E_FATAL_CORE_ERROR, L"the service met an internal error"),
    CODE(DO_E_SERVICES_RESPONSE_EMPTY, L"a cloud service gave an empty answer"),
    CODE(DO_E_BAD_INCOMING_DATA, L"the data of a piece are bad or incomplete"),
    CODE(DO_E_BAD_PIECE_HASH, L"a piece of the file does not match its hash"),
    CODE(DO_E_BAD_PIECE_HASH_NO_BAN, L"a piece of the file does not match its hash"),
    CODE(DO_E_ALREADY_HAVE_PIECE, NULL),
    CODE(DO_E_MISSING_PIECE, NULL),
    CODE(DO_E_METAINFO_CONTENT, L"the file of piece hashes cannot be parsed"),
    CODE(DO_E_METAINFO_VERSION, L"the file of piece hashes has an unknown version"),
    CODE(DO_E_SWARM_NOT_RUNNING, NULL),
    CODE(DO_E_UNRECOGNIZED_CONN, NULL),
    CODE(DO_E_PEER_BANNED, NULL),
    CODE(DO_E_CONNECT_TO_SELF, NULL),
    CODE(DO_E_ALREADY_CONNECTED, NULL),
    CODE(DO_E_NO_MORE_CONNECTIONS, NULL),
    CODE(DO_E_LOST_CONNECTION, NULL),
    CODE(DO_E_UNRECOGNIZED_SWARM, NULL),
    CODE(DO_E_INVALID_HANDSHAKE_LEN, NULL),
    CODE(DO_E_SOCKET_CLOSED, NULL),
    CODE(DO_E_PEER_MSG_TOO_LONG, NULL),
    CODE(DO_E_INVALID_PEER_MSG, NULL),
    CODE(DO_E_PEER_IS_UPLOAD, NULL),
    CODE(DO_E_PIN_FAIL_NO_PEERING, NULL),
    CODE(DO_E_DELETE_PINNED_SWARM, L"the file is pinned in the cache"),
    CODE(DO_E_METAINFO_DIGEST_MATCH, L"the file of piece hashes does not match its digest"),
    CODE(DO_E_METAINFO_HOH_MATCH, L"the hash of hashes in the file of piece hashes is another one"),
    CODE(DO_E_METAINFO_HOH_FINAL_MATCH, L"the hash of hashes does not match"),
    CODE(DO_E_METAINFO_CONTENT_LENGTH, L"the length in the file of piece hashes is not valid"),
    CODE(DO_E_METAINFO_PIECE_SIZE, L"the piece size in the file of piece hashes is not valid"),
    CODE(DO_E_METAINFO_PARSE_HOH, L"the hash of hashes cannot be decoded"),
    CODE(DO_E_METAINFO_PARSE_PIECEHASHES, L"the file of piece hashes has no list of hashes"),
    CODE(DO_E_METAINFO_PARSE_ONE_PIECEHASH,
            L"a hash in the file of piece hashes cannot be decoded"),
    CODE(DO_E_METAINFO_FILE_SIZE, L"the size of the file of piece hashes is unknown or bad"),
    CODE(HTTP_E_STATUS_UNEXPECTED, L"the server gave an answer that cannot be used"),
    CODE(HTTP_E_STATUS_UNEXPECTED_REDIRECTION,
            L"the server redirected the request in a way that cannot be followed"),
    CODE(HTTP_E_STATUS_UNEXPECTED_CLIENT_ERROR, L"the server found fault with the request"),
    CODE(HTTP_E_STATUS_UNEXPECTED_SERVER_ERROR, L"the server failed"),
    CODE(HTTP_E_STATUS_AMBIGUOUS, NULL),
    CODE(HTTP_E_STATUS_MOVED, NULL),
    CODE(HTTP_E_STATUS_REDIRECT, NULL),
    CODE(HTTP_E_STATUS_REDIRECT_METHOD, NULL),
    CODE(HTTP_E_STATUS_NOT_MODIFIED, NULL),
    CODE(HTTP_E_STATUS_USE_PROXY, NULL),
    CODE(HTTP_E_STATUS_REDIRECT_KEEP_VERB, NULL),
    CODE(HTTP_E_STATUS_BAD_REQUEST, L"the server did not understand the request"),
    CODE(HTTP_E_STATUS_DENIED, L"the server wants a user name and a password"),
    CODE(HTTP_E_STATUS_PAYMENT_REQ, L"the server wants to be paid"),
    CODE(HTTP_E_STATUS_FORBIDDEN, L"the server refused access"),
    CODE(HTTP_E_STATUS_NOT_FOUND, L"the server does not have the file"),
    CODE(HTTP_E_STATUS_BAD_METHOD, L"the server does not allow this kind of request"),
    CODE(HTTP_E_STATUS_NONE_ACCEPTABLE, L"the server has no acceptable form of the file"),
    CODE(HTTP_E_STATUS_PROXY_AUTH_REQ, L"the proxy wants a user name and a password"),
    CODE(HTTP_E_STATUS_REQUEST_TIMEOUT, L"the server waited too long for the request"),
    CODE(HTTP_E_STATUS_CONFLICT, L"the request conflicts with the state of the file on the server"),
    CODE(HTTP_E_STATUS_GONE, L"the file is no longer on the server"),
    CODE(HTTP_E_STATUS_LENGTH_REQUIRED, L"the server wants the length of the request"),
    CODE(HTTP_E_STATUS_PRECOND_FAILED, L"a condition of the request does not hold on the server"),
    CODE(HTTP_E_STATUS_REQUEST_TOO_LARGE, L"the request is too large for the server"),
    CODE(HTTP_E_STATUS_URI_TOO_LONG, L"the URL is too long for the server"),
    CODE(HTTP_E_STATUS_UNSUPPORTED_MEDIA, L"the server does not support this kind of data"),
    CODE(HTTP_E_STATUS_RANGE_NOT_SATISFIABLE,
            L"the server does not have the range that was asked for"),
    CODE(HTTP_E_STATUS_EXPECTATION_FAILED, L"the server cannot do what the request expects"),
    CODE(HTTP_E_STATUS_SERVER_ERROR, L"the server met an internal error"),
    CODE(HTTP_E_STATUS_NOT_SUPPORTED, L"the server does not support the request"),
    CODE(HTTP_E_STATUS_BAD_GATEWAY, L"a gateway got a bad answer from the server"),
    CODE(HTTP_E_STATUS_SERVICE_UNAVAIL, L"the server cannot take the request at present"),
    CODE(HTTP_E_STATUS_GATEWAY_TIMEOUT, L"a gateway got no answer from the server in time"),
    CODE(HTTP_E_STATUS_VERSION_NOT_SUP, L"the server does not support this version of HTTP"),

    /* Reaching the service. */
    CODE(REGDB_E_CLASSNOTREG, L"the Delivery Optimization service is not registered; " REGISTER_HINT),
    CODE(REGDB_E_IIDNOTREG,
            L"the service's interfaces are not registered; run 'regsvr32 dosvcprxy.dll'"),
    CODE(CO_E_SERVER_EXEC_FAILURE, L"the Delivery Optimization service could not be started"),
    CODE(CO_E_WRONG_SERVER_IDENTITY, NULL),
    CODE(CO_E_OBJNOTCONNECTED, L"the Delivery Optimization service has ended"),
    CODE(RPC_E_DISCONNECTED, L"the Delivery Optimization service has ended"),
    CODE(RPC_E_SERVER_DIED, L"the Delivery Optimization service has ended"),
    CODE(RPC_E_SERVER_DIED_DNE, L"the Delivery Optimization service has ended"),
    CODE(RPC_E_SERVERFAULT, L"the Delivery Optimization service failed"),
    CODE(RPC_E_CALL_REJECTED, NULL),
    CODE(RPC_E_TIMEOUT, NULL),
    WIN32_CODE(RPC_S_SERVER_UNAVAILABLE, L"the Delivery Optimization service does not answer"),
    WIN32_CODE(RPC_S_SERVER_TOO_BUSY, L"the Delivery Optimization service is too busy"),
    WIN32_CODE(RPC_S_CALL_FAILED, L"the Delivery Optimization service has ended"),
    WIN32_CODE(RPC_S_CALL_FAILED_DNE, L"the Delivery Optimization service has ended"),
    WIN32_CODE(RPC_X_NULL_REF_POINTER, NULL),
    WIN32_CODE(RPC_X_BAD_STUB_DATA, NULL),
    WIN32_CODE(ERROR_SERVICE_DOES_NOT_EXIST,
            L"the Delivery Optimization service is not registered; " REGISTER_HINT),
    WIN32_CODE(ERROR_SERVICE_DISABLED, L"the Delivery Optimization service is disabled"),
    WIN32_CODE(ERROR_SERVICE_NOT_ACTIVE, L"the Delivery Optimization service does not run"),
    WIN32_CODE(ERROR_SERVICE_REQUEST_TIMEOUT, L"the Delivery Optimization service did not start in time"),
    WIN32_CODE(ERROR_SERVICE_LOGON_FAILED, NULL),
    WIN32_CODE(ERROR_SERVICE_SPECIFIC_ERROR, NULL),
    WIN32_CODE(ERROR_SHUTDOWN_IN_PROGRESS, L"the system is shutting down"),

    /* The network, in the numbers of WinHTTP. */
    CODE(INET_E_INVALID_URL, L"not a URL that can be downloaded; it has to begin with http:// or https://"),
    WIN32_CODE(ERROR_WINHTTP_TIMEOUT, L"the server did not answer in time"),
    WIN32_CODE(ERROR_WINHTTP_INTERNAL_ERROR, L"the transfer failed"),
    WIN32_CODE(ERROR_WINHTTP_INVALID_URL, L"the URL is malformed"),
    WIN32_CODE(ERROR_WINHTTP_UNRECOGNIZED_SCHEME, L"the URL begins with neither http:// nor https://"),
    WIN32_CODE(ERROR_WINHTTP_NAME_NOT_RESOLVED, L"the name of the server is not known"),
    WIN32_CODE(ERROR_WINHTTP_OPERATION_CANCELLED, L"the transfer was cancelled"),
    WIN32_CODE(ERROR_WINHTTP_LOGIN_FAILURE, L"the server did not accept the user name and password"),
    WIN32_CODE(ERROR_WINHTTP_CANNOT_CONNECT, L"the server could not be reached"),
    WIN32_CODE(ERROR_WINHTTP_CONNECTION_ERROR, L"the connection to the server broke"),
    WIN32_CODE(ERROR_WINHTTP_RESEND_REQUEST, NULL),
    {__HRESULT_FROM_WIN32(12040), L"WININET_E_HTTPS_TO_HTTP_ON_REDIR",
            L"the server redirected from https to http", FALSE},
    WIN32_CODE(ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED, L"the server wants a client certificate"),
    WIN32_CODE(ERROR_WINHTTP_HEADER_NOT_FOUND, L"a header is missing in the server's answer"),
    WIN32_CODE(ERROR_WINHTTP_INVALID_SERVER_RESPONSE, L"the server's answer is not HTTP"),
    WIN32_CODE(ERROR_WINHTTP_REDIRECT_FAILED, L"the redirections of the server cannot be followed"),
    WIN32_CODE(ERROR_WINHTTP_AUTODETECTION_FAILED, L"no proxy could be found"),
    WIN32_CODE(ERROR_WINHTTP_SECURE_CERT_DATE_INVALID,
            L"the server's certificate has expired or is not valid yet"),
    WIN32_CODE(ERROR_WINHTTP_SECURE_CERT_CN_INVALID, L"the server's certificate is for another name"),
    WIN32_CODE(ERROR_WINHTTP_SECURE_INVALID_CA, L"the server's certificate is from an unknown authority"),
    WIN32_CODE(ERROR_WINHTTP_SECURE_CERT_REV_FAILED,
            L"whether the server's certificate is revoked could not be found out"),
    WIN32_CODE(ERROR_WINHTTP_SECURE_CERT_REVOKED, L"the server's certificate is revoked"),
    WIN32_CODE(ERROR_WINHTTP_SECURE_CERT_WRONG_USAGE, L"the server's certificate is for another purpose"),
    WIN32_CODE(ERROR_WINHTTP_SECURE_INVALID_CERT, L"the server's certificate is not valid"),
    WIN32_CODE(ERROR_WINHTTP_SECURE_CHANNEL_ERROR, L"no secure connection could be made"),
    WIN32_CODE(ERROR_WINHTTP_SECURE_FAILURE, L"the server's certificate could not be validated"),

    /* Files. */
    FILE_CODE(ERROR_FILE_NOT_FOUND, L"a file does not exist"),
    FILE_CODE(ERROR_PATH_NOT_FOUND, L"the directory does not exist"),
    {E_ACCESSDENIED, L"E_ACCESSDENIED", L"access is denied", TRUE},
    FILE_CODE(ERROR_TOO_MANY_OPEN_FILES, NULL),
    FILE_CODE(ERROR_INVALID_DRIVE, NULL),
    FILE_CODE(ERROR_WRITE_PROTECT, NULL),
    FILE_CODE(ERROR_SHARING_VIOLATION, NULL),
    FILE_CODE(ERROR_LOCK_VIOLATION, NULL),
    FILE_CODE(ERROR_WRITE_FAULT, L"could not be written to"),
    FILE_CODE(ERROR_READ_FAULT, NULL),
    FILE_CODE(ERROR_IO_DEVICE, NULL),
    FILE_CODE(ERROR_HANDLE_DISK_FULL, L"the disk is full"),
    FILE_CODE(ERROR_DISK_FULL, L"the disk is full"),
    {__HRESULT_FROM_WIN32(1295), L"ERROR_DISK_QUOTA_EXCEEDED", L"the disk quota is used up", TRUE},
    FILE_CODE(ERROR_FILE_TOO_LARGE, L"the file is too large for the file system"),
    FILE_CODE(ERROR_FILE_EXISTS, NULL),
    FILE_CODE(ERROR_ALREADY_EXISTS, NULL),
    FILE_CODE(ERROR_INVALID_NAME, L"the name of the file is not valid"),
    FILE_CODE(ERROR_BAD_PATHNAME, L"the name of the file is not valid"),
    FILE_CODE(ERROR_FILENAME_EXCED_RANGE, L"the name of the file is too long"),
    FILE_CODE(ERROR_DIRECTORY, L"the name of the directory is not valid"),

    /* Everything else. */
    CODE(E_FAIL, L"it failed without a reason given"),
    CODE(E_UNEXPECTED, NULL),
    CODE(E_NOTIMPL, L"the service does not support this"),
    CODE(E_NOINTERFACE, L"the service does not support this"),
    CODE(E_POINTER, NULL),
    CODE(E_HANDLE, NULL),
    CODE(E_ABORT, NULL),
    CODE(E_OUTOFMEMORY, L"out of memory"),
    CODE(E_INVALIDARG, L"an argument is not valid"),
    CODE(E_NOT_SET, L"there is no value"),
    WIN32_CODE(ERROR_CANCELLED, L"cancelled"),
    WIN32_CODE(ERROR_TIMEOUT, NULL),
    WIN32_CODE(ERROR_NOT_SUPPORTED, NULL),
    WIN32_CODE(ERROR_NOT_LOGGED_ON, L"the user is not logged on"),
    WIN32_CODE(ERROR_NETWORK_UNREACHABLE, L"the network cannot be reached"),
    WIN32_CODE(ERROR_INVALID_DATA, NULL),
    WIN32_CODE(ERROR_CRC, NULL),
};

static const struct error_info *error_find(HRESULT code)
{
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(error_infos); ++i)
    {
        if (error_infos[i].code == code)
            return &error_infos[i];
    }
    return NULL;
}

void error_get_name(HRESULT code, WCHAR *name, size_t size)
{
    const struct error_info *info = error_find(code);

    if (info)
        format_buffer(name, size, L"%ls", info->name);
    else if (HRESULT_FACILITY(code) == FACILITY_HTTP)
        format_buffer(name, size, L"HTTP status %u", (unsigned int)HRESULT_CODE(code));
    else if (HRESULT_FACILITY(code) == FACILITY_WIN32)
        format_buffer(name, size, L"Windows error %u", (unsigned int)HRESULT_CODE(code));
    else
        format_buffer(name, size, L"no known name");
}

const WCHAR *error_get_sentence(HRESULT code)
{
    const struct error_info *info = error_find(code);

    return info ? info->sentence : NULL;
}

BOOL error_is_about_file(HRESULT code)
{
    const struct error_info *info = error_find(code);

    return info && info->is_about_file;
}

/* Whether a call failed because the process behind the proxy is gone; a new one can be started. */
BOOL error_is_connection_lost(HRESULT code)
{
    return code == RPC_E_DISCONNECTED || code == RPC_E_SERVER_DIED || code == RPC_E_SERVER_DIED_DNE
            || code == CO_E_OBJNOTCONNECTED || code == DO_E_NO_SERVICE
            || code == HRESULT_FROM_WIN32(RPC_S_SERVER_UNAVAILABLE)
            || code == HRESULT_FROM_WIN32(RPC_S_CALL_FAILED)
            || code == HRESULT_FROM_WIN32(RPC_S_CALL_FAILED_DNE);
}

/* Appends a sentence of somebody else's as a part of one line: no line ends, no full stop. */
static void append_sentence(struct text *text, const WCHAR *sentence)
{
    text_append_plain(text, sentence);
    while (!text->failed && text->length && wcschr(L" .", text->chars[text->length - 1]))
        text->chars[--text->length] = 0;
}

static BOOL append_service_sentence(struct context *context, struct text *text, HRESULT code)
{
    WCHAR *sentence;
    BOOL found;

    if (!context->manager || error_is_connection_lost(code))
        return FALSE;
    if (IBackgroundCopyManager_GetErrorDescription(context->manager, code, service_language(), &sentence) != S_OK)
        return FALSE;
    if ((found = sentence && *sentence))
        append_sentence(text, sentence);
    CoTaskMemFree(sentence);
    return found;
}

static BOOL append_system_sentence(struct text *text, HRESULT code)
{
    WCHAR *sentence;

    if (!FormatMessageW(FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM
            | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, code, 0, (WCHAR *)&sentence, 0, NULL))
        return FALSE;
    append_sentence(text, sentence);
    LocalFree(sentence);
    return TRUE;
}

/* Appends "sentence (0x80190193, HTTP_E_STATUS_FORBIDDEN)". The sentence is description if there is one,
 * otherwise the service's, doadmin's own, or the system's. */
void error_describe(struct context *context, struct text *text, HRESULT code, const WCHAR *description)
{
    WCHAR name[ERROR_NAME_MAX];

    if (description && *description)
        append_sentence(text, description);
    else if (append_service_sentence(context, text, code))
        ;
    else if (error_get_sentence(code))
        text_append_plain(text, error_get_sentence(code));
    else if (HRESULT_FACILITY(code) == FACILITY_HTTP)
        text_append_format(text, L"the server answered with status %u", (unsigned int)HRESULT_CODE(code));
    else if (!append_system_sentence(text, code))
        text_append_format(text, L"an error that is not described anywhere");

    error_get_name(code, name, ARRAY_SIZE(name));
    text_append_format(text, L" (0x%08x, %ls)", (unsigned int)code, name);
}

/* The one line that a failure gets on standard error; subject is what it is about, or NULL. */
void error_report(struct context *context, const WCHAR *subject, HRESULT code, const WCHAR *description)
{
    struct text text = {0};

    text_append_format(&text, L"doadmin: ");
    if (subject)
    {
        text_append_plain(&text, subject);
        text_append(&text, L": ", 2);
    }
    error_describe(context, &text, code, description);
    text_append(&text, L"\n", 1);
    if (!text.failed)
        stream_write(&context->err, text.chars, text.length);
    else
        stream_print(&context->err, L"doadmin: out of memory (0x%08x, E_OUTOFMEMORY)\n", E_OUTOFMEMORY);
    text_cleanup(&text);
}
