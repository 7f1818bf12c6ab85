# SPDX-License-Identifier: MIT
# After a power loss the disk has the files of the tree, but of the records only
# what was synchronised: some earlier state, the log cut anywhere, or the log without
# the database. At worst something runs once more; nothing stale is left.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"
fault_project
command -v python3 >/dev/null || exit 77

keep()
{
    rm -rf "$SCENARIO_LOGS/$1"
    cp -a .ronin "$SCENARIO_LOGS/$1"
}

ronin_ok
keep first
for text in second third fourth; do
    echo "$text" >in
    ronin_ok
    keep "$text"
done

# Each earlier state as a whole, then only its database or only its log.
for state in first second third fourth; do
    for files in . state.db state.db-wal; do
        rm -rf .ronin
        cp -a "$SCENARIO_LOGS/fourth" .ronin
        if [ "$files" = . ]; then
            rm -rf .ronin
            cp -a "$SCENARIO_LOGS/$state" .ronin
        elif [ -e "$SCENARIO_LOGS/$state/$files" ]; then
            cp -a "$SCENARIO_LOGS/$state/$files" .ronin/
        fi
        rm -f .ronin/state.db-shm
        assert_recovers
        assert_file three "$(cat in; printf 'then %s\n' one two three)"
    done
done

# The log cut at each of its pages, and in the middle of one; the derived files
# are new then, and the inputs have changed since.
step=2060
size=$(stat -c %s "$SCENARIO_LOGS/fourth/state.db-wal" 2>/dev/null || echo 0)
[ "$size" -gt 0 ] || fail 'there is no log to be cut'
for len in $(seq 32 $(((size / 12 / step + 1) * step)) "$size"); do
    rm -rf .ronin
    cp -a "$SCENARIO_LOGS/fourth" .ronin
    rm -f .ronin/state.db-shm
    truncate -s "$len" .ronin/state.db-wal
    echo "after $len" >>in
    ronin_ok
    assert_file three "$(cat in; printf 'then %s\n' one two three)"
    ronin_ok
    assert_ran
done

# An output was written and lost as well: it is there, and empty.
: >two
assert_recovers
assert_file three "$(cat in; printf 'then %s\n' one two three)"
