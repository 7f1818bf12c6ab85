# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# For the scenarios of the writer: python NAME makes the program on standard
# input see magma_syntax, and prints what it prints.

export PYTHONPATH=$ROOT/stdlib

python() { python3 - "$@"; }

# value EXPRESSION FILE: the value of an expression after evaluating FILE.
value()
{
    { cat "$2"; printf '\n(prn %s)\n' "$1"; } >"$SCENARIO_LOGS/value.magma"
    ronin eval "$SCENARIO_LOGS/value.magma" || fail "eval failed: $1"
}
