# SPDX-License-Identifier: MIT
# -t cleandead made build.ninja anew first. Meson calls it from the command that makes
# build.ninja: each made another one. It builds nothing, and never waits for the build
# that it is called from.
. "$TESTS/lib/build.sh"

mkdir bin
ln -s "$RONIN" bin/ninja
N=$PWD/bin/ninja
cat >configure <<END
echo run >>runs
cat rules names >build.ninja
timeout 20 "$N" -t restat && timeout 20 "$N" -t cleandead || echo failed >>runs
END
cat >rules <<'END'
rule configure
  command = sh ./configure
  generator = 1
rule cp
  command = cp $in $out
build build.ninja: configure | names rules
END
printf 'build a: cp in\nbuild b: cp a\nbuild kept: cp in\n' >names
echo 1 >in
sh ./configure
assert_equal "$(cat runs)" run
bin/ninja >out
bin/ninja >out
assert_equal "$(cat out)" 'ninja: no work to do.'

# From inside: dead outputs go, what is left stays, and all is at rest.
sed -i '/build b/d' names
bin/ninja >out || fail "$(cat out)"
assert_equal "$(cat runs)" $'run\nrun'
assert_absent b
assert_file a 1
bin/ninja >out
assert_equal "$(cat out)" 'ninja: no work to do.'

# From outside, beside a build file that is stale: as it stands.
sed -i '/build a/d' build.ninja
sleep 0.02
touch names
bin/ninja -t cleandead >out
assert_equal "$(cat out)" 'Cleaning... 1 files.'
assert_absent a
assert_equal "$(cat runs)" $'run\nrun'
bin/ninja >out
assert_equal "$(cat runs)" $'run\nrun\nrun'
assert_file a 1
