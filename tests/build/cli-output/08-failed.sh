# SPDX-License-Identifier: MIT
# The closing summary: the first error of each, what to do next, and that what
# it says works; --failed builds what failed when it ran last.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(defn check [vars] {:command ["sh" "check" (:in vars) (:out vars)]})
(doseq [name ["a" "b" "sub/c d"]]
  (action :outputs [(str name ".o")] :inputs {:ifchanged [(str name ".c")]}
    :implicit {:ifchanged ["check"]} :rule check))
(action :name "named" :inputs {:ifchanged ["a.c"]}
  :rule {:command ["grep" "-q" "good" "a.c"]})
(action :outputs ["app"] :inputs {:ifchanged ["a.o" "b.o"]}
  :rule {:command ["cat" (:in vars)]})
END
edit build.magma 's/:rule {:command \["cat".*/:rule (fn [vars] {:command ["cat" (:in vars)] :stdout (:out vars)}))/'
write check <<'END'
echo "some words before it"
grep -q good "$1" || { echo "$1:12:5: error: no good in it"; echo "more"; exit 3; }
cp "$1" "$2"
END
write a.c bad
write b.c good
write 'sub/c d.c' bad

ronin_fails 1 -k 0
assert_output '3 failed · 1 not run because of them (app) · 1 ok' \
    '  a.o           a.c:12:5: error: no good in it' \
    '  sub/c d.o     sub/c d.c:12:5: error: no good in it' \
    'rerun: ronin build --failed     command: ronin cmd ' 'why: ronin why '

# All of them, and nothing else.
ronin_fails 1 build --failed -k 0
assert_equal "$(events action.start path | sort | tr '\n' ,)" \
    'a.o,named,sub/c d.o,'

# One was mended and built: the others are left.
write a.c good
ronin_ok a.o named
ronin_fails 1 build --failed -k 0
assert_equal "$(events action.start path | sort | tr '\n' ,)" \
    'sub/c d.o,'
write 'sub/c d.c' good
ronin_ok build --failed
ronin_ok build --failed
assert_output 'nothing failed when it ran last'
assert_ran
assert_absent app
ronin_fails 2 build --failed app
assert_output '--failed takes no targets'

# The commands of the hints work from where the person is.
write b.c bad
cd sub
ronin_fails 1 -C .. -f build.magma -k 0
hint=$(sed -n 's/^rerun: //p' <<<"$OUTPUT" | sed 's/     command: .*//')
assert_equal "$hint" 'ronin -C .. -f build.magma build --failed'
STATUS=0
OUTPUT=$($hint 2>&1) || STATUS=$?
assert_equal "$STATUS" 1
assert_output 'FAILED  b.o'
OUTPUT=$(ronin -C .. -f build.magma cmd b.o)
assert_output 'sh check b.c b.o'
