/* SPDX-License-Identifier: MIT */
/* Manifests: identity, what is stored, and what two commands differ in. */
#include "exec/decide/listing.h"
#include "exec/decide/manifest.h"
#include "exec/decide/nearest.h"
#include "exec/decide/recipe.h"
#include "exec/state/body.h"
#include "tests/lib/runs.h"

static void
add(struct vec *list, const char *path, uint32_t file, unsigned kinds)
{
    struct manifest_file *item = vec_add(list);
    item->path = path;
    item->file = file;
    item->kinds = (uint8_t)kinds;
    item->version = (struct file_version){.id = file + 10,
                                          .kind = KIND_FILE,
                                          .hashed = true,
                                          .size = 3,
                                          .hash = {file, 1}};
}

static struct manifest
sample(void)
{
    struct manifest m;
    manifest_init(&m);
    m.command = (struct hash128){1, 2};
    add(&m.inputs, "b", 2, EDGE_IFWRITTEN);
    add(&m.inputs, "a", 1, EDGE_IFCHANGED);
    add(&m.inputs, "b", 2, EDGE_IFDELETED);
    add(&m.discovered, "h", 3, EDGE_IFWRITTEN);
    add(&m.outputs, "o", 4, EDGE_IFWRITTEN);
    struct manifest_node node = {mem_copy_str("name:x"), {8, 9}};
    vec_push(&m.nodes, &node);
    node.key = mem_copy_str("name:x");
    vec_push(&m.nodes, &node);
    manifest_sort(&m.inputs);
    manifest_sort_nodes(&m.nodes);
    unsetenv("SAMPLE_UNSET");
    setenv("SAMPLE_SET", "yes", 1);
    manifest_add_env(&m, "SAMPLE_UNSET");
    manifest_add_env(&m, "SAMPLE_SET");
    manifest_sort_env(&m);
    return m;
}

TEST(lists_are_sorted_and_joined)
{
    struct manifest m = sample();
    REQUIRE(m.inputs.count == 2);
    const struct manifest_file *items = m.inputs.items;
    CHECK_EQ_STR(items[0].path, "a");
    CHECK_EQ_INT(items[1].kinds, EDGE_IFWRITTEN | EDGE_IFDELETED);
    CHECK_EQ_INT(m.nodes.count, 1);
    manifest_finish(&m);
}

TEST(the_hash_sees_what_the_kinds_see)
{
    struct manifest m = sample();
    struct hash128 before = manifest_hash(&m);
    struct manifest_file *a = vec_at(&m.inputs, 0);
    struct manifest_file *b = vec_at(&m.inputs, 1);
    a->version.mtime_ns = 77; /* ifchanged: no difference */
    a->version.id = 500;
    CHECK(hash_equal(manifest_hash(&m), before));
    b->version.ctime_ns = 77;
    b->version.inode = 77;
    CHECK(hash_equal(manifest_hash(&m), before));
    b->version.mtime_ns = 77; /* ifwritten */
    struct hash128 after = manifest_hash(&m);
    CHECK(!hash_equal(after, before));
    a->version.hash.low++;
    CHECK(!hash_equal(manifest_hash(&m), after));
    manifest_finish(&m);
}

