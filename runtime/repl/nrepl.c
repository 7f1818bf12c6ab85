/* SPDX-License-Identifier: MIT */
/*
 * See nrepl.h. The thread of the wire answers what cannot wait for an evaluation to
 * end: interrupt and stdin. It and the main thread share what stands behind the
 * lock below: which form runs for whom, and what was sent for read-line. All
 * values are the main thread's.
 */
#include "runtime/repl/nrepl.h"

#include "interp/magma.h"
#include "runtime/repl/nrepl_parts.h"
#include "runtime/report.h"
#include "runtime/script.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#define PORT_FILE ".nrepl-port"

enum { WIDTH = 80 };

static struct {
    struct wire *wire;
    struct vec sessions;    /* of struct nrepl_session *; main thread, but its
                            input */
    pthread_mutex_t lock;   /* of what follows */
    pthread_cond_t is_told; /* input came, or an interrupt */
    struct nrepl_request running; /* what is evaluated; message NULL: nothing */
    bool interrupted;             /* by an operation */
    volatile sig_atomic_t is_running; /* the same, for signal handlers */
} server = {.lock = PTHREAD_MUTEX_INITIALIZER,
            .is_told = PTHREAD_COND_INITIALIZER};

static void
lock(void)
{
    int code = pthread_mutex_lock(&server.lock);
    assert(code == 0);
    (void)code;
}

static void
unlock(void)
{
    int code = pthread_mutex_unlock(&server.lock);
    assert(code == 0);
    (void)code;
}

/* --- Answers ------------------------------------------------------------------------ */

struct bencode_dict
nrepl_answer(const struct nrepl_request *request)
{
    struct bencode_dict answer = {{0}};
    const char *id = bencode_text(request->message, "id");
    const char *session = bencode_text(request->message, "session");
    // Clients find their question by these two; both are optional.
    if (id != NULL) {
        bencode_put_str(&answer, "id", id);
    }
    if (session != NULL) {
        bencode_put_str(&answer, "session", session);
    }
    return answer;
}

void
nrepl_put_status(struct bencode_dict *answer, const char *words)
{
    struct buffer list = {0};
    buffer_add_char(&list, 'l');
    while (*words != 0) {
        size_t len = strcspn(words, " ");
        bencode_add_text(&list, (struct slice){words, len});
        words += len + (words[len] == ' ' ? 1 : 0);
    }
    buffer_add_char(&list, 'e');
    bencode_put(answer, "status", buffer_slice(&list));
    buffer_finish(&list);
}

void
nrepl_send(const struct nrepl_request *request, struct bencode_dict *answer)
{
    struct buffer out = {0};
    bencode_end(answer, &out);
    wire_send(server.wire, request->from, buffer_slice(&out));
    buffer_finish(&out);
}

void
nrepl_send_status(const struct nrepl_request *request, const char *words)
{
    struct bencode_dict answer = nrepl_answer(request);
    nrepl_put_status(&answer, words);
    nrepl_send(request, &answer);
}

/* --- Sessions -------------------------------------------------------------------------- */

/* There are few: one or two for each editor. */
static struct nrepl_session *
find_session(const char *id)
{
    for (uint32_t i = 0; id != NULL && i < server.sessions.count; i++) {
        struct nrepl_session *s =
            *(struct nrepl_session **)vec_at(&server.sessions, i);
        if (strcmp(s->id, id) == 0) {
            return s;
        }
    }
    return NULL;
}

/* Nobody can guess it, so that nobody talks in another one's session. */
static void
make_id(char id[NREPL_ID_SIZE])
{
    unsigned char bytes[16];
    ssize_t n = getrandom(bytes, sizeof(bytes), 0);
    assert(n == (ssize_t)sizeof(bytes));
    (void)n;
    char *at = id;
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bool has_dash = i == 4 || i == 6 || i == 8 || i == 10;
        at += snprintf(at, 4, "%s%02x", has_dash ? "-" : "", bytes[i]);
    }
}

static void
on_value(void *ctx, struct slice text)
{
    (void)ctx;
    fflush(stdout);
    fflush(stderr);
    wire_drain(server.wire); // What was printed comes first.
    struct bencode_dict answer = nrepl_answer(&server.running);
    bencode_put_text(&answer, "value", text);
    bencode_put_str(&answer, "ns", magma_namespace());
    nrepl_send(&server.running, &answer);
}

/* The report goes to standard error, and so to the editor; besides, it is told
 * what kind of error it was. */
