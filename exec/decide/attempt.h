/* SPDX-License-Identifier: MIT */
/*
 * An attempt at an action, from its beginning to its record (judge.h has the
 * rest of it).
 */
#ifndef EXEC_DECIDE_ATTEMPT_H
#define EXEC_DECIDE_ATTEMPT_H

#include "exec/decide/record.h"

struct attempt {
    uint32_t record; /* place in the judge */
    uint32_t flags;  /* of the action */
    uint32_t moment; /* when it began: judge.moment */
    int64_t begin_ns;
    bool began; /* with a command; else what is there is recorded as it is */
    struct manifest manifest; /* its outputs are as they were before */
    struct vec known;         /* of manifest_file: discovered by the last run */
    struct buffer recipe;
    struct hash128 previous;
    struct vec listings;   /* of struct pending_listing */
    struct buffer reasons; /* a row */
    struct vec kept;       /* of struct kept: outputs of a generator */
};

/* Of that action as the graph has it; to be given to attempt_destroy. */
struct attempt *attempt_create(struct judge *judge, struct action_id action);

void attempt_destroy(struct attempt *attempt);

/* Stores the attempt's manifest as the action's valid record, with the value of
 * a dynout. */
bool attempt_put_record(struct judge *judge, const struct attempt *attempt,
                        struct slice value, struct error *err) EXEC_MUST_CHECK;

/* Gives the manifest the variables of the record's last one, as they were:
 * nothing ran since. */
void attempt_adopt_env(const struct record *record, struct manifest *manifest);

/* Records an action whose outputs are there, as if it had just run. */
bool attempt_adopt(struct judge *judge, struct action_id action,
                   struct error *err) EXEC_MUST_CHECK;

/* --- For rewritten.c and links.c --- */

/* Adds a path that the command read to the manifest, as discovered; the list is
 * not in order then. A zero byte follows the path. */
bool attempt_discover(struct judge *judge, struct attempt *attempt,
                      struct slice path, uint8_t kinds,
                      struct error *err) EXEC_MUST_CHECK;

/* Takes the signature of a file with its content, and stores it, so that a
 * manifest can refer to it by id. */
bool attempt_sign(struct judge *judge, struct manifest_file *item,
                  struct error *err) EXEC_MUST_CHECK;
/* Records that a file, which is signed, was made by the action. */
bool attempt_put_output(struct judge *judge, const struct record *record,
                        const struct manifest_file *file,
                        struct error *err) EXEC_MUST_CHECK;
/* Records the producer of a file with that output as it is now, and with all
 * else as it was when it ran. */
bool attempt_renew_output(struct judge *judge, struct action_id producer,
                          uint32_t file, struct error *err) EXEC_MUST_CHECK;

#endif
