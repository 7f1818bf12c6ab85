/* SPDX-License-Identifier: MIT */
/*
 * The connections of editors: messages that come in pieces, several at once, too
 * large, or as no bencode at all, and clients that leave or do not read. Whatever
 * one client does, the others are served.
 *
 * What the server has read is known without waiting for a time: what was sent on
 * an older connection is read no later than what is sent on a younger one after
 * it, for they are served in this order. So a message of the younger one that has
 * arrived tells that the bytes before it have.
 */
#include "runtime/repl/wire.h"

#include "interp/magma.h"
#include "tests/lib/test.h"

#include <arpa/inet.h>
#include <assert.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CONNECTIONS = 64 }; /* that there is room for */

static const char SMALL[] = "d2:op5:clonee";
/* Each kind of value; a text with nothing in it, and one with bencode in it. */
static const char LARGE[] = "d4:code9:d1:a1:bei2:idi-42e4:listl0:d1:k1:veee";

static _Atomic int urgent_count;
static char told[2][64]; /* what was written to standard output and error */
static _Atomic bool told_cut; /* a text that was told is no UTF-8 */

static bool
is_urgent(void *ctx, uint32_t from, const struct bencode *message)
{
    (void)ctx;
    (void)from;
    const char *op = bencode_text(message, "op");
    bool urgent = op != NULL && strcmp(op, "interrupt") == 0;
    urgent_count += urgent;
    return urgent;
}

static void
take_output(void *ctx, int which, struct slice bytes)
{
    (void)ctx;
    size_t len = strlen(told[which]);
    size_t at = 0;
    if (!magma_is_utf8(bytes.bytes, bytes.len, &at)) {
        told_cut = true;
    }
    if (bytes.len < sizeof(told[which]) - len) {
        memcpy(told[which] + len, bytes.bytes, bytes.len);
    }
}

static int lent[2]; /* the writing ends of its pipes */

/* Standard output and error are the server's between open and close; what the
 * tests say goes to where it went before. */
static struct wire *
open_server(void)
{
    struct wire_options options = {.is_urgent = is_urgent,
                                   .output = take_output};
    struct wire *wire = NULL;
    struct error err = {0};
    int out = dup(STDOUT_FILENO);
    int errors = dup(STDERR_FILENO);
    fflush(stdout);
    urgent_count = 0;
    memset(told, 0, sizeof(told));
    told_cut = false;
    bool opened = wire_open(&options, &wire, &err);
    assert(opened);
    ssize_t n =
        write(STDOUT_FILENO, "said", 4) + write(STDERR_FILENO, "bad", 3);
    assert(n == 7);
    wire_drain(wire);
    lent[0] = dup(STDOUT_FILENO);
    lent[1] = dup(STDERR_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(errors, STDERR_FILENO);
    close(out);
    close(errors);
    return wire;
}

static void
close_server(struct wire *wire)
{
    wire_close(wire);
    close(lent[0]);
    close(lent[1]);
}

/* How many descriptors this process has. */
static int
count_open(void)
{
    int count = 0;
    for (int fd = 0; fd < 1000; fd++) {
        count += fcntl(fd, F_GETFD) >= 0;
    }
    return count;
}

static int
connect_to(const struct wire *wire)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(wire_port(wire))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int code = connect(fd, (struct sockaddr *)&address, sizeof(address));
    assert(fd >= 0 && code == 0);
    return fd;
}

/* All of it, or as much as somebody takes who may have gone. */
static void
send_bytes(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
        if (n <= 0) {
            return;
        }
        bytes += n;
        len -= (size_t)n;
    }
}

static void
send_text(int fd, const char *text)
{
    send_bytes(fd, text, strlen(text));
}

/* True if the other side closes, whether or not it had read all. */
static bool
is_closed(int fd)
{
    char byte;
    return recv(fd, &byte, 1, 0) <= 0;
}

/* The next message has this op; returns whom it came from. */
static uint32_t
expect_op(struct wire *wire, const char *op)
{
    struct wire_message message;
    bool is_there = wire_next(wire, &message);
    assert(is_there);
    CHECK_EQ_STR(bencode_text(message.value, "op"), op);
    uint32_t from = message.from;
    wire_message_finish(&message);
    return from;
}

