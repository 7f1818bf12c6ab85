/* SPDX-License-Identifier: MIT */
#include "exec/base/buffer.h"
#include "exec/base/memory.h"
#include "exec/graph/snapshot.h"
#include "exec/graph/walk.h"
#include "tests/lib/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char *
path_of(const char *name)
{
    return mem_format("%s/%s", test_dir(), name);
}

static void
write_file(const char *path, const char *bytes, size_t len)
{
    FILE *file = fopen(path, "wb");

    CHECK(file != NULL);
    if (file != NULL) {
        CHECK_EQ_INT(fwrite(bytes, 1, len, file), len);
        fclose(file);
    }
}

static char *
read_file(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    struct stat info;
    char *bytes = NULL;

    if (file != NULL && fstat(fileno(file), &info) == 0) {
        *len = (size_t)info.st_size;
        bytes = malloc(*len + 1);
        CHECK_EQ_INT(fread(bytes, 1, *len, file), *len);
        fclose(file);
    }
    return bytes;
}

static struct str_id
str(struct graph *g, const char *text)
{
    return graph_intern(g, text, strlen(text));
}

static struct file_id
file(struct graph *g, const char *path)
{
    return graph_add_file(g, path, strlen(path));
}

static struct graph *
make_graph(uint32_t actions)
{
    struct graph *g = graph_create();
    struct error err = {0};

    for (uint32_t i = 0; i < actions; i++) {
        char path[32];
        struct action *action;
        struct action_id id = graph_begin_action(g, &action);
        snprintf(path, sizeof(path), "out/%u", i);
        action->key = str(g, path);
        action->name = i == 0 ? str(g, "first") : (struct str_id){0};
        graph_add_output(g, file(g, path));
        graph_add_step(g, STEP_COMMAND);
        graph_add_arg(g, str(g, "touch"));
        graph_add_arg(g, str(g, path));
        snprintf(path, sizeof(path), "in/%u", i / 2);
        struct node input = {NODE_FILE, file(g, path).n};
        graph_add_input(g, input, EDGE_IFWRITTEN, true);
        graph_end_action(g);
        graph_begin_group(g, str(g, path + i % 2), (struct place){0});
        graph_add_member(g, (struct node){NODE_ACTION, id.n});
        graph_end_group(g);
    }
    CHECK(graph_seal(g, &err));
    return g;
}

/* A graph of nothing but so many queries, of which one more was given up. */
static struct graph *
make_named(uint32_t count)
{
    struct graph *g = graph_create();
    struct error err = {0};

    for (uint32_t i = 0; i <= count; i++) {
        char name[16];
        struct graph_mark mark = graph_mark(g);
        snprintf(name, sizeof(name), "name%u", i);
        graph_add_query(g, (struct named_query){.name = str(g, name),
                                                .params = str(g, "x y"),
                                                .text = str(g, "$x | deps"),
                                                .place = {str(g, "build.magma"),
                                                          i + 1, 1}});
        if (i == count) {
            graph_rewind(g, mark);
        }
    }
    CHECK(graph_seal(g, &err));
    return g;
}

/* Saves a graph with nothing that it was made from. */
static void
save(const char *path, const struct graph *g)
{
    struct snapshot_inputs inputs = {0};
    struct error err = {0};

    CHECK(snapshot_save(path, "1.0", g, &inputs, &err));
    CHECK_EQ_STR(err.what, NULL);
}

static struct graph *
load(const char *path)
{
    struct snapshot_inputs inputs = {0};
    struct graph *g = snapshot_load(path, "1.0", &inputs);

    snapshot_inputs_finish(&inputs);
    return g;
}

