# SPDX-License-Identifier: MIT
# File systems that stamp with whole seconds, or with two, also by the clock of
# another machine: what is decided stays right.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"
fault_project
use_shim

result()
{
    cat in
    printf 'then %s\n' one two three
}

# coarse GRAIN BEHIND: builds where files are stamped so.
coarse()
{
    COARSE=$1 BEHIND=$2 LD_PRELOAD=$shim ronin >"$SCENARIO_LOGS/out" 2>&1 ||
        fail "$(cat "$SCENARIO_LOGS/out")"
    OUTPUT=$(cat "$SCENARIO_LOGS/out")
}

# Edits within one tick of the stamps, of the same size: each is seen, and none
# is taken for one where nothing changed. The clock that stamps may be that of
# another machine, which is behind.
for stamps in '1 0' '2 0' '1 9' '2 9'; do
    rm -rf .ronin one two three
    write in 0000
    coarse $stamps
    for n in $(seq 1000 1005); do
        printf '%s\n' "$n" >in
        coarse $stamps
        assert_file three "$(result)"
        coarse $stamps
        assert_output 'up to date'
        # Outputs of the same size as well.
        tr 0-9 1-90 <three >tampered
        cat tampered >three
        coarse $stamps
        assert_file three "$(result)"
        # And the build file itself.
        sed 's/"one"/"onE"/g' build.magma >other
        cat other >build.magma
        coarse $stamps
        assert_file onE
        assert_absent one
        sed 's/"onE"/"one"/g' other >build.magma
        coarse $stamps
        assert_file one
        assert_absent onE
    done
done