static void
on_error(void *ctx, Value thrown)
{
    (void)ctx;
    struct buffer kind = {0};
    script_report(thrown);
    fflush(stderr);
    wire_drain(server.wire);
    buffer_add_format(&kind, "magma/%s",
                      error_type_name(magma_error_type(thrown)));
    struct bencode_dict answer = nrepl_answer(&server.running);
    bencode_put_text(&answer, "ex", buffer_slice(&kind));
    bencode_put_text(&answer, "root-ex", buffer_slice(&kind));
    nrepl_put_status(&answer, "eval-error");
    nrepl_send(&server.running, &answer);
    buffer_finish(&kind);
}

/* The first line of what was sent; NULL if there is no whole one. The lock is
 * held. */
static char *
take_line(struct nrepl_session *s)
{
    const char *bytes = buffer_str(&s->input);
    const char *end = memchr(bytes, '\n', s->input.len);
    size_t len = end == NULL ? s->input.len : (size_t)(end - bytes) + 1;
    if (len == 0 || (end == NULL && !s->is_input_ended)) {
        return NULL;
    }
    char *line = strndup(bytes, len);
    assert(line != NULL);
    memmove(s->input.bytes, s->input.bytes + len, s->input.len - len);
    buffer_truncate(&s->input, s->input.len - len);
    return line;
}

/* Asks the editor for input, and waits until there is some, or none any more. */
static char *
on_read_line(void *ctx)
{
    struct nrepl_session *s = ctx;
    fflush(stdout);
    wire_drain(server.wire);
    lock();
    char *line = take_line(s);
    if (line == NULL) {
        s->is_input_ended = false;
        unlock();
        nrepl_send_status(&server.running, "need-input");
        lock();
        line = take_line(s); // An editor may answer before we wait.
    }
    while (line == NULL && !s->is_input_ended && !server.interrupted) {
        pthread_cond_wait(&server.is_told, &server.lock);
        line = take_line(s);
    }
    unlock();
    return line;
}

/* Width is a guess: editors do not tell how wide their windows are. */
static struct nrepl_session *
make_session(void)
{
    struct nrepl_session *s = mem_alloc(1, sizeof(*s));
    make_id(s->id);
    s->talk = (struct talk){.stops_at_errors = true,
                            .value = on_value,
                            .error_thrown = on_error,
                            .read_line = on_read_line,
                            .width = WIDTH,
                            .ctx = s};
    talk_init(&s->talk);
    lock();
    vec_push(&server.sessions, &s);
    unlock();
    return s;
}

static void
drop_session(struct nrepl_session *s)
{
    lock();
    uint32_t kept = 0;
    struct nrepl_session **items = server.sessions.items;
    for (uint32_t i = 0; i < server.sessions.count; i++) {
        if (items[i] != s) {
            items[kept++] = items[i];
        }
    }
    vec_resize(&server.sessions, kept);
    unlock();
    talk_finish(&s->talk);
    buffer_finish(&s->input);
    free(s);
}

/* One that goes on from another is in its namespace. */
void
nrepl_clone(const struct nrepl_request *request)
{
    struct nrepl_session *s = make_session();
    if (request->session != NULL && request->session->talk.ns != NULL) {
        s->talk.ns = mem_copy_str(request->session->talk.ns);
    }
    struct bencode_dict answer = nrepl_answer(request);
    bencode_put_str(&answer, "new-session", s->id);
    nrepl_put_status(&answer, "done");
    nrepl_send(request, &answer);
}

/* What the session defined stays: all have one program. */
void
nrepl_close(const struct nrepl_request *request)
{
    if (request->session == NULL) {
        nrepl_send_status(request, "error unknown-session done");
        return;
    }
    drop_session(request->session);
    nrepl_send_status(request, "session-closed done");
}

void
nrepl_list_sessions(const struct nrepl_request *request)
{
    struct buffer list = {0};
    buffer_add_char(&list, 'l');
    for (uint32_t i = 0; i < server.sessions.count; i++) {
        const struct nrepl_session *s =
            *(struct nrepl_session **)vec_at(&server.sessions, i);
        bencode_add_str(&list, s->id);
    }
    buffer_add_char(&list, 'e');
    struct bencode_dict answer = nrepl_answer(request);
    bencode_put(&answer, "sessions", buffer_slice(&list));
    nrepl_put_status(&answer, "done");
    nrepl_send(request, &answer);
    buffer_finish(&list);
}

/* --- Evaluating ---------------------------------------------------------------------------- */

/* Blank lines and columns in front, so that places are those of the file that the
 * editor took the text from. */
