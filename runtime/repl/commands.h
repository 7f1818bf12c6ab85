/* SPDX-License-Identifier: MIT */
/* What forms at the prompt can ask and do: behind the namespace ronin-repl. */
#ifndef RUNTIME_REPL_COMMANDS_H
#define RUNTIME_REPL_COMMANDS_H

/* Defines repl-graph* and the others, and read-line. */
void commands_define(void);

#endif
