# SPDX-License-Identifier: MIT
# Queries that have names: of the configuration of the user and of the project,
# and of the build file.
. "$TESTS/lib/build.sh"
. "$TESTS/build/query/lib.sh"

export XDG_CONFIG_HOME=$PWD/home
write names.magma <<'END'
(ns names
  (:require [query :refer [defquery]]))

(defquery tests-of "What tests it." [x] (rdeps x) (matching "*_test"))
END
write build.magma <<'END'
(ns user
  (:require [names]
            [query :refer [defquery]]))
(defn copy [{:keys [in out]}] {:command ["cp" in out]})
(action :outputs ["b"] :inputs {:ifwritten ["a"]} :rule copy)
(action :outputs ["c_test"] :inputs {:ifwritten ["b"]} :rule copy)
(action :outputs ["made"] :inputs {:ifwritten ["c_test"]} :rule copy)
(defquery by-rule [] (actions) (where "rule == copy and n_inputs == 1")
  (sort -path) (first 2) (emit path n_inputs))
(defquery between [x y]
  "One and the other."
  (except (allpaths x y) (set "b") ) (matching #"^[a-z_]+$"))
(defquery near [x] (rdeps x 1 {:edges #{:explicit}}))
(defquery text [x] "let y = $x in $y union ($x | parents)")
END
edit build.magma '/One and the other/d'
write a one
ronin_ok

# --- Of the build file, from the snapshot ---------------------------------------

asks 'a | tests-of' <<'END'
c_test
END
asks 'tests-of(a)' <<'END'
c_test
END
asks 'by-rule' <<'END'
made	1
c_test	1
END
asks 'made | between a' <<'END'
a
c_test
made
END
asks 'between(made, (b | deps)) | count' <<'END'
3
END
asks 'a | near | near | except a' <<'END'
b
c_test
END
asks 'text(text(a))' <<'END'
a
b
c_test
END
# A file of the same name is named by its folder.
write by-rule 'a file'
asks './made' <<'END'
made
END

# --- The configuration ------------------------------------------------------------

write home/ronin/ronin.conf <<'END'
# What I ask everywhere.
query.mine = files | generated

query.shared = none
END
write ronin.conf <<'END'
query.shared=all|sources
  query.up( x , y ) = ($x | tests-of) union $y
query.both = mine union shared
query.up2(x) = up($x, made) | sort -path
query.mine = mine | first 1
END
asks shared <<'END'
a
END
asks 'both' <<'END'
a
b
c_test
made
END
asks 'mine' <<'END'
b
END
asks 'up2(a)' <<'END'
made
c_test
END
asks 'b | up (a | children)' <<'END'
c_test
END
asks --ast 'a | up b' <<'END'
[:let "up:x" [:target "a"] [:let "up:y" [:target "b"] [:union [:let "tests-of:x" [:var "up:x"] [:matching [:pat :glob "*_test"] [:rdeps [:var "tests-of:x"]]]] [:var "up:y"]]]]
END
tree=$(ronin query --ast 'a | up b')
ronin query --ast-in "$tree" >answer.txt
printf 'b\nc_test\n' | cmp - answer.txt || fail "the tree answers otherwise"
ronin query --list >answer.txt
tail -n 6 answer.txt >tail.txt
cat >expected.txt <<'END'
text(x)                   let y = $x in $y union ($x | parents)
shared                    all|sources
up(x, y)                  ($x | tests-of) union $y
both                      mine union shared
up2(x)                    up($x, made) | sort -path
mine                      mine | first 1
END
diff -u expected.txt tail.txt || fail "another list"
ronin graph mine -o json | grep -q '"b"' || fail "graph does not know the names"

# Each name of the user's that is another here, told apart from that one.
write ronin.conf <<'END'
query.pair(a, b) = $a union $b
END
write home/ronin/ronin.conf <<'END'
query.pair(b, a) = $a except $b
END
cat >>ronin.conf <<'END'
query.pair(b, a) = pair($a, $b) | pair $a
END
asks 'pair(a, made)' <<'END'
a
made
END

# --- The prompt ---------------------------------------------------------------------

OUTPUT=$(printf '%s\n' '? tests-of(a)' \
    '(defquery typed [x] "$x | children")' '? b | typed' '? c_test | typed | typed' \
    '(near (graph) "a")' '(defquery typed [] (all) (sources))' '? typed' |
    ronin repl 2>&1)
assert_output '#targets["c_test"]' "#'user/typed" '#targets["a"]' \
    '#targets["a" "b"]'

# --- Mistakes -------------------------------------------------------------------------

asks_wrong 'tests-of' 'query:1:1:' 'tests-of needs a set in front of it'
asks_wrong 'a | by-rule' 'by-rule begins a query, and takes no set'
asks_wrong 'between(a)' 'between needs a set for $y' 'between(TARGET, TARGET)'
asks_wrong 'between(a, b, made)' 'between takes no more than 2 sets'
asks_wrong 'between(a, b' 'the bracket of between is never closed'
asks_wrong 'a | tests-off' 'no function is named tests-off' 'did you mean tests-of?'
asks_wrong 'a | dps' 'query:1:5:' 'did you mean deps?'

# wrong LINE TEXT...: such a line of the configuration is refused.
wrong()
{
    printf '# one line before\n%s\n' "$1" >ronin.conf
    asks_wrong 'odd' "${@:2}"
}
wrong 'odd' 'ronin.conf:2:1:' 'this line is no setting'
wrong '= x' 'this line is no setting'
wrong 'jobs = 4' 'ronin.conf:2:1:' 'no setting is called jobs' 'query.NAME = QUERY'
wrong 'query.deps = all' 'deps is a word of the query language'
wrong 'query.union = all' 'union is a word of the query language'
wrong 'query.a/b = all' 'a/b cannot be a name in queries'
wrong 'query. = all' 'cannot be a name'
wrong 'query.odd(x = all' 'a bracket is never closed'
wrong 'query.odd($x) = all' '$x cannot be a name'
wrong 'query.odd = all | dps' 'ronin.conf:2:19:' 'no function is named dps' 'deps?'
wrong 'query.odd = "all' 'ronin.conf:2:13:' 'this quote is never closed'
wrong 'query.odd =' 'ronin.conf:2:12:' 'and got the end'
wrong 'query.odd = $x' 'no let gives $x a value'
wrong 'query.odd = odd' 'in the query odd: unknown target odd' 'query:1:1:'
wrong 'query.odd = nosuch | deps' 'in the query odd: unknown target nosuch'
wrong 'query.odd = all | where size =~ 3' 'in the query odd:'
wrong 'query.odd = glob re:"("' 'query:1:1:' 'in the query odd:'
for i in $(seq 1 12); do
    printf 'query.n%d = n%d + n%d\n' $((i + 1)) "$i" "$i"
done | sed '1i query.n1 = a' >ronin.conf
asks_wrong 'n12' 'put in more than 1000 times'
asks 'n5' <<'END'
a
END
rm ronin.conf
mkdir ronin.conf
ronin_fails 2 query mine
assert_output 'ronin.conf'
rmdir ronin.conf

write build.magma <<'END'
(ns user (:require [query :refer [defquery]]))
(defquery bad [x]
  "$x | dps")
END
ronin_fails 3 query all
assert_output 'no function is named dps' 'build.magma:2:1' 'did you mean deps?'
edit build.magma 's/dps/deps/; s/bad/deps/'
ronin_fails 3 query all
assert_output 'deps is a word of the query language'
