/*
 * The calls from the PE side of dosvc to its Unix side: the only header that both include.
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

#ifndef DOSVC_UNIXLIB_H
#define DOSVC_UNIXLIB_H

#include <stdint.h>

#include "engine/model.h"

/*
 * Pointers travel as uint64_t, strings are zero-terminated UTF-8, and every 64-bit field lies at a multiple of 8, so
 * that 32- and 64-bit callers have one layout. A call returns STATUS_SUCCESS when it was made; what it came to is in
 * `result`, an HRESULT. What each call does is said in engine/engine.h, at the function of the same name.
 */

enum dosvc_unix_call
{
    unix_engine_start,
    unix_engine_stop,
    unix_wait_event,
    unix_set_system_proxy,
    unix_set_auto_proxy,
    unix_take_proxy_question,
    unix_answer_proxy_question,
    unix_set_roots,
    unix_set_network,
    unix_set_policies,
    unix_get_policy,
    unix_get_statistics,
    unix_job_create,
    unix_job_open,
    unix_job_close,
    unix_job_list,
    unix_job_act,
    unix_job_get_info,
    unix_job_get_text,
    unix_job_set_text,
    unix_job_get_number,
    unix_job_set_number,
    unix_job_set_proxy,
    unix_job_set_credentials,
    unix_job_remove_credentials,
    unix_job_replace_prefix,
    unix_job_add_files,
    unix_job_get_error,
    unix_job_take_transferred_file,
    unix_file_get_info,
    unix_file_get_text,
    unix_file_get_ranges,
    unix_file_set_url,
    unix_file_set_path,
    unix_file_get_number,
    unix_file_set_number,
    unix_file_set_text,
    unix_file_get_stats,
    unix_file_set_stream,
    unix_file_clear_stream,
    unix_stream_read,
    unix_stream_taken,
    unix_file_set_valid,
    unix_download_start,
    unix_download_find,
    unix_job_wait,
    unix_job_set_certificate,
    unix_funcs_count
};

#define DOSVC_MAX_POLICY_VALUES (POLICY_COUNT * 4) /* more are not taken */

/* Same layout as a GUID and as the engine's struct job_id. */
struct dosvc_id
{
    uint8_t bytes[16];
};

/* A value that somebody has set. */
struct dosvc_policy
{
    uint64_t number;
    uint64_t text;              /* const char *, 0 for a number */
    uint32_t id;                /* enum policy_id */
    uint32_t provider;          /* enum policy_provider */
};

struct engine_start_params
{
    uint64_t state_dir;         /* const char *: Unix path */
    uint64_t policies;          /* const struct dosvc_policy * */
    uint64_t roots;             /* const void *: certificates in DER, one after another */
    uint32_t policy_count;
    uint32_t network_cost;      /* NLM_CONNECTION_COST */
    uint32_t roots_size;
    int32_t result;
};

struct engine_stop_params
{
    int32_t result;
    uint32_t reserved;
};

/* STATUS_PENDING with one event, STATUS_SUCCESS when the engine was stopped. Blocks. */
struct wait_event_params
{
    struct dosvc_id job;
    uint32_t kinds;
    uint32_t value;
};

struct set_system_proxy_params
{
    uint64_t list;              /* const char * */
    uint64_t bypass;            /* const char * */
    int32_t result;
    uint32_t reserved;
};

struct set_auto_proxy_params
{
    uint32_t means;             /* AUTO_PROXY_* */
    int32_t result;
};

struct proxy_question_params
{
    uint64_t url;               /* char *: room for what is taken, or what is answered */
    uint64_t list;              /* const char *: the answer */
    uint32_t size;
    uint32_t kind;              /* PROXY_QUESTION_* */
    int32_t result;
    uint32_t reserved;
};

struct set_roots_params
{
    uint64_t roots;             /* const void * */
    uint32_t size;
    int32_t result;
};

struct set_network_params
{
    uint32_t cost;              /* NLM_CONNECTION_COST */
    int32_t result;
};

struct set_policies_params
{
    uint64_t policies;          /* const struct dosvc_policy * */
    uint32_t count;             /* DOSVC_MAX_POLICY_VALUES at most */
    int32_t result;
};

