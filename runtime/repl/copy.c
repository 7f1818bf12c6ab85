/* SPDX-License-Identifier: MIT */
/* See copy.h. Each making of the copy has a session of its own, so that one
 * that fails leaves the one before it whole. */
#include "runtime/repl/copy.h"

#include "runtime/additions.h"
#include "runtime/functions.h"
#include "runtime/register.h"
#include "runtime/repl/account.h"
#include "runtime/repl/complete.h"
#include "runtime/repl/seen.h"
#include "runtime/source.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct copy {
    struct session_options options;
    char *build_file; /* absolute, once it was found */
    struct additions *additions;
    struct session *session; /* of the graph; NULL: there is none */
    Value *program;          /* of the session; nil: it is the one that runs */
    uint32_t form;
    uint32_t version;
    bool is_reading;
    bool is_asking; /* the form that is evaluated has asked */
    bool is_old;    /* something was typed since the graph was made */
    struct seen seen;
    struct buffer keywords;
};

/* Reading alone: the copy writes nothing, and a build of it has a session of
 * its own. */
struct copy *
copy_create(const struct session_options *options)
{
    struct copy *c = mem_alloc(1, sizeof(*c));
    c->options = *options;
    c->options.read_only = true;
    c->additions = additions_create();
    c->options.additions = c->additions;
    c->program = magma_root_create();
    *c->program = VALUE_NIL;
    return c;
}

void
copy_destroy(struct copy *c)
{
    if (c == NULL) {
        return;
    }
    registry_use(NULL);
    session_close(c->session);
    additions_destroy(c->additions);
    magma_root_destroy(c->program);
    seen_finish(&c->seen);
    buffer_finish(&c->keywords);
    free(c->build_file);
    free(c);
}

const struct graph *
copy_last_graph(const struct copy *c)
{
    const struct graph *graph = NULL;
    struct error ignored = {0};
    if (c->session == NULL || !session_graph(c->session, &graph, &ignored)) {
        error_finish(&ignored);
        return NULL;
    }
    return graph;
}

struct slice
copy_keywords(const struct copy *c)
{
    return buffer_slice(&c->keywords);
}

const char *
copy_build_file(const struct copy *c)
{
    return c->session == NULL ? NULL : session_build_file(c->session);
}

uint32_t
copy_version(const struct copy *c)
{
    return c->version;
}

enum copy_answer
copy_ask(struct copy *c)
{
    struct buffer keys = {0};
    if (c->is_reading) {
        return COPY_READING;
    }
    c->is_asking = true;
    if (c->session != NULL && session_registry(c->session) != NULL) {
        register_form_keys(session_registry(c->session), &keys);
    }
    bool has_added = keys.len > 0;
    buffer_finish(&keys);
    return has_added ? COPY_ADDED : COPY_READY;
}

struct session *
copy_session(struct copy *c)
{
    return c->session;
}

/* A session keeps the state open as it found it, and builds may have ended
 * since. */
void
copy_look_again(struct copy *c)
{
    if (c->session != NULL) {
        session_refresh(c->session);
    }
}

/* --- Reading ---------------------------------------------------------------------------- */

/* The first time it is looked for where the person is; after that the working
 * folder is the build root, and the file is known. */
static bool
open_session(struct copy *c, struct session **session, struct error *err)
{
    if (!session_open(&c->options, session, err)) {
        return false;
    }
    if (c->build_file == NULL) {
        char *here = getcwd(NULL, 0);
        c->build_file =
            path_join(here == NULL ? "/" : here, session_build_file(*session));
        free(here);
        c->options.build_file = c->build_file;
    }
    return true;
}

/* Files to be looked at, and the keywords in them. */
static void
take_sources(struct copy *c, struct slice paths, int64_t since)
{
    seen_take(&c->seen, paths, since);
    buffer_truncate(&c->keywords, 0);
    struct slice path;
    while (slice_next_text(&paths, &path)) {
        char *bytes = NULL;
        size_t len = 0;
        struct error ignored = {0};
        if (source_read_file(path.bytes, &bytes, &len, &ignored)) {
            complete_gather_keywords(&c->keywords, (struct slice){bytes, len});
        }
        error_finish(&ignored);
        free(bytes);
    }
}