/* Queries with names go with the graph, and are no part of what it is. */
TEST(named_queries_come_back)
{
    char *path = path_of("queries");
    struct graph *g = make_named(3);
    struct graph *plain = make_named(0);

    save(path, g);
    struct graph *back = load(path);
    CHECK(back != NULL);
    CHECK_EQ_INT(graph_query_count(back), 3);
    for (uint32_t i = 0; i < 3; i++) {
        char name[16];
        const struct named_query *query = graph_query(back, i);
        snprintf(name, sizeof(name), "name%u", i);
        CHECK_EQ_STR(graph_cstr(back, query->name), name);
        CHECK_EQ_STR(graph_cstr(back, query->params), "x y");
        CHECK_EQ_STR(graph_cstr(back, query->text), "$x | deps");
        CHECK_EQ_STR(graph_cstr(back, query->place.file), "build.magma");
        CHECK_EQ_INT(query->place.line, i + 1);
    }
    CHECK(hash_equal(graph_hash(g), graph_hash(plain)));
    graph_destroy(back);
    graph_destroy(plain);
    graph_destroy(g);
    free(path);
}

/* A graph whose commands have so many arguments that are the same in all. */
static off_t
size_with_flags(uint32_t actions, uint32_t flags)
{
    char *path = path_of("sizes");
    struct graph *g = graph_create();
    struct error err = {0};
    struct stat info = {0};

    for (uint32_t i = 0; i < actions; i++) {
        char text[32];
        struct action *action;
        graph_begin_action(g, &action);
        snprintf(text, sizeof(text), "out/%u", i);
        action->key = str(g, text);
        graph_add_output(g, file(g, text));
        graph_add_step(g, STEP_COMMAND);
        for (uint32_t k = 0; k < flags; k++) {
            char flag[32];
            snprintf(flag, sizeof(flag), "-flag%u", k);
            graph_add_arg(g, str(g, flag));
        }
        graph_add_arg(g, str(g, text));
        graph_end_action(g);
    }
    CHECK(graph_seal(g, &err));
    save(path, g);
    CHECK_EQ_INT(stat(path, &info), 0);
    struct graph *back = load(path);
    CHECK(back != NULL);
    for (uint32_t i = 0; back != NULL && i < actions; i++) {
        const struct action *a = graph_action(back, (struct action_id){i});
        const struct step *step = graph_step(back, a, 0);
        CHECK_EQ_INT(step->argv.count, flags + 1);
        CHECK_EQ_INT(graph_arg(back, step, flags).n, a->key.n);
    }
    graph_destroy(back);
    graph_destroy(g);
    free(path);
    return info.st_size;
}

TEST(flags_of_all_commands_are_stored_once)
{
    off_t few = size_with_flags(1000, 5);
    off_t many = size_with_flags(1000, 45);

    // Forty texts and their numbers, not forty thousand numbers.
    CHECK(many - few < 8192);
    CHECK(few < 300 * 1000);
}

TEST(a_graph_comes_back_as_it_was)
{
    char *path = path_of("graph");
    struct graph *g = make_graph(1000);

    save(path, g);
    struct graph *back = load(path);
    REQUIRE(back != NULL);
    CHECK(hash_equal(graph_hash(g), graph_hash(back)));
    CHECK_EQ_INT(graph_find_key(back, "out/500", 7).n, 500);
    CHECK_EQ_INT(graph_find_action_name(back, "first", 5).n, 0);
    CHECK_EQ_INT(graph_find_group(back, "in/7", 4).n,
                 graph_find_group(g, "in/7", 4).n);
    struct file_id input = graph_find_file(back, "in/20", 5);
    REQUIRE(input.n != ID_NONE);
    CHECK_EQ_INT(graph_producer(back, input).n, ID_NONE);
    struct node node = {NODE_FILE, input.n};
    CHECK_EQ_INT(graph_user_count(back, node), 2);
    struct action_list users = walk_users(back, node);
    CHECK_EQ_INT(users.count, 2);
    action_list_finish(&users);
    struct pool_id pool;
    const struct action *a = graph_action(back, (struct action_id){3});
    CHECK_EQ_STR(graph_cstr(back, graph_arg(back, graph_step(back, a, 0), 1)),
                 "out/3");
    CHECK(graph_find_pool(back, (struct str_id){1}, &pool) && pool.n == 1);
    // A mapped graph can be saved again, over the file that it is mapped from.
    save(path, back);
    struct graph *again = load(path);
    REQUIRE(again != NULL);
    CHECK(hash_equal(graph_hash(again), graph_hash(back)));
    graph_destroy(again);
    graph_destroy(back);
    graph_destroy(g);
    free(path);
}

