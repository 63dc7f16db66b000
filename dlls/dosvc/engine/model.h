/*
 * The numbers of the job model: states, actions and the names of what can be asked of a job.
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

#ifndef DOSVC_MODEL_H
#define DOSVC_MODEL_H

#include <stdint.h>

#include "policy_list.h"

/* Shared by the engine and, through unixlib.h, by the PE side; nothing but numbers. */

#define ENGINE_SIZE_UNKNOWN UINT64_MAX  /* a size that no server has told yet; as a range's length: to the end */
#define ENGINE_NO_FILE UINT32_MAX       /* no file of the job is meant */
#define ENGINE_MAX_URL 2200             /* characters, as the documentation of the job API has it */
#define ENGINE_MAX_RANGES 500           /* ranges of one file: MaxRangesPerFile's default of BITS */

/* What a job is doing. Only job_transition() in transition.c changes it. The numbers are stored: never renumber. */
enum job_state
{
    JOB_CREATED = 0,        /* never started */
    JOB_SUSPENDED = 1,
    JOB_QUEUED = 2,         /* to be transferred as soon as there is room */
    JOB_TRANSFERRING = 3,   /* data flow */
    JOB_TRANSIENT_ERROR = 4,/* an attempt failed, a retry is due */
    JOB_BLOCKED = 5,        /* no network, or a policy forbids it; goes on by itself */
    JOB_ERROR = 6,          /* failed for good, until resumed */
    JOB_TRANSFERRED = 7,    /* every byte of every file is here */
    JOB_ACKNOWLEDGED = 8,   /* completed: the files stand at their destinations; final */
    JOB_CANCELLED = 9,      /* final */
    JOB_STATE_COUNT
};

/* What a client asks of a job. */
enum job_action
{
    JOB_ACTION_RESUME = 0,
    JOB_ACTION_SUSPEND = 1,
    JOB_ACTION_COMPLETE = 2,
    JOB_ACTION_CANCEL = 3,
    JOB_ACTION_COUNT
};

/* Which face of the service a job belongs to. */
enum job_kind
{
    JOB_KIND_JOB = 0,                   /* IBackgroundCopyJob */
    JOB_KIND_DOWNLOAD = 1               /* IDODownload */
};

enum job_priority
{
    JOB_PRIORITY_FOREGROUND = 0,
    JOB_PRIORITY_HIGH = 1,
    JOB_PRIORITY_NORMAL = 2,
    JOB_PRIORITY_LOW = 3,
    JOB_PRIORITY_COUNT
};

/* BG_NOTIFY_*: which callbacks the owner of a job wants. */
#define JOB_NOTIFY_TRANSFERRED 0x01
#define JOB_NOTIFY_ERROR 0x02
#define JOB_NOTIFY_DISABLE 0x04
#define JOB_NOTIFY_MODIFICATION 0x08
#define JOB_NOTIFY_FILE_TRANSFERRED 0x10

/* Numbers of a job that a client may set; limits are the caller's to check. A get gives what is in force. */
enum job_number
{
    JOB_NUMBER_PRIORITY = 0,            /* enum job_priority */
    JOB_NUMBER_NOTIFY_FLAGS = 1,        /* JOB_NOTIFY_* */
    JOB_NUMBER_MINIMUM_RETRY_DELAY = 2, /* seconds; until it is set the engine's own back-off rules */
    JOB_NUMBER_NO_PROGRESS_TIMEOUT = 3, /* seconds */
    JOB_NUMBER_KIND,                    /* enum job_kind; read-only */
    JOB_NUMBER_NON_VOLATILE,            /* 1: kept across restarts, as jobs are at first; 0: gone with the engine */
    JOB_NUMBER_SECURITY_FLAGS,          /* SECURITY_* */
    JOB_NUMBER_HAS_CUSTOM_HEADERS,      /* 1: JOB_TEXT_CUSTOM_HEADERS was set; read-only */
    JOB_NUMBER_MAXIMUM_DOWNLOAD_TIME,   /* seconds in JOB_TRANSFERRING, 0: no limit */
    JOB_NUMBER_TRANSFER_TIME,           /* ms spent in JOB_TRANSFERRING since the last resume; read-only */
    JOB_NUMBER_COST_FLAGS,              /* BITS_JOB_TRANSFER_POLICY; until it is set, what the priority has */
    JOB_NUMBER_FILE_ACL_FLAGS,          /* BG_COPY_FILE_*; nothing but kept, as BITS does for HTTP */
    JOB_NUMBER_CALLBACK_SECONDS,        /* between two reports of progress of a download; 0: not by time */
    JOB_NUMBER_CALLBACK_PERCENT,        /* of a download that make a report; 0: not by bytes */
    JOB_NUMBER_BLOCKING,                /* 1: whoever starts the download waits for its end */
    JOB_NUMBER_COST_POLICY,             /* of a download: DODownloadCostPolicy, or COST_POLICY_UNSET */
    JOB_NUMBER_DISALLOW_CELLULAR,       /* 1: not over a mobile network */
    JOB_NUMBER_LAST_FAILURE,            /* HRESULT of the last failed attempt since the last resume, or 0; read-only */
    JOB_NUMBER_COUNT
};