TEST(the_body_reads_back)
{
    struct manifest m = sample();
    struct buffer body = {0};
    struct manifest_reader reader;
    manifest_write(&m, &body);
    REQUIRE(manifest_open(buffer_slice(&body), &reader));
    uint32_t version = 0;
    CHECK_EQ_INT(manifest_read_count(&reader), 2);
    CHECK_EQ_INT(manifest_read_file(&reader, &version), EDGE_IFCHANGED);
    CHECK_EQ_INT(version, 11);
    (void)manifest_read_file(&reader, &version);
    CHECK_EQ_INT(manifest_read_count(&reader), 1);
    (void)manifest_read_file(&reader, &version);
    CHECK_EQ_INT(version, 13);
    CHECK_EQ_INT(manifest_read_count(&reader), 1);
    (void)manifest_read_file(&reader, &version);
    struct slice value;
    bool set = false;
    CHECK_EQ_INT(manifest_read_count(&reader), 2);
    struct slice name = manifest_read_env(&reader, &set, &value);
    CHECK(slice_equal(name, slice_of("SAMPLE_SET")) && set);
    CHECK(slice_equal(value, slice_of("yes")));
    name = manifest_read_env(&reader, &set, &value);
    CHECK(slice_equal(name, slice_of("SAMPLE_UNSET")) && !set);
    CHECK_EQ_INT(manifest_read_count(&reader), 1);
    struct hash128 hash;
    struct slice key = manifest_read_node(&reader, &hash);
    CHECK(slice_equal(key, slice_of("name:x")));
    CHECK_EQ_INT(hash.low, 8);
    CHECK(!reader.bad);
    (void)manifest_read_count(&reader);            /* events */
    CHECK_EQ_INT(manifest_read_count(&reader), 0); /* as of lists left out */
    CHECK(!reader.bad);
    CHECK_EQ_INT(manifest_read_file(&reader, &version), 0);
    CHECK(reader.bad);
    buffer_finish(&body);
    manifest_finish(&m);
}

/* Reads a list and checks its kinds, and that versions ascend from the first on. */
static void
check_kinds(struct manifest_reader *reader, const uint8_t *kinds,
            uint32_t count, uint32_t first)
{
    REQUIRE(manifest_read_count(reader) == count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t version = 0;
        CHECK_EQ_INT(manifest_read_file(reader, &version), kinds[i]);
        CHECK_EQ_INT(version, first + i);
    }
}

TEST(kinds_of_files_come_back)
{
    static const uint8_t lists[][3] = {
        {EDGE_IFWRITTEN, EDGE_IFWRITTEN, EDGE_IFWRITTEN},
        {EDGE_IFCHANGED, EDGE_IFCHANGED, EDGE_IFCHANGED},
        {EDGE_IFCHANGED, EDGE_IFCHANGED, EDGE_IFDELETED},
        {EDGE_IFDELETED, EDGE_IFCREATED, EDGE_IFDELETED},
    };
    enum { LISTS = sizeof(lists) / sizeof(lists[0]) };
    for (unsigned n = 0; n < LISTS * LISTS * LISTS; n++) {
        const uint8_t *kinds[3] = {lists[n % LISTS], lists[n / LISTS % LISTS],
                                   lists[n / LISTS / LISTS]};
        struct manifest m;
        struct buffer body = {0};
        struct manifest_reader reader;
        manifest_init(&m);
        for (uint32_t i = 0; i < 3; i++) {
            add(&m.inputs, "i", i, kinds[0][i]);
            add(&m.outputs, "o", 100 + i, kinds[2][i]);
        }
        for (uint32_t i = 0; i < n % 3; i++) {
            add(&m.discovered, "d", 50 + i, kinds[1][i]);
        }
        manifest_write(&m, &body);
        REQUIRE(manifest_open(buffer_slice(&body), &reader));
        check_kinds(&reader, kinds[0], 3, 10);
        check_kinds(&reader, kinds[1], n % 3, 60);
        check_kinds(&reader, kinds[2], 3, 110);
        CHECK_EQ_INT(manifest_read_count(&reader), 0);
        CHECK(!reader.bad);
        buffer_finish(&body);
        manifest_finish(&m);
    }
}

