# SPDX-License-Identifier: MIT
# A long log of the database was emptied when it was closed, after the index had
# noted what its files are: the next build had to open it and to load all records.
. "$TESTS/lib/build.sh"

write build.magma <<'MAGMA'
(doseq [i (range 2500)]
  (action :outputs [(str "out/" i)]
          :rule {:write (str "out/" i) :value (apply str (repeat 60 (str i)))}))
MAGMA
ronin_ok
[ "$(stat -c %s .ronin/state.db-wal)" -eq 0 ] || fail 'the log was not emptied'
for file in .ronin/state.db .ronin/state.db-wal; do
    [ ! "$file" -nt "$(echo .ronin/index-*)" ] || fail "$file was written last"
done
ronin_ok
assert_ran
