# SPDX-License-Identifier: MIT
# A list that an earlier build resolved still names an output that left the graph,
# while only something else is built. The output is not forgotten then: it goes
# when the list is read anew.
. "$TESTS/lib/build.sh"

write build.magma <<'EOF'
(def parts (dynout :inputs {:ifchanged ["parts"]}
                   :rule [{:read "parts"} {:transformer str/split-lines}]))
(action :outputs ["x"] :inputs {:ifchanged ["in"]} :rule {:command ["cp" "in" "x"]})
(action :outputs ["y"] :inputs {:ifchanged ["in"]} :rule {:command ["cp" "in" "y"]})
(action :outputs ["all"] :inputs {:ifwritten parts}
        :rule (fn [vars] {:command ["cat" (:in vars)] :stdout "all"}))
EOF
write in one
write parts x
ronin_ok
assert_file x one
edit build.magma '/:outputs \["x"\]/d'
write parts y
ronin_ok y
assert_file x one
ronin_ok
assert_output 'removed x'
assert_absent x
ronin_ok
assert_ran
