# SPDX-License-Identifier: MIT
# A folder that ninja built goes on with ronin, and back, and nothing is built
# twice; what changes runs the same commands in both. OTHER_NINJA names one more
# ninja to go through, of another version.
. "$TESTS/lib/build.sh"

command -v ninja >/dev/null || exit 77
command -v cc >/dev/null || exit 77
mkdir bin
ln -s "$RONIN" bin/ninja
RONIN_NINJA=$PWD/bin/ninja

# make_project DIR: every way in which an edge can be known to the logs.
make_project()
{
    mkdir "$1"
    cat >"$1/build.ninja" <<END
builddir = logs
rule cc
  command = cc -MD -MF \$out.d -I. -I\$\$PWD/gen -c \$in -o \$out
  depfile = \$out.d
  deps = gcc
rule kept
  command = cp \$in \$out && echo "\$out: more" >\$out.d
  depfile = \$out.d
rule cat
  command = cat @\$out.rsp >/dev/null 2>&1; cat \$in >\$out
  rspfile = \$out.rsp
  rspfile_content = \$in_newline
rule same
  command = cmp -s \$in \$out || cp \$in \$out
  restat = 1
rule link
  command = ln -sf \$in lib.1 && ln -sf lib.1 lib
rule configure
  command = touch \$out
  generator = 1
build build.ninja: configure | settings
build gen/made.h | $PWD/$1/gen/made.h: same made.in
build a.o: cc a.c || gen/made.h
build b.o: cc b.c
build sub/kept: kept a.o
build all.o: cat a.o b.o | sub/kept
build lib.1.2: same all.o
build lib.1 lib: link lib.1.2
build sub/reader: cat lib
build both: phony all.o sub/reader
default both
END
    cat >"$1/a.c" <<'END'
#include "h.h"
#include "made.h"
int a = A + MADE;
END
    echo '#define A 1' >"$1/h.h"
    echo '#define MADE 1' >"$1/made.in"
    echo 'int b;' >"$1/b.c"
    touch "$1/more" "$1/settings"
    # Nothing in it is younger than a file system can tell from what is built.
    find "$1" -type f -exec touch -d '2 seconds ago' {} +
}

# ran DIR PROGRAM: the outputs whose lines a build of DIR prints.
ran()
{
    (cd "$1" && "$2" -v 2>&1) | sed -n 's/^\[[0-9]*\/[0-9]*\] //p' | LC_ALL=C sort
}

# assert_idle DIR PROGRAM
assert_idle()
{
    assert_equal "$(cd "$1" && "$2" -d explain 2>&1 | tail -1)" \
        'ninja: no work to do.'
}

# change COMMAND...: done in both folders; then ronin in the one runs what the
# other ninja does in the other, and after that each is idle in the other's.
change()
{
    local expected

    sleep 0.02
    (cd one && eval "$*")
    (cd two && eval "$*")
    expected=$(ran two "$other" | sed 's|/two/|/one/|g')
    assert_equal "$(ran one "$RONIN_NINJA")" "$expected"
    [ -n "$expected" ] || fail "nothing to do after: $*"
    assert_idle one "$RONIN_NINJA"
    assert_idle one "$other"
}

for other in ninja ${OTHER_NINJA:-}; do
    make_project one
    make_project two
    for dir in one two; do
        (cd $dir && "$other" >../out 2>&1) || fail "$(cat out)"
        assert_idle $dir "$other"
    done
    version=$(head -1 one/logs/.ninja_log)
    assert_idle one "$RONIN_NINJA"
    assert_idle one "$other"

    change touch h.h
    change touch made.in
    change 'echo "#define MADE 2" >made.in'
    change touch more
    change rm b.o
    change "sed -i 's/-I\. /-I. -O1 /' build.ninja"
    change "sed -i 's/in_newline/in/' build.ninja"
    change touch settings
    change 'rm sub/kept.d; touch more'
    assert_equal "$(head -1 one/logs/.ninja_log)" "$version"

    # ronin forgets, and finds all of it in the logs.
    rm -rf one/.ronin
    assert_idle one "$RONIN_NINJA"

    # A dry run tells, and writes nothing.
    rm -rf one/.ronin
    find one two -type f -newer bin/ninja -print0 | xargs -0 md5sum >before
    (cd one && "$RONIN_NINJA" -n >../out)
    find one two -type f -newer bin/ninja -print0 | xargs -0 md5sum >after
    diff before after || fail "a dry run wrote"

    # The verb build goes on with the logs as well.
    touch one/h.h
    (cd one && ronin build >../out) || fail "$(cat out)"
    assert_idle one "$other"

    # What came after the command that the log knows is not what it made.
    rm -rf one/.ronin
    echo tampered >one/all.o
    touch -d '5 seconds' one/all.o
    assert_equal "$(ran one "$RONIN_NINJA" | grep -c '>all.o$')" 1
    ! grep -q tampered one/all.o || fail "believed"

    # Nor is anything believed that is older than what it reads.
    rm -rf one/.ronin
    touch -d '5 seconds' one/b.c
    assert_equal "$(ran one "$RONIN_NINJA" | wc -l)" 3
    rm -rf one two