static void
add_placed(struct buffer *text, const struct bencode *message, const char *code)
{
    enum { LINES_MAX = 1000000, COLUMNS_MAX = 10000 };
    int64_t line = bencode_number(message, "line", 1);
    int64_t column = bencode_number(message, "column", 1);
    bool is_query = code[strspn(code, " \n\t")] == '?';
    for (int64_t i = 1; !is_query && i < line && line <= LINES_MAX; i++) {
        buffer_add_char(text, '\n');
    }
    for (int64_t i = 1; !is_query && i < column && column <= COLUMNS_MAX; i++) {
        buffer_add_char(text, ' ');
    }
    buffer_add_str(text, code);
}

/* A call with a string: what an editor sends as a name is no program. */
static Value
find_namespace(void *arg)
{
    static const char text[] =
        "(fn [n] (clojure.core/find-ns (clojure.core/symbol n)))";
    Value name = magma_cstring(arg);
    Value function =
        magma_eval_text((struct magma_text){text, sizeof(text) - 1}, "nrepl");
    return magma_call(function, &name, 1);
}

bool
nrepl_has_namespace(const char *ns)
{
    Value found = VALUE_NIL;
    Value thrown = VALUE_NIL;
    char *name = mem_copy(ns, strlen(ns));
    bool has = magma_try(find_namespace, name, &found, &thrown) &&
               !value_is_nil(found);
    free(name);
    return has;
}

/* The signal that an interrupt sent may be on its way still. From the call on it is
 * either taken here, or its handler was called before. */
static void
take_signal(void)
{
    const struct timespec at_once = {0};
    sigset_t interrupts;
    sigset_t mask;
    sigemptyset(&interrupts);
    sigaddset(&interrupts, SIGINT);
    pthread_sigmask(SIG_BLOCK, &interrupts, &mask);
    (void)sigtimedwait(&interrupts, NULL, &at_once);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
}

/* Without a session there is one for the message alone. */
static void
evaluate(const struct nrepl_request *request, const char *code,
         const char *name)
{
    struct nrepl_session *s =
        request->session == NULL ? make_session() : request->session;
    struct buffer text = {0};
    add_placed(&text, request->message, code);
    lock();
    server.running = *request;
    server.running.session = s;
    server.interrupted = false;
    s->talk.is_cancelled = false;
    server.is_running = 1;
    unlock();
    repl_refresh();
    talk_evaluate(&s->talk, buffer_slice(&text), name);
    fflush(stdout);
    fflush(stderr);
    wire_drain(server.wire);
    lock();
    bool interrupted = server.interrupted;
    server.running = (struct nrepl_request){.message = NULL};
    unlock();
    if (interrupted) {
        take_signal();
    }
    server.is_running = 0;
    nrepl_send_status(request, interrupted ? "interrupted done" : "done");
    buffer_finish(&text);
    if (request->session == NULL) {
        drop_session(s);
    }
}

/* The namespace of a request stays that of its session, as editors expect
 * it. */
void
nrepl_eval(const struct nrepl_request *request)
{
    const char *code = bencode_text(request->message, "code");
    const char *ns = bencode_text(request->message, "ns");
    if (code == NULL) {
        nrepl_send_status(request, "error no-code done");
        return;
    }
    if (ns != NULL && !nrepl_has_namespace(ns)) {
        nrepl_send_status(request, "error namespace-not-found done");
        return;
    }
    if (ns != NULL) {
        magma_set_namespace(ns);
        if (request->session != NULL) {
            free(request->session->talk.ns);
            request->session->talk.ns = mem_copy_str(ns);
        }
    }
    evaluate(request, code, bencode_text(request->message, "file"));
}

/* Of a file only the last value is told, by most clients; so all are sent. */
void
nrepl_load_file(const struct nrepl_request *request)
{
    const char *code = bencode_text(request->message, "file");
    const char *path = bencode_text(request->message, "file-path");
    const char *name = bencode_text(request->message, "file-name");
    if (code == NULL) {
        nrepl_send_status(request, "error no-file done");
        return;
    }
    evaluate(request, code, path == NULL ? name : path);
}

/* --- What cannot wait ------------------------------------------------------------------------ */

/* The functions of this part run in the thread of the wire. */
static void
interrupt(const struct nrepl_request *request)
{
    const char *wanted = bencode_text(request->message, "interrupt-id");
    const char *session = bencode_text(request->message, "session");
    const char *status = "session-idle done";
    lock();
    if (server.running.message != NULL) {
        const char *id = bencode_text(server.running.message, "id");
        const char *of = bencode_text(server.running.message, "session");
        bool is_same =
            session == NULL || (of != NULL && strcmp(of, session) == 0);
        if (is_same && wanted != NULL &&
            (id == NULL || strcmp(id, wanted) != 0)) {
            status = "error interrupt-id-mismatch done";
        } else if (is_same) {
            server.interrupted = true;
            server.running.session->talk.is_cancelled = true;
            // As ^C does, so that a build is reached as well.
            kill(getpid(), SIGINT);
            pthread_cond_broadcast(&server.is_told);
            status = "done";
        }
    }
    unlock();
    nrepl_send_status(request, status);
}

