/*
 * Throw-away certificates for the test server.
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

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>

#include "certificate.h"

#define DAY (24 * 60 * 60)
#define REVOKED_SERIAL 0x7eadbeefL      /* larger than what rand() is likely to give */

static bool add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509_EXTENSION *extension;
    X509V3_CTX context;
    bool good;

    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    if (!(extension = X509V3_EXT_conf_nid(NULL, &context, nid, value)))
        return false;
    good = X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return good;
}

static bool set_name(X509_NAME *name, const char *text)
{
    return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)text, -1, -1, 0) == 1;
}

static X509 *certificate_begin(EVP_PKEY *key, const char *name, long from, long until)
{
    X509 *certificate;

    if (!(certificate = X509_new()))
        return NULL;
    if (X509_set_version(certificate, 2) == 1 && ASN1_INTEGER_set(X509_get_serialNumber(certificate), rand()) == 1
        && X509_gmtime_adj(X509_getm_notBefore(certificate), from)
        && X509_gmtime_adj(X509_getm_notAfter(certificate), until) && X509_set_pubkey(certificate, key) == 1
        && set_name(X509_get_subject_name(certificate), name))
        return certificate;
    X509_free(certificate);
    return NULL;
}

bool authority_create(struct authority *authority, const char *name)
{
    X509 *certificate;

    authority->certificate = NULL;
    if (!(authority->key = EVP_EC_gen("P-256")))
        return false;
    if ((certificate = certificate_begin(authority->key, name, -DAY, 30 * DAY))
        && X509_set_issuer_name(certificate, X509_get_subject_name(certificate)) == 1
        && add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE")
        && add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign")
        && X509_sign(certificate, authority->key, EVP_sha256()))
    {
        authority->certificate = certificate;
        return true;
    }
    X509_free(certificate);
    authority_cleanup(authority);
    return false;
}

void authority_cleanup(struct authority *authority)
{
    X509_free(authority->certificate);
    EVP_PKEY_free(authority->key);
    authority->certificate = NULL;
    authority->key = NULL;
}

static bool revoke(X509_CRL *list, long serial)
{
    X509_REVOKED *entry = X509_REVOKED_new();
    ASN1_INTEGER *number = ASN1_INTEGER_new();
    ASN1_TIME *time = X509_gmtime_adj(NULL, -DAY);
    bool good;

    good = entry && number && time && ASN1_INTEGER_set(number, serial) == 1
           && X509_REVOKED_set_serialNumber(entry, number) == 1 && X509_REVOKED_set_revocationDate(entry, time) == 1
           && X509_CRL_add0_revoked(list, entry) == 1;
    ASN1_INTEGER_free(number);
    ASN1_TIME_free(time);
    if (!good)
        X509_REVOKED_free(entry);
    return good;
}

static X509_CRL *make_revocation_list(const struct authority *authority)
{
    ASN1_TIME *from = X509_gmtime_adj(NULL, -DAY), *until = X509_gmtime_adj(NULL, 30 * DAY);
    X509_CRL *list = X509_CRL_new();
    bool good;

    good = from && until && list && X509_CRL_set_version(list, 1) == 1
           && X509_CRL_set_issuer_name(list, X509_get_subject_name(authority->certificate)) == 1
           && X509_CRL_set1_lastUpdate(list, from) == 1 && X509_CRL_set1_nextUpdate(list, until) == 1
           && revoke(list, REVOKED_SERIAL) && X509_CRL_sign(list, authority->key, EVP_sha256());
    ASN1_TIME_free(from);
    ASN1_TIME_free(until);
    if (good)
        return list;
    X509_CRL_free(list);
    return NULL;
}

bool authority_write(const struct authority *authority, const char *path)
{
    X509_CRL *list;
    FILE *file;
    bool good;

    if (!(file = fopen(path, "w")))
        return false;
    list = make_revocation_list(authority);
    good = list && PEM_write_X509(file, authority->certificate) == 1 && PEM_write_X509_CRL(file, list) == 1;
    X509_CRL_free(list);
    return !fclose(file) && good;
}

static X509 *make_leaf(const struct authority *authority, EVP_PKEY *key, unsigned int flaws)
{
    const char *names = "DNS:localhost,DNS:*.tunnel.test,IP:127.0.0.1,IP:0:0:0:0:0:0:0:1";
    const char *usage = flaws & CERTIFICATE_WRONG_USAGE ? "clientAuth" : "serverAuth";
    long from = flaws & CERTIFICATE_NOT_YET_VALID ? DAY : -2 * DAY;
    long until = flaws & CERTIFICATE_EXPIRED ? -DAY : 30 * DAY;
    X509 *certificate;

    if (flaws & CERTIFICATE_WRONG_NAME)
        names = "DNS:elsewhere.invalid";
    if (!(certificate = certificate_begin(key, "test server", from, until)))
        return NULL;
    if ((flaws & CERTIFICATE_REVOKED) && ASN1_INTEGER_set(X509_get_serialNumber(certificate), REVOKED_SERIAL) != 1)
    {
        X509_free(certificate);
        return NULL;
    }
    if (X509_set_issuer_name(certificate, X509_get_subject_name(authority->certificate)) == 1
        && add_extension(certificate, authority->certificate, NID_subject_alt_name, names)
        && add_extension(certificate, authority->certificate, NID_ext_key_usage, usage)
        && X509_sign(certificate, authority->key, EVP_sha256()))
        return certificate;
    X509_free(certificate);
    return NULL;
}

SSL_CTX *authority_make_context(const struct authority *authority, unsigned int flaws)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = key ? make_leaf(authority, key, flaws) : NULL;
    bool good;

    good = context && certificate && SSL_CTX_use_certificate(context, certificate) == 1
           && SSL_CTX_use_PrivateKey(context, key) == 1;
    X509_free(certificate);
    EVP_PKEY_free(key);
    if (good)
        return context;
    SSL_CTX_free(context);
    return NULL;
}

/* The tests make their own certificates, and look at the subject. */
static int accept_any(int good, X509_STORE_CTX *context)
{
    (void)good;
    X509_STORE_CTX_set_error(context, X509_V_OK);
    return 1;
}

bool demand_certificates(SSL_CTX *context)
{
    static const unsigned char id[] = "testserver";

    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, accept_any);
    return SSL_CTX_set_session_id_context(context, id, sizeof(id) - 1) == 1;
}

static int refuse_handshake(SSL *ssl, void *context)
{
    (void)ssl;
    (void)context;
    return 0;
}

void refuse_handshakes(SSL_CTX *context)
{
    SSL_CTX_set_cert_cb(context, refuse_handshake, NULL);
}
