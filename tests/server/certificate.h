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

#ifndef DOSVC_TEST_CERTIFICATE_H
#define DOSVC_TEST_CERTIFICATE_H

#include <openssl/ssl.h>
#include <stdbool.h>

struct authority
{
    EVP_PKEY *key;
    X509 *certificate;
};

/* What is wrong with a certificate; several at once. */
#define CERTIFICATE_GOOD 0x00
#define CERTIFICATE_EXPIRED 0x01
#define CERTIFICATE_NOT_YET_VALID 0x02
#define CERTIFICATE_WRONG_NAME 0x04
#define CERTIFICATE_WRONG_USAGE 0x08    /* for clients */
#define CERTIFICATE_REVOKED 0x10        /* has the serial number that the authority's list names */

bool authority_create(struct authority *authority, const char *name);
void authority_cleanup(struct authority *authority);
/* Writes the certificate as PEM, and after it the list of what is revoked. */
bool authority_write(const struct authority *authority, const char *path);
/* A context for a server with a certificate of the authority; NULL: no memory. */
SSL_CTX *authority_make_context(const struct authority *authority, unsigned int flaws);
/* A server with the context lets in clients with a certificate only; any will do. */
bool demand_certificates(SSL_CTX *context);
/* A server with the context answers every client with a fatal alert. */
void refuse_handshakes(SSL_CTX *context);

#endif /* DOSVC_TEST_CERTIFICATE_H */
