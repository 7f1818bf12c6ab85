/* SPDX-License-Identifier: MIT */
/*
 * The server for editors, in a process of its own, and a client that asks it: what
 * sessions keep, what interrupts end, what signals do, what is asked wrongly.
 */
#include "runtime/repl/nrepl.h"

#include "runtime/repl/bencode.h"
#include "runtime/repl/repl.h"
#include "tests/lib/test.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct {
    pid_t process;
    int fd;
    struct buffer input; /* that no message was made of yet */
    int last_id;
} server;

static char told[2000]; /* the answers to one question, see tell */

/* --- The server ---------------------------------------------------------------------- */

static void
serve(int out)
{
    struct session_options options = {.fuel = 1000000000000};
    struct error err = {0};
    dup2(out, STDOUT_FILENO);
    repl_start(&options);
    bool done = nrepl_run(0, &err);
    repl_finish();
    _exit(done ? 0 : 9);
}

/* Starts it in the folder of the test, and connects. */
static void
start(void)
{
    int ends[2];
    int code = chdir(test_dir());
    FILE *file = fopen("build.magma", "w");
    assert(code == 0 && file != NULL);
    fputs(
        "(action :outputs [\"made\"] :rule {:command [\"touch\" \"made\"]})\n",
        file);
    fclose(file);
    code = pipe(ends);
    assert(code == 0);
    fflush(NULL);
    server.process = fork();
    if (server.process == 0) {
        serve(ends[1]);
    }
    close(ends[1]);
    unsigned port = 0;
    FILE *out = fdopen(ends[0], "r");
    int got = fscanf(out, "nREPL server started on port %u", &port);
    assert(got == 1);
    fclose(out);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    code = connect(server.fd, (struct sockaddr *)&address, sizeof(address));
    assert(code == 0);
    server.last_id = 0;
}

/* The exit status of the server; 128 and more for a signal that killed it. */
static int
wait_for_end(void)
{
    int status = 0;
    pid_t ended = waitpid(server.process, &status, 0);
    assert(ended == server.process);
    close(server.fd);
    buffer_finish(&server.input);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int
stop(void)
{
    kill(server.process, SIGTERM);
    return wait_for_end();
}

/* --- The client ----------------------------------------------------------------------- */

/* Sends a message of keys and texts, ended by NULL; its id is a number. */
static int
say(const char *const *pairs)
{
    struct bencode_dict dict = {{0}};
    struct buffer out = {0};
    char id[16];
    snprintf(id, sizeof(id), "%d", ++server.last_id);
    bencode_put_str(&dict, "id", id);
    for (; *pairs != NULL; pairs += 2) {
        if (pairs[1] != NULL) {
            bencode_put_str(&dict, pairs[0], pairs[1]);
        }
    }
    bencode_end(&dict, &out);
    ssize_t n = send(server.fd, out.bytes, out.len, MSG_NOSIGNAL);
    CHECK_EQ_INT(n, (ssize_t)out.len);
    buffer_finish(&out);
    return server.last_id;
}

/* " value=3", " status=a,done" */
static void
tell(const struct bencode *message)
{
    static const char *const keys[] = {"new-session", "out", "value", "ex"};
    size_t len = strlen(told);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        const char *text = bencode_text(message, keys[i]);
        if (text != NULL) {
            len += (size_t)snprintf(told + len, sizeof(told) - len, " %s=%s",
                                    keys[i], text);
        }
    }
    const struct bencode *status = bencode_get(message, "status");
    const char *before = " status=";
    for (const struct bencode *word = status == NULL ? NULL : status->first;
         word != NULL; word = word->next, before = ",") {
        len += (size_t)snprintf(told + len, sizeof(told) - len, "%s%s", before,
                                word->text.bytes);
    }
}

/* Takes the next message; false if the connection ended. */
static bool
take(struct arena *arena, struct bencode **message)
{
    size_t used = 0;
    while (bencode_read(buffer_slice(&server.input), arena, message, &used) !=
           BENCODE_DONE) {
        char bytes[4096];
        ssize_t n = recv(server.fd, bytes, sizeof(bytes), 0);
        if (n <= 0) {
            return false;
        }
        buffer_add(&server.input, bytes, (size_t)n);
    }
    memmove(server.input.bytes, server.input.bytes + used,
            server.input.len - used);
    buffer_truncate(&server.input, server.input.len - used);
    return true;
}

/* Waits for an answer to a message that has a word in it: in what it says, or in
 * its status. All answers to it on the way are in `told`. */
