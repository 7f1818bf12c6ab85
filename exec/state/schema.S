/* SPDX-License-Identifier: MIT */
/* Texts of SQL as zero-terminated strings in the program: schema_sql makes the
 * tables, upgrade_3_sql brings those of version 2 to version 3, and so on. */
    .section .rodata
    .globl schema_sql
    .type schema_sql, %object
schema_sql:
    .incbin "exec/state/schema.sql"
    .byte 0
    .size schema_sql, . - schema_sql
    .globl upgrade_3_sql
    .type upgrade_3_sql, %object
upgrade_3_sql:
    .incbin "exec/state/upgrade_3.sql"
    .byte 0
    .size upgrade_3_sql, . - upgrade_3_sql
    .globl upgrade_8_sql
    .type upgrade_8_sql, %object
upgrade_8_sql:
    .incbin "exec/state/upgrade_8.sql"
    .byte 0
    .size upgrade_8_sql, . - upgrade_8_sql
    .globl upgrade_9_sql
    .type upgrade_9_sql, %object
upgrade_9_sql:
    .incbin "exec/state/upgrade_9.sql"
    .byte 0
    .size upgrade_9_sql, . - upgrade_9_sql
    .globl upgrade_10_sql
    .type upgrade_10_sql, %object
upgrade_10_sql:
    .incbin "exec/state/upgrade_10.sql"
    .byte 0
    .size upgrade_10_sql, . - upgrade_10_sql
    .section .note.GNU-stack, "", %progbits
