/*
 * What the parts of the engine share: its data, who may touch them, and the calls between parts.
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

#ifndef DOSVC_ENGINE_PRIVATE_H
#define DOSVC_ENGINE_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <uthash.h>

#include "address.h"
#include "auto_proxy.h"
#include "correlation_vector.h"
#include "cost.h"
#include "credentials.h"
#include "engine.h"
#include "errors.h"
#include "extent.h"
#include "http_header.h"
#include "policy.h"
#include "range.h"
#include "rate_limit.h"
#include "result.h"
#include "settings.h"
#include "source.h"
#include "store.h"
#include "stream.h"
#include "temp_file.h"
#include "transition.h"
#include "trust.h"
#include "work.h"

/*
 * Lock order: engine.lock, then the mutex of a pool. Nobody holds engine.lock during network or disk I/O; the store's
 * thread writes rows under it, but commits outside.
 */

#define ENGINE_MAX_TRANSFERS 16         /* under way at once, of all jobs */
#define ENGINE_MAX_FOREGROUND 64        /* and besides, of jobs in the foreground */
#define JOB_MAX_TRANSFERS 64            /* under way at once, of one job: in the foreground, with many small files, */
#define JOB_FIRST_FOREGROUND 16         /* in the foreground at first, */
#define JOB_MAX_BACKGROUND 4            /* and elsewhere */
#define FILE_SMALL (1024 * 1024)        /* of so many bytes, more can be under way at once */
#define FILE_MAX_RESTARTS 3             /* a file that changes on the server more often is an error */
#define ENGINE_WORK_THREADS 3
#define ENGINE_YIELD_MS 2000            /* that others yield to a transfer in the foreground without an answer yet */
#define TIME_NEVER UINT64_MAX

struct fetch;
struct host;
struct integrity;
struct transfer;
struct transfer_pool;

/* What a client can learn of the last response to a request for a file; not stored. */
struct file_response
{
    char *headers;                      /* lines with CR LF, and an empty one */
    char *address;                      /* of the server */
    char *redirect_target;              /* or NULL */
};

/* One file of a job. All fields are guarded by engine.lock; what stands before `size` never changes but for the URL. */
struct file
{
    struct job *job;                    /* owner */
    uint32_t index;                     /* in job.files */
    char *url;                          /* or NULL */
    char *local_name;                   /* or NULL, as the next two are for a file without destination */
    uint32_t path_hash;                 /* of the path in lower case, 0 without one */
    char *path;                         /* Unix path of the destination */
    char *temp_path;                    /* Unix path of the temporary file, in the same directory */
    struct temp_file temp;              /* guards itself */
    char *file_id;                      /* or NULL */
    struct file_range *ranges;          /* NULL for the whole file */
    uint32_t range_count;
    struct stream *stream;              /* where the bytes go instead, or NULL; stays once the job was started */
    uint64_t numbers[FILE_NUMBER_COUNT];/* file_settings has their defaults */
    char *texts[FILE_TEXT_COUNT];       /* those that file_settings has, or that are set; NULL when empty */

    uint64_t size;                      /* of the remote file as the server has it, or ENGINE_SIZE_UNKNOWN */
    char *etag;                         /* validators of the first response, or NULL */
    char *last_modified;
    struct extent_list extents;         /* storage offsets on disk for certain; of a stream: received */
    bool transferred;                   /* every byte is on disk, or was taken by the client */
    bool completed;                     /* renamed to its destination */
    unsigned int restarts;              /* how often the content changed under way */
    unsigned int failures;              /* attempts that failed in a row */
    uint64_t retry_at;                  /* clock_now_ms() from which a new attempt may be made */
    bool waits_for_proxy;               /* until retry_at, see auto_proxy.c */
    struct address_set avoid;           /* where attempts failed since the last one that brought the file's end */
    uint32_t http_status;
    struct file_response *response;     /* or NULL */
    struct cache_choice source;         /* where the next request goes */
    struct cache_host *cached_by;       /* the last cache host that some of the bytes may be of, or NULL */
    unsigned int cache_flowing;         /* transfers that bring bytes of cache hosts */
    struct fetch *fetch;                /* its transfers under way, or NULL */
    uint32_t flowing_count;             /* of them, those whose server answered well */
    uint64_t flowing_since;             /* clock_now_ms(), while there are some */
    struct integrity *integrity;        /* how it is checked and decrypted; NULL: it was not started, or is not */
    struct file *hashes_of;             /* this one is not the job's, but the piece hash file of that one; or NULL */
    bool dirty;                         /* differs from its row in the store */
    struct file *dirty_next;            /* job.dirty_files */
    bool untold;                        /* in job.untold_head */
    uint64_t untold_version;            /* job.version by which it was transferred */
    struct file *untold_next;
};

