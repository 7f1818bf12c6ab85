# SPDX-License-Identifier: MIT
# An action that only brings its inputs together is not counted: the last number
# of a build is the number of what it ran.
. "$TESTS/lib/build.sh"

write build.magma <<'EOF'
(action :outputs ["a"] :inputs {:ifwritten ["in"]} :rule {:command ["cp" "in" "a"]})
(action :outputs ["b"] :inputs {:ifwritten ["a"]} :rule {:command ["cp" "a" "b"]})
(action :outputs ["set"] :inputs {:ifwritten ["a" "b"]} :phony true)
(action :outputs ["all"] :inputs {:ifwritten ["set"]} :phony true)
(action :outputs ["end"] :inputs {:ifwritten ["all"]} :rule {:command ["touch" "end"]})
EOF
write in one

ronin_ok -j1 -n
assert_output '[1/3] cp in a' '[3/3] touch end' 'would run 3 of 3 actions'
ronin_ok -j1
assert_output '[1/3] cp in a' '[2/3] cp a b' '[3/3] touch end' 'built: 3 ran, 0 up to date'
assert_equal "$(events run.end counts | grep -o "'wanted': [0-9]*")" "'wanted': 3"
# Twice: from the records, and from the index alone.
for _ in 1 2; do
    ronin_ok -v
    assert_output 'up to date (3 actions'
    assert_equal "$(events action.skip path | sort | tr '\n' ' ')" 'a b end '
done
rm -r .ronin/index-*
ronin_ok
assert_output 'up to date (3 actions'
# As a target it means what it brings together.
touch in
ronin_ok -j1 set
assert_output '[1/2] cp in a' '[2/2] cp a b' 'built: 2 ran, 0 up to date'
# Nothing is said of it when what it needs fails.
write build.magma <<'EOF'
(action :outputs ["a"] :inputs {:ifwritten ["in"]} :rule {:command ["false"]})
(action :outputs ["all"] :inputs {:ifwritten ["a"]} :phony true)
EOF
ronin_fails 1 all
assert_output '1 failed · 0 ok'
assert_lacks "$OUTPUT" 'not run'

# A build file of ninja has a phony edge at its end more often than not.
rm -rf .ronin build.magma a b end
write build.ninja <<'EOF'
rule copy
  command = cp $in $out
build a: copy in
build b: copy a
build all: phony a b
build test: phony all
default test
EOF
ronin_ok -j1
assert_output '[1/2] cp in a' '[2/2] cp a b' 'built: 2 ran, 0 up to date'
