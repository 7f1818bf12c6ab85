/* SPDX-License-Identifier: MIT */
/* The REPL of a person at a terminal, or of a pipe. */
#ifndef RUNTIME_REPL_PROMPT_H
#define RUNTIME_REPL_PROMPT_H

/* From the first prompt to the end of the input; repl_start came before. On a
 * terminal the lines are remembered in the user's state folder. */
void prompt_run(void);

#endif
