/* SPDX-License-Identifier: MIT */
/*
 * The classes and their order; see type.h. A row names what stands directly
 * above; what stands above all of it is worked out when the class is made.
 */
#include "interp/data/type.h"
#include "interp/data/tagged.h"

#include "interp/data/alloc.h"
#include "interp/data/error.h"
#include "interp/data/list.h"
#include "interp/data/map.h"
#include "interp/data/record.h"
#include "interp/data/symbol.h"
#include "interp/data/text.h"
#include "interp/data/transient.h"
#include "interp/data/vector.h"

#include <assert.h>
#include <string.h>

#define CLJ "clojure.lang."

/* Names above, nearest first, with blanks between; '~' is "clojure.lang.".
 * Object is above all, and is not written. */
static const struct class_row {
    const char *name;
    const char *above;
} classes[] = {
    {"java.lang.Object", ""},
    {"java.lang.Comparable", ""},
    {"java.lang.CharSequence", ""},
    {"java.lang.Number", ""},
    {"java.lang.Class", ""},
    {"java.util.UUID", "java.lang.Comparable"},
    {"java.util.Date", "java.lang.Comparable"},
    {"java.util.regex.Pattern", ""},
    {"java.util.regex.Matcher", ""},
    {"java.lang.Boolean", "java.lang.Comparable"},
    {"java.lang.Character", "java.lang.Comparable"},
    {"java.lang.String", "java.lang.CharSequence java.lang.Comparable"},
    {"java.lang.Integer", "java.lang.Number java.lang.Comparable"},
    {"java.lang.Long", "java.lang.Number java.lang.Comparable"},
    {"java.lang.Float", "java.lang.Number java.lang.Comparable"},
    {"java.lang.Double", "java.lang.Number java.lang.Comparable"},
    {"java.math.BigInteger", "java.lang.Number java.lang.Comparable"},
    {"java.math.BigDecimal", "java.lang.Number java.lang.Comparable"},
    {CLJ "BigInt", "java.lang.Number"},
    {CLJ "Ratio", "java.lang.Number java.lang.Comparable"},
    {CLJ "Named", ""},
    {CLJ "IFn", ""},
    {CLJ "Fn", ""},
    {CLJ "IMeta", ""},
    {CLJ "IObj", "~IMeta"},
    {CLJ "IReference", "~IMeta"},
    {CLJ "IDeref", ""},
    {CLJ "IPending", ""},
    {CLJ "Counted", ""},
    {CLJ "Seqable", ""},
    {CLJ "Sequential", ""},
    {CLJ "Reversible", ""},
    {CLJ "Sorted", ""},
    {CLJ "ILookup", ""},
    {CLJ "Indexed", "~Counted"},
    {CLJ "IPersistentCollection", "~Seqable"},
    {CLJ "ISeq", "~IPersistentCollection ~Seqable"},
    {CLJ "IChunkedSeq", "~ISeq ~Sequential"},
    {CLJ "IPersistentStack", "~IPersistentCollection"},
    {CLJ "IPersistentList", "~Sequential ~IPersistentStack"},
    {CLJ "Associative", "~IPersistentCollection ~ILookup"},
    {CLJ "IPersistentVector",
     "~Associative ~Sequential ~IPersistentStack ~Reversible ~Indexed"},
    {CLJ "IPersistentMap", "~Associative ~Counted"},
    {CLJ "IPersistentSet", "~IPersistentCollection ~Counted"},
    {CLJ "IRecord", ""},
    {CLJ "ITransientCollection", ""},
    {CLJ "IMapEntry", ""},
    {CLJ "Symbol", "~IObj java.lang.Comparable ~Named ~IFn"},
    {CLJ "Keyword", "~IFn java.lang.Comparable ~Named"},
    {CLJ "AFunction", "~Fn ~IObj ~IFn"},
    {CLJ "MultiFn", "~IFn"},
    {CLJ "Var", "~IFn ~IReference ~IDeref"},
    {CLJ "Namespace", "~IReference"},
    {CLJ "Atom", "~IReference ~IDeref"},
    {CLJ "Volatile", "~IDeref"},
    {CLJ "Delay", "~IDeref ~IPending"},
    {CLJ "Reduced", "~IDeref"},
    {CLJ "TaggedLiteral", "~ILookup"},
    {CLJ "PersistentList", "~IPersistentList ~ISeq ~IObj ~Counted"},
    {CLJ "PersistentList$EmptyList", "~IPersistentList ~ISeq ~IObj ~Counted"},
    {CLJ "Cons", "~ISeq ~Sequential ~IObj"},
    {CLJ "LazySeq", "~ISeq ~Sequential ~IPending ~IObj"},
    {CLJ "ChunkedCons", "~IChunkedSeq ~IObj"},
    {CLJ "LongRange", "~IChunkedSeq ~Counted ~IObj"},
    {CLJ "PersistentVector", "~IPersistentVector ~IObj ~IFn"},
    {CLJ "MapEntry", "~IMapEntry ~IPersistentVector ~IFn"},
    {CLJ "PersistentArrayMap", "~IPersistentMap ~IObj ~IFn"},
    {CLJ "PersistentHashMap", "~IPersistentMap ~IObj ~IFn"},
    {CLJ "PersistentTreeMap", "~IPersistentMap ~Sorted ~Reversible ~IObj ~IFn"},
    {CLJ "PersistentHashSet", "~IPersistentSet ~IObj ~IFn"},
    {CLJ "PersistentTreeSet", "~IPersistentSet ~Sorted ~Reversible ~IObj ~IFn"},
    {"java.lang.Throwable", ""},
    {"java.lang.Exception", "java.lang.Throwable"},
    {"java.lang.Error", "java.lang.Throwable"},
    {"java.lang.AssertionError", "java.lang.Error"},
    {"java.lang.RuntimeException", "java.lang.Exception"},
    {"java.lang.ArithmeticException", "java.lang.RuntimeException"},
    {"java.lang.ClassCastException", "java.lang.RuntimeException"},
    {"java.lang.IllegalArgumentException", "java.lang.RuntimeException"},
    {"java.lang.IllegalStateException", "java.lang.RuntimeException"},
    {"java.lang.IndexOutOfBoundsException", "java.lang.RuntimeException"},
    {"java.lang.UnsupportedOperationException", "java.lang.RuntimeException"},
    {CLJ "ExceptionInfo", "java.lang.RuntimeException"},
    {CLJ "ArityException", "java.lang.IllegalArgumentException"},
    {"magma.Reified", "~IObj"},
    {"magma.Protocol", ""},
    {"magma.Handle", ""},
};

