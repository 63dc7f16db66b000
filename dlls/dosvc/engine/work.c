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


/* These threads are unknown to Wine: no Wine call here. */

#include "config.h"

#include <pthread.h>
#include <stdlib.h>

#include "work.h"

enum work_state
{
    WORK_IDLE,
    WORK_WAITING,
    WORK_RUNNING,
    WORK_RUNNING_AGAIN                  /* to be run once more */
};

struct work_pool
{
    pthread_mutex_t mutex;              /* guards the queue and the state of all work */
    pthread_cond_t cond;
    struct work *head;
    struct work **tail;
    bool stop;
    unsigned int thread_count;
    pthread_t threads[];
};

void work_init(struct work *work, void (*run)(struct work *work, bool final))
{
    work->next = NULL;
    work->run = run;
    work->state = WORK_IDLE;
    work->final = false;
}

static void work_pool_push(struct work_pool *pool, struct work *work)
{
    work->state = WORK_WAITING;
    work->next = NULL;
    *pool->tail = work;
    pool->tail = &work->next;
    pthread_cond_signal(&pool->cond);
}

static struct work *work_pool_pop(struct work_pool *pool)
{
    struct work *work;

    while (!pool->head && !pool->stop)
        pthread_cond_wait(&pool->cond, &pool->mutex);
    if (!(work = pool->head))
        return NULL;
    if (!(pool->head = work->next))
        pool->tail = &pool->head;
    work->state = WORK_RUNNING;
    return work;
}

static void *work_thread(void *context)
{
    struct work_pool *pool = context;
    struct work *work;
    bool final;

    (void)pthread_setname_np(pthread_self(), "dosvc-work");
    pthread_mutex_lock(&pool->mutex);
    while ((work = work_pool_pop(pool)))
    {
        final = work->final;
        pthread_mutex_unlock(&pool->mutex);
        work->run(work, final);
        pthread_mutex_lock(&pool->mutex);
        if (final)
            continue;
        if (work->state == WORK_RUNNING_AGAIN)
            work_pool_push(pool, work);
        else
            work->state = WORK_IDLE;
    }
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

struct work_pool *work_pool_create(unsigned int threads)
{
    struct work_pool *pool;

    if (!(pool = calloc(1, sizeof(*pool) + threads * sizeof(*pool->threads))))
        return NULL;
    pool->tail = &pool->head;
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->cond, NULL);
    while (pool->thread_count < threads)
    {
        if (pthread_create(&pool->threads[pool->thread_count], NULL, work_thread, pool))
        {
            work_pool_free(pool);
            return NULL;
        }
        pool->thread_count++;
    }
    return pool;
}

void work_pool_free(struct work_pool *pool)
{
    unsigned int i;

    if (!pool)
        return;
    pthread_mutex_lock(&pool->mutex);
    pool->stop = true;
    pthread_cond_broadcast(&pool->cond);
    pthread_mutex_unlock(&pool->mutex);
    for (i = 0; i < pool->thread_count; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->cond);
    pthread_mutex_destroy(&pool->mutex);
    free(pool);
}

static void work_queue(struct work_pool *pool, struct work *work, bool final)
{
    pthread_mutex_lock(&pool->mutex);
    work->final |= final;
    if (work->state == WORK_IDLE)
        work_pool_push(pool, work);
    else if (work->state == WORK_RUNNING)
        work->state = WORK_RUNNING_AGAIN;
    pthread_mutex_unlock(&pool->mutex);
}

void work_submit(struct work_pool *pool, struct work *work)
{
    work_queue(pool, work, false);
}

void work_submit_final(struct work_pool *pool, struct work *work)
{
    work_queue(pool, work, true);
}

bool work_pool_is_waiting(struct work_pool *pool)
{
    bool waiting;

    pthread_mutex_lock(&pool->mutex);
    waiting = pool->head != NULL;
    pthread_mutex_unlock(&pool->mutex);
    return waiting;
}
