/* SPDX-License-Identifier: MIT */
/*
 * Commands are much alike: a compiler call differs from the next in a few
 * digits. So most are stored as edits (edit.h) of the one of their kind before
 * them, and some as edits of one that is stored whole, so that no row of edits
 * is long.
 */
#ifndef EXEC_STATE_PACK_H
#define EXEC_STATE_PACK_H

#include "exec/base/buffer.h"

#include <stdint.h>

struct packer;

/* No text is behind more edits than this. */
#define PACK_DEPTH 16
#define PACK_TEXT_MAX (1 << 16)

struct packer *packer_create(void);
void packer_destroy(struct packer *packer);
/* Offers a text that is stored under an id, behind so many edits (0: whole), as
 * the base of later ones. */
void packer_add(struct packer *packer, uint32_t id, struct slice text,
                uint32_t depth);
/* True if the text is worth storing as edits, which are then in `out`, of the
 * base whose id is in *base; *depth is for packer_add. */
bool packer_pack(struct packer *packer, struct slice text, struct buffer *out,
                 uint32_t *base, uint32_t *depth);

#endif
