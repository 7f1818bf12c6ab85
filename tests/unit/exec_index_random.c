/* SPDX-License-Identifier: MIT */
/*
 * Two roots with the same files, under random graphs and random edits: one is
 * built with its index, which is damaged now and then; the other one loses its
 * index before every build, so that every action is judged. They must run the
 * same actions and come to the same files.
 *
 *     SEEDS=1000 build/release/tests/unit/exec_index_random
 */
#include "tests/lib/builds.h"

#include <dirent.h>
#include <fcntl.h>
#include <time.h>

#define ACTIONS_MAX 28
#define SOURCES 10
#define OPTIONALS 3
#define EDITS 14

/* --- Chance ------------------------------------------------------------------ */

static uint64_t chance_state;

static uint32_t
chance(uint32_t below)
{
    chance_state ^= chance_state << 13;
    chance_state ^= chance_state >> 7;
    chance_state ^= chance_state << 17;
    return (uint32_t)(chance_state >> 33) % below;
}

static bool
one_in(uint32_t count)
{
    return chance(count) == 0;
}

/* --- The graph ---------------------------------------------------------------- */

struct planned_edge {
    char path[16];
    uint8_t kinds;
};

struct planned {
    uint32_t flags;
    bool nameless; /* it has no output */
    bool has_env;
    bool has_depfile;
    bool in_group;
    bool after_group;
    int32_t node; /* an action without outputs that it needs; -1: none */
    uint32_t edge_count;
    struct planned_edge edges[6];
};

static struct planned planned[ACTIONS_MAX];
static uint32_t action_count;

static void
name_output(char *path, uint32_t action)
{
    snprintf(path, 16, "%s/o%u", action % 3 == 0 ? "a" : "b/c", action);
}

static void
name_source(char *path, uint32_t source)
{
    snprintf(path, 16, "%s%u", source % 2 == 0 ? "s" : "src/s", source);
}

/* A source, or the output of an action before this one. */
static void
choose_input(uint32_t action, char *path)
{
    uint32_t maker = action > 0 ? chance(action) : 0;
    if (action == 0 || one_in(2) || planned[maker].nameless) {
        name_source(path, chance(SOURCES));
    } else {
        name_output(path, maker);
    }
}

static void
choose_edges(uint32_t action, struct planned *p)
{
    static const uint8_t kinds[] = {EDGE_IFWRITTEN, EDGE_IFCHANGED,
                                    EDGE_IFCHANGED | EDGE_IFDELETED,
                                    EDGE_ORDER_ONLY, EDGE_VALIDATION};
    p->edge_count = 1 + chance(5);
    for (uint32_t i = 0; i < p->edge_count; i++) {
        struct planned_edge *edge = &p->edges[i];
        choose_input(action, edge->path);
        // The first is read: it must be an input of some kind.
        edge->kinds = kinds[chance(i == 0 ? 2 : 5)];
        if (i > 0 && one_in(5)) {
            snprintf(edge->path, sizeof(edge->path), "opt%u",
                     chance(OPTIONALS));
            edge->kinds =
                one_in(2) ? EDGE_IFCREATED : EDGE_IFCREATED | EDGE_IFDELETED;
        }
    }
}

static void
choose_graph(void)
{
    action_count = 4 + chance(ACTIONS_MAX - 4);
    for (uint32_t i = 0; i < action_count; i++) {
        struct planned *p = &planned[i];
        *p = (struct planned){.node = -1};
        p->flags = one_in(25) ? ACTION_ALWAYS : 0;
        p->nameless = one_in(12);
        p->has_env = one_in(6);
        p->has_depfile = !p->nameless && one_in(2);
        p->in_group = one_in(4) && i < action_count / 2;
        p->after_group = i >= action_count / 2 && one_in(4);
        for (uint32_t k = 0; k < i; k++) {
            p->node = planned[k].nameless && one_in(3) ? (int32_t)k : p->node;
        }
        choose_edges(i, p);
    }
}

static void
add_inputs(const struct planned *p)
{
    for (uint32_t k = 0; k < p->edge_count; k++) {
        input(p->edges[k].path, p->edges[k].kinds);
    }
    if (p->node >= 0) {
        struct action_id to = {(uint32_t)p->node};
        graph_add_input(g, (struct node){NODE_ACTION, to.n}, EDGE_IFCHANGED,
                        false);
    }
    if (p->after_group) {
        graph_add_input(g, (struct node){NODE_GROUP, 0}, EDGE_ORDER_ONLY,
                        false);
    }
}

