/* SPDX-License-Identifier: MIT */
/*
 * Conversion is checked by doing it: the graphs of both files are compared.
 * There is no proof that a converter is right, but each of its results can be
 * shown to be.
 */
#include "runtime/load.h"
#include "runtime/ninja/convert.h"
#include "runtime/ninja/import.h"
#include "runtime/source.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

/* What was made stands in for the files on disk. */
static void
add_overlays(const struct conversion *made)
{
    char *here = getcwd(NULL, 0);
    assert(here != NULL);
    for (uint32_t i = 0; i < made->files.count; i++) {
        const struct converted_file *file = vec_at(&made->files, i);
        char *path = path_join(here, file->path);
        source_overlay_add(path, buffer_str(&file->text), file->text.len);
        free(path);
    }
    free(here);
}

/* As a build would, but for what it knows of earlier runs: what ninja files say
 * depends on nothing that becomes known. */
static bool
evaluate(const char *to, struct graph **graph, struct error *err)
{
    struct load_options options = {.build_file = to};
    struct load_result result = {0};
    struct functions *functions = functions_create();
    bool done = load_build_file(&options, functions, &result, err);
    free(result.sources.bytes);
    functions_destroy(functions);
    *graph = result.graph;
    return done;
}

/* Groups and pools are part of either hash, so that a difference in them is seen
 * whatever the number of actions. */
static bool
same_hash(const struct graph *a, const struct graph *b, uint32_t actions)
{
    struct hash128 one = graph_hash_first(a, actions);
    struct hash128 other = graph_hash_first(b, actions);
    return one.low == other.low && one.high == other.high;
}

/* How many actions at the front are alike. */
static uint32_t
count_alike(const struct graph *a, const struct graph *b, uint32_t most)
{
    uint32_t alike = 0;
    while (alike < most) {
        uint32_t middle = alike + (most - alike + 1) / 2;
        if (same_hash(a, b, middle)) {
            alike = middle;
        } else {
            most = middle - 1;
        }
    }
    return alike;
}

/* The same but for the last action, which converts. */
static bool
compare(const struct graph *direct, const struct graph *converted,
        const char *file, const char *to, struct error *err)
{
    uint32_t count = graph_action_count(direct);
    uint32_t other = graph_action_count(converted);
    if (other == count + 1 && same_hash(direct, converted, count)) {
        return true;
    }
    uint32_t most = other < count ? other : count;
    uint32_t alike = count_alike(direct, converted, most);
    error_set(
        err, ERROR_CLASS_BUILD, "the graph of %s is not that of %s: %s%s", to,
        file,
        alike < most ? "they differ at "
                     : "one has more actions, or other groups",
        alike < most
            ? graph_cstr(direct,
                         graph_action(direct, (struct action_id){alike})->key)
            : "");
    return false;
}

bool
conversion_holds(const char *file, const char *to, ninja_read read,
                 const struct conversion *made, struct error *err)
{
    struct ninja_import direct;
    struct graph *converted = NULL;
    uint32_t overlays = source_overlay_count();
    bool done = ninja_import(file, read, &direct, err);
    if (done) {
        if (made != NULL) {
            add_overlays(made);
        }
        done = evaluate(to, &converted, err) &&
               compare(direct.graph, converted, file, to, err);
        source_overlay_drop(overlays);
    }
    graph_destroy(converted);
    ninja_import_finish(&direct);
    return done;
}
