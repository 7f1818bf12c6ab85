/* SPDX-License-Identifier: MIT */
/* The judge: what makes an action dirty, and what does not. */
#include "tests/lib/runs.h"

#include "exec/decide/attempt.h"

#include <stdio.h>

/* One action "out" of one input "in", built once. */
static struct world
built(unsigned kinds, struct action_id *action)
{
    struct world w = world_make();
    *action = world_action(&w, "out", "in", kinds);
    if (!(kinds & (EDGE_IFCREATED | EDGE_IFDELETED))) {
        world_write(&w, "in", "one", 1);
    }
    world_open(&w);
    CHECK_EQ_STR(world_run(&w, *action, "out", "1", 2), "never-built");
    world_again(&w);
    return w;
}

TEST(clean_after_it_was_built)
{
    struct action_id a;
    struct world w = built(EDGE_IFWRITTEN, &a);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    world_finish(&w);
}

TEST(ifwritten_sees_a_newer_and_an_older_time)
{
    struct action_id a;
    struct world w = built(EDGE_IFWRITTEN, &a);
    world_write(&w, "in", "one", 9);
    CHECK_EQ_STR(world_run(&w, a, "out", "1", 3), "input-written in");
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    world_write(&w, "in", "one", -500);
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "input-written in");
    world_finish(&w);
}

TEST(ifwritten_sees_size_and_mode)
{
    struct action_id a;
    struct world w = built(EDGE_IFWRITTEN, &a);
    world_write(&w, "in", "longer", 1);
    CHECK_EQ_STR(world_run(&w, a, "out", "1", 3), "input-written in");
    char *path = world_path(&w, "in");
    CHECK_EQ_INT(chmod(path, 0755), 0);
    free(path);
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "input-written in");
    world_finish(&w);
}

TEST(same_size_and_time_are_seen_through_the_change_time)
{
    struct action_id a;
    struct world w = built(EDGE_IFWRITTEN, &a);
    world_tick();
    world_write(&w, "in", "two", 1);
    CHECK_EQ_STR(world_judge(&w, a), "input-written in");
    world_finish(&w);

    w = built(EDGE_IFCHANGED, &a);
    world_tick();
    world_write(&w, "in", "two", 1);
    CHECK_EQ_STR(world_judge(&w, a), "input-changed in");
    world_finish(&w);
}

TEST(an_edit_in_the_tick_of_the_look_is_seen)
{
    /* No tick in between: often even the change time is the same. */
    for (int i = 0; i < 20; i++) {
        struct action_id a;
        struct world w = built(EDGE_IFWRITTEN, &a);
        world_write(&w, "in", "two", 1);
        CHECK_EQ_STR(world_judge(&w, a), "input-written in");
        world_finish(&w);
    }
}

TEST(another_inode_with_equal_bytes_is_clean)
{
    struct action_id a;
    struct world w = built(EDGE_IFWRITTEN | EDGE_IFCHANGED, &a);
    world_tick();
    world_write(&w, "copy", "one", 1);
    char *copy = world_path(&w, "copy");
    char *in = world_path(&w, "in");
    CHECK_EQ_INT(rename(copy, in), 0);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "clean");

    char *other = world_path(&w, "other");
    CHECK_EQ_INT(link(in, other), 0); /* moves the change time alone */
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    free(other);
    free(copy);
    free(in);
    world_finish(&w);
}

TEST(ifchanged_looks_at_content_alone)
{
    struct action_id a;
    struct world w = built(EDGE_IFCHANGED, &a);
    world_write(&w, "in", "one", 50);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    world_write(&w, "in", "two", 60);
    world_again(&w);
    CHECK_EQ_STR(world_run(&w, a, "out", "2", 4), "input-changed in");
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    world_finish(&w);
}

TEST(content_reads_ifwritten_as_ifchanged)
{
    struct action_id a;
    struct world w = built(EDGE_IFWRITTEN, &a);
    world_write(&w, "in", "one", 50);
    w.content = true;
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    w.content = false;
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "input-written in");
    world_finish(&w);
}

