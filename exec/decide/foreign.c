/* SPDX-License-Identifier: MIT */
/*
 * Folders that another program built before: what it remembers of an action
 * stands in for the record that there is not. It is believed only as far as the
 * times on disk agree with it, in both directions: nothing that was read is
 * newer than the reading, nothing that was made is newer than the making.
 * See spec/format/ninja-logs.md.
 *
 * What is believed becomes a record at once, with signatures of what is there
 * now, so that the other program is asked once and no more. A wrong belief would
 * last; so whatever is doubtful is no belief, and costs one command.
 *
 * Which program it is, and how it writes things down, is the host's business: it
 * is asked by a function, and nothing of ninja's formats is known here.
 */
#include "exec/decide/foreign.h"

#include "exec/base/memory.h"
#include "exec/decide/compare.h"
#include "exec/decide/depfile.h"
#include "exec/decide/dyndep.h"
#include "exec/decide/record.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* All of a file below a folder; false if it cannot be read. */
static bool
read_below(int root_fd, const char *path, struct buffer *text)
{
    enum { CHUNK = 16384 };
    int fd = openat(root_fd, path, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd < 0 ? -1 : 1;
    while (len > 0) {
        char *room = buffer_reserve(text, CHUNK);
        len = read(fd, room, CHUNK);
        if (len < 0 && errno == EINTR) {
            len = 1;
        } else if (len > 0) {
            text->len += (size_t)len;
        }
    }
    if (fd >= 0) {
        close(fd);
    }
    return len == 0;
}

/* The next time it is asked about another action, these may be gone. */
static void
take_row(struct judge *judge, struct slice row)
{
    struct slice path;
    while (row.len > 0 && slice_next_text(&row, &path)) {
        path = record_path(judge, path);
        uint32_t file = files_add(judge->files, path.bytes, path.len);
        struct manifest_file *item = vec_add(&judge->last.discovered);
        item->file = file;
        item->path = files_path(judge->files, file);
        item->kinds = EDGE_IFWRITTEN;
    }
    manifest_sort(&judge->last.discovered);
}

/* What a depfile below a folder names. */
static bool
read_depfile(int root_fd, const char *path, struct buffer *inputs,
             struct error *err)
{
    struct buffer text = {0};
    struct depfile depfile = {0};
    bool done =
        read_below(root_fd, path, &text) ||
        error_set_errno(err, ERROR_CLASS_BUILD, errno, "cannot read %s", path);
    done = done && depfile_parse(path, buffer_slice(&text), &depfile, err);
    if (done) {
        buffer_add(inputs, depfile.inputs.bytes, depfile.inputs.len);
    }
    depfile_finish(&depfile);
    buffer_finish(&text);
    return done;
}

bool
exec_read_depfile(const char *path, struct buffer *inputs, struct error *err)
{
    return read_depfile(AT_FDCWD, path, inputs, err);
}

/* So many texts from an offset on. */
static struct slice
row_of(const struct dyndep *dyndep, uint32_t offset, uint32_t count)
{
    // Where there are none, the offset may be that of the end.
    struct slice row = {count == 0 ? NULL : dyndep_text(dyndep, offset), 0};
    for (uint32_t i = 0; i < count; i++) {
        row.len += strlen(row.bytes + row.len) + 1;
    }
    return row;
}

bool
exec_read_dyndep(const char *path, exec_dyndep_fn *call, void *ctx,
                 struct error *err)
{
    struct buffer text = {0};
    struct dyndep dyndep = {0};
    bool done =
        read_below(AT_FDCWD, path, &text) ||
        error_set_errno(err, ERROR_CLASS_BUILD, errno, "loading '%s'", path);
    done = done && dyndep_parse(path, buffer_slice(&text), &dyndep, err);
    for (uint32_t i = 0; done && i < dyndep.entries.count; i++) {
        const struct dyndep_entry *entry = vec_at(&dyndep.entries, i);
        call(ctx, dyndep_text(&dyndep, entry->output),
             row_of(&dyndep, entry->outputs, entry->output_count),
             row_of(&dyndep, entry->inputs, entry->input_count));
    }
    dyndep_finish(&dyndep);
    buffer_finish(&text);
    return done;
}

/* Where the depfile stays behind its command, both programs read that: without
 * it nothing is known. */
static bool
take_depfile(struct judge *judge, const struct action *a)
{
    struct buffer inputs = {0};
    struct error ignored = {0};
    bool done =
        read_depfile(files_root_fd(judge->files),
                     graph_path(judge->graph, a->depfile), &inputs, &ignored);
    if (done) {
        take_row(judge, buffer_slice(&inputs));
    }
    error_finish(&ignored);
    buffer_finish(&inputs);
    return done;
}

/* A generator that nobody remembers may have been run by hand: the times alone
 * tell. */
static bool
ask(struct judge *judge, struct action_id action)
{
    const struct exec_host *host = judge->options.host;
    uint32_t flags = graph_action(judge->graph, action)->flags;
    judge->foreign = (struct exec_foreign){0};
    if (host != NULL && host->foreign != NULL &&
        host->foreign(host->ctx, judge->graph, action, &judge->foreign)) {
        return true;
    }
    judge->foreign.read_ns = INT64_MAX;
    judge->foreign.written_ns = INT64_MAX;
    return (flags & ACTION_GENERATOR) != 0;
}

/* Puts what it was seen to read into judge->last; false if that is not known. */
static bool
take_discovered(struct judge *judge, const struct action *a)
{
    judge->last.discovered.count = 0;
    if (a->flags & (ACTION_DEPS_GCC | ACTION_DEPS_MSVC)) {
        take_row(judge, judge->foreign.discovered);
        return judge->foreign.discovers;
    }
    return a->depfile.n == ID_NONE || take_depfile(judge, a);
}

void
foreign_read(struct judge *judge, struct action_id action)
{
    const struct action *a = graph_action(judge->graph, action);
    const struct record *record = record_of(judge, action);
    judge->has_foreign = record->status == RECORD_NONE &&
                         record->broken.count == 0 &&
                         (a->flags & ACTION_AS_NINJA) && ask(judge, action);
    judge->has_foreign = judge->has_foreign && take_discovered(judge, a);
}

/* The time that other programs see, who follow links; INT64_MAX for a link that
 * leads nowhere, which to them is as if nothing were there. What a version tells
 * of a link is a mixture of two times, for our own comparisons. */
static int64_t
followed_mtime(struct judge *judge, uint32_t file)
{
    const struct file_version *v = files_look(judge->files, file);
    struct file_stat st;
    if (!(v->mode & VERSION_LINK)) {
        return v->mtime_ns;
    }
    state_backends(judge->state)
        ->stat->look(files_root_fd(judge->files),
                     files_path(judge->files, file), &st);
    return st.exists ? st.mtime_ns : INT64_MAX;
}

/* The comparison is ninja's, of times with each other: there is no signature to
 * compare with before the first record, which is made from what is seen here.
 * Takes the times of one input into account; false if it is not there, or would
 * be made now. */
static bool
see_input(struct judge *judge, uint32_t file, int64_t *newest_ns)
{
    const struct file_version *v = files_look(judge->files, file);
    if (compare_would_be_made(judge, file) || !version_exists(v)) {
        return false;
    }
    int64_t mtime_ns = followed_mtime(judge, file);
    *newest_ns = mtime_ns > *newest_ns ? mtime_ns : *newest_ns;
    return true;
}

/* What phony actions stand for has no file; what passes through them is among
 * the inputs as well. One that stands for nothing but a file that is not there
 * has its users run each time. */
static bool
see_inputs(struct judge *judge, const struct action *a, int64_t *newest_ns)
{
    for (uint32_t i = 0; i < a->inputs.count; i++) {
        const struct edge *edge = graph_input(judge->graph, a, i);
        struct file_id file = {edge->to.n};
        if (edge->to.type != NODE_FILE ||
            (edge->kinds & (EDGE_IFWRITTEN | EDGE_IFCHANGED)) == 0) {
            continue;
        }
        struct action_id producer = graph_producer(judge->graph, file);
        bool is_phony =
            producer.n != ID_NONE &&
            (graph_action(judge->graph, producer)->flags & ACTION_PHONY) != 0;
        if (!see_input(judge, record_file(judge, file), newest_ns) &&
            (!is_phony || graph_is_hollow(judge->graph, file))) {
            return false;
        }
    }
    for (uint32_t i = 0; i < judge->last.discovered.count; i++) {
        const struct manifest_file *item = vec_at(&judge->last.discovered, i);
        if (!see_input(judge, item->file, newest_ns)) {
            return false;
        }
    }
    return true;
}

/* Of so many users it is asked whether they ran when an output was written. */
enum { USERS_MAX = 64 };

/* True if an action that uses the file ran at that time. */
static bool
user_ran_at(struct judge *judge, struct file_id file, int64_t time_ns)
{
    const struct graph *g = judge->graph;
    const struct exec_host *host = judge->options.host;
    struct node node = {NODE_FILE, file.n};
    uint32_t count = graph_user_count(g, node);
    for (uint32_t i = 0; i < count && i < USERS_MAX; i++) {
        const struct edge *edge = graph_user(g, node, i);
        struct action_id user = {edge->user};
        struct exec_foreign run = {0};
        if (host != NULL && host->foreign != NULL &&
            host->foreign(host->ctx, g, user, &run) &&
            run.began_ns <= time_ns && time_ns <= run.written_ns) {
            return true;
        }
    }
    return false;
}

/* An output that is newer than its command was changed in its place, as it may be
 * (rewritten.h), if it is as new as a run of somebody who uses what the action
 * makes. */
static bool
was_rewritten(struct judge *judge, const struct action *a, int64_t mtime_ns)
{
    for (uint32_t i = 0; i < a->outputs.count && i < USERS_MAX; i++) {
        if (user_ran_at(judge, graph_output(judge->graph, a, i), mtime_ns)) {
            return true;
        }
    }
    return false;
}

/* An output that is older than an input was made before it, unless the action
 * leaves outputs alone that would come out the same; one that is newer than the
 * command was made by somebody else, or by a command that failed. */
static bool
output_agrees(struct judge *judge, const struct action *a, struct file_id file,
              int64_t newest_ns)
{
    uint32_t made = record_file(judge, file);
    int64_t mtime_ns = followed_mtime(judge, made);
    bool is_old = mtime_ns < newest_ns && !(a->flags & ACTION_RESTAT);
    bool is_late =
        mtime_ns > judge->foreign.written_ns && !(a->flags & ACTION_GENERATOR);
    return version_exists(files_look(judge->files, made)) && !is_old &&
           (!is_late || was_rewritten(judge, a, mtime_ns));
}

bool
foreign_is_clean(struct judge *judge, const struct action *a)
{
    int64_t newest_ns = 0;
    if (!judge->has_foreign || a->outputs.count == 0 ||
        !see_inputs(judge, a, &newest_ns) ||
        newest_ns > judge->foreign.read_ns) {
        return false;
    }
    for (uint32_t i = 0; i < a->outputs.count; i++) {
        if (!output_agrees(judge, a, graph_output(judge->graph, a, i),
                           newest_ns)) {
            return false;
        }
    }
    uint32_t first = record_file(judge, graph_output(judge->graph, a, 0));
    return !judge->foreign.discovers ||
           followed_mtime(judge, first) <= judge->foreign.discovered_ns;
}

/* True if nothing that it reads was touched since, whatever time it shows now;
 * what is made in this build must have been. */
static bool
is_untouched(struct judge *judge, uint32_t file)
{
    struct action_id producer = record_producer(judge, file);
    return files_look(judge->files, file)->ctime_ns <= judge->foreign.read_ns &&
           (producer.n == ID_NONE ||
            record_is_settled_before(judge, producer) ||
            record_of(judge, producer)->settled != 0);
}

static bool
all_are_untouched(struct judge *judge, const struct action *a)
{
    for (uint32_t i = 0; i < a->inputs.count; i++) {
        const struct edge *edge = graph_input(judge->graph, a, i);
        if (edge->to.type == NODE_FILE &&
            (edge->kinds & (EDGE_IFWRITTEN | EDGE_IFCHANGED)) != 0 &&
            !is_untouched(judge,
                          record_file(judge, (struct file_id){edge->to.n}))) {
            return false;
        }
    }
    for (uint32_t i = 0; i < judge->last.discovered.count; i++) {
        const struct manifest_file *item = vec_at(&judge->last.discovered, i);
        if (!is_untouched(judge, item->file)) {
            return false;
        }
    }
    return true;
}

static bool
may_have_gone_on(const struct exec_host *host)
{
    return host != NULL && host->foreign != NULL &&
           (host->foreign_rests == NULL || !host->foreign_rests(host->ctx));
}

/* Our record is older than what the other program did: an input that became
 * older would look unchanged to it, so the moments of change count, too. */
bool
foreign_renews(struct judge *judge, struct action_id action)
{
    const struct exec_host *host = judge->options.host;
    const struct action *a = graph_action(judge->graph, action);
    if (judge->has_foreign || record_of(judge, action)->ran ||
        !(a->flags & ACTION_AS_NINJA) || (a->flags & ACTION_ALWAYS) ||
        !may_have_gone_on(host) ||
        !host->foreign(host->ctx, judge->graph, action, &judge->foreign)) {
        return false;
    }
    judge->has_foreign = judge->foreign.is_later && take_discovered(judge, a) &&
                         all_are_untouched(judge, a);
    judge->has_foreign = foreign_is_clean(judge, a);
    return judge->has_foreign;
}
