/* SPDX-License-Identifier: MIT */
#include "runtime/cli/asking.h"

#include "runtime/events.h"
#include "runtime/report.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* --- Options ------------------------------------------------------------------ */

bool
asking_option(struct options *o, int id, struct asking *asking)
{
    if (options_session(o, id, &asking->session)) {
        return true;
    }
    if (id == OPTION_RUN) {
        (void)options_number(o, 1, INT64_MAX, &asking->run);
        return true;
    }
    if (id != 'o') {
        return false;
    }
    asking->json = strcmp(o->value, "json") == 0;
    if (!asking->json && strcmp(o->value, "text") != 0) {
        o->status = options_usage(o->command, "-o takes text or json", NULL);
    }
    return true;
}

/* One way to open, fail and close for all of them. */
int
asking_answer(const struct options *o, struct asking *asking, asking_fn *answer)
{
    struct error err = {0};
    asking->options = o;
    bool done = session_open(&asking->session, &asking->opened, &err) &&
                session_exec(asking->opened, &asking->exec, &err) &&
                answer(asking, &err);
    session_close(asking->opened);
    asking->opened = NULL;
    if (done) {
        return 0;
    }
    int status = report_exit_status(&err);
    report_error(stderr, &err);
    return status;
}

/* --- Targets -------------------------------------------------------------------- */

bool
asking_graph(struct asking *asking, struct error *err)
{
    return asking->graph != NULL ||
           session_graph(asking->opened, &asking->graph, err);
}

/* The action of a node; ACTION_NONE for sources. */
static bool
action_of(const struct asking *asking, const char *word, struct node node,
          struct action_id *action, struct error *err)
{
    if (node.type == NODE_GROUP) {
        error_set(err, ERROR_CLASS_USAGE, "%s is a group, not an action", word);
        error_set_help(err, "ask about one of its members");
        return false;
    }
    *action = (struct action_id){node.n};
    if (node.type == NODE_FILE) {
        *action = graph_producer(asking->graph, (struct file_id){node.n});
    }
    if (action->n == ID_NONE) {
        error_set(err, ERROR_CLASS_USAGE, "no action makes %s", word);
        error_set_help(err, "it is a source file, which only people change");
        return false;
    }
    return true;
}

/* The word is seen from where the person stands; what it names is looked up in
 * the graph, not in the history. */
bool
asking_action(struct asking *asking, const char *word, struct action_id *action,
              struct error *err)
{
    struct node node;
    if (!asking_graph(asking, err)) {
        return false;
    }
    char *target = session_target(asking->opened, word);
    bool found = exec_find_target(asking->graph, target, &node, err) &&
                 action_of(asking, target, node, action, err);
    free(target);
    return found;
}

/* Keys are what the history knows actions by. */
const char *
asking_key(const struct asking *asking, struct action_id action)
{
    assert(asking->graph != NULL);
    return graph_cstr(asking->graph, graph_action(asking->graph, action)->key);
}

static void
add_duration(void *ctx, const struct exec_action_run *run)
{
    int64_t *sum_us = ctx;
    *sum_us += run->duration_us;
}

bool
asking_add_duration(const struct asking *asking, const char *key,
                    int64_t *sum_us)
{
    struct error none = {0};
    const struct exec_action_run_sink sink = {add_duration, sum_us};
    bool is_known = exec_find_action_run(asking->exec, key, 0, &sink, &none);
    error_finish(&none);
    return is_known;
}

/* Keys of actions without outputs have a prefix that is of no use to people. */
const char *
asking_shown(const char *key)
{
    static const char prefix[] = "name:";
    return strncmp(key, prefix, sizeof(prefix) - 1) == 0
               ? key + sizeof(prefix) - 1
               : key;
}

/* The run that is wanted, or the last one; a run that is not kept is a
 * mistake, not an empty answer. */
struct run_search {
    uint64_t wanted; /* 0: the last one */
    uint64_t found;
};

