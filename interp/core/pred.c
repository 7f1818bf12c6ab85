/* SPDX-License-Identifier: MIT */
/*
 * Questions about the kind of a value. Each is one line, costs the same for
 * every value, and never throws: what is no such thing is false. A question
 * about several kinds names all of them, so that a new kind has to be thought
 * about here.
 */
#include "interp/core/support.h"
#include "interp/data/map.h"
#include "interp/data/set.h"
#include "interp/data/sorted.h"
#include "interp/data/tagged.h"
#include "interp/data/transient.h"

#include <assert.h>

#define PREDICATE(name, condition)                \
    static Value name(Value *args, uint32_t argc) \
    {                                             \
        assert(argc == 1);                        \
        Value v = args[0];                        \
        return value_bool(condition);             \
    }

/* Symbols and keywords. */
static bool
is_named(Value v)
{
    return symbol_is(v) || symbol_is_keyword(v);
}

/* Of a symbol or keyword: `a/b`. */
static bool
has_ns(Value v)
{
    return !value_is_nil(symbol_ns(v));
}

static bool
is_function(Value v)
{
    enum kind kind = value_kind(v);
    return kind == KIND_FUNCTION || kind == KIND_BUILTIN || kind == KIND_METHOD;
}

/* What can stand at the head of a call. */
static bool
is_callable(Value v)
{
    return is_function(v) || is_named(v) || core_is_set(v) ||
           (core_is_map(v) && !value_is_kind(v, KIND_RECORD)) || vector_is(v) ||
           value_is_kind(v, KIND_MULTI) || value_is_kind(v, KIND_VAR) ||
           transient_is(v);
}

static bool
is_chunked(Value v)
{
    enum kind kind = value_kind(v);
    return kind == KIND_RANGE || kind == KIND_CHUNK;
}

/* The flag tells an atom from a volatile. */
static bool
is_cell(Value v, uint8_t flag)
{
    return value_is_kind(v, KIND_CELL) && (value_object(v)->flags & flag);
}

/* pos-int? and its like: false for doubles, whatever their sign. */
static bool
int_sign_is(Value v, int sign)
{
    return number_is_int(v) && number_sign(v) == sign;
}

PREDICATE(pred_nil, value_is_nil(v))
PREDICATE(pred_not, !value_is_true(v))
PREDICATE(pred_some, !value_is_nil(v))
PREDICATE(pred_any, (v.bits | 1u) != 0)
PREDICATE(pred_true, value_is(v, VALUE_TRUE))
PREDICATE(pred_false, value_is(v, VALUE_FALSE))
PREDICATE(pred_to_boolean, value_is_true(v))
PREDICATE(pred_boolean, value_kind(v) == KIND_BOOL)
PREDICATE(pred_char, value_is_char(v))
PREDICATE(pred_string, text_is(v))
PREDICATE(pred_symbol, symbol_is(v))
PREDICATE(pred_keyword, symbol_is_keyword(v))
PREDICATE(pred_ident, is_named(v))
PREDICATE(pred_simple_ident, is_named(v) && !has_ns(v))
PREDICATE(pred_qualified_ident, is_named(v) && has_ns(v))
PREDICATE(pred_simple_symbol, symbol_is(v) && !has_ns(v))
PREDICATE(pred_qualified_symbol, symbol_is(v) && has_ns(v))
PREDICATE(pred_simple_keyword, symbol_is_keyword(v) && !has_ns(v))
PREDICATE(pred_qualified_keyword, symbol_is_keyword(v) && has_ns(v))
PREDICATE(pred_number, number_is(v))
PREDICATE(pred_int, number_is_int(v))
PREDICATE(pred_integer, number_is_integer(v))
PREDICATE(pred_rational, number_is(v) && !number_is_double(v))
PREDICATE(pred_ratio, value_is_kind(v, KIND_RATIO))
PREDICATE(pred_decimal, value_is_kind(v, KIND_DECIMAL))
PREDICATE(pred_nat_int, number_is_int(v) && number_sign(v) >= 0)
PREDICATE(pred_pos_int, int_sign_is(v, 1))
PREDICATE(pred_neg_int, int_sign_is(v, -1))
PREDICATE(pred_float, number_is_double(v))
PREDICATE(pred_never, (v.bits | 1u) == 0)
PREDICATE(pred_list, list_is_counted(v))
PREDICATE(pred_vector, vector_is(v))
PREDICATE(pred_map, core_is_map(v))
PREDICATE(pred_set, core_is_set(v))
PREDICATE(pred_seq, seq_is(v))
PREDICATE(pred_seqable, seq_is_seqable(v))
PREDICATE(pred_sequential, seq_is_sequential(v))
PREDICATE(pred_coll, core_is_coll(v))
PREDICATE(pred_associative, core_is_map(v) || vector_is(v))
PREDICATE(pred_indexed, vector_is(v))
PREDICATE(pred_sorted, sorted_is(v))
PREDICATE(pred_reversible, vector_is(v) || sorted_is(v))
PREDICATE(pred_counted,
          transient_is(v) || (core_is_coll(v) && seq_is_counted(v)))
PREDICATE(pred_chunked, is_chunked(v))
PREDICATE(pred_map_entry,
          vector_is(v) && (value_object(v)->flags & VECTOR_ENTRY) != 0)
PREDICATE(pred_fn, is_function(v))
PREDICATE(pred_ifn, is_callable(v))
PREDICATE(pred_var, value_is_kind(v, KIND_VAR))
PREDICATE(pred_delay, value_is_kind(v, KIND_DELAY))
PREDICATE(pred_atom, is_cell(v, CELL_ATOM))
PREDICATE(pred_volatile, is_cell(v, CELL_VOLATILE))
PREDICATE(pred_record, value_is_kind(v, KIND_RECORD))
PREDICATE(pred_class, value_is_kind(v, KIND_TYPE))
PREDICATE(pred_tagged, tagged_is(v, TAGGED_LITERAL))
PREDICATE(pred_regex, value_is_kind(v, KIND_REGEX))
PREDICATE(pred_error, value_is_kind(v, KIND_ERROR))