done

# --- Without a ninja before -------------------------------------------------------

make_project one
(cd one && "$RONIN_NINJA" >../out 2>&1) || fail "$(cat out)"
# Its version is that of the ninja on PATH, for which nothing is left to do.
assert_idle one "$RONIN_NINJA"
assert_idle one ninja
version=$(head -1 one/logs/.ninja_log)

# begins PATH VERSION: what a log is begun with, by the ninja that is found there.
begins()
{
    rm -rf fresh
    mkdir fresh
    printf 'rule r\n  command = /bin/true\n  restat = 1\nbuild b: r\n' >fresh/build.ninja
    (cd fresh && PATH=$1 "$RONIN_NINJA" >../out 2>&1) || fail "$(cat out)"
    assert_equal "$(head -1 fresh/.ninja_log)" "# ninja log v$2"
}
mkdir old middle new none
printf 'x\0# ninja log v%%d\n\0' >old/ninja
printf 'x\0# ninja log v%%d\n\0build log version is too new; starting over\0' >middle/ninja-build
cp middle/ninja-build new/ninja
printf -- '--jobserver-auth=\0' >>new/ninja
echo 'exec ninja' >none/ninja
begins "$PWD/none:$PWD/nowhere" 7
begins "$PWD/bin" 7
begins "$PWD/bin:$PWD/none:$PWD/old:$PWD/new" 5
begins "$PWD/middle:$PWD/old" 6
begins "$PWD/new:$PWD/old" 7

# No log that nothing is written to.
mkdir plain
printf 'rule cp\n  command = cp $in $out\nbuild b: cp a\n' >plain/build.ninja
echo 1 >plain/a
(cd plain && "$RONIN_NINJA" -n >../out)
assert_equal "$(ls -A plain | tr '\n' ' ')" 'a build.ninja '
(cd plain && "$RONIN_NINJA" >../out)
assert_file plain/.ninja_log
assert_absent plain/.ninja_deps

# --- Logs that are damaged ----------------------------------------------------------

# damage SED-OR-COMMAND WARNING: done to both logs; then ronin runs what ninja
# runs, warns as it warns, and both come to rest.
damage()
{
    rm -rf one two
    make_project one
    make_project two
    (cd one && ninja -j1 >../out 2>&1)
    (cd two && ninja -j1 >../out 2>&1)
    (cd one/logs && eval "$1")
    (cd two/logs && eval "$1")
    (cd one && "$RONIN_NINJA" -v >../out.one 2>../err.one) || fail "$(cat out.one)"
    (cd two && ninja -v >../out.two 2>../err.two) || fail "$(cat out.two)"
    sed -i '/no work/d; s/^\[[0-9/]*\] //; s|/two/|/one/|g' out.one out.two
    diff <(LC_ALL=C sort out.two) <(LC_ALL=C sort out.one) ||
        fail "after $1: other commands"
    assert_contains "$(cat err.one)" "$2"
    assert_idle one "$RONIN_NINJA"
    assert_idle one ninja
}
damage 'truncate -s -3 .ninja_deps' 'ninja: warning: premature end of file; recovering'
damage 'truncate -s 3 .ninja_deps' \
    'ninja: warning: bad deps log signature or version; starting over'
