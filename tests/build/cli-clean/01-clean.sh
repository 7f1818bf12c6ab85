# SPDX-License-Identifier: MIT
# `clean` removes what ronin built: not sources, not outputs of generators, not
# what somebody changed since.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(defn copy [{:keys [in out]}] {:command ["cp" in out]})
(action :inputs {:ifchanged ["in"]} :outputs ["a"] :rule copy)
(action :inputs {:ifchanged ["a"]} :outputs ["b"] :rule copy)
(action :inputs {:ifchanged ["in"]} :outputs ["c"] :rule copy)
(action :inputs {:ifchanged ["in"]} :outputs ["kept"] :generator true :rule copy)
END
write in one
ronin_ok
assert_file kept one

ronin_ok clean -n
assert_output 'would remove a' 'would remove 3 files'
assert_file a

ronin_ok clean b
assert_output 'removed b' 'removed a' 'removed 2 files'
assert_absent a b
assert_file c
assert_file in

ronin_ok
assert_ran a b
write c 'written by hand'
ronin_ok clean
assert_absent a b
assert_file kept
assert_file c 'written by hand'
ronin_ok clean
assert_output 'removed 0 files'
ronin_fails 2 clean nothing
ronin_ok
assert_ran a b c
