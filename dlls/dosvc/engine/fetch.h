/*
 * The transfers of one file that are under way, and what they write into.
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


#ifndef DOSVC_FETCH_H
#define DOSVC_FETCH_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "extent.h"
#include "work.h"

struct engine;
struct file;
struct host;
struct transfer;

#define FETCH_PART_ALIGNMENT (1024 * 1024)      /* of the content: where a part of a file may begin */
#define FETCH_PARALLEL_MIN (8 * 1024 * 1024)    /* bytes that are left; fewer are not worth a second connection */
#define FETCH_SPLIT_MIN (2 * 1024 * 1024)       /* bytes left of a part that may be split once more ... */
#define FETCH_SPLIT_MS 20                       /* ... unless they will be here sooner, or as soon as some answers */
#define FETCH_SPLIT_ANSWERS 4
#define FETCH_STALL_MS 2000                     /* the end of a part that is slower than this is asked for by others */
#define FETCH_WATCH_MS 1000                     /* between two looks for such */
#define FETCH_SYNC_MIN (256 * 1024)             /* bytes after which what was written is synced and saved: ... */
#define FETCH_SYNC_MAX (128 * 1024 * 1024)
#define FETCH_SYNC_PART 400                     /* ... this part of the file, within the limits, for all transfers */
#define FETCH_SYNC_PAUSE_MS 40                  /* between two syncs of one file */
#define FETCH_GROW_MS 100                       /* until more connections are tried */
#define FETCH_GROW_ANSWERS 2                    /* and as long as so many answers take: connections begin slowly */
#define FETCH_GROW_TIMES 4                      /* as many as there are */
#define FETCH_GROW_REST_MS 2000                 /* a file that will be here sooner needs no more of them */
#define FETCH_GROW_SHARE 125                    /* percent of the rate before that more of them have to bring ... */
#define FETCH_GROW_AGAIN_MS 10000               /* ... or they go, and are tried again after that time */
#define FETCH_PRUNE_MS 1500                     /* that a smaller number of connections is tried */
#define FETCH_PRUNE_REST_MS 10000               /* a file that will be here sooner is left alone */
#define FETCH_PRUNE_SHARE 90                    /* percent of the rate that fewer connections have to bring */
#define FETCH_PRUNE_LEAST 4                     /* connections that bother nobody */
#define FETCH_TRIAL 2                           /* connections, until the server has given a part to the second one */
#define FETCH_LONG_WAY_MS 20                    /* until the first answer: it begins with all it may have */
#define FETCH_MAX_FOREGROUND 16                 /* and those it may come to */
#define FETCH_MAX_BACKGROUND 4

/* What is known of a server's willingness to give parts of a file. */
enum fetch_parts
{
    FETCH_PARTS_NONE,
    FETCH_PARTS_UNKNOWN,                /* it may be asked for one: its answer will show */
    FETCH_PARTS_GIVEN
};

/*
 * There from the first transfer of a file to the last. Each transfer has a part of the file; who has none left asks
 * for a share of the largest, which its owner loses as soon as the server has agreed. Guarded by engine.lock, but for
 * what is said to be otherwise.
 */
struct fetch
{
    struct work work;                   /* syncs what was written */
    struct engine *engine;
    struct file *file;                  /* the fetch holds a reference to its job */
    struct stream *stream;              /* where the bytes go, or NULL; never changes, as the path */
    char *temp_path;                    /* NULL: they go to the stream, or to a file without a name */
    pthread_mutex_t sync_mutex;         /* held during a sync of the temporary file: one at a time */
    int fd;                             /* the temporary file; opened before the first request, closed after the last */
    bool fresh;                         /* nothing of the file was here: the temporary file is to be made; constant */
    uint64_t least;                     /* bytes that the temporary file has otherwise; constant */

    _Atomic uint64_t sync_step;         /* bytes of one transfer that are to be synced at a time; not guarded */
    _Atomic uint64_t sync_not_before;   /* clock_now_ms(); not guarded */

