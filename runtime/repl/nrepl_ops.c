/* SPDX-License-Identifier: MIT */
/* Operations that ask, and the table of all of them. See nrepl_parts.h. */
#include "interp/magma.h"
#include "runtime/repl/complete.h"
#include "runtime/repl/nrepl_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* --- What is asked about -------------------------------------------------------------- */

/* Editors name the same thing differently. */
static const char *
text_of_any(const struct nrepl_request *request, const char *const *keys)
{
    const char *text = NULL;
    for (; text == NULL && *keys != NULL; keys++) {
        text = bencode_text(request->message, *keys);
    }
    return text;
}

/* The namespace that the request names, or that of its session: also where what
 * the editor shows was not loaded yet. */
static const char *
namespace_of(const struct nrepl_request *request)
{
    const char *ns = bencode_text(request->message, "ns");
    if (ns != NULL && !nrepl_has_namespace(ns)) {
        ns = NULL;
    }
    if (ns == NULL && request->session != NULL) {
        ns = request->session->talk.ns;
    }
    return ns == NULL ? magma_namespace() : ns;
}

struct asking {
    const char *function; /* of the namespace ronin-prompt */
    const char *texts[2];
    uint32_t count;
};

/* As a call with strings, not as a text: what an editor sends is no program. */
static Value
ask_body(void *arg)
{
    const struct asking *asking = arg;
    struct magma_text name = {asking->function, strlen(asking->function)};
    Value function = magma_eval_text(name, "nrepl");
    Value args[2] = {VALUE_NIL, VALUE_NIL};
    for (uint32_t i = 0; i < asking->count; i++) {
        args[i] = magma_cstring(asking->texts[i]);
    }
    return magma_call(function, args, asking->count);
}

/* What is known of a symbol: a map, or nil. */
static Value
about(const struct nrepl_request *request)
{
    static const char *const keys[] = {"sym", "symbol", NULL};
    struct asking asking = {.function = "ronin-prompt/about",
                            .texts = {namespace_of(request),
                                      text_of_any(request, keys)},
                            .count = 2};
    Value result = VALUE_NIL;
    Value thrown = VALUE_NIL;
    if (asking.texts[1] == NULL || asking.texts[1][0] == 0 ||
        !magma_try(ask_body, &asking, &result, &thrown)) {
        return VALUE_NIL;
    }
    return result;
}

/* Editors open it from wherever they are, so it has its whole path; the files of
 * the standard library are nowhere. */
static void
put_file(struct bencode_dict *dict, const char *file)
{
    char *whole = realpath(file, NULL);
    bencode_put_str(dict, "file", whole == NULL ? file : whole);
    free(whole);
}

/* Texts and numbers of the map, each under its key. */
static void
put_fields(struct bencode_dict *dict, Value map)
{
    static const char *const keys[] = {
        "ns",     "name",  "doc",          "file",         "line",
        "column", "macro", "arglists-str", "special-form",
    };
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        Value value = magma_map_get(map, magma_keyword(keys[i]));
        if (magma_is_string(value) && strcmp(keys[i], "file") == 0) {
            put_file(dict, magma_text_of(value).bytes);
        } else if (magma_is_string(value)) {
            struct magma_text text = magma_text_of(value);
            bencode_put_text(dict, keys[i],
                             (struct slice){text.bytes, text.len});
        } else if (magma_is_int(value)) {
            bencode_put_number(dict, keys[i], magma_int_of(value));
        }
    }
}

/* --- Looking up ----------------------------------------------------------------------------- */

/* {"info" {...}} */
static void
lookup(const struct nrepl_request *request)
{
    Value map = about(request);
    if (!magma_is_map(map)) {
        nrepl_send_status(request, "lookup-error done");
        return;
    }
    struct bencode_dict info = {{0}};
    struct buffer encoded = {0};
    put_fields(&info, map);
    bencode_end(&info, &encoded);
    struct bencode_dict answer = nrepl_answer(request);
    bencode_put(&answer, "info", buffer_slice(&encoded));
    nrepl_put_status(&answer, "done");
    nrepl_send(request, &answer);
    buffer_finish(&encoded);
}

