/*
 * Readable sentences for the codes and contexts of errors.
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

#include <stdio.h>
#include <wchar.h>

#include "dosvc_private.h"
#include "urlmon.h"
#include "winhttp.h"

#include "wine/debug.h"

WINE_DEFAULT_DEBUG_CHANNEL(dosvc);

#define MAX_SENTENCE 256

struct sentence
{
    HRESULT code;
    const WCHAR *text;
};

struct numbered_text
{
    unsigned int number;
    const WCHAR *text;
};

/* What the system has no text for, or one that says less. */
static const struct sentence sentences[] =
{
    { DO_E_NO_SERVICE, L"The Delivery Optimization service cannot serve the request." },
    { DO_E_DOWNLOAD_NO_PROGRESS, L"No data arrived within the allowed time." },
    { DO_E_JOB_NOT_FOUND, L"The job does not exist." },
    { DO_E_JOB_EMPTY, L"The job has no files." },
    { DO_E_NO_DOWNLOADS, L"There are no downloads." },
    { DO_E_MEMORYSTREAM_DOWNLOAD_NOT_SUPPORTED,
      L"Downloads into a memory stream are not supported." },
    { DO_E_JOB_TOO_OLD, L"The job was neither completed nor cancelled before it became too old." },
    { DO_E_LOCALPATH_NOT_SET, L"A file of the job has no destination." },
    { DO_E_FILE_NOT_AVAILABLE, L"The error is not about a file." },
    { DO_E_UNKNOWN_PROPERTY_ID, L"There is no such property." },
    { DO_E_READ_ONLY_PROPERTY, L"The property can only be read." },
    { DO_E_INVALID_STATE, L"The action is not possible in the present state." },
    { DO_E_ERROR_INFORMATION_UNAVAILABLE, L"The job has no error to tell of." },
    { DO_E_WRITE_ONLY_PROPERTY, L"The property can only be set." },
    { DO_E_INTEGRITYCHECKINFO_UNSPECIFIED,
      L"The integrity of the file has to be checked, but nothing was given to check it against." },
    { DO_E_INTEGRITYCHECKINFO_UNAVAILABLE,
      L"The hashes that the file is to be checked against could not be fetched." },
    { DO_E_FILE_DOWNLOADSINK_UNSPECIFIED, L"The download has no destination." },
    { DO_E_FILE_DOWNLOADSINK_ALREADY_SET, L"The download has another destination already." },
    { DO_E_FILE_SIZE_UNKNOWN_HTTP_200, L"The server did not tell the size of the file." },
    { DO_E_FILE_ENCRYPTION_EXPECTED, L"The content was expected to be encrypted and is not." },
    { DO_E_FILE_SIZE_UNKNOWN_HTTP_206,
      L"The server sent a part of the file without telling the size of the whole." },
    { DO_E_FILE_SIZE_UNKNOWN_HTTP_2XX,
      L"The server answered in a way that does not tell the size of the file." },
    { DO_E_NETWORK_ACCESS_CONSENT_NEEDED,
      L"The user has not yet agreed to the use of the network." },
    { DO_E_DOWNLOAD_NO_URI, L"The download has no URL." },
    { DO_E_DOWNLOAD_NO_CONTENT_ID, L"The download has no content identifier." },
    { DO_E_INVALID_CONTENT_ID, L"The content identifier is not valid." },
    { DO_E_DOWNLOAD_RANGES_UNEXPECTED, L"Ranges are not allowed here." },
    { DO_E_DOWNLOAD_RANGES_EXPECTED, L"Ranges are needed here." },
    { DO_E_NO_DOWNLOAD_PARTICIPATION, L"The download is not admitted at this time." },
    { DO_E_NO_DOWNLOAD_EXTSETTINGS, L"The settings of this computer do not allow the download." },
    { DO_E_BLOCKED_BY_COST_TRANSFER_POLICY,
      L"The download is paused because the network costs too much." },
    { DO_E_DOWNLOADMODE_SET_BY_CP, L"The content decides the download mode." },
    { DO_E_BLOCKED_BY_CELLULAR_POLICY, L"The download is paused on a cellular network." },
    { DO_E_BLOCKED_BY_POWER_STATE, L"The download is paused while the computer runs on battery." },
    { DO_E_BLOCKED_BY_NO_NETWORK, L"The download is paused because there is no network." },
    { DO_E_DOWNLOADMODE_SET_BY_POLICY, L"A policy decides the download mode." },
    { DO_E_BLOCKED_BY_VPN_POLICY, L"The download is paused on a VPN." },
    { DO_E_BLOCKED_BY_CRITICAL_MEMORY_USAGE, L"The download is paused because memory is short." },
    { DO_E_DOWNLOADMODE_SET_BY_CACHE_ABSENCE,
      L"The download mode was changed because there is no cache directory." },
    { DO_E_CLOUD_SERVICES_UNREACHABLE,
      L"The cloud services of Delivery Optimization cannot be reached." },
    { DO_E_DOWNLOADMODE_SET_FOR_UNREG_CALLER,
      L"The download mode was changed because the program is not registered." },
    { DO_E_DOWNLOADMODE_SET_FOR_SIMPLE_RANGES,
      L"The download mode was changed because only ranges are fetched." },
    { DO_E_UNEXPECTED_HTTP_STATUS_2XX, L"The server answered with a status that brings no data." },
    { DO_E_HTTP_BLOCKSIZE_MISMATCH, L"The server sent more or less data than it was asked for." },
    { DO_E_HTTP_CERT_VALIDATION, L"The certificate of the server is not trusted." },
    { DO_E_INVALID_RANGE, L"A range does not lie within the file." },
    { DO_E_INSUFFICIENT_RANGE_SUPPORT,
      L"The server does not support the ranges that the download needs." },
    { DO_E_OVERLAPPING_RANGES, L"Ranges are given twice, overlap, or are not sorted." },
    { DO_E_UPLOADING_BAD_PIECES, L"This computer offered damaged pieces to others." },
    { DO_E_FATAL_CORE_ERROR, L"Delivery Optimization met an internal error." },
    { DO_E_SERVICES_RESPONSE_EMPTY, L"A cloud service sent an empty answer." },
    { DO_E_BAD_INCOMING_DATA, L"The data of a piece are damaged or incomplete." },
    { DO_E_BAD_PIECE_HASH, L"A piece of the file does not match its hash." },
    { DO_E_BAD_PIECE_HASH_NO_BAN,
      L"A piece of the file does not match its hash; its source is still used." },
    { DO_E_ALREADY_HAVE_PIECE, L"The piece is in the cache already." },
    { DO_E_MISSING_PIECE, L"The piece is no longer in the cache." },
    { DO_E_METAINFO_CONTENT, L"The list of piece hashes cannot be read." },
    { DO_E_METAINFO_VERSION, L"The list of piece hashes has an unknown version." },
    { DO_E_SWARM_NOT_RUNNING, L"The file is not shared with other computers." },
    { DO_E_UNRECOGNIZED_CONN, L"Another computer made an unknown connection." },
    { DO_E_PEER_BANNED, L"The other computer is banned." },
    { DO_E_CONNECT_TO_SELF, L"The computer connected to itself." },
    { DO_E_ALREADY_CONNECTED, L"The other computer is connected already." },
    { DO_E_NO_MORE_CONNECTIONS, L"There are too many connections to other computers." },
    { DO_E_LOST_CONNECTION, L"The connection to the other computer was lost." },
    { DO_E_UNRECOGNIZED_SWARM, L"The other computer asked for an unknown file." },
    { DO_E_INVALID_HANDSHAKE_LEN, L"The other computer sent a greeting of the wrong length." },
    { DO_E_SOCKET_CLOSED, L"The other computer closed the connection." },
    { DO_E_PEER_MSG_TOO_LONG, L"The message of the other computer is too long." },
    { DO_E_INVALID_PEER_MSG, L"The message of the other computer is not valid." },
    { DO_E_PEER_IS_UPLOAD, L"The other computer only offers data." },
    { DO_E_PIN_FAIL_NO_PEERING, L"The file cannot be kept because it is not shared." },
    { DO_E_DELETE_PINNED_SWARM, L"The file is to be kept and was not deleted." },
    { DO_E_METAINFO_DIGEST_MATCH, L"The list of piece hashes does not match its digest." },
    { DO_E_METAINFO_HOH_MATCH, L"The list of piece hashes is not the one that was expected." },
    { DO_E_METAINFO_HOH_FINAL_MATCH, L"The piece hashes do not match the hash over all of them." },
    { DO_E_METAINFO_CONTENT_LENGTH,
      L"The list of piece hashes tells a wrong length of the content." },
    { DO_E_METAINFO_PIECE_SIZE, L"The list of piece hashes tells a wrong piece size." },
    { DO_E_METAINFO_PARSE_HOH, L"The hash over all piece hashes cannot be decoded." },
    { DO_E_METAINFO_PARSE_PIECEHASHES, L"The list of piece hashes has no hashes." },
    { DO_E_METAINFO_PARSE_ONE_PIECEHASH, L"A piece hash cannot be decoded." },
    { DO_E_METAINFO_FILE_SIZE, L"The size of the list of piece hashes is unknown or wrong." },
    { HTTP_E_STATUS_UNEXPECTED, L"The server answered with an unknown status." },
    { HTTP_E_STATUS_UNEXPECTED_REDIRECTION, L"The server redirected to nowhere, or too often." },
    { HTTP_E_STATUS_UNEXPECTED_CLIENT_ERROR, L"The server did not accept the request." },
    { HTTP_E_STATUS_UNEXPECTED_SERVER_ERROR, L"The server failed to serve the request." },
    { INET_E_INVALID_URL, L"The URL is not valid." },
    { E_NOT_SET, L"The property has no value." },
    { WININET_E_HTTPS_TO_HTTP_ON_REDIR,
      L"The server redirected from a secure to an insecure connection." },
};