/* All fields are guarded by engine.lock. The table, each transfer and each queue that it stands in hold a reference. */
struct job
{
    struct job_id id;
    UT_hash_handle hh;                  /* engine.jobs */
    unsigned int refs;
    unsigned int handles;               /* engine_job_open() less engine_job_close() */
    bool listed;                        /* in engine.jobs, whose reference it holds */

    uint64_t numbers[JOB_NUMBER_COUNT]; /* job_settings has their defaults: 0 and JOB_TIMEOUT_UNSET stand for unset */
    char *texts[JOB_TEXT_COUNT];        /* NULL when empty */
    struct credentials credentials;
    char correlation_base[CORRELATION_VECTOR_BASE + 1]; /* made for the first request, unless the client gave one */
    _Atomic uint32_t correlation_count; /* requests that carry it; not guarded */
    enum job_state state;
    uint32_t proxy_usage;
    uint32_t error_count;
    struct job_error error;             /* meaningful while job_state_has_error(state) */
    uint64_t creation_time;             /* FILETIME */
    uint64_t modification_time;
    uint64_t transfer_completion_time;
    bool completing;                    /* renames are under way, or were cut short by a crash */
    bool cleaned;                       /* final, and nothing of it is left on disk: its rows may go */

    struct file **files;
    uint32_t file_count;
    uint32_t first_pending;             /* every file before it is transferred */
    uint32_t transfer_count;            /* of its files, under way */
    uint32_t ring_count;                /* of its files, those whose stream has a ring */
    uint32_t flowing_count;             /* of those, the ones whose server answered well */
    uint64_t transferring_since;        /* clock_now_ms() of the change to JOB_TRANSFERRING */
    uint64_t progress_at;               /* clock_now_ms() of the last byte that was noticed */
    uint64_t progress_bytes;            /* bytes there were then */
    uint64_t measure_at;                /* clock_now_ms() of the next fetch_measure(), or earlier */
    uint32_t small_count;               /* files that were small, up to JOB_MAX_TRANSFERS */
    uint64_t told_at;                   /* clock_now_ms() when EVENT_JOB_MODIFIED was last told for progress */
    uint64_t told_bytes;                /* bytes there were when EVENT_JOB_MODIFIED was last told for progress */

    struct job *expired_next;           /* too old, and being cancelled for it */
    struct job *active_prev, *active_next; /* engine.active: jobs in an active state */
    bool active;
    struct job **ready;                 /* of engine.ready, the queue in which it stands, or NULL */
    struct job *ready_prev, *ready_next;
    bool touched;                       /* the scheduler has to look at it */
    struct job *touched_prev, *touched_next; /* engine.touched */
    uint64_t deadline;                  /* clock_now_ms() from which the scheduler has to look at it again */
    uint64_t retry_until;               /* no file waits for a retry later than this */

    bool dirty;                         /* the row, or that of a file, differs from the store */
    bool row_dirty;
    struct file *dirty_files;
    bool store_pending;                 /* volatile, and what the store has of it is to be changed */
    bool has_leftovers;                 /* the store has the names of its temporary files, to be removed later */
    uint64_t version;                   /* counts changes */
    uint64_t saving_version;            /* the change up to which the commit under way has it */
    uint64_t saved_version;             /* the change up to which the store has it */
    struct job *dirty_next;             /* engine.dirty */
    struct job *saving_next;            /* the commit under way */
    uint32_t events_unsaved;            /* EVENT_*, to be told once the store has the change */
    uint32_t events_saving;             /* EVENT_*, to be told after the commit under way */
    uint32_t events;                    /* EVENT_*, waiting in engine.event_head */
    uint64_t told_version;              /* the change up to which events were queued */
    struct file *untold_head;           /* for engine_job_take_transferred_file() */
    struct file *untold_tail;           /* meaningful while there is a head */
    struct job *event_next;
};

