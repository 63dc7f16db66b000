/*
 * What the files of notifications share: one attempt to tell somebody of an event.
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

#ifndef DOSVC_NOTIFY_H
#define DOSVC_NOTIFY_H

#include "dosvc_private.h"

/* What becomes of a job: told again until a client took it, or by a command line. */
#define END_EVENTS (EVENT_JOB_TRANSFERRED | EVENT_JOB_ERROR)

/* notify_call.c */
/* Whether the job, in its state and with its flags, still has this to tell. */
BOOL notify_is_due(const GUID *job_id, uint32_t event);
/* Calls the method that belongs to the event; its result, or why it could not be called. */
HRESULT notify_call(const GUID *job_id, IBackgroundCopyCallback *callback, uint32_t event, unsigned int file_index);
/* Whether a call failed because the client does not exist any more: it cannot be told anything. */
BOOL notify_is_client_dead(HRESULT hr);
/*
 * Makes an object of the job's notification class; *process_id is where it lives, or 0 if that cannot be found out.
 * S_FALSE: the job has no class.
 */
HRESULT notify_activate(const GUID *job_id, IBackgroundCopyCallback **callback, DWORD *process_id);

/* notify_program.c */
/* Starts the job's command line; the handle is the caller's. S_FALSE: the job has none. */
HRESULT notify_start_program(const GUID *job_id, HANDLE *process);

#endif /* DOSVC_NOTIFY_H */
