/* SPDX-License-Identifier: MIT */
/*
 * The decoder of what editors send: whatever the bytes, a value, a wish for more
 * or a refusal. A value that is written again reads as the same; what is cut short
 * is never taken for whole; and what wants more is never refused for having less.
 * What comes in pieces means the same.
 */
#include "runtime/repl/bencode.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* Writes what was read: recursion as deep as the decoder allows. */
static void
write_value(const struct bencode *value, struct buffer *out)
{
    switch (value->kind) {
    case BENCODE_NUMBER:
        bencode_add_number(out, value->number);
        break;
    case BENCODE_TEXT:
        FUZZ_HOLDS(value->text.bytes[value->text.len] == 0);
        bencode_add_text(out, value->text);
        break;
    case BENCODE_LIST:
    case BENCODE_DICT:
        buffer_add_char(out, value->kind == BENCODE_LIST ? 'l' : 'd');
        for (const struct bencode *at = value->first; at != NULL;
             at = at->next) {
            write_value(at, out);
        }
        buffer_add_char(out, 'e');
        break;
    }
}

/* Each key finds a value, and a key that is not there finds none. */
static void
ask(const struct bencode *value)
{
    if (value->kind != BENCODE_DICT) {
        FUZZ_HOLDS(bencode_get(value, "op") == NULL);
        return;
    }
    for (const struct bencode *at = value->first; at != NULL;
         at = at->next->next) {
        if (strlen(at->text.bytes) == at->text.len) {
            FUZZ_HOLDS(bencode_get(value, at->text.bytes) != NULL);
            (void)bencode_text(value, at->text.bytes);
            (void)bencode_number(value, at->text.bytes, 0);
        }
    }
}

/* Some bytes more each time, of which those that were taken are gone. */
static void
read_pieces(struct slice text, size_t step, enum bencode_state whole,
            size_t whole_used)
{
    struct bencode_reader reader = {.value = NULL};
    enum bencode_state state = BENCODE_MORE;
    size_t at = 0;
    for (size_t end = 0; state == BENCODE_MORE && end < text.len;) {
        size_t used = 0;
        end = text.len - end > step ? end + step : text.len;
        state =
            bencode_read_on(&reader, (struct slice){text.bytes + at, end - at},
                            &used);
        at += used;
        FUZZ_HOLDS(at <= end);
    }
    FUZZ_HOLDS(text.len == 0 || state == whole);
    if (state == BENCODE_DONE) {
        struct buffer out = {0};
        FUZZ_HOLDS(at == whole_used);
        write_value(reader.value, &out);
        FUZZ_HOLDS(out.len == at && memcmp(out.bytes, text.bytes, at) == 0);
        buffer_finish(&out);
    }
    arena_finish(&reader.arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct slice text = {(const char *)bytes, len};
    struct arena arena = {0};
    struct bencode *value = NULL;
    size_t used = 0;
    enum bencode_state state = bencode_read(text, &arena, &value, &used);
    for (size_t cut = 0; cut < len && cut < 200; cut++) {
        struct arena other = {0};
        struct bencode *part = NULL;
        size_t part_used = 0;
        enum bencode_state early = bencode_read((struct slice){text.bytes, cut},
                                                &other, &part, &part_used);
        if (state == BENCODE_DONE) {
            FUZZ_HOLDS(cut >= used ? early == BENCODE_DONE
                                   : early == BENCODE_MORE);
        } else if (state == BENCODE_MORE) {
            FUZZ_HOLDS(early == BENCODE_MORE);
        }
        arena_finish(&other);
    }
    for (size_t step = 1; step < 20; step += 6) {
        read_pieces(text, step, state, used);
    }
    if (state == BENCODE_DONE) {
        struct buffer out = {0};
        FUZZ_HOLDS(used > 0 && used <= len);
        write_value(value, &out);
        FUZZ_HOLDS(out.len == used && memcmp(out.bytes, bytes, used) == 0);
        ask(value);
        buffer_finish(&out);
    }
    arena_finish(&arena);
    return 0;
}
