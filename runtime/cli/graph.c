/* SPDX-License-Identifier: MIT */
/* `ronin graph` and `ronin compdb`: queries with a format of their own. */
#include "runtime/cli/query.h"

static int
run_graph(int argc, char **argv)
{
    static const struct query_preset preset = {"dot", "all"};
    return query_run(&command_graph, argc, argv, &preset);
}

static int
run_compdb(int argc, char **argv)
{
    static const struct query_preset preset = {"compdb", "actions"};
    return query_run(&command_compdb, argc, argv, &preset);
}

static const struct option_row graph_rows[] = {
    {'f', "file", "FILE", "the build file, instead of build.magma"},
    {'o', "output", "dot|mermaid|tree|html", "how it is drawn"},
    {OPTION_HTML, "html", "FILE", "write a page to look around in"},
    {'w', "write", "FILE", "write FILE, if that changes it"},
    {0, NULL, NULL, NULL},
};

const struct command command_graph = {
    .name = "graph",
    .args = "[OPTION...] [QUERY]",
    .summary = "Draw the graph, or what a query answers of it.",
    .usage = "  ronin graph 'app | deps' | dot -Tsvg >app.svg\n"
             "  ronin graph -o tree app\n"
             "  ronin graph --html graph.html",
    .options = graph_rows,
    .run = run_graph,
};

static const struct option_row compdb_rows[] = {
    {'f', "file", "FILE", "the build file, instead of build.magma"},
    {'w', "write", "FILE", "write FILE, if that changes it"},
    {0, NULL, NULL, NULL},
};

const struct command command_compdb = {
    .name = "compdb",
    .args = "[OPTION...] [QUERY]",
    .summary = "Print a compilation database for editors and clang's tools.",
    .usage = "It has an entry for each action with a source that compilers "
             "take one at a time.\n\n"
             "  ronin compdb -w compile_commands.json",
    .options = compdb_rows,
    .run = run_compdb,
};
