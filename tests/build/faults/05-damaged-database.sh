# SPDX-License-Identifier: MIT
# Whatever becomes of the database, it costs a rebuild at most, and is said.
. "$TESTS/lib/build.sh"
. "$TESTS/build/faults/lib.sh"
fault_project
ronin_ok
db=.ronin/state.db
assert_file "$db"

for size in 0 1 100 512 4096 5000 8192 20000; do
    rm -f "$db"-wal "$db"-shm
    truncate -s "$size" "$db"
    echo "$size" >>in
    assert_recovers
done

rm -f "$db"-wal "$db"-shm
write "$db" 'this is no database, but a text of some length'
assert_recovers

# Bytes in the middle, at some places that differ from run to run.
for seed in 1 2 3 4 5 6; do
    python3 - "$db" "$seed" <<'END'
import random, sys
random.seed(int(sys.argv[2]))
with open(sys.argv[1], "r+b") as db:
    size = db.seek(0, 2)
    for _ in range(40):
        db.seek(random.randrange(size))
        db.write(bytes([random.randrange(256)]))
END
    echo "$seed" >>in
    assert_recovers
done

rm -r .ronin
assert_recovers

# Logs of another database lie beside it.
cp "$db" "$SCENARIO_LOGS/old.db"
echo more >>in
ronin_ok
rm -f "$db"-wal "$db"-shm
head -c 40000 /dev/urandom >"$db-wal"
head -c 32768 /dev/urandom >"$db-shm"
echo more >>in
assert_recovers

# An older copy put back knows an older state of the files.
cp "$SCENARIO_LOGS/old.db" "$db"
rm -f "$db"-wal "$db"-shm
assert_recovers