TEST(ifcreated_fires_on_creation_only)
{
    struct action_id a;
    struct world w = built(EDGE_IFCREATED, &a);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    world_write(&w, "in", "new", 1);
    world_again(&w);
    CHECK_EQ_STR(world_run(&w, a, "out", "1", 3), "input-created in");
    world_write(&w, "in", "changed", 8);
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    world_remove(&w, "in");
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    world_write(&w, "in", "back", 9);
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "input-created in");
    world_finish(&w);
}

TEST(ifdeleted_fires_on_deletion_only)
{
    struct action_id a;
    struct world w = built(EDGE_IFDELETED, &a);
    world_write(&w, "in", "new", 1);
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    world_write(&w, "in", "other", 2);
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    world_remove(&w, "in");
    world_again(&w);
    CHECK_EQ_STR(world_run(&w, a, "out", "1", 3), "input-deleted in");
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    world_finish(&w);
}

TEST(kinds_of_two_edges_join)
{
    struct world w = world_make();
    struct action_id a = world_begin(&w, "out", "/bin/tool x");
    world_input(&w, "in", EDGE_IFCHANGED);
    world_input(&w, "in", EDGE_IFDELETED);
    graph_end_action(w.graph);
    world_open(&w);
    CHECK_EQ_STR(world_run(&w, a, "out", "1", 1), "never-built");
    world_write(&w, "in", "x", 1);
    world_again(&w);
    CHECK_EQ_STR(world_run(&w, a, "out", "1", 1), "input-created in");
    world_remove(&w, "in");
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "input-deleted in");
    world_finish(&w);
}

TEST(always_is_always)
{
    struct world w = world_make();
    struct action *action;
    struct action_id a = graph_begin_action(w.graph, &action);
    action->key = world_str(&w, "name:x");
    action->flags = ACTION_ALWAYS;
    graph_end_action(w.graph);
    world_open(&w);
    CHECK_EQ_STR(world_run(&w, a, NULL, NULL, 0), "never-built, always");
    world_again(&w);
    CHECK_EQ_STR(world_run(&w, a, NULL, NULL, 0), "always");
    CHECK(w.news.unchanged);
    world_finish(&w);
}

/* --- Missing inputs ------------------------------------------------------------- */

TEST(a_missing_input_is_an_error_with_advice)
{
    struct world w = world_make();
    struct action_id a = world_action(&w, "out", "src/main.c", EDGE_IFWRITTEN);
    world_write(&w, "src/mian.c", "x", 1);
    world_open(&w);
    CHECK_EQ_STR(world_judge(&w, a), "error");
    CHECK_EQ_INT(w.err.class, ERROR_CLASS_GRAPH);
    CHECK_EQ_STR(w.err.where, "build.magma:3:7");
    CHECK_EQ_STR(w.err.help, "did you mean src/mian.c?");
    CHECK(strstr(w.err.what, "src/main.c") && strstr(w.err.what, "out"));
    world_finish(&w);
}

TEST(a_missing_member_of_a_group_is_an_error)
{
    struct world w = world_make();
    struct group_id group =
        graph_begin_group(w.graph, world_str(&w, "all"),
                          (struct place){world_str(&w, ""), 0, 0});
    graph_add_member(w.graph, world_file(&w, "gone"));
    graph_end_group(w.graph);
    struct action_id a = world_begin(&w, "out", "/bin/tool");
    graph_add_input(w.graph, (struct node){NODE_GROUP, group.n},
                    EDGE_ORDER_ONLY, false);
    graph_end_action(w.graph);
    world_open(&w);
    CHECK_EQ_STR(world_judge(&w, a), "error");
    world_write(&w, "gone", "x", 1);
    world_again(&w);
    CHECK_EQ_STR(world_run(&w, a, "out", "1", 1), "never-built");
    world_write(&w, "gone", "y", 2); /* order alone */
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    world_finish(&w);
}

/* --- Outputs ------------------------------------------------------------------------ */

