# SPDX-License-Identifier: MIT
# What ninja takes for up to date though it is not is made again by ronin under
# its name as well; and whatever ninja makes again is made again.
. "$TESTS/lib/build.sh"

mkdir bin
ln -s "$RONIN" bin/ninja
N=$PWD/bin/ninja
cat >build.ninja <<'END'
rule make
  command = sh ./make $out
build out: make in | make
build after: make out | make
END
write make <<'END'
cat in >$1
END

# again: from the beginning, up to date.
again()
{
    rm -rf .ronin .ninja_log out after
    echo 1 >in
    "$N" >log 2>&1 || fail "$(cat log)"
    assert_equal "$("$N")" 'ninja: no work to do.'
}
# assert_made [ACTIONS]: so many lines, and everything holds what `in` says.
assert_made()
{
    "$N" >log 2>&1 || fail "$(cat log)"
    assert_equal "$(grep -c '^\[' log || true)" "$1"
    assert_equal "$(cat out after)" "$(cat in in)"
    assert_equal "$("$N")" 'ninja: no work to do.'
}

# The junk of a failed command is not trusted.
again
cp make good
write make <<'END'
echo junk >$1; exit 1
END
rm out
"$N" >log 2>&1 && fail 'a failure passed'
assert_absent out
touch -d '1 minute ago' good
cp good make
assert_made 2

# Nor what a killed one left.
again
write make <<'END'
echo junk >$1; mkfifo up; cat up
END
rm out
(exec "$N" >log 2>&1) &
pid=$!
while [ ! -p up ]; do
    sleep 0.01
done
kill -9 "$pid"
wait "$pid" 2>/dev/null || true
rm up
cp good make
assert_made 2

# Outputs that somebody wrote to, with a newer or an older time.
again
echo tampered >out
assert_made 2
again
echo tampered >out
touch -d '1 hour ago' out
assert_made 2

# Inputs that became older, or kept their time and size.
again
echo 22 >in
touch -d '1 hour ago' in
assert_made 2
again
stamp=$(stat -c %y in)
echo 3 >in
touch -d "$stamp" in
assert_made 2

# --content: other bytes count, another time does not.
again
sleep 0.02
touch in
RONIN_CONTENT=1 "$N" >log
assert_equal "$(cat log)" 'ninja: no work to do.'
echo 4 >in
RONIN_CONTENT=1 "$N" >log
assert_equal "$(grep -c '^\[' log)" 2
assert_equal "$(cat after)" 4

# --- As dirty as ninja ----------------------------------------------------------------

command -v ninja >/dev/null || exit 0

# covers COMMAND...: done in two folders, whatever ninja runs in the one, ronin
# runs in the other. agree: and nothing else.
covers()
{
    sleep 0.02
    (cd one && eval "$*")
    (cd two && eval "$*")
    (cd one && ninja -v -j1) | sed 's/^\[[^]]*\] //' | grep -v '^ninja:' >ran.one
    (cd two && "$N" -v -j1) | sed 's/^\[[^]]*\] //' | grep -v '^ninja:' >ran.two
    LC_ALL=C sort -o ran.one ran.one
    LC_ALL=C sort -o ran.two ran.two
    assert_equal "$(LC_ALL=C comm -23 ran.one ran.two)" ''
}
agree()
{
    covers "$@"
    diff ran.one ran.two || fail "after: $*"
}
mkdir one
cat >one/build.ninja <<'END'
rule cat
  command = cat $in >$out
rule gen
  command = cat $in >$out
  generator = 1
rule dep
  command = cat $in >$out; echo "$out: found" >$out.d
  depfile = $out.d
rule same
  command = cmp -s $in $out || cp $in $out
  restat = 1
rule none
  command = true
build a: cat x
build b: cat a | y
build c: cat b || z
build d: dep c
build e: same d
build f: cat e
build g: gen x
build h: none x
build p: phony y
build i: cat z | p
build j: cat x |@ k
build k: cat y
build always: phony
build l: cat x | always
END
for file in x y z found; do
    echo $file >one/$file
done
cp -r one two
agree true
agree true
agree touch x
agree touch y
agree touch z
agree touch found
agree rm found d.d
agree true
agree 'echo found >found'
agree rm c
covers touch d
covers touch e
agree "sed -i 's/cat \$in/cat <\$in/' build.ninja"
agree rm g
covers touch g
agree 'echo p >p'
agree touch p
agree true