static const char *
hear(int id, const char *word)
{
    bool is_told = false;
    told[0] = '\0';
    while (!is_told) {
        struct arena arena = {0};
        struct bencode *message = NULL;
        if (!take(&arena, &message)) {
            snprintf(told, sizeof(told), " the connection ended");
            break;
        }
        if (bencode_number(message, "id", -1) == id) {
            tell(message);
            is_told = strstr(told, word) != NULL;
        }
        arena_finish(&arena);
    }
    return told;
}

#define SAY(...) say((const char *const[]){__VA_ARGS__, NULL})
#define ASK(...) hear(SAY(__VA_ARGS__), "done")

static const char *
eval(const char *code, const char *session)
{
    return ASK("op", "eval", "code", code, "session", session);
}

/* A new session, from another or NULL. */
static const char *
clone(const char *from, char id[40])
{
    const char *answer = ASK("op", "clone", "session", from);
    id[0] = '\0';
    CHECK_EQ_INT(sscanf(answer, " new-session=%39s", id), 1);
    return id;
}

/* --- Sessions ------------------------------------------------------------------------- */

TEST(a_session_keeps_its_values_and_its_namespace)
{
    char one[40];
    char two[40];
    start();
    clone(NULL, one);
    clone(NULL, two);
    CHECK_EQ_INT(strlen(one), 36);
    CHECK(one[8] == '-' && one[13] == '-' && one[18] == '-' && one[23] == '-');
    CHECK(strcmp(one, two) != 0);
    CHECK_EQ_STR(eval("(+ 1 2) :b", one), " value=3 value=:b status=done");
    CHECK_EQ_STR(eval("[*1 *2]", two), " value=[nil nil] status=done");
    CHECK_EQ_STR(eval("[*1 *2]", one), " value=[:b 3] status=done");
    // One for the message alone leaves nothing.
    CHECK_EQ_STR(eval(":alone", NULL), " value=:alone status=done");
    CHECK_EQ_STR(eval("*1", NULL), " value=nil status=done");
    CHECK_EQ_STR(eval("*1", one), " value=[:b 3] status=done");
    (void)eval("(ns other) (def z 26)", one);
    CHECK_EQ_STR(eval("z", one), " value=26 status=done");
    CHECK(strstr(eval("z", two), "value=") == NULL);
    char three[40];
    clone(one, three);
    CHECK_EQ_STR(eval("z", three), " value=26 status=done");
    CHECK_EQ_STR(ASK("op", "close", "session", one),
                 " status=session-closed,done");
    CHECK_EQ_STR(ASK("op", "close", "session", one),
                 " status=error,unknown-session,done");
    CHECK_EQ_STR(eval("1", one), " status=error,unknown-session,done");
    CHECK_EQ_STR(eval("z", three), " value=26 status=done");
    CHECK_EQ_INT(stop(), 0);
}

TEST(an_error_ends_its_text)
{
    char one[40];
    start();
    clone(NULL, one);
    CHECK_EQ_STR(eval("1 (throw (ex-info \"no\" {})) 2", one),
                 " value=1 ex=magma/user status=eval-error status=done");
    CHECK_EQ_STR(eval("(ex-message *e)", one), " value=\"no\" status=done");
    CHECK_EQ_STR(eval("*1", one), " value=\"no\" status=done");
    CHECK(strstr(eval("(+ 1", one), " ex=magma/") != NULL);
    CHECK_EQ_STR(eval("2", one), " value=2 status=done");
    CHECK_EQ_STR(ASK("op", "eval"), " status=error,no-code,done");
    CHECK_EQ_STR(ASK("op", "load-file"), " status=error,no-file,done");
    CHECK_EQ_STR(ASK("op", "eval", "code", "1", "ns", "no.such"),
                 " status=error,namespace-not-found,done");
    CHECK_EQ_STR(ASK("op", "dance"), " status=error,unknown-op,done");
    CHECK_EQ_STR(ASK("code", "1"), " status=error,unknown-op,done");
    CHECK_EQ_INT(stop(), 0);
}

/* --- Interrupts ------------------------------------------------------------------------ */

#define ENDLESS "(do (println :on) (loop [] (recur))) :not-reached"

