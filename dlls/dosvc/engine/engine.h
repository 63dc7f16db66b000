/*
 * The transfer engine: jobs made of files, downloaded in the background and kept across restarts.
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

#ifndef DOSVC_ENGINE_H
#define DOSVC_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model.h"

/*
 * Every function may be called from any thread. Results are HRESULTs: 0 or positive is success, see result.h for the
 * names. Strings are UTF-8, and copied. After engine_shutdown() every call fails with DO_E_NO_SERVICE. What is not said
 * again below: DO_E_JOB_NOT_FOUND when there is no such job, DO_E_INVALID_STATE for a change of one that is final,
 * E_OUTOFMEMORY, and for changes the error of a store that cannot be written to.
 */

struct engine;

/* A job's identifier: a GUID as it lies in memory on Windows. */
struct job_id
{
    uint8_t bytes[16];
};

/* A job as it is at the time of the call. */
struct job_info
{
    uint32_t state;                     /* enum job_state */
    uint32_t priority;                  /* enum job_priority */
    uint32_t notify_flags;              /* JOB_NOTIFY_* */
    uint32_t minimum_retry_delay;       /* seconds */
    uint32_t no_progress_timeout;       /* seconds */
    uint32_t error_count;               /* attempts that failed since the job was created */
    uint32_t proxy_usage;               /* enum proxy_usage */
    uint32_t files_total;
    uint32_t files_transferred;
    uint64_t bytes_total;               /* ENGINE_SIZE_UNKNOWN while the size of any file is unknown */
    uint64_t bytes_transferred;         /* of those */
    uint64_t creation_time;             /* FILETIME: 100 ns since 1601, UTC */
    uint64_t modification_time;
    uint64_t transfer_completion_time;  /* 0 until every file is transferred */
};

/* Why a job is in JOB_ERROR, JOB_TRANSIENT_ERROR or JOB_BLOCKED. */
struct job_error
{
    int32_t code;                       /* HRESULT */
    uint32_t context;                   /* BG_ERROR_CONTEXT: 0 none, 5 remote file */
    uint32_t file_index;                /* the file in transfer, or ENGINE_NO_FILE */
    uint32_t http_status;               /* of the last response, 0 if there was none */
    int32_t cause;                      /* HRESULT of what lies behind the code, or S_OK; stored for a time-out only */
};

/* Bytes of a remote file. */
struct file_range
{
    uint64_t offset;                    /* from the begin of the file */
    uint64_t length;                    /* ENGINE_SIZE_UNKNOWN: to the end of the file */
};

/* A file to be added; all of it remains the caller's. */
struct file_request
{
    const char *url;                    /* NULL: is set later, with engine_file_set_url() */
    const char *local_name;             /* as the client wrote it; NULL: a sink is set later */
    const char *path;                   /* the same as a Unix path; absolute, its directory exists */
    const char *file_id;                /* NULL for none */
    const struct file_range *ranges;    /* stored one after another; sorted by offset */
    uint32_t range_count;               /* 0: the whole file */
    uint64_t size;                      /* of the remote file as the client knows it, or ENGINE_SIZE_UNKNOWN */
};

/* A file as it is at the time of the call. */
struct file_info
{
    uint64_t bytes_total;               /* of what was asked for, or ENGINE_SIZE_UNKNOWN */
    uint64_t bytes_transferred;         /* of those */
    uint32_t range_count;               /* 0: the whole file */
    uint32_t transferred;               /* 1 when every byte is here */
    uint32_t completed;                 /* 1 when it stands at its destination */
    uint32_t http_status;               /* of the last response, 0 if there was none */
};

