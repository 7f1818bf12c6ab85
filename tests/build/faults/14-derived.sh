# SPDX-License-Identifier: MIT
# Everything below .ronin can be lost or damaged: that costs a rebuild at worst,
# and never a wrong output, a wrong removal or a crash.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(def names (dynout :inputs {:ifchanged ["list"]}
  :rule [{:read "list"} {:transformer (fn [s] (str/split s #"\s+"))}]))
(action :outputs ["one"] :inputs {:ifchanged ["in"]}
  :rule {:command ["cp" "in" "one"]})
(action :outputs ["all"] :inputs {:ifchanged [names "one"]}
  :rule {:command ["sh" "-c" "cat one $0 $@ >all" "x" "y"]})
END
write list x y
write x x
write y y
write in 1

expect()
{
    assert_file one "$1"
    assert_file all "$(printf '%s\nx\ny' "$1")"
}

ronin_ok
expect 1
ronin_ok
rm -r .ronin
write mine 'not of ronin'
ronin_ok
expect 1
assert_file mine
ronin_ok
assert_ran

# Each file alone: gone, emptied, cut, and overwritten somewhere.
seed=7
for file in state.db state.db-wal state.db-shm lock clock graph index; do
    for how in gone empty cut noise; do
        seed=$((seed * 3 % 1009))
        for path in .ronin/$file .ronin/$file-*; do
            [ -f "$path" ] || continue
            size=$(stat -c %s "$path")
            case $how in
            gone) rm "$path" ;;
            empty) : >"$path" ;;
            cut) truncate -s $((size * (seed % 100) / 100)) "$path" ;;
            noise)
                head -c 64 /dev/urandom |
                    dd of="$path" bs=1 conv=notrunc status=none \
                        seek=$((size > 64 ? seed * 97 % (size - 64) : 0))
                ;;
            esac
        done
        write in "$seed"
        ronin_ok
        expect "$seed"
        ronin_ok
        assert_ran
        assert_file mine
        python3 -c '
import sqlite3
db = sqlite3.connect(".ronin/state.db")
assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
'
    done
done

# An older copy that is put back knows older things, and believes no others.
ronin_ok
cp -r .ronin older
write in newer
ronin_ok
expect newer
rm -r .ronin
mv older .ronin
ronin_ok
expect newer
ronin_ok
assert_ran
