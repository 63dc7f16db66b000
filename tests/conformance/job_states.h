/*
 * Every method of a job in every state: what the table of calls and the test that plays it share.
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

#ifndef DOSVC_TEST_JOB_STATES_H
#define DOSVC_TEST_JOB_STATES_H

#include "callback.h"
#include "remote.h"

/* The states of a job as a client can tell them apart. */
enum job_stage
{
    STAGE_CREATED,          /* never started, with one file */
    STAGE_SUSPENDED,        /* with half of its bytes */
    STAGE_QUEUED,           /* the server has not answered */
    STAGE_TRANSFERRING,     /* half of the bytes are here, and no more come */
    STAGE_TRANSIENT_ERROR,  /* the next attempt is an hour away */
    STAGE_ERROR,
    STAGE_TRANSFERRED,
    STAGE_ACKNOWLEDGED,
    STAGE_CANCELLED,
    STAGE_COUNT
};

/* What is called, all of it on one job. */
enum target
{
    TARGET_JOB,             /* IBackgroundCopyJob5 */
    TARGET_HTTP_OPTIONS,    /* IBackgroundCopyJobHttpOptions */
    TARGET_DO_JOB,          /* IDeliveryOptimizationJob */
    TARGET_DO_JOB2,
    TARGET_FILE,            /* IBackgroundCopyFile2, the job's first file */
    TARGET_FILE5,           /* what IBackgroundCopyFile5 has besides */
    TARGET_DO_FILE,         /* IDeliveryOptimizationFile */
    TARGET_DO_FILE2,
    TARGET_ENUM_FILES,
    TARGET_ENUM_JOBS,
    TARGET_COUNT
};

/* A job in one of the stages. */
struct subject
{
    struct fixture *fixture;
    enum job_stage stage;
    IBackgroundCopyJob *job;
    IUnknown *targets[TARGET_COUNT];
    struct remote remote;           /* of its file: the next request is held before it is answered */
    struct remote other;            /* another one that is held */
    struct callback callback;
    unsigned int number;            /* makes file names unique */
};

#define ROW_SHARED 0x0
#define ROW_FRESH 0x1               /* changes the job too much: every cell gets a job of its own */

struct row
{
    const char *name;
    enum target target;
    unsigned int slot;              /* of the vtable */
    HRESULT (*call)(struct subject *subject, void *target);
    unsigned int flags;             /* ROW_* */
    HRESULT results[STAGE_COUNT];
    const char *next;               /* a letter of stage_letters for each stage; NULL: every state stays as it is */
};

/* The names of the states that follow; both kinds of SUSPENDED are one. */
#define STAGE_LETTERS "ssqtxefak"

struct target_info
{
    const char *name;
    const IID *iid;
    enum target from;               /* asked of this one; itself: made by the subject */
    unsigned int first, end;        /* slots of the vtable that have rows */
};

#define SLOTS(iface) (sizeof(iface##Vtbl) / sizeof(void *))

/* What a method gives in the stages, in their order. */
#define ALWAYS(hr) { hr, hr, hr, hr, hr, hr, hr, hr, hr }
#define UNLESS_FINAL(hr) { hr, hr, hr, hr, hr, hr, hr, DO_E_INVALID_STATE, DO_E_INVALID_STATE }
#define UNLESS_DONE(hr) { hr, hr, hr, hr, hr, hr, DO_E_INVALID_STATE, DO_E_INVALID_STATE, DO_E_INVALID_STATE }
#define WITH_ERROR(hr, no) { no, no, no, no, hr, hr, no, no, no }

#define ROW(target, iface, method, call, ...) \
    { #iface "::" #method " (" #call ")", target, offsetof(iface##Vtbl, method) / sizeof(void *), call, __VA_ARGS__ }

extern const struct target_info target_infos[TARGET_COUNT];
/* In the order in which they are called. */
extern const struct row job_rows[], file_rows[];
extern const unsigned int job_row_count, file_row_count;

/* Frees what a getter gave; that it gave something is part of success. */
HRESULT take_text(HRESULT hr, WCHAR *text);
HRESULT take_object(HRESULT hr, void *object);

/* A destination that no other file has; good for the next calls of fixture_path(). */
const WCHAR *subject_path(struct subject *subject);

#endif /* DOSVC_TEST_JOB_STATES_H */
