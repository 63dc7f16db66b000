/*
 * Tests of the table of errors.
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
#include <limits.h>
#include <openssl/x509_vfy.h>
#include <string.h>

#include "errors.h"
#include "result.h"
#include "suites.h"

#define FATAL true
#define TRANSIENT false

static void check(const struct outcome *outcome, uint32_t code, uint32_t context, bool fatal, unsigned int row)
{
    struct verdict verdict;

    memset(&verdict, 0xee, sizeof(verdict.code) + sizeof(verdict.context));
    verdict.fatal = !fatal;
    outcome_judge(outcome, &verdict);
    CHECK((uint32_t)verdict.code == code, "row %u: %#x, not %#x", row, (unsigned int)verdict.code, (unsigned int)code);
    CHECK(verdict.context == context, "row %u: context %u", row, (unsigned int)verdict.context);
    CHECK(verdict.fatal == fatal, "row %u: %d", row, verdict.fatal);
}

static void test_success(void)
{
    struct outcome outcome = {.http_status = 200};

    check(&outcome, 0, 0, false, 200);
    outcome.http_status = 206;
    outcome.redirected = outcome.https = true;
    outcome.retry_after = 5;
    outcome.os_error = EAGAIN;
    check(&outcome, 0, 0, false, 206);
    outcome.protocol_error = 1;     /* S_FALSE is no error */
    check(&outcome, 0, 0, false, 1);
}

static void test_http_status(void)
{
    static const struct
    {
        long status;
        uint32_t code;
        bool fatal;
    }
    rows[] =
    {
        {400, 0x80190190, FATAL}, {401, 0x80190191, FATAL}, {403, 0x80190193, FATAL}, {404, 0x80190194, FATAL},
        {407, 0x80190197, FATAL}, {408, 0x80190198, TRANSIENT}, {410, 0x8019019a, FATAL}, {416, 0x801901a0, FATAL},
        {425, 0x801901a9, TRANSIENT}, {429, 0x801901ad, TRANSIENT}, {451, 0x801901c3, FATAL},
        {499, 0x801901f3, FATAL}, {500, 0x801901f4, TRANSIENT}, {501, 0x801901f5, TRANSIENT},
        {503, 0x801901f7, TRANSIENT}, {504, 0x801901f8, TRANSIENT}, {599, 0x80190257, TRANSIENT},
        {201, 0x80d0380d, TRANSIENT}, {202, 0x80d0380d, TRANSIENT}, {204, 0x80d0380d, TRANSIENT},
        {207, 0x80d0380d, TRANSIENT}, {299, 0x80d0380d, TRANSIENT},
        {300, 0x80190003, TRANSIENT}, {302, 0x80190003, TRANSIENT}, {304, 0x80190003, TRANSIENT},
        {399, 0x80190003, TRANSIENT},
        {0, 0x80190001, TRANSIENT}, {100, 0x80190001, TRANSIENT}, {101, 0x80190001, TRANSIENT},
        {199, 0x80190001, TRANSIENT}, {600, 0x80190001, TRANSIENT}, {999, 0x80190001, TRANSIENT},
        {-1, 0x80190001, TRANSIENT},
    };
    struct outcome outcome = {0};
    unsigned int i;

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        outcome.http_status = rows[i].status;
        outcome.curl = CURLE_OK;
        check(&outcome, rows[i].code, rows[i].status == 403 ? 5 : 0, rows[i].fatal, (unsigned int)rows[i].status);
        /* Having refused the body ourselves, or having been asked to wait, changes nothing. */
        outcome.curl = CURLE_WRITE_ERROR;
        outcome.retry_after = i;
        check(&outcome, rows[i].code, rows[i].status == 403 ? 5 : 0, rows[i].fatal, (unsigned int)rows[i].status);
    }
}