TEST(outputs_are_watched_over)
{
    struct action_id a;
    struct world w = built(EDGE_IFWRITTEN, &a);
    world_remove(&w, "out");
    world_again(&w);
    CHECK_EQ_STR(world_run(&w, a, "out", "1", 2), "output-missing out");
    world_write(&w, "out", "forged", 2);
    world_again(&w);
    CHECK_EQ_STR(world_run(&w, a, "out", "1", 2), "output-modified out");
    world_tick();
    world_write(&w, "out", "2", 2);
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "output-modified out");
    world_remove(&w, "out");
    char *path = world_path(&w, "out");
    CHECK_EQ_INT(mkdir(path, 0777), 0);
    free(path);
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "output-kind out");
    world_finish(&w);
}

TEST(a_dangling_link_is_an_output)
{
    struct world w = world_make();
    struct action_id a = world_action(&w, "link", "in", EDGE_IFWRITTEN);
    world_write(&w, "in", "x", 1);
    world_open(&w);
    CHECK_EQ_STR(world_judge(&w, a), "never-built");
    struct attempt *attempt = world_start(&w, a);
    char *path = world_path(&w, "link");
    CHECK_EQ_INT(symlink("nowhere", path), 0);
    free(path);
    CHECK(world_end(&w, attempt, NULL, 0));
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    world_finish(&w);
}

TEST(a_folder_may_be_input_and_output)
{
    struct world w = world_make();
    struct action_id a = world_action(&w, "outdir", "indir", EDGE_IFWRITTEN);
    world_write(&w, "indir/a", "x", 1);
    world_open(&w);
    CHECK_EQ_STR(world_judge(&w, a), "never-built");
    struct attempt *attempt = world_start(&w, a);
    world_write(&w, "outdir/b", "x", 1);
    CHECK(world_end(&w, attempt, NULL, 0));
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    world_tick();
    world_write(&w, "indir/c", "x", 1);
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "input-written indir");
    world_finish(&w);
}

TEST(a_declared_output_that_was_not_written_fails)
{
    struct world w = world_make();
    struct action_id a = world_action(&w, "out", "in", EDGE_IFWRITTEN);
    world_write(&w, "in", "x", 1);
    world_open(&w);
    CHECK_EQ_STR(world_run(&w, a, NULL, NULL, 0), "failed");
    CHECK_EQ_INT(w.err.class, ERROR_CLASS_BUILD);
    CHECK(strstr(w.err.what, "did not write out"));
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "previous-failed");
    world_finish(&w);
}

TEST(an_output_that_may_be_left_out)
{
    struct world w = world_make();
    struct action *action;
    struct action_id a = graph_begin_action(w.graph, &action);
    action->key = world_str(&w, "out");
    action->flags = ACTION_MAY_NOT_WRITE;
    graph_add_output(w.graph, (struct file_id){world_file(&w, "out").n});
    graph_end_action(w.graph);
    world_open(&w);
    CHECK_EQ_STR(world_run(&w, a, NULL, NULL, 0), "never-built");
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    world_finish(&w);
}

TEST(early_cutoff_follows_the_kind_of_the_edge)
{
    struct world w = world_make();
    struct action_id gen = world_action(&w, "mid", "in", EDGE_IFWRITTEN);
    struct action_id by_bytes = world_action(&w, "b", "mid", EDGE_IFCHANGED);
    world_write(&w, "in", "x", 1);
    world_open(&w);
    CHECK_EQ_STR(world_run(&w, gen, "mid", "same", 1), "never-built");
    CHECK_EQ_STR(world_run(&w, by_bytes, "b", "1", 1), "never-built");
    world_write(&w, "in", "y", 2);
    world_again(&w);
    CHECK_EQ_STR(world_run(&w, gen, "mid", "same", 7), "input-written in");
    CHECK(w.news.unchanged);
    CHECK_EQ_STR(world_judge(&w, by_bytes), "clean");
    world_write(&w, "in", "z", 3);
    world_again(&w);
    CHECK_EQ_STR(world_run(&w, gen, "mid", "other", 8), "input-written in");
    CHECK(!w.news.unchanged);
    CHECK_EQ_STR(world_judge(&w, by_bytes), "input-changed mid");
    world_finish(&w);
}

