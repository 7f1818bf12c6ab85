/* SPDX-License-Identifier: MIT */
/*
 * Whatever is not surely plain is left to the shell: a wrong "no" costs a
 * millisecond, a wrong "yes" a build.
 */
#include "runtime/ninja/shell.h"

#include <assert.h>
#include <string.h>

/* Unquoted, these mean something everywhere in a line: operators, expansions,
 * globs, and braces, which some shells expand. */
static const char special[] = "|&;<>()$`*?[{}\n\r";

/* First words that are the shell's own: reserved words, special builtins, and
 * builtins that differ from the program of the same name, of dash, bash, busybox
 * and mksh. Sorted. */
static const char *const own_words[] = {
    "!",        ".",        ":",         "[",         "]]",       "alias",
    "autoload", "bg",       "bind",      "break",     "builtin",  "caller",
    "case",     "cd",       "chdir",     "command",   "compgen",  "complete",
    "compopt",  "continue", "coproc",    "declare",   "dirs",     "disown",
    "do",       "done",     "echo",      "elif",      "else",     "enable",
    "esac",     "eval",     "exec",      "exit",      "export",   "false",
    "fc",       "fg",       "fi",        "for",       "function", "functions",
    "getopts",  "hash",     "help",      "history",   "if",       "in",
    "integer",  "jobs",     "kill",      "let",       "local",    "logout",
    "mapfile",  "nameref",  "namespace", "popd",      "print",    "printf",
    "pushd",    "pwd",      "read",      "readarray", "readonly", "rename",
    "return",   "select",   "set",       "shift",     "shopt",    "source",
    "stop",     "suspend",  "test",      "then",      "time",     "times",
    "trap",     "true",     "type",      "typeset",   "ulimit",   "umask",
    "unalias",  "unset",    "until",     "wait",      "whence",   "while",
};

static const unsigned char kinds[256] = {
    ['a'] = 3, ['b'] = 3, ['c'] = 3, ['d'] = 3, ['e'] = 3, ['f'] = 3, ['g'] = 3,
    ['h'] = 3, ['i'] = 3, ['j'] = 3, ['k'] = 3, ['l'] = 3, ['m'] = 3, ['n'] = 3,
    ['o'] = 3, ['p'] = 3, ['q'] = 3, ['r'] = 3, ['s'] = 3, ['t'] = 3, ['u'] = 3,
    ['v'] = 3, ['w'] = 3, ['x'] = 3, ['y'] = 3, ['z'] = 3, ['A'] = 3, ['B'] = 3,
    ['C'] = 3, ['D'] = 3, ['E'] = 3, ['F'] = 3, ['G'] = 3, ['H'] = 3, ['I'] = 3,
    ['J'] = 3, ['K'] = 3, ['L'] = 3, ['M'] = 3, ['N'] = 3, ['O'] = 3, ['P'] = 3,
    ['Q'] = 3, ['R'] = 3, ['S'] = 3, ['T'] = 3, ['U'] = 3, ['V'] = 3, ['W'] = 3,
    ['X'] = 3, ['Y'] = 3, ['Z'] = 3, ['0'] = 3, ['1'] = 3, ['2'] = 3, ['3'] = 3,
    ['4'] = 3, ['5'] = 3, ['6'] = 3, ['7'] = 3, ['8'] = 3, ['9'] = 3, ['_'] = 3,
    ['-'] = 3, ['.'] = 3, ['/'] = 3, ['+'] = 3, [','] = 1,
};

size_t
shell_harmless_len(struct slice text, enum shell_byte kind)
{
    const unsigned char *at = (const unsigned char *)text.bytes;
    size_t len = 0;
    assert(text.len == 0 || at != NULL);
    // Most of a command is made of such bytes.
    while (text.len - len >= 4 &&
           (kinds[at[len]] & kinds[at[len + 1]] & kinds[at[len + 2]] &
            kinds[at[len + 3]] & kind) != 0) {
        len += 4;
    }
    while (len < text.len && (kinds[at[len]] & kind) != 0) {
        len++;
    }
    return len;
}

