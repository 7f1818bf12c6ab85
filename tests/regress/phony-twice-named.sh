# SPDX-License-Identifier: MIT
# A phony edge that names its output once from the root and once absolutely, as
# CMake writes custom targets, made two groups of one name where nothing else
# depends on it.
. "$TESTS/lib/build.sh"
write build.ninja <<N
rule cp
  command = cp \$in \$out
build a: cp in
build dir/all | $PWD/dir/all $PWD/dir/more dir/more: phony a
build b: cp in
N
write in one
ronin_ok build dir/all
assert_ran a
ronin_ok build dir/more
assert_ran
ronin_ok convert
ronin_ok convert --check
