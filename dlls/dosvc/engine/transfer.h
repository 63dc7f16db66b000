/*
 * One HTTP request for a run of bytes of a file, and the threads that carry them out.
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


#ifndef DOSVC_TRANSFER_H
#define DOSVC_TRANSFER_H

#include <curl/curl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "engine.h"
#include "errors.h"
#include "fetch.h"
#include "http_options.h"
#include "rate_limit.h"
#include "work.h"

struct engine;
struct fetch;
struct file;
struct stream;
struct transfer_pool;
struct transfer_thread;

#define TRANSFER_HEADER_MAX 256             /* bytes kept of a validator */
#define TRANSFER_LOCATION_MAX (ENGINE_MAX_URL * 3 + 1) /* of UTF-8, for a URL of the longest kind */
#define TRANSFER_HEADERS_MAX 16384          /* bytes kept of the headers of a response */
#define TRANSFER_ADDRESS_MAX 64             /* an IPv6 address with its scope */
#define TRANSFER_DRAIN_MAX (64 * 1024)      /* bytes of an error page that are read to keep the connection */
#define TRANSFER_MAX_REDIRECTS 10
#define TRANSFER_SYNC_MS 2000               /* what was written is synced so long after the last time at most */
#define TRANSFER_TRICKLE_MS 1000            /* a transfer in the background that yields: one buffer in so many ms */
#define TRANSFER_RETRY_AFTER_MAX 3600       /* seconds of a server's wish that are heeded */

/* Of the final response, collected while its headers come. */
struct response
{
    long status;
    uint64_t content_length;                /* ENGINE_SIZE_UNKNOWN if not given */
    struct content_range_field
    {
        bool present;
        bool valid;
        uint64_t first, last, total;
    } range;
    char etag[TRANSFER_HEADER_MAX];         /* empty if not given, or too long to be kept */
    char last_modified[TRANSFER_HEADER_MAX];
    char location[TRANSFER_LOCATION_MAX];   /* empty if not given, or too long */
    uint32_t retry_after;
    enum fetch_parts parts;                 /* as Accept-Ranges has it */
    bool ended;                             /* the headers are over: what comes now are trailers */
};

/*
 * Made and freed under engine.lock; in between it belongs first to the work pool (the temporary file is opened), then
 * to one transfer thread, then to the work pool again.
 */
struct transfer
{
    struct work work;
    struct engine *engine;
    struct file *file;                      /* the transfer holds a reference to its job */
    struct fetch *fetch;                    /* of the file */
    struct transfer *prev, *next;           /* of the fetch, guarded by engine.lock */
    struct stream *stream;                  /* where the bytes go, or NULL: to the temporary file */
    struct transfer_thread *thread;         /* from transfer_create() on */
    struct transfer *thread_next;           /* of the thread: its queue, or its list */
    struct transfer **prev_next;

    /* What is asked for; never changes. */
    char *url;                              /* of the file, or what it becomes for a cache host */
    struct cache_host *cache;               /* or NULL: the origin is asked */
    char *proxy;                            /* as CURLOPT_PROXY takes it; NULL: libcurl looks at the environment */
    struct http_options options;
    bool ranged;                            /* the client asked for ranges: a plain 200 will not do */
    bool extra;                             /* not the first of its fetch: a server may refuse it */

    /* The part of the file; changes from one part to the next, on the transfer thread and under engine.lock. */
    uint64_t content_offset;                /* in the remote file */
    uint64_t length;                        /* bytes wanted, ENGINE_SIZE_UNKNOWN to the end */
    uint64_t storage_offset;                /* in the temporary file */
    bool partial;                           /* the rest of the file is here, or is to come otherwise */
    uint64_t part_since;                    /* clock_now_ms() */
    struct address_set avoid;               /* where it failed lately; emptied by the transfer thread */

    /* Of the transfer thread. */
    CURL *easy;
    char error_text[CURL_ERROR_SIZE];
    struct response response;
    struct outcome outcome;
    struct curl_slist *headers;             /* of the request under way */
    uint32_t number;                        /* of the request under way, in its correlation vector */
    bool number_unused;                     /* no request was sent with it */
    bool authorized;                        /* its origin has answered 401: it gets the headers for that */
    char *redirect_target;                  /* where redirects have led, NULL for nowhere */
    unsigned int redirects;
    unsigned long server_scheme;            /* CURLAUTH_* that the server's challenge is answered with; 0: none yet */
    unsigned long proxy_scheme;             /* the same for the proxy */
    char *header_text;                      /* of the last response, until response_publish(); or NULL */
    size_t header_length;
    char address[TRANSFER_ADDRESS_MAX];     /* of the server that answered last */
    bool avoided;                           /* an address was left out */
    bool body_started;
    bool paused;                            /* the stream is full */
    bool yielding;                          /* waits for transfers in the foreground */
    uint64_t trickle_at;                    /* clock_now_ms() from which it may have one more buffer meanwhile */
    bool held;                              /* waits until the rate of its class allows more */
    bool patient;                           /* libcurl does not look after slow connections */
    size_t ahead;                           /* bytes that were taken of what libcurl keeps */
    uint64_t held_at;                       /* clock_now_ms() of the last time it was held back */
    struct rate_grant grant;
    uint64_t skip;                          /* bytes at the begin of the body that are here already */
    bool accepted;                          /* the response is what was asked for, its body goes to the file */
    bool useful;                            /* a response was accepted, be it for a former part */
    bool refused;                           /* an extra one gets everything instead of its part */
    bool cut;                               /* the rest of the response is somebody else's part */
    uint64_t promised;                      /* bytes that the response will give */
    uint64_t drained;
    uint64_t sync_requested;                /* value of `written` when a sync was last asked for */
    uint64_t sync_requested_at;             /* clock_now_ms() */