/* Errors of the transport, as Win32 codes; the system has no text for them. */
static const struct numbered_text transport_errors[] =
{
    { ERROR_WINHTTP_TIMEOUT, L"The server did not answer in time." },
    { ERROR_WINHTTP_NAME_NOT_RESOLVED, L"The name of the server could not be resolved." },
    { ERROR_WINHTTP_CANNOT_CONNECT, L"No connection to the server could be made." },
    { ERROR_WINHTTP_CONNECTION_ERROR, L"The connection to the server was lost." },
    { ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED, L"The server wants a certificate of the client." },
    { ERROR_WINHTTP_HEADER_NOT_FOUND, L"The server's answer lacks a header." },
    { ERROR_WINHTTP_INVALID_SERVER_RESPONSE, L"The server's answer is not valid." },
    { ERROR_WINHTTP_REDIRECT_FAILED,
      L"The server redirected too often, or to where it is not allowed." },
    { ERROR_WINHTTP_SECURE_CERT_DATE_INVALID,
      L"The certificate of the server is not valid at this date." },
    { ERROR_WINHTTP_SECURE_CERT_CN_INVALID, L"The certificate of the server is for another name." },
    { ERROR_WINHTTP_SECURE_INVALID_CA,
      L"The certificate of the server was issued by an unknown authority." },
    { ERROR_WINHTTP_SECURE_CERT_REV_FAILED,
      L"It could not be found out whether the certificate of the server was revoked." },
    { ERROR_WINHTTP_SECURE_CERT_REVOKED, L"The certificate of the server was revoked." },
    { ERROR_WINHTTP_SECURE_CERT_WRONG_USAGE, L"The certificate of the server is for another use." },
    { ERROR_WINHTTP_SECURE_INVALID_CERT, L"The certificate of the server is not valid." },
    { ERROR_WINHTTP_SECURE_FAILURE, L"The certificate of the server did not pass the check." },
    { ERROR_WINHTTP_SECURE_CHANNEL_ERROR, L"No secure connection to the server could be made." },
};

