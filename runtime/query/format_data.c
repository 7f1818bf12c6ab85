/* SPDX-License-Identifier: MIT */
/* Formats that hold rows as they are: text, nul, count, json, jsonl, edn. */
#include "runtime/query/format.h"

#include "runtime/json.h"
#include "runtime/terminal.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Cells lie row by row. */
static const struct query_cell *
cell_at(const struct query_rows *rows, uint32_t row, uint32_t column)
{
    assert(row < rows->row_count && column < rows->column_count);
    return &rows->cells[(size_t)row * rows->column_count + column];
}

/* --- Text ------------------------------------------------------------------------ */

/* What is written for people rather than a name: its lines stay lines when it
 * stands alone. */
static bool
is_prose(const char *column)
{
    return strcmp(column, "output") == 0 || strcmp(column, "command") == 0;
}

/* A cell with several lines would be taken for several rows, so that only what
 * stands alone keeps its lines. */
static void
add_text_cell(const struct query_rows *rows, uint32_t row, uint32_t column,
              struct buffer *out)
{
    struct buffer text = {0};
    const struct query_column *of = &rows->columns[column];
    query_cell_text(of->type, cell_at(rows, row, column), &text);
    if (rows->column_count == 1 && is_prose(of->name)) {
        buffer_add(out, buffer_str(&text), text.len);
    } else {
        query_add_visible(out, (struct slice){buffer_str(&text), text.len});
    }
    buffer_finish(&text);
}

/* How many columns of the terminal a text takes. */
static uint32_t
width_of(struct slice text)
{
    uint32_t width = 0;
    while (text.len > 0) {
        size_t len = terminal_fit(text.bytes, text.len, 1);
        uint32_t step = 1;
        if (len == 0) {
            len = terminal_fit(text.bytes, text.len, 2);
            step = 2;
        }
        if (len == 0) {
            break;
        }
        width += step;
        text = (struct slice){text.bytes + len, text.len - len};
    }
    return width;
}

/* The texts of all cells, each zero-terminated, row by row. */
static void
render_cells(const struct query_rows *rows, struct buffer *texts)
{
    for (uint32_t row = 0; row < rows->row_count; row++) {
        for (uint32_t column = 0; column < rows->column_count; column++) {
            add_text_cell(rows, row, column, texts);
            buffer_add_char(texts, 0);
        }
    }
}

/* The texts are made once, measured, and then written: columns are as wide as
 * what stands in them, and the last one has no blanks behind it. */
static void
print_aligned(const struct query_rows *rows, struct buffer *out)
{
    uint32_t *widths = mem_alloc(rows->column_count, sizeof(*widths));
    struct buffer texts = {0};
    render_cells(rows, &texts);
    struct slice left = buffer_slice(&texts);
    struct slice text;
    for (uint32_t i = 0; slice_next_text(&left, &text); i++) {
        uint32_t *width = &widths[i % rows->column_count];
        uint32_t wide = width_of(text);
        *width = wide > *width ? wide : *width;
    }
    left = buffer_slice(&texts);
    for (uint32_t i = 0; slice_next_text(&left, &text); i++) {
        uint32_t column = i % rows->column_count;
        bool is_last = column + 1 == rows->column_count;
        buffer_add(out, text.bytes, text.len);
        if (is_last) {
            buffer_add_char(out, '\n');
        } else {
            buffer_add_format(out, "%*s",
                              (int)(widths[column] - width_of(text) + 2), "");
        }
    }
    buffer_finish(&texts);
    free(widths);
}

/* On a pipe the columns are parted by tabs alone: cut and awk take them apart. */
void
query_print_text(const struct query_answer *answer, struct buffer *out)
{
    const struct query_rows *rows = answer->rows;
    if (answer->aligned && rows->column_count > 1) {
        print_aligned(rows, out);
        return;
    }
    for (uint32_t row = 0; row < rows->row_count; row++) {
        for (uint32_t column = 0; column < rows->column_count; column++) {
            buffer_add_str(out, column == 0 ? "" : "\t");
            add_text_cell(rows, row, column, out);
        }
        // The log of a command may or may not end its last line.
        if (out->len == 0 || out->bytes[out->len - 1] != '\n' ||
            !is_prose(rows->columns[rows->column_count - 1].name)) {
            buffer_add_char(out, '\n');
        }
    }
}

/* Bytes as they are, whatever they are: what xargs -0 takes. */
void
query_print_nul(const struct query_answer *answer, struct buffer *out)
{
    const struct query_rows *rows = answer->rows;
    for (uint32_t row = 0; row < rows->row_count; row++) {
        for (uint32_t column = 0; column < rows->column_count; column++) {
            query_cell_text(rows->columns[column].type,
                            cell_at(rows, row, column), out);
            buffer_add_char(out, 0);
        }
    }
}

/* A number that the query itself made is what was asked for. */
void
query_print_count(const struct query_answer *answer, struct buffer *out)
{
    if (answer->rows->is_scalar) {
        query_print_text(answer, out);
    } else {
        buffer_add_format(out, "%" PRIu32 "\n", answer->rows->row_count);
    }
}