static void test_transport(void)
{
    static const struct
    {
        CURLcode curl;
        uint32_t code;
        bool fatal;
    }
    rows[] =
    {
        {CURLE_COULDNT_RESOLVE_HOST, 0x80072ee7, TRANSIENT},
        {CURLE_COULDNT_RESOLVE_PROXY, 0x80072ee7, TRANSIENT},
        {CURLE_COULDNT_CONNECT, 0x80072efd, TRANSIENT},
        {CURLE_PROXY, 0x80072efd, TRANSIENT},
        {CURLE_OPERATION_TIMEDOUT, 0x80072ee2, TRANSIENT},
        {CURLE_PARTIAL_FILE, 0x80072efe, TRANSIENT},
        {CURLE_RECV_ERROR, 0x80072efe, TRANSIENT},
        {CURLE_SEND_ERROR, 0x80072efe, TRANSIENT},
        {CURLE_GOT_NOTHING, 0x80072efe, TRANSIENT},
        {CURLE_HTTP2, 0x80072efe, TRANSIENT},
        {CURLE_HTTP2_STREAM, 0x80072efe, TRANSIENT},
        {CURLE_WEIRD_SERVER_REPLY, 0x80072f78, TRANSIENT},
        {CURLE_BAD_CONTENT_ENCODING, 0x80072f78, TRANSIENT},
        {CURLE_TOO_MANY_REDIRECTS, 0x80072f7c, FATAL},
        {CURLE_UNSUPPORTED_PROTOCOL, 0x80072f78, TRANSIENT}, /* no status line: libcurl takes it for HTTP 0.9 */
        {CURLE_URL_MALFORMAT, 0x800c0002, FATAL},
        {CURLE_SSL_CONNECT_ERROR, 0x80072f7d, TRANSIENT},
        {CURLE_SSL_CIPHER, 0x80072f7d, TRANSIENT},
        {CURLE_SSL_CLIENTCERT, 0x80072f0c, FATAL},
        {CURLE_SSL_CERTPROBLEM, 0x80072f0c, FATAL},
        {CURLE_SSL_INVALIDCERTSTATUS, 0x80072f19, FATAL},
        {CURLE_SSL_CRL_BADFILE, 0x80072f19, FATAL},
        {CURLE_SSL_ISSUER_ERROR, 0x80072f0d, FATAL},
        {CURLE_SSL_CACERT_BADFILE, 0x80072f8f, FATAL},
        {CURLE_SSL_PINNEDPUBKEYNOTMATCH, 0x80072f8f, FATAL},
        {CURLE_RANGE_ERROR, 0x80d05011, FATAL},
        {CURLE_BAD_DOWNLOAD_RESUME, 0x80d05011, FATAL},
        {CURLE_OUT_OF_MEMORY, 0x8007000e, FATAL},
        {CURLE_FILESIZE_EXCEEDED, 0x800700df, FATAL},
        {CURLE_FAILED_INIT, 0x80d06802, FATAL},
        {CURLE_BAD_FUNCTION_ARGUMENT, 0x80d06802, FATAL},
        {CURLE_ABORTED_BY_CALLBACK, 0x80072f78, TRANSIENT},
        {CURLE_FTP_WEIRD_PASS_REPLY, 0x80072f78, TRANSIENT},
    };
    static const long statuses[] = {0, 100, 200, 206, 301, 302};
    struct outcome outcome = {0};
    unsigned int i, j;

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        /* No response, an interim one, one that broke off, or a redirect to where the failure was. */
        for (j = 0; j < COUNT_OF(statuses); j++)
        {
            outcome.curl = rows[i].curl;
            outcome.http_status = statuses[j];
            check(&outcome, rows[i].code, 0, rows[i].fatal, rows[i].curl);
        }
    }
    outcome.curl = CURLE_WRITE_ERROR;
    outcome.http_status = 200;
    check(&outcome, 0x8007001d, 0, FATAL, CURLE_WRITE_ERROR);
}

/* Whatever libcurl says, now or in the future: an error is an error. */
static void test_no_curl_error_is_success(void)
{
    struct outcome outcome = {.http_status = 200};
    struct verdict verdict;
    unsigned int i;

    for (i = 1; i < CURL_LAST + 50; i++)
    {
        outcome.curl = (CURLcode)i;
        outcome_judge(&outcome, &verdict);
        CHECK(FAILED(verdict.code), "curl %u: %#x", i, (unsigned int)verdict.code);
        CHECK(verdict.context == ERROR_CONTEXT_NONE, "curl %u", i);
    }
    outcome.curl = CURL_LAST;
    check(&outcome, 0x80072f78, 0, TRANSIENT, CURL_LAST);
    outcome.curl = (CURLcode)5000;
    check(&outcome, 0x80072f78, 0, TRANSIENT, 5000);
}