static void
fill_group(void)
{
    graph_begin_group(g, str("some"), (struct place){str(""), 0, 0});
    for (uint32_t i = 0; i < action_count; i++) {
        char path[16];
        name_output(path, i);
        if (planned[i].in_group && !planned[i].nameless) {
            graph_add_member(g, (struct node){NODE_FILE, file(path).n});
        }
    }
    graph_add_member(g, (struct node){NODE_FILE, file("s0").n});
    graph_end_group(g);
}

static void
random_graph(void)
{
    fill_group();
    for (uint32_t i = 0; i < action_count; i++) {
        const struct planned *p = &planned[i];
        char path[16];
        char name[32];
        name_output(path, i);
        snprintf(name, sizeof(name), "name:%u", i);
        struct action *action = begin(p->nameless ? name : path);
        action->flags = p->flags;
        if (p->has_depfile) {
            snprintf(name, sizeof(name), "d%u", i);
            action->depfile = file(name);
        }
        add_inputs(p);
        if (p->has_env) {
            graph_add_env(g, str("RANDOM_LEVEL"));
        }
        graph_add_step(g, STEP_READ)->file = file(p->edges[0].path);
        if (!p->nameless) {
            graph_add_output(g, file(path));
            struct step *step = graph_add_step(g, STEP_WRITE);
            step->file = file(path);
            step->text = STR_NONE;
        }
        graph_end_action(g);
    }
}

/* --- Two roots ------------------------------------------------------------------- */

static char roots[2][512];

static void
enter(int which)
{
    memcpy(root, roots[which], sizeof(root));
}

/* Until the clock that stamps files has moved on. */
static void
tick(void)
{
    struct timespec from;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME_COARSE, &from);
    do {
        clock_gettime(CLOCK_REALTIME_COARSE, &now);
    } while (now.tv_nsec == from.tv_nsec);
}

/* Sources of few contents, so that some edits change nothing. */
static void
write_source(const char *path, uint32_t word)
{
    static const char *const words[] = {"one", "two", "six", "three"};
    put(path, words[word % 4]);
}

/* What an action says that it read: known only when it has run. Sources, and
 * what it is ordered behind: else it might read them before they are made. */
static void
write_depfile(uint32_t action)
{
    const struct planned *p = &planned[action];
    struct buffer text = {0};
    char name[16];
    buffer_add_str(&text, "x:");
    for (uint32_t i = chance(5); i > 0; i--) {
        const struct planned_edge *edge = &p->edges[chance(p->edge_count)];
        name_source(name, chance(SOURCES));
        bool ordered = (edge->kinds & EDGE_VALIDATION) == 0;
        buffer_add_format(&text, " %s", ordered ? edge->path : name);
    }
    snprintf(name, sizeof(name), "d%u", action);
    for (int i = 0; i < 2; i++) {
        enter(i);
        put(name, buffer_str(&text));
    }
    buffer_finish(&text);
}

static bool
make_roots(uint32_t seed)
{
    for (int i = 0; i < 2; i++) {
        snprintf(roots[i], sizeof(roots[i]), "%s/%u-%d", test_dir(), seed, i);
        enter(i);
        if (!CHECK(mkdir(root, 0777) == 0 &&
                   mkdir(path_of("src"), 0777) == 0)) {
            return false;
        }
    }
    for (uint32_t k = 0; k < SOURCES; k++) {
        char path[16];
        uint32_t word = chance(4);
        name_source(path, k);
        for (int i = 0; i < 2; i++) {
            enter(i);
            write_source(path, word);
        }
    }
    for (uint32_t k = 0; k < action_count; k++) {
        if (planned[k].has_depfile) {
            write_depfile(k);
        }
    }
    return true;
}

/* --- Edits ------------------------------------------------------------------------- */

enum edit {
    EDIT_WRITE,
    EDIT_TOUCH,
    EDIT_MODE,
    EDIT_REMOVE,
    EDIT_COPY, /* the same bytes and time, another inode */
    EDIT_COUNT
};

static void
replace_by_copy(const char *path)
{
    struct stat st;
    char *from = mem_copy_str(path_of(path));
    if (stat(from, &st) == 0) {
        const char *text = content(path);
        put("copy", text);
        char *copy = mem_copy_str(path_of("copy"));
        struct timespec times[2] = {st.st_atim, st.st_mtim};
        CHECK_EQ_INT(utimensat(AT_FDCWD, copy, times, 0), 0);
        CHECK_EQ_INT(chmod(copy, st.st_mode & 07777), 0);
        CHECK_EQ_INT(rename(copy, from), 0);
        free(copy);
    }
    free(from);
}

