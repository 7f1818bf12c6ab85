# SPDX-License-Identifier: MIT
# A database of a newer ronin is left alone, and it is said what to do.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"
fault_project
ronin_ok
rm -f .ronin/graph-*
python3 -c '
import sqlite3
db = sqlite3.connect(".ronin/state.db")
db.execute("PRAGMA user_version=99")
db.close()'
before=$(cksum <.ronin/state.db)
ronin_fails 4
assert_output newer
assert_equal "$(cksum <.ronin/state.db)" "$before"
rm -r .ronin
assert_recovers
