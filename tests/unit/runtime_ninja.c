/* SPDX-License-Identifier: MIT */
/* The reader of ninja files: what it tells of a file, as text. */
#include "runtime/ninja/parser.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- Files in memory and a sink that writes down ------------------------------ */

static struct {
    const char *name;
    const char *text;
    size_t len;
} files[8];
static uint32_t file_count;

static void
add_file(const char *name, const char *text)
{
    files[file_count].name = name;
    files[file_count].len = strlen(text);
    files[file_count++].text = text;
}

static bool
read_file(const char *path, char **bytes, size_t *len, struct error *err)
{
    for (uint32_t i = 0; i < file_count; i++) {
        if (strcmp(files[i].name, path) == 0) {
            *bytes = mem_copy(files[i].text, files[i].len);
            *len = files[i].len;
            return true;
        }
    }
    return error_set(err, ERROR_CLASS_GRAPH, "%s: not there", path);
}

static bool
tell_variable(void *ctx, const struct ninja_binding *b,
              struct ninja_place place, struct error *err)
{
    (void)err;
    buffer_add_format(ctx, "%s:%u %.*s=[%.*s]\n", place.file, place.line,
                      (int)b->name.len, b->name.bytes, (int)b->value.len,
                      b->value.bytes);
    return true;
}

static bool
tell_pool(void *ctx, struct slice name, uint32_t depth, struct error *err)
{
    (void)err;
    buffer_add_format(ctx, "pool %.*s %u\n", (int)name.len, name.bytes, depth);
    return true;
}

static void
tell_list(struct buffer *out, const struct ninja_edge *edge,
          enum ninja_list list, const char *mark)
{
    const struct ninja_path *paths = ninja_edge_list(edge, list);
    for (uint32_t i = 0; i < edge->counts[list]; i++) {
        buffer_add_format(out, "%s%.*s", i == 0 ? mark : " ",
                          (int)paths[i].path.len, paths[i].path.bytes);
    }
}

/* One line for the lists, one for each key with a value. */
static bool
tell_edge(void *ctx, const struct ninja_edge *edge, struct error *err)
{
    struct buffer *out = ctx;
    buffer_add_format(out, "%s:%u %.*s", edge->file, edge->line,
                      (int)edge->rule->name.len, edge->rule->name.bytes);
    tell_list(out, edge, NINJA_OUTPUTS, " > ");
    tell_list(out, edge, NINJA_IMPLICIT_OUTPUTS, " >| ");
    tell_list(out, edge, NINJA_INPUTS, " < ");
    tell_list(out, edge, NINJA_IMPLICIT, " | ");
    tell_list(out, edge, NINJA_ORDER_ONLY, " || ");
    tell_list(out, edge, NINJA_VALIDATIONS, " |@ ");
    buffer_add_char(out, '\n');
    for (int key = 0; key < NINJA_KEY_COUNT; key++) {
        struct buffer value = {0};
        bool done = ninja_edge_value(edge, (enum ninja_key)key,
                                     key == NINJA_KEY_COMMAND, &value, err);
        if (done && value.len > 0) {
            buffer_add_format(out, "  %s: %s\n",
                              ninja_key_name((enum ninja_key)key),
                              buffer_str(&value));
        }
        buffer_finish(&value);
        if (!done) {
            return false;
        }
    }
    return true;
}

static bool
tell_default(void *ctx, const struct ninja_path *path, struct ninja_place place,
             struct error *err)
{
    (void)err;
    (void)place;
    buffer_add_format(ctx, "default %.*s\n", (int)path->path.len,
                      path->path.bytes);
    return true;
}

static bool
tell_enter(void *ctx, const char *file, bool subninja, struct error *err)
{
    (void)err;
    buffer_add_format(ctx, "%s %s\n", subninja ? "subninja" : "include", file);
    return true;
}

