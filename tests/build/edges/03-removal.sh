# SPDX-License-Identifier: MIT
# Outputs that left the graph are removed, once and told; and what never is:
# inputs, what ronin did not make, what was changed since, what lies behind a
# link or outside, outputs of generators, another build file's outputs.
. "$TESTS/lib/build.sh"

actions()
{
    local name

    for name; do
        printf '(action :outputs ["%s"] :inputs {:ifchanged ["in"]} :rule {:command ["cp" "in" "%s"]})\n' \
            "$name" "$name"
    done
}

write in one
actions a b d/c d/e/f >build.magma
ronin_ok
assert_ran a b d/c d/e/f
actions a >build.magma
ronin_ok
assert_ran
assert_output 'removed b' 'removed d/c' 'removed d/e/f'
assert_absent b d/c d/e/f
assert_equal "$(events removed path | LC_ALL=C sort | tr '\n' ' ')" 'b d/c d/e/f '
ronin_ok
assert_lacks "$OUTPUT" removed
write b mine
ronin_ok
assert_file b mine

# Renamed: one goes, the other comes.
actions a2 >build.magma
ronin_ok
assert_absent a
assert_file a2 one

# Changed by hand, replaced by a folder or a link: kept.
actions k1 k2 k3 k4 >build.magma
ronin_ok
echo mine >k1
rm k2 k3; mkdir k2; ln -s in k3
touch -d 2001-01-01 k4
: >build.magma
ronin_ok
assert_file k1 mine
[ -d k2 ] && [ -L k3 ] || fail "k2 or k3 is gone"
assert_absent k4
rm -r k1 k2 k3

# Now an input, or behind a link.
actions i l/x >build.magma
ronin_ok
mv l elsewhere; ln -s elsewhere l
write build.magma '(action :outputs ["u"] :inputs {:ifwritten ["i"]} :rule {:command ["cp" "i" "u"]})'
ronin_ok
assert_file i one
assert_file elsewhere/x one
assert_file u one

# A discovered input of an action that stays.
rm -rf ./* .ronin
write in one
actions h >build.magma
cat >>build.magma <<'END'
(action :outputs ["o"] :depfile "o.d"
        :rule {:command ["sh" "-c" "echo o: h >o.d; touch o"]})
END
ronin_ok -j1
edit build.magma 1d
ronin_ok
assert_file h one

# An error, a dry run or a failed build file removes nothing.
actions e1 e2 >build.magma
ronin_ok
write build.magma '(action :outputs ["e1"]'
ronin_fails 3
assert_file e2
: >build.magma
ronin_ok -n
assert_file e2
ronin_ok
assert_absent e1 e2

# Other targets than those asked for go as well; a generator's outputs stay.
actions t1 t2 >build.magma
echo '(action :outputs ["g"] :generator true :rule {:command ["touch" "g"]})' \
    >>build.magma
ronin_ok
actions t1 >build.magma
ronin_ok t1
assert_absent t2
assert_file g

# Another build file in the same folder has outputs of its own.
actions other1 >other.magma
ronin_ok -f other.magma
ronin_ok
assert_file other1 one
: >other.magma
ronin_ok -f other.magma
assert_absent other1
assert_file t1 one

# An output that another action makes now.
actions m1 m2 >build.magma
ronin_ok
write build.magma '(action :outputs ["m2"] :inputs {:ifchanged ["in"]}
  :rule {:command ["sh" "-c" "echo new >m2"]})'
ronin_ok
assert_absent m1
assert_file m2 new
ronin_ok
assert_ran

# What was never built is nobody's.
actions never >>build.magma
ronin_ok m2
write never mine
edit build.magma '$d'
ronin_ok
assert_file never mine