struct get_policy_params
{
    uint64_t buffer;            /* char *, out */
    uint64_t number;            /* out */
    uint32_t size;              /* in: room in bytes; out: what is needed, with the terminating zero */
    uint32_t id;                /* enum policy_id */
    uint32_t provider;          /* out */
    uint32_t has_text;          /* out */
    int32_t result;
    uint32_t reserved;
};

struct get_statistics_params
{
    uint64_t bytes_received;
    uint64_t bytes_received_foreground;
    uint64_t bytes_received_cache;
    uint32_t connections;
    uint32_t cache_connections;
    uint32_t files;
    uint32_t foreground_jobs;
    uint32_t foreground_waiting;
    uint32_t background_jobs;
    uint32_t background_waiting;
    int32_t result;
};

struct job_create_params
{
    uint64_t display_name;      /* const char * */
    uint64_t owner;             /* const char * */
    struct dosvc_id id;         /* out */
    uint32_t kind;              /* JOB_KIND_* */
    int32_t result;
};

/* job_open, job_close, job_wait; the last one blocks */
struct job_open_params
{
    struct dosvc_id id;
    int32_t result;
    uint32_t reserved;
};

/* job_list, download_find */
struct job_list_params
{
    uint64_t ids;               /* struct dosvc_id *, out */
    uint64_t value;             /* const char *: of the property, for download_find only */
    uint32_t capacity;
    uint32_t count;             /* out */
    uint32_t which;             /* JOB_KIND_* or DOWNLOAD_* */
    int32_t result;
};

struct job_act_params
{
    struct dosvc_id id;
    uint32_t action;            /* JOB_ACTION_* */
    int32_t result;
};

struct job_get_info_params
{
    struct dosvc_id id;
    uint64_t bytes_total;       /* from here on: out */
    uint64_t bytes_transferred;
    uint64_t creation_time;     /* FILETIME */
    uint64_t modification_time;
    uint64_t transfer_completion_time;
    uint32_t state;             /* JOB_* */
    uint32_t priority;
    uint32_t notify_flags;
    uint32_t minimum_retry_delay;
    uint32_t no_progress_timeout;
    uint32_t error_count;
    uint32_t proxy_usage;
    uint32_t files_total;
    uint32_t files_transferred;
    int32_t result;
};

/* job_get_text, file_get_text */
struct get_text_params
{
    struct dosvc_id id;
    uint64_t buffer;            /* char *, out */
    uint32_t size;              /* in: room in bytes; out: what is needed, with the terminating zero */
    uint32_t file_index;        /* file_get_text only */
    uint32_t which;             /* JOB_TEXT_* or FILE_TEXT_* */
    int32_t result;
};

struct job_set_text_params
{
    struct dosvc_id id;
    uint64_t text;              /* const char * */
    uint32_t which;             /* JOB_TEXT_* */
    int32_t result;
};

/* job_get_number, job_set_number */
struct job_number_params
{
    struct dosvc_id id;
    uint64_t value;             /* out, or in */
    uint32_t which;             /* JOB_NUMBER_* */
    int32_t result;
};

/* job_set_credentials, job_remove_credentials */
struct job_credentials_params
{
    struct dosvc_id id;
    uint64_t user;              /* const char *; these two of job_set_credentials only */
    uint64_t password;          /* const char * */
    uint32_t target;            /* CREDENTIAL_SERVER, CREDENTIAL_PROXY */
    uint32_t scheme;            /* CREDENTIAL_BASIC and so on */
    int32_t result;
    uint32_t reserved;
};

struct job_set_proxy_params
{
    struct dosvc_id id;
    uint64_t list;              /* const char * */
    uint64_t bypass;            /* const char * */
    uint32_t usage;             /* PROXY_* */
    int32_t result;
};

struct job_replace_prefix_params
{
    struct dosvc_id id;
    uint64_t old_prefix;        /* const char * */
    uint64_t new_prefix;        /* const char * */
    int32_t result;
    uint32_t reserved;
};

