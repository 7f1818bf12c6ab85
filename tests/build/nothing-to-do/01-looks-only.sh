# SPDX-License-Identifier: MIT
# A build with nothing to do looks at files, and opens none but its own: no
# build file is read, no database, and nothing is written.
. "$TESTS/lib/build.sh"
command -v strace >/dev/null || exit 77
strace -o "$SCENARIO_LOGS/probe" true 2>/dev/null || exit 77

write build.magma <<'MAGMA'
(require '[parts])
(action :outputs ["all"]
 :inputs {:ifwritten (mapv #(str "out/" %) parts/names)}
 :rule (fn [vars] {:command (into ["touch"] (:outputs vars))}))
MAGMA
write parts.magma <<'MAGMA'
(ns parts)
(def names (mapv #(str "part" %) (range 40)))
(doseq [name names]
  (action :outputs [(str "out/" name)] :inputs {:ifwritten [(str "in/" name)]}
   :rule (fn [vars] {:command ["cp" (first (:inputs vars))
                               (first (:outputs vars))]})))
MAGMA
mkdir in
for i in $(seq 0 39); do
    echo "$i" >"in/part$i"
done
ronin_ok

# What was written a moment ago is settled by the first, and rests for the next.
rested()
{
    local i
    for i in $(seq 50); do
        # The look of the traced run must not fall into the tick of a write.
        strace -f -y -o "$SCENARIO_LOGS/trace" \
            ronin >"$SCENARIO_LOGS/output" 2>&1
        grep -q 'state\.db.*O_RDWR' "$SCENARIO_LOGS/trace" || return 0
    done
    fail "each build with nothing to do opens the database"
}
rested
cat "$SCENARIO_LOGS/output"
assert_contains "$(cat "$SCENARIO_LOGS/output")" 'up to date (41 actions'
opened=$(grep -E '^[0-9]+ +open(at)?\(' "$SCENARIO_LOGS/trace" |
    grep -v ENOENT | grep -vE '"/(lib|usr|etc|dev|proc|sys)/|/tsan\.rodata' |
    sed 's/^[^"]*"\([^"]*\)".*/\1/; s/-[0-9a-f]\{16\}$//; s|.*/\.ronin/||' |
    LC_ALL=C sort -u | tr '\n' ' ')
for file in $opened; do
    case $file in
    graph | index | lock | in | out | "$PWD") ;;
    *) fail "it opened $file" ;;
    esac
done
# Each input and output is asked about once.
for i in 0 17 39; do
    count=$(grep -c "stat.*\"part$i\"\|stat.*/part$i\"" "$SCENARIO_LOGS/trace")
    assert_equal "$count" 2
done
writes=$(grep -E ' (p?write(64|v)?|rename|unlink)\(' "$SCENARIO_LOGS/trace" |
    grep -vE 'up to date|/lock>|/tsan\.rodata' || true)
assert_equal "$writes" ''

# Every change is seen at once.
write in/part17 other
ronin_ok
assert_ran out/part17 all
assert_file out/part17 other
rested
rm out/part3
ronin_ok
assert_ran out/part3 all
rested
edit parts.magma 's/range 40/range 39/'
ronin_ok
assert_ran all
assert_absent out/part39
rested
rm .ronin/state.db*
ronin_ok
assert_equal "$(events action.start path | wc -l)" 40