/* Counts, and rows of kinds behind them. */
TEST(bodies_of_version_9_are_read)
{
    static const uint8_t inputs[] = {EDGE_IFCHANGED, EDGE_IFCHANGED,
                                     EDGE_IFWRITTEN};
    static const uint8_t outputs[] = {EDGE_IFWRITTEN};
    const uint32_t versions[] = {10, 11, 12, 13};
    struct buffer rest = {0};
    struct buffer list = {0};
    struct buffer body = {0};
    struct manifest_reader reader;
    gaps_add(&list, versions, 4);
    varint_add(&rest, 4);
    body_add_bytes(&rest, buffer_slice(&list));
    buffer_add(&rest, "\3\2\2\1\1\0\1\1\1", 9);
    uint64_t hash = hash_xxh3.bytes(rest.bytes, rest.len).low;
    uint32_t checksum = (uint32_t)(hash ^ hash >> 32);
    buffer_add(&body, &checksum, sizeof checksum);
    buffer_add(&body, rest.bytes, rest.len);
    REQUIRE(manifest_open(buffer_slice(&body), &reader));
    check_kinds(&reader, inputs, 3, 10);
    CHECK_EQ_INT(manifest_read_count(&reader), 0);
    check_kinds(&reader, outputs, 1, 13);
    CHECK_EQ_INT(manifest_read_count(&reader), 0);
    CHECK(!reader.bad);
    buffer_finish(&rest);
    buffer_finish(&list);
    buffer_finish(&body);
}

/* --- Recipes --------------------------------------------------------------------------- */

static struct buffer
recipe_of(struct world *w, struct action_id a)
{
    struct buffer out = {0};
    struct tools *tools = tools_create(w->root);
    recipe_write(w->graph, graph_action(w->graph, a), tools, &out);
    tools_destroy(tools);
    return out;
}

static struct action_id
rich(struct world *w, const char *text, uint64_t fingerprint, bool redirected)
{
    struct action *action;
    struct action_id a = graph_begin_action(w->graph, &action);
    action->key = world_str(w, text);
    struct step *step = graph_add_step(w->graph, STEP_COMMAND);
    if (redirected) {
        step->out = (struct stream){STREAM_FILE, world_str(w, "log")};
        step->dir = world_str(w, "sub");
    }
    graph_add_arg(w->graph, world_str(w, "/bin/x"));
    graph_add_step_env(w->graph, world_str(w, "A"), world_str(w, text));
    step = graph_add_step(w->graph, STEP_TRANSFORM);
    step->function.fingerprint = (struct hash128){fingerprint, 0};
    step = graph_add_step(w->graph, STEP_WRITE);
    step->file = (struct file_id){world_file(w, "f").n};
    step->text = world_str(w, text);
    graph_end_action(w->graph);
    return a;
}

TEST(every_part_of_a_recipe_is_told)
{
    struct world w = world_make();
    struct buffer one = recipe_of(&w, rich(&w, "one", 1, false));
    struct buffer two = recipe_of(&w, rich(&w, "two", 2, true));
    struct buffer same = recipe_of(&w, rich(&w, "one", 1, false));
    CHECK_EQ_INT(same.len, one.len);
    CHECK_EQ_MEM(same.bytes, one.bytes, one.len);
    struct reasons reasons;
    reasons_init(&reasons);
    recipe_diff(buffer_slice(&one), buffer_slice(&same), &reasons);
    CHECK_EQ_INT(reasons.items.count, 0);
    recipe_diff(buffer_slice(&one), buffer_slice(&two), &reasons);
    static const char *const subjects[] = {"step 1 folder", "step 1 stdout",
                                           "step 1 env A", "step 2",
                                           "step 3 written text"};
    REQUIRE(reasons.items.count == 5);
    for (uint32_t i = 0; i < 5; i++) {
        CHECK_EQ_STR(reasons_items(&reasons)[i].subject, subjects[i]);
    }
    CHECK_EQ_STR(reasons_items(&reasons)[3].code, "rule-code-changed");
    /* Cut anywhere, it is still read to an end. */
    for (size_t len = 0; len < one.len; len++) {
        recipe_diff((struct slice){one.bytes, len}, buffer_slice(&two),
                    &reasons);
    }
    reasons_clear(&reasons);
    buffer_finish(&one);
    buffer_finish(&two);
    buffer_finish(&same);
    world_finish(&w);
}

/* --- Listings, and near names ---------------------------------------------------------------- */

