/* SPDX-License-Identifier: MIT */
/*
 * What a fuzz target is: one C file with this one function, which must live
 * through any bytes. `make fuzz FUZZ=interp_reader TIME=60` links it with
 * libFuzzer; `make check` links it with replay.c and feeds it the files of
 * tests/fuzz/corpus/TARGET. The layer in the file's name is what it links.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* The name and the types are libFuzzer's. Always 0. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* A property that does not hold; an assert of the house is not enough, since
 * the words should say which. */
#define FUZZ_HOLDS(condition)                                                 \
    do {                                                                      \
        if (!(condition)) {                                                   \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, \
                    #condition);                                              \
            abort();                                                          \
        }                                                                     \
    } while (0)

#endif
