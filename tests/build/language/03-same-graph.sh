# SPDX-License-Identifier: MIT
# The same text gives the same graph and prints the same, wherever the process
# has its memory and whatever its environment is.
. "$TESTS/lib/build.sh"

# No order that depends on anything but content: maps, sets, groups, gensyms.
write build.magma <<'EOF'
(def names (mapv (fn [n] (str "n" (mod (* n 7919) 1000))) (range 300)))
(def table (into {} (map (fn [name] [(keyword name) (hash name)])) names))
(defn shout [text] (str/upper-case (str text (count table))))
(doseq [[name code] table]
  (action :outputs [(str "out/" (symbol name))]
          :inputs {:ifchanged ["in"]}
          :rule (fn [vars] [{:read (:in vars)}
                            {:transformer shout}
                            {:write (:out vars)}])))
(doseq [[kind members] (group-by (fn [s] (mod (hash s) 7)) (set names))]
  (group (str "g" kind) (map (fn [name] (str "out/" name)) members)))
(println (set names) table (gensym) (macroexpand-1 '(when-let [x 1] x)))
EOF
write in text

# look DIR COMMAND...: prints the graph's hash and what the program printed.
look()
{
    mkdir -p "$1"
    cp build.magma in "$1"
    (cd "$1" && "${@:2}" --events events.jsonl out/n0 >printed 2>&1) ||
        fail "$(cat "$1/printed")"
    grep -o '"graph":"[0-9a-f]*"' "$1/events.jsonl" | head -n 1
    grep '^#{' "$1/printed" || fail "nothing was printed: $(cat "$1/printed")"
}
look one ronin >one.txt
PADDING=$(printf '%09000d' 0) LC_ALL=C TZ=Asia/Tokyo look two/deeper ronin >two.txt
cmp one.txt two.txt
if command -v setarch >/dev/null && setarch -R true 2>/dev/null; then
    look three setarch -R ronin >three.txt
    cmp one.txt three.txt
fi
# The hash tells graphs apart.
edit build.magma 's/:ifchanged/:ifwritten/'
look four ronin >four.txt
if cmp -s one.txt four.txt; then
    fail 'another graph has the same hash'
fi
