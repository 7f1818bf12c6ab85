/* SPDX-License-Identifier: MIT */
/* Symbols, keywords and what else is made of names. Private to the reader. */
#ifndef INTERP_READ_NAME_H
#define INTERP_READ_NAME_H

#include "interp/read/frame.h"

/* Each takes the token that the cursor stands on. */
Value name_take_symbol(struct reader *reader);
Value name_take_keyword(struct reader *reader);
/* ##Inf, ##-Inf or ##NaN. */
Value name_take_symbolic(struct reader *reader);
/* The symbol behind #; `start` is the place of the #. */
Value name_take_tag(struct reader *reader, struct scan_mark start);
/* The namespace (string) of #:ns or #::alias; the cursor is on the colon. */
Value name_take_map_namespace(struct reader *reader);

/* Begins #(), opened at `start`: % and its like are parameters from now on. */
void name_begin_function(struct reader *reader, struct scan_mark start);

#endif
