# SPDX-License-Identifier: MIT
# Each call by which ronin reads or changes the disk fails once: it is full, it
# cannot be read, a call is interrupted or writes half, ronin is killed there.
# What was built stays right, what was remembered is kept, and none of it is
# taken for damage.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"
fault_project
use_shim

ronin_ok
for kind in ENOSPC EIO SHORT KILL; do
    for n in $(seq 0 5 30) $(seq 35 19 150); do
        echo "$kind $n" >>in
        STATUS=0
        OUTPUT=$(LD_PRELOAD=$shim FAULT=$n:$kind ronin 2>&1) || STATUS=$?
        case $STATUS in
        0) assert_file three "$(cat in; printf 'then %s\n' one two three)" ;;
        1 | 3 | 4) [ -n "$OUTPUT" ] || fail "$kind $n: ended with $STATUS" ;;
        137) assert_equal "$kind" KILL ;;
        *) fail "$kind $n: ended with $STATUS: $OUTPUT" ;;
        esac
        [ ! -e .ronin/state.db.corrupt ] || fail "$kind $n: $OUTPUT"
    done
    assert_recovers
done
