# SPDX-License-Identifier: MIT
# -t cleandead, which builds nothing, was noted as the build of all that there is:
# the next one found that it had wanted nothing, and did nothing.
. "$TESTS/lib/build.sh"

cat >build.ninja <<'E2'
rule cp
  command = cp $in $out
build a: cp in
build b: cp a
E2
echo 1 >in
ronin ninja >out
ronin ninja -t cleandead >out
rm a b
ronin ninja >out
assert_equal "$(grep -c '^\[' out)" 2
assert_file b 1
