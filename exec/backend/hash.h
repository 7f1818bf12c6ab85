/* SPDX-License-Identifier: MIT */
/*
 * How content is hashed: 128 bits. One constant struct per algorithm; which
 * one a database holds, the state knows (state_backends).
 */
#ifndef EXEC_BACKEND_HASH_H
#define EXEC_BACKEND_HASH_H

#include "exec/base/error.h"

#include <stddef.h>
#include <stdint.h>

struct hash128 {
    uint64_t low;
    uint64_t high;
};

/* A hash in the making, of bytes that come in parts. */
struct hash_state;

struct hash_backend {
    const char *name; /* for --hash, and in the database */
    /* The hash of bytes in memory. */
    struct hash128 (*bytes)(const void *bytes, size_t len);
    /* The hash of a file's content (of the target, if it is a link), relative
     * to dir_fd (or AT_FDCWD); false with an error of class SYSTEM and the
     * errno in *errnum if it cannot be read. Safe in any thread. */
    bool (*file)(int dir_fd, const char *path, struct hash128 *hash,
                 int *errnum, struct error *err);
    /* In parts: create, add any number of times, end (which frees). The same
     * bytes have the same hash, however they are cut. */
    struct hash_state *(*create)(void);
    void (*add)(struct hash_state *state, const void *bytes, size_t len);
    struct hash128 (*end)(struct hash_state *state);
};

extern const struct hash_backend hash_xxh3;
extern const struct hash_backend hash_sha256;

/* What identities of ours (of manifests, keys, graphs) are made with, whatever
 * hashes the content of files. */
const struct hash_backend *hash_default(void);

/* A file that is to be read, and where its errno goes. */
struct hash_source {
    int dir_fd;
    const char *path;
    int *errnum;
};
/* What every algorithm's `file` does. */
bool hash_file_with(const struct hash_backend *backend,
                    const struct hash_source *source, struct hash128 *hash,
                    struct error *err);
bool hash_equal(struct hash128 a, struct hash128 b);

#define HASH_TEXT_SIZE 33
/* 32 hexadecimal digits and a zero byte. */
void hash_to_text(struct hash128 hash, char text[HASH_TEXT_SIZE]);

/* From now on, or no longer, what takes long to read, a file (EINTR) or a folder,
 * cannot be read: somebody waits for the end of everything. Safe in signal
 * handlers. */
void hash_stop(bool stop);
bool hash_is_stopped(void);

/* Who wants to know that this thread has been reading one file, or what is in one
 * folder, for a while: called with its path, and with NULL when it is done. NULL:
 * nobody. */
typedef void hash_observer(void *ctx, const char *path);
void hash_observe(hash_observer *observer, void *ctx);
/* For who reads: calls the one that observes this thread. */
void hash_tell(const char *path);

#endif
