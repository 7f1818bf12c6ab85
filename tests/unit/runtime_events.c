/* SPDX-License-Identifier: MIT */
#include "runtime/describe.h"
#include "runtime/events.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct str_id
text(struct graph *g, const char *bytes)
{
    return graph_intern(g, bytes, strlen(bytes));
}

/* One action that runs `cc -c 'a b.c'` and makes main.o. */
static struct graph *
make_graph(void)
{
    struct graph *g = graph_create();
    struct action *action = NULL;
    graph_begin_action(g, &action);
    action->key = text(g, "main.o");
    action->name = text(g, "object");
    action->place = (struct place){text(g, "build.magma"), 7, 1};
    action->depfile = FILE_NONE;
    graph_add_output(g, graph_add_file(g, "main.o", 6));
    struct step *step = graph_add_step(g, STEP_COMMAND);
    step->dir = (struct str_id){0};
    graph_add_arg(g, text(g, "cc"));
    graph_add_arg(g, text(g, "-c"));
    graph_add_arg(g, text(g, "a b.c"));
    graph_end_action(g);
    struct error err = {0};
    CHECK(graph_seal(g, &err));
    return g;
}

/* Lines of the stream that `events` were written to; malloc'ed. */
static char *
stream_of(const struct exec_event *events, size_t count,
          const struct events_end *end)
{
    char path[4200];
    snprintf(path, sizeof(path), "%s/events", test_dir());
    struct events *stream = NULL;
    struct error err = {0};
    CHECK(events_open(path, &stream, &err));
    static char arg[] = "build";
    static char *const args[] = {arg, NULL};
    events_set_run(stream, args, 3);
    for (size_t i = 0; i < count; i++) {
        events_add(stream, &events[i]);
    }
    events_close(stream, end);
    FILE *file = fopen(path, "r");
    char *bytes = calloc(1, 65536);
    CHECK(file != NULL && bytes != NULL);
    if (file != NULL) {
        CHECK(fread(bytes, 1, 65535, file) > 0);
        fclose(file);
    }
    return bytes;
}

static bool
has(const char *bytes, const char *needle)
{
    bool found = strstr(bytes, needle) != NULL;
    if (!found) {
        printf("# not found: %s in: %s\n", needle, bytes);
    }
    return found;
}

TEST(events_tell_a_run_from_start_to_end)
{
    struct graph *g = make_graph();
    struct exec_reason why = {"input-changed", "a b.c", "1", "2", false};
    struct exec_event events[] = {
        {.type = EVENT_RUN_START, .graph = g, .action = ACTION_NONE},
        {.type = EVENT_ACTION_START,
         .time_us = 5,
         .graph = g,
         .reasons = &why,
         .reason_count = 1},
        {.type = EVENT_ACTION_END,
         .time_us = 9,
         .graph = g,
         .status = STATUS_FAILED,
         .exit_code = 3,
         .duration_us = 4,
         .output = "no\xff\n",
         .output_len = 4},
        {.type = EVENT_RUN_END, .graph = g},
    };
    struct exec_result result = {.wanted = 1, .ran = 1, .failed = 1};
    struct events_end end = {&result, 1, "1 failed"};
    char *bytes = stream_of(events, 4, &end);
    CHECK(has(bytes, "{\"v\":1,\"seq\":0,\"t\":0,\"type\":\"run.start\","
                     "\"args\":[\"build\"],\"cwd\":\"/"));
    CHECK(has(bytes, "\"jobs\":3,\"graph\":\""));
    CHECK(has(bytes,
              "{\"v\":1,\"seq\":1,\"t\":5,\"type\":\"action.start\","
              "\"id\":0,\"path\":\"main.o\",\"desc\":\"cc -c 'a b.c'\","
              "\"lane\":0,\"why\":[{\"code\":\"input-changed\",\"subject\":"
              "\"a b.c\",\"before\":\"1\",\"after\":\"2\"}]}\n"));
    CHECK(has(bytes, "\"type\":\"action.end\",\"id\":0,\"path\":\"main.o\","
                     "\"status\":\"failed\",\"exit\":3,\"dur\":4,\"cpu\":0,"
                     "\"rss\":0,\"cutoff\":false,\"output\":"
                     "\"no\xef\xbf\xbd\\n\",\"output_b64\":\"bm//Cg==\"}\n"));
    CHECK(has(bytes, "{\"v\":1,\"seq\":3,"));
    CHECK(has(bytes, "\"type\":\"run.end\",\"status\":\"failed\",\"exit\":1,"
                     "\"counts\":{\"wanted\":1,\"ran\":1,\"failed\":1,"));
    CHECK(has(bytes, "\"message\":\"1 failed\"}\n"));
    free(bytes);
    graph_destroy(g);
}