/* How a file was, and is, transferred. */
struct file_stats
{
    uint64_t size;                      /* of the remote file, or ENGINE_SIZE_UNKNOWN */
    uint64_t bytes_transferred;         /* of what was asked for */
    uint64_t bytes_from_http;           /* body bytes that servers sent, also those that had to be sent again */
    uint64_t bytes_from_cache;          /* of them, those of cache hosts */
    uint32_t http_connections;          /* to origins, that bring bytes at the moment */
    uint32_t cache_connections;         /* the same to cache hosts */
    uint32_t duration;                  /* ms during which the file was transferred */
    uint32_t background;                /* 1 unless the job's priority is foreground */
    uint32_t status;                    /* enum file_status */
};

/* What the engine has done since it was created, and what it is doing. */
struct engine_statistics
{
    uint64_t bytes_received;            /* body bytes, of all servers */
    uint64_t bytes_received_foreground; /* of them, for jobs of foreground priority */
    uint64_t bytes_received_cache;      /* of them, those of cache hosts */
    uint32_t connections;               /* transfers under way */
    uint32_t cache_connections;         /* of them, those that bring bytes of cache hosts */
    uint32_t files;                     /* of jobs that are not final */
    uint32_t foreground_jobs;           /* that transfer or retry */
    uint32_t foreground_waiting;        /* that wait for their turn */
    uint32_t background_jobs;
    uint32_t background_waiting;
};

/* What has happened, of one job or of none. */
struct engine_event
{
    struct job_id job;                  /* zero for EVENT_UNFINISHED_JOBS and EVENT_PROXY_WANTED */
    uint32_t kinds;                     /* EVENT_* */
    uint32_t value;                     /* of a job EVENT_VALUE_*, else see the kind */
};

/* A value of a policy as somebody has set it; engine_set_policies() decides what is in force. */
struct engine_policy
{
    uint32_t id;                        /* enum policy_id */
    uint32_t provider;                  /* enum policy_provider */
    uint64_t number;
    const char *text;                   /* NULL for a number */
};

/* What is in force of a policy. */
struct engine_policy_info
{
    uint32_t provider;                  /* POLICY_PROVIDER_DEFAULT: nobody has set it */
    uint32_t has_text;                  /* 0: there is no text, which is something else than an empty one */
    uint64_t number;
};

enum engine_log_level
{
    ENGINE_LOG_ERROR = 1,
    ENGINE_LOG_WARNING = 2,
    ENGINE_LOG_TRACE = 3
};

/* Called on any thread of the engine; must neither block nor call the engine. */
typedef void (*engine_log_callback)(void *context, enum engine_log_level level, const char *message);

struct engine_config
{
    const char *state_dir;              /* created if missing; one engine at a time may use it */
    const char *ca_file;                /* PEM file of trusted roots; NULL: $SSL_CERT_FILE, or else the host's store */
    const void *roots;                  /* see engine_set_roots(); only needed by engine_create() */
    uint32_t roots_size;
    unsigned int transfer_threads;      /* 0: one per core, at most ENGINE_MAX_TRANSFER_THREADS */
    uint32_t network_cost;              /* see engine_set_network() */
    bool watch_host_network;            /* engine_set_host_network() is called by itself when that changes */
    const struct engine_policy *policies; /* see engine_set_policies(); only needed by engine_create() */
    uint32_t policy_count;
    unsigned int retry_delay_ms;        /* first pause of the back-off; 0: ENGINE_RETRY_DELAY_MS */
    const char *system_root;            /* in front of /run, /sys and /var, with the host's network; NULL: nothing */
    unsigned int connect_timeout_ms;    /* 0: ENGINE_CONNECT_TIMEOUT_MS */
    unsigned int slow_bytes;            /* a connection with fewer a second ... (0: ENGINE_SLOW_BYTES) */
    unsigned int slow_seconds;          /* ... for so long is given up; 0: ENGINE_SLOW_SECONDS */
    const char *resolve;                /* HOST:PORT:ADDRESS[,ADDRESS]..., instead of the name service; NULL: none */
    uint64_t job_lifetime_ms;           /* after which a job is cancelled; 0: ENGINE_JOB_LIFETIME_MS */
    engine_log_callback log;            /* NULL: no log */
    void *log_context;
};

