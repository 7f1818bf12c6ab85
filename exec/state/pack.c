/* SPDX-License-Identifier: MIT */
/*
 * The bases are the texts that were stored whole last, one for each length and
 * way to end: commands of one rule end alike, with where their program is.
 */
#include "exec/state/pack.h"

#include "exec/backend/hash.h"
#include "exec/base/memory.h"

#include <assert.h>
#include <lz4.h>
#include <stdlib.h>

#define BASES 64
/* So much of a text tells its program. */
#define ENDING 16
#define LENGTHS_ALIKE 128
/* Below this nothing is gained; above it, one text would hold much memory. */
#define TEXT_MIN 48
#define TEXT_MAX (1 << 16)

struct base {
    uint32_t id; /* 0: none */
    char *text;
    size_t len;
};

struct packer {
    LZ4_stream_t *stream;
    struct base bases[BASES];
};

struct packer *
packer_create(void)
{
    struct packer *packer = mem_alloc(1, sizeof *packer);
    packer->stream = LZ4_createStream();
    assert(packer->stream && "out of memory");
    return packer;
}

void
packer_destroy(struct packer *packer)
{
    if (!packer) {
        return;
    }
    for (int i = 0; i < BASES; i++) {
        free(packer->bases[i].text);
    }
    (void)LZ4_freeStream(packer->stream);
    free(packer);
}

/* NULL where nothing is gained. */
static struct base *
base_for(struct packer *packer, struct slice text)
{
    if (text.len < TEXT_MIN || text.len > TEXT_MAX) {
        return NULL;
    }
    uint64_t way = hash_xxh3.bytes(text.bytes + text.len - ENDING, ENDING).low;
    return &packer->bases[(way + text.len / LENGTHS_ALIKE) % BASES];
}

void
packer_add_base(struct packer *packer, uint32_t id, struct slice text)
{
    struct base *base = base_for(packer, text);
    if (base) {
        free(base->text);
        *base = (struct base){id, mem_copy(text.bytes, text.len), text.len};
    }
}

bool
packer_pack(struct packer *packer, struct slice text, struct buffer *out,
            uint32_t *base_id)
{
    const struct base *base = base_for(packer, text);
    if (!base || base->id == 0) {
        return false;
    }
    /* Half of it must go, or a base of its own serves later ones better. */
    int room = (int)text.len / 2;
    LZ4_resetStream_fast(packer->stream);
    (void)LZ4_loadDict(packer->stream, base->text, (int)base->len);
    char *dst = buffer_reserve(out, (size_t)room);
    int got = LZ4_compress_fast_continue(packer->stream, text.bytes, dst,
                                         (int)text.len, room, 1);
    if (got <= 0) {
        return false;
    }
    out->len += (size_t)got;
    *base_id = base->id;
    return true;
}

char *
pack_open(struct slice base, struct slice difference, size_t len)
{
    if (len > TEXT_MAX || base.len > TEXT_MAX || difference.len > TEXT_MAX) {
        return NULL;
    }
    char *text = mem_alloc(len + 1, 1);
    int got = LZ4_decompress_safe_usingDict(difference.bytes, text,
                                            (int)difference.len, (int)len,
                                            base.bytes, (int)base.len);
    if (got != (int)len) {
        free(text);
        return NULL;
    }
    return text;
}