/* The server has read what older connections sent by now. */
static uint32_t
settle(struct wire *wire, int younger)
{
    send_text(younger, SMALL);
    return expect_op(wire, "clone");
}

static void
check_large(const struct bencode *message)
{
    CHECK_EQ_STR(bencode_text(message, "code"), "d1:a1:bei");
    CHECK_EQ_INT(bencode_number(message, "id", 0), -42);
    const struct bencode *list = bencode_get(message, "list");
    REQUIRE(list != NULL && list->kind == BENCODE_LIST);
    CHECK_EQ_INT(list->first->text.len, 0);
    CHECK_EQ_STR(bencode_text(list->first->next, "k"), "v");
}

static void
expect_large(struct wire *wire)
{
    struct wire_message message;
    bool is_there = wire_next(wire, &message);
    assert(is_there);
    check_large(message.value);
    wire_message_finish(&message);
}

/* --- The format ---------------------------------------------------------------------- */

TEST(a_message_that_is_cut_short_wants_more)
{
    size_t len = strlen(LARGE);
    for (size_t cut = 0; cut <= len; cut++) {
        struct arena arena = {0};
        struct bencode *value = NULL;
        size_t used = 0;
        enum bencode_state state =
            bencode_read((struct slice){LARGE, cut}, &arena, &value, &used);
        CHECK_EQ_INT(state, cut < len ? BENCODE_MORE : BENCODE_DONE);
        if (state == BENCODE_DONE) {
            CHECK_EQ_INT(used, len);
            check_large(value);
        }
        arena_finish(&arena);
    }
}

TEST(what_is_no_bencode_is_refused)
{
    static const char *const texts[] = {
        "x",
        "e",
        "ie",
        "i-0e",
        "i01e",
        "01:a",
        ":",
        "-1:a",
        "di1e",
        "d1:ae",
        "dle",
        "GET / HTTP/1.1",
        "i9223372036854775808e",
        "16777217:",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct arena arena = {0};
        struct bencode *value = NULL;
        size_t used = 0;
        CHECK_EQ_INT(bencode_read(slice_of(texts[i]), &arena, &value, &used),
                     BENCODE_BAD);
        arena_finish(&arena);
    }
}

/* What was taken is never looked at again: it is spoilt behind the reader, piece
 * by piece. */
TEST(a_reader_takes_each_byte_once)
{
    enum { SIZE = 5000 };
    static const char item[] = "d1:k3:xyze";
    for (size_t step = 1; step < 20; step++) {
        struct bencode_reader reader = {0};
        struct buffer text = {0};
        buffer_add_char(&text, 'l');
        while (text.len < SIZE) {
            buffer_add_str(&text, item);
        }
        buffer_add_char(&text, 'e');
        enum bencode_state state = BENCODE_MORE;
        size_t at = 0;
        for (size_t end = step; state == BENCODE_MORE; end += step) {
            size_t used = 0;
            end = end < text.len ? end : text.len;
            state = bencode_read_on(&reader,
                                    (struct slice){text.bytes + at, end - at},
                                    &used);
            CHECK(used <= end - at && end - at - used < strlen("3:xyz"));
            memset(text.bytes + at, 'x', used);
            at += used;
            REQUIRE(state == BENCODE_DONE || end < text.len);
        }
        CHECK_EQ_INT(state, BENCODE_DONE);
        CHECK_EQ_INT(at, text.len);
        size_t count = 0;
        for (const struct bencode *child = reader.value->first; child != NULL;
             child = child->next) {
            CHECK_EQ_STR(bencode_text(child, "k"), "xyz");
            count++;
        }
        CHECK_EQ_INT(count, (text.len - 2) / strlen(item));
        arena_finish(&reader.arena);
        buffer_finish(&text);
    }
}

