/*
 * Tests of the work pool.
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

#include <CUnit/CUnit.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "suites.h"
#include "work.h"

#define THREADS 3
#define PIECES 100

struct piece
{
    struct work work;
    atomic_uint runs;
    atomic_uint running;
    atomic_bool overlapped;
    atomic_bool finished;
    pthread_mutex_t *gate;              /* held by the test while a run shall last */
    atomic_bool started;
    pthread_cond_t *cond;
};

static void piece_run(struct work *work, bool final)
{
    struct piece *piece = (struct piece *)work;

    if (atomic_fetch_add(&piece->running, 1))
        atomic_store(&piece->overlapped, true);
    atomic_fetch_add(&piece->runs, 1);
    if (final)
        atomic_store(&piece->finished, true);
    atomic_fetch_sub(&piece->running, 1);
}

static void test_everything_runs(void)
{
    struct work_pool *pool = work_pool_create(THREADS);
    struct piece *pieces = calloc(PIECES, sizeof(*pieces));
    unsigned int i, overlapped = 0, unfinished = 0, never = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(pool);
    CU_ASSERT_PTR_NOT_NULL_FATAL(pieces);
    for (i = 0; i < PIECES; i++)
        work_init(&pieces[i].work, piece_run);
    for (i = 0; i < PIECES * 10; i++)
        work_submit(pool, &pieces[i % PIECES].work);
    for (i = 0; i < PIECES; i++)
        work_submit_final(pool, &pieces[i].work);
    work_pool_free(pool);
    for (i = 0; i < PIECES; i++)
    {
        never += !atomic_load(&pieces[i].runs);
        overlapped += atomic_load(&pieces[i].overlapped);
        unfinished += !atomic_load(&pieces[i].finished);
    }
    CU_ASSERT_EQUAL(never, 0);
    CU_ASSERT_EQUAL(overlapped, 0);
    CU_ASSERT_EQUAL(unfinished, 0);
    free(pieces);
}

/* A run that waits for the gate, so that the test can submit meanwhile. */
static void gated_run(struct work *work, bool final)
{
    struct piece *piece = (struct piece *)work;

    pthread_mutex_lock(piece->gate);
    atomic_fetch_add(&piece->runs, 1);
    if (final)
        atomic_store(&piece->finished, true);
    atomic_store(&piece->started, true);
    pthread_cond_signal(piece->cond);
    pthread_mutex_unlock(piece->gate);
}

static void test_submitted_twice_runs_once(void)
{
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
    struct work_pool *pool = work_pool_create(1);
    struct piece blocker = {.gate = &gate, .cond = &cond}, waiting = {.gate = &gate, .cond = &cond};

    CU_ASSERT_PTR_NOT_NULL_FATAL(pool);
    work_init(&blocker.work, gated_run);
    work_init(&waiting.work, gated_run);
    pthread_mutex_lock(&gate);
    work_submit(pool, &blocker.work);   /* the only thread is now, or soon, at the gate */
    work_submit(pool, &waiting.work);
    work_submit(pool, &waiting.work);
    work_submit_final(pool, &waiting.work);
    CU_ASSERT_TRUE(work_pool_is_waiting(pool));
    while (!atomic_load(&waiting.finished))
        pthread_cond_wait(&cond, &gate);
    pthread_mutex_unlock(&gate);
    CU_ASSERT_FALSE(work_pool_is_waiting(pool));
    work_pool_free(pool);
    CU_ASSERT_EQUAL(atomic_load(&blocker.runs), 1);
    CU_ASSERT_EQUAL(atomic_load(&waiting.runs), 1);
}

CU_TestInfo work_tests[] =
{
    {"everything submitted runs, one run at a time", test_everything_runs},
    {"what waits already runs once", test_submitted_twice_runs_once},
    CU_TEST_INFO_NULL
};