/* Reason phrases of the registry of HTTP status codes. */
static const struct numbered_text http_reasons[] =
{
    { 300, L"Multiple Choices" },
    { 301, L"Moved Permanently" },
    { 302, L"Found" },
    { 303, L"See Other" },
    { 304, L"Not Modified" },
    { 305, L"Use Proxy" },
    { 307, L"Temporary Redirect" },
    { 308, L"Permanent Redirect" },
    { 400, L"Bad Request" },
    { 401, L"Unauthorized" },
    { 402, L"Payment Required" },
    { 403, L"Forbidden" },
    { 404, L"Not Found" },
    { 405, L"Method Not Allowed" },
    { 406, L"Not Acceptable" },
    { 407, L"Proxy Authentication Required" },
    { 408, L"Request Timeout" },
    { 409, L"Conflict" },
    { 410, L"Gone" },
    { 411, L"Length Required" },
    { 412, L"Precondition Failed" },
    { 413, L"Content Too Large" },
    { 414, L"URI Too Long" },
    { 415, L"Unsupported Media Type" },
    { 416, L"Range Not Satisfiable" },
    { 417, L"Expectation Failed" },
    { 421, L"Misdirected Request" },
    { 425, L"Too Early" },
    { 426, L"Upgrade Required" },
    { 428, L"Precondition Required" },
    { 429, L"Too Many Requests" },
    { 431, L"Request Header Fields Too Large" },
    { 449, L"Retry With" },
    { 451, L"Unavailable For Legal Reasons" },
    { 500, L"Internal Server Error" },
    { 501, L"Not Implemented" },
    { 502, L"Bad Gateway" },
    { 503, L"Service Unavailable" },
    { 504, L"Gateway Timeout" },
    { 505, L"HTTP Version Not Supported" },
    { 507, L"Insufficient Storage" },
    { 508, L"Loop Detected" },
    { 511, L"Network Authentication Required" },
};

