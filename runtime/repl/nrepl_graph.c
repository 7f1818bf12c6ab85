/* SPDX-License-Identifier: MIT */
/* Operations about the graph, which no other nREPL has: answers as bencode, so
 * that an editor need not read the language. See spec/cli/repl.md. */
#include "interp/magma.h"
#include "runtime/repl/nrepl_parts.h"
#include "runtime/report.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* No answer nests so deep: what does is left out. */
enum { DEPTH_MAX = 16 };

/* --- Values ------------------------------------------------------------------------ */

static void add_value(struct buffer *out, Value value, int depth);

/* Bencode has nothing that stands for nothing: such entries are left out. */
static void
add_map(struct buffer *out, Value map, int depth)
{
    struct bencode_dict dict = {{0}};
    Value cursor = map;
    Value entry = VALUE_NIL;
    while (magma_next(&cursor, &entry)) {
        Value key = magma_vector_at(entry, 0);
        Value value = magma_vector_at(entry, 1);
        if (value_is_nil(value)) {
            continue;
        }
        struct buffer encoded = {0};
        struct magma_text text =
            magma_text_of(magma_is_string(key) ? key : magma_print(key));
        add_value(&encoded, value, depth + 1);
        bencode_put(&dict, text.bytes + (text.bytes[0] == ':'),
                    buffer_slice(&encoded));
        buffer_finish(&encoded);
    }
    bencode_end(&dict, out);
}

static void
add_list(struct buffer *out, Value list, int depth)
{
    Value cursor = list;
    Value item = VALUE_NIL;
    buffer_add_char(out, 'l');
    while (magma_next(&cursor, &item)) {
        add_value(out, item, depth + 1);
    }
    buffer_add_char(out, 'e');
}

/* Texts, numbers, lists and maps as they are; keywords without their colon, and
 * all else as it prints. */
static void
add_value(struct buffer *out, Value value, int depth)
{
    if (magma_is_int(value)) {
        bencode_add_number(out, magma_int_of(value));
    } else if (depth < DEPTH_MAX && magma_is_map(value)) {
        add_map(out, value, depth);
    } else if (depth < DEPTH_MAX && magma_is_sequence(value)) {
        add_list(out, value, depth);
    } else {
        struct magma_text text =
            magma_text_of(magma_is_string(value) ? value : magma_print(value));
        size_t skip = magma_is_keyword(value) ? 1 : 0;
        bencode_add_text(out,
                         (struct slice){text.bytes + skip, text.len - skip});
    }
}

/* --- Asking ------------------------------------------------------------------------- */

struct question {
    const char *function; /* of the namespace ronin-repl */
    const char *text;
    int64_t run; /* 0: none */
    struct buffer answer;
};

/* Encoded in here too: looking at a value may throw. */
static Value
ask_body(void *arg)
{
    struct question *q = arg;
    struct magma_text name = {q->function, strlen(q->function)};
    Value function = magma_eval_text(name, "nrepl");
    Value args[2] = {magma_cstring(q->text), magma_int(q->run)};
    Value value = magma_call(function, args, q->run == 0 ? 1 : 2);
    if (!value_is_nil(value)) {
        add_value(&q->answer, value, 0);
    }
    return VALUE_NIL;
}

/* The answer under a key, or what is wrong as `err`, with a status of its own. */
static void
answer_question(const struct nrepl_request *request, struct question *q,
                const char *key, const char *failed)
{
    Value ignored = VALUE_NIL;
    Value thrown = VALUE_NIL;
    struct bencode_dict answer = nrepl_answer(request);
    repl_refresh();
    if (q->text == NULL) {
        nrepl_put_status(&answer, failed);
    } else if (magma_try(ask_body, q, &ignored, &thrown)) {
        if (q->answer.len > 0) {
            bencode_put(&answer, key, buffer_slice(&q->answer));
        }
        nrepl_put_status(&answer, "done");
    } else {
        struct error err = {0};
        report_magma_as_error(thrown, ERROR_CLASS_USAGE, &err);
        bencode_put_str(&answer, "err", err.what);
        nrepl_put_status(&answer, failed);
        error_finish(&err);
    }
    nrepl_send(request, &answer);
    buffer_finish(&q->answer);
}

void
nrepl_graph_query(const struct nrepl_request *request)
{
    struct question q = {.function = "ronin-repl/query",
                         .text = bencode_text(request->message, "query")};
    answer_question(request, &q, "answer", "query-error done");
}

/* Without a record there is no answer, and nothing wrong. */
void
nrepl_why(const struct nrepl_request *request)
{
    struct question q = {.function = "ronin-repl/why",
                         .text = bencode_text(request->message, "target"),
                         .run = bencode_number(request->message, "run", 0)};
    answer_question(request, &q, "why", "why-error done");
}
