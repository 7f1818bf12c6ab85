/* SPDX-License-Identifier: MIT */
/* Where an error happened, from the frames of the machine. */
#ifndef INTERP_VM_TRACE_H
#define INTERP_VM_TRACE_H

#include "interp/data/error.h"

enum { TRACE_FRAMES_MAX = 50 }; /* more are elided in the middle */

/* Gives a fresh error the place of the innermost frame, if it has none, and a
 * vector of {:fn :file :line :column}, innermost first. */
void trace_fill(struct error_object *error);

/* Errors without a frame, as when a lazy value is printed, are said of this
 * form; NULL: of none. */
void trace_set_form(const struct error_place *place);

#endif
