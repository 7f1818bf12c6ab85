/* SPDX-License-Identifier: MIT */
/*
 * Writing JSON. Objects are written as fields after each other, each with a
 * comma before it unless it is the first: json_field_* look at the last byte.
 */
#ifndef RUNTIME_JSON_H
#define RUNTIME_JSON_H

#include "exec/exec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A quoted string; U+FFFD stands for each byte that is not UTF-8. */
void json_string(struct buffer *out, const char *bytes, size_t len);

bool json_is_utf8(const char *bytes, size_t len);

/* A comma if one is needed, then "name": and the caller's value. */
void json_name(struct buffer *out, const char *name);
void json_field_int(struct buffer *out, const char *name, int64_t number);
void json_field_bool(struct buffer *out, const char *name, bool truth);
/* A text field; if the bytes are not UTF-8, NAME_b64 follows with all of them
 * in base64. */
void json_field_bytes(struct buffer *out, const char *name, const char *bytes,
                      size_t len);
/* The same for a C string; nothing for NULL. */
void json_field_text(struct buffer *out, const char *name, const char *text);

/* A list of texts, with NAME_b64 behind it if one of them is not UTF-8. */
void json_field_list(struct buffer *out, const char *name,
                     const struct slice *items, uint32_t count);

/* An array of reasons, as in the event stream. */
void json_field_reasons(struct buffer *out, const char *name,
                        const struct exec_reason *reasons, uint32_t count);

#endif
