/* SPDX-License-Identifier: MIT */
/*
 * The tools of `ninja -t`, in ninja's words and forms, because scripts read
 * them. See spec/cli/ninja.md.
 */
#ifndef RUNTIME_NINJA_TOOLS_H
#define RUNTIME_NINJA_TOOLS_H

#include "runtime/ninja/view.h"

/* What a tool is started with. */
struct ninja_call {
    const char *file; /* the build file */
    bool dry_run;
    bool verbose;
    int argc; /* argv[0] is the tool */
    char **argv;
};

/* What a tool has to know. */
enum tool_view {
    TOOL_NO_FILE,
    TOOL_FILE,  /* the build file */
    TOOL_DYNDEP /* and what dyndep files say */
};

struct ninja_tool {
    const char *name;
    const char *summary; /* NULL: not listed */
    /* With that known; with an empty view if it is nothing. Returns the
     * exit status; an error is printed by the caller, which then ends with 1. */
    int (*run)(const struct ninja_call *call, const struct view *view,
               struct error *err);
    enum tool_view knows;
};

/* The tool of a name, or NULL. */
const struct ninja_tool *ninja_tool_find(const char *name);
/* The nearest name, or NULL. */
const char *ninja_tool_nearest(const char *name);
/* "ninja subtools:" and a line each. */
void ninja_tool_list(void);

/* tools_list.c: what edges there are. */
int tool_targets(const struct ninja_call *call, const struct view *view,
                 struct error *err);
int tool_query(const struct ninja_call *call, const struct view *view,
               struct error *err);
int tool_rules(const struct ninja_call *call, const struct view *view,
               struct error *err);
int tool_graph(const struct ninja_call *call, const struct view *view,
               struct error *err);
/* tools_need.c: what targets need. */
int tool_commands(const struct ninja_call *call, const struct view *view,
                  struct error *err);
int tool_inputs(const struct ninja_call *call, const struct view *view,
                struct error *err);
int tool_multi_inputs(const struct ninja_call *call, const struct view *view,
                      struct error *err);
/* tools_compdb.c */
int tool_compdb(const struct ninja_call *call, const struct view *view,
                struct error *err);
int tool_compdb_targets(const struct ninja_call *call, const struct view *view,
                        struct error *err);
/* tools_state.c: files that were made, and what is remembered of them. */
int tool_clean(const struct ninja_call *call, const struct view *view,
               struct error *err);
int tool_cleandead(const struct ninja_call *call, const struct view *view,
                   struct error *err);
/* tools_logs.c: what is in ninja's logs. */
int tool_deps(const struct ninja_call *call, const struct view *view,
              struct error *err);
int tool_missing_deps(const struct ninja_call *call, const struct view *view,
                      struct error *err);
int tool_recompact(const struct ninja_call *call, const struct view *view,
                   struct error *err);
int tool_restat(const struct ninja_call *call, const struct view *view,
                struct error *err);

/* tools_browse.c: a page for each target; it returns only if it fails. */
int tool_browse(const struct ninja_call *call, const struct view *view,
                struct error *err);

/* Edges that targets need, each after those it needs itself: places of edges
 * go to a vec of uint32_t. */
void tool_needed_edges(const struct view *view, const struct vec *nodes,
                       bool only_direct, struct vec *places);

#endif
