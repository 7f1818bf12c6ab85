/* SPDX-License-Identifier: MIT */
/*
 * The customs of Clojure people, as a table. What is not in it is laid out as
 * a call; def... and with-... are taken for macros with a body. A namespace
 * before the name does not count: t/deftest is deftest.
 *
 * The walk over the table is short beside what is done for a bracket anyway,
 * and a table that people read is worth more than a search by halves.
 */
#include "interp/read/layout_rules.h"

#include <assert.h>
#include <string.h>

static const struct {
    const char *name;
    struct layout_rule rule;
} rules[] = {
    {"fn", {LAYOUT_BODY, 0}},
    {"ns", {LAYOUT_BODY, 0}},
    {"bound-fn", {LAYOUT_BODY, 0}},
    {"use-fixtures", {LAYOUT_CALL, 0}},
    {"default", {LAYOUT_CALL, 0}},
    {"default-reader", {LAYOUT_CALL, 0}},
    {"reify", {LAYOUT_METHODS, 0}},
    {"proxy", {LAYOUT_METHODS, 0}},
    {"defrecord", {LAYOUT_METHODS, 0}},
    {"deftype", {LAYOUT_METHODS, 0}},
    {"defprotocol", {LAYOUT_METHODS, 0}},
    {"extend-type", {LAYOUT_METHODS, 0}},
    {"extend-protocol", {LAYOUT_METHODS, 0}},
    {"do", {LAYOUT_BLOCK, 0}},
    {"try", {LAYOUT_BLOCK, 0}},
    {"cond", {LAYOUT_BLOCK, 0}},
    {"comment", {LAYOUT_BLOCK, 0}},
    {"delay", {LAYOUT_BLOCK, 0}},
    {"finally", {LAYOUT_BLOCK, 0}},
    {"lazy-seq", {LAYOUT_BLOCK, 0}},
    {"with-out-str", {LAYOUT_BLOCK, 0}},
    {"let", {LAYOUT_BLOCK, 1}},
    {"letfn", {LAYOUT_BLOCK, 1}},
    {"loop", {LAYOUT_BLOCK, 1}},
    {"binding", {LAYOUT_BLOCK, 1}},
    {"if", {LAYOUT_BLOCK, 1}},
    {"if-not", {LAYOUT_BLOCK, 1}},
    {"if-let", {LAYOUT_BLOCK, 1}},
    {"if-some", {LAYOUT_BLOCK, 1}},
    {"when", {LAYOUT_BLOCK, 1}},
    {"when-not", {LAYOUT_BLOCK, 1}},
    {"when-let", {LAYOUT_BLOCK, 1}},
    {"when-some", {LAYOUT_BLOCK, 1}},
    {"when-first", {LAYOUT_BLOCK, 1}},
    {"while", {LAYOUT_BLOCK, 1}},
    {"for", {LAYOUT_BLOCK, 1}},
    {"doseq", {LAYOUT_BLOCK, 1}},
    {"dotimes", {LAYOUT_BLOCK, 1}},
    {"doto", {LAYOUT_BLOCK, 1}},
    {"case", {LAYOUT_BLOCK, 1}},
    {"cond->", {LAYOUT_BLOCK, 1}},
    {"cond->>", {LAYOUT_BLOCK, 1}},
    {"testing", {LAYOUT_BLOCK, 1}},
    {"prop", {LAYOUT_BLOCK, 1}},
    {"extend", {LAYOUT_BLOCK, 1}},
    {"struct", {LAYOUT_BLOCK, 1}},
    {"as->", {LAYOUT_BLOCK, 2}},
    {"are", {LAYOUT_BLOCK, 2}},
    {"condp", {LAYOUT_BLOCK, 2}},
    {"catch", {LAYOUT_BLOCK, 2}},
    {"thrown?", {LAYOUT_BLOCK, 1}},
    {"thrown-with-msg?", {LAYOUT_BLOCK, 2}},
};

static bool
starts_with(struct scan_token token, const char *prefix)
{
    size_t len = strlen(prefix);
    return token.len >= len && memcmp(token.bytes, prefix, len) == 0;
}

struct layout_rule
layout_rule_of(struct scan_token head)
{
    const char *slash = memrchr(head.bytes, '/', head.len);
    if (slash != NULL && head.len > 1) {
        head.len -= (size_t)(slash + 1 - head.bytes);
        head.bytes = slash + 1;
    }
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        assert(rules[i].name != NULL);
        if (strlen(rules[i].name) == head.len &&
            memcmp(rules[i].name, head.bytes, head.len) == 0) {
            return rules[i].rule;
        }
    }
    if (starts_with(head, "def") || starts_with(head, "with-")) {
        return (struct layout_rule){LAYOUT_BODY, 0};
    }
    return (struct layout_rule){LAYOUT_CALL, 0};
}
