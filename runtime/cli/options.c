/* SPDX-License-Identifier: MIT */
/* See options.h. Reading is done by getopt_long; the messages are ours. */
#include "runtime/cli/options.h"

#include "interp/magma.h"
#include "runtime/cli/command.h"
#include "runtime/describe.h"
#include "runtime/report.h"
#include "runtime/terminal.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAMES_MAX = 64, USAGE_STATUS = 2 };

const struct option_row options_common[] = {
    {'C', "directory", "DIR", "change to DIR first"},
    {OPTION_COLOR, "color", "auto|always|never", "colours"},
    {OPTION_ERROR_FORMAT, "error-format", "text|edn|json",
     "the form of errors"},
    {'h', "help", NULL, "show this help"},
    {0, NULL, NULL, NULL},
};

/* Tables end with a row without a name. */
static uint32_t
row_count(const struct option_row *rows)
{
    uint32_t count = 0;
    while (rows != NULL && rows[count].name != NULL) {
        count++;
    }
    return count;
}

/* The letter of a row and its colons go to the end of `letters`. */
static void
add_row(struct option *table, uint32_t at, char *letters,
        const struct option_row *row)
{
    table[at] = (struct option){.name = row->name,
                                .has_arg = row->arg == NULL ? no_argument
                                                            : required_argument,
                                .val = row->id};
    if (row->id < 256) {
        size_t len = strlen(letters);
        letters[len] = (char)row->id;
        letters[len + 1] = row->arg == NULL ? 0 : ':';
        letters[len + 2] = 0;
    }
}

void
options_init(struct options *o, const struct command *command, int argc,
             char **argv)
{
    uint32_t own = row_count(command->options);
    uint32_t common = row_count(options_common);
    struct option *table = mem_alloc(own + common + 1u, sizeof(*table));
    char *letters = mem_alloc(2u * (own + common) + 4u, 1);
    strcpy(letters, command->words_end_options ? "+:" : ":");
    for (uint32_t i = 0; i < own; i++) {
        add_row(table, i, letters, &command->options[i]);
    }
    for (uint32_t i = 0; i < common; i++) {
        add_row(table, own + i, letters, &options_common[i]);
    }
    *o = (struct options){.command = command,
                          .argc = argc,
                          .argv = argv,
                          .table = table,
                          .letters = letters};
    optind = 0; /* starts anew, as glibc has it */
    opterr = 0;
}

void
options_finish(struct options *o)
{
    free(o->table);
    free(o->letters);
    buffer_finish(&o->where);
    o->table = NULL;
    o->letters = NULL;
}

int
options_usage(const struct command *command, const char *what, const char *help)
{
    struct error err = {0};
    error_set(&err, ERROR_CLASS_USAGE, "%s", what);
    if (help != NULL) {
        error_set_help(&err, "%s", help);
    } else {
        error_set_help(&err, "ronin %s --help shows what it takes",
                       command->name);
    }
    report_error(stderr, &err);
    return USAGE_STATUS;
}

/* A mistake that ends the reading. */
static int
stop(struct options *o, const char *what, const char *help)
{
    o->status = options_usage(o->command, what, help);
    return OPTION_STOP;
}

/* Names the option that was perhaps meant. */
static int
stop_unknown(struct options *o, const char *word)
{
    const char *names[NAMES_MAX];
    size_t count = 0;
    const struct option *table = o->table;
    for (; table[count].name != NULL && count < NAMES_MAX; count++) {
        names[count] = table[count].name;
    }
    char name[256];
    snprintf(name, sizeof(name), "%s", word + strspn(word, "-"));
    name[strcspn(name, "=")] = 0;
    const char *near = magma_nearest(name, names, count);
    char what[512];
    char help[512];
    snprintf(what, sizeof(what), "ronin %s has no option %s", o->command->name,
             word);
    snprintf(help, sizeof(help), "did you mean --%s?",
             near == NULL ? "" : near);
    return stop(o, what, near == NULL ? NULL : help);
}

/* getopt says '?' for what it does not know or cannot tell apart. */
static int
stop_bad(struct options *o)
{
    char word[3] = {'-', (char)optopt, 0};
    if (optopt != 0 && optopt < 256 && strchr(o->letters, optopt) == NULL) {
        return stop_unknown(o, word);
    }
    /* For long options getopt has already gone one word further. */
    const char *text = o->argv[optind > 0 ? optind - 1 : 0];
    if (optopt != 0) {
        char what[512];
        snprintf(what, sizeof(what), "%s takes no argument", text);
        return stop(o, what, NULL);
    }
    return stop_unknown(o, text);
}

/* As with make: each -C is seen from the one before it. */
static int
change_folder(struct options *o)
{
    if (chdir(o->value) == 0) {
        buffer_add_str(&o->where, "-C ");
        describe_word(&o->where, slice_of(o->value));
        buffer_add_char(&o->where, ' ');
        return OPTION_END;
    }
    char what[4400];
    snprintf(what, sizeof(what), "cannot change to the folder %.4000s: %s",
             o->value, strerror(errno));
    return stop(o, what, "-C takes a folder that exists");
}

/* OPTION_END to go on. */
static int
set_color(struct options *o)
{
    if (terminal_set_color(o->value)) {
        return OPTION_END;
    }
    char what[300];
    snprintf(what, sizeof(what), "--color does not know %.200s", o->value);
    return stop(o, what, "it takes auto, always or never");
}

/* OPTION_END to go on. */
static int
set_error_format(struct options *o)
{
    if (report_set_format(o->value)) {
        return OPTION_END;
    }
    char what[300];
    snprintf(what, sizeof(what), "--error-format does not know %.200s",
             o->value);
    return stop(o, what, "it takes text, edn or json");
}