static void test_redirect_to_http(void)
{
    struct outcome outcome = {.curl = CURLE_UNSUPPORTED_PROTOCOL, .https = true, .redirected = true,
                              .http_status = 302};

    check(&outcome, 0x80072f08, 0, FATAL, 0);
    outcome.https = false;
    check(&outcome, 0x800c0002, 0, FATAL, 1);
    outcome.https = true;
    outcome.redirected = false;
    outcome.http_status = 0;
    check(&outcome, 0x80072f78, 0, TRANSIENT, 2);
}

static void test_certificate(void)
{
    static const struct
    {
        long result;
        uint32_t code;
    }
    rows[] =
    {
        {X509_V_OK, 0x80072f06},
        {X509_V_ERR_UNSPECIFIED, 0x80072f06},
        {X509_V_ERR_HOSTNAME_MISMATCH, 0x80072f06},
        {X509_V_ERR_IP_ADDRESS_MISMATCH, 0x80072f06},
        {X509_V_ERR_CERT_HAS_EXPIRED, 0x80072f05},
        {X509_V_ERR_CERT_NOT_YET_VALID, 0x80072f05},
        {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, 0x80072f0d},
        {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, 0x80072f0d},
        {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, 0x80072f0d},
        {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, 0x80072f0d},
        {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, 0x80072f0d},
        {X509_V_ERR_CERT_UNTRUSTED, 0x80072f0d},
        {X509_V_ERR_CERT_REVOKED, 0x80072f8a},
        {X509_V_ERR_UNABLE_TO_GET_CRL, 0x80072f19},
        {X509_V_ERR_CRL_HAS_EXPIRED, 0x80072f19},
        {X509_V_ERR_OCSP_VERIFY_FAILED, 0x80072f19},
        {X509_V_ERR_INVALID_PURPOSE, 0x80072f93},
        {X509_V_ERR_CERT_SIGNATURE_FAILURE, 0x80072f89},
        {X509_V_ERR_INVALID_CA, 0x80072f89},
        {X509_V_ERR_EE_KEY_TOO_SMALL, 0x80072f89},
        {X509_V_ERR_OUT_OF_MEM, 0x8007000e},
        {X509_V_ERR_STORE_LOOKUP, 0x80072f8f},
        {X509_V_ERR_APPLICATION_VERIFICATION, 0x80072f8f},
        {12345, 0x80072f8f},
        {-1, 0x80072f8f},
        {LONG_MAX, 0x80072f8f},
    };
    struct outcome outcome = {.curl = CURLE_PEER_FAILED_VERIFICATION, .https = true};
    struct verdict verdict;
    unsigned int i;

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        outcome.verify_result = rows[i].result;
        check(&outcome, rows[i].code, 0, FATAL, i);
    }
    for (i = 0; i < 200; i++)
    {
        outcome.verify_result = i;
        outcome_judge(&outcome, &verdict);
        CHECK(FAILED(verdict.code) && verdict.fatal, "result %u", i);
    }
    /* The result of a verification says nothing when something else failed. */
    outcome.curl = CURLE_COULDNT_CONNECT;
    outcome.verify_result = X509_V_ERR_CERT_HAS_EXPIRED;
    check(&outcome, 0x80072efd, 0, TRANSIENT, 0);
}

