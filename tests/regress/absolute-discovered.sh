# SPDX-License-Identifier: MIT
# A compiler that found a made header by an absolute folder names it so, and it
# is the file that the action makes all the same.
. "$TESTS/lib/build.sh"

cat >build.ninja <<'END'
rule cp
  command = cp $in $out
rule cc
  command = cat $$PWD/gen/made.h in >$out; echo "$out: $$PWD/gen/made.h" >$out.d
  depfile = $out.d
  deps = gcc
build gen/made.h: cp made.in
build out: cc in || gen/made.h
END
write made.in one
write in two
ronin_ok
assert_file out "one
two"
ronin_ok
assert_ran

write made.in three
ronin_ok
assert_ran gen/made.h out
assert_file out "three
two"
ronin_ok
assert_ran