/* They come oldest first, so the last match is the newest. */
static void
match_run(void *ctx, const struct exec_run *run)
{
    struct run_search *search = ctx;
    if (search->wanted == 0 || run->id == search->wanted) {
        search->found = run->id;
    }
}

/* One walk over the runs answers both questions. */
bool
asking_find_run(struct asking *asking, struct error *err)
{
    struct run_search search = {.wanted = asking->run};
    if (!exec_list_runs(asking->exec, match_run, &search, err)) {
        return false;
    }
    if (search.found == 0 && asking->run != 0) {
        error_set(err, ERROR_CLASS_USAGE, "there is no run %" PRIu64,
                  asking->run);
        error_set_help(err, "ronin runs lists those that are kept");
        return false;
    }
    asking->run = search.found;
    return true;
}

bool
asking_take_run(const char *word, uint64_t *run, struct error *err)
{
    char *end = NULL;
    unsigned long long number = strtoull(word, &end, 10);
    *run = (uint64_t)number;
    if (word[0] < '0' || word[0] > '9' || *end != 0 || number == 0 ||
        number > INT64_MAX) {
        error_set(err, ERROR_CLASS_USAGE, "not the number of a run: %s", word);
        error_set_help(err, "ronin runs lists those that are kept");
        return false;
    }
    return true;
}

/* False when the program is to end with o->status. */
static bool
read_run_options(struct options *o, struct asking *asking)
{
    for (;;) {
        int id = options_next(o);
        if (id == OPTION_END || id == OPTION_STOP) {
            return id == OPTION_END;
        }
        bool known = asking_option(o, id, asking);
        assert(known && "an option of the table is not handled");
        (void)known;
        if (o->status != 0) {
            return false;
        }
    }
}

int
asking_about_run(const struct command *command, int argc, char **argv,
                 asking_fn *answer)
{
    struct options o;
    struct error err = {0};
    struct asking asking = {.session = {.read_only = true}};
    options_init(&o, command, argc, argv);
    bool go = read_run_options(&o, &asking);
    int status = o.status;
    if (go && o.word_count > 1) {
        status = options_usage(command, "only one run can be asked about",
                               "ronin runs lists those that are kept");
    } else if (go && o.word_count == 1 &&
               !asking_take_run(o.words[0], &asking.run, &err)) {
        status = report_exit_status(&err);
        report_error(stderr, &err);
    } else if (go) {
        status = asking_answer(&o, &asking, answer);
    }
    options_finish(&o);
    return status;
}

/* --- Printing --------------------------------------------------------------------- */

void
asking_time(struct buffer *out, int64_t unix_us)
{
    time_t then = (time_t)(unix_us / 1000000);
    time_t now = time(NULL);
    struct tm when;
    struct tm today;
    char text[64] = "?";
    if (localtime_r(&then, &when) != NULL &&
        localtime_r(&now, &today) != NULL) {
        bool same =
            when.tm_year == today.tm_year && when.tm_yday == today.tm_yday;
        (void)strftime(text, sizeof(text), same ? "%H:%M:%S" : "%F %H:%M:%S",
                       &when);
    }
    buffer_add_str(out, text);
}

/* In the largest unit that still says something. */
void
asking_age(struct buffer *out, int64_t unix_us)
{
    int64_t seconds = (int64_t)time(NULL) - unix_us / 1000000;
    if (seconds < 5) {
        buffer_add_str(out, "just now");
    } else if (seconds < 120) {
        buffer_add_format(out, "%" PRId64 " s ago", seconds);
    } else if (seconds < INT64_C(7200)) {
        buffer_add_format(out, "%" PRId64 " min ago", seconds / 60);
    } else if (seconds < INT64_C(172800)) {
        buffer_add_format(out, "%" PRId64 " h ago", seconds / 3600);
    } else {
        buffer_add_format(out, "%" PRId64 " days ago", seconds / 86400);
    }
}

/* The same words as in the event stream, so that both can be searched for. */
const char *
asking_status(enum action_status status)
{
    return events_status(status);
}

void
asking_print(struct buffer *out)
{
    report_sanitised(stdout, buffer_str(out), out->len);
    buffer_finish(out);
}
