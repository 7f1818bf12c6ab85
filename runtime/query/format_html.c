/* SPDX-License-Identifier: MIT */
/*
 * The graph of an answer as a page: runtime/page/graph.html with the data in
 * it. What is drawn, and where, is computed by the page itself, so that folders
 * can be opened and parts be looked at alone.
 *
 *     {"v":1, "root":..., "nodes":[{"t":"f","p":PATH}, ...],
 *      "actions":[{"name","out":[NODE...],"in":[...],"disc":[...],"cmd",
 *                  "place"}...],
 *      "runs":[{"a":ACTION,"run","start","dur",...,"why":[...],"log"}...],
 *      "run":{"id","started"}}
 */
#include "runtime/query/format.h"

#include "runtime/describe.h"
#include "runtime/help/texts.h"
#include "runtime/json.h"
#include "runtime/query/walk.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Of a long log only so much is shown. */
enum { LOG_MAX = 64 * 1024 };

struct page {
    const struct query_answer *answer;
    const struct graph *g;
    struct vec numbers; /* of uint32_t by node: its place in `shown` + 1 */
    struct vec shown;   /* of uint32_t: nodes of the world */
    uint32_t *actions;  /* nodes of the world */
    uint32_t action_count;
    uint32_t *place_of; /* by action of the graph: its place, or ID_NONE */
    struct exec_run last_run; /* id 0: none is known */
    struct vec edges;         /* for one node at a time */
    struct buffer *out;
};

/* --- Nodes ------------------------------------------------------------------------- */

/* The number that a node has in the page, given when it is first met. */
static uint32_t
number_of(struct page *page, uint32_t node)
{
    while (page->numbers.count <= node) {
        (void)vec_add(&page->numbers);
    }
    uint32_t *number = vec_at(&page->numbers, node);
    if (*number == 0) {
        vec_push(&page->shown, &node);
        *number = page->shown.count;
    }
    return *number - 1;
}

/* Numbers are short, and a path is written once. */
static void
add_number(struct page *page, uint32_t node)
{
    bool is_first = page->out->bytes[page->out->len - 1] == '[';
    buffer_add_format(page->out, "%s%u", is_first ? "" : ",",
                      number_of(page, node));
}

/* An action stands for what it makes; one that makes nothing, for itself. */
static void
add_target(struct page *page, uint32_t node)
{
    struct action_id action = query_world_action_of(page->answer->world, node);
    if (action.n == ID_NONE ||
        graph_action(page->g, action)->outputs.count == 0) {
        add_number(page, node);
        return;
    }
    struct vec outputs = vec_of(sizeof(uint32_t));
    query_world_outputs(page->answer->world, action, &outputs);
    for (uint32_t i = 0; i < outputs.count; i++) {
        add_number(page, *(uint32_t *)vec_at(&outputs, i));
    }
    vec_finish(&outputs);
}

/* What was discovered stands apart, for the page may want to leave it out. */
static void
add_needs(struct page *page, const char *name, uint32_t node, unsigned edges)
{
    json_name(page->out, name);
    buffer_add_char(page->out, '[');
    vec_resize(&page->edges, 0);
    query_world_needs(page->answer->world, node, edges, &page->edges);
    for (uint32_t i = 0; i < page->edges.count; i++) {
        add_target(page, *(uint32_t *)vec_at(&page->edges, i));
    }
    buffer_add_char(page->out, ']');
}

/* Groups have members; a name without outputs is the action itself, whose place
 * is told by "a". */
static void
add_node(struct page *page, uint32_t node)
{
    struct query_world *world = page->answer->world;
    enum query_node_type type = query_world_type(world, node);
    struct slice path = query_world_shown(world, node);
    struct action_id action = query_world_action_of(world, node);
    buffer_add_char(page->out, '{');
    json_field_text(page->out, "t", type == QUERY_NODE_FILE ? "f" : "n");
    json_name(page->out, "p");
    json_string(page->out, path.bytes, path.len);
    if (action.n != ID_NONE && page->place_of[action.n] != ID_NONE) {
        json_field_int(page->out, "a", page->place_of[action.n]);
    }
    if (type == QUERY_NODE_GROUP) {
        add_needs(page, "m", node, QUERY_EDGE_DEFAULT);
    }
    buffer_add_char(page->out, '}');
}

