# SPDX-License-Identifier: MIT
# `ronin check` aborted on a name in a namespace that is nowhere: what stands
# for unknown names was to be interned under the whole of it.
. "$TESTS/lib/build.sh"
write build.magma <<'EOT'
(defn f [x] (nope/g x))
(println (f 1) (also.not/h 2))
EOT
ronin_fails 3 check
assert_output 'build.magma:1:14: error[R0102]: Unable to resolve symbol: nope/g' \
    'build.magma:2:17: error[R0102]: Unable to resolve symbol: also.not/h'