/* A text is refused by its length alone where the whole would be too long. */
TEST(what_will_be_too_long_is_refused_before_it_comes)
{
    struct arena arena = {0};
    struct bencode *value = NULL;
    size_t used = 0;
    enum bencode_state state =
        bencode_read(slice_of("16777207:"), &arena, &value, &used);
    CHECK_EQ_INT(state, BENCODE_MORE); // With its length, exactly the limit.
    state = bencode_read(slice_of("16777208:"), &arena, &value, &used);
    CHECK_EQ_INT(state, BENCODE_BAD);
    state = bencode_read(slice_of("l3:abc16777207:"), &arena, &value, &used);
    CHECK_EQ_INT(state, BENCODE_BAD);
    arena_finish(&arena);
}

/* --- Pieces -------------------------------------------------------------------------- */

TEST(a_message_may_be_split_anywhere)
{
    struct wire *wire = open_server();
    int fd = connect_to(wire);
    int younger = connect_to(wire);
    size_t len = strlen(LARGE);
    for (size_t cut = 1; cut < len; cut++) {
        send_bytes(fd, LARGE, cut);
        settle(wire, younger);
        send_bytes(fd, LARGE + cut, len - cut);
        expect_large(wire);
    }
    close(fd);
    close(younger);
    close_server(wire);
}

TEST(a_message_may_come_byte_by_byte)
{
    struct wire *wire = open_server();
    int fd = connect_to(wire);
    int younger = connect_to(wire);
    for (size_t i = 0; i < strlen(LARGE); i++) {
        send_bytes(fd, LARGE + i, 1);
        if (i + 1 < strlen(LARGE)) {
            settle(wire, younger);
        }
    }
    expect_large(wire);
    close(fd);
    close(younger);
    close_server(wire);
}

TEST(messages_that_come_together_keep_their_order)
{
    struct wire *wire = open_server();
    int fd = connect_to(wire);
    send_text(fd, "d2:op1:aed2:op1:bed2:op1:ae");
    close(fd);
    expect_op(wire, "a");
    expect_op(wire, "b");
    expect_op(wire, "a");
    close_server(wire);
}

TEST(a_piece_behind_whole_messages_is_kept)
{
    struct wire *wire = open_server();
    int fd = connect_to(wire);
    send_text(fd, "d2:op1:aed2:op1:bed2:op1:");
    expect_op(wire, "a");
    uint32_t from = expect_op(wire, "b");
    send_text(fd, "ce");
    CHECK_EQ_INT(expect_op(wire, "c"), from);
    close(fd);
    close_server(wire);
}

/* More than are taken while they come. */
TEST(many_messages_at_once_keep_their_order)
{
    enum { COUNT = 20000 };
    struct wire *wire = open_server();
    int fd = connect_to(wire);
    struct buffer text = {0};
    for (int i = 0; i < COUNT; i++) {
        buffer_add_format(&text, "d1:ni%dee", i);
    }
    send_bytes(fd, text.bytes, text.len);
    struct wire_message message;
    for (int i = 0; i < COUNT; i++) {
        REQUIRE(wire_next(wire, &message));
        REQUIRE(bencode_number(message.value, "n", -1) == i);
        wire_message_finish(&message);
    }
    buffer_finish(&text);
    close(fd);
    close_server(wire);
}

TEST(what_is_urgent_takes_no_place_in_the_queue)
{
    struct wire *wire = open_server();
    int fd = connect_to(wire);
    send_text(fd, "d2:op1:aed2:op9:interrupted2:op1:be");
    expect_op(wire, "a");
    expect_op(wire, "b");
    CHECK_EQ_INT(urgent_count, 1);
    close(fd);
    close_server(wire);
}

/* --- Too much, and nonsense ----------------------------------------------------------- */

TEST(a_large_message_is_taken)
{
    enum { LEN = 3 << 20 };
    struct wire *wire = open_server();
    int fd = connect_to(wire);
    struct buffer text = {0};
    buffer_add_format(&text, "d4:code%d:", LEN);
    memset(buffer_reserve(&text, LEN), 'x', LEN);
    text.len += LEN;
    buffer_add_str(&text, "2:op1:ae");
    send_bytes(fd, text.bytes, text.len);
    struct wire_message message;
    REQUIRE(wire_next(wire, &message));
    CHECK_EQ_INT(bencode_get(message.value, "code")->text.len, LEN);
    wire_message_finish(&message);
    buffer_finish(&text);
    close(fd);
    close_server(wire);
}