/* What is told of the files, up to "file:line:column: error". */
static char *
tell(const char *text)
{
    static const struct ninja_sink sink = {
        .variable = tell_variable,
        .pool = tell_pool,
        .edge = tell_edge,
        .default_ = tell_default,
        .enter = tell_enter,
    };
    struct buffer out = {0};
    struct error err = {0};
    add_file("f", text);
    struct ninja_parser *parser = ninja_parser_create(&sink, &out, read_file);
    if (!ninja_parser_run(parser, "f", &err)) {
        buffer_add_format(&out, "%s: %s\n", err.where == NULL ? "" : err.where,
                          err.what);
        error_finish(&err);
    }
    struct slice warnings = ninja_parser_warnings(parser);
    struct slice file;
    struct slice line;
    struct slice words;
    while (slice_next_text(&warnings, &file) &&
           slice_next_text(&warnings, &line) &&
           slice_next_text(&warnings, &words)) {
        buffer_add_format(&out, "warning: %s\n", words.bytes);
        CHECK_EQ_STR(file.bytes, "f");
        CHECK(strtoul(line.bytes, NULL, 10) > 0);
    }
    ninja_parser_destroy(parser);
    file_count = 0;
    buffer_add_str(&out, "");
    return buffer_take(&out);
}

static void
check_tells(const char *text, const char *expected)
{
    char *told = tell(text);
    CHECK_EQ_STR(told == NULL ? "" : told, expected);
    free(told);
}

/* --- Variables ------------------------------------------------------------------- */

TEST(ninja_variables_are_expanded_at_once)
{
    check_tells("a = 1\nb = $a${a}x\na = 2\nc = $a $none.\n",
                "f:1 a=[1]\nf:2 b=[11x]\nf:3 a=[2]\nf:4 c=[2 .]\n");
    check_tells("a.b-c_d = 1\nx = ${a.b-c_d} $a.b\n",
                "f:1 a.b-c_d=[1]\nf:2 x=[1 .b]\n");
}

TEST(ninja_values_have_escapes)
{
    check_tells("a = $$ $: $  b\n", "f:1 a=[$ :   b]\n");
    check_tells("a = one $\n    two$\nthree\n", "f:1 a=[one twothree]\n");
    check_tells("a = one $\r\n    two\r\nb = 3\r\n",
                "f:1 a=[one two]\nf:3 b=[3]\n");
    check_tells("a = x | y : z # no comment \n",
                "f:1 a=[x | y : z # no comment ]\n");
    check_tells("a =\nb = $\n\nc = $a\n", "f:1 a=[]\nf:2 b=[]\nf:4 c=[]\n");
    check_tells("ninja_required_version = 1.14\na = x$^y\n",
                "f:1 ninja_required_version=[1.14]\nf:2 a=[x\ny]\n");
}

TEST(ninja_comments_and_blank_lines_are_skipped)
{
    check_tells("# a\n\n   # b\n   \n\r\na = 1\n  # c\nb = 2\n",
                "f:6 a=[1]\nf:8 b=[2]\n");
}

/* --- Rules and edges ----------------------------------------------------------------- */

TEST(ninja_edge_has_all_lists)
{
    check_tells("rule cc\n  command = cc\n"
                "build a b | c : cc d e | f g || h i |@ j\n",
                "f:3 cc > a b >| c < d e | f g || h i |@ j\n"
                "  command: cc\n");
    check_tells("rule cc\n  command = cc\nbuild | a: cc\n",
                "f:3 cc >| a\n  command: cc\n");
}

TEST(ninja_paths_are_canonical_and_escaped)
{
    check_tells("rule r\n  command = $in\n"
                "build ./a//b/../c: r x$ y z$:z w$$ q$\n   r\n",
                "f:3 r > a/c < x y z:z w$ qr\n"
                "  command: 'x y' 'z:z' 'w$' qr\n");
}

TEST(ninja_rule_sees_edge_then_rule_then_file)
{
    check_tells("x = file\ny = file\nz = file\nrule r\n"
                "  command = $x $y $z $description $in $out\n"
                "  description = d $x\n"
                "build a: r b | c\n  x = edge $y\n  w = 1\n",
                "f:1 x=[file]\nf:2 y=[file]\nf:3 z=[file]\n"
                "f:7 r > a < b | c\n"
                "  command: edge file file file d edge file b a\n"
                "  description: d edge file\n");
}

