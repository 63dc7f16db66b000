/*
 * A pool of threads for what must not hold up a transfer or a client: disk and hashes.
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

#ifndef DOSVC_WORK_H
#define DOSVC_WORK_H

#include <stdbool.h>

/*
 * A piece of work is embedded in what it works on, and is run by one thread at a time: if it is submitted while it
 * runs, it runs once more afterwards; if it is submitted while it waits, once.
 */
struct work
{
    struct work *next;
    /* With `final` set, the work was ended by work_submit_final(), and nobody touches it after this run: free it. */
    void (*run)(struct work *work, bool final);
    int state;                          /* of the pool */
    bool final;
};

struct work_pool;

/* NULL: no memory, or no thread could be made. */
struct work_pool *work_pool_create(unsigned int threads);

/* Waits until everything submitted has run. Nothing may be submitted from outside any more. */
void work_pool_free(struct work_pool *pool);

void work_init(struct work *work, void (*run)(struct work *work, bool final));
void work_submit(struct work_pool *pool, struct work *work);
void work_submit_final(struct work_pool *pool, struct work *work);
/* Whether some work waits for a thread. */
bool work_pool_is_waiting(struct work_pool *pool);

#endif /* DOSVC_WORK_H */
