/* SPDX-License-Identifier: MIT */
/*
 * What came of tests, for people, as TAP, and as JUnit's XML; and the sums.
 * See spec/cli/test.md.
 */
#ifndef RUNTIME_CLI_OUTCOME_H
#define RUNTIME_CLI_OUTCOME_H

#include "interp/magma.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct outcome {
    bool tap;    /* standard output speaks TAP */
    FILE *junit; /* where the XML of suites gathers; NULL: not wanted */
    char *junit_text;
    size_t junit_len;
    uint64_t seed;
    uint64_t tests;
    uint64_t assertions;
    uint64_t failures;
    int64_t took_us;
};

void
outcome_start(struct outcome *outcome, bool tap, bool junit, uint64_t seed);

/* The results of a file: a vector of maps, as clojure.test/run-ns gives it.
 * Throws what looking at lazy values throws. */
void
outcome_add(struct outcome *outcome, const char *path, Value ns, Value results);
/* The file could not be evaluated, or its values not be shown. */
void outcome_add_error(struct outcome *outcome, const char *path, Value thrown);

/* The last lines. */
void outcome_print_sum(const struct outcome *outcome);
/* Writes the XML; false with a message printed. */
bool outcome_write_junit(struct outcome *outcome, const char *path);
void outcome_finish(struct outcome *outcome);

/* The value under a key, nil for what is absent. */
Value outcome_field(Value map, const char *key);

#endif
