/*
 * The clocks of the engine.
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

#include <time.h>

#include "engine_private.h"

#define FILETIME_EPOCH_SECONDS 11644473600u /* from 1601 to 1970 */

uint64_t clock_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint64_t clock_now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

uint64_t clock_filetime(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return ((uint64_t)now.tv_sec + FILETIME_EPOCH_SECONDS) * 10000000 + (uint64_t)now.tv_nsec / 100;
}

int clock_cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attributes;
    int ret;

    if ((ret = pthread_condattr_init(&attributes)))
        return ret;
    if (!(ret = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)))
        ret = pthread_cond_init(cond, &attributes);
    pthread_condattr_destroy(&attributes);
    return ret;
}

void clock_cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex, uint64_t when)
{
    struct timespec limit;

    if (when == TIME_NEVER)
    {
        pthread_cond_wait(cond, mutex);
        return;
    }
    limit.tv_sec = (time_t)(when / 1000);
    limit.tv_nsec = (long)(when % 1000) * 1000000;
    pthread_cond_timedwait(cond, mutex, &limit);
}