enum { CLASS_COUNT = sizeof(classes) / sizeof(classes[0]) };

/* Those that were asked for; zero bits: not yet. */
static Value made[CLASS_COUNT];

static const char *const names_by_kind[KIND_ABSENT + 1] = {
    [KIND_BOOL] = "java.lang.Boolean",
    [KIND_CHAR] = "java.lang.Character",
    [KIND_INT] = "java.lang.Long",
    [KIND_DOUBLE] = "java.lang.Double",
    [KIND_BIGINT] = CLJ "BigInt",
    [KIND_RATIO] = CLJ "Ratio",
    [KIND_DECIMAL] = "java.math.BigDecimal",
    [KIND_STRING] = "java.lang.String",
    [KIND_SYMBOL] = CLJ "Symbol",
    [KIND_KEYWORD] = CLJ "Keyword",
    [KIND_LIST] = CLJ "PersistentList",
    [KIND_VECTOR] = CLJ "PersistentVector",
    [KIND_MAP] = CLJ "PersistentArrayMap",
    [KIND_SET] = CLJ "PersistentHashSet",
    [KIND_SORTED_MAP] = CLJ "PersistentTreeMap",
    [KIND_SORTED_SET] = CLJ "PersistentTreeSet",
    [KIND_LAZY] = CLJ "LazySeq",
    [KIND_CHUNK] = CLJ "ChunkedCons",
    [KIND_RANGE] = CLJ "LongRange",
    [KIND_FUNCTION] = CLJ "AFunction",
    [KIND_BUILTIN] = CLJ "AFunction",
    [KIND_METHOD] = CLJ "AFunction",
    [KIND_VAR] = CLJ "Var",
    [KIND_NAMESPACE] = CLJ "Namespace",
    [KIND_REGEX] = "java.util.regex.Pattern",
    [KIND_CELL] = CLJ "Atom",
    [KIND_DELAY] = CLJ "Delay",
    [KIND_REDUCED] = CLJ "Reduced",
    [KIND_TRANSIENT] = CLJ "ITransientCollection",
    [KIND_MULTI] = CLJ "MultiFn",
    [KIND_TYPE] = "java.lang.Class",
    [KIND_TAGGED] = CLJ "TaggedLiteral",
    [KIND_REIFIED] = "magma.Reified",
    [KIND_PROTOCOL] = "magma.Protocol",
    [KIND_HANDLE] = "magma.Handle",
};