PREDICATE(pred_uuid, tagged_is(v, TAGGED_UUID))
PREDICATE(pred_inst, tagged_is(v, TAGGED_INSTANT))
PREDICATE(pred_conditional, tagged_is(v, TAGGED_CONDITIONAL))

/* (distinct? x & more) */
static Value
pred_distinct(Value *args, uint32_t argc)
{
    assert(argc >= 1);
    Value seen = set_empty();
    for (uint32_t i = 0; i < argc; i++) {
        seen = set_conj(seen, args[i]);
    }
    return value_bool(set_count(seen) == argc);
}

#define ROW(name, function, doc)                \
    {                                           \
        name, 1, 1, function, "[x]", doc, "0.1" \
    }

static const struct builtin rows[] = {
    ROW("nil?", pred_nil, "True for nil."),
    ROW("not", pred_not, "True for nil and false."),
    ROW("some?", pred_some, "True for anything but nil."),
    ROW("any?", pred_any, "True for anything."),
    ROW("true?", pred_true, "True for true."),
    ROW("false?", pred_false, "True for false."),
    ROW("boolean", pred_to_boolean, "false for nil and false, else true."),
    ROW("boolean?", pred_boolean, "True for true and false."),
    ROW("char?", pred_char, "True for a character."),
    ROW("string?", pred_string, "True for a string."),
    ROW("symbol?", pred_symbol, "True for a symbol."),
    ROW("keyword?", pred_keyword, "True for a keyword."),
    ROW("ident?", pred_ident, "True for a symbol or keyword."),
    ROW("simple-ident?", pred_simple_ident,
        "True for a symbol or keyword without namespace."),
    ROW("qualified-ident?", pred_qualified_ident,
        "True for a symbol or keyword with a namespace."),
    ROW("simple-symbol?", pred_simple_symbol,
        "True for a symbol without namespace."),
    ROW("qualified-symbol?", pred_qualified_symbol,
        "True for a symbol with a namespace."),
    ROW("simple-keyword?", pred_simple_keyword,
        "True for a keyword without namespace."),
    ROW("qualified-keyword?", pred_qualified_keyword,
        "True for a keyword with a namespace."),
    ROW("number?", pred_number, "True for a number."),
    ROW("int?", pred_int, "True for an integer of 64 bits."),
    ROW("integer?", pred_integer, "True for an integer of any size."),
    ROW("rational?", pred_rational, "True for an integer, ratio or decimal."),
    ROW("ratio?", pred_ratio, "True for a ratio."),
    ROW("decimal?", pred_decimal, "True for a decimal."),
    ROW("nat-int?", pred_nat_int, "True for an integer of at least 0."),
    ROW("pos-int?", pred_pos_int, "True for an integer above 0."),
    ROW("neg-int?", pred_neg_int, "True for an integer below 0."),
    ROW("float?", pred_float, "True for a floating-point number."),
    ROW("double?", pred_float, "True for a floating-point number."),
    ROW("bytes?", pred_never, "False: Magma has no byte arrays."),
    ROW("class?", pred_class, "True for a class or a type of records."),
    ROW("list?", pred_list, "True for a list."),
    ROW("vector?", pred_vector, "True for a vector."),
    ROW("map?", pred_map, "True for a map."),
    ROW("set?", pred_set, "True for a set."),
    ROW("seq?", pred_seq, "True for a sequence."),
    ROW("seqable?", pred_seqable, "True for what seq takes."),
    ROW("sequential?", pred_sequential, "True for sequences and vectors."),
    ROW("coll?", pred_coll, "True for a collection."),
    ROW("associative?", pred_associative, "True for maps and vectors."),
    ROW("indexed?", pred_indexed, "True for what nth reads at once."),
    ROW("sorted?", pred_sorted, "True for sorted maps and sets."),
    ROW("reversible?", pred_reversible, "True for what rseq takes."),
    ROW("counted?", pred_counted, "True for what knows its count."),
    ROW("chunked-seq?", pred_chunked, "True for a sequence in chunks."),
    ROW("map-entry?", pred_map_entry, "True for an entry of a map."),
    ROW("fn?", pred_fn, "True for a function."),
    ROW("ifn?", pred_ifn, "True for what can be called."),
    ROW("var?", pred_var, "True for a var."),
    ROW("delay?", pred_delay, "True for a delay."),
    ROW("atom?", pred_atom, "True for an atom."),
    ROW("volatile?", pred_volatile, "True for a volatile."),
    ROW("record?", pred_record, "True for a record."),
    ROW("tagged-literal?", pred_tagged, "True for a tagged literal."),
    ROW("reader-conditional?", pred_conditional,
        "True for a reader conditional that was kept."),
    ROW("regex?", pred_regex, "True for a regular expression."),
    ROW("error?", pred_error, "True for an error."),
    ROW("uri?", pred_never, "False: Magma has no URIs of their own."),
    ROW("future?", pred_never, "False: Magma has no futures."),
    ROW("uuid?", pred_uuid, "True for a #uuid."),
    ROW("inst?", pred_inst, "True for an #inst."),
    {"distinct?", 1, ARGS_ANY, pred_distinct, "[x & more]",
     "True if no two arguments are equal.", "0.1"},
};

const struct core_table core_pred[] = {
    {"clojure.core", rows, CORE_COUNT(rows)},
    {NULL, NULL, 0},
};
