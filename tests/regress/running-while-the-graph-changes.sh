# SPDX-License-Identifier: MIT
# An action runs while a list gets another value and the graph is made anew. What
# validates it is wanted under the new graph as well, and what it needs there comes
# before it is looked at again.
. "$TESTS/lib/build.sh"

write build.magma <<'EOF'
(def parts (dynout :inputs {:ifchanged ["parts"]}
                   :rule [{:read "parts"} {:transformer str/split-lines}]))
(action :outputs ["check"] :inputs {:ifwritten parts}
        :rule (fn [vars] {:command ["cat" (:in vars)] :stdout "check"}))
(action :outputs ["slow"] :inputs {:ifwritten ["in"]} :validations ["check"]
        :rule {:command ["sh" "-c" "sleep 0.3; cp in slow"]})
(action :outputs ["part"] :inputs {:ifwritten ["in"]}
        :rule {:command ["sh" "-c" "sleep 0.1; cp in part"]})
(action :outputs ["user"] :implicit {:ifwritten parts} :inputs {:ifwritten ["in"]}
        :rule (fn [vars] {:command ["sh" "-c" "sleep 0.2; cat $(cat parts) >user"]}))
EOF
write in one
write other two
write parts other
ronin_ok -j4
assert_file check two
assert_file user two

# The value is known before `slow` and `user` end.
write parts part
write in three
ronin_ok -j4 slow
assert_file check three
assert_file slow three
ronin_ok -j4
assert_file user three
ronin_ok
assert_ran