#define ENGINE_MAX_TRANSFER_THREADS 4
#define ENGINE_JOB_LIFETIME_MS (30ull * 24 * 3600 * 1000)
#define ENGINE_CONNECT_TIMEOUT_MS 15000
#define ENGINE_SLOW_BYTES 4000
#define ENGINE_SLOW_SECONDS 20
#define ENGINE_RETRY_DELAY_MS 2000      /* then doubled for each failure in a row */
#define ENGINE_RETRY_DELAY_MAX_MS 30000

/*
 * Opens the store, loads its jobs and starts the threads; jobs that were under way go on. Of the configuration
 * only system_root and log_context are needed after the call, as long as the engine exists; it is freed with
 * engine_free(). 0x8007051A: the store is of a later version; E_FAIL: libcurl cannot be used; other errors are those
 * of the store, and of starting threads.
 */
int32_t engine_create(const struct engine_config *config, struct engine **engine);

/* Stops every transfer, saves all state, and releases those who wait in engine_wait_event(). Idempotent. */
void engine_shutdown(struct engine *engine);

/* Shuts down if need be, waits until the last caller left, and frees everything. */
void engine_free(struct engine *engine);

/* Blocks until there is an event. DO_E_NO_SERVICE after shutdown. For one thread. */
int32_t engine_wait_event(struct engine *engine, struct engine_event *event);

/*
 * Which scripts choose the proxy (AUTO_PROXY_*), for PROXY_PRECONFIG and PROXY_AUTODETECT, before the one of the
 * settings. What is known of their choices is forgotten. EVENT_PROXY_WANTED tells of questions.
 */
int32_t engine_set_auto_proxy(struct engine *engine, uint32_t means);
/* The next one; of a script: with a URL that has no path, else an empty one. S_FALSE: there is none. */
int32_t engine_take_proxy_question(struct engine *engine, enum proxy_question *kind, char *url, size_t room);
/*
 * list: as in Windows' Internet settings, empty: no proxy, NULL: the script does not say. To PROXY_QUESTION_DETECT,
 * NULL: there is no script. S_FALSE: nobody asked.
 */
int32_t engine_answer_proxy_question(struct engine *engine, enum proxy_question kind, const char *url,
                                     const char *list);

/* The proxy of Windows' Internet settings, for PROXY_PRECONFIG. list NULL or empty: look at the environment. */
int32_t engine_set_system_proxy(struct engine *engine, const char *list, const char *bypass);

/*
 * Certificates that are trusted besides those of the host: DER, one after another; what is none is left out. They
 * take the place of those that were set before. Connections that are there stay.
 */
int32_t engine_set_roots(struct engine *engine, const void *roots, uint32_t size);

/* Counts from the creation of the engine on, and what is under way now. */
int32_t engine_get_statistics(struct engine *engine, struct engine_statistics *statistics);

/*
 * What the use of the network costs (NLM_CONNECTION_COST, 0: not known). At once jobs whose cost flags do not allow
 * that become JOB_BLOCKED, with DO_E_BLOCKED_BY_COST_TRANSFER_POLICY, and those that were blocked before go on.
 */
int32_t engine_set_network(struct engine *engine, uint32_t cost);

#define ENGINE_NETWORK_CELLULAR 0x1     /* the default routes lead over a mobile network */
#define ENGINE_NETWORK_NONE 0x2         /* there is only the loopback interface, for certain */

/*
 * What the network of the host is like. At once jobs that cannot or must not use it become JOB_BLOCKED, with
 * DO_E_BLOCKED_BY_NO_NETWORK (unless they want something from this very host) or DO_E_BLOCKED_BY_CELLULAR_POLICY, and
 * those that were blocked before go on. When there is a network again, retries after failures to connect are made
 * within seconds.
 */
