# SPDX-License-Identifier: MIT
# Two processes print the same bytes for a large collection of values of all
# kinds, wherever their memory lies and in whatever order they were put in.
. "$TESTS/lib/build.sh"

write same.magma <<'END'
(def order (if (= ["up"] *command-line-args*) identity reverse))

(defn value [i]
  (case (mod i 12)
    0 i
    1 (str "text-" i)
    2 (keyword (str "k" (mod i 7)) (str "n" i))
    3 (symbol (str "s" i))
    4 [i (str i) #{i (inc i) :a}]
    5 {i {:a i, "b" (list i nil)}}
    6 (/ i 1001)
    7 (* 1.1 i)
    8 (* 1M i)
    9 (char (+ 32 i))
    10 (read-string (format "#inst \"%04d-05-06\"" i))
    11 (tagged-literal 'point [i (parse-uuid (format "%x-0-0-0-1" i))])))

(def values (mapv value (order (range 3000))))
(prn (set values))
(prn (zipmap values (map hash values)))
(prn (group-by class (sort-by hash values)))
(prn (frequencies (map #(mod (hash %) 64) values)))
(doseq [v (set values)] (println v))
END

ronin eval same.magma up >one
mkdir elsewhere
(cd elsewhere && PADDING=$(printf '%05000d' 0) ronin eval ../same.magma up >../two)
ronin eval same.magma down >three
# Without random addresses, in another language and time zone, with other bytes
# in fresh memory.
still=
setarch -R true 2>/dev/null && still="setarch -R" # Not allowed everywhere.
LC_ALL=tr_TR.UTF-8 LANG=de_DE TZ=Asia/Tokyo MALLOC_PERTURB_=7 \
    $still ronin eval same.magma up >four
[ "$(wc -c <one)" -gt 200000 ] || fail "too little was printed: $(wc -c <one) bytes"
cmp one two
cmp one three
cmp one four
