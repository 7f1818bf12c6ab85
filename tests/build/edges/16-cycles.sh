# SPDX-License-Identifier: MIT
# Cycles through what was discovered: nobody declared them, and they are no error.
. "$TESTS/lib/build.sh"

# What an action read the last time needs the action itself by now: it is not waited
# for, and forgotten when the action has run.
write build.magma <<'END'
(action :outputs ["a"] :inputs {:ifchanged ["src"]} :depfile "a.d" :rule {:command ["sh" "make-a"]})
(action :outputs ["b"] :inputs {:ifchanged ["src"]} :rule {:command ["cp" "src" "b"]})
END
write make-a 'cat src b >a; echo a: src b >a.d'
write src one
ronin_ok b
ronin_ok
ronin_ok
assert_ran
edit build.magma 's/"b". :inputs {:ifchanged ."src"./"b"] :inputs {:ifchanged ["a"]/'
write make-a 'cat src >a; echo a: src >a.d'
ronin_ok -j4
assert_ran_in_order a b
ronin_ok why a
assert_output 'b changed' '[discovered-changed]' 'waiting for it would close a cycle'
ronin_ok
assert_ran
write src two
ronin_ok
assert_ran_in_order a b
ronin_ok
assert_ran

# Two that read each other whenever they run never come to rest, and why tells it.
write build.magma <<'END'
(defn one [out other]
  (action :outputs [out] :inputs {:ifchanged [(str "src-" out)]} :depfile (str out ".d")
          :rule {:command ["sh" "-c" (str "cat src-" out " >" out "; echo " out ": " other " >" out ".d")]}))
(one "left" "right")
(one "right" "left")
(action :outputs ["apart"] :inputs {:ifchanged ["left"]} :rule {:command ["cp" "left" "apart"]})
END
write src-left one
write src-right one
ronin_ok
ronin_ok
for _ in 1 2 3; do
    ronin_ok -j4
    assert_ran left right
done
told=$(ronin why left; ronin why right)
assert_contains "$told" 'waiting for it would close a cycle'
write src-left two
ronin_ok
assert_ran left right apart
