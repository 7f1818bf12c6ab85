# SPDX-License-Identifier: MIT
# Where ninja has run nothing since our last build its logs are not read before a
# command starts; that is told by the end of the log that we left, for the build
# file that we left it for.
. "$TESTS/lib/build.sh"

command -v ninja >/dev/null || exit 77
command -v strace >/dev/null || exit 77
strace -o /dev/null true 2>/dev/null || exit 77
mkdir bin
ln -s "$RONIN" bin/ninja

cat >build.ninja <<'END'
builddir = logs
rule cp
  command = cp $in $out
build a: cp a.in
build b: cp b.in
END
echo 1 >a.in
echo 1 >b.in
find . -type f -exec touch -d '2 seconds ago' {} +

# ours: builds, and says what of the logs was opened before the first command.
ours()
{
    strace -f -e trace=open,openat,execve -o "$SCENARIO_LOGS/calls" bin/ninja -v \
        >"$SCENARIO_LOGS/told" 2>&1 || fail "ended with $?"
    sed -n '/execve("[^"]*\/cp"/q; s/.*"\([^"]*\.ninja_[a-z]*\)".*/\1/p' \
        "$SCENARIO_LOGS/calls" | LC_ALL=C sort -u | tr '\n' ' '
}

assert_told()
{
    assert_equal "$(grep -v explain "$SCENARIO_LOGS/told")" "$1"
}

edit()
{
    sleep 0.03
    echo more >>"$1"
}

ours >/dev/null
assert_equal "$(ours)" ''
assert_told 'ninja: no work to do.'
edit a.in
assert_equal "$(ours)" ''
assert_told '[1/1] cp a.in a'

# What ninja ran since is believed, and asked for.
edit a.in
ninja >/dev/null || fail 'ninja'
edit b.in
assert_equal "$(ours)" 'logs/.ninja_deps logs/.ninja_log '
assert_told '[1/1] cp b.in b'
edit a.in
assert_equal "$(ours)" ''
assert_told '[1/1] cp a.in a'

# Another place of the log is another log.
sed -i 's/^builddir = .*/builddir = other/' build.ninja
ours >/dev/null
assert_told 'ninja: no work to do.'
edit a.in
ninja >/dev/null || fail 'ninja'
ours >/dev/null
assert_told 'ninja: no work to do.'
edit b.in
ours >/dev/null
assert_told '[1/1] cp b.in b'
edit b.in
assert_equal "$(ours)" ''
assert_told '[1/1] cp b.in b'

# A build of a part that runs nothing leaves the rest to be believed later.
edit a.in
edit b.in
ninja >/dev/null || fail 'ninja'
ronin ninja a >"$SCENARIO_LOGS/told" || fail 'a part'
assert_told 'ninja: no work to do.'
ours >/dev/null
assert_told 'ninja: no work to do.'

# One that runs something knows the end of the log all the same.
edit a.in
ninja >/dev/null || fail 'ninja'
edit a.in
ronin ninja a >"$SCENARIO_LOGS/told" || fail 'a part'
assert_told '[1/1] cp a.in a'
edit a.in
ninja >/dev/null || fail 'ninja'
ours >/dev/null
assert_told 'ninja: no work to do.'
