# SPDX-License-Identifier: MIT
# Hashes of manifests and of actions' keys that collide: they only find rows, and what
# is decided comes from what is in them.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"
fault_project
command -v python3 >/dev/null || exit 77

# collide: every manifest has the same hash, and every key.
collide()
{
    python3 - <<'END'
import sqlite3
db = sqlite3.connect(".ronin/state.db")
db.execute("update manifest set hash = zeroblob(16)")
db.commit()
db.close()
END
}

ronin_ok
collide
rm -f .ronin/index-* .ronin/graph-*
ronin_ok
assert_ran
for text in second third; do
    echo $text >in
    ronin_ok
    assert_ran one two three
    ronin_ok why three
    assert_output 'two changed'
    collide
    ronin_ok
    assert_ran
    echo tampered >two
    ronin_ok
    assert_ran two
    collide
done