/* The parts are opened around what is read of them, in whatever order that is. */
TEST(a_graph_is_read_from_any_end)
{
    enum { ACTIONS = 20000 };
    char *path = path_of("sparse");
    struct graph *g = make_graph(ACTIONS);

    save(path, g);
    struct graph *back = load(path);
    REQUIRE(back != NULL);
    CHECK_EQ_INT(graph_flags(back), graph_flags(g));
    CHECK(graph_has_dyndep(back) == graph_has_dyndep(g));
    for (uint32_t i = 0; i < ACTIONS; i++) {
        struct action_id id = {(ACTIONS - 1 + i * 7919) % ACTIONS};
        const struct action *a = graph_action(g, id);
        const struct action *b = graph_action(back, id);
        struct node node = {NODE_FILE, graph_output(g, a, 0).n};
        CHECK_EQ_STR(graph_cstr(back, b->key), graph_cstr(g, a->key));
        CHECK_EQ_INT(graph_output(back, b, 0).n, node.n);
        CHECK_EQ_INT(graph_input(back, b, 0)->to.n, graph_input(g, a, 0)->to.n);
        CHECK_EQ_INT(graph_producer(back, (struct file_id){node.n}).n, id.n);
        CHECK_EQ_INT(graph_user_count(back, node), graph_user_count(g, node));
        CHECK_EQ_STR(graph_cstr(back,
                                graph_arg(back, graph_step(back, b, 0), 1)),
                     graph_cstr(g, graph_arg(g, graph_step(g, a, 0), 1)));
    }
    CHECK(hash_equal(graph_hash_first(back, ACTIONS),
                     graph_hash_first(g, ACTIONS)));
    graph_destroy(back);
    back = load(path);
    REQUIRE(back != NULL);
    CHECK_EQ_STR(graph_cstr(back,
                            graph_action(back, (struct action_id){7})->key),
                 "out/7");
    graph_destroy(back); // Most of it was never opened.
    graph_destroy(g);
    free(path);
}

/* Texts are first looked for one by one, then by a table. */
TEST(texts_are_found_however_often)
{
    enum { ACTIONS = 40 };
    char *path = path_of("finding");
    struct graph *g = make_graph(ACTIONS);

    save(path, g);
    struct graph *back = load(path);
    REQUIRE(back != NULL);
    CHECK(graph_find_file(back, "out", 3).n == ID_NONE);
    CHECK(graph_find_file(back, "out/400", 7).n == ID_NONE);
    for (uint32_t i = ACTIONS; i-- > 0;) {
        char text[32];
        int len = snprintf(text, sizeof(text), "out/%u", i);
        struct file_id found = graph_find_file(back, text, (size_t)len);
        CHECK_EQ_INT(found.n, graph_find_file(g, text, (size_t)len).n);
        CHECK_EQ_STR(graph_path(back, found), text);
        CHECK_EQ_INT(graph_find_key(back, text, (size_t)len).n, i);
    }
    CHECK(graph_find_file(back, "out", 3).n == ID_NONE);
    CHECK(graph_has_names(back) && graph_has_names(g));
    CHECK_EQ_INT(graph_find_action_name(back, "first", 5).n, 0);
    CHECK(graph_find_action_name(back, "out/1", 5).n == ID_NONE);
    graph_destroy(back);
    graph_destroy(g);
    free(path);
}

