/*
 * The transfer threads: each drives its own curl multi handle.
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

#include <stdlib.h>

#include "engine_private.h"
#include "transfer.h"

#define POLL_MS 1000                    /* while there are transfers: what was written is synced now and then */
#define POLL_IDLE_MS 3600000

struct transfer_thread
{
    struct transfer_pool *pool;
    pthread_t thread;
    CURLM *multi;
    struct transfer *transfers;         /* of this thread only */

    pthread_mutex_t mutex;              /* guards everything below */
    struct transfer *queue;             /* to be taken over */
    unsigned int load;                  /* transfers that chose this thread */
    bool check;                         /* some may be cancelled */
    bool stop;
};

struct transfer_pool
{
    struct engine *engine;
    unsigned int count;                 /* threads that were started */
    bool joined;
    struct transfer_thread threads[];
};

static void transfer_link(struct transfer **list, struct transfer *transfer)
{
    if ((transfer->thread_next = *list))
        transfer->thread_next->prev_next = &transfer->thread_next;
    transfer->prev_next = list;
    *list = transfer;
}

static void transfer_unlink(struct transfer *transfer)
{
    if ((*transfer->prev_next = transfer->thread_next))
        transfer->thread_next->prev_next = transfer->prev_next;
}

static void thread_end_transfer(struct transfer_thread *thread, struct transfer *transfer, CURLcode result)
{
    CURL *easy = transfer->easy;

    transfer_unlink(transfer);
    transfer_conclude(transfer, result);
    if (easy)
        curl_multi_remove_handle(thread->multi, easy);
    curl_easy_cleanup(easy);
    transfer_hand_back(transfer);
}

/* The same handle asks again, with its connections: a redirect, or a server that wants to know who asks. */
static void thread_ask_again(struct transfer_thread *thread, struct transfer *transfer)
{
    CURL *easy = transfer->easy;

    curl_multi_remove_handle(thread->multi, easy);
    curl_easy_reset(easy);
    if (FAILED(transfer_setup(transfer, easy)) || curl_multi_add_handle(thread->multi, easy))
        thread_end_transfer(thread, transfer, CURLE_OUT_OF_MEMORY);
}

static void thread_begin_transfer(struct transfer_thread *thread, struct transfer *transfer)
{
    CURL *easy;

    transfer_link(&thread->transfers, transfer);
    if (!(easy = curl_easy_init()))
    {
        thread_end_transfer(thread, transfer, CURLE_OUT_OF_MEMORY);
    }
    else if (FAILED(transfer_setup(transfer, easy)))
    {
        curl_easy_cleanup(easy);
        thread_end_transfer(thread, transfer, transfer->outcome.curl);
    }
    else if (curl_multi_add_handle(thread->multi, easy))
    {
        thread_end_transfer(thread, transfer, CURLE_OUT_OF_MEMORY);
    }
}

static void thread_end_cancelled(struct transfer_thread *thread, bool all)
{
    struct transfer *transfer, *next;

    for (transfer = thread->transfers; transfer; transfer = next)
    {
        next = transfer->thread_next;
        if (all || atomic_load(&transfer->cancelled))
            thread_end_transfer(thread, transfer, CURLE_ABORTED_BY_CALLBACK);
    }
}

/* A transfer whose stream has room again, or whose turn it is, goes on, first with the bytes that libcurl kept. */
static void thread_resume_paused(struct transfer_thread *thread)
{
    uint64_t now_ns = clock_now_ns(), now = now_ns / 1000000;
    struct transfer *transfer, *next;
    CURLcode ret;

    for (transfer = thread->transfers; transfer; transfer = next)
    {
        next = transfer->thread_next;
        if ((!transfer->paused || stream_is_blocked(transfer->stream))
            && (!transfer->yielding || transfer_must_yield(transfer, now))
            && (!transfer->held || transfer_must_wait(transfer, now_ns)))
            continue;
        transfer->paused = transfer->yielding = transfer->held = false;
        if ((ret = curl_easy_pause(transfer->easy, CURLPAUSE_CONT)))
            thread_end_transfer(thread, transfer, ret);
    }
}

/* Takes over what other threads asked for; false: stop. */
static bool thread_take_requests(struct transfer_thread *thread)
{
    struct transfer *queue, *transfer;
    bool stop, check;

    pthread_mutex_lock(&thread->mutex);
    queue = thread->queue;
    thread->queue = NULL;
    stop = thread->stop;
    check = thread->check;
    thread->check = false;
    pthread_mutex_unlock(&thread->mutex);

    while ((transfer = queue))
    {
        queue = transfer->thread_next;
        thread_begin_transfer(thread, transfer);
    }
    if (stop || check)
        thread_end_cancelled(thread, stop);
    thread_resume_paused(thread);
    return !stop;
}

static void thread_end_finished(struct transfer_thread *thread)
{
    struct transfer *transfer;
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(thread->multi, &left)))
    {
        CURLcode result = message->data.result;

        if (message->msg != CURLMSG_DONE
            || curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer))
            continue;
        if (transfer_follow(transfer, &result) || transfer_continue(transfer, result))
            thread_ask_again(thread, transfer);
        else
            thread_end_transfer(thread, transfer, result);
    }
}

