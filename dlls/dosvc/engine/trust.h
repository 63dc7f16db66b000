/*
 * Whom the engine believes that a server is what it says: the roots of the host, and those of Windows.
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

#ifndef DOSVC_TRUST_H
#define DOSVC_TRUST_H

#include <openssl/x509_vfy.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

/* Roots are parsed once, not for each connection: all of them share one store. */
struct trust
{
    char *file;                         /* PEM, of the host; or NULL. Never changes, like the next one */
    char *directory;                    /* of the host, certificates by hash; or NULL */
    pthread_mutex_t mutex;              /* guards all that follows */
    uint8_t *roots;                     /* of Windows: DER, one after another */
    size_t roots_size;
    X509_STORE *store;                  /* made of these when it is first needed, and when they change; or NULL */
    struct stat file_info;              /* of the file then */
    uint64_t changed_at;                /* clock_now_ms() when a store was given up because these changed, or 0 */
};

/* file: NULL for what libcurl takes for the host's. False: no memory, and nothing is to be cleaned up. */
bool trust_init(struct trust *trust, const char *file);
void trust_cleanup(struct trust *trust);

/* In addition to the host's; what is no certificate is left out. E_OUTOFMEMORY. */
int32_t trust_set_roots(struct trust *trust, const void *roots, size_t size);

/*
 * A reference to the store, or NULL: no memory. `fresh`: one of its own, which has no old revocation lists. A file that
 * cannot be read is as good as empty.
 */
X509_STORE *trust_get(struct trust *trust, bool fresh);

/*
 * Whether roots were given up, or came, since the first store was made; *age is how long ago that was the last time, in
 * ms. Connections and sessions from before have an older opinion of who is to be trusted.
 */
bool trust_has_changed(struct trust *trust, uint64_t *age);

#endif /* DOSVC_TRUST_H */
