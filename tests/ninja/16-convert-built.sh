# SPDX-License-Identifier: MIT
# Converting builds nothing anew, whoever built before: ronin by the ninja file, or
# another ninja, whose log tells. What is not the same any more is built.
. "$TESTS/lib/build.sh"

write build.ninja <<'END'
rule configure
  command = touch build.ninja
  generator = 1
rule cc
  command = cat $in h >$out && echo "$out: h" >$out.d # $flags
  depfile = $out.d
  deps = gcc
rule link
  command = cat @$out.rsp >/dev/null; cat $in >$out
  rspfile = $out.rsp
  rspfile_content = $in
build build.ninja: configure configure
build a.o: cc a.c
build sub/b.o: cc b.c || dir
  flags = -g
build dir: phony a.o
build program: link a.o sub/b.o
build all: phony program
default all
END
write a.c a
write b.c b
touch h configure
find . -type f -exec touch -d '2 seconds ago' {} +

# By ronin before.
ronin_ok build -f build.ninja
assert_ran a.o sub/b.o program
ronin_ok convert
ronin_ok build -n
assert_output 'would run 0'
ronin_ok
assert_ran
ronin_ok
assert_ran

# Both know from now on what was made, each for itself.
write b.c more
ronin_ok
assert_ran sub/b.o program
ronin_ok clean
assert_absent program
assert_absent sub/b.o
ronin_ok
assert_ran a.o sub/b.o program

# Records of other commands do not count.
rm -rf .ronin
ronin_ok build -f build.ninja
sed -i 's/"-g"/"-O"/' build.magma
ronin_ok
assert_ran sub/b.o program
assert_output 'sub/b.o'
rm -rf .ronin
ronin_ok convert

# By another ninja before: what it did, with the same commands, by times on disk.
command -v ninja >/dev/null || exit 0
rm -rf .ninja_log .ninja_deps a.o sub program
ninja >"$SCENARIO_LOGS/ninja"
ronin_ok build -n
assert_output 'would run 0'
ronin_ok
assert_ran
sleep 0.02
touch h
ronin_ok
assert_ran a.o sub/b.o program

rm -rf .ronin
ninja >"$SCENARIO_LOGS/ninja"
sleep 0.02
touch a.c
ronin_ok
assert_ran a.o program

# Its log tells of the ninja file: what was changed by hand since is built, and so is
# what came out of it.
rm -rf .ronin
ninja >"$SCENARIO_LOGS/ninja"
sed -i 's/"-g"/"-O"/' build.magma
ronin_ok
assert_ran sub/b.o program
rm -rf .ronin
ninja >"$SCENARIO_LOGS/ninja"
sed -i 's/"-O"/"-g"/; s/"cat @" out/"cat  @" out/' build.magma
cp .ninja_log "$SCENARIO_LOGS/log"
ronin_ok
assert_ran program
cmp .ninja_log "$SCENARIO_LOGS/log" || fail "wrote to the log"
