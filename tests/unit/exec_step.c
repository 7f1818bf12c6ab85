/* SPDX-License-Identifier: MIT */
#include "exec/run/step.h"

#include "exec/base/memory.h"
#include "exec/decide/tools.h"
#include "tests/lib/test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- A host without a language: function 1 makes text upper case and gives a
 * host value, 2 splits it into paths, 3 fails, 4 is stale. ------------------- */

static char *host_texts[16];
static uint32_t host_count;
static int host_alive;

static void
set_host(struct exec_value *value, char *text)
{
    host_texts[host_count] = text;
    value->kind = EXEC_VALUE_HOST;
    value->host = host_count++;
    host_alive++;
}

static enum exec_answer
host_call(void *ctx, struct function_ref function, struct exec_value in,
          struct exec_value *out, struct error *err)
{
    (void)ctx;
    char *text = mem_copy(in.bytes, in.len);
    free(in.bytes);
    *out = (struct exec_value){0};
    if (function.number == 3) {
        free(text);
        error_set(err, ERROR_CLASS_BUILD, "it failed");
        return ANSWER_ERROR;
    }
    if (function.number == 4) {
        free(text);
        error_set(err, ERROR_CLASS_GRAPH, "it is another");
        return ANSWER_STALE;
    }
    for (char *c = text; *c != '\0'; c++) {
        if (function.number == 1 && *c >= 'a' && *c <= 'z') {
            *c = (char)(*c - 'a' + 'A');
        }
    }
    set_host(out, text);
    return ANSWER_OK;
}

static bool
host_bytes(void *ctx, const struct exec_value *value, char **bytes, size_t *len,
           struct error *err)
{
    (void)ctx;
    (void)err;
    *len = strlen(host_texts[value->host]);
    *bytes = mem_copy(host_texts[value->host], *len);
    return true;
}

static bool
host_paths(void *ctx, const struct exec_value *value, char **paths, size_t *len,
           struct error *err)
{
    (void)ctx;
    (void)err;
    const char *text = host_texts[value->host];
    *len = strlen(text);
    *paths = mem_copy(text, *len);
    for (size_t i = 0; i < *len; i++) {
        if ((*paths)[i] == '\n') {
            (*paths)[i] = '\0';
        }
    }
    return true;
}

static void
host_drop(void *ctx, struct exec_value *value)
{
    (void)ctx;
    free(host_texts[value->host]);
    host_texts[value->host] = NULL;
    host_alive--;
}

static const struct exec_host host = {
    .call = host_call,
    .value_bytes = host_bytes,
    .value_paths = host_paths,
    .value_drop = host_drop,
};

/* --- One action, made step by step ------------------------------------------------ */

static struct graph *g;
static struct action *action;
static struct action_id action_id;
static struct loop *loop;
static struct steps *steps;
static struct tools *tools;

static struct str_id
str(const char *text)
{
    return graph_intern(g, text, strlen(text));
}

static struct file_id
file(const char *path)
{
    return graph_add_file(g, path, strlen(path));
}

static void
begin(void)
{
    g = graph_create();
    action_id = graph_begin_action(g, &action);
    action->key = str("it");
    action->depfile = FILE_NONE;
    action->depfile_kinds = EDGE_IFWRITTEN;
}

static struct step *
shell(const char *script)
{
    struct step *step = graph_add_step(g, STEP_COMMAND);
    graph_add_arg(g, str("sh"));
    graph_add_arg(g, str("-c"));
    graph_add_arg(g, str(script));
    return step;
}

static struct step *
value_shell(const char *script)
{
    struct step *step = shell(script);
    step->out.kind = STREAM_VALUE;
    return step;
}

static void
transform(uint32_t number)
{
    graph_add_step(g, STEP_TRANSFORM)->function.number = number;
}

static void
write_value(const char *path)
{
    struct step *step = graph_add_step(g, STEP_WRITE);
    step->file = file(path);
    step->text = STR_NONE;
}

