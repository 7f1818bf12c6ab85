# SPDX-License-Identifier: MIT
# A target that is a file, is not there, and that nothing makes, is an error;
# unless a dynout brings an action that makes it.
. "$TESTS/lib/build.sh"

write build.magma <<'MAGMA'
(action :outputs ["out"] :inputs {:ifcreated ["opt"]}
  :rule {:command ["touch" "out"]})
(group "some" "out" "lost")
MAGMA
for dry in "" -n; do
    # shellcheck disable=SC2086
    ronin_fails 3 $dry opt
    assert_output 'no action makes opt, and there is no such file' \
        'did you mean out?'
    # shellcheck disable=SC2086
    ronin_fails 3 $dry :some
    assert_output 'lost does not exist, no action makes it'
done
write opt one
ronin_ok opt
assert_ran

# It is not said before what comes in the build may make the file.
rm -f opt lost
write list opt lost
write build.magma <<'MAGMA'
(def names (dynout :inputs {:ifchanged ["list"]}
  :rule [{:read "list"} {:transformer str/split-lines}]))
(action :outputs ["out"] :inputs {:ifcreated ["opt"]}
  :rule {:command ["touch" "out"]})
(action :outputs names :rule (fn [vars] {:command ["touch" (:outputs vars)]}))
(group "some" "out" "lost")
MAGMA
ronin_ok opt
assert_file opt
rm -rf .ronin opt lost
ronin_ok :some
assert_file lost
rm -f opt lost
write list else
ronin_fails 3 opt
assert_output 'no action makes opt'
ronin_fails 3 :some
assert_output 'lost does not exist'
