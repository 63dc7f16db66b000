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

#include "config.h"

#include <sys/random.h>

#include "retry.h"

#define DOUBLINGS_MAX 16
#define JITTER_PART 4                   /* this part of the back-off is left to chance */

static uint64_t retry_back_off(const struct retry *retry)
{
    unsigned int doublings = retry->failures ? retry->failures - 1 : 0;
    uint64_t delay = retry->first_ms < retry->limit_ms ? retry->first_ms : retry->limit_ms;

    if (doublings > DOUBLINGS_MAX)
        doublings = DOUBLINGS_MAX;
    while (doublings-- && delay < retry->limit_ms)
        delay *= 2;
    return delay < retry->limit_ms ? delay : retry->limit_ms;
}

uint64_t retry_delay(const struct retry *retry, uint32_t chance)
{
    uint64_t back_off = retry_back_off(retry), delay = back_off;

    if (delay < (uint64_t)retry->minimum * 1000)
        delay = (uint64_t)retry->minimum * 1000;
    if (delay < (uint64_t)retry->retry_after * 1000)
        delay = (uint64_t)retry->retry_after * 1000;
    return delay + back_off / JITTER_PART * chance / UINT32_MAX;
}

/* Without any the pauses are only less well spread. */
uint32_t retry_chance(void)
{
    uint32_t chance;

    return getrandom(&chance, sizeof(chance), GRND_NONBLOCK) == sizeof(chance) ? chance : RETRY_NO_JITTER;
}
