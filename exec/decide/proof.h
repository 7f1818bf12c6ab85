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
    struct hash128 print;   /* proof_print; zero: not known, and not needed */
};

/* A hash of the attributes of the database's files in a folder; zero where they
 * are so recent that they prove nothing. Equal ones mean that nobody wrote. */
struct hash128 proof_print(const char *state_dir);
/* True if the proof knows the stamp of the database as its files are now, so
 * that it need not be opened; proof_holds tells whether the rest can be
 * believed. */
bool proof_knows_stamp(const char *path, const char *state_dir,
                       struct hash128 *stamp);

/* Keeps what the judge looked at, and the actions that it found clean (of
 * struct action_id). Does nothing where that would prove nothing: when an
 * action was begun, or a watched folder was read, or a file is unsettled.
 * Failure is only a loss of speed, so it is not reported. */
void proof_save(const char *path, const struct judge *judge,
                const struct proof_claim *claim, const struct vec *actions);

/* True if the file proves the claim; then the clean actions are appended. One
 * that has another print is kept anew with that of the claim. */
bool proof_holds(const char *path, const char *root,
                 const struct proof_claim *claim, struct vec *actions);

#endif
