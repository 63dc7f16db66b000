/*
 * The state machine of a job: the one place that decides what may follow what.
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
#include "transition.h"

/* Entries are one more than the state that follows, so that what is not listed is refused. */
#define TO(state) ((state) + 1)

static const unsigned char transitions[JOB_STATE_COUNT][JOB_EVENT_COUNT] =
{
    [JOB_CREATED] =
    {
        [JOB_EVENT_RESUME] = TO(JOB_QUEUED),
        [JOB_EVENT_SUSPEND] = TO(JOB_CREATED),      /* never started stays never started */
        [JOB_EVENT_COMPLETE] = TO(JOB_ACKNOWLEDGED),
        [JOB_EVENT_CANCEL] = TO(JOB_CANCELLED),
        [JOB_EVENT_ADD_FILE] = TO(JOB_CREATED),
        [JOB_EVENT_MODIFY] = TO(JOB_CREATED)
    },
    [JOB_SUSPENDED] =
    {
        [JOB_EVENT_RESUME] = TO(JOB_QUEUED),
        [JOB_EVENT_SUSPEND] = TO(JOB_SUSPENDED),
        [JOB_EVENT_COMPLETE] = TO(JOB_ACKNOWLEDGED),
        [JOB_EVENT_CANCEL] = TO(JOB_CANCELLED),
        [JOB_EVENT_ADD_FILE] = TO(JOB_SUSPENDED),
        [JOB_EVENT_MODIFY] = TO(JOB_SUSPENDED)
    },
    [JOB_QUEUED] =
    {
        [JOB_EVENT_RESUME] = TO(JOB_QUEUED),
        [JOB_EVENT_SUSPEND] = TO(JOB_SUSPENDED),
        [JOB_EVENT_COMPLETE] = TO(JOB_ACKNOWLEDGED),
        [JOB_EVENT_CANCEL] = TO(JOB_CANCELLED),
        [JOB_EVENT_ADD_FILE] = TO(JOB_QUEUED),
        [JOB_EVENT_MODIFY] = TO(JOB_QUEUED),
        [JOB_EVENT_DATA_FLOW] = TO(JOB_TRANSFERRING),
        [JOB_EVENT_WAIT_FOR_ROOM] = TO(JOB_QUEUED),
        [JOB_EVENT_ATTEMPT_FAILED] = TO(JOB_TRANSIENT_ERROR),
        [JOB_EVENT_NETWORK_LOST] = TO(JOB_BLOCKED),
        [JOB_EVENT_NETWORK_FOUND] = TO(JOB_QUEUED),
        [JOB_EVENT_FATAL_ERROR] = TO(JOB_ERROR),
        [JOB_EVENT_ALL_TRANSFERRED] = TO(JOB_TRANSFERRED)
    },
    [JOB_TRANSFERRING] =
    {
        [JOB_EVENT_RESUME] = TO(JOB_TRANSFERRING),
        [JOB_EVENT_SUSPEND] = TO(JOB_SUSPENDED),
        [JOB_EVENT_COMPLETE] = TO(JOB_ACKNOWLEDGED),
        [JOB_EVENT_CANCEL] = TO(JOB_CANCELLED),
        [JOB_EVENT_ADD_FILE] = TO(JOB_TRANSFERRING),
        [JOB_EVENT_MODIFY] = TO(JOB_TRANSFERRING),
        [JOB_EVENT_DATA_FLOW] = TO(JOB_TRANSFERRING),
        [JOB_EVENT_WAIT_FOR_ROOM] = TO(JOB_QUEUED),
        [JOB_EVENT_ATTEMPT_FAILED] = TO(JOB_TRANSIENT_ERROR),
        [JOB_EVENT_NETWORK_LOST] = TO(JOB_BLOCKED),
        [JOB_EVENT_NETWORK_FOUND] = TO(JOB_TRANSFERRING),
        [JOB_EVENT_FATAL_ERROR] = TO(JOB_ERROR),
        [JOB_EVENT_ALL_TRANSFERRED] = TO(JOB_TRANSFERRED)
    },
    [JOB_TRANSIENT_ERROR] =
    {
        [JOB_EVENT_RESUME] = TO(JOB_QUEUED),        /* the retry is made at once */
        [JOB_EVENT_SUSPEND] = TO(JOB_SUSPENDED),
        [JOB_EVENT_COMPLETE] = TO(JOB_ACKNOWLEDGED),
        [JOB_EVENT_CANCEL] = TO(JOB_CANCELLED),
        [JOB_EVENT_ADD_FILE] = TO(JOB_TRANSIENT_ERROR),
        [JOB_EVENT_MODIFY] = TO(JOB_TRANSIENT_ERROR),
        [JOB_EVENT_DATA_FLOW] = TO(JOB_TRANSFERRING),
        [JOB_EVENT_WAIT_FOR_ROOM] = TO(JOB_TRANSIENT_ERROR),    /* the error is shown until data flow */
        [JOB_EVENT_ATTEMPT_FAILED] = TO(JOB_TRANSIENT_ERROR),
        [JOB_EVENT_NETWORK_LOST] = TO(JOB_BLOCKED),
        [JOB_EVENT_NETWORK_FOUND] = TO(JOB_TRANSIENT_ERROR),
        [JOB_EVENT_FATAL_ERROR] = TO(JOB_ERROR),
        [JOB_EVENT_ALL_TRANSFERRED] = TO(JOB_TRANSFERRED)
    },
    [JOB_BLOCKED] =
    {
        [JOB_EVENT_RESUME] = TO(JOB_QUEUED),
        [JOB_EVENT_SUSPEND] = TO(JOB_SUSPENDED),
        [JOB_EVENT_COMPLETE] = TO(JOB_ACKNOWLEDGED),
        [JOB_EVENT_CANCEL] = TO(JOB_CANCELLED),
        [JOB_EVENT_ADD_FILE] = TO(JOB_BLOCKED),
        [JOB_EVENT_MODIFY] = TO(JOB_BLOCKED),
        [JOB_EVENT_DATA_FLOW] = TO(JOB_TRANSFERRING),
        [JOB_EVENT_WAIT_FOR_ROOM] = TO(JOB_BLOCKED),
        [JOB_EVENT_ATTEMPT_FAILED] = TO(JOB_TRANSIENT_ERROR),
        [JOB_EVENT_NETWORK_LOST] = TO(JOB_BLOCKED),
        [JOB_EVENT_NETWORK_FOUND] = TO(JOB_QUEUED),
        [JOB_EVENT_FATAL_ERROR] = TO(JOB_ERROR),
        [JOB_EVENT_ALL_TRANSFERRED] = TO(JOB_TRANSFERRED)
    },
    [JOB_ERROR] =
    {
        [JOB_EVENT_RESUME] = TO(JOB_QUEUED),
        [JOB_EVENT_SUSPEND] = TO(JOB_SUSPENDED),
        [JOB_EVENT_COMPLETE] = TO(JOB_ACKNOWLEDGED),
        [JOB_EVENT_CANCEL] = TO(JOB_CANCELLED),
        [JOB_EVENT_ADD_FILE] = TO(JOB_ERROR),
        [JOB_EVENT_MODIFY] = TO(JOB_ERROR)
    },
    [JOB_TRANSFERRED] =
    {
        [JOB_EVENT_RESUME] = TO(JOB_TRANSFERRED),
        [JOB_EVENT_SUSPEND] = TO(JOB_TRANSFERRED),
        [JOB_EVENT_COMPLETE] = TO(JOB_ACKNOWLEDGED),
        [JOB_EVENT_CANCEL] = TO(JOB_CANCELLED),
        [JOB_EVENT_ADD_FILE] = TO(JOB_QUEUED),      /* goes on with the new file */
        [JOB_EVENT_MODIFY] = TO(JOB_TRANSFERRED)
    }
    /* JOB_ACKNOWLEDGED and JOB_CANCELLED are final: nothing may follow them. */
};

