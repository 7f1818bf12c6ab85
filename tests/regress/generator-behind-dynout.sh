# SPDX-License-Identifier: MIT
# A dynout that resolved made a new graph, in which the generators were not
# wanted any more: the next build took itself for done without asking about
# what the build file is made from.
. "$TESTS/lib/build.sh"

write configure <<'SH'
#!/bin/sh
cat template >build.magma
SH
chmod +x configure
write template <<'EOF'
(action :outputs ["build.magma"] :generator true
        :inputs {:ifchanged ["template"]}
        :rule {:command ["./configure"]})
(def listed (dynout :inputs {:ifchanged ["list"]}
                    :rule [{:read "list"} {:transformer str/split-lines}]))
(action :outputs ["out"] :inputs {:ifchanged listed}
        :rule (fn [vars] {:command ["cat" (:in vars)] :stdout "out"}))
(group "default" "out")
EOF
cp template first
# Whether the second build looks at files alone is up to the clock of the file
# system: most of these do.
for i in 1 2 3 4 5 6; do
    rm -rf .ronin out
    cp first template
    cp template build.magma
    write list a
    write a one
    ronin_ok
    assert_file out one
    ronin_ok
    assert_ran
    edit template 's/"cat"/"cat" "-n"/'
    ronin_ok
    assert_ran build.magma out
    ronin_ok
    assert_ran
done
