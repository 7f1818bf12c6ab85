/* SPDX-License-Identifier: MIT */
/*
 * Queries over random graphs: what walks answer is compared with closures that
 * are computed by repeated passes over all edges, what pipes answer with what
 * calls do, and set operations with their laws.
 */
#include "runtime/query/eval.h"
#include "runtime/query/match.h"
#include "runtime/query/tree.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES = 40, ROUNDS = 60 };

/* --- Graphs by chance ------------------------------------------------------------ */

struct random {
    uint64_t state;
};

static uint32_t
next(struct random *random, uint32_t limit)
{
    random->state = random->state * UINT64_C(6364136223846793005) + 1442695;
    return (uint32_t)(random->state >> 33) % limit;
}

/* Files f0 ... in which each is made, if it is made, from files with lower
 * numbers; needs[a][b] says that the action of a reads b. */
struct sample {
    struct graph *graph;
    bool made[FILES];
    bool needs[FILES][FILES];
};

static struct file_id
file_of(struct graph *g, uint32_t number)
{
    char path[32];
    int len = snprintf(path, sizeof(path), "%s/f%u",
                       number % 2 ? "odd" : "even", number);
    return graph_add_file(g, path, (size_t)len);
}

static void
add_action(struct sample *sample, struct random *random, uint32_t number)
{
    struct graph *g = sample->graph;
    struct action *action = NULL;
    char key[32];
    int len = snprintf(key, sizeof(key), "key%u", number);
    graph_begin_action(g, &action);
    action->key = graph_intern(g, key, (size_t)len);
    action->rule = graph_intern(g, number % 3 ? "cc" : "ld", 2);
    action->depfile = FILE_NONE;
    graph_add_output(g, file_of(g, number));
    for (uint32_t k = 0; k < 3; k++) {
        uint32_t input = next(random, number);
        struct node node = {NODE_FILE, file_of(g, input).n};
        graph_add_input(g, node, EDGE_IFWRITTEN, k == 0);
        sample->needs[number][input] = true;
    }
    graph_end_action(g);
    sample->made[number] = true;
}

static struct sample
sample_of(uint64_t seed)
{
    struct sample sample = {.graph = graph_create()};
    struct random random = {seed};
    struct error err = {0};
    for (uint32_t i = 4; i < FILES; i++) {
        if (next(&random, 3) > 0) {
            add_action(&sample, &random, i);
        }
    }
    CHECK(graph_seal(sample.graph, &err));
    return sample;
}

/* Below f: everything that is reached over needs, f included. */
static void
reach(const struct sample *sample, uint32_t from, bool up, bool reached[FILES])
{
    memset(reached, 0, FILES * sizeof(*reached));
    reached[from] = true;
    for (int pass = 0; pass < FILES; pass++) {
        for (uint32_t a = 0; a < FILES; a++) {
            for (uint32_t b = 0; b < FILES; b++) {
                if (sample->needs[a][b] && reached[up ? b : a]) {
                    reached[up ? a : b] = true;
                }
            }
        }
    }
}

/* --- Asking -------------------------------------------------------------------------- */

/* The answer as its lines, or "error: WHAT". Malloc'ed. */
static char *
ask_world(struct query_world *world, const char *text, bool as_tree)
{
    const struct query_eval_options options = {.order = QUERY_ORDER_DEPS};
    struct query query;
    struct query_rows rows;
    struct error err = {0};
    struct buffer out = {0};
    bool done = as_tree ? query_read_tree(slice_of(text), &query, &err)
                        : query_parse(slice_of(text), &query, &err);
    done = done && query_eval(world, query.root, &options, &rows, &err);
    for (uint32_t i = 0; done && i < rows.row_count; i++) {
        for (uint32_t k = 0; k < rows.column_count; k++) {
            buffer_add_str(&out, k == 0 ? "" : " ");
            query_cell_text(rows.columns[k].type,
                            &rows.cells[i * rows.column_count + k], &out);
        }
        buffer_add_char(&out, '\n');
    }
    if (done) {
        query_rows_finish(&rows);
    } else {
        buffer_add_format(&out, "error: %s", err.what);
        error_finish(&err);
    }
    query_finish(&query);
    buffer_add_str(&out, "");
    return buffer_take(&out);
}

static char *
ask(const struct graph *g, const char *text)
{
    const struct query_world_options options = {.graph = g};
    struct query_world *world = query_world_open(&options);
    char *answer = ask_world(world, text, false);
    query_world_close(world);
    return answer;
}

static void
check_answer(const struct graph *g, const char *text, const char *expected)
{
    char *answer = ask(g, text);
    CHECK_EQ_STR(answer, expected);
    free(answer);
}