/* How long there is nothing to do but for what comes from the network. */
static int thread_poll_ms(const struct transfer_thread *thread)
{
    uint64_t now = clock_now_ns();
    const struct transfer *transfer;
    unsigned int wait = POLL_MS;

    if (!thread->transfers)
        return POLL_IDLE_MS;
    for (transfer = thread->transfers; transfer; transfer = transfer->thread_next)
    {
        if (transfer->held)
            wait = transfer_wait_ms(transfer, now, wait);
    }
    return (int)wait;
}

static void *transfer_thread_run(void *context)
{
    struct transfer_thread *thread = context;
    struct transfer *transfer;
    int running;

    (void)pthread_setname_np(pthread_self(), "dosvc-transfer");
    while (thread_take_requests(thread))
    {
        uint64_t now;

        curl_multi_perform(thread->multi, &running);
        thread_end_finished(thread);
        now = clock_now_ms();
        limits_check(thread->pool->engine, now);
        for (transfer = thread->transfers; transfer; transfer = transfer->thread_next)
        {
            transfer_sync_if_due(transfer, now);
            transfer_check_patience(transfer, now);
        }
        curl_multi_poll(thread->multi, NULL, 0, thread_poll_ms(thread), NULL);
    }
    return NULL;
}

static bool transfer_thread_start(struct transfer_thread *thread)
{
    if (!(thread->multi = curl_multi_init()))
        return false;
    pthread_mutex_init(&thread->mutex, NULL);
    if (!pthread_create(&thread->thread, NULL, transfer_thread_run, thread))
        return true;
    pthread_mutex_destroy(&thread->mutex);
    curl_multi_cleanup(thread->multi);
    return false;
}

struct transfer_pool *transfer_pool_create(struct engine *engine, unsigned int threads)
{
    struct transfer_pool *pool;

    if (!(pool = calloc(1, sizeof(*pool) + threads * sizeof(*pool->threads))))
        return NULL;
    pool->engine = engine;
    for (pool->count = 0; pool->count < threads; pool->count++)
    {
        pool->threads[pool->count].pool = pool;
        if (!transfer_thread_start(&pool->threads[pool->count]))
        {
            transfer_pool_stop(pool);
            transfer_pool_free(pool);
            return NULL;
        }
    }
    return pool;
}

void transfer_pool_stop(struct transfer_pool *pool)
{
    unsigned int i;

    if (!pool || pool->joined)
        return;
    for (i = 0; i < pool->count; i++)
    {
        pthread_mutex_lock(&pool->threads[i].mutex);
        pool->threads[i].stop = true;
        pthread_mutex_unlock(&pool->threads[i].mutex);
        curl_multi_wakeup(pool->threads[i].multi);
    }
    for (i = 0; i < pool->count; i++)
        pthread_join(pool->threads[i].thread, NULL);
    pool->joined = true;
}

void transfer_pool_free(struct transfer_pool *pool)
{
    unsigned int i;

    if (!pool)
        return;
    for (i = 0; i < pool->count; i++)
    {
        curl_multi_cleanup(pool->threads[i].multi);
        pthread_mutex_destroy(&pool->threads[i].mutex);
    }
    free(pool);
}

struct transfer_thread *transfer_pool_choose(struct transfer_pool *pool, struct transfer_thread *wanted)
{
    struct transfer_thread *best = wanted;
    unsigned int i, load, best_load = UINT32_MAX;

    for (i = 0; i < pool->count && !wanted; i++)
    {
        pthread_mutex_lock(&pool->threads[i].mutex);
        load = pool->threads[i].load;
        pthread_mutex_unlock(&pool->threads[i].mutex);
        if (load < best_load)
        {
            best = &pool->threads[i];
            best_load = load;
        }
    }
    pthread_mutex_lock(&best->mutex);
    best->load++;
    pthread_mutex_unlock(&best->mutex);
    return best;
}

void transfer_thread_drop(struct transfer_thread *thread)
{
    pthread_mutex_lock(&thread->mutex);
    thread->load--;
    pthread_mutex_unlock(&thread->mutex);
}

/* A thread that has stopped takes nothing over: then the transfer ends here. */
void transfer_thread_add(struct transfer_thread *thread, struct transfer *transfer)
{
    bool stop;

    pthread_mutex_lock(&thread->mutex);
    if (!(stop = thread->stop))
    {
        transfer->thread_next = thread->queue;
        thread->queue = transfer;
    }
    pthread_mutex_unlock(&thread->mutex);
    if (!stop)
    {
        curl_multi_wakeup(thread->multi);
        return;
    }
    transfer_conclude(transfer, CURLE_ABORTED_BY_CALLBACK);
    transfer_hand_back(transfer);
}

void transfer_pool_check(struct transfer_pool *pool)
{
    unsigned int i;

    for (i = 0; i < pool->count; i++)
        transfer_thread_check(&pool->threads[i]);
}

void transfer_thread_check(struct transfer_thread *thread)
{
    pthread_mutex_lock(&thread->mutex);
    thread->check = true;
    pthread_mutex_unlock(&thread->mutex);
    curl_multi_wakeup(thread->multi);
}
