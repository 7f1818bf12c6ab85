# SPDX-License-Identifier: MIT
# A converted file builds what the ninja file built, and follows it.
. "$TESTS/lib/build.sh"

write configure <<'END'
#!/bin/sh
echo run >>runs
{
    echo 'rule configure'
    echo '  command = sh ./configure'
    echo '  generator = 1'
    echo 'include rules.ninja'
    echo 'build build.ninja rules.ninja: configure | configure sources'
    while read -r name; do
        echo "build out/$name: cp $name || ready"
    done <sources
    echo 'build out/never: touch'
    echo 'build ready: phony dir'
    echo 'default out/a out/b'
} >build.ninja
cat >rules.ninja <<'END2'
rule cp
  command = cp $in $out && echo "$HOME_OF_$out"
  description = COPY $out
rule touch
  command = true
END2
END
write sources a b
write a one
write b two
mkdir dir
sh ./configure

# Asked for in the folder, the converted file is the build file.
ronin_ok build -f build.ninja
assert_ran out/a out/b
ronin_ok convert
assert_output build.magma rules.magma
ronin_ok
assert_output 'up to date'
assert_file out/a one
ronin_ok
assert_ran
ronin_ok cmd out/a
assert_lacks "$OUTPUT" stale

# An output that is never made is no failure, as in ninja, and runs again.
ronin_ok build out/never
assert_ran out/never
ronin_ok build out/never
assert_ran out/never

# Configured, converted, loaded anew and built, in one go.
write c three
write sources a b c
ronin_ok build out/c
assert_ran build.ninja build.magma out/c
assert_file out/c three
assert_file runs $'run\nrun'
ronin_ok
assert_ran
write sources a b
ronin_ok
assert_ran build.ninja build.magma
assert_absent out/c
assert_output 'Converting build.ninja to build.magma'

# Changed by hand: who only reads the graph is told.
sleep 0.02
sed -i 's/COPY/TAKE/' rules.ninja
second=$(date -r build.magma +%s) # which they are to share
touch -d "@$second.9" rules.ninja
touch -d "@$second.05" build.ninja
touch -d "@$second.1" build.magma
ronin_ok cmd out/a
assert_output 'build.magma: warning' 'converted from rules.ninja, which is newer' \
    'ronin convert'
touch build.ninja rules.ninja
ronin_ok
assert_ran build.magma
ronin_ok cmd out/a
assert_lacks "$OUTPUT" warning
rm out/a
ronin_ok
assert_output 'TAKE out/a'

# As it comes from elsewhere, without a record: what is older is converted.
rm -rf .ronin
sleep 0.02
sed -i 's/TAKE/FETCH/' rules.ninja
ronin_ok
assert_contains "$(cat rules.magma)" FETCH

# A rule that cannot be read any more: what was converted stays.
sed -i 's/command = cp/comand = cp/' rules.ninja
ronin_fails 1
assert_output "unexpected variable 'comand'"
assert_contains "$(cat rules.magma)" FETCH
sed -i 's/comand = cp/command = cp/' rules.ninja
ronin_ok
ronin_ok
assert_ran

# Outputs lie where ninja may put them.
mkdir inner
write inner/build.ninja <<'END'
rule cp
  command = cp $in $out
build ../above: cp in
build ../new/folder/x: cp in
END
write inner/in 1
ronin_ok -C inner convert
ronin_ok -C inner
assert_file above 1
assert_file new/folder/x 1
ronin_ok -C inner
assert_ran
