/* SPDX-License-Identifier: MIT */
/*
 * The patterns that texts are split by most: one character or one kind of
 * character, perhaps repeated, such as "," or "\s+". A table answers them, with
 * what PCRE2 would say. Private to regex.c.
 */
#ifndef INTERP_DATA_REGEX_SET_H
#define INTERP_DATA_REGEX_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct regex_set {
    bool is_known;    /* else the pattern is for PCRE2 */
    bool is_repeated; /* with a + behind it */
    char single;      /* the only member; 0: the table has them */
    bool has[256];    /* by byte; none of a wide character */
};

/* Reads a pattern; set->is_known tells whether it is of this kind. */
void regex_set_read(struct regex_set *set, const char *pattern, size_t len);

/* The first match in bytes[from, len): its start and end. */
bool regex_set_find(const struct regex_set *set, const char *bytes,
                    uint32_t len, uint32_t from, uint32_t range[2]);

#endif
