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

void
body_seal(struct buffer *out, const uint32_t *versions, uint32_t count,
          struct slice entries)
{
    assert(count == 0 || versions);
    struct buffer list = {0};
    for (uint32_t i = 0; i < count; i++) {
        assert(versions[i] != 0);
        body_add_number(&list, versions[i]);
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
    checksum = hash_default()->bytes(rest, rest_len).low;
    memcpy(out->bytes + start, &checksum, CHECKSUM_SIZE);
}

bool
body_open(struct slice body, uint32_t *count, struct slice *versions,
          struct slice *entries)
{
    uint64_t checksum;
    uint64_t number;
    if (body.len <= CHECKSUM_SIZE) {
        return false;
    }
    memcpy(&checksum, body.bytes, CHECKSUM_SIZE);
    struct slice rest = {body.bytes + CHECKSUM_SIZE, body.len - CHECKSUM_SIZE};
    if (hash_default()->bytes(rest.bytes, rest.len).low != checksum ||
        !body_take_number(&rest, &number) ||
        !body_take_bytes(&rest, versions) || number > versions->len) {
        return false;
    }
    *count = (uint32_t)number;
    *entries = rest;
    return true;
}
