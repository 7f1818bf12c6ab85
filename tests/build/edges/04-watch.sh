# SPDX-License-Identifier: MIT
# :watch asks a predicate about what was created, modified or deleted.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :outputs ["seen"]
        :implicit {:watch {"src" (fn [event]
                                   (and (ends-with? (:path event) ".c")
                                        (not= (:kind event) :modified)))}}
        :rule {:command ["sh" "-c" "ls src >seen 2>&1; true"]})
(action :outputs ["src/made.c"] :inputs {:ifchanged ["in"]}
        :rule {:command ["cp" "in" "src/made.c"]})
(action :outputs ["any"] :implicit {:watch {"src" (fn [event] true)}}
        :rule {:command ["touch" "any"]})
END

# ran [NAME...]: exactly these, and nothing the second time.
ran()
{
    ronin_ok -j1
    assert_ran "$@"
    ronin_ok
    assert_ran
}

write in one
write src/a.c one
ran seen src/made.c any
write src/b.c two
ran seen any
write src/b.c other
ran any
write src/b.h one
ran any
write src/deep/er/c.c one
ran seen any
rm src/b.c
ran seen any
mv src/deep src/moved
ran seen any
mkdir src/empty
ronin_ok
ronin_ok
assert_ran
touch -d 2001-01-01 src/a.c
ran any
write in two
ran src/made.c

# The same file, come back: nothing tells of it.
mv src/a.c aside
mv aside src/a.c
ran
ln src/a.c hard
ran
rm hard
cp -p src/a.c aside
mv aside src/a.c
ran
chmod 600 src/a.c
ran any
chmod 644 src/a.c
chmod 600 src/a.c
ran
cp -pR src copy
rm -rf src
mv copy src
ran
touch -d 2002-02-02 src/b.h
ran any

# The record tells which event it was.
write src/new.c one
ronin_ok --explain
assert_output 'seen ← ' 'src/new.c' 'watch-fired'
ronin_ok why seen
assert_output 'src/new.c'

# Folders that are not looked into.
mkdir -p src/.git src/.ronin
ronin_ok
write src/.git/x.c one
write src/.ronin/y.c one
ran

# Another predicate, another verdict; the folder gone and back.
edit build.magma 's/":modified"/x/; s/(not= (:kind event) :modified)/true/'
ran seen
write src/a.c changed
ran seen any
mv src gone
ronin_ok seen any
ronin_ok seen any
assert_ran
rm -f src/made.c; rmdir src 2>/dev/null || true
[ -e src ] || mv gone src
ronin_ok
ronin_ok
assert_ran

# A predicate that throws fails its action, and says where.
write build.magma <<'END'
(action :outputs ["bad"] :implicit {:watch {"src" (fn [event] (/ 1 0))}}
        :rule {:command ["touch" "bad"]})
END
ronin_ok
write src/z.c one
run_ronin
[ "$STATUS" != 0 ] || fail "an error in a predicate was ignored"
assert_output 'Divide by zero' 'build.magma:1:63'
