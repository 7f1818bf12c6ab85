/* SPDX-License-Identifier: MIT */
/*
 * The REPL for editors: nREPL over bencode. Each editor has sessions, which are
 * talks of one REPL; forms are evaluated one after the other. See
 * spec/cli/repl.md.
 */
#ifndef RUNTIME_REPL_NREPL_H
#define RUNTIME_REPL_NREPL_H

#include "exec/exec.h"

#include <stdint.h>

/* Serves until a signal ends it; repl_start came before. Port 0: any that is
 * free. The file .nrepl-port tells it meanwhile. False if it cannot listen. */
bool nrepl_run(uint16_t port, struct error *err) EXEC_MUST_CHECK;

#endif
