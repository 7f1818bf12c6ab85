/* SPDX-License-Identifier: MIT */
/*
 * Names of Clojure that Magma leaves out, each with what to use instead.
 *
 * They are no part of the core: a program may have names of its own like
 * these, and a host may define some. Only what nobody else knows is looked for
 * here. A function is refused when it is called, so that a file can be loaded
 * of which only the pure part is used; a macro is refused where it stands, and
 * what is neither where it is mentioned.
 */
#include "interp/core/refuse.h"

#include "interp/core/support.h"
#include "interp/data/map.h"
#include "interp/data/namespace.h"
#include "interp/vm/call.h"

#include <assert.h>
#include <string.h>

/* Why a name is left out, which says what to use instead. */
enum reason {
    REASON_IO,
    REASON_STATE,
    REASON_CHANCE,
    REASON_THREAD,
    REASON_HOST,
    REASON_ARRAY,
    REASON_VAR,
    REASON_EVAL,
    REASON_READ,
    REASON_WRAP,
    REASON_STRUCT,
    REASON_TYPE,
    REASON_PRINT,
    REASON_INNER,
    REASON_NAMES,
    REASON_HASH,
    REASON_REPL,
    REASON_ERROR,
    REASON_TEST
};

static const char *const reasons[] = {
    [REASON_IO] = "Use a step: {:read path}, {:write path}.",
    [REASON_STATE] = "A build file has no shared state: use let, loop, reduce "
                     "or an atom that is local to one form.",
    [REASON_CHANCE] = "Evaluation is repeatable: compute the value from what "
                      "is known, or give it in :env.",
    [REASON_THREAD] = "Actions run in parallel by themselves: describe them "
                      "as actions.",
    [REASON_HOST] = "There is no host platform below Magma; see "
                    "clojure.string, clojure.math and the functions of the "
                    "core.",
    [REASON_ARRAY] = "Magma has no arrays: use a vector, and transient where "
                     "it is built step by step.",
    [REASON_VAR] = "Pass the value as an argument instead.",
    [REASON_EVAL] = "Use a function or a macro.",
    [REASON_READ] = "Use read-string or clojure.edn/read-string.",
    [REASON_WRAP] = "An overflow is an error in Magma: use bit-and to keep "
                    "some bits, or +' to go on with more.",
    [REASON_STRUCT] = "Use a map, or defrecord.",
    [REASON_TYPE] = "Use defrecord, or reify.",
    [REASON_PRINT] = "Values print in one way: make a string with str or "
                     "format, or take what is to be printed.",
    [REASON_INNER] = "It is an inner part of Clojure's own implementation.",
    [REASON_NAMES] = "What a namespace holds is what its file says: use ns "
                     "with :require, :refer and :rename.",
    [REASON_HASH] = "Use hash.",
    [REASON_REPL] = "It is known in a REPL only.",
    [REASON_ERROR] = "Use ex-message, ex-data and ex-cause.",
    [REASON_TEST] = "Use clojure.test: deftest and run-tests.",
};

struct refusal {
    struct builtin row;
    enum reason reason;
    bool is_macro;
};

static Value core_refuse(Value *args, uint32_t argc);

#define F(name, reason)                                                    \
    {                                                                      \
        CORE_INNER(name, 0, ARGS_ANY, core_refuse), REASON_##reason, false \
    }
#define M(name, reason)                                                   \
    {                                                                     \
        CORE_INNER(name, 0, ARGS_ANY, core_refuse), REASON_##reason, true \
    }