/* Members of groups come while the list is written. */
static void
add_nodes(struct page *page)
{
    json_name(page->out, "nodes");
    buffer_add_char(page->out, '[');
    for (uint32_t i = 0; i < page->shown.count; i++) {
        buffer_add_str(page->out, i == 0 ? "\n" : ",\n");
        add_node(page, *(uint32_t *)vec_at(&page->shown, i));
    }
    buffer_add_char(page->out, ']');
}

/* --- Actions ------------------------------------------------------------------------- */

static void
add_texts(struct page *page, struct action_id action)
{
    struct buffer text = {0};
    if (!describe_shell(&text, page->g, action)) {
        describe_action(&text, page->g, action, true);
    }
    json_name(page->out, "cmd");
    json_string(page->out, buffer_str(&text), text.len);
    buffer_truncate(&text, 0);
    describe_place(&text, page->g, &graph_action(page->g, action)->place);
    json_name(page->out, "place");
    json_string(page->out, buffer_str(&text), text.len);
    buffer_finish(&text);
}

/* Its command as a shell would take it, and where it is written down. */
static void
add_action(struct page *page, uint32_t node)
{
    struct query_world *world = page->answer->world;
    struct action_id action = query_world_action_of(world, node);
    struct slice name = query_world_path(world, node);
    buffer_add_char(page->out, '{');
    json_name(page->out, "name");
    json_string(page->out, name.bytes, name.len);
    json_name(page->out, "out");
    buffer_add_char(page->out, '[');
    add_target(page, node);
    buffer_add_char(page->out, ']');
    add_needs(page, "in", node,
              QUERY_EDGE_DEFAULT & ~(unsigned)QUERY_EDGE_DISCOVERED);
    add_needs(page, "disc", node, QUERY_EDGE_DISCOVERED);
    add_texts(page, action);
    buffer_add_char(page->out, '}');
}

/* Actions of earlier graphs are left out: nothing is known of them. */
static void
add_actions(struct page *page)
{
    uint32_t place = 0;
    json_name(page->out, "actions");
    buffer_add_char(page->out, '[');
    for (uint32_t i = 0; i < page->action_count; i++) {
        struct action_id action =
            query_world_action_of(page->answer->world, page->actions[i]);
        if (action.n == ID_NONE) {
            continue;
        }
        buffer_add_str(page->out, place == 0 ? "\n" : ",\n");
        page->place_of[action.n] = place++;
        add_action(page, page->actions[i]);
    }
    buffer_add_char(page->out, ']');
}

/* --- History ---------------------------------------------------------------------------- */

static void
add_run(void *ctx, const struct exec_action_run *run)
{
    struct page *page = ctx;
    struct buffer *out = page->out;
    struct action_id action =
        graph_find_key(page->g, run->key, strlen(run->key));
    if (action.n == ID_NONE || page->place_of[action.n] == ID_NONE) {
        return;
    }
    size_t len = run->output_len < LOG_MAX ? run->output_len : LOG_MAX;
    buffer_add_str(out, out->bytes[out->len - 1] == '[' ? "\n{" : ",\n{");
    json_field_int(out, "a", page->place_of[action.n]);
    json_field_int(out, "run", (int64_t)run->run);
    json_field_int(out, "start", run->started_unix_us);
    json_field_int(out, "dur", run->duration_us);
    json_field_int(out, "cpu", run->cpu_us);
    json_field_int(out, "rss", run->peak_kib);
    json_field_bool(out, "ok", run->status == STATUS_OK);
    json_field_int(out, "exit", run->exit_code);
    json_field_int(out, "signal", run->signal);
    json_field_reasons(out, "why", run->reasons, run->reason_count);
    json_name(out, "log");
    json_string(out, len > 0 ? run->output : "", len);
    buffer_add_char(out, '}');
}

/* They come oldest first; the texts of a run do not outlive the call. */
static void
note_last_run(void *ctx, const struct exec_run *run)
{
    struct page *page = ctx;
    page->last_run = *run;
}