static void
edit_file(const char *path, enum edit edit, uint32_t word)
{
    switch (edit) {
    case EDIT_WRITE:
        write_source(path, word);
        break;
    case EDIT_TOUCH:
        (void)utimensat(AT_FDCWD, path_of(path), NULL, 0);
        break;
    case EDIT_MODE:
        (void)chmod(path_of(path), word % 2 == 0 ? 0644 : 0600);
        break;
    case EDIT_REMOVE:
        (void)unlink(path_of(path));
        break;
    case EDIT_COPY:
        replace_by_copy(path);
        break;
    case EDIT_COUNT:
        break;
    }
}

/* The same in both roots. */
static void
edit_once(void)
{
    char path[16];
    enum edit edit = chance(EDIT_COUNT);
    uint32_t word = chance(4);
    switch (chance(5)) {
    case 0:
        name_output(path, chance(action_count));
        edit = one_in(2) ? EDIT_REMOVE : edit;
        break;
    case 1:
        snprintf(path, sizeof(path), "opt%u", chance(OPTIONALS));
        edit = one_in(2) ? EDIT_REMOVE : EDIT_WRITE;
        break;
    default:
        name_source(path, chance(SOURCES));
        // A lost source ends the story.
        edit = edit == EDIT_REMOVE && !one_in(8) ? EDIT_WRITE : edit;
        break;
    }
    for (int i = 0; i < 2; i++) {
        enter(i);
        struct stat st;
        char *folder = mem_copy_str(path_of(path));
        *strrchr(folder, '/') = '\0';
        if (stat(folder, &st) == 0) {
            edit_file(path, edit, word);
        }
        free(folder);
    }
}

/* --- The index -------------------------------------------------------------------------- */

