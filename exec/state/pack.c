/* SPDX-License-Identifier: MIT */
/*
 * The bases are the texts that were stored whole last, one for each length and
 * way to end: commands of one rule end alike, with where their program is.
 */
#include "exec/state/pack.h"

#include "exec/backend/hash.h"
#include "exec/base/memory.h"
#include "exec/base/shrink.h"

#include <assert.h>
#include <stdlib.h>

#define BASES 64
/* So much of a text tells its program. */
#define ENDING 16
#define LENGTHS_ALIKE 128
/* Below this nothing is gained; above it, one text would hold much memory. */
#define TEXT_MIN 48

struct base {
    uint32_t id; /* 0: none */
    char *text;
    size_t len;
};

struct packer {
    struct base bases[BASES];
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
    for (int i = 0; i < BASES; i++) {
        free(packer->bases[i].text);
    }
    free(packer);
}

/* NULL where nothing is gained. */
static struct base *
base_for(struct packer *packer, struct slice text)
{
    if (text.len < TEXT_MIN || text.len > SHRINK_TEXT_MAX) {
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
    if (!shrink_text((struct slice){base->text, base->len}, text, text.len / 2,
                     out)) {
        return false;
    }
    *base_id = base->id;
    return true;
}
