/* SPDX-License-Identifier: MIT */
/*
 * Text that comes piece by piece. Of every beginning of a program, cut at any
 * byte: it is known whether more must come, the forms that are whole read as
 * they do in the whole text, and what is wrong with the rest is a syntax error
 * that points into it.
 */
#include "tests/lib/magma_host.h"
#include "tests/lib/test.h"

#include <glob.h>

enum { PIECE_MAX = 420, FORMS_MAX = 200 };

/* Ends of the forms of a text, as line and column, and their prints. */
struct forms {
    struct magma_text text;
    uint32_t count;
    uint32_t lines[FORMS_MAX];
    uint32_t columns[FORMS_MAX];
    Value *prints; /* a vector */
};

static Value
read_body(void *arg)
{
    struct forms *forms = arg;
    struct magma_reader *reader = magma_reader_create(forms->text, "t.magma");
    Value form = VALUE_NIL;
    struct error_place place;
    while (forms->count < FORMS_MAX && magma_read(reader, &form, &place)) {
        forms->lines[forms->count] = place.end_line;
        forms->columns[forms->count++] = place.end_column;
        *forms->prints = magma_vector_conj(*forms->prints, magma_print(form));
    }
    magma_reader_destroy(reader);
    return VALUE_NIL;
}

/* Reads what there is; false if that ends in an error. */
static bool
read_forms(struct forms *forms, struct magma_text text, Value *thrown)
{
    // Names that the reader makes up begin anew in each.
    host_start();
    Value result;
    forms->text = text;
    forms->count = 0;
    *forms->prints = magma_vector(NULL, 0);
    return magma_try(read_body, forms, &result, thrown);
}

/* Where the byte behind the text would stand. */
static void
end_of(struct magma_text text, uint32_t *line, uint32_t *column)
{
    *line = 1;
    *column = 1;
    for (size_t i = 0; i < text.len; i++) {
        bool is_start = ((unsigned char)text.bytes[i] & 0xc0) != 0x80;
        *column += is_start;
        if (text.bytes[i] == '\n') {
            ++*line;
            *column = 1;
        }
    }
}

/* The forms of a beginning are those of the whole that end before its last
 * byte; the one behind may be a token that is cut. */
static bool
is_beginning_of(const struct forms *part, const struct forms *whole,
                uint32_t line, uint32_t column)
{
    uint32_t same = 0;
    while (same < whole->count &&
           (whole->lines[same] < line || (whole->lines[same] == line &&
                                          whole->columns[same] + 1 < column))) {
        same++;
    }
    for (uint32_t i = 0; i < same; i++) {
        struct magma_text a = magma_text_of(magma_vector_at(*whole->prints, i));
        if (i >= part->count) {
            return false;
        }
        struct magma_text b = magma_text_of(magma_vector_at(*part->prints, i));
        if (a.len != b.len || memcmp(a.bytes, b.bytes, a.len) != 0) {
            return false;
        }
    }
    return true;
}

static bool
points_inside(Value thrown, uint32_t line, uint32_t column)
{
    const struct error_object *error = magma_error(thrown);
    return error != NULL && error->place.line > 0 &&
           (error->place.line < line ||
            (error->place.line == line && error->place.column <= column));
}

static void
check_cuts(const char *name, struct magma_text text, struct forms *whole,
           struct forms *part)
{
    Value thrown;
    if (!read_forms(whole, text, &thrown)) {
        return; // Cut out of a file in the middle of a form.
    }
    CHECK(!magma_is_incomplete(text));
    for (size_t len = 0; len < text.len; len++) {
        // Exact in size, so that a sanitizer sees a look behind the end.
        char *copy = malloc(len + 1);
        memcpy(copy, text.bytes, len);
        struct magma_text cut = {copy, len};
        uint32_t line;
        uint32_t column;
        end_of(cut, &line, &column);
        bool done = read_forms(part, cut, &thrown);
        // Text that is not UTF-8 is refused as a whole.
        bool is_split = ((unsigned char)text.bytes[len] & 0xc0) == 0x80;
        bool held =
            (!done || !magma_is_incomplete(cut)) &&
            (done || points_inside(thrown, line, column)) &&
            (is_split ? !done : is_beginning_of(part, whole, line, column));
        if (!test_check(held, __FILE__, __LINE__, name)) {
            fprintf(stderr, "cut at %zu of:\n%.*s\n", len, (int)text.len,
                    text.bytes);
            free(copy);
            return;
        }
        free(copy);
    }
}

/* A piece from the middle, which begins and ends at empty lines. */
static struct magma_text
piece_of(const char *bytes, size_t len)
{
    size_t from = len / 3;
    while (from < len && !(bytes[from] == '\n' && bytes[from - 1] == '\n')) {
        from++;
    }
    size_t to = from + 1;
    while (to < len && to - from < PIECE_MAX && bytes[to] != 0) {
        to++;
    }
    while (to > from + 1 && bytes[to - 1] != '\n') {
        to--;
    }
    return (struct magma_text){bytes + from, to - from};
}

TEST(prefixes_of_the_tests_of_the_language)
{
    host_start();
    struct forms whole = {.prints = magma_root_create()};
    struct forms part = {.prints = magma_root_create()};
    glob_t found;
    static char bytes[1 << 20];
    REQUIRE(glob("tests/lang/*.magma", 0, NULL, &found) == 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        FILE *file = fopen(found.gl_pathv[i], "rb");
        REQUIRE(file != NULL);
        size_t len = fread(bytes, 1, sizeof(bytes) - 1, file);
        fclose(file);
        bytes[len] = 0;
        check_cuts(found.gl_pathv[i], piece_of(bytes, len), &whole, &part);
    }
    globfree(&found);
}

TEST(prefixes_of_all_syntax)
{
    static const char text[] =
        "(ns a.b \"doc\") ; comment\n"
        "#_ignored `(f ~x ~@y z# #(inc %1)) ^{:m 1} [1 -2N 3.5M 1/2 0x1F 36rZ]"
        "\n#{\\a \\newline \\u00e9 \\😀} {:a/b \"str\\n\\u0041 ä€😀\" ::k nil}"
        "\n#:n{:x 1} #\"re\\d\\\"\" #'v @d 'q ##Inf ##-Inf ##NaN #inst"
        " \"2020-01-01\" #?(:magma 1 :default 2) #?@(:clj [3]) #tag [1]\n"
        "'sym/bol +' -1 .5 a.b.c/d true false\n";
    host_start();
    struct forms whole = {.prints = magma_root_create()};
    struct forms part = {.prints = magma_root_create()};
    check_cuts("all syntax", (struct magma_text){text, sizeof(text) - 1},
               &whole, &part);
}
