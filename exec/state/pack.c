/* SPDX-License-Identifier: MIT */
/*
 * A kind of commands is a length and a way to end: commands of one rule end
 * alike, with where their program is. Of each kind there are the text that was
 * stored last, and the one that was last stored whole.
 */
#include "exec/state/pack.h"

#include "exec/backend/hash.h"
#include "exec/base/edit.h"
#include "exec/base/memory.h"

#include <assert.h>
#include <stdlib.h>

#define KINDS 64
/* So much of a text tells its program. */
#define ENDING 16
#define LENGTHS_ALIKE 128
/* Below this nothing is gained. */
#define TEXT_MIN 48

struct base {
    uint32_t id; /* 0: none */
    uint32_t depth;
    char *text;
    size_t len;
};

struct kind {
    struct base last;
    struct base whole;
};

struct packer {
    struct kind kinds[KINDS];
};

struct packer *
packer_create(void)
{
    return mem_alloc(1, sizeof(struct packer));
}

void
packer_destroy(struct packer *packer)
{
    if (!packer) {
        return;
    }
    for (int i = 0; i < KINDS; i++) {
        free(packer->kinds[i].last.text);
        free(packer->kinds[i].whole.text);
    }
    free(packer);
}

/* NULL where nothing is gained, or where one text would hold much memory. */
static struct kind *
kind_of(struct packer *packer, struct slice text)
{
    if (text.len < TEXT_MIN || text.len > PACK_TEXT_MAX) {
        return NULL;
    }
    uint64_t way = hash_xxh3.bytes(text.bytes + text.len - ENDING, ENDING).low;
    return &packer->kinds[(way + text.len / LENGTHS_ALIKE) % KINDS];
}

static void
set_base(struct base *base, uint32_t id, struct slice text, uint32_t depth)
{
    free(base->text);
    *base = (struct base){id, depth, mem_copy(text.bytes, text.len), text.len};
}

void
packer_add(struct packer *packer, uint32_t id, struct slice text,
           uint32_t depth)
{
    struct kind *kind = kind_of(packer, text);
    assert(depth <= PACK_DEPTH);
    if (kind) {
        set_base(&kind->last, id, text, depth);
    }
    if (kind && depth == 0) {
        set_base(&kind->whole, id, text, depth);
    }
}

bool
packer_pack(struct packer *packer, struct slice text, struct buffer *out,
            uint32_t *base_id, uint32_t *depth)
{
    const struct kind *kind = kind_of(packer, text);
    *depth = 0;
    if (!kind) {
        return false;
    }
    const struct base *base =
        kind->last.depth < PACK_DEPTH ? &kind->last : &kind->whole;
    // Half of it must go, or a base of its own serves later ones better.
    if (base->id == 0 || !edit_add((struct slice){base->text, base->len}, text,
                                   text.len / 2, out)) {
        return false;
    }
    *base_id = base->id;
    *depth = base->depth + 1;
    return true;
}