TEST(ninja_rule_sees_variables_of_the_end_of_the_file)
{
    // At the time of the edge, as far as the sink asks then.
    check_tells("rule r\n  command = $x\nx = 1\nbuild a: r\nx = 2\n",
                "f:3 x=[1]\nf:4 r > a\n  command: 1\nf:5 x=[2]\n");
}

TEST(ninja_edge_bindings_count_in_its_paths)
{
    check_tells("d = file\nrule r\n  command = c\n"
                "build $d/a: r $d/b\n  d = edge\n",
                "f:1 d=[file]\nf:4 r > edge/a < edge/b\n  command: c\n");
}

TEST(ninja_bindings_do_not_see_each_other)
{
    check_tells("x = 1\nrule r\n  command = $x $y\n"
                "build a: r\n  x = 2\n  y = $x\n",
                "f:1 x=[1]\nf:4 r > a\n  command: 2 1\n");
}

TEST(ninja_in_newline_and_quotes)
{
    check_tells("rule r\n  command = c\n  rspfile = $out.rsp\n"
                "  rspfile_content = $in_newline\nbuild a: r b c\n",
                "f:5 r > a < b c\n  command: c\n  rspfile: a.rsp\n"
                "  rspfile_content: b\nc\n");
    check_tells("rule r\n  command = $in\nbuild a: r it's\n",
                "f:3 r > a < it's\n  command: 'it'\\''s'\n");
}

TEST(ninja_phony_is_built_in)
{
    check_tells("build all: phony a b\ndefault all\n",
                "f:1 phony > all < a b\ndefault all\n");
    check_tells("build a: phony a b || a\n",
                "f:1 phony > a < b\nwarning: phony target 'a' names itself as "
                "an input; ignoring [-w phonycycle=warn]\n");
}

TEST(ninja_pools)
{
    check_tells("pool p\n  depth = 4\nrule r\n  command = c\n  pool = p\n"
                "build a: r\nbuild b: r\n  pool =\nbuild c: r\n"
                "  pool = console\n",
                "pool p 4\nf:6 r > a\n  command: c\n  pool: p\n"
                "f:7 r > b\n  command: c\nf:9 r > c\n  command: c\n"
                "  pool: console\n");
}

/* --- Files ------------------------------------------------------------------------- */

TEST(ninja_include_shares_its_scope)
{
    add_file("inc", "x = 2\nrule r\n  command = $x\n");
    check_tells("x = 1\ninclude inc\nbuild a: r\n",
                "f:1 x=[1]\ninclude inc\ninc:1 x=[2]\nf:3 r > a\n"
                "  command: 2\n");
}

TEST(ninja_subninja_has_a_scope_of_its_own)
{
    add_file("sub", "x = 2\nrule r\n  command = sub $x\nbuild b: r\n");
    check_tells("x = 1\nrule r\n  command = top $x\nsubninja sub\nbuild a: r\n",
                "f:1 x=[1]\nsubninja sub\nsub:1 x=[2]\nsub:4 r > b\n"
                "  command: sub 2\nf:5 r > a\n  command: top 1\n");
}

TEST(ninja_file_that_includes_itself_is_an_error)
{
    add_file("loop", "include loop\n");
    char *told = tell("include loop\n");
    CHECK(strstr(told, "includes are nested too deeply (200 files)") != NULL);
    free(told);
}

/* --- Errors ------------------------------------------------------------------------ */