/* Does what every verb has in common; OPTION_END to go on reading. */
static int
take_common(struct options *o, int id)
{
    if (id == 'C') {
        return change_folder(o);
    }
    if (id == OPTION_COLOR) {
        return set_color(o);
    }
    if (id == OPTION_ERROR_FORMAT) {
        return set_error_format(o);
    }
    if (id == 'h') {
        command_print_help(stdout, o->command);
        o->status = 0;
        return OPTION_STOP;
    }
    return id;
}

int
options_next(struct options *o)
{
    for (;;) {
        int id = getopt_long(o->argc, o->argv, o->letters, o->table, NULL);
        o->value = optarg;
        if (id == -1) {
            o->words = o->argv + optind;
            o->word_count = (uint32_t)(o->argc - optind);
            return OPTION_END;
        }
        if (id == '?') {
            return stop_bad(o);
        }
        if (id == ':') {
            char what[512];
            snprintf(what, sizeof(what), "%.400s needs an argument",
                     o->argv[optind - 1]);
            return stop(o, what, NULL);
        }
        id = take_common(o, id);
        if (id != OPTION_END) {
            return id;
        }
    }
}

/* --- Values -------------------------------------------------------------- */

/* Always false. */
static bool
bad_value(struct options *o, const char *expected)
{
    char what[400];
    snprintf(what, sizeof(what), "not a number: %.200s", o->value);
    stop(o, what, expected);
    return false;
}

/* Digits from the front; false if there are none or too many. */
static bool
read_digits(const char *text, uint64_t *number, const char **rest)
{
    uint64_t n = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++) {
        uint64_t digit = (uint64_t)(*at - '0');
        if (n > (UINT64_MAX - digit) / 10) {
            return false;
        }
        n = n * 10 + digit;
    }
    *number = n;
    *rest = at;
    return at != text;
}

bool
options_number(struct options *o, uint64_t min, uint64_t max, uint64_t *number)
{
    const char *rest = NULL;
    if (read_digits(o->value, number, &rest) && *rest == 0 && *number >= min &&
        *number <= max) {
        return true;
    }
    char expected[200];
    snprintf(expected, sizeof(expected),
             "it takes a number from %llu to %llu, such as 8",
             (unsigned long long)min, (unsigned long long)max);
    return bad_value(o, expected);
}

bool
options_bytes(struct options *o, uint64_t *bytes)
{
    static const char expected[] = "it takes bytes, such as 512M or 4G";
    const char *rest = NULL;
    if (!read_digits(o->value, bytes, &rest) || *bytes == 0) {
        return bad_value(o, expected);
    }
    static const char units[] = "KMG";
    const char *unit = *rest == 0 ? NULL : strchr(units, *rest);
    if ((*rest != 0 && unit == NULL) || (unit != NULL && rest[1] != 0)) {
        return bad_value(o, expected);
    }
    unsigned shift = unit == NULL ? 0 : 10u * (unsigned)(unit - units + 1);
    if (*bytes > UINT64_MAX >> shift) {
        return bad_value(o, expected);
    }
    *bytes <<= shift;
    return true;
}

bool
options_time(struct options *o, uint64_t *ms)
{
    static const struct {
        const char *unit;
        uint64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"", 1000}};
    enum { TIME_MAX = 1000000 }; /* of any unit: more is a slip */
    const char *rest = NULL;
    if (read_digits(o->value, ms, &rest) && *ms > 0 && *ms <= TIME_MAX) {
        for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
            if (strcmp(units[i].unit, rest) == 0) {
                *ms *= units[i].ms;
                return true;
            }
        }
    }
    return bad_value(o, "it takes a time, such as 10s, 500ms or 2m");
}

bool
options_session(struct options *o, int id, struct session_options *session)
{
    enum { DEPTH_MAX = 4000000 }; /* frames that the machine has room for */
    uint64_t number = 0;
    switch (id) {
    case 'f':
        session->build_file = o->value;
        return true;
    case OPTION_STATE:
        session->state = o->value;
        return true;
    case OPTION_HASH:
        session->hash = o->value;
        return true;
    case OPTION_STAT:
        session->stat = o->value;
        return true;
    case OPTION_ALLOW_OUTSIDE:
        session->allow_outside = true;
        return true;
    case OPTION_NO_WAIT:
        session->no_wait = true;
        return true;
    case OPTION_FUEL:
        options_number(o, 1, INT64_MAX, &session->fuel);
        return true;
    case OPTION_MEMORY:
        options_bytes(o, &session->memory_bytes);
        return true;
    case OPTION_DEPTH:
        if (options_number(o, 1, DEPTH_MAX, &number)) {
            session->depth = (uint32_t)number;
        }
        return true;
    default:
        return false;
    }
}

/* --- Looking an option up -------------------------------------------------- */

/* The option among clustered letters (-vj4) that takes an argument. */
static const struct option_row *
find_letter(const struct option_row *rows, const char *letters, bool *attached)
{
    for (; *letters != 0; letters++) {
        for (uint32_t i = 0; i < row_count(rows); i++) {
            if (rows[i].id == *letters && rows[i].arg != NULL) {
                *attached = letters[1] != 0;
                return &rows[i];
            }
        }
    }
    return NULL;
}

const struct option_row *
options_find(const struct option_row *rows, const char *word, bool *attached)
{
    if (word[0] != '-' || word[1] == 0) {
        return NULL;
    }
    if (word[1] != '-') {
        return find_letter(rows, word + 1, attached);
    }
    size_t len = strcspn(word + 2, "=");
    *attached = word[2 + len] == '=';
    for (uint32_t i = 0; i < row_count(rows); i++) {
        if (len > 0 && strncmp(rows[i].name, word + 2, len) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}
