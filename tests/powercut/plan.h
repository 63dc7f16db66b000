/*
 * The downloads that lose their power: what they fetch, and what must come of it.
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

#ifndef DOSVC_POWERCUT_PLAN_H
#define DOSVC_POWERCUT_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine.h"

#define PLAN_JOBS 18u
#define PLAN_MAX_FILES 2u
#define PLAN_SETS 2u                    /* of jobs that run together */

/* Where the files of the plan are, below the directory of a run. */
#define PLAN_STATE "state"
#define PLAN_FILES "files"

/* What the program that downloads was told, or has told: the marks of its log. */
enum plan_mark
{
    PLAN_CREATED,                       /* the job is resumed */
    PLAN_ENDING,                        /* it is about to be completed, or cancelled */
    PLAN_ENDED,                         /* that is done */
    PLAN_TAKEN                          /* its client's stream has got everything */
};

struct plan_file
{
    const char *query;                  /* of the URL, behind size and seed */
    uint64_t seed;                      /* of the content, in the end */
    uint64_t size;                      /* of what comes, in the end */
    const struct file_range *ranges;
    uint32_t range_count;
    uint32_t first_portion;             /* of the ranges, those that the download is started with; 0: all of them */
    const char *pieces;                 /* the query of the piece hash file's URL, or NULL */
    bool mandatory;                     /* no bytes without piece hashes */
    bool encrypted;                     /* the content is taken for encrypted with PLAN_KEY; its seed is found out */
    bool stream;                        /* a client takes the bytes */
};

struct plan_job
{
    unsigned int set;
    enum job_kind kind;
    bool kept;                          /* a download that is not volatile */
    bool cancelled;                     /* in the middle, instead of being completed */
    unsigned int file_count;
    struct plan_file files[PLAN_MAX_FILES];
};

/* Masks of jobs. */
struct plan_state
{
    uint32_t jobs;                      /* that take part */
    uint32_t created, ending, ended, taken; /* those that had come so far: see enum plan_mark */
};

extern const struct plan_job plan_jobs[PLAN_JOBS];

#define PLAN_KEY "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define PLAN_DECRYPTION_INFO "{\"KeyData\":\"" PLAN_KEY "\",\"EncryptionBufferSize\":4096}"

/* What stands at the first destination before the first run. */
#define PLAN_OLD_CONTENT "of an earlier time"

/* To be called before all others: finds the content that is encrypted. */
void plan_init(void);
uint32_t plan_set(unsigned int set);    /* its jobs, as a mask */

/* The seed of a file's content, of which the URL tells. */
uint64_t plan_seed(const struct plan_file *file);
/* Bytes that the client has in the end. */
uint64_t plan_size(const struct plan_file *file);
/* Whether these are the bytes that belong there. */
bool plan_bytes_are(const struct plan_file *file, uint64_t offset, const void *bytes, size_t size);

/* The path of a destination below the directory of a run; gives the buffer. */
const char *plan_path(char *buffer, size_t size, const char *directory, unsigned int job, unsigned int file);

/* Whether every destination of the job stands there, and is right. Streams have none. */
bool plan_is_done(const char *directory, unsigned int job);
/* Whether a destination is either right, or as it was before the download. */
bool plan_is_whole_or_old(const char *directory, unsigned int job, unsigned int file);

/*
 * driver.c: runs the downloads to their end with an engine on a directory, where they may have been left off anywhere.
 * Gives 0, or the exit code for what went wrong, after a message.
 */
int driver_run(const char *directory, const char *url, const char *key, const struct plan_state *state);

#endif /* DOSVC_POWERCUT_PLAN_H */