static void
check_same(const struct graph *g, const char *a, const char *b)
{
    char *expected = ask(g, a);
    CHECK(strncmp(expected, "error", 5) != 0);
    check_answer(g, b, expected);
    free(expected);
}

static bool
has_line(const char *answer, const char *path)
{
    size_t len = strlen(path);
    for (const char *at = answer; (at = strstr(at, path)) != NULL; at++) {
        if ((at == answer || at[-1] == '\n') && at[len] == '\n') {
            return true;
        }
    }
    return false;
}

/* Only files that are in the graph are asked for. */
static bool
is_known(const struct sample *sample, uint32_t number)
{
    bool known = sample->made[number];
    for (uint32_t a = 0; a < FILES; a++) {
        known = known || sample->needs[a][number];
    }
    return known;
}

static const char *
path_of(uint32_t number, char path[32])
{
    snprintf(path, 32, "%s/f%u", number % 2 ? "odd" : "even", number);
    return path;
}

static void
check_closure(const struct sample *sample, uint32_t from, bool up)
{
    bool reached[FILES];
    char path[32];
    char query[80];
    snprintf(query, sizeof(query), "%s | %s", path_of(from, path),
             up ? "rdeps" : "deps");
    char *answer = ask(sample->graph, query);
    reach(sample, from, up, reached);
    for (uint32_t i = 0; i < FILES; i++) {
        CHECK(has_line(answer, path_of(i, path)) == reached[i]);
    }
    free(answer);
}

TEST(walks_reach_what_passes_over_all_edges_reach)
{
    for (uint64_t seed = 1; seed <= ROUNDS / 4; seed++) {
        struct sample sample = sample_of(seed);
        for (uint32_t i = 0; i < FILES; i++) {
            if (is_known(&sample, i)) {
                check_closure(&sample, i, false);
                check_closure(&sample, i, true);
            }
        }
        graph_destroy(sample.graph);
    }
}

/* Every line of an answer stands behind all that it needs. */
static void
check_order(const struct sample *sample, const char *answer)
{
    char a[32];
    char b[32];
    for (uint32_t i = 0; i < FILES; i++) {
        for (uint32_t k = 0; k < FILES; k++) {
            char first[40];
            char second[40];
            snprintf(first, sizeof(first), "\n%s\n", path_of(k, a));
            snprintf(second, sizeof(second), "\n%s\n", path_of(i, b));
            const char *need = strstr(answer, first);
            const char *user = strstr(answer, second);
            if (sample->needs[i][k] && need != NULL && user != NULL) {
                CHECK(need < user);
            }
        }
    }
}

TEST(answers_have_what_is_needed_first)
{
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        struct sample sample = sample_of(seed);
        struct buffer text = {0};
        char *answer = ask(sample.graph, "all");
        buffer_add_char(&text, '\n');
        buffer_add_str(&text, answer);
        check_order(&sample, buffer_str(&text));
        free(answer);
        buffer_finish(&text);
        graph_destroy(sample.graph);
    }
}

/* --- Pipes and calls -------------------------------------------------------------------- */

TEST(pipes_and_calls_agree)
{
    static const char *const pairs[][2] = {
        {"glob \"even/*\" | deps", "deps(glob(\"even/*\"))"},
        {"glob \"even/*\" | deps 1", "deps(glob(\"even/*\"), 1)"},
        {"glob \"even/*\" | rdeps 2 edges=explicit",
         "rdeps(glob(\"even/*\"), 2, edges=explicit)"},
        {"glob \"odd/*\" | children", "children(glob(\"odd/*\"))"},
        {"glob \"odd/*\" | parents", "parents(glob(\"odd/*\"))"},
        {"all | inputs \"f1*\"", "inputs(\"/f1[^/]*$\", all)"},
        {"all | outputs glob:f2*", "outputs(glob:f2*, all)"},
        {"all | rule cc", "rule(exact:cc, all)"},
        {"all | matching sub:3 | roots", "roots(matching(sub:3, all))"},
        {"all | kind source | leaves", "leaves(kind(source, all))"},
        {"all | generated | count", "count(generated(all))"},
        {"actions | sort -path | first 4", "first(4, sort(-path, actions()))"},
        {"actions | tally rule", "tally(rule, actions())"},
        {"glob \"even/*\" | except glob \"*1*\"",
         "glob \"even/*\" except glob(\"*1*\")"},
        {"(glob \"even/*\" | deps) intersect (glob \"odd/*\" | deps)",
         "deps(glob(\"even/*\")) ^ deps(glob(\"odd/*\"))"},
        {"all | reads | sources", "sources(reads(all))"},
        {"all | emit path rule", "emit(path, rule, all)"},
        {"all | under odd", "under(odd, all)"},
    };
    for (uint64_t seed = 1; seed <= ROUNDS / 4; seed++) {
        struct sample sample = sample_of(seed);
        for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
            check_same(sample.graph, pairs[i][0], pairs[i][1]);
        }
        graph_destroy(sample.graph);
    }
}

