/* SPDX-License-Identifier: MIT */
/*
 * The classes of characters that Java names in \p{...}: those of POSIX, which
 * are ASCII alone, categories and properties of Unicode, and what methods of
 * java.lang.Character tell. Scripts and categories have the names that PCRE2
 * knows; Java writes Is, script= or the like in front of them.
 */
#include "interp/data/regex_java.h"

#include <assert.h>
#include <string.h>

enum { CLASS_NAME_MAX = 40 };

static const struct {
    const char *name;
    struct regex_class class;
} classes[] = {
    {"Alpha", {"a-zA-Z", NULL}},
    {"Digit", {"0-9", NULL}},
    {"Alnum", {"a-zA-Z0-9", NULL}},
    {"Upper", {"A-Z", NULL}},
    {"Lower", {"a-z", NULL}},
    {"Punct", {"!-\\/:-@\\[-`{-~", NULL}},
    {"Graph", {"!-~", NULL}},
    {"Print", {" -~", NULL}},
    {"Blank", {" \\t", NULL}},
    {"Cntrl", {"\\x{0}-\\x{1f}\\x{7f}", NULL}},
    {"XDigit", {"0-9a-fA-F", NULL}},
    {"Space", {" \\t-\\r", NULL}},
    {"ASCII", {"\\x{0}-\\x{7f}", NULL}},
    {"L1", {"\\x{0}-\\x{ff}", NULL}},
    {"all", {"\\p{Any}", "\\P{Any}"}},
    {"LC", {"\\p{L&}", "\\P{L&}"}},
    {"LD", {"\\p{L}\\p{Nd}", NULL}},
    {"IsAlphabetic", {"\\p{Alphabetic}", "\\P{Alphabetic}"}},
    {"IsIdeographic", {"\\p{Ideographic}", "\\P{Ideographic}"}},
    {"IsLetter", {"\\p{L}", "\\P{L}"}},
    {"IsLowercase", {"\\p{Lowercase}", "\\P{Lowercase}"}},
    {"IsUppercase", {"\\p{Uppercase}", "\\P{Uppercase}"}},
    {"IsTitlecase", {"\\p{Lt}", "\\P{Lt}"}},
    {"IsPunctuation", {"\\p{P}", "\\P{P}"}},
    {"IsControl", {"\\p{Cc}", "\\P{Cc}"}},
    {"IsWhite_Space", {"\\p{White_Space}", "\\P{White_Space}"}},
    {"IsDigit", {"\\p{Nd}", "\\P{Nd}"}},
    {"IsHex_Digit", {"\\p{Nd}\\p{Hex_Digit}", NULL}},
    {"IsJoin_Control", {"\\p{Join_Control}", "\\P{Join_Control}"}},
    {"IsAssigned", {"\\P{Cn}", "\\p{Cn}"}},
    {"IsEmoji", {"\\p{Emoji}", "\\P{Emoji}"}},
    {"javaLowerCase", {"\\p{Lowercase}", "\\P{Lowercase}"}},
    {"javaUpperCase", {"\\p{Uppercase}", "\\P{Uppercase}"}},
    {"javaTitleCase", {"\\p{Lt}", "\\P{Lt}"}},
    {"javaAlphabetic", {"\\p{Alphabetic}", "\\P{Alphabetic}"}},
    {"javaIdeographic", {"\\p{Ideographic}", "\\P{Ideographic}"}},
    {"javaLetter", {"\\p{L}", "\\P{L}"}},
    {"javaDigit", {"\\p{Nd}", "\\P{Nd}"}},
    {"javaLetterOrDigit", {"\\p{L}\\p{Nd}", NULL}},
    {"javaDefined", {"\\P{Cn}", "\\p{Cn}"}},
    {"javaISOControl", {"\\x{0}-\\x{1f}\\x{7f}-\\x{9f}", NULL}},
    {"javaSpaceChar", {"\\p{Z}", "\\P{Z}"}},
    /* Not the spaces at which a line must not be broken. */
    {"javaWhitespace",
     {"\\t-\\r\\x{1c}-\\x{20}\\x{1680}\\x{2000}-\\x{2006}"
      "\\x{2008}-\\x{200a}\\x{2028}\\x{2029}\\x{205f}\\x{3000}",
      NULL}},
};

/* General categories, which Java writes with or without Is. */
static const char categories[] =
    " L Lu Ll Lt Lm Lo M Mn Me Mc N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc "
    "Sk So Z Zs Zl Zp C Cc Cf Co Cs Cn ";

static bool
is_category(const char *name)
{
    char word[CLASS_NAME_MAX + 3];
    size_t len = strlen(name);
    assert(len < CLASS_NAME_MAX);
    word[0] = ' ';
    memcpy(word + 1, name, len);
    memcpy(word + 1 + len, " ", 2);
    return len > 0 && strstr(categories, word) != NULL;
}

/* The name behind a prefix, or NULL. */
static const char *
behind(const char *name, const char *prefix)
{
    size_t len = strlen(prefix);
    return strncmp(name, prefix, len) == 0 ? name + len : NULL;
}

/* The scripts that PCRE2 has are those whose names it takes; what it does not
 * know it refuses itself. */
static struct regex_class
class_of_unicode(const char *name)
{
    Value members = text_format("\\p{%s}", name);
    Value others = text_format("\\P{%s}", name);
    return (struct regex_class){text_bytes(members), text_bytes(others)};
}

struct regex_class
regex_class_named(const char *bytes, size_t len)
{
    static const char *const category_prefixes[] = {"Is", "general_category=",
                                                    "gc=", ""};
    static const char *const script_prefixes[] = {"script=", "sc=", "Is"};
    char name[CLASS_NAME_MAX];
    if (len >= sizeof(name)) {
        return (struct regex_class){NULL, NULL};
    }
    memcpy(name, bytes, len);
    name[len] = 0;
    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
        if (strcmp(classes[i].name, name) == 0) {
            return classes[i].class;
        }
    }
    for (size_t i = 0; i < 4; i++) {
        const char *rest = behind(name, category_prefixes[i]);
        if (rest != NULL && is_category(rest)) {
            return class_of_unicode(rest);
        }
    }
    for (size_t i = 0; i < 3; i++) {
        const char *rest = behind(name, script_prefixes[i]);
        if (rest != NULL && *rest != 0) {
            return class_of_unicode(rest);
        }
    }
    return (struct regex_class){NULL, NULL};
}