TEST(input_is_asked_for_when_there_is_none)
{
    char one[40];
    start();
    clone(NULL, one);
    CHECK_EQ_STR(ASK("op", "stdin", "stdin", "early\npart", "session", one),
                 " status=done");
    int id = SAY("op", "eval", "session", one, "code",
                 "[(read-line) (read-line) (read-line)]");
    CHECK_EQ_STR(hear(id, "need-input"), " status=need-input");
    (void)SAY("op", "stdin", "stdin", " and rest\n", "session", one);
    CHECK_EQ_STR(hear(id, "need-input"), " status=need-input");
    (void)SAY("op", "stdin", "stdin", "", "session", one);
    CHECK_EQ_STR(hear(id, "done"),
                 " value=[\"early\" \"part and rest\" nil] status=done");
    CHECK_EQ_STR(ASK("op", "stdin", "stdin", "x", "session", "nobody"),
                 " status=error,unknown-session,done");
    // Who waits for input can be interrupted.
    id = SAY("op", "eval", "session", one, "code", "(read-line)");
    CHECK_EQ_STR(hear(id, "need-input"), " status=need-input");
    (void)SAY("op", "interrupt", "session", one);
    CHECK(strstr(hear(id, ",done"), "interrupted,done") != NULL);
    CHECK_EQ_INT(stop(), 0);
}

/* --- The end -------------------------------------------------------------------------------- */

/* Under TSan a signal comes only at a call of the system, and computing makes
 * none. */
#if !defined(__SANITIZE_THREAD__)

TEST(an_interrupt_ends_what_it_names_and_nothing_else)
{
    char one[40];
    char two[40];
    start();
    clone(NULL, one);
    clone(NULL, two);
    CHECK_EQ_STR(ASK("op", "interrupt", "session", one),
                 " status=session-idle,done");
    int id = SAY("op", "eval", "code", ENDLESS, "session", one);
    CHECK_EQ_STR(hear(id, ":on"), " out=:on\n");
    CHECK_EQ_STR(ASK("op", "interrupt", "session", two),
                 " status=session-idle,done");
    CHECK_EQ_STR(ASK("op", "interrupt", "session", one, "interrupt-id",
                     "another"),
                 " status=error,interrupt-id-mismatch,done");
    int asked = SAY("op", "interrupt", "session", one);
    CHECK_EQ_STR(hear(asked, "done"), " status=done");
    CHECK(strstr(hear(id, "done"), "interrupted,done") != NULL);
    CHECK(strstr(told, "not-reached") == NULL);
    CHECK_EQ_STR(eval("[1]", one), " value=[1] status=done");
    // Without a session it is whatever runs.
    id = SAY("op", "eval", "code", ENDLESS);
    (void)hear(id, ":on");
    (void)SAY("op", "interrupt");
    CHECK(strstr(hear(id, "done"), "interrupted,done") != NULL);
    CHECK_EQ_INT(stop(), 0);
}

/* Whenever an interrupt comes: before the evaluation, in it, or behind it. */
TEST(a_late_interrupt_does_not_end_the_server)
{
    char one[40];
    start();
    clone(NULL, one);
    for (int i = 0; i < 300; i++) {
        char code[80];
        if (i % 3 == 0) {
            snprintf(code, sizeof(code), "(build \"made\")");
        } else {
            snprintf(code, sizeof(code), "(reduce + (range %d))", i * 40);
        }
        int id = SAY("op", "eval", "code", code, "session", one);
        for (int k = 0; k < i % 7; k++) {
            // What is answered at once as well, and takes a while.
            for (int m = 0; m < i % 2 * i / 4; m++) {
                (void)SAY("op", "stdin", "stdin", "x", "session", one);
            }
            (void)SAY("op", "interrupt", "session", one);
        }
        if (!CHECK(strstr(hear(id, "done"), "done") != NULL)) {
            break;
        }
    }
    CHECK_EQ_STR(eval("[2]", one), " value=[2] status=done");
    CHECK_EQ_INT(stop(), 0);
}

/* --- Input -------------------------------------------------------------------------------- */

TEST(signals_end_the_server_or_what_it_evaluates)
{
    start();
    CHECK(access(".nrepl-port", F_OK) == 0);
    CHECK_EQ_STR(eval("1", NULL), " value=1 status=done");
    kill(server.process, SIGINT); // Nothing runs: the server is meant.
    CHECK_EQ_INT(wait_for_end(), 0);
    CHECK(access(".nrepl-port", F_OK) != 0);
    start();
    int id = SAY("op", "eval", "code", ENDLESS);
    (void)hear(id, ":on");
    kill(server.process, SIGINT);
    CHECK(strstr(hear(id, "done"), "eval-error") != NULL);
    (void)eval("(build \"made\") :built", NULL);
    CHECK(strstr(told, "value=:built status=done") != NULL);
    id = SAY("op", "eval", "code", ENDLESS);
    (void)hear(id, ":on");
    CHECK_EQ_INT(stop(), 0); // TERM ends both.
    CHECK(access(".nrepl-port", F_OK) != 0);
    start();
    CHECK_EQ_STR(eval("(exit)", NULL), " value=nil status=done");
    CHECK_EQ_INT(wait_for_end(), 0);
}

#endif
