/* SPDX-License-Identifier: MIT */
/* Rules of ninja files as functions of Magma. */
#ifndef RUNTIME_NINJA_CONVERT_RULE_H
#define RUNTIME_NINJA_CONVERT_RULE_H

#include "runtime/ninja/convert_plan.h"

/* Writes all rules that stand in a file and that edges use, each with the
 * variables that it needs before it. */
void
convert_rules(const struct plans *plans, uint32_t file, struct buffer *out);

#endif