static const char *const names_by_error[] = {
    [ERROR_OVERFLOW] = "java.lang.ArithmeticException",
    [ERROR_ARITY] = CLJ "ArityException",
    [ERROR_TYPE] = "java.lang.ClassCastException",
    [ERROR_INDEX] = "java.lang.IndexOutOfBoundsException",
    [ERROR_VALUE] = "java.lang.IllegalArgumentException",
    [ERROR_KEY] = "java.lang.IllegalArgumentException",
    [ERROR_STATE] = "java.lang.IllegalStateException",
    [ERROR_REFUSED] = "java.lang.UnsupportedOperationException",
    [ERROR_ASSERT] = "java.lang.AssertionError",
    [ERROR_USER] = CLJ "ExceptionInfo",
};

/* --- Making ----------------------------------------------------------------- */

static Value
make_type(Value name, Value fields, Value above)
{
    assert(text_is(name) && vector_is(above));
    struct type_object *type =
        alloc_object(KIND_TYPE, sizeof(struct type_object));
    type->name = name;
    type->fields = fields;
    type->above = above;
    // Types are keys of maps, whose order must not depend on when they were
    // made.
    type->head.hash = value_hash(name);
    return value_from_object(type);
}

static Value class_at(size_t index);

static size_t
index_of(const char *name, size_t len)
{
    for (size_t i = 0; i < CLASS_COUNT; i++) {
        if (strlen(classes[i].name) == len &&
            memcmp(classes[i].name, name, len) == 0) {
            return i;
        }
    }
    return CLASS_COUNT;
}

/* The class that a word of a row means. */
static Value
class_of_word(const char *word, size_t len)
{
    char full[64];
    const char *prefix = word[0] == '~' ? CLJ : "";
    size_t skip = word[0] == '~' ? 1 : 0;
    size_t prefix_len = strlen(prefix);
    assert(prefix_len + len - skip < sizeof(full));
    memcpy(full, prefix, prefix_len);
    memcpy(full + prefix_len, word + skip, len - skip);
    size_t index = index_of(full, prefix_len + len - skip);
    assert(index < CLASS_COUNT);
    return class_at(index);
}

static bool
holds(Value types, Value type)
{
    for (uint32_t i = 0; i < vector_count(types); i++) {
        if (value_is(vector_at(types, i), type)) {
            return true;
        }
    }
    return false;
}

