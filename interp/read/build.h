/* SPDX-License-Identifier: MIT */
/* Collections from the items between two brackets. Private to the reader. */
#ifndef INTERP_READ_BUILD_H
#define INTERP_READ_BUILD_H

#include "interp/read/frame.h"

/* The form that a closed bracket stands for; the frame is still on top and the
 * cursor behind the bracket. Throws for an odd map or a duplicate key. */
Value build_collection(struct reader *reader, const struct frame *frame);

#endif