/* Functions and macros. */
static const struct refusal refusals[] = {
    F("spit", IO),
    F("slurp", IO),
    F("file-seq", IO),
    F("line-seq", IO),
    F("read-line", IO),
    F("xml-seq", IO),
    F("resultset-seq", IO),
    F("PrintWriter-on", IO),
    M("with-open", IO),
    M("with-in-str", IO),
    F("ref", STATE),
    F("alter", STATE),
    F("commute", STATE),
    F("ref-set", STATE),
    F("ensure", STATE),
    F("agent", STATE),
    F("send", STATE),
    F("send-off", STATE),
    F("send-via", STATE),
    F("agent-error", STATE),
    F("agent-errors", STATE),
    F("clear-agent-errors", STATE),
    F("restart-agent", STATE),
    F("error-handler", STATE),
    F("error-mode", STATE),
    F("set-error-handler!", STATE),
    F("set-error-mode!", STATE),
    F("set-agent-send-executor!", STATE),
    F("set-agent-send-off-executor!", STATE),
    F("shutdown-agents", STATE),
    F("release-pending-sends", STATE),
    F("await", STATE),
    F("await-for", STATE),
    F("await1", STATE),
    F("add-watch", STATE),
    F("remove-watch", STATE),
    F("set-validator!", STATE),
    F("get-validator", STATE),
    F("ref-history-count", STATE),
    F("ref-max-history", STATE),
    F("ref-min-history", STATE),
    F("alter-var-root", STATE),
    F("var-set", STATE),
    F("intern", STATE),
    F("alter-meta!", STATE),
    F("reset-meta!", STATE),
    F("add-tap", STATE),
    F("remove-tap", STATE),
    F("tap>", STATE),
    M("dosync", STATE),
    M("sync", STATE),
    M("io!", STATE),
    M("with-local-vars", STATE),
    F("with-bindings*", VAR),
    F("with-redefs-fn", VAR),
    F("push-thread-bindings", VAR),
    F("pop-thread-bindings", VAR),
    F("get-thread-bindings", VAR),
    F("thread-bound?", VAR),
    F("bound-fn*", VAR),
    M("binding", VAR),
    M("with-redefs", VAR),
    M("with-bindings", VAR),
    M("bound-fn", VAR),
    F("rand", CHANCE),
    F("rand-int", CHANCE),
    F("rand-nth", CHANCE),
    F("random-sample", CHANCE),
    F("random-uuid", CHANCE),
    F("shuffle", CHANCE),
    M("time", CHANCE),
    F("promise", THREAD),
    F("deliver", THREAD),
    F("pmap", THREAD),
    F("pcalls", THREAD),
    F("future-call", THREAD),
    F("future-cancel", THREAD),
    F("future-cancelled?", THREAD),
    F("future-done?", THREAD),
    F("seque", THREAD),
    M("future", THREAD),
    M("pvalues", THREAD),
    M("locking", THREAD),
    F("eval", EVAL),
    F("load", EVAL),
    F("load-string", EVAL),
    F("load-file", EVAL),
    F("load-reader", EVAL),
    F("compile", EVAL),
    M("definline", EVAL),
    M("with-loading-context", EVAL),
    F("read", READ),
    F("read+string", READ),
    F("to-array", ARRAY),
    F("to-array-2d", ARRAY),
    F("into-array", ARRAY),
    F("make-array", ARRAY),
    F("aclone", ARRAY),
    F("aget", ARRAY),
    F("aset", ARRAY),
    F("alength", ARRAY),
    F("object-array", ARRAY),
    F("boolean-array", ARRAY),
    F("byte-array", ARRAY),
    F("char-array", ARRAY),
    F("short-array", ARRAY),
    F("int-array", ARRAY),
    F("long-array", ARRAY),
    F("float-array", ARRAY),
    F("double-array", ARRAY),
    F("aset-boolean", ARRAY),
    F("aset-byte", ARRAY),
    F("aset-char", ARRAY),
    F("aset-short", ARRAY),
    F("aset-int", ARRAY),
    F("aset-long", ARRAY),
    F("aset-float", ARRAY),
    F("aset-double", ARRAY),
    F("booleans", ARRAY),
    F("bytes", ARRAY),
    F("chars", ARRAY),
    F("shorts", ARRAY),
    F("ints", ARRAY),
    F("longs", ARRAY),
    F("floats", ARRAY),
    F("doubles", ARRAY),
    M("amap", ARRAY),
    M("areduce", ARRAY),
    F("bean", HOST),
    F("bases", HOST),
    F("cast", HOST),
    F("construct-proxy", HOST),
    F("get-proxy-class", HOST),
    F("init-proxy", HOST),
    F("proxy-mappings", HOST),
    F("proxy-name", HOST),
    F("proxy-call-with-super", HOST),
    F("update-proxy", HOST),
    F("add-classpath", HOST),
    F("enumeration-seq", HOST),
    F("iterator-seq", HOST),
    F("method-sig", HOST),
    F("munge", HOST),
    F("namespace-munge", HOST),
    F("primitives-classnames", HOST),
    M("proxy", HOST),
    M("proxy-super", HOST),
    M("gen-class", HOST),
    M("gen-interface", HOST),
    M("import", HOST),
    M("definterface", HOST),
    M("memfn", HOST),
    F("find-protocol-impl", TYPE),
    F("find-protocol-method", TYPE),
    M("deftype", TYPE),
    F("create-struct", STRUCT),
    F("struct", STRUCT),
    F("struct-map", STRUCT),
    F("accessor", STRUCT),
    M("defstruct", STRUCT),
    F("unchecked-add", WRAP),
    F("unchecked-subtract", WRAP),
    F("unchecked-multiply", WRAP),
    F("unchecked-inc", WRAP),
    F("unchecked-dec", WRAP),
    F("unchecked-negate", WRAP),
    F("unchecked-add-int", WRAP),
    F("unchecked-subtract-int", WRAP),
    F("unchecked-multiply-int", WRAP),
    F("unchecked-divide-int", WRAP),
    F("unchecked-remainder-int", WRAP),
    F("unchecked-inc-int", WRAP),
    F("unchecked-dec-int", WRAP),
    F("unchecked-negate-int", WRAP),
    F("unchecked-byte", WRAP),
    F("unchecked-short", WRAP),
    F("unchecked-char", WRAP),
    F("unchecked-int", WRAP),
    F("unchecked-long", WRAP),
    F("unchecked-float", WRAP),
    F("unchecked-double", WRAP),
    F("create-ns", NAMES),
    F("remove-ns", NAMES),
    F("ns-unmap", NAMES),
    F("ns-unalias", NAMES),
    F("ns-imports", NAMES),
    F("loaded-libs", NAMES),
    F("hash-combine", HASH),
    F("mix-collection-hash", HASH),
    F("print-ctor", PRINT),
    F("print-simple", PRINT),
    F("Throwable->map", ERROR),
    F("StackTraceElement->vec", ERROR),
    F("test", TEST),
    F("->ArrayChunk", INNER),
    F("->Eduction", INNER),
    F("->Vec", INNER),
    F("->VecNode", INNER),
    F("->VecSeq", INNER),
    F("-cache-protocol-fn", INNER),
    F("-reset-methods", INNER),
};

