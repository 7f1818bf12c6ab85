/* SPDX-License-Identifier: MIT */
/* How far the arguments of a form are indented, by the name of its head. */
#ifndef INTERP_READ_LAYOUT_RULES_H
#define INTERP_READ_LAYOUT_RULES_H

#include "interp/read/scan.h"

enum layout_style {
    LAYOUT_CALL,   /* below the first argument */
    LAYOUT_BODY,   /* two columns in, wherever it stands */
    LAYOUT_BLOCK,  /* the same, once the arguments before the body are given */
    LAYOUT_METHODS /* BODY, and so are the lists directly inside */
};

struct layout_rule {
    enum layout_style style;
    uint32_t before; /* BLOCK: arguments before the body */
};

/* The rule for a head such as "defn" or "t/deftest". */
struct layout_rule layout_rule_of(struct scan_token head);

#endif