int32_t engine_set_host_network(struct engine *engine, uint32_t flags);

/*
 * Replaces all policies, at once also for what is under way. Each policy may have several values: that of the first
 * provider counts, see enum policy_provider. S_FALSE: some were ignored, of the wrong kind or out of range.
 */
int32_t engine_set_policies(struct engine *engine, const struct engine_policy *policies, uint32_t count);
/* What is in force; the text, or an empty one, as engine_job_get_text() gives it. E_INVALIDARG: no such policy. */
int32_t engine_get_policy(struct engine *engine, enum policy_id id, struct engine_policy_info *info, char *buffer,
                          uint32_t *size);

/*
 * Creates an empty job in JOB_CREATED. It is opened for the caller, see engine_job_open(). A download is volatile,
 * until JOB_NUMBER_NON_VOLATILE is set: only the names of its temporary files are saved, so that they can be
 * removed. The owner is a text that is kept for clients.
 */
int32_t engine_job_create(struct engine *engine, enum job_kind kind, const char *display_name, const char *owner,
                          struct job_id *id);

/*
 * Keeps a job's data readable, also after it became final, until engine_job_close() was called as often.
 * DO_E_JOB_NOT_FOUND: no such job, or it is final and nobody has it open.
 */
int32_t engine_job_open(struct engine *engine, const struct job_id *id);
void engine_job_close(struct engine *engine, const struct job_id *id);

/*
 * The identifiers of all jobs of a kind that are not final, oldest first. *count is how many there are; only the first
 * `capacity` of them are written.
 */
int32_t engine_job_list(struct engine *engine, enum job_kind kind, struct job_id *ids, uint32_t capacity,
                        uint32_t *count);

/*
 * Resume, suspend, complete, cancel. DO_E_INVALID_STATE when the job is final, DO_E_JOB_EMPTY when there is nothing to
 * resume, DO_E_DOWNLOAD_NO_URI or DO_E_LOCALPATH_NOT_SET (for a download: DO_E_FILE_DOWNLOADSINK_UNSPECIFIED) when a
 * file cannot be fetched. Complete returns after the renames; when one fails the job stays as it is and the error is
 * returned.
 */
int32_t engine_job_act(struct engine *engine, const struct job_id *id, enum job_action action);

/* Sums up the files of the job; engine_job_get_number() costs less. */
int32_t engine_job_get_info(struct engine *engine, const struct job_id *id, struct job_info *info);

/*
 * Copies a string with its terminating zero; one that was never set is empty. *size is the room of the buffer in bytes,
 * and becomes what the string needs; 0x8007007A (ERROR_INSUFFICIENT_BUFFER) when that is more. E_INVALIDARG: there is
 * no such string.
 */
int32_t engine_job_get_text(struct engine *engine, const struct job_id *id, enum job_text which, char *buffer,
                            uint32_t *size);
/*
 * JOB_TEXT_CUSTOM_HEADERS may hold secrets: they go to scheme, host and port of a file's URL only, not to where that
 * redirects, and are not stored. A job that has lost them with an engine fails with E_NOT_SET until they are set again.
 * E_INVALIDARG: the text is not what it should be, or may only be read.
 */
int32_t engine_job_set_text(struct engine *engine, const struct job_id *id, enum job_text which, const char *text);
/* What a number means, and its unit, is said in model.h, also which may only be read: E_INVALIDARG from the second. */
int32_t engine_job_get_number(struct engine *engine, const struct job_id *id, enum job_number which,
                              uint64_t *value);
int32_t engine_job_set_number(struct engine *engine, const struct job_id *id, enum job_number which, uint64_t value);
/*
 * A name and a password for servers, or proxies, that ask for one. They are sent in answer to a challenge only; a
 * server gets them only if it is scheme, host and port of the file's URL. They are not stored: a job that has lost
 * them with an engine is refused by the server, 80190191 or 80190197. Removing gives S_FALSE when there are none.
 */
