# SPDX-License-Identifier: MIT
# An action that makes the build file, or what it requires, runs first.
. "$TESTS/lib/build.sh"

cat >configure <<'END'
#!/bin/sh
test ! -e fail || { echo garbage >build.magma; exit 1; }
{
    echo '(action :generator true :outputs ["build.magma"] :inputs {:ifchanged ["list" "configure"]}'
    echo '  :rule {:command ["./configure"]})'
    for name in $(cat list); do
        echo "(action :outputs [\"$name\"] :rule {:command [\"touch\" \"$name\"]})"
    done
} >build.new
mv build.new build.magma
END
chmod +x configure
write list a b
./configure

# The first build adopts what is there, or makes it once more.
ronin_ok
assert_file a
assert_file b
ronin_ok
assert_ran
write list a c
ronin_ok
assert_contains "$(events action.start path | tr '\n' ' ')" 'build.magma'
assert_contains "$(events action.start path | tr '\n' ' ')" 'c'
assert_absent b
ronin_ok
assert_ran
ronin_ok clean
assert_file build.magma
assert_absent a c
write list a c d
ronin_ok a
assert_ran build.magma a
assert_absent d

# A failing generator puts the old file back.
cp build.magma before
touch fail
write list a
ronin_fails 1
assert_output 'FAILED  build.magma'
cmp build.magma before || fail "the build file of a failed generator stayed"
rm fail
ronin_ok
assert_ran build.magma
assert_absent d

# A file that the build file requires.
rm -rf ./* .ronin
write build.magma <<'END'
(require '[parts :as parts])
(action :generator true :outputs ["parts.magma"] :inputs {:ifchanged ["names"]}
        :rule {:command ["sh" "-c" "echo \"(ns parts) (def names (quote [$(cat names)]))\" >parts.magma"]})
(doseq [name parts/names]
  (action :outputs [(str name)] :rule {:command ["touch" (str name)]}))
END
write names x
write parts.magma '(ns parts) (def names [])'
ronin_ok
assert_ran
write names x w
ronin_ok
assert_ran parts.magma x w
write names y z
ronin_ok
assert_file y
assert_absent x
ronin_ok
assert_ran

# One that would never come to rest runs once a build.
rm -rf ./* .ronin
write build.magma <<'END'
(action :generator true :outputs ["build.magma"] :implicit {:ifwritten ["tick"]}
  :rule {:command ["./more"]})
END
cat >more <<'END'
#!/bin/sh
echo >>tick
name=f$(wc -l <tick)
echo "(action :outputs [\"$name\"] :rule {:command [\"touch\" \"$name\"]})" \
    >>build.magma
END
chmod +x more
touch tick
ronin_ok
assert_ran
echo >>tick
ronin_ok
assert_ran build.magma f2
ronin_ok
assert_ran build.magma f3
assert_file f3

# One that is another action each time it made the build file is given up after
# three rounds, and it is said why; what it made stays, and nothing else ran.
rm -rf ./* .ronin
cat >configure <<'END'
#!/bin/sh
echo >>rounds
cat >build.new <<MAGMA
(action :generator true :outputs ["build.magma"] :inputs {:ifchanged ["list"]}
        :rule {:command ["./configure" "$(wc -l <rounds)"]})
(action :outputs ["other"] :rule {:command ["touch" "other"]})
MAGMA
mv build.new build.magma
END
chmod +x configure
write list one
./configure
ronin_ok
assert_ran other
rm other
write list two
ronin_fails 3
assert_output 'build.magma still comes out different after 3 rounds' 'should write the same bytes'
assert_equal "$(wc -l <rounds)" 4
assert_absent other
ronin_fails 3
# Mended, it comes to rest.
edit configure 's/"$(wc -l <rounds)"/"again"/'
ronin_ok
assert_file other
ronin_ok
assert_ran