/* Evaluates the file with the additions; the program that runs is then the new
 * one. The sources are known even where that fails. */
static bool
evaluate(struct copy *c, struct session **session, struct error *err)
{
    const struct graph *graph = NULL;
    int64_t since = seen_now();
    if (!open_session(c, session, err)) {
        return false;
    }
    c->is_reading = true;
    bool done =
        session_evaluate(*session, err) && session_graph(*session, &graph, err);
    c->is_reading = false;
    struct slice paths = session_sources(*session);
    struct slice itself = {c->build_file, strlen(c->build_file) + 1};
    take_sources(c, paths.len == 0 ? itself : paths, since);
    return done;
}

/* What the old graph had that the new one has not, and so on; and what was typed
 * and is gone. */
static void
give_account(const struct copy *c, const struct graph *before,
             struct session *session, const char *dropped, struct buffer *out)
{
    const struct graph *after = NULL;
    struct error ignored = {0};
    if (!session_graph(session, &after, &ignored)) {
        error_finish(&ignored);
    }
    if (c->session != NULL) {
        struct account account = account_of(before, after, c->additions);
        buffer_add_format(out, "%s: ", session_build_file(session));
        account_describe(&account, out);
        if (dropped[0] != 0) {
            buffer_add_format(out, "; dropped %s", dropped);
        }
        buffer_add_char(out, '\n');
    }
}

/* What was typed, as it would be told; it is forgotten. */
static void
forget_additions(struct copy *c, struct buffer *dropped)
{
    additions_describe(c->additions, dropped);
    additions_clear(c->additions);
}

/* A build file may yet be written. */
static void
wait_for_file(struct copy *c)
{
    static const char paths[] = "build.magma\0build.ninja";
    seen_take(&c->seen, (struct slice){paths, sizeof(paths)}, seen_now());
}

/* Takes the session and its program over. */
static void
replace_session(struct copy *c, struct session *session)
{
    registry_use(NULL);
    session_close(c->session);
    c->session = session;
    c->version++;
    *c->program = VALUE_NIL;
    c->is_old = false;
}

bool
copy_read(struct copy *c, enum copy_reading how, struct buffer *account,
          struct error *err)
{
    struct session *session = NULL;
    struct buffer dropped = {0};
    Value before = magma_program_save();
    const struct graph *old = copy_last_graph(c);
    // Should the file be broken, what was typed is still wanted.
    struct additions *kept = c->additions;
    if (how == COPY_FORGET) {
        c->additions = additions_create();
        c->options.additions = c->additions;
    }
    magma_reset();
    bool done = evaluate(c, &session, err);
    if (done) {
        if (how == COPY_FORGET) {
            forget_additions(&(struct copy){.additions = kept}, &dropped);
            additions_destroy(kept);
        }
        give_account(c, old, session, buffer_str(&dropped), account);
        replace_session(c, session);
    } else {
        if (how == COPY_FORGET) {
            additions_destroy(c->additions);
            c->additions = kept;
            c->options.additions = kept;
        }
        session_close(session);
        magma_program_restore(before);
        if (c->build_file == NULL && c->options.build_file == NULL) {
            wait_for_file(c);
            error_finish(err);
            done = true;
        }
    }
    buffer_finish(&dropped);
    return done;
}

/* A few calls of stat, so that it can be asked twice a second. */
bool
copy_is_stale(const struct copy *c)
{
    return seen_changed(&c->seen);
}

/* The registry of the session that there is now: asking may bring a new one. */
static void
begin_form(struct copy *c)
{
    // Beyond all forms of any file: sites of actions must not be theirs.
    enum { FIRST_FORM = 1 << 30 };
    struct registry *registry =
        c->session == NULL ? NULL : session_registry(c->session);
    registry_use(registry);
    if (registry != NULL) {
        register_form_begin(registry, (uint32_t)FIRST_FORM + c->form++);
    }
}

/* --- Making it anew ------------------------------------------------------------------------ */