/* --- JSON ------------------------------------------------------------------------ */

/* Numbers keep their unit: times are microseconds, sizes bytes, as the chapter
 * of this format says. */
static void
add_json_field(struct buffer *out, const struct query_column *column,
               const struct query_cell *cell)
{
    if (cell->is_null) {
        json_name(out, column->name);
        buffer_add_str(out, "null");
        return;
    }
    switch (column->type) {
    case FIELD_TEXT:
        json_field_bytes(out, column->name, cell->text.bytes, cell->text.len);
        return;
    case FIELD_LIST:
        json_field_list(out, column->name, cell->list.items, cell->list.count);
        return;
    case FIELD_BOOL:
        json_field_bool(out, column->name, cell->is_true);
        return;
    case FIELD_COUNT:
    case FIELD_BYTES:
    case FIELD_TIME:
    case FIELD_INSTANT:
        json_field_int(out, column->name, cell->number);
        return;
    }
    assert(false && "a type that does not exist");
}

/* Fields in the order of the query, so that equal queries give equal bytes. */
static void
add_json_row(struct buffer *out, const struct query_rows *rows, uint32_t row)
{
    buffer_add_char(out, '{');
    for (uint32_t column = 0; column < rows->column_count; column++) {
        add_json_field(out, &rows->columns[column], cell_at(rows, row, column));
    }
    buffer_add_char(out, '}');
}

/* The one number of an answer that is a number. */
static void
add_scalar(struct buffer *out, const struct query_rows *rows, const char *none)
{
    assert(rows->row_count == 1 && rows->column_count == 1);
    const struct query_cell *cell = cell_at(rows, 0, 0);
    if (cell->is_null) {
        buffer_add_str(out, none);
    } else {
        buffer_add_format(out, "%" PRId64, cell->number);
    }
    buffer_add_char(out, '\n');
}

/* A row a line, which diff and grep can be used on as well. */
void
query_print_json(const struct query_answer *answer, struct buffer *out)
{
    const struct query_rows *rows = answer->rows;
    if (rows->is_scalar) {
        add_scalar(out, rows, "null");
        return;
    }
    buffer_add_char(out, '[');
    for (uint32_t row = 0; row < rows->row_count; row++) {
        buffer_add_str(out, row == 0 ? "\n" : ",\n");
        add_json_row(out, rows, row);
    }
    buffer_add_str(out, rows->row_count == 0 ? "]\n" : "\n]\n");
}

/* Without the array: readers take one row after the other. */
void
query_print_jsonl(const struct query_answer *answer, struct buffer *out)
{
    const struct query_rows *rows = answer->rows;
    if (rows->is_scalar) {
        add_scalar(out, rows, "null");
        return;
    }
    for (uint32_t row = 0; row < rows->row_count; row++) {
        add_json_row(out, rows, row);
        buffer_add_char(out, '\n');
    }
}

/* --- EDN --------------------------------------------------------------------------- */

/* What JSON's writer makes of a string can be read as EDN as well. */
static void
add_edn_value(struct buffer *out, enum query_field_type type,
              const struct query_cell *cell)
{
    if (cell->is_null) {
        buffer_add_str(out, "nil");
    } else if (type == FIELD_TEXT) {
        json_string(out, cell->text.bytes, cell->text.len);
    } else if (type == FIELD_LIST) {
        buffer_add_char(out, '[');
        for (uint32_t i = 0; i < cell->list.count; i++) {
            const struct slice *item = &cell->list.items[i];
            buffer_add_str(out, i == 0 ? "" : " ");
            json_string(out, item->bytes, item->len);
        }
        buffer_add_char(out, ']');
    } else if (type == FIELD_BOOL) {
        buffer_add_str(out, cell->is_true ? "true" : "false");
    } else {
        buffer_add_format(out, "%" PRId64, cell->number);
    }
}

/* Names of fields with an underscore are spelled as keywords are: n-inputs. */
static void
add_edn_key(struct buffer *out, const char *name)
{
    buffer_add_char(out, ':');
    for (; *name != 0; name++) {
        buffer_add_char(out, *name);
        if (*name == '_') {
            out->bytes[out->len - 1] = '-';
        }
    }
    buffer_add_char(out, ' ');
}

void
query_print_edn(const struct query_answer *answer, struct buffer *out)
{
    const struct query_rows *rows = answer->rows;
    if (rows->is_scalar) {
        add_scalar(out, rows, "nil");
        return;
    }
    buffer_add_char(out, '[');
    for (uint32_t row = 0; row < rows->row_count; row++) {
        buffer_add_str(out, row == 0 ? "{" : "\n {");
        for (uint32_t column = 0; column < rows->column_count; column++) {
            buffer_add_str(out, column == 0 ? "" : " ");
            add_edn_key(out, rows->columns[column].name);
            add_edn_value(out, rows->columns[column].type,
                          cell_at(rows, row, column));
        }
        buffer_add_char(out, '}');
    }
    buffer_add_str(out, "]\n");
}
