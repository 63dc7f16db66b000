/*
 * What of a server's certificate a job does not insist on, and what it wants checked beyond the usual.
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

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/sslerr.h>
#include <openssl/x509_vfy.h>
#include <string.h>

#include "engine_private.h"
#include "tls.h"
#include "transfer.h"
#include "url.h"

#define SECURITY_OF_CERTIFICATES (SECURITY_CHECK_REVOCATION | SECURITY_IGNORE_WRONG_NAME | SECURITY_IGNORE_WRONG_DATE \
                                  | SECURITY_IGNORE_UNKNOWN_CA | SECURITY_IGNORE_WRONG_USAGE)

/* Faults that may be forgiven, and by which flag. libcurl compares the names itself, so they are not among them. */
struct fault
{
    int error;
    uint32_t flag;
    bool leaf_only;                     /* an authority with this fault is not to be trusted to vouch for others */
};

static const struct fault faults[] =
{
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, SECURITY_IGNORE_UNKNOWN_CA, false},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, SECURITY_IGNORE_UNKNOWN_CA, false},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, SECURITY_IGNORE_UNKNOWN_CA, false},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, SECURITY_IGNORE_UNKNOWN_CA, false},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, SECURITY_IGNORE_UNKNOWN_CA, false},
    {X509_V_ERR_CERT_UNTRUSTED, SECURITY_IGNORE_UNKNOWN_CA, false},
    {X509_V_ERR_CERT_NOT_YET_VALID, SECURITY_IGNORE_WRONG_DATE, false},
    {X509_V_ERR_CERT_HAS_EXPIRED, SECURITY_IGNORE_WRONG_DATE, false},
    {X509_V_ERR_INVALID_PURPOSE, SECURITY_IGNORE_WRONG_USAGE, true},
};

static pthread_once_t index_once = PTHREAD_ONCE_INIT;
static int transfer_index = -1;         /* of the transfer, in the context of its connection */

static void index_create(void)
{
    transfer_index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
}

static bool fault_is_forgiven(uint32_t security, int error, int depth)
{
    unsigned int i;

    for (i = 0; i < sizeof(faults) / sizeof(*faults); i++)
    {
        if (faults[i].error == error && (security & faults[i].flag) && (!depth || !faults[i].leaf_only))
            return true;
    }
    return false;
}

/* Called for every certificate of the chain, and for every fault; what is forgiven must not be left as the result. */
static int tls_verify(int good, X509_STORE_CTX *context)
{
    const struct transfer *transfer;
    char url[256];
    SSL *ssl;
    int error;

    if (good)
        return good;
    error = X509_STORE_CTX_get_error(context);
    if (!(ssl = X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx()))
        || !(transfer = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), transfer_index))
        || !fault_is_forgiven(transfer->options.security, error, X509_STORE_CTX_get_error_depth(context)))
        return 0;
    url_redact(transfer_current_url(transfer), url, sizeof(url));
    engine_log(transfer->engine, ENGINE_LOG_WARNING, "The job ignores a fault of the certificate of %s: %s.", url,
               X509_verify_cert_error_string(error));
    X509_STORE_CTX_set_error(context, X509_V_OK);
    return 1;
}

/* Whether the job's flags count for the request. */
static bool tls_has_flags(const struct transfer *transfer)
{
    return (transfer->options.security & SECURITY_OF_CERTIFICATES) && url_is_https(transfer_current_url(transfer))
           && !(transfer->proxy && url_is_https(transfer->proxy));
}

/* Roots that are kept in memory keep old revocation lists with them. */
static CURLcode tls_set_roots(struct transfer *transfer, SSL_CTX *context)
{
    bool fresh = tls_has_flags(transfer) && (transfer->options.security & SECURITY_CHECK_REVOCATION);
    X509_STORE *store;

    if (!(store = trust_get(&transfer->engine->trust, fresh)))
        return CURLE_OUT_OF_MEMORY;
    SSL_CTX_set_cert_store(context, store); /* takes the reference */
    return CURLE_OK;
}

