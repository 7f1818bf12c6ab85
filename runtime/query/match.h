/* SPDX-License-Identifier: MIT */
/*
 * Patterns: globs, regular expressions, exact texts and parts of texts. A glob
 * without a slash is about the last part of a path; `*` and `?` stay within one
 * part, and a part that is `**` stands for any number of them.
 */
#ifndef RUNTIME_QUERY_MATCH_H
#define RUNTIME_QUERY_MATCH_H

#include "runtime/query/node.h"

struct query_match {
    enum query_pattern kind;
    struct slice pattern;
    bool last_part; /* a glob without a slash */
    bool is_line;   /* of texts that are no paths: `*` goes over slashes, and
                       a glob may match any part */
    char *wrapped;  /* of lines: the glob between two stars */
    struct regex_plain *regex;
};

/* Makes ready for many texts; false if a regular expression is none. */
bool query_match_start(struct query_match *match, enum query_pattern kind,
                       struct slice pattern, struct error *err) EXEC_MUST_CHECK;
/* From now on it is asked of lines. */
void query_match_lines(struct query_match *match);
bool query_match_text(const struct query_match *match, struct slice text);
void query_match_finish(struct query_match *match);

/* The glob alone, on a whole path. */
bool query_glob(const char *pattern, const char *path);

#endif
