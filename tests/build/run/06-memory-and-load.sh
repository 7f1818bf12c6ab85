# SPDX-License-Identifier: MIT
# What the machine has free, and what runs on it, decides how many start at once:
# the kernel's own numbers, which are ours here.
. "$TESTS/lib/build.sh"
use_shim

# Each command needs about 60 MB, and waits a while for others to begin.
write big.py <<'END'
import sys, time
def say(text):
    with open("log", "a", encoding="utf-8") as log:
        log.write(text + "\n")
say("+")
taken = bytearray(60 << 20)
time.sleep(0.3)
say("-")
open(sys.argv[1], "w").close()
END
write build.magma <<'END'
(doseq [i (range 4)]
  (action :outputs [(str "x" i)] :inputs {:ifchanged ["in"]}
          :rule {:command ["python3" "big.py" (str "x" i)]}))
END
mkdir proc
# most ARGS...: builds anew; the most that ran at once becomes $most.
most()
{
    rm -f log
    date +%N >>in
    OUTPUT=$(PROC=$PWD/proc LD_PRELOAD=$shim ronin "$@" 2>&1) ||
        fail "ronin $*: $OUTPUT"
    most=$(awk '/\+/ { n++; if (n > most) most = n } /-/ { n-- } END { print most }' log)
    assert_equal "$(grep -c + log)" 4
}
memory()
{
    printf 'MemTotal: 99999999 kB\nMemAvailable: %s kB\n' "$1" >proc/meminfo
}

# Nothing is known of their peaks: all may start.
memory 1000
most -j4
[ "$most" -gt 1 ] || fail 'only one ran at a time'
# They are known now: where there is no room for any, one runs all the same.
memory 1000
most -j4
assert_equal "$most" 1

# remember: as if each had needed 1000 MB and 100 s, so that what runs is still
# expected to grow.
remember()
{
    python3 -c '
import sqlite3
db = sqlite3.connect(".ronin/state.db")
db.execute("UPDATE action_run SET peak_kib = 1000000, duration_us = 100000000")
db.commit()'
}
for room in 1 2 3; do
    remember
    memory ${room}500000
    most -j4
    assert_equal "$most" "$room"
done
remember
memory 9999999
most -j4
[ "$most" -gt 2 ] || fail "only $most at a time with much memory"

# -l: what runs on the machine, and what has just been started.
printf '0.00 0.00 0.00 9/200 1234\n' >proc/loadavg
most -j4 -l8
assert_equal "$most" 1
printf '9.00 9.00 9.00 1/200 1234\n' >proc/loadavg
most -j4 -l8
[ "$most" -gt 1 ] || fail 'an average of the last minute held it up'
