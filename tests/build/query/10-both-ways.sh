# SPDX-License-Identifier: MIT
# What an action discovered is found from the action and from the file alike,
# whatever else its row of the index has: what it declares or makes, what lies in
# a folder that it reads or watches, sources that it only waits for.
. "$TESTS/lib/build.sh"

write build.magma <<'END'
(defn step [headers]
  (fn [vars] {:command ["sh" "-c" (str "touch " (str/join " " (:outputs vars)) "; echo '"
    (first (:outputs vars)) ": " headers "' >" (:depfile vars))]}))
(action :outputs ["plain"] :inputs {:ifwritten ["a.c"]} :depfile "plain.d" :rule (step "a.h b.h"))
(action :outputs ["declares"] :inputs {:ifwritten ["a.c" "b.h"]} :depfile "declares.d"
        :rule (step "a.h b.h"))
(action :outputs ["makes" "made.h"] :inputs {:ifwritten ["a.c"]} :depfile "makes.d"
        :rule (step "a.h made.h"))
(action :outputs ["below"] :inputs {:ifwritten ["d"]} :depfile "below.d" :rule (step "d/in.h a.h"))
(action :outputs ["folder"] :inputs {:ifwritten ["d"]} :depfile "folder.d" :rule (step "a.h"))
(action :outputs ["looks"] :inputs {:ifwritten ["b.h"]} :depfile "looks.d"
        :implicit {:watch {"d" (fn [event] false)}} :rule (step "a.h"))
(action :outputs ["beside"] :inputs {:ifwritten ["a.c" "b.h"]} :depfile "beside.d"
        :rule (step "b.h d/in.h a.h"))
(action :outputs ["watches"] :inputs {:ifwritten ["b.h"]} :depfile "watches.d"
        :implicit {:watch {"d" (fn [event] false)}} :rule (step "a.h d/in.h b.h"))
(action :outputs ["waits"] :inputs {:ifwritten ["a.c"]} :order-only ["b.h"] :depfile "waits.d"
        :rule (step "a.h b.h"))
(action :outputs ["hashed"] :inputs {:ifchanged ["b.h"]} :depfile "hashed.d" :rule (step "a.h b.h"))
END
mkdir d
touch a.c a.h b.h d/in.h d/other
actions='plain declares makes below folder looks beside watches waits hashed'
found()
{
    ronin query "$1" | grep -vx "${1%% *}" | sort | tr '\n' ' '
}
agree()
{
    local action
    local file

    for action in $actions; do
        found "$action | deps 1 edges=discovered" | tr ' ' '\n' | sed "/./s/\$/ $action/"
    done | sort >forward
    for file in a.c a.h b.h d d/in.h made.h; do
        found "$file | rdeps 1 edges=discovered" | tr ' ' '\n' | grep -vx made.h |
            sed "/./s|^|$file |"
    done | sort >backward
    assert_equal "$(sed '/^$/d' backward)" "$(sed '/^$/d' forward)"
}

ronin_ok
ronin_ok
assert_ran
assert_equal "$(found 'b.h | rdeps 1 edges=discovered')" 'plain waits '
assert_equal "$(found 'd/in.h | rdeps 1 edges=discovered')" 'below beside watches '
assert_equal "$(found 'a.h | rdeps 1 edges=discovered')" \
    'below beside declares folder hashed looks made.h makes plain waits watches '
assert_equal "$(found 'made.h | rdeps 1 edges=discovered')" ''
agree
# Among all files are those that were discovered; what merely lies in a folder that
# is read or watched is none.
assert_equal "$(ronin query 'all | sources' | tr '\n' ' ')" 'a.c a.h b.h d d/in.h '
assert_equal "$(ronin query 'd/* + *.h' | tr '\n' ' ')" 'a.h b.h d/in.h made.h '
assert_equal "$(ronin query '*.h | rdeps 1 edges=discovered | actions | count')" 10
mv forward indexed
# Without the index the records are asked.
rm .ronin/index-*
agree
assert_equal "$(cat forward)" "$(cat indexed)"
assert_equal "$(ronin query 'all | sources' | tr '\n' ' ')" 'a.c a.h b.h d d/in.h '
assert_equal "$(ronin query '*.h | rdeps 1 edges=discovered | actions | count')" 10
