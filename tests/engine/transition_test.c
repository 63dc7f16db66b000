/*
 * Tests of the state machine of a job.
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

#include "result.h"
#include "suites.h"
#include "transition.h"

/*
 * One letter per state, in the order of the enum: created, suspended, queued, transferring, transient error, blocked,
 * error, transferred, acknowledged, cancelled. A dash: the event is refused.
 */
static const char letters[] = "csqtxbefak";

static const struct
{
    enum job_event event;
    const char *next;   /* for each state, in the order of the letters */
}
rules[] =
{
    {JOB_EVENT_RESUME, "qqqtqqqf--"},
    {JOB_EVENT_SUSPEND, "cssssssf--"},
    {JOB_EVENT_COMPLETE, "aaaaaaaa--"},
    {JOB_EVENT_CANCEL, "kkkkkkkk--"},
    {JOB_EVENT_ADD_FILE, "csqtxbeq--"},
    {JOB_EVENT_MODIFY, "csqtxbef--"},
    {JOB_EVENT_DATA_FLOW, "--tttt----"},
    {JOB_EVENT_WAIT_FOR_ROOM, "--qqxb----"},
    {JOB_EVENT_ATTEMPT_FAILED, "--xxxx----"},
    {JOB_EVENT_NETWORK_LOST, "--bbbb----"},
    {JOB_EVENT_NETWORK_FOUND, "--qtxq----"},
    {JOB_EVENT_FATAL_ERROR, "--eeee----"},
    {JOB_EVENT_ALL_TRANSFERRED, "--ffff----"},
};

static void test_every_pair(void)
{
    enum job_state next;
    unsigned int i, state;
    int32_t hr;

    CU_ASSERT_EQUAL(COUNT_OF(rules), JOB_EVENT_COUNT);
    CU_ASSERT_EQUAL(sizeof(letters) - 1, JOB_STATE_COUNT);
    for (i = 0; i < COUNT_OF(rules); i++)
    {
        for (state = 0; state < JOB_STATE_COUNT; state++)
        {
            next = JOB_STATE_COUNT;
            hr = job_transition((enum job_state)state, rules[i].event, &next);
            if (rules[i].next[state] == '-')
                CHECK(hr == DO_E_INVALID_STATE && next == JOB_STATE_COUNT, "event %u, state %u: %#x, %u",
                      rules[i].event, state, (unsigned int)hr, next);
            else
                CHECK(hr == S_OK && letters[next] == rules[i].next[state], "event %u, state %u: %#x, %u",
                      rules[i].event, state, (unsigned int)hr, next);
        }
    }
}

static void test_unknown_numbers(void)
{
    enum job_state next = JOB_STATE_COUNT;

    CU_ASSERT_EQUAL(job_transition(JOB_STATE_COUNT, JOB_EVENT_RESUME, &next), DO_E_INVALID_STATE);
    CU_ASSERT_EQUAL(job_transition((enum job_state)-1, JOB_EVENT_RESUME, &next), DO_E_INVALID_STATE);
    CU_ASSERT_EQUAL(job_transition(JOB_CREATED, JOB_EVENT_COUNT, &next), DO_E_INVALID_STATE);
    CU_ASSERT_EQUAL(job_transition(JOB_CREATED, (enum job_event)-1, &next), DO_E_INVALID_STATE);
    CU_ASSERT_EQUAL(next, JOB_STATE_COUNT);
    CU_ASSERT(!job_state_is_final(JOB_STATE_COUNT));
    CU_ASSERT(!job_state_is_active(JOB_STATE_COUNT));
    CU_ASSERT(!job_state_has_error(JOB_STATE_COUNT));
}

static void test_kinds_of_states(void)
{
    static const struct
    {
        enum job_state state;
        bool final;
        bool active;
        bool error;
    }
    rows[] =
    {
        {JOB_CREATED, false, false, false},
        {JOB_SUSPENDED, false, false, false},
        {JOB_QUEUED, false, true, false},
        {JOB_TRANSFERRING, false, true, false},
        {JOB_TRANSIENT_ERROR, false, true, true},
        {JOB_BLOCKED, false, true, true},
        {JOB_ERROR, false, false, true},
        {JOB_TRANSFERRED, false, false, false},
        {JOB_ACKNOWLEDGED, true, false, false},
        {JOB_CANCELLED, true, false, false},
    };
    unsigned int i;

    CU_ASSERT_EQUAL(COUNT_OF(rows), JOB_STATE_COUNT);
    for (i = 0; i < COUNT_OF(rows); i++)
    {
        CHECK(!job_state_is_final(rows[i].state) == !rows[i].final, "state %u", rows[i].state);
        CHECK(!job_state_is_active(rows[i].state) == !rows[i].active, "state %u", rows[i].state);
        CHECK(!job_state_has_error(rows[i].state) == !rows[i].error, "state %u", rows[i].state);
    }
}

/* What the transfers report is heard in active states only, and ends in one or in an end of all transfers. */
static void test_engine_events(void)
{
    unsigned int event, state;
    enum job_state next;

    for (state = 0; state < JOB_STATE_COUNT; state++)
    {
        for (event = JOB_EVENT_DATA_FLOW; event < JOB_EVENT_COUNT; event++)
        {
            next = JOB_STATE_COUNT;
            CHECK(!SUCCEEDED(job_transition((enum job_state)state, (enum job_event)event, &next))
                  == !job_state_is_active((enum job_state)state), "event %u, state %u", event, state);
            if (next != JOB_STATE_COUNT)
                CHECK(job_state_is_active(next) || next == JOB_ERROR || next == JOB_TRANSFERRED,
                      "event %u, state %u", event, state);
        }
    }
}

CU_TestInfo transition_tests[] =
{
    {"every event in every state", test_every_pair},
    {"unknown numbers are refused", test_unknown_numbers},
    {"kinds of states", test_kinds_of_states},
    {"transfers are heard in active states only", test_engine_events},
    CU_TEST_INFO_NULL
};
