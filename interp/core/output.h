/* SPDX-License-Identifier: MIT */
/*
 * Where print and its family write: to the host, or to the innermost
 * with-out-str.
 */
#ifndef INTERP_CORE_OUTPUT_H
#define INTERP_CORE_OUTPUT_H

#include <stddef.h>

typedef void (*output_sink)(void *ctx, const char *bytes, size_t len);

/* The host's own; without one, output is dropped. */
void output_set_sink(output_sink sink, void *ctx);

/* Writes as print does. */
void output_write(const char *bytes, size_t len);

#endif
