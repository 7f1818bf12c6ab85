/* SPDX-License-Identifier: MIT */
/*
 * A look at the whole root by file: which actions are known to be clean, because
 * nothing that they look at differs and nothing that they need may run, and which
 * are open. Open ones are judged; of the others nothing is read at all.
 */
#ifndef EXEC_DECIDE_SURVEY_H
#define EXEC_DECIDE_SURVEY_H

#include "exec/base/rows.h"
#include "exec/decide/index.h"
#include "exec/graph/graph.h"

struct survey_request {
    const char *root;
    struct graph *graph; /* that the index was made for; checked if need be */
    const struct index *index;
    bool content; /* read every :ifwritten as :ifchanged */
};

struct survey {
    uint8_t *settled; /* by action: not 0 if it is clean */
    uint32_t open_count;
    struct rows needs; /* by action: makers of what it looks at; no rows if
                          nothing is open */
};

/* False if the index tells too little: then everything is open. */
bool survey_make(const struct survey_request *request, struct survey *survey);
void survey_finish(struct survey *survey);

#endif
