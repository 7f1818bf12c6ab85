/* SPDX-License-Identifier: MIT */
/*
 * See line.h. libedit asks for each character through a function of ours, and
 * there we wait: so that other things can be said above the line meanwhile, and
 * so that a signal ends the line. Its own interface by characters (the one that
 * imitates readline) would let us wait as well, but has no way to end a line.
 */
#include "runtime/repl/line.h"

#include "runtime/terminal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <histedit.h>
#include <inttypes.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

enum {
    IDLE_MS = 500,
    HISTORY_SIZE = 1000,
    CHOICES_SHOWN = 200,
    READ_SIZE = 64 * 1024
};

struct line {
    struct line_options options;
    bool is_terminal;
    EditLine *edit; /* NULL: plain reading */
    History *history;
    const char *prompt;
    /* Of plain reading: what was read, and how much of it was given. */
    struct buffer input;
    size_t given;
};

static volatile sig_atomic_t interrupted;

void
line_interrupt(void)
{
    interrupted = 1;
}

bool
line_is_terminal(const struct line *line)
{
    return line->is_terminal;
}

bool
line_is_edited(const struct line *line)
{
    return line->edit != NULL;
}

/* --- Waiting ------------------------------------------------------------------- */

/* Prints what is to be said where the line was, and the line again below. */
static void
say_above(struct line *line)
{
    fputs("\r\033[J", stdout);
    fflush(stdout);
    line->options.say(line->options.ctx);
    fflush(stdout);
    el_set(line->edit, EL_REFRESH);
}

/* True when there is something to read; false when interrupted. */
static bool
wait_for_input(struct line *line)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    while (interrupted == 0) {
        int n = poll(&input, 1, IDLE_MS);
        if (n > 0) {
            return true;
        }
        if (n == 0 && line->options.is_due != NULL &&
            line->options.is_due(line->options.ctx)) {
            say_above(line);
        }
    }
    return false;
}

/* One byte of standard input; 0 at its end, -1 when interrupted. */
static int
read_byte(struct line *line, char *byte)
{
    for (;;) {
        if (!wait_for_input(line)) {
            errno = EINTR;
            return -1;
        }
        ssize_t n = read(STDIN_FILENO, byte, 1);
        if (n >= 0 || errno != EINTR) {
            return n > 0 ? 1 : 0;
        }
    }
}

/* As libedit wants it: one character of the locale. What is no character is
 * left out, as it could not be shown. */
static int
read_character(EditLine *edit, wchar_t *out)
{
    struct line *line = NULL;
    el_get(edit, EL_CLIENTDATA, &line);
    mbstate_t state = {0};
    for (;;) {
        char byte = 0;
        int n = read_byte(line, &byte);
        if (n <= 0) {
            return n;
        }
        size_t taken = mbrtowc(out, &byte, 1, &state);
        if (taken == (size_t)-1) {
            state = (mbstate_t){0};
        } else if (taken != (size_t)-2) {
            return 1;
        }
    }
}

/* --- Completion -------------------------------------------------------------------- */

/* In columns, as many as fit; more than anybody reads are only counted. */
static void
show_choices(const struct choices *choices)
{
    struct slice row = buffer_slice(&choices->rows);
    struct slice text;
    size_t width = 1;
    for (uint32_t i = 0; i < CHOICES_SHOWN && slice_next_text(&row, &text);
         i++) {
        width = text.len + 2 > width ? text.len + 2 : width;
    }
    size_t columns = terminal_columns(STDOUT_FILENO) / width;
    columns = columns == 0 ? 1 : columns;
    row = buffer_slice(&choices->rows);
    fputc('\n', stdout);
    for (uint32_t i = 0; i < CHOICES_SHOWN && slice_next_text(&row, &text);
         i++) {
        bool ends = (i + 1) % columns == 0 || i + 1 == choices->count;
        fprintf(stdout, "%-*s%s", ends ? 0 : (int)width, text.bytes,
                ends ? "\n" : "");
    }
    if (choices->count > CHOICES_SHOWN) {
        fprintf(stdout, "\nand %" PRIu32 " more\n",
                choices->count - CHOICES_SHOWN);
    }
    fflush(stdout);
}

/* Puts in what is certain; a second time, when nothing more is, shows what
 * there is to choose from. */