/* What was found to be whole is read, whoever writes to the file then. */
TEST(a_file_that_is_cut_later_does_no_harm)
{
    char *path = path_of("cut");
    struct graph *g = make_graph(500);

    save(path, g);
    struct graph *back = load(path);
    REQUIRE(back != NULL);
    CHECK_EQ_INT(truncate(path, 0), 0);
    struct hash128 hash = graph_hash_first(back, 500);
    CHECK(hash_equal(hash, graph_hash_first(g, 500)));
    struct graph *copy = graph_reopen(back);
    struct error err = {0};
    CHECK(graph_seal(copy, &err));
    CHECK(hash_equal(hash, graph_hash_first(copy, 500)));
    graph_destroy(copy);
    graph_destroy(back);
    graph_destroy(g);
    free(path);
}

TEST(an_empty_graph_comes_back)
{
    char *path = path_of("empty");
    struct graph *g = make_graph(0);

    save(path, g);
    struct graph *back = load(path);
    REQUIRE(back != NULL);
    CHECK_EQ_INT(graph_action_count(back), 0);
    graph_destroy(back);
    graph_destroy(g);
    free(path);
}

TEST(another_version_is_refused)
{
    char *path = path_of("version");
    struct graph *g = make_graph(3);
    struct snapshot_inputs inputs = {0};

    save(path, g);
    CHECK(snapshot_load(path, "1.1", &inputs) == NULL);
    CHECK(snapshot_load(path, "1", &inputs) == NULL);
    CHECK(snapshot_load(path, "1.00", &inputs) == NULL);
    CHECK(snapshot_load("/nonexistent", "1.0", &inputs) == NULL);
    CHECK(snapshot_load(test_dir(), "1.0", &inputs) == NULL);
    graph_destroy(g);
    free(path);
}

TEST(damaged_files_are_refused)
{
    char *path = path_of("damaged");
    struct graph *g = make_graph(4);
    size_t len = 0;

    save(path, g);
    char *bytes = read_file(path, &len);
    REQUIRE(bytes != NULL);
    uint32_t accepted = 0;
    for (size_t at = 0; at < len; at += at < 2000 ? 3 : 41) {
        bytes[at] = (char)(bytes[at] ^ (1 << at % 8));
        write_file(path, bytes, len);
        struct graph *back = load(path);
        if (back != NULL) { /* it was between two sections */
            CHECK(hash_equal(graph_hash(back), graph_hash(g)));
            accepted++;
        }
        graph_destroy(back);
        bytes[at] = (char)(bytes[at] ^ (1 << at % 8));
    }
    CHECK(accepted < 5);
    for (size_t cut = 0; cut < len; cut += 1 + cut / 9) {
        write_file(path, bytes, cut);
        CHECK(load(path) == NULL);
    }
    bytes[len] = '\0';
    write_file(path, bytes, len + 1);
    CHECK(load(path) == NULL);
    write_file(path, bytes, len);
    struct graph *back = load(path);
    CHECK(back != NULL);
    graph_destroy(back);
    free(bytes);
    graph_destroy(g);
    free(path);
}

/* A program of the same version that was built otherwise. */
TEST(sizes_are_checked_under_a_right_hash)
{
    enum { HASH_AT = 16, HASHED_AT = 32, SECTIONS_AT = 112 };
    char *path = path_of("foreign");
    struct graph *g = make_graph(4);
    size_t len = 0;
    uint32_t accepted = 0;

    save(path, g);
    char *bytes = read_file(path, &len);
    REQUIRE(bytes != NULL && len > SECTIONS_AT);
    uint64_t head_len; /* where the first section begins */
    memcpy(&head_len, bytes + SECTIONS_AT, sizeof(head_len));
    REQUIRE(head_len > SECTIONS_AT && head_len < len);
    for (size_t at = SECTIONS_AT; at < head_len; at += 4) {
        char kept[4];
        memcpy(kept, bytes + at, 4);
        memset(bytes + at, 0xff, 4);
        struct hash128 hash =
            hash_default()->bytes(bytes + HASHED_AT, head_len - HASHED_AT);
        memcpy(bytes + HASH_AT, &hash, sizeof(hash));
        write_file(path, bytes, len);
        struct graph *back = load(path);
        accepted += back != NULL;
        graph_destroy(back);
        memcpy(bytes + at, kept, 4);
    }
    CHECK_EQ_INT(accepted, 0);
    free(bytes);
    graph_destroy(g);
    free(path);
}

