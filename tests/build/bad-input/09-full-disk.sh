# SPDX-License-Identifier: MIT
# A full disk is an error of state: nothing is lost, nothing half done trusted,
# and with room again the build goes on. Needs the right to mount.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :outputs ["a"] :inputs {:ifwritten ["in"]}
        :rule {:command ["cp" "in" "a"]})
(action :outputs ["b"] :inputs {:ifchanged ["a"]}
        :rule {:command ["cp" "a" "b"]})
(action :outputs ["c"] :inputs {:ifchanged ["in"]}
        :rule [{:read "in"} {:transformer str/upper-case} {:write "c"}])
END
write in one

# Without mounting: a limit on the size of files.
STATUS=0
OUTPUT=$(ulimit -f 8; ronin 2>&1) || STATUS=$?
assert_equal "$STATUS" 4
assert_output '.ronin/state.db' 'make room'
ronin_ok
assert_file b one
ronin_ok
assert_ran
rm -rf .ronin

unshare -m true 2>/dev/null || exit 0
mkdir small
cp build.magma in "$SCENARIO_LOGS"
inside()
{
    . "$TESTS/lib/build.sh"
    mount -t tmpfs -o size=400k none small || exit 0
    cd small
    cp "$SCENARIO_LOGS/build.magma" "$SCENARIO_LOGS/in" .
    ronin_ok
    assert_ran a b c
    head -c 1M /dev/zero >fill 2>/dev/null || true
    STATUS=0
    printf 'two\n' >in || fail "no place for four bytes"
    run_ronin
    case $STATUS in
    1 | 4) ;;
    *) fail "ended with $STATUS" ;;
    esac
    assert_output 'full'
    rm fill
    ronin_ok
    assert_file a two
    assert_file b two
    assert_file c TWO
    ronin_ok
    assert_ran

    # From the very start.
    rm -rf .ronin
    head -c 1M /dev/zero >fill 2>/dev/null || true
    run_ronin
    [ "$STATUS" = 4 ] || fail "ended with $STATUS"
    rm -f fill
    ronin_ok
    ronin_ok
    assert_ran
}
export -f inside
unshare -m bash -c inside