static const WCHAR *const contexts[] =
{
    [BG_ERROR_CONTEXT_NONE] = L"No part of the transfer is known to be the cause.",
    [BG_ERROR_CONTEXT_UNKNOWN] = L"The cause is not known.",
    [BG_ERROR_CONTEXT_GENERAL_QUEUE_MANAGER] = L"The error occurred while the service managed its jobs.",
    [BG_ERROR_CONTEXT_QUEUE_MANAGER_NOTIFICATION] = L"The error occurred while the service notified the program.",
    [BG_ERROR_CONTEXT_LOCAL_FILE] = L"The error occurred while the local file was processed.",
    [BG_ERROR_CONTEXT_REMOTE_FILE] = L"The error occurred while the remote file was processed.",
    [BG_ERROR_CONTEXT_GENERAL_TRANSPORT] = L"The error occurred while data were transferred.",
    [BG_ERROR_CONTEXT_REMOTE_APPLICATION] = L"The error occurred while the server processed the file.",
};

static const WCHAR *find_text(const struct numbered_text *texts, unsigned int count, unsigned int number)
{
    unsigned int i;

    for (i = 0; i < count; ++i)
    {
        if (texts[i].number == number)
            return texts[i].text;
    }
    return NULL;
}

/* One of our own sentences, or NULL. */
static const WCHAR *find_sentence(HRESULT code)
{
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(sentences); ++i)
    {
        if (sentences[i].code == code)
            return sentences[i].text;
    }
    if (FAILED(code) && HRESULT_FACILITY(code) == FACILITY_WIN32)
        return find_text(transport_errors, ARRAY_SIZE(transport_errors), HRESULT_CODE(code));
    return NULL;
}

static BOOL is_http_status(HRESULT code)
{
    return FAILED(code) && HRESULT_FACILITY(code) == FACILITY_HTTP && HRESULT_CODE(code) >= 100
           && HRESULT_CODE(code) < 1000;
}

static HRESULT describe_http_status(unsigned int status, WCHAR **description)
{
    const WCHAR *reason = find_text(http_reasons, ARRAY_SIZE(http_reasons), status);
    WCHAR text[MAX_SENTENCE];

    if (reason)
        _snwprintf(text, ARRAY_SIZE(text), L"The server answered with HTTP status %u (%s).", status, reason);
    else
        _snwprintf(text, ARRAY_SIZE(text), L"The server answered with HTTP status %u.", status);
    return wide_duplicate(text, description);
}

/* The system's own text, without the line break at its end; FALSE if there is none. */
static BOOL get_system_message(HRESULT code, DWORD language, WCHAR *text, unsigned int size)
{
    const DWORD flags = FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS;
    const DWORD message = HRESULT_FACILITY(code) == FACILITY_WIN32 ? (DWORD)HRESULT_CODE(code) : (DWORD)code;
    DWORD length;

    if (!(length = FormatMessageW(flags, NULL, message, language, text, size, NULL))
        && !(length = FormatMessageW(flags, NULL, message, 0, text, size, NULL)))
        return FALSE;
    while (length && text[length - 1] <= ' ')
        text[--length] = 0;
    return length != 0;
}

/* Our own sentences are English for every language. */
HRESULT describe_error(HRESULT code, DWORD language, WCHAR **description)
{
    const WCHAR *sentence = find_sentence(code);
    WCHAR text[2 * MAX_SENTENCE];

    if (sentence)
        return wide_duplicate(sentence, description);
    if (is_http_status(code))
        return describe_http_status(HRESULT_CODE(code), description);
    if (!get_system_message(code, language, text, ARRAY_SIZE(text)))
    {
        TRACE("There is no text for %#lx.\n", code);
        _snwprintf(text, ARRAY_SIZE(text), L"The operation ended with the code 0x%08lx.", code);
    }
    return wide_duplicate(text, description);
}

HRESULT describe_error_context(BG_ERROR_CONTEXT context, WCHAR **description)
{
    if ((unsigned int)context >= ARRAY_SIZE(contexts))
        context = BG_ERROR_CONTEXT_UNKNOWN;
    return wide_duplicate(contexts[context], description);
}
