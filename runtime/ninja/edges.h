/* SPDX-License-Identifier: MIT */
/*
 * What converted files call to register the edges of a ninja file: see
 * stdlib/ninja.magma, which gives these builtins their names, and
 * spec/build/ninja.md.
 */
#ifndef RUNTIME_NINJA_EDGES_H
#define RUNTIME_NINJA_EDGES_H

/* Defines ninja-build*, ninja-join* and ninja-words* in the core. */
void ninja_define(void);

#endif
