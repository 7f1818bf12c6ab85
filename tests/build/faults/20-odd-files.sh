# SPDX-License-Identifier: MIT
# Inputs that cannot be read, that are as large as a disk, and names that look alike.
. "$TESTS/lib/build.sh"

# Two names that a person cannot tell apart are two files: a letter with its accent,
# and the letter and the accent apart.
composed=$(printf 'caf\303\251')
apart=$(printf 'cafe\314\201')
write build.magma <<EOF
(action :outputs ["a"] :inputs {:ifchanged ["$composed"]} :rule {:command ["cp" "$composed" "a"]})
(action :outputs ["b"] :inputs {:ifchanged ["$apart"]} :rule {:command ["cp" "$apart" "b"]})
(action :outputs ["Upper"] :inputs {:ifchanged ["$apart"]} :rule {:command ["cp" "$apart" "Upper"]})
(action :outputs ["upper"] :inputs {:ifchanged ["$composed"]} :rule {:command ["cp" "$composed" "upper"]})
EOF
write "$composed" one
write "$apart" two
[ "$(cat "$composed")" = one ] || exit 77 # the file system takes them for one
ronin_ok
assert_file a one
assert_file b two
assert_file Upper two
assert_file upper one
echo three >"$apart"
ronin_ok
assert_ran b Upper
rm "$apart"
ronin_fails 3
write "$apart" two
ronin_ok

# As large as a disk, with nothing in it. Its content takes long to read: that is
# told, and a signal ends it at once.
rm -rf .ronin
write build.magma <<'EOF'
(action :outputs ["c"] :inputs {:ifchanged ["big"]} :rule {:command ["touch" "c"]})
EOF
truncate -s 1T big 2>/dev/null || exit 77
. "$TESTS/build/faults/lib.sh"
CI=true start_build
until grep -q '^hashing big' "$SCENARIO_LOGS/background"; do
    kill -0 "$BUILD" 2>/dev/null || fail "ended: $(cat "$SCENARIO_LOGS/background")"
    sleep 0.05
done
before=$(date +%s)
kill -INT "$BUILD"
STATUS=0
wait "$BUILD" || STATUS=$?
[ $(($(date +%s) - before)) -lt 8 ] || fail 'a signal did not end it'
[ "$STATUS" = 130 ] || fail "ended with $STATUS"
assert_no_process
# Under :ifwritten nothing of it is read: neither now nor ever.
write build.magma <<'EOF'
(action :outputs ["c"] :inputs {:ifwritten ["big"]} :rule {:command ["touch" "c"]})
EOF
rm big

# What nobody may read is an input all the same: what does not read it is built, and
# what does fails by its command. When it can be read, its content is known.
place=$(mktemp -d /tmp/ronin-unreadable-XXXXXX)
trap 'rm -rf "$place"' EXIT
chmod 777 "$place"
cd "$place"
write build.magma <<'EOF'
(action :outputs ["d"] :inputs {:ifchanged ["secret"]} :rule {:command ["cp" "open" "d"]})
(action :outputs ["e"] :inputs {:ifwritten ["secret"]} :rule {:command ["cp" "open" "e"]})
(action :outputs ["f"] :inputs {:ifwritten ["open"]} :rule {:command ["cp" "open" "f"]})
(action :outputs ["g"] :inputs {:ifwritten ["secret"]} :rule {:command ["cp" "secret" "g"]})
EOF
write open one
write secret two
chmod 000 secret
user=()
if [ "$(id -u)" = 0 ]; then
    command -v setpriv >/dev/null || exit 77
    user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
fi

# Where the program lies, another user may not go.
cp "$(command -v ronin)" "$place/program"

# as_user STATUS ARGS...
as_user()
{
    STATUS=0
    OUTPUT=$("${user[@]}" env HOME=/nonexistent "$place/program" "${@:2}" 2>&1) || STATUS=$?
    assert_equal "$STATUS" "$1"
}

as_user 1 -k0
assert_output 'Permission denied' secret '1 failed'
assert_file d one
assert_file f one
assert_absent g
as_user 1 -k0
assert_lacks "$OUTPUT" 'cp open'
chmod 644 secret
as_user 0
assert_file g two
as_user 0
assert_output 'up to date'