static unsigned char
complete(EditLine *edit, int key)
{
    (void)key;
    struct line *line = NULL;
    el_get(edit, EL_CLIENTDATA, &line);
    const LineInfo *info = el_line(edit);
    size_t at = (size_t)(info->cursor - info->buffer);
    struct choices choices = {.start = at};
    unsigned char answer = CC_ERROR;
    struct slice text = {info->buffer, (size_t)(info->lastchar - info->buffer)};
    line->options.complete(line->options.ctx, text, at, &choices);
    size_t common = choices_common(&choices);
    assert(choices.start <= at);
    if (choices.count > 0 && common > at - choices.start) {
        char *more = strndup(buffer_str(&choices.rows) + (at - choices.start),
                             common - (at - choices.start));
        assert(more != NULL);
        answer = el_insertstr(edit, more) == 0 ? CC_REFRESH : CC_ERROR;
        free(more);
    } else if (choices.count > 1) {
        show_choices(&choices);
        answer = CC_REDISPLAY;
    }
    choices_finish(&choices);
    return answer;
}

/* --- History ------------------------------------------------------------------------- */

/* Makes the folders above a file, for its owner alone. */
static void
make_parents(const char *path)
{
    char *copy = mem_copy_str(path);
    for (char *at = strchr(copy + 1, '/'); at != NULL;
         at = strchr(at + 1, '/')) {
        *at = 0;
        mkdir(copy, 0700);
        *at = '/';
    }
    free(copy);
}

static void
load_history(struct line *line)
{
    HistEvent event;
    line->history = history_init();
    assert(line->history != NULL);
    history(line->history, &event, H_SETSIZE, HISTORY_SIZE);
    history(line->history, &event, H_SETUNIQUE, 1);
    el_set(line->edit, EL_HIST, history, line->history);
    if (line->options.history != NULL) {
        history(line->history, &event, H_LOAD, line->options.history);
    }
}

/* By a rename, so that a kill in between loses nothing, and readable by its
 * owner alone from the beginning. Without a place for it there is no history. */
static void
save_history(struct line *line)
{
    if (line->options.history == NULL) {
        return;
    }
    make_parents(line->options.history);
    struct buffer path = {0};
    buffer_add_format(&path, "%s.XXXXXX", line->options.history);
    int fd = mkstemp(path.bytes);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    if (out != NULL) {
        HistEvent event;
        bool done = history(line->history, &event, H_SAVE_FP, out) >= 0;
        done = fclose(out) == 0 && done;
        if (!done || rename(path.bytes, line->options.history) != 0) {
            unlink(path.bytes);
        }
    } else if (fd >= 0) {
        close(fd);
        unlink(path.bytes);
    }
    buffer_finish(&path);
}

void
line_remember(struct line *line, const char *text)
{
    size_t len = strlen(text);
    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == ' ')) {
        len--;
    }
    if (line->edit == NULL || len == 0) {
        return;
    }
    HistEvent event;
    char *copy = strndup(text, len);
    assert(copy != NULL);
    history(line->history, &event, H_ENTER, copy);
    free(copy);
    save_history(line);
}

/* --- Life ----------------------------------------------------------------------------- */

static char *
give_prompt(EditLine *edit)
{
    struct line *line = NULL;
    el_get(edit, EL_CLIENTDATA, &line);
    // libedit has char where it means const char.
    return (char *)(uintptr_t)line->prompt;
}

/* Nothing of a person's ~/.editrc is left out, but for what makes no sense
 * here: it is read last. */
static void
start_editing(struct line *line)
{
    // Characters are those of the person's locale; where it names none, they
    // are UTF-8, as programs are.
    if (setlocale(LC_CTYPE, "") == NULL || MB_CUR_MAX == 1) {
        (void)setlocale(LC_CTYPE, "C.UTF-8");
    }
    line->edit = el_init("ronin", stdin, stdout, stderr);
    if (line->edit == NULL) {
        return;
    }
    el_set(line->edit, EL_CLIENTDATA, line);
    el_set(line->edit, EL_PROMPT, give_prompt);
    el_set(line->edit, EL_EDITOR, "emacs");
    el_set(line->edit, EL_SIGNAL, 0);
    el_set(line->edit, EL_GETCFN, read_character);
    el_set(line->edit, EL_BIND, "^R", "em-inc-search-prev", NULL);
    if (line->options.complete != NULL) {
        el_set(line->edit, EL_ADDFN, "ronin-complete", "Complete a word",
               complete);
        el_set(line->edit, EL_BIND, "^I", "ronin-complete", NULL);
    }
    load_history(line);
    el_source(line->edit, NULL);
}

