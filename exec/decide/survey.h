/* SPDX-License-Identifier: MIT */
/*
 * A look at the whole root by file: which actions are known to be clean, because
 * nothing that they look at differs and nothing that they need may run, and which
 * are open. Open ones are judged; of the others nothing is read at all.
 *
 * Sources are looked at first, and an action that looks at one that differs need
 * not wait for the rest: survey_find_early, survey_next_early.
 */
#ifndef EXEC_DECIDE_SURVEY_H
#define EXEC_DECIDE_SURVEY_H

#include "exec/base/rows.h"
#include "exec/decide/index.h"
#include "exec/graph/graph.h"

struct survey_request {
    const char *root;
    struct graph *graph; /* that the index was made for; checked if need be */
    struct index *index;
    bool content; /* read every :ifwritten as :ifchanged */
};

struct survey {
    uint8_t *settled; /* by action: not 0 if it is clean */
    uint32_t open_count;
    struct rows needs; /* by action: makers of what it looks at; no rows if
                          nothing is open */
};

struct surveyor;
/* Begins to look; what the request names must stay until the end. NULL if the
 * root cannot be opened. */
struct surveyor *survey_start(const struct survey_request *request);
/* Waits for all and ends. False if the index tells too little: then everything
 * is open. */
bool survey_end(struct surveyor *surveyor, struct survey *survey);
/* Ends without an answer. NULL is fine. */
void survey_cancel(struct surveyor *surveyor);
void survey_finish(struct survey *survey);

/* --- While it looks -------------------------------------------------------- */

/* Waits until a source is known to differ: true, and some of these actions may be
 * startable already; or until all is looked at. To be asked once. From then on
 * it looks slowly, so that the first command comes soon, until survey_go_on. */
bool survey_find_early(struct surveyor *surveyor, const uint32_t *actions,
                       uint32_t count);
void survey_go_on(struct surveyor *surveyor);
/* True when all has been looked at. */
bool survey_is_looked(const struct surveyor *surveyor);
/* An action that looks at something that differs, while all that it needs is
 * known to be clean: it can be judged now. Each once; ID_NONE if there is none by
 * now, or if it would take long to tell. */
uint32_t survey_next_early(struct surveyor *surveyor);
/* True if an action is known to be clean by now, as is all that it needs. */
bool survey_is_sure(struct surveyor *surveyor, uint32_t action);
/* By action: not 0 if that has been asked and found so. */
const uint8_t *survey_sure(const struct surveyor *surveyor);

#endif
