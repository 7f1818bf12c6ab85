/* SPDX-License-Identifier: MIT */
/* What the kinds of progress draw and say, with a clock that the tests turn. */
#include "runtime/progress/heartbeat.h"
#include "runtime/progress/registry.h"
#include "tests/lib/test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND 1000000

static struct progress_options options;
static struct stage stage;
static struct frame frame;
static struct graph *g;
static void *self;

/* An action with that description. */
static void
add_action(const char *output, const char *description)
{
    struct action *action = NULL;
    graph_begin_action(g, &action);
    action->key = graph_intern(g, output, strlen(output));
    action->description = graph_intern(g, description, strlen(description));
    action->depfile = FILE_NONE;
    graph_add_output(g, graph_add_file(g, output, strlen(output)));
    graph_add_step(g, STEP_COMMAND);
    graph_add_arg(g, graph_intern(g, "cc", 2));
    graph_end_action(g);
}

static void
begin(const struct progress_backend *backend)
{
    struct error err = {0};
    unsetenv("RONIN_STATUS");
    unsetenv("NINJA_STATUS");
    options = (struct progress_options){.jobs = 4};
    g = graph_create();
    add_action("out/one.o", "CC one.c");
    add_action("out/two.o", "CC two.c");
    add_action("bin/app", "LINK \xe6\xbc\xa2\xe5\xad\x97/app");
    add_action("bin/\xd1\x84\xd1\x84\xd1\x84\xd1\x84\xd1\x84\xd1\x84\xd1\x84"
               "\xd1\x84\xd1\x84\xd1\x84-\xd1\x84\xd1\x84\xd1\x84\xd1\x84\xd1"
               "\x84\xd1\x84\xd1\x84\xd1\x84\xd1\x84\xd1\x84-\xd1\x84\xd1\x84"
               "\xd1\x84\xd1\x84\xd1\x84\xd1\x84\xd1\x84\xd1\x84\xd1\x84\xd1"
               "\x84-\xd1\x84\xd1\x84\xd1\x84\xd1\x84\xd1\x84\xd1\x84\xd1\x84"
               "\xd1\x84\xd1\x84\xd1\x84",
               "SIGN");
    CHECK(graph_seal(g, &err));
    stage_init(&stage, &options);
    self = backend->create(&stage);
}

static void
end(const struct progress_backend *backend)
{
    backend->destroy(self);
    stage_finish(&stage);
    frame_finish(&frame);
    graph_destroy(g);
}

/* At so many seconds of the clock; the counts are those of all events. */
static void
tell(double at, enum exec_event_type type, uint32_t action,
     struct exec_event event)
{
    event.type = type;
    event.graph = g;
    event.action = (struct action_id){action};
    event.wanted = 4;
    event.time_us = (int64_t)(at * SECOND);
    tally_event(&stage.tally, &event, SECOND + event.time_us);
}

static const char *
painted(const struct progress_backend *backend, double at, uint32_t columns,
        uint32_t rows)
{
    frame_reset(&frame, columns, rows);
    backend->paint(self, &frame, SECOND + (int64_t)(at * SECOND));
    return buffer_str(&frame.bytes);
}

TEST(bar_says_what_is_looked_at_after_half_a_second)
{
    begin(&progress_bar);
    CHECK_EQ_STR(painted(&progress_bar, 9, 80, 24), "");
    tally_phase(&stage.tally, "loading build.magma", SECOND);
    CHECK_EQ_STR(painted(&progress_bar, 0.4, 80, 24), "");
    CHECK_EQ_STR(painted(&progress_bar, 0.6, 80, 24),
                 "loading build.magma  0.6s\n");
    tally_phase(&stage.tally, NULL, 2 * SECOND);
    tell(1, EVENT_RUN_START, ID_NONE,
         (struct exec_event){.finished = 1, .at_least = true});
    CHECK_EQ_STR(painted(&progress_bar, 2, 80, 24),
                 "checking 1/\xe2\x89\xa5 4  2.0s\n");
    end(&progress_bar);
}