/* No text of it is too long, but all together are. */
TEST(a_message_without_an_end_is_refused)
{
    enum { LEN = 6 << 20 };
    struct wire *wire = open_server();
    int fd = connect_to(wire);
    int other = connect_to(wire);
    struct buffer text = {0};
    buffer_add_str(&text, "l");
    for (int i = 0; i < 3; i++) {
        buffer_add_format(&text, "%d:", LEN);
        memset(buffer_reserve(&text, LEN), 'x', LEN);
        text.len += LEN;
    }
    send_bytes(fd, text.bytes, text.len);
    CHECK(is_closed(fd));
    settle(wire, other);
    buffer_finish(&text);
    close(fd);
    close(other);
    close_server(wire);
}

TEST(nonsense_ends_its_connection_and_no_other)
{
    static const char *const texts[] = {
        "hello", "i1e",          "le",        "3:abc",
        "d1:ae", "d2:op1:aexyz", "16777217:", "di1e1:ae",
    };
    struct wire *wire = open_server();
    int other = connect_to(wire);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        int fd = connect_to(wire);
        send_text(fd, texts[i]);
        CHECK(is_closed(fd));
        close(fd);
        if (strstr(texts[i], "xyz") != NULL) {
            expect_op(wire, "a"); // What was whole before it counts.
        }
        settle(wire, other);
    }
    close(other);
    close_server(wire);
}

/* --- Clients that leave, or do not read ------------------------------------------------ */

TEST(a_client_that_leaves_is_forgotten)
{
    struct wire *wire = open_server();
    int fd = connect_to(wire);
    int other = connect_to(wire);
    send_text(fd, "d2:op1:aed2:op");
    uint32_t gone = expect_op(wire, "a");
    close(fd); // In the middle of a message.
    uint32_t from = settle(wire, other);
    CHECK(from != gone);
    wire_send(wire, gone, slice_of("nobody hears it"));
    wire_send(wire, from, slice_of("heard"));
    char bytes[6] = {0};
    CHECK_EQ_INT(recv(other, bytes, 5, MSG_WAITALL), 5);
    CHECK_EQ_STR(bytes, "heard");
    close(other);
    close_server(wire);
}

/* A connection that is reset rather than closed, with an answer under way. */
TEST(a_client_that_breaks_off_is_forgotten)
{
    struct wire *wire = open_server();
    int fd = connect_to(wire);
    int other = connect_to(wire);
    send_text(fd, "d2:op1:ae");
    uint32_t gone = expect_op(wire, "a");
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    wire_send(wire, gone, slice_of("unread"));
    close(fd);
    for (int i = 0; i < 3; i++) {
        wire_send(wire, gone, slice_of("nobody hears it"));
        settle(wire, other);
    }
    close(other);
    close_server(wire);
}

/* More than the kernel keeps waits, and comes in order. */
TEST(a_client_that_reads_late_gets_all)
{
    enum { LEN = 16 << 20 };
    struct wire *wire = open_server();
    int fd = connect_to(wire);
    uint32_t from = settle(wire, fd);
    char *sent = mem_alloc(LEN, 1);
    char *got = mem_alloc(LEN, 1);
    for (size_t i = 0; i < LEN; i++) {
        sent[i] = (char)(i * 31 + i / 257);
    }
    for (size_t at = 0; at < LEN; at += LEN / 4) {
        wire_send(wire, from, (struct slice){sent + at, LEN / 4});
    }
    CHECK_EQ_INT(recv(fd, got, LEN, MSG_WAITALL), LEN);
    CHECK(memcmp(sent, got, LEN) == 0);
    free(sent);
    free(got);
    close(fd);
    close_server(wire);
}

TEST(a_client_that_never_reads_is_dropped)
{
    enum { LEN = 16 << 20, TIMES = 8 };
    struct wire *wire = open_server();
    int fd = connect_to(wire);
    int other = connect_to(wire);
    uint32_t from = settle(wire, fd);
    char *bytes = mem_alloc(LEN, 1);
    for (int i = 0; i < TIMES; i++) {
        wire_send(wire, from, (struct slice){bytes, LEN});
    }
    settle(wire, other);
    size_t got = 0;
    ssize_t n;
    while ((n = recv(fd, bytes, LEN, 0)) > 0) {
        got += (size_t)n;
    }
    CHECK(got < (size_t)LEN * TIMES);
    free(bytes);
    close(fd);
    close(other);
    close_server(wire);
}