/* The tree that is printed, read again, answers the same, as EDN and as JSON. */
TEST(trees_answer_as_their_texts)
{
    static const char *const texts[] = {
        "glob \"even/*\" | deps 2 edges=-order | sort -path | first 3",
        ("let L = (all | kind source) in all | except $L | where rule == cc "
         "and not path =~ \"f1\" | emit path n_inputs"),
        "rdeps(set(glob(\"f1*\"), glob(\"f2*\")), within=glob(\"odd/*\"))",
        "all | tally kind",
    };
    struct sample sample = sample_of(7);
    const struct query_world_options options = {.graph = sample.graph};
    struct query_world *world = query_world_open(&options);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct query query;
        struct error err = {0};
        struct buffer edn = {0};
        struct buffer json = {0};
        REQUIRE(query_parse(slice_of(texts[i]), &query, &err));
        query_print(query.root, &edn);
        query_print_tree_json(query.root, &json);
        char *expected = ask_world(world, texts[i], false);
        char *from_edn = ask_world(world, buffer_str(&edn), true);
        char *from_json = ask_world(world, buffer_str(&json), true);
        CHECK_EQ_STR(from_edn, expected);
        CHECK_EQ_STR(from_json, expected);
        CHECK(strncmp(expected, "error", 5) != 0);
        free(expected);
        free(from_edn);
        free(from_json);
        buffer_finish(&edn);
        buffer_finish(&json);
        query_finish(&query);
    }
    query_world_close(world);
    graph_destroy(sample.graph);
}

/* --- Laws of sets ------------------------------------------------------------------------- */

TEST(set_operations_have_their_laws)
{
    static const char *const laws[][2] = {
        {"A + B", "B + A"},
        {"A ^ B", "B ^ A"},
        {"A - B", "A - (A ^ B)"},
        {"A + B", "(A - B) + (B - A) + (A ^ B)"},
        {"A - (B + C)", "(A - B) ^ (A - C)"},
        {"A ^ (B + C)", "(A ^ B) + (A ^ C)"},
        {"A - A", "none"},
        {"(A | deps) + (B | deps)", "(A + B) | deps"},
        {"A | deps | deps", "A | deps"},
        {"A | rdeps | rdeps", "A | rdeps"},
        {"A | deps 0", "A + none"},
        {"A | children", "(A | deps 1) - A"},
        {"A | parents", "(A | rdeps 1) - A"},
        {"A | allpaths B", "(A | deps) ^ (((A | deps) ^ B) | rdeps within=A)"},
        {"A | roots | roots", "A | roots"},
        {"A | roots | deps", "A | deps"},
        {"A | leaves | rdeps", "A | rdeps"},
        {"(A | roots) - A", "none"},
    };
    static const char *const sets[] = {"(glob \"even/*\")", "(glob \"*1*\")",
                                       "(all | rule ld | writes)"};
    for (uint64_t seed = 1; seed <= ROUNDS / 4; seed++) {
        struct sample sample = sample_of(seed * 31);
        for (size_t i = 0; i < sizeof(laws) / sizeof(laws[0]); i++) {
            char texts[2][600];
            for (int side = 0; side < 2; side++) {
                struct buffer text = {0};
                for (const char *c = laws[i][side]; *c != '\0'; c++) {
                    if (*c >= 'A' && *c <= 'C') {
                        buffer_add_str(&text, sets[*c - 'A']);
                    } else {
                        buffer_add_char(&text, *c);
                    }
                }
                snprintf(texts[side], sizeof(texts[side]), "%s",
                         buffer_str(&text));
                buffer_finish(&text);
            }
            check_same(sample.graph, texts[0], texts[1]);
        }
        graph_destroy(sample.graph);
    }
}

