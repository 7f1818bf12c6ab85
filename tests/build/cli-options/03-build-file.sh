# SPDX-License-Identifier: MIT
# Where the build file is, and what happens when it is not there or is wrong.
. "$TESTS/lib/build.sh"

ronin_fails 3
assert_output 'no build.magma or build.ninja in'
ronin_fails 3 -f other.magma
assert_output 'other.magma'

mkdir -p project/deep/er
write project/build.magma <<'END'
(action :inputs {:ifchanged ["deep/in"]} :outputs ["deep/out"]
  :rule {:command ["cp" "deep/in" "deep/out"]})
END
write project/deep/in one

# From a folder below, words are as the person sees them.
cd project/deep/er
ronin_ok ../out
assert_ran deep/out
cd ..
rm out
ronin_ok out
assert_ran deep/out
cd ../..
ronin_ok -C project deep/out
assert_ran
ronin_ok -f project/build.magma project/deep/out
assert_ran

write project/build.magma '(action :outputs' '  ["x"]'
ronin_fails 3 -C project
assert_output 'build.magma:1'
write project/build.magma '(action :outptus ["x"] :rule {:command ["true"]})'
ronin_fails 3 -C project
assert_output ':outputs'
