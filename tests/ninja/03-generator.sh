# SPDX-License-Identifier: MIT
# build.ninja is made by a generator that it names itself.
. "$TESTS/lib/build.sh"

write configure <<'END'
#!/bin/sh
echo run >>runs
cat >build.ninja.new <<'EOF2'
rule configure
  command = sh ./configure
  generator = 1
rule cp
  command = cp $in $out
EOF2
echo "build build.ninja: configure | configure sources" >>build.ninja.new
while read -r name; do
    echo "build out/$name: cp $name" >>build.ninja.new
done <sources
mv build.ninja.new build.ninja
END
write sources a b
write a one
write b two
sh ./configure
ronin_ok
assert_ran out/a out/b
assert_file runs run

# Not yet seen by ronin, and older than what it is made from: as ninja has it,
# nobody may take it for up to date.
rm -rf .ronin out
touch -d '1 hour ago' build.ninja
ronin_ok
assert_ran build.ninja out/a out/b
assert_file runs $'run\nrun'
write runs run

# Another source: configured once, and the graph is loaded anew.
write c three
write sources a c
ronin_ok
assert_ran build.ninja out/c
assert_file runs $'run\nrun'
assert_absent out/b
ronin_ok
assert_ran

# Configured by hand, with another command: ninja does not mind.
sh ./configure
edit build.ninja 's|sh ./configure|sh ././configure|'
ronin_ok
assert_ran
assert_file runs $'run\nrun\nrun'

# What makes it fails: that is told in other words than a target's failure.
. "$TESTS/ninja/lib.sh"
begin <<'N'
rule gen
  command = false
  generator = 1
rule cp
  command = cp $in $out
build build.ninja: gen in
build b: cp a
N
each 'echo 1 >a; touch in'
same
assert_contains "$TOLD" "ninja: error: rebuilding 'build.ninja': subcommand failed"
assert_absent two/b

# One that failed under another ninja left an output that is newer than all that it
# reads. The log of that one tells, and it is made again.
begin <<'N'
rule gen
  command = cp $in $out && test ! -e fail
  description = GEN $out
  generator = 1
build made: gen in
N
each 'echo 1 >in'
ran 'GEN made'
each 'echo 2 >in; touch fail; ! ninja >/dev/null'
same
assert_contains "$TOLD" 'GEN made'
each 'rm fail'
ran 'GEN made'
ran
# By hand it is made as well, and that is enough where nothing was changed before.
each 'echo 3 >made'
ran