TEST(events_begin_and_end_even_when_nothing_happened)
{
    struct exec_result result = {0};
    struct events_end end = {&result, 3, NULL};
    char *bytes = stream_of(NULL, 0, &end);
    CHECK(has(bytes, "\"seq\":0,\"t\":0,\"type\":\"run.start\""));
    CHECK(has(bytes, "\"seq\":1,"));
    CHECK(has(bytes, "\"type\":\"run.end\",\"status\":\"error\",\"exit\":3"));
    free(bytes);
}

TEST(events_know_how_a_run_was_interrupted)
{
    struct exec_result result = {.signal = 2};
    struct events_end end = {&result, 130, NULL};
    char *bytes = stream_of(NULL, 0, &end);
    CHECK(has(bytes, "\"status\":\"interrupted\",\"exit\":130"));
    free(bytes);
}

TEST(events_need_a_place_to_go)
{
    const char *bad[] = {"fd:", "fd:x", "fd:-1", "fd:999", "/no/such/folder/f"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct events *stream = NULL;
        struct error err = {0};
        CHECK(!events_open(bad[i], &stream, &err));
        CHECK_EQ_INT(err.class, ERROR_CLASS_USAGE);
        CHECK(err.help != NULL);
        error_finish(&err);
    }
}

static const char *
described(void (*describe)(struct buffer *out, int64_t n), int64_t n)
{
    static struct buffer out;
    buffer_truncate(&out, 0);
    describe(&out, n);
    return buffer_str(&out);
}

TEST(describe_durations)
{
    CHECK_EQ_STR(described(describe_duration, 0), "0 ms");
    CHECK_EQ_STR(described(describe_duration, 38400), "38 ms");
    CHECK_EQ_STR(described(describe_duration, 1200000), "1.20 s");
    CHECK_EQ_STR(described(describe_duration, 59999999), "59.99 s");
    CHECK_EQ_STR(described(describe_duration, 125000000), "2:05");
}

TEST(describe_words_as_a_shell_reads_them)
{
    const char *pairs[][2] = {
        {"-O2", "-O2"},         {"", "''"},       {"a b", "'a b'"},
        {"it's", "'it'\\''s'"}, {"$x", "'$x'"},   {"gr\xc3\xbc", "gr\xc3\xbc"},
        {"-DX=1", "-DX=1"},     {"a;b", "'a;b'"},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        struct buffer out = {0};
        describe_word(&out, slice_of(pairs[i][0]));
        CHECK_EQ_STR(buffer_str(&out), pairs[i][1]);
        buffer_finish(&out);
    }
}

TEST(describe_reasons_in_words)
{
    struct exec_reason reasons[] = {
        {"input-changed", "a.h", NULL, NULL, false},
        {"always", "x", NULL, NULL, false},
        {"never-built", NULL, NULL, NULL, false},
        {"unheard-of", NULL, NULL, NULL, false},
        {"env-changed", "CC", "a", "b", false},
        {"command-changed", NULL, "", "", false},
    };
    const char *texts[] = {"a.h changed",        "it always runs",
                           "it was never built", "unheard-of",
                           "env CC changed",     "command changed"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct buffer out = {0};
        describe_reason(&out, &reasons[i]);
        CHECK_EQ_STR(buffer_str(&out), texts[i]);
        buffer_finish(&out);
    }
}