/* What is neither, or is not of the core: refused where it is mentioned. One
 * that ends with '/' or '.' stands for all names that begin with it. */
static const struct mention {
    const char *name;
    enum reason reason;
} mentions[] = {
    {"*1", REASON_REPL},
    {"*2", REASON_REPL},
    {"*3", REASON_REPL},
    {"*e", REASON_REPL},
    {"*in*", REASON_IO},
    {"*out*", REASON_IO},
    {"*err*", REASON_IO},
    {"*file*", REASON_IO},
    {"*source-path*", REASON_IO},
    {"System/", REASON_IO},
    {"*print-dup*", REASON_PRINT},
    {"*print-length*", REASON_PRINT},
    {"*print-level*", REASON_PRINT},
    {"*print-meta*", REASON_PRINT},
    {"*print-namespace-maps*", REASON_PRINT},
    {"*print-readably*", REASON_PRINT},
    {"*flush-on-newline*", REASON_PRINT},
    {"*verbose-defrecords*", REASON_PRINT},
    {"print-method", REASON_PRINT},
    {"print-dup", REASON_PRINT},
    {"*data-readers*", REASON_READ},
    {"*default-data-reader-fn*", REASON_READ},
    {"default-data-readers", REASON_READ},
    {"*read-eval*", REASON_READ},
    {"*reader-resolver*", REASON_READ},
    {"*suppress-read*", REASON_READ},
    {"*agent*", REASON_STATE},
    {"*unchecked-math*", REASON_WRAP},
    {"*math-context*", REASON_WRAP},
    {"*allow-unresolved-vars*", REASON_INNER},
    {"*assert*", REASON_INNER},
    {"*compile-files*", REASON_INNER},
    {"*compile-path*", REASON_INNER},
    {"*compiler-options*", REASON_INNER},
    {"*fn-loader*", REASON_INNER},
    {"*use-context-classloader*", REASON_INNER},
    {"*warn-on-reflection*", REASON_INNER},
    {"EMPTY-NODE", REASON_INNER},
    {"Inst", REASON_INNER},
    {"Thread/", REASON_THREAD},
    {"Math/", REASON_HOST},
    {"Integer/", REASON_HOST},
    {"Long/", REASON_HOST},
    {"Double/", REASON_HOST},
    {"String/", REASON_HOST},
    {"Character/", REASON_HOST},
    {"Boolean/", REASON_HOST},
    {"java.", REASON_HOST},
};

/* What is captured is an index: an address would be another in each run, and
 * with it the fingerprint of a rule that names the function. */
static const struct refusal *
running_refusal(void)
{
    int64_t index = number_to_int(call_captured());
    assert(index >= 0 && (size_t)index < CORE_COUNT(refusals));
    return &refusals[index];
}

/* What every refused name does when it is called or expanded. */
static Value
core_refuse(Value *args, uint32_t argc)
{
    (void)args;
    (void)argc;
    const struct refusal *refusal = running_refusal();
    error_throw_help(ERROR_REFUSED, reasons[refusal->reason],
                     "%s is not available while describing a build",
                     refusal->row.name);
}

Value
core_refused(Value symbol)
{
    const char *name = text_bytes(symbol_name(symbol));
    for (size_t i = 0; i < CORE_COUNT(refusals); i++) {
        if (strcmp(refusals[i].row.name, name) != 0) {
            continue;
        }
        Value core = namespace_find(symbol_from_cstring("clojure.core"));
        Value var = namespace_intern(core, symbol);
        struct var_object *object = (struct var_object *)value_object(var);
        object->value = core_builtin(&refusals[i].row, number_int((int64_t)i));
        namespace_share(var);
        object->head.flags |= refusals[i].is_macro ? VAR_MACRO : 0;
        return var;
    }
    return VALUE_ABSENT;
}

const char *
core_refused_mention(const char *name)
{
    for (size_t i = 0; i < CORE_COUNT(mentions); i++) {
        const char *refused = mentions[i].name;
        size_t len = strlen(refused);
        assert(len > 0);
        bool is_prefix = refused[len - 1] == '/' || refused[len - 1] == '.';
        if (is_prefix ? strncmp(name, refused, len) == 0
                      : strcmp(name, refused) == 0) {
            return reasons[mentions[i].reason];
        }
    }
    return NULL;
}
