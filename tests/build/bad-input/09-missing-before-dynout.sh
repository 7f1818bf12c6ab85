# SPDX-License-Identifier: MIT
# A missing input in front of a dynout, directly and one action further up:
# the build says so and ends, with and without -n, with and without -k 0.
. "$TESTS/lib/build.sh"

refused()
{
    local options

    for options in "" "-n" "-k0" "-n -k0"; do
        rm -rf .ronin
        STATUS=0
        # shellcheck disable=SC2086
        OUTPUT=$(timeout 10 ronin $options 2>&1) || STATUS=$?
        assert_equal "$STATUS" 3
        assert_output 'nowhere does not exist'
        assert_absent out
    done
}

write build.magma <<'MAGMA'
(def names (dynout :inputs {:ifchanged ["nowhere"]}
  :rule [{:read "nowhere"} {:transformer str/split-lines}]))
(action :outputs ["out"] :inputs {:ifwritten names}
  :rule {:command ["touch" "out"]})
MAGMA
refused

write build.magma <<'MAGMA'
(action :outputs ["list"] :inputs {:ifchanged ["nowhere"]}
  :rule {:command ["cp" "nowhere" "list"]})
(def names (dynout :inputs {:ifchanged ["list"]}
  :rule [{:read "list"} {:transformer str/split-lines}]))
(action :outputs ["out"] :inputs {:ifwritten names}
  :rule {:command ["touch" "out"]})
MAGMA
refused