struct splitter {
    const char *line;
    size_t first; /* where its first word begins in `words` */
    const char *at;
    const char *end;
    struct buffer *words;
    struct vec *ends; /* of the words, or NULL */
    uint32_t count;
    bool in_word;
};

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool
is_own_word(const char *word)
{
    if (strchr(word, '/') != NULL) {
        return false;
    }
    if (word[0] == '%') {
        return true; // A job, to bash.
    }
    for (size_t i = 0; i < sizeof(own_words) / sizeof(own_words[0]); i++) {
        if (strcmp(own_words[i], word) == 0) {
            return true;
        }
    }
    return false;
}

static void
add_byte(struct splitter *s, char c)
{
    s->in_word = true;
    buffer_add_char(s->words, c);
}

/* Between single quotes everything means itself. */
static bool
take_single(struct splitter *s)
{
    const char *begin = s->at + 1;
    const char *close = memchr(begin, '\'', (size_t)(s->end - begin));
    if (close == NULL) {
        return false;
    }
    s->in_word = true;
    buffer_add(s->words, begin, (size_t)(close - begin));
    s->at = close + 1;
    return true;
}

/* Between double quotes a backslash escapes four bytes and is itself before
 * all others; expansions go to the shell. */
static bool
take_double(struct splitter *s)
{
    s->in_word = true;
    for (s->at++; s->at < s->end; s->at++) {
        char c = *s->at;
        if (c == '"') {
            s->at++;
            return true;
        }
        if (c == '$' || c == '`') {
            return false;
        }
        if (c == '\\' && s->at + 1 < s->end) {
            char next = s->at[1];
            if (next == '\n') {
                return false;
            }
            if (strchr("$`\"\\", next) != NULL) {
                s->at++;
                c = next;
            }
        }
        buffer_add_char(s->words, c);
    }
    return false;
}

/* What means something only at certain places of a word: comments, home
 * folders, and assignments, in which a home folder may stand inside. */
static bool
is_special_here(const struct splitter *s, char c)
{
    if (c == '#') {
        return !s->in_word;
    }
    if (c == '~') {
        char before = s->in_word ? s->at[-1] : ' ';
        return !s->in_word || before == '=' || before == ':';
    }
    return c == '=' && s->count == 0;
}

/* One step in a word or between words; false where a shell is needed. */
static bool
take_piece(struct splitter *s)
{
    char c = *s->at;
    if (c == '\'') {
        return take_single(s);
    }
    if (c == '"') {
        return take_double(s);
    }
    if (c == '\\') {
        if (s->at + 1 == s->end || s->at[1] == '\n') {
            return false;
        }
        add_byte(s, s->at[1]);
        s->at += 2;
        return true;
    }
    if (c == '\0' || strchr(special, c) != NULL || is_special_here(s, c)) {
        return false;
    }
    add_byte(s, c);
    s->at++;
    return true;
}

static void
end_word(struct splitter *s)
{
    if (s->in_word) {
        buffer_add_char(s->words, '\0');
        s->count++;
        s->in_word = false;
        if (s->ends != NULL) {
            struct shell_end end = {(uint32_t)(s->at - s->line),
                                    (uint32_t)s->words->len};
            vec_push(s->ends, &end);
        }
    }
}

/* The harmless bytes at hand, in one piece; false if there are none. */
static bool
take_harmless(struct splitter *s)
{
    struct slice left = {s->at, (size_t)(s->end - s->at)};
    size_t len = shell_harmless_len(left, SHELL_HARMLESS);
    if (len == 0) {
        return false;
    }
    buffer_add(s->words, s->at, len);
    s->at += len;
    s->in_word = true;
    return true;
}

static bool
split_plain(struct splitter *s)
{
    while (s->at < s->end) {
        if (take_harmless(s)) {
            continue;
        }
        if (is_blank(*s->at)) {
            end_word(s);
            s->at++;
        } else if (!take_piece(s)) {
            return false;
        }
    }
    end_word(s);
    return s->count > 0;
}

/* Takes `:` or `true` and its `&&` off one end of the line, as often as they
 * stand there: they succeed and do nothing. */
static struct slice
without_neutral(struct slice line)
{
    static const char *const front[] = {": && ", ":  && ", "true && "};
    static const char *const back[] = {" && :", " && true"};
    for (size_t i = 0; i < sizeof(front) / sizeof(front[0]);) {
        size_t len = strlen(front[i]);
        bool found = line.len > len && memcmp(line.bytes, front[i], len) == 0;
        line.bytes += found ? len : 0;
        line.len -= found ? len : 0;
        i = found ? 0 : i + 1;
    }
    for (size_t i = 0; i < sizeof(back) / sizeof(back[0]);) {
        size_t len = strlen(back[i]);
        bool found = line.len > len &&
                     memcmp(line.bytes + line.len - len, back[i], len) == 0;
        line.len -= found ? len : 0;
        i = found ? 0 : i + 1;
    }
    return line;
}