#define JOB_TIMEOUT_UNSET UINT32_MAX
#define JOB_TIMEOUT_FOREGROUND 3600u    /* seconds; defaults of the job page of the documentation */
#define JOB_TIMEOUT_BACKGROUND 86400u
#define JOB_RETRY_DELAY_DEFAULT 600u    /* seconds, what BITS reports */
#define JOB_MAXIMUM_TIME_DEFAULT 7776000u /* seconds: 90 days, as BITS has it */

/* What holds for all transfers together. */
struct limits
{
    struct rate_bucket buckets[RATE_CLASS_COUNT];
    _Atomic uint64_t bytes;             /* that came in all */
    _Atomic uint64_t sample_at;         /* clock_now_ms() from which the throughput is to be measured again */
    atomic_bool held;                   /* something was held back since it was measured */
    struct throughput throughput;       /* this and the next are guarded by engine.lock */
    unsigned int hour;                  /* of the local day, for which the limits are */
};

struct engine
{
    struct engine_config config;
    char *spool_dir;                    /* where bytes wait for clients' streams; never changes */
    struct trust trust;                 /* has a lock of its own */
    struct curl_slist *resolve;         /* never changes */

    pthread_mutex_t lock;               /* guards everything from here on, and all jobs and files */
    bool stopping;
    struct job *jobs;                   /* uthash by id, in order of creation */
    unsigned int unfinished_count;      /* of them, those that are neither final nor volatile */
    struct job *active;
    struct job *ready[JOB_PRIORITY_COUNT][JOB_MAX_TRANSFERS]; /* active jobs with a file to start, by transfer_count */
    struct job *touched;                /* active jobs that changed since the last scheduler_run() */
    unsigned int transfer_count;
    struct host *hosts;                 /* uthash, those that have fetches */
    unsigned int foreground_flowing;    /* of them, those that bring bytes of jobs in the foreground */
    atomic_bool yield;                  /* the same as foreground_flowing being more than 0 */
    _Atomic uint64_t yield_until;       /* clock_now_ms(): until then for one of them that is about to begin, too */
    uint32_t network_cost;              /* NLM_CONNECTION_COST */
    uint32_t host_network;              /* ENGINE_NETWORK_* */
    struct policies policies;
    struct limits limits;               /* see there; most of it is not guarded */
    struct sources sources;             /* cache hosts */
    unsigned int cache_flowing;         /* transfers that bring bytes of cache hosts */
    bool network_changed;               /* which jobs may use the network is to be found out */
    uint64_t bytes_received, bytes_received_foreground, bytes_received_cache; /* as in struct engine_statistics */
    char *proxy_list;                   /* of Windows' Internet settings, or NULL */
    char *proxy_bypass;
    struct auto_proxy auto_proxy;

    struct job *dirty;                  /* jobs to be saved */
    struct job **dirty_tail;
    pthread_cond_t dirty_cond;          /* something is dirty, or waited for, or stopping */
    pthread_cond_t saved_cond;          /* a commit ended */
    int32_t save_result;                /* of the last commit */
    bool saver_stop;
    unsigned int saver_waiters;         /* threads that wait for a commit */
    uint64_t saver_not_before;          /* clock_now_ms(): when the next commit is due if nobody waits for it */

    struct job *event_head;
    struct job **event_tail;
    pthread_cond_t event_cond;
    bool unfinished;                    /* whether there are jobs that are not final, as EVENT_UNFINISHED_JOBS has it */
    bool unfinished_known;              /* `unfinished` was found out */
    bool unfinished_told;               /* and told, or there is nothing to tell yet */
    unsigned int waiters;               /* threads in engine_wait_event() */
    pthread_cond_t waiters_cond;

    pthread_cond_t state_cond;          /* a job's state changed, or stopping */
    pthread_cond_t timer_cond;          /* the earliest deadline may have changed, or stopping */
    uint64_t expiry_at;                 /* clock_now_ms() at which the oldest job may be too old */
    uint64_t timer_at;                  /* what the timer thread sleeps until */
    bool timer_stop;

    struct store *store;                /* used by the saver's thread only, once it runs */
    struct work_pool *work;
    struct transfer_pool *transfers;
    pthread_t saver_thread, timer_thread;
    struct network_watch *network_watch; /* or NULL */
};

/* clock.c */
uint64_t clock_now_ms(void);            /* monotonic */
uint64_t clock_now_ns(void);            /* the same clock */
uint64_t clock_filetime(void);          /* UTC, 100 ns since 1601 */
int clock_cond_init(pthread_cond_t *cond);
/* Waits until the monotonic clock shows that many ms; TIME_NEVER for no limit. */
void clock_cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex, uint64_t when);

