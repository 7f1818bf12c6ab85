# SPDX-License-Identifier: MIT
# What one action makes and another changes in its place comes to rest, as in
# ninja: stripping, patching, signing.
. "$TESTS/lib/build.sh"

# The second only orders; the third names what it changes and has no output that
# is ever made.
write build.ninja <<'END'
rule link
  command = cat $in >$out
rule strip
  command = sed -i s/debug// $app && echo done >$out
rule append
  command = echo more >>$in && touch $out
build app: link a b
build app.stripped: strip app
  app = app
build lib: link b
build lib.stripped: strip || lib
  app = lib
build user: link app lib || app.stripped lib.stripped
build three: link a
build three.one: append three
build reader: link three || three.one
END
write a 'debug one'
write b 'debug two'

ronin_ok
assert_ran app app.stripped lib lib.stripped user three three.one reader
assert_file app $' one\n two'
assert_file user $' one\n two\n two'
ronin_ok
assert_ran
rm -rf .ronin/graph* .ronin/*index* # slower ways come to the same
ronin_ok
assert_ran
ronin_ok -f build.ninja
assert_ran

# An edit goes through all of them, and rests again.
write b 'debug three'
ronin_ok
assert_ran app app.stripped lib user
assert_file app $' one\n three'
ronin_ok
assert_ran
write a 'debug four'
ronin_ok
assert_ran app app.stripped user three three.one reader
ronin_ok
assert_ran

# Only the one that changes runs, over what is there. Who reads that sees it
# the next time, as with ninja: it was not expected to change.
rm app.stripped
ronin_ok
assert_ran app.stripped
ronin_ok
assert_ran user
ronin_ok
assert_ran
sed -i 's/command = sed -i/command = sed -i -e s,o,O,/; s,s/debug//,-e s/debug//,' build.ninja
ronin_ok
assert_ran app.stripped lib.stripped user
assert_file lib ' three'
ronin_ok
assert_ran

# Somebody else's change is made good, whenever it comes.
echo tampered >>app
ronin_ok
assert_ran app app.stripped user
assert_lacks "$(cat app)" tampered
ronin_ok
assert_ran

# One that failed half-way leaves what it changed to be made anew.
write fail-once ''
sed -i 's/^  command = echo more.*/  command = echo more >>$in \&\& test ! -e fail-once \&\& touch $out/' build.ninja
ronin_fails 1
rm fail-once
ronin_ok
assert_ran three three.one reader
assert_file three $'debug four\nmore'
ronin_ok
assert_ran

# The same by its ninja name, with nothing to say.
ln -s "$RONIN" ninja
./ninja >out
assert_equal "$(tail -1 out)" 'ninja: no work to do.'
write b 'debug five'
./ninja >out
./ninja >out
assert_equal "$(tail -1 out)" 'ninja: no work to do.'

# And converted.
ronin_ok convert
ronin_ok
ronin_ok
assert_ran
write b 'debug six'
ronin_ok
assert_ran app app.stripped lib user
ronin_ok
assert_ran
