# SPDX-License-Identifier: MIT
# Groups in groups, dynouts in lists at any depth and dynouts that come from
# others, as inputs, as outputs and in groups; pools across all of them.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(pool "one" 1)
(defn lines [file]
  (dynout :inputs {:ifchanged [file]}
          :rule [{:read file} {:transformer (fn [s] (filterv seq (str/split-lines s)))}]))
(defn copy [from to] (action :outputs [to] :inputs {:ifchanged [from]} :pool "one"
                             :rule {:command ["cp" from to]}))

; A list that an action makes, of names that another list has.
(def first (lines "names"))
(action :outputs ["more"] :inputs {:ifchanged first}
        :rule (fn [vars] {:command (into ["cat"] (:inputs vars)) :stdout "more"}))
(def second (lines "more"))

; Somewhere in nested lists, behind lazy functions, beside paths and handles.
(def a (copy "in" "a"))
(action :outputs ["deep"] :inputs {:ifchanged [["in" [[second]] a] [[[first]]]]}
        :rule (fn [vars] {:write "deep" :value (str/join " " (:inputs vars))}))
(action :outputs ["lazy"] :inputs {:ifwritten (concat ["in"] (map #(str % ".up") second) first)}
        :rule (fn [vars] {:write "lazy" :value (str/join " " (:inputs vars))}))
(doseq [name second]
  (action :outputs [(str name ".up")] :inputs {:ifchanged [name]} :pool "one"
          :rule [{:read name} {:transformer str/upper-case} {:write (str name ".up")}]))
(action :outputs ["own" [[(map #(str % ".out") second)]]] :inputs {:ifchanged ["in"]}
        :rule (fn [vars] {:command (into ["touch"] (:outputs vars))}))

; Groups of groups, with all of that in them.
(def inner (group "inner" "a" [[second]] (map #(str % ".out") second)))
(def middle (group "middle" inner a))
(def outer (group "outer" [middle [inner]] "lazy"))
(group "all of it" outer (group "deepest" "deep"))
(action :outputs ["behind"] :inputs {:ifchanged ["in"]} :order-only [outer]
        :rule {:command ["touch" "behind"]})
END
write in one
write names list1 list2
write list1 x
write list2 y
write x x
write y y
ronin_ok -j8 ':all of it'
assert_file deep 'in x y a list1 list2'
assert_file lazy 'in x.up y.up list1 list2'
assert_file x.up X
assert_file y.out
assert_absent behind
ronin_ok -j1 ':all of it'
assert_ran
ronin_ok behind
assert_ran behind

# A name more, two steps away: all that follows from it, once each.
write list2 y z
write z z
ronin_ok -j8
assert_ran more dynout:build.magma:3 deep z.up lazy own
assert_file deep 'in x y z a list1 list2'
assert_file z.up Z
assert_file z.out
ronin_ok
assert_ran

# A list less: what it brought leaves the graph, and the disk.
write names list2
ronin_ok -j1
assert_file deep 'in y z a list2'
assert_absent x.up x.out
assert_file x
ronin_ok
assert_ran

# Under an order alone nothing runs; a member that is not there is told of.
write in two
ronin_ok :middle
assert_ran a own
ronin_ok
assert_ran deep lazy behind
rm y
ronin_fails 3
assert_output 'y'
write y y
ronin_ok
ronin_ok
assert_ran