TEST(a_folder_that_is_not_there)
{
    struct graph *g = make_graph(1);
    struct snapshot_inputs inputs = {0};
    struct error err = {0};

    CHECK(!snapshot_save("/nonexistent/x", "1.0", g, &inputs, &err));
    CHECK_EQ_INT(err.class, ERROR_CLASS_STATE);
    CHECK_EQ_STR(err.what,
                 "cannot write /nonexistent/x: No such file or directory");
    error_finish(&err);
    graph_destroy(g);
}

/* --- What the graph was made from ----------------------------------------- */

/* Lets what was written before be no longer recent. */
static void
let_files_age(void)
{
    struct timespec time = {0, 30000000};

    nanosleep(&time, NULL);
}

/* Signs three files of which the graph was made from these texts (NULL: there was
 * no such file), and takes them through a save and a load. */
static bool
sign_and_load(int dir_fd, const struct graph *g, const char *const texts[3],
              struct snapshot_inputs *inputs)
{
    static const char paths[] = "build.magma\0lib.magma\0absent";
    char *path = path_of("signed");
    struct snapshot_inputs before = {0};
    struct slice value = {"a\0b", 4};
    struct error err = {0};

    struct hash128 read[3] = {{0, 0}};
    for (int i = 0; i < 3; i++) {
        if (texts[i] != NULL) {
            read[i] = hash_default()->bytes(texts[i], strlen(texts[i]));
        }
    }
    bool held = snapshot_sign(dir_fd, (struct slice){paths, sizeof(paths)},
                              read, &before);
    if (held) {
        snapshot_add_dynout(&before, "dynout:1", &value);
        snapshot_add_dynout(&before, "dynout:2", NULL);
        snapshot_add_dynout(&before, "dynout:3", &(struct slice){"", 0});
        CHECK(snapshot_save(path, "1.0", g, &before, &err));
        graph_destroy(snapshot_load(path, "1.0", inputs));
    }
    snapshot_inputs_finish(&before);
    free(path);
    return held;
}

TEST(sources_are_compared)
{
    int dir_fd = open(test_dir(), O_RDONLY | O_DIRECTORY);
    char *build = path_of("build.magma");
    char *lib = path_of("lib.magma");
    char *absent = path_of("absent");
    struct snapshot_inputs inputs = {0};
    bool settled;

    write_file(build, "(action)", 8);
    write_file(lib, "", 0);
    let_files_age();
    struct graph *g = make_graph(1);
    const char *const texts[] = {"(action)", "", NULL};
    REQUIRE(sign_and_load(dir_fd, g, texts, &inputs));
    REQUIRE(inputs.source_count == 3 && inputs.dynout_count == 3);
    CHECK_EQ_STR(inputs.sources[1].path, "lib.magma");
    CHECK(!inputs.sources[0].recent);
    CHECK(snapshot_sources_same(dir_fd, &inputs, &settled));
    CHECK(!settled);
    // Touched, or written with the same bytes: still the same.
    write_file(build, "(action)", 8);
    CHECK(snapshot_sources_same(dir_fd, &inputs, &settled));
    write_file(build, "(actiom)", 8);
    CHECK(!snapshot_sources_same(dir_fd, &inputs, &settled));
    write_file(build, "(action)", 8);
    write_file(absent, "", 0);
    CHECK(!snapshot_sources_same(dir_fd, &inputs, &settled));
    unlink(absent);
    CHECK(snapshot_sources_same(dir_fd, &inputs, &settled));
    unlink(lib);
    CHECK(!snapshot_sources_same(dir_fd, &inputs, &settled));
    snapshot_inputs_finish(&inputs);
    graph_destroy(g);
    close(dir_fd);
    unlink(build);
    free(build);
    free(lib);
    free(absent);
}