/* --- Commands and environment --------------------------------------------------------------------- */

static struct action_id
command(struct world *w, const char *words)
{
    struct action_id a = world_begin(w, "out", words);
    graph_add_env(w->graph, world_str(w, "WORLD_VARIABLE"));
    graph_end_action(w->graph);
    return a;
}

/* Builds with one graph and judges with another. */
static const char *
rejudged(struct world *w, const char *words)
{
    world_close(w);
    world_new_graph(w);
    struct action_id a = command(w, words);
    world_open(w);
    return world_judge(w, a);
}

TEST(commands_and_variables_are_told_apart)
{
    unsetenv("WORLD_VARIABLE");
    struct world w = world_make();
    struct action_id a = command(&w, "/bin/tool -O0 x");
    world_open(&w);
    CHECK_EQ_STR(world_run(&w, a, "out", "1", 1), "never-built");
    CHECK_EQ_STR(rejudged(&w, "/bin/tool -O0 x"), "clean");
    CHECK_EQ_STR(rejudged(&w, "/bin/tool -O2 x"), "command-changed argv[1]");
    CHECK_EQ_STR(rejudged(&w, "/bin/tool -O0 -g x"), "command-changed argv[2]");
    CHECK_EQ_STR(rejudged(&w, "/bin/tool x"), "command-changed argv[1]");
    setenv("WORLD_VARIABLE", "", 1);
    CHECK_EQ_STR(rejudged(&w, "/bin/tool -O0 x"), "env-changed WORLD_VARIABLE");
    unsetenv("WORLD_VARIABLE");
    CHECK_EQ_STR(rejudged(&w, "/bin/tool -O0 x"), "clean");
    world_finish(&w);
}

/* Hashes of command parts that collide: what an earlier run stored is the text. */
TEST(a_command_is_compared_as_it_is)
{
    struct action_id a;
    struct world w = built(EDGE_IFCHANGED, &a);
    struct attempt *attempt = attempt_create(w.judge, a);
    struct record *record = record_of(w.judge, a);
    struct slice text = buffer_slice(&attempt->recipe);
    struct hash128 hash = attempt->manifest.command;
    struct slice other = {"another", 7};
    REQUIRE(record->command_number != 0);
    CHECK(!record_has_command(w.judge, record, other, hash));
    CHECK(!record_has_command(w.judge, record, other, hash));
    CHECK(record_has_command(w.judge, record, text, hash));
    attempt_destroy(attempt);
    world_finish(&w);
}

TEST(a_program_found_elsewhere_is_another_tool)
{
    struct world w = world_make();
    char *old_path = mem_copy_str(getenv("PATH"));
    char *dirs = mem_format("%s/one:%s/two", w.root, w.root);
    setenv("PATH", dirs, 1);
    world_write(&w, "two/tool", "x", 1);
    char *tool = world_path(&w, "two/tool");
    CHECK_EQ_INT(chmod(tool, 0755), 0);
    struct action_id a = command(&w, "tool x");
    world_open(&w);
    CHECK_EQ_STR(world_run(&w, a, "out", "1", 1), "never-built");
    CHECK_EQ_STR(rejudged(&w, "tool x"), "clean");
    char *dir = world_path(&w, "one");
    char *other = world_path(&w, "one/tool");
    CHECK_EQ_INT(mkdir(dir, 0777), 0);
    CHECK_EQ_INT(link(tool, other), 0);
    CHECK_EQ_STR(rejudged(&w, "tool x"), "tool-changed tool");
    setenv("PATH", old_path, 1);
    free(old_path);
    free(dirs);
    free(dir);
    free(tool);
    free(other);
    world_finish(&w);
}

