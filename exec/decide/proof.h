/* SPDX-License-Identifier: MIT */
/*
 * The proof that there is nothing to do: what all that a run looked at was,
 * when it found every wanted action clean and did nothing. The judge decides
 * from the graph, the database, the request, files, programs and variables;
 * where they all are the same again, so is what it would say, and it need not
 * be asked. A proof that does not hold costs time and nothing else.
 * See spec/format/proof.md.
 */
#ifndef EXEC_DECIDE_PROOF_H
#define EXEC_DECIDE_PROOF_H

#include "exec/backend/hash.h"
#include "exec/base/vec.h"
#include "exec/decide/judge.h"

/* What a proof is about, apart from what was looked at. */
struct proof_claim {
    struct hash128 stamp;   /* of the database: state_stamp */
    struct hash128 graph;   /* of the snapshot's file */
    struct hash128 request; /* what was asked for, with options that count */
};

/* Keeps what the judge looked at, and the actions that it found clean (of
 * struct action_id). Does nothing where that would prove nothing: when an
 * action was begun, or a watched folder was read, or a file is unsettled.
 * Failure is only a loss of speed, so it is not reported. */
void proof_save(const char *path, const struct judge *judge,
                const struct proof_claim *claim, const struct vec *actions);

/* True if the file proves the claim; then the clean actions are appended. */
bool proof_holds(const char *path, const char *root,
                 const struct proof_claim *claim, struct vec *actions);

#endif
