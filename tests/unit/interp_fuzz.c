/* SPDX-License-Identifier: MIT */
/*
 * Damaged programs: pieces of the language's tests and of the specification
 * with bits flipped, parts gone, doubled or moved, and stray tokens put in.
 * Each is read, compiled and run with small budgets; whatever comes of it, the
 * process lives. $FUZZ_CASES and $FUZZ_SEED make a longer run or another one;
 * $FUZZ_FILE is a file that holds the case that runs.
 */
#include "tests/lib/magma_host.h"
#include "tests/lib/test.h"

#include <glob.h>

enum { CASES = 1500, PIECE_MAX = 600, TEXT_MAX = 4096, MUTATIONS_MAX = 6 };

static uint64_t state;

/* A number below `end`, the same ones on each run (xorshift). */
static size_t
below(size_t end)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return end == 0 ? 0 : (size_t)(state % end);
}

static uint64_t
number_of(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

struct text {
    char bytes[TEXT_MAX];
    size_t len;
};

static void
insert(struct text *text, size_t at, const char *bytes, size_t len)
{
    if (text->len + len < TEXT_MAX) {
        memmove(text->bytes + at + len, text->bytes + at, text->len - at);
        memcpy(text->bytes + at, bytes, len);
        text->len += len;
    }
}

static void
insert_token(struct text *text)
{
    static const char *const tokens[] = {
        "(",           ")",       "[",        "]",
        "{",           "}",       "#{",       "#(",
        "'",           "`",       "~",        "~@",
        "^",           "#_",      "@",        "#'",
        "\\",          "\"",      ";",        "##Inf",
        "nil",         "& ",      " recur ",  " fn ",
        " let ",       " loop ",  " def ",    " quote ",
        " 1e308 ",     " -1 ",    " 0 ",      " 9223372036854775807 ",
        " :k ",        " try ",   " catch ",  " finally ",
        " throw ",     " case ",  " % ",      "#?(",
        "#\"",         "#:a{",    "\xc3",     "\xff",
        " lazy-seq ",  " range ", " reduce ", " apply ",
        " transient ", " eval "};
    size_t count = sizeof(tokens) / sizeof(tokens[0]);
    const char *token = tokens[below(count)];
    insert(text, below(text->len + 1), token, strlen(token));
}

static void
mutate(struct text *text)
{
    size_t at = below(text->len);
    size_t len = below(text->len - at < 40 ? text->len - at : 40);
    char part[40];
    memcpy(part, text->bytes + at, len);
    switch (below(6)) {
    case 0:
        text->bytes[at] = (char)(text->bytes[at] ^ (1 << below(8)));
        break;
    case 1:
        memmove(text->bytes + at, text->bytes + at + len, text->len - at - len);
        text->len -= len;
        break;
    case 2:
        insert(text, at, part, len);
        break;
    case 3:
        insert(text, below(text->len + 1), part, len);
        break;
    default:
        insert_token(text);
        break;
    }
}

/* Some lines of a file, damaged. */
static void
make_case(const char *bytes, size_t size, struct text *text)
{
    size_t from = below(size);
    while (from > 0 && bytes[from - 1] != '\n') {
        from--;
    }
    size_t end = from;
    for (size_t lines = 1 + below(8); lines > 0 && end < size; lines--) {
        const char *stop = memchr(bytes + end, '\n', size - end);
        end = stop == NULL ? size : (size_t)(stop - bytes) + 1;
    }
    text->len = end - from < PIECE_MAX ? end - from : PIECE_MAX;
    memcpy(text->bytes, bytes + from, text->len);
    for (size_t n = below(MUTATIONS_MAX); n > 0 && text->len > 0; n--) {
        mutate(text);
    }
}

static void
keep_case(const struct text *text)
{
    const char *path = getenv("FUZZ_FILE");
    FILE *file = path == NULL ? NULL : fopen(path, "wb");
    if (file != NULL) {
        fwrite(text->bytes, 1, text->len, file);
        fclose(file);
    }
}

static Value
run_body(void *arg)
{
    const struct text *text = arg;
    struct magma_text source = {text->bytes, text->len};
    magma_is_incomplete(source);
    Value value = magma_eval_text(source, "fuzz.magma");
    if (magma_is_function(value)) {
        magma_fingerprint(value);
    }
    magma_print(value);
    return magma_pretty(value, 72, 20);
}

static void
run_case(struct text *text)
{
    host_start();
    magma_set_limits(&(struct magma_limits){.steps = 20000,
                                            .depth = 300,
                                            .memory_bytes = 256 << 20});
    Value result;
    Value error;
    if (!magma_try(run_body, text, &result, &error)) {
        CHECK(magma_error(error) != NULL);
    }
}

static bool
read_whole(const char *path, char **bytes, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    *bytes = malloc(1 << 20);
    *size = fread(*bytes, 1, 1 << 20, file);
    fclose(file);
    return *size > 0;
}

TEST(fuzz_damaged_programs)
{
    state = number_of("FUZZ_SEED", 1) * 2654435761u + 1;
    uint64_t cases = number_of("FUZZ_CASES", CASES);
    glob_t files = {0};
    glob("tests/lang/*.magma", 0, NULL, &files);
    glob("spec/magma/*.md", GLOB_APPEND, NULL, &files);
    glob("stdlib/*.magma", GLOB_APPEND, NULL, &files);
    REQUIRE(files.gl_pathc > 0);
    static struct text text;
    for (uint64_t i = 0; i < cases; i += 20) {
        char *bytes = NULL;
        size_t size = 0;
        const char *path = files.gl_pathv[below(files.gl_pathc)];
        REQUIRE(read_whole(path, &bytes, &size));
        for (int n = 0; n < 20; n++) {
            make_case(bytes, size, &text);
            keep_case(&text);
            run_case(&text);
        }
        free(bytes);
    }
    globfree(&files);
}
