/* SPDX-License-Identifier: MIT */
/* Which outputs are removed: those asked for, and those that left the graph. */
#include "exec/decide/clean.h"
#include "tests/lib/runs.h"

static char removed[500];

static void
note_removed(void *ctx, const char *path)
{
    (void)ctx;
    strcat(removed, path);
    strcat(removed, " ");
}

/* Two outputs, built. */
static struct world
two_built(void)
{
    struct world w = world_make();
    world_write(&w, "in", "x", 1);
    struct action_id a = world_action(&w, "a", "in", EDGE_IFWRITTEN);
    struct action_id b = world_action(&w, "dir/b", "in", EDGE_IFWRITTEN);
    world_open(&w);
    CHECK_EQ_STR(world_run(&w, a, "a", "1", 1), "never-built");
    CHECK_EQ_STR(world_run(&w, b, "dir/b", "2", 1), "never-built");
    removed[0] = 0;
    return w;
}

/* Goes on with a graph that has no action for dir/b. */
static void
leave_b_out(struct world *w)
{
    world_close(w);
    world_new_graph(w);
    (void)world_action(w, "a", "in", EDGE_IFWRITTEN);
    world_open(w);
}

static const char *
remove_orphans(struct world *w, bool dry_run)
{
    removed[0] = 0;
    struct judge_orphans orphans = {.dry_run = dry_run,
                                    .is_final = true,
                                    .removed = note_removed};
    CHECK(judge_remove_orphans(w->judge, &orphans, &w->err));
    return removed;
}

static const char *
clean(struct world *w, bool dry_run)
{
    struct clean_request request = {w->root, dry_run, note_removed, NULL};
    removed[0] = 0;
    CHECK(clean_outputs(w->state, w->graph, NULL, &request, &w->err));
    return removed;
}

TEST(an_orphan_is_removed_once)
{
    struct world w = two_built();
    CHECK_EQ_STR(remove_orphans(&w, false), "");
    leave_b_out(&w);
    CHECK_EQ_STR(remove_orphans(&w, true), "dir/b ");
    CHECK(world_has(&w, "dir/b"));
    CHECK_EQ_STR(remove_orphans(&w, false), "dir/b ");
    CHECK(!world_has(&w, "dir/b"));
    CHECK(world_has(&w, "a"));
    CHECK_EQ_STR(remove_orphans(&w, false), "");
    world_finish(&w);
}

TEST(an_orphan_that_somebody_changed_stays)
{
    struct world w = two_built();
    world_write(&w, "dir/b", "mine now", 1);
    leave_b_out(&w);
    CHECK_EQ_STR(remove_orphans(&w, false), "");
    CHECK(world_has(&w, "dir/b"));
    world_write(&w, "dir/b", "2", 1); /* and is forgotten */
    CHECK_EQ_STR(remove_orphans(&w, false), "");
    CHECK(world_has(&w, "dir/b"));
    world_finish(&w);
}

TEST(an_orphan_that_is_an_input_now_stays)
{
    struct world w = two_built();
    world_close(&w);
    world_new_graph(&w);
    (void)world_action(&w, "a", "dir/b", EDGE_IFWRITTEN);
    world_open(&w);
    CHECK_EQ_STR(remove_orphans(&w, false), "");
    CHECK(world_has(&w, "dir/b"));
    world_finish(&w);
}

TEST(an_orphan_that_was_discovered_stays)
{
    struct world w = two_built();
    leave_b_out(&w);
    struct action_id a = {0};
    world_write(&w, "in", "changed", 5);
    CHECK_EQ_STR(world_judge(&w, a), "input-written in");
    struct attempt *attempt = world_start(&w, a);
    CHECK(world_end(&w, attempt, "dir/b", sizeof "dir/b"));
    CHECK_EQ_STR(remove_orphans(&w, false), "");
    CHECK(world_has(&w, "dir/b"));
    world_finish(&w);
}

TEST(an_orphan_behind_a_link_stays)
{
    struct world w = two_built();
    char *dir = world_path(&w, "dir");
    char *away = mem_format("%s-away", w.root);
    CHECK_EQ_INT(rename(dir, away), 0);
    CHECK_EQ_INT(symlink(away, dir), 0);
    leave_b_out(&w);
    CHECK_EQ_STR(remove_orphans(&w, false), "");
    CHECK(world_has(&w, "dir/b"));
    free(dir);
    free(away);
    world_finish(&w);
}

/* The last version of a file, by the state itself. */
static void
find_file(void *ctx, uint32_t file, const char *path, uint32_t version)
{
    struct file_version *found = ctx;
    if (strcmp(path, "dir/b") == 0) {
        found->file = file;
        found->id = version;
    }
}

static struct file_version
stored_version(struct state *state, const char *path)
{
    struct file_version version = {.id = 0};
    struct error err = {0};
    CHECK_EQ_STR(path, "dir/b");
    CHECK(state_load_files(state, find_file, &version, &err));
    return version;
}

TEST(an_orphan_of_two_build_files_stays)
{
    struct world w = two_built();
    world_close(&w);
    struct state_options options = {.root = w.root, .build_file = "other"};
    struct state *other = NULL;
    REQUIRE(state_open(&options, &other, &w.err));
    struct file_version version = stored_version(other, "dir/b");
    const struct state_output output = {"dir/b", "dir/b", version.file,
                                        version.id};
    CHECK(state_put_output(other, &output, &w.err));
    state_close(other);
    world_new_graph(&w);
    (void)world_action(&w, "a", "in", EDGE_IFWRITTEN);
    world_open(&w);
    CHECK_EQ_STR(remove_orphans(&w, false), "");
    CHECK(world_has(&w, "dir/b"));
    world_finish(&w);
}

TEST(a_generator_leaves_no_orphans)
{
    struct world w = world_make();
    struct action *action;
    struct action_id a = graph_begin_action(w.graph, &action);
    action->key = world_str(&w, "gen");
    action->flags = ACTION_GENERATOR;
    graph_add_output(w.graph, (struct file_id){world_file(&w, "gen").n});
    graph_end_action(w.graph);
    world_write(&w, "in", "x", 1);
    world_open(&w);
    CHECK_EQ_STR(world_run(&w, a, "gen", "1", 1), "never-built");
    CHECK_EQ_STR(clean(&w, false), "");
    leave_b_out(&w);
    CHECK_EQ_STR(remove_orphans(&w, false), "");
    CHECK(world_has(&w, "gen"));
    world_finish(&w);
}

TEST(clean_removes_what_was_recorded)
{
    struct world w = two_built();
    world_write(&w, "dir/b", "mine", 1);
    CHECK_EQ_STR(clean(&w, true), "a ");
    CHECK(world_has(&w, "a"));
    CHECK_EQ_STR(clean(&w, false), "a ");
    CHECK(!world_has(&w, "a"));
    CHECK(world_has(&w, "dir/b"));
    CHECK_EQ_STR(clean(&w, false), "");
    world_again(&w);
    CHECK_EQ_STR(world_judge(&w, (struct action_id){0}), "output-missing a");
    world_finish(&w);
}

TEST(clean_of_some_actions)
{
    struct world w = two_built();
    struct action_id ids[] = {{1}};
    struct action_list list = {ids, 1};
    struct clean_request request = {w.root, false, note_removed, NULL};
    CHECK(clean_outputs(w.state, w.graph, &list, &request, &w.err));
    CHECK_EQ_STR(removed, "dir/b ");
    world_finish(&w);
}
