# SPDX-License-Identifier: MIT
# What is finished is never more than what is wanted, and at the end it is all
# of it, also when the graph grows or shrinks and generators run.
. "$TESTS/lib/build.sh"

# Lines "[f/t] …": how many, and that no f is above its t or the one before.
counted()
{
    python3 -c '
import re, sys
pairs = [(int(f), int(t)) for f, t in
         re.findall(r"^\[(\d+)/(?:≥ )?(\d+)\]", sys.argv[1], re.M)]
assert len(pairs) == int(sys.argv[2]), pairs
assert all(f <= t for f, t in pairs), pairs
assert all(a[0] < b[0] for a, b in zip(pairs, pairs[1:])), pairs
assert pairs[-1][0] == pairs[-1][1], pairs
' "$OUTPUT" "$1" || fail "counters: $OUTPUT"
}

write build.magma <<'MAGMA'
(action :outputs ["parts.magma"] :inputs {:ifchanged ["parts.in"]}
  :rule {:command ["cp" "parts.in" "parts.magma"]})
(require 'parts)
(def names (dynout :inputs {:ifchanged ["list"]}
  :rule [{:read "list"} {:transformer str/split-lines}]))
(action :outputs ["list"] :inputs {:ifchanged ["list.in"]}
  :rule {:command ["cp" "list.in" "list"]})
(doseq [name names]
  (action :outputs [name] :rule {:command ["touch" name]}))
(action :outputs ["last"] :inputs {:ifcreated names}
  :rule {:command ["touch" "last"]})
MAGMA
cat >parts.in <<'MAGMA'
(ns parts)
(action :outputs ["part1"] :rule {:command ["touch" "part1"]})
MAGMA
cp parts.in parts.magma
write list.in a b c d
ronin_ok -j1
counted "$(events action.end path | wc -l)"
write list.in b
ronin_ok -j1
counted "$(events action.end path | wc -l)"
echo '(action :outputs ["part2"] :rule {:command ["touch" "part2"]})' \
    >>parts.in
write list.in b e f
ronin_ok -j1
counted "$(events action.end path | wc -l)"

write build.magma <<'MAGMA'
(def names (dynout :inputs {:ifchanged ["list.in"]}
  :rule [{:read "list.in"} {:transformer str/split-lines}]))
(action :outputs ["opt"] :rule {:command ["touch" "opt"]})
(action :outputs names :rule (fn [vars] {:command ["touch" (:outputs vars)]}))
(group "some" "opt" "lost")
MAGMA
write list.in x lost
ronin_ok -j1 :some
counted 3