TEST(inputs_come_and_go_whatever_their_order)
{
    struct world w = world_make();
    world_write(&w, "a", "x", 1);
    world_write(&w, "b", "x", 1);
    struct action_id a = world_begin(&w, "out", "/bin/tool");
    world_input(&w, "b", EDGE_IFWRITTEN);
    world_input(&w, "a", EDGE_IFWRITTEN);
    graph_end_action(w.graph);
    world_open(&w);
    CHECK_EQ_STR(world_run(&w, a, "out", "1", 1), "never-built");
    world_close(&w);
    world_new_graph(&w);
    a = world_begin(&w, "out", "/bin/tool");
    world_input(&w, "a", EDGE_IFWRITTEN);
    world_input(&w, "b", EDGE_IFWRITTEN);
    graph_end_action(w.graph);
    world_open(&w);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    world_close(&w);
    world_new_graph(&w);
    a = world_begin(&w, "out", "/bin/tool");
    world_write(&w, "c", "x", 1);
    world_input(&w, "c", EDGE_IFWRITTEN);
    world_input(&w, "b", EDGE_IFCHANGED);
    graph_end_action(w.graph);
    world_open(&w);
    CHECK_EQ_STR(world_judge(&w, a),
                 "input-removed a, input-added b, input-added c");
    world_finish(&w);
}

/* --- Actions as inputs, dynouts ----------------------------------------------------------------------- */

TEST(an_edge_to_an_action_without_outputs)
{
    struct world w = world_make();
    world_write(&w, "in", "x", 1);
    struct action_id first = world_begin(&w, NULL, "/bin/tool");
    world_input(&w, "in", EDGE_IFWRITTEN);
    graph_end_action(w.graph);
    struct action_id second = world_begin(&w, "out", "/bin/tool");
    graph_add_input(w.graph, (struct node){NODE_ACTION, first.n},
                    EDGE_IFCHANGED, true);
    graph_end_action(w.graph);
    world_open(&w);
    CHECK_EQ_STR(world_run(&w, first, NULL, NULL, 0), "never-built");
    CHECK_EQ_STR(world_run(&w, second, "out", "1", 1), "never-built");
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, first), "clean");
    CHECK_EQ_STR(world_judge(&w, second), "clean");
    world_write(&w, "in", "y", 2);
    world_again(&w);
    CHECK_EQ_STR(world_run(&w, first, NULL, NULL, 0), "input-written in");
    CHECK(!w.news.unchanged);
    CHECK_EQ_STR(world_judge(&w, second), "input-changed x");
    world_finish(&w);
}

static bool
end_dynout(struct world *w, struct action_id action, struct slice value)
{
    struct attempt *attempt = world_start(w, action);
    struct attempt_outcome outcome = {.value = value};
    return judge_finish(w->judge, attempt, &outcome, &w->news, &w->err);
}

TEST(a_dynout_keeps_its_value_and_orders)
{
    struct world w = world_make();
    world_write(&w, "in", "x", 1);
    struct action *action;
    struct action_id dyn = graph_begin_action(w.graph, &action);
    action->key = world_str(&w, "dynout:aa#0");
    action->flags = ACTION_DYNOUT;
    world_input(&w, "in", EDGE_IFWRITTEN);
    graph_end_action(w.graph);
    struct action_id use = world_begin(&w, "out", "/bin/tool");
    graph_add_input(w.graph, (struct node){NODE_ACTION, dyn.n}, EDGE_DYNOUT,
                    false);
    graph_end_action(w.graph);
    world_open(&w);
    CHECK_EQ_STR(world_judge(&w, dyn), "never-built");
    CHECK(end_dynout(&w, dyn, (struct slice){"a\0b", 4}));
    CHECK_EQ_STR(world_run(&w, use, "out", "1", 1), "never-built");
    world_write(&w, "in", "y", 2);
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, dyn), "input-written in");
    CHECK(end_dynout(&w, dyn, (struct slice){"a\0b", 4}));
    CHECK(w.news.unchanged);
    CHECK_EQ_STR(world_judge(&w, use), "clean");
    CHECK(end_dynout(&w, dyn, (struct slice){"c", 2}));
    CHECK(!w.news.unchanged);
    CHECK_EQ_STR(world_judge(&w, use), "clean"); /* its lists decide */
    char *value = NULL;
    size_t len = 0;
    CHECK(state_find_value(w.state, "dynout:aa#0", &value, &len));
    CHECK_EQ_INT(len, 2);
    CHECK_EQ_STR(value, "c");
    free(value);
    world_finish(&w);
}