/* What a shell takes for options of its own, even behind -c. */
static bool
is_option(struct slice line)
{
    return line.len > 0 && (line.bytes[0] == '-' || line.bytes[0] == '+');
}

/* Without a shell, if that is the same: false otherwise, and also where the first
 * word is the shell's own. */
static bool
split_line(struct splitter *s, struct slice line)
{
    if (is_option(line) || !split_plain(s)) {
        return false;
    }
    const char *first = s->words->bytes + s->first;
    return first[0] != '\0' && !is_own_word(first);
}

static void
add_shell(struct slice line, struct buffer *words)
{
    buffer_add_text(words, "/bin/sh");
    buffer_add_text(words, "-c");
    buffer_add(words, line.bytes, line.len);
    buffer_add_char(words, '\0');
}

bool
shell_split(struct slice line, struct buffer *words, uint32_t *count)
{
    size_t start = words->len;
    struct slice core = without_neutral(line);
    struct splitter s = {.line = core.bytes,
                         .first = start,
                         .at = core.bytes,
                         .end = core.bytes + core.len,
                         .words = words};
    if (split_line(&s, line)) {
        *count = s.count;
        return true;
    }
    buffer_truncate(words, start);
    add_shell(line, words);
    *count = 3;
    return false;
}

/* --- Line after line ---------------------------------------------------------- */

struct shell_row
shell_row_create(void)
{
    return (struct shell_row){.ends = vec_of(sizeof(struct shell_end))};
}

void
shell_row_finish(struct shell_row *row)
{
    buffer_finish(&row->words);
    vec_finish(&row->ends);
    buffer_finish(&row->line);
}

/* How many bytes both begin with. */
static size_t
common_len(struct slice a, struct slice b)
{
    size_t most = a.len < b.len ? a.len : b.len;
    size_t i = 0;
    for (; i + 8 <= most && memcmp(a.bytes + i, b.bytes + i, 8) == 0; i += 8) {
    }
    while (i < most && a.bytes[i] == b.bytes[i]) {
        i++;
    }
    return i;
}

/* Goes back to the last word that ends, with a blank behind it, in both lines. */
static void
keep_same(struct shell_row *row, struct slice core, struct splitter *s)
{
    size_t common = common_len(core, buffer_slice(&row->line));
    uint32_t count = row->ends.count;
    const struct shell_end *ends = row->ends.items;
    while (count > 0 && ends[count - 1].in_line >= common) {
        count--;
    }
    assert(count == 0 || ends[count - 1].in_words <= row->words.len);
    s->count = count;
    s->at = core.bytes + (count == 0 ? 0 : ends[count - 1].in_line);
    buffer_truncate(&row->words, count == 0 ? 0 : ends[count - 1].in_words);
    vec_resize(&row->ends, count);
}

void
shell_row_next(struct shell_row *row, struct slice line, uint32_t *same)
{
    struct slice core = without_neutral(line);
    struct splitter s = {.line = core.bytes,
                         .end = core.bytes + core.len,
                         .words = &row->words,
                         .ends = &row->ends};
    assert(line.len < UINT32_MAX / 2);
    keep_same(row, core, &s);
    *same = s.count;
    buffer_truncate(&row->line, 0);
    if (split_line(&s, line)) {
        buffer_add(&row->line, core.bytes, core.len);
        return;
    }
    *same = 0;
    buffer_truncate(&row->words, 0);
    add_shell(line, &row->words);
    vec_resize(&row->ends, 0);
    struct slice words = buffer_slice(&row->words);
    struct slice word;
    while (slice_next_text(&words, &word)) {
        struct shell_end end = {0, (uint32_t)(word.bytes + word.len + 1 -
                                              row->words.bytes)};
        vec_push(&row->ends, &end);
    }
}

struct slice
shell_row_word(const struct shell_row *row, uint32_t index)
{
    const struct shell_end *ends = row->ends.items;
    assert(index < row->ends.count);
    uint32_t start = index == 0 ? 0 : ends[index - 1].in_words;
    return (struct slice){row->words.bytes + start,
                          ends[index].in_words - start - 1};
}
