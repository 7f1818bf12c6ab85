/* SPDX-License-Identifier: MIT */
/* The tree of a query as EDN. Its depth is that of the brackets, which the
 * parser bounds, and of its pipes, which are followed by a stack. */
#include "runtime/query/parser.h"

#include <assert.h>
#include <string.h>

/* As Clojure spells them, where it does. */
static const char *const compare_names[] = {
    [QUERY_IS_SET] = ":set",
    [QUERY_EQUAL] = ":=",
    [QUERY_NOT_EQUAL] = ":not=",
    [QUERY_LESS] = ":<",
    [QUERY_LESS_EQUAL] = ":<=",
    [QUERY_GREATER] = ":>",
    [QUERY_GREATER_EQUAL] = ":>=",
    [QUERY_MATCHES] = ":matches",
    [QUERY_MATCHES_NOT] = ":matches-not",
    [QUERY_IN] = ":in",
};

static const char *const pattern_names[] = {
    [PATTERN_GLOB] = ":glob",
    [PATTERN_REGEX] = ":re",
    [PATTERN_EXACT] = ":exact",
    [PATTERN_SUB] = ":sub",
};

/* A text in quotes, as EDN reads it. */
static void
add_text(struct buffer *out, struct slice text)
{
    buffer_add_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        char c = text.bytes[i];
        if (c == '\n') {
            buffer_add_str(out, "\\n");
        } else if (c == '\t') {
            buffer_add_str(out, "\\t");
        } else if (c == '\r') {
            buffer_add_str(out, "\\r");
        } else {
            if (c == '"' || c == '\\') {
                buffer_add_char(out, '\\');
            }
            buffer_add_char(out, c);
        }
    }
    buffer_add_char(out, '"');
}

/* The keyword that a node of several items begins with; NULL for the others. */
static const char *
head_of(const struct query_node *node)
{
    switch (node->kind) {
    case QUERY_UNION:
        return ":union";
    case QUERY_INTERSECT:
        return ":intersect";
    case QUERY_EXCEPT:
        return ":except";
    case QUERY_LET:
        return ":let";
    case QUERY_AND:
        return ":and";
    case QUERY_OR:
        return ":or";
    case QUERY_NOT:
        return ":not";
    case QUERY_COMPARE:
        return compare_names[node->compare];
    case QUERY_CALL:
    case QUERY_TARGET:
    case QUERY_LITERAL:
    case QUERY_GROUP:
    case QUERY_ID:
    case QUERY_PATTERN:
    case QUERY_WORD:
    case QUERY_NUMBER:
    case QUERY_FIELDS:
    case QUERY_FIELD:
    case QUERY_OPTIONS:
    case QUERY_OPTION:
    case QUERY_VARIABLE:
        break;
    }
    return NULL;
}

/* "[:head "text"]" */
static void
add_pair(struct buffer *out, const char *head, struct slice text)
{
    buffer_add_format(out, "[%s ", head);
    add_text(out, text);
    buffer_add_char(out, ']');
}

/* A node without items; false if it has some. */
static bool
add_leaf(const struct query_node *node, struct buffer *out)
{
    switch (node->kind) {
    case QUERY_TARGET:
        add_pair(out, ":target", node->text);
        return true;
    case QUERY_LITERAL:
        add_pair(out, ":literal", node->text);
        return true;
    case QUERY_GROUP:
        add_pair(out, ":group-target", node->text);
        return true;
    case QUERY_ID:
        add_pair(out, ":id", node->text);
        return true;
    case QUERY_VARIABLE:
        add_pair(out, ":var", node->text);
        return true;
    case QUERY_PATTERN:
        buffer_add_format(out, "[:pat %s ", pattern_names[node->pattern]);
        add_text(out, node->text);
        buffer_add_char(out, ']');
        return true;
    case QUERY_WORD:
        add_text(out, node->text);
        return true;
    case QUERY_NUMBER:
        buffer_add_format(out, "%lld", (long long)node->number);
        return true;
    case QUERY_FIELD:
        buffer_add_format(out, "%s%.*s", node->descending ? ":-" : ":",
                          (int)node->text.len, node->text.bytes);
        return true;
    case QUERY_CALL:
    case QUERY_FIELDS:
    case QUERY_OPTIONS:
    case QUERY_OPTION:
    case QUERY_UNION:
    case QUERY_INTERSECT:
    case QUERY_EXCEPT:
    case QUERY_LET:
    case QUERY_AND:
    case QUERY_OR:
    case QUERY_NOT:
    case QUERY_COMPARE:
        break;
    }
    return false;
}

/* What opens a node with items; true if a space is due before the first. */
static bool
add_open(const struct query_node *node, struct buffer *out)
{
    if (node->kind == QUERY_CALL) {
        buffer_add_format(out, "[:%s", node->function->name);
        return true;
    }
    if (node->kind == QUERY_FIELDS || node->kind == QUERY_OPTIONS) {
        buffer_add_char(out, node->kind == QUERY_FIELDS ? '[' : '{');
        return false;
    }
    if (node->kind == QUERY_OPTION) {
        buffer_add_format(out, ":%.*s [", (int)node->text.len,
                          node->text.bytes);
        return false;
    }
    buffer_add_format(out, "[%s", head_of(node));
    if (node->kind == QUERY_LET) {
        buffer_add_char(out, ' ');
        add_text(out, node->text);
    }
    return true;
}

/* How many items are printed: those left out at the end are not. */
static uint32_t
shown_count(const struct query_node *node)
{
    uint32_t count = node->count;
    while (count > 0 && node->items[count - 1] == NULL) {
        count--;
    }
    return count;
}

/* A node whose items are being printed. */
struct frame {
    const struct query_node *node;
    uint32_t next;
    bool space; /* before the next item */
};

/* A node that has items is opened, and closed when all of them are printed. */
static void
push(struct vec *stack, const struct query_node *node, struct buffer *out)
{
    struct frame frame = {node, 0, false};
    frame.space = add_open(node, out);
    vec_push(stack, &frame);
}

void
query_print(const struct query_node *root, struct buffer *out)
{
    struct vec stack = vec_of(sizeof(struct frame));
    assert(root != NULL);
    if (!add_leaf(root, out)) {
        push(&stack, root, out);
    }
    while (stack.count > 0) {
        struct frame *top = vec_at(&stack, stack.count - 1);
        if (top->next == shown_count(top->node)) {
            bool map = top->node->kind == QUERY_OPTIONS;
            buffer_add_char(out, map ? '}' : ']');
            vec_pop(&stack);
            continue;
        }
        const struct query_node *item = top->node->items[top->next++];
        if (top->space) {
            buffer_add_char(out, ' ');
        }
        top->space = true;
        if (item == NULL) {
            buffer_add_str(out, "nil");
        } else if (!add_leaf(item, out)) {
            push(&stack, item, out);
        }
    }
    vec_finish(&stack);
}