static struct step_run *
start(void)
{
    graph_end_action(g);
    struct error err = {0};
    if (!graph_seal(g, &err) || !loop_create(&loop, &err)) {
        printf("# %s\n", err.what);
        return NULL;
    }
    tools = tools_create(test_dir());
    struct steps_options options = {.loop = loop,
                                    .root = test_dir(),
                                    .state_dir = test_dir(),
                                    .host = &host,
                                    .tools = tools};
    if (!steps_create(&options, &steps, &err)) {
        printf("# %s\n", err.what);
        return NULL;
    }
    static int ctx;
    struct step_run *run = steps_start(steps, g, action_id, &ctx);
    CHECK(step_run_ctx(run) == &ctx);
    return run;
}

static struct step_result *
finish_of(struct step_run *run)
{
    while (!steps_has_ended(steps)) {
        loop_turn(loop, true);
    }
    CHECK(steps_take_ended(steps) == run);
    CHECK(steps_take_ended(steps) == NULL);
    return step_run_result(run);
}

static struct step_run *
run_it(void)
{
    struct step_run *run = start();
    finish_of(run);
    return run;
}

static void
end(struct step_run *run)
{
    step_run_destroy(run);
    steps_destroy(steps);
    tools_destroy(tools);
    loop_destroy(loop);
    graph_destroy(g);
    CHECK_EQ_INT(host_alive, 0);
    host_count = 0;
}

static const char *
content(const char *path)
{
    static char text[4096];
    char full[1024];
    snprintf(full, sizeof(full), "%s/%s", test_dir(), path);
    FILE *stream = fopen(full, "re");
    if (stream == NULL) {
        return NULL;
    }
    text[fread(text, 1, sizeof(text) - 1, stream)] = '\0';
    fclose(stream);
    return text;
}

static void
put(const char *path, const char *text)
{
    char full[1024];
    snprintf(full, sizeof(full), "%s/%s", test_dir(), path);
    FILE *stream = fopen(full, "we");
    if (CHECK(stream != NULL)) {
        fputs(text, stream);
        fclose(stream);
    }
}

/* --- Commands ------------------------------------------------------------------------ */

TEST(step_captures_both_streams_in_order)
{
    begin();
    shell("echo a; echo b >&2; echo c");
    struct step_run *run = run_it();
    struct step_result *result = step_run_result(run);
    CHECK_EQ_INT(result->end, STEP_END_OK);
    struct slice output = output_view(&result->output);
    CHECK_EQ_INT(output.len, 6);
    CHECK_EQ_MEM(output.bytes, "a\nb\nc\n", 6);
    CHECK(result->duration_us > 0);
    end(run);
}

TEST(step_stops_at_the_first_failure)
{
    begin();
    shell("exit 3");
    shell("touch second");
    struct step_run *run = run_it();
    CHECK_EQ_INT(step_run_result(run)->end, STEP_END_FAILED);
    CHECK_EQ_INT(step_run_result(run)->exit_code, 3);
    CHECK(content("second") == NULL);
    end(run);
}

TEST(step_tells_the_signal)
{
    begin();
    shell("kill -TERM $$");
    struct step_run *run = run_it();
    CHECK_EQ_INT(step_run_result(run)->end, STEP_END_KILLED);
    CHECK_EQ_INT(step_run_result(run)->signal, SIGTERM);
    end(run);
}

TEST(step_missing_program)
{
    begin();
    graph_add_step(g, STEP_COMMAND);
    graph_add_arg(g, str("frobnicate"));
    struct step_run *run = run_it();
    struct step_result *result = step_run_result(run);
    CHECK_EQ_INT(result->end, STEP_END_FAILED);
    CHECK(result->err.what != NULL &&
          strstr(result->err.what, "cannot start frobnicate: not found in") !=
              NULL);
    end(run);
}