damage 'rm .ninja_deps' ''
damage 'truncate -s -7 .ninja_log' ''
damage 'sed -i "2,3d" .ninja_log' ''
damage 'sed -i "2s/\t/ /g" .ninja_log' ''
damage ': >.ninja_log' ''
damage 'rm .ninja_log' ''

# A log of a version that nobody knows is begun anew.
rm -rf one
make_project one
(cd one && "$RONIN_NINJA" >../out 2>&1)
sed -i '1s/v[0-9]/v9/' one/logs/.ninja_log
rm -rf one/.ronin
(cd one && "$RONIN_NINJA" >../out 2>../err) || fail "$(cat out)"
assert_contains "$(cat err)" \
    'ninja: warning: build log version is too new; starting over'
assert_equal "$(head -1 one/logs/.ninja_log)" "$version"
assert_idle one "$RONIN_NINJA"

# --- Killed --------------------------------------------------------------------------

# What had ended is in the log, what ran is not.
mkdir killed
cat >killed/build.ninja <<'END'
rule quick
  command = echo $out >$out
rule slow
  command = echo part >$out; mkfifo ready; cat ready; echo whole >$out
build one: quick
build two: quick one
build three: slow two
END
(cd killed && exec "$RONIN_NINJA" >../out 2>&1) &
pid=$!
while [ ! -p killed/ready ]; do
    sleep 0.01
done
kill -9 "$pid"
wait "$pid" 2>/dev/null || true
rm -f killed/ready
assert_equal "$(cut -f4 killed/.ninja_log | tr '\n' ' ')" "$version one two "
sed -i 's/mkfifo ready; cat ready; //' killed/build.ninja
rm -rf killed/.ronin
assert_equal "$(ran killed "$RONIN_NINJA" | wc -l)" 1
assert_file killed/three whole

# --- Logs that grew --------------------------------------------------------------------

# Old lines are left out when there are many, and what is known stays.
rm -rf one
make_project one
(cd one && "$RONIN_NINJA" >../out 2>&1)
awk 'NR > 1 { for (i = 0; i < 400; i++) print }' one/logs/.ninja_log >more
cat more >>one/logs/.ninja_log
touch one/b.c
[ -n "$(ran one "$RONIN_NINJA")" ] || fail "nothing to do"
[ "$(wc -l <one/logs/.ninja_log)" -lt 50 ] || fail 'the log was not tidied'
rm -rf one/.ronin
assert_idle one "$RONIN_NINJA"

# --- Turn and turn about ---------------------------------------------------------------

# What the other ninja does after us counts as done, whatever our records say; but
# not what happened behind its back.
for other in ninja ${OTHER_NINJA:-}; do
    rm -rf one
    make_project one
    (cd one && "$other" >../out 2>&1) || fail "$(cat out)"
    assert_idle one "$RONIN_NINJA"
    for edit in 'touch h.h' 'echo "#define MADE 3" >made.in' 'rm b.o' \
        "sed -i 's/-I\. /-I. -O1 /' build.ninja" 'touch more'; do
        sleep 0.02
        (cd one && eval "$edit")
        [ -n "$(ran one "$other")" ] || fail "nothing to do after $edit"
        assert_idle one "$RONIN_NINJA"
        assert_idle one "$other"
    done

    # An input that became older since is seen, and an output that is not its.
    touch one/h.h
    [ -n "$(ran one "$other")" ] || fail "nothing to do"
    sleep 0.02
    touch -d '1 hour ago' one/h.h
    assert_equal "$(ran one "$RONIN_NINJA" | grep -c a.c)" 1
    touch one/b.c
    [ -n "$(ran one "$other")" ] || fail "nothing to do"
    echo tampered >one/all.o
    touch -d '5 seconds' one/all.o
    assert_equal "$(ran one "$RONIN_NINJA" | grep -c '>all.o')" 1

    # ronin that was killed leaves no mark, and believes its records alone.
    touch one/b.c
    assert_equal "$(ran one "$RONIN_NINJA" | grep -c b.c)" 1
    rm one/.ronin/ninja-log
    sleep 0.02
    touch one/b.c
    [ -n "$(ran one "$other")" ] || fail "nothing to do"
    assert_equal "$(ran one "$RONIN_NINJA" | grep -c b.c)" 1
    assert_idle one "$RONIN_NINJA"
done