/* All that stands above the words of a row, breadth first. */
static Value
all_above(const char *words)
{
    Value above = vector_empty();
    while (*words != 0) {
        size_t len = strcspn(words, " ");
        above = vector_conj(above, class_of_word(words, len));
        words += len + (words[len] == ' ');
    }
    Value object = class_at(0);
    for (uint32_t i = 0; i < vector_count(above); i++) {
        Value further = type_object(vector_at(above, i))->above;
        for (uint32_t j = 0; j < vector_count(further); j++) {
            Value one = vector_at(further, j);
            if (!value_is(one, object) && !holds(above, one)) {
                above = vector_conj(above, one);
            }
        }
    }
    return vector_conj(above, object);
}

/* Recurs on the rows, which are a few deep. */
static Value
class_at(size_t index)
{
    assert(index < CLASS_COUNT);
    if (made[index].bits == 0) {
        Value above =
            index == 0 ? vector_empty() : all_above(classes[index].above);
        made[index] =
            make_type(text_from_cstring(classes[index].name), VALUE_NIL, above);
    }
    return made[index];
}

Value
type_named(const char *name)
{
    static const char prefix[] = "java.lang.";
    size_t index = index_of(name, strlen(name));
    if (index == CLASS_COUNT && strchr(name, '.') == NULL &&
        strlen(name) < 40) {
        char full[64];
        memcpy(full, prefix, sizeof(prefix) - 1);
        memcpy(full + sizeof(prefix) - 1, name, strlen(name) + 1);
        index = index_of(full, strlen(full));
    }
    return index == CLASS_COUNT ? VALUE_ABSENT : class_at(index);
}

Value
type_of_records(Value name, Value fields)
{
    return make_type(name, fields, all_above("~IRecord ~IPersistentMap ~IObj"));
}

/* --- Asking ------------------------------------------------------------------ */

/* The name of the class where the kind alone does not tell it, or NULL. */
static const char *
special_name(Value v, enum kind kind)
{
    const struct object *object = value_is_object(v) ? value_object(v) : NULL;
    switch (kind) {
    case KIND_LIST:
        if (list_is_empty(v)) {
            return CLJ "PersistentList$EmptyList";
        }
        return list_object(v)->count < 0 ? CLJ "Cons" : NULL;
    case KIND_VECTOR:
        return object->flags & VECTOR_ENTRY ? CLJ "MapEntry" : NULL;
    case KIND_MAP:
        return map_count(v) > MAP_ARRAY_MAX ? CLJ "PersistentHashMap" : NULL;
    case KIND_CELL:
        return object->flags & CELL_VOLATILE  ? CLJ "Volatile"
               : object->flags & CELL_MATCHER ? "java.util.regex.Matcher"
                                              : NULL;
    case KIND_ERROR:
        return object->flags < sizeof(names_by_error) / sizeof(char *) &&
                       names_by_error[object->flags] != NULL
                   ? names_by_error[object->flags]
                   : "java.lang.RuntimeException";
    case KIND_TAGGED:
        return object->flags == TAGGED_UUID          ? "java.util.UUID"
               : object->flags == TAGGED_INSTANT     ? "java.util.Date"
               : object->flags == TAGGED_CONDITIONAL ? CLJ "ReaderConditional"
                                                     : NULL;
    default:
        return NULL;
    }
}

Value
type_of(Value v)
{
    enum kind kind = value_kind(v);
    if (kind == KIND_NIL) {
        return VALUE_NIL;
    }
    if (kind == KIND_RECORD) {
        return record_object(v)->type;
    }
    static Value by_kind[KIND_ABSENT + 1];
    const char *name = special_name(v, kind);
    if (name != NULL) {
        return type_named(name);
    }
    if (by_kind[kind].bits == 0) {
        name = names_by_kind[kind] == NULL ? "java.lang.Object"
                                           : names_by_kind[kind];
        by_kind[kind] = type_named(name);
    }
    return by_kind[kind];
}

bool
type_isa(Value type, Value above)
{
    return type_is(type) &&
           (value_is(type, above) || holds(type_object(type)->above, above));
}