    struct host *host;                  /* of the file's URL, when the fetch began; until it is closed */
    struct transfer *transfers;
    unsigned int count;                 /* of them */
    struct extent_list received;        /* storage offsets: the file's extents, and what is known to be written since */
    struct extent_list unsynced;        /* of them, those that are not among the file's extents yet */
    enum fetch_parts parts;             /* as far as the server has shown */
    bool parallel;                      /* more than one transfer may be tried */
    bool orphan;                        /* nobody wants the temporary file any more */
    bool draining;                      /* all transfers are to end before another may begin */
    bool whole;                         /* every byte is here: what is still asked for is not needed */
    bool restart;                       /* the content has changed: nothing of what is here is good */

    /* How many connections help: see fetch_measure(). */
    unsigned int wanted;                /* connections; changed by fetch_want() */
    unsigned int former;                /* how many there were until more were tried; 0: there is nothing to compare */
    uint64_t former_rate;               /* bytes per second that they brought */
    bool pruning;                       /* no more of them are tried, but fewer */
    uint64_t full_rate;                 /* bytes per second, before fewer were tried; 0: not known yet */
    uint64_t measured_bytes;            /* when the measurement began */
    uint64_t measured_since;            /* clock_now_ms() of that */
    uint64_t measure_at;                /* clock_now_ms(); TIME_NEVER: the number stays */
    uint32_t answer_ms;                 /* how long the server takes to answer, with the way there and back */
};

/* The caller holds engine.lock for all of these, unless it says otherwise. NULL: no memory. */
struct fetch *fetch_create(struct engine *engine, struct file *file);
/* It has no transfer, or no more: the file may get a new one, and this one goes as soon as nobody works for it. */
void fetch_close(struct fetch *fetch);

/* Puts the transfer into the list and gives it its first part; false: there is none. */
bool fetch_add(struct fetch *fetch, struct transfer *transfer);
/* Takes what the transfer has written into `received`; it can have another part then. */
void fetch_note_written(struct fetch *fetch, struct transfer *transfer);
/* Gives the transfer its next part; false: there is none, or it should end here. */
bool fetch_assign(struct fetch *fetch, struct transfer *transfer);
/* The server gives the transfer its part: others, who had it until now, need not bring it. */
void fetch_take_over(struct fetch *fetch, const struct transfer *transfer);
/* The transfer is over; true: it was the last one, and the fetch is to be closed. */
bool fetch_remove(struct fetch *fetch, struct transfer *transfer);

/* When to ask for that again, although nothing happens; TIME_NEVER: there is no need. */
uint64_t fetch_watch(const struct fetch *fetch, uint64_t now);
/* So many connections from now on. With more of them each is synced more often: no more is lost in a crash. */
void fetch_want(struct fetch *fetch, unsigned int count);
/* Whether another transfer would help now. */
bool fetch_wants_transfer(const struct fetch *fetch);
/* A response was good. */
void fetch_accepted(struct fetch *fetch, enum fetch_parts parts, uint32_t answer_ms);
/* A server does not want another connection: no more than there are without it. */
void fetch_refused(struct fetch *fetch);
/* How many connections there may be at most. */
unsigned int fetch_limit(const struct fetch *fetch);
/* Finds out how many connections are worth it: more at first, then only those that bring something. */
void fetch_measure(struct fetch *fetch, uint64_t now);
/* Has the other transfers end if all bytes are here. */
void fetch_check_whole(struct fetch *fetch);
/* Ends transfers until there are as many as are wanted; what they leave is taken up by the others. */
void fetch_retire(struct fetch *fetch);
/* Has the transfers from cache hosts end. */
void fetch_drop_cache(struct fetch *fetch);
/* Has all transfers end. */
void fetch_drain(struct fetch *fetch);

/* The job has left the foreground, or come into it. */
void fetch_set_background(struct fetch *fetch, bool background);

uint64_t fetch_bytes(const struct fetch *fetch);            /* that are here, certain or not */
/* That are not yet in the numbers of the file; of all servers, or of cache hosts only. */
uint64_t fetch_uncounted_bytes(const struct fetch *fetch, bool of_cache);

/* On a thread of the work pool, without engine.lock. Opens the temporary file: 0 or an errno. */
int fetch_open(struct fetch *fetch);
/* Makes sure of what is written, then counts it as being here; without engine.lock. 0 or an errno. */
int fetch_sync(struct fetch *fetch);
/* Has that done soon; on any thread, with engine.lock or without. */
void fetch_sync_soon(struct fetch *fetch);

#endif /* DOSVC_FETCH_H */
