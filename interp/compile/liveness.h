/* SPDX-License-Identifier: MIT */
/*
 * Which mention of a local is its last: there the register gives its value
 * away instead of copying it, so that a frame does not hold the head of a long
 * lazy sequence that something else walks.
 */
#ifndef INTERP_COMPILE_LIVENESS_H
#define INTERP_COMPILE_LIVENESS_H

#include "interp/compile/node.h"

/* Sets the index of local nodes in `body` to NODE_LOCAL_LAST where no code of
 * this function reads the register afterwards. Only nodes that stand as
 * arguments of a call or as values of a let are marked. */
void liveness_mark(struct node *body);

#endif
