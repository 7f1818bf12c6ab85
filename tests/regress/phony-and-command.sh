# SPDX-License-Identifier: MIT
# One path that a phony edge names and a command makes was two things without a
# word, a group and a file; for ninja it is an error, in whatever order they stand.
. "$TESTS/lib/build.sh"
touch x y

refused()
{
    ronin_fails 3
    assert_output 'two actions make a'
    assert_absent a
}

rule=$'rule cp\n  command = cp $in $out\n'
printf '%s\n' "$rule" 'build a: cp y' 'build a: phony x' >build.ninja
refused
printf '%s\n' "$rule" 'build a: phony x' 'build a: cp y' >build.ninja
refused
printf '%s\n' "$rule" 'build all: phony a' 'build b | a: cp y' \
    'build a c: phony x' >build.ninja
refused