TEST(ninja_errors_are_those_of_ninja)
{
    static const struct {
        const char *text;
        const char *error;
    } rows[] = {
        {"foobar", "f:1:7: expected '=', got eof\n"},
        {"x 3", "f:1:3: expected '=', got identifier\n"},
        {"x = 3", "f:1:6: unexpected EOF\n"},
        {"x = $#\n", "f:1:5: bad $-escape (literal $ must be written as "
                     "$$)\n"},
        {"x = ${a\n", "f:1:5: bad $-escape (literal $ must be written as "
                      "$$)\n"},
        {"x = $^\n", "f:1:5: using $^ escape requires specifying "
                     "'ninja_required_version' with version greater or equal "
                     "1.14\n"},
        {"build\n", "f:1:6: expected path\n"},
        {"build x: y z\n", "f:1:10: unknown build rule 'y'\n"},
        {"build x:: y z\n", "f:1:9: expected build command name\n"},
        {"rule r\n  command = c\nbuild a: r |\n a\n",
         "f:4:3: expected '=', got newline\n"},
        {"rule r\n  foo = 1\n", "f:2:10: unexpected variable 'foo'\n"},
        {"rule r\n", "f:2:1: expected 'command =' line\n"},
        {"rule r\n  command = a\nrule r\n", "f:3:7: duplicate rule 'r'\n"},
        {"rule r\n  command = a\n  rspfile = x\n",
         "f:4:1: rspfile and rspfile_content need to be both specified\n"},
        {"rule %foo\n", "f:1:6: expected rule name\n"},
        {"pool p\n", "f:2:1: expected 'depth =' line\n"},
        {"pool p\n  depth = -1\n", "f:2:13: invalid pool depth\n"},
        {"pool p\n  bar = 1\n", "f:2:10: unexpected variable 'bar'\n"},
        {"pool console\n  depth = 1\n", "f:1:13: duplicate pool 'console'\n"},
        {"default\n", "f:1:8: expected target name\n"},
        {"default a:\n", "default a\nf:1:10: expected newline, got ':'\n"},
        {"default $x\n", "f:1:11: empty path\n"},
        {"\tx = 1\n", "f:1:1: tabs are not allowed, use spaces\n"},
        {"  x = 1\n", "f:1:1: unexpected indent\n"},
        {"= x\n", "f:1:1: unexpected '='\n"},
        {"include gone\n", "f:1:13: loading 'gone': not there\n"},
        {"rule r\n  command = c\n  pool = p\nbuild a: r\n",
         "f:5:1: unknown pool name 'p'\n"},
        {"rule r\n  command = c\n  dyndep = d\nbuild a: r b\n",
         "f:5:1: dyndep 'd' is not an input\n"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        check_tells(rows[i].text, rows[i].error);
    }
}

TEST(ninja_rule_variables_that_need_each_other)
{
    check_tells("rule r\n  command = $depfile\n  depfile = $command\n"
                "build a: r\n",
                "f:4 r > a\nf:1:1: cycle in rule variables: command of rule r "
                "needs itself\n");
}

TEST(ninja_zero_bytes_and_returns_are_errors)
{
    struct ninja_lexer lexer;
    ninja_lexer_init(&lexer, "f", "a\0b", 3);
    CHECK_EQ_INT(ninja_lexer_next(&lexer), NINJA_IDENT);
    CHECK_EQ_INT(ninja_lexer_next(&lexer), NINJA_ERROR);
    check_tells("a = x\ry\n", "f:1:6: lexing error\n");
    check_tells("a\r = x\n", "f:1:2: expected '=', got lexing error\n");
    // What was looked for once is found also far behind.
    check_tells(
        "a = 1\nb = $a\nc = 2\r\nd = 3\ne = $b\r\nf = 4\n\r\ng = 5\nh = "
        "x\ry\n",
        "f:1 a=[1]\nf:2 b=[1]\nf:3 c=[2]\nf:4 d=[3]\nf:5 e=[1]\n"
        "f:6 f=[4]\nf:8 g=[5]\nf:9:6: lexing error\n");
}

TEST(ninja_lines_are_counted)
{
    struct buffer text = {0};
    for (int i = 0; i < 1000; i++) {
        buffer_add_str(&text, "# comment\n\n");
    }
    buffer_add_str(&text, "a = $\n $\n 1\nb = 2\n");
    check_tells(buffer_str(&text), "f:2001 a=[1]\nf:2004 b=[2]\n");
    buffer_finish(&text);
}