/* An empty text is the end of the input. */
static void
take_input(const struct nrepl_request *request)
{
    const struct bencode *text = bencode_get(request->message, "stdin");
    lock();
    struct nrepl_session *s =
        find_session(bencode_text(request->message, "session"));
    if (s != NULL && text != NULL && text->kind == BENCODE_TEXT) {
        buffer_add(&s->input, text->text.bytes, text->text.len);
        s->is_input_ended = text->text.len == 0;
        pthread_cond_broadcast(&server.is_told);
    }
    unlock();
    nrepl_send_status(request,
                      s == NULL ? "error unknown-session done" : "done");
}

/* True for what was answered here and is not to be queued behind an
 * evaluation. */
static bool
on_urgent(void *ctx, uint32_t from, const struct bencode *message)
{
    (void)ctx;
    const struct nrepl_request request = {from, message, NULL};
    const char *op = bencode_text(message, "op");
    if (op != NULL && strcmp(op, "interrupt") == 0) {
        interrupt(&request);
        return true;
    }
    if (op != NULL && strcmp(op, "stdin") == 0) {
        take_input(&request);
        return true;
    }
    return false;
}

/* Between evaluations there is nobody to tell. */
static void
on_output(void *ctx, int which, struct slice bytes)
{
    (void)ctx;
    lock();
    struct nrepl_request running = server.running;
    if (running.message != NULL) {
        struct bencode_dict answer = nrepl_answer(&running);
        bencode_put_text(&answer, which == 0 ? "out" : "err", bytes);
        nrepl_send(&running, &answer);
    }
    unlock();
}

/* --- Serving ---------------------------------------------------------------------------------- */

/* An operation that nobody knows is answered too, or the editor would wait
 * for ever. */
static void
answer(const struct wire_message *message)
{
    const char *op = bencode_text(message->value, "op");
    const char *id = bencode_text(message->value, "session");
    struct nrepl_request request = {message->from, message->value,
                                    find_session(id)};
    nrepl_op_fn *call = op == NULL ? NULL : nrepl_op_find(op);
    if (call == NULL) {
        nrepl_send_status(&request, "error unknown-op done");
    } else if (id != NULL && request.session == NULL) {
        nrepl_send_status(&request, "error unknown-session done");
    } else {
        call(&request);
    }
}

/* ^C where the server was started. One that an operation sends may come when its
 * evaluation has ended, and ends nothing else then. */
static void
stop_idle(void)
{
    if (server.is_running == 0) {
        wire_stop(server.wire);
    }
}

static void
on_end_signal(int signal)
{
    (void)signal;
    repl_interrupt();
    wire_stop(server.wire);
}

static void
catch_signals(void)
{
    static const int ends[] = {SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_end_signal};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        sigaction(ends[i], &action, NULL);
    }
}

/* Editors look for the file where the build root is. */
static void
write_port(uint16_t port)
{
    FILE *out = fopen(PORT_FILE, "we");
    if (out != NULL) {
        fprintf(out, "%u", (unsigned)port);
        fclose(out);
    }
}

/* In the words that editors wait for. */
static void
announce(FILE *out, uint16_t port)
{
    fprintf(out,
            "nREPL server started on port %u on host 127.0.0.1 - "
            "nrepl://127.0.0.1:%u\n",
            (unsigned)port, (unsigned)port);
    fflush(out);
}

bool
nrepl_run(uint16_t port, struct error *err)
{
    struct wire_options options = {.port = port,
                                   .is_urgent = on_urgent,
                                   .output = on_output};
    struct wire_message message;
    int fd = dup(STDOUT_FILENO); // Soon that goes to editors.
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    fflush(stdout);
    fflush(stderr);
    server.sessions = vec_of(sizeof(struct nrepl_session *));
    repl_on_idle_signal(stop_idle);
    if (out == NULL || !wire_open(&options, &server.wire, err)) {
        return false;
    }
    // Line by line: neither a message for each character nor all at the end.
    (void)setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    (void)setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
    write_port(wire_port(server.wire));
    catch_signals();
    announce(out, wire_port(server.wire));
    while (!repl_is_exiting() && wire_next(server.wire, &message)) {
        answer(&message);
        wire_message_finish(&message);
    }
    unlink(PORT_FILE);
    while (server.sessions.count > 0) {
        drop_session(*(struct nrepl_session **)vec_at(&server.sessions, 0));
    }
    vec_finish(&server.sessions);
    wire_close(server.wire);
    fclose(out);
    return true;
}
