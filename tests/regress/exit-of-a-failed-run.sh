# SPDX-License-Identifier: MIT
# A failed run was remembered as one that ended with 0.
. "$TESTS/lib/build.sh"

write build.magma '(action :outputs ["x"] :rule {:command ["false"]})'
ronin_fails 1
assert_contains "$(ronin runs)" ', exit 1'
assert_contains "$(ronin runs -o json)" '"exit":1'
