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
# Several files at once, each with users of its own.
several()
{
    assert_equal "$(found '(b.h + d/in.h) | rdeps 1 edges=discovered')" \
        'b.h below beside d/in.h plain waits watches '
    assert_equal "$(found '(d/in.h + a.c + b.h) | parents edges=discovered')" \
        'below beside plain waits watches '
    assert_equal "$(ronin query '(a.h + b.h + d/in.h) | parents | actions | count')" 10
    assert_equal "$(ronin query '(d/in.h + b.h + a.h) | parents edges=discovered |
        except (a.h | parents edges=discovered) | count')" 0
}
several
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
several
assert_equal "$(cat forward)" "$(cat indexed)"
assert_equal "$(ronin query 'all | sources' | tr '\n' ' ')" 'a.c a.h b.h d d/in.h '
assert_equal "$(ronin query '*.h | rdeps 1 edges=discovered | actions | count')" 10

# Each of several files has users that no other has.
mkdir apart
cd apart
write build.ninja <<'END'
rule cc
  command = echo "$out: $in $headers" >$out.d; touch $out
  depfile = $out.d
build p: cc a.c
  headers = x.h
build q: cc a.c
  headers = y.h
build r: cc a.c
  headers = z.h v.h
build s: cc a.c
  headers = v.h
END
touch a.c x.h y.h z.h v.h
ronin_ok build
assert_equal "$(found '(x.h + y.h + z.h) | parents')" 'p q r '
assert_equal "$(found '(y.h + v.h + x.h) | parents')" 'p q r s '
assert_equal "$(found '(z.h + v.h) | rdeps')" 'r s v.h z.h '
