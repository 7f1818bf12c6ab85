/* SPDX-License-Identifier: MIT */
/*
 * How ninja's build log tells one command from another: by 64 bits of a hash
 * that is not ours to choose. See spec/format/ninja-logs.md.
 */
#ifndef RUNTIME_NINJA_LOG_HASH_H
#define RUNTIME_NINJA_LOG_HASH_H

#include "exec/exec.h"

#include <stdint.h>

/* MurmurHash64A, with the seed of versions 5 and 6. */
uint64_t log_hash_murmur(struct slice text);
/* The first version of rapidhash, with its own seed: since version 7. */
uint64_t log_hash_rapid(struct slice text);

#endif
