/* SPDX-License-Identifier: MIT */
/*
 * What tests of build files can do besides looking at a graph: behind
 * simulate, with-files, run-transformer and matches-golden? of the library.
 */
#ifndef RUNTIME_TESTING_H
#define RUNTIME_TESTING_H

#include <stdbool.h>

/* Defines simulate*, overlay*, overlay-drop*, golden-read*, golden-write*. */
void testing_define(void);
/* Golden files become what the tests have, instead of being compared. */
void testing_set_accept(bool accept, bool tap);

#endif
