/* SPDX-License-Identifier: MIT */
/* The schema as a zero-terminated string in the program: schema_sql. */
    .section .rodata
    .globl schema_sql
    .type schema_sql, %object
schema_sql:
    .incbin "exec/state/schema.sql"
    .byte 0
    .size schema_sql, . - schema_sql
    .section .note.GNU-stack, "", %progbits