TEST(step_environment)
{
    setenv("NAMED", "1", 1);
    setenv("OTHER", "2", 1);
    begin();
    graph_add_env(g, str("NAMED"));
    graph_add_env(g, str("UNSET_ONE"));
    shell("echo ${NAMED-no} ${OTHER-no} ${SET-no} ${UNSET_ONE-no} "
          "${PATH+path}");
    graph_add_step_env(g, str("SET"), str("3"));
    struct step_run *run = run_it();
    CHECK_EQ_MEM(output_view(&step_run_result(run)->output).bytes,
                 "1 no 3 no path\n", 15);
    end(run);
    begin();
    action->flags = ACTION_ENV_INHERIT;
    shell("echo $OTHER");
    run = run_it();
    CHECK_EQ_MEM(output_view(&step_run_result(run)->output).bytes, "2\n", 2);
    end(run);
}

TEST(step_redirections)
{
    put("in.txt", "from file\n");
    begin();
    struct step *step = shell("cat; echo oops >&2");
    step->in = (struct stream){STREAM_FILE, str("in.txt")};
    step->out = (struct stream){STREAM_FILE, str("deep/er/out.txt")};
    step->err = (struct stream){STREAM_FILE, str("deep/er/out.txt")};
    struct step_run *run = run_it();
    CHECK_EQ_INT(step_run_result(run)->end, STEP_END_OK);
    CHECK_EQ_STR(content("deep/er/out.txt"), "from file\noops\n");
    CHECK_EQ_INT(step_run_result(run)->output.len, 0);
    end(run);
}

TEST(step_runs_in_a_folder)
{
    char path[1024];
    snprintf(path, sizeof(path), "%s/folder", test_dir());
    CHECK(mkdir(path, 0777) == 0);
    begin();
    struct step *step = shell("echo x > here");
    step->dir = str("folder");
    struct step_run *run = run_it();
    CHECK_EQ_STR(content("folder/here"), "x\n");
    end(run);
}

TEST(step_does_not_wait_for_a_grandchild)
{
    begin();
    shell("echo first; sleep 1000 & echo $! > sleeper; echo last");
    struct step_run *run = run_it();
    struct step_result *result = step_run_result(run);
    CHECK_EQ_INT(result->end, STEP_END_OK);
    CHECK_EQ_MEM(output_view(&result->output).bytes, "first\nlast\n", 11);
    CHECK(result->note != NULL);
    const char *sleeper = content("sleeper");
    if (CHECK(sleeper != NULL)) {
        CHECK(kill((pid_t)strtol(sleeper, NULL, 10), SIGKILL) == 0);
    }
    end(run);
}

TEST(step_large_output_goes_to_a_file)
{
    begin();
    shell("head -c 5000000 /dev/zero; echo end");
    struct step_run *run = run_it();
    struct step_result *result = step_run_result(run);
    CHECK_EQ_INT(result->output.len, 5000004);
    CHECK(result->output.fd >= 0);
    struct slice output = output_view(&result->output);
    CHECK_EQ_MEM(output.bytes + 5000000, "end\n", 4);
    end(run);
}

/* --- Values -------------------------------------------------------------------------- */

TEST(step_value_passes_along)
{
    begin();
    value_shell("printf abc; echo seen >&2");
    transform(1);
    write_value("made/value.txt");
    struct step *step = shell("cat > stdin.txt");
    step->in.kind = STREAM_VALUE;
    struct step_run *run = run_it();
    struct step_result *result = step_run_result(run);
    CHECK_EQ_INT(result->end, STEP_END_OK);
    CHECK_EQ_STR(content("made/value.txt"), "ABC");
    CHECK_EQ_STR(content("stdin.txt"), "ABC");
    CHECK_EQ_MEM(output_view(&result->output).bytes, "seen\n", 5);
    end(run);
}

TEST(step_large_value)
{
    begin();
    value_shell("head -c 3000000 /dev/zero");
    value_shell("wc -c | tr -d ' '");
    write_value("count");
    struct step_run *run = run_it();
    CHECK_EQ_INT(step_run_result(run)->end, STEP_END_OK);
    CHECK_EQ_STR(content("count"), "3000000\n");
    end(run);
}

