# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Helpers of the build scenarios. A scenario is a bash script that starts with
#
#     . "$TESTS/lib/build.sh"
#
# and runs in an empty folder with ronin on PATH. It passes when it ends with
# 0. What the last ronin printed is in $OUTPUT, both streams together.

set -eu
: "${SCENARIO_LOGS:=$(mktemp -d)}"
EVENTS=$SCENARIO_LOGS/events.jsonl
OUTPUT=

# fail TEXT...: ends the scenario, naming the line that asked.
fail()
{
    local i=0

    while [[ ${BASH_SOURCE[i]} == "${BASH_SOURCE[0]}" ]]; do
        i=$((i + 1))
    done
    printf '%s:%s: %s\n' "${BASH_SOURCE[i]##*/}" "${BASH_LINENO[i - 1]}" "$*"
    exit 1
}

# write FILE [TEXT...]: the lines given, or standard input, become FILE.
write()
{
    case $1 in
    */*) mkdir -p "${1%/*}" ;;
    esac
    if [ $# -gt 1 ]; then
        printf '%s\n' "${@:2}" >"$1"
    else
        cat >"$1"
    fi
}

# edit FILE SED: changes FILE in place; a script that changes nothing fails.
edit()
{
    sed "$2" "$1" >"$SCENARIO_LOGS/edited"
    cmp -s "$1" "$SCENARIO_LOGS/edited" && fail "edit changed nothing in $1"
    cat "$SCENARIO_LOGS/edited" >"$1"
}

# Runs ronin; its status becomes $STATUS. Only `build` writes events.
run_ronin()
{
    local arg
    local events=yes

    for arg; do
        case $arg in
        warnings | cmd | runs | diff | gc | completion | doctor | graph | compdb | stats | trace | events | q |\
            repl | eval | fmt | check | test | why | clean | version | query | log | convert | \
            watch | help | --help | --version) events=no ;;
        esac
    done
    STATUS=0
    if [ "$events" = yes ]; then
        rm -f "$EVENTS"
        set -- "$@" --events "$EVENTS"
    fi
    ronin "$@" >"$SCENARIO_LOGS/output" 2>&1 </dev/null || STATUS=$?
    OUTPUT=$(cat "$SCENARIO_LOGS/output")
    printf '$ ronin %s\n%s\n' "$*" "$OUTPUT"
}

ronin_ok()
{
    run_ronin "$@"
    [ "$STATUS" = 0 ] || fail "ronin ended with $STATUS, expected 0"
}

# ronin_fails CODE ARGS...
ronin_fails()
{
    run_ronin "${@:2}"
    [ "$STATUS" = "$1" ] || fail "ronin ended with $STATUS, expected $1"
}

# events TYPE FIELD: that field of each event of the last build, one a line.
events()
{
    python3 -c '
import json, sys
for line in open(sys.argv[1], encoding="utf-8"):
    event = json.loads(line)
    if event["type"] == sys.argv[2]:
        print(event.get(sys.argv[3], ""))
' "$EVENTS" "$@"
}

# assert_ran [NAME...]: exactly these actions ran, in any order. Names may be
# given apart or as one text with spaces.
assert_ran()
{
    local expected
    local actual

    # shellcheck disable=SC2048,SC2086
    expected=$(printf '%s\n' $* | LC_ALL=C sort)
    actual=$(events action.start path | LC_ALL=C sort)
    [ "$actual" = "$expected" ] ||
        fail "ran: ${actual//$'\n'/ }; expected: ${expected//$'\n'/ }"
}

# assert_ran_in_order NAME...: exactly these, started in this order.
assert_ran_in_order()
{
    local actual

    actual=$(events action.start path | tr '\n' ' ')
    [ "$actual" = "$* " ] || fail "ran: $actual; expected in order: $*"
}

# assert_file FILE [TEXT]: FILE exists and, when given, holds TEXT; newlines at
# the end do not count.
assert_file()
{
    [ -e "$1" ] || fail "$1 does not exist"
    [ $# = 1 ] || [ "$(cat "$1")" = "$2" ] ||
        fail "$1 holds: $(cat "$1"); expected: $2"
}

assert_absent()
{
    local path

    for path; do
        [ ! -e "$path" ] && [ ! -L "$path" ] || fail "$path exists"
    done
}

# assert_contains TEXT NEEDLE
assert_contains()
{
    case $1 in
    *"$2"*) ;;
    *) fail "not found: $2; in: $1" ;;
    esac
}

# assert_lacks TEXT NEEDLE
assert_lacks()
{
    case $1 in
    *"$2"*) fail "found: $2; in: $1" ;;
    esac
}

assert_equal()
{
    [ "$1" = "$2" ] || fail "is: $1; expected: $2"
}

# assert_output NEEDLE...: the last ronin printed each of them.
assert_output()
{
    local needle

    for needle; do
        assert_contains "$OUTPUT" "$needle"
    done
}

# hears_signals: whether what computes can be ended. Under TSan a signal comes only at
# a call of the system, and computing makes none.
hears_signals()
{
    case $TREE in
    *tsan*) return 1 ;;
    esac
}

# needs_signals: for a scenario that is about that alone.
needs_signals()
{
    hears_signals || exit 77
}

# use_shim: the library that makes system calls fail (tests/sim/faults.c) becomes
# $shim; skipped where it cannot be made, or a sanitizer wants to be loaded first.
use_shim()
{
    shim=$SCENARIO_LOGS/faults.so
    cc -std=gnu11 -D_GNU_SOURCE -O1 -shared -fPIC -o "$shim" \
        "$TESTS/sim/faults.c" -ldl || exit 77
    LD_PRELOAD=$shim FAULT=0:NOTHING ronin version >/dev/null 2>&1 || exit 77
}
