# SPDX-License-Identifier: MIT
# What phony edges stand for, and what ninja never takes for up to date.
. "$TESTS/lib/build.sh"

write build.ninja <<'END'
rule cp
  command = cp $in $out
rule cat
  command = cat x y > $out
rule nothing
  command = test -n $out
build a: cp x
build both: phony more
build more: phony x y
build through: cat | both
build FORCE: phony
build forced: cat | x y FORCE
build never: nothing x
build late: cat || both
build all: phony a through late
build every: phony forced never
default all
END
write x one
write y two
ronin_ok
assert_ran a through late
ronin_ok
assert_ran

# A change passes through phony edges, but not by order alone.
write y three
ronin_ok --explain
assert_ran through
assert_file through $'one\nthree'
assert_output 'y changed'

# A phony edge without inputs, of which there is no file, is never up to date,
# and neither is what does not write its output.
ronin_ok every
assert_ran forced never
ronin_ok every
assert_ran forced never
ronin_ok
assert_ran

# With the file it is an input like others.
write FORCE
ronin_ok every
assert_ran forced never
ronin_ok every
assert_ran never

# It is nobody's output.
ronin_ok clean
assert_file FORCE
assert_absent through
