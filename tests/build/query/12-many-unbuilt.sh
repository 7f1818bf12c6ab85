# SPDX-License-Identifier: MIT
# Of very many actions it is known which were never built, though their records are not
# read one by one.
. "$TESTS/lib/build.sh"
. "$TESTS/build/query/lib.sh"

write build.magma <<'END'
(defn cc [{:keys [in out depfile]}]
  {:command ["sh" "-c" "[ ! -e stop ] || exit 1; cp $1 $2; echo $2: $1 own.h >$3" "cc" in out depfile]})
(doseq [i (range 300)]
  (action :outputs [(str i ".o")] :inputs {:ifwritten ["in"]} :depfile (str i ".d")
          :rule cc))
(group "some" (map #(str % ".o") (range 0 300 3)))
(group "all" (map #(str % ".o") (range 300)))
END
write in one
write own.h one
ronin_ok build --quiet 0.o 299.o
ronin_ok build --quiet :some
asks 'own.h | rdeps 1 | count' <<'END'
102
END
OUTPUT=$(ronin query 'all | deps | generated | count' 2>&1)
assert_output '199 actions never built: headers unknown'
OUTPUT=$(ronin query 'actions | first 70 | deps | count' 2>&1)
assert_output "$(ronin query -o json 'actions | first 70 | emit path runs' |
    grep -c '"runs":0') actions never built"

# What was built once and is dirty since has told what it reads.
ronin_ok build --quiet
write in two
write stop now
ronin_fails 1 build -j 1
OUTPUT=$(ronin query 'all | deps | generated | count' 2>&1)
assert_equal "$OUTPUT" 300
