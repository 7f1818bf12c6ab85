# SPDX-License-Identifier: MIT
# A link and the file that it leads to have a time each, and any change of either
# counts: also one that leaves the file older than the link.
. "$TESTS/lib/build.sh"

write build.magma <<'EOF'
(action :outputs ["out"] :inputs {:ifwritten ["link"]}
        :rule {:command ["cp" "link" "out"]})
EOF
write file one
ln -s file link
ronin_ok
ronin_ok
assert_ran
touch -d '2001-09-09 01:46:40' file
ronin_ok
assert_ran out
touch -d '2001-09-09 01:46:41' file
ronin_ok
assert_ran out
touch file
ronin_ok
assert_ran out
rm link
ln -s file link
ronin_ok
assert_ran out
ronin_ok
assert_ran