/* The same, as CIDER asks for it. */
static void
info(const struct nrepl_request *request)
{
    Value map = about(request);
    struct bencode_dict answer = nrepl_answer(request);
    if (magma_is_map(map)) {
        put_fields(&answer, map);
        nrepl_put_status(&answer, "done");
    } else {
        nrepl_put_status(&answer, "no-info done");
    }
    nrepl_send(request, &answer);
}

/* "[a b & more]" as a list of texts. */
static void
add_arglist(struct buffer *out, struct magma_text arglist)
{
    size_t at = 0;
    buffer_add_char(out, 'l');
    while (at < arglist.len) {
        size_t len = 0;
        while (at + len < arglist.len &&
               strchr(" []", arglist.bytes[at + len]) == NULL) {
            len++;
        }
        if (len > 0) {
            bencode_add_text(out, (struct slice){arglist.bytes + at, len});
        }
        at += len + 1;
    }
    buffer_add_char(out, 'e');
}

/* Only what can be called has parameters to show. */
static void
eldoc(const struct nrepl_request *request)
{
    Value map = about(request);
    Value lists = magma_is_map(map)
                      ? magma_map_get(map, magma_keyword("arglists"))
                      : VALUE_NIL;
    if (!magma_is_vector(lists) || magma_vector_count(lists) == 0) {
        nrepl_send_status(request, "no-eldoc done");
        return;
    }
    struct buffer encoded = {0};
    buffer_add_char(&encoded, 'l');
    for (uint32_t i = 0; i < magma_vector_count(lists); i++) {
        add_arglist(&encoded, magma_text_of(magma_vector_at(lists, i)));
    }
    buffer_add_char(&encoded, 'e');
    struct bencode_dict answer = nrepl_answer(request);
    put_fields(&answer, map);
    bencode_put(&answer, "eldoc", buffer_slice(&encoded));
    Value doc = magma_map_get(map, magma_keyword("doc"));
    bencode_put_str(&answer, "docstring",
                    magma_is_string(doc) ? magma_text_of(doc).bytes : "");
    bencode_put_str(&answer, "type", "function");
    nrepl_put_status(&answer, "done");
    nrepl_send(request, &answer);
    buffer_finish(&encoded);
}

/* Those of the library as well: an editor completes by them. */
static void
list_namespaces(const struct nrepl_request *request)
{
    struct asking asking = {.function = "ronin-prompt/namespaces"};
    Value names = VALUE_NIL;
    Value thrown = VALUE_NIL;
    struct buffer list = {0};
    bool done = magma_try(ask_body, &asking, &names, &thrown);
    buffer_add_char(&list, 'l');
    for (uint32_t i = 0; done && i < magma_vector_count(names); i++) {
        struct magma_text name = magma_text_of(magma_vector_at(names, i));
        bencode_add_text(&list, (struct slice){name.bytes, name.len});
    }
    buffer_add_char(&list, 'e');
    struct bencode_dict answer = nrepl_answer(request);
    bencode_put(&answer, "ns-list", buffer_slice(&list));
    nrepl_put_status(&answer, "done");
    nrepl_send(request, &answer);
    buffer_finish(&list);
}

/* --- Completing ------------------------------------------------------------------------------ */

/* The type is what editors show beside it. */
static void
add_candidate(struct buffer *out, struct slice text)
{
    bool is_keyword = text.len > 0 && text.bytes[0] == ':';
    struct bencode_dict candidate = {{0}};
    bencode_put_text(&candidate, "candidate", text);
    bencode_put_str(&candidate, "type", is_keyword ? "keyword" : "var");
    bencode_end(&candidate, out);
}

/* The prefix may be a name, a keyword, a string that is open, or a query. */
static void
completions(const struct nrepl_request *request)
{
    static const char *const keys[] = {"prefix", "symbol", NULL};
    const char *prefix = text_of_any(request, keys);
    const struct complete_world world = {.graph = copy_last_graph(repl_copy()),
                                         .keywords =
                                             copy_keywords(repl_copy())};
    struct choices choices = {0};
    if (prefix != NULL) {
        magma_set_namespace(namespace_of(request));
        complete(&world, slice_of(prefix), strlen(prefix), &choices);
    }
    struct buffer list = {0};
    struct slice row = buffer_slice(&choices.rows);
    struct slice text;
    buffer_add_char(&list, 'l');
    while (slice_next_text(&row, &text)) {
        // What stands in front of the word was typed, and stays.
        struct buffer whole = {0};
        buffer_add(&whole, prefix, choices.start);
        buffer_add(&whole, text.bytes, text.len);
        add_candidate(&list, buffer_slice(&whole));
        buffer_finish(&whole);
    }
    buffer_add_char(&list, 'e');
    struct bencode_dict answer = nrepl_answer(request);
    bencode_put(&answer, "completions", buffer_slice(&list));
    nrepl_put_status(&answer, "done");
    nrepl_send(request, &answer);
    buffer_finish(&list);
    choices_finish(&choices);
}