TEST(there_is_room_for_so_many_and_again_when_one_leaves)
{
    struct wire *wire = open_server();
    int fds[CONNECTIONS];
    for (int i = 0; i < CONNECTIONS; i++) {
        fds[i] = connect_to(wire);
        settle(wire, fds[i]);
    }
    int late = connect_to(wire);
    CHECK(is_closed(late));
    close(late);
    close(fds[0]);
    settle(wire, fds[1]); // By now it was seen that the first has left.
    late = connect_to(wire);
    settle(wire, late);
    close(late);
    for (int i = 1; i < CONNECTIONS; i++) {
        close(fds[i]);
    }
    close_server(wire);
}

/* --- The end --------------------------------------------------------------------------- */

TEST(stopping_ends_the_wait_whatever_is_left)
{
    struct wire *wire = open_server();
    int fd = connect_to(wire);
    send_text(fd, "d2:op1:aed2:op1:bed2:op1:ce");
    expect_op(wire, "a");
    wire_stop(wire);
    struct wire_message message;
    int left = 0;
    while (wire_next(wire, &message)) {
        wire_message_finish(&message);
        left++;
    }
    CHECK(left <= 2);
    close_server(wire); // Frees what is still in the queue.
    CHECK(is_closed(fd));
    close(fd);
}

TEST(what_is_written_to_output_and_error_is_told)
{
    struct wire *wire = open_server();
    CHECK_EQ_STR(told[0], "said");
    CHECK_EQ_STR(told[1], "bad");
    close_server(wire);
}

TEST(a_port_that_is_taken_is_refused)
{
    struct wire *wire = open_server();
    struct wire_options options = {.port = wire_port(wire)};
    struct wire *second = NULL;
    struct error err = {0};
    CHECK(!wire_open(&options, &second, &err));
    CHECK(strstr(err.what, "cannot listen on port") != NULL);
    error_finish(&err);
    close_server(wire);
}

TEST(nothing_stays_open)
{
    int count = count_open();
    struct wire *wire = open_server();
    int fd = connect_to(wire);
    settle(wire, fd);
    struct wire_options taken = {.port = wire_port(wire)};
    struct wire *second = NULL;
    struct error err = {0};
    int while_open = count_open();
    CHECK(!wire_open(&taken, &second, &err));
    CHECK_EQ_INT(count_open(), while_open);
    error_finish(&err);
    close_server(wire);
    close(fd);
    CHECK_EQ_INT(count_open(), count);
}

/* To the same pipe, file or terminal, not merely to something. */
TEST(output_goes_again_to_where_it_went)
{
    struct wire_options options = {.is_urgent = is_urgent,
                                   .output = take_output};
    struct stat before;
    struct stat between;
    struct stat after;
    struct wire *wire = NULL;
    struct error err = {0};
    fflush(stdout);
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++) {
        fstat(fd, &before);
        REQUIRE(wire_open(&options, &wire, &err));
        fstat(fd, &between);
        wire_close(wire);
        fstat(fd, &after);
        CHECK(before.st_dev == after.st_dev && before.st_ino == after.st_ino);
        CHECK(between.st_ino != before.st_ino);
    }
}

/* 8192 bytes are read at once; so some of these characters lie across. */
TEST(no_character_is_told_in_two)
{
    static const char text[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";
    struct wire *wire = open_server();
    for (int i = 0; i < 10000; i++) {
        ssize_t n = write(lent[0], text, sizeof(text) - 1);
        assert(n == sizeof(text) - 1);
    }
    wire_drain(wire);
    CHECK(!told_cut);
    // What is never completed is told in the end, and counts for no other one.
    ssize_t n = write(lent[1], "\xe2\x82", 2);
    assert(n == 2);
    wire_drain(wire);
    CHECK_EQ_STR(told[1], "bad\xe2\x82");
    close_server(wire);
}