struct line *
line_open(const struct line_options *options)
{
    struct line *line = mem_alloc(1, sizeof(*line));
    line->options = *options;
    line->is_terminal = isatty(STDIN_FILENO) != 0;
    if (line->is_terminal && terminal_is_smart(STDOUT_FILENO)) {
        start_editing(line);
    }
    return line;
}

void
line_close(struct line *line)
{
    if (line == NULL) {
        return;
    }
    if (line->edit != NULL) {
        el_end(line->edit);
        history_end(line->history);
    }
    buffer_finish(&line->input);
    free(line);
}

/* --- Reading --------------------------------------------------------------------------- */

/* What was typed in front of an interrupt stays on the screen, and is no part
 * of any line. */
static enum line_answer
end_edited(struct line *line, int error)
{
    if (error == EINTR || interrupted != 0) {
        interrupted = 0;
        el_reset(line->edit);
        fputs("^C\n", stdout);
        fflush(stdout);
        return LINE_INTERRUPTED;
    }
    fputc('\n', stdout);
    return LINE_END;
}

static enum line_answer
next_edited(struct line *line, struct slice *text)
{
    int count = 0;
    // Before the prompt: whoever sees it may type keys that only editing knows.
    el_set(line->edit, EL_PREP_TERM, 1);
    errno = 0;
    const char *bytes = el_gets(line->edit, &count);
    if (bytes == NULL || count <= 0) {
        return end_edited(line, errno);
    }
    *text = (struct slice){bytes, (size_t)count};
    return LINE_TEXT;
}

/* The end of the line that begins at `given`; 0 if it was not read yet. */
static size_t
line_end(const struct line *line)
{
    size_t left = line->input.len - line->given;
    const char *from = buffer_str(&line->input) + line->given;
    const char *end = left == 0 ? NULL : memchr(from, '\n', left);
    return end == NULL ? 0 : line->given + (size_t)(end - from) + 1;
}

/* As read, but for an interrupt: one that comes just before the read would else
 * wait for the next line. Then -1 with EINTR. */
static ssize_t
read_plain(char *room)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    int n = 0;
    while (interrupted == 0 && n <= 0) {
        n = poll(&input, 1, IDLE_MS);
        if (n < 0 && errno != EINTR) {
            break;
        }
    }
    if (interrupted != 0) {
        errno = EINTR;
        return -1;
    }
    return read(STDIN_FILENO, room, READ_SIZE);
}

static enum line_answer
next_plain(struct line *line, struct slice *text)
{
    size_t end;
    while ((end = line_end(line)) == 0) {
        char *room = buffer_reserve(&line->input, READ_SIZE);
        ssize_t n = read_plain(room);
        if (n < 0 && errno == EINTR) {
            if (interrupted != 0) {
                interrupted = 0;
                line->given = line->input.len;
                fputc('\n', stdout);
                return LINE_INTERRUPTED;
            }
            continue;
        }
        if (n <= 0) {
            end = line->input.len;
            break;
        }
        line->input.len += (size_t)n;
        line->input.bytes[line->input.len] = 0;
    }
    *text = (struct slice){buffer_str(&line->input) + line->given,
                           end - line->given};
    line->given = end;
    return text->len > 0 ? LINE_TEXT : LINE_END;
}

/* Drops what was given, so that a long input is not kept. */
static void
drop_given(struct line *line)
{
    if (line->given > READ_SIZE || line->given == line->input.len) {
        size_t left = line->input.len - line->given;
        if (left > 0) {
            memmove(line->input.bytes, line->input.bytes + line->given, left);
        }
        buffer_truncate(&line->input, left);
        line->given = 0;
    }
}

enum line_answer
line_next(struct line *line, const char *prompt, struct slice *text)
{
    line->prompt = prompt;
    if (line->edit != NULL) {
        fflush(stdout);
        return next_edited(line, text);
    }
    drop_given(line);
    if (line->is_terminal) {
        fputs(prompt, stdout);
        fflush(stdout);
    }
    enum line_answer answer = next_plain(line, text);
    if (answer == LINE_END && line->is_terminal) {
        fputc('\n', stdout);
    }
    return answer;
}