/* Same layout as BG_FILE_RANGE, DO_DOWNLOAD_RANGE and the engine's struct file_range. */
struct dosvc_range
{
    uint64_t offset;
    uint64_t length;
};

struct dosvc_file
{
    uint64_t url;               /* const char * */
    uint64_t local_name;        /* const char *: as the client wrote it */
    uint64_t path;              /* const char *: the same as a Unix path */
    uint64_t file_id;           /* const char *, 0 for none */
    uint64_t ranges;            /* const struct dosvc_range * */
    uint64_t size;              /* ENGINE_SIZE_UNKNOWN if not known */
    uint32_t range_count;
    uint32_t reserved;
};

struct job_add_files_params
{
    struct dosvc_id id;
    uint64_t files;             /* const struct dosvc_file * */
    uint32_t count;
    uint32_t index;             /* out, if count is 1: the file's number */
    int32_t result;
    uint32_t reserved;
};

struct job_get_error_params
{
    struct dosvc_id id;
    int32_t code;               /* from here on: out */
    uint32_t context;           /* BG_ERROR_CONTEXT */
    uint32_t file_index;        /* or ENGINE_NO_FILE */
    uint32_t http_status;
    int32_t cause;              /* as in struct job_error */
    int32_t result;
};

struct job_take_transferred_file_params
{
    struct dosvc_id id;
    uint32_t file_index;        /* out */
    int32_t result;
};

struct file_get_info_params
{
    struct dosvc_id id;
    uint64_t bytes_total;       /* out */
    uint64_t bytes_transferred; /* out */
    uint32_t file_index;
    uint32_t range_count;       /* from here on: out */
    uint32_t transferred;
    uint32_t completed;
    uint32_t http_status;
    int32_t result;
};

struct file_get_ranges_params
{
    struct dosvc_id id;
    uint64_t ranges;            /* struct dosvc_range *, out */
    uint32_t file_index;
    uint32_t count;             /* in: room; out: how many there are */
    int32_t result;
    uint32_t reserved;
};

struct file_set_url_params
{
    struct dosvc_id id;
    uint64_t url;               /* const char * */
    uint32_t file_index;
    int32_t result;
};

struct file_set_path_params
{
    struct dosvc_id id;
    uint64_t local_name;        /* const char *: as the client wrote it */
    uint64_t path;              /* const char *: the same as a Unix path */
    uint32_t file_index;
    int32_t result;
};

/* file_get_number, file_set_number */
struct file_number_params
{
    struct dosvc_id id;
    uint64_t value;             /* out, or in */
    uint32_t file_index;
    uint32_t which;             /* FILE_NUMBER_* */
    int32_t result;
    uint32_t reserved;
};

struct file_set_text_params
{
    struct dosvc_id id;
    uint64_t text;              /* const char * */
    uint32_t file_index;
    uint32_t which;             /* FILE_TEXT_* */
    int32_t result;
    uint32_t reserved;
};

struct file_get_stats_params
{
    struct dosvc_id id;
    uint64_t size;              /* from here on: out; or ENGINE_SIZE_UNKNOWN */
    uint64_t bytes_transferred;
    uint64_t bytes_from_http;
    uint64_t bytes_from_cache;
    uint32_t http_connections;
    uint32_t cache_connections;
    uint32_t duration;          /* ms */
    uint32_t background;
    uint32_t status;            /* FILE_STATUS_* */
    uint32_t file_index;        /* in */
    int32_t result;
    uint32_t reserved;
};

struct file_set_stream_params  /* also of unix_file_clear_stream */
{
    struct dosvc_id id;
    uint32_t file_index;
    int32_t result;
};

struct file_set_valid_params
{
    struct dosvc_id id;
    uint32_t file_index;
    uint32_t valid;
    int32_t result;
    uint32_t reserved;
};

struct stream_read_params
{
    struct dosvc_id id;
    uint64_t buffer;            /* void *, out */
    uint32_t size;              /* bytes of the buffer */
    uint32_t read;              /* out: bytes that were copied */
    uint32_t file_index;
    int32_t result;
};

