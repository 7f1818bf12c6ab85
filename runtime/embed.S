/* SPDX-License-Identifier: MIT */
/* The standard library inside the executable: see source.h. */
#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)
#define LIBRARY(name)                       \
    .globl stdlib_##name##_start           ;\
    .globl stdlib_##name##_end             ;\
    stdlib_##name##_start:                 ;\
    .incbin TEXT(stdlib/name.magma)        ;\
    stdlib_##name##_end: .byte 0           ;

    .section .rodata
#include "runtime/library.inc"
    .section .note.GNU-stack, "", %progbits