TEST(a_deep_tree_is_listed)
{
    struct world w = world_make();
    struct buffer path = {0};
    for (int i = 0; i < 300; i++) {
        buffer_add_str(&path, "dddd/");
    }
    buffer_add_str(&path, "f");
    world_write(&w, buffer_str(&path), "x", 1);
    struct buffer listing = {0};
    int fd = open(w.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    listing_read(fd, ".", &listing);
    CHECK(listing.len > path.len * 100);
    size_t len = listing.len;
    listing_read(fd, "not there", &listing);
    CHECK_EQ_INT(listing.len, len);
    close(fd);
    buffer_finish(&listing);
    buffer_finish(&path);
    world_finish(&w);
}

/* Events as text. */
static void
add_event(void *ctx, const char *path, bool is_dir, enum exec_watch_event event)
{
    static const char *const names[] = {"+", "~", "-"};
    struct buffer *text = ctx;
    buffer_add_str(text, names[event]);
    buffer_add_str(text, path);
    buffer_add_str(text, is_dir ? "/ " : " ");
}

TEST(listings_differ_in_what_counts)
{
    struct world w = world_make();
    world_write(&w, "d/same", "x", 1);
    world_write(&w, "d/size", "x", 1);
    world_write(&w, "d/mode", "x", 1);
    world_write(&w, "d/gone", "x", 1);
    world_write(&w, "d/kind", "x", 1);
    int fd = open(w.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct buffer before = {0};
    struct buffer after = {0};
    struct buffer events = {0};
    listing_read(fd, "d", &before);
    /* The same file by another name in between: only its ctime moved. */
    CHECK_EQ_INT(renameat(fd, "d/same", fd, "d/away"), 0);
    CHECK_EQ_INT(renameat(fd, "d/away", fd, "d/same"), 0);
    world_write(&w, "d/size", "xx", 2);
    CHECK_EQ_INT(fchmodat(fd, "d/mode", 0700, 0), 0);
    CHECK_EQ_INT(unlinkat(fd, "d/gone", 0), 0);
    CHECK_EQ_INT(unlinkat(fd, "d/kind", 0), 0);
    CHECK_EQ_INT(mkdirat(fd, "d/kind", 0755), 0);
    world_write(&w, "d/kind/new", "x", 1);
    listing_read(fd, "d", &after);
    listing_compare(buffer_slice(&before), buffer_slice(&after), add_event,
                    &events);
    CHECK_EQ_STR(buffer_str(&events),
                 "-d/gone ~d/kind/ +d/kind/new ~d/mode ~d/size ");
    /* Cut anywhere, it is still read to an end. */
    for (size_t len = 0; len < before.len; len++) {
        listing_compare((struct slice){before.bytes, len}, buffer_slice(&after),
                        add_event, &events);
    }
    close(fd);
    buffer_finish(&before);
    buffer_finish(&after);
    buffer_finish(&events);
    world_finish(&w);
}

static const char *
nearest_of(const char *wanted, const char *candidate)
{
    static char best[100];
    struct nearest nearest;
    nearest_init(&nearest, wanted);
    nearest_try(&nearest, candidate);
    snprintf(best, sizeof best, "%s", nearest.best ? nearest.best : "");
    nearest_finish(&nearest);
    return best;
}

TEST(near_names)
{
    CHECK_EQ_STR(nearest_of("main.c", "mian.c"), "mian.c");
    CHECK_EQ_STR(nearest_of("main.c", "maim.h"), "maim.h");
    CHECK_EQ_STR(nearest_of("main.c", "util.h"), "");
    CHECK_EQ_STR(nearest_of("a", "b"), "b");
    CHECK_EQ_STR(nearest_of("", "b"), "b");
}

TEST(the_same_name_in_another_folder)
{
    struct world w = world_make();
    world_write(&w, "lib/util.c", "x", 1);
    world_write(&w, "src/a.c", "x", 1);
    int fd = open(w.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char *found = nearest_file(fd, "src/util.c");
    CHECK_EQ_STR(found, "lib/util.c");
    free(found);
    found = nearest_file(fd, "nowhere/at/all.c");
    CHECK_EQ_STR(found, NULL);
    free(found);
    close(fd);
    world_finish(&w);
}
