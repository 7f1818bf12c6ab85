# SPDX-License-Identifier: MIT
# A file of one's own that is called core is a namespace like any other: the
# language does not begin with it.
. "$TESTS/lib/build.sh"

echo '(ns core) (def x 5)' > core.magma
cp core.magma core.clj
assert_equal "$(ronin eval -e '(when true 1)')" 1
assert_equal "$(ronin eval -e "(require '[core :as c])" -e 'c/x')" $'nil\n5'