int32_t engine_job_set_credentials(struct engine *engine, const struct job_id *id, enum credential_target target,
                                   enum credential_scheme scheme, const char *user, const char *password);
int32_t engine_job_remove_credentials(struct engine *engine, const struct job_id *id, enum credential_target target,
                                      enum credential_scheme scheme);
/*
 * The lists are as in Windows' Internet settings, and count for PROXY_OVERRIDE. E_INVALIDARG for a list with names and
 * passwords, which would be stored in clear.
 */
int32_t engine_job_set_proxy(struct engine *engine, const struct job_id *id, enum proxy_usage usage, const char *list,
                             const char *bypass);

/*
 * Adds all the files, or none. A job in JOB_TRANSFERRED, and one under way, goes on with them.
 * INET_E_INVALID_URL, E_INVALIDARG (URL too long, too many ranges, the destination of another file of the job),
 * DO_E_INVALID_RANGE, DO_E_OVERLAPPING_RANGES, DO_E_INVALID_STATE.
 */
int32_t engine_job_add_files(struct engine *engine, const struct job_id *id, const struct file_request *files,
                             uint32_t count);

/*
 * The next file that was transferred while JOB_NOTIFY_FILE_TRANSFERRED was set, in the order in which that
 * happened, and each one once. S_FALSE: none is left.
 */
int32_t engine_job_take_transferred_file(struct engine *engine, const struct job_id *id, uint32_t *index);

/* Adds one file; *index becomes the number that it has. */
int32_t engine_job_add_file(struct engine *engine, const struct job_id *id, const struct file_request *file,
                            uint32_t *index);

/* DO_E_ERROR_INFORMATION_UNAVAILABLE unless the job is in JOB_ERROR, JOB_TRANSIENT_ERROR or JOB_BLOCKED. */
int32_t engine_job_get_error(struct engine *engine, const struct job_id *id, struct job_error *error);

/* From here on, files are counted from 0 in the order in which they were added. E_INVALIDARG: there is none there. */
int32_t engine_file_get_info(struct engine *engine, const struct job_id *id, uint32_t index, struct file_info *info);
/* As engine_job_get_text(). */
int32_t engine_file_get_text(struct engine *engine, const struct job_id *id, uint32_t index, enum file_text which,
                             char *buffer, uint32_t *size);
/* *count is the room of the array in ranges, and becomes the number of ranges the file has; 0 for a whole file. */
int32_t engine_file_get_ranges(struct engine *engine, const struct job_id *id, uint32_t index,
                               struct file_range *ranges, uint32_t *count);
/* How much of the file came, from where, and in which time. */
int32_t engine_file_get_stats(struct engine *engine, const struct job_id *id, uint32_t index, struct file_stats *stats);

/* What a number means is said in model.h. E_INVALIDARG: there is no such number. */
int32_t engine_file_get_number(struct engine *engine, const struct job_id *id, uint32_t index, enum file_number which,
                               uint64_t *value);
/*
 * This and the next one set properties of a file whose transfer has not begun: later they give DO_E_INVALID_STATE. The
 * file of a job under way may be begun as soon as it has a sink. E_INVALIDARG: the number may only be read.
 */
int32_t engine_file_set_number(struct engine *engine, const struct job_id *id, uint32_t index, enum file_number which,
                               uint64_t value);
/*
 * FILE_TEXT_FILE_ID, FILE_TEXT_INTEGRITY_INFO or FILE_TEXT_DECRYPTION_INFO; E_INVALIDARG if the JSON text is not as it
 * should be.
 */
int32_t engine_file_set_text(struct engine *engine, const struct job_id *id, uint32_t index, enum file_text which,
                             const char *text);
/*
 * The client's verdict on a file that is transferred, else DO_E_INVALID_STATE. When the bytes are wrong they are
 * fetched again; not those of a stream, which the client has.
 */
