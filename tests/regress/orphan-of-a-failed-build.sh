# SPDX-License-Identifier: MIT
# A dyndep file named one output less, and the build failed before outputs that left
# the graph are removed. The next build did not read the dyndep file, and kept the
# output for ever.
. "$TESTS/lib/build.sh"
write scan <<'END'
echo 'ninja_dyndep_version = 1'
if grep -q mod "$1"; then echo 'build o | o.mod: dyndep'; else echo 'build o: dyndep'; fi
END
write build.magma <<'END'
(action :outputs ["o.dd"] :inputs {:ifchanged ["in"]}
        :rule {:command ["sh" "scan" "in"] :stdout "o.dd"})
(action :outputs ["o"] :inputs {:ifwritten ["in"]} :dyndep "o.dd"
        :rule {:command ["sh" "-c" "cp in o; if grep -q mod in; then cp in o.mod; fi"]})
(action :outputs ["z"] :inputs {:ifwritten ["in"] :ifchanged ["o"]}
        :rule {:command ["sh" "-c" "test ! -e bad && cp in z"]})
END
echo mod >in
ronin_ok
assert_file o.mod
# What is named, and not read anew, stays.
rm z
ronin_ok
assert_file o.mod
echo less >in
touch bad
ronin_fails 1
rm bad
ronin_ok
assert_ran z
assert_absent o.mod
ronin_ok
assert_ran
