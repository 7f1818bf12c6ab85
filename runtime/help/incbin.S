/* SPDX-License-Identifier: MIT */
/* Texts for people inside the executable: see texts.h. */
#define TEXT(name, path)                     \
    .globl help_##name##_start              ;\
    .globl help_##name##_end                ;\
    help_##name##_start:                    ;\
    .incbin path                            ;\
    help_##name##_end: .byte 0              ;

    .section .rodata
#include "runtime/help/texts.inc"
    .section .note.GNU-stack, "", %progbits
