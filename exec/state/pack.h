/* SPDX-License-Identifier: MIT */
/*
 * Commands are much alike: a compiler call differs from the next in two paths.
 * So most are stored as their difference to another one that is stored whole
 * (shrink.h).
 */
#ifndef EXEC_STATE_PACK_H
#define EXEC_STATE_PACK_H

#include "exec/base/buffer.h"

#include <stdint.h>

struct packer;

struct packer *packer_create(void);
void packer_destroy(struct packer *packer);
/* Offers a text that is stored whole under an id as a base. */
void packer_add_base(struct packer *packer, uint32_t id, struct slice text);
/* True if the text is worth storing as a difference, which is then in `out`,
 * to the base whose id is in *base. */
bool packer_pack(struct packer *packer, struct slice text, struct buffer *out,
                 uint32_t *base);

#endif