TEST(bar_has_counts_what_runs_and_the_way_to_the_end)
{
    struct action_id path[] = {{0}, {2}};
    struct exec_outlook outlook = {
        .left_us = 61 * SECOND, .path = path, .path_count = 2, .path_more = 1};
    begin(&progress_bar);
    outlook.graph = g;
    tell(0, EVENT_ACTION_START, 0,
         (struct exec_event){.usual_us = 2 * SECOND,
                             .finished = 1,
                             .at_least = true,
                             .outlook = &outlook});
    tell(1, EVENT_ACTION_START, 2, (struct exec_event){.finished = 1});
    tell(1, EVENT_ACTION_START, 1,
         (struct exec_event){.finished = 1, .at_least = true});
    CHECK_EQ_STR(
        painted(&progress_bar, 3, 72, 24),
        "[==========>-----------------------------] 1/\xe2\x89\xa5 4  ETA 0:58"
        "  3/4 jobs\n"
        "   3.0s  CC one.c  (usually 2.0s)\n"
        "   2.0s  LINK \xe6\xbc\xa2\xe5\xad\x97/app\n"
        "   2.0s  CC two.c\n"
        "                                          critical path: one.o "
        "\xe2\x86\x92 app"
        " \xe2\x86\x92 \xe2\x80\xa6\n");
    // A third of the rows, and the rest by its number.
    CHECK_EQ_STR(painted(&progress_bar, 100, 34, 9),
                 "1/\xe2\x89\xa5 4  ETA 0:00  3/4 jobs\n"
                 "   1:40  CC one.c\n"
                 "     +2 more       one.o \xe2\x86\x92 app \xe2\x86\x92 "
                 "\xe2\x80\xa6\n");
    CHECK_EQ_STR(painted(&progress_bar, 3, 200, 1),
                 "[==========>-----------------------------] 1/\xe2\x89\xa5 4"
                 "  ETA 0:58  3/4 jobs\n");
    end(&progress_bar);
}

/* Columns, not bytes: and no character is cut in two. */
TEST(bar_elides_names_by_columns)
{
    struct action_id path[] = {{3}, {2}};
    struct exec_outlook outlook = {.left_us = -1,
                                   .path = path,
                                   .path_count = 2};
    begin(&progress_bar);
    outlook.graph = g;
    tell(0, EVENT_ACTION_START, 2, (struct exec_event){.outlook = &outlook});
    CHECK_EQ_STR(painted(&progress_bar, 1, 18, 24),
                 "0/4  1/4 jobs\n"
                 "   1.0s  LINK\xe2\x80\xa6/app\n"
                 "\xd1\x84\xd1\x84\xd1\x84\xd1\x84\xd1\x84\xd1\x84\xd1\x84\xd1"
                 "\x84\xd1\x84\xe2\x80\xa6\xd1\x84\xd1\x84 \xe2\x86\x92 app\n");
    CHECK(strstr(painted(&progress_bar, 1, 100, 24), "?") == NULL);
    end(&progress_bar);
}

TEST(bar_is_red_after_a_failure_and_amber_where_it_takes_long)
{
    begin(&progress_bar);
    frame.color = true;
    tell(0, EVENT_ACTION_START, 0, (struct exec_event){.usual_us = SECOND});
    tell(0, EVENT_ACTION_START, 1, (struct exec_event){0});
    CHECK(strstr(painted(&progress_bar, 1.9, 80, 24), "\033[33m") == NULL);
    CHECK(strstr(painted(&progress_bar, 1.9, 80, 24), "[\033[32m>") != NULL);
    CHECK(strstr(painted(&progress_bar, 2.1, 80, 24), "\033[33m2.1s  CC one") !=
          NULL);
    tell(3, EVENT_ACTION_END, 1,
         (struct exec_event){.status = STATUS_FAILED,
                             .failed = 1,
                             .finished = 1});
    const char *text = painted(&progress_bar, 3, 80, 24);
    CHECK(strstr(text, "[\033[31m==========>") != NULL);
    CHECK(strstr(text, "\033[31m  1 failed\033[0m\n") != NULL);
    frame.color = false;
    end(&progress_bar);
}

/* While nothing runs, whatever it is: the time since the last thing ran. */
TEST(bar_tells_that_nothing_runs)
{
    begin(&progress_bar);
    tell(0, EVENT_ACTION_START, 0, (struct exec_event){0});
    tell(1, EVENT_ACTION_END, 0, (struct exec_event){.finished = 4});
    CHECK(strstr(painted(&progress_bar, 1.4, 80, 24), "checking") == NULL);
    CHECK(strstr(painted(&progress_bar, 2, 80, 24),
                 "4/4  0/4 jobs  checking 1.0s\n") != NULL);
    tally_phase(&stage.tally, "writing records", 4 * SECOND);
    CHECK(strstr(painted(&progress_bar, 5, 80, 24),
                 "0/4 jobs  writing records 2.0s\n") != NULL);
    end(&progress_bar);
}

