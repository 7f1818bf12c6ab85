/* SPDX-License-Identifier: MIT */
/*
 * The table of tools. Names and summaries are ninja's, word for word, since
 * `-t list` is read by people who know it, and the spelling that is suggested
 * comes from here. A tool that a configure step calls before there is a build
 * file does not need one: it is run with nothing read.
 */
#include "runtime/ninja/tools.h"

#include "interp/magma.h"

#include <stdio.h>
#include <string.h>

/* In the order in which ninja lists them. */
static const struct ninja_tool tools[] = {
    {"browse", "browse dependency graph in a web browser", tool_browse, true},
    {"clean", "clean built files", tool_clean, true},
    {"commands", "list all commands required to rebuild given targets",
     tool_commands, true},
    {"inputs", "list all inputs required to rebuild given targets", tool_inputs,
     true},
    {"multi-inputs",
     "print one or more sets of inputs required to build targets",
     tool_multi_inputs, true},
    {"deps", "show dependencies stored in the deps log", tool_deps, true},
    {"missingdeps", "check deps log dependencies on generated files",
     tool_missing_deps, true},
    {"graph", "output graphviz dot file for targets", tool_graph, true},
    {"query", "show inputs/outputs for a path", tool_query, true},
    {"targets", "list targets by their rule or depth in the DAG", tool_targets,
     true},
    {"compdb", "dump JSON compilation database to stdout", tool_compdb, true},
    {"compdb-targets",
     "dump JSON compilation database for a given list of targets to stdout",
     tool_compdb_targets, true},
    {"recompact", "recompacts ninja-internal data structures", tool_recompact,
     true},
    {"restat", "restats all outputs in the build log", tool_restat, false},
    {"rules", "list all rules", tool_rules, true},
    {"cleandead",
     "clean built files that are no longer produced by the manifest",
     tool_cleandead, true},
};

enum { TOOL_COUNT = sizeof(tools) / sizeof(tools[0]) };

const struct ninja_tool *
ninja_tool_find(const char *name)
{
    for (size_t i = 0; i < TOOL_COUNT; i++) {
        if (strcmp(tools[i].name, name) == 0) {
            return &tools[i];
        }
    }
    return NULL;
}

const char *
ninja_tool_nearest(const char *name)
{
    const char *names[TOOL_COUNT];
    for (size_t i = 0; i < TOOL_COUNT; i++) {
        names[i] = tools[i].name;
    }
    return magma_nearest(name, names, TOOL_COUNT);
}

void
ninja_tool_list(void)
{
    puts("ninja subtools:");
    for (size_t i = 0; i < TOOL_COUNT; i++) {
        printf("%11s  %s\n", tools[i].name, tools[i].summary);
    }
}
