# SPDX-License-Identifier: MIT
# Chains of actions: early cutoff, order alone, validations, handles, :always,
# environment, several actions behind one file.
. "$TESTS/lib/build.sh"

# ran [NAME...]: exactly these, and nothing the second time.
ran()
{
    ronin_ok
    assert_ran "$@"
    ronin_ok
    assert_ran
}

write build.magma <<'END'
(defn copy [from to edges]
  (action :outputs [to] :implicit edges :rule {:command ["cp" from to]}))
(defn keep [from to edges]
  (action :outputs [to] :implicit edges
          :rule {:command ["sh" "-c" "tr a-z A-Z <$0 >$1.t; cmp -s $1.t $1 && rm $1.t || mv $1.t $1" from to]}))
(copy "in" "a" {:ifwritten ["in"]})
(copy "a" "written" {:ifwritten ["a"]})
(copy "a" "changed" {:ifchanged ["a"]})
(copy "changed" "end" {:ifwritten ["changed"]})
(keep "in" "kept" {:ifwritten ["in"]})
(copy "kept" "behind" {:ifwritten ["kept"]})
(action :outputs ["ordered"] :order-only ["a"] :rule {:command ["cp" "a" "ordered"]})
(action :outputs ["valid"] :validations ["check"] :implicit {:ifchanged ["other"]}
        :rule {:command ["touch" "valid"]})
(action :outputs ["check"] :implicit {:ifchanged ["a"]} :rule {:command ["touch" "check"]})
END
write in one
write other one
ran a written changed end kept behind ordered valid check
touch -d 2001-01-01 in
ran a written kept
cp in copy; cat copy >in; touch -d 2002-01-01 in
ran a written kept
write in ONE; touch -d 2003-01-01 in
ran a written changed end kept check
write in two
ran a written changed end kept behind check
write other two
ran valid
ronin_ok ordered
assert_ran
rm ordered
ronin_ok ordered
assert_ran ordered
rm a check
ronin_ok valid
assert_ran a check

# An output that was changed by hand, touched, removed or replaced is made anew.
echo mine >changed
ronin_ok
assert_contains "$(events action.start path)" changed
assert_file changed two
ran
rm end
ran end
rm changed; mkdir changed
ronin_fails 1
assert_output changed
rm -r changed
ronin_ok
assert_file changed two
ran
chmod +x kept
ronin_ok
assert_contains "$(events action.start path)" kept

# --content reads :ifwritten as :ifchanged.
touch -d 2004-01-01 in
ronin_ok --content
assert_ran
ronin_ok

# Handles: of an action with outputs, and of one without.
rm -rf ./* .ronin
write build.magma <<'END'
(def out (action :outputs ["out"] :inputs {:ifchanged ["in"]} :rule {:command ["cp" "in" "out"]}))
(def run (action :name "run" :inputs {:ifchanged ["in2"]} :rule {:command ["true"]}))
(action :outputs ["by-out"] :inputs {:ifchanged [out]}
        :rule (fn [vars] {:command ["cp" (:in vars) "by-out"]}))
(action :outputs ["by-run"] :inputs {:ifwritten [run]} :rule {:command ["touch" "by-run"]})
(action :outputs ["by-order"] :order-only [out run] :rule {:command ["touch" "by-order"]})
(action :name "always" :inputs :always :rule {:command ["true"]})
(action :outputs ["after"] :inputs {:ifwritten ["always-out"]} :rule {:command ["touch" "after"]})
(action :outputs ["always-out"] :implicit :always
        :rule {:command ["sh" "-c" "test -e always-out || echo 1 >always-out"]})
(action :outputs ["env"] :env ["QA_ONE" "QA_TWO"]
        :rule {:command ["sh" "-c" "echo $QA_ONE-$QA_TWO-$QA_THREE >env"]})
(group "still" "by-out" "by-run" "by-order" "env")
END
write in one
write in2 one
export QA_THREE=3
ronin_ok
assert_ran out run by-out by-run by-order always after always-out env
assert_file env --
ronin_ok
assert_ran always always-out
still()
{
    ronin_ok :still
    assert_ran "$@"
    ronin_ok :still
    assert_ran
}
write in two
still out by-out
write in2 two
still run by-run
QA_ONE=1 ronin_ok :still
assert_ran env
assert_file env 1--
QA_ONE=1 ronin_ok :still
assert_ran
QA_ONE= ronin_ok :still
assert_ran env
QA_ONE= QA_THREE=4 ronin_ok :still
assert_ran
still env

# One file under several actions, several files under one.
rm -rf ./* .ronin
write build.magma <<'END'
(action :outputs ["x" "y"] :implicit-outputs ["z"] :inputs {:ifchanged ["in"]}
        :rule {:command ["sh" "-c" "cp in x; cp in y; cp in z"]})
(action :outputs ["ux"] :inputs {:ifchanged ["x"]} :rule {:command ["cp" "x" "ux"]})
(action :outputs ["uyz"] :inputs [{:ifchanged ["y"]} {:ifwritten ["z"]}]
        :rule (fn [vars] {:command ["cat" (:in vars)] :stdout "uyz"}))
END
write in one
ran x ux uyz
rm z
ran x uyz
rm y
ran x uyz
