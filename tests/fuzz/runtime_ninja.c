/* SPDX-License-Identifier: MIT */
/*
 * Ninja files: whatever the bytes, an error with a text, or a sealed graph in
 * which every action makes something; and the same once more.
 */
#include "runtime/ninja/import.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/ninja_files.h"

static void
check_graph(const struct graph *graph)
{
    for (uint32_t n = 0; n < graph_action_count(graph); n++) {
        const struct action *a = graph_action(graph, (struct action_id){n});
        bool is_phony = (a->flags & ACTION_PHONY) != 0;
        FUZZ_HOLDS(a->outputs.count > 0);
        FUZZ_HOLDS(a->steps.count == (is_phony ? 0 : 1));
        FUZZ_HOLDS(graph_str(graph, a->key).len > 0);
        FUZZ_HOLDS(is_phony || graph_step(graph, a, 0)->argv.count > 0);
    }
}

/* Zero where it makes no graph. */
static struct hash128
import_once(void)
{
    struct hash128 hash = {0};
    struct ninja_import made;
    struct error err = {0};
    if (ninja_import("build.ninja", ninja_files_read, &made, &err)) {
        check_graph(made.graph);
        hash = graph_hash(made.graph);
        FUZZ_HOLDS(made.sources.len >= sizeof("build.ninja"));
    } else {
        FUZZ_HOLDS(err.what != NULL && err.class == ERROR_CLASS_GRAPH);
    }
    error_finish(&err);
    ninja_import_finish(&made);
    return hash;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    ninja_files_split(bytes, len);
    struct hash128 hash = import_once();
    struct hash128 again = import_once();
    FUZZ_HOLDS(hash.low == again.low && hash.high == again.high);
    return 0;
}
