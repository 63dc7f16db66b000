/*
 * What happens to the bytes of a file between the network and its client: pieces are checked, blocks decrypted.
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

#ifndef DOSVC_INTEGRITY_H
#define DOSVC_INTEGRITY_H

#include <stdbool.h>
#include <stdint.h>

#include "engine_private.h"
#include "piece_hashes.h"
#include "piece_layout.h"

#define INTEGRITY_ATTEMPTS 5            /* to fetch a piece hash file */
#define INTEGRITY_RETRY_MS 3000         /* between two of them */
#define INTEGRITY_PIECE_RETRIES 3       /* a piece that is bad once more is an error */
#define INTEGRITY_CHUNK (256 * 1024)    /* bytes that are read, moved or handed out at once, by each thread */
#define INTEGRITY_WORKERS 2             /* threads of the work pool that one file may have; others need some, too */

enum integrity_state
{
    INTEGRITY_WANTED,                   /* the piece hash file is to be fetched, or on its way */
    INTEGRITY_READING,                  /* it is here, and is being looked at */
    INTEGRITY_KNOWN,                    /* no piece counts until it was checked */
    INTEGRITY_UNCHECKED                 /* there are no hashes to be had, and the file goes on without */
};

/* The states of a slot: how often it was bad, whether it is being checked, and whether it is good now. */
#define SLOT_GOOD 0x80
#define SLOT_BUSY 0x40
#define SLOT_BAD_MASK 0x3f

/*
 * Of a file that is to be checked or decrypted. Guarded by engine.lock; made when the file is first started, freed with
 * it. Bytes of a file for a client's stream go to a spool on disk first, and from there, in order, to the stream.
 */
struct integrity
{
    enum integrity_state state;
    struct file *source;                /* the piece hash file, as a file that no client sees; or NULL */
    int source_fd;                      /* its bytes, in memory; -1: none are kept */
    unsigned int attempts;              /* that failed */
    struct piece_hashes hashes;         /* this and the next four of INTEGRITY_KNOWN */
    struct piece_layout layout;
    uint8_t *slots;
    uint32_t good_count;                /* slots that are good */
    struct extent_list unchecked;       /* storage offsets of slots that may have become whole */
    struct extent_list cached;          /* storage offsets of bytes that came from a cache host */
    struct cache_host cache;            /* the last one of them */
    bool has_bad;                       /* some piece was bad, since the client last resumed the job */

    uint64_t base;                      /* storage offset of this portion: former ones are done */
    uint32_t base_ranges;               /* of the file's ranges, those of former portions */
    struct file_range *wanted;          /* what the file's ranges were before they were widened, or NULL */
    uint32_t wanted_count;

    unsigned int version;               /* changes when everything that is here is forgotten */
    unsigned int workers;               /* threads of the work pool that have the file */
    bool exclusive;                     /* one of them does something else than to check a slot */
    bool drop;                          /* the next one is to forget the hashes */
    bool rewriting;                     /* bytes change their places in the temporary file: not to be trusted */
    bool finished;                      /* what the client wanted is in its place, or in its stream */

    int spool;                          /* -1: not opened */
    uint64_t done;                      /* bytes of the portion that were taken off the spool */
    uint8_t *pending;                   /* of them, those that are not yet in the stream, decrypted; or NULL */
    size_t pending_size, pending_start;
    uint64_t delivered;                 /* value of stream.taken when the client has everything that was put there */
};

/*
 * Work on one file, by one thread. Several may check slots of it at the same time, while at most one does what else
 * there is to do: to read hashes, to hand out what is good, to rewrite the file.
 */
struct integrity_run
{
    struct work work;
    struct engine *engine;
    struct file *file;
    int fd;                             /* the temporary file, or -1 */
    EVP_MD_CTX *digest;
    uint8_t *buffer;                    /* INTEGRITY_CHUNK bytes */
    struct decryption *decryption;      /* NULL: not needed yet */
};

/* integrity.c; the caller holds engine.lock */
bool integrity_is_encrypted(const struct file *file);
/* The ranges of this portion as the client wants them; no range: everything. */
const struct file_range *integrity_wanted(const struct file *file, uint32_t *count);
uint64_t integrity_wanted_total(const struct file *file);
/* Whether bytes have to change their places, or themselves, in the end. */
bool integrity_rewrites(const struct file *file);
bool integrity_all_good(const struct file *file);
/*
 * From here on, until that is taken back, the store trusts nothing of this portion: a crash in the middle leaves
 * bytes in two orders. Leaves the lock; on failure nothing has changed.
 */
int32_t integrity_begin_rewriting(struct engine *engine, struct file *file);
/* Takes the hashes over. May leave the lock; when the version has changed meanwhile, that fails. */
int32_t integrity_set_hashes(struct engine *engine, struct file *file, struct piece_hashes *hashes);
/* Without hashes the file goes on, or fails with the code, as its client wants it. The cause is what lies behind. */
void integrity_give_up(struct engine *engine, struct file *file, int32_t code, int32_t cause);
void integrity_drop_hashes(struct integrity *integrity);
/* The ranges are the client's again. */
void integrity_restore_ranges(struct file *file);
void integrity_fail(struct engine *engine, struct file *file, int32_t code);
/* Everything that the client wanted is where it belongs. */
void integrity_finish(struct file *file);

/* piece_check.c: on a thread of the work pool; called with engine.lock held, which they leave */
void integrity_read_hashes(struct engine *engine, struct file *file);
/* Whether some piece may have become whole, and is checked by nobody: the first slot of these. */
bool integrity_find_unchecked(struct file *file, uint32_t *slot);
void integrity_check_slot(struct integrity_run *run, uint32_t slot);

/* delivery.c: the same */
bool integrity_can_deliver(const struct file *file);
void integrity_deliver(struct integrity_run *run);
void integrity_rewrite(struct integrity_run *run);
/* Opens the temporary file; false: the file has failed. */
bool integrity_run_open(struct integrity_run *run);
void integrity_run_close(struct integrity_run *run);
/* Reads so many bytes; 0, ENODATA or another errno. Without engine.lock. */
int integrity_read(int fd, uint64_t offset, void *buffer, size_t size);

#endif /* DOSVC_INTEGRITY_H */
