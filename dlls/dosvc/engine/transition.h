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

#ifndef DOSVC_TRANSITION_H
#define DOSVC_TRANSITION_H

#include <stdint.h>

#include "model.h"

/* What can happen to a job: a client's actions, and what the transfers report. */
enum job_event
{
    JOB_EVENT_RESUME,
    JOB_EVENT_SUSPEND,
    JOB_EVENT_COMPLETE,
    JOB_EVENT_CANCEL,
    JOB_EVENT_ADD_FILE,
    JOB_EVENT_MODIFY,           /* a property is set */
    JOB_EVENT_DATA_FLOW,        /* a server's answer is good and data come */
    JOB_EVENT_WAIT_FOR_ROOM,    /* nothing of it is under way, something will be */
    JOB_EVENT_ATTEMPT_FAILED,   /* a retry is due, and nothing else of it is under way */
    JOB_EVENT_NETWORK_LOST,     /* there is none, or the job may not use it */
    JOB_EVENT_NETWORK_FOUND,    /* that is over */
    JOB_EVENT_FATAL_ERROR,
    JOB_EVENT_ALL_TRANSFERRED,
    JOB_EVENT_COUNT
};

/*
 * Gives the state that follows, which may be the same one; or, with *next untouched, the HRESULT that refuses the
 * event: DO_E_INVALID_STATE.
 */
int32_t job_transition(enum job_state state, enum job_event event, enum job_state *next);

/*
 * What a client of a download may do: S_OK, S_FALSE when there is nothing to do and that is all right, or
 * DO_E_INVALID_STATE.
 */
int32_t download_check_action(enum job_state state, enum job_action action);

/* Whether the job is over: acknowledged or cancelled. */
int job_state_is_final(enum job_state state);

/* Whether transfers of the job may be under way or be started. */
int job_state_is_active(enum job_state state);

/* Whether the job has an error object. */
int job_state_has_error(enum job_state state);

#endif /* DOSVC_TRANSITION_H */