TEST(step_empty_value)
{
    begin();
    value_shell(":");
    write_value("empty");
    struct step_run *run = run_it();
    CHECK_EQ_INT(step_run_result(run)->end, STEP_END_OK);
    CHECK_EQ_STR(content("empty"), "");
    end(run);
}

TEST(step_read_and_write)
{
    put("source", "some text");
    begin();
    graph_add_step(g, STEP_READ)->file = file("source");
    transform(1);
    write_value("upper");
    struct step *step = graph_add_step(g, STEP_WRITE);
    step->file = file("fixed");
    step->text = str("fixed text");
    struct step_run *run = run_it();
    CHECK_EQ_STR(content("upper"), "SOME TEXT");
    CHECK_EQ_STR(content("fixed"), "fixed text");
    end(run);
}

TEST(step_write_leaves_equal_bytes_alone)
{
    put("same", "text");
    put("other", "texx");
    char path[1024];
    snprintf(path, sizeof(path), "%s/same", test_dir());
    struct stat before;
    struct stat after;
    CHECK(chmod(path, 0640) == 0 && stat(path, &before) == 0);
    for (int i = 0; i < 2; i++) {
        begin();
        struct step *step = graph_add_step(g, STEP_WRITE);
        step->file = file(i == 0 ? "same" : "other");
        step->text = str("text");
        struct step_run *run = run_it();
        CHECK_EQ_INT(step_run_result(run)->end, STEP_END_OK);
        end(run);
    }
    CHECK(stat(path, &after) == 0);
    CHECK_EQ_INT(after.st_ino, before.st_ino);
    CHECK_EQ_INT(after.st_mtim.tv_nsec, before.st_mtim.tv_nsec);
    CHECK_EQ_STR(content("other"), "text");
}

TEST(step_without_a_value)
{
    begin();
    shell(":");
    write_value("nothing");
    struct step_run *run = run_it();
    CHECK_EQ_INT(step_run_result(run)->end, STEP_END_FAILED);
    CHECK_EQ_STR(step_run_result(run)->err.what,
                 "step 2 wants a value, and there is none");
    end(run);
}

TEST(step_function_that_fails_or_is_stale)
{
    begin();
    value_shell("echo x");
    transform(3);
    struct step_run *run = run_it();
    CHECK_EQ_INT(step_run_result(run)->end, STEP_END_FAILED);
    CHECK_EQ_STR(step_run_result(run)->err.what, "it failed");
    end(run);
    begin();
    value_shell("echo x");
    transform(4);
    run = run_it();
    CHECK_EQ_INT(step_run_result(run)->end, STEP_END_STALE);
    end(run);
}

TEST(step_dynout_value)
{
    begin();
    action->flags = ACTION_DYNOUT;
    value_shell("printf 'a\\nb/c\\n'");
    transform(2);
    struct step_run *run = run_it();
    struct step_result *result = step_run_result(run);
    CHECK_EQ_INT(result->end, STEP_END_OK);
    CHECK_EQ_INT(result->value.len, 6);
    CHECK_EQ_MEM(result->value.bytes, "a\0b/c\0", 6);
    end(run);
    begin();
    action->flags = ACTION_DYNOUT;
    shell(":");
    run = run_it();
    CHECK_EQ_INT(step_run_result(run)->end, STEP_END_FAILED);
    CHECK_EQ_STR(step_run_result(run)->err.what,
                 "a dynout wants a list of paths, not nothing");
    end(run);
}

/* --- Discovered inputs ------------------------------------------------------------------- */

TEST(step_depfile)
{
    begin();
    action->depfile = file("deps/x.d");
    action->flags = ACTION_DEPS_GCC;
    shell("echo 'x.o: a.h b.h' > deps/x.d");
    struct step_run *run = run_it();
    struct step_result *result = step_run_result(run);
    CHECK_EQ_INT(result->end, STEP_END_OK);
    CHECK_EQ_INT(result->discovered.len, 8);
    CHECK_EQ_MEM(result->discovered.bytes, "a.h\0b.h\0", 8);
    CHECK_EQ_INT(result->discovered_kinds, EDGE_IFWRITTEN);
    end(run);
    CHECK(content("deps/x.d") == NULL); // removed by the end of the steps
}

