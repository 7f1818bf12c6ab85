# SPDX-License-Identifier: MIT
# `check` looks at the graph as well: of Magma and of ninja, of several files.
. "$TESTS/lib/build.sh"

write main.c 'int main(void) { return 0; }'
write build.magma <<'EOF2'
(def touch (fn [vars] {:command ["touch" (:out vars)]}))
(action :outputs ["a"] :inputs {:ifwritten ["mian.c" "gone"]} :rule touch)
(action :outputs ["b"] :inputs {:ifwritten ["mian.c" "main.c"]} :rule touch)
(action :outputs ["c"] :inputs {:ifcreated ["later"]} :order-only ["a"] :rule touch)
(group "all" ["a" "nothing"])
EOF2
ronin_fails 3 check
assert_output \
    'build.magma:2:1: error[R0304]: mian.c does not exist, no action makes it, and a needs it' \
    'help: did you mean main.c?' \
    'error[R0304]: gone does not exist' \
    'build.magma:5:1: error[R0304]: nothing does not exist, no action makes it, and the group all needs it' \
    '3 errors, 0 warnings'
[ ! -e .ronin ] || fail 'check writes'

write build.magma \
    '(action :name "looks" :inputs {:ifchanged ["main.c"]} :rule {:command ["true"]})' \
    '(action :outputs ["a"] :validations ["looks"] :rule {:command ["touch" "a"]})'
ronin_fails 3 check
assert_output 'looks does not exist' \
    'help: an action has that name: to mean the action, write what it is bound to, looks without quotes'
edit build.magma 's/:validations \["looks"\]/:validations [looks]/'
ronin_ok check

write build.magma \
    '(action :outputs ["a"] :inputs {:ifwritten ["b"]} :rule {:command ["true"]})' \
    '(action :outputs ["b"] :inputs {:ifwritten ["a"]} :rule {:command ["true"]})'
ronin_fails 3 check
assert_output 'error[R0302]' 'a' 'b' '1 error, 0 warnings'
write build.magma '(action :outputs ["a"] :rule {:command ["true"]})' \
    '(action :outputs ["a"] :rule {:command ["true"]})'
ronin_fails 3 check
assert_output 'build.magma:2:1: error[R0303]: two actions make a'
write build.magma '(action :outputs ["a"] :pool "lnik" :rule {:command ["true"]})'
ronin_fails 3 check
assert_output 'no pool is named "lnik"'

# ninja files: their graph.
mkdir -p n
write n/build.ninja <<'EOF2'
rule cc
  command = cc -c $in -o $out
build x.o: cc x.c
build y.o: cc x.o
build p: phony p y.o
EOF2
ronin_fails 3 check -C n
assert_output 'build.ninja:3' 'error[R0304]: x.c does not exist' \
    'build.ninja:5:1: warning[R0211]: phony target' '1 error, 1 warning'
write n/x.c 'int x;'
ronin_ok check -C n
ronin_fails 1 check -C n --strict

# Several files, each from its own folder; the worst counts.
write build.magma '(action :outputs ["a"] :rule {:command ["true"]})'
write sub/build.magma '(action :outputs ["a"] :inputs {:ifwritten ["in"]}' \
    ' :rule {:command ["true"]})'
ronin_fails 3 check build.magma sub/build.magma build.magma
assert_output 'in sub/build.magma:' 'in does not exist' '1 error, 0 warnings'
write sub/in 1
ronin_ok check build.magma sub/build.magma
assert_equal "$OUTPUT" 'nothing to report'
[ ! -e .ronin ] && [ ! -e sub/.ronin ] && [ ! -e n/.ronin ] || fail 'check writes'

# State that is there is read, and not changed; only the locks of readers are.
write build.magma '(action :outputs ["a"] :rule {:command ["touch" "a"]})'
ronin_ok build
before=$(cd .ronin && find . -type f ! -name '*-shm' | sort | xargs sha256sum)
ronin_ok check
assert_equal "$(cd .ronin && find . -type f ! -name '*-shm' | sort | xargs sha256sum)" "$before"