int32_t engine_file_set_valid(struct engine *engine, const struct job_id *id, uint32_t index, bool valid);
/* The destination; see struct file_request. It may be changed. DO_E_FILE_DOWNLOADSINK_ALREADY_SET: it is a stream. */
int32_t engine_file_set_path(struct engine *engine, const struct job_id *id, uint32_t index, const char *local_name,
                             const char *path);

/*
 * The bytes go to the client, in order, through engine_stream_read(). DO_E_FILE_DOWNLOADSINK_ALREADY_SET: the file
 * has a destination. A stream does not outlive the engine.
 */
int32_t engine_file_set_stream(struct engine *engine, const struct job_id *id, uint32_t index);
/* The file has no stream, and may get another sink. DO_E_INVALID_STATE once its job was started. */
int32_t engine_file_clear_stream(struct engine *engine, const struct job_id *id, uint32_t index);
/*
 * Copies the next bytes for the client, and leaves them there; for one thread at a time. *read is 0 when there are
 * none, or while the job is not under way: EVENT_STREAM_DATA tells when to try again.
 */
int32_t engine_stream_read(struct engine *engine, const struct job_id *id, uint32_t index, void *buffer, uint32_t size,
                           uint32_t *read);
/* The client has taken so many bytes; or, with a failure, none, and its job ends with this error. */
int32_t engine_stream_taken(struct engine *engine, const struct job_id *id, uint32_t index, uint32_t count,
                            int32_t result);

/*
 * The bytes that are here are kept if the new URL has the same size and time stamp. E_INVALIDARG, INET_E_INVALID_URL:
 * it is no URL that can be fetched.
 */
int32_t engine_file_set_url(struct engine *engine, const struct job_id *id, uint32_t index, const char *url);

/*
 * Replaces the beginning of the URLs of all files that begin with `old_prefix`, in which case matters, as
 * engine_file_set_url() would. S_FALSE: there is none. E_INVALIDARG, INET_E_INVALID_URL: one of the new URLs would be
 * none; then no URL is changed.
 */
int32_t engine_job_replace_prefix(struct engine *engine, const struct job_id *id, const char *old_prefix,
                                  const char *new_prefix);

/*
 * Downloads: jobs of JOB_KIND_DOWNLOAD with one file.
 *
 * Starts one, goes on with it, or, once it is transferred and if ranges are given, fetches these too and stores them
 * behind what is here; bytes are then counted anew. Ranges matter only for the first start and for such a portion. The
 * first start cancels another download with the same destination. DO_E_INVALID_STATE, DO_E_DOWNLOAD_NO_URI,
 * DO_E_FILE_DOWNLOADSINK_UNSPECIFIED, DO_E_INVALID_RANGE, DO_E_OVERLAPPING_RANGES, E_INVALIDARG (too many ranges).
 */
int32_t engine_download_start(struct engine *engine, const struct job_id *id, const struct file_range *ranges,
                              uint32_t count);
/* As engine_job_list(), for the downloads whose property has the value. */
int32_t engine_download_find(struct engine *engine, enum download_property property, const char *value,
                             struct job_id *ids, uint32_t capacity, uint32_t *count);

/*
 * The certificate for servers that want one: DER, and its key as a PRIVATEKEYBLOB of Windows, or none. Both are kept in
 * memory only, and shown to the origin of the file's URL only. CRYPT_E_FILE_ERROR: they are no such things.
 */
int32_t engine_job_set_certificate(struct engine *engine, const struct job_id *id, const void *certificate,
                                   uint32_t certificate_size, const void *key, uint32_t key_size);

/* Blocks while the job is queued, being transferred or going to retry. DO_E_NO_SERVICE: the engine is stopped. */
int32_t engine_job_wait(struct engine *engine, const struct job_id *id);

#endif /* DOSVC_ENGINE_H */