/* What cannot be read is left out: the page says that nothing ever ran. */
static void
add_history(struct page *page)
{
    struct exec *exec = query_world_exec(page->answer->world);
    struct error err = {0};
    const struct exec_action_run_sink sink = {add_run, page};
    json_name(page->out, "runs");
    buffer_add_char(page->out, '[');
    if (exec != NULL && !(exec_list_action_runs(exec, 0, &sink, &err) &&
                          exec_list_runs(exec, note_last_run, page, &err))) {
        query_world_note(page->answer->world, "no history: %s", err.what);
        error_finish(&err);
    }
    buffer_add_char(page->out, ']');
    if (page->last_run.id != 0) {
        json_name(page->out, "run");
        buffer_add_char(page->out, '{');
        json_field_int(page->out, "id", (int64_t)page->last_run.id);
        json_field_int(page->out, "started", page->last_run.started_unix_us);
        buffer_add_char(page->out, '}');
    }
}

/* --- The page ------------------------------------------------------------------------------ */

static void
add_data(struct page *page)
{
    const struct query_rows *rows = page->answer->rows;
    buffer_add_char(page->out, '{');
    json_field_int(page->out, "v", 1);
    json_field_text(page->out, "root", page->answer->root);
    add_actions(page);
    for (uint32_t row = 0; row < rows->row_count; row++) {
        // Targets that nothing makes and nothing reads, and groups.
        if (rows->nodes[row] != QUERY_NODE_NONE &&
            rows->set_type == QUERY_TARGETS) {
            (void)number_of(page, rows->nodes[row]);
        }
    }
    add_nodes(page);
    add_history(page);
    buffer_add_char(page->out, '}');
}

/* Nothing in the data may end the element that it stands in: '<' is only in
 * strings there, where it can be spelled otherwise. */
static void
add_inert(struct buffer *out, struct slice json)
{
    size_t from = 0;
    for (size_t at = 0; at < json.len; at++) {
        if (json.bytes[at] == '<') {
            buffer_add(out, json.bytes + from, at - from);
            buffer_add_str(out, "\\u003c");
            from = at + 1;
        }
    }
    buffer_add(out, json.bytes + from, json.len - from);
}

/* All numbers are given in the order in which nodes are met, so that equal
 * graphs make equal pages. */
static void
page_start(struct page *page, const struct query_answer *answer,
           struct buffer *data)
{
    *page = (struct page){.answer = answer,
                          .g = query_world_graph(answer->world),
                          .numbers = vec_of(sizeof(uint32_t)),
                          .shown = vec_of(sizeof(uint32_t)),
                          .edges = vec_of(sizeof(uint32_t)),
                          .out = data};
    uint32_t count = graph_action_count(page->g);
    page->actions = query_answer_actions(answer, &page->action_count);
    page->place_of = mem_alloc(count + 1u, sizeof(*page->place_of));
    for (uint32_t i = 0; i < count; i++) {
        page->place_of[i] = ID_NONE;
    }
}

static void
page_finish(struct page *page)
{
    vec_finish(&page->numbers);
    vec_finish(&page->shown);
    vec_finish(&page->edges);
    free(page->actions);
    free(page->place_of);
}

/* The template has one hole, in an element that the browser does not run. */
void
query_print_html(const struct query_answer *answer, struct buffer *out)
{
    static const char mark[] = "/*DATA*/";
    struct help_text text;
    struct page page;
    struct buffer data = {0};
    page_start(&page, answer, &data);
    add_data(&page);
    bool found = help_file("runtime/page/graph.html", &text);
    assert(found);
    const char *hole = strstr(text.text.bytes, mark);
    assert(hole != NULL);
    const char *end = text.text.bytes + text.text.len;
    const char *rest = hole + sizeof(mark) - 1;
    buffer_add(out, text.text.bytes, (size_t)(hole - text.text.bytes));
    add_inert(out, buffer_slice(&data));
    buffer_add(out, rest, (size_t)(end - rest));
    page_finish(&page);
    buffer_finish(&data);
}