/*
 * How a job deals with TLS and redirects; the bits of BG_SSL_* and BG_HTTP_REDIRECT_POLICY_*. Each of those that ignore
 * something ignores just that: everything else about the certificate must be right.
 */
#define SECURITY_CHECK_REVOCATION 0x0001
#define SECURITY_IGNORE_WRONG_NAME 0x0002
#define SECURITY_IGNORE_WRONG_DATE 0x0004
#define SECURITY_IGNORE_UNKNOWN_CA 0x0008
#define SECURITY_IGNORE_WRONG_USAGE 0x0010
#define SECURITY_REDIRECT_REPORT 0x0100 /* FILE_TEXT_REMOTE_NAME becomes the target */
#define SECURITY_REDIRECT_DISALLOW 0x0200 /* a redirect is an error; FILE_TEXT_REMOTE_NAME becomes the target */
#define SECURITY_REDIRECT_MASK 0x0700
#define SECURITY_ALLOW_HTTPS_TO_HTTP 0x0800
#define SECURITY_ALL 0x0b1f             /* every bit there is */
#define COST_POLICY_NO_CELLULAR 5u
#define COST_POLICY_UNSET 0xffffffffu   /* what the priority has */

/* Who may ask for a name and a password, and how they are given. */
enum credential_target
{
    CREDENTIAL_SERVER = 0,
    CREDENTIAL_PROXY = 1,
    CREDENTIAL_TARGET_COUNT
};

enum credential_scheme
{
    CREDENTIAL_BASIC = 0,
    CREDENTIAL_DIGEST = 1,
    CREDENTIAL_NTLM = 2,
    CREDENTIAL_NEGOTIATE = 3,           /* in effect NTLM: nobody here has a ticket of the client's user */
    CREDENTIAL_SCHEME_COUNT
};

/* Strings of a job. */
enum job_text
{
    JOB_TEXT_DISPLAY_NAME = 0,
    JOB_TEXT_DESCRIPTION = 1,
    JOB_TEXT_OWNER = 2,                 /* SID in text form; read-only */
    JOB_TEXT_PROXY_LIST = 3,            /* read-only: engine_job_set_proxy() */
    JOB_TEXT_PROXY_BYPASS = 4,          /* read-only: engine_job_set_proxy() */
    JOB_TEXT_CUSTOM_HEADERS = 5,        /* request headers of the client, see custom_headers.h; not stored */
    JOB_TEXT_NOTIFY_PROGRAM,            /* to be run when nobody else hears of the end of the job */
    JOB_TEXT_NOTIFY_PARAMETERS,         /* its command line */
    JOB_TEXT_NOTIFY_CLASS,              /* the class of a callback, as a GUID in braces */
    JOB_TEXT_EXTENDED_ERROR,            /* JSON that tells of the error; read-only, and only while there is one */
    JOB_TEXT_CORRELATION_VECTOR,        /* what the MS-CV of every request begins with */
    JOB_TEXT_AUTH_HEADERS,              /* header lines for a server that answers with 401; secrets */
    JOB_TEXT_CLIENT_CERTIFICATE,        /* PEM; read-only: engine_job_set_certificate() */
    JOB_TEXT_CLIENT_KEY,                /* the same */
    JOB_TEXT_COUNT
};

/* Numbers of a file. */
enum file_number
{
    FILE_NUMBER_TOTAL_SIZE = 0,         /* bytes of the remote file as the client says; a get: as the server says */
    FILE_NUMBER_INTEGRITY_MANDATORY = 1,/* 1: without a check that succeeds there is no file */
    FILE_NUMBER_BYTES_FROM_HTTP = 2,    /* body bytes that servers sent; read-only */
    FILE_NUMBER_DURATION = 3,           /* ms during which the file was transferred; read-only */
    FILE_NUMBER_VALID = 4,              /* 1: its client says that the bytes are right; engine_file_set_valid() */
    FILE_NUMBER_BYTES_FROM_CACHE,       /* of FILE_NUMBER_BYTES_FROM_HTTP, those of cache hosts; read-only */
    FILE_NUMBER_PORTION_BASE,           /* bytes of former portions, in front of those that are counted; read-only */
    FILE_NUMBER_ENCRYPTED,              /* 1: FILE_TEXT_DECRYPTION_INFO was set; read-only */
    FILE_NUMBER_FINAL_SIZE,             /* bytes of the file in the end, if not of what was stored; read-only */
    FILE_NUMBER_COUNT
};

