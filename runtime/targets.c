/* SPDX-License-Identifier: MIT */
/*
 * See targets.h. All names are looked at one after the other: 100,000 take
 * less time than a person notices, so no index is kept for this.
 */
#include "runtime/targets.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The words found so far, each once; a table's key is where a word starts. */
struct found {
    struct buffer texts; /* zero-terminated words, one after the other */
    struct vec starts;   /* of uint32_t: offsets into texts */
    struct table table;
};

struct search {
    const struct graph *g;
    const char *typed; /* as seen from the root */
    size_t typed_len;
    size_t hidden; /* bytes of the folder in front, which are not shown */
    struct found found;
};

static struct slice
word_of(const void *owner, uint32_t value)
{
    const struct found *found = owner;
    const uint32_t *starts = found->starts.items;
    return slice_of(found->texts.bytes + starts[value]);
}

static void
found_add(struct found *found, const char *word, size_t len)
{
    uint32_t next = found->starts.count;
    struct slice wanted = {word, len};
    if (table_find_or_add(&found->table, word_of, found, wanted, next) ==
        next) {
        uint32_t start = (uint32_t)found->texts.len;
        vec_push(&found->starts, &start);
        buffer_add(&found->texts, word, len);
        buffer_add_char(&found->texts, 0);
    }
}

static void
found_finish(struct found *found)
{
    buffer_finish(&found->texts);
    vec_finish(&found->starts);
    table_finish(&found->table);
}

/* The word if it begins as typed, up to the next folder. */
static void
offer(struct search *search, const char *word)
{
    if (strncmp(word, search->typed, search->typed_len) != 0) {
        return;
    }
    const char *slash = strchr(word + search->typed_len, '/');
    size_t len = slash == NULL ? strlen(word) : (size_t)(slash + 1 - word);
    found_add(&search->found, word + search->hidden, len - search->hidden);
}

static void
offer_files(struct search *search, bool sources)
{
    for (uint32_t i = 0; i < graph_file_count(search->g); i++) {
        struct file_id file = {i};
        if (sources || graph_producer(search->g, file).n != ID_NONE) {
            offer(search, graph_path(search->g, file));
        }
    }
}

/* A name is no path: it is found as typed, wherever the person stands. */
static void
offer_name(struct search *search, const char *name, const char *typed)
{
    if (typed[0] == ':') {
        typed++;
    }
    if (strncmp(name, typed, strlen(typed)) == 0) {
        found_add(&search->found, name, strlen(name));
    }
}

static void
offer_names(struct search *search, const char *typed)
{
    const struct graph *g = search->g;
    for (uint32_t i = 0; i < graph_group_count(g); i++) {
        const struct group *group = graph_group(g, (struct group_id){i});
        offer_name(search, graph_cstr(g, group->name), typed);
    }
    bool names = typed[0] != ':' && graph_has_names(g);
    for (uint32_t i = 0; names && i < graph_action_count(g); i++) {
        const struct action *action = graph_action(g, (struct action_id){i});
        const char *name = graph_cstr(g, action->name);
        if (name[0] != 0) {
            offer_name(search, name, typed);
        }
    }
}

static void
search_once(struct search *search, const struct targets_wanted *wanted)
{
    if (wanted->typed[0] != ':') {
        offer_files(search, wanted->sources);
    }
    offer_names(search, wanted->typed);
}

/* The path that was typed, as seen from the root: malloc'ed. */
static char *
from_root(const struct targets_wanted *wanted)
{
    struct buffer path = {0};
    if (wanted->folder[0] != 0 && wanted->typed[0] != '/') {
        buffer_add_str(&path, wanted->folder);
        buffer_add_char(&path, '/');
    }
    buffer_add_str(&path, wanted->typed);
    buffer_add_char(&path, 0);
    return buffer_take(&path);
}

static int
compare_words(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
add_sorted(const struct found *found, bool colon, struct buffer *row)
{
    uint32_t count = found->starts.count;
    const char **words = mem_alloc(count + 1u, sizeof(*words));
    for (uint32_t i = 0; i < count; i++) {
        words[i] = word_of(found, i).bytes;
    }
    qsort(words, count, sizeof(*words), compare_words);
    for (uint32_t i = 0; i < count; i++) {
        buffer_add_str(row, colon ? ":" : "");
        buffer_add_text(row, words[i]);
    }
    free(words);
}

/* The folder that is all that was found, malloc'ed, else NULL. */
static char *
only_folder(const struct found *found)
{
    struct slice word = {NULL, 0};
    if (found->starts.count == 1) {
        word = word_of(found, 0);
    }
    return word.len > 0 && word.bytes[word.len - 1] == '/'
               ? mem_copy_str(word.bytes)
               : NULL;
}

/* Goes down as long as there is but one folder to go into. */
void
targets_complete(const struct graph *g, const struct targets_wanted *wanted,
                 struct buffer *row)
{
    struct targets_wanted deeper = *wanted;
    char *folder = NULL;
    for (;;) {
        char *typed = from_root(&deeper);
        struct search search = {
            .g = g,
            .typed = typed,
            .typed_len = strlen(typed),
            .hidden = strlen(typed) - strlen(deeper.typed),
            .found.starts = vec_of(sizeof(uint32_t)),
        };
        search_once(&search, &deeper);
        free(typed);
        char *next = only_folder(&search.found);
        bool done = next == NULL || strcmp(next, deeper.typed) == 0;
        if (done) {
            add_sorted(&search.found, wanted->typed[0] == ':', row);
            free(next);
        }
        found_finish(&search.found);
        if (done) {
            break;
        }
        free(folder);
        folder = next;
        deeper.typed = folder;
    }
    free(folder);
}
