# SPDX-License-Identifier: MIT
# -n shows what would run and would be removed, generators included, and
# writes nothing: neither outputs nor state.
. "$TESTS/lib/build.sh"

project()
{
    write build.magma <<END
(action :outputs ["$1"] :inputs {:ifchanged ["in"]}
  :rule {:command ["cp" "in" "$1"]})
(action :outputs ["build.magma"] :generator true
  :inputs {:watch {"." (fn [event] (ends-with? (:path event) ".c"))}}
  :rule {:command ["touch" "build.magma"]})
END
}

project out
write in one
ronin_ok -n
assert_ran out
assert_absent out .ronin
ronin_ok
assert_file out one

write in two
write new.c ''
touch -d '2020-01-01' new.c
project other
cp -a .ronin before
ronin_ok -n
assert_ran other build.magma
assert_output 'would remove out' 'would run 2 of 2 actions'
assert_file out one
diff -r -x '*-shm' .ronin before # the database's own scratch
ronin_ok
assert_ran other build.magma
assert_absent out