/* What a file is in its statistics: SwarmStatus of the documentation. */
enum file_status
{
    FILE_STATUS_DOWNLOADING = 0,
    FILE_STATUS_COMPLETE = 1,
    FILE_STATUS_PAUSED = 3              /* 2, kept for others, is for peers */
};

/* Strings of a file; read-only, but for the URL, engine_file_set_url(), and where a line says otherwise. */
enum file_text
{
    FILE_TEXT_REMOTE_NAME = 0,          /* URL */
    FILE_TEXT_LOCAL_NAME = 1,           /* the destination as the client named it (a Windows path) */
    FILE_TEXT_FILE_ID = 2,              /* content identifier of the client; may be empty, and may be set */
    FILE_TEXT_TEMPORARY_NAME = 3,       /* Unix path of the temporary file; empty for a file without destination */
    FILE_TEXT_INTEGRITY_INFO = 4,       /* JSON, may be set: see integrity_info.h */
    FILE_TEXT_DECRYPTION_INFO = 5,      /* JSON, may be set, and holds a secret: see decryption_info.h */
    FILE_TEXT_RESPONSE_HEADERS = 6,     /* of the last response: lines with CR LF, and an empty one */
    FILE_TEXT_SERVER_ADDRESS = 7,       /* of the server, or proxy, that gave it; numbers and dots, or colons */
    FILE_TEXT_REDIRECT_TARGET = 8,      /* the URL that redirects led to; empty without one */
    FILE_TEXT_COUNT
};

/* BG_JOB_PROXY_USAGE: where a proxy comes from. */
enum proxy_usage
{
    PROXY_PRECONFIG = 0,                /* Windows' Internet settings, or else the environment */
    PROXY_NONE = 1,
    PROXY_OVERRIDE = 2,                 /* the list given with it */
    PROXY_AUTODETECT = 3                /* as PROXY_PRECONFIG, but a script of the network is looked for in any case */
};

/* What somebody outside is asked about proxies, see engine_take_proxy_question(). */
enum proxy_question
{
    PROXY_QUESTION_DETECT = 0,          /* whether the network names a script */
    PROXY_QUESTION_NETWORK = 1,         /* what that script chooses for a server */
    PROXY_QUESTION_SCRIPT = 2,          /* what the script of the settings chooses */
    PROXY_QUESTION_COUNT
};

/* What Windows' Internet settings say of scripts that choose the proxy. */
#define AUTO_PROXY_SCRIPT 0x1           /* they name one */
#define AUTO_PROXY_DETECT 0x2           /* the network may name one, which comes before it */

/* By what engine_download_find() finds. */
enum download_property
{
    DOWNLOAD_ANY = 0,                   /* every download */
    DOWNLOAD_URI = 1,
    DOWNLOAD_CONTENT_ID = 2,
    DOWNLOAD_DISPLAY_NAME = 3,
    DOWNLOAD_LOCAL_PATH = 4
};

/* What engine_wait_event() reports. Kinds of one job that are still waiting are merged into one event. */
#define EVENT_JOB_TRANSFERRED 0x01
#define EVENT_JOB_ERROR 0x02
#define EVENT_JOB_MODIFIED 0x08
/* engine_job_take_transferred_file() tells which; only with JOB_NOTIFY_FILE_TRANSFERRED. */
#define EVENT_FILE_TRANSFERRED 0x10
#define EVENT_JOB_GONE 0x40             /* acknowledged or cancelled: the last event of the job */
#define EVENT_STREAM_DATA 0x100         /* bytes wait for the client's stream of at least one file */
#define EVENT_VALUE_CLASS 0x1           /* in the value of a job's event: it has a JOB_TEXT_NOTIFY_CLASS */
#define EVENT_VALUE_PROGRAM 0x2         /* and this: a JOB_TEXT_NOTIFY_PROGRAM */
#define EVENT_PROXY_WANTED 0x200        /* see engine_set_auto_proxy(); of no job, like the next one */
#define EVENT_UNFINISHED_JOBS 0x80      /* value: 1 when jobs exist that are not final, 0 when the last one went */

#endif /* DOSVC_MODEL_H */
