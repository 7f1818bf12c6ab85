/* SPDX-License-Identifier: MIT */
/* What can be printed, compared and sorted by: the fields of actions and of
 * targets. */
#ifndef RUNTIME_QUERY_FIELD_H
#define RUNTIME_QUERY_FIELD_H

#include "exec/exec.h"

#include <stdint.h>

enum query_field_id {
    FIELD_ARGV,
    FIELD_AVG,
    FIELD_CHANGE,
    FIELD_COMMAND,
    FIELD_CRITICAL,
    FIELD_CWD,
    FIELD_DEPFILE,
    FIELD_DESC,
    FIELD_DISCOVERED,
    FIELD_DURATION,
    FIELD_ENV,
    FIELD_EXIT,
    FIELD_FILE,
    FIELD_GROUP,
    FIELD_HASH,
    FIELD_ID,
    FIELD_INPUTS,
    FIELD_KIND,
    FIELD_LINE,
    FIELD_MANIFEST,
    FIELD_MTIME,
    FIELD_N_INPUTS,
    FIELD_N_OUTPUTS,
    FIELD_NAME,
    FIELD_OUTPUT,
    FIELD_OUTPUTS,
    FIELD_PATH,
    FIELD_POOL,
    FIELD_PRODUCER,
    FIELD_READS,
    FIELD_RSS,
    FIELD_RULE,
    FIELD_RUNS,
    FIELD_SIZE,
    FIELD_SLACK,
    FIELD_STARTED,
    FIELD_STATE,
    FIELD_TARGET,
    FIELD_UNDECLARED,
    FIELD_USES,
    FIELD_WHY
};

enum query_field_type {
    FIELD_TEXT,
    FIELD_LIST,  /* of texts */
    FIELD_COUNT, /* a number without unit */
    FIELD_BYTES,
    FIELD_TIME,    /* a duration, in microseconds */
    FIELD_INSTANT, /* microseconds since 1970 */
    FIELD_BOOL
};

enum { FIELD_OF_ACTIONS = 1, FIELD_OF_TARGETS = 2 };

struct query_field {
    const char *name;
    enum query_field_id id;
    enum query_field_type type;
    unsigned of; /* FIELD_OF_ACTIONS and FIELD_OF_TARGETS */
    const char *doc;
};

/* The field of a name, aliases included, or NULL. */
const struct query_field *query_field_find(struct slice name);
/* The nearest name, or NULL. */
const char *query_field_nearest(struct slice name);
/* All of them, sorted by name; *count of them. */
const struct query_field *query_fields(uint32_t *count);

#endif
