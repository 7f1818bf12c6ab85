# SPDX-License-Identifier: MIT
# A depfile named what another action makes, and had not made yet. It was taken for
# one of the temporary files that depfiles name, and never looked at again.
. "$TESTS/lib/build.sh"
write build.magma <<'END'
(action :outputs ["user"] :inputs {:ifwritten ["in"]} :depfile "user.d"
        :rule {:command ["sh" "-c" "cat made in >user 2>err || true; echo user: in made gone >user.d"]})
(action :outputs ["made"] :inputs {:ifwritten ["from"]}
        :rule {:command ["cp" "from" "made"]})
END
write in one
write from one
ronin_ok -j1
assert_ran made user
assert_file user one
# What nothing makes counts for nothing; what is made now does.
ronin_ok
assert_ran user
ronin_ok
assert_ran
write from two
ronin_ok
assert_ran made user
