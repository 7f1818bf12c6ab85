# SPDX-License-Identifier: MIT
# What writes nothing runs once in a build, also where a dyndep file makes the
# graph grow meanwhile.
. "$TESTS/lib/build.sh"

cat >build.ninja <<'END'
rule test
  command = echo run >>runs
rule scan
  command = printf 'ninja_dyndep_version = 1\nbuild out: dyndep | in\n' >$out
rule cp
  command = cp $in $out
build nothing: test
build dd: scan source || nothing
build out: cp source || dd
  dyndep = dd
build all: phony nothing out
default all
END
write source one
write in two
ronin_ok
assert_file runs run
ronin_ok
assert_ran nothing
assert_file runs $'run\nrun'
touch source
ronin_ok
assert_ran nothing dd out
assert_file runs $'run\nrun\nrun'
