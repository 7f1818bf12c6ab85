# SPDX-License-Identifier: MIT
# A watch predicate that does not come to an end meets a budget of its own.
. "$TESTS/lib/build.sh"

write build.magma <<'EOF'
(defn slow? [event]
  (loop [n 0]
    (if (< n 2000000) (recur (inc n)) (ends-with? (:path event) ".txt"))))
(action :outputs ["list"]
        :inputs {:watch {"src" slow?}}
        :rule {:command ["ls" "src"] :stdout "list"})
EOF
mkdir src
ronin_ok
touch src/a.txt
ronin_fails 1
assert_output 'took more than 1000000 steps' 'build.magma:1' 'user/slow?' \
    '--fuel'
# Nothing was decided, so the event is asked about again.
ronin_fails 1
ronin_ok --fuel 100000000
assert_ran list
assert_file list a.txt
touch src/b.log
ronin_ok --fuel 100000000
assert_ran