/* --- Watched folders ------------------------------------------------------------------------------------- */

static char asked[500];
static const char *fires_on;

static enum exec_answer
ask_watch(void *ctx, struct function_ref predicate,
          const struct exec_watched *watched, bool *fires, struct error *err)
{
    static const char *const names[] = {"+", "~", "-"};
    (void)ctx;
    (void)predicate;
    (void)err;
    strcat(asked, names[watched->event]);
    strcat(asked, watched->path);
    *fires = fires_on && strcmp(fires_on, watched->path) == 0;
    return ANSWER_OK;
}

static const char *
judge_watching(struct world *w, struct action_id a)
{
    asked[0] = 0;
    world_again(w);
    return world_judge(w, a);
}

static struct world
watching(struct action_id *a)
{
    struct world w = world_make();
    w.host.watch = ask_watch;
    fires_on = NULL;
    asked[0] = 0;
    world_write(&w, "tree/sub/a", "x", 1);
    world_write(&w, "tree/.git/x", "x", 1);
    *a = world_begin(&w, "tree/gen/out", "/bin/tool");
    struct watch watch = {{world_file(&w, "tree").n}, {1, {5, 6}}};
    graph_add_watch(w.graph, watch);
    graph_end_action(w.graph);
    world_open(&w);
    CHECK_EQ_STR(world_run(&w, *a, "tree/gen/out", "1", 1), "never-built");
    return w;
}

TEST(watched_trees_tell_their_events)
{
    struct action_id a;
    struct world w = watching(&a);
    CHECK_EQ_STR(judge_watching(&w, a), "clean");
    CHECK_EQ_STR(asked, ""); /* its own output is no event */
    world_write(&w, "tree/.git/y", "x", 1);
    world_write(&w, "tree/sub/a", "xx", 2);
    world_write(&w, "tree/b", "x", 2);
    CHECK_EQ_STR(judge_watching(&w, a), "clean");
    CHECK_EQ_STR(asked, "+tree/b~tree/sub/a");
    CHECK_EQ_STR(judge_watching(&w, a), "clean");
    CHECK_EQ_STR(asked, ""); /* rejected events are not asked about again */
    fires_on = "tree/b";
    world_remove(&w, "tree/b");
    CHECK_EQ_STR(judge_watching(&w, a), "watch-fired tree/b");
    CHECK_EQ_STR(asked, "-tree/b");
    CHECK_EQ_STR(judge_watching(&w, a), "watch-fired tree/b");
    struct attempt *attempt = world_start(&w, a);
    CHECK(world_end(&w, attempt, NULL, 0));
    CHECK_EQ_STR(judge_watching(&w, a), "clean");
    world_finish(&w);
}

/* --- Dry runs and reloads ------------------------------------------------------------------------------------ */

TEST(a_dry_run_writes_nothing)
{
    struct action_id a;
    struct world w = built(EDGE_IFWRITTEN, &a);
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    w.dry_run = true;
    world_write(&w, "in", "two", 9);
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, a), "input-written in");
    CHECK(!state_is_pending(w.state));
    world_finish(&w);
}

TEST(an_attempt_outlives_its_graph)
{
    struct world w = world_make();
    world_write(&w, "in", "x", 1);
    struct action_id a = world_action(&w, "out", "in", EDGE_IFWRITTEN);
    world_open(&w);
    CHECK_EQ_STR(world_judge(&w, a), "never-built");
    struct attempt *attempt = world_start(&w, a);
    struct graph *old = w.graph;
    w.graph = graph_create();
    world_write(&w, "zero", "x", 1);
    (void)world_action(&w, "other", "zero", EDGE_IFWRITTEN);
    a = world_action(&w, "out", "in", EDGE_IFWRITTEN);
    REQUIRE(graph_seal(w.graph, &w.err));
    judge_set_graph(w.judge, w.graph);
    graph_destroy(old);
    world_write(&w, "out", "1", 2);
    CHECK(world_end(&w, attempt, NULL, 0));
    CHECK_EQ_STR(world_judge(&w, a), "clean");
    world_finish(&w);
}