/* Members that no other member reaches: up for roots, down for leaves. */
static void
check_ends(const struct sample *sample, uint32_t of, bool roots)
{
    char text[80];
    char path[32];
    struct buffer members = {0};
    bool reached[FILES];
    snprintf(text, sizeof(text), "all | matching re:\"%u$\" | %s", of,
             roots ? "roots" : "leaves");
    char *answer = ask(sample->graph, text);
    buffer_add_char(&members, '\n');
    buffer_add_str(&members, answer);
    for (uint32_t i = 0; i < FILES; i++) {
        bool is_member = is_known(sample, i) && i % 10 == of;
        bool is_end = is_member;
        reach(sample, i, roots, reached);
        for (uint32_t k = 0; k < FILES; k++) {
            is_end = is_end && !(k != i && k % 10 == of &&
                                 is_known(sample, k) && reached[k]);
        }
        snprintf(text, sizeof(text), "\n%s\n", path_of(i, path));
        CHECK_EQ_INT(strstr(buffer_str(&members), text) != NULL, is_end);
    }
    buffer_finish(&members);
    free(answer);
}

TEST(roots_and_leaves_are_reached_by_no_other_member)
{
    for (uint64_t seed = 1; seed <= ROUNDS / 2; seed++) {
        struct sample sample = sample_of(seed * 17);
        for (uint32_t of = 0; of < 10; of++) {
            check_ends(&sample, of, true);
            check_ends(&sample, of, false);
        }
        graph_destroy(sample.graph);
    }
}

/* --- One graph, looked at closely -------------------------------------------------------------- */

/* app <- a.o <- a.c; app <- b.o <- b.c; both objects read x.h. */
static struct graph *
small_graph(void)
{
    static const struct {
        const char *output;
        const char *inputs[4];
        const char *rule;
    } actions[] = {{"a.o", {"a.c", "x.h"}, "cc"},
                   {"b.o", {"b.c", "x.h"}, "cc"},
                   {"app", {"a.o", "b.o"}, "ld"}};
    struct graph *g = graph_create();
    struct error err = {0};
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
        struct action *action = NULL;
        graph_begin_action(g, &action);
        action->key =
            graph_intern(g, actions[i].output, strlen(actions[i].output));
        action->rule = graph_intern(g, actions[i].rule, 2);
        action->depfile = FILE_NONE;
        graph_add_output(g, graph_add_file(g, actions[i].output,
                                           strlen(actions[i].output)));
        for (int k = 0; actions[i].inputs[k] != NULL; k++) {
            const char *path = actions[i].inputs[k];
            struct node node = {NODE_FILE,
                                graph_add_file(g, path, strlen(path)).n};
            graph_add_input(g, node, EDGE_IFWRITTEN, true);
        }
        graph_end_action(g);
    }
    CHECK(graph_seal(g, &err));
    return g;
}

TEST(a_pipe_may_be_very_long)
{
    struct graph *g = small_graph();
    struct buffer text = {0};
    buffer_add_str(&text, "app");
    for (int i = 0; i < 20000; i++) {
        buffer_add_str(&text, " | deps");
    }
    buffer_add_str(&text, " | count");
    check_answer(g, buffer_str(&text), "6\n");
    buffer_finish(&text);
    graph_destroy(g);
}

TEST(paths_and_ends)
{
    struct graph *g = small_graph();
    check_answer(g, "app | somepath x.h", "app\na.o\nx.h\n");
    check_answer(g, "x.h | somepath app", "");
    check_answer(g, "app | somepath app", "app\n");
    check_answer(g, "app | allpaths b.c", "b.c\nb.o\napp\n");
    check_answer(g, "all | roots", "app\n");
    check_answer(g, "set app a.c | roots", "app\n");
    check_answer(g, "set app a.c | leaves", "a.c\n");
    check_answer(g, "actions app | somepath x.h", "");
    graph_destroy(g);
}

TEST(targets_and_actions_coerce)
{
    struct graph *g = small_graph();
    check_answer(g, "actions | rule cc | sources", "");
    check_answer(g, "actions | rule cc | reads", "a.c\nb.c\nx.h\n");
    check_answer(g, "a.o union actions(b.o)", "a.o\nb.o\n");
    check_answer(g, "a.c union actions(b.o)", "b.o\n");
    check_answer(g, "actions(app) | deps | count", "3\n");
    check_answer(g, "app | deps | actions | count", "3\n");
    check_answer(g, "app | deps | count", "6\n");
    graph_destroy(g);
}

TEST(conditions)
{
    struct graph *g = small_graph();
    check_answer(g, "actions | where rule in [ld xx]", "app\n");
    check_answer(g, "actions | where rule != cc or inputs == b.c",
                 "b.o\napp\n");
    check_answer(g, "actions | where inputs !~ \"^x\"", "app\n");
    check_answer(g,
                 "actions | where n_inputs >= 2 and not n_inputs > 2 | count",
                 "3\n");
    check_answer(g, "actions | where name", "");
    check_answer(g, "actions | where exit == 0", "");
    check_answer(g, "actions | where exit != 0 | count", "3\n");
    check_answer(g, "all | where uses == 2", "x.h\n");
    check_answer(g, "actions | where duration > 2x",
                 "error: duration cannot be compared with 2x");
    check_answer(g, "actions | where n_inputs =~ 2",
                 "error: n_inputs is no text, so that no pattern matches it");
    check_answer(g, "all | where path =~ \"(\"",
                 "error: ( is no regular expression: missing closing "
                 "parenthesis, at its byte 2");
    graph_destroy(g);
}

