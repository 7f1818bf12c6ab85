# SPDX-License-Identifier: MIT
# Dynouts that give nonsense, throw, go on for ever, or need themselves: the
# build says so and ends, and what was not finished is not trusted.
. "$TESTS/lib/build.sh"

# listing TRANSFORMER: a dynout whose list the function makes.
listing()
{
    write build.magma \
        '(def files (dynout :inputs {:ifchanged ["list"]}' \
        '  :rule [{:read "list"}' \
        "         {:transformer $1}]))" \
        '(action :outputs ["out"] :inputs {:ifwritten files}' \
        '        :rule {:command ["touch" "out"]})'
}

# gives TRANSFORMER STATUS NEEDLE...
gives()
{
    listing "$1"
    ronin_fails "$2" -k0
    assert_output "${@:3}"
    assert_absent out
}

write list in
write in one
failed='FAILED  dynout:build.magma:1'
gives '(fn [text] text)' 1 "$failed" 'wants a list of paths, not text'
gives '(fn [text] 3)' 1 "$failed" 'list of paths cannot take 3'
gives '(fn [text] nil)' 1 "$failed" 'wants a list of paths, not nothing'
gives '(fn [text] {:a 1})' 1 "$failed" 'cannot take {:a 1}'
gives '(fn [text] ["in" 3])' 1 "$failed" 'cannot take 3'
gives '(fn [text] [""])' 1 "$failed" 'an empty path'
gives '(fn [text] ["a\u0000b"])' 1 "$failed" 'zero byte'
gives '(fn [text] (throw (ex-info "bang" {})))' 1 "$failed" \
    'build.magma:3:35: error[R0111]: bang' '1 not run because of it (out)'
gives '(fn [text] (map #(/ 1 %) [0]))' 1 'Divide by zero'
gives '(fn [text] (loop [] (recur)))' 1 'took more than' '--fuel'
gives '(fn [text] files)' 1 'a dynout was looked at by a step'
gives '(fn [text] ["nope"])' 3 'build.magma:4:1: error[R0304]: nope does not exist'
gives '(fn [text] ["./out"])' 3 'dependency cycle: out (build.magma:4) -> out'

# Twice the same, its own input, another place: all fine.
write outside one
listing "(fn [text] [\"in\" [\"./in\" \"list\" \"$PWD/outside\"]])"
ronin_ok
assert_contains "$(events action.start path)" out
ronin_ok
assert_ran
rm out

# Lists of outputs.
write build.magma <<'END'
(def files (dynout :inputs {:ifchanged ["list"]}
  :rule [{:read "list"} {:transformer str/split-lines}]))
(action :outputs files :inputs {:ifwritten ["in"]}
        :rule (fn [vars] {:command ["touch" (:outputs vars)]}))
(action :outputs ["single"] :rule {:command ["touch" "single"]})
END
write list '/absolute/output'
ronin_fails 3
assert_output '/absolute/output lies outside the build root' 'build.magma:3:1'
write list 'a/../../b'
ronin_fails 3
assert_output 'the output ../b lies outside the build root'
write list single
ronin_fails 3
assert_output 'two actions make single' 'build.magma:3' 'build.magma:5'
write list .ronin/state.db
ronin_fails 3
assert_output "lies in ronin's own folder"
write list list
ronin_fails 3
assert_output 'dependency cycle'
: >list
ronin_fails 1
assert_output 'an empty path'
write list a ./a b
ronin_ok
assert_file a
assert_file b
ronin_ok
assert_ran

# A cycle through itself; inputs that nobody can make.
write build.magma <<'END'
(def files (dynout :inputs {:ifchanged ["out"]}
  :rule [{:read "out"} {:transformer str/split-lines}]))
(action :outputs ["out"] :inputs {:ifwritten files}
        :rule {:command ["touch" "out"]})
END
ronin_fails 3
assert_output 'dependency cycle: a dynout (build.magma:1) -> out (build.magma:3)'
edit build.magma 's/"out"/"lsit"/g; s/:outputs \["lsit"\]/:outputs ["x"]/'
ronin_fails 3
assert_output 'lsit does not exist, no action makes it' 'did you mean list?'
write build.magma <<'END'
(def files (dynout :inputs {:ifchanged ["late"]}
  :rule [{:read "late"} {:transformer str/split-lines}]))
(doseq [file files]
  (action :outputs ["late"] :rule {:command ["touch" "late"]}))
END
ronin_fails 3
assert_output 'late does not exist'

# What it needs fails.
write build.magma <<'END'
(action :outputs ["made"] :rule {:command ["false"]})
(def files (dynout :inputs {:ifchanged ["made"]}
  :rule [{:read "made"} {:transformer str/split-lines}]))
(doseq [file files]
  (action :outputs [(str file ".o")] :rule {:command ["touch" (str file ".o")]}))
END
ronin_fails 1
assert_output 'FAILED  made'
edit build.magma 's/\["false"\]/["sh" "-c" "echo x >made"]/'
ronin_ok
assert_file x.o
ronin_ok
assert_ran
