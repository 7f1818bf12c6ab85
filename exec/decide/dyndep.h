/* SPDX-License-Identifier: MIT */
/*
 * Dyndep files as ninja reads them: for outputs of actions that are known, the
 * inputs and further outputs that became known when the file was made. See
 * spec/format/dyndep.md.
 */
#ifndef EXEC_DECIDE_DYNDEP_H
#define EXEC_DECIDE_DYNDEP_H

#include "exec/base/buffer.h"
#include "exec/base/error.h"
#include "exec/base/vec.h"

#include <stdint.h>

/* One statement. Rows are of zero-terminated canonical paths, as offsets in
 * the texts. */
struct dyndep_entry {
    uint32_t output;       /* of the action that it is about */
    uint32_t outputs;      /* where the row of further outputs starts */
    uint32_t output_count; /* without `output` */
    uint32_t inputs;       /* where the row of inputs starts */
    uint32_t input_count;
    bool restat; /* accepted; early cutoff is always on */
};

/* Starts as {0}. */
struct dyndep {
    struct buffer texts;
    struct vec entries; /* of struct dyndep_entry, in the order of outputs */
};

/* Reads a file's text into `out`, which is empty. False with
 * "NAME:line:column" as place if it is no dyndep file; `out` is to be finished
 * in either case. */
bool dyndep_parse(const char *name, struct slice text, struct dyndep *out,
                  struct error *err) EXEC_MUST_CHECK;
void dyndep_finish(struct dyndep *dyndep);

/* What is said of an output; NULL if nothing is. */
const struct dyndep_entry *
dyndep_find(const struct dyndep *dyndep, const char *output);
const char *dyndep_text(const struct dyndep *dyndep, uint32_t offset);

#endif
