# SPDX-License-Identifier: MIT
# With -k 0 a missing input is told as the failure of its action, also when it
# only turns up after another action has failed.
. "$TESTS/lib/build.sh"

write build.magma <<'MAGMA'
(action :outputs ["list"] :rule {:command ["false"]})
(def more (dynout :inputs {:ifchanged ["list"]}
  :rule [{:read "list"} {:transformer str/split-lines}]))
(action :outputs ["all"] :inputs {:ifchanged [more]}
  :rule {:command ["touch" "all"]})
(action :outputs ["poor"] :inputs {:ifchanged ["nowhere"]}
  :rule {:command ["touch" "poor"]})
MAGMA
ronin_fails 1 -k 0
assert_output "nowhere does not exist" "FAILED  poor" "2 failed"
assert_lacks "$OUTPUT" "FAILED  all"
