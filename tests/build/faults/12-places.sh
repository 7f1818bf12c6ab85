# SPDX-License-Identifier: MIT
# Where records are kept: in memory, thrown away first, and in whose tree.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :outputs ["out"] :inputs {:ifchanged ["in"]}
  :rule {:command ["cp" "in" "out"]})
END
write in one

# In memory: nothing is left, so everything is built each time.
ronin_ok --state=memory
assert_ran out
assert_output 'nothing is recorded'
assert_absent .ronin
ronin_ok --state=memory
assert_ran out
mkdir tmp
TMPDIR=$PWD/tmp ronin_ok --state=memory
assert_equal "$(ls tmp)" ''
TMPDIR=$PWD/nowhere ronin_fails 4 --state=memory
assert_output 'set TMPDIR'

# Thrown away: it costs a rebuild.
ronin_ok
ronin_ok
assert_ran
ronin_ok --state=reset
assert_ran out
ronin_ok
assert_ran
ronin_ok runs
assert_equal "$(printf '%s\n' "$OUTPUT" | wc -l)" 1
ronin_fails 2 --state=perhaps
assert_output 'memory (record nothing) or reset'

# A newer one says how to go on, and that works.
python3 -c '
import sqlite3
db = sqlite3.connect(".ronin/state.db")
db.execute("PRAGMA user_version=99")
'
ronin_fails 4
assert_output 'newer ronin' '--state=reset'
ronin_ok --state=reset
assert_ran out
ronin_ok
assert_ran

# Hashes that this ronin does not know are not taken for its own.
python3 -c '
import sqlite3
db = sqlite3.connect(".ronin/state.db")
db.execute("UPDATE setting SET value = ? WHERE name = ?", (b"later", "hash"))
db.execute("UPDATE stamp SET value = randomblob(16)")
db.commit()
'
rm -f .ronin/graph-* .ronin/index-*
ronin_fails 4
assert_output 'content hashes of later' '--state=reset'
ronin_ok --state=reset

# The build that this one runs in needs its records.
write nested.magma <<'END'
(action :outputs ["x"] :rule {:command
  ["sh" "-c" "ronin -f nested2.magma --state=reset && touch x"]})
END
cp build.magma nested2.magma
ronin_fails 1 -f nested.magma
assert_output 'in use by the build that this one runs in'

# Somebody else's link is not followed, an open folder not trusted.
chmod 777 .ronin
ronin_fails 4
assert_output 'can be written by everybody'
chmod 755 .ronin
ronin_ok
[ "$(id -u)" = 0 ] || exit 0
mv .ronin elsewhere
ln -s elsewhere .ronin
ronin_ok
chown -h 65534:65534 .ronin
ronin_fails 4
assert_output 'is a link of another user'
ronin_fails 4 why out
rm .ronin

# Root in another user's tree: what it makes there is that user's.
mkdir theirs
cp build.magma in theirs
chown -R 65534:65534 theirs
ronin_ok -C theirs
for file in theirs/.ronin theirs/.ronin/state.db theirs/.ronin/lock; do
    assert_equal "$(stat -c %u "$file")" 65534
done
