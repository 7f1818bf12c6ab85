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

/* ninja has one as well, which it tells nobody of. */
static int
tool_urtle(const struct ninja_call *call, const struct view *view,
           struct error *err)
{
    (void)call;
    (void)view;
    (void)err;
    puts("          ________\n"
         "       .-'\\__/  \\_`-.   __\n"
         "      /_/  \\__/ \\__\\ .'o \\\n"
         "     (__\\__/__\\_/___|/  _.'\n"
         "   ~~'-|_|------|_|--'~~\n");
    return 0;
}

/* In the order in which ninja lists them; without a summary, not listed. */
static const struct ninja_tool tools[] = {
    {"browse", "browse dependency graph in a web browser", tool_browse,
     TOOL_FILE},
    {"clean", "clean built files", tool_clean, TOOL_DYNDEP},
    {"commands", "list all commands required to rebuild given targets",
     tool_commands, TOOL_FILE},
    {"inputs", "list all inputs required to rebuild given targets", tool_inputs,
     TOOL_FILE},
    {"multi-inputs",
     "print one or more sets of inputs required to build targets",
     tool_multi_inputs, TOOL_FILE},
    {"deps", "show dependencies stored in the deps log", tool_deps, TOOL_FILE},
    {"missingdeps", "check deps log dependencies on generated files",
     tool_missing_deps, TOOL_FILE},
    {"graph", "output graphviz dot file for targets", tool_graph, TOOL_DYNDEP},
    {"query", "show inputs/outputs for a path", tool_query, TOOL_DYNDEP},
    {"targets", "list targets by their rule or depth in the DAG", tool_targets,
     TOOL_FILE},
    {"compdb", "dump JSON compilation database to stdout", tool_compdb,
     TOOL_FILE},
    {"compdb-targets",
     "dump JSON compilation database for a given list of targets to stdout",
     tool_compdb_targets, TOOL_FILE},
    {"recompact", "recompacts ninja-internal data structures", tool_recompact,
     TOOL_FILE},
    {"restat", "restats all outputs in the build log", tool_restat,
     TOOL_NO_FILE},
    {"rules", "list all rules", tool_rules, TOOL_FILE},
    {"cleandead",
     "clean built files that are no longer produced by the manifest",
     tool_cleandead, TOOL_DYNDEP},
    {"urtle", NULL, tool_urtle, TOOL_NO_FILE},
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
    size_t count = 0;
    for (size_t i = 0; i < TOOL_COUNT; i++) {
        if (tools[i].summary != NULL) {
            names[count++] = tools[i].name;
        }
    }
    return magma_nearest(name, names, count);
}

void
ninja_tool_list(void)
{
    puts("ninja subtools:");
    for (size_t i = 0; i < TOOL_COUNT; i++) {
        if (tools[i].summary != NULL) {
            printf("%11s  %s\n", tools[i].name, tools[i].summary);
        }
    }
}
