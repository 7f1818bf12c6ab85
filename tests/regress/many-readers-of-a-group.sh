# SPDX-License-Identifier: MIT
# One file of a large group is made as a dyndep file told last time. Each of the many
# who read the group looked through all of it.
. "$TESTS/lib/build.sh"
write build.magma <<'END'
(action :outputs ["maker.dd"] :inputs {:ifchanged ["src"]}
        :rule {:command ["printf" "ninja_dyndep_version = 1\nbuild maker | m7: dyndep\n"] :stdout "maker.dd"})
(action :outputs ["maker"] :inputs {:ifchanged ["src"]} :dyndep "maker.dd"
        :rule {:command ["sh" "-c" "cp src maker; cp src m7"]})
(def inner (group "inner" (mapv #(str "m" %) (range 60000))))
(def outer (group "outer" [inner inner "src"]))
(action :outputs ["first"] :inputs {:ifchanged ["src"]} :order-only [outer]
        :rule {:command ["cp" "m7" "first"]})
(def users (mapv #(action :outputs [(str "u" %)] :inputs {:ifchanged ["src"]}
                          :order-only [inner] :rule {:write (str "u" %) :value "x"})
                 (range 25000)))
(group "users" users)
END
write src one
seq -f 'm%.0f' 0 59999 | grep -v '^m7$' | xargs touch
ronin_ok maker
assert_file m7 one

# As many seconds of a processor, however many share it.
write src two
(ulimit -t 15 && ronin -n :users >told 2>&1 </dev/null) || fail "$? $(tail -3 told)"
assert_contains "$(cat told)" 'would run 25002 of 25002 actions'

# It is found through both of its groups, and orders who reads them.
ronin_ok -j1 first
assert_ran_in_order maker.dd maker first
assert_file first two