TEST(numbers_and_rows_come_last)
{
    struct graph *g = small_graph();
    check_answer(g, "all | sum uses", "6\n");
    check_answer(g, "all | sum path", "error: path cannot be summed up");
    check_answer(g, "all | count | deps",
                 "error: deps takes a set, and gets what is no set any more");
    check_answer(g, "a.o + (all | count)", "error: a set is wanted here");
    check_answer(g, "nothing", "error: unknown target nothing");
    check_answer(g, "present(nothing)", "");
    check_answer(g, "present(nothing | deps) + a.c", "a.c\n");
    check_answer(g, "all | kind sorce", "error: no kind is called sorce");
    check_answer(g, "actions | trigger ifwriten",
                 "error: no trigger is called ifwriten");
    check_answer(g, "built", "");
    check_answer(g, "dirty", "");
    graph_destroy(g);
}

/* --- Globs -------------------------------------------------------------------------------------------- */

TEST(globs)
{
    static const struct {
        const char *pattern;
        const char *path;
        bool matches;
    } rows[] = {
        {"*", "abc", true},
        {"*", "a/b", false},
        {"a*c", "abbc", true},
        {"a*c", "abb", false},
        {"a?c", "abc", true},
        {"a?c", "a/c", false},
        {"src/**", "src/a", true},
        {"src/**", "src/a/b/c", true},
        {"src/**", "src", false},
        {"src/**/x.c", "src/x.c", true},
        {"src/**/x.c", "src/a/b/x.c", true},
        {"src/**/x.c", "src/a/b/yx.c", false},
        {"**/x*/y", "a/x1/z/x2/y", true},
        {"**", "a/b", true},
        {"a**b", "axxb", true},
        {"a**b", "ax/b", false},
        {"[a-c]x", "bx", true},
        {"[!a-c]x", "bx", false},
        {"[]]x", "]x", true},
        {"[x", "[x", true},
        {"a\\*b", "a*b", true},
        {"a\\*b", "axb", false},
        {"", "", true},
        {"*a*b*c*", "xxaxxbxxcxx", true},
        {"*a*b*c*", "xxaxxcxxbxx", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CHECK(query_glob(rows[i].pattern, rows[i].path) == rows[i].matches);
    }
}

/* --- Trees that are wrong --------------------------------------------------------------------------------- */

TEST(wrong_trees_are_told)
{
    static const char *const trees[][2] = {
        {"", "error: expected [ in the tree of a query"},
        {"[:deps]", "error: expected [ in the tree of a query"},
        {"[:depz [:target \"a\"]]", "error: no function is named depz"},
        {"[:target \"a]", "error: this string is never closed"},
        {"[:target \"a\"] x", "error: something stands behind the tree"},
        {"[:var \"x\"]", "error: no let gives x a value"},
        {"[:sort :siz [:all]]", "error: no field is named siz"},
        {"[:emit [] [:all]]", "error: emit needs a field"},
        {"[:deps [:all] nil {:edges [\"x\"]}]", "error: no edges are called x"},
        {"[:deps [:all] nil {:with [\"x\"]}]",
         "error: deps has no option with"},
        {"[:where [:== :path \"a\"] [:all]]",
         "error: no comparison is called =="},
        {"[:first -1 [:all]]",
         "error: expected a number in the tree of a query"},
        {"[:inputs [:pat :gob \"x\"] [:all]]",
         "error: a pattern is glob, re, exact or sub, not gob"},
    };
    struct graph *g = small_graph();
    const struct query_world_options options = {.graph = g};
    struct query_world *world = query_world_open(&options);
    for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]); i++) {
        char *answer = ask_world(world, trees[i][0], true);
        CHECK_EQ_STR(answer, trees[i][1]);
        free(answer);
    }
    struct buffer deep = {0};
    for (int i = 0; i < 5000; i++) {
        buffer_add_str(&deep, "[:deps ");
    }
    char *answer = ask_world(world, buffer_str(&deep), true);
    CHECK_EQ_STR(answer, "error: nested deeper than 1000");
    free(answer);
    buffer_finish(&deep);
    query_world_close(world);
    graph_destroy(g);
}
