/* SPDX-License-Identifier: MIT */
/* Code as text, for tests and debugging. */
#ifndef INTERP_VM_DISASSEMBLE_H
#define INTERP_VM_DISASSEMBLE_H

#include "interp/data/value.h"

/* One instruction a line, "ADD_INT 1 0 1"; constants print as they read, a
 * jump as "->" and the index of the word that it goes to. A string value. */
Value disassemble(Value function);

#endif
