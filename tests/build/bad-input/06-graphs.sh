# SPDX-License-Identifier: MIT
# Graphs that make no sense: two makers, cycles, missing files, groups, pools.
. "$TESTS/lib/build.sh"

# refused TEXT NEEDLE...
refused()
{
    write build.magma "$1"
    ronin_fails 3 "${args[@]}"
    assert_output "${@:2}"
    assert_absent out
}

args=()
write in one
write src/main.c x
copy='(action :outputs ["out"] :inputs {:ifwritten ["in"]} :rule {:command ["cp" "in" "out"]})'
cmd=':rule {:command ["touch" "out"]}'

# Two makers, two names.
refused "$copy"$'\n\n'"  (action :outputs [\"x\" \"./out\"] $cmd)" \
    'build.magma:3:3: error[R0303]: two actions make out' \
    'the first (build.magma:1), the second (build.magma:3)' '    3 |   (action'
refused "(action :name \"n\" $cmd)(action :name \"n\" $cmd)" \
    'two actions have the name n' 'give one of them another name'
refused "$copy (group \"g\" \"out\")(group \"g\" \"in\")" 'two groups have the name g'
refused "(action :name 3 $cmd)" ':name'
refused "(action $cmd)" 'neither :outputs nor :name' 'give it :outputs'

# Where outputs may be.
refused "(action :outputs [\"/tmp/qa-out\"] $cmd)" \
    '/tmp/qa-out lies outside the build root' '--allow-outside'
refused "(action :outputs [\"a/../../out\"] $cmd)" '../out lies outside'
refused "(action :outputs [\"a/..\"] $cmd)" 'the build root cannot be an output'
refused "(action :outputs [\".ronin/state.db\"] $cmd)" "ronin's own folder"
refused "(action :outputs {:a \"out\"} $cmd)" ':outputs cannot take {:a "out"}'

# Cycles: by files, kinds, handles, groups, itself.
refused '(action :outputs ["a"] :order-only ["b"] :rule {:command ["x"]})
(action :outputs ["b"] :implicit {:ifcreated ["c"]} :rule {:command ["x"]})
(action :outputs ["c"] :inputs {:ifdeleted ["a"]} :rule {:command ["x"]})' \
    'build.magma:1:1: error[R0302]: dependency cycle' \
    'a (build.magma:1) -> b (build.magma:2) -> c (build.magma:3) -> a'
refused "(action :outputs [\"out\"] :inputs {:ifchanged [\"out\"]} $cmd)" \
    'dependency cycle: out (build.magma:1) -> out'
refused '(def a (action :name "a" :inputs {:ifchanged ["b"]} :rule {:command ["x"]}))
(action :outputs ["b"] :inputs {:ifwritten [a]} :rule {:command ["x"]})' \
    'dependency cycle' 'a (build.magma:1)' 'b (build.magma:2)'
refused "(def g (group \"g\" \"out\"))
(action :outputs [\"out\"] :order-only g $cmd)" \
    'out (build.magma:2) -> :g (build.magma:1) -> out'
refused '(group "a" "b")(group "b" "a")' 'dependency cycle: :a'
refused '(group "a" "a")' 'dependency cycle: :a'

# A validation may need what it validates.
write build.magma \
    '(action :outputs ["a"] :validations ["b"] :rule {:command ["touch" "a"]})' \
    '(action :outputs ["b"] :inputs {:ifwritten ["a"]} :rule {:command ["touch" "b"]})'
ronin_ok a
assert_ran a b

# Missing files, and what may be meant.
for kind in ':inputs {:ifwritten ["src/mian.c"]}' ':order-only "src/mian.c"' \
    ':implicit {:ifchanged ["src/mian.c"]}' ':validations ["src/mian.c"]'; do
    refused $'\n (action :outputs ["out"] '"$kind :rule {:command [\"false\"]})" \
        'build.magma:2:2: error[R0304]: src/mian.c does not exist' 'out needs it' \
        'did you mean src/main.c?' $'    2 |  (action' $'      |  ^'
done
write build.magma "(action :outputs [\"out\"] :implicit {:ifcreated [\"no\"]
  :ifdeleted [\"no\"]} :order-only [] $cmd)"
ronin_ok
rm out
args=(:g)
refused '(group "g" "in" "inn")' \
    'inn does not exist' 'the group g needs it' 'did you mean in?'
args=()
refused "(action :outputs [\"out\"] :inputs {:ifwritten [(apply str (repeat 300 \"y\"))]} $cmd)" \
    'does not exist'

# Groups and pools.
refused '(group)' 'Wrong number of arguments (0)' '[name & members]'
refused '(group :all "in")' 'the name of a group is a string' '(group "all"'
refused '(group "" "in")' 'the name of a group is a string'
refused '(group "all" 3)' 'group cannot take 3'
refused '(group "all" {:ifwritten ["in"]})' 'group cannot take {:ifwritten'
refused "(def g (group \"g\" \"in\"))
(action :outputs [\"out\"] :inputs {:ifwritten g} $cmd)" \
    'build.magma:2:1: error[R0104]: a group cannot stand under :ifwritten' \
    '(def parts [...])'
refused '(pool "p" -1)' 'a pool has a name and a depth, 0 for no limit' \
    '(pool "link" 4)'
refused '(pool "" 2)' 'a pool has a name'
refused '(pool "p" "2")' 'a pool has a name'
refused '(pool "p" 1)(pool "p" 2)' 'build.magma:1:13:' 'another depth'
refused '(pool "console" 2)' 'console is built in'
refused '(dynout :inputs {:ifchanged ["in"]})' 'a dynout needs a :rule'
refused '(dynout :outputs ["x"] :rule {:read "in"})' 'dynout has no key :outputs'
refused '(dynout :inputs ["in"] :rule {:read "in"})' 'a map of edge kinds'
refused '(dynout :rule [{:write "x" :value "y"}])' 'a step writes x'
