/* SPDX-License-Identifier: MIT */
/*
 * One function of a program called on probation: with budgets and a time of its
 * own, with what it prints kept apart, and with all that it throws (spent
 * budgets included) as a value. Behind each test of `ronin test`.
 */
#ifndef RUNTIME_ATTEMPT_H
#define RUNTIME_ATTEMPT_H

#include "interp/magma.h"

struct attempt_limits {
    struct magma_limits budgets;
    uint64_t timeout_ms; /* 0: as long as the budgets allow */
};

/* Defines attempt*, which takes a function and gives a map: :us, what it took;
 * :printed, unless empty; :thrown, if it threw; :late true if its time ran out.
 * The limits are kept, not copied. What programs print goes to standard output
 * outside of an attempt. */
void attempt_define(void);
void attempt_set_limits(const struct attempt_limits *limits);

#endif
