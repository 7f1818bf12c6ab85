# SPDX-License-Identifier: MIT
# Another list runs only the actions that differ because of it.
. "$TESTS/lib/build.sh"
write build.magma <<'END'
(def parts (dynout :inputs {:ifchanged ["parts"]}
             :rule (fn [vars] [{:read (:inputs vars)}
                               {:transformer str/split-lines}])))
(doseq [part parts]
  (action :outputs [(str part ".out")]
    :inputs {:ifchanged [part]}
    :rule (fn [vars] {:command ["cp" (:inputs vars) (:out vars)]})))
(group "all" (map #(str % ".out") parts))
END
write parts a b
write a 1
write b 2
write c 3
ronin_ok build all
assert_file a.out 1
assert_file b.out 2
write parts a b c
ronin_ok build all
assert_file c.out 3
assert_lacks "$(events action.start path)" a.out
assert_lacks "$(events action.start path)" b.out
write parts b c
ronin_ok build all
assert_absent a.out
assert_lacks "$(events action.start path)" .out
ronin_ok build all
assert_ran
