# SPDX-License-Identifier: MIT
# What starts first: the longest way to the end by recorded durations, then the
# graph; or chance, which decides nothing but the order.
. "$TESTS/lib/build.sh"

# Before anything ran, the way with more actions is the longer one.
write build.magma <<'END'
(defn step [vars] {:command ["sh" "-c" (str (:work (:vars vars)) "; touch " (:out vars))]})
(defn act [out ins work]
  (action :outputs [out] :inputs {:ifwritten ins} :rule step :vars {:work work}))
(act "short" [] ":")
(act "long1" [] ":")
(act "long2" ["long1"] ":")
(act "long3" ["long2"] ":")
END
ronin_ok -j1
assert_ran_in_order long1 long2 short long3

# A single action that took long weighs more than a chain that did not.
write build.magma <<'END'
(defn step [vars] {:command ["sh" "-c" (str (:work (:vars vars)) "; touch " (:out vars))]})
(defn act [out ins work]
  (action :outputs [out] :inputs {:ifwritten ins} :rule step :vars {:work work}))
(act "quick1" ["in"] ":")
(act "quick2" ["quick1"] ":")
(act "slow" ["in"] "sleep 0.2")
END
write in one
ronin_ok -j1
write in two
ronin_ok -j1
assert_ran_in_order slow quick1 quick2

# A pool is served in that order as well.
write build.magma <<'END'
(pool "one" 1)
(defn step [vars] {:command ["sh" "-c" (str (:work (:vars vars)) "; touch " (:out vars))]})
(defn act [out work]
  (action :outputs [out] :inputs {:ifchanged ["in"]} :rule step :pool "one"
          :vars {:work work}))
(act "a" ":") (act "b" "sleep 0.1") (act "c" "sleep 0.3")
END
ronin_ok -j4
write in three
ronin_ok -j4
assert_ran_in_order c b a

# Chance: the same seed, the same order; another one, in time, another order;
# and always the same actions.
python3 - >build.magma <<'END'
for i in range(20):
    print(f'(action :outputs ["x{i}"] :inputs {{:ifchanged ["in"]}} '
          f':rule {{:command ["cp" "in" "x{i}"]}})')
    print(f'(action :outputs ["y{i}"] :inputs {{:ifwritten ["x{i}"]}} '
          f':rule {{:command ["cp" "x{i}" "y{i}"]}})')
END
order()
{
    ronin clean >/dev/null
    ronin_ok -j1 --shuffle "$1" >/dev/null
    events action.start path | tr '\n' ' '
}
first=$(order 1)
assert_equal "$(order 1)" "$first"
[ "$(order 2)" != "$first" ] || fail "seeds 1 and 2 gave one order"
for seed in 3 4 18446744073709551615; do
    assert_equal "$(order $seed | wc -w)" 40
    write in "for $seed"
    ronin_ok -j3 --shuffle $seed
    assert_equal "$(events action.start path | wc -l)" 40
    ronin_ok -j3 --shuffle 7
    assert_ran
done

# An edge that is missing shows in some order, however the graph is written.
write build.magma <<'END'
(action :outputs ["made"] :rule {:command ["touch" "made"]})
(action :outputs ["user"] :rule {:command ["cp" "made" "user"]})
END
ronin_ok -j1
found=no
for seed in 1 2 3 4 5 6 7 8 9 10; do
    rm -f made user
    ronin build -j1 --shuffle $seed >/dev/null 2>&1 || found=yes
done
assert_equal $found yes
ronin_fails 2 --shuffle x
ronin_fails 2 --shuffle -1
