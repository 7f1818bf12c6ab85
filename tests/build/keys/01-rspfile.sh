# SPDX-License-Identifier: MIT
# :rspfile: written before the first step, its folders made, gone after a
# success and kept after a failure; its text counts, and only where it differs.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(action :outputs ["all"]
        :inputs {:ifchanged ["one" "two words"]}
        :rspfile {:path "deep/er/all.rsp" :content (fn [vars] (:in vars))}
        :rule (fn [vars] {:command ["sh" "-c" "cp $0 seen && test ! -e fail && cat one >all" (:rspfile vars)]}))
(action :outputs ["plain"]
        :rspfile {:path "plain.rsp" :content "as it is"}
        :rule {:command ["cp" "plain.rsp" "plain"]})
(action :outputs ["list"]
        :rspfile {:path "list.rsp" :content ["a" ["b" 3]]}
        :rule {:command ["cp" "list.rsp" "list"]})
END
write one 1
write 'two words' 2
ronin_ok -j1
assert_ran all plain list
assert_file seen $'one\ntwo words'
assert_file plain 'as it is'
assert_file list $'a\nb\n3'
assert_absent deep/er/all.rsp plain.rsp list.rsp
ronin_ok
assert_ran

# A changed text is a changed command; why shows both.
edit build.magma 's/as it is/as it was/'
ronin_ok --explain
assert_ran plain
assert_output 'response file plain.rsp'
assert_file plain 'as it was'
run_ronin why plain
assert_output 'response file plain.rsp' 'as it is' 'as it was'
ronin_ok
assert_ran

# Kept when the command failed, gone when it is well again.
write fail 1
write one changed
ronin_fails 1
assert_file deep/er/all.rsp $'one\ntwo words'
rm fail
ronin_ok
assert_ran all
assert_absent deep/er/all.rsp

# A watched folder does not see it come and go.
write build.magma <<'END'
(action :outputs ["seen"]
        :inputs {:watch {"dir" (fn [event] true)}}
        :rspfile {:path "dir/x.rsp" :content "x"}
        :rule {:command ["sh" "-c" "ls dir >seen"]})
END
mkdir dir
ronin_ok
ronin_ok
assert_ran

# It may not lie outside.
write build.magma '(action :outputs ["o"] :rspfile {:path "../x" :content "x"} :rule {:command ["true"]})'
ronin_fails 3
assert_output 'outside the build root'
