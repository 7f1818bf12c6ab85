# SPDX-License-Identifier: MIT
# An edge that reads what a phony edge without inputs stands for runs each time
# while there is no such file, also the first time after another ninja.
. "$TESTS/lib/build.sh"
command -v ninja >/dev/null || exit 77
write build.ninja <<'N'
rule cp
  command = cp $in $out
build always: phony
build through: phony always
build a: cp in | always
build b: cp in | through
build c: cp in
N
write in one
ninja >/dev/null
ronin_ok
assert_ran a b
