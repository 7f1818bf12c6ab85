# SPDX-License-Identifier: MIT
# On a network file system, which has no memory to share, the database keeps a
# journal that is rolled back, and no log. A kill anywhere costs what it costs
# elsewhere; the same database goes on with a log on a disk, and the other way round.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"
fault_project
use_shim

# mode: how the database writes, as its file says.
mode()
{
    python3 -c '
import sqlite3
db = sqlite3.connect("file:.ronin/state.db?mode=ro", uri=True)
print(db.execute("PRAGMA journal_mode").fetchone()[0])
print(db.execute("PRAGMA integrity_check").fetchone()[0])'
}

# remote STATUS ARGS...: runs ronin on such a file system.
remote()
{
    STATUS=0
    NETWORK=1 LD_PRELOAD=$shim ronin "${@:2}" >"$SCENARIO_LOGS/out" 2>&1 || STATUS=$?
    OUTPUT=$(cat "$SCENARIO_LOGS/out")
    [ "$STATUS" = "$1" ] || fail "ended with $STATUS, expected $1: $OUTPUT"
}

remote 0
assert_output 'built: 3 ran'
assert_equal "$(mode)" $'delete\nok'
assert_absent .ronin/state.db-wal .ronin/state.db-shm
remote 0
assert_output 'up to date'
remote 0 why three
assert_output 'three'

for n in 5 20 40 60 80 100 130 160 200 260; do
    echo "$n" >>in
    NETWORK=1 FAULT=$n:KILL LD_PRELOAD=$shim ronin >"$SCENARIO_LOGS/out" 2>&1 || true
    assert_no_process
    remote 0
    assert_file three "$(cat in; printf 'then %s\n' one two three)"
    assert_equal "$(mode)" $'delete\nok'
    remote 0
    assert_output 'up to date'
done

# Moved to a disk, and back.
ronin_ok
assert_ran
echo more >>in
ronin_ok
assert_ran one two three
assert_equal "$(mode)" $'wal\nok'
echo again >>in
remote 0
assert_output 'built: 3 ran'
assert_equal "$(mode)" $'delete\nok'
assert_recovers