/* --- The table -------------------------------------------------------------------------------- */

/* Answered by the thread of the wire before they come here. */
static void
answered_before(const struct nrepl_request *request)
{
    nrepl_send_status(request, "done");
}

static nrepl_op_fn describe;

/* What to send besides `op`, `id` and `session`, for people. */
static const struct op {
    const char *name;
    nrepl_op_fn *call;
    const char *doc;
} ops[] = {
    {"clone", nrepl_clone, "A new session, as new-session."},
    {"close", nrepl_close, "Ends a session."},
    {"complete", completions, "As completions, of prefix or symbol."},
    {"completions", completions, "What may follow prefix, in ns."},
    {"describe", describe, "The operations and versions."},
    {"eldoc", eldoc, "The parameters of sym in ns."},
    {"eval", nrepl_eval,
     "Evaluates code, in ns; from line and column of file."},
    {"info", info, "What is known of sym in ns, as fields."},
    {"interrupt", answered_before, "Ends what the session evaluates."},
    {"load-file", nrepl_load_file, "Evaluates file, which is at file-path."},
    {"lookup", lookup, "What is known of sym in ns, as info."},
    {"ls-sessions", nrepl_list_sessions, "The ids of all sessions."},
    {"ns-list", list_namespaces, "The names of all namespaces."},
    {"ronin/graph-query", nrepl_graph_query, "The answer to query."},
    {"ronin/why", nrepl_why, "Why target was built last, or in run."},
    {"stdin", answered_before, "Text for read-line; none is its end."},
};

enum { OP_COUNT = sizeof(ops) / sizeof(ops[0]) };

nrepl_op_fn *
nrepl_op_find(const char *name)
{
    for (size_t i = 0; i < OP_COUNT; i++) {
        if (strcmp(ops[i].name, name) == 0) {
            return ops[i].call;
        }
    }
    return NULL;
}

/* {"major" 1 "minor" 11 ...}; numbers that are missing are 0. */
static void
put_version(struct bencode_dict *versions, const char *name, const char *text)
{
    static const char *const parts[] = {"major", "minor", "incremental"};
    struct bencode_dict version = {{0}};
    struct buffer encoded = {0};
    const char *at = text;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        char *end = NULL;
        bencode_put_number(&version, parts[i], strtol(at, &end, 10));
        at = *end == '.' ? end + 1 : end;
    }
    bencode_put_str(&version, "version-string", text);
    bencode_end(&version, &encoded);
    bencode_put(versions, name, buffer_slice(&encoded));
    buffer_finish(&encoded);
}

/* Of nREPL the version of the protocol. None of Clojure: editors take a server that
 * has one for a JVM, and send it Java to evaluate. */
static void
describe(const struct nrepl_request *request)
{
    struct bencode_dict answer = nrepl_answer(request);
    struct bencode_dict list = {{0}};
    struct bencode_dict versions = {{0}};
    struct buffer encoded = {0};
    for (size_t i = 0; i < OP_COUNT; i++) {
        struct bencode_dict op = {{0}};
        buffer_truncate(&encoded, 0);
        bencode_put_str(&op, "doc", ops[i].doc);
        bencode_end(&op, &encoded);
        bencode_put(&list, ops[i].name, buffer_slice(&encoded));
    }
    buffer_truncate(&encoded, 0);
    bencode_end(&list, &encoded);
    bencode_put(&answer, "ops", buffer_slice(&encoded));
    put_version(&versions, "ronin", RONIN_VERSION);
    put_version(&versions, "nrepl", "1.0.0");
    buffer_truncate(&encoded, 0);
    bencode_end(&versions, &encoded);
    bencode_put(&answer, "versions", buffer_slice(&encoded));
    bencode_put(&answer, "aux", slice_of("de"));
    nrepl_put_status(&answer, "done");
    nrepl_send(request, &answer);
    buffer_finish(&encoded);
}
