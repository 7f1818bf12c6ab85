/* SPDX-License-Identifier: MIT */
#include "runtime/query/field.h"

#include "interp/magma.h"

#include <stdlib.h>
#include <string.h>

enum {
    BOTH = FIELD_OF_ACTIONS | FIELD_OF_TARGETS,
    ACTIONS = FIELD_OF_ACTIONS,
    TARGETS = FIELD_OF_TARGETS
};

/* Sorted by name. The words of `doc` end no sentence: they stand in tables. */
static const struct query_field fields[] = {
    {"argv", FIELD_ARGV, FIELD_LIST, ACTIONS, "the words of its commands"},
    {"avg", FIELD_AVG, FIELD_TIME, ACTIONS, "how long it usually takes"},
    {"change", FIELD_CHANGE, FIELD_TEXT, ACTIONS,
     "of diff: added, removed or changed"},
    {"command", FIELD_COMMAND, FIELD_TEXT, ACTIONS,
     "its commands as a shell would take them"},
    {"critical", FIELD_CRITICAL, FIELD_BOOL, ACTIONS,
     "whether it is on the critical path of the last run"},
    {"cwd", FIELD_CWD, FIELD_TEXT, ACTIONS, "the folder it runs in"},
    {"depfile", FIELD_DEPFILE, FIELD_TEXT, ACTIONS, "its depfile"},
    {"desc", FIELD_DESC, FIELD_TEXT, ACTIONS, "its description"},
    {"discovered", FIELD_DISCOVERED, FIELD_LIST, ACTIONS,
     "inputs that it named when it last ran"},
    {"duration", FIELD_DURATION, FIELD_TIME, ACTIONS,
     "how long it took the last time"},
    {"env", FIELD_ENV, FIELD_LIST, ACTIONS, "variables that it depends on"},
    {"exit", FIELD_EXIT, FIELD_COUNT, ACTIONS, "its last exit status"},
    {"file", FIELD_FILE, FIELD_TEXT, ACTIONS, "the build file it stands in"},
    {"group", FIELD_GROUP, FIELD_LIST, TARGETS, "the groups it is in"},
    {"hash", FIELD_HASH, FIELD_TEXT, BOTH,
     "of its manifest, or of its content"},
    {"id", FIELD_ID, FIELD_TEXT, ACTIONS, "its id, for #id"},
    {"inputs", FIELD_INPUTS, FIELD_LIST, ACTIONS, "its declared inputs"},
    {"kind", FIELD_KIND, FIELD_TEXT, TARGETS,
     "source, generated, missing, dir, symlink, group or name"},
    {"line", FIELD_LINE, FIELD_COUNT, ACTIONS, "where in the build file"},
    {"manifest", FIELD_MANIFEST, FIELD_TEXT, ACTIONS,
     "all that its last verdict was made from"},
    {"mtime", FIELD_MTIME, FIELD_INSTANT, TARGETS, "when it was last written"},
    {"n_inputs", FIELD_N_INPUTS, FIELD_COUNT, ACTIONS, "how many inputs"},
    {"n_outputs", FIELD_N_OUTPUTS, FIELD_COUNT, ACTIONS, "how many outputs"},
    {"name", FIELD_NAME, FIELD_TEXT, BOTH, "the name it was given"},
    {"output", FIELD_OUTPUT, FIELD_TEXT, ACTIONS,
     "what it printed the last time"},
    {"outputs", FIELD_OUTPUTS, FIELD_LIST, ACTIONS, "the files it makes"},
    {"path", FIELD_PATH, FIELD_TEXT, BOTH,
     "of a target; of an action, its first output or its name"},
    {"pool", FIELD_POOL, FIELD_TEXT, ACTIONS, "the pool it runs in"},
    {"producer", FIELD_PRODUCER, FIELD_TEXT, TARGETS,
     "the action that makes it"},
    {"reads", FIELD_READS, FIELD_LIST, ACTIONS,
     "its inputs, declared and discovered"},
    {"rss", FIELD_RSS, FIELD_BYTES, ACTIONS,
     "the most memory that it had the last time"},
    {"rule", FIELD_RULE, FIELD_TEXT, ACTIONS, "the name of its rule"},
    {"runs", FIELD_RUNS, FIELD_COUNT, ACTIONS, "how many runs of it are kept"},
    {"size", FIELD_SIZE, FIELD_BYTES, TARGETS, "of the file"},
    {"slack", FIELD_SLACK, FIELD_TIME, ACTIONS,
     "how much later it could have ended without making the run longer"},
    {"started", FIELD_STARTED, FIELD_INSTANT, ACTIONS, "when it last began"},
    {"state", FIELD_STATE, FIELD_TEXT, ACTIONS,
     "clean, dirty, failed or running"},
    {"target", FIELD_TARGET, FIELD_TEXT, FIELD_OF_ACTIONS | FIELD_OF_TARGETS,
     "the target of CMake or Meson that it belongs to"},
    {"undeclared", FIELD_UNDECLARED, FIELD_COUNT, ACTIONS,
     "how many undeclared accesses were traced"},
    {"uses", FIELD_USES, FIELD_COUNT, TARGETS, "how many actions read it"},
    {"why", FIELD_WHY, FIELD_TEXT, ACTIONS,
     "the first reason of its last run, or of the next one if it is dirty"},
};

enum { FIELD_COUNT_OF_ALL = sizeof(fields) / sizeof(fields[0]) };

/* Other spellings; the first document says `commands`. */
static const struct {
    const char *name;
    const char *means;
} aliases[] = {{"commands", "command"}, {"description", "desc"}};

const struct query_field *
query_fields(uint32_t *count)
{
    *count = FIELD_COUNT_OF_ALL;
    return fields;
}

const struct query_field *
query_field_find(struct slice name)
{
    for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
        if (slice_equal(name, slice_of(aliases[i].name))) {
            name = slice_of(aliases[i].means);
        }
    }
    for (size_t i = 0; i < FIELD_COUNT_OF_ALL; i++) {
        if (slice_equal(name, slice_of(fields[i].name))) {
            return &fields[i];
        }
    }
    return NULL;
}

const char *
query_field_nearest(struct slice name)
{
    const char *names[FIELD_COUNT_OF_ALL];
    for (size_t i = 0; i < FIELD_COUNT_OF_ALL; i++) {
        names[i] = fields[i].name;
    }
    char *word = mem_copy(name.bytes, name.len);
    const char *nearest = magma_nearest(word, names, FIELD_COUNT_OF_ALL);
    free(word);
    return nearest;
}