/* engine.c: more or fewer transfers bring bytes of jobs in the foreground. The caller holds engine.lock. */
void engine_count_foreground(struct engine *engine, int change);

/* log.c */
void engine_log(const struct engine *engine, enum engine_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* job.c; the caller holds engine.lock unless it says otherwise */
extern const struct setting_table job_settings;
struct job *job_alloc(const struct job_id *id);
void job_free(struct job *job);
void job_insert(struct engine *engine, struct job *job);
void job_addref(struct job *job);
void job_release(struct engine *engine, struct job *job);
struct job *job_find(struct engine *engine, const struct job_id *id);
/* Puts an event through the transition table and does what belongs to a change of state. */
int32_t job_handle_event(struct engine *engine, struct job *job, enum job_event event);
/* Whether it goes with the engine. */
/* Takes effect also for what is under way. */
void job_set_priority(struct engine *engine, struct job *job, enum job_priority priority);
bool job_is_foreground(const struct job *job);
bool job_is_volatile(const struct job *job);
void job_set_volatile(struct engine *engine, struct job *job, bool is_volatile);
/* Lets the store have the names of temporary files, also of a volatile job. */
void job_note_temporary_files(struct job *job);
uint64_t job_bytes_transferred(const struct job *job);
uint32_t job_effective_timeout(const struct job *job);
uint32_t job_cost_flags(const struct job *job);
/* Takes the file over, at the end of the job's list. */
int32_t job_append_file(struct job *job, struct file *file);
bool job_notifies(const struct job *job, uint32_t flag);
/* Marks the job as changed: to be saved, and its modification time set. */
void job_modified(struct engine *engine, struct job *job, uint32_t events);
void job_cancel_transfers(struct job *job);
unsigned int job_max_transfers(const struct job *job);

/* lifetime.c; the caller holds engine.lock */
/* What was spent in JOB_TRANSFERRING, in ms. */
uint64_t job_transfer_time(const struct job *job, uint64_t now);
/* When the job will have been transferring for too long; TIME_NEVER while it does not. */
uint64_t job_transfer_deadline(const struct job *job);
/* Takes the time up to now into the number that is stored. */
void job_stop_clock(struct job *job);
/* Counts from nothing: the job is resumed. */
void job_reset_clock(struct job *job);

/* Finds out anew when the oldest job will be too old. */
void lifetime_schedule(struct engine *engine);
/* Cancels the jobs that are too old, and schedules the next time. Leaves engine.lock meanwhile. */
void lifetime_expire(struct engine *engine);

/* job_api.c */
/*
 * Takes engine.lock and finds a job, which stays referenced until job_unlock(); not one that is final and that nobody
 * has open. Without a job nothing is locked.
 */
struct job *job_lock(struct engine *engine, const struct job_id *id, int32_t *hr);
void job_unlock(struct engine *engine, struct job *job);
/* Whether a client may change the job now: renames in the middle are not to be disturbed. */
int32_t job_check_event(const struct job *job, enum job_event event);
/* Marks the job as changed, and waits until that is saved. */
int32_t job_save_change(struct engine *engine, struct job *job);
/* Puts a copy in place of a string, which is wiped; an empty one is kept as NULL. */
int32_t text_replace(char **string, const char *value);
int32_t job_resume(struct engine *engine, struct job *job);
int32_t job_cancel(struct engine *engine, struct job *job); /* leaves engine.lock while waiting */
/* See engine_job_get_text(). */
int32_t text_copy(const char *text, char *buffer, uint32_t *size);

/* extended_error.c; the caller holds engine.lock, and frees the text. DO_E_ERROR_INFORMATION_UNAVAILABLE: no error. */
int32_t job_get_extended_error(const struct job *job, char **text);

/* file.c; the caller holds engine.lock */
extern const struct setting_table file_settings;
struct file *file_alloc(const struct file_request *request);
void file_free(struct file *file);
void file_hash_path(struct file *file);
/* Another file of the job with the same destination, as Windows compares names; NULL: there is none. */
const struct file *job_find_path(const struct job *job, const struct file *file);
void file_forget_response(struct file *file);
/* Has the saver save the file with its job, which is to be marked too. */
void file_set_dirty(struct file *file);
/* Gives the file its destination; false: no memory, and nothing has changed. */
bool file_set_path(struct file *file, const char *local_name, const char *path);
bool file_has_sink(const struct file *file);
/* Whether it is too late for a client to set what the transfer depends on. */
bool file_has_begun(const struct file *file);
/* What is missing for the file to be fetched, as the HRESULT that refuses to resume its job; or S_OK. */
int32_t file_check_ready(const struct file *file);
/* Of the remote file, as far as somebody knows it. */
uint64_t file_known_size(const struct file *file);
uint64_t file_stored_total(const struct file *file); /* bytes that the local file will have */
uint64_t file_bytes_total(const struct file *file); /* of those, the ones that a client counts */
uint64_t file_bytes_transferred(const struct file *file);
/* One transfer of the file more, or fewer, brings bytes. */
void file_count_flowing(struct file *file, bool flowing);
uint64_t file_duration(const struct file *file); /* ms in which bytes came */
/* Forgets the bytes that are here: they belong to another version of the file. */
void file_reset(struct file *file);
/* Whether every byte came. */
bool file_is_whole(const struct file *file);
/* Whether every byte is where it should go: a client may be slower than the network. */
bool file_is_done(const struct file *file);
/* Whether a transfer of the file may begin, as far as its sink goes. */
bool file_has_room(const struct file *file);
/* The ring of a stream is made for a transfer, false: no memory; and goes when both are done with it. */
bool file_make_ring(struct file *file);
void file_release_ring(struct file *file);
/* The bytes are not good: they are to be fetched again. */
void file_forget_extent(struct file *file, uint64_t start, uint64_t end);
/* As the client gave them; no range: the whole file. */
const struct file_range *file_client_ranges(const struct file *file, uint32_t *count);
uint64_t file_final_size(const struct file *file); /* bytes that the file at its destination has */
void file_drop_ring(struct file *file);

/* file_api.c: like job_lock(), for a file of the job */
struct file *file_lock(struct engine *engine, const struct job_id *id, uint32_t index, int32_t *hr);

/* complete.c */
int32_t job_complete(struct engine *engine, struct job *job);   /* takes and leaves with engine.lock held */
/* For a final job, whose end is saved: what is left of it on disk goes first, and then its rows. Leaves engine.lock. */
void job_clean_up(struct engine *engine, struct job *job);

/* integrity.c; the caller holds engine.lock unless it says otherwise */
/* Whether the file is to be checked or decrypted. */
bool integrity_is_needed(const struct file *file);
/*
 * Does what comes before the content, such as fetching the piece hash file. True: the content may be fetched now;
 * false: something was begun, or has failed.
 */
bool integrity_prepare(struct engine *engine, struct file *file);
/* Whether something can be begun, as far as all this goes; of a file that is whole: to say that it is done. */
bool integrity_may_start(const struct file *file);
/* Of a file that is whole: whether what is here is what the client is to have. */
bool integrity_is_done(const struct file *file);
/* Whether the file goes on, although there is no transfer. */
bool integrity_is_busy(const struct file *file);
/* Whether bytes for a stream go to a spool first, and whether some of them are still to come from there. */
bool integrity_spools(const struct file *file);
bool integrity_holds_ring(const struct file *file);
/* Bytes that a client's stream has in the end; more may follow while the file is not done otherwise. */
uint64_t integrity_stream_total(const struct file *file);
/* DO_E_DOWNLOAD_RANGES_UNEXPECTED: what is encrypted can be decrypted in whole blocks only. */
int32_t integrity_check_ranges(const struct file *file, const struct file_range *ranges, uint32_t count);
/* Whether the store must not know of the bytes from `base` on. */
bool integrity_distrusts(const struct file *file, uint64_t *base);
/* Does on the work pool what can be done: to be called when more can be done than before. */
void integrity_advance(struct engine *engine, struct file *file);
/* The same for all files of a job, which is active again. */
void integrity_wake(struct engine *engine, struct job *job);
/* Who brought bytes: the cache host, or NULL for the origin. */
void integrity_note_source(struct file *file, uint64_t start, uint64_t end, const struct cache_host *cache);
/* Bytes are here for certain. */
void integrity_extent_added(struct engine *engine, struct file *file, uint64_t start, uint64_t end);
/* S_OK, or what is wrong with a file of that size; *restart becomes true if everything is to be asked for again. */
int32_t integrity_check_size(struct engine *engine, struct file *file, uint64_t size, bool *restart);
/* Nothing that is here counts any more. */
void integrity_forget_content(struct file *file);
/* What was decided is decided anew, since the client gave other information. False: it is too late. */
bool integrity_discard(struct file *file);
/* The client resumes the job: attempts are counted anew. */
void integrity_retry(struct file *file);
bool integrity_has_bad(const struct file *file); /* whether a piece was bad since then */
void integrity_free(struct file *file);
/* The piece hash file of a file, as a file; or NULL. Not every size is good for one. */
struct file *integrity_source(const struct file *file);
bool integrity_source_is_good(const struct file *source, uint64_t size);
void integrity_source_arrived(struct engine *engine, struct file *source);
void integrity_source_failed(struct engine *engine, struct file *source, const struct outcome *outcome,
                             struct verdict *verdict);
/* Opens what stands for a temporary file, of a file without one; takes engine.lock. 0 or an errno. */
int integrity_open_sink(struct engine *engine, struct file *file, int *fd);

/* saver.c */
int32_t saver_start(struct engine *engine);
void saver_stop(struct engine *engine);
/* The caller holds engine.lock. */
void saver_mark_job(struct engine *engine, struct job *job);
void saver_mark_file(struct engine *engine, struct file *file);
/* Waits until the store has the job as it is now; leaves engine.lock while waiting. */
int32_t saver_wait(struct engine *engine, struct job *job);

/* event.c; the caller holds engine.lock */
void event_queue(struct engine *engine, struct job *job, uint32_t kinds);
void event_check_unfinished(struct engine *engine);
void event_discard(struct engine *engine);
/* To be called after the change was marked: a file that is transferred waits to be told, if a client wants that. */
void event_add_file(struct file *file);
void event_forget_files(struct job *job);

/* network.c; the caller holds engine.lock */
/* Blocks the jobs that may not use the network, and lets go those that may. */
void network_check(struct engine *engine);
/* Whether it may be one that not every job may use. */
bool network_is_limited(const struct engine *engine);
/* Lets files that wait for a retry try soon what failed for want of an answer. */
void network_hurry(struct engine *engine);
/* Finds out anew what the host's network is; takes engine.lock. */
void engine_read_host_network(struct engine *engine);

/* policy.c: as engine_set_policies(); the caller holds engine.lock */
int32_t engine_load_policies(struct engine *engine, const struct engine_policy *policies, uint32_t count);

/* transfer_limit.c */
/* Finds out anew what the policies allow; the caller holds engine.lock. */
void limits_update(struct engine *engine);
/* To be called now and then while there are transfers. Takes engine.lock, rarely. */
void limits_check(struct engine *engine, uint64_t now_ms);

/* progress.c; the caller holds engine.lock */
/* When to call progress_check() next. */
uint64_t progress_deadline(const struct job *job, uint64_t now);
/* Tells of the bytes of the job, if that is due. */
void progress_check(struct engine *engine, struct job *job, uint64_t now, uint64_t bytes);
/* The same, when bytes came: only for clients who want to know by their number. */
void progress_check_step(struct engine *engine, struct job *job);

/* scheduler.c */
int32_t scheduler_start(struct engine *engine);
void scheduler_stop(struct engine *engine);
/*
 * Says that the job changed in a way that may matter to the scheduler, which will look at it the next time; what marks
 * a job or a file for the saver says so too. The caller holds engine.lock, as of all that follows.
 */
void scheduler_touch(struct engine *engine, struct job *job);
/* The job is no longer active. */
void scheduler_forget(struct engine *engine, struct job *job);
/* Starts what may be started. Its work depends on how many jobs were touched, not on how many there are. */
void scheduler_run(struct engine *engine);
void scheduler_fail(struct engine *engine, struct file *file, const struct verdict *verdict);
void scheduler_file_done(struct engine *engine, struct file *file);
/* The job may have an earlier deadline than before; the caller holds engine.lock. */
void scheduler_watch(struct engine *engine, struct job *job);
/* Whether another job should have the place of one of this job's transfers. */
bool scheduler_has_others(const struct engine *engine, const struct job *job);
/* Told by a transfer, on a thread of the work pool; takes engine.lock. Releases the transfer. */
void scheduler_transfer_ended(struct engine *engine, struct transfer *transfer);

#endif /* DOSVC_ENGINE_PRIVATE_H */
