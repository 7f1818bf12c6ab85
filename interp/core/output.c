/* SPDX-License-Identifier: MIT */
/*
 * Printing. The text of one call is built whole and written at once, so that
 * an error in the middle of a value leaves nothing half printed.
 *
 * Where it goes is decided in one place: to the innermost with-out-str, else
 * to the sink of the host, else nowhere. with-out-str lives on the C stack
 * while its body runs and is taken off when the body throws. Printing a lazy
 * sequence computes it; one without end is stopped by the limits, which the
 * printer asks as it goes.
 */
#include "interp/core/output.h"

#include "interp/core/support.h"
#include "interp/data/multi.h"
#include "interp/read/pretty.h"
#include "interp/read/print.h"
#include "interp/vm/call.h"
#include "interp/vm/limits.h"

#include <assert.h>

/* What one with-out-str has caught; on the C stack while its body runs. */
struct capture {
    struct text_builder text;
    struct capture *outer;
};

static struct capture *captures;
static output_sink host_sink;
static void *host_ctx;

void
output_set_sink(output_sink sink, void *ctx)
{
    host_sink = sink;
    host_ctx = ctx;
}

void
output_write(const char *bytes, size_t len)
{
    if (captures != NULL) {
        text_builder_add(&captures->text, bytes, len);
    } else if (host_sink != NULL) {
        host_sink(host_ctx, bytes, len);
    }
}

/* How one of the functions writes its arguments. */
struct wording {
    enum print_style style;
    const char *end; /* after the last one */
};

/* All arguments with blanks between them, and the end. */
static void
put_words(struct text_builder *builder, struct wording wording,
          const Value *args, uint32_t argc)
{
    text_builder_init(builder);
    for (uint32_t i = 0; i < argc; i++) {
        text_builder_add(builder, " ", i > 0);
        print_append(builder, args[i], wording.style);
    }
    text_builder_add_cstring(builder, wording.end);
}

static Value
write_words(struct wording wording, const Value *args, uint32_t argc)
{
    struct text_builder builder;
    put_words(&builder, wording, args, argc);
    if (builder.len > 0) {
        output_write(builder.bytes, builder.len);
    }
    return VALUE_NIL;
}

static Value
give_words(struct wording wording, const Value *args, uint32_t argc)
{
    struct text_builder builder;
    put_words(&builder, wording, args, argc);
    return text_builder_string(&builder);
}

/* (print & values) */
static Value
core_print(Value *args, uint32_t argc)
{
    return write_words((struct wording){PRINT_PLAIN, ""}, args, argc);
}

/* (println & values) */
static Value
core_println(Value *args, uint32_t argc)
{
    return write_words((struct wording){PRINT_PLAIN, "\n"}, args, argc);
}

/* (pr & values) */
static Value
core_pr(Value *args, uint32_t argc)
{
    return write_words((struct wording){PRINT_READABLE, ""}, args, argc);
}

/* (prn & values) */
static Value
core_prn(Value *args, uint32_t argc)
{
    return write_words((struct wording){PRINT_READABLE, "\n"}, args, argc);
}

/* (print-str & values) */
static Value
core_print_str(Value *args, uint32_t argc)
{
    return give_words((struct wording){PRINT_PLAIN, ""}, args, argc);
}

/* (println-str & values) */
static Value
core_println_str(Value *args, uint32_t argc)
{
    return give_words((struct wording){PRINT_PLAIN, "\n"}, args, argc);
}

/* (pr-str & values) */
static Value
core_pr_str(Value *args, uint32_t argc)
{
    return give_words((struct wording){PRINT_READABLE, ""}, args, argc);
}

/* (prn-str & values) */
static Value
core_prn_str(Value *args, uint32_t argc)
{
    return give_words((struct wording){PRINT_READABLE, "\n"}, args, argc);
}

/* (newline) */
static Value
core_newline(Value *args, uint32_t argc)
{
    (void)args;
    (void)argc;
    output_write("\n", 1);
    return VALUE_NIL;
}

/* (flush) */
static Value
core_flush(Value *args, uint32_t argc)
{
    (void)args;
    (void)argc;
    return VALUE_NIL;
}

/* The body of with-out-str, as error_try wants it. */
static Value
call_thunk(void *thunk)
{
    return invoke0(*(Value *)thunk);
}

