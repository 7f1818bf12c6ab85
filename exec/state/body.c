/* SPDX-License-Identifier: MIT */
/*
 * Layout: 8 bytes of checksum; the count of versions; the length of their
 * list; the list; the entries. Versions keep their order, for the entries
 * refer to them by position.
 */
#include "exec/state/body.h"

#include "exec/backend/hash.h"

#include <assert.h>
#include <string.h>

#define CHECKSUM_SIZE sizeof(uint64_t)
/* Added to the checksum where the ids are differences, so that a body says
 * itself which kind it is of. */
#define DIFFERENCES 0x726f6e696e2d7633ULL

void
body_add_number(struct buffer *out, uint64_t number)
{
    while (number >= 0x80) {
        buffer_add_char(out, (char)(unsigned char)(number | 0x80));
        number >>= 7;
    }
    buffer_add_char(out, (char)(unsigned char)number);
}

bool
body_take_number(struct slice *in, uint64_t *number)
{
    uint64_t value = 0;
    if (in->len > 0 && (unsigned char)in->bytes[0] < 0x80) {
        *number = (unsigned char)in->bytes[0];
        *in = (struct slice){in->bytes + 1, in->len - 1};
        return true;
    }
    for (size_t i = 0; i < in->len && i < 10; i++) {
        unsigned char byte = (unsigned char)in->bytes[i];
        value |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte < 0x80) {
            *in = (struct slice){in->bytes + i + 1, in->len - i - 1};
            *number = value;
            return true;
        }
    }
    return false;
}

void
body_add_bytes(struct buffer *out, struct slice bytes)
{
    assert(bytes.len == 0 || bytes.bytes);
    body_add_number(out, bytes.len);
    buffer_add(out, bytes.bytes, bytes.len);
}

bool
body_take_bytes(struct slice *in, struct slice *bytes)
{
    uint64_t len;
    if (!body_take_number(in, &len) || len > in->len) {
        return false;
    }
    *bytes = (struct slice){in->bytes, (size_t)len};
    *in = (struct slice){in->bytes + len, in->len - (size_t)len};
    return true;
}

/* Small numbers for small differences of either sign. */
static uint64_t
fold(int64_t difference)
{
    return difference < 0 ? ((uint64_t)-difference << 1) - 1
                          : (uint64_t)difference << 1;
}

static int64_t
unfold(uint64_t number)
{
    return number & 1 ? -(int64_t)((number >> 1) + 1) : (int64_t)(number >> 1);
}

void
body_seal(struct buffer *out, const uint32_t *versions, uint32_t count,
          struct slice entries)
{
    assert(count == 0 || versions);
    struct buffer list = {0};
    int64_t last = 0;
    for (uint32_t i = 0; i < count; i++) {
        assert(versions[i] != 0);
        body_add_number(&list, fold((int64_t)versions[i] - last));
        last = versions[i];
    }
    size_t start = out->len;
    uint64_t checksum = 0;
    buffer_add(out, &checksum, CHECKSUM_SIZE);
    body_add_number(out, count);
    body_add_bytes(out, buffer_slice(&list));
    buffer_add(out, entries.bytes, entries.len);
    buffer_finish(&list);
    char *rest = out->bytes + start + CHECKSUM_SIZE;
    size_t rest_len = out->len - start - CHECKSUM_SIZE;
    checksum = hash_xxh3.bytes(rest, rest_len).low + DIFFERENCES;
    memcpy(out->bytes + start, &checksum, CHECKSUM_SIZE);
}

bool
body_open(struct slice body, uint32_t *count, struct body_versions *versions,
          struct slice *entries)
{
    uint64_t checksum;
    uint64_t number;
    if (body.len <= CHECKSUM_SIZE) {
        return false;
    }
    memcpy(&checksum, body.bytes, CHECKSUM_SIZE);
    struct slice rest = {body.bytes + CHECKSUM_SIZE, body.len - CHECKSUM_SIZE};
    uint64_t expected = hash_xxh3.bytes(rest.bytes, rest.len).low;
    *versions = (struct body_versions){.is_plain = checksum == expected};
    if ((!versions->is_plain && checksum != expected + DIFFERENCES) ||
        !body_take_number(&rest, &number) ||
        !body_take_bytes(&rest, &versions->rest) ||
        number > versions->rest.len) {
        return false;
    }
    *count = (uint32_t)number;
    *entries = rest;
    return true;
}

bool
body_take_version(struct body_versions *versions, uint32_t *version)
{
    uint64_t number;
    if (!body_take_number(&versions->rest, &number)) {
        return false;
    }
    int64_t id =
        versions->is_plain ? (int64_t)number : versions->last + unfold(number);
    if (id <= 0 || id > UINT32_MAX) {
        return false;
    }
    versions->last = (uint32_t)id;
    *version = versions->last;
    return true;
}