    /* Of several threads. */
    bool opened;                            /* of the work pool */
    _Atomic uint64_t limit;                 /* bytes of the part; shrinks when others get some of it */
    _Atomic uint64_t written;               /* bytes of the part written so far */
    _Atomic uint64_t skipped;               /* bytes that came in vain */
    atomic_bool cancelled;
    atomic_bool background;                 /* the job is not in the foreground */

    /* Guarded by engine.lock. */
    uint64_t part_end;                      /* storage offset; what others have begun to ask for is not in it */
    uint64_t noted;                         /* bytes of `written` that are in fetch.received */
    uint64_t counted;                       /* bytes of `written` that are in the file's statistics */
    bool flowing;                           /* counted in job.flowing_count */
    bool restart;                           /* the content changed: what is here belongs to another version */
};

/*
 * The caller holds engine.lock. Joins the file's fetch; refers to the job. S_FALSE: there is nothing to do for it, even
 * if there was a moment ago, since those that are under way go on meanwhile.
 */
int32_t transfer_create(struct engine *engine, struct file *file, struct transfer **out);
void transfer_start(struct transfer *transfer);
void transfer_free(struct transfer *transfer);

/* Counts the transfer as one that brings bytes, or no more; the caller holds engine.lock. */
void transfer_set_flowing(struct transfer *transfer, bool flowing);

/* Asks the transfer to end soon; the caller holds engine.lock. */
void transfer_cancel(struct transfer *transfer);

/* Of the transfer under way, the bytes that the file's numbers have not yet. The caller holds engine.lock. */
uint64_t transfer_uncounted_bytes(const struct transfer *transfer);
/* Takes the bytes that are written into the file's numbers. */
void transfer_count_bytes(struct transfer *transfer);

/* For the transfer threads. */
int32_t transfer_setup(struct transfer *transfer, CURL *easy);
/* Whether another request has to follow, for which the handle must be set up anew; else *result is how it ended. */
bool transfer_follow(struct transfer *transfer, CURLcode *result);
/* Whether the request ended well and the transfer has another part now, for which the handle must be set up anew. */
bool transfer_continue(struct transfer *transfer, CURLcode result);
/* Reads off the handle what came of the request. */
void transfer_conclude(struct transfer *transfer, CURLcode result);
/* Gives the transfer to the work pool for good. */
void transfer_hand_back(struct transfer *transfer);
/* Whether a transfer in the background has to leave the network to others now. */
bool transfer_must_yield(const struct transfer *transfer, uint64_t now);
void transfer_sync_if_due(struct transfer *transfer, uint64_t now);

/* The body as it comes, or as the policies allow it to come. */
size_t transfer_body(char *data, size_t size, size_t count, void *context);

/* transfer_limit.c; for the transfer threads. Times are clock_now_ns() unless they say ms. */
size_t transfer_take_body(char *data, size_t size, size_t count, void *context);
void transfer_reset_limit(struct transfer *transfer);
/* Of a transfer that is held: whether it has to wait longer, and how long, in ms. */
bool transfer_must_wait(struct transfer *transfer, uint64_t now);
unsigned int transfer_wait_ms(const struct transfer *transfer, uint64_t now, unsigned int longest);
/* To be called now and then for every transfer that runs. */
void transfer_check_patience(struct transfer *transfer, uint64_t now_ms);
long transfer_buffer_size(const struct transfer *transfer);
/* How long the server took to answer, in ms: a round trip, and what the server needed. */
uint32_t transfer_answer_ms(const struct transfer *transfer);

/* transfer_request.c */
CURLcode transfer_set_options(struct transfer *transfer, CURL *easy);

/* transfer_pool.c. NULL: no memory, or no thread. */
struct transfer_pool *transfer_pool_create(struct engine *engine, unsigned int threads);
/* Ends all transfers, and the threads. */
void transfer_pool_stop(struct transfer_pool *pool);
void transfer_pool_free(struct transfer_pool *pool);
/* Counts a transfer of the wanted thread; NULL: of the one with the fewest transfers. */
struct transfer_thread *transfer_pool_choose(struct transfer_pool *pool, struct transfer_thread *wanted);
void transfer_thread_drop(struct transfer_thread *thread); /* a transfer that chose it is gone */
void transfer_thread_add(struct transfer_thread *thread, struct transfer *transfer);
void transfer_pool_check(struct transfer_pool *pool); /* engine.yield has changed */
void transfer_thread_check(struct transfer_thread *thread); /* some of its transfers may be cancelled */

/* follow.c */
const char *transfer_current_url(const struct transfer *transfer);
/* Whether the request goes to scheme, host and port of the file's URL: only there go its secrets. */
bool transfer_at_origin(const struct transfer *transfer);

/* response.c: what a response means for the transfer. Takes engine.lock when it is good. */
void response_header(struct transfer *transfer, const char *line, size_t length);
/* Called at the end of the headers; sets transfer->accepted, or outcome.protocol_error. */
void response_check(struct transfer *transfer);
/* After a response that is accepted: others may join, if the server can give parts. Takes engine.lock. */
void response_invite(struct transfer *transfer);
/* Gives the file the headers, the address and the redirects of the last response; the caller holds engine.lock. */
void response_publish(struct transfer *transfer);

#endif /* DOSVC_TRANSFER_H */
