/* SPDX-License-Identifier: MIT */
/*
 * Layout: 4 bytes of checksum; the length of the list of versions; the list;
 * the entries. Versions keep their order, for the entries refer to them by
 * position.
 */
#include "exec/state/body.h"

#include "exec/backend/hash.h"

#include <assert.h>
#include <string.h>

#define CHECKSUM_SIZE sizeof(uint32_t)
/* Added to the checksum. In bodies of tables up to version 9 it is not; those up to
 * version 4 begin with a whole XXH3-64, which in those of versions 3 and 4 has the
 * other one added. So a body says itself of which kind it is. */
#define LISTS 0x726f6e69U
#define OLD_CHECKSUM_SIZE sizeof(uint64_t)
#define DIFFERENCES 0x726f6e696e2d7633ULL

/* Of the bytes behind a checksum. */
static uint32_t
checksum_of(struct slice rest)
{
    uint64_t hash = hash_xxh3.bytes(rest.bytes, rest.len).low;
    return (uint32_t)(hash ^ hash >> 32);
}

void
body_add_bytes(struct buffer *out, struct slice bytes)
{
    assert(bytes.len == 0 || bytes.bytes);
    varint_add(out, bytes.len);
    buffer_add(out, bytes.bytes, bytes.len);
}

bool
body_take_bytes(struct slice *in, struct slice *bytes)
{
    uint64_t len;
    if (!varint_take(in, &len) || len > in->len) {
        return false;
    }
    *bytes = (struct slice){in->bytes, (size_t)len};
    *in = (struct slice){in->bytes + len, in->len - (size_t)len};
    return true;
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
    gaps_add(&list, versions, count);
    size_t start = out->len;
    uint32_t checksum = 0;
    buffer_add(out, &checksum, CHECKSUM_SIZE);
    body_add_bytes(out, buffer_slice(&list));
    buffer_add(out, entries.bytes, entries.len);
    buffer_finish(&list);
    checksum =
        LISTS + checksum_of((struct slice){out->bytes + start + CHECKSUM_SIZE,
                                           out->len - start - CHECKSUM_SIZE});
    memcpy(out->bytes + start, &checksum, CHECKSUM_SIZE);
}

/* What is behind the checksum, if it fits. */
static bool
open_frame(struct slice body, enum body_form *form, struct slice *rest)
{
    uint32_t checksum;
    uint64_t old;
    if (body.len <= CHECKSUM_SIZE) {
        return false;
    }
    memcpy(&checksum, body.bytes, CHECKSUM_SIZE);
    *rest =
        (struct slice){body.bytes + CHECKSUM_SIZE, body.len - CHECKSUM_SIZE};
    uint32_t found = checksum_of(*rest);
    *form = checksum == found + LISTS ? BODY_LISTS : BODY_GAPS;
    if (*form == BODY_LISTS || checksum == found) {
        return true;
    }
    if (body.len <= OLD_CHECKSUM_SIZE) {
        return false;
    }
    memcpy(&old, body.bytes, OLD_CHECKSUM_SIZE);
    *rest = (struct slice){body.bytes + OLD_CHECKSUM_SIZE,
                           body.len - OLD_CHECKSUM_SIZE};
    uint64_t expected = hash_xxh3.bytes(rest->bytes, rest->len).low;
    *form = old == expected ? BODY_PLAIN : BODY_DIFFERENCES;
    return old == expected || old == expected + DIFFERENCES;
}

bool
body_open(struct slice body, struct body_versions *versions,
          struct slice *entries)
{
    uint64_t count;
    struct slice list;
    *versions = (struct body_versions){.last = 0};
    // Older ones have the count of the versions in front, which nobody needs.
    if (!open_frame(body, &versions->form, entries) ||
        (versions->form != BODY_LISTS && !varint_take(entries, &count)) ||
        !body_take_bytes(entries, &list)) {
        return false;
    }
    versions->list.rest = list;
    return true;
}

bool
body_take_version(struct body_versions *versions, uint32_t *version)
{
    uint64_t number;
    if (versions->form == BODY_LISTS || versions->form == BODY_GAPS) {
        return gaps_next(&versions->list, version) && *version != 0;
    }
    if (!varint_take(&versions->list.rest, &number)) {
        return false;
    }
    int64_t id = versions->form == BODY_PLAIN ? (int64_t)number
                                              : versions->last + unfold(number);
    if (id <= 0 || id > UINT32_MAX) {
        return false;
    }
    versions->last = (uint32_t)id;
    *version = versions->last;
    return true;
}

size_t
body_versions_left(const struct body_versions *versions)
{
    return versions->list.rest.len * 8 + versions->list.left;
}