struct stream_taken_params
{
    struct dosvc_id id;
    uint32_t file_index;
    uint32_t count;             /* bytes that the client has taken */
    int32_t client_result;      /* a failure: it has taken none */
    int32_t result;
};

struct download_start_params
{
    struct dosvc_id id;
    uint64_t ranges;            /* const struct dosvc_range * */
    uint32_t count;
    int32_t result;
};

struct job_set_certificate_params
{
    struct dosvc_id id;
    uint64_t certificate;       /* const void *: DER */
    uint64_t key;               /* const void *: PRIVATEKEYBLOB */
    uint32_t certificate_size;
    uint32_t key_size;          /* 0: no key */
    int32_t result;
    uint32_t reserved;
};

/* Whoever includes this, and whatever compiles it, sees the same sizes. */
_Static_assert(sizeof(struct dosvc_id) == 16, "layout");
_Static_assert(sizeof(struct dosvc_policy) == 24, "layout");
_Static_assert(sizeof(struct engine_start_params) == 40, "layout");
_Static_assert(sizeof(struct engine_stop_params) == 8, "layout");
_Static_assert(sizeof(struct wait_event_params) == 24, "layout");
_Static_assert(sizeof(struct set_system_proxy_params) == 24, "layout");
_Static_assert(sizeof(struct set_auto_proxy_params) == 8, "layout");
_Static_assert(sizeof(struct proxy_question_params) == 32, "layout");
_Static_assert(sizeof(struct set_roots_params) == 16, "layout");
_Static_assert(sizeof(struct set_network_params) == 8, "layout");
_Static_assert(sizeof(struct set_policies_params) == 16, "layout");
_Static_assert(sizeof(struct get_policy_params) == 40, "layout");
_Static_assert(sizeof(struct get_statistics_params) == 56, "layout");
_Static_assert(sizeof(struct job_create_params) == 40, "layout");
_Static_assert(sizeof(struct job_open_params) == 24, "layout");
_Static_assert(sizeof(struct job_list_params) == 32, "layout");
_Static_assert(sizeof(struct job_act_params) == 24, "layout");
_Static_assert(sizeof(struct job_get_info_params) == 96, "layout");
_Static_assert(sizeof(struct get_text_params) == 40, "layout");
_Static_assert(sizeof(struct job_set_text_params) == 32, "layout");
_Static_assert(sizeof(struct job_number_params) == 32, "layout");
_Static_assert(sizeof(struct job_set_proxy_params) == 40, "layout");
_Static_assert(sizeof(struct job_credentials_params) == 48, "layout");
_Static_assert(sizeof(struct job_replace_prefix_params) == 40, "layout");
_Static_assert(sizeof(struct dosvc_range) == 16, "layout");
_Static_assert(sizeof(struct dosvc_file) == 56, "layout");
_Static_assert(sizeof(struct job_add_files_params) == 40, "layout");
_Static_assert(sizeof(struct job_get_error_params) == 40, "layout");
_Static_assert(sizeof(struct job_take_transferred_file_params) == 24, "layout");
_Static_assert(sizeof(struct file_get_info_params) == 56, "layout");
_Static_assert(sizeof(struct file_get_ranges_params) == 40, "layout");
_Static_assert(sizeof(struct file_set_url_params) == 32, "layout");
_Static_assert(sizeof(struct file_set_path_params) == 40, "layout");
_Static_assert(sizeof(struct file_number_params) == 40, "layout");
_Static_assert(sizeof(struct file_set_text_params) == 40, "layout");
_Static_assert(sizeof(struct file_get_stats_params) == 80, "layout");
_Static_assert(sizeof(struct file_set_stream_params) == 24, "layout");
_Static_assert(sizeof(struct file_set_valid_params) == 32, "layout");
_Static_assert(sizeof(struct stream_read_params) == 40, "layout");
_Static_assert(sizeof(struct stream_taken_params) == 32, "layout");
_Static_assert(sizeof(struct download_start_params) == 32, "layout");
_Static_assert(sizeof(struct job_set_certificate_params) == 48, "layout");

#endif /* DOSVC_UNIXLIB_H */