/* Its path, malloc'ed; NULL if there is none. */
static char *
index_file(void)
{
    DIR *dir = opendir(path_of(".ronin"));
    char *path = NULL;
    const struct dirent *entry;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        if (strncmp(entry->d_name, "index-", 6) == 0) {
            path = mem_format("%s/.ronin/%s", root, entry->d_name);
            break;
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
    return path;
}

static void
remove_index(void)
{
    char *path = index_file();
    if (path != NULL) {
        CHECK_EQ_INT(unlink(path), 0);
    }
    free(path);
}

/* Flips a bit somewhere, cuts it short, or takes it away. */
static void
damage_index(void)
{
    struct stat st;
    char *path = index_file();
    if (path == NULL || stat(path, &st) != 0 || st.st_size == 0) {
        free(path);
        return;
    }
    off_t at = (off_t)chance((uint32_t)st.st_size);
    unsigned char byte = 0;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    switch (chance(3)) {
    case 0:
        CHECK(pread(fd, &byte, 1, at) == 1);
        byte ^= (unsigned char)(1U << chance(8));
        CHECK(pwrite(fd, &byte, 1, at) == 1);
        break;
    case 1:
        CHECK_EQ_INT(ftruncate(fd, at), 0);
        break;
    case 2:
        CHECK_EQ_INT(unlink(path), 0);
        break;
    }
    close(fd);
    free(path);
}

/* --- Building both -------------------------------------------------------------------------- */

/* What must be the same. */
struct outcome {
    bool done;
    char ran[8192]; /* sorted */
    bool is_broken; /* the graph is: how far it came depends on the order */
    struct exec_result result;
};

static int
compare_words(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* The order of what does not depend on each other is free. */
static void
sort_events(char *out)
{
    char *words[256];
    size_t count = 0;
    char *save = NULL;
    for (char *word = strtok_r(events, ";", &save); word != NULL;
         word = strtok_r(NULL, ";", &save)) {
        word += *word == ' ';
        // Whether what is clean was cut off depends on that order, where it was
        // ordered by what it discovered; and what needs a failed action by order
        // alone was clean all the same.
        if (strncmp(word, "cut off", 7) != 0 &&
            strncmp(word, "not run", 7) != 0) {
            words[count++] = word;
        }
    }
    qsort(words, count, sizeof(*words), compare_words);
    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        strcat(out, words[i]);
        strcat(out, ";");
    }
}

static void
build_one(const struct exec_build *options, struct outcome *outcome)
{
    struct exec_options open_options = {.root = root,
                                        .build_file = "build.magma"};
    struct slice sources;
    struct exec_build build = *options;
    events[0] = '\0';
    if (!CHECK(exec_open(&open_options, &exec, &error))) {
        return;
    }
    graph = exec_snapshot_load(exec, &sources);
    if (graph == NULL) {
        graph = make_graph();
        exec_snapshot_save(exec, graph, (struct slice){"", 0}, NULL);
    }
    build.host = &host;
    outcome->done = exec_build(exec, &graph, &build, &outcome->result, &error);
    outcome->is_broken = error.class == ERROR_CLASS_GRAPH;
    error_finish(&error);
    graph_destroy(graph);
    graph = NULL;
    exec_close(exec);
    exec = NULL;
    sort_events(outcome->ran);
}

static bool
same_files(void)
{
    bool same = true;
    for (uint32_t i = 0; i < action_count; i++) {
        char path[16];
        name_output(path, i);
        enter(0);
        char *first = mem_copy_str(content(path));
        enter(1);
        const char *second = content(path);
        same = same && ((first == NULL) == (second == NULL)) &&
               (first == NULL || strcmp(first, second) == 0);
        free(first);
    }
    return CHECK(same);
}

static void
build_with_both(const struct exec_build *options, struct outcome *outcomes)
{
    tick(); // So that no edit is in the tick of a look.
    for (int i = 0; i < 2; i++) {
        outcomes[i] = (struct outcome){.done = false};
        enter(i);
        if (i == 1) {
            remove_index();
        } else if (one_in(6)) {
            damage_index();
        }
        build_one(options, &outcomes[i]);
    }
}

/* Wanted, and neither clean nor kept from running. */
static uint32_t
rest_of(const struct exec_result *r)
{
    return r->failed > 0 ? r->ran : r->wanted - r->up_to_date - r->cut_off;
}

static bool
outcomes_are_same(const struct outcome *a, const struct outcome *b)
{
    return CHECK_EQ_STR(a->ran, b->ran) &&
           CHECK_EQ_INT(a->result.ran, b->result.ran) &&
           CHECK_EQ_INT(a->result.failed, b->result.failed) &&
           CHECK_EQ_INT(rest_of(&a->result), rest_of(&b->result)) &&
           same_files();
}

/* Also whatever it asks for: everything, a part, a group, or by content. *broken
 * if a source is missing: that ends a build at once, and what had run by then is
 * another thing in each. */
static bool
build_both(bool *broken)
{
    struct outcome outcomes[2];
    char target[16];
    uint32_t wanted = chance(action_count);
    name_output(target, wanted);
    struct exec_build options =
        options_for(one_in(6)                                ? ":some"
                    : one_in(5) && !planned[wanted].nameless ? target
                                                             : NULL);
    options.content = one_in(6);
    options.dry_run = one_in(10);
    setenv("RANDOM_LEVEL", one_in(8) ? "2" : "1", 1);
    build_with_both(&options, outcomes);
    if (!CHECK_EQ_INT(outcomes[0].done, outcomes[1].done) ||
        !CHECK_EQ_INT(outcomes[0].is_broken, outcomes[1].is_broken)) {
        return false;
    }
    *broken = outcomes[0].is_broken;
    // A dry run judges less of what would run: it does not know all it needs.
    return *broken || (options.dry_run && same_files()) ||
           outcomes_are_same(&outcomes[0], &outcomes[1]);
}

static bool
run_seed(uint32_t seed)
{
    chance_state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    build_file = random_graph;
    choose_graph();
    if (!make_roots(seed)) {
        return false;
    }
    bool broken = false;
    for (int i = 0; i < EDITS && !broken; i++) {
        for (uint32_t k = chance(3); k > 0; k--) {
            edit_once();
        }
        if (one_in(4)) {
            uint32_t action = chance(action_count);
            if (planned[action].has_depfile) {
                write_depfile(action);
            }
        }
        if (!build_both(&broken)) {
            printf("# seed %u, build %d of %u actions\n", seed, i,
                   action_count);
            return false;
        }
    }
    return true;
}

TEST(decisions_are_those_of_the_long_way)
{
    const char *text = getenv("SEEDS");
    const char *first = getenv("SEED");
    uint32_t from = first != NULL ? (uint32_t)atoi(first) : 1;
    uint32_t count = text != NULL ? (uint32_t)atoi(text) : 24;
    for (uint32_t seed = from; seed < from + count; seed++) {
        if (!run_seed(seed)) {
            break;
        }
    }
}