/* The program at the prompt stays. */
static bool
make_anew(struct copy *c, struct error *err)
{
    struct session *session = NULL;
    Value prompt = magma_program_save();
    bool done = evaluate(c, &session, err);
    Value program = done ? magma_program_save() : VALUE_NIL;
    magma_program_restore(prompt);
    if (!done) {
        session_close(session);
        return false;
    }
    replace_session(c, session);
    *c->program = program;
    begin_form(c);
    return true;
}

bool
copy_graph(struct copy *c, const struct graph **graph, struct error *err)
{
    if (c->session == NULL) {
        error_set(err, ERROR_CLASS_GRAPH, "there is no graph");
        error_set_help(err, "(reload) reads the build file again; ronin repl "
                            "-f FILE names one");
        return false;
    }
    return (!c->is_old || make_anew(c, err)) &&
           session_graph(c->session, graph, err);
}

bool
copy_with_program(struct copy *c,
                  bool (*inside)(void *ctx, struct copy *c, struct error *err),
                  void *ctx, struct error *err)
{
    if (value_is_nil(*c->program)) {
        return inside(ctx, c, err);
    }
    Value prompt = magma_program_save();
    magma_program_restore(*c->program);
    bool done = inside(ctx, c, err);
    magma_program_restore(prompt);
    return done;
}

bool
copy_open_build(struct copy *c, struct session **session, struct error *err)
{
    struct session_options options = c->options;
    options.read_only = false;
    if (additions_count(c->additions) == 0) {
        options.additions = NULL;
    }
    return session_open(&options, session, err);
}

void
copy_has_built(struct copy *c)
{
    const struct graph *graph = copy_last_graph(c);
    uint32_t count = graph == NULL ? 0 : graph_action_count(graph);
    for (uint32_t i = 0; i < count && !c->is_old; i++) {
        const struct action *a = graph_action(graph, (struct action_id){i});
        c->is_old = (a->flags & ACTION_DYNOUT) != 0;
    }
}

/* --- Forms -------------------------------------------------------------------------------- */

/* Each form is a form of its own for the registry, so that it can be undone
 * alone. */
void
copy_form_begin(struct copy *c)
{
    c->is_asking = false;
    begin_form(c);
}

/* What a definition gave: what stays of it when the copy cannot evaluate it. */
static Value
value_body(void *arg)
{
    struct magma_text *name = arg;
    return magma_eval_text(*name, "repl");
}

/* Names are bound inside, because binding them may throw. */
static Value
keep_body(void *arg)
{
    register_form_keep(arg);
    return VALUE_NIL;
}

/* The value of a definition is kept besides: the form may name what only the
 * session had. */
static void
take_addition(struct copy *c, const struct copy_form *form, struct slice keys)
{
    struct magma_text name = additions_name_of(form->form);
    struct addition addition = {.form = form->form,
                                .place = form->place,
                                .ns = slice_of(form->ns),
                                .keys = keys,
                                .value = VALUE_ABSENT};
    Value thrown = VALUE_NIL;
    if (name.len > 0 && !magma_is_call_of(form->form, "defmacro") &&
        !magma_try(value_body, &name, &addition.value, &thrown)) {
        addition.value = VALUE_ABSENT;
    }
    additions_add(c->additions, &addition);
    c->is_old = true;
}

bool
copy_form_end(struct copy *c, const struct copy_form *form)
{
    struct registry *registry =
        c->session == NULL ? NULL : session_registry(c->session);
    struct buffer keys = {0};
    Value ignored = VALUE_NIL;
    Value thrown = VALUE_NIL;
    registry_use(NULL);
    if (registry == NULL) {
        return true;
    }
    register_form_keys(registry, &keys);
    bool is_both = keys.len > 0 && c->is_asking;
    if (!form->is_done || is_both) {
        register_form_drop(registry);
    } else {
        (void)magma_try(keep_body, registry, &ignored, &thrown);
        if (keys.len > 0 || additions_matters(form->form)) {
            take_addition(c, form, buffer_slice(&keys));
        }
    }
    buffer_finish(&keys);
    return !is_both || !form->is_done;
}