TEST(step_missing_depfile)
{
    for (int i = 0; i < 2; i++) {
        begin();
        action->depfile = file("no.d");
        action->flags = i == 0 ? 0 : ACTION_MAY_NOT_WRITE;
        shell(":");
        struct step_run *run = run_it();
        CHECK_EQ_INT(step_run_result(run)->end,
                     i == 0 ? STEP_END_FAILED : STEP_END_OK);
        end(run);
    }
}

TEST(step_discovered_by_a_step)
{
    begin();
    value_shell("printf 'one\\ntwo\\n'");
    transform(2);
    graph_add_step(g, STEP_DISCOVERED)->kinds = EDGE_IFCHANGED;
    struct step_run *run = run_it();
    struct step_result *result = step_run_result(run);
    CHECK_EQ_INT(result->discovered_kinds, EDGE_IFCHANGED);
    CHECK_EQ_MEM(result->discovered.bytes, "one\0two\0", 8);
    end(run);
}

/* --- Folders and the root ------------------------------------------------------------------ */

TEST(step_makes_folders_of_outputs)
{
    begin();
    graph_add_output(g, file("x/y/z/out"));
    shell("echo made > x/y/z/out");
    struct step_run *run = run_it();
    CHECK_EQ_STR(content("x/y/z/out"), "made\n");
    end(run);
}

TEST(step_output_below_a_file)
{
    put("plain", "");
    begin();
    graph_add_output(g, file("plain/out"));
    shell(":");
    struct step_run *run = run_it();
    CHECK_EQ_INT(step_run_result(run)->end, STEP_END_FAILED);
    CHECK_EQ_STR(step_run_result(run)->err.what,
                 "cannot make the folder plain: there is a file of that name");
    end(run);
}

TEST(step_output_through_a_link_out_of_the_root)
{
    char path[1024];
    snprintf(path, sizeof(path), "%s/link", test_dir());
    CHECK(symlink("/tmp", path) == 0);
    begin();
    graph_add_output(g, file("link/out"));
    shell("touch ran");
    struct step_run *run = run_it();
    CHECK_EQ_INT(step_run_result(run)->end, STEP_END_FAILED);
    CHECK_EQ_STR(step_run_result(run)->err.what,
                 "output link/out leads out of the build root, through a link");
    CHECK(content("ran") == NULL);
    end(run);
}

/* --- Stopping --------------------------------------------------------------------------------- */

TEST(step_stop_ends_a_command)
{
    begin();
    shell("sleep 1000");
    shell("touch after_stop");
    struct step_run *run = start();
    steps_stop(steps, SIGTERM);
    CHECK_EQ_INT(finish_of(run)->end, STEP_END_STOPPED);
    CHECK(content("after_stop") == NULL);
    end(run);
}

TEST(step_stop_ends_a_stopped_command)
{
    begin();
    shell("sleep 1000");
    struct step_run *run = start();
    steps_signal(steps, SIGSTOP);
    steps_stop(steps, SIGTERM);
    CHECK_EQ_INT(finish_of(run)->end, STEP_END_STOPPED);
    end(run);
}

/* Without descriptors a command waits until there are some. */
TEST(step_waits_for_descriptors)
{
    begin();
    shell("echo x");
    struct step_run *first = run_it();
    step_run_destroy(first);
    struct rlimit limit;
    CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    int next = dup(0);
    close(next);
    struct rlimit low = {(rlim_t)next, limit.rlim_max};
    CHECK(setrlimit(RLIMIT_NOFILE, &low) == 0);
    struct step_run *run = steps_start(steps, g, action_id, NULL);
    CHECK_EQ_INT(steps_busy(steps), 1);
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    CHECK_EQ_INT(finish_of(run)->end, STEP_END_OK);
    CHECK_EQ_INT(steps_busy(steps), 0);
    end(run);
}
