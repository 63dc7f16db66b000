/*
 * When a failed attempt is repeated.
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

#ifndef DOSVC_RETRY_H
#define DOSVC_RETRY_H

#include <stdint.h>

/* What the pause before the next attempt depends on. */
struct retry
{
    uint64_t first_ms;                  /* pause after the first failure; it is doubled for each one more */
    uint64_t limit_ms;                  /* of the doubling */
    unsigned int failures;              /* in a row, with the one just now */
    uint32_t minimum;                   /* seconds, as the client wants it */
    uint32_t retry_after;               /* seconds, as the server wants it */
};

/*
 * Ms. Up to a quarter of the back-off is added at random, so that clients who failed together do not come back
 * together; nothing is ever taken away. `chance` is any number, RETRY_NO_JITTER adds nothing.
 */
uint64_t retry_delay(const struct retry *retry, uint32_t chance);

#define RETRY_NO_JITTER 0u

/* A number for retry_delay(). */
uint32_t retry_chance(void);

#endif /* DOSVC_RETRY_H */