TEST(a_source_that_is_another_by_now_cannot_be_signed)
{
    int dir_fd = open(test_dir(), O_RDONLY | O_DIRECTORY);
    struct graph *g = make_graph(1);
    char *build = path_of("build.magma");
    struct snapshot_inputs inputs = {0};
    bool settled;

    write_file(build, "(action)", 8);
    const char *const edited[] = {"(actiom)", NULL, NULL};
    CHECK(!sign_and_load(dir_fd, g, edited, &inputs));
    const char *const made[] = {NULL, NULL, NULL};
    CHECK(!sign_and_load(dir_fd, g, made, &inputs));
    const char *const gone[] = {"(action)", "", NULL};
    CHECK(!sign_and_load(dir_fd, g, gone, &inputs));
    // A folder is no text, whatever was read before.
    const char *const same[] = {"(action)", NULL, NULL};
    char *lib = path_of("lib.magma");
    CHECK_EQ_INT(mkdir(lib, 0755), 0);
    CHECK(!sign_and_load(dir_fd, g, same, &inputs));
    CHECK_EQ_INT(rmdir(lib), 0);
    free(lib);
    // Written a moment ago: by content. A busy machine may need more than that.
    bool is_recent = false;
    for (int tries = 0; tries < 100 && !is_recent; tries++) {
        snapshot_inputs_finish(&inputs);
        inputs = (struct snapshot_inputs){0};
        write_file(build, "(action)", 8);
        CHECK(sign_and_load(dir_fd, g, same, &inputs));
        REQUIRE(inputs.source_count == 3);
        is_recent = inputs.sources[0].recent;
    }
    CHECK(is_recent);
    // Read once it is old enough, and then known by its attributes.
    let_files_age();
    CHECK(snapshot_sources_same(dir_fd, &inputs, &settled));
    CHECK(settled && !inputs.sources[0].recent);
    CHECK(snapshot_sources_same(dir_fd, &inputs, &settled));
    CHECK(!settled);
    snapshot_inputs_finish(&inputs);
    graph_destroy(g);
    close(dir_fd);
    unlink(build);
    free(build);
}

TEST(dynouts_are_compared)
{
    int dir_fd = open(test_dir(), O_RDONLY | O_DIRECTORY);
    struct graph *g = make_graph(1);
    struct snapshot_inputs inputs = {0};
    struct slice value = {"a\0b", 4};
    struct slice other = {"a\0c", 4};
    struct slice empty = {"", 0};

    const char *const texts[] = {NULL, NULL, NULL};
    REQUIRE(sign_and_load(dir_fd, g, texts, &inputs));
    REQUIRE(inputs.dynout_count == 3);
    CHECK_EQ_STR(inputs.dynouts[0].key, "dynout:1");
    CHECK(snapshot_dynout_same(&inputs.dynouts[0], &value));
    CHECK(!snapshot_dynout_same(&inputs.dynouts[0], &other));
    CHECK(!snapshot_dynout_same(&inputs.dynouts[0], NULL));
    CHECK(snapshot_dynout_same(&inputs.dynouts[1], NULL));
    CHECK(!snapshot_dynout_same(&inputs.dynouts[1], &empty));
    CHECK(snapshot_dynout_same(&inputs.dynouts[2], &empty));
    snapshot_inputs_finish(&inputs);
    graph_destroy(g);
    close(dir_fd);
}

TEST(loading_is_fast)
{
    char *path = path_of("large");
    struct graph *g = make_graph(50000);
    struct timespec start;
    struct timespec end;
    struct stat info;

    save(path, g);
    clock_gettime(CLOCK_MONOTONIC, &start);
    struct graph *back = load(path);
    clock_gettime(CLOCK_MONOTONIC, &end);
    REQUIRE(back != NULL && stat(path, &info) == 0);
    long us = (end.tv_sec - start.tv_sec) * 1000000 +
              (end.tv_nsec - start.tv_nsec) / 1000;
    printf("# %ld KiB in %ld us\n", (long)info.st_size / 1024, us);
    CHECK(us < 1000000);
    graph_destroy(back);
    graph_destroy(g);
    free(path);
}