int32_t job_transition(enum job_state state, enum job_event event, enum job_state *next)
{
    unsigned char entry;

    if ((unsigned int)state >= JOB_STATE_COUNT || (unsigned int)event >= JOB_EVENT_COUNT)
        return DO_E_INVALID_STATE;
    if (!(entry = transitions[state][event]))
        return DO_E_INVALID_STATE;
    *next = (enum job_state)(entry - 1);
    return S_OK;
}

int32_t download_check_action(enum job_state state, enum job_action action)
{
    /* One more than the result, so that what is not listed is refused. */
    enum { DO = 1, NOTHING = 2 };
    static const unsigned char actions[JOB_STATE_COUNT][JOB_ACTION_COUNT] =
    {
        [JOB_CREATED] = {[JOB_ACTION_RESUME] = DO, [JOB_ACTION_SUSPEND] = NOTHING, [JOB_ACTION_CANCEL] = DO},
        [JOB_SUSPENDED] = {[JOB_ACTION_RESUME] = DO, [JOB_ACTION_SUSPEND] = NOTHING, [JOB_ACTION_CANCEL] = DO},
        [JOB_QUEUED] = {[JOB_ACTION_RESUME] = NOTHING, [JOB_ACTION_SUSPEND] = DO, [JOB_ACTION_CANCEL] = DO},
        [JOB_TRANSFERRING] = {[JOB_ACTION_RESUME] = NOTHING, [JOB_ACTION_SUSPEND] = DO, [JOB_ACTION_CANCEL] = DO},
        [JOB_TRANSIENT_ERROR] = {[JOB_ACTION_RESUME] = NOTHING, [JOB_ACTION_SUSPEND] = DO, [JOB_ACTION_CANCEL] = DO},
        /* These two are shown as paused; the first is kept from going on by itself. */
        [JOB_BLOCKED] = {[JOB_ACTION_RESUME] = DO, [JOB_ACTION_SUSPEND] = DO, [JOB_ACTION_CANCEL] = DO},
        [JOB_ERROR] = {[JOB_ACTION_RESUME] = DO, [JOB_ACTION_SUSPEND] = NOTHING, [JOB_ACTION_CANCEL] = DO},
        [JOB_TRANSFERRED] = {[JOB_ACTION_RESUME] = NOTHING, [JOB_ACTION_SUSPEND] = NOTHING,
                             [JOB_ACTION_COMPLETE] = DO, [JOB_ACTION_CANCEL] = DO},
        [JOB_ACKNOWLEDGED] = {[JOB_ACTION_COMPLETE] = NOTHING},
        [JOB_CANCELLED] = {[JOB_ACTION_CANCEL] = NOTHING}
    };

    if ((unsigned int)state >= JOB_STATE_COUNT || (unsigned int)action >= JOB_ACTION_COUNT || !actions[state][action])
        return DO_E_INVALID_STATE;
    return actions[state][action] == DO ? S_OK : S_FALSE;
}

int job_state_is_final(enum job_state state)
{
    return state == JOB_ACKNOWLEDGED || state == JOB_CANCELLED;
}

int job_state_is_active(enum job_state state)
{
    return state == JOB_QUEUED || state == JOB_TRANSFERRING || state == JOB_TRANSIENT_ERROR || state == JOB_BLOCKED;
}

int job_state_has_error(enum job_state state)
{
    return state == JOB_ERROR || state == JOB_TRANSIENT_ERROR || state == JOB_BLOCKED;
}
