/* SPDX-License-Identifier: MIT */
/*
 * Java's syntax of regular expressions, which Clojure programs are written in,
 * turned into that of PCRE2. Where both write the same thing differently it is
 * translated; what PCRE2 would take for something else, and what one of them
 * does not have, is refused.
 *
 * See spec/magma/strings.md.
 */
#ifndef INTERP_DATA_REGEX_JAVA_H
#define INTERP_DATA_REGEX_JAVA_H

#include "interp/data/text.h"

/* What PCRE2 gets, and where each of its parts came from. */
struct regex_java {
    Value pattern;
    struct text_builder places; /* of struct regex_place, in order */
    size_t options;             /* how much was put in front of the pattern */
};

struct regex_place {
    uint32_t to;   /* byte offset in the pattern */
    uint32_t from; /* byte offset in the source */
};

/* Throws ERROR_SYNTAX with the column of what it cannot translate. */
struct regex_java regex_java_translate(Value source);

/* The byte offset in the source that an offset in the pattern stands for. */
uint32_t regex_java_offset(const struct regex_java *java, size_t offset);

/* The members of a class such as \p{Alpha}, as they stand inside of [...], and
 * those of its opposite (NULL if that needs a class of its own). */
struct regex_class {
    const char *members;
    const char *others;
};

/* The class that Java knows under this name; members is NULL for an unknown
 * one. `is_name` may be given a name of PCRE2 that means the same. */
struct regex_class regex_class_named(const char *name, size_t len);

#endif