/* (with-out-str* f) */
static Value
core_with_out_str(Value *args, uint32_t argc)
{
    (void)argc;
    struct capture capture = {.outer = captures};
    Value thunk = args[0];
    Value result;
    Value thrown;
    text_builder_init(&capture.text);
    captures = &capture;
    bool is_done = error_try(call_thunk, &thunk, &result, &thrown);
    assert(captures == &capture);
    captures = capture.outer;
    if (!is_done) {
        error_throw_value(thrown);
    }
    return text_builder_string(&capture.text);
}

/* (pretty* value width items depth); 0: no limit */
static Value
pretty(Value *args, uint32_t argc)
{
    assert(argc == 4);
    uint32_t limits[3];
    for (int i = 0; i < 3; i++) {
        int64_t limit = number_expect_int(args[i + 1], "pprint");
        if (limit < 0 || limit > UINT32_MAX / 2) {
            error_throw(ERROR_VALUE, "pprint: a limit of %lld is none",
                        (long long)limit);
        }
        limits[i] = (uint32_t)limit;
    }
    const struct pretty_options options = {.width = limits[0],
                                           .items_max = limits[1],
                                           .depth_max = limits[2]};
    return pretty_print(args[0], &options);
}

/* (pprint value), (pprint value {:right-margin n}) */
static Value
pprint(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    Value margin = number_int(72);
    if (argc == 2) {
        if (!core_is_map(args[1])) {
            core_throw_type("pprint", "a map of options", args[1]);
        }
        margin =
            core_get(args[1], keyword_from_cstring("right-margin"), margin);
    }
    Value pretty_args[4] = {args[0], margin, number_int(0), number_int(0)};
    Value text = pretty(pretty_args, 4);
    output_write(text_bytes(text), text_byte_len(text));
    output_write("\n", 1);
    return VALUE_NIL;
}

/* --- What the printer asks -------------------------------------------------- */

/* Functions print as #function[name]: a name is stable, an address is not. */
static Value
describe(Value v, Value *content)
{
    (void)content;
    if (multi_is(v)) {
        const struct multi_object *multi =
            (const struct multi_object *)value_object(v);
        return text_format("#multimethod[%s]",
                           text_bytes(symbol_full_name(multi->name)));
    }
    if (value_is_kind(v, KIND_FUNCTION)) {
        return text_format("#function[%s]", text_bytes(call_name_of(v)));
    }
    return VALUE_NIL;
}

void
core_output_start(void)
{
    static const struct print_hooks hooks = {describe, limits_work};
    print_set_hooks(&hooks);
}

static const struct builtin core_rows[] = {
    {"print", 0, ARGS_ANY, core_print, "[& values]",
     "Prints values with blanks between them, strings as they are.", "0.1"},
    {"println", 0, ARGS_ANY, core_println, "[& values]",
     "As print, and ends the line.", "0.1"},
    {"pr", 0, ARGS_ANY, core_pr, "[& values]",
     "Prints values as they are read.", "0.1"},
    {"prn", 0, ARGS_ANY, core_prn, "[& values]", "As pr, and ends the line.",
     "0.1"},
    {"newline", 0, 0, core_newline, "[]", "Ends the line.", "0.1"},
    {"flush", 0, 0, core_flush, "[]", "Does nothing: output is not held back.",
     "0.1"},
    {"print-str", 0, ARGS_ANY, core_print_str, "[& values]",
     "What print would print, as a string.", "0.1"},
    {"println-str", 0, ARGS_ANY, core_println_str, "[& values]",
     "What println would print, as a string.", "0.1"},
    {"pr-str", 0, ARGS_ANY, core_pr_str, "[& values]",
     "What pr would print, as a string.", "0.1"},
    {"prn-str", 0, ARGS_ANY, core_prn_str, "[& values]",
     "What prn would print, as a string.", "0.1"},
    {"with-out-str*", 1, 1, core_with_out_str, "[f]",
     "What a call of f prints, as a string; see with-out-str.", "0.1"},
};

static const struct builtin pprint_rows[] = {
    {"pprint", 1, 2, pprint, "[value] [value options]",
     "Prints a value broken into lines of up to 72 columns, or as many as "
     ":right-margin of the options says.",
     "0.1"},
    {"pretty*", 4, 4, pretty, "[value width items depth]",
     "What pprint prints, as a string; 0 means without a limit.", "0.1"},
};

const struct core_table core_output[] = {
    {"clojure.core", core_rows, CORE_COUNT(core_rows)},
    {"clojure.pprint", pprint_rows, CORE_COUNT(pprint_rows)},
    {NULL, NULL, 0},
};