static void test_protocol_error(void)
{
    static const struct
    {
        int32_t error;
        bool fatal;
    }
    rows[] =
    {
        {DO_E_INSUFFICIENT_RANGE_SUPPORT, FATAL},
        {DO_E_FILE_SIZE_UNKNOWN_HTTP_200, FATAL},
        {DO_E_FILE_SIZE_UNKNOWN_HTTP_206, FATAL},
        {DO_E_INVALID_RANGE, FATAL},
        {DO_E_INVALID_STATE, FATAL},
        {E_OUTOFMEMORY, FATAL},
        {DO_E_HTTP_BLOCKSIZE_MISMATCH, TRANSIENT},
        {DO_E_UNEXPECTED_HTTP_STATUS_2XX, TRANSIENT},
    };
    struct outcome outcome = {.http_status = 206, .curl = CURLE_WRITE_ERROR};
    unsigned int i;

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        outcome.protocol_error = rows[i].error;
        check(&outcome, (uint32_t)rows[i].error, 0, rows[i].fatal, i);
    }
}

static void test_precedence(void)
{
    struct outcome outcome =
    {
        .curl = CURLE_WRITE_ERROR, .http_status = 403, .os_error = ENOSPC, .disk_failed = true,
        .protocol_error = DO_E_HTTP_BLOCKSIZE_MISMATCH
    };

    check(&outcome, 0x80070070, 0, FATAL, 1);
    outcome.disk_failed = false;    /* the errno is the connection's now */
    check(&outcome, (uint32_t)DO_E_HTTP_BLOCKSIZE_MISMATCH, 0, TRANSIENT, 2);
    outcome.protocol_error = 0;
    check(&outcome, 0x80190193, 5, FATAL, 3);
    outcome.curl = CURLE_OPERATION_TIMEDOUT;
    check(&outcome, 0x80190193, 5, FATAL, 4);
    outcome.http_status = 204;
    check(&outcome, 0x80d0380d, 0, TRANSIENT, 5);
    outcome.http_status = 206;
    check(&outcome, 0x80072ee2, 0, TRANSIENT, 6);
    outcome.disk_failed = true;     /* for which there is no reason given */
    outcome.os_error = 0;
    check(&outcome, 0x8007001d, 0, FATAL, 7);
}

static void test_errno(void)
{
    static const struct
    {
        int error;
        uint32_t code;
    }
    rows[] =
    {
        {ENOSPC, 0x80070070}, {EDQUOT, 0x80070070}, {EACCES, 0x80070005}, {EPERM, 0x80070005}, {EROFS, 0x80070013},
        {ENOENT, 0x80070002}, {ENOTDIR, 0x80070003}, {EISDIR, 0x80070005}, {EIO, 0x8007045d}, {EMFILE, 0x80070004},
        {ENFILE, 0x80070004}, {ENAMETOOLONG, 0x800700ce}, {EFBIG, 0x800700df}, {EEXIST, 0x80070050},
        {ENOMEM, 0x8007000e}, {EBUSY, 0x80070020}, {ETXTBSY, 0x80070020}, {EXDEV, 0x80070011}, {ELOOP, 0x80070781},
        {ENOTEMPTY, 0x80070091}, {EBADF, 0x8007001d}, {0, 0x8007001d}, {-1, 0x8007001d}, {99999, 0x8007001d},
    };
    struct outcome outcome = {.disk_failed = true, .http_status = 206, .curl = CURLE_WRITE_ERROR};
    unsigned int i;
    int error;

    for (i = 0; i < COUNT_OF(rows); i++)
    {
        CHECK((uint32_t)hresult_from_errno(rows[i].error) == rows[i].code, "errno %d: %#x", rows[i].error,
              (unsigned int)hresult_from_errno(rows[i].error));
        outcome.os_error = rows[i].error;
        check(&outcome, rows[i].code, 0, FATAL, i);
    }
    for (error = -10; error < 200; error++)
        CHECK(FAILED(hresult_from_errno(error)), "errno %d", error);
}

CU_TestInfo errors_tests[] =
{
    {"success", test_success},
    {"HTTP statuses", test_http_status},
    {"transport errors", test_transport},
    {"no error of libcurl is success", test_no_curl_error_is_success},
    {"a redirect from https to http", test_redirect_to_http},
    {"refused certificates", test_certificate},
    {"what the engine found wrong", test_protocol_error},
    {"what comes first", test_precedence},
    {"errors of the disk", test_errno},
    CU_TEST_INFO_NULL
};