static CURLcode tls_setup_context(CURL *easy, void *ssl_context, void *user)
{
    struct transfer *transfer = user;
    SSL_CTX *context = ssl_context;
    CURLcode ret;

    (void)easy;
    if ((ret = tls_set_roots(transfer, context)) || !tls_has_flags(transfer))
        return ret;
    pthread_once(&index_once, index_create);
    if (transfer_index < 0 || SSL_CTX_set_ex_data(context, transfer_index, transfer) != 1)
        return CURLE_OUT_OF_MEMORY;
    if ((transfer->options.security & SECURITY_CHECK_REVOCATION)
        && X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_CRL_CHECK) != 1)
        return CURLE_OUT_OF_MEMORY;
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, tls_verify);
    return CURLE_OK;
}

/*
 * libcurl knows nothing of the flags: a connection, or a session, that was made with them must not be used without
 * them, nor the other way round.
 */
static CURLcode tls_set_apart(CURL *easy)
{
    CURLcode ret;

    if ((ret = curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L))
        || (ret = curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L))
        || (ret = curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L)))
        return ret;
    return curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
}

static CURLcode tls_ignore_name(const struct transfer *transfer, CURL *easy)
{
    char url[256];

    if (!(transfer->options.security & SECURITY_IGNORE_WRONG_NAME))
        return CURLE_OK;
    url_redact(transfer_current_url(transfer), url, sizeof(url));
    engine_log(transfer->engine, ENGINE_LOG_WARNING, "The job ignores the name in the certificate of %s.", url);
    return curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
}

/* The store is ours: nothing is to be loaded into it, and it is not to be kept for later connections. */
static CURLcode tls_disown_roots(CURL *easy)
{
    CURLcode ret;

    if ((ret = curl_easy_setopt(easy, CURLOPT_CAINFO, NULL)) || (ret = curl_easy_setopt(easy, CURLOPT_CAPATH, NULL))
        || (ret = curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, NULL)))
        return ret;
#if LIBCURL_VERSION_NUM >= 0x075700
    if ((ret = curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L)))
        return ret;
#endif
    return curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, NULL);
}

/*
 * Nothing that was trusted with other roots is used again: no session, since those that are resumed show no certificate,
 * and no connection. libcurl counts whole seconds, and takes 0 for any age.
 */
static CURLcode tls_forget_former_roots(struct transfer *transfer, CURL *easy)
{
    CURLcode ret;
    uint64_t age;

    if (!trust_has_changed(&transfer->engine->trust, &age))
        return CURLE_OK;
    if ((ret = curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L)))
        return ret;
    if (age < 2000)
        return curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    return curl_easy_setopt(easy, CURLOPT_MAXLIFETIME_CONN, (long)(age / 1000 - 1));
}

CURLcode tls_set_options(struct transfer *transfer, CURL *easy)
{
    CURLcode ret;

    if ((ret = tls_disown_roots(easy)) || (ret = tls_forget_former_roots(transfer, easy))
        || (ret = curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, tls_setup_context))
        || (ret = curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, transfer)))
        return ret;
    if (!tls_has_flags(transfer))
        return CURLE_OK;
    if ((ret = tls_set_apart(easy)))
        return ret;
    return tls_ignore_name(transfer, easy);
}

/* The handshake is over for the client when the alert comes, so libcurl takes it for an error of the data. */
bool tls_wants_certificate(CURLcode result, const char *text)
{
    const char *reason;

    if (result != CURLE_RECV_ERROR && result != CURLE_SEND_ERROR && result != CURLE_SSL_CONNECT_ERROR)
        return false;
    reason = ERR_reason_error_string(ERR_PACK(ERR_LIB_SSL, 0, SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED));
    return reason && strstr(text, reason);
}
