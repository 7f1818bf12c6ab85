# SPDX-License-Identifier: MIT
# A group that is named before it is there was taken for a file that nobody makes,
# when it was asked for.
. "$TESTS/lib/build.sh"
write build.ninja <<'N'
rule cp
  command = cp $in $out
build b: cp in || all
build all: phony a
build a: cp in
N
write in one
ronin_ok
ronin_ok build all
[ "$(ronin ninja all)" = 'ninja: no work to do.' ] || fail 'ninja finds no all'
write build.magma <<'M'
(action :outputs ["d"] :inputs {:ifwritten ["in"]} :order-only ["every"]
        :rule {:command ["cp" "in" "d"]})
(group "every" ["c" "in"])
(action :outputs ["c"] :inputs {:ifwritten ["in"]} :rule {:command ["cp" "in" "c"]})
M
ronin_ok build every
assert_file c one
ronin_ok build in