/* --- What is told where nothing is drawn ------------------------------------------ */

static struct heartbeat heartbeat;
static int paper[2];
static int before;
static char read_back[400];

/* What is printed between the two goes to the pipe. */
static void
begin_paper(void)
{
    REQUIRE(pipe(paper) == 0);
    fflush(stdout);
    before = dup(STDOUT_FILENO);
    REQUIRE(dup2(paper[1], STDOUT_FILENO) == STDOUT_FILENO);
}

/* What was printed is in read_back then. */
static void
end_paper(void)
{
    fflush(stdout);
    REQUIRE(dup2(before, STDOUT_FILENO) == STDOUT_FILENO);
    close(before);
    close(paper[1]);
    ssize_t len = read(paper[0], read_back, sizeof(read_back) - 1);
    REQUIRE(len >= 0);
    read_back[len] = 0;
    close(paper[0]);
}

/* What one tick says; and in how many microseconds the next is due. */
static void
tick(double at, char **said, int64_t *next_us)
{
    begin_paper();
    screen_lock(stage.screen);
    *next_us =
        heartbeat_tick(&heartbeat, &stage, SECOND + (int64_t)(at * SECOND));
    screen_unlock(stage.screen);
    end_paper();
    *said = read_back;
}

TEST(heartbeat_tells_once_what_takes_long_and_then_each_minute_what_runs)
{
    char *said = NULL;
    int64_t next_us = 0;
    begin(&progress_none);
    unsetenv("RONIN_HEARTBEAT_MS");
    heartbeat = (struct heartbeat){0};
    stage.screen = screen_create(&(struct screen_options){0});
    tally_phase(&stage.tally, "scanning", SECOND);
    tick(0.2, &said, &next_us);
    CHECK_EQ_INT(next_us, SECOND * 3 / 10);
    CHECK_EQ_STR(said, "");
    tick(0.5, &said, &next_us);
    CHECK_EQ_INT(next_us, 59 * SECOND + SECOND * 7 / 10);
    CHECK_EQ_STR(said, "scanning\n");
    tick(5, &said, &next_us);
    CHECK_EQ_STR(said, "");
    tally_phase(&stage.tally, NULL, 7 * SECOND);
    tell(6, EVENT_RUN_START, ID_NONE, (struct exec_event){.at_least = true});
    tick(6.6, &said, &next_us);
    CHECK_EQ_STR(said, "checking 0/\xe2\x89\xa5 4\n");
    tell(7, EVENT_ACTION_START, 0, (struct exec_event){.at_least = true});
    tell(8, EVENT_ACTION_START, 1, (struct exec_event){.at_least = true});
    tick(60, &said, &next_us);
    CHECK_EQ_INT(next_us, SECOND / 5);
    CHECK_EQ_STR(said, "");
    tick(60.2, &said, &next_us);
    CHECK_EQ_INT(next_us, 60 * SECOND);
    CHECK_EQ_STR(said, "[0/\xe2\x89\xa5 4] still running: out/one.o (53.20 s),"
                       " out/two.o (52.20 s)\n");
    screen_destroy(stage.screen);
    end(&progress_none);
}

/* What plain progress says of the end of an action. */
static const char *
said_at_end(uint32_t action, double seconds, const char *output)
{
    struct exec_event event = {.type = EVENT_ACTION_END,
                               .graph = g,
                               .action = {action},
                               .wanted = 4,
                               .status = STATUS_OK,
                               .output = output,
                               .output_len = strlen(output),
                               .duration_us = (int64_t)(seconds * SECOND)};
    begin_paper();
    tally_event(&stage.tally, &event, SECOND);
    progress_plain.event(self, &event);
    end_paper();
    return read_back;
}

TEST(plain_tells_of_what_printed_something_or_took_ten_seconds)
{
    begin(&progress_plain);
    stage.screen = screen_create(&(struct screen_options){0});
    CHECK_EQ_STR(said_at_end(0, 9.9, ""), "");
    CHECK_EQ_STR(said_at_end(1, 10, ""), "[0/4] CC two.c  (10.00 s)\n");
    CHECK_EQ_STR(said_at_end(3, 0.1, "signed\n"), "[0/4] SIGN\nsigned\n");
    screen_destroy(stage.screen);
    end(&progress_plain);
}
